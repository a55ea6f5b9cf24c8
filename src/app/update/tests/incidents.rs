//! Incidents as an operator works on them. The disk is played by the test: nothing counts before it has answered.

mod asked;
mod bad;
mod case;
mod notes;
mod stale;

use super::{desk::*, *};
use crate::{
    incident::{
        Entry, Event, Incident,
        chain::{Hand, SELF},
        event::{Gate, Level, Mark, Outcome},
        fold::State,
    },
    runbook::{CHECKLIST, registry::Reads, shelf::Shelf},
    text::sentence::Sentence,
    triage::{
        cause::Ranking,
        check::{self, Finding, Side},
        explanation::{Explanation, Request, Subject},
        graph::Graph,
    },
};

const UID: &str = "00000000000000000000000000000001";

/// What is written meanwhile by whoever writes into the same journal.
fn entry(desk: &Desk, seq: u64, by: &str, event: Event) -> (Entry, String) {
    let hand = Hand { by: by.into(), ..Hand::default() };
    (Entry { seq, at: desk.now, hand, event: Ok(event) }, format!("hash-{seq}"))
}

/// The disk answers everything that it was asked to write, in order.
fn disk(desk: &mut Desk) -> &mut Desk {
    for _ in 0..20 {
        let asked: Vec<Effect> = desk
            .effects
            .extract_if(.., |e| matches!(e, Effect::Open { .. } | Effect::Write { .. } | Effect::Load(_)))
            .collect();
        if asked.is_empty() {
            break;
        }
        for effect in asked {
            let (generation, uid, hand, events) = match effect {
                Effect::Open { generation, hand, opening } => {
                    (generation, UID.to_owned(), hand, opening.events(1))
                }
                Effect::Write { generation, uid, hand, events } => (generation, uid, hand, events),
                _ => continue,
            };
            let first = desk.model.incidents.get(&uid).map_or(1, Incident::next_seq);
            let written = (first..).zip(events).map(|(seq, event)| entry(desk, seq, &hand.by, event));
            let entries = written.collect();
            desk.tell(Msg::Written { generation: Some(generation), uid, number: 1, entries });
        }
    }
    desk
}

/// The disk refuses what it was asked to write.
fn full_disk(desk: &mut Desk) -> &mut Desk {
    let asked: Vec<u64> = desk
        .effects
        .iter()
        .filter_map(|e| match e {
            Effect::Open { generation, .. } | Effect::Write { generation, .. } => Some(*generation),
            _ => None,
        })
        .collect();
    desk.effects.clear();
    for generation in asked {
        let why = Sentence::new("journal.full").with("path", "/data");
        desk.tell(Msg::NotWritten { generation, why });
    }
    desk
}

fn incident(desk: &Desk) -> &Incident {
    desk.model.incidents.get(UID).unwrap()
}

fn text(desk: &mut Desk, text: &str) -> Desk {
    desk.tell(Msg::Paste(text.into()));
    std::mem::replace(desk, Desk::new())
}

/// With the built-in runbooks, on the alarm that fires, an incident about it open.
fn opened() -> Desk {
    let mut desk = Desk::open();
    desk.model.settings.shelf = Arc::new(Shelf::built_in(&Reads));
    desk.tell(Msg::Incidents(Ok(Vec::new())));
    desk.press("i");
    disk(&mut desk);
    desk
}

/// All that stands on the incident's page, a line for each text.
fn page(desk: &Desk) -> String {
    let detail = desk.model.detail(&super::super::incidents::reference(UID), desk.now);
    let lines = detail.blocks.iter().flat_map(|block| block.lines());
    let texts = lines.flat_map(|line| &line.spans).map(|span| span.text.as_str());
    texts.collect::<Vec<_>>().join("\n")
}

fn toast(desk: &Desk) -> &str {
    desk.model.toast.as_ref().map_or("", |toast| toast.text.as_str())
}

fn form_error(desk: &Desk) -> Option<String> {
    match desk.model.overlays.last() {
        Some(Overlay::Form(form)) => Some(form.error.clone().unwrap_or_default()),
        _ => None,
    }
}

