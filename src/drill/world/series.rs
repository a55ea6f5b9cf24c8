//! Points of queries over a stretch of time: what GetMetricData answers and what alarms are evaluated on.

use std::{cell::RefCell, collections::HashMap};

use jiff::Timestamp;

use super::{
    World,
    alarm::{Query, Source},
    math::{
        Inputs, Line, Points, Value,
        search::{self, Search},
    },
    metric::{Clock, MINUTE, Metric, Stat},
    shift,
};

/// For so many seconds after its last datapoint a metric is listed and found: two weeks.
pub(crate) const LISTED_SECS: i64 = 14 * 86_400;

impl Metric {
    /// Whether CloudWatch lists it, of the metrics that have had datapoints since a moment.
    pub(crate) fn is_listed(&self, since: Timestamp, now: Timestamp) -> bool {
        !self.hidden
            && self.from.is_none_or(|from| from <= now)
            && self.until.is_none_or(|until| until >= since)
    }
}

/// A stretch of time in whole periods, in seconds of the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// Start of the first period.
    pub(crate) start: i64,
    /// Seconds.
    pub(crate) period: i64,
    /// How many periods.
    pub(crate) len: usize,
}

impl Stretch {
    /// The starts of its periods.
    pub(crate) fn starts(&self) -> impl Iterator<Item = i64> + use<> {
        let Self { start, period, len } = *self;
        (0..i64::try_from(len).unwrap_or(0)).map(move |n| start + n * period)
    }
}

/// Reads queries over a stretch.
pub(crate) struct Reader<'a> {
    /// Of which world.
    pub(crate) world: &'a World,
    /// Where searches look.
    pub(crate) region: &'a str,
    /// All queries that may refer to each other.
    pub(crate) queries: &'a [Query],
    /// Over which time.
    pub(crate) stretch: Stretch,
    /// As of when.
    pub(crate) clock: Clock,
    /// How many expressions stand between this and the first: a limit for those that go in circles.
    pub(crate) depth: usize,
    /// What queries have come to over this stretch, by id: one that is named many times is worked out once.
    pub(crate) known: &'a RefCell<HashMap<String, Value>>,
}

/// Expressions that refer to expressions, at most this deep.
const MAX_DEPTH: usize = 10;

impl Reader<'_> {
    /// The value of one query.
    pub(crate) fn value(&self, query: &Query) -> Result<Value, String> {
        if let Some(value) = self.known.borrow().get(&query.id) {
            return Ok(value.clone());
        }
        let value = self.fresh(query)?;
        self.known.borrow_mut().insert(query.id.clone(), value.clone());
        Ok(value)
    }

    fn fresh(&self, query: &Query) -> Result<Value, String> {
        match &query.source {
            Source::Stat { metric, stat, .. } => {
                let found = metric.and_then(|index| self.world.metrics.get(index));
                let Some(metric) = found else { return Ok(Value::Series(vec![None; self.stretch.len])) };
                Ok(Value::Series(self.points(metric, *stat)))
            }
            Source::Math { expr, .. } => {
                if self.depth >= MAX_DEPTH {
                    return Err(format!("the expression {} refers to itself", query.id));
                }
                expr.eval(&Reader { depth: self.depth + 1, ..*self }, self.stretch.len)
            }
        }
    }

    fn points(&self, metric: &Metric, stat: Stat) -> Points {
        let point = |start| metric.sample(start, self.stretch.period, &self.clock);
        self.stretch.starts().map(|start| point(start).map(|sample| stat.of(sample))).collect()
    }

    fn find(&self, id: &str) -> Result<&Query, String> {
        self.queries
            .iter()
            .find(|query| query.id == id)
            .ok_or_else(|| format!("there is no query with id {id}"))
    }
}

impl Inputs for Reader<'_> {
    fn series(&self, id: &str) -> Result<Value, String> {
        self.value(self.find(id)?)
    }

    fn metrics(&self, part: &str) -> Result<Vec<Line>, String> {
        let metric = |query: &&Query| matches!(query.source, Source::Stat { .. }) && query.id.contains(part);
        let points = |query| match self.value(query)? {
            Value::Series(points) => Ok(Line::plain(points)),
            _ => Err("a metric is one series".to_owned()),
        };
        self.queries.iter().filter(metric).map(points).collect()
    }

    fn search(&self, search: &Search) -> Vec<Line> {
        let now = self.world.moment(self.clock.elapsed);
        let since = shift(now, -LISTED_SECS);
        let metrics = self.world.metrics.iter().filter(|metric| {
            metric.region == self.region
                && metric.is_listed(since, now)
                && search.finds(metric, &self.world.account)
        });
        let found: Vec<&Metric> = metrics.take(search::MOST).collect();
        let lines = search::labels(&found).into_iter().zip(&found);
        lines
            .map(|(label, metric)| Line { label: Some(label), points: self.points(metric, search.stat) })
            .collect()
    }

    fn expected(&self, id: &str) -> Result<Vec<(f64, f64)>, String> {
        let Source::Stat { metric, stat, .. } = &self.find(id)?.source else {
            return Err(format!("an anomaly band needs a metric, and {id} is an expression"));
        };
        let Some(metric) = metric.and_then(|index| self.world.metrics.get(index)) else {
            return Err(format!("there is no anomaly model for {id} yet"));
        };
        #[expect(clippy::cast_precision_loss, reason = "minutes of a period")]
        let minutes = if *stat == Stat::Sum { (self.stretch.period / MINUTE) as f64 } else { 1.0 };
        let middle = self.stretch.period / 2;
        let point = |start: i64| {
            let at = start + middle;
            (metric.everyday(at) * minutes, metric.deviation(at) * minutes)
        };
        Ok(self.stretch.starts().map(point).collect())
    }
}
