//! The lines and fields that several pages share. Every span after the first begins with its own gap.

use jiff::Timestamp;

use super::related::Related;
use crate::{
    panes::{
        PaneRow, alarms,
        detail::{Block, Line, PageCx, Span, Target},
        instances,
    },
    resource::{EC2_INSTANCE, ResourceRef},
    rows::{self, shared::Shared},
    scope::ScopeId,
    text::age,
    triage::{kinds, links::console_link},
    value::{Cell, Cx, Role, Value},
};

/// Members that stand under a group in a list of affected resources.
const MEMBERS_SHOWN: usize = 5;

/// An alarm: name, state, how long, why.
pub fn alarm(alarm: &rows::alarm::Alarm, page: &PageCx<'_>, depth: u8) -> Line {
    let cx = &page.cx;
    let mut spans = vec![
        Span::new(alarm.name.as_str(), Role::Name),
        Span::new(format!("  {}", alarm.state.word()), alarms::state_role(alarm, cx)),
    ];
    spans.extend(age_span(alarm.state_since, cx));
    spans.push(Span::new(format!("  {}", alarms::why(alarm, cx)), Role::Plain));
    Line { depth, spans, target: Some(Target::Resource(alarms::subject(alarm))) }
}

/// An instance: name, id, state, its checks in short.
pub fn instance(instance: &rows::instance::Instance, page: &PageCx<'_>, depth: u8) -> Line {
    let cx = &page.cx;
    let mut spans = Vec::new();
    if instance.name.is_empty() {
        spans.push(Span::new(instance.id.as_str(), Role::Name));
    } else {
        spans.push(Span::new(instance.name.as_str(), Role::Name));
        spans.push(Span::new(format!("  {}", instance.id), Role::Dim));
    }
    spans.push(Span::new(format!("  {}", instance.state), instances::state_role(&instance.state)));
    if let Some((text, role)) = instances::checks(instance, cx) {
        spans.push(Span::new(format!("  {text}"), role));
    }
    Line { depth, spans, target: Some(Target::Resource(instances::subject(instance))) }
}

/// An event: when, who, what.
pub fn event(event: &rows::event::Event, page: &PageCx<'_>) -> Line {
    let cx = &page.cx;
    let mut spans = vec![
        Span::new(age::clock(event.time, cx.now, cx.zone), Role::Dim),
        Span::new(format!("  {}", event.summary.text(cx.words)), Role::Name),
        Span::new(format!("  {}", event.actor), Role::Plain),
    ];
    spans.extend(event.error.iter().map(|error| Span::new(format!("  {error}"), Role::Warn)));
    Line { depth: 0, spans, target: Some(Target::Resource(PaneRow::subject(event))) }
}

/// A resource, and under a group the first of its members.
pub fn resource(resource: &ResourceRef, page: &PageCx<'_>) -> Vec<Line> {
    if resource.kind == EC2_INSTANCE
        && let Some(known) = page.known.instance(resource.scope, &resource.id)
    {
        return vec![instance(known, page, 0)];
    }
    let members = super::members(resource, page);
    let mut spans = vec![
        Span::new(kinds::label(resource), Role::Name),
        Span::new(format!("  {}", resource.short_kind()), Role::Dim),
    ];
    if !members.is_empty() {
        let running = members.iter().filter(|i| i.state == "running").count();
        let text = page
            .cx
            .words
            .fill("resource.members_running", &[("running", &running), ("total", &members.len())]);
        spans.push(Span::new(format!("  {text}"), Role::Plain));
    }
    let mut lines = vec![Line { depth: 0, spans, target: Some(Target::Resource(resource.clone())) }];
    lines.extend(members.iter().take(MEMBERS_SHOWN).map(|m| instance(m, page, 1)));
    lines.extend(more(members.len().saturating_sub(MEMBERS_SHOWN), 1, &page.cx));
    lines
}

