//! Incidents as a list, with figures over those that are listed.

use serde_json::{Value as Json, json};

use super::{
    Refused, Work,
    args::{ListArgs, Output},
    page,
};
use crate::{
    incident::{
        Incident,
        export::metrics,
        figures::{Figures, NAMES, Spread, Summary, WORDINGS, lasted},
    },
    text::{Catalogue, measure},
    value::rfc3339,
};

/// Cells of a title.
const TITLE: usize = 48;

/// Prints the ones that are asked for.
pub(super) fn list(work: &mut Work<'_>, args: &ListArgs) -> Result<bool, Refused> {
    let all = work.journal.incidents()?;
    let chosen: Vec<&Incident> = all.iter().filter(|incident| wanted(incident, args)).collect();
    let summary = Summary::of(chosen.iter().copied());
    if args.form.output == Output::Json {
        let rows: Vec<Json> = chosen.iter().map(|incident| row(incident)).collect();
        work.document(&json!({"incidents": rows, "figures": figures(&summary)}))?;
        return Ok(true);
    }
    let words = work.desk.words;
    if chosen.is_empty() {
        let key = if all.is_empty() { "cli.incident.none" } else { "cli.incident.none_such" };
        writeln!(work.desk.out, "{}", words.get(key))?;
        return Ok(true);
    }
    let cells: Vec<[String; 6]> = std::iter::once(heads(words))
        .chain(chosen.iter().map(|incident| {
            let opened = incident.opened.as_ref().map(|(at, _)| page::time(*at, &work.desk));
            [
                incident.id(),
                words.get(incident.state.wording()).to_owned(),
                incident.level.as_ref().map_or_else(String::new, |level| level.what.word().to_owned()),
                opened.unwrap_or_default(),
                measure::cut(&page::line(&incident.title), TITLE).into_owned(),
                cause(incident, words),
            ]
        }))
        .collect();
    let widths: Vec<usize> = (0..6)
        .map(|at| cells.iter().filter_map(|row| row.get(at)).map(|c| measure::width(c)).max().unwrap_or(0))
        .collect();
    for row in &cells {
        let padded: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| measure::pad(cell, *width)).collect();
        writeln!(work.desk.out, "{}", padded.join("  ").trim_end())?;
    }
    writeln!(work.desk.out)?;
    for line in told(&summary, words) {
        writeln!(work.desk.out, "{line}")?;
    }
    Ok(true)
}

fn heads(words: &Catalogue) -> [String; 6] {
    [
        "cli.incident.column.id",
        "cli.incident.fact.state",
        "cli.incident.fact.severity",
        "cli.incident.fact.opened",
        "cli.incident.column.title",
        "cli.incident.fact.cause",
    ]
    .map(|key| words.get(key).to_owned())
}

/// Whether it stands as asked for and holds all the words, in any case.
fn wanted(incident: &Incident, args: &ListArgs) -> bool {
    if !args.state.is_empty() && !args.state.contains(&incident.state) {
        return false;
    }
    if args.words.is_empty() {
        return true;
    }
    let mut text = vec![incident.id(), incident.title.clone(), incident.uid.clone()];
    text.extend(incident.subjects.iter().flat_map(|subject| [subject.id.clone(), subject.name.clone()]));
    text.extend(incident.reports.iter().flat_map(|said| [said.what.what.clone(), said.what.who.clone()]));
    text.extend(incident.opened.iter().map(|(_, by)| by.clone()));
    text.extend(incident.roles.values().cloned());
    text.extend(incident.level.iter().map(|level| level.what.word().to_owned()));
    if let Some((cause, summary)) = &incident.cause {
        text.extend([cause.word().to_owned(), summary.clone()]);
    }
    let text = text.join("\n").to_lowercase();
    args.words.iter().all(|word| text.contains(&word.to_lowercase()))
}

fn cause(incident: &Incident, words: &Catalogue) -> String {
    let cause = incident.cause.as_ref().filter(|_| incident.is_closed());
    cause.map_or_else(String::new, |(cause, _)| words.get(cause.wording()).to_owned())
}

fn row(incident: &Incident) -> Json {
    let cause = incident.cause.as_ref().filter(|_| incident.is_closed());
    json!({
        "id": incident.id(),
        "uid": incident.uid,
        "title": incident.title,
        "kind": incident.kind.map(crate::incident::event::Kind::word),
        "severity": incident.level.as_ref().map(|level| level.what.word()),
        "state": incident.state.word(),
        "opened_at": incident.opened.as_ref().map(|(at, _)| rfc3339(*at)),
        "closed_at": incident.closed_at.map(rfc3339),
        "cause_class": cause.map(|(cause, _)| cause.word()),
        "cause": cause.map(|(_, summary)| summary),
        "subjects": incident.subjects.iter().map(|s| json!({"type": s.kind, "id": s.id})).collect::<Vec<_>>(),
        "responsibility": incident.verdict.as_ref().map(|said| said.what.side.word()),
        "metrics": metrics(&Figures::of(incident)),
        "journal_head": incident.head,
    })
}

fn figures(summary: &Summary) -> Json {
    let spread = |spread: &Spread| json!({"of": spread.of, "median": spread.median, "p90": spread.p90});
    let spans: serde_json::Map<String, Json> = NAMES
        .into_iter()
        .zip(&summary.spans)
        .map(|(name, span)| (name.to_owned(), span.as_ref().map_or(Json::Null, spread)))
        .collect();
    let kinds: serde_json::Map<String, Json> =
        summary.kinds.iter().map(|(kind, n)| (kind.word().to_owned(), json!(n))).collect();
    let causes: serde_json::Map<String, Json> =
        summary.causes.iter().map(|(cause, n)| (cause.word().to_owned(), json!(n))).collect();
    json!({
        "incidents": summary.incidents,
        "open": summary.open,
        "kinds": kinds,
        "without_incident": summary.without_incident,
        "reopened": summary.reopened,
        "sides_changed": {"of": summary.sides_changed.1, "changed": summary.sides_changed.0},
        "causes": causes,
        "spans": spans,
    })
}

fn told(summary: &Summary, words: &Catalogue) -> Vec<String> {
    let counts: [(&str, &dyn std::fmt::Display); 4] = [
        ("incidents", &summary.incidents),
        ("open", &summary.open),
        ("without", &summary.without_incident),
        ("reopened", &summary.reopened),
    ];
    let mut lines = vec![words.fill("cli.incident.counts", &counts)];
    let spans = WORDINGS.iter().zip(&summary.spans).filter_map(|(key, span)| Some((key, span.as_ref()?)));
    lines.extend(spans.map(|(key, span)| {
        let (median, p90) = (lasted(span.median), lasted(span.p90));
        let args: [(&str, &dyn std::fmt::Display); 4] =
            [("span", &words.get(key)), ("median", &median), ("p90", &p90), ("of", &span.of)];
        words.fill("cli.incident.spread", &args)
    }));
    lines
}
