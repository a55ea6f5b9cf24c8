//! A JSON reader for records: keeps what could be read of a text that breaks off, borrows every string, never recurses.
//!
//! `serde_json` answers a truncated text with an error and nothing else, and a [`serde_json::Value`] copies every
//! string; a record of 256 KB that was cut off still tells who did what. The text becomes one flat list of nodes, in
//! the order in which they stand, each container knowing where it ends. What is not JSON ends the reading and is no
//! error. Strings come out as they stand in the record: whoever keeps one must clean it.

use std::borrow::Cow;

use memchr::memchr2;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Node<'a> {
    Null,
    Bool(bool),
    Number(&'a str),
    Text {
        raw: &'a str,
        escaped: bool,
    },
    /// Keys and values by turns, up to this index.
    Object(usize),
    /// Values up to this index.
    Array(usize),
}

/// A text that has been read.
#[derive(Debug)]
pub(super) struct Tape<'a>(Vec<Node<'a>>);

/// A value in a [`Tape`]; one that is not there reads as null.
#[derive(Debug, Clone, Copy)]
pub(super) struct Json<'t> {
    nodes: &'t [Node<'t>],
    at: usize,
}

struct Open {
    at: usize,
    object: bool,
    wants_key: bool,
}

impl<'a> Tape<'a> {
    /// Reads as much as there is.
    pub(super) fn read(text: &'a str) -> Self {
        let mut nodes = Vec::with_capacity(text.len() / 12 + 8);
        let mut open: Vec<Open> = Vec::with_capacity(16);
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b':') {
                at += 1;
                continue;
            }
            let wants_key = open.last().is_some_and(|o| o.object && o.wants_key);
            match byte {
                b'}' | b']' => {
                    // A closing bracket of the other kind, or where a value should stand: no JSON any more.
                    let fits = open
                        .last()
                        .is_some_and(|o| if o.object { byte == b'}' && o.wants_key } else { byte == b']' });
                    if !fits {
                        break;
                    }
                    if let Some(closed) = open.pop() {
                        close(&mut nodes, &closed);
                    }
                    at += 1;
                }
                b'{' | b'[' if !wants_key => {
                    let object = byte == b'{';
                    open.push(Open { at: nodes.len(), object, wants_key: object });
                    nodes.push(if object { Node::Object(0) } else { Node::Array(0) });
                    at += 1;
                    continue;
                }
                b'"' => {
                    let Some((raw, escaped)) = text.get(at + 1..).and_then(string) else { break };
                    nodes.push(Node::Text { raw, escaped });
                    at += raw.len() + 2;
                }
                _ if wants_key => break,
                _ => {
                    let rest = text.get(at..).unwrap_or_default();
                    let end = rest
                        .bytes()
                        .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.')));
                    // A word at the very end may have been cut off.
                    let Some(word) = end.and_then(|end| rest.get(..end)).filter(|w| !w.is_empty()) else {
                        break;
                    };
                    let Some(node) = scalar(word) else { break };
                    nodes.push(node);
                    at += word.len();
                }
            }
            match open.last_mut() {
                Some(o) if o.object => o.wants_key = !o.wants_key,
                Some(_) => {}
                // The outermost value is complete; what follows is not the record's.
                None => break,
            }
        }
        if open.last().is_some_and(|o| o.object && !o.wants_key) {
            // A key whose value was cut off.
            nodes.pop();
        }
        while let Some(cut) = open.pop() {
            close(&mut nodes, &cut);
        }
        Self(nodes)
    }

    /// The outermost value.
    pub(super) fn root(&self) -> Json<'_> {
        Json { nodes: &self.0, at: 0 }
    }
}

fn close(nodes: &mut [Node<'_>], open: &Open) {
    let end = nodes.len();
    if let Some(node) = nodes.get_mut(open.at) {
        *node = if open.object { Node::Object(end) } else { Node::Array(end) };
    }
}

fn scalar(word: &str) -> Option<Node<'_>> {
    match word {
        "true" => Some(Node::Bool(true)),
        "false" => Some(Node::Bool(false)),
        "null" => Some(Node::Null),
        _ => {
            let number = |b: u8| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E');
            word.bytes().all(number).then_some(Node::Number(word))
        }
    }
}

