use proptest::prelude::*;

use super::{
    scale::{Scale, short_number, time_labels},
    *,
};
use crate::{panes::detail::Breach, rows::metric::SeriesQuery, scope::ScopeId, text::Lang};

fn at(minute: i64) -> Timestamp {
    "2026-05-01T00:00:00Z".parse::<Timestamp>().unwrap() + jiff::SignedDuration::from_mins(minute)
}

fn spec(threshold: Option<f64>) -> Graph {
    Graph {
        title: "5xx Sum".into(),
        scope: ScopeId(0),
        query: SeriesQuery::Stat(crate::rows::metric::MetricStat::default()),
        threshold,
        breach: None,
        band: Vec::new(),
        unit: None,
        marks: vec![at(20)],
    }
}

fn text(lines: &[Strip]) -> Vec<String> {
    lines.iter().map(|l| l.0.iter().map(|r| r.span.text.as_str()).collect::<String>()).collect()
}

#[test]
fn numbers_are_short() {
    for (n, wanted) in [
        (0.0, "0"),
        (-0.0, "0"),
        (0.05, "0.05"),
        (0.0012, "0.0012"),
        (0.3, "0.3"),
        (7.0, "7"),
        (7.25, "7.2"),
        (99.96, "100"),
        (240.0, "240"),
        (999.0, "999"),
        (999.9, "1k"),
        (1_234.0, "1.2k"),
        (50_000.0, "50k"),
        (3_400_000.0, "3.4M"),
        (2e9, "2G"),
        (7e13, "70T"),
        (-5.61e263, "-5.6e263"),
        (-1_500.0, "-1.5k"),
        (f64::NAN, "–"),
    ] {
        assert_eq!(short_number(n), wanted, "{n}");
    }
}

#[test]
fn axes_have_round_ends_and_hold_everything() {
    for (values, threshold, rows, min, max, step) in [
        (vec![3.0, 212.0], Some(20.0), 5, 0.0, 300.0, 100.0),
        (vec![0.0, 0.0], None, 5, 0.0, 1.0, 0.5),
        (vec![99.5, 99.9], None, 4, 99.4, 100.0, 0.2),
        (vec![12.0], None, 6, 10.0, 14.0, 1.0),
        (vec![-5.0, 5.0], None, 4, -5.0, 5.0, 5.0),
        (vec![], Some(80.0), 4, 70.0, 90.0, 10.0),
        (vec![f64::NAN], None, 4, 0.0, 1.0, 1.0),
    ] {
        let scale = Scale::of(values.iter().copied(), threshold, rows);
        let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
        assert!(
            near(scale.min, min) && near(scale.max, max) && near(scale.step, step),
            "{values:?} {threshold:?}: {scale:?}"
        );
    }
}

#[test]
fn the_threshold_has_its_label_even_where_a_round_number_stood() {
    let scale = Scale::of([0.0, 100.0].into_iter(), Some(52.0), 5);
    let labels = scale.labels(5, Some(52.0));
    let words: Vec<_> = labels.iter().map(|l| l.as_ref().map(|(t, th)| (t.as_str(), *th))).collect();
    assert_eq!(words.iter().flatten().filter(|(_, th)| *th).collect::<Vec<_>>(), [&("52", true)]);
    assert_eq!(words[0], Some(("100", false)));
    assert_eq!(words[4], Some(("0", false)));
}

#[test]
fn times_are_round_in_the_operators_zone() {
    let axis = Axis { start: at(7), end: at(187) };
    let zone = TimeZone::fixed(jiff::tz::offset(1));
    let words: Vec<String> = time_labels(axis, 60, &zone).into_iter().map(|(_, l)| l).collect();
    assert_eq!(words, ["02:00", "03:00", "04:00"]);
    // India is half an hour off: round there, not in UTC.
    let india = TimeZone::fixed(jiff::tz::Offset::from_seconds(19_800).unwrap());
    let words: Vec<String> = time_labels(axis, 60, &india).into_iter().map(|(_, l)| l).collect();
    assert_eq!(words, ["06:00", "07:00", "08:00"]);
}

#[test]
fn a_gap_in_the_data_is_a_gap_in_the_line() {
    let axis = Axis { start: at(0), end: at(40) };
    let mut points: Vec<_> = (0..=10).map(|m| (at(m), 1.0)).collect();
    points.extend((30..=40).map(|m| (at(m), 1.0)));
    let line = spark(&Series { points, period: 60, complete: true }, axis, 20);
    let blank: Vec<bool> = line.chars().map(|c| c == canvas::BLANK).collect();
    assert_eq!(blank.iter().filter(|b| **b).count(), 8, "{line}");
    assert!(!blank[0] && !blank[19] && blank[10], "{line}");
}

