//! Which changes a later one took back.

use std::collections::HashMap;

use jiff::Timestamp;

use super::service;
use crate::{
    rows::event::Event,
    triage::{
        cause::{Candidate, Case, Signals},
        record::plain_name,
    },
};

/// A service, the kind and the id of what it changed, the change.
type Change<'a> = (&'a str, &'a str, &'a str, &'a str);

/// Changes that a later one took back, by their ids.
pub(super) struct Undone<'a>(HashMap<&'a str, &'a Event>);

impl<'a> Undone<'a> {
    /// Of all candidates.
    pub(super) fn of(
        case: &Case,
        candidates: impl Iterator<Item = &'a Candidate> + Clone,
        signals: &Signals,
    ) -> Self {
        // What takes something back, in the order of time; others are of no interest here.
        let mut backs: HashMap<Change<'a>, Vec<(Timestamp, &'a str, &'a Event)>> = HashMap::new();
        for event in candidates.clone().map(|candidate| &candidate.event) {
            if let Some(change) =
                change(case, event).filter(|(service, .., name)| signals.takes_back(service, name))
            {
                backs.entry(change).or_default().push((event.time, event.id.as_str(), event));
            }
        }
        for list in backs.values_mut() {
            list.sort_unstable_by_key(|(time, id, _)| (*time, *id));
        }
        let mut found = HashMap::new();
        if backs.is_empty() {
            return Self(found);
        }
        for event in candidates.map(|candidate| &candidate.event) {
            let Some((service, kind, id, name)) = change(case, event) else { continue };
            let firsts = signals.backs(service, name).filter_map(|back| {
                let list = backs.get(&(service, kind, id, back))?;
                list.get(list.partition_point(|(time, ..)| *time < event.time))
            });
            if let Some((.., back)) = firsts.min_by_key(|(time, id, _)| (*time, *id)) {
                found.insert(event.id.as_str(), *back);
            }
        }
        Self(found)
    }

    /// What took an event back.
    pub(super) fn by(&self, event: &Event) -> Option<&'a Event> {
        self.0.get(event.id.as_str()).copied()
    }
}

/// What an event changed before the symptom, if it did.
fn change<'a>(case: &Case, event: &'a Event) -> Option<Change<'a>> {
    let changed = event.error.is_none() && event.time <= case.at && !event.read_only;
    let what = event.resources.first().filter(|_| changed)?;
    Some((service(event), &what.kind, &what.id, plain_name(&event.name)))
}
