//! The forms of incidents: which lines each has, and what it writes when it is taken.
//!
//! A form stays until what it says is on the disk; what could not be written stays in it, with the reason.

use jiff::{SignedDuration, Timestamp};

use super::incidents::{self, steps, tell, write};
use crate::{
    app::{
        action::Action,
        effect::{Effect, Opening},
        form::{Form, Purpose},
        model::{Model, Overlay},
    },
    incident::{
        Event, Incident,
        chain::Hand,
        event::{
            Cause, Gate, Item, ItemClass, Kind, Level, Mark, Moment, Outcome, Party, Report, Role as Part,
            Where,
        },
    },
    panes::detail::StepRef,
    text::{Catalogue, sentence::Sentence},
};

/// The form of an action; none where it has none, or is about an incident and there is none.
pub fn form(model: &Model, action: Action, now: Timestamp) -> Option<Form> {
    if action == Action::TakeReport {
        return Some(report(model));
    }
    let words = &model.settings.words;
    let incident = incidents::meant(model)?;
    let id = incident.id();
    let title = |key: &str| words.fill(key, &[("id", &id)]);
    let new = |purpose, key| Form::new(&incident.uid, purpose, title(key));
    let me = model.settings.hand.by.as_str();
    Some(match action {
        Action::Note => new(Purpose::Note, "form.note").lines("text", "form.text", true),
        Action::Skip => {
            let StepRef { runbook, step, .. } = incidents::step(model)?;
            new(Purpose::Step { runbook, step }, "form.skip")
                .choice("mark", "form.mark", marks(words, &[Mark::Skipped, Mark::Unknown]), Some(0))
                .text("reason", "form.reason", "", true)
        }
        Action::Decide => {
            let form = gate_lines(model, incident, new(Purpose::Gate, "form.gate"));
            let mut form = form.text("reason", "form.reason", "", true);
            form.facts = facts(model, incident);
            form
        }
        Action::Escalate => tell::escalate(model, incident, now),
        Action::GreyZone => tell::grey_form(model, incident),
        Action::ChangeRunbook => steps::runbooks(model, incident, now),
        Action::SetSeverity => new(Purpose::Severity, "form.severity")
            .choice(
                "level",
                "form.level",
                levels(words),
                at(Level::ALL, incident.level.as_ref().map(|l| l.what)),
            )
            .text("reason", "form.reason_if_lower", "", false),
        Action::SetVerdict => {
            let known = incident.verdict.as_ref().map(|verdict| &verdict.what);
            let mut form = new(Purpose::Verdict, "form.verdict")
                .choice(
                    "side",
                    "form.side",
                    options(words, Party::ALL, Party::word, Party::wording),
                    at(Party::ALL, known.map(|known| known.side)),
                )
                .text("area", "form.area", known.map_or("", |known| &known.area), false)
                .text("reason", "form.reason", "", true);
            form.facts = facts(model, incident);
            form.facts.extend(incidents::upkeep(model, incident, now));
            form
        }
        Action::Acknowledge => {
            new(Purpose::Acknowledge, "form.acknowledge").text("who", "form.who", me, true)
        }
        Action::HandOff if incident.handing.is_some() => {
            new(Purpose::HandOff, "form.accept").text("who", "form.who", me, true)
        }
        Action::HandOff => new(Purpose::HandOff, "form.hand_off").text("to", "form.to", "", true),
        Action::AddItem => new(Purpose::Item, "form.item")
            .text("text", "form.to_do", "", true)
            .choice(
                "class",
                "form.class",
                options(words, ItemClass::ALL, ItemClass::word, ItemClass::wording),
                Some(0),
            )
            .text("owner", "form.who", "", false)
            .text("due", "form.due", "", false),
        Action::CloseIncident if incident.is_closed() => {
            new(Purpose::Reopen, "form.reopen").text("reason", "form.reason", "", true)
        }
        Action::CloseIncident => {
            let mut form = new(Purpose::Close, "form.close")
                .choice("cause", "form.cause", options(words, Cause::ALL, Cause::word, Cause::wording), None)
                .choice("verified", "form.verified", yes_no(words), None)
                .text("summary", "form.summary", "", true);
            form.facts = facts(model, incident);
            form
        }
        _ => return None,
    })
}

