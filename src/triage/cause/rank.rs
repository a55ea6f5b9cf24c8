//! The factors of a score, their product, and the order.
//!
//! Every factor is 1 where nothing speaks against an event, and says in words why it is not; that an actor does what actors
//! always do goes without saying. None may look at what a name means, and none may depend on the order in which events came. Factors that an event has by itself are apart from those
//! that depend on what else happened: the first are worked out once, and words only for who is told of.

mod gone;
mod kind;
mod time;
mod undone;

use jiff::SignedDuration;

use super::{
    Candidate, Case, Ranking, Seen, Suspect,
    habit::Habit,
    hours::hour_of,
    near::{Near, Related, Surroundings},
    signals::{Effect, Signals},
};
use crate::{
    resource::ResourceRef,
    rows::event::{ActorKind, Event},
    text::{age, sentence::Sentence},
    triage::record::{is_noise, plain_name},
};
use gone::Gone;
use kind::Kind;
use time::SLACK;
use undone::Undone;
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
/// The whole thing was taken away after it, which explains the symptom too.
const GONE: f64 = 0.85;
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

/// Orders the candidates.
pub fn rank(case: &Case, candidates: &[&Candidate], seen: &Seen, signals: &Signals) -> Ranking {
    let judge = Judge::new(case, signals);
    let judged: Vec<(&Candidate, Own)> = candidates.iter().map(|one| (*one, judge.own(one))).collect();
    ordered(&judge, &judged, seen, usize::MAX).0
}

/// The likeliest `most` of the candidates with their reasons, and how many suspects there are in all.
pub(super) fn ordered(
    judge: &Judge<'_>,
    candidates: &[(&Candidate, Own)],
    seen: &Seen,
    most: usize,
) -> (Ranking, usize) {
    let undone = Undone::of(judge.case, candidates.iter().map(|(candidate, _)| *candidate), judge.signals);
    let gone = Gone::of(judge.case, candidates.iter().map(|(candidate, _)| *candidate), judge.signals);
    let others = Others { seen, undone: &undone, gone: &gone, case_hour: hour_of(judge.case.at) };
    let mut scored: Vec<(f64, &Candidate)> = candidates
        .iter()
        .filter_map(|(candidate, own)| Some((candidate, own.0.filter(|own| *own >= LEAST)?)))
        .map(|(candidate, own)| {
            let mut score = Score::mute();
            others.weigh(candidate, &mut score);
            (own * score.value, *candidate)
        })
        .filter(|(score, _)| *score >= LEAST)
        .collect();
    scored.sort_by(|(one, a), (other, b)| {
        let by_score = other.total_cmp(one);
        by_score.then_with(|| b.event.time.cmp(&a.event.time)).then_with(|| a.event.id.cmp(&b.event.id))
    });
    let (of, found) = (scored.len(), scored.first().is_some_and(|(score, _)| *score >= FOUND));
    scored.truncate(most);
    let suspect = |(score, candidate): (f64, &Candidate)| Suspect {
        score,
        reasons: judge.reasons(candidate, &others),
        event: candidate.event.clone(),
    };
    (Ranking { found, suspects: scored.into_iter().map(suspect).collect() }, of)
}

fn service(event: &Event) -> &str {
    event.source.split('.').next().unwrap_or_default()
}

/// A product of factors, and what they rest on where somebody wants to know.
struct Score {
    value: f64,
    reasons: Option<Vec<Sentence>>,
}

impl Score {
    const fn mute() -> Self {
        Self { value: 1.0, reasons: None }
    }

    fn times(&mut self, factor: f64) {
        self.value *= factor;
    }

    fn say(&mut self, reason: impl FnOnce() -> Sentence) {
        if let Some(reasons) = &mut self.reasons {
            reasons.push(reason());
        }
    }
}

/// What of an event's score it has by itself, whatever else happened; none where it has nothing to do with the case.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Own(Option<f64>);

/// What other events say about one.
struct Others<'a> {
    seen: &'a Seen,
    undone: &'a Undone<'a>,
    gone: &'a Gone<'a>,
    case_hour: i64,
}

