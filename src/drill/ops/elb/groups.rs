//! `elasticloadbalancing:DescribeTargetGroups` and `DescribeTargetHealth`.

use super::{balancers, here, is_arn, page};
use crate::drill::{
    error::ApiError,
    ops::Cx,
    params::Params,
    tree::{Fields, Tree, list},
    world::{
        health::Health,
        network::{LoadBalancer, TargetGroup},
    },
};

/// The Region's target groups, each with its load balancer.
fn groups<'a>(cx: &Cx<'a>) -> impl Iterator<Item = (&'a LoadBalancer, &'a TargetGroup)> {
    here(cx).flat_map(|one| one.target_groups.iter().map(move |group| (one, group)))
}

fn missing(message: &str) -> ApiError {
    ApiError::new("TargetGroupNotFound", message).shaped("TargetGroupNotFoundException")
}

/// `DescribeTargetGroups`.
pub(crate) fn describe_groups(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let (arns, names) = (params.texts("TargetGroupArns"), params.texts("Names"));
    let balancer = params.text("LoadBalancerArn");
    if usize::from(!arns.is_empty()) + usize::from(!names.is_empty()) + usize::from(balancer.is_some()) > 1 {
        return Err(ApiError::validation(
            "Target group names, target group ARNs, and a load balancer ARN cannot be specified together",
        ));
    }
    for arn in &arns {
        is_arn(arn, "targetgroup", "target group")?;
        if groups(cx).all(|(_, group)| group.arn != *arn) {
            return Err(missing("One or more target groups not found"));
        }
    }
    if names.iter().any(|name| groups(cx).all(|(_, group)| group.name != *name)) {
        return Err(missing("One or more target groups not found"));
    }
    if let Some(arn) = balancer {
        is_arn(arn, "loadbalancer", "load balancer")?;
        if here(cx).all(|one| one.arn != arn) {
            return Err(balancers::missing(&format!("Load balancer '{arn}' not found")));
        }
    }
    let wanted = |(one, group): &(&LoadBalancer, &TargetGroup)| {
        (arns.is_empty() || arns.contains(&group.arn.as_str()))
            && (names.is_empty() || names.contains(&group.name.as_str()))
            && balancer.is_none_or(|arn| one.arn == arn)
    };
    let found = groups(cx).filter(wanted).map(|(one, group)| describe(one, group)).collect();
    page(cx, "DescribeTargetGroups", params, "TargetGroups", found)
}

fn describe(one: &LoadBalancer, group: &TargetGroup) -> Tree {
    Fields::new()
        .put("TargetGroupArn", &group.arn)
        .put("TargetGroupName", &group.name)
        .put("Protocol", "HTTP")
        .put("Port", i64::from(group.port))
        .put("VpcId", &one.vpc)
        .put("HealthCheckProtocol", "HTTP")
        .put("HealthCheckPort", "traffic-port")
        .put("HealthCheckEnabled", true)
        .put("HealthCheckIntervalSeconds", 10_i64)
        .put("HealthCheckTimeoutSeconds", 5_i64)
        .put("HealthyThresholdCount", 3_i64)
        .put("UnhealthyThresholdCount", 2_i64)
        .put("HealthCheckPath", "/health")
        .put("Matcher", Fields::new().put("HttpCode", "200"))
        .put("LoadBalancerArns", list([&one.arn]))
        .put("TargetType", "instance")
        .put("ProtocolVersion", "HTTP1")
        .put("IpAddressType", "ipv4")
        .into()
}

/// `DescribeTargetHealth`: of all targets, or of those that are named.
pub(crate) fn describe_health(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let arn = params.text("TargetGroupArn").ok_or_else(|| {
        ApiError::validation(
            "1 validation error detected: Value null at 'targetGroupArn' failed to satisfy constraint: Member must not \
             be null",
        )
    })?;
    is_arn(arn, "targetgroup", "target group")?;
    let (_, group) = groups(cx)
        .find(|(_, group)| group.arn == arn)
        .ok_or_else(|| missing("One or more target groups not found"))?;
    let all = cx.world.health(group, cx.elapsed);
    let mut named = Vec::new();
    for target in params.structs("Targets") {
        let id = target.text("Id").ok_or_else(|| ApiError::validation("A target must have an Id"))?;
        let port = target.int("Port")?.unwrap_or(i64::from(group.port));
        let known = all.iter().find(|(known, _)| known == id && port == i64::from(group.port));
        named.push(target_health(id, port, known.map(|(_, health)| health)));
    }
    if named.is_empty() && !params.has("Targets") {
        let port = i64::from(group.port);
        named = all.iter().map(|(id, health)| target_health(id, port, Some(health))).collect();
    }
    Ok(Fields::new().put("TargetHealthDescriptions", list(named)).into())
}

/// One target in the service's words; without a health it is no target of the group.
fn target_health(id: &str, port: i64, health: Option<&Health>) -> Tree {
    let state = match health {
        Some(Health::Healthy) => Fields::new().put("State", "healthy"),
        Some(Health::Unhealthy) => Fields::new()
            .put("State", "unhealthy")
            .put("Reason", "Target.Timeout")
            .put("Description", "Request timed out"),
        Some(Health::Draining) => Fields::new()
            .put("State", "draining")
            .put("Reason", "Target.DeregistrationInProgress")
            .put("Description", "Target deregistration is in progress"),
        Some(Health::NotRunning(state)) => Fields::new()
            .put("State", "unused")
            .put("Reason", "Target.InvalidState")
            .put("Description", format!("Target is in the {state} state")),
        None => Fields::new()
            .put("State", "unused")
            .put("Reason", "Target.NotRegistered")
            .put("Description", "Target is not registered to the target group"),
    };
    Fields::new()
        .put("Target", Fields::new().put("Id", id).put("Port", port))
        .put("HealthCheckPort", port.to_string())
        .put("TargetHealth", state)
        .into()
}
