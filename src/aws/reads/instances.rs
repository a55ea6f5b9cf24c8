//! EC2's answers about instances, their status checks, and the launch templates that they are made from.

use aws_sdk_ec2::types as sdk;

use super::{
    Answer, filter, seek,
    told::{asked, fields, list, words},
};
use crate::aws::{Session, ask, probe::Probe};

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
    }
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
    sdk::AttachmentStatus,
    sdk::EventCode,
    sdk::InstanceStateName,
    sdk::InstanceType,
    sdk::StatusName,
    sdk::StatusType,
    sdk::SummaryStatus,
    sdk::Tenancy,
);

pub(super) async fn instances(session: &Session, probe: &Probe, of: &[String]) -> Answer {
    let request = session.ec2().describe_instances().filters(filter("instance-id", of));
    let mut answer = ask!(session, "ec2:DescribeInstances", probe, request)?;
    let mut reservations = answer.reservations.take().unwrap_or_default();
    reservations.retain_mut(|reservation| {
        let instances = reservation.instances.get_or_insert_default();
        instances.retain(|instance| asked(of, instance.instance_id()));
        !instances.is_empty()
    });
    Ok(Some(list("Reservations", &reservations)))
}

/// By id, since there is no filter for it: for one instance that is gone the call is refused.
pub(super) async fn status(session: &Session, probe: &Probe, of: &[String]) -> Answer {
    let request = session.ec2().describe_instance_status().set_instance_ids(Some(of.to_vec()));
    let request = request.include_all_instances(true);
    let answer = seek!(session, "ec2:DescribeInstanceStatus", probe, request)?;
    Ok(answer.map(|answer| list("InstanceStatuses", answer.instance_statuses())))
}

/// By id, since there is no filter for it. One version may be both.
pub(super) async fn template_versions(session: &Session, probe: &Probe, id: &str) -> Answer {
    let request = session.ec2().describe_launch_template_versions().launch_template_id(id);
    let request = request.versions("$Default").versions("$Latest");
    let answer = seek!(session, "ec2:DescribeLaunchTemplateVersions", probe, request)?;
    Ok(answer.map(|answer| list("LaunchTemplateVersions", answer.launch_template_versions())))
}
