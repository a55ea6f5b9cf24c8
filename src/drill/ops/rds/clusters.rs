//! `rds:DescribeDBClusters`.

use super::{arn, endpoint, filters, groups, home, instances, key_arn, page, zone};
use crate::drill::{
    error::ApiError,
    ops::Cx,
    params::Params,
    rng,
    tree::{Fields, Tree, named},
    world::databases::{Cluster, Home},
};

const FILTERS: &[&str] = &["db-cluster-id", "db-cluster-resource-id", "engine"];

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let asked = params.text("DBClusterIdentifier");
    let wanted = asked.map(|text| text.rsplit(':').next().unwrap_or(text).to_lowercase());
    let filters = filters(params, FILTERS)?;
    let home = home(cx);
    let mut found: Vec<&Cluster> = cx.world.databases.clusters.iter().filter(|_| home.is_some()).collect();
    found.retain(|one| wanted.as_ref().is_none_or(|name| *name == one.name));
    if let (Some(name), true) = (asked, found.is_empty()) {
        let error = ApiError::new("DBClusterNotFoundFault", format!("DBCluster {name} not found."));
        return Err(error.status(404));
    }
    let value = |one: &Cluster, name: &str| match name {
        "db-cluster-id" => one.name.clone(),
        "db-cluster-resource-id" => resource_id(cx, one),
        _ => ENGINE.to_owned(),
    };
    found.retain(|one| filters.iter().all(|(name, values)| values.contains(&value(one, name).as_str())));
    let found = home.into_iter().flat_map(|home| found.iter().map(|one| describe(cx, home, one))).collect();
    page(cx, "DescribeDBClusters", params, ("DBClusters", "DBCluster"), found)
}

const ENGINE: &str = "aurora-postgresql";

fn resource_id(cx: &Cx<'_>, one: &Cluster) -> String {
    format!("cluster-{}", rng::hex(rng::text(cx.world.seed, &one.name), 26).to_uppercase())
}

fn describe(cx: &Cx<'_>, home: &Home, one: &Cluster) -> Tree {
    let members = cx.world.databases.members(&one.name).enumerate().map(|(nth, member)| {
        let fields = Fields::new().put("DBInstanceIdentifier", &member.name);
        let fields = fields.put("IsClusterWriter", nth == 0).put("DBClusterParameterGroupStatus", "in-sync");
        Tree::from(fields.put("PromotionTier", 1_i64))
    });
    let zones = home.subnets.iter().map(|(_, az)| az);
    Fields::new()
        .put("AllocatedStorage", 1_i64)
        .put("AvailabilityZones", named("AvailabilityZone", zones))
        .put("BackupRetentionPeriod", 7_i64)
        .put("DatabaseName", "shop")
        .put("DBClusterIdentifier", &one.name)
        .put("DBClusterParameterGroup", "default.aurora-postgresql16")
        .put("DBSubnetGroup", instances::SUBNETS)
        .put("Status", "available")
        .put(
            "Endpoint",
            endpoint(cx, &format!("{}.cluster", one.name)).replacen(".cluster.c", ".cluster-c", 1),
        )
        .put(
            "ReaderEndpoint",
            endpoint(cx, &format!("{}.cluster-ro", one.name)).replacen(".cluster-ro.c", ".cluster-ro-c", 1),
        )
        .put("MultiAZ", true)
        .put("Engine", ENGINE)
        .put("EngineVersion", instances::VERSION)
        .put("Port", 5432_i64)
        .put("MasterUsername", "shop")
        .put("PreferredBackupWindow", super::events::WINDOW)
        .put("PreferredMaintenanceWindow", "sun:03:10-sun:03:40")
        .put("ReadReplicaIdentifiers", named::<Tree>("ReadReplicaIdentifier", []))
        .put("DBClusterMembers", named("DBClusterMember", members))
        .put("VpcSecurityGroups", groups(home))
        .put("HostedZoneId", zone(cx.region))
        .put("StorageEncrypted", true)
        .put("KmsKeyId", key_arn(cx))
        .put("DbClusterResourceId", resource_id(cx, one))
        .put("DBClusterArn", arn(cx, &format!("cluster:{}", one.name)))
        .put("AssociatedRoles", named::<Tree>("DBClusterRole", []))
        .put("IAMDatabaseAuthenticationEnabled", false)
        .put("ClusterCreateTime", one.created)
        .put("EngineMode", "provisioned")
        .put("DeletionProtection", true)
        .put("HttpEndpointEnabled", false)
        .put("CopyTagsToSnapshot", true)
        .put("TagList", named::<Tree>("Tag", []))
        .into()
}
