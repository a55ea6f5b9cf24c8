//! The page of any resource: the own page of an alarm, an instance or its patches where a pane knows it, else what is known of it —
//! its names, the alarms that point at it, its members, its console link.

pub(super) mod described;
mod graphs;
pub mod lines;
mod members;
pub(super) mod related;

pub use members::members;

use super::{
    PaneRow, alarms, backups,
    detail::{Block, Detail, Graph, Line, Need, PageCx, Span},
    duties::{self, DUTY, DutyRow},
    events,
    incidents::{self, INCIDENT, REVIEW, know},
    instances, patches,
};
use crate::{
    incident::Incident,
    resource::{ALARM, EC2_INSTANCE, PATCHES, PROTECTED_RESOURCE, ResourceRef},
    rows::{alarm::Alarm, backup::Backup, event::Event, instance::Instance, patch::Node},
    severity::Severity,
    triage::kinds,
    value::{Cell, Role, Value},
};

/// Alarms that a page lists when fewer than these have something wrong with them.
const ALARM_LINES: usize = 8;
/// Events that a resource's page lists.
const EVENT_LINES: usize = 8;
/// Members that stand before a page's graphs; more of them stand behind.
const FEW: usize = 12;

/// The page that a jump target opens.
pub fn page_of(resource: &ResourceRef, page: &PageCx<'_>) -> Detail {
    if let Some(detail) = step(resource, page) {
        return detail;
    }
    if let Some(row) = duty(resource, page) {
        return duties::detail(row, page);
    }
    if let Some(incident) = incident(resource, page) {
        let review = resource.kind == REVIEW;
        return if review { incidents::review(incident, page) } else { incidents::detail(incident, page) };
    }
    if let Some(node) = node(resource, page) {
        return patches::detail(node, page);
    }
    if let Some(event) = event(resource, page) {
        return events::detail(event, page);
    }
    if let Some(backup) = backup(resource, page) {
        return backups::detail(backup, page);
    }
    match (alarm(resource, page), instance(resource, page)) {
        (Some(alarm), _) => alarms::detail(alarm, page),
        (_, Some(instance)) => instances::detail(instance, page),
        _ => detail(resource, page),
    }
}

/// What [`page_of`] still has to be told.
pub fn needs_of(resource: &ResourceRef, page: &PageCx<'_>) -> Vec<Need> {
    if resource.kind == DUTY {
        return Vec::new();
    }
    if let Some(incident) = incident(resource, page) {
        return if resource.kind == REVIEW { Vec::new() } else { incidents::needs(incident, page) };
    }
    if let Some(node) = node(resource, page) {
        return patches::needs(node, page);
    }
    if let Some(event) = event(resource, page) {
        return events::needs(event);
    }
    match (alarm(resource, page), instance(resource, page)) {
        (Some(alarm), _) => alarms::needs(alarm, page),
        (_, Some(instance)) => instances::needs(instance, page),
        _ => needs(resource, page),
    }
}

/// The page of a resource that has no pane of its own: what EC2 says of it where it is EC2's, and what rows, alarms and
/// events know.
pub fn detail(resource: &ResourceRef, page: &PageCx<'_>) -> Detail {
    let cx = &page.cx;
    let text = |text: &str| Cell::from(Value::Text(text.to_owned()));
    let told = described::told(resource, page);
    let mut fields = vec![("field.type", text(&resource.kind)), ("field.id", text(&resource.id))];
    fields.extend(resource.arn.iter().map(|arn| ("field.arn", text(arn))));
    fields.extend(told.fields);
    fields.extend(lines::scope_fields(resource.scope, cx));
    let mut blocks = Vec::new();
    // Its own page would be here, if the pane had it.
    let has_pane = [ALARM, EC2_INSTANCE, PROTECTED_RESOURCE, events::EVENT].contains(&resource.kind.as_ref());
    if has_pane {
        blocks.push(Block::Note(Span::new(cx.words.get("absent.row"), Role::Warn)));
    }
    blocks.extend(told.notes.into_iter().map(Block::Note));
    blocks.extend([Block::Fields(fields), alarms_block(resource, page)]);
    blocks.extend(told.blocks);
    let found = members::members(resource, page);
    let list = members::is_group(&resource.kind).then(|| members::block(&found, page));
    // What leads on stands before the graphs, unless it is so much that they would be out of sight.
    let (few, many) = if found.len() <= FEW { (list, None) } else { (None, list) };
    blocks.extend(few);
    let mut around = told.around;
    related::of(resource, &mut around, page);
    blocks.push(around.block());
    blocks.push(events_block(resource, page));
    blocks.extend(Some(graphs::graphs(resource, page)).filter(|g| !g.is_empty()).map(Block::Graphs));
    blocks.extend(many);
    if resource.kind == EC2_INSTANCE {
        blocks.push(patches::block(resource, page));
    }
    blocks.extend(members::patches_block(&found, page));
    blocks.extend(backups::block(resource, page).or_else(|| members::backups_block(&found, page)));
    blocks.extend(told.tags.map(|tags| lines::tags(&tags)));
    let console = lines::console(resource, cx);
    if console.is_some() && !has_pane && !described::describes(resource) {
        blocks.push(Block::Note(Span::new(cx.words.get("described.elsewhere"), Role::Dim)));
    }
    blocks.extend(console);
    let title = told.name.unwrap_or_else(|| kinds::label(resource).to_owned());
    let kind = Span::new(resource.short_kind(), Role::Dim);
    Detail { title, state: told.state.into_iter().chain([kind]).collect(), blocks }
}

