//! What is kept of log files, and that which days stay does not depend on their order.

use std::{fs, sync::Arc};

use super::{
    hold::{Hold, Kept},
    *,
};
use crate::trail::span::Span;

const DAY: i64 = 86_400;
const NOW: i64 = 20_000 * DAY;

fn event(n: u32, time: i64) -> Found {
    Found {
        id: format!("00000000-0000-4000-8000-{n:012}").into(),
        time,
        index: Index { name: "StopInstances".into(), ..Index::default() },
        record: "x".repeat(900),
    }
}

fn times(hold: &Hold) -> Vec<i64> {
    let all = Span::new(i64::MIN / 2, i64::MAX / 2);
    let mut times: Vec<i64> = Vec::new();
    for shelf in hold.shelves.values() {
        for day in shelf.days(all) {
            let (refs, _) = shelf.events(day, all, 0);
            times.extend(shelf.fetch(day, &refs).iter().map(|found| found.time));
        }
    }
    times.sort_unstable();
    times
}

#[test]
fn the_newest_days_stay_whatever_the_order() {
    let dir = tempfile::tempdir().unwrap();
    // Ten a day, ten days; four days and a half fit.
    let events: Vec<Found> =
        (0..100).map(|n| event(n, NOW + i64::from(n / 10) * DAY + i64::from(n % 10))).collect();
    let size = crate::trail::frame::event(&events[0]).len() as u64;
    let mut kept = Vec::new();
    for on_disk in [true, false] {
        for step in [1, 37, 99] {
            let mut hold = Hold::new(on_disk.then_some(dir.path()), size * 45, size * 45);
            for n in 0..100 {
                hold.keep("111122223333", "eu-west-1", &events[n * step % 100]);
            }
            assert_eq!((hold.left_out, hold.left_out_before), (60, NOW + 6 * DAY));
            kept.push(times(&hold));
        }
    }
    let newest: Vec<i64> = events[60..].iter().map(|e| e.time).collect();
    assert!(kept.iter().all(|times| *times == newest));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0, "nothing has a name");
}

#[test]
fn one_day_alone_may_be_too_much() {
    let size = crate::trail::frame::event(&event(0, NOW)).len() as u64;
    let mut hold = Hold::new(None, 0, size * 3);
    let came: Vec<Kept> = (0..5).map(|n| hold.keep("", "", &event(n, NOW))).collect();
    assert_eq!(came, [Kept::New, Kept::New, Kept::New, Kept::LeftOut, Kept::LeftOut]);
    assert_eq!((hold.left_out, hold.left_out_before), (2, NOW + DAY));
    assert_eq!(hold.keep("", "", &event(0, NOW)), Kept::Known);
}

#[tokio::test]
async fn files_are_read_once_and_what_nobody_wanted_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let record = |n: u32, time: &str, account: &str, region: &str, source: &str| {
        format!(
            r#"{{"eventID":"{n}","eventTime":"{time}","eventName":"Stop","eventSource":"{source}","awsRegion":"{region}","recipientAccountId":"{account}"}}"#
        )
    };
    let ours = "111122223333";
    let lines = [
        record(1, "2026-05-01T00:00:00Z", ours, "eu-west-1", "ec2.amazonaws.com"),
        record(2, "2026-05-01T01:00:00Z", ours, "us-east-1", "iam.amazonaws.com"),
        record(3, "2026-05-01T02:00:00Z", ours, "us-east-1", "ec2.amazonaws.com"),
        record(4, "2026-05-01T03:00:00Z", "444455556666", "eu-west-1", "ec2.amazonaws.com"),
        record(5, "2026-05-01T04:00:00Z", "", "eu-west-1", "ec2.amazonaws.com"),
        record(6, "2020-05-01T04:00:00Z", ours, "eu-west-1", "ec2.amazonaws.com"),
        record(7, "never", ours, "eu-west-1", "ec2.amazonaws.com"),
    ];
    let path = dir.path().join("a.json");
    fs::write(&path, lines.join("\n")).unwrap();
    let files = Arc::new(Files::new(vec![path], "2026-02-01T00:00:00Z".parse().unwrap(), Some(dir.path())));
    let here = files.shelves(Some(ours), "eu-west-1", false);
    files.shelves(Some(ours), "us-east-1", true);
    files.read_whole().await;
    files.read_whole().await;
    assert_eq!(files.seen(), 7);
    let all = Span::new(0, i64::MAX / 2);
    let found: usize = here.iter().map(|(_, shelf)| shelf.events(20_574, all, 0).0.len()).sum();
    assert_eq!(found, 2, "its own, and the one that says no account");
    let said = |sentence: &crate::text::sentence::Sentence| (sentence.key, sentence.args[0].1.clone());
    assert_eq!(files.missing().iter().map(said).collect::<Vec<_>>(), [("logfile.unusable", "1".to_owned())]);
    assert_eq!(
        files.aside().iter().map(said).collect::<Vec<_>>(),
        [("logfile.foreign", "2".to_owned()), ("logfile.older", "1".to_owned())]
    );
    assert_eq!(files.aside()[0].args[1].1, "111122223333 us-east-1, 444455556666 eu-west-1");
    assert_eq!(said(&files.summary()), ("logfile.from_files", "5".to_owned()));
}
