use super::*;

const ARN: &str = "arn:aws-cn:cloudwatch:cn-north-1:111122223333:alarm:web-cpu";

fn metric(name: &str) -> sdk::Metric {
    sdk::Metric::builder()
        .namespace("AWS/EC2")
        .metric_name(name)
        .dimensions(sdk::Dimension::builder().name("InstanceId").value("i-1").build())
        .build()
}

fn stat_query(id: &str) -> sdk::MetricDataQuery {
    sdk::MetricDataQuery::builder()
        .id(id)
        .metric_stat(
            sdk::MetricStat::builder().metric(metric("CPUUtilization")).period(300).stat("p99").build(),
        )
        .return_data(true)
        .build()
}

fn expression(id: &str, text: &str) -> sdk::MetricDataQuery {
    sdk::MetricDataQuery::builder().id(id).expression(text).return_data(true).build()
}

fn base() -> aws_sdk_cloudwatch::types::builders::MetricAlarmBuilder {
    sdk::MetricAlarm::builder().alarm_name("web-cpu").alarm_arn(ARN).state_value(sdk::StateValue::Alarm)
}

#[test]
fn a_metric_alarm_is_read_whole() {
    let from = base()
        .namespace("AWS/EC2")
        .metric_name("CPUUtilization")
        .dimensions(sdk::Dimension::builder().name("InstanceId").value("i-1").build())
        .extended_statistic("p95")
        .period(60)
        .unit(sdk::StandardUnit::Percent)
        .threshold(90.0)
        .comparison_operator(sdk::ComparisonOperator::GreaterThanThreshold)
        .evaluation_periods(5)
        .datapoints_to_alarm(3)
        .state_reason("Threshold\u{202e} Crossed\u{1b}[31m")
        .state_updated_timestamp(DateTime::from_secs(200))
        .state_transitioned_timestamp(DateTime::from_secs(100))
        .evaluation_state(sdk::EvaluationState::PartialData)
        .actions_enabled(true)
        .alarm_actions("arn:aws:sns:eu-west-1:1:page")
        .build();
    let alarm = metric_alarm(ScopeId(2), "cn-north-1", &from);
    assert_eq!((alarm.scope, alarm.state, alarm.kind()), (ScopeId(2), AlarmState::Alarm, "metric"));
    assert_eq!(alarm.state_since.map(Timestamp::as_second), Some(100));
    assert_eq!(alarm.reason, "Threshold Crossed");
    assert_eq!((alarm.threshold, alarm.comparison.as_deref()), (Some(90.0), Some("GreaterThanThreshold")));
    assert_eq!(alarm.evaluation_state.as_deref(), Some("PARTIAL_DATA"));
    assert_eq!(alarm.actions.len(), 1);
    let Watch::Metric { stat, band: None } = &alarm.watch else { panic!("{:?}", alarm.watch) };
    assert_eq!((stat.stat.as_str(), stat.period, stat.unit.as_deref()), ("p95", 60, Some("Percent")));
    let arns: Vec<_> = alarm.resources.iter().filter_map(|r| r.arn.as_deref()).collect();
    assert_eq!(arns, ["arn:aws-cn:ec2:cn-north-1:111122223333:instance/i-1"]);
    assert_eq!((alarm.muted_by, alarm.recent_transitions), (None, None));
}

#[test]
fn math_bands_and_promql_are_told_apart() {
    let math = base().metrics(stat_query("m1")).metrics(expression("e1", "m1*2")).build();
    let alarm = metric_alarm(ScopeId(0), "cn-north-1", &math);
    let Watch::Math(queries) = &alarm.watch else { panic!("{:?}", alarm.watch) };
    assert_eq!(queries.len(), 2);
    assert_eq!(queries[0].stat.as_ref().map(|s| s.stat.as_str()), Some("p99"));
    assert_eq!(alarm.resources.len(), 1);

    let band = base()
        .metrics(stat_query("m1"))
        .metrics(expression("ad1", "ANOMALY_DETECTION_BAND(m1, 2)"))
        .threshold_metric_id("ad1")
        .build();
    let alarm = metric_alarm(ScopeId(0), "cn-north-1", &band);
    assert!(matches!(alarm.watch, Watch::Metric { band: Some(_), .. }), "{:?}", alarm.watch);

    let criteria = sdk::AlarmPromQlCriteria::builder().query("up == 0").build();
    let prom = base().evaluation_criteria(sdk::EvaluationCriteria::PromQlCriteria(criteria)).build();
    assert_eq!(metric_alarm(ScopeId(0), "cn-north-1", &prom).watch, Watch::PromQl("up == 0".into()));
}

