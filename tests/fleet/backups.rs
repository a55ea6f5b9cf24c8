//! What backs things up: AWS Backup's jobs, vaults and recovery points, EBS volumes and snapshots.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{arn, element, iso, machines::Machine, rest_page, row, tag_set, xml_page};
use crate::aws_stub::{Answer, Asked};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// Databases.
const DATABASES: usize = 300;
/// Volumes that are attached to nothing.
const LOOSE: usize = 60;
/// Tables, which have no jobs.
const TABLES: usize = 50;
/// Instances that are gone, whose recovery points remain.
const GONE: usize = 10;
/// A vault with recovery points that name no resource.
const NAMELESS: &str = "imported";

/// How the nth instance is backed up.
fn case(n: usize) -> usize {
    n % 12
}

/// The tag that says something about an instance's backups.
pub fn tag(n: usize) -> Option<(String, String)> {
    let tag = match case(n) {
        9 => ("backup", "none"),
        10 => ("rpo", "72h"),
        _ => return None,
    };
    Some((tag.0.to_owned(), tag.1.to_owned()))
}

/// All of it, in AWS's words, and the rows that it comes to.
#[derive(Default)]
pub struct Backups {
    now: i64,
    jobs: Vec<Value>,
    protected: Vec<Value>,
    vaults: BTreeMap<&'static str, Vec<Value>>,
    volumes: Vec<String>,
    snapshots: Vec<String>,
    rows: Vec<Value>,
}

/// A thing that is backed up.
struct Thing<'a> {
    kind: &'static str,
    service: &'static str,
    id: &'a str,
    arn: String,
    name: Option<&'a str>,
}

/// What its row must say.
#[derive(Default)]
struct Said {
    wrong: Vec<&'static str>,
    status: Option<&'static str>,
    /// Hours since the last good backup.
    good: Option<i64>,
    source: Option<&'static str>,
    job: Option<Value>,
    points: usize,
    /// Hours; a day when not said.
    rpo: Option<i64>,
}

impl Backups {
    pub fn new(machines: &[Machine], jobs: usize, now: i64) -> Self {
        let mut all = Self { now, ..Self::default() };
        all.vaults.insert("default", Vec::new());
        for machine in machines.iter().filter(|m| m.is_live()) {
            all.machine(machine);
        }
        for k in 0..LOOSE {
            all.loose(k);
        }
        for k in 0..DATABASES {
            all.database(k);
        }
        for k in 0..TABLES {
            all.table(k);
        }
        for k in 0..GONE {
            let id = format!("i-{:017x}", 0xdead_0000 + k);
            let thing = Thing::ec2("AWS::EC2::Instance", "EC2", &id, "instance", None);
            let points = all.point(&thing, 48, "COMPLETED");
            let good = Some(48);
            all.say(
                &thing,
                &Said { status: Some("ok"), good, source: Some("aws-backup"), points, ..Said::default() },
            );
        }
        all.nameless();
        let databases: Vec<String> = (0..DATABASES).map(|k| format!("orders-{k}")).collect();
        let missing = jobs.saturating_sub(all.jobs.len());
        for nth in 0..missing {
            // Older than whatever counts, and not older than jobs are kept.
            let hours = 50 + 24 * i64::try_from(nth / DATABASES % 26).unwrap();
            let thing = Thing::database(&databases[nth % DATABASES]);
            all.job(&thing, "COMPLETED", hours);
        }
        all
    }

    /// The rows of `toban list backups`.
    pub fn expected(&self) -> &[Value] {
        &self.rows
    }

    pub fn jobs(&self) -> usize {
        self.jobs.len()
    }

