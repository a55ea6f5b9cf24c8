//! The README says what the program says.
//!
//! `UPDATE_README=1 cargo test --release --test readme` writes the generated parts anew.
#![allow(clippy::expect_used, reason = "tests, and the functions they share")]

use std::{
    env,
    fmt::Write as _,
    fs,
    path::Path,
    process::Command,
    sync::{Mutex, PoisonError},
};

use toban::{
    panes::PANES,
    policy::{self, BESIDE},
    text::{Catalogue, Lang},
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Compares what stands between `<!-- NAME -->` and `<!-- /NAME -->` with what it is made from, or writes it.
fn check(name: &str, made: &str) {
    // The two blocks of one file are written by two tests.
    static FILE: Mutex<()> = Mutex::new(());
    let _file = FILE.lock().unwrap_or_else(PoisonError::into_inner);

    let (file, made) = (root().join("README.md"), made.trim());
    let readme = fs::read_to_string(&file).expect("README.md");
    let (start, end) = (format!("<!-- {name} -->"), format!("<!-- /{name} -->"));
    let (before, rest) = readme.split_once(&start).expect("the mark before the block");
    let (block, after) = rest.split_once(&end).expect("the mark after the block");
    assert!(!made.is_empty());
    if env::var_os("UPDATE_README").is_some() {
        fs::write(&file, format!("{before}{start}\n{made}\n{end}{after}")).expect("README.md is written");
        return;
    }
    assert!(
        block.trim() == made,
        "the part \"{name}\" of README.md is stale; run `UPDATE_README=1 cargo test --release --test readme`"
    );
}

#[test]
fn the_table_of_keys_is_the_keymap() {
    let home = tempfile::tempdir().expect("a temporary home");
    let output = Command::new(env!("CARGO_BIN_EXE_toban"))
        .args(["keys", "--output", "markdown", "--lang", "en"])
        .env_clear()
        .env("HOME", home.path())
        .output()
        .expect("toban runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    check("keys", &String::from_utf8(output.stdout).expect("UTF-8"));
}

#[test]
fn the_permissions_are_those_of_the_panes() {
    let mut table = "| pane | IAM actions |\n|---|---|\n".to_owned();
    for pane in PANES.iter().filter(|pane| !pane.iam.is_empty()) {
        let actions: Vec<String> = pane.iam.iter().map(|action| format!("`{action}`")).collect();
        let _ = writeln!(table, "| {} | {} |", pane.name, actions.join(", "));
    }
    let words = Catalogue::load(Lang::En);
    let actions: Vec<String> = policy::triage().iter().map(|action| format!("`{action}`")).collect();
    let _ = writeln!(table, "| beside them: {} | {} |", words.get(policy::TRIAGE_WHY), actions.join(", "));
    let actions: Vec<String> = policy::runbooks().iter().map(|action| format!("`{action}`")).collect();
    let _ = writeln!(table, "| beside them: {} | {} |", words.get(policy::RUNBOOKS_WHY), actions.join(", "));
    for beside in &BESIDE {
        let _ = writeln!(table, "| beside them: {} | `{}` |", words.get(beside.why), beside.action);
    }
    check("permissions", &table);
}

#[test]
fn what_is_how_bad_is_what_the_panes_go_by() {
    let mut table = "| pane | severity | when |\n|---|---|---|\n".to_owned();
    for pane in PANES {
        let mut rules = (pane.rules)();
        // Within a pane the worst first, else in the order of its rules.
        rules.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
        for (severity, when) in rules {
            let _ = writeln!(table, "| {} | {} | {when} |", pane.name, severity.word());
        }
    }
    check("severity", &table);
}

#[test]
fn every_file_that_is_linked_is_there() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let links = readme.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link);
    let missing: Vec<&str> = links
        .filter(|link| !link.contains("://") && !link.starts_with('#') && !root().join(link).exists())
        .collect();
    assert!(missing.is_empty(), "README.md links to what is not there: {missing:?}");
}
