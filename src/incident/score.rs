//! How well a drill was played: an incident's journal held against what was expected of it.
//!
//! The rule, whole: every expected thing has points ([`What::points`]). All of them for what was right at once and in time;
//! half for what was right only after something wrong, or later than its limit; none for what is wrong in the end, or was
//! never done. What the console finds out by itself is no move of the operator's: a side, a gate, a severity and a cause
//! count when a person has said them. Of a decision the last word counts; what was found, opened or told stays so.
//! Times are the journal's, on the drill's clock. Decides nothing, reads no clock, and knows no drill.

pub mod expected;
mod moves;

use std::time::Duration;

use jiff::Timestamp;

use self::{expected::Step, moves::Moves};
pub use self::{
    expected::{Expected, Par},
    moves::Move,
};
use super::{
    Incident,
    event::{Cause, Gate, Level, Party},
    ladder::{Ladder, Owner},
};
use crate::runbook::shelf::Shelf;

/// What a journal is held against.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// What is expected.
    pub expected: &'a Expected,
    /// When the drill was opened, by its clock.
    pub started: Timestamp,
    /// Who is told, in which order.
    pub ladder: &'a Ladder,
    /// The runbooks.
    pub shelf: &'a Shelf,
}

/// Something that is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// An incident is opened about the right thing.
    Opened,
    /// The right runbook is followed.
    Runbook,
    /// The step is come by whose answer shows the fault.
    Shown,
    /// How bad it is.
    Severity,
    /// Full response or not.
    Gate,
    /// Whose part it is.
    Verdict,
    /// The right one is told.
    Escalation,
    /// A step is answered.
    Step,
    /// It is closed with what it was.
    Cause,
}

impl What {
    /// As in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Runbook => "runbook",
            Self::Shown => "first_right_check",
            Self::Severity => "severity",
            Self::Gate => "gate",
            Self::Verdict => "verdict",
            Self::Escalation => "escalation",
            Self::Step => "step",
            Self::Cause => "cause",
        }
    }

    /// Wording key.
    pub const fn wording(self) -> &'static str {
        match self {
            Self::Opened => "score.what_opened",
            Self::Runbook => "score.what_runbook",
            Self::Shown => "score.what_shown",
            Self::Severity => "score.what_severity",
            Self::Gate => "score.what_gate",
            Self::Verdict => "score.what_verdict",
            Self::Escalation => "score.what_escalation",
            Self::Step => "score.what_step",
            Self::Cause => "score.what_cause",
        }
    }

    /// What it is worth. What takes judgement is worth twice what the console helps with.
    pub const fn points(self) -> u32 {
        match self {
            Self::Opened | Self::Runbook | Self::Severity | Self::Gate => 10,
            Self::Shown | Self::Verdict | Self::Escalation | Self::Cause => 20,
            Self::Step => 6,
        }
    }

    /// Whether it stays as it once was right: nobody can open, find or tell something less often.
    const fn stays(self) -> bool {
        matches!(self, Self::Opened | Self::Runbook | Self::Shown | Self::Escalation)
    }

    const fn limit(self, par: Par) -> Option<Duration> {
        match self {
            Self::Opened => par.opened,
            Self::Shown => par.shown,
            Self::Verdict => par.verdict,
            Self::Gate => par.gate,
            Self::Escalation => par.escalation,
            Self::Runbook | Self::Severity | Self::Step | Self::Cause => None,
        }
    }
}

/// How something expected stands in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Right at once, and in time.
    Met,
    /// Right at once, later than its limit.
    Late,
    /// Right after something wrong.
    Corrected,
    /// Wrong.
    Wrong,
    /// Never done.
    Missed,
}

impl Standing {
    /// As in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Late => "late",
            Self::Corrected => "corrected",
            Self::Wrong => "wrong",
            Self::Missed => "missed",
        }
    }

    /// Wording key.
    pub const fn wording(self) -> &'static str {
        match self {
            Self::Met => "score.met",
            Self::Late => "score.late",
            Self::Corrected => "score.corrected",
            Self::Wrong => "score.wrong",
            Self::Missed => "score.missed",
        }
    }

    /// Whether it is right in the end.
    pub const fn is_right(self) -> bool {
        matches!(self, Self::Met | Self::Late | Self::Corrected)
    }

    const fn of(self, points: u32) -> u32 {
        match self {
            Self::Met => points,
            Self::Late | Self::Corrected => points / 2,
            Self::Wrong | Self::Missed => 0,
        }
    }
}

/// One expected thing, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which.
    pub what: What,
    /// Runbook and step, of what is one.
    pub step: Option<(String, String)>,
    /// How it stands.
    pub standing: Standing,
    /// What would be right, as records say it; empty where it only has to be done.
    pub wanted: Vec<String>,
    /// What made it right, or the last that was wrong.
    pub answer: Option<Move>,
    /// What was wrong before, or is.
    pub wrong: Vec<Move>,
    /// By when, from [`Score::began`].
    pub limit: Option<Duration>,
}

impl Line {
    /// The points that it got.
    pub const fn points(&self) -> u32 {
        self.standing.of(self.what.points())
    }

