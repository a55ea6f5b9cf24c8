//! `ec2:DescribeSecurityGroups`: groups with the rules that are in force now. Every group lets everything out.

use super::{Filters, Kind, answer, here, known_ids, paging, tag_set};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    tree::{Fields, Tree, list},
    world::network::{Rule, SecurityGroup, Source},
};

const GROUP: Kind = Kind { prefix: "sg", code: "InvalidGroupId", what: "security group" };

const FILTERS: &[&str] = &[
    "description",
    "egress.ip-permission.cidr",
    "egress.ip-permission.protocol",
    "group-id",
    "group-name",
    "ip-permission.cidr",
    "ip-permission.from-port",
    "ip-permission.group-id",
    "ip-permission.protocol",
    "ip-permission.to-port",
    "ip-permission.user-id",
    "owner-id",
    "vpc-id",
];

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribeSecurityGroups", params);
    let (offset, size) = paging(params, tokens, "GroupId")?;
    if params.has("GroupName") {
        // Names mean groups of the default VPC, which the account has deleted long ago.
        return Err(ApiError::new("VPCIdNotSpecified", "No default VPC for this user"));
    }
    let filters = Filters::read(params)?;
    let ids = params.texts("GroupId");
    let mut found: Vec<&SecurityGroup> = here(cx, &cx.world.network.groups, |group| &group.region).collect();
    known_ids(&ids, &GROUP, |id| found.iter().any(|group| group.id == id))?;
    found.retain(|group| ids.is_empty() || ids.contains(&group.id.as_str()));
    let found = filters.keep(found, |_| &[], FILTERS, |group, name| values(cx, group, name))?;
    let (page, next) = tokens.cut(found, offset, size);
    let page = page.into_iter().map(|group| describe(cx, group));
    Ok(answer("securityGroupInfo", page.collect::<Vec<_>>(), next))
}

/// The ingress rules of a group that are in force.
fn rules<'a>(cx: &Cx<'a>, group: &str) -> impl Iterator<Item = &'a Rule> {
    let (rules, elapsed) = (&cx.world.network.rules, cx.elapsed);
    rules.iter().filter(move |rule| rule.group == group && rule.is_there(elapsed))
}

fn values(cx: &Cx<'_>, group: &SecurityGroup, name: &str) -> Vec<String> {
    let one = |text: &str| vec![text.to_owned()];
    let of = |value: &dyn Fn(&Rule) -> Option<String>| rules(cx, &group.id).filter_map(value).collect();
    match name {
        "description" => one(&group.about),
        "egress.ip-permission.cidr" => one("0.0.0.0/0"),
        "egress.ip-permission.protocol" => one("-1"),
        "group-id" => one(&group.id),
        "group-name" => one(&group.name),
        "ip-permission.cidr" => of(&|rule| match &rule.source {
            Source::Cidr(cidr) => Some(cidr.clone()),
            Source::Group(_) => None,
        }),
        "ip-permission.from-port" => of(&|rule| Some(rule.ports.0.to_string())),
        "ip-permission.group-id" => of(&|rule| match &rule.source {
            Source::Group(group) => Some(group.clone()),
            Source::Cidr(_) => None,
        }),
        "ip-permission.protocol" => of(&|rule| Some(rule.protocol.clone())),
        "ip-permission.to-port" => of(&|rule| Some(rule.ports.1.to_string())),
        "ip-permission.user-id" => {
            of(&|rule| matches!(rule.source, Source::Group(_)).then(|| cx.world.account.clone()))
        }
        "owner-id" => one(&cx.world.account),
        "vpc-id" => one(&group.vpc),
        _ => Vec::new(),
    }
}

fn describe(cx: &Cx<'_>, group: &SecurityGroup) -> Tree {
    let account = &cx.world.account;
    let all = Fields::new()
        .put("ipProtocol", "-1")
        .put("groups", list::<Tree>([]))
        .put("ipRanges", list([Tree::from(Fields::new().put("cidrIp", "0.0.0.0/0"))]))
        .put("ipv6Ranges", list::<Tree>([]))
        .put("prefixListIds", list::<Tree>([]));
    let arn = format!("arn:aws:ec2:{}:{account}:security-group/{}", group.region, group.id);
    Fields::new()
        .put("ownerId", account)
        .put("groupId", &group.id)
        .put("groupName", &group.name)
        .put("groupDescription", &group.about)
        .put("securityGroupArn", arn)
        .put("ipPermissions", list(permissions(cx, group)))
        .put("ipPermissionsEgress", list([Tree::from(all)]))
        .put("vpcId", &group.vpc)
        .put("tagSet", tag_set(&[]))
        .into()
}

/// EC2 puts all that is let in by one protocol and one range of ports into one permission.
fn permissions(cx: &Cx<'_>, group: &SecurityGroup) -> Vec<Tree> {
    let mut permissions: Vec<(&Rule, Vec<&Rule>)> = Vec::new();
    for rule in rules(cx, &group.id) {
        let same = |first: &Rule| first.protocol == rule.protocol && first.ports == rule.ports;
        match permissions.iter_mut().find(|(first, _)| same(first)) {
            Some((_, rules)) => rules.push(rule),
            None => permissions.push((rule, vec![rule])),
        }
    }
    let permission = |(first, rules): (&Rule, Vec<&Rule>)| {
        let ranges = rules.iter().filter_map(|rule| match &rule.source {
            Source::Cidr(cidr) => {
                Some(Tree::from(Fields::new().put("cidrIp", cidr).put("description", &rule.about)))
            }
            Source::Group(_) => None,
        });
        let groups = rules.iter().filter_map(|rule| match &rule.source {
            Source::Group(id) => {
                let pair = Fields::new().put("userId", &cx.world.account).put("groupId", id);
                Some(Tree::from(pair.put("description", &rule.about)))
            }
            Source::Cidr(_) => None,
        });
        let ports = (first.protocol != "-1").then_some(first.ports);
        Fields::new()
            .put("ipProtocol", &first.protocol)
            .maybe("fromPort", ports.map(|(from, _)| i64::from(from)))
            .maybe("toPort", ports.map(|(_, to)| i64::from(to)))
            .put("groups", list(groups))
            .put("ipRanges", list(ranges))
            .put("ipv6Ranges", list::<Tree>([]))
            .put("prefixListIds", list::<Tree>([]))
            .into()
    };
    permissions.into_iter().map(permission).collect()
}
