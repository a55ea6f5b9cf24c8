//! `ssm:DescribePatchGroups` and `ssm:DescribePatchGroupState`.

use super::{baselines::identity, filters, managed, paging, required, states};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    tree::{Fields, Tree, list},
};

/// `ssm:DescribePatchGroups`: which group is registered for which baseline.
pub(crate) fn list_all(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribePatchGroups", params);
    let (offset, size) = paging(params, tokens, 1, 100)?;
    let filters = filters(params, &["NAME_PREFIX", "OPERATING_SYSTEM"])?;
    let mut found = Vec::new();
    for baseline in cx.world.patches.baselines(cx.region) {
        for group in &baseline.file.groups {
            let fits = |key: &str, value: &&str| match key {
                "NAME_PREFIX" => group.starts_with(value),
                _ => baseline.file.operating_system == *value,
            };
            if filters.iter().all(|(key, values)| values.iter().any(|value| fits(key, value))) {
                let mapping = Fields::new().put("PatchGroup", group);
                found.push(Tree::from(mapping.put("BaselineIdentity", identity(cx, baseline))));
            }
        }
    }
    let (page, next) = tokens.cut(found, offset, size);
    Ok(Fields::new().put("Mappings", list(page)).maybe("NextToken", next).into())
}

/// `ssm:DescribePatchGroupState`: how many nodes of a group have patches in which state. A group that nobody knows has
/// none.
pub(crate) fn state(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let group = required(params, "PatchGroup")?;
    let nodes: Vec<_> = managed(cx).into_iter().filter(|(node, _, _)| node.group() == Some(group)).collect();
    let held: Vec<_> = nodes
        .iter()
        .map(|(node, instance, _)| (*node, cx.world.patches.held(node, instance, cx.now)))
        .collect();
    let nodes_with = |state: &str| -> i64 {
        held.iter().filter(|(_, held)| states::count(held, state) > 0).count().try_into().unwrap_or(i64::MAX)
    };
    let (mut critical, mut security, mut other) = (0, 0, 0);
    for (node, held) in &held {
        let open = states::open(cx, node, held);
        critical += i64::from(open.0 > 0);
        security += i64::from(open.1 > 0);
        other += i64::from(open.2 > 0);
    }
    Ok(Fields::new()
        .put("Instances", i64::try_from(nodes.len()).unwrap_or(i64::MAX))
        .put("InstancesWithInstalledPatches", nodes_with("Installed"))
        .put("InstancesWithInstalledOtherPatches", nodes_with("InstalledOther"))
        .put("InstancesWithInstalledPendingRebootPatches", nodes_with("InstalledPendingReboot"))
        .put("InstancesWithInstalledRejectedPatches", nodes_with("InstalledRejected"))
        .put("InstancesWithMissingPatches", nodes_with("Missing"))
        .put("InstancesWithFailedPatches", nodes_with("Failed"))
        .put("InstancesWithNotApplicablePatches", nodes_with("NotApplicable"))
        .put("InstancesWithUnreportedNotApplicablePatches", 0_i64)
        .put("InstancesWithCriticalNonCompliantPatches", critical)
        .put("InstancesWithSecurityNonCompliantPatches", security)
        .put("InstancesWithOtherNonCompliantPatches", other)
        .put("InstancesWithAvailableSecurityUpdates", nodes_with("AvailableSecurityUpdate"))
        .into())
}
