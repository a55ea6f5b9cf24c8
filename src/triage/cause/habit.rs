//! Whether somebody does what they always do, in the account's own background: new faces, odd hours, first times, routine.
//!
//! Something is said only where the background is long enough to tell, and it moves a score little: the cause is often an
//! ordinary deed of an ordinary actor.

use super::{
    hours::hour_of,
    seen::{Counted, Known, Seen},
};
use crate::{
    rows::event::Event,
    text::{age, sentence::Sentence},
    triage::record::{Who, plain_name},
};

/// So many hours before must have been read to call somebody new, or a call one's first: from an evening to the next noon.
const BACKGROUND: i64 = 18;
/// So many for odd hours.
const NIGHTS: i64 = 72;
/// What somebody did so many hours before is a part of the same deed.
const DEED: i64 = 1;
/// In so many hours before, spread over as many as [`SPREAD`], a call is routine.
const ROUTINE: u32 = 4;
const SPREAD: i64 = 12;
/// A call that others made in so many hours before is usual in the account.
const OF_OTHERS: u32 = 4;

/// What an actor who is as ever weighs against one who is not: no more than half an hour that lies between two events.
const ORDINARY: f64 = 0.97;
const ROUTINELY: f64 = 0.94;
const REMARKABLE: f64 = 1.0;

/// How a deed stands to what its actor usually does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    /// Of this actor nothing was read before, over so many hours.
    Newcomer { hours: i64 },
    /// A person at an hour at which they otherwise do nothing; or where too little is known of them, nobody does.
    OddHour { nobody: bool },
    /// Usual in the account, and this actor had never done it.
    FirstTime,
    /// Done regularly, in so many hours before.
    Routine { hours: u32 },
    /// None of these, or it cannot be told.
    Ordinary,
}

impl Habit {
    /// How an event stands to what its actor usually does; none where what was read is too short to say that of anything
    /// that happened at `case_hour`, the hour of the symptom. `call` is what was counted of the event's call.
    pub(super) fn of(event: &Event, call: Option<&Counted>, seen: &Seen, case_hour: i64) -> Option<Self> {
        let since = seen.since().filter(|since| since + BACKGROUND + DEED <= case_hour)?;
        let told = Who::of(event).zip(call).and_then(|(who, call)| {
            let known = seen.known(call, &who.name)?;
            let hour = hour_of(event.time);
            newcomer(&known, since, hour)
                .or_else(|| odd_hour(&known, seen, since, hour).filter(|_| who.human))
                .or_else(|| first_time(&known, since, hour))
                .or_else(|| routine(&known, hour))
        });
        Some(told.unwrap_or(Self::Ordinary))
    }

    /// Its factor.
    pub(super) const fn weight(self) -> f64 {
        match self {
            Self::Newcomer { .. } | Self::OddHour { .. } | Self::FirstTime => REMARKABLE,
            Self::Ordinary => ORDINARY,
            Self::Routine { .. } => ROUTINELY,
        }
    }

    /// In words; what is ordinary goes without saying.
    pub(super) fn reason(self, event: &Event) -> Option<Sentence> {
        let who = Who::of(event)?.name.into_owned();
        let name = plain_name(&event.name);
        Some(match self {
            Self::Newcomer { hours } => {
                Sentence::new("cause.newcomer").with("actor", who).with("age", age::short(hours * 3600))
            }
            Self::OddHour { nobody: false } => Sentence::new("cause.odd_hour").with("actor", who),
            Self::OddHour { nobody: true } => Sentence::new("cause.odd_hour_all").with("actor", who),
            Self::FirstTime => Sentence::new("cause.first_time").with("actor", who).with("name", name),
            Self::Routine { hours } => {
                Sentence::new("cause.routine").with("actor", who).with("name", name).with("n", hours)
            }
            Self::Ordinary => return None,
        })
    }
}

/// The hour from which on something was there, when that is the same deed and long enough after the beginning.
fn sudden(first: Option<i64>, since: i64, hour: i64) -> Option<i64> {
    first.filter(|first| *first >= hour - DEED && since + BACKGROUND <= *first)
}

fn newcomer(known: &Known<'_>, since: i64, hour: i64) -> Option<Habit> {
    let first = sudden(known.active.first(), since, hour)?;
    Some(Habit::Newcomer { hours: first - since })
}

fn odd_hour(known: &Known<'_>, seen: &Seen, since: i64, hour: i64) -> Option<Habit> {
    if since + NIGHTS > hour {
        return None;
    }
    let (usual, nobody) = match known.active.is_usual(hour) {
        Some(usual) => (usual, false),
        None => (seen.people().is_usual(hour)?, true),
    };
    (!usual).then_some(Habit::OddHour { nobody })
}

fn first_time(known: &Known<'_>, since: i64, hour: i64) -> Option<Habit> {
    sudden(known.this?.first(), since, hour)?;
    let others: u32 = known.others().map(|hours| hours.before(hour - DEED)).sum();
    (others >= OF_OTHERS).then_some(Habit::FirstTime)
}

fn routine(known: &Known<'_>, hour: i64) -> Option<Habit> {
    let this = known.this?;
    let hours = this.before(hour - DEED);
    (hours >= ROUTINE && this.first()? <= hour - SPREAD).then_some(Habit::Routine { hours })
}

#[cfg(test)]
mod tests;
