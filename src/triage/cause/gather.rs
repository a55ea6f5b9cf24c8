//! Events on their way to the ranking: those that can have to do with a case, within bounds, and how usual each call is.
//!
//! The same events give the same candidates in whatever order they came, and an event that comes twice is one. What of a
//! candidate's score depends on nothing but itself and the case is kept with it: a page more costs that page.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    Call, Candidate, Case, Ranking, Seen, Signals,
    rank::{Judge, Own, ordered},
};
use crate::{rows::event::Event, triage::record::plain_name};

/// Changes that are kept at most: of some kilobytes each.
const CHANGES: usize = 20_000;
/// Reads and harmless calls that are kept at most. One key can be used for thousands of them a minute.
const OTHERS: usize = 1_000;

/// By time and id, so that the latest stay and the same event twice is one.
type Kept = BTreeMap<(Timestamp, String), Entry>;

#[derive(Debug)]
struct Entry {
    candidate: Candidate,
    /// As far as it has been judged for the case of the last ranking.
    own: Option<Own>,
}

/// What has been gathered.
#[derive(Debug, Default)]
pub struct Gathered {
    seen: Seen,
    changes: Kept,
    others: Kept,
    judged_for: Option<Case>,
}

impl Gathered {
    /// Counts a call that was read, whatever it has to do with the case.
    pub fn count(&mut self, call: &Call<'_>) {
        self.seen.add(call);
    }

    /// Counts calls that were read, all at once.
    pub fn count_all(&mut self, calls: &Seen) {
        self.seen.merge(calls);
    }

    /// Says from when on nothing is missing in what was counted: see [`Seen::all_since`].
    pub fn all_since(&mut self, since: Option<Timestamp>) {
        self.seen.all_since(since);
    }

    /// Says that nothing is missing since the first call that was counted.
    pub fn is_all(&mut self) {
        self.seen.is_all();
    }

    /// Keeps an event that can have to do with the case.
    pub fn keep(&mut self, event: Event, record: Box<str>, signals: &Signals) {
        let service = event.source.split('.').next().unwrap_or_default();
        let weak = event.read_only || signals.is_harmless(service, plain_name(&event.name));
        let (kept, most) = if weak { (&mut self.others, OTHERS) } else { (&mut self.changes, CHANGES) };
        let own = None;
        kept.insert((event.time, event.id.clone()), Entry { candidate: Candidate { event, record }, own });
        if kept.len() > most {
            kept.pop_first();
        }
    }

    /// Orders what there is; the ranking holds the first `most` of so many suspects.
    pub fn rank(&mut self, case: &Case, signals: &Signals, most: usize) -> (Ranking, usize) {
        let anew = self.judged_for.as_ref() != Some(case);
        let judge = Judge::new(case, signals);
        let entries = self.changes.values_mut().chain(self.others.values_mut());
        for entry in entries.filter(|entry| anew || entry.own.is_none()) {
            entry.own = Some(judge.own(&entry.candidate));
        }
        if anew {
            self.judged_for = Some(case.clone());
        }
        let entries = self.changes.values().chain(self.others.values());
        let candidates: Vec<(&Candidate, Own)> =
            entries.map(|entry| (&entry.candidate, entry.own.unwrap_or_default())).collect();
        ordered(&judge, &candidates, &self.seen, most)
    }
}
