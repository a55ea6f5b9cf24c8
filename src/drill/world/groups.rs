//! Auto Scaling: groups, the launch templates they launch from, and instance refreshes.
//!
//! A group has the instances that carry its name, so it can never disagree with them. What it did with them is in
//! [`super::activity`]. This module must never launch anything itself.

use jiff::Timestamp;

use super::{
    Ids,
    instance::{Image, Instance},
    network::Network,
};
use crate::drill::script::{
    Beat,
    account::{Account, Fleet},
    scaling::{ActivityEffect, RefreshEffect},
};

/// The tag by which an instance says its group.
pub(crate) const GROUP_TAG: &str = "aws:autoscaling:groupName";

/// The tag by which it says its template's version.
pub(crate) const VERSION_TAG: &str = "aws:ec2launchtemplate:version";

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct Scaling {
    /// In the order of the file.
    pub(crate) groups: Vec<Group>,
    /// One for each group, in their order.
    pub(crate) templates: Vec<Template>,
}

/// One Auto Scaling group.
#[derive(Debug)]
pub(crate) struct Group {
    /// Its name.
    pub(crate) name: String,
    /// Its ARN.
    pub(crate) arn: String,
    /// Where.
    pub(crate) region: String,
    /// `lt-…`.
    pub(crate) template: String,
    /// How many instances it is to have; it may have twice as many.
    pub(crate) desired: i64,
    /// `subnet-…`.
    pub(crate) subnets: Vec<String>,
    /// ARNs.
    pub(crate) target_groups: Vec<String>,
    /// Tags that its instances get: key and value.
    pub(crate) tags: Vec<(String, String)>,
    /// Instance refreshes, oldest first: id, second of the scenario, and what is told of it.
    pub(crate) refreshes: Vec<(String, i64, RefreshEffect)>,
    /// Activities that timelines tell: second of the scenario, and what.
    pub(crate) told: Vec<(i64, ActivityEffect)>,
}

/// A launch template.
#[derive(Debug)]
pub(crate) struct Template {
    /// `lt-…`.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// Where.
    pub(crate) region: String,
    /// Oldest first; there is always one.
    versions: Vec<Version>,
}

/// One version of it.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    /// Its number.
    pub(crate) number: i64,
    /// The second of the scenario at which it was made.
    pub(crate) since: i64,
    /// The key of who made it; without one, the pipeline.
    pub(crate) by: Option<String>,
    /// What they wrote.
    pub(crate) about: String,
    /// `ami-…`.
    pub(crate) image: String,
    /// e.g. `m6i.large`.
    pub(crate) kind: String,
    /// `sg-…`.
    pub(crate) groups: Vec<String>,
    /// Instance profile's ARN.
    pub(crate) profile: Option<String>,
    /// Key pair's name.
    pub(crate) key_pair: Option<String>,
    /// One-minute monitoring.
    pub(crate) detailed: bool,
    /// Spot instances.
    pub(crate) spot: bool,
    /// GiB of the root volume.
    pub(crate) root: Option<i64>,
}

impl Template {
    /// The versions there are at a second of the scenario, oldest first. Its first version has always been there.
    pub(crate) fn versions(&self, elapsed: i64) -> impl DoubleEndedIterator<Item = &Version> {
        let first = self.versions.first().map_or(0, |version| version.number);
        self.versions.iter().filter(move |version| version.since <= elapsed || version.number == first)
    }

    /// The version that is launched at a second of the scenario: the latest, as the pipeline has it.
    pub(crate) fn latest(&self, elapsed: i64) -> Option<&Version> {
        self.versions(elapsed).last()
    }
}

/// How far a refresh is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Progress {
    /// In Auto Scaling's words.
    pub(crate) status: String,
    /// When it was over, in seconds of the scenario.
    pub(crate) ended: Option<i64>,
    /// Percent.
    pub(crate) percent: i64,
}

/// How far a refresh that began at a second of the scenario is at another; nothing before it begins.
pub(crate) fn progress(at: i64, told: &RefreshEffect, elapsed: i64) -> Option<Progress> {
    if elapsed < at {
        return None;
    }
    let goal = told.percent.unwrap_or(if told.status == "Successful" { 100 } else { 0 }).clamp(0, 100);
    let running = told.status == "InProgress";
    Some(match told.until.map(|span| span.0) {
        Some(until) if elapsed < until => {
            let part = (elapsed - at) * goal / (until - at).max(1);
            Progress { status: "InProgress".to_owned(), ended: None, percent: part }
        }
        until => {
            let ended = if running { None } else { Some(until.unwrap_or(at)) };
            Progress { status: told.status.clone(), ended, percent: goal }
        }
    })
}

