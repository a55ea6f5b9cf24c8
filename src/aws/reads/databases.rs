//! RDS's answers: databases, clusters, and what RDS says has happened to a database.

use aws_sdk_rds::types as sdk;

use super::{
    call::{Answer, Call, pages, text, texts},
    told::{fields, words},
};

fields! {
    sdk::DbInstance {
        "DBInstanceIdentifier": db_instance_identifier,
        "DBInstanceArn": db_instance_arn,
        "DBInstanceClass": db_instance_class,
        "Engine": engine,
        "EngineVersion": engine_version,
        "DBInstanceStatus": db_instance_status,
        "AllocatedStorage": allocated_storage,
        "MaxAllocatedStorage": max_allocated_storage,
        "StorageType": storage_type,
        "Iops": iops,
        "MultiAZ": multi_az,
        "AvailabilityZone": availability_zone,
        "VpcSecurityGroups": vpc_security_groups,
        "DBSubnetGroup": db_subnet_group,
        "DBParameterGroups": db_parameter_groups,
        "OptionGroupMemberships": option_group_memberships,
        "KmsKeyId": kms_key_id,
        "DBClusterIdentifier": db_cluster_identifier,
        "ReadReplicaSourceDBInstanceIdentifier": read_replica_source_db_instance_identifier,
        "ReadReplicaDBInstanceIdentifiers": read_replica_db_instance_identifiers,
        "CACertificateIdentifier": ca_certificate_identifier,
        "CertificateDetails": certificate_details,
        "MasterUserSecret": master_user_secret,
        "PendingModifiedValues": pending_modified_values,
        "PubliclyAccessible": publicly_accessible,
    }
    sdk::VpcSecurityGroupMembership { "VpcSecurityGroupId": vpc_security_group_id, "Status": status }
    sdk::DbSubnetGroup { "DBSubnetGroupName": db_subnet_group_name, "VpcId": vpc_id, "Subnets": subnets }
    sdk::Subnet { "SubnetIdentifier": subnet_identifier }
    sdk::DbParameterGroupStatus {
        "DBParameterGroupName": db_parameter_group_name,
        "ParameterApplyStatus": parameter_apply_status,
    }
    sdk::OptionGroupMembership { "OptionGroupName": option_group_name }
    sdk::CertificateDetails { "ValidTill": valid_till }
    sdk::MasterUserSecret { "SecretArn": secret_arn }
    // Never the new password, masked as it is.
    sdk::PendingModifiedValues {
        "DBInstanceClass": db_instance_class,
        "AllocatedStorage": allocated_storage,
        "Port": port,
        "BackupRetentionPeriod": backup_retention_period,
        "MultiAZ": multi_az,
        "EngineVersion": engine_version,
        "LicenseModel": license_model,
        "Iops": iops,
        "StorageThroughput": storage_throughput,
        "DBInstanceIdentifier": db_instance_identifier,
        "StorageType": storage_type,
        "CACertificateIdentifier": ca_certificate_identifier,
        "DBSubnetGroupName": db_subnet_group_name,
        "IAMDatabaseAuthenticationEnabled": iam_database_authentication_enabled,
        "DedicatedLogVolume": dedicated_log_volume,
        "Engine": engine,
        "MultiTenant": multi_tenant,
    }
    sdk::DbCluster {
        "DBClusterIdentifier": db_cluster_identifier,
        "DBClusterArn": db_cluster_arn,
        "Status": status,
        "Engine": engine,
        "DBClusterMembers": db_cluster_members,
        "VpcSecurityGroups": vpc_security_groups,
        "DBSubnetGroup": db_subnet_group,
        "DBClusterParameterGroup": db_cluster_parameter_group,
        "KmsKeyId": kms_key_id,
    }
    sdk::DbClusterMember {
        "DBInstanceIdentifier": db_instance_identifier,
        "IsClusterWriter": is_cluster_writer,
    }
    sdk::Event {
        "SourceIdentifier": source_identifier,
        "SourceType": source_type,
        "Message": message,
        "EventCategories": event_categories,
        "Date": date,
    }
    sdk::DbSnapshot {
        "DBSnapshotIdentifier": db_snapshot_identifier,
        "DBInstanceIdentifier": db_instance_identifier,
        "SnapshotCreateTime": snapshot_create_time,
        "Engine": engine,
        "AllocatedStorage": allocated_storage,
        "Status": status,
        "AvailabilityZone": availability_zone,
        "VpcId": vpc_id,
        "InstanceCreateTime": instance_create_time,
        "EngineVersion": engine_version,
        "SnapshotType": snapshot_type,
        "Iops": iops,
        "PercentProgress": percent_progress,
        "SourceRegion": source_region,
        "SourceDBSnapshotIdentifier": source_db_snapshot_identifier,
        "StorageType": storage_type,
        "Encrypted": encrypted,
        "KmsKeyId": kms_key_id,
        "DBSnapshotArn": db_snapshot_arn,
        "SnapshotTarget": snapshot_target,
        "OriginalSnapshotCreateTime": original_snapshot_create_time,
        "SnapshotDatabaseTime": snapshot_database_time,
    }
    sdk::ResourcePendingMaintenanceActions {
        "ResourceIdentifier": resource_identifier,
        "PendingMaintenanceActionDetails": pending_maintenance_action_details,
    }
    sdk::PendingMaintenanceAction {
        "Action": action,
        "AutoAppliedAfterDate": auto_applied_after_date,
        "ForcedApplyDate": forced_apply_date,
        "OptInStatus": opt_in_status,
        "CurrentApplyDate": current_apply_date,
        "Description": description,
    }
}

