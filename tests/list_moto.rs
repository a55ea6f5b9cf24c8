//! `toban list instances` against a real moto server with more than 1,000 instances, compared with what boto3 says about
//! the same server: other people's server and other people's client.
//!
//! Without Python this is skipped, loudly (`tests/support/venv.rs`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "tests")]

#[path = "support/venv.rs"]
mod venv;

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, ExitCode, Stdio},
};

use serde_json::Value;

fn main() -> ExitCode {
    venv::run_tests(&[("the_same_instances_as_boto3", the_same_instances_as_boto3)])
}

/// Ends the server with the test, however the test ends.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn clean(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars().filter(|(name, _)| {
        name.starts_with("AWS_") || name.starts_with("TOBAN_") || name.to_lowercase().ends_with("_proxy")
    }) {
        command.env_remove(name);
    }
    command
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_REGION", "eu-west-1")
        .env("PYTHONIOENCODING", "utf-8");
    command
}

fn by_id(rows: &Value) -> BTreeMap<String, &Value> {
    let rows = rows.as_array().expect("a list of rows");
    rows.iter().map(|row| (row["id"].as_str().expect("an id").to_owned(), row)).collect()
}

fn the_same_instances_as_boto3(python: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/boto3/moto_fleet.py");
    let mut server = clean(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let _server = Server(server);
    let address = lines.next().expect("the server's address").unwrap();
    let theirs: Value = serde_json::from_str(&lines.next().expect("boto3's answer").unwrap()).unwrap();

    let home = tempfile::tempdir().unwrap();
    let output = clean(env!("CARGO_BIN_EXE_toban"))
        .args(["list", "instances", "--output", "json", "--endpoint-url", &address])
        .env("HOME", home.path())
        .output()
        .expect("toban runs");
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{complaint}");
    let ours: Value = serde_json::from_slice(&output.stdout).expect("JSON on standard output");

    assert_eq!((&ours["pane"], &ours["complete"]), (&"instances".into(), &true.into()), "{complaint}");
    assert_eq!(ours["errors"], serde_json::json!([]));
    let (theirs, ours) = (by_id(&theirs), by_id(&ours["rows"]));
    assert!(theirs.len() > 1_000, "{} instances are too few to need a second page", theirs.len());
    assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
    let mut states = BTreeMap::<&str, usize>::new();
    for (id, want) in &theirs {
        let have = ours[id];
        for (field, value) in want.as_object().unwrap() {
            assert_eq!(&have[field], value, "{field} of {id}");
        }
        assert_eq!(have["scope"]["account"], "123456789012");
        assert_eq!(have["scope"]["region"], "eu-west-1");
        let expected = if want["state"] == "running" { "ok" } else { "not-applicable" };
        assert!(
            have["status_system"] == expected || want["state"] != "running",
            "the system check of {id} ({}) is {}",
            want["state"],
            have["status_system"]
        );
        *states.entry(want["state"].as_str().unwrap()).or_default() += 1;
    }
    println!("{} instances agree: {states:?}", theirs.len());
    assert!(states.contains_key("stopped") && states.contains_key("terminated"), "{states:?}");
}
