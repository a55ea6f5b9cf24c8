use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;

use super::{verdict::RpoFrom, *};
use crate::{
    config::BackupRules,
    panes::{
        fixture::{Desk, NOW, World, assert_worded, at, text, web_1},
        order::Order,
        resource,
    },
    resource::EC2_INSTANCE,
    rows::{
        backup::{Newest, Origin, Policy, Read, RecoveryPoint, Snapshot, Vanished, Vault},
        instance::Instance,
    },
    text::Lang,
};

/// Hours before now.
fn ago(hours: i64) -> Timestamp {
    at(NOW) - jiff::SignedDuration::from_hours(hours)
}

fn read() -> Read {
    Read { jobs: true, points: true, snapshots: true }
}

fn bare(kind: &'static str, id: &str, service: &str) -> Backup {
    let resource = ResourceRef::new(ScopeId(0), kind, id);
    Backup { read: read(), made: Some(ago(1000)), ..Backup::of(id, resource, service) }
}

fn instance() -> Backup {
    Backup { name: "web-1".into(), ..bare(EC2_INSTANCE, "i-0a1c0a1c0a1c0a1c1", "EC2") }
}

fn volume(id: &str) -> Backup {
    bare("AWS::EC2::Volume", id, "EBS")
}

fn database() -> Backup {
    let arn = "arn:aws:rds:eu-west-1:111122223333:db:orders";
    let mut row = bare("AWS::RDS::DBInstance", "orders", "RDS");
    row.id = arn.into();
    row.resource.arn = Some(arn.into());
    row
}

fn job(state: &str, hours: i64, message: &str) -> Arc<Job> {
    let runs = matches!(state, "CREATED" | "PENDING" | "RUNNING" | "ABORTING");
    Arc::new(Job {
        id: format!("job-{state}-{hours}"),
        state: state.into(),
        message: Some(message.into()).filter(|_| !message.is_empty()),
        created: Some(ago(hours)),
        completed: (!runs).then(|| ago(hours)),
        ..Job::default()
    })
}

fn point(status: &str, hours: i64) -> Arc<RecoveryPoint> {
    Arc::new(RecoveryPoint {
        arn: format!("arn:aws:backup:eu-west-1:111122223333:recovery-point:{hours}"),
        vault: Arc::new(Vault { name: "Default".into(), locked: Some(false), ..Vault::default() }),
        status: status.into(),
        created: Some(ago(hours)),
        encrypted: true,
        ..RecoveryPoint::default()
    })
}

fn snapshot(state: &str, hours: i64, origin: Origin) -> Arc<Snapshot> {
    let id = format!("snap-{hours:08}");
    Arc::new(Snapshot { id, state: state.into(), started: Some(ago(hours)), origin, ..Snapshot::default() })
}

fn newest<T>(list: Vec<Arc<T>>) -> Newest<T> {
    Newest { count: list.len(), list }
}

fn by_hand() -> Origin {
    Origin::Other("before the move".into())
}

fn dlm() -> Origin {
    Origin::Dlm("policy-1".into())
}

trait With: Sized {
    fn jobs(self, jobs: Vec<Arc<Job>>) -> Self;
    fn points(self, points: Vec<Arc<RecoveryPoint>>) -> Self;
    fn snapshots(self, snapshots: Vec<Arc<Snapshot>>) -> Self;
    fn volumes(self, volumes: Vec<Backup>) -> Self;
    fn tag(self, key: &str, value: &str) -> Self;
    fn unread(self, unread: fn(&mut Read)) -> Self;
}

impl With for Backup {
    fn jobs(self, jobs: Vec<Arc<Job>>) -> Self {
        Self { jobs, ..self }
    }

    fn points(self, points: Vec<Arc<RecoveryPoint>>) -> Self {
        Self { points: newest(points), ..self }
    }

    fn snapshots(self, snapshots: Vec<Arc<Snapshot>>) -> Self {
        Self { snapshots: newest(snapshots), ..self }
    }

    fn volumes(self, volumes: Vec<Backup>) -> Self {
        Self { volumes: volumes.into_iter().map(Arc::new).collect(), ..self }
    }

