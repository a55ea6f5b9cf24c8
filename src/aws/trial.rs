//! One trial per IAM action that toban needs: the cheapest call that tells whether we may.
//!
//! Every action is tried by its own operation, since nothing else proves it: lists with the smallest page, an operation that
//! takes the name of a thing with one that cannot exist. For the latter "there is none" is the proof: AWS looks for a
//! thing only after it has let us ask. A rejected parameter is none, because it may be rejected before; so every
//! parameter here is one that AWS accepts. Nothing here may change anything.

mod there;

use std::sync::Arc;

use aws_sdk_cloudwatch::types::{Metric, MetricDataQuery, MetricStat};
use aws_sdk_ec2::types::Filter;
use aws_sdk_health::types::EntityFilter;
use futures::{FutureExt, future::BoxFuture};
use jiff::SignedDuration;

use super::{
    Session,
    error::{self, codes},
    identity,
    probe::Probe,
    time,
};
use crate::doctor::{Outcome, Proof};

/// The smallest page of EC2's lists (`MaxResults` 5–1000, `aws-facts.md` §1.1).
const EC2_PAGE: i32 = 5;
/// The smallest page of RDS's lists (`MaxRecords` 20–100).
const RDS_PAGE: i32 = 20;
/// An instance that cannot exist: EC2 makes its ids at random from 17 hexadecimal digits.
const NO_INSTANCE: &str = "i-00000000000000000";
/// An image that cannot exist.
const NO_IMAGE: &str = "ami-00000000000000000";
/// A lifecycle policy that cannot exist.
const NO_POLICY: &str = "policy-00000000000000000";
/// A maintenance window that cannot exist.
const NO_WINDOW: &str = "mw-00000000000000000";
/// A patch baseline that cannot exist.
const NO_BASELINE: &str = "pb-00000000000000000";
/// A job, plan, command or search that cannot exist: these ids are made at random.
const NO_ID: &str = "00000000-0000-4000-8000-000000000000";
/// An event of AWS Health that cannot exist.
const NO_EVENT: &str = "arn:aws:health:us-east-1::event/EC2/AWS_EC2_TOBAN_DOCTOR/AWS_EC2_TOBAN_DOCTOR_0";
/// One of Trusted Advisor's checks, which are the same for everybody: low utilization of instances.
const A_CHECK: &str = "Qch7DwouX1";
/// An alarm mute rule that nobody has.
const NO_RULE: &str = "toban-doctor-no-such-rule";

/// A launch template that cannot exist.
const NO_TEMPLATE: &str = "lt-00000000000000000";
/// An Auto Scaling group, an instance profile, a role or a function that nobody has.
const NO_NAME: &str = "toban-doctor-no-such-thing";
/// The same of Elastic Load Balancing, where a name has 32 letters at most.
const NO_BALANCER: &str = "toban-no-such-thing";

/// How a trial is made.
type Run = fn(Arc<Session>, Probe) -> BoxFuture<'static, Outcome>;

/// One action and how it is tried.
pub struct Trial {
    /// `service:Operation`.
    pub action: &'static str,
    pub(super) run: Run,
}

/// Asks once; `missing` tells by its code and message whether an error is AWS's word that there is no such thing.
macro_rules! attempt {
    ($session:ident, $action:expr, $probe:ident, $missing:expr, $request:expr) => {{
        let missing: fn(&str, &str) -> bool = $missing;
        match $session.admit($action).await {
            Err(problem) => Outcome::Failed(problem),
            Ok(()) => match $request.customize().interceptor($probe.clone()).send().await {
                Ok(_) => {
                    $session.worked($action);
                    Outcome::Allowed(Proof::Answered)
                }
                Err(failure) if error::says(&failure, missing) => {
                    $session.worked($action);
                    Outcome::Allowed(Proof::NotFound)
                }
                Err(failure) => Outcome::Failed($session.failed($action, &failure, &$probe).await),
            },
        }
    }};
}

use attempt;

macro_rules! trial {
    ($action:literal, $session:ident => $request:expr) => {
        trial!($action, by |_, _| false, $session => $request)
    };
    ($action:literal, gone, $session:ident => $request:expr) => {
        trial!($action, by codes::is_gone, $session => $request)
    };
    ($action:literal, [$($missing:literal),+], $session:ident => $request:expr) => {
        trial!($action, by |code, _| [$($missing),+].contains(&code), $session => $request)
    };
    ($action:literal, by $missing:expr, $session:ident => $request:expr) => {
        Trial {
            action: $action,
            run: |$session, probe| {
                async move { attempt!($session, $action, probe, $missing, $request) }.boxed()
            },
        }
    };
}

