//! The Board: what needs attention over all panes and scopes, worst first.
//!
//! Its rows are derived from the rows of the other panes; nothing is asked of AWS for it. What ails one resource stands
//! together. This must never judge by itself: how bad a row is, and why, is its own pane's word.

mod change;
mod derive;

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

pub use change::Change;
pub use derive::{Sources, rows};

use super::{Col, Column, PaneId, PaneRow, PaneSpec, Source, account_cell, region_cell};
use crate::{
    resource::ResourceRef,
    scope::ScopeId,
    severity::Severity,
    value::{Cell, Cx, Role, Value},
};

/// The row of `PANES`.
pub static SPEC: PaneSpec = PaneSpec {
    id: PaneId::Board,
    name: "Board",
    source: Source::Derived,
    // Never asked; its sources are.
    interval: Duration::from_mins(1),
    iam: &[],
    columns: || Problem::COLUMNS.iter().map(|c| &c.column).collect(),
    sort: ("rank", false),
    then: &[],
    keeps: None,
    many: false,
    summary: None,
    rules: Vec::new,
};

/// One thing that wants attention: a row of another pane, or several alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Unique: pane and identity there.
    pub key: String,
    /// Where it lives.
    pub scope: ScopeId,
    /// The pane it is from.
    pub pane: PaneId,
    /// Its identity in that pane; the pane's name when it stands for several.
    pub id: String,
    /// What a person calls it.
    pub title: String,
    /// How bad its pane says it is.
    pub severity: Severity,
    /// Since when, where the pane knows.
    pub since: Option<Timestamp>,
    /// Why, in its pane's words.
    pub why: String,
    /// What it leads to when it is opened.
    pub subject: ResourceRef,
    /// The resources it is about.
    pub refs: Vec<ResourceRef>,
    /// The resource that it stands with; none when it stands for several.
    pub resource: Option<ResourceRef>,
    /// The newest change to what it is about, where one is known.
    pub change: Option<Change>,
    /// Its place: problems of one resource follow each other, the resource with the worst first.
    pub rank: u32,
}

impl PaneRow for Problem {
    const COLUMNS: &'static [Col<Self>] = &[
        Col {
            column: Column::shown("severity", 6, 6, 0).screen_only(),
            cell: |p, _| Cell::new(p.severity.into(), p.severity.into()),
        },
        Col {
            column: Column::shown("since", 5, 5, 0).right(),
            cell: |p, _| Cell::new(Value::since(p.since), Role::Plain),
        },
        Col {
            column: Column::shown("title", 18, 30, 0),
            cell: |p, _| Cell::new(Value::Text(p.title.clone()), Role::Name),
        },
        Col {
            column: Column::shown("why", 24, 56, 0),
            cell: |p, _| Cell::new(Value::Text(p.why.clone()), Role::Plain),
        },
        Col {
            column: Column::shown("resource", 14, 26, 4),
            cell: |p, _| {
                let value = p.resource.as_ref().map(|r| Value::Data(json!(r), r.id.clone()));
                value.unwrap_or_default().into()
            },
        },
        Col {
            column: Column::shown("pane", 9, 9, 5),
            cell: |p, _| Cell::new(Value::Text(p.pane.spec().name.to_lowercase()), Role::Dim),
        },
        Col {
            column: Column::shown("changed", 10, 30, 1).screen_only(),
            cell: |p, cx| Cell::new(changed(p, cx), Role::Plain),
        },
        Col {
            column: Column::shown("account", 8, 14, 2).screen_only(),
            cell: |p, cx| account_cell(p.scope, cx),
        },
        Col {
            column: Column::shown("region", 9, 14, 3).screen_only(),
            cell: |p, cx| region_cell(p.scope, cx),
        },
        Col { column: Column::field("id"), cell: |p, _| Value::Text(p.id.clone()).into() },
        Col {
            column: Column::field("age_secs"),
            cell: |p, cx| {
                let age = p.since.map(|at| cx.now.as_second() - at.as_second());
                age.map_or(Value::Unknown, Value::Seconds).into()
            },
        },
        Col { column: Column::field("rank").screen_only(), cell: |p, _| Value::count(p.rank).into() },
    ];

    #[expect(clippy::misnamed_getters, reason = "its own field `id` is that of the row it was made from")]
    fn id(&self) -> &str {
        &self.key
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn scope(&self) -> ScopeId {
        self.scope
    }

    fn severity(&self, _: &Cx<'_>) -> Severity {
        self.severity
    }

    fn attention(&self, _: &Cx<'_>) -> Vec<String> {
        vec![self.why.clone()]
    }

    fn subject(&self) -> ResourceRef {
        self.subject.clone()
    }

    fn refs(&self) -> Vec<ResourceRef> {
        self.refs.clone()
    }

    fn since(&self, _: &Cx<'_>) -> Option<Timestamp> {
        self.since
    }
}

/// `6m ago: RevokeSecurityGroupIngress`: how long is the part that must not be cut off.
fn changed(problem: &Problem, cx: &Cx<'_>) -> Value {
    problem.change.as_ref().map_or(Value::Unknown, |change| {
        let age = crate::text::age::since(change.at, cx.now);
        Value::Text(cx.words.fill("board.changed", &[("event", &change.name), ("age", &age)]))
    })
}

#[cfg(test)]
mod tests;
