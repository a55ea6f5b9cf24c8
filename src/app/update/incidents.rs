//! What an operator does with incidents, and what their journals answer.
//!
//! Nothing counts before it is on the disk: an action asks for a write, the answer changes the model. What the console
//! itself finds out about an incident's alarm (checks, whose part it is) is written by the same way, signed as its own.

mod drive;
mod evidence;
pub(super) mod steps;
pub(super) mod tell;
mod upkeep;
mod watch;

use jiff::Timestamp;

pub use drive::{drive, record, values};
pub use tell::{Message, review};
pub(super) use upkeep::upkeep;
pub use watch::explained;

use super::{forms, places, say};
use crate::{
    app::{
        action::Action,
        effect::{Effect, Opening},
        model::{Model, Overlay, Place},
        msg::Msg,
    },
    incident::{
        self, Event, Incident,
        chain::Hand,
        event::{Kind, Level, Mark, Subject, Where},
    },
    panes::{
        PaneId, Row,
        detail::{StepRef, Target},
        events::EVENT,
        incidents::{INCIDENT, REVIEW},
    },
    resource::ResourceRef,
    runbook::progress::Progress,
    severity::Severity,
    text::sentence::Sentence,
    value::Role,
};

/// The incident whose page this is.
pub fn on_screen(model: &Model) -> Option<&Incident> {
    match &model.place {
        Place::Page(page) if page.subject.kind == INCIDENT => model.incidents.get(&page.subject.id),
        _ => None,
    }
}

/// The incident that an action is about: the one on screen, else the one that is being worked on.
pub fn meant(model: &Model) -> Option<&Incident> {
    on_screen(model).or_else(|| model.incidents.current())
}

/// The step that is marked on an incident's page.
pub fn step(model: &Model) -> Option<StepRef> {
    let Place::Page(page) = &model.place else { return None };
    match page.chosen.as_ref() {
        Some(Target::Step(step)) => Some((**step).clone()),
        _ => None,
    }
}

/// The step that is due in the incident on screen.
pub fn due(model: &Model) -> Option<Target> {
    let incident = on_screen(model).filter(|incident| !incident.is_closed())?;
    let record = record(model, incident)?;
    let book = model.settings.shelf.find(&record.book)?;
    let progress = Progress::of(book, &record, Timestamp::UNIX_EPOCH);
    let step = progress.step()?;
    let (runbook, step) = (book.id.clone(), step.id.clone());
    Some(Target::Step(Box::new(StepRef { incident: incident.uid.clone(), runbook, step })))
}

/// Why an action about incidents would do nothing here, as a wording key.
pub fn refusal(model: &Model, action: Action) -> Option<&'static str> {
    let incident = meant(model);
    match action {
        Action::OpenIncident if on_screen(model).is_some() => Some("refusal.is_incident"),
        Action::OpenIncident if model.subject().is_none() => Some("refusal.no-row"),
        Action::GoToIncident if model.incidents.open().is_empty() => Some("refusal.no_incident"),
        Action::Pin | Action::Attach if model.incidents.current().is_none() => Some("refusal.no_incident"),
        Action::Pin | Action::Attach if on_screen(model).is_some() || model.subject().is_none() => {
            Some("refusal.no-row")
        }
        Action::Tick | Action::TickFailed | Action::Skip if step(model).is_none() => Some("refusal.no_step"),
        Action::Note
        | Action::Tick
        | Action::TickFailed
        | Action::Skip
        | Action::Decide
        | Action::SetSeverity
        | Action::SetVerdict
        | Action::ChangeRunbook
        | Action::Escalate
        | Action::Acknowledge
        | Action::HandOff
        | Action::GreyZone
        | Action::CopyCommand
        | Action::Review
        | Action::AddItem
        | Action::CloseIncident
            if incident.is_none() =>
        {
            Some("refusal.no_incident")
        }
        Action::Tick
        | Action::TickFailed
        | Action::Skip
        | Action::Decide
        | Action::SetSeverity
        | Action::SetVerdict
        | Action::ChangeRunbook
        | Action::Escalate
        | Action::Acknowledge
        | Action::HandOff
            if incident.is_some_and(Incident::is_closed) =>
        {
            Some("refusal.is_closed")
        }
        _ => None,
    }
}

