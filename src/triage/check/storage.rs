//! RDS: databases' states, room, events and settings that wait for a restart.

use serde_json::Value as Json;

use super::{
    Check, Finding, Given, Outcome, Side, Wanted, in_window,
    measure::{Gauge, metric, number, plausible},
    near, time, told, unanswered,
};
use crate::{
    resource::ResourceRef,
    text::sentence::Sentence,
    triage::{
        cause::Effect::{Capacity, Data, Errors, Gone, Latency},
        pick,
        read::{Question, Read},
    },
};

pub(super) const DATABASE: &str = "AWS::RDS::DBInstance";
const CLUSTER: &str = "AWS::RDS::DBCluster";
/// Databases that are asked about: the graph reads those that are one step away at most.
const MOST: usize = 3;
/// Databases whose metrics are asked for.
const MEASURED: usize = 1;
const GIB: f64 = 1024.0 * 1024.0 * 1024.0;

/// The state of databases and clusters.
pub(super) struct Status;
/// Free storage.
pub(super) struct Storage;
/// Failovers, restarts, trouble.
pub(super) struct Events;
/// Parameters that are set and not in effect.
pub(super) struct Parameters;

/// Databases that are near, with what RDS says of each.
pub(super) fn databases<'a>(
    given: &Given<'a>,
) -> impl Iterator<Item = (&'a ResourceRef, &'a Json)> + use<'a> {
    let given = *given;
    let answer = (Read::DbInstances, "DBInstances[]", "DBInstanceIdentifier");
    near(&given, DATABASE, 1).take(MOST).filter_map(move |one| Some((one, told(&given, answer, one)?)))
}

fn first<'a>(given: &Given<'a>) -> Option<&'a ResourceRef> {
    near(given, DATABASE, 1).next()
}

/// What a state of a database means, by the RDS user guide's list of them; what is not in it is not known.
fn judged(status: &str) -> (Outcome, Side) {
    match status {
        "available" | "backing-up" | "storage-optimization" | "storage-config-upgrade" => {
            (Outcome::Pass, Side::Customer)
        }
        _ if status.starts_with("configuring-") => (Outcome::Pass, Side::Customer),
        // Not to be reached, or gone: by an order or a setting of the account.
        "storage-full"
        | "stopped"
        | "stopping"
        | "deleting"
        | "renaming"
        | "inaccessible-encryption-credentials"
        | "inaccessible-encryption-credentials-recoverable"
        | "restore-error" => (Outcome::Fail, Side::Customer),
        _ if status.starts_with("incompatible-") => (Outcome::Fail, Side::Customer),
        "maintenance" | "insufficient-capacity" => (Outcome::Fail, Side::Aws),
        // By an order, a maintenance window or a fault: the events and CloudTrail tell.
        "failed" | "rebooting" | "upgrading" | "failing-over" => (Outcome::Fail, Side::Grey),
        // `modifying`, `starting`, `storage-initialization`: under way, with or without an interruption.
        _ => (Outcome::Unknown, Side::Customer),
    }
}

impl Check for Status {
    fn id(&self) -> &'static str {
        "rds.status"
    }

    /// The graph asks about databases and clusters.
    fn wants(&self, _: &Given<'_>) -> Vec<Wanted> {
        Vec::new()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        let clusters = near(given, CLUSTER, 1).filter_map(|one| {
            let cluster = told(given, (Read::DbClusters, "DBClusters[]", "DBClusterIdentifier"), one)?;
            Some((one, pick::text(cluster, "Status")))
        });
        let all = databases(given).map(|(one, database)| (one, pick::text(database, "DBInstanceStatus")));
        let of = |(one, status): (&ResourceRef, &str)| {
            let (outcome, side) = judged(status);
            let evidence = Sentence::new("check.status").with("id", &one.id).with("status", status);
            (!status.is_empty()).then(|| Finding::new(self.id(), outcome, side, one, evidence))
        };
        let unread = unanswered(given, Read::DbInstances, self.id(), Side::Customer, first(given));
        all.chain(clusters).filter_map(of).chain(unread).collect()
    }
}

/// The room of a database that has storage of its own: Aurora's grows by itself.
fn room<'a>(given: &Given<'a>) -> Vec<(Gauge<'a>, &'a Json)> {
    if !plausible(given, &[Errors, Latency, Capacity, Data, Gone]) {
        return Vec::new();
    }
    let own = |(_, database): &(&ResourceRef, &Json)| !pick::text(database, "Engine").starts_with("aurora");
    let gauge = |(about, database): (&'a ResourceRef, &'a Json)| {
        let of = ("DBInstanceIdentifier", about.id.as_str());
        let query = metric(("AWS/RDS", "FreeStorageSpace"), of, ("Minimum", 60));
        (Gauge { id: "rds.storage", side: Side::Customer, about, query }, database)
    };
    databases(given).filter(own).take(MEASURED).map(gauge).collect()
}

