//! What a person does with the marked step: of the checklist anything at any time, of the runbook what is due.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value as Json;

use super::{drive, record, step, values, write};
use crate::{
    app::{
        effect::Effect,
        form::{Form, Purpose},
        model::{Model, Overlay},
        update::{
            forms::{facts, gate, gate_lines},
            say,
        },
    },
    incident::{
        Event, Incident,
        event::{Check as Ran, Mark, Outcome, Step as Marked},
    },
    panes::{detail::StepRef, incidents::reference},
    runbook::{
        CHECKLIST, Param, Runbook,
        check::{Check, Source},
        judge::Judged,
        params,
        progress::{Deed, Due, Progress, Record, Standing, finish},
        step::{Act, Kind, Step},
    },
    scope::ScopeId,
    text::{measure, sentence::Sentence},
    triage::check,
    value::Role,
};

/// Cells of a value that a sentence repeats.
const SAID: usize = 40;

/// A step with the runbook it is of and how far one has come in that.
struct Place<'a> {
    incident: &'a Incident,
    book: &'a Runbook,
    step: &'a Step,
    record: Option<Record>,
    /// How it stands when it is the one that is due.
    due: Option<Standing>,
}

fn place<'a>(model: &'a Model, step: &StepRef, now: Timestamp) -> Option<Place<'a>> {
    let incident = model.incidents.get(&step.incident)?;
    let book = model.settings.shelf.find(&step.runbook)?;
    let at = book.step(&step.step)?;
    let record = record(model, incident).filter(|record| record.book == book.id);
    let due = record.as_ref().and_then(|record| match Progress::of(book, record, now).due {
        Due::Step(due, standing) if due == at => Some(standing),
        _ => None,
    });
    Some(Place { incident, book, step: book.steps.get(at)?, record, due })
}

/// The marked step is done: of the checklist it is ticked or not any more; of the runbook what it waits for is asked.
pub(super) fn tick(model: &mut Model, mark: Mark, now: Timestamp, out: &mut Vec<Effect>) {
    let Some(step) = step(model) else { return };
    if step.runbook == CHECKLIST {
        tick_checklist(model, &step, mark, out);
        return;
    }
    if mark == Mark::Failed {
        if let Some(form) = override_form(model, &step, now) {
            model.overlays.push(Overlay::Form(Box::new(form)));
        } else {
            say(model, "refusal.nothing_read", &[], Role::Dim, now);
        }
        return;
    }
    let Some(place) = place(model, &step, now) else { return };
    if let Some(form) = values_form(model, &place, now) {
        model.overlays.push(Overlay::Form(Box::new(form)));
        return;
    }
    match (place.due, &place.step.kind) {
        (None, _) => say(model, "refusal.not_due", &[], Role::Dim, now),
        (Some(Standing::Press), _) => press(model, &step, now, out),
        (Some(Standing::Person), Kind::Act(act)) if act.approve.is_empty() => {
            let (uid, event) = (place.incident.uid.clone(), performed(model, &place, act, "", now));
            write(model, &uid, vec![event], None, out);
        }
        (Some(Standing::Person | Standing::Typed), _) => {
            if let Some(form) = form(model, &place) {
                model.overlays.push(Overlay::Form(Box::new(form)));
            }
        }
        (Some(_), _) => say(model, "refusal.goes_on_by_itself", &[], Role::Dim, now),
    }
}

fn tick_checklist(model: &mut Model, step: &StepRef, mark: Mark, out: &mut Vec<Effect>) {
    let Some(incident) = model.incidents.get(&step.incident) else { return };
    let key = (step.runbook.clone(), step.step.clone());
    let before = incident.steps.get(&key).map(|said| said.what.mark);
    let mark = if before == Some(mark) { Mark::Open } else { mark };
    let event = Event::Step(Marked {
        runbook: step.runbook.clone(),
        id: step.step.clone(),
        mark,
        reason: String::new(),
        choice: None,
        overrides: false,
        done: Json::Null,
    });
    write(model, &step.incident, vec![event], None, out);
}

/// Whether the marked step is one whose choices are to be made now.
pub(super) fn choices(model: &Model, now: Timestamp) -> Option<Form> {
    let step = step(model)?;
    let place = place(model, &step, now).filter(|place| place.due == Some(Standing::Person))?;
    (!place.step.choices().is_empty()).then(|| form(model, &place)).flatten()
}