    fn machine(&mut self, machine: &Machine) {
        let n = machine.n;
        let name = machine.name.as_deref();
        let thing = Thing::ec2("AWS::EC2::Instance", "EC2", &machine.id, "instance", name);
        let attached = Some(machine.id.as_str());
        for volume in &machine.volumes {
            self.volume(volume, attached);
        }
        let (root, data) = (&machine.volumes[0], machine.volumes.get(1));
        let mut said = Said::default();
        match case(n) {
            0 => {
                said.points = [5, 29, 53].map(|hours| self.point(&thing, hours, "COMPLETED")).len();
                said.job = Some(self.job(&thing, "COMPLETED", 5));
                said = Said { status: Some("ok"), good: Some(5), source: Some("aws-backup"), ..said };
                self.protect(&thing, 5);
            }
            1 => {
                said.points = self.point(&thing, 30, "COMPLETED");
                said.job = Some(self.job(&thing, "COMPLETED", 30));
                said = Said { status: Some("overdue"), good: Some(30), source: Some("aws-backup"), ..said };
                said.wrong.push("high");
                self.protect(&thing, 30);
            }
            2 => {
                let good = if n % 24 == 2 { 20 } else { 26 };
                said.points = self.point(&thing, good, "COMPLETED");
                said.job = Some(self.job(&thing, "FAILED", 2));
                said = Said { status: Some("failed"), good: Some(good), source: Some("aws-backup"), ..said };
                said.wrong.push(if good <= 24 { "medium" } else { "high" });
            }
            3 => {
                let state = ["FAILED", "ABORTED", "EXPIRED", "PARTIAL"][n / 12 % 4];
                said.job = Some(self.job(&thing, state, 3));
                said = Said { status: Some("failed"), source: Some("aws-backup"), ..said };
                said.wrong.push("high");
            }
            4 => {
                let state = ["CREATED", "PENDING", "RUNNING", "ABORTING"][n / 12 % 4];
                said.points = self.point(&thing, 20, "COMPLETED");
                said.job = Some(self.job(&thing, state, 1));
                said = Said { status: Some("running"), good: Some(20), source: Some("aws-backup"), ..said };
            }
            5 => {
                // The oldest of its volumes' newest is what can be gone back to.
                self.snapshot(root, 5, "completed", "dlm");
                self.snapshot(root, 29, "completed", "dlm");
                if let Some(data) = data {
                    self.snapshot(data, 6, "completed", "dlm");
                }
                let good = Some(if data.is_some() { 6 } else { 5 });
                said = Said { status: Some("ok"), good, source: Some("dlm"), ..said };
                if n % 24 == 17 {
                    let volume = Thing::ec2("AWS::EC2::Volume", "EBS", root, "volume", None);
                    let points = self.point(&volume, 3, "COMPLETED");
                    let (good, source) = (Some(3), Some("aws-backup"));
                    self.say(&volume, &Said { status: Some("ok"), good, source, points, ..Said::default() });
                    said = Said { good, source, ..said };
                }
            }
            6 => {
                self.snapshot(root, 40, "completed", "");
                if let Some(data) = data {
                    self.snapshot(data, 6, "completed", "");
                }
                said = Said { status: Some("overdue"), good: Some(40), source: Some("ebs-snapshot"), ..said };
                said.wrong.push("high");
            }
            8 => {
                // Of two volumes one has nothing.
                self.snapshot(root, 3, "completed", "ami");
                said.status = Some("unprotected");
                said.wrong.push("medium");
            }
            9 => said.status = Some("ok"),
            10 => {
                said.points = self.point(&thing, 50, "COMPLETED");
                let (good, rpo) = (Some(50), Some(72));
                said = Said { status: Some("ok"), good, source: Some("aws-backup"), rpo, ..said };
            }
            11 => {
                self.snapshot(root, 1, "pending", "dlm");
                self.snapshot(root, 30, "completed", "dlm");
                said = Said { status: Some("running"), good: Some(30), source: Some("dlm"), ..said };
                said.wrong.push("low");
            }
            _ => {
                said.status = Some("unprotected");
                said.wrong.push(if machine.asg.is_some() { "low" } else { "medium" });
            }
        }
        self.say(&thing, &said);
    }

    fn loose(&mut self, k: usize) {
        let id = format!("vol-1005e{k:012x}");
        self.volume(&id, None);
        let thing = Thing::ec2("AWS::EC2::Volume", "EBS", &id, "volume", None);
        let said = match k % 3 {
            0 => Said { status: Some("unprotected"), wrong: vec!["low"], ..Said::default() },
            1 => {
                self.snapshot(&id, 5, "completed", "");
                Said { status: Some("ok"), good: Some(5), source: Some("ebs-snapshot"), ..Said::default() }
            }
            _ => {
                let (points, wrong) = (self.point(&thing, 100, "COMPLETED"), vec!["low"]);
                let (good, source) = (Some(100), Some("aws-backup"));
                Said { status: Some("overdue"), good, source, points, wrong, ..Said::default() }
            }
        };
        self.say(&thing, &said);
    }

