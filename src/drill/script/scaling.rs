//! What timelines tell of Auto Scaling groups, launch templates and volumes.
//!
//! Instances that come and go are told by fleets and by effects on instances; what is here is what groups say of it.

use serde::Deserialize;

use super::Span;

/// A launch template gets a version, which the fleet's Auto Scaling group launches from then on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateEffect {
    /// The fleet's key.
    pub(crate) fleet: String,
    /// The number of the version.
    pub(crate) version: i64,
    /// The key of the principal who made it; the pipeline, unless said otherwise.
    #[serde(default)]
    pub(crate) by: Option<String>,
    /// What they wrote.
    #[serde(default)]
    pub(crate) about: Option<String>,
    /// Another image than the version before.
    #[serde(default)]
    pub(crate) image: Option<String>,
    /// Another instance type.
    #[serde(default, rename = "type")]
    pub(crate) kind: Option<String>,
}

/// An instance refresh begins.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefreshEffect {
    /// The Auto Scaling group's name.
    pub(crate) asg: String,
    /// Its id, where an event of the timeline names it.
    #[serde(default)]
    pub(crate) id: Option<String>,
    /// How long after its beat.
    #[serde(default)]
    pub(crate) after: Span,
    /// How it replaces.
    #[serde(default)]
    pub(crate) preferences: RefreshPreferences,
    /// When it is over; until then it is in progress. Without it the status holds from the start.
    #[serde(default)]
    pub(crate) until: Option<Span>,
    /// What it is then: `Successful Failed Cancelled`, or `InProgress` for one that does not end.
    pub(crate) status: String,
    /// Why, in Auto Scaling's words.
    #[serde(default)]
    pub(crate) reason: Option<String>,
    /// How far it got, in percent: all the way if it is successful, else not at all.
    #[serde(default)]
    pub(crate) percent: Option<i64>,
}

/// How an instance refresh replaces.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RefreshPreferences {
    /// Percent of the group that are in service at least.
    pub(crate) min_healthy: i64,
    /// Percent of the group that there are at most; above 100 it launches before it terminates.
    pub(crate) max_healthy: Option<i64>,
    /// Until an instance counts as in service.
    pub(crate) warmup: Span,
    /// Whether instances that are as wanted stay.
    pub(crate) skip_matching: bool,
    /// Percent of the group after which it waits.
    pub(crate) checkpoints: Vec<i64>,
    /// How long it waits there.
    pub(crate) checkpoint_delay: Option<Span>,
}

impl Default for RefreshPreferences {
    fn default() -> Self {
        Self {
            min_healthy: 90,
            max_healthy: None,
            warmup: Span(120),
            skip_matching: false,
            checkpoints: Vec::new(),
            checkpoint_delay: None,
        }
    }
}

impl RefreshPreferences {
    /// Whether a new instance comes before an old one goes.
    pub(crate) fn launches_first(&self) -> bool {
        self.max_healthy.is_some_and(|percent| percent > 100)
    }
}

/// A scaling activity, mostly one that failed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActivityEffect {
    /// The Auto Scaling group's name.
    pub(crate) asg: String,
    /// `Failed`, `Successful`, `Cancelled`, …
    pub(crate) status: String,
    /// What was tried: a launch, unless said otherwise.
    #[serde(default)]
    pub(crate) about: Option<String>,
    /// Why it was tried, after `At (moment) `; a difference in capacity, unless said otherwise.
    #[serde(default)]
    pub(crate) cause: Option<String>,
    /// Why it ended as it did.
    #[serde(default)]
    pub(crate) message: Option<String>,
    /// How long after its beat.
    #[serde(default)]
    pub(crate) after: Span,
}

/// The status check of a volume changes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VolumeEffect {
    /// The volume's tag `Name`.
    pub(crate) volume: String,
    /// `ok impaired insufficient-data`.
    pub(crate) status: String,
}
