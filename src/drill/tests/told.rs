//! What a timeline tells of groups, templates and volumes: in a drill made for the purpose, and in the one that lives by it.

use aws_sdk_cloudtrail::types::{LookupAttribute, LookupAttributeKey};

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

[expected]
about = ["web-5xx"]
runbook = ["first-15-minutes"]
severity = ["SEV-2"]
gate = ["no"]
verdict = ["customer"]
cause = ["unknown"]
step = [{ id = "acknowledge", shows = true }]
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
    assert_eq!(told.preferences.min_healthy, 90, "where nothing else is said");
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

#[tokio::test]
async fn the_refresh_of_the_bad_deployment_is_what_its_event_says() {
    for (at, percent, left) in [(5 * 60, 0, 6), (9 * 60, 16, 5), (14 * 60, 33, 4), (16 * 60, 50, 3)] {
        let at = Some(Duration::from_secs(at));
        let drill =
            Drill::open(&Options { scenario: "deploy-regression".to_owned(), at, ..options() }).unwrap();
        let client = graph::scaling(&drill, "eu-west-1");
        let all =
            client.describe_instance_refreshes().auto_scaling_group_name("web-asg").send().await.unwrap();
        let [refresh] = all.instance_refreshes() else { panic!("{all:?}") };
        assert_eq!(refresh.status().unwrap().as_str(), "InProgress");
        assert_eq!(
            (refresh.percentage_complete(), refresh.instances_to_update()),
            (Some(percent), Some(left))
        );
        assert_eq!((refresh.end_time(), refresh.status_reason()), (None, None));
        let wanted = refresh.desired_configuration().unwrap().launch_template().unwrap();
        assert_eq!(wanted.version(), Some("185"));
    }
    let at = Some(Duration::from_mins(16));
    let drill = Drill::open(&Options { scenario: "deploy-regression".to_owned(), at, ..options() }).unwrap();
    let client = graph::scaling(&drill, "eu-west-1");
    let id = "1f2f9a54-6f0b-4bb0-8a1c-7f0f4c1a2e85";
    let request = client.describe_instance_refreshes().auto_scaling_group_name("web-asg");
    let all = request.instance_refresh_ids(id).send().await.unwrap();
    let refresh = &all.instance_refreshes()[0];
    let attribute = LookupAttribute::builder()
        .attribute_key(LookupAttributeKey::EventName)
        .attribute_value("StartInstanceRefresh")
        .build()
        .unwrap();
    let events = cloudtrail(&drill, "eu-west-1").lookup_events().lookup_attributes(attribute).send().await;
    let events = events.unwrap();
    let event = &events.events()[0];
    assert_eq!(event.event_time().unwrap().secs(), refresh.start_time().unwrap().secs());
    let record: serde_json::Value = serde_json::from_str(event.cloud_trail_event().unwrap()).unwrap();
    assert_eq!(record["responseElements"]["instanceRefreshId"], id);
    let (asked, has) = (&record["requestParameters"]["preferences"], refresh.preferences().unwrap());
    for (asked, has) in [
        (&asked["minHealthyPercentage"], has.min_healthy_percentage()),
        (&asked["maxHealthyPercentage"], has.max_healthy_percentage()),
        (&asked["instanceWarmup"], has.instance_warmup()),
        (&asked["checkpointDelay"], has.checkpoint_delay()),
    ] {
        assert_eq!(asked.as_i64(), has.map(i64::from), "{record}");
    }
    assert_eq!((has.checkpoint_percentages(), has.skip_matching()), (&[50, 100][..], Some(true)));

    let all = client.describe_scaling_activities().auto_scaling_group_name("web-asg").send().await.unwrap();
    let key = |text: &str| {
        let id = text.rsplit(' ').next().unwrap();
        drill.0.world.instances.iter().find(|one| one.id == id).unwrap().key.clone()
    };
    let found: Vec<(String, bool)> = all
        .activities()
        .iter()
        .map(|one| one.description().unwrap())
        .map(|about| (key(about), about.starts_with("Launching")))
        .collect();
    let found: Vec<(&str, bool)> = found.iter().map(|(key, up)| (key.as_str(), *up)).take(6).collect();
    assert_eq!(
        found,
        [
            ("web-3", false),
            ("web-9", true),
            ("web-2", false),
            ("web-8", true),
            ("web-1", false),
            ("web-7", true)
        ]
    );
    for one in &all.activities()[..6] {
        let cause = one.cause().unwrap();
        let refreshed = cause.ends_with("in response to an instance refresh.");
        assert!(refreshed || cause.ends_with("increasing the capacity from 6 to 7."), "{cause}");
    }
}
