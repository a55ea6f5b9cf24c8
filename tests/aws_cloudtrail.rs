//! CloudTrail events from a server that answers LookupEvents as AWS does: one attribute, exact, newest first, 50 a page.

mod aws_stub;
mod cloudtrail_stub;

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use aws_stub::{Answer, KEYS, Stub};
use cloudtrail_stub::{Account, EventOf, NOW, ask, at, error, events, ids, json, lookups, query, session_at};
use serde_json::json;
use toban::{
    aws::{
        Clients, Settings,
        cloudtrail::{self, Ask, Coverage, CutOff},
    },
    problem::ProblemKind,
    resource::ResourceRef,
    rows::event::{EventBy, EventQuery},
    scope::ScopeId,
    trail::{BOUND, Store},
};

const PAST: (&str, Option<&str>) = ("2026-05-01T00:00:00Z", Some("2026-05-01T06:00:00Z"));

fn disk(dir: &Path) -> Store {
    Store::on_disk(dir, BOUND)
}

fn instance(id: &str) -> ResourceRef {
    ResourceRef::new(ScopeId(0), "AWS::EC2::Instance", id)
        .with_arn(format!("arn:aws:ec2:eu-west-1:111122223333:instance/{id}"))
}

/// 120 changes and as many reads, a minute apart, back from 05:00.
fn busy() -> Account {
    let change = |n: i64| EventOf::new(n, at("2026-05-01T05:00:00Z") - n * 60);
    let read =
        |n: i64| EventOf { read_only: true, ..EventOf::new(1000 + n, at("2026-05-01T05:00:30Z") - n * 60) };
    Account::new((0..120).flat_map(|n| [change(n), read(n)]).collect())
}

#[tokio::test]
async fn pages_are_handed_on_as_they_come_and_a_cold_start_asks_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let stub = busy().serve().await;
    let store = disk(dir.path());
    let session = session_at(&stub, NOW).await;
    let mut batches = Vec::new();
    let reading =
        cloudtrail::events(&session, &query(PAST), &store, &mut |rows| batches.push(rows.len())).await;
    assert_eq!(batches, [50, 50, 20]);
    assert!(reading.report.complete && reading.report.problems.is_empty(), "{reading:?}");
    assert_eq!((reading.report.calls, reading.coverage.calls), (3, 3));
    let coverage = &reading.coverage;
    assert!(coverage.is_whole() && coverage.cut_off.is_none() && coverage.delayed_since.is_none());
    assert_eq!((coverage.from.to_string(), coverage.to.to_string()), (PAST.0.into(), PAST.1.unwrap().into()));
    assert_eq!(coverage.read_from, coverage.from);
    for asked in lookups(&stub) {
        assert_eq!(
            asked["LookupAttributes"],
            json!([{"AttributeKey": "ReadOnly", "AttributeValue": "false"}])
        );
        assert_eq!(asked["MaxResults"], 50);
        assert_eq!(asked["StartTime"].as_f64(), Some(1_777_593_600.0));
        assert_eq!(asked["EndTime"].as_f64(), Some(1_777_615_200.0));
    }
    drop((session, store));

    let cold = disk(dir.path());
    let session = session_at(&stub, NOW).await;
    let (rows, reading) = events(&session, &query(PAST), &cold).await;
    assert_eq!((rows.len(), reading.report.calls, lookups(&stub).len()), (120, 0, 3));
    assert!(rows.windows(2).all(|w| w[0].time > w[1].time), "newest first");
    assert!(reading.report.complete && reading.coverage.is_whole());
    assert!(cold.raw(&rows[7].id).await.unwrap().contains(&rows[7].id));
    // Of what has been read, every narrower wish is answered too: a part of the time, a name, a failure.
    for narrower in [
        query(("2026-05-01T01:00:00Z", Some("2026-05-01T04:00:00Z"))),
        EventQuery { by: Some(EventBy::Actor("alice".into())), ..query(PAST) },
        EventQuery { errors_only: true, ..query(PAST) },
        EventQuery { subjects: vec![instance("i-7")], ..query(PAST) },
    ] {
        let (_, reading) = events(&session, &narrower, &cold).await;
        assert_eq!((reading.report.calls, reading.report.complete), (0, true), "{narrower:?}");
    }
    // A wider one asks for the rest alone.
    let wider = query(("2026-04-30T23:00:00Z", Some("2026-05-01T07:00:00Z")));
    let (rows, reading) = events(&session, &wider, &cold).await;
    assert_eq!((rows.len(), reading.report.calls), (120, 2));
    let asked: Vec<_> = lookups(&stub).split_off(3).iter().map(cloudtrail_stub::span).collect();
    assert_eq!(
        asked,
        [
            (at("2026-05-01T06:00:01Z"), at("2026-05-01T07:00:00Z")),
            (at("2026-04-30T23:00:00Z"), at("2026-04-30T23:59:59Z")),
        ]
    );
}

