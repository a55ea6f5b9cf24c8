//! Whether a resource's backups are good enough: the status of `contract.md`, from the facts, the rules and the moment.
//!
//! What counts is what is there to be restored: a job that completed counts only while recovery points could not be
//! read, since its recovery point may be gone. An instance is as well protected as its own recovery points, or as the
//! worst of its volumes, whichever is newer.

use jiff::Timestamp;

use crate::{
    config::BackupRules,
    rows::{
        backup::{Backup, Job, Origin, Snapshot, Standing},
        shared::Shared,
    },
    text::duration,
};

/// How a resource is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// The last attempt failed, and nothing good came after it.
    Failed,
    /// The last good backup is older than it may be.
    Overdue,
    /// There is no backup, or only of parts.
    Unprotected,
    /// A backup is being made.
    Running,
    /// Good, or exempt.
    Ok,
}

impl Status {
    /// All, the worst first.
    pub const ALL: [Self; 5] = [Self::Failed, Self::Overdue, Self::Unprotected, Self::Running, Self::Ok];

    /// The word of `contract.md`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Overdue => "overdue",
            Self::Running => "running",
            Self::Unprotected => "unprotected",
        }
    }
}

/// A good backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Good {
    /// The moment it shows.
    pub at: Timestamp,
    /// The word of `source` in `contract.md`.
    pub source: &'static str,
    /// Whether it is the volumes' backups that make it one.
    pub by_volumes: bool,
}

/// How old the last good backup may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rpo {
    /// Seconds.
    pub secs: i64,
    /// Who says so.
    pub from: RpoFrom,
}

/// Who says how old the last good backup may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RpoFrom {
    /// A tag of the resource.
    Tag,
    /// The configuration, for this type.
    Type,
    /// The configuration, for everything.
    Default,
}

/// What went wrong last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Failure<'a> {
    /// A job.
    Job(&'a Job),
    /// A snapshot.
    Snapshot(&'a Snapshot),
}

/// What is to be said about a resource's backups.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict<'a> {
    /// How it is protected; `None` when what was read does not tell.
    pub status: Option<Status>,
    /// The last good backup.
    pub good: Option<Good>,
    /// Seconds since then.
    pub age: Option<i64>,
    /// How many there may be.
    pub rpo: Rpo,
    /// The tag by which it is exempt.
    pub exempt: Option<String>,
    /// Volumes without any backup, of an instance that has other ones with some.
    pub lacking: Vec<&'a Backup>,
    /// What went wrong last, if nothing good came after it.
    pub failure: Option<Failure<'a>>,
    /// The job under way.
    pub running: Option<&'a Job>,
}

impl Verdict<'_> {
    /// Whether the last good backup is older than it may be.
    pub fn is_late(&self) -> bool {
        self.age.is_some_and(|age| age > self.rpo.secs)
    }
}

/// Judges.
pub fn of<'a>(backup: &'a Backup, rules: &BackupRules, now: Timestamp) -> Verdict<'a> {
    let rpo = rpo(backup, rules);
    let (good, lacking) = good(backup, rules, now.as_second() - rpo.secs);
    let age = good.map(|g| (now.as_second() - g.at.as_second()).max(0));
    let mut verdict = Verdict {
        status: None,
        good,
        age,
        rpo,
        exempt: exempt(backup, rules),
        lacking,
        failure: failure(backup, good, rules),
        running: backup.jobs.first().map(AsRef::as_ref).filter(|job| job.runs()),
    };
    verdict.status = status(backup, &verdict, rules);
    verdict
}

fn status(backup: &Backup, verdict: &Verdict<'_>, rules: &BackupRules) -> Option<Status> {
    let Verdict { good, .. } = verdict;
    if verdict.exempt.is_some() || backup.standing == Standing::Gone {
        return Some(Status::Ok);
    }
    if backup.standing == Standing::Nameless {
        return None;
    }
    if verdict.running.is_some() || is_pending(backup, *good, rules) {
        return Some(Status::Running);
    }
    if verdict.failure.is_some() {
        return Some(Status::Failed);
    }
    if good.is_none() || !verdict.lacking.is_empty() {
        let read = backup.read.points && (backup.read.snapshots || !backup.has_snapshots());
        return read.then_some(Status::Unprotected);
    }
    Some(if verdict.is_late() { Status::Overdue } else { Status::Ok })
}

/// How old the last good backup may be: its tag, its type, or what holds for everything.
pub fn rpo(backup: &Backup, rules: &BackupRules) -> Rpo {
    let secs = |span: std::time::Duration| i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
    if let Some(span) = backup.tag(&rules.rpo_tag).and_then(span) {
        return Rpo { secs: secs(span), from: RpoFrom::Tag };
    }
    let meant = |name: &str| {
        name.eq_ignore_ascii_case(&backup.service) || name.eq_ignore_ascii_case(&backup.resource.kind)
    };
    match rules.rpo_by_type.iter().find(|(name, _)| meant(name)) {
        Some((_, span)) => Rpo { secs: secs(*span), from: RpoFrom::Type },
        None => Rpo { secs: secs(rules.rpo), from: RpoFrom::Default },
    }
}

/// The value of a tag that should say how old the last good backup may be, and does not.
pub fn unreadable_rpo<'a>(backup: &'a Backup, rules: &BackupRules) -> Option<&'a str> {
    backup.tag(&rules.rpo_tag).filter(|text| span(text).is_none())
}

