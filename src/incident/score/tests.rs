#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::{LazyLock, atomic::AtomicUsize, atomic::Ordering};

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{
    incident::{
        Entry, Event,
        chain::{Hand, SELF},
        event::{Escalated, Kind, Mark, Subject},
        ladder::Contact,
    },
    runbook::registry::Reads,
};

static SHELF: LazyLock<Shelf> = LazyLock::new(|| Shelf::built_in(&Reads));

static EXPECTED: LazyLock<Expected> = LazyLock::new(|| {
    toml::from_str(
        r#"
        about = ["web-5xx", "web-latency"]
        runbook = ["network-change"]
        severity = ["SEV-1", "SEV-2"]
        gate = ["yes"]
        verdict = ["customer"]
        escalate = ["vendor"]
        cause = ["misconfiguration"]
        par = { opened = "5m", gate = "10m", verdict = "7m" }
        step = [
            { id = "what-traffic" },
            { id = "who-changed", mark = "failed", shows = true },
            { id = "revert", choice = ["revert"] },
            { id = "inverse" },
        ]
        "#,
    )
    .unwrap()
});

fn at(secs: i64) -> Timestamp {
    Timestamp::from_second(1_777_604_400 + secs).unwrap()
}

/// An incident of these entries: seconds after the drill was opened, by whom, what.
fn incident(entries: &[(i64, &str, Event)]) -> Incident {
    static UID: AtomicUsize = AtomicUsize::new(1);
    let number = UID.fetch_add(1, Ordering::Relaxed);
    let mut incident = Incident::new(number.to_string(), u64::try_from(number).unwrap());
    for (seq, (secs, by, event)) in (1..).zip(entries) {
        let hand = Hand { by: (*by).to_owned(), ..Hand::default() };
        incident.apply(Entry { seq, at: at(*secs), hand, event: Ok(event.clone()) }, "head");
    }
    incident
}

fn score_with(entries: &[(i64, &str, Event)], expected: &Expected, ladder: &Ladder) -> Score {
    Score::of(&incident(entries), &Setting { expected, started: at(0), ladder, shelf: &SHELF })
}

fn score(entries: &[(i64, &str, Event)]) -> Score {
    score_with(entries, &EXPECTED, &Ladder::default())
}

fn standing(score: &Score, what: What) -> Standing {
    score.lines.iter().find(|line| line.what == what).unwrap().standing
}

fn step_standing(score: &Score, id: &str) -> Standing {
    let is_it = |line: &&Line| line.step.as_ref().is_some_and(|(_, step)| step == id);
    score.lines.iter().find(is_it).unwrap().standing
}

fn alarm(name: &str) -> Subject {
    Subject {
        kind: "AWS::CloudWatch::Alarm".into(),
        id: name.into(),
        name: String::new(),
        arn: None,
        scope: None,
    }
}

fn opened(name: &str, level: Level) -> Event {
    Event::Opened {
        title: name.into(),
        kind: Kind::Fault,
        level: Some(level),
        subject: Some(alarm(name)),
        since: Some(at(-240)),
        report: None,
        number: 1,
    }
}

fn book(id: &str) -> Event {
    Event::Runbook { id: id.into(), version: "1.0".into(), reason: String::new() }
}

fn step(id: &str, mark: Mark, choice: Option<&str>) -> Event {
    let record =
        json!({"kind": "step", "runbook": "network-change", "id": id, "mark": mark.word(), "choice": choice});
    serde_json::from_value(record).unwrap()
}

fn performed(id: &str) -> Event {
    let record = json!({"kind": "action", "command": "aws …", "step": ["network-change", id]});
    serde_json::from_value(record).unwrap()
}

fn gate(answer: Gate) -> Event {
    Event::Gate { answer, reason: "r".into(), facts: Vec::new(), again: None }
}

fn severity(level: Level) -> Event {
    Event::Severity { level, reason: "r".into() }
}

