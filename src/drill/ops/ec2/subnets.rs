//! `ec2:DescribeSubnets`.

use super::{Filters, Kind, answer, here, interfaces, known_ids, paging, tag_set, zone_id};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    tree::{Fields, Tree, list},
    world::network::Subnet,
};

const SUBNET: Kind = Kind { prefix: "subnet", code: "InvalidSubnetID", what: "subnet ID" };

const FILTERS: &[&str] = &[
    "availability-zone",
    "availability-zone-id",
    "available-ip-address-count",
    "cidr-block",
    "default-for-az",
    "map-public-ip-on-launch",
    "owner-id",
    "state",
    "subnet-arn",
    "subnet-id",
    "vpc-id",
];

/// Addresses of a /24 that AWS does not keep for itself.
const USABLE: usize = 251;

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribeSubnets", params);
    let (offset, size) = paging(params, tokens, "SubnetId")?;
    let filters = Filters::read(params)?;
    let ids = params.texts("SubnetId");
    let subnets: Vec<&Subnet> = here(cx, &cx.world.network.subnets, Subnet::region).collect();
    known_ids(&ids, &SUBNET, |id| subnets.iter().any(|subnet| subnet.id == id))?;
    let wanted = subnets.into_iter().filter(|subnet| ids.is_empty() || ids.contains(&subnet.id.as_str()));
    let found = wanted.map(|subnet| (subnet, [("Name".to_owned(), subnet.name.clone())])).collect();
    let found =
        filters.keep(found, |(_, tags)| tags, FILTERS, |(subnet, _), name| values(cx, subnet, name))?;
    let (page, next) = tokens.cut(found, offset, size);
    let page = page.iter().map(|(subnet, tags)| describe(cx, subnet, tags));
    Ok(answer("subnetSet", page.collect::<Vec<_>>(), next))
}

fn cidr(subnet: &Subnet) -> String {
    format!("{}.0/24", subnet.net)
}

fn arn(cx: &Cx<'_>, subnet: &Subnet) -> String {
    format!("arn:aws:ec2:{}:{}:subnet/{}", cx.region, cx.world.account, subnet.id)
}

fn free(cx: &Cx<'_>, subnet: &Subnet) -> usize {
    USABLE.saturating_sub(interfaces::all(cx).iter().filter(|one| one.subnet == subnet.id).count())
}

fn values(cx: &Cx<'_>, subnet: &Subnet, name: &str) -> Vec<String> {
    let one = |text: &str| vec![text.to_owned()];
    match name {
        "availability-zone" => one(&subnet.az),
        "availability-zone-id" => vec![zone_id(&subnet.az)],
        "available-ip-address-count" => vec![free(cx, subnet).to_string()],
        "cidr-block" => vec![cidr(subnet)],
        "default-for-az" => one("false"),
        "map-public-ip-on-launch" => vec![subnet.public.to_string()],
        "owner-id" => one(&cx.world.account),
        "state" => one("available"),
        "subnet-arn" => vec![arn(cx, subnet)],
        "subnet-id" => one(&subnet.id),
        "vpc-id" => one(&subnet.vpc),
        _ => Vec::new(),
    }
}

fn describe(cx: &Cx<'_>, subnet: &Subnet, tags: &[(String, String)]) -> Tree {
    Fields::new()
        .put("subnetId", &subnet.id)
        .put("subnetArn", arn(cx, subnet))
        .put("state", "available")
        .put("ownerId", &cx.world.account)
        .put("vpcId", &subnet.vpc)
        .put("cidrBlock", cidr(subnet))
        .put("ipv6CidrBlockAssociationSet", list::<Tree>([]))
        .put("assignIpv6AddressOnCreation", false)
        .put("availableIpAddressCount", i64::try_from(free(cx, subnet)).unwrap_or_default())
        .put("availabilityZone", &subnet.az)
        .put("availabilityZoneId", zone_id(&subnet.az))
        .put("defaultForAz", false)
        .put("mapPublicIpOnLaunch", subnet.public)
        .put("tagSet", tag_set(tags))
        .into()
}
