//! The steps of an incident: those of the runbook that is followed, and the checklist of the first fifteen minutes.
//!
//! How a step stands is told by the journal: a person's word, else what was read, else what has happened anyway (an
//! incident that was opened from an alarm has its trigger written down). Nothing is decided here.

use super::found;
use crate::{
    incident::{
        Incident,
        event::{Mark, Party},
    },
    panes::detail::{Block, Line, PageCx, Span, StepRef, Target},
    runbook::{
        CHECKLIST, Runbook,
        judge::Judged,
        progress::{Due, Mark as Stands, Progress, Record},
        step::Step,
    },
    triage::check::Outcome,
    value::Role,
};

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

pub(super) fn heading(text: String, note: String) -> Line {
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
