//! Triage without AWS: the facts from a file, the events from CloudTrail log files.
//!
//! The files may be gigabytes: what has nothing to do with the case is passed over without being decoded, and of what
//! has, only so much is kept that memory stays bounded, the latest first, whatever order the files are in. Nothing here
//! decides which event is the cause.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};

use crate::{
    logfiles::{self, Head, Outcome},
    scope::ScopeId,
    triage::{
        cause::{self, Candidate, Ranking, Seen, Signals},
        context::Context,
        record,
    },
};

/// Changes that are kept at most: of some kilobytes each.
const CHANGES: usize = 20_000;
/// Reads and harmless calls that are kept at most. One key can be used for thousands of them a minute.
const OTHERS: usize = 1_000;
/// How long after the case's time events are still read: see [`cause::rank`].
const AFTER: SignedDuration = SignedDuration::from_secs(60);

/// What the files gave.
#[derive(Debug)]
pub struct Explained {
    /// All suspects.
    pub ranking: Ranking,
    /// Events of the account in the window.
    pub read: u64,
    /// What was read, and what could not be.
    pub outcome: Outcome,
}

/// By time and id, so that the latest stay and the same event twice is one.
type Kept = BTreeMap<(Timestamp, String), Candidate>;

#[derive(Default)]
struct Found {
    seen: Seen,
    changes: Kept,
    others: Kept,
}

/// Reads the files and ranks what is in them.
pub fn explain(context: &Context, paths: &[PathBuf]) -> Explained {
    let case = &context.case;
    let from = case.at.saturating_sub(case.window).unwrap_or(Timestamp::MIN);
    let to = case.at.saturating_add(AFTER).unwrap_or(Timestamp::MAX);
    let signals = Signals::built_in();
    let needles = case.about.needles();
    let found = Mutex::new(Found::default());
    let wanted = |head: &Head<'_>| {
        // Who says no account means any; a record that says none may be of this one.
        let named = !head.account.is_empty() && !context.account.is_empty();
        let of_account = !named || head.account == context.account;
        of_account && head.time.parse::<Timestamp>().is_ok_and(|time| (from..=to).contains(&time))
    };
    let each = |head: &Head<'_>, text: &str| {
        let near = needles.is_in(head.source, text);
        let candidate = near.then(|| record::event(ScopeId(0), text, &[]).ok()).flatten();
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        found.seen.add(head.source, head.name);
        let Some(event) = candidate else { return };
        let service = event.source.split('.').next().unwrap_or_default();
        let weak = event.read_only || signals.is_harmless(service, record::plain_name(&event.name));
        let (kept, most) = if weak { (&mut found.others, OTHERS) } else { (&mut found.changes, CHANGES) };
        kept.insert((event.time, event.id.clone()), Candidate { event, record: text.into() });
        if kept.len() > most {
            kept.pop_first();
        }
    };
    let outcome = logfiles::read(paths, &wanted, &each);
    let Found { seen, changes, others } = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    let candidates: Vec<Candidate> = changes.into_values().chain(others.into_values()).collect();
    let ranking = cause::rank(case, &candidates, &seen, signals);
    Explained { ranking, read: outcome.given, outcome }
}
