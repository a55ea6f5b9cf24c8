//! `elasticloadbalancing:DescribeListeners` and `DescribeRules`: a listener has its default rule and no other.

use super::{balancers, here, is_arn, page};
use crate::drill::{
    error::ApiError,
    ops::Cx,
    params::Params,
    rng,
    tree::{Fields, Tree, list},
    world::network::LoadBalancer,
};

/// One listener.
struct Listener<'a> {
    balancer: &'a LoadBalancer,
    port: &'a str,
    arn: &'a str,
}

impl Listener<'_> {
    fn is_https(&self) -> bool {
        self.port == "443"
    }

    /// Where requests are sent: on port 80 of those that speak HTTPS, there; else to the targets.
    fn action(&self) -> Tree {
        let speaks_https = self.balancer.listeners.iter().any(|(port, _)| port == "443");
        if self.port == "80" && speaks_https {
            let there = Fields::new()
                .put("Protocol", "HTTPS")
                .put("Port", "443")
                .put("Host", "#{host}")
                .put("Path", "/#{path}")
                .put("Query", "#{query}")
                .put("StatusCode", "HTTP_301");
            return Fields::new()
                .put("Type", "redirect")
                .put("Order", 1_i64)
                .put("RedirectConfig", there)
                .into();
        }
        let targets = self.balancer.target_groups.first().map(|group| &group.arn);
        let weighed =
            targets.map(|arn| Tree::from(Fields::new().put("TargetGroupArn", arn).put("Weight", 1_i64)));
        let forward = Fields::new()
            .put("TargetGroups", list(weighed))
            .put("TargetGroupStickinessConfig", Fields::new().put("Enabled", false));
        Fields::new()
            .put("Type", "forward")
            .maybe("TargetGroupArn", targets)
            .put("Order", 1_i64)
            .put("ForwardConfig", forward)
            .into()
    }

    /// The default rule's ARN.
    fn rule(&self, cx: &Cx<'_>) -> String {
        let id = rng::hex(rng::text(cx.world.seed, self.arn), 16);
        format!("{}/{id}", self.arn.replacen(":listener/", ":listener-rule/", 1))
    }
}

fn listeners<'a>(cx: &Cx<'a>) -> impl Iterator<Item = Listener<'a>> {
    here(cx).flat_map(|balancer| {
        balancer.listeners.iter().map(move |(port, arn)| Listener { balancer, port, arn })
    })
}

fn missing() -> ApiError {
    ApiError::new("ListenerNotFound", "One or more listeners not found").shaped("ListenerNotFoundException")
}

/// `DescribeListeners`.
pub(crate) fn describe_listeners(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let (arns, balancer) = (params.texts("ListenerArns"), params.text("LoadBalancerArn"));
    if arns.is_empty() == balancer.is_none() {
        return Err(ApiError::validation("You must specify either listener ARNs or a load balancer ARN"));
    }
    for arn in &arns {
        is_arn(arn, "listener", "listener")?;
        if listeners(cx).all(|one| one.arn != *arn) {
            return Err(missing());
        }
    }
    if let Some(arn) = balancer {
        is_arn(arn, "loadbalancer", "load balancer")?;
        if here(cx).all(|one| one.arn != arn) {
            return Err(balancers::missing("One or more load balancers not found"));
        }
    }
    let wanted =
        |one: &Listener<'_>| arns.contains(&one.arn) || balancer.is_some_and(|arn| one.balancer.arn == arn);
    let found = listeners(cx).filter(wanted).map(|one| describe(&one)).collect();
    page(cx, "DescribeListeners", params, "Listeners", found)
}

fn describe(one: &Listener<'_>) -> Tree {
    let fields = Fields::new()
        .put("ListenerArn", one.arn)
        .put("LoadBalancerArn", &one.balancer.arn)
        .put("Port", one.port.parse().unwrap_or(80_i64))
        .put("Protocol", if one.is_https() { "HTTPS" } else { "HTTP" });
    let certificates = one.balancer.certificate.iter().filter(|_| one.is_https());
    let certificates: Vec<Tree> =
        certificates.map(|arn| Fields::new().put("CertificateArn", arn).into()).collect();
    let fields =
        if certificates.is_empty() { fields } else { fields.put("Certificates", list(certificates)) };
    fields
        .maybe("SslPolicy", one.is_https().then_some("ELBSecurityPolicy-TLS13-1-2-2021-06"))
        .put("DefaultActions", list([one.action()]))
        .into()
}

/// `DescribeRules`.
pub(crate) fn describe_rules(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let (arns, listener) = (params.texts("RuleArns"), params.text("ListenerArn"));
    if arns.is_empty() == listener.is_none() {
        return Err(ApiError::validation("You must specify either listener rule ARNs or a listener ARN"));
    }
    for arn in &arns {
        is_arn(arn, "listener-rule", "listener rule")?;
        if listeners(cx).all(|one| one.rule(cx) != *arn) {
            return Err(
                ApiError::new("RuleNotFound", "One or more rules not found").shaped("RuleNotFoundException")
            );
        }
    }
    if let Some(arn) = listener {
        is_arn(arn, "listener", "listener")?;
        if listeners(cx).all(|one| one.arn != arn) {
            return Err(missing());
        }
    }
    let wanted = |one: &Listener<'_>| arns.contains(&one.rule(cx).as_str()) || listener == Some(one.arn);
    let rule = |one: Listener<'_>| {
        let rule = Fields::new().put("RuleArn", one.rule(cx)).put("Priority", "default");
        let rule = rule.put("Conditions", list::<Tree>([])).put("Actions", list([one.action()]));
        Tree::from(rule.put("IsDefault", true))
    };
    let found = listeners(cx).filter(wanted).map(rule).collect();
    page(cx, "DescribeRules", params, "Rules", found)
}