    fn tag(mut self, key: &str, value: &str) -> Self {
        std::sync::Arc::make_mut(&mut self.tags).push((key.into(), value.into()));
        self
    }

    fn unread(mut self, unread: fn(&mut Read)) -> Self {
        unread(&mut self.read);
        self
    }
}

type Case = (
    &'static str,
    Backup,
    Option<Status>,
    Option<i64>,
    Option<&'static str>,
    Severity,
    &'static [&'static str],
);

/// Every kind of protection and failure: what it is, status, hours since the last good backup, its source, how bad that
/// is, and the reasons.
#[expect(clippy::too_many_lines, reason = "a table")]
fn cases() -> Vec<Case> {
    use Severity::{High, Low, Medium, Ok as Fine, Unknown};
    use Status::{Failed, Ok, Overdue, Running, Unprotected};
    let fresh = |id: &str| volume(id).snapshots(vec![snapshot("completed", 5, dlm())]);
    let source = |arn: &str| Origin::AwsBackup(Some(arn.to_owned()));
    let whole = "arn:aws:ec2:eu-west-1:111122223333:instance/i-0a1c0a1c0a1c0a1c1";
    vec![
        (
            "nothing",
            instance().volumes(vec![volume("vol-1")]),
            Some(Unprotected),
            None,
            None,
            Medium,
            &["no backup"],
        ),
        (
            "own recovery points",
            instance().points(vec![point("COMPLETED", 5), point("COMPLETED", 29)]).jobs(vec![job(
                "COMPLETED",
                5,
                "",
            )]),
            Some(Ok),
            Some(5),
            Some("aws-backup"),
            Fine,
            &[],
        ),
        (
            "the snapshots of all volumes, the worst counts",
            instance().volumes(vec![
                fresh("vol-1"),
                volume("vol-2").snapshots(vec![snapshot("completed", 7, by_hand())]),
            ]),
            Some(Ok),
            Some(7),
            Some("ebs-snapshot"),
            Fine,
            &[],
        ),
        (
            "snapshots of some volumes only",
            instance().volumes(vec![fresh("vol-1"), volume("vol-2"), volume("vol-3"), volume("vol-4")]),
            Some(Unprotected),
            None,
            None,
            Medium,
            &["no backup of vol-2, vol-3 and 1 more"],
        ),
        (
            "own recovery points cover a volume without snapshots",
            instance().points(vec![point("COMPLETED", 9)]).volumes(vec![fresh("vol-1"), volume("vol-2")]),
            Some(Ok),
            Some(9),
            Some("aws-backup"),
            Fine,
            &[],
        ),
        (
            "volumes' snapshots newer than the own recovery point",
            instance().points(vec![point("COMPLETED", 90)]).volumes(vec![fresh("vol-1")]),
            Some(Ok),
            Some(5),
            Some("dlm"),
            Fine,
            &[],
        ),
        (
            "what AWS Backup made of the whole instance is no snapshot of the volume's own",
            instance().volumes(vec![volume("vol-1").snapshots(vec![snapshot(
                "completed",
                5,
                source(whole),
            )])]),
            Some(Unprotected),
            None,
            None,
            Medium,
            &["no backup"],
        ),
        (
            "the same counts while recovery points are not read",
            instance()
                .volumes(vec![volume("vol-1").snapshots(vec![snapshot("completed", 5, source(whole))])])
                .unread(|r| r.points = false),
            Some(Ok),
            Some(5),
            Some("aws-backup"),
            Fine,
            &[],
        ),
        (
            "an image",
            volume("vol-1").snapshots(vec![snapshot("completed", 2, Origin::Image("ami-1".into()))]),
            Some(Ok),
            Some(2),
            Some("ami"),
            Fine,
            &[],
        ),
        (
            "overdue",
            volume("vol-1").snapshots(vec![snapshot("completed", 33, dlm())]),
            Some(Overdue),
            Some(33),
            Some("dlm"),
            High,
            &["backup overdue: last good 33h ago, objective 24h"],
        ),
        (
            "overdue, but nothing is written to it",
            Backup { standing: Standing::Loose, ..volume("vol-1") }.snapshots(vec![snapshot(
                "completed",
                900,
                by_hand(),
            )]),
            Some(Overdue),
            Some(900),
            Some("ebs-snapshot"),
            Low,
            &["backup overdue: last good 37d ago, objective 24h (attached to nothing)"],
        ),
        (
            "overdue, and nothing was tried for 30 days",
            database().points(vec![point("COMPLETED", 900)]),
            Some(Overdue),
            Some(900),
            Some("aws-backup"),
            Medium,
            &[
                "backup overdue: last good 37d ago, objective 24h; no job in 30 days (out of its plan, or deleted?)",
            ],
        ),
        (
            "failed within the objective",
            database()
                .points(vec![point("COMPLETED", 20)])
                .jobs(vec![job("FAILED", 2, "Access denied"), job("COMPLETED", 20, "")]),
            Some(Failed),
            Some(20),
            Some("aws-backup"),
            Medium,
            &["backup FAILED: Access denied; last good 20h ago, objective 24h"],
        ),
        (
            "failed and late",
            database().points(vec![point("COMPLETED", 50)]).jobs(vec![job("FAILED", 2, "Access denied")]),
            Some(Failed),
            Some(50),
            Some("aws-backup"),
            High,
            &["backup FAILED: Access denied; last good 2d ago, objective 24h"],
        ),
        (
            "failed from the first",
            database().jobs(vec![job("EXPIRED", 2, "")]),
            Some(Failed),
            None,
            Some("aws-backup"),
            High,
            &["backup EXPIRED: –; no good backup"],
        ),
        (
            "failed, then a snapshot by hand",
            volume("vol-1").jobs(vec![job("FAILED", 9, "x")]).snapshots(vec![snapshot(
                "completed",
                3,
                by_hand(),
            )]),
            Some(Ok),
            Some(3),
            Some("ebs-snapshot"),
            Fine,
            &[],
        ),
        (
            "aborted",
            database().points(vec![point("COMPLETED", 9)]).jobs(vec![job("ABORTED", 1, "by ops")]),
            Some(Failed),
            Some(9),
            Some("aws-backup"),
            Medium,
            &["backup ABORTED: by ops; last good 9h ago, objective 24h"],
        ),
        (
            "partial is not good",
            database().points(vec![point("PARTIAL", 1)]).jobs(vec![job("PARTIAL", 1, "2 of 3 nested")]),
            Some(Failed),
            None,
            Some("aws-backup"),
            High,
            &["backup PARTIAL: 2 of 3 nested; no good backup"],
        ),
        (
            "completed with a message",
            instance().points(vec![point("COMPLETED", 1)]).jobs(vec![job(
                "COMPLETED",
                1,
                "Windows VSS failed",
            )]),
            Some(Ok),
            Some(1),
            Some("aws-backup"),
            Low,
            &["last backup completed, but: Windows VSS failed"],
        ),
        (
            "completed, but the recovery point is gone",
            database().jobs(vec![job("COMPLETED", 1, "")]),
            Some(Unprotected),
            None,
            None,
            Medium,
            &["no backup"],
        ),
        (
            "the job counts while recovery points are not read",
            database().jobs(vec![job("COMPLETED", 1, "")]).unread(|r| r.points = false),
            Some(Ok),
            Some(1),
            Some("aws-backup"),
            Fine,
            &[],
        ),
        (
            "a continuous recovery point reaches as far as the last job",
            database().points(vec![point("AVAILABLE", 700)]).jobs(vec![job("COMPLETED", 3, "")]),
            Some(Ok),
            Some(3),
            Some("aws-backup"),
            Fine,
            &[],
        ),
        (
            "running",
            database().points(vec![point("COMPLETED", 20)]).jobs(vec![job("RUNNING", 1, "")]),
            Some(Running),
            Some(20),
            Some("aws-backup"),
            Fine,
            &[],
        ),
        (
            "running while late",
            database()
                .points(vec![point("COMPLETED", 30)])
                .jobs(vec![job("CREATED", 1, ""), job("FAILED", 2, "x")]),
            Some(Running),
            Some(30),
            Some("aws-backup"),
            Low,
            &["last good 30h ago, objective 24h"],
        ),
        (
            "running for longer than the objective",
            database().points(vec![point("COMPLETED", 49)]).jobs(vec![job("RUNNING", 26, "")]),
            Some(Running),
            Some(49),
            Some("aws-backup"),
            Medium,
            &["backup job running for 26h", "last good 2d ago, objective 24h"],
        ),
        (
            "a snapshot being made",
            instance().volumes(vec![
                volume("vol-1")
                    .snapshots(vec![snapshot("pending", 0, dlm()), snapshot("completed", 9, dlm())]),
            ]),
            Some(Running),
            Some(9),
            Some("dlm"),
            Fine,
            &[],
        ),
        (
            "a snapshot in error",
            volume("vol-1").snapshots(vec![snapshot("error", 1, dlm()), snapshot("completed", 25, dlm())]),
            Some(Failed),
            Some(25),
            Some("dlm"),
            High,
            &["snapshot snap-00000001 failed: –; last good 25h ago, objective 24h"],
        ),
        (
            "exempt",
            volume("vol-1").tag("Backup", "None").jobs(vec![job("COMPLETED", 1, "odd")]),
            Some(Ok),
            None,
            None,
            Fine,
            &[],
        ),
        (
            "an exempt volume is not missed",
            instance().volumes(vec![fresh("vol-1"), volume("vol-2").tag("backup", "none")]),
            Some(Ok),
            Some(5),
            Some("dlm"),
            Fine,
            &[],
        ),
        (
            "all volumes exempt",
            instance().volumes(vec![volume("vol-1").tag("backup", "none")]),
            Some(Ok),
            None,
            None,
            Fine,
            &[],
        ),
        (
            "a volume that has just been added is not missed yet",
            instance().volumes(vec![fresh("vol-1"), Backup { made: Some(ago(3)), ..volume("vol-2") }]),
            Some(Ok),
            Some(5),
            Some("dlm"),
            Fine,
            &[],
        ),
        (
            "replaceable",
            Backup { standing: Standing::Member("web-asg".into()), ..instance() },
            Some(Unprotected),
            None,
            None,
            Low,
            &["no backup (Auto Scaling would replace it)"],
        ),
        (
            "attached to nothing",
            Backup { standing: Standing::Loose, ..volume("vol-1") },
            Some(Unprotected),
            None,
            None,
            Low,
            &["no backup (attached to nothing)"],
        ),
        (
            "just made",
            Backup { made: Some(ago(2)), ..volume("vol-1") },
            Some(Unprotected),
            None,
            None,
            Low,
            &["no backup (newer than its objective)"],
        ),
        (
            "gone",
            Backup { standing: Standing::Gone, ..instance() }.points(vec![point("COMPLETED", 900)]),
            Some(Ok),
            Some(900),
            Some("aws-backup"),
            Fine,
            &[],
        ),
        (
            "nameless",
            Backup { standing: Standing::Nameless, ..bare("AWS::Backup::BackupVault", "Default", "") }
                .points(vec![point("COMPLETED", 1), point("COMPLETED", 2)]),
            None,
            Some(1),
            Some("aws-backup"),
            Unknown,
            &["without a resource: recovery points 2, jobs 0"],
        ),
        (
            "snapshots not read",
            instance().volumes(vec![volume("vol-1")]).unread(|r| r.snapshots = false),
            None,
            None,
            None,
            Unknown,
            &["cannot tell: not read: EBS snapshots"],
        ),
        (
            "snapshots do not matter to a database",
            database().unread(|r| r.snapshots = false),
            Some(Unprotected),
            None,
            None,
            Medium,
            &["no backup"],
        ),
        (
            "nothing read",
            database().unread(|r| *r = Read::default()),
            None,
            None,
            None,
            Unknown,
            &["cannot tell: not read: backup jobs, recovery points"],
        ),
        (
            "the policy is in error",
            Backup {
                policies: vec![Arc::new(Policy {
                    id: "policy-1".into(),
                    state: "ERROR".into(),
                    message: Some("The role cannot be assumed".into()),
                    ..Policy::default()
                })],
                ..fresh("vol-1")
            },
            Some(Ok),
            Some(5),
            Some("dlm"),
            Medium,
            &["lifecycle policy policy-1 in error: The role cannot be assumed"],
        ),
        (
            "recovery points are gone early",
            Backup {
                vanished: vec![Arc::new(Vanished {
                    arn: "rp".into(),
                    missed_at: ago(1),
                    ..Vanished::default()
                })],
                ..database()
            }
            .points(vec![point("COMPLETED", 1)]),
            Some(Ok),
            Some(1),
            Some("aws-backup"),
            High,
            &["recovery points deleted before their time: 1, noticed 1h ago"],
        ),
        (
            "an objective by tag that cannot be read",
            volume("vol-1").tag("rpo", "soon").snapshots(vec![snapshot("completed", 5, dlm())]),
            Some(Ok),
            Some(5),
            Some("dlm"),
            Low,
            &["tag rpo=soon is no span of time like \"4h\""],
        ),
        (
            "late by its tag",
            volume("vol-1").tag("RPO", "4h").snapshots(vec![snapshot("completed", 5, dlm())]),
            Some(Overdue),
            Some(5),
            Some("dlm"),
            High,
            &["backup overdue: last good 5h ago, objective 4h"],
        ),
    ]
}

