//! The drill account as its users see it: the scenario's course, and every operation through the real Rust SDK.

mod backup;
mod cloudtrail;
mod cloudwatch;
mod data;
mod ec2;
mod errors;
mod graph;
mod hostile;
mod metrics;
mod network;
mod played;
mod snapshots;
mod ssm;
mod story;
mod told;

use super::*;
use aws_credential_types::Credentials;

use crate::text::{Catalogue, Lang};

/// When the tests are, unless they are elsewhere: a Friday night.
pub(super) const NOW: &str = "2026-05-01T03:04:05Z";

pub(super) fn options() -> Options {
    Options { now: Some(NOW.parse().unwrap()), ..Options::default() }
}

pub(super) fn drill() -> Drill {
    Drill::open(&options()).unwrap()
}

/// A drill in which some time has passed since it was opened.
pub(super) fn later(secs: i64) -> Drill {
    let script = Script::load("web-down").unwrap();
    let now: Timestamp = NOW.parse().unwrap();
    let at = Duration::from_secs(u64::try_from(script.opens_at.0 + secs).unwrap());
    Drill::open(&Options { now: Some(world::shift(now, secs)), at: Some(at), ..options() }).unwrap()
}

pub(super) fn faulty(faults: &[&str]) -> Drill {
    let faults = faults.iter().map(|text| text.parse().unwrap()).collect();
    Drill::open(&Options { faults, ..options() }).unwrap()
}

pub(super) fn ec2(drill: &Drill, region: &'static str) -> aws_sdk_ec2::Client {
    let config = aws_sdk_ec2::Config::builder()
        .behavior_version(aws_sdk_ec2::config::BehaviorVersion::latest())
        .region(aws_sdk_ec2::config::Region::new(region))
        .credentials_provider(Credentials::for_tests())
        .retry_config(aws_sdk_ec2::config::retry::RetryConfig::disabled())
        .http_client(drill.http_client())
        .build();
    aws_sdk_ec2::Client::from_conf(config)
}

pub(super) fn cloudwatch(drill: &Drill, region: &'static str) -> aws_sdk_cloudwatch::Client {
    let config = aws_sdk_cloudwatch::Config::builder()
        .behavior_version(aws_sdk_cloudwatch::config::BehaviorVersion::latest())
        .region(aws_sdk_cloudwatch::config::Region::new(region))
        .credentials_provider(Credentials::for_tests())
        .retry_config(aws_sdk_cloudwatch::config::retry::RetryConfig::disabled())
        .http_client(drill.http_client())
        .build();
    aws_sdk_cloudwatch::Client::from_conf(config)
}

pub(super) fn cloudtrail(drill: &Drill, region: &'static str) -> aws_sdk_cloudtrail::Client {
    let config = aws_sdk_cloudtrail::Config::builder()
        .behavior_version(aws_sdk_cloudtrail::config::BehaviorVersion::latest())
        .region(aws_sdk_cloudtrail::config::Region::new(region))
        .credentials_provider(Credentials::for_tests())
        .retry_config(aws_sdk_cloudtrail::config::retry::RetryConfig::disabled())
        .http_client(drill.http_client())
        .build();
    aws_sdk_cloudtrail::Client::from_conf(config)
}

#[test]
fn an_unknown_drill_and_a_senseless_speed_are_refused() {
    let words = Catalogue::load(Lang::En);
    let open = |options: Options| Drill::open(&options).unwrap_err().sentence().text(&words);
    let said = open(Options { scenario: "nope".to_owned(), ..options() });
    assert_eq!(
        said,
        "There is no drill named \"nope\"; the drills are: web-down, host-failure, deploy-regression, disk-full, key-leak."
    );
    let said = open(Options { speed: Some(-1.0), ..options() });
    assert!(said.contains("-1"), "{said}");
}

