//! RDS: what its read operations have in common.

pub(crate) mod clusters;
pub(crate) mod events;
pub(crate) mod instances;
pub(crate) mod snapshots;

use super::{
    Cx,
    page::{Pages, Tokens},
};
use crate::drill::{
    error::ApiError,
    params::Params,
    rng,
    tree::{Fields, Tree, named},
    world::{Ids, databases::Home},
};

const PAGES: Pages = Pages {
    token: "Marker",
    size: "MaxRecords",
    sizes: (20, 100, 100),
    bad_size: |size| {
        ApiError::invalid_value(format!("Invalid value {size} for MaxRecords. Must be between 20 and 100"))
    },
    bad_token: |token| ApiError::invalid_value(format!("Invalid marker: {token}")),
};

/// Where the databases are, if they are in the Region that was asked.
fn home<'a>(cx: &Cx<'a>) -> Option<&'a Home> {
    cx.world.databases.home.as_ref().filter(|home| home.region == cx.region)
}

/// `arn:aws:rds:…`.
fn arn(cx: &Cx<'_>, rest: &str) -> String {
    format!("arn:aws:rds:{}:{}:{rest}", cx.region, cx.world.account)
}

/// The ARN of the key that databases are encrypted with.
fn key_arn(cx: &Cx<'_>) -> String {
    let id = Ids { seed: cx.world.seed }.uuid(&format!("key/{}/rds", cx.region));
    format!("arn:aws:kms:{}:{}:key/{id}", cx.region, cx.world.account)
}

/// The middle of the account's endpoints: letters and digits, the same for all of a Region.
fn endpoint(cx: &Cx<'_>, name: &str) -> String {
    let mark = rng::hex(rng::text(cx.world.seed, &format!("rds/{}", cx.region)), 11);
    format!("{name}.c{mark}.{}.rds.amazonaws.com", cx.region)
}

/// The hosted zone of the Region's endpoints, of the Regions that drills have been set in.
fn zone(region: &str) -> &'static str {
    match region {
        "eu-west-1" => "Z29XKXDKYMONMX",
        _ => "Z2R2ITUGPM61AM",
    }
}

/// `VpcSecurityGroups`.
fn groups(home: &Home) -> Tree {
    let member = Fields::new().put("VpcSecurityGroupId", &home.group).put("Status", "active");
    named("VpcSecurityGroupMembership", [Tree::from(member)])
}

/// The values of a filter among the known ones; any other is an error.
fn filters<'a>(params: Params<'a>, known: &[&str]) -> Result<Vec<(&'a str, Vec<&'a str>)>, ApiError> {
    let mut found = Vec::new();
    for filter in
        params.inner("Filters").into_iter().flat_map(|all| all.structs("Filter").collect::<Vec<_>>())
    {
        let name = filter.required("Name")?;
        if !known.contains(&name) {
            return Err(ApiError::invalid_value(format!("Unrecognized filter name: {name}")));
        }
        let values = filter.inner("Values").map(|values| values.texts("Value")).unwrap_or_default();
        found.push((name, values));
    }
    Ok(found)
}

/// One page of an answer.
fn page(
    cx: &Cx<'_>,
    operation: &str,
    params: Params<'_>,
    (name, item): (&'static str, &'static str),
    found: Vec<Tree>,
) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, operation, params);
    let (offset, size) = PAGES.read(tokens, params)?;
    let (found, next) = tokens.cut(found, offset, size);
    Ok(Fields::new().maybe("Marker", next).put(name, named(item, found)).into())
}
