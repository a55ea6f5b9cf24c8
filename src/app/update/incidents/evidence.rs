//! What is kept of the screen: rows, graphs, events and explanations as data, with the call they came from and when that
//! was. Nothing is asked for it; what has not been read is not in it.

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use crate::{
    app::model::{Model, Place},
    incident::{Event, event::Evidence},
    panes::{
        self, PaneId, Row,
        detail::{Block, Known},
        events::EVENT,
    },
    resource::{ALARM, ResourceRef},
    severity::Severity,
    triage::explanation::Explanation,
    value::{Cx, rfc3339},
};

/// Rows of a pane that a snapshot keeps: those that want attention, the worst first.
const ROWS: usize = 50;
/// Suspects that are kept.
const SUSPECTS: usize = 10;
/// Points of a graph that are kept: the window is three hours of minutes.
const POINTS: usize = 200;

/// What an incident is opened with: the panes as far as they want attention, and the thing itself.
pub(super) fn snapshot(model: &Model, resource: &ResourceRef, now: Timestamp) -> Vec<Event> {
    let cx = model.cx(now);
    let panes = PaneId::fetched().filter(|pane| pane.id != PaneId::Events);
    let mut kept: Vec<Event> = panes.filter_map(|pane| of_pane(model, pane.id, &cx)).collect();
    kept.extend(of(model, resource, now));
    kept
}

/// The rows of a pane that want attention, with how many there are in all and what could not be read.
fn of_pane(model: &Model, pane: PaneId, cx: &Cx<'_>) -> Option<Event> {
    let observed_at = model.oldest_data(pane)?;
    let table = model.table(pane);
    let mut rows: Vec<&dyn Row> = table.rows().filter(|row| row.severity(cx) > Severity::Unknown).collect();
    rows.sort_by_cached_key(|row| (std::cmp::Reverse(row.severity(cx)), row.scope(), row.id().to_owned()));
    let wanting = rows.len();
    rows.truncate(ROWS);
    let problems = model.feeds_of(pane).flat_map(|(_, feed)| &feed.problems);
    let unread: Vec<Json> = problems
        .map(|p| json!({"operation": p.operation, "kind": p.kind.word(), "message": p.message}))
        .collect();
    let spec = pane.spec();
    Some(Event::Evidence(Evidence {
        title: format!("{}: {wanting} / {}", spec.name, table.total()),
        source: spec.name.to_lowercase(),
        operation: spec.iam.first().map(|action| (*action).to_owned()).unwrap_or_default(),
        observed_at,
        data: json!({
            "total": table.total(),
            "wanting_attention": wanting,
            "not_read": unread,
            "rows": rows.iter().map(|row| panes::json::row(pane, *row, cx)).collect::<Vec<_>>(),
        }),
    }))
}

/// What is known of a thing: its row, its graphs, its record, and what explains it.
pub(super) fn of(model: &Model, resource: &ResourceRef, now: Timestamp) -> Vec<Event> {
    let cx = model.cx(now);
    let searched = model.search.iter().map(|search| &search.table);
    let tables = PaneId::fetched().map(|pane| model.table(pane.id)).chain(searched);
    let mut kept = Vec::new();
    for table in tables {
        let found = table.find(resource.scope, &resource.id).filter(|row| row.subject() == *resource);
        if let Some(row) = found {
            let at = model.oldest_data(table.pane).unwrap_or(cx.now);
            kept.push(of_row(table.pane, row, at, &cx));
            break;
        }
    }
    if kept.is_empty()
        && resource.kind == EVENT
        && let Some(event) = model.event(resource.scope, &resource.id)
    {
        kept.push(of_row(PaneId::Events, event, cx.now, &cx));
    }
    if resource.kind == EVENT
        && let Some(record) = model.record(resource.scope, &resource.id).filter(|text| !text.is_empty())
        && let Some(Event::Evidence(evidence)) = kept.first_mut()
    {
        evidence.data = json!({"event": evidence.data, "record": record});
    }
    let is_page = matches!(&model.place, Place::Page(page) if page.subject == *resource);
    if is_page || resource.kind == ALARM {
        kept.extend(of_graphs(model, resource, now));
    }
    if resource.kind == ALARM
        && let Some(explanation) = model.explanation(resource.scope, &resource.id)
    {
        kept.push(of_explanation(explanation, resource, &cx));
    }
    kept
}

fn of_row(pane: PaneId, row: &dyn Row, observed_at: Timestamp, cx: &Cx<'_>) -> Event {
    let spec = pane.spec();
    let data = panes::json::row(pane, row, cx);
    Event::Evidence(Evidence {
        title: row.title().to_owned(),
        source: spec.name.to_lowercase(),
        operation: spec.iam.first().map(|action| (*action).to_owned()).unwrap_or_default(),
        observed_at,
        data,
    })
}

fn of_graphs(model: &Model, resource: &ResourceRef, now: Timestamp) -> Vec<Event> {
    let detail = model.detail(resource, now);
    let graphs = detail.blocks.iter().flat_map(|block| match block {
        Block::Graphs(graphs) => graphs.as_slice(),
        _ => &[],
    });
    let read = graphs.filter_map(|graph| {
        let fact = model.facts.series.get(&(graph.scope, graph.query.clone()))?;
        let (series, at) = (fact.value.as_ref()?, fact.at?);
        let skip = series.points.len().saturating_sub(POINTS);
        let points: Vec<Json> =
            series.points.iter().skip(skip).map(|(at, value)| json!([rfc3339(*at), value])).collect();
        Some(Event::Evidence(Evidence {
            title: graph.title.clone(),
            source: "graph".to_owned(),
            operation: "cloudwatch:GetMetricData".to_owned(),
            observed_at: at,
            data: json!({ "unit": graph.unit, "threshold": graph.threshold, "points": points }),
        }))
    });
    read.collect()
}

fn of_explanation(known: &Explanation, resource: &ResourceRef, cx: &Cx<'_>) -> Event {
    let suspects: Vec<Json> = known
        .ranking
        .suspects
        .iter()
        .take(SUSPECTS)
        .map(|suspect| {
            let reasons: Vec<String> = suspect.reasons.iter().map(|reason| reason.text(cx.words)).collect();
            let event = panes::json::row(PaneId::Events, &suspect.event, cx);
            json!({"score": suspect.score, "reasons": reasons, "event": event})
        })
        .collect();
    Event::Evidence(Evidence {
        title: format!("{}: {}", cx.words.get("section.suspects"), resource.id),
        source: "suspects".to_owned(),
        operation: "cloudtrail:LookupEvents".to_owned(),
        observed_at: cx.now,
        data: json!({
            "done": known.done,
            "cause_found": known.ranking.found,
            "events_read": known.read,
            "read_back_to": known.read_back_to.map(rfc3339),
            "suspects": suspects,
        }),
    })
}
