//! A CloudWatch alarm of any kind: metric, metric math, PromQL, composite, log.

use jiff::Timestamp;

use crate::{
    resource::ResourceRef,
    rows::metric::{MetricStat, SeriesQuery},
    scope::ScopeId,
};

/// `OK ALARM INSUFFICIENT_DATA`, as CloudWatch spells them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum AlarmState {
    /// The threshold holds.
    Ok,
    /// The threshold is crossed.
    Alarm,
    /// Not enough data to tell.
    #[default]
    InsufficientData,
}

impl AlarmState {
    /// CloudWatch's spelling.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Alarm => "ALARM",
            Self::InsufficientData => "INSUFFICIENT_DATA",
        }
    }

    /// Reads CloudWatch's spelling; anything unknown is [`AlarmState::InsufficientData`].
    pub fn parse(word: &str) -> Self {
        match word {
            "OK" => Self::Ok,
            "ALARM" => Self::Alarm,
            _ => Self::InsufficientData,
        }
    }
}

/// An anomaly band: what CloudWatch expects of a metric, give or take some deviations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    /// The metric's id in the expression.
    pub metric: String,
    /// e.g. `ANOMALY_DETECTION_BAND(m1, 2)`.
    pub expression: String,
}

/// What an alarm watches.
#[derive(Debug, Clone, PartialEq)]
pub enum Watch {
    /// One metric.
    Metric {
        /// The metric, its statistic and period.
        stat: MetricStat,
        /// What it is compared with when the threshold is an anomaly band.
        band: Option<Band>,
    },
    /// Metric math or Metrics Insights: the queries as given, in order.
    Math(Vec<MathQuery>),
    /// A PromQL query.
    PromQl(String),
    /// Other alarms: the rule as CloudWatch gives it.
    Composite {
        /// The AlarmRule expression.
        rule: String,
        /// Why its actions are suppressed right now, if they are.
        suppressed: Option<String>,
        /// The alarm that suppresses its actions.
        suppressor: Option<String>,
    },
    /// A scheduled Logs Insights query.
    Log {
        /// The log groups it reads.
        log_groups: Vec<String>,
        /// The query text.
        query: Option<String>,
    },
}

impl Default for Watch {
    fn default() -> Self {
        Self::Math(Vec::new())
    }
}

/// One entry of an alarm's `Metrics` list.
#[derive(Debug, Clone, PartialEq)]
pub struct MathQuery {
    /// The id other expressions refer to.
    pub id: String,
    /// The metric, or none when it is an expression.
    pub stat: Option<MetricStat>,
    /// The expression, or none when it is a metric.
    pub expression: Option<String>,
    /// The label.
    pub label: Option<String>,
    /// Whether this is the series that is watched.
    pub returns: bool,
    /// Seconds between points, where an expression says so: a Metrics Insights query has no metric that would.
    pub period: Option<u32>,
}

/// One alarm.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Alarm {
    /// Where it lives.
    pub scope: ScopeId,
    /// Unique in its account and Region.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The state now.
    pub state: AlarmState,
    /// Since when (`StateTransitionedTimestamp`, else `StateUpdatedTimestamp`).
    pub state_since: Option<Timestamp>,
    /// CloudWatch's own words.
    pub reason: String,
    /// `StateReasonData`, JSON as CloudWatch gave it.
    pub reason_data: Option<String>,
    /// What its owner wrote.
    pub description: Option<String>,
    /// What it watches.
    pub watch: Watch,
    /// The threshold, where it is a number.
    pub threshold: Option<f64>,
    /// e.g. `GreaterThanThreshold`.
    pub comparison: Option<String>,
    /// Periods looked at.
    pub evaluation_periods: Option<i32>,
    /// How many of them must breach.
    pub datapoints_to_alarm: Option<i32>,
    /// `missing notBreaching breaching ignore`.
    pub treat_missing_data: Option<String>,
    /// `PARTIAL_DATA EVALUATION_FAILURE EVALUATION_ERROR`, when CloudWatch cannot evaluate fully.
    pub evaluation_state: Option<String>,
    /// Whether actions run at all.
    pub actions_enabled: bool,
    /// ARNs of the actions on ALARM.
    pub actions: Vec<String>,
    /// ARNs of the actions on OK.
    pub ok_actions: Vec<String>,
    /// ARNs of the actions on INSUFFICIENT_DATA.
    pub insufficient_actions: Vec<String>,
    /// The mute rules that are active on it now; `None` when that may not be read.
    pub muted_by: Option<Vec<String>>,
    /// State changes within the last hour; `None` until history has answered.
    pub recent_transitions: Option<u32>,
    /// When somebody last changed its configuration.
    pub configured_at: Option<Timestamp>,
    /// The resources it points at, by `aws-facts.md` §4.2. A composite's are those of its children, filled in when
    /// the children are known.
    pub resources: Vec<ResourceRef>,
    /// Names of the alarms in a composite's rule, in order of appearance.
    pub children: Vec<String>,
}

