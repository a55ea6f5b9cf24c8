//! The only place that reads a clock.

use jiff::Timestamp;

use crate::drill::Drill;

/// Where "now" comes from.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine.
    System,
    /// The drill's scenario.
    Drill(Drill),
    /// Pinned by `--now`.
    Pinned(Timestamp),
}

impl Clock {
    /// Now.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Drill(drill) => drill.now(),
            Self::Pinned(at) => *at,
        }
    }
}