#[test]
fn a_lone_point_is_seen() {
    let axis = Axis { start: at(0), end: at(40) };
    let line = spark(&Series { points: vec![(at(20), 3.0)], period: 60, complete: true }, axis, 20);
    assert_eq!(line.chars().filter(|c| *c != canvas::BLANK).count(), 1, "{line}");
}

#[test]
fn the_whole_graph() {
    let axis = Axis { start: at(0), end: at(60) };
    let points =
        (0i32..=60).map(|m| (at(m.into()), if m < 40 { 2.0 } else { f64::from(m - 39) * 10.0 })).collect();
    let series = Series { points, period: 60, complete: true };
    let words = Catalogue::load(Lang::En);
    let lines =
        graph(&spec(Some(50.0)), &Data::Points(&series, Vec::new()), axis, (60, 8), &TimeZone::UTC, &words);
    insta::assert_snapshot!(text(&lines).join("\n"));
}

/// The characters of a role, cell by cell, blank elsewhere.
fn only(lines: &[Strip], role: Role) -> String {
    let spans = lines.iter().flat_map(|l| &l.0).map(|r| &r.span).filter(|s| s.role == role);
    spans.map(|s| s.text.as_str()).collect()
}

#[test]
fn what_breaches_is_marked_on_the_side_that_alarms() {
    let axis = Axis { start: at(0), end: at(60) };
    let points = (0i32..=60).map(|m| (at(m.into()), f64::from(m))).collect();
    let series = Series { points, period: 60, complete: true };
    let words = Catalogue::load(Lang::En);
    let drawn = |breach| {
        let spec = Graph { breach, marks: Vec::new(), ..spec(Some(30.0)) };
        let data = Data::Points(&series, Vec::new());
        graph(&spec, &data, axis, (60, 12), &TimeZone::UTC, &words)
    };
    assert_eq!(only(&drawn(None), Role::Bad), "");
    // The line rises: its upper rows breach from above, its lower ones from below.
    let half = |lines: &[Strip], breach| {
        let rows: Vec<bool> =
            lines.iter().map(|l| !only(std::slice::from_ref(l), Role::Bad).is_empty()).collect();
        let first = rows.iter().position(|b| *b);
        let last = rows.iter().rposition(|b| *b);
        (first, last, breach)
    };
    let (first, last, _) = half(&drawn(Some(Breach::Above)), "above");
    assert_eq!(first, Some(1), "from the top");
    assert!(last < Some(7), "{last:?}");
    let (first, last, _) = half(&drawn(Some(Breach::Below)), "below");
    assert!(first > Some(4), "{first:?}");
    assert_eq!(last, Some(10), "to the bottom");
}

#[test]
fn a_band_is_drawn_and_what_leaves_it_is_marked() {
    let axis = Axis { start: at(0), end: at(60) };
    let series = |value: &dyn Fn(i32) -> f64| Series {
        points: (0i32..=60).map(|m| (at(m.into()), value(m))).collect(),
        period: 60,
        complete: true,
    };
    let (upper, lower) = (series(&|_| 60.0), series(&|_| 40.0));
    let leaving = series(&|m| if m < 45 { 50.0 } else { 90.0 });
    let words = Catalogue::load(Lang::En);
    let spec = Graph { breach: Some(Breach::Outside), marks: Vec::new(), ..spec(None) };
    let drawn = |band| graph(&spec, &Data::Points(&leaving, band), axis, (60, 12), &TimeZone::UTC, &words);
    let whole = drawn(vec![&lower, &upper]);
    assert!(!only(&whole, Role::Warn).is_empty() && !only(&whole, Role::Bad).is_empty());
    let inside = graph(
        &spec,
        &Data::Points(&series(&|_| 50.0), vec![&upper, &lower]),
        axis,
        (60, 12),
        &TimeZone::UTC,
        &words,
    );
    assert_eq!(only(&inside, Role::Bad), "");
    // Until the band has been read nothing is accused.
    assert_eq!(only(&drawn(Vec::new()), Role::Bad), "");
}

proptest! {
    #[test]
    fn it_always_fills_exactly_its_room(
        values in proptest::collection::vec(prop_oneof![any::<f64>(), -1e3..1e3], 0..80),
        threshold in proptest::option::of(prop_oneof![any::<f64>(), -1e3..1e3]),
        width in 1usize..200, height in 1usize..30,
    ) {
        let axis = Axis { start: at(0), end: at(60) };
        let points = (0i64..).zip(values).map(|(m, v)| (at(m), v)).collect();
        let series = Series { points, period: 60, complete: false };
        let words = Catalogue::load(Lang::Ja);
        let lines = graph(&spec(threshold), &Data::Points(&series, Vec::new()), axis, (width, height), &TimeZone::UTC, &words);
        prop_assert_eq!(lines.len(), height.max(3));
        if width >= 40 {
            for line in text(&lines) {
                prop_assert!(measure::width(&line) <= width, "{line:?} in {width}");
            }
        }
    }
}