impl Scaling {
    /// Those of the fleets that say so.
    pub(crate) fn build(
        file: &Account,
        network: &Network,
        instances: &[Instance],
        images: &[Image],
        beats: &[&Beat],
        (ids, origin): (Ids, Timestamp),
    ) -> Result<Self, String> {
        let mut scaling = Self::default();
        for fleet in &file.fleet {
            let Some(name) = fleet.asg.as_ref() else { continue };
            if scaling.groups.iter().any(|group| group.name == *name) {
                continue;
            }
            let own: Vec<&Instance> =
                instances.iter().filter(|one| one.tag(GROUP_TAG) == Some(name)).collect();
            let like = own.first().ok_or_else(|| format!("{name}: a group without instances"))?;
            scaling.templates.push(template(fleet, &own, images, beats, (ids, origin))?);
            scaling.groups.push(group(file, fleet, name, like, network, ids));
        }
        for beat in beats {
            for told in &beat.refresh {
                let at = beat.at.0 + told.after.0;
                let own = || ids.uuid(&format!("refresh/{}/{at}", told.asg));
                let id = told.id.clone().unwrap_or_else(own);
                scaling.group_mut(&told.asg)?.refreshes.push((id, at, told.clone()));
            }
            for told in &beat.activity {
                scaling.group_mut(&told.asg)?.told.push((beat.at.0 + told.after.0, told.clone()));
            }
            for told in &beat.template {
                if file.fleet.iter().all(|fleet| fleet.key != told.fleet || fleet.asg.is_none()) {
                    return Err(format!("{} has no launch template", told.fleet));
                }
            }
        }
        for group in &mut scaling.groups {
            group.refreshes.sort_by_key(|(_, at, _)| *at);
        }
        Ok(scaling)
    }

    fn group_mut(&mut self, name: &str) -> Result<&mut Group, String> {
        let found = self.groups.iter_mut().find(|group| group.name == name);
        found.ok_or_else(|| format!("there is no Auto Scaling group {name}"))
    }
}

fn group(file: &Account, fleet: &Fleet, name: &str, like: &Instance, network: &Network, ids: Ids) -> Group {
    let id = ids.uuid(&format!("asg/{name}"));
    let targets = network.balancers.iter().flat_map(|balancer| &balancer.target_groups);
    let targets = targets.filter(|group| group.targets.contains(&like.id));
    let own = like.tags.iter().filter(|(key, _)| !key.starts_with("aws:") && key != "Name");
    Group {
        name: name.to_owned(),
        arn: format!(
            "arn:aws:autoscaling:{}:{}:autoScalingGroup:{id}:autoScalingGroupName/{name}",
            like.region, file.id
        ),
        region: like.region.clone(),
        template: ids.of("lt", &fleet.key),
        desired: i64::from(fleet.count.unwrap_or(1)),
        subnets: fleet.subnets.iter().map(|key| ids.of("subnet", key)).collect(),
        target_groups: targets.map(|group| group.arn.clone()).collect(),
        tags: own.cloned().collect(),
        refreshes: Vec::new(),
        told: Vec::new(),
    }
}

/// A new version is made this long before the first instance is launched from it; CloudTrail says the same.
const AHEAD: i64 = 200;

/// The version that an instance was launched from.
fn version(like: &Instance, images: &[Image], root: Option<i64>, origin: Timestamp) -> Version {
    let image = images.get(like.image);
    Version {
        number: like.tag(VERSION_TAG).and_then(|number| number.parse().ok()).unwrap_or(1),
        since: like.launched.duration_since(origin).as_secs() - AHEAD,
        by: None,
        about: image.map(|image| image.name.clone()).unwrap_or_default(),
        image: image.map(|image| image.id.clone()).unwrap_or_default(),
        kind: like.kind.clone(),
        groups: like.groups.iter().map(|(id, _)| id.clone()).collect(),
        profile: like.profile.as_ref().map(|(arn, _)| arn.clone()),
        key_pair: like.key_pair.clone(),
        detailed: like.detailed,
        spot: like.spot.is_some(),
        root,
    }
}

/// The template of a fleet: its versions are those that its group's instances name, and those that timelines tell.
fn template(
    fleet: &Fleet,
    own: &[&Instance],
    images: &[Image],
    beats: &[&Beat],
    (ids, origin): (Ids, Timestamp),
) -> Result<Template, String> {
    let mut versions: Vec<Version> = Vec::new();
    for one in own {
        let next = version(one, images, fleet.volumes.first().copied(), origin);
        match versions.iter_mut().find(|known| known.number == next.number) {
            Some(known) => known.since = known.since.min(next.since),
            None => versions.push(next),
        }
    }
    versions.sort_by_key(|version| version.number);
    let told = beats.iter().flat_map(|beat| beat.template.iter().map(|one| (beat.at.0, one)));
    let mut told: Vec<_> = told.filter(|(_, one)| one.fleet == fleet.key).collect();
    told.sort_by_key(|(_, one)| one.version);
    for (since, one) in told {
        let before = versions.iter().rev().find(|known| known.number < one.version);
        let before =
            before.ok_or_else(|| format!("{}: version {} is not a new one", fleet.key, one.version))?;
        let known = versions.iter().find(|known| known.number == one.version);
        let mut next = known.unwrap_or(before).clone();
        (next.number, next.since) = (one.version, since);
        next.by.clone_from(&one.by);
        if let Some(key) = &one.image {
            let image = images.iter().find(|image| image.key == *key);
            let image = image.ok_or_else(|| format!("{}: there is no image {key}", fleet.key))?;
            next.image.clone_from(&image.id);
            next.about.clone_from(&image.name);
        }
        next.about = one.about.clone().unwrap_or(next.about);
        next.kind = one.kind.clone().unwrap_or(next.kind);
        versions.retain(|known| known.number != one.version);
        versions.push(next);
        versions.sort_by_key(|version| version.number);
    }
    let region = own.first().map(|one| one.region.clone()).unwrap_or_default();
    let (id, name) = (ids.of("lt", &fleet.key), format!("{}-template", fleet.key));
    Ok(Template { id, name, region, versions })
}
