//! `rds:DescribeDBSnapshots`: the automated ones of the last seven nights, which [`super::events`] tells of too. And
//! `rds:DescribePendingMaintenanceActions`: there are none.

use jiff::Timestamp;

use super::{
    arn,
    events::{BEGINS, DAY},
    filters, home,
    instances::{VERSION, engine},
    key_arn, page,
};
use crate::drill::{
    error::ApiError,
    ops::Cx,
    params::Params,
    tree::{Fields, Tree, named},
    world::databases::Database,
};

/// Nights that are kept.
const KEPT: i64 = 7;
/// How long a backup takes, in seconds.
const TAKES: i64 = 9 * 60;

const FILTERS: &[&str] = &["db-instance-id", "db-snapshot-id", "engine", "snapshot-type"];

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let (instance, name) = (params.text("DBInstanceIdentifier"), params.text("DBSnapshotIdentifier"));
    let kind = params.text("SnapshotType").filter(|kind| *kind != "awsbackup");
    let filters = filters(params, FILTERS)?;
    let today = cx.now.as_second().div_euclid(DAY);
    let mut found = Vec::new();
    for one in cx.world.databases.instances.iter().filter(|_| home(cx).is_some()) {
        // Replicas are not backed up, and a cluster's backups are the cluster's.
        let own = one.source.is_none() && one.cluster.is_none();
        for night in (today - KEPT..=today).filter(|_| own) {
            let at = Timestamp::from_second(night * DAY + BEGINS + TAKES).unwrap_or(cx.now);
            if at <= cx.now && at > one.created {
                found.push((format!("rds:{}-{}", one.name, at.strftime("%Y-%m-%d-%H-%M")), one, at));
            }
        }
    }
    found.retain(|(id, one, _)| {
        let value = |filter: &str| match filter {
            "db-instance-id" => one.name.as_str(),
            "db-snapshot-id" => id.as_str(),
            "engine" => engine(one),
            _ => "automated",
        };
        instance.is_none_or(|name| name == one.name)
            && name.is_none_or(|name| name == id)
            && kind.is_none_or(|kind| kind == "automated")
            && params.text("SnapshotType") != Some("awsbackup")
            && filters.iter().all(|(name, values)| values.contains(&value(name)))
    });
    if let (Some(name), true) = (name, found.is_empty()) {
        let error = ApiError::new("DBSnapshotNotFound", format!("DBSnapshot {name} not found."));
        return Err(error.shaped("DBSnapshotNotFoundFault").status(404));
    }
    let found = found.iter().map(|(id, one, at)| describe(cx, id, one, *at)).collect();
    page(cx, "DescribeDBSnapshots", params, ("DBSnapshots", "DBSnapshot"), found)
}

fn describe(cx: &Cx<'_>, id: &str, one: &Database, at: Timestamp) -> Tree {
    Fields::new()
        .put("DBSnapshotIdentifier", id)
        .put("DBInstanceIdentifier", &one.name)
        .put("SnapshotCreateTime", at)
        .put("Engine", engine(one))
        .put("AllocatedStorage", one.storage)
        .put("Status", "available")
        .put("Port", 5432_i64)
        .put("InstanceCreateTime", one.created)
        .put("EngineVersion", VERSION)
        .put("LicenseModel", "postgresql-license")
        .put("SnapshotType", "automated")
        .put("PercentProgress", 100_i64)
        .put("StorageType", "gp3")
        .put("Encrypted", true)
        .put("KmsKeyId", key_arn(cx))
        .put("DBSnapshotArn", arn(cx, &format!("snapshot:{id}")))
        .into()
}

/// `rds:DescribePendingMaintenanceActions`.
pub(crate) fn pending(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let name = ("PendingMaintenanceActions", "ResourcePendingMaintenanceActions");
    let answer = page(cx, "DescribePendingMaintenanceActions", params, name, Vec::new());
    answer.map(|_| Fields::new().put(name.0, named::<Tree>(name.1, [])).into())
}