#[tokio::test]
async fn every_attribute_is_one_exact_question_and_the_rest_is_filtered_here() {
    let base = at("2026-05-01T03:00:00Z");
    let event = |n| EventOf::new(n, base + n);
    let account = Account::new(vec![
        EventOf { user: "alice".into(), ..event(1) },
        EventOf { user: "alice".into(), read_only: true, ..event(2) },
        EventOf { user: "alice".into(), error: Some("AccessDenied".into()), ..event(3) },
        EventOf { user: "alice2".into(), key: "ASIAX".into(), ..event(4) },
        EventOf { name: "DeleteDBInstance".into(), source: "rds.amazonaws.com".into(), ..event(5) },
    ]);
    let by = |by| EventQuery { by: Some(by), ..query(PAST) };
    let actor = || by(EventBy::Actor("alice".into()));
    for (query, key, want) in [
        (actor(), "Username", &[3, 1][..]),
        (EventQuery { reads: true, ..actor() }, "Username", &[3, 2, 1]),
        (EventQuery { errors_only: true, ..actor() }, "Username", &[3]),
        (by(EventBy::AccessKey("ASIAX".into())), "AccessKeyId", &[4]),
        (by(EventBy::Name("DeleteDBInstance".into())), "EventName", &[5]),
        (by(EventBy::Source("rds.amazonaws.com".into())), "EventSource", &[5]),
        (EventQuery { reads: true, ..query(PAST) }, "", &[5, 4, 3, 2, 1]),
        (query(PAST), "ReadOnly", &[5, 4, 3, 1]),
    ] {
        let stub = account.serve().await;
        let (rows, reading) = events(&session_at(&stub, NOW).await, &query, &Store::in_memory()).await;
        assert_eq!(ids(&rows), want, "{query:?}");
        assert_eq!(reading.report.calls, 1);
        let asked = lookups(&stub);
        assert_eq!(asked[0]["LookupAttributes"][0]["AttributeKey"].as_str().unwrap_or_default(), key);
    }
}

fn names(stub: &Stub) -> Vec<String> {
    let value = |l: &serde_json::Value| {
        let attribute = &l["LookupAttributes"][0];
        let text = |key| attribute[key].as_str().unwrap_or_default().to_owned();
        if text("AttributeKey") == "ReadOnly" { "sweep".to_owned() } else { text("AttributeValue") }
    };
    lookups(stub).iter().map(value).collect()
}

