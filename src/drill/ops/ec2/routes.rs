//! `ec2:DescribeRouteTables`.

use super::{Filters, Kind, answer, here, known_ids, named, paging, tag_set};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    tree::{Fields, Tree, list},
    world::routing::{Table, Via},
};

const TABLE: Kind = Kind { prefix: "rtb", code: "InvalidRouteTableId", what: "routeTable ID" };

const FILTERS: &[&str] = &[
    "association.main",
    "association.route-table-association-id",
    "association.route-table-id",
    "association.subnet-id",
    "owner-id",
    "route-table-id",
    "route.destination-cidr-block",
    "route.destination-prefix-list-id",
    "route.gateway-id",
    "route.nat-gateway-id",
    "route.origin",
    "route.state",
    "vpc-id",
];

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribeRouteTables", params);
    let (offset, size) = paging(params, tokens, "RouteTableId")?;
    let filters = Filters::read(params)?;
    let ids = params.texts("RouteTableId");
    let mut found: Vec<&Table> = here(cx, &cx.world.routing.tables, |table| &table.region).collect();
    known_ids(&ids, &TABLE, |id| found.iter().any(|table| table.id == id))?;
    found.retain(|table| ids.is_empty() || ids.contains(&table.id.as_str()));
    let found = found.into_iter().map(|table| (table, named(&table.name))).collect();
    let found = filters.keep(found, |(_, tags)| tags, FILTERS, |(table, _), name| values(cx, table, name))?;
    let (page, next) = tokens.cut(found, offset, size);
    let page = page.iter().map(|(table, tags)| describe(cx, table, tags));
    Ok(answer("routeTableSet", page.collect::<Vec<_>>(), next))
}

/// Ids of the associations, and the subnets that they are with; none with the VPC itself, whose main one it is.
fn associations(table: &Table) -> Vec<(String, Option<&str>)> {
    let main = table.main.then(|| (table.id.replace("rtb-", "rtbassoc-"), None));
    let subnets = table.subnets.iter().map(|id| (id.replace("subnet-", "rtbassoc-"), Some(id.as_str())));
    main.into_iter().chain(subnets).collect()
}

fn values(cx: &Cx<'_>, table: &Table, name: &str) -> Vec<String> {
    let one = |text: &str| vec![text.to_owned()];
    let of = |value: &dyn Fn(&str, &Via) -> Option<String>| {
        table.routes.iter().filter_map(|(to, via)| value(to, via)).collect::<Vec<String>>()
    };
    match name {
        "association.main" => associations(table).iter().map(|(_, on)| on.is_none().to_string()).collect(),
        "association.route-table-association-id" => {
            associations(table).into_iter().map(|(id, _)| id).collect()
        }
        "association.route-table-id" | "route-table-id" => one(&table.id),
        "association.subnet-id" => table.subnets.clone(),
        "owner-id" => one(&cx.world.account),
        "route.destination-cidr-block" => of(&|to, _| to.contains('/').then(|| to.to_owned())),
        "route.destination-prefix-list-id" => of(&|to, _| to.starts_with("pl-").then(|| to.to_owned())),
        "route.gateway-id" => of(&|_, via| match via {
            Via::Local => Some("local".to_owned()),
            Via::Gateway(id) => Some(id.clone()),
            Via::Nat(_) => None,
        }),
        "route.nat-gateway-id" => of(&|_, via| match via {
            Via::Nat(id) => Some(id.clone()),
            _ => None,
        }),
        "route.origin" => of(&|_, via| Some(origin(via).to_owned())),
        "route.state" => one("active"),
        "vpc-id" => one(&table.vpc),
        _ => Vec::new(),
    }
}

/// How a route came about: the local one with its table.
fn origin(via: &Via) -> &'static str {
    if *via == Via::Local { "CreateRouteTable" } else { "CreateRoute" }
}

fn route((to, via): &(String, Via)) -> Tree {
    let kind = if to.starts_with("pl-") { "destinationPrefixListId" } else { "destinationCidrBlock" };
    let route = Fields::new().put(kind, to);
    let route = match via {
        Via::Local => route.put("gatewayId", "local"),
        Via::Gateway(id) => route.put("gatewayId", id),
        Via::Nat(id) => route.put("natGatewayId", id),
    };
    route.put("state", "active").put("origin", origin(via)).into()
}

fn describe(cx: &Cx<'_>, table: &Table, tags: &[(String, String)]) -> Tree {
    let associations = associations(table).into_iter().map(|(id, subnet)| {
        Tree::from(
            Fields::new()
                .put("routeTableAssociationId", id)
                .put("routeTableId", &table.id)
                .maybe("subnetId", subnet)
                .put("main", subnet.is_none())
                .put("associationState", Fields::new().put("state", "associated")),
        )
    });
    Fields::new()
        .put("routeTableId", &table.id)
        .put("vpcId", &table.vpc)
        .put("ownerId", &cx.world.account)
        .put("routeSet", list(table.routes.iter().map(route)))
        .put("associationSet", list(associations))
        .put("propagatingVgwSet", list::<Tree>([]))
        .put("tagSet", tag_set(tags))
        .into()
}
