//! `toban triage --context --trail`, the real program on files: what it answers, and what it says to bad input.
#![allow(clippy::unwrap_used, clippy::string_slice, reason = "tests")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::{Value, json};
use tempfile::TempDir;

const ACCOUNT: &str = "123456789012";

fn record(id: u32, time: &str, name: &str, request: &Value) -> Value {
    json!({
        "eventVersion": "1.09", "eventID": format!("00000000-0000-4000-8000-{id:012}"),
        "eventTime": format!("2026-05-01T{time}Z"), "eventName": name, "eventSource": "ec2.amazonaws.com",
        "awsRegion": "eu-west-1", "recipientAccountId": ACCOUNT, "readOnly": false, "eventType": "AwsApiCall",
        "sourceIPAddress": "203.0.113.9", "userAgent": "aws-cli/2.17",
        "userIdentity": {"type": "IAMUser", "userName": "alice", "accountId": ACCOUNT,
                         "arn": format!("arn:aws:iam::{ACCOUNT}:user/alice")},
        "requestParameters": request, "responseElements": {"_return": true},
    })
}

/// `i-0abc12345` is unwell; its group lost a rule, another group too, and somebody tagged it.
fn records() -> Vec<Value> {
    let instance = json!({"instancesSet": {"items": [{"instanceId": "i-0abc12345"}]}});
    vec![
        record(1, "03:05:00", "RevokeSecurityGroupIngress", &json!({"groupId": "sg-0aaa11111"})),
        record(2, "03:06:00", "RevokeSecurityGroupIngress", &json!({"groupId": "sg-0bbb22222"})),
        record(
            3,
            "03:07:00",
            "CreateTags",
            &json!({"resourcesSet": {"items": [{"resourceId": "i-0abc12345"}]}}),
        ),
        record(4, "03:20:00", "TerminateInstances", &instance),
    ]
}

fn context() -> Value {
    json!({
        "account": ACCOUNT, "region": "eu-west-1", "at": "2026-05-01T03:10:00Z", "window_secs": 3600,
        "alarm": {"name": "web-unhealthy", "namespace": "AWS/ApplicationELB", "metric": "UnHealthyHostCount",
                  "dimensions": [], "state": "ALARM"},
        "resources": [{"type": "AWS::EC2::Instance", "id": "i-0abc12345"}],
        "related": [{"type": "AWS::EC2::SecurityGroup", "id": "sg-0aaa11111", "via": "attached to i-0abc12345"}],
    })
}

struct Bench {
    home: TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.home.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    fn run(&self, context: &Path, trail: &[PathBuf], more: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_toban"));
        command.args(["triage", "--utc", "--context"]).arg(context).arg("--trail").args(trail).args(more);
        command.env_clear().env("HOME", self.home.path()).env("LANG", "C.UTF-8").output().unwrap()
    }

