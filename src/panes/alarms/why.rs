//! Why an alarm is in its state, in a few words: `5xx 212/min > 20 for 3 of 3`.
//!
//! Built from the threshold and from the datapoints in `StateReasonData`; where those cannot be read, CloudWatch's own
//! reason stands.

use serde_json::Value as Json;

use crate::{
    rows::{
        alarm::{Alarm, AlarmState, Watch},
        metric::MetricStat,
    },
    text::age,
    triage::rule,
    value::{Cx, plain_number},
};

/// The short reason.
pub fn why(alarm: &Alarm, cx: &Cx<'_>) -> String {
    let short = match &alarm.watch {
        Watch::Composite { rule, .. } => rule::parse(rule).ok().map(|r| r.brief()),
        _ => crossing(alarm, cx),
    };
    short.unwrap_or_else(|| {
        alarm.reason.strip_prefix("Threshold Crossed: ").unwrap_or(&alarm.reason).to_owned()
    })
}

/// A comparison as a sign, or the wording key of the phrase for a band.
pub fn operator(comparison: &str) -> Result<&'static str, &'static str> {
    match comparison {
        "GreaterThanThreshold" => Ok(">"),
        "GreaterThanOrEqualToThreshold" => Ok(">="),
        "LessThanThreshold" => Ok("<"),
        "LessThanOrEqualToThreshold" => Ok("<="),
        "LessThanLowerThreshold" => Err("alarm.below_band"),
        "GreaterThanUpperThreshold" => Err("alarm.above_band"),
        _ => Err("alarm.outside_band"),
    }
}

/// What is compared: `> 20`, `above the band`.
pub fn condition(alarm: &Alarm, cx: &Cx<'_>) -> Option<String> {
    match (operator(alarm.comparison.as_deref()?), alarm.threshold) {
        (Ok(sign), Some(threshold)) => Some(format!("{sign} {}", compact(threshold))),
        (Ok(_), None) => None,
        (Err(key), _) => Some(cx.words.get(key).to_owned()),
    }
}

fn crossing(alarm: &Alarm, cx: &Cx<'_>) -> Option<String> {
    let key = match alarm.state {
        AlarmState::Alarm => "alarm.why_crossed",
        AlarmState::Ok => "alarm.why_holds",
        AlarmState::InsufficientData => return None,
    };
    let data: Json = serde_json::from_str(alarm.reason_data.as_deref()?).ok()?;
    let value = latest(&data)?;
    let condition = condition(alarm, cx)?;
    let total = alarm.evaluation_periods.unwrap_or(1);
    let needed = alarm.datapoints_to_alarm.unwrap_or(total);
    let text = format!("{}{}", compact(value), suffix(alarm, &data));
    Some(cx.words.fill(
        key,
        &[
            ("value", &text),
            ("condition", &condition),
            ("needed", &needed),
            ("total", &total),
            ("metric", &subject(alarm)?),
        ],
    ))
}

/// The newest datapoint that has a value: by its time where there are times, else the last of the list.
fn latest(data: &Json) -> Option<f64> {
    let timed = data.get("evaluatedDatapoints").and_then(Json::as_array);
    let timed = timed.into_iter().flatten().filter_map(|p| {
        // All in the one form 2026-05-01T03:08:00.000+0000, so the text orders them.
        Some((p.get("timestamp")?.as_str()?, p.get("value")?.as_f64()?))
    });
    if let Some((_, value)) = timed.max_by(|a, b| a.0.cmp(b.0)) {
        return Some(value);
    }
    data.get("recentDatapoints")?.as_array()?.iter().rev().find_map(Json::as_f64)
}

/// `/min` for sums, `%` for shares.
fn suffix(alarm: &Alarm, data: &Json) -> String {
    let Watch::Metric { stat, .. } = &alarm.watch else { return String::new() };
    if is_percent(stat) {
        return "%".into();
    }
    let period = data.get("period").and_then(Json::as_u64).unwrap_or_else(|| stat.period.into());
    match (stat.stat.as_str(), period) {
        ("Sum" | "SampleCount", 60) => "/min".into(),
        ("Sum" | "SampleCount", 3600) => "/h".into(),
        ("Sum" | "SampleCount", period) if period > 0 => {
            format!("/{}", age::short(i64::try_from(period).unwrap_or(i64::MAX)))
        }
        _ => String::new(),
    }
}

/// Whether a metric is a share of a hundred, by its unit or, since alarms seldom name one, by its name.
pub(super) fn is_percent(stat: &MetricStat) -> bool {
    // Lambda's is a share of one.
    let of_one = stat.name == "ProvisionedConcurrencyUtilization";
    stat.unit.as_deref() == Some("Percent")
        || (stat.unit.is_none()
            && !of_one
            && ["Utilization", "Percent", "Percentage"].iter().any(|end| stat.name.ends_with(end)))
}

/// What is measured, in a word: the metric, or the label of a calculation.
fn subject(alarm: &Alarm) -> Option<String> {
    match &alarm.watch {
        Watch::Metric { stat, .. } => Some(nickname(&stat.name)),
        Watch::Math(queries) => {
            let watched = queries.iter().find(|q| q.returns).or(queries.last())?;
            let label = watched.label.clone().filter(|l| !l.is_empty());
            label
                .or_else(|| watched.stat.as_ref().map(|s| nickname(&s.name)))
                .or_else(|| watched.expression.clone())
        }
        _ => None,
    }
}

/// `5xx` of `HTTPCode_Target_5XX_Count`, `CPU` of `CPUUtilization`: the long names would fill a narrow screen.
fn nickname(metric: &str) -> String {
    if let Some(rest) = metric.strip_prefix("HTTPCode_") {
        let rest = rest.strip_prefix("Target_").or(rest.strip_prefix("Backend_")).unwrap_or(rest);
        return rest.strip_suffix("_Count").unwrap_or(rest).replace("XX", "xx").replace('_', " ");
    }
    metric.strip_suffix("Utilization").filter(|m| !m.is_empty()).unwrap_or(metric).to_owned()
}

/// At most five digits: `212`, `0.35`, `12.4k`, `1.07G`.
pub(super) fn compact(n: f64) -> String {
    let steps = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")];
    match steps.iter().find(|(from, _)| n.abs() >= *from) {
        Some((from, unit)) => {
            let size = if *unit == "k" { 1e3 } else { *from };
            format!("{}{unit}", plain_number(n / size))
        }
        None => plain_number(n),
    }
}
