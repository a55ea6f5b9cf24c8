//! What is patched, backed up and stored: Systems Manager, AWS Backup, Data Lifecycle Manager, RDS.

use super::{
    Spec,
    args::{Arg, FILTERS, flag, number, objects, text, texts, time},
    read,
};

/// Systems Manager's filters.
const KEY_FILTERS: Arg = objects("Filters", &[text("Key").needed(), texts("Values").needed()]);

/// Those of commands, which are spelt otherwise and have one value.
const COMMAND_FILTERS: Arg = objects("Filters", &[text("key").needed(), text("value").needed()]);

const COMPLIANCE_FILTERS: Arg =
    objects("Filters", &[text("Key").needed(), texts("Values").needed(), text("Type")]);

const PARAMETER_FILTERS: Arg =
    objects("ParameterFilters", &[text("Key").needed(), text("Option"), texts("Values")]);

/// Sorted within each service.
pub(super) static SPECS: &[Spec] = &[
    read(
        "ssm:DescribeInstanceInformation",
        &["InstanceInformationList"],
        &[KEY_FILTERS, number("MaxResults")],
    ),
    read(
        "ssm:DescribeInstancePatchStates",
        &["InstancePatchStates"],
        &[texts("InstanceIds").needed(), number("MaxResults")],
    ),
    read(
        "ssm:DescribeInstancePatches",
        &["Patches"],
        &[text("InstanceId").needed(), KEY_FILTERS, number("MaxResults")],
    ),
    read(
        "ssm:DescribeMaintenanceWindowExecutions",
        &["WindowExecutions"],
        &[text("WindowId").needed(), KEY_FILTERS, number("MaxResults")],
    ),
    read("ssm:DescribeMaintenanceWindows", &["WindowIdentities"], &[KEY_FILTERS, number("MaxResults")]),
    read("ssm:DescribeParameters", &["Parameters"], &[PARAMETER_FILTERS, number("MaxResults")]),
    read("ssm:DescribePatchGroups", &["Mappings"], &[KEY_FILTERS, number("MaxResults")]),
    read(
        "ssm:GetCommandInvocation",
        &[],
        &[text("CommandId").needed(), text("InstanceId").needed(), text("PluginName")],
    ),
    read("ssm:GetPatchBaseline", &[], &[text("BaselineId").needed()]),
    read(
        "ssm:ListCommandInvocations",
        &["CommandInvocations"],
        &[text("CommandId"), text("InstanceId"), COMMAND_FILTERS, flag("Details"), number("MaxResults")],
    ),
    read(
        "ssm:ListCommands",
        &["Commands"],
        &[text("CommandId"), text("InstanceId"), COMMAND_FILTERS, number("MaxResults")],
    ),
    read(
        "ssm:ListComplianceItems",
        &["ComplianceItems"],
        &[texts("ResourceIds"), texts("ResourceTypes"), COMPLIANCE_FILTERS, number("MaxResults")],
    ),
    read("backup:DescribeBackupJob", &[], &[text("BackupJobId").needed()]),
    read("backup:DescribeBackupVault", &[], &[text("BackupVaultName").needed()]),
    read(
        "backup:DescribeRecoveryPoint",
        &[],
        &[text("BackupVaultName").needed(), text("RecoveryPointArn").needed()],
    ),
    read("backup:DescribeRestoreJob", &[], &[text("RestoreJobId").needed()]),
    read("backup:GetBackupSelection", &[], &[text("BackupPlanId").needed(), text("SelectionId").needed()]),
    read("backup:GetBackupVaultAccessPolicy", &[], &[text("BackupVaultName").needed()]),
    read(
        "backup:GetRecoveryPointRestoreMetadata",
        &[],
        &[text("BackupVaultName").needed(), text("RecoveryPointArn").needed()],
    ),
    read(
        "backup:ListBackupJobs",
        &["BackupJobs"],
        &[
            text("ByResourceArn"),
            text("ByState"),
            text("ByBackupVaultName"),
            time("ByCreatedBefore"),
            time("ByCreatedAfter"),
            text("ByResourceType"),
            text("ByAccountId"),
            number("MaxResults"),
        ],
    ),
    read("backup:ListBackupPlans", &["BackupPlansList"], &[flag("IncludeDeleted"), number("MaxResults")]),
    read(
        "backup:ListBackupSelections",
        &["BackupSelectionsList"],
        &[text("BackupPlanId").needed(), number("MaxResults")],
    ),
    read("backup:ListProtectedResources", &["Results"], &[number("MaxResults")]),
    read(
        "backup:ListRecoveryPointsByResource",
        &["RecoveryPoints"],
        &[text("ResourceArn").needed(), number("MaxResults")],
    ),
    read(
        "backup:ListRestoreJobs",
        &["RestoreJobs"],
        &[
            text("ByStatus"),
            text("ByResourceType"),
            time("ByCreatedBefore"),
            time("ByCreatedAfter"),
            number("MaxResults"),
        ],
    ),
    read(
        "dlm:GetLifecyclePolicies",
        &["Policies"],
        &[texts("PolicyIds"), text("State"), texts("ResourceTypes"), texts("TargetTags")],
    ),
    read(
        "rds:DescribeDBClusters",
        &["DBClusters"],
        &[text("DBClusterIdentifier"), FILTERS, number("MaxRecords")],
    ),
    read(
        "rds:DescribeDBInstances",
        &["DBInstances"],
        &[text("DBInstanceIdentifier"), FILTERS, number("MaxRecords")],
    ),
    read(
        "rds:DescribeDBSnapshots",
        &["DBSnapshots"],
        &[
            text("DBInstanceIdentifier"),
            text("DBSnapshotIdentifier"),
            text("SnapshotType"),
            FILTERS,
            number("MaxRecords"),
        ],
    ),
    read(
        "rds:DescribeEvents",
        &["Events"],
        &[
            text("SourceIdentifier"),
            text("SourceType"),
            time("StartTime"),
            time("EndTime"),
            number("Duration"),
            texts("EventCategories"),
            number("MaxRecords"),
        ],
    ),
    read(
        "rds:DescribePendingMaintenanceActions",
        &["PendingMaintenanceActions"],
        &[text("ResourceIdentifier"), FILTERS, number("MaxRecords")],
    ),
];
