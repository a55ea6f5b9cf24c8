//! The network: VPCs and their subnets, security groups with their ingress rules, load balancers with their target
//! groups. What a timeline's calls do to a rule is true from the moment of the call on.

use jiff::Timestamp;

use super::{Ids, instance::Instance, shift};
use crate::drill::{
    rng,
    script::{
        Beat,
        account::{self, Account},
        trail::{GroupRule, LoadBalancer as File},
    },
};

/// All of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Network {
    /// In the order of their first subnets.
    pub(crate) vpcs: Vec<Vpc>,
    /// In the order of the file.
    pub(crate) subnets: Vec<Subnet>,
    /// Those that something has, or that have rules, by VPC and name.
    pub(crate) groups: Vec<SecurityGroup>,
    /// Ingress rules.
    pub(crate) rules: Vec<Rule>,
    /// All in the main Region.
    pub(crate) balancers: Vec<LoadBalancer>,
}

/// One VPC.
#[derive(Debug, Clone)]
pub(crate) struct Vpc {
    /// `vpc-…`.
    pub(crate) id: String,
    /// Its key, also its tag `Name`.
    pub(crate) name: String,
    /// Where.
    pub(crate) region: String,
    /// Its addresses.
    pub(crate) cidr: String,
}

/// One subnet.
#[derive(Debug, Clone)]
pub(crate) struct Subnet {
    /// `subnet-…`.
    pub(crate) id: String,
    /// Its key, also its tag `Name`.
    pub(crate) name: String,
    /// `vpc-…`.
    pub(crate) vpc: String,
    /// Availability Zone.
    pub(crate) az: String,
    /// The first three parts of its addresses, e.g. `10.20.11`.
    pub(crate) net: String,
    /// Instances get a public address.
    pub(crate) public: bool,
}

impl Subnet {
    /// The Region of its zone.
    pub(crate) fn region(&self) -> &str {
        region_of(&self.az)
    }
}

/// One security group.
#[derive(Debug, Clone)]
pub(crate) struct SecurityGroup {
    /// `sg-…`.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// What its owner wrote.
    pub(crate) about: String,
    /// `vpc-…`.
    pub(crate) vpc: String,
    /// Where.
    pub(crate) region: String,
}

/// One load balancer.
#[derive(Debug, Clone)]
pub(crate) struct LoadBalancer {
    /// Its name, e.g. `web`; also its key.
    pub(crate) name: String,
    /// As metrics name it: `app/web/50dc6c495c0c9188`.
    pub(crate) path: String,
    /// Its ARN.
    pub(crate) arn: String,
    /// `vpc-…`.
    pub(crate) vpc: String,
    /// Where.
    pub(crate) region: String,
    /// Reached from the Internet.
    pub(crate) public: bool,
    /// When it was created.
    pub(crate) created: Timestamp,
    /// The ARN of the certificate of its HTTPS listeners.
    pub(crate) certificate: Option<String>,
    /// `sg-…`.
    pub(crate) groups: Vec<String>,
    /// `subnet-…`, with an interface of its own in each.
    pub(crate) subnets: Vec<String>,
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
    /// As metrics name it: `targetgroup/web-80/73e2d6bc24d8a067`.
    pub(crate) path: String,
    /// Its ARN.
    pub(crate) arn: String,
    /// On which its targets listen: its name ends with it.
    pub(crate) port: u16,
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
    /// Seconds of the scenario at which calls that succeeded added it (`true`) or took it away, in order.
    pub(crate) changes: Vec<(i64, bool)>,
}

impl Rule {
    /// Whether it is in force at a second of the scenario.
    pub(crate) fn is_there(&self, elapsed: i64) -> bool {
        let last = self.changes.iter().rev().find(|(at, _)| *at <= elapsed);
        // Before its first change it is what that changes.
        last.or(self.changes.first()).is_none_or(|(at, added)| (*at <= elapsed) == *added)
    }
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
    beats: &[&Beat],
    ids: Ids,
    origin: Timestamp,
) -> Result<Network, String> {
    let balancers = file.load_balancer.iter().map(|one| balancer(one, file, instances, ids, origin));
    let rules = file.group_rule.iter().map(|one| rule(one, file, beats, ids));
    let mut network = Network {
        balancers: balancers.collect::<Result<_, _>>()?,
        rules: rules.collect::<Result<_, _>>()?,
        ..Network::default()
    };
    for subnet in &file.subnet {
        let vpc = ids.of("vpc", &subnet.vpc);
        if network.vpcs.iter().all(|known| known.id != vpc) {
            let wide = subnet.net.rsplit_once('.').map_or(subnet.net.as_str(), |(wide, _)| wide);
            let region = region_of(&subnet.az).to_owned();
            let (name, cidr) = (subnet.vpc.clone(), format!("{wide}.0.0/16"));
            network.vpcs.push(Vpc { id: vpc.clone(), name, region, cidr });
        }
        network.subnets.push(Subnet {
            id: ids.of("subnet", &subnet.key),
            name: subnet.key.clone(),
            vpc,
            az: subnet.az.clone(),
            net: subnet.net.clone(),
            public: subnet.public,
        });
    }
    for vpc in &network.vpcs {
        for (name, about) in &file.security_groups {
            let id = ids.of("sg", &format!("{}/{name}", vpc.name));
            let has = |groups: &[String]| groups.contains(&id);
            let used = instances.iter().any(|i| i.groups.iter().any(|(group, _)| *group == id))
                || network.balancers.iter().any(|b| has(&b.groups))
                || network.rules.iter().any(|r| r.group == id || r.source == Source::Group(id.clone()));
            if used {
                let (name, about) = (name.clone(), about.clone());
                let (vpc, region) = (vpc.id.clone(), vpc.region.clone());
                network.groups.push(SecurityGroup { id, name, about, vpc, region });
            }
        }
    }
    Ok(network)
}

