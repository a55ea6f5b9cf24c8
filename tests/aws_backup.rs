//! Backups from a server that answers as EC2, AWS Backup and DLM do: paged, joined, denied in parts, or not there.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests")]

mod aws_stub;

use std::{
    collections::HashMap,
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use aws_stub::{Answer, Asked, KEYS, Stub, session, settings};
use jiff::Timestamp;
use serde_json::{Value, json};
use toban::{
    aws::{Report, Session, Settings, backup::backups},
    config::BackupRules,
    panes::backups::verdict::{self, Status},
    problem::ProblemKind,
    rows::backup::{Backup, Origin, Standing},
};

const NS: &str = "xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"";
const NOW: &str = "2026-05-01T03:00:00Z";
const BASE: &str = "arn:aws:ec2:eu-west-1:111122223333";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// Hours before now, in the two ways AWS writes it.
fn epoch(hours: usize) -> i64 {
    now().as_second() - 3_600 * i64::try_from(hours).unwrap()
}

fn iso(hours: usize) -> String {
    Timestamp::from_second(epoch(hours)).unwrap().to_string()
}

/// An account: one volume for each instance, a snapshot for each volume; jobs, protected resources and recovery points
/// as given.
struct Account {
    instances: usize,
    /// Hours since the snapshot of the nth instance's volume.
    snapshot: fn(usize) -> usize,
    jobs: Vec<Value>,
    protected: Vec<Value>,
    vaults: HashMap<&'static str, Vec<Value>>,
    policies: Value,
}

impl Account {
    fn of(instances: usize) -> Self {
        Self {
            instances,
            snapshot: |_| 5,
            jobs: Vec::new(),
            protected: Vec::new(),
            vaults: HashMap::from([("Default", Vec::new())]),
            policies: json!([]),
        }
    }

    fn answer(&self, asked: &Asked) -> Answer {
        if !asked.action().is_empty() {
            return self.ec2(asked);
        }
        let path = asked.path.trim_matches('/');
        match path {
            "backup-jobs" => json_page(asked, "BackupJobs", &self.jobs),
            "resources" => json_page(asked, "Results", &self.protected),
            "backup-vaults" => {
                let mut names: Vec<_> = self.vaults.keys().collect();
                names.sort();
                let vault = |name: &&&str| {
                    json!({ "BackupVaultName": name, "VaultType": "BACKUP_VAULT", "VaultState": "AVAILABLE",
                        "Locked": **name == "locked", "MinRetentionDays": 35, "NumberOfRecoveryPoints": 1 })
                };
                json_page(asked, "BackupVaultList", &names.iter().map(vault).collect::<Vec<_>>())
            }
            "account-settings" => {
                Answer::json(200, &json!({ "ResourceTypeOptInPreference": { "EBS": false, "EC2": true } }))
            }
            "policies" => Answer::json(200, &json!({ "Policies": self.policies })),
            _ => match path.strip_prefix("backup-vaults/").and_then(|p| p.strip_suffix("/recovery-points")) {
                Some(vault) => json_page(asked, "RecoveryPoints", &self.vaults[vault]),
                None => match path.strip_prefix("policies/") {
                    Some(id) => Answer::json(
                        200,
                        &json!({ "Policy": { "PolicyId": id, "State": "ERROR", "StatusMessage": "role \u{1b}[31mgone" } }),
                    ),
                    None => Answer::json_error(404, "ResourceNotFoundException", path),
                },
            },
        }
    }

    fn ec2(&self, asked: &Asked) -> Answer {
        match asked.action() {
            "DescribeInstances" => {
                xml_page(asked, "DescribeInstancesResponse", "reservationSet", self.instances, |n| {
                    format!(
                        "<item><ownerId>111122223333</ownerId><instancesSet><item><instanceId>i-{n:017x}</instanceId>\
                     <instanceState><name>running</name></instanceState><blockDeviceMapping><item><ebs><volumeId>\
                     vol-{n:017x}</volumeId></ebs></item></blockDeviceMapping><tagSet><item><key>Name</key><value>web-{n}\
                     </value></item></tagSet></item></instancesSet></item>"
                    )
                })
            }
            "DescribeVolumes" => {
                xml_page(asked, "DescribeVolumesResponse", "volumeSet", self.instances, |n| {
                    format!(
                        "<item><volumeId>vol-{n:017x}</volumeId><status>in-use</status><createTime>2026-01-01T00:00:00Z\
                     </createTime><attachmentSet><item><volumeId>vol-{n:017x}</volumeId><instanceId>i-{n:017x}\
                     </instanceId><status>attached</status></item></attachmentSet></item>"
                    )
                })
            }
            "DescribeSnapshots" => {
                assert_eq!(asked.field("Owner.1"), "self", "the public catalogue must never be asked for");
                xml_page(asked, "DescribeSnapshotsResponse", "snapshotSet", self.instances, |n| {
                    let at = iso((self.snapshot)(n));
                    format!(
                        "<item><snapshotId>snap-{n:017x}</snapshotId><volumeId>vol-{n:017x}</volumeId><status>completed\
                         </status><startTime>{at}</startTime><encrypted>true</encrypted><tagSet><item><key>\
                         aws:dlm:lifecycle-policy-id</key><value>policy-1</value></item></tagSet></item>"
                    )
                })
            }
            other => Answer::ec2_error(400, "InvalidAction", other),
        }
    }
}

fn offset(token: &str) -> usize {
    token.strip_prefix("t-").and_then(|t| t.parse().ok()).unwrap_or(0)
}

fn xml_page(asked: &Asked, answer: &str, set: &str, total: usize, item: impl Fn(usize) -> String) -> Answer {
    let size: usize = asked.field("MaxResults").parse().unwrap_or(1000);
    let (from, mut items) = (offset(asked.field("NextToken")), String::new());
    let to = (from + size).min(total);
    for n in from..to {
        let _ = write!(items, "{}", item(n));
    }
    let token = if to < total { format!("<nextToken>t-{to}</nextToken>") } else { String::new() };
    Answer::xml(200, format!("<{answer} {NS}><{set}>{items}</{set}>{token}</{answer}>"))
}

fn json_page(asked: &Asked, set: &str, all: &[Value]) -> Answer {
    let size: usize = asked.field("maxResults").parse().unwrap_or(1000);
    let from = offset(asked.field("nextToken"));
    let to = (from + size).min(all.len());
    let mut body = json!({ set: all[from..to] });
    if to < all.len() {
        body["NextToken"] = json!(format!("t-{to}"));
    }
    Answer::json(200, &body)
}

fn job(id: &str, arn: &str, kind: &str, state: &str, hours: usize) -> Value {
    json!({ "BackupJobId": id, "ResourceArn": arn, "ResourceType": kind, "State": state, "BackupVaultName": "Default",
        "CreationDate": epoch(hours), "CompletionDate": epoch(hours), "StatusMessage": "said so",
        "CreatedBy": { "BackupPlanId": "plan-1", "BackupPlanName": "daily", "BackupRuleName": "35-days" } })
}

fn point(arn: &str, of: Option<&str>, kind: &str, hours: usize) -> Value {
    json!({ "RecoveryPointArn": arn, "ResourceArn": of, "ResourceType": kind, "Status": "COMPLETED",
        "CreationDate": epoch(hours), "IsEncrypted": true,
        "CalculatedLifecycle": { "DeleteAt": now().as_second() + 864_000 } })
}

async fn connect(settings: Settings) -> Arc<Session> {
    session(Settings { clock: Arc::new(now), ..settings }).await.unwrap()
}

async fn fetch(session: &Arc<Session>) -> (Vec<Arc<Backup>>, Report) {
    let mut batches = Vec::new();
    let report = backups(session, &mut |rows| batches.push(rows)).await;
    assert!(batches.len() <= 1, "rows come once: half of the sources would call things unprotected");
    (batches.pop().unwrap_or_default(), report)
}

fn status(backup: &Backup) -> Option<Status> {
    verdict::of(backup, &BackupRules::default(), now()).status
}

fn find<'a>(rows: &'a [Arc<Backup>], id: &str) -> &'a Backup {
    rows.iter().find(|r| r.resource.id == id).expect(id)
}

