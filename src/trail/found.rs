//! One event as LookupEvents gave it: the fields of its index, and the record as text, untouched.
//!
//! Nothing here is sanitised: the record is evidence. Whoever makes a row of it or shows it cleans it.

use serde::{Deserialize, Serialize};

/// Longest record that is kept, in bytes. CloudTrail's own limit is 256 KB (`aws-facts.md` §5.1); what is longer is no
/// record, and is kept without its text.
pub const LONGEST_RECORD: usize = 1024 * 1024;
/// Longest event id that is believed, in bytes; a UUID has 36.
const LONGEST_ID: usize = 128;
/// Events before 2013 (CloudTrail's beginning) or after 2100 have no day in the cache.
const SECONDS: std::ops::Range<i64> = 1_356_998_400..4_102_444_800;

/// An event of the index.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// `EventId`, a UUID.
    pub id: Box<str>,
    /// `EventTime`, in seconds since 1970.
    pub time: i64,
    /// The rest of the index.
    pub index: Index,
    /// `CloudTrailEvent`: the record, JSON; empty when there was none.
    pub record: String,
}

/// What LookupEvents says of an event beside its record; what its attributes match.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Index {
    /// `EventName`.
    #[serde(default, rename = "n", skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// `EventSource`.
    #[serde(default, rename = "s", skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// `Username`.
    #[serde(default, rename = "u", skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// `AccessKeyId`.
    #[serde(default, rename = "k", skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// `ReadOnly`, when it says.
    #[serde(default, rename = "o", skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// `Resources`: type and name.
    #[serde(default, rename = "r", skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<(String, String)>,
}

impl Found {
    /// Whether it can be kept: it has a printable id and a believable time.
    pub fn is_sound(&self) -> bool {
        let printable = self.id.bytes().all(|b| b.is_ascii_graphic());
        !self.id.is_empty() && self.id.len() <= LONGEST_ID && printable && SECONDS.contains(&self.time)
    }
}
