//! How long things took, from the journal alone (`incident-flow.md` §2.9).
//!
//! Each span runs between two kinds of entries; one whose ends are not both in the journal is unknown, never zero. Clocks
//! of machines go back and differ: a span that would be negative is zero. Over many incidents medians and 90th percentiles
//! are told, never the mean of a handful.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use super::{
    Event, Incident,
    event::{Cause, Gate, Kind, Moment, Party},
};
use crate::text::{Catalogue, duration};

/// The type of an alarm's subject.
const ALARM: &str = "AWS::CloudWatch::Alarm";

/// The spans of one incident, in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// To detect: the effect began → the first alarm or report. Where nobody said when it began: since it first showed →
    /// it was taken up here.
    pub detect: Option<u64>,
    /// To acknowledge: the first alarm or report → somebody took it on.
    pub acknowledge: Option<u64>,
    /// Acknowledged (else opened) → whose part it is.
    pub side: Option<u64>,
    /// Acknowledged (else opened) → the gate's first answer.
    pub decision: Option<u64>,
    /// The gate said yes → the first message that went out.
    pub escalation: Option<u64>,
    /// The first message that was taken on: sent → taken on.
    pub acceptance: Option<u64>,
    /// To mitigate: start → the effect stopped. Start is when the effect began, else first showed, else was opened.
    pub mitigate: Option<u64>,
    /// To recover: start → it works again; where nobody said when, the last close of a fault.
    pub recover: Option<u64>,
    /// Whether the side that was first chosen was another one than the last.
    pub side_changed: bool,
}

/// The names of the spans as in exports, in their order.
pub const NAMES: [&str; 8] = [
    "mttd_secs",
    "mtta_secs",
    "side_secs",
    "decision_secs",
    "escalation_secs",
    "acceptance_secs",
    "mttm_secs",
    "mttr_secs",
];

/// Wording keys of the spans, in the order of [`NAMES`].
pub const WORDINGS: [&str; 8] = [
    "incident.span.mttd",
    "incident.span.mtta",
    "incident.span.side",
    "incident.span.decision",
    "incident.span.escalation",
    "incident.span.acceptance",
    "incident.span.mttm",
    "incident.span.mttr",
];

/// `4m30s`.
pub fn lasted(secs: u64) -> String {
    match secs {
        0 => "0s".to_owned(),
        secs => duration::show(Duration::from_secs(secs)),
    }
}

impl Figures {
    /// The spans that are known: what each is called, and how long it was.
    pub fn told(&self, words: &Catalogue) -> Vec<(String, String)> {
        let known = WORDINGS.iter().zip(self.spans()).filter_map(|(key, span)| Some((key, span?)));
        known.map(|(key, secs)| (words.get(key).to_owned(), lasted(secs))).collect()
    }

    /// The spans in the order of [`NAMES`].
    pub const fn spans(&self) -> [Option<u64>; 8] {
        [
            self.detect,
            self.acknowledge,
            self.side,
            self.decision,
            self.escalation,
            self.acceptance,
            self.mitigate,
            self.recover,
        ]
    }

    /// The figures of an incident.
    pub fn of(incident: &Incident) -> Self {
        let opened = incident.opened.as_ref().map(|(at, _)| *at);
        let began = incident.moments.get(&Moment::Began).copied();
        let signal = signal(incident);
        let start = began.or(incident.since).or(opened);
        let taken = incident.acknowledged.as_ref().map(|(at, _)| *at);
        let handled = taken.or(opened);
        let firsts = Firsts::of(incident);
        let recovered = incident.moments.get(&Moment::Recovered).copied().or_else(|| {
            let fault = incident.kind == Some(Kind::Fault);
            incident.closed_at.filter(|_| fault)
        });
        Self {
            detect: match began {
                Some(began) => span(Some(began), signal),
                None => span(incident.since, opened),
            },
            acknowledge: span(signal, taken),
            side: span(handled, firsts.side.map(|(at, _)| at)),
            decision: span(handled, firsts.gate),
            escalation: span(firsts.yes, firsts.told),
            acceptance: incident.escalations.iter().find_map(|rung| {
                let (at, _) = rung.acknowledged.as_ref()?;
                span(Some(rung.message.at), Some(*at))
            }),
            mitigate: span(start, incident.moments.get(&Moment::Mitigated).copied()),
            recover: span(start, recovered),
            side_changed: match (firsts.side, &incident.verdict) {
                (Some((_, first)), Some(last)) => first != last.what.side,
                _ => false,
            },
        }
    }
}

