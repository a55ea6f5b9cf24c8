//! Notes of several lines, and pastes that are too long.

use super::*;
use crate::input::field::LINES_LIMIT;

fn note(desk: &Desk) -> Option<String> {
    incident(desk).entries.iter().rev().find_map(|entry| match &entry.event {
        Ok(Event::Note { text, .. }) => Some(text.clone()),
        _ => None,
    })
}

#[test]
fn a_note_keeps_its_lines_and_loses_what_acts_on_a_terminal() {
    let mut desk = opened();
    desk.press("n");
    let mut desk = text(&mut desk, "Traceback:\r\n\u{1b}[31m  ディスク満杯\u{202e}\r\n");
    desk.press("t h e n ctrl-j o f f alt-enter 1 enter");
    disk(&mut desk);
    assert_eq!(note(&desk).as_deref(), Some("Traceback:\n  ディスク満杯\nthen\noff\n1"));
    let detail = desk.model.detail(&super::super::super::incidents::reference(UID), desk.now);
    let lines: Vec<String> = detail
        .blocks
        .iter()
        .flat_map(|block| block.lines())
        .map(|line| line.spans.iter().map(|span| span.text.as_str()).collect())
        .collect();
    let first = lines.iter().position(|line| line.contains("Traceback:")).unwrap();
    for (at, said) in ["Traceback:", "ディスク満杯", "then", "off"].into_iter().enumerate() {
        assert!(lines[first + at].contains(said), "in the order it was written: {lines:#?}");
    }
}

#[test]
fn a_paste_that_does_not_fit_is_refused_in_a_sentence_and_what_was_typed_stays() {
    let mut desk = opened();
    desk.press("n");
    let mut desk = text(&mut desk, "the log says");
    let mut desk = text(&mut desk, &"x".repeat(LINES_LIMIT));
    let said = form_error(&desk).unwrap();
    assert!(said.contains("Nothing was pasted") && said.contains("65536 bytes"), "{said}");
    assert!(said.contains("toban incident note ID -"), "{said}");
    desk.press("enter");
    disk(&mut desk);
    assert_eq!(note(&desk).as_deref(), Some("the log says"));
    // A line takes less, and says so too.
    desk.press("S tab");
    let mut desk = text(&mut desk, &"x".repeat(5_000));
    assert!(form_error(&desk).unwrap().contains("4096"), "{:?}", form_error(&desk));
    desk.press("backspace");
    assert_eq!(form_error(&desk).as_deref(), Some(""), "the next key takes the sentence away");
}

#[test]
fn a_note_of_a_megabyte_stands_in_the_timeline_as_its_beginning() {
    let mut desk = opened();
    for long in ["当番\u{1b}[2J\n".repeat(100_000), "障".repeat(400_000)] {
        let seq = incident(&desk).next_seq();
        let entries = vec![entry(&desk, seq, "jun", Event::Note { text: long, about: None })];
        desk.tell(Msg::Written { generation: None, uid: UID.into(), number: 0, entries });
    }
    let detail = desk.model.detail(&super::super::super::incidents::reference(UID), desk.now);
    let spans: Vec<&str> = detail
        .blocks
        .iter()
        .flat_map(|block| block.lines())
        .flat_map(|line| &line.spans)
        .map(|span| span.text.as_str())
        .collect();
    assert!(spans.iter().all(|text| text.len() < 4_096), "nothing of a megabyte is laid out");
    assert!(spans.iter().any(|text| text.contains("99992 more lines")), "{spans:#?}");
    assert!(spans.iter().any(|text| text.ends_with("障 …")));
}
