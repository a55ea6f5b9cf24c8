//! An account whose LookupEvents a stub server answers: one attribute, exact, newest first, by pages.
#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a broken test server fails its test")]

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, AtomicUsize, Ordering},
};

use jiff::Timestamp;
use serde_json::{Value, json};
use toban::{
    aws::{
        Session, Settings,
        cloudtrail::{self, Ask, Reading},
    },
    rows::event::{Event, EventQuery},
    trail::Store,
};

use crate::aws_stub::{Answer, Asked, KEYS, Stub, session, settings};

/// What time it is in these tests.
pub const NOW: &str = "2026-05-01T12:00:00Z";

/// Seconds of a moment.
pub fn at(moment: &str) -> i64 {
    moment.parse::<Timestamp>().unwrap().as_second()
}

/// One event of the account.
#[derive(Debug, Clone)]
pub struct EventOf {
    pub n: i64,
    pub id: Option<String>,
    pub time: i64,
    pub name: String,
    pub source: String,
    pub user: String,
    pub key: String,
    pub read_only: bool,
    pub error: Option<String>,
    pub resources: Vec<String>,
    pub parameters: Value,
    pub record: Option<String>,
    pub region: &'static str,
}

impl EventOf {
    pub fn new(n: i64, time: i64) -> Self {
        Self {
            n,
            id: None,
            time,
            name: "StopInstances".into(),
            source: "ec2.amazonaws.com".into(),
            user: "bob".into(),
            key: "AKIAB".into(),
            read_only: false,
            error: None,
            resources: Vec::new(),
            parameters: Value::Null,
            record: None,
            region: "eu-west-1",
        }
    }

    fn id(&self) -> String {
        self.id.clone().unwrap_or_else(|| format!("6f1c0f7e-0000-4000-8000-{:012}", self.n))
    }

    fn attribute(&self, key: &str, value: &str) -> bool {
        match key {
            "ReadOnly" => self.read_only.to_string() == value,
            "Username" => self.user == value,
            "AccessKeyId" => self.key == value,
            "EventName" => self.name == value,
            "EventSource" => self.source == value,
            "ResourceName" => self.resources.iter().any(|r| r == value),
            _ => false,
        }
    }

    pub fn json(&self) -> Value {
        let record = json!({
            "eventVersion": "1.09",
            "eventID": self.id(),
            "eventTime": Timestamp::from_second(self.time).unwrap().to_string(),
            "eventName": self.name,
            "eventSource": self.source,
            "awsRegion": self.region,
            "readOnly": self.read_only,
            "errorCode": self.error,
            "userIdentity": {"type": "IAMUser", "userName": self.user, "accessKeyId": self.key,
                "arn": format!("arn:aws:iam::111122223333:user/{}", self.user)},
            "sourceIPAddress": "203.0.113.7",
            "requestParameters": self.parameters,
        });
        let resources = self.resources.iter();
        let mut event = json!({
            "EventId": self.id(),
            "EventName": self.name,
            "EventSource": self.source,
            "EventTime": self.time,
            "Username": self.user,
            "AccessKeyId": self.key,
            "ReadOnly": self.read_only.to_string(),
            "Resources": resources.map(|r| json!({"ResourceType": "AWS::EC2::Instance", "ResourceName": r})).collect::<Vec<_>>(),
        });
        let record = self.record.clone().unwrap_or_else(|| record.to_string());
        if !record.is_empty() {
            event["CloudTrailEvent"] = record.into();
        }
        event
    }
}

/// The account.
#[derive(Clone, Default)]
pub struct Account {
    events: Arc<Mutex<Vec<EventOf>>>,
    calls: Arc<AtomicUsize>,
}

impl Account {
    pub fn new(events: Vec<EventOf>) -> Self {
        Self { events: Arc::new(Mutex::new(events)), calls: Arc::default() }
    }

    pub fn add(&self, event: EventOf) {
        self.events.lock().unwrap().push(event);
    }

    /// Counts LookupEvents; how many there have been with this one.
    pub fn count(&self, asked: &Asked) -> usize {
        if is_lookup(asked) { self.calls.fetch_add(1, Ordering::SeqCst) + 1 } else { 0 }
    }

    pub async fn serve(&self) -> Stub {
        let account = self.clone();
        Stub::start(move |asked| account.answer(asked)).await
    }