/// All of them, sorted. A test holds the list to the panes and to what stands beside them.
pub static TRIALS: &[Trial] = &[
    trial!("autoscaling:DescribeAutoScalingGroups", s => {
        s.autoscaling().describe_auto_scaling_groups().max_records(1)
    }),
    trial!("autoscaling:DescribeAutoScalingInstances", s => { s.autoscaling().describe_auto_scaling_instances().max_records(1) }),
    // It has no list, and says by a rejected parameter that there is no such group, with words of its own.
    trial!("autoscaling:DescribeInstanceRefreshes", gone, s => {
        s.autoscaling().describe_instance_refreshes().auto_scaling_group_name(NO_NAME)
    }),
    trial!("autoscaling:DescribeScalingActivities", s => {
        s.autoscaling().describe_scaling_activities().max_records(1)
    }),
    trial!("backup:DescribeBackupJob", gone, s => { s.backup().describe_backup_job().backup_job_id(NO_ID) }),
    Trial {
        action: "backup:DescribeBackupVault",
        run: |session, probe| there::vault_described(session, probe).boxed(),
    },
    Trial {
        action: "backup:DescribeRecoveryPoint",
        run: |session, probe| there::point_described(session, probe).boxed(),
    },
    trial!("backup:DescribeRegionSettings", s => s.backup().describe_region_settings()),
    trial!("backup:DescribeRestoreJob", gone, s => { s.backup().describe_restore_job().restore_job_id(NO_ID) }),
    trial!("backup:GetBackupSelection", gone, s => { s.backup().get_backup_selection().backup_plan_id(NO_ID).selection_id(NO_ID) }),
    Trial {
        action: "backup:GetBackupVaultAccessPolicy",
        run: |session, probe| there::vault_policy(session, probe).boxed(),
    },
    Trial {
        action: "backup:GetRecoveryPointRestoreMetadata",
        run: |session, probe| there::point_metadata(session, probe).boxed(),
    },
    trial!("backup:ListBackupJobs", s => s.backup().list_backup_jobs().max_results(1)),
    trial!("backup:ListBackupPlans", s => { s.backup().list_backup_plans().max_results(1) }),
    trial!("backup:ListBackupSelections", gone, s => { s.backup().list_backup_selections().backup_plan_id(NO_ID).max_results(1) }),
    trial!("backup:ListBackupVaults", s => s.backup().list_backup_vaults().max_results(1)),
    trial!("backup:ListProtectedResources", s => s.backup().list_protected_resources().max_results(1)),
    Trial {
        action: "backup:ListRecoveryPointsByBackupVault",
        run: |session, probe| there::recovery_points(session, probe).boxed(),
    },
    trial!("backup:ListRecoveryPointsByResource", gone, s => { let none = no_volume(&s).await; s.backup().list_recovery_points_by_resource().resource_arn(none).max_results(1) }),
    trial!("backup:ListRestoreJobs", s => { s.backup().list_restore_jobs().max_results(1) }),
    trial!("cloudtrail:GetEventSelectors", ["TrailNotFoundException"], s => { s.cloudtrail().get_event_selectors().trail_name(NO_NAME) }),
    trial!("cloudtrail:LookupEvents", s => {
        let minute_ago = s.now() - SignedDuration::from_mins(1);
        s.cloudtrail().lookup_events().start_time(time::to_sdk(minute_ago)).max_results(1)
    }),
    trial!("cloudwatch:DescribeAlarmHistory", s => s.cloudwatch().describe_alarm_history().max_records(1)),
    trial!("cloudwatch:DescribeAlarms", s => s.cloudwatch().describe_alarms().max_records(1)),
    trial!("cloudwatch:DescribeAlarmsForMetric", s => { s.cloudwatch().describe_alarms_for_metric().namespace("toban").metric_name("doctor") }),
    trial!(
        "cloudwatch:GetAlarmMuteRule",
        ["ResourceNotFoundException", "ResourceNotFound"],
        s => s.cloudwatch().get_alarm_mute_rule().alarm_mute_rule_name(NO_RULE)
    ),
    // CloudWatch charges for each metric that is asked for, also for one that is not there: 1 here.
    trial!("cloudwatch:GetMetricData", s => {
        let now = s.now();
        s.cloudwatch()
            .get_metric_data()
            .metric_data_queries(no_metric())
            .start_time(time::to_sdk(now - SignedDuration::from_mins(5)))
            .end_time(time::to_sdk(now))
    }),
    trial!("cloudwatch:ListAlarmMuteRules", s => s.cloudwatch().list_alarm_mute_rules().max_records(1)),
    trial!("dlm:GetLifecyclePolicies", s => s.dlm().get_lifecycle_policies()),
    trial!(
        "dlm:GetLifecyclePolicy",
        ["ResourceNotFoundException"],
        s => s.dlm().get_lifecycle_policy().policy_id(NO_POLICY)
    ),
    // Not in pages: EC2 would give all at once.
    trial!("ec2:DescribeAddresses", s => {
        let none = Filter::builder().name("instance-id").values(NO_INSTANCE).build();
        s.ec2().describe_addresses().filters(none)
    }),
    trial!("ec2:DescribeFlowLogs", s => { s.ec2().describe_flow_logs().max_results(EC2_PAGE) }),
    trial!("ec2:DescribeImages", s => {
        let none = Filter::builder().name("image-id").values(NO_IMAGE).build();
        s.ec2().describe_images().filters(none).max_results(EC2_PAGE)
    }),
    trial!("ec2:DescribeInstanceStatus", s => s.ec2().describe_instance_status().max_results(EC2_PAGE)),
    trial!("ec2:DescribeInstances", s => s.ec2().describe_instances().max_results(EC2_PAGE)),
    trial!("ec2:DescribeInternetGateways", s => s.ec2().describe_internet_gateways().max_results(EC2_PAGE)),
    trial!("ec2:DescribeLaunchTemplateVersions", gone, s => {
        s.ec2().describe_launch_template_versions().launch_template_id(NO_TEMPLATE).versions("$Default")
    }),
    trial!("ec2:DescribeNatGateways", s => s.ec2().describe_nat_gateways().max_results(EC2_PAGE)),
    trial!("ec2:DescribeNetworkAcls", s => s.ec2().describe_network_acls().max_results(EC2_PAGE)),
    trial!("ec2:DescribeNetworkInterfaces", s => s.ec2().describe_network_interfaces().max_results(EC2_PAGE)),
    trial!("ec2:DescribeRegions", s => s.ec2().describe_regions().all_regions(false)),
    trial!("ec2:DescribeRouteTables", s => s.ec2().describe_route_tables().max_results(EC2_PAGE)),
    trial!("ec2:DescribeSecurityGroupRules", s => { s.ec2().describe_security_group_rules().max_results(EC2_PAGE) }),
    trial!("ec2:DescribeSecurityGroups", s => s.ec2().describe_security_groups().max_results(EC2_PAGE)),
    // Without an owner the snapshots of everybody that are public would be listed.
    trial!("ec2:DescribeSnapshots", s => s.ec2().describe_snapshots().owner_ids("self").max_results(EC2_PAGE)),
    trial!("ec2:DescribeSubnets", s => s.ec2().describe_subnets().max_results(EC2_PAGE)),
    trial!("ec2:DescribeVolumeStatus", s => s.ec2().describe_volume_status().max_results(EC2_PAGE)),
    trial!("ec2:DescribeVolumes", s => s.ec2().describe_volumes().max_results(EC2_PAGE)),
    trial!("ec2:DescribeVpcEndpoints", s => s.ec2().describe_vpc_endpoints().max_results(EC2_PAGE)),
    trial!("ec2:DescribeVpcPeeringConnections", s => { s.ec2().describe_vpc_peering_connections().max_results(EC2_PAGE) }),
    trial!("ec2:DescribeVpcs", s => s.ec2().describe_vpcs().max_results(EC2_PAGE)),
    trial!("ec2:GetConsoleOutput", gone, s => { s.ec2().get_console_output().instance_id(NO_INSTANCE) }),
    trial!("ec2:GetConsoleScreenshot", gone, s => { s.ec2().get_console_screenshot().instance_id(NO_INSTANCE) }),
    trial!("elasticloadbalancing:DescribeListeners", gone, s => {
        let none = no_arn(&s, "loadbalancer/app").await;
        s.elbv2().describe_listeners().load_balancer_arn(none)
    }),
    trial!("elasticloadbalancing:DescribeLoadBalancers", s => s.elbv2().describe_load_balancers().page_size(1)),
    trial!("elasticloadbalancing:DescribeRules", gone, s => {
        let none = no_arn(&s, "listener/app").await;
        s.elbv2().describe_rules().listener_arn(format!("{none}/0000000000000000"))
    }),
    trial!("elasticloadbalancing:DescribeTargetGroups", s => s.elbv2().describe_target_groups().page_size(1)),
    trial!("elasticloadbalancing:DescribeTargetHealth", gone, s => {
        let none = no_arn(&s, "targetgroup").await;
        s.elbv2().describe_target_health().target_group_arn(none)
    }),
    trial!("health:DescribeAffectedEntities", s => {
        let none = EntityFilter::builder().event_arns(NO_EVENT).build().ok();
        s.health().describe_affected_entities().set_filter(none)
    }),
    trial!("health:DescribeEventDetails", s => { s.health().describe_event_details().event_arns(NO_EVENT) }),
    trial!("health:DescribeEvents", s => { s.health().describe_events().max_results(10) }),
    Trial {
        action: "iam:GetAccessKeyLastUsed",
        run: |session, probe| there::key_last_used(session, probe).boxed(),
    },
    trial!("iam:GetAccountAuthorizationDetails", s => { s.iam().get_account_authorization_details().max_items(1) }),
    trial!("iam:GetCredentialReport", by codes::is_no_report, s => { s.iam().get_credential_report() }),
    trial!("iam:GetInstanceProfile", gone, s => {
        s.iam().get_instance_profile().instance_profile_name(NO_NAME)
    }),
    trial!("iam:GetRole", gone, s => { s.iam().get_role().role_name(NO_NAME) }),
    trial!("iam:GetServiceLastAccessedDetails", gone, s => { s.iam().get_service_last_accessed_details().job_id(NO_ID) }),
    trial!("iam:ListAccessKeys", gone, s => { s.iam().list_access_keys().user_name(NO_NAME) }),
    trial!("iam:ListAccountAliases", s => s.iam().list_account_aliases().max_items(1)),
    trial!("iam:ListAttachedRolePolicies", gone, s => {
        s.iam().list_attached_role_policies().role_name(NO_NAME)
    }),
    trial!("iam:ListAttachedUserPolicies", gone, s => { s.iam().list_attached_user_policies().user_name(NO_NAME) }),
    trial!("iam:ListGroupsForUser", gone, s => { s.iam().list_groups_for_user().user_name(NO_NAME) }),
    trial!("iam:ListMFADevices", gone, s => { s.iam().list_mfa_devices().user_name(NO_NAME) }),
    trial!("iam:ListUserPolicies", gone, s => { s.iam().list_user_policies().user_name(NO_NAME) }),
    trial!("iam:SimulatePrincipalPolicy", gone, s => { let none = no_role(&s).await; s.iam().simulate_principal_policy().policy_source_arn(none).action_names("sts:GetCallerIdentity") }),
    trial!("lambda:GetFunctionConfiguration", gone, s => {
        s.lambda().get_function_configuration().function_name(NO_NAME)
    }),
    trial!("lambda:ListEventSourceMappings", s => s.lambda().list_event_source_mappings().max_items(1)),
    trial!("lambda:ListFunctions", s => { s.lambda().list_functions().max_items(1) }),
    trial!("logs:DescribeLogGroups", s => { s.logs().describe_log_groups().limit(1) }),
    trial!("logs:GetLogEvents", gone, s => { s.logs().get_log_events().log_group_name(NO_NAME).log_stream_name(NO_NAME) }),
    trial!("logs:GetQueryResults", gone, s => { s.logs().get_query_results().query_id(NO_ID) }),
    // Of a group that is not there nothing is searched, and so nothing charged.
    trial!("logs:StartQuery", gone, s => {
        let now = s.now().as_second();
        let request = s.logs().start_query().log_group_name(NO_NAME).query_string("limit 1");
        request.start_time(now - 60).end_time(now)
    }),
    trial!("rds:DescribeDBClusters", s => s.rds().describe_db_clusters().max_records(RDS_PAGE)),
    trial!("rds:DescribeDBInstances", s => s.rds().describe_db_instances().max_records(RDS_PAGE)),
    trial!("rds:DescribeDBSnapshots", s => { s.rds().describe_db_snapshots().max_records(RDS_PAGE) }),
    trial!("rds:DescribeEvents", s => s.rds().describe_events().duration(1).max_records(RDS_PAGE)),
    trial!("rds:DescribePendingMaintenanceActions", s => { s.rds().describe_pending_maintenance_actions().max_records(RDS_PAGE) }),
    trial!("ssm:DescribeInstanceInformation", s => s.ssm().describe_instance_information().max_results(5)),
    // An instance that SSM does not know has no state, which is no error.
    trial!("ssm:DescribeInstancePatchStates", s => {
        s.ssm().describe_instance_patch_states().instance_ids(NO_INSTANCE).max_results(10)
    }),
    trial!(
        "ssm:DescribeInstancePatches",
        ["InvalidInstanceId"],
        s => s.ssm().describe_instance_patches().instance_id(NO_INSTANCE).max_results(10)
    ),
    trial!("ssm:DescribeMaintenanceWindowExecutions", gone, s => { s.ssm().describe_maintenance_window_executions().window_id(NO_WINDOW) }),
    trial!("ssm:DescribeMaintenanceWindows", s => { s.ssm().describe_maintenance_windows().max_results(10) }),
    trial!("ssm:DescribeParameters", s => { s.ssm().describe_parameters().max_results(1) }),
    trial!("ssm:DescribePatchBaselines", s => s.ssm().describe_patch_baselines().max_results(1)),
    trial!("ssm:DescribePatchGroups", s => s.ssm().describe_patch_groups().max_results(1)),
    trial!("ssm:GetCommandInvocation", gone, s => { s.ssm().get_command_invocation().command_id(NO_ID).instance_id(NO_INSTANCE) }),
    trial!("ssm:GetPatchBaseline", gone, s => { s.ssm().get_patch_baseline().baseline_id(NO_BASELINE) }),
    trial!("ssm:ListCommandInvocations", s => { s.ssm().list_command_invocations().max_results(1) }),
    trial!("ssm:ListCommands", s => { s.ssm().list_commands().max_results(1) }),
    trial!("ssm:ListComplianceItems", s => { s.ssm().list_compliance_items().resource_ids(NO_INSTANCE).resource_types("ManagedInstance").max_results(1) }),
    trial!("support:DescribeCases", s => { s.support().describe_cases().max_results(10) }),
    trial!("support:DescribeServices", s => { s.support().describe_services() }),
    trial!("support:DescribeSeverityLevels", s => { s.support().describe_severity_levels() }),
    trial!("support:DescribeTrustedAdvisorCheckResult", s => { s.support().describe_trusted_advisor_check_result().check_id(A_CHECK) }),
];

