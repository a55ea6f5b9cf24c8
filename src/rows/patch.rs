//! How a machine stands with its patches, joined from DescribeInstances, SSM's DescribeInstanceInformation and
//! DescribeInstancePatchStates (`aws-facts.md` §1.3).
//!
//! An instance that SSM does not manage is simply absent from SSM's answers; here it is a node like the others, without
//! an agent. Whether something was not there or could not be asked is kept apart: what is not known is never fine.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::shared::Shared;
use crate::{rows::instance::Ssm, scope::ScopeId};

/// An agent needs some minutes after a start to register; before that its absence says nothing.
pub const REGISTERS_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// What came of asking for one thing of one machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Asked<T> {
    /// It could not be asked, or the answer has not come.
    #[default]
    Unread,
    /// There is none.
    Absent,
    /// It is this.
    Found(T),
}

impl<T> Asked<T> {
    /// What was found.
    pub const fn found(&self) -> Option<&T> {
        match self {
            Self::Found(found) => Some(found),
            Self::Unread | Self::Absent => None,
        }
    }
}

/// A machine as Patch Manager sees it, or would: an EC2 instance, or a managed node elsewhere.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Node {
    /// Where it runs, or is registered.
    pub scope: ScopeId,
    /// `i-…`, or `mi-…` for machines outside EC2.
    pub id: String,
    /// The tag `Name`, else the name by which SSM knows it; empty when there is none.
    pub name: String,
    /// What EC2 says; none outside EC2, and when it could not be asked.
    pub machine: Option<Machine>,
    /// What SSM says of its agent; absent: SSM does not manage it.
    pub agent: Asked<Arc<Agent>>,
    /// What Patch Manager found last; absent: it has never been scanned.
    pub scan: Asked<Arc<Scan>>,
    /// The patch group of the last scan, else of the tag `Patch Group` or `PatchGroup`.
    pub patch_group: Option<Shared>,
    /// `pb-…` of the last scan's patch baseline, else of the only one of its patch group.
    pub baseline_id: Option<Shared>,
    /// That baseline's name.
    pub baseline_name: Option<Arc<str>>,
}

/// An EC2 instance, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Machine {
    /// `pending running stopping stopped`; terminated instances are no nodes.
    pub state: Shared,
    /// Last launch.
    pub launched: Option<Timestamp>,
    /// Whether it has an instance profile.
    pub has_profile: bool,
    /// Account that owns it.
    pub owner: Option<Shared>,
}

/// An SSM agent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Agent {
    /// `Online ConnectionLost Inactive`.
    pub ping: Shared,
    /// When it was heard of last.
    pub last_ping: Option<Timestamp>,
    /// e.g. `3.3.859.0`.
    pub version: Option<Shared>,
    /// Whether there is no newer one.
    pub is_latest: Option<bool>,
    /// `Linux Windows MacOS`.
    pub platform_type: Option<Shared>,
    /// e.g. `Amazon Linux`.
    pub platform_name: Option<Shared>,
    /// e.g. `2023`.
    pub platform_version: Option<Shared>,
    /// The name given when it was registered.
    pub name: Option<String>,
    /// Its own host name.
    pub computer_name: Option<String>,
}

impl Agent {
    /// As `contract.md` has it for instances.
    pub fn reach(&self) -> Option<Ssm> {
        match self.ping.as_str() {
            "Online" => Some(Ssm::Online),
            "ConnectionLost" => Some(Ssm::ConnectionLost),
            "Inactive" => Some(Ssm::Inactive),
            _ => None,
        }
    }

    /// `Amazon Linux 2023`.
    pub fn platform(&self) -> Option<String> {
        let name = self.platform_name.as_deref().or(self.platform_type.as_deref())?;
        Some(match self.platform_version.as_deref() {
            Some(version) => format!("{name} {version}"),
            None => name.to_owned(),
        })
    }
}

