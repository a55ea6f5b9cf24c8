//! How what is unwell lies over Availability Zones: several in one zone, and none elsewhere, speak of the zone.
//!
//! Whether it is AWS's zone or our own subnet of it cannot be told from outside: that is a question for AWS Support.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, Finding, Given, Outcome, Side, Wanted};
use crate::{
    text::sentence::Sentence,
    triage::{pick, read::Read},
};

/// How it is spread.
pub(super) struct Spread;

impl Check for Spread {
    fn id(&self) -> &'static str {
        "aws.zones"
    }

    /// Graph and status checks ask about all of it.
    fn wants(&self, _: &Given<'_>) -> Vec<Wanted> {
        Vec::new()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        let Some(root) = given.graph.roots().next() else { return Vec::new() };
        let zones = zones(given);
        let (mut unwell, mut well): (BTreeMap<&str, usize>, BTreeSet<&str>) = Default::default();
        for (instance, is_well) in health(given) {
            let Some(zone) = zones.get(instance) else { continue };
            if is_well {
                well.insert(zone);
            } else {
                *unwell.entry(zone).or_default() += 1;
            }
        }
        let n: usize = unwell.values().sum();
        // One host that fails is a host; and with one zone in use there is nothing to compare.
        if n < 2 || unwell.keys().chain(&well).collect::<BTreeSet<_>>().len() < 2 {
            return Vec::new();
        }
        let finding =
            |outcome, evidence| vec![Finding::new(self.id(), outcome, Side::Grey, &root.resource, evidence)];
        match unwell.keys().next() {
            Some(zone) if unwell.len() == 1 && !well.contains(zone) => {
                let others: Vec<&str> = well.iter().copied().collect();
                let evidence = Sentence::new("check.one_zone").with("n", n).with("zone", zone);
                finding(Outcome::Fail, evidence.with("others", others.join(", ")))
            }
            _ => {
                let all: Vec<&str> = unwell.keys().copied().collect();
                finding(
                    Outcome::Pass,
                    Sentence::new("check.zones").with("n", n).with("zones", all.join(", ")),
                )
            }
        }
    }
}

/// The zones of the instances that are known.
fn zones<'a>(given: &Given<'a>) -> BTreeMap<&'a str, &'a str> {
    let instances = given.facts.items(Read::Instances, "Reservations[].Instances[]");
    let placed =
        instances.map(|one| (pick::text(one, "InstanceId"), pick::text(one, "Placement.AvailabilityZone")));
    placed.filter(|(_, zone)| !zone.is_empty()).collect()
}

/// Whether instances are well, by their status checks and as targets; one that is unwell in any way is.
fn health<'a>(given: &Given<'a>) -> BTreeMap<&'a str, bool> {
    let mut all: BTreeMap<&str, bool> = BTreeMap::new();
    let mut tell = |id: &'a str, is_well: bool| {
        let known = all.entry(id).or_insert(true);
        *known &= is_well;
    };
    for status in given.facts.items(Read::InstanceStatus, "InstanceStatuses[]") {
        let impaired = ["SystemStatus.Status", "InstanceStatus.Status"];
        let is_well = impaired.iter().all(|path| pick::text(status, path) != "impaired");
        tell(pick::text(status, "InstanceId"), is_well);
    }
    for target in given.facts.items(Read::TargetHealth, "TargetHealthDescriptions[]") {
        let state = pick::text(target, "TargetHealth.State");
        if ["healthy", "unhealthy"].contains(&state) {
            tell(pick::text(target, "Target.Id"), state == "healthy");
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::triage::check::tests::Bench;

    /// Four targets, two in each zone; those named are unhealthy.
    fn targets(unhealthy: &[&str]) -> Bench {
        let group = "targetgroup/web-80/73e2d6bc24d8a067";
        let mut bench = Bench::of("AWS::ElasticLoadBalancingV2::TargetGroup", group);
        let ids = ["i-0000000a", "i-0000000b", "i-0000000c", "i-0000000d"];
        let placed = ids.iter().zip(["1a", "1a", "1b", "1b"]).map(|(id, zone)| {
            let zone = format!("eu-west-{zone}");
            json!({"InstanceId": id, "Placement": {"AvailabilityZone": zone}})
        });
        let placed: Vec<_> = placed.collect();
        bench.tell(Read::Instances, ids[0], json!({"Reservations": [{"Instances": placed}]}));
        let health = ids.iter().map(|id| {
            let state = if unhealthy.contains(id) { "unhealthy" } else { "healthy" };
            json!({"Target": {"Id": id}, "TargetHealth": {"State": state}})
        });
        let health: Vec<_> = health.collect();
        bench.tell(Read::TargetHealth, group, json!({"TargetHealthDescriptions": health}));
        bench
    }

    #[test]
    fn several_in_one_zone_and_none_elsewhere_speak_of_the_zone() {
        let one = targets(&["i-0000000a", "i-0000000b"]);
        let said = "fail all 2 that are unwell are in eu-west-1a; those in eu-west-1b are well";
        assert_eq!(one.said(&Spread), [said]);
        let both = targets(&["i-0000000a", "i-0000000c"]);
        assert_eq!(both.said(&Spread), ["pass 2 are unwell, in eu-west-1a, eu-west-1b: not one zone alone"]);
        let three = targets(&["i-0000000a", "i-0000000b", "i-0000000c"]);
        assert_eq!(three.said(&Spread), ["pass 3 are unwell, in eu-west-1a, eu-west-1b: not one zone alone"]);
        assert_eq!(targets(&["i-0000000a"]).said(&Spread), Vec::<String>::new(), "one is a host");
        assert_eq!(targets(&[]).said(&Spread), Vec::<String>::new());
    }
}
