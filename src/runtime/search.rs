//! Searches among CloudTrail's events, and what is to be said about their answers.

use super::Shared;
use crate::{
    app::{msg::Msg, search::Question},
    aws::{
        Report,
        cloudtrail::{self, Coverage, CutOff},
    },
    panes,
    scope::ScopeId,
    text::sentence::Sentence,
};

/// Asks the queries of a question one after the other; rows go out as they come, and the end is always reported.
pub(super) async fn run(shared: Shared, generation: u64, question: Question) {
    let Shared { clients, messages, store, .. } = shared;
    let mut whole = Report { complete: true, ..Report::default() };
    let mut covered = Vec::new();
    match clients.session(question.scope).await {
        Err(problem) => whole = Report::failed(problem),
        Ok(session) => {
            let ask =
                cloudtrail::Ask { global: !clients.covers_global(&session), ..cloudtrail::Ask::default() };
            for query in &question.queries {
                // The sink cannot wait; a task of its own carries the pages on.
                let (pages, mut waiting) = tokio::sync::mpsc::unbounded_channel();
                let carry = async {
                    while let Some(rows) = waiting.recv().await {
                        if messages.send(Msg::Found { generation, rows }).await.is_err() {
                            return;
                        }
                    }
                };
                let work = async {
                    let mut sink = |rows: Vec<_>| {
                        let _ = pages.send(rows.into_iter().map(panes::boxed).collect());
                    };
                    let read = cloudtrail::events_with(&session, query, &store, &ask, &mut sink).await;
                    drop(pages);
                    read
                };
                let read = tokio::join!(work, carry).0;
                whole.complete &= read.report.complete;
                whole.calls += read.report.calls;
                whole.problems.extend(read.report.problems);
                covered.push(read.coverage);
            }
        }
    }
    let mut notes = said(&covered);
    notes.extend(store.files().map(|files| files.missing()).unwrap_or_default());
    let Report { complete, problems, .. } = whole;
    let _ = messages.send(Msg::Searched { generation, complete, problems, notes }).await;
}

/// Reads a record back and lays it out in lines.
pub(super) async fn record(shared: Shared, scope: ScopeId, generation: u64, id: String) {
    let raw = shared.store.raw(&id).await.unwrap_or_default();
    let json: Result<serde_json::Value, _> = serde_json::from_str(&raw);
    // Of a record that is cut off there is still its text.
    let text = json.and_then(|json| serde_json::to_string_pretty(&json)).unwrap_or(raw);
    let text = text.lines().map(crate::text::sanitise::clean).collect::<Vec<_>>().join("\n");
    let _ = shared.messages.send(Msg::Record { scope, generation, id, text }).await;
}

/// What is to be said about how far queries were read.
pub(super) fn said(covered: &[Coverage]) -> Vec<Sentence> {
    let mut notes = Vec::new();
    let time = |at: jiff::Timestamp| at.strftime("%H:%M UTC").to_string();
    // The one that got least far speaks for all.
    if let Some((coverage, why)) =
        covered.iter().filter_map(|c| Some((c, c.cut_off?))).max_by_key(|(c, _)| c.read_from)
    {
        let key = match why {
            CutOff::Calls => "events.cut_calls",
            CutOff::Throttled => "events.cut_throttled",
            CutOff::Failed => "events.cut_failed",
        };
        let note = Sentence::new(key).with("time", time(coverage.read_from));
        notes.push(if why == CutOff::Calls { note.with("calls", coverage.calls_allowed) } else { note });
    }
    if let Some(since) = covered.iter().filter_map(|c| c.delayed_since).min() {
        notes.push(Sentence::new("events.delayed").with("time", time(since)));
    }
    let unknown: Vec<&str> = covered.iter().flat_map(|c| &c.not_indexed).map(|r| r.id.as_str()).collect();
    if !unknown.is_empty() {
        notes.push(Sentence::new("events.not_indexed").with("names", unknown.join(", ")));
    }
    notes
}