/// A further report of the incident that is worked on, and not a new one.
const HERE: &str = "here";

/// What somebody reports: everything but the first may be left empty.
fn report(model: &Model) -> Form {
    let words = &model.settings.words;
    let current = incidents::meant(model).filter(|incident| !incident.is_closed());
    let uid = current.map_or("", |incident| &incident.uid);
    let mut form = Form::new(uid, Purpose::Report, words.get("form.report").to_owned()).text(
        "what",
        "form.what",
        "",
        true,
    );
    if let Some(incident) = current {
        let here = (HERE.to_owned(), format!("{} {}", incident.id(), incident.title));
        let options = vec![here, (String::new(), words.get("form.new_one").to_owned())];
        form = form.choice("belongs", "form.belongs", options, Some(0));
    }
    form.choice("kind", "form.kind", options(words, Kind::ALL, Kind::word, Kind::wording), Some(0))
        .text("who", "form.who", "", false)
        .text("since", "form.since", "", false)
        .text("url", "form.url", "", false)
        .text("how_many", "form.how_many", "", false)
        .text("from", "form.from", "", false)
        .text("answer", "form.answered", "", false)
}

/// Full response or not, and how bad.
pub(super) fn gate_lines(model: &Model, incident: &Incident, form: Form) -> Form {
    let words = &model.settings.words;
    let level = at(Level::ALL, incident.level.as_ref().map(|level| level.what));
    form.choice("answer", "form.full_response", options(words, Gate::ALL, Gate::word, Gate::wording), None)
        .choice("level", "form.level", levels(words), level)
        .text("minutes", "form.watch_minutes", "15", false)
}

/// What a decision rests on: what is unwell, what checks found, what is suspected; as it is on the screen.
pub(super) fn facts(model: &Model, incident: &Incident) -> Vec<String> {
    let words = &model.settings.words;
    let mut facts = Vec::new();
    facts.extend(incident.verdict.as_ref().map(|verdict| {
        let side = words.get(verdict.what.side.wording());
        let why = verdict.what.reasons.join("; ");
        format!("{side}{}{why}", if why.is_empty() { "" } else { ": " })
    }));
    let of = |outcome: Outcome| incident.checks.values().filter(move |check| check.what.outcome == outcome);
    facts.extend(of(Outcome::Fail).take(5).map(|check| format!("✗ {}", check.what.evidence)));
    let counts: [(&str, &dyn std::fmt::Display); 3] = [
        ("pass", &of(Outcome::Pass).count()),
        ("fail", &of(Outcome::Fail).count()),
        ("unknown", &of(Outcome::Unknown).count()),
    ];
    if !incident.checks.is_empty() {
        facts.push(words.fill("form.checks", &counts));
    }
    facts
}

fn options<T: Copy>(
    words: &Catalogue,
    all: &[T],
    word: fn(T) -> &'static str,
    wording: fn(T) -> &'static str,
) -> Vec<(String, String)> {
    all.iter().map(|one| (word(*one).to_owned(), words.get(wording(*one)).to_owned())).collect()
}

fn levels(words: &Catalogue) -> Vec<(String, String)> {
    options(words, Level::ALL, Level::word, Level::wording)
}

fn marks(words: &Catalogue, all: &[Mark]) -> Vec<(String, String)> {
    options(words, all, Mark::word, Mark::wording)
}

fn yes_no(words: &Catalogue) -> Vec<(String, String)> {
    ["yes", "no"].map(|word| (word.to_owned(), words.get(&format!("value.{word}")).to_owned())).into()
}

fn at<T: PartialEq + Copy>(all: &[T], one: Option<T>) -> Option<usize> {
    one.and_then(|one| all.iter().position(|known| *known == one))
}

