#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::{
    incident::{
        Event,
        chain::Hand,
        event::{Kind, Level, Subject},
    },
    runbook::registry::Reads,
};

const NOW: &str = "2026-05-01T03:00:00Z";

fn drill() -> Drill {
    Drill::open(&drill::Options { now: Some(NOW.parse().unwrap()), ..drill::Options::default() }).unwrap()
}

/// So many seconds after the drill was opened.
fn at(secs: i64) -> Timestamp {
    let opened: Timestamp = NOW.parse().unwrap();
    Timestamp::from_second(opened.as_second() + secs).unwrap()
}

/// Records an incident that is opened after half a minute, gets one wrong side and another, and is left.
fn record(dir: &std::path::Path, uid: &str) {
    let mut journal = Journal::open(dir).unwrap();
    let hand = Hand { by: "ines".into(), ..Hand::default() };
    let alarm = Subject {
        kind: "AWS::CloudWatch::Alarm".into(),
        id: "web-5xx".into(),
        name: String::new(),
        arn: None,
        scope: None,
    };
    let opened = |number| {
        vec![Event::Opened {
            title: "web-5xx | *now*".into(),
            kind: Kind::Fault,
            level: Some(Level::Sev2),
            subject: Some(alarm),
            since: Some(at(-240)),
            report: None,
            number,
        }]
    };
    journal.create(uid, at(30), &hand, opened).unwrap();
    for (secs, side) in [(200, Party::Aws), (500, Party::Customer)] {
        let verdict =
            Event::Verdict { side, area: String::new(), reasons: vec!["r".into()], overrides: false };
        journal.append(uid, at(secs), &hand, &[verdict]).unwrap();
    }
    let gate = Event::Gate { answer: Gate::Yes, reason: "r".into(), facts: Vec::new(), again: None };
    journal.append(uid, at(661), &hand, &[gate]).unwrap();
}

/// What is printed of a run in which `play` happens.
fn printed(form: Form, lang: Lang, play: impl FnOnce(&std::path::Path)) -> String {
    let dir = tempfile::tempdir().unwrap();
    record(dir.path(), "of-another-run");
    let begun = Play::begin("web-down", &drill(), Some(dir.path().to_owned())).unwrap();
    play(dir.path());
    let (words, shelf, ladder) = (Catalogue::load(lang), Shelf::built_in(&Reads), Ladder::default());
    let telling = Telling { words: &words, shelf: &shelf, ladder: &ladder, columns: 80 };
    let mut out = Vec::new();
    let score = begun.score(&telling).unwrap();
    begun.print(score.as_ref(), form, &telling, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_result_is_a_table_and_what_there_is_to_learn() {
    insta::assert_snapshot!(printed(Form::Text, Lang::En, |dir| record(dir, "this-run")));
}

#[test]
fn a_result_reads_in_japanese_and_stays_a_table() {
    let page = printed(Form::Text, Lang::Ja, |dir| record(dir, "this-run"));
    let table: Vec<&str> =
        page.lines().filter(|line| line.ends_with("/10") || line.ends_with("/20")).collect();
    let width = measure::width(table[0]);
    assert_eq!(table.len(), 8, "{page}");
    assert!(width <= 80 && table.iter().all(|line| measure::width(line) == width), "{page}");
    insta::assert_snapshot!(page);
}

#[test]
fn as_markdown_it_holds_what_others_wrote_as_text() {
    let page = printed(Form::Markdown, Lang::En, |dir| record(dir, "this-run"));
    assert!(page.contains(r"web-5xx \| \*now\*"), "{page}");
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with('|')).collect();
    assert!(rows.len() > 10 && rows.iter().all(|row| row.matches(" | ").count() == 4 || row.contains("---")));
}

#[test]
fn as_json_it_says_everything_by_fixed_words() {
    let page = printed(Form::Json, Lang::Ja, |dir| record(dir, "this-run"));
    let json: Json = serde_json::from_str(&page).unwrap();
    assert_eq!((&json["drill"], &json["incident"]["uid"]), (&json!("web-down"), &json!("this-run")));
    let line =
        |what: &str| json["lines"].as_array().unwrap().iter().find(|l| l["what"] == what).unwrap().clone();
    let verdict = line("verdict");
    assert_eq!(verdict["standing"], "corrected");
    assert_eq!((&verdict["points"], &verdict["possible"]), (&json!(10), &json!(20)));
    assert_eq!(verdict["wrong"][0]["said"], "aws");
    let answer = &verdict["answer"];
    assert_eq!(
        (&answer["after_secs"], &answer["since_alarm_secs"], &answer["since_opened_secs"]),
        (&json!(500), &json!(740), &json!(470))
    );
    assert_eq!((&line("gate")["standing"], &line("gate")["limit_secs"]), (&json!("late"), &json!(600)));
    assert_eq!(line("cause")["answer"], Json::Null);
    let sum: u64 = json["lines"].as_array().unwrap().iter().map(|l| l["points"].as_u64().unwrap()).sum();
    assert_eq!(json["points"], sum);
}

#[test]
fn a_run_in_which_nobody_opened_one_is_told_in_a_sentence() {
    for lang in [Lang::En, Lang::Ja] {
        let page = printed(Form::Text, lang, |_| {});
        assert_eq!(
            page,
            format!("{}\n", Catalogue::load(lang).fill("score.nobody", &[("drill", &"web-down")]))
        );
        assert_eq!(page, printed(Form::Markdown, lang, |_| {}));
    }
    let json: Json = serde_json::from_str(&printed(Form::Json, Lang::En, |_| {})).unwrap();
    assert_eq!((&json["incident"], &json["points"]), (&Json::Null, &json!(0)));
}
