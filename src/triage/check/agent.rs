//! Memory and file systems, as only the CloudWatch agent on the machine can tell.
//!
//! EC2 does not see into a guest: without the agent's metrics this is not known, and that is what is said. The alarm's own
//! metric, where it is one of the agent's, has the right dimensions and costs nothing more. Otherwise it is searched for,
//! since the dimensions depend on how the agent was set up.

use super::{
    Check, Finding, Given, Outcome, Side, Wanted,
    measure::{Gauge, last, number, plausible},
    near,
};
use crate::{
    resource::{EC2_INSTANCE, ResourceRef},
    rows::metric::{MetricStat, SeriesQuery},
    text::sentence::Sentence,
    triage::cause::Effect::{Capacity, Errors, Latency},
};

/// Instances whose metrics are searched for.
const MOST: usize = 2;
const NAMESPACE: &str = "CWAgent";
/// Seconds: the agent sends every minute, and a gap is no matter.
const PERIOD: u32 = 300;
/// File systems that can fill up: squashfs is full by nature, tmpfs is memory.
const KINDS: &str = "fstype=(\"xfs\" OR \"ext4\" OR \"ext3\" OR \"btrfs\")";

/// File systems.
pub(super) struct Disk;
/// Memory.
pub(super) struct Memory;

/// One kind of the agent's metrics, by its names on Linux and on Windows.
struct Kind {
    id: &'static str,
    linux: &'static str,
    windows: &'static str,
    /// Windows tells of disks what is free.
    windows_is_free: bool,
    /// Percent beyond which it fails: house numbers, between the 80 of the usual alarm and the end.
    limit: f64,
    terms: &'static str,
}

const DISK: Kind = Kind {
    id: "agent.disk",
    linux: "disk_used_percent",
    windows: "LogicalDisk % Free Space",
    windows_is_free: true,
    limit: 90.0,
    terms: KINDS,
};
const MEMORY: Kind = Kind {
    id: "agent.memory",
    linux: "mem_used_percent",
    windows: "Memory % Committed Bytes In Use",
    windows_is_free: false,
    limit: 95.0,
    terms: "",
};

impl Kind {
    /// The alarm's own metric, if it is of this kind and its statistic is a value of it.
    fn own<'a>(&self, given: &Given<'a>) -> Option<&'a MetricStat> {
        let of_kind = |stat: &&MetricStat| {
            stat.namespace == NAMESPACE
                && (stat.name == self.linux || stat.name == self.windows)
                && !["Sum", "SampleCount"].contains(&stat.stat.as_str())
        };
        given.alarm?.metrics().into_iter().find(of_kind)
    }

    /// What is asked, of which instance, and which file system that is if one is meant.
    fn gauges<'a>(&self, given: &Given<'a>) -> Vec<(Gauge<'a>, String, bool)> {
        if let Some(stat) = self.own(given) {
            let value = |names: &[&str]| {
                let found = stat.dimensions.iter().find(|(name, _)| names.contains(&name.as_str()));
                found.map_or_else(String::new, |(_, value)| value.clone())
            };
            let (id, path) = (value(&["InstanceId"]), value(&["path", "instance"]));
            let about = near(given, EC2_INSTANCE, 2).find(|one| one.id == id);
            let about = about.or_else(|| given.graph.roots().next().map(|node| &node.resource));
            let free = self.windows_is_free && stat.name == self.windows;
            let gauge = |about| self.gauge(about, SeriesQuery::Stat(stat.clone()));
            return about.map(|about| (gauge(about), path, free)).into_iter().collect();
        }
        if !plausible(given, &[Errors, Latency, Capacity]) {
            return Vec::new();
        }
        let search = |one: &'a ResourceRef| {
            let terms = format!("Namespace=\"{NAMESPACE}\" InstanceId=\"{}\"", one.id);
            let text = format!(
                "MAX(SEARCH('{terms} MetricName=\"{}\" {}', 'Maximum', {PERIOD}))",
                self.linux, self.terms
            );
            let query = SeriesQuery::Math {
                inputs: Vec::new(),
                expressions: vec![("e1".to_owned(), text)],
                returns: "e1".to_owned(),
                period: PERIOD,
            };
            (self.gauge(one, query), String::new(), false)
        };
        near(given, EC2_INSTANCE, 1).take(MOST).map(search).collect()
    }

    fn gauge<'a>(&self, about: &'a ResourceRef, query: SeriesQuery) -> Gauge<'a> {
        Gauge { id: self.id, side: Side::Customer, about, query }
    }

    fn wants(&self, given: &Given<'_>) -> Vec<Wanted> {
        self.gauges(given).iter().map(|(gauge, ..)| gauge.wanted()).collect()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        let of = |(gauge, path, free): (Gauge<'_>, String, bool)| {
            let series = match gauge.read(given)? {
                Ok(series) => series,
                Err(finding) => return Some(finding),
            };
            let id = &gauge.about.id;
            let Some((at, value)) = last(series) else {
                let evidence = Sentence::new("check.no_agent").with("id", id).with("metric", self.linux);
                return Some(gauge.finding(Outcome::Unknown, evidence));
            };
            let used = if free { 100.0 - value } else { value };
            let outcome = if used > self.limit { Outcome::Fail } else { Outcome::Pass };
            let key = match (self.id == DISK.id, path.is_empty()) {
                (false, _) => "check.memory",
                (true, true) => "check.fullest",
                (true, false) => "check.disk",
            };
            let evidence = Sentence::new(key).with("id", id).with("used", number(used));
            let evidence = if key == "check.disk" { evidence.with("path", path) } else { evidence };
            Some(gauge.finding(outcome, evidence).since(Some(at)))
        };
        self.gauges(given).into_iter().filter_map(of).collect()
    }
}

