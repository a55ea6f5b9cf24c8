//! Trials that show something only with a thing that is there: a vault, a key.

use std::sync::Arc;

use super::attempt;
use crate::{
    aws::{
        Session, ask,
        error::{self, codes},
        probe::Probe,
    },
    doctor::{Outcome, Proof},
    text::sentence::Sentence,
};

/// Whether somebody may ask when a key was last used shows only with a key that is there: for others AWS answers as if it
/// were forbidden. It is the caller's own; a role has none.
pub(super) async fn key_last_used(session: Arc<Session>, probe: Probe) -> Outcome {
    const LAST_USED: &str = "iam:GetAccessKeyLastUsed";
    let request = session.iam().list_access_keys().max_items(1);
    let keys = ask!(session, "iam:ListAccessKeys", probe, request).map(|answer| answer.access_key_metadata);
    let key = keys.unwrap_or_default().into_iter().find_map(|key| key.access_key_id);
    let Some(key) = key else { return Outcome::Untried(Sentence::new("doctor.no_key")) };
    let request = session.iam().get_access_key_last_used().access_key_id(key);
    attempt!(session, LAST_USED, probe, |_, _| false, request)
}

/// AWS Backup answers for a vault that does not exist as for one that is forbidden, so a real one is needed; it is
/// whichever is listed first.
async fn a_vault(session: &Session, probe: &Probe) -> Result<String, Outcome> {
    let request = session.backup().list_backup_vaults().max_results(1);
    let vault = match ask!(session, "backup:ListBackupVaults", probe, request) {
        Ok(answer) => {
            answer.backup_vault_list.unwrap_or_default().into_iter().find_map(|v| v.backup_vault_name)
        }
        // What that is stands with the list itself.
        Err(_) => return Err(Outcome::Untried(Sentence::new("doctor.vaults_unknown"))),
    };
    vault.ok_or_else(|| Outcome::Untried(Sentence::new("doctor.no_vault")))
}

pub(super) async fn recovery_points(session: Arc<Session>, probe: Probe) -> Outcome {
    let vault = match a_vault(&session, &probe).await {
        Ok(vault) => vault,
        Err(outcome) => return outcome,
    };
    let request = session.backup().list_recovery_points_by_backup_vault().backup_vault_name(vault);
    attempt!(session, "backup:ListRecoveryPointsByBackupVault", probe, |_, _| false, request.max_results(1))
}

pub(super) async fn vault_described(session: Arc<Session>, probe: Probe) -> Outcome {
    let vault = match a_vault(&session, &probe).await {
        Ok(vault) => vault,
        Err(outcome) => return outcome,
    };
    let request = session.backup().describe_backup_vault().backup_vault_name(vault);
    attempt!(session, "backup:DescribeBackupVault", probe, |_, _| false, request)
}

/// A vault without a policy has none to be found.
pub(super) async fn vault_policy(session: Arc<Session>, probe: Probe) -> Outcome {
    let vault = match a_vault(&session, &probe).await {
        Ok(vault) => vault,
        Err(outcome) => return outcome,
    };
    let request = session.backup().get_backup_vault_access_policy().backup_vault_name(vault);
    attempt!(session, "backup:GetBackupVaultAccessPolicy", probe, codes::is_gone, request)
}

pub(super) async fn point_described(session: Arc<Session>, probe: Probe) -> Outcome {
    let vault = match a_vault(&session, &probe).await {
        Ok(vault) => vault,
        Err(outcome) => return outcome,
    };
    let none = no_snapshot(&session);
    let request =
        session.backup().describe_recovery_point().backup_vault_name(vault).recovery_point_arn(none);
    attempt!(session, "backup:DescribeRecoveryPoint", probe, codes::is_gone, request)
}

pub(super) async fn point_metadata(session: Arc<Session>, probe: Probe) -> Outcome {
    let vault = match a_vault(&session, &probe).await {
        Ok(vault) => vault,
        Err(outcome) => return outcome,
    };
    let none = no_snapshot(&session);
    let request = session.backup().get_recovery_point_restore_metadata().backup_vault_name(vault);
    let request = request.recovery_point_arn(none);
    attempt!(session, "backup:GetRecoveryPointRestoreMetadata", probe, codes::is_gone, request)
}

/// A recovery point that cannot exist: of EBS, which names its own by the snapshot.
fn no_snapshot(session: &Session) -> String {
    format!("arn:aws:ec2:{}::snapshot/snap-00000000000000000", session.region)
}
