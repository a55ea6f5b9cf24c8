//! A small world for the tests of the pages.

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
    incident::{Incident, due::Due},
    problem::Problem,
    resource::ResourceRef,
    rows::{
        alarm::{Alarm, AlarmState, HistoryItem, Watch},
        backup::Backup,
        described::{Described, What},
        event::Event,
        instance::{Check, Image, Instance, ScheduledEvent, Status},
        metric::{MetricStat, Series, SeriesQuery},
        patch::{Node, PatchItem},
    },
    runbook::{Runbook, progress::Record},
    scope::{Scope, ScopeId, Scopes},
    text::{Catalogue, Lang, sentence::Sentence},
    triage::{explanation::Explanation, resources, rule},
    value::Cx,
};

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

/// The alarm of the sketches: every field filled.
pub(super) fn web_5xx() -> Alarm {
    let pairs = |list: &[(&str, &str)]| list.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect();
    let mut alarm = Alarm {
        name: "web-5xx".into(),
        arn: "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:web-5xx".into(),
        state: AlarmState::Alarm,
        state_since: Some(at("2026-05-01T03:08:00Z")),
        reason: "Threshold Crossed: 3 out of the last 3 datapoints were greater than the threshold (20.0).".into(),
        reason_data: Some(
            r#"{"version":"1.0","statistic":"Sum","period":60,"recentDatapoints":[180.0,190.0,212.0],"threshold":20.0,
                "evaluatedDatapoints":[{"timestamp":"2026-05-01T03:07:00.000+0000","value":212.0},
                {"timestamp":"2026-05-01T03:06:00.000+0000","value":190.0}]}"#
                .into(),
        ),
        description: Some("Checkout answers errors".into()),
        watch: Watch::Metric {
            stat: MetricStat {
                namespace: "AWS/ApplicationELB".into(),
                name: "HTTPCode_Target_5XX_Count".into(),
                dimensions: pairs(&[
                    ("LoadBalancer", "app/web/50dc6c495c0c9188"),
                    ("TargetGroup", "targetgroup/web-80/73e2d6bc24d8a067"),
                ]),
                stat: "Sum".into(),
                period: 60,
                unit: None,
                account: None,
            },
            band: None,
        },
        threshold: Some(20.0),
        comparison: Some("GreaterThanThreshold".into()),
        evaluation_periods: Some(3),
        datapoints_to_alarm: Some(3),
        treat_missing_data: Some("notBreaching".into()),
        actions_enabled: true,
        actions: vec!["arn:aws:sns:eu-west-1:111122223333:oncall".into()],
        muted_by: Some(Vec::new()),
        configured_at: Some(at("2026-04-01T00:00:00Z")),
        ..Alarm::default()
    };
    alarm.resources = resources::of_alarm(&alarm, "eu-west-1", "111122223333", "aws");
    alarm
}

/// An alarm on one instance's system check.
pub(super) fn system_check(id: &str, state: AlarmState) -> Alarm {
    let mut alarm = Alarm {
        name: format!("system-{id}"),
        watch: Watch::Metric {
            stat: MetricStat {
                namespace: "AWS/EC2".into(),
                name: "StatusCheckFailed".into(),
                dimensions: vec![("InstanceId".into(), id.into())],
                stat: "Maximum".into(),
                period: 60,
                unit: None,
                account: None,
            },
            band: None,
        },
        state,
        state_since: Some(at("2026-05-01T02:41:00Z")),
        reason: "Threshold Crossed: 2 datapoints".into(),
        threshold: Some(1.0),
        comparison: Some("GreaterThanOrEqualToThreshold".into()),
        evaluation_periods: Some(2),
        actions_enabled: true,
        actions: vec!["arn:aws:automate:eu-west-1:ec2:recover".into()],
        ..web_5xx()
    };
    alarm.reason_data = None;
    alarm.resources = resources::of_alarm(&alarm, "eu-west-1", "111122223333", "aws");
    alarm
}

pub(super) fn composite(name: &str, text: &str, state: AlarmState) -> Alarm {
    Alarm {
        name: name.into(),
        state,
        watch: Watch::Composite { rule: text.into(), suppressed: None, suppressor: None },
        children: rule::children(text),
        threshold: None,
        comparison: None,
        evaluation_periods: None,
        datapoints_to_alarm: None,
        treat_missing_data: None,
        reason_data: None,
        resources: Vec::new(),
        ..web_5xx()
    }
}

/// An instance with every field filled, and nothing wrong.
pub(super) fn web_1() -> Instance {
    let check = |state: &str| Check { state: state.into(), impaired_since: None };
    Instance {
        id: "i-0a1c0a1c0a1c0a1c1".into(),
        name: "web-1".into(),
        state: "running".into(),
        instance_type: "t3.large".into(),
        az: "eu-west-1a".into(),
        launch_time: Some(at("2026-04-21T03:12:00Z")),
        private_ip: Some("10.0.1.17".into()),
        public_ip: Some("203.0.113.9".into()),
        vpc_id: Some("vpc-0b5e".into()),
        subnet_id: Some("subnet-0c4d".into()),
        security_groups: vec![("sg-0b2f".into(), "web".into())],
        volumes: vec!["vol-07d1".into()],
        interfaces: vec!["eni-05aa".into()],
        key_pair: Some("ops".into()),
        image_id: Some("ami-0aa1".into()),
        image: Some(
            Image {
                name: "al2023-web".into(),
                created: Some(at("2026-03-22T03:12:00Z")),
                deprecated: Some(at("2028-03-22T03:12:00Z")),
            }
            .into(),
        ),
        asg: Some("web-asg".into()),
        platform: Some("Linux/UNIX".into()),
        instance_profile: Some("arn:aws:iam::111122223333:instance-profile/web".into()),
        owner: Some("111122223333".into()),
        lifecycle: Some("spot".into()),
        tags: vec![("Name".into(), "web-1".into()), ("team".into(), "checkout".into())].into(),
        status: Some(
            Status { system: check("ok"), instance: check("ok"), ebs: check("ok"), events: Vec::new() }
                .into(),
        ),
        ..Instance::default()
    }
}

pub(super) fn event(code: &str, description: &str, from: &str) -> ScheduledEvent {
    ScheduledEvent {
        code: code.into(),
        description: description.into(),
        not_before: Some(at(from)),
        not_after: None,
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
            Block::Columns(columns) => {
                for (_, block) in columns {
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
