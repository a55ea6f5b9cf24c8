//! What the marked step of an incident looks at, means and waits for, and which key comes next.
//!
//! What was read stands beside each check with when and how; what cannot be told is said to be so. Nothing is decided here.

use jiff::{SignedDuration, Timestamp};

use super::steps::{heading, outcome_glyph};
use crate::{
    incident::{
        Incident,
        chain::SELF,
        event::{Mark, Outcome as Recorded},
    },
    panes::detail::{Block, Line, PageCx, Span, Target},
    runbook::{
        CHECKLIST, Param, Runbook,
        check::Source,
        condition::Condition,
        judge::Judged,
        params,
        progress::{Due, Progress, Record, Standing},
        step::{Act, Kind, Step},
    },
    text::{age, duration},
    triage::check::Outcome,
    value::Role,
};

/// Failures that stand beside a decision.
const FAILURES: usize = 8;

/// What the marked step looks at.
pub(super) fn this(incident: &Incident, page: &PageCx<'_>) -> Block {
    let record = page.known.followed(incident);
    Block::Lines { title: "section.this_step", lines: now(incident, record.as_ref(), page), empty: None }
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
    if incident.is_closed() {
        let over = words.get("incident.next.closed").to_owned();
        return vec![Line { spans: vec![Span::new(over, Role::Accent)], ..Line::default() }];
    }
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
    // What a check of the runbook has from the console is not said twice.
    let told = |id: &str| {
        let mut known = outcomes.keys().filter_map(|id| book.check(id));
        known.any(|check| check.id == id || matches!(&check.source, Source::Console(source) if source == id))
    };
    let consoles = incident.checks.values().filter(|check| check.what.outcome == Recorded::Fail);
    let consoles = consoles.filter(|check| !told(&check.what.id));
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