/// Does an action about incidents; false when it is about something else.
pub fn perform(model: &mut Model, action: Action, now: Timestamp, out: &mut Vec<Effect>) -> bool {
    match action {
        Action::OpenIncident => open(model, now, out),
        Action::GoToIncident => go(model, out),
        Action::Pin => pin(model, now, out),
        Action::Attach => attach(model, out),
        Action::Tick => steps::tick(model, Mark::Done, now, out),
        Action::TickFailed => steps::tick(model, Mark::Failed, now, out),
        Action::Review => {
            if let Some(uid) = meant(model).map(|incident| incident.uid.clone()) {
                places::open(model, ResourceRef::new(crate::scope::ScopeId(0), REVIEW, uid), out);
            }
        }
        Action::CopyCommand => match steps::command(model, now) {
            Some(command) => out.push(Effect::Copy(command)),
            None => say(model, "refusal.no_command", &[], Role::Dim, now),
        },
        Action::TakeReport
        | Action::Note
        | Action::Skip
        | Action::Decide
        | Action::SetSeverity
        | Action::SetVerdict
        | Action::ChangeRunbook
        | Action::Escalate
        | Action::Acknowledge
        | Action::HandOff
        | Action::GreyZone
        | Action::AddItem
        | Action::CloseIncident => {
            let due = if action == Action::Decide { steps::choices(model, now) } else { None };
            if let Some(form) = due.or_else(|| forms::form(model, action, now)) {
                model.overlays.push(Overlay::Form(Box::new(form)));
            }
        }
        _ => return false,
    }
    true
}

/// Asks for entries to be written into an incident's journal; answers the request's number.
pub fn write(
    model: &mut Model,
    uid: &str,
    events: Vec<Event>,
    by: Option<&str>,
    out: &mut Vec<Effect>,
) -> u64 {
    let generation = model.next_generation();
    let scope = model.incidents.get(uid).and_then(|incident| incident.subjects.first()?.scope.clone());
    let mut hand = Hand { scope, ..model.settings.hand.clone() };
    if let Some(by) = by {
        by.clone_into(&mut hand.by);
    }
    out.push(Effect::Write { generation, uid: uid.to_owned(), hand, events });
    generation
}

/// What the journals answer.
pub fn arrive(model: &mut Model, msg: Msg, now: Timestamp, out: &mut Vec<Effect>) {
    match msg {
        Msg::Incidents(Ok(all)) => {
            model.incidents.trouble = None;
            let first = !model.incidents.is_read;
            model.incidents.listed(all);
            if first {
                resume(model, now);
            }
        }
        Msg::Incidents(Err(why)) => {
            // Once, however often it is tried.
            if model.incidents.trouble.as_ref() != Some(&why) {
                said(model, &why, now);
            }
            model.incidents.trouble = Some(why);
        }
        Msg::Incident { result: Ok(incident), .. } => model.incidents.loaded(*incident),
        Msg::Incident { result: Err(why), .. } => {
            said(model, &why, now);
            model.incidents.trouble = Some(why);
        }
        Msg::Written { generation, uid, number, entries } => {
            model.incidents.trouble = None;
            // Nothing was written where another console had opened one about the same: that is gone to.
            let opened = entries.is_empty() || entries.first().is_some_and(|(first, _)| first.seq == 1);
            model.incidents.written(&uid, number, entries);
            if let Some(generation) = generation {
                forms::saved(model, generation);
                if let Some(done) = model.incidents.is_written(generation) {
                    let text = done.text(&model.settings.words);
                    say(model, "toast.plain", &[("text", &text)], Role::Good, now);
                }
                if opened {
                    enter(model, &uid, out);
                }
            }
        }
        Msg::NotWritten { generation, why } => {
            model.incidents.is_written(generation);
            if !forms::failed(model, generation, &why) {
                said(model, &why, now);
            }
            model.incidents.trouble = Some(why);
        }
        Msg::Told { generation, uid, message, sent, answer } => {
            tell::told(model, (generation, &uid), *message, (sent, &answer), out);
        }
        Msg::Asked { uid, check, result } => {
            drive::answered(model, &uid, &check, result.as_deref(), now, out);
        }
        _ => {}
    }
}

