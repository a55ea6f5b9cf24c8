//! AWS Backup through the real Rust SDK.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::*;
use aws_sdk_backup::{
    primitives::DateTime,
    types::{BackupJob, BackupJobState, RecoveryPointByBackupVault, RecoveryPointStatus},
};
use aws_sdk_cloudtrail::types::{LookupAttribute, LookupAttributeKey};

const DAY: i64 = 86_400;

fn backup(drill: &Drill, region: &'static str) -> aws_sdk_backup::Client {
    let config = aws_sdk_backup::Config::builder()
        .behavior_version(aws_sdk_backup::config::BehaviorVersion::latest())
        .region(aws_sdk_backup::config::Region::new(region))
        .credentials_provider(Credentials::for_tests())
        .retry_config(aws_sdk_backup::config::retry::RetryConfig::disabled())
        .http_client(drill.http_client())
        .build();
    aws_sdk_backup::Client::from_conf(config)
}

async fn jobs(drill: &Drill, region: &'static str) -> Vec<BackupJob> {
    let pages = backup(drill, region).list_backup_jobs().max_results(200).into_paginator();
    let mut items = pages.items().send();
    let mut jobs = Vec::new();
    while let Some(job) = items.next().await {
        jobs.push(job.unwrap());
    }
    jobs
}

pub(super) async fn points(drill: &Drill, vault: &str) -> Vec<RecoveryPointByBackupVault> {
    let request = backup(drill, "eu-west-1").list_recovery_points_by_backup_vault().max_results(1000);
    request.backup_vault_name(vault).send().await.unwrap().recovery_points.unwrap_or_default()
}

pub(super) fn tail(arn: &str) -> &str {
    arn.rsplit(['/', ':']).next().unwrap()
}

#[tokio::test]
async fn jobs_are_of_every_kind_of_the_last_thirty_days() {
    let drill = drill();
    let now = drill.now().as_second();
    let jobs = jobs(&drill, "eu-west-1").await;
    assert!(jobs.len() > 300, "{}", jobs.len());
    let unique: HashSet<&str> = jobs.iter().filter_map(BackupJob::backup_job_id).collect();
    assert_eq!(unique.len(), jobs.len(), "each once, over the pages");
    let created = |job: &BackupJob| job.creation_date().unwrap().secs();
    assert!(jobs.is_sorted_by_key(|job| -created(job)));
    assert!(jobs.iter().all(|job| (now - 30 * DAY..=now).contains(&created(job))));
    let states: BTreeSet<&str> = jobs.iter().map(|job| job.state().unwrap().as_str()).collect();
    let every = ["ABORTED", "COMPLETED", "EXPIRED", "FAILED", "PARTIAL", "RUNNING"];
    assert_eq!(states, BTreeSet::from(every));
    for job in &jobs {
        let state = job.state().unwrap().as_str();
        let over = state != "RUNNING";
        assert_eq!(job.completion_date().is_some(), over);
        assert_eq!(job.expected_completion_date().is_some(), !over);
        let made = ["COMPLETED", "PARTIAL", "RUNNING"].contains(&state);
        assert_eq!(job.recovery_point_arn().is_some(), made, "{state}");
        let bad = ["FAILED", "EXPIRED", "ABORTED", "PARTIAL"].contains(&state);
        assert!(!bad || job.status_message().is_some_and(|text| text.len() > 20), "{state}");
        assert!(job.completion_date().is_none_or(|at| at.secs() <= now && at.secs() > created(job)));
    }
    let types: BTreeSet<&str> = jobs.iter().map(|job| job.resource_type().unwrap()).collect();
    let known = ["Aurora", "CloudFormation", "DynamoDB", "EBS", "EC2", "EFS", "RDS"];
    assert_eq!(types, BTreeSet::from(known));
    let on_demand: Vec<_> = jobs.iter().filter(|job| job.created_by().is_none()).collect();
    assert_eq!(on_demand.len(), 1);
    let by = jobs[0].created_by().unwrap();
    assert!(by.backup_rule_cron().unwrap().starts_with("cron("));
    // A member of a composite failed, so the whole is partial.
    let whole = jobs.iter().find(|job| job.state() == Some(&BackupJobState::Partial)).unwrap();
    assert!(whole.is_parent());
    let member = jobs.iter().find(|job| job.parent_job_id() == whole.backup_job_id()).unwrap();
    assert_eq!(member.state(), Some(&BackupJobState::Failed));
    // Completed, and yet there is something to say.
    let vss: Vec<_> = jobs.iter().filter(|job| job.message_category() == Some("VSSError")).collect();
    assert!(vss.len() == 5 && vss.iter().all(|job| job.state() == Some(&BackupJobState::Completed)));
    assert!(jobs.iter().any(|job| job.resource_name().is_none()));
    let erp = jobs.iter().filter(|job| job.resource_name().is_none() && job.state().is_some());
    assert_eq!(erp.filter(|job| job.state() == Some(&BackupJobState::Expired)).count(), 9);
}

