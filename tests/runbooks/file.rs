//! What a file may say, and the one sentence that is said of each mistake.

use toban::{
    config::source::Source,
    runbook::{
        built_in,
        check::Source as From,
        registry::Reads,
        shelf::Shelf,
        step::{Kind, Next},
    },
    text::{Catalogue, Lang},
};

use super::{BOTH, STEP, read, with_steps};

/// What is said of a file, without its name.
fn said(text: &str) -> Vec<String> {
    read(text).err().unwrap_or_default()
}

/// The place of the first `needle` in a text, as in a message.
fn place(text: &str, needle: &str) -> String {
    let at = text.find(needle).unwrap();
    let before = text.get(..at).unwrap();
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    format!("my.toml:{}:{column}:", before.matches('\n').count() + 1)
}

fn branching(branches: &str) -> String {
    with_steps(&format!("{STEP}branch = [{branches}]\n{BOTH}"))
}

#[test]
fn a_right_file_is_read() {
    let book = read(&branching(
        "{ when = 'a == pass', close = true }, { when = 'a == fail or a == unknown', goto = 'other' }",
    ))
    .unwrap_or_else(|said| panic!("{said:?}"));
    assert_eq!((book.id.as_str(), book.title.ja.as_str(), book.steps.len()), ("mine", "自作", 2));
    assert_eq!(book.steps[0].branches[1].to, Next::Step(1));
    assert_eq!(book.steps[1].then, Next::Close, "after the last step it is over");
}

/// Each mistake: what is replaced, by what, where it is blamed, and what is said.
const MISTAKES: &[(&str, &str, &str, &str)] = &[
    (
        "schema = 1",
        "schema = 2",
        "2",
        "This is schema 2, and this toban reads schema 1: use a toban that knows it, or write schema = 1.",
    ),
    ("schema = 1", "schema = \"1\"", "\"1\"", "\"schema\" must be integer, but is string."),
    (
        "id = \"mine\"",
        "id = \"My Book\"",
        "\"My Book\"",
        "\"My Book\" is no name: use lower-case letters, digits and hyphens, beginning with a letter.",
    ),
    (
        "title = { en = \"Mine\", ja = \"自作\" }",
        "title = { en = \"Mine\" }",
        "{ en = \"Mine\" }",
        "\"title\" lacks \"ja\"; every text is in English (en) and Japanese (ja).",
    ),
    (
        "title = { en = \"Mine\", ja = \"自作\" }",
        "title = \"Mine\"",
        "\"Mine\"",
        "\"title\" must be in both languages: title = { en = \"…\", ja = \"…\" }.",
    ),
    ("version", "versoin", "versoin", "There is no field \"versoin\" here. Did you mean \"version\"?"),
    (
        "fresh = \"2m\"",
        "fresh = \"soon\"",
        "\"soon\"",
        "\"fresh\" must be a span of time such as \"90s\", \"10m\" or \"26h\", but is \"soon\".",
    ),
    ("fresh = \"2m\"", "frsh = \"2m\"", "frsh", "There is no field \"frsh\" here. Did you mean \"fresh\"?"),
    (
        "expect = { eq = \"ok\" }",
        "expect = { eqq = \"ok\" }",
        "eqq",
        "There is no field \"eqq\" here. Did you mean \"eq\"?",
    ),
    (
        "expect = { eq = \"ok\" }",
        "expect = { gt = \"ok\" }",
        "\"ok\"",
        "\"gt\" must be a number, but is string.",
    ),
    (
        "${instance}",
        "${instnce}",
        "${instnce}",
        "\"instnce\" is no parameter; declare it under [params], or take instance.",
    ),
    (
        "[\"${instance}\"]",
        "[\"x-${instance}\"]",
        "\"x-${instance}\"",
        "In arguments ${…} must be all of a text, so that a value can never become more than one: x-${instance}.",
    ),
    (
        "args = { InstanceIds",
        "args = { Instances",
        "{ Instances",
        "ec2:DescribeInstanceStatus takes no argument Instances. Leave it out: here it takes none.",
    ),
    (
        "read = \"ec2:DescribeInstanceStatus\"",
        "read = \"DescribeInstances\"",
        "\"DescribeInstances\"",
        "\"DescribeInstances\" is no operation: write it like \"ec2:DescribeInstances\".",
    ),
    (
        "from = \"alarm.dimensions.InstanceId\"",
        "from = \"alarm.dim\"",
        "\"alarm.dim\"",
        "\"alarm.dim\" is no place to find a value; there are: alarm.dimensions.NAME, alarm.name, alarm.namespace, alarm.metric, resource, related.",
    ),
    (
        "side = \"aws\" }",
        "side = \"ours\" }",
        "\"ours\"",
        "\"ours\" is no side; there are: aws, customer, shared, grey.",
    ),
    (
        "owner = \"l1\"",
        "owner = \"l2\"",
        "\"l2\"",
        "\"l2\" is no owner; there are: l1, vendor, app, db, security, business, ic, aws.",
    ),
    (
        "kind = \"check\"",
        "kind = \"chek\"",
        "\"chek\"",
        "\"chek\" is no kind; there are: check, ask, decide, act, notify, wait, record, goto.",
    ),
    (
        "checks = [\"a\"]",
        "checks = [\"a\", \"c\"]",
        "\"c\"]",
        "There is no check \"c\" here or among the shared ones; perhaps a, b.",
    ),
    ("goto = 'other'", "goto = 'othr'", "'othr'", "There is no step \"othr\"; perhaps other."),
    (
        "when = 'a == pass'",
        "when = 'a == good'",
        "good",
        "The condition \"a == good\" cannot be read: there is \"good\" where pass, fail, unknown should be.",
    ),
    (
        "when = 'a == pass'",
        "when = 'b == pass'",
        "'b == pass'",
        "The step does not list the check \"b\"; add it to its checks, or take a.",
    ),
    (
        "when = 'a == fail or a == unknown'",
        "when = 'a == fail'",
        "branch =",
        "No branch says what happens when \"a\" is unknown (a == unknown); add one with a == unknown.",
    ),
    (
        "when = 'a == fail or a == unknown'",
        "when = 'a == unknown'",
        "branch =",
        "No branch says what happens when a == fail; add one.",
    ),
    (
        "goto = 'other' }",
        "close = true }",
        "\"other\"",
        "Nothing leads to the step \"other\"; lead to it, or remove it.",
    ),
    (
        "{ when = 'a == pass', close = true }",
        "{ when = 'a == pass', goto = 'one' }",
        "\"one\"",
        "The steps go in a circle: one → one. Lead out of it, or put a step of kind wait into it.",
    ),
    (
        "{ when = 'a == pass', close = true }",
        "{ when = 'a == pass', close = true, goto = 'other' }",
        "close = true, goto",
        "A result leads to one place: keep one of goto, use, close.",
    ),
    (
        "checks = [\"b\"]",
        "checks = []",
        "\"b\"\ntitle",
        "No step looks at the check \"b\"; name it in a step, or remove it.",
    ),
    (
        "id = \"other\"",
        "id = \"one\"",
        "\"one\"\nkind = \"check\"\ntitle = { en = \"Other\"",
        "There are two \"one\"; rename one of them.",
    ),
];

