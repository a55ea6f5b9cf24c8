//! What becomes a row, and what each row is given.

use super::*;
use crate::{
    panes::backups::verdict,
    rows::backup::{Newest, Snapshot, Vanished},
};

const ACCOUNT: &str = "111122223333";

fn home() -> Home {
    Home { scope: ScopeId(0), partition: "aws".into(), region: "eu-west-1".into(), account: ACCOUNT.into() }
}

fn instance(id: &str, state: &str, volumes: &[&str]) -> Arc<Instance> {
    let volumes = volumes.iter().map(|v| (*v).to_owned()).collect();
    Arc::new(Instance {
        id: id.into(),
        name: format!("name of {id}"),
        state: state.into(),
        volumes,
        ..Instance::default()
    })
}

fn volume(id: &str, attached: bool) -> Volume {
    Volume {
        id: id.into(),
        attached,
        tags: vec![("Name".into(), format!("disk {id}").into())].into(),
        made: None,
    }
}

fn arn(rest: &str) -> String {
    format!("arn:aws:ec2:eu-west-1:{ACCOUNT}:{rest}")
}

fn who(arn: &str, service: &str) -> Who {
    Who::new(Some(arn).filter(|a| !a.is_empty()), Some(service), None, Some("Default"))
}

fn day(n: u8) -> Option<jiff::Timestamp> {
    format!("2026-04-{n:02}T03:00:00Z").parse().ok()
}

fn job(state: &str, n: u8) -> Job {
    Job { id: format!("job-{n}"), state: state.into(), created: day(n), completed: day(n), ..Job::default() }
}

fn point(status: &str, n: u8) -> RecoveryPoint {
    RecoveryPoint {
        arn: format!("rp-{n}"),
        status: status.into(),
        created: day(n),
        ..RecoveryPoint::default()
    }
}

fn snapshot(n: u8, origin: Origin) -> Snapshot {
    Snapshot {
        id: format!("snap-{n}"),
        state: "completed".into(),
        started: day(n),
        origin,
        ..Snapshot::default()
    }
}

/// Everything was read, and there is nothing.
fn nothing() -> Facts {
    Facts {
        instances: Some(Arc::new([])),
        instances_whole: true,
        volumes: Some(Arc::default()),
        protected: Some(Arc::default()),
        snapshots: Some(Arc::default()),
        jobs: Some(Arc::default()),
        points: Some(Arc::default()),
        points_whole: true,
        policies: Some(Arc::default()),
        opted_in: Some(Arc::default()),
        missed: Vec::new(),
    }
}

fn by<T: super::super::by::Item>(items: Vec<(Who, T)>) -> Arc<By<T>> {
    let mut by = By::default();
    for (who, item) in items {
        by.add(&Arc::new(who), item);
    }
    Arc::new(by)
}

fn one(snapshot: Snapshot) -> Newest<Snapshot> {
    Newest { count: 1, list: vec![Arc::new(snapshot)] }
}

fn ids(rows: &[Backup]) -> Vec<&str> {
    rows.iter().map(|r| r.id.as_str()).collect()
}

fn joined(facts: &Facts) -> Vec<Backup> {
    let mut all = Vec::new();
    rows(&home(), facts, &mut |row| all.push(row));
    all
}

#[test]
fn a_volume_is_shown_through_its_instance_unless_aws_backup_knows_it_by_itself() {
    let facts = Facts {
        instances: Some(Arc::new([
            instance("i-1", "running", &["vol-root", "vol-data"]),
            instance("i-2", "stopped", &[]),
            instance("i-3", "terminated", &["vol-left"]),
        ])),
        volumes: Some(Arc::new(vec![
            volume("vol-root", true),
            volume("vol-data", true),
            volume("vol-loose", false),
            volume("vol-left", true),
        ])),
        jobs: Some(by(vec![(who(&arn("volume/vol-data"), "EBS"), job("FAILED", 30))])),
        ..nothing()
    };
    let rows = joined(&facts);
    assert_eq!(ids(&rows), ["i-1", "i-2", "vol-data", "vol-loose", "vol-left"]);
    assert_eq!(
        ids(&rows[0].volumes.iter().map(|v| Backup::clone(v)).collect::<Vec<_>>()),
        ["vol-root", "vol-data"]
    );
    assert_eq!(rows[0].jobs, [], "a volume's job is the volume's");
    assert_eq!(rows[2].jobs[0].state, "FAILED");
    assert_eq!(rows[2].name, "disk vol-data");
    assert_eq!((&rows[3].standing, &rows[4].standing), (&Standing::Loose, &Standing::Used));
    assert_eq!(rows[0].resource.arn.as_deref(), Some(arn("instance/i-1").as_str()));
    assert_eq!(rows[2].resource.kind, VOLUME);
}

