//! Triage without AWS: the facts from a file, the events from CloudTrail log files.
//!
//! The files may be gigabytes: what has nothing to do with the case is passed over without being decoded, and of what
//! has, only so much is kept that memory stays bounded, the latest first, whatever order the files are in. Nothing here
//! decides which event is the cause.

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};

use crate::{
    logfiles::{self, Head, Outcome},
    scope::ScopeId,
    triage::{
        cause::{Call, Gathered, Ranking, Signals},
        context::Context,
        record,
    },
};

/// How long after the case's time events are still read: see [`crate::triage::cause::rank`].
const AFTER: SignedDuration = SignedDuration::from_secs(60);

/// What the files gave.
#[derive(Debug)]
pub struct Explained {
    /// The likeliest suspects.
    pub ranking: Ranking,
    /// How many there are in all.
    pub of: usize,
    /// Events of the account in the window.
    pub read: u64,
    /// What was read, and what could not be.
    pub outcome: Outcome,
}

/// Reads the files and ranks what is in them; `most` suspects are told of.
pub fn explain(context: &Context, paths: &[PathBuf], most: usize) -> Explained {
    let case = &context.case;
    let from = case.at.saturating_sub(case.window).unwrap_or(Timestamp::MIN);
    let to = case.at.saturating_add(AFTER).unwrap_or(Timestamp::MAX);
    let signals = Signals::current();
    let needles = case.about.needles();
    let found = Mutex::new(Gathered::default());
    let wanted = |head: &Head<'_>| {
        // Who says no account means any; a record that says none may be of this one.
        let named = !head.account.is_empty() && !context.account.is_empty();
        let of_account = !named || head.account == context.account;
        of_account && head.time.parse::<Timestamp>().is_ok_and(|time| (from..=to).contains(&time))
    };
    let each = |head: &Head<'_>, text: &str| {
        let near = needles.is_in(head.source, text);
        let candidate = near.then(|| record::event(ScopeId(0), text, &[]).ok()).flatten();
        let time = head.time.parse::<Timestamp>();
        let call = time.map(|time| Call::new(head.source, head.name, time, text));
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(call) = call {
            found.count(&call);
        }
        if let Some(event) = candidate {
            found.keep(event, text.into(), signals);
        }
    };
    let outcome = logfiles::read(paths, &wanted, &each);
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.is_all();
    let (ranking, of) = found.rank(case, signals, most);
    Explained { ranking, of, read: outcome.given, outcome }
}
