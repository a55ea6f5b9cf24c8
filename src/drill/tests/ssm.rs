//! Systems Manager through the real Rust SDK.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_ssm::types::{
    InstanceInformation, InstanceInformationStringFilter, InstancePatchState, PatchBaselineIdentity,
    PatchOrchestratorFilter, PatchRule, PingStatus,
};

use super::*;

pub(super) fn ssm(drill: &Drill, region: &'static str) -> aws_sdk_ssm::Client {
    let config = aws_sdk_ssm::Config::builder()
        .behavior_version(aws_sdk_ssm::config::BehaviorVersion::latest())
        .region(aws_sdk_ssm::config::Region::new(region))
        .credentials_provider(Credentials::for_tests())
        .retry_config(aws_sdk_ssm::config::retry::RetryConfig::disabled())
        .http_client(drill.http_client())
        .build();
    aws_sdk_ssm::Client::from_conf(config)
}

/// Instances of a Region that are not terminated: name (or id, without one) to id.
async fn ids(drill: &Drill, region: &'static str) -> HashMap<String, String> {
    let answer = ec2(drill, region).describe_instances().send().await.unwrap();
    let mut ids = HashMap::new();
    for instance in answer.reservations().iter().flat_map(|r| r.instances().to_vec()) {
        let id = instance.instance_id().unwrap().to_owned();
        if instance.state().unwrap().name().unwrap().as_str() == "terminated" {
            continue;
        }
        let name = instance.tags().iter().find(|tag| tag.key() == Some("Name")).and_then(|tag| tag.value());
        ids.insert(name.unwrap_or(&id).to_owned(), id);
    }
    ids
}

async fn managed(drill: &Drill, region: &'static str) -> HashMap<String, InstanceInformation> {
    let pages = ssm(drill, region).describe_instance_information().max_results(11).into_paginator();
    let mut items = pages.items().send();
    let mut found = HashMap::new();
    while let Some(one) = items.next().await {
        let one = one.unwrap();
        assert!(found.insert(one.instance_id().unwrap().to_owned(), one).is_none(), "each once");
    }
    found
}

async fn states(drill: &Drill, region: &'static str) -> HashMap<String, InstancePatchState> {
    let ids: Vec<String> = ids(drill, region).await.into_values().collect();
    let answer = ssm(drill, region).describe_instance_patch_states().set_instance_ids(Some(ids)).send().await;
    let states = answer.unwrap().instance_patch_states.unwrap_or_default();
    states.into_iter().map(|state| (state.instance_id().to_owned(), state)).collect()
}

#[tokio::test]
async fn every_kind_of_managed_and_unmanaged_instance_is_there() {
    let drill = drill();
    let ids = ids(&drill, "eu-west-1").await;
    let managed = managed(&drill, "eu-west-1").await;
    for unmanaged in ["sessions-cache-1", "bastion", "legacy-erp", "batch-worker-7", "load-test-2"] {
        assert!(!managed.contains_key(&ids[unmanaged]), "{unmanaged}");
    }
    let ping = |name: &str| managed[&ids[name]].ping_status().unwrap().clone();
    for (name, expected) in [
        ("web-1", PingStatus::Online),
        ("batch-worker-1", PingStatus::Online),
        // The agent is dead, the instance is stopped, the guest hangs.
        ("jenkins", PingStatus::ConnectionLost),
        ("load-test-1", PingStatus::ConnectionLost),
        ("web-canary-2", PingStatus::ConnectionLost),
    ] {
        assert_eq!(ping(name), expected, "{name}");
    }
    let now = drill.now().as_second();
    let heard = |name: &str| now - managed[&ids[name]].last_ping_date_time().unwrap().secs();
    assert!((0..300).contains(&heard("web-1")), "{}", heard("web-1"));
    assert_eq!(heard("web-canary-2"), 31 * 60, "since its check fails");
    let windows = &managed[&ids["WIN-AD01"]];
    assert_eq!(windows.platform_type().unwrap().as_str(), "Windows");
    assert!(windows.computer_name().unwrap().starts_with("WIN-AD01."));
    assert!(!managed[&ids["monitoring"]].is_latest_version().unwrap());
    assert_eq!(super::ssm::managed(&drill, "us-east-1").await.len(), 3);
    assert!(super::ssm::managed(&drill, "ap-south-1").await.is_empty());
}

