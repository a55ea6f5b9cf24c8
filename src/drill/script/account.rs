//! The inventory of a drill's account, as its file writes it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Beat, Span,
    functions::Function,
    trail::{GroupRule, LoadBalancer, Principal, TrailFile},
};

/// An account's file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Account {
    /// Twelve digits.
    pub(crate) id: String,
    /// The account alias.
    pub(crate) alias: String,
    /// The role the console is in.
    pub(crate) role: String,
    /// Where things are when nothing else is said.
    pub(crate) region: String,
    /// The other Regions with resources.
    pub(crate) more_regions: Vec<String>,
    /// Networks.
    #[serde(default)]
    pub(crate) subnet: Vec<Subnet>,
    /// Security groups: key, which is also the name, to its description.
    #[serde(default)]
    pub(crate) security_groups: BTreeMap<String, String>,
    /// Machine images.
    #[serde(default)]
    pub(crate) image: Vec<Image>,
    /// Groups of like instances.
    #[serde(default)]
    pub(crate) fleet: Vec<Fleet>,
    /// Volumes that are attached to nothing.
    #[serde(default)]
    pub(crate) loose_volume: Vec<LooseVolume>,
    /// Metrics beyond those every instance has.
    #[serde(default)]
    pub(crate) metric: Vec<Metric>,
    /// Alarms of every kind.
    #[serde(default)]
    pub(crate) alarm: Vec<Alarm>,
    /// Rules that mute alarms' actions.
    #[serde(default)]
    pub(crate) mute_rule: Vec<MuteRule>,
    /// Load balancers.
    #[serde(default)]
    pub(crate) load_balancer: Vec<LoadBalancer>,
    /// What is not said of Lambda functions by their metrics.
    #[serde(default)]
    pub(crate) function: Vec<Function>,
    /// Ingress rules of security groups.
    #[serde(default)]
    pub(crate) group_rule: Vec<GroupRule>,
    /// Who calls AWS here.
    #[serde(default)]
    pub(crate) principal: Vec<Principal>,
    /// CloudTrail's trails.
    #[serde(default)]
    pub(crate) trail: Vec<TrailFile>,
    /// What was so before the drill began, and is not its subject.
    #[serde(default)]
    pub(crate) standing: Vec<Beat>,
}

/// A subnet, and by its first part its VPC.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Subnet {
    /// By which fleets name it.
    pub(crate) key: String,
    /// The VPC's key.
    pub(crate) vpc: String,
    /// Availability Zone.
    pub(crate) az: String,
    /// The first three parts of its addresses, e.g. `10.20.11`.
    pub(crate) net: String,
    /// Instances get a public address.
    #[serde(default)]
    pub(crate) public: bool,
}

/// A machine image.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Image {
    /// By which fleets name it.
    pub(crate) key: String,
    /// Its name.
    pub(crate) name: String,
    /// Its description.
    #[serde(default)]
    pub(crate) about: String,
    /// How long ago it was created.
    pub(crate) age: Span,
    /// `self`, `amazon`, or an account id.
    pub(crate) owner: String,
    /// Another Region than the account's first.
    #[serde(default)]
    pub(crate) region: Option<String>,
    /// `Windows`, or nothing.
    #[serde(default)]
    pub(crate) platform: Option<String>,
    /// What EC2 calls the platform in detail.
    #[serde(default)]
    pub(crate) platform_details: Option<String>,
    /// `x86_64` unless said otherwise.
    #[serde(default)]
    pub(crate) architecture: Option<String>,
    /// When it is deprecated, from the scenario's start.
    #[serde(default)]
    pub(crate) deprecated: Option<Span>,
    /// Deregistered: instances still name it, DescribeImages no longer knows it.
    #[serde(default)]
    pub(crate) gone: bool,
}

