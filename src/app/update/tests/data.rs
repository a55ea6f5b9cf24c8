//! What answers do to the rows.

use super::{desk::*, *};
use crate::{
    rows::metric::{Series, SeriesQuery},
    text::sentence::Sentence,
};

#[test]
fn rows_show_before_the_fetch_is_over_and_vanish_only_after_a_whole_one() {
    let mut desk = Desk::new();
    desk.effects = start(&mut desk.model, desk.now);
    let first = desk.generation(PaneId::Instances, HOME);
    desk.rows(PaneId::Instances, HOME, first, vec![instance("i-1"), instance("i-2")]);
    assert_eq!(desk.shown(PaneId::Instances), ["i-1", "i-2"]);
    desk.fetched(PaneId::Instances, HOME, Vec::new());

    // The next fetch brings only one of them, and fails half way: both stay.
    desk.wait(Duration::from_mins(2));
    let second = desk.generation(PaneId::Instances, HOME);
    assert!(second > first);
    desk.rows(PaneId::Instances, HOME, second, vec![instance("i-2")]);
    desk.fetched(PaneId::Instances, HOME, vec![problem(ProblemKind::Offline)]);
    assert_eq!(desk.shown(PaneId::Instances), ["i-1", "i-2"]);
    assert_eq!(desk.model.feeds[&(PaneId::Instances, HOME)].problems.len(), 1);

    // A whole one without it: it is gone, and the other scope's row is not.
    desk.wait(Duration::from_secs(400));
    desk.rows(
        PaneId::Instances,
        AWAY,
        desk.generation(PaneId::Instances, AWAY),
        vec![Instance { scope: AWAY, ..instance("i-9") }],
    );
    desk.answer(PaneId::Instances, HOME, vec![instance("i-2")]);
    assert_eq!(desk.shown(PaneId::Instances), ["i-2", "i-9"]);
    assert_eq!(desk.model.feeds[&(PaneId::Instances, HOME)].problems, []);
}

#[test]
fn a_late_answer_of_an_older_request_ends_nothing() {
    let mut desk = Desk::open();
    let old = desk.generation(PaneId::Alarms, HOME);
    desk.press("r");
    assert!(desk.model.feeds[&(PaneId::Alarms, HOME)].running.is_some());
    desk.tell(Msg::Fetched {
        pane: PaneId::Alarms,
        scope: HOME,
        generation: old,
        complete: true,
        problems: Vec::new(),
        calls: 1,
        notes: Vec::new(),
    });
    assert!(desk.model.feeds[&(PaneId::Alarms, HOME)].running.is_some());
    assert_eq!(desk.shown(PaneId::Alarms), ["web-5xx", "disk"]);
}

#[test]
fn while_frozen_nothing_moves_and_nothing_is_lost() {
    let mut desk = Desk::open();
    desk.press("3 space").wait(Duration::from_secs(90));
    desk.answer(PaneId::Instances, HOME, vec![instance("i-7")]);
    assert_eq!(desk.shown(PaneId::Instances), ["i-1", "i-2", "i-3"]);
    let frozen_at = desk.model.cx(desk.now).now;
    assert!(frozen_at < desk.now);
    for _ in 0..5 {
        desk.wait(Duration::from_secs(90)).answer(PaneId::Instances, HOME, vec![instance("i-8")]);
    }
    let held = desk.model.frozen.as_ref().unwrap().held.len();
    assert!(held <= 4, "{held} answers wait");
    desk.press("space");
    assert_eq!(desk.shown(PaneId::Instances), ["i-8"]);
}

#[test]
fn the_bell_rings_on_a_rise_only() {
    let mut desk = Desk::open();
    assert!(!desk.effects.contains(&Effect::Bell), "not for what was there");
    desk.press("r").answer(PaneId::Alarms, HOME, vec![alarm("web-5xx", AlarmState::Ok)]);
    assert!(!desk.effects.contains(&Effect::Bell));
    assert!(!desk.effects.iter().any(|e| matches!(e, Effect::Notify(_))));
    let said = Alarm { reason: "too many".into(), ..alarm("web-5xx", AlarmState::Alarm) };
    desk.press("r").answer(PaneId::Alarms, HOME, vec![said]);
    assert!(desk.effects.contains(&Effect::Bell));
    assert_eq!(told(&desk), ["crit: web-5xx – too many (prod eu-west-1)"]);
}

fn told(desk: &Desk) -> Vec<&str> {
    let texts = desk.effects.iter();
    texts.filter_map(|e| if let Effect::Notify(text) = e { Some(text.as_str()) } else { None }).collect()
}

#[test]
fn several_rises_at_once_are_one_sentence_that_names_the_worst() {
    let mut desk = Desk::open();
    let rows = ["cpu", "disk", "web-5xx"].map(|name| alarm(name, AlarmState::Alarm));
    desk.press("r").answer(PaneId::Alarms, HOME, rows.to_vec());
    assert_eq!(told(&desk), ["crit: cpu (prod eu-west-1), and 1 more"]);
}

#[test]
fn how_a_rise_is_told_is_the_operators_to_say() {
    for (notify, bell, sentences) in [
        (Notify::Off, false, 0),
        (Notify::Bell, true, 0),
        (Notify::Desktop, false, 1),
        (Notify::Both, true, 1),
    ] {
        let mut desk = Desk::open();
        desk.model.settings.notify = notify;
        desk.press("r").answer(PaneId::Alarms, HOME, vec![alarm("disk", AlarmState::Alarm)]);
        assert_eq!(desk.effects.contains(&Effect::Bell), bell, "{notify:?}");
        assert_eq!(told(&desk).len(), sentences, "{notify:?}");
    }
}