#[test]
fn a_metrics_insights_query_keeps_its_period() {
    let sql = sdk::MetricDataQuery::builder().id("q1").expression("SELECT MAX(x) FROM y").period(300).build();
    let alarm = metric_alarm(ScopeId(0), "eu-west-1", &base().metrics(sql).build());
    let Watch::Math(queries) = &alarm.watch else { panic!("not math") };
    assert_eq!((queries[0].period, alarm.period()), (Some(300), Some(300)));
    let math = base().metrics(stat_query("m1")).metrics(expression("e1", "m1*2")).build();
    let alarm = metric_alarm(ScopeId(0), "eu-west-1", &math);
    assert_eq!(alarm.period(), alarm.metrics().first().map(|stat| stat.period));
}

#[test]
fn composite_and_log_alarms_are_alarms_too() {
    let from = sdk::CompositeAlarm::builder()
        .alarm_name("site")
        .alarm_rule("ALARM(\"web-cpu\") OR ALARM(db)")
        .actions_suppressed_by(sdk::ActionsSuppressedBy::Alarm)
        .actions_suppressed_reason("deploy is in ALARM")
        .actions_suppressor("deploy")
        .build();
    let alarm = composite_alarm(ScopeId(0), "eu-west-1", &from);
    assert_eq!(alarm.kind(), "composite");
    assert_eq!(alarm.children, ["web-cpu", "db"]);
    let Watch::Composite { suppressed, suppressor, .. } = &alarm.watch else { panic!("{:?}", alarm.watch) };
    assert_eq!(suppressed.as_deref(), Some("deploy is in ALARM"));
    assert_eq!(suppressor.as_deref(), Some("deploy"));

    let from = sdk::LogAlarm::builder()
        .alarm_name("errors")
        .query_results_to_evaluate(4)
        .query_results_to_alarm(2)
        .threshold(10.0)
        .scheduled_query_configuration(
            sdk::ScheduledQueryConfiguration::builder()
                .query_string("filter @message like /ERROR/")
                .log_group_identifiers("/app/web")
                .build(),
        )
        .build();
    let alarm = log_alarm(ScopeId(0), "eu-west-1", &from);
    assert_eq!(
        (alarm.kind(), alarm.evaluation_periods, alarm.datapoints_to_alarm),
        ("log", Some(4), Some(2))
    );
    let Watch::Log { log_groups, query } = &alarm.watch else { panic!("{:?}", alarm.watch) };
    assert_eq!(log_groups, &["/app/web"]);
    assert_eq!(query.as_deref(), Some("filter @message like /ERROR/"));
}

#[test]
fn history_says_which_states() {
    let item = |data: &str, summary: &str| {
        let item = sdk::AlarmHistoryItem::builder()
            .alarm_name("a")
            .timestamp(DateTime::from_secs(5))
            .history_item_type(sdk::HistoryItemType::StateUpdate)
            .history_data(data)
            .history_summary(summary)
            .build();
        history_item(&item).and_then(|i| i.states)
    };
    let change = Some((AlarmState::Ok, AlarmState::Alarm));
    let data = r#"{"version":"1.0","oldState":{"stateValue":"OK"},"newState":{"stateValue":"ALARM"}}"#;
    assert_eq!(item(data, ""), change);
    assert_eq!(item("not json", "Alarm updated from OK to ALARM"), change);
    assert_eq!(item("{}", "Alarm updated"), None);
    assert_eq!(item(r#"{"oldState":{"stateValue":"ODD"},"newState":{}}"#, ""), None);
}
