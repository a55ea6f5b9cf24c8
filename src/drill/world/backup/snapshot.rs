//! EBS snapshots, as AWS Backup, Data Lifecycle Manager, people and images leave them.

use jiff::Timestamp;

use super::{Backups, DAY, Policy, job::Job, point::Point, shift};
use crate::drill::{
    rng,
    world::{
        World,
        instance::{Image, Volume},
    },
};

/// What EC2 calls the volume of a snapshot that was copied or imported, or whose volume it does not know.
const NO_VOLUME: &str = "vol-ffffffff";

/// One snapshot at a moment.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    /// `snap-…`.
    pub(crate) id: String,
    /// `vol-…` it was made from.
    pub(crate) volume: String,
    /// When it was begun.
    pub(crate) started: Timestamp,
    /// When it was done.
    pub(crate) completed: Option<Timestamp>,
    /// `pending`, `completed`, `error`.
    pub(crate) state: &'static str,
    /// Why it failed.
    pub(crate) message: Option<String>,
    /// Percent.
    pub(crate) progress: i64,
    /// Its description.
    pub(crate) about: String,
    /// GiB.
    pub(crate) size: i64,
    /// Under a key.
    pub(crate) encrypted: bool,
    /// Tags, sorted by key.
    pub(crate) tags: Vec<(String, String)>,
    /// Account of its owner.
    pub(crate) owner: String,
    /// `amazon`, or nothing.
    pub(crate) alias: Option<&'static str>,
    /// In the archive tier.
    pub(crate) archived: bool,
}

/// All snapshots that one may see in a Region, the newest first: the account's own, and those behind Amazon's images.
pub(crate) fn all(world: &World, region: &str, now: Timestamp) -> Vec<Snapshot> {
    let backups = &world.backups;
    let mut found: Vec<Snapshot> = Vec::new();
    for point in backups.points(region, now) {
        found.extend(backups.behind(&point, &world.volumes));
    }
    for policy in backups.policies.iter().filter(|policy| policy.region == region) {
        for volume in
            world.volumes.iter().filter(|volume| volume.region() == region && policy.aims_at(volume))
        {
            found.extend(backups.by_policy(policy, volume, now));
        }
    }
    found.extend(backups.by_hand(&world.volumes, region, &world.regions));
    for image in world.images.iter().filter(|image| image.region == region) {
        found.push(backups.of_image(image));
    }
    found.retain(|snapshot| snapshot.started <= now);
    found.sort_by(|a, b| b.started.cmp(&a.started).then_with(|| a.id.cmp(&b.id)));
    found
}

impl Policy {
    /// Whether it is for a volume.
    fn aims_at(&self, volume: &Volume) -> bool {
        self.file.target.iter().all(|(key, value)| volume.tag(key) == Some(value))
    }
}

impl Backups {
    /// A finished snapshot of the account.
    fn plain(&self, id: String, volume: &str, started: Timestamp, size: i64) -> Snapshot {
        let takes = 95 + size * 2 + i64::try_from(rng::text(0, &id) % 60).unwrap_or_default();
        Snapshot {
            id,
            volume: volume.to_owned(),
            started,
            completed: Some(shift(started, takes)),
            state: "completed",
            message: None,
            progress: 100,
            about: String::new(),
            size,
            encrypted: true,
            tags: Vec::new(),
            owner: self.account.clone(),
            alias: None,
            archived: false,
        }
    }

    /// The snapshots behind a recovery point of a volume or an instance.
    fn behind(&self, point: &Point<'_>, volumes: &[Volume]) -> Vec<Snapshot> {
        let source = point.resource.and_then(|arn| arn.rsplit('/').next()).unwrap_or_default();
        match (&point.job, point.kind) {
            (Some(job), "EBS" | "EC2") => {
                let of = job.course.target.volumes.iter().filter_map(|index| volumes.get(*index));
                of.map(|volume| self.by_job(job, point, source, volume)).collect()
            }
            (None, "EBS") => {
                let id = point.arn.rsplit('/').next().unwrap_or_default().to_owned();
                let volume = if source.is_empty() { NO_VOLUME } else { source };
                vec![Snapshot {
                    about: "This snapshot is created by the AWS Backup service.".to_owned(),
                    encrypted: point.vault.key.is_some(),
                    tags: vec![(
                        "aws:backup:source-resource".to_owned(),
                        format!("{volume}:{}", self.ids.uuid(&id)),
                    )],
                    ..self.plain(id, volume, point.created, point.size)
                }]
            }
            _ => Vec::new(),
        }
    }