#[tokio::test]
async fn a_subject_is_asked_for_by_name_and_swept_for_in_turn() {
    let base = at("2026-05-01T05:00:00Z");
    let mut all: Vec<EventOf> = (0..120).map(|n| EventOf::new(n, base - n * 60)).collect();
    // Two in the index by id, one of them a read; one that only its parameters mention.
    all[60].resources = vec!["i-0abc".into()];
    all.push(EventOf { resources: vec!["i-0abc".into()], read_only: true, ..EventOf::new(900, base - 5) });
    all[110].parameters = json!({"instancesSet": {"items": [{"instanceId": "i-0abc"}]}});
    let stub = Account::new(all).serve().await;
    let session = session_at(&stub, NOW).await;
    let wanted = EventQuery { subjects: vec![instance("i-0abc")], reads: true, ..query(PAST) };
    let (mut rows, reading) = events(&session, &wanted, &Store::in_memory()).await;
    rows.sort_by_key(|r| std::cmp::Reverse(r.time));
    assert_eq!(ids(&rows), [900, 60, 110]);
    // Found by the first form, so that no other is tried; the sweep goes on.
    assert_eq!(names(&stub), ["i-0abc", "sweep", "sweep", "sweep"]);
    assert_eq!(reading.coverage.not_indexed, []);
    assert!(reading.report.complete);
}

#[tokio::test]
async fn every_form_of_a_name_is_tried_until_one_is_in_the_index() {
    let base = at("2026-05-01T05:00:00Z");
    let arn = "arn:aws:ec2:eu-west-1:111122223333:instance/i-1";
    let known = |resource: &str| {
        vec![EventOf { resources: vec![resource.into()], read_only: true, ..EventOf::new(1, base) }]
    };
    for (index, forms, not_indexed) in [(known(arn), 2, 0), (known("other"), 2, 1), (known("i-1"), 1, 0)] {
        let stub = Account::new(index).serve().await;
        let session = session_at(&stub, NOW).await;
        let wanted = EventQuery { subjects: vec![instance("i-1")], reads: true, ..query(PAST) };
        let (_, reading) = events(&session, &wanted, &Store::in_memory()).await;
        let asked: Vec<_> = names(&stub).into_iter().filter(|n| n != "sweep").collect();
        assert_eq!(&asked[..forms.min(asked.len())], &["i-1".to_owned(), arn.to_owned()][..forms]);
        assert_eq!(reading.coverage.not_indexed.len(), not_indexed);
    }
    // Queues are in the index by name for some events and by ARN for others.
    let arn = "arn:aws:sqs:eu-west-1:111122223333:jobs";
    let both = ["jobs", arn].map(|r| vec![r.to_owned()]);
    let both = both.into_iter().zip(1..).map(|(resources, n)| EventOf {
        resources,
        read_only: true,
        ..EventOf::new(n, base + n)
    });
    let stub = Account::new(both.collect()).serve().await;
    let queue = ResourceRef::new(ScopeId(0), "AWS::SQS::Queue", "jobs").with_arn(arn);
    let wanted = EventQuery { subjects: vec![queue], reads: true, ..query(PAST) };
    let (rows, _) = events(&session_at(&stub, NOW).await, &wanted, &Store::in_memory()).await;
    assert_eq!(rows.len(), 2);
    assert!(names(&stub).contains(&arn.to_owned()));
}

#[tokio::test]
async fn a_query_keeps_to_its_calls_and_the_next_one_goes_on_where_it_stopped() {
    let stub = busy().serve().await;
    let session = session_at(&stub, NOW).await;
    let store = Store::in_memory();
    let few = Ask { calls: 2, ..Ask::default() };
    let (rows, reading) = ask(&session, &query(PAST), &store, &few).await;
    assert_eq!((rows.len(), reading.report.calls, lookups(&stub).len()), (100, 2, 2));
    assert_eq!(reading.coverage.cut_off, Some(CutOff::Calls));
    assert!(!reading.report.complete && reading.report.problems.is_empty());
    // The 100th change, at 05:00 less 99 minutes, may have had company within its second.
    assert_eq!(reading.coverage.read_from.to_string(), "2026-05-01T03:21:01Z");
    assert!(!reading.coverage.lookups[0].whole);

    let (rows, reading) = ask(&session, &query(PAST), &store, &few).await;
    assert_eq!((rows.len(), reading.report.calls, lookups(&stub).len()), (120, 1, 3));
    assert!(reading.report.complete && reading.coverage.is_whole());
    let spans: Vec<_> = lookups(&stub).iter().map(cloudtrail_stub::span).collect();
    assert_eq!(spans[2], (at(PAST.0), at("2026-05-01T03:21:00Z")), "what was read is not asked again");
}

