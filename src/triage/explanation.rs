//! What an explanation has come to so far: what is unwell and what is around it, what checks say, who is suspected.
//!
//! A snapshot; whoever works it out hands on a new one each time something has changed. Pure data.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{
    cause::{About, Case, Ranking, Symptom},
    check::Finding,
    context::WINDOW,
    graph::Graph,
};
use crate::{
    problem::Problem,
    resource::ResourceRef,
    rows::alarm::{Alarm, AlarmState},
};

/// What is to be explained.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    /// An alarm, with those below it when it is a composite.
    Alarm(Arc<Alarm>, Vec<Arc<Alarm>>),
    /// A resource that is not as it should be.
    Resource(ResourceRef),
}

/// A wish for an explanation.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Of what.
    pub subject: Subject,
    /// When it was noticed; else the alarm's last change, else now.
    pub at: Option<Timestamp>,
    /// How far back a cause is looked for.
    pub window: SignedDuration,
    /// Calls that were made to know what it is about.
    pub spent: u32,
}

impl Request {
    /// With the usual window.
    pub const fn of(subject: Subject) -> Self {
        Self { subject, at: None, window: WINDOW, spent: 0 }
    }

    /// The case, of which nothing around is known yet.
    pub fn case(&self, now: Timestamp) -> Case {
        let (symptom, resources, since) = match &self.subject {
            Subject::Resource(resource) => (Symptom::of("", "", "", ""), vec![resource.clone()], None),
            Subject::Alarm(alarm, below) => {
                let firing = below.iter().filter(|one| one.state == AlarmState::Alarm);
                let symptom = Symptom::of_alarms(std::iter::once(alarm).chain(firing).map(AsRef::as_ref));
                let since = alarm.state_since.filter(|_| alarm.state != AlarmState::Ok);
                (symptom, alarm.resources.clone(), since)
            }
        };
        let about = About { resources, related: Vec::new() };
        let at = self.at.or(since).unwrap_or(now).min(now);
        Case { symptom, about, at, window: self.window, began: None }
    }
}

/// How far it has come.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// What was to be explained.
    pub case: Case,
    /// The alarm, when it is about one.
    pub alarm: Option<Arc<Alarm>>,
    /// What is unwell and what is around it.
    pub graph: Graph,
    /// What the checks say.
    pub findings: Vec<Finding>,
    /// Codes of AWS Health's events that concern it.
    pub health: Vec<String>,
    /// The suspects.
    pub ranking: Ranking,
    /// How many suspects there are in all; the ranking holds the first of them.
    pub of: usize,
    /// How many events were read.
    pub read: u64,
    /// Back to when all changes of the Region were read.
    pub read_back_to: Option<Timestamp>,
    /// What could not be learnt.
    pub problems: Vec<Problem>,
    /// Requests to AWS.
    pub calls: u32,
    /// Of those, to LookupEvents.
    pub lookups: u32,
    /// Whether all that was worth reading of CloudTrail has been read; known when it is over.
    pub whole: bool,
    /// Whether the checks have all that they asked for; who did it may still be looked for.
    pub checked: bool,
    /// Whether it is over.
    pub done: bool,
}
