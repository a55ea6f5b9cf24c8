//! Recovery points: what jobs have left, less what was deleted, and a few that no job of the list has made.

use jiff::Timestamp;

use super::{Backups, DAY, Plan, Vault, job::Job, shift};
use crate::drill::script::backups::Rule;

/// How far back recovery points that could not be deleted are looked for, in runs past their retention.
const STUCK_RUNS: i64 = 12;

/// One recovery point at a moment.
#[derive(Debug, Clone)]
pub(crate) struct Point<'a> {
    /// Its ARN, which depends on the resource's type.
    pub(crate) arn: String,
    /// Where it is.
    pub(crate) vault: &'a Vault,
    /// The resource's ARN.
    pub(crate) resource: Option<&'a str>,
    /// The resource's type.
    pub(crate) kind: &'a str,
    /// The resource's name.
    pub(crate) name: Option<&'a str>,
    /// Plan, index and text of the rule that made it.
    pub(crate) by: Option<(&'a Plan, usize, &'a Rule)>,
    /// AWS Backup's word.
    pub(crate) status: &'a str,
    /// AWS Backup's sentence.
    pub(crate) message: Option<&'a str>,
    /// When it was created.
    pub(crate) created: Timestamp,
    /// When it was done.
    pub(crate) completed: Option<Timestamp>,
    /// GiB.
    pub(crate) size: i64,
    /// Days it is kept; for ever, without.
    pub(crate) keep: Option<i64>,
    /// ARN of the composite's recovery point.
    pub(crate) parent: Option<String>,
    /// A composite.
    pub(crate) is_parent: bool,
    /// The job behind it.
    pub(super) job: Option<Job<'a>>,
}

impl Point<'_> {
    /// When it will be deleted.
    pub(crate) fn delete_at(&self) -> Option<Timestamp> {
        self.keep.map(|days| shift(self.created, days * DAY))
    }
}

impl Backups {
    /// The recovery points of a Region, the newest first.
    pub(crate) fn points(&self, region: &str, now: Timestamp) -> Vec<Point<'_>> {
        let mut points = Vec::new();
        for course in self.courses.iter().filter(|course| course.target.region == region) {
            let every = self.made_by(course).map_or(DAY, |(_, _, rule)| rule.every.0);
            let back = course.keep() * DAY + STUCK_RUNS * every;
            let mut past = 0;
            for run in self.runs(course, back, now) {
                let Some(job) = self.job(course, run, now) else { continue };
                let is_there = job.has_made_one() || job.state == "RUNNING";
                if !is_there || course.was_deleted(run) {
                    continue;
                }
                let over = shift(job.created, course.keep() * DAY) <= now;
                past += usize::from(over);
                if over && past > course.stuck() {
                    break;
                }
                points.extend(self.left_by(job, over));
            }
        }
        for stray in self
            .strays
            .iter()
            .filter(|stray| self.vaults.get(stray.vault).is_some_and(|vault| vault.region == region))
        {
            let Some(vault) = self.vaults.get(stray.vault) else { continue };
            let id = self.ids.uuid(&format!("stray/{}", stray.file.key));
            let created = shift(self.origin, -stray.file.age.0);
            points.push(Point {
                arn: self.point_arn(&stray.file.kind, stray.resource.as_deref(), &vault.region, &id, created),
                vault,
                resource: stray.resource.as_deref(),
                kind: &stray.file.kind,
                name: stray.name.as_deref(),
                by: None,
                status: &stray.file.status,
                message: stray.file.message.as_deref(),
                created,
                completed: Some(shift(created, 300)),
                size: stray.file.size,
                keep: stray.file.keep,
                parent: None,
                is_parent: false,
                job: None,
            });
        }
        points.sort_by(|a, b| b.created.cmp(&a.created).then_with(|| a.arn.cmp(&b.arn)));
        points
    }

    /// The recovery point that a job has made or is making.
    fn left_by<'a>(&'a self, job: Job<'a>, over: bool) -> Option<Point<'a>> {
        let course = job.course;
        let (status, message) = match (job.state, over) {
            ("RUNNING", _) => ("CREATING", None),
            (_, true) => (
                "EXPIRED",
                Some("Insufficient permissions to delete this recovery point after its retention."),
            ),
            ("PARTIAL", _) => ("PARTIAL", job.message),
            _ => ("COMPLETED", None),
        };
        let parent = course.parent.and_then(|parent| self.courses.get(parent));
        let parent = parent.and_then(|parent| self.job(parent, job.run, job.ends));
        Some(Point {
            arn: self.job_point(&job)?,
            vault: self.vaults.get(course.vault)?,
            resource: Some(&course.target.arn),
            kind: &course.target.kind,
            name: course.name(),
            by: self.made_by(course),
            status,
            message,
            created: job.created,
            completed: job.is_over().then_some(job.ends),
            size: course.target.size,
            keep: Some(course.keep()),
            parent: parent.and_then(|parent| self.job_point(&parent)),
            is_parent: course.is_composite(),
            job: Some(job),
        })
    }

    /// The ARN of the recovery point that a job makes; none for a job that makes none.
    pub(crate) fn job_point(&self, job: &Job<'_>) -> Option<String> {
        let target = &job.course.target;
        let made = job.has_made_one() || job.state == "RUNNING";
        made.then(|| self.point_arn(&target.kind, Some(&target.arn), &target.region, &job.id, job.created))
    }

    /// A recovery point is named by the service that holds it: EC2, RDS and DynamoDB have names of their own, for the
    /// rest it is AWS Backup.
    fn point_arn(&self, kind: &str, resource: Option<&str>, region: &str, id: &str, at: Timestamp) -> String {
        let (account, low) = (&self.account, id.to_lowercase());
        match kind {
            "EC2" => format!("arn:aws:ec2:{region}::image/{}", self.ids.of("ami", id)),
            "EBS" => format!("arn:aws:ec2:{region}::snapshot/{}", self.ids.of("snap", id)),
            "RDS" => format!("arn:aws:rds:{region}:{account}:snapshot:awsbackup:job-{low}"),
            "Aurora" => format!("arn:aws:rds:{region}:{account}:cluster-snapshot:awsbackup:job-{low}"),
            "DynamoDB" => {
                let table = resource.unwrap_or_default();
                let tail: String = low.chars().filter(char::is_ascii_hexdigit).take(8).collect();
                format!("{table}/backup/{:017}-{tail}", at.as_millisecond())
            }
            _ => format!("arn:aws:backup:{region}:{account}:recovery-point:{id}"),
        }
    }
}
