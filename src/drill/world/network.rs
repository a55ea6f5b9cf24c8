//! Load balancers with their target groups, and the ingress rules of security groups.

use super::{Ids, instance::Instance};
use crate::drill::script::{
    account::Account,
    trail::{GroupRule, LoadBalancer as File},
};

/// One load balancer.
#[derive(Debug, Clone)]
pub(crate) struct LoadBalancer {
    /// Its name, e.g. `web`; also its key.
    pub(crate) name: String,
    /// Its ARN.
    pub(crate) arn: String,
    /// `sg-…`.
    pub(crate) groups: Vec<String>,
    /// Ports and the ARNs of their listeners.
    pub(crate) listeners: Vec<(String, String)>,
    /// Where it sends requests.
    pub(crate) target_groups: Vec<TargetGroup>,
}

/// Targets of a load balancer.
#[derive(Debug, Clone)]
pub(crate) struct TargetGroup {
    /// Its name, e.g. `web-80`; also its key.
    pub(crate) name: String,
    /// Its ARN.
    pub(crate) arn: String,
    /// `i-…`.
    pub(crate) targets: Vec<String>,
}

/// One ingress rule of a security group.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    /// By which timelines name it.
    pub(crate) key: String,
    /// `sgr-…`.
    pub(crate) id: String,
    /// `sg-…`.
    pub(crate) group: String,
    /// `tcp`, …
    pub(crate) protocol: String,
    /// First and last port.
    pub(crate) ports: (u16, u16),
    /// Who is let in.
    pub(crate) source: Source,
    /// What its owner wrote.
    pub(crate) about: String,
}

/// Who a rule lets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// Addresses, in CIDR notation.
    Cidr(String),
    /// Members of a security group: `sg-…`.
    Group(String),
}

/// Everything there is, in the order of the file.
pub(crate) fn build(
    file: &Account,
    instances: &[Instance],
    ids: Ids,
) -> Result<(Vec<LoadBalancer>, Vec<Rule>), String> {
    let balancers = file.load_balancer.iter().map(|one| balancer(one, file, instances, ids));
    let rules = file.group_rule.iter().map(|one| rule(one, file, ids));
    Ok((balancers.collect::<Result<_, _>>()?, rules.collect::<Result<_, _>>()?))
}

fn balancer(one: &File, file: &Account, instances: &[Instance], ids: Ids) -> Result<LoadBalancer, String> {
    let arn = |rest: &str| format!("arn:aws:elasticloadbalancing:{}:{}:{rest}", file.region, file.id);
    let middle = |text: &str| text.split('/').nth(1).unwrap_or_default().to_owned();
    let mut vpc = None;
    for key in &one.subnets {
        let subnet = file.subnet.iter().find(|subnet| subnet.key == *key);
        vpc = Some(subnet.ok_or_else(|| format!("{}: there is no subnet {key}", one.name))?.vpc.as_str());
    }
    let vpc = vpc.ok_or_else(|| format!("{}: no subnet", one.name))?;
    let mut groups = Vec::new();
    for group in &one.groups {
        groups.push(group_id(file, &format!("{vpc}/{group}"), ids)?);
    }
    let target_groups = one.target_groups.iter().map(|(name, fleet)| TargetGroup {
        name: middle(name),
        arn: arn(name),
        targets: instances.iter().filter(|i| i.fleet == *fleet).map(|i| i.id.clone()).collect(),
    });
    let listeners =
        one.listeners.iter().map(|(port, id)| (port.clone(), arn(&format!("listener/{}/{id}", one.name))));
    Ok(LoadBalancer {
        name: middle(&one.name),
        arn: arn(&format!("loadbalancer/{}", one.name)),
        groups,
        listeners: listeners.collect(),
        target_groups: target_groups.collect(),
    })
}

fn rule(one: &GroupRule, file: &Account, ids: Ids) -> Result<Rule, String> {
    let vpc = one.group.split('/').next().unwrap_or_default();
    let source = match (&one.cidr, &one.from) {
        (Some(cidr), None) => Source::Cidr(cidr.clone()),
        (None, Some(from)) => Source::Group(group_id(file, &format!("{vpc}/{from}"), ids)?),
        _ => return Err(format!("{}: exactly one of cidr and from", one.key)),
    };
    Ok(Rule {
        key: one.key.clone(),
        id: ids.of("sgr", &one.key),
        group: group_id(file, &one.group, ids)?,
        protocol: one.protocol.clone(),
        ports: one.ports,
        source,
        about: one.about.clone(),
    })
}

/// The id of a group, named `prod/web`; instances' groups have theirs by the same rule.
fn group_id(file: &Account, name: &str, ids: Ids) -> Result<String, String> {
    let known = name.split_once('/').is_some_and(|(_, group)| file.security_groups.contains_key(group));
    if known { Ok(ids.of("sg", name)) } else { Err(format!("there is no security group {name}")) }
}
