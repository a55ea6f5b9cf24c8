//! The page about a resource's backups: how they are and why, the jobs, the recovery points, the snapshots, and what
//! makes them.

use super::{failure_text, judge, protection, severity, source, span, status_role, subject};
use crate::{
    panes::{
        detail::{Block, Detail, Line, PageCx, Span, Target},
        resource::lines,
    },
    resource::{EC2_INSTANCE, ResourceRef},
    rows::backup::{Backup, Job, Origin, RecoveryPoint, Snapshot, Standing, Vanished, Vault},
    text::age,
    triage::kinds,
    value::{Cell, Cx, Role, Value},
};

/// Jobs that a page lists.
const JOBS_SHOWN: usize = 12;
/// Snapshots of each volume that an instance's page lists.
const SNAPSHOTS_A_VOLUME: usize = 3;

/// The page.
pub fn detail(backup: &Backup, page: &PageCx<'_>) -> Detail {
    let cx = &page.cx;
    let verdict = judge(backup, cx);
    let state = vec![Span::new(verdict.status.map_or("?", |s| s.word()), status_role(verdict.status))];
    let notes = severity::reasons(backup, cx).into_iter().map(|(s, text)| line([Span::new(text, s.into())]));
    let mut blocks = vec![
        Block::Lines { title: "section.attention", lines: notes.collect(), empty: None },
        Block::Fields(fields(backup, page)),
        Block::Lines { title: "section.protects", lines: vec![resource_line(backup, page)], empty: None },
    ];
    let list = |title, lines: Vec<Line>, empty| Block::Lines { title, lines, empty };
    let volumes = backup.volumes.iter().map(|v| volume_line(v, page)).collect();
    blocks.push(list("section.volumes", volumes, None));
    let of_backup = if backup.read.jobs { "absent.jobs" } else { "absent.jobs_unread" };
    let jobs = backup.jobs.iter().take(JOBS_SHOWN).map(|j| job_line(j, cx));
    blocks.push(list("section.jobs", jobs.collect(), Some(of_backup)));
    let missed = backup.vanished.iter().map(|gone| vanished_line(gone, cx)).collect();
    blocks.push(list("section.vanished", missed, None));
    let mut points: Vec<Line> = backup.points.list.iter().map(|p| point_line(p, cx)).collect();
    points.extend(lines::more(backup.points.count.saturating_sub(points.len()), 0, cx));
    let empty = if backup.read.points { "absent.points" } else { "absent.points_unread" };
    blocks.push(list("section.points", points, Some(empty)));
    if backup.has_snapshots() {
        let empty = if backup.read.snapshots { "absent.snapshots" } else { "absent.snapshots_unread" };
        blocks.push(list("section.snapshots", snapshot_lines(backup, cx), Some(empty)));
    }
    let policies = backup.policies.iter().map(|policy| {
        let role = if policy.state == "ERROR" { Role::Bad } else { Role::Plain };
        line([
            Span::new(policy.id.as_str(), Role::Name),
            Span::new(format!("  {}", policy.state), role),
            Span::new(format!("  {}", policy.description), Role::Dim),
            Span::new(policy.message.as_ref().map(|m| format!("  {m}")).unwrap_or_default(), Role::Plain),
        ])
    });
    blocks.push(list("section.policies", policies.collect(), None));
    blocks.extend(lines::console(&subject(backup), cx));
    Detail { title: backup.label().to_owned(), state, blocks }
}

/// How a resource is backed up, for its own page: one line that leads to all of it.
pub fn block(resource: &ResourceRef, page: &PageCx<'_>) -> Option<Block> {
    let backup = page.known.backup_of(resource)?;
    Some(Block::Lines { title: "section.backups", lines: vec![short(backup, page)], empty: None })
}

/// A row in a line: whose, how, how long ago, why.
pub fn short(backup: &Backup, page: &PageCx<'_>) -> Line {
    let cx = &page.cx;
    let verdict = judge(backup, cx);
    let word = verdict.status.map_or("?", |s| s.word());
    let mut spans = vec![
        Span::new(backup.label(), Role::Name),
        Span::new(format!("  {word}"), status_role(verdict.status)),
    ];
    spans.extend(lines::age_span(verdict.good.map(|g| g.at), cx));
    let reasons: Vec<String> = severity::reasons(backup, cx).into_iter().map(|(_, text)| text).collect();
    let why = if reasons.is_empty() { protection(backup, cx) } else { reasons.join(" · ") };
    spans.push(Span::new(format!("  {why}"), Role::Plain));
    Line { depth: 0, spans, target: Some(Target::Resource(subject(backup))) }
}

fn line<const N: usize>(spans: [Span; N]) -> Line {
    Line { spans: spans.into_iter().filter(|s| !s.text.trim().is_empty()).collect(), ..Line::default() }
}

