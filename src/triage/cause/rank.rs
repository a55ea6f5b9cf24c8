//! The factors of a score, their product, and the order.
//!
//! Every factor is 1 where nothing speaks against an event, and says in words why it is not. None may look at what a name
//! means, and none may depend on the order in which events came.

mod kind;
mod time;

use std::collections::HashMap;

use jiff::SignedDuration;

use super::{
    Candidate, Case, Ranking, Suspect,
    near::{Near, Related},
    signals::{Effect, Signals},
};
use crate::{
    resource::ResourceRef,
    rows::event::{ActorKind, Event},
    text::{age, sentence::Sentence},
    triage::record::{is_noise, plain_name},
};
use kind::Kind;
use time::SLACK;
pub use {
    kind::ceiling,
    time::{timely, until},
};

/// From this score on a change explains a symptom with confidence. With every factor at its best a score is 1; this is
/// what remains when one of them is doubtful.
pub const FOUND: f64 = 0.5;
/// Below this an event is no suspect at all.
const LEAST: f64 = 0.02;

/// What stands against an event that could not have changed anything.
const READ: f64 = 0.03;
const HARMLESS: f64 = 0.04;
const FAILED: f64 = 0.06;
/// It was taken back before the symptom; of a security group's rules perhaps others were.
const UNDONE: f64 = 0.35;
const UNDONE_RULES: f64 = 0.6;
/// It made the thing that is unwell: a thing seldom breaks by being made, but it can be made open.
const BIRTH: f64 = 0.4;
const BIRTH_OPEN: f64 = 0.7;
/// A service did something of its own accord that is in no table.
const BY_ITSELF: f64 = 0.6;
/// A service did what it does when somebody has changed something else: the change is the cause, and not what follows.
const FOLLOWS: f64 = 0.75;
/// What a tenfold more usual call loses, and the most that it can.
const USUAL: f64 = 0.1;
const USUAL_LEAST: f64 = 0.7;

/// It came after the metric had begun to move.
const LATE: f64 = 0.5;

/// A failed launch for one of these is itself what capacity alarms show.
const NO_CAPACITY: [&str; 8] = [
    "InsufficientInstanceCapacity",
    "InstanceLimitExceeded",
    "VcpuLimitExceeded",
    "MaxSpotInstanceCountExceeded",
    "InsufficientFreeAddressesInSubnet",
    "InsufficientCapacity",
    "LimitExceeded",
    "QuotaExceeded",
];

/// How often each call stands in all that was read, and so what is usual in this account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen(HashMap<String, HashMap<String, u32>>);

impl Seen {
    /// Counts a call, by its `eventSource` and `eventName`.
    pub fn add(&mut self, source: &str, name: &str) {
        let (service, name) = (source.split('.').next().unwrap_or_default(), plain_name(name));
        if let Some(n) = self.0.get_mut(service).and_then(|names| names.get_mut(name)) {
            *n = n.saturating_add(1);
        } else {
            self.0.entry(service.to_owned()).or_default().insert(name.to_owned(), 1);
        }
    }

    fn count(&self, service: &str, name: &str) -> u32 {
        self.0.get(service).and_then(|names| names.get(name)).copied().unwrap_or(0)
    }
}

/// Orders the candidates.
pub fn rank(case: &Case, candidates: &[&Candidate], seen: &Seen, signals: &Signals) -> Ranking {
    let reversals = Reversals::of(case, candidates, signals);
    let mut suspects: Vec<Suspect> = candidates
        .iter()
        .enumerate()
        .filter_map(|(at, candidate)| {
            let (score, reasons) = judge(case, candidate, seen, signals, reversals.of_candidate(at))?;
            (score >= LEAST).then(|| Suspect { score, reasons, event: candidate.event.clone() })
        })
        .collect();
    suspects.sort_by(|a, b| {
        let by_score = b.score.total_cmp(&a.score);
        by_score.then_with(|| b.event.time.cmp(&a.event.time)).then_with(|| a.event.id.cmp(&b.event.id))
    });
    Ranking { found: suspects.first().is_some_and(|s| s.score >= FOUND), suspects }
}

fn service(event: &Event) -> &str {
    event.source.split('.').next().unwrap_or_default()
}

