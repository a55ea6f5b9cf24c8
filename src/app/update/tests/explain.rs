//! What has alarms explained, and what comes of it.

use super::{desk::*, *};
use crate::triage::{
    cause::{Case, Ranking},
    explanation::{Explanation, Request, Subject},
    graph::Graph,
};

fn asked(desk: &Desk) -> Vec<(u64, String)> {
    let of = |e: &Effect| match e {
        Effect::Explain { generation, alarm, .. } => Some((*generation, alarm.clone())),
        _ => None,
    };
    desk.effects.iter().filter_map(of).collect()
}

fn explanation(desk: &Desk, done: bool, read: u64) -> Arc<Explanation> {
    let alarm: &Alarm = desk.model.table(PaneId::Alarms).get(HOME, "web-5xx").unwrap();
    let alarm = Arc::new(alarm.clone());
    let request = Request::of(Subject::Alarm(Arc::clone(&alarm), Vec::new()));
    let case: Case = request.case(desk.now);
    Arc::new(Explanation {
        case,
        alarm: Some(alarm),
        graph: Graph::default(),
        health: Vec::new(),
        findings: Vec::new(),
        ranking: Ranking::default(),
        of: 0,
        read,
        read_back_to: None,
        problems: Vec::new(),
        calls: 3,
        lookups: 1,
        whole: done,
        checked: true,
        done,
    })
}

fn tell(desk: &mut Desk, generation: u64, explanation: Arc<Explanation>) {
    desk.tell(Msg::Explained { scope: HOME, generation, alarm: "web-5xx".into(), result: Ok(explanation) });
}

fn known(desk: &Desk) -> Option<u64> {
    let fact = desk.model.facts.explanations.get(&(HOME, "web-5xx".to_owned()))?;
    fact.value.as_ref().map(|known| known.read)
}

#[test]
fn an_alarm_that_fires_is_explained_once_its_page_is_open_and_no_other() {
    let mut desk = Desk::open();
    desk.wait(Duration::from_secs(2));
    assert_eq!(asked(&desk), [], "a preview costs no search");
    desk.press("enter").wait(Duration::from_secs(1)).wait(Duration::from_secs(1));
    let first = asked(&desk);
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].1, "web-5xx");
    // It goes on while one looks elsewhere, and is there on the way back.
    let so_far = explanation(&desk, false, 50);
    tell(&mut desk, first[0].0, so_far);
    assert_eq!(known(&desk), Some(50));
    desk.press("esc").wait(Duration::from_secs(1));
    let whole = explanation(&desk, true, 120);
    tell(&mut desk, first[0].0, whole);
    desk.press("enter").wait(Duration::from_secs(1)).wait(Duration::from_mins(3));
    assert_eq!((known(&desk), asked(&desk).len()), (Some(120), 1), "once");
    desk.press("esc j enter").wait(Duration::from_secs(1));
    assert_eq!(asked(&desk).len(), 1, "nothing is wrong with this one");
}

#[test]
fn it_is_explained_anew_when_it_has_fired_again_or_somebody_asks() {
    let mut desk = Desk::open();
    desk.press("enter").wait(Duration::from_secs(1));
    let whole = explanation(&desk, true, 10);
    let generation = asked(&desk)[0].0;
    tell(&mut desk, generation, whole);
    desk.press("r").wait(Duration::from_secs(1));
    assert_eq!(asked(&desk).len(), 2, "asked by hand");
    let (generation, _) = asked(&desk)[1];
    let whole = explanation(&desk, true, 11);
    tell(&mut desk, generation, whole);
    let later = desk.now - SignedDuration::from_secs(5);
    let again = Alarm { state_since: Some(later), ..alarm("web-5xx", AlarmState::Alarm) };
    desk.answer(PaneId::Alarms, HOME, vec![again]).wait(Duration::from_secs(1));
    assert_eq!(asked(&desk).len(), 3, "it fired again");
    assert_eq!(known(&desk), Some(11), "until then the old one stays");
}

#[test]
fn late_answers_of_an_older_search_change_nothing() {
    let mut desk = Desk::open();
    desk.press("enter").wait(Duration::from_secs(1));
    let (old, _) = asked(&desk)[0].clone();
    desk.press("r").wait(Duration::from_secs(1));
    let (new, _) = asked(&desk).pop().unwrap();
    if new != old {
        let late = explanation(&desk, false, 7);
        tell(&mut desk, old, late);
        assert_eq!(known(&desk), None);
    }
    let whole = explanation(&desk, true, 9);
    tell(&mut desk, new, whole);
    assert_eq!(known(&desk), Some(9));
}

#[test]
fn a_search_that_could_not_start_is_tried_again_later() {
    let mut desk = Desk::open();
    desk.press("enter").wait(Duration::from_secs(1));
    let (generation, name) = asked(&desk)[0].clone();
    let result = Err(problem(ProblemKind::Offline));
    desk.tell(Msg::Explained { scope: HOME, generation, alarm: name, result });
    desk.wait(Duration::from_secs(5));
    assert_eq!(asked(&desk).len(), 1);
    desk.wait(Duration::from_secs(40));
    assert_eq!(asked(&desk).len(), 2);
}