fn instance(n: usize) -> String {
    format!("i-{n:017x}")
}

#[tokio::test(flavor = "multi_thread")]
async fn three_thousand_jobs_and_thousands_of_snapshots_come_whole_and_right() {
    let database = |n: usize| format!("arn:aws:rds:eu-west-1:111122223333:db:db-{n}");
    // Ten jobs each, the newest of every third failed.
    let jobs = (0..3000).map(|n| {
        let (db, nth) = (n / 10, n % 10);
        let state = if nth == 0 && db % 3 == 0 { "FAILED" } else { "COMPLETED" };
        job(&format!("job-{n}"), &database(db), "RDS", state, 2 + 24 * nth)
    });
    let points = (0..3000).filter(|n| n % 10 != 0 || (n / 10) % 3 != 0).map(|n| {
        let arn = format!("arn:aws:rds:eu-west-1:111122223333:snapshot:awsbackup:{n}");
        point(&arn, Some(&database(n / 10)), "RDS", 2 + 24 * (n % 10))
    });
    let account = Account {
        snapshot: |n| if n % 5 == 0 { 30 } else { 5 },
        jobs: jobs.collect(),
        protected: (0..300).map(|n| json!({ "ResourceArn": database(n), "ResourceType": "RDS" })).collect(),
        vaults: HashMap::from([("Default", points.collect()), ("locked", Vec::new())]),
        ..Account::of(2345)
    };
    let stub = Stub::start(move |asked| account.answer(asked)).await;
    let session = connect(settings(&stub.url, KEYS, "test")).await;
    let (rows, report) = fetch(&session).await;
    assert_eq!((report.problems.as_slice(), report.complete), (&[][..], true));
    assert_eq!(rows.len(), 2345 + 300);
    for n in 0..2345 {
        let row = find(&rows, &instance(n));
        let expected = if n % 5 == 0 { Status::Overdue } else { Status::Ok };
        assert_eq!(status(row), Some(expected), "{n}");
    }
    for n in 0..300 {
        let row = find(&rows, &format!("db-{n}"));
        let failed = n % 3 == 0;
        assert_eq!(status(row), Some(if failed { Status::Failed } else { Status::Ok }), "{n}");
        assert_eq!(row.points.count, if failed { 9 } else { 10 }, "{n}");
        assert_eq!((row.jobs.len(), row.jobs[0].plan.as_deref()), (10, Some("daily · 35-days")));
    }
    // 3 pages each of instances, volumes, snapshots, jobs and one vault's recovery points; 1 each of the other vault's,
    // the vaults, the protected resources, the settings and the policies.
    assert_eq!(stub.asked().len(), 3 * 5 + 5);
    assert_eq!(usize::try_from(report.calls).unwrap(), stub.asked().len());
    assert!(stub.actions("backup-jobs").iter().all(|a| !a.field("createdAfter").is_empty()));

    // What has not changed is not in memory twice.
    let (again, _) = fetch(&session).await;
    assert!(rows.iter().zip(&again).all(|(a, b)| Arc::ptr_eq(a, b)));
}

