//! CloudWatch's answers as rows of ours. All text is sanitised here.

use aws_sdk_cloudwatch::types as sdk;
use aws_smithy_types::DateTime;
use jiff::Timestamp;

use crate::{
    aws::time,
    rows::{
        alarm::{Alarm, AlarmState, Band, HistoryItem, MathQuery, Watch},
        metric::MetricStat,
    },
    scope::ScopeId,
    text::sanitise::clean,
    triage::{resources, rule},
};

fn text(text: Option<&str>) -> String {
    text.map(clean).unwrap_or_default()
}

fn maybe(value: Option<&str>) -> Option<String> {
    value.map(clean).filter(|v| !v.is_empty())
}

fn list(values: &[String]) -> Vec<String> {
    values.iter().map(|v| clean(v)).collect()
}

fn state(value: Option<&sdk::StateValue>) -> AlarmState {
    AlarmState::parse(value.map(sdk::StateValue::as_str).unwrap_or_default())
}

/// When the state was entered; `StateUpdatedTimestamp` also moves when only the reason changes.
fn since(transitioned: Option<&DateTime>, updated: Option<&DateTime>) -> Option<Timestamp> {
    transitioned.or(updated).and_then(time::from_sdk)
}

/// Partition and account, which an alarm's own ARN names: `arn:PARTITION:cloudwatch:REGION:ACCOUNT:alarm:NAME`.
fn owner(arn: &str) -> (&str, &str) {
    let mut parts = arn.split(':');
    (parts.nth(1).unwrap_or("aws"), parts.nth(2).unwrap_or_default())
}

/// Fills in what follows from the alarm itself: the resources behind its metrics, or its children.
fn related(mut alarm: Alarm, region: &str) -> Alarm {
    if let Watch::Composite { rule, .. } = &alarm.watch {
        alarm.children = rule::children(rule);
    } else {
        let (partition, account) = owner(&alarm.arn);
        alarm.resources = resources::of_alarm(&alarm, region, account, partition);
    }
    alarm
}

/// A metric, math, band or PromQL alarm.
pub(super) fn metric_alarm(scope: ScopeId, region: &str, a: &sdk::MetricAlarm) -> Alarm {
    let alarm = Alarm {
        scope,
        name: text(a.alarm_name()),
        arn: text(a.alarm_arn()),
        state: state(a.state_value()),
        state_since: since(a.state_transitioned_timestamp(), a.state_updated_timestamp()),
        reason: text(a.state_reason()),
        reason_data: maybe(a.state_reason_data()),
        description: maybe(a.alarm_description()),
        watch: watch(a),
        threshold: a.threshold(),
        comparison: maybe(a.comparison_operator().map(sdk::ComparisonOperator::as_str)),
        evaluation_periods: a.evaluation_periods(),
        datapoints_to_alarm: a.datapoints_to_alarm(),
        treat_missing_data: maybe(a.treat_missing_data()),
        evaluation_state: maybe(a.evaluation_state().map(sdk::EvaluationState::as_str)),
        actions_enabled: a.actions_enabled().unwrap_or(false),
        actions: list(a.alarm_actions()),
        ok_actions: list(a.ok_actions()),
        insufficient_actions: list(a.insufficient_data_actions()),
        configured_at: a.alarm_configuration_updated_timestamp().and_then(time::from_sdk),
        ..Alarm::default()
    };
    related(alarm, region)
}

fn watch(a: &sdk::MetricAlarm) -> Watch {
    if let Some(sdk::EvaluationCriteria::PromQlCriteria(prom)) = a.evaluation_criteria() {
        return Watch::PromQl(text(prom.query()));
    }
    let queries: Vec<MathQuery> = a.metrics().iter().map(math_query).collect();
    if queries.is_empty() {
        let stat = MetricStat {
            namespace: text(a.namespace()),
            name: text(a.metric_name()),
            dimensions: dimensions(a.dimensions()),
            stat: maybe(a.statistic().map(sdk::Statistic::as_str))
                .or_else(|| maybe(a.extended_statistic()))
                .unwrap_or_default(),
            period: seconds(a.period()),
            unit: maybe(a.unit().map(sdk::StandardUnit::as_str)),
            account: None,
        };
        return Watch::Metric { stat, band: None };
    }
    // An anomaly alarm is one metric and the band around it; any other math stays math.
    if a.threshold_metric_id().is_some() {
        let mut stats = queries.iter().filter_map(|q| Some((&q.id, q.stat.as_ref()?)));
        let mut expressions = queries.iter().filter_map(|q| q.expression.as_ref());
        let both = (stats.next().zip(expressions.next()), stats.next(), expressions.next());
        if let (Some(((metric, stat), expression)), None, None) = both {
            let band = Band { metric: metric.clone(), expression: expression.clone() };
            return Watch::Metric { stat: stat.clone(), band: Some(band) };
        }
    }
    Watch::Math(queries)
}

