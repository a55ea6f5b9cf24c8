//! `ec2:DescribeAddresses`, which has no pages.

use super::{Filters, Kind, dry_run, here, known_ids, named, tag_set};
use crate::drill::{
    error::ApiError,
    ops::Cx,
    params::Params,
    tree::{Fields, Tree, list},
    world::routing::Address,
};

const ALLOCATION: Kind = Kind { prefix: "eipalloc", code: "InvalidAllocationId", what: "allocation ID" };

const FILTERS: &[&str] = &[
    "allocation-id",
    "association-id",
    "domain",
    "instance-id",
    "network-border-group",
    "network-interface-id",
    "network-interface-owner-id",
    "private-ip-address",
    "public-ip",
];

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    dry_run(params)?;
    let filters = Filters::read(params)?;
    let (ids, ips) = (params.texts("AllocationId"), params.texts("PublicIp"));
    let mut found: Vec<&Address> = here(cx, &cx.world.routing.addresses, |one| &one.region).collect();
    known_ids(&ids, &ALLOCATION, |id| found.iter().any(|one| one.allocation == id))?;
    if let Some(ip) = ips.iter().find(|ip| found.iter().all(|one| one.ip != **ip)) {
        return Err(ApiError::new("InvalidAddress.NotFound", format!("Address '{ip}' not found.")));
    }
    found.retain(|one| {
        (ids.is_empty() || ids.contains(&one.allocation.as_str()))
            && (ips.is_empty() || ips.contains(&one.ip.as_str()))
    });
    let found = found.into_iter().map(|one| (one, named(&one.name))).collect();
    let found = filters.keep(found, |(_, tags)| tags, FILTERS, |(one, _), name| values(cx, one, name))?;
    let found = found.iter().map(|(one, tags)| describe(cx, one, tags));
    Ok(Fields::new().put("addressesSet", list(found)).into())
}

fn association(it: &Address) -> String {
    it.allocation.replace("eipalloc-", "eipassoc-")
}

fn values(cx: &Cx<'_>, it: &Address, name: &str) -> Vec<String> {
    let one = |text: &str| vec![text.to_owned()];
    match name {
        "allocation-id" => one(&it.allocation),
        "association-id" => vec![association(it)],
        "domain" => one("vpc"),
        "instance-id" => it.instance.clone().into_iter().collect(),
        "network-border-group" => one(&it.region),
        "network-interface-id" => one(&it.interface),
        "network-interface-owner-id" => one(&cx.world.account),
        "private-ip-address" => one(&it.private_ip),
        "public-ip" => one(&it.ip),
        _ => Vec::new(),
    }
}

fn describe(cx: &Cx<'_>, it: &Address, tags: &[(String, String)]) -> Tree {
    Fields::new()
        .maybe("instanceId", it.instance.as_ref())
        .put("publicIp", &it.ip)
        .put("allocationId", &it.allocation)
        .put("associationId", association(it))
        .put("domain", "vpc")
        .put("networkInterfaceId", &it.interface)
        .put("networkInterfaceOwnerId", &cx.world.account)
        .put("privateIpAddress", &it.private_ip)
        .put("publicIpv4Pool", "amazon")
        .put("networkBorderGroup", &it.region)
        .put("subnetId", &it.subnet)
        .put("tagSet", tag_set(tags))
        .into()
}