#[test]
fn while_frozen_ages_stay_those_of_what_is_shown() {
    let mut desk = Desk::open();
    let before = desk.model.oldest_data(PaneId::Instances);
    assert!(before.is_some());
    desk.press("3 space").wait(Duration::from_secs(90));
    desk.answer(PaneId::Instances, HOME, vec![instance("i-7")]);
    desk.answer(PaneId::Instances, AWAY, Vec::<Instance>::new());
    assert_eq!(desk.model.oldest_data(PaneId::Instances), before);
    desk.press("space");
    assert!(desk.model.oldest_data(PaneId::Instances) > before);
}

#[test]
fn the_bell_rings_for_a_second_critical_alarm_and_once_only() {
    let mut desk = Desk::open();
    let both = || vec![alarm("web-5xx", AlarmState::Alarm), alarm("disk", AlarmState::Alarm)];
    desk.press("r").answer(PaneId::Alarms, HOME, both());
    assert!(desk.effects.contains(&Effect::Bell), "one was critical already");
    desk.effects.clear();
    desk.press("r").answer(PaneId::Alarms, HOME, both());
    assert!(!desk.effects.contains(&Effect::Bell), "nothing has changed");
    let quiet = || Alarm { actions_enabled: false, ..alarm("disk", AlarmState::Alarm) };
    desk.press("r").answer(PaneId::Alarms, HOME, vec![alarm("web-5xx", AlarmState::Alarm), quiet()]);
    assert!(!desk.effects.contains(&Effect::Bell), "a fall is silent");
}

/// The newest question about series.
fn asked(desk: &mut Desk) -> (u64, Vec<SeriesQuery>) {
    let of = |e: &Effect| match e {
        Effect::Series { generation, queries, .. } => Some((*generation, queries.clone())),
        _ => None,
    };
    let newest = desk.effects.iter().filter_map(of).next_back().unwrap();
    desk.effects.clear();
    newest
}

#[test]
fn every_question_about_a_series_is_over_with_its_answer_and_keeps_what_was_known() {
    let series = |n: f64| Series { points: vec![(Timestamp::UNIX_EPOCH, n)], period: 60, complete: true };
    let mut desk = Desk::open();
    desk.press("3 enter").wait(Duration::from_millis(300));
    let (generation, queries) = asked(&mut desk);
    assert!(queries.len() >= 2, "an instance's page has several graphs");
    // The second is rejected.
    let tell = |desk: &mut Desk, generation, queries: &[SeriesQuery], rejected: bool| {
        let answer = |(n, query): (usize, &SeriesQuery)| match n {
            1 if rejected => (query.clone(), Err(problem(ProblemKind::Other))),
            _ => (query.clone(), Ok(series(2.0))),
        };
        let answers = queries.iter().enumerate().map(answer).collect();
        desk.tell(Msg::Series { scope: HOME, generation, answers });
    };
    let state = |desk: &Desk, query: &SeriesQuery| {
        let fact = &desk.model.facts.series[&(HOME, query.clone())];
        (fact.running, fact.value.is_some(), fact.problem.as_ref().map(|p| p.kind))
    };
    tell(&mut desk, generation, &queries, true);
    assert_eq!(state(&desk, &queries[0]), (None, true, None));
    assert_eq!(state(&desk, &queries[1]), (None, false, Some(ProblemKind::Other)), "it is not read for ever");
    desk.wait(Duration::from_secs(61));
    let (generation, queries) = asked(&mut desk);
    tell(&mut desk, generation, &queries, false);
    desk.wait(Duration::from_secs(61));
    let (generation, queries) = asked(&mut desk);
    tell(&mut desk, generation, &queries, true);
    assert_eq!(state(&desk, &queries[1]), (None, true, Some(ProblemKind::Other)), "the old series stays");
}

#[test]
fn a_row_that_says_what_it_said_stays_where_it_is_in_memory() {
    fn row(desk: &Desk) -> &Instance {
        desk.model.table(PaneId::Instances).get(HOME, "i-1").unwrap()
    }
    let mut desk = Desk::open();
    let before: *const Instance = row(&desk);
    desk.press("3 r").answer(PaneId::Instances, HOME, vec![instance("i-1"), instance("i-2")]);
    assert!(std::ptr::eq(row(&desk), before));
    assert_eq!(desk.shown(PaneId::Instances), ["i-1", "i-2"], "it was brought again, unlike the third");
    let stopped = Instance { state: "stopped".into(), ..instance("i-1") };
    desk.press("r").answer(PaneId::Instances, HOME, vec![stopped]);
    assert_eq!((row(&desk).state.as_str(), desk.shown(PaneId::Instances).len()), ("stopped", 1));
}

#[test]
fn log_files_that_could_not_be_read_are_said_once_and_kept_as_they_are_now() {
    let mut desk = Desk::open();
    let cut = |path: &str| Sentence::new("logfile.cut_off").with("path", path).with("n", 7);
    desk.tell(Msg::Unread(vec![cut("/logs/a.json.gz")]));
    let toast = desk.model.toast.take().unwrap();
    assert!(toast.text.contains("/logs/a.json.gz is cut off; the 7 whole records"), "{}", toast.text);
    // Another scope's events come from the same files.
    desk.tell(Msg::Unread(vec![cut("/logs/a.json.gz")]));
    assert_eq!((&desk.model.toast, desk.model.unread.len()), (&None, 1));
    desk.tell(Msg::Unread(Vec::new()));
    assert_eq!(desk.model.unread, []);
}
