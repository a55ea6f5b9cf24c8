//! Alarms of every kind, as they are configured. What state they are in is worked out in [`super::track`].

use jiff::Timestamp;

use super::{Named, instance::Instance, math::Expr, metric::Stat, rule::Rule, shift};
use crate::drill::script::account::{self, Account};

/// `OK`.
pub(crate) const OK: &str = "OK";
/// `ALARM`.
pub(crate) const ALARM: &str = "ALARM";
/// `INSUFFICIENT_DATA`.
pub(crate) const INSUFFICIENT: &str = "INSUFFICIENT_DATA";

/// One alarm.
#[derive(Debug, Clone)]
pub(crate) struct Alarm {
    /// Unique in its Region.
    pub(crate) name: String,
    /// Its ARN.
    pub(crate) arn: String,
    /// Where.
    pub(crate) region: String,
    /// What its owner wrote.
    pub(crate) about: Option<String>,
    /// What it watches.
    pub(crate) watch: Watch,
    /// e.g. `GreaterThanThreshold`; empty for composites.
    pub(crate) comparison: &'static str,
    /// The threshold, unless it is a band or a composite.
    pub(crate) threshold: Option<f64>,
    /// Periods looked at.
    pub(crate) periods: usize,
    /// How many of them must breach, when that was said.
    pub(crate) datapoints: Option<usize>,
    /// `missing notBreaching breaching ignore`.
    pub(crate) missing: Option<String>,
    /// ARNs of the actions on ALARM.
    pub(crate) actions: Vec<String>,
    /// ARNs of the actions on OK.
    pub(crate) ok_actions: Vec<String>,
    /// Whether actions run.
    pub(crate) enabled: bool,
    /// The second of the scenario (long before its start) at which it came into its everyday state.
    pub(crate) since: i64,
    /// When it was last configured.
    pub(crate) configured: Timestamp,
    /// Second of the minute at which it is evaluated.
    pub(crate) phase: i64,
}

/// What an alarm watches.
#[derive(Debug, Clone)]
pub(crate) enum Watch {
    /// Metrics: one, several in an expression, or the results of a log query.
    Queries {
        /// The queries.
        queries: Vec<Query>,
        /// Index of the one that is compared.
        watched: usize,
        /// Index of the anomaly band it is compared with.
        band: Option<usize>,
        /// Seconds.
        period: i64,
        /// How it was configured.
        form: Form,
    },
    /// Other alarms.
    Composite {
        /// As written.
        text: String,
        /// Parsed.
        rule: Rule,
        /// Seconds by which it follows its children.
        lag: i64,
        /// ARN of the alarm that suppresses its actions.
        suppressor: Option<String>,
    },
}

/// How a metric alarm was configured.
#[derive(Debug, Clone)]
pub(crate) enum Form {
    /// One metric.
    Single,
    /// Metric math.
    Math,
    /// A scheduled log query.
    Log(account::LogQuery),
}

/// One query of metric data.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    /// Its id.
    pub(crate) id: String,
    /// Where its points come from.
    pub(crate) source: Source,
    /// Its label.
    pub(crate) label: Option<String>,
}

/// Where a query's points come from.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// A metric (if there is such a one) by a statistic.
    Stat {
        /// Index of the metric.
        metric: Option<usize>,
        /// The statistic.
        stat: Stat,
        /// As it was written.
        text: String,
    },
    /// An expression over other queries.
    Math {
        /// Parsed.
        expr: Expr,
        /// As it was written.
        text: String,
    },
}

impl Alarm {
    /// How many breaching datapoints make an alarm.
    pub(crate) fn needed(&self) -> usize {
        self.datapoints.unwrap_or(self.periods)
    }

