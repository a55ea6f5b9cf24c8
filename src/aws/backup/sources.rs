//! AWS Backup's flat lists: jobs, protected resources, and which types are switched on.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::AtomicU32},
};

use aws_sdk_backup::types as sdk;
use jiff::{SignedDuration, Timestamp};

use super::{by::By, each, names::Who};
use crate::{
    aws::{Session, ask, pages::listing, probe::Probe, time},
    problem::Problem,
    rows::{
        backup::Job,
        shared::{Shared, shared},
    },
    text::sanitise::clean,
};

/// Most items a page can hold.
pub(super) const FULL: i32 = 1000;
/// ListBackupJobs knows no more than this (`aws-facts.md` §1.4).
const JOBS_BACK: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A resource that AWS Backup has backed up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Protected {
    /// Which.
    pub who: Who,
    /// When last.
    pub last: Option<Timestamp>,
}

pub(super) fn text(text: Option<&str>) -> Option<String> {
    text.map(clean).filter(|t| !t.is_empty())
}

/// What many rows say alike.
pub(super) fn word(word: Option<&str>) -> Option<Shared> {
    text(word).map(|w| shared(&w))
}

/// The jobs of the last 30 days by resource.
pub(super) async fn jobs(session: &Arc<Session>, calls: &Arc<AtomicU32>) -> Result<By<Job>, Problem> {
    let after = time::to_sdk(session.now() - JOBS_BACK);
    let pages = listing!(
        session,
        calls,
        "backup:ListBackupJobs",
        |session| session.backup().list_backup_jobs().by_created_after(after).max_results(FULL),
        |answer| answer.backup_jobs.unwrap_or_default().iter().map(job).collect(),
    );
    let mut all = By::default();
    each(pages, |(who, job)| all.add(&Arc::new(who), job)).await?;
    Ok(all)
}

fn job(from: &sdk::BackupJob) -> (Who, Job) {
    let job = Job {
        id: clean(from.backup_job_id().unwrap_or_default()),
        state: word(from.state().map(sdk::BackupJobState::as_str)).unwrap_or_default(),
        message: word(from.status_message()),
        category: word(from.message_category()),
        created: from.creation_date().and_then(time::from_sdk),
        completed: from.completion_date().and_then(time::from_sdk),
        percent: text(from.percent_done()),
        vault: word(from.backup_vault_name()),
        plan: from.created_by().and_then(plan),
    };
    (Who::new(from.resource_arn(), from.resource_type(), from.resource_name(), from.backup_vault_name()), job)
}

/// `daily · 35-days`: the plan and its rule by name, else by id.
pub(super) fn plan(from: &sdk::RecoveryPointCreator) -> Option<Shared> {
    let plan = text(from.backup_plan_name())
        .or_else(|| text(from.backup_plan_id()))
        .or_else(|| text(from.backup_plan_arn()))?;
    let rule = text(from.backup_rule_name()).or_else(|| text(from.backup_rule_id()));
    Some(shared(&rule.map_or_else(|| plan.clone(), |rule| format!("{plan} · {rule}"))))
}

/// Everything that AWS Backup has ever backed up and still has something of.
pub(super) async fn protected(
    session: &Arc<Session>,
    calls: &Arc<AtomicU32>,
) -> Result<Vec<Protected>, Problem> {
    let pages = listing!(
        session,
        calls,
        "backup:ListProtectedResources",
        |session| session.backup().list_protected_resources().max_results(FULL),
        |answer| answer.results.unwrap_or_default().iter().filter_map(resource).collect(),
    );
    let mut all = Vec::new();
    each(pages, |resource| all.push(resource)).await?;
    Ok(all)
}

fn resource(from: &sdk::ProtectedResource) -> Option<Protected> {
    let who = Who::new(from.resource_arn(), from.resource_type(), from.resource_name(), None);
    who.arn.is_some().then(|| Protected { who, last: from.last_backup_time().and_then(time::from_sdk) })
}

/// Which types AWS Backup is switched on for, by its word for them.
pub(super) async fn opted_in(
    session: &Arc<Session>,
    calls: &Arc<AtomicU32>,
) -> Result<HashMap<String, bool>, Problem> {
    let request = session.backup().describe_region_settings();
    let answer = ask!(session, "backup:DescribeRegionSettings", Probe::new(calls), request)?;
    Ok(answer.resource_type_opt_in_preference.unwrap_or_default())
}
