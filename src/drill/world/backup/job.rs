//! Backup jobs: the runs of the courses, and what has become of each at a moment.

use jiff::Timestamp;

use super::{Backups, Course, DAY, shift};
use crate::drill::rng;

/// AWS Backup lists jobs for so long.
const LISTED_SECS: i64 = 30 * DAY;
/// How long a job on demand may wait, and may take.
const ON_DEMAND: (i64, i64) = (3600, 7 * DAY);

/// One job at a moment.
#[derive(Debug, Clone)]
pub(crate) struct Job<'a> {
    /// What it belongs to.
    pub(crate) course: &'a Course,
    /// Which run of it.
    pub(crate) run: i64,
    /// A UUID in upper case.
    pub(crate) id: String,
    /// When it was created.
    pub(crate) created: Timestamp,
    /// When it began, or will.
    pub(crate) started: Timestamp,
    /// When it ended, or will.
    pub(crate) ends: Timestamp,
    /// Until when it must have begun.
    pub(crate) start_by: Timestamp,
    /// AWS Backup's word.
    pub(crate) state: &'a str,
    /// AWS Backup's sentence.
    pub(crate) message: Option<&'a str>,
    /// What kind of message that is; none while the job goes on.
    pub(crate) category: Option<&'a str>,
    /// How much of it is done.
    pub(crate) percent: f64,
    /// Id of the composite's job.
    pub(crate) parent: Option<String>,
}

impl Job<'_> {
    /// Whether it has come to an end.
    pub(crate) fn is_over(&self) -> bool {
        !matches!(self.state, "CREATED" | "RUNNING")
    }

    /// Whether it has left a recovery point.
    pub(crate) fn has_made_one(&self) -> bool {
        matches!(self.state, "COMPLETED" | "PARTIAL")
    }
}

impl Backups {
    /// The jobs of a Region that AWS Backup lists, the newest first.
    pub(crate) fn jobs(&self, region: &str, now: Timestamp) -> Vec<Job<'_>> {
        let mut jobs: Vec<Job<'_>> = self
            .courses
            .iter()
            .filter(|course| course.target.region == region)
            .flat_map(|course| {
                self.runs(course, LISTED_SECS, now).filter_map(|run| self.job(course, run, now))
            })
            .filter(|job| job.created > shift(now, -LISTED_SECS))
            .collect();
        jobs.sort_by(|a, b| b.created.cmp(&a.created).then_with(|| a.id.cmp(&b.id)));
        jobs
    }

    /// The runs of a course that were due in the last so many seconds, the newest first.
    pub(super) fn runs(
        &self,
        course: &Course,
        back: i64,
        now: Timestamp,
    ) -> impl Iterator<Item = i64> + use<> {
        let Some((_, _, rule)) = self.made_by(course) else { return 0..=0 };
        let newest = self.newest(rule, now);
        let back = match course.file.since {
            Some(since) => back.min(now.duration_since(shift(self.origin, -since.0)).as_secs()),
            None => back,
        };
        newest..=newest + back / rule.every.0.max(1)
    }

    /// The id of a run's job.
    fn job_id(&self, course: &Course, run: i64) -> String {
        let rule = course.file.rule.as_deref().unwrap_or("on-demand");
        self.ids.uuid(&format!("job/{}/{}/{rule}/{run}", course.target.region, course.file.of)).to_uppercase()
    }

    /// A run's job; `None` before it was created.
    pub(super) fn job<'a>(&self, course: &'a Course, run: i64, now: Timestamp) -> Option<Job<'a>> {
        let rule = self.made_by(course).map(|(_, _, rule)| rule);
        let due = match rule {
            Some(rule) => self.due(rule, run),
            None => shift(self.origin, -course.file.at?.0),
        };
        let id = self.job_id(course, run);
        let roll = rng::text(self.ids.seed, &id);
        let part = |salt: u64, of: i64| (rng::mix(roll ^ salt) % of.unsigned_abs().max(1)).cast_signed();
        let created = shift(due, 4 + part(1, 40));
        if created > now {
            return None;
        }
        let started = shift(created, 60 + part(2, 480));
        let (start_within, complete_within) =
            rule.map_or(ON_DEMAND, |rule| (rule.start_within.0, rule.complete_within.0));
        let except = course.file.except.iter().find(|except| except.runs.contains(&run));
        let takes = course.file.takes.0;
        let ends = match except.map(|except| except.state.as_str()) {
            Some("FAILED") => shift(started, 60 + part(3, 240)),
            Some("EXPIRED") => shift(created, complete_within),
            Some("ABORTED") => shift(started, takes / 2),
            _ => shift(started, takes - takes / 8 + part(4, takes / 4)),
        };
        let (state, message, category, percent) = if now < started {
            ("CREATED", None, None, 0.0)
        } else if now < ends {
            let (done, all) = (now.duration_since(started), ends.duration_since(started));
            ("RUNNING", None, None, (done.as_secs_f64() / all.as_secs_f64() * 1000.0).round() / 10.0)
        } else {
            match except {
                None => ("COMPLETED", None, Some("SUCCESS"), 100.0),
                Some(except) => {
                    let made = matches!(except.state.as_str(), "COMPLETED" | "PARTIAL");
                    let (message, category) = (except.message.as_str(), except.category.as_str());
                    (except.state.as_str(), Some(message), Some(category), if made { 100.0 } else { 0.0 })
                }
            }
        };
        let parent = course.parent.and_then(|parent| self.courses.get(parent));
        Some(Job {
            course,
            run,
            created,
            started,
            ends,
            start_by: shift(due, start_within),
            state,
            message,
            category,
            percent,
            parent: parent.map(|parent| self.job_id(parent, run)),
            id,
        })
    }
}

impl Course {
    /// The resource's name, where AWS Backup says it.
    pub(crate) fn name(&self) -> Option<&str> {
        self.target.name.as_deref().filter(|_| !self.file.nameless)
    }

    /// Days a recovery point is kept.
    pub(crate) const fn keep(&self) -> i64 {
        self.keep
    }

    /// Whether it is a composite of which others are members.
    pub(crate) fn is_composite(&self) -> bool {
        self.target.kind == "CloudFormation"
    }

    /// Whether the recovery point of a run was deleted before its time.
    pub(super) fn was_deleted(&self, run: i64) -> bool {
        self.file.deleted.contains(&run)
    }

    /// How many recovery points past their retention could not be deleted.
    pub(super) fn stuck(&self) -> usize {
        usize::try_from(self.file.stuck).unwrap_or_default()
    }
}
