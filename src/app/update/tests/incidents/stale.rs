//! A runbook that nobody has gone through for long is said to be old, wherever one follows it or chooses it.

use super::*;
use crate::config::source::Source;

#[test]
fn an_old_runbook_is_said_to_be_old_where_it_is_followed_and_where_one_is_chosen() {
    let mut desk = opened();
    let old = include_str!("../../../../../runbooks/restore.toml")
        .replace("reviewed = 2026-05-01", "reviewed = 2025-04-30");
    let (shelf, wrong) = Shelf::with(&[Source { name: "restore.toml", text: &old }], &Reads);
    assert!(wrong.is_empty(), "{wrong:?}");
    desk.model.settings.shelf = Arc::new(shelf);
    let seq = incident(&desk).next_seq();
    let taken = Event::Runbook { id: "restore".into(), version: "1.0".into(), reason: String::new() };
    let entries = vec![entry(&desk, seq, "jun", taken)];
    desk.tell(Msg::Written { generation: None, uid: UID.into(), number: 0, entries });
    let said = page(&desk);
    assert!(said.contains("reviewed 2025-04-30: more than a year ago"), "{said}");
    desk.press("b");
    let Some(Overlay::Form(form)) = desk.model.overlays.last() else { panic!("a form") };
    let Some(crate::app::form::Input::Choice { options, .. }) = form.entry().map(|entry| &entry.input) else {
        panic!("a choice")
    };
    let marked: Vec<&str> = options
        .iter()
        .filter(|(_, text)| text.contains("not reviewed for a year"))
        .map(|(id, _)| id.as_str())
        .collect();
    assert_eq!(marked, ["restore"]);
}