    pub fn answer(&self, asked: &Asked) -> Answer {
        if !is_lookup(asked) {
            return Answer::xml(
                200,
                "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/a</Arn><UserId>A</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
            );
        }
        let input = input(asked);
        let attributes = input["LookupAttributes"].as_array().cloned().unwrap_or_default();
        if attributes.len() > 1 {
            return error(400, "InvalidLookupAttributesException", "one attribute");
        }
        let text = |key: &str| attributes.first().and_then(|a| a[key].as_str()).map(str::to_owned);
        let (from, until) = span(&input);
        let region = region(asked);
        let mut found: Vec<EventOf> = self.events.lock().unwrap().clone();
        found.retain(|e| {
            e.region == region
                && (from..=until).contains(&e.time)
                && text("AttributeKey")
                    .is_none_or(|k| e.attribute(&k, &text("AttributeValue").unwrap_or_default()))
        });
        found.sort_by_key(|e| (std::cmp::Reverse(e.time), e.n));
        let skip: usize = input["NextToken"].as_str().map_or(0, |t| t.parse().unwrap());
        let size = usize::try_from(input["MaxResults"].as_u64().unwrap()).unwrap();
        let page: Vec<Value> = found.iter().skip(skip).take(size).map(EventOf::json).collect();
        let mut answer = json!({"Events": page});
        if found.len() > skip + size {
            answer["NextToken"] = (skip + size).to_string().into();
        }
        json(200, answer.to_string())
    }
}

pub fn json(status: u16, body: impl Into<String>) -> Answer {
    // Far enough ahead of every clock in these tests; a test of a clock that is ahead says another.
    let headers =
        vec![("content-type", "application/x-amz-json-1.1"), ("date", "Tue, 01 Jan 2030 00:00:00 GMT")];
    Answer { status, headers, body: body.into().into(), after: std::time::Duration::ZERO }
}

pub fn error(status: u16, code: &str, message: &str) -> Answer {
    json(status, json!({"__type": code, "message": message}).to_string())
}

pub fn is_lookup(asked: &Asked) -> bool {
    asked.headers.get("x-amz-target").is_some_and(|t| t.ends_with(".LookupEvents"))
}

/// The Region that a request was signed for.
pub fn region(asked: &Asked) -> String {
    let authorization = asked.headers.get("authorization").map_or("", String::as_str);
    let scope = authorization.split("Credential=").nth(1).unwrap_or_default();
    scope.split('/').nth(2).unwrap_or_default().to_owned()
}

pub fn input(asked: &Asked) -> Value {
    serde_json::from_slice(&asked.body).unwrap()
}

/// All that was asked, in order.
pub fn lookups(stub: &Stub) -> Vec<Value> {
    stub.asked().iter().filter(|a| is_lookup(a)).map(input).collect()
}

/// First and last second of a question.
#[expect(clippy::cast_possible_truncation, reason = "whole seconds")]
pub fn span(input: &Value) -> (i64, i64) {
    let second = |key: &str, or| input[key].as_f64().map_or(or, |s| s as i64);
    (second("StartTime", i64::MIN), second("EndTime", i64::MAX))
}

/// A clock that the test sets.
#[derive(Clone)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    pub fn at(second: i64) -> Self {
        Self(Arc::new(AtomicI64::new(second)))
    }

    pub fn set(&self, second: i64) {
        self.0.store(second, Ordering::SeqCst);
    }

    pub async fn session(&self, stub: &Stub) -> Arc<Session> {
        let clock = Arc::clone(&self.0);
        let clock = Arc::new(move || Timestamp::from_second(clock.load(Ordering::SeqCst)).unwrap());
        session(Settings { clock, ..settings(&stub.url, KEYS, "test") }).await.unwrap()
    }
}

pub async fn session_at(stub: &Stub, now: &str) -> Arc<Session> {
    Clock::at(at(now)).session(stub).await
}

/// Changes of the whole account.
pub fn query((from, to): (&str, Option<&str>)) -> EventQuery {
    EventQuery {
        subjects: Vec::new(),
        by: None,
        from: from.parse().unwrap(),
        to: to.map(|t| t.parse().unwrap()),
        reads: false,
        errors_only: false,
    }
}

/// All rows of a query.
pub async fn events(session: &Arc<Session>, query: &EventQuery, store: &Store) -> (Vec<Event>, Reading) {
    ask(session, query, store, &Ask::default()).await
}

pub async fn ask(
    session: &Arc<Session>,
    query: &EventQuery,
    store: &Store,
    ask: &Ask,
) -> (Vec<Event>, Reading) {
    let mut rows = Vec::new();
    let reading = cloudtrail::events_with(session, query, store, ask, &mut |page| rows.extend(page)).await;
    (rows, reading)
}

/// The numbers of rows.
pub fn ids(rows: &[Event]) -> Vec<i64> {
    rows.iter().map(|r| r.id.rsplit('-').next().unwrap().parse().unwrap()).collect()
}