#[test]
fn one_key_opens_an_incident_with_what_was_on_the_screen() {
    let mut desk = Desk::open();
    desk.tell(Msg::Incidents(Ok(Vec::new())));
    desk.press("i");
    assert!(matches!(desk.model.place, Place::Pane(_)), "nothing is there before it is on the disk");
    disk(&mut desk);
    let incident = incident(&desk);
    assert_eq!((incident.id().as_str(), incident.title.as_str()), ("INC-0001", "web-5xx"));
    assert_eq!(incident.level.as_ref().unwrap().what, Level::Sev2, "as bad as its row");
    assert_eq!(incident.since, alarm("web-5xx", AlarmState::Alarm).state_since);
    let kept: Vec<&str> = incident.evidence.iter().map(|kept| kept.what.source.as_str()).collect();
    assert_eq!(kept, ["alarms", "instances", "patches", "backups", "alarms"]);
    let row = &incident.evidence.last().unwrap().what;
    assert_eq!(
        (row.data["name"].as_str(), row.operation.as_str()),
        (Some("web-5xx"), "cloudwatch:DescribeAlarms")
    );
    assert!(matches!(&desk.model.place, Place::Page(page) if page.subject.id == UID));
}

#[test]
fn one_alarm_never_opens_two_incidents() {
    let mut desk = opened();
    desk.press("esc i");
    assert!(!desk.effects.iter().any(|e| matches!(e, Effect::Open { .. })), "it is gone to");
    assert!(matches!(&desk.model.place, Place::Page(page) if page.subject.id == UID));
    assert!(toast(&desk).contains("open incident"), "{}", toast(&desk));
}

#[test]
fn what_could_not_be_written_stays_in_the_form_with_the_reason() {
    let mut desk = opened();
    desk.press("n");
    let mut desk = text(&mut desk, "CPU is at 100 % since 03:08");
    desk.effects.clear();
    desk.press("enter");
    full_disk(&mut desk);
    assert!(form_error(&desk).unwrap().contains("disk of /data is full"));
    assert!(!incident(&desk).entries.iter().any(|e| matches!(&e.event, Ok(Event::Note { .. }))));
    desk.press("enter");
    disk(&mut desk);
    assert_eq!(form_error(&desk), None, "written, and gone");
    let note = incident(&desk).entries.iter().find_map(|entry| match &entry.event {
        Ok(Event::Note { text, .. }) => Some(text.as_str()),
        _ => None,
    });
    assert_eq!(note, Some("CPU is at 100 % since 03:08"));
}

#[test]
fn the_gate_wants_an_answer_and_a_reason_and_is_then_on_record_with_who_took_it_on() {
    let mut desk = opened();
    desk.press("d enter enter");
    assert!(form_error(&desk).unwrap().contains("full response?"), "{:?}", form_error(&desk));
    desk.press("1 enter");
    let mut desk = text(&mut desk, "checkout is down for all");
    desk.press("enter");
    disk(&mut desk);
    let incident = incident(&desk);
    let gate = incident.gate.as_ref().unwrap();
    assert_eq!((gate.what.answer, gate.what.reason.as_str()), (Gate::Yes, "checkout is down for all"));
    assert_eq!(incident.acknowledged.as_ref().unwrap().1, "ines");
    assert_eq!(incident.roles.values().collect::<Vec<_>>(), ["ines"]);
}

#[test]
fn a_watch_comes_back_with_a_ring() {
    let mut desk = opened();
    desk.press("d 3 enter");
    let mut desk = text(&mut desk, "errors fell");
    desk.press("enter");
    disk(&mut desk);
    assert_eq!(incident(&desk).state, State::Watching);
    desk.effects.clear();
    desk.wait(Duration::from_mins(14));
    assert!(!desk.effects.contains(&Effect::Bell));
    desk.wait(Duration::from_mins(2));
    assert!(desk.effects.contains(&Effect::Bell));
    assert!(toast(&desk).contains("watch came back"), "{}", toast(&desk));
    desk.effects.clear();
    desk.wait(Duration::from_secs(5));
    assert!(!desk.effects.contains(&Effect::Bell), "once");
}