    fn database(&mut self, k: usize) {
        let id = format!("orders-{k}");
        let thing = Thing::database(&id);
        let mut said = Said { source: Some("aws-backup"), ..Said::default() };
        let mut good = |all: &mut Self, hours, status| {
            said.points = all.point(&thing, hours, status);
            said.good = Some(hours);
        };
        match k % 6 {
            0 => {
                good(self, 28, "COMPLETED");
                good(self, 4, "COMPLETED");
                said = Said {
                    points: 2,
                    status: Some("ok"),
                    job: Some(self.job(&thing, "COMPLETED", 4)),
                    ..said
                };
            }
            1 => {
                good(self, 27, "COMPLETED");
                said = Said { status: Some("overdue"), job: Some(self.job(&thing, "COMPLETED", 27)), ..said };
                said.wrong.push("high");
            }
            2 => {
                good(self, 27, "COMPLETED");
                self.job(&thing, "COMPLETED", 27);
                said = Said { status: Some("failed"), job: Some(self.job(&thing, "FAILED", 3)), ..said };
                said.wrong.push("high");
            }
            3 => {
                good(self, 23, "COMPLETED");
                self.point(&thing, 3, "PARTIAL");
                said = Said {
                    points: 2,
                    status: Some("failed"),
                    job: Some(self.job(&thing, "PARTIAL", 3)),
                    ..said
                };
                said.wrong.push("medium");
            }
            4 => {
                good(self, 23, "COMPLETED");
                said = Said { status: Some("running"), job: Some(self.job(&thing, "RUNNING", 1)), ..said };
            }
            _ => {
                // A continuous one goes on being written after it was made.
                good(self, 240, "AVAILABLE");
                self.protect(&thing, 1);
                said = Said {
                    good: Some(1),
                    status: Some("ok"),
                    job: Some(self.job(&thing, "COMPLETED", 2)),
                    ..said
                };
            }
        }
        self.say(&thing, &said);
    }

    fn table(&mut self, k: usize) {
        let id = format!("sessions-{k}");
        let arn = arn("dynamodb", &format!("table/{id}"));
        let thing =
            Thing { kind: "AWS::DynamoDB::Table", service: "DynamoDB", id: &id, arn, name: Some("sessions") };
        let hours = if k % 2 == 0 { 6 } else { 60 };
        let points = self.point(&thing, hours, "COMPLETED");
        self.protect(&thing, hours);
        let (good, source) = (Some(hours), Some("aws-backup"));
        let said = Said { status: Some("ok"), good, source, points, ..Said::default() };
        // Nothing has been tried for 30 days, so that it may have been taken out of its plan.
        let late =
            Said { status: Some("overdue"), good, source, points, wrong: vec!["medium"], ..Said::default() };
        self.say(&thing, if hours <= 24 { &said } else { &late });
    }

    fn nameless(&mut self) {
        let point = |nth: usize| {
            json!({ "RecoveryPointArn": arn("backup", &format!("recovery-point:imported-{nth}")),
                "Status": "COMPLETED", "CreationDate": self.now - 9 * HOUR, "IsEncrypted": true })
        };
        let points = vec![point(0), point(1)];
        self.vaults.insert(NAMELESS, points);
        self.rows.push(self.row(
            &json!({ "type": "AWS::Backup::BackupVault", "id": NAMELESS, "arn": null, "name": null }),
            &Said {
                wrong: vec!["unknown"],
                good: Some(9),
                source: Some("aws-backup"),
                points: 2,
                ..Said::default()
            },
        ));
    }

    fn say(&mut self, thing: &Thing<'_>, said: &Said) {
        let Thing { kind, id, arn, name, .. } = thing;
        let row = self.row(&json!({ "type": kind, "id": id, "arn": arn, "name": name }), said);
        self.rows.push(row);
    }

    fn row(&self, resource: &Value, said: &Said) -> Value {
        row(
            &said.wrong,
            json!({
                "resource": resource, "status": said.status, "last_success": said.good.map(|h| iso(self.now - h * HOUR)),
                "age_secs": said.good.map(|h| h * HOUR), "rpo_secs": said.rpo.unwrap_or(24) * HOUR,
                "last_job": said.job, "recovery_points": said.points, "source": said.source,
            }),
        )
    }

    fn volume(&mut self, id: &str, instance: Option<&str>) {
        let attached = instance.map(|i| {
            let facts = [element("volumeId", id), element("instanceId", i), element("status", "attached")];
            format!("<attachmentSet><item>{}</item></attachmentSet>", facts.concat())
        });
        let state = if instance.is_some() { "in-use" } else { "available" };
        let made = element("createTime", &iso(self.now - 120 * DAY));
        self.volumes.push(format!(
            "<item>{}{}{made}{}</item>",
            element("volumeId", id),
            element("status", state),
            attached.unwrap_or_default()
        ));
    }

