//! An alarm's page: what fired, what it hits, what it watches, who is told, what happened before.

use jiff::Timestamp;

use super::{cause, condition, severity, state_role, subject, tree, why::compact, why::is_percent};
use crate::{
    panes::{
        detail::{Block, Breach, Detail, Graph, Line, Need, PageCx, Span, Target},
        resource::lines,
    },
    resource::ResourceRef,
    rows::{
        alarm::{Alarm, AlarmState, MathQuery, Watch, returned},
        metric::{MetricStat, SeriesQuery},
    },
    text::age,
    triage::{arn, kinds, resources},
    value::{Cell, Role, Value},
};

/// Lines of history that a page shows; the rest is CloudWatch's own page's business.
const HISTORY_LINES: usize = 30;
/// Graphs of firing children that a composite's page shows side by side.
const CHILD_GRAPHS: usize = 2;

/// The page.
pub fn detail(alarm: &Alarm, page: &PageCx<'_>) -> Detail {
    let cx = &page.cx;
    let mut state = vec![Span::new(alarm.state.word(), state_role(alarm, cx))];
    if let Some(at) = alarm.state_since {
        state.push(Span::new(format!(" {}", lines::since(at, cx)), Role::Plain));
    }
    let mut blocks = Vec::new();
    if !alarm.reason.is_empty() {
        blocks.push(Block::Note(Span::new(alarm.reason.as_str(), Role::Plain)));
    }
    let notes: Vec<_> = severity::notes(alarm, cx)
        .map(|(severity, text)| Line { spans: vec![Span::new(text, severity.into())], ..Line::default() })
        .collect();
    blocks.push(Block::Lines { title: "section.attention", lines: notes, empty: None });
    let graphs = graphs(alarm, page);
    if !graphs.is_empty() {
        blocks.push(Block::Graphs(graphs));
    }
    blocks.extend(cause::blocks(alarm, affected(alarm, page), page));
    if matches!(alarm.watch, Watch::Composite { .. }) {
        blocks.push(Block::Lines { title: "section.rule", lines: tree::lines(alarm, page), empty: None });
    }
    blocks.extend(cause::more(alarm, page));
    blocks.push(Block::Fields(watches(alarm, page)));
    blocks.push(Block::Lines {
        title: "section.actions",
        lines: actions(alarm, page),
        empty: Some("absent.actions"),
    });
    blocks.push(history(alarm, page));
    blocks.extend(lines::console(&subject(alarm), cx));
    Detail { title: alarm.name.clone(), state, blocks }
}

/// What the page still has to be told: its series and its history.
pub fn needs(alarm: &Alarm, page: &PageCx<'_>) -> Vec<Need> {
    let series = graphs(alarm, page);
    let series = series.iter().flat_map(Graph::needs);
    series.chain([Need::History(alarm.scope, alarm.name.clone())]).collect()
}

/// The graph of what an alarm watches; none for composite, log and PromQL alarms, whose series GetMetricData does not
/// have.
pub fn graph(alarm: &Alarm, page: &PageCx<'_>) -> Option<Graph> {
    let (title, unit) = match &alarm.watch {
        Watch::Metric { stat, .. } => {
            let unit = stat.unit.clone().or_else(|| is_percent(stat).then(|| "Percent".to_owned()));
            (format!("{} {}", stat.name, stat.stat), unit)
        }
        Watch::Math(queries) => math(queries)?,
        Watch::PromQl(_) | Watch::Composite { .. } | Watch::Log { .. } => return None,
    };
    Some(Graph {
        title,
        scope: alarm.scope,
        query: alarm.watch.series()?,
        threshold: alarm.threshold,
        breach: alarm.comparison.as_deref().and_then(Breach::of),
        band: band(alarm),
        unit,
        marks: marks(alarm, page),
    })
}

/// The edges of its anomaly band: CloudWatch gives the band as a list of two series, of which an expression can take the
/// first or the last.
fn band(alarm: &Alarm) -> Vec<SeriesQuery> {
    let Watch::Metric { stat, band: Some(band) } = &alarm.watch else { return Vec::new() };
    let edge = |pick: &str| SeriesQuery::Math {
        inputs: vec![(band.metric.clone(), stat.clone())],
        expressions: vec![("edge".to_owned(), format!("{pick}({})", band.expression))],
        returns: "edge".to_owned(),
        period: stat.period,
    };
    vec![edge("FIRST"), edge("LAST")]
}

