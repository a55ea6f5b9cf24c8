//! The steps of an incident: those of the runbook that is followed, and the checklist of the first fifteen minutes; and what
//! the marked one looks at, means and waits for.
//!
//! How a step stands is told by the journal: a person's word, else what was read, else what has happened anyway (an
//! incident that was opened from an alarm has its trigger written down). Nothing is decided here.

use jiff::{SignedDuration, Timestamp};

use super::found;
use crate::{
    incident::{
        Incident,
        chain::SELF,
        event::{Mark, Outcome as Recorded, Party},
    },
    panes::detail::{Block, Line, PageCx, Span, StepRef, Target},
    runbook::{
        CHECKLIST, Param, Runbook,
        check::Source,
        condition::Condition,
        judge::Judged,
        params,
        progress::{Due, Mark as Stands, Progress, Record, Standing},
        step::{Act, Kind, Step},
    },
    text::{age, duration},
    triage::check::Outcome,
    value::Role,
};

/// Failures that stand beside a decision.
const FAILURES: usize = 8;

/// How a step stands, as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is the next.
    Now,
    /// Done, and fine.
    Done,
    /// Done, and not fine.
    Failed,
    /// Left out.
    Skipped,
    /// It cannot be told.
    Unknown,
    /// To be done.
    Open,
}

impl State {
    const fn glyph(self) -> (&'static str, Role) {
        match self {
            Self::Now => ("●", Role::Accent),
            Self::Done => ("✓", Role::Good),
            Self::Failed => ("✗", Role::Bad),
            Self::Skipped => ("»", Role::Dim),
            Self::Unknown => ("?", Role::Unknown),
            Self::Open => ("·", Role::Dim),
        }
    }

    const fn of(mark: Mark) -> Self {
        match mark {
            Mark::Done => Self::Done,
            Mark::Failed => Self::Failed,
            Mark::Skipped => Self::Skipped,
            Mark::Unknown => Self::Unknown,
            Mark::Open => Self::Open,
        }
    }
}

/// The steps of the runbook that is followed, and the checklist.
pub(super) fn list(incident: &Incident, page: &PageCx<'_>) -> Block {
    let mut lines = Vec::new();
    let record = page.known.followed(incident);
    if let Some((record, book)) = record.as_ref().and_then(|r| Some((r, page.known.runbook(&r.book)?))) {
        lines.extend(followed(incident, record, book, page));
    } else if found::is_searching(incident, page) {
        lines.push(heading(String::new(), page.cx.words.get("incident.book_waits").to_owned()));
    }
    if let Some(list) = page.known.runbook(CHECKLIST) {
        // Apart from what stands above it.
        if !lines.is_empty() {
            lines.push(heading(String::new(), String::new()));
        }
        lines.extend(checklist(incident, list, page));
    }
    Block::Lines { title: "section.steps", lines, empty: Some("absent.steps") }
}

/// What the marked step looks at.
pub(super) fn this(incident: &Incident, page: &PageCx<'_>) -> Block {
    let record = page.known.followed(incident);
    Block::Lines { title: "section.this_step", lines: now(incident, record.as_ref(), page), empty: None }
}

fn heading(text: String, note: String) -> Line {
    Line { spans: vec![Span::new(text, Role::Title), Span::new(note, Role::Dim)], ..Line::default() }
}

