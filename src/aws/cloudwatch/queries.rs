//! GetMetricData requests from what graphs want: ids, periods, calls of at most 500 queries.
//!
//! Pure. Every question gets ids of its own (`q7`, `q7_m1`), so that the metric math of many alarms fits one call. A
//! math question's expressions are rewritten token by token to the new ids; what stands in quotes (SEARCH) or is SQL
//! (Metrics Insights) stays untouched. Math that refers to all metrics of its request (METRICS) has a call of its own.

use std::collections::HashMap;

use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat as SdkStat, StandardUnit};
use jiff::{SignedDuration, Timestamp};

use crate::{
    aws::error,
    problem::{Problem, Remedy},
    rows::metric::{MetricStat, SeriesQuery},
};

/// The operation of these calls.
pub(super) const OPERATION: &str = "cloudwatch:GetMetricData";

/// Queries per call (**M**, `aws-facts.md` §1.0).
pub(super) const PER_CALL: usize = 500;
/// Points that a graph gets at most; a terminal has fewer cells, and a call pays by what it reads.
const POINTS: i64 = 1440;
/// How far back each resolution is kept, in hours, and the finest period in seconds beyond it (`aws-facts.md` §1.2): 3 hours below a minute,
/// 15 days at a minute, 63 days at five, 455 days at an hour.
const RETENTION: [(i64, u32); 3] = [(63 * 24, 3600), (15 * 24, 300), (3, 60)];
/// "The last three hours" is a little older by the time it is asked. So much beyond a limit counts as within it, and the
/// window begins that much later.
const GRACE: SignedDuration = SignedDuration::from_mins(1);

/// One question's part of a call.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Asked {
    /// Which question.
    pub query: SeriesQuery,
    /// The id under which its answer comes.
    pub id: String,
    /// Seconds between points.
    pub period: u32,
    /// What goes into the call.
    pub parts: Vec<MetricDataQuery>,
}

/// The calls that answer all questions, and the questions that no call can ask; equal questions are asked once.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Calls of at most [`PER_CALL`] queries.
    pub calls: Vec<Vec<Asked>>,
    /// Why not.
    pub unasked: Vec<(SeriesQuery, Problem)>,
}

/// Plans the calls for a window, as seen at a moment.
pub(super) fn plan(queries: &[SeriesQuery], start: Timestamp, end: Timestamp, now: Timestamp) -> Plan {
    let mut plan = Plan::default();
    // The call that others may join.
    let mut open: Vec<Asked> = Vec::new();
    let mut in_call = 0;
    let mut seen: Vec<&SeriesQuery> = Vec::new();
    for query in queries {
        if seen.contains(&query) {
            continue;
        }
        let question = one(query, seen.len(), start, end, now);
        seen.push(query);
        let size = question.parts.len();
        if size == 0 || size > PER_CALL {
            let why = if size == 0 {
                "its metric math does not hold the series that it returns".to_owned()
            } else {
                format!("its metric math takes {size} queries, and one call takes {PER_CALL}")
            };
            plan.unasked.push((query.clone(), error::other(OPERATION, &why, Remedy::ReadLog)));
        } else if sees_all(query) {
            plan.calls.push(vec![question]);
        } else {
            if in_call + size > PER_CALL {
                plan.calls.push(std::mem::take(&mut open));
                in_call = 0;
            }
            in_call += size;
            open.push(question);
        }
    }
    if !open.is_empty() {
        plan.calls.push(open);
    }
    plan
}

/// Where a call's window begins: later than wished where it would begin just beyond what is kept at one of the call's
/// periods. CloudWatch rounds down to the minute, so it begins on the next whole one.
pub(super) fn begin(call: &[Asked], start: Timestamp, now: Timestamp) -> Timestamp {
    let beyond = RETENTION.iter().filter(|(hours, finest)| {
        now.duration_since(start) <= SignedDuration::from_hours(*hours) + GRACE
            && call.iter().any(|asked| asked.period < *finest)
    });
    let inside = |(hours, _): &(i64, u32)| {
        let limit = now.checked_sub(SignedDuration::from_hours(*hours)).ok()?.as_second();
        Timestamp::from_second((limit.div_euclid(60) + 1) * 60).ok()
    };
    beyond.filter_map(inside).chain([start]).max().unwrap_or(start)
}

