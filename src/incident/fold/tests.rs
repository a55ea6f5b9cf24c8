#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use proptest::prelude::*;

use super::*;
use crate::incident::{
    chain::Hand,
    event::{Mark, Outcome},
};

fn incident(events: &[(&str, Event)]) -> Incident {
    let mut incident = Incident::new("a1", 42);
    for (seq, (by, event)) in (1..).zip(events) {
        let hand = Hand { by: (*by).to_owned(), ..Hand::default() };
        let at = Timestamp::from_second(1_777_000_000 + i64::try_from(seq).unwrap()).unwrap();
        incident.apply(Entry { seq, at, hand, event: Ok(event.clone()) }, "head");
    }
    incident
}

fn opened() -> Event {
    Event::Opened {
        title: "web-5xx".into(),
        kind: Kind::Fault,
        level: None,
        subject: Some(subject("web-5xx")),
        since: None,
        report: None,
        number: 42,
    }
}

fn subject(id: &str) -> Subject {
    Subject {
        kind: "AWS::CloudWatch::Alarm".into(),
        id: id.into(),
        name: String::new(),
        arn: None,
        scope: None,
    }
}

#[test]
fn what_somebody_said_of_a_parameter_has_what_wanted_it_read_again() {
    let lacking = |name: &str| {
        serde_json::json!({"outcome": "unknown", "value": null, "at": "2026-05-01T03:00:00Z",
                           "why": {"missing": {"param": name}}, "by": "read"})
    };
    let check = |id: &str, name: &str| {
        let outcome = Outcome::Unknown;
        let observed_at = Timestamp::UNIX_EPOCH;
        Event::Check(Check {
            id: id.into(),
            outcome,
            evidence: String::new(),
            observed_at,
            judged: lacking(name),
        })
    };
    let book = Event::Runbook { id: "slow-volume".into(), version: "1".into(), reason: String::new() };
    let mut all = vec![
        ("ines", opened()),
        ("toban", book),
        ("toban", check("volume-well", "volume")),
        ("toban", check("host-well", "instance")),
    ];
    let ids =
        |incident: &Incident| incident.book.as_ref().unwrap().outcomes.keys().cloned().collect::<Vec<_>>();
    assert_eq!(ids(&incident(&all)), ["host-well", "volume-well"]);
    all.push(("ines", Event::Value { name: "volume".into(), value: "vol-1".into() }));
    all.push(("jun", Event::Value { name: "volume".into(), value: "vol-2".into() }));
    let known = incident(&all);
    assert_eq!(ids(&known), ["host-well"], "of the other nothing is known yet");
    assert_eq!((known.values["volume"].what.as_str(), known.values["volume"].by.as_str()), ("vol-2", "jun"));
}

fn verdict(side: Party) -> Event {
    Event::Verdict { side, area: String::new(), reasons: Vec::new(), overrides: false }
}

fn escalated(to: &str) -> Event {
    Event::Escalated(Escalated {
        to: to.into(),
        channel: "copy".into(),
        message: "m".into(),
        sent: true,
        answer: String::new(),
        due: None,
    })
}

#[test]
fn the_signals_never_overrule_what_a_person_decided() {
    let all = [
        ("ines", opened()),
        (SELF, verdict(Party::Customer)),
        ("ines", verdict(Party::Grey)),
        (SELF, verdict(Party::Customer)),
    ];
    assert_eq!(incident(&all).verdict.unwrap().what.side, Party::Grey);
    assert_eq!(incident(&all[..2]).verdict.unwrap().what.side, Party::Customer);
}

#[test]
fn closed_is_over_until_it_is_opened_again() {
    let closed = || Event::Closed { cause: Cause::Deploy, summary: "rolled back".into() };
    let watch = || Event::Gate { answer: Gate::Watch, reason: "calm".into(), facts: Vec::new(), again: None };
    let all = [("a", opened()), ("a", watch()), ("a", closed()), ("a", watch())];
    assert_eq!(incident(&all[..2]).state, State::Watching);
    assert_eq!(incident(&all).state, State::Closed, "a gate after the close opens nothing");
    let again = [all.as_slice(), &[("b", Event::Reopened { reason: "back".into() })]].concat();
    let incident = incident(&again);
    assert_eq!((incident.state, incident.closed_at, incident.reopened), (State::Open, None, 1));
}

