//! The scenario's course: what is so when the drill opens, what happens then, and that states and numbers agree.

use super::*;
use crate::drill::world::alarm::{ALARM, INSUFFICIENT, OK, Watch};

const OPENS: i64 = 1025;

fn world(seed: u64, now: &str) -> World {
    let script = Script::load("web-down").unwrap();
    World::build(&script, seed, world::shift(now.parse().unwrap(), -OPENS)).unwrap()
}

/// What is not OK, in the order of the account's file.
fn not_ok(world: &World, second: i64) -> Vec<(&str, &'static str)> {
    let states = world.states(second);
    let all = world.alarms.iter().zip(states).filter(|(_, change)| change.to != OK);
    all.map(|(alarm, change)| (alarm.name.as_str(), change.to)).collect()
}

/// State, and how many seconds ago it was entered.
fn state(world: &World, name: &str, second: i64) -> (&'static str, i64) {
    let index = world.alarms.iter().position(|alarm| alarm.name == name).unwrap();
    let change = world.states(second)[index].clone();
    (change.to, second - change.second)
}

#[test]
fn a_newcomer_sees_5xx_four_minutes_old_and_the_composite_fire_within_a_minute() {
    // Whatever the seed, the hour, and the second of the minute in which the drill is opened.
    for seed in [1, 2, 77] {
        for now in [NOW, "2026-05-01T12:00:00Z", "2026-11-08T19:33:59Z", "2026-12-31T23:59:30Z"] {
            let world = world(seed, now);
            let at = |name, second| state(&world, name, second);
            assert_eq!(at("web-5xx", OPENS), (ALARM, 240), "{seed} {now}");
            assert_eq!(at("web-latency", OPENS), (ALARM, 20));
            assert_eq!(at("web-composite", OPENS).0, OK);
            assert_eq!(at("web-composite", OPENS + 39).0, OK);
            assert_eq!(at("web-composite", OPENS + 41), (ALARM, 1));
            for name in ["web-elb-5xx", "web-healthy-hosts", "web-unhealthy-hosts", "web-error-rate"] {
                assert_eq!(at(name, OPENS).0, ALARM, "{name} {seed} {now}");
            }
            // Later, the queue backs up, and two troubles make a degraded shop.
            assert_eq!(at("orders-queue-age", OPENS).0, OK);
            assert_eq!(at("shop-degraded", OPENS + 300).0, OK);
            assert_eq!(at("orders-queue-age", OPENS + 1200).0, ALARM);
            assert_eq!(at("shop-degraded", OPENS + 1200).0, ALARM);
        }
    }
}

#[test]
fn before_the_scenario_all_is_as_on_any_other_day() {
    for seed in [1, 5] {
        let world = world(seed, NOW);
        let expected = [
            ("status-web-canary-2", ALARM),
            ("old data volume burst balance", INSUFFICIENT),
            ("legacy-report errors", INSUFFICIENT),
            ("status-load-test-1", INSUFFICIENT),
            ("batch-queue-depth", ALARM),
            ("legacy-erp disk (/)", ALARM),
        ];
        assert_eq!(not_ok(&world, 0), expected, "seed {seed}");
    }
}

#[test]
fn a_host_fails_and_ec2_retires_its_instance() {
    let script = Script::load("host-failure").unwrap();
    let opens = script.opens_at.0;
    for seed in [1, 2, 77] {
        for now in [NOW, "2026-11-08T19:33:59Z"] {
            let origin = world::shift(now.parse().unwrap(), -opens);
            let world = World::build(&script, seed, origin).unwrap();
            let host = world.instances.iter().find(|instance| instance.key == "web-canary-1").unwrap();
            let name = "status-web-canary-1";
            assert_eq!(state(&world, name, 780).0, OK);
            assert_eq!(state(&world, name, opens), (ALARM, opens - 803), "seed {seed} {now}");
            let look = |second| host.at(second, origin);
            assert_eq!(look(599).system.status, "ok");
            assert_eq!((look(600).system.status, look(600).ebs.status), ("impaired".into(), "ok".into()));
            assert!(look(959).events.is_empty());
            assert_eq!(look(opens).events[0].code, "instance-retirement");
            let dimensions = [("InstanceId".to_owned(), host.id.clone())];
            let cpu = world.metric("eu-west-1", "AWS/EC2", "CPUUtilization", &dimensions).unwrap();
            let clock = world.clock(opens);
            let sample = |minute: i64| world.metrics[cpu].sample(clock.grid + minute * 60, 60, &clock);
            assert!(sample(9).is_some() && sample(11).is_none() && sample(15).is_none());
            // Beside what is so on any other day, and what flaps, nothing else alarms.
            let mut new = not_ok(&world, opens);
            let before = not_ok(&world, 0);
            new.retain(|one| !before.contains(one) && one.0 != "sessions cache evictions");
            assert_eq!(new, [(name, ALARM)], "seed {seed} {now}");
        }
    }
}