#[tokio::test]
async fn jobs_are_filtered() {
    let drill = drill();
    let client = backup(&drill, "eu-west-1");
    // From a drill of its own: one account answers only so many calls at once.
    let all = jobs(&self::drill(), "eu-west-1").await;
    let request = || client.list_backup_jobs().max_results(1000);
    let some = all.iter().find(|job| job.resource_type() == Some("RDS")).unwrap();
    let now = drill.now().as_second();
    let week = DateTime::from_secs(now - 7 * DAY);
    let state = |job: &&BackupJob, state: &str| job.state().unwrap().as_str() == state;
    for (request, expected) in [
        (request(), all.len()),
        (request().by_state(BackupJobState::Failed), all.iter().filter(|job| state(job, "FAILED")).count()),
        (
            request().by_resource_type("EC2"),
            all.iter().filter(|job| job.resource_type() == Some("EC2")).count(),
        ),
        (
            request().by_resource_arn(some.resource_arn().unwrap()),
            all.iter().filter(|job| job.resource_arn() == some.resource_arn()).count(),
        ),
        (
            request().by_backup_vault_name("office-vault"),
            all.iter().filter(|job| job.backup_vault_name() == Some("office-vault")).count(),
        ),
        (
            request().by_created_after(week),
            all.iter().filter(|job| job.creation_date().unwrap().secs() > week.secs()).count(),
        ),
        (
            request().by_created_before(week).by_state(BackupJobState::Expired),
            all.iter()
                .filter(|job| state(job, "EXPIRED") && job.creation_date().unwrap().secs() < week.secs())
                .count(),
        ),
        (request().by_account_id("999999999999"), 0),
    ] {
        assert_eq!(request.send().await.unwrap().backup_jobs().len(), expected);
    }
    assert!(all.iter().any(|job| job.backup_vault_name() == Some("archive-vault")));
}

#[tokio::test]
async fn the_clock_brings_jobs_on_and_ends_them() {
    let drill = drill();
    let running = |jobs: &[BackupJob]| -> Vec<(String, f64)> {
        let running = jobs.iter().filter(|job| job.state() == Some(&BackupJobState::Running));
        running
            .map(|j| (j.backup_job_id().unwrap().to_owned(), j.percent_done().unwrap().parse().unwrap()))
            .collect()
    };
    let before = jobs(&drill, "eu-west-1").await;
    let (now, soon, tomorrow) = (
        running(&before),
        running(&jobs(&later(1800), "eu-west-1").await),
        jobs(&later(DAY), "eu-west-1").await,
    );
    assert_eq!(now.len(), 2);
    for (id, percent) in &now {
        let (_, after) = soon.iter().find(|(other, _)| other == id).unwrap();
        assert!(after > percent && *percent > 5.0 && *after < 100.0, "{percent} {after}");
        let end = tomorrow.iter().find(|job| job.backup_job_id() == Some(id)).unwrap();
        assert_eq!(end.state(), Some(&BackupJobState::Completed));
    }
    let ids = |jobs: &[BackupJob]| -> BTreeSet<String> {
        jobs.iter().filter_map(|job| job.backup_job_id().map(str::to_owned)).collect()
    };
    assert!(ids(&tomorrow).difference(&ids(&before)).count() >= 12, "a day's jobs are new");
}

