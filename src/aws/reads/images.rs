//! EC2's answers about images and snapshots.

use aws_sdk_ec2::types as sdk;

use super::{
    call::{Answer, Call, pages},
    filters,
    told::{fields, words},
};

fields! {
    sdk::Snapshot {
        "Tags": tags,
        "StorageTier": storage_tier,
        "CompletionTime": completion_time,
        "SnapshotId": snapshot_id,
        "VolumeId": volume_id,
        "State": state,
        "StateMessage": state_message,
        "StartTime": start_time,
        "Progress": progress,
        "OwnerId": owner_id,
        "Description": description,
        "VolumeSize": volume_size,
        "Encrypted": encrypted,
        "KmsKeyId": kms_key_id,
    }
    sdk::Image {
        "PlatformDetails": platform_details,
        "BlockDeviceMappings": block_device_mappings,
        "Description": description,
        "ImageOwnerAlias": image_owner_alias,
        "Name": name,
        "RootDeviceName": root_device_name,
        "RootDeviceType": root_device_type,
        "Tags": tags,
        "DeprecationTime": deprecation_time,
        "SourceInstanceId": source_instance_id,
        "LastLaunchedTime": last_launched_time,
        "ImageAllowed": image_allowed,
        "SourceImageId": source_image_id,
        "SourceImageRegion": source_image_region,
        "ImageId": image_id,
        "State": state,
        "OwnerId": owner_id,
        "CreationDate": creation_date,
        "Public": public,
        "Architecture": architecture,
        "Platform": platform,
    }
    sdk::BlockDeviceMapping {
        "Ebs": ebs,
        "DeviceName": device_name,
    }
    sdk::EbsBlockDevice {
        "DeleteOnTermination": delete_on_termination,
        "Iops": iops,
        "SnapshotId": snapshot_id,
        "VolumeSize": volume_size,
        "VolumeType": volume_type,
        "KmsKeyId": kms_key_id,
        "Throughput": throughput,
        "Encrypted": encrypted,
    }
}

words!(sdk::ArchitectureValues, sdk::ImageState, sdk::SnapshotState, sdk::StorageTier);

pub(super) async fn describe_snapshots(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("Snapshots", snapshots)],
        set_next_token(next_token),
        call.session
            .ec2()
            .describe_snapshots()
            .set_snapshot_ids(call.texts("SnapshotIds"))
            .set_owner_ids(call.texts("OwnerIds"))
            .set_filters(filters(call, "Filters"))
            .set_max_results(call.page_unless("SnapshotIds", 1000))
    )
}

pub(super) async fn describe_images(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("Images", images)],
        set_next_token(next_token),
        call.session
            .ec2()
            .describe_images()
            .set_image_ids(call.texts("ImageIds"))
            .set_owners(call.texts("Owners"))
            .set_filters(filters(call, "Filters"))
            .set_include_deprecated(call.flag("IncludeDeprecated"))
            .set_max_results(call.page_unless("ImageIds", 1000))
    )
}
