//! The Backups pane: what backs up each resource that should be, how long ago that last went well, and what has none.

mod page;
mod severity;
pub mod verdict;

use std::time::Duration;

use serde_json::json;

pub use self::{
    page::{block, detail, short},
    severity::{RULES, reasons},
};
use self::{
    severity::{failure_text, span},
    verdict::{Status, Verdict},
};
use super::{Col, Column, PaneId, PaneRow, PaneSpec, Row, Source, account_cell, detail::Span, region_cell};
use crate::{
    resource::{PROTECTED_RESOURCE, ResourceRef},
    rows::backup::{Backup, Job, Standing},
    scope::ScopeId,
    severity::Severity,
    triage::resources::same,
    value::{Cell, Cx, Role, Value, rfc3339},
};

/// The row of `PANES`.
pub static SPEC: PaneSpec = PaneSpec {
    id: PaneId::Backups,
    name: "Backups",
    source: Source::Fetched,
    interval: Duration::from_mins(5),
    iam: &[
        "backup:DescribeRegionSettings",
        "backup:ListBackupJobs",
        "backup:ListBackupVaults",
        "backup:ListProtectedResources",
        "backup:ListRecoveryPointsByBackupVault",
        "dlm:GetLifecyclePolicies",
        "dlm:GetLifecyclePolicy",
        "ec2:DescribeInstances",
        "ec2:DescribeSnapshots",
        "ec2:DescribeVolumes",
    ],
    columns: || Backup::COLUMNS.iter().map(|c| &c.column).collect(),
    sort: ("severity", false),
    keeps: None,
    many: true,
    summary: Some(summary),
    rules: || severity::RULES.iter().map(|r| (r.severity, r.doc)).collect(),
    then: &[("age_secs", true), ("name", false)],
};

impl PaneRow for Backup {
    const COLUMNS: &'static [Col<Self>] = &[
        // At 80 cells these six: how bad, what, how it is, since when, against what, why.
        Col {
            column: Column::shown("severity", 6, 6, 0).screen_only(),
            cell: |b, cx| {
                let severity = PaneRow::severity(b, cx);
                Cell::new(severity.into(), severity.into())
            },
        },
        Col {
            column: Column::shown("name", 14, 26, 0).screen_only(),
            cell: |b, _| Cell::new(Value::Text(b.label().to_owned()), Role::Name),
        },
        Col {
            column: Column::shown("status", 11, 11, 0),
            cell: |b, cx| {
                let status = judge(b, cx).status;
                Cell::new(status.map_or(Value::Unknown, |s| Value::Word(s.word())), status_role(status))
            },
        },
        Col {
            column: Column::shown("age_secs", 4, 5, 0).right(),
            cell: |b, cx| {
                let verdict = judge(b, cx);
                let role = if verdict.is_late() { Role::Warn } else { Role::Plain };
                verdict.age.map_or_else(Cell::default, |age| Cell::new(Value::Seconds(age), role))
            },
        },
        Col {
            column: Column::shown("rpo_secs", 4, 5, 0).right(),
            cell: |b, cx| {
                let rpo = verdict::rpo(b, &cx.thresholds.backups).secs;
                Cell::new(Value::Seconds(rpo), Role::Dim)
            },
        },
        Col {
            column: Column::shown("why", 20, 50, 0).screen_only(),
            cell: |b, cx| {
                let attention = PaneRow::attention(b, cx);
                if attention.is_empty() {
                    Cell::new(Value::Text(protection(b, cx)), Role::Dim)
                } else {
                    Cell::new(Value::Text(attention.join(" · ")), Role::Plain)
                }
            },
        },
        Col { column: Column::shown("resource", 19, 22, 3), cell: |b, _| resource(b).into() },
        Col {
            column: Column::shown("service", 6, 10, 4).screen_only(),
            cell: |b, _| filled(&b.service).into(),
        },
        Col {
            column: Column::shown("source", 10, 12, 5),
            cell: |b, cx| source(&judge(b, cx)).map_or(Value::Unknown, Value::Word).into(),
        },
        Col {
            column: Column::shown("recovery_points", 6, 6, 6).right(),
            cell: |b, _| {
                let count = b.read.points.then(|| Value::count(b.points.count));
                count.unwrap_or_default().into()
            },
        },
        Col {
            column: Column::shown("account", 8, 14, 1).screen_only(),
            cell: |b, cx| account_cell(b.scope(), cx),
        },
        Col {
            column: Column::shown("region", 9, 14, 2).screen_only(),
            cell: |b, cx| region_cell(b.scope(), cx),
        },
        Col {
            column: Column::field("last_success"),
            cell: |b, cx| Value::since(judge(b, cx).good.map(|g| g.at)).into(),
        },
        Col { column: Column::field("last_job"), cell: |b, _| last_job(b).into() },
        // What is shown through this row: so that a filter for a volume finds its instance.
        Col {
            column: Column::field("volumes").screen_only(),
            cell: |b, _| Value::List(b.volumes.iter().map(|v| v.resource.id.clone()).collect()).into(),
        },
    ];

    fn id(&self) -> &str {
        &self.id
    }

    fn title(&self) -> &str {
        self.label()
    }

    fn scope(&self) -> ScopeId {
        self.resource.scope
    }

    fn severity(&self, cx: &Cx<'_>) -> Severity {
        severity::of(self, cx)
    }

    fn attention(&self, cx: &Cx<'_>) -> Vec<String> {
        reasons(self, cx).into_iter().map(|(_, text)| text).collect()
    }

    fn subject(&self) -> ResourceRef {
        subject(self)
    }

    fn refs(&self) -> Vec<ResourceRef> {
        vec![self.resource.clone()]
    }
}