#[tokio::test]
async fn recovery_points_are_what_the_jobs_have_left() {
    let drill = drill();
    let now = drill.now().as_second();
    let all = jobs(&drill, "eu-west-1").await;
    let mut found: BTreeMap<String, RecoveryPointByBackupVault> = BTreeMap::new();
    for vault in ["prod-vault", "archive-vault", "office-vault", "Default"] {
        for point in points(&drill, vault).await {
            assert!(found.insert(point.recovery_point_arn().unwrap().to_owned(), point).is_none());
        }
    }
    // Every finished job has one, but for the one that somebody deleted.
    let made = all.iter().filter(|job| job.recovery_point_arn().is_some());
    let lost: Vec<_> = made.filter(|job| !found.contains_key(job.recovery_point_arn().unwrap())).collect();
    let recent: Vec<_> =
        lost.iter().filter(|job| job.creation_date().unwrap().secs() > now - 7 * DAY).collect();
    assert_eq!(recent.len(), 1, "{recent:?}");
    assert_eq!(recent[0].resource_name(), Some("shop-main"));
    assert_eq!(recent[0].state(), Some(&BackupJobState::Completed));
    let status: HashSet<&RecoveryPointStatus> =
        found.values().filter_map(RecoveryPointByBackupVault::status).collect();
    for wanted in ["COMPLETED", "PARTIAL", "EXPIRED", "AVAILABLE", "CREATING"] {
        assert!(status.contains(&RecoveryPointStatus::from(wanted)), "{wanted}");
    }
    // Past their time only where they could not be deleted.
    for point in found.values() {
        let due = point.calculated_lifecycle().and_then(|lifecycle| lifecycle.delete_at());
        let over = due.is_some_and(|at| at.secs() <= now);
        assert_eq!(over, point.status() == Some(&RecoveryPointStatus::Expired), "{point:?}");
    }
    let form = |kind: &str| {
        let point = found.values().find(|point| point.resource_type() == Some(kind)).unwrap();
        point.recovery_point_arn().unwrap().to_owned()
    };
    assert!(form("EC2").starts_with("arn:aws:ec2:eu-west-1::image/ami-0"));
    assert!(form("EBS").starts_with("arn:aws:ec2:eu-west-1::snapshot/snap-0"));
    assert!(form("RDS").contains(":snapshot:awsbackup:job-"));
    assert!(form("Aurora").contains(":cluster-snapshot:awsbackup:job-"));
    assert!(form("DynamoDB").contains(":table/") && form("DynamoDB").contains("/backup/0"));
    assert!(form("EFS").starts_with("arn:aws:backup:eu-west-1:111122223333:recovery-point:"));
    assert!(found.values().any(|point| point.resource_name().is_none() && point.resource_arn().is_some()));
    assert_eq!(found.values().filter(|point| point.resource_arn().is_none()).count(), 1);
    let office = points(&drill, "office-vault").await;
    assert!(office.iter().all(|p| !p.is_encrypted() && p.encryption_key_arn().is_none()));
    let some = points(&drill, "archive-vault").await;
    assert!(some.iter().all(RecoveryPointByBackupVault::is_encrypted) && some.len() > 90, "{}", some.len());
    let client = backup(&drill, "eu-west-1");
    let arn = some[0].resource_arn().unwrap();
    let one = client.list_recovery_points_by_resource().resource_arn(arn).max_results(1000).send();
    let one = one.await.unwrap().recovery_points.unwrap_or_default();
    assert_eq!(one.len(), found.values().filter(|point| point.resource_arn() == Some(arn)).count());
    assert!(one.len() > 40);
    let nobody = "arn:aws:dynamodb:eu-west-1:111122223333:table/nobody";
    let none = client.list_recovery_points_by_resource().resource_arn(nobody).send().await.unwrap();
    assert!(none.recovery_points().is_empty());
}

