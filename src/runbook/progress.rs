//! Where one stands in a runbook: from what was done and what was read, which steps are behind, which one is due, what
//! it waits for, what may be read by itself, and where it may still lead.
//!
//! A step that is done stays as it was: what is read later changes no way that was gone. Before an act's or a wait's end
//! nothing that was read counts for what comes after it, since the world has changed meanwhile.

pub mod deed;
pub mod record;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

pub use self::{
    deed::{Deed, finish},
    record::{Done, How, Record, To},
};
use super::{
    Param, Runbook,
    check::Check,
    condition::cover::stand_in,
    judge::{By, Judged},
    params,
    step::{Act, Kind, Next, Step},
};
use crate::triage::check::Outcome;

/// How often an act's success is looked for.
pub const CONFIRM_EVERY: SignedDuration = SignedDuration::from_secs(15);

/// How far one has come.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress<'b> {
    /// Which runbook.
    pub book: &'b Runbook,
    /// Of each step, how it stands.
    pub marks: Vec<Mark>,
    /// What is due.
    pub due: Due,
    /// What reading would bring the due step on, then what it would show of the steps to come; nearest first.
    pub wants: Vec<Want<'b>>,
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Done: the index in the record.
    Done(usize),
    /// Due.
    Now,
    /// It may still be come by.
    Ahead,
    /// The way does not lead there any more.
    Aside,
}

/// What is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// A step, by its index.
    Step(usize, Standing),
    /// Another runbook, by its id.
    Book(String),
    /// Nothing: it is over.
    Closed,
    /// The record leads to a step that the runbook does not have any more.
    Lost(String),
}

/// What a due step waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Answers that are read by themselves.
    Reading,
    /// A key, since an answer costs money.
    Press,
    /// A person who types what toban cannot read.
    Typed,
    /// A person who decides, tells, writes down, or runs the command.
    Person,
    /// An act that was performed: its success, until then.
    Confirming(Timestamp),
    /// Time, until then.
    Waiting(Timestamp),
    /// Nothing: [`finish`] with [`Deed::Read`] goes on.
    Ready,
    /// Nothing: the same step was done in the runbook before, and counts.
    Carried,
}

/// A reading that would help.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Want<'b> {
    /// What to read.
    pub check: &'b Check,
    /// For which step.
    pub step: usize,
    /// It is for a step to come, and nothing waits for it.
    pub ahead: bool,
}

impl Want<'_> {
    /// Whether it may be read without anybody pressing a key.
    pub const fn by_itself(&self) -> bool {
        !self.check.source.costs()
    }
}

impl<'b> Progress<'b> {
    /// From a record, as seen at a time.
    pub fn of(book: &'b Runbook, record: &Record, now: Timestamp) -> Self {
        let mut marks = vec![Mark::Aside; book.steps.len()];
        for (index, done) in record.done.iter().enumerate().skip(record.stint) {
            if let Some(step) = book.step(&done.step) {
                marks[step] = Mark::Done(index);
            }
        }
        let due = match record.done.iter().skip(record.stint).last().map(|done| &done.to) {
            None if book.steps.is_empty() => Due::Closed,
            None => Due::Step(0, standing(book, 0, record, now)),
            Some(To::Step(id)) => match book.step(id) {
                Some(index) => Due::Step(index, standing(book, index, record, now)),
                None => Due::Lost(id.clone()),
            },
            Some(To::Book(id)) => Due::Book(id.clone()),
            Some(To::Close) => Due::Closed,
        };
        let mut wants = Vec::new();
        if let Due::Step(at, standing) = due {
            let ahead = ahead(book, at);
            for index in &ahead {
                if !matches!(marks[*index], Mark::Done(_)) {
                    marks[*index] = Mark::Ahead;
                }
            }
            marks[at] = Mark::Now;
            if !matches!(standing, Standing::Ready | Standing::Carried) {
                wanted(book, at, false, record, now, &mut wants);
            }
            for index in ahead {
                wanted(book, index, true, record, now, &mut wants);
            }
        }
        Self { book, marks, due, wants }
    }

    /// The due step.
    pub fn step(&self) -> Option<&'b Step> {
        match self.due {
            Due::Step(index, _) => self.book.steps.get(index),
            _ => None,
        }
    }

    /// What the due step cannot go on without and nobody has said. A decision or a question is a person's anyway, and
    /// waits for no read.
    pub fn missing(&self, values: &BTreeMap<String, String>) -> Vec<&'b Param> {
        let Due::Step(at, standing) = self.due else { return Vec::new() };
        let Some(step) = self.book.steps.get(at) else { return Vec::new() };
        match (standing, &step.kind) {
            (Standing::Reading | Standing::Press | Standing::Confirming(_), _)
            | (Standing::Person, Kind::Act(_)) => params::missing(self.book, step, values),
            _ => Vec::new(),
        }
    }

    /// How a step came out, or would by what is known of its checks: the worst of them. `None` before anything is.
    pub fn result(&self, step: usize, record: &Record) -> Option<Outcome> {
        let outcomes = match self.marks.get(step)? {
            Mark::Done(index) => &record.done.get(*index)?.outcomes,
            _ => &record.outcomes,
        };
        let step = self.book.steps.get(step)?;
        let ids = step.checks.iter().chain(step.act().map(|act| &act.confirm.check));
        ids.filter_map(|id| outcomes.get(id)).map(|judged| judged.outcome).min()
    }
}

