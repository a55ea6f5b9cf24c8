//! EBS snapshots and Data Lifecycle Manager through the real Rust SDK.

use std::collections::{BTreeSet, HashMap, HashSet};

use aws_sdk_ec2::types::Snapshot;

use super::{
    backup::{points, tail},
    *,
};

const DAY: i64 = 86_400;

pub(super) fn dlm(drill: &Drill) -> aws_sdk_dlm::Client {
    let config = aws_sdk_dlm::Config::builder()
        .behavior_version(aws_sdk_dlm::config::BehaviorVersion::latest())
        .region(aws_sdk_dlm::config::Region::new("eu-west-1"))
        .credentials_provider(Credentials::for_tests())
        .retry_config(aws_sdk_dlm::config::retry::RetryConfig::disabled())
        .http_client(drill.http_client())
        .build();
    aws_sdk_dlm::Client::from_conf(config)
}

async fn snapshots(drill: &Drill) -> Vec<Snapshot> {
    let pages = ec2(drill, "eu-west-1").describe_snapshots().owner_ids("self").max_results(200);
    let mut items = pages.into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(one) = items.next().await {
        found.push(one.unwrap());
    }
    found
}

fn tag<'a>(snapshot: &'a Snapshot, key: &str) -> Option<&'a str> {
    snapshot.tags().iter().find(|tag| tag.key() == Some(key)).and_then(|tag| tag.value())
}

#[tokio::test]
async fn snapshots_say_who_made_them() {
    let drill = drill();
    let now = drill.now().as_second();
    let found = snapshots(&drill).await;
    let unique: HashSet<&str> = found.iter().filter_map(Snapshot::snapshot_id).collect();
    assert_eq!(unique.len(), found.len());
    assert!(found.iter().all(|one| one.owner_id() == Some("111122223333")));
    let of = |pick: &dyn Fn(&&Snapshot) -> bool| found.iter().filter(pick).collect::<Vec<_>>();
    let by_backup = of(&|one| tag(one, "aws:backup:source-resource").is_some());
    let by_policy = of(&|one| tag(one, "aws:dlm:lifecycle-policy-id").is_some());
    let by_hand = of(&|one| !one.tags().iter().any(|tag| tag.key().unwrap().starts_with("aws:")));
    assert_eq!(by_backup.len() + by_policy.len() + by_hand.len(), found.len());
    assert!(by_backup.len() > 150 && by_policy.len() > 20 && by_hand.len() > 6);
    assert!(
        by_policy.iter().all(|one| one.description().unwrap().starts_with("Created for policy: policy-0"))
    );
    assert!(by_backup.iter().all(|one| {
        let text = one.description().unwrap();
        text == "This snapshot is created by the AWS Backup service."
            || text.starts_with("Created by CreateImage(i-")
    }));
    let states: BTreeSet<&str> = found.iter().map(|one| one.state().unwrap().as_str()).collect();
    assert_eq!(states, BTreeSet::from(["completed", "error"]));
    assert!(found.iter().any(|one| one.storage_tier().unwrap().as_str() == "archive"));
    assert!(found.iter().any(|one| one.volume_id() == Some("vol-ffffffff")));
    // A policy keeps seven; the one in error has made none for six days; the one switched off
    // none of volumes that are younger than that.
    let mut last: HashMap<&str, (i64, usize)> = HashMap::new();
    for one in &by_policy {
        let entry = last.entry(one.volume_id().unwrap()).or_insert((i64::MAX, 0));
        *entry = (entry.0.min((now - one.start_time().unwrap().secs()) / DAY), entry.1 + 1);
    }
    let mut ages: Vec<(i64, usize)> = last.into_values().collect();
    ages.sort_unstable();
    assert_eq!(ages, [(0, 7), (0, 7), (0, 7), (6, 4), (6, 4), (6, 4)]);
    // What AWS Backup calls a recovery point is there as a snapshot.
    for point in points(&drill, "prod-vault").await.iter().filter(|p| p.resource_type() == Some("EBS")) {
        assert!(unique.contains(tail(point.recovery_point_arn().unwrap())));
    }
}

