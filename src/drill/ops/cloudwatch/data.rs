//! `cloudwatch:GetMetricData`: metrics and metric math over a stretch of time, in pages of datapoints.

use std::{cell::RefCell, collections::HashSet};

use jiff::Timestamp;

use super::{full_dimensions, offset, word};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    tree::{Fields, Tree, list},
    world::{
        alarm::{Query, Source},
        math::{Expr, Value, search::Search},
        metric::Stat,
        series::{Reader, Stretch},
    },
};

/// Queries in a call.
const MAX_QUERIES: usize = 500;
/// The period of a search where nobody says one.
const SEARCH_SECS: i64 = 300;
/// Datapoints in a call.
const MAX_POINTS: i64 = 100_800;
/// How long datapoints are kept: period below which, days.
const RETENTION: &[(i64, i64)] = &[(300, 15), (3600, 63), (i64::MAX, 455)];

struct Asked {
    query: Query,
    period: i64,
    returns: bool,
}

/// One series of the answer.
struct Found {
    id: String,
    label: String,
    points: Vec<(i64, f64)>,
    error: Option<String>,
}

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "GetMetricData", params);
    let offset = offset(params, tokens)?;
    let (from, to) = span(params)?;
    let newest_first =
        word(params, "ScanBy", &["TimestampDescending", "TimestampAscending"])? != Some("TimestampAscending");
    let max = params.int("MaxDatapoints")?.unwrap_or(MAX_POINTS);
    if !(1..=MAX_POINTS).contains(&max) {
        return Err(super::constraint(&max.to_string(), "maxDatapoints", "have value between 1 and 100800"));
    }
    let asked = read(cx, params)?;
    let mut found = evaluate(cx, &asked, from, to);
    if newest_first {
        for series in &mut found {
            series.points.reverse();
        }
    }
    // A page is a stretch of all datapoints of all series, one after the other.
    let size = usize::try_from(max).unwrap_or(1);
    let end = offset.saturating_add(size);
    let mut at = 0;
    let mut results = Vec::new();
    for series in &found {
        let (first, last) = (at, at + series.points.len());
        at = last;
        let taken: Vec<&(i64, f64)> = series
            .points
            .iter()
            .skip(offset.saturating_sub(first))
            .take(end.saturating_sub(first.max(offset)))
            .collect();
        // A series without datapoints is told of once, on the first page.
        let told = if series.points.is_empty() { offset == 0 } else { !taken.is_empty() };
        if told {
            results.push(write(series, &taken, last > end));
        }
    }
    let next = (end < at).then(|| tokens.write(end));
    Ok(Fields::new()
        .put("MetricDataResults", Tree::List(results))
        .put("Messages", list::<Tree>([]))
        .maybe("NextToken", next)
        .into())
}

fn write(series: &Found, taken: &[&(i64, f64)], partial: bool) -> Tree {
    let moment = |second: i64| Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
    let status = match (&series.error, partial) {
        (Some(_), _) => "InternalError",
        (None, true) => "PartialData",
        (None, false) => "Complete",
    };
    let messages = series
        .error
        .iter()
        .map(|text| Tree::from(Fields::new().put("Code", "ArithmeticError").put("Value", text)));
    Fields::new()
        .put("Id", &series.id)
        .put("Label", &series.label)
        .put("Timestamps", list(taken.iter().map(|(at, _)| moment(*at))))
        .put("Values", list(taken.iter().map(|(_, value)| *value)))
        .put("StatusCode", status)
        .put("Messages", list(messages))
        .into()
}

/// `StartTime` and `EndTime` in whole seconds of the epoch.
pub(super) fn span(params: Params<'_>) -> Result<(i64, i64), ApiError> {
    let from = params.time("StartTime")?.ok_or_else(|| ApiError::missing("StartTime"))?;
    let to = params.time("EndTime")?.ok_or_else(|| ApiError::missing("EndTime"))?;
    if from >= to {
        return Err(ApiError::validation("The parameter StartTime must be less than the parameter EndTime."));
    }
    Ok((from.as_second(), to.as_second()))
}

