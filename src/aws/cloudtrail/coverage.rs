//! What was read of what was wanted, as data, so that a screen can say it: still to come, cut off, late, throttled.

use jiff::Timestamp;

use crate::{resource::ResourceRef, trail::Lookup};

/// How much of a query's answer there is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// From when events were wanted; no earlier than LookupEvents goes back.
    pub from: Timestamp,
    /// Until when they were wanted; the moment of the question when that was "until now".
    pub to: Timestamp,
    /// From here to `to` everything that was asked for has been read; later than `from` when something was cut off, and
    /// equal to `to` when nothing could be read.
    pub read_from: Timestamp,
    /// The questions that the query came to, with how far each was read.
    pub lookups: Vec<Covered>,
    /// Requests that went out for this, retries included.
    pub calls: u32,
    /// How many were allowed.
    pub calls_allowed: u32,
    /// Why it goes no further back, when it does not. Asking again goes on where this stopped.
    pub cut_off: Option<CutOff>,
    /// Events newer than this may still be missing: AWS delivers them with a delay.
    pub delayed_since: Option<Timestamp>,
    /// Earlier events were wanted than LookupEvents keeps (90 days).
    pub beyond_history: bool,
    /// Resources of which no form of the name was found in CloudTrail's index: only the write sweep, matched against whole
    /// records, can know of them.
    pub not_indexed: Vec<ResourceRef>,
    /// Events whose record could not be read and whose row was made of the index alone.
    pub damaged: u32,
    /// Events that could not be shown at all.
    pub unreadable: u32,
}

/// How far one question was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// The question.
    pub lookup: Lookup,
    /// The Region in which it was asked: global services have their events in one of their own.
    pub region: String,
    /// From here to the end of what was wanted it was read without a gap.
    pub from: Timestamp,
    /// Whether that is all that was wanted.
    pub whole: bool,
}

/// Why a reading ended early; the gravest reason counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CutOff {
    /// The calls allowed for one query were used up.
    Calls,
    /// AWS said that LookupEvents is asked too often; somebody else uses the account's two calls a second.
    Throttled,
    /// A call failed otherwise; the report says how.
    Failed,
}

impl Coverage {
    /// Whether everything wanted has been read, as far as AWS has delivered it.
    pub fn is_whole(&self) -> bool {
        self.cut_off.is_none() && self.read_from <= self.from
    }
}
