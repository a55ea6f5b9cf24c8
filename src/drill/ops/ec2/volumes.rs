//! `ec2:DescribeVolumes`.

use super::{Filters, Kind, answer, here, known_ids, paging, tag_set, zone_id};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    tree::{Fields, Tree, list},
    wire::xml::iso,
    world::instance::{Held, Instance, Volume, goes_with_instance},
};

/// The ids of volumes.
pub(super) const VOLUME: Kind = Kind { prefix: "vol", code: "InvalidVolumeID", what: "volume ID" };

const FILTERS: &[&str] = &[
    "attachment.attach-time",
    "attachment.delete-on-termination",
    "attachment.device",
    "attachment.instance-id",
    "attachment.status",
    "availability-zone",
    "availability-zone-id",
    "create-time",
    "encrypted",
    "size",
    "snapshot-id",
    "status",
    "volume-id",
    "volume-type",
];

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribeVolumes", params);
    let (offset, size) = paging(params, tokens, "VolumeId")?;
    let filters = Filters::read(params)?;
    let ids = params.texts("VolumeId");
    let mut found = there(cx);
    known_ids(&ids, &VOLUME, |id| found.iter().any(|(volume, _)| volume.id == id))?;
    found.retain(|(volume, _)| ids.is_empty() || ids.contains(&volume.id.as_str()));
    let found = filters.keep(found, |(volume, _)| &volume.tags, FILTERS, |one, name| values(*one, name))?;
    let (page, next) = tokens.cut(found, offset, size);
    Ok(answer("volumeSet", page.into_iter().map(|one| describe(cx, one)).collect::<Vec<_>>(), next))
}

/// A volume and the instance and device that it is attached to.
pub(super) type Attached<'a> = (&'a Volume, Option<(&'a Instance, &'a str)>);

/// The Region's volumes that are there.
pub(super) fn there<'a>(cx: &'a Cx<'_>) -> Vec<Attached<'a>> {
    let held = |volume: &'a Volume| match volume.held(&cx.world.instances, cx.elapsed, cx.world.origin) {
        Held::Gone => None,
        Held::Loose => Some((volume, None)),
        Held::By(instance, device) => Some((volume, Some((instance, device)))),
    };
    here(cx, &cx.world.volumes, Volume::region).filter_map(held).collect()
}

fn values((volume, attached): Attached<'_>, name: &str) -> Vec<String> {
    let one = |text: &str| vec![text.to_owned()];
    let when_attached = |text: &str| attached.map(|_| text.to_owned()).into_iter().collect();
    match name {
        "attachment.attach-time" => when_attached(&iso(volume.created)),
        "attachment.delete-on-termination" => {
            attached.map(|(_, device)| goes_with_instance(device).to_string()).into_iter().collect()
        }
        "attachment.device" => attached.map(|(_, device)| device.to_owned()).into_iter().collect(),
        "attachment.instance-id" => attached.map(|(instance, _)| instance.id.clone()).into_iter().collect(),
        "attachment.status" => when_attached("attached"),
        "availability-zone" => one(&volume.az),
        "availability-zone-id" => vec![zone_id(&volume.az)],
        "create-time" => vec![iso(volume.created)],
        "encrypted" => vec![volume.encrypted.to_string()],
        "size" => vec![volume.size.to_string()],
        "snapshot-id" => volume.snapshot.clone().into_iter().collect(),
        "status" => one(if attached.is_some() { "in-use" } else { "available" }),
        "volume-id" => one(&volume.id),
        "volume-type" => one("gp3"),
        _ => Vec::new(),
    }
}

fn describe(cx: &Cx<'_>, (volume, attached): Attached<'_>) -> Tree {
    let attachment = attached.map(|(instance, device)| {
        Tree::from(
            Fields::new()
                .put("volumeId", &volume.id)
                .put("instanceId", &instance.id)
                .put("device", device)
                .put("status", "attached")
                .put("attachTime", volume.created)
                .put("deleteOnTermination", goes_with_instance(device)),
        )
    });
    Fields::new()
        .put("volumeId", &volume.id)
        .put("size", volume.size)
        .maybe("snapshotId", volume.snapshot.as_ref())
        .put("availabilityZone", &volume.az)
        .put("availabilityZoneId", zone_id(&volume.az))
        .put("status", if attachment.is_some() { "in-use" } else { "available" })
        .put("createTime", volume.created)
        .put("attachmentSet", list(attachment))
        .put("tagSet", tag_set(&volume.tags))
        .put("volumeType", "gp3")
        .put("iops", 3000_i64)
        .put("throughput", 125_i64)
        .put("encrypted", volume.encrypted)
        .maybe("kmsKeyId", volume.encrypted.then(|| super::key_arn(cx)))
        .put("multiAttachEnabled", false)
        .into()
}
