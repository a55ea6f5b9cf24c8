//! Alarms, history and series from a server that speaks CloudWatch's RPC v2 CBOR.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod aws_stub;

use aws_stub::{Answer, Asked, KEYS, Stub, session, settings};
use ciborium::Value;
use jiff::{SignedDuration, Timestamp};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};
use toban::{
    aws::{
        Settings,
        cloudwatch::{alarms, history, series},
    },
    drill::{self, Drill},
    problem::{ProblemKind, Remedy},
    rows::{
        alarm::{Alarm, AlarmState},
        metric::{MetricStat, SeriesQuery},
    },
};

fn map(entries: &[(&str, Value)]) -> Value {
    Value::Map(entries.iter().map(|(k, v)| (Value::from(*k), v.clone())).collect())
}

fn time(secs: i64) -> Value {
    Value::Tag(1, Box::new(Value::from(secs)))
}

fn cbor(value: &Value) -> Answer {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    Answer::cbor(200, bytes)
}

fn cbor_error(status: u16, code: &str) -> Answer {
    Answer::cbor_error(status, code, "said CloudWatch")
}

fn input(asked: &Asked) -> Value {
    ciborium::from_reader(asked.body.as_ref()).unwrap()
}

fn field<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.as_map()?.iter().find(|(k, _)| k.as_text() == Some(name)).map(|(_, v)| v)
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let list = value.and_then(Value::as_array).cloned().unwrap_or_default();
    list.iter().filter_map(|v| v.as_text().map(str::to_owned)).collect()
}

fn metric_alarm(name: &str, instance: &str) -> Value {
    map(&[
        ("AlarmName", name.into()),
        ("AlarmArn", format!("arn:aws:cloudwatch:eu-west-1:111122223333:alarm:{name}").into()),
        ("StateValue", "ALARM".into()),
        ("StateTransitionedTimestamp", time(1_777_604_645)),
        ("Namespace", "AWS/EC2".into()),
        ("MetricName", "CPUUtilization".into()),
        ("Dimensions", Value::Array(vec![map(&[("Name", "InstanceId".into()), ("Value", instance.into())])])),
        ("Statistic", "Average".into()),
        ("Period", 300.into()),
        ("Threshold", 90.0.into()),
        ("ActionsEnabled", true.into()),
    ])
}

fn composite(name: &str, rule: &str) -> Value {
    map(&[("AlarmName", name.into()), ("AlarmRule", rule.into()), ("StateValue", "OK".into())])
}

fn change(alarm: &str) -> Value {
    map(&[
        ("AlarmName", alarm.into()),
        ("Timestamp", time(1_777_604_645)),
        ("HistoryItemType", "StateUpdate".into()),
        ("HistorySummary", "Alarm updated from OK to ALARM".into()),
    ])
}

/// Two pages of alarms, a history in which `flap` changed three times, and a mute rule for `quiet`.
fn account(asked: &Asked) -> Answer {
    let asked_for = input(asked);
    let token = field(&asked_for, "NextToken").and_then(Value::as_text);
    match asked.path.rsplit('/').next().unwrap() {
        "DescribeAlarms" if token.is_none() => cbor(&map(&[
            ("MetricAlarms", Value::Array(vec![metric_alarm("flap", "i-1"), metric_alarm("quiet", "i-2")])),
            ("NextToken", "two".into()),
        ])),
        "DescribeAlarms" => cbor(&map(&[
            ("CompositeAlarms", Value::Array(vec![composite("site", "ALARM(\"flap\") OR ALARM(\"quiet\")")])),
            ("LogAlarms", Value::Array(vec![map(&[("AlarmName", "errors".into())])])),
        ])),
        "DescribeAlarmHistory" => cbor(&map(&[(
            "AlarmHistoryItems",
            Value::Array(vec![change("flap"), change("flap"), change("flap")]),
        )])),
        "ListAlarmMuteRules" => cbor(&map(&[(
            "AlarmMuteRuleSummaries",
            Value::Array(vec![map(&[
                (
                    "AlarmMuteRuleArn",
                    "arn:aws:cloudwatch:eu-west-1:111122223333:alarm-mute-rule:night".into(),
                ),
                ("LastUpdatedTimestamp", time(5)),
            ])]),
        )])),
        "GetAlarmMuteRule" => cbor(&map(&[
            ("Name", "night".into()),
            ("MuteTargets", map(&[("AlarmNames", Value::Array(vec!["quiet".into()]))])),
        ])),
        _ => cbor_error(400, "UnknownOperationException"),
    }
}

