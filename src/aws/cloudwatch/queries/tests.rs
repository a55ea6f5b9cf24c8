use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn cpu(instance: &str) -> MetricStat {
    MetricStat {
        namespace: "AWS/EC2".into(),
        name: "CPUUtilization".into(),
        dimensions: vec![("InstanceId".into(), instance.into())],
        stat: "Average".into(),
        period: 300,
        ..MetricStat::default()
    }
}

fn ratio() -> SeriesQuery {
    SeriesQuery::Math {
        inputs: vec![("m1".into(), cpu("i-1")), ("m10".into(), cpu("i-2"))],
        expressions: vec![("e1".into(), "100*(m1/m10) + IF(m1 > 5, m1, FILL(m10, 0))".into())],
        returns: "e1".into(),
        period: 300,
    }
}

fn window() -> (Timestamp, Timestamp, Timestamp) {
    (at("2026-05-01T00:00:00Z"), at("2026-05-01T03:00:00Z"), at("2026-05-01T03:00:00Z"))
}

#[test]
fn many_questions_fit_one_call_with_ids_of_their_own() {
    let (start, end, now) = window();
    let same = SeriesQuery::Stat(cpu("i-1"));
    let calls = plan(&[same.clone(), ratio(), same, ratio()], start, end, now).calls;
    let [call] = calls.as_slice() else { panic!("one call") };
    let ids: Vec<&str> = call.iter().flat_map(|a| &a.parts).filter_map(|p| p.id()).collect();
    assert_eq!(ids, ["q0", "q1_m1", "q1_m10", "q1_e1"]);
    let returned: Vec<&str> = call
        .iter()
        .flat_map(|a| &a.parts)
        .filter(|p| p.return_data() == Some(true))
        .filter_map(|p| p.id())
        .collect();
    assert_eq!(returned, ["q0", "q1_e1"]);
    assert_eq!(
        call[1].parts[2].expression(),
        Some("100*(q1_m1/q1_m10) + IF(q1_m1 > 5, q1_m1, FILL(q1_m10, 0))")
    );
    assert_eq!(call[1].parts[2].period(), None);
}

#[test]
fn a_call_never_holds_more_than_it_may_and_keeps_a_question_together() {
    let (start, end, now) = window();
    let mut queries: Vec<SeriesQuery> = (0..499).map(|n| SeriesQuery::Stat(cpu(&format!("i-{n}")))).collect();
    queries.push(ratio());
    queries.extend((500..1200).map(|n| SeriesQuery::Stat(cpu(&format!("i-{n}")))));
    let calls = plan(&queries, start, end, now).calls;
    let sizes: Vec<usize> = calls.iter().map(|c| c.iter().map(|a| a.parts.len()).sum()).collect();
    assert_eq!(sizes, [499, 500, 203]);
    assert_eq!(calls.iter().flatten().count(), queries.len());
}

#[test]
fn quotes_and_sql_stay_as_they_are() {
    let ids: HashMap<&str, String> =
        [("m1", "q0_m1".to_owned()), ("e1", "q0_e1".to_owned())].into_iter().collect();
    for (from, to) in [
        ("m1", "q0_m1"),
        ("m1+m11", "q0_m1+m11"),
        ("SUM([m1, e1])", "SUM([q0_m1, q0_e1])"),
        ("ANOMALY_DETECTION_BAND(m1, 2)", "ANOMALY_DETECTION_BAND(q0_m1, 2)"),
        ("SEARCH('{AWS/EC2,m1} e1', 'Average', 300)", "SEARCH('{AWS/EC2,m1} e1', 'Average', 300)"),
        ("SELECT AVG(m1) FROM \"AWS/EC2\"", "SELECT AVG(m1) FROM \"AWS/EC2\""),
    ] {
        assert_eq!(rename(from, &ids), to);
    }
}

