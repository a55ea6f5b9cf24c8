//! `backup:ListBackupVaults` and `backup:DescribeBackupVault`.

use super::{not_found, paged, vault};
use crate::drill::{
    error::ApiError,
    ops::Cx,
    params::Params,
    tree::{Fields, Tree},
    world::backup::Vault,
};

const TYPES: &[&str] = &["BACKUP_VAULT", "LOGICALLY_AIR_GAPPED_BACKUP_VAULT", "RESTORE_ACCESS_BACKUP_VAULT"];

/// `backup:ListBackupVaults`.
pub(crate) fn list_all(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let kind = params.text("ByVaultType");
    if let Some(kind) = kind.filter(|kind| !TYPES.contains(kind)) {
        return Err(ApiError::invalid_value(format!("Invalid vault type {kind}.")));
    }
    // None is shared with another account, and all are of the first type.
    let all = kind.is_none_or(|kind| kind == "BACKUP_VAULT") && !params.flag("ByShared");
    let found: Vec<&Vault> = cx.world.backups.vaults(cx.region).filter(|_| all).collect();
    paged(cx, "ListBackupVaults", params, "BackupVaultList", found, |vault| describe(cx, vault))
}

/// `backup:DescribeBackupVault`.
pub(crate) fn get(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    Ok(describe(cx, vault(cx, params.required("BackupVaultName")?)?))
}

/// `backup:GetBackupVaultAccessPolicy`: no vault has one.
pub(crate) fn policy(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let vault = vault(cx, params.required("BackupVaultName")?)?;
    Err(not_found(format!("Backup vault access policy does not exist for {}.", vault.file.name)))
}

fn describe(cx: &Cx<'_>, vault: &Vault) -> Tree {
    let points = cx.world.backups.points(cx.region, cx.now);
    let count = points.iter().filter(|point| std::ptr::eq(point.vault, vault)).count();
    let lock = vault.file.lock;
    Fields::new()
        .put("BackupVaultName", &vault.file.name)
        .put("BackupVaultArn", &vault.arn)
        .put("VaultType", "BACKUP_VAULT")
        .put("VaultState", "AVAILABLE")
        .put("CreationDate", vault.created)
        .maybe("EncryptionKeyArn", vault.key.as_ref())
        .maybe("EncryptionKeyType", vault.key.as_ref().map(|_| "CUSTOMER_MANAGED_KMS_KEY"))
        .put("NumberOfRecoveryPoints", i64::try_from(count).unwrap_or(i64::MAX))
        .put("Locked", lock.is_some())
        .maybe("MinRetentionDays", lock.map(|(least, _)| least))
        .maybe("MaxRetentionDays", lock.map(|(_, most)| most))
        .maybe("LockDate", vault.locked_at)
        .into()
}
