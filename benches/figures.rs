//! The figures of the README, measured side by side in one run: `cargo bench --bench figures`.
//!
//! Each line is a median with its bar. Times that depend on the machine are compared with a bare program doing the
//! same on the same machine in the same minute; only those ratios mean something elsewhere. Nothing here asserts: a
//! noisy neighbour must not fail a build.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a benchmark: a failure is its report"
)]

#[path = "../tests/aws_stub/mod.rs"]
mod aws_stub;
#[path = "support/cached.rs"]
mod cached;
#[path = "../tests/fleet/mod.rs"]
mod fleet;
#[path = "support/journal.rs"]
mod journal;
#[path = "support/logs.rs"]
mod logs;
#[path = "support/panes.rs"]
mod panes;
#[path = "../tests/support/pty.rs"]
mod pty;
#[path = "../tests/support/screen.rs"]
mod screen;
#[path = "support/stub.rs"]
mod stub;
#[path = "../tests/support/writer.rs"]
mod writer;

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    process::{Command, Stdio},
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use aws_sdk_ec2::config::{BehaviorVersion, Credentials, Region};
use pty::{Launch, Session};
use stub::{Behaviour, Stub};

const FLEET: usize = 10_000;
const CREDENTIALS: [(&str, &str); 3] =
    [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret"), ("AWS_REGION", "eu-west-1")];

fn main() {
    if journal::is_writer() {
        return;
    }
    // `cargo test --benches` runs this too; there it only has to start.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    println!("| figure | bar | measured |\n|---|---|---|");
    let figures: [(&str, fn()); 13] = [
        ("frame", first_frame),
        ("rows", first_rows),
        ("far", || listing(Duration::from_millis(300), 3, "300 ms a page ÷ bare page loop", 1.25)),
        ("near", || listing(Duration::from_millis(20), 7, "20 ms a page ÷ the SDK's paginator", 1.15)),
        ("keys", keys_and_idle),
        ("logs", logs::logs),
        ("memory", memory),
        ("hanging", hanging_key),
        ("first-look", panes::first_look),
        ("suspect", panes::suspect),
        ("everything", panes::everything),
        ("idle-calls", panes::idle_calls),
        ("journal", journal::journal),
    ];
    // `cargo bench --bench figures -- memory` measures that alone.
    let chosen: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    for (name, measure) in figures {
        if chosen.is_empty() || chosen.iter().any(|c| c == name) {
            measure();
        }
    }
}

fn report(figure: &str, bar: &str, measured: &str) {
    println!("| {figure} | {bar} | {measured} |");
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn behaviour() -> Behaviour {
    Behaviour { instances: FLEET, delay: Duration::ZERO, later_pages: Duration::ZERO, hangs: false }
}

fn console(stub: &Stub, args: &[&str]) -> Launch {
    let url = stub.url();
    let args: Vec<&str> = ["--endpoint-url", &url].into_iter().chain(args.iter().copied()).collect();
    CREDENTIALS
        .iter()
        .fold(Launch::toban(&args), |launch, (name, value)| launch.env(name, value))
        .size(120, 36)
}

fn ms(from: Instant) -> f64 {
    from.elapsed().as_secs_f64() * 1e3
}

fn first_frame() {
    let stub = Stub::start(Behaviour { hangs: true, ..behaviour() }).unwrap();
    let times = (0..15)
        .map(|_| {
            let launch = console(&stub, &[]);
            let started = Instant::now();
            let mut session = launch.start();
            session.wait_text("Alarms");
            ms(started)
        })
        .collect();
    report("spawn → first frame, endpoint hanging", "< 50 ms", &format!("{:.0} ms", median(times)));
}

fn first_rows() {
    let times = (0..9)
        .map(|_| {
            let stub =
                Stub::start(Behaviour { later_pages: Duration::from_secs(20), ..behaviour() }).unwrap();
            let mut session = console(&stub, &[]).start();
            session.wait_text("Alarms");
            session.keys("3");
            session.wait_text("web-1");
            let seen = Instant::now();
            let answered = stub.first_page.lock().unwrap().expect("a page was answered");
            seen.duration_since(answered).as_secs_f64() * 1e3
        })
        .collect();
    let shown = format!("{:.0} ms", median(times));
    report("first rows on screen after the first page's answer", "< 50 ms", &shown);
}

fn listing(delay: Duration, rounds: usize, name: &str, bar: f64) {
    let stub = Stub::start(Behaviour { delay, ..behaviour() }).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let started = Instant::now();
        let mut command = Command::new(env!("CARGO_BIN_EXE_toban"));
        command
            .args(["list", "instances", "--output", "json", "--endpoint-url", &stub.url()])
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .envs(CREDENTIALS)
            .stdout(Stdio::piped());
        let output = command.output().expect("toban runs");
        ours.push(ms(started));
        assert!(output.status.success(), "toban list failed");
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(document["rows"].as_array().map(Vec::len), Some(FLEET));
        assert_eq!(document["complete"], true, "{}", document["errors"]);
        let started = Instant::now();
        if delay > Duration::from_millis(100) {
            bare_loop(&stub);
        } else {
            runtime.block_on(paginator(&stub.url()));
        }
        theirs.push(ms(started));
    }
    let (ours, theirs) = (median(ours), median(theirs));
    let shown = format!("{:.2} ({ours:.0} ÷ {theirs:.0} ms)", ours / theirs);
    report(&format!("`toban list instances`, 10,000 instances, {name}"), &format!("≤ {bar}"), &shown);
}

/// The pages one after the other, read and thrown away.
fn bare_loop(stub: &Stub) {
    let mut token = String::new();
    loop {
        let mut stream = TcpStream::connect(stub.address).unwrap();
        let body = format!("Action=DescribeInstances&MaxResults=1000{token}");
        write!(stream, "POST / HTTP/1.1\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
        let mut answer = Vec::new();
        let mut bytes = vec![0; 65_536];
        while !answer.ends_with(b"Response>") {
            let count = stream.read(&mut bytes).unwrap();
            answer.extend_from_slice(&bytes[..count]);
        }
        let tail = String::from_utf8_lossy(&answer[answer.len().saturating_sub(200)..]).into_owned();
        let Some((_, next)) = tail.split_once("<nextToken>") else { return };
        token = format!("&NextToken={}", next.split_once('<').unwrap().0);
    }
}

async fn paginator(url: &str) {
    let config = aws_sdk_ec2::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "secret", None, None, "bench"))
        .endpoint_url(url)
        .build();
    let client = aws_sdk_ec2::Client::from_conf(config);
    let mut pages = client.describe_instances().max_results(1000).into_paginator().send();
    let mut count = 0;
    while let Some(page) = pages.next().await {
        count += page.unwrap().reservations().iter().map(|r| r.instances().len()).sum::<usize>();
    }
    assert_eq!(count, FLEET);
}

