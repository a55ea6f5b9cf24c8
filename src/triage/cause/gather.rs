//! Events on their way to the ranking: those that can have to do with a case, within bounds, and how usual each call is.
//!
//! The same events give the same candidates in whatever order they came, and an event that comes twice is one.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Candidate, Case, Ranking, Seen, Signals, rank};
use crate::{rows::event::Event, triage::record::plain_name};

/// Changes that are kept at most: of some kilobytes each.
const CHANGES: usize = 20_000;
/// Reads and harmless calls that are kept at most. One key can be used for thousands of them a minute.
const OTHERS: usize = 1_000;

/// By time and id, so that the latest stay and the same event twice is one.
type Kept = BTreeMap<(Timestamp, String), Candidate>;

/// What has been gathered.
#[derive(Debug, Default)]
pub struct Gathered {
    seen: Seen,
    changes: Kept,
    others: Kept,
}

impl Gathered {
    /// Counts a call that was read, whatever it has to do with the case.
    pub fn count(&mut self, source: &str, name: &str) {
        self.seen.add(source, name);
    }

    /// Keeps an event that can have to do with the case.
    pub fn keep(&mut self, event: Event, record: Box<str>, signals: &Signals) {
        let service = event.source.split('.').next().unwrap_or_default();
        let weak = event.read_only || signals.is_harmless(service, plain_name(&event.name));
        let (kept, most) = if weak { (&mut self.others, OTHERS) } else { (&mut self.changes, CHANGES) };
        kept.insert((event.time, event.id.clone()), Candidate { event, record });
        if kept.len() > most {
            kept.pop_first();
        }
    }

    /// Orders what there is.
    pub fn rank(&self, case: &Case, signals: &Signals) -> Ranking {
        let candidates: Vec<&Candidate> = self.changes.values().chain(self.others.values()).collect();
        rank(case, &candidates, &self.seen, signals)
    }
}
