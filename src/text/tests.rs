//! The catalogues are complete, and fill in what they are given.

use std::collections::BTreeSet;

use super::*;

/// The names in braces of a wording.
fn places(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
}

#[test]
fn both_languages_say_the_same_things() {
    let (en, ja) = (Catalogue::load(Lang::En), Catalogue::load(Lang::Ja));
    // The English of actions stands in keymaps/default.toml; the keymap's tests compare those.
    let keys = |c: &Catalogue| -> BTreeSet<String> {
        c.keys().filter(|k| !k.starts_with("action.")).map(str::to_owned).collect()
    };
    let (english, japanese) = (keys(&en), keys(&ja));
    for lang in [Lang::En, Lang::Ja] {
        // A key twice is an error of the whole file; without this every other test would fail for it instead.
        let parsed = lang.source().parse::<toml::Table>();
        assert!(parsed.is_ok(), "locales/{lang:?}.toml: {}", parsed.unwrap_err());
    }
    assert!(english.len() > 20, "nothing to compare");
    let missing: Vec<_> = english.difference(&japanese).collect();
    let extra: Vec<_> = japanese.difference(&english).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "not in Japanese: {missing:?}, not in English: {extra:?}"
    );
    for key in &english {
        assert_eq!(places(en.get(key)), places(ja.get(key)), "{key} fills in other things in Japanese");
        assert!(!en.get(key).trim().is_empty() && !ja.get(key).trim().is_empty(), "{key} is empty");
    }
}

#[test]
fn values_are_filled_in_once() {
    let mut words = Catalogue::load(Lang::En);
    words.words.insert("t".into(), "{a} and {b}, {a}{c} {".into());
    assert_eq!(words.fill("t", &[("a", &"{b}"), ("b", &2)]), "{b} and 2, {b}{c} {");
    assert_eq!(words.fill("no.such.key", &[]), "no.such.key");
}