/// What its page still has to be told: its series, and what EC2 says of it.
pub fn needs(resource: &ResourceRef, page: &PageCx<'_>) -> Vec<Need> {
    let graphs = graphs::graphs(resource, page);
    described::needs(resource).into_iter().chain(graphs.iter().flat_map(Graph::needs)).collect()
}

/// The alarms that point at a resource, worst first; of many that are calm the first.
pub(super) fn alarms_block(resource: &ResourceRef, page: &PageCx<'_>) -> Block {
    let found = alarms_of(resource, page);
    let is_wrong = |a: &&Alarm| PaneRow::severity(*a, &page.cx) > Severity::Ok;
    let shown = found.iter().copied().filter(is_wrong).count().max(ALARM_LINES);
    let mut list: Vec<Line> = found.iter().take(shown).map(|a| lines::alarm(a, page, 0)).collect();
    list.extend(lines::more(found.len().saturating_sub(shown), 0, &page.cx));
    Block::Lines { title: "section.alarms", lines: list, empty: Some("absent.alarms") }
}

/// The newest events that touched a resource, as far as they are known, and the way to all of them.
pub(super) fn events_block(resource: &ResourceRef, page: &PageCx<'_>) -> Block {
    let mut found = page.known.events_of(resource);
    // Agents report every few minutes; the list that `e` leads to has that too.
    found.retain(|event| !PaneRow::is_routine(*event));
    let hidden = found.len().saturating_sub(EVENT_LINES);
    let mut list: Vec<Line> = found.iter().take(EVENT_LINES).map(|e| lines::event(e, page)).collect();
    list.extend(lines::more(hidden, 0, &page.cx));
    Block::Lines { title: "section.changes", lines: list, empty: Some("absent.changes") }
}

/// See [`alarms_block`].
pub(super) fn alarms_of<'a>(resource: &ResourceRef, page: &PageCx<'a>) -> Vec<&'a Alarm> {
    let mut found = page.known.alarms_of(resource);
    found.sort_by_cached_key(|a| {
        let severity = PaneRow::severity(*a, &page.cx);
        (std::cmp::Reverse(severity), std::cmp::Reverse(a.state_since), a.name.clone())
    });
    found
}

fn alarm<'a>(resource: &ResourceRef, page: &PageCx<'a>) -> Option<&'a Alarm> {
    (resource.kind == ALARM).then(|| page.known.alarm(resource.scope, &resource.id)).flatten()
}

fn step(resource: &ResourceRef, page: &PageCx<'_>) -> Option<Detail> {
    let (uid, book, step) = know::parts(&resource.id).filter(|_| resource.kind == know::STEP)?;
    know::detail(page.known.incident(uid)?, (book, step), page)
}

fn incident<'a>(resource: &ResourceRef, page: &PageCx<'a>) -> Option<&'a Incident> {
    [INCIDENT, REVIEW].contains(&resource.kind.as_ref()).then(|| page.known.incident(&resource.id)).flatten()
}

fn duty<'a>(resource: &ResourceRef, page: &PageCx<'a>) -> Option<&'a DutyRow> {
    (resource.kind == DUTY).then(|| page.known.duty(&resource.id)).flatten()
}

fn event<'a>(resource: &ResourceRef, page: &PageCx<'a>) -> Option<&'a Event> {
    (resource.kind == events::EVENT).then(|| page.known.event(resource.scope, &resource.id)).flatten()
}

fn backup<'a>(resource: &ResourceRef, page: &PageCx<'a>) -> Option<&'a Backup> {
    (resource.kind == PROTECTED_RESOURCE).then(|| page.known.backup(resource.scope, &resource.id)).flatten()
}

fn instance<'a>(resource: &ResourceRef, page: &PageCx<'a>) -> Option<&'a Instance> {
    (resource.kind == EC2_INSTANCE).then(|| page.known.instance(resource.scope, &resource.id)).flatten()
}

fn node<'a>(resource: &ResourceRef, page: &PageCx<'a>) -> Option<&'a Node> {
    (resource.kind == PATCHES).then(|| page.known.node(resource.scope, &resource.id)).flatten()
}

#[cfg(test)]
mod tests;
