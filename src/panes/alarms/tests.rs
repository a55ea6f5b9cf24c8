mod causes;
mod pages;

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::{
    panes::{
        Row,
        fixture::{Desk, World, at, composite, web_5xx},
        order::Order,
    },
    rows::{
        alarm::MathQuery,
        metric::{MetricStat, SeriesQuery},
    },
    text::Lang,
};

fn row(alarm: &Alarm, cx: &Cx<'_>) -> serde_json::Map<String, serde_json::Value> {
    let columns = (SPEC.columns)();
    let cells = columns.iter().enumerate().filter(|(_, c)| c.exported);
    cells.map(|(i, c)| (c.key.to_owned(), Row::cell(alarm, i, cx).value.json())).collect()
}

#[test]
fn the_json_row_is_the_contract() {
    let desk = Desk::new(Lang::En);
    let row = serde_json::Value::Object(row(&web_5xx(), &desk.cx()));
    let expected = json!({
        "name": "web-5xx",
        "arn": "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:web-5xx",
        "kind": "metric",
        "state": "ALARM",
        "state_since": "2026-05-01T03:08:00Z",
        "reason": "Threshold Crossed: 3 out of the last 3 datapoints were greater than the threshold (20.0).",
        "namespace": "AWS/ApplicationELB",
        "metric": "HTTPCode_Target_5XX_Count",
        "dimensions": {
            "LoadBalancer": "app/web/50dc6c495c0c9188",
            "TargetGroup": "targetgroup/web-80/73e2d6bc24d8a067",
        },
        "threshold": 20,
        "comparison": "GreaterThanThreshold",
        "actions_enabled": true,
        "actions": ["arn:aws:sns:eu-west-1:111122223333:oncall"],
        "rule": null,
        "children": [],
        "resources": [
            {
                "type": "AWS::ElasticLoadBalancingV2::TargetGroup",
                "id": "targetgroup/web-80/73e2d6bc24d8a067",
                "arn": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web-80/73e2d6bc24d8a067",
            },
            {
                "type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
                "id": "app/web/50dc6c495c0c9188",
                "arn": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/50dc6c495c0c9188",
            },
        ],
    });
    assert_eq!(row, expected);
}

#[test]
fn a_composites_row() {
    let desk = Desk::new(Lang::En);
    let alarm = composite("both", "ALARM(web-5xx) AND ALARM(web-latency)", AlarmState::Alarm);
    let row = row(&alarm, &desk.cx());
    assert_eq!(row["kind"], "composite");
    assert_eq!(row["rule"], "ALARM(web-5xx) AND ALARM(web-latency)");
    assert_eq!(row["children"], json!(["web-5xx", "web-latency"]));
    for unknown in ["namespace", "metric", "dimensions", "threshold", "comparison"] {
        assert!(row[unknown].is_null(), "{unknown}");
    }
}

#[test]
fn metric_math_shows_what_its_metrics_share() {
    let desk = Desk::new(Lang::En);
    let stat = |name: &str, tg: &str| MetricStat {
        namespace: "AWS/ApplicationELB".into(),
        name: name.into(),
        dimensions: vec![("LoadBalancer".into(), "app/web/1".into()), ("TargetGroup".into(), tg.into())],
        ..MetricStat::default()
    };
    let query = |id: &str, stat, expression: Option<&str>| MathQuery {
        id: id.into(),
        stat,
        expression: expression.map(Into::into),
        label: Some("error rate".into()),
        returns: expression.is_some(),
        period: None,
    };
    let alarm = Alarm {
        watch: Watch::Math(vec![
            query("e1", None, Some("m1/m2*100")),
            query("m1", Some(stat("HTTPCode_Target_5XX_Count", "a")), None),
            query("m2", Some(stat("RequestCount", "b")), None),
        ]),
        ..web_5xx()
    };
    let row = row(&alarm, &desk.cx());
    assert_eq!(row["namespace"], "AWS/ApplicationELB");
    assert!(row["metric"].is_null());
    assert_eq!(row["dimensions"], json!({"LoadBalancer": "app/web/1"}));
    assert_eq!(why(&alarm, &desk.cx()), "error rate 212 > 20 for 3 of 3");
    let world = World::default();
    let graph = graph(&alarm, &world.page(&desk)).unwrap();
    assert_eq!(graph.title, "error rate");
    let SeriesQuery::Math { inputs, expressions, returns, period } = graph.query else { panic!("not math") };
    assert_eq!((inputs.len(), expressions.len(), returns.as_str(), period), (2, 1, "e1", 60));
}

