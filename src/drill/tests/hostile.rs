//! Requests that no SDK sends. None of them may end the program or keep it busy.

use std::fmt::Write as _;

use super::*;

/// The status and text of a GetMetricData or GetMetricStatistics request.
fn asked(body: &str) -> (u16, String) {
    let request = Request::post("/")
        .header("host", "monitoring.eu-west-1.amazonaws.com")
        .body(Bytes::from(format!("Version=2010-08-01&{body}")))
        .unwrap();
    let response = drill().answer(&request).1;
    (response.status().as_u16(), String::from_utf8_lossy(response.body()).into_owned())
}

/// `MetricDataQueries`: the first is a metric, the others are expressions.
fn data(period: &str, expressions: &[String]) -> (u16, String) {
    let mut body =
        "Action=GetMetricData&StartTime=1970-01-01T00:00:00Z&EndTime=2026-05-01T03:00:00Z".to_owned();
    let mut add = |n: usize, name: &str, value: &str| {
        let value = percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC);
        write!(body, "&MetricDataQueries.member.{n}.{name}={value}").unwrap();
    };
    add(1, "Id", "m1");
    add(1, "MetricStat.Metric.Namespace", "AWS/ApplicationELB");
    add(1, "MetricStat.Metric.MetricName", "RequestCount");
    add(1, "MetricStat.Metric.Dimensions.member.1.Name", "LoadBalancer");
    add(1, "MetricStat.Metric.Dimensions.member.1.Value", "app/web/50dc6c495c0c9188");
    add(1, "MetricStat.Stat", "Sum");
    add(1, "MetricStat.Period", period);
    for (n, expression) in expressions.iter().enumerate() {
        add(n + 2, "Id", &format!("e{n}"));
        add(n + 2, "Expression", expression);
        // Only the first is evaluated for its own sake.
        add(n + 2, "ReturnData", if n == 0 { "true" } else { "false" });
    }
    asked(&body)
}

/// Whole minutes near the end of 64 bits, of 32 bits, and just beyond those.
const HUGE: [&str; 3] = ["9223372036854775800", "2147483640", "2147483700"];

#[test]
fn no_period_is_too_long_to_answer() {
    let statistics = |period: &str| {
        asked(&format!(
            "Action=GetMetricStatistics&Namespace=AWS/ApplicationELB&MetricName=RequestCount&StartTime=1970-01-01T00:00:00Z\
             &EndTime=2026-05-01T03:00:00Z&Statistics.member.1=Sum&Dimensions.member.1.Name=LoadBalancer\
             &Dimensions.member.1.Value=app/web/50dc6c495c0c9188&Period={period}"
        ))
    };
    for (period, status) in HUGE.into_iter().zip([400, 200, 400]) {
        for (got, said) in [data(period, &[]), statistics(period)] {
            assert_eq!(got, status, "{period}: {said}");
            assert!(status == 200 || said.contains("The parameter Period must be"), "{said}");
        }
    }
}

#[test]
fn what_is_older_than_cloudwatch_keeps_is_not_looked_through() {
    let drill = drill();
    let world = &drill.0.world;
    let metric = world.metrics.iter().find(|m| m.from.is_none() && m.every == 60 && !m.sparse).unwrap();
    let clock = world.clock(world.elapsed(drill.now()));
    let count = metric.sample(0, i64::from(i32::MAX) / 60 * 60, &clock).map(|s| s.count);
    // One sample a minute, or as many as were counted, for 455 days and not since 1970.
    let days = |n: i64| metric.sample(drill.now().as_second() / 60 * 60 - n * 86_400, n * 86_400, &clock);
    assert!(count.is_some() && count <= days(456).map(|s| s.count), "{count:?}");
    assert!(count >= days(454).map(|s| s.count), "{count:?}");
}

/// On a thread with half the stack that a worker has.
fn on_a_small_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(1024 * 1024).spawn(work).unwrap().join().unwrap()
}

#[test]
fn no_expression_is_too_deep_for_the_stack() {
    let long = vec!["m1"; 680].join("+");
    let (status, said) = on_a_small_stack(move || data("60", &[long]));
    assert_eq!(status, 200, "{said}");
    assert!(said.contains("<StatusCode>Complete</StatusCode>"), "{said}");
    let (status, said) = on_a_small_stack(|| data("60", &[vec!["m1"; 700].join("+")]));
    assert!(status == 400 && said.contains("2048 characters"), "{said}");
    // Ten expressions that name each other, each as deep as one may be.
    let deep = |inner: &str| format!("{}{inner}{}", "ABS(".repeat(31), ")".repeat(31));
    let chain = (0..9).map(|n| deep(&format!("e{}", n + 1))).chain([deep("m1")]).collect::<Vec<_>>();
    let (status, said) = on_a_small_stack(move || data("60", &chain));
    assert!(status == 200 && said.contains("<StatusCode>Complete</StatusCode>"), "{said}");
}

#[test]
fn expressions_that_name_each_other_many_times_are_worked_out_once() {
    let many = |id: String| vec![id; 300].join("+");
    let chain = (0..9).map(|n| many(format!("e{}", n + 1))).chain([many("m1".into())]).collect::<Vec<_>>();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || tell.send(data("3600", &chain)));
    // Without that it is 300 to the tenth power.
    let (status, said) = told.recv_timeout(Duration::from_mins(1)).expect("it is still at it");
    assert_eq!(status, 200, "{said}");
    let circle = ["e1 + 1".to_owned(), "e0 + 1".to_owned()];
    let (status, said) = data("60", &circle);
    assert!(status == 200 && said.contains("refers to itself"), "{said}");
}