#[tokio::test]
async fn many_subjects_share_the_calls_with_the_sweep() {
    let stub = busy().serve().await;
    let session = session_at(&stub, NOW).await;
    let subjects = (0..9).map(|n| instance(&format!("i-{n}"))).collect();
    let wanted = EventQuery { subjects, reads: true, ..query(PAST) };
    let five = Ask { calls: 5, ..Ask::default() };
    let (_, reading) = ask(&session, &wanted, &Store::in_memory(), &five).await;
    assert_eq!(names(&stub), ["i-0", "sweep", "i-1", "sweep", "i-2"]);
    assert_eq!(reading.coverage.cut_off, Some(CutOff::Calls));
}

#[tokio::test]
async fn profiles_of_one_account_share_two_calls_a_second() {
    let stub = busy().serve().await;
    let text = format!("{KEYS}\n{}", KEYS.replace("profile test", "profile other"));
    let settings = Settings {
        profiles: vec!["test".into(), "other".into()],
        clock: Arc::new(|| NOW.parse().unwrap()),
        ..aws_stub::settings(&stub.url, &text, "test")
    };
    let scopes = Clients::plan(&settings);
    let clients = Clients::new(settings, &scopes);
    let (one, two) = (clients.session(ScopeId(0)).await.unwrap(), clients.session(ScopeId(1)).await.unwrap());
    // Stores of their own, so that both ask everything.
    let (first, second) = (query(PAST), query(PAST));
    let (a, b) = (Store::in_memory(), Store::in_memory());
    let started = Instant::now();
    tokio::join!(events(&one, &first, &a), events(&two, &second, &b));
    assert_eq!(lookups(&stub).len(), 6);
    // Each with its own two a second would be done in 1.1 s.
    assert!(started.elapsed() > Duration::from_millis(5 * 550));
}

#[tokio::test]
async fn two_that_want_the_same_do_not_both_ask_for_it() {
    let stub = busy().serve().await;
    let session = session_at(&stub, NOW).await;
    let store = Store::in_memory();
    let (one, two) = (query(PAST), EventQuery { errors_only: false, ..query(PAST) });
    let ((a, _), (b, second)) = tokio::join!(events(&session, &one, &store), events(&session, &two, &store));
    assert_eq!((a.len(), b.len(), lookups(&stub).len()), (120, 120, 3));
    assert!(second.report.complete && second.coverage.is_whole());
}

#[tokio::test]
async fn the_newest_minutes_are_asked_again_and_late_events_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let now = at(NOW);
    let account = Account::new(vec![EventOf::new(1, now - 3600), EventOf::new(2, now - 60)]);
    let stub = account.serve().await;
    let open = query(("2026-05-01T10:00:00Z", None));
    let (rows, reading) = events(&session_at(&stub, NOW).await, &open, &disk(dir.path())).await;
    assert_eq!(ids(&rows), [2, 1]);
    assert_eq!(reading.coverage.delayed_since.unwrap().as_second(), now - 900);
    assert!(reading.coverage.is_whole());
    assert!(lookups(&stub)[0].get("EndTime").is_none(), "until now is left open");

    // A minute later one has come that is ten minutes old, one that is new, and one too late for the promise.
    account.add(EventOf::new(3, now - 600));
    account.add(EventOf::new(4, now + 30));
    account.add(EventOf::new(5, now - 1800));
    let later = jiff::Timestamp::from_second(now + 60).unwrap().to_string();
    let (rows, reading) = events(&session_at(&stub, &later).await, &open, &disk(dir.path())).await;
    assert_eq!((ids(&rows), reading.report.calls), (vec![2, 1, 4, 3], 1));
    let asked = lookups(&stub);
    assert_eq!(cloudtrail_stub::span(&asked[1]).0, now - 900, "the rest is settled");
}

