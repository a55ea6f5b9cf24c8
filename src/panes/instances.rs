//! The Instances pane: EC2 instances with their status checks and what AWS plans for them.

mod page;
mod severity;

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use serde_json::json;

pub use page::{detail, needs};
pub use severity::{RULES, checks, image_age_days};

use super::{Col, Column, PaneId, PaneRow, PaneSpec, Source, account_cell, region_cell};
use crate::{
    resource::{EC2_INSTANCE, ResourceRef},
    rows::instance::{Check, Instance, Status},
    scope::ScopeId,
    severity::Severity,
    value::{Cell, Cx, Role, Value, rfc3339},
};

/// The row of `PANES`.
pub static SPEC: PaneSpec = PaneSpec {
    id: PaneId::Instances,
    name: "Instances",
    source: Source::Fetched,
    interval: Duration::from_mins(1),
    iam: &[
        "ec2:DescribeInstances",
        "ec2:DescribeInstanceStatus",
        "ec2:DescribeImages",
        // Pages of what is around an instance.
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVolumes",
        "ec2:DescribeVpcs",
        "cloudwatch:GetMetricData",
    ],
    columns: || Instance::COLUMNS.iter().map(|c| &c.column).collect(),
    sort: ("severity", false),
    summary: None,
    rules: || severity::RULES.iter().map(|r| (r.severity, r.doc)).collect(),
    then: &[("launch_time", false), ("name", false)],
    keeps: None,
    many: false,
};

impl PaneRow for Instance {
    const COLUMNS: &'static [Col<Self>] = &[
        // At 80 cells these five: how bad, what, its id, its state, why.
        Col {
            column: Column::shown("severity", 6, 6, 0).screen_only(),
            cell: |i, cx| {
                let severity = PaneRow::severity(i, cx);
                Cell::new(severity.into(), severity.into())
            },
        },
        Col {
            column: Column::shown("name", 14, 28, 0),
            cell: |i, _| {
                Cell::new(filled(&i.name), if i.name.is_empty() { Role::Unknown } else { Role::Name })
            },
        },
        Col { column: Column::shown("id", 19, 19, 0), cell: |i, _| Value::Text(i.id.clone()).into() },
        Col {
            column: Column::shown("state", 10, 13, 1),
            cell: |i, _| Cell::new(filled(&i.state), state_role(&i.state)),
        },
        Col {
            column: Column::shown("why", 20, 46, 0).screen_only(),
            cell: |i, cx| {
                let attention = severity::attention(i, cx);
                if attention.is_empty() {
                    let (text, _) = checks(i, cx).unwrap_or_default();
                    Cell::new(Value::Text(text), Role::Dim)
                } else {
                    Cell::new(Value::Text(attention.join(" · ")), Role::Plain)
                }
            },
        },
        Col { column: Column::shown("type", 11, 13, 4), cell: |i, _| filled(&i.instance_type).into() },
        Col { column: Column::shown("az", 10, 15, 5), cell: |i, _| filled(&i.az).into() },
        Col {
            column: Column::shown("launch_time", 5, 6, 6).right(),
            cell: |i, _| Value::since(i.launch_time).into(),
        },
        Col { column: Column::shown("asg", 10, 20, 7), cell: |i, _| Value::text(i.asg.as_deref()).into() },
        Col {
            column: Column::shown("private_ip", 13, 15, 8),
            cell: |i, _| Value::text(i.private_ip.as_deref()).into(),
        },
        Col {
            column: Column::shown("image_age_days", 6, 8, 9).right(),
            cell: |i, cx| image_age_days(i, cx).map_or(Value::Unknown, Value::count).into(),
        },
        Col {
            column: Column::shown("account", 8, 14, 2).screen_only(),
            cell: |i, cx| account_cell(i.scope, cx),
        },
        Col {
            column: Column::shown("region", 9, 14, 3).screen_only(),
            cell: |i, cx| region_cell(i.scope, cx),
        },
        Col { column: Column::field("public_ip"), cell: |i, _| Value::text(i.public_ip.as_deref()).into() },
        Col { column: Column::field("vpc_id"), cell: |i, _| Value::text(i.vpc_id.as_deref()).into() },
        Col { column: Column::field("subnet_id"), cell: |i, _| Value::text(i.subnet_id.as_deref()).into() },
        Col {
            column: Column::field("security_groups"),
            cell: |i, _| Value::Named(i.security_groups.clone()).into(),
        },
        Col { column: Column::field("image_id"), cell: |i, _| Value::text(i.image_id.as_deref()).into() },
        Col { column: Column::field("platform"), cell: |i, _| Value::text(i.platform.as_deref()).into() },
        Col { column: Column::field("tags"), cell: |i, _| Value::Tags(Arc::clone(&i.tags)).into() },
        Col { column: Column::field("status_system"), cell: |i, _| check(i, |s| &s.system) },
        Col { column: Column::field("status_instance"), cell: |i, _| check(i, |s| &s.instance) },
        Col { column: Column::field("status_ebs"), cell: |i, _| check(i, |s| &s.ebs) },
        Col { column: Column::field("scheduled_events"), cell: |i, _| scheduled_events(i).into() },
        // Known once SSM has been asked, which is the Patches pane's business.
        Col {
            column: Column::field("ssm"),
            cell: |i, _| i.ssm.map_or(Value::Unknown, |s| Value::Word(s.word())).into(),
        },
    ];

    fn id(&self) -> &str {
        &self.id
    }

    fn title(&self) -> &str {
        if self.name.is_empty() { &self.id } else { &self.name }
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

    /// Since the first of its failing checks failed.
    fn since(&self, _: &Cx<'_>) -> Option<Timestamp> {
        let status = self.status.as_ref()?;
        let failing = [&status.system, &status.instance, &status.ebs].map(|c| c.impaired_since);
        failing.into_iter().flatten().min()
    }
}

/// An instance as a jump target.
pub fn subject(instance: &Instance) -> ResourceRef {
    ResourceRef::new(instance.scope, EC2_INSTANCE, instance.id.as_str())
}

/// How a state's word is to be seen.
pub(super) fn state_role(state: &str) -> Role {
    match state {
        "running" => Role::Plain,
        "pending" | "stopping" | "shutting-down" => Role::Warn,
        _ => Role::Dim,
    }
}

fn filled(text: &str) -> Value {
    if text.is_empty() { Value::Unknown } else { Value::Text(text.to_owned()) }
}

fn check(instance: &Instance, which: fn(&Status) -> &Check) -> Cell {
    let state = instance.status.as_ref().map_or("", |s| which(s).state.as_str());
    let role = match state {
        "ok" => Role::Good,
        "impaired" => Role::Bad,
        "initializing" => Role::Warn,
        "not-applicable" => Role::Dim,
        _ => Role::Unknown,
    };
    Cell::new(filled(state), role)
}

fn scheduled_events(instance: &Instance) -> Value {
    let Some(status) = &instance.status else { return Value::Unknown };
    if status.events.is_empty() {
        return Value::List(Vec::new());
    }
    let time = |at: Option<Timestamp>| at.map(rfc3339);
    let list: Vec<_> = status
        .events
        .iter()
        .map(|e| {
            json!({
                "code": e.code,
                "description": e.description,
                "not_before": time(e.not_before),
                "not_after": time(e.not_after),
            })
        })
        .collect();
    let text: Vec<_> = status.events.iter().map(|e| e.code.as_str()).collect();
    Value::Data(list.into(), text.join(" "))
}

#[cfg(test)]
mod tests;