    fn snapshot(&mut self, volume: &str, hours: i64, state: &str, by: &str) {
        let policy = ("aws:dlm:lifecycle-policy-id".to_owned(), "policy-1".to_owned());
        let tags = if by == "dlm" { tag_set(&[policy]) } else { String::new() };
        let text = if by == "ami" { "Created by CreateImage(i-1) for ami-1" } else { "before the move" };
        self.snapshots.push(format!(
            "<item>{}{}{}{}{}{tags}</item>",
            element("snapshotId", &format!("snap-{:017x}", self.snapshots.len())),
            element("volumeId", volume),
            element("status", state),
            element("startTime", &iso(self.now - hours * HOUR)),
            element("description", text),
        ));
    }

    fn protect(&mut self, thing: &Thing<'_>, hours: i64) {
        self.protected.push(json!({ "ResourceArn": thing.arn, "ResourceType": thing.service,
            "ResourceName": thing.name, "LastBackupTime": self.now - hours * HOUR }));
    }

    /// Adds one, and counts it.
    fn point(&mut self, thing: &Thing<'_>, hours: i64, status: &str) -> usize {
        let now = self.now;
        let points = self.vaults.entry("default").or_default();
        points.push(json!({ "RecoveryPointArn": arn("backup", &format!("recovery-point:{}", points.len())),
            "ResourceArn": thing.arn, "ResourceType": thing.service, "ResourceName": thing.name, "Status": status,
            "CreationDate": now - hours * HOUR, "IsEncrypted": true,
            "CalculatedLifecycle": { "DeleteAt": now + 30 * DAY } }));
        1
    }

    /// Adds one, and says it as a row does.
    fn job(&mut self, thing: &Thing<'_>, state: &str, hours: i64) -> Value {
        let id = format!("job-{:05}", self.jobs.len());
        let begun = self.now - hours * HOUR;
        let ended = (!["CREATED", "PENDING", "RUNNING", "ABORTING"].contains(&state)).then_some(begun);
        let good = state == "COMPLETED";
        let message = (ended.is_some() && !good).then(|| format!("why it {state}"));
        self.jobs.push(json!({ "BackupJobId": id, "ResourceArn": thing.arn, "ResourceType": thing.service,
            "ResourceName": thing.name, "State": state, "BackupVaultName": "default", "CreationDate": begun,
            "CompletionDate": ended, "StatusMessage": message, "MessageCategory": good.then_some("SUCCESS"),
            "CreatedBy": { "BackupPlanName": "daily", "BackupRuleName": "35-days" } }));
        json!({ "id": id, "state": state, "message": message, "at": iso(begun) })
    }

    pub fn ec2(&self, asked: &Asked) -> Answer {
        match asked.action() {
            "DescribeVolumes" => xml_page(asked, "volumeSet", &self.volumes),
            "DescribeSnapshots" => {
                assert_eq!(asked.field("Owner.1"), "self", "the public catalogue must never be asked for");
                xml_page(asked, "snapshotSet", &self.snapshots)
            }
            other => Answer::ec2_error(400, "InvalidAction", other),
        }
    }

    pub fn answer(&self, asked: &Asked) -> Answer {
        match asked.path.trim_matches('/').split('/').collect::<Vec<_>>().as_slice() {
            ["backup-jobs"] => rest_page(asked, "BackupJobs", &self.jobs),
            ["resources"] => rest_page(asked, "Results", &self.protected),
            ["backup-vaults"] => {
                let vault = |name: &&str| json!({ "BackupVaultName": name, "VaultType": "BACKUP_VAULT" });
                rest_page(asked, "BackupVaultList", &self.vaults.keys().map(vault).collect::<Vec<_>>())
            }
            ["backup-vaults", vault, "recovery-points"] => {
                rest_page(asked, "RecoveryPoints", &self.vaults[*vault])
            }
            ["account-settings"] => {
                Answer::json(200, &json!({ "ResourceTypeOptInPreference": { "EBS": true, "EC2": true } }))
            }
            ["policies"] => {
                let policy = json!({ "PolicyId": "policy-1", "Description": "nightly", "State": "ENABLED" });
                Answer::json(200, &json!({ "Policies": [policy] }))
            }
            _ => Answer::json_error(404, "ResourceNotFoundException", &asked.path),
        }
    }
}

impl<'a> Thing<'a> {
    fn ec2(
        kind: &'static str,
        service: &'static str,
        id: &'a str,
        word: &str,
        name: Option<&'a str>,
    ) -> Self {
        Self { kind, service, id, arn: arn("ec2", &format!("{word}/{id}")), name }
    }

    fn database(id: &'a str) -> Self {
        Self {
            kind: "AWS::RDS::DBInstance",
            service: "RDS",
            id,
            arn: arn("rds", &format!("db:{id}")),
            name: None,
        }
    }
}