/// Whole periods between two moments, as far back as CloudWatch keeps datapoints of that period.
pub(super) fn stretch(cx: &Cx<'_>, from: i64, to: i64, period: i64) -> Stretch {
    let days = RETENTION.iter().find(|(below, _)| period < *below).map_or(455, |(_, days)| *days);
    let kept = cx.now.as_second() - days * 86_400;
    let start = from.max(kept).div_euclid(period) * period;
    let end = to.min(cx.now.as_second());
    let len = if end > start { (end - start + period - 1) / period } else { 0 };
    Stretch { start, period, len: usize::try_from(len).unwrap_or(0) }
}

/// Whether a period is one that CloudWatch takes.
pub(super) fn check_period(period: i64) -> Result<i64, ApiError> {
    // Nothing here is finer than a minute; a high-resolution period reads minutes.
    match period {
        1 | 5 | 10 | 20 | 30 => Ok(60),
        // The model's type has 32 bits.
        p if p > 0 && p % 60 == 0 && p <= i64::from(i32::MAX) => Ok(p),
        p => Err(ApiError::invalid_value(format!(
            "The parameter Period must be 1, 5, 10, 20, 30, or a multiple of 60, not {p}."
        ))),
    }
}

fn valid_id(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn read(cx: &Cx<'_>, params: Params<'_>) -> Result<Vec<Asked>, ApiError> {
    let mut asked: Vec<Asked> = Vec::new();
    for query in params.structs("MetricDataQueries") {
        let id = query.required("Id")?;
        if !valid_id(id) {
            return Err(ApiError::validation(format!(
                "The value {id} for parameter MetricDataQueries.member.{}.Id is not matching the expected pattern \
                 ^[a-z][a-zA-Z0-9_]*$.",
                asked.len() + 1
            )));
        }
        if asked.iter().any(|other| other.query.id == id) {
            return Err(ApiError::validation(format!(
                "The values for parameter Id in parameter MetricDataQueries are not unique: {id}."
            )));
        }
        let (source, period) = match (query.inner("MetricStat"), query.text("Expression")) {
            (Some(stat), None) => stat_source(cx, stat)?,
            (None, Some(text)) => {
                let wrong = |why: &dyn std::fmt::Display| {
                    ApiError::validation(format!("Error in expression '{id}': {why}"))
                };
                let expr = Expr::parse(text).map_err(|error| wrong(&error))?;
                for search in expr.searches().into_iter().filter(|search| search.period != 0) {
                    check_period(search.period)
                        .map_err(|_| wrong(&format!("a period of {} seconds", search.period)))?;
                }
                let period = query.int("Period")?.map(check_period).transpose()?.unwrap_or(0);
                (Source::Math { expr, text: text.to_owned() }, period)
            }
            _ => {
                return Err(ApiError::validation(format!(
                    "Either MetricStat or Expression must be specified for the query {id}, and not both."
                )));
            }
        };
        let returns = !query.has("ReturnData") || query.flag("ReturnData");
        let label = query.text("Label").map(str::to_owned);
        asked.push(Asked { query: Query { id: id.to_owned(), source, label }, period, returns });
    }
    match asked.len() {
        0 => return Err(ApiError::missing("MetricDataQueries")),
        n if n > MAX_QUERIES => {
            return Err(ApiError::validation(format!(
                "The collection MetricDataQueries must not have a size greater than {MAX_QUERIES}."
            )));
        }
        _ => {}
    }
    for one in &asked {
        if let Source::Math { expr, .. } = &one.query.source {
            let unknown = |id: &&str| *id != "REPEAT" && asked.iter().all(|other| other.query.id != *id);
            if let Some(unknown) = expr.ids().into_iter().find(|id| unknown(id)) {
                return Err(ApiError::validation(format!(
                    "Error in expression '{}': Unresolved variable: {unknown}",
                    one.query.id
                )));
            }
        }
    }
    Ok(asked)
}

fn stat_source(cx: &Cx<'_>, stat: Params<'_>) -> Result<(Source, i64), ApiError> {
    let metric = stat.inner("Metric").ok_or_else(|| ApiError::missing("MetricStat.Metric"))?;
    let namespace = metric.required("Namespace")?;
    let name = metric.required("MetricName")?;
    let text = stat.required("Stat")?;
    let parsed = Stat::parse(text).ok_or_else(|| {
        ApiError::validation(format!("The value {text} for parameter Stat is not supported."))
    })?;
    let period = check_period(stat.int("Period")?.ok_or_else(|| ApiError::missing("MetricStat.Period"))?)?;
    let found = cx.world.metric(cx.region, namespace, name, &full_dimensions(metric));
    let unit = stat.text("Unit");
    // A unit that the metric does not have finds nothing.
    let metric = found.filter(|index| {
        cx.world
            .metrics
            .get(*index)
            .is_some_and(|metric| !metric.hidden && unit.is_none_or(|unit| unit == metric.unit))
    });
    Ok((Source::Stat { metric, stat: parsed, text: text.to_owned() }, period))
}

fn evaluate(cx: &Cx<'_>, asked: &[Asked], from: i64, to: i64) -> Vec<Found> {
    let queries: Vec<Query> = asked.iter().map(|one| one.query.clone()).collect();
    let clock = cx.world.clock(cx.elapsed);
    let mut found = Vec::new();
    for one in asked.iter().filter(|one| one.returns) {
        let period = period_of(asked, one).max(60);
        let stretch = stretch(cx, from, to, period);
        let known = RefCell::default();
        let (world, region, queries) = (cx.world, cx.region, queries.as_slice());
        let reader = Reader { world, region, queries, stretch, clock, depth: 0, known: &known };
        let series = |label: String, values: Vec<Option<f64>>, error: Option<String>| Found {
            id: one.query.id.clone(),
            label,
            points: stretch.starts().zip(values).filter_map(|(at, value)| Some((at, value?))).collect(),
            error,
        };
        let label = label(cx, one);
        match reader.value(&one.query) {
            Ok(Value::Series(values)) => found.push(series(label, values, None)),
            Ok(Value::Scalar(n)) => found.push(series(label, vec![Some(n); stretch.len], None)),
            Ok(Value::Many(all)) => {
                let several = all.len() > 1;
                for (n, line) in all.into_iter().enumerate() {
                    // What a search finds has a name, and the expression's label comes before it.
                    let label = match (line.label, &one.query.label) {
                        (Some(own), None) => own,
                        (Some(own), Some(label)) if several => format!("{label} {own}").trim().to_owned(),
                        (Some(_), Some(label)) => label.clone(),
                        (None, _) => format!("{label} {}", n + 1),
                    };
                    found.push(series(label, line.points, None));
                }
            }
            Ok(Value::Band(upper, lower)) => {
                found.push(series(format!("{label} High"), upper, None));
                found.push(series(format!("{label} Low"), lower, None));
            }
            Err(error) => found.push(series(label, Vec::new(), Some(error))),
        }
    }
    found
}

/// An expression has the longest period of what it is made of, however far down; 0 when nothing has one.
fn period_of(asked: &[Asked], one: &Asked) -> i64 {
    let (mut longest, mut seen, mut open) = (0, HashSet::new(), vec![one]);
    while let Some(next) = open.pop() {
        longest = longest.max(next.period);
        if let Source::Math { expr, .. } = &next.query.source
            && next.period == 0
            && seen.insert(next.query.id.as_str())
        {
            let sought = |search: &&Search| if search.period == 0 { SEARCH_SECS } else { search.period };
            longest = expr.searches().iter().map(sought).fold(longest, i64::max);
            let (ids, all) = (expr.ids(), expr.sees_all());
            open.extend(asked.iter().filter(|other| match &other.query.source {
                Source::Stat { .. } if all => true,
                _ => ids.contains(&other.query.id.as_str()),
            }));
        }
    }
    longest
}

fn label(cx: &Cx<'_>, one: &Asked) -> String {
    if let Some(label) = &one.query.label {
        return label.clone();
    }
    match &one.query.source {
        Source::Stat { metric: Some(index), .. } => {
            cx.world.metrics.get(*index).map_or_else(|| one.query.id.clone(), |metric| metric.name.clone())
        }
        _ => one.query.id.clone(),
    }
}
