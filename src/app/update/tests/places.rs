//! Going to places and back.

use super::{desk::*, *};

#[test]
fn from_an_alarm_to_its_instance_and_back() {
    let mut desk = Desk::open();
    desk.press("enter");
    let Place::Page(page) = &desk.model.place else { panic!("not a page: {:?}", desk.model.place) };
    assert_eq!(page.subject.id, "web-5xx");
    desk.press("g");
    let Place::Page(page) = &desk.model.place else { panic!("not a page: {:?}", desk.model.place) };
    assert_eq!((page.subject.kind.as_ref(), page.subject.id.as_str()), (EC2_INSTANCE, "i-1"));
    desk.press("esc esc");
    assert_eq!(desk.model.place, Place::Pane(PaneId::Alarms));
    desk.press("]");
    assert!(matches!(&desk.model.place, Place::Page(p) if p.subject.id == "web-5xx"));
    // And from the instance to its alarm: the page lists it as a jump.
    desk.press("2 enter");
    assert!(matches!(&desk.model.place, Place::Page(p) if p.subject.id == "i-1"));
    desk.press("enter");
    assert!(
        matches!(&desk.model.place, Place::Page(p) if p.subject.id == "web-5xx"),
        "{:?}",
        desk.model.place
    );
}

#[test]
fn a_page_scrolls_with_its_cursor_and_no_further_than_it_goes() {
    let mut desk = Desk::open();
    let both = ["i-1", "i-2"].map(|id| ResourceRef::new(HOME, EC2_INSTANCE, id)).to_vec();
    let pair = Alarm { resources: both, ..alarm("pair", AlarmState::Alarm) };
    desk.answer(PaneId::Alarms, HOME, vec![pair]);
    desk.press("g g enter");
    let scroll = |desk: &Desk| match &desk.model.place {
        Place::Page(page) => page.scroll,
        Place::Pane(_) => panic!("not a page"),
    };
    // As a frame of ten lines would have said.
    desk.model.drawn = Drawn { lines: 40, height: 10, targets: vec![5, 30] };
    desk.press("n");
    assert!((21..=30).contains(&scroll(&desk)), "line 30 is in sight: {}", scroll(&desk));
    desk.press("N");
    assert!(scroll(&desk) <= 5, "line 5 is in sight: {}", scroll(&desk));
    desk.press("pagedown pagedown pagedown");
    assert_eq!(scroll(&desk), 30, "the last ten of 40 lines");
}

#[test]
fn what_cannot_be_done_here_says_why() {
    let mut desk = Desk::open();
    desk.press("]");
    assert_eq!(
        desk.model.toast.as_ref().map(|t| t.text.as_str()),
        Some("There is nothing to go forward to.")
    );
}

#[test]
fn a_link_into_the_aws_console_is_copied_from_the_list_and_from_the_page() {
    let mut desk = Desk::open();
    for keys in ["2 o", "enter o"] {
        desk.effects.clear();
        desk.press(keys);
        let copied = desk.effects.iter().find_map(|e| match e {
            Effect::Copy(text) => Some(text.as_str()),
            _ => None,
        });
        let link = copied.unwrap_or_else(|| panic!("nothing copied by {keys:?}"));
        assert!(link.starts_with("https://") && link.contains("i-1"), "{link}");
    }
}