#[tokio::test]
async fn every_kind_of_alarm_is_listed_with_mutes_and_changes() {
    let stub = Stub::start(account).await;
    let now: Timestamp = "2026-05-01T03:04:05Z".parse().unwrap();
    let session = session(Settings { clock: Arc::new(move || now), ..settings(&stub.url, KEYS, "test") })
        .await
        .unwrap();
    let mut batches: Vec<Vec<Alarm>> = Vec::new();
    let report = alarms(&session, true, &mut |rows| batches.push(rows)).await;
    assert!(report.complete && report.problems.is_empty(), "{report:?}");
    assert_eq!(report.calls, 5);
    let names = |rows: &[Alarm]| rows.iter().map(|a| format!("{} {}", a.kind(), a.name)).collect::<Vec<_>>();
    assert_eq!(names(&batches[0]), ["metric flap", "metric quiet"]);
    assert_eq!(batches[0][0].muted_by, None);
    let rows = batches.last().unwrap();
    assert_eq!(names(rows), ["metric flap", "metric quiet", "composite site", "log errors"]);
    assert_eq!(
        rows.iter().map(|a| a.recent_transitions).collect::<Vec<_>>(),
        [Some(3), Some(0), Some(0), Some(0)]
    );
    assert_eq!(rows[1].muted_by.as_deref(), Some(["night".to_owned()].as_slice()));
    assert_eq!(rows[0].muted_by.as_deref(), Some([].as_slice()));
    assert_eq!(rows[2].children, ["flap", "quiet"]);
    let ids: Vec<&str> = rows[2].resources.iter().map(|r| r.id.as_str()).collect();
    assert_eq!(ids, ["i-1", "i-2"]);

    for operation in ["DescribeAlarms", "DescribeAlarmHistory"] {
        for asked in stub.actions(operation) {
            let kinds = texts(field(&input(&asked), "AlarmTypes"));
            assert_eq!(kinds, ["MetricAlarm", "CompositeAlarm", "LogAlarm"], "{operation}");
        }
    }
    let recent = &stub.actions("DescribeAlarmHistory")[0];
    let start = field(&input(recent), "StartDate").and_then(Value::as_tag).map(|(_, v)| v.clone());
    let hour_ago = (now - SignedDuration::from_hours(1)).as_second();
    assert!(
        start.is_some_and(|s| s == Value::from(hour_ago)
            || s.as_float().is_some_and(|f| f.to_string() == hour_ago.to_string()))
    );

    // A mute rule that has not changed is not asked for again.
    let again = alarms(&session, false, &mut |_| ()).await;
    assert_eq!(again.calls, 4);
}

#[tokio::test]
async fn denied_history_and_unknown_mute_rules_leave_the_alarms() {
    let stub = Stub::start(|asked| match asked.path.rsplit('/').next().unwrap() {
        "DescribeAlarms" => account(asked),
        "DescribeAlarmHistory" => cbor_error(403, "AccessDeniedException"),
        _ => cbor_error(404, "UnknownOperationException"),
    })
    .await;
    let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
    let mut rows = Vec::new();
    let report = alarms(&session, false, &mut |batch| rows = batch).await;
    assert!(report.complete);
    assert_eq!(rows.len(), 4);
    assert!(rows.iter().all(|a| a.recent_transitions.is_none() && a.muted_by.is_none()));
    let kinds: Vec<(&str, ProblemKind)> =
        report.problems.iter().map(|p| (p.operation.as_str(), p.kind)).collect();
    assert_eq!(
        kinds,
        [
            ("cloudwatch:DescribeAlarmHistory", ProblemKind::Denied),
            ("cloudwatch:ListAlarmMuteRules", ProblemKind::NotEnabled)
        ]
    );
}