/// A case, ready to be asked about many events.
pub(super) struct Judge<'a> {
    case: &'a Case,
    signals: &'a Signals,
    around: Surroundings<'a>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(case: &'a Case, signals: &'a Signals) -> Self {
        Self { case, signals, around: Surroundings::of(&case.about) }
    }

    /// Its own part of the score.
    pub(super) fn own(&self, candidate: &Candidate) -> Own {
        let mut score = Score::mute();
        Own(self.by_itself(candidate, &mut score).map(|()| score.value))
    }

    /// In words, in the order of the factors.
    fn reasons(&self, candidate: &Candidate, others: &Others<'_>) -> Vec<Sentence> {
        let mut score = Score { value: 1.0, reasons: Some(Vec::with_capacity(8)) };
        if self.by_itself(candidate, &mut score).is_some() {
            others.weigh(candidate, &mut score);
        }
        score.reasons.unwrap_or_default()
    }

    /// The factors that an event has by itself.
    fn by_itself(&self, candidate: &Candidate, score: &mut Score) -> Option<()> {
        let (case, event) = (self.case, &candidate.event);
        let (service, name) = (service(event), plain_name(&event.name));
        let effects = self.signals.effects(service, name);
        let near = self.around.near(candidate, effects)?;
        score.times(near.weight());
        score.say(|| near_reason(&near));

        let details = self.signals.details(service, name, &candidate.record);
        let kind = Kind::of(case, effects, &details, name);
        score.times(kind.weight);
        if let Some(reason) = kind.reason() {
            score.say(|| reason);
        }

        self.when(event, score)?;
        self.failure(event, effects.is_some(), score);
        if let Some(key) = kind.key.filter(|_| kind.harmless) {
            score.times(HARMLESS);
            score.say(|| Sentence::new("cause.harmless_key").with("key", key));
        } else if self.signals.is_harmless(service, name) || is_noise(event) {
            score.times(HARMLESS);
            score.say(|| Sentence::new("cause.harmless").with("name", name));
        } else if event.read_only && kind.fit < 0.5 {
            score.times(READ);
            score.say(|| Sentence::new("cause.read").with("name", name));
        }
        if let Near::Self_(own) = near
            && is_birth(name, own)
        {
            score.times(if kind.opens() { BIRTH_OPEN } else { BIRTH });
            score.say(|| Sentence::new("cause.birth").with("id", &own.id));
        }
        if event.actor_kind == ActorKind::Service && event.error.is_none() {
            // What a service tells of itself (an instance that it takes back) is news; what it calls follows from something.
            let calls = candidate.record.contains("\"AwsApiCall\"");
            if effects.is_none() || calls {
                score.times(if effects.is_none() { BY_ITSELF } else { FOLLOWS });
                score.say(|| Sentence::new("cause.service").with("actor", &event.actor));
            }
        }
        Some(())
    }

    /// How long before the symptom, and on which side of the metric's first move.
    fn when(&self, event: &Event, score: &mut Score) -> Option<()> {
        let before = self.case.at.duration_since(event.time);
        score.times(timely(before)?);
        score.say(|| time::reason(before));
        let Some(began) = self.case.began else { return Some(()) };
        if event.time > began.saturating_add(SLACK).unwrap_or(began) {
            score.times(LATE);
            score.say(|| {
                let after = event.time.duration_since(began).as_secs();
                Sentence::new("cause.late").with("age", age::short(after))
            });
        } else if before >= SignedDuration::ZERO {
            score.say(|| {
                let before = began.duration_since(event.time).as_secs().max(0);
                Sentence::new("cause.began").with("age", age::short(before))
            });
        }
        Some(())
    }

    fn failure(&self, event: &Event, known: bool, score: &mut Score) {
        let Some(error) = &event.error else { return };
        let is_it = self.case.symptom.weight(Effect::Capacity) >= 0.6
            && NO_CAPACITY.iter().any(|code| error.contains(code));
        // A service that reports a failure of its own work was refused nothing.
        if event.actor_kind == ActorKind::Service && known {
            score.say(|| Sentence::new("cause.reports").with("error", error));
        } else if is_it {
            score.say(|| Sentence::new("cause.no_capacity").with("error", error));
        } else {
            score.times(FAILED);
            score.say(|| Sentence::new("cause.failed").with("error", error));
        }
    }
}

impl Others<'_> {
    /// The factors that depend on what else happened.
    fn weigh(&self, candidate: &Candidate, score: &mut Score) {
        let event = &candidate.event;
        let (service, name) = (service(event), plain_name(&event.name));
        if let Some(back) = self.undone.by(event) {
            let of_rules = service == "ec2" && name.contains("SecurityGroup");
            score.times(if of_rules { UNDONE_RULES } else { UNDONE });
            score.say(|| Sentence::new("cause.undone").with("name", &back.name).with("id", &back.id));
        }
        if let Some(gone) = self.gone.after(event) {
            score.times(GONE);
            score.say(|| Sentence::new("cause.gone").with("name", &gone.name).with("id", &gone.id));
        }
        let call = self.seen.counted(service, name);
        let often = call.map_or(1, |call| call.times.max(1));
        score.times((1.0 - USUAL * f64::from(often).log10()).max(USUAL_LEAST));
        score.say(|| match often {
            1 => Sentence::new("cause.only").with("name", name),
            often => Sentence::new("cause.often").with("name", name).with("n", often),
        });
        if let Some(habit) = Habit::of(event, call, self.seen, self.case_hour) {
            score.times(habit.weight());
            if let Some(reason) = habit.reason(event) {
                score.say(|| reason);
            }
        }
    }
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

#[cfg(test)]
mod tests;
