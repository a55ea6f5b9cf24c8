//! What the bundled keymaps promise, and how a person's own file is read.

use std::collections::HashSet;

use super::*;
use crate::{
    config::source::Source,
    input::key::Key,
    text::{Catalogue, Lang},
};

fn own(text: &str) -> Result<Keymap, Vec<String>> {
    let words = Catalogue::load(Lang::En);
    Keymap::load(Preset::Default, Some(Source { name: "keymap.toml", text }))
        .map_err(|problems| problems.iter().map(|p| p.text(&words)).collect())
}

fn press(map: &Keymap, scopes: &[Scope], keys: &str) -> Vec<Step> {
    let mut pending = Pending::default();
    keys.split(' ').map(|k| map.press(&mut pending, scopes, k.parse().unwrap())).collect()
}

#[test]
fn every_preset_loads_and_has_every_action() {
    for preset in Preset::ALL {
        let map = Keymap::load(preset, None).map_err(|p| format!("{p:?}")).unwrap();
        for action in Action::ALL {
            assert!(
                map.bindings().iter().any(|b| b.action == *action),
                "{action} is nowhere in default.toml"
            );
        }
        for binding in map.bindings() {
            assert!(!binding.desc.is_empty(), "{binding:?}");
            assert_eq!(
                binding.hint.is_some(),
                !binding.label.is_empty(),
                "a hint needs a label: {binding:?}"
            );
            // Only what esc or the palette does anyway may be without a key.
            assert!(!binding.keys.is_empty() || binding.action == Action::ClearFilter, "{binding:?}");
        }
    }
}

#[test]
fn the_default_keeps_the_agreed_keys() {
    let map = Keymap::preset(Preset::Default);
    for (scopes, keys, action) in [
        (stacks::TABLE, "1", Action::GoToPane(1)),
        (stacks::PAGE, "0", Action::GoToPane(10)),
        (stacks::TABLE, "tab", Action::NextPane),
        (stacks::TABLE, "shift-tab", Action::PreviousPane),
        (stacks::TABLE, ":", Action::Palette),
        (stacks::PAGE, "?", Action::Help),
        (stacks::TABLE, "/", Action::Filter),
        (stacks::TABLE, "enter", Action::Open),
        (stacks::TABLE, "esc", Action::Back),
        (stacks::PAGE, "backspace", Action::Back),
        (stacks::TABLE, "space", Action::Freeze),
        (stacks::PAGE, "space", Action::Freeze),
        (stacks::INCIDENT, "space", Action::Tick),
        (stacks::PAGE, "i", Action::OpenIncident),
        (stacks::PAGE, "p", Action::Pin),
        (stacks::PROMPT, "ctrl-z", Action::Suspend),
        (stacks::TABLE, "q", Action::Quit),
        (stacks::PAGE, "ctrl-c", Action::Quit),
        (stacks::PROMPT, "ctrl-c", Action::Close),
        (stacks::TABLE, "r", Action::Refresh),
        (stacks::TABLE, "u", Action::ToggleUtc),
        (stacks::TABLE, "s", Action::SortNext),
        (stacks::TABLE, "S", Action::SortReverse),
        (stacks::TABLE, "y", Action::CopyId),
        (stacks::PAGE, "o", Action::CopyLink),
        (stacks::PAGE, "g", Action::GoToResource),
        (stacks::TABLE, "[", Action::Back),
        (stacks::TABLE, "alt-right", Action::Forward),
    ] {
        assert_eq!(press(&map, scopes, keys), [Step::Run(action, None)], "{keys}");
    }
    for preset in Preset::ALL {
        let map = Keymap::preset(preset);
        for (keys, action) in [
            ("j", Action::CursorDown),
            ("down", Action::CursorDown),
            ("ctrl-n", Action::CursorDown),
            ("k", Action::CursorUp),
            ("up", Action::CursorUp),
            ("ctrl-p", Action::CursorUp),
            ("pagedown", Action::PageDown),
            ("pageup", Action::PageUp),
            ("ctrl-d", Action::HalfPageDown),
            ("ctrl-u", Action::HalfPageUp),
            ("home", Action::Top),
            ("end", Action::Bottom),
            ("G", Action::Bottom),
            ("right", Action::ScrollRight),
        ] {
            assert_eq!(press(&map, stacks::TABLE, keys), [Step::Run(action, None)], "{keys} in {preset:?}");
        }
    }
}

#[test]
fn sequences_wait_and_are_given_up() {
    let map = Keymap::preset(Preset::Default);
    let z = Key::plain(crate::input::key::Code::Char('z'));
    assert_eq!(press(&map, stacks::TABLE, "g g"), [Step::Wait, Step::Run(Action::Top, None)]);
    assert_eq!(press(&map, stacks::TABLE, "g z"), [Step::Wait, Step::Cancelled]);
    assert_eq!(
        press(&map, stacks::TABLE, "g esc esc"),
        [Step::Wait, Step::Cancelled, Step::Run(Action::Back, None)]
    );
    assert_eq!(press(&map, stacks::TABLE, "z"), [Step::Unbound(z)]);
}

