//! Load balancing: how well the targets are and in which state the load balancers are, in Elastic Load Balancing's words.
//!
//! A reason that begins with `Elb.` is the load balancer's, one that begins with `Target.` the target's.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{Check, Finding, Given, Outcome, Side, Wanted, near, told, unanswered};
use crate::{
    resource::ResourceRef,
    text::sentence::Sentence,
    triage::{kinds, pick, read::Read},
};

const ID: &str = "elb.targets";
/// States of targets that get no requests though they are registered.
const UNWELL: [&str; 3] = ["unhealthy", "unhealthy.draining", "unused"];
const TARGETS: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";
const BALANCER: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";

/// The health of targets.
pub(super) struct Targets;
/// The state of load balancers.
pub(super) struct Balancers;

impl Check for Targets {
    fn id(&self) -> &'static str {
        ID
    }

    /// The graph asks about targets.
    fn wants(&self, _: &Given<'_>) -> Vec<Wanted> {
        Vec::new()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        let health = (Read::TargetHealth, "", "TargetGroupArn");
        let of = |group: &ResourceRef| targets(given, group, told(given, health, group)?);
        let unread =
            unanswered(given, Read::TargetHealth, ID, Side::Customer, near(given, TARGETS, 2).next());
        near(given, TARGETS, 2).filter_map(of).chain(unread).collect()
    }
}

fn targets(given: &Given<'_>, group: &ResourceRef, health: &Json) -> Option<Finding> {
    let name = kinds::label(group);
    let all = pick::all(health, "TargetHealthDescriptions[]");
    let state = |target: &Json| pick::text(target, "TargetHealth.State").to_owned();
    // What is being taken out is no longer counted on.
    let registered: Vec<(&Json, String)> = all
        .into_iter()
        .map(|target| (target, state(target)))
        .filter(|(_, state)| state != "draining")
        .collect();
    let idle = told(given, (Read::TargetGroups, "TargetGroups[]", "TargetGroupArn"), group)
        .is_some_and(|group| pick::texts(group, "LoadBalancerArns[]").is_empty());
    let is_root = given.graph.roots().any(|node| node.resource.id == group.id);
    // The idle half of a blue-green pair belongs to no load balancer, and that is as it should be.
    if idle && !is_root {
        return None;
    }
    let count =
        |states: &[&str]| registered.iter().filter(|(_, state)| states.contains(&state.as_str())).count();
    let (all, well) = (registered.len(), count(&["healthy"]));
    let unwell = count(&UNWELL);
    let said = |key| Sentence::new(key).with("id", name);
    if all == 0 {
        return Some(Finding::new(ID, Outcome::Fail, Side::Customer, group, said("check.no_targets")));
    }
    if unwell == 0 {
        let (outcome, key) = if well == all {
            (Outcome::Pass, "check.targets_well")
        } else {
            (Outcome::Unknown, "check.targets_open")
        };
        // `initial` is still being checked; `unavailable` is not checked at all.
        return Some(Finding::new(
            ID,
            outcome,
            Side::Customer,
            group,
            said(key).with("n", well).with("of", all),
        ));
    }
    let mut reasons: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for (target, state) in registered.iter().filter(|(_, state)| UNWELL.contains(&state.as_str())) {
        let reason = Some(pick::text(target, "TargetHealth.Reason")).filter(|reason| !reason.is_empty());
        let entry = reasons.entry(reason.unwrap_or(state)).or_default();
        *entry = (entry.0 + 1, pick::text(target, "TargetHealth.Description"));
    }
    let most = reasons.into_iter().max_by_key(|(_, (n, _))| *n);
    let (reason, words) = most.map_or(("", ""), |(reason, (_, words))| (reason, words));
    let side = if reason.starts_with("Elb.") { Side::Aws } else { Side::Customer };
    let evidence = said("check.targets_unwell").with("n", unwell).with("of", all);
    let evidence = evidence.with("why", [reason, words].join(" ").trim());
    Some(Finding::new(ID, Outcome::Fail, side, group, evidence))
}

