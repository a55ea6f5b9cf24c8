//! Questions about CloudTrail's events one after the other, as an explanation puts them: nothing twice, nobody held up, and
//! an end whatever the names are.
#![allow(clippy::unwrap_used, reason = "tests, and the functions they share")]

mod aws_stub;
mod cloudtrail_stub;

use std::{sync::Arc, time::Duration};

use aws_stub::Stub;
use cloudtrail_stub::{Account, EventOf, NOW, at, error, events, lookups, query, session_at};
use toban::{
    aws::cloudtrail::{Ask, Inquiry},
    resource::ResourceRef,
    scope::ScopeId,
    trail::Store,
    triage::{
        cause::{About, Needles},
        plan::{Went, Wish},
    },
};
use tokio::time::timeout;

const PAST: (&str, Option<&str>) = ("2026-05-01T00:00:00Z", Some("2026-05-01T06:00:00Z"));
/// Longer than anything here takes, shorter than a test that hangs.
const LIMIT: Duration = Duration::from_mins(1);

fn role(path: &str) -> ResourceRef {
    ResourceRef::new(ScopeId(0), "AWS::EC2::Instance", "i-1")
        .with_arn(format!("arn:aws:ec2:eu-west-1:111122223333:instance/{path}i-1"))
}

/// 120 changes a minute apart; every third names `i-1`, which then has pages of its own.
fn account() -> Account {
    let change = |n: i64| EventOf {
        resources: if n % 2 == 0 { vec!["i-1".into()] } else { Vec::new() },
        ..EventOf::new(n, at("2026-05-01T05:00:00Z") - n * 60)
    };
    Account::new((0..160).map(change).collect())
}

fn everything() -> Arc<Needles> {
    Arc::new(About { resources: vec![role("")], ..About::default() }.needles())
}

#[tokio::test]
async fn one_thing_by_two_names_is_one_question_that_ends() {
    let stub = account().serve().await;
    let session = session_at(&stub, NOW).await;
    let (store, query, ask) = (Store::in_memory(), query(PAST), Ask { calls: 20, ..Ask::default() });
    let mut inquiry = Inquiry::new(&session, &query, &store, &ask).await;
    let (one, other) = (Wish::About(role("")), Wish::About(role("path/")));
    assert_eq!(inquiry.ask(&one).await, Went::More);
    // The same question under another ARN goes on where the first stopped, and comes to an end.
    let mut answers = Vec::new();
    for _ in 0..10 {
        answers.push(timeout(LIMIT, inquiry.ask(&other)).await.unwrap());
        if answers.last() == Some(&Went::Done) {
            break;
        }
    }
    assert_eq!(answers.last(), Some(&Went::Done), "{answers:?}");
    let again = inquiry.ask(&one).await;
    assert_eq!((again, inquiry.calls()), (Went::Done, u32::try_from(lookups(&stub).len()).unwrap()));
    assert_eq!(inquiry.calls(), 2, "80 events are two pages, each asked once");
}

#[tokio::test]
async fn a_question_that_rests_holds_nobody_up() {
    let stub = account().serve().await;
    let session = session_at(&stub, NOW).await;
    let store = Store::in_memory();
    let (wanted, ask) = (query(PAST), Ask { calls: 20, ..Ask::default() });
    let mut inquiry = Inquiry::new(&session, &wanted, &store, &ask).await;
    assert_eq!(inquiry.ask(&Wish::Changes).await, Went::More);
    // Somebody else reads the same to its end meanwhile.
    let (rows, reading) = timeout(LIMIT, events(&session, &wanted, &store)).await.unwrap();
    assert_eq!((rows.len(), reading.report.complete), (160, true));
    let mut near = 0;
    inquiry.gather(&everything(), false, &mut |batch| near += batch.near.len()).await;
    assert_eq!(near, 80, "what they read is there for us");
}

#[tokio::test]
async fn refusals_end_it_and_are_said() {
    let stub = Stub::start(move |_| error(400, "AccessDeniedException", "not authorized")).await;
    let session = session_at(&stub, NOW).await;
    let (store, query, ask) = (Store::in_memory(), query(PAST), Ask { calls: 20, ..Ask::default() });
    let mut inquiry = Inquiry::new(&session, &query, &store, &ask).await;
    assert_eq!(inquiry.ask(&Wish::Changes).await, Went::Over);
    assert_eq!(inquiry.ask(&Wish::About(role(""))).await, Went::Over);
    let report = inquiry.finish().await.report;
    assert!(!report.complete && report.problems[0].operation == "cloudtrail:LookupEvents", "{report:?}");
    assert_eq!(report.calls, 1);
}

#[tokio::test]
async fn no_more_calls_go_out_than_are_allowed() {
    let stub = account().serve().await;
    let session = session_at(&stub, NOW).await;
    let (store, query, ask) = (Store::in_memory(), query(PAST), Ask { calls: 2, ..Ask::default() });
    let mut inquiry = Inquiry::new(&session, &query, &store, &ask).await;
    let mut last = Went::More;
    for _ in 0..5 {
        last = inquiry.ask(&Wish::Changes).await;
    }
    assert_eq!((last, inquiry.calls()), (Went::Over, 2));
}
