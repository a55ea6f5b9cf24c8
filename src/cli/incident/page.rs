//! An incident as a page of text or Markdown.

use std::{borrow::Cow, fmt::Write as _};

use jiff::Timestamp;

use super::{
    Desk, Refused, Work,
    args::{OneArgs, Output},
};
use crate::{
    incident::{
        Incident,
        export::{self, StepWords, Wording},
        figures::Figures,
        similar::{Similar, similar},
        telling,
    },
    text::{Catalogue, measure, sanitise::clean},
};

/// Longest line of a timeline, in cells: of a note that is a log file the beginning is enough, the rest is in the export.
const LONGEST: usize = 400;
/// Incidents of before that are named.
const BEFORE: usize = 3;

/// What is known of steps without runbooks: nothing.
pub(super) fn step(_runbook: &str, _step: &str) -> Option<StepWords> {
    None
}

/// Prints one with its timeline.
pub(super) fn show(work: &mut Work<'_>, args: &OneArgs) -> Result<bool, Refused> {
    let incident = work.load(&args.id)?;
    if args.form.output == Output::Json {
        let wording = Wording { words: work.desk.words, step: &step };
        work.document(&export::document(&incident, wording))?;
        return Ok(true);
    }
    let others = work.journal.incidents()?;
    let text = text(&incident, &similar(&incident, &others), &work.desk);
    work.desk.out.write_all(text.as_bytes())?;
    Ok(true)
}

fn text(incident: &Incident, before: &[Similar<'_>], desk: &Desk<'_>) -> String {
    let words = desk.words;
    let mut page = format!("{}  {}\n", incident.id(), line(&incident.title));
    let facts = facts(incident, desk);
    let widest = facts.iter().map(|(name, _)| measure::width(name)).max().unwrap_or(0);
    for (name, value) in &facts {
        let _ = writeln!(page, "  {}  {value}", measure::pad(name, widest));
    }
    for similar in before.iter().take(BEFORE) {
        let other = similar.incident;
        let cause = other.cause.as_ref().filter(|_| other.is_closed());
        let cause = cause.map_or_else(
            || words.get(other.state.wording()).to_owned(),
            |(cause, summary)| {
                let cause = words.get(cause.wording());
                if summary.is_empty() { cause.to_owned() } else { format!("{cause}; {}", line(summary)) }
            },
        );
        let told = words.fill(
            "cli.incident.before",
            &[("id", &other.id()), ("title", &line(&other.title)), ("cause", &cause)],
        );
        let _ = writeln!(page, "  {told}");
    }
    page.push('\n');
    let hands = incident.entries.iter().map(|entry| measure::width(&line(&entry.hand.by))).max();
    for entry in &incident.entries {
        let _ = writeln!(
            page,
            "{:>4}  {}  {}  {}",
            entry.seq,
            time(entry.at, desk),
            measure::pad(&line(&entry.hand.by), hands.unwrap_or(0)),
            short(&telling::line(entry).text(words)),
        );
    }
    let _ = writeln!(page, "\n{}", words.fill("cli.incident.head", &[("head", &incident.head)]));
    page
}

/// The same for tickets and chats.
pub(super) fn markdown(incident: &Incident, desk: &Desk<'_>) -> String {
    let words = desk.words;
    let mut page = format!("# {} {}\n\n", incident.id(), escaped(&incident.title));
    for (name, value) in facts(incident, desk) {
        let _ = writeln!(page, "- **{name}**: {}", escaped(&value));
    }
    let head = [
        "cli.incident.column.entry",
        "cli.incident.column.time",
        "cli.incident.column.by",
        "cli.incident.column.what",
    ];
    let _ = writeln!(page, "\n| {} |", head.map(|key| words.get(key)).join(" | "));
    page.push_str("|---|---|---|---|\n");
    for entry in &incident.entries {
        let what = telling::line(entry).text(words);
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} |",
            entry.seq,
            crate::value::rfc3339(entry.at),
            escaped(&entry.hand.by),
            escaped(&what)
        );
    }
    let _ = writeln!(page, "\n{}", words.fill("cli.incident.head", &[("head", &incident.head)]));
    page
}

