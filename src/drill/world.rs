//! The world: the drill account's resources and metrics, as functions of the seed and the scenario's time.
//!
//! It is built once, when the drill opens. What can be asked of it takes the time as a parameter and is the same
//! however often and in whatever order it is asked: nothing here follows the wall clock, and all that is remembered is how
//! far alarms have been worked out ([`track`]) and which cases were opened with AWS Support ([`desk`]). This module must never know how AWS writes anything
//! on the wire.

pub(crate) mod activity;
pub(crate) mod alarm;
pub(crate) mod backup;
pub(crate) mod databases;
pub(crate) mod desk;
pub(crate) mod fleet;
pub(crate) mod functions;
pub(crate) mod groups;
pub(crate) mod health;
pub(crate) mod instance;
pub(crate) mod math;
pub(crate) mod metric;
pub(crate) mod mute;
pub(crate) mod network;
pub(crate) mod patch;
pub(crate) mod reason;
pub(crate) mod routing;
pub(crate) mod rule;
pub(crate) mod series;
pub(crate) mod track;
pub(crate) mod vitals;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use self::{
    alarm::Alarm,
    backup::Backups,
    databases::Databases,
    desk::Desk,
    functions::Functions,
    groups::Scaling,
    instance::{Image, Instance, Volume},
    metric::{Clock, Effect, Metric},
    mute::Mute,
    network::Network,
    patch::Patches,
    routing::Routing,
    track::Track,
};
use super::{
    DrillError, rng,
    script::{self, Account, Beat, MetricEffect, Patching, Script},
    trail::Story,
};

/// Everything there is in the account.
#[derive(Debug)]
pub(crate) struct World {
    /// The seed all of it grew from.
    pub(crate) seed: u64,
    /// When the scenario started.
    pub(crate) origin: Timestamp,
    /// Account id, twelve digits.
    pub(crate) account: String,
    /// Account alias.
    pub(crate) alias: String,
    /// The role of the caller.
    pub(crate) role: String,
    /// Regions with resources, the main one first.
    pub(crate) regions: Vec<String>,
    /// All instances, in the order of the file.
    pub(crate) instances: Vec<Instance>,
    /// All machine images.
    pub(crate) images: Vec<Image>,
    /// All volumes.
    pub(crate) volumes: Vec<Volume>,
    /// All metrics.
    pub(crate) metrics: Vec<Metric>,
    /// All alarms.
    pub(crate) alarms: Vec<Alarm>,
    /// All mute rules.
    pub(crate) mutes: Vec<Mute>,
    /// VPCs, subnets, security groups, load balancers.
    pub(crate) network: Network,
    /// How its traffic is led: gateways, route tables, network ACLs, Elastic IP addresses.
    pub(crate) routing: Routing,
    /// Auto Scaling groups and launch templates.
    pub(crate) scaling: Scaling,
    /// RDS.
    pub(crate) databases: Databases,
    /// Lambda.
    pub(crate) functions: Functions,
    /// Who calls AWS, and what CloudTrail has of it.
    pub(crate) story: Story,
    /// Systems Manager's side of the instances.
    pub(crate) patches: Patches,
    /// How all of it is backed up.
    pub(crate) backups: Backups,
    /// AWS Support, and the cases there.
    pub(crate) desk: Desk,
    by_metric: HashMap<String, usize>,
    tracks: Mutex<Vec<Track>>,
}

impl World {
    /// Builds the world of a drill whose scenario starts at `origin`.
    pub(crate) fn build(script: &Script, seed: u64, origin: Timestamp) -> Result<Self, DrillError> {
        let mut file = Account::load(&script.account)?;
        file.fleet.extend(script.fleet.iter().cloned());
        file.principal.extend(script.principal.iter().cloned());
        let broken = |what: String| DrillError::broken(&script.account, what);
        let beats: Vec<&Beat> = file.standing.iter().chain(&script.timeline).collect();
        let ids = Ids { seed };
        let images: Vec<Image> =
            file.image.iter().map(|image| Image::new(image, &file, ids, origin)).collect();
        let (instances, mut volumes) = fleet::build(&file, &images, &beats, ids, origin).map_err(broken)?;
        volumes.extend(file.loose_volume.iter().map(|volume| Volume::loose(volume, ids, origin)));
        let patching = Patching::load(&script.account)?;
        let patches = Patches::build(patching, &file.region, &instances, seed, origin).map_err(broken)?;
        let backups = script::Backups::load(&script.account)?;
        fleet::dress(&mut volumes, &backups).map_err(broken)?;
        fleet::strike(&mut volumes, &beats).map_err(broken)?;
        let windows = |one: &Instance| images.get(one.image).is_some_and(|image| image.platform.is_some());
        let backups =
            Backups::build(backups, &file, &instances, &volumes, &windows, ids, origin).map_err(broken)?;
        let mut named = Named::default();
        for metric in &file.metric {
            named.declare(
                vitals::declared(metric, &file, &instances, seed, origin).map_err(broken)?,
                &metric.key,
            );
        }
        for instance in &instances {
            for metric in vitals::of(instance, seed, origin) {
                let key = format!("{}/{}", instance.key, metric.name);
                named.declare(metric, &key);
            }
        }
        for beat in &beats {
            for effect in &beat.metric {
                let hit = named.find(&effect.metric, &instances);
                if hit.is_empty() {
                    return Err(broken(format!(
                        "an effect names the metric {}, which nothing has",
                        effect.metric
                    )));
                }
                for index in hit {
                    if let Some(metric) = named.metrics.get_mut(index) {
                        metric.effects.push(pull(beat, effect));
                    }
                }
            }
        }
        let alarms = alarm::build(&file, &named, &instances, origin).map_err(broken)?;
        let mutes = file.mute_rule.iter().map(|rule| Mute::new(rule, &file, origin)).collect();
        let by_metric =
            named.metrics.iter().enumerate().map(|(index, metric)| (identity(metric), index)).collect();
        let tracks = Mutex::new(alarms.iter().map(|_| Track::default()).collect());
        let network = network::build(&file, &instances, &beats, ids, origin).map_err(broken)?;
        let routing = Routing::build(&file, &network, &instances, ids, origin);
        let scaling =
            Scaling::build(&file, &network, &instances, &images, &beats, (ids, origin)).map_err(broken)?;
        let databases = Databases::build(&file, &network, &instances, ids, origin);
        let functions = Functions::build(&file, ids, origin).map_err(broken)?;
        let story = Story::new(&file, &beats);
        let mut regions = vec![file.region];
        regions.extend(file.more_regions);
        Ok(Self {
            seed,
            origin,
            account: file.id,
            alias: file.alias,
            role: file.role,
            regions,
            instances,
            images,
            volumes,
            metrics: named.metrics,
            alarms,
            mutes,
            network,
            routing,
            scaling,
            databases,
            functions,
            story,
            patches,
            backups,
            desk: Desk::new(script.support_plan),
            by_metric,
            tracks,
        })
    }