/// Instances of one kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fleet {
    /// By which alarms and effects name it; with a count, instances are `key-1`, `key-2`, …
    pub(crate) key: String,
    /// How many.
    #[serde(default)]
    pub(crate) count: Option<u32>,
    /// The first one's number, where others of the same key stand before: it is `key-7` instead of `key-1`.
    #[serde(default)]
    pub(crate) first: Option<u32>,
    /// The tag `Name`, with `{n}`; the key when left out, no tag when empty.
    #[serde(default)]
    pub(crate) name: Option<String>,
    /// Another Region than the account's first.
    #[serde(default)]
    pub(crate) region: Option<String>,
    /// e.g. `m6i.large`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The image's key.
    pub(crate) image: String,
    /// Subnets' keys, taken in turn.
    pub(crate) subnets: Vec<String>,
    /// Security groups' keys.
    pub(crate) groups: Vec<String>,
    /// Tags beside `Name`.
    #[serde(default)]
    pub(crate) tags: BTreeMap<String, String>,
    /// Auto Scaling group.
    #[serde(default)]
    pub(crate) asg: Option<String>,
    /// Instance profile's name.
    #[serde(default)]
    pub(crate) profile: Option<String>,
    /// Key pair's name.
    #[serde(default)]
    pub(crate) key_pair: Option<String>,
    /// Spot instances.
    #[serde(default)]
    pub(crate) spot: bool,
    /// With a public address.
    #[serde(default)]
    pub(crate) public: bool,
    /// That address is an Elastic IP address.
    #[serde(default)]
    pub(crate) elastic: bool,
    /// One-minute monitoring.
    #[serde(default)]
    pub(crate) detailed: bool,
    /// All in one reservation, as one RunInstances makes them.
    #[serde(default)]
    pub(crate) together: bool,
    /// How long ago the first was launched.
    pub(crate) age: Span,
    /// How much later each next one was launched.
    #[serde(default)]
    pub(crate) stagger: Span,
    /// `running` unless said otherwise.
    #[serde(default)]
    pub(crate) state: Option<String>,
    /// How long ago it came into that state, for those that do not run.
    #[serde(default)]
    pub(crate) left: Span,
    /// Why it left, in EC2's words.
    #[serde(default)]
    pub(crate) reason: Option<String>,
    /// CPU over the day: lowest, highest, hour of the peak (UTC).
    pub(crate) cpu: (f64, f64, f64),
    /// Memory in use over the day, for those with the CloudWatch agent.
    #[serde(default)]
    pub(crate) memory: Option<(f64, f64, f64)>,
    /// Disk in use, percent, for those with the CloudWatch agent.
    #[serde(default)]
    pub(crate) disk: Option<f64>,
    /// Sizes of the attached volumes in GiB, the root first.
    #[serde(default)]
    pub(crate) volumes: Vec<i64>,
}

/// A volume attached to nothing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LooseVolume {
    /// The tag `Name`.
    pub(crate) name: String,
    /// GiB.
    pub(crate) size: i64,
    /// Availability Zone.
    pub(crate) az: String,
    /// How long ago it was created.
    pub(crate) age: Span,
}

/// A metric and its everyday curve.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Metric {
    /// By which alarms and effects name it.
    pub(crate) key: String,
    /// Another Region than the account's first.
    #[serde(default)]
    pub(crate) region: Option<String>,
    /// e.g. `AWS/ApplicationELB`.
    pub(crate) namespace: String,
    /// e.g. `RequestCount`.
    pub(crate) name: String,
    /// Names and values; a value may be `{web-1}` for that instance's id or `{web-1:0}` for its first volume's.
    #[serde(default)]
    pub(crate) dimensions: Vec<(String, String)>,
    /// e.g. `Count`.
    pub(crate) unit: String,
    /// Over the day: lowest, highest, hour of the peak (UTC).
    pub(crate) day: (f64, f64, f64),
    /// How much it wavers, as a part of the value.
    #[serde(default)]
    pub(crate) noise: f64,
    /// How far single samples lie from their average: 0 not at all, 1 as widely as waiting times do.
    #[serde(default)]
    pub(crate) spread: f64,
    /// Counts events: the value is their sum in a minute, each sample is 1.
    #[serde(default)]
    pub(crate) counts: bool,
    /// No datapoint in a minute in which nothing happened.
    #[serde(default)]
    pub(crate) sparse: bool,
    /// Seconds between datapoints, 60 unless said otherwise.
    #[serde(default)]
    pub(crate) every: Option<Span>,
    /// Never more than this.
    #[serde(default)]
    pub(crate) max: Option<f64>,
    /// How long ago it fell silent.
    #[serde(default)]
    pub(crate) silent: Option<Span>,
    /// Not a metric of CloudWatch but what a log alarm's query returns: not listed.
    #[serde(default)]
    pub(crate) hidden: bool,
}

