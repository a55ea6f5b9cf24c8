use proptest::prelude::*;
use serde_json::Value;

use super::*;

/// The same value as `serde_json` reads, numbers as text.
fn tree(json: Json<'_>) -> Value {
    match json.node() {
        Node::Null => Value::Null,
        Node::Bool(is) => Value::Bool(is),
        Node::Number(text) => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)),
        Node::Text { raw, .. } => Value::String(unescape(raw)),
        Node::Object(_) => Value::Object(json.fields().map(|(k, v)| (k.into_owned(), tree(v))).collect()),
        Node::Array(_) => Value::Array(json.items().map(tree).collect()),
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        "[\\x00-\\x7f\"\\\\🔥]{1,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::btree_map("[a-z\"\\n]{1,4}", inner, 0..5)
                .prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
}

#[test]
fn paths_look_through_arrays() {
    let tape = Tape::read(
        r#"{"a":{"items":[{"id":"x"},{"id":"y"},{"no":1},{"id":["z"]}]},"n":4,"t":"true","e":""}"#,
    );
    let root = tape.root();
    let mut ids = Vec::new();
    root.each("a.items.id", &mut |id| {
        ids.extend(id.text());
        true
    });
    assert_eq!(ids, ["x", "y", "z"]);
    assert_eq!(root.at("a.items.id").text().as_deref(), Some("x"));
    assert_eq!(root.at("a.items.missing.deeper").text(), None);
    assert_eq!(root.get("n").text().as_deref(), Some("4"));
    assert!(root.get("t").is_true() && !root.get("n").is_true());
    assert_eq!(root.get("e").text(), None, "an empty text says nothing");
}

#[test]
fn what_breaks_off_keeps_what_was_complete() {
    let whole = r#"{"id":"1","a":{"b":["x","y"],"n":12,"t":true},"z":"end"}"#;
    let cut = |at: usize| tree(Tape::read(whole.get(..at).unwrap()).root());
    let at = |text: &str| whole.find(text).unwrap() + text.len();
    assert_eq!(cut(at("\"x\",\"y")), serde_json::json!({"id":"1","a":{"b":["x"]}}), "half a string is none");
    assert_eq!(cut(at("\"n\":1")), serde_json::json!({"id":"1","a":{"b":["x","y"]}}), "nor is half a number");
    assert_eq!(cut(at("\"z\"")), serde_json::json!({"id":"1","a":{"b":["x","y"],"n":12,"t":true}}));
    assert_eq!(tree(Tape::read(r#"{"a":1} and more"#).root()), serde_json::json!({"a":1}));
}

#[test]
fn what_is_no_json_ends_the_reading() {
    for text in [
        "",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "{\"a\"",
        "{\"a\":",
        "{1:2}",
        "[}",
        "{]",
        "nul",
        "\\",
        "{\"a\":}",
        "é",
        "{\"a\":nope,\"b\":1}",
    ] {
        let tape = Tape::read(text);
        assert_eq!(tape.root().get("b").text(), None, "{text}");
    }
    let deep = "[".repeat(300_000);
    let tape = Tape::read(&deep);
    assert_eq!(tape.root().at("a.b").text(), None);
    tape.root().walk(&mut |_, _| true);
}

#[test]
fn escapes_are_resolved_and_halves_are_marked() {
    for (raw, text) in [
        (r#"a\"b\\c\/d"#, "a\"b\\c/d"),
        (r"\n\t\u0041", "\n\tA"),
        (r"\ud83d\udd25!", "🔥!"),
        (r"\ud83d!", "\u{fffd}!"),
        (r"\ud83d\u0041", "\u{fffd}A"),
        (r"\u12", r"\u12"),
        (r"\q", "q"),
    ] {
        assert_eq!(unescape(raw), text, "{raw}");
    }
}

#[test]
fn a_walk_says_where_it_is() {
    let tape = Tape::read(r#"{"a":"1","b":{"c":["2",{"d":"3"}],"skip":{"x":"9"}}}"#);
    let mut seen = Vec::new();
    tape.root().walk(&mut |at, value| {
        if let Some(text) = value.text() {
            seen.push(format!("{}.{}@{}={text}", at.parent, at.key, at.depth));
        }
        at.key != "skip"
    });
    assert_eq!(seen, [".a@1=1", "b.c@3=2", "c.d@4=3"]);
}

proptest! {
    #[test]
    fn it_reads_what_serde_json_reads(value in value(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        // A bare number or word at the very end of the text may be cut off, so it does not count.
        let text = format!("{} ", text.unwrap());
        prop_assert_eq!(tree(Tape::read(&text).root()), value);
    }

    #[test]
    fn no_text_is_trouble(text in any::<String>(), path in "[a-z.]{0,6}") {
        let tape = Tape::read(&text);
        let _ = tree(tape.root());
        let _ = tape.root().at(&path).text();
        tape.root().walk(&mut |_, _| true);
    }
}