words!(sdk::SourceType);

pub(super) async fn describe_db_instances(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("DBInstances", db_instances)],
        set_marker(marker),
        call.session
            .rds()
            .describe_db_instances()
            .set_db_instance_identifier(call.text("DBInstanceIdentifier"))
            .set_filters(filters(call))
            .max_records(call.page(100))
    )
}

pub(super) async fn describe_db_clusters(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("DBClusters", db_clusters)],
        set_marker(marker),
        call.session
            .rds()
            .describe_db_clusters()
            .set_db_cluster_identifier(call.text("DBClusterIdentifier"))
            .set_filters(filters(call))
            .max_records(call.page(100))
    )
}

pub(super) async fn describe_db_snapshots(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("DBSnapshots", db_snapshots)],
        set_marker(marker),
        call.session
            .rds()
            .describe_db_snapshots()
            .set_db_instance_identifier(call.text("DBInstanceIdentifier"))
            .set_db_snapshot_identifier(call.text("DBSnapshotIdentifier"))
            .set_snapshot_type(call.text("SnapshotType"))
            .set_filters(filters(call))
            .max_records(call.page(100))
    )
}

pub(super) async fn describe_pending_maintenance_actions(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("PendingMaintenanceActions", pending_maintenance_actions)],
        set_marker(marker),
        call.session
            .rds()
            .describe_pending_maintenance_actions()
            .set_resource_identifier(call.text("ResourceIdentifier"))
            .set_filters(filters(call))
            .max_records(call.page(100))
    )
}

pub(super) async fn describe_events(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("Events", events)],
        set_marker(marker),
        call.session
            .rds()
            .describe_events()
            .set_source_identifier(call.text("SourceIdentifier"))
            .set_source_type(call.word("SourceType"))
            .set_start_time(call.time("StartTime"))
            .set_end_time(call.time("EndTime"))
            .set_duration(call.number("Duration"))
            .set_event_categories(call.texts("EventCategories"))
            .max_records(call.page(100))
    )
}

fn filters(call: &Call<'_>) -> Option<Vec<sdk::Filter>> {
    call.each("Filters", |of| {
        Some(sdk::Filter::builder().set_name(text(of, "Name")).set_values(texts(of, "Values")).build())
    })
}
