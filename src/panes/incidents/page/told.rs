//! The entries of a journal in words, a line each. What the console wrote by itself in one go is one line.

use crate::{
    incident::{Entry, Event, Incident, chain::SELF, event::Outcome},
    panes::detail::{Line, Span},
    text::{age, measure},
    value::{Cx, Role},
};

/// Lines of a note that stand here; the whole of it is in the export.
const NOTE: usize = 8;
/// Characters of each.
const LONGEST: usize = 500;

/// Every entry, the newest first.
pub(super) fn lines(incident: &Incident, cx: &Cx<'_>) -> Vec<Line> {
    let mut lines: Vec<Vec<Line>> = Vec::new();
    let mut run: Vec<&Entry> = Vec::new();
    for entry in &incident.entries {
        let by_itself = matches!(entry.event, Ok(Event::Check(_))) && entry.hand.by == SELF;
        let snapshot = matches!(entry.event, Ok(Event::Evidence(_)));
        let same = run.first().is_some_and(|first| {
            first.at == entry.at && matches!(first.event, Ok(Event::Evidence(_))) == snapshot
        });
        if !(by_itself || snapshot) || !same {
            lines.extend(several(&run, cx).map(|line| vec![line]));
            run.clear();
        }
        if by_itself || snapshot {
            run.push(entry);
        } else {
            let said = match &entry.event {
                Ok(Event::Note { text, .. }) => (first_line(text), Role::Plain),
                _ => text(entry, cx),
            };
            lines.push([vec![line(entry, said, cx)], further(entry, cx)].concat());
        }
    }
    lines.extend(several(&run, cx).map(|line| vec![line]));
    lines.into_iter().rev().flatten().collect()
}

/// The further lines of a note that has several, below its first.
fn further(entry: &Entry, cx: &Cx<'_>) -> Vec<Line> {
    let Ok(Event::Note { text, .. }) = &entry.event else { return Vec::new() };
    let under = " ".repeat(measure::width(&age::clock(entry.at, cx.now, cx.zone)));
    let line = |text: &str, role| Line {
        spans: vec![Span::new(format!("{under}  {text}"), role)],
        ..Line::default()
    };
    let rest = || text.trim().lines().skip(1);
    let mut lines: Vec<Line> = rest().take(NOTE - 1).map(|one| line(&cut(one), Role::Plain)).collect();
    let more = rest().skip(NOTE - 1).count();
    if more > 0 {
        lines.push(line(&cx.words.fill("told.more_lines", &[("count", &more)]), Role::Dim));
    }
    lines
}

/// One line for several entries of one moment.
fn several(run: &[&Entry], cx: &Cx<'_>) -> Option<Line> {
    let first = run.first()?;
    if run.len() == 1 {
        return Some(line(first, text(first, cx), cx));
    }
    let words = cx.words;
    if matches!(first.event, Ok(Event::Evidence(_))) {
        return Some(line(first, (words.fill("told.kept", &[("count", &run.len())]), Role::Dim), cx));
    }
    let of = |outcome: Outcome| {
        let is =
            |entry: &&&Entry| matches!(&entry.event, Ok(Event::Check(check)) if check.outcome == outcome);
        run.iter().filter(is).count()
    };
    let (fail, unknown) = (of(Outcome::Fail), of(Outcome::Unknown));
    let counts: [(&str, &dyn std::fmt::Display); 3] =
        [("pass", &of(Outcome::Pass)), ("fail", &fail), ("unknown", &unknown)];
    let role = if fail > 0 { Role::Warn } else { Role::Dim };
    Some(line(first, (words.fill("told.checks", &counts), role), cx))
}

fn line(entry: &Entry, (text, role): (String, Role), cx: &Cx<'_>) -> Line {
    let mut spans = vec![
        Span::new(age::clock(entry.at, cx.now, cx.zone), Role::Dim),
        Span::new(format!("  {text}"), role),
    ];
    if entry.hand.by != SELF {
        spans.push(Span::new(format!("  {}", entry.hand.by), Role::Dim));
    }
    Line { spans, ..Line::default() }
}