    /// The alarm type's name in DescribeAlarms.
    pub(crate) const fn kind(&self) -> &'static str {
        match &self.watch {
            Watch::Composite { .. } => "CompositeAlarm",
            Watch::Queries { form: Form::Log(_), .. } => "LogAlarm",
            Watch::Queries { .. } => "MetricAlarm",
        }
    }

    /// Names of the alarms in its rule.
    pub(crate) fn children(&self) -> Vec<&str> {
        match &self.watch {
            Watch::Composite { rule, .. } => rule.names(),
            Watch::Queries { .. } => Vec::new(),
        }
    }

    /// Names of the actions for a new state.
    pub(crate) fn actions_for(&self, state: &str) -> &[String] {
        match state {
            ALARM => &self.actions,
            OK => &self.ok_actions,
            _ => &[],
        }
    }
}

/// All alarms of the account, children before the composites that name them.
pub(crate) fn build(
    file: &Account,
    named: &Named,
    instances: &[Instance],
    origin: Timestamp,
) -> Result<Vec<Alarm>, String> {
    let mut alarms: Vec<Alarm> = Vec::new();
    for alarm in &file.alarm {
        match &alarm.each {
            None => alarms.push(one(alarm, None, file, named, instances, origin)?),
            Some(fleet) => {
                // It was set up for those of that time, and watches none that has been launched since.
                let its = |one: &&Instance| one.fleet == *fleet && one.launched < origin;
                for instance in instances.iter().filter(its) {
                    alarms.push(one(alarm, Some(&instance.key), file, named, instances, origin)?);
                }
            }
        }
    }
    for (index, alarm) in alarms.iter().enumerate() {
        for child in alarm.children() {
            let known =
                alarms.iter().take(index).any(|other| other.name == child && other.region == alarm.region);
            if !known {
                return Err(format!(
                    "the rule of {} names {child}, which does not stand before it",
                    alarm.name
                ));
            }
        }
    }
    Ok(alarms)
}

fn one(
    file: &account::Alarm,
    each: Option<&str>,
    all: &Account,
    named: &Named,
    instances: &[Instance],
    origin: Timestamp,
) -> Result<Alarm, String> {
    let named_after = |text: &str| each.map_or_else(|| text.to_owned(), |key| text.replace("{}", key));
    let name = named_after(&file.name);
    let region = file.region.clone().unwrap_or_else(|| all.region.clone());
    let arn = format!("arn:aws:cloudwatch:{region}:{}:alarm:{name}", all.id);
    let maker = Maker { name: &name, region: &region, each, all, named, instances };
    let watch = maker.watch(file)?;
    let comparison = match (file.compare.as_deref(), file.band.is_some()) {
        (None, _) if file.rule.is_some() => "",
        (Some(">"), false) => "GreaterThanThreshold",
        (Some(">="), false) => "GreaterThanOrEqualToThreshold",
        (Some("<"), false) => "LessThanThreshold",
        (Some("<="), false) => "LessThanOrEqualToThreshold",
        (Some(">"), true) => "GreaterThanUpperThreshold",
        (Some("<"), true) => "LessThanLowerThreshold",
        (Some("outside"), true) => "LessThanLowerOrGreaterThanUpperThreshold",
        (other, _) => return Err(format!("alarm {name}: {other:?} compares nothing")),
    };
    let arns = |names: &[String]| -> Vec<String> {
        let arn = |topic: &String| {
            if topic.starts_with("arn:") {
                topic.replace("{region}", &region).replace("{account}", &all.id)
            } else {
                format!("arn:aws:sns:{region}:{}:{topic}", all.id)
            }
        };
        names.iter().map(arn).collect()
    };
    if file.since.0 < 86_400 {
        return Err(format!("alarm {name}: what changed within the last day is left to its metrics"));
    }
    let count = |n: i64| usize::try_from(n).unwrap_or(1).max(1);
    let configured = file.configured.map_or(file.since.0 + 120, |span| span.0);
    Ok(Alarm {
        arn,
        region: region.clone(),
        about: file.about.as_deref().map(named_after),
        watch,
        comparison,
        threshold: file.threshold,
        periods: count(file.periods.unwrap_or(1)),
        datapoints: file.datapoints.map(count),
        missing: file.missing.clone(),
        actions: arns(&file.actions),
        ok_actions: arns(&file.ok_actions),
        enabled: !file.actions_off,
        since: -file.since.0,
        configured: shift(origin, -configured),
        phase: file.phase.0.rem_euclid(60),
        name,
    })
}

