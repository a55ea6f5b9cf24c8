//! `ssm:DescribeInstancePatchStates`: a summary for each of the asked nodes that was ever scanned; the others are left
//! out without a word.

use super::{constraint, managed, node_id, paging};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    rng,
    tree::{Fields, Tree, list},
    world::{
        Ids,
        instance::Instance,
        patch::{Held, NON_COMPLIANT, Node},
    },
};

/// As many instances may be asked for at once.
const MAX_IDS: usize = 50;

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribeInstancePatchStates", params);
    let ids = params.texts("InstanceIds");
    let said = format!("[{}]", ids.join(", "));
    if ids.is_empty() {
        return Err(constraint(&said, "instanceIds", "have length greater than or equal to 1"));
    }
    if ids.len() > MAX_IDS {
        return Err(constraint(&said, "instanceIds", "have length less than or equal to 50"));
    }
    for id in &ids {
        node_id(id, "instanceIds")?;
    }
    let (offset, size) = paging(params, tokens, 10, 100)?;
    let found: Vec<Tree> = managed(cx)
        .into_iter()
        .filter(|(_, instance, _)| ids.contains(&instance.id.as_str()))
        .filter_map(|(node, instance, _)| describe(cx, node, instance))
        .collect();
    let (page, next) = tokens.cut(found, offset, size);
    Ok(Fields::new().put("InstancePatchStates", list(page)).maybe("NextToken", next).into())
}

/// How many patches of a list are in a state.
pub(super) fn count(held: &[Held], state: &str) -> i64 {
    held.iter().filter(|one| one.state == state).count().try_into().unwrap_or(i64::MAX)
}

/// How many that a node does not properly have are critical by its baseline, for security, and neither.
pub(super) fn open(cx: &Cx<'_>, node: &Node, held: &[Held]) -> (i64, i64, i64) {
    let baseline = cx.world.patches.judged_by(node, cx.region);
    let (mut critical, mut security, mut other) = (0, 0, 0);
    for one in held.iter().filter(|one| NON_COMPLIANT.contains(&one.state)) {
        let is_critical = baseline.is_some_and(|baseline| baseline.is_critical(one));
        let is_security = one.class.starts_with("Security");
        critical += i64::from(is_critical);
        security += i64::from(is_security);
        other += i64::from(!is_critical && !is_security);
    }
    (critical, security, other)
}

fn describe(cx: &Cx<'_>, node: &Node, instance: &Instance) -> Option<Tree> {
    let patches = &cx.world.patches;
    let last = node.last(instance, cx.world.origin, cx.now)?;
    let held = patches.held(node, instance, cx.now);
    let (critical, security, other) = open(cx, node, &held);
    let windows = patches.system(node).is_some_and(|system| system.platform == "Windows");
    let snapshot = Ids { seed: rng::text(cx.world.seed, &instance.id) }.uuid(&last.end.to_string());
    let no_reboot = last.install.as_deref() == Some("NoReboot");
    let tree = Fields::new()
        .put("InstanceId", &instance.id)
        .put("PatchGroup", node.group().unwrap_or_default())
        .maybe("BaselineId", patches.judged_by(node, cx.region).map(|one| patches.id(one, cx.region)))
        .put("SnapshotId", snapshot)
        .put("OwnerInformation", "")
        .put("InstalledCount", count(&held, "Installed"))
        .put("InstalledOtherCount", count(&held, "InstalledOther"))
        .put("InstalledPendingRebootCount", count(&held, "InstalledPendingReboot"))
        .put("InstalledRejectedCount", count(&held, "InstalledRejected"))
        .put("MissingCount", count(&held, "Missing"))
        .put("FailedCount", count(&held, "Failed"))
        .put("UnreportedNotApplicableCount", 0_i64)
        .put("NotApplicableCount", count(&held, "NotApplicable"))
        .maybe("AvailableSecurityUpdateCount", windows.then(|| count(&held, "AvailableSecurityUpdate")))
        .put("OperationStartTime", last.start)
        .put("OperationEndTime", last.end)
        .put("Operation", if last.install.is_some() { "Install" } else { "Scan" })
        .maybe("LastNoRebootInstallOperationTime", no_reboot.then_some(last.end))
        .maybe("RebootOption", last.install.as_ref())
        .put("CriticalNonCompliantCount", critical)
        .put("SecurityNonCompliantCount", security)
        .put("OtherNonCompliantCount", other);
    Some(tree.into())
}