#[test]
fn every_kind_of_protection_and_failure() {
    let desk = Desk::new(Lang::En);
    let cx = desk.cx();
    for (what, backup, status, hours, source_word, severity, reasons) in cases() {
        let verdict = judge(&backup, &cx);
        assert_eq!(verdict.status, status, "{what}");
        assert_eq!(verdict.age, hours.map(|h| h * 3_600), "{what}");
        assert_eq!(source(&verdict), source_word, "{what}");
        assert_eq!(PaneRow::attention(&backup, &cx), reasons, "{what}");
        assert_eq!(PaneRow::severity(&backup, &cx), severity, "{what}");
    }
}

#[test]
fn every_rule_is_met_by_a_case() {
    let desk = Desk::new(Lang::En);
    let cx = desk.cx();
    let all = cases();
    for (n, rule) in RULES.iter().enumerate() {
        let met = all.iter().any(|(_, backup, ..)| {
            let verdict = judge(backup, &cx);
            (rule.say)(&severity::Seen { backup, verdict: &verdict, cx: &cx }).is_some()
        });
        assert!(met, "rule {n} is met by no case");
    }
}

#[test]
fn the_objective_is_the_tag_s_then_the_type_s_then_the_default() {
    let rules = BackupRules {
        rpo_by_type: vec![
            ("ebs".into(), Duration::from_hours(12)),
            ("AWS::RDS::DBInstance".into(), Duration::from_hours(4)),
        ],
        rpo_tag: "objective".into(),
        ..BackupRules::default()
    };
    let hours = |b: &Backup| {
        let rpo = verdict::rpo(b, &rules);
        (rpo.secs / 3_600, rpo.from)
    };
    assert_eq!(hours(&instance()), (24, RpoFrom::Default));
    assert_eq!(hours(&volume("vol-1")), (12, RpoFrom::Type));
    assert_eq!(hours(&database()), (4, RpoFrom::Type));
    assert_eq!(hours(&volume("vol-1").tag("Objective", "2d")), (48, RpoFrom::Tag));
    assert_eq!(hours(&volume("vol-1").tag("objective", "soon")), (12, RpoFrom::Type));
    assert_eq!(hours(&volume("vol-1").tag("rpo", "1h")), (12, RpoFrom::Type), "another tag");
    let any = BackupRules { exempt_tags: vec![("scratch".into(), None)], ..BackupRules::default() };
    assert_eq!(verdict::exempt(&volume("v").tag("scratch", "x"), &any).as_deref(), Some("scratch=x"));
    assert_eq!(verdict::exempt(&volume("v").tag("backup", "none"), &any), None);
}