impl Check for Disk {
    fn id(&self) -> &'static str {
        DISK.id
    }

    fn wants(&self, given: &Given<'_>) -> Vec<Wanted> {
        DISK.wants(given)
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        DISK.judge(given)
    }
}

impl Check for Memory {
    fn id(&self) -> &'static str {
        MEMORY.id
    }

    fn wants(&self, given: &Given<'_>) -> Vec<Wanted> {
        MEMORY.wants(given)
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        MEMORY.judge(given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        rows::alarm::{Alarm, Watch},
        triage::check::tests::Bench,
    };

    fn alarm(name: &str, dimensions: &[(&str, &str)]) -> Alarm {
        let dimensions = dimensions.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let stat = MetricStat {
            namespace: NAMESPACE.into(),
            name: name.into(),
            dimensions,
            stat: "Average".into(),
            period: 60,
            ..MetricStat::default()
        };
        Alarm { watch: Watch::Metric { stat, band: None }, ..Alarm::default() }
    }

    #[test]
    fn the_alarms_own_metric_tells_which_file_system_is_full() {
        let mut bench = Bench::of(EC2_INSTANCE, "i-0000000a");
        let dimensions =
            [("InstanceId", "i-0000000a"), ("path", "/var"), ("device", "nvme1n1"), ("fstype", "xfs")];
        bench.alarm = Some(alarm("disk_used_percent", &dimensions));
        assert_eq!(bench.said(&Disk), Vec::<String>::new());
        bench.measure(&Disk, |_| Some(97.4));
        assert_eq!(bench.said(&Disk), ["fail i-0000000a: /var is 97 % full"]);
        bench.alarm =
            Some(alarm("LogicalDisk % Free Space", &[("InstanceId", "i-0000000a"), ("instance", "C:")]));
        bench.measure(&Disk, |_| Some(40.0));
        assert_eq!(bench.said(&Disk), ["pass i-0000000a: C: is 60 % full"]);
    }

    #[test]
    fn without_the_agent_nothing_is_known() {
        let mut bench = Bench::of(EC2_INSTANCE, "i-0000000a");
        let asked = bench.asked(&Disk);
        let Some(SeriesQuery::Math { expressions, .. }) = asked.first() else { panic!("{asked:?}") };
        assert_eq!(
            expressions.first().unwrap().1,
            "MAX(SEARCH('Namespace=\"CWAgent\" InstanceId=\"i-0000000a\" MetricName=\"disk_used_percent\" \
             fstype=(\"xfs\" OR \"ext4\" OR \"ext3\" OR \"btrfs\")', 'Maximum', 300))"
        );
        bench.measure(&Disk, |_| None);
        bench.measure(&Memory, |_| Some(96.0));
        assert_eq!(
            bench.said(&Disk),
            ["unknown not known: the CloudWatch agent sends no disk_used_percent of i-0000000a"]
        );
        assert_eq!(bench.said(&Memory), ["fail i-0000000a: 96 % of memory used"]);
    }
}