#[tokio::test]
async fn failing_history_and_mute_rules_keep_what_was_known_for_ten_minutes() {
    let (broken, clock) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicI64::new(0)));
    let failing = Arc::clone(&broken);
    let stub = Stub::start(move |asked| match asked.path.rsplit('/').next().unwrap() {
        "DescribeAlarmHistory" | "ListAlarmMuteRules" if failing.load(Ordering::SeqCst) => {
            cbor_error(403, "AccessDeniedException")
        }
        _ => account(asked),
    })
    .await;
    let minutes = Arc::clone(&clock);
    let start: Timestamp = "2026-05-01T03:04:05Z".parse().unwrap();
    let now = move || start + SignedDuration::from_mins(minutes.load(Ordering::SeqCst));
    let with_clock = Settings { clock: Arc::new(now), ..settings(&stub.url, KEYS, "test") };
    let session = session(with_clock).await.unwrap();
    assert!(alarms(&session, true, &mut |_| ()).await.problems.is_empty());
    broken.store(true, Ordering::SeqCst);
    for (early, minute, known) in [(false, 9, true), (true, 9, true), (false, 11, false), (true, 11, false)] {
        clock.store(minute, Ordering::SeqCst);
        let mut batches: Vec<Vec<Alarm>> = Vec::new();
        let report = alarms(&session, early, &mut |rows| batches.push(rows)).await;
        assert_eq!(report.problems.len(), 2, "{report:?}");
        for rows in batches {
            for row in rows {
                let place = format!("{} early {early}, minute {minute}", row.name);
                let (changes, rules) = match row.name.as_str() {
                    "flap" => (3, vec![]),
                    "quiet" => (0, vec!["night".to_owned()]),
                    _ => (0, vec![]),
                };
                assert_eq!(row.recent_transitions, known.then_some(changes), "{place}");
                assert_eq!(row.muted_by, known.then_some(rules), "{place}");
            }
        }
    }
}

#[tokio::test]
async fn slow_history_does_not_hold_back_a_refresh() {
    let stub = Stub::start(|asked| match asked.path.rsplit('/').next().unwrap() {
        "DescribeAlarmHistory" => account(asked).after(Duration::from_secs(2)),
        _ => account(asked),
    })
    .await;
    let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
    let started = Instant::now();
    let mut batches: Vec<(Duration, Vec<Alarm>)> = Vec::new();
    let report = alarms(&session, false, &mut |rows| batches.push((started.elapsed(), rows))).await;
    assert!(report.complete && report.problems.is_empty(), "{report:?}");
    let [(first_at, first), (_, second)] = batches.as_slice() else {
        unreachable!("the list, and again with its history, not {} batches", batches.len())
    };
    assert!(*first_at < Duration::from_secs(2), "{first_at:?}");
    assert_eq!((first.len(), second.len()), (4, 4));
    assert_eq!((first[0].recent_transitions, second[0].recent_transitions), (None, Some(3)));
    assert_eq!(first[2].resources.len(), 2, "a composite is filled as soon as the list is whole");
}

#[tokio::test]
async fn answers_that_come_with_the_list_are_sent_with_it_once() {
    let stub = Stub::start(account).await;
    let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
    let mut batches: Vec<Vec<Alarm>> = Vec::new();
    alarms(&session, false, &mut |rows| batches.push(rows)).await;
    let [rows] = batches.as_slice() else { unreachable!("{} batches", batches.len()) };
    assert!(rows.iter().all(|a| a.recent_transitions.is_some() && a.muted_by.is_some()));
}

#[tokio::test]
async fn a_mute_rule_that_cannot_be_read_leaves_the_others() {
    let stub = Stub::start(|asked| match asked.path.rsplit('/').next().unwrap() {
        "ListAlarmMuteRules" => {
            let rule = |name: &str| {
                let arn = format!("arn:aws:cloudwatch:eu-west-1:111122223333:alarm-mute-rule:{name}");
                map(&[("AlarmMuteRuleArn", arn.into()), ("LastUpdatedTimestamp", time(5))])
            };
            cbor(&map(&[("AlarmMuteRuleSummaries", Value::Array(vec![rule("locked"), rule("night")]))]))
        }
        "GetAlarmMuteRule"
            if field(&input(asked), "AlarmMuteRuleName").and_then(Value::as_text) == Some("locked") =>
        {
            cbor_error(403, "AccessDeniedException")
        }
        _ => account(asked),
    })
    .await;
    let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
    let mut rows = Vec::new();
    let report = alarms(&session, false, &mut |batch| rows = batch).await;
    let told: Vec<(&str, ProblemKind)> =
        report.problems.iter().map(|p| (p.operation.as_str(), p.kind)).collect();
    assert_eq!(told, [("cloudwatch:GetAlarmMuteRule", ProblemKind::Denied)]);
    assert_eq!(rows[1].muted_by.as_deref(), Some(["night".to_owned()].as_slice()));
}

