use super::*;
use crate::{
    rows::event::{ActorKind, made_up},
    text::{Catalogue, Lang},
    triage::cause::Call,
};

/// 2026-05-01 03:00, a Friday.
const NIGHT: i64 = 1_777_604_400 / 3600;

fn by(actor: &str, kind: ActorKind, name: &str, hour: i64) -> Event {
    let time = jiff::Timestamp::from_second(hour * 3600 + 360).unwrap();
    Event { actor: actor.into(), actor_kind: kind, time, ..made_up::call(name) }
}

fn user(actor: &str, name: &str, hour: i64) -> Event {
    by(actor, ActorKind::User, name, hour)
}

fn pipeline(name: &str, hour: i64) -> Event {
    by(&format!("deploy ▸ run-{hour}"), ActorKind::Role, name, hour)
}

/// Ten days in which alice works from 9 to 17 and starts instances, and a pipeline deploys every six hours.
fn office() -> Vec<Event> {
    let days = (1..=10).flat_map(|day| (9..17).map(move |hour| NIGHT - 3 - day * 24 + hour));
    let alice = days.map(|hour| user("alice", "StartInstances", hour));
    let deploys = (1..40).map(|n| pipeline("CreateDeployment", NIGHT - n * 6));
    alice.chain(deploys).collect()
}

fn seen(all: &[Event]) -> Seen {
    let mut seen = Seen::default();
    for event in all {
        seen.add(&Call::of(event));
    }
    seen.is_all();
    seen
}

fn of(event: &Event, seen: &Seen) -> Option<Habit> {
    Habit::of(event, seen.counted("ec2", &event.name), seen, NIGHT)
}

fn habit(event: &Event, background: &[Event]) -> Option<Habit> {
    let all = [background, std::slice::from_ref(event)].concat();
    of(event, &seen(&all))
}

fn hours_of(day_before: i64) -> i64 {
    NIGHT - day_before * 24
}

#[test]
fn what_is_out_of_the_ordinary_is_told_from_what_is_not() {
    let morning = hours_of(1) + 7;
    let sso = |hour| by("OnCall ▸ carol@example.org", ActorKind::Sso, "StopInstances", hour);
    for (event, expected) in [
        (user("mallory", "StopInstances", NIGHT), Habit::Newcomer { hours: 234 }),
        (sso(NIGHT), Habit::Newcomer { hours: 234 }),
        (user("alice", "StartInstances", NIGHT), Habit::OddHour { nobody: false }),
        (user("alice", "StartInstances", morning), Habit::Routine { hours: 72 }),
        (user("alice", "StopInstances", morning), Habit::Ordinary),
        (user("alice", "CreateDeployment", morning), Habit::FirstTime),
        (pipeline("CreateDeployment", NIGHT), Habit::Routine { hours: 39 }),
        (pipeline("StopInstances", NIGHT), Habit::Ordinary),
        (by("autoscaling.amazonaws.com", ActorKind::Service, "StopInstances", NIGHT), Habit::Ordinary),
    ] {
        let what = format!("{} {}", event.actor, event.name);
        let found = habit(&event, &office()).unwrap();
        assert_eq!(found, expected, "{what}");
    }
}

#[test]
fn of_whom_little_is_known_the_hours_of_the_others_tell() {
    let mut background = office();
    background.push(user("bob", "StartInstances", hours_of(3) + 8));
    assert_eq!(
        habit(&user("bob", "StopInstances", NIGHT), &background),
        Some(Habit::OddHour { nobody: true })
    );
    let at_noon = habit(&user("bob", "StopInstances", hours_of(1) + 9), &background);
    assert_eq!(at_noon, Some(Habit::Ordinary));
}

#[test]
fn a_short_background_says_nothing() {
    let last_hours: Vec<Event> =
        office().into_iter().filter(|event| hour_of(event.time) >= NIGHT - 16).collect();
    assert_eq!(habit(&user("mallory", "StopInstances", NIGHT), &last_hours), None);
    // A day tells who is new, and no hours.
    let last_day: Vec<Event> =
        office().into_iter().filter(|event| hour_of(event.time) >= NIGHT - 24).collect();
    assert_eq!(habit(&user("alice", "StopInstances", NIGHT), &last_day), Some(Habit::Ordinary));
    assert!(matches!(
        habit(&user("mallory", "StopInstances", NIGHT), &last_day),
        Some(Habit::Newcomer { .. })
    ));
    // Neither does one of which not all has been read.
    let mut partly = seen(&office());
    partly.all_since(None);
    assert_eq!(of(&user("mallory", "StopInstances", NIGHT), &partly), None);
}

#[test]
fn what_is_counted_in_parts_and_in_any_order_says_the_same() {
    let mut all = office();
    all.push(user("mallory", "StopInstances", NIGHT));
    let events = [
        user("alice", "CreateDeployment", NIGHT),
        pipeline("CreateDeployment", NIGHT),
        all[all.len() - 1].clone(),
    ];
    let whole = seen(&all);
    all.reverse();
    let mut parts = seen(&all[..30]);
    parts.merge(&seen(&all[30..]));
    parts.is_all();
    for event in &events {
        assert_eq!(of(event, &parts), of(event, &whole), "{}", event.actor);
    }
}

#[test]
fn more_people_than_can_be_told_apart_are_not_told_apart() {
    let crowd = |from: i64| -> Vec<Event> {
        (from..from + 1500).map(|n| user(&format!("user-{n}"), "StopInstances", NIGHT - n % 240)).collect()
    };
    let stranger = user("mallory", "StopInstances", NIGHT);
    let mut both = seen(&[crowd(0), vec![stranger.clone()]].concat());
    assert!(matches!(of(&stranger, &both), Some(Habit::Newcomer { .. })));
    both.merge(&seen(&crowd(1000)));
    assert_eq!(of(&stranger, &both), None);
    assert_eq!(both.counted("ec2", "StopInstances").unwrap().times, 3001, "calls still count");
}

#[test]
fn it_is_said_in_words() {
    let words = Catalogue::load(Lang::En);
    let alice = user("alice", "StopInstances", NIGHT);
    let said = |habit: Habit| habit.reason(&alice).map_or_else(String::new, |reason| reason.text(&words));
    let newcomer = said(Habit::Newcomer { hours: 22 });
    assert_eq!(newcomer, "alice did nothing in the 22h before, as far as was read");
    assert_eq!(said(Habit::OddHour { nobody: false }), "at an hour at which alice otherwise does nothing");
    assert_eq!(
        said(Habit::Routine { hours: 9 }),
        "alice does StopInstances regularly: in 9 other hours that were read"
    );
    assert_eq!(said(Habit::Ordinary), "", "what is ordinary goes without saying");
}
