//! The only place that reads a clock.

use std::time::Instant;

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

/// How long something takes.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// From now on.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Milliseconds since the start.
    pub fn elapsed_ms(self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
