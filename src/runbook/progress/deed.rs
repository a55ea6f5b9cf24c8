//! Finishing the due step: what was done, and where that leads. Refuses what may not be, in one sentence.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Done, Due, How, Progress, Record, Standing, To, lead};
use crate::{
    runbook::{
        Runbook,
        judge::Judged,
        step::{Kind, Next, Step},
    },
    text::sentence::Sentence,
};

/// What is done with the due step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed<'d> {
    /// Its checks have come out, its time is over, its act was confirmed or was not: it goes on by itself.
    Read,
    /// An answer or a decision.
    Choose {
        /// Which choice, by its id.
        choice: &'d str,
        /// Why. A decision needs one.
        reason: &'d str,
    },
    /// Somebody was told, something was written down, a question without choices was answered.
    Tell {
        /// What.
        text: &'d str,
    },
    /// It is gone past. A decision cannot be.
    Skip {
        /// Why; needed.
        reason: &'d str,
    },
}

/// The due step, done. The record is not changed: [`Record::push`] does that.
pub fn finish(
    book: &Runbook,
    record: &Record,
    deed: Deed<'_>,
    by: &str,
    now: Timestamp,
) -> Result<Done, Sentence> {
    let progress = Progress::of(book, record, now);
    let Due::Step(index, standing) = progress.due else { return Err(Sentence::new("runbook.nothing_due")) };
    let step = &book.steps[index];
    let outcomes = results(step, record);
    let of = |id: &str| outcomes.get(id).cloned();
    let (how, next) = match (deed, &step.kind) {
        (Deed::Read, _) if standing == Standing::Carried => match carried(step, record) {
            Some((done, next)) => {
                let (how, outcomes) = (How::Carried { from: done.book.clone() }, done.outcomes.clone());
                return Ok(made(book, step, how, outcomes, next, by, now));
            }
            None => return Err(Sentence::new("runbook.not_ready")),
        },
        (Deed::Read, kind) if standing == Standing::Ready => {
            let how = match kind {
                Kind::Act(_) => {
                    let approved_by =
                        record.performed.as_ref().map(|performed| performed.approved_by.clone());
                    How::Performed { approved_by: approved_by.unwrap_or_default() }
                }
                Kind::Wait(_) => How::Waited,
                _ => How::Read,
            };
            (how, lead(step, &of))
        }
        (Deed::Choose { choice, reason }, Kind::Ask(choices) | Kind::Decide(choices)) => {
            let reason = reason.trim().to_owned();
            if reason.is_empty() && matches!(step.kind, Kind::Decide(_)) {
                return Err(Sentence::new("runbook.wants_reason"));
            }
            let Some(chosen) = choices.iter().find(|one| one.id == choice) else {
                let known = choices.iter().map(|one| one.id.as_str()).collect::<Vec<_>>().join(", ");
                return Err(Sentence::new("runbook.no_choice").with("name", choice).with("names", known));
            };
            (How::Chosen { choice: chosen.id.clone(), reason }, &chosen.to)
        }
        (Deed::Tell { text }, Kind::Notify(_) | Kind::Record) => {
            (How::Told { text: text.trim().to_owned() }, &step.then)
        }
        (Deed::Tell { text }, Kind::Ask(choices)) if choices.is_empty() => {
            (How::Told { text: text.trim().to_owned() }, &step.then)
        }
        (Deed::Skip { .. }, Kind::Decide(_)) => return Err(Sentence::new("runbook.no_skip")),
        (Deed::Skip { reason }, kind) => {
            let reason = reason.trim().to_owned();
            if reason.is_empty() {
                return Err(Sentence::new("runbook.wants_reason"));
            }
            // Nothing is known of what was not looked at.
            let unknown = |choice: &&crate::runbook::step::Choice| choice.id == "unknown";
            let next = match kind {
                Kind::Ask(choices) => choices.iter().find(unknown).map_or(&step.then, |choice| &choice.to),
                _ => lead(step, &|_| None),
            };
            (How::Skipped { reason }, next)
        }
        _ => return Err(Sentence::new("runbook.not_ready")),
    };
    Ok(made(book, step, how, outcomes, next, by, now))
}

fn made(
    book: &Runbook,
    step: &Step,
    how: How,
    outcomes: BTreeMap<String, Judged>,
    next: &Next,
    by: &str,
    at: Timestamp,
) -> Done {
    let to = match next {
        Next::Step(index) => To::Step(book.steps.get(*index).map(|step| step.id.clone()).unwrap_or_default()),
        Next::Book(id) => To::Book(id.clone()),
        Next::Close => To::Close,
    };
    Done { book: book.id.clone(), step: step.id.clone(), how, outcomes, at, by: by.to_owned(), to }
}

/// The results that a step rests on. Of an act only what was read after it counts.
fn results(step: &Step, record: &Record) -> BTreeMap<String, Judged> {
    let ids = step.checks.iter().chain(step.act().map(|act| &act.confirm.check));
    let known = ids.filter_map(|id| Some((id.clone(), record.outcomes.get(id)?.clone())));
    let since = step.act().and(record.performed.as_ref()).map(|performed| performed.at);
    known.filter(|(_, judged)| since.is_none_or(|since| judged.at >= since)).collect()
}

/// What was done under the same name in a runbook before this one, and where it leads here; `None` where it was not, or
/// does not fit: a choice that this runbook does not have, a check that had no result then.
pub(super) fn carried<'s, 'r>(step: &'s Step, record: &'r Record) -> Option<(&'r Done, &'s Next)> {
    // Time that has passed, and what was skipped, is no result; what was carried itself has one further back.
    let is_result =
        |done: &&Done| done.step == step.id && !matches!(done.how, How::Skipped { .. } | How::Carried { .. });
    let before = record.done.iter().take(record.stint).rev().find(is_result)?;
    let next = match (&before.how, &step.kind) {
        (How::Chosen { choice, .. }, Kind::Ask(choices) | Kind::Decide(choices)) => {
            &choices.iter().find(|one| one.id == *choice)?.to
        }
        (_, Kind::Check) => {
            let all = step.checks.iter().all(|id| before.outcomes.contains_key(id));
            (all && !before.outcomes.is_empty())
                .then(|| lead(step, &|id| before.outcomes.get(id).cloned()))?
        }
        (How::Performed { .. }, Kind::Act(act)) => {
            before.outcomes.get(&act.confirm.check)?;
            lead(step, &|id| before.outcomes.get(id).cloned())
        }
        (How::Told { .. }, Kind::Notify(_) | Kind::Record) => &step.then,
        _ => return None,
    };
    Some((before, next))
}
