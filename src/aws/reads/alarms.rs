//! CloudWatch's answers: alarms, and metrics for those who press a key for them.

use aws_sdk_cloudwatch::types as sdk;
use serde_json::Value as Json;

use super::{
    call::{Answer, Call, number, pages, text, whole},
    told::{fields, words},
};

fields! {
    sdk::MetricAlarm {
        "AlarmName": alarm_name,
        "AlarmArn": alarm_arn,
        "AlarmDescription": alarm_description,
        "AlarmConfigurationUpdatedTimestamp": alarm_configuration_updated_timestamp,
        "ActionsEnabled": actions_enabled,
        "OKActions": ok_actions,
        "AlarmActions": alarm_actions,
        "InsufficientDataActions": insufficient_data_actions,
        "StateValue": state_value,
        "StateReason": state_reason,
        "StateReasonData": state_reason_data,
        "StateUpdatedTimestamp": state_updated_timestamp,
        "MetricName": metric_name,
        "Namespace": namespace,
        "Statistic": statistic,
        "ExtendedStatistic": extended_statistic,
        "Dimensions": dimensions,
        "Period": period,
        "Unit": unit,
        "EvaluationPeriods": evaluation_periods,
        "DatapointsToAlarm": datapoints_to_alarm,
        "Threshold": threshold,
        "ComparisonOperator": comparison_operator,
        "TreatMissingData": treat_missing_data,
        "Metrics": metrics,
        "ThresholdMetricId": threshold_metric_id,
        "EvaluationState": evaluation_state,
        "StateTransitionedTimestamp": state_transitioned_timestamp,
    }
    sdk::Dimension {
        "Name": name,
        "Value": value,
    }
    sdk::MetricDataQuery {
        "Id": id,
        "MetricStat": metric_stat,
        "Expression": expression,
        "Label": label,
        "ReturnData": return_data,
        "Period": period,
        "AccountId": account_id,
    }
    sdk::MetricStat {
        "Metric": metric,
        "Period": period,
        "Stat": stat,
        "Unit": unit,
    }
    sdk::Metric {
        "Namespace": namespace,
        "MetricName": metric_name,
        "Dimensions": dimensions,
    }
    sdk::CompositeAlarm {
        "ActionsEnabled": actions_enabled,
        "AlarmActions": alarm_actions,
        "AlarmArn": alarm_arn,
        "AlarmConfigurationUpdatedTimestamp": alarm_configuration_updated_timestamp,
        "AlarmDescription": alarm_description,
        "AlarmName": alarm_name,
        "AlarmRule": alarm_rule,
        "InsufficientDataActions": insufficient_data_actions,
        "OKActions": ok_actions,
        "StateReason": state_reason,
        "StateReasonData": state_reason_data,
        "StateUpdatedTimestamp": state_updated_timestamp,
        "StateValue": state_value,
        "StateTransitionedTimestamp": state_transitioned_timestamp,
        "ActionsSuppressedBy": actions_suppressed_by,
        "ActionsSuppressedReason": actions_suppressed_reason,
        "ActionsSuppressor": actions_suppressor,
    }
    sdk::MetricDataResult {
        "Id": id,
        "Label": label,
        "Timestamps": timestamps,
        "Values": values,
        "StatusCode": status_code,
        "Messages": messages,
    }
    sdk::MessageData {
        "Code": code,
        "Value": value,
    }
}

words!(
    sdk::ActionsSuppressedBy,
    sdk::ComparisonOperator,
    sdk::EvaluationState,
    sdk::StandardUnit,
    sdk::StateValue,
    sdk::Statistic,
    sdk::StatusCode
);

pub(super) async fn describe_alarms(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("MetricAlarms", metric_alarms), ("CompositeAlarms", composite_alarms)],
        set_next_token(next_token),
        call.session
            .cloudwatch()
            .describe_alarms()
            .set_alarm_names(call.texts("AlarmNames"))
            .set_alarm_name_prefix(call.text("AlarmNamePrefix"))
            .set_alarm_types(call.words("AlarmTypes"))
            .set_state_value(call.word("StateValue"))
            .max_records(call.page(100))
    )
}

pub(super) async fn describe_alarms_for_metric(call: &Call<'_>) -> Answer {
    whole!(
        call,
        [("MetricAlarms", metric_alarms)],
        call.session
            .cloudwatch()
            .describe_alarms_for_metric()
            .set_metric_name(call.text("MetricName"))
            .set_namespace(call.text("Namespace"))
            .set_statistic(call.word("Statistic"))
            .set_extended_statistic(call.text("ExtendedStatistic"))
            .set_dimensions(call.each("Dimensions", |of| Some(dimension(of))))
            .set_period(call.number("Period"))
            .set_unit(call.word("Unit"))
    )
}

pub(super) async fn get_metric_data(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("MetricDataResults", metric_data_results), ("Messages", messages)],
        set_next_token(next_token),
        call.session
            .cloudwatch()
            .get_metric_data()
            .set_metric_data_queries(call.each("MetricDataQueries", |of| Some(query(of))))
            .set_start_time(call.time("StartTime"))
            .set_end_time(call.time("EndTime"))
            .set_scan_by(call.word("ScanBy"))
    )
}

fn dimension(of: &Json) -> sdk::Dimension {
    sdk::Dimension::builder().set_name(text(of, "Name")).set_value(text(of, "Value")).build()
}

fn query(of: &Json) -> sdk::MetricDataQuery {
    let stat = of.get("MetricStat").map(|stat| {
        let metric = stat.get("Metric").map(|metric| {
            let dimensions = metric.get("Dimensions").and_then(Json::as_array);
            let dimensions = dimensions.map(|list| list.iter().map(dimension).collect());
            sdk::Metric::builder()
                .set_namespace(text(metric, "Namespace"))
                .set_metric_name(text(metric, "MetricName"))
                .set_dimensions(dimensions)
                .build()
        });
        let unit = text(stat, "Unit").map(|unit| sdk::StandardUnit::from(unit.as_str()));
        sdk::MetricStat::builder()
            .set_metric(metric)
            .set_period(number(stat, "Period"))
            .set_stat(text(stat, "Stat"))
            .set_unit(unit)
            .build()
    });
    sdk::MetricDataQuery::builder()
        .set_id(text(of, "Id"))
        .set_metric_stat(stat)
        .set_expression(text(of, "Expression"))
        .set_label(text(of, "Label"))
        .set_return_data(of.get("ReturnData").and_then(Json::as_bool))
        .set_period(number(of, "Period"))
        .build()
}