fn followed(incident: &Incident, record: &Record, book: &Runbook, page: &PageCx<'_>) -> Vec<Line> {
    let cx = &page.cx;
    let lang = cx.words.lang();
    let progress = Progress::of(book, record, cx.now);
    let done = progress.marks.iter().filter(|mark| matches!(mark, Stands::Done(_))).count();
    let ahead = progress.marks.iter().filter(|mark| !matches!(mark, Stands::Aside)).count();
    let count = cx.words.fill("incident.steps_done", &[("done", &done), ("all", &ahead)]);
    let mut lines = vec![heading(book.title.of(lang).to_owned(), format!(" {count}"))];
    if let Some(date) = book.reviewed.filter(|_| book.is_stale(cx.now.to_zoned(cx.zone.clone()).date())) {
        let text = cx.words.fill("runbook.reviewed_long_ago", &[("date", &date)]);
        lines.push(Line { spans: vec![Span::new(text, Role::Warn)], ..Line::default() });
    }
    let shown =
        book.steps.iter().enumerate().filter(|(at, _)| progress.marks.get(*at) != Some(&Stands::Aside));
    for (at, step) in shown {
        let stands = progress.marks.get(at).copied().unwrap_or(Stands::Aside);
        let state = state_of(incident, record, book, step, stands);
        let result = progress.result(at, record).filter(|_| state == State::Now || state == State::Open);
        lines.push(line(incident, book, step, state, result, page));
    }
    if let Due::Closed = progress.due {
        lines.push(heading(String::new(), cx.words.get("incident.book_over").to_owned()));
    }
    lines
}

/// How a step of the runbook stands.
fn state_of(incident: &Incident, record: &Record, book: &Runbook, step: &Step, stands: Stands) -> State {
    match stands {
        Stands::Now => State::Now,
        Stands::Ahead | Stands::Aside => State::Open,
        Stands::Done(at) => {
            let key = (book.id.clone(), step.id.clone());
            let by_person = incident.steps.get(&key).map(|said| State::of(said.what.mark));
            let read = record.done.get(at).map(|done| worst(done.outcomes.values()));
            by_person.or(read).unwrap_or(State::Done)
        }
    }
}

fn worst<'a>(outcomes: impl Iterator<Item = &'a Judged>) -> State {
    match outcomes.map(|judged| judged.outcome).min() {
        Some(Outcome::Fail) => State::Failed,
        Some(Outcome::Unknown) => State::Unknown,
        Some(Outcome::Pass) | None => State::Done,
    }
}

fn line(
    incident: &Incident,
    book: &Runbook,
    step: &Step,
    state: State,
    result: Option<Outcome>,
    page: &PageCx<'_>,
) -> Line {
    let cx = &page.cx;
    // What has been read of a step to come is shown before it is its turn.
    let (glyph, role) = match (state, result) {
        (State::Open, Some(Outcome::Fail)) => outcome_glyph(Outcome::Fail),
        (State::Open, Some(outcome)) => (outcome_glyph(outcome).0, Role::Dim),
        _ => state.glyph(),
    };
    let plain = match state {
        State::Now => Role::Name,
        State::Open | State::Skipped => Role::Dim,
        _ => Role::Plain,
    };
    let mut spans =
        vec![Span::new(glyph, role), Span::new(format!(" {}", step.title.of(cx.words.lang())), plain)];
    if let Some(minute) = &step.minute {
        spans.push(Span::new(format!(" {minute}′"), Role::Dim));
    }
    if let Some(outcome) = result.filter(|_| state == State::Now) {
        let (glyph, role) = outcome_glyph(outcome);
        spans.push(Span::new(format!(" {glyph}"), role));
    }
    let target = Some(Target::Step(Box::new(StepRef {
        incident: incident.uid.clone(),
        runbook: book.id.clone(),
        step: step.id.clone(),
    })));
    Line { depth: 0, spans, target }
}

pub(super) const fn outcome_glyph(outcome: Outcome) -> (&'static str, Role) {
    match outcome {
        Outcome::Pass => ("✓", Role::Good),
        Outcome::Fail => ("✗", Role::Bad),
        Outcome::Unknown => ("?", Role::Unknown),
    }
}

fn checklist(incident: &Incident, list: &Runbook, page: &PageCx<'_>) -> Vec<Line> {
    let states: Vec<State> = list.steps.iter().map(|step| checklist_state(incident, &step.id)).collect();
    let done = states.iter().filter(|state| **state != State::Open).count();
    let count = page.cx.words.fill("incident.steps_done", &[("done", &done), ("all", &list.steps.len())]);
    let title = list.title.of(page.cx.words.lang()).to_owned();
    let mut lines = vec![heading(title, format!(" {count}"))];
    for (step, state) in list.steps.iter().zip(states) {
        lines.push(line(incident, list, step, state, None, page));
    }
    lines
}

