//! EC2, STS and IAM through the real Rust SDK.

use std::collections::{HashMap, HashSet};

use aws_sdk_ec2::types::{Filter, Instance, InstanceStatus, SummaryStatus};

use super::*;
use crate::drill::world::instance::Held;

fn filter(name: &str, values: &[&str]) -> Filter {
    Filter::builder().name(name).set_values(Some(values.iter().map(|v| (*v).to_owned()).collect())).build()
}

async fn all(client: &aws_sdk_ec2::Client, page: i32) -> (usize, Vec<Instance>) {
    let mut pages = client.describe_instances().max_results(page).into_paginator().send();
    let (mut count, mut instances) = (0, Vec::new());
    while let Some(page) = pages.next().await {
        count += 1;
        instances.extend(
            page.unwrap()
                .reservations
                .unwrap_or_default()
                .into_iter()
                .flat_map(|r| r.instances.unwrap_or_default()),
        );
    }
    (count, instances)
}

fn name(instance: &Instance) -> &str {
    instance.tags().iter().find(|tag| tag.key() == Some("Name")).and_then(|tag| tag.value()).unwrap_or("")
}

#[tokio::test]
async fn instances_come_in_pages_and_each_once() {
    let drill = drill();
    let (page_count, paged) = all(&ec2(&drill, "eu-west-1"), 7).await;
    let (one, whole) = all(&ec2(&drill, "eu-west-1"), 1000).await;
    assert!(page_count > 5 && one == 1);
    let ids = |all: &[Instance]| all.iter().filter_map(|i| i.instance_id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&paged), ids(&whole));
    let unique: HashSet<String> = ids(&whole).into_iter().collect();
    assert_eq!(unique.len(), whole.len());
    assert!(whole.len() >= 40, "{}", whole.len());
    assert_eq!(all(&ec2(&drill, "us-east-1"), 5).await.1.len(), 4);
    assert_eq!(all(&ec2(&drill, "ap-northeast-3"), 5).await.1.len(), 0);
}

#[tokio::test]
async fn instances_have_what_the_console_shows() {
    let drill = drill();
    let (_, instances) = all(&ec2(&drill, "eu-west-1"), 1000).await;
    let by_name: HashMap<&str, &Instance> = instances.iter().map(|i| (name(i), i)).collect();
    let web = by_name["web-1"];
    assert_eq!(web.state().unwrap().name().unwrap().as_str(), "running");
    assert_eq!(web.instance_type().unwrap().as_str(), "m6i.large");
    assert_eq!(web.placement().unwrap().availability_zone(), Some("eu-west-1a"));
    assert!(web.private_ip_address().unwrap().starts_with("10.20.11."));
    assert_eq!(web.security_groups()[0].group_name(), Some("web"));
    assert!(web.vpc_id().unwrap().starts_with("vpc-0") && web.subnet_id().unwrap().starts_with("subnet-0"));
    assert!(web.block_device_mappings()[0].ebs().unwrap().volume_id().unwrap().starts_with("vol-0"));
    assert!(web.iam_instance_profile().unwrap().arn().unwrap().ends_with(":instance-profile/web"));
    assert_eq!(web.monitoring().unwrap().state().unwrap().as_str(), "enabled");
    assert!(
        web.tags()
            .iter()
            .any(|tag| tag.key() == Some("aws:autoscaling:groupName") && tag.value() == Some("web-asg"))
    );
    assert!(web.instance_id().unwrap().starts_with("i-0") && web.instance_id().unwrap().len() == 19);
    let age = drill.now().as_second() - web.launch_time().unwrap().secs();
    assert_eq!(age / 86_400, 9);

    assert_eq!(by_name["WIN-AD01"].platform_details(), Some("Windows"));
    assert!(by_name.contains_key("夜間バッチ(受注集計)") && by_name.contains_key(""));
    assert!(by_name["batch-worker-1"].instance_lifecycle().is_some());
    let states: HashSet<&str> =
        instances.iter().map(|i| i.state().unwrap().name().unwrap().as_str()).collect();
    assert_eq!(states, HashSet::from(["running", "stopped", "terminated"]));
    let stopped = by_name["load-test-1"];
    assert!(stopped.state_transition_reason().unwrap().starts_with("User initiated ("));
    assert_eq!(stopped.state_reason().unwrap().code(), Some("Client.UserInitiatedShutdown"));
    let hostile = by_name["jenkins"].tags().iter().find(|tag| tag.key() == Some("Build")).unwrap();
    assert!(hostile.value().unwrap().contains('\u{9b}') && hostile.value().unwrap().contains("</item>&"));
}

