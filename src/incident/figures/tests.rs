#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::incident::{
    Entry,
    chain::Hand,
    event::{Escalated, Subject},
    similar::{Shares, similar},
};

const START: i64 = 1_777_604_400;

fn at(secs: i64) -> Timestamp {
    Timestamp::from_second(START + secs).unwrap()
}

fn alarm(name: &str) -> Subject {
    Subject { kind: ALARM.into(), id: name.into(), name: String::new(), arn: None, scope: None }
}

fn machine(id: &str) -> Subject {
    Subject { kind: "AWS::EC2::Instance".into(), ..alarm(id) }
}

fn opened(kind: Kind, subject: Option<Subject>, since: Option<i64>) -> Event {
    Event::Opened {
        title: "t".into(),
        kind,
        level: None,
        subject,
        since: since.map(at),
        report: None,
        number: 1,
    }
}

/// An incident of these events, each so many seconds after the start.
fn incident(events: Vec<(i64, Event)>) -> Incident {
    static UID: AtomicUsize = AtomicUsize::new(0);
    let mut incident = Incident::new(UID.fetch_add(1, Ordering::Relaxed).to_string(), 1);
    for (seq, (secs, event)) in (1..).zip(events) {
        let hand = Hand { by: "ines".into(), ..Hand::default() };
        incident.apply(Entry { seq, at: at(secs), hand, event: Ok(event) }, "head");
    }
    incident
}

fn ack(of: Option<u64>) -> Event {
    Event::Acknowledged { of, who: "jun".into() }
}

fn gate(answer: Gate) -> Event {
    Event::Gate { answer, reason: "r".into(), facts: Vec::new(), again: None }
}

fn verdict(side: Party) -> Event {
    Event::Verdict { side, area: String::new(), reasons: vec!["r".into()], overrides: false }
}

fn told(sent: bool) -> Event {
    let (to, channel, message) = ("l2".into(), "text".into(), "m".into());
    Event::Escalated(Escalated { to, channel, message, sent, answer: String::new(), due: None })
}

fn moment(which: Moment, secs: i64) -> Event {
    Event::Moment { which, when: at(secs), reason: String::new() }
}

fn closed(cause: Cause) -> Event {
    Event::Closed { cause, summary: String::new() }
}

#[test]
fn every_span_of_a_full_incident_is_between_its_own_two_entries() {
    let figures = Figures::of(&incident(vec![
        (60, opened(Kind::Fault, Some(alarm("web-5xx")), Some(30))),
        (90, ack(None)),
        (120, verdict(Party::Unknown)),
        (150, verdict(Party::Aws)),
        (200, gate(Gate::Watch)),
        (300, gate(Gate::Yes)),
        (310, told(false)),
        (330, told(true)),
        (400, ack(Some(8))),
        (500, verdict(Party::Customer)),
        (600, moment(Moment::Began, -120)),
        (600, moment(Moment::Mitigated, 480)),
        (700, moment(Moment::Recovered, 660)),
        (800, closed(Cause::Deploy)),
    ]));
    assert_eq!(
        figures,
        Figures {
            detect: Some(150),
            acknowledge: Some(60),
            side: Some(60),
            decision: Some(110),
            escalation: Some(30),
            acceptance: Some(70),
            mitigate: Some(600),
            recover: Some(780),
            side_changed: true,
        }
    );
}

#[test]
fn what_nobody_said_is_unknown_and_never_zero() {
    let figures = Figures::of(&incident(vec![(60, opened(Kind::Fault, None, None)), (90, told(true))]));
    assert_eq!(figures, Figures::default());
}

#[test]
fn without_a_word_on_recovery_a_fault_has_recovered_when_it_was_closed() {
    let of = |kind| {
        let events = vec![(60, opened(kind, None, None)), (360, closed(Cause::Unknown))];
        Figures::of(&incident(events)).recover
    };
    assert_eq!((of(Kind::Fault), of(Kind::Question)), (Some(300), None));
}

#[test]
fn a_clock_that_goes_back_gives_no_negative_span() {
    let events = vec![(60, opened(Kind::Fault, None, None)), (10, ack(None)), (-500, closed(Cause::Aws))];
    let figures = Figures::of(&incident(events));
    assert_eq!((figures.acknowledge, figures.recover), (Some(0), Some(0)));
}

#[test]
fn over_many_there_are_medians_and_counts() {
    let fault = |secs: i64, last: Event| {
        incident(vec![(0, opened(Kind::Fault, None, None)), (secs, ack(None)), (secs, last)])
    };
    let mut all: Vec<Incident> = (1..=10).map(|n| fault(n * 60, closed(Cause::Deploy))).collect();
    all.push(incident(vec![(0, opened(Kind::Question, None, None)), (9, closed(Cause::Unknown))]));
    all.push(incident(vec![
        (0, opened(Kind::Fault, None, None)),
        (5, gate(Gate::No)),
        (9, closed(Cause::Unknown)),
        (99, Event::Reopened { reason: "r".into() }),
    ]));
    let summary = Summary::of(&all);
    assert_eq!((summary.incidents, summary.open, summary.reopened), (12, 1, 1));
    assert_eq!(summary.without_incident, 1, "the question; the fault goes on");
    assert_eq!(summary.kinds[&Kind::Fault], 11);
    assert_eq!(summary.causes, [(Cause::Deploy, 10), (Cause::Unknown, 1)].into());
    assert_eq!(summary.spans[1], Some(Spread { of: 10, median: 300, p90: 540 }));
    assert_eq!(summary.spans[0], None);
}

#[test]
fn what_was_the_same_before_is_found_nearest_first() {
    let on = |subject: Subject, secs| incident(vec![(secs, opened(Kind::Fault, Some(subject), None))]);
    let mut now = on(alarm("web-5xx"), 900);
    let attached = Entry {
        seq: 2,
        at: at(901),
        hand: Hand::default(),
        event: Ok(Event::Attached { subject: machine("i-1") }),
    };
    now.apply(attached, "head");
    let others = [
        on(machine("i-2"), 1),
        on(alarm("web-5xx"), 2),
        on(alarm("other"), 3),
        on(machine("i-1"), 4),
        on(alarm("web-5xx"), 5),
    ];
    let found: Vec<(Shares, i64)> = similar(&now, &others)
        .into_iter()
        .map(|one| (one.shares, one.incident.opened.as_ref().unwrap().0.as_second() - START))
        .collect();
    assert_eq!(found, [(Shares::Alarm, 5), (Shares::Alarm, 2), (Shares::Resource, 4), (Shares::Type, 1)]);
}