/// How a step of the checklist stands: a person's word, else what the journal has of it anyway.
pub fn checklist_state(incident: &Incident, step: &str) -> State {
    let key = (CHECKLIST.to_owned(), step.to_owned());
    if let Some(said) = incident.steps.get(&key).filter(|said| said.what.mark != Mark::Open) {
        return State::of(said.what.mark);
    }
    let happened = match step {
        "acknowledge" => incident.acknowledged.is_some(),
        "trigger" => !incident.subjects.is_empty() || !incident.reports.is_empty(),
        "already-open" => incident.subjects.len() + incident.reports.len() > 1,
        "snapshot" => !incident.evidence.is_empty(),
        "whose-side" => incident.verdict.as_ref().is_some_and(|v| v.what.side != Party::Unknown),
        "what-changed" => incident.evidence.iter().any(|kept| kept.what.source == "suspects"),
        "gate" => incident.gate.is_some(),
        "escalate" | "first-message" => incident.escalations.iter().any(|rung| rung.message.what.sent),
        "mitigate" => incident.moments.contains_key(&crate::incident::event::Moment::Mitigated),
        "re-check" => incident.moments.contains_key(&crate::incident::event::Moment::Recovered),
        "record" => incident.is_closed(),
        _ => false,
    };
    if happened { State::Done } else { State::Open }
}

/// The step that is marked, else the one that is due.
fn marked<'a>(
    incident: &Incident,
    record: Option<&Record>,
    page: &PageCx<'a>,
) -> Option<(&'a Runbook, &'a Step)> {
    if let Some(Target::Step(step)) = page.chosen
        && step.incident == incident.uid
    {
        let book = page.known.runbook(&step.runbook)?;
        let at = book.step(&step.step)?;
        return Some((book, book.steps.get(at)?));
    }
    let record = record?;
    let book = page.known.runbook(&record.book)?;
    let progress = Progress::of(book, record, page.cx.now);
    progress.step().map(|step| (book, step))
}

