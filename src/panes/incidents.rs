//! Incidents: what has been recorded, open ones first. A row is a fold over the incident's journal.
//!
//! Nothing is asked of AWS for it. How bad a row is goes by the severity that a person gave it, and by what waits.

mod found;
pub mod know;
mod now;
mod page;
pub mod steps;

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use serde_json::json;

use page::alarms_of;
pub use page::{detail, needs, review, running, told};

use super::{Col, Column, PaneId, PaneRow, PaneSpec, Row, Source, account_cell, detail::Span, region_cell};
use crate::{
    incident::{
        Incident,
        event::{Gate, Level, Subject},
        figures::{Summary, WORDINGS, lasted},
        fold::State,
    },
    resource::ResourceRef,
    scope::{ScopeId, Scopes},
    severity::Severity,
    value::{Cell, Cx, Role, Value},
};

/// The type of a reference to an incident; its id is the uid.
pub const INCIDENT: &str = "Toban::Incident";
/// The type of a reference to the draft of an incident's review; its id is the incident's uid.
pub const REVIEW: &str = "Toban::Review";

/// The row of `PANES`.
pub static SPEC: PaneSpec = PaneSpec {
    id: PaneId::Incidents,
    name: "Incidents",
    source: Source::Recorded,
    // Never asked; the desk tells.
    interval: Duration::from_mins(1),
    iam: &[],
    columns: || Record::COLUMNS.iter().map(|c| &c.column).collect(),
    sort: ("rank", false),
    then: &[],
    keeps: None,
    many: false,
    summary: Some(summary),
    rules: || {
        vec![
            (Severity::Critical, "SEV-1"),
            (Severity::High, "SEV-2"),
            (Severity::Medium, "SEV-3"),
            (Severity::Low, "SEV-4"),
        ]
    },
};

/// What all of them come to: how many go on, how soon they were taken on and over, how many questions needed none.
fn summary(rows: &mut dyn Iterator<Item = &dyn Row>, cx: &Cx<'_>) -> Vec<Vec<Span>> {
    let all: Vec<&Record> = rows.filter_map(|row| row.as_any().downcast_ref::<Record>()).collect();
    if all.is_empty() {
        return Vec::new();
    }
    let found = Summary::of(all.iter().map(|record| record.incident.as_ref()));
    let words = cx.words;
    let mut texts = Vec::new();
    if found.open > 0 {
        let open = words.fill("incident.summary.open", &[("n", &found.open)]);
        texts.push(vec![Span::new(open, Role::Warn)]);
    }
    let dim = |text: String| vec![Span::new(text, Role::Dim)];
    texts.push(dim(words.fill("incident.summary.all", &[("n", &found.incidents)])));
    for (span, wording) in found.spans.iter().zip(WORDINGS) {
        // What an operator is measured by; the others are on the page of each.
        if let Some(span) = span.filter(|_| ["incident.span.mtta", "incident.span.mttr"].contains(&wording)) {
            let args: [(&str, &dyn std::fmt::Display); 3] =
                [("what", &words.get(wording)), ("span", &lasted(span.median)), ("of", &span.of)];
            texts.push(dim(words.fill("incident.summary.span", &args)));
        }
    }
    if found.without_incident > 0 {
        texts.push(dim(words.fill("incident.summary.without", &[("n", &found.without_incident)])));
    }
    texts
}

/// A subject as a reference of this run; none where its scope is not one of this run's.
pub fn reference(subject: &Subject, scopes: &Scopes) -> Option<ResourceRef> {
    let scope = match &subject.scope {
        None => ScopeId(0),
        Some(wanted) => scopes.iter().find_map(|(id, scope)| {
            let account = match (&wanted.account, &scope.account) {
                (Some(one), Some(other)) => one == other,
                _ => wanted.profile == scope.profile,
            };
            (account && wanted.region == scope.region).then_some(id)
        })?,
    };
    let mut found = ResourceRef::new(scope, subject.kind.clone(), subject.id.clone());
    found.arn.clone_from(&subject.arn);
    Some(found)
}

/// One incident, as a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The incident.
    pub incident: Arc<Incident>,
    /// What people call it: `INC-0042`.
    pub id: String,
    /// The scope of what it is about, where that is one of this run's.
    pub scope: ScopeId,
}

impl Record {
    /// The row of an incident. One about another account or Region than those of this run stands under the first.
    pub fn new(incident: Arc<Incident>, scopes: &Scopes) -> Self {
        let subject = incident.subjects.first().and_then(|subject| reference(subject, scopes));
        let scope = subject.map_or(ScopeId(0), |subject| subject.scope);
        Self { id: incident.id(), incident, scope }
    }

    fn level(&self) -> Option<Level> {
        self.incident.level.as_ref().map(|level| level.what)
    }
}