fn row(backup: &Backup, cx: &Cx<'_>) -> serde_json::Map<String, serde_json::Value> {
    let columns = (SPEC.columns)();
    let cells = columns.iter().enumerate().filter(|(_, c)| c.exported);
    cells.map(|(i, c)| (c.key.to_owned(), Row::cell(backup, i, cx).value.json())).collect()
}

#[test]
fn the_json_row_is_the_contract() {
    let desk = Desk::new(Lang::En);
    let backup =
        database().points(vec![point("COMPLETED", 33)]).jobs(vec![job("FAILED", 2, "Access denied")]);
    let expected = json!({
        "resource": {
            "type": "AWS::RDS::DBInstance",
            "id": "orders",
            "arn": "arn:aws:rds:eu-west-1:111122223333:db:orders",
            "name": null,
        },
        "status": "failed",
        "last_success": "2026-04-29T18:12:00Z",
        "age_secs": 118_800,
        "rpo_secs": 86_400,
        "last_job": {
            "id": "job-FAILED-2",
            "state": "FAILED",
            "message": "Access denied",
            "at": "2026-05-01T01:12:00Z",
        },
        "recovery_points": 1,
        "source": "aws-backup",
    });
    assert_eq!(serde_json::Value::Object(row(&backup, &desk.cx())), expected);
    let bare = database().unread(|r| *r = Read::default());
    let row = row(&bare, &desk.cx());
    for key in ["status", "last_success", "age_secs", "last_job", "recovery_points", "source"] {
        assert!(row[key].is_null(), "{key}");
    }
}

