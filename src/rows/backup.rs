//! What is known about the backups of one resource, joined from AWS Backup, EBS snapshots and Data Lifecycle Manager.
//!
//! Facts only: whether they are good enough (RPO, exemption, now) is decided by `panes/backups/verdict.rs`. Times are
//! AWS's own. Lists hold the newest few; counts hold all.

use std::sync::Arc;

use jiff::Timestamp;

use super::shared::{Shared, Tags};
use crate::{resource::ResourceRef, scope::ScopeId};

/// Newest jobs that are kept of one resource: a day of hourly ones.
pub const JOBS_KEPT: usize = 24;
/// Newest recovery points, and newest snapshots, that are kept of one resource.
pub const POINTS_KEPT: usize = 10;

/// The backups of one resource that should have some.
#[derive(Debug, Clone, PartialEq)]
pub struct Backup {
    /// The resource id of instances and volumes, else the ARN (or what stands for it): unique within the scope.
    pub id: String,
    /// What is backed up; the vault, for what names no resource ([`Standing::Nameless`]).
    pub resource: ResourceRef,
    /// The tag `Name`, or AWS Backup's `ResourceName`; empty when there is none.
    pub name: String,
    /// AWS Backup's word for the type: `EC2`, `EBS`, `RDS`, …; as AWS wrote it.
    pub service: Shared,
    /// Tags, known for instances and volumes alone.
    pub tags: Tags,
    /// When it came to be: of a volume its creation, of an instance that of its oldest volume.
    pub made: Option<Timestamp>,
    /// What it is to its surroundings.
    pub standing: Standing,
    /// Backup jobs of the last 30 days, newest first, at most [`JOBS_KEPT`].
    pub jobs: Vec<Arc<Job>>,
    /// `LastBackupTime` of the protected resource.
    pub last_backup: Option<Timestamp>,
    /// AWS Backup's recovery points.
    pub points: Newest<RecoveryPoint>,
    /// EBS snapshots of a volume.
    pub snapshots: Newest<Snapshot>,
    /// The attached volumes of an instance, with what backs them up.
    pub volumes: Vec<Arc<Backup>>,
    /// The lifecycle policies (DLM) that made its snapshots.
    pub policies: Vec<Arc<Policy>>,
    /// Recovery points that were there earlier in this session and are gone before their time.
    pub vanished: Vec<Arc<Vanished>>,
    /// Whether AWS Backup is switched on for this type in this Region (`DescribeRegionSettings`).
    pub opted_in: Option<bool>,
    /// What could be read.
    pub read: Read,
}

/// The newest few of many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newest<T> {
    /// How many there are in all.
    pub count: usize,
    /// The newest, newest first, at most [`POINTS_KEPT`].
    pub list: Vec<Arc<T>>,
}

impl<T> Default for Newest<T> {
    fn default() -> Self {
        Self { count: 0, list: Vec::new() }
    }
}

/// What a resource is to its surroundings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Standing {
    /// In use, as far as is known.
    #[default]
    Used,
    /// An instance that its Auto Scaling group would replace; holds the group's name.
    Member(String),
    /// A volume that is attached to nothing.
    Loose,
    /// The resource is no more; its recovery points remain.
    Gone,
    /// Recovery points or jobs that name no resource; the row stands for their vault.
    Nameless,
}

/// Which sources were read; what was not read proves nothing. A Region without AWS Backup counts as read: it holds none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Read {
    /// Backup jobs.
    pub jobs: bool,
    /// The recovery points of every vault.
    pub points: bool,
    /// EBS snapshots.
    pub snapshots: bool,
}

/// One AWS Backup job.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Job {
    /// `BackupJobId`.
    pub id: String,
    /// `CREATED PENDING RUNNING ABORTING ABORTED COMPLETED FAILED EXPIRED PARTIAL`.
    pub state: Shared,
    /// `StatusMessage`.
    pub message: Option<Shared>,
    /// `MessageCategory`, e.g. `SUCCESS`, `AccessDenied`.
    pub category: Option<Shared>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When it ended.
    pub completed: Option<Timestamp>,
    /// `PercentDone`, as AWS writes it.
    pub percent: Option<String>,
    /// The vault that it writes to.
    pub vault: Option<Shared>,
    /// Name or id of the plan that started it, with its rule; none for a job on demand.
    pub plan: Option<Shared>,
}

impl Job {
    /// When it ended, or began while it has not.
    pub fn at(&self) -> Option<Timestamp> {
        self.completed.or(self.created)
    }

    /// Whether it is still under way.
    pub fn runs(&self) -> bool {
        matches!(self.state.as_str(), "CREATED" | "PENDING" | "RUNNING" | "ABORTING")
    }

    /// Whether it made a whole backup.
    pub fn is_good(&self) -> bool {
        self.state == "COMPLETED"
    }