    fn answer(&self, trail: &[PathBuf]) -> Value {
        let context = self.file("context.json", context().to_string());
        let output = self.run(&context, trail, &["--output", "json"]);
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn the_likely_cause_comes_first_with_its_reasons() {
    let bench = Bench::new();
    let delivery = bench.file("a.json", json!({"Records": records()}).to_string());
    let answer = bench.answer(&[delivery]);
    assert_eq!(answer["subject"]["id"], "web-unhealthy");
    assert_eq!((&answer["cause_found"], &answer["complete"]), (&json!(true), &json!(true)));
    assert_eq!((&answer["api_calls"], &answer["window_secs"]), (&json!(0), &json!(3600)));
    assert_eq!(answer["related"][0]["via"], "attached to i-0abc12345");
    let suspects = answer["suspects"].as_array().unwrap();
    let ids: Vec<&str> = suspects.iter().map(|s| s["event_id"].as_str().unwrap()).collect();
    assert_eq!(ids[0], "00000000-0000-4000-8000-000000000001");
    assert!(!ids.contains(&"00000000-0000-4000-8000-000000000002"), "another group");
    assert!(!ids.contains(&"00000000-0000-4000-8000-000000000004"), "after it was noticed");
    let first = &suspects[0];
    assert_eq!((&first["rank"], &first["event"]["actor"]), (&json!(1), &json!("alice")));
    assert_eq!(first["event"]["name"], "RevokeSecurityGroupIngress");
    let reasons = first["reasons"].to_string();
    assert!(reasons.contains("sg-0aaa11111") && reasons.contains("5m before"), "{reasons}");
    assert_eq!(answer["responsibility"]["verdict"], "customer");
    assert_eq!(answer["runbook"], "network-change");
}

#[test]
fn every_form_of_log_gives_the_same_answer() {
    let bench = Bench::new();
    let lines = records().iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
    let lookup: Vec<Value> = records()
        .iter()
        .map(|r| json!({"EventId": r["eventID"], "CloudTrailEvent": r.to_string()}))
        .collect();
    let forms = [
        bench.file("delivery.json", json!({"Records": records()}).to_string()),
        bench.file("lines.jsonl", lines),
        bench.file("lookup.json", serde_json::to_string_pretty(&json!({"Events": lookup})).unwrap()),
    ];
    let suspects: Vec<Value> =
        forms.iter().map(|form| bench.answer(std::slice::from_ref(form))["suspects"].clone()).collect();
    assert_eq!(suspects[0], suspects[1]);
    assert_eq!(suspects[0], suspects[2]);
    // All of them together: the same event is one, however often it was delivered.
    let together = bench.answer(&forms)["suspects"].clone();
    assert_eq!(together.as_array().unwrap().len(), suspects[0].as_array().unwrap().len());
}

#[test]
fn people_read_the_same_in_text_and_markdown_in_both_languages() {
    let bench = Bench::new();
    let context = bench.file("context.json", context().to_string());
    let trail = [bench.file("a.json", json!({"Records": records()}).to_string())];
    let plain = text(&bench.run(&context, &trail, &["--lang", "en"]).stdout);
    assert!(plain.contains("A change explains this:"), "{plain}");
    assert!(plain.contains("alice: changed rules of sg-0aaa11111"), "{plain}");
    assert!(plain.contains("toban runbook show network-change"), "{plain}");
    let markdown = text(&bench.run(&context, &trail, &["--lang", "en", "--output", "markdown"]).stdout);
    assert!(markdown.starts_with("## web-unhealthy"), "{markdown}");
    assert!(markdown.contains("`00000000-0000-4000-8000-000000000001`"), "{markdown}");
    let japanese = text(&bench.run(&context, &trail, &["--lang", "ja"]).stdout);
    assert!(japanese.contains("原因と考えられる変更があります"), "{japanese}");
}

#[test]
fn without_a_change_it_says_so_and_where_else_to_look() {
    let bench = Bench::new();
    let context = bench.file("context.json", context().to_string());
    let other = [bench.file("a.json", json!({"Records": [records()[1]]}).to_string())];
    let output = bench.run(&context, &other, &["--lang", "en"]);
    let said = text(&output.stdout);
    assert!(output.status.success() && said.contains("No change explains this"), "{said}");
    assert!(said.contains("AWS Health"), "{said}");
}

#[test]
fn bad_input_gets_one_sentence_and_the_rest_is_used() {
    let bench = Bench::new();
    let good = bench.file("good.json", json!({"Records": records()}).to_string());
    let whole = json!({"Records": records()}).to_string();
    let cut = bench.file("cut.json", &whole[..whole.len() - 40]);
    let digest = bench.file("digest.json", r#"{"awsAccountId": "123456789012", "digestStartTime": "x"}"#);
    let garbage = bench.file("garbage.gz", b"\x1f\x8b\x08nonsense");
    let missing = bench.home.path().join("missing");
    let context = bench.file("context.json", context().to_string());
    let all = [good, cut, digest, garbage, missing];
    let output = bench.run(&context, &all, &["--lang", "en", "--output", "json"]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&answer["cause_found"], &answer["complete"]), (&json!(true), &json!(false)));
    let errors = text(&output.stderr);
    for part in ["cut.json is cut off", "digest.json holds no CloudTrail record", "garbage.gz", "missing"] {
        assert!(errors.contains(part), "{part}: {errors}");
    }

    for (name, content, said) in [
        ("none.json", "", "at"),
        ("list.json", "[]", "at"),
        ("time.json", r#"{"at": "yesterday"}"#, "2026-05-01T03:10:00Z"),
    ] {
        let bad = bench.file(name, content);
        let output = bench.run(&bad, &all, &["--lang", "en"]);
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}: {errors}");
        assert!(errors.contains(said) && errors.lines().count() == 1, "{name}: {errors}");
    }

    // Of another account, or another time: nothing to look at is a failure that says so.
    let foreign = json!({"account": "999999999999", "at": "2026-05-01T03:10:00Z"});
    let foreign = bench.file("foreign.json", foreign.to_string());
    let output = bench.run(&foreign, &all[..1], &["--lang", "en"]);
    assert_eq!(output.status.code(), Some(1));
    let errors = text(&output.stderr);
    assert!(errors.contains("Check the paths, the account and the time"), "{errors}");
    assert!(errors.contains("Name what is unwell"), "{errors}");
}
