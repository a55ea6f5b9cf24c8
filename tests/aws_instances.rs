//! Instances from a server that answers as EC2 does: pages ahead of the decoding, joined with status and images.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests")]

mod aws_stub;

use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use aws_stub::{Answer, Asked, KEYS, Stub, session, settings};
use toban::{
    aws::{
        Settings,
        ec2::{FirstPage, instances},
    },
    problem::ProblemKind,
    rows::instance::Instance,
};

const NS: &str = "xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"";

/// As many fields and tags as a real answer has: about 1.5 KB an instance.
fn instance_xml(n: usize) -> String {
    let mut tags = String::new();
    for tag in 0..8 {
        let _ = write!(tags, "<item><key>tag-{tag}</key><value>value {tag} of {n}</value></item>");
    }
    format!(
        "<item><reservationId>r-{n:08x}</reservationId><ownerId>111122223333</ownerId><groupSet/><instancesSet><item>\
         <instanceId>i-{n:017x}</instanceId><imageId>ami-{:017x}</imageId><instanceState><code>16</code><name>running</name>\
         </instanceState><privateDnsName>ip-10-0-0-1.eu-west-1.compute.internal</privateDnsName><dnsName/><reason/>\
         <keyName>key</keyName><amiLaunchIndex>0</amiLaunchIndex><productCodes/><instanceType>t3.large</instanceType>\
         <launchTime>2026-05-01T03:04:05.000Z</launchTime><placement><availabilityZone>eu-west-1a</availabilityZone>\
         <groupName/><tenancy>default</tenancy></placement><monitoring><state>disabled</state></monitoring>\
         <subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId><privateIpAddress>10.0.0.1</privateIpAddress>\
         <sourceDestCheck>true</sourceDestCheck><groupSet><item><groupId>sg-1</groupId><groupName>web</groupName></item>\
         </groupSet><architecture>x86_64</architecture><rootDeviceType>ebs</rootDeviceType><rootDeviceName>/dev/xvda\
         </rootDeviceName><blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs><volumeId>vol-{n:x}</volumeId>\
         <status>attached</status><attachTime>2026-05-01T03:04:05.000Z</attachTime><deleteOnTermination>true\
         </deleteOnTermination></ebs></item></blockDeviceMapping><virtualizationType>hvm</virtualizationType><clientToken/>\
         <tagSet><item><key>Name</key><value>web-{n}</value></item>{tags}</tagSet><hypervisor>xen</hypervisor>\
         <ebsOptimized>false</ebsOptimized><platformDetails>Linux/UNIX</platformDetails></item></instancesSet></item>",
        n % 3,
    )
}

fn status_xml(n: usize) -> String {
    format!(
        "<item><instanceId>i-{n:017x}</instanceId><availabilityZone>eu-west-1a</availabilityZone><instanceState><code>16\
         </code><name>running</name></instanceState><systemStatus><status>ok</status><details><item><name>reachability\
         </name><status>passed</status></item></details></systemStatus><instanceStatus><status>impaired</status><details>\
         <item><name>reachability</name><status>failed</status><impairedSince>2026-05-01T03:04:05Z</impairedSince></item>\
         </details></instanceStatus></item>"
    )
}

/// A Region of `total` instances in pages of what was asked for; tokens are `t-OFFSET`.
struct Region {
    total: usize,
    /// Where the token stands in the answer.
    token_first: bool,
    wait: Duration,
}

impl Region {
    fn page(&self, asked: &Asked, answer: &str, set: &str, item: fn(usize) -> String) -> Answer {
        let size: usize = asked.field("MaxResults").parse().unwrap_or(1000);
        let from: usize =
            asked.field("NextToken").strip_prefix("t&-").and_then(|t| t.parse().ok()).unwrap_or(0);
        let to = (from + size).min(self.total);
        let items: String = (from..to).map(item).collect();
        // An ampersand, so that entities in a raw token matter.
        let token =
            if to < self.total { format!("<nextToken>t&amp;-{to}</nextToken>") } else { String::new() };
        let (first, last) = if self.token_first { (token.as_str(), "") } else { ("", token.as_str()) };
        Answer::xml(
            200,
            format!("<{answer} {NS}><requestId>r</requestId>{first}<{set}>{items}</{set}>{last}</{answer}>"),
        )
        .after(self.wait)
    }