#[tokio::test]
async fn snapshots_are_selected_and_refused_as_documented() {
    let drill = drill();
    let client = ec2(&drill, "eu-west-1");
    let own = snapshots(&drill).await;
    let request = || client.describe_snapshots();
    let filter =
        |name: &str, value: &str| aws_sdk_ec2::types::Filter::builder().name(name).values(value).build();
    let everybody = request().send().await.unwrap();
    assert!(everybody.snapshots().len() > own.len(), "without an owner, Amazon's are there too");
    assert!(everybody.snapshots().iter().any(|one| one.owner_alias() == Some("amazon")));
    let volume = own.iter().find(|one| tag(one, "dlm:managed").is_some()).unwrap().volume_id().unwrap();
    let of = request().owner_ids("self").filters(filter("volume-id", volume)).send().await.unwrap();
    assert_eq!(of.snapshots().len(), own.iter().filter(|one| one.volume_id() == Some(volume)).count());
    let kept = request().filters(filter("tag-key", "aws:dlm:lifecycle-policy-id")).send().await.unwrap();
    assert!(kept.snapshots().len() > 20);
    let failed = request().filters(filter("status", "error")).send().await.unwrap();
    assert_eq!(failed.snapshots()[0].state_message(), Some("Given key ID is not accessible"));
    let by_id = request().snapshot_ids(own[0].snapshot_id().unwrap()).send().await.unwrap();
    assert_eq!(by_id.snapshots(), &own[..1]);
    for (request, expected) in [
        (request().max_results(4), "InvalidParameterValue"),
        (request().snapshot_ids("snap-0123456789abcdef0"), "InvalidSnapshot.NotFound"),
        (request().snapshot_ids("old-orders"), "InvalidSnapshotID.Malformed"),
        (request().snapshot_ids(own[0].snapshot_id().unwrap()).max_results(5), "InvalidParameterCombination"),
        (request().filters(filter("colour", "red")), "InvalidParameterValue"),
        (request().next_token("garbage"), "InvalidParameterValue"),
    ] {
        assert_eq!(errors::code(&request.send().await.unwrap_err()), expected);
    }
}

#[tokio::test]
async fn lifecycle_policies() {
    let drill = drill();
    let client = dlm(&drill);
    let all = client.get_lifecycle_policies().send().await.unwrap().policies.unwrap_or_default();
    let states: Vec<&str> = all.iter().map(|policy| policy.state().unwrap().as_str()).collect();
    assert_eq!(states, ["ENABLED", "ERROR", "DISABLED"]);
    let ids: Vec<&str> = all.iter().filter_map(|policy| policy.policy_id()).collect();
    let two = client.get_lifecycle_policies().policy_ids(ids[0]).policy_ids(ids[2]).send().await.unwrap();
    assert_eq!(two.policies().len(), 2);
    let tagged = client.get_lifecycle_policies().target_tags("Snapshot=daily").send().await.unwrap();
    assert_eq!(tagged.policies()[0].policy_id(), Some(ids[0]));
    let policy = client.get_lifecycle_policy().policy_id(ids[1]).send().await.unwrap().policy.unwrap();
    assert!(policy.status_message().unwrap().contains("ec2:CreateSnapshots"));
    assert_eq!((drill.now().as_second() - policy.date_modified().unwrap().secs()) / DAY, 6);
    let details = policy.policy_details().unwrap();
    assert_eq!(details.target_tags()[0].value(), Some("cache"));
    assert_eq!(details.schedules()[0].create_rule().unwrap().interval(), Some(12));
    let unknown = client.get_lifecycle_policy().policy_id("policy-0").send().await.unwrap_err();
    assert_eq!(unknown.raw_response().unwrap().status().as_u16(), 404);
    assert!(unknown.into_service_error().is_resource_not_found_exception());
    let bad = client.get_lifecycle_policies().target_tags("daily").send().await.unwrap_err();
    assert!(bad.into_service_error().is_invalid_request_exception());
}
