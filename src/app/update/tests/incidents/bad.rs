//! What goes wrong around an incident: one sentence, nothing lost, nothing half sent without saying so.

use super::*;
use crate::incident::ladder::Channel;

/// A message by a program of one's own, on its way.
fn on_its_way() -> (Desk, Msg) {
    let mut desk = opened();
    desk.model.settings.ladder.contacts.get_mut("vendor").unwrap().channel =
        Channel::Command(vec!["page".into()]);
    desk.press("x enter");
    let mut desk = text(&mut desk, "look at i-1");
    desk.effects.clear();
    desk.press("enter");
    let sent = desk.effects.iter().find_map(|effect| match effect {
        Effect::Tell { generation, uid, message, .. } => Some((*generation, uid.clone(), message.clone())),
        _ => None,
    });
    let (generation, uid, message) = sent.unwrap();
    let answer = Sentence::new("tell.program_killed_bare").with("program", "page").with("secs", 15);
    (desk, Msg::Told { generation, uid, message, sent: false, answer })
}

#[test]
fn a_contact_that_was_not_reached_stands_in_the_record_as_not_told() {
    let (mut desk, told) = on_its_way();
    desk.tell(told);
    disk(&mut desk);
    assert_eq!(form_error(&desk), None, "what came of it is on the disk");
    let rung = &incident(&desk).escalations.last().unwrap().message.what;
    assert!(!rung.sent && rung.message.contains("look at i-1") && rung.due.is_none());
    assert!(incident(&desk).waiting().is_none(), "nobody is waited for who was not told");
    assert!(page(&desk).contains("NOT sent to vendor"), "{}", page(&desk));
}

#[test]
fn what_became_of_a_message_is_kept_in_the_form_until_it_can_be_written() {
    let (mut desk, told) = on_its_way();
    desk.tell(told);
    full_disk(&mut desk);
    assert!(form_error(&desk).unwrap().contains("disk of /data is full"), "{:?}", form_error(&desk));
}

#[test]
fn a_journal_that_cannot_be_read_is_said_once_and_costs_only_the_records() {
    let mut desk = Desk::open();
    let newer = || Msg::Incidents(Err(Sentence::new("journal.newer").with("path", "/data/incidents.sqlite")));
    desk.tell(newer());
    assert!(toast(&desk).contains("/data/incidents.sqlite"), "{}", toast(&desk));
    desk.model.toast = None;
    desk.tell(newer());
    assert_eq!(toast(&desk), "");
    assert!(desk.model.list().unwrap().selected().is_some(), "everything else goes on");
    desk.press("i");
    let generation = desk.effects.iter().find_map(|effect| match effect {
        Effect::Open { generation, .. } => Some(*generation),
        _ => None,
    });
    let why = Sentence::new("journal.newer").with("path", "/data/incidents.sqlite");
    desk.tell(Msg::NotWritten { generation: generation.unwrap(), why });
    assert!(toast(&desk).contains("/data/incidents.sqlite"), "{}", toast(&desk));
    assert!(desk.model.incidents.open().is_empty() && matches!(desk.model.place, Place::Pane(_)));
}

#[test]
fn of_two_incidents_about_one_alarm_the_newest_is_gone_to_and_no_third_is_opened() {
    let mut desk = opened();
    let first = entry(&desk, 1, "jun", incident(&desk).entries[0].event.clone().unwrap());
    let mut other = Incident::new("00000000000000000000000000000002", 2);
    other.apply(first.0, &first.1);
    desk.tell(Msg::Incidents(Ok(vec![other])));
    desk.press("esc i");
    let on_screen = |desk: &Desk| super::super::super::incidents::on_screen(&desk.model).map(Incident::id);
    assert_eq!(on_screen(&desk).as_deref(), Some("INC-0002"));
    assert!(!desk.effects.iter().any(|effect| matches!(effect, Effect::Open { .. })));
    let closed = Event::Closed { cause: crate::incident::event::Cause::Unknown, summary: String::new() };
    let uid = "00000000000000000000000000000002".to_owned();
    let entries = vec![entry(&desk, 2, "jun", closed)];
    desk.tell(Msg::Written { generation: None, uid, number: 0, entries });
    desk.press("esc i");
    assert_eq!(on_screen(&desk).as_deref(), Some("INC-0001"), "the one that is over does not count");
    assert!(!desk.effects.iter().any(|effect| matches!(effect, Effect::Open { .. })));
}
