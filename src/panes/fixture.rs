//! A small world for the tests of the pages.

mod rows;

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::{
    detail::{Block, Detail, Known, PageCx},
    duties::DutyRow,
};
use crate::{
    config::Thresholds,
    incident::{
        Incident,
        due::Due,
        similar::{Similar, similar},
    },
    problem::Problem,
    resource::ResourceRef,
    rows::{
        alarm::{Alarm, HistoryItem},
        backup::Backup,
        described::{Described, What},
        event::Event,
        instance::Instance,
        metric::{Series, SeriesQuery},
        patch::{Node, PatchItem},
    },
    runbook::{Runbook, progress::Record},
    scope::{Scope, ScopeId, Scopes},
    text::{Catalogue, Lang, sentence::Sentence},
    triage::{explanation::Explanation, resources},
    value::Cx,
};

pub(super) use rows::{composite, event, system_check, web_1, web_5xx};

pub(super) const NOW: &str = "2026-05-01T03:12:00Z";

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Owns what a [`Cx`] borrows.
pub(super) struct Desk {
    words: Catalogue,
    pub(super) thresholds: Thresholds,
    scopes: Scopes,
    zone: TimeZone,
}

impl Desk {
    pub(super) fn new(lang: Lang) -> Self {
        let mut scope = Scope::new("prod", "eu-west-1");
        scope.account = Some("111122223333".into());
        scope.alias = Some("prod-main".into());
        let scopes = Scopes::new(vec![scope]);
        Self { words: Catalogue::load(lang), thresholds: Thresholds::default(), scopes, zone: TimeZone::UTC }
    }

    pub(super) fn cx(&self) -> Cx<'_> {
        Cx {
            now: at(NOW),
            zone: &self.zone,
            words: &self.words,
            thresholds: &self.thresholds,
            scopes: &self.scopes,
        }
    }
}

#[derive(Default)]
pub(super) struct World {
    pub(super) alarms: Vec<Alarm>,
    pub(super) instances: Vec<Instance>,
    pub(super) backups: Vec<Backup>,
    pub(super) series: Vec<(SeriesQuery, Series)>,
    pub(super) history: Vec<HistoryItem>,
    pub(super) history_problem: Option<Problem>,
    pub(super) nodes: Vec<Node>,
    pub(super) patches: Option<Vec<PatchItem>>,
    pub(super) events: Vec<Event>,
    pub(super) record: Option<(String, String)>,
    pub(super) described: Vec<(What, String, Described)>,
    pub(super) described_problem: Option<Problem>,
    pub(super) duties: Vec<DutyRow>,
    pub(super) explanations: HashMap<String, Explanation>,
    pub(super) incidents: Vec<Incident>,
}

impl World {
    pub(super) fn page<'a>(&'a self, desk: &'a Desk) -> PageCx<'a> {
        PageCx { cx: desk.cx(), known: self, chosen: None }
    }
}

impl Known for World {
    fn incident(&self, uid: &str) -> Option<&Incident> {
        self.incidents.iter().find(|incident| incident.uid == uid)
    }

    fn followed(&self, incident: &Incident) -> Option<Record> {
        incident.book.clone()
    }

    fn runbook(&self, _: &str) -> Option<&Runbook> {
        None
    }

    fn runbook_values(&self, _: &Incident, _: &Runbook, _: Timestamp) -> BTreeMap<String, String> {
        BTreeMap::new()
    }

    fn overdue(&self, _: &Incident, _: Timestamp) -> Vec<Due> {
        Vec::new()
    }

    fn review(&self, _: &Incident, _: Timestamp) -> String {
        String::new()
    }

