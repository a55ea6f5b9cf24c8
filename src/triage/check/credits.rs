//! What runs on credit: burstable instances, EC2's and RDS's, and databases' disks.
//!
//! Without credits an instance is held to its baseline, unless it is unlimited, when it goes on and costs more. Which of the
//! two it is tells a second metric, and only that of an instance without credits is asked for.

use super::{
    Check, Finding, Given, Outcome, Side, Wanted,
    measure::{Gauge, last, metric, number, plausible},
    near,
    storage::databases,
    told,
};
use crate::{
    resource::{EC2_INSTANCE, ResourceRef},
    text::sentence::Sentence,
    triage::{
        cause::Effect::{Capacity, Errors, Latency},
        pick,
        read::Read,
    },
};

/// Instances whose credits are asked for.
const MOST: usize = 2;
/// Families that earn credits (EC2 user guide).
const BURSTABLE: [&str; 4] = ["t2", "t3", "t3a", "t4g"];
/// Credits that count as none: one is a minute of one vCPU.
const NONE: f64 = 1.0;
/// Percent of a disk's credits below which it fails.
const LOW: f64 = 10.0;

/// CPU credits of instances.
pub(super) struct Instances;
/// CPU credits of databases.
pub(super) struct Databases;
/// I/O credits of databases.
pub(super) struct Disks;

/// Something that earns CPU credits, and its class.
struct Earner<'a> {
    id: &'static str,
    about: &'a ResourceRef,
    class: &'a str,
    namespace: &'static str,
    dimension: &'static str,
}

impl<'a> Earner<'a> {
    fn gauge(&self, name: &str) -> Gauge<'a> {
        // EC2 and RDS send credits every five minutes.
        let query = metric((self.namespace, name), (self.dimension, &self.about.id), ("Minimum", 300));
        Gauge { id: self.id, side: Side::Customer, about: self.about, query }
    }

    fn balance(&self) -> Gauge<'a> {
        self.gauge("CPUCreditBalance")
    }

    /// Credits on loan: only what is unlimited has any.
    fn surplus(&self) -> Gauge<'a> {
        self.gauge("CPUSurplusCreditBalance")
    }

    /// Whether it is known to have no credits.
    fn is_out(&self, given: &Given<'_>) -> bool {
        let series = given.facts.series(&self.balance().query).and_then(Result::ok);
        series.and_then(last).is_some_and(|(_, left)| left < NONE)
    }

    fn wants(&self, given: &Given<'_>) -> Vec<Wanted> {
        let surplus = self.is_out(given).then(|| self.surplus().wanted());
        std::iter::once(self.balance().wanted()).chain(surplus).collect()
    }

    fn judge(&self, given: &Given<'_>) -> Option<Finding> {
        let evidence = |key| Sentence::new(key).with("id", &self.about.id).with("class", self.class);
        if !self.is_out(given) {
            return self
                .balance()
                .last(given, |left| (Outcome::Pass, evidence("check.credits").with("left", number(left))));
        }
        self.surplus().last(given, |lent| {
            if lent > 0.0 {
                (Outcome::Pass, evidence("check.credits_lent").with("lent", number(lent)))
            } else {
                (Outcome::Fail, evidence("check.no_credits"))
            }
        })
    }
}

fn slow(given: &Given<'_>) -> bool {
    plausible(given, &[Latency, Capacity, Errors])
}

fn instances<'a>(given: &Given<'a>) -> Vec<Earner<'a>> {
    let earner = |about: &'a ResourceRef| {
        let answer = (Read::Instances, "Reservations[].Instances[]", "InstanceId");
        let class = pick::text(told(given, answer, about)?, "InstanceType");
        let burstable = class.split_once('.').is_some_and(|(family, _)| BURSTABLE.contains(&family));
        let (id, namespace, dimension) = ("ec2.credits", "AWS/EC2", "InstanceId");
        burstable.then_some(Earner { id, about, class, namespace, dimension })
    };
    let near = near(given, EC2_INSTANCE, 1).filter(|_| slow(given));
    near.filter_map(earner).take(MOST).collect()
}

fn earning_databases<'a>(given: &Given<'a>) -> Vec<Earner<'a>> {
    let earner = |(about, database)| {
        let class = pick::text(database, "DBInstanceClass");
        let (id, namespace, dimension) = ("rds.credits", "AWS/RDS", "DBInstanceIdentifier");
        class.starts_with("db.t").then_some(Earner { id, about, class, namespace, dimension })
    };
    databases(given).filter(|_| slow(given)).filter_map(earner).take(1).collect()
}

