//! EC2's answers about volumes.

use aws_sdk_ec2::types as sdk;

use super::{
    Answer, filter, seek,
    told::{asked, fields, list, words},
};
use crate::aws::{Session, ask, probe::Probe};

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

pub(super) async fn volumes(session: &Session, probe: &Probe, of: &[String]) -> Answer {
    let request = session.ec2().describe_volumes().filters(filter("volume-id", of));
    let answer = ask!(session, "ec2:DescribeVolumes", probe, request)?;
    let found = answer.volumes().iter().filter(|volume| asked(of, volume.volume_id()));
    Ok(Some(list("Volumes", found)))
}

/// By id, since there is no filter for it: for one volume that is gone the call is refused.
pub(super) async fn status(session: &Session, probe: &Probe, of: &[String]) -> Answer {
    let request = session.ec2().describe_volume_status().set_volume_ids(Some(of.to_vec()));
    let answer = seek!(session, "ec2:DescribeVolumeStatus", probe, request)?;
    Ok(answer.map(|answer| list("VolumeStatuses", answer.volume_statuses())))
}
