//! `autoscaling:DescribeAutoScalingGroups`.

use std::collections::BTreeSet;

use super::{here, page, template, version};
use crate::drill::{
    error::ApiError,
    ops::{Cx, ec2::zone_id},
    params::Params,
    tree::{Fields, Tree, list},
    world::{
        groups::{GROUP_TAG, Group, VERSION_TAG},
        instance::Instance,
        shift,
    },
};

/// Groups are older than anything that they have launched.
const AGE: i64 = 700 * 86_400;

/// The operation. Names that nobody has are left out and no error, as Auto Scaling has it.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let names = params.texts("AutoScalingGroupNames");
    let mut found: Vec<&Group> =
        here(cx).filter(|group| names.is_empty() || names.contains(&group.name.as_str())).collect();
    for filter in params.structs("Filters") {
        let name = filter.required("Name")?;
        let values = filter.texts("Values");
        let key = name.strip_prefix("tag:");
        if key.is_none() && !matches!(name, "tag-key" | "tag-value") {
            return Err(ApiError::validation(format!(
                "Filter type {name} is not correct. Allowed Filter types are: tag-key, tag-value, tag:<key>"
            )));
        }
        let holds = |(tag, value): &(String, String)| match key {
            Some(key) => tag == key && values.contains(&value.as_str()),
            None => values.contains(&if name == "tag-key" { tag.as_str() } else { value.as_str() }),
        };
        found.retain(|group| group.tags.iter().any(holds));
    }
    let with_instances = params.text("IncludeInstances") != Some("false");
    let found = found.into_iter().map(|group| describe(cx, group, with_instances)).collect();
    page(cx, "DescribeAutoScalingGroups", params, "AutoScalingGroups", found)
}

/// `autoscaling:DescribeAutoScalingInstances`. Ids that no group has are left out and no error.
pub(crate) fn instances(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let ids = params.texts("InstanceIds");
    let mut found = Vec::new();
    for group in here(cx) {
        let own = cx.world.instances.iter().filter(|one| one.tag(GROUP_TAG) == Some(&group.name));
        let own =
            own.filter(|one| one.launched <= cx.now && (ids.is_empty() || ids.contains(&one.id.as_str())));
        found.extend(own.filter_map(|one| {
            let Tree::Map(mut members) = member(cx, group, one)? else { return None };
            members.push(("AutoScalingGroupName".into(), Tree::from(&group.name)));
            for (name, value) in &mut members {
                // Here the state of health is written in capitals.
                if let (Tree::Text(text), true) = (value, name == "HealthStatus") {
                    *text = text.to_uppercase();
                }
            }
            Some(Tree::Map(members))
        }));
    }
    page(cx, "DescribeAutoScalingInstances", params, "AutoScalingInstances", found)
}

/// What the group calls the state of an instance; nothing of what is no longer its.
fn lifecycle(state: &str) -> Option<&'static str> {
    match state {
        "pending" => Some("Pending"),
        "running" => Some("InService"),
        "terminated" => None,
        _ => Some("Terminating"),
    }
}

fn member(cx: &Cx<'_>, group: &Group, one: &Instance) -> Option<Tree> {
    let state = lifecycle(&one.at(cx.elapsed, cx.world.origin).state)?;
    let image = cx.world.images.get(one.image).map(|image| &image.id);
    let fields = Fields::new()
        .put("InstanceId", &one.id)
        .put("InstanceType", &one.kind)
        .put("AvailabilityZone", &one.az)
        .put("AvailabilityZoneId", zone_id(&one.az))
        .put("LifecycleState", state)
        .put("HealthStatus", if state == "Terminating" { "Unhealthy" } else { "Healthy" })
        .put("LaunchTemplate", template(cx, &group.template, one.tag(VERSION_TAG).unwrap_or_default()))
        .maybe("ImageId", image)
        .put("ProtectedFromScaleIn", false);
    Some(fields.into())
}

fn describe(cx: &Cx<'_>, group: &Group, with_instances: bool) -> Tree {
    let own = cx.world.instances.iter().filter(|one| one.tag(GROUP_TAG) == Some(&group.name));
    let own = own.filter(|one| with_instances && one.launched <= cx.now);
    let subnets = cx.world.network.subnets.iter().filter(|subnet| group.subnets.contains(&subnet.id));
    let zones: BTreeSet<&str> = subnets.map(|subnet| subnet.az.as_str()).collect();
    let tags = group.tags.iter().map(|(key, value)| {
        let tag = Fields::new().put("ResourceId", &group.name).put("ResourceType", "auto-scaling-group");
        Tree::from(tag.put("Key", key).put("Value", value).put("PropagateAtLaunch", true))
    });
    let role = "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
    Fields::new()
        .put("AutoScalingGroupName", &group.name)
        .put("AutoScalingGroupARN", &group.arn)
        .put("LaunchTemplate", template(cx, &group.template, &version(cx, group, cx.elapsed)))
        .put("MinSize", group.desired)
        .put("MaxSize", group.desired * 2)
        .put("DesiredCapacity", group.desired)
        .put("DefaultCooldown", 300_i64)
        .put("AvailabilityZones", list(zones))
        .put("LoadBalancerNames", list::<Tree>([]))
        .put("TargetGroupARNs", list(&group.target_groups))
        // With `ELB` it would replace what a load balancer calls unhealthy, which it does in no drill.
        .put("HealthCheckType", "EC2")
        .put("HealthCheckGracePeriod", 120_i64)
        .put("Instances", list(own.filter_map(|one| member(cx, group, one))))
        .put("CreatedTime", shift(cx.world.origin, -AGE))
        .put("SuspendedProcesses", list::<Tree>([]))
        .put("VPCZoneIdentifier", group.subnets.join(","))
        .put("EnabledMetrics", list::<Tree>([]))
        .put("Tags", list(tags))
        .put("TerminationPolicies", list(["Default"]))
        .put("NewInstancesProtectedFromScaleIn", false)
        .put("ServiceLinkedRoleARN", format!("arn:aws:iam::{}:{role}", cx.world.account))
        .put("CapacityRebalance", false)
        .put(
            "TrafficSources",
            list(
                group
                    .target_groups
                    .iter()
                    .map(|arn| Tree::from(Fields::new().put("Identifier", arn).put("Type", "elbv2"))),
            ),
        )
        .into()
}
