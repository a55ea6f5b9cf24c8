//! The vaults of a Region and the recovery points in them.
//!
//! Each vault is read by itself: one that refuses leaves the others whole, but then nothing proves that a resource has
//! no recovery point.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, atomic::AtomicU32},
};

use aws_sdk_backup::types as sdk;
use futures::future::join_all;
use jiff::Timestamp;

use super::{
    by::By,
    each,
    names::Who,
    sources::{FULL, plan, text, word},
};
use crate::{
    aws::{Session, pages::listing, time},
    problem::Problem,
    rows::backup::{RecoveryPoint, Vault},
    text::sanitise::clean,
};

/// What is remembered of every recovery point, to miss it when it is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    /// What it is of.
    pub who: Arc<Who>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When it is to be deleted; none: never.
    pub delete_at: Option<Timestamp>,
}

/// What the vaults hold.
#[derive(Debug, Default)]
pub(super) struct Points {
    /// Recovery points by resource.
    pub by: By<RecoveryPoint>,
    /// Every recovery point's ARN.
    pub seen: HashMap<String, Seen>,
    /// The vaults that there are, unless their list could not be read to its end.
    pub listed: Option<HashSet<String>>,
    /// The vaults that were read to their end.
    pub read: HashSet<String>,
    /// The first failure.
    pub problem: Option<Problem>,
}

/// Reads all vaults side by side.
pub(super) async fn points(session: &Arc<Session>, calls: &Arc<AtomicU32>) -> Points {
    let vaults = match vaults(session, calls).await {
        Ok(vaults) => vaults,
        Err(problem) => return Points { problem: Some(problem), ..Points::default() },
    };
    let listed = vaults.iter().map(|v| v.name.clone()).collect();
    let mut all = Points { listed: Some(listed), ..Points::default() };
    for (vault, (items, end)) in join_all(vaults.into_iter().map(|v| read(session, calls, v))).await {
        for (who, point) in items {
            let seen = Seen { who: Arc::clone(&who), created: point.created, delete_at: point.delete_at };
            all.seen.insert(point.arn.clone(), seen);
            all.by.add(&who, point);
        }
        match end {
            Ok(()) => {
                all.read.insert(vault);
            }
            Err(problem) => all.problem = all.problem.or(Some(problem)),
        }
    }
    all
}

async fn vaults(session: &Arc<Session>, calls: &Arc<AtomicU32>) -> Result<Vec<Arc<Vault>>, Problem> {
    let pages = listing!(
        session,
        calls,
        "backup:ListBackupVaults",
        |session| session.backup().list_backup_vaults().max_results(FULL),
        |answer| answer.backup_vault_list.unwrap_or_default().iter().filter_map(vault).collect(),
    );
    let mut all = Vec::new();
    each(pages, |vault| all.push(Arc::new(vault))).await?;
    Ok(all)
}

type Read = (String, (Vec<(Arc<Who>, RecoveryPoint)>, Result<(), Problem>));

async fn read(session: &Arc<Session>, calls: &Arc<AtomicU32>, vault: Arc<Vault>) -> Read {
    let pages = listing!(
        session,
        calls,
        "backup:ListRecoveryPointsByBackupVault",
        with vault,
        |session| {
            let request = session.backup().list_recovery_points_by_backup_vault();
            request.backup_vault_name(&vault.name).max_results(FULL)
        },
        |answer| answer.recovery_points.unwrap_or_default().iter().map(|p| point(p, &vault)).collect(),
    );
    let mut all = Vec::new();
    let end = each(pages, |item| all.push(item)).await;
    (vault.name.clone(), (all, end))
}

fn vault(from: &sdk::BackupVaultListMember) -> Option<Vault> {
    let name = text(from.backup_vault_name())?;
    let kind = from.vault_type().map_or("", sdk::VaultType::as_str);
    Some(Vault {
        name,
        locked: from.locked(),
        lock_date: from.lock_date().and_then(time::from_sdk),
        min_days: from.min_retention_days(),
        air_gapped: kind == "LOGICALLY_AIR_GAPPED_BACKUP_VAULT",
    })
}

fn point(from: &sdk::RecoveryPointByBackupVault, vault: &Arc<Vault>) -> (Arc<Who>, RecoveryPoint) {
    let who = Who::new(from.resource_arn(), from.resource_type(), from.resource_name(), Some(&vault.name));
    let point = RecoveryPoint {
        arn: clean(from.recovery_point_arn().unwrap_or_default()),
        vault: Arc::clone(vault),
        status: word(from.status().map(sdk::RecoveryPointStatus::as_str)).unwrap_or_default(),
        message: word(from.status_message()),
        created: from.creation_date().or(from.completion_date()).and_then(time::from_sdk),
        delete_at: from.calculated_lifecycle().and_then(|l| l.delete_at()).and_then(time::from_sdk),
        encrypted: from.is_encrypted(),
        plan: from.created_by().and_then(plan),
    };
    (Arc::new(who), point)
}
