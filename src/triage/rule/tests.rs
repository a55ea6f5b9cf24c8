use proptest::prelude::*;

use super::*;

fn is(alarm: &str, state: AlarmState) -> Rule {
    Rule::Is { alarm: alarm.into(), state }
}

fn alarm(name: &str) -> Rule {
    is(name, AlarmState::Alarm)
}

#[test]
fn precedence_and_forms() {
    let (a, b, c) = (alarm("a"), alarm("b"), alarm("c"));
    for (text, rule) in [
        ("ALARM(a)", a.clone()),
        ("ALARM(\"a\")", a.clone()),
        (" ALARM ( a ) ", a.clone()),
        ("TRUE", Rule::Const(true)),
        ("FALSE", Rule::Const(false)),
        ("OK(a)", is("a", AlarmState::Ok)),
        ("INSUFFICIENT_DATA(a)", is("a", AlarmState::InsufficientData)),
        (
            "ALARM(a) OR ALARM(b) AND ALARM(c)",
            Rule::Or(vec![a.clone(), Rule::And(vec![b.clone(), c.clone()])]),
        ),
        (
            "(ALARM(a) OR ALARM(b)) AND NOT ALARM(c)",
            Rule::And(vec![Rule::Or(vec![a.clone(), b.clone()]), Rule::Not(Box::new(c.clone()))]),
        ),
        ("ALARM(a)AND(ALARM(b))", Rule::And(vec![a.clone(), b.clone()])),
        ("ALARM(arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a)", a.clone()),
        ("ALARM(\"arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a\")", a),
        ("ALARM(\"p99 (checkout), eu\")", alarm("p99 (checkout), eu")),
        ("ALARM(\"say \\\"hi\\\"\")", alarm("say \"hi\"")),
        ("ALARM(two words)", alarm("two words")),
        ("ALARM(日本語の警報)", alarm("日本語の警報")),
        (
            "AT_LEAST(2, ALARM, (x, \"y, z\", w))",
            Rule::AtLeast {
                quota: Quota::Count(2),
                negated: false,
                state: AlarmState::Alarm,
                alarms: vec!["x".into(), "y, z".into(), "w".into()],
            },
        ),
        (
            "AT_LEAST(50%, NOT OK, (x, y))",
            Rule::AtLeast {
                quota: Quota::Percent(50),
                negated: true,
                state: AlarmState::Ok,
                alarms: vec!["x".into(), "y".into()],
            },
        ),
    ] {
        assert_eq!(parse(text), Ok(rule.clone()), "{text}");
        assert_eq!(parse(&rule.to_string()), Ok(rule), "{text}");
    }
}

#[test]
fn errors_say_where() {
    for (text, at) in [
        ("", 1),
        ("ALARM", 6),
        ("ALARM(a", 8),
        ("ALARM()", 7),
        ("ALARM(a) ALARM(b)", 10),
        ("ALARM(a) AND", 13),
        ("警報(a)", 1),
        ("OK(\"a", 4),
        ("AT_LEAST(x, ALARM, (a))", 10),
        ("AT_LEAST(101%, ALARM, (a))", 10),
        ("ALARM(\"\")", 7),
    ] {
        assert_eq!(parse(text).map_err(|e| e.at), Err(at), "{text}");
    }
    assert_eq!(parse("ALARM").unwrap_err().to_string(), "an opening parenthesis expected at character 6");
}

#[test]
fn children_come_once_in_order_even_from_broken_rules() {
    let arn = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:web-5xx";
    assert_eq!(
        children(&format!(
            "ALARM(b) AND (OK(\"{arn}\") OR ALARM(b)) AND AT_LEAST(1, ALARM, (c, web-5xx, d))"
        )),
        ["b", "web-5xx", "c", "d"]
    );
    assert_eq!(
        children("ALARM(a) AND AND OK(\"b c\") OR AT_LEAST(?, ALARM, (d, e) x"),
        ["a", "b c", "d", "e"]
    );
    assert_eq!(children("ALARM(a) ALARM(\"never closed"), ["a", "never closed"]);
    assert_eq!(children("nothing here"), Vec::<String>::new());
    assert_eq!(children("TRUE"), Vec::<String>::new());
}

