use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use super::*;
use crate::drill::{
    script::{Script, scenarios},
    world,
};

mod ranked;
mod told;

const NOW: &str = "2026-05-01T03:04:05Z";

/// A world at the moment its scenario opens, and that moment.
fn open(scenario: &str, seed: u64, now: &str) -> (World, i64) {
    let script = Script::load(scenario).unwrap();
    let now: Timestamp = now.parse().unwrap();
    let origin = world::shift(now, -script.opens_at.0);
    (World::build(&script, seed, origin).unwrap(), now.as_second())
}

/// All events of some days up to a moment.
fn events(world: &World, now: i64, days: i64) -> Vec<Event> {
    let from = now - days * DAY;
    let all = (day_of(from)..=day_of(now)).flat_map(|day| world.story.day(world, day).to_vec());
    all.filter(|event| (from..=now).contains(&event.at)).collect()
}

fn record(world: &World, event: &Event) -> Value {
    serde_json::from_str(&event.record(world)).unwrap()
}

#[test]
fn timelines_name_only_what_is_there() {
    for scenario in scenarios() {
        let (world, now) = open(scenario.name, 1, NOW);
        for day in day_of(now) - KEPT_DAYS..=day_of(now) + 1 {
            assert_eq!(make(&world, day).1, Vec::<String>::new(), "{}", scenario.name);
        }
    }
}

#[test]
fn a_week_has_thousands_of_events_with_a_rhythm_and_the_90_days_before_only_what_mattered() {
    for seed in [1, 2, 9] {
        let (world, now) = open("web-down", seed, NOW);
        let week = events(&world, now, 7);
        let here = week.iter().filter(|event| event.region == "eu-west-1").count();
        assert!((2_500..20_000).contains(&here), "seed {seed}: {here} events");
        assert!(week.iter().filter(|event| event.region == "us-east-1").count() > 100);
        let reads = week.iter().filter(|event| event.call.read).count();
        assert!(reads * 2 > week.len(), "seed {seed}: {reads} of {} are reads", week.len());
        // By people: the working day in Japan and Europe against the night.
        let people = |hours: std::ops::Range<i64>| {
            let by =
                |e: &&Event| e.who.username.as_deref().is_some_and(|name| name.contains("@shop.example"));
            week.iter().filter(by).filter(|e| hours.contains(&(e.at.rem_euclid(DAY) / 3600))).count()
        };
        assert!(people(0..17) > 8 * people(17..24), "{} by day, {} by night", people(0..17), people(17..24));
        let old = events(&world, now - 20 * DAY, 60);
        assert!((50..1_500).contains(&old.len()), "{}", old.len());
        assert!(old.iter().any(|e| e.who.identity.contains("\"Root\"")), "root signed in once, long ago");
    }
}

#[test]
fn a_quiet_weekend() {
    // Three days into the week, a Wednesday; Saturday and Sunday are inside.
    let (world, now) = open("web-down", 1, "2026-05-06T12:00:00Z");
    let week = events(&world, now, 7);
    let day_of_week = |name: &str| {
        let of = |event: &&Event| {
            let at = world::shift(Timestamp::UNIX_EPOCH, event.at).strftime("%A").to_string();
            at == name && event.who.username.as_deref().is_some_and(|user| user.contains('@'))
        };
        week.iter().filter(of).count()
    };
    assert!(day_of_week("Sunday") * 4 < day_of_week("Monday"));
}

#[test]
fn the_same_seed_makes_the_same_events_and_every_event_is_unique() {
    let (one, now) = open("web-down", 1, NOW);
    let (two, _) = open("web-down", 1, NOW);
    let (other, _) = open("web-down", 2, NOW);
    // Asked for in another order.
    let backwards: Vec<Event> = (day_of(now) - 7..=day_of(now))
        .rev()
        .flat_map(|day| two.story.day(&two, day).iter().rev().cloned().collect::<Vec<_>>())
        .collect();
    let forwards: Vec<Event> =
        (day_of(now) - 7..=day_of(now)).flat_map(|day| one.story.day(&one, day).to_vec()).collect();
    assert_eq!(forwards.len(), backwards.len());
    for (a, b) in forwards.iter().zip(backwards.iter().rev()) {
        assert_eq!(a.record(&one), b.record(&two));
    }
    let ids: BTreeSet<&str> = forwards.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids.len(), forwards.len(), "event ids are unique");
    let theirs = events(&other, now, 7);
    assert!(theirs.iter().all(|event| !ids.contains(event.id.as_str())), "another seed has others");
    assert!(forwards.windows(2).all(|pair| pair[0].at <= pair[1].at), "days do not overlap");
}