fn span(text: &str) -> Option<std::time::Duration> {
    duration::parse(text.trim()).filter(|span| !span.is_zero())
}

/// The tag by which no backup is wanted, as `key=value`: its own, or that of every volume it has.
pub fn exempt(backup: &Backup, rules: &BackupRules) -> Option<String> {
    let says = |(key, value): &&(Shared, Shared)| {
        rules.exempt_tags.iter().any(|(k, v)| {
            k.eq_ignore_ascii_case(key) && v.as_ref().is_none_or(|v| v.eq_ignore_ascii_case(value))
        })
    };
    let own = backup.tags.iter().find(says).map(|(key, value)| format!("{key}={value}"));
    own.or_else(|| {
        let volumes: Option<Vec<_>> = backup.volumes.iter().map(|v| exempt(v, rules)).collect();
        volumes?.pop()
    })
}

/// The last good backup, and the volumes that have none although others of the instance have. A volume that was made
/// after `young` (seconds) may still wait for its first.
fn good<'a>(backup: &'a Backup, rules: &BackupRules, young: i64) -> (Option<Good>, Vec<&'a Backup>) {
    let own = own_good(backup, None);
    let needed: Vec<&Backup> =
        backup.volumes.iter().map(AsRef::as_ref).filter(|v| exempt(v, rules).is_none()).collect();
    // What AWS Backup made of the instance as a whole is that, and not the volume's own.
    let whole = backup.read.points.then_some(backup.id.as_str());
    let each: Vec<_> = needed.iter().map(|v| (*v, own_good(v, whole))).collect();
    let (with, without): (Vec<_>, Vec<_>) = each.into_iter().partition(|(_, good)| good.is_some());
    let waits = |v: &&Backup| v.made.is_some_and(|at| at.as_second() > young);
    let without: Vec<&Backup> = without.into_iter().map(|(v, _)| v).filter(|v| !waits(v)).collect();
    let worst = with.iter().filter_map(|(_, good)| *good).min_by_key(|g| g.at);
    match (own, worst) {
        (None, Some(_)) if !without.is_empty() => (None, without),
        (own, Some(worst)) if without.is_empty() && own.is_none_or(|own| worst.at > own.at) => {
            (Some(Good { by_volumes: true, ..worst }), Vec::new())
        }
        (own, _) => (own, Vec::new()),
    }
}

/// The last good backup of the thing itself: recovery points, and snapshots but those made of `instance` as a whole.
fn own_good(backup: &Backup, instance: Option<&str>) -> Option<Good> {
    let by_backup = |at| Good { at, source: "aws-backup", by_volumes: false };
    let good = || backup.points.list.iter().filter(|p| p.is_good());
    // A continuous one goes on being written after it was made; so jobs and `LastBackupTime` tell how far it reaches.
    let continuous = good().any(|p| p.status == "AVAILABLE");
    let jobs = backup.jobs.iter().filter(|j| j.is_good()).filter_map(|j| j.at());
    let partial = backup.jobs.iter().find(|j| !j.runs()).is_some_and(|j| j.state == "PARTIAL");
    let last = backup.last_backup.filter(|_| !partial);
    let told = jobs.chain(last).filter(|_| continuous || !backup.read.points);
    let points = good().filter_map(|p| p.created).chain(told).max().map(by_backup);
    let of_instance = |origin: &Origin| match (origin, instance) {
        (Origin::AwsBackup(Some(source)), Some(id)) => source.ends_with(id),
        _ => false,
    };
    let snapshots =
        backup.snapshots.list.iter().filter(|s| s.state == "completed" && !of_instance(&s.origin));
    let snapshots = snapshots
        .filter_map(|s| Some(Good { at: s.started?, source: s.origin.source(), by_volumes: false }))
        .max_by_key(|g| g.at);
    match (points, snapshots) {
        // AWS Backup's recovery point of a volume and its snapshot are the same thing.
        (Some(point), Some(snapshot)) if snapshot.source != "aws-backup" && snapshot.at > point.at => {
            Some(snapshot)
        }
        (points, snapshots) => points.or(snapshots),
    }
}

/// The newest snapshots of the thing, or of an instance's volumes.
fn snapshots<'a>(backup: &'a Backup, rules: &BackupRules) -> impl Iterator<Item = &'a Snapshot> {
    let volumes = backup.volumes.iter().filter(|v| exempt(v, rules).is_none());
    let own = backup.snapshots.list.first();
    own.into_iter().chain(volumes.filter_map(|v| v.snapshots.list.first())).map(AsRef::as_ref)
}

fn is_pending(backup: &Backup, good: Option<Good>, rules: &BackupRules) -> bool {
    let newer = |s: &Snapshot| good.is_none_or(|g| s.started.is_some_and(|at| at > g.at));
    snapshots(backup, rules).any(|s| s.state == "pending" && newer(s))
}

/// What went wrong after the last good backup.
fn failure<'a>(backup: &'a Backup, good: Option<Good>, rules: &BackupRules) -> Option<Failure<'a>> {
    let after = |at: Option<Timestamp>| good.is_none_or(|g| at.is_some_and(|at| at > g.at));
    let ended = backup.jobs.iter().filter(|j| !j.runs()).max_by_key(|j| j.at());
    let job = ended.filter(|j| j.is_bad() && after(j.at())).map(|j| Failure::Job(j));
    let snapshot = || snapshots(backup, rules).find(|s| s.state == "error" && after(s.started));
    job.or_else(|| snapshot().map(Failure::Snapshot))
}
