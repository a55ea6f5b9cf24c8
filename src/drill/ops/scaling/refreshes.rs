//! `autoscaling:DescribeInstanceRefreshes`: newest first, as far as timelines tell of them.

use super::{named, page, template, version};
use crate::drill::{
    error::ApiError,
    ops::Cx,
    params::Params,
    tree::{Fields, Tree},
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
        Some(describe(cx, group, (id, *at, told.reason.as_deref()), &progress))
    });
    page(cx, "DescribeInstanceRefreshes", params, "InstanceRefreshes", found.collect())
}

fn describe(
    cx: &Cx<'_>,
    group: &Group,
    (id, at, why): (&str, i64, Option<&str>),
    progress: &Progress,
) -> Tree {
    let left = (group.desired * (100 - progress.percent) + 99) / 100;
    let preferences = Fields::new()
        .put("MinHealthyPercentage", 90_i64)
        .put("InstanceWarmup", 120_i64)
        .put("SkipMatching", false)
        .put("AutoRollback", false)
        .put("ScaleInProtectedInstances", "Wait")
        .put("StandbyInstances", "Wait");
    let wanted = Fields::new().put("LaunchTemplate", template(cx, &group.template, &version(cx, group, at)));
    Fields::new()
        .put("InstanceRefreshId", id)
        .put("AutoScalingGroupName", &group.name)
        .put("Status", &progress.status)
        .maybe("StatusReason", why.filter(|_| progress.status != "InProgress"))
        .put("StartTime", cx.world.moment(at))
        .maybe("EndTime", progress.ended.map(|second| cx.world.moment(second)))
        .put("PercentageComplete", progress.percent)
        .put("InstancesToUpdate", left)
        .put("Preferences", preferences)
        .put("DesiredConfiguration", wanted)
        .put("Strategy", "Rolling")
        .into()
}
