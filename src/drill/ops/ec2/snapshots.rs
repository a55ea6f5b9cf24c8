//! `ec2:DescribeSnapshots`. Without an owner it answers with everybody's that one may use, as EC2 does.

use super::{Filters, Kind, answer, key_arn, known_ids, paging, tag_set};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    tree::{Fields, Tree},
    wire::xml::iso,
    world::backup::snapshot::{self, Snapshot},
};

const SNAPSHOT: Kind = Kind { prefix: "snap", code: "InvalidSnapshotID", what: "snapshot" };

const FILTERS: &[&str] = &[
    "description",
    "encrypted",
    "owner-alias",
    "owner-id",
    "progress",
    "snapshot-id",
    "start-time",
    "status",
    "storage-tier",
    "transfer-type",
    "volume-id",
    "volume-size",
];

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribeSnapshots", params);
    let (offset, size) = paging(params, tokens, "SnapshotId")?;
    let filters = Filters::read(params)?;
    let ids = params.texts("SnapshotId");
    let mut found = snapshot::all(cx.world, cx.region, cx.now);
    known_ids(&ids, &SNAPSHOT, |id| found.iter().any(|snapshot| snapshot.id == id))?;
    let owners = params.texts("Owner");
    let restorable = params.texts("RestorableBy");
    let own = &cx.world.account;
    found.retain(|snapshot| {
        let is_owner = |owner: &&str| match *owner {
            "self" => snapshot.owner == *own,
            "amazon" => snapshot.alias == Some("amazon"),
            id => snapshot.owner == id,
        };
        // Amazon's are public, ours are nobody else's.
        let may_restore = |who: &&str| match *who {
            "all" => snapshot.alias.is_some(),
            "self" => true,
            id => id == own,
        };
        (ids.is_empty() || ids.contains(&snapshot.id.as_str()))
            && (owners.is_empty() || owners.iter().any(is_owner))
            && (restorable.is_empty() || restorable.iter().any(may_restore))
    });
    let found = filters.keep(found, |snapshot| &snapshot.tags, FILTERS, values)?;
    let (page, next) = tokens.cut(found, offset, size);
    Ok(answer("snapshotSet", page.iter().map(|snapshot| describe(cx, snapshot)).collect::<Vec<_>>(), next))
}

fn values(snapshot: &Snapshot, name: &str) -> Vec<String> {
    let one = |text: &str| vec![text.to_owned()];
    match name {
        "description" => one(&snapshot.about),
        "encrypted" => vec![snapshot.encrypted.to_string()],
        "owner-alias" => snapshot.alias.map(str::to_owned).into_iter().collect(),
        "owner-id" => one(&snapshot.owner),
        "progress" => vec![format!("{}%", snapshot.progress)],
        "snapshot-id" => one(&snapshot.id),
        "start-time" => vec![iso(snapshot.started)],
        "status" => one(snapshot.state),
        "storage-tier" => one(tier(snapshot)),
        "volume-id" => one(&snapshot.volume),
        "volume-size" => vec![snapshot.size.to_string()],
        _ => Vec::new(),
    }
}

const fn tier(snapshot: &Snapshot) -> &'static str {
    if snapshot.archived { "archive" } else { "standard" }
}

fn describe(cx: &Cx<'_>, snapshot: &Snapshot) -> Tree {
    let own = snapshot.owner == cx.world.account;
    let key = (snapshot.encrypted && own).then(|| key_arn(cx));
    Fields::new()
        .put("snapshotId", &snapshot.id)
        .put("volumeId", &snapshot.volume)
        .put("status", snapshot.state)
        .maybe("statusMessage", snapshot.message.as_ref())
        .put("startTime", snapshot.started)
        .maybe("completionTime", snapshot.completed)
        .put("progress", format!("{}%", snapshot.progress))
        .put("ownerId", &snapshot.owner)
        .maybe("ownerAlias", snapshot.alias)
        .put("volumeSize", snapshot.size)
        .put("description", &snapshot.about)
        .put("encrypted", snapshot.encrypted)
        .maybe("kmsKeyId", key)
        .put("storageTier", tier(snapshot))
        .put("tagSet", tag_set(&snapshot.tags))
        .into()
}