#[test]
fn each_mistake_has_one_sentence_at_its_place() {
    let fine = branching(
        "{ when = 'a == pass', close = true }, { when = 'a == fail or a == unknown', goto = 'other' }",
    );
    assert_eq!(said(&fine), Vec::<String>::new());
    let mut odd = Vec::new();
    for (from, to, blamed, sentence) in MISTAKES {
        let text = fine.replacen(from, to, 1);
        let found = said(&text);
        let wanted = format!("{} {sentence}", place(&text, blamed));
        // What follows from a mistake may be told as well, but a mistake is not many.
        if !found.contains(&wanted) || found.len() > 3 {
            odd.push(format!("{from} → {to}\nwanted {wanted}\nfound  {found:#?}"));
        }
    }
    assert!(odd.is_empty(), "{}", odd.join("\n\n"));
}

#[test]
fn what_a_person_or_a_wait_needs_must_be_there() {
    let act = r#"
[[step]]
id = "one"
kind = "act"
title = { en = "One", ja = "一" }
owner = "vendor"
side = "aws"
reversible = true
risk = { en = "r", ja = "r" }
guard = ["b == pass"]
command = "aws ec2 reboot-instances --instance-ids ${instance}"
confirm = { check = "a", within = "5m" }
"#;
    assert_eq!(said(&with_steps(act)), Vec::<String>::new());
    let cases = [
        (act.replace("confirm = { check = \"a\", within = \"5m\" }\n", ""), "\"confirm\" is missing here; add it."),
        (act.replace("owner = \"vendor\"\n", ""), "\"owner\" is missing here; add it."),
        (act.replace("side = \"aws\"\n", ""), "\"side\" is missing here; add it."),
        (act.replace("--instance-ids ${instance}", "--ids \\\"${instance}\\\""), "In a command ${…} must stand outside of quotes: toban quotes the value itself."),
        (act.replace("guard = [\"b == pass\"]", "guard = [\"c == pass\"]"), "There is no check \"c\" here or among the shared ones; perhaps a, b."),
        (act.replace("kind = \"act\"", "kind = \"notify\""), "\"command\" is only for steps of kind act; remove it, or change the kind."),
        (
            "[[step]]\nid = \"q\"\nkind = \"ask\"\ntitle = { en = \"Q\", ja = \"Q\" }\nowner = \"l1\"\nside = \"aws\"\nchecks = [\"a\", \"b\"]\nchoice = [{ id = \"yes\", title = { en = \"Y\", ja = \"Y\" }, close = true }]".to_owned(),
            "The question lacks a choice with id = \"unknown\": nobody has to know everything.",
        ),
        (
            "[[step]]\nid = \"w\"\nkind = \"wait\"\ntitle = { en = \"W\", ja = \"W\" }\nowner = \"l1\"\nside = \"aws\"".to_owned(),
            "\"for\" is missing here; add it.",
        ),
        (String::new(), "The runbook has no step; add at least one [[step]]."),
    ];
    for (steps, sentence) in cases {
        let found = said(&with_steps(&steps));
        assert!(found.iter().any(|said| said.ends_with(sentence)), "wanted {sentence}\nfound {found:#?}");
    }
}

