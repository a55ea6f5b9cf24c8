#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::incident::{
    event::{Cause, Escalated, Event},
    hours::Hours,
    made_up::{acknowledged, at, gate, incident, opened, severity, told},
};

/// What is overdue at a minute, and whom to tell.
fn said(entries: &[(i64, &str, Event)], minute: i64) -> Vec<(What, String)> {
    let due = due(&incident(entries), &Ladder::default(), at(minute));
    due.into_iter().map(|due| (due.what, due.to.join(" "))).collect()
}

fn one(what: What, to: &str) -> Vec<(What, String)> {
    vec![(what, to.to_owned())]
}

#[test]
fn an_incident_that_nobody_takes_on_goes_to_the_next() {
    let all = [(0, "toban", opened())];
    assert_eq!(said(&all, 4), []);
    assert_eq!(said(&all, 5), one(What::Acknowledge, "l1"));
    assert_eq!(said(&all, 10), one(What::Next, "vendor"));
    let taken = [(0, "toban", opened()), (3, "ines", acknowledged(None, "ines"))];
    assert_eq!(said(&taken, 60), []);
}

#[test]
fn the_ladder_starts_when_full_response_is_decided() {
    let all = [(0, "ines", opened()), (1, "ines", acknowledged(None, "ines")), (6, "ines", gate(Gate::Yes))];
    assert_eq!(said(&all[..2], 60), []);
    assert_eq!(said(&all, 6), one(What::Escalate, "vendor"));
    assert_eq!(
        said(&[all[0].clone(), (6, "ines", gate(Gate::No))], 60),
        [],
        "and not when it was decided against"
    );
}

#[test]
fn silence_is_asked_again_and_then_passed_over() {
    let told_at_8 = [(0, "ines", opened()), (6, "ines", gate(Gate::Yes)), (8, "ines", told("vendor", true))];
    assert_eq!(said(&told_at_8, 12), []);
    assert_eq!(said(&told_at_8, 13), one(What::Again, "vendor"));
    assert_eq!(said(&told_at_8, 18), one(What::Next, "app db security"));
    let again = [&told_at_8[..], &[(13, "ines", told("vendor", true))]].concat();
    assert_eq!(said(&again, 17), []);
    assert_eq!(said(&again, 18), one(What::Next, "app db security"), "ten minutes after the first try");
    let next = [&again[..], &[(18, "ines", told("app", true))]].concat();
    assert_eq!(said(&next, 22), [], "the level below is let alone");
    assert_eq!(said(&next, 23), one(What::Again, "app"));
    let minute = super::next(&incident(&told_at_8), &Ladder::default(), at(9));
    assert_eq!(minute, Some(at(13)));
}

#[test]
fn an_answer_stops_the_ladder() {
    let all = [
        (0, "ines", opened()),
        (8, "ines", told("vendor", true)),
        (9, "jun", acknowledged(Some(2), "jun")),
        (20, "ines", told("app", true)),
        (20, "ines", told("db", true)),
        (21, "mia", acknowledged(Some(5), "mia")),
    ];
    assert_eq!(said(&all[..3], 600), []);
    assert_eq!(said(&all[..5], 30), one(What::Next, "ic"));
    assert_eq!(said(&all, 30), one(What::Again, "app"), "the other is asked once more, and nobody above");
}

#[test]
fn worse_is_quicker() {
    let all =
        |level| [(0, "ines", opened()), (0, "ines", severity(level)), (0, "ines", told("vendor", true))];
    assert_eq!(said(&all(Level::Sev4), 59), []);
    assert_eq!(said(&all(Level::Sev4), 60), one(What::Again, "vendor"));
    assert_eq!(said(&all(Level::Sev1), 5), one(What::Again, "vendor"));
}

#[test]
fn what_did_not_go_out_is_overdue_at_once() {
    let taken = (1, "ines", acknowledged(None, "ines"));
    let (first, second) = ((8, "ines", told("vendor", false)), (9, "ines", told("vendor", true)));
    let all = [(0, "ines", opened()), taken, first, second];
    assert_eq!(said(&all[..3], 8), one(What::Unsent, "vendor"));
    assert_eq!(said(&all, 9), []);
    let gate = [(0, "ines", opened()), (6, "ines", gate(Gate::Yes)), (8, "ines", told("vendor", false))];
    assert_eq!(said(&gate, 9).len(), 2, "and still nobody has been told");
}

#[test]
fn the_last_ones_are_told_until_they_answer_and_aws_by_its_plan() {
    let all = [(0, "ines", opened()), (8, "ines", told("aws", true)), (20, "ines", told("aws", true))];
    assert_eq!(said(&all, 29), []);
    assert_eq!(said(&all, 30), one(What::Again, "aws"));
    let case = |due| Escalated {
        to: "aws".into(),
        channel: "support-case".into(),
        message: "m".into(),
        sent: true,
        answer: "case 1".into(),
        due,
    };
    let all = |due| [(0, "ines", opened()), (8, "ines", Event::Escalated(case(due)))];
    assert_eq!(said(&all(None), 600), []);
    assert_eq!(said(&all(Some(at(68))), 67), []);
    assert_eq!(said(&all(Some(at(68))), 68), one(What::Again, "aws"));
}

#[test]
fn handovers_and_watches_have_a_limit_too() {
    let off = Event::HandedOff { to: "jun".into(), page: "p".into() };
    let all = [
        (0, "ines", opened()),
        (1, "ines", acknowledged(None, "ines")),
        (30, "ines", off),
        (31, "jun", Event::Accepted { who: "jun".into() }),
    ];
    assert_eq!(said(&all[..3], 35), one(What::Handover, "jun"));
    assert_eq!(said(&all, 60), []);
    let watch =
        Event::Gate { answer: Gate::Watch, reason: "calm".into(), facts: Vec::new(), again: Some(at(40)) };
    let all = [(0, "ines", opened()), (1, "ines", watch)];
    assert_eq!(said(&all, 39), []);
    assert_eq!(said(&all, 40), one(What::Watch, ""));
}

#[test]
fn what_is_over_and_what_is_a_question_waits_for_nobody() {
    let closed = Event::Closed { cause: Cause::Deploy, summary: String::new() };
    assert_eq!(
        said(&[(0, "ines", opened()), (8, "ines", told("vendor", true)), (9, "ines", closed)], 600),
        []
    );
    let Event::Opened { title, level, subject, since, report, number, .. } = opened() else { return };
    let question = Event::Opened { title, kind: Kind::Question, level, subject, since, report, number };
    assert_eq!(said(&[(0, "ines", question)], 600), []);
}

#[test]
fn who_is_off_is_passed_over() {
    let mut ladder = Ladder::default();
    let office = Hours::parse("Mon-Fri 09:00-18:00 UTC", |_| Some(jiff::tz::TimeZone::UTC)).unwrap();
    ladder.contacts.get_mut("vendor").unwrap().hours = office;
    let incident = incident(&[(0, "ines", opened()), (6, "ines", gate(Gate::Yes))]);
    let due = due(&incident, &ladder, at(6));
    assert_eq!((due[0].to.join(" ").as_str(), due[0].off_hours), ("app db security", false), "it is 03:06");
}