/// When somebody or something first said that something is wrong: the alarm's change of state, else the opening.
fn signal(incident: &Incident) -> Option<Timestamp> {
    let alarmed = incident.subjects.first().is_some_and(|subject| subject.kind == ALARM);
    let opened = incident.opened.as_ref().map(|(at, _)| *at);
    match incident.since.filter(|_| alarmed) {
        Some(since) => Some(opened.map_or(since, |opened| since.min(opened))),
        None => opened,
    }
}

/// When things were first said, which the fold does not keep where they can be said again.
#[derive(Default)]
struct Firsts {
    side: Option<(Timestamp, Party)>,
    gate: Option<Timestamp>,
    yes: Option<Timestamp>,
    told: Option<Timestamp>,
}

impl Firsts {
    fn of(incident: &Incident) -> Self {
        let mut firsts = Self::default();
        for entry in &incident.entries {
            match &entry.event {
                Ok(Event::Verdict { side, .. }) if *side != Party::Unknown => {
                    firsts.side.get_or_insert((entry.at, *side));
                }
                Ok(Event::Gate { answer, .. }) => {
                    firsts.gate.get_or_insert(entry.at);
                    if *answer == Gate::Yes {
                        firsts.yes.get_or_insert(entry.at);
                    }
                }
                Ok(Event::Escalated(escalated)) if escalated.sent && firsts.yes.is_some() => {
                    firsts.told.get_or_insert(entry.at);
                }
                _ => {}
            }
        }
        firsts
    }
}

fn span(from: Option<Timestamp>, to: Option<Timestamp>) -> Option<u64> {
    let secs = to?.as_second().saturating_sub(from?.as_second());
    Some(u64::try_from(secs).unwrap_or(0))
}

/// A span over many incidents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// Of how many incidents it is known.
    pub of: usize,
    /// The median, in seconds; of an even number the lower one, which was measured.
    pub median: u64,
    /// The 90th percentile by nearest rank, in seconds.
    pub p90: u64,
}

impl Spread {
    fn over(mut spans: Vec<u64>) -> Option<Self> {
        spans.sort_unstable();
        let rank = |hundredths: usize| {
            let rank = (spans.len() * hundredths).div_ceil(100).max(1);
            spans.get(rank - 1).copied()
        };
        Some(Self { of: spans.len(), median: rank(50)?, p90: rank(90)? })
    }
}

/// Figures over many incidents.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// How many there are.
    pub incidents: usize,
    /// How many are not over.
    pub open: usize,
    /// How many of each kind somebody came with.
    pub kinds: BTreeMap<Kind, usize>,
    /// How many are over that needed no full response: questions, requests, and faults whose gate said no.
    pub without_incident: usize,
    /// How many were opened again.
    pub reopened: usize,
    /// How many changed sides after the first choice, of how many with one.
    pub sides_changed: (usize, usize),
    /// What those that are over were, and how many of each.
    pub causes: BTreeMap<Cause, usize>,
    /// The spans in the order of [`NAMES`], over faults; none where no incident has one.
    pub spans: [Option<Spread>; 8],
}

impl Summary {
    /// The figures over many.
    pub fn of<'a>(incidents: impl IntoIterator<Item = &'a Incident>) -> Self {
        let mut summary = Self::default();
        let mut spans: [Vec<u64>; 8] = Default::default();
        for incident in incidents {
            summary.incidents += 1;
            summary.open += usize::from(!incident.is_closed());
            summary.reopened += usize::from(incident.reopened > 0);
            summary.without_incident += usize::from(needed_no_response(incident));
            if let Some(kind) = incident.kind {
                *summary.kinds.entry(kind).or_default() += 1;
            }
            if let (true, Some((cause, _))) = (incident.is_closed(), &incident.cause) {
                *summary.causes.entry(*cause).or_default() += 1;
            }
            let figures = Figures::of(incident);
            summary.sides_changed.0 += usize::from(figures.side_changed);
            summary.sides_changed.1 += usize::from(figures.side.is_some());
            if incident.kind == Some(Kind::Fault) {
                for (all, one) in spans.iter_mut().zip(figures.spans()) {
                    all.extend(one);
                }
            }
        }
        summary.spans = spans.map(Spread::over);
        summary
    }
}

/// Whether an incident is over that needed no full response.
pub fn needed_no_response(incident: &Incident) -> bool {
    let gate = incident.gate.as_ref().map(|gate| gate.what.answer);
    incident.is_closed()
        && match incident.kind {
            Some(Kind::Question | Kind::Request) => gate != Some(Gate::Yes),
            _ => gate == Some(Gate::No),
        }
}

#[cfg(test)]
mod tests;
