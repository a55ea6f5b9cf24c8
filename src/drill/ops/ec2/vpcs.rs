//! `ec2:DescribeVpcs`.

use super::{Filters, Kind, answer, here, known_ids, paging, tag_set};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    tree::{Fields, Tree, list},
    world::network::Vpc,
};

const VPC: Kind = Kind { prefix: "vpc", code: "InvalidVpcID", what: "vpc ID" };

const FILTERS: &[&str] = &[
    "cidr",
    "cidr-block-association.cidr-block",
    "cidr-block-association.state",
    "dhcp-options-id",
    "is-default",
    "owner-id",
    "state",
    "vpc-id",
];

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribeVpcs", params);
    let (offset, size) = paging(params, tokens, "VpcId")?;
    let filters = Filters::read(params)?;
    let ids = params.texts("VpcId");
    let vpcs: Vec<&Vpc> = here(cx, &cx.world.network.vpcs, |vpc| &vpc.region).collect();
    known_ids(&ids, &VPC, |id| vpcs.iter().any(|vpc| vpc.id == id))?;
    let wanted = vpcs.into_iter().filter(|vpc| ids.is_empty() || ids.contains(&vpc.id.as_str()));
    let found = wanted.map(|vpc| (vpc, [("Name".to_owned(), vpc.name.clone())])).collect();
    let found = filters.keep(found, |(_, tags)| tags, FILTERS, |(vpc, _), name| values(cx, vpc, name))?;
    let (page, next) = tokens.cut(found, offset, size);
    let page = page.iter().map(|(vpc, tags)| describe(cx, vpc, tags));
    Ok(answer("vpcSet", page.collect::<Vec<_>>(), next))
}

fn options(vpc: &Vpc) -> String {
    vpc.id.replace("vpc-", "dopt-")
}

fn values(cx: &Cx<'_>, vpc: &Vpc, name: &str) -> Vec<String> {
    let one = |text: &str| vec![text.to_owned()];
    match name {
        "cidr" | "cidr-block-association.cidr-block" => one(&vpc.cidr),
        "cidr-block-association.state" => one("associated"),
        "dhcp-options-id" => vec![options(vpc)],
        "is-default" => one("false"),
        "owner-id" => one(&cx.world.account),
        "state" => one("available"),
        "vpc-id" => one(&vpc.id),
        _ => Vec::new(),
    }
}

fn describe(cx: &Cx<'_>, vpc: &Vpc, tags: &[(String, String)]) -> Tree {
    let block = Fields::new()
        .put("associationId", vpc.id.replace("vpc-", "vpc-cidr-assoc-"))
        .put("cidrBlock", &vpc.cidr)
        .put("cidrBlockState", Fields::new().put("state", "associated"));
    Fields::new()
        .put("vpcId", &vpc.id)
        .put("ownerId", &cx.world.account)
        .put("state", "available")
        .put("cidrBlock", &vpc.cidr)
        .put("cidrBlockAssociationSet", list([Tree::from(block)]))
        .put("ipv6CidrBlockAssociationSet", list::<Tree>([]))
        .put("dhcpOptionsId", options(vpc))
        .put("instanceTenancy", "default")
        .put("isDefault", false)
        .put("tagSet", tag_set(tags))
        .into()
}
