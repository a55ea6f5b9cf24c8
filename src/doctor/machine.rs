//! The checks of this machine: files, places, terminal.

use super::{Check, Section, Status, Subject};
use crate::{app::layout::SMALLEST, config::source::FileProblem, text::sentence::Sentence};

/// What was found out about this machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Machine {
    /// `config.toml`.
    pub settings: File,
    /// The operator's keymap.
    pub keys: File,
    /// Records, cache, log: in this order.
    pub places: [Place; 3],
    /// Columns and rows, where standard input and output are a terminal.
    pub terminal: Option<(u16, u16)>,
    /// `TERM`.
    pub term: Option<String>,
    /// Whether colours are used.
    pub colours: bool,
    /// The variable that says the character encoding, and what it says.
    pub locale: Option<(&'static str, String)>,
    /// `--ascii`.
    pub ascii: bool,
    /// A program between us and the terminal that holds back what is copied.
    pub between: Option<Between>,
}

/// A file that is read at the start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct File {
    /// Its path; none where there is no home directory.
    pub path: Option<String>,
    /// Whether it is there.
    pub there: bool,
    /// What is wrong in it.
    pub problems: Vec<FileProblem>,
}

/// A directory in which files are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// Its path; none where there is no home directory.
    pub path: Option<String>,
    /// Whether one can write there.
    pub writable: Writable,
}

/// Whether one can write to a place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Writable {
    /// A file was written and removed.
    #[default]
    Yes,
    /// It is not there, and can be made.
    CanBeMade,
    /// The system says no, in these words.
    No(String),
}

/// What stands between us and the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Between {
    /// tmux.
    Tmux,
    /// GNU screen.
    Screen,
}

/// The checks, in order.
pub fn section(machine: &Machine) -> Section {
    let Machine { settings, keys, places, .. } = machine;
    let [data, cache, state] = places;
    let checks = vec![
        file(Subject::Settings, settings),
        file(Subject::Keys, keys),
        place(Subject::Data, data, "TOBAN_DATA_DIR"),
        place(Subject::Cache, cache, "XDG_CACHE_HOME"),
        place(Subject::State, state, "XDG_STATE_HOME"),
        terminal(machine),
        locale(machine),
    ];
    let clipboard = machine.between.map(clipboard);
    Section { scope: None, checks: checks.into_iter().chain(clipboard).collect(), no_credentials: false }
}

fn file(subject: Subject, file: &File) -> Check {
    let path = file.path.as_deref().unwrap_or_default();
    let wrong = file.problems.iter().map(|problem| {
        Sentence::new("doctor.file_wrong").with("place", problem).with_part("what", problem.what.clone())
    });
    let mut wrong = wrong.peekable();
    if let Some(first) = wrong.next() {
        let advice = Sentence::new("doctor.file_correct");
        return wrong.fold(Check::new(subject, Status::Fail, first), Check::and).advise(advice);
    }
    let found = match (&file.path, file.there) {
        (None, _) => Sentence::new("doctor.file_nowhere"),
        (Some(_), true) => Sentence::new("doctor.file_read").with("file", path),
        (Some(_), false) => Sentence::new("doctor.file_none").with("file", path),
    };
    Check::new(subject, Status::Ok, found)
}

fn place(subject: Subject, place: &Place, variable: &'static str) -> Check {
    let Some(path) = &place.path else {
        let advice = Sentence::new("doctor.place_home").with("variable", variable);
        return Check::new(subject, Status::Warn, Sentence::new("doctor.place_nowhere")).advise(advice);
    };
    match &place.writable {
        Writable::Yes => {
            Check::new(subject, Status::Ok, Sentence::new("doctor.place_writable").with("dir", path))
        }
        Writable::CanBeMade => {
            Check::new(subject, Status::Ok, Sentence::new("doctor.place_new").with("dir", path))
        }
        Writable::No(why) => {
            let found = Sentence::new("doctor.place_closed").with("dir", path).with("why", why);
            let advice = Sentence::new("doctor.place_open").with("variable", variable);
            Check::new(subject, Status::Fail, found).advise(advice)
        }
    }
}

fn terminal(machine: &Machine) -> Check {
    let term = machine.term.as_deref().unwrap_or_default();
    let Some((columns, rows)) = machine.terminal else {
        let check = Check::new(Subject::Terminal, Status::Skipped, Sentence::new("doctor.terminal_none"));
        return check.advise(Sentence::new("doctor.terminal_there"));
    };
    let colours = Sentence::new(if machine.colours { "doctor.colours" } else { "doctor.no_colours" });
    let size = Sentence::new("doctor.terminal_is")
        .with("columns", columns)
        .with("rows", rows)
        .with("term", if term.is_empty() { "–" } else { term })
        .with_part("colours", colours);
    let check = |status| {
        let check = Check::new(Subject::Terminal, status, size.clone());
        check.fact("columns", columns).fact("rows", rows).fact("term", term).fact("colours", machine.colours)
    };
    if columns < SMALLEST.0 || rows < SMALLEST.1 {
        let advice =
            Sentence::new("doctor.terminal_larger").with("width", SMALLEST.0).with("height", SMALLEST.1);
        return check(Status::Fail).advise(advice);
    }
    match term {
        "dumb" => check(Status::Fail).advise(Sentence::new("doctor.term_wrong")),
        "" => check(Status::Warn).advise(Sentence::new("doctor.term_wrong")),
        _ => check(Status::Ok),
    }
}

fn locale(machine: &Machine) -> Check {
    let check = |status, found| Check::new(Subject::Locale, status, found).fact("ascii", machine.ascii);
    if machine.ascii {
        return check(Status::Ok, Sentence::new("doctor.locale_ascii"));
    }
    let Some((variable, value)) = &machine.locale else {
        return check(Status::Warn, Sentence::new("doctor.locale_none"))
            .advise(Sentence::new("doctor.locale_set"));
    };
    let said = |key| Sentence::new(key).with("variable", variable).with("value", value);
    let plain: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
    if plain.to_ascii_lowercase().contains("utf8") {
        check(Status::Ok, said("doctor.locale_utf8"))
    } else {
        check(Status::Warn, said("doctor.locale_other")).advise(Sentence::new("doctor.locale_set"))
    }
}

fn clipboard(between: Between) -> Check {
    let (found, advice) = match between {
        Between::Tmux => ("doctor.tmux", "doctor.tmux_set"),
        Between::Screen => ("doctor.screen", "doctor.screen_instead"),
    };
    Check::new(Subject::Clipboard, Status::Skipped, Sentence::new(found)).advise(Sentence::new(advice))
}