/// Every step that can be come by from another, the nearest first; without that one.
fn ahead(book: &Runbook, from: usize) -> Vec<usize> {
    let mut found = vec![from];
    let mut at = 0;
    while let Some(step) = found.get(at).and_then(|index| book.steps.get(*index)) {
        for exit in step.exits() {
            if let Next::Step(index) = exit
                && !found.contains(index)
            {
                found.push(*index);
            }
        }
        at += 1;
    }
    found.remove(0);
    found
}

/// Readings that are missing for a step.
fn wanted<'b>(
    book: &'b Runbook,
    index: usize,
    ahead: bool,
    record: &Record,
    now: Timestamp,
    into: &mut Vec<Want<'b>>,
) {
    let Some(step) = book.steps.get(index) else { return };
    let since = record.since();
    for check in book.checks_of(step) {
        let confirms = !ahead
            && record.performed.is_some()
            && step.act().is_some_and(|act| act.confirm.check == check.id);
        let is_there = record.outcomes.get(&check.id).is_some_and(|judged| {
            let again = confirms && judged.outcome != Outcome::Pass && now >= judged.at + CONFIRM_EVERY;
            counts(judged, check, since, now) && !again
        });
        if check.source.is_live() && !is_there && !into.iter().any(|want| want.check.id == check.id) {
            into.push(Want { check, step: index, ahead });
        }
    }
}

/// Whether a result may be gone by: not older than the last change by our hand, nor than the check allows.
fn counts(judged: &Judged, check: &Check, since: Option<Timestamp>, now: Timestamp) -> bool {
    let after = since.is_none_or(|since| judged.at >= since);
    let fresh = match judged.by {
        By::Read | By::Console => now.duration_since(judged.at) <= check.fresh,
        By::Typed { .. } | By::Override { .. } => true,
    };
    after && fresh
}

fn standing(book: &Runbook, index: usize, record: &Record, now: Timestamp) -> Standing {
    let step = &book.steps[index];
    if deed::carried(step, record).is_some() {
        return Standing::Carried;
    }
    match &step.kind {
        Kind::Check => checked(book, step, record, now),
        Kind::Goto => Standing::Ready,
        Kind::Wait(span) => {
            let until = record.due_since() + *span;
            if now < until { Standing::Waiting(until) } else { Standing::Ready }
        }
        Kind::Act(act) => match &record.performed {
            None => Standing::Person,
            Some(performed) => confirmed(book, act, performed.at, record, now),
        },
        Kind::Ask(_) | Kind::Decide(_) | Kind::Notify(_) | Kind::Record => Standing::Person,
    }
}

/// A step whose checks decide.
fn checked(book: &Runbook, step: &Step, record: &Record, now: Timestamp) -> Standing {
    let missing: Vec<&Check> = step
        .checks
        .iter()
        .filter_map(|id| book.check(id))
        .filter(|check| {
            let is_there = |judged| counts(judged, check, record.since(), now);
            !record.outcomes.get(&check.id).is_some_and(is_there)
        })
        // What may be left out is not waited for when it takes a person.
        .filter(|check| !check.optional || (check.source.is_live() && !check.source.costs()))
        .collect();
    if missing.is_empty() {
        Standing::Ready
    } else if missing.iter().any(|check| check.source.is_live() && !check.source.costs()) {
        Standing::Reading
    } else if missing.iter().any(|check| check.source.is_live()) {
        Standing::Press
    } else {
        Standing::Typed
    }
}

fn confirmed(book: &Runbook, act: &Act, at: Timestamp, record: &Record, now: Timestamp) -> Standing {
    let until = at + act.confirm.within;
    let judged = record.outcomes.get(&act.confirm.check).filter(|judged| judged.at >= at);
    let asked = book.check(&act.confirm.check).is_some_and(|check| !check.source.is_live());
    match judged {
        Some(judged) if judged.outcome == Outcome::Pass => Standing::Ready,
        _ if now >= until => Standing::Ready,
        // What a person says is what it is.
        Some(judged) if !matches!(judged.by, By::Read | By::Console) => Standing::Ready,
        None if asked => Standing::Typed,
        _ => Standing::Confirming(until),
    }
}

/// Where a step leads by the results of its checks. What is missing counts as unknown.
fn lead<'s>(step: &'s Step, of: &dyn Fn(&str) -> Option<Judged>) -> &'s Next {
    let mut ids: Vec<&str> = step.branches.iter().flat_map(|branch| branch.when.checks()).collect();
    ids.sort_unstable();
    ids.dedup();
    let results: Vec<(&str, Judged)> =
        ids.into_iter().map(|id| (id, of(id).unwrap_or_else(|| stand_in(Outcome::Unknown)))).collect();
    let result = |id: &str| results.iter().find(|(known, _)| *known == id).map(|(_, judged)| judged);
    let taken = step.branches.iter().find(|branch| branch.when.holds(&result) == Some(true));
    taken.map_or(&step.then, |branch| &branch.to)
}
