//! `MetricAlarm`, `CompositeAlarm` and `LogAlarm` as DescribeAlarms gives them.

use super::dimensions;
use crate::drill::{
    ops::Cx,
    rng,
    tree::{Fields, Tree, list},
    world::{
        alarm::{ALARM, Alarm, Form, Query, Source, Watch},
        metric::{Metric, Stat},
        track::Transition,
    },
};

/// An alarm as an overview of a composite's children or parents gives it: name, ARN, state, time.
pub(crate) fn brief(cx: &Cx<'_>, alarm: &Alarm, state: &Transition) -> Tree {
    Fields::new()
        .put("AlarmName", &alarm.name)
        .put("AlarmArn", &alarm.arn)
        .put("StateValue", state.to)
        .put("StateUpdatedTimestamp", cx.world.moment(state.second))
        .into()
}

/// An alarm with everything.
pub(crate) fn full(cx: &Cx<'_>, alarm: &Alarm, state: &Transition) -> Tree {
    let at = cx.world.moment(state.second);
    let fields = Fields::new()
        .put("AlarmName", &alarm.name)
        .put("AlarmArn", &alarm.arn)
        .maybe("AlarmDescription", alarm.about.as_ref())
        .put("AlarmConfigurationUpdatedTimestamp", alarm.configured)
        .put("ActionsEnabled", alarm.enabled)
        .put("OKActions", list(&alarm.ok_actions))
        .put("AlarmActions", list(&alarm.actions))
        .put("InsufficientDataActions", list::<Tree>([]))
        .put("StateValue", state.to)
        .put("StateReason", &state.reason)
        .put("StateReasonData", &state.data)
        .put("StateUpdatedTimestamp", at)
        .put("StateTransitionedTimestamp", at);
    match &alarm.watch {
        Watch::Composite { text, suppressor, .. } => {
            composite(cx, fields.put("AlarmRule", text), suppressor.as_deref())
        }
        Watch::Queries { period, form: Form::Log(log), .. } => {
            let minutes = period / 60;
            let query = Fields::new()
                .put("QueryString", &log.query)
                .put("LogGroupIdentifiers", list(&log.groups))
                .put(
                    "QueryARN",
                    format!(
                        "arn:aws:logs:{}:{}:scheduled-query:{}",
                        alarm.region,
                        cx.world.account,
                        rng::hex(rng::text(cx.world.seed, &alarm.name), 12)
                    ),
                )
                .put(
                    "ScheduledQueryRoleARN",
                    format!("arn:aws:iam::{}:role/log-alarm-query", cx.world.account),
                )
                .put(
                    "ScheduleConfiguration",
                    Fields::new()
                        .put("ScheduleExpression", format!("rate({minutes} minutes)"))
                        .put("StartTimeOffset", *period)
                        .put("EndTimeOffset", 0_i64),
                )
                .put("AggregationExpression", &log.aggregation);
            threshold(alarm, fields.put("ScheduledQueryConfiguration", query))
                .put("QueryResultsToEvaluate", count(alarm.periods))
                .put("QueryResultsToAlarm", count(alarm.needed()))
                .into()
        }
        Watch::Queries { queries, watched, band, period, form } => {
            let mut fields = threshold(alarm, fields)
                .put("EvaluationPeriods", count(alarm.periods))
                .maybe("DatapointsToAlarm", alarm.datapoints.map(count));
            if matches!(form, Form::Single) {
                if let Some(Query { source: Source::Stat { metric, stat, text }, .. }) = queries.get(*watched)
                {
                    let extended = matches!(stat, Stat::Percentile(_) | Stat::Trimmed);
                    fields = fields
                        .put(if extended { "ExtendedStatistic" } else { "Statistic" }, text)
                        .put("Period", *period);
                    if let Some(metric) = metric.and_then(|index| cx.world.metrics.get(index)) {
                        fields = fields
                            .put("MetricName", &metric.name)
                            .put("Namespace", &metric.namespace)
                            .put("Dimensions", dimensions(&metric.dimensions));
                    }
                }
                return fields.into();
            }
            let entries = queries.iter().enumerate().map(|(index, query)| {
                // The watched series and the band both return data, as CloudWatch wants of anomaly alarms.
                let returns = index == *watched || Some(index) == *band;
                entry(cx, query, *period, returns)
            });
            fields
                .put("Metrics", list(entries))
                .maybe("ThresholdMetricId", band.and_then(|index| queries.get(index)).map(|query| &query.id))
                .into()
        }
    }
}

fn threshold(alarm: &Alarm, fields: Fields) -> Fields {
    fields
        .maybe("Threshold", alarm.threshold)
        .put("ComparisonOperator", alarm.comparison)
        .maybe("TreatMissingData", alarm.missing.as_ref())
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn composite(cx: &Cx<'_>, fields: Fields, suppressor: Option<&str>) -> Tree {
    let Some(arn) = suppressor else { return fields.into() };
    let states = cx.world.states(cx.elapsed);
    let index = cx.world.alarms.iter().position(|alarm| alarm.arn == arn);
    let state = index.and_then(|index| states.get(index));
    let mut fields = fields
        .put("ActionsSuppressor", arn)
        .put("ActionsSuppressorWaitPeriod", 60_i64)
        .put("ActionsSuppressorExtensionPeriod", 120_i64);
    if state.is_some_and(|state| state.to == ALARM) {
        fields = fields
            .put("ActionsSuppressedBy", "Alarm")
            .put("ActionsSuppressedReason", format!("Actions suppressed by {arn} because it is in ALARM"));
    }
    fields.into()
}

/// A `MetricDataQuery`.
fn entry(cx: &Cx<'_>, query: &Query, period: i64, returns: bool) -> Tree {
    let fields =
        Fields::new().put("Id", &query.id).maybe("Label", query.label.as_ref()).put("ReturnData", returns);
    match &query.source {
        Source::Stat { metric, text, .. } => {
            let metric = metric.and_then(|index| cx.world.metrics.get(index));
            let stat =
                Fields::new().maybe("Metric", metric.map(name)).put("Period", period).put("Stat", text);
            fields.put("MetricStat", stat).into()
        }
        Source::Math { text, .. } => fields.put("Expression", text).into(),
    }
}

/// A `Metric`.
pub(crate) fn name(metric: &Metric) -> Tree {
    Fields::new()
        .put("Namespace", &metric.namespace)
        .put("MetricName", &metric.name)
        .put("Dimensions", dimensions(&metric.dimensions))
        .into()
}