    /// Whether it ended without one: `FAILED EXPIRED ABORTED PARTIAL`. A state that AWS has added since is neither.
    pub fn is_bad(&self) -> bool {
        matches!(self.state.as_str(), "FAILED" | "EXPIRED" | "ABORTED" | "PARTIAL")
    }

    /// What it says although it completed: a reason to look, since something may be missing from the backup.
    pub fn caveat(&self) -> Option<&str> {
        self.message.as_deref().filter(|_| self.is_good() && self.category.as_deref() != Some("SUCCESS"))
    }
}

/// A vault.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vault {
    /// Its name.
    pub name: String,
    /// Whether Vault Lock protects its recovery points; not known for vaults that do not say.
    pub locked: Option<bool>,
    /// Until when that lock can be taken off; a lock without it, or after it, cannot (compliance mode).
    pub lock_date: Option<Timestamp>,
    /// Days that a recovery point is kept at least.
    pub min_days: Option<i64>,
    /// Whether it is logically air-gapped.
    pub air_gapped: bool,
}

/// One AWS Backup recovery point.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecoveryPoint {
    /// Its ARN.
    pub arn: String,
    /// Where it lies.
    pub vault: Arc<Vault>,
    /// `COMPLETED AVAILABLE PARTIAL EXPIRED STOPPED CREATING DELETING`.
    pub status: Shared,
    /// What AWS says about that.
    pub message: Option<Shared>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When its lifecycle deletes it; none: never.
    pub delete_at: Option<Timestamp>,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// Name or id of the plan that made it, with its rule.
    pub plan: Option<Shared>,
}

impl RecoveryPoint {
    /// Whether it holds a whole backup. `AVAILABLE` is what continuous ones (point-in-time recovery) say.
    pub fn is_good(&self) -> bool {
        matches!(self.status.as_str(), "COMPLETED" | "AVAILABLE")
    }
}

/// One EBS snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// `snap-…`.
    pub id: String,
    /// `pending completed error recoverable recovering`.
    pub state: Shared,
    /// `StateMessage`: why it is in error.
    pub message: Option<Shared>,
    /// When it was begun, which is the moment it shows.
    pub started: Option<Timestamp>,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// Who made it.
    pub origin: Origin,
}

/// Who made a snapshot, told from its tags and description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// AWS Backup; the ARN of what it was backing up, when the tag `aws:backup:source-resource` says so.
    AwsBackup(Option<String>),
    /// Data Lifecycle Manager; the policy's id.
    Dlm(String),
    /// CreateImage; the image's id.
    Image(String),
    /// A person or a script; the description they gave.
    Other(String),
}

impl Default for Origin {
    fn default() -> Self {
        Self::Other(String::new())
    }
}

impl Origin {
    /// The word of `source` in `contract.md`.
    pub const fn source(&self) -> &'static str {
        match self {
            Self::AwsBackup(_) => "aws-backup",
            Self::Dlm(_) => "dlm",
            Self::Image(_) => "ami",
            Self::Other(_) => "ebs-snapshot",
        }
    }
}

/// A lifecycle policy of Data Lifecycle Manager.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// `policy-…`.
    pub id: String,
    /// What its owner wrote.
    pub description: String,
    /// `ENABLED DISABLED ERROR`.
    pub state: String,
    /// Why it is in error.
    pub message: Option<String>,
}

/// A recovery point that was there and is gone before its lifecycle would have deleted it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vanished {
    /// Its ARN.
    pub arn: String,
    /// Where it lay.
    pub vault: String,
    /// When it had been made.
    pub created: Option<Timestamp>,
    /// When it was to be deleted; none: never.
    pub delete_at: Option<Timestamp>,
    /// When it was missed.
    pub missed_at: Timestamp,
}

impl Backup {
    /// Of a resource of which nothing is known yet, not even by what it might be backed up.
    pub fn of(id: impl Into<String>, resource: ResourceRef, service: impl Into<Shared>) -> Self {
        Self {
            id: id.into(),
            resource,
            name: String::new(),
            service: service.into(),
            tags: Tags::default(),
            made: None,
            standing: Standing::Used,
            jobs: Vec::new(),
            last_backup: None,
            points: Newest::default(),
            snapshots: Newest::default(),
            volumes: Vec::new(),
            policies: Vec::new(),
            vanished: Vec::new(),
            opted_in: None,
            read: Read::default(),
        }
    }

    /// Where it is.
    pub const fn scope(&self) -> ScopeId {
        self.resource.scope
    }

    /// What a person calls it: its name, else its id.
    pub fn label(&self) -> &str {
        if self.name.is_empty() { &self.resource.id } else { &self.name }
    }

    /// Whether EBS snapshots can be backups of it.
    pub fn has_snapshots(&self) -> bool {
        matches!(self.service.as_str(), "EC2" | "EBS")
    }

    /// A tag's value, by its key in any case.
    pub fn tag(&self, key: &str) -> Option<&str> {
        self.tags.iter().find(|(k, _)| k.eq_ignore_ascii_case(key)).map(|(_, v)| v.as_str())
    }
}