/// What a due step asks of a person.
fn form(model: &Model, place: &Place<'_>) -> Option<Form> {
    let words = &model.settings.words;
    let lang = words.lang();
    let (runbook, step) = (place.book.id.clone(), place.step.id.clone());
    let title = format!("{}: {}", place.incident.id(), place.step.title.of(lang));
    let new = |purpose| Form::new(&place.incident.uid, purpose, title.clone());
    Some(match (&place.step.kind, place.due) {
        (_, Some(Standing::Typed)) => {
            let check = missing(place)?;
            let mut form = new(Purpose::Typed { runbook, check: check.id.clone() })
                .choice("outcome", "form.outcome", outcomes(model), None)
                .text("text", "form.seen", "", true);
            form.facts.push(check.title.of(lang).to_owned());
            if let Source::Ask { command: Some(command) } = &check.source {
                let values = values(model, place.incident, place.book, Timestamp::UNIX_EPOCH);
                form.facts.push(params::in_command(command, &values).unwrap_or_else(|_| command.clone()));
            }
            form.facts.push(check.know.meaning.of(lang).to_owned());
            form
        }
        (Kind::Act(_), _) => {
            new(Purpose::Perform { runbook, step }).text("who", "form.approved_by", "", true)
        }
        (Kind::Ask(choices) | Kind::Decide(choices), _) if !choices.is_empty() => {
            let options = choices.iter().map(|one| (one.id.clone(), one.title.of(lang).to_owned())).collect();
            let wants_reason = matches!(place.step.kind, Kind::Decide(_));
            let form = new(Purpose::Choose { runbook, step }).choice("choice", "form.choice", options, None);
            // The first decision is also whether full response is needed.
            let gate = wants_reason && place.incident.gate.is_none();
            let form = if gate { gate_lines(model, place.incident, form) } else { form };
            let mut form = form.text("reason", "form.reason", "", wants_reason);
            form.facts = facts(model, place.incident);
            form
        }
        _ => new(Purpose::Tell { runbook, step }).lines("text", "form.text", true),
    })
}

/// What the due step has to know and nothing says: a line for each.
fn values_form(model: &Model, place: &Place<'_>, now: Timestamp) -> Option<Form> {
    place.due?;
    let lang = model.settings.words.lang();
    let values = values(model, place.incident, place.book, now);
    let progress = Progress::of(place.book, place.record.as_ref()?, now);
    let missing = progress.missing(&values);
    if missing.is_empty() {
        return None;
    }
    let purpose = Purpose::Values { runbook: place.book.id.clone(), step: place.step.id.clone() };
    let title = model.settings.words.fill("form.values", &[("id", &place.incident.id())]);
    let mut form = Form::new(&place.incident.uid, purpose, title);
    form.facts.push(place.step.title.of(lang).to_owned());
    form.facts.push(model.settings.words.get("form.nobody_knows").to_owned());
    let line =
        |form: Form, param: &&Param| form.text(param.name.clone(), param.title.of(lang).to_owned(), "", true);
    Some(missing.iter().fold(form, line))
}

/// The first check of a step that a person must answer.
fn missing<'a>(place: &Place<'a>) -> Option<&'a Check> {
    let record = place.record.as_ref()?;
    let checks = place.book.checks_of(place.step);
    let asked = |check: &&&Check| !check.source.is_live() && !record.outcomes.contains_key(&check.id);
    checks.iter().find(asked).copied()
}

fn outcomes(model: &Model) -> Vec<(String, String)> {
    let words = &model.settings.words;
    Outcome::ALL.iter().map(|one| (one.word().to_owned(), words.get(one.wording()).to_owned())).collect()
}

/// A result is set against what was read.
fn override_form(model: &Model, step: &StepRef, now: Timestamp) -> Option<Form> {
    let place = place(model, step, now)?;
    let lang = model.settings.words.lang();
    let record = place.record.as_ref()?;
    let known = place.book.checks_of(place.step);
    let known: Vec<(String, String)> = known
        .into_iter()
        .filter(|check| record.outcomes.contains_key(&check.id))
        .map(|check| (check.id.clone(), check.title.of(lang).to_owned()))
        .collect();
    if known.is_empty() {
        return None;
    }
    let id = place.incident.id();
    let title = model.settings.words.fill("form.override", &[("id", &id)]);
    let form = Form::new(&place.incident.uid, Purpose::Override { runbook: place.book.id.clone() }, title)
        .choice("check", "form.check", known, Some(0))
        .choice("outcome", "form.outcome", outcomes(model), None)
        .text("reason", "form.reason", "", true);
    Some(form)
}