#[tokio::test]
async fn a_long_hour_is_counted_in_part_and_says_so() {
    let stub = Stub::start(|asked| match asked.path.rsplit('/').next().unwrap() {
        "DescribeAlarmHistory" => {
            let token = field(&input(asked), "NextToken").and_then(Value::as_text).unwrap_or("0").len();
            let items = Value::Array(vec![change("flap"); 100]);
            cbor(&map(&[("AlarmHistoryItems", items), ("NextToken", "x".repeat(token + 1).into())]))
        }
        _ => account(asked),
    })
    .await;
    let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
    let mut rows = Vec::new();
    let report = alarms(&session, false, &mut |batch| rows = batch).await;
    assert_eq!(rows[0].recent_transitions, Some(300));
    assert_eq!(stub.actions("DescribeAlarmHistory").len(), 3);
    assert!(report.problems.iter().any(|p| p.message.contains("only the newest 300")), "{report:?}");
}

#[tokio::test]
async fn an_alarm_s_history_comes_newest_first_and_no_longer_than_wanted() {
    let stub = Stub::start(account).await;
    let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
    let items = history(&session, "flap", 2).await.unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!(items[0].states, Some((AlarmState::Ok, AlarmState::Alarm)));
    let asked = input(&stub.actions("DescribeAlarmHistory")[0]);
    assert_eq!(field(&asked, "ScanBy").and_then(Value::as_text), Some("TimestampDescending"));
    assert_eq!(field(&asked, "AlarmName").and_then(Value::as_text), Some("flap"));
}

#[tokio::test]
async fn series_of_many_graphs_come_from_one_call_and_find_their_question() {
    // Every returned id gets two points, newest first; the second page adds an older one.
    let stub = Stub::start(|asked| {
        let asked = input(asked);
        let queries =
            field(&asked, "MetricDataQueries").and_then(Value::as_array).cloned().unwrap_or_default();
        let second = field(&asked, "NextToken").is_some();
        let result = |query: &Value| {
            let (times, values) = if second {
                (vec![time(300)], vec![Value::from(1.0)])
            } else {
                (vec![time(900), time(600)], vec![Value::from(3.0), Value::from(2.0)])
            };
            map(&[
                ("Id", field(query, "Id").unwrap().clone()),
                ("Label", "l".into()),
                ("Timestamps", Value::Array(times)),
                ("Values", Value::Array(values)),
                ("StatusCode", if second { "Complete" } else { "PartialData" }.into()),
            ])
        };
        let returned = |query: &&Value| field(query, "ReturnData") != Some(&Value::Bool(false));
        let results = Value::Array(queries.iter().filter(returned).map(result).collect());
        let mut answer = vec![("MetricDataResults", results)];
        if !second {
            answer.push(("NextToken", "more".into()));
        }
        cbor(&map(&answer))
    })
    .await;
    let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
    let stat = MetricStat {
        namespace: "AWS/EC2".into(),
        name: "CPUUtilization".into(),
        stat: "Average".into(),
        period: 300,
        ..MetricStat::default()
    };
    let plain = SeriesQuery::Stat(stat.clone());
    let math = SeriesQuery::Math {
        inputs: vec![("m1".into(), stat)],
        expressions: vec![("e1".into(), "m1*2".into())],
        returns: "e1".into(),
        period: 300,
    };
    let end = Timestamp::now();
    let asked = [plain.clone(), math.clone(), plain.clone()];
    let answers = series(&session, &asked, end - SignedDuration::from_hours(3), end).await;
    let queries: Vec<&SeriesQuery> = answers.iter().map(|(q, _)| q).collect();
    assert_eq!(queries, [&plain, &math]);
    for (_, series) in &answers {
        let series = series.as_ref().unwrap();
        let points: Vec<(i64, f64)> = series.points.iter().map(|(at, v)| (at.as_second(), *v)).collect();
        assert_eq!(points, [(300, 1.0), (600, 2.0), (900, 3.0)]);
        assert!(series.complete);
        assert_eq!(series.period, 300);
    }
    assert_eq!(stub.asked().len(), 2, "one question in two pages");
}

