//! docs/incident-flow.md says what is there: every statement has one row, and every key, command, pane and runbook that a row
//! names exists.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests, and the functions they share")]

use std::{collections::BTreeSet, process::Command};

use toban::{
    config::settings,
    incident::{duties::Duties, ladder::Ladder},
    input::{
        key::Sequence,
        keymap::{Keymap, Preset},
    },
    panes::PANES,
    runbook::{registry::Reads, shelf::Shelf},
};

const PAGE: &str = include_str!("../docs/incident-flow.md");

struct Row {
    number: u32,
    place: &'static str,
    state: &'static str,
}

fn rows() -> Vec<Row> {
    let row = |line: &'static str| {
        let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
        let [number, said, place, state] = cells[..] else { panic!("four cells: {line}") };
        let number = number.parse().ok()?;
        assert!(!said.is_empty() && !place.is_empty(), "{line}");
        Some(Row { number, place, state })
    };
    PAGE.lines().filter_map(row).collect()
}

/// What stands in backquotes.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_statement_has_one_row_in_order_and_a_state_with_its_reason() {
    let rows = rows();
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), (58..=122).collect::<Vec<_>>());
    for row in rows {
        let (state, why) = row.state.split_once(": ").unwrap_or((row.state, ""));
        match state {
            "there" => assert!(why.is_empty() && row.place != "–", "{}: {}", row.number, row.state),
            "part" => assert!(!why.is_empty() && row.place != "–", "{}: {}", row.number, row.state),
            "no" => assert!(!why.is_empty() && row.place == "–", "{}: {}", row.number, row.state),
            other => panic!("{}: there is no state {other}", row.number),
        }
    }
}

#[test]
fn what_a_row_names_exists() {
    let keymap = Keymap::load(Preset::Default, None).unwrap();
    let bound: BTreeSet<String> =
        keymap.bindings().iter().flat_map(|binding| &binding.keys).map(ToString::to_string).collect();
    let shelf = Shelf::built_in(&Reads);
    let mut names: BTreeSet<String> = shelf.books().iter().map(|shelved| shelved.book.id.clone()).collect();
    names.extend(Duties::default().all.iter().map(|duty| duty.id.clone()));
    names.extend(Ladder::default().contacts.keys().cloned());
    names.extend(settings::keys());
    names.extend(settings::keys().iter().filter_map(|key| Some(format!("[{}]", key.split_once('.')?.0))));
    names.extend(["override", "support-case", "--allow-actions"].map(str::to_owned));
    let (mut keys, mut commands) = (BTreeSet::new(), BTreeSet::new());
    for row in rows() {
        for said in quoted(row.place) {
            if said.starts_with("toban ") {
                commands.insert(said);
            } else if said.parse::<Sequence>().is_ok_and(|keys| keys.0.len() == 1) {
                assert!(bound.contains(said), "{}: no key {said}", row.number);
                keys.insert(said);
            } else {
                assert!(names.contains(said), "{}: there is no {said}", row.number);
            }
        }
        for after in row.place.split("pane ").skip(1).chain(row.place.split("panes ").skip(1)) {
            let name = after.split(|c: char| !c.is_alphanumeric()).next().unwrap();
            assert!(PANES.iter().any(|pane| pane.name == name), "{}: no pane {name}", row.number);
        }
    }
    assert!(keys.len() >= 12, "the keys of an incident are named: {keys:?}");
    assert!(commands.len() >= 12, "{commands:?}");
    for command in commands {
        exists(command);
    }
}

/// Whether the words of a command and its options are some: `toban incident close ID --cause CLASS`.
fn exists(command: &str) {
    let words: Vec<&str> = command.split_whitespace().skip(1).collect();
    let is_word = |word: &&&str| word.chars().all(|c| c.is_ascii_lowercase());
    let help = Command::new(env!("CARGO_BIN_EXE_toban"))
        .args(words.iter().take_while(is_word))
        .arg("--help")
        .env_clear()
        .env("LANG", "C.UTF-8")
        .env("HOME", "/nonexistent")
        .output()
        .unwrap();
    assert!(help.status.success(), "{command}: {}", String::from_utf8_lossy(&help.stderr));
    let help = String::from_utf8(help.stdout).unwrap();
    for option in words.iter().filter(|word| word.starts_with("--")) {
        assert!(help.contains(option), "{command}: there is no {option}");
    }
}