#[test]
fn a_circle_with_a_wait_in_it_is_no_mistake() {
    let wait = "\n[[step]]\nid = \"pause\"\nkind = \"wait\"\ntitle = { en = \"P\", ja = \"P\" }\nowner = \"l1\"\nside = \"aws\"\nfor = \"5m\"\ngoto = \"one\"\n";
    let text = with_steps(&format!(
        "{STEP}branch = [{{ when = 'a == pass', goto = 'other' }}, {{ when = 'a == fail or a == unknown', goto = 'pause' }}]\n{BOTH}close = true\n{wait}"
    ));
    assert_eq!(said(&text), Vec::<String>::new());
    assert!(
        said(&text.replace("kind = \"wait\"", "kind = \"record\"").replace("for = \"5m\"\n", ""))[0]
            .contains("go in a circle")
    );
}

#[test]
fn a_read_outside_of_the_registry_is_asked_of_a_person() {
    let text = with_steps(&format!("{STEP}{BOTH}"))
        .replace("read = \"ec2:DescribeInstances\"", "read = \"guardduty:ListFindings\"");
    let book = read(&text).unwrap();
    let From::Ask { command } = &book.check("b").unwrap().source else { panic!("it is read") };
    assert_eq!(command.as_deref(), Some("aws guardduty list-findings --instance-ids ${instance}"));
    assert!(!book.is_live(&book.steps[1], true) && book.is_live(&book.steps[0], false));
}

#[test]
fn nothing_that_is_written_ends_the_program() {
    let fine = with_steps(&format!("{STEP}{BOTH}"));
    // Every beginning of a file, and every line left out.
    for end in (0..fine.len()).filter(|end| fine.is_char_boundary(*end)).step_by(7) {
        let _ = read(fine.get(..end).unwrap());
    }
    let lines: Vec<&str> = fine.lines().collect();
    for without in 0..lines.len() {
        let kept: Vec<&str> =
            lines.iter().enumerate().filter(|(i, _)| *i != without).map(|(_, l)| *l).collect();
        let _ = read(&kept.join("\n"));
    }
    for odd in
        ["step = 1", "check = [1]", "params = []", "[[step]]\n[[step]]", "applies = 3", "out_of_scope = {}"]
    {
        assert!(read(&format!("schema = 1\n{odd}")).is_err(), "{odd}");
    }
}