/// The last scan or installation: each one overwrites what the one before found.
///
/// AWS's three counts of patches that are "not compliant" include those that are missing, failed, were rejected, or wait
/// for a reboot; a patch counts in one of the three, by how the patch baseline has it reported.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scan {
    /// `Scan` or `Install`.
    pub operation: Shared,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// `pb-…`.
    pub baseline_id: Option<Shared>,
    /// The patch group that decided on the baseline.
    pub patch_group: Option<Shared>,
    /// Approved by the baseline and not installed.
    pub missing: u32,
    /// Approved, and the installation failed.
    pub failed: u32,
    /// Installed, and not in effect before a reboot.
    pub pending_reboot: Option<u32>,
    /// Installed, and rejected by the baseline.
    pub rejected: Option<u32>,
    /// Not compliant and reported as critical.
    pub critical: Option<u32>,
    /// Not compliant and reported as a security patch.
    pub security: Option<u32>,
    /// Not compliant and reported as anything else.
    pub other: Option<u32>,
    /// Installed by the baseline.
    pub installed: u32,
    /// Installed otherwise.
    pub installed_other: u32,
    /// `RebootIfNeeded NoReboot`.
    pub reboot_option: Option<Shared>,
}

impl Scan {
    /// Whether anything is not as the baseline wants it.
    pub fn is_compliant(&self) -> bool {
        let optional = [self.pending_reboot, self.rejected, self.critical, self.security, self.other];
        self.missing == 0 && self.failed == 0 && optional.iter().all(|count| count.unwrap_or(0) == 0)
    }
}

/// The word of `contract.md` for a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Compliance {
    /// All is as its baseline wants it.
    Compliant,
    /// Something is not.
    NonCompliant,
    /// SSM does not know it.
    Unmanaged,
    /// SSM knows it, and Patch Manager has never looked.
    NotScanned,
}

impl Compliance {
    /// As in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Compliant => "compliant",
            Self::NonCompliant => "non_compliant",
            Self::Unmanaged => "unmanaged",
            Self::NotScanned => "not_scanned",
        }
    }
}

/// Why SSM does not manage an instance, as far as it can be told from outside, the most certain first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unmanaged {
    /// It does not run.
    NotRunning,
    /// It has just been started.
    JustStarted,
    /// It has no instance profile, so that its agent has no credentials (unless SSM's default host management gives it
    /// some).
    NoProfile,
    /// No agent, no way to SSM's endpoints, or a role that does not permit it.
    NoAgent,
}

impl Node {
    /// How it stands; none while that is not known.
    pub fn compliance(&self) -> Option<Compliance> {
        match (&self.agent, &self.scan) {
            (Asked::Absent, _) => Some(Compliance::Unmanaged),
            (_, Asked::Found(scan)) if scan.is_compliant() => Some(Compliance::Compliant),
            (_, Asked::Found(_)) => Some(Compliance::NonCompliant),
            (Asked::Found(_), Asked::Absent) => Some(Compliance::NotScanned),
            (Asked::Unread, _) | (_, Asked::Unread) => None,
        }
    }

    /// Whether SSM reaches it, as `contract.md` has it for instances; none while that is not known.
    pub fn reach(&self, now: Timestamp) -> Option<Ssm> {
        match &self.agent {
            Asked::Found(agent) => agent.reach(),
            Asked::Absent if self.unmanaged(now) == Some(Unmanaged::JustStarted) => None,
            Asked::Absent => Some(Ssm::Unmanaged),
            Asked::Unread => None,
        }
    }

    /// Whether it is a machine that should answer now.
    pub fn runs(&self) -> bool {
        self.machine.as_ref().is_none_or(|m| m.state == "running")
    }

    /// Whether it is an EC2 instance, as against a machine elsewhere.
    pub fn is_instance(&self) -> bool {
        self.id.starts_with("i-")
    }