#[tokio::test]
async fn protected_resources_have_their_last_recovery_point() {
    let drill = drill();
    let client = backup(&drill, "eu-west-1");
    let mut items = client.list_protected_resources().max_results(5).into_paginator().items().send();
    let mut found = HashMap::new();
    while let Some(one) = items.next().await {
        let one = one.unwrap();
        found.insert(tail(one.resource_arn().unwrap()).to_owned(), one);
    }
    let days = |key: &str| {
        let last = found[key].last_backup_time().unwrap().secs();
        (drill.now().as_second() - last) / DAY
    };
    assert_eq!((days("shop-main"), days("carts"), days("catalogue")), (0, 0, 1));
    let instances = ec2(&drill, "eu-west-1").describe_instances().send().await.unwrap();
    let ids: HashMap<String, String> = instances
        .reservations()
        .iter()
        .flat_map(aws_sdk_ec2::types::Reservation::instances)
        .filter_map(|instance| {
            let name = instance.tags().iter().find(|tag| tag.key() == Some("Name"))?.value()?;
            Some((name.to_owned(), instance.instance_id()?.to_owned()))
        })
        .collect();
    assert_eq!(days(&ids["orders-db-1"]), 0);
    assert_eq!(days(&ids["orders-db-2"]), 3);
    assert_eq!(days(&ids["legacy-erp"]), 9);
    assert_eq!(found[&ids["legacy-erp"]].resource_name(), None);
    assert!(!found.contains_key(&ids["bastion"]), "never backed up");
    assert!(found.contains_key("vol-0c1f5d8e27ab90634"), "its volume is gone, its recovery point is not");
    let edge = backup(&drill, "us-east-1").list_protected_resources().send().await.unwrap();
    assert_eq!(edge.results().len(), 2);
}

#[tokio::test]
async fn vaults_plans_and_settings() {
    let drill = drill();
    let client = backup(&drill, "eu-west-1");
    let vaults = client.list_backup_vaults().send().await.unwrap().backup_vault_list.unwrap_or_default();
    assert_eq!(vaults.len(), 4);
    let locked = client.describe_backup_vault().backup_vault_name("archive-vault").send().await.unwrap();
    assert_eq!((locked.locked(), locked.min_retention_days()), (Some(true), Some(7)));
    assert!(locked.lock_date().unwrap().secs() < drill.now().as_second());
    let count = points(&drill, "archive-vault").await.len();
    assert_eq!(locked.number_of_recovery_points(), i64::try_from(count).unwrap());
    let open = client.describe_backup_vault().backup_vault_name("office-vault").send().await.unwrap();
    assert_eq!((open.locked(), open.encryption_key_arn()), (Some(false), None));
    let settings = client.describe_region_settings().send().await.unwrap();
    let settings = settings.resource_type_opt_in_preference().unwrap();
    assert_eq!((settings["EC2"], settings["S3"], settings["CloudFormation"]), (true, false, true));
    let plans = client.list_backup_plans().send().await.unwrap().backup_plans_list.unwrap_or_default();
    assert_eq!(plans.len(), 3);
    let with = client.list_backup_plans().include_deleted(true).send().await.unwrap();
    assert_eq!(with.backup_plans_list().iter().filter(|plan| plan.deletion_date().is_some()).count(), 1);
    let daily = plans.iter().find(|plan| plan.backup_plan_name() == Some("prod-daily")).unwrap();
    let id = daily.backup_plan_id().unwrap();
    let plan =
        client.get_backup_plan().backup_plan_id(id).max_scheduled_runs_preview(3).send().await.unwrap();
    let rules = plan.backup_plan().unwrap().rules();
    // The scenario began at 02:47 UTC.
    assert_eq!(rules[0].schedule_expression(), Some("cron(0 1 * * ? *)"));
    assert_eq!(rules[1].schedule_expression(), Some("cron(30 0/6 * * ? *)"));
    assert_eq!(rules[0].completion_window_minutes(), Some(480));
    let ahead: Vec<i64> =
        plan.scheduled_runs_preview().iter().map(|run| run.execution_time().unwrap().secs()).collect();
    assert!(ahead.len() == 3 && ahead.is_sorted() && ahead[0] > drill.now().as_second());
    let selections = client.list_backup_selections().backup_plan_id(id).send().await.unwrap();
    let mut by_tag = 0;
    for selection in selections.backup_selections_list() {
        let id = selection.selection_id().unwrap();
        let request = client.get_backup_selection().backup_plan_id(daily.backup_plan_id().unwrap());
        let selection = request.selection_id(id).send().await.unwrap().backup_selection.unwrap();
        by_tag += selection.list_of_tags().len();
        assert!(selection.resources().iter().all(|arn| arn.starts_with("arn:aws:")));
        assert!(selection.list_of_tags().len() + selection.resources().len() > 0);
    }
    assert_eq!(by_tag, 1);
}