fn region_of(az: &str) -> &str {
    az.trim_end_matches(|c: char| c.is_ascii_lowercase())
}

fn subnet<'a>(file: &'a Account, key: &str) -> Option<&'a account::Subnet> {
    file.subnet.iter().find(|subnet| subnet.key == key)
}

/// Load balancers are two to three years old.
const BALANCER_DAYS: (u64, u64) = (730, 365);

fn balancer(
    one: &File,
    file: &Account,
    instances: &[Instance],
    ids: Ids,
    origin: Timestamp,
) -> Result<LoadBalancer, String> {
    let arn = |rest: &str| format!("arn:aws:elasticloadbalancing:{}:{}:{rest}", file.region, file.id);
    let middle = |text: &str| text.split('/').nth(1).unwrap_or_default().to_owned();
    let mut place = None;
    for key in &one.subnets {
        let subnet = subnet(file, key);
        place = Some(subnet.ok_or_else(|| format!("{}: there is no subnet {key}", one.name))?);
    }
    let place = place.ok_or_else(|| format!("{}: no subnet", one.name))?;
    let vpc = place.vpc.as_str();
    let mut groups = Vec::new();
    for group in &one.groups {
        groups.push(group_id(file, &format!("{vpc}/{group}"), ids)?);
    }
    let target_groups = one.target_groups.iter().map(|(name, fleet)| TargetGroup {
        name: middle(name),
        path: name.clone(),
        arn: arn(name),
        port: middle(name).rsplit('-').next().and_then(|port| port.parse().ok()).unwrap_or(80),
        targets: instances.iter().filter(|i| i.fleet == *fleet).map(|i| i.id.clone()).collect(),
    });
    let listeners =
        one.listeners.iter().map(|(port, id)| (port.clone(), arn(&format!("listener/{}/{id}", one.name))));
    let mark = rng::text(ids.seed, &one.name);
    let days = BALANCER_DAYS.0 + mark % BALANCER_DAYS.1;
    let age = i64::try_from(days * 86_400 + mark % 86_400).unwrap_or_default();
    Ok(LoadBalancer {
        name: middle(&one.name),
        path: one.name.clone(),
        arn: arn(&format!("loadbalancer/{}", one.name)),
        vpc: ids.of("vpc", vpc),
        region: file.region.clone(),
        public: place.public,
        created: shift(origin, -age),
        certificate: certificate(file),
        groups,
        subnets: one.subnets.iter().map(|key| ids.of("subnet", key)).collect(),
        listeners: listeners.collect(),
        target_groups: target_groups.collect(),
    })
}

/// The main Region's certificate, which is known from the metric that counts its days.
fn certificate(file: &Account) -> Option<String> {
    let here = |metric: &&account::Metric| {
        metric.namespace == "AWS/CertificateManager" && metric.region.is_none() && !metric.hidden
    };
    let (_, arn) =
        file.metric.iter().find(here)?.dimensions.iter().find(|(name, _)| name == "CertificateArn")?;
    Some(arn.clone())
}

fn rule(one: &GroupRule, file: &Account, beats: &[&Beat], ids: Ids) -> Result<Rule, String> {
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
        changes: changes(&one.key, beats),
    })
}

/// What the timeline's calls do to a rule.
fn changes(key: &str, beats: &[&Beat]) -> Vec<(i64, bool)> {
    let told =
        beats.iter().flat_map(|beat| beat.trail.iter().map(|event| (beat.at.0 + event.after.0, event)));
    let about = told.filter(|(_, event)| event.rule.as_deref() == Some(key) && event.error.is_none());
    let mut changes: Vec<(i64, bool)> = about
        .filter_map(|(at, event)| match event.call.as_str() {
            "ec2:AuthorizeSecurityGroupIngress" => Some((at, true)),
            "ec2:RevokeSecurityGroupIngress" => Some((at, false)),
            _ => None,
        })
        .collect();
    changes.sort_unstable();
    changes
}

/// The id of a group, named `prod/web`; instances' groups have theirs by the same rule.
fn group_id(file: &Account, name: &str, ids: Ids) -> Result<String, String> {
    let known = name.split_once('/').is_some_and(|(_, group)| file.security_groups.contains_key(group));
    if known { Ok(ids.of("sg", name)) } else { Err(format!("there is no security group {name}")) }
}
