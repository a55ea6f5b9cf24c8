//! Metrics: what every minute of every metric is, as a function of the seed, the time and the scenario.
//!
//! A metric has an everyday curve over the day, noise around it, and effects that pull it away while they are active.
//! Nothing accumulates: any minute can be asked for in any order and is always the same. Datapoints stand on whole
//! minutes as CloudWatch's do; a scenario's minute *k* is the whole minute that lies *k* minutes after the one in which
//! the scenario started, so that a scenario plays the same whatever second it is started in.

use jiff::Timestamp;

use crate::drill::{rng, script::Span};

/// How long datapoints are kept at all, in seconds: 455 days (`aws-facts.md` §1.2).
const KEPT: i64 = 455 * 86_400;

/// Seconds in a minute, the finest resolution here.
pub(crate) const MINUTE: i64 = 60;

/// One metric.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Metric {
    /// Where.
    pub(crate) region: String,
    /// e.g. `AWS/EC2`.
    pub(crate) namespace: String,
    /// e.g. `CPUUtilization`.
    pub(crate) name: String,
    /// Sorted by name.
    pub(crate) dimensions: Vec<(String, String)>,
    /// e.g. `Percent`.
    pub(crate) unit: String,
    /// Lowest and highest of the day and the hour (UTC) of the highest.
    pub(crate) day: (f64, f64, f64),
    /// How much it wavers, as a part of the value.
    pub(crate) noise: f64,
    /// How far samples lie from their average.
    pub(crate) spread: f64,
    /// Whether it counts events.
    pub(crate) counts: bool,
    /// Whether minutes without events have no datapoint.
    pub(crate) sparse: bool,
    /// Seconds between datapoints; whole minutes.
    pub(crate) every: i64,
    /// Never more than this.
    pub(crate) max: f64,
    /// No data before this (an instance's launch).
    pub(crate) from: Option<Timestamp>,
    /// No data from here on (an instance's stop).
    pub(crate) until: Option<Timestamp>,
    /// Not listed.
    pub(crate) hidden: bool,
    /// Its own noise.
    pub(crate) seed: u64,
    /// What pulls it away from the everyday, in the order of the scenario.
    pub(crate) effects: Vec<Effect>,
}

/// One pull, in seconds of the scenario.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Effect {
    /// Start.
    pub(crate) at: i64,
    /// End, if any.
    pub(crate) until: Option<i64>,
    /// How long it takes to get there, and back.
    pub(crate) over: i64,
    /// Where to.
    pub(crate) to: f64,
    /// How much it wavers there.
    pub(crate) noise: f64,
    /// Rhythm: every, on.
    pub(crate) pulse: Option<(Span, Span)>,
    /// No datapoints instead of a value.
    pub(crate) missing: bool,
}

impl Effect {
    /// How far it has taken hold, 0 to 1, at a second of the scenario.
    fn grip(&self, second: i64) -> f64 {
        if second < self.at {
            return 0.0;
        }
        if let Some((every, on)) = self.pulse
            && (second - self.at).rem_euclid(every.0.max(1)) >= on.0
        {
            return 0.0;
        }
        let part = |elapsed: i64| if self.over <= 0 { 1.0 } else { ratio(elapsed, self.over).min(1.0) };
        let risen = part(second - self.at);
        match self.until {
            Some(end) if second >= end => risen * (1.0 - part(second - end)),
            _ => risen,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds of a scenario are far below 2^52")]
fn ratio(a: i64, b: i64) -> f64 {
    a as f64 / b as f64
}

/// The statistics of a stretch of time, as CloudWatch keeps them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sample {
    /// How many samples.
    pub(crate) count: f64,
    /// Their sum.
    pub(crate) sum: f64,
    /// The least.
    pub(crate) min: f64,
    /// The greatest.
    pub(crate) max: f64,
    /// How far they lie from their average, for percentiles.
    spread: f64,
}

impl Sample {
    fn join(self, other: Self) -> Self {
        Self {
            count: self.count + other.count,
            sum: self.sum + other.sum,
            min: self.min.min(other.min),
            max: self.max.max(other.max),
            spread: self.spread,
        }
    }

    /// The average.
    pub(crate) fn average(self) -> f64 {
        if self.count > 0.0 { self.sum / self.count } else { 0.0 }
    }

    /// The percentile `p` (0 to 100): samples are taken to lie between all alike and exponentially spread, which is
    /// how waiting times lie.
    pub(crate) fn percentile(self, p: f64) -> f64 {
        let tail = -(1.0 - (p / 100.0).clamp(0.0, 0.9999)).ln();
        self.average() * self.spread.mul_add(tail - 1.0, 1.0).max(0.0)
    }
}

/// A statistic, as `Stat` names it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Stat {
    /// `SampleCount`.
    Count,
    /// `Average`.
    Average,
    /// `Sum`.
    Sum,
    /// `Minimum`.
    Minimum,
    /// `Maximum`.
    Maximum,
    /// `p99.9`, and the trimmed means `tm99`, which stand close to the average.
    Percentile(f64),
    /// `tm90`, `IQM`: an average without the outermost samples.
    Trimmed,
}

impl Stat {
    /// Reads CloudWatch's spelling.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "SampleCount" => Self::Count,
            "Average" => Self::Average,
            "Sum" => Self::Sum,
            "Minimum" => Self::Minimum,
            "Maximum" => Self::Maximum,
            "IQM" => Self::Trimmed,
            _ => {
                if let Some(p) = text.strip_prefix('p') {
                    Self::Percentile(p.parse().ok().filter(|p| (0.0..=100.0).contains(p))?)
                } else {
                    let p: f64 = text.strip_prefix("tm")?.parse().ok()?;
                    (0.0..=100.0).contains(&p).then_some(Self::Trimmed)?
                }
            }
        })
    }

    /// Of a sample, rounded so that its text is short.
    pub(crate) fn of(self, sample: Sample) -> f64 {
        let value = match self {
            Self::Count => sample.count,
            Self::Average | Self::Trimmed => sample.average(),
            Self::Sum => sample.sum,
            Self::Minimum => sample.min,
            Self::Maximum => sample.max,
            Self::Percentile(p) => sample.percentile(p).min(sample.max.max(sample.average())),
        };
        (value * 1e4).round() / 1e4
    }
}

