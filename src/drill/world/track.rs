//! What states alarms have been in, worked out from their metrics.
//!
//! An alarm is evaluated whenever one of its periods has become complete, at its own second of the minute, from a day
//! before the scenario on; a composite whenever a child has changed. That is a fold over pure values, so the result for
//! a moment never depends on when or how often it was asked for; how far the fold has come is kept, nothing else.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::{
    World,
    alarm::{ALARM, Alarm, INSUFFICIENT, OK, Watch},
    math::Value,
    reason::{Point, because, judge, stamp},
    series::{Reader, Stretch},
};

/// How long before the scenario alarms are evaluated from.
const LOOK_BACK_SECS: i64 = 86_400;

/// One change of state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Transition {
    /// Second of the scenario.
    pub(crate) second: i64,
    /// The state before.
    pub(crate) from: &'static str,
    /// Why it was in that.
    pub(crate) from_reason: String,
    /// The same in JSON.
    pub(crate) from_data: String,
    /// The state after.
    pub(crate) to: &'static str,
    /// Why.
    pub(crate) reason: String,
    /// The same in JSON.
    pub(crate) data: String,
}

/// How far an alarm has been worked out.
#[derive(Debug, Default)]
pub(crate) struct Track {
    /// Up to and with this second of the scenario.
    until: Option<i64>,
    transitions: Vec<Arc<Transition>>,
}

impl Track {
    fn last(&self) -> Option<&Arc<Transition>> {
        self.transitions.last()
    }

    fn at(&self, second: i64) -> Option<&Arc<Transition>> {
        let after = self.transitions.partition_point(|change| change.second <= second);
        self.transitions.get(after.checked_sub(1)?)
    }

    fn state(&self, second: i64) -> &'static str {
        self.at(second).map_or(INSUFFICIENT, |change| change.to)
    }

    fn push(&mut self, second: i64, to: &'static str, reason: String, data: String) {
        let (from, from_reason, from_data) = self.last().map_or_else(
            || (INSUFFICIENT, "Unchecked: Initial alarm creation".to_owned(), "{}".to_owned()),
            |last| (last.to, last.reason.clone(), last.data.clone()),
        );
        self.transitions.push(Arc::new(Transition {
            second,
            from,
            from_reason,
            from_data,
            to,
            reason,
            data,
        }));
    }
}

impl World {
    /// The last change of every alarm at a second of the scenario, in the order of the alarms.
    pub(crate) fn states(&self, elapsed: i64) -> Vec<Arc<Transition>> {
        let mut tracks = self.tracks();
        self.advance(&mut tracks, elapsed);
        tracks
            .iter()
            .filter_map(|track| track.at(elapsed).or_else(|| track.transitions.first()).cloned())
            .collect()
    }

    /// All changes of an alarm up to a second of the scenario, oldest first.
    pub(crate) fn changes(&self, alarm: usize, elapsed: i64) -> Vec<Arc<Transition>> {
        let mut tracks = self.tracks();
        self.advance(&mut tracks, elapsed);
        let Some(track) = tracks.get(alarm) else { return Vec::new() };
        track.transitions.iter().filter(|change| change.second <= elapsed).cloned().collect()
    }

    /// Works all alarms out up to a second of the scenario. Children stand before composites.
    fn advance(&self, tracks: &mut [Track], elapsed: i64) {
        for (index, alarm) in self.alarms.iter().enumerate() {
            let (before, rest) = tracks.split_at_mut(index);
            let Some(track) = rest.first_mut() else { return };
            if track.until.is_some_and(|until| until >= elapsed) {
                continue;
            }
            match &alarm.watch {
                Watch::Queries { period, .. } => self.advance_metric(alarm, *period, track, elapsed),
                Watch::Composite { lag, .. } => self.advance_composite(alarm, *lag, track, before, elapsed),
            }
            track.until = Some(elapsed);
        }
    }

    fn advance_metric(&self, alarm: &Alarm, period: i64, track: &mut Track, elapsed: i64) {
        let grid = self.clock(0).grid;
        // The last period that is complete, and evaluated, at a second of the scenario.
        let last_at = |second: i64| (second - alarm.phase + grid).div_euclid(period) - 1;
        let when = |bin: i64| (bin + 1) * period - grid + alarm.phase;
        let from = if let Some(until) = track.until {
            last_at(until) + 1
        } else {
            let first = last_at(alarm.since.min(-LOOK_BACK_SECS));
            let points = self.points(alarm, first, first, when(first));
            let state = judge(alarm, &points);
            let (reason, data) = match state {
                Some(state) => because(alarm, &points, INSUFFICIENT, state, self.moment(when(first))),
                None => ("Unchecked: Initial alarm creation".to_owned(), "{}".to_owned()),
            };
            track.push(alarm.since, state.unwrap_or(OK), reason, data);
            last_at(-LOOK_BACK_SECS)
        };
        let to = last_at(elapsed);
        if to < from {
            return;
        }
        let points = self.points(alarm, from, to, elapsed);
        let width = alarm.periods;
        for (window, bin) in points.windows(width).zip(from..=to) {
            let before = track.last().map_or(INSUFFICIENT, |last| last.to);
            if let Some(state) = judge(alarm, window)
                && state != before
            {
                let second = when(bin);
                let (reason, data) = because(alarm, window, before, state, self.moment(second));
                track.push(second, state, reason, data);
            }
        }
    }

