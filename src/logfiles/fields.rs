//! The few fields that are picked out of a record on the way, and the unescaping of a JSON string. It never
//! looks below a record's own top level.

use std::{ops::Range, str};

/// A record's own fields as they stand in the file. A field that is missing, holds a backslash or is not
/// UTF-8 is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head<'a> {
    /// `eventTime`
    pub time: &'a str,
    /// `eventName`
    pub name: &'a str,
    /// `eventSource`
    pub source: &'a str,
    /// `awsRegion`
    pub region: &'a str,
    /// `recipientAccountId`
    pub account: &'a str,
    /// `readOnly`: the bare word true or false, or the content of a string.
    pub read_only: &'a str,
    /// `eventID`
    pub id: &'a str,
    /// `errorCode`
    pub error: &'a str,
}

/// What a key at the top level of an object means to us.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Field {
    #[default]
    Other,
    Time,
    Name,
    Source,
    Region,
    Account,
    ReadOnly,
    Id,
    Error,
    /// The record as a string, as `LookupEvents` gives it.
    Event,
    /// A list of records or of events.
    List,
}

impl Field {
    pub(super) fn of(key: &[u8]) -> Self {
        match key {
            b"eventTime" => Self::Time,
            b"eventName" => Self::Name,
            b"eventSource" => Self::Source,
            b"awsRegion" => Self::Region,
            b"recipientAccountId" => Self::Account,
            b"readOnly" => Self::ReadOnly,
            b"eventID" => Self::Id,
            b"errorCode" => Self::Error,
            b"CloudTrailEvent" => Self::Event,
            b"Records" | b"Events" => Self::List,
            _ => Self::Other,
        }
    }
}

/// Where the fields stand, counted from the first byte of their object.
#[derive(Debug, Default)]
pub(super) struct Spans {
    time: Option<Range<usize>>,
    name: Option<Range<usize>>,
    source: Range<usize>,
    region: Range<usize>,
    account: Range<usize>,
    read_only: Range<usize>,
    id: Range<usize>,
    error: Range<usize>,
    pub(super) event: Option<Range<usize>>,
}

impl Spans {
    /// Notes a value. One with a backslash is there, but counts as empty; the event is unescaped later.
    pub(super) fn set(&mut self, field: Field, span: Range<usize>, escaped: bool) {
        let plain = if escaped { 0..0 } else { span.clone() };
        match field {
            Field::Time => self.time = Some(plain),
            Field::Name => self.name = Some(plain),
            Field::Source => self.source = plain,
            Field::Region => self.region = plain,
            Field::Account => self.account = plain,
            Field::ReadOnly => self.read_only = plain,
            Field::Id => self.id = plain,
            Field::Error => self.error = plain,
            Field::Event => self.event = Some(span),
            Field::Other | Field::List => {}
        }
    }

    /// Whether the object has shown a field that only a record has.
    pub(super) fn like_record(&self) -> bool {
        self.time.is_some() || self.name.is_some()
    }

    /// The head of the record, or nothing when the object is none.
    pub(super) fn head<'a>(&self, object: &'a [u8]) -> Option<Head<'a>> {
        let text = |span: &Range<usize>| {
            object.get(span.clone()).and_then(|bytes| str::from_utf8(bytes).ok()).unwrap_or_default()
        };
        Some(Head {
            time: text(self.time.as_ref()?),
            name: text(self.name.as_ref()?),
            source: text(&self.source),
            region: text(&self.region),
            account: text(&self.account),
            read_only: text(&self.read_only),
            id: text(&self.id),
            error: text(&self.error),
        })
    }
}

/// Undoes the escapes of a JSON string into `out`. A wrong escape becomes the replacement character.
pub(super) fn unescape(mut raw: &[u8], out: &mut Vec<u8>) {
    out.clear();
    while let Some((plain, rest)) = memchr::memchr(b'\\', raw).and_then(|at| raw.split_at_checked(at)) {
        out.extend_from_slice(plain);
        let (letter, mut after) = match rest {
            [_, letter, after @ ..] => (*letter, after),
            _ => (b'?', [].as_slice()),
        };
        let letter = match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => unicode(&mut after),
            _ => char::REPLACEMENT_CHARACTER,
        };
        out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        raw = after;
    }
    out.extend_from_slice(raw);
}

/// Reads the four digits after `\u`, and a second escape when the first is half of a pair.
fn unicode(rest: &mut &[u8]) -> char {
    let Some((first, after)) = four(rest) else { return char::REPLACEMENT_CHARACTER };
    *rest = after;
    if (0xD800..0xDC00).contains(&first)
        && let Some((second, after)) = rest.strip_prefix(b"\\u").and_then(four)
        && (0xDC00..0xE000).contains(&second)
    {
        *rest = after;
        let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        return char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    }
    char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn four(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (digits, after) = bytes.split_at_checked(4)?;
    let code = digits.iter().try_fold(0, |code, digit| Some(code * 16 + char::from(*digit).to_digit(16)?))?;
    Some((code, after))
}