/// The form is taken: what is missing is asked for, else it is written.
pub fn accept(model: &mut Model, now: Timestamp, out: &mut Vec<Effect>) {
    let words = model.settings.words.clone();
    let Some(Overlay::Form(form)) = model.overlays.last_mut() else { return };
    if form.saving.is_some() {
        return;
    }
    if let Some(missing) = form.missing() {
        // The cursor goes through the lines first; only then is something missing.
        let here = form.at == missing;
        form.at = missing;
        if here {
            let label = form.entry().map_or_else(String::new, |entry| words.get(&entry.label).to_owned());
            form.error = Some(words.fill("form.missing", &[("label", &label)]));
        }
        return;
    }
    let form = form.clone();
    if form.purpose == Purpose::Escalate {
        if let Err(why) = tell::send(model, &form, now, out)
            && let Some(Overlay::Form(form)) = model.overlays.last_mut()
        {
            form.confirmed = why.key == "form.confirm";
            form.error = Some(why.text(&words));
        }
        return;
    }
    match taken(model, &form, now) {
        Ok(Taken::Open(opening)) => {
            let generation = model.next_generation();
            let scope = model.scopes.iter().next().map(|(_, scope)| Where {
                profile: scope.profile.clone(),
                account: scope.account.clone(),
                region: scope.region.clone(),
            });
            let hand = Hand { scope, ..model.settings.hand.clone() };
            out.push(Effect::Open { generation, hand, opening });
            saving(model, generation);
        }
        // Nothing was changed.
        Ok(Taken::Write(events)) if events.is_empty() => {
            model.overlays.pop();
        }
        Ok(Taken::Write(events)) => {
            let generation = write(model, &form.uid, events, None, out);
            saving(model, generation);
        }
        Err(why) => {
            if let Some(Overlay::Form(form)) = model.overlays.last_mut() {
                form.error = Some(why.text(&words));
            }
        }
    }
}

/// The form that was taken waits for a request.
pub fn saving(model: &mut Model, generation: u64) {
    if let Some(Overlay::Form(form)) = model.overlays.last_mut() {
        form.saving = Some(generation);
    }
}

/// What a form comes to.
enum Taken {
    Open(Box<Opening>),
    Write(Vec<Event>),
}

fn taken(model: &Model, form: &Form, now: Timestamp) -> Result<Taken, Sentence> {
    let value = |name: &str| form.value(name).to_owned();
    let incident = model.incidents.get(&form.uid);
    let me = model.settings.hand.by.clone();
    let events = match &form.purpose {
        Purpose::Report if form.value("belongs") == HERE => {
            let opening = opening(form);
            opening.report.map(Event::Reported).into_iter().chain(opening.then).collect()
        }
        Purpose::Report => return Ok(Taken::Open(Box::new(opening(form)))),
        Purpose::Note => vec![Event::Note { text: value("text"), about: None }],
        Purpose::Step { .. }
        | Purpose::Choose { .. }
        | Purpose::Tell { .. }
        | Purpose::Perform { .. }
        | Purpose::Typed { .. }
        | Purpose::Values { .. }
        | Purpose::Override { .. } => steps::taken(model, form, now)?,
        Purpose::Gate => gate(model, form, now)?,
        Purpose::Severity => {
            let level = Level::parse(&value("level")).unwrap_or(Level::Sev3);
            // Lower is greater: SEV-1 is the worst.
            let lower = incident.and_then(|i| i.level.as_ref()).is_some_and(|known| level > known.what);
            if lower && value("reason").is_empty() {
                return Err(Sentence::new("form.lower_wants_reason"));
            }
            vec![Event::Severity { level, reason: value("reason") }]
        }
        Purpose::Verdict => {
            let side = Party::parse(&value("side")).unwrap_or(Party::Unknown);
            let found = incident.and_then(|i| i.verdict.as_ref()).map(|verdict| verdict.what.side);
            let overrides = found.is_some_and(|found| found != side && found != Party::Unknown);
            vec![Event::Verdict { side, area: value("area"), reasons: vec![value("reason")], overrides }]
        }
        Purpose::Acknowledge => {
            let of = incident.and_then(Incident::waiting).map(|rung| rung.message.seq);
            vec![Event::Acknowledged { of, who: value("who") }]
        }
        Purpose::HandOff if incident.is_some_and(|i| i.handing.is_some()) => {
            vec![Event::Accepted { who: value("who") }]
        }
        Purpose::HandOff => {
            let to = value("to");
            let page = incident.map(|incident| tell::handoff_page(model, incident, &to, now));
            vec![Event::HandedOff { to, page: page.unwrap_or_default() }]
        }
        Purpose::Grey => incident.map_or(Ok(Vec::new()), |incident| tell::grey_taken(incident, form))?,
        Purpose::Role(role) => vec![Event::Role { role: *role, who: value("who") }],
        Purpose::Close => {
            let cause = Cause::parse(&value("cause")).unwrap_or(Cause::Unknown);
            let verified = (value("verified") == "yes").then(|| Event::Moment {
                which: Moment::Recovered,
                when: now,
                reason: value("summary"),
            });
            verified.into_iter().chain([Event::Closed { cause, summary: value("summary") }]).collect()
        }
        Purpose::Item => vec![Event::Item(Item {
            class: ItemClass::parse(&value("class")).unwrap_or(ItemClass::Prevention),
            text: value("text"),
            owner: value("owner"),
            due: value("due"),
        })],
        Purpose::Reopen => vec![Event::Reopened { reason: value("reason") }],
        Purpose::Runbook => {
            let id = value("book");
            let version = model.settings.shelf.find(&id).map(|book| book.version.clone()).unwrap_or_default();
            vec![Event::Runbook { id, version, reason: value("reason") }]
        }
        // It is sent first.
        Purpose::Escalate => Vec::new(),
    };
    // Whoever decides first has taken it on.
    let first =
        incident.is_some_and(|i| i.acknowledged.is_none()) && !matches!(form.purpose, Purpose::Acknowledge);
    let taken_on = first.then(|| {
        [
            Event::Acknowledged { of: None, who: me.clone() },
            Event::Role { role: Part::Commander, who: me.clone() },
        ]
    });
    Ok(Taken::Write(taken_on.into_iter().flatten().chain(events).collect()))
}