    /// How far the scenario is at a moment, in whole seconds.
    pub(crate) fn elapsed(&self, now: Timestamp) -> i64 {
        now.duration_since(self.origin).as_secs()
    }

    /// The moment of a second of the scenario.
    pub(crate) fn moment(&self, second: i64) -> Timestamp {
        shift(self.origin, second)
    }

    /// The metrics' clock at a second of the scenario.
    pub(crate) fn clock(&self, elapsed: i64) -> Clock {
        let origin = self.origin.as_second();
        Clock { grid: origin - origin.rem_euclid(metric::MINUTE), elapsed }
    }

    /// Looks a metric up as CloudWatch does: by Region, namespace, name and all of its dimensions.
    pub(crate) fn metric(
        &self,
        region: &str,
        namespace: &str,
        name: &str,
        dimensions: &[(String, String)],
    ) -> Option<usize> {
        self.by_metric.get(&key(region, namespace, name, dimensions)).copied()
    }

    /// The caller's ARN, as `sts:GetCallerIdentity` and denials name it.
    pub(crate) fn caller(&self) -> String {
        format!("arn:aws:sts::{}:assumed-role/{}/drill", self.account, self.role)
    }

    /// The id of the key that EBS encrypts with in a Region.
    pub(crate) fn ebs_key(&self, region: &str) -> String {
        Ids { seed: self.seed }.uuid(&format!("key/{region}/ebs"))
    }

    fn tracks(&self) -> std::sync::MutexGuard<'_, Vec<Track>> {
        // A panic while the lock was held leaves at worst a track that is worked out again.
        self.tracks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The metrics with the keys by which the files name them.
#[derive(Debug, Default)]
pub(crate) struct Named {
    /// The metrics.
    pub(crate) metrics: Vec<Metric>,
    keys: HashMap<String, usize>,
}

impl Named {
    fn declare(&mut self, metric: Metric, key: &str) {
        self.keys.insert(key.to_owned(), self.metrics.len());
        self.metrics.push(metric);
    }

    /// The metrics that a selector names: a key, `instance/MetricName`, or `fleet/MetricName`.
    pub(crate) fn find(&self, selector: &str, instances: &[Instance]) -> Vec<usize> {
        if let Some(index) = self.keys.get(selector) {
            return vec![*index];
        }
        let Some((fleet, name)) = selector.split_once('/') else { return Vec::new() };
        let of = |instance: &Instance| self.keys.get(&format!("{}/{name}", instance.key)).copied();
        instances.iter().filter(|instance| instance.fleet == fleet).filter_map(of).collect()
    }
}

fn pull(beat: &Beat, effect: &MetricEffect) -> Effect {
    Effect {
        at: beat.at.0,
        until: effect.until.map(|span| span.0),
        over: effect.over.0,
        to: effect.to,
        noise: effect.noise,
        pulse: effect.pulse.map(|pulse| (pulse.every, pulse.on)),
        missing: effect.missing,
    }
}

fn identity(metric: &Metric) -> String {
    key(&metric.region, &metric.namespace, &metric.name, &metric.dimensions)
}

fn key(region: &str, namespace: &str, name: &str, dimensions: &[(String, String)]) -> String {
    let mut sorted: Vec<&(String, String)> = dimensions.iter().collect();
    sorted.sort();
    let mut text = format!("{region}\n{namespace}\n{name}");
    for (name, value) in sorted {
        text.push('\n');
        text.push_str(name);
        text.push('=');
        text.push_str(value);
    }
    text
}

/// Identifiers that look like AWS's and grow from the seed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ids {
    /// The seed.
    pub(crate) seed: u64,
}

impl Ids {
    /// `i-0` and sixteen more hexadecimal digits, the same for the same name.
    pub(crate) fn of(self, prefix: &str, name: &str) -> String {
        format!("{prefix}-0{}", rng::hex(rng::text(self.seed, &format!("{prefix}/{name}")), 16))
    }

    /// A UUID, in lower case, the same for the same name.
    pub(crate) fn uuid(self, name: &str) -> String {
        let digits = rng::hex(rng::text(self.seed, &format!("uuid/{name}")), 32);
        let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
        format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
    }
}

/// A moment some seconds away from another.
pub(crate) fn shift(at: Timestamp, seconds: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(at)
}