#[tokio::test]
async fn a_live_tail_stops_where_it_meets_what_it_has() {
    let now = at(NOW);
    // Three pages within the newest quarter of an hour.
    let account = Account::new((0..130).map(|n| EventOf::new(n, now - 5 - n * 6)).collect());
    let stub = account.serve().await;
    let clock = cloudtrail_stub::Clock::at(now);
    let session = clock.session(&stub).await;
    let store = Store::in_memory();
    let open = query(("2026-05-01T10:00:00Z", None));
    let (rows, first) = events(&session, &open, &store).await;
    assert_eq!((rows.len(), first.report.calls), (130, 3));

    // A page with something new is followed by one in which all is known.
    clock.set(now + 60);
    account.add(EventOf::new(500, now + 20));
    let since = Ask { after: first.mark, ..Ask::default() };
    let (rows, second) = ask(&session, &open, &store, &since).await;
    assert_eq!((ids(&rows), second.report.calls), (vec![500], 2));
    assert!(second.report.complete && second.coverage.is_whole());

    // Every few minutes the whole quarter is read again, for what came late.
    clock.set(now + 330);
    account.add(EventOf::new(501, now - 600));
    let since = Ask { after: second.mark, ..Ask::default() };
    let (rows, third) = ask(&session, &open, &store, &since).await;
    assert_eq!((ids(&rows), third.report.calls), (vec![501], 3));
    let (rows, fourth) =
        ask(&session, &open, &store, &Ask { after: third.mark, calls: 1, ..Ask::default() }).await;
    assert_eq!((rows.len(), fourth.report.calls), (0, 1));
}

#[tokio::test]
async fn a_quiet_tail_of_a_resource_costs_one_call() {
    let now = at(NOW);
    let account =
        Account::new(vec![EventOf { resources: vec!["i-1".into()], ..EventOf::new(1, now - 3600) }]);
    let stub = account.serve().await;
    let clock = cloudtrail_stub::Clock::at(now);
    let session = clock.session(&stub).await;
    let store = Store::in_memory();
    let open = EventQuery { subjects: vec![instance("i-1")], ..query(("2026-05-01T02:00:00Z", None)) };
    let (_, first) = events(&session, &open, &store).await;
    assert_eq!(names(&stub), ["i-1", "sweep"]);
    clock.set(now + 60);
    account.add(EventOf { resources: vec!["i-1".into()], ..EventOf::new(2, now + 20) });
    let (rows, second) = ask(&session, &open, &store, &Ask { after: first.mark, ..Ask::default() }).await;
    assert_eq!((ids(&rows), second.report.calls), (vec![2], 1));
    assert_eq!(names(&stub)[2..], ["sweep"]);
}

#[tokio::test]
async fn throttling_keeps_what_there_is_and_is_said() {
    let account = busy();
    let served = account.clone();
    let stub = Stub::start(move |asked| {
        if served.count(asked) > 2 {
            error(400, "ThrottlingException", "Rate exceeded")
        } else {
            served.answer(asked)
        }
    })
    .await;
    let session = session_at(&stub, NOW).await;
    let (rows, reading) = events(&session, &query(PAST), &Store::in_memory()).await;
    assert_eq!(rows.len(), 100);
    assert_eq!(reading.coverage.cut_off, Some(CutOff::Throttled));
    assert_eq!(reading.report.problems.iter().map(|p| p.kind).collect::<Vec<_>>(), [ProblemKind::Throttled]);
    assert!(!reading.report.complete);
    assert_eq!(reading.report.calls, 5, "three attempts at the third page");
    let at: Vec<_> = stub.asked().iter().filter(|a| cloudtrail_stub::is_lookup(a)).map(|a| a.at).collect();
    assert!(at[4] - at[3] >= Duration::from_secs(1), "each attempt waits longer: {:?}", at[4] - at[3]);
}