/// Has what costs money or time be read, since somebody wants it now.
fn press(model: &mut Model, step: &StepRef, now: Timestamp, out: &mut Vec<Effect>) {
    let Some(place) = place(model, step, now) else { return };
    let values = values(model, place.incident, place.book, now);
    let uid = place.incident.uid.clone();
    let subject = place.incident.subjects.first().and_then(|subject| reference(subject, &model.scopes));
    let scope = subject.map_or(ScopeId(0), |subject| subject.scope);
    let mut wanted = Vec::new();
    for check in place.book.checks_of(place.step) {
        if let Source::Read { operation, args, costs: true } = &check.source
            && let Ok(args) = params::in_args(args, &values)
        {
            wanted.push((check.id.clone(), operation.clone(), args));
        }
    }
    for (check, operation, args) in wanted {
        model.incidents.asking(&uid, &check);
        out.push(Effect::Ask { uid: uid.clone(), check, scope, operation, args });
    }
}

/// A command was run by hand.
fn performed(model: &Model, place: &Place<'_>, act: &Act, approved_by: &str, now: Timestamp) -> Event {
    let values = values(model, place.incident, place.book, now);
    let command = params::in_command(&act.command, &values).unwrap_or_else(|_| act.command.clone());
    Event::Action {
        operation: String::new(),
        command,
        result: String::new(),
        step: Some((place.book.id.clone(), place.step.id.clone())),
        approved_by: approved_by.to_owned(),
    }
}

/// The command of the marked step, else of the due one, with what is known in its places.
pub(super) fn command(model: &Model, now: Timestamp) -> Option<String> {
    let step = step(model)?;
    let place = place(model, &step, now)?;
    let values = values(model, place.incident, place.book, now);
    let asked = missing(&place).and_then(|check| match &check.source {
        Source::Ask { command } => command.clone(),
        _ => None,
    });
    let command = place.step.act().map(|act| act.command.clone()).or(asked)?;
    Some(params::in_command(&command, &values).unwrap_or(command))
}

/// What a form about a step writes.
pub(in crate::app::update) fn taken(
    model: &Model,
    form: &Form,
    now: Timestamp,
) -> Result<Vec<Event>, Sentence> {
    let gone = || Sentence::new("runbook.nothing_due");
    let who = model.settings.hand.by.as_str();
    let step = |runbook: &String, step: &String| StepRef {
        incident: form.uid.clone(),
        runbook: runbook.clone(),
        step: step.clone(),
    };
    let finished = |runbook: &String, id: &String, deed: Deed<'_>| {
        let place = place(model, &step(runbook, id), now).ok_or_else(gone)?;
        let record = place.record.as_ref().ok_or_else(gone)?;
        let done = finish(place.book, record, deed, who, now)?;
        Ok(vec![drive::event_of(&done)])
    };
    match &form.purpose {
        Purpose::Step { runbook, step } if runbook != CHECKLIST => {
            finished(runbook, step, Deed::Skip { reason: form.value("reason") })
        }
        Purpose::Step { runbook, step } => {
            let mark = Mark::parse(form.value("mark")).unwrap_or(Mark::Skipped);
            Ok(vec![Event::Step(Marked {
                runbook: runbook.clone(),
                id: step.clone(),
                mark,
                reason: form.value("reason").to_owned(),
                choice: None,
                overrides: false,
                done: Json::Null,
            })])
        }
        Purpose::Choose { runbook, step } => {
            let deed = Deed::Choose { choice: form.value("choice"), reason: form.value("reason") };
            let done = finished(runbook, step, deed)?;
            let gate = if form.value("answer").is_empty() { Vec::new() } else { gate(model, form, now)? };
            Ok(gate.into_iter().chain(done).collect())
        }
        Purpose::Tell { runbook, step } => finished(runbook, step, Deed::Tell { text: form.value("text") }),
        Purpose::Perform { runbook, step: id } => {
            let place = place(model, &step(runbook, id), now).ok_or_else(gone)?;
            let act = place.step.act().ok_or_else(gone)?;
            Ok(vec![performed(model, &place, act, form.value("who"), now)])
        }
        Purpose::Typed { runbook, check } => {
            let check =
                model.settings.shelf.find(runbook).and_then(|book| book.check(check)).ok_or_else(gone)?;
            let judged = Judged::typed(outcome(form), form.value("text"), who, now);
            Ok(vec![ran(model, check, &judged)])
        }
        Purpose::Values { runbook, step: id } => {
            let place = place(model, &step(runbook, id), now).ok_or_else(gone)?;
            let events = form.entries.iter().map(|entry| value(model, &place, form, &entry.name, now));
            Ok(events.collect::<Result<Vec<_>, _>>()?.concat())
        }
        Purpose::Override { runbook } => {
            let book = model.settings.shelf.find(runbook).ok_or_else(gone)?;
            let check = book.check(form.value("check")).ok_or_else(gone)?;
            let incident = model.incidents.get(&form.uid).ok_or_else(gone)?;
            let record = record(model, incident).ok_or_else(gone)?;
            let known: &BTreeMap<String, Judged> = &record.outcomes;
            let judged = known.get(&check.id).ok_or_else(gone)?;
            let judged = judged
                .overridden(outcome(form), form.value("reason"), who, now)
                .ok_or_else(|| Sentence::new("runbook.wants_reason"))?;
            Ok(vec![ran(model, check, &judged)])
        }
        _ => Ok(Vec::new()),
    }
}