    fn by_job(&self, job: &Job<'_>, point: &Point<'_>, source: &str, volume: &Volume) -> Snapshot {
        let made = point.arn.rsplit('/').next().unwrap_or_default();
        let (id, about) = if point.kind == "EBS" {
            (made.to_owned(), "This snapshot is created by the AWS Backup service.".to_owned())
        } else {
            let id = self.ids.of("snap", &format!("{}/{}", job.id, volume.id));
            (id, format!("Created by CreateImage({source}) for {made}"))
        };
        let mut tags = volume.tags.clone();
        tags.push(("aws:backup:source-resource".to_owned(), format!("{source}:{}", job.id)));
        tags.sort();
        let over = job.is_over();
        let snapshot = self.plain(id, &volume.id, job.started, volume.size);
        Snapshot {
            about,
            tags,
            encrypted: volume.encrypted,
            state: if over { "completed" } else { "pending" },
            #[expect(clippy::cast_possible_truncation, reason = "percent")]
            progress: job.percent as i64,
            completed: over.then_some(job.ends),
            ..snapshot
        }
    }

    /// What a lifecycle policy keeps of a volume.
    fn by_policy(&self, policy: &Policy, volume: &Volume, now: Timestamp) -> Vec<Snapshot> {
        let file = &policy.file;
        let first = policy.created.max(volume.created);
        let stopped = file.stopped.map(|stopped| shift(self.origin, -stopped.0));
        let anchor = shift(self.origin, -file.last.0);
        let every = file.every.0.max(3600);
        let newest = -now.duration_since(anchor).as_secs().div_euclid(every);
        let due = (newest..).map(|run| shift(anchor, -run * every)).take_while(|due| *due > first);
        let kept = due.filter(|due| stopped.is_none_or(|stopped| *due < stopped));
        let count = usize::try_from(file.count.unwrap_or(1000)).unwrap_or_default();
        let one = |due: Timestamp| {
            let started = shift(due, 20 + i64::try_from(rng::text(0, &volume.id) % 900).unwrap_or_default());
            let id = self.ids.of("snap", &format!("{}/{}/{due}", policy.id, volume.id));
            let expires = file.keep.map(|days| shift(started, days * DAY));
            let mut tags = volume.tags.clone();
            tags.push(("dlm:managed".to_owned(), "true".to_owned()));
            tags.push(("aws:dlm:lifecycle-policy-id".to_owned(), policy.id.clone()));
            tags.push(("aws:dlm:lifecycle-schedule-name".to_owned(), file.schedule.clone()));
            if let Some(expires) = expires {
                let at = expires.strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string();
                tags.push(("aws:dlm:expirationTime".to_owned(), at));
            }
            tags.sort();
            let snapshot = self.plain(id, &volume.id, started, volume.size);
            let done = snapshot.completed.is_some_and(|at| at <= now);
            Snapshot {
                about: format!("Created for policy: {} schedule: {}", policy.id, file.schedule),
                tags,
                encrypted: volume.encrypted,
                state: if done { "completed" } else { "pending" },
                progress: if done { 100 } else { 40 },
                completed: snapshot.completed.filter(|_| done),
                ..snapshot
            }
        };
        let expired =
            |snapshot: &Snapshot| file.keep.is_some_and(|days| shift(snapshot.started, days * DAY) <= now);
        kept.take(count).map(one).take_while(|snapshot| !expired(snapshot)).collect()
    }

    /// What people have made.
    fn by_hand(&self, volumes: &[Volume], region: &str, regions: &[String]) -> Vec<Snapshot> {
        let home = regions.first().map(String::as_str).unwrap_or_default();
        let one = |file: &crate::drill::script::backups::HandMade| {
            let volume = file
                .volume
                .as_ref()
                .and_then(|name| volumes.iter().find(|volume| volume.tag("Name") == Some(name)));
            let there = volume.map_or_else(|| file.region.as_deref().unwrap_or(home), Volume::region);
            if there != region {
                return None;
            }
            let id = self.ids.of("snap", &file.key);
            let size = volume.map(|volume| volume.size).or(file.size).unwrap_or(8);
            let started = shift(self.origin, -file.age.0 + 17);
            let volume_id = volume.map_or(NO_VOLUME, |volume| volume.id.as_str());
            let plain = self.plain(id, volume_id, started, size);
            let failed = file.error.is_some();
            Some(Snapshot {
                about: file.about.clone(),
                tags: file.tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
                encrypted: volume.is_none_or(|volume| volume.encrypted),
                state: if failed { "error" } else { "completed" },
                message: file.error.clone(),
                progress: if failed { 0 } else { 100 },
                completed: plain.completed.filter(|_| !failed),
                archived: file.archived,
                ..plain
            })
        };
        self.hand_made.iter().filter_map(one).collect()
    }

    /// The root of an image, from which instances' root volumes are made.
    fn of_image(&self, image: &Image) -> Snapshot {
        let own = image.owner == self.account;
        Snapshot {
            about: if own { format!("Created by CreateImage for {}", image.id) } else { String::new() },
            encrypted: own,
            owner: image.owner.clone(),
            alias: image.owner_alias,
            ..self.plain(self.ids.of("snap", &image.key), NO_VOLUME, image.created, 8)
        }
    }
}