/// What an incident's state is called, and how it is to be seen.
pub(super) fn state(incident: &Incident, cx: &Cx<'_>) -> (String, Role) {
    let words = cx.words;
    let gate = incident.gate.as_ref().map(|gate| gate.what.answer);
    let (key, role) = match (incident.state, gate) {
        (State::Closed, _) => ("incident.state.closed", Role::Dim),
        (State::Watching, _) => ("incident.state.watching", Role::Warn),
        (State::Open, Some(Gate::Yes)) => ("incident.state.responding", Role::Bad),
        (State::Open, Some(_)) => ("incident.state.open", Role::Warn),
        (State::Open, None) => ("incident.state.triage", Role::Bad),
    };
    (words.get(key).to_owned(), role)
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

impl PaneRow for Record {
    const COLUMNS: &'static [Col<Self>] = &[
        Col {
            column: Column::shown("severity", 6, 6, 0).screen_only(),
            cell: |r, cx| {
                let severity = PaneRow::severity(r, cx);
                Cell::new(severity.into(), severity.into())
            },
        },
        Col {
            column: Column::shown("since", 5, 5, 0).right().screen_only(),
            cell: |r, _| Cell::new(Value::since(r.incident.opened.as_ref().map(|(at, _)| *at)), Role::Plain),
        },
        Col { column: Column::shown("id", 8, 9, 0), cell: |r, _| Cell::new(text(r.id.clone()), Role::Name) },
        Col {
            column: Column::shown("level", 5, 6, 1),
            cell: |r, _| r.level().map_or(Value::Unknown, |level| Value::Word(level.word())).into(),
        },
        Col {
            column: Column::shown("title", 16, 34, 0),
            cell: |r, _| Cell::new(text(r.incident.title.clone()), Role::Plain),
        },
        Col {
            column: Column::shown("state", 10, 12, 0),
            cell: |r, cx| {
                let (word, role) = state(&r.incident, cx);
                Cell::new(Value::Data(json!(r.incident.state.word()), word), role)
            },
        },
        Col {
            column: Column::shown("side", 8, 12, 2),
            cell: |r, _| {
                let side = r.incident.verdict.as_ref().map(|verdict| verdict.what.side);
                side.map_or(Value::Unknown, |side| Value::Word(side.word())).into()
            },
        },
        Col {
            column: Column::shown("commander", 9, 14, 3),
            cell: |r, _| {
                let who = r.incident.roles.get(&crate::incident::event::Role::Commander);
                who.map_or(Value::Unknown, |who| text(who.clone())).into()
            },
        },
        Col {
            column: Column::shown("cause", 8, 18, 4),
            cell: |r, _| {
                r.incident
                    .cause
                    .as_ref()
                    .map_or(Value::Unknown, |(cause, _)| Value::Word(cause.word()))
                    .into()
            },
        },
        Col {
            column: Column::shown("runbook", 12, 20, 5),
            cell: |r, _| {
                let book = r.incident.runbook.as_ref().map(|book| book.what.id.clone());
                book.map_or(Value::Unknown, text).into()
            },
        },
        Col {
            column: Column::shown("account", 8, 14, 6).screen_only(),
            cell: |r, cx| account_cell(r.scope, cx),
        },
        Col {
            column: Column::shown("region", 9, 14, 7).screen_only(),
            cell: |r, cx| region_cell(r.scope, cx),
        },
        Col {
            column: Column::field("kind"),
            cell: |r, _| r.incident.kind.map_or(Value::Unknown, |kind| Value::Word(kind.word())).into(),
        },
        Col {
            column: Column::field("opened_at"),
            cell: |r, _| r.incident.opened.as_ref().map_or(Value::Unknown, |(at, _)| Value::At(*at)).into(),
        },
        Col {
            column: Column::field("closed_at"),
            cell: |r, _| r.incident.closed_at.map_or(Value::Unknown, Value::At).into(),
        },
        Col {
            column: Column::field("resource"),
            cell: |r, _| {
                let subject = r.incident.subjects.first();
                subject.map_or(Value::Unknown, |s| Value::Data(json!(s), s.label().to_owned())).into()
            },
        },
        Col {
            // Open ones first, the worst of them on top; then the newest.
            column: Column::field("rank").screen_only(),
            cell: |r, _| {
                let closed = i64::from(r.incident.is_closed());
                let level = r.level().map_or(2, |level| level as i64);
                let newest = i64::try_from(r.incident.number).unwrap_or(i64::MAX);
                let place = (closed * 10 + if closed == 1 { 0 } else { level }) * 1_000_000_000;
                Value::count(place.saturating_sub(newest)).into()
            },
        },
    ];

    fn id(&self) -> &str {
        &self.incident.uid
    }

    fn title(&self) -> &str {
        &self.incident.title
    }

    fn scope(&self) -> ScopeId {
        self.scope
    }

    fn severity(&self, _: &Cx<'_>) -> Severity {
        if self.incident.is_closed() {
            return Severity::Ok;
        }
        match self.level() {
            Some(Level::Sev1) => Severity::Critical,
            Some(Level::Sev2) => Severity::High,
            Some(Level::Sev3) | None => Severity::Medium,
            Some(Level::Sev4) => Severity::Low,
        }
    }

    fn attention(&self, cx: &Cx<'_>) -> Vec<String> {
        if self.incident.is_closed() { Vec::new() } else { vec![state(&self.incident, cx).0] }
    }

    fn subject(&self) -> ResourceRef {
        ResourceRef::new(ScopeId(0), INCIDENT, self.incident.uid.clone())
    }

    fn since(&self, _: &Cx<'_>) -> Option<Timestamp> {
        self.incident.opened.as_ref().map(|(at, _)| *at)
    }
}
