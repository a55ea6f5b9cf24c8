//! The operations: functions from the world at a moment and the parameters to a value.
//!
//! Each row of the table names an operation, its function, and the rate that AWS publishes for it. This module must
//! never know in which protocol it was asked.

pub(crate) mod backup;
pub(crate) mod cloudtrail;
pub(crate) mod cloudwatch;
pub(crate) mod dlm;
pub(crate) mod ec2;
pub(crate) mod elb;
pub(crate) mod health;
pub(crate) mod iam;
pub(crate) mod identity;
pub(crate) mod lambda;
pub(crate) mod logs;
pub(crate) mod page;
pub(crate) mod rds;
pub(crate) mod scaling;
pub(crate) mod ssm;
pub(crate) mod support;
pub(crate) mod users;

use jiff::Timestamp;

use super::{error::ApiError, params::Params, tree::Tree, wire::Service, world::World};

/// What an operation may know besides its parameters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cx<'a> {
    /// The account.
    pub(crate) world: &'a World,
    /// The Region that was asked.
    pub(crate) region: &'a str,
    /// The drill's time.
    pub(crate) now: Timestamp,
    /// The same in seconds of the scenario.
    pub(crate) elapsed: i64,
}

/// A function of the table.
pub(crate) type Run = fn(&Cx<'_>, Params<'_>) -> Result<Tree, ApiError>;

/// A published rate: how many at once, and how many a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rate {
    /// How many at once.
    pub(crate) burst: f64,
    /// How many a second after that.
    pub(crate) refill: f64,
}

/// One operation.
pub(crate) struct Operation {
    /// Of which service.
    pub(crate) service: Service,
    /// Its name.
    pub(crate) name: &'static str,
    /// What it does.
    pub(crate) run: Run,
    /// How often it may be called, where AWS says so.
    pub(crate) rate: Option<Rate>,
}

const fn op(service: Service, name: &'static str, run: Run, rate: Option<Rate>) -> Operation {
    Operation { service, name, run, rate }
}

/// So many at once, and so many a second.
const fn rate(burst: f64, refill: f64) -> Rate {
    Rate { burst, refill }
}

/// EC2's bucket for paginated or filtered reads: 100, refilled with 20 a second (`aws-facts.md` §1.0).
const EC2_READ: Option<Rate> = Some(rate(100.0, 20.0));

/// EC2's bucket for reads without pages and filters.
pub(crate) const EC2_UNPAGED: Rate = rate(50.0, 10.0);

/// Systems Manager's and Backup's rates exist but are not published: five a second is what `aws-facts.md` §1.0 tells
/// clients to stay under.
const UNPUBLISHED: Option<Rate> = Some(rate(10.0, 5.0));