#[test]
fn an_acknowledgement_belongs_to_its_escalation() {
    let ack = |of| Event::Acknowledged { of, who: "jun".into() };
    let all = [("a", opened()), ("a", escalated("l2")), ("a", escalated("vendor")), ("jun", ack(Some(3)))];
    let incident = incident(&all);
    assert!(incident.escalations[0].acknowledged.is_none());
    assert_eq!(incident.escalations[1].acknowledged.as_ref().unwrap().1, "jun");
    assert!(incident.waiting().is_none(), "the last one was taken on");
    assert_eq!(self::incident(&all[..3]).waiting().unwrap().message.what.to, "vendor");
}

#[test]
fn an_alarm_is_attached_once_and_can_be_detached() {
    let attach = |id| Event::Attached { subject: subject(id) };
    let detach = Event::Detached { subject: subject("web-5xx"), reason: "other".into() };
    let all = [("a", opened()), ("a", attach("web-5xx")), ("a", attach("db")), ("a", detach)];
    let names = |incident: Incident| incident.subjects.into_iter().map(|s| s.id).collect::<Vec<_>>();
    assert_eq!(names(incident(&all[..3])), ["web-5xx", "db"]);
    assert_eq!(names(incident(&all)), ["db"]);
}

#[test]
fn numbers_are_read_as_they_are_said() {
    for said in ["INC-0042", "inc-42", " 42 ", "0042"] {
        assert_eq!(number_of(said), Some(42), "{said}");
    }
    for wrong in ["", "INC-", "x42", "INC-0", "当番-42"] {
        assert_eq!(number_of(wrong), None, "{wrong}");
    }
    assert_eq!(id_of(42), "INC-0042");
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just(opened()),
        "[a-z ]{0,9}".prop_map(|text| Event::Note { text, about: None }),
        Just(Event::Closed { cause: Cause::Unknown, summary: String::new() }),
        Just(Event::Reopened { reason: "r".into() }),
        Just(escalated("l2")),
        (0_u64..6).prop_map(|of| Event::Acknowledged { of: Some(of), who: "w".into() }),
        Just(verdict(Party::Aws)),
        prop::sample::select(Mark::ALL).prop_map(|mark| Event::Step(Step {
            runbook: "r".into(),
            id: "s1".into(),
            mark,
            reason: String::new(),
            choice: None,
            overrides: false,
            done: serde_json::Value::Null,
        })),
        prop::sample::select(Outcome::ALL).prop_map(|outcome| Event::Check(Check {
            id: "c".into(),
            outcome,
            evidence: String::new(),
            observed_at: Timestamp::UNIX_EPOCH,
            judged: serde_json::Value::Null,
        })),
        Just(Event::HandedOff { to: "b".into(), page: "p".into() }),
        Just(Event::Accepted { who: "b".into() }),
    ]
}

proptest! {
    #[test]
    fn any_order_of_events_keeps_what_must_hold(events in proptest::collection::vec(any_event(), 0..30)) {
        let told: Vec<(&str, Event)> = events.iter().map(|event| ("a", event.clone())).collect();
        let whole = incident(&told);
        prop_assert_eq!(whole.entries.len(), events.len(), "nothing that was written is dropped");
        prop_assert_eq!(whole.closed_at.is_some(), whole.is_closed());
        prop_assert!(whole.escalations.iter().all(|rung| rung.message.seq >= 1));
        // Reading it again in two goes comes to the same.
        let mut again = incident(&told[..told.len() / 2]);
        for entry in &whole.entries {
            again.apply((**entry).clone(), "head");
        }
        prop_assert_eq!(again, whole);
    }
}
