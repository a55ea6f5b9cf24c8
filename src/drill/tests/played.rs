//! The later drills' courses: which alarm tells the story, when it fires, and what else is so then.

use super::*;
use crate::drill::world::alarm::{ALARM, OK};

const SEEDS: [u64; 3] = [1, 2, 77];
const MOMENTS: [&str; 4] = [NOW, "2026-05-01T12:00:00Z", "2026-11-08T19:33:59Z", "2026-12-31T23:59:30Z"];

/// A drill's world at every seed and moment, with the second at which the console opens.
fn each(scenario: &str, check: &dyn Fn(&World, i64)) {
    let script = Script::load(scenario).unwrap();
    let opens = script.opens_at.0;
    for seed in SEEDS {
        for now in MOMENTS {
            check(&World::build(&script, seed, world::shift(now.parse().unwrap(), -opens)).unwrap(), opens);
        }
    }
}

/// What alarms at a second that did not before the scenario began, and does not come and go on any day.
fn new(world: &World, second: i64) -> Vec<String> {
    let (before, now) = (world.states(0), world.states(second));
    let all = world.alarms.iter().zip(before.iter().zip(&now));
    all.filter(|(_, (before, now))| before.to != ALARM && now.to == ALARM)
        .map(|(alarm, _)| alarm.name.clone())
        .filter(|name| name != "sessions cache evictions")
        .collect()
}

/// The second at which an alarm came into ALARM.
fn fired(world: &World, name: &str, second: i64) -> i64 {
    let index = world.alarms.iter().position(|alarm| alarm.name == name).unwrap();
    let change = world.states(second)[index].clone();
    assert_eq!(change.to, ALARM, "{name} at {second}");
    change.second
}

#[test]
fn instances_are_replaced_and_the_errors_grow_with_them() {
    each("deploy-regression", &|world, opens| {
        let at = fired(world, "web-5xx", opens);
        assert!((120..=360).contains(&(opens - at)), "{at}");
        let new = new(world, opens);
        let of_the_story = ["web-5xx", "web-error-rate", "deploy-in-progress"];
        assert!(new.iter().all(|name| of_the_story.contains(&name.as_str())), "{new:?}");
        let there = |second: i64| {
            let now = world.moment(second);
            let web = world.instances.iter().filter(|i| i.fleet == "web" && i.launched <= now);
            let runs = web.filter(|i| i.at(second, world.origin).state == "running");
            runs.map(|i| i.key.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(there(0), ["web-1", "web-2", "web-3", "web-4", "web-5", "web-6"]);
        assert_eq!(there(330), ["web-1", "web-2", "web-3", "web-4", "web-5", "web-6", "web-7"]);
        assert_eq!(there(960), ["web-4", "web-5", "web-6", "web-7", "web-8", "web-9"]);
        assert!(world.alarms.iter().all(|alarm| !alarm.name.contains("web-7")), "none was set up for it");
        let version = |key: &str| {
            let one = world.instances.iter().find(|i| i.key == key).unwrap();
            let tags = one.tags.iter().filter(|(key, _)| key == "aws:ec2launchtemplate:version");
            tags.map(|(_, value)| value.as_str()).collect::<Vec<_>>()
        };
        assert_eq!((version("web-4"), version("web-7")), (vec!["184"], vec!["185"]));
    });
}

#[test]
fn the_disk_alarm_fires_before_anything_fails_and_then_orders_do() {
    each("disk-full", &|world, opens| {
        let name = "orders-db-1 disk (/)";
        let at = fired(world, name, opens);
        assert!((120..=360).contains(&(opens - at)), "{at}");
        assert_eq!(new(world, opens), [name]);
        let later = opens + 600;
        for name in ["api-5xx", "checkout-success-low", "orders-queue-age"] {
            assert!(fired(world, name, later) > opens, "{name}");
        }
        assert!(!new(world, later).contains(&"orders-db-2 disk (/)".to_owned()));
    });
}

#[test]
fn the_shared_key_s_alarm_is_the_only_one_and_the_new_instances_run_at_full_load() {
    each("key-leak", &|world, opens| {
        let name = "shared key elsewhere";
        let at = fired(world, name, opens);
        assert!((120..=360).contains(&(opens - at)), "{at}");
        assert_eq!(new(world, opens), [name]);
        let mut hidden: Vec<_> = world.instances.iter().filter(|i| i.launched > world.origin).collect();
        hidden.retain(|i| i.region == "us-east-1" && i.at(opens, world.origin).state == "running");
        assert_eq!(hidden.len(), 2);
        assert_eq!(hidden[0].reservation, hidden[1].reservation);
    });
}

#[test]
fn the_alarms_that_the_drills_need_are_quiet_in_the_others() {
    for scenario in crate::drill::scenarios() {
        let script = Script::load(scenario.name).unwrap();
        let world = World::build(&script, 1, world::shift(NOW.parse().unwrap(), -script.opens_at.0)).unwrap();
        for (alarm, home) in [
            ("orders-db-1 disk (/)", "disk-full"),
            ("orders-db-2 disk (/)", ""),
            ("shared key elsewhere", "key-leak"),
        ] {
            let index = world.alarms.iter().position(|one| one.name == alarm).unwrap();
            let changes = world.changes(index, 3600);
            let ever = changes.iter().any(|change| change.to != OK);
            assert_eq!(ever, scenario.name == home, "{alarm} in {}", scenario.name);
        }
    }
}
