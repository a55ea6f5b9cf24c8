//! One trial per IAM action that toban needs: the cheapest call that tells whether we may.
//!
//! Every action is tried by its own operation, since nothing else proves it: lists with the smallest page, an operation that
//! takes the name of a thing with one that cannot exist. For the latter "there is none" is the proof: AWS looks for a
//! thing only after it has let us ask. A rejected parameter is none, because it may be rejected before; so every
//! parameter here is one that AWS accepts. Nothing here may change anything.

use std::sync::Arc;

use aws_sdk_cloudwatch::types::{Metric, MetricDataQuery, MetricStat};
use aws_sdk_ec2::types::Filter;
use futures::{FutureExt, future::BoxFuture};
use jiff::SignedDuration;

use super::{
    Session, ask,
    error::{self, codes},
    identity,
    probe::Probe,
    time,
};
use crate::{
    doctor::{Outcome, Proof},
    text::sentence::Sentence,
};

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
    // It has no list, and says by a rejected parameter that there is no such group, with words of its own.
    trial!("autoscaling:DescribeInstanceRefreshes", gone, s => {
        s.autoscaling().describe_instance_refreshes().auto_scaling_group_name(NO_NAME)
    }),
    trial!("autoscaling:DescribeScalingActivities", s => {
        s.autoscaling().describe_scaling_activities().max_records(1)
    }),
    trial!("backup:DescribeRegionSettings", s => s.backup().describe_region_settings()),
    trial!("backup:ListBackupJobs", s => s.backup().list_backup_jobs().max_results(1)),
    trial!("backup:ListBackupVaults", s => s.backup().list_backup_vaults().max_results(1)),
    trial!("backup:ListProtectedResources", s => s.backup().list_protected_resources().max_results(1)),
    Trial {
        action: "backup:ListRecoveryPointsByBackupVault",
        run: |session, probe| recovery_points(session, probe).boxed(),
    },
    trial!("cloudtrail:LookupEvents", s => {
        let minute_ago = s.now() - SignedDuration::from_mins(1);
        s.cloudtrail().lookup_events().start_time(time::to_sdk(minute_ago)).max_results(1)
    }),
    trial!("cloudwatch:DescribeAlarmHistory", s => s.cloudwatch().describe_alarm_history().max_records(1)),
    trial!("cloudwatch:DescribeAlarms", s => s.cloudwatch().describe_alarms().max_records(1)),
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
    trial!("ec2:DescribeSecurityGroups", s => s.ec2().describe_security_groups().max_results(EC2_PAGE)),
    // Without an owner the snapshots of everybody that are public would be listed.
    trial!("ec2:DescribeSnapshots", s => s.ec2().describe_snapshots().owner_ids("self").max_results(EC2_PAGE)),
    trial!("ec2:DescribeSubnets", s => s.ec2().describe_subnets().max_results(EC2_PAGE)),
    trial!("ec2:DescribeVolumeStatus", s => s.ec2().describe_volume_status().max_results(EC2_PAGE)),
    trial!("ec2:DescribeVolumes", s => s.ec2().describe_volumes().max_results(EC2_PAGE)),
    trial!("ec2:DescribeVpcEndpoints", s => s.ec2().describe_vpc_endpoints().max_results(EC2_PAGE)),
    trial!("ec2:DescribeVpcs", s => s.ec2().describe_vpcs().max_results(EC2_PAGE)),
    trial!("elasticloadbalancing:DescribeListeners", gone, s => {
        let none = no_arn(&s, "loadbalancer/app").await;
        s.elbv2().describe_listeners().load_balancer_arn(none)
    }),
    trial!("elasticloadbalancing:DescribeLoadBalancers", s => s.elbv2().describe_load_balancers().page_size(1)),
    trial!("elasticloadbalancing:DescribeTargetGroups", s => s.elbv2().describe_target_groups().page_size(1)),
    trial!("elasticloadbalancing:DescribeTargetHealth", gone, s => {
        let none = no_arn(&s, "targetgroup").await;
        s.elbv2().describe_target_health().target_group_arn(none)
    }),
    trial!("iam:GetInstanceProfile", gone, s => {
        s.iam().get_instance_profile().instance_profile_name(NO_NAME)
    }),
    trial!("iam:ListAccountAliases", s => s.iam().list_account_aliases().max_items(1)),
    trial!("iam:ListAttachedRolePolicies", gone, s => {
        s.iam().list_attached_role_policies().role_name(NO_NAME)
    }),
    trial!("lambda:GetFunctionConfiguration", gone, s => {
        s.lambda().get_function_configuration().function_name(NO_NAME)
    }),
    trial!("lambda:ListEventSourceMappings", s => s.lambda().list_event_source_mappings().max_items(1)),
    trial!("rds:DescribeDBClusters", s => s.rds().describe_db_clusters().max_records(RDS_PAGE)),
    trial!("rds:DescribeDBInstances", s => s.rds().describe_db_instances().max_records(RDS_PAGE)),
    trial!("rds:DescribeEvents", s => s.rds().describe_events().duration(1).max_records(RDS_PAGE)),
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
    trial!("ssm:DescribePatchBaselines", s => s.ssm().describe_patch_baselines().max_results(1)),
    trial!("ssm:DescribePatchGroups", s => s.ssm().describe_patch_groups().max_results(1)),
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
    let who = identity::caller(session).await.ok();
    let partition = who.as_ref().map_or("aws", |who| who.partition.as_str());
    let account = who.as_ref().map_or("000000000000", |who| who.account.as_str());
    let region = &session.region;
    format!("arn:{partition}:elasticloadbalancing:{region}:{account}:{kind}/{NO_BALANCER}/0000000000000000")
}

/// AWS Backup answers for a vault that does not exist as for one that is forbidden, so a real one is needed; it is
/// whichever is listed first.
async fn recovery_points(session: Arc<Session>, probe: Probe) -> Outcome {
    const VAULTS: &str = "backup:ListBackupVaults";
    const POINTS: &str = "backup:ListRecoveryPointsByBackupVault";
    let request = session.backup().list_backup_vaults().max_results(1);
    let vault = match ask!(session, VAULTS, probe, request) {
        Ok(answer) => {
            answer.backup_vault_list.unwrap_or_default().into_iter().find_map(|v| v.backup_vault_name)
        }
        // What that is stands with the list itself.
        Err(_) => return Outcome::Untried(Sentence::new("doctor.vaults_unknown")),
    };
    let Some(vault) = vault else { return Outcome::Untried(Sentence::new("doctor.no_vault")) };
    let request = session.backup().list_recovery_points_by_backup_vault().backup_vault_name(vault);
    attempt!(session, POINTS, probe, |_, _| false, request.max_results(1))
}
