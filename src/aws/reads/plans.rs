//! AWS Backup's and Data Lifecycle Manager's answers about what is to be backed up: plans, selections, vaults, policies.

use aws_sdk_backup::{
    operation::{
        describe_backup_vault::DescribeBackupVaultOutput, get_backup_selection::GetBackupSelectionOutput,
        get_backup_vault_access_policy::GetBackupVaultAccessPolicyOutput,
    },
    types as sdk,
};
use aws_sdk_dlm::types as dlm;

use super::{
    call::{Answer, Call, one, pages, whole},
    told::{fields, words},
};

fields! {
    sdk::BackupPlansListMember {
        "BackupPlanArn": backup_plan_arn,
        "BackupPlanId": backup_plan_id,
        "CreationDate": creation_date,
        "DeletionDate": deletion_date,
        "VersionId": version_id,
        "BackupPlanName": backup_plan_name,
        "LastExecutionDate": last_execution_date,
    }
    sdk::BackupSelectionsListMember {
        "SelectionId": selection_id,
        "SelectionName": selection_name,
        "BackupPlanId": backup_plan_id,
        "CreationDate": creation_date,
        "IamRoleArn": iam_role_arn,
    }
    sdk::BackupSelection {
        "SelectionName": selection_name,
        "IamRoleArn": iam_role_arn,
        "Resources": resources,
        "ListOfTags": list_of_tags,
        "NotResources": not_resources,
        "Conditions": conditions,
    }
    sdk::Condition {
        "ConditionType": condition_type,
        "ConditionKey": condition_key,
        "ConditionValue": condition_value,
    }
    sdk::Conditions {
        "StringEquals": string_equals,
        "StringNotEquals": string_not_equals,
        "StringLike": string_like,
        "StringNotLike": string_not_like,
    }
    sdk::ConditionParameter {
        "ConditionKey": condition_key,
        "ConditionValue": condition_value,
    }
    GetBackupSelectionOutput {
        "BackupSelection": backup_selection,
        "SelectionId": selection_id,
        "BackupPlanId": backup_plan_id,
        "CreationDate": creation_date,
    }
    DescribeBackupVaultOutput {
        "BackupVaultName": backup_vault_name,
        "BackupVaultArn": backup_vault_arn,
        "VaultType": vault_type,
        "VaultState": vault_state,
        "EncryptionKeyArn": encryption_key_arn,
        "CreationDate": creation_date,
        "NumberOfRecoveryPoints": number_of_recovery_points,
        "Locked": locked,
        "MinRetentionDays": min_retention_days,
        "MaxRetentionDays": max_retention_days,
        "LockDate": lock_date,
    }
    GetBackupVaultAccessPolicyOutput {
        "BackupVaultName": backup_vault_name,
        "BackupVaultArn": backup_vault_arn,
        "Policy": policy,
    }
    dlm::LifecyclePolicySummary {
        "PolicyId": policy_id,
        "Description": description,
        "State": state,
        "Tags": tags,
        "PolicyType": policy_type,
        "DefaultPolicy": default_policy,
    }
}

words!(dlm::GettablePolicyStateValues, dlm::PolicyTypeValues, sdk::ConditionType, sdk::VaultState);

pub(super) async fn list_backup_plans(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("BackupPlansList", backup_plans_list)],
        set_next_token(next_token),
        call.session
            .backup()
            .list_backup_plans()
            .set_include_deleted(call.flag("IncludeDeleted"))
            .max_results(call.page(1000))
    )
}

pub(super) async fn list_backup_selections(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("BackupSelectionsList", backup_selections_list)],
        set_next_token(next_token),
        call.session
            .backup()
            .list_backup_selections()
            .set_backup_plan_id(call.text("BackupPlanId"))
            .max_results(call.page(1000))
    )
}

pub(super) async fn get_backup_selection(call: &Call<'_>) -> Answer {
    one!(
        call,
        call.session
            .backup()
            .get_backup_selection()
            .set_backup_plan_id(call.text("BackupPlanId"))
            .set_selection_id(call.text("SelectionId"))
    )
}

pub(super) async fn describe_backup_vault(call: &Call<'_>) -> Answer {
    one!(
        call,
        call.session.backup().describe_backup_vault().set_backup_vault_name(call.text("BackupVaultName"))
    )
}

pub(super) async fn get_backup_vault_access_policy(call: &Call<'_>) -> Answer {
    one!(
        call,
        call.session
            .backup()
            .get_backup_vault_access_policy()
            .set_backup_vault_name(call.text("BackupVaultName"))
    )
}

pub(super) async fn get_lifecycle_policies(call: &Call<'_>) -> Answer {
    whole!(
        call,
        [("Policies", policies)],
        call.session
            .dlm()
            .get_lifecycle_policies()
            .set_policy_ids(call.texts("PolicyIds"))
            .set_state(call.word("State"))
            .set_resource_types(call.words("ResourceTypes"))
            .set_target_tags(call.texts("TargetTags"))
    )
}