/// Rejects every call that asks for the metric `bad`, and answers others with one point each.
fn picky(asked: &Asked, code: &str) -> Answer {
    let asked = input(asked);
    let queries = field(&asked, "MetricDataQueries").and_then(Value::as_array).cloned().unwrap_or_default();
    let metric = |query: &Value| {
        let metric = field(field(query, "MetricStat")?, "Metric")?;
        field(metric, "MetricName")?.as_text().map(str::to_owned)
    };
    if queries.iter().any(|q| metric(q).as_deref() == Some("bad")) {
        return cbor_error(400, code);
    }
    let result = |query: &Value| {
        map(&[
            ("Id", field(query, "Id").unwrap().clone()),
            ("Timestamps", Value::Array(vec![time(600)])),
            ("Values", Value::Array(vec![Value::from(1.0)])),
            ("StatusCode", "Complete".into()),
        ])
    };
    cbor(&map(&[("MetricDataResults", Value::Array(queries.iter().map(result).collect()))]))
}

fn metric(name: &str) -> SeriesQuery {
    SeriesQuery::Stat(MetricStat {
        namespace: "AWS/EC2".into(),
        name: name.into(),
        stat: "Average".into(),
        period: 300,
        ..MetricStat::default()
    })
}

#[tokio::test]
async fn one_rejected_question_does_not_take_the_other_graphs() {
    let stub = Stub::start(|asked| picky(asked, "InvalidParameterValueException")).await;
    let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
    let names: Vec<String> =
        (0..9).map(|n| if n == 6 { "bad".to_owned() } else { format!("m{n}") }).collect();
    let asked: Vec<SeriesQuery> = names.iter().map(|n| metric(n)).collect();
    let end = Timestamp::now();
    let start = end - SignedDuration::from_hours(3);
    let answers = series(&session, &asked, start, end).await;
    assert_eq!(answers.iter().map(|(q, _)| q.clone()).collect::<Vec<_>>(), asked);
    for (query, result) in &answers {
        match result {
            Ok(series) => assert!(*query != metric("bad") && series.points.len() == 1),
            Err(problem) => {
                assert_eq!((query, problem.kind), (&metric("bad"), ProblemKind::Other));
                assert!(problem.message.contains("said CloudWatch"), "{problem}");
            }
        }
    }
    assert!(stub.asked().len() <= 9, "asked in halves, not one by one: {}", stub.asked().len());
}

#[tokio::test]
async fn a_question_that_no_call_can_ask_is_answered_beside_the_others() {
    let stub = Stub::start(|asked| picky(asked, "InvalidParameterValueException")).await;
    let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
    let lost = SeriesQuery::Math { inputs: vec![], expressions: vec![], returns: "e1".into(), period: 60 };
    let end = Timestamp::now();
    let asked = [lost.clone(), metric("good")];
    let answers = series(&session, &asked, end - SignedDuration::from_hours(3), end).await;
    let [(first, Err(problem)), (second, Ok(_))] = answers.as_slice() else { unreachable!("{answers:?}") };
    assert_eq!((first, second), (&lost, &metric("good")));
    assert_eq!(problem.operation, "cloudwatch:GetMetricData");
}

#[tokio::test]
async fn a_series_that_is_forbidden_or_fails_says_so_and_leaves_the_others() {
    let stub = Stub::start(|asked| {
        let asked = input(asked);
        let queries =
            field(&asked, "MetricDataQueries").and_then(Value::as_array).cloned().unwrap_or_default();
        let statuses = ["Complete", "Forbidden", "InternalError"];
        let result = |(query, status): (&Value, &str)| {
            let message = map(&[("Code", status.into()), ("Value", "said\u{1b}[2J CloudWatch".into())]);
            let mut all = vec![("Id", field(query, "Id").unwrap().clone()), ("StatusCode", status.into())];
            if status != "Complete" {
                all.push(("Messages", Value::Array(vec![message])));
            }
            map(&all)
        };
        cbor(&map(&[("MetricDataResults", Value::Array(queries.iter().zip(statuses).map(result).collect()))]))
    })
    .await;
    let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
    let SeriesQuery::Stat(stat) = metric("elsewhere") else { unreachable!() };
    let elsewhere = SeriesQuery::Stat(MetricStat { account: Some("444455556666".into()), ..stat });
    let end = Timestamp::now();
    let asked = [metric("quiet"), elsewhere, metric("broken")];
    let answers = series(&session, &asked, end - SignedDuration::from_hours(3), end).await;
    let [(_, Ok(quiet)), (_, Err(forbidden)), (_, Err(broken))] = answers.as_slice() else {
        unreachable!("{answers:?}")
    };
    assert!(quiet.points.is_empty() && quiet.complete);
    assert_eq!(forbidden.kind, ProblemKind::Denied);
    assert_eq!(forbidden.remedy, Remedy::Allow("cloudwatch:GetMetricData".into()));
    assert_eq!(forbidden.message, "the metrics of the account 444455556666 may not be read: said CloudWatch");
    assert_eq!((broken.kind, &broken.remedy), (ProblemKind::Other, &Remedy::Wait));
    assert_eq!(broken.message, "CloudWatch could not work it out: said CloudWatch");
}

