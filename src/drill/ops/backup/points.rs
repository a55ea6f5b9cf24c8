//! `backup:ListRecoveryPointsByBackupVault` and `backup:ListRecoveryPointsByResource`.

use super::{bytes, created_by, inside, not_found, paged, vault};
use crate::drill::{
    error::ApiError,
    ops::Cx,
    params::Params,
    tree::{Fields, Tree},
    world::backup::point::Point,
};

/// `backup:ListRecoveryPointsByBackupVault`.
pub(crate) fn by_vault(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let vault = vault(cx, params.required("BackupVaultName")?)?;
    let created = inside(params, ("ByCreatedAfter", "ByCreatedBefore"))?;
    let mut found = cx.world.backups.points(cx.region, cx.now);
    let is = |name: &str, has: Option<&str>| params.text(name).is_none_or(|wanted| has == Some(wanted));
    found.retain(|point| {
        std::ptr::eq(point.vault, vault)
            && is("ByResourceArn", point.resource)
            && is("ByResourceType", Some(point.kind))
            && is("ByBackupPlanId", point.by.map(|(plan, _, _)| plan.id.as_str()))
            && is("ByParentRecoveryPointArn", point.parent.as_deref())
            && is("BackupVaultAccountId", Some(&cx.world.account))
            && created(point.created)
    });
    paged(cx, "ListRecoveryPointsByBackupVault", params, "RecoveryPoints", found, |point| whole(cx, point))
}

/// `backup:ListRecoveryPointsByResource`. A resource that has none has an empty list, known or not.
pub(crate) fn by_resource(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let arn = params.required("ResourceArn")?;
    if !arn.starts_with("arn:") || arn.split(':').count() < 6 {
        return Err(ApiError::invalid_value(format!("Invalid ARN: {arn}")));
    }
    let mut found = cx.world.backups.points(cx.region, cx.now);
    found.retain(|point| point.resource == Some(arn));
    paged(cx, "ListRecoveryPointsByResource", params, "RecoveryPoints", found, short)
}

/// The point that a request names, in its vault.
fn named<'a>(cx: &Cx<'a>, params: Params<'_>) -> Result<Point<'a>, ApiError> {
    let vault = vault(cx, params.required("BackupVaultName")?)?;
    let arn = params.required("RecoveryPointArn")?;
    let mut found = cx.world.backups.points(cx.region, cx.now).into_iter();
    let found = found.find(|point| std::ptr::eq(point.vault, vault) && point.arn == arn);
    found.ok_or_else(|| not_found(format!("Cannot find recovery point {arn}.")))
}

/// `backup:DescribeRecoveryPoint`.
pub(crate) fn get(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    named(cx, params).map(|point| whole(cx, &point))
}

/// `backup:GetRecoveryPointRestoreMetadata`: the part that every kind of resource has.
pub(crate) fn metadata(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let point = named(cx, params)?;
    let encrypted = Tree::from(if point.vault.key.is_some() { "true" } else { "false" });
    Ok(Fields::new()
        .put("BackupVaultArn", &point.vault.arn)
        .put("RecoveryPointArn", &point.arn)
        .put("RestoreMetadata", Tree::Dict(vec![("encrypted".to_owned(), encrypted)]))
        .put("ResourceType", point.kind)
        .into())
}

/// What both lists say of one.
fn common(point: &Point<'_>, size: &'static str) -> Fields {
    Fields::new()
        .put("RecoveryPointArn", &point.arn)
        .put("CreationDate", point.created)
        .put("Status", point.status)
        .maybe("StatusMessage", point.message)
        .maybe("EncryptionKeyArn", point.vault.key.as_ref())
        .put(size, bytes(point.size))
        .put("BackupVaultName", &point.vault.file.name)
        .put("IsParent", point.is_parent)
        .maybe("ParentRecoveryPointArn", point.parent.as_ref())
        .maybe("ResourceName", point.name)
        .put("VaultType", "BACKUP_VAULT")
        .maybe("EncryptionKeyType", point.vault.key.as_ref().map(|_| "CUSTOMER_MANAGED_KMS_KEY"))
}

fn short(point: &Point<'_>) -> Tree {
    common(point, "BackupSizeBytes").into()
}

fn whole(cx: &Cx<'_>, point: &Point<'_>) -> Tree {
    let lifecycle = point.keep.map(|days| Fields::new().put("DeleteAfterDays", days));
    let calculated = point.delete_at().map(|at| Fields::new().put("DeleteAt", at));
    common(point, "BackupSizeInBytes")
        .put("BackupVaultArn", &point.vault.arn)
        .maybe("ResourceArn", point.resource)
        .put("ResourceType", point.kind)
        .maybe("CreatedBy", point.by.map(|by| created_by(cx, by)))
        .put("IamRoleArn", cx.world.backups.role())
        .put("InitiationDate", point.created)
        .maybe("CompletionDate", point.completed)
        .maybe("CalculatedLifecycle", calculated)
        .maybe("Lifecycle", lifecycle)
        .put("IsEncrypted", point.vault.key.is_some())
        .into()
}