#[test]
fn columns_are_named_in_both_languages() {
    for lang in [Lang::En, Lang::Ja] {
        let desk = Desk::new(lang);
        for column in (SPEC.columns)() {
            let key = format!("column.{}", column.key);
            assert!(desk.cx().words.find(&key).is_some(), "{key} in {lang:?}");
        }
    }
}

#[test]
fn the_worst_and_the_oldest_come_first() {
    let desk = Desk::new(Lang::En);
    let cx = desk.cx();
    let late = |id: &str, hours| volume(id).snapshots(vec![snapshot("completed", hours, dlm())]);
    let rows = [late("fine", 1), late("late", 30), volume("bare"), late("later", 90)];
    let order = Order::default_of(&SPEC);
    let mut keys: Vec<_> = rows.iter().map(|r| (order.key(r, &cx), r.id.as_str())).collect();
    keys.sort_by(|(a, _), (b, _)| order.compare(a, b));
    assert_eq!(keys.iter().map(|(_, id)| *id).collect::<Vec<_>>(), ["later", "late", "bare", "fine"]);
}

#[test]
fn the_summary_counts_every_status() {
    let desk = Desk::new(Lang::En);
    let all: Vec<Backup> = cases().into_iter().map(|(_, backup, ..)| backup).collect();
    let summary = summary(&mut all.iter().map(|b| b as &dyn Row), &desk.cx());
    let said: String = summary[0].iter().map(|s| s.text.as_str()).collect();
    let count = |status: Option<Status>| cases().iter().filter(|c| c.2 == status).count();
    let expected = format!(
        "{} failed  {} overdue  {} unprotected  {} running  {} ok  {} ?",
        count(Some(Status::Failed)),
        count(Some(Status::Overdue)),
        count(Some(Status::Unprotected)),
        count(Some(Status::Running)),
        count(Some(Status::Ok)),
        count(None),
    );
    assert_eq!(said, expected);
}

