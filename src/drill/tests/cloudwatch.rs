//! CloudWatch's alarms through the real Rust SDK, which speaks CBOR.

use aws_sdk_cloudwatch::types::{
    AlarmMuteRuleStatus, AlarmType, ComparisonOperator, HistoryItemType, MetricAlarm, StateValue, Statistic,
};

use super::*;

const KINDS: [AlarmType; 3] = [AlarmType::MetricAlarm, AlarmType::CompositeAlarm, AlarmType::LogAlarm];

async fn metric_alarms(client: &aws_sdk_cloudwatch::Client) -> Vec<MetricAlarm> {
    client.describe_alarms().max_records(100).send().await.unwrap().metric_alarms.unwrap_or_default()
}

#[tokio::test]
async fn without_types_there_are_metric_alarms_only() {
    let client = cloudwatch(&drill(), "eu-west-1");
    let plain = client.describe_alarms().send().await.unwrap();
    assert!(plain.metric_alarms().len() == 50 && plain.next_token().is_some());
    assert!(plain.composite_alarms().is_empty() && plain.log_alarms().is_empty());
}

#[tokio::test]
async fn three_kinds_come_in_pages_and_each_once() {
    let client = cloudwatch(&drill(), "eu-west-1");
    let mut pages = client
        .describe_alarms()
        .set_alarm_types(Some(KINDS.to_vec()))
        .max_records(20)
        .into_paginator()
        .send();
    let (mut metric, mut composite, mut log, mut count) = (vec![], vec![], vec![], 0);
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        count += 1;
        metric.extend(page.metric_alarms.unwrap_or_default());
        composite.extend(page.composite_alarms.unwrap_or_default());
        log.extend(page.log_alarms.unwrap_or_default());
    }
    assert!(count >= 4 && metric.len() + composite.len() + log.len() >= 60);
    assert_eq!((composite.len(), log.len()), (2, 1));
    let mut names: Vec<_> = metric.iter().map(|alarm| alarm.alarm_name().unwrap()).collect();
    names.dedup();
    assert_eq!(names.len(), metric.len());
    assert!(names.contains(&"夜間バッチの遅延") && names.contains(&"api CPU high (api-3)"));

    let log = &log[0];
    assert_eq!(log.state_value(), Some(&StateValue::Ok));
    let query = log.scheduled_query_configuration().unwrap();
    assert_eq!(query.log_group_identifiers()[0], "/shop/prod/checkout");
    let degraded = composite.iter().find(|alarm| alarm.alarm_name() == Some("shop-degraded")).unwrap();
    assert!(degraded.alarm_rule().unwrap().starts_with("AT_LEAST(2, ALARM"));
    assert!(degraded.actions_suppressor().unwrap().ends_with(":alarm:deploy-in-progress"));
    assert_eq!(degraded.actions_suppressed_by(), None);
}