/// An alarm.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Alarm {
    /// Its name; with `each`, `{}` stands for the instance's key.
    pub(crate) name: String,
    /// One alarm for every instance of this fleet; `{}` in the metric stands for the instance's key.
    #[serde(default)]
    pub(crate) each: Option<String>,
    /// Another Region than the account's first.
    #[serde(default)]
    pub(crate) region: Option<String>,
    /// What its owner wrote.
    #[serde(default)]
    pub(crate) about: Option<String>,
    /// The one metric it watches (a metric's key, or `instance/MetricName`).
    #[serde(default)]
    pub(crate) metric: Option<String>,
    /// The statistic of that metric.
    #[serde(default)]
    pub(crate) stat: Option<String>,
    /// The period, one minute unless said otherwise.
    #[serde(default)]
    pub(crate) period: Option<Span>,
    /// Metric math instead of one metric; the last entry is watched.
    #[serde(default)]
    pub(crate) math: Vec<Query>,
    /// An anomaly band of this many standard deviations around `metric` instead of a threshold.
    #[serde(default)]
    pub(crate) band: Option<f64>,
    /// A scheduled Logs Insights query instead of a metric; `metric` is the hidden one with its results.
    #[serde(default)]
    pub(crate) log: Option<LogQuery>,
    /// A composite's rule instead of all the above.
    #[serde(default)]
    pub(crate) rule: Option<String>,
    /// How long after its children a composite follows.
    #[serde(default)]
    pub(crate) lag: Span,
    /// The alarm that suppresses a composite's actions.
    #[serde(default)]
    pub(crate) suppressor: Option<String>,
    /// `>`, `>=`, `<`, `<=`; with a band also `outside`.
    #[serde(default)]
    pub(crate) compare: Option<String>,
    /// The threshold.
    #[serde(default)]
    pub(crate) threshold: Option<f64>,
    /// Periods looked at, 1 unless said otherwise.
    #[serde(default)]
    pub(crate) periods: Option<i64>,
    /// How many of them must breach; all unless said otherwise.
    #[serde(default)]
    pub(crate) datapoints: Option<i64>,
    /// `missing notBreaching breaching ignore`.
    #[serde(default)]
    pub(crate) missing: Option<String>,
    /// Names of SNS topics, or whole ARNs, told on ALARM.
    #[serde(default)]
    pub(crate) actions: Vec<String>,
    /// The same on OK.
    #[serde(default)]
    pub(crate) ok_actions: Vec<String>,
    /// Actions are switched off.
    #[serde(default)]
    pub(crate) actions_off: bool,
    /// How long ago it came into the state it is in a day before the scenario.
    pub(crate) since: Span,
    /// How long ago it was last configured; a little before `since` unless said otherwise.
    #[serde(default)]
    pub(crate) configured: Option<Span>,
    /// The second of the minute in which it is evaluated.
    #[serde(default)]
    pub(crate) phase: Span,
}

/// One entry of metric math.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    /// The id.
    pub(crate) id: String,
    /// A metric …
    #[serde(default)]
    pub(crate) metric: Option<String>,
    /// … with its statistic,
    #[serde(default)]
    pub(crate) stat: Option<String>,
    /// or an expression.
    #[serde(default)]
    pub(crate) expression: Option<String>,
    /// The label.
    #[serde(default)]
    pub(crate) label: Option<String>,
}

/// The query of a log alarm.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogQuery {
    /// Logs Insights.
    pub(crate) query: String,
    /// What is taken of its rows.
    pub(crate) aggregation: String,
    /// Log groups' names.
    pub(crate) groups: Vec<String>,
}

/// A rule that mutes alarms.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MuteRule {
    /// Its name.
    pub(crate) name: String,
    /// Why.
    pub(crate) about: String,
    /// Names of the alarms.
    pub(crate) alarms: Vec<String>,
    /// When it starts, from the scenario's start.
    pub(crate) from: Span,
    /// How long it lasts.
    pub(crate) lasts: Span,
    /// Time zone of its schedule.
    pub(crate) timezone: String,
}
