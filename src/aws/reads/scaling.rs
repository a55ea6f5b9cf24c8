//! Auto Scaling's answers: groups, what they did, and how instances are being replaced.

use aws_sdk_autoscaling::types as sdk;

use super::{
    Answer, seek,
    told::{fields, list, words},
};
use crate::aws::{Session, probe::Probe};

fields! {
    sdk::AutoScalingGroup {
        "AutoScalingGroupName": auto_scaling_group_name,
        "AutoScalingGroupARN": auto_scaling_group_arn,
        "MinSize": min_size,
        "MaxSize": max_size,
        "DesiredCapacity": desired_capacity,
        "LaunchTemplate": launch_template,
        "MixedInstancesPolicy": mixed_instances_policy,
        "TargetGroupARNs": target_group_arns,
        "LoadBalancerNames": load_balancer_names,
        "VPCZoneIdentifier": vpc_zone_identifier,
        "HealthCheckType": health_check_type,
        "Instances": instances,
        "SuspendedProcesses": suspended_processes,
        "Tags": tags,
        "Status": status,
    }
    sdk::LaunchTemplateSpecification {
        "LaunchTemplateId": launch_template_id,
        "LaunchTemplateName": launch_template_name,
        "Version": version,
    }
    sdk::MixedInstancesPolicy { "LaunchTemplate": launch_template }
    sdk::LaunchTemplate { "LaunchTemplateSpecification": launch_template_specification }
    sdk::Instance {
        "InstanceId": instance_id,
        "LifecycleState": lifecycle_state,
        "HealthStatus": health_status,
        "LaunchTemplate": launch_template,
    }
    sdk::SuspendedProcess { "ProcessName": process_name, "SuspensionReason": suspension_reason }
    sdk::TagDescription { "Key": key, "Value": value }
    sdk::Activity {
        "ActivityId": activity_id,
        "AutoScalingGroupName": auto_scaling_group_name,
        "Description": description,
        "Cause": cause,
        "StartTime": start_time,
        "EndTime": end_time,
        "StatusCode": status_code,
        "StatusMessage": status_message,
        "Progress": progress,
    }
    sdk::InstanceRefresh {
        "InstanceRefreshId": instance_refresh_id,
        "AutoScalingGroupName": auto_scaling_group_name,
        "Status": status,
        "StatusReason": status_reason,
        "StartTime": start_time,
        "EndTime": end_time,
        "PercentageComplete": percentage_complete,
        "InstancesToUpdate": instances_to_update,
    }
}

words!(sdk::InstanceRefreshStatus, sdk::LifecycleState, sdk::ScalingActivityStatusCode);

/// As many groups as can be asked about: without it Auto Scaling takes 50 names.
const GROUPS: i32 = 100;
const ACTIVITIES: i32 = 20;
const REFRESHES: i32 = 5;

/// A group that is gone is not in the list.
pub(super) async fn groups(session: &Session, probe: &Probe, of: &[String]) -> Answer {
    let request = session.autoscaling().describe_auto_scaling_groups();
    let request = request.set_auto_scaling_group_names(Some(of.to_vec())).max_records(GROUPS);
    let answer = seek!(session, "autoscaling:DescribeAutoScalingGroups", probe, request)?;
    Ok(answer.map(|answer| list("AutoScalingGroups", answer.auto_scaling_groups())))
}

/// Auto Scaling gives the newest first.
pub(super) async fn activities(session: &Session, probe: &Probe, name: &str) -> Answer {
    let request = session.autoscaling().describe_scaling_activities().auto_scaling_group_name(name);
    let request = request.max_records(ACTIVITIES);
    let answer = seek!(session, "autoscaling:DescribeScalingActivities", probe, request)?;
    Ok(answer.map(|answer| list("Activities", answer.activities())))
}

pub(super) async fn refreshes(session: &Session, probe: &Probe, name: &str) -> Answer {
    let request = session.autoscaling().describe_instance_refreshes().auto_scaling_group_name(name);
    let request = request.max_records(REFRESHES);
    let answer = seek!(session, "autoscaling:DescribeInstanceRefreshes", probe, request)?;
    Ok(answer.map(|answer| list("InstanceRefreshes", answer.instance_refreshes())))
}
