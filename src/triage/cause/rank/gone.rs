//! Which things were taken away altogether before the symptom: what was changed of them until then explains less than that.

use std::collections::HashMap;

use jiff::SignedDuration;

use super::{Kind, is_birth, service};
use crate::{
    resource::ResourceRef,
    rows::event::Event,
    triage::{
        cause::{Candidate, Case, Signals},
        record::plain_name,
    },
};

/// What the same hand changed so shortly before belongs to the taking away, and was its first blow.
const TEARDOWN: SignedDuration = SignedDuration::from_mins(5);

/// What took a thing away, by the thing's kind and id.
pub(super) struct Gone<'a>(HashMap<(&'a str, &'a str), &'a Event>);

impl<'a> Gone<'a> {
    /// Of all candidates: the deletions that can be why it is as it is, of things that were not made anew since.
    pub(super) fn of(
        case: &Case,
        candidates: impl Iterator<Item = &'a Candidate>,
        signals: &Signals,
    ) -> Self {
        // The last that made or took away each thing.
        let mut last: HashMap<(&str, &str), (&Event, bool)> = HashMap::new();
        let changes = candidates.map(|candidate| &candidate.event);
        for event in changes.filter(|e| e.error.is_none() && !e.read_only && e.time <= case.at) {
            let name = plain_name(&event.name);
            for what in event.resources.iter() {
                let taken = takes_away(name, what);
                if taken || is_birth(name, what) {
                    let known = last.entry((&what.kind, &what.id)).or_insert((event, taken));
                    if (event.time, &event.id) > (known.0.time, &known.0.id) {
                        *known = (event, taken);
                    }
                }
            }
        }
        let explains = |event: &Event| {
            let name = plain_name(&event.name);
            Kind::of(case, signals.effects(service(event), name), &[], name).fit >= 0.5
        };
        last.retain(|_, (event, taken)| *taken && explains(event));
        Self(last.into_iter().map(|(what, (event, _))| (what, event)).collect())
    }

    /// What took away, after an event, the thing that it changed.
    pub(super) fn after(&self, event: &Event) -> Option<&'a Event> {
        let what = event.resources.first()?;
        let deletion = *self.0.get(&(&*what.kind, what.id.as_str()))?;
        let later = deletion.time.duration_since(event.time);
        let one_deed = later < TEARDOWN && deletion.actor == event.actor;
        (deletion.id != event.id && !later.is_negative() && !one_deed).then_some(deletion)
    }
}

/// Whether a call takes the whole thing away, and not a part of it: `DeleteRole`, not `DeleteRolePolicy`.
fn takes_away(name: &str, what: &ResourceRef) -> bool {
    let noun = what.kind.rsplit("::").next().unwrap_or_default();
    let of = ["Delete", "Terminate"].iter().find_map(|verb| name.strip_prefix(verb));
    of.is_some_and(|of| !noun.is_empty() && of.trim_end_matches('s') == noun.trim_end_matches('s'))
}
