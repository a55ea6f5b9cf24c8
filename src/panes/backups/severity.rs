//! How bad the state of a resource's backups is, and why it wants attention: one table.

use super::verdict::{self, Failure, RpoFrom, Status, Verdict};
use crate::{
    rows::backup::{Backup, Standing},
    severity::Severity,
    text::age,
    value::Cx,
};

/// What a rule looks at.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The facts.
    pub backup: &'a Backup,
    /// What they come to.
    pub verdict: &'a Verdict<'a>,
    /// Time, words, limits.
    pub cx: &'a Cx<'a>,
}

/// One reason for attention.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// How bad that alone is. A resource is as bad as the worst of its rules, and ok without any.
    pub severity: Severity,
    /// When it applies, for the README.
    pub doc: &'static str,
    /// What it says, if it applies.
    pub say: fn(&Seen<'_>) -> Option<String>,
}

/// Volumes that a reason names; the others are counted.
const NAMED: usize = 2;

/// The rules, in the order in which their reasons are read. The RPO is the only threshold: by tag, by type, or
/// `backups.rpo`. What is exempt by tag, or gone, has no reason but missed recovery points.
pub static RULES: [Rule; 16] = [
    Rule {
        severity: Severity::High,
        doc: "recovery points are gone before their lifecycle would have deleted them",
        say: vanished,
    },
    Rule {
        severity: Severity::High,
        doc: "the last attempt failed, and the last good backup is older than the RPO, or there is none",
        say: |s| failed(s).filter(|_| !s.verdict.is_within()),
    },
    Rule {
        severity: Severity::Medium,
        doc: "the last attempt failed, was aborted, expired or partial, within the RPO",
        say: |s| failed(s).filter(|_| s.verdict.is_within()),
    },
    Rule {
        severity: Severity::High,
        doc: "the last good backup is older than the RPO",
        say: |s| overdue(s, false).filter(|_| !is_loose(s)),
    },
    Rule {
        severity: Severity::Medium,
        doc: "the last good backup is older than the RPO, and AWS Backup has tried nothing for 30 days (taken out of its plan, or deleted)",
        say: |s| overdue(s, true),
    },
    Rule {
        severity: Severity::Low,
        doc: "the last good backup of a volume that is attached to nothing is older than the RPO: nothing new is written to it",
        say: |s| {
            let text = overdue(s, false).filter(|_| is_loose(s))?;
            Some(format!("{text} ({})", s.cx.words.get("backup.loose")))
        },
    },
    Rule { severity: Severity::Medium, doc: "no backup of some volumes of an instance", say: partly },
    Rule {
        severity: Severity::Medium,
        doc: "no backup at all",
        say: |s| bare(s).filter(|_| excuse(s).is_none()).map(ToOwned::to_owned),
    },
    Rule {
        severity: Severity::Low,
        doc: "no backup, but replaceable (Auto Scaling), attached to nothing, or younger than the RPO",
        say: |s| {
            let (why, bare) = (excuse(s)?, bare(s)?);
            Some(format!("{bare} ({})", s.cx.words.get(why)))
        },
    },
    Rule {
        severity: Severity::Medium,
        doc: "a job runs for longer than the RPO",
        say: |s| {
            let since = s.verdict.running?.created?;
            let secs = s.cx.now.as_second() - since.as_second();
            (secs > s.verdict.rpo.secs).then(|| s.cx.words.fill("backup.slow", &[("age", &span(secs))]))
        },
    },
    Rule {
        severity: Severity::Medium,
        doc: "the lifecycle policy that makes its snapshots is in error",
        say: |s| {
            let policy = s.backup.policies.iter().find(|p| p.state == "ERROR" && judged(s))?;
            let why = policy.message.as_deref().unwrap_or(&policy.description);
            Some(s.cx.words.fill("backup.policy_error", &[("policy", &policy.id), ("why", &why)]))
        },
    },
    Rule {
        severity: Severity::Low,
        doc: "a backup runs while the last good one is older than the RPO",
        say: |s| {
            let waiting = s.verdict.status == Some(Status::Running) && !s.verdict.is_within();
            waiting.then(|| last_good(s))
        },
    },
    Rule {
        severity: Severity::Low,
        doc: "the last job completed with a message",
        say: |s| {
            let job = s.backup.jobs.iter().find(|j| !j.runs()).filter(|_| judged(s))?;
            Some(s.cx.words.fill("backup.caveat", &[("message", &job.caveat()?)]))
        },
    },
    Rule {
        severity: Severity::Low,
        doc: "its RPO tag cannot be read",
        say: |s| {
            let rules = &s.cx.thresholds.backups;
            let value = verdict::unreadable_rpo(s.backup, rules).filter(|_| judged(s))?;
            Some(s.cx.words.fill("backup.rpo_unreadable", &[("tag", &rules.rpo_tag), ("value", &value)]))
        },
    },
    Rule {
        severity: Severity::Unknown,
        doc: "recovery points or jobs name no resource",
        say: |s| {
            let (points, jobs) = (s.backup.points.count, s.backup.jobs.len());
            (s.backup.standing == Standing::Nameless)
                .then(|| s.cx.words.fill("backup.nameless", &[("points", &points), ("jobs", &jobs)]))
        },
    },
    Rule {
        severity: Severity::Unknown,
        doc: "nothing was found, and not everything could be read",
        say: |s| {
            let open = s.verdict.status.is_none() && s.backup.standing != Standing::Nameless;
            open.then(|| s.cx.words.fill("backup.unread", &[("what", &unread(s).join(", "))]))
        },
    },
];

impl Verdict<'_> {
    /// Whether there is a good backup that is no older than it may be.
    fn is_within(&self) -> bool {
        self.good.is_some() && !self.is_late()
    }
}