/// Rings once for everything that falls due in the incident that is worked on.
pub fn ring(model: &mut Model, now: Timestamp, out: &mut Vec<Effect>) {
    let Some(incident) = model.incidents.current() else { return };
    let uid = incident.uid.clone();
    let due = incident::due::due(incident, &model.settings.ladder, now);
    let news: Vec<_> = due.into_iter().filter(|due| model.incidents.is_news(&uid, due)).collect();
    let Some(first) = news.first() else { return };
    let age = crate::text::age::since(first.at, now);
    let text =
        model.settings.words.fill(first.what.wording(), &[("to", &first.to.join(", ")), ("age", &age)]);
    for due in &news {
        model.incidents.rung(&uid, due);
    }
    say(model, "toast.plain", &[("text", &text)], Role::Bad, now);
    out.push(Effect::Bell);
    if model.settings.notify.tells() {
        out.push(Effect::Notify(text));
    }
}

/// Has the incident on screen read whole.
pub fn load(model: &mut Model, out: &mut Vec<Effect>) {
    if let Some(uid) = on_screen(model).map(|incident| incident.uid.clone())
        && model.incidents.must_load(&uid)
    {
        out.push(Effect::Load(uid));
    }
}

/// Open incidents are offered for resumption: the newest is the one that is worked on.
fn resume(model: &mut Model, now: Timestamp) {
    let open = model.incidents.open();
    let Some(newest) = open.first() else { return };
    let (uid, id, title, count) = (newest.uid.clone(), newest.id(), newest.title.clone(), open.len());
    model.incidents.work_on(&uid);
    let key = if count == 1 { "toast.resume" } else { "toast.resume_of" };
    say(model, key, &[("id", &id), ("title", &title), ("count", &count)], Role::Warn, now);
}

fn said(model: &mut Model, why: &Sentence, now: Timestamp) {
    let text = why.text(&model.settings.words);
    say(model, "toast.plain", &[("text", &text)], Role::Bad, now);
}

/// Goes to an incident's page, and works on it from now on.
pub fn enter(model: &mut Model, uid: &str, out: &mut Vec<Effect>) {
    model.incidents.work_on(uid);
    places::open(model, reference(uid), out);
}

/// The page of an incident.
pub fn reference(uid: &str) -> ResourceRef {
    ResourceRef::new(crate::scope::ScopeId(0), INCIDENT, uid)
}

fn go(model: &mut Model, out: &mut Vec<Effect>) {
    let current = model.incidents.current().or_else(|| model.incidents.open().into_iter().next());
    if let Some(uid) = current.map(|incident| incident.uid.clone()) {
        enter(model, &uid, out);
    }
}

/// What an incident about the selected thing would be about.
pub fn subject_of(model: &Model, resource: &ResourceRef, name: &str) -> Subject {
    let scope = model.scopes.get(resource.scope).map(|scope| Where {
        profile: scope.profile.clone(),
        account: scope.account.clone(),
        region: scope.region.clone(),
    });
    let name = if name == resource.id { String::new() } else { name.to_owned() };
    Subject {
        kind: resource.kind.clone().into_owned(),
        id: resource.id.clone(),
        name,
        arn: resource.arn.clone(),
        scope,
    }
}

