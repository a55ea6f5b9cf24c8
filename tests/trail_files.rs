//! `--trail`, the real program on log files: the events of the console and of `list` come from them and not from AWS.
#![allow(clippy::unwrap_used, clippy::string_slice, reason = "tests")]

#[path = "aws_stub/mod.rs"]
mod aws_stub;
#[path = "cloudtrail_stub/mod.rs"]
mod cloudtrail_stub;
#[path = "support/pty.rs"]
mod pty;
#[path = "support/screen.rs"]
mod screen;

use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::{Command, Output},
};

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use tempfile::TempDir;

use aws_stub::Stub;
use cloudtrail_stub::{Account, lookups};
use pty::Launch;

const ACCOUNT: &str = "111122223333";
const NOW: &str = "2026-05-01T12:00:00Z";

fn record(id: u32, time: &str, name: &str, read_only: bool) -> Value {
    json!({
        "eventVersion": "1.09", "eventID": format!("00000000-0000-4000-8000-{id:012}"),
        "eventTime": time, "eventName": name, "eventSource": "ec2.amazonaws.com",
        "awsRegion": "eu-west-1", "recipientAccountId": ACCOUNT, "readOnly": read_only, "eventType": "AwsApiCall",
        "sourceIPAddress": "203.0.113.9", "userAgent": "aws-cli/2.17",
        "userIdentity": {"type": "IAMUser", "userName": "alice", "accountId": ACCOUNT,
                         "arn": format!("arn:aws:iam::{ACCOUNT}:user/alice")},
        "requestParameters": {"instancesSet": {"items": [{"instanceId": "i-0abc12345"}]}},
    })
}

fn elsewhere(id: u32, account: &str, region: &str, source: &str) -> Value {
    let mut record = record(id, "2026-05-01T11:30:00Z", "DeleteThing", false);
    record["recipientAccountId"] = account.into();
    record["awsRegion"] = region.into();
    record["eventSource"] = source.into();
    record
}

struct Bench {
    home: TempDir,
    stub: Stub,
}

impl Bench {
    async fn new() -> Self {
        // LookupEvents would be answered, with nothing: whatever is listed is from the files.
        Self { home: tempfile::tempdir().unwrap(), stub: Account::default().serve().await }
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.home.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_toban"));
        command.env_clear().env("HOME", self.home.path()).env("LANG", "C.UTF-8");
        command.env("AWS_EC2_METADATA_DISABLED", "true").env("AWS_REGION", "eu-west-1");
        command.env("AWS_ACCESS_KEY_ID", "AKIATEST").env("AWS_SECRET_ACCESS_KEY", "secret");
        command.env("AWS_ENDPOINT_URL", &self.stub.url).args(["--now", NOW, "--utc"]);
        command
    }

    fn list(&self, pane: &str, paths: &[PathBuf]) -> (Value, String, Option<i32>) {
        let output = self.command().args(["list", pane, "--output", "json", "--trail"]).args(paths).output();
        let Output { status, stdout, stderr } = output.unwrap();
        let answer = serde_json::from_slice(&stdout).unwrap_or_default();
        (answer, String::from_utf8(stderr).unwrap(), status.code())
    }
}

fn ids(answer: &Value) -> Vec<u64> {
    let rows = answer["rows"].as_array().unwrap();
    rows.iter().map(|r| r["id"].as_str().unwrap().rsplit('-').next().unwrap().parse().unwrap()).collect()
}

fn delivery(records: &[Value]) -> String {
    json!({ "Records": records }).to_string()
}

fn zipped(text: &str) -> Vec<u8> {
    let mut zip = GzEncoder::new(Vec::new(), Compression::fast());
    zip.write_all(text.as_bytes()).unwrap();
    zip.finish().unwrap()
}