#[tokio::test]
async fn a_region_without_backups_is_empty_and_not_in_error() {
    let drill = drill();
    let client = backup(&drill, "ap-south-1");
    assert!(client.list_backup_jobs().send().await.unwrap().backup_jobs().is_empty());
    assert!(client.list_protected_resources().send().await.unwrap().results().is_empty());
    assert!(client.list_backup_vaults().send().await.unwrap().backup_vault_list().is_empty());
    assert!(client.list_backup_plans().send().await.unwrap().backup_plans_list().is_empty());
    let settings = client.describe_region_settings().send().await.unwrap();
    assert!(settings.resource_type_opt_in_preference().unwrap()["EBS"]);
    let own = ec2(&drill, "ap-south-1").describe_snapshots().owner_ids("self").send().await.unwrap();
    assert!(own.snapshots().is_empty());
}

#[tokio::test]
async fn backup_refuses_as_documented() {
    let drill = drill();
    let client = backup(&drill, "eu-west-1");
    let jobs = || client.list_backup_jobs();
    for request in [
        jobs().max_results(0),
        jobs().max_results(1001),
        jobs().next_token("garbage"),
        jobs().by_state("BROKEN".into()),
        jobs().by_resource_arn("orders-db"),
    ] {
        let error = request.send().await.unwrap_err().into_service_error();
        assert!(error.is_invalid_parameter_value_exception(), "{error:?}");
    }
    let token = jobs().max_results(5).send().await.unwrap().next_token;
    let other = jobs().max_results(5).set_next_token(token.clone()).by_resource_type("EC2").send().await;
    assert_eq!(
        errors::code(&other.unwrap_err()),
        "InvalidParameterValueException",
        "a token is its request's"
    );
    assert!(jobs().max_results(9).set_next_token(token).send().await.is_ok());
    let error = client.describe_backup_vault().backup_vault_name("nowhere").send().await.unwrap_err();
    assert!(error.into_service_error().is_resource_not_found_exception());
    let error = client.list_recovery_points_by_backup_vault().backup_vault_name("edge-vault").send().await;
    let error = error.unwrap_err().into_service_error();
    assert!(error.is_resource_not_found_exception(), "a vault of another Region: {error:?}");
    let error = client.get_backup_plan().backup_plan_id("nope").send().await.unwrap_err();
    assert!(error.into_service_error().is_resource_not_found_exception());
    let error = client.list_copy_jobs().send().await.unwrap_err();
    assert_eq!(errors::code(&error), "UnknownOperationException");
}

#[tokio::test]
async fn faults_and_rates_look_like_those_of_the_services() {
    let drill = faulty(&["deny=backup:ListBackupJobs", "deny=ssm", "throttle=dlm"]);
    let denied = backup(&drill, "eu-west-1").list_backup_jobs().send().await.unwrap_err();
    assert_eq!(errors::code(&denied), "AccessDeniedException");
    assert_eq!(denied.raw_response().unwrap().status().as_u16(), 403);
    assert!(backup(&drill, "eu-west-1").list_backup_vaults().send().await.is_ok());
    let denied = super::ssm::ssm(&drill, "eu-west-1").describe_instance_information().send().await;
    let denied = denied.unwrap_err();
    assert_eq!(errors::code(&denied), "AccessDeniedException");
    assert_eq!(denied.raw_response().unwrap().status().as_u16(), 400);
    let slow = super::snapshots::dlm(&drill).get_lifecycle_policies().send().await.unwrap_err();
    assert_eq!(errors::code(&slow), "ThrottlingException");
    let client = backup(&super::drill(), "eu-west-1");
    let mut codes = Vec::new();
    for _ in 0..30 {
        if let Err(error) = client.list_backup_vaults().send().await {
            codes.push(errors::code(&error));
        }
    }
    assert!(!codes.is_empty() && codes.iter().all(|code| code == "ThrottlingException"), "{codes:?}");
}