#[test]
fn the_example_of_the_manual_is_right() {
    let manual = include_str!("../../docs/runbooks.md");
    let examples: Vec<&str> =
        manual.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let whole: Vec<&&str> = examples.iter().filter(|text| text.contains("schema")).collect();
    assert!(!whole.is_empty());
    for text in whole {
        let (shelf, problems) = Shelf::with(&[Source { name: "example.toml", text }], &Reads);
        let words = Catalogue::load(Lang::En);
        assert!(problems.is_empty(), "{:?}", problems.iter().map(|p| p.text(&words)).collect::<Vec<_>>());
        let own = shelf.books().iter().find(|shelved| shelved.own).unwrap();
        assert!(own.book.steps.iter().any(|step| matches!(step.kind, Kind::Act(_))));
    }
}

#[test]
fn an_own_runbook_goes_before_the_built_in_one_and_adds() {
    let words = Catalogue::load(Lang::En);
    let fine =
        |id: &str| with_steps(&format!("{STEP}{BOTH}")).replace("id = \"mine\"", &format!("id = \"{id}\""));
    let (over, new) = (fine("patch"), fine("mine"));
    let sources = [Source { name: "patch.toml", text: &over }, Source { name: "mine.toml", text: &new }];
    let (shelf, problems) = Shelf::with(&sources, &Reads);
    assert_eq!(problems, []);
    let built_in = Shelf::built_in(&Reads).books().len();
    assert_eq!(shelf.books().len(), built_in + 1);
    assert_eq!(shelf.find("patch").unwrap().title.en, "Mine");
    assert_eq!(shelf.find("mine").unwrap().title.en, "Mine");

    // A wrong one leaves the built-in one where it was, and is told of.
    let wrong = over.replace("kind = \"check\"", "kind = \"chek\"");
    let lost =
        new.replacen("checks = [\"a\"]", "checks = [\"a\"]\nuse = \"no-such-thing\"", 1).replace(BOTH, "");
    let sources = [Source { name: "patch.toml", text: &wrong }, Source { name: "mine.toml", text: &lost }];
    let (shelf, problems) = Shelf::with(&sources, &Reads);
    assert_ne!(shelf.find("patch").unwrap().title.en, "Mine");
    assert!(shelf.find("mine").is_none());
    let said: Vec<String> = problems.iter().map(|p| p.text(&words)).collect();
    assert!(
        said.iter().any(|s| s.starts_with("patch.toml:") && s.contains("\"chek\" is no kind")),
        "{said:?}"
    );

    let lost = format!("{}\n", fine("mine")).replacen(
        "checks = [\"b\"]",
        "checks = [\"b\"]\nuse = \"no-such-thing\"",
        1,
    );
    let (shelf, problems) = Shelf::with(&[Source { name: "mine.toml", text: &lost }], &Reads);
    assert!(shelf.find("mine").is_none());
    let said: Vec<String> = problems.iter().map(|p| p.text(&words)).collect();
    assert_eq!(
        said,
        ["mine.toml:46:7: There is no runbook \"no-such-thing\"; `toban runbook list` lists them."]
    );
    // One mistake in a file that others lead to is told once.
    let wrong = built_in::BOOKS.iter().find(|book| book.name.ends_with("restore.toml")).unwrap();
    let wrong = wrong.text.replacen("kind = \"decide\"", "kind = \"decides\"", 1).replace(
        "id = \"restore\"\ntitle = { en = \"Restore from",
        "id = \"rescue\"\ntitle = { en = \"Restore from",
    );
    let leads = fine("mine").replacen("checks = [\"b\"]", "checks = [\"b\"]\nuse = \"rescue\"", 1);
    let sources = [Source { name: "rescue.toml", text: &wrong }, Source { name: "mine.toml", text: &leads }];
    assert_eq!(Shelf::with(&sources, &Reads).1.len(), 1);
}

#[test]
fn shared_checks_of_one_s_own_stand_for_the_built_in_ones() {
    let common = with_steps("")
        .replace("id = \"mine\"\n", "")
        .replace("title = { en = \"Mine\", ja = \"自作\" }\n", "")
        .replace("version = \"1.0\"\n", "")
        .replacen("id = \"a\"", "id = \"our-own\"", 1);
    let book = format!("{}{}", super::HEAD, STEP.replace("[\"a\"]", "[\"our-own\", \"system\"]"));
    let sources =
        [Source { name: "etc/checks.toml", text: &common }, Source { name: "etc/mine.toml", text: &book }];
    let (shelf, problems) = Shelf::with(&sources, &Reads);
    assert_eq!(problems, []);
    let mine = shelf.find("mine").unwrap();
    assert_eq!(mine.check("our-own").unwrap().title.en, "A");
    assert!(mine.check("system").is_some());
}
