//! What pages and graphs ask for.

use super::{desk::*, *};

#[test]
fn facts_are_asked_once_after_the_cursor_rests_and_given_up_when_the_place_is_left() {
    let mut desk = Desk::open();
    let series = |desk: &Desk| desk.effects.iter().filter(|e| matches!(e, Effect::Series { .. })).count();
    desk.press("j j k");
    assert_eq!(series(&desk), 0, "passing rows asks nothing");
    desk.wait(Duration::from_millis(300));
    let asked = series(&desk);
    assert!(asked <= 1, "one batch");
    desk.press("enter").wait(Duration::from_secs(1)).wait(Duration::from_secs(1));
    let history = desk.effects.iter().filter(|e| matches!(e, Effect::History { .. })).count();
    assert_eq!(history, 1, "asked once");
    desk.effects.clear();
    desk.press("esc");
    assert!(desk.effects.contains(&Effect::CancelFacts));
    desk.press("enter");
    assert!(desk.effects.iter().any(|e| matches!(e, Effect::History { .. })), "and asked again on return");
}

fn histories(desk: &Desk) -> Vec<(u64, String)> {
    let of = |e: &Effect| match e {
        Effect::History { generation, alarm, .. } => Some((*generation, alarm.clone())),
        _ => None,
    };
    desk.effects.iter().filter_map(of).collect()
}

/// A console without room for a preview beside the list: only pages ask.
fn narrow() -> Desk {
    let mut desk = Desk::open();
    desk.tell(Msg::Resize(80, 24)).effects.clear();
    desk
}

/// Answers the newest question about a history.
fn learn(desk: &mut Desk, result: Result<Vec<HistoryItem>, Problem>) {
    let (generation, alarm) = histories(desk).pop().unwrap();
    desk.tell(Msg::History { scope: HOME, generation, alarm, result }).effects.clear();
}

#[test]
fn while_frozen_what_is_shown_stays_and_what_is_missing_is_read() {
    let mut desk = narrow();
    desk.press("enter");
    learn(&mut desk, Ok(Vec::new()));
    desk.press("space").wait(Duration::from_mins(5));
    assert_eq!(histories(&desk), [], "it is on screen, held as it is");
    desk.press("esc j enter").wait(Duration::from_secs(1));
    assert_eq!(histories(&desk).len(), 1, "this page has none yet");
    desk.press("esc k enter space").wait(Duration::from_secs(1));
    assert_eq!(histories(&desk).last().map(|(_, a)| a.as_str()), Some("web-5xx"), "and goes on being read");
}

#[test]
fn facts_are_kept_for_the_way_back_and_not_for_ever() {
    let mut desk = narrow();
    desk.press("enter");
    learn(&mut desk, Ok(Vec::new()));
    desk.press("esc").wait(Duration::from_secs(30));
    assert_eq!(desk.model.facts.history.len(), 1, "kept");
    desk.press("enter");
    assert_eq!(histories(&desk), [], "and shown without asking");
    desk.press("esc").wait(Duration::from_mins(11));
    assert_eq!(desk.model.facts.history.len(), 0);
}

#[test]
fn a_failure_is_left_alone_for_a_while_and_forgotten_with_its_place() {
    let mut desk = narrow();
    desk.press("enter");
    learn(&mut desk, Err(problem(ProblemKind::Denied)));
    desk.wait(Duration::from_secs(20));
    assert_eq!(histories(&desk), []);
    desk.wait(Duration::from_secs(11));
    assert_eq!(histories(&desk).len(), 1, "asked again after half a minute");
    learn(&mut desk, Err(problem(ProblemKind::Denied)));
    desk.press("esc").wait(Duration::from_secs(1));
    assert_eq!(desk.model.facts.history.len(), 0);
    desk.press("enter");
    assert_eq!(histories(&desk).len(), 1, "coming back asks at once");
}