#[tokio::test]
async fn throttling_that_passes_is_no_problem() {
    let account = busy();
    let served = account.clone();
    let stub = Stub::start(move |asked| {
        if served.count(asked) == 2 {
            error(400, "ThrottlingException", "Rate exceeded")
        } else {
            served.answer(asked)
        }
    })
    .await;
    let (rows, reading) = events(&session_at(&stub, NOW).await, &query(PAST), &Store::in_memory()).await;
    assert_eq!((rows.len(), reading.report.calls, reading.report.complete), (120, 4, true));
    assert!(reading.report.problems.is_empty());
}

#[tokio::test]
async fn whatever_fails_keeps_the_pages_before_it() {
    let page = |answer: Answer| async move {
        let account = busy();
        let stub = Stub::start(
            move |asked| {
                if account.count(asked) > 1 { answer.clone() } else { account.answer(asked) }
            },
        )
        .await;
        let (rows, reading) = events(&session_at(&stub, NOW).await, &query(PAST), &Store::in_memory()).await;
        assert_eq!((rows.len(), reading.report.complete), (50, false));
        assert_eq!(reading.coverage.cut_off, Some(CutOff::Failed));
        reading.report.problems[0].kind
    };
    let denied =
        "User: arn:aws:iam::111122223333:user/a is not authorized to perform: cloudtrail:LookupEvents";
    let (denied, expired, html, cut, wrong) = tokio::join!(
        page(error(400, "AccessDeniedException", denied)),
        page(error(400, "ExpiredTokenException", "The security token included in the request is expired")),
        page(Answer { headers: vec![("content-type", "text/html")], ..json(200, "<html>log in first") }),
        page(json(200, "{\"Events\": [{\"EventId\": \"x\"")),
        page(json(200, "{\"Events\": {\"no\": \"list\"}}")),
    );
    assert_eq!((denied, expired), (ProblemKind::Denied, ProblemKind::Expired));
    assert_eq!([html, cut, wrong], [ProblemKind::Other; 3]);
}

#[tokio::test]
async fn pages_that_lead_in_a_circle_end() {
    let page = json!({"Events": [EventOf::new(1, at("2026-05-01T03:00:00Z")).json()], "NextToken": "again"})
        .to_string();
    let stub = Stub::start(move |asked| {
        if cloudtrail_stub::is_lookup(asked) { json(200, page.clone()) } else { busy().answer(asked) }
    })
    .await;
    let (rows, reading) = events(&session_at(&stub, NOW).await, &query(PAST), &Store::in_memory()).await;
    assert_eq!((rows.len(), reading.report.calls, reading.report.complete), (1, 2, false));
    assert_eq!(reading.report.problems[0].kind, ProblemKind::Other);
}

#[tokio::test]
async fn empty_pages_in_the_middle_are_not_the_end() {
    let event = EventOf::new(1, at("2026-05-01T03:00:00Z")).json();
    let stub = Stub::start(move |asked| {
        if !cloudtrail_stub::is_lookup(asked) {
            return busy().answer(asked);
        }
        let token = cloudtrail_stub::input(asked)["NextToken"].as_str().map(str::to_owned);
        json(
            200,
            match token.as_deref() {
                None => json!({"Events": [], "NextToken": "a"}),
                Some("a") => json!({"NextToken": "b"}),
                Some(_) => json!({"Events": [event]}),
            }
            .to_string(),
        )
    })
    .await;
    let (rows, reading) = events(&session_at(&stub, NOW).await, &query(PAST), &Store::in_memory()).await;
    assert_eq!((rows.len(), reading.report.calls, reading.report.complete), (1, 3, true));
}

