//! Where the cursor stays.

use super::{desk::*, *};

#[test]
fn the_cursor_stays_on_its_row_whatever_comes_in() {
    let mut desk = Desk::open();
    desk.press("3 j");
    assert_eq!(desk.selected(), "i-2");
    desk.press("r").answer(
        PaneId::Instances,
        HOME,
        vec![instance("i-0"), instance("i-1"), instance("i-15"), instance("i-2"), instance("i-3")],
    );
    assert_eq!(desk.selected(), "i-2");
    desk.press("S");
    assert_eq!(desk.selected(), "i-2");
    // When the row is gone, the cursor stays where it was.
    desk.press("r").answer(PaneId::Instances, HOME, vec![instance("i-1"), instance("i-3")]);
    assert!(["i-1", "i-3"].contains(&desk.selected()));
}

#[test]
fn a_cursor_that_was_never_moved_stays_on_the_worst_row() {
    let mut desk = Desk::open();
    assert_eq!(desk.selected(), "web-5xx");
    let newer =
        Alarm { state_since: "2026-05-01T03:12:00Z".parse().ok(), ..alarm("api-5xx", AlarmState::Alarm) };
    desk.press("r").answer(
        PaneId::Alarms,
        HOME,
        vec![alarm("web-5xx", AlarmState::Alarm), newer, alarm("disk", AlarmState::Ok)],
    );
    assert_eq!(desk.shown(PaneId::Alarms), ["api-5xx", "web-5xx", "disk"], "worst first, then newest");
    assert_eq!(desk.selected(), "api-5xx");
}

#[test]
fn a_filter_shows_its_first_match_and_gives_the_row_back() {
    let mut desk = Desk::open();
    desk.press("3 j");
    desk.press("/ w e b - 3");
    assert_eq!(desk.selected(), "i-3", "the first match is what was looked for");
    desk.press("esc");
    assert_eq!(desk.selected(), "i-2");
}

#[test]
fn an_opened_row_is_come_back_to_whatever_came_in() {
    let mut desk = Desk::open();
    desk.press("enter r");
    let newer =
        Alarm { state_since: "2026-05-01T03:12:00Z".parse().ok(), ..alarm("api-5xx", AlarmState::Alarm) };
    desk.press("esc r").answer(
        PaneId::Alarms,
        HOME,
        vec![alarm("web-5xx", AlarmState::Alarm), newer, alarm("disk", AlarmState::Ok)],
    );
    assert_eq!(desk.shown(PaneId::Alarms).first(), Some(&"api-5xx"));
    assert_eq!(desk.selected(), "web-5xx", "the row that was opened, although the cursor was never moved");
}

#[test]
fn the_list_s_cursor_is_in_sight_on_the_way_back_from_a_page() {
    let fleet = || (0..90).map(|n| instance(&format!("i-{n:02}"))).collect::<Vec<_>>();
    for size in [(80, 24), (120, 36), (160, 50)] {
        let mut desk = Desk::open();
        desk.tell(Msg::Resize(size.0, size.1));
        desk.press("3 r").answer(PaneId::Instances, HOME, fleet());
        desk.press("G k k enter");
        // A page has other rows than the list; what comes in meanwhile must not be fitted to them.
        desk.press("r").answer(PaneId::Instances, HOME, fleet());
        desk.tell(Msg::Resize(size.0, size.1 - 2)).press("esc");
        let (cursor, rows) = (&desk.model.table(PaneId::Instances).cursor, desk.model.table_rows());
        assert_eq!(desk.selected(), "i-87");
        assert!(
            (cursor.offset..cursor.offset + rows).contains(&cursor.position),
            "{cursor:?} in {rows} rows at {size:?}"
        );
        assert_eq!(rows, desk.model.layout().rows(), "the rows that are drawn");
    }
}

#[test]
fn what_took_the_place_of_a_row_that_is_gone_is_followed_from_then_on() {
    let mut desk = Desk::open();
    desk.press("3 j").press("r").answer(PaneId::Instances, HOME, vec![instance("i-1"), instance("i-3")]);
    assert_eq!(desk.selected(), "i-3");
    let more = ["i-0", "i-00", "i-1", "i-2", "i-3"].map(instance).to_vec();
    desk.press("r").answer(PaneId::Instances, HOME, more);
    assert_eq!(desk.selected(), "i-3", "neither the number nor the row that came back");
}

#[test]
fn sorting_and_scrolling_keep_to_the_columns_in_sight() {
    let mut desk = Desk::open();
    desk.model.scopes = Scopes::new(vec![Scope::new("prod", "eu-west-1")]);
    let columns = desk.model.table(PaneId::Alarms).columns.clone();
    for _ in &columns {
        desk.press("s");
        let table = desk.model.table(PaneId::Alarms);
        let key = table.columns[table.sort_column].key;
        assert!(!["account", "region"].contains(&key) && columns[table.sort_column].width.is_some(), "{key}");
    }
    desk.model.drawn.more_columns = false;
    desk.press("right right right");
    assert_eq!(desk.model.table(PaneId::Alarms).column_offset, 0, "everything is in sight");
    desk.model.drawn.more_columns = true;
    desk.press("right");
    assert_eq!(desk.model.table(PaneId::Alarms).column_offset, 1);
}

#[test]
fn a_filter_looks_at_what_rows_say_now() {
    let mut desk = Desk::open();
    desk.press("3 / r e n a m e d enter");
    assert_eq!(desk.shown(PaneId::Instances), [""; 0]);
    let named = |id: &str, name: &str| Instance { name: name.into(), ..instance(id) };
    desk.press("r").answer(PaneId::Instances, HOME, vec![named("i-1", "renamed"), named("i-2", "as it was")]);
    assert_eq!(desk.shown(PaneId::Instances), ["i-1"], "while it is in force");
    desk.press("esc r").answer(
        PaneId::Instances,
        HOME,
        vec![named("i-2", "renamed too"), named("i-4", "new"), named("i-1", "renamed")],
    );
    desk.press("/ r e n a m e d");
    let mut shown = desk.shown(PaneId::Instances);
    shown.sort_unstable();
    assert_eq!(shown, ["i-1", "i-2"], "and after a search that is over");
}

#[test]
fn a_filter_sees_what_time_alone_changes_with_the_next_refresh() {
    let mut desk = Desk::open();
    let soon = desk.now + SignedDuration::from_hours(24);
    let row = || {
        let image = Image { name: "base".into(), created: None, deprecated: Some(soon) };
        Instance { image: Some(image.into()), ..instance("i-1") }
    };
    desk.press("3 r").answer(PaneId::Instances, HOME, vec![row()]);
    desk.press("/ d e p r e c a t e d enter");
    assert_eq!(desk.shown(PaneId::Instances), [""; 0]);
    desk.now = soon + SignedDuration::from_hours(1);
    desk.press("r").answer(PaneId::Instances, HOME, vec![row()]);
    assert_eq!(desk.shown(PaneId::Instances), ["i-1"]);
}
