//! How the account is backed up: vaults, plans, and the courses of backups from which jobs, recovery points and
//! snapshots follow.
//!
//! Nothing is stored but the courses. A job is a function of its course, its run and the moment; a recovery point is what
//! a job has left; a snapshot is what is behind a recovery point. So all three always agree, at any moment, in both
//! directions of time.

pub(crate) mod job;
pub(crate) mod point;
mod read;
pub(crate) mod snapshot;

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Ids, shift};
use crate::drill::script::backups as file;

const DAY: i64 = 86_400;

/// All backups of the account.
#[derive(Debug)]
pub(crate) struct Backups {
    ids: Ids,
    origin: Timestamp,
    account: String,
    opt_in: BTreeMap<String, BTreeMap<String, bool>>,
    /// Vaults, in the order of the file.
    pub(crate) vaults: Vec<Vault>,
    /// Plans, in the order of the file.
    pub(crate) plans: Vec<Plan>,
    courses: Vec<Course>,
    strays: Vec<Stray>,
    /// Lifecycle policies, in the order of the file.
    pub(crate) policies: Vec<Policy>,
    hand_made: Vec<file::HandMade>,
}

/// A backup vault.
#[derive(Debug)]
pub(crate) struct Vault {
    /// As written.
    pub(crate) file: file::Vault,
    /// Where.
    pub(crate) region: String,
    /// Its ARN.
    pub(crate) arn: String,
    /// The ARN of its key.
    pub(crate) key: Option<String>,
    /// When it was created.
    pub(crate) created: Timestamp,
    /// When its lock became final.
    pub(crate) locked_at: Option<Timestamp>,
}

/// A backup plan.
#[derive(Debug)]
pub(crate) struct Plan {
    /// As written.
    pub(crate) file: file::Plan,
    /// Where.
    pub(crate) region: String,
    /// Its id, a UUID.
    pub(crate) id: String,
    /// Its ARN.
    pub(crate) arn: String,
    /// Id of its only version.
    pub(crate) version: String,
    /// When it was created.
    pub(crate) created: Timestamp,
    /// When it was deleted.
    pub(crate) deleted: Option<Timestamp>,
    /// Ids of its rules.
    pub(crate) rules: Vec<String>,
    /// Its selections: id, and the ARNs of what is named.
    pub(crate) selections: Vec<(String, Vec<String>)>,
}

/// What is backed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// As AWS Backup calls its type.
    pub(crate) kind: String,
    /// Its ARN.
    pub(crate) arn: String,
    /// Its name.
    pub(crate) name: Option<String>,
    /// Where.
    pub(crate) region: String,
    /// GiB.
    pub(crate) size: i64,
    /// Indices of the volumes in it.
    pub(crate) volumes: Vec<usize>,
    /// A Windows instance.
    pub(crate) windows: bool,
}

/// The backups of one target by one rule, or once on demand.
#[derive(Debug)]
pub(crate) struct Course {
    /// As written.
    file: file::Course,
    /// What is backed up.
    pub(crate) target: Target,
    /// Indices of plan and rule.
    by: Option<(usize, usize)>,
    /// Index of the vault.
    vault: usize,
    /// Index of the composite's course of which this is a member.
    parent: Option<usize>,
    /// Days a recovery point is kept.
    keep: i64,
}

/// A recovery point that no course has made.
#[derive(Debug)]
struct Stray {
    file: file::Stray,
    vault: usize,
    resource: Option<String>,
    name: Option<String>,
}

/// A lifecycle policy.
#[derive(Debug)]
pub(crate) struct Policy {
    /// As written.
    pub(crate) file: file::Policy,
    /// Where.
    pub(crate) region: String,
    /// `policy-…`.
    pub(crate) id: String,
    /// When it was created.
    pub(crate) created: Timestamp,
    /// When it was changed.
    pub(crate) changed: Timestamp,
}

impl Backups {
    /// Which resource types AWS Backup may touch in a Region.
    pub(crate) fn opt_in(&self, region: &str) -> Option<&BTreeMap<String, bool>> {
        self.opt_in.get(region).or_else(|| self.opt_in.get("*"))
    }

    /// When a run of a rule was, or is, due.
    pub(crate) fn due(&self, rule: &file::Rule, run: i64) -> Timestamp {
        shift(self.origin, -rule.last.0 - run * rule.every.0)
    }

    /// The number of the newest run of a rule that is due at a moment.
    pub(crate) fn newest(&self, rule: &file::Rule, now: Timestamp) -> i64 {
        let passed = now.duration_since(self.due(rule, 0)).as_secs();
        -passed.div_euclid(rule.every.0.max(1))
    }

    /// A rule's schedule, as its plan writes it.
    pub(crate) fn cron(&self, rule: &file::Rule) -> String {
        let due = self.due(rule, 0).to_zoned(jiff::tz::TimeZone::UTC);
        let (minute, hour) = (due.minute(), due.hour());
        match rule.every.0 {
            604_800 => {
                let day = due.strftime("%a").to_string().to_uppercase();
                format!("cron({minute} {hour} ? * {day} *)")
            }
            3600 => format!("cron({minute} * * * ? *)"),
            every if every < DAY => {
                let step = every / 3600;
                format!("cron({minute} {}/{step} * * ? *)", i64::from(hour) % step.max(1))
            }
            _ => format!("cron({minute} {hour} * * ? *)"),
        }
    }

    /// Plan and rule of a course; none for one on demand.
    pub(crate) fn made_by(&self, course: &Course) -> Option<(&Plan, usize, &file::Rule)> {
        let (plan, rule) = course.by?;
        let plan = self.plans.get(plan)?;
        Some((plan, rule, plan.file.rule.get(rule)?))
    }

    /// A policy's first time of day, as its schedule writes it.
    pub(crate) fn first_of_day(&self, policy: &file::Policy) -> String {
        let due = shift(self.origin, -policy.last.0).as_second();
        let minutes = due.rem_euclid(policy.every.0.clamp(3600, DAY)) / 60;
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }

    /// The vault of a course.
    pub(crate) fn vault_of(&self, course: &Course) -> Option<&Vault> {
        self.vaults.get(course.vault)
    }

    /// The vaults of a Region.
    pub(crate) fn vaults<'a>(&'a self, region: &str) -> impl Iterator<Item = &'a Vault> {
        self.vaults.iter().filter(move |vault| vault.region == region)
    }

    /// The role that AWS Backup acts in.
    pub(crate) fn role(&self) -> String {
        format!("arn:aws:iam::{}:role/service-role/AWSBackupDefaultServiceRole", self.account)
    }
}