fn opening(form: &Form) -> Opening {
    let value = |name: &str| form.value(name).to_owned();
    let report = Report {
        what: value("what"),
        who: value("who"),
        since: value("since"),
        url: value("url"),
        how_many: value("how_many"),
        from: value("from"),
    };
    let kind = Kind::parse(&value("kind")).unwrap_or(Kind::Fault);
    // A question that is answered at once is closed at once, and counted.
    let answer = value("answer");
    let further = form.value("belongs") == HERE;
    let then = if answer.is_empty() || kind == Kind::Fault || further {
        let note = Some(answer).filter(|answer| !answer.is_empty());
        note.map(|text| Event::Note { text, about: None }).into_iter().collect()
    } else {
        vec![Event::Closed { cause: Cause::Unknown, summary: answer }]
    };
    Opening {
        title: value("what"),
        kind,
        level: None,
        subject: None,
        since: None,
        report: Some(report),
        then,
    }
}

pub(super) fn gate(model: &Model, form: &Form, now: Timestamp) -> Result<Vec<Event>, Sentence> {
    let answer = Gate::parse(form.value("answer")).unwrap_or(Gate::Watch);
    let reason = form.value("reason").to_owned();
    let again = match (answer, form.value("minutes").parse::<i64>()) {
        (Gate::Watch, Ok(minutes)) if (1..=10_080).contains(&minutes) => {
            now.checked_add(SignedDuration::from_mins(minutes)).ok()
        }
        (Gate::Watch, _) => return Err(Sentence::new("form.bad_minutes")),
        _ => None,
    };
    let level = Level::parse(form.value("level")).unwrap_or(Level::Sev3);
    let known = model.incidents.get(&form.uid).and_then(|i| i.level.as_ref()).map(|known| known.what);
    let severity = (known != Some(level)).then(|| Event::Severity { level, reason: reason.clone() });
    let facts = form.facts.clone();
    Ok(severity.into_iter().chain([Event::Gate { answer, reason, facts, again }]).collect())
}

/// A request is on the disk: the form that waited for it goes.
pub fn saved(model: &mut Model, generation: u64) {
    model
        .overlays
        .retain(|overlay| !matches!(overlay, Overlay::Form(form) if form.saving == Some(generation)));
}

/// A request could not be written: the form that waited for it says why, and keeps what was typed. False when none did.
pub fn failed(model: &mut Model, generation: u64, why: &Sentence) -> bool {
    let words = model.settings.words.clone();
    let forms = model.overlays.iter_mut().filter_map(|overlay| match overlay {
        Overlay::Form(form) if form.saving == Some(generation) => Some(form),
        _ => None,
    });
    let mut any = false;
    for form in forms {
        form.saving = None;
        form.error = Some(why.text(&words));
        any = true;
    }
    any
}