    fn answer(&self, asked: &Asked) -> Answer {
        match asked.action() {
            "DescribeInstances" => {
                self.page(asked, "DescribeInstancesResponse", "reservationSet", instance_xml)
            }
            "DescribeInstanceStatus" => {
                self.page(asked, "DescribeInstanceStatusResponse", "instanceStatusSet", status_xml)
            }
            "DescribeImages" => {
                let mut ids = String::new();
                let asked = asked.form.iter().filter(|(name, _)| name.starts_with("Filter.1.Value."));
                // ami-…2 is gone.
                for (_, id) in asked.filter(|(_, id)| !id.ends_with('2')) {
                    let date = "2025-01-02T03:04:05.000Z";
                    let _ = write!(
                        ids,
                        "<item><imageId>{id}</imageId><name>img {id}</name><creationDate>{date}</creationDate></item>"
                    );
                }
                Answer::xml(
                    200,
                    format!(
                        "<DescribeImagesResponse {NS}><imagesSet>{ids}</imagesSet></DescribeImagesResponse>"
                    ),
                )
                .after(self.wait)
            }
            other => Answer::ec2_error(400, "InvalidAction", other),
        }
    }
}

fn ids(rows: &[Arc<Instance>]) -> Vec<String> {
    rows.iter().map(|r| r.id.clone()).collect()
}