#[test]
fn columns_are_named_in_both_languages_and_fit_80() {
    let columns = (SPEC.columns)();
    for lang in [Lang::En, Lang::Ja] {
        let desk = Desk::new(lang);
        for column in &columns {
            let key = format!("column.{}", column.key);
            assert!(desk.cx().words.find(&key).is_some(), "{key} in {lang:?}");
        }
    }
    let keys: BTreeSet<_> = columns.iter().map(|c| c.key).collect();
    assert_eq!(keys.len(), columns.len(), "a key stands twice");
    let kept: u16 =
        columns.iter().filter_map(|c| c.width).filter(|w| w.priority == 0).map(|w| w.min + 2).sum();
    assert!(kept <= 80, "{kept}");
    assert_eq!(
        columns.iter().take(4).map(|c| c.key).collect::<Vec<_>>(),
        ["severity", "state_since", "name", "why"]
    );
}

type Change = fn(&mut Alarm);

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn how_bad_and_why() {
    let desk = Desk::new(Lang::En);
    let cx = desk.cx();
    let cases: &[(Change, Severity, &[&str])] = &[
        (|_| {}, Severity::Critical, &["ALARM for 4m"]),
        (|a| a.state = AlarmState::Ok, Severity::Ok, &[]),
        (|a| a.actions_enabled = false, Severity::Medium, &["ALARM for 4m", "actions disabled"]),
        (
            |a| a.muted_by = Some(vec!["deploy-window".into()]),
            Severity::Medium,
            &["ALARM for 4m", "muted by deploy-window"],
        ),
        (|a| a.muted_by = None, Severity::Critical, &["ALARM for 4m"]),
        (|a| a.actions.clear(), Severity::Critical, &["ALARM for 4m", "no one is told"]),
        (
            |a| a.recent_transitions = Some(6),
            Severity::Critical,
            &["ALARM for 4m", "flapping: 6 changes in 1h"],
        ),
        (
            |a| {
                a.state = AlarmState::Ok;
                a.recent_transitions = Some(4);
            },
            Severity::Medium,
            &["flapping: 4 changes in 1h"],
        ),
        (
            |a| {
                a.state = AlarmState::Ok;
                a.recent_transitions = Some(3);
            },
            Severity::Ok,
            &[],
        ),
        (|a| a.state = AlarmState::InsufficientData, Severity::Unknown, &["no data for 4m"]),
        (
            |a| {
                a.state = AlarmState::InsufficientData;
                a.state_since = Some(at("2026-04-28T03:00:00Z"));
            },
            Severity::Low,
            &["no data for 3d"],
        ),
        (
            |a| {
                a.state = AlarmState::InsufficientData;
                a.state_since = None;
            },
            Severity::Unknown,
            &["INSUFFICIENT_DATA"],
        ),
        (
            |a| {
                a.state = AlarmState::Ok;
                a.evaluation_state = Some("EVALUATION_ERROR".into());
            },
            Severity::High,
            &["cannot be evaluated: EVALUATION_ERROR"],
        ),
        (
            |a| {
                a.state = AlarmState::Ok;
                a.evaluation_state = Some("EVALUATION_FAILURE".into());
            },
            Severity::Medium,
            &["cannot be evaluated: EVALUATION_FAILURE"],
        ),
        (
            |a| {
                a.state = AlarmState::Ok;
                a.evaluation_state = Some("PARTIAL_DATA".into());
            },
            Severity::Low,
            &["evaluated on partial data"],
        ),
        (
            |a| {
                a.state = AlarmState::Ok;
                a.actions_enabled = false;
                a.actions.clear();
            },
            Severity::Ok,
            &[],
        ),
        (
            |a| {
                let suppressor = Some("deploying".into());
                a.watch = Watch::Composite {
                    rule: "ALARM(a)".into(),
                    suppressed: Some("Alarm".into()),
                    suppressor,
                };
            },
            Severity::Medium,
            &["ALARM for 4m", "suppressed by deploying"],
        ),
    ];
    for (i, (change, severity, attention)) in cases.iter().enumerate() {
        let mut alarm = web_5xx();
        change(&mut alarm);
        assert_eq!(PaneRow::severity(&alarm, &cx), *severity, "case {i}");
        assert_eq!(PaneRow::attention(&alarm, &cx), *attention, "case {i}");
    }
}