/// Judges a row and lists its reasons with their severities.
pub fn reasons(backup: &Backup, cx: &Cx<'_>) -> Vec<(Severity, String)> {
    let verdict = verdict::of(backup, &cx.thresholds.backups, cx.now);
    let seen = Seen { backup, verdict: &verdict, cx };
    RULES.iter().filter_map(|rule| Some((rule.severity, (rule.say)(&seen)?))).collect()
}

/// As bad as the worst rule that applies.
pub(super) fn of(backup: &Backup, cx: &Cx<'_>) -> Severity {
    reasons(backup, cx).into_iter().map(|(severity, _)| severity).max().unwrap_or(Severity::Ok)
}

/// Hours up to two days, so that an age can be told from an objective of a day; then days.
pub(super) fn span(secs: i64) -> String {
    if (3_600..172_800).contains(&secs) { format!("{}h", secs / 3_600) } else { age::short(secs) }
}

/// What could not be read and would matter here.
pub(super) fn unread<'a>(seen: &Seen<'a>) -> Vec<&'a str> {
    let read = seen.backup.read;
    let all = [
        (!read.jobs, "backup.jobs"),
        (!read.points, "backup.points"),
        (!read.snapshots && seen.backup.has_snapshots(), "backup.snapshots"),
    ];
    all.into_iter().filter(|(open, _)| *open).map(|(_, key)| seen.cx.words.get(key)).collect()
}

/// What went wrong, in a few words.
pub(super) fn failure_text(failure: Failure<'_>, cx: &Cx<'_>) -> String {
    let (key, what, why) = match failure {
        Failure::Job(job) => ("backup.failed_job", job.state.as_str(), job.message.as_deref()),
        Failure::Snapshot(snapshot) => {
            ("backup.failed_snapshot", snapshot.id.as_str(), snapshot.message.as_deref())
        }
    };
    cx.words.fill(key, &[("what", &what), ("why", &why.unwrap_or("–"))])
}

/// Whether its backups are judged at all.
fn judged(seen: &Seen<'_>) -> bool {
    seen.verdict.exempt.is_none() && !matches!(seen.backup.standing, Standing::Gone | Standing::Nameless)
}

fn vanished(seen: &Seen<'_>) -> Option<String> {
    let newest = seen.backup.vanished.iter().max_by_key(|gone| gone.missed_at)?;
    let count = seen.backup.vanished.len();
    let age = age::since(newest.missed_at, seen.cx.now);
    Some(seen.cx.words.fill("backup.vanished", &[("count", &count), ("age", &age)]))
}

fn failed(seen: &Seen<'_>) -> Option<String> {
    let failure = seen.verdict.failure.filter(|_| seen.verdict.status == Some(Status::Failed))?;
    Some(format!("{}; {}", failure_text(failure, seen.cx), last_good(seen)))
}

fn last_good(seen: &Seen<'_>) -> String {
    let rpo = span(seen.verdict.rpo.secs);
    match seen.verdict.age {
        Some(age) => seen.cx.words.fill("backup.last_good", &[("age", &span(age)), ("rpo", &rpo)]),
        None => seen.cx.words.get("backup.never").to_owned(),
    }
}

/// Instances and volumes are known to be there; of everything else AWS Backup's silence is the only sign.
fn overdue(seen: &Seen<'_>, silent: bool) -> Option<String> {
    let backup = seen.backup;
    let silence = backup.read.jobs && backup.jobs.is_empty() && !backup.has_snapshots();
    if seen.verdict.status != Some(Status::Overdue) || silence != silent {
        return None;
    }
    let text = seen.cx.words.fill("backup.overdue", &[("last", &last_good(seen))]);
    Some(if silent { format!("{text}; {}", seen.cx.words.get("backup.silent")) } else { text })
}

fn is_loose(seen: &Seen<'_>) -> bool {
    seen.backup.standing == Standing::Loose
}

fn partly(seen: &Seen<'_>) -> Option<String> {
    let lacking = &seen.verdict.lacking;
    if lacking.is_empty() || seen.verdict.status != Some(Status::Unprotected) {
        return None;
    }
    let first: Vec<&str> = lacking.iter().take(NAMED).map(|v| v.resource.id.as_str()).collect();
    let more = lacking.len() - first.len();
    let mut volumes = first.join(", ");
    if more > 0 {
        volumes = seen.cx.words.fill("view.and_more", &[("first", &volumes), ("count", &more)]);
    }
    Some(seen.cx.words.fill("backup.partly", &[("volumes", &volumes)]))
}

fn bare<'a>(seen: &Seen<'a>) -> Option<&'a str> {
    let bare = seen.verdict.status == Some(Status::Unprotected) && seen.verdict.lacking.is_empty();
    bare.then(|| seen.cx.words.get("backup.bare"))
}

/// Why having no backup is not yet, or not really, bad.
fn excuse(seen: &Seen<'_>) -> Option<&'static str> {
    let young = |at: jiff::Timestamp| seen.cx.now.as_second() - at.as_second() < seen.verdict.rpo.secs;
    match seen.backup.standing {
        Standing::Member(_) => Some("backup.replaceable"),
        Standing::Loose => Some("backup.loose"),
        _ => seen.backup.made.filter(|at| young(*at)).map(|_| "backup.young"),
    }
}

/// Wording key of who says how old the last good backup may be.
pub(super) const fn rpo_from(from: RpoFrom) -> &'static str {
    match from {
        RpoFrom::Tag => "backup.rpo_tag",
        RpoFrom::Type => "backup.rpo_type",
        RpoFrom::Default => "backup.rpo_default",
    }
}