/// One entry in words.
pub(super) fn text(entry: &Entry, cx: &Cx<'_>) -> (String, Role) {
    let words = cx.words;
    let fill = |key: &str, args: &[(&str, &dyn std::fmt::Display)]| words.fill(key, args);
    let event = match &entry.event {
        Ok(event) => event,
        Err(kind) => return (fill("told.newer", &[("kind", kind)]), Role::Unknown),
    };
    match event {
        Event::Opened { title, subject, .. } => {
            let what = subject.as_ref().map_or(title.as_str(), |subject| subject.label());
            (fill("told.opened", &[("what", &what)]), Role::Plain)
        }
        Event::Reported(report) => (fill("told.reported", &[("what", &report.what)]), Role::Plain),
        Event::Attached { subject } => (fill("told.attached", &[("what", &subject.label())]), Role::Plain),
        Event::Detached { subject, .. } => {
            (fill("told.detached", &[("what", &subject.label())]), Role::Plain)
        }
        Event::Withdrawn { of, .. } => (fill("told.withdrawn", &[("of", of)]), Role::Plain),
        Event::Retitled { title } => (fill("told.retitled", &[("title", title)]), Role::Plain),
        Event::Evidence(kept) => (fill("told.pinned", &[("what", &kept.title)]), Role::Plain),
        Event::Check(check) => {
            let outcome = words.get(check.outcome.wording()).to_owned();
            let role = if check.outcome == Outcome::Fail { Role::Warn } else { Role::Dim };
            (fill("told.check", &[("outcome", &outcome), ("what", &check.evidence)]), role)
        }
        Event::Runbook { id, reason, .. } => {
            (fill("told.runbook", &[("id", id), ("why", reason)]), Role::Plain)
        }
        Event::Step(step) => {
            let mark = words.get(step.mark.wording()).to_owned();
            let args: [(&str, &dyn std::fmt::Display); 3] =
                [("step", &step.id), ("mark", &mark), ("why", &step.reason)];
            let key = match (step.overrides, step.reason.is_empty()) {
                (true, _) => "told.step_override",
                (false, true) => "told.step",
                (false, false) => "told.step_why",
            };
            (fill(key, &args), if step.overrides { Role::Warn } else { Role::Plain })
        }
        Event::Gate { answer, reason, .. } => {
            let answer = words.get(answer.wording()).to_owned();
            (fill("told.gate", &[("answer", &answer), ("why", reason)]), Role::Title)
        }
        Event::Severity { level, reason } => {
            let why = if reason.is_empty() { String::new() } else { format!(": {reason}") };
            (format!("{}{why}", level.word()), Role::Title)
        }
        Event::Verdict { side, reasons, overrides, .. } => {
            let side = words.get(side.wording()).to_owned();
            let key = if *overrides { "told.verdict_override" } else { "told.verdict" };
            (fill(key, &[("side", &side), ("why", &reasons.join("; "))]), Role::Title)
        }
        Event::Value { name, value } => {
            (fill("told.value", &[("name", name), ("value", value)]), Role::Plain)
        }
        Event::Note { text, .. } => {
            let more = if text.trim().contains('\n') { " …" } else { "" };
            (format!("{}{more}", first_line(text)), Role::Plain)
        }
        Event::Action { operation, command, result, .. } => {
            let what = if operation.is_empty() { command } else { operation };
            (fill("told.action", &[("what", what), ("result", result)]), Role::Plain)
        }
        Event::Escalated(told) if told.sent => {
            (fill("told.escalated", &[("to", &told.to), ("channel", &told.channel)]), Role::Title)
        }
        Event::Escalated(told) => {
            (fill("told.not_sent", &[("to", &told.to), ("why", &told.answer)]), Role::Bad)
        }
        Event::Acknowledged { who, .. } => (fill("told.acknowledged", &[("who", who)]), Role::Good),
        Event::Role { role, who } => {
            let role = words.get(role.wording()).to_owned();
            (fill("told.role", &[("role", &role), ("who", who)]), Role::Plain)
        }
        Event::Grey { field, value } => {
            (fill("told.grey", &[("field", field), ("value", value)]), Role::Plain)
        }
        Event::HandedOff { to, .. } => (fill("told.handed_off", &[("to", to)]), Role::Title),
        Event::Accepted { who } => (fill("told.accepted", &[("who", who)]), Role::Good),
        Event::Moment { which, when, .. } => {
            let which = words.get(which.wording()).to_owned();
            let time = age::clock(*when, cx.now, cx.zone);
            (fill("told.moment", &[("which", &which), ("time", &time)]), Role::Title)
        }
        Event::Item(item) => (fill("told.item", &[("what", &item.text)]), Role::Plain),
        Event::Closed { cause, summary } => {
            let cause = words.get(cause.wording()).to_owned();
            (fill("told.closed", &[("cause", &cause), ("summary", summary)]), Role::Good)
        }
        Event::Reopened { reason } => (fill("told.reopened", &[("why", reason)]), Role::Bad),
        Event::Imported { from, .. } => (fill("told.imported", &[("from", from)]), Role::Dim),
    }
}

/// The first line of a note.
fn first_line(text: &str) -> String {
    cut(text.trim().lines().next().unwrap_or_default())
}

/// A line of a note, which may be a log file without one.
fn cut(line: &str) -> String {
    let mut cut: String = line.chars().take(LONGEST).collect();
    if cut.len() < line.len() {
        cut.push_str(" …");
    }
    cut
}
