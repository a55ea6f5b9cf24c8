//! `toban triage --alarm`, the real program against the practice account: who is suspected, what the checks say, what it
//! costs, and what is said when something cannot be had.
#![allow(clippy::unwrap_used, reason = "tests, and the functions they share")]

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

/// Nothing of the machine's own configuration.
fn toban(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_toban"));
    command.args(args).env_clear().env("LANG", "C.UTF-8").env("AWS_EC2_METADATA_DISABLED", "true");
    command
}

fn run(args: &[&str]) -> Output {
    let home = tempfile::tempdir().unwrap();
    toban(args).env("HOME", home.path()).output().unwrap()
}

/// What is said of an alarm in a drill.
fn explained(drill: &str, seed: &str, subject: &[&str]) -> Value {
    let mut args = vec!["triage", "--output", "json", "--lang", "en", "--drill", drill, "--seed", seed];
    args.extend(subject);
    let output = run(&args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn of_alarm(drill: &str, alarm: &str) -> Value {
    explained(drill, "1", &["--alarm", alarm])
}

fn first(said: &Value) -> (&str, &str) {
    let event = &said["suspects"][0]["event"];
    (event["name"].as_str().unwrap_or_default(), event["actor"].as_str().unwrap_or_default())
}

/// The ids of the checks that came out so.
fn checks<'a>(said: &'a Value, outcome: &str) -> Vec<&'a str> {
    let checks = said["checks"].as_array().unwrap().iter();
    checks.filter(|check| check["outcome"] == outcome).map(|check| check["id"].as_str().unwrap()).collect()
}

fn assert_within_the_budget(said: &Value) {
    let calls = said["api_calls"].as_u64().unwrap();
    assert!((5..=60).contains(&calls), "{calls} calls");
}

#[test]
fn the_rule_that_was_taken_away_explains_the_shop_that_is_down() {
    let said = of_alarm("web-down", "web-5xx");
    assert_eq!(first(&said), ("RevokeSecurityGroupIngress", "ops-cli-user"));
    assert_eq!(said["cause_found"], true);
    assert_eq!(said["responsibility"]["verdict"], "customer");
    assert_eq!(said["subject"]["id"], "web-5xx");
    assert_eq!(said["runbook"], "network-change");
    assert!(checks(&said, "fail").contains(&"elb.targets"), "{}", said["checks"]);
    let related = said["related"].as_array().unwrap();
    let group = related.iter().find(|r| r["type"] == "AWS::EC2::SecurityGroup").unwrap();
    assert_eq!(group["via"], "attached to web");
    let reasons = said["suspects"][0]["reasons"].as_array().unwrap();
    let group = group["id"].as_str().unwrap();
    assert!(reasons.iter().any(|r| r.as_str().unwrap().contains(group)), "{reasons:?}");
    assert_within_the_budget(&said);
}

#[test]
fn the_deployment_explains_the_errors_after_it() {
    let said = of_alarm("deploy-regression", "web-5xx");
    let deployment = [
        "StartInstanceRefresh",
        "UpdateAutoScalingGroup",
        "ModifyLaunchTemplate",
        "CreateLaunchTemplateVersion",
    ];
    let (name, actor) = first(&said);
    assert!(deployment.contains(&name) && actor.starts_with("pipeline-deploy"), "{name} by {actor}");
    assert_eq!(said["cause_found"], true);
    assert_within_the_budget(&said);
}

#[test]
fn the_intruder_s_deeds_explain_the_key_that_is_used_elsewhere() {
    let said = of_alarm("key-leak", "shared key elsewhere");
    let deeds = ["CreateUser", "AttachUserPolicy", "CreateAccessKey", "CreateLoginProfile"];
    assert!(deeds.contains(&first(&said).0), "{:?}", first(&said));
    assert_eq!((&said["cause_found"], first(&said).1), (&true.into(), "ops-cli-user"));
    assert_eq!(said["runbook"], "leaked-credentials");
    assert_within_the_budget(&said);
}