#[test]
fn the_reason_in_a_few_words() {
    let desk = Desk::new(Lang::En);
    let cx = desk.cx();
    let cases: &[(Change, &str)] = &[
        (|_| {}, "5xx 212/min > 20 for 3 of 3"),
        (|a| a.state = AlarmState::Ok, "5xx 212/min, alarms > 20"),
        (|a| a.reason_data = None, "3 out of the last 3 datapoints were greater than the threshold (20.0)."),
        (
            |a| a.reason_data = Some("garbage".into()),
            "3 out of the last 3 datapoints were greater than the threshold (20.0).",
        ),
        (
            |a| {
                a.state = AlarmState::InsufficientData;
                a.reason = "Insufficient Data: 1 datapoint was unknown.".into();
            },
            "Insufficient Data: 1 datapoint was unknown.",
        ),
        (
            |a| {
                a.reason_data = Some(r#"{"recentDatapoints":[91.5,null,97.256],"period":300}"#.into());
                a.threshold = Some(90.0);
                a.datapoints_to_alarm = Some(2);
                if let Watch::Metric { stat, .. } = &mut a.watch {
                    stat.name = "CPUUtilization".into();
                    stat.stat = "Average".into();
                }
            },
            "CPU 97.26% > 90 for 2 of 3",
        ),
        (
            |a| {
                a.reason_data = Some(r#"{"recentDatapoints":[123456789.0],"period":300}"#.into());
                a.comparison = Some("LessThanOrEqualToThreshold".into());
                a.threshold = Some(2e9);
                a.datapoints_to_alarm = None;
                a.evaluation_periods = Some(1);
                if let Watch::Metric { stat, .. } = &mut a.watch {
                    stat.name = "NetworkOut".into();
                }
            },
            "NetworkOut 123.46M/5m <= 2G for 1 of 1",
        ),
        (
            |a| {
                a.comparison = Some("GreaterThanUpperThreshold".into());
                a.threshold = None;
            },
            "5xx 212/min above the band for 3 of 3",
        ),
        (
            |a| *a = composite("both", "ALARM(web-5xx) AND ALARM(web-latency)", AlarmState::Alarm),
            "web-5xx AND web-latency",
        ),
    ];
    for (change, expected) in cases {
        let mut alarm = web_5xx();
        change(&mut alarm);
        assert_eq!(why(&alarm, &cx), *expected);
    }
}

#[test]
fn the_list_says_what_the_state_alone_does_not() {
    let desk = Desk::new(Lang::En);
    let cx = desk.cx();
    let at = Alarm::COLUMNS.iter().position(|c| c.column.key == "why").unwrap();
    let shown = |alarm: &Alarm| Row::cell(alarm, at, &cx).value.show(&cx).into_owned();
    let flapping = Alarm { recent_transitions: Some(8), ..web_5xx() };
    assert!(shown(&flapping).starts_with("flapping: 8 changes in 1h · 5xx 212/min"), "{}", shown(&flapping));
    assert!(Row::search_text(&flapping, &cx).contains("flapping"), "and the filter finds it");
    let muted = Alarm { muted_by: Some(vec!["night-shift".into()]), ..web_5xx() };
    assert!(shown(&muted).contains("night-shift"), "{}", shown(&muted));
}

fn alarms() -> impl Strategy<Value = Alarm> {
    let state =
        prop_oneof![Just(AlarmState::Ok), Just(AlarmState::Alarm), Just(AlarmState::InsufficientData)];
    let since = prop::option::of(1_700_000_000_i64..1_777_000_000);
    let evaluation =
        prop::option::of(prop_oneof![Just("PARTIAL_DATA"), Just("EVALUATION_ERROR"), Just("NEW_WORD")]);
    ("[a-c]{1,2}", state, since, any::<bool>(), prop::option::of(0u32..9), evaluation, 0u16..2).prop_map(
        |(name, state, since, actions_enabled, recent_transitions, evaluation, scope)| Alarm {
            scope: ScopeId(scope),
            name,
            state,
            state_since: since.map(|s| jiff::Timestamp::from_second(s).unwrap()),
            actions_enabled,
            recent_transitions,
            evaluation_state: evaluation.map(Into::into),
            ..Alarm::default()
        },
    )
}

proptest! {
    #[test]
    fn attention_is_empty_exactly_when_all_is_fine(alarm in alarms()) {
        let desk = Desk::new(Lang::En);
        let fine = PaneRow::severity(&alarm, &desk.cx()) == Severity::Ok;
        prop_assert_eq!(PaneRow::attention(&alarm, &desk.cx()).is_empty(), fine);
    }

    #[test]
    fn every_order_is_total(rows in prop::collection::vec(alarms(), 3), column in 0..21usize, down in any::<bool>()) {
        let desk = Desk::new(Lang::En);
        let cx = desk.cx();
        let key = (SPEC.columns)()[column].key;
        for order in [Order::default_of(&SPEC), Order::by(&SPEC, key, down).unwrap()] {
            let keys: Vec<_> = rows.iter().map(|r| order.key(r, &cx)).collect();
            for a in &keys {
                for b in &keys {
                    prop_assert_eq!(order.compare(a, b), order.compare(b, a).reverse());
                    for c in &keys {
                        if order.compare(a, b).is_le() && order.compare(b, c).is_le() {
                            prop_assert!(order.compare(a, c).is_le());
                        }
                    }
                }
            }
            for (row, k) in rows.iter().zip(&keys) {
                for (other, o) in rows.iter().zip(&keys) {
                    let same = (row.scope, &row.name) == (other.scope, &other.name);
                    prop_assert!(same || order.compare(k, o).is_ne(), "two rows share a place");
                }
            }
        }
    }
}

#[test]
fn worst_first_then_newest() {
    let desk = Desk::new(Lang::En);
    let cx = desk.cx();
    let alarm = |name: &str, state, since: &str| Alarm {
        name: name.into(),
        state,
        state_since: Some(at(since)),
        ..web_5xx()
    };
    let rows = [
        alarm("fine", AlarmState::Ok, "2026-05-01T03:11:00Z"),
        alarm("old", AlarmState::Alarm, "2026-04-01T00:00:00Z"),
        alarm("blind", AlarmState::InsufficientData, "2026-05-01T03:00:00Z"),
        alarm("new", AlarmState::Alarm, "2026-05-01T03:00:00Z"),
    ];
    let order = Order::default_of(&SPEC);
    let mut keyed: Vec<_> = rows.iter().map(|r| (order.key(r, &cx), r.name.as_str())).collect();
    keyed.sort_by(|a, b| order.compare(&a.0, &b.0));
    assert_eq!(keyed.iter().map(|(_, n)| *n).collect::<Vec<_>>(), ["new", "old", "blind", "fine"]);
    assert_eq!(Order::by(&SPEC, "no such column", false), None);
}