fn one(query: &SeriesQuery, number: usize, start: Timestamp, end: Timestamp, now: Timestamp) -> Asked {
    let fit = |period| self::period(period, start, end, now);
    let prefix = format!("q{number}");
    match query {
        SeriesQuery::Stat(plain) => {
            let period = fit(plain.period);
            Asked {
                query: query.clone(),
                parts: vec![metric(&prefix, plain, period, true)],
                id: prefix,
                period,
            }
        }
        SeriesQuery::Math { inputs, expressions, returns, period } => {
            let given = inputs.iter().map(|(id, _)| id).chain(expressions.iter().map(|(id, _)| id));
            // What is alone in its call keeps its ids: METRICS("errors") goes by them.
            let alone = sees_all(query);
            let new = |id: &String| if alone { id.clone() } else { format!("{prefix}_{id}") };
            let ids: HashMap<&str, String> = given.map(|id| (id.as_str(), new(id))).collect();
            let period = fit(*period);
            let named = |id: &str| ids.get(id).cloned().unwrap_or_default();
            let mut all = Vec::new();
            for (id, input) in inputs {
                all.push(metric(&named(id), input, fit(input.period).max(period), id == returns));
            }
            for (id, text) in expressions {
                let mut part = MetricDataQuery::builder()
                    .id(named(id))
                    .expression(rename(text, &ids))
                    .return_data(id == returns);
                if is_sql(text) {
                    part = part.period(i32::try_from(period).unwrap_or(i32::MAX));
                }
                all.push(part.build());
            }
            let id = named(returns);
            if id.is_empty() {
                all.clear();
            }
            Asked { query: query.clone(), id, period, parts: all }
        }
    }
}

fn metric(id: &str, stat: &MetricStat, period: u32, returns: bool) -> MetricDataQuery {
    let dimensions = stat
        .dimensions
        .iter()
        .map(|(name, value)| Dimension::builder().name(name).value(value).build())
        .collect();
    let metric = Metric::builder()
        .namespace(&stat.namespace)
        .metric_name(&stat.name)
        .set_dimensions(Some(dimensions))
        .build();
    let stat_of = SdkStat::builder()
        .metric(metric)
        .period(i32::try_from(period).unwrap_or(i32::MAX))
        .stat(&stat.stat)
        .set_unit(stat.unit.as_deref().map(StandardUnit::from))
        .build();
    MetricDataQuery::builder()
        .id(id)
        .metric_stat(stat_of)
        .return_data(returns)
        .set_account_id(stat.account.clone())
        .build()
}

/// The period to ask for: the alarm's own, unless CloudWatch no longer keeps it for that long ago, or the window would
/// hold more than [`POINTS`]. Always a multiple of the alarm's, so that points line up.
pub(super) fn period(own: u32, start: Timestamp, end: Timestamp, now: Timestamp) -> u32 {
    let own = if own == 0 { 60 } else { own };
    let age = now.duration_since(start);
    let kept = RETENTION
        .iter()
        .find(|(hours, _)| age > SignedDuration::from_hours(*hours) + GRACE)
        .map_or(1, |(_, period)| *period);
    let window = end.duration_since(start).as_secs().max(0);
    let coarse = u32::try_from((window + POINTS - 1) / POINTS).unwrap_or(u32::MAX);
    let least = kept.max(coarse);
    if least <= own {
        return own;
    }
    // Above a minute CloudWatch takes multiples of 60 only, and beyond a retention limit multiples of its period.
    let step = lcm(own, kept.max(60));
    least.div_ceil(step).saturating_mul(step)
}

fn lcm(a: u32, b: u32) -> u32 {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    (a / x.max(1)).saturating_mul(b).max(1)
}

/// Whether an expression refers to all metrics of its request.
fn sees_all(query: &SeriesQuery) -> bool {
    let SeriesQuery::Math { expressions, .. } = query else { return false };
    let metrics: HashMap<&str, String> = [("METRICS", String::new())].into();
    expressions.iter().any(|(_, text)| rename(text, &metrics) != *text)
}

fn is_sql(expression: &str) -> bool {
    expression.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("select"))
}

/// An expression with its ids replaced, token by token.
fn rename(expression: &str, ids: &HashMap<&str, String>) -> String {
    if is_sql(expression) {
        return expression.to_owned();
    }
    let mut out = String::with_capacity(expression.len() + 16);
    let mut word = String::new();
    let mut quote: Option<char> = None;
    let flush = |word: &mut String, out: &mut String| {
        out.push_str(ids.get(word.as_str()).map_or(word.as_str(), String::as_str));
        word.clear();
    };
    for c in expression.chars() {
        if let Some(open) = quote {
            out.push(c);
            if c == open {
                quote = None;
            }
        } else if c.is_ascii_alphanumeric() || c == '_' {
            word.push(c);
        } else {
            flush(&mut word, &mut out);
            out.push(c);
            if matches!(c, '\'' | '"') {
                quote = Some(c);
            }
        }
    }
    flush(&mut word, &mut out);
    out
}

#[cfg(test)]
mod tests;
