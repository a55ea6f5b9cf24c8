//! Whether the alarm itself can tell: what it watches may be gone, or it may be set up so that silence is a fire.

use jiff::SignedDuration;

use super::{Check, Finding, Given, Outcome, Side, Wanted, measure::last, near, told, unread};
use crate::{
    resource::{ALARM, EC2_INSTANCE, ResourceRef},
    rows::{
        alarm::{Alarm, AlarmState, Watch},
        metric::{MetricStat, Series},
    },
    text::sentence::Sentence,
    triage::{onset, pick, read::Read},
};

/// The alarm as it is set up.
pub(super) struct Setup;

impl Check for Setup {
    fn id(&self) -> &'static str {
        "cloudwatch.alarm"
    }

    /// The alarm's own metric is read anyway.
    fn wants(&self, _: &Given<'_>) -> Vec<Wanted> {
        Vec::new()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        let Some(alarm) = given.alarm else { return Vec::new() };
        let about = ResourceRef::new(alarm.scope, ALARM, &alarm.name).with_arn(&alarm.arn);
        let evaluated = evaluated(alarm);
        let measured = match (&alarm.watch, onset::watched(alarm)) {
            (Watch::Metric { stat, .. }, Some(query)) => match given.facts.series(&query) {
                Some(Ok(series)) => Some(measured(given, alarm, stat, series)),
                Some(Err(problem)) => Some((Outcome::Unknown, unread(problem))),
                None => None,
            },
            _ => None,
        };
        let finding =
            |(outcome, evidence)| Finding::new(self.id(), outcome, Side::Customer, &about, evidence);
        evaluated.into_iter().chain(measured).map(finding).collect()
    }
}

/// What CloudWatch says of its own evaluation (`aws-facts.md` §1.2).
fn evaluated(alarm: &Alarm) -> Option<(Outcome, Sentence)> {
    let state = alarm.evaluation_state.as_deref().filter(|state| !state.is_empty())?;
    let outcome = if state == "PARTIAL_DATA" { Outcome::Unknown } else { Outcome::Fail };
    let evidence = Sentence::new("check.alarm_evaluation").with("alarm", &alarm.name).with("state", state);
    Some((outcome, evidence))
}

/// What the points say: the window ends with the alarm's last change.
fn measured(given: &Given<'_>, alarm: &Alarm, stat: &MetricStat, series: &Series) -> (Outcome, Sentence) {
    let metric = format!("{} {}", stat.namespace, stat.name);
    let of = stat.dimensions.iter().map(|(name, value)| format!("{name}={value}"));
    let of = of.collect::<Vec<_>>().join(", ");
    let missing = alarm.treat_missing_data.as_deref().unwrap_or("missing");
    // Of sparse metrics (errors, throttles) no points are good news, unless the alarm says otherwise.
    let silence_counts = alarm.state == AlarmState::InsufficientData
        || (alarm.state == AlarmState::Alarm && missing == "breaching");
    let said = |key| Sentence::new(key).with("metric", &metric).with("of", &of);
    let Some((newest, _)) = last(series) else {
        let evidence = match stopped(given, stat) {
            Some((id, state)) => said("check.alarm_stopped").with("id", id).with("state", state),
            None => said("check.alarm_no_data"),
        };
        return (if silence_counts { Outcome::Fail } else { Outcome::Unknown }, evidence);
    };
    if silence_counts {
        // CloudWatch looks at some periods more than it evaluates; a point may also be late.
        let periods = i64::from(alarm.evaluation_periods.unwrap_or(1).max(1)) + 1;
        let span = SignedDuration::from_secs(i64::from(stat.period.max(60)).saturating_mul(periods));
        if given.case.at.duration_since(newest) > span {
            let evidence = match stopped(given, stat) {
                Some((id, state)) => said("check.alarm_stopped").with("id", id).with("state", state),
                None => said("check.alarm_silent").with("at", newest),
            };
            return (Outcome::Fail, evidence);
        }
        if let Some(every) = spacing(series).filter(|every| *every >= 2 * i64::from(stat.period.max(1))) {
            let evidence = said("check.alarm_period").with("period", stat.period).with("every", every);
            return (Outcome::Fail, evidence);
        }
    }
    (Outcome::Pass, said("check.alarm_fine").with("missing", missing))
}

/// The least seconds between two points.
fn spacing(series: &Series) -> Option<i64> {
    let pairs = series.points.iter().zip(series.points.iter().skip(1));
    pairs.map(|((earlier, _), (later, _))| later.duration_since(*earlier).as_secs()).min()
}

