//! An instance's page: its state and checks, whose side each is on, its alarms, its graphs, what is around it.

use super::{checks, severity, state_role, subject};
use crate::{
    panes::{
        backups,
        detail::{Block, Breach, Detail, Graph, Line, Need, PageCx, Span},
        patches,
        resource::{alarms_block, alarms_of, events_block, lines, related},
    },
    rows::{
        alarm::{AlarmState, Watch},
        instance::{Check, Instance},
        metric::{MetricStat, SeriesQuery},
    },
    severity::Severity,
    value::{Cell, Role, Value},
};

/// Metric, statistic, unit, and whether it always has one-minute points: `StatusCheckFailed` does, the others only
/// with detailed monitoring (`aws-facts.md` §1.2).
const GRAPHS: [(&str, &str, &str, bool); 4] = [
    ("CPUUtilization", "Average", "Percent", false),
    ("NetworkIn", "Average", "Bytes", false),
    ("NetworkOut", "Average", "Bytes", false),
    ("StatusCheckFailed", "Maximum", "Count", true),
];

/// The page.
pub fn detail(instance: &Instance, page: &PageCx<'_>) -> Detail {
    let cx = &page.cx;
    let title = if instance.name.is_empty() { instance.id.clone() } else { instance.name.clone() };
    let mut state = vec![Span::new(instance.state.as_str(), state_role(&instance.state))];
    if let Some((text, role)) = checks(instance, cx).filter(|_| instance.state == "running") {
        state.push(Span::new(format!("  {text}"), role));
    }
    let notes = severity::RULES.iter().filter_map(|r| Some((r.severity, (r.say)(instance, cx)?)));
    let notes = notes.map(|(severity, text)| line(text, severity.into())).collect();
    let mut blocks = vec![
        Block::Lines { title: "section.attention", lines: notes, empty: None },
        Block::Lines {
            title: "section.checks",
            lines: check_lines(instance, page),
            empty: Some("absent.checks"),
        },
    ];
    let events = event_lines(instance, page);
    blocks.push(Block::Lines { title: "section.events", lines: events, empty: None });
    blocks.push(alarms_block(&subject(instance), page));
    blocks.push(patches::block(&subject(instance), page));
    blocks.extend(backups::block(&subject(instance), page));
    blocks.push(events_block(&subject(instance), page));
    blocks.push(Block::Graphs(graphs(instance, page)));
    blocks.push(Block::Fields(identity(instance, page)));
    blocks.push(related::of_instance(instance, page));
    blocks.push(lines::tags(&instance.tags));
    blocks.extend(lines::console(&subject(instance), cx));
    Detail { title, state, blocks }
}

/// What the page still has to be told: its series.
pub fn needs(instance: &Instance, page: &PageCx<'_>) -> Vec<Need> {
    graphs(instance, page).iter().flat_map(Graph::needs).collect()
}

fn line(text: impl Into<String>, role: Role) -> Line {
    Line { spans: vec![Span::new(text, role)], ..Line::default() }
}

fn identity(instance: &Instance, page: &PageCx<'_>) -> Vec<(&'static str, Cell)> {
    let cx = &page.cx;
    let text = |text: &str| Cell::from(Value::Text(text.to_owned()));
    let optional = |key, value: Option<&str>| value.map(|v| (key, text(v)));
    let mut fields = vec![("field.id", text(&instance.id))];
    let state = Cell::new(Value::Text(instance.state.to_string()), state_role(&instance.state));
    fields.push(("field.state", state));
    fields.extend(optional("field.state_reason", instance.state_reason.as_deref()));
    fields.push(("field.type", text(&instance.instance_type)));
    fields.push(("field.az", text(&instance.az)));
    fields.extend(instance.launch_time.map(|at| ("field.launched", text(&lines::moment(at, cx)))));
    if let Some(id) = &instance.image_id {
        let image = instance.image.as_ref();
        let name = image.map(|i| format!("{}  ", i.name)).filter(|n| n.trim() != "").unwrap_or_default();
        let made = image.and_then(|i| i.created).map(|at| format!("  {}", lines::moment(at, cx)));
        fields.push(("field.image", text(&format!("{name}{id}{}", made.unwrap_or_default()))));
    }
    fields.extend(optional("field.platform", instance.platform.as_deref()));
    fields.extend(optional("field.lifecycle", instance.lifecycle.as_deref()));
    fields.extend(optional("field.private_ip", instance.private_ip.as_deref()));
    fields.extend(optional("field.public_ip", instance.public_ip.as_deref()));
    fields.extend(optional("field.owner", instance.owner.as_deref()));
    // The Patches pane asks SSM; the row has what was known of that when it was listed, which may be nothing yet.
    let node = page.known.node(instance.scope, &instance.id);
    let ssm = node.and_then(|n| n.reach(cx.now)).or(instance.ssm);
    fields.extend(ssm.map(|s| ("field.ssm", Cell::from(Value::Word(s.word())))));
    fields.push(("field.monitoring", Value::Bool(instance.detailed_monitoring).into()));
    fields.extend(lines::scope_fields(instance.scope, cx));
    fields
}

