//! The byte scanner: it walks JSON chunk by chunk and calls back for each `CloudTrail` record. It never reads a
//! file, never parses below a record's top level, and never holds more than one object of bounded length.

use super::{
    fields::{Field, Head, Spans, unescape},
    state::{Mode, Next, Place, Role, Tally},
};

/// An object longer than this is skipped and counted.
pub(super) const LONGEST: usize = 4 << 20;
/// Deeper nesting is no log file, and its brackets would have to be held.
const DEEPEST: usize = 512;
/// No key that means something to us is longer.
const LONGEST_KEY: usize = 32;

/// What gets each record: its head and its exact bytes.
pub(super) type Sink<'a> = &'a mut dyn FnMut(&Head<'_>, &[u8]);

/// The scanner. Its state lives between any two bytes, so chunks may end anywhere.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    buf: Vec<u8>,
    /// The next byte to look at, and where the buffer begins in the stream.
    at: usize,
    base: u64,
    stack: Vec<Place>,
    next: Next,
    mode: Mode,
    role: Role,
    /// Where the string's content or the word begins, and whether it holds a backslash.
    mark: usize,
    escaped: bool,
    /// Where the candidate begins; nothing when there is none or it is too long to hold.
    hold: Option<usize>,
    field: Field,
    spans: Spans,
    /// Where the first thing of this line stands, to find the way back after a line that was cut.
    fresh: u64,
    tally: Tally,
    /// Whether this scanner walks a `CloudTrailEvent` string, which holds no further one.
    nested: bool,
    inner: Option<Box<Scanner>>,
    event: Vec<u8>,
}