#[test]
fn records_are_whole_and_agree_with_the_index() {
    let (world, now) = open("web-down", 1, NOW);
    let mut types = BTreeSet::new();
    let mut agents = BTreeSet::new();
    for event in events(&world, now, 89) {
        let record = record(&world, &event);
        let text = |name: &str| record[name].as_str().unwrap_or_else(|| panic!("{name}: {record}"));
        assert_eq!(text("eventID"), event.id);
        assert_eq!(text("eventName"), event.call.name);
        assert_eq!(text("eventSource"), event.source());
        assert_eq!(text("awsRegion"), event.region);
        assert_eq!(text("recipientAccountId"), "111122223333");
        assert_eq!(record["readOnly"].as_bool(), Some(event.call.read));
        assert_eq!(record["userIdentity"]["accessKeyId"].as_str(), event.who.key.as_deref());
        assert!(record.get("requestParameters").is_some() && record.get("responseElements").is_some());
        let at: Timestamp = text("eventTime").parse().unwrap();
        assert_eq!(at.as_second(), event.at);
        if event.call.service == "ec2" && record["responseElements"].is_object() {
            assert_eq!(record["responseElements"]["requestId"], record["requestID"]);
        }
        assert!((0..=900).contains(&event.delay));
        types.insert(record["userIdentity"]["type"].as_str().unwrap().to_owned());
        let agent = text("userAgent");
        agents.insert(agent.split(['/', ' ']).next().unwrap().to_owned());
        assert!(!text("sourceIPAddress").is_empty() && !agent.is_empty());
    }
    for wanted in [
        "Root",
        "IAMUser",
        "AssumedRole",
        "FederatedUser",
        "SAMLUser",
        "WebIdentityUser",
        "IdentityCenterUser",
        "AWSAccount",
        "AWSService",
    ] {
        assert!(types.contains(wanted), "{wanted} is missing of {types:?}");
    }
    for wanted in ["aws-cli", "APN", "Boto3", "Mozilla", "AWS", "aws-sdk-go", "autoscaling.amazonaws.com"] {
        assert!(agents.contains(wanted), "{wanted} is missing of {agents:?}");
    }
}

#[test]
fn global_services_are_recorded_in_us_east_1_alone() {
    let (world, now) = open("web-down", 1, NOW);
    let week = events(&world, now, 7);
    let global = ["iam", "cloudfront", "route53"];
    for service in global {
        assert!(week.iter().any(|event| event.call.service == service), "{service}");
    }
    for event in &week {
        if global.contains(&event.call.service.as_ref()) {
            assert_eq!(event.region, "us-east-1");
        }
    }
}

