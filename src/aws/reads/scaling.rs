//! Auto Scaling's answers: groups, what they did, and how instances are being replaced.

use aws_sdk_autoscaling::types as sdk;

use super::{
    call::{Answer, Call, pages, text, texts},
    told::{fields, words},
};

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
    sdk::AutoScalingInstanceDetails {
        "InstanceId": instance_id,
        "InstanceType": instance_type,
        "AutoScalingGroupName": auto_scaling_group_name,
        "AvailabilityZone": availability_zone,
        "AvailabilityZoneId": availability_zone_id,
        "LifecycleState": lifecycle_state,
        "HealthStatus": health_status,
        "LaunchConfigurationName": launch_configuration_name,
        "LaunchTemplate": launch_template,
        "ProtectedFromScaleIn": protected_from_scale_in,
    }
}

words!(sdk::InstanceRefreshStatus, sdk::LifecycleState, sdk::ScalingActivityStatusCode);

pub(super) async fn describe_auto_scaling_groups(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("AutoScalingGroups", auto_scaling_groups)],
        set_next_token(next_token),
        call.session
            .autoscaling()
            .describe_auto_scaling_groups()
            .set_auto_scaling_group_names(call.texts("AutoScalingGroupNames"))
            .set_filters(filters(call))
            .max_records(call.page(100))
    )
}

pub(super) async fn describe_auto_scaling_instances(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("AutoScalingInstances", auto_scaling_instances)],
        set_next_token(next_token),
        call.session
            .autoscaling()
            .describe_auto_scaling_instances()
            .set_instance_ids(call.texts("InstanceIds"))
            .max_records(call.page(100))
    )
}

pub(super) async fn describe_scaling_activities(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("Activities", activities)],
        set_next_token(next_token),
        call.session
            .autoscaling()
            .describe_scaling_activities()
            .set_auto_scaling_group_name(call.text("AutoScalingGroupName"))
            .set_activity_ids(call.texts("ActivityIds"))
            .max_records(call.page(100))
    )
}

pub(super) async fn describe_instance_refreshes(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("InstanceRefreshes", instance_refreshes)],
        set_next_token(next_token),
        call.session
            .autoscaling()
            .describe_instance_refreshes()
            .set_auto_scaling_group_name(call.text("AutoScalingGroupName"))
            .set_instance_refresh_ids(call.texts("InstanceRefreshIds"))
            .max_records(call.page(100))
    )
}

fn filters(call: &Call<'_>) -> Option<Vec<sdk::Filter>> {
    call.each("Filters", |of| {
        Some(sdk::Filter::builder().set_name(text(of, "Name")).set_values(texts(of, "Values")).build())
    })
}