fn full() -> Backup {
    let locked = Vault {
        name: "prod-locked".into(),
        locked: Some(true),
        lock_date: None,
        min_days: Some(35),
        air_gapped: false,
    };
    let kept = RecoveryPoint {
        vault: Arc::new(locked),
        delete_at: Some(ago(-240)),
        plan: Some("daily · 35-days".into()),
        ..RecoveryPoint::clone(&point("COMPLETED", 33))
    };
    let failed = Job {
        vault: Some("prod-locked".into()),
        plan: Some("daily · 35-days".into()),
        ..Job::clone(&job("FAILED", 2, "IAM role lacks ec2:CreateSnapshot"))
    };
    let lost = Vanished {
        arn: "arn:aws:ec2:eu-west-1::image/ami-0lost".into(),
        vault: "Default".into(),
        created: Some(ago(100)),
        delete_at: Some(ago(-500)),
        missed_at: ago(1),
    };
    Backup {
        opted_in: Some(true),
        vanished: vec![Arc::new(lost)],
        policies: vec![Arc::new(Policy {
            id: "policy-1".into(),
            state: "ENABLED".into(),
            ..Policy::default()
        })],
        ..instance()
            .jobs(vec![Arc::new(failed), job("COMPLETED", 33, "")])
            .points(vec![Arc::new(kept), point("PARTIAL", 60)])
            .volumes(vec![volume("vol-1").snapshots(vec![snapshot("completed", 40, dlm())]), volume("vol-2")])
    }
}