/// Each check with whose side it is on, which is the first thing to know when one fails.
fn check_lines(instance: &Instance, page: &PageCx<'_>) -> Vec<Line> {
    let Some(status) = &instance.status else { return Vec::new() };
    let words = page.cx.words;
    let line = |name: &str, side: &str, check: &Check| {
        let role = match check.state.as_str() {
            "ok" => Role::Good,
            "impaired" => Role::Bad,
            "initializing" => Role::Warn,
            "not-applicable" => Role::Dim,
            _ => Role::Unknown,
        };
        let state = if check.state.is_empty() { "–" } else { &check.state };
        let mut spans =
            vec![Span::new(words.get(name).to_owned(), Role::Plain), Span::new(format!("  {state}"), role)];
        let since = check.impaired_since.filter(|_| check.state == "impaired");
        spans.extend(since.map(|at| Span::new(format!("  {}", lines::since(at, &page.cx)), Role::Plain)));
        spans.push(Span::new(format!("  {}", words.get(side)), Role::Dim));
        Line { spans, ..Line::default() }
    };
    vec![
        line("check.system", "check.aws_side", &status.system),
        line("check.instance", "check.our_side", &status.instance),
        line("check.ebs", "check.aws_side_ebs", &status.ebs),
    ]
}

/// What AWS plans, the soonest first, and then what is over.
fn event_lines(instance: &Instance, page: &PageCx<'_>) -> Vec<Line> {
    let cx = &page.cx;
    let open = severity::open_events(instance);
    let over = instance.status.iter().flat_map(|s| &s.events).filter(|e| e.is_over());
    open.into_iter()
        .chain(over)
        .map(|event| {
            let role = if event.is_over() { Role::Dim } else { Severity::Medium.into() };
            let clock = |at| crate::text::age::clock(at, cx.now, cx.zone);
            let from = event.not_before.map(clock).unwrap_or_default();
            let until = event.not_after.map(|at| format!(" – {}", clock(at))).unwrap_or_default();
            let spans = vec![
                Span::new(event.code.as_str(), role),
                Span::new(format!("  {from}{until}"), Role::Plain),
                Span::new(format!("  {}", event.description), Role::Dim),
            ];
            Line { spans, ..Line::default() }
        })
        .collect()
}

fn graphs(instance: &Instance, page: &PageCx<'_>) -> Vec<Graph> {
    let alarms = alarms_of(&subject(instance), page);
    let own = ("InstanceId".to_owned(), instance.id.clone());
    GRAPHS
        .into_iter()
        .map(|(name, stat, unit, minutely)| {
            let query = MetricStat {
                namespace: "AWS/EC2".into(),
                name: name.into(),
                dimensions: vec![own.clone()],
                stat: stat.into(),
                period: if minutely || instance.detailed_monitoring { 60 } else { 300 },
                unit: None,
                account: None,
            };
            // An alarm on just this metric lends its threshold and the moment it fired.
            let watching = alarms.iter().find(|a| match &a.watch {
                // The same statistic: an alarm on a sum or a maximum has another scale. Those drawn here do not depend on
                // the period.
                Watch::Metric { stat: watched, .. } => {
                    (watched.namespace.as_str(), watched.name.as_str(), watched.stat.as_str())
                        == ("AWS/EC2", name, stat)
                        && watched.dimensions == [own.clone()]
                }
                _ => false,
            });
            let fired = alarms.iter().filter(|a| a.state == AlarmState::Alarm).filter_map(|a| a.state_since);
            let mut marks: Vec<_> = fired.collect();
            marks.sort_unstable();
            marks.dedup();
            Graph {
                title: format!("{name} {stat}"),
                scope: instance.scope,
                query: SeriesQuery::Stat(query),
                threshold: watching.and_then(|a| a.threshold),
                breach: watching.and_then(|a| Breach::of(a.comparison.as_deref()?)),
                band: Vec::new(),
                unit: Some(unit.into()),
                marks,
            }
        })
        .collect()
}
