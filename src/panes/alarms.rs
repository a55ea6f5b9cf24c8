//! The Alarms pane: CloudWatch alarms of every kind.

mod cause;
mod page;
mod severity;
mod tree;
mod why;

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

pub use page::{detail, graph, needs};
pub use severity::RULES;
pub use why::{condition, operator, why};

use super::{Col, Column, PaneId, PaneRow, PaneSpec, Source, account_cell, region_cell};
use crate::{
    resource::{ALARM, ResourceRef},
    rows::alarm::{Alarm, AlarmState, Watch},
    scope::ScopeId,
    severity::Severity,
    value::{Cell, Cx, Role, Value},
};

/// The row of `PANES`.
pub static SPEC: PaneSpec = PaneSpec {
    id: PaneId::Alarms,
    name: "Alarms",
    source: Source::Fetched,
    interval: Duration::from_secs(30),
    iam: &[
        "cloudwatch:DescribeAlarms",
        "cloudwatch:DescribeAlarmHistory",
        "cloudwatch:GetAlarmMuteRule",
        "cloudwatch:GetMetricData",
        "cloudwatch:ListAlarmMuteRules",
    ],
    columns: || Alarm::COLUMNS.iter().map(|c| &c.column).collect(),
    sort: ("severity", false),
    summary: None,
    rules: || severity::RULES.iter().map(|r| (r.severity, r.doc)).collect(),
    then: &[("state_since", false), ("name", false)],
    keeps: None,
    many: false,
};

impl PaneRow for Alarm {
    const COLUMNS: &'static [Col<Self>] = &[
        // At 80 cells these four: how bad, since when, what, why.
        Col {
            column: Column::shown("severity", 6, 6, 0).screen_only(),
            cell: |a, cx| {
                let severity = PaneRow::severity(a, cx);
                Cell::new(severity.into(), severity.into())
            },
        },
        Col {
            column: Column::shown("state_since", 5, 5, 0).right(),
            cell: |a, cx| {
                let role = if PaneRow::severity(a, cx) == Severity::Ok { Role::Dim } else { Role::Plain };
                Cell::new(Value::since(a.state_since), role)
            },
        },
        Col {
            column: Column::shown("name", 18, 34, 0),
            cell: |a, _| Cell::new(Value::Text(a.name.clone()), Role::Name),
        },
        Col {
            column: Column::shown("why", 24, 52, 0).screen_only(),
            cell: |a, cx| {
                let role = if PaneRow::severity(a, cx) == Severity::Ok { Role::Dim } else { Role::Plain };
                Cell::new(Value::Text(PaneRow::why(a, cx)), role)
            },
        },
        // INSUFFICIENT_DATA is 17 cells wide and is dropped rather than cut: the severity says nearly as much.
        Col {
            column: Column::shown("state", 17, 17, 6),
            cell: |a, cx| Cell::new(Value::Word(a.state.word()), state_role(a, cx)),
        },
        Col { column: Column::shown("resources", 19, 34, 1), cell: |a, _| resources(&a.resources) },
        Col { column: Column::shown("metric", 14, 26, 4), cell: |a, _| shared(a, Shared::Name).into() },
        Col {
            column: Column::shown("namespace", 14, 20, 7),
            cell: |a, _| shared(a, Shared::Namespace).into(),
        },
        Col {
            column: Column::shown("threshold", 7, 9, 5).right(),
            cell: |a, _| a.threshold.map_or(Value::Unknown, Value::Number).into(),
        },
        Col {
            column: Column::shown("account", 8, 14, 2).screen_only(),
            cell: |a, cx| account_cell(a.scope, cx),
        },
        Col {
            column: Column::shown("region", 9, 14, 3).screen_only(),
            cell: |a, cx| region_cell(a.scope, cx),
        },
        Col { column: Column::field("arn"), cell: |a, _| filled(&a.arn).into() },
        Col { column: Column::field("kind"), cell: |a, _| Value::Word(a.kind()).into() },
        Col { column: Column::field("reason"), cell: |a, _| filled(&a.reason).into() },
        Col { column: Column::field("dimensions"), cell: |a, _| dimensions(a).into() },
        Col { column: Column::field("comparison"), cell: |a, _| Value::text(a.comparison.as_deref()).into() },
        Col { column: Column::field("actions_enabled"), cell: |a, _| Value::Bool(a.actions_enabled).into() },
        Col { column: Column::field("actions"), cell: |a, _| Value::List(a.actions.clone()).into() },
        Col {
            column: Column::field("rule"),
            cell: |a, _| match &a.watch {
                Watch::Composite { rule, .. } => Value::Text(rule.clone()).into(),
                _ => Value::Unknown.into(),
            },
        },
        Col { column: Column::field("children"), cell: |a, _| Value::List(a.children.clone()).into() },
        // What its owner wrote is for filters only.
        Col {
            column: Column::field("description").screen_only(),
            cell: |a, _| Value::text(a.description.as_deref()).into(),
        },
    ];

    fn id(&self) -> &str {
        &self.name
    }

    fn title(&self) -> &str {
        &self.name
    }

    fn scope(&self) -> ScopeId {
        self.scope
    }

    fn severity(&self, cx: &Cx<'_>) -> Severity {
        severity::of(self, cx)
    }

    fn attention(&self, cx: &Cx<'_>) -> Vec<String> {
        severity::attention(self, cx)
    }

    fn subject(&self) -> ResourceRef {
        subject(self)
    }

    fn refs(&self) -> Vec<ResourceRef> {
        self.resources.clone()
    }

    fn since(&self, _: &Cx<'_>) -> Option<Timestamp> {
        self.state_since
    }

    /// First what makes it better or worse than its state says.
    fn why(&self, cx: &Cx<'_>) -> String {
        let notes = severity::notes(self, cx).map(|(_, note)| note);
        let parts: Vec<String> = notes.chain([why(self, cx)]).filter(|t| !t.is_empty()).collect();
        parts.join(" · ")
    }
}

