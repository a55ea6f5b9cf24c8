//! The backups of a drill's account, as `drills/accounts/NAME-backups.toml` writes them.
//!
//! Runs of a schedule are numbered: 0 is the last that began before the scenario's start, 1 the one before it, and those
//! that begin as the drill goes on have negative numbers.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Span;

/// The whole file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Backups {
    /// Per Region: which resource types AWS Backup may touch. `*` stands for every other Region.
    #[serde(default)]
    pub(crate) opt_in: BTreeMap<String, BTreeMap<String, bool>>,
    /// Tags of volumes, beside `Name`.
    #[serde(default)]
    pub(crate) volume_tags: Vec<VolumeTags>,
    /// Volumes that are not encrypted, by the tag `Name`.
    #[serde(default)]
    pub(crate) unencrypted_volumes: Vec<String>,
    /// Backup vaults.
    #[serde(default)]
    pub(crate) vault: Vec<Vault>,
    /// Backup plans.
    #[serde(default)]
    pub(crate) plan: Vec<Plan>,
    /// Resources outside of EC2.
    #[serde(default)]
    pub(crate) resource: Vec<Resource>,
    /// What is backed up, by which rule or by whom.
    #[serde(default)]
    pub(crate) course: Vec<Course>,
    /// Recovery points that no job of the list has made.
    #[serde(default)]
    pub(crate) stray: Vec<Stray>,
    /// Lifecycle policies of Data Lifecycle Manager.
    #[serde(default)]
    pub(crate) policy: Vec<Policy>,
    /// Snapshots that people have made.
    #[serde(default)]
    pub(crate) snapshot: Vec<HandMade>,
}

/// Tags of some volumes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VolumeTags {
    /// The volumes, by the tag `Name`.
    pub(crate) volumes: Vec<String>,
    /// The tags.
    pub(crate) tags: BTreeMap<String, String>,
}

/// A backup vault.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vault {
    /// Its name, unique in its Region.
    pub(crate) name: String,
    /// Another Region than the account's first.
    #[serde(default)]
    pub(crate) region: Option<String>,
    /// How long ago it was created.
    pub(crate) age: Span,
    /// Without a key of its own.
    #[serde(default)]
    pub(crate) unencrypted: bool,
    /// Its lock: least and most days of retention.
    #[serde(default)]
    pub(crate) lock: Option<(i64, i64)>,
    /// When the lock became final, from the scenario's start; never (governance mode), without.
    #[serde(default)]
    pub(crate) locked_at: Option<Span>,
}

/// A backup plan.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plan {
    /// Its name, by which courses name it.
    pub(crate) name: String,
    /// Another Region than the account's first.
    #[serde(default)]
    pub(crate) region: Option<String>,
    /// How long ago it was created.
    pub(crate) age: Span,
    /// How long ago it was deleted.
    #[serde(default)]
    pub(crate) deleted: Option<Span>,
    /// Windows backups with Volume Shadow Copy.
    #[serde(default)]
    pub(crate) windows_vss: bool,
    /// Its rules.
    pub(crate) rule: Vec<Rule>,
    /// Which resources it is for.
    #[serde(default)]
    pub(crate) selection: Vec<Selection>,
}

/// A rule of a plan.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// Its name, by which courses name it.
    pub(crate) name: String,
    /// Name of the vault.
    pub(crate) vault: String,
    /// From one run to the next: a week, a day, or a part of a day.
    pub(crate) every: Span,
    /// How long before the scenario's start run 0 was due.
    pub(crate) last: Span,
    /// Days a recovery point is kept.
    pub(crate) keep: i64,
    /// How long a job may wait to begin.
    pub(crate) start_within: Span,
    /// How long it may take.
    pub(crate) complete_within: Span,
}

/// What a plan is for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Selection {
    /// Its name.
    pub(crate) name: String,
    /// Resources with this tag …
    #[serde(default)]
    pub(crate) tag: Option<(String, String)>,
    /// … or of these keys (instances, volumes by the tag `Name`, resources of this file).
    #[serde(default)]
    pub(crate) resources: Vec<String>,
}

/// A resource outside of EC2.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resource {
    /// By which courses name it.
    pub(crate) key: String,
    /// As AWS Backup calls its type: `RDS`, `DynamoDB`, `EFS`, …
    pub(crate) kind: String,
    /// The ARN after `arn:aws:`, with `{region}` and `{account}`.
    pub(crate) arn: String,
    /// Its name.
    pub(crate) name: String,
    /// Another Region than the account's first.
    #[serde(default)]
    pub(crate) region: Option<String>,
    /// GiB.
    pub(crate) size: i64,
}