impl Check for Storage {
    fn id(&self) -> &'static str {
        "rds.storage"
    }

    fn wants(&self, given: &Given<'_>) -> Vec<Wanted> {
        room(given).iter().map(|(gauge, _)| gauge.wanted()).collect()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        let of = |(gauge, database): (Gauge<'_>, &Json)| {
            let size = pick::number(database, "AllocatedStorage")?;
            let most = pick::number(database, "MaxAllocatedStorage").unwrap_or_default();
            gauge.last(given, |bytes| {
                let free = bytes / GIB;
                let low = free < size / 10.0 || free < 5.0;
                // Storage autoscaling adds 10 GiB or 10 %, or what it foresees, when less than 10 % is free: RDS needs
                // some minutes for that and 6 hours before the next time. With nearly nothing left it came too late.
                let grows = most >= size + (size / 10.0).max(10.0) && free >= 1.0;
                let outcome = if low && !grows { Outcome::Fail } else { Outcome::Pass };
                let key = if low && grows { "check.storage_grows" } else { "check.storage" };
                let evidence = Sentence::new(key)
                    .with("id", &gauge.about.id)
                    .with("free", number(free))
                    .with("size", number(size));
                (outcome, if low && grows { evidence.with("most", number(most)) } else { evidence })
            })
        };
        room(given).into_iter().filter_map(of).collect()
    }
}

/// RDS's categories of events that tell of trouble, and whose that usually is.
const CATEGORIES: [(&str, Side); 5] = [
    ("failure", Side::Grey),
    ("low storage", Side::Customer),
    ("failover", Side::Grey),
    ("recovery", Side::Grey),
    // Shut down, restarted.
    ("availability", Side::Grey),
];

impl Check for Events {
    fn id(&self) -> &'static str {
        "rds.events"
    }

    fn wants(&self, given: &Given<'_>) -> Vec<Wanted> {
        let databases = near(given, DATABASE, 1).take(MOST);
        databases.map(|one| Wanted::Read(Question::one(Read::DbEvents, &one.id))).collect()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        let read = Read::DbEvents;
        let of = |one: &ResourceRef| {
            if !given.facts.knows(read, &one.id) {
                return None;
            }
            let events = given.facts.items(read, "Events[]");
            let ours = events.filter(|event| pick::text(event, "SourceIdentifier") == one.id);
            let told = ours.filter_map(|event| {
                let categories = pick::texts(event, "EventCategories[]");
                let (_, side) = CATEGORIES.iter().find(|(category, _)| categories.contains(category))?;
                let at = time(event, "Date").filter(|at| in_window(given, *at))?;
                Some((at, pick::text(event, "Message"), *side))
            });
            let told: Vec<_> = told.collect();
            let Some((at, message, side)) = told.iter().max_by_key(|(at, ..)| *at).copied() else {
                let evidence = Sentence::new("check.no_db_event").with("id", &one.id);
                return Some(Finding::new(self.id(), Outcome::Pass, Side::Grey, one, evidence));
            };
            let evidence = Sentence::new("check.db_event").with("id", &one.id).with("what", message);
            let evidence = evidence.with("n", told.len());
            Some(Finding::new(self.id(), Outcome::Fail, side, one, evidence).since(Some(at)))
        };
        let unread = unanswered(given, read, self.id(), Side::Grey, first(given));
        near(given, DATABASE, 1).filter_map(of).chain(unread).collect()
    }
}

impl Check for Parameters {
    fn id(&self) -> &'static str {
        "rds.parameters"
    }

    /// The graph asks about databases.
    fn wants(&self, _: &Given<'_>) -> Vec<Wanted> {
        Vec::new()
    }

    /// A setting that waits breaks nothing, and many wait for months; but what the database runs with is then not what is
    /// set, and so not known.
    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        let of = |(one, database): (&ResourceRef, &Json)| {
            let groups = pick::all(database, "DBParameterGroups[]");
            let status = |group: &Json| pick::text(group, "ParameterApplyStatus").to_owned();
            let group = groups.iter().find(|group| status(group) != "in-sync").or(groups.first())?;
            let outcome = match status(group).as_str() {
                "" => return None,
                "in-sync" => Outcome::Pass,
                "failed-to-apply" => Outcome::Fail,
                _ => Outcome::Unknown,
            };
            let evidence = Sentence::new("check.parameters")
                .with("id", &one.id)
                .with("group", pick::text(group, "DBParameterGroupName"))
                .with("status", status(group));
            Some(Finding::new(self.id(), outcome, Side::Customer, one, evidence))
        };
        let unread = unanswered(given, Read::DbInstances, self.id(), Side::Customer, first(given));
        databases(given).filter_map(of).chain(unread).collect()
    }
}

#[cfg(test)]
mod tests;
