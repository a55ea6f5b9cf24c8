//! From datapoints to a state, and CloudWatch's words for it: `StateReason` and `StateReasonData`.

use jiff::Timestamp;
use serde_json::json;

use super::alarm::{ALARM, Alarm, INSUFFICIENT, OK, Query, Source, Watch};

/// One period as an alarm sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    /// Start, in seconds of the epoch.
    pub(crate) start: i64,
    /// The value, if there is one.
    pub(crate) value: Option<f64>,
    /// The anomaly band: upper and lower.
    pub(crate) band: Option<(f64, f64)>,
}

/// What an alarm makes of its last periods (oldest first); `None` leaves the state as it is.
pub(crate) fn judge(alarm: &Alarm, points: &[Point]) -> Option<&'static str> {
    let missing = missing(alarm);
    let present = points.iter().filter(|point| point.value.is_some()).count();
    if present == 0 {
        return match missing {
            "breaching" => Some(ALARM),
            "notBreaching" => Some(OK),
            "ignore" => None,
            _ => Some(INSUFFICIENT),
        };
    }
    let breaching = points.iter().filter(|point| breaches(alarm, point)).count();
    let filled = if missing == "breaching" { points.len() - present } else { 0 };
    // With too few points to ever make up an alarm, those there are decide, as CloudWatch does.
    let needed = if missing == "missing" { alarm.needed().min(present) } else { alarm.needed() };
    Some(if breaching + filled >= needed { ALARM } else { OK })
}

/// Why: `StateReason` and `StateReasonData` for a state that [`judge`] came to from those periods.
pub(crate) fn because(
    alarm: &Alarm,
    points: &[Point],
    before: &str,
    state: &str,
    now: Timestamp,
) -> (String, String) {
    let present: Vec<&Point> = points.iter().rev().filter(|point| point.value.is_some()).collect();
    let absent = points.len() - present.len();
    let reason = words(alarm, &present, absent, state, before);
    (reason, data(alarm, &present, points, now))
}

fn missing(alarm: &Alarm) -> &str {
    alarm.missing.as_deref().unwrap_or("missing")
}

/// Whether a period crosses the threshold or leaves the band.
fn breaches(alarm: &Alarm, point: &Point) -> bool {
    let Some(value) = point.value else { return false };
    let (upper, lower) = point.band.unwrap_or_else(|| {
        let threshold = alarm.threshold.unwrap_or_default();
        (threshold, threshold)
    });
    match alarm.comparison {
        "GreaterThanThreshold" | "GreaterThanUpperThreshold" => value > upper,
        "GreaterThanOrEqualToThreshold" => value >= upper,
        "LessThanThreshold" | "LessThanLowerThreshold" => value < lower,
        "LessThanOrEqualToThreshold" => value <= lower,
        _ => value > upper || value < lower,
    }
}

fn words(alarm: &Alarm, present: &[&Point], absent: usize, state: &str, before: &str) -> String {
    let missing = missing(alarm);
    let plural = |n: usize, one: &'static str, many: &'static str| if n == 1 { one } else { many };
    if present.is_empty() {
        let n = absent;
        return match missing {
            "breaching" | "notBreaching" => format!(
                "Threshold Crossed: no datapoints were received for {n} {} and {n} missing {} treated as [{}].",
                plural(n, "period", "periods"),
                plural(n, "datapoint was", "datapoints were"),
                if missing == "breaching" { "Breaching" } else { "NonBreaching" },
            ),
            _ => format!("Insufficient Data: {n} {} unknown.", plural(n, "datapoint was", "datapoints were")),
        };
    }
    let hits: Vec<&&Point> =
        present.iter().filter(|point| breaches(alarm, point) == (state == ALARM)).collect();
    let shown: Vec<String> = hits.iter().map(|point| shown(point)).collect();
    let what = match (alarm.comparison, present.first().and_then(|point| point.band)) {
        (_, Some((upper, lower))) => match alarm.comparison {
            "GreaterThanUpperThreshold" => format!("greater than the upper thresholds [{upper:?}]"),
            "LessThanLowerThreshold" => format!("less than the lower thresholds [{lower:?}]"),
            _ => format!(
                "less than the lower thresholds [{lower:?}] or greater than the upper thresholds [{upper:?}]"
            ),
        },
        (comparison, None) => {
            let how = match comparison {
                "GreaterThanThreshold" => "greater than",
                "GreaterThanOrEqualToThreshold" => "greater than or equal to",
                "LessThanThreshold" => "less than",
                _ => "less than or equal to",
            };
            format!("{how} the threshold ({:?})", alarm.threshold.unwrap_or_default())
        }
    };
    let n = hits.len();
    let was = match (n, state == ALARM) {
        (1, true) => "was",
        (1, false) => "was not",
        (_, true) => "were",
        (_, false) => "were not",
    };
    let list = shown.join(", ");
    let crossed =
        if present.first().is_some_and(|point| point.band.is_some()) { "Thresholds" } else { "Threshold" };
    if alarm.periods == 1 {
        return format!("{crossed} Crossed: 1 datapoint [{list}] {was} {what}.");
    }
    let least =
        if state == ALARM { alarm.needed() } else { alarm.periods - alarm.needed().min(alarm.periods) + 1 };
    format!(
        "{crossed} Crossed: {n} out of the last {} datapoints [{list}] {was} {what} (minimum {least} {} for {before} -> {state} transition).",
        alarm.periods,
        plural(least, "datapoint", "datapoints"),
    )
}

/// `212.0 (01/05/26 03:08:00)`.
fn shown(point: &Point) -> String {
    let at = Timestamp::from_second(point.start).map(|at| at.strftime("%d/%m/%y %H:%M:%S").to_string());
    format!("{:?} ({})", point.value.unwrap_or_default(), at.unwrap_or_default())
}

/// `2026-05-01T03:08:00.000+0000`.
pub(crate) fn stamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3f+0000").to_string()
}

fn data(alarm: &Alarm, present: &[&Point], points: &[Point], now: Timestamp) -> String {
    let stamp_of = |second: i64| Timestamp::from_second(second).map(stamp).unwrap_or_default();
    let Watch::Queries { queries, watched, period, .. } = &alarm.watch else { return "{}".to_owned() };
    let recent: Vec<f64> = present.iter().rev().filter_map(|point| point.value).collect();
    let evaluated: Vec<serde_json::Value> = points
        .iter()
        .rev()
        .map(|point| match point.value {
            Some(value) => json!({ "timestamp": stamp_of(point.start), "value": value }),
            None => json!({ "timestamp": stamp_of(point.start) }),
        })
        .collect();
    let mut data = json!({
        "version": "1.0",
        "queryDate": stamp(now),
        "period": period,
        "recentDatapoints": recent,
        "evaluatedDatapoints": evaluated,
    });
    if let Some(object) = data.as_object_mut() {
        if let Some(first) = points.first().filter(|_| !present.is_empty()) {
            object.insert("startDate".to_owned(), json!(stamp_of(first.start)));
        }
        if let Some(threshold) = alarm.threshold {
            object.insert("threshold".to_owned(), json!(threshold));
        }
        if let Some(Query { source: Source::Stat { text, .. }, .. }) = queries.get(*watched) {
            object.insert("statistic".to_owned(), json!(text));
        }
        if let Some((upper, lower)) = present.first().and_then(|point| point.band) {
            object.insert("recentUpperThresholds".to_owned(), json!([upper]));
            object.insert("recentLowerThresholds".to_owned(), json!([lower]));
        }
    }
    data.to_string()
}