#[test]
fn nothing_changes_state_on_an_ordinary_day_but_what_is_meant_to() {
    for seed in [1, 2, 3, 4] {
        let world = world(seed, NOW);
        for (index, alarm) in world.alarms.iter().enumerate() {
            let changes: Vec<i64> = world
                .changes(index, 0)
                .iter()
                .map(|change| change.second)
                .filter(|second| *second > -86_400)
                .collect();
            match alarm.name.as_str() {
                "status-web-canary-2" | "batch-queue-depth" => assert_eq!(changes.len(), 1, "{}", alarm.name),
                "sessions cache evictions" => assert!(changes.len() >= 20, "it flaps: {changes:?}"),
                name => assert_eq!(changes, Vec::<i64>::new(), "{name} (seed {seed})"),
            }
        }
    }
}

#[test]
fn asking_in_steps_or_at_once_or_backwards_gives_the_same_history() {
    let (steps, once) = (world(1, NOW), world(1, NOW));
    for second in (-3600..3600).step_by(7) {
        let _ = steps.states(second);
    }
    for index in 0..once.alarms.len() {
        assert_eq!(steps.changes(index, 3600), once.changes(index, 3600), "{}", once.alarms[index].name);
    }
    let earlier: Vec<_> = steps.states(0).into_iter().map(|change| change.to).collect();
    let fresh: Vec<_> = world(1, NOW).states(0).into_iter().map(|change| change.to).collect();
    assert_eq!(earlier, fresh);
}

#[test]
fn reasons_tell_the_numbers_that_the_metrics_have() {
    let world = world(1, NOW);
    let index = world.alarms.iter().position(|alarm| alarm.name == "web-5xx").unwrap();
    let change = world.states(OPENS)[index].clone();
    assert!(
        change.reason.starts_with("Threshold Crossed: 3 out of the last 3 datapoints ["),
        "{}",
        change.reason
    );
    assert!(change.reason.ends_with(
        "were greater than the threshold (20.0) (minimum 3 datapoints for OK -> ALARM transition)."
    ));
    let data: serde_json::Value = serde_json::from_str(&change.data).unwrap();
    let Watch::Queries { queries, .. } = &world.alarms[index].watch else { panic!() };
    let world::alarm::Source::Stat { metric: Some(metric), stat, .. } = &queries[0].source else { panic!() };
    let clock = world.clock(OPENS);
    for point in data["evaluatedDatapoints"].as_array().unwrap() {
        let at: Timestamp = point["timestamp"].as_str().unwrap().replace("+0000", "Z").parse().unwrap();
        let sample = world.metrics[*metric].sample(at.as_second(), 60, &clock).unwrap();
        assert_eq!(point["value"].as_f64(), Some(stat.of(sample)));
    }
}

#[test]
fn the_account_is_as_large_as_promised() {
    let world = world(1, NOW);
    assert!(world.instances.len() >= 40, "{}", world.instances.len());
    assert!(world.alarms.len() >= 60, "{}", world.alarms.len());
    let mut names: Vec<_> = world.alarms.iter().map(|alarm| (&alarm.region, &alarm.name)).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), world.alarms.len(), "names are unique in their Region");
}
