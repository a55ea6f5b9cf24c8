//! The Patches pane: how every machine stands with its patches, and the instances that SSM does not manage.

mod page;
mod severity;
mod summary;

use std::time::Duration;

use serde_json::json;

pub use page::{block, detail, needs, short};
pub use severity::RULES;

use super::{Col, Column, PaneId, PaneRow, PaneSpec, Source, account_cell, region_cell};
use crate::{
    resource::{EC2_INSTANCE, PATCHES, ResourceRef},
    rows::patch::{Compliance, Node, Scan},
    scope::ScopeId,
    severity::Severity,
    value::{Cell, Cx, Role, Value},
};

/// The row of `PANES`.
pub static SPEC: PaneSpec = PaneSpec {
    id: PaneId::Patches,
    name: "Patches",
    source: Source::Fetched,
    interval: Duration::from_mins(5),
    iam: &[
        "ec2:DescribeInstances",
        "ssm:DescribeInstanceInformation",
        "ssm:DescribeInstancePatchStates",
        "ssm:DescribeInstancePatches",
        "ssm:DescribePatchBaselines",
        "ssm:DescribePatchGroups",
    ],
    columns: || Node::COLUMNS.iter().map(|c| &c.column).collect(),
    sort: ("severity", false),
    then: &[("critical_missing", true), ("missing", true), ("status", true), ("name", false)],
    keeps: None,
    many: true,
    summary: Some(summary::summary),
    rules: || severity::RULES.iter().map(|r| (r.severity, r.doc)).collect(),
};

impl PaneRow for Node {
    const COLUMNS: &'static [Col<Self>] = &[
        // At 80 cells these five: how bad, what, how it stands, how old that is, why.
        Col {
            column: Column::shown("severity", 6, 6, 0).screen_only(),
            cell: |n, cx| {
                let severity = severity::of(n, cx);
                Cell::new(severity.into(), severity.into())
            },
        },
        Col { column: Column::shown("name", 19, 20, 0), cell: |n, _| name(n) },
        Col { column: Column::shown("status", 13, 13, 0), cell: |n, _| status(n) },
        Col {
            column: Column::shown("last_scan", 5, 6, 1).right(),
            cell: |n, _| Value::since(n.scan.found().and_then(|s| s.ended)).into(),
        },
        Col {
            column: Column::shown("why", 20, 34, 0).screen_only(),
            cell: |n, cx| {
                let attention = severity::attention(n, cx);
                Cell::new(Value::Text(attention.join(" · ")), Role::Plain)
            },
        },
        Col {
            column: Column::shown("critical_missing", 4, 4, 5).right(),
            cell: |n, _| count(n, |s| s.critical, Role::Bad),
        },
        Col {
            column: Column::shown("security_missing", 3, 3, 6).right(),
            cell: |n, _| count(n, |s| s.security, Role::Warn),
        },
        Col {
            column: Column::shown("missing", 4, 4, 7).right(),
            cell: |n, _| count(n, |s| Some(s.missing), Role::Plain),
        },
        Col {
            column: Column::shown("failed", 4, 4, 8).right(),
            cell: |n, _| count(n, |s| Some(s.failed), Role::Warn),
        },
        Col {
            column: Column::shown("pending_reboot", 6, 6, 9).right(),
            cell: |n, _| count(n, |s| s.pending_reboot, Role::Warn),
        },
        Col {
            column: Column::shown("patch_group", 8, 16, 4),
            cell: |n, _| Value::text(n.patch_group.as_deref()).into(),
        },
        Col {
            column: Column::shown("instance_id", 19, 20, 10),
            cell: |n, _| Value::Text(n.id.clone()).into(),
        },
        Col {
            column: Column::shown("ping", 6, 14, 11).screen_only(),
            cell: |n, _| Value::text(n.agent.found().map(|a| a.ping.as_str())).into(),
        },
        Col {
            column: Column::shown("os", 10, 20, 12).screen_only(),
            cell: |n, _| {
                n.agent.found().and_then(|a| a.platform()).map_or(Value::Unknown, Value::Text).into()
            },
        },
        Col {
            column: Column::shown("agent_version", 7, 12, 13).screen_only(),
            cell: |n, _| Value::text(n.agent.found().and_then(|a| a.version.as_deref())).into(),
        },
        Col { column: Column::shown("baseline", 10, 24, 14).screen_only(), cell: |n, _| baseline(n).into() },
        Col {
            column: Column::shown("account", 8, 14, 2).screen_only(),
            cell: |n, cx| account_cell(n.scope, cx),
        },
        Col {
            column: Column::shown("region", 9, 14, 3).screen_only(),
            cell: |n, cx| region_cell(n.scope, cx),
        },
        Col {
            column: Column::field("baseline_id"),
            cell: |n, _| Value::text(n.baseline_id.as_deref()).into(),
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

    fn refs(&self) -> Vec<ResourceRef> {
        instance(self).into_iter().collect()
    }
}

/// The state of a machine's patches as a jump target: a page of its own, beside the instance's.
pub fn subject(node: &Node) -> ResourceRef {
    ResourceRef::new(node.scope, PATCHES, node.id.as_str())
}

/// The instance, where it is one.
fn instance(node: &Node) -> Option<ResourceRef> {
    node.is_instance().then(|| ResourceRef::new(node.scope, EC2_INSTANCE, node.id.as_str()))
}

/// How a state is to be seen.
fn status_role(compliance: Option<Compliance>) -> Role {
    match compliance {
        Some(Compliance::Compliant) => Role::Good,
        Some(Compliance::NonCompliant) => Role::Bad,
        Some(Compliance::Unmanaged | Compliance::NotScanned) => Role::Warn,
        None => Role::Unknown,
    }
}

fn status(node: &Node) -> Cell {
    let compliance = node.compliance();
    Cell::new(compliance.map_or(Value::Unknown, |c| Value::Word(c.word())), status_role(compliance))
}

/// The name, and on the screen the id in its place where there is none.
fn name(node: &Node) -> Cell {
    if node.name.is_empty() {
        Cell::new(Value::Data(json!(null), node.id.clone()), Role::Dim)
    } else {
        Cell::new(Value::Text(node.name.clone()), Role::Name)
    }
}

/// A count of the last scan; what is zero is dim.
fn count(node: &Node, which: fn(&Scan) -> Option<u32>, role: Role) -> Cell {
    match node.scan.found().and_then(|scan| which(scan)) {
        Some(0) => Cell::new(Value::count(0), Role::Dim),
        Some(n) => Cell::new(Value::count(n), role),
        None => Value::Unknown.into(),
    }
}

/// The baseline's name, else its id.
fn baseline(node: &Node) -> Value {
    Value::text(node.baseline_name.as_deref().or(node.baseline_id.as_deref()))
}

#[cfg(test)]
mod tests;