/// What is to be known first, by name, in words.
pub(super) fn facts(incident: &Incident, desk: &Desk<'_>) -> Vec<(String, String)> {
    let words = desk.words;
    let mut facts = Vec::new();
    let mut add =
        |key: &str, value: Cow<'_, str>| facts.push((words.get(key).to_owned(), value.into_owned()));
    add("cli.incident.fact.state", words.get(incident.state.wording()).into());
    if let Some(level) = &incident.level {
        add("cli.incident.fact.severity", words.get(level.what.wording()).into());
    }
    if let Some(kind) = incident.kind {
        add("cli.incident.fact.kind", words.get(kind.wording()).into());
    }
    if let Some(since) = incident.since {
        add("cli.incident.fact.since", time(since, desk).into());
    }
    if let Some((at, by)) = &incident.opened {
        add("cli.incident.fact.opened", format!("{} {}", time(*at, desk), line(by)).into());
    }
    for subject in &incident.subjects {
        let mut said = format!("{} {}", subject.kind, subject.label());
        if let Some(scope) = &subject.scope {
            let account = scope.account.as_deref().unwrap_or(&scope.profile);
            for part in [account, &scope.region].into_iter().filter(|part| !part.is_empty()) {
                said = format!("{said} {part}");
            }
        }
        add("cli.incident.fact.subject", line(&said).into());
    }
    for report in &incident.reports {
        add("cli.incident.fact.report", short(&reported(&report.what)).into());
    }
    if let Some(verdict) = &incident.verdict {
        let reasons = line(&verdict.what.reasons.join("; "));
        add(
            "cli.incident.fact.side",
            format!("{}: {reasons}", words.get(verdict.what.side.wording())).into(),
        );
    }
    if let Some(gate) = &incident.gate {
        let (answer, reason) = (words.get(gate.what.answer.wording()), line(&gate.what.reason));
        add("cli.incident.fact.gate", format!("{answer}: {reason}").into());
    }
    for rung in incident.escalations.iter().filter(|rung| rung.acknowledged.is_none()) {
        let to = line(&rung.message.what.to);
        add(
            "cli.incident.fact.waiting",
            format!("{to} (#{}) {}", rung.message.seq, time(rung.message.at, desk)).into(),
        );
    }
    if let Some((cause, summary)) = incident.cause.as_ref().filter(|_| incident.is_closed()) {
        let cause = words.get(cause.wording());
        let summary = line(summary);
        let said = if summary.is_empty() { cause.to_owned() } else { format!("{cause}: {summary}") };
        add("cli.incident.fact.cause", said.into());
    }
    let spans = spans(words, &Figures::of(incident));
    if !spans.is_empty() {
        add("cli.incident.fact.times", spans.into());
    }
    facts
}

fn reported(report: &crate::incident::event::Report) -> String {
    let parts = [&report.who, &report.what, &report.since, &report.how_many, &report.from, &report.url];
    let said: Vec<String> =
        parts.into_iter().filter(|part| !part.is_empty()).map(|part| line(part)).collect();
    said.join(" · ")
}

/// The spans that are known.
fn spans(words: &Catalogue, figures: &Figures) -> String {
    let said = figures.told(words).into_iter().map(|(name, span)| format!("{name} {span}"));
    said.collect::<Vec<_>>().join(" · ")
}

/// A time in the operator's zone, to the second.
pub(super) fn time(at: Timestamp, desk: &Desk<'_>) -> String {
    // Rounded as in exports.
    let at = at.round(jiff::Unit::Second).unwrap_or(at);
    at.to_zoned(desk.zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Harmless, in one line.
pub(super) fn line(text: &str) -> String {
    clean(text).trim().to_owned()
}

/// Harmless, in one line that is not too long.
pub(super) fn short(text: &str) -> String {
    measure::cut(&line(text), LONGEST).into_owned()
}

/// Harmless, with its lines as they are.
pub(super) fn harmless(text: &str) -> String {
    text.lines().map(clean).collect::<Vec<_>>().join("\n")
}

/// Harmless in Markdown: no markup, no table cell of its own, no page break.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in short(text).chars() {
        if "\\`*_{}[]<>#|!~".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