impl Alarm {
    /// `metric`, `composite` or `log`.
    pub const fn kind(&self) -> &'static str {
        match self.watch {
            Watch::Composite { .. } => "composite",
            Watch::Log { .. } => "log",
            _ => "metric",
        }
    }

    /// The metrics a graph of this alarm needs: the single one, or every input of its math.
    pub fn metrics(&self) -> Vec<&MetricStat> {
        match &self.watch {
            Watch::Metric { stat, .. } => vec![stat],
            Watch::Math(queries) => queries.iter().filter_map(|q| q.stat.as_ref()).collect(),
            _ => Vec::new(),
        }
    }
}

impl Alarm {
    /// Seconds between the points on which it is evaluated, where its metrics or queries say so: the longest of them.
    pub fn period(&self) -> Option<u32> {
        match &self.watch {
            Watch::Metric { stat, .. } => Some(stat.period),
            Watch::Math(queries) => period_of(queries),
            _ => None,
        }
        .filter(|period| *period > 0)
    }
}

impl Watch {
    /// The one series that is compared with the threshold, as GetMetricData is asked for it: the metric, or what its metric
    /// math returns. None for composite, log and PromQL alarms, whose series GetMetricData does not have.
    pub fn series(&self) -> Option<SeriesQuery> {
        let queries = match self {
            Self::Metric { stat, .. } => return Some(SeriesQuery::Stat(stat.clone())),
            Self::Math(queries) => queries,
            Self::PromQl(_) | Self::Composite { .. } | Self::Log { .. } => return None,
        };
        let watched = returned(queries)?;
        if let (Some(stat), None) = (&watched.stat, &watched.expression) {
            return Some(SeriesQuery::Stat(stat.clone()));
        }
        let inputs = queries.iter().filter_map(|q| Some((q.id.clone(), q.stat.clone()?))).collect();
        let expressions =
            queries.iter().filter_map(|q| Some((q.id.clone(), q.expression.clone()?))).collect();
        // Where neither metric nor query says how far apart points are, they are one minute apart.
        let period = period_of(queries).unwrap_or(60);
        Some(SeriesQuery::Math { inputs, expressions, returns: watched.id.clone(), period })
    }
}

/// What metric math returns: the query with `ReturnData`, of which an alarm has one.
pub fn returned(queries: &[MathQuery]) -> Option<&MathQuery> {
    queries.iter().find(|q| q.returns).or(queries.last())
}

/// Seconds between the points of metric math: those of its coarsest metric, else of its queries.
pub fn period_of(queries: &[MathQuery]) -> Option<u32> {
    let metrics = queries.iter().filter_map(|q| Some(q.stat.as_ref()?.period)).max().filter(|p| *p > 0);
    metrics.or_else(|| queries.iter().filter_map(|q| q.period).max().filter(|p| *p > 0))
}

/// One line of an alarm's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryItem {
    /// Which alarm.
    pub alarm: String,
    /// When.
    pub at: Timestamp,
    /// `ConfigurationUpdate StateUpdate Action …`.
    pub kind: String,
    /// CloudWatch's one-line summary.
    pub summary: String,
    /// Old and new state of a `StateUpdate`.
    pub states: Option<(AlarmState, AlarmState)>,
}