#[test]
fn truth_has_three_values() {
    let states = |name: &str| match name {
        "fires" => Some(AlarmState::Alarm),
        "fine" => Some(AlarmState::Ok),
        "mute" => Some(AlarmState::InsufficientData),
        _ => None,
    };
    for (text, truth) in [
        ("ALARM(fires)", Some(true)),
        ("ALARM(fine)", Some(false)),
        ("ALARM(gone)", None),
        ("INSUFFICIENT_DATA(mute)", Some(true)),
        ("NOT ALARM(gone)", None),
        ("ALARM(fires) OR ALARM(gone)", Some(true)),
        ("ALARM(fine) OR ALARM(gone)", None),
        ("ALARM(fine) AND ALARM(gone)", Some(false)),
        ("ALARM(fires) AND ALARM(gone)", None),
        ("TRUE AND NOT FALSE", Some(true)),
        ("AT_LEAST(2, ALARM, (fires, fires, fine))", Some(true)),
        ("AT_LEAST(2, ALARM, (fires, fine, gone))", None),
        ("AT_LEAST(3, ALARM, (fires, fine, gone))", Some(false)),
        ("AT_LEAST(50%, ALARM, (fires, fine, mute))", Some(false)),
        ("AT_LEAST(30%, ALARM, (fires, fine, mute))", Some(true)),
        ("AT_LEAST(2, NOT OK, (fires, fine, mute))", Some(true)),
    ] {
        assert_eq!(evaluate(&parse(text).unwrap(), &states), truth, "{text}");
    }
}

#[test]
fn hostile_nesting_is_refused_and_legal_nesting_is_not() {
    let nested = |n: usize| format!("{}ALARM(a){}", "(".repeat(n), ")".repeat(n));
    assert_eq!(parse(&nested(MAX_DEPTH)), Ok(alarm("a")));
    assert_eq!(parse(&nested(MAX_DEPTH + 1)).unwrap_err().expected, "less nesting");
    assert_eq!(children(&nested(100_000)), ["a"]);
    let nots = |n: usize| format!("{}ALARM(a)", "NOT ".repeat(n));
    assert_eq!(evaluate(&parse(&nots(MAX_DEPTH)).unwrap(), &|_| Some(AlarmState::Alarm)), Some(true));
    assert!(parse(&nots(100_000)).is_err());
}

#[test]
fn the_brief_form_leaves_out_what_is_meant_anyway() {
    let rule = parse("ALARM(web-5xx) AND (ALARM(\"web latency\") OR NOT OK(canary))").unwrap();
    assert_eq!(rule.brief(), "web-5xx AND (web latency OR NOT OK(canary))");
}

fn rules() -> impl Strategy<Value = Rule> {
    let state =
        prop_oneof![Just(AlarmState::Ok), Just(AlarmState::Alarm), Just(AlarmState::InsufficientData)];
    let name = prop_oneof!["[a-z][a-z0-9-]{0,8}", "[^\\pC]{1,12}"]
        .prop_filter("an ARN would be reduced to its name", |n| !n.starts_with("arn:"));
    let quota = prop_oneof![any::<u32>().prop_map(Quota::Count), (0u32..=100).prop_map(Quota::Percent)];
    let leaf = prop_oneof![
        any::<bool>().prop_map(Rule::Const),
        (name.clone(), state.clone()).prop_map(|(alarm, state)| Rule::Is { alarm, state }),
        (quota, any::<bool>(), state, prop::collection::vec(name, 1..4))
            .prop_map(|(quota, negated, state, alarms)| Rule::AtLeast { quota, negated, state, alarms }),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|r| Rule::Not(Box::new(r))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Rule::And),
            prop::collection::vec(inner, 2..4).prop_map(Rule::Or),
        ]
    })
}

proptest! {
    #[test]
    fn every_rule_reads_back_from_its_text(rule in rules()) {
        prop_assert_eq!(parse(&rule.to_string()), Ok(rule));
    }

    #[test]
    fn no_text_breaks_the_reader(text in "(ALARM|OK|NOT|AND|OR|AT_LEAST|TRUE|[()\", %\\\\]|[a-z0-9]|\\PC){0,60}") {
        let names = children(&text);
        if let Ok(rule) = parse(&text) {
            prop_assert_eq!(rule.alarms(), names);
        }
    }

    #[test]
    fn more_knowledge_never_flips_an_answer(rule in rules(), seed in any::<u64>()) {
        let state = |name: &str| {
            let n = name.bytes().fold(seed, |h, b| h.wrapping_mul(31).wrapping_add(u64::from(b)));
            match n % 3 { 0 => AlarmState::Ok, 1 => AlarmState::Alarm, _ => AlarmState::InsufficientData }
        };
        let all = evaluate(&rule, &|n| Some(state(n)));
        let some = evaluate(&rule, &|n| (n.len() % 2 == 0).then(|| state(n)));
        prop_assert!(all.is_some());
        prop_assert!(some.is_none() || some == all);
    }
}