#[tokio::test]
async fn filters_and_ids_select() {
    let client = ec2(&drill(), "eu-west-1");
    let found = async |filters: Vec<Filter>| {
        let answer = client.describe_instances().set_filters(Some(filters)).send().await.unwrap();
        let instances =
            answer.reservations.unwrap_or_default().into_iter().flat_map(|r| r.instances.unwrap_or_default());
        instances.map(|i| name(&i).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found(vec![filter("tag:Name", &["web-?"])]).await.len(), 6);
    assert_eq!(
        found(vec![
            filter("tag:Team", &["web"]),
            filter("instance-state-name", &["running"]),
            filter("tag:Canary", &["true"])
        ])
        .await
        .len(),
        2
    );
    assert_eq!(found(vec![filter("instance-state-name", &["stopped", "terminated"])]).await.len(), 4);
    assert_eq!(found(vec![filter("platform", &["Windows"])]).await, ["WIN-AD01"]);
    assert_eq!(found(vec![filter("tag-key", &["用途"])]).await, ["夜間バッチ(受注集計)"]);
    assert!(found(vec![filter("vpc-id", &["vpc-00000000000000000"])]).await.is_empty());
}

/// Ids of the instances that an EC2 filter finds in a world.
fn found_in(world: &World, now: Timestamp, name: &str, value: &str) -> usize {
    let form = format!("Filter.1.Name={name}&Filter.1.Value.1={value}");
    let request = Request::post("/")
        .header("host", "ec2.eu-west-1.amazonaws.com")
        .body(Bytes::from(format!("Action=DescribeInstances&Version=2016-11-15&{form}")))
        .unwrap();
    let call = wire::decode(&request).unwrap();
    let cx = Cx { world, region: "eu-west-1", now, elapsed: world.elapsed(now) };
    let run = ops::find(call.service, &call.operation).unwrap().run;
    let answer = run(&cx, Params::new(&call.params)).unwrap();
    let Some(Tree::List(reservations)) = answer.get("reservationSet") else { panic!("{answer:?}") };
    reservations.len()
}

#[test]
fn filters_find_what_the_answer_says_and_not_what_an_instance_had_before() {
    let now: Timestamp = NOW.parse().unwrap();
    let script = Script::load("web-down").unwrap();
    let mut world = World::build(&script, 1, now).unwrap();
    let public =
        |world: &World| world.instances.iter().position(|i| i.public_ip.is_some() && !i.elastic).unwrap();
    let at = public(&world);
    let instance = world.instances[at].clone();
    let address = instance.public_ip.clone().unwrap();
    let name = format!("ec2-{}.eu-west-1.compute.amazonaws.com", address.replace('.', "-"));
    for (state, here, inside) in [("running", 1, 1), ("stopped", 0, 1), ("terminated", 0, 0)] {
        state.clone_into(&mut world.instances[at].state);
        world.instances[at].left = Some(now);
        let found = |filter, value: &str| found_in(&world, now, filter, value);
        assert_eq!(found("ip-address", &address), here, "{state}");
        assert_eq!(found("dns-name", &name), here, "{state}");
        assert_eq!(found("private-ip-address", &instance.private_ip), inside, "{state}");
        assert_eq!(found("network-interface.network-interface-id", &instance.interface), inside, "{state}");
        assert_eq!(found("instance-id", &instance.id), 1, "{state}");
    }
}

#[tokio::test]
async fn only_what_has_tags_is_filtered_by_them() {
    let client = ec2(&drill(), "eu-west-1");
    let web = client.describe_images().filters(filter("tag:Name", &["shop-web-*"])).send().await.unwrap();
    assert_eq!(web.images().iter().filter_map(|i| i.name()).collect::<Vec<_>>(), ["shop-web-v184"]);
    let tagged = client.describe_images().filters(filter("tag-key", &["Name"])).send().await.unwrap();
    assert!(tagged.images().len() == 2 && tagged.images().iter().all(|i| i.tags().len() == 1));
    for name in ["tag:Name", "tag-key"] {
        let by_tag = || filter(name, &["x"]);
        let error = client.describe_regions().filters(by_tag()).send().await.unwrap_err();
        assert_eq!(errors::code(&error), "InvalidParameterValue", "{name}");
        let error = client.describe_instance_status().filters(by_tag()).send().await.unwrap_err();
        assert_eq!(errors::code(&error), "InvalidParameterValue", "{name}");
    }
}

async fn statuses(client: &aws_sdk_ec2::Client, everything: bool) -> Vec<InstanceStatus> {
    let answer = client.describe_instance_status().include_all_instances(everything).send().await.unwrap();
    answer.instance_statuses.unwrap_or_default()
}

#[tokio::test]
async fn status_checks_tell_the_guest_from_aws_and_hide_what_does_not_run() {
    let drill = drill();
    let client = ec2(&drill, "eu-west-1");
    let running = statuses(&client, false).await;
    let everything = statuses(&client, true).await;
    assert_eq!(everything.len() - running.len(), 4);
    assert!(running.iter().all(|s| s.instance_state().unwrap().name().unwrap().as_str() == "running"));
    let impaired: Vec<_> = running
        .iter()
        .filter(|s| s.instance_status().unwrap().status() == Some(&SummaryStatus::Impaired))
        .collect();
    assert_eq!(impaired.len(), 1);
    assert_eq!(impaired[0].system_status().unwrap().status(), Some(&SummaryStatus::Ok));
    let detail = &impaired[0].instance_status().unwrap().details()[0];
    assert_eq!(drill.now().as_second() - detail.impaired_since().unwrap().secs(), 31 * 60);
    assert_eq!(running[0].attached_ebs_status().unwrap().status(), Some(&SummaryStatus::Ok));

    let planned: Vec<_> = running.iter().flat_map(InstanceStatus::events).collect();
    assert_eq!(planned.len(), 2);
    let reboot = planned.iter().find(|event| event.code().unwrap().as_str() == "system-reboot").unwrap();
    let ahead = reboot.not_before().unwrap().secs() - drill.now().as_second();
    assert!((48 * 3600..56 * 3600).contains(&ahead), "{ahead}");
    let by_event = client
        .describe_instance_status()
        .filters(filter("event.code", &["system-reboot"]))
        .send()
        .await
        .unwrap();
    assert_eq!(by_event.instance_statuses().len(), 1);
}

#[tokio::test]
async fn images_have_ages_owners_and_gaps() {
    let drill = drill();
    let client = ec2(&drill, "eu-west-1");
    let (_, instances) = all(&client, 1000).await;
    let ids: HashSet<String> = instances.iter().filter_map(|i| i.image_id.clone()).collect();
    let ids: Vec<String> = ids.into_iter().collect();
    let answer = client
        .describe_images()
        .filters(Filter::builder().name("image-id").set_values(Some(ids.clone())).build());
    let images = answer.include_deprecated(true).send().await.unwrap().images.unwrap_or_default();
    assert_eq!(images.len(), ids.len() - 1, "one image is deregistered");
    let old = images.iter().find(|image| image.name().unwrap().starts_with("amzn2-ami")).unwrap();
    assert!(old.creation_date().unwrap().starts_with("2021-"), "{:?}", old.creation_date());
    assert!(old.deprecation_time().is_some());
    // By id, one that is gone fails the whole call, as on AWS.
    let error = client.describe_images().set_image_ids(Some(ids)).send().await.unwrap_err();
    assert_eq!(errors::code(&error), "InvalidAMIID.NotFound");
    let mine = client.describe_images().owners("self").send().await.unwrap();
    assert_eq!(mine.images().len(), 2);
    assert!(mine.images().iter().all(|image| image.owner_id() == Some("111122223333")));
}

#[tokio::test]
async fn volumes_and_regions() {
    let client = ec2(&drill(), "eu-west-1");
    let mut pages = client.describe_volumes().max_results(10).into_paginator().items().send();
    let mut volumes = Vec::new();
    while let Some(volume) = pages.next().await {
        volumes.push(volume.unwrap());
    }
    assert!(volumes.len() > 40);
    assert_eq!(volumes.iter().filter(|volume| volume.attachments().is_empty()).count(), 2);
    let (_, instances) = all(&client, 1000).await;
    let ids: HashSet<&str> = instances.iter().filter_map(Instance::instance_id).collect();
    assert!(
        volumes
            .iter()
            .flat_map(aws_sdk_ec2::types::Volume::attachments)
            .all(|a| ids.contains(a.instance_id().unwrap()))
    );

    let regions = client.describe_regions().send().await.unwrap();
    let all_regions = client.describe_regions().all_regions(true).send().await.unwrap();
    assert!(all_regions.regions().len() > regions.regions().len());
    assert!(regions.regions().iter().all(|region| region.opt_in_status() != Some("not-opted-in")));
}

#[tokio::test]
async fn sts_and_iam_say_who_one_is() {
    let drill = drill();
    let config = aws_sdk_sts::Config::builder()
        .behavior_version(aws_sdk_sts::config::BehaviorVersion::latest())
        .region(aws_sdk_sts::config::Region::new("eu-west-1"))
        .credentials_provider(Credentials::for_tests())
        .http_client(drill.http_client())
        .build();
    let who = aws_sdk_sts::Client::from_conf(config).get_caller_identity().send().await.unwrap();
    assert_eq!(who.account(), Some("111122223333"));
    assert_eq!(who.arn(), Some("arn:aws:sts::111122223333:assumed-role/OnCall/drill"));
    let config = aws_sdk_iam::Config::builder()
        .behavior_version(aws_sdk_iam::config::BehaviorVersion::latest())
        .region(aws_sdk_iam::config::Region::new("eu-west-1"))
        .credentials_provider(Credentials::for_tests())
        .http_client(drill.http_client())
        .build();
    let aliases = aws_sdk_iam::Client::from_conf(config).list_account_aliases().send().await.unwrap();
    assert_eq!(aliases.account_aliases(), ["shop-prod"]);
    assert!(!aliases.is_truncated());
}

#[tokio::test]
async fn a_terminated_instance_has_taken_its_root_volume_and_interface_with_it() {
    // Before the first goes, while it goes, and when all three are gone.
    for (at, gone) in [(8 * 60, 0), (8 * 60 + 30, 0), (9 * 60, 1), (16 * 60, 3)] {
        let at = Some(Duration::from_secs(at));
        let drill =
            Drill::open(&Options { scenario: "deploy-regression".to_owned(), at, ..options() }).unwrap();
        let client = ec2(&drill, "eu-west-1");
        let web =
            |n: usize| drill.0.world.instances.iter().find(|one| one.key == format!("web-{n}")).unwrap();
        let volumes = client.describe_volumes().send().await.unwrap().volumes.unwrap_or_default();
        let statuses = client.describe_volume_status().send().await.unwrap();
        let interfaces = client.describe_network_interfaces().send().await.unwrap();
        let instances = client.describe_instances().send().await.unwrap();
        let of: Vec<_> =
            instances.reservations().iter().flat_map(aws_sdk_ec2::types::Reservation::instances).collect();
        for n in 1..=6 {
            let (instance, there) = (web(n), n > gone);
            let (root, _) = &instance.volumes[0];
            assert_eq!(volumes.iter().any(|one| one.volume_id() == Some(root)), there, "web-{n} {at:?}");
            let mut checked = statuses.volume_statuses().iter();
            assert_eq!(checked.any(|one| one.volume_id() == Some(root)), there, "web-{n} {at:?}");
            let mut faces = interfaces.network_interfaces().iter();
            let face = faces.any(|one| one.network_interface_id() == Some(&instance.interface));
            assert_eq!(face, there, "web-{n} {at:?}");
            let shown = of.iter().find(|one| one.instance_id() == Some(&instance.id)).unwrap();
            assert_eq!(shown.block_device_mappings().len(), usize::from(there), "web-{n} {at:?}");
            let by_id = client.describe_volumes().volume_ids(root).send().await;
            assert_eq!(by_id.map_err(|error| errors::code(&error)).is_ok(), there);
        }
        assert_eq!(volumes.iter().filter(|volume| volume.attachments().is_empty()).count(), 2);
    }
}

#[test]
fn what_does_not_go_with_its_instance_is_loose_after_it() {
    let script = r#"
title = "t"
summary = "s"
title_ja = "t"
summary_ja = "s"
account = "shop-prod"
opens_at = "1m"

[[timeline]]
at = "0m"
what = "A database server is terminated."
instance = [{ instance = "orders-db-1", state = "terminated" }]

[expected]
about = ["web-5xx"]
runbook = ["first-15-minutes"]
severity = ["SEV-2"]
gate = ["no"]
verdict = ["customer"]
cause = ["unknown"]
step = [{ id = "acknowledge", shows = true }]
"#;
    let world = World::build(&toml::from_str(script).unwrap(), 7, NOW.parse().unwrap()).unwrap();
    let held = |name: &str, second: i64| {
        let volume = world.volumes.iter().find(|one| one.tag("Name") == Some(name)).unwrap();
        match volume.held(&world.instances, second, world.origin) {
            Held::Gone => "gone".to_owned(),
            Held::Loose => "loose".to_owned(),
            Held::By(instance, device) => format!("{} {device}", instance.key),
        }
    };
    for (name, before, after) in [
        ("orders-db-1-root", "orders-db-1 /dev/xvda", "gone"),
        ("orders-db-1-data-1", "orders-db-1 /dev/sdb", "loose"),
        ("orders-db-2-root", "orders-db-2 /dev/xvda", "orders-db-2 /dev/xvda"),
    ] {
        assert_eq!((held(name, -1).as_str(), held(name, 0).as_str()), (before, after), "{name}");
    }
}
