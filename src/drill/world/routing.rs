//! How traffic is led: route tables, gateways, endpoints, network ACLs, Elastic IP addresses.
//!
//! All of it follows from the subnets: a VPC with public subnets has an Internet gateway, and a NAT gateway in the first
//! of them for those that are not; one without leads out by a virtual private gateway, as an office's does. This
//! module must never contradict the subnets' `public`.

use jiff::Timestamp;

use super::{
    Ids,
    instance::Instance,
    network::{Network, Subnet, Vpc},
    shift,
};
use crate::drill::{rng, script::account::Account};

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct Routing {
    /// By VPC, the main one first.
    pub(crate) tables: Vec<Table>,
    /// Internet gateways: id, VPC and its name, Region.
    pub(crate) internet: Vec<Place>,
    /// NAT gateways.
    pub(crate) nats: Vec<Nat>,
    /// Default network ACLs, one for each VPC.
    pub(crate) acls: Vec<Place>,
    /// Gateway endpoints of S3.
    pub(crate) endpoints: Vec<Endpoint>,
    /// Elastic IP addresses.
    pub(crate) addresses: Vec<Address>,
}

/// Something of a VPC that has one of its kind.
#[derive(Debug)]
pub(crate) struct Place {
    /// `igw-…`, `acl-…`.
    pub(crate) id: String,
    /// `vpc-…`.
    pub(crate) vpc: String,
    /// The VPC's name.
    pub(crate) name: String,
    /// Where.
    pub(crate) region: String,
}

/// A route table.
#[derive(Debug)]
pub(crate) struct Table {
    /// `rtb-…`.
    pub(crate) id: String,
    /// `vpc-…`.
    pub(crate) vpc: String,
    /// Tag `Name`.
    pub(crate) name: String,
    /// Where.
    pub(crate) region: String,
    /// The VPC's main one: of all subnets that have no other.
    pub(crate) main: bool,
    /// `subnet-…` that have it explicitly.
    pub(crate) subnets: Vec<String>,
    /// Destinations and where they lead.
    pub(crate) routes: Vec<(String, Via)>,
}

/// Where a route leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Via {
    /// Inside the VPC.
    Local,
    /// `igw-…`, `vgw-…`, `vpce-…`.
    Gateway(String),
    /// `nat-…`.
    Nat(String),
}

/// A NAT gateway.
#[derive(Debug)]
pub(crate) struct Nat {
    /// `nat-…`.
    pub(crate) id: String,
    /// Tag `Name`.
    pub(crate) name: String,
    /// `subnet-…`.
    pub(crate) subnet: String,
    /// `vpc-…`.
    pub(crate) vpc: String,
    /// Availability Zone.
    pub(crate) az: String,
    /// Where.
    pub(crate) region: String,
    /// `eni-…`.
    pub(crate) interface: String,
    /// In its subnet.
    pub(crate) private_ip: String,
    /// `eipalloc-…`.
    pub(crate) allocation: String,
    /// Its Elastic IP address.
    pub(crate) public_ip: String,
    /// When it was created.
    pub(crate) created: Timestamp,
}

/// A gateway endpoint.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// `vpce-…`.
    pub(crate) id: String,
    /// `vpc-…`.
    pub(crate) vpc: String,
    /// Tag `Name`.
    pub(crate) name: String,
    /// Where.
    pub(crate) region: String,
    /// e.g. `com.amazonaws.eu-west-1.s3`.
    pub(crate) service: String,
    /// `rtb-…` that lead to it.
    pub(crate) tables: Vec<String>,
    /// When it was created.
    pub(crate) created: Timestamp,
}

/// An Elastic IP address.
#[derive(Debug)]
pub(crate) struct Address {
    /// `eipalloc-…`.
    pub(crate) allocation: String,
    /// The address.
    pub(crate) ip: String,
    /// Tag `Name`.
    pub(crate) name: String,
    /// Where.
    pub(crate) region: String,
    /// `i-…`, when it is an instance's.
    pub(crate) instance: Option<String>,
    /// `eni-…`.
    pub(crate) interface: String,
    /// The private address behind it.
    pub(crate) private_ip: String,
    /// `subnet-…`.
    pub(crate) subnet: String,
}

/// The prefix list of S3's addresses in a Region.
pub(crate) fn s3_prefixes(region: &str) -> String {
    // Those of Regions that drills have been set in; they are the same in every account.
    match region {
        "eu-west-1" => "pl-6da54004".to_owned(),
        "us-east-1" => "pl-63a5400a".to_owned(),
        other => format!("pl-{}", rng::hex(rng::text(0, other), 8)),
    }
}

/// Networks are this old.
const AGE: i64 = 1_640 * 86_400;