    fn of(what: What, wanted: Vec<String>, moves: &[Move], score: &Score, par: Par) -> Self {
        let settled = if what.stays() {
            moves.iter().position(|one| one.right)
        } else {
            // Since when nothing wrong was said any more.
            let since = moves.iter().rposition(|one| !one.right).map_or(0, |last| last + 1);
            (since < moves.len()).then_some(since)
        };
        let limit = what.limit(par);
        let wrong: Vec<Move> =
            moves.iter().take(settled.unwrap_or(moves.len())).filter(|one| !one.right).cloned().collect();
        let answer = settled.and_then(|at| moves.get(at)).or_else(|| moves.last()).cloned();
        let late = |answer: &Move| limit.is_some_and(|limit| score.after(answer.at) > limit.as_secs());
        let standing = match (&answer, settled) {
            (None, _) => Standing::Missed,
            (Some(_), None) => Standing::Wrong,
            (Some(_), Some(_)) if !wrong.is_empty() => Standing::Corrected,
            (Some(answer), Some(_)) if late(answer) => Standing::Late,
            (Some(_), Some(_)) => Standing::Met,
        };
        Self { what, step: None, standing, wanted, answer, wrong, limit }
    }
}

/// How an incident was handled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// The incident's number.
    pub number: u64,
    /// What binds its entries together.
    pub uid: String,
    /// Its title.
    pub title: String,
    /// When times begin to count: when the drill was opened, or the alarm fired where that is later.
    pub began: Timestamp,
    /// When the alarm fired, where the incident is about one.
    pub alarm_at: Option<Timestamp>,
    /// When it was opened.
    pub opened_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Every expected thing, in the order in which it is to be done.
    pub lines: Vec<Line>,
}

impl Score {
    /// Of one incident.
    pub fn of(incident: &Incident, setting: &Setting<'_>) -> Self {
        let expected = setting.expected;
        let alarm_at = incident.since;
        let mut score = Self {
            number: incident.number,
            uid: incident.uid.clone(),
            title: incident.title.clone(),
            began: alarm_at.map_or(setting.started, |at| at.max(setting.started)),
            alarm_at,
            opened_at: incident.opened.as_ref().map(|(at, _)| *at),
            closed_at: incident.closed_at,
            lines: Vec::new(),
        };
        let moves = Moves::of(incident, setting);
        let shown = expected.step.iter().position(|step| step.shows);
        let line = |what, wanted, moves: Vec<Move>| Line::of(what, wanted, &moves, &score, expected.par);
        let about = |what, wanted| line(what, wanted, moves.about(what));
        let step = |what, place: usize, step: &Step| {
            let wanted = step.mark.map(|mark| mark.word().to_owned());
            let wanted = step.choice.iter().cloned().chain(wanted).collect();
            let book = expected.book(step, setting.shelf).map(|book| book.id.clone());
            let book = book.or_else(|| expected.runbook.first().cloned()).unwrap_or_default();
            Line { step: Some((book, step.id.clone())), ..line(what, wanted, moves.step(place)) }
        };
        let mut lines =
            vec![about(What::Opened, expected.about.clone()), about(What::Runbook, expected.runbook.clone())];
        lines.extend(shown.and_then(|at| Some(step(What::Shown, at, expected.step.get(at)?))));
        lines.push(about(What::Severity, said(&expected.severity, Level::word)));
        lines.push(about(What::Gate, said(&expected.gate, Gate::word)));
        lines.push(about(What::Verdict, said(&expected.verdict, Party::word)));
        if !expected.escalate.is_empty() {
            lines.push(about(What::Escalation, said(&expected.escalate, Owner::word)));
        }
        let others = expected.step.iter().enumerate().filter(|(at, _)| Some(*at) != shown);
        lines.extend(others.map(|(at, one)| step(What::Step, at, one)));
        let mut cause = about(What::Cause, said(&expected.cause, Cause::word));
        if !moves.closed() {
            (cause.standing, cause.answer) = (Standing::Missed, None);
        }
        lines.push(cause);
        score.lines = lines;
        score
    }

    /// Of several incidents the one that was handled best, the first of equals. None where there is none.
    pub fn best<'i>(
        incidents: impl IntoIterator<Item = &'i Incident>,
        setting: &Setting<'_>,
    ) -> Option<Self> {
        let scores = incidents.into_iter().map(|incident| Self::of(incident, setting));
        scores.max_by_key(|score| (score.points(), std::cmp::Reverse(score.number)))
    }

    /// The points that were got.
    pub fn points(&self) -> u32 {
        self.lines.iter().map(Line::points).sum()
    }

    /// The points that can be got.
    pub fn possible(&self) -> u32 {
        self.lines.iter().map(|line| line.what.points()).sum()
    }

    /// Whole seconds after times began to count; never negative.
    pub fn after(&self, at: Timestamp) -> u64 {
        u64::try_from(at.duration_since(self.began).as_secs()).unwrap_or(0)
    }

    /// Everything wrong that was done, in order, with what it was about.
    pub fn wrong(&self) -> Vec<(&Line, &Move)> {
        let mut wrong: Vec<(&Line, &Move)> =
            self.lines.iter().flat_map(|line| line.wrong.iter().map(move |one| (line, one))).collect();
        wrong.sort_by_key(|(_, one)| one.at);
        wrong
    }
}

impl Setting<'_> {
    /// Whether somebody who was told is one that had to be. Where the ladder has nobody of those parts, anybody above the
    /// desk will do.
    fn is_right_to_tell(&self, to: &str) -> bool {
        let wanted = |role: &str| self.expected.escalate.iter().any(|owner| owner.word() == role);
        let ladder = self.ladder;
        let role = |id: &str| ladder.contact(id).map(|contact| contact.role.word());
        if ladder.levels.iter().flatten().any(|id| role(id).is_some_and(wanted)) {
            wanted(role(to).unwrap_or(to))
        } else {
            ladder.level_of(to).is_some_and(|level| level >= ladder.above_desk())
        }
    }
}

fn said<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<String> {
    all.iter().map(|one| word(*one).to_owned()).collect()
}

#[cfg(test)]
mod tests;
