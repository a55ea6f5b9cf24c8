//! What a timeline tells of groups, templates and volumes, in a drill made for the purpose.

use super::*;
use crate::drill::world::{World, groups::progress};

const TOLD: &str = r#"
title = "t"
summary = "s"
title_ja = "t"
summary_ja = "s"
account = "shop-prod"
opens_at = "1m"

[[timeline]]
at = "-10m"
what = "A new version, and its roll-out, which fails."

[[timeline.template]]
fleet = "web"
version = 185
by = "aoife"
image = "al2023"
about = "Faster start"

[[timeline.refresh]]
asg = "web-asg"
until = "10m"
status = "Failed"
reason = "Too many failed launches"
percent = 50

[[timeline.activity]]
asg = "web-asg"
status = "Failed"
after = "2m"
message = "We currently do not have sufficient capacity. Launching EC2 instance failed."

[[timeline.volume]]
volume = "orders-db-1-data-1"
status = "impaired"
"#;

fn world(text: &str) -> Result<World, DrillError> {
    World::build(&toml::from_str(text).unwrap(), 7, NOW.parse().unwrap())
}

#[test]
fn a_new_version_is_the_groups_from_its_moment_on() {
    let world = world(TOLD).unwrap();
    let template = &world.scaling.templates[0];
    let latest = |second| template.latest(second).unwrap();
    assert_eq!((latest(-601).number, latest(-600).number), (184, 185));
    assert_eq!((latest(0).about.as_str(), latest(0).by.as_deref()), ("Faster start", Some("aoife")));
    let image = world.images.iter().find(|image| image.key == "al2023").unwrap();
    assert_eq!(latest(0).image, image.id);
    assert_eq!(latest(0).groups, latest(-601).groups, "the rest is as before");
}

#[test]
fn a_refresh_is_in_progress_until_it_is_over() {
    let world = world(TOLD).unwrap();
    let (_, at, told) = &world.scaling.groups[0].refreshes[0];
    assert_eq!(progress(*at, told, -601), None);
    let at = |second| progress(*at, told, second).map(|one| (one.status, one.percent, one.ended)).unwrap();
    assert_eq!(at(0), ("InProgress".to_owned(), 25, None));
    assert_eq!(at(600), ("Failed".to_owned(), 50, Some(600)));
}

#[test]
fn a_failed_activity_comes_first_when_it_is_the_latest() {
    let world = world(TOLD).unwrap();
    let group = &world.scaling.groups[0];
    let before = world.activities(group, -481);
    let after = world.activities(group, -480);
    assert_eq!(after.len(), before.len() + 1);
    let first = &after[0];
    assert_eq!((first.status.as_str(), first.start), ("Failed", world.moment(-480)));
    assert!(first.message.as_deref().unwrap().contains("sufficient capacity"));
    assert!(first.cause.starts_with("At 2026-05-01T02:56:05Z an instance was started"), "{}", first.cause);
}

#[test]
fn a_volume_is_impaired_from_its_moment_on() {
    let world = world(TOLD).unwrap();
    let volume = world.volumes.iter().find(|one| one.tag("Name") == Some("orders-db-1-data-1")).unwrap();
    assert_eq!((volume.status(-601), volume.status(-600)), ("ok", "impaired"));
}

#[test]
fn what_a_timeline_tells_of_nothing_is_refused() {
    for (right, wrong) in [
        ("fleet = \"web\"", "fleet = \"cache\""),
        ("version = 185", "version = 184"),
        ("image = \"al2023\"", "image = \"nope\""),
        ("asg = \"web-asg\"\nuntil", "asg = \"nope\"\nuntil"),
        ("orders-db-1-data-1", "nope"),
    ] {
        assert!(world(&TOLD.replacen(right, wrong, 1)).is_err(), "{wrong}");
    }
}
