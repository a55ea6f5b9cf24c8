//! `backup:ListProtectedResources` and `backup:DescribeRegionSettings`.

use super::paged;
use crate::drill::{
    error::ApiError,
    ops::Cx,
    params::Params,
    tree::{Fields, Tree},
    world::backup::point::Point,
};

/// `backup:ListProtectedResources`: what has a recovery point, with the last one.
pub(crate) fn protected(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let mut last: Vec<Point<'_>> = Vec::new();
    // The newest comes first, so the first of a resource is its last.
    for point in cx.world.backups.points(cx.region, cx.now) {
        let is_known = last.iter().any(|other| other.resource == point.resource);
        if point.resource.is_some() && point.status != "CREATING" && !is_known {
            last.push(point);
        }
    }
    last.sort_by(|a, b| a.resource.cmp(&b.resource));
    paged(cx, "ListProtectedResources", params, "Results", last, |point| {
        Fields::new()
            .maybe("ResourceArn", point.resource)
            .put("ResourceType", point.kind)
            .put("LastBackupTime", point.created)
            .maybe("ResourceName", point.name)
            .put("LastBackupVaultArn", &point.vault.arn)
            .put("LastRecoveryPointArn", &point.arn)
            .into()
    })
}

/// `backup:DescribeRegionSettings`: which resource types are opted in.
#[expect(clippy::unnecessary_wraps, reason = "every operation has the same signature")]
pub(crate) fn settings(cx: &Cx<'_>, _params: Params<'_>) -> Result<Tree, ApiError> {
    let opted = cx.world.backups.opt_in(cx.region);
    let opted = opted.map(|all| all.iter().map(|(kind, yes)| (kind.clone(), Tree::Bool(*yes))).collect());
    // For these AWS Backup manages the backups itself, where that is switched on.
    let managed = ["DynamoDB", "EFS"].map(|kind| (kind.to_owned(), Tree::Bool(kind == "EFS")));
    Ok(Fields::new()
        .put("ResourceTypeOptInPreference", Tree::Dict(opted.unwrap_or_default()))
        .put("ResourceTypeManagementPreference", Tree::Dict(managed.to_vec()))
        .into())
}
