//! Filter line, palette, questions.

use super::{desk::*, *};
use crate::app::update::overlays::entries;

#[test]
fn the_filter_acts_while_it_is_typed_and_escape_takes_it_back() {
    let mut desk = Desk::open();
    desk.press("3 / w e b - 2");
    assert_eq!(desk.shown(PaneId::Instances), ["i-2"]);
    desk.press("enter");
    assert!(desk.model.overlays.is_empty());
    assert_eq!(desk.shown(PaneId::Instances), ["i-2"]);
    // A second thought, dropped.
    desk.press("/ 9 9 esc");
    assert_eq!(desk.shown(PaneId::Instances), ["i-2"]);
    // Escape in the table clears the filter before it goes anywhere.
    desk.press("esc");
    assert_eq!(desk.shown(PaneId::Instances).len(), 3);
    assert_eq!(desk.model.place, Place::Pane(PaneId::Instances));
}

#[test]
fn a_broken_filter_is_said_and_the_one_before_stays() {
    let mut desk = Desk::open();
    desk.press("3 / 2").tell(Msg::Paste(" re:(".into()));
    assert!(matches!(desk.model.overlays.last(), Some(Overlay::Filter { error: Some(_), .. })));
    assert_eq!(desk.shown(PaneId::Instances), ["i-2"]);
    desk.press("enter");
    assert!(!desk.model.overlays.is_empty(), "it stays open until it is mended or dropped");
}

#[test]
fn the_palette_goes_to_a_pane_by_name_and_filters_it() {
    let mut desk = Desk::open();
    desk.press(":").tell(Msg::Paste("instances web-3".into())).press("enter");
    assert_eq!(desk.model.place, Place::Pane(PaneId::Instances));
    assert_eq!(desk.shown(PaneId::Instances), ["i-3"]);
    desk.press(": n o n s e n s e enter");
    assert!(desk.model.toast.is_some(), "an unknown command is said");
}

#[test]
fn an_mfa_question_is_asked_over_everything_and_declined_by_escape() {
    let mut desk = Desk::open();
    let question = || Msg::MfaWanted {
        id: 7,
        profile: "prod".into(),
        serial: "arn:aws:iam::1:mfa/ops".into(),
        refused: None,
    };
    desk.tell(question()).press("1 2 3 enter");
    assert!(!desk.model.overlays.is_empty(), "a code has six digits");
    desk.press("4 5 6 enter");
    assert!(desk.effects.contains(&Effect::MfaAnswer { id: 7, code: Some("123456".into()) }));
    desk.tell(question()).press("esc");
    assert!(desk.effects.contains(&Effect::MfaAnswer { id: 7, code: None }));
}

#[test]
fn filters_that_were_accepted_come_back_with_up() {
    let mut desk = Desk::open();
    desk.press("3 / w e b - 1 enter / ctrl-u w e b - 2 enter esc");
    assert_eq!(desk.shown(PaneId::Instances).len(), 3);
    desk.press("/ up");
    assert_eq!(desk.shown(PaneId::Instances), ["i-2"], "the newest first, in force at once");
    desk.press("up");
    assert_eq!(desk.shown(PaneId::Instances), ["i-1"]);
    desk.press("up");
    assert_eq!(desk.shown(PaneId::Instances), ["i-1"], "there is no older one");
    desk.press("down down");
    assert_eq!(desk.shown(PaneId::Instances).len(), 3, "back to none");
    desk.press("up enter");
    assert_eq!(desk.model.table(PaneId::Instances).filter_text, "web-2");
}

#[test]
fn tab_completes_a_column_s_name_in_the_filter() {
    let mut desk = Desk::open();
    desk.press("3 / ! s t a t u s _ i tab");
    let Some(Overlay::Filter { field, .. }) = desk.model.overlays.last() else { panic!("no filter line") };
    assert_eq!(field.text(), "!status_instance:");
    // A name that begins no column is left as it is.
    desk.press("ctrl-u z z z tab");
    let Some(Overlay::Filter { field, .. }) = desk.model.overlays.last() else { panic!("no filter line") };
    assert_eq!(field.text(), "zzz");
}

#[test]
fn an_mfa_question_waits_for_a_line_that_is_being_typed() {
    let mut desk = Desk::open();
    let question = Msg::MfaWanted {
        id: 7,
        profile: "prod".into(),
        serial: "arn:aws:iam::1:mfa/ops".into(),
        refused: None,
    };
    desk.press("3 / w e b").tell(question).press("- 2 enter");
    assert_eq!(desk.shown(PaneId::Instances), ["i-2"], "the keys went where they were meant");
    assert!(matches!(desk.model.overlays.last(), Some(Overlay::Mfa { .. })), "and now it is asked");
    desk.press("1 2 3 4 5 6 enter");
    assert!(desk.effects.contains(&Effect::MfaAnswer { id: 7, code: Some("123456".into()) }));
}

#[test]
fn recalling_loses_nothing_that_was_typed() {
    let mut desk = Desk::open();
    desk.press("3 / w e b down");
    assert_eq!(desk.shown(PaneId::Instances).len(), 3, "web is still in force: all three are named so");
    let typed = |desk: &Desk| match desk.model.overlays.last() {
        Some(Overlay::Filter { field, .. }) => field.text().to_owned(),
        other => panic!("no filter line: {other:?}"),
    };
    assert_eq!(typed(&desk), "web");
    desk.press("- 1 enter / ctrl-u n e w up");
    assert_eq!(typed(&desk), "web-1");
    desk.press("down");
    assert_eq!(typed(&desk), "new");
}

#[test]
fn commands_that_were_run_come_back_in_the_palette() {
    let mut desk = Desk::open();
    desk.press(":").tell(Msg::Paste("instances web-3".into())).press("enter");
    desk.press(":").tell(Msg::Paste("alarms".into())).press("enter");
    let typed = |desk: &Desk| match desk.model.overlays.last() {
        Some(Overlay::Palette(picker)) => picker.field.text().to_owned(),
        other => panic!("no palette: {other:?}"),
    };
    desk.press(": h e alt-p");
    assert_eq!(typed(&desk), "alarms");
    desk.press("alt-p");
    assert_eq!(typed(&desk), "instances web-3");
    desk.press("alt-n alt-n");
    assert_eq!(typed(&desk), "he");
    desk.press("alt-p alt-p enter");
    assert_eq!(desk.model.place, Place::Pane(PaneId::Instances));
    assert_eq!(desk.shown(PaneId::Instances), ["i-3"]);
}

#[test]
fn tab_completes_the_command_that_is_marked() {
    let mut desk = Desk::open();
    desk.press(": down down");
    let marked = entries(&desk.model)[2].name.clone();
    desk.press("tab");
    let Some(Overlay::Palette(picker)) = desk.model.overlays.last() else { panic!("no palette") };
    assert_eq!(picker.field.text(), format!("{marked} "));
}

#[test]
fn problems_scroll_as_far_as_they_go_and_back() {
    let mut desk = Desk::open();
    desk.press("!");
    desk.model.drawn.overlay_end = 7;
    desk.press("G k");
    assert!(matches!(desk.model.overlays.last(), Some(Overlay::Problems { scroll: 6 })));
}