#[test]
fn to_lower_the_severity_takes_a_reason_and_to_raise_it_none() {
    let mut desk = opened();
    desk.press("S 3 enter");
    assert!(form_error(&desk).unwrap().contains("say why"), "{:?}", form_error(&desk));
    desk.press("esc S 1 enter");
    disk(&mut desk);
    assert_eq!(incident(&desk).level.as_ref().unwrap().what, Level::Sev1);
}

#[test]
fn what_is_on_the_screen_is_pinned_as_data_and_only_said_to_be_when_it_is_on_the_disk() {
    let mut desk = Desk::open();
    desk.press("p");
    assert!(toast(&desk).contains("No incident is open"), "{}", toast(&desk));
    let mut desk = opened();
    let before = incident(&desk).evidence.len();
    desk.press("3 p");
    assert_eq!(toast(&desk), "");
    disk(&mut desk);
    assert!(toast(&desk).contains("evidence of INC-0001"), "{}", toast(&desk));
    let kept = incident(&desk).evidence.last().unwrap();
    assert_eq!(incident(&desk).evidence.len(), before + 1);
    assert_eq!((kept.what.source.as_str(), kept.what.data["id"].as_str()), ("instances", Some("i-1")));
    assert_eq!(kept.by, "ines");
}

#[test]
fn what_another_console_writes_is_seen_here() {
    let mut desk = opened();
    let next = incident(&desk).next_seq();
    let note = Event::Note { text: "rolled back".into(), about: None };
    let entries = vec![entry(&desk, next, "jun", note)];
    desk.tell(Msg::Written { generation: None, uid: UID.into(), number: 0, entries });
    assert_eq!(incident(&desk).entries.last().unwrap().hand.by, "jun");
    assert!(desk.model.detail(&super::super::incidents::reference(UID), desk.now).blocks.len() > 2);
}

#[test]
fn an_open_incident_is_offered_at_the_start_and_a_key_goes_to_it() {
    let mut desk = Desk::open();
    let mut known = Incident::new(UID, 42);
    let event = Event::Opened {
        title: "web-5xx".into(),
        kind: crate::incident::event::Kind::Fault,
        level: None,
        subject: None,
        since: None,
        report: None,
        number: 42,
    };
    let (entry, head) = entry(&desk, 1, "jun", event);
    known.apply(entry, &head);
    desk.tell(Msg::Incidents(Ok(vec![known])));
    assert!(toast(&desk).contains("INC-0042 is open: web-5xx"), "{}", toast(&desk));
    desk.press("I");
    assert!(matches!(&desk.model.place, Place::Page(page) if page.subject.id == UID));
    assert!(desk.effects.contains(&Effect::Load(UID.into())), "read whole");
}

fn explained(desk: &Desk, outcome: check::Outcome) -> Arc<Explanation> {
    let alarm: &Alarm = desk.model.table(PaneId::Alarms).get(HOME, "web-5xx").unwrap();
    let alarm = Arc::new(alarm.clone());
    let request = Request::of(Subject::Alarm(Arc::clone(&alarm), Vec::new()));
    let finding = Finding {
        id: "ec2.status.system",
        outcome,
        about: None,
        evidence: Sentence::new("check.unread").with("operation", "ec2:X").with("why", "x"),
        at: None,
        side: Side::Aws,
    };
    Arc::new(Explanation {
        case: request.case(desk.now),
        alarm: Some(alarm),
        graph: Graph::default(),
        health: Vec::new(),
        findings: vec![finding],
        ranking: Ranking::default(),
        of: 0,
        read: 10,
        read_back_to: None,
        problems: Vec::new(),
        calls: 3,
        lookups: 1,
        whole: true,
        checked: true,
        done: true,
    })
}

fn explain(desk: &mut Desk, outcome: check::Outcome) {
    let asked = desk.effects.iter().rev().find_map(|e| match e {
        Effect::Explain { generation, .. } => Some(*generation),
        _ => None,
    });
    let result = Ok(explained(desk, outcome));
    desk.tell(Msg::Explained { scope: HOME, generation: asked.unwrap(), alarm: "web-5xx".into(), result });
}