/// All operations. CloudWatch's rates are those of its quota page (`aws-facts.md` §1.0).
pub(crate) const OPERATIONS: &[Operation] = &[
    op(Service::Sts, "GetCallerIdentity", identity::caller, None),
    op(Service::Iam, "ListAccountAliases", identity::aliases, None),
    op(Service::Iam, "GetInstanceProfile", iam::profile, None),
    op(Service::Iam, "ListAttachedRolePolicies", iam::attached, None),
    op(Service::Iam, "ListRolePolicies", iam::inline, None),
    op(Service::Iam, "GetRole", iam::role, None),
    op(Service::Iam, "SimulatePrincipalPolicy", iam::simulate, None),
    op(Service::Iam, "ListAccessKeys", users::keys, None),
    op(Service::Iam, "GetAccessKeyLastUsed", users::last_used, None),
    op(Service::Iam, "ListMFADevices", users::devices, None),
    op(Service::Iam, "ListAttachedUserPolicies", users::attached, None),
    op(Service::Iam, "ListUserPolicies", users::inline, None),
    op(Service::Iam, "ListGroupsForUser", users::groups, None),
    op(Service::Iam, "GetCredentialReport", users::report, None),
    op(Service::Iam, "GetServiceLastAccessedDetails", users::last_accessed, None),
    op(Service::Iam, "GetAccountAuthorizationDetails", users::details, None),
    op(Service::Ec2, "DescribeInstances", ec2::instances::run, EC2_READ),
    op(Service::Ec2, "DescribeInstanceStatus", ec2::status::run, EC2_READ),
    op(Service::Ec2, "DescribeImages", ec2::images::run, EC2_READ),
    op(Service::Ec2, "DescribeVolumes", ec2::volumes::run, EC2_READ),
    op(Service::Ec2, "DescribeSecurityGroups", ec2::groups::run, EC2_READ),
    op(Service::Ec2, "DescribeSubnets", ec2::subnets::run, EC2_READ),
    op(Service::Ec2, "DescribeVpcs", ec2::vpcs::run, EC2_READ),
    op(Service::Ec2, "DescribeNetworkInterfaces", ec2::interfaces::run, EC2_READ),
    op(Service::Ec2, "DescribeSnapshots", ec2::snapshots::run, EC2_READ),
    op(Service::Ec2, "DescribeRegions", ec2::regions::run, EC2_READ),
    op(Service::Ec2, "DescribeRouteTables", ec2::routes::run, EC2_READ),
    op(Service::Ec2, "DescribeNetworkAcls", ec2::acls::run, EC2_READ),
    op(Service::Ec2, "DescribeInternetGateways", ec2::gateways::run, EC2_READ),
    op(Service::Ec2, "DescribeNatGateways", ec2::nats::run, EC2_READ),
    op(Service::Ec2, "DescribeVpcEndpoints", ec2::endpoints::run, EC2_READ),
    op(Service::Ec2, "DescribeAddresses", ec2::addresses::run, EC2_READ),
    op(Service::Ec2, "DescribeVolumeStatus", ec2::volume_status::run, EC2_READ),
    op(Service::Ec2, "DescribeLaunchTemplates", ec2::templates::run, EC2_READ),
    op(Service::Ec2, "DescribeLaunchTemplateVersions", ec2::templates::versions, EC2_READ),
    op(Service::Ec2, "DescribeSecurityGroupRules", ec2::rules::run, EC2_READ),
    op(Service::Ec2, "DescribeFlowLogs", ec2::absent::flow_logs, EC2_READ),
    op(Service::Ec2, "DescribeVpcPeeringConnections", ec2::absent::peerings, EC2_READ),
    op(Service::Ec2, "GetConsoleOutput", ec2::consoles::output, EC2_READ),
    op(Service::Ec2, "GetConsoleScreenshot", ec2::consoles::screenshot, EC2_READ),
    op(Service::Elb, "DescribeLoadBalancers", elb::balancers::run, None),
    op(Service::Elb, "DescribeTargetGroups", elb::groups::describe_groups, None),
    op(Service::Elb, "DescribeTargetHealth", elb::groups::describe_health, None),
    op(Service::Elb, "DescribeListeners", elb::listeners::describe_listeners, None),
    op(Service::Elb, "DescribeRules", elb::listeners::describe_rules, None),
    op(Service::AutoScaling, "DescribeAutoScalingGroups", scaling::groups::run, None),
    op(Service::AutoScaling, "DescribeAutoScalingInstances", scaling::groups::instances, None),
    op(Service::AutoScaling, "DescribeScalingActivities", scaling::activities::run, None),
    op(Service::AutoScaling, "DescribeInstanceRefreshes", scaling::refreshes::run, None),
    op(Service::Rds, "DescribeDBInstances", rds::instances::run, None),
    op(Service::Rds, "DescribeDBClusters", rds::clusters::run, None),
    op(Service::Rds, "DescribeDBSnapshots", rds::snapshots::run, None),
    op(Service::Rds, "DescribePendingMaintenanceActions", rds::snapshots::pending, None),
    op(Service::Rds, "DescribeEvents", rds::events::run, None),
    op(Service::Lambda, "GetFunctionConfiguration", lambda::configuration, None),
    op(Service::Lambda, "ListFunctions", lambda::list_all, None),
    op(Service::Lambda, "ListEventSourceMappings", lambda::mappings, None),
    op(Service::CloudWatch, "DescribeAlarms", cloudwatch::alarms::run, Some(rate(9.0, 9.0))),
    op(Service::CloudWatch, "DescribeAlarmsForMetric", cloudwatch::alarms::for_metric, Some(rate(9.0, 9.0))),
    op(Service::CloudWatch, "DescribeAlarmHistory", cloudwatch::history::run, Some(rate(3.0, 3.0))),
    op(Service::CloudWatch, "GetMetricData", cloudwatch::data::run, Some(rate(50.0, 50.0))),
    op(Service::CloudWatch, "GetMetricStatistics", cloudwatch::statistics::run, Some(rate(400.0, 400.0))),
    op(Service::CloudWatch, "ListMetrics", cloudwatch::metrics::run, Some(rate(25.0, 25.0))),
    op(Service::CloudWatch, "ListAlarmMuteRules", cloudwatch::mutes::list, None),
    op(Service::CloudWatch, "GetAlarmMuteRule", cloudwatch::mutes::get, None),
    // Two a second is published and not adjustable; the other reads have ten (`aws-facts.md` §1.0).
    op(Service::CloudTrail, "LookupEvents", cloudtrail::lookup::run, Some(rate(2.0, 2.0))),
    op(Service::CloudTrail, "DescribeTrails", cloudtrail::trails::describe, Some(rate(10.0, 10.0))),
    op(Service::CloudTrail, "GetTrailStatus", cloudtrail::trails::status, Some(rate(10.0, 10.0))),
    op(Service::CloudTrail, "GetEventSelectors", cloudtrail::trails::selectors, Some(rate(10.0, 10.0))),
    op(Service::Ssm, "DescribeInstanceInformation", ssm::instances::run, UNPUBLISHED),
    op(Service::Ssm, "DescribeInstancePatchStates", ssm::states::run, UNPUBLISHED),
    op(Service::Ssm, "DescribeInstancePatches", ssm::patches::run, UNPUBLISHED),
    op(Service::Ssm, "DescribePatchGroups", ssm::groups::list_all, UNPUBLISHED),
    op(Service::Ssm, "DescribePatchGroupState", ssm::groups::state, UNPUBLISHED),
    op(Service::Ssm, "DescribePatchBaselines", ssm::baselines::list_all, UNPUBLISHED),
    op(Service::Ssm, "GetPatchBaseline", ssm::baselines::get, UNPUBLISHED),
    op(Service::Ssm, "GetDefaultPatchBaseline", ssm::baselines::default, UNPUBLISHED),
    op(Service::Ssm, "DescribeMaintenanceWindows", ssm::commands::windows, UNPUBLISHED),
    op(Service::Ssm, "DescribeMaintenanceWindowExecutions", ssm::commands::executions, UNPUBLISHED),
    op(Service::Ssm, "DescribeParameters", ssm::commands::parameters, UNPUBLISHED),
    op(Service::Ssm, "ListCommands", ssm::commands::list_all, UNPUBLISHED),
    op(Service::Ssm, "ListCommandInvocations", ssm::commands::invocations, UNPUBLISHED),
    op(Service::Ssm, "GetCommandInvocation", ssm::commands::invocation, UNPUBLISHED),
    op(Service::Ssm, "ListComplianceItems", ssm::compliance::run, UNPUBLISHED),
    op(Service::Ssm, "CreateOpsItem", ssm::commands::create_item, UNPUBLISHED),
    op(Service::Backup, "DescribeBackupJob", backup::jobs::get, UNPUBLISHED),
    op(Service::Backup, "DescribeRecoveryPoint", backup::points::get, UNPUBLISHED),
    op(Service::Backup, "GetRecoveryPointRestoreMetadata", backup::points::metadata, UNPUBLISHED),
    op(Service::Backup, "GetBackupVaultAccessPolicy", backup::vaults::policy, UNPUBLISHED),
    op(Service::Backup, "ListRestoreJobs", backup::restores::list_all, UNPUBLISHED),
    op(Service::Backup, "DescribeRestoreJob", backup::restores::get, UNPUBLISHED),
    op(Service::Backup, "ListBackupJobs", backup::jobs::run, UNPUBLISHED),
    op(Service::Backup, "ListProtectedResources", backup::resources::protected, UNPUBLISHED),
    op(Service::Backup, "ListRecoveryPointsByResource", backup::points::by_resource, UNPUBLISHED),
    op(Service::Backup, "ListRecoveryPointsByBackupVault", backup::points::by_vault, UNPUBLISHED),
    op(Service::Backup, "ListBackupVaults", backup::vaults::list_all, UNPUBLISHED),
    op(Service::Backup, "DescribeBackupVault", backup::vaults::get, UNPUBLISHED),
    op(Service::Backup, "DescribeRegionSettings", backup::resources::settings, UNPUBLISHED),
    op(Service::Backup, "ListBackupPlans", backup::plans::list_all, UNPUBLISHED),
    op(Service::Backup, "GetBackupPlan", backup::plans::get, UNPUBLISHED),
    op(Service::Backup, "ListBackupSelections", backup::plans::selections, UNPUBLISHED),
    op(Service::Backup, "GetBackupSelection", backup::plans::selection, UNPUBLISHED),
    // Five a second each; ten for reading what a search has found (CloudWatch Logs' quota page, recalled, not verified).
    op(Service::Logs, "DescribeLogGroups", logs::groups, Some(rate(10.0, 10.0))),
    op(Service::Logs, "GetLogEvents", logs::events, Some(rate(25.0, 25.0))),
    op(Service::Logs, "StartQuery", logs::start, Some(rate(5.0, 5.0))),
    op(Service::Logs, "GetQueryResults", logs::results, Some(rate(10.0, 10.0))),
    op(Service::Health, "DescribeEvents", health::events, None),
    op(Service::Health, "DescribeEventDetails", health::details, None),
    op(Service::Health, "DescribeAffectedEntities", health::entities, None),
    op(Service::Support, "DescribeServices", support::services, None),
    op(Service::Support, "DescribeSeverityLevels", support::levels, None),
    op(Service::Support, "DescribeCases", support::cases, None),
    op(Service::Support, "CreateCase", support::create, None),
    op(Service::Support, "DescribeTrustedAdvisorCheckResult", support::check, None),
    op(Service::Dlm, "GetLifecyclePolicies", dlm::list_all, UNPUBLISHED),
    op(Service::Dlm, "GetLifecyclePolicy", dlm::get, UNPUBLISHED),
];

/// Looks an operation up.
pub(crate) fn find(service: Service, name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.service == service && operation.name == name)
}
