//! What EC2 says of one resource that is no row of any pane, asked for when its page is open.
//!
//! Facts only, as EC2 gives them. Where EC2 has a word of its own for a state or a type, it is kept.

use jiff::Timestamp;

use super::shared::Shared;

/// A question about one resource. [`What::of`] says which ones a page has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum What {
    /// A volume by `vol-…`.
    Volume,
    /// A security group by `sg-…`.
    SecurityGroup,
    /// A subnet by `subnet-…`.
    Subnet,
    /// A VPC by `vpc-…`.
    Vpc,
    /// A network interface by `eni-…`.
    Interface,
    /// A machine image by `ami-…`.
    Image,
    /// The network interfaces that a security group is on, by the group's id.
    GroupInterfaces,
    /// The network interfaces of a load balancer, by its id as metrics have it (`app/web/50dc6c495c0c9188`).
    BalancerInterfaces,
}

impl What {
    /// What is asked about a resource of a type (CloudFormation's name); nothing about types that EC2 does not describe.
    pub fn of(kind: &str) -> &'static [Self] {
        match kind {
            "AWS::EC2::Volume" => &[Self::Volume],
            "AWS::EC2::SecurityGroup" => &[Self::SecurityGroup, Self::GroupInterfaces],
            "AWS::EC2::Subnet" => &[Self::Subnet],
            "AWS::EC2::VPC" => &[Self::Vpc],
            "AWS::EC2::NetworkInterface" => &[Self::Interface],
            "AWS::EC2::Image" => &[Self::Image],
            "AWS::ElasticLoadBalancingV2::LoadBalancer" | "AWS::ElasticLoadBalancing::LoadBalancer" => {
                &[Self::BalancerInterfaces]
            }
            _ => &[],
        }
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Described {
    /// There is none with this id, in this account and Region, any more.
    Gone,
    /// See [`What::Volume`].
    Volume(Volume),
    /// See [`What::SecurityGroup`].
    SecurityGroup(SecurityGroup),
    /// See [`What::Subnet`].
    Subnet(Subnet),
    /// See [`What::Vpc`].
    Vpc(Vpc),
    /// See [`What::Interface`].
    Interface(Interface),
    /// See [`What::Image`].
    Image(Image),
    /// See [`What::GroupInterfaces`] and [`What::BalancerInterfaces`].
    Interfaces {
        /// Those of the first page.
        list: Vec<Interface>,
        /// Whether there are more.
        more: bool,
    },
}

impl Described {
    /// All tags, sorted by key, where it is one resource.
    pub fn tags(&self) -> Option<&[(Shared, Shared)]> {
        Some(match self {
            Self::Volume(it) => &it.tags,
            Self::SecurityGroup(it) => &it.tags,
            Self::Subnet(it) => &it.tags,
            Self::Vpc(it) => &it.tags,
            Self::Interface(it) => &it.tags,
            Self::Image(it) => &it.tags,
            Self::Gone | Self::Interfaces { .. } => return None,
        })
    }

    /// What people call it: its tag `Name`, else the name that EC2 has for it.
    pub fn name(&self) -> Option<&str> {
        let tag = self.tags()?.iter().find(|(key, _)| key == "Name").map(|(_, value)| value.as_str());
        let own = match self {
            Self::SecurityGroup(it) => it.name.as_str(),
            Self::Image(it) => it.name.as_str(),
            _ => "",
        };
        tag.filter(|name| !name.is_empty()).or(Some(own)).filter(|name| !name.is_empty())
    }

    /// EC2's word for its state, for what has one.
    pub fn state(&self) -> Option<&str> {
        let state = match self {
            Self::Volume(it) => &it.state,
            Self::Subnet(it) => &it.state,
            Self::Vpc(it) => &it.state,
            Self::Interface(it) => &it.state,
            Self::Image(it) => &it.state,
            Self::SecurityGroup(_) | Self::Gone | Self::Interfaces { .. } => return None,
        };
        Some(state.as_str()).filter(|state| !state.is_empty())
    }
}

/// An EBS volume.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Volume {
    /// `creating available in-use deleting deleted error`.
    pub state: String,
    /// GiB.
    pub size: Option<i32>,
    /// `gp3 io2 st1 …`.
    pub kind: String,
    /// I/O operations a second.
    pub iops: Option<i32>,
    /// MiB a second.
    pub throughput: Option<i32>,
    /// Availability Zone.
    pub az: String,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// ARN of the key.
    pub key: Option<String>,
    /// `snap-…` it was made from.
    pub snapshot: Option<String>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// Instances it is attached to, with the device and the attachment's state.
    pub attachments: Vec<Attachment>,
    /// All tags, sorted by key.
    pub tags: Vec<(Shared, Shared)>,
}

