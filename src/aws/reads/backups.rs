//! AWS Backup's answers about what was backed up and restored: jobs, recovery points.

use aws_sdk_backup::{
    operation::{
        describe_backup_job::DescribeBackupJobOutput, describe_recovery_point::DescribeRecoveryPointOutput,
        describe_restore_job::DescribeRestoreJobOutput,
        get_recovery_point_restore_metadata::GetRecoveryPointRestoreMetadataOutput,
    },
    types as sdk,
};

use super::{
    call::{Answer, Call, one, pages},
    told::{fields, words},
};

/// Alone and in a list a job is told alike.
macro_rules! backed_up {
    ($($same:ty),+) => { fields! {
        $($same {
            "AccountId": account_id,
            "BackupJobId": backup_job_id,
            "BackupVaultName": backup_vault_name,
            "BackupVaultArn": backup_vault_arn,
            "VaultType": vault_type,
            "VaultLockState": vault_lock_state,
            "RecoveryPointArn": recovery_point_arn,
            "EncryptionKeyArn": encryption_key_arn,
            "IsEncrypted": is_encrypted,
            "ResourceArn": resource_arn,
            "CreationDate": creation_date,
            "CompletionDate": completion_date,
            "State": state,
            "StatusMessage": status_message,
            "PercentDone": percent_done,
            "BackupSizeInBytes": backup_size_in_bytes,
            "IamRoleArn": iam_role_arn,
            "CreatedBy": created_by,
            "ExpectedCompletionDate": expected_completion_date,
            "StartBy": start_by,
            "ResourceType": resource_type,
            "BytesTransferred": bytes_transferred,
            "BackupType": backup_type,
            "ParentJobId": parent_job_id,
            "IsParent": is_parent,
            "ResourceName": resource_name,
            "MessageCategory": message_category,
        })+
    } };
}
backed_up!(sdk::BackupJob, DescribeBackupJobOutput);

/// So is one that restores.
macro_rules! restored {
    ($($same:ty),+) => { fields! {
        $($same {
            "AccountId": account_id,
            "RestoreJobId": restore_job_id,
            "RecoveryPointArn": recovery_point_arn,
            "SourceResourceArn": source_resource_arn,
            "BackupVaultArn": backup_vault_arn,
            "CreationDate": creation_date,
            "CompletionDate": completion_date,
            "Status": status,
            "StatusMessage": status_message,
            "PercentDone": percent_done,
            "BackupSizeInBytes": backup_size_in_bytes,
            "IamRoleArn": iam_role_arn,
            "ExpectedCompletionTimeMinutes": expected_completion_time_minutes,
            "CreatedResourceArn": created_resource_arn,
            "ResourceType": resource_type,
            "RecoveryPointCreationDate": recovery_point_creation_date,
            "IsParent": is_parent,
            "ParentJobId": parent_job_id,
            "CreatedBy": created_by,
            "ValidationStatus": validation_status,
            "ValidationStatusMessage": validation_status_message,
            "DeletionStatus": deletion_status,
        })+
    } };
}
restored!(sdk::RestoreJobsListMember, DescribeRestoreJobOutput);