fn world() -> World {
    World { instances: vec![web_1()], backups: vec![full(), database()], ..World::default() }
}

#[test]
fn the_page_says_how_it_is_why_and_what_there_is() {
    let (desk, world) = (Desk::new(Lang::En), world());
    let page = world.page(&desk);
    insta::assert_snapshot!(text(&detail(&world.backups[0], &page), &page));
}

#[test]
fn the_page_is_worded_in_both_languages() {
    for lang in [Lang::En, Lang::Ja] {
        let (desk, world) = (Desk::new(lang), world());
        for backup in cases().iter().map(|c| &c.1).chain(&world.backups) {
            let page = world.page(&desk);
            assert_worded(&detail(backup, &page), &page);
        }
    }
}

#[test]
fn jumps_lead_to_the_resource_and_back() {
    let (desk, world) = (Desk::new(Lang::En), world());
    let page = world.page(&desk);
    let backup = &world.backups[0];
    let about = subject(backup);
    assert_eq!(about.kind, PROTECTED_RESOURCE);
    assert_eq!(resource::page_of(&about, &page).title, "web-1", "enter opens the page about the backups");
    assert_eq!(PaneRow::refs(backup), [ResourceRef::new(ScopeId(0), EC2_INSTANCE, "i-0a1c0a1c0a1c0a1c1")]);
    let leads = |detail: &crate::panes::detail::Detail, to: &ResourceRef| {
        detail.targets().iter().any(|t| **t == crate::panes::detail::Target::Resource(to.clone()))
    };
    assert!(leads(&detail(backup, &page), &backup.resource), "to the instance");
    let instance: &Instance = &world.instances[0];
    assert!(leads(&crate::panes::instances::detail(instance, &page), &about), "and back");
    let volume = ResourceRef::new(ScopeId(0), "AWS::EC2::Volume", "vol-2");
    assert!(leads(&resource::detail(&volume, &page), &about), "from a volume to what backs it up");
    let orders = ResourceRef::new(ScopeId(0), "AWS::RDS::DBInstance", "orders");
    assert!(leads(&resource::detail(&orders, &page), &subject(&world.backups[1])));
    let other = ResourceRef::new(ScopeId(0), "AWS::RDS::DBInstance", "other");
    assert!(block(&other, &page).is_none());
}

proptest! {
    #[test]
    fn hostile_text_is_no_trouble(word in "\\PC{0,40}", state in "\\PC{0,12}", hours in -9_000i64..9_000) {
        let desk = Desk::new(Lang::En);
        let strange = Backup { name: word.clone(), service: word.as_str().into(), ..instance() }
            .tag("rpo", &word)
            .tag(&word, &state)
            .jobs(vec![job(&state, hours, &word)])
            .points(vec![point(&state, hours)])
            .volumes(vec![volume(&word).snapshots(vec![snapshot(&state, hours, Origin::Other(word.clone()))])]);
        let world = World { backups: vec![strange], ..World::default() };
        let page = world.page(&desk);
        let row = &world.backups[0];
        for column in 0..Backup::COLUMNS.len() {
            let _ = Row::cell(row, column, &page.cx).value.show(&page.cx).into_owned();
        }
        let _ = detail(row, &page);
    }
}
