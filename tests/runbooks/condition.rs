//! Conditions: what they say, and that an unknown is never taken for anything else.

use serde_json::json;
use toban::{
    runbook::{
        condition::{Condition, cover},
        judge::{By, Judged, Why},
    },
    text::{Catalogue, Lang},
    triage::check::Outcome::{self, Fail, Pass, Unknown},
};

use super::at;

fn judged(outcome: Outcome, value: serde_json::Value) -> Judged {
    Judged { outcome, value, at: at("2026-05-01T12:00:00Z"), why: Why::Answer, by: By::Read }
}

fn holds(text: &str, results: &[(&str, Judged)]) -> Option<bool> {
    let of = |id: &str| results.iter().find(|(known, _)| *known == id).map(|(_, judged)| judged);
    Condition::parse(text).unwrap().holds(&of)
}

#[test]
fn an_unknown_satisfies_nothing_but_unknown() {
    let unknown = [("a", judged(Unknown, json!(null)))];
    assert_eq!(holds("a == unknown", &unknown), Some(true));
    for text in
        ["a == pass", "a == fail", "not a == pass", "not (a == fail)", "value(a) != 1", "count(a) >= 0"]
    {
        assert_eq!(holds(text, &unknown), None, "{text}");
    }
    let mixed = [("a", judged(Unknown, json!(null))), ("b", judged(Pass, json!(1)))];
    assert_eq!(holds("a == pass or b == pass", &mixed), Some(true));
    assert_eq!(holds("a == pass and b == fail", &mixed), Some(false));
    assert_eq!(holds("a == pass and b == pass", &mixed), None);
    assert_eq!(holds("a == pass", &[]), None, "before it has come out");
}

#[test]
fn values_ages_and_counts_are_compared() {
    let results = [
        ("n", judged(Pass, json!(12))),
        ("text", judged(Pass, json!("12.5"))),
        ("list", judged(Fail, json!(["x", "y"]))),
        ("time", judged(Pass, json!("2026-04-30T08:00:00Z"))),
    ];
    for (text, is) in [
        ("value(n) > 11", Some(true)),
        ("value(n) == 12", Some(true)),
        ("value(n) <= 11.5", Some(false)),
        ("value(text) > 12", Some(true)),
        ("value(text) == \"12.5\"", Some(true)),
        ("value(list) > 1", None),
        ("count(list) >= 2", Some(true)),
        ("count(list) < 2 or value(n) != 12", Some(false)),
        ("age(time) > \"26h\"", Some(true)),
        ("age(time) > '2d'", Some(false)),
        ("age(n) > '2d'", None),
        ("not (n == fail) and list == fail", Some(true)),
    ] {
        assert_eq!(holds(text, &results), is, "{text}");
    }
}

#[test]
fn what_cannot_be_read_is_said_with_its_place() {
    let words = Catalogue::load(Lang::En);
    for (text, place, said) in [
        ("a == good", 5, "there is \"good\" where pass, fail, unknown should be."),
        ("a == pass and", 13, "it ends where the id of a check should be."),
        ("a = pass", 2, "there is \"=\" where == should be."),
        ("a == pass b == fail", 10, "there is \"b\" where and, or should be."),
        ("(a == pass", 10, "it ends where ) should be."),
        ("size(a) > 3", 0, "there is no \"size(…)\"; use value, age, count."),
        ("cuont(a) > 3", 0, "there is no \"cuont(…)\"; use count."),
        ("age(a) > 3", 9, "there is \"3\" where \"26h\" should be."),
        ("count(a) >= many", 12, "there is \"many\" where 3 should be."),
        ("", 0, "it ends where the id of a check should be."),
    ] {
        let fault = Condition::parse(text).unwrap_err();
        assert_eq!((fault.at, fault.what.text(&words).as_str()), (place, said), "{text}");
    }
    let deep = format!("{}a == pass{}", "(".repeat(200), ")".repeat(200));
    assert!(Condition::parse(&deep).is_err(), "a bracket too many must not end the program");
}

#[test]
fn it_is_written_as_it_is_read() {
    for text in [
        "a == pass",
        "a == pass and (b == fail or b == unknown)",
        "not (a == pass or value(b) < 3.5)",
        "not a == fail and age(b) > \"1d2h\"",
    ] {
        let once = Condition::parse(text).unwrap();
        assert_eq!(once.to_string(), text);
        assert_eq!(Condition::parse(&once.to_string()).unwrap(), once);
    }
}

#[test]
fn a_gap_names_what_is_not_spoken_of() {
    let gap = |texts: &[&str]| {
        let all: Vec<Condition> = texts.iter().map(|text| Condition::parse(text).unwrap()).collect();
        cover::gap(&all.iter().collect::<Vec<_>>()).map(|gap| {
            gap.0.iter().map(|(id, o)| format!("{id} {}", o.word())).collect::<Vec<_>>().join(", ")
        })
    };
    assert_eq!(gap(&["a == pass", "a == fail"]), Some("a unknown".to_owned()));
    assert_eq!(gap(&["a == pass", "a == unknown"]), Some("a fail".to_owned()));
    assert_eq!(gap(&["a == pass", "a == fail or a == unknown"]), None);
    assert_eq!(gap(&["a == pass", "not a == pass"]), Some("a unknown".to_owned()), "not says nothing of it");
    assert_eq!(
        gap(&["a == pass or b == pass", "a == fail and b == fail", "a == unknown"]),
        Some("a fail, b unknown".to_owned())
    );
    assert_eq!(
        gap(&["value(a) < 3", "value(a) >= 3", "a == unknown"]),
        Some("a fail".to_owned()),
        "it may be no number"
    );
}
