//! Holds the source to its own rules: who may know whom, how long a file may be, and that every word exists in every
//! language and is used.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use toban::{
    config::settings,
    panes::{PANES, Source},
    text::{Catalogue, Lang},
};

fn sources() -> Vec<(String, String)> {
    fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    walk(&root.join("src"), &mut found);
    found.sort();
    found
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect()
}

/// The part of a file that is compiled into the program.
fn program(text: &str) -> &str {
    text.split_once("#[cfg(test)]\nmod tests {").map_or(text, |(program, _)| program)
}

fn is_test(name: &str) -> bool {
    name.contains("/tests")
}

#[test]
fn pure_modules_know_no_network_files_clocks_or_widgets() {
    let pure = [
        "src/app/",
        "src/doctor",
        "src/policy.rs",
        "src/incident",
        "src/panes",
        "src/triage",
        "src/runbook",
        "src/reads",
        "src/rows",
        "src/filter",
        "src/input/",
        "src/value.rs",
        "src/resource.rs",
        "src/scope.rs",
        "src/severity.rs",
        "src/problem.rs",
        "src/text",
    ];
    let forbidden = [
        "tokio::",
        "aws_sdk",
        "aws_smithy",
        "aws_config",
        "std::fs",
        "std::env",
        "std::net",
        "std::process",
        "Instant::now",
        "SystemTime",
        "Timestamp::now",
        "Zoned::now",
        "ratatui::widgets",
        "crossterm::",
        "hyper",
    ];
    // Keymaps and keys come from files and terminals; those two files are where that is turned into ours.
    let edges = ["src/input/key.rs", "src/input/keymap/load.rs"];
    let mut broken = Vec::new();
    for (name, text) in sources() {
        if !pure.iter().any(|p| name.starts_with(p)) || edges.contains(&name.as_str()) || is_test(&name) {
            continue;
        }
        for (line, code) in program(&text).lines().enumerate() {
            let code = code.split("//").next().unwrap_or_default();
            for word in forbidden.iter().filter(|w| code.contains(**w)) {
                broken.push(format!("{name}:{}: {word}", line + 1));
            }
        }
    }
    assert!(broken.is_empty(), "pure modules must not know these:\n{}", broken.join("\n"));
}

#[test]
fn only_aws_names_the_services_of_the_sdk() {
    for (name, text) in sources() {
        if !name.starts_with("src/aws") && !is_test(&name) {
            assert!(
                !program(&text).contains("aws_sdk_"),
                "{name} names an SDK service; that is src/aws's part"
            );
        }
    }
}

#[test]
fn only_the_clock_and_the_loop_read_a_clock() {
    let allowed = [
        "src/runtime/clock.rs",
        "src/aws/settings.rs",
        "src/drill",
        "src/term",
        "src/console.rs",
        "src/listing",
    ];
    for (name, text) in sources() {
        let reads = ["Timestamp::now", "Instant::now", "SystemTime::now", "Zoned::now"];
        if reads.iter().any(|r| program(&text).contains(r)) && !is_test(&name) {
            let fine = allowed.iter().any(|a| name.starts_with(a)) || name.starts_with("src/aws/");
            assert!(fine, "{name} reads a clock; take the time as a parameter");
        }
    }
}

