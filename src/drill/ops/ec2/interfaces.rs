//! `ec2:DescribeNetworkInterfaces`: one for each instance that is not terminated, one for each load balancer in each of
//! its subnets, which Elastic Load Balancing manages and names in the description, and one for each NAT gateway
//! and each database, which RDS manages.

use jiff::Timestamp;

use super::{
    Filters, Kind, answer, instances::present, known_ids, paging, private_name, public_name, tag_set, zone_id,
};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    rng,
    tree::{Fields, Tree, list},
    world::{
        Ids,
        databases::Database,
        network::{LoadBalancer, Subnet},
        routing::Nat,
    },
};

const INTERFACE: Kind =
    Kind { prefix: "eni", code: "InvalidNetworkInterfaceID", what: "networkInterface ID" };

const FILTERS: &[&str] = &[
    "addresses.private-ip-address",
    "association.public-ip",
    "attachment.instance-id",
    "attachment.status",
    "availability-zone",
    "description",
    "group-id",
    "group-name",
    "interface-type",
    "mac-address",
    "network-interface-id",
    "owner-id",
    "private-ip-address",
    "requester-id",
    "requester-managed",
    "status",
    "subnet-id",
    "vpc-id",
];

/// One network interface.
pub(crate) struct Interface {
    id: String,
    /// `subnet-…`.
    pub(crate) subnet: String,
    vpc: String,
    az: String,
    about: String,
    mac: String,
    private_ip: String,
    public_ip: Option<String>,
    groups: Vec<(String, String)>,
    /// Instance and when it was attached; none for those that a service manages.
    attached: Option<(String, Timestamp)>,
    /// The account that a service attaches it from.
    manager: Option<&'static str>,
    /// `interface`, `nat_gateway`.
    kind: &'static str,
    /// The Elastic IP address' allocation.
    allocation: Option<String>,
}

/// The account that Elastic Load Balancing attaches its interfaces from.
const ELB: &str = "amazon-elb";

/// The account that NAT gateways are attached from.
const NAT: &str = "amazon-aws";

/// The account that RDS attaches its interfaces from.
const RDS: &str = "amazon-rds";

/// All of the Region that was asked.
pub(crate) fn all(cx: &Cx<'_>) -> Vec<Interface> {
    let instances = present(cx).into_iter().filter(|(_, look)| look.state != "terminated");
    let of_instances = instances.map(|(instance, look)| Interface {
        id: instance.interface.clone(),
        subnet: instance.subnet.clone(),
        vpc: instance.vpc.clone(),
        az: instance.az.clone(),
        about: String::new(),
        mac: instance.mac.clone(),
        private_ip: instance.private_ip.clone(),
        public_ip: instance.public_ip.clone().filter(|_| instance.elastic || look.state == "running"),
        groups: instance.groups.clone(),
        attached: Some((instance.id.clone(), instance.launched)),
        manager: None,
        kind: "interface",
        allocation: allocation(cx, &instance.interface),
    });
    let balancers = cx.world.network.balancers.iter().enumerate();
    let of_balancers = balancers.flat_map(|(nth, balancer)| {
        let subnets = cx.world.network.subnets.iter();
        let its = subnets.filter(|s| s.region() == cx.region && balancer.subnets.contains(&s.id));
        its.map(move |subnet| of_balancer(cx, balancer, nth, subnet))
    });
    let nats = super::here(cx, &cx.world.routing.nats, |nat| &nat.region);
    let databases = cx.world.databases.instances.iter().enumerate();
    let databases = databases.filter_map(|(nth, one)| of_database(cx, one, nth));
    of_instances.chain(of_balancers).chain(nats.map(|nat| of_nat(cx, nat))).chain(databases).collect()
}

fn of_database(cx: &Cx<'_>, one: &Database, nth: usize) -> Option<Interface> {
    let home = cx.world.databases.home.as_ref().filter(|home| home.region == cx.region)?;
    let (subnet, az) = home.place(one.subnet);
    let subnet = cx.world.network.subnets.iter().find(|other| other.id == subnet)?;
    let group = cx.world.network.groups.iter().filter(|group| group.id == home.group);
    let name = format!("rds/{}", one.name);
    Some(Interface {
        id: Ids { seed: cx.world.seed }.of("eni", &name),
        subnet: subnet.id.clone(),
        vpc: home.vpc.clone(),
        az: az.to_owned(),
        about: "RDSNetworkInterface".to_owned(),
        mac: mac(rng::text(cx.world.seed, &name)),
        // Between the NAT gateways' addresses and the instances'.
        private_ip: format!("{}.{}", subnet.net, 16 + nth),
        public_ip: None,
        groups: group.map(|group| (group.id.clone(), group.name.clone())).collect(),
        attached: None,
        manager: Some(RDS),
        kind: "interface",
        allocation: None,
    })
}

/// The allocation of the Elastic IP address that an interface has.
pub(super) fn allocation(cx: &Cx<'_>, interface: &str) -> Option<String> {
    let found = cx.world.routing.addresses.iter().find(|address| address.interface == interface);
    found.map(|address| address.allocation.clone())
}

/// A hardware address.
fn mac(seed: u64) -> String {
    let digits = rng::hex(seed, 10);
    let pairs: Vec<&str> = (0..5).filter_map(|n| digits.get(2 * n..2 * n + 2)).collect();
    format!("02:{}", pairs.join(":"))
}

fn of_nat(cx: &Cx<'_>, nat: &Nat) -> Interface {
    Interface {
        id: nat.interface.clone(),
        subnet: nat.subnet.clone(),
        vpc: nat.vpc.clone(),
        az: nat.az.clone(),
        about: format!("Interface for NAT Gateway {}", nat.id),
        mac: mac(rng::text(cx.world.seed, &nat.name)),
        private_ip: nat.private_ip.clone(),
        public_ip: Some(nat.public_ip.clone()),
        groups: Vec::new(),
        attached: None,
        manager: Some(NAT),
        kind: "nat_gateway",
        allocation: Some(nat.allocation.clone()),
    }
}