fn verdict(side: Party) -> Event {
    Event::Verdict { side, area: String::new(), reasons: vec!["r".into()], overrides: false }
}

fn told(to: &str, sent: bool) -> Event {
    Event::Escalated(Escalated {
        to: to.into(),
        channel: "copy".into(),
        message: "m".into(),
        sent,
        answer: String::new(),
        due: None,
    })
}

fn closed(cause: Cause) -> Event {
    Event::Closed { cause, summary: "s".into() }
}

fn reopened() -> Event {
    Event::Reopened { reason: "r".into() }
}

fn note() -> Event {
    Event::Note { text: "n".into(), about: None }
}

/// Everything as it should be.
fn best() -> Vec<(i64, &'static str, Event)> {
    vec![
        (30, "ines", opened("web-5xx", Level::Sev2)),
        (40, SELF, book("network-change")),
        (41, SELF, verdict(Party::Customer)),
        (90, "ines", step("what-traffic", Mark::Done, None)),
        (91, SELF, step("who-changed", Mark::Failed, None)),
        (200, "ines", gate(Gate::Yes)),
        (200, "ines", step("revert", Mark::Done, Some("revert"))),
        (260, "ines", verdict(Party::Customer)),
        (300, "ines", told("vendor", true)),
        (400, "ines", performed("inverse")),
        (600, "ines", closed(Cause::Misconfiguration)),
    ]
}

#[test]
fn everything_right_gets_every_point() {
    let score = score(&best());
    assert!(score.lines.iter().all(|line| line.standing == Standing::Met), "{:#?}", score.lines);
    assert_eq!(score.points(), score.possible());
    assert!(score.wrong().is_empty());
    assert_eq!(score.began, at(0), "the alarm had fired before the drill was opened");
    let first = score.lines.iter().find(|line| line.what == What::Shown).unwrap();
    assert_eq!(score.after(first.answer.as_ref().unwrap().at), 91);
    assert_eq!(first.step, Some(("network-change".into(), "who-changed".into())));
}