/// What the marked step looks at and waits for.
fn now(incident: &Incident, record: Option<&Record>, page: &PageCx<'_>) -> Vec<Line> {
    let cx = &page.cx;
    let words = cx.words;
    let lang = words.lang();
    let Some((book, step)) = marked(incident, record, page) else { return Vec::new() };
    let mut lines = Vec::new();
    let time = step.timebox.map(|time| format!(" · {}", short(time))).unwrap_or_default();
    let owner = words.fill(
        "incident.step_owner",
        &[("owner", &words.get(step.owner.key())), ("side", &words.get(step.side.key()))],
    );
    let text = |text: String, role| Line { spans: vec![Span::new(text, role)], ..Line::default() };
    lines.push(heading(step.title.of(lang).to_owned(), String::new()));
    lines.push(text(format!("{owner}{time}"), Role::Dim));
    let said = incident.steps.get(&(book.id.clone(), step.id.clone()));
    if let Some(said) = said.filter(|said| said.what.mark != Mark::Open) {
        let mark = words.get(said.what.mark.wording()).to_owned();
        let why = [said.what.choice.as_deref().unwrap_or_default(), said.what.reason.as_str()];
        let why = why.iter().filter(|text| !text.is_empty()).copied().collect::<Vec<_>>().join(": ");
        let by = if said.by == SELF { String::new() } else { format!(" · {}", said.by) };
        let when = age::since(said.at, cx.now);
        lines.push(text(format!("{mark} {why}{by} · {when}"), Role::Title));
    }
    lines.extend(step.note.as_ref().map(|note| text(note.of(lang).to_owned(), Role::Dim)));
    let is_followed = record.filter(|record| record.book == book.id);
    let empty = std::collections::BTreeMap::new();
    let outcomes = is_followed.map_or(&empty, |record| &record.outcomes);
    for check in book.checks_of(step) {
        let judged = outcomes.get(&check.id);
        let known = judged.map(|judged| (judged.outcome, judged.sentence(check).text(words), judged.at));
        let from = match &check.source {
            Source::Read { operation, .. } => operation.as_str(),
            Source::Console(id) => id.as_str(),
            Source::Ask { .. } => "",
        };
        let mut spans = Vec::new();
        if let Some((outcome, evidence, at)) = &known {
            let (glyph, role) = outcome_glyph(*outcome);
            spans.push(Span::new(glyph, role));
            spans.push(Span::new(format!(" {}", check.title.of(lang)), Role::Plain));
            spans.push(Span::new(format!(" · {evidence}"), Role::Dim));
            spans.push(Span::new(format!(" · {from} {}", age::since(*at, cx.now)), Role::Dim));
        } else {
            spans.push(Span::new("·", Role::Dim));
            spans.push(Span::new(format!(" {}", check.title.of(lang)), Role::Plain));
            spans.push(Span::new(format!(" {from}"), Role::Dim));
        }
        lines.push(Line { spans, ..Line::default() });
        if known.as_ref().is_some_and(|(outcome, ..)| *outcome == Outcome::Fail) {
            let side = words.get(check.know.side.key()).to_owned();
            lines.push(text(format!("  {} ({side})", check.know.if_fail.of(lang)), Role::Plain));
            lines.push(text(format!("  → {}", check.know.next.of(lang)), Role::Plain));
        }
    }
    match &step.kind {
        Kind::Act(act) => lines.extend(act_lines(incident, book, act, outcomes, page)),
        Kind::Ask(choices) | Kind::Decide(choices) => {
            if matches!(step.kind, Kind::Decide(_)) {
                lines.extend(failures(incident, book, outcomes, page));
            }
            for choice in choices {
                let risk =
                    choice.risk.as_ref().map(|risk| format!(" · {}", risk.of(lang))).unwrap_or_default();
                lines.push(Line {
                    spans: vec![
                        Span::new(format!("  ○ {}", choice.title.of(lang)), Role::Plain),
                        Span::new(risk, Role::Warn),
                    ],
                    ..Line::default()
                });
            }
        }
        Kind::Notify(owners) => {
            let names: Vec<&str> = owners.iter().map(|owner| words.get(owner.key())).collect();
            lines.push(text(words.fill("incident.tell", &[("who", &names.join(", "))]), Role::Plain));
        }
        Kind::Check | Kind::Wait(_) | Kind::Record | Kind::Goto => {}
    }
    lines.extend(
        step.proof
            .as_ref()
            .map(|proof| text(words.fill("incident.proof", &[("proof", &proof.of(lang))]), Role::Dim)),
    );
    let missing = missing(incident, is_followed, book, step, page);
    for param in &missing {
        let name = format!("{} (${{{}}})", param.title.of(lang), param.name);
        lines.push(text(words.fill("incident.not_known", &[("what", &name)]), Role::Unknown));
    }
    let next = if missing.is_empty() {
        next(record, book, step, cx.now, page)
    } else {
        words.get("incident.next.fill_in").to_owned()
    };
    lines.push(text(next, Role::Accent));
    lines
}

/// What the step has to know and nothing says, when it is the one that is due.
fn missing<'b>(
    incident: &Incident,
    record: Option<&Record>,
    book: &'b Runbook,
    step: &Step,
    page: &PageCx<'_>,
) -> Vec<&'b Param> {
    let Some(record) = record else { return Vec::new() };
    let progress = Progress::of(book, record, page.cx.now);
    if progress.step().is_none_or(|due| due.id != step.id) {
        return Vec::new();
    }
    progress.missing(&page.known.runbook_values(incident, book, page.cx.now))
}