#[test]
fn files_stay_short_enough_to_read() {
    let long: Vec<String> = sources()
        .into_iter()
        .filter(|(name, _)| !is_test(name))
        .map(|(name, text)| (name, text.lines().count()))
        .filter(|(_, lines)| *lines > 450)
        .map(|(name, lines)| format!("{name}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "split these, named for what they hold:\n{}", long.join("\n"));
}

fn keys(lang: Lang) -> BTreeSet<String> {
    Catalogue::load(lang).keys().map(str::to_owned).collect()
}

/// Keys that code makes from something's name.
const MADE: [&str; 20] = [
    "column.",
    "action.",
    "problem.",
    "help.scope.",
    "severity.",
    "setting.",
    "incident.kind.",
    "incident.level.",
    "incident.side.",
    "incident.gate.",
    "incident.mark.",
    "incident.outcome.",
    "incident.cause.",
    "incident.moment.",
    "incident.role.",
    "incident.item.",
    "incident.owner.",
    "incident.grey.",
    "incident.layer.",
    "incident.model.",
];

#[test]
fn both_languages_have_the_same_words() {
    // English words of the keys stand in keymaps/default.toml.
    let own =
        |lang| -> BTreeSet<String> { keys(lang).into_iter().filter(|k| !k.starts_with("action.")).collect() };
    let (en, ja) = (own(Lang::En), own(Lang::Ja));
    let missing: Vec<_> = en.symmetric_difference(&ja).collect();
    assert!(missing.is_empty(), "in one language only: {missing:?}");
    let (en, ja) = (Catalogue::load(Lang::En), Catalogue::load(Lang::Ja));
    for key in own(Lang::En) {
        let names = |text: &str| -> BTreeSet<String> {
            text.split('{').skip(1).filter_map(|t| Some(t.split_once('}')?.0.to_owned())).collect()
        };
        assert_eq!(names(en.get(&key)), names(ja.get(&key)), "{key}: the languages want different arguments");
    }
}

#[test]
fn every_word_that_is_asked_for_exists_and_every_word_is_asked_for() {
    let known = keys(Lang::En);
    let sections: BTreeSet<&str> = known.iter().filter_map(|k| Some(k.split_once('.')?.0)).collect();
    let settings: BTreeSet<String> = settings::keys().into_iter().collect();
    let mut asked = BTreeSet::new();
    let mut missing = Vec::new();
    for (name, text) in sources() {
        for literal in text.split('"').skip(1).step_by(2) {
            let is_key = literal.split_once('.').is_some_and(|(section, rest)| {
                sections.contains(section)
                    && !rest.is_empty()
                    && rest.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c))
            });
            if is_key {
                asked.insert(literal.to_owned());
                // A macro puts the point between its stem and a word itself.
                let made =
                    MADE.iter().any(|m| literal.starts_with(m) || m.strip_suffix('.') == Some(literal))
                        || literal.ends_with('.');
                let setting = settings.contains(literal);
                let looks_like_file = [".toml", ".rs", ".log", ".json"].iter().any(|e| literal.ends_with(e));
                if !known.contains(literal) && !made && !setting && !looks_like_file && !is_test(&name) {
                    missing.push(format!("{name}: {literal}"));
                }
            }
        }
    }
    missing.sort();
    missing.dedup();
    assert!(missing.is_empty(), "asked for and in no catalogue:\n{}", missing.join("\n"));
    let unused: Vec<_> =
        known.iter().filter(|k| !asked.contains(*k) && !MADE.iter().any(|m| k.starts_with(m))).collect();
    assert!(unused.is_empty(), "in the catalogues and never asked for: {unused:?}");
}

#[test]
fn every_pane_keeps_the_promises_of_the_table() {
    for pane in PANES {
        let columns = (pane.columns)();
        let mut names = BTreeSet::new();
        assert!(columns.iter().all(|c| names.insert(c.key)), "{}: two columns of one name", pane.name);
        assert!(names.contains(pane.sort.0), "{}: sorted by no column of its own", pane.name);
        assert!(
            pane.then.iter().all(|(key, _)| names.contains(key)),
            "{}: a tie-breaker is no column",
            pane.name
        );
        let fetched = pane.source == Source::Fetched;
        assert!(
            pane.iam.is_empty() != fetched,
            "{}: says what IAM actions its fetch takes, if it has one",
            pane.name
        );
        assert!(
            pane.iam.iter().all(|a| a.split_once(':').is_some()),
            "{}: IAM actions are service:Operation",
            pane.name
        );
        // What is never dropped fits 80 columns with the cursor's mark and a space between.
        let kept = columns.iter().filter_map(|c| c.width).filter(|w| w.priority == 0);
        let least: u16 = kept.map(|w| w.min + 1).sum();
        assert!(least < 80, "{}: columns that are always shown need {least} cells", pane.name);
        for lang in [Lang::En, Lang::Ja] {
            let words = Catalogue::load(lang);
            for column in columns.iter().filter(|c| c.width.is_some()) {
                let key = format!("column.{}", column.key);
                assert!(words.find(&key).is_some(), "{}: no {lang:?} title for {key}", pane.name);
            }
        }
    }
}
