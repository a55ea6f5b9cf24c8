//! Which event it is, in 16 bytes: tens of thousands of these are in memory.

use std::hash::{DefaultHasher, Hash, Hasher};

/// An event's id. CloudTrail's are UUIDs, which is what this holds. Of any other text it holds a hash of 128 bits: an id
/// only ever decides whether an event is known already, and no two will meet there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct EventId([u8; 16]);

impl EventId {
    /// Of `eventID` as written.
    pub(super) fn of(text: &str) -> Self {
        Self(uuid(text.as_bytes()).unwrap_or_else(|| hashed(text)))
    }
}

/// `8-4-4-4-12` digits, in small letters as CloudTrail writes them: only so is one text one id.
fn uuid(text: &[u8]) -> Option<[u8; 16]> {
    const DASHES: [usize; 4] = [8, 13, 18, 23];
    if text.len() != 36 || DASHES.iter().any(|at| text.get(*at) != Some(&b'-')) {
        return None;
    }
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut digits =
        text.iter().enumerate().filter(|(at, _)| !DASHES.contains(at)).map(|(_, byte)| digit(*byte));
    let mut out = [0; 16];
    for byte in &mut out {
        *byte = digits.next()?? << 4 | digits.next()??;
    }
    Some(out)
}

fn hashed(text: &str) -> [u8; 16] {
    let mut out = [0; 16];
    for (half, salt) in out.chunks_exact_mut(8).zip(0u8..) {
        let mut hasher = DefaultHasher::new();
        (salt, text).hash(&mut hasher);
        half.copy_from_slice(&hasher.finish().to_le_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_differ_are_other_events() {
        let ids = [
            "6f1c0f7e-0000-4000-8000-000000000001",
            "6f1c0f7e-0000-4000-8000-000000000002",
            "6F1C0F7E-0000-4000-8000-000000000001",
            "6f1c0f7e-0000-4000-8000-00000000000g",
            "6f1c0f7e0000-4000-8000-0000000000010",
            "1",
            "2",
            "",
        ];
        for (at, one) in ids.iter().enumerate() {
            for (other_at, other) in ids.iter().enumerate() {
                assert_eq!(EventId::of(one) == EventId::of(other), at == other_at, "{one} {other}");
            }
        }
        let EventId(bytes) = EventId::of("6f1c0f7e-0000-4000-8000-0000000000a1");
        assert_eq!((bytes[0], bytes[15]), (0x6f, 0xa1));
    }
}