fn fields(backup: &Backup, page: &PageCx<'_>) -> Vec<(&'static str, Cell)> {
    let cx = &page.cx;
    let verdict = judge(backup, cx);
    let text = |text: String| Cell::from(Value::Text(text));
    let mut fields = vec![("field.protection", text(protection(backup, cx)))];
    if let Some(good) = verdict.good {
        let moment = lines::moment(good.at, cx);
        let role = if verdict.is_late() { Role::Bad } else { Role::Good };
        fields.push(("field.last_good", Cell::new(Value::Text(moment), role)));
    }
    let rpo = format!("{}  {}", span(verdict.rpo.secs), cx.words.get(severity::rpo_from(verdict.rpo.from)));
    fields.push(("field.rpo", text(rpo)));
    fields.extend(source(&verdict).map(|source| ("field.source", Cell::from(Value::Word(source)))));
    if let Some(failure) = verdict.failure {
        fields.push(("field.failure", Cell::new(Value::Text(failure_text(failure, cx)), Role::Bad)));
    }
    let plan = backup.jobs.iter().find_map(|j| j.plan.as_ref());
    let plan = plan.or_else(|| backup.points.list.iter().find_map(|p| p.plan.as_ref()));
    fields.extend(plan.map(|plan| ("field.plan", text(plan.to_string()))));
    if let Standing::Member(group) = &backup.standing {
        fields.push(("field.asg", text(group.clone())));
    }
    if let Some(opted) = backup.opted_in {
        let role = if opted { Role::Plain } else { Role::Warn };
        let key = if opted { "backup.opted_in" } else { "backup.opted_out" };
        let words = cx.words.fill(key, &[("service", &backup.service)]);
        fields.push(("field.region_setting", Cell::new(Value::Text(words), role)));
    }
    fields.push(("field.type", text(backup.resource.kind.to_string())));
    fields.push(("field.id", text(backup.resource.id.clone())));
    fields.extend(backup.resource.arn.iter().map(|arn| ("field.arn", text(arn.clone()))));
    fields.extend(lines::scope_fields(backup.scope(), cx));
    fields
}

/// What is backed up, as a jump.
fn resource_line(backup: &Backup, page: &PageCx<'_>) -> Line {
    let resource = &backup.resource;
    if resource.kind == EC2_INSTANCE
        && let Some(instance) = page.known.instance(resource.scope, &resource.id)
    {
        return lines::instance(instance, page, 0);
    }
    let name = (!backup.name.is_empty()).then_some(backup.name.as_str());
    lines::plain(resource.clone(), name)
}

/// A volume of an instance: to its own row where it has one, else to the volume.
fn volume_line(volume: &Backup, page: &PageCx<'_>) -> Line {
    let cx = &page.cx;
    let own = page.known.backup_of(&volume.resource).filter(|row| row.id == volume.id);
    let verdict = judge(volume, cx);
    let mut spans = vec![Span::new(kinds::label(&volume.resource), Role::Name)];
    spans.push(Span::new(format!("  {}", volume.name), Role::Plain));
    match (&verdict.exempt, verdict.good) {
        (Some(tag), _) => {
            let text = cx.words.fill("backup.exempt", &[("tag", tag)]);
            spans.push(Span::new(format!("  {text}"), Role::Dim));
        }
        (None, Some(good)) => {
            spans.push(Span::new(format!("  {}", good.source), Role::Plain));
            spans.extend(lines::age_span(Some(good.at), cx));
        }
        (None, None) => {
            let text = cx.words.get("backup.bare");
            spans.push(Span::new(format!("  {text}"), Role::Warn));
        }
    }
    spans.retain(|s| !s.text.trim().is_empty());
    let target = own.map_or_else(|| volume.resource.clone(), subject);
    Line { depth: 0, spans, target: Some(Target::Resource(target)) }
}

fn job_line(job: &Job, cx: &Cx<'_>) -> Line {
    let role = match () {
        () if job.is_bad() => Role::Bad,
        () if job.runs() => Role::Accent,
        () if job.caveat().is_some() => Role::Warn,
        () => Role::Good,
    };
    let when = job.at().map(|at| lines::moment(at, cx)).unwrap_or_default();
    let percent = job.percent.as_ref().filter(|_| job.runs());
    let percent = percent.map(|p| format!(" {}%", p.trim_end_matches('%'))).unwrap_or_default();
    line([
        Span::new(format!("{}{percent}", job.state), role),
        Span::new(format!("  {when}"), Role::Plain),
        Span::new(format!("  {}", job.message.as_deref().unwrap_or_default()), Role::Plain),
        Span::new(format!("  {}", job.plan.as_deref().unwrap_or_default()), Role::Dim),
        Span::new(format!("  {}", job.vault.as_deref().unwrap_or_default()), Role::Dim),
        Span::new(format!("  {}", job.id), Role::Dim),
    ])
}

