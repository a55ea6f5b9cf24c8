//! Has the runbook of an incident go on by itself: what may be read is read, what is decided by what was read is finished.
//!
//! A check that comes out as before is not written again, only its freshness is known here; a step's results stand in its
//! own entry. What takes a person waits for one.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value as Json;

use super::write;
use crate::{
    app::{effect::Effect, model::Model},
    incident::{
        Event, Incident,
        chain::SELF,
        event::{Check as Ran, Evidence, Mark, Outcome, Step as Marked},
    },
    panes::detail::Known,
    problem::Problem,
    resource::{ALARM, ResourceRef},
    runbook::{
        Runbook,
        check::{Check, Source},
        console, explained,
        judge::{self, Judged},
        params::{self, KnownAlarm},
        progress::{Deed, Done, Due, How, Progress, Record, Standing, finish},
        propose::Signs,
    },
    scope::ScopeId,
    triage::{check, explanation::Explanation},
};

/// Has the incident that is worked on go on.
pub fn drive(model: &mut Model, now: Timestamp, out: &mut Vec<Effect>) {
    if model.frozen.is_some() {
        return;
    }
    let Some(uid) = super::meant(model).filter(|incident| !incident.is_closed()).map(|i| i.uid.clone())
    else {
        return;
    };
    super::watch::first(model, &uid, now, out);
    take_up(model, &uid, out);
    read(model, &uid, now, out);
    go_on(model, &uid, now, out);
}

/// What explains what an incident is about, as far as it is known.
pub(super) fn explanation<'a>(model: &'a Model, incident: &Incident) -> Option<&'a Explanation> {
    let subject = about(model, incident)?;
    model.explanation(subject.scope, &subject.id)
}

/// What an incident is about, as a reference of this run.
pub(super) fn about(model: &Model, incident: &Incident) -> Option<ResourceRef> {
    let subject = incident.subjects.first()?;
    crate::panes::incidents::reference(subject, &model.scopes)
}

/// Takes up the runbook that fits, once what is wrong has been explained.
fn take_up(model: &mut Model, uid: &str, out: &mut Vec<Effect>) {
    let Some(incident) = model.incidents.get(uid) else { return };
    if incident.runbook.is_some() || model.incidents.is_writing(uid, "runbook") {
        return;
    }
    let explained = explanation(model, incident);
    let wants_more = about(model, incident).is_some() && explained.is_none_or(|known| !known.done);
    if wants_more {
        return;
    }
    let signs = signs(model, incident);
    let shelf = &model.settings.shelf;
    let Some(best) = shelf.proposed(&signs).into_iter().next() else { return };
    let version = shelf.find(&best.book).map(|book| book.version.clone());
    let why: Vec<String> = best.why.iter().map(|why| why.text(&model.settings.words)).collect();
    let event =
        Event::Runbook { id: best.book, version: version.unwrap_or_default(), reason: why.join("; ") };
    let generation = write(model, uid, vec![event], Some(SELF), out);
    model.incidents.writing(uid, "runbook", generation);
}

/// What is known of what is wrong.
pub(super) fn signs(model: &Model, incident: &Incident) -> Signs {
    let known = explanation(model, incident);
    let alarms = incident.subjects.iter().filter(|subject| subject.kind == ALARM).filter_map(|subject| {
        let resource = crate::panes::incidents::reference(subject, &model.scopes)?;
        let alarm = model.alarm(resource.scope, &resource.id)?;
        Some(explained::alarmed(alarm.metrics().into_iter().next()?))
    });
    let found = known.map(|known| Signs {
        health: known.health.clone(),
        ..explained::found(&known.findings, &known.ranking)
    });
    let said = incident.reports.iter().map(|report| report.what.what.as_str());
    // The title of an incident about something is that thing's name, and words in names say nothing.
    let title = incident.subjects.is_empty().then_some(incident.title.as_str());
    let intake: Vec<&str> = said.chain(title).collect();
    Signs { alarms: alarms.collect(), intake: intake.join(" "), ..found.unwrap_or_default() }
}

