//! What was done in an incident about each thing that is expected, in order, and whether it was right.

use jiff::Timestamp;

use super::{What, expected::Step};
use crate::{
    incident::{
        Entry, Event, Incident,
        chain::SELF,
        event::{self, Level, Mark, Subject},
    },
    runbook::step::Kind,
};

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// It, as records say it: a word of a closed list, the id of a choice, a name.
    pub said: String,
    /// Whether it was right.
    pub right: bool,
}

/// Everything that was done, by what it is about.
#[derive(Debug, Default)]
pub(super) struct Moves {
    by: Vec<(What, Move)>,
    /// By the place of the expected step.
    steps: Vec<(usize, Move)>,
    /// The severity that the gate was decided with, where that was a wrong one that nobody had said.
    accepted: Option<Move>,
    level: Option<Level>,
    closed: bool,
}

impl Moves {
    /// Of an incident.
    pub(super) fn of(incident: &Incident, setting: &super::Setting<'_>) -> Self {
        let mut moves = Self::default();
        for entry in &incident.entries {
            if let Ok(event) = &entry.event {
                moves.take(entry, event, setting);
            }
        }
        moves
    }

    /// What was done about a thing.
    pub(super) fn about(&self, what: What) -> Vec<Move> {
        let mut found: Vec<Move> =
            self.by.iter().filter(|(about, _)| *about == what).map(|(_, one)| one.clone()).collect();
        if what == What::Severity && found.is_empty() {
            found.extend(self.accepted.clone());
        }
        found
    }

    /// What was done about an expected step.
    pub(super) fn step(&self, place: usize) -> Vec<Move> {
        self.steps.iter().filter(|(at, _)| *at == place).map(|(_, one)| one.clone()).collect()
    }

    /// Whether the incident is closed in the end.
    pub(super) const fn closed(&self) -> bool {
        self.closed
    }

    fn take(&mut self, entry: &Entry, event: &Event, setting: &super::Setting<'_>) {
        let expected = setting.expected;
        let person = entry.hand.by != SELF;
        let made = |said: &str, right: bool| Move {
            at: entry.at,
            by: entry.hand.by.clone(),
            said: said.to_owned(),
            right,
        };
        match event {
            Event::Opened { subject, level, .. } => {
                self.level = *level;
                if let Some(subject) = subject {
                    self.by.push((What::Opened, made(subject.label(), is_about(&expected.about, subject))));
                }
            }
            Event::Attached { subject } if is_about(&expected.about, subject) => {
                self.by.push((What::Opened, made(subject.label(), true)));
            }
            Event::Runbook { id, .. } => {
                let right = expected.runbook.contains(id);
                // What the console proposes, or a runbook leads to, is nobody's mistake.
                if right || person {
                    self.by.push((What::Runbook, made(id, right)));
                }
            }
            Event::Severity { level, .. } => {
                self.level = Some(*level);
                if person {
                    self.by.push((What::Severity, made(level.word(), expected.severity.contains(level))));
                }
            }
            Event::Gate { answer, .. } if person => {
                self.by.push((What::Gate, made(answer.word(), expected.gate.contains(answer))));
                if let Some(level) = self.level {
                    let right = expected.severity.contains(&level);
                    let accepted = made(level.word(), right);
                    if right {
                        self.by.push((What::Severity, accepted));
                    } else {
                        self.accepted = Some(accepted);
                    }
                }
            }
            Event::Verdict { side, .. } if person => {
                self.by.push((What::Verdict, made(side.word(), expected.verdict.contains(side))));
            }
            Event::Escalated(told) if told.sent && setting.is_right_to_tell(&told.to) => {
                self.by.push((What::Escalation, made(&told.to, true)));
            }
            Event::Step(step) => {
                self.stepped(step, setting, &made);
            }
            Event::Action { step: Some((book, id)), .. } => {
                for (place, wanted) in wanted(setting, book, id) {
                    if wanted.choice.is_empty() && wanted.mark.is_none() {
                        self.steps.push((place, made(Mark::Done.word(), true)));
                    }
                }
            }
            Event::Closed { cause, .. } if !self.closed => {
                self.closed = true;
                if person {
                    self.by.push((What::Cause, made(cause.word(), expected.cause.contains(cause))));
                }
            }
            Event::Reopened { .. } => self.closed = false,
            _ => {}
        }
    }

    fn stepped(
        &mut self,
        step: &event::Step,
        setting: &super::Setting<'_>,
        made: &dyn Fn(&str, bool) -> Move,
    ) {
        for (place, wanted) in wanted(setting, &step.runbook, &step.id) {
            let (said, right) = match (&step.choice, step.mark) {
                (_, Mark::Open) => continue,
                // Who goes past the waiting for what was done has done it.
                (_, Mark::Skipped) if self.step(place).iter().any(|one| one.right) => continue,
                (_, Mark::Skipped) => (Mark::Skipped.word(), false),
                (Some(choice), _) if !wanted.choice.is_empty() => {
                    (choice.as_str(), wanted.choice.contains(choice))
                }
                (_, mark) => {
                    let right = wanted.choice.is_empty() && wanted.mark.is_none_or(|wanted| wanted == mark);
                    (mark.word(), right)
                }
            };
            self.steps.push((place, made(said, right)));
        }
        // Who is told by a step of the runbook is told.
        let book = setting.shelf.find(&step.runbook);
        let notify = book.and_then(|book| match &book.steps.get(book.step(&step.id)?)?.kind {
            Kind::Notify(owners) if step.mark == Mark::Done => Some(owners),
            _ => None,
        });
        for owner in notify.into_iter().flatten() {
            if setting.expected.escalate.iter().any(|wanted| wanted.word() == owner.word()) {
                self.by.push((What::Escalation, made(owner.word(), true)));
            }
        }
    }
}

fn is_about(about: &[String], subject: &Subject) -> bool {
    about.iter().any(|known| *known == subject.id || *known == subject.name)
}

/// The expected steps that a step of a record is, with their places.
fn wanted<'a>(
    setting: &super::Setting<'a>,
    book: &str,
    id: &str,
) -> impl Iterator<Item = (usize, &'a Step)> + use<'a> {
    let (book, id) = (book.to_owned(), id.to_owned());
    let expected = setting.expected;
    let steps = expected.step.iter().enumerate();
    steps.filter(move |(_, step)| step.id == id && expected.runbook.contains(&book))
}
