//! Telling others: escalation by the ladder, the handover's page, the grey-zone record, the review's draft.
//!
//! A message is made from the record as it is then. What a channel answered is written down, whether it went out or not;
//! nothing counts as told before it surely went out.

use jiff::Timestamp;
use serde_json::json;

use super::drive;
use crate::{
    app::{
        effect::Effect,
        form::{Form, Input, Purpose},
        model::{Model, Overlay},
    },
    incident::{
        Event, Incident,
        brief::{Beside, Telling},
        case, due,
        event::{Escalated, Level, Outcome},
        figures::Figures,
        grey, handoff,
        ladder::{Channel, Contact},
        message, report,
    },
    panes::detail::Known,
    text::sentence::Sentence,
    triage::cause::Suspect,
};

/// Lines of a message that stand in its form.
const LINES: usize = 9;
/// Suspects that are told.
const SUSPECTS: usize = 3;

/// What the console knows beside the record.
pub(super) fn beside(model: &Model, incident: &Incident, asked: &str) -> Beside {
    let words = &model.settings.words;
    let known = drive::explanation(model, incident);
    let suspect = |suspect: &Suspect| {
        let event = &suspect.event;
        let reason = suspect.reasons.first().map(|reason| reason.text(words)).unwrap_or_default();
        format!("{} · {} · {} · {:.2} · {reason}", event.name, event.actor, event.time, suspect.score)
    };
    let suspects = known.map(|known| known.ranking.suspects.iter().take(SUSPECTS).map(suspect).collect());
    let of_book = incident.book.as_ref().map(|record| {
        let title = |id: &String| {
            let book = model.settings.shelf.find(&record.book)?;
            Some(book.check(id)?.title.of(words.lang()).to_owned())
        };
        let line = |(id, judged): (&String, &crate::runbook::judge::Judged)| {
            Some((drive::outcome(judged.outcome), title(id)?))
        };
        record.outcomes.iter().filter_map(line).collect::<Vec<(Outcome, String)>>()
    });
    Beside {
        from: model.settings.hand.by.clone(),
        asked: asked.to_owned(),
        checks: of_book.unwrap_or_default(),
        suspects: suspects.unwrap_or_default(),
        ..Beside::default()
    }
}

/// How things are told here and now.
pub(super) fn telling(model: &Model, now: Timestamp) -> Telling<'_> {
    Telling { words: &model.settings.words, zone: &model.settings.zone, now }
}

/// Whom to tell, and what is asked of them: the next of the ladder stands first.
pub(in crate::app::update) fn escalate(model: &Model, incident: &Incident, now: Timestamp) -> Form {
    let words = &model.settings.words;
    let ladder = &model.settings.ladder;
    let told = incident.escalations.iter().filter_map(|rung| ladder.level_of(&rung.message.what.to)).max();
    let (next, _) = ladder.who(told.map_or_else(|| ladder.above_desk(), |level| level + 1), now);
    let next = next.first().map(|contact| contact.id.clone());
    let ids: Vec<&String> = ladder.levels.iter().flatten().collect();
    let contacts: Vec<&Contact> = ids.iter().filter_map(|id| ladder.contact(id)).collect();
    let option = |contact: &&Contact| {
        let off = if contact.is_on(now) { "" } else { words.get("form.off_hours") };
        let way = if contact.contact.is_empty() { contact.channel.word() } else { &contact.contact };
        (contact.id.clone(), format!("{} · {way}{off}", contact.label(words)))
    };
    let chosen = contacts.iter().position(|contact| Some(&contact.id) == next.as_ref());
    let title = words.fill("form.escalate", &[("id", &incident.id())]);
    let mut form = Form::new(&incident.uid, Purpose::Escalate, title)
        .choice("to", "form.to", contacts.iter().map(option).collect(), chosen)
        .text("asked", "form.asked", "", true);
    if let Some(contact) = chosen.and_then(|at| contacts.get(at)) {
        let text = message::escalation(incident, &beside(model, incident, ""), contact, &telling(model, now));
        form.facts =
            text.lines().filter(|line| !line.trim().is_empty()).take(LINES).map(str::to_owned).collect();
    }
    form
}