    fn similar<'a>(&'a self, incident: &Incident) -> Vec<Similar<'a>> {
        similar(incident, &self.incidents)
    }
    fn incidents_trouble(&self) -> Option<&Sentence> {
        None
    }

    fn alarm(&self, scope: ScopeId, name: &str) -> Option<&Alarm> {
        self.alarms.iter().find(|a| a.scope == scope && a.name == name)
    }

    fn explanation(&self, _: ScopeId, alarm: &str) -> Option<&Explanation> {
        self.explanations.get(alarm)
    }

    fn is_explaining(&self, _: ScopeId, alarm: &str) -> bool {
        self.explanations.get(alarm).is_some_and(|known| !known.done)
    }

    fn explanation_problem(&self, _: ScopeId, _: &str) -> Option<&Problem> {
        None
    }

    fn events_like(&self, event: &Event, _: SignedDuration) -> Vec<&Event> {
        self.events.iter().filter(|e| e.actor == event.actor).collect()
    }

    fn duty(&self, id: &str) -> Option<&DutyRow> {
        self.duties.iter().find(|row| row.duty.id == id)
    }

    fn alarms_of(&self, resource: &ResourceRef) -> Vec<&Alarm> {
        self.alarms.iter().filter(|a| a.resources.iter().any(|r| resources::same(r, resource))).collect()
    }

    fn alarms_where(&self, scope: ScopeId, wanted: &dyn Fn(&Alarm) -> bool) -> Vec<&Alarm> {
        self.alarms.iter().filter(|a| a.scope == scope && wanted(a)).collect()
    }

    fn instance(&self, scope: ScopeId, id: &str) -> Option<&Instance> {
        self.instances.iter().find(|i| i.scope == scope && i.id == id)
    }

    fn instances_where(&self, scope: ScopeId, wanted: &dyn Fn(&Instance) -> bool) -> Vec<&Instance> {
        self.instances.iter().filter(|i| i.scope == scope && wanted(i)).collect()
    }

    fn backup(&self, scope: ScopeId, id: &str) -> Option<&Backup> {
        self.backups.iter().find(|b| b.scope() == scope && b.id == id)
    }

    fn backup_of(&self, resource: &ResourceRef) -> Option<&Backup> {
        super::backups::find(|| self.backups.iter(), resource)
    }

    fn series(&self, _: ScopeId, query: &SeriesQuery) -> Option<&Series> {
        self.series.iter().find(|(q, _)| q == query).map(|(_, s)| s)
    }

    fn history(&self, _: ScopeId, alarm: &str) -> Option<&[HistoryItem]> {
        self.history.first().is_some_and(|h| h.alarm == alarm).then_some(self.history.as_slice())
    }

    fn event(&self, scope: ScopeId, id: &str) -> Option<&Event> {
        self.events.iter().find(|e| e.scope == scope && e.id == id)
    }

    fn events_of(&self, resource: &ResourceRef) -> Vec<&Event> {
        self.events.iter().filter(|e| e.resources.iter().any(|r| resources::same(r, resource))).collect()
    }

    fn record(&self, _: ScopeId, id: &str) -> Option<&str> {
        self.record.as_ref().filter(|(of, _)| of == id).map(|(_, text)| text.as_str())
    }

    fn history_problem(&self, _: ScopeId, _: &str) -> Option<&Problem> {
        self.history_problem.as_ref()
    }

    fn node(&self, scope: ScopeId, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|n| n.scope == scope && n.id == id)
    }

    fn patches(&self, _: ScopeId, _: &str) -> Option<&[PatchItem]> {
        self.patches.as_deref()
    }

    fn described(&self, _: ScopeId, what: What, id: &str) -> Option<&Described> {
        self.described.iter().find(|(w, i, _)| *w == what && i == id).map(|(.., answer)| answer)
    }

    fn described_problem(&self, _: ScopeId, _: What, _: &str) -> Option<&Problem> {
        self.described_problem.as_ref()
    }
}

/// A page as plain text: titles as the screen has them, trees indented.
pub(super) fn text(detail: &Detail, page: &PageCx<'_>) -> String {
    let words = page.cx.words;
    let join = |spans: &[super::detail::Span]| spans.iter().map(|s| s.text.as_str()).collect::<String>();
    let mut out = format!("{}\n{}\n", detail.title, join(&detail.state));
    for block in &detail.blocks {
        match block {
            Block::Fields(fields) => {
                for (key, cell) in fields {
                    writeln!(out, "{}: {}", words.get(key), cell.value.show(&page.cx)).unwrap();
                }
            }
            Block::Lines { title, lines, empty } => {
                if lines.is_empty() && empty.is_none() {
                    continue;
                }
                writeln!(out, "# {}", words.get(title)).unwrap();
                if lines.is_empty() {
                    writeln!(out, "{}", words.get(empty.unwrap())).unwrap();
                }
                for line in lines {
                    let mark = if line.target.is_some() { ">" } else { " " };
                    let indent = "  ".repeat(line.depth.into());
                    writeln!(out, "{mark}{indent}{}", join(&line.spans)).unwrap();
                }
            }
            Block::Stack(_) | Block::Columns(_) => {
                let parts: Vec<&Block> = match block {
                    Block::Stack(blocks) => blocks.iter().collect(),
                    Block::Columns(columns) => columns.iter().map(|(_, block)| block).collect(),
                    _ => Vec::new(),
                };
                for block in parts {
                    let part = Detail { blocks: vec![block.clone()], ..Detail::default() };
                    out.push_str(text(&part, page).trim_start_matches('\n'));
                }
            }
            Block::Graphs(graphs) => {
                for graph in graphs {
                    let marks = graph.marks.len();
                    writeln!(out, "[{} {:?} {:?} marks={marks}]", graph.title, graph.threshold, graph.unit)
                        .unwrap();
                }
            }
            Block::Note(span) => writeln!(out, "{}", span.text).unwrap(),
        }
    }
    out
}

/// No wording key may reach the screen, and no argument may stay unfilled.
pub(super) fn assert_worded(detail: &Detail, page: &PageCx<'_>) {
    let text = text(detail, page);
    for table in [
        "field.",
        "section.",
        "absent.",
        "alarm.",
        "resource.",
        "check.",
        "attention.",
        "column.",
        "patch.",
        "described.",
        "related.",
    ] {
        let raw = text.match_indices(table).any(|(i, _)| {
            let before = text.get(..i).and_then(|t| t.chars().next_back());
            let after = text.get(i + table.len()..).and_then(|t| t.chars().next());
            before.is_none_or(|c| !c.is_alphanumeric() && c != '-' && c != '/')
                && after.is_some_and(|c| c.is_ascii_lowercase())
        });
        assert!(!raw, "a key beginning with {table} is on the page:\n{text}");
    }
    for argument in [
        "{age}",
        "{count}",
        "{state}",
        "{by}",
        "{clock}",
        "{condition}",
        "{event}",
        "{days}",
        "{at}",
        "{kind}",
        "{why}",
        "{next}",
        "{peer}",
        "{alarm}",
        "{interface}",
    ] {
        assert!(!text.contains(argument), "{argument} was not filled in:\n{text}");
    }
}
