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

#[tokio::test]
async fn what_is_on_disk_comes_once_the_newest_first_in_growing_batches() {
    const EVENTS: i64 = 5_000;
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
    let (_, written) = Store::on_disk(dir.path(), BOUND).shelf(owner);
    for page in 0..EVENTS / 50 {
        let page: Vec<Found> = (page * 50..page * 50 + 50).map(found).collect();
        let span = Span::new(page[49].time, page[0].time + 1);
        written.add(page, &ReadWhole { lookup: Lookup::Writes, span, rows: 50 });
    }
    let (name, shelf) = Store::on_disk(dir.path(), BOUND).shelf(owner);
    let fit = Arc::new(Fit::new(ScopeId(0), &query, &[], false, Arc::default()));
    let giver = Giver { name, shelf, fit, shown: Span::new(NOW - 20 * 86_400, i64::MAX) };
    let (mut mark, mut flawed) = (Mark::default(), Flawed::default());
    let mut batches: Vec<Vec<Event>> = Vec::new();
    giver.give(&mut mark, &mut flawed, &mut |rows| batches.push(rows)).await;
    let sizes: Vec<usize> = batches.iter().map(Vec::len).collect();
    let rows = batches.concat();
    assert_eq!((rows.len(), flawed.damaged, flawed.unreadable), (5_000, 0, 0));
    assert!(rows.is_sorted_by(|a, b| a.time > b.time), "each once, the newest first");
    assert!(sizes[0] <= 250 && sizes.iter().max() > Some(&500), "{sizes:?}");
    giver.give(&mut mark, &mut flawed, &mut |_| unreachable!("all is marked")).await;
}