/// The trial of an action.
pub fn find(action: &str) -> Option<&'static Trial> {
    TRIALS.iter().find(|trial| trial.action == action)
}

fn no_metric() -> MetricDataQuery {
    let metric = Metric::builder().namespace("toban").metric_name("doctor").build();
    let stat = MetricStat::builder().metric(metric).period(300).stat("Sum").build();
    MetricDataQuery::builder().id("none").metric_stat(stat).build()
}

/// The ARN of a load balancer or target group that nobody has: in the caller's account, since another's may be refused for
/// that alone.
async fn no_arn(session: &Session, kind: &str) -> String {
    let region = &session.region;
    let arn = |partition: &str, account: &str| {
        format!(
            "arn:{partition}:elasticloadbalancing:{region}:{account}:{kind}/{NO_BALANCER}/0000000000000000"
        )
    };
    arn_of(session, arn).await
}

async fn arn_of(session: &Session, of: impl FnOnce(&str, &str) -> String) -> String {
    let who = identity::caller(session).await.ok();
    let partition = who.as_ref().map_or("aws", |who| who.partition.as_str());
    of(partition, who.as_ref().map_or("000000000000", |who| who.account.as_str()))
}

/// A role that nobody has.
async fn no_role(session: &Session) -> String {
    arn_of(session, |partition, account| format!("arn:{partition}:iam::{account}:role/{NO_NAME}")).await
}

/// A volume that nobody has.
async fn no_volume(session: &Session) -> String {
    let region = &session.region;
    let arn = |partition: &str, account: &str| {
        format!("arn:{partition}:ec2:{region}:{account}:volume/vol-00000000000000000")
    };
    arn_of(session, arn).await
}
