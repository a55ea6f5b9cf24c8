//! Incidents for tests: a journal as a few lines.
#![allow(clippy::unwrap_used, reason = "tests")]

use jiff::Timestamp;

use super::{
    chain::{Entry, Hand},
    event::{Escalated, Event, Gate, Kind, Level, Subject, Where},
    fold::Incident,
};

/// 03:00 on 1 May 2026, a Friday, in UTC; times here are minutes from it.
pub(crate) const START: i64 = 1_777_604_400;

/// So many minutes after [`START`].
pub(crate) fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(START + minute * 60).unwrap()
}

/// An incident of these entries: minute, by whom, what.
pub(crate) fn incident(entries: &[(i64, &str, Event)]) -> Incident {
    let mut incident = Incident::new("a1b2c3", 42);
    for (seq, (minute, by, event)) in (1..).zip(entries) {
        let hand = Hand { by: (*by).to_owned(), place: "bastion".into(), scope: None };
        let entry = Entry { seq, at: at(*minute), hand, event: Ok(event.clone()) };
        incident.apply(entry, "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0");
    }
    incident
}

/// It is opened from an alarm, two minutes after that went off.
pub(crate) fn opened() -> Event {
    Event::Opened {
        title: "web-5xx".into(),
        kind: Kind::Fault,
        level: None,
        subject: Some(alarm()),
        since: Some(at(-2)),
        report: None,
        number: 42,
    }
}

/// The alarm.
pub(crate) fn alarm() -> Subject {
    Subject {
        kind: "AWS::CloudWatch::Alarm".into(),
        id: "web-5xx".into(),
        name: String::new(),
        arn: Some("arn:aws:cloudwatch:eu-west-1:111122223333:alarm:web-5xx".into()),
        scope: Some(Where {
            profile: "prod".into(),
            account: Some("111122223333".into()),
            region: "eu-west-1".into(),
        }),
    }
}

/// How bad it is.
pub(crate) fn severity(level: Level) -> Event {
    Event::Severity { level, reason: String::new() }
}

/// The gate.
pub(crate) fn gate(answer: Gate) -> Event {
    Event::Gate { answer, reason: "all targets out".into(), facts: Vec::new(), again: None }
}

/// Somebody is told by word of mouth, and it goes out or not.
pub(crate) fn told(to: &str, sent: bool) -> Event {
    Event::Escalated(Escalated {
        to: to.into(),
        channel: "copy".into(),
        message: "m".into(),
        sent,
        answer: if sent { String::new() } else { "the webhook answered 500".into() },
        due: None,
    })
}

/// Somebody takes it on.
pub(crate) fn acknowledged(of: Option<u64>, who: &str) -> Event {
    Event::Acknowledged { of, who: who.into() }
}

/// An event as it stands in records: what a test does not name has its default.
pub(crate) fn event(record: serde_json::Value) -> Event {
    serde_json::from_value(record).unwrap()
}

/// Somebody changed something.
pub(crate) fn action(command: &str, result: &str) -> Event {
    event(serde_json::json!({ "kind": "action", "command": command, "result": result }))
}
