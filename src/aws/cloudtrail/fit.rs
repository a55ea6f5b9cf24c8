//! Which events a query wants, and the rows of those: what LookupEvents cannot filter is filtered here.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;
use serde::de::IgnoredAny;

use crate::{
    resource::ResourceRef,
    rows::event::{Alike, Event, EventBy, EventQuery, is_global},
    scope::ScopeId,
    trail::Found,
    triage::record::{self, Beside},
};

/// A query, ready to be held against events.
#[derive(Debug)]
pub(super) struct Fit {
    scope: ScopeId,
    by: Option<EventBy>,
    reads: bool,
    errors_only: bool,
    /// Every form of every subject's name; none when there are no subjects.
    names: Option<HashSet<String>>,
    global_only: bool,
    alike: Arc<Mutex<Alike>>,
}

/// A fitting event's row.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Row {
    /// From its whole record.
    Read(Event),
    /// From as much of its record as there is, and the index.
    Damaged(Event),
    /// It fits and cannot be shown.
    Unreadable,
}

impl Fit {
    /// For these subjects of a query, and for the events of global services only when that is so.
    pub(super) fn new(
        scope: ScopeId,
        query: &EventQuery,
        subjects: &[ResourceRef],
        global_only: bool,
        alike: Arc<Mutex<Alike>>,
    ) -> Self {
        let names = subjects.iter().flat_map(record::names).filter(|n| !n.is_empty()).collect();
        Self {
            scope,
            by: query.by.clone(),
            reads: query.reads,
            errors_only: query.errors_only,
            names: (!query.subjects.is_empty()).then_some(names),
            global_only,
            alike,
        }
    }

    /// Whether an event fits as far as its index tells, and that tells all there is to count it by: of tens of thousands
    /// most need not be decoded.
    pub(super) fn is_plain(&self, found: &Found) -> bool {
        let index = &found.index;
        let told = index.read_only == Some(false) && !index.name.is_empty() && !index.source.is_empty();
        let whole = found.record.starts_with('{') && found.record.ends_with('}');
        let fits = || self.is_by(found) && self.is_about(found) && self.is_global(found);
        told && whole && !self.errors_only && fits()
    }

    /// The row of an event that fits.
    pub(super) fn row(&self, found: &Found) -> Option<Row> {
        let unwanted = found.index.read_only == Some(true) && !self.reads;
        if unwanted || !self.is_by(found) || !self.is_about(found) || !self.is_global(found) {
            return None;
        }
        let index = &found.index;
        let beside = Beside {
            id: &found.id,
            time: Timestamp::from_second(found.time).ok(),
            name: &index.name,
            source: &index.source,
            user: index.user.as_deref().unwrap_or_default(),
            access_key: index.key.as_deref().unwrap_or_default(),
            read_only: index.read_only.map_or("", |yes| if yes { "true" } else { "false" }),
        };
        let whole = serde_json::from_str::<IgnoredAny>(&found.record).is_ok();
        let read = record::event(self.scope, &found.record, &index.resources).ok().filter(|_| whole);
        let mut row = match read {
            Some(event) => Row::Read(event),
            // What was cut off is in the index, perhaps; what was not still tells who did what.
            None => match record::event_beside(self.scope, &found.record, &index.resources, &beside) {
                Ok(event) => Row::Damaged(event),
                Err(why) => {
                    tracing::warn!(id = ?found.id, %why, "a CloudTrail record cannot be read");
                    Row::Unreadable
                }
            },
        };
        let wanted = match &mut row {
            Row::Read(event) | Row::Damaged(event) => {
                // By this one the record is found again.
                event.id = found.id.to_string();
                self.alike.lock().unwrap_or_else(PoisonError::into_inner).share(event);
                // The index has the last word on what only reads: it is what was asked by.
                let reads = found.index.read_only.unwrap_or(event.read_only);
                (self.reads || !reads) && (!self.errors_only || event.error.is_some())
            }
            Row::Unreadable => true,
        };
        wanted.then_some(row)
    }

    fn is_by(&self, found: &Found) -> bool {
        let index = &found.index;
        match &self.by {
            None => true,
            Some(EventBy::Actor(v)) => index.user.as_ref() == Some(v),
            Some(EventBy::AccessKey(v)) => index.key.as_ref() == Some(v),
            Some(EventBy::Name(v)) => index.name == *v,
            Some(EventBy::Source(v)) => index.source == *v,
        }
    }

    fn is_about(&self, found: &Found) -> bool {
        let Some(names) = &self.names else { return true };
        found.index.resources.iter().any(|(_, name)| names.contains(name))
            || names.iter().any(|name| record::mentions(&found.record, name))
    }

    fn is_global(&self, found: &Found) -> bool {
        !self.global_only || is_global(&found.index.source)
    }
}