#[test]
fn numbers_count_where_digits_are_free() {
    let bound = Keymap::preset(Preset::Default);
    assert_eq!(press(&bound, stacks::TABLE, "5"), [Step::Run(Action::GoToPane(5), None)]);
    let free = (1..=10).map(|n| format!("[global.pane-{n}]\nkeys = []\n")).collect::<Vec<_>>().concat();
    let map = own(&free).unwrap();
    assert_eq!(
        press(&map, stacks::TABLE, "1 2 j"),
        [Step::Wait, Step::Wait, Step::Run(Action::CursorDown, Some(12))]
    );
    assert_eq!(press(&map, stacks::TABLE, "1 0 g g").last(), Some(&Step::Run(Action::Top, Some(10))));
    assert_eq!(press(&map, stacks::TABLE, "5 r").last(), Some(&Step::Run(Action::Refresh, None)));
    assert_eq!(press(&map, stacks::TABLE, "5 esc").last(), Some(&Step::Cancelled));
    assert_eq!(
        press(&map, stacks::TABLE, "9 9 9 9 9 9 9 9 9 9 9 9 j").last(),
        Some(&Step::Run(Action::CursorDown, Some(100_000_000)))
    );
    // In a text field a digit is text.
    assert!(matches!(press(&map, stacks::PROMPT, "5")[..], [Step::Unbound(_)]));
    assert!(matches!(press(&map, stacks::TABLE, "0")[..], [Step::Unbound(_)]));
}

#[test]
fn text_fields_get_letters() {
    for preset in Preset::ALL {
        let map = Keymap::preset(preset);
        for scopes in [stacks::PROMPT, stacks::PALETTE] {
            for c in ' '..='~' {
                let key = Key::plain(crate::input::key::Code::Char(c));
                assert_eq!(
                    map.lookup(scopes, &[key]),
                    Lookup::NotFound,
                    "{c:?} is bound in {scopes:?} of {preset:?}"
                );
            }
        }
    }
}

#[test]
fn the_operators_file_changes_keys_and_nothing_else() {
    let map = own("[global.refresh]\nkeys = \"F\"\nhint = 99\n").unwrap();
    assert_eq!(map.keys_of(stacks::TABLE, Action::Refresh), ["F"]);
    let words = Catalogue::load(Lang::En);
    assert_eq!(map.hints(stacks::TABLE, &words)[0].action, Action::Refresh);
    assert_eq!(
        map.binding(stacks::TABLE, Action::Refresh).unwrap().desc(&words),
        "Fetch this place again now"
    );
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (text, said) in [
        (
            "[global.quti]\nkeys = []",
            "keymap.toml:1:9: There is no action \"quti\" in the scope \"global\". Did you mean \"quit\"?",
        ),
        ("[tabel.open]\nkeys = []", "keymap.toml:1:2: There is no scope \"tabel\". Did you mean \"table\"?"),
        (
            "[table.refresh]\nkeys = []",
            "keymap.toml:1:8: The action \"refresh\" belongs to the scope \"global\", not to \"table\".",
        ),
        (
            "\n[global.quit]\n  kesy = [\"x\"]",
            "keymap.toml:3:3: There is no field \"kesy\" here. Did you mean \"keys\"?",
        ),
        (
            "[global.quit]\ndesc = \"x\"",
            "keymap.toml:2:1: There is no field \"desc\" here; there are: keys, hint.",
        ),
        (
            "[global.quit]\nkeys = [\"q\", \"entr\"]",
            "keymap.toml:2:14: There is no key \"entr\". Did you mean \"enter\"?",
        ),
        ("[global.quit]\nkeys = 3", "keymap.toml:2:8: \"keys\" must be string, but is integer."),
        (
            "[global.quit]\nkeys = [\"j\"]",
            "keymap.toml:2:9: The key \"j\" of \"table.cursor-down\" clashes with \"j\" of \"global.quit\"; give one of them another key.",
        ),
        (
            "[global.quit]\nkeys = [\"g\"]",
            "keymap.toml:2:9: The key \"g g\" of \"table.top\" clashes with \"g\" of \"global.quit\"; give one of them another key.",
        ),
        ("[global", "keymap.toml:1:8: This is not TOML:"),
    ] {
        let problems = own(text).unwrap_err();
        assert!(problems.iter().any(|p| p.starts_with(said)), "{text}\n{problems:#?}");
    }
    let both = own("[global.quti]\nkeys = []\n[global.hlep]\nkeys = []").unwrap_err();
    assert_eq!(both.len(), 2, "all mistakes at once: {both:?}");
}

#[test]
fn japanese_says_every_action_and_no_other() {
    let (map, words) = (Keymap::preset(Preset::Default), Catalogue::load(Lang::Ja));
    let mut wanted: HashSet<String> =
        map.bindings().iter().map(|b| format!("action.{}.{}", b.scope.name(), b.action)).collect();
    wanted.extend(
        map.bindings()
            .iter()
            .filter(|b| !b.label.is_empty())
            .map(|b| format!("action.label.{}.{}", b.scope.name(), b.action)),
    );
    let there: HashSet<String> =
        words.keys().filter(|k| k.starts_with("action.")).map(str::to_owned).collect();
    let missing: Vec<_> = wanted.difference(&there).collect();
    let extra: Vec<_> = there.difference(&wanted).collect();
    assert!(missing.is_empty() && extra.is_empty(), "missing {missing:?}, extra {extra:?}");
    assert!(
        !Catalogue::load(Lang::En).keys().any(|k| k.starts_with("action.")),
        "English stands in default.toml"
    );
}

#[test]
fn hints_and_palette_are_projections() {
    let (map, words) = (Keymap::preset(Preset::Default), Catalogue::load(Lang::En));
    let hints = map.hints(stacks::TABLE, &words);
    assert!(hints.is_sorted_by(|a, b| a.priority >= b.priority));
    assert_eq!((hints[0].key.as_str(), &*hints[0].label), ("?", "keys"));
    assert_eq!((hints[1].key.as_str(), &*hints[1].label), ("enter", "open"));
    let palette = map.palette(stacks::TABLE);
    assert!(
        palette.iter().any(|b| b.action == Action::ClearFilter),
        "an action without a key can still be run"
    );
    let unique: HashSet<Action> = palette.iter().map(|b| b.action).collect();
    assert_eq!(unique.len(), palette.len());
}
