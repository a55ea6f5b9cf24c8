//! The factors of a score, their product, and the order.
//!
//! Every factor is 1 where nothing speaks against an event, and says in words why it is not. None may look at what a name
//! means, and none may depend on the order in which events came.

use std::collections::HashMap;

use jiff::SignedDuration;

use super::{
    Candidate, Case, Ranking, Suspect,
    near::{Near, Related},
    signals::{Detail, Effect, Signals},
};
use crate::{
    resource::ResourceRef,
    rows::event::{ActorKind, Event},
    text::{age, sentence::Sentence},
    triage::record::{is_noise, plain_name},
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

/// A cause this long before the symptom counts half.
const HALF: SignedDuration = SignedDuration::from_hours(8);
/// Clocks and metric periods differ: what happened so shortly after an alarm's time may still be its cause.
const SLACK: SignedDuration = SignedDuration::from_secs(60);

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
    reasons.push(time_reason(before));
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

/// What this kind of change does to this kind of symptom.
struct Kind<'a> {
    weight: f64,
    /// How well its best effect fits the symptom: 0 to 1.
    fit: f64,
    effect: Option<Effect>,
    /// The parameter that decides it.
    key: Option<&'a str>,
    /// What it changed breaks nothing.
    harmless: bool,
}

impl<'a> Kind<'a> {
    fn of(case: &Case, effects: Option<&[Effect]>, details: &[&'a Detail], name: &str) -> Self {
        let none = Self { weight: by_verb(name), fit: 0.0, effect: None, key: None, harmless: false };
        let telling = details.iter().filter(|d| !d.effects.is_empty());
        let by_key =
            telling.flat_map(|d| fits(case, &d.effects, name).map(|(fit, e)| (fit, e, Some(d.key.as_str()))));
        let best = by_key.max_by(|a, b| a.0.total_cmp(&b.0));
        if let (None, Some(first)) = (best, details.first()) {
            return Self { key: Some(&first.key), harmless: true, ..none };
        }
        let by_name = || fits(case, effects.unwrap_or_default(), name).map(|(fit, e)| (fit, e, None));
        let best = best.or_else(|| by_name().max_by(|a, b| a.0.total_cmp(&b.0)));
        let Some((fit, effect, key)) = best else { return none };
        Self { weight: 0.25 + 0.75 * fit, fit, effect: Some(effect), key, harmless: false }
    }

    fn reason(&self) -> Option<Sentence> {
        let effect = self.effect.filter(|_| self.fit >= 0.3)?;
        let effect = Sentence::new(effect.key());
        Some(match self.key {
            Some(key) => Sentence::new("cause.key_can").with("key", key).with_part("effect", effect),
            None => Sentence::new("cause.can").with_part("effect", effect),
        })
    }

    /// Whether it is suspected of having opened something, which making a thing can do.
    const fn opens(&self) -> bool {
        matches!(self.effect, Some(Effect::Exposure | Effect::Privilege | Effect::Cost | Effect::Capacity))
    }
}

/// How well each effect of a change fits the symptom: what the change typically causes before what it can cause too, and
/// what a verb says of it.
fn fits<'e>(case: &Case, effects: &'e [Effect], name: &str) -> impl Iterator<Item = (f64, Effect)> + 'e {
    let weights: Vec<f64> =
        effects.iter().map(|effect| case.symptom.weight(*effect) * agrees(name, *effect)).collect();
    effects.iter().zip(weights).zip(0u8..).map(|((effect, weight), at)| {
        let typical = (1.0 - 0.1 * f64::from(at)).max(0.6);
        (weight * typical, *effect)
    })
}

/// Taking something away breaks things and adding something opens them, rarely the other way round.
fn agrees(name: &str, effect: Effect) -> f64 {
    let opens = matches!(effect, Effect::Exposure | Effect::Privilege | Effect::Cost);
    match (verb(name), opens) {
        (Verb::Away, true) => 0.7,
        (Verb::Adds, false) if effect != Effect::Capacity => 0.75,
        _ => 1.0,
    }
}

/// What the verb alone says of a change that is not in the table: taking away breaks more than changing, changing more
/// than adding.
fn by_verb(name: &str) -> f64 {
    match verb(name) {
        Verb::Away => 0.5,
        Verb::Changes => 0.42,
        Verb::Adds => 0.25,
    }
}

enum Verb {
    Away,
    Changes,
    Adds,
}

fn verb(name: &str) -> Verb {
    const AWAY: &[&str] = &[
        "Delete",
        "Remove",
        "Terminate",
        "Disable",
        "Stop",
        "Detach",
        "Revoke",
        "Deregister",
        "Disassociate",
        "Release",
        "Suspend",
        "Reject",
        "Cancel",
        "Purge",
        "Unsubscribe",
        "Deactivate",
        "Unassign",
    ];
    const ADDS: &[&str] = &[
        "Create",
        "Associate",
        "Attach",
        "Add",
        "Authorize",
        "Allocate",
        "Assign",
        "Register",
        "Enable",
        "Run",
        "Start",
        "Launch",
        "Activate",
        "Accept",
        "Publish",
        "Subscribe",
        "Resume",
        "Tag",
        "Describe",
        "Get",
        "List",
    ];
    // An image is made of a machine that is stopped for it, a deployment replaces what ran before.
    const CHANGES: &[&str] =
        &["CreateImage", "CreateDeployment", "StartInstanceRefresh", "StartPipelineExecution"];
    let begins = |verbs: &[&str]| verbs.iter().any(|verb| name.starts_with(verb));
    if begins(AWAY) {
        Verb::Away
    } else if begins(ADDS) && !begins(CHANGES) {
        Verb::Adds
    } else {
        Verb::Changes
    }
}

/// What is left of a score for the time that went by before the symptom: 0 to 1, none when it cannot have been the cause.
pub fn timely(before: SignedDuration) -> Option<f64> {
    if before < -SLACK {
        return None;
    }
    if before < SignedDuration::ZERO {
        return Some(0.6);
    }
    Some(1.0 / (1.0 + before.as_secs_f64() / HALF.as_secs_f64()))
}

fn time_reason(before: SignedDuration) -> Sentence {
    let (key, span) =
        if before.is_negative() { ("cause.after", before.abs()) } else { ("cause.before", before) };
    Sentence::new(key).with("age", age::short(span.as_secs()))
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