/// The form of an escalation is taken: the message goes out by the party's channel.
pub(in crate::app::update) fn send(
    model: &mut Model,
    form: &Form,
    now: Timestamp,
    out: &mut Vec<Effect>,
) -> Result<(), Sentence> {
    let nobody = || Sentence::new("form.nobody");
    let incident = model.incidents.get(&form.uid).ok_or_else(nobody)?;
    let contact = model.settings.ladder.contact(form.value("to")).ok_or_else(nobody)?.clone();
    let beside = beside(model, incident, form.value("asked"));
    let text = message::escalation(incident, &beside, &contact, &telling(model, now));
    let due = due::ack_by(incident, &model.settings.ladder, now);
    // Practice tells nobody: a real pager must not ring for it.
    let practice = model.settings.drill.is_some();
    if contact.channel.is_action() && !model.settings.allow_actions && !practice {
        return Err(Sentence::new("form.wants_actions").with("channel", contact.channel.word()));
    }
    if contact.channel == Channel::Text || practice {
        let told = Escalated {
            to: contact.id,
            channel: Channel::Text.word().to_owned(),
            message: text.clone(),
            sent: true,
            answer: String::new(),
            due: Some(due),
        };
        out.push(Effect::Copy(text));
        let generation = super::write(model, &form.uid, vec![Event::Escalated(told)], None, out);
        super::super::forms::saving(model, generation);
        return Ok(());
    }
    let id = incident.id();
    let about = json!({"id": id, "title": incident.title, "severity": incident.level.as_ref().map(|l| l.what.word())});
    let subject = message::subject(incident, &beside, &telling(model, now));
    let scope = drive::about(model, incident).map_or(crate::scope::ScopeId(0), |subject| subject.scope);
    let arns = incident.subjects.iter().filter_map(|subject| subject.arn.clone()).collect();
    let level = incident.level.as_ref().map(|level| level.what);
    let case = if contact.channel == Channel::SupportCase {
        let offered = case::CODES.map(str::to_owned);
        let draft = case::draft(incident, &beside, &offered, &telling(model, now));
        let mut draft = draft.map_err(|missing| {
            let words = &model.settings.words;
            let missing: Vec<&str> = missing.iter().map(|fact| words.get(fact.wording())).collect();
            Sentence::new("form.case_lacks").with("facts", missing.join(", "))
        })?;
        // An alarm is about what it watches.
        let alarm = drive::about(model, incident).and_then(|about| model.alarm(about.scope, &about.id));
        draft.about.extend(alarm.iter().flat_map(|alarm| &alarm.resources).map(|one| one.kind.to_string()));
        Some(draft)
    } else {
        None
    };
    // What is asked of AWS is what the record keeps.
    let text = case.as_ref().map_or(text, case::Draft::text);
    if contact.channel.is_action() && !form.confirmed {
        let place = model.scopes.get(scope);
        let place = place.map(|s| format!("{} {}", s.account_label(), s.region)).unwrap_or_default();
        return Err(Sentence::new("form.confirm")
            .with("channel", contact.channel.word())
            .with("place", place));
    }
    let generation = model.next_generation();
    out.push(Effect::Tell {
        generation,
        uid: form.uid.clone(),
        scope,
        message: Box::new(Message {
            id,
            to: contact.id,
            channel: contact.channel,
            subject,
            text,
            about,
            arns,
            level,
            case,
            due,
        }),
    });
    super::super::forms::saving(model, generation);
    Ok(())
}

/// A message on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The incident: `INC-0042`.
    pub id: String,
    /// To whom.
    pub to: String,
    /// By which way.
    pub channel: Channel,
    /// In a line.
    pub subject: String,
    /// Whole.
    pub text: String,
    /// What programs want to know of the incident.
    pub about: serde_json::Value,
    /// ARNs of what it is about.
    pub arns: Vec<String>,
    /// How bad it is.
    pub level: Option<Level>,
    /// The case, where it goes to AWS Support.
    pub case: Option<case::Draft>,
    /// Until when somebody must have acknowledged it.
    pub due: Timestamp,
}

/// A channel has answered: that is written down, and the form waits for it.
pub(super) fn told(
    model: &mut Model,
    (generation, uid): (u64, &str),
    message: Message,
    (sent, answer): (bool, &Sentence),
    out: &mut Vec<Effect>,
) {
    let Message { to, channel, text, due, case, .. } = message;
    if case.is_some() && !sent {
        // It is prepared, and can be pasted where AWS takes cases by hand.
        out.push(Effect::Copy(text.clone()));
    }
    let escalated = Escalated {
        to,
        channel: channel.word().to_owned(),
        message: text,
        sent,
        answer: answer.text(&model.settings.words),
        due: sent.then_some(due),
    };
    let next = super::write(model, uid, vec![Event::Escalated(escalated)], None, out);
    for overlay in &mut model.overlays {
        if let Overlay::Form(form) = overlay
            && form.saving == Some(generation)
        {
            form.saving = Some(next);
        }
    }
}

/// The page that is handed over.
pub(in crate::app::update) fn handoff_page(
    model: &Model,
    incident: &Incident,
    to: &str,
    now: Timestamp,
) -> String {
    handoff::page(incident, &beside(model, incident, ""), to, &telling(model, now))
}

/// The grey-zone record: every field of it, as it stands.
pub(in crate::app::update) fn grey_form(model: &Model, incident: &Incident) -> Form {
    let words = &model.settings.words;
    let title = words.fill("form.grey", &[("id", &incident.id())]);
    let form = Form::new(&incident.uid, Purpose::Grey, title);
    let mut form = grey::FIELDS.iter().fold(form, |form, field| {
        form.text(field.key, field.wording, grey::value(incident, field.key).unwrap_or_default(), false)
    });
    form.facts.push(words.get(grey::MODEL).to_owned());
    form
}

/// What of the grey-zone record was changed.
pub(in crate::app::update) fn grey_taken(incident: &Incident, form: &Form) -> Result<Vec<Event>, Sentence> {
    let mut events = Vec::new();
    for entry in &form.entries {
        let (Input::Text(typed), Some(field)) = (&entry.input, grey::field(&entry.name)) else { continue };
        let value = typed.text().trim();
        if value == grey::value(incident, field.key).unwrap_or_default() {
            continue;
        }
        if !value.is_empty() && !grey::is_fit(field, value) {
            return Err(Sentence::new("form.bad_date").with("value", value));
        }
        events.push(Event::Grey { field: field.key.to_owned(), value: value.to_owned() });
    }
    Ok(events)
}

/// The draft of the review, in Markdown.
pub fn review(model: &Model, incident: &Incident, now: Timestamp) -> String {
    let cx = model.cx(now);
    let line = |entry: &crate::incident::Entry| crate::panes::incidents::told(entry, &cx);
    let figures = Figures::of(incident).told(&model.settings.words);
    let sources = report::Sources { line: &line, figures: &figures, ladder: &model.settings.ladder };
    report::markdown(incident, &beside(model, incident, ""), &sources, &telling(model, now))
}