#[tokio::test]
async fn rows_come_from_every_kind_of_file_and_nothing_is_looked_up() {
    let bench = Bench::new().await;
    let one = record(1, "2026-05-01T10:00:00Z", "StopInstances", false);
    let two = record(2, "2026-05-01T11:00:00Z", "TerminateInstances", false);
    let three = record(3, "2026-05-01T11:10:00Z", "StartInstances", false);
    let read = record(4, "2026-05-01T11:20:00Z", "DescribeInstances", true);
    let early = record(5, "2026-04-29T11:20:00Z", "StopInstances", false);
    bench.file("logs/2026/05/01/a.json.gz", zipped(&delivery(&[one.clone(), read, early])));
    bench.file("logs/2026/05/01/again.json", delivery(&[one]));
    let lines = bench.file("lines.json", format!("{two}\n"));
    let iam = elsewhere(6, ACCOUNT, "us-east-1", "iam.amazonaws.com");
    let answers = [three, iam].map(|r| json!({ "EventId": r["eventID"], "CloudTrailEvent": r.to_string() }));
    let saved = bench.file("saved.json", json!({ "Events": answers }).to_string());
    let (answer, said, status) =
        bench.list("events", &[bench.home.path().join("logs"), lines.clone(), saved.clone()]);
    assert_eq!(ids(&answer), [6, 3, 2, 1], "newest first, each once, the last day's changes: {said}");
    assert_eq!((&answer["complete"], &answer["errors"]), (&json!(true), &json!([])));
    assert_eq!((said.as_str(), status), ("", Some(0)));
    let first = &answer["rows"][2];
    assert_eq!((&first["actor"], &first["name"]), (&json!("alice"), &json!("TerminateInstances")));
    assert_eq!(first["scope"]["account"], ACCOUNT);
    assert!(lookups(&bench.stub).is_empty());
    assert!(!bench.home.path().join(".cache").exists_with_files(), "nothing stays behind");

    // The option before the command means the same.
    let before =
        bench.command().arg("--trail").args([&lines, &saved]).args(["list", "events"]).output().unwrap();
    let text = String::from_utf8(before.stdout).unwrap();
    assert!(text.contains("TerminateInstances") || text.contains("i-0abc12345"), "{text}");
    assert!(lookups(&bench.stub).is_empty());
}

trait Files {
    fn exists_with_files(&self) -> bool;
}

impl Files for PathBuf {
    /// Whether any file is below.
    fn exists_with_files(&self) -> bool {
        fs::read_dir(self).is_ok_and(|entries| {
            entries.flatten().any(|e| e.path().is_file() || e.path().exists_with_files())
        })
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_one_sentence_each_and_the_rest_is_used() {
    let bench = Bench::new().await;
    let good = record(1, "2026-05-01T10:00:00Z", "StopInstances", false);
    let good = bench.file("good.json", delivery(&[good]));
    let missing = bench.home.path().join("missing");
    let garbage = bench.file("garbage.json", "what is this");
    let whole = zipped(&delivery(&[record(2, "2026-05-01T11:00:00Z", "StopInstances", false)]));
    let cut = bench.file("cut.json.gz", &whole[..whole.len() - 20]);
    let theirs = bench.file(
        "theirs.json",
        delivery(&[
            elsewhere(7, "444455556666", "eu-west-1", "ec2.amazonaws.com"),
            elsewhere(8, ACCOUNT, "ap-northeast-1", "ec2.amazonaws.com"),
        ]),
    );
    let mut old = record(9, "2025-05-01T11:00:00Z", "StopInstances", false);
    old["note"] = "x".into();
    let old = bench.file("old.json", old.to_string());
    let (answer, said, status) = bench.list("events", &[missing, garbage, cut, theirs, old, good]);
    assert!(ids(&answer).contains(&1), "{said}");
    assert_eq!((&answer["complete"], status), (&json!(false), Some(0)));
    let lines: Vec<&str> = said.lines().collect();
    let about = |word: &str| lines.iter().filter(|l| l.contains(word)).count();
    for word in ["missing", "garbage.json", "cut.json.gz", "444455556666 eu-west-1", "90 days"] {
        assert_eq!(about(word), 1, "{word}: {said}");
    }
    assert!(said.contains("2 events are not shown") && said.contains("ap-northeast-1"), "{said}");
    assert_eq!(lines.len(), 5, "{said}");
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 3);
    assert!(errors.iter().all(|e| e["kind"] == "other" && e["scope"].is_null()), "{errors:?}");
    assert!(lookups(&bench.stub).is_empty());
}

#[tokio::test]
async fn nothing_at_all_is_a_failure_and_events_of_another_day_are_told() {
    let bench = Bench::new().await;
    let (answer, said, status) = bench.list("events", &[bench.home.path().join("missing")]);
    assert_eq!((ids(&answer).len(), status), (0, Some(1)));
    assert_eq!(said.lines().count(), 2, "{said}");
    let early =
        bench.file("early.json", record(1, "2026-04-20T10:00:00Z", "StopInstances", false).to_string());
    let (answer, said, status) = bench.list("events", &[early]);
    assert_eq!((ids(&answer).len(), status), (0, Some(0)));
    assert!(said.contains("1 events from 2026-04-20 10:00 UTC"), "{said}");
}

#[tokio::test]
async fn only_where_events_are_shown() {
    let bench = Bench::new().await;
    let file = bench.file("a.json", record(1, "2026-05-01T10:00:00Z", "StopInstances", false).to_string());
    let (_, said, status) = bench.list("alarms", std::slice::from_ref(&file));
    assert!(said.contains("--trail") && status == Some(2), "{said}");
    for command in [["drill", "--list"], ["policy", "--actions"]] {
        let output = bench.command().arg("--trail").arg(&file).args(command).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{command:?}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("--trail"));
    }
    let output = bench.command().args(["drill", "--trail"]).arg(&file).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(bench.stub.asked().len(), 0);
}

