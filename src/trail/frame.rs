//! The cache's file format: a head, then frames, each with its length and checksum, so that a write that was torn by a
//! crash is told from one that was not.
//!
//! ```text
//! head   "tobantrl" · version u32 · id of the file u64 · CRC-32 of these
//! frame  length of the payload u32 · CRC-32 of the payload u32 · payload
//! event  1 · time i64 · id's length u8 · id · index's length u32 · index (JSON) · record
//! read   2 · from i64 · to i64 · rows u32 · lookup (text)
//! ```
//!
//! Integers are little-endian. A change of any of this is a new [`VERSION`], which has a directory of its own. Bytes in,
//! bytes out: no files here, and no byte sequence may make it fail in any way but saying "no frame".

use super::{
    found::{Found, Index, LONGEST_RECORD},
    id::EventId,
    lookup::Lookup,
    span::Span,
};

/// Version of the format.
pub(super) const VERSION: u32 = 1;
const MAGIC: [u8; 8] = *b"tobantrl";
/// Bytes of a head.
pub(super) const HEAD: usize = 24;
/// Bytes before a payload.
pub(super) const PREFIX: usize = 8;
/// Longest payload that is believed: a record, and room for an index as long again.
const LONGEST: usize = 2 * LONGEST_RECORD;

const EVENT: u8 = 1;
const READ: u8 = 2;

/// What a frame says, as much as the cache needs to know in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Frame {
    /// An event, its index and record left where they are.
    Event {
        /// Its time, in seconds since 1970.
        time: i64,
        /// Its id.
        id: EventId,
    },
    /// A stretch that was read whole, every event of it standing before this frame.
    Read {
        /// The question.
        lookup: Lookup,
        /// The stretch.
        span: Span,
        /// How many events came.
        rows: u32,
    },
}

/// A file's head.
pub(super) fn head(id: u64) -> [u8; HEAD] {
    let mut out = [0; HEAD];
    let crc_of = [MAGIC.as_slice(), &VERSION.to_le_bytes(), &id.to_le_bytes()].concat();
    let bytes = crc_of.iter().chain(crc32(&crc_of).to_le_bytes().iter()).copied().collect::<Vec<u8>>();
    out.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    out
}

/// The id in a head of this version; none when it is not one.
pub(super) fn id_of_head(bytes: &[u8; HEAD]) -> Option<u64> {
    let (_, rest) = bytes.split_first_chunk::<12>()?;
    let (id, _) = rest.split_first_chunk::<8>()?;
    let id = u64::from_le_bytes(*id);
    (head(id) == *bytes).then_some(id)
}

/// An event as a frame; a record that is too long is left out.
pub(super) fn event(found: &Found) -> Vec<u8> {
    let index = serde_json::to_vec(&found.index).unwrap_or_default();
    let record = if found.record.len() > LONGEST_RECORD { "" } else { found.record.as_str() };
    let index = if index.len() > LONGEST_RECORD { Vec::new() } else { index };
    let mut payload = vec![EVENT];
    payload.extend(found.time.to_le_bytes());
    payload.push(u8::try_from(found.id.len()).unwrap_or(0));
    payload.extend(found.id.as_bytes());
    payload.extend(u32::try_from(index.len()).unwrap_or(0).to_le_bytes());
    payload.extend(index);
    payload.extend(record.as_bytes());
    framed(&payload)
}

/// A stretch that was read whole, as a frame.
pub(super) fn read(lookup: &Lookup, span: Span, rows: u32) -> Vec<u8> {
    let mut payload = vec![READ];
    payload.extend(span.from.to_le_bytes());
    payload.extend(span.to.to_le_bytes());
    payload.extend(rows.to_le_bytes());
    payload.extend(lookup.to_string().into_bytes());
    framed(&payload)
}

fn framed(payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap_or(0);
    [length.to_le_bytes().as_slice(), &crc32(payload).to_le_bytes(), payload].concat()
}

/// Length of the payload that a prefix announces and its checksum; none when that cannot be.
pub(super) fn prefix(bytes: [u8; PREFIX]) -> Option<(usize, u32)> {
    let (length, crc) = bytes.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let crc = u32::from_le_bytes(*crc.first_chunk::<4>()?);
    (1..=LONGEST).contains(&length).then_some((length, crc))
}

/// What a payload is, when it is whole.
pub(super) fn parse(payload: &[u8], crc: u32) -> Option<Frame> {
    if crc32(payload) != crc {
        return None;
    }
    let (kind, rest) = payload.split_first()?;
    match *kind {
        EVENT => {
            let (time, id, _) = event_head(rest)?;
            Some(Frame::Event { time, id: EventId::of(id) })
        }
        READ => {
            let (from, rest) = int(rest)?;
            let (to, rest) = int(rest)?;
            let (rows, rest) = rest.split_first_chunk::<4>()?;
            let lookup = Lookup::parse(std::str::from_utf8(rest).ok()?)?;
            Some(Frame::Read { lookup, span: Span::new(from, to), rows: u32::from_le_bytes(*rows) })
        }
        _ => None,
    }
}

