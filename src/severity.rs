//! How bad a row is. The order is the order of attention: worst first.

use serde::Serialize;

/// Ordered from harmless to worst, so that `max` picks what to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing to do.
    Ok,
    /// Not known: data missing, denied, or not there yet. Never looks fine.
    #[default]
    Unknown,
    /// Can wait for working hours.
    Low,
    /// Will become a problem.
    Medium,
    /// Needs someone soon.
    High,
    /// Users are hit now.
    Critical,
}

impl Severity {
    /// The word of `contract.md`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unknown => "unknown",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}