#[tokio::test]
async fn without_credentials_the_files_are_listed_all_the_same() {
    let bench = Bench::new().await;
    let file = bench.file("a.json", record(1, "2026-05-01T10:00:00Z", "StopInstances", false).to_string());
    let mut command = bench.command();
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    let output = command.args(["list", "events", "--output", "json", "--trail"]).arg(file).output().unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(ids(&answer), [1]);
}

#[tokio::test]
async fn the_console_shows_the_files_and_says_what_it_could_not_read() {
    let bench = Bench::new().await;
    let args = ["--now", NOW, "--utc", "--endpoint-url", &bench.stub.url, "--region", "eu-west-1"];
    let trail = ["--trail", "logs", "missing"];
    let mut stopped = record(1, "2026-05-01T10:00:00Z", "StopInstances", false);
    stopped["userIdentity"]["userName"] = "zelda".into();
    let mut session = Launch::toban(&[args.as_slice(), &trail].concat())
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "example")
        .file("logs/a.json", &delivery(&[stopped]))
        .size(120, 36)
        .start();
    session.keys("6");
    session.wait_text("zelda");
    session.wait_text("Cannot read missing");
    session.keys("e");
    session.wait_text("i-0abc12345");
    session.keys("q");
    assert!(lookups(&bench.stub).is_empty());
}

#[test]
fn an_alarm_is_explained_from_the_files() {
    let mut change = record(1, "2026-05-01T03:05:00Z", "SetSecurityGroups", false);
    change["eventSource"] = "elasticloadbalancing.amazonaws.com".into();
    change["userIdentity"]["userName"] = "zelda".into();
    change["requestParameters"] = json!({"securityGroups": ["sg-0123456789abcdef0"], "loadBalancerArn":
        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/50dc6c495c0c9188"});
    let args = ["--drill", "web-down", "--seed", "1", "--now", "2026-05-01T03:12:00Z", "--utc"];
    let mut session = Launch::toban(&[args.as_slice(), &["--trail", "logs"]].concat())
        .file("logs/a.json", &delivery(&[change]))
        .size(120, 40)
        .start();
    session.keys("2").wait_text("web-latency");
    session.keys("/ text:web-elb-5xx enter").wait_gone("web-latency");
    session.keys("enter").wait_text("zelda");
    session.keys("e").wait_text("zelda");
    session.keys("6").wait_text("1 events from 2026-05-01 03:05");
}
