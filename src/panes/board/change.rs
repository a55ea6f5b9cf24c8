//! What was last changed about the resources of each problem, from the events that are known.
//!
//! A change is not yet a cause: this must never judge, nor look beyond the resources that a row itself names.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{Problem, Sources};
use crate::{
    panes::PaneId,
    resource::ResourceRef,
    rows::event::Event,
    scope::ScopeId,
    triage::{record::is_noise, resources},
};

/// The newest change to a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// `eventName`.
    pub name: String,
}

/// Tells each problem the newest change to what it is about: an event that succeeded, wrote, and is more than routine.
pub(super) fn add(problems: &mut [Problem], sources: &Sources<'_>) {
    let newest = newest(problems, sources);
    let found: Vec<Option<Change>> = problems
        .iter()
        .map(|problem| {
            // An event that is a problem is its own change.
            if problem.pane == PaneId::Events {
                return None;
            }
            let events = about(problem).filter_map(|r| newest.get(&key(r)).copied().flatten());
            let event = events.max_by(|a, b| a.time.cmp(&b.time).then_with(|| b.id.cmp(&a.id)))?;
            Some(Change { at: event.time, name: event.name.to_string() })
        })
        .collect();
    for (problem, change) in problems.iter_mut().zip(found) {
        problem.change = change;
    }
}

/// A resource as problems and events both name it.
type Key<'a> = (ScopeId, &'a str, &'a str);

fn key(resource: &ResourceRef) -> Key<'_> {
    let (kind, id) = resources::identity(resource);
    (resource.scope, kind, id)
}

/// There are few problems and many events: only what some problem is about is looked for.
fn newest<'a>(problems: &'a [Problem], sources: &Sources<'a>) -> HashMap<Key<'a>, Option<&'a Event>> {
    let mut newest: HashMap<Key<'a>, Option<&'a Event>> =
        problems.iter().flat_map(about).map(|resource| (key(resource), None)).collect();
    let rows = sources.iter().flat_map(|(_, rows)| rows);
    let events = rows.filter_map(|row| row.as_any().downcast_ref::<Event>());
    for event in events.filter(|e| !e.read_only && e.error.is_none()) {
        for resource in event.resources.iter() {
            let Some(known) = newest.get_mut(&key(resource)) else { continue };
            let later = known.is_none_or(|k| (k.time, &event.id) < (event.time, &k.id));
            if later && !is_noise(event) {
                *known = Some(event);
            }
        }
    }
    newest
}

fn about(problem: &Problem) -> impl Iterator<Item = &ResourceRef> {
    problem.resource.iter().chain(&problem.refs)
}
