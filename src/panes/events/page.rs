//! An event's page: who did what to which resources, what else they did, and the record itself.

use jiff::SignedDuration;

use super::applying;
use crate::{
    panes::{
        detail::{Block, Detail, Line, Need, PageCx, Span, Target},
        resource::{described, lines},
    },
    rows::{
        event::{Event, EventBy, EventQuery},
        shared::Shared,
    },
    severity::Severity,
    text::age,
    triage::record::{
        change::{Change, changes},
        lookup_user,
    },
    value::{Cell, Role, Value},
};

/// Around an event, what else the same hand did: as far before and after it.
const AROUND: SignedDuration = SignedDuration::from_hours(6);
/// Events of the same hand that a page names.
const ALSO: usize = 8;
/// A longer record is not taken apart each time the page is drawn, in bytes.
const LARGEST: usize = 64 * 1024;
/// Lines of a record that a page shows; a record may be 256 KB.
const RECORD_LINES: usize = 400;

/// The page.
pub fn detail(event: &Event, page: &PageCx<'_>) -> Detail {
    let cx = &page.cx;
    let outcome = match &event.error {
        Some(error) => Span::new(error.as_str(), Role::Warn),
        None if event.read_only => Span::new(cx.words.get("events.read"), Role::Dim),
        None => Span::new(cx.words.get("events.succeeded"), Role::Good),
    };
    let state = vec![outcome, Span::new(format!(" {}", lines::moment(event.time, cx)), Role::Plain)];
    let mut blocks = vec![Block::Note(Span::new(event.summary.text(cx.words), Role::Name))];
    let notes = applying(event).map(|rule| Line {
        spans: vec![Span::new(cx.words.get(rule.say), Role::from(rule.severity.max(Severity::Low)))],
        ..Line::default()
    });
    blocks.push(Block::Lines { title: "section.attention", lines: notes.collect(), empty: None });
    blocks.push(Block::Lines { title: "section.change", lines: changed(event, page), empty: None });
    let touched = event.resources.iter().map(|r| lines::plain(r.clone(), None)).collect();
    blocks.push(Block::Lines { title: "section.touched", lines: touched, empty: Some("absent.touched") });
    blocks.push(Block::Lines { title: "section.what_else", lines: what_else(event, page), empty: None });
    blocks.push(Block::Fields(fields(event, page)));
    blocks.push(Block::Lines { title: "section.also", lines: also(event, page), empty: None });
    blocks.extend(now(event, page));
    blocks.push(record(event, page));
    Detail { title: event.name.to_string(), state, blocks }
}

/// The record, which is read when somebody looks.
pub fn needs(event: &Event) -> Vec<Need> {
    let mut needs = vec![Need::Record(event.scope, event.id.clone())];
    needs.extend(event.resources.first().filter(|_| !event.read_only).into_iter().flat_map(described::needs));
    needs
}

/// From what to what, as far as the record tells.
fn changed(event: &Event, page: &PageCx<'_>) -> Vec<Line> {
    let record = page
        .known
        .record(event.scope, &event.id)
        .filter(|record| record.len() <= LARGEST && !event.read_only);
    let line = |Change { what, before, after, gone }: Change| {
        let unknown = || Span::new("  ?", Role::Unknown);
        let is_gone = Span::new("  –", Role::Dim);
        let before = before.map_or_else(unknown, |text| Span::new(format!("  {text}"), Role::Plain));
        let after = after.map_or_else(
            || if gone { is_gone } else { unknown() },
            |text| Span::new(format!("  {text}"), Role::Name),
        );
        Line {
            spans: vec![Span::new(what, Role::Dim), before, Span::new("  →", Role::Dim), after],
            ..Line::default()
        }
    };
    record.map(changes).unwrap_or_default().into_iter().map(line).collect()
}

/// What else the same session did around that, as far as it has been read.
fn also(event: &Event, page: &PageCx<'_>) -> Vec<Line> {
    let other = |other: &&Event| other.id != event.id;
    let others: Vec<&Event> = page.known.events_like(event, AROUND).into_iter().filter(other).collect();
    let hidden = others.len().saturating_sub(ALSO);
    let mut list: Vec<Line> = others.into_iter().take(ALSO).map(|other| lines::event(other, page)).collect();
    list.extend(lines::more(hidden, 0, &page.cx));
    list
}

