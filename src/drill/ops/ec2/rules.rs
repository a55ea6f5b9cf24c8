//! `ec2:DescribeSecurityGroupRules`: the rules of `DescribeSecurityGroups`, one by one.

use super::{Filters, Kind, answer, here, known_ids, paging, tag_set};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    tree::{Fields, Tree},
    world::{
        Ids,
        network::{Rule, SecurityGroup, Source},
    },
};

const RULE: Kind = Kind { prefix: "sgr", code: "InvalidSecurityGroupRuleId", what: "security group rule ID" };

const FILTERS: &[&str] = &["group-id", "security-group-rule-id"];

/// A rule; without one it is what lets everything out.
struct One<'a> {
    id: String,
    group: &'a SecurityGroup,
    rule: Option<&'a Rule>,
}

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribeSecurityGroupRules", params);
    let (offset, size) = paging(params, tokens, "SecurityGroupRuleId")?;
    let filters = Filters::read(params)?;
    let ids = params.texts("SecurityGroupRuleId");
    let mut found = Vec::new();
    for group in here(cx, &cx.world.network.groups, |group| &group.region) {
        let rules = cx.world.network.rules.iter();
        let own = rules.filter(|rule| rule.group == group.id && rule.is_there(cx.elapsed));
        found.extend(own.map(|rule| One { id: rule.id.clone(), group, rule: Some(rule) }));
        let out = Ids { seed: cx.world.seed }.of("sgr", &format!("egress/{}", group.id));
        found.push(One { id: out, group, rule: None });
    }
    known_ids(&ids, &RULE, |id| found.iter().any(|one| one.id == id))?;
    found.retain(|one| ids.is_empty() || ids.contains(&one.id.as_str()));
    let values = |one: &One<'_>, name: &str| match name {
        "group-id" => vec![one.group.id.clone()],
        _ => vec![one.id.clone()],
    };
    let found = filters.keep(found, |_| &[], FILTERS, values)?;
    let (page, next) = tokens.cut(found, offset, size);
    Ok(answer("securityGroupRuleSet", page.iter().map(|one| describe(cx, one)).collect::<Vec<_>>(), next))
}

fn describe(cx: &Cx<'_>, one: &One<'_>) -> Tree {
    let fields = Fields::new()
        .put("securityGroupRuleId", &one.id)
        .put("groupId", &one.group.id)
        .put("groupOwnerId", &cx.world.account)
        .put("isEgress", one.rule.is_none());
    let Some(rule) = one.rule else {
        let all = fields.put("ipProtocol", "-1").put("fromPort", -1_i64).put("toPort", -1_i64);
        return all.put("cidrIpv4", "0.0.0.0/0").put("tagSet", tag_set(&[])).into();
    };
    let ports =
        if rule.protocol == "-1" { (-1, -1) } else { (i64::from(rule.ports.0), i64::from(rule.ports.1)) };
    let fields = fields.put("ipProtocol", &rule.protocol).put("fromPort", ports.0).put("toPort", ports.1);
    let fields = match &rule.source {
        Source::Cidr(cidr) => fields.put("cidrIpv4", cidr),
        Source::Group(id) => {
            let group = Fields::new().put("groupId", id).put("userId", &cx.world.account);
            fields.put("referencedGroupInfo", group)
        }
    };
    fields.put("description", &rule.about).put("tagSet", tag_set(&[])).into()
}
