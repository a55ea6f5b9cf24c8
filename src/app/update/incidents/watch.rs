//! What the console itself finds out about an incident, and writes down as its own: how checks come out, whose part it is.
//!
//! Only what is new is written: a check that comes out as it did before is not told again. What a person has decided is
//! never touched.

use jiff::Timestamp;

use super::write;
use crate::{
    app::{effect::Effect, model::Model},
    incident::{
        Event, Incident,
        chain::SELF,
        event::{Check, Outcome, Party, Subject},
    },
    panes::{detail::Known, incidents::reference},
    scope::ScopeId,
    triage::{check, explanation::Explanation, responsibility::Verdict},
};

/// What is being written, so that it is not written twice.
const CHECKS: &str = "checks";

/// An alarm or resource has been explained: the open incidents about it are told.
pub fn explained(model: &mut Model, scope: ScopeId, id: &str, now: Timestamp, out: &mut Vec<Effect>) {
    let Some(known) = model.explanation(scope, id).filter(|known| known.checked) else { return };
    let is_it = |subject: &Subject| {
        reference(subject, &model.scopes).is_some_and(|found| (found.scope, found.id.as_str()) == (scope, id))
    };
    let told: Vec<(String, Vec<Event>)> = model
        .incidents
        .open()
        .into_iter()
        .filter(|incident| incident.subjects.iter().any(is_it))
        .map(|incident| {
            let first = incident.subjects.first().is_some_and(is_it);
            (incident.uid.clone(), news(model, incident, first, known, now))
        })
        .filter(|(_, events)| !events.is_empty())
        .collect();
    for (uid, events) in told {
        let generation = write(model, &uid, events, Some(SELF), out);
        model.incidents.writing(&uid, CHECKS, generation);
    }
}

/// An incident about something that was explained before it was opened is told, too.
pub(super) fn first(model: &mut Model, uid: &str, now: Timestamp, out: &mut Vec<Effect>) {
    let Some(incident) = model.incidents.get(uid).filter(|incident| incident.checks.is_empty()) else {
        return;
    };
    if model.incidents.is_writing(uid, CHECKS) {
        return;
    }
    let Some(known) = super::drive::explanation(model, incident).filter(|known| known.checked) else {
        return;
    };
    let events = news(model, incident, true, known, now);
    if !events.is_empty() {
        let generation = write(model, uid, events, Some(SELF), out);
        model.incidents.writing(uid, CHECKS, generation);
    }
}

/// What an explanation says that an incident's journal does not.
fn news(
    model: &Model,
    incident: &Incident,
    is_first: bool,
    known: &Explanation,
    now: Timestamp,
) -> Vec<Event> {
    let words = &model.settings.words;
    let mut events = Vec::new();
    let mut checks: Vec<Check> = Vec::new();
    for finding in &known.findings {
        let check = Check {
            id: finding.id.to_owned(),
            outcome: match finding.outcome {
                check::Outcome::Pass => Outcome::Pass,
                check::Outcome::Fail => Outcome::Fail,
                check::Outcome::Unknown => Outcome::Unknown,
            },
            evidence: finding.evidence.text(words),
            observed_at: finding.at.unwrap_or(now),
            judged: serde_json::Value::Null,
        };
        // Of several things that one check looks at, the worst speaks for it.
        match checks.iter_mut().find(|known| known.id == check.id) {
            Some(known) if rank(check.outcome) > rank(known.outcome) => *known = check,
            Some(_) => {}
            None => checks.push(check),
        }
    }
    let is_new = |check: &Check| {
        incident
            .checks
            .get(&check.id)
            .is_none_or(|said| (said.what.outcome, &said.what.evidence) != (check.outcome, &check.evidence))
    };
    events.extend(checks.into_iter().filter(is_new).map(Event::Check));
    // An incident about several alarms has a verdict by the first one. Whose part it is rests on all that was read.
    if is_first && known.done {
        events.extend(verdict(model, incident, known));
    }
    events
}

const fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Pass => 0,
        Outcome::Unknown => 1,
        Outcome::Fail => 2,
    }
}

fn verdict(model: &Model, incident: &Incident, known: &Explanation) -> Option<Event> {
    let words = &model.settings.words;
    let verdict = Verdict::of(&known.ranking, &known.findings, known.whole && known.problems.is_empty());
    let side = Party::parse(verdict.word).unwrap_or(Party::Unknown);
    let reasons: Vec<String> = verdict.reasons.iter().map(|reason| reason.text(words)).collect();
    let area = verdict.area.map(|area| words.get(area).to_owned()).unwrap_or_default();
    let last = incident.verdict.as_ref();
    let by_person = last.is_some_and(|last| last.by != SELF);
    let same = last.is_some_and(|last| (last.what.side, &last.what.reasons) == (side, &reasons));
    (!by_person && !same).then_some(Event::Verdict { side, area, reasons, overrides: false })
}