impl Check for Balancers {
    fn id(&self) -> &'static str {
        "elb.state"
    }

    /// The graph asks about load balancers.
    fn wants(&self, _: &Given<'_>) -> Vec<Wanted> {
        Vec::new()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        let id = self.id();
        let answer = (Read::LoadBalancers, "LoadBalancers[]", "LoadBalancerArn");
        let of = |balancer: &ResourceRef| {
            let state = told(given, answer, balancer)?;
            let code = pick::text(state, "State.Code");
            // `active_impaired` routes but cannot grow: subnets without addresses, or AWS. `failed` could not be set up.
            let (outcome, side) = match code {
                "" => return None,
                "active" => (Outcome::Pass, Side::Aws),
                "provisioning" => (Outcome::Unknown, Side::Aws),
                _ => (Outcome::Fail, Side::Grey),
            };
            let why = pick::text(state, "State.Reason");
            let key = if why.is_empty() { "check.status" } else { "check.status_why" };
            let evidence = Sentence::new(key).with("id", kinds::label(balancer)).with("status", code);
            let evidence = if why.is_empty() { evidence } else { evidence.with("why", why) };
            Some(Finding::new(id, outcome, side, balancer, evidence))
        };
        let unread = unanswered(given, Read::LoadBalancers, id, Side::Grey, near(given, BALANCER, 2).next());
        near(given, BALANCER, 2).filter_map(of).chain(unread).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::triage::check::tests::Bench;

    const GROUP: &str = "targetgroup/web-80/73e2d6bc24d8a067";
    const ARN: &str =
        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web-80/73e2d6bc24d8a067";

    fn group(targets: &[(&str, &str, &str)]) -> Bench {
        let mut bench = Bench::of(TARGETS, GROUP);
        let targets: Vec<Json> = targets
            .iter()
            .map(|(state, reason, words)| {
                json!({"Target": {"Id": "10.0.0.1", "Port": 80},
                    "TargetHealth": {"State": state, "Reason": reason, "Description": words}})
            })
            .collect();
        bench.tell(
            Read::TargetHealth,
            ARN,
            json!({"TargetGroupArn": ARN, "TargetHealthDescriptions": targets}),
        );
        bench
    }

    #[test]
    fn unhealthy_targets_are_counted_with_the_reason_that_most_have() {
        let mixed = group(&[
            ("unhealthy", "Target.Timeout", "Request timed out"),
            ("unhealthy", "Target.Timeout", "Request timed out"),
            ("unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [502]"),
            ("healthy", "", ""),
            ("draining", "Target.DeregistrationInProgress", ""),
        ]);
        assert_eq!(
            mixed.said(&Targets),
            ["fail web-80: 3 of 4 targets unhealthy, mostly Target.Timeout Request timed out"]
        );
        assert_eq!(mixed.found(&Targets).first().unwrap().side, Side::Customer);
        let theirs = group(&[("unhealthy", "Elb.InternalError", "")]);
        assert_eq!(theirs.found(&Targets).first().unwrap().side, Side::Aws);
        for (targets, said) in [
            (&[][..], "fail web-80: no target is registered"),
            (&[("draining", "", "")], "fail web-80: no target is registered"),
            (&[("healthy", "", "")], "pass web-80: 1 of 1 targets healthy"),
            (
                &[("initial", "Elb.InitialHealthChecking", "")],
                "unknown web-80: 0 of 1 targets healthy, the others are not checked yet",
            ),
        ] {
            assert_eq!(group(targets).said(&Targets), [said]);
        }
    }

    #[test]
    fn load_balancers_are_active_or_say_why_not() {
        const LB: &str =
            "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/50dc6c495c0c9188";
        for (state, said) in [
            (json!({"Code": "active"}), "pass web: active"),
            (json!({"Code": "provisioning"}), "unknown web: provisioning"),
            (json!({"Code": "failed", "Reason": "no addresses"}), "fail web: failed (no addresses)"),
        ] {
            let mut bench = Bench::of(BALANCER, "app/web/50dc6c495c0c9188");
            bench.tell(
                Read::LoadBalancers,
                LB,
                json!({"LoadBalancers": [{"LoadBalancerArn": LB, "State": state}]}),
            );
            assert_eq!(bench.said(&Balancers), [said]);
        }
    }
}
