//! The drill account served on loopback, checked from outside: boto3 asks for every operation there is. And the registry of
//! reads, checked against the models of the services that boto3 has.
//!
//! The checks are in `tests/boto3/check_drill.py` and `check_registry.py`. Without Python this is skipped, loudly (`tests/support/venv.rs`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "tests")]

#[path = "support/venv.rs"]
mod venv;

use std::{
    path::Path,
    process::{Command, ExitCode},
    time::Duration,
};

use serde_json::{Value as Json, json};
use toban::{
    drill::{Drill, Options, serve},
    reads::{self, Arg, Kind},
};
use tokio::{sync::oneshot, task::spawn_blocking, time::timeout};

/// Longer than the slowest machine needs; the script gives up a little earlier by itself.
const LIMIT: Duration = Duration::from_mins(3);

/// Serves a drill and runs the script against it with some arguments.
async fn check(options: &Options, python: &Path, args: &[&str]) {
    let drill = Drill::open(options).unwrap();
    let (ready, bound) = oneshot::channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let address = "127.0.0.1:0".parse().unwrap();
    let server = tokio::spawn(serve(drill, address, |address| ready.send(address).unwrap(), async {
        let _ = stopped.await;
    }));
    let address = bound.await.unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/boto3/check_drill.py");
    let mut command = Command::new(python);
    command.arg(script).arg(format!("http://{address}")).args(args);
    // Nothing of the machine's own configuration, and no look for credentials elsewhere.
    for (name, _) in std::env::vars()
        .filter(|(name, _)| name.starts_with("AWS_") || name.to_lowercase().ends_with("_proxy"))
    {
        command.env_remove(name);
    }
    command.env("AWS_EC2_METADATA_DISABLED", "true").env("AWS_CONFIG_FILE", "/dev/null");
    command.env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null").env("PYTHONIOENCODING", "utf-8");
    let output = spawn_blocking(move || command.output());
    let output = timeout(LIMIT, output).await.expect("the checks take too long").unwrap().unwrap();
    println!("{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}

fn options() -> Options {
    Options { now: Some("2026-05-01T03:04:05Z".parse().unwrap()), ..Options::default() }
}

fn main() -> ExitCode {
    venv::run_tests(&[
        ("boto3_reads_every_operation", boto3_reads_every_operation),
        ("boto3_sees_the_failed_host", boto3_sees_the_failed_host),
        ("boto3_sees_faults_as_those_of_aws", boto3_sees_faults_as_those_of_aws),
        ("the_registry_is_what_the_service_models_say", the_registry_is_what_the_service_models_say),
    ])
}

fn block_on(future: impl Future<Output = ()>) {
    tokio::runtime::Runtime::new().unwrap().block_on(future);
}

fn boto3_reads_every_operation(python: &Path) {
    block_on(check(&options(), python, &["operations"]));
}

fn boto3_sees_the_failed_host(python: &Path) {
    let options = Options { scenario: "host-failure".to_owned(), ..options() };
    block_on(check(&options, python, &["host-failure"]));
}

fn boto3_sees_faults_as_those_of_aws(python: &Path) {
    for (fault, name) in [
        ("deny=all", "denied"),
        ("expire=all", "expired"),
        ("throttle=1", "throttled"),
        ("drop=1", "dropped"),
        ("garbage=all", "garbage"),
        ("hang=all", "hanging"),
    ] {
        let faults = vec![fault.parse().unwrap()];
        block_on(check(&Options { faults, ..options() }, python, &[name]));
    }
}

fn the_registry_is_what_the_service_models_say(python: &Path) {
    fn told(args: &[Arg]) -> Vec<Json> {
        let one = |arg: &Arg| {
            let (kind, members) = match arg.kind {
                Kind::Text => ("text", &[][..]),
                Kind::Texts => ("texts", &[][..]),
                Kind::Flag => ("flag", &[][..]),
                Kind::Number => ("number", &[][..]),
                Kind::Time => ("time", &[][..]),
                Kind::Object(members) => ("object", members),
                Kind::Objects(members) => ("objects", members),
            };
            json!({ "name": arg.name, "kind": kind, "required": arg.required, "members": told(members) })
        };
        args.iter().map(one).collect()
    }
    let registry: Vec<Json> = reads::all()
        .map(|spec| json!({ "operation": spec.operation, "lists": spec.lists, "args": told(spec.args) }))
        .collect();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), Json::from(registry).to_string()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/boto3/check_registry.py");
    let output = Command::new(python).arg(script).arg(file.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
