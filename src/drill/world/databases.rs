//! RDS: the databases that metrics name, in the subnets and the security group of the databases on instances.
//!
//! An instance whose replica lag is measured is a replica of the Region's other one; a cluster has a writer and a reader.
//! This module must never name a database that no metric knows of.

use jiff::Timestamp;

use super::{
    Ids,
    instance::Instance,
    network::{Network, Subnet},
    shift,
};
use crate::drill::{rng, script::account::Account};

/// The name of the security group that databases have.
const GROUP: &str = "db";

/// GiB in bytes.
const GIB: f64 = 1_073_741_824.0;

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Databases {
    /// Instances, by name; a cluster's after the others.
    pub(crate) instances: Vec<Database>,
    /// Aurora's clusters.
    pub(crate) clusters: Vec<Cluster>,
    /// Where they are.
    pub(crate) home: Option<Home>,
}

/// Their subnet group and security group.
#[derive(Debug, Clone)]
pub(crate) struct Home {
    /// `vpc-…`.
    pub(crate) vpc: String,
    /// Ids and Availability Zones.
    pub(crate) subnets: Vec<(String, String)>,
    /// `sg-…`.
    pub(crate) group: String,
    /// Where.
    pub(crate) region: String,
}

/// A database instance.
#[derive(Debug)]
pub(crate) struct Database {
    /// Its identifier.
    pub(crate) name: String,
    /// The cluster it is a member of.
    pub(crate) cluster: Option<String>,
    /// The instance whose replica it is.
    pub(crate) source: Option<String>,
    /// Which of the subnets it is in.
    pub(crate) subnet: usize,
    /// e.g. `db.r6g.large`.
    pub(crate) class: &'static str,
    /// GiB; Aurora's storage is the cluster's.
    pub(crate) storage: i64,
    /// When it was created.
    pub(crate) created: Timestamp,
}

/// A cluster of Aurora.
#[derive(Debug)]
pub(crate) struct Cluster {
    /// Its identifier.
    pub(crate) name: String,
    /// When it was created.
    pub(crate) created: Timestamp,
}

impl Databases {
    /// Those of the main Region.
    pub(crate) fn build(
        file: &Account,
        network: &Network,
        instances: &[Instance],
        ids: Ids,
        origin: Timestamp,
    ) -> Self {
        let Some(home) = home(file, network, instances) else { return Self::default() };
        let created = |name: &str| {
            let days = 300 + rng::text(ids.seed, name) % 500;
            shift(origin, -i64::try_from(days * 86_400 + days * 97).unwrap_or_default())
        };
        let names = |dimension: &str| {
            let of_rds = file.metric.iter().filter(|one| one.namespace == "AWS/RDS" && one.region.is_none());
            let all = of_rds.flat_map(|one| &one.dimensions).filter(|(name, _)| name == dimension);
            let mut all: Vec<&str> = all.map(|(_, value)| value.as_str()).collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let measured = |name: &str, metric: &str| {
            file.metric.iter().find(|one| {
                one.namespace == "AWS/RDS"
                    && one.name == metric
                    && one.dimensions.iter().any(|(_, value)| value == name)
            })
        };
        let alone = names("DBInstanceIdentifier");
        let first = alone.iter().find(|name| measured(name, "ReplicaLag").is_none());
        let free =
            first.and_then(|name| measured(name, "FreeStorageSpace")).map_or(0.0, |metric| metric.day.1);
        let mut all = Self { home: Some(home), ..Self::default() };
        for name in &alone {
            let source = first.filter(|_| measured(name, "ReplicaLag").is_some());
            all.instances.push(Database {
                name: (*name).to_owned(),
                cluster: None,
                source: source.map(|name| (*name).to_owned()),
                subnet: usize::from(source.is_some()),
                class: "db.r6g.xlarge",
                // Half of it is free.
                storage: hundreds(2.0 * free / GIB),
                created: created(name),
            });
        }
        for name in names("DBClusterIdentifier") {
            all.clusters.push(Cluster { name: name.to_owned(), created: created(name) });
            for n in 0..2 {
                all.instances.push(Database {
                    name: format!("{name}-{}", n + 1),
                    cluster: Some(name.to_owned()),
                    source: None,
                    subnet: n,
                    class: "db.r6g.large",
                    storage: 1,
                    created: shift(created(name), 900),
                });
            }
        }
        all
    }

    /// The members of a cluster, the writer first.
    pub(crate) fn members(&self, cluster: &str) -> impl Iterator<Item = &Database> {
        self.instances.iter().filter(move |one| one.cluster.as_deref() == Some(cluster))
    }

    /// The replicas of an instance.
    pub(crate) fn replicas(&self, name: &str) -> impl Iterator<Item = &Database> {
        self.instances.iter().filter(move |one| one.source.as_deref() == Some(name))
    }
}

/// Where databases are: with the instances that have their security group.
fn home(file: &Account, network: &Network, instances: &[Instance]) -> Option<Home> {
    let group = network.groups.iter().find(|group| group.name == GROUP && group.region == file.region)?;
    let theirs = |subnet: &&Subnet| {
        instances
            .iter()
            .any(|one| one.subnet == subnet.id && one.groups.iter().any(|(id, _)| *id == group.id))
    };
    let subnets: Vec<&Subnet> = network.subnets.iter().filter(theirs).collect();
    (!subnets.is_empty()).then(|| Home {
        vpc: group.vpc.clone(),
        subnets: subnets.iter().map(|subnet| (subnet.id.clone(), subnet.az.clone())).collect(),
        group: group.id.clone(),
        region: group.region.clone(),
    })
}

impl Home {
    /// The subnet and the zone of a place; there are always some.
    pub(crate) fn place(&self, nth: usize) -> (&str, &str) {
        let place = nth.checked_rem(self.subnets.len()).and_then(|nth| self.subnets.get(nth));
        place.map_or(("", ""), |(id, az)| (id, az))
    }
}

/// Rounded up to the next hundred.
#[expect(clippy::cast_possible_truncation, reason = "thousands at most")]
fn hundreds(value: f64) -> i64 {
    ((value / 100.0).ceil().max(1.0) * 100.0) as i64
}
