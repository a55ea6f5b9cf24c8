//! `ec2:DescribeNatGateways`.

use super::{Filters, answer, here, named, paging, tag_set, zone_id};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    tree::{Fields, Tree, list},
    world::routing::Nat,
};

const FILTERS: &[&str] = &["nat-gateway-id", "state", "subnet-id", "vpc-id"];

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribeNatGateways", params);
    let (offset, size) = paging(params, tokens, "NatGatewayId")?;
    let filters = Filters::read(params)?;
    let ids = params.texts("NatGatewayId");
    let mut found: Vec<&Nat> = here(cx, &cx.world.routing.nats, |nat| &nat.region).collect();
    for id in &ids {
        // Its errors are spelt as nobody else's.
        if !id.starts_with("nat-") {
            return Err(ApiError::new(
                "NatGatewayMalformed",
                format!("The Nat Gateway ID '{id}' is malformed"),
            ));
        }
        if found.iter().all(|nat| nat.id != *id) {
            return Err(ApiError::new("NatGatewayNotFound", format!("The Nat Gateway {id} was not found")));
        }
    }
    found.retain(|nat| ids.is_empty() || ids.contains(&nat.id.as_str()));
    let found = found.into_iter().map(|nat| (nat, named(&nat.name))).collect();
    let found = filters.keep(found, |(_, tags)| tags, FILTERS, |(nat, _), name| values(nat, name))?;
    let (page, next) = tokens.cut(found, offset, size);
    let page = page.iter().map(|(nat, tags)| describe(nat, tags));
    Ok(answer("natGatewaySet", page.collect::<Vec<_>>(), next))
}

fn values(nat: &Nat, name: &str) -> Vec<String> {
    match name {
        "nat-gateway-id" => vec![nat.id.clone()],
        "state" => vec!["available".to_owned()],
        "subnet-id" => vec![nat.subnet.clone()],
        "vpc-id" => vec![nat.vpc.clone()],
        _ => Vec::new(),
    }
}

fn describe(nat: &Nat, tags: &[(String, String)]) -> Tree {
    let address = Fields::new()
        .put("allocationId", &nat.allocation)
        .put("associationId", nat.allocation.replace("eipalloc-", "eipassoc-"))
        .put("networkInterfaceId", &nat.interface)
        .put("privateIp", &nat.private_ip)
        .put("publicIp", &nat.public_ip)
        .put("isPrimary", true)
        .put("status", "succeeded")
        .put("availabilityZone", &nat.az)
        .put("availabilityZoneId", zone_id(&nat.az));
    Fields::new()
        .put("natGatewayId", &nat.id)
        .put("subnetId", &nat.subnet)
        .put("vpcId", &nat.vpc)
        .put("state", "available")
        .put("createTime", nat.created)
        .put("connectivityType", "public")
        .put("natGatewayAddressSet", list([Tree::from(address)]))
        .put("tagSet", tag_set(tags))
        .into()
}
