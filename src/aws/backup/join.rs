//! What all sources say, joined into one row for each resource that should be backed up.
//!
//! | row | when |
//! |---|---|
//! | an instance | always, unless it is terminated |
//! | a volume | AWS Backup knows it by itself, or no instance that is a row has it |
//! | anything else | AWS Backup knows it: protected, with a job, or with a recovery point, there or missed |
//! | a vault | it holds recovery points, or had jobs, that name no resource |
//!
//! Every other volume is shown through its instance: what protects an instance is its own recovery points or those and
//! the snapshots of its volumes. Only a list that was read to its end proves that an instance or volume is gone.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    by::{By, Snapshots},
    ebs::Volume,
    memory::Missed,
    names::{VOLUME, Who},
    sources::Protected,
};
use crate::{
    aws::Session,
    resource::EC2_INSTANCE,
    rows::{
        backup::{Backup, Job, Origin, Policy, Read, RecoveryPoint, Standing},
        instance::Instance,
    },
    scope::ScopeId,
    triage::{
        arn::Arn,
        kinds::{self, Place},
    },
};

/// What the sources said; `None` is a source that could not be read.
pub(super) struct Facts {
    pub instances: Option<Arc<[Arc<Instance>]>>,
    pub instances_whole: bool,
    pub volumes: Option<Arc<Vec<Volume>>>,
    pub protected: Option<Arc<Vec<Protected>>>,
    pub snapshots: Option<Arc<Snapshots>>,
    pub jobs: Option<Arc<By<Job>>>,
    pub points: Option<Arc<By<RecoveryPoint>>>,
    pub points_whole: bool,
    pub policies: Option<Arc<Vec<Arc<Policy>>>>,
    pub opted_in: Option<Arc<HashMap<String, bool>>>,
    pub missed: Vec<Missed>,
}

/// Where the rows are: ARNs of instances and volumes are built from it.
#[derive(Debug, Clone, Default)]
struct Home {
    scope: ScopeId,
    partition: String,
    region: String,
    account: String,
}

/// Hands over the rows, one by one.
pub(super) fn join(session: &Session, facts: &Facts, keep: &mut dyn FnMut(Backup)) {
    let identity = session.who().known();
    let arn = facts.protected.iter().flat_map(|all| all.iter()).find_map(|p| p.who.arn.as_deref());
    let arn = arn.and_then(Arn::parse);
    let owner = facts.instances.iter().flat_map(|all| all.iter()).find_map(|i| i.owner.as_deref());
    let account = identity
        .as_ref()
        .map(|i| i.account.clone())
        .or(owner.map(str::to_owned))
        .or_else(|| arn.map(|a| a.account.to_owned()));
    let partition = identity.map(|i| i.partition).or_else(|| arn.map(|a| a.partition.to_owned()));
    let home = Home {
        scope: session.scope,
        partition: partition.unwrap_or_else(|| partition_of(&session.region).to_owned()),
        region: session.region.clone(),
        account: account.unwrap_or_default(),
    };
    rows(&home, facts, keep);
}

fn partition_of(region: &str) -> &'static str {
    match region {
        r if r.starts_with("cn-") => "aws-cn",
        r if r.starts_with("us-gov-") => "aws-us-gov",
        r if r.starts_with("eusc-") => "aws-eusc",
        _ => "aws",
    }
}

fn rows(home: &Home, facts: &Facts, keep: &mut dyn FnMut(Backup)) {
    let joined = Joined::new(home, facts);
    let mut shown: HashSet<&str> = HashSet::new();
    let live = |i: &&Arc<Instance>| !matches!(i.state.as_str(), "terminated" | "shutting-down");
    let instances = facts.instances.iter().flat_map(|all| all.iter());
    for instance in instances.clone().filter(live) {
        let row = joined.instance(instance);
        shown.insert(&instance.id);
        shown.extend(
            instance.volumes.iter().filter(|id| !joined.known.contains_key(id.as_str())).map(String::as_str),
        );
        keep(row);
    }
    let volumes = facts.volumes.iter().flat_map(|all| all.iter());
    for volume in volumes {
        if shown.insert(&volume.id) {
            let standing = if volume.attached { Standing::Used } else { Standing::Loose };
            keep(Backup { standing, ..joined.volume(&volume.id) });
        }
    }
    let mut others: Vec<&Who> =
        joined.known.iter().filter(|(key, _)| !shown.contains(**key)).map(|(_, who)| *who).collect();
    others.sort_by(|a, b| a.key.cmp(&b.key));
    others.into_iter().map(|who| joined.other(who)).for_each(keep);
}

struct Joined<'a> {
    home: &'a Home,
    facts: &'a Facts,
    /// Whatever AWS Backup names, by key.
    known: HashMap<&'a str, &'a Who>,
    volumes: HashMap<&'a str, &'a Volume>,
    protected: HashMap<&'a str, &'a Protected>,
}