/// Where a volume is attached.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attachment {
    /// `i-…`.
    pub instance: String,
    /// e.g. `/dev/xvda`.
    pub device: String,
    /// `attaching attached detaching detached busy`.
    pub state: String,
}

/// A security group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SecurityGroup {
    /// Its name; not its tag.
    pub name: String,
    /// What its owner wrote.
    pub about: String,
    /// `vpc-…`.
    pub vpc: Option<String>,
    /// Who may come in.
    pub ingress: Vec<Rule>,
    /// Where its members may go.
    pub egress: Vec<Rule>,
    /// All tags, sorted by key.
    pub tags: Vec<(Shared, Shared)>,
}

/// One rule: EC2 lists several peers under one permission, here each is a rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rule {
    /// `tcp`, `udp`, `icmp`, `icmpv6`, `-1` for all, or an IANA number.
    pub protocol: String,
    /// First and last port (ICMP: type and code); none for all.
    pub ports: Option<(i32, i32)>,
    /// The other side.
    pub peer: Peer,
    /// What its owner wrote.
    pub about: Option<String>,
}

/// The other side of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peer {
    /// Addresses in CIDR notation.
    Addresses(String),
    /// The members of a security group.
    Group {
        /// `sg-…`.
        id: String,
        /// The account it belongs to, as EC2 names it: also when that is our own.
        account: Option<String>,
    },
    /// A managed prefix list: `pl-…`.
    PrefixList(String),
}

impl Default for Peer {
    fn default() -> Self {
        Self::Addresses(String::new())
    }
}

/// A subnet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subnet {
    /// `pending available unavailable …`.
    pub state: String,
    /// Its addresses: IPv4, then IPv6.
    pub cidrs: Vec<String>,
    /// `vpc-…`.
    pub vpc: Option<String>,
    /// Availability Zone.
    pub az: String,
    /// IPv4 addresses that are not in use.
    pub free: Option<i32>,
    /// Whether instances that are launched here get a public address.
    pub public: bool,
    /// All tags, sorted by key.
    pub tags: Vec<(Shared, Shared)>,
}

/// A VPC.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vpc {
    /// `pending available`.
    pub state: String,
    /// Its addresses: IPv4, then IPv6.
    pub cidrs: Vec<String>,
    /// Whether it is the Region's default VPC.
    pub default: bool,
    /// `dopt-…`.
    pub dhcp: Option<String>,
    /// All tags, sorted by key.
    pub tags: Vec<(Shared, Shared)>,
}

/// A network interface.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Interface {
    /// `eni-…`.
    pub id: String,
    /// `available associated attaching in-use detaching`.
    pub state: String,
    /// `interface nat_gateway network_load_balancer …`.
    pub kind: String,
    /// What its owner wrote; a service names its resource here (`ELB app/web/50dc6c495c0c9188`).
    pub about: String,
    /// Whether a service manages it.
    pub managed: bool,
    /// `subnet-…`.
    pub subnet: Option<String>,
    /// `vpc-…`.
    pub vpc: Option<String>,
    /// Availability Zone.
    pub az: String,
    /// Primary private IPv4 address.
    pub private_ip: Option<String>,
    /// Public IPv4 address.
    pub public_ip: Option<String>,
    /// Security groups: id and name.
    pub groups: Vec<(Shared, Shared)>,
    /// `i-…` it is attached to.
    pub instance: Option<String>,
    /// All tags, sorted by key.
    pub tags: Vec<(Shared, Shared)>,
}

impl Interface {
    /// The load balancer whose interface it is, as metrics name it: Elastic Load Balancing says so in the description.
    pub fn balancer(&self) -> Option<&str> {
        self.about.strip_prefix("ELB ").filter(|name| self.managed && !name.is_empty())
    }
}

/// A machine image.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Image {
    /// Its name; not its tag.
    pub name: String,
    /// What its owner wrote.
    pub about: String,
    /// `available pending failed invalid deregistered disabled …`.
    pub state: String,
    /// Account that owns it, or `amazon` and the like.
    pub owner: Option<String>,
    /// Whether everybody may launch from it.
    pub public: bool,
    /// e.g. `Linux/UNIX`.
    pub platform: Option<String>,
    /// e.g. `arm64`.
    pub architecture: Option<String>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When AWS or its owner deprecates it.
    pub deprecated: Option<Timestamp>,
    /// All tags, sorted by key.
    pub tags: Vec<(Shared, Shared)>,
}
