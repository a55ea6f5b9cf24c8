//! When what is asked.

use super::{desk::*, *};
use crate::app::update::schedule;

#[test]
fn opening_asks_every_pane_in_every_scope_and_who_we_are() {
    let mut desk = Desk::new();
    desk.effects = start(&mut desk.model, desk.now);
    assert_eq!(desk.fetches().len(), PaneId::fetched().count() * 2);
    assert!(desk.effects.contains(&Effect::Identify(HOME)) && desk.effects.contains(&Effect::Identify(AWAY)));
    assert!(
        desk.effects.iter().all(|e| !matches!(e, Effect::Fetch { early: false, .. })),
        "nothing is on screen yet"
    );
}

#[test]
fn one_request_is_in_flight_and_a_second_wish_waits_for_it() {
    let mut desk = Desk::open();
    desk.press("r r r");
    let asked = desk.fetches().iter().filter(|f| **f == (PaneId::Alarms, HOME)).count();
    assert_eq!(asked, 1);
    desk.effects.clear();
    desk.answer(PaneId::Alarms, HOME, vec![alarm("web-5xx", AlarmState::Alarm)]);
    assert_eq!(desk.fetches(), [(PaneId::Alarms, HOME)], "the wish that waited");
}

#[test]
fn failures_are_asked_again_later_and_later_but_within_five_minutes() {
    let mut desk = Desk::open();
    let mut pauses = Vec::new();
    for _ in 0..8 {
        let due = desk.model.feeds[&(PaneId::Alarms, HOME)].due.unwrap();
        desk.now = due;
        desk.tell(Msg::Tick).fetched(PaneId::Alarms, HOME, vec![problem(ProblemKind::Throttled)]);
        let due = desk.model.feeds[&(PaneId::Alarms, HOME)].due.unwrap();
        pauses.push(due.duration_since(desk.now).as_secs());
    }
    assert!(pauses.windows(2).all(|w| w[1] >= w[0] - 30), "{pauses:?}");
    let limit = i64::try_from(schedule::LONGEST_BACKOFF.as_secs()).unwrap();
    assert!(pauses.last().is_some_and(|p| (limit..=limit + 30).contains(p)), "{pauses:?}");
}

#[test]
fn large_fleets_are_asked_less_often() {
    let mut desk = Desk::open();
    let before = schedule::interval(&desk.model, PaneId::Instances);
    let fleet = (0..10_000).map(|n| instance(&format!("i-{n}"))).collect();
    desk.press("3 r").answer(PaneId::Instances, HOME, fleet);
    assert_eq!(schedule::interval(&desk.model, PaneId::Instances), before * 5);
}

#[test]
fn refused_credentials_are_asked_for_anew_on_refresh() {
    let mut desk = Desk::open();
    desk.press("r").fetched(PaneId::Alarms, HOME, vec![problem(ProblemKind::Expired)]);
    desk.effects.clear();
    desk.press("r");
    assert!(desk.effects.contains(&Effect::Reconnect));
    assert!(
        desk.effects.contains(&Effect::Identify(HOME)) && !desk.effects.contains(&Effect::Identify(AWAY))
    );
}

#[test]
fn credentials_that_work_again_work_for_every_pane() {
    let mut desk = Desk::open();
    desk.wait(Duration::from_mins(6));
    for pane in PaneId::fetched() {
        desk.fetched(pane.id, HOME, vec![problem(ProblemKind::Expired)]);
        desk.fetched(pane.id, AWAY, Vec::new());
    }
    desk.effects.clear();
    desk.press("r");
    let mut asked = desk.fetches();
    asked.sort_unstable();
    let mut expected: Vec<(PaneId, ScopeId)> = PaneId::fetched().map(|p| (p.id, HOME)).collect();
    expected.push((PaneId::Alarms, AWAY));
    expected.sort_unstable();
    assert_eq!(asked, expected, "every pane where the login was refused, this pane elsewhere");
}

#[test]
fn who_we_are_is_asked_again_once_a_scope_answers() {
    let mut desk = Desk::open();
    desk.tell(Msg::Identified { scope: HOME, result: Err(problem(ProblemKind::Offline)) });
    desk.press("r").effects.clear();
    desk.fetched(PaneId::Alarms, HOME, vec![problem(ProblemKind::Offline)]);
    assert!(!desk.effects.contains(&Effect::Identify(HOME)), "it does not answer yet");
    desk.wait(Duration::from_mins(6)).fetched(PaneId::Alarms, HOME, Vec::new());
    assert!(desk.effects.contains(&Effect::Identify(HOME)));
}

#[test]
fn after_time_in_the_background_what_is_old_is_asked_for() {
    let mut desk = Desk::open();
    desk.now += SignedDuration::from_secs(5);
    desk.tell(Msg::Resumed);
    assert_eq!(desk.fetches(), [], "nothing is old yet");
    assert!(desk.effects.contains(&Effect::Redraw));
    desk.now += SignedDuration::from_mins(10);
    desk.tell(Msg::Resumed);
    assert_eq!(desk.fetches().len(), PaneId::fetched().count() * 2);
}

