//! `ssm:DescribeInstanceInformation`: the managed nodes. What is not managed is not here, without a word.

use super::{constraint, managed, paging, validation};
use crate::drill::{
    error::ApiError,
    ops::{
        Cx,
        ec2::{instances, private_name},
        page::Tokens,
    },
    params::Params,
    tree::{Fields, Tree, list},
    world::{
        instance::{Instance, Look},
        patch::Node,
        shift,
    },
};

/// The role of instances without a profile of their own: Default Host Management Configuration.
const DEFAULT_ROLE: &str = "AWSSystemsManagerDefaultEC2InstanceManagementRole";

/// Filter keys; `tag-key` and `tag:KEY` come on top.
const KEYS: &[&str] = &[
    "ActivationIds",
    "AgentVersion",
    "AssociationStatus",
    "IamRole",
    "InstanceIds",
    "PingStatus",
    "PlatformTypes",
    "ResourceType",
    "SourceIds",
    "SourceTypes",
];

type One<'a> = (&'a Node, &'a Instance, Look);

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribeInstanceInformation", params);
    let (offset, size) = paging(params, tokens, 5, 50)?;
    let filters = read(params)?;
    let mut found = managed(cx);
    found.retain(|one| {
        filters
            .iter()
            .all(|(key, wanted)| values(cx, one, key).iter().any(|has| wanted.contains(&has.as_str())))
    });
    let (page, next) = tokens.cut(found, offset, size);
    let nodes: Vec<Tree> = page.iter().map(|one| describe(cx, one)).collect();
    Ok(Fields::new().put("InstanceInformationList", list(nodes)).maybe("NextToken", next).into())
}

/// Both lists of filters, of which a request may hold one.
fn read(params: Params<'_>) -> Result<Vec<(&str, Vec<&str>)>, ApiError> {
    let new = params.structs("Filters").map(|one| (one.text("Key"), one.texts("Values")));
    let old =
        params.structs("InstanceInformationFilterList").map(|one| (one.text("key"), one.texts("valueSet")));
    if params.structs("Filters").next().is_some()
        && params.structs("InstanceInformationFilterList").next().is_some()
    {
        return Err(validation("Filters and InstanceInformationFilterList can't be used together."));
    }
    let mut filters = Vec::new();
    for (key, values) in new.chain(old) {
        let key = key.unwrap_or_default();
        if !(KEYS.contains(&key) || key == "tag-key" || key.starts_with("tag:")) {
            return Err(ApiError::new("InvalidFilterKey", format!("The filter key '{key}' isn't valid.")));
        }
        if values.is_empty() || values.len() > 100 {
            let must = "have length between 1 and 100";
            return Err(constraint(&format!("{values:?}"), "filters.values", must));
        }
        filters.push((key, values));
    }
    Ok(filters)
}

fn role((_, instance, _): &One<'_>) -> String {
    let own = instance.profile.as_ref().and_then(|(arn, _)| arn.rsplit('/').next());
    own.unwrap_or(DEFAULT_ROLE).to_owned()
}

fn ping(cx: &Cx<'_>, (node, instance, look): &One<'_>) -> &'static str {
    if node.link(instance, look, cx.world.origin, cx.now).online { "Online" } else { "ConnectionLost" }
}

fn values(cx: &Cx<'_>, one: &One<'_>, key: &str) -> Vec<String> {
    let (node, instance, _) = one;
    let system = cx.world.patches.system(node);
    match key {
        "AgentVersion" => system.map(|system| node.agent(system).0.to_owned()).into_iter().collect(),
        "AssociationStatus" => vec!["Success".to_owned()],
        "IamRole" => vec![role(one)],
        "InstanceIds" | "SourceIds" => vec![instance.id.clone()],
        "PingStatus" => vec![ping(cx, one).to_owned()],
        "PlatformTypes" => system.map(|system| system.platform.clone()).into_iter().collect(),
        "ResourceType" => vec!["EC2Instance".to_owned()],
        "SourceTypes" => vec!["AWS::EC2::Instance".to_owned()],
        "tag-key" => instance.tags.iter().map(|(key, _)| key.clone()).collect(),
        _ => key
            .strip_prefix("tag:")
            .and_then(|key| instance.tag(key))
            .map(str::to_owned)
            .into_iter()
            .collect(),
    }
}

fn describe(cx: &Cx<'_>, one: &One<'_>) -> Tree {
    let (node, instance, look) = one;
    let link = node.link(instance, look, cx.world.origin, cx.now);
    let system = cx.world.patches.system(node);
    let (agent, newest) = system.map(|system| node.agent(system)).unwrap_or_default();
    let windows = system.is_some_and(|system| system.platform == "Windows");
    let host = if windows {
        format!("{}.corp.shop.example", instance.tag("Name").unwrap_or(&instance.key))
    } else {
        private_name(&instance.private_ip, &instance.region)
    };
    // Inventory is gathered every half hour while the agent answers.
    let gathered = shift(link.heard, -(link.heard.as_second().rem_euclid(1800)));
    let counted = Tree::Dict(vec![("Success".to_owned(), Tree::Int(2))]);
    Fields::new()
        .put("InstanceId", &instance.id)
        .put("PingStatus", ping(cx, one))
        .put("LastPingDateTime", link.heard)
        .put("AgentVersion", agent)
        .put("IsLatestVersion", newest)
        .maybe("PlatformType", system.map(|system| &system.platform))
        .maybe("PlatformName", system.map(|system| &system.name))
        .maybe("PlatformVersion", system.map(|system| &system.version))
        .put("IamRole", role(one))
        .put("RegistrationDate", shift(instance.launched, 71))
        .put("ResourceType", "EC2Instance")
        .put("IPAddress", &instance.private_ip)
        .put("ComputerName", host)
        .put("AssociationStatus", "Success")
        .put("LastAssociationExecutionDate", gathered)
        .put("LastSuccessfulAssociationExecutionDate", gathered)
        .put(
            "AssociationOverview",
            Fields::new()
                .put("DetailedStatus", "Success")
                .put("InstanceAssociationStatusAggregatedCount", counted),
        )
        .put("SourceId", &instance.id)
        .put("SourceType", "AWS::EC2::Instance")
        .into()
}

/// Whether an instance is one of the Region's, managed or not.
pub(super) fn exists(cx: &Cx<'_>, id: &str) -> bool {
    instances::present(cx).iter().any(|(instance, _)| instance.id == id)
}
