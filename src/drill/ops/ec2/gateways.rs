//! `ec2:DescribeInternetGateways`.

use super::{Filters, Kind, answer, here, known_ids, named, paging, tag_set};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    tree::{Fields, Tree, list},
    world::routing::Place,
};

const GATEWAY: Kind = Kind { prefix: "igw", code: "InvalidInternetGatewayId", what: "internetGateway ID" };

const FILTERS: &[&str] = &["attachment.state", "attachment.vpc-id", "internet-gateway-id", "owner-id"];

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribeInternetGateways", params);
    let (offset, size) = paging(params, tokens, "InternetGatewayId")?;
    let filters = Filters::read(params)?;
    let ids = params.texts("InternetGatewayId");
    let mut found: Vec<&Place> = here(cx, &cx.world.routing.internet, |one| &one.region).collect();
    known_ids(&ids, &GATEWAY, |id| found.iter().any(|one| one.id == id))?;
    found.retain(|one| ids.is_empty() || ids.contains(&one.id.as_str()));
    let found = found.into_iter().map(|one| (one, named(&format!("{}-igw", one.name)))).collect();
    let found = filters.keep(found, |(_, tags)| tags, FILTERS, |(one, _), name| values(cx, one, name))?;
    let (page, next) = tokens.cut(found, offset, size);
    let page = page.iter().map(|(one, tags)| describe(cx, one, tags));
    Ok(answer("internetGatewaySet", page.collect::<Vec<_>>(), next))
}

fn values(cx: &Cx<'_>, it: &Place, name: &str) -> Vec<String> {
    let one = |text: &str| vec![text.to_owned()];
    match name {
        "attachment.state" => one("available"),
        "attachment.vpc-id" => one(&it.vpc),
        "internet-gateway-id" => one(&it.id),
        "owner-id" => one(&cx.world.account),
        _ => Vec::new(),
    }
}

fn describe(cx: &Cx<'_>, it: &Place, tags: &[(String, String)]) -> Tree {
    let attachment = Fields::new().put("vpcId", &it.vpc).put("state", "available");
    Fields::new()
        .put("internetGatewayId", &it.id)
        .put("ownerId", &cx.world.account)
        .put("attachmentSet", list([Tree::from(attachment)]))
        .put("tagSet", tag_set(tags))
        .into()
}