    /// The points an alarm needs to be evaluated at every period of `from..=to`.
    fn points(&self, alarm: &Alarm, from: i64, to: i64, elapsed: i64) -> Vec<Point> {
        let Watch::Queries { queries, watched, band, period, .. } = &alarm.watch else { return Vec::new() };
        let before = i64::try_from(alarm.periods).unwrap_or(1) - 1;
        let len = usize::try_from(to - from + 1 + before).unwrap_or(0);
        let stretch = Stretch { start: (from - before) * period, period: *period, len };
        let (clock, known) = (self.clock(elapsed), RefCell::default());
        let region = &alarm.region;
        let reader = Reader { world: self, region, queries, stretch, clock, depth: 0, known: &known };
        let value = |index: usize| queries.get(index).and_then(|query| reader.value(query).ok());
        let values = match value(*watched) {
            Some(Value::Series(values)) => values,
            Some(Value::Scalar(n)) => vec![Some(n); len],
            _ => vec![None; len],
        };
        let bands = match band.and_then(value) {
            Some(Value::Band(upper, lower)) => upper.into_iter().zip(lower).map(|(u, l)| u.zip(l)).collect(),
            _ => vec![None; len],
        };
        let at = stretch.starts().zip(values).zip(bands);
        at.map(|((start, value), band)| Point { start, value, band }).collect()
    }

    fn advance_composite(&self, alarm: &Alarm, lag: i64, track: &mut Track, before: &[Track], elapsed: i64) {
        let Watch::Composite { rule, .. } = &alarm.watch else { return };
        let children: Vec<usize> = alarm
            .children()
            .into_iter()
            .filter_map(|name| {
                self.alarms.iter().position(|other| other.name == name && other.region == alarm.region)
            })
            .collect();
        let state_at = |second: i64| {
            let holds = rule.holds(&|name: &str| {
                let index =
                    children.iter().find(|index| self.alarms.get(**index).is_some_and(|a| a.name == name));
                index.and_then(|index| before.get(*index)).map_or(INSUFFICIENT, |child| child.state(second))
            });
            if holds { ALARM } else { OK }
        };
        let start = if let Some(until) = track.until {
            until - lag
        } else {
            let state = state_at(-LOOK_BACK_SECS);
            let reason = format!("{} was created and its alarm rule evaluates to {state}", alarm.arn);
            track.push(alarm.since, state, reason, "{}".to_owned());
            -LOOK_BACK_SECS
        };
        let end = elapsed - lag;
        let mut moments: BTreeSet<i64> = BTreeSet::new();
        for child in &children {
            if let Some(child) = before.get(*child) {
                moments.extend(
                    child.transitions.iter().map(|change| change.second).filter(|s| *s > start && *s <= end),
                );
            }
        }
        for second in moments {
            let state = state_at(second);
            if track.last().is_some_and(|last| last.to == state) {
                continue;
            }
            let (reason, data) = self.trigger(&children, before, second);
            track.push(second + lag, state, reason, data);
        }
    }

    /// A composite's reason: the child whose change tipped it.
    fn trigger(&self, children: &[usize], before: &[Track], second: i64) -> (String, String) {
        let changed = children.iter().find_map(|index| {
            let change = before.get(*index)?.at(second).filter(|change| change.second == second)?;
            Some((self.alarms.get(*index)?, change))
        });
        let Some((child, change)) = changed else { return (String::new(), "{}".to_owned()) };
        let at: Timestamp = self.moment(second);
        let reason = format!(
            "{} transitioned to {} at {}",
            child.arn,
            change.to,
            at.strftime("%A %d %B, %Y %H:%M:%S UTC")
        );
        let state = serde_json::json!({ "value": change.to, "timestamp": stamp(at) });
        let data = serde_json::json!({ "triggeringAlarms": [{ "arn": child.arn, "state": state }] });
        (reason, data.to_string())
    }
}
