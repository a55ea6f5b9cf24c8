//! `autoscaling:DescribeScalingActivities`: newest first, of one group or of all.

use super::{here, named, page};
use crate::drill::{
    error::ApiError,
    ops::Cx,
    params::Params,
    tree::{Fields, Tree},
    world::{activity::Activity, groups::Group},
};

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let groups: Vec<&Group> = match params.text("AutoScalingGroupName") {
        Some(name) => vec![named(cx, name)?],
        None => here(cx).collect(),
    };
    let ids = params.texts("ActivityIds");
    let of = |group| cx.world.activities(group, cx.elapsed).into_iter().map(move |one| (group, one));
    let mut found: Vec<(&Group, Activity)> = groups.into_iter().flat_map(of).collect();
    found.retain(|(_, one)| ids.is_empty() || ids.contains(&one.id.as_str()));
    found.sort_by(|(_, a), (_, b)| (b.start, &b.id).cmp(&(a.start, &a.id)));
    let found = found.iter().map(|(group, one)| describe(group, one)).collect();
    page(cx, "DescribeScalingActivities", params, "Activities", found)
}

fn describe(group: &Group, one: &Activity) -> Tree {
    Fields::new()
        .put("ActivityId", &one.id)
        .put("AutoScalingGroupName", &group.name)
        .put("Description", &one.about)
        .put("Cause", &one.cause)
        .put("StartTime", one.start)
        .maybe("EndTime", one.end)
        .put("StatusCode", &one.status)
        .maybe("StatusMessage", one.message.as_ref())
        .put("Progress", if one.end.is_some() { 100_i64 } else { 50 })
        .put("Details", "{}")
        .put("AutoScalingGroupARN", &group.arn)
        .into()
}