#[tokio::test]
async fn high_resolution_alarms_are_asked_within_the_three_hours_that_cloudwatch_keeps() {
    let stub = Stub::start(|asked| picky(asked, "")).await;
    // The clock of the session is that of the moment at which it plans, a little after the console's.
    let now: Timestamp = "2026-05-01T03:04:05Z".parse().unwrap();
    let later = now + SignedDuration::from_millis(30);
    let session = session(Settings { clock: Arc::new(move || later), ..settings(&stub.url, KEYS, "test") })
        .await
        .unwrap();
    let SeriesQuery::Stat(stat) = metric("fast") else { unreachable!() };
    let fast = SeriesQuery::Stat(MetricStat { period: 10, ..stat });
    let answers = series(&session, &[fast], now - SignedDuration::from_hours(3), now).await;
    assert_eq!(answers[0].1.as_ref().unwrap().period, 10);
    let asked = input(&stub.actions("GetMetricData")[0]);
    let begin = field(&asked, "StartTime").and_then(Value::as_tag).map(|(_, v)| v.clone()).unwrap();
    let want = "2026-05-01T00:05:00Z".parse::<Timestamp>().unwrap().as_second();
    assert!(
        begin == Value::from(want) || begin.as_float().map(|f| f.to_string()) == Some(want.to_string()),
        "{begin:?}"
    );
}

#[tokio::test]
async fn a_denied_call_is_not_asked_again_in_halves() {
    let stub = Stub::start(|asked| picky(asked, "AccessDeniedException")).await;
    let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
    let end = Timestamp::now();
    let asked = [metric("good"), metric("bad")];
    let answers = series(&session, &asked, end - SignedDuration::from_hours(3), end).await;
    let kinds: Vec<_> = answers.iter().map(|(_, result)| result.as_ref().err().map(|p| p.kind)).collect();
    assert_eq!((kinds, stub.asked().len()), (vec![Some(ProblemKind::Denied); 2], 1));
}

#[tokio::test]
async fn one_alarm_s_sum_over_all_metrics_does_not_see_those_of_another() {
    let now: Timestamp = "2026-05-01T03:04:05Z".parse().unwrap();
    let drill = Drill::open(&drill::Options { now: Some(now), ..drill::Options::default() }).unwrap();
    let settings = Settings {
        http: Some(drill.http_client()),
        clock: Arc::new(move || now),
        ..settings("http://127.0.0.1:9", "", "drill")
    };
    let session = session(settings).await.unwrap();
    let load_balancer = |name: &str| MetricStat {
        namespace: "AWS/ApplicationELB".into(),
        name: name.into(),
        dimensions: vec![("LoadBalancer".into(), "app/web/50dc6c495c0c9188".into())],
        stat: "Sum".into(),
        period: 60,
        ..MetricStat::default()
    };
    let requests = SeriesQuery::Stat(load_balancer("RequestCount"));
    let sum = SeriesQuery::Math {
        inputs: vec![("m1".into(), load_balancer("RequestCount"))],
        expressions: vec![("e1".into(), "SUM(METRICS())".into())],
        returns: "e1".into(),
        period: 60,
    };
    let asked = [SeriesQuery::Stat(load_balancer("HTTPCode_Target_5XX_Count")), requests, sum];
    let answers = series(&session, &asked, now - SignedDuration::from_hours(1), now).await;
    let points = |at: usize| answers[at].1.as_ref().unwrap().points.clone();
    assert!(points(1).len() > 50);
    assert_eq!(points(2), points(1), "the sum of its own metric alone");
}