/// The backups of one resource by one rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Course {
    /// Key of an instance or of a resource of this file, or the tag `Name` of a volume.
    pub(crate) of: String,
    /// `plan/rule`; on demand, by a person, without.
    #[serde(default)]
    pub(crate) rule: Option<String>,
    /// On demand: into which vault.
    #[serde(default)]
    pub(crate) vault: Option<String>,
    /// On demand: how long ago.
    #[serde(default)]
    pub(crate) at: Option<Span>,
    /// On demand: days the recovery point is kept.
    #[serde(default)]
    pub(crate) keep: Option<i64>,
    /// How long a job takes.
    pub(crate) takes: Span,
    /// How long ago the first run was; as far back as recovery points are kept, without.
    #[serde(default)]
    pub(crate) since: Option<Span>,
    /// Runs that did not simply succeed.
    #[serde(default)]
    pub(crate) except: Vec<Except>,
    /// Runs whose recovery points were deleted before their time.
    #[serde(default)]
    pub(crate) deleted: Vec<i64>,
    /// How many recovery points past their retention could not be deleted.
    #[serde(default)]
    pub(crate) stuck: i64,
    /// Jobs and recovery points without the resource's name.
    #[serde(default)]
    pub(crate) nameless: bool,
    /// The course of a composite's resource of which this is a member: that resource's key.
    #[serde(default)]
    pub(crate) member_of: Option<String>,
}

/// Runs with another end than success.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Except {
    /// Their numbers.
    pub(crate) runs: Vec<i64>,
    /// `FAILED EXPIRED ABORTED PARTIAL`, or `COMPLETED` with a message.
    pub(crate) state: String,
    /// AWS's words.
    pub(crate) message: String,
    /// `MessageCategory`.
    pub(crate) category: String,
}

/// A recovery point that no job of the list has made.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stray {
    /// By which its id grows.
    pub(crate) key: String,
    /// Name of its vault.
    pub(crate) vault: String,
    /// Another Region than the account's first.
    #[serde(default)]
    pub(crate) region: Option<String>,
    /// The type, as AWS Backup calls it.
    pub(crate) kind: String,
    /// Its resource's key, or the id of one that is gone; nothing when AWS Backup does not say.
    #[serde(default)]
    pub(crate) of: Option<String>,
    /// How long ago it was made.
    pub(crate) age: Span,
    /// Days it is kept; for ever, without.
    #[serde(default)]
    pub(crate) keep: Option<i64>,
    /// `COMPLETED AVAILABLE STOPPED EXPIRED DELETING PARTIAL`.
    pub(crate) status: String,
    /// AWS's words.
    #[serde(default)]
    pub(crate) message: Option<String>,
    /// GiB.
    pub(crate) size: i64,
}

/// A lifecycle policy.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Policy {
    /// By which its id grows.
    pub(crate) key: String,
    /// Another Region than the account's first.
    #[serde(default)]
    pub(crate) region: Option<String>,
    /// Its description.
    pub(crate) about: String,
    /// `ENABLED DISABLED ERROR`.
    pub(crate) state: String,
    /// Why, in AWS's words.
    #[serde(default)]
    pub(crate) message: Option<String>,
    /// Volumes with all of these tags.
    pub(crate) target: BTreeMap<String, String>,
    /// Name of its schedule.
    pub(crate) schedule: String,
    /// From one snapshot to the next, in whole hours.
    pub(crate) every: Span,
    /// How long before the scenario's start run 0 was due.
    pub(crate) last: Span,
    /// Runs since then were not made: how long ago it stopped working.
    #[serde(default)]
    pub(crate) stopped: Option<Span>,
    /// Snapshots are kept for so many days, …
    #[serde(default)]
    pub(crate) keep: Option<i64>,
    /// … or so many of them.
    #[serde(default)]
    pub(crate) count: Option<i64>,
    /// How long ago it was created.
    pub(crate) age: Span,
    /// How long ago it was changed.
    pub(crate) changed: Span,
}

/// A snapshot that a person has made.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandMade {
    /// By which its id grows.
    pub(crate) key: String,
    /// The tag `Name` of its volume; copies and volumes that are gone have none.
    #[serde(default)]
    pub(crate) volume: Option<String>,
    /// Another Region than the account's first; with a volume, the volume's counts.
    #[serde(default)]
    pub(crate) region: Option<String>,
    /// Its description.
    #[serde(default)]
    pub(crate) about: String,
    /// How long ago it was made.
    pub(crate) age: Span,
    /// GiB, where there is no volume.
    #[serde(default)]
    pub(crate) size: Option<i64>,
    /// Tags.
    #[serde(default)]
    pub(crate) tags: BTreeMap<String, String>,
    /// `error`, with its words; `completed` without.
    #[serde(default)]
    pub(crate) error: Option<String>,
    /// In the archive tier.
    #[serde(default)]
    pub(crate) archived: bool,
}