#[test]
fn what_is_named_is_there_or_gone_by_now() {
    let (world, now) = open("web-down", 1, NOW);
    let instances: BTreeSet<&str> = world.instances.iter().map(|i| i.id.as_str()).collect();
    let volumes: BTreeSet<&str> = world.volumes.iter().map(|v| v.id.as_str()).collect();
    let mut touched = BTreeSet::new();
    let mut ended = BTreeSet::new();
    let mut unknown = BTreeMap::new();
    for event in events(&world, now, 89) {
        for (kind, name) in &event.call.resources {
            if kind == "AWS::EC2::Instance" {
                if event.call.name == "TerminateInstances" {
                    ended.insert(name.clone());
                } else if instances.contains(name.as_str()) {
                    touched.insert(name.clone());
                } else if event.call.name != "CreateImage" {
                    unknown.insert(name.clone(), event.call.name.clone());
                }
            }
            if kind == "AWS::EC2::Volume" && event.call.name == "CreateSnapshot" {
                assert!(volumes.contains(name.as_str()), "{name}");
            }
        }
    }
    unknown.retain(|name, _| !ended.contains(name));
    assert_eq!(unknown, BTreeMap::new(), "instances that never were, and never ended");
    assert!(touched.len() > 30, "{}", touched.len());
    // Every instance that was launched in the kept days tells it.
    for instance in world.instances.iter().filter(|i| i.launched.as_second() > now - 89 * DAY) {
        let day = world.story.day(&world, day_of(instance.launched.as_second()));
        let tells = |event: &Event| {
            event.call.name == "RunInstances"
                && event.call.resources.iter().any(|(_, name)| *name == instance.id)
        };
        let launch = day.iter().find(|event| tells(event)).unwrap_or_else(|| panic!("{}", instance.key));
        assert_eq!(launch.region, instance.region);
        let record = record(&world, launch);
        assert_eq!(record["responseElements"]["reservationId"].as_str().unwrap(), instance.reservation);
    }
}

#[test]
fn an_instance_that_hangs_or_lost_its_host_calls_nobody() {
    let (world, now) = open("host-failure", 1, NOW);
    let origin = world.origin.as_second();
    let all = events(&world, now + DAY, 3);
    for (key, silent) in [("web-canary-1", origin + 600), ("web-canary-2", origin - 835)] {
        let id = world.instances.iter().find(|i| i.key == key).unwrap().id.as_str();
        let calls: Vec<i64> = all
            .iter()
            .filter(|event| event.who.username.as_deref() == Some(id))
            .map(|event| event.at)
            .collect();
        assert!(calls.len() > 5, "{key}: {calls:?}");
        assert!(calls.iter().all(|at| *at < silent), "{key}: {calls:?}");
    }
}

#[test]
fn sessions_can_be_followed_to_their_beginning() {
    let (world, now) = open("web-down", 1, NOW);
    let week = events(&world, now, 7);
    let begun: BTreeSet<&str> = week
        .iter()
        .filter(|event| event.call.name.starts_with("AssumeRole"))
        .flat_map(|event| &event.call.resources)
        .filter(|(kind, _)| kind == "AWS::IAM::AccessKey")
        .map(|(_, name)| name.as_str())
        .collect();
    // The first hours' sessions may have begun before.
    let late = week.iter().filter(|event| event.at > now - 6 * DAY);
    let (mut followed, mut chains) = (0, BTreeMap::<&str, usize>::new());
    for event in late {
        let Some(key) = event.who.key.as_deref().filter(|key| key.starts_with("ASIA")) else { continue };
        // Service-linked roles are used without an event of their own; IAM users sign in.
        let own =
            event.who.identity.contains("aws-service-role") || event.who.identity.contains("\"IAMUser\"");
        if !own {
            assert!(begun.contains(key), "{} by {}", event.call.name, event.who.identity);
            followed += 1;
            *chains.entry(key).or_default() += 1;
        }
    }
    assert!(followed > 1_000 && chains.values().any(|length| *length > 20), "{followed}");
    let foreign = week.iter().find(|event| event.who.identity.contains("\"AWSAccount\"")).unwrap();
    let record = record(&world, foreign);
    assert_eq!(record["userIdentity"]["accountId"], "444455556666");
    assert!(record["sharedEventID"].is_string());
    assert_eq!(record["recipientAccountId"], "111122223333");
}