/// Title and unit of what metric math returns.
fn math(queries: &[MathQuery]) -> Option<(String, Option<String>)> {
    let watched = returned(queries)?;
    if let (Some(stat), None) = (&watched.stat, &watched.expression) {
        return Some((format!("{} {}", stat.name, stat.stat), stat.unit.clone()));
    }
    let title = watched.label.clone().filter(|l| !l.is_empty()).or_else(|| watched.expression.clone())?;
    Some((title, None))
}

/// When its state changed, as far as is known.
fn marks(alarm: &Alarm, page: &PageCx<'_>) -> Vec<Timestamp> {
    let history = page.known.history(alarm.scope, &alarm.name).unwrap_or_default();
    let changes =
        history.iter().filter(|item| item.states.is_some_and(|(old, new)| old != new)).map(|item| item.at);
    let mut marks: Vec<_> = changes.chain(alarm.state_since).chain(cause::marks(alarm, page)).collect();
    marks.sort_unstable();
    // History and alarm give the same change with different fractions of a second.
    marks.dedup_by_key(|at| at.as_second());
    marks
}

/// Its own graph, or for a composite those of the children that fire.
fn graphs(alarm: &Alarm, page: &PageCx<'_>) -> Vec<Graph> {
    if !matches!(alarm.watch, Watch::Composite { .. }) {
        return graph(alarm, page).into_iter().collect();
    }
    tree::leaves(alarm, page)
        .into_iter()
        .filter(|a| a.state == AlarmState::Alarm)
        .filter_map(|a| graph(a, page))
        .take(CHILD_GRAPHS)
        .collect()
}

fn affected(alarm: &Alarm, page: &PageCx<'_>) -> Block {
    let found;
    let list = if alarm.resources.is_empty() && matches!(alarm.watch, Watch::Composite { .. }) {
        // The lookup's own answer for the composite may be missing, so it answers for itself.
        let lookup = |name: &str| {
            if name == alarm.name { Some(alarm) } else { page.known.alarm(alarm.scope, name) }
        };
        found = resources::of_composite(&alarm.name, &lookup);
        &found
    } else {
        &alarm.resources
    };
    let lines = list.iter().flat_map(|r| lines::resource(r, page)).collect();
    Block::Lines { title: "section.affected", lines, empty: Some("absent.affected") }
}

/// What it watches and how, as labels and values.
fn watches(alarm: &Alarm, page: &PageCx<'_>) -> Vec<(&'static str, Cell)> {
    let cx = &page.cx;
    let text = |text: String| Cell::from(Value::Text(text));
    let mut fields = Vec::new();
    match &alarm.watch {
        Watch::Metric { stat, .. } => {
            fields.push(("field.metric", text(format!("{} {}", stat.namespace, stat.name))));
            let dimensions: Vec<_> = stat.dimensions.iter().map(|(n, v)| format!("{n}={v}")).collect();
            if !dimensions.is_empty() {
                fields.push(("field.dimensions", text(dimensions.join("  "))));
            }
            fields.push((
                "field.statistic",
                text(format!("{} / {}", stat.stat, age::short(stat.period.into()))),
            ));
        }
        Watch::Math(queries) => fields.extend(queries.iter().map(|q| ("field.query", text(math_line(q))))),
        Watch::PromQl(query) => fields.push(("field.query", text(query.clone()))),
        Watch::Composite { rule, suppressor, .. } => {
            fields.push(("field.rule", text(rule.clone())));
            if let Some(suppressor) = suppressor {
                fields.push(("field.suppressor", text(suppressor.clone())));
            }
        }
        Watch::Log { log_groups, query } => {
            fields.push(("field.log_groups", text(log_groups.join("  "))));
            fields.extend(query.iter().map(|q| ("field.query", text(q.clone()))));
        }
    }
    fields.extend(threshold(alarm, page).map(|t| ("field.threshold", text(t))));
    if let Some((at, value)) = graph(alarm, page)
        .and_then(|g| page.known.series(g.scope, &g.query).and_then(|s| s.points.last().copied()))
    {
        fields
            .push(("field.latest", text(format!("{}  {}", compact(value), age::clock(at, cx.now, cx.zone)))));
    }
    fields.extend(alarm.treat_missing_data.iter().map(|t| ("field.missing_data", text(t.clone()))));
    fields.extend(alarm.evaluation_state.iter().map(|s| ("field.evaluation", text(s.clone()))));
    fields.extend(alarm.description.iter().map(|d| ("field.description", text(d.clone()))));
    fields.push(("field.actions_enabled", Value::Bool(alarm.actions_enabled).into()));
    match &alarm.muted_by {
        Some(by) if !by.is_empty() => fields.push(("field.muted_by", text(by.join(", ")))),
        Some(_) => {}
        None => fields.push(("field.muted_by", Value::Unknown.into())),
    }
    fields.extend(alarm.configured_at.map(|at| ("field.configured", text(lines::moment(at, cx)))));
    fields.extend(lines::scope_fields(alarm.scope, cx));
    fields
}