#[tokio::test]
async fn records_of_every_kind_of_damage_leave_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let base = at("2026-05-01T03:00:00Z");
    let event = |n| EventOf::new(n, base + n);
    let large = "x".repeat(256 * 1024);
    let mut events_of = vec![
        event(1),
        EventOf { record: Some("{\"eventName\": \"Stop".into()), ..event(2) },
        EventOf { record: Some(String::new()), ..event(3) },
        EventOf { parameters: json!({"userData": large}), ..event(4) },
        EventOf { user: "\u{1b}[2J\u{202e}eve".into(), name: "Stop\u{7}Instances".into(), ..event(5) },
        EventOf { record: Some("[1, 2]".into()), ..event(6) },
    ];
    events_of.push(EventOf { id: Some(String::new()), ..event(7) });
    let cut = r#"{"userIdentity":{"type":"IAMUser","userName":"mallory"},"requestParameters":{"groupId":"sg-0b2","ipPerm"#;
    events_of.push(EventOf { record: Some(cut.into()), ..event(8) });
    let stub = Account::new(events_of).serve().await;
    let store = disk(dir.path());
    let (rows, reading) = events(&session_at(&stub, NOW).await, &query(PAST), &store).await;
    assert_eq!(ids(&rows), [8, 6, 5, 4, 3, 2, 1]);
    assert_eq!((reading.coverage.damaged, reading.report.complete), (4, false));
    assert_eq!(reading.report.problems.len(), 1);
    let before = &rows[0];
    assert_eq!((before.actor.as_str(), before.name.as_str()), ("mallory", "StopInstances"), "from both");
    assert!(before.resources.iter().any(|r| r.id == "sg-0b2"), "{:?}", before.resources);
    let rows = &rows[1..];
    assert_eq!(rows[4].name, "StopInstances", "what the index says of it is shown");
    assert_eq!(rows[1].name, "StopInstances");
    assert!(!rows[1].actor.contains(['\u{1b}', '\u{202e}']));
    assert!(store.raw(&rows[2].id).await.unwrap().len() > 256 * 1024);
    assert_eq!(
        store.raw(&rows[4].id).await.as_deref(),
        Some("{\"eventName\": \"Stop"),
        "evidence stays as it was"
    );
}

#[tokio::test]
async fn events_of_global_services_are_asked_for_where_they_are() {
    let base = at("2026-05-01T03:00:00Z");
    let iam = EventOf {
        resources: vec!["web".into()],
        source: "iam.amazonaws.com".into(),
        region: "us-east-1",
        ..EventOf::new(1, base)
    };
    let elsewhere = EventOf { region: "us-east-1", ..EventOf::new(2, base) };
    let account = Account::new(vec![iam, elsewhere, EventOf::new(3, base + 1)]);
    let stub = account.serve().await;
    let session = session_at(&stub, NOW).await;
    let role = ResourceRef::new(ScopeId(0), "AWS::IAM::Role", "web");
    let wanted = EventQuery { subjects: vec![role], ..query(PAST) };
    let (rows, _) = events(&session, &wanted, &Store::in_memory()).await;
    assert_eq!(ids(&rows), [1]);
    assert_eq!(rows[0].scope, ScopeId(0));
    let regions = |stub: &Stub| {
        let all = stub.asked();
        all.iter().filter(|a| cloudtrail_stub::is_lookup(a)).map(cloudtrail_stub::region).collect::<Vec<_>>()
    };
    assert_eq!(regions(&stub), ["us-east-1", "us-east-1"]);

    let stub = account.serve().await;
    let session = session_at(&stub, NOW).await;
    let everywhere = Ask { global: true, ..Ask::default() };
    let (rows, reading) = ask(&session, &query(PAST), &Store::in_memory(), &everywhere).await;
    let mut found = ids(&rows);
    found.sort_unstable();
    assert_eq!(found, [1, 3], "of the other Region only what global services say");
    assert_eq!(regions(&stub), ["eu-west-1", "us-east-1"]);
    assert_eq!(reading.coverage.lookups.len(), 2);
}