#[test]
fn failures_are_of_every_kind_and_changed_nothing() {
    let (world, now) = open("web-down", 1, NOW);
    let week = events(&world, now, 7);
    let codes: BTreeSet<&str> =
        week.iter().filter_map(|event| Some(event.call.error.as_ref()?.0.as_str())).collect();
    for code in [
        "",
        "AccessDenied",
        "Client.DryRunOperation",
        "Client.RequestLimitExceeded",
        "Client.UnauthorizedOperation",
        "NoSuchEntityException",
    ] {
        assert!(codes.contains(code), "{code} is missing of {codes:?}");
    }
    let logins: Vec<Value> = week
        .iter()
        .filter(|event| event.call.name == "ConsoleLogin")
        .map(|event| record(&world, event))
        .collect();
    let failed: Vec<&Value> =
        logins.iter().filter(|r| r["responseElements"]["ConsoleLogin"] == "Failure").collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0]["errorMessage"], "Failed authentication");
    assert!(failed[0].get("errorCode").is_none());
    assert!(
        logins.iter().all(|r| r["userIdentity"].get("accessKeyId").is_none()),
        "nobody has a key at the door"
    );
    assert!(
        logins
            .iter()
            .any(|r| r["additionalEventData"]["MFAUsed"] == "No" && r["userIdentity"]["type"] == "IAMUser")
    );
}

#[test]
fn the_cause_of_web_down_is_told_in_time_and_among_decoys() {
    for seed in [1, 2, 77] {
        for now in [NOW, "2026-11-08T19:33:59Z", "2026-12-31T22:10:00Z"] {
            let (world, now) = open("web-down", seed, now);
            let group = world.network.balancers[0].groups[0].clone();
            let alarm = world.origin.as_second() + 785;
            let about: Vec<Event> = events(&world, now, 1)
                .into_iter()
                .filter(|e| e.call.resources.iter().any(|(_, name)| *name == group))
                .filter(|e| e.call.name != "RunInstances")
                .collect();
            let names: Vec<(&str, bool)> =
                about.iter().map(|e| (e.call.name.as_ref(), e.call.error.is_none())).collect();
            assert_eq!(
                names,
                [
                    ("RevokeSecurityGroupIngress", false),
                    ("RevokeSecurityGroupIngress", true),
                    ("CreateTags", true)
                ]
            );
            let cause = &about[1];
            assert!(cause.at < alarm && alarm - cause.at < 300, "{} s before", alarm - cause.at);
            assert!(cause.at + cause.delay < alarm, "it is shown before the alarm fires");
            let record = record(&world, cause);
            assert_eq!(record["userIdentity"]["type"], "IAMUser");
            assert_eq!(record["userIdentity"]["userName"], "ops-cli-user");
            assert!(record["userAgent"].as_str().unwrap().ends_with("ec2.revoke-security-group-ingress"));
            let asked = &record["requestParameters"];
            assert_eq!(asked["groupId"], group.as_str());
            let permission = &asked["ipPermissions"]["items"][0];
            assert_eq!((&permission["fromPort"], &permission["ipProtocol"]), (&443.into(), &"tcp".into()));
            assert_eq!(permission["ipRanges"]["items"][0]["cidrIp"], "0.0.0.0/0");
            let done = &record["responseElements"];
            assert_eq!(done["_return"], true);
            assert!(
                done["revokedSecurityGroupRuleSet"]["items"][0]["securityGroupRuleId"]
                    .as_str()
                    .unwrap()
                    .starts_with("sgr-0")
            );
        }
    }
}

#[test]
fn nothing_explains_the_failed_host() {
    for seed in [1, 2, 77] {
        let (world, now) = open("host-failure", seed, NOW);
        let host = world.instances.iter().find(|i| i.key == "web-canary-1").unwrap();
        let mut near = BTreeSet::new();
        for event in events(&world, now, 1) {
            let record = event.record(&world);
            let related =
                [host.id.as_str(), host.interface.as_str(), host.subnet.as_str(), host.groups[0].0.as_str()];
            if !event.call.read && event.call.error.is_none() && related.iter().any(|id| record.contains(id))
            {
                near.insert(event.call.name.to_string());
            }
        }
        let agent = [
            "CreateTags",
            "UpdateInstanceInformation",
            "UpdateInstanceAssociationStatus",
            "PutInventory",
            "PutComplianceItems",
            "RunInstances",
        ];
        near.retain(|name| !agent.contains(&name.as_str()));
        // A launch names the subnet it is in, an agent itself.
        assert_eq!(near, BTreeSet::new(), "seed {seed}");
    }
}
