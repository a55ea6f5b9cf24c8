//! Files, places and terminal.

use super::{super::machine::Between, *};
use crate::config::source::FileProblem;

fn of_machine(machine: &Machine, subject: Subject) -> Check {
    machine::section(machine).checks.into_iter().find(|check| check.subject == subject).unwrap()
}

#[test]
fn files_and_places_that_are_no_good_say_what_to_do() {
    let problem = FileProblem {
        file: "/c/config.toml".into(),
        line: 3,
        column: 1,
        what: Sentence::new("config.unknown_setting_meant").with("name", "utd").with("meant", "utc"),
    };
    let settings = File { path: Some("/c/config.toml".into()), there: true, problems: vec![problem] };
    let mut machine = Machine { settings, ..machine() };
    machine.places[1].writable = Writable::No("Permission denied".into());
    machine.places[0].path = None;
    let section = machine::section(&machine);
    assert_eq!(exit_code(std::slice::from_ref(&section)), 1);
    let text = text(&[section], Lang::En, 80);
    for said in [
        "/c/config.toml:3:1: There is no setting \"utd\". Did",
        "toban config check",
        "~/.cache/toban cannot be written to: Permission",
        "XDG_CACHE_HOME",
        "set HOME or TOBAN_DATA_DIR",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
}

#[test]
fn the_terminal_is_looked_at_where_there_is_one() {
    let status = |machine: Machine| of_machine(&machine, Subject::Terminal).status;
    let sized = |columns, rows| Machine { terminal: Some((columns, rows)), ..machine() };
    let named = |term: &str| Machine { term: Some(term.to_owned()), ..machine() };
    assert_eq!(status(sized(40, 10)), Status::Ok);
    assert_eq!(status(sized(39, 10)), Status::Fail);
    assert_eq!(status(sized(40, 9)), Status::Fail);
    assert_eq!(status(named("dumb")), Status::Fail);
    assert_eq!(status(Machine { term: None, ..machine() }), Status::Warn);
    let none = of_machine(&Machine { terminal: None, ..machine() }, Subject::Terminal);
    assert_eq!((none.status, none.advice.len()), (Status::Skipped, 1), "a note, no failure");
}

#[test]
fn an_encoding_that_garbles_our_signs_is_said() {
    let locale = |value: Option<&str>, ascii| {
        let locale = value.map(|value| ("LC_ALL", value.to_owned()));
        of_machine(&Machine { locale, ascii, ..machine() }, Subject::Locale).status
    };
    for fine in ["C.UTF-8", "en_US.utf8", "ja_JP.UTF-8@ime"] {
        assert_eq!(locale(Some(fine), false), Status::Ok, "{fine}");
    }
    for garbled in [Some("C"), Some("ja_JP.eucJP"), None] {
        assert_eq!(locale(garbled, false), Status::Warn, "{garbled:?}");
        assert_eq!(locale(garbled, true), Status::Ok, "{garbled:?}");
    }
}

#[test]
fn only_in_tmux_or_screen_is_the_clipboard_a_matter() {
    let clipboard = |between| {
        let section = machine::section(&Machine { between, ..machine() });
        section.checks.into_iter().find(|check| check.subject == Subject::Clipboard)
    };
    assert_eq!(clipboard(None), None);
    for between in [Between::Tmux, Between::Screen] {
        let check = clipboard(Some(between)).unwrap();
        assert_eq!((check.status, check.advice.len()), (Status::Skipped, 1));
    }
}
