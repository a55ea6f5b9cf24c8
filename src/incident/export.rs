//! An incident as one document (`contract.md`, "An incident's export"), and what is taken in of one.
//!
//! The document is for programs and for other machines: all but its `journal` is made of the journal. So another machine
//! takes in the journal alone, held to its hashes, and refuses a document whose other words are not what that comes to.
//! What people typed stands in it to the byte; characters that could act on a terminal are escaped as JSON allows.

mod taken;

use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use super::{
    Incident, Stored,
    event::{Escalated, Where},
    figures::{Figures, NAMES},
    fold::Said,
    telling,
};
use crate::{
    text::{Catalogue, sanitise::clean},
    value::rfc3339,
};

pub use self::taken::{Taken, Unusable, read};

/// What a runbook says of one of its steps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StepWords {
    /// The title.
    pub title: String,
    /// Who does it.
    pub owner: Option<String>,
    /// Whose part it is.
    pub side: Option<String>,
}

/// What a document is made with beside the incident.
#[derive(Clone, Copy)]
pub struct Wording<'a> {
    /// The words of the timeline.
    pub words: &'a Catalogue,
    /// What a runbook says of a step, by runbook and step.
    pub step: &'a dyn Fn(&str, &str) -> Option<StepWords>,
}

/// The document, without the journal.
pub fn document(incident: &Incident, wording: Wording<'_>) -> Json {
    let opened = incident.opened.as_ref();
    let cause = incident.cause.as_ref().filter(|_| incident.is_closed());
    let mut all = json!({
        "id": incident.id(),
        "uid": incident.uid,
        "title": incident.title,
        "kind": incident.kind.map(super::event::Kind::word),
        "severity": incident.level.as_ref().map(|level| level.what.word()),
        "state": incident.state.word(),
        "opened_at": opened.map(|(at, _)| rfc3339(*at)),
        "opened_by": opened.map(|(_, by)| by),
        "closed_at": incident.closed_at.map(rfc3339),
        "cause_class": cause.map(|(class, _)| class.word()),
        "cause": cause.map(|(_, summary)| summary),
        "subject": incident.subjects.first().map(subject),
        "subjects": incident.subjects.iter().map(subject).collect::<Vec<_>>(),
        "reporter": reporter(incident),
        "responsibility": responsibility(incident),
        "checklist": checklist(incident, wording),
        "evidence": evidence(incident),
        "escalations": escalations(incident),
        "timeline": timeline(incident, wording.words),
        "metrics": metrics(&Figures::of(incident)),
        "journal_head": incident.head,
    });
    if let (Json::Object(fields), None) = (&mut all, incident.reports.first()) {
        fields.remove("reporter");
    }
    all
}

/// The document with the journal, which is what another machine takes in.
pub fn whole(incident: &Incident, chain: &[Stored], wording: Wording<'_>) -> Json {
    let mut all = document(incident, wording);
    if let Json::Object(fields) = &mut all {
        let journal = chain.iter().map(|one| json!({"body": one.body, "hash": one.hash}));
        fields.insert("journal".into(), journal.collect());
    }
    all
}