#[test]
fn the_same_request_has_the_same_bytes_and_another_seed_others() {
    let auth = "AWS4-HMAC-SHA256 Credential=A/20260501/eu-west-1/backup/aws4_request, SignedHeaders=host, Signature=0";
    let get = |path: &str| {
        let request = Request::get(path).header("authorization", auth);
        request.body(Bytes::new()).unwrap()
    };
    let (one, two) = (super::drill(), super::drill());
    let other = Drill::open(&Options { seed: 2, ..options() }).unwrap();
    let vault = "/backup-vaults/prod-vault/recovery-points/";
    for path in ["/backup-jobs/?maxResults=1000", "/resources", vault, "/backup/plans/"] {
        let first = one.answer(&get(path)).1;
        assert_eq!(first.status(), 200, "{path}");
        assert_eq!(first.body(), one.answer(&get(path)).1.body(), "{path}");
        assert_eq!(first.body(), two.answer(&get(path)).1.body(), "{path}");
        assert_ne!(first.body(), other.answer(&get(path)).1.body(), "{path}");
    }
}

#[tokio::test]
async fn every_kind_is_there_at_any_moment_that_the_drill_is_opened_at() {
    // Schedules hang on the scenario's start, not on the hour of the day.
    for now in ["2026-01-01T00:00:00Z", "2027-11-08T13:37:59Z", "2024-02-29T23:59:30Z"] {
        let drill = Drill::open(&Options { now: Some(now.parse().unwrap()), ..options() }).unwrap();
        let jobs = jobs(&drill, "eu-west-1").await;
        let states: BTreeSet<&str> = jobs.iter().map(|job| job.state().unwrap().as_str()).collect();
        let every = ["ABORTED", "COMPLETED", "EXPIRED", "FAILED", "PARTIAL", "RUNNING"];
        assert_eq!(states, BTreeSet::from(every), "{now}");
    }
}

/// The ids of the jobs that the trail says have begun, by lookups of a drill of their own.
async fn begun(named: &str) -> BTreeSet<String> {
    let client = cloudtrail(&drill(), "eu-west-1");
    let name = LookupAttribute::builder().attribute_key(LookupAttributeKey::EventName).attribute_value(named);
    let request = client.lookup_events().lookup_attributes(name.build().unwrap());
    let id = |event: &aws_sdk_cloudtrail::types::Event| {
        let record: serde_json::Value = serde_json::from_str(event.cloud_trail_event().unwrap()).unwrap();
        record["serviceEventDetails"]["backupJobId"].as_str().unwrap().to_owned()
    };
    request.send().await.unwrap().events().iter().map(id).collect()
}

#[tokio::test]
async fn the_trail_tells_of_the_same_jobs() {
    let drill = drill();
    let jobs = jobs(&drill, "eu-west-1").await;
    let ids: BTreeSet<&str> = jobs.iter().filter_map(BackupJob::backup_job_id).collect();
    let told = begun("BackupJobStarted").await;
    assert!(told.len() > 20, "a page of the newest: {}", told.len());
    let unknown: Vec<_> = told.iter().filter(|id| !ids.contains(id.as_str())).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    // Delivered within a quarter of an hour, and the page holds the last night whole.
    let ended = begun("BackupJobCompleted").await;
    let now = drill.now().as_second();
    let last_night = jobs.iter().filter(|job| {
        let ended = job.completion_date().map_or(0, DateTime::secs);
        (now - 6 * 3600..now - 900).contains(&ended)
    });
    let missing: Vec<_> = last_night.filter(|job| !ended.contains(job.backup_job_id().unwrap())).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