/// An alarm as a jump target.
pub fn subject(alarm: &Alarm) -> ResourceRef {
    let arn = (!alarm.arn.is_empty()).then(|| alarm.arn.clone());
    ResourceRef { arn, ..ResourceRef::new(alarm.scope, ALARM, alarm.name.as_str()) }
}

/// How the state's own word is to be seen: red only while it is bad.
pub(super) fn state_role(alarm: &Alarm, cx: &Cx<'_>) -> Role {
    match alarm.state {
        AlarmState::Ok => Role::Good,
        AlarmState::InsufficientData => Role::Unknown,
        AlarmState::Alarm => severity::of(alarm, cx).into(),
    }
}

fn filled(text: &str) -> Value {
    if text.is_empty() { Value::Unknown } else { Value::Text(text.to_owned()) }
}

fn resources(resources: &[ResourceRef]) -> Cell {
    Cell::new(Value::Resources(resources.into()), Role::Plain)
}

#[derive(Clone, Copy)]
enum Shared {
    Namespace,
    Name,
}

/// What an alarm's metrics agree on; metric math over several metrics has no one name.
fn shared(alarm: &Alarm, part: Shared) -> Value {
    let metrics = alarm.metrics();
    let mut parts = metrics.iter().map(|m| match part {
        Shared::Namespace => m.namespace.as_str(),
        Shared::Name => m.name.as_str(),
    });
    match parts.next() {
        Some(first) if !first.is_empty() && parts.all(|p| p == first) => Value::Text(first.to_owned()),
        _ => Value::Unknown,
    }
}

/// The dimensions that all of an alarm's metrics share, as an object.
fn dimensions(alarm: &Alarm) -> Value {
    let metrics = alarm.metrics();
    let Some((first, rest)) = metrics.split_first() else { return Value::Unknown };
    let common: Vec<_> =
        first.dimensions.iter().filter(|pair| rest.iter().all(|m| m.dimensions.contains(pair))).collect();
    let text: Vec<_> = common.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let object: serde_json::Map<_, _> =
        common.into_iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    Value::Data(object.into(), text.join(" "))
}

#[cfg(test)]
mod tests;
