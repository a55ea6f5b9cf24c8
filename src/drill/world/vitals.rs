//! The metrics: those the account's file declares, and those every instance has by itself.

use jiff::Timestamp;

use super::{instance::Instance, metric::Metric, shift};
use crate::drill::{
    rng,
    script::account::{self, Account},
};

/// Seconds between the datapoints of an instance without detailed monitoring.
const BASIC: i64 = 300;

/// A metric that the file declares.
pub(crate) fn declared(
    file: &account::Metric,
    all: &Account,
    instances: &[Instance],
    seed: u64,
    origin: Timestamp,
) -> Result<Metric, String> {
    let mut dimensions = Vec::new();
    for (name, value) in &file.dimensions {
        dimensions.push((name.clone(), resolve(value, instances)?));
    }
    dimensions.sort();
    Ok(Metric {
        region: file.region.clone().unwrap_or_else(|| all.region.clone()),
        namespace: file.namespace.clone(),
        name: file.name.clone(),
        dimensions,
        unit: file.unit.clone(),
        day: file.day,
        noise: file.noise,
        spread: file.spread,
        counts: file.counts,
        sparse: file.sparse,
        every: file.every.map_or(60, |span| span.0.max(60)),
        max: file.max.unwrap_or(if file.unit == "Percent" { 100.0 } else { f64::INFINITY }),
        from: None,
        until: file.silent.map(|span| shift(origin, -span.0)),
        hidden: file.hidden,
        seed: rng::text(seed, &file.key),
        effects: Vec::new(),
    })
}

/// `{web-1}` is that instance's id, `{web-1:0}` its first volume's; anything else stands for itself.
pub(crate) fn resolve(value: &str, instances: &[Instance]) -> Result<String, String> {
    let Some(inner) = value.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
        return Ok(value.to_owned());
    };
    let (key, volume) = inner.split_once(':').map_or((inner, None), |(key, nth)| (key, Some(nth)));
    let found = instances.iter().find(|instance| instance.key == key);
    let instance = found.ok_or_else(|| format!("{value}: there is no instance {key}"))?;
    match volume {
        None => Ok(instance.id.clone()),
        Some(nth) => {
            let volume = nth.parse().ok().and_then(|nth: usize| instance.volumes.get(nth));
            volume.map(|(id, _)| id.clone()).ok_or_else(|| format!("{value}: {key} has no such volume"))
        }
    }
}

/// The metrics that an instance has by itself.
pub(crate) fn of(instance: &Instance, seed: u64, origin: Timestamp) -> Vec<Metric> {
    let every = if instance.detailed { 60 } else { BASIC };
    let (low, high, peak) = instance.cpu;
    let plain = Metric {
        region: instance.region.clone(),
        namespace: "AWS/EC2".to_owned(),
        name: String::new(),
        dimensions: vec![("InstanceId".to_owned(), instance.id.clone())],
        unit: "Count".to_owned(),
        day: (0.0, 0.0, peak),
        noise: 0.0,
        spread: 0.0,
        counts: false,
        sparse: false,
        every,
        max: f64::INFINITY,
        from: Some(instance.launched),
        until: instance.left.or_else(|| stop(instance, origin)),
        hidden: false,
        seed: 0,
        effects: Vec::new(),
    };
    let mut metrics = Vec::new();
    let mut add = |name: &str, unit: &str, day: (f64, f64, f64), noise: f64| {
        metrics.push(Metric {
            name: name.to_owned(),
            unit: unit.to_owned(),
            day,
            noise,
            spread: noise / 2.0,
            max: if unit == "Percent" { 100.0 } else { f64::INFINITY },
            seed: rng::text(seed, &format!("{}/{name}", instance.key)),
            ..plain.clone()
        });
    };
    // Traffic and disk follow the load; the factors are bytes per percent of CPU, as of a web server.
    add("CPUUtilization", "Percent", (low, high, peak), 0.18);
    add("NetworkIn", "Bytes", (low * 41_000.0, high * 48_000.0, peak), 0.25);
    add("NetworkOut", "Bytes", (low * 63_000.0, high * 71_000.0, peak), 0.25);
    add("NetworkPacketsIn", "Count", (low * 52.0, high * 58.0, peak), 0.25);
    add("NetworkPacketsOut", "Count", (low * 60.0, high * 66.0, peak), 0.25);
    add("EBSReadBytes", "Bytes", (low * 9_000.0, high * 15_000.0, peak), 0.5);
    add("EBSWriteBytes", "Bytes", (low * 21_000.0, high * 24_000.0, peak), 0.4);
    if instance.kind.starts_with('t') {
        add("CPUCreditBalance", "Count", (288.0, 240.0, peak), 0.02);
    }
    for name in [
        "StatusCheckFailed",
        "StatusCheckFailed_Instance",
        "StatusCheckFailed_System",
        "StatusCheckFailed_AttachedEBS",
    ] {
        metrics.push(checks(instance, name, &plain));
    }
    agent(instance, seed, &plain, &mut metrics);
    metrics
}

/// When the scenario stops it: from then on it sends nothing.
fn stop(instance: &Instance, origin: Timestamp) -> Option<Timestamp> {
    let stopped = |(_, effect): &&(i64, crate::drill::script::InstanceEffect)| {
        effect.state.as_deref().is_some_and(|state| state != "running")
    };
    instance.effects.iter().find(stopped).map(|(at, _)| shift(origin, *at))
}

/// A status check as a metric: every minute, whatever the monitoring.
fn checks(instance: &Instance, name: &str, plain: &Metric) -> Metric {
    let mut metric = Metric { name: name.to_owned(), every: 60, max: 1.0, ..plain.clone() };
    for (at, effect) in &instance.effects {
        let checks = match name {
            "StatusCheckFailed_Instance" => vec![&effect.instance_check],
            "StatusCheckFailed_System" => vec![&effect.system_check],
            "StatusCheckFailed_AttachedEBS" => vec![&effect.ebs_check],
            _ => vec![&effect.instance_check, &effect.system_check, &effect.ebs_check],
        };
        let named: Vec<&String> = checks.into_iter().flatten().collect();
        if !named.is_empty() {
            let to = if named.iter().any(|status| *status == "impaired") { 1.0 } else { 0.0 };
            metric.effects.push(super::Effect {
                at: *at,
                until: None,
                over: 0,
                to,
                noise: 0.0,
                pulse: None,
                missing: false,
            });
        }
    }
    metric
}

/// What the CloudWatch agent sends, where it is installed.
fn agent(instance: &Instance, seed: u64, plain: &Metric, metrics: &mut Vec<Metric>) {
    let mut add = |name: &str, day: (f64, f64, f64), noise: f64, more: &[(&str, &str)]| {
        let mut dimensions = plain.dimensions.clone();
        dimensions.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        if let Some(asg) = instance.tag("aws:autoscaling:groupName") {
            dimensions.push(("AutoScalingGroupName".to_owned(), asg.to_owned()));
        }
        dimensions.sort();
        metrics.push(Metric {
            namespace: "CWAgent".to_owned(),
            name: name.to_owned(),
            dimensions,
            unit: "Percent".to_owned(),
            day,
            noise,
            every: 60,
            max: 100.0,
            seed: rng::text(seed, &format!("{}/{name}", instance.key)),
            ..plain.clone()
        });
    };
    if let Some(day) = instance.memory {
        add("mem_used_percent", day, 0.04, &[]);
    }
    if let Some(used) = instance.disk {
        add(
            "disk_used_percent",
            (used, used, 0.0),
            0.002,
            &[("path", "/"), ("device", "nvme0n1p1"), ("fstype", "xfs")],
        );
    }
}