#[tokio::test]
async fn patch_states_are_of_every_kind_and_agree_with_the_patches_behind_them() {
    let drill = drill();
    let client = ssm(&drill, "eu-west-1");
    let ids = ids(&drill, "eu-west-1").await;
    let states = states(&drill, "eu-west-1").await;
    let state = |name: &str| &states[&ids[name]];
    let open = |s: &InstancePatchState| {
        [
            s.missing_count(),
            s.failed_count(),
            s.installed_pending_reboot_count().unwrap(),
            s.installed_rejected_count().unwrap(),
        ]
    };
    assert_eq!(open(state("web-1")), [0, 0, 0, 0]);
    assert_eq!(open(state("web-5")), [2, 0, 0, 0]);
    assert_eq!(state("web-5").critical_non_compliant_count(), Some(2));
    assert_eq!(open(state("web-6")), [0, 0, 2, 0]);
    assert!(state("web-6").last_no_reboot_install_operation_time().is_some());
    assert_eq!(open(state("api-3")), [1, 2, 0, 0]);
    assert_eq!(open(state("api-4")), [0, 0, 0, 1]);
    assert_eq!(state("search-2").critical_non_compliant_count(), Some(0));
    assert_eq!(state("search-2").other_non_compliant_count(), Some(1));
    assert_eq!(state("WIN-AD01").available_security_update_count(), Some(1));
    let age = |name: &str| (drill.now().as_second() - state(name).operation_end_time().secs()) / 86_400;
    assert_eq!((age("web-1"), age("orders-db-2"), age("monitoring")), (0, 41, 96));
    for never in ["batch-worker-1", "staging-web-1"] {
        assert!(!states.contains_key(&ids[never]), "{never}");
    }
    // The groups are judged by baselines of their own, a node without a group by the default.
    assert_ne!(state("web-1").baseline_id(), state("orders-db-1").baseline_id());
    assert_eq!((state("web-1").patch_group(), state("search-1").patch_group()), ("prod-web", ""));
    assert!(state("search-1").baseline_id().contains(":patchbaseline/pb-0"));
    for name in ["web-1", "web-6", "api-3", "WIN-AD01"] {
        let pages = client.describe_instance_patches().instance_id(&ids[name]).max_results(100);
        let mut items = pages.into_paginator().items().send();
        let mut by_state: HashMap<String, i32> = HashMap::new();
        let mut patches = BTreeSet::new();
        while let Some(patch) = items.next().await {
            let patch = patch.unwrap();
            *by_state.entry(patch.state().as_str().to_owned()).or_default() += 1;
            assert!(patches.insert(patch.kb_id().to_owned()), "{name}: {} twice", patch.kb_id());
        }
        let has = |key: &str| by_state.get(key).copied().unwrap_or_default();
        let said = state(name);
        assert_eq!(has("Installed"), said.installed_count(), "{name}");
        assert_eq!(has("InstalledOther"), said.installed_other_count(), "{name}");
        assert_eq!(has("NotApplicable"), said.not_applicable_count(), "{name}");
        assert_eq!([has("Missing"), has("Failed"), has("InstalledPendingReboot"), 0], open(said), "{name}");
        assert!(has("Installed") > 5);
    }
}

#[tokio::test]
async fn patches_are_filtered_and_paged() {
    let drill = drill();
    let client = ssm(&drill, "eu-west-1");
    let ids = ids(&drill, "eu-west-1").await;
    let filter = |key: &str, value: &str| PatchOrchestratorFilter::builder().key(key).values(value).build();
    let found = async |filters: Vec<PatchOrchestratorFilter>| {
        let request = client.describe_instance_patches().instance_id(&ids["orders-db-1"]);
        let answer = request.max_results(100).set_filters(Some(filters)).send().await.unwrap();
        answer.patches.unwrap_or_default()
    };
    let missing = found(vec![filter("State", "Missing")]).await;
    assert_eq!(missing.len(), 5);
    assert!(missing.iter().all(|patch| patch.installed_time().secs() == 0));
    assert!(missing[0].cve_ids().unwrap().starts_with("CVE-"));
    assert_eq!(found(vec![filter("State", "MISSING")]).await.len(), 5, "as the model spells it");
    let both = vec![filter("State", "Missing"), filter("Severity", "Critical")];
    assert_eq!(found(both).await.len(), 3);
    assert_eq!(found(vec![filter("KBId", "sudo.x86_64")]).await.len(), 1);
    let bugfix = found(vec![filter("Classification", "Bugfix"), filter("State", "Missing")]).await;
    assert_eq!(bugfix.len(), 1);
    let unscanned = client.describe_instance_patches().instance_id(&ids["bastion"]).send().await.unwrap();
    assert!(unscanned.patches().is_empty());
}