#[test]
fn every_reason_why_a_drill_cannot_be_opened_is_a_sentence_in_every_language() {
    let addr: SocketAddr = "192.0.2.1:8080".parse().unwrap();
    for lang in [Lang::En, Lang::Ja] {
        let words = Catalogue::load(lang);
        for (error, part) in [
            (DrillError::UnknownScenario { name: "nope".into(), known: "web-down".into() }, "web-down"),
            (DrillError::broken("web-down", "line 3"), "line 3"),
            (DrillError::Speed(-1.0), "100000"),
            (DrillError::NotLoopback { addr }, "127.0.0.1:8080"),
            (DrillError::Bind { addr, source: std::io::Error::other("EADDRINUSE") }, "EADDRINUSE"),
        ] {
            let said = error.sentence().text(&words);
            assert!(said.contains(part) && !said.contains('{'), "{said}");
            assert!(said.ends_with(if lang == Lang::En { '.' } else { '。' }), "{said}");
        }
    }
}

#[test]
fn the_clock_stands_still_when_pinned_and_runs_when_not() {
    let pinned = drill();
    assert_eq!(pinned.now().to_string(), NOW);
    let fast = Drill::open(&Options { speed: Some(100_000.0), ..options() }).unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    while fast.now() < pinned.now() + Duration::from_mins(1) {
        assert!(Instant::now() < deadline, "the clock does not run");
    }
    let real = Drill::open(&Options { now: None, ..options() }).unwrap();
    let off = real.now().duration_since(Timestamp::now()).as_secs().abs();
    assert!(off <= 2, "{off}");
}

#[tokio::test]
async fn only_loopback_is_served() {
    let addr = "192.0.2.1:8080".parse().unwrap();
    let said = serve(drill(), addr, |_| panic!("it was bound"), std::future::ready(()))
        .await
        .unwrap_err()
        .sentence()
        .text(&Catalogue::load(Lang::En));
    assert!(said.contains("loopback") && said.contains("127.0.0.1:8080"), "{said}");
}

#[test]
fn the_same_request_has_the_same_bytes_in_any_drill_of_the_same_seed_and_moment() {
    let request = |body: &'static str| {
        Request::post("/")
            .header("host", "monitoring.eu-west-1.amazonaws.com")
            .body(Bytes::from(body))
            .unwrap()
    };
    let bodies = [
        "Action=DescribeAlarms&Version=2010-08-01&MaxRecords=100",
        "Action=DescribeAlarmHistory&Version=2010-08-01",
        "Action=ListMetrics&Version=2010-08-01",
    ];
    let (one, two) = (drill(), drill());
    let other = Drill::open(&Options { seed: 2, ..options() }).unwrap();
    for body in bodies {
        let first = one.answer(&request(body)).1;
        assert_eq!(first.status(), 200);
        // Asked again, and of a drill that was asked other things before.
        assert_eq!(first.body(), one.answer(&request(body)).1.body());
        assert_eq!(first.body(), two.answer(&request(body)).1.body());
        assert_ne!(first.body(), other.answer(&request(body)).1.body());
    }
}

/// The checks that boto3 makes (`tests/drill_boto3.rs`).
const BOTO3: [&str; 3] = [
    include_str!("../../tests/boto3/check_drill.py"),
    include_str!("../../tests/boto3/graph.py"),
    include_str!("../../tests/boto3/reads.py"),
];

/// `DescribeDBInstances` as boto3 has it: `describe_db_instances`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut before = 'A';
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        let word_ahead = before.is_uppercase() && chars.peek().is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && !out.is_empty() && (!before.is_uppercase() || word_ahead) {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
        before = c;
    }
    out
}

#[test]
fn boto3_asks_for_every_operation() {
    assert_eq!(snake("DescribeDBInstances"), "describe_db_instances");
    for operation in ops::OPERATIONS {
        let name = snake(operation.name);
        assert!(BOTO3.iter().any(|text| text.contains(&name)), "{name}");
    }
}