/// The page about a resource's backups as a jump target. Its ARN is the resource's, and so is the console link.
pub fn subject(backup: &Backup) -> ResourceRef {
    let page = ResourceRef::new(backup.scope(), PROTECTED_RESOURCE, backup.id.as_str());
    ResourceRef { arn: backup.resource.arn.clone(), ..page }
}

/// The row that says how a resource is backed up: its own, else that of the instance that a volume belongs to.
pub fn find<'a, I: Iterator<Item = &'a Backup>>(
    rows: impl Fn() -> I,
    resource: &ResourceRef,
) -> Option<&'a Backup> {
    let is = |b: &Backup| same(&b.resource, resource);
    rows().find(|b| is(b)).or_else(|| rows().find(|b| b.volumes.iter().any(|v| is(v))))
}

fn judge<'a>(backup: &'a Backup, cx: &Cx<'_>) -> Verdict<'a> {
    verdict::of(backup, &cx.thresholds.backups, cx.now)
}

/// How a status is to be seen.
fn status_role(status: Option<Status>) -> Role {
    match status {
        Some(Status::Failed | Status::Overdue) => Role::Bad,
        Some(Status::Unprotected) => Role::Warn,
        Some(Status::Running) => Role::Accent,
        Some(Status::Ok) => Role::Good,
        None => Role::Unknown,
    }
}

/// What made the last good backup, or should have made one.
fn source(verdict: &Verdict<'_>) -> Option<&'static str> {
    let job = verdict.running.is_some() || matches!(verdict.failure, Some(verdict::Failure::Job(_)));
    verdict.good.map(|g| g.source).or_else(|| job.then_some("aws-backup"))
}

/// By what a resource is protected, in words; why it needs no backup, when it needs none.
fn protection(backup: &Backup, cx: &Cx<'_>) -> String {
    let verdict = judge(backup, cx);
    if let Some(tag) = &verdict.exempt {
        return cx.words.fill("backup.exempt", &[("tag", tag)]);
    }
    if backup.standing == Standing::Gone {
        return cx.words.fill("backup.gone", &[("points", &backup.points.count)]);
    }
    match verdict.good {
        Some(good) if good.by_volumes => {
            let ids: Vec<&str> = backup.volumes.iter().map(|v| v.resource.id.as_str()).collect();
            cx.words.fill("backup.by_volumes", &[("source", &good.source), ("volumes", &ids.join(" "))])
        }
        Some(good) => {
            let key = if good.source == "aws-backup" { "backup.by_points" } else { "backup.by_snapshots" };
            cx.words.fill(key, &[("source", &good.source), ("count", &backup.points.count)])
        }
        None => String::new(),
    }
}

fn filled(text: &str) -> Value {
    if text.is_empty() { Value::Unknown } else { Value::Text(text.to_owned()) }
}

fn resource(backup: &Backup) -> Value {
    let ResourceRef { kind, id, arn, .. } = &backup.resource;
    let name = filled(&backup.name).json();
    Value::Data(json!({ "type": kind, "id": id, "arn": arn, "name": name }), id.clone())
}

/// The newest job; its end, or its beginning while it runs.
fn last_job(backup: &Backup) -> Value {
    let Some(job) = backup.jobs.first() else { return Value::Unknown };
    let Job { id, state, message, .. } = job.as_ref();
    let data = json!({ "id": id, "state": state, "message": message, "at": job.at().map(rfc3339) });
    Value::Data(data, format!("{state} {}", message.as_deref().unwrap_or_default()).trim().to_owned())
}

/// How many are how, the worst first.
fn summary(rows: &mut dyn Iterator<Item = &dyn Row>, cx: &Cx<'_>) -> Vec<Vec<Span>> {
    let (mut counts, mut open) = ([0usize; Status::ALL.len()], 0usize);
    for backup in rows.filter_map(|row| row.as_any().downcast_ref::<Backup>()) {
        let status = judge(backup, cx).status;
        match Status::ALL.iter().position(|s| Some(*s) == status).and_then(|at| counts.get_mut(at)) {
            Some(count) => *count += 1,
            None => open += 1,
        }
    }
    let counted = Status::ALL.iter().zip(counts).map(|(s, n)| (n, s.word(), status_role(Some(*s))));
    let open = std::iter::once((open, "?", Role::Unknown));
    let mut spans = Vec::new();
    for (count, word, role) in counted.chain(open).filter(|(count, ..)| *count > 0) {
        let gap = if spans.is_empty() { "" } else { "  " };
        spans.push(Span::new(format!("{gap}{count} {word}"), role));
    }
    vec![spans]
}

#[cfg(test)]
mod tests;
