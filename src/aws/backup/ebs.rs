//! EBS: the volumes of a Region, and the account's own snapshots with their origin.

use std::sync::{Arc, atomic::AtomicU32};

use aws_sdk_ec2::types as sdk;
use jiff::Timestamp;

use super::{
    by::{Snapshots, add},
    each,
    sources::word,
};
use crate::{
    aws::{Session, ec2::tags, pages::listing, time},
    problem::Problem,
    rows::{
        backup::{Origin, Snapshot},
        shared::Tags,
    },
    text::sanitise::clean,
};

/// Most volumes or snapshots a page can hold.
const FULL: i32 = 1000;
/// The tag with the ARN of what AWS Backup was backing up.
const BACKUP_SOURCE: &str = "aws:backup:source-resource";
/// The tag with the lifecycle policy's id.
const DLM_POLICY: &str = "aws:dlm:lifecycle-policy-id";
/// How AWS Backup describes its snapshots.
const BACKUP_TEXT: &str = "This snapshot is created by the AWS Backup service";
/// How CreateImage describes its snapshots: `Created by CreateImage(i-…) for ami-…`.
const IMAGE_TEXT: &str = "Created by CreateImage(";
/// What stands for the volume of a snapshot that was copied or imported.
const NO_VOLUME: &str = "vol-ffffffff";

/// A volume, as far as backups care.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Volume {
    /// `vol-…`.
    pub id: String,
    /// All tags, sorted by key.
    pub tags: Tags,
    /// When it was created.
    pub made: Option<Timestamp>,
    /// Whether any instance has it.
    pub attached: bool,
}

impl Volume {
    /// The tag `Name`; empty when there is none.
    pub(super) fn name(&self) -> &str {
        self.tags.iter().find(|(key, _)| key == "Name").map_or("", |(_, value)| value)
    }
}

/// All volumes that are not being deleted.
pub(super) async fn volumes(session: &Arc<Session>, calls: &Arc<AtomicU32>) -> Result<Vec<Volume>, Problem> {
    let pages = listing!(
        session,
        calls,
        "ec2:DescribeVolumes",
        |session| session.ec2().describe_volumes().max_results(FULL),
        |answer| answer.volumes.unwrap_or_default().iter().filter_map(volume).collect(),
    );
    let mut all = Vec::new();
    each(pages, |volume| all.push(volume)).await?;
    Ok(all)
}

/// The account's own snapshots by volume. Without `OwnerIds` the answer would be every public snapshot there is.
pub(super) async fn snapshots(session: &Arc<Session>, calls: &Arc<AtomicU32>) -> Result<Snapshots, Problem> {
    let pages = listing!(
        session,
        calls,
        "ec2:DescribeSnapshots",
        |session| session.ec2().describe_snapshots().owner_ids("self").max_results(FULL),
        |answer| answer.snapshots.unwrap_or_default().iter().filter_map(snapshot).collect(),
    );
    let mut all = Snapshots::default();
    each(pages, |(volume, snapshot)| add(all.entry(volume.into()).or_default(), snapshot)).await?;
    Ok(all)
}

fn volume(from: &sdk::Volume) -> Option<Volume> {
    let state = from.state().map_or("", sdk::VolumeState::as_str);
    let id = clean(from.volume_id()?);
    if id.is_empty() || matches!(state, "deleting" | "deleted") {
        return None;
    }
    let gone = |a: &sdk::VolumeAttachment| a.state().is_some_and(|s| s.as_str() == "detached");
    Some(Volume {
        id,
        tags: tags(from.tags()).into(),
        made: from.create_time().and_then(time::from_sdk),
        attached: from.attachments().iter().any(|a| !gone(a)),
    })
}

fn snapshot(from: &sdk::Snapshot) -> Option<(String, Snapshot)> {
    let volume = clean(from.volume_id()?);
    if volume.is_empty() || volume == NO_VOLUME {
        return None;
    }
    let snapshot = Snapshot {
        id: clean(from.snapshot_id().unwrap_or_default()),
        state: word(from.state().map(sdk::SnapshotState::as_str)).unwrap_or_default(),
        message: word(from.state_message()),
        started: from.start_time().and_then(time::from_sdk),
        encrypted: from.encrypted().unwrap_or_default(),
        origin: origin(from),
    };
    Some((volume, snapshot))
}

/// A policy's tag goes before a description: DLM makes images, too.
fn origin(from: &sdk::Snapshot) -> Origin {
    let tag =
        |key: &str| from.tags().iter().find(|t| t.key() == Some(key)).and_then(|t| t.value()).map(clean);
    let description = clean(from.description().unwrap_or_default());
    if let Some(policy) = tag(DLM_POLICY) {
        return Origin::Dlm(policy);
    }
    let source = tag(BACKUP_SOURCE);
    if source.is_some() || description.starts_with(BACKUP_TEXT) {
        return Origin::AwsBackup(source);
    }
    if description.starts_with(IMAGE_TEXT) {
        return Origin::Image(
            description.split_once(" for ").map(|(_, image)| image.to_owned()).unwrap_or_default(),
        );
    }
    Origin::Other(description)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_s_origin_stands_in_its_tags_and_description() {
        let made = |tags: &[(&str, &str)], description: &str| {
            let tag = |(key, value): &(&str, &str)| sdk::Tag::builder().key(*key).value(*value).build();
            let tags = tags.iter().map(tag).collect();
            origin(&sdk::Snapshot::builder().set_tags(Some(tags)).description(description).build())
        };
        let arn = "arn:aws:ec2:eu-west-1:111122223333:volume/vol-1";
        let backup = "This snapshot is created by the AWS Backup service.";
        assert_eq!(made(&[(BACKUP_SOURCE, arn)], ""), Origin::AwsBackup(Some(arn.into())));
        assert_eq!(made(&[], backup), Origin::AwsBackup(None));
        assert_eq!(
            made(&[(DLM_POLICY, "policy-1")], "Created by CreateImage(i-1) for ami-1"),
            Origin::Dlm("policy-1".into())
        );
        assert_eq!(made(&[], "Created by CreateImage(i-1) for ami-1"), Origin::Image("ami-1".into()));
        assert_eq!(
            made(&[("Name", "x")], "before\u{1b}[2J the move"),
            Origin::Other("before the move".into())
        );
    }

    #[test]
    fn what_has_no_volume_of_its_own_is_no_backup_of_one() {
        let of = |volume: &str| {
            snapshot(&sdk::Snapshot::builder().snapshot_id("snap-1").volume_id(volume).build())
        };
        assert!(of("vol-1").is_some());
        assert!(of(NO_VOLUME).is_none() && of("").is_none());
    }

    #[test]
    fn volumes_that_are_going_are_left_out() {
        let of = |state| volume(&sdk::Volume::builder().volume_id("vol-1").state(state).build()).is_some();
        assert!(of(sdk::VolumeState::Available) && of(sdk::VolumeState::InUse));
        assert!(!of(sdk::VolumeState::Deleting) && !of(sdk::VolumeState::Deleted));
    }
}