/// User and system time of a process in milliseconds (100 ticks a second, as everywhere on Linux).
fn cpu_ms(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) * 10.0
}

/// The most memory that a process has had.
fn peak_mb(pid: u32) -> f64 {
    memory_mb(pid, "VmHWM")
}

/// What it has now.
fn rss_mb(pid: u32) -> f64 {
    memory_mb(pid, "VmRSS")
}

fn memory_mb(pid: u32, field: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|l| l.starts_with(field)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}

fn keys_and_idle() {
    const KEYS: u32 = 300;
    let stub = Stub::start(behaviour()).unwrap();
    let mut session = console(&stub, &[]).start();
    session.wait_text("Alarms");
    session.keys("3");
    session.wait_text("10000");
    let pid = session.process_id();
    // The other panes ask about the same fleet, some at five calls a second; at rest is when they have been answered.
    let mut before = usize::MAX;
    while before != stub.calls.load(Ordering::Relaxed) {
        before = stub.calls.load(Ordering::Relaxed);
        std::thread::sleep(Duration::from_secs(2));
        session.settle(Duration::from_millis(40));
    }
    println!("<!-- at rest after {:.0} s -->", session.elapsed().as_secs_f64());

    let before = cpu_ms(pid);
    let window = Duration::from_secs(20);
    std::thread::sleep(window);
    let idle = (cpu_ms(pid) - before) / window.as_secs_f64() / 10.0;

    let before = cpu_ms(pid);
    for at in 0..KEYS {
        session.keys(if at % 3 == 2 { "pgdn" } else { "j" });
        session.settle(Duration::from_millis(40));
    }
    let moving = (cpu_ms(pid) - before) / f64::from(KEYS);

    // The first of them also makes the text that is searched.
    let before = cpu_ms(pid);
    let mut typed = 0;
    for _ in 0..10 {
        session.keys("/");
        for key in ["w", "e", "b", "-", "4", "2"] {
            session.keys(key);
            session.settle(Duration::from_millis(40));
        }
        session.keys("esc");
        session.settle(Duration::from_millis(40));
        typed += 8;
    }
    let filtering = (cpu_ms(pid) - before) / f64::from(typed);
    report(
        "CPU per key press at 10,000 rows, moving · filtering",
        "< 3 ms",
        &format!("{moving:.1} · {filtering:.1} ms"),
    );
    report("idle CPU at 10,000 rows", "< 1 %", &format!("{idle:.2} %"));
}

/// The peak from the start over two refreshes, each of which reads all rows anew while the old ones are on screen.
fn memory() {
    let peaks: Vec<[f64; 2]> = (0..3)
        .map(|_| {
            let stub = Stub::start(behaviour()).unwrap();
            let mut session = console(&stub, &[]).start();
            session.wait_text("Alarms");
            session.keys("3");
            session.wait_text("10000");
            let quiet = |session: &mut Session| {
                let mut before = usize::MAX;
                while before != stub.calls.load(Ordering::Relaxed) {
                    before = stub.calls.load(Ordering::Relaxed);
                    session.settle(Duration::from_millis(700));
                }
            };
            quiet(&mut session);
            let first = peak_mb(session.process_id());
            for _ in 0..2 {
                session.keys("r");
                quiet(&mut session);
            }
            [first, peak_mb(session.process_id())]
        })
        .collect();
    let of = |at: usize| median(peaks.iter().map(|p| p[at]).collect());
    let shown = format!("{:.0} MB · {:.0} MB", of(0), of(1));
    report("peak memory at 10,000 rows · with two refreshes", "< 100 MB", &shown);
}

fn hanging_key() {
    let stub = Stub::start(Behaviour { hangs: true, ..behaviour() }).unwrap();
    let mut session: Session = console(&stub, &[]).start();
    session.wait_text("Alarms");
    session.settle(Duration::from_millis(300));
    let times = (0..15)
        .map(|at| {
            let started = Instant::now();
            if at % 2 == 0 {
                session.keys("?");
                session.wait_text("quit");
            } else {
                session.keys("esc");
                session.wait_gone("sort-next");
            }
            ms(started)
        })
        .collect();
    report(
        "key → its answer on screen while every call hangs",
        "< 50 ms",
        &format!("{:.0} ms", median(times)),
    );
}