#[tokio::test]
async fn baselines_and_groups() {
    let drill = drill();
    let client = ssm(&drill, "eu-west-1");
    let mut mappings = client.describe_patch_groups().max_results(2).into_paginator().items().send();
    let mut groups = HashMap::new();
    while let Some(mapping) = mappings.next().await {
        let mapping = mapping.unwrap();
        groups.insert(mapping.patch_group.unwrap(), mapping.baseline_identity.unwrap());
    }
    assert_eq!(groups.len(), 4);
    let (web, data) = (&groups["prod-web"], &groups["prod-data"]);
    assert_eq!((web.baseline_name(), data.baseline_name()), (Some("prod-linux"), Some("prod-data")));
    let state = client.describe_patch_group_state().patch_group("prod-web").send().await.unwrap();
    assert_eq!((state.instances(), state.instances_with_missing_patches()), (8, 1));
    assert_eq!(state.instances_with_installed_pending_reboot_patches(), Some(1));
    assert_eq!(state.instances_with_critical_non_compliant_patches(), Some(2));
    let nobody = client.describe_patch_group_state().patch_group("nobody").send().await.unwrap();
    assert_eq!(nobody.instances(), 0);
    let owned = async |owner: &str| {
        let filter = PatchOrchestratorFilter::builder().key("OWNER").values(owner).build();
        let answer = client.describe_patch_baselines().filters(filter).send().await.unwrap();
        answer.baseline_identities.unwrap_or_default()
    };
    let (own, aws) = (owned("Self").await, owned("AWS").await);
    assert_eq!(own.len(), 3);
    assert!(aws.len() >= 4 && aws.iter().all(PatchBaselineIdentity::default_baseline));
    let baseline = client.get_patch_baseline().baseline_id(web.baseline_id().unwrap()).send().await.unwrap();
    assert_eq!(baseline.patch_groups(), ["prod-web", "prod-api"]);
    assert_eq!(baseline.rejected_patches(), ["docker.x86_64"]);
    let rules = baseline.approval_rules().unwrap().patch_rules();
    assert_eq!(rules.iter().map(PatchRule::approve_after_days).collect::<Vec<_>>(), [Some(0), Some(3)]);
    let default = client.get_default_patch_baseline().send().await.unwrap();
    assert_eq!(default.operating_system().unwrap().as_str(), "WINDOWS");
    assert!(aws.iter().any(|one| one.baseline_id() == default.baseline_id()));
    let edge = ssm(&drill, "us-east-1").get_default_patch_baseline();
    let edge = edge.operating_system("AMAZON_LINUX_2023".into()).send().await.unwrap();
    assert!(edge.baseline_id().unwrap().starts_with("pb-0"), "the account's own choice: {edge:?}");
}

#[tokio::test]
async fn requests_outside_the_model_are_refused() {
    let drill = drill();
    let client = ssm(&drill, "eu-west-1");
    let many: Vec<String> = (0..51).map(|n| format!("i-{n:017x}")).collect();
    let states = || client.describe_instance_patch_states();
    for (request, expected) in [
        (states().set_instance_ids(Some(many.clone())), Some("ValidationException")),
        (states().set_instance_ids(Some(Vec::new())), Some("ValidationException")),
        (states().instance_ids("web-1"), Some("ValidationException")),
        (states().instance_ids(&many[0]).max_results(9), Some("ValidationException")),
        (states().instance_ids(&many[0]).next_token("garbage"), Some("InvalidNextToken")),
        (states().set_instance_ids(Some(many[..50].to_vec())), None),
    ] {
        let answer = request.send().await;
        assert_eq!(answer.err().map(|error| errors::code(&error)).as_deref(), expected);
    }
    let error = client.describe_instance_patches().instance_id(&many[0]).send().await.unwrap_err();
    assert!(error.into_service_error().is_invalid_instance_id());
    let filter = InstanceInformationStringFilter::builder().key("Colour").values("red").build().unwrap();
    let error = client.describe_instance_information().filters(filter).send().await.unwrap_err();
    assert!(error.into_service_error().is_invalid_filter_key());
    let error = client.describe_instance_information().max_results(4).send().await.unwrap_err();
    assert_eq!(errors::code(&error), "ValidationException");
    let unknown = "pb-00000000000000000";
    let error = client.get_patch_baseline().baseline_id(unknown).send().await.unwrap_err();
    assert!(error.into_service_error().is_does_not_exist_exception());
    let error = client.describe_activations().send().await.unwrap_err();
    assert_eq!(errors::code(&error), "UnknownOperationException");
}

#[tokio::test]
async fn the_next_scan_comes_when_its_time_has_come() {
    let drill_then = later(86_400);
    let (before, after) = (states(&drill(), "eu-west-1").await, states(&drill_then, "eu-west-1").await);
    let ids = ids(&drill_then, "eu-west-1").await;
    let end = |states: &HashMap<String, InstancePatchState>, name: &str| {
        states[&ids[name]].operation_end_time().secs()
    };
    assert_eq!(end(&after, "web-1") - end(&before, "web-1"), 86_400);
    assert_eq!(end(&after, "orders-db-2"), end(&before, "orders-db-2"), "this one is not scanned any more");
}