fields! {
    sdk::RecoveryPointCreator {
        "BackupPlanId": backup_plan_id,
        "BackupPlanArn": backup_plan_arn,
        "BackupPlanName": backup_plan_name,
        "BackupPlanVersion": backup_plan_version,
        "BackupRuleId": backup_rule_id,
    }
    sdk::ProtectedResource {
        "ResourceArn": resource_arn,
        "ResourceType": resource_type,
        "LastBackupTime": last_backup_time,
        "ResourceName": resource_name,
        "LastBackupVaultArn": last_backup_vault_arn,
        "LastRecoveryPointArn": last_recovery_point_arn,
    }
    sdk::RecoveryPointByResource {
        "RecoveryPointArn": recovery_point_arn,
        "CreationDate": creation_date,
        "Status": status,
        "StatusMessage": status_message,
        "EncryptionKeyArn": encryption_key_arn,
        "BackupSizeBytes": backup_size_bytes,
        "BackupVaultName": backup_vault_name,
        "IsParent": is_parent,
        "ParentRecoveryPointArn": parent_recovery_point_arn,
        "ResourceName": resource_name,
        "VaultType": vault_type,
        "IndexStatus": index_status,
        "IndexStatusMessage": index_status_message,
    }
    DescribeRecoveryPointOutput {
        "RecoveryPointArn": recovery_point_arn,
        "BackupVaultName": backup_vault_name,
        "BackupVaultArn": backup_vault_arn,
        "SourceBackupVaultArn": source_backup_vault_arn,
        "ResourceArn": resource_arn,
        "ResourceType": resource_type,
        "ResourceName": resource_name,
        "CreatedBy": created_by,
        "IamRoleArn": iam_role_arn,
        "Status": status,
        "StatusMessage": status_message,
        "CreationDate": creation_date,
        "CompletionDate": completion_date,
        "BackupSizeInBytes": backup_size_in_bytes,
        "EncryptionKeyArn": encryption_key_arn,
        "IsEncrypted": is_encrypted,
        "StorageClass": storage_class,
        "LastRestoreTime": last_restore_time,
        "ParentRecoveryPointArn": parent_recovery_point_arn,
        "IsParent": is_parent,
        "VaultType": vault_type,
        "Lifecycle": lifecycle,
        "CalculatedLifecycle": calculated_lifecycle,
    }
    sdk::Lifecycle {
        "MoveToColdStorageAfterDays": move_to_cold_storage_after_days,
        "DeleteAfterDays": delete_after_days,
    }
    sdk::CalculatedLifecycle { "MoveToColdStorageAt": move_to_cold_storage_at, "DeleteAt": delete_at }
    GetRecoveryPointRestoreMetadataOutput {
        "BackupVaultArn": backup_vault_arn,
        "RecoveryPointArn": recovery_point_arn,
        "RestoreMetadata": restore_metadata,
        "ResourceType": resource_type,
    }
    sdk::RestoreJobCreator {
        "RestoreTestingPlanArn": restore_testing_plan_arn,
    }
}

words!(
    sdk::StorageClass,
    sdk::BackupJobState,
    sdk::IndexStatus,
    sdk::RecoveryPointStatus,
    sdk::RestoreDeletionStatus,
    sdk::RestoreJobStatus,
    sdk::RestoreValidationStatus,
    sdk::VaultType
);

pub(super) async fn list_backup_jobs(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("BackupJobs", backup_jobs)],
        set_next_token(next_token),
        call.session
            .backup()
            .list_backup_jobs()
            .set_by_resource_arn(call.text("ByResourceArn"))
            .set_by_state(call.word("ByState"))
            .set_by_backup_vault_name(call.text("ByBackupVaultName"))
            .set_by_created_before(call.time("ByCreatedBefore"))
            .set_by_created_after(call.time("ByCreatedAfter"))
            .set_by_resource_type(call.text("ByResourceType"))
            .set_by_account_id(call.text("ByAccountId"))
            .max_results(call.page(1000))
    )
}

pub(super) async fn describe_backup_job(call: &Call<'_>) -> Answer {
    one!(call, call.session.backup().describe_backup_job().set_backup_job_id(call.text("BackupJobId")))
}

pub(super) async fn list_protected_resources(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("Results", results)],
        set_next_token(next_token),
        call.session.backup().list_protected_resources().max_results(call.page(1000))
    )
}

pub(super) async fn list_recovery_points_by_resource(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("RecoveryPoints", recovery_points)],
        set_next_token(next_token),
        call.session
            .backup()
            .list_recovery_points_by_resource()
            .set_resource_arn(call.text("ResourceArn"))
            .max_results(call.page(1000))
    )
}

pub(super) async fn describe_recovery_point(call: &Call<'_>) -> Answer {
    one!(
        call,
        call.session
            .backup()
            .describe_recovery_point()
            .set_backup_vault_name(call.text("BackupVaultName"))
            .set_recovery_point_arn(call.text("RecoveryPointArn"))
    )
}

pub(super) async fn get_recovery_point_restore_metadata(call: &Call<'_>) -> Answer {
    one!(
        call,
        call.session
            .backup()
            .get_recovery_point_restore_metadata()
            .set_backup_vault_name(call.text("BackupVaultName"))
            .set_recovery_point_arn(call.text("RecoveryPointArn"))
    )
}

pub(super) async fn list_restore_jobs(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("RestoreJobs", restore_jobs)],
        set_next_token(next_token),
        call.session
            .backup()
            .list_restore_jobs()
            .set_by_status(call.word("ByStatus"))
            .set_by_resource_type(call.text("ByResourceType"))
            .set_by_created_before(call.time("ByCreatedBefore"))
            .set_by_created_after(call.time("ByCreatedAfter"))
            .max_results(call.page(1000))
    )
}

pub(super) async fn describe_restore_job(call: &Call<'_>) -> Answer {
    one!(call, call.session.backup().describe_restore_job().set_restore_job_id(call.text("RestoreJobId")))
}
