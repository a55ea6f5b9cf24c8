use std::{fs, time::Instant};

use serde_json::json;

use super::{fit::Fit, give::*, *};
use crate::{
    scope::ScopeId,
    trail::{BOUND, Found, Index, Lookup, Owner, Span, shelf::ReadWhole},
};

const NOW: i64 = 1_777_636_800;

/// A change as an account full of automation makes them: 1.6 KB of record.
fn found(n: i64) -> Found {
    let id = format!("6f1c0f7e-0000-4000-8000-{n:012}");
    let time = NOW - n * 26;
    let instance = format!("i-0{n:016x}");
    let record = json!({
        "eventVersion": "1.09", "eventID": id, "eventName": "RunInstances", "eventSource": "ec2.amazonaws.com",
        "eventTime": jiff::Timestamp::from_second(time).unwrap().to_string(), "readOnly": false,
        "awsRegion": "eu-west-1", "sourceIPAddress": "autoscaling.amazonaws.com",
        "userIdentity": { "type": "AssumedRole", "accessKeyId": "ASIAEXAMPLEEXAMPLE00",
            "arn": "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling" },
        "userAgent": "x".repeat(120), "requestParameters": { "text": "y".repeat(500) },
        "responseElements": { "instancesSet": { "items": [{ "instanceId": instance, "text": "z".repeat(400) }] } },
    });
    Found {
        id: id.into(),
        time,
        index: Index {
            name: "RunInstances".into(),
            source: "ec2.amazonaws.com".into(),
            user: Some("AutoScaling".into()),
            key: Some("ASIAEXAMPLEEXAMPLE00".into()),
            read_only: Some(false),
            resources: vec![("AWS::EC2::Instance".into(), instance)],
        },
        record: record.to_string(),
    }
}

fn resident() -> f64 {
    let pages: f64 =
        fs::read_to_string("/proc/self/statm").unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096.0 / 1024.0 / 1024.0
}

/// Figures of 50,000 events: `cargo test --release --lib fifty_thousand -- --ignored --nocapture`.
#[tokio::test]
#[ignore = "a measurement, which wants a process of its own"]
async fn fifty_thousand_events_stay_small() {
    let dir = tempfile::tempdir().unwrap();
    let owner = Owner { account: Some("111122223333"), profile: "p", region: "eu-west-1", endpoint: None };
    let query = EventQuery {
        subjects: Vec::new(),
        by: None,
        from: jiff::Timestamp::from_second(NOW - 20 * 86_400).unwrap(),
        to: None,
        reads: false,
        errors_only: false,
    };
    // Kept, so that what it frees is not taken for the second one's.
    let (_, first_shelf) = Store::on_disk(dir.path(), BOUND).shelf(owner);
    let started = Instant::now();
    for page in 0..1000 {
        let page: Vec<Found> = (page * 50..page * 50 + 50).map(found).collect();
        let span = Span::new(page[49].time, page[0].time + 1);
        first_shelf.add(page, &ReadWhole { lookup: Lookup::Writes, span, rows: 50 });
    }
    println!("written in {:?}", started.elapsed());
    let store = Store::on_disk(dir.path(), BOUND);
    let (name, shelf) = store.shelf(owner);
    let (before, started) = (resident(), Instant::now());
    let wanted = Span::new(NOW - 20 * 86_400, i64::MAX);
    let read = shelf.settled(&[Lookup::Writes], wanted);
    println!(
        "index ({} stretches) read in {:?}: {:.1} MB",
        read.as_slice().len(),
        started.elapsed(),
        resident() - before
    );

    let fit = Arc::new(Fit::new(ScopeId(0), &query, &[], false, Arc::default()));
    let giver = Giver { name, shelf, fit, shown: wanted };
    let (before, started) = (resident(), Instant::now());
    let (mut rows, mut first) = (Vec::new(), None);
    let (mut mark, mut flawed) = (Mark::default(), Flawed::default());
    giver
        .give(&mut mark, &mut flawed, &mut |page| {
            first.get_or_insert_with(|| started.elapsed());
            rows.extend(page);
        })
        .await;
    assert_eq!(rows.len(), 50_000);
    println!(
        "first rows after {first:?}, all after {:?}: {:.1} MB of rows of {} bytes and what they hold",
        started.elapsed(),
        resident() - before,
        size_of::<Event>()
    );
    let again = Instant::now();
    giver.give(&mut mark, &mut flawed, &mut |_| unreachable!("all is marked")).await;
    println!("nothing new found in {:?}", again.elapsed());
}
