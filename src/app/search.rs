//! A search among CloudTrail's events: a list of its own, beside the Events pane, for one question.
//!
//! Pure state. A search is asked when its place is entered and forgotten when another takes its place; what was read is
//! in the runtime's store, so that coming back is quick.

use jiff::{SignedDuration, Timestamp};

use super::{model::Feed, table::Table};
use crate::{
    panes::PaneId,
    resource::ResourceRef,
    rows::event::{EventBy, EventQuery, HISTORY},
    scope::ScopeId,
    text::sentence::Sentence,
};

/// How long before an alarm events are looked for that name what it is about.
pub const BEFORE: SignedDuration = SignedDuration::from_hours(24);
/// How long before it every change in the account is looked for: most causes come shortly before.
pub const SWEEP: SignedDuration = SignedDuration::from_mins(60);
/// And how long after: an alarm's state carries the time of its evaluation, and clocks differ.
pub const AFTER: SignedDuration = SignedDuration::from_mins(5);
/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Where.
    pub scope: ScopeId,
    /// What people call it: the alarm's or the resource's name, a session's key.
    pub title: String,
    /// What is asked, one after the other; events that answer several are shown once.
    pub queries: Vec<EventQuery>,
}

impl Question {
    /// The events behind something that has been wrong since a moment (or is looked at now): those that name its
    /// resources, and every change in the account shortly before.
    pub fn behind(
        title: String,
        subjects: Vec<ResourceRef>,
        since: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<Self> {
        let scope = subjects.first()?.scope;
        let at = since.unwrap_or(now);
        let back = |by: SignedDuration| at.checked_sub(by).unwrap_or(at);
        let to = at.checked_add(AFTER).ok().filter(|to| *to < now);
        let sweep = EventQuery {
            subjects: Vec::new(),
            by: None,
            from: back(SWEEP),
            to,
            reads: false,
            errors_only: false,
        };
        let named = EventQuery { subjects, from: back(BEFORE), ..sweep.clone() };
        Some(Self { scope, title, queries: vec![sweep, named] })
    }

    /// One query, named by what it looks for.
    pub fn of(scope: ScopeId, query: EventQuery) -> Self {
        let title = match &query.by {
            Some(
                EventBy::Actor(what) | EventBy::AccessKey(what) | EventBy::Name(what) | EventBy::Source(what),
            ) => what.clone(),
            None => query.subjects.first().map(|s| s.id.clone()).unwrap_or_default(),
        };
        Self { scope, title, queries: vec![query] }
    }

    /// From when events are wanted.
    pub fn from(&self) -> Option<Timestamp> {
        self.queries.iter().map(|q| q.from).min()
    }

    /// Whether events that only read are wanted, too.
    pub fn has_reads(&self) -> bool {
        self.queries.iter().any(|q| q.reads)
    }

    /// Whether only failed events are wanted.
    pub fn is_errors_only(&self) -> bool {
        self.queries.iter().all(|q| q.errors_only)
    }

    /// The same with the events that only read, or without them.
    #[must_use]
    pub fn toggle_reads(mut self) -> Self {
        let reads = !self.has_reads();
        self.queries.iter_mut().for_each(|q| q.reads = reads);
        self
    }

    /// The same for failed events only, or for all.
    #[must_use]
    pub fn toggle_errors(mut self) -> Self {
        let errors_only = !self.is_errors_only();
        self.queries.iter_mut().for_each(|q| q.errors_only = errors_only);
        self
    }

    /// The same over twice the time, as far as CloudTrail keeps events; none when it is all of that already.
    pub fn further_back(mut self, now: Timestamp) -> Option<Self> {
        let earliest = now.checked_sub(HISTORY).unwrap_or(now);
        if self.from()? <= earliest {
            return None;
        }
        for query in &mut self.queries {
            let time = query.to.unwrap_or(now).duration_since(query.from);
            query.from = query.from.checked_sub(time).unwrap_or(earliest).max(earliest);
        }
        Some(self)
    }
}

/// A search with what it has brought.
#[derive(Debug)]
pub struct Search {
    /// What is looked for.
    pub question: Question,
    /// What was found.
    pub table: Table,
    /// How the asking stands.
    pub feed: Feed,
    /// What is to be said about the answer: how far it was read, what may be missing.
    pub notes: Vec<Sentence>,
}

impl Search {
    /// A search that has not been asked yet.
    pub fn new(question: Question) -> Self {
        Self { question, table: Table::new(PaneId::Events), feed: Feed::default(), notes: Vec::new() }
    }
}