#[tokio::test]
async fn without_an_account_nothing_goes_to_disk() {
    let dir = tempfile::tempdir().unwrap();
    let account = busy();
    let stub = Stub::start(move |asked| {
        if cloudtrail_stub::is_lookup(asked) {
            account.answer(asked)
        } else {
            Answer::query_error(403, "AccessDenied", "no")
        }
    })
    .await;
    let store = disk(&dir.path().join("trail"));
    let (rows, reading) = events(&session_at(&stub, NOW).await, &query(PAST), &store).await;
    assert_eq!((rows.len(), reading.report.complete), (120, true));
    assert!(!dir.path().join("trail").exists());
}

#[tokio::test]
async fn progress_is_told_after_every_page() {
    let stub = busy().serve().await;
    let seen: Arc<std::sync::Mutex<Vec<Coverage>>> = Arc::default();
    let told = Arc::clone(&seen);
    let progress = Ask {
        progress: Some(Arc::new(move |c: &Coverage| told.lock().unwrap().push(c.clone()))),
        ..Ask::default()
    };
    ask(&session_at(&stub, NOW).await, &query(PAST), &Store::in_memory(), &progress).await;
    let seen = seen.lock().unwrap();
    let back: Vec<_> = seen.iter().map(|c| c.read_from).collect();
    assert!(back.len() >= 3 && back.windows(2).all(|w| w[1] <= w[0]), "{back:?}");
    assert_eq!(seen.iter().map(|c| c.calls).take(3).collect::<Vec<_>>(), [1, 2, 3]);
}

#[tokio::test]
async fn ninety_days_are_all_there_is_and_a_time_upside_down_is_nothing() {
    let stub = Account::new(Vec::new()).serve().await;
    let session = session_at(&stub, NOW).await;
    let (_, reading) = events(&session, &query(("2020-01-01T00:00:00Z", None)), &Store::in_memory()).await;
    assert!(reading.coverage.beyond_history && reading.report.complete);
    assert_eq!(cloudtrail_stub::span(&lookups(&stub)[0]).0, at(NOW) - 90 * 86_400);
    for upside_down in
        [("2026-05-01T06:00:00Z", Some("2026-05-01T05:00:00Z")), ("2027-01-01T00:00:00Z", None)]
    {
        let (rows, reading) = events(&session, &query(upside_down), &Store::in_memory()).await;
        assert_eq!((rows.len(), reading.report.calls, reading.report.complete), (0, 0, true));
    }
}

#[tokio::test]
async fn a_clock_that_is_ahead_does_not_settle_what_is_yet_to_happen() {
    let dir = tempfile::tempdir().unwrap();
    let account = Account::new(vec![EventOf::new(1, at("2026-05-01T11:00:00Z"))]);
    let served = account.clone();
    let stub = Stub::start(move |asked| {
        let answer = served.answer(asked);
        if !cloudtrail_stub::is_lookup(asked) {
            return answer;
        }
        let headers =
            vec![("content-type", "application/x-amz-json-1.1"), ("date", "Fri, 01 May 2026 12:00:00 GMT")];
        Answer { headers, ..answer }
    })
    .await;
    // Ours says it is the next day.
    let open = query(("2026-05-01T10:00:00Z", None));
    let (rows, _) = events(&session_at(&stub, "2026-05-02T12:00:00Z").await, &open, &disk(dir.path())).await;
    assert_eq!(ids(&rows), [1]);
    account.add(EventOf::new(2, at("2026-05-01T13:00:00Z")));
    let (rows, _) = events(&session_at(&stub, "2026-05-02T12:00:00Z").await, &open, &disk(dir.path())).await;
    assert_eq!(ids(&rows), [1, 2]);
    let from: Vec<_> = lookups(&stub).iter().map(|l| cloudtrail_stub::span(l).0).collect();
    assert_eq!(from, [at("2026-05-01T10:00:00Z"), at("2026-05-01T11:45:00Z")]);
}