/// What a decision rests on: everything that was found not to be as it should, in the runbook and by the console.
fn failures(
    incident: &Incident,
    book: &Runbook,
    outcomes: &std::collections::BTreeMap<String, Judged>,
    page: &PageCx<'_>,
) -> Vec<Line> {
    let words = page.cx.words;
    let own = outcomes.iter().filter(|(_, judged)| judged.outcome == Outcome::Fail);
    let own = own.filter_map(|(id, judged)| {
        let check = book.check(id)?;
        let text = format!(" {}: {}", check.title.of(words.lang()), judged.sentence(check).text(words));
        Some(text)
    });
    let consoles = incident.checks.values().filter(|check| check.what.outcome == Recorded::Fail);
    let all: Vec<String> = own.chain(consoles.map(|check| format!(" {}", check.what.evidence))).collect();
    let line = |text: String| Line {
        spans: vec![Span::new("✗", Role::Bad), Span::new(text, Role::Plain)],
        ..Line::default()
    };
    all.into_iter().take(FAILURES).map(line).collect()
}

fn act_lines(
    incident: &Incident,
    book: &Runbook,
    act: &Act,
    outcomes: &std::collections::BTreeMap<String, Judged>,
    page: &PageCx<'_>,
) -> Vec<Line> {
    let (words, lang) = (page.cx.words, page.cx.words.lang());
    let text = |text: String, role| Line { spans: vec![Span::new(text, role)], ..Line::default() };
    let values = page.known.runbook_values(incident, book, page.cx.now);
    let command = params::in_command(&act.command, &values).unwrap_or_else(|_| act.command.clone());
    let mut lines = vec![text(command, Role::Name)];
    let kind = if act.reversible { "incident.reversible" } else { "incident.irreversible" };
    lines.push(text(format!("{} · {}", words.get(kind), act.risk.of(lang)), Role::Warn));
    if !act.approve.is_empty() {
        let names: Vec<&str> = act.approve.iter().map(|owner| words.get(owner.key())).collect();
        lines.push(text(words.fill("incident.approve", &[("who", &names.join(", "))]), Role::Plain));
    }
    let of = |id: &str| outcomes.get(id);
    for guard in &act.guard {
        let holds = Condition::holds(guard, &of);
        let (glyph, role) = match holds {
            Some(true) => ("✓", Role::Good),
            Some(false) => ("✗", Role::Bad),
            None => ("?", Role::Unknown),
        };
        lines.push(text(format!("{glyph} {}", words.fill("incident.guard", &[("what", &guard)])), role));
    }
    lines
}

/// What to do next with the marked step.
fn next(record: Option<&Record>, book: &Runbook, step: &Step, now: Timestamp, page: &PageCx<'_>) -> String {
    let words = page.cx.words;
    if book.id == CHECKLIST {
        return words.get("incident.next.tick").to_owned();
    }
    let progress = record.map(|record| Progress::of(book, record, now));
    let due = progress.as_ref().and_then(|progress| match progress.due {
        Due::Step(at, standing) if book.steps.get(at).is_some_and(|due| due.id == step.id) => Some(standing),
        _ => None,
    });
    let until = |at: Timestamp| age::clock(at, page.cx.now, page.cx.zone);
    match (due, &step.kind) {
        (None, _) => words.get("incident.next.not_due").to_owned(),
        (Some(Standing::Reading), _) => words.get("incident.next.reading").to_owned(),
        (Some(Standing::Press), _) => words.get("incident.next.press").to_owned(),
        (Some(Standing::Typed), _) => words.get("incident.next.typed").to_owned(),
        (Some(Standing::Confirming(at)), _) => {
            words.fill("incident.next.confirming", &[("time", &until(at))])
        }
        (Some(Standing::Waiting(at)), _) => words.fill("incident.next.waiting", &[("time", &until(at))]),
        (Some(Standing::Ready | Standing::Carried), _) => words.get("incident.next.ready").to_owned(),
        (Some(Standing::Person), Kind::Act(_)) => words.get("incident.next.act").to_owned(),
        (Some(Standing::Person), Kind::Ask(choices) | Kind::Decide(choices)) if !choices.is_empty() => {
            words.get("incident.next.decide").to_owned()
        }
        (Some(Standing::Person), Kind::Notify(_)) => words.get("incident.next.notify").to_owned(),
        (Some(Standing::Person), _) => words.get("incident.next.record").to_owned(),
    }
}

/// `3m`.
fn short(time: SignedDuration) -> String {
    duration::show(time.unsigned_abs())
}