#[test]
fn the_console_writes_what_it_finds_by_itself_once_and_takes_up_the_runbook_that_fits() {
    let mut desk = opened();
    desk.wait(Duration::from_secs(1));
    explain(&mut desk, check::Outcome::Fail);
    disk(&mut desk);
    let found = incident(&desk);
    assert_eq!(found.checks["ec2.status.system"].what.outcome, Outcome::Fail);
    assert_eq!(found.checks["ec2.status.system"].by, SELF);
    assert_eq!(found.verdict.as_ref().unwrap().what.side.word(), "aws", "a failed system check is AWS's");
    assert_eq!(found.runbook.as_ref().unwrap().what.id, "ec2-system-check");
    let checks = |desk: &Desk| {
        let is = |e: &&Arc<Entry>| matches!(&e.event, Ok(Event::Check(c)) if c.id == "ec2.status.system");
        incident(desk).entries.iter().filter(is).count()
    };
    assert_eq!(checks(&desk), 1);
    // Asked again, it comes out as before: nothing is written twice.
    desk.effects.clear();
    desk.press("r").wait(Duration::from_secs(1));
    explain(&mut desk, check::Outcome::Fail);
    disk(&mut desk);
    assert_eq!(checks(&desk), 1);
    // What a person says about whose part it is stays.
    desk.press("v 4 enter enter");
    let mut desk = text(&mut desk, "the image was AWS's");
    desk.press("enter");
    disk(&mut desk);
    desk.effects.clear();
    desk.press("r").wait(Duration::from_secs(1));
    explain(&mut desk, check::Outcome::Pass);
    disk(&mut desk);
    assert_eq!(incident(&desk).verdict.as_ref().unwrap().what.side.word(), "grey");
    assert_eq!(checks(&desk), 2, "it came out in another way");
}

#[test]
fn a_step_of_the_checklist_is_ticked_unticked_and_left_out_with_a_reason() {
    let mut desk = opened();
    let key = (CHECKLIST.to_owned(), "acknowledge".to_owned());
    let mark = |desk: &Desk| incident(desk).steps.get(&key).map(|said| said.what.mark);
    desk.press("space");
    disk(&mut desk);
    assert_eq!(mark(&desk), Some(Mark::Done));
    desk.press("space");
    disk(&mut desk);
    assert_eq!(mark(&desk), Some(Mark::Open));
    desk.press("s enter");
    let mut desk = text(&mut desk, "known by everybody");
    desk.press("enter");
    disk(&mut desk);
    let said = &incident(&desk).steps[&key].what;
    assert_eq!((said.mark, said.reason.as_str()), (Mark::Skipped, "known by everybody"));
}