fn small() -> Account {
    let old = format!("{BASE}:volume/vol-{:017x}", 99);
    Account {
        jobs: vec![job("job-1", &format!("{BASE}:instance/{}", instance(1)), "EC2", "FAILED", 2)],
        protected: vec![json!({ "ResourceArn": old, "ResourceType": "EBS", "LastBackupTime": epoch(900) })],
        vaults: HashMap::from([
            (
                "Default",
                vec![
                    point("arn:aws:ec2:eu-west-1::snapshot/snap-old", Some(&old), "EBS", 900),
                    point("arn:aws:backup:eu-west-1:111122223333:recovery-point:lone", None, "EBS", 3),
                ],
            ),
            (
                "locked",
                vec![point(
                    "arn:aws:ec2:eu-west-1::image/ami-1",
                    Some(&format!("{BASE}:instance/{}", instance(0))),
                    "EC2",
                    1,
                )],
            ),
        ]),
        policies: json!([{ "PolicyId": "policy-1", "Description": "nightly\u{7}", "State": "ERROR" }]),
        ..Account::of(2)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_about_a_resource_stands_in_its_row() {
    let account = small();
    let stub = Stub::start(move |asked| account.answer(asked)).await;
    let (rows, report) = fetch(&connect(settings(&stub.url, KEYS, "test")).await).await;
    assert_eq!(report.problems, []);
    assert_eq!(rows.len(), 4);
    let own = find(&rows, &instance(0));
    let vault = &own.points.list[0].vault;
    assert_eq!((vault.name.as_str(), vault.locked, vault.min_days), ("locked", Some(true), Some(35)));
    assert!(own.points.list[0].encrypted && own.points.list[0].delete_at.is_some());
    assert_eq!((own.name.as_str(), own.opted_in), ("web-0", Some(true)));
    assert_eq!(own.resource.arn.as_deref(), Some(format!("{BASE}:instance/{}", instance(0)).as_str()));
    assert_eq!(own.volumes[0].opted_in, Some(false));
    assert_eq!(own.volumes[0].snapshots.list[0].origin, Origin::Dlm("policy-1".into()));
    let policy = &own.policies[0];
    assert_eq!((policy.state.as_str(), policy.message.as_deref()), ("ERROR", Some("role gone")));
    assert_eq!(policy.description, "nightly");
    assert_eq!(status(find(&rows, &instance(1))), Some(Status::Failed));
    let gone = find(&rows, &format!("vol-{:017x}", 99));
    assert_eq!((&gone.standing, status(gone)), (&Standing::Gone, Some(Status::Ok)));
    let lone = find(&rows, "Default");
    assert_eq!((&lone.standing, lone.points.count, status(lone)), (&Standing::Nameless, 1, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_part_is_said_and_proves_nothing() {
    let denied = |asked: &Asked| match asked.action() {
        "" => Answer::json_error(403, "AccessDeniedException", "no"),
        _ => Answer::ec2_error(403, "UnauthorizedOperation", "no"),
    };
    for (refused, statuses) in [
        ("DescribeSnapshots", [Some(Status::Ok), Some(Status::Failed)]),
        ("recovery-points", [Some(Status::Ok), Some(Status::Failed)]),
        // Without its failed job the second instance's snapshot is all there is.
        ("backup-jobs", [Some(Status::Ok), Some(Status::Ok)]),
        ("policies", [Some(Status::Ok), Some(Status::Failed)]),
        ("account-settings", [Some(Status::Ok), Some(Status::Failed)]),
        ("resources", [Some(Status::Ok), Some(Status::Failed)]),
    ] {
        let account = small();
        let stub = Stub::start(move |asked| {
            let named = asked.action() == refused || asked.path.trim_matches('/').ends_with(refused);
            if named { denied(asked) } else { account.answer(asked) }
        })
        .await;
        let (rows, report) = fetch(&connect(settings(&stub.url, KEYS, "test")).await).await;
        assert!(report.complete, "{refused}");
        let kinds: Vec<_> = report.problems.iter().map(|p| p.kind).collect();
        assert_eq!(kinds, [ProblemKind::Denied], "{refused}: {:?}", report.problems);
        let found = [0, 1].map(|n| status(find(&rows, &instance(n))));
        assert_eq!(found, statuses, "{refused}");
        let read = find(&rows, &instance(0)).read;
        assert_eq!(read.snapshots, refused != "DescribeSnapshots");
        assert_eq!(read.points, refused != "recovery-points");
        assert_eq!(read.jobs, refused != "backup-jobs");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_called_unprotected_while_something_was_not_read() {
    // The second is what an emulator says that has no snapshots.
    for (http, code) in [(403, "UnauthorizedOperation"), (400, "InvalidAction")] {
        let account = Account::of(1);
        let stub = Stub::start(move |asked| match asked.action() {
            "DescribeSnapshots" => Answer::ec2_error(http, code, "no"),
            _ => account.answer(asked),
        })
        .await;
        let (rows, _) = fetch(&connect(settings(&stub.url, KEYS, "test")).await).await;
        assert_eq!(status(find(&rows, &instance(0))), None, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_everything_refused_there_are_no_rows_and_the_list_is_not_whole() {
    let stub = Stub::start(|asked| match asked.action() {
        "" => Answer::json_error(403, "AccessDeniedException", "no"),
        _ => Answer::ec2_error(403, "UnauthorizedOperation", "no"),
    })
    .await;
    let (rows, report) = fetch(&connect(settings(&stub.url, KEYS, "test")).await).await;
    assert!(rows.is_empty() && !report.complete);
    let mut operations: Vec<&str> = report.problems.iter().map(|p| p.operation.as_str()).collect();
    operations.sort_unstable();
    assert_eq!(
        operations,
        [
            "backup:DescribeRegionSettings",
            "backup:ListBackupJobs",
            "backup:ListBackupVaults",
            "backup:ListProtectedResources",
            "dlm:GetLifecyclePolicies",
            "ec2:DescribeInstances",
            "ec2:DescribeSnapshots",
            "ec2:DescribeVolumes",
        ]
    );
}

/// No name has a part of more than 63 characters: it cannot be found, and nobody is asked for it.
fn without_backup(ec2: &str) -> String {
    let nowhere = format!("http://{}.test", "a".repeat(64));
    format!(
        "[profile test]\nregion = eu-west-1\naws_access_key_id = AKIATEST\naws_secret_access_key = secret\n\
         services = here\n[services here]\nec2 =\n  endpoint_url = {ec2}\nbackup =\n  endpoint_url = {nowhere}\n\
         dlm =\n  endpoint_url = {nowhere}\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_without_aws_backup_says_so_once_and_snapshots_count() {
    let account = small();
    let stub = Stub::start(move |asked| account.answer(asked)).await;
    let mut settings = settings(&stub.url, &without_backup(&stub.url), "test");
    settings.endpoint_url = None;
    let (rows, report) = fetch(&connect(settings).await).await;
    let said: Vec<_> = report.problems.iter().map(|p| (p.operation.as_str(), p.kind)).collect();
    assert_eq!(said.len(), 2, "{:?}", report.problems);
    assert!(said.contains(&("backup:ListProtectedResources", ProblemKind::NotEnabled)));
    assert!(said.contains(&("dlm:GetLifecyclePolicies", ProblemKind::NotEnabled)));
    assert!(report.complete, "there can be no other rows");
    assert_eq!(rows.len(), 2);
    assert_eq!(status(&rows[0]), Some(Status::Ok));
    assert!(rows[0].read.points, "it holds none");
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_points_that_vanish_are_missed_and_a_failure_hides_nothing() {
    static LESS: AtomicBool = AtomicBool::new(false);
    static BUSY: AtomicBool = AtomicBool::new(false);
    let account = small();
    let stub = Stub::start(move |asked| {
        let points = asked.path.contains("/recovery-points");
        if points && BUSY.load(Ordering::Relaxed) {
            return Answer::json_error(400, "InvalidParameterValueException", "busy");
        }
        if points && asked.path.contains("/locked/") && LESS.load(Ordering::Relaxed) {
            return json_page(asked, "RecoveryPoints", &[]);
        }
        account.answer(asked)
    })
    .await;
    let session = connect(settings(&stub.url, KEYS, "test")).await;
    let before = fetch(&session).await.0;
    assert!(before.iter().all(|r| r.vanished.is_empty()));

    BUSY.store(true, Ordering::Relaxed);
    let (rows, report) = fetch(&session).await;
    assert!(report.complete && report.problems.len() == 1, "{:?}", report.problems);
    let kept = find(&rows, &instance(0));
    assert_eq!((kept.points.count, kept.read.points), (1, true), "what was read last stands in");
    assert!(rows.iter().all(|r| r.vanished.is_empty()), "a failure proves no loss");

    BUSY.store(false, Ordering::Relaxed);
    LESS.store(true, Ordering::Relaxed);
    for _ in 0..2 {
        let (rows, _) = fetch(&session).await;
        let robbed = find(&rows, &instance(0));
        let lost: Vec<&str> = robbed.vanished.iter().map(|v| v.arn.as_str()).collect();
        assert_eq!(lost, ["arn:aws:ec2:eu-west-1::image/ami-1"]);
        assert_eq!((robbed.vanished[0].vault.as_str(), robbed.points.count), ("locked", 0));
    }
    LESS.store(false, Ordering::Relaxed);
    assert!(fetch(&session).await.0.iter().all(|r| r.vanished.is_empty()), "it was there after all");
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_answers_are_shown_as_far_as_they_go() {
    let account = Account {
        jobs: vec![
            json!({ "BackupJobId": "j", "ResourceArn": "not an arn\u{1b}]0;x\u{7}", "ResourceType": "Quux\u{202e}", "State": "SUSPENDED" }),
            json!({}),
        ],
        protected: vec![json!({ "ResourceType": "EBS" }), json!({ "ResourceArn": "arn:aws:quux:::a" })],
        vaults: HashMap::from([(
            "Default",
            vec![json!({ "Status": "STRANGE" }), json!({ "CreationDate": 1e18 })],
        )]),
        ..Account::of(1)
    };
    let stub = Stub::start(move |asked| account.answer(asked)).await;
    let (rows, report) = fetch(&connect(settings(&stub.url, KEYS, "test")).await).await;
    assert_eq!(report.problems, []);
    let odd = find(&rows, "not an arn");
    assert_eq!((odd.service.as_str(), odd.resource.kind.as_ref()), ("Quux", "AWS::Quux"));
    assert_eq!(status(odd), Some(Status::Unprotected));
    assert_eq!(find(&rows, "a").resource.kind, "AWS::quux");
    let nameless = find(&rows, "Default");
    assert_eq!((nameless.points.count, &nameless.standing), (2, &Standing::Nameless));
}