/// A document as text. Characters that are no letters and that terminals act upon, or that reorder or hide text, are
/// escaped; a parser reads them as they were.
pub fn text(document: &Json) -> String {
    let plain = format!("{document:#}");
    let mut out = String::with_capacity(plain.len() + 1);
    let mut units = [0; 2];
    for c in plain.chars() {
        let acts = c > '~' && clean(c.encode_utf8(&mut [0; 4])).is_empty();
        if acts || matches!(c, '\u{7f}' | '\u{85}' | '\u{2028}' | '\u{2029}') {
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out.push('\n');
    out
}

fn subject(subject: &super::event::Subject) -> Json {
    json!({
        "type": subject.kind,
        "id": subject.id,
        "name": subject.name,
        "arn": subject.arn,
        "scope": subject.scope.as_ref().map(scope),
    })
}

fn scope(at: &Where) -> Json {
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    json!({"profile": filled(&at.profile), "account": at.account, "region": filled(&at.region)})
}

fn reporter(incident: &Incident) -> Json {
    incident.reports.first().map_or(Json::Null, |report| {
        let report = &report.what;
        json!({"who": report.who, "what": report.what, "since": report.since, "url": report.url,
               "how_many": report.how_many, "from": report.from})
    })
}

fn responsibility(incident: &Incident) -> Json {
    let Some(said) = &incident.verdict else {
        return json!({"verdict": "unknown", "area": "", "reasons": []});
    };
    let sided = &said.what;
    let mut all = json!({"verdict": sided.side.word(), "area": sided.area, "reasons": sided.reasons});
    if let (Json::Object(fields), true) = (&mut all, sided.overrides) {
        fields.insert("overridden_by".into(), json!(said.by));
    }
    all
}

fn checklist(incident: &Incident, wording: Wording<'_>) -> Vec<Json> {
    let mut steps: Vec<_> = incident.steps.values().collect();
    steps.sort_by_key(|step| step.seq);
    let row = |step: &Said<super::event::Step>| {
        let id = format!("{}/{}", step.what.runbook, step.what.id);
        let words = (wording.step)(&step.what.runbook, &step.what.id);
        let words =
            words.unwrap_or_else(|| StepWords { title: step.what.id.clone(), ..StepWords::default() });
        let checked = incident.checks.get(&id).map(|check| check.seq);
        let mut row = json!({
            "id": id,
            "title": words.title,
            "owner": words.owner,
            "side": words.side,
            "state": step.what.mark.word(),
            "by": step.by,
            "at": rfc3339(step.at),
            "evidence": checked.into_iter().collect::<Vec<u64>>(),
        });
        if let Json::Object(fields) = &mut row {
            let mut add = |name: &str, value: &str| {
                if !value.is_empty() {
                    fields.insert(name.into(), json!(value));
                }
            };
            add("reason", &step.what.reason);
            add("choice", step.what.choice.as_deref().unwrap_or_default());
        }
        row
    };
    steps.into_iter().map(row).collect()
}

/// What was kept, and what checks came to: both are what decisions rest on.
fn evidence(incident: &Incident) -> Vec<Json> {
    let kept = incident.evidence.iter().map(|said| {
        let it = &said.what;
        (
            said.seq,
            json!({"id": said.seq, "at": rfc3339(it.observed_at), "source": it.source,
                          "operation": it.operation, "title": it.title, "data": it.data}),
        )
    });
    let checks = incident.checks.values().map(|said| {
        let it = &said.what;
        let data = json!({"outcome": it.outcome.word(), "evidence": it.evidence, "value": it.judged});
        (
            said.seq,
            json!({"id": said.seq, "at": rfc3339(it.observed_at), "source": "check",
                          "operation": it.id, "title": it.id, "data": data}),
        )
    });
    let mut all: Vec<(u64, Json)> = kept.chain(checks).collect();
    all.sort_by_key(|(seq, _)| *seq);
    all.into_iter().map(|(_, row)| row).collect()
}

fn escalations(incident: &Incident) -> Vec<Json> {
    let rows = incident.escalations.iter().map(|rung| {
        let Escalated { to, channel, message, sent, answer, due } = &rung.message.what;
        let mut row = json!({"id": rung.message.seq, "to": to, "at": rfc3339(rung.message.at), "message": message,
                             "channel": channel, "sent": sent, "answer": answer, "due": due.map(rfc3339)});
        if let (Json::Object(fields), Some((at, by))) = (&mut row, &rung.acknowledged) {
            fields.insert("acknowledged_at".into(), json!(rfc3339(*at)));
            fields.insert("by".into(), json!(by));
        }
        row
    });
    rows.collect()
}

fn timeline(incident: &Incident, words: &Catalogue) -> Vec<Json> {
    let rows = incident.entries.iter().map(|entry| {
        let about = entry.event.as_ref().ok().and_then(telling::refers_to);
        let mut row = Map::new();
        row.insert("seq".into(), json!(entry.seq));
        row.insert("at".into(), json!(rfc3339(entry.at)));
        row.insert("by".into(), json!(entry.hand.by));
        row.insert("kind".into(), json!(entry.word()));
        row.insert("text".into(), json!(telling::line(entry).text(words)));
        if let Some(about) = about {
            row.insert("ref".into(), json!(about));
        }
        Json::Object(row)
    });
    rows.collect()
}

/// The spans by name; unknown ones are null.
pub fn metrics(figures: &Figures) -> Json {
    NAMES.into_iter().zip(figures.spans()).map(|(name, span)| (name.to_owned(), json!(span))).collect()
}

#[cfg(test)]
mod tests;