    /// The likely reason why SSM does not manage it.
    pub fn unmanaged(&self, now: Timestamp) -> Option<Unmanaged> {
        let machine = self.machine.as_ref().filter(|_| self.agent == Asked::Absent)?;
        let young = |at: Timestamp| now.duration_since(at) < REGISTERS_WITHIN;
        Some(if machine.state != "running" {
            Unmanaged::NotRunning
        } else if !machine.has_profile {
            Unmanaged::NoProfile
        } else if machine.launched.is_some_and(young) {
            Unmanaged::JustStarted
        } else {
            Unmanaged::NoAgent
        })
    }
}

/// A patch that is not as its baseline wants it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PatchItem {
    /// The patch's title, e.g. `kernel.x86_64:0:6.1.128-136.201.amzn2023`.
    pub title: String,
    /// The knowledge base article, or the package's name.
    pub kb: String,
    /// e.g. `Security`, `Bugfix`, `SecurityUpdates`.
    pub classification: String,
    /// e.g. `Critical`, `Important`, `Moderate`, `Low`.
    pub severity: String,
    /// `Missing Failed InstalledPendingReboot InstalledRejected`.
    pub state: String,
    /// When it was installed.
    pub installed: Option<Timestamp>,
    /// CVE identifiers.
    pub cves: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_it_stands_follows_from_what_was_found() {
        let agent = Asked::Found(Arc::<Agent>::default());
        let scan = |scan: Scan| Asked::Found(Arc::new(scan));
        let clean = scan(Scan::default());
        for (agent, scan, wanted) in [
            (Asked::Absent, Asked::Unread, Some(Compliance::Unmanaged)),
            (Asked::Absent, clean.clone(), Some(Compliance::Unmanaged)),
            (agent.clone(), Asked::Absent, Some(Compliance::NotScanned)),
            (agent.clone(), Asked::Unread, None),
            (agent.clone(), clean.clone(), Some(Compliance::Compliant)),
            (agent.clone(), scan(Scan { missing: 1, ..Scan::default() }), Some(Compliance::NonCompliant)),
            (agent.clone(), scan(Scan { failed: 1, ..Scan::default() }), Some(Compliance::NonCompliant)),
            (
                agent.clone(),
                scan(Scan { pending_reboot: Some(1), ..Scan::default() }),
                Some(Compliance::NonCompliant),
            ),
            (
                agent.clone(),
                scan(Scan { rejected: Some(1), ..Scan::default() }),
                Some(Compliance::NonCompliant),
            ),
            (agent, scan(Scan { other: Some(1), ..Scan::default() }), Some(Compliance::NonCompliant)),
            (Asked::Unread, clean, Some(Compliance::Compliant)),
            (Asked::Unread, Asked::Absent, None),
            (Asked::Unread, Asked::Unread, None),
        ] {
            let node = Node { agent, scan, ..Node::default() };
            assert_eq!(node.compliance(), wanted, "{node:?}");
        }
    }

    #[test]
    fn the_likely_reason_for_not_being_managed() {
        let now: Timestamp = "2026-05-01T03:12:00Z".parse().unwrap();
        let node = |state: &str, has_profile, minutes| Node {
            machine: Some(Machine {
                state: state.into(),
                launched: Some(now - SignedDuration::from_mins(minutes)),
                has_profile,
                owner: None,
            }),
            agent: Asked::Absent,
            ..Node::default()
        };
        for (node, wanted) in [
            (node("stopped", false, 60), Unmanaged::NotRunning),
            (node("pending", true, 0), Unmanaged::NotRunning),
            (node("running", false, 60), Unmanaged::NoProfile),
            (node("running", true, 9), Unmanaged::JustStarted),
            (node("running", true, 10), Unmanaged::NoAgent),
        ] {
            assert_eq!(node.unmanaged(now), Some(wanted));
        }
        let managed = Node { agent: Asked::Found(Arc::default()), ..node("running", false, 60) };
        assert_eq!(managed.unmanaged(now), None);
    }
}
