//! `backup:ListBackupJobs`: the jobs of the last 30 days; and `backup:DescribeBackupJob`, one of them.

use super::{bytes, created_by, inside, not_found, paged};
use crate::drill::{
    error::ApiError,
    ops::Cx,
    params::Params,
    tree::{Fields, Tree},
    world::backup::job::Job,
};

const STATES: &[&str] =
    &["CREATED", "PENDING", "RUNNING", "ABORTING", "ABORTED", "COMPLETED", "FAILED", "EXPIRED", "PARTIAL"];

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let state = params.text("ByState");
    if let Some(state) = state.filter(|state| !STATES.contains(state)) {
        return Err(ApiError::invalid_value(format!("Invalid job state {state}.")));
    }
    let created = inside(params, ("ByCreatedAfter", "ByCreatedBefore"))?;
    let has_completed = params.has("ByCompleteAfter") || params.has("ByCompleteBefore");
    let completed = inside(params, ("ByCompleteAfter", "ByCompleteBefore"))?;
    let arn = params.text("ByResourceArn");
    if let Some(arn) = arn.filter(|arn| !arn.starts_with("arn:")) {
        return Err(ApiError::invalid_value(format!("Invalid ARN: {arn}")));
    }
    let mut found = cx.world.backups.jobs(cx.region, cx.now);
    let is = |wanted: Option<&str>, has: &str| wanted.is_none_or(|wanted| wanted == has);
    found.retain(|job| {
        is(state, job.state)
            && is(arn, &job.course.target.arn)
            && is(params.text("ByResourceType"), &job.course.target.kind)
            && is(params.text("ByBackupVaultName"), vault(cx, job))
            && is(params.text("ByParentJobId"), job.parent.as_deref().unwrap_or_default())
            && is(params.text("ByAccountId").filter(|id| *id != "*"), &cx.world.account)
            && is(
                params
                    .text("ByMessageCategory")
                    .filter(|category| !["*", "AGGREGATE_ALL"].contains(category)),
                job.category.unwrap_or_default(),
            )
            && created(job.created)
            && (!has_completed || (job.is_over() && completed(job.ends)))
    });
    paged(cx, "ListBackupJobs", params, "BackupJobs", found, |job| describe(cx, job))
}

/// `backup:DescribeBackupJob`.
pub(crate) fn get(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let id = params.required("BackupJobId")?;
    let jobs = cx.world.backups.jobs(cx.region, cx.now);
    let found = jobs.iter().find(|job| job.id == id);
    found.map(|job| describe(cx, job)).ok_or_else(|| not_found(format!("Backup job {id} does not exist.")))
}

fn vault<'a>(cx: &Cx<'a>, job: &Job<'_>) -> &'a str {
    cx.world.backups.vault_of(job.course).map_or("", |vault| vault.file.name.as_str())
}

fn describe(cx: &Cx<'_>, job: &Job<'_>) -> Tree {
    let backups = &cx.world.backups;
    let target = &job.course.target;
    let vault = backups.vault_of(job.course);
    let by = backups.made_by(job.course);
    let made = job.has_made_one();
    let vss = target.windows && by.is_some_and(|(plan, _, _)| plan.file.windows_vss);
    let options = vss.then(|| Tree::Dict(vec![("WindowsVSS".to_owned(), Tree::from("enabled"))]));
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a size, for display")]
    let moved = (bytes(target.size) as f64 * job.percent / 100.0) as i64;
    Fields::new()
        .put("AccountId", &cx.world.account)
        .put("BackupJobId", &job.id)
        .maybe("BackupVaultName", vault.map(|vault| &vault.file.name))
        .maybe("BackupVaultArn", vault.map(|vault| &vault.arn))
        .put("VaultType", "BACKUP_VAULT")
        .put(
            "VaultLockState",
            if vault.is_some_and(|vault| vault.file.lock.is_some()) { "LOCKED" } else { "UNLOCKED" },
        )
        .maybe("RecoveryPointArn", backups.job_point(job))
        .put("RecoveryPointLifecycle", Fields::new().put("DeleteAfterDays", job.course.keep()))
        .maybe("EncryptionKeyArn", vault.and_then(|vault| vault.key.as_ref()))
        .put("IsEncrypted", vault.is_some_and(|vault| vault.key.is_some()))
        .put("ResourceArn", &target.arn)
        .put("CreationDate", job.created)
        .maybe("CompletionDate", job.is_over().then_some(job.ends))
        .put("State", job.state)
        .maybe("StatusMessage", job.message)
        .put("PercentDone", format!("{:.1}", job.percent))
        .maybe("BackupSizeInBytes", made.then(|| bytes(target.size)))
        .put("IamRoleArn", backups.role())
        .maybe("CreatedBy", by.map(|by| created_by(cx, by)))
        .maybe("ExpectedCompletionDate", (job.state == "RUNNING").then_some(job.ends))
        .put("StartBy", job.start_by)
        .put("ResourceType", &target.kind)
        .put("BytesTransferred", moved)
        .maybe("BackupOptions", options)
        .maybe("ParentJobId", job.parent.as_ref())
        .put("IsParent", job.course.is_composite())
        .maybe("ResourceName", job.course.name())
        .maybe("InitiationDate", (job.state != "CREATED").then_some(job.started))
        .maybe("MessageCategory", job.category)
        .into()
}
