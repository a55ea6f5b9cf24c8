//! From an answer to a result.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use toban::{
    problem::{Problem, ProblemKind, Remedy},
    runbook::{
        check::Check,
        judge::{self, By, Judged},
        params,
    },
    text::{Catalogue, Lang},
    triage::check::Outcome::{Fail, Pass, Unknown},
};

use super::{STEP, at, read, with_steps};

const NOW: &str = "2026-05-01T12:00:00Z";

/// Check `a` with another path and another expectation.
fn check(select: &str, expect: &str) -> Check {
    let text = with_steps(&format!("{STEP}{}", super::BOTH))
        .replace("select = \"InstanceStatuses[0].SystemStatus.Status\"", &format!("select = '''{select}'''"))
        .replace("expect = { eq = \"ok\" }", &format!("expect = {expect}"));
    read(&text).unwrap_or_else(|said| panic!("{said:?}")).check("a").unwrap().clone()
}

fn judged(check: &Check, answer: &Json) -> Judged {
    let values = BTreeMap::from([("instance".to_owned(), "i-1".to_owned())]);
    judge::judge(check, Ok(answer), &values, at(NOW))
}

fn said(check: &Check, judged: &Judged) -> String {
    judged.sentence(check).text(&Catalogue::load(Lang::En))
}

#[test]
fn nothing_is_said_as_an_empty_list() {
    let some = check("empty", "{ empty = false }");
    let sentence = said(&some, &judged(&some, &json!({"empty": []})));
    assert!(sentence.contains("[]") && sentence.contains("!= []"), "{sentence}");
}