#[test]
fn somebody_is_told_by_hand_with_a_message_from_the_record_and_until_when_they_must_answer() {
    let mut desk = opened();
    desk.press("x enter");
    let mut desk = text(&mut desk, "restore the rule of sg-1");
    desk.effects.clear();
    desk.press("enter");
    let copied = desk.effects.iter().find_map(|e| match e {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    disk(&mut desk);
    let told = incident(&desk).escalations.last().unwrap();
    assert!(told.message.what.sent && told.message.what.message.contains("restore the rule of sg-1"));
    assert_eq!(copied.as_ref(), Some(&told.message.what.message));
    assert_eq!(told.message.what.to, "vendor", "the first above the desk");
    assert_eq!(told.message.what.due, Some(desk.now + SignedDuration::from_mins(5)), "SEV-2");
    desk.effects.clear();
    desk.wait(Duration::from_mins(6));
    assert!(toast(&desk).contains("No answer"), "{}", toast(&desk));
    desk.press("a");
    desk.press("enter");
    disk(&mut desk);
    assert!(incident(&desk).waiting().is_none());
}

#[test]
fn a_question_that_was_answered_is_closed_at_once_and_counted() {
    let mut desk = Desk::open();
    desk.tell(Msg::Incidents(Ok(Vec::new())));
    desk.press("R");
    let mut desk = text(&mut desk, "how do I see my orders?");
    desk.press("tab 2 tab tab tab tab tab tab");
    let mut desk = text(&mut desk, "under My page");
    desk.press("enter");
    disk(&mut desk);
    let question = incident(&desk);
    assert!(question.is_closed());
    assert_eq!(question.kind, Some(crate::incident::event::Kind::Question));
    assert_eq!(question.reports[0].what.what, "how do I see my orders?");
    assert_eq!(question.cause.as_ref().unwrap().1, "under My page");
}

#[test]
fn closing_wants_a_cause_a_word_on_recovery_and_a_sentence_and_can_be_taken_back() {
    let mut desk = opened();
    desk.press("C enter enter");
    assert!(form_error(&desk).unwrap().contains("cause"));
    desk.press("3 enter 1 enter");
    let mut desk = text(&mut desk, "rolled back");
    desk.press("enter");
    disk(&mut desk);
    let closed = incident(&desk);
    assert!(closed.is_closed());
    assert!(closed.moments.contains_key(&crate::incident::event::Moment::Recovered));
    desk.press("d");
    assert!(toast(&desk).contains("closed"), "{}", toast(&desk));
    desk.press("C");
    let mut desk = text(&mut desk, "it is back");
    desk.press("enter");
    disk(&mut desk);
    assert_eq!((incident(&desk).state, incident(&desk).reopened), (State::Open, 1));
}

#[test]
fn a_key_says_what_a_step_means_and_another_leads_back() {
    let mut desk = opened();
    desk.wait(Duration::from_secs(1));
    explain(&mut desk, check::Outcome::Fail);
    disk(&mut desk);
    desk.wait(Duration::from_secs(1));
    desk.press("enter");
    let Place::Page(page) = &desk.model.place else { panic!("a page") };
    assert_eq!(page.subject.kind, crate::panes::incidents::know::STEP);
    let detail = desk.model.detail(&page.subject, desk.now);
    let text: String = detail
        .blocks
        .iter()
        .flat_map(|block| block.lines())
        .flat_map(|line| &line.spans)
        .map(|span| span.text.as_str())
        .collect();
    assert!(text.contains("If it fails:") && text.contains("→ "), "{text}");
    desk.press("esc");
    assert!(matches!(&desk.model.place, Place::Page(page) if page.subject.id == UID));
}

#[test]
fn practice_tells_nobody_whatever_the_ladder_says() {
    let mut desk = opened();
    let vendor = desk.model.settings.ladder.contacts.get_mut("vendor").unwrap();
    vendor.channel = crate::incident::ladder::Channel::Command(vec!["page-them".into()]);
    desk.press("x enter");
    let mut desk = text(&mut desk, "look");
    desk.press("enter");
    assert!(desk.effects.iter().any(|e| matches!(e, Effect::Tell { .. })), "for real it goes out");
    desk.effects.clear();
    desk.press("esc");
    desk.model.settings.drill = Some("web-down".into());
    desk.press("x enter");
    let mut desk = text(&mut desk, "look");
    desk.press("enter");
    assert!(!desk.effects.iter().any(|e| matches!(e, Effect::Tell { .. })));
    assert!(desk.effects.iter().any(|e| matches!(e, Effect::Copy(_))), "the message is there to read");
}

#[test]
fn the_cursor_leaves_the_due_step_and_the_checklist_can_be_ticked_beside_a_runbook() {
    let mut desk = opened();
    desk.wait(Duration::from_secs(1));
    explain(&mut desk, check::Outcome::Fail);
    disk(&mut desk);
    desk.wait(Duration::from_secs(1));
    let marked = |desk: &Desk| super::super::incidents::step(&desk.model).unwrap();
    let due = marked(&desk);
    assert_eq!(due.runbook, "ec2-system-check");
    desk.press("j");
    assert_ne!(marked(&desk), due, "it moves");
    desk.wait(Duration::from_secs(2));
    assert_ne!(marked(&desk), due, "and stays where it was put");
    for _ in 0..40 {
        if marked(&desk).runbook == CHECKLIST {
            break;
        }
        desk.press("j");
    }
    let step = marked(&desk);
    assert_eq!(step.runbook, CHECKLIST);
    desk.press("space");
    disk(&mut desk);
    assert_eq!(incident(&desk).steps[&(step.runbook, step.step)].what.mark, Mark::Done);
}
