//! Whether what is unwell is still there: an alarm goes on about what was deleted.
//!
//! Only of what is itself unwell: members of a group come and go. Who deleted it is CloudTrail's to tell.

use super::{Check, Finding, Given, Outcome, Side, Wanted, told};
use crate::{
    resource::{EC2_INSTANCE, ResourceRef},
    text::sentence::Sentence,
    triage::{kinds, read::Read},
};

/// Whether it exists.
pub(super) struct Gone;

/// A type, and the answer in which such a thing stands as long as it is there.
const ANSWERS: [(&str, (Read, &str, &str)); 8] = [
    (EC2_INSTANCE, (Read::Instances, "Reservations[].Instances[]", "InstanceId")),
    ("AWS::EC2::Volume", (Read::Volumes, "Volumes[]", "VolumeId")),
    (
        "AWS::AutoScaling::AutoScalingGroup",
        (Read::AutoScalingGroups, "AutoScalingGroups[]", "AutoScalingGroupName"),
    ),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", (Read::TargetGroups, "TargetGroups[]", "TargetGroupArn")),
    (
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        (Read::LoadBalancers, "LoadBalancers[]", "LoadBalancerArn"),
    ),
    ("AWS::RDS::DBInstance", (Read::DbInstances, "DBInstances[]", "DBInstanceIdentifier")),
    ("AWS::RDS::DBCluster", (Read::DbClusters, "DBClusters[]", "DBClusterIdentifier")),
    ("AWS::Lambda::Function", (Read::Function, "", "FunctionName")),
];

impl Check for Gone {
    fn id(&self) -> &'static str {
        "aws.exists"
    }

    /// The graph asks about all of these.
    fn wants(&self, _: &Given<'_>) -> Vec<Wanted> {
        Vec::new()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        // What another account has is not to be found in this one.
        let metrics = given.alarm.map(|alarm| alarm.metrics()).unwrap_or_default();
        if metrics.iter().any(|stat| stat.account.is_some()) {
            return Vec::new();
        }
        let of = |one: &ResourceRef| {
            let (_, answer) = ANSWERS.iter().find(|(kind, _)| *kind == one.kind)?;
            let asked = |name: &str| given.facts.knows(answer.0, name);
            let known = asked(&one.id) || one.arn.as_deref().is_some_and(asked);
            if !known || told(given, *answer, one).is_some() {
                return None;
            }
            let evidence =
                Sentence::new("check.gone").with("id", kinds::label(one)).with("kind", one.short_kind());
            Some(Finding::new(self.id(), Outcome::Fail, Side::Customer, one, evidence))
        };
        given.graph.roots().filter_map(|node| of(&node.resource)).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::triage::check::tests::Bench;

    #[test]
    fn only_what_was_answered_and_is_not_there_is_gone() {
        let mut bench = Bench::of("AWS::Lambda::Function", "pay");
        assert_eq!(bench.said(&Gone), Vec::<String>::new());
        bench.tell(Read::Function, "pay", json!({}));
        assert_eq!(bench.said(&Gone), ["fail pay: there is no such Lambda Function any more"]);
        let mut there = Bench::of("AWS::Lambda::Function", "pay");
        there.tell(Read::Function, "pay", json!({"FunctionName": "pay"}));
        assert_eq!(there.said(&Gone), Vec::<String>::new());
        let mut denied = Bench::of(EC2_INSTANCE, "i-0000000a");
        denied.refuse(Read::Instances, "i-0000000a");
        assert_eq!(denied.said(&Gone), Vec::<String>::new());
    }
}
