//! The drills' own cases: what `triage` makes of the events in which somebody took the shop down, or nobody did anything.

use super::*;
use crate::{
    resource::ResourceRef,
    scope::ScopeId,
    text::sentence::Sentence,
    triage::{
        cause::{self, About, Candidate, Case, Ranking, Related, Seen, Signals, Symptom},
        record,
    },
};

/// Ranks the last day's events of a world.
fn ranked(world: &World, now: i64, symptom: Symptom, about: About, at: i64) -> Ranking {
    let case = Case {
        symptom,
        about,
        at: Timestamp::from_second(at).unwrap(),
        window: jiff::SignedDuration::from_hours(24),
        began: None,
    };
    let needles = case.about.needles();
    let mut seen = Seen::default();
    let mut candidates = Vec::new();
    for event in events(world, now, 1) {
        let text = event.record(world);
        let decoded = record::event(ScopeId(0), &text, &[]).unwrap();
        seen.add(&decoded.source, &decoded.name);
        if needles.is_in(&decoded.source, &text) {
            candidates.push(Candidate { event: decoded, record: text.into() });
        }
    }
    assert!(candidates.len() > 5, "something was done near it");
    cause::rank(&case, &candidates.iter().collect::<Vec<_>>(), &seen, Signals::built_in())
}

fn thing(kind: &'static str, id: &str) -> ResourceRef {
    ResourceRef::new(ScopeId(0), kind, id)
}

fn around(kind: &'static str, id: &str, via: &str) -> Related {
    Related {
        resource: thing(kind, id),
        via: Some(Sentence::new("relation.said").with("text", via)),
        steps: 1,
    }
}

#[test]
fn the_rule_that_was_taken_away_is_the_first_suspect_of_the_shop_that_is_down() {
    for seed in [1, 2, 9, 77] {
        let (world, now) = open("web-down", seed, NOW);
        let balancer = world.network.balancers.iter().find(|one| one.name == "web").unwrap();
        let arn = |kind, arn: &str| {
            let id = crate::triage::kinds::of_arn(arn, ScopeId(0)).unwrap().id;
            thing(kind, &id).with_arn(arn)
        };
        let balancer_itself = arn("AWS::ElasticLoadBalancingV2::LoadBalancer", &balancer.arn);
        let mut related: Vec<Related> = balancer
            .groups
            .iter()
            .map(|group| around("AWS::EC2::SecurityGroup", group, "attached to the load balancer"))
            .collect();
        for instance in world.instances.iter().filter(|i| i.key.starts_with("web-")) {
            related.push(around("AWS::EC2::Instance", &instance.id, "a target"));
            related.extend(
                instance
                    .groups
                    .iter()
                    .map(|(id, _)| around("AWS::EC2::SecurityGroup", id, "attached to a target")),
            );
        }
        related.push(around("AWS::AutoScaling::AutoScalingGroup", "web-asg", "its targets are members"));
        let symptom = Symptom::of("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", "ALARM", "");
        let about = About { resources: vec![balancer_itself], related };
        let ranking = ranked(&world, now, symptom, about, now - 4 * 60);
        let first = &ranking.suspects[0].event;
        assert!(ranking.found, "seed {seed}: {}", ranking.suspects[0].score);
        assert_eq!(first.name, "RevokeSecurityGroupIngress", "seed {seed}");
        assert_eq!(first.error, None, "seed {seed}: the refused attempt changed nothing");
        assert_eq!(first.actor, "ops-cli-user", "seed {seed}");
    }
}

#[test]
fn no_change_explains_the_failed_host() {
    for seed in [1, 2, 9, 77] {
        let (world, now) = open("host-failure", seed, NOW);
        let host = world.instances.iter().find(|i| i.key == "web-canary-1").unwrap();
        let mut related = vec![
            around("AWS::EC2::NetworkInterface", &host.interface, "attached"),
            around("AWS::EC2::Subnet", &host.subnet, "in"),
        ];
        related.extend(host.groups.iter().map(|(id, _)| around("AWS::EC2::SecurityGroup", id, "attached")));
        let about = About { resources: vec![thing("AWS::EC2::Instance", &host.id)], related };
        let symptom = Symptom::of("AWS/EC2", "StatusCheckFailed_System", "ALARM", "");
        let ranking = ranked(&world, now, symptom, about, now);
        let first = ranking.suspects.first().map(|s| (s.score, s.event.name.to_string()));
        assert!(!ranking.found, "seed {seed}: {first:?}");
    }
}