#[test]
fn each_form_of_an_expectation_says_pass_fail_or_unknown() {
    let answer = json!({
        "s": "ok", "n": 5, "text": "7.5", "list": ["x", "y"], "none": null, "empty": [], "yes": true,
        "time": "2026-05-01T02:00:00Z",
    });
    for (select, expect, outcome) in [
        ("s", r#"{ eq = "ok" }"#, Pass),
        ("s", r#"{ eq = "OK" }"#, Fail),
        ("s", r#"{ ne = "bad" }"#, Pass),
        ("s", r#"{ in = ["ok", "fine"] }"#, Pass),
        ("s", "{ gt = 3 }", Unknown),
        ("n", "{ eq = 5.0 }", Pass),
        ("n", "{ ge = 1, le = 4 }", Fail),
        ("n", "{ ge = 1, lt = 6 }", Pass),
        ("text", "{ gt = 7 }", Pass),
        ("list", r#"{ contains = "x" }"#, Pass),
        ("s", r#"{ contains = "k" }"#, Pass),
        ("n", r#"{ contains = "k" }"#, Unknown),
        ("list", "{ empty = true }", Fail),
        ("empty", "{ empty = true }", Pass),
        ("none", "{ empty = true }", Unknown),
        ("missing", r#"{ ne = "x" }"#, Unknown),
        ("missing", "{ exists = false }", Pass),
        ("none", "{ exists = true }", Fail),
        ("time", r#"{ newer = "26h" }"#, Pass),
        ("time", r#"{ newer = "2h" }"#, Fail),
        ("time", r#"{ older = "2h" }"#, Pass),
        ("s", r#"{ newer = "2h" }"#, Unknown),
        ("yes", "{ eq = true }", Pass),
        ("max_by(list, &length(@))", "{ exists = true }", Pass),
        ("length(n)", "{ eq = 1 }", Unknown),
    ] {
        assert_eq!(judged(&check(select, expect), &answer).outcome, outcome, "{select} {expect}");
    }
}

#[test]
fn what_could_not_be_read_is_unknown_with_its_reason() {
    let check = check("s", r#"{ eq = "ok" }"#);
    let denied = Problem {
        operation: "ec2:DescribeInstanceStatus".into(),
        kind: ProblemKind::Denied,
        message: "you may not".into(),
        remedy: Remedy::Allow("ec2:DescribeInstanceStatus".into()),
    };
    let result = judge::judge(&check, Err(&denied), &BTreeMap::new(), at(NOW));
    assert_eq!(result.outcome, Unknown);
    assert!(said(&check, &result).contains("you may not"), "{}", said(&check, &result));
    assert_eq!(said(&check, &judged(&check, &json!({"s": "bad"}))), "bad, expected ok");
    assert_eq!(
        said(&check, &judged(&check, &json!({"s": "initializing"}))),
        "initializing: nothing can be said yet"
    );
    assert_eq!(said(&check, &judged(&check, &json!({}))), "the answer says nothing of it");
}

#[test]
fn a_long_answer_is_cut_in_a_sentence_and_kept_in_evidence() {
    let check = check("s", r#"{ eq = "ok" }"#);
    let long = "ä".repeat(5_000);
    let result = judged(&check, &json!({ "s": long }));
    assert!(said(&check, &result).chars().count() < 160);
    assert_eq!(result.value, json!(long));
    let evidence = judge::evidence(&check, &json!({"InstanceStatuses": [{"InstanceId": "i-1"}]}));
    assert_eq!(evidence, json!({"InstanceStatuses[0].InstanceId": "i-1"}));
}

#[test]
fn a_result_in_the_record_is_the_same_when_it_is_read_again() {
    let check = check("n", "{ gt = 7 }");
    for result in [
        judged(&check, &json!({"n": 5})),
        Judged::typed(Pass, "looks fine", "yuki", at(NOW)),
        judged(&check, &json!({"n": 5})).overridden(Pass, "the sensor lies", "yuki", at(NOW)).unwrap(),
    ] {
        let kept = serde_json::to_string(&result).unwrap();
        assert_eq!(serde_json::from_str::<Judged>(&kept).unwrap(), result);
    }
    let read = judged(&check, &json!({"n": 5}));
    assert_eq!(read.overridden(Pass, "  ", "yuki", at(NOW)), None, "an override needs a reason");
    let over = read.overridden(Pass, "known", "yuki", at(NOW)).unwrap();
    assert!(matches!(over.by, By::Override { was: Fail, .. }));
}

#[test]
fn values_get_into_arguments_paths_and_commands_and_cannot_get_out() {
    let values = BTreeMap::from([
        ("plain".to_owned(), "i-1".to_owned()),
        ("odd".to_owned(), "a'; rm -rf ~ #".to_owned()),
        ("option".to_owned(), "--all".to_owned()),
        ("line".to_owned(), "a\nb".to_owned()),
    ]);
    let values = params::with_times(&values, at(NOW), at("2026-05-01T11:30:00.25Z"));
    let command = |text: &str| params::in_command(text, &values);
    assert_eq!(command("aws --id ${plain}").unwrap(), "aws --id i-1");
    assert_eq!(command("aws --id ${odd} x").unwrap(), r"aws --id 'a'\''; rm -rf ~ #' x");
    assert_eq!(command("aws --since ${onset-1h}").unwrap(), "aws --since 2026-05-01T10:30:00Z");
    assert_eq!(command("aws ${option}"), Err("option".to_owned()), "it would be an option");
    assert_eq!(command("aws ${line}"), Err("line".to_owned()));
    assert_eq!(command("aws ${nothing}"), Err("nothing".to_owned()));
    let args = json!({"Ids": ["${odd}", "${plain}"], "Count": 3, "Start": "${now}"});
    let filled = json!({"Ids": ["a'; rm -rf ~ #", "i-1"], "Count": 3, "Start": NOW});
    assert_eq!(params::in_args(&args, &values), Ok(filled));
    assert_eq!(params::in_path("x[?a == '${plain}']", &values).unwrap(), "x[?a == 'i-1']");
    assert_eq!(params::in_path("x[?a == '${odd}']", &values), Err("odd".to_owned()));
}

#[test]
fn parameters_are_found_in_what_is_known() {
    let text = with_steps(&format!("{STEP}{}", super::BOTH));
    let mut book = read(&text).unwrap();
    let mut known = params::Known {
        alarm: Some(params::KnownAlarm { dimensions: vec![("InstanceId", "i-7")], ..Default::default() }),
        ..Default::default()
    };
    let found = |book: &toban::runbook::Runbook, known: &params::Known<'_>| {
        params::values(&book.params, known).get("instance").cloned()
    };
    assert_eq!(found(&book, &known).as_deref(), Some("i-7"));
    known.alarm = None;
    assert_eq!(found(&book, &known), None, "an operator is asked");
    book.params[0].from = vec![toban::runbook::Place::Resource, toban::runbook::Place::Related];
    known.related = vec![("AWS::EC2::Instance", "i-1", None), ("AWS::EC2::Instance", "i-2", None)];
    assert_eq!(found(&book, &known), None, "of two none is taken");
    known.related.pop();
    assert_eq!(found(&book, &known).as_deref(), Some("i-1"));
    known.resources = vec![("AWS::EC2::Volume", "vol-1", None), ("AWS::EC2::Instance", "i-9", None)];
    assert_eq!(found(&book, &known).as_deref(), Some("i-9"));
}