/// The value of a parameter, where it can stand in questions and commands; where nobody knows it, what needs it is
/// unknown.
fn value(
    model: &Model,
    place: &Place<'_>,
    form: &Form,
    name: &str,
    now: Timestamp,
) -> Result<Vec<Event>, Sentence> {
    let value = form.value(name);
    if value == params::NOBODY_KNOWS {
        let who = model.settings.hand.by.as_str();
        let checks = place.book.checks_of(place.step).into_iter().filter(|check| params::wants(check, name));
        return Ok(checks.map(|check| ran(model, check, &Judged::unknowable(name, who, now))).collect());
    }
    if params::is_fit(value) {
        return Ok(vec![Event::Value { name: name.to_owned(), value: value.to_owned() }]);
    }
    Err(Sentence::new("runbook.bad_value").with("name", name).with("value", measure::cut(value, SAID)))
}

fn outcome(form: &Form) -> check::Outcome {
    match Outcome::parse(form.value("outcome")) {
        Some(Outcome::Pass) => check::Outcome::Pass,
        Some(Outcome::Fail) => check::Outcome::Fail,
        Some(Outcome::Unknown) | None => check::Outcome::Unknown,
    }
}

fn ran(model: &Model, check: &Check, judged: &Judged) -> Event {
    let words = &model.settings.words;
    let (title, evidence) = (check.title.of(words.lang()), judged.sentence(check).text(words));
    Event::Check(Ran {
        id: check.id.clone(),
        outcome: drive::outcome(judged.outcome),
        evidence: format!("{title}: {evidence}"),
        observed_at: judged.at,
        judged: serde_json::to_value(judged).unwrap_or_default(),
    })
}

/// The form of another runbook.
pub(in crate::app::update) fn runbooks(model: &Model, incident: &Incident, now: Timestamp) -> Form {
    let words = &model.settings.words;
    let today = now.to_zoned(model.settings.zone.clone()).date();
    let lang = words.lang();
    let signs = drive::signs(model, incident);
    let shelf = &model.settings.shelf;
    let proposed = shelf.proposed(&signs);
    let place = |book: &&Runbook| proposed.iter().position(|one| one.book == book.id).unwrap_or(usize::MAX);
    let mut sorted: Vec<&Runbook> = shelf.of_incidents().collect();
    sorted.sort_by_key(place);
    let options = sorted.iter().map(|book| {
        let sign = if place(book) == usize::MAX { "" } else { " ★" };
        let old = if book.is_stale(today) { words.get("runbook.stale_row") } else { "" };
        (book.id.clone(), format!("{}{sign}  {}{old}", book.title.of(lang), book.id))
    });
    let title = words.fill("form.runbook", &[("id", &incident.id())]);
    Form::new(&incident.uid, Purpose::Runbook, title)
        .choice("book", "form.book", options.collect(), Some(0))
        .text("reason", "form.reason", "", false)
}
