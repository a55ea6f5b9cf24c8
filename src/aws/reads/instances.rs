//! EC2's answers about instances, their status checks, and the launch templates that they are made from.

use aws_sdk_ec2::{
    operation::{
        get_console_output::GetConsoleOutputOutput, get_console_screenshot::GetConsoleScreenshotOutput,
    },
    types as sdk,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value as Json;

use super::{
    call::{Answer, Call, one, pages, seek},
    filters,
    told::{Told, fields, lines, words},
};

fields! {
    sdk::Reservation { "Instances": instances }
    sdk::Instance {
        "InstanceId": instance_id,
        "ImageId": image_id,
        "InstanceType": instance_type,
        "KeyName": key_name,
        "LaunchTime": launch_time,
        "State": state,
        "StateTransitionReason": state_transition_reason,
        "StateReason": state_reason,
        "SubnetId": subnet_id,
        "VpcId": vpc_id,
        "PrivateIpAddress": private_ip_address,
        "PublicIpAddress": public_ip_address,
        "IamInstanceProfile": iam_instance_profile,
        "EbsOptimized": ebs_optimized,
        "SecurityGroups": security_groups,
        "NetworkInterfaces": network_interfaces,
        "BlockDeviceMappings": block_device_mappings,
        "Placement": placement,
        "CpuOptions": cpu_options,
        "Tags": tags,
        "Platform": platform,
        "PlatformDetails": platform_details,
        "RootDeviceName": root_device_name,
        "RootDeviceType": root_device_type,
        "InstanceLifecycle": instance_lifecycle,
        "MetadataOptions": metadata_options,
    }
    sdk::InstanceMetadataOptionsResponse { "HttpTokens": http_tokens, "HttpEndpoint": http_endpoint }
    GetConsoleOutputOutput { "InstanceId": instance_id, "Timestamp": timestamp }
    GetConsoleScreenshotOutput { "InstanceId": instance_id, "ImageData": image_data }
    sdk::InstanceState { "Name": name }
    sdk::StateReason { "Code": code, "Message": message }
    sdk::IamInstanceProfile { "Arn": arn }
    sdk::GroupIdentifier { "GroupId": group_id, "GroupName": group_name }
    sdk::InstanceNetworkInterface {
        "NetworkInterfaceId": network_interface_id,
        "Groups": groups,
        "SubnetId": subnet_id,
    }
    sdk::InstanceBlockDeviceMapping { "DeviceName": device_name, "Ebs": ebs }
    sdk::EbsInstanceBlockDevice { "VolumeId": volume_id, "Status": status }
    sdk::Placement { "AvailabilityZone": availability_zone, "Tenancy": tenancy }
    sdk::CpuOptions { "CoreCount": core_count, "ThreadsPerCore": threads_per_core }
    sdk::Tag { "Key": key, "Value": value }
    sdk::InstanceStatus {
        "InstanceId": instance_id,
        "InstanceState": instance_state,
        "SystemStatus": system_status,
        "InstanceStatus": instance_status,
        "AttachedEbsStatus": attached_ebs_status,
        "Events": events,
    }
    sdk::InstanceStatusSummary { "Status": status, "Details": details }
    sdk::InstanceStatusDetails { "Name": name, "Status": status, "ImpairedSince": impaired_since }
    sdk::EbsStatusSummary { "Status": status, "Details": details }
    sdk::EbsStatusDetails { "Name": name, "Status": status, "ImpairedSince": impaired_since }
    sdk::InstanceStatusEvent {
        "Code": code,
        "Description": description,
        "NotBefore": not_before,
        "NotAfter": not_after,
        "InstanceEventId": instance_event_id,
    }
    sdk::LaunchTemplateVersion {
        "LaunchTemplateId": launch_template_id,
        "LaunchTemplateName": launch_template_name,
        "VersionNumber": version_number,
        "DefaultVersion": default_version,
        "CreateTime": create_time,
        "CreatedBy": created_by,
        "LaunchTemplateData": launch_template_data,
    }
    sdk::ResponseLaunchTemplateData {
        "ImageId": image_id,
        "InstanceType": instance_type,
        "SecurityGroupIds": security_group_ids,
        "IamInstanceProfile": iam_instance_profile,
    }
    sdk::LaunchTemplateIamInstanceProfileSpecification { "Arn": arn, "Name": name }
}

words!(
    sdk::DeviceType,
    sdk::HttpTokensState,
    sdk::InstanceLifecycleType,
    sdk::InstanceMetadataEndpointState,
    sdk::PlatformValues,
    sdk::AttachmentStatus,
    sdk::EventCode,
    sdk::InstanceStateName,
    sdk::InstanceType,
    sdk::StatusName,
    sdk::StatusType,
    sdk::SummaryStatus,
    sdk::Tenancy,
);

pub(super) async fn describe_instances(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("Reservations", reservations)],
        set_next_token(next_token),
        call.session
            .ec2()
            .describe_instances()
            .set_instance_ids(call.texts("InstanceIds"))
            .set_filters(filters(call, "Filters"))
            .set_max_results(call.page_unless("InstanceIds", 1000))
    )
}

pub(super) async fn describe_instance_status(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("InstanceStatuses", instance_statuses)],
        set_next_token(next_token),
        call.session
            .ec2()
            .describe_instance_status()
            .set_instance_ids(call.texts("InstanceIds"))
            .set_filters(filters(call, "Filters"))
            .set_include_all_instances(call.flag("IncludeAllInstances"))
            .set_max_results(call.page_unless("InstanceIds", 1000))
    )
}

pub(super) async fn describe_launch_template_versions(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("LaunchTemplateVersions", launch_template_versions)],
        set_next_token(next_token),
        call.session
            .ec2()
            .describe_launch_template_versions()
            .set_launch_template_id(call.text("LaunchTemplateId"))
            .set_launch_template_name(call.text("LaunchTemplateName"))
            .set_versions(call.texts("Versions"))
    )
}

/// AWS gives the output encoded; it is told as the AWS CLI prints it, line by line.
pub(super) async fn get_console_output(call: &Call<'_>) -> Answer {
    let request = call.session.ec2().get_console_output();
    let request = request.set_instance_id(call.text("InstanceId")).set_latest(call.flag("Latest"));
    let answer = seek!(call, request)?;
    Ok(answer.and_then(|answer| {
        let mut told = answer.told()?;
        let output = STANDARD.decode(answer.output.as_deref().unwrap_or_default()).unwrap_or_default();
        if let Json::Object(told) = &mut told {
            told.insert("Output".to_owned(), lines(&String::from_utf8_lossy(&output)).into());
        }
        Some(told)
    }))
}

pub(super) async fn get_console_screenshot(call: &Call<'_>) -> Answer {
    one!(
        call,
        call.session
            .ec2()
            .get_console_screenshot()
            .set_instance_id(call.text("InstanceId"))
            .set_wake_up(call.flag("WakeUp"))
    )
}
