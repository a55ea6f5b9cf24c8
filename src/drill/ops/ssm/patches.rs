//! `ssm:DescribeInstancePatches`: the patches of one node, as its last scan or installation left them.

use jiff::Timestamp;

use super::{filters, instances::exists, managed, node_id, paging, required};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    tree::{Fields, Tree, list},
    world::patch::Held,
};

const FILTERS: &[&str] = &["Classification", "KBId", "Severity", "State"];

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribeInstancePatches", params);
    let id = required(params, "InstanceId")?;
    node_id(id, "instanceId")?;
    let (offset, size) = paging(params, tokens, 10, 100)?;
    let filters = filters(params, FILTERS)?;
    if !exists(cx, id) {
        return Err(ApiError::new("InvalidInstanceId", format!("The instance {id} isn't valid.")));
    }
    // An instance that is not managed, or was never scanned, has no patches.
    let node = managed(cx).into_iter().find(|(_, instance, _)| instance.id == id);
    let mut held =
        node.map(|(node, instance, _)| cx.world.patches.held(node, instance, cx.now)).unwrap_or_default();
    held.retain(|one| filters.iter().all(|(key, wanted)| wanted.iter().any(|value| fits(one, key, value))));
    let (page, next) = tokens.cut(held, offset, size);
    let patches: Vec<Tree> = page.iter().map(describe).collect();
    Ok(Fields::new().put("Patches", list(patches)).maybe("NextToken", next).into())
}

fn fits(held: &Held, key: &str, value: &str) -> bool {
    match key {
        "Classification" => held.class == value,
        "KBId" => held.id == value,
        "Severity" => held.severity == value,
        // The guide writes `InstalledPendingReboot`, the service model `INSTALLED_PENDING_REBOOT`.
        _ => held.state.eq_ignore_ascii_case(&value.replace('_', "")),
    }
}

fn describe(held: &Held) -> Tree {
    Fields::new()
        .put("Title", &held.title)
        .put("KBId", &held.id)
        .put("Classification", &held.class)
        .put("Severity", &held.severity)
        .put("State", held.state)
        // What is not installed was installed in 1970.
        .put("InstalledTime", held.installed.unwrap_or(Timestamp::UNIX_EPOCH))
        .maybe("CVEIds", (!held.cves.is_empty()).then(|| held.cves.join(",")))
        .into()
}