#[test]
fn what_is_missing_late_wrong_or_corrected_is_told_apart() {
    use {Standing as S, What as W};
    type Change = fn(&mut Vec<(i64, &'static str, Event)>);
    let cases: [(&str, Change, W, S); 17] = [
        ("only the console said whose part it is", |all| drop(all.remove(7)), W::Verdict, S::Missed),
        (
            "another side at first",
            |all| all.insert(7, (250, "jun", verdict(Party::Aws))),
            W::Verdict,
            S::Corrected,
        ),
        ("another side in the end", |all| all.push((700, "jun", verdict(Party::Aws))), W::Verdict, S::Wrong),
        ("unknown is no side", |all| all[7].2 = verdict(Party::Unknown), W::Verdict, S::Wrong),
        ("a side after its time", |all| all[7].0 = 421, W::Verdict, S::Late),
        ("no gate", |all| drop(all.remove(5)), W::Gate, S::Missed),
        ("a gate after its time", |all| all[5].0 = 601, W::Gate, S::Late),
        (
            "it was watched first",
            |all| all.insert(5, (150, "ines", gate(Gate::Watch))),
            W::Gate,
            S::Corrected,
        ),
        (
            "the level was taken as proposed",
            |all| all[0].2 = opened("web-5xx", Level::Sev3),
            W::Severity,
            S::Wrong,
        ),
        ("no gate, no severity", |all| drop(all.remove(5)), W::Severity, S::Missed),
        (
            "it was raised",
            |all| {
                all[0].2 = opened("web-5xx", Level::Sev4);
                all.insert(5, (199, "ines", severity(Level::Sev1)));
            },
            W::Severity,
            S::Met,
        ),
        ("the message did not go out", |all| all[8].2 = told("vendor", false), W::Escalation, S::Missed),
        ("others were told", |all| all[8].2 = told("db", true), W::Escalation, S::Missed),
        (
            "others were told, too",
            |all| all.insert(8, (290, "ines", told("db", true))),
            W::Escalation,
            S::Met,
        ),
        ("another cause", |all| all[10].2 = closed(Cause::Deploy), W::Cause, S::Wrong),
        ("it is open again", |all| all.push((700, "ines", reopened())), W::Cause, S::Missed),
        (
            "about something else at first",
            |all| {
                all[0].2 = opened("legacy", Level::Sev2);
                all.insert(1, (35, "ines", Event::Attached { subject: alarm("web-latency") }));
            },
            W::Opened,
            S::Corrected,
        ),
    ];
    for (name, change, what, wanted) in cases {
        let mut all = best();
        change(&mut all);
        let score = score(&all);
        assert_eq!(standing(&score, what), wanted, "{name}");
        let lost = score.possible() - score.points();
        let half = what.points() / 2;
        let line = match wanted {
            S::Met => 0,
            S::Late | S::Corrected => half,
            S::Wrong | S::Missed => what.points(),
        };
        assert!(lost >= line, "{name}: {lost} lost");
    }
}

#[test]
fn steps_are_held_to_their_choice_and_their_outcome() {
    let with = |at: usize, event: Event| {
        let mut all = best();
        all[at].2 = event;
        score(&all)
    };
    let other = with(6, step("revert", Mark::Done, Some("keep")));
    assert_eq!(step_standing(&other, "revert"), Standing::Wrong);
    assert_eq!(other.wrong().len(), 1);
    assert_eq!(other.wrong()[0].1.said, "keep");
    let unsaid = with(6, step("revert", Mark::Done, None));
    assert_eq!(step_standing(&unsaid, "revert"), Standing::Wrong, "a decision without a choice");
    let skipped = with(3, step("what-traffic", Mark::Skipped, None));
    assert_eq!(step_standing(&skipped, "what-traffic"), Standing::Wrong);
    let unknown = with(4, step("who-changed", Mark::Unknown, None));
    assert_eq!(standing(&unknown, What::Shown), Standing::Wrong);
    let mut all = best();
    all.insert(10, (450, "ines", step("inverse", Mark::Skipped, None)));
    assert_eq!(step_standing(&score(&all), "inverse"), Standing::Met, "what was done is done");
    all.retain(|(.., event)| !matches!(event, Event::Action { .. }));
    assert_eq!(step_standing(&score(&all), "inverse"), Standing::Wrong);
}

#[test]
fn who_is_told_by_a_step_of_the_runbook_is_told() {
    let expected = Expected {
        runbook: vec!["leaked-credentials".into()],
        escalate: vec![Owner::Security],
        ..EXPECTED.clone()
    };
    let page: Event = serde_json::from_value(
        json!({"kind": "step", "runbook": "leaked-credentials", "id": "page", "mark": "done"}),
    )
    .unwrap();
    let all = [(0, "ines", opened("web-5xx", Level::Sev2)), (60, "ines", page)];
    let score = score_with(&all, &expected, &Ladder::default());
    assert_eq!(standing(&score, What::Escalation), Standing::Met);
    let nobody = Expected { escalate: Vec::new(), ..EXPECTED.clone() };
    let score = score_with(&best(), &nobody, &Ladder::default());
    assert!(score.lines.iter().all(|line| line.what != What::Escalation), "nobody had to be told");
}

#[test]
fn an_organisation_s_own_ladder_is_gone_by() {
    let mut ladder = Ladder::default();
    ladder.contacts.insert("acme".into(), Contact { id: "acme".into(), ..Contact::usual(Owner::Vendor) });
    ladder.levels = vec![vec!["l1".into()], vec!["acme".into()], vec!["ic".into()]];
    let told_to = |to, ladder: &Ladder| {
        let mut all = best();
        all[8].2 = told(to, true);
        standing(&score_with(&all, &EXPECTED, ladder), What::Escalation)
    };
    assert_eq!(told_to("acme", &ladder), Standing::Met, "whoever has that part");
    assert_eq!(told_to("ic", &ladder), Standing::Missed);
    ladder.levels.remove(1);
    assert_eq!(told_to("ic", &ladder), Standing::Met, "where nobody has it, anybody above the desk");
    assert_eq!(told_to("l1", &ladder), Standing::Missed);
}

#[test]
fn of_several_incidents_the_best_counts() {
    let (worse, better) = (incident(&best()[..4]), incident(&best()));
    let ladder = Ladder::default();
    let setting = Setting { expected: &EXPECTED, started: at(0), ladder: &ladder, shelf: &SHELF };
    let found = Score::best([&worse, &better], &setting).unwrap();
    assert_eq!(found.uid, better.uid);
    assert_eq!(Score::best([], &setting), None);
}

#[test]
fn times_count_from_the_alarm_where_it_fires_later() {
    let mut all = best();
    if let Event::Opened { since, .. } = &mut all[0].2 {
        *since = Some(at(20));
    }
    let score = score(&all);
    assert_eq!((score.began, score.after(at(30)), score.after(at(0))), (at(20), 10, 0));
}

/// What anybody can do, right and wrong.
fn alphabet() -> Vec<(&'static str, Event)> {
    let mut all: Vec<(&str, Event)> = best().into_iter().skip(1).map(|(_, by, event)| (by, event)).collect();
    all.extend([
        ("ines", Event::Attached { subject: alarm("web-latency") }),
        ("ines", severity(Level::Sev1)),
        ("ines", severity(Level::Sev4)),
        ("ines", gate(Gate::No)),
        ("ines", verdict(Party::Grey)),
        ("ines", told("aws", true)),
        ("ines", book("cost")),
        ("ines", step("revert", Mark::Done, Some("keep"))),
        ("ines", step("inverse", Mark::Skipped, None)),
        ("ines", closed(Cause::Unknown)),
        ("ines", reopened()),
        ("ines", note()),
    ]);
    all
}

/// Right moves: each is so wherever it stands.
fn right() -> Vec<(&'static str, Event)> {
    let mut all: Vec<(&str, Event)> = best().into_iter().skip(1).map(|(_, by, event)| (by, event)).collect();
    all.push(("ines", severity(Level::Sev1)));
    all.push(("ines", Event::Attached { subject: alarm("web-latency") }));
    all
}

fn timed(level: Level, about: &str, moves: &[(&'static str, Event)]) -> Vec<(i64, &'static str, Event)> {
    let first = (30, "ines", opened(about, level));
    let rest = moves.iter().zip(1..).map(|((by, event), place)| (30 + place * 60, *by, event.clone()));
    std::iter::once(first).chain(rest).collect()
}

proptest! {
    #[test]
    fn one_right_move_more_never_scores_less(
        moves in proptest::collection::vec(proptest::sample::select(alphabet()), 0..14),
        more in proptest::sample::select(right()),
        place in any::<prop::sample::Index>(),
        level in proptest::sample::select(vec![Level::Sev2, Level::Sev4]),
        about in proptest::sample::select(vec!["web-5xx", "legacy"]),
    ) {
        let before = timed(level, about, &moves);
        let mut after = before.clone();
        let place = place.index(before.len()) + 1;
        // At the time of the one before, so that nothing else comes later for it.
        let when = before[place - 1].0;
        after.insert(place, (when, more.0, more.1));
        prop_assert!(score(&after).points() >= score(&before).points());
    }

    #[test]
    fn what_is_not_expected_of_anybody_changes_nothing(
        moves in proptest::collection::vec(proptest::sample::select(alphabet()), 0..14),
        places in proptest::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let before = timed(Level::Sev2, "web-5xx", &moves);
        let mut after = before.clone();
        for place in places {
            let place = place.index(after.len()) + 1;
            let when = after[place - 1].0;
            after.insert(place, (when, "jun", note()));
        }
        prop_assert_eq!(score(&after).lines, score(&before).lines);
    }
}
