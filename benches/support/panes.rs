//! What all panes together cost: calls while nobody does anything, and the way from a cold start to the cause.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;

use crate::{
    CREDENTIALS,
    aws_stub::{Asked, Stub},
    cached,
    fleet::{self, Fleet, Size},
    median, ms, peak_mb,
    pty::{Launch, Session},
    report, rss_mb,
};

/// What the drill's worst alarm has behind it.
const CAUSE: [&str; 3] = ["ops-cli-user", "revoked ingress", "443"];
const IDLE: Duration = Duration::from_mins(5);

/// The endpoint of a made-up account, and the console for it.
fn console(size: Size, now: i64) -> (Stub, Launch) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let fleet = Arc::new(Fleet::new(size, now));
    let stub = runtime.block_on(Stub::start(move |asked| fleet.answer(asked)));
    let launch = Launch::toban(&["--endpoint-url", &stub.url, "--utc", "--lang", "en"]);
    let launch = CREDENTIALS.iter().fold(launch, |launch, (name, value)| launch.env(name, value));
    (stub, launch.size(160, 48))
}

/// From the start of the program, with an empty home and 20 ms between it and the account, to the events behind the
/// worst alarm: one key, pressed as soon as there is a row to press it on.
pub(crate) fn first_look() {
    let times = (0..9)
        .map(|_| {
            let args = ["drill", "--fault", "latency=20ms", "--utc", "--lang", "en"];
            let started = Instant::now();
            let mut session = Launch::toban(&args).size(120, 36).start();
            session.wait("something critical", |screen| screen.contains("▌● crit"));
            session.keys("e");
            session.wait("the cause", |screen| {
                screen.text().lines().any(|line| CAUSE.iter().all(|part| line.contains(part)))
            });
            ms(started)
        })
        .collect();
    let shown = format!("{:.1} s", median(times) / 1e3);
    report("worst alarm → events behind it, from a cold start, 20 ms a call", "< 3 s", &shown);
}

/// What `toban triage` says of the shop that is down, and what that cost.
fn explained(drill: &str, alarm: &str) -> (f64, u64, String) {
    let home = tempfile::tempdir().expect("a home");
    let started = Instant::now();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_toban"))
        .args(["triage", "--alarm", alarm, "--drill", drill, "--output", "json", "--lang", "en"])
        .env_clear()
        .env("HOME", home.path())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .output()
        .expect("toban runs");
    let took = ms(started);
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let first = said["suspects"][0]["event"]["name"].as_str().unwrap_or_default().to_owned();
    (took, said["api_calls"].as_u64().unwrap_or(u64::MAX), first)
}

/// From the start of the program, with 20 ms between it and the account and two lookups a second, to the first suspect on
/// the page of the alarm that fired first; and what whole explanations cost.
pub(crate) fn suspect() {
    let times = (0..7)
        .map(|_| {
            let args = ["drill", "web-down", "--fault", "latency=20ms", "--utc", "--lang", "en"];
            let started = Instant::now();
            let mut session = Launch::toban(&args).size(120, 36).start();
            session.wait("something critical", |screen| screen.contains("▌● crit"));
            session.keys("enter");
            session.wait("the first suspect", |screen| {
                screen
                    .text()
                    .lines()
                    .any(|line| line.contains(" 1 0.") && line.contains("RevokeSecurityGroupIngress"))
            });
            ms(started)
        })
        .collect();
    let shown = format!("{:.1} s", median(times) / 1e3);
    report(
        "drill web-down: cold start → first suspect, the right one, on the alarm's page, 20 ms a call",
        "< 3 s",
        &shown,
    );
    let all = [
        ("web-down", "web-5xx"),
        ("deploy-regression", "web-5xx"),
        ("key-leak", "shared key elsewhere"),
        ("disk-full", "orders-db-1 disk (/)"),
        ("host-failure", "status-web-canary-1"),
    ];
    let costs = all.map(|(drill, alarm)| explained(drill, alarm));
    let most = costs.iter().map(|(_, calls, _)| *calls).max().unwrap_or(0);
    let slowest = costs.iter().map(|(took, ..)| *took).fold(0.0, f64::max);
    let shown = format!("{most} calls, {:.1} s", slowest / 1e3);
    report(
        "`toban triage --alarm` in five drills: calls of the costliest, time of the slowest",
        "≤ 60",
        &shown,
    );
}