/// The string that begins here, without its quotes, and whether it holds escapes; `None` when it does not end.
fn string(text: &str) -> Option<(&str, bool)> {
    let bytes = text.as_bytes();
    let (mut at, mut escaped) = (0, false);
    loop {
        let found = at + memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(found) == Some(&b'"') {
            return Some((text.get(..found)?, escaped));
        }
        escaped = true;
        at = found + 2;
    }
}

/// Resolves escapes; a broken one stays as it is, half a surrogate pair becomes U+FFFD.
fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('u') => {
                let rest = chars.as_str();
                let Some(first) = unit(rest) else {
                    out.push_str("\\u");
                    continue;
                };
                let pair = rest.get(4..).and_then(|r| r.strip_prefix("\\u")).and_then(unit);
                let mut units = [first, pair.unwrap_or_default()];
                let used = if (0xd800..0xdc00).contains(&first)
                    && pair.is_some_and(|p| (0xdc00..0xe000).contains(&p))
                {
                    2
                } else {
                    units = [first, 0];
                    1
                };
                let units = units.get(..used).unwrap_or_default().iter().copied();
                out.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
                chars = rest.get(6 * used - 2..).unwrap_or_default().chars();
            }
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
    }
    out
}

fn unit(text: &str) -> Option<u16> {
    let digits = text.get(..4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u16::from_str_radix(digits, 16).ok()
}

/// How many arrays directly inside each other a path looks into.
const NESTED_ARRAYS: usize = 3;

impl<'t> Json<'t> {
    fn node(self) -> Node<'t> {
        self.nodes.get(self.at).copied().unwrap_or(Node::Null)
    }

    /// What is not there.
    pub(super) const NONE: Self = Self { nodes: &[], at: 0 };

    /// Whether it is an object.
    pub(super) fn is_object(self) -> bool {
        matches!(self.node(), Node::Object(_))
    }

    /// Whether it is an object or an array.
    pub(super) fn is_container(self) -> bool {
        matches!(self.node(), Node::Object(_) | Node::Array(_))
    }

    /// `true`, also as the string that some services write.
    pub(super) fn is_true(self) -> bool {
        match self.node() {
            Node::Bool(is) => is,
            Node::Text { raw, .. } => raw.eq_ignore_ascii_case("true"),
            _ => false,
        }
    }

    /// The field of an object.
    pub(super) fn get(self, key: &str) -> Self {
        let (mut at, end) = if self.is_object() { self.inside() } else { (0, 0) };
        while at < end {
            let found = match self.nodes.get(at) {
                Some(Node::Text { raw, escaped: false }) => *raw == key,
                Some(Node::Text { raw, escaped: true }) => unescape(raw) == key,
                _ => false,
            };
            let value = Self { at: at + 1, ..self };
            if found {
                return value;
            }
            at = value.after();
        }
        Self::NONE
    }

    /// The first value at a dotted path; arrays on the way are looked through.
    pub(super) fn at(self, path: &str) -> Self {
        let mut first = Self::NONE;
        self.reach(path, NESTED_ARRAYS, &mut |value| {
            first = value;
            false
        });
        first
    }

    /// All values at a dotted path, until `take` has enough and says false.
    pub(super) fn each(self, path: &str, take: &mut dyn FnMut(Self) -> bool) {
        self.reach(path, NESTED_ARRAYS, take);
    }

    fn reach(self, path: &str, arrays: usize, take: &mut dyn FnMut(Self) -> bool) -> bool {
        if matches!(self.node(), Node::Array(_)) {
            return arrays == 0 || self.items().all(|item| item.reach(path, arrays - 1, take));
        }
        if path.is_empty() {
            return matches!(self.node(), Node::Null) || take(self);
        }
        let (head, rest) = path.split_once('.').unwrap_or((path, ""));
        self.get(head).reach(rest, NESTED_ARRAYS, take)
    }

    /// A string as it is, a number or truth value as its text; nothing for empty strings and the rest.
    pub(super) fn text(self) -> Option<Cow<'t, str>> {
        match self.node() {
            Node::Text { raw: "", .. } | Node::Null | Node::Object(_) | Node::Array(_) => None,
            Node::Text { raw, escaped: false } => Some(Cow::Borrowed(raw)),
            Node::Text { raw, .. } => Some(Cow::Owned(unescape(raw))),
            Node::Bool(is) => Some(Cow::Borrowed(if is { "true" } else { "false" })),
            Node::Number(text) => Some(Cow::Borrowed(text)),
        }
    }

    /// The text, or an empty one.
    pub(super) fn text_or_empty(self) -> Cow<'t, str> {
        self.text().unwrap_or_default()
    }

    fn inside(self) -> (usize, usize) {
        match self.node() {
            Node::Object(end) | Node::Array(end) => (self.at + 1, end),
            _ => (0, 0),
        }
    }

    /// The index after this value.
    fn after(self) -> usize {
        match self.node() {
            Node::Object(end) | Node::Array(end) => end,
            _ => self.at + 1,
        }
    }

    /// The fields of an object; none of anything else.
    pub(super) fn fields(self) -> impl Iterator<Item = (Cow<'t, str>, Json<'t>)> {
        let (mut at, end) = if self.is_object() { self.inside() } else { (0, 0) };
        let nodes = self.nodes;
        std::iter::from_fn(move || {
            if at >= end {
                return None;
            }
            let key = Self { nodes, at }.text_or_empty();
            let value = Self { nodes, at: at + 1 };
            at = value.after();
            Some((key, value))
        })
    }

    /// The values in an array; none of anything else.
    pub(super) fn items(self) -> impl Iterator<Item = Json<'t>> {
        let (mut at, end) = if self.is_object() { (0, 0) } else { self.inside() };
        let nodes = self.nodes;
        std::iter::from_fn(move || {
            if at >= end {
                return None;
            }
            let value = Self { nodes, at };
            at = value.after();
            Some(value)
        })
    }

    /// Every value below this one, depth first, with where it stands. `visit` says whether to look into a container.
    pub(super) fn walk(self, visit: &mut dyn FnMut(&Place<'t>, Json<'t>) -> bool) {
        struct Frame<'t> {
            end: usize,
            object: bool,
            key: Cow<'t, str>,
            parent: Cow<'t, str>,
        }
        if !self.is_container() {
            return;
        }
        let (mut at, end) = self.inside();
        let (key, parent) = (Cow::Borrowed(""), Cow::Borrowed(""));
        let mut frames = vec![Frame { end, object: self.is_object(), key, parent }];
        while let Some(frame) = frames.last() {
            if at >= frame.end {
                frames.pop();
                continue;
            }
            let mut place =
                Place { key: frame.key.clone(), parent: frame.parent.clone(), depth: frames.len() };
            if frame.object {
                place.parent = std::mem::replace(&mut place.key, Self { at, ..self }.text_or_empty());
                at += 1;
            }
            let value = Self { at, ..self };
            let (from, end) = value.inside();
            let looks_in = visit(&place, value) && value.is_container();
            if looks_in {
                frames.push(Frame { end, object: value.is_object(), key: place.key, parent: place.parent });
                at = from;
            } else {
                at = value.after();
            }
        }
    }
}

/// Where a value stands: the key it has (an array's items share the array's), the key of the object around it, and how
/// deep, 1 being right below where the walk began.
#[derive(Debug)]
pub(super) struct Place<'t> {
    pub(super) key: Cow<'t, str>,
    pub(super) parent: Cow<'t, str>,
    pub(super) depth: usize,
}

#[cfg(test)]
mod tests;
