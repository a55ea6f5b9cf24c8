//! `autoscaling:DescribeInstanceRefreshes`: newest first, as far as timelines tell of them.

use super::{named, page, template, version};
use crate::drill::{
    error::ApiError,
    ops::Cx,
    params::Params,
    script::scaling::{RefreshEffect, RefreshPreferences},
    tree::{Fields, Tree, list},
    world::groups::{Group, Progress, progress},
};

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let name = params.text("AutoScalingGroupName").ok_or_else(|| {
        ApiError::validation(
            "1 validation error detected: Value null at 'autoScalingGroupName' failed to satisfy constraint: Member must \
             not be null",
        )
    })?;
    let group = named(cx, name)?;
    let ids = params.texts("InstanceRefreshIds");
    let those = group.refreshes.iter().rev().filter(|(id, ..)| ids.is_empty() || ids.contains(&id.as_str()));
    let found = those.filter_map(|(id, at, told)| {
        let progress = progress(*at, told, cx.elapsed)?;
        Some(describe(cx, group, (id, *at, told), &progress))
    });
    page(cx, "DescribeInstanceRefreshes", params, "InstanceRefreshes", found.collect())
}

fn describe(
    cx: &Cx<'_>,
    group: &Group,
    (id, at, told): (&str, i64, &RefreshEffect),
    progress: &Progress,
) -> Tree {
    // While it runs, whole instances count; at the end it is told how far it got.
    let replaced = group.desired * progress.percent / 100;
    let running = progress.status == "InProgress";
    let percent = if running { replaced * 100 / group.desired.max(1) } else { progress.percent };
    let wanted = Fields::new().put("LaunchTemplate", template(cx, &group.template, &version(cx, group, at)));
    Fields::new()
        .put("InstanceRefreshId", id)
        .put("AutoScalingGroupName", &group.name)
        .put("Status", &progress.status)
        .maybe("StatusReason", told.reason.as_ref().filter(|_| !running))
        .put("StartTime", cx.world.moment(at))
        .maybe("EndTime", progress.ended.map(|second| cx.world.moment(second)))
        .put("PercentageComplete", percent)
        .put("InstancesToUpdate", group.desired - replaced)
        .put("Preferences", preferences(&told.preferences))
        .put("DesiredConfiguration", wanted)
        .put("Strategy", "Rolling")
        .into()
}

fn preferences(told: &RefreshPreferences) -> Fields {
    let checkpoints = (!told.checkpoints.is_empty()).then(|| list(told.checkpoints.iter().copied()));
    Fields::new()
        .put("MinHealthyPercentage", told.min_healthy)
        .maybe("MaxHealthyPercentage", told.max_healthy)
        .put("InstanceWarmup", told.warmup.0)
        .maybe("CheckpointPercentages", checkpoints)
        .maybe("CheckpointDelay", told.checkpoint_delay.map(|delay| delay.0))
        .put("SkipMatching", told.skip_matching)
        .put("AutoRollback", false)
        .put("ScaleInProtectedInstances", "Wait")
        .put("StandbyInstances", "Wait")
}
