//! The routes of the REST services, as the SDKs' service models have them (botocore 1.44.5).

use super::{
    Service,
    rest::{Query, Route, many, one},
};

const fn get(
    service: Service,
    path: &'static str,
    operation: &'static str,
    query: &'static [Query],
) -> Route {
    Route { service, method: "GET", path, operation, query }
}

const TOKEN: Query = one("nextToken", "NextToken");
const MAX: Query = one("maxResults", "MaxResults");
const PAGES: &[Query] = &[TOKEN, MAX];

/// All of them.
pub(crate) const ROUTES: &[Route] = &[
    get(
        Service::Backup,
        "/backup-jobs/",
        "ListBackupJobs",
        &[
            TOKEN,
            MAX,
            one("resourceArn", "ByResourceArn"),
            one("state", "ByState"),
            one("backupVaultName", "ByBackupVaultName"),
            one("createdBefore", "ByCreatedBefore"),
            one("createdAfter", "ByCreatedAfter"),
            one("resourceType", "ByResourceType"),
            one("accountId", "ByAccountId"),
            one("completeAfter", "ByCompleteAfter"),
            one("completeBefore", "ByCompleteBefore"),
            one("parentJobId", "ByParentJobId"),
            one("messageCategory", "ByMessageCategory"),
        ],
    ),
    get(Service::Backup, "/backup-jobs/{BackupJobId}", "DescribeBackupJob", &[]),
    get(
        Service::Backup,
        "/restore-jobs/",
        "ListRestoreJobs",
        &[
            TOKEN,
            MAX,
            one("accountId", "ByAccountId"),
            one("resourceType", "ByResourceType"),
            one("createdBefore", "ByCreatedBefore"),
            one("createdAfter", "ByCreatedAfter"),
            one("status", "ByStatus"),
        ],
    ),
    get(Service::Backup, "/restore-jobs/{RestoreJobId}", "DescribeRestoreJob", &[]),
    get(
        Service::Backup,
        "/backup-vaults/{BackupVaultName}/recovery-points/{RecoveryPointArn}",
        "DescribeRecoveryPoint",
        &[one("backupVaultAccountId", "BackupVaultAccountId")],
    ),
    get(
        Service::Backup,
        "/backup-vaults/{BackupVaultName}/recovery-points/{RecoveryPointArn}/restore-metadata",
        "GetRecoveryPointRestoreMetadata",
        &[one("backupVaultAccountId", "BackupVaultAccountId")],
    ),
    get(Service::Backup, "/backup-vaults/{BackupVaultName}/access-policy", "GetBackupVaultAccessPolicy", &[]),
    get(Service::Backup, "/resources/", "ListProtectedResources", PAGES),
    get(
        Service::Backup,
        "/resources/{ResourceArn}/recovery-points/",
        "ListRecoveryPointsByResource",
        &[TOKEN, MAX, one("managedByAWSBackupOnly", "ManagedByAWSBackupOnly")],
    ),
    get(
        Service::Backup,
        "/backup-vaults/{BackupVaultName}/recovery-points/",
        "ListRecoveryPointsByBackupVault",
        &[
            TOKEN,
            MAX,
            one("backupVaultAccountId", "BackupVaultAccountId"),
            one("resourceArn", "ByResourceArn"),
            one("resourceType", "ByResourceType"),
            one("backupPlanId", "ByBackupPlanId"),
            one("createdBefore", "ByCreatedBefore"),
            one("createdAfter", "ByCreatedAfter"),
            one("parentRecoveryPointArn", "ByParentRecoveryPointArn"),
        ],
    ),
    get(
        Service::Backup,
        "/backup-vaults/",
        "ListBackupVaults",
        &[TOKEN, MAX, one("vaultType", "ByVaultType"), one("shared", "ByShared")],
    ),
    get(
        Service::Backup,
        "/backup-vaults/{BackupVaultName}",
        "DescribeBackupVault",
        &[one("backupVaultAccountId", "BackupVaultAccountId")],
    ),
    get(Service::Backup, "/account-settings", "DescribeRegionSettings", &[]),
    get(
        Service::Backup,
        "/backup/plans/",
        "ListBackupPlans",
        &[TOKEN, MAX, one("includeDeleted", "IncludeDeleted")],
    ),
    get(
        Service::Backup,
        "/backup/plans/{BackupPlanId}/",
        "GetBackupPlan",
        &[one("versionId", "VersionId"), one("MaxScheduledRunsPreview", "MaxScheduledRunsPreview")],
    ),
    get(Service::Backup, "/backup/plans/{BackupPlanId}/selections/", "ListBackupSelections", PAGES),
    get(Service::Backup, "/backup/plans/{BackupPlanId}/selections/{SelectionId}", "GetBackupSelection", &[]),
    get(
        Service::Dlm,
        "/policies",
        "GetLifecyclePolicies",
        &[
            many("policyIds", "PolicyIds"),
            one("state", "State"),
            many("resourceTypes", "ResourceTypes"),
            many("targetTags", "TargetTags"),
            many("tagsToAdd", "TagsToAdd"),
            one("defaultPolicyType", "DefaultPolicyType"),
        ],
    ),
    get(Service::Dlm, "/policies/{PolicyId}", "GetLifecyclePolicy", &[]),
    get(
        Service::Lambda,
        "/2015-03-31/functions/{FunctionName}/configuration",
        "GetFunctionConfiguration",
        &[one("Qualifier", "Qualifier")],
    ),
    get(
        Service::Lambda,
        "/2015-03-31/functions/",
        "ListFunctions",
        &[
            one("Marker", "Marker"),
            one("MaxItems", "MaxItems"),
            one("MasterRegion", "MasterRegion"),
            one("FunctionVersion", "FunctionVersion"),
        ],
    ),
    get(
        Service::Lambda,
        "/2015-03-31/event-source-mappings/",
        "ListEventSourceMappings",
        &[
            one("Marker", "Marker"),
            one("MaxItems", "MaxItems"),
            one("EventSourceArn", "EventSourceArn"),
            one("FunctionName", "FunctionName"),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::ROUTES;
    use crate::drill::ops;

    #[test]
    fn every_route_leads_to_an_operation_and_every_operation_of_a_rest_service_has_one() {
        for route in ROUTES {
            assert!(ops::find(route.service, route.operation).is_some(), "{}", route.operation);
        }
        for operation in ops::OPERATIONS.iter().filter(|operation| operation.service.is_rest()) {
            let has = |route: &super::Route| {
                route.service == operation.service && route.operation == operation.name
            };
            assert_eq!(ROUTES.iter().filter(|route| has(route)).count(), 1, "{}", operation.name);
        }
    }
}