impl Scanner {
    /// Walks the next bytes of the stream.
    pub(super) fn push(&mut self, bytes: &[u8], sink: Sink<'_>) {
        self.forget();
        self.buf.extend_from_slice(bytes);
        while let Some(&byte) = self.buf.get(self.at) {
            match self.mode {
                Mode::Between => self.token(byte, sink),
                Mode::Text => self.text(),
                Mode::Escape => {
                    self.at += 1;
                    self.mode = Mode::Text;
                }
                Mode::Word(rest) => self.word(byte, rest),
                Mode::Number => {
                    if matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E') {
                        self.at += 1;
                    } else {
                        self.after_value();
                    }
                }
                Mode::Lost => self.next_line(),
            }
        }
    }

    /// Ends the stream and makes the scanner ready for another one. The buffers stay.
    pub(super) fn finish(&mut self) -> Tally {
        self.tally.cut = match self.mode {
            Mode::Lost => false,
            Mode::Between | Mode::Number => !self.stack.is_empty(),
            Mode::Text | Mode::Escape | Mode::Word(_) => true,
        };
        let tally = std::mem::take(&mut self.tally);
        self.buf.clear();
        (self.at, self.base, self.fresh) = (0, 0, 0);
        self.restart(Mode::Between);
        tally
    }

    /// Drops what is walked and no longer needed, so that the buffer stays bounded.
    fn forget(&mut self) {
        if self.hold.is_some_and(|hold| self.at - hold > LONGEST) {
            self.hold = None;
        }
        if self.role == Role::Key && self.at - self.mark > LONGEST_KEY {
            self.role = Role::Nothing;
        }
        let key = (self.role == Role::Key).then_some(self.mark);
        let keep = self.hold.or(key).unwrap_or(self.at).min(self.buf.len());
        if keep > 0 {
            self.buf.drain(..keep);
            self.at -= keep;
            self.base += keep as u64;
            self.mark = self.mark.saturating_sub(keep);
            self.hold = self.hold.map(|hold| hold - keep);
        }
    }

    #[cfg(test)]
    pub(super) fn room(&self) -> usize {
        self.buf.capacity()
    }

    fn here(&self) -> u64 {
        self.base + self.at as u64
    }

    fn token(&mut self, byte: u8, sink: Sink<'_>) {
        let inside = self.stack.last().copied();
        let object = matches!(inside, Some(Place::Object | Place::Candidate | Place::Wrapper));
        match (self.next, byte) {
            (_, b' ' | b'\t' | b'\r' | b'\n') => self.space(),
            (Next::Key | Next::KeyOrEnd, b'"') => {
                let ours = matches!(inside, Some(Place::Candidate | Place::Wrapper));
                self.open_text(if ours { Role::Key } else { Role::Nothing });
            }
            (Next::Colon, b':') => self.step(Next::Value),
            (Next::CommaOrEnd, b',') => self.step(if object { Next::Key } else { Next::Value }),
            (Next::CommaOrEnd | Next::KeyOrEnd, b'}') if object => self.close(sink),
            (Next::CommaOrEnd | Next::ValueOrEnd, b']') if !object => self.close(sink),
            (Next::Value | Next::ValueOrEnd, _) => self.value(byte, inside),
            _ => self.lose(byte),
        }
    }

    fn value(&mut self, byte: u8, inside: Option<Place>) {
        let ours = inside == Some(Place::Candidate) && self.field != Field::Other;
        match byte {
            b'"' => self.open_text(if ours { Role::Value } else { Role::Nothing }),
            b'{' | b'[' if self.stack.len() >= DEEPEST => self.lose(byte),
            b'{' => {
                let place = match inside {
                    None | Some(Place::List) => {
                        self.hold = Some(self.at);
                        self.spans = Spans::default();
                        Place::Candidate
                    }
                    Some(_) => Place::Object,
                };
                self.stack.push(place);
                self.step(Next::KeyOrEnd);
            }
            b'[' => {
                let place = self.array(inside);
                self.stack.push(place);
                self.step(Next::ValueOrEnd);
            }
            b't' => self.open_word(b"rue", ours),
            b'f' => self.open_word(b"alse", ours),
            b'n' => self.open_word(b"ull", false),
            b'-' | b'0'..=b'9' => {
                self.mode = Mode::Number;
                self.at += 1;
            }
            0xEF if inside.is_none() => self.open_word(b"\xBB\xBF", false),
            _ => self.lose(byte),
        }
    }

    /// Tells a list of records from any other array. The object around it is then no record but a wrapper,
    /// and need not be held, however long it is.
    fn array(&mut self, inside: Option<Place>) -> Place {
        let list = self.field == Field::List;
        match inside {
            None => Place::List,
            Some(Place::Wrapper) if list => Place::List,
            Some(Place::Candidate)
                if list && !self.spans.like_record() && !self.stack.contains(&Place::Wrapper) =>
            {
                if let Some(top) = self.stack.last_mut() {
                    *top = Place::Wrapper;
                }
                self.hold = None;
                Place::List
            }
            Some(_) => Place::Array,
        }
    }

    fn step(&mut self, next: Next) {
        self.next = next;
        self.at += 1;
    }

    fn space(&mut self) {
        let rest = self.buf.get(self.at..).unwrap_or_default();
        let length =
            rest.iter().position(|b| !matches!(b, b' ' | b'\t' | b'\r' | b'\n')).unwrap_or(rest.len());
        let line = rest.iter().take(length).any(|b| *b == b'\n') || self.fresh == self.here();
        self.at += length;
        if line {
            self.fresh = self.here();
        }
    }

    fn open_text(&mut self, role: Role) {
        self.at += 1;
        self.mark = self.at;
        self.role = role;
        self.escaped = false;
        self.mode = Mode::Text;
    }

    fn text(&mut self) {
        let rest = self.buf.get(self.at..).unwrap_or_default();
        // A raw line end is not allowed in a string. It shows a line that was cut, and where the next begins.
        let Some(length) = memchr::memchr3(b'"', b'\\', b'\n', rest) else {
            self.at = self.buf.len();
            return;
        };
        self.at += length;
        match rest.get(length) {
            Some(b'"') => self.close_text(),
            Some(b'\\') => {
                self.escaped = true;
                self.at += 1;
                self.mode = Mode::Escape;
            }
            _ => self.lose(b'\n'),
        }
    }

    fn close_text(&mut self) {
        let end = self.at;
        self.at += 1;
        if matches!(self.next, Next::Key | Next::KeyOrEnd) {
            let key = self.buf.get(self.mark..end).filter(|_| self.role == Role::Key);
            self.field = key.map_or(Field::Other, Field::of);
            self.mode = Mode::Between;
            self.next = Next::Colon;
        } else {
            self.keep_value(end);
            self.after_value();
        }
        self.role = Role::Nothing;
    }

    fn open_word(&mut self, rest: &'static [u8], ours: bool) {
        self.mark = self.at;
        self.role = if ours && self.field == Field::ReadOnly { Role::Value } else { Role::Nothing };
        self.escaped = false;
        self.at += 1;
        self.mode = Mode::Word(rest);
    }

    fn word(&mut self, byte: u8, rest: &'static [u8]) {
        match rest.split_first() {
            Some((first, rest)) if *first == byte => {
                self.at += 1;
                self.mode = Mode::Word(rest);
                if rest.is_empty() {
                    self.keep_value(self.at);
                    self.role = Role::Nothing;
                    self.after_value();
                }
            }
            _ => self.lose(byte),
        }
    }

    fn keep_value(&mut self, end: usize) {
        if let (Role::Value, Some(hold)) = (self.role, self.hold) {
            self.spans.set(self.field, self.mark - hold..end - hold, self.escaped);
        }
    }

    fn after_value(&mut self) {
        self.mode = Mode::Between;
        self.next = if self.stack.is_empty() { Next::Value } else { Next::CommaOrEnd };
    }

    fn close(&mut self, sink: Sink<'_>) {
        self.at += 1;
        if self.stack.pop() == Some(Place::Candidate) {
            self.candidate(sink);
        }
        self.after_value();
    }

    fn candidate(&mut self, sink: Sink<'_>) {
        let held = self.hold.take().and_then(|hold| self.buf.get(hold..self.at));
        let Some(object) = held.filter(|object| object.len() <= LONGEST) else {
            self.tally.too_long += 1;
            return;
        };
        if let Some(head) = self.spans.head(object) {
            self.tally.records += 1;
            sink(&head, object);
            return;
        }
        let event = self.spans.event.take().filter(|_| !self.nested).and_then(|span| object.get(span));
        let found = event.map_or(0, |event| {
            unescape(event, &mut self.event);
            let inner = self.inner.get_or_insert_with(|| Box::new(Self { nested: true, ..Self::default() }));
            inner.push(&self.event, sink);
            inner.finish().records
        });
        self.tally.records += found;
        self.tally.foreign += u64::from(found == 0);
    }

    /// Notes the first wrong byte and gives up what is open. A `{` that begins a line is most likely the next
    /// record after a line that was cut, so the walk goes on right there.
    fn lose(&mut self, byte: u8) {
        let here = self.here();
        self.tally.wrong.get_or_insert(here);
        let record = byte == b'{' && self.fresh == here && !self.stack.is_empty();
        self.restart(if record { Mode::Between } else { Mode::Lost });
    }

    fn restart(&mut self, mode: Mode) {
        self.stack.clear();
        self.next = Next::Value;
        self.mode = mode;
        self.role = Role::Nothing;
        self.hold = None;
    }

    fn next_line(&mut self) {
        let rest = self.buf.get(self.at..).unwrap_or_default();
        if let Some(length) = memchr::memchr(b'\n', rest) {
            self.at += length + 1;
            self.mode = Mode::Between;
            self.fresh = self.here();
        } else {
            self.at = self.buf.len();
        }
    }
}