#[test]
fn where_no_change_explains_it_the_checks_say_what_is_wrong() {
    let full = of_alarm("disk-full", "orders-db-1 disk (/)");
    assert_eq!(full["cause_found"], false);
    assert!(checks(&full, "fail").contains(&"agent.disk"), "{}", full["checks"]);
    assert_eq!(
        (&full["responsibility"]["verdict"], &full["runbook"]),
        (&"customer".into(), &"exhaustion".into())
    );
    // The plan of this practice account has no AWS Health: that is said, and nothing failed.
    assert!(checks(&full, "unknown").contains(&"aws.health") && full["complete"] == true, "{full}");
    let host = of_alarm("host-failure", "status-web-canary-1");
    assert_eq!(host["cause_found"], false);
    assert!(checks(&host, "fail").contains(&"ec2.status.system"), "{}", host["checks"]);
    assert_eq!(
        (&host["responsibility"]["verdict"], &host["runbook"]),
        (&"aws".into(), &"ec2-system-check".into())
    );
    assert!(checks(&host, "fail").contains(&"aws.health"), "{}", host["checks"]);
    assert_within_the_budget(&full);
    assert_within_the_budget(&host);
}

#[test]
fn a_resource_can_be_asked_about_and_the_time_can_be_said() {
    let said = of_alarm("web-down", "web-5xx");
    let instance =
        said["related"].as_array().unwrap().iter().find(|r| r["type"] == "AWS::EC2::Instance").unwrap();
    let (id, at) = (instance["id"].as_str().unwrap(), said["at"].as_str().unwrap());
    let of = explained("web-down", "1", &["--resource", id, "--at", at, "--window", "2h"]);
    assert_eq!((&of["subject"]["type"], &of["subject"]["id"]), (&"AWS::EC2::Instance".into(), &id.into()));
    assert_eq!((&of["at"], &of["window_secs"]), (&at.into(), &7200.into()));
    assert!(of["resources"][0]["name"].as_str().unwrap().starts_with("web-"));
    let related = of["related"].as_array().unwrap();
    assert!(related.iter().any(|r| r["type"] == "AWS::AutoScaling::AutoScalingGroup"), "{related:?}");
    let hour_ago = explained("web-down", "1", &["--alarm", "web-5xx", "--at", "2020-01-01T00:00:00Z"]);
    assert_eq!((&hour_ago["suspects"], &hour_ago["complete"]), (&Value::Array(Vec::new()), &false.into()));
}

#[test]
fn mistakes_get_one_sentence_with_a_next_step() {
    for (args, status, said) in [
        (&["--alarm", "web-6xx"][..], 2, "`toban list alarms` shows all names"),
        (&["--resource", "web"], 2, "Write an id such as"),
        (&["--resource", "AWS::Nope"], 2, "Write an id such as"),
    ] {
        let mut all = vec!["triage", "--lang", "en", "--drill", "web-down"];
        all.extend(args);
        let output = run(&all);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{args:?}: {told}");
        assert!(told.contains(said) && told.lines().count() == 1, "{args:?}: {told}");
        assert!(output.stdout.is_empty());
    }
}

/// The practice account with faults, served to a toban that takes it for AWS.
struct Served {
    child: Child,
    url: String,
}

impl Served {
    fn with(faults: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut child =
            toban(&["drill", "web-down", "--seed", "1", "--serve", "127.0.0.1:0", "--fault", faults])
                .env("HOME", home.path())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("AWS_ENDPOINT_URL=").unwrap().to_owned();
        Self { child, url }
    }

    fn explain(&self) -> Output {
        let home = tempfile::tempdir().unwrap();
        toban(&["triage", "--alarm", "web-5xx", "--output", "json", "--lang", "en", "--region", "eu-west-1"])
            .args(["--endpoint-url", &self.url])
            .env("HOME", home.path())
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .output()
            .unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn what_is_denied_is_said_and_the_rest_is_used() {
    let output = Served::with("deny=elasticloadbalancing:DescribeTargetHealth").explain();
    assert!(output.status.success());
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(first(&said).0, "RevokeSecurityGroupIngress");
    assert_eq!(said["complete"], false);
    let error = &said["errors"][0];
    assert_eq!(
        (&error["operation"], &error["kind"]),
        (&"elasticloadbalancing:DescribeTargetHealth".into(), &"denied".into())
    );
    assert!(checks(&said, "unknown").contains(&"elb.targets"), "{}", said["checks"]);
}

#[test]
fn without_the_trail_the_checks_still_speak() {
    let output = Served::with("deny=cloudtrail").explain();
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&said["cause_found"], &said["suspects"]), (&false.into(), &Value::Array(Vec::new())));
    let operations: Vec<_> = said["errors"].as_array().unwrap().iter().map(|e| &e["operation"]).collect();
    assert!(operations.contains(&&"cloudtrail:LookupEvents".into()), "{operations:?}");
    assert!(checks(&said, "fail").contains(&"elb.targets"), "{}", said["checks"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("cloudtrail:LookupEvents"));
}
