//! The drills' own cases: what `triage` makes of the events in which somebody took the shop down, or nobody did anything.

use super::*;
use crate::{
    resource::ResourceRef,
    scope::ScopeId,
    text::sentence::Sentence,
    triage::{
        cause::{self, About, Call, Candidate, Case, Ranking, Related, Seen, Signals, Symptom},
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
        seen.add(&Call::of(&decoded));
        if needles.is_in(&decoded.source, &text) {
            candidates.push(Candidate { event: decoded, record: text.into() });
        }
    }
    seen.is_all();
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

/// When an alarm of a drill fired, in seconds since 1970.
fn fired(world: &World, now: i64, name: &str) -> i64 {
    let origin = world.origin.as_second();
    let index = world.alarms.iter().position(|alarm| alarm.name == name).unwrap();
    let change = world.states(now - origin)[index].clone();
    assert_eq!(change.to, world::alarm::ALARM, "{name}");
    origin + change.second
}

/// An event's name and score, for messages.
fn said(ranking: &Ranking) -> Vec<String> {
    ranking
        .suspects
        .iter()
        .take(4)
        .map(|s| format!("{:.2} {} {}", s.score, s.event.name, s.event.actor))
        .collect()
}

#[test]
fn the_release_is_the_first_suspect_of_the_errors_that_came_with_it() {
    for seed in [1, 2, 9, 77] {
        let (world, now) = open("deploy-regression", seed, NOW);
        let balancer = world.network.balancers.iter().find(|one| one.name == "web").unwrap();
        let itself = crate::triage::kinds::of_arn(&balancer.arn, ScopeId(0)).unwrap();
        let mut related: Vec<Related> = balancer
            .groups
            .iter()
            .map(|group| around("AWS::EC2::SecurityGroup", group, "attached to the load balancer"))
            .collect();
        for group in &balancer.target_groups {
            let arn = crate::triage::kinds::of_arn(&group.arn, ScopeId(0)).unwrap();
            let via = Some(Sentence::new("relation.said").with("text", "forwards to"));
            related.push(Related { resource: arn, via, steps: 1 });
        }
        for instance in world.instances.iter().filter(|i| i.fleet == "web") {
            related.push(around("AWS::EC2::Instance", &instance.id, "a target"));
        }
        related.push(around("AWS::AutoScaling::AutoScalingGroup", "web-asg", "its targets are members"));
        let at = fired(&world, now, "web-5xx");
        let symptom = Symptom::of("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "ALARM", "");
        let ranking = ranked(&world, now, symptom, About { resources: vec![itself], related }, at);
        let first = &ranking.suspects[0].event;
        assert!(ranking.found, "seed {seed}: {:?}", said(&ranking));
        let release = ["ModifyLaunchTemplate", "UpdateAutoScalingGroup", "StartInstanceRefresh"];
        assert!(release.contains(&first.name.as_str()), "seed {seed}: {:?}", said(&ranking));
        assert!(first.resources.iter().any(|r| r.id.ends_with("web-asg")), "seed {seed}: {first:?}");
        let before = at - first.time.as_second();
        assert!((240..420).contains(&before), "seed {seed}: {before} s before, {:?}", said(&ranking));
        assert_eq!(first.error, None);
    }
}

#[test]
fn what_the_intruder_left_behind_is_the_first_suspect_of_the_leaked_key() {
    for seed in [1, 2, 9, 77] {
        let (world, now) = open("key-leak", seed, NOW);
        let user = "arn:aws:iam::111122223333:user/ops-cli-user";
        let about = About {
            resources: vec![crate::triage::kinds::of_arn(user, ScopeId(0)).unwrap()],
            related: Vec::new(),
        };
        let at = fired(&world, now, "shared key elsewhere");
        let symptom = Symptom::of("CloudTrailMetrics", "CallsFromElsewhere", "ALARM", "");
        let ranking = ranked(&world, now, symptom, about, at);
        let first = &ranking.suspects[0].event;
        assert!(ranking.found, "seed {seed}: {:?}", said(&ranking));
        let left = ["CreateUser", "AttachUserPolicy", "CreateAccessKey", "CreateLoginProfile"];
        assert!(left.contains(&first.name.as_str()), "seed {seed}: {:?}", said(&ranking));
        assert_eq!(first.actor, "ops-cli-user", "seed {seed}: {:?}", said(&ranking));
        assert_eq!(first.error, None, "seed {seed}");
    }
}

#[test]
fn no_change_explains_the_full_disk() {
    for seed in [1, 2, 9, 77] {
        let (world, now) = open("disk-full", seed, NOW);
        let server = world.instances.iter().find(|i| i.key == "orders-db-1").unwrap();
        let mut related = vec![
            around("AWS::EC2::NetworkInterface", &server.interface, "attached"),
            around("AWS::EC2::Subnet", &server.subnet, "in"),
        ];
        related.extend(server.groups.iter().map(|(id, _)| around("AWS::EC2::SecurityGroup", id, "attached")));
        related.extend(server.volumes.iter().map(|(id, _)| around("AWS::EC2::Volume", id, "attached")));
        let about = About { resources: vec![thing("AWS::EC2::Instance", &server.id)], related };
        let at = fired(&world, now, "orders-db-1 disk (/)");
        let symptom = Symptom::of("CWAgent", "disk_used_percent", "ALARM", "");
        let ranking = ranked(&world, now, symptom, about, at);
        let first = &ranking.suspects[0];
        assert!(!ranking.found && first.score > 0.2, "seed {seed}: {:?}", said(&ranking));
        assert_eq!(first.event.name, "SendCommand", "the most one could suspect, and far from enough");
    }
}