/// A resource without more about it, e.g. a security group with its name.
pub fn plain(resource: ResourceRef, name: Option<&str>) -> Line {
    let mut spans = vec![
        Span::new(kinds::label(&resource), Role::Name),
        Span::new(format!("  {}", resource.short_kind()), Role::Dim),
    ];
    spans.extend(name.filter(|n| !n.is_empty()).map(|n| Span::new(format!("  {n}"), Role::Plain)));
    Line { depth: 0, spans, target: Some(Target::Resource(resource)) }
}

/// A resource with its name, its type, and how it is related.
pub fn related(related: Related) -> Line {
    let Related { resource, name, via } = related;
    let mut spans = vec![Span::new(kinds::label(&resource), Role::Name)];
    if !name.is_empty() && name != kinds::label(&resource) {
        spans.push(Span::new(format!(" {name}"), Role::Plain));
    }
    spans.push(Span::new(format!("  {}", resource.short_kind()), Role::Dim));
    spans.push(Span::new(format!("  {via}"), Role::Dim));
    Line { depth: 0, spans, target: Some(Target::Resource(resource)) }
}

/// Tags: key and value.
pub fn tags(tags: &[(Shared, Shared)]) -> Block {
    let line = |(key, value): &(Shared, Shared)| Line {
        spans: vec![Span::new(key.as_str(), Role::Dim), Span::new(format!("  {value}"), Role::Plain)],
        ..Line::default()
    };
    let lines = tags.iter().map(line).collect();
    Block::Lines { title: "section.tags", lines, empty: Some("absent.tags") }
}

/// `… 12 more`, when something was left out.
pub fn more(count: usize, depth: u8, cx: &Cx<'_>) -> Option<Line> {
    (count > 0).then(|| Line {
        depth,
        spans: vec![Span::new(cx.words.fill("resource.more", &[("count", &count)]), Role::Dim)],
        target: None,
    })
}

/// How long, as a span of a line.
pub fn age_span(at: Option<Timestamp>, cx: &Cx<'_>) -> Option<Span> {
    at.map(|at| Span::new(format!("  {}", age::since(at, cx.now)), Role::Dim))
}

/// `since 03:08 (4m)`.
pub fn since(at: Timestamp, cx: &Cx<'_>) -> String {
    let (clock, age) = (age::clock(at, cx.now, cx.zone), age::since(at, cx.now));
    cx.words.fill("resource.since", &[("clock", &clock), ("age", &age)])
}

/// `2025-11-21 (160d)`.
pub fn moment(at: Timestamp, cx: &Cx<'_>) -> String {
    format!("{} ({})", age::clock(at, cx.now, cx.zone), age::since(at, cx.now))
}

/// Account and Region, as fields.
pub fn scope_fields(scope: ScopeId, cx: &Cx<'_>) -> Vec<(&'static str, Cell)> {
    let Some(scope) = cx.scopes.get(scope) else { return Vec::new() };
    let account = match (&scope.alias, &scope.account) {
        (Some(alias), Some(account)) => format!("{alias} ({account})"),
        _ => scope.account_label().to_owned(),
    };
    let text = |text: String| Cell::from(Value::Text(text));
    vec![("field.account", text(account)), ("field.region", text(scope.region.clone()))]
}

/// The link to a resource's console page, where its partition has a console.
pub fn console(resource: &ResourceRef, cx: &Cx<'_>) -> Option<Block> {
    let link = link(resource, cx)?;
    Some(Block::Fields(vec![("field.console", Cell::new(Value::Text(link), Role::Accent))]))
}

/// See [`console`]; what "copy the link" copies.
pub fn link(resource: &ResourceRef, cx: &Cx<'_>) -> Option<String> {
    let scope = cx.scopes.get(resource.scope)?;
    let account = scope.account.as_deref().unwrap_or_default();
    Some(console_link(resource, &scope.region, account, &scope.partition)).filter(|link| !link.is_empty())
}
