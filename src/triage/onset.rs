//! When a metric began to move: an alarm fires some periods later, and what came after that beginning is no cause.
//!
//! From the points alone: how it usually was, and since when, without a break, it has been otherwise up to the alarm.

use jiff::{SignedDuration, Timestamp};

use crate::rows::{alarm::Alarm, metric::SeriesQuery};

/// The series whose beginning is looked for: what the alarm compares with its threshold, a metric or what its metric math
/// returns.
pub fn watched(alarm: &Alarm) -> Option<SeriesQuery> {
    alarm.watch.series()
}

/// Points that must be there from before it moved to tell how it usually is.
const LEAST: usize = 10;
/// So many usual deviations away it is otherwise.
const AWAY: f64 = 4.0;
/// Of the points before the alarm so many may be as usual again in between: metrics flutter.
const CALM: usize = 2;

/// When the points began to leave their usual range, if they have at the time of an alarm.
pub fn began(points: &[(Timestamp, f64)], at: Timestamp, period: u32) -> Option<Timestamp> {
    // A point carries the beginning of its period; the alarm may be some seconds older than the clock of a point.
    let before: Vec<(Timestamp, f64)> =
        points.iter().copied().filter(|(time, value)| *time <= at && value.is_finite()).collect();
    // The older two thirds say what is usual: a cause that is older than that is beyond this graph.
    let usual = before.get(..before.len() * 2 / 3).filter(|usual| usual.len() >= LEAST)?;
    let values: Vec<f64> = usual.iter().map(|(_, value)| *value).collect();
    let middle = median(values.clone())?;
    let spread = median(values.iter().map(|value| (value - middle).abs()).collect())?;
    // As far as it ever went on its own is usual, too: a metric that flutters must not seem to have moved early, since
    // that would acquit whatever came after.
    let ever = values.iter().map(|value| (value - middle).abs()).fold(0.0, f64::max) * 1.1;
    // A metric that never moves has no spread; a twentieth of its value is then much.
    let far = (AWAY * 1.4826 * spread).max(ever).max(middle.abs() * 0.05).max(f64::EPSILON);
    let mut first = None;
    let mut calm = 0;
    for (time, value) in before.iter().rev() {
        if (value - middle).abs() > far {
            (first, calm) = (Some(*time), 0);
        } else {
            calm += 1;
            // The newest points of a metric come late and low.
            if calm > CALM {
                break;
            }
        }
    }
    let first = first?;
    // The point that moved stands for its whole period.
    let span = SignedDuration::from_secs(i64::from(period));
    (at.duration_since(first) >= SignedDuration::ZERO)
        .then(|| first.saturating_add(span).unwrap_or(first).min(at))
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::{
        alarm::{MathQuery, Watch},
        metric::MetricStat,
    };

    fn errors() -> MetricStat {
        MetricStat { name: "Errors".into(), stat: "Sum".into(), period: 300, ..MetricStat::default() }
    }

    fn entry(id: &str, what: Result<MetricStat, &str>, returns: bool) -> MathQuery {
        let (stat, expression) = match what {
            Ok(stat) => (Some(stat), None),
            Err(expression) => (None, Some(expression.to_owned())),
        };
        MathQuery { id: id.into(), stat, expression, label: None, returns, period: None }
    }

    #[test]
    fn what_an_alarm_compares_is_what_is_watched() {
        let rate = "100 * errors / calls";
        let math = |returned: &str| SeriesQuery::Math {
            inputs: vec![("errors".into(), errors()), ("calls".into(), errors())],
            expressions: vec![("rate".into(), rate.into()), ("never".into(), "rate * 0".into())],
            returns: returned.into(),
            period: 300,
        };
        let entries = |returned: &str| {
            let all = [
                ("errors", Ok(errors())),
                ("calls", Ok(errors())),
                ("rate", Err(rate)),
                ("never", Err("rate * 0")),
            ];
            Watch::Math(all.map(|(id, what)| entry(id, what, id == returned)).into())
        };
        let composite = Watch::Composite { rule: "ALARM(a)".into(), suppressed: None, suppressor: None };
        let log = Watch::Log { log_groups: Vec::new(), query: None };
        for (watch, expected) in [
            (Watch::Metric { stat: errors(), band: None }, Some(SeriesQuery::Stat(errors()))),
            (entries("rate"), Some(math("rate"))),
            (entries("errors"), Some(SeriesQuery::Stat(errors()))),
            (entries("none says so"), Some(math("never"))),
            (Watch::Math(Vec::new()), None),
            (Watch::PromQl("up".into()), None),
            (composite, None),
            (log, None),
        ] {
            assert_eq!(watched(&Alarm { watch, ..Alarm::default() }), expected);
        }
    }

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_777_600_000 + minute * 60).unwrap()
    }

    fn points(values: impl Fn(i64) -> f64) -> Vec<(Timestamp, f64)> {
        (0..180).map(|minute| (at(minute), values(minute))).collect()
    }

    #[test]
    fn a_step_is_found_where_it_is() {
        let wave = |minute: i64| 100.0 + f64::from(i32::try_from(minute % 7).unwrap());
        let step = points(|minute| if minute < 165 { wave(minute) } else { 400.0 });
        assert_eq!(began(&step, at(179), 60), Some(at(166)));
        assert_eq!(began(&points(wave), at(179), 60), None);
    }

    #[test]
    fn a_metric_that_flutters_has_not_moved_until_it_goes_further_than_ever() {
        let flutter =
            |minute: i64| if minute % 11 == 0 { 9.0 } else { f64::from(i32::try_from(minute % 3).unwrap()) };
        let moved = points(|minute| if minute < 176 { flutter(minute) } else { 212.0 });
        assert_eq!(began(&moved, at(179), 60), Some(at(177)));
    }

    #[test]
    fn counts_that_are_zero_until_something_fails_move_with_the_first_failure() {
        let errors = points(|minute| if minute < 171 { 0.0 } else { 12.0 });
        assert_eq!(began(&errors, at(175), 60), Some(at(172)));
        // One calm point in between changes nothing, an earlier burst is another matter.
        let flutter = points(|minute| match minute {
            100..110 => 3.0,
            170..=172 | 174.. => 12.0,
            _ => 0.0,
        });
        assert_eq!(began(&flutter, at(178), 60), Some(at(171)));
    }

    #[test]
    fn too_few_points_say_nothing() {
        assert_eq!(began(&points(|_| 1.0)[..8], at(200), 60), None);
        assert_eq!(began(&[], at(0), 60), None);
        assert_eq!(began(&points(|_| f64::NAN), at(179), 60), None);
    }
}
