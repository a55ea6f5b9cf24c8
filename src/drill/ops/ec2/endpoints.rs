//! `ec2:DescribeVpcEndpoints`.

use super::{Filters, Kind, answer, here, known_ids, named, paging, tag_set};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    tree::{Fields, Tree, list},
    world::routing::Endpoint,
};

const ENDPOINT: Kind = Kind { prefix: "vpce", code: "InvalidVpcEndpointId", what: "Vpc Endpoint Id" };

const FILTERS: &[&str] = &[
    "ip-address-type",
    "service-name",
    "service-region",
    "vpc-endpoint-id",
    "vpc-endpoint-state",
    "vpc-endpoint-type",
    "vpc-id",
];

/// Everybody in the VPC may do anything, as long as nobody says otherwise.
const POLICY: &str = r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribeVpcEndpoints", params);
    let (offset, size) = paging(params, tokens, "VpcEndpointId")?;
    let filters = Filters::read(params)?;
    let ids = params.texts("VpcEndpointId");
    let mut found: Vec<&Endpoint> = here(cx, &cx.world.routing.endpoints, |one| &one.region).collect();
    known_ids(&ids, &ENDPOINT, |id| found.iter().any(|one| one.id == id))?;
    found.retain(|one| ids.is_empty() || ids.contains(&one.id.as_str()));
    let found = found.into_iter().map(|one| (one, named(&one.name))).collect();
    let found = filters.keep(found, |(_, tags)| tags, FILTERS, |(one, _), name| values(one, name))?;
    let (page, next) = tokens.cut(found, offset, size);
    let page = page.iter().map(|(one, tags)| describe(cx, one, tags));
    Ok(answer("vpcEndpointSet", page.collect::<Vec<_>>(), next))
}

fn values(it: &Endpoint, name: &str) -> Vec<String> {
    let one = |text: &str| vec![text.to_owned()];
    match name {
        "ip-address-type" => one("ipv4"),
        "service-name" => one(&it.service),
        "service-region" => one(&it.region),
        "vpc-endpoint-id" => one(&it.id),
        "vpc-endpoint-state" => one("available"),
        "vpc-endpoint-type" => one("Gateway"),
        "vpc-id" => one(&it.vpc),
        _ => Vec::new(),
    }
}

fn describe(cx: &Cx<'_>, it: &Endpoint, tags: &[(String, String)]) -> Tree {
    Fields::new()
        .put("vpcEndpointId", &it.id)
        .put("vpcEndpointType", "Gateway")
        .put("vpcId", &it.vpc)
        .put("serviceName", &it.service)
        .put("serviceRegion", &it.region)
        .put("state", "available")
        .put("policyDocument", POLICY)
        .put("routeTableIdSet", list(&it.tables))
        .put("subnetIdSet", list::<Tree>([]))
        .put("groupSet", list::<Tree>([]))
        .put("privateDnsEnabled", false)
        .put("requesterManaged", false)
        .put("networkInterfaceIdSet", list::<Tree>([]))
        .put("dnsEntrySet", list::<Tree>([]))
        .put("creationTimestamp", it.created)
        .put("tagSet", tag_set(tags))
        .put("ownerId", &cx.world.account)
        .into()
}
