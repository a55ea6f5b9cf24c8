//! `ec2:DescribeNetworkAcls`: the default one of each VPC, which lets everything through and has all of its subnets.

use super::{Filters, Kind, answer, here, known_ids, paging, tag_set};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    tree::{Fields, Tree, list},
    world::routing::Place,
};

const ACL: Kind = Kind { prefix: "acl", code: "InvalidNetworkAclId", what: "networkAcl ID" };

const FILTERS: &[&str] = &[
    "association.association-id",
    "association.network-acl-id",
    "association.subnet-id",
    "default",
    "entry.cidr",
    "entry.egress",
    "entry.protocol",
    "entry.rule-action",
    "entry.rule-number",
    "network-acl-id",
    "owner-id",
    "vpc-id",
];

/// Number and action: everything is let through, and the last rule, which nobody can change, is never reached.
const ENTRIES: [(i64, &str); 2] = [(100, "allow"), (32_767, "deny")];

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribeNetworkAcls", params);
    let (offset, size) = paging(params, tokens, "NetworkAclId")?;
    let filters = Filters::read(params)?;
    let ids = params.texts("NetworkAclId");
    let mut found: Vec<&Place> = here(cx, &cx.world.routing.acls, |acl| &acl.region).collect();
    known_ids(&ids, &ACL, |id| found.iter().any(|acl| acl.id == id))?;
    found.retain(|acl| ids.is_empty() || ids.contains(&acl.id.as_str()));
    let found = filters.keep(found, |_| &[], FILTERS, |acl, name| values(cx, acl, name))?;
    let (page, next) = tokens.cut(found, offset, size);
    let page = page.into_iter().map(|acl| describe(cx, acl));
    Ok(answer("networkAclSet", page.collect::<Vec<_>>(), next))
}

fn subnets<'a>(cx: &Cx<'a>, acl: &Place) -> impl Iterator<Item = &'a str> {
    let own = cx.world.network.subnets.iter().filter(move |subnet| subnet.vpc == acl.vpc);
    own.map(|subnet| subnet.id.as_str())
}

fn association(subnet: &str) -> String {
    subnet.replace("subnet-", "aclassoc-")
}

fn values(cx: &Cx<'_>, acl: &Place, name: &str) -> Vec<String> {
    let one = |text: &str| vec![text.to_owned()];
    match name {
        "association.association-id" => subnets(cx, acl).map(association).collect(),
        "association.network-acl-id" | "network-acl-id" => one(&acl.id),
        "association.subnet-id" => subnets(cx, acl).map(str::to_owned).collect(),
        "default" => one("true"),
        "entry.cidr" => one("0.0.0.0/0"),
        "entry.egress" => vec!["false".to_owned(), "true".to_owned()],
        "entry.protocol" => one("-1"),
        "entry.rule-action" => ENTRIES.iter().map(|(_, action)| (*action).to_owned()).collect(),
        "entry.rule-number" => ENTRIES.iter().map(|(number, _)| number.to_string()).collect(),
        "owner-id" => one(&cx.world.account),
        "vpc-id" => one(&acl.vpc),
        _ => Vec::new(),
    }
}

fn describe(cx: &Cx<'_>, acl: &Place) -> Tree {
    let entries = [true, false].into_iter().flat_map(|egress| {
        ENTRIES.iter().map(move |(number, action)| {
            Tree::from(
                Fields::new()
                    .put("ruleNumber", *number)
                    .put("protocol", "-1")
                    .put("ruleAction", *action)
                    .put("egress", egress)
                    .put("cidrBlock", "0.0.0.0/0"),
            )
        })
    });
    let associations = subnets(cx, acl).map(|subnet| {
        let fields = Fields::new().put("networkAclAssociationId", association(subnet));
        Tree::from(fields.put("networkAclId", &acl.id).put("subnetId", subnet))
    });
    Fields::new()
        .put("networkAclId", &acl.id)
        .put("vpcId", &acl.vpc)
        .put("ownerId", &cx.world.account)
        .put("default", true)
        .put("entrySet", list(entries))
        .put("associationSet", list(associations))
        .put("tagSet", tag_set(&[]))
        .into()
}