fn point_line(point: &RecoveryPoint, cx: &Cx<'_>) -> Line {
    let role = if point.is_good() { Role::Good } else { Role::Warn };
    let made = point.created.map(|at| lines::moment(at, cx)).unwrap_or_default();
    let expiry = match point.delete_at {
        Some(at) if at > cx.now => {
            let left = age::short(at.as_second() - cx.now.as_second());
            cx.words.fill("backup.expires", &[("left", &left)])
        }
        Some(_) => cx.words.get("backup.expired").to_owned(),
        None => cx.words.get("backup.kept_forever").to_owned(),
    };
    let encrypted = cx.words.get(if point.encrypted { "backup.encrypted" } else { "backup.plain" });
    line([
        Span::new(point.status.as_str(), role),
        Span::new(format!("  {made}"), Role::Plain),
        Span::new(format!("  {}", point.vault.name), Role::Plain),
        Span::new(format!("  {encrypted}"), if point.encrypted { Role::Plain } else { Role::Warn }),
        Span::new(format!("  {}", lock(&point.vault, cx)), Role::Plain),
        Span::new(format!("  {expiry}"), Role::Dim),
        Span::new(format!("  {}", point.message.as_deref().unwrap_or_default()), Role::Plain),
        Span::new(format!("  {}", point.arn), Role::Dim),
    ])
}

/// How firmly a vault holds its recovery points. A lock without a date, or with a passed one, nobody can take off.
fn lock(vault: &Vault, cx: &Cx<'_>) -> String {
    let days = vault.min_days.unwrap_or_default();
    let text = match vault.locked {
        Some(true) if vault.lock_date.is_some_and(|at| at > cx.now) => {
            let until = vault.lock_date.map(|at| age::clock(at, cx.now, cx.zone)).unwrap_or_default();
            cx.words.fill("backup.locked_until", &[("until", &until), ("days", &days)])
        }
        Some(true) => cx.words.fill("backup.locked", &[("days", &days)]),
        Some(false) => cx.words.get("backup.unlocked").to_owned(),
        None => String::new(),
    };
    if vault.air_gapped {
        format!("{text} {}", cx.words.get("backup.air_gapped")).trim().to_owned()
    } else {
        text
    }
}

fn vanished_line(gone: &Vanished, cx: &Cx<'_>) -> Line {
    let made = gone.created.map(|at| lines::moment(at, cx)).unwrap_or_default();
    let due = gone.delete_at.map_or_else(
        || cx.words.get("backup.kept_forever").to_owned(),
        |at| cx.words.fill("backup.was_due", &[("at", &age::clock(at, cx.now, cx.zone))]),
    );
    let missed = cx.words.fill("backup.missed", &[("age", &age::since(gone.missed_at, cx.now))]);
    line([
        Span::new(gone.arn.as_str(), Role::Bad),
        Span::new(format!("  {made}"), Role::Plain),
        Span::new(format!("  {}", gone.vault), Role::Plain),
        Span::new(format!("  {due}"), Role::Dim),
        Span::new(format!("  {missed}"), Role::Plain),
    ])
}

/// Of a volume all that are kept; of an instance the newest of each volume.
fn snapshot_lines(backup: &Backup, cx: &Cx<'_>) -> Vec<Line> {
    let own = backup.snapshots.list.iter().map(|s| snapshot_line(s, backup, cx));
    let of_volumes = backup.volumes.iter().flat_map(|volume| {
        let newest = volume.snapshots.list.iter().take(SNAPSHOTS_A_VOLUME);
        newest.map(|s| {
            let mut line = snapshot_line(s, volume, cx);
            line.spans.insert(1, Span::new(format!("  {}", volume.resource.id), Role::Dim));
            line
        })
    });
    let mut found: Vec<Line> = own.chain(of_volumes).collect();
    let count = backup.snapshots.count + backup.volumes.iter().map(|v| v.snapshots.count).sum::<usize>();
    found.extend(lines::more(count.saturating_sub(found.len()), 0, cx));
    found
}

fn snapshot_line(snapshot: &Snapshot, backup: &Backup, cx: &Cx<'_>) -> Line {
    let role = match snapshot.state.as_str() {
        "completed" => Role::Good,
        "error" => Role::Bad,
        _ => Role::Warn,
    };
    let made = snapshot.started.map(|at| lines::moment(at, cx)).unwrap_or_default();
    let by = match &snapshot.origin {
        Origin::AwsBackup(_) => "AWS Backup".to_owned(),
        Origin::Dlm(policy) => format!("DLM {policy}"),
        Origin::Image(image) => format!("CreateImage {image}"),
        Origin::Other(text) => cx.words.fill("backup.by_hand", &[("text", text)]),
    };
    let encrypted = cx.words.get(if snapshot.encrypted { "backup.encrypted" } else { "backup.plain" });
    let spans = line([
        Span::new(snapshot.id.as_str(), Role::Name),
        Span::new(format!("  {}", snapshot.state), role),
        Span::new(format!("  {made}"), Role::Plain),
        Span::new(format!("  {by}"), Role::Plain),
        Span::new(format!("  {encrypted}"), if snapshot.encrypted { Role::Plain } else { Role::Warn }),
        Span::new(format!("  {}", snapshot.message.as_deref().unwrap_or_default()), Role::Plain),
    ]);
    let target = ResourceRef::new(backup.scope(), "AWS::EC2::Snapshot", snapshot.id.as_str());
    Line { target: Some(Target::Resource(target)), ..spans }
}