fn math_query(q: &sdk::MetricDataQuery) -> MathQuery {
    let stat = q.metric_stat().map(|s| {
        let metric = s.metric();
        MetricStat {
            namespace: text(metric.and_then(sdk::Metric::namespace)),
            name: text(metric.and_then(sdk::Metric::metric_name)),
            dimensions: metric.map(|m| dimensions(m.dimensions())).unwrap_or_default(),
            stat: text(s.stat()),
            period: seconds(s.period()),
            unit: maybe(s.unit().map(sdk::StandardUnit::as_str)),
            account: maybe(q.account_id()),
        }
    });
    MathQuery {
        id: text(q.id()),
        stat,
        expression: maybe(q.expression()),
        label: maybe(q.label()),
        // The model's default is true.
        returns: q.return_data().unwrap_or(true),
        period: Some(seconds(q.period())).filter(|period| *period > 0),
    }
}

fn dimensions(all: &[sdk::Dimension]) -> Vec<(String, String)> {
    all.iter().map(|d| (text(d.name()), text(d.value()))).collect()
}

fn seconds(period: Option<i32>) -> u32 {
    period.and_then(|p| u32::try_from(p).ok()).unwrap_or_default()
}

/// A composite alarm.
pub(super) fn composite_alarm(scope: ScopeId, region: &str, a: &sdk::CompositeAlarm) -> Alarm {
    let by = a.actions_suppressed_by().map(sdk::ActionsSuppressedBy::as_str);
    let alarm = Alarm {
        scope,
        name: text(a.alarm_name()),
        arn: text(a.alarm_arn()),
        state: state(a.state_value()),
        state_since: since(a.state_transitioned_timestamp(), a.state_updated_timestamp()),
        reason: text(a.state_reason()),
        reason_data: maybe(a.state_reason_data()),
        description: maybe(a.alarm_description()),
        watch: Watch::Composite {
            rule: text(a.alarm_rule()),
            suppressed: maybe(a.actions_suppressed_reason()).or_else(|| maybe(by)),
            suppressor: maybe(a.actions_suppressor()),
        },
        actions_enabled: a.actions_enabled().unwrap_or(false),
        actions: list(a.alarm_actions()),
        ok_actions: list(a.ok_actions()),
        insufficient_actions: list(a.insufficient_data_actions()),
        configured_at: a.alarm_configuration_updated_timestamp().and_then(time::from_sdk),
        ..Alarm::default()
    };
    related(alarm, region)
}

/// A log alarm: a scheduled Logs Insights query against a threshold.
pub(super) fn log_alarm(scope: ScopeId, region: &str, a: &sdk::LogAlarm) -> Alarm {
    let query = a.scheduled_query_configuration();
    let alarm = Alarm {
        scope,
        name: text(a.alarm_name()),
        arn: text(a.alarm_arn()),
        state: state(a.state_value()),
        state_since: since(a.state_transitioned_timestamp(), a.state_updated_timestamp()),
        reason: text(a.state_reason()),
        reason_data: maybe(a.state_reason_data()),
        description: maybe(a.alarm_description()),
        watch: Watch::Log {
            log_groups: query.map(|q| list(q.log_group_identifiers())).unwrap_or_default(),
            query: maybe(query.and_then(sdk::ScheduledQueryConfiguration::query_string)),
        },
        threshold: a.threshold(),
        comparison: maybe(a.comparison_operator().map(sdk::ComparisonOperator::as_str)),
        evaluation_periods: a.query_results_to_evaluate(),
        datapoints_to_alarm: a.query_results_to_alarm(),
        treat_missing_data: maybe(a.treat_missing_data()),
        evaluation_state: maybe(a.evaluation_state().map(sdk::EvaluationState::as_str)),
        actions_enabled: a.actions_enabled().unwrap_or(false),
        actions: list(a.alarm_actions()),
        ok_actions: list(a.ok_actions()),
        insufficient_actions: list(a.insufficient_data_actions()),
        configured_at: a.alarm_configuration_updated_timestamp().and_then(time::from_sdk),
        ..Alarm::default()
    };
    related(alarm, region)
}

/// A line of history; none without a time.
pub(super) fn history_item(item: &sdk::AlarmHistoryItem) -> Option<HistoryItem> {
    let summary = text(item.history_summary());
    let kind = text(item.history_item_type().map(sdk::HistoryItemType::as_str));
    let states = (kind == "StateUpdate")
        .then(|| {
            states_of_data(item.history_data().unwrap_or_default()).or_else(|| states_of_summary(&summary))
        })
        .flatten();
    Some(HistoryItem {
        alarm: text(item.alarm_name()),
        at: item.timestamp().and_then(time::from_sdk)?,
        kind,
        summary,
        states,
    })
}

/// Old and new state of `HistoryData`: `{"oldState":{"stateValue":…},"newState":{"stateValue":…}}`.
fn states_of_data(data: &str) -> Option<(AlarmState, AlarmState)> {
    let data: serde_json::Value = serde_json::from_str(data).ok()?;
    let state = |key: &str| known(data.get(key)?.get("stateValue")?.as_str()?);
    Some((state("oldState")?, state("newState")?))
}

/// The same from `Alarm updated from OK to ALARM`.
fn states_of_summary(summary: &str) -> Option<(AlarmState, AlarmState)> {
    let words: Vec<&str> = summary.split_whitespace().collect();
    let [.., "from", old, "to", new] = words.as_slice() else { return None };
    Some((known(old)?, known(new.trim_end_matches('.'))?))
}

fn known(word: &str) -> Option<AlarmState> {
    let state = AlarmState::parse(word);
    (state.word() == word).then_some(state)
}

#[cfg(test)]
mod tests;