/// Makes what one alarm watches out of what its file says.
struct Maker<'a> {
    name: &'a str,
    region: &'a str,
    each: Option<&'a str>,
    all: &'a Account,
    named: &'a Named,
    instances: &'a [Instance],
}

impl Maker<'_> {
    fn stat(&self, selector: &str, stat: Option<&String>) -> Result<Source, String> {
        let name = self.name;
        let selector = self.each.map_or_else(|| selector.to_owned(), |key| selector.replace("{}", key));
        let found = self.named.find(&selector, self.instances);
        let [metric] = found.as_slice() else {
            return Err(format!("alarm {name}: {selector} is {} metrics instead of one", found.len()));
        };
        let text = stat.map_or("Average", String::as_str);
        let parsed = Stat::parse(text).ok_or_else(|| format!("alarm {name}: no statistic {text}"))?;
        Ok(Source::Stat { metric: Some(*metric), stat: parsed, text: text.to_owned() })
    }

    fn math(&self, text: &str) -> Result<Source, String> {
        let expr = Expr::parse(text).map_err(|error| format!("alarm {}: {error}", self.name))?;
        if !expr.searches().is_empty() {
            return Err(format!("alarm {}: CloudWatch knows no alarm on a search", self.name));
        }
        Ok(Source::Math { expr, text: text.to_owned() })
    }

    fn watch(&self, file: &account::Alarm) -> Result<Watch, String> {
        let Self { name, region, all, .. } = self;
        if let Some(text) = &file.rule {
            let rule = Rule::parse(text).ok_or_else(|| format!("alarm {name}: its rule does not parse"))?;
            let arn = |other: &String| format!("arn:aws:cloudwatch:{region}:{}:alarm:{other}", all.id);
            let suppressor = file.suppressor.as_ref().map(arn);
            return Ok(Watch::Composite { text: text.clone(), rule, lag: file.lag.0, suppressor });
        }
        let period = file.period.map_or(60, |span| span.0);
        if period < 60 || period % 60 != 0 {
            return Err(format!("alarm {name}: a period of {period} s is no whole number of minutes"));
        }
        let mut queries = Vec::new();
        if let Some(metric) = &file.metric {
            let source = self.stat(metric, file.stat.as_ref())?;
            queries.push(Query { id: "m1".to_owned(), source, label: None });
        }
        for query in &file.math {
            let source = match (&query.metric, &query.expression) {
                (Some(metric), None) => self.stat(metric, query.stat.as_ref())?,
                (None, Some(text)) => self.math(text)?,
                _ => return Err(format!("alarm {name}: {} is neither metric nor expression", query.id)),
            };
            queries.push(Query { id: query.id.clone(), source, label: query.label.clone() });
        }
        let last = queries.len().checked_sub(1).ok_or_else(|| format!("alarm {name} watches nothing"))?;
        let (mut watched, mut band) = (last, None);
        if let Some(width) = file.band {
            watched = 0;
            band = Some(queries.len());
            let source = self.math(&format!("ANOMALY_DETECTION_BAND(m1, {width})"))?;
            queries.push(Query { id: "ad1".to_owned(), source, label: Some("expected".to_owned()) });
        }
        let form = match (&file.log, file.math.is_empty() && band.is_none()) {
            (Some(log), _) => Form::Log(log.clone()),
            (None, true) => Form::Single,
            (None, false) => Form::Math,
        };
        Ok(Watch::Queries { queries, watched, band, period, form })
    }
}
