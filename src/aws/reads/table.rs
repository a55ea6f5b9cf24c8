//! Which function asks which operation of the registry.
//!
//! A test holds the table to the registry: none is missing, and none is here that is not there.

use futures::{FutureExt, future::BoxFuture};

use super::{
    alarms, backups, balancing,
    call::{Answer, Call},
    commands, databases, functions, health, identity, images, instances, interfaces, logs, machines, network,
    plans, scaling, support, trail, users, volumes,
};

type Run = for<'a> fn(&'a Call<'a>) -> BoxFuture<'a, Answer>;

macro_rules! run {
    ($($operation:literal => $asks:path,)+) => {
        &[$(($operation, |call| $asks(call).boxed())),+]
    };
}

/// By the registry's names, in its order.
static RUNS: &[(&str, Run)] = run! {
    "ec2:DescribeInstances" => instances::describe_instances,
    "ec2:DescribeInstanceStatus" => instances::describe_instance_status,
    "ec2:DescribeAddresses" => network::describe_addresses,
    "ec2:DescribeSecurityGroups" => network::describe_security_groups,
    "ec2:DescribeSecurityGroupRules" => interfaces::describe_security_group_rules,
    "ec2:DescribeSubnets" => network::describe_subnets,
    "ec2:DescribeRouteTables" => network::describe_route_tables,
    "ec2:DescribeNetworkAcls" => network::describe_network_acls,
    "ec2:DescribeNetworkInterfaces" => interfaces::describe_network_interfaces,
    "ec2:DescribeInternetGateways" => network::describe_internet_gateways,
    "ec2:DescribeNatGateways" => network::describe_nat_gateways,
    "ec2:DescribeVpcEndpoints" => network::describe_vpc_endpoints,
    "ec2:DescribeVpcPeeringConnections" => interfaces::describe_vpc_peering_connections,
    "ec2:DescribeFlowLogs" => interfaces::describe_flow_logs,
    "ec2:DescribeVolumes" => volumes::describe_volumes,
    "ec2:DescribeVolumeStatus" => volumes::describe_volume_status,
    "ec2:DescribeSnapshots" => images::describe_snapshots,
    "ec2:DescribeImages" => images::describe_images,
    "ec2:DescribeLaunchTemplateVersions" => instances::describe_launch_template_versions,
    "ec2:GetConsoleOutput" => instances::get_console_output,
    "ec2:GetConsoleScreenshot" => instances::get_console_screenshot,
    "cloudwatch:DescribeAlarms" => alarms::describe_alarms,
    "cloudwatch:DescribeAlarmsForMetric" => alarms::describe_alarms_for_metric,
    "cloudwatch:GetMetricData" => alarms::get_metric_data,
    "cloudtrail:LookupEvents" => trail::lookup_events,
    "cloudtrail:GetEventSelectors" => trail::get_event_selectors,
    "ssm:DescribeInstanceInformation" => machines::describe_instance_information,
    "ssm:DescribeInstancePatchStates" => machines::describe_instance_patch_states,
    "ssm:DescribeInstancePatches" => machines::describe_instance_patches,
    "ssm:DescribePatchGroups" => machines::describe_patch_groups,
    "ssm:GetPatchBaseline" => machines::get_patch_baseline,
    "ssm:DescribeMaintenanceWindows" => commands::describe_maintenance_windows,
    "ssm:DescribeMaintenanceWindowExecutions" => commands::describe_maintenance_window_executions,
    "ssm:DescribeParameters" => commands::describe_parameters,
    "ssm:ListCommands" => commands::list_commands,
    "ssm:ListCommandInvocations" => commands::list_command_invocations,
    "ssm:GetCommandInvocation" => commands::get_command_invocation,
    "ssm:ListComplianceItems" => machines::list_compliance_items,
    "backup:ListBackupJobs" => backups::list_backup_jobs,
    "backup:DescribeBackupJob" => backups::describe_backup_job,
    "backup:ListProtectedResources" => backups::list_protected_resources,
    "backup:ListRecoveryPointsByResource" => backups::list_recovery_points_by_resource,
    "backup:DescribeRecoveryPoint" => backups::describe_recovery_point,
    "backup:GetRecoveryPointRestoreMetadata" => backups::get_recovery_point_restore_metadata,
    "backup:ListBackupPlans" => plans::list_backup_plans,
    "backup:ListBackupSelections" => plans::list_backup_selections,
    "backup:GetBackupSelection" => plans::get_backup_selection,
    "backup:DescribeBackupVault" => plans::describe_backup_vault,
    "backup:GetBackupVaultAccessPolicy" => plans::get_backup_vault_access_policy,
    "backup:ListRestoreJobs" => backups::list_restore_jobs,
    "backup:DescribeRestoreJob" => backups::describe_restore_job,
    "dlm:GetLifecyclePolicies" => plans::get_lifecycle_policies,
    "sts:GetCallerIdentity" => users::get_caller_identity,
    "elbv2:DescribeLoadBalancers" => balancing::describe_load_balancers,
    "elbv2:DescribeListeners" => balancing::describe_listeners,
    "elbv2:DescribeRules" => balancing::describe_rules,
    "elbv2:DescribeTargetGroups" => balancing::describe_target_groups,
    "elbv2:DescribeTargetHealth" => balancing::describe_target_health,
    "autoscaling:DescribeAutoScalingGroups" => scaling::describe_auto_scaling_groups,
    "autoscaling:DescribeAutoScalingInstances" => scaling::describe_auto_scaling_instances,
    "autoscaling:DescribeScalingActivities" => scaling::describe_scaling_activities,
    "autoscaling:DescribeInstanceRefreshes" => scaling::describe_instance_refreshes,
    "iam:GetInstanceProfile" => identity::get_instance_profile,
    "iam:GetRole" => identity::get_role,
    "iam:ListAttachedRolePolicies" => identity::list_attached_role_policies,
    "iam:ListAccessKeys" => users::list_access_keys,
    "iam:GetAccessKeyLastUsed" => users::get_access_key_last_used,
    "iam:ListMFADevices" => users::list_mfa_devices,
    "iam:ListAttachedUserPolicies" => users::list_attached_user_policies,
    "iam:ListUserPolicies" => users::list_user_policies,
    "iam:ListGroupsForUser" => users::list_groups_for_user,
    "iam:SimulatePrincipalPolicy" => users::simulate_principal_policy,
    "iam:GetCredentialReport" => users::get_credential_report,
    "iam:GetServiceLastAccessedDetails" => users::get_service_last_accessed_details,
    "iam:GetAccountAuthorizationDetails" => users::get_account_authorization_details,
    "logs:DescribeLogGroups" => logs::describe_log_groups,
    "logs:GetLogEvents" => logs::get_log_events,
    "logs:StartQuery" => logs::start_query,
    "rds:DescribeDBInstances" => databases::describe_db_instances,
    "rds:DescribeDBClusters" => databases::describe_db_clusters,
    "rds:DescribeDBSnapshots" => databases::describe_db_snapshots,
    "rds:DescribePendingMaintenanceActions" => databases::describe_pending_maintenance_actions,
    "rds:DescribeEvents" => databases::describe_events,
    "lambda:ListFunctions" => functions::list_functions,
    "lambda:GetFunctionConfiguration" => functions::get_function_configuration,
    "lambda:ListEventSourceMappings" => functions::list_event_source_mappings,
    "health:DescribeEvents" => health::describe_events,
    "health:DescribeEventDetails" => health::describe_event_details,
    "health:DescribeAffectedEntities" => health::describe_affected_entities,
    "support:DescribeServices" => support::describe_services,
    "support:DescribeSeverityLevels" => support::describe_severity_levels,
    "support:DescribeCases" => support::describe_cases,
    "support:DescribeTrustedAdvisorCheckResult" => support::describe_trusted_advisor_check_result,
};

/// Asks an operation.
pub(super) fn find(operation: &str) -> Option<Run> {
    RUNS.iter().find(|(name, _)| *name == operation).map(|(_, run)| *run)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::RUNS;
    use crate::reads;

    #[test]
    fn every_operation_of_the_registry_can_be_asked_and_no_other() {
        let asked: BTreeSet<&str> = RUNS.iter().map(|(name, _)| *name).collect();
        assert_eq!(asked.len(), RUNS.len(), "each once");
        assert_eq!(asked, reads::all().map(|spec| spec.operation).collect());
    }
}
