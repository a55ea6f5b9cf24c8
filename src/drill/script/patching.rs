//! The patches of a drill's account, as `drills/accounts/NAME-patches.toml` writes them.

use serde::Deserialize;

use super::Span;

/// The whole file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Patching {
    /// Operating systems: what the agents say of them, and what is installed.
    #[serde(default)]
    pub(crate) system: Vec<System>,
    /// Patches that nodes may lack.
    #[serde(default)]
    pub(crate) patch: Vec<Patch>,
    /// Patch baselines, AWS's own among them.
    #[serde(default)]
    pub(crate) baseline: Vec<Baseline>,
    /// Managed nodes. An instance that stands in none is not managed.
    #[serde(default)]
    pub(crate) node: Vec<Node>,
}

/// An operating system.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct System {
    /// By which patches and nodes name it.
    pub(crate) key: String,
    /// As Patch Manager calls it: `AMAZON_LINUX_2023`, `WINDOWS`.
    #[serde(rename = "operating_system")]
    pub(crate) os: String,
    /// `Linux` or `Windows`.
    pub(crate) platform: String,
    /// As the agent reports it.
    pub(crate) name: String,
    /// As the agent reports it.
    pub(crate) version: String,
    /// The newest agent.
    pub(crate) agent: String,
    /// Lowest and highest number of patches of the baseline that a node has installed.
    pub(crate) installed: (u64, u64),
    /// The same of patches that are in no baseline.
    pub(crate) installed_other: (u64, u64),
    /// The same of patches that do not apply.
    pub(crate) not_applicable: (u64, u64),
    /// Names from which titles of those are made.
    pub(crate) packages: Vec<String>,
}

/// A patch that somebody may lack.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Patch {
    /// `KBId`, by which nodes name it.
    pub(crate) id: String,
    /// The system's key.
    pub(crate) system: String,
    /// `Title`.
    pub(crate) title: String,
    /// `Security`, `Bugfix`; of Windows `SecurityUpdates`, `UpdateRollups`.
    pub(crate) class: String,
    /// `Critical`, `Important`, …
    pub(crate) severity: String,
    /// What it closes.
    #[serde(default)]
    pub(crate) cves: Vec<String>,
}

/// A patch baseline.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Baseline {
    /// Its name, by which nothing but people name it.
    pub(crate) name: String,
    /// Its description.
    pub(crate) about: String,
    /// `AMAZON_LINUX_2023`, `WINDOWS`, …
    pub(crate) operating_system: String,
    /// Another Region than the account's first; AWS's own are in all.
    #[serde(default)]
    pub(crate) region: Option<String>,
    /// AWS's own.
    #[serde(default)]
    pub(crate) aws: bool,
    /// The one for nodes without a patch group.
    #[serde(default)]
    pub(crate) default: bool,
    /// How long ago it was created.
    pub(crate) age: Span,
    /// How long ago it was changed.
    pub(crate) changed: Span,
    /// Patch groups registered for it.
    #[serde(default)]
    pub(crate) groups: Vec<String>,
    /// What is approved by itself, and after how many days.
    #[serde(default)]
    pub(crate) rule: Vec<Rule>,
    /// Approved by hand.
    #[serde(default)]
    pub(crate) approved: Vec<String>,
    /// Rejected by hand.
    #[serde(default)]
    pub(crate) rejected: Vec<String>,
}

/// An approval rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// `Security`, `Bugfix`, …
    pub(crate) classes: Vec<String>,
    /// `Critical`, `Important`, …; none for all.
    #[serde(default)]
    pub(crate) severities: Vec<String>,
    /// Approved after so many days.
    pub(crate) days: i64,
    /// What a node without it is: `CRITICAL`, `HIGH`, …
    #[serde(default)]
    pub(crate) level: Option<String>,
}

/// Managed nodes that are alike.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Node {
    /// Keys of instances or of whole fleets; a later entry for the same instance takes the place of an earlier one.
    pub(crate) of: Vec<String>,
    /// The system's key.
    pub(crate) system: String,
    /// The agent's version, if it is not the newest.
    #[serde(default)]
    pub(crate) agent: Option<String>,
    /// How long ago the agent was last heard of, for those it no longer is.
    #[serde(default)]
    pub(crate) silent: Option<Span>,
    /// The patch group.
    #[serde(default)]
    pub(crate) group: Option<String>,
    /// How long ago the last scan or installation was; never, without.
    #[serde(default)]
    pub(crate) scanned: Option<Span>,
    /// From one to the next, as the drill's clock goes on; none follows, without.
    #[serde(default)]
    pub(crate) every: Option<Span>,
    /// The last operation was an installation, and this the reboot option: `RebootIfNeeded` or `NoReboot`.
    #[serde(default)]
    pub(crate) install: Option<String>,
    /// Ids of patches it lacks.
    #[serde(default)]
    pub(crate) missing: Vec<String>,
    /// That could not be installed.
    #[serde(default)]
    pub(crate) failed: Vec<String>,
    /// That wait for a reboot.
    #[serde(default)]
    pub(crate) pending_reboot: Vec<String>,
    /// That are installed although they were rejected.
    #[serde(default)]
    pub(crate) rejected: Vec<String>,
    /// That are out but not yet approved (Windows only).
    #[serde(default)]
    pub(crate) available: Vec<String>,
}