#[tokio::test]
async fn a_metric_alarm_has_all_the_console_shows() {
    let drill = drill();
    let alarms = metric_alarms(&cloudwatch(&drill, "eu-west-1")).await;
    let alarm = |name: &str| alarms.iter().find(|alarm| alarm.alarm_name() == Some(name)).unwrap();
    let web = alarm("web-5xx");
    assert_eq!(web.state_value(), Some(&StateValue::Alarm));
    assert_eq!(drill.now().as_second() - web.state_transitioned_timestamp().unwrap().secs(), 240);
    assert_eq!(
        (web.namespace(), web.metric_name()),
        (Some("AWS/ApplicationELB"), Some("HTTPCode_Target_5XX_Count"))
    );
    assert_eq!(web.dimensions()[0].value(), Some("app/web/50dc6c495c0c9188"));
    assert_eq!(
        (web.statistic(), web.period(), web.threshold()),
        (Some(&Statistic::Sum), Some(60), Some(20.0))
    );
    assert_eq!((web.evaluation_periods(), web.datapoints_to_alarm()), (Some(3), Some(3)));
    assert_eq!(web.comparison_operator(), Some(&ComparisonOperator::GreaterThanThreshold));
    assert_eq!(web.alarm_actions(), ["arn:aws:sns:eu-west-1:111122223333:ops-critical"]);
    assert!(web.state_reason_data().unwrap().contains("recentDatapoints"));
    assert_eq!(alarm("web-latency").extended_statistic(), Some("p90"));

    let rate = alarm("web-error-rate");
    assert_eq!(rate.metrics().len(), 3);
    assert_eq!(rate.metrics()[2].expression(), Some("100*m1/m2"));
    assert_eq!(
        rate.metrics()
            .iter()
            .map(aws_sdk_cloudwatch::types::MetricDataQuery::return_data)
            .collect::<Vec<_>>(),
        [Some(false), Some(false), Some(true)]
    );
    let band = alarm("web-requests-anomaly");
    assert_eq!((band.threshold_metric_id(), band.threshold()), (Some("ad1"), None));
    assert_eq!(alarm("legacy-erp disk (/)").actions_enabled(), Some(false));
    assert!(alarm("legacy-erp disk (/)").alarm_description().unwrap().contains('\u{1b}'));
    let silent = alarm("old data volume burst balance");
    assert_eq!(silent.state_value(), Some(&StateValue::InsufficientData));
    assert!(drill.now().as_second() - silent.state_transitioned_timestamp().unwrap().secs() > 8 * 86_400);
    let reboot = alarm("status-web-1");
    assert_eq!(reboot.alarm_actions()[0], "arn:aws:automate:eu-west-1:ec2:reboot");
    assert!(reboot.dimensions()[0].value().unwrap().starts_with("i-0"));
}

#[tokio::test]
async fn alarms_are_selected_by_name_prefix_state_action_and_kin() {
    let client = cloudwatch(&later(60), "eu-west-1");
    let names = |answer: &aws_sdk_cloudwatch::operation::describe_alarms::DescribeAlarmsOutput| {
        let metric = answer.metric_alarms().iter().filter_map(|alarm| alarm.alarm_name.clone());
        let composite = answer.composite_alarms().iter().filter_map(|alarm| alarm.alarm_name.clone());
        metric.chain(composite).collect::<Vec<_>>()
    };
    let request = || client.describe_alarms().set_alarm_types(Some(KINDS.to_vec()));
    let by_name = request()
        .alarm_names("web-5xx")
        .alarm_names("web-composite")
        .alarm_names("nope")
        .send()
        .await
        .unwrap();
    assert_eq!(names(&by_name), ["web-5xx", "web-composite"]);
    let by_prefix = request().alarm_name_prefix("orders-").send().await.unwrap();
    assert_eq!(by_prefix.metric_alarms().len(), 8);
    let by_state = request().state_value(StateValue::InsufficientData).send().await.unwrap();
    assert_eq!(by_state.metric_alarms().len(), 3);
    let by_action = request().action_prefix("arn:aws:automate:eu-west-1:ec2:recover").send().await.unwrap();
    assert_eq!(by_action.metric_alarms().len(), 2);

    let children = client.describe_alarms().children_of_alarm_name("shop-degraded").send().await.unwrap();
    let mut got = names(&children);
    got.sort();
    assert_eq!(got, ["api-5xx", "deploy-in-progress", "orders-queue-age", "shop-main CPU", "web-composite"]);
    let composite = &children.composite_alarms()[0];
    assert_eq!((composite.state_value(), composite.alarm_rule()), (Some(&StateValue::Alarm), None));
    let parents = client.describe_alarms().parents_of_alarm_name("web-5xx").send().await.unwrap();
    assert_eq!(names(&parents), ["web-composite"]);
}

#[tokio::test]
async fn a_composite_fires_while_one_looks_on_and_says_why() {
    let composite = async |drill: &Drill| {
        let answer = cloudwatch(drill, "eu-west-1")
            .describe_alarms()
            .alarm_types(AlarmType::CompositeAlarm)
            .send()
            .await;
        let alarms = answer.unwrap().composite_alarms.unwrap_or_default();
        alarms.into_iter().find(|alarm| alarm.alarm_name() == Some("web-composite")).unwrap()
    };
    assert_eq!(composite(&later(39)).await.state_value(), Some(&StateValue::Ok));
    let fired = composite(&later(41)).await;
    assert_eq!(fired.state_value(), Some(&StateValue::Alarm));
    assert!(
        fired.state_reason().unwrap().contains(":alarm:web-latency transitioned to ALARM at "),
        "{:?}",
        fired.state_reason()
    );
    assert!(fired.state_reason_data().unwrap().contains("triggeringAlarms"));
}

