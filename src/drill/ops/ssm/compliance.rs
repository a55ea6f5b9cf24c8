//! `ssm:ListComplianceItems`: the patches of `DescribeInstancePatches` as compliance sees them.

use super::{managed, paging};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    tree::{Fields, Tree, list},
    world::{
        instance::Instance,
        patch::{Held, NON_COMPLIANT},
    },
};

/// The operation. Filters are those of a resource: id and type; others are not known here and leave everything.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "ListComplianceItems", params);
    let (offset, size) = paging(params, tokens, 1, 50)?;
    let (ids, kinds) = (params.texts("ResourceIds"), params.texts("ResourceTypes"));
    if let Some(kind) = kinds.iter().find(|kind| **kind != "ManagedInstance") {
        return Err(ApiError::new("InvalidResourceType", format!("Resource type {kind} isn't valid.")));
    }
    let mut found = Vec::new();
    for (node, one, _) in managed(cx) {
        if ids.is_empty() || ids.contains(&one.id.as_str()) {
            let held = cx.world.patches.held(node, one, cx.now);
            found.extend(held.iter().map(|held| describe(one, held)));
        }
    }
    let (page, next) = tokens.cut(found, offset, size);
    Ok(Fields::new().put("ComplianceItems", list(page)).maybe("NextToken", next).into())
}

fn describe(one: &Instance, held: &Held) -> Tree {
    let fails = NON_COMPLIANT.contains(&held.state);
    let severity = held.severity.to_uppercase();
    let known = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"].contains(&severity.as_str());
    let details = Tree::Dict(vec![
        ("PatchState".to_owned(), Tree::from(held.state)),
        ("Classification".to_owned(), Tree::from(&held.class)),
    ]);
    Fields::new()
        .put("ComplianceType", "Patch")
        .put("ResourceType", "ManagedInstance")
        .put("ResourceId", &one.id)
        .put("Id", &held.id)
        .put("Title", &held.title)
        .put("Status", if fails { "NON_COMPLIANT" } else { "COMPLIANT" })
        .put("Severity", if known { severity } else { "UNSPECIFIED".to_owned() })
        .put("Details", details)
        .into()
}