impl Routing {
    /// That of all VPCs.
    pub(crate) fn build(
        file: &Account,
        network: &Network,
        instances: &[Instance],
        ids: Ids,
        origin: Timestamp,
    ) -> Self {
        let mut routing = Self::default();
        for (nth, vpc) in network.vpcs.iter().enumerate() {
            let created = shift(origin, -AGE + i64::try_from(nth).unwrap_or_default() * 86_400);
            routing.add(file, vpc, &network.subnets, ids, created);
        }
        for one in instances.iter().filter(|one| one.elastic) {
            let Some(ip) = &one.public_ip else { continue };
            routing.addresses.push(Address {
                allocation: ids.of("eipalloc", &one.key),
                ip: ip.clone(),
                name: one.key.clone(),
                region: one.region.clone(),
                instance: Some(one.id.clone()),
                interface: one.interface.clone(),
                private_ip: one.private_ip.clone(),
                subnet: one.subnet.clone(),
            });
        }
        routing
    }

    fn add(&mut self, file: &Account, vpc: &Vpc, subnets: &[Subnet], ids: Ids, created: Timestamp) {
        let place = |prefix: &str| Place {
            id: ids.of(prefix, &vpc.name),
            vpc: vpc.id.clone(),
            name: vpc.name.clone(),
            region: vpc.region.clone(),
        };
        self.acls.push(place("acl"));
        let own = subnets.iter().filter(|subnet| subnet.vpc == vpc.id);
        let (public, private): (Vec<&Subnet>, Vec<&Subnet>) = own.partition(|subnet| subnet.public);
        let table = |name: &str, main: bool, subnets: &[&Subnet], out: Option<Via>| {
            let mut routes = vec![(vpc.cidr.clone(), Via::Local)];
            routes.extend(out.map(|via| ("0.0.0.0/0".to_owned(), via)));
            Table {
                id: ids.of("rtb", &format!("{}/{name}", vpc.name)),
                vpc: vpc.id.clone(),
                name: format!("{}-{name}", vpc.name),
                region: vpc.region.clone(),
                main,
                subnets: subnets.iter().map(|subnet| subnet.id.clone()).collect(),
                routes,
            }
        };
        let Some(first) = public.first() else {
            // Its subnets have no table of their own: the main one is theirs.
            let vgw = Via::Gateway(ids.of("vgw", &vpc.name));
            self.tables.push(table("main", true, &[], Some(vgw)));
            return;
        };
        let begins = self.tables.len();
        let igw = place("igw");
        self.tables.push(table("main", true, &[], None));
        self.tables.push(table("public", false, &public, Some(Via::Gateway(igw.id.clone()))));
        self.internet.push(igw);
        if private.is_empty() {
            return;
        }
        let nat = self.nat(file, vpc, first, ids, created);
        self.tables.push(table("private", false, &private, Some(Via::Nat(nat))));
        if vpc.region == file.region {
            let id = ids.of("vpce", &format!("{}/s3", vpc.name));
            let mut tables = Vec::new();
            for table in self.tables.iter_mut().skip(begins).filter(|table| !table.main) {
                table.routes.push((s3_prefixes(&vpc.region), Via::Gateway(id.clone())));
                tables.push(table.id.clone());
            }
            self.endpoints.push(Endpoint {
                id,
                vpc: vpc.id.clone(),
                name: format!("{}-s3", vpc.name),
                region: vpc.region.clone(),
                service: format!("com.amazonaws.{}.s3", vpc.region),
                tables,
                created: shift(created, 7_200),
            });
        }
    }

    /// A NAT gateway in a public subnet; its id is the one that the Region's metrics know, if nobody has that yet.
    fn nat(&mut self, file: &Account, vpc: &Vpc, subnet: &Subnet, ids: Ids, created: Timestamp) -> String {
        let here = file.metric.iter().filter(|metric| {
            metric.namespace == "AWS/NATGateway"
                && *metric.region.as_ref().unwrap_or(&file.region) == vpc.region
        });
        let mut known = here.flat_map(|metric| &metric.dimensions).filter(|(name, _)| name == "NatGatewayId");
        let free = known.find(|(_, id)| self.nats.iter().all(|nat| nat.id != *id));
        let id = free.map_or_else(|| ids.of("nat", &vpc.name), |(_, id)| id.clone());
        let name = format!("{}-nat", vpc.name);
        let nat = Nat {
            id: id.clone(),
            name: name.clone(),
            subnet: subnet.id.clone(),
            vpc: vpc.id.clone(),
            az: subnet.az.clone(),
            region: vpc.region.clone(),
            interface: ids.of("eni", &name),
            // Between the load balancers' addresses and the instances'.
            private_ip: format!("{}.15", subnet.net),
            allocation: ids.of("eipalloc", &name),
            // RFC 5737: nobody's.
            public_ip: format!("192.0.2.{}", rng::text(ids.seed, &name) % 254 + 1),
            created: shift(created, 3_600),
        };
        self.addresses.push(Address {
            allocation: nat.allocation.clone(),
            ip: nat.public_ip.clone(),
            name,
            region: nat.region.clone(),
            instance: None,
            interface: nat.interface.clone(),
            private_ip: nat.private_ip.clone(),
            subnet: nat.subnet.clone(),
        });
        self.nats.push(nat);
        id
    }
}