fn expected(total: usize) -> Vec<String> {
    (0..total).map(|n| format!("i-{n:017x}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_pages_come_complete_in_order_and_joined() {
    for token_first in [false, true] {
        let region = Region { total: 2345, token_first, wait: Duration::ZERO };
        let stub = Stub::start(move |asked| region.answer(asked)).await;
        let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
        let mut batches: Vec<Vec<Arc<Instance>>> = Vec::new();
        let report = instances(&session, FirstPage::Full, false, &mut |rows| batches.push(rows)).await;
        assert_eq!(report.problems, []);
        assert!(report.complete);
        let [rows] = batches.as_slice() else { unreachable!("one merged batch, got {}", batches.len()) };
        assert_eq!(ids(rows), expected(2345));
        let status = rows[2000].status.as_ref().unwrap();
        assert_eq!((status.system.state.as_str(), status.instance.state.as_str()), ("ok", "impaired"));
        assert!(rows.iter().all(|r| r.status.is_some()));
        assert_eq!(rows[1].image.as_ref().map(|i| i.name.as_str()), Some("img ami-00000000000000001"));
        assert_eq!(rows[2].image, None);
        // Three pages of instances, three of statuses, one question about three images.
        assert_eq!(report.calls, 7);
        assert!(
            stub.actions("DescribeInstanceStatus").iter().all(|a| a.field("IncludeAllInstances") == "true")
        );

        // A refresh does not ask for images again, and what has not changed is not in memory twice.
        let mut fresh = Vec::new();
        let again = instances(&session, FirstPage::Full, false, &mut |batch| fresh = batch).await;
        assert_eq!(again.calls, 6);
        assert_eq!(stub.actions("DescribeImages").len(), 1);
        assert!(rows.iter().zip(&fresh).all(|(row, fresh)| Arc::ptr_eq(row, fresh)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn early_rows_come_page_by_page_and_again_when_more_is_known() {
    let region = Region { total: 1500, token_first: false, wait: Duration::ZERO };
    // Statuses are held back until every instance has been listed.
    let stub = Stub::start(move |asked| {
        let answer = region.answer(asked);
        if asked.action() == "DescribeInstanceStatus" {
            answer.after(Duration::from_millis(800))
        } else {
            answer
        }
    })
    .await;
    let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
    let mut batches: Vec<Vec<Arc<Instance>>> = Vec::new();
    let report = instances(&session, FirstPage::Small, true, &mut |rows| batches.push(rows)).await;
    assert!(report.complete && report.problems.is_empty(), "{report:?}");
    assert_eq!(batches[0].len(), 100, "a small first page");
    let mut seen = HashSet::new();
    let new: Vec<String> =
        batches.iter().flatten().filter(|r| seen.insert(r.id.clone())).map(|r| r.id.clone()).collect();
    assert_eq!(new, expected(1500), "rows first appear in page order");
    let last: std::collections::HashMap<&str, &Arc<Instance>> =
        batches.iter().flatten().map(|r| (r.id.as_str(), r)).collect();
    assert!(last.values().all(|r| r.status.is_some()), "the last word on every row has its status");
    assert!(batches[0].iter().all(|r| r.status.is_none()));
}

#[tokio::test(flavor = "multi_thread")]
async fn denied_statuses_leave_rows_whole_and_say_so() {
    let region = Region { total: 30, token_first: false, wait: Duration::ZERO };
    let stub = Stub::start(move |asked| match asked.action() {
        "DescribeInstances" => region.answer(asked),
        _ => Answer::ec2_error(
            403,
            "UnauthorizedOperation",
            "You are not authorized to perform this operation.",
        ),
    })
    .await;
    let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
    let mut rows = Vec::new();
    let report = instances(&session, FirstPage::Full, false, &mut |batch| rows = batch).await;
    assert!(report.complete);
    assert_eq!(ids(&rows), expected(30));
    assert!(rows.iter().all(|r| r.status.is_none() && r.image.is_none()));
    let mut told: Vec<(&str, ProblemKind)> =
        report.problems.iter().map(|p| (p.operation.as_str(), p.kind)).collect();
    told.sort_by_key(|(operation, _)| *operation);
    assert_eq!(
        told,
        [("ec2:DescribeImages", ProblemKind::Denied), ("ec2:DescribeInstanceStatus", ProblemKind::Denied)]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_status_listing_keeps_what_was_known_for_ten_minutes() {
    let (broken, clock) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicI64::new(0)));
    let region = Region { total: 1500, token_first: false, wait: Duration::ZERO };
    let failing = Arc::clone(&broken);
    let stub = Stub::start(move |asked| {
        if asked.action() == "DescribeInstanceStatus" && failing.load(Ordering::SeqCst) {
            Answer::ec2_error(403, "UnauthorizedOperation", "not any more")
        } else {
            region.answer(asked)
        }
    })
    .await;
    let minutes = Arc::clone(&clock);
    let start: jiff::Timestamp = "2026-05-01T03:04:05Z".parse().unwrap();
    let now = move || start + jiff::SignedDuration::from_mins(minutes.load(Ordering::SeqCst));
    let with_clock = Settings { clock: Arc::new(now), ..settings(&stub.url, KEYS, "test") };
    let session = session(with_clock).await.unwrap();
    assert!(instances(&session, FirstPage::Full, false, &mut |_| ()).await.problems.is_empty());
    broken.store(true, Ordering::SeqCst);
    for (early, minute, known) in [(false, 9, true), (true, 9, true), (false, 11, false), (true, 11, false)] {
        clock.store(minute, Ordering::SeqCst);
        let mut rows = HashMap::new();
        let mut keep = |batch: Vec<Arc<Instance>>| rows.extend(batch.into_iter().map(|r| (r.id.clone(), r)));
        let report = instances(&session, FirstPage::Full, early, &mut keep).await;
        let told: Vec<&str> = report.problems.iter().map(|p| p.operation.as_str()).collect();
        assert_eq!(told, ["ec2:DescribeInstanceStatus"]);
        assert_eq!(rows.len(), 1500);
        assert!(rows.values().all(|r| r.status.is_some() == known), "early {early}, minute {minute}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_statuses_do_not_hold_back_a_refresh() {
    let region = Region { total: 30, token_first: false, wait: Duration::ZERO };
    let stub = Stub::start(move |asked| match asked.action() {
        "DescribeInstanceStatus" => region.answer(asked).after(Duration::from_secs(2)),
        _ => region.answer(asked),
    })
    .await;
    let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
    let started = Instant::now();
    let mut batches: Vec<(Duration, Vec<Arc<Instance>>)> = Vec::new();
    let report = instances(&session, FirstPage::Full, false, &mut |rows| {
        batches.push((started.elapsed(), rows));
    })
    .await;
    assert!(report.complete && report.problems.is_empty(), "{report:?}");
    let [(first_at, first), (_, second)] = batches.as_slice() else {
        unreachable!("the list and its statuses, not {} batches", batches.len())
    };
    assert!(*first_at < Duration::from_secs(2), "{first_at:?}");
    assert_eq!((ids(first), ids(second)), (expected(30), expected(30)));
    assert!(first.iter().all(|r| r.status.is_none()) && second.iter().all(|r| r.status.is_some()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_without_a_status_any_more_loses_the_one_it_had() {
    let asked_before = AtomicBool::new(false);
    let region = Region { total: 30, token_first: false, wait: Duration::ZERO };
    let fewer = Region { total: 20, token_first: false, wait: Duration::ZERO };
    let stub = Stub::start(move |asked| match asked.action() {
        "DescribeInstanceStatus" if asked_before.swap(true, Ordering::SeqCst) => fewer.answer(asked),
        _ => region.answer(asked),
    })
    .await;
    let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
    for known in [30, 20] {
        let mut rows = Vec::new();
        instances(&session, FirstPage::Full, false, &mut |batch| rows = batch).await;
        assert_eq!((rows.len(), rows.iter().filter(|r| r.status.is_some()).count()), (30, known));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_fails_keeps_the_others_and_says_incomplete() {
    let region = Region { total: 3000, token_first: false, wait: Duration::ZERO };
    let stub = Stub::start(move |asked| {
        if asked.action() == "DescribeInstances" && asked.field("NextToken") == "t&-2000" {
            Answer::ec2_error(400, "InvalidNextToken", "The token is expired")
        } else {
            region.answer(asked)
        }
    })
    .await;
    let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
    let mut rows = Vec::new();
    let report = instances(&session, FirstPage::Full, false, &mut |batch| rows = batch).await;
    assert!(!report.complete);
    assert_eq!(ids(&rows), expected(2000));
    assert_eq!(report.problems.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_a_listing_ends_its_requests() {
    let region = Region { total: 1_000_000, token_first: true, wait: Duration::from_millis(5) };
    let stub = Stub::start(move |asked| region.answer(asked)).await;
    let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
    let (first, came) = tokio::sync::oneshot::channel();
    let mut first = Some(first);
    {
        let mut sink = |_| {
            let _ = first.take().map(|f| f.send(()));
        };
        let listing = instances(&session, FirstPage::Small, true, &mut sink);
        tokio::select! {
            _ = listing => unreachable!("there are a thousand pages"),
            _ = came => {}
        }
    }
    // What was on its way may still arrive; then it is quiet.
    let deadline = Instant::now() + Duration::from_secs(10);
    let mut last = stub.asked().len();
    loop {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let now = stub.asked().len();
        if now == last {
            break;
        }
        last = now;
        assert!(Instant::now() < deadline, "requests go on");
    }
}

/// Answers of a whole account, made beforehand so that the server costs nothing.
fn account() -> &'static [String; 2] {
    static ACCOUNT: OnceLock<[String; 2]> = OnceLock::new();
    ACCOUNT.get_or_init(|| {
        [(0..10_000).map(instance_xml).collect::<String>(), (0..10_000).map(status_xml).collect::<String>()]
    })
}

/// The figure of the bar: our listing with statuses, against the SDK's own paginator over the same pages. Run alone:
/// `cargo test --release --test aws_instances -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn ten_thousand_instances_against_the_bare_loops() {
    account();
    for wait in [Duration::from_millis(20), Duration::from_millis(300)] {
        let pages: Arc<Vec<(Answer, Answer)>> = {
            let region = Region { total: 10_000, token_first: false, wait };
            let asked = |action: &str, from: usize| Asked {
                path: "/".into(),
                headers: std::collections::HashMap::new(),
                form: [
                    ("Action", action.to_owned()),
                    ("NextToken", if from == 0 { String::new() } else { format!("t&-{from}") }),
                    ("MaxResults", "1000".to_owned()),
                ]
                .into_iter()
                .map(|(k, v)| (k.to_owned(), v))
                .collect(),
                body: hyper::body::Bytes::new(),
                at: Instant::now(),
            };
            let page = |n: usize| {
                (
                    region.answer(&asked("DescribeInstances", n * 1000)),
                    region.answer(&asked("DescribeInstanceStatus", n * 1000)),
                )
            };
            Arc::new((0..10).map(page).collect())
        };
        let images = Region { total: 0, token_first: false, wait };
        let stub = Stub::start(move |asked| {
            let page: usize =
                asked.field("NextToken").strip_prefix("t&-").and_then(|t| t.parse().ok()).unwrap_or(0) / 1000;
            match asked.action() {
                "DescribeInstances" => pages[page].0.clone(),
                "DescribeInstanceStatus" => pages[page].1.clone(),
                _ => images.answer(asked),
            }
        })
        .await;

        let bare = best_of(3, || bare_loop(&stub.url)).await;
        let paginator = best_of(3, || paginate(&stub.url)).await;
        let ours = best_of(3, || async {
            let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
            let mut count = 0;
            let report = instances(&session, FirstPage::Full, false, &mut |rows| count += rows.len()).await;
            assert!(report.complete && report.problems.is_empty() && count == 10_000, "{report:?} {count}");
        })
        .await;
        println!(
            "{wait:?} a page: bare {bare:?}, paginator {paginator:?}, ours {ours:?}: {:.2} of bare, {:.2} of the paginator",
            ours.as_secs_f64() / bare.as_secs_f64(),
            ours.as_secs_f64() / paginator.as_secs_f64(),
        );
    }
}

async fn best_of<F: Future<Output = ()>>(times: u32, run: impl Fn() -> F) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..times {
        let started = Instant::now();
        run().await;
        best = best.min(started.elapsed());
    }
    best
}

/// The same pages by plain HTTP over one connection, without decoding.
async fn bare_loop(url: &str) {
    use http_body_util::BodyExt;
    let address = url.strip_prefix("http://").unwrap();
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(hyper_util::rt::TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    for page in 0..10 {
        let token = if page == 0 { String::new() } else { format!("&NextToken=t%26-{}", page * 1000) };
        let request = hyper::Request::post("/")
            .header("host", address)
            .body(format!("Action=DescribeInstances&MaxResults=1000{token}"))
            .unwrap();
        sender.ready().await.unwrap();
        let answer = sender.send_request(request).await.unwrap();
        assert!(answer.into_body().collect().await.unwrap().to_bytes().len() > 1_000_000);
    }
}

async fn paginate(url: &str) {
    let config = aws_sdk_ec2::Config::builder()
        .behavior_version(aws_sdk_ec2::config::BehaviorVersion::latest())
        .region(aws_sdk_ec2::config::Region::new("eu-west-1"))
        .credentials_provider(aws_credential_types::Credentials::new("AKIA", "secret", None, None, "test"))
        .endpoint_url(url)
        .build();
    let mut pages =
        aws_sdk_ec2::Client::from_conf(config).describe_instances().max_results(1000).into_paginator().send();
    let mut count = 0;
    while let Some(page) = pages.next().await {
        count += page.expect("a page").reservations().len();
    }
    assert_eq!(count, 10_000);
}
