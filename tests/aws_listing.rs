//! `toban list` on a network and on accounts where not everything answers.

mod aws_stub;

use std::time::{Duration, Instant};

use aws_stub::{Answer, Asked, KEYS, Stub, settings};
use toban::{
    aws::{Clients, Settings, Timeouts},
    config::Thresholds,
    filter::Filter,
    listing::{Listing, Wish, collect},
    panes::PaneId,
    problem::ProblemKind,
    runtime::Clock,
    scope::Scopes,
    text::{Catalogue, Lang},
    trail::Store,
};

async fn list(settings: Settings) -> Listing {
    let scopes = Clients::plan(&settings);
    let clients = Clients::new(settings, &scopes);
    let (words, thresholds) = (Catalogue::load(Lang::En), Thresholds::default());
    let wish = Wish {
        pane: PaneId::Instances,
        filter: Filter::default(),
        sort: None,
        words: &words,
        thresholds: &thresholds,
        store: &Store::in_memory(),
        incidents: Vec::new(),
        duties: Vec::new(),
    };
    collect(&clients, Scopes::new(scopes), wish, &Clock::System).await
}

fn in_regions(url: &str, regions: &[&str]) -> Settings {
    Settings { regions: regions.iter().map(|r| (*r).to_owned()).collect(), ..settings(url, KEYS, "test") }
}

fn ec2(operation: &str, inside: &str) -> Answer {
    let body = format!(
        "<{operation}Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">{inside}</{operation}Response>"
    );
    Answer::xml(200, body)
}

fn caller() -> Answer {
    Answer::xml(
        200,
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult><Arn>\
         arn:aws:iam::111122223333:user/x</Arn><UserId>AIDA</UserId><Account>111122223333</Account>\
         </GetCallerIdentityResult></GetCallerIdentityResponse>",
    )
}

/// An account without instances, in two Regions.
fn empty(asked: &Asked) -> Answer {
    match asked.action() {
        "GetCallerIdentity" => caller(),
        "DescribeRegions" => ec2(
            "DescribeRegions",
            "<regionInfo><item><regionName>eu-west-1</regionName></item><item><regionName>us-east-1</regionName></item>\
             </regionInfo>",
        ),
        operation => ec2(operation, ""),
    }
}

const REGIONS: [&str; 8] = [
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-north-1",
    "eu-central-1",
    "us-east-1",
    "us-east-2",
    "us-west-2",
];

#[tokio::test]
async fn a_dead_network_costs_one_time_out_however_many_regions_there_are() {
    let stub = Stub::start(|_| Answer::xml(200, "").after(Duration::from_mins(10))).await;
    let operation = Duration::from_millis(1500);
    let timeouts = Timeouts { connect: operation, attempt: operation, operation };
    let started = Instant::now();
    let found = list(Settings { timeouts, ..in_regions(&stub.url, &REGIONS) }).await;
    // Eight time-outs one after the other are twelve seconds.
    assert!(started.elapsed() < Duration::from_secs(6), "{:?}", started.elapsed());
    assert_eq!((found.failed.len(), found.exit_code()), (8, 1));
    assert!(found.problems.iter().all(|(_, p)| p.kind == ProblemKind::Offline), "{:?}", found.problems);
    assert_eq!(found.problems.len(), 8, "said once for each Region: {:?}", found.problems);
    let regions: Vec<&str> = found.scopes.iter().map(|(_, s)| s.region.as_str()).collect();
    assert_eq!(regions, REGIONS);
}

#[tokio::test]
async fn an_empty_list_does_not_wait_long_for_an_sts_that_hangs() {
    let stub = Stub::start(|asked| match asked.action() {
        "GetCallerIdentity" => caller().after(Duration::from_mins(10)),
        _ => empty(asked),
    })
    .await;
    let started = Instant::now();
    let found = list(in_regions(&stub.url, &REGIONS)).await;
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    assert!(found.is_complete() && found.exit_code() == 0, "{:?}", found.problems);
    assert!(found.scopes.iter().all(|(_, s)| s.account.is_none()));
}

#[tokio::test]
async fn a_denied_list_still_says_whose_account_it_is() {
    let stub = Stub::start(|asked| match asked.action() {
        "GetCallerIdentity" => caller().after(Duration::from_millis(300)),
        _ => Answer::ec2_error(403, "UnauthorizedOperation", "no"),
    })
    .await;
    let found = list(in_regions(&stub.url, &["eu-west-1"])).await;
    let accounts: Vec<Option<&str>> = found.scopes.iter().map(|(_, s)| s.account.as_deref()).collect();
    assert_eq!((accounts.as_slice(), found.exit_code()), ([Some("111122223333")].as_slice(), 1));
}

#[tokio::test]
async fn regions_that_could_not_be_told_are_a_failure() {
    let stub = Stub::start(|asked| match asked.action() {
        "DescribeRegions" => Answer::ec2_error(403, "UnauthorizedOperation", "no"),
        _ => empty(asked),
    })
    .await;
    let found = list(in_regions(&stub.url, &["all"])).await;
    assert_eq!((found.failed.len(), found.exit_code()), (0, 1));
    let told: Vec<(&str, ProblemKind)> =
        found.problems.iter().map(|(_, p)| (p.operation.as_str(), p.kind)).collect();
    assert_eq!(told, [("ec2:DescribeRegions", ProblemKind::Denied)]);
}

#[tokio::test]
async fn what_fails_everything_is_said_once_and_every_request_is_counted() {
    // Each service in the form that it speaks.
    let stub = Stub::start(|asked| match asked.action() {
        "GetCallerIdentity" => Answer::query_error(400, "ExpiredToken", "Request has expired."),
        _ => Answer::ec2_error(400, "RequestExpired", "Request has expired."),
    })
    .await;
    let found = list(in_regions(&stub.url, &["all"])).await;
    // DescribeRegions, DescribeInstances, its status checks and STS have all been refused in the same words.
    let told: Vec<&str> = found.problems.iter().map(|(_, p)| p.operation.as_str()).collect();
    assert_eq!(told, ["ec2:DescribeInstances"], "{:?}", found.problems);
    assert_eq!(found.exit_code(), 3);

    let stub = Stub::start(empty).await;
    let found = list(in_regions(&stub.url, &["all"])).await;
    assert!(found.is_complete(), "{:?}", found.problems);
    assert_eq!(found.scopes.len(), 2);
    assert_eq!(found.calls as usize, stub.asked().len());
    assert_eq!(stub.actions("GetCallerIdentity").len(), 1);
}

#[tokio::test]
async fn retries_of_secondary_questions_are_counted_too() {
    let stub = Stub::start(|asked| match asked.action() {
        "GetCallerIdentity" => Answer::query_error(400, "Throttling", "Rate exceeded"),
        _ => empty(asked),
    })
    .await;
    let found = list(in_regions(&stub.url, &["eu-west-1"])).await;
    // Three attempts take longer than the listing waits now and then; whatever went out is counted.
    let out = stub.actions("GetCallerIdentity").len();
    assert!(out >= 2, "{out}");
    assert!(found.calls as usize >= 2 + 2, "{} of {}", found.calls, stub.asked().len());
}
