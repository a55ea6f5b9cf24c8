//! RDS's answers: databases, clusters, and what RDS says has happened to a database.

use aws_sdk_rds::types as sdk;

use super::{
    Answer, seek,
    told::{fields, list, words},
};
use crate::aws::{Session, probe::Probe};

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
}

words!(sdk::SourceType);

/// A day, in minutes.
const EVENTS_OF: i32 = 24 * 60;

pub(super) async fn instances(session: &Session, probe: &Probe, id: &str) -> Answer {
    let request = session.rds().describe_db_instances().db_instance_identifier(id);
    let answer = seek!(session, "rds:DescribeDBInstances", probe, request)?;
    Ok(answer.map(|answer| list("DBInstances", answer.db_instances())))
}

pub(super) async fn clusters(session: &Session, probe: &Probe, id: &str) -> Answer {
    let request = session.rds().describe_db_clusters().db_cluster_identifier(id);
    let answer = seek!(session, "rds:DescribeDBClusters", probe, request)?;
    Ok(answer.map(|answer| list("DBClusters", answer.db_clusters())))
}

pub(super) async fn events(session: &Session, probe: &Probe, id: &str) -> Answer {
    let request = session.rds().describe_events().source_identifier(id);
    let request = request.source_type(sdk::SourceType::DbInstance).duration(EVENTS_OF);
    let answer = seek!(session, "rds:DescribeEvents", probe, request)?;
    Ok(answer.map(|answer| list("Events", answer.events())))
}
