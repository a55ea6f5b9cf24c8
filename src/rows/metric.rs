//! Metrics and their series.

use jiff::{SignedDuration, Timestamp};

/// The window of every graph: long enough to see how it was before, short enough for one-minute points.
pub const GRAPH_WINDOW: SignedDuration = SignedDuration::from_hours(3);

/// A metric with the statistic and period it is read at.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct MetricStat {
    /// e.g. `AWS/EC2`.
    pub namespace: String,
    /// e.g. `CPUUtilization`.
    pub name: String,
    /// Name and value, in the order CloudWatch gives.
    pub dimensions: Vec<(String, String)>,
    /// `Average Sum Maximum Minimum SampleCount p99 …`.
    pub stat: String,
    /// Seconds; a multiple of 60, or 1, 5, 10, 20, 30.
    pub period: u32,
    /// e.g. `Percent`.
    pub unit: Option<String>,
    /// The account it is read from, for cross-account alarms.
    pub account: Option<String>,
}

/// What GetMetricData is asked for: one metric, or an expression over others. Equal questions share one answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SeriesQuery {
    /// One metric.
    Stat(MetricStat),
    /// An alarm's metric math: `(id, metric or expression)` of every entry, and the id of the one to return.
    Math {
        /// Inputs with a metric.
        inputs: Vec<(String, MetricStat)>,
        /// Inputs with an expression.
        expressions: Vec<(String, String)>,
        /// Which id is wanted.
        returns: String,
        /// Seconds.
        period: u32,
    },
}

/// Datapoints, oldest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// Time and value.
    pub points: Vec<(Timestamp, f64)>,
    /// Seconds between points.
    pub period: u32,
    /// False when CloudWatch said `PartialData`.
    pub complete: bool,
}
