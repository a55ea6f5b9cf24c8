//! What CloudTrail has of the later drills: a group whose instances are replaced, and a key in other hands.

use super::*;

/// Names of the events that name something, oldest first, from a second of the scenario on.
fn about<'a>(world: &World, all: &'a [Event], what: &str) -> Vec<&'a Event> {
    let origin = world.origin.as_second();
    all.iter().filter(|event| event.at > origin && event.record(world).contains(what)).collect()
}

#[test]
fn a_replaced_instance_comes_and_goes_by_auto_scaling() {
    for seed in [1, 2, 77] {
        let (world, now) = open("deploy-regression", seed, NOW);
        let all = events(&world, now + 600, 1);
        let id = |key: &str| world.instances.iter().find(|i| i.key == key).unwrap().id.clone();
        let names = |key: &str| -> Vec<String> {
            let told = about(&world, &all, &id(key));
            let told = told.into_iter().filter(|event| !event.call.read);
            told.filter(|event| event.call.name != "CreateTags" && event.call.service != "ssm")
                .map(|event| event.call.name.to_string())
                .collect()
        };
        for key in ["web-7", "web-8", "web-9"] {
            assert_eq!(names(key), ["RunInstances", "RegisterTargets"], "{key}, seed {seed}");
        }
        for key in ["web-1", "web-2", "web-3"] {
            assert_eq!(names(key), ["DeregisterTargets", "TerminateInstances"], "{key}, seed {seed}");
        }
        let launch = about(&world, &all, &id("web-7"))[0];
        let record = record(&world, launch);
        assert_eq!(record["userIdentity"]["invokedBy"], "autoscaling.amazonaws.com");
        let made = about(&world, &all, "CreateLaunchTemplateVersionRequest")[0];
        let made: Value = serde_json::from_str(&made.record(&world)).unwrap();
        let template = &made["requestParameters"]["CreateLaunchTemplateVersionRequest"]["LaunchTemplateId"];
        let used = &record["requestParameters"]["launchTemplate"];
        assert_eq!((&used["launchTemplateId"], &used["version"]), (template, &"185".into()));
    }
}

#[test]
fn the_leaked_key_is_the_same_from_two_addresses() {
    let (world, now) = open("key-leak", 1, NOW);
    let all = events(&world, now, 1);
    let mut at: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
    for event in all.iter().filter(|event| event.who.username.as_deref() == Some("ops-cli-user")) {
        at.entry(&event.who.address).or_default().push(event);
    }
    let keys: BTreeSet<_> = at.values().flatten().map(|event| event.who.key.as_deref()).collect();
    assert_eq!(keys.len(), 1, "one key");
    let intruder = &at["203.0.113.196"];
    let names: Vec<&str> = intruder.iter().map(|event| event.call.name.as_ref()).collect();
    assert_eq!(
        names,
        [
            "GetCallerIdentity",
            "ListUsers",
            "ListAttachedUserPolicies",
            "ListSecrets",
            "DescribeOrganization",
            "StopLogging",
            "CreateUser",
            "AttachUserPolicy",
            "CreateAccessKey",
            "CreateLoginProfile",
            "RunInstances",
            "RunInstances",
        ]
    );
    let refused = intruder.iter().filter(|event| event.call.error.is_some()).count();
    assert_eq!(refused, 4);
    for event in intruder {
        let record = record(&world, event);
        assert!(record["userAgent"].as_str().unwrap().contains("kali"), "{record}");
        let region = match event.call.service.as_ref() {
            "iam" | "organizations" | "ec2" | "sts" => "us-east-1",
            _ => "eu-west-1",
        };
        assert_eq!(event.region, region, "{}", event.call.name);
    }
    assert!(at["203.0.113.9"].len() >= 2, "its owners use it too");
}
