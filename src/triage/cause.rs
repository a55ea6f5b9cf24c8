//! Which change is likely behind a symptom: events of the account, ordered, each with the reasons for its place.
//!
//! Pure over what was fetched or read elsewhere. A score is a product of factors between 0 and 1, each of which stands in
//! one place and can be said in words; nothing is learnt, nothing is random, and the same input gives the same order.
//! What an event's or a resource's name *means* in English never counts: `backdoor` is a name like any other.
//!
//! | file | what it holds |
//! |---|---|
//! | `signals.toml`, `signals` | which kind of change can cause which kind of symptom (`aws-facts.md` §5.5) |
//! | `symptom` | what kind of symptom an alarm or a report is |
//! | `near` | how an event's resources lie to the resources of the symptom |
//! | `names` | which of many names stand in a text |
//! | `seen`, `hours` | what is usual in an account: which calls, by whom, when |
//! | `habit` | whether an event's actor does what they always do |
//! | `gather` | which events are kept for it, within bounds |
//! | `group` | which suspects are one deed |
//! | `rank` | the factors, their product, the reasons, the order |

mod gather;
mod group;
mod habit;
mod hours;
mod names;
mod near;
mod rank;
mod seen;
mod signals;
mod symptom;

use jiff::{SignedDuration, Timestamp};

use crate::{rows::event::Event, text::sentence::Sentence};

pub use gather::Gathered;
pub use group::{Group, groups};
pub use near::{About, BY, Needles, Related, weight};
pub use rank::{FOUND, ceiling, rank, timely, until};
pub use seen::{Call, Seen};
pub use signals::{Effect, Signals};
pub use symptom::Symptom;

/// What is to be explained.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What kind of symptom it is.
    pub symptom: Symptom,
    /// What it is about, and what is around that.
    pub about: About,
    /// When it was noticed: the alarm's last transition, or the report.
    pub at: Timestamp,
    /// How far back a cause is looked for.
    pub window: SignedDuration,
    /// When the metric began to move, if that is known.
    pub began: Option<Timestamp>,
}

/// An event that may be behind it, with its record.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The event.
    pub event: Event,
    /// The record as CloudTrail wrote it.
    pub record: Box<str>,
}

/// An event with the reasons for its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Suspect {
    /// Between 0 and 1.
    pub score: f64,
    /// Why, each resting on a named thing; the weightiest first.
    pub reasons: Vec<Sentence>,
    /// The event.
    pub event: Event,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ranking {
    /// Whether a change explains the symptom with confidence: the first suspect's score is at least [`FOUND`].
    pub found: bool,
    /// The likeliest first.
    pub suspects: Vec<Suspect>,
}
