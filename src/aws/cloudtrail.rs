//! CloudTrail: who changed what, read with LookupEvents within its real limits (`aws-facts.md` §1.5, §4.3).
//!
//! Two calls a second per account and Region, shared by everybody who uses the account; 50 events a page, newest first;
//! 90 days; one attribute a question, exactly. So what has been read is kept in a [`Store`] and never asked again, every
//! query has a number of calls it may make, the most telling questions go first, and what is not read is said
//! ([`Coverage`]). Events come through the store, whoever read them. Nothing here decodes records (`triage::record` does)
//! or judges them.

mod coverage;
mod fit;
mod give;
mod inquiry;
mod jobs;
pub(super) mod lookup;
mod page;
mod plan;
mod run;

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, PoisonError},
};

pub use self::{
    coverage::{Coverage, Covered, CutOff},
    inquiry::{Batch, Inquiry},
};
use super::{Report, Session};
use crate::{
    rows::event::{Event, EventQuery, HISTORY},
    trail::Store,
};

/// Calls per query: six or seven seconds of the account's whole budget.
pub const CALLS: u32 = 12;

/// Calls when a query is asked again by itself, once a minute: one or two for what is new, the others go on with what is
/// old. With [`CALLS`] for the first, a console that nobody touches makes at most 28 in its first five minutes and 20 in
/// any later five, of the 600 that all users of the account have together.
pub const CALLS_WHEN_DUE: u32 = 4;

/// Told after every page how far a reading has come.
pub type Progress = Arc<dyn Fn(&Coverage) + Send + Sync>;

/// How a query is to be answered.
#[derive(Clone)]
pub struct Ask {
    /// Requests that may go out.
    pub calls: u32,
    /// Hand on only events that have become known since a reading of the same query; the default hands on all.
    pub after: Mark,
    /// For queries without subjects: also the events of global services (IAM, CloudFront, Route 53, Organizations,
    /// sign-in), which are in one Region for all. To be left out where that Region is a scope of its own.
    pub global: bool,
    /// Told after every page.
    pub progress: Option<Progress>,
}

impl Default for Ask {
    fn default() -> Self {
        Self { calls: CALLS, after: Mark::default(), global: false, progress: None }
    }
}

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { calls, after, global, progress: _ } = self;
        f.debug_struct("Ask")
            .field("calls", calls)
            .field("after", after)
            .field("global", global)
            .finish_non_exhaustive()
    }
}

/// What a reading has handed on, for the next one of the same query to leave out. Holds for one [`Store`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mark(BTreeMap<(String, i64), u64>);

/// What a reading came to, beside the events that its sink was given.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Calls and problems; complete when nothing was cut off and every event could be shown.
    pub report: Report,
    /// What was read of what was wanted.
    pub coverage: Coverage,
    /// For [`Ask::after`], to hand on only what is new when the same query is asked again. An event that the store has
    /// lost and read again comes again; its id tells.
    pub mark: Mark,
}

/// Reads the events of a query: first those in the store, newest first, then what LookupEvents adds, a page at a time.
/// Every event comes once. Rows of a query's subjects may come from the Region of global services; they carry the scope
/// of the session all the same.
pub async fn events(
    session: &Arc<Session>,
    query: &EventQuery,
    store: &Store,
    sink: &mut (impl FnMut(Vec<Event>) + Send),
) -> Reading {
    events_with(session, query, store, &Ask::default(), sink).await
}

/// [`events`], otherwise than by default.
pub async fn events_with(
    session: &Arc<Session>,
    query: &EventQuery,
    store: &Store,
    ask: &Ask,
    sink: &mut (impl FnMut(Vec<Event>) + Send),
) -> Reading {
    run::run(session, query, store, ask, sink).await
}

/// How a query is followed over time.
#[derive(Debug, Clone, Copy)]
pub struct Follow {
    /// Hand on everything, also what was handed on before.
    pub anew: bool,
    /// See [`Ask::global`].
    pub global: bool,
    /// See [`Ask::calls`].
    pub calls: u32,
}

/// Reads a query that is asked again and again: what was handed on the last time is left out.
pub async fn follow(
    session: &Arc<Session>,
    query: &EventQuery,
    store: &Store,
    how: Follow,
    sink: &mut (impl FnMut(Vec<Event>) + Send),
) -> Reading {
    let given = || session.events_given.lock().unwrap_or_else(PoisonError::into_inner);
    let after = if how.anew { Mark::default() } else { given().clone() };
    let ask = Ask { calls: how.calls, after, global: how.global, progress: None };
    let reading = events_with(session, query, store, &ask, sink).await;
    given().clone_from(&reading.mark);
    reading
}
