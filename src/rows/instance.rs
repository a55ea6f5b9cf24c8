//! An EC2 instance, joined from DescribeInstances, DescribeInstanceStatus and DescribeImages.

use std::sync::Arc;

use jiff::Timestamp;

use super::shared::{Shared, Tags};
use crate::scope::ScopeId;

/// One EC2 instance.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Instance {
    /// Where it runs.
    pub scope: ScopeId,
    /// `i-…`.
    pub id: String,
    /// The tag `Name`; empty when there is none.
    pub name: String,
    /// `pending running shutting-down terminated stopping stopped`.
    pub state: Shared,
    /// Why it is in this state (`StateReason.Message` or `StateTransitionReason`).
    pub state_reason: Option<Shared>,
    /// e.g. `t3.large`.
    pub instance_type: Shared,
    /// Availability Zone, e.g. `eu-west-1a`.
    pub az: Shared,
    /// Last launch (not first creation).
    pub launch_time: Option<Timestamp>,
    /// Primary private IPv4 address.
    pub private_ip: Option<String>,
    /// Public IPv4 address.
    pub public_ip: Option<String>,
    /// `vpc-…`.
    pub vpc_id: Option<Shared>,
    /// `subnet-…`.
    pub subnet_id: Option<Shared>,
    /// Security groups: id and name.
    pub security_groups: Vec<(Shared, Shared)>,
    /// `vol-…` of the attached EBS volumes.
    pub volumes: Vec<String>,
    /// `eni-…` of the network interfaces.
    pub interfaces: Vec<String>,
    /// Name of the key pair that was put on it at launch.
    pub key_pair: Option<Shared>,
    /// `ami-…`.
    pub image_id: Option<Shared>,
    /// Name and creation date of the image, when DescribeImages still knows it.
    pub image: Option<Arc<Image>>,
    /// Auto Scaling group, from the tag `aws:autoscaling:groupName`.
    pub asg: Option<Shared>,
    /// e.g. `Linux/UNIX`, `Windows`.
    pub platform: Option<Shared>,
    /// ARN of the instance profile.
    pub instance_profile: Option<Shared>,
    /// Account that owns it (from the reservation).
    pub owner: Option<Shared>,
    /// `spot`, `scheduled`, or none for on-demand.
    pub lifecycle: Option<Shared>,
    /// Detailed (one-minute) monitoring.
    pub detailed_monitoring: bool,
    /// All tags, sorted by key.
    pub tags: Tags,
    /// The status checks; `None` until DescribeInstanceStatus has answered for this instance.
    /// Shared: most of a fleet's are alike.
    pub status: Option<Arc<Status>>,
    /// What SSM said of its agent when it was asked last; `None` until then.
    pub ssm: Option<Ssm>,
}

/// Whether SSM reaches an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ssm {
    /// Its agent answers.
    Online,
    /// Its agent has not been heard of for a while.
    ConnectionLost,
    /// Its agent is registered and not in use.
    Inactive,
    /// SSM does not know it: no agent, no way to SSM, no permission.
    Unmanaged,
}

impl Ssm {
    /// The word of `contract.md`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::ConnectionLost => "connection-lost",
            Self::Inactive => "inactive",
            Self::Unmanaged => "unmanaged",
        }
    }
}

/// What DescribeInstanceStatus says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Status {
    /// AWS's side: host, power, network.
    pub system: Check,
    /// The guest: kernel, file system, configuration.
    pub instance: Check,
    /// Attached EBS volumes reachable and completing I/O.
    pub ebs: Check,
    /// What AWS has planned for the host.
    pub events: Vec<ScheduledEvent>,
}

/// One status check.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Check {
    /// `ok impaired initializing insufficient-data not-applicable`.
    pub state: String,
    /// Since when it is impaired, when AWS says so.
    pub impaired_since: Option<Timestamp>,
}

/// A scheduled event of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduledEvent {
    /// `instance-reboot system-reboot system-maintenance instance-retirement instance-stop`.
    pub code: String,
    /// AWS's sentence.
    pub description: String,
    /// Earliest start.
    pub not_before: Option<Timestamp>,
    /// Latest end.
    pub not_after: Option<Timestamp>,
}

impl Instance {
    /// A tag's value, by its exact key; none when it is empty.
    pub fn tag(&self, key: &str) -> Option<&str> {
        let found = self.tags.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str());
        found.filter(|value| !value.is_empty())
    }
}

impl ScheduledEvent {
    /// Events stay listed for a while after they are over; their text then starts with a mark.
    pub fn is_over(&self) -> bool {
        self.description.starts_with("[Completed]") || self.description.starts_with("[Canceled]")
    }
}

/// The machine image of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// The image's name.
    pub name: String,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When AWS or its owner deprecates it.
    pub deprecated: Option<Timestamp>,
}