impl Metric {
    /// What CloudWatch has of the stretch `[start, start + period)` at the moment `now`: whole minutes only, and none
    /// that is not over. `start` and `period` are whole minutes, in seconds of the epoch.
    pub(crate) fn sample(&self, start: i64, period: i64, clock: &Clock) -> Option<Sample> {
        let mut joined: Option<Sample> = None;
        let oldest = clock.grid + clock.elapsed - KEPT;
        let mut minute = start.max(oldest - oldest.rem_euclid(MINUTE));
        while minute < start.saturating_add(period) && clock.is_over(minute) {
            if minute.rem_euclid(self.every) == 0
                && let Some(sample) = self.minute(minute, clock)
            {
                joined = Some(joined.map_or(sample, |so_far: Sample| so_far.join(sample)));
            }
            minute += MINUTE;
        }
        joined
    }

    /// One minute.
    fn minute(&self, minute: i64, clock: &Clock) -> Option<Sample> {
        let at = Timestamp::from_second(minute).ok()?;
        if self.from.is_some_and(|from| at < from) || self.until.is_some_and(|until| at >= until) {
            return None;
        }
        // The middle of the minute stands for it.
        let second = clock.second_of(minute) + MINUTE / 2;
        let step = minute.div_euclid(MINUTE);
        let mut value = self.everyday(minute) * self.noise.mul_add(self.waver(step), 1.0);
        for effect in &self.effects {
            let grip = effect.grip(second);
            if grip > 0.0 {
                if effect.missing {
                    return None;
                }
                let target = effect.to * effect.noise.mul_add(self.waver(step ^ 0x5555), 1.0);
                value = (target - value).mul_add(grip, value);
            }
        }
        value = value.clamp(0.0, self.max);
        if self.counts {
            let events = value.round();
            if self.sparse && events < 1.0 {
                return None;
            }
            let one = if events > 0.0 { 1.0 } else { 0.0 };
            return Some(Sample { count: events.max(1.0), sum: events, min: one, max: one, spread: 0.0 });
        }
        // Nobody has half a message in a queue.
        let grain = if matches!(self.unit.as_str(), "Count" | "Bytes") { 1.0 } else { 1e4 };
        let value = (value * grain).round() / grain;
        let around = 0.3 * self.spread;
        Some(Sample {
            count: 1.0,
            sum: value,
            min: value * (1.0 - around),
            max: (value * 6.0_f64.mul_add(self.spread, 1.0)).min(self.max),
            spread: self.spread,
        })
    }

    /// The everyday curve at a second of the epoch: low at night, high around its peak.
    pub(crate) fn everyday(&self, second: i64) -> f64 {
        let (low, high, peak) = self.day;
        let hour = ratio(second.rem_euclid(86_400), 3600);
        let turn = (hour - peak) / 24.0 * std::f64::consts::TAU;
        let shape = 0.5_f64.mul_add(turn.cos(), 0.5);
        (high - low).mul_add(shape, low)
    }

    /// How far an anomaly detector expects it to stray from the everyday, as one standard deviation.
    pub(crate) fn deviation(&self, second: i64) -> f64 {
        (self.everyday(second) * self.noise * 0.5).max(0.01)
    }