/// Calls a second that AWS publishes, or that are taken to be safe where it does not (`aws-facts.md` §1.0).
fn published(operation: &str) -> usize {
    match operation {
        "cloudtrail:LookupEvents" => 2,
        "cloudwatch:DescribeAlarms" => 9,
        "cloudwatch:DescribeAlarmHistory" => 3,
        // With Metrics Insights; 50 without.
        "cloudwatch:GetMetricData" => 10,
        _ if operation.starts_with("ec2:") => 50,
        _ => 5,
    }
}

/// Most calls within any one second.
fn peak(calls: &[Instant]) -> usize {
    let within = |from: &Instant| {
        calls.iter().filter(|at| **at >= *from && at.duration_since(*from) < Duration::from_secs(1)).count()
    };
    calls.iter().map(within).max().unwrap_or(0)
}

/// Five minutes from a cold start with all panes live, which ask for everything once and again by their intervals; in a
/// busy account, whose events are never all read.
pub(crate) fn idle_calls() {
    let size = Size { instances: 300, alarms: 100, jobs: 600, change_every: 20 };
    let (stub, launch) = console(size, Timestamp::now().as_second());
    let mut session = launch.start();
    session.wait_text("Alarms");
    let started = session.elapsed();
    while session.elapsed() < started + IDLE {
        session.settle(Duration::from_secs(1));
    }
    // Limits are those of an account in a Region; the events of global services are in one of their own.
    let mut calls: BTreeMap<(String, String), Vec<Instant>> = BTreeMap::new();
    let asked: Vec<Asked> = stub.asked();
    for call in &asked {
        calls.entry((fleet::operation(call), fleet::region(call))).or_default().push(call.at);
    }
    let lookups = calls.iter().filter(|((name, _), _)| name == "cloudtrail:LookupEvents");
    let lookups: usize = lookups.map(|(_, calls)| calls.len()).sum();
    let above: Vec<String> = calls
        .iter()
        .filter(|((operation, _), calls)| peak(calls) > published(operation))
        .map(|((operation, _), calls)| format!("{operation} {} a second", peak(calls)))
        .collect();
    let above = if above.is_empty() { "none".to_owned() } else { above.join(", ") };
    let total = asked.len().to_string();
    report("calls in the first 5 minutes, 300 instances, 100 alarms, all panes live", "≤ 150", &total);
    report("of them LookupEvents", "≤ 30", &lookups.to_string());
    report("operations asked more often than AWS allows", "none", &above);
    for ((operation, region), calls) in &calls {
        let (peak, most) = (peak(calls), published(operation));
        println!("<!-- {operation} {region}: {}, at most {peak} a second of {most} -->", calls.len());
    }
}

/// The peak with everything that a large account has on screen at once, over two refreshes of every pane.
pub(crate) fn everything() {
    const EVENTS: usize = 50_000;
    let now = Timestamp::now().as_second();
    let size = Size { instances: 10_000, alarms: 1_000, jobs: 3_000, change_every: 0 };
    let (stub, launch) = console(size, now);
    cached::write(&launch.home().join("cache/toban/trail"), &stub.url, now, EVENTS);
    let mut session = launch.start();
    session.wait_text("Alarms");
    session.keys("6");
    // Half of them are routine.
    session.wait_text(&format!("{} rows, {} routine hidden", EVENTS / 2, EVENTS / 2));
    let with_events = (session.elapsed(), peak_mb(session.process_id()));
    session.keys("1");
    let quiet = |session: &mut Session| {
        let (mut before, mut since) = (usize::MAX, Instant::now());
        while since.elapsed() < Duration::from_secs(3) {
            session.settle(Duration::from_millis(500));
            if before != stub.asked().len() {
                (before, since) = (stub.asked().len(), Instant::now());
            }
        }
    };
    quiet(&mut session);
    let first = peak_mb(session.process_id());
    println!("<!-- at rest: {:.0} MB -->", rss_mb(session.process_id()));
    for _ in 0..2 {
        session.keys("r");
        quiet(&mut session);
    }
    let shown = format!("{first:.0} MB · {:.0} MB", peak_mb(session.process_id()));
    report(
        "peak memory, 10,000 instances, 1,000 alarms, 50,000 events · with two refreshes",
        "< 150 MB",
        &shown,
    );
    println!("<!-- at rest: {:.0} MB -->", rss_mb(session.process_id()));
    println!("<!-- when the events were there: {:.0?}, {:.0} MB -->", with_events.0, with_events.1);
}