#[tokio::test]
async fn history_proves_flapping_and_tells_actions_and_mutes() {
    let drill = drill();
    let client = cloudwatch(&drill, "eu-west-1");
    let mut pages = client
        .describe_alarm_history()
        .alarm_name("sessions cache evictions")
        .history_item_type(HistoryItemType::StateUpdate)
        .max_records(10)
        .into_paginator()
        .items()
        .send();
    let mut items = Vec::new();
    while let Some(item) = pages.next().await {
        items.push(item.unwrap());
    }
    let hour_ago = drill.now().as_second() - 3600;
    let recent = items.iter().filter(|item| item.timestamp().unwrap().secs() > hour_ago).count();
    assert!(recent >= 7, "{recent} changes within an hour");
    assert!(items.windows(2).all(|two| two[0].timestamp() >= two[1].timestamp()), "newest first");
    let data: serde_json::Value = serde_json::from_str(items[0].history_data().unwrap()).unwrap();
    assert_ne!(data["oldState"]["stateValue"], data["newState"]["stateValue"]);

    let of = async |name: &str, kind| {
        let answer = cloudwatch(&super::drill(), "eu-west-1")
            .describe_alarm_history()
            .alarm_name(name)
            .history_item_type(kind)
            .send()
            .await;
        answer.unwrap().alarm_history_items.unwrap_or_default()
    };
    let action = of("web-5xx", HistoryItemType::Action).await;
    assert_eq!(
        action[0].history_summary(),
        Some("Successfully executed action arn:aws:sns:eu-west-1:111122223333:ops-critical")
    );
    // It is in ALARM, and its actions are muted.
    assert_eq!(of("batch-queue-depth", HistoryItemType::StateUpdate).await.len(), 2);
    assert!(
        of("batch-queue-depth", HistoryItemType::Action).await.iter().all(|item| item
            .timestamp()
            .unwrap()
            .secs()
            < hour_ago - 36_000)
    );
}

#[tokio::test]
async fn mute_rules_are_listed_by_alarm_and_status() {
    let drill = drill();
    let client = cloudwatch(&drill, "eu-west-1");
    let listed = client.list_alarm_mute_rules().alarm_name("batch-queue-depth").send().await.unwrap();
    let rule = &listed.alarm_mute_rule_summaries()[0];
    assert_eq!(rule.status(), Some(&AlarmMuteRuleStatus::Active));
    assert!(rule.expire_date().unwrap().secs() > drill.now().as_second());
    let all = client.list_alarm_mute_rules().send().await.unwrap();
    assert_eq!(all.alarm_mute_rule_summaries().len(), 3);
    let active = client.list_alarm_mute_rules().statuses(AlarmMuteRuleStatus::Active).send().await.unwrap();
    assert_eq!(active.alarm_mute_rule_summaries().len(), 1);
    let one = client.get_alarm_mute_rule().alarm_mute_rule_name("stock-take").send().await.unwrap();
    assert_eq!(one.mute_targets().unwrap().alarm_names(), ["batch-queue-depth"]);
    let schedule = one.rule().unwrap().schedule().unwrap();
    assert!(schedule.expression().unwrap().starts_with("at(2026-05-01T"), "{schedule:?}");
    assert_eq!(schedule.duration(), Some("PT8H"));
}

#[tokio::test]
async fn regions_have_their_own_alarms() {
    let drill = drill();
    let names: Vec<_> = metric_alarms(&cloudwatch(&drill, "us-east-1"))
        .await
        .into_iter()
        .filter_map(|a| a.alarm_name)
        .collect();
    assert!(names.contains(&"cloudfront-5xx-rate".to_owned()) && !names.contains(&"web-5xx".to_owned()));
    assert!(metric_alarms(&cloudwatch(&drill, "sa-east-1")).await.is_empty());
}