/// The event in a payload whose checksum has been checked.
pub(super) fn found(payload: &[u8]) -> Option<Found> {
    let (kind, rest) = payload.split_first()?;
    if *kind != EVENT {
        return None;
    }
    let (time, id, rest) = event_head(rest)?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (index, record) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    let index: Index = serde_json::from_slice(index).unwrap_or_default();
    let record = String::from_utf8_lossy(record).into_owned();
    Some(Found { id: id.into(), time, index, record })
}

fn event_head(rest: &[u8]) -> Option<(i64, &str, &[u8])> {
    let (time, rest) = int(rest)?;
    let (length, rest) = rest.split_first()?;
    let (id, rest) = rest.split_at_checked(usize::from(*length))?;
    Some((time, std::str::from_utf8(id).ok().filter(|id| !id.is_empty())?, rest))
}

fn int(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let (int, rest) = bytes.split_first_chunk::<8>()?;
    Some((i64::from_le_bytes(*int), rest))
}

/// CRC-32 as in IEEE 802.3 and zlib (reflected 0x04C11DB7), eight bytes at a time: a cold start checks up to 200 MB.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    let [t0, t1, t2, t3, t4, t5, t6, t7] = &CRC;
    let (eights, rest) = bytes.as_chunks::<8>();
    let mut crc = !0;
    for eight in eights {
        let [b0, b1, b2, b3, b4, b5, b6, b7] = (u64::from_le_bytes(*eight) ^ u64::from(crc)).to_le_bytes();
        crc = at(t7, b0)
            ^ at(t6, b1)
            ^ at(t5, b2)
            ^ at(t4, b3)
            ^ at(t3, b4)
            ^ at(t2, b5)
            ^ at(t1, b6)
            ^ at(t0, b7);
    }
    for byte in rest {
        let [low, ..] = crc.to_le_bytes();
        crc = at(t0, low ^ byte) ^ (crc >> 8);
    }
    !crc
}

fn at(table: &[u32; 256], byte: u8) -> u32 {
    table.get(usize::from(byte)).copied().unwrap_or(0)
}

/// The classic table, and what each of its values becomes by one to seven zero bytes more.
static CRC: [[u32; 256]; 8] = crc_tables();

#[expect(clippy::cast_possible_truncation, reason = "computed while compiling; n is below 256")]
const fn crc_tables() -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut n = 0;
    while n < 256 {
        let mut crc = n as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 };
            bit += 1;
        }
        tables[0][n] = crc;
        n += 1;
    }
    let mut shift = 1;
    while shift < 8 {
        n = 0;
        while n < 256 {
            let before = tables[shift - 1][n];
            tables[shift][n] = (before >> 8) ^ tables[0][(before & 0xff) as usize];
            n += 1;
        }
        shift += 1;
    }
    tables
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn some() -> Found {
        Found {
            id: "6f1c0f7e-0000-4000-8000-000000000001".into(),
            time: 1_777_604_645,
            index: Index {
                name: "StopInstances".into(),
                source: "ec2.amazonaws.com".into(),
                user: Some("alice".into()),
                key: None,
                read_only: Some(false),
                resources: vec![("AWS::EC2::Instance".into(), "i-0abc".into())],
            },
            record: "{\"eventName\":\"StopInstances\"}".into(),
        }
    }

    fn payload(frame: &[u8]) -> (&[u8], u32) {
        let (length, crc) = prefix(*frame.first_chunk().unwrap()).unwrap();
        assert_eq!(frame.len(), PREFIX + length);
        (&frame[PREFIX..], crc)
    }

    #[test]
    fn the_checksum_is_the_well_known_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b"The quick brown fox jumps over the lazy dog"), 0x414f_a339);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn what_is_written_is_read() {
        let frame = event(&some());
        let (bytes, crc) = payload(&frame);
        assert_eq!(parse(bytes, crc), Some(Frame::Event { time: some().time, id: EventId::of(&some().id) }));
        assert_eq!(found(bytes), Some(some()));

        let (lookup, span) = (Lookup::Resource("i-0abc".into()), Span::new(5, 9));
        let frame = read(&lookup, span, 7);
        let (bytes, crc) = payload(&frame);
        assert_eq!(parse(bytes, crc), Some(Frame::Read { lookup, span, rows: 7 }));
        assert_eq!(found(bytes), None);

        assert_eq!(id_of_head(&head(42)), Some(42));
    }

    #[test]
    fn what_is_too_long_for_a_record_is_left_out() {
        let long = Found { record: "x".repeat(LONGEST_RECORD + 1), ..some() };
        let frame = event(&long);
        assert_eq!(found(payload(&frame).0).map(|f| f.record), Some(String::new()));
        let largest = Found { record: "x".repeat(256 * 1024), ..some() };
        assert_eq!(found(payload(&event(&largest)).0), Some(largest));
    }

    proptest! {
        #[test]
        fn a_changed_byte_is_noticed(at in 0usize..200, to in 1u8..) {
            let mut frame = event(&some());
            let at = at % frame.len();
            frame[at] ^= to;
            let read = prefix(*frame.first_chunk().unwrap())
                .and_then(|(length, crc)| parse(frame.get(PREFIX..PREFIX + length)?, crc));
            prop_assert_eq!(read, None);
            let mut changed = head(7);
            changed[at % HEAD] ^= to;
            prop_assert_eq!(id_of_head(&changed), None);
        }

        #[test]
        fn no_bytes_do_harm(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = (parse(&bytes, crc32(&bytes)), found(&bytes));
        }
    }
}