fn judge(
    case: &Case,
    candidate: &Candidate,
    seen: &Seen,
    signals: &Signals,
    undone: Option<&Event>,
) -> Option<(f64, Vec<Sentence>)> {
    let event = &candidate.event;
    let (service, name) = (service(event), plain_name(&event.name));
    let effects = signals.effects(service, name);
    let near = case.about.near(candidate, effects)?;
    let mut score = near.weight();
    let mut reasons = vec![near_reason(&near)];

    let details = signals.details(service, name, &candidate.record);
    let kind = Kind::of(case, effects, &details, name);
    score *= kind.weight;
    reasons.extend(kind.reason());

    let before = case.at.duration_since(event.time);
    score *= timely(before)?;
    reasons.push(time::reason(before));
    if let Some(began) = case.began {
        if event.time > began.saturating_add(SLACK).unwrap_or(began) {
            score *= LATE;
            reasons.push(
                Sentence::new("cause.late")
                    .with("age", age::short(event.time.duration_since(began).as_secs())),
            );
        } else if before >= SignedDuration::ZERO {
            reasons.push(
                Sentence::new("cause.began")
                    .with("age", age::short(began.duration_since(event.time).as_secs().max(0))),
            );
        }
    }

    if let Some(error) = &event.error {
        let is_it =
            case.symptom.weight(Effect::Capacity) >= 0.6 && NO_CAPACITY.iter().any(|c| error.contains(c));
        // A service that reports a failure of its own work was refused nothing.
        if event.actor_kind == ActorKind::Service && effects.is_some() {
            reasons.push(Sentence::new("cause.reports").with("error", error));
        } else if is_it {
            reasons.push(Sentence::new("cause.no_capacity").with("error", error));
        } else {
            score *= FAILED;
            reasons.push(Sentence::new("cause.failed").with("error", error));
        }
    }
    if let Some(key) = kind.key.filter(|_| kind.harmless) {
        score *= HARMLESS;
        reasons.push(Sentence::new("cause.harmless_key").with("key", key));
    } else if signals.is_harmless(service, name) || is_noise(event) {
        score *= HARMLESS;
        reasons.push(Sentence::new("cause.harmless").with("name", name));
    } else if event.read_only && kind.fit < 0.5 {
        score *= READ;
        reasons.push(Sentence::new("cause.read").with("name", name));
    }
    if let Some(back) = undone {
        score *= if service == "ec2" && name.contains("SecurityGroup") { UNDONE_RULES } else { UNDONE };
        reasons.push(Sentence::new("cause.undone").with("name", &back.name).with("id", &back.id));
    }
    if let Near::Self_(own) = near
        && is_birth(name, own)
    {
        score *= if kind.opens() { BIRTH_OPEN } else { BIRTH };
        reasons.push(Sentence::new("cause.birth").with("id", &own.id));
    }
    if event.actor_kind == ActorKind::Service && event.error.is_none() {
        // What a service tells of itself (an instance that it takes back) is news; what it calls follows from something.
        let calls = candidate.record.contains("\"AwsApiCall\"");
        if effects.is_none() || calls {
            score *= if effects.is_none() { BY_ITSELF } else { FOLLOWS };
            reasons.push(Sentence::new("cause.service").with("actor", &event.actor));
        }
    }
    let often = seen.count(service, name).max(1);
    score *= (1.0 - USUAL * f64::from(often).log10()).max(USUAL_LEAST);
    reasons.push(if often == 1 {
        Sentence::new("cause.only").with("name", name)
    } else {
        Sentence::new("cause.often").with("name", name).with("n", often)
    });
    Some((score, reasons))
}

fn near_reason(near: &Near<'_>) -> Sentence {
    match near {
        Near::Self_(own) => Sentence::new("cause.acts_on").with("id", &own.id),
        Near::By(who) => Sentence::new("cause.by").with("id", &who.id),
        Near::Around(Related { resource, via: None, .. }) => {
            Sentence::new("cause.acts_on_related").with("id", &resource.id)
        }
        Near::Around(Related { resource, via: Some(via), .. }) => {
            Sentence::new("cause.acts_on_via").with("id", &resource.id).with_part("via", via.clone())
        }
        Near::Named(what) => Sentence::new("cause.names").with("id", &what.id),
        Near::Account => Sentence::new("cause.account"),
    }
}

/// Whether a call made the thing itself.
fn is_birth(name: &str, own: &ResourceRef) -> bool {
    let noun = own.kind.rsplit("::").next().unwrap_or_default();
    let makes = ["Create", "Run", "Import", "Allocate", "Copy"].iter().any(|verb| name.starts_with(verb));
    makes && name.contains(noun)
}

/// Which candidates a later one took back.
struct Reversals<'a>(HashMap<usize, &'a Event>);

impl<'a> Reversals<'a> {
    fn of(case: &Case, candidates: &[&'a Candidate], signals: &Signals) -> Self {
        // Changes of one service to one thing; only among these can one take another back.
        let mut alike: HashMap<(&str, &str, &str), Vec<usize>> = HashMap::new();
        for (at, candidate) in candidates.iter().enumerate() {
            let event = &candidate.event;
            let changed = event.error.is_none() && event.time <= case.at && !event.read_only;
            if let Some(first) = event.resources.first().filter(|_| changed) {
                alike.entry((service(event), &first.kind, &first.id)).or_default().push(at);
            }
        }
        let mut found = HashMap::new();
        for ((service, ..), group) in &alike {
            let events = || group.iter().filter_map(|at| Some((*at, &candidates.get(*at)?.event)));
            for (at, earlier) in events() {
                let backs = events().map(|(_, later)| later).filter(|later| {
                    later.time >= earlier.time
                        && signals.undoes(service, plain_name(&earlier.name), plain_name(&later.name))
                });
                if let Some(back) = backs.min_by_key(|later| (later.time, &later.id)) {
                    found.insert(at, back);
                }
            }
        }
        Self(found)
    }

    fn of_candidate(&self, at: usize) -> Option<&'a Event> {
        self.0.get(&at).copied()
    }
}

#[cfg(test)]
mod tests;