/// The instance that the metric is of, if it does not run: then silence is no riddle.
fn stopped<'a>(given: &Given<'a>, stat: &MetricStat) -> Option<(&'a str, &'a str)> {
    let (_, id) = stat.dimensions.iter().find(|(name, _)| name == "InstanceId")?;
    let instance = near(given, EC2_INSTANCE, 2).find(|one| one.id == *id)?;
    let answer = (Read::Instances, "Reservations[].Instances[]", "InstanceId");
    let state = pick::text(told(given, answer, instance)?, "State.Name");
    (!["", "running", "pending"].contains(&state)).then_some((instance.id.as_str(), state))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        rows::metric::SeriesQuery,
        triage::check::tests::{AT, Bench},
    };

    fn bench(state: AlarmState, missing: &str, minutes_ago: &[i64], running: &str) -> Bench {
        let mut bench = Bench::of(EC2_INSTANCE, "i-0000000a");
        let instance = json!({"InstanceId": "i-0000000a", "State": {"Name": running}});
        bench.tell(Read::Instances, "i-0000000a", json!({"Reservations": [{"Instances": [instance]}]}));
        let stat = MetricStat {
            namespace: "AWS/EC2".into(),
            name: "CPUUtilization".into(),
            dimensions: vec![("InstanceId".into(), "i-0000000a".into())],
            stat: "Average".into(),
            period: 60,
            ..MetricStat::default()
        };
        let query = SeriesQuery::Stat(stat.clone());
        bench.alarm = Some(Alarm {
            name: "cpu".into(),
            state,
            watch: Watch::Metric { stat, band: None },
            evaluation_periods: Some(3),
            treat_missing_data: Some(missing.into()),
            ..Alarm::default()
        });
        let at: jiff::Timestamp = AT.parse().unwrap();
        let points = minutes_ago.iter().map(|ago| (at - SignedDuration::from_mins(*ago), 5.0)).collect();
        bench.facts.ask_series(&query);
        bench.facts.add_series(query, Ok(Series { points, period: 60, complete: true }));
        bench
    }

    #[test]
    fn silence_is_told_from_fire() {
        use AlarmState::{Alarm, InsufficientData, Ok};
        for (state, missing, points, running, said) in [
            (
                InsufficientData,
                "missing",
                &[][..],
                "running",
                "fail AWS/EC2 CPUUtilization (InstanceId=i-0000000a) has no points: what it watches is gone, or a \
                 dimension is wrong",
            ),
            (
                InsufficientData,
                "missing",
                &[90, 60],
                "stopped",
                "fail AWS/EC2 CPUUtilization (InstanceId=i-0000000a) is silent because i-0000000a is stopped",
            ),
            (
                Alarm,
                "breaching",
                &[90, 60],
                "running",
                "fail AWS/EC2 CPUUtilization (InstanceId=i-0000000a) is silent since 2026-05-01T02:00:00Z",
            ),
            (
                InsufficientData,
                "missing",
                &[12, 7, 2],
                "running",
                "fail AWS/EC2 CPUUtilization (InstanceId=i-0000000a) has a point every 300 s, and the alarm looks every \
                 60 s",
            ),
            (
                Alarm,
                "missing",
                &[3, 2, 1],
                "running",
                "pass AWS/EC2 CPUUtilization (InstanceId=i-0000000a) has points; missing ones count as missing",
            ),
            (
                Ok,
                "notBreaching",
                &[],
                "running",
                "unknown AWS/EC2 CPUUtilization (InstanceId=i-0000000a) has no points: what it watches is gone, or a \
                 dimension is wrong",
            ),
        ] {
            assert_eq!(bench(state, missing, points, running).said(&Setup), [said]);
        }
        assert_eq!(Bench::of(EC2_INSTANCE, "i-0000000a").said(&Setup), Vec::<String>::new());
    }

    #[test]
    fn cloudwatch_says_when_it_cannot_evaluate() {
        let mut bench = Bench::default();
        bench.alarm = Some(Alarm {
            name: "cpu".into(),
            evaluation_state: Some("EVALUATION_ERROR".into()),
            ..Alarm::default()
        });
        assert_eq!(
            bench.said(&Setup),
            ["fail the alarm cpu is not evaluated as it should be: EVALUATION_ERROR"]
        );
    }
}