impl<'a> Joined<'a> {
    fn new(home: &'a Home, facts: &'a Facts) -> Self {
        let volumes = facts.volumes.iter().flat_map(|all| all.iter()).map(|v| (v.id.as_str(), v)).collect();
        let protected: HashMap<&str, &Protected> =
            facts.protected.iter().flat_map(|all| all.iter()).map(|p| (p.who.key.as_str(), p)).collect();
        let mut known: HashMap<&str, &Who> = HashMap::new();
        let jobs = facts.jobs.iter().flat_map(|by| by.0.values()).map(|of| of.who.as_ref());
        let points = facts.points.iter().flat_map(|by| by.0.values()).map(|of| of.who.as_ref());
        let missed = facts.missed.iter().map(|(who, _)| who.as_ref());
        for who in protected.values().map(|p| &p.who).chain(jobs).chain(points).chain(missed) {
            known.entry(&who.key).or_insert(who);
        }
        Self { home, facts, known, volumes, protected }
    }

    fn instance(&self, instance: &Instance) -> Backup {
        let volumes: Vec<_> = instance.volumes.iter().map(|id| Arc::new(self.volume(id))).collect();
        let mut row = self.ec2(&instance.id, EC2_INSTANCE, "EC2");
        row.name.clone_from(&instance.name);
        row.tags = Arc::clone(&instance.tags);
        row.made = volumes.iter().filter_map(|v| v.made).min().or(instance.launch_time);
        row.standing = instance.asg.as_deref().map_or(Standing::Used, |asg| Standing::Member(asg.to_owned()));
        for policy in volumes.iter().flat_map(|v| &v.policies) {
            if !row.policies.contains(policy) {
                row.policies.push(Arc::clone(policy));
            }
        }
        row.volumes = volumes;
        row
    }

    fn volume(&self, id: &str) -> Backup {
        let mut row = self.ec2(id, VOLUME, "EBS");
        if let Some(volume) = self.volumes.get(id) {
            volume.name().clone_into(&mut row.name);
            row.tags = Arc::clone(&volume.tags);
            row.made = volume.made;
        }
        if let Some(newest) = self.facts.snapshots.as_ref().and_then(|by| by.get(id)) {
            row.snapshots.clone_from(newest);
        }
        let made_it = |policy: &&Arc<Policy>| {
            row.snapshots.list.iter().any(|s| matches!(&s.origin, Origin::Dlm(id) if *id == policy.id))
        };
        let policies = self.facts.policies.iter().flat_map(|all| all.iter());
        row.policies = policies.filter(made_it).cloned().collect();
        row
    }

    fn ec2(&self, id: &str, kind: &'static str, service: &str) -> Backup {
        let Home { scope, partition, region, account } = self.home;
        let resource = kinds::refer(kind, id, &Place { scope: *scope, partition, region, account });
        let mut row = Backup::of(id, resource, service);
        self.fill(&mut row, id);
        row
    }

    /// Something that no listing but AWS Backup's names.
    fn other(&self, who: &Who) -> Backup {
        let resource = who.resource(self.home.scope);
        let whole = match resource.kind.as_ref() {
            EC2_INSTANCE => self.facts.instances.is_some() && self.facts.instances_whole,
            VOLUME => self.facts.volumes.is_some(),
            _ => false,
        };
        let mut row = Backup::of(who.key.as_str(), resource, who.service.as_str());
        row.standing = match who.arn {
            None => Standing::Nameless,
            Some(_) if whole => Standing::Gone,
            Some(_) => Standing::Used,
        };
        self.fill(&mut row, &who.key);
        if row.has_snapshots()
            && let Some(newest) = self.facts.snapshots.as_ref().and_then(|by| by.get(who.key.as_str()))
        {
            row.snapshots.clone_from(newest);
        }
        row
    }

    /// What AWS Backup says.
    fn fill(&self, row: &mut Backup, key: &str) {
        let facts = self.facts;
        row.read = Read {
            jobs: facts.jobs.is_some(),
            points: facts.points_whole,
            snapshots: facts.snapshots.is_some(),
        };
        let jobs = facts.jobs.as_ref().and_then(|by| by.0.get(key));
        let points = facts.points.as_ref().and_then(|by| by.0.get(key));
        let protected = self.protected.get(key);
        row.jobs = jobs.map(|of| of.newest.list.clone()).unwrap_or_default();
        row.points = points.map(|of| of.newest.clone()).unwrap_or_default();
        row.last_backup = protected.and_then(|p| p.last);
        let names =
            [protected.map(|p| &p.who.name), jobs.map(|of| &of.who.name), points.map(|of| &of.who.name)];
        if let Some(name) = names.into_iter().flatten().find(|n| !n.is_empty()) {
            row.name.clone_from(name);
        }
        let missed = facts.missed.iter().filter(|(who, _)| who.key == key);
        row.vanished = missed.map(|(_, gone)| Arc::clone(gone)).collect();
        row.opted_in = facts.opted_in.as_ref().and_then(|all| all.get(row.service.as_str())).copied();
    }
}

#[cfg(test)]
mod tests;
