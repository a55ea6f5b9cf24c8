//! EC2's answers about volumes.

use aws_sdk_ec2::types as sdk;

use super::{
    call::{Answer, Call, pages},
    filters,
    told::{fields, words},
};

fields! {
    sdk::Volume {
        "VolumeId": volume_id,
        "State": state,
        "Size": size,
        "Iops": iops,
        "Throughput": throughput,
        "VolumeType": volume_type,
        "Encrypted": encrypted,
        "KmsKeyId": kms_key_id,
        "Attachments": attachments,
        "MultiAttachEnabled": multi_attach_enabled,
    }
    sdk::VolumeAttachment { "InstanceId": instance_id, "Device": device, "State": state }
    sdk::VolumeStatusItem {
        "VolumeId": volume_id,
        "VolumeStatus": volume_status,
        "Events": events,
        "Actions": actions,
    }
    sdk::VolumeStatusInfo { "Status": status, "Details": details }
    sdk::VolumeStatusDetails { "Name": name, "Status": status }
    sdk::VolumeStatusEvent {
        "EventType": event_type,
        "Description": description,
        "NotBefore": not_before,
        "NotAfter": not_after,
    }
    sdk::VolumeStatusAction { "Code": code, "Description": description, "EventType": event_type }
}

words!(
    sdk::VolumeAttachmentState,
    sdk::VolumeState,
    sdk::VolumeStatusInfoStatus,
    sdk::VolumeStatusName,
    sdk::VolumeType,
);

pub(super) async fn describe_volumes(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("Volumes", volumes)],
        set_next_token(next_token),
        call.session
            .ec2()
            .describe_volumes()
            .set_volume_ids(call.texts("VolumeIds"))
            .set_filters(filters(call, "Filters"))
            .set_max_results(call.page_unless("VolumeIds", 1000))
    )
}

pub(super) async fn describe_volume_status(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("VolumeStatuses", volume_statuses)],
        set_next_token(next_token),
        call.session
            .ec2()
            .describe_volume_status()
            .set_volume_ids(call.texts("VolumeIds"))
            .set_filters(filters(call, "Filters"))
            .set_max_results(call.page_unless("VolumeIds", 1000))
    )
}