/// The resource as it is now, where EC2 says.
fn now(event: &Event, page: &PageCx<'_>) -> Vec<Block> {
    let Some(resource) = event.resources.first().filter(|r| !event.read_only && described::describes(r))
    else {
        return Vec::new();
    };
    let told = described::told(resource, page);
    let mut head = lines::plain(resource.clone(), told.name.as_deref());
    head.spans.extend(told.state.map(|state| Span::new(format!("  {}", state.text), state.role)));
    let mut blocks = vec![Block::Lines { title: "section.now", lines: vec![head], empty: None }];
    blocks.extend(told.notes.into_iter().map(Block::Note));
    blocks.extend(told.blocks);
    blocks
}

fn fields(event: &Event, page: &PageCx<'_>) -> Vec<(&'static str, Cell)> {
    let cx = &page.cx;
    let text = |text: &str| Cell::from(Value::Text(text.to_owned()));
    let optional = |key, value: &Option<Shared>| value.as_deref().map(|v| (key, text(v)));
    let mut fields = vec![
        ("field.time", text(&age::clock(event.time, cx.now, cx.zone))),
        ("field.event_name", text(&event.name)),
        ("field.event_source", text(&event.source)),
        ("field.actor", text(&event.actor)),
        ("field.actor_kind", text(event.actor_kind.word())),
        ("field.via", text(event.via.word())),
    ];
    fields.extend(optional("field.source_ip", &event.source_ip));
    fields.extend(optional("field.access_key", &event.access_key));
    fields.extend(optional("field.error", &event.error));
    fields.push(("field.event_id", text(&event.id)));
    fields.extend(lines::scope_fields(event.scope, cx));
    fields
}

/// Where to go on: everything that this session did, that this actor did, that was done by this call.
fn what_else(event: &Event, page: &PageCx<'_>) -> Vec<Line> {
    let key = event.access_key.as_ref().map(ToString::to_string);
    let key = key.map(|key| ("events.by_session", EventBy::AccessKey(key.clone()), key));
    let actor = lookup_user(event).map(str::to_owned);
    let actor = actor.map(|user| ("events.by_actor", EventBy::Actor(user.clone()), user));
    let (name, source) = (event.name.to_string(), event.source.to_string());
    let name = ("events.by_name", EventBy::Name(name.clone()), name);
    let from_source = ("events.by_source", EventBy::Source(source.clone()), source);
    let link = |(wording, by, what): (&'static str, EventBy, String)| {
        let query = EventQuery {
            subjects: Vec::new(),
            by: Some(by),
            from: event.time.checked_sub(AROUND).unwrap_or(event.time),
            to: event.time.checked_add(AROUND).ok().filter(|to| *to < page.cx.now),
            reads: true,
            errors_only: false,
        };
        Line {
            spans: vec![Span::new(page.cx.words.fill(wording, &[("what", &what)]), Role::Name)],
            target: Some(Target::Events(event.scope, Box::new(query))),
            ..Line::default()
        }
    };
    key.into_iter()
        .chain(actor)
        .chain([name, from_source])
        .filter(|(_, _, what)| !what.is_empty())
        .map(link)
        .collect()
}

/// The record as CloudTrail wrote it, a line a field.
fn record(event: &Event, page: &PageCx<'_>) -> Block {
    let text = page.known.record(event.scope, &event.id);
    let empty = match text {
        None => "absent.record_unread",
        Some(_) => "absent.record",
    };
    let mut all: Vec<Line> = text
        .unwrap_or_default()
        .lines()
        .take(RECORD_LINES)
        .map(|line| Line { spans: vec![Span::new(line, Role::Plain)], ..Line::default() })
        .collect();
    let hidden = text.map_or(0, |t| t.lines().count()).saturating_sub(RECORD_LINES);
    all.extend(lines::more(hidden, 0, &page.cx));
    Block::Lines { title: "section.record", lines: all, empty: Some(empty) }
}