    /// Noise in -1..1: quick from minute to minute, with a slower swell below it.
    fn waver(&self, step: i64) -> f64 {
        let slow = step.div_euclid(15);
        let between = ratio(step.rem_euclid(15), 15);
        let from = rng::signed(self.seed ^ 0xa5a5, slow);
        let to = rng::signed(self.seed ^ 0xa5a5, slow + 1);
        let swell = (to - from).mul_add(between, from);
        0.6_f64.mul_add(rng::signed(self.seed, step), 0.4 * swell)
    }
}

/// The scenario's clock, in seconds of the epoch: what metrics need of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clock {
    /// The whole minute in which the scenario started.
    pub(crate) grid: i64,
    /// Seconds of the scenario that have passed.
    pub(crate) elapsed: i64,
}

impl Clock {
    /// The second of the scenario at which a whole minute starts.
    pub(crate) const fn second_of(&self, minute: i64) -> i64 {
        minute - self.grid
    }

    /// Whether a minute is over, so that its datapoint is there.
    pub(crate) const fn is_over(&self, minute: i64) -> bool {
        self.second_of(minute) + MINUTE <= self.elapsed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metric() -> Metric {
        Metric {
            region: "eu-west-1".into(),
            namespace: "AWS/EC2".into(),
            name: "CPUUtilization".into(),
            dimensions: vec![],
            unit: "Percent".into(),
            day: (10.0, 50.0, 20.0),
            noise: 0.1,
            spread: 0.2,
            counts: false,
            sparse: false,
            every: 60,
            max: 100.0,
            from: None,
            until: None,
            hidden: false,
            seed: 9,
            effects: vec![],
        }
    }

    const NOW: Clock = Clock { grid: 1_777_600_800, elapsed: 1025 };

    #[test]
    fn the_day_has_a_peak_and_noise_stays_around_it() {
        let metric = metric();
        for hour in 0..24 {
            let minute = 1_777_600_800 - 86_400 + hour * 3600;
            let value = metric.sample(minute, 60, &NOW).unwrap().average();
            let everyday = metric.everyday(minute);
            assert!((value - everyday).abs() <= everyday * 0.11, "{hour}: {value} {everyday}");
        }
        let day = 1_777_593_600 - 86_400;
        assert!(metric.everyday(day + 20 * 3600) > 4.0 * metric.everyday(day + 8 * 3600));
    }

    #[test]
    fn a_minute_that_is_not_over_has_no_datapoint() {
        let metric = metric();
        let grid = NOW.grid;
        assert!(metric.sample(grid + 16 * 60, 60, &NOW).is_some());
        assert!(metric.sample(grid + 17 * 60, 60, &NOW).is_none());
        let five = metric.sample(grid + 15 * 60, 300, &NOW).unwrap();
        assert!((five.count - 2.0).abs() < f64::EPSILON, "two of five minutes are over: {five:?}");
    }

    #[test]
    fn effects_take_hold_over_their_ramp_and_let_go() {
        let mut metric = metric();
        metric.noise = 0.0;
        let effect =
            Effect { at: 60, until: Some(600), over: 120, to: 90.0, noise: 0.0, pulse: None, missing: false };
        metric.effects.push(effect);
        let at = |minute: i64| metric.sample(NOW.grid + minute * 60, 60, &NOW).unwrap().average();
        let everyday = metric.everyday(NOW.grid);
        assert!((at(0) - everyday).abs() < 0.1);
        assert!(at(1) > everyday + 5.0 && at(1) < 60.0);
        assert!((at(5) - 90.0).abs() < 1e-6);
        assert!((at(12) - metric.everyday(NOW.grid + 720)).abs() < 0.1);
    }

    #[test]
    fn what_comes_and_goes_follows_its_rhythm() {
        let mut metric = metric();
        metric.noise = 0.0;
        let pulse = Some((Span(600), Span(180)));
        metric.effects.push(Effect {
            at: -86_400,
            until: None,
            over: 0,
            to: 99.0,
            noise: 0.0,
            pulse,
            missing: false,
        });
        let high = |minute: i64| metric.sample(NOW.grid + minute * 60, 60, &NOW).unwrap().average() > 90.0;
        let got: Vec<bool> = (0..12).map(high).collect();
        assert_eq!(got, [true, true, true, false, false, false, false, false, false, false, true, true]);
    }

    #[test]
    fn percentiles_rise_and_statistics_read_as_cloudwatch_writes_them() {
        let sample = Sample { count: 10.0, sum: 2.0, min: 0.1, max: 9.0, spread: 0.8 };
        assert!(sample.percentile(50.0) < sample.percentile(90.0));
        assert!(sample.percentile(90.0) < sample.percentile(99.0));
        assert_eq!(Stat::parse("p99.9"), Some(Stat::Percentile(99.9)));
        assert_eq!(Stat::parse("tm90"), Some(Stat::Trimmed));
        for bad in ["", "p", "p101", "sum", "median"] {
            assert_eq!(Stat::parse(bad), None, "{bad}");
        }
    }
}