fn of_balancer(cx: &Cx<'_>, balancer: &LoadBalancer, nth: usize, subnet: &Subnet) -> Interface {
    let name = format!("{}/{}", balancer.path, subnet.name);
    let seed = rng::text(cx.world.seed, &name);
    let groups = cx.world.network.groups.iter().filter(|group| balancer.groups.contains(&group.id));
    Interface {
        id: Ids { seed: cx.world.seed }.of("eni", &name),
        subnet: subnet.id.clone(),
        vpc: subnet.vpc.clone(),
        az: subnet.az.clone(),
        about: format!("ELB {}", balancer.path),
        mac: mac(seed),
        // Below the instances' addresses, and above the four that AWS keeps.
        private_ip: format!("{}.{}", subnet.net, 4 + nth),
        // RFC 5737: nobody's.
        public_ip: subnet.public.then(|| format!("192.0.2.{}", seed % 254 + 1)),
        groups: groups.map(|group| (group.id.clone(), group.name.clone())).collect(),
        attached: None,
        manager: Some(ELB),
        kind: "interface",
        allocation: None,
    }
}

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribeNetworkInterfaces", params);
    let (offset, size) = paging(params, tokens, "NetworkInterfaceId")?;
    let filters = Filters::read(params)?;
    let ids = params.texts("NetworkInterfaceId");
    let mut found = all(cx);
    known_ids(&ids, &INTERFACE, |id| found.iter().any(|one| one.id == id))?;
    found.retain(|one| ids.is_empty() || ids.contains(&one.id.as_str()));
    let found = filters.keep(found, |_| &[], FILTERS, |one, name| values(cx, one, name))?;
    let (page, next) = tokens.cut(found, offset, size);
    Ok(answer("networkInterfaceSet", page.iter().map(|one| describe(cx, one)).collect::<Vec<_>>(), next))
}

fn values(cx: &Cx<'_>, it: &Interface, name: &str) -> Vec<String> {
    let one = |text: &str| vec![text.to_owned()];
    match name {
        "addresses.private-ip-address" | "private-ip-address" => one(&it.private_ip),
        "association.public-ip" => it.public_ip.clone().into_iter().collect(),
        "attachment.instance-id" => it.attached.iter().map(|(id, _)| id.clone()).collect(),
        "attachment.status" => one("attached"),
        "availability-zone" => one(&it.az),
        "description" => one(&it.about),
        "group-id" => it.groups.iter().map(|(id, _)| id.clone()).collect(),
        "group-name" => it.groups.iter().map(|(_, name)| name.clone()).collect(),
        "interface-type" => one(it.kind),
        "mac-address" => one(&it.mac),
        "network-interface-id" => one(&it.id),
        "owner-id" => one(&cx.world.account),
        "requester-id" => it.manager.map(str::to_owned).into_iter().collect(),
        "requester-managed" => vec![it.manager.is_some().to_string()],
        "status" => one("in-use"),
        "subnet-id" => one(&it.subnet),
        "vpc-id" => one(&it.vpc),
        _ => Vec::new(),
    }
}

fn describe(cx: &Cx<'_>, it: &Interface) -> Tree {
    let groups = it.groups.iter();
    let groups = groups.map(|(id, name)| Tree::from(Fields::new().put("groupId", id).put("groupName", name)));
    let attachment = Fields::new().put("attachmentId", it.id.replace("eni-", "eni-attach-"));
    let attachment = match &it.attached {
        Some((instance, at)) => attachment
            .put("instanceId", instance)
            .put("instanceOwnerId", &cx.world.account)
            .put("deviceIndex", 0_i64)
            .put("status", "attached")
            .put("attachTime", *at)
            .put("deleteOnTermination", true),
        None => attachment
            .maybe("instanceOwnerId", it.manager)
            .put("deviceIndex", 1_i64)
            .put("status", "attached")
            .put("deleteOnTermination", false),
    };
    let owner = match (&it.allocation, it.manager) {
        (Some(_), _) => &cx.world.account,
        (None, manager) => manager.unwrap_or("amazon"),
    };
    let association = it.public_ip.as_ref().map(|ip| {
        Fields::new()
            .put("publicIp", ip)
            .put("publicDnsName", public_name(ip, cx.region))
            .put("ipOwnerId", owner)
            .maybe("allocationId", it.allocation.as_ref())
    });
    let address = Fields::new().put("privateIpAddress", &it.private_ip).put("primary", true);
    Fields::new()
        .put("networkInterfaceId", &it.id)
        .put("subnetId", &it.subnet)
        .put("vpcId", &it.vpc)
        .put("availabilityZone", &it.az)
        .put("availabilityZoneId", zone_id(&it.az))
        .put("description", &it.about)
        .put("ownerId", &cx.world.account)
        .maybe("requesterId", it.manager)
        .put("requesterManaged", it.manager.is_some())
        .put("status", "in-use")
        .put("macAddress", &it.mac)
        .put("privateIpAddress", &it.private_ip)
        .put("privateDnsName", private_name(&it.private_ip, cx.region))
        .put("sourceDestCheck", true)
        .put("interfaceType", it.kind)
        .put("groupSet", list(groups))
        .put("attachment", attachment)
        .maybe("association", association)
        .put("privateIpAddressesSet", list([Tree::from(address)]))
        .put("ipv6AddressesSet", list::<Tree>([]))
        .put("tagSet", tag_set(&[]))
        .into()
}
