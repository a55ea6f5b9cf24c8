//! The Events pane: what was done in the account, newest first, from CloudTrail.
//!
//! An event is no problem by itself; a few kinds of it are worth a look whoever did them, and one table says which.
//! This must never guess what an event caused: that is triage's part.

mod page;

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};

pub use page::{detail, needs};

use super::{Col, Column, PaneId, PaneRow, PaneSpec, Source, account_cell, region_cell};
use crate::{
    resource::ResourceRef,
    rows::event::{ActorKind, Event, EventQuery},
    scope::ScopeId,
    severity::Severity,
    triage::record::is_noise,
    value::{Cell, Cx, Role, Value},
};

/// How far back the pane looks by itself. LookupEvents is slow; further back is asked for a resource at a time.
pub const WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// The type of a reference to an event; its id is the event's.
pub const EVENT: &str = "AWS::CloudTrail::Event";

/// The row of `PANES`.
pub static SPEC: PaneSpec = PaneSpec {
    id: PaneId::Events,
    name: "Events",
    source: Source::Fetched,
    interval: Duration::from_mins(1),
    iam: &["cloudtrail:LookupEvents"],
    columns: || Event::COLUMNS.iter().map(|c| &c.column).collect(),
    sort: ("time", false),
    then: &[],
    keeps: Some(WINDOW),
    many: true,
    summary: None,
    rules: || RULES.iter().map(|r| (r.severity, r.doc)).collect(),
};

/// What the pane asks for: everything that changed something.
pub fn query(now: Timestamp) -> EventQuery {
    let from = now.checked_sub(WINDOW).unwrap_or(now);
    EventQuery { subjects: Vec::new(), by: None, from, to: None, reads: false, errors_only: false }
}

/// A kind of event that is worth a look whoever did it.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// How bad that is.
    pub severity: Severity,
    /// When it applies, for the README.
    pub doc: &'static str,
    /// Whether an event is of the kind.
    pub when: fn(&Event) -> bool,
    /// Why, as a wording key.
    pub say: &'static str,
}

/// The rules.
pub static RULES: [Rule; 3] = [
    Rule {
        severity: Severity::High,
        doc: "the trail itself was stopped, deleted or narrowed: whoever does that hides what follows",
        when: |e| {
            e.error.is_none() && e.source == "cloudtrail.amazonaws.com" && BLINDING.contains(&e.name.as_str())
        },
        say: "attention.trail_touched",
    },
    Rule {
        severity: Severity::Medium,
        doc: "the root user changed something: daily work never needs root (CIS AWS Foundations)",
        when: |e| e.actor_kind == ActorKind::Root && !e.read_only,
        say: "attention.root",
    },
    Rule {
        severity: Severity::Low,
        doc: "a call failed: it changed nothing, and often says what somebody tried",
        when: |e| e.error.is_some(),
        say: "attention.failed_call",
    },
];

/// Calls that make CloudTrail see less (CIS AWS Foundations, "CloudTrail configuration changes").
const BLINDING: [&str; 4] = ["StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors"];

fn applying(event: &Event) -> impl Iterator<Item = &'static Rule> + '_ {
    RULES.iter().filter(move |r| (r.when)(event))
}

impl PaneRow for Event {
    const COLUMNS: &'static [Col<Self>] = &[
        // At 80 cells these three: when, who, what.
        Col {
            column: Column::shown("time", 8, 11, 0),
            cell: |e, _| Cell::new(Value::Since(e.time), Role::Dim),
        },
        Col {
            column: Column::shown("actor", 16, 30, 0),
            cell: |e, _| {
                let role = if e.actor_kind == ActorKind::Root { Role::Bad } else { Role::Name };
                Cell::new(text(&e.actor), role)
            },
        },
        Col {
            column: Column::shown("summary", 36, 70, 0),
            cell: |e, cx| {
                let role = if e.read_only || is_noise(e) { Role::Dim } else { Role::Plain };
                Cell::new(Value::Text(e.summary.text(cx.words)), role)
            },
        },
        Col {
            column: Column::shown("error", 12, 24, 1),
            cell: |e, _| {
                let value = Value::text(e.error.as_deref());
                let role = if e.error.is_some() { Role::Warn } else { Role::Dim };
                Cell::new(value, role)
            },
        },
        Col {
            column: Column::shown("via", 11, 11, 2),
            cell: |e, _| Cell::new(Value::Word(e.via.word()), Role::Dim),
        },
        Col { column: Column::shown("name", 18, 30, 4), cell: |e, _| text(&e.name).into() },
        Col {
            column: Column::shown("source_ip", 15, 24, 6),
            cell: |e, _| Value::text(e.source_ip.as_deref()).into(),
        },
        Col {
            column: Column::shown("account", 8, 14, 3).screen_only(),
            cell: |e, cx| account_cell(e.scope, cx),
        },
        Col {
            column: Column::shown("region", 9, 14, 3).screen_only(),
            cell: |e, cx| region_cell(e.scope, cx),
        },
        Col { column: Column::field("id"), cell: |e, _| text(&e.id).into() },
        Col { column: Column::field("source"), cell: |e, _| text(&e.source).into() },
        Col { column: Column::field("actor_kind"), cell: |e, _| Value::Word(e.actor_kind.word()).into() },
        Col { column: Column::field("read_only"), cell: |e, _| Value::Bool(e.read_only).into() },
        Col {
            column: Column::field("resources"),
            cell: |e, _| Value::Resources(Arc::clone(&e.resources)).into(),
        },
        Col {
            column: Column::field("access_key").screen_only(),
            cell: |e, _| Value::text(e.access_key.as_deref()).into(),
        },
    ];

    fn id(&self) -> &str {
        &self.id
    }

    fn title(&self) -> &str {
        &self.name
    }

    fn scope(&self) -> ScopeId {
        self.scope
    }

    fn severity(&self, _: &Cx<'_>) -> Severity {
        applying(self).map(|r| r.severity).max().unwrap_or(Severity::Ok)
    }

    fn attention(&self, cx: &Cx<'_>) -> Vec<String> {
        applying(self).map(|r| cx.words.get(r.say).to_owned()).collect()
    }

    fn subject(&self) -> ResourceRef {
        ResourceRef::new(self.scope, EVENT, self.id.as_str())
    }

    fn refs(&self) -> Vec<ResourceRef> {
        self.resources.to_vec()
    }

    fn since(&self, _: &Cx<'_>) -> Option<Timestamp> {
        Some(self.time)
    }

    /// Nine in ten writes of an account are agents reporting and services at their work. What failed is no routine.
    fn is_routine(&self) -> bool {
        self.error.is_none() && is_noise(self)
    }

    fn why(&self, cx: &Cx<'_>) -> String {
        let said = self.attention(cx).into_iter().chain([self.summary.text(cx.words)]);
        said.collect::<Vec<_>>().join(" · ")
    }
}

fn text(text: &str) -> Value {
    if text.is_empty() { Value::Unknown } else { Value::Text(text.to_owned()) }
}

#[cfg(test)]
mod tests;