/// The row that is selected, or whose page this is.
fn row(model: &Model) -> Option<(PaneId, &dyn Row)> {
    match &model.place {
        Place::Pane(pane) => model.list()?.selected().map(|row| (*pane, row)),
        Place::Events(_) => model.list()?.selected().map(|row| (PaneId::Events, row)),
        Place::Page(page) => PaneId::fetched().find_map(|pane| {
            let row = model.table(pane.id).find(page.subject.scope, &page.subject.id)?;
            (row.subject() == page.subject).then_some((pane.id, row))
        }),
    }
}

fn open(model: &mut Model, now: Timestamp, out: &mut Vec<Effect>) {
    let Some(resource) = model.subject() else { return };
    let cx = model.cx(now);
    let found = row(model);
    let title = found.map_or_else(|| resource.id.clone(), |(_, row)| row.title().to_owned());
    let since = found.and_then(|(_, row)| row.since(&cx));
    let severity = found.map_or(Severity::Unknown, |(_, row)| row.severity(&cx));
    let subject = subject_of(model, &resource, &title);
    // One alarm never opens two incidents unasked.
    if let Some(uid) = model.incidents.open_about(&subject).map(|incident| incident.uid.clone()) {
        enter(model, &uid, out);
        say(model, "toast.is_open", &[], Role::Dim, now);
        return;
    }
    let title = if resource.kind == EVENT { suspect_title(model, &title) } else { title };
    let opening = Opening {
        title,
        kind: Kind::Fault,
        level: Some(level(severity)),
        subject: Some(subject),
        since,
        report: None,
        then: evidence::snapshot(model, &resource, now),
    };
    let generation = model.next_generation();
    let hand = hand_at(model, &resource);
    out.push(Effect::Open { generation, hand, opening: Box::new(opening) });
}

/// The event and, when it was looked at because of an alarm, that alarm.
fn suspect_title(model: &Model, event: &str) -> String {
    let alarm = model.back.iter().rev().find_map(|place| match place {
        Place::Page(page) if page.subject.kind == crate::resource::ALARM => Some(page.subject.id.clone()),
        _ => None,
    });
    alarm.map_or_else(|| event.to_owned(), |alarm| format!("{alarm}: {event}"))
}

/// Who writes about a thing.
fn hand_at(model: &Model, resource: &ResourceRef) -> Hand {
    Hand { scope: subject_of(model, resource, "").scope, ..model.settings.hand.clone() }
}

/// How bad an incident is proposed to be, of how bad its row is.
const fn level(severity: Severity) -> Level {
    match severity {
        Severity::Critical => Level::Sev2,
        Severity::High => Level::Sev3,
        _ => Level::Sev4,
    }
}

fn pin(model: &mut Model, now: Timestamp, out: &mut Vec<Effect>) {
    let (Some(uid), Some(resource)) =
        (model.incidents.current().map(|incident| incident.uid.clone()), model.subject())
    else {
        return;
    };
    let kept = evidence::of(model, &resource, now);
    if kept.is_empty() {
        say(model, "toast.nothing_to_pin", &[], Role::Warn, now);
        return;
    }
    let id = model.incidents.get(&uid).map(Incident::id).unwrap_or_default();
    let generation = write(model, &uid, kept, None, out);
    model.incidents.say_when_written(generation, Sentence::new("toast.pinned").with("id", id));
}

fn attach(model: &mut Model, out: &mut Vec<Effect>) {
    let (Some(uid), Some(resource)) =
        (model.incidents.current().map(|incident| incident.uid.clone()), model.subject())
    else {
        return;
    };
    let name = row(model).map_or_else(|| resource.id.clone(), |(_, row)| row.title().to_owned());
    let subject = subject_of(model, &resource, &name);
    let known = model.incidents.get(&uid).is_some_and(|incident| incident.is_about(&subject));
    let event =
        if known { Event::Detached { subject, reason: String::new() } } else { Event::Attached { subject } };
    let key = if known { "toast.detached" } else { "toast.attached" };
    let id = model.incidents.get(&uid).map(Incident::id).unwrap_or_default();
    let generation = write(model, &uid, vec![event], None, out);
    model.incidents.say_when_written(generation, Sentence::new(key).with("id", id).with("name", name));
}