/// The values of a runbook's parameters: what people typed, else what is known.
pub fn values(
    model: &Model,
    incident: &Incident,
    book: &Runbook,
    now: Timestamp,
) -> BTreeMap<String, String> {
    let subject = about(model, incident);
    let alarm = subject.as_ref().filter(|s| s.kind == ALARM).and_then(|s| model.alarm(s.scope, &s.id));
    let unwell: Vec<&ResourceRef> = match alarm {
        Some(alarm) => alarm.resources.iter().collect(),
        None => subject.iter().filter(|subject| subject.kind != ALARM).collect(),
    };
    let around = explanation(model, incident).map(|known| known.graph.nodes.as_slice()).unwrap_or_default();
    let triple = |resource: &'_ ResourceRef| -> Triple {
        (resource.kind.to_string(), resource.id.clone(), resource.arn.clone())
    };
    let resources: Vec<Triple> = unwell.into_iter().map(triple).collect();
    let mut related: Vec<Triple> = around.iter().map(|node| triple(&node.resource)).collect();
    // Of several things of one type around it the one that was changed is meant; the key that did it is looked at, too.
    let first = explanation(model, incident).filter(|known| known.ranking.found);
    if let Some(suspect) = first.and_then(|known| known.ranking.suspects.first()) {
        let changed: Vec<Triple> = suspect.event.resources.iter().map(triple).collect();
        related.retain(|(kind, ..)| changed.iter().all(|(of, ..)| of != kind));
        related.extend(changed);
        let key = suspect.event.access_key.as_deref();
        related.extend(key.map(|key| (explained::ACCESS_KEY.to_owned(), key.to_owned(), None)));
    }
    let metric = alarm.and_then(|alarm| alarm.metrics().into_iter().next());
    let known_alarm = alarm.map(|alarm| KnownAlarm {
        name: &alarm.name,
        namespace: metric.map_or("", |metric| &metric.namespace),
        metric: metric.map_or("", |metric| &metric.name),
        dimensions: metric
            .map(|metric| {
                metric.dimensions.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
            })
            .unwrap_or_default(),
    });
    let facts =
        params::Known { alarm: known_alarm, resources: borrowed(&resources), related: borrowed(&related) };
    let onset = incident.since.or(incident.opened.as_ref().map(|(at, _)| *at)).unwrap_or(now);
    let mut values = params::values(&book.params, &facts);
    // What people typed, they have looked up.
    values.extend(incident.values.iter().map(|(name, said)| (name.clone(), said.what.clone())));
    params::with_times(&values, now, onset)
}

/// A resource as runbooks look for it: type, id, ARN.
type Triple = (String, String, Option<String>);

fn borrowed(all: &[Triple]) -> Vec<(&str, &str, Option<&str>)> {
    all.iter().map(|(kind, id, arn)| (kind.as_str(), id.as_str(), arn.as_deref())).collect()
}

/// An incident's record with what has been read since and came out as before.
pub fn record(model: &Model, incident: &Incident) -> Option<Record> {
    let mut record = incident.book.clone()?;
    for (check, judged) in model.incidents.fresh(&incident.uid) {
        record.learn(check, judged.clone());
    }
    Some(record)
}

/// Asks for what may be read by itself, nearest first, and learns what the console's own checks say.
fn read(model: &mut Model, uid: &str, now: Timestamp, out: &mut Vec<Effect>) {
    let Some(incident) = model.incidents.get(uid) else { return };
    let Some(record) = record(model, incident) else { return };
    let shelf = model.settings.shelf.clone();
    let Some(book) = shelf.find(&record.book) else { return };
    let scope = about(model, incident).map_or(ScopeId(0), |subject| subject.scope);
    let progress = Progress::of(book, &record, now);
    let values = values(model, incident, book, now);
    let asked_for = progress.missing(&values);
    let mut learnt: Vec<(Check, Judged, Json)> = Vec::new();
    let mut asks: Vec<(String, String, Json)> = Vec::new();
    for want in progress.wants.iter().filter(|want| want.by_itself()) {
        let check = want.check;
        match &check.source {
            Source::Console(id) => {
                let known = explanation(model, incident);
                let judged = known.and_then(|known| console::judged(id, known, &model.settings.words, now));
                learnt.extend(judged.map(|judged| (check.clone(), judged, Json::Null)));
            }
            Source::Read { operation, args, .. } if !model.incidents.is_asking(uid, &check.id) => {
                let lacks = params::lacks(check, &values);
                // The operator is asked for it, or will be when it is the step's turn.
                if lacks.as_ref().is_some_and(|name| want.ahead || asked_for.iter().any(|p| p.name == *name))
                {
                    continue;
                }
                match lacks.map_or_else(|| params::in_args(args, &values), Err) {
                    Ok(args) => asks.push((check.id.clone(), operation.clone(), args)),
                    Err(param) => {
                        let why = judge::Why::Missing { param };
                        let (outcome, value, by) = (check::Outcome::Unknown, Json::Null, judge::By::Read);
                        learnt.push((check.clone(), Judged { outcome, value, at: now, why, by }, Json::Null));
                    }
                }
            }
            Source::Read { .. } | Source::Ask { .. } => {}
        }
    }
    for (check, operation, args) in asks {
        model.incidents.asking(uid, &check);
        out.push(Effect::Ask { uid: uid.to_owned(), check, scope, operation, args });
    }
    learn(model, uid, learnt, out);
}