#[test]
fn a_large_fleet_is_not_asked_for_early_after_time_in_the_background() {
    let mut desk = Desk::open();
    let fleet = (0..10_000).map(|n| instance(&format!("i-{n}"))).collect();
    desk.press("3 r").answer(PaneId::Instances, HOME, fleet).effects.clear();
    desk.now += SignedDuration::try_from(PaneId::Instances.spec().interval * 2).unwrap();
    schedule::refresh_stale(&mut desk.model, desk.now, &mut desk.effects);
    assert!(!desk.fetches().contains(&(PaneId::Instances, HOME)), "its interval is five times as long");
    assert!(desk.fetches().contains(&(PaneId::Alarms, HOME)));
}

#[test]
fn further_regions_are_asked_for_everything_once_they_are_known() {
    let mut desk = Desk::new();
    desk.model.settings.all_regions = true;
    desk.effects = start(&mut desk.model, desk.now);
    assert!(desk.effects.contains(&Effect::DiscoverRegions(2)));
    desk.effects.clear();
    desk.tell(Msg::MoreScopes(Ok(vec![Scope::new("prod", "ap-northeast-1")])));
    let new = ScopeId(2);
    assert_eq!(desk.fetches(), PaneId::fetched().map(|p| (p.id, new)).collect::<Vec<_>>());
    assert!(desk.effects.contains(&Effect::Identify(new)));
    // When they could not be learnt, the reason is kept and refresh asks again.
    desk.tell(Msg::MoreScopes(Err(problem(ProblemKind::Denied)))).effects.clear();
    assert!(desk.model.discovery.is_some());
    desk.press("r");
    assert!(desk.effects.iter().any(|e| matches!(e, Effect::DiscoverRegions(_))));
}

#[test]
fn a_drill_s_fast_clock_asks_in_time_and_leaves_time_to_read() {
    let mut desk = Desk::open();
    desk.model.settings.pace = 60.0;
    let due = desk.model.feeds.values().filter_map(|f| f.due).min().unwrap();
    let until = Duration::try_from(due.duration_since(desk.now)).unwrap();
    let wake = schedule::next_wake(&desk.model, desk.now);
    assert!(wake <= until / 60 + Duration::from_millis(5), "{wake:?} for {until:?} of the drill's");
    desk.press("]");
    desk.wait(Duration::from_mins(3));
    assert!(desk.model.toast.is_some(), "three of the operator's seconds");
    desk.wait(Duration::from_mins(2));
    assert!(desk.model.toast.is_none());
}

#[test]
fn only_what_a_person_asks_for_may_cost_more() {
    let by_hand = |desk: &Desk| -> Vec<(PaneId, bool)> {
        let fetch = |e: &Effect| match e {
            Effect::Fetch { pane, scope: HOME, by_hand, .. } => Some((*pane, *by_hand)),
            _ => None,
        };
        desk.effects.iter().filter_map(fetch).collect()
    };
    let mut desk = Desk::open();
    desk.press("r r");
    assert_eq!(by_hand(&desk), [(PaneId::Alarms, true)]);
    desk.effects.clear();
    desk.fetched(PaneId::Alarms, HOME, Vec::new());
    assert_eq!(by_hand(&desk), [(PaneId::Alarms, true)], "the wish that waited");
    desk.fetched(PaneId::Alarms, HOME, Vec::new()).effects.clear();
    desk.wait(Duration::from_mins(6));
    assert!(by_hand(&desk).contains(&(PaneId::Alarms, false)), "due by itself");
}

#[test]
fn events_are_followed_as_often_however_many_there_are() {
    let mut desk = Desk::open();
    let before = schedule::interval(&desk.model, PaneId::Events);
    desk.model.table_mut(PaneId::Events).largest_scope = 50_000;
    assert_eq!(schedule::interval(&desk.model, PaneId::Events), before);
}

#[test]
fn five_minutes_in_which_nobody_does_anything_ask_little() {
    const IDLE: i64 = 5 * 60;
    let mut desk = Desk::open();
    desk.press("1");
    let opened = desk.now;
    let mut asked: HashMap<PaneId, usize> = HashMap::new();
    let mut oldest: HashMap<PaneId, i64> = HashMap::new();
    while desk.now.duration_since(opened).as_secs() < IDLE {
        desk.effects.clear();
        desk.wait(Duration::from_secs(1));
        for (pane, scope) in desk.fetches() {
            *asked.entry(pane).or_default() += usize::from(scope == HOME);
            desk.fetched(pane, scope, Vec::new());
        }
        for pane in PaneId::fetched() {
            let at = desk.model.feeds[&(pane.id, HOME)].fetched_at.unwrap();
            let age = oldest.entry(pane.id).or_default();
            *age = (*age).max(desk.now.duration_since(at).as_secs());
        }
    }
    let most = |pane| match pane {
        PaneId::Alarms => 10,
        PaneId::Instances | PaneId::Events => 5,
        // Slow to change, and many calls each.
        _ => 1,
    };
    for pane in PaneId::fetched() {
        let asked = asked.get(&pane.id).copied().unwrap_or(0);
        assert!(asked <= most(pane.id), "{:?}: asked {asked} times", pane.id);
    }
    assert!(oldest[&PaneId::Alarms] <= 35 && oldest[&PaneId::Instances] <= 67, "{oldest:?}");
}