#[test]
fn whatever_aws_backup_knows_is_a_row() {
    let rds = format!("arn:aws:rds:eu-west-1:{ACCOUNT}:db:orders");
    let table = format!("arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders");
    let fs = format!("arn:aws:elasticfilesystem:eu-west-1:{ACCOUNT}:file-system/fs-1");
    let odd = "arn:aws:quux:eu-west-1::a/b";
    let lost = Vanished { arn: "rp-lost".into(), ..Vanished::default() };
    let facts = Facts {
        protected: Some(Arc::new(vec![Protected { who: who(&rds, "RDS"), last: day(29) }])),
        jobs: Some(by(vec![(who(&table, "DynamoDB"), job("FAILED", 30))])),
        points: Some(by(vec![
            (who(&rds, "RDS"), point("COMPLETED", 29)),
            (who(odd, "Quux"), point("COMPLETED", 3)),
        ])),
        opted_in: Some(Arc::new(HashMap::from([("RDS".to_owned(), true), ("DynamoDB".to_owned(), false)]))),
        missed: vec![(Arc::new(who(&fs, "EFS")), Arc::new(lost))],
        ..nothing()
    };
    let rows = joined(&facts);
    let found: Vec<_> = rows.iter().map(|r| (r.resource.kind.as_ref(), r.resource.id.as_str())).collect();
    assert_eq!(
        found,
        [
            ("AWS::DynamoDB::Table", "orders"),
            ("AWS::EFS::FileSystem", "fs-1"),
            ("AWS::quux", "b"),
            ("AWS::RDS::DBInstance", "orders"),
        ],
    );
    assert_eq!(rows.iter().map(|r| r.opted_in).collect::<Vec<_>>(), [Some(false), None, None, Some(true)]);
    assert_eq!((rows[3].last_backup, rows[3].points.count), (day(29), 1));
    assert_eq!(rows[1].vanished[0].arn, "rp-lost");
    let ids: HashSet<&str> = ids(&rows).into_iter().collect();
    assert_eq!(ids.len(), rows.len(), "a table and a database of one name are two rows");
}

#[test]
fn what_names_no_resource_stands_under_its_vault() {
    let facts = Facts {
        points: Some(by(vec![(who("", ""), point("COMPLETED", 1)), (who("", ""), point("COMPLETED", 2))])),
        ..nothing()
    };
    let rows = joined(&facts);
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].resource.id.as_str(), &rows[0].standing), ("Default", &Standing::Nameless));
    assert_eq!(rows[0].points.count, 2);
}

#[test]
fn only_a_whole_list_proves_that_an_instance_is_gone() {
    let known = Some(by(vec![
        (who(&arn("instance/i-old"), "EC2"), point("COMPLETED", 1)),
        (who(&arn("volume/vol-old"), "EBS"), point("COMPLETED", 1)),
    ]));
    let standings =
        |facts: Facts| -> Vec<Standing> { joined(&facts).into_iter().map(|r| r.standing).collect() };
    assert_eq!(standings(Facts { points: known.clone(), ..nothing() }), [Standing::Gone, Standing::Gone]);
    let cut = Facts { points: known.clone(), instances_whole: false, ..nothing() };
    assert_eq!(standings(cut), [Standing::Used, Standing::Gone]);
    let denied = Facts { points: known, instances: None, volumes: None, ..nothing() };
    assert_eq!(standings(denied), [Standing::Used, Standing::Used]);
}

#[test]
fn what_was_not_read_is_said_on_every_row() {
    let facts = Facts {
        instances: Some(Arc::new([instance("i-1", "running", &["vol-1"])])),
        volumes: None,
        snapshots: None,
        jobs: None,
        points: None,
        points_whole: false,
        ..nothing()
    };
    let rows = joined(&facts);
    assert_eq!(rows[0].read, Read::default());
    assert_eq!(rows[0].volumes[0].read, Read::default());
}

#[test]
fn an_instance_has_the_policies_of_its_volumes_snapshots() {
    let policy = |id: &str| Arc::new(Policy { id: id.into(), state: "ERROR".into(), ..Policy::default() });
    let facts = Facts {
        instances: Some(Arc::new([instance("i-1", "running", &["vol-1", "vol-2"])])),
        volumes: Some(Arc::new(vec![volume("vol-1", true), volume("vol-2", true)])),
        snapshots: Some(Arc::new(Snapshots::from([
            ("vol-1".into(), one(snapshot(29, Origin::Dlm("policy-1".into())))),
            ("vol-2".into(), one(snapshot(30, Origin::Dlm("policy-1".into())))),
        ]))),
        policies: Some(Arc::new(vec![policy("policy-1"), policy("policy-2")])),
        ..nothing()
    };
    let rows = joined(&facts);
    assert_eq!(rows[0].policies, [policy("policy-1")]);
    let now = "2026-05-01T00:00:00Z".parse().unwrap();
    let rules = crate::config::BackupRules::default();
    let good = verdict::of(&rows[0], &rules, now).good.unwrap();
    assert_eq!(
        (good.source, good.by_volumes, Some(good.at)),
        ("dlm", true, day(29)),
        "as old as the oldest volume's"
    );
}