#[test]
fn the_period_is_what_cloudwatch_still_keeps() {
    let now = at("2026-05-01T00:00:00Z");
    for (own, back_hours, window_hours, want) in [
        (60, 3, 3, 60),
        (10, 3, 3, 10),
        (10, 4, 1, 60),
        (60, 14 * 24, 3, 60),
        (60, 16 * 24, 3, 300),
        (300, 16 * 24, 3, 300),
        (60, 64 * 24, 3, 3600),
        (86400, 64 * 24, 3, 86400),
        (60, 48, 48, 120),
        (60, 7 * 24, 7 * 24, 420),
        (0, 1, 1, 60),
    ] {
        let start = now - SignedDuration::from_hours(back_hours);
        let end = start + SignedDuration::from_hours(window_hours);
        assert_eq!(period(own, start, end, now), want, "own {own}, {back_hours} h ago, for {window_hours} h");
    }
}

#[test]
fn a_question_that_cannot_be_asked_says_why() {
    let (start, end, now) = window();
    let math = |inputs, returns: &str| SeriesQuery::Math {
        inputs,
        expressions: vec![],
        returns: returns.into(),
        period: 60,
    };
    let lost = math(vec![], "e1");
    let huge = math((0..501).map(|n| (format!("m{n}"), cpu("i-1"))).collect(), "m0");
    let plan = plan(&[lost.clone(), SeriesQuery::Stat(cpu("i-1")), huge.clone()], start, end, now);
    assert_eq!(plan.calls.iter().flatten().count(), 1);
    let [(first, why_first), (second, why_second)] = plan.unasked.as_slice() else { panic!("two of three") };
    assert_eq!((first, second), (&lost, &huge));
    assert!(why_first.message.contains("does not hold the series"), "{why_first}");
    assert!(why_second.message.contains("501 queries"), "{why_second}");
}

#[test]
fn math_over_all_metrics_of_its_request_is_alone_in_it_with_its_own_ids() {
    let (start, end, now) = window();
    let all = |text: &str| SeriesQuery::Math {
        inputs: vec![("errors1".into(), cpu("i-1")), ("errors2".into(), cpu("i-2"))],
        expressions: vec![("e1".into(), text.into())],
        returns: "e1".into(),
        period: 300,
    };
    let plain = SeriesQuery::Stat(cpu("i-3"));
    let named = all("SUM(METRICS(\"errors\"))");
    for (query, alone) in
        [(named, true), (all("AVG( METRICS () )"), true), (all("SUM([errors1]) + LEN('METRICS()')"), false)]
    {
        let calls = plan(&[plain.clone(), query.clone(), ratio()], start, end, now).calls;
        let of = |query: &SeriesQuery| calls.iter().find(|c| c.iter().any(|a| a.query == *query)).unwrap();
        assert_eq!(of(&query).len() == 1, alone, "{query:?}");
        assert_eq!(of(&plain).len(), if alone { 2 } else { 3 }, "the others still share theirs");
        if alone {
            let ids: Vec<&str> = of(&query)[0].parts.iter().filter_map(|p| p.id()).collect();
            assert_eq!(
                (ids.as_slice(), of(&query)[0].id.as_str()),
                (["errors1", "errors2", "e1"].as_slice(), "e1")
            );
        }
    }
}

#[test]
fn high_resolution_is_kept_when_the_last_three_hours_are_asked_a_moment_later() {
    let (start, end, _) = window();
    let fast = |own| SeriesQuery::Stat(MetricStat { period: own, ..cpu("i-1") });
    for (late, own, want, from) in [
        (SignedDuration::ZERO, 10, 10, "2026-05-01T00:01:00Z"),
        (SignedDuration::from_millis(40), 10, 10, "2026-05-01T00:01:00Z"),
        (SignedDuration::from_secs(59), 30, 30, "2026-05-01T00:01:00Z"),
        (SignedDuration::from_secs(61), 10, 60, "2026-05-01T00:00:00Z"),
        // A minute is kept for fifteen days.
        (SignedDuration::from_millis(40), 60, 60, "2026-05-01T00:00:00Z"),
    ] {
        let now = end + late;
        let calls = plan(&[fast(own)], start, end, now).calls;
        assert_eq!(calls[0][0].period, want, "{own} s, {late:?} late");
        assert_eq!(begin(&calls[0], start, now), at(from), "{own} s, {late:?} late");
    }
    // Shorter windows begin where they were asked to.
    let (soon, now) = (at("2026-05-01T02:00:00Z"), end);
    assert_eq!(begin(&plan(&[fast(10)], soon, end, now).calls[0], soon, now), soon);
}