/// AWS has answered what a check asked.
pub(super) fn answered(
    model: &mut Model,
    uid: &str,
    check: &str,
    result: Result<&Json, &Problem>,
    now: Timestamp,
    out: &mut Vec<Effect>,
) {
    model.incidents.answered(uid, check);
    let Some(incident) = model.incidents.get(uid) else { return };
    let shelf = model.settings.shelf.clone();
    let book = incident.book.as_ref().and_then(|record| shelf.find(&record.book));
    let Some((book, check)) = book.and_then(|book| Some((book, book.check(check)?.clone()))) else { return };
    let values = values(model, incident, book, now);
    let judged = judge::judge(&check, result, &values, now);
    let kept = result.map_or(Json::Null, |answer| judge::evidence(&check, answer));
    learn(model, uid, vec![(check, judged, kept)], out);
}

/// Writes down what came out in another way than before; of the rest only that it is fresh.
fn learn(model: &mut Model, uid: &str, learnt: Vec<(Check, Judged, Json)>, out: &mut Vec<Effect>) {
    let mut events = Vec::new();
    for (check, judged, kept) in learnt {
        let known = model.incidents.get(uid).and_then(|i| i.book.as_ref()?.outcomes.get(&check.id));
        let same =
            known.is_some_and(|known| (known.outcome, &known.value) == (judged.outcome, &judged.value));
        let evidence = judged.sentence(&check).text(&model.settings.words);
        let title = check.title.of(model.settings.words.lang()).to_owned();
        if !same {
            if let (Source::Read { operation, .. }, Json::Object(slices)) = (&check.source, &kept)
                && !slices.is_empty()
            {
                events.push(Event::Evidence(Evidence {
                    title: title.clone(),
                    source: "check".to_owned(),
                    operation: operation.clone(),
                    observed_at: judged.at,
                    data: kept,
                }));
            }
            events.push(Event::Check(Ran {
                id: check.id.clone(),
                outcome: outcome(judged.outcome),
                evidence: format!("{title}: {evidence}"),
                observed_at: judged.at,
                judged: serde_json::to_value(&judged).unwrap_or_default(),
            }));
        }
        model.incidents.freshen(uid, &check.id, judged);
    }
    if !events.is_empty() {
        write(model, uid, events, Some(SELF), out);
    }
}

/// How a check came out, as records say it.
pub(super) const fn outcome(outcome: check::Outcome) -> Outcome {
    match outcome {
        check::Outcome::Pass => Outcome::Pass,
        check::Outcome::Fail => Outcome::Fail,
        check::Outcome::Unknown => Outcome::Unknown,
    }
}

/// Finishes what needs nobody, and goes over to the runbook that it leads to.
fn go_on(model: &mut Model, uid: &str, now: Timestamp, out: &mut Vec<Effect>) {
    let Some(incident) = model.incidents.get(uid) else { return };
    if model.incidents.is_writing(uid, "step") {
        return;
    }
    let Some(record) = record(model, incident) else { return };
    let shelf = model.settings.shelf.clone();
    let Some(book) = shelf.find(&record.book) else { return };
    let progress = Progress::of(book, &record, now);
    let events = match &progress.due {
        Due::Step(_, Standing::Ready | Standing::Carried) => {
            match finish(book, &record, Deed::Read, SELF, now) {
                Ok(done) => vec![event_of(&done)],
                Err(_) => return,
            }
        }
        Due::Book(next) => {
            let Some(next) = shelf.find(next) else { return };
            let reason = model.settings.words.fill("incident.led_by", &[("book", &book.id)]);
            vec![Event::Runbook { id: next.id.clone(), version: next.version.clone(), reason }]
        }
        _ => return,
    };
    let generation = write(model, uid, events, Some(SELF), out);
    model.incidents.writing(uid, "step", generation);
}

/// A step that is done, as an entry.
pub(super) fn event_of(done: &Done) -> Event {
    let worst = done.outcomes.values().map(|judged| judged.outcome).min();
    let (mark, reason, choice) = match &done.how {
        How::Chosen { choice, reason } => (Mark::Done, reason.clone(), Some(choice.clone())),
        How::Told { text } => (Mark::Done, text.clone(), None),
        How::Skipped { reason } => (Mark::Skipped, reason.clone(), None),
        How::Read | How::Performed { .. } | How::Waited | How::Carried { .. } => {
            let mark = match worst {
                Some(check::Outcome::Fail) => Mark::Failed,
                Some(check::Outcome::Unknown) => Mark::Unknown,
                _ => Mark::Done,
            };
            (mark, String::new(), None)
        }
    };
    Event::Step(Marked {
        runbook: done.book.clone(),
        id: done.step.clone(),
        mark,
        reason,
        choice,
        overrides: false,
        done: serde_json::to_value(done).unwrap_or_default(),
    })
}