fn math_line(query: &MathQuery) -> String {
    let mut text = format!("{} = ", query.id);
    if let Some(stat) = &query.stat {
        let dimensions: Vec<_> = stat.dimensions.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let MetricStat { stat, namespace, name, .. } = stat;
        text.push_str(&[stat, namespace, name, &dimensions.join(" ")].map(String::as_str).join(" "));
    }
    text.push_str(query.expression.as_deref().unwrap_or_default());
    text.trim_end().to_owned()
}

/// `> 20 for 3 of 3 datapoints within 3m`.
fn threshold(alarm: &Alarm, page: &PageCx<'_>) -> Option<String> {
    let condition = condition(alarm, &page.cx)?;
    let total = alarm.evaluation_periods?;
    let needed = alarm.datapoints_to_alarm.unwrap_or(total);
    let words = page.cx.words;
    Some(match alarm.period() {
        Some(period) => {
            let within = age::short(i64::from(period).saturating_mul(total.into()));
            words.fill(
                "alarm.threshold_within",
                &[("condition", &condition), ("needed", &needed), ("total", &total), ("within", &within)],
            )
        }
        None => words
            .fill("alarm.threshold", &[("condition", &condition), ("needed", &needed), ("total", &total)]),
    })
}

fn actions(alarm: &Alarm, page: &PageCx<'_>) -> Vec<Line> {
    let lists = [
        (AlarmState::Alarm, &alarm.actions),
        (AlarmState::Ok, &alarm.ok_actions),
        (AlarmState::InsufficientData, &alarm.insufficient_actions),
    ];
    let role =
        if alarm.actions_enabled && severity::silencer(alarm).is_none() { Role::Plain } else { Role::Dim };
    let line = |state: AlarmState, action: &String| Line {
        depth: 0,
        spans: vec![
            Span::new(arn::action_label(action), role),
            Span::new(page.cx.words.fill("alarm.action_on", &[("state", &state.word())]), Role::Dim),
        ],
        target: acted_on(action, alarm).map(Target::Resource),
    };
    lists.into_iter().flat_map(|(state, list)| list.iter().map(move |a| line(state, a))).collect()
}

/// Where an action's line leads: the topic, the function, the group that is scaled.
fn acted_on(action: &str, alarm: &Alarm) -> Option<ResourceRef> {
    let arn = arn::Arn::parse(action)?;
    if let Some(group) = arn::asg_of_policy(&arn).filter(|_| arn.service == "autoscaling") {
        return Some(ResourceRef::new(alarm.scope, "AWS::AutoScaling::AutoScalingGroup", group));
    }
    kinds::of_arn(action, alarm.scope).filter(|r| kinds::kind(&r.kind).is_some())
}

fn history(alarm: &Alarm, page: &PageCx<'_>) -> Block {
    let cx = &page.cx;
    let items = page.known.history(alarm.scope, &alarm.name);
    let failed = page.known.history_problem(alarm.scope, &alarm.name).is_some();
    let empty = match items {
        Some(_) => "absent.history",
        None if failed => "absent.history_failed",
        None => "absent.history_unread",
    };
    let mut items: Vec<_> = items.unwrap_or_default().iter().collect();
    items.sort_by_key(|item| std::cmp::Reverse(item.at));
    let lines = items.into_iter().take(HISTORY_LINES).map(|item| {
        let what = match item.states {
            Some((old, new)) => format!("  {} → {}", old.word(), new.word()),
            None => format!("  {}", item.kind),
        };
        let role = match item.states {
            Some((_, AlarmState::Alarm)) => Role::Bad,
            Some((_, AlarmState::Ok)) => Role::Good,
            Some(_) => Role::Unknown,
            None => Role::Plain,
        };
        Line {
            spans: vec![
                Span::new(age::clock(item.at, cx.now, cx.zone), Role::Dim),
                Span::new(what, role),
                Span::new(format!("  {}", item.summary), Role::Dim),
            ],
            ..Line::default()
        }
    });
    Block::Lines { title: "section.history", lines: lines.collect(), empty: Some(empty) }
}
