//! `elasticloadbalancing:DescribeLoadBalancers`.

use super::{here, is_arn, page};
use crate::drill::{
    error::ApiError,
    ops::Cx,
    params::Params,
    rng,
    tree::{Fields, Tree, list},
    world::network::LoadBalancer,
};

/// The hosted zones of application load balancers, of the Regions that drills have been set in.
const ZONES: &[(&str, &str)] = &[("eu-west-1", "Z32O12XQLNTSW2"), ("us-east-1", "Z35SXDOTRQ7X7K")];

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let (arns, names) = (params.texts("LoadBalancerArns"), params.texts("Names"));
    if !arns.is_empty() && !names.is_empty() {
        return Err(ApiError::validation(
            "Load balancer names and load balancer ARNs cannot be specified together",
        ));
    }
    for arn in &arns {
        is_arn(arn, "loadbalancer", "load balancer")?;
        if here(cx).all(|one| one.arn != *arn) {
            return Err(missing("One or more load balancers not found"));
        }
    }
    let unknown: Vec<&str> =
        names.iter().copied().filter(|name| here(cx).all(|one| one.name != *name)).collect();
    if !unknown.is_empty() {
        return Err(missing(&format!("Load balancers '[{}]' not found", unknown.join(", "))));
    }
    let wanted = |one: &&LoadBalancer| {
        (arns.is_empty() || arns.contains(&one.arn.as_str()))
            && (names.is_empty() || names.contains(&one.name.as_str()))
    };
    let found = here(cx).filter(wanted).map(|one| describe(cx, one)).collect();
    page(cx, "DescribeLoadBalancers", params, "LoadBalancers", found)
}

/// There is no such load balancer.
pub(super) fn missing(message: &str) -> ApiError {
    ApiError::new("LoadBalancerNotFound", message).shaped("LoadBalancerNotFoundException")
}

/// The name by which it is reached; those that are not public begin with a word that says so.
fn host(cx: &Cx<'_>, one: &LoadBalancer) -> String {
    let number = rng::text(cx.world.seed, &one.arn) % 9_000_000_000 + 1_000_000_000;
    let name = if one.public { one.name.clone() } else { format!("internal-{}", one.name) };
    format!("{name}-{number}.{}.elb.amazonaws.com", one.region)
}

fn describe(cx: &Cx<'_>, one: &LoadBalancer) -> Tree {
    let subnets = cx.world.network.subnets.iter().filter(|subnet| one.subnets.contains(&subnet.id));
    let zones = subnets.map(|subnet| {
        let zone = Fields::new().put("ZoneName", &subnet.az).put("SubnetId", &subnet.id);
        Tree::from(zone.put("LoadBalancerAddresses", list::<Tree>([])))
    });
    let zone =
        ZONES.iter().find(|(region, _)| *region == one.region).map_or("Z00000000000000000000", |(_, id)| *id);
    Fields::new()
        .put("LoadBalancerArn", &one.arn)
        .put("DNSName", host(cx, one))
        .put("CanonicalHostedZoneId", zone)
        .put("CreatedTime", one.created)
        .put("LoadBalancerName", &one.name)
        .put("Scheme", if one.public { "internet-facing" } else { "internal" })
        .put("VpcId", &one.vpc)
        .put("State", Fields::new().put("Code", "active"))
        .put("Type", if one.path.starts_with("net/") { "network" } else { "application" })
        .put("AvailabilityZones", list(zones))
        .put("SecurityGroups", list(&one.groups))
        .put("IpAddressType", "ipv4")
        .into()
}
