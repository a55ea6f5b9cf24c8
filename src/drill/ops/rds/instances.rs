//! `rds:DescribeDBInstances`.

use super::{arn, endpoint, filters, groups, home, key_arn, page, zone};
use crate::drill::{
    error::ApiError,
    ops::Cx,
    params::Params,
    rng,
    tree::{Fields, Tree, list, named},
    world::{
        databases::{Database, Home},
        shift,
    },
};

const FILTERS: &[&str] = &["db-cluster-id", "db-instance-id", "dbi-resource-id", "engine"];

/// How long a certificate of an authority of RDS is valid from the scenario on.
const CERTIFICATE: i64 = 214 * 86_400;

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let asked = params.text("DBInstanceIdentifier");
    // By name or by ARN, in any case.
    let wanted = asked.map(|text| text.rsplit(':').next().unwrap_or(text).to_lowercase());
    let filters = filters(params, FILTERS)?;
    let home = home(cx);
    let mut found: Vec<&Database> = cx.world.databases.instances.iter().filter(|_| home.is_some()).collect();
    found.retain(|one| wanted.as_ref().is_none_or(|name| *name == one.name));
    if let (Some(name), true) = (asked, found.is_empty()) {
        let error = ApiError::new("DBInstanceNotFound", format!("DBInstance {name} not found."));
        return Err(error.shaped("DBInstanceNotFoundFault").status(404));
    }
    let value = |one: &Database, name: &str| match name {
        "db-cluster-id" => one.cluster.clone().unwrap_or_default(),
        "db-instance-id" => one.name.clone(),
        "dbi-resource-id" => resource_id(cx, one),
        _ => engine(one).to_owned(),
    };
    found.retain(|one| filters.iter().all(|(name, values)| values.contains(&value(one, name).as_str())));
    let found = home.into_iter().flat_map(|home| found.iter().map(|one| describe(cx, home, one))).collect();
    page(cx, "DescribeDBInstances", params, ("DBInstances", "DBInstance"), found)
}

/// The engine's name: Aurora's in a cluster.
pub(super) fn engine(one: &Database) -> &'static str {
    if one.cluster.is_some() { "aurora-postgresql" } else { "postgres" }
}

/// The engine's version.
pub(super) const VERSION: &str = "16.8";

fn resource_id(cx: &Cx<'_>, one: &Database) -> String {
    format!("db-{}", rng::hex(rng::text(cx.world.seed, &one.name), 26).to_uppercase())
}

/// `DBSubnetGroup`.
fn subnet_group(cx: &Cx<'_>, home: &Home) -> Tree {
    let subnets = home.subnets.iter().map(|(id, az)| {
        let fields = Fields::new().put("SubnetIdentifier", id);
        let fields = fields.put("SubnetAvailabilityZone", Fields::new().put("Name", az));
        Tree::from(fields.put("SubnetStatus", "Active"))
    });
    Fields::new()
        .put("DBSubnetGroupName", SUBNETS)
        .put("DBSubnetGroupDescription", "Databases of the shop")
        .put("VpcId", &home.vpc)
        .put("SubnetGroupStatus", "Complete")
        .put("Subnets", named("Subnet", subnets))
        .put("DBSubnetGroupArn", arn(cx, &format!("subgrp:{SUBNETS}")))
        .into()
}

/// The name of the subnet group.
pub(super) const SUBNETS: &str = "shop-data";

fn describe(cx: &Cx<'_>, home: &Home, one: &Database) -> Tree {
    let all = &cx.world.databases;
    let (_, az) = home.place(one.subnet);
    // Replicas and members of clusters have no standby of their own.
    let standby = (one.cluster.is_none() && one.source.is_none()).then(|| home.place(one.subnet + 1).1);
    let family = if one.cluster.is_some() { "aurora-postgresql16" } else { "postgres16" };
    let parameters = Fields::new().put("DBParameterGroupName", format!("shop-{family}"));
    let parameters = parameters.put("ParameterApplyStatus", "in-sync");
    let options =
        Fields::new().put("OptionGroupName", format!("default:{}-16", engine(one))).put("Status", "in-sync");
    let place = Fields::new().put("Address", endpoint(cx, &one.name)).put("Port", 5432_i64);
    let authority = "rds-ca-rsa2048-g1";
    let certificate =
        Fields::new().put("CAIdentifier", authority).put("ValidTill", shift(cx.world.origin, CERTIFICATE));
    Fields::new()
        .put("DBInstanceIdentifier", &one.name)
        .put("DBInstanceClass", one.class)
        .put("Engine", engine(one))
        .put("DBInstanceStatus", "available")
        .put("MasterUsername", "shop")
        .put("DBName", "shop")
        .put("Endpoint", place.put("HostedZoneId", zone(cx.region)))
        .put("AllocatedStorage", one.storage)
        .put("InstanceCreateTime", one.created)
        .put("PreferredBackupWindow", super::events::WINDOW)
        .put("BackupRetentionPeriod", if one.source.is_some() { 0_i64 } else { 7 })
        .put("DBSecurityGroups", named::<Tree>("DBSecurityGroup", []))
        .put("VpcSecurityGroups", groups(home))
        .put("DBParameterGroups", named("DBParameterGroup", [Tree::from(parameters)]))
        .put("AvailabilityZone", az)
        .put("DBSubnetGroup", subnet_group(cx, home))
        .put("PreferredMaintenanceWindow", "sun:03:10-sun:03:40")
        .put("PendingModifiedValues", Fields::new())
        .put("MultiAZ", standby.is_some())
        .put("EngineVersion", VERSION)
        .put("AutoMinorVersionUpgrade", true)
        .maybe("ReadReplicaSourceDBInstanceIdentifier", one.source.as_ref())
        .put(
            "ReadReplicaDBInstanceIdentifiers",
            named("ReadReplicaDBInstanceIdentifier", all.replicas(&one.name).map(|other| &other.name)),
        )
        .put("LicenseModel", "postgresql-license")
        .maybe("SecondaryAvailabilityZone", standby)
        .put("OptionGroupMemberships", named("OptionGroupMembership", [Tree::from(options)]))
        .put("PubliclyAccessible", false)
        .put("StorageType", if one.cluster.is_some() { "aurora" } else { "gp3" })
        .maybe("Iops", one.cluster.is_none().then_some(12_000_i64))
        .maybe("StorageThroughput", one.cluster.is_none().then_some(500_i64))
        .put("DbInstancePort", 0_i64)
        .maybe("DBClusterIdentifier", one.cluster.as_ref())
        .put("StorageEncrypted", true)
        .put("KmsKeyId", key_arn(cx))
        .put("DbiResourceId", resource_id(cx, one))
        .put("CACertificateIdentifier", authority)
        .put("DomainMemberships", named::<Tree>("DomainMembership", []))
        .put("CopyTagsToSnapshot", true)
        .put("MonitoringInterval", 0_i64)
        .maybe("PromotionTier", one.cluster.is_some().then_some(1_i64))
        .put("DBInstanceArn", arn(cx, &format!("db:{}", one.name)))
        .put("IAMDatabaseAuthenticationEnabled", false)
        .put("PerformanceInsightsEnabled", false)
        .put("EnabledCloudwatchLogsExports", list(["postgresql"]))
        .put("DeletionProtection", one.source.is_none())
        .put("AssociatedRoles", named::<Tree>("DBInstanceRole", []))
        // Storage grows by itself up to here.
        .maybe("MaxAllocatedStorage", one.cluster.is_none().then_some(one.storage * 5 / 2))
        .put("TagList", named::<Tree>("Tag", []))
        .put("CertificateDetails", certificate)
        .into()
}