impl Check for Instances {
    fn id(&self) -> &'static str {
        "ec2.credits"
    }

    fn wants(&self, given: &Given<'_>) -> Vec<Wanted> {
        instances(given).iter().flat_map(|one| one.wants(given)).collect()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        instances(given).iter().filter_map(|one| one.judge(given)).collect()
    }
}

impl Check for Databases {
    fn id(&self) -> &'static str {
        "rds.credits"
    }

    fn wants(&self, given: &Given<'_>) -> Vec<Wanted> {
        earning_databases(given).iter().flat_map(|one| one.wants(given)).collect()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        earning_databases(given).iter().filter_map(|one| one.judge(given)).collect()
    }
}

/// gp2 has a balance of its own (`BurstBalance`); below any other disk, small classes burst (`EBSIOBalance%` for requests,
/// `EBSByteBalance%` for throughput, RDS user guide). Aurora's storage is not EBS.
fn disks<'a>(given: &Given<'a>) -> Vec<Gauge<'a>> {
    let own = |(_, database): &(_, &serde_json::Value)| !pick::text(database, "Engine").starts_with("aurora");
    let databases = databases(given).filter(|_| slow(given)).filter(own).take(1);
    let gauges = databases.flat_map(|(about, database)| {
        let names: &[&str] = match pick::text(database, "StorageType") {
            "gp2" => &["BurstBalance"],
            _ => &["EBSIOBalance%", "EBSByteBalance%"],
        };
        names.iter().map(move |name| {
            let query = metric(("AWS/RDS", name), ("DBInstanceIdentifier", &about.id), ("Minimum", 300));
            Gauge { id: "rds.burst", side: Side::Customer, about, query }
        })
    });
    gauges.collect()
}

impl Check for Disks {
    fn id(&self) -> &'static str {
        "rds.burst"
    }

    fn wants(&self, given: &Given<'_>) -> Vec<Wanted> {
        disks(given).iter().map(Gauge::wanted).collect()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        let of = |gauge: Gauge<'_>| {
            gauge.last(given, |left| {
                let outcome = if left < LOW { Outcome::Fail } else { Outcome::Pass };
                let evidence = Sentence::new("check.balance").with("id", &gauge.about.id);
                (outcome, evidence.with("metric", gauge.name()).with("left", number(left)))
            })
        };
        disks(given).into_iter().filter_map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::storage::DATABASE, *};
    use crate::triage::check::tests::Bench;

    fn instance(class: &str) -> Bench {
        let mut bench = Bench::of(EC2_INSTANCE, "i-0000000a");
        let instance = json!({"InstanceId": "i-0000000a", "InstanceType": class});
        bench.tell(Read::Instances, "i-0000000a", json!({"Reservations": [{"Instances": [instance]}]}));
        bench
    }

    #[test]
    fn no_credits_are_a_failure_unless_some_are_on_loan() {
        for (balance, lent, said) in [
            (120.5, 0.0, "pass i-0000000a (t3.small): 120 CPU credits left"),
            (0.0, 0.0, "fail i-0000000a (t3.small): no CPU credits left, held to its baseline"),
            (
                0.0,
                40.0,
                "pass i-0000000a (t3.small): 40 CPU credits on loan, unlimited: not slowed, but charged",
            ),
        ] {
            let mut bench = instance("t3.small");
            let value = |name: &str| Some(if name == "CPUCreditBalance" { balance } else { lent });
            bench.measure(&Instances, value);
            bench.measure(&Instances, value);
            assert_eq!(bench.said(&Instances), [said]);
        }
        assert_eq!(instance("m5.large").asked(&Instances), []);
        let mut silent = instance("t2.micro");
        silent.measure(&Instances, |_| None);
        assert_eq!(
            silent.said(&Instances),
            ["unknown not known: i-0000000a has no points of AWS/EC2 CPUCreditBalance"]
        );
    }

    #[test]
    fn a_databases_disk_has_credits_of_its_own() {
        let database = |storage: &str, engine: &str| {
            let mut bench = Bench::of(DATABASE, "orders");
            let database = json!({"DBInstanceIdentifier": "orders", "DBInstanceClass": "db.t3.medium",
                "StorageType": storage, "Engine": engine});
            bench.tell(Read::DbInstances, "orders", json!({"DBInstances": [database]}));
            bench
        };
        let mut gp2 = database("gp2", "mysql");
        gp2.measure(&Disks, |_| Some(3.0));
        assert_eq!(gp2.said(&Disks), ["fail orders: 3 % of AWS/RDS BurstBalance left"]);
        assert_eq!(database("gp3", "mysql").asked(&Disks).len(), 2);
        assert_eq!(database("aurora", "aurora-mysql").asked(&Disks), []);
        assert_eq!(database("gp3", "mysql").asked(&Databases).len(), 1);
    }
}
