//! Every row of a large account, field by field, against what the account knows of itself (`fleet`): the program on one
//! side of a real connection, the truth on the other.
#![allow(clippy::unwrap_used, reason = "tests, and the functions they share")]

mod aws_stub;
mod fleet;

use std::{collections::BTreeMap, process::Command, sync::Arc};

use aws_stub::{Asked, Stub};
use fleet::{Fleet, REGION, Size, iso};
use serde_json::Value;

const SIZE: Size = Size { instances: 2_345, alarms: 1_200, jobs: 3_000, change_every: 0 };
/// What time it is there: 2026-05-01T03:00:00Z.
const NOW: i64 = 1_777_604_400;
/// So many differences are told.
const TOLD: usize = 5;

/// What `toban list PANE` says of the account, and what it asked for that.
async fn list(pane: &str, fleet: &Arc<Fleet>) -> (Value, Vec<Asked>) {
    let answering = Arc::clone(fleet);
    let stub = Stub::start(move |asked| answering.answer(asked)).await;
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_toban"))
        .args(["list", pane, "--output", "json", "--lang", "en", "--now", &iso(NOW)])
        .args(["--endpoint-url", &stub.url, "--region", REGION])
        .env_clear()
        .env("HOME", home.path())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    (said, stub.asked())
}

/// By what a row is known, made into one text.
type Key = fn(&Value) -> String;

fn by_key(rows: &[Value], key: Key) -> BTreeMap<String, &Value> {
    let map: BTreeMap<String, &Value> = rows.iter().map(|row| (key(row), row)).collect();
    assert_eq!(map.len(), rows.len(), "no row twice");
    map
}

/// Compares a whole answer: the same rows, in them the same fields, in these the same values.
fn compare(said: &Value, asked: &[Asked], truth: &[Value], key: Key) {
    assert_eq!((&said["complete"], &said["errors"]), (&true.into(), &Value::Array(Vec::new())));
    assert_eq!(said["api_calls"], asked.len());
    let mut rows = said["rows"].as_array().unwrap().clone();
    for row in &mut rows {
        let reasons = row["attention"].as_array().unwrap();
        assert!(reasons.iter().all(|r| r.as_str().is_some_and(|r| !r.is_empty())), "{row}");
        row["attention"] = reasons.len().into();
        if let Some(resources) = row.get_mut("resources").and_then(Value::as_array_mut) {
            resources.sort_by_key(|r| r["id"].to_string());
        }
    }
    let (said, truth) = (by_key(&rows, key), by_key(truth, key));
    let missing: Vec<_> = truth.keys().filter(|k| !said.contains_key(*k)).take(TOLD).collect();
    let invented: Vec<_> = said.keys().filter(|k| !truth.contains_key(*k)).take(TOLD).collect();
    assert!(missing.is_empty() && invented.is_empty(), "missing {missing:?}, invented {invented:?}");
    let mut wrong = Vec::new();
    for (key, truth) in &truth {
        let (said, truth) = (said[key].as_object().unwrap(), truth.as_object().unwrap());
        let fields: Vec<&String> = said.keys().chain(truth.keys()).collect();
        let differs = fields.into_iter().find(|f| said.get(*f) != truth.get(*f));
        wrong.extend(differs.map(|f| format!("{key}: {f} is {:?}, said {:?}", truth.get(f), said.get(f))));
    }
    assert!(
        wrong.is_empty(),
        "{} rows are wrong:\n{}",
        wrong.len(),
        wrong[..TOLD.min(wrong.len())].join("\n")
    );
}

fn pages(asked: &[Asked], operation: &str) -> usize {
    asked.iter().filter(|a| fleet::operation(a) == operation).count()
}

#[tokio::test]
async fn every_instance_is_as_it_is() {
    let fleet = Arc::new(Fleet::new(SIZE, NOW));
    let truth: Vec<Value> = fleet.machines.iter().map(|m| m.expected(NOW)).collect();
    let (said, asked) = list("instances", &fleet).await;
    compare(&said, &asked, &truth, |row| row["id"].to_string());
    assert_eq!((pages(&asked, "ec2:DescribeInstances"), truth.len()), (3, SIZE.instances));
}

#[tokio::test]
async fn every_alarm_is_as_it_is() {
    let fleet = Arc::new(Fleet::new(SIZE, NOW));
    let truth: Vec<Value> = fleet.alarms.iter().map(|a| a.expected(&fleet.alarms, NOW)).collect();
    let (said, asked) = list("alarms", &fleet).await;
    compare(&said, &asked, &truth, |row| row["name"].to_string());
    assert_eq!((pages(&asked, "cloudwatch:DescribeAlarms"), truth.len()), (12, SIZE.alarms));
}

#[tokio::test]
async fn every_backup_is_as_it_is() {
    let fleet = Arc::new(Fleet::new(SIZE, NOW));
    let (said, asked) = list("backups", &fleet).await;
    compare(&said, &asked, fleet.backups.expected(), |row| {
        format!("{} {}", row["resource"]["type"], row["resource"]["id"])
    });
    assert_eq!((pages(&asked, "backup:ListBackupJobs"), fleet.backups.jobs()), (3, SIZE.jobs));
    let all: BTreeMap<&str, usize> = fleet.backups.expected().iter().fold(BTreeMap::new(), |mut all, row| {
        *all.entry(row["status"].as_str().unwrap_or("unknown")).or_default() += 1;
        all
    });
    let every = ["failed", "ok", "overdue", "running", "unknown", "unprotected"];
    assert_eq!(all.keys().copied().collect::<Vec<_>>(), every, "{all:?}");
}
