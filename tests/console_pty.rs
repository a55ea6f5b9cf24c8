//! The real console on a real terminal: what a person on call relies on, whatever the network does.
//!
//! It runs on the practice account, or against an endpoint that refuses, hangs or talks nonsense. Expected words stand
//! in constants at the top.
#![allow(clippy::unwrap_used, reason = "tests, and the functions they share")]

#[path = "support/pty.rs"]
mod pty;
#[path = "support/screen.rs"]
mod screen;

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    thread,
};

use pty::{Launch, Session};
use rustix::process::Signal;
use screen::{Color, Screen};
use toban::text::{Catalogue, Lang};

const DRILL: [&str; 6] = ["drill", "--seed", "7", "--now", "2026-05-01T03:12:44Z", "--utc"];

/// An alarm of the practice account that is always there and always in ALARM.
const ALARM: &str = "web-5xx";
/// A filter that leaves alarms on single instances only.
const INSTANCE_ALARMS: &str = "metric:StatusCheckFailed";
/// What the list of instances shows and no other does.
const INSTANCES: &str = "batch-worker-1";
/// Something of the help overlay.
const HELP: &str = "Filter the rows";

fn drill() -> Session {
    drill_with(&[], |launch| launch.size(120, 36))
}

fn drill_with(more: &[&str], launch: impl FnOnce(Launch) -> Launch) -> Session {
    let args: Vec<&str> = DRILL.iter().chain(more).copied().collect();
    let mut session = launch(Launch::toban(&args)).start();
    session.wait_text(ALARM);
    session
}

/// The console on an endpoint of ours, with credentials that nobody checks.
fn on_endpoint(address: SocketAddr) -> Launch {
    Launch::toban(&["--endpoint-url", &format!("http://{address}"), "--region", "eu-west-1"])
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "example")
        .size(120, 36)
}

fn lines(screen: &Screen) -> usize {
    screen.text().lines().filter(|line| !line.trim().is_empty()).count()
}

// ---- start and end ----

#[test]
fn the_drill_opens_on_what_needs_attention() {
    let mut session = drill();
    let screen = session.wait_text(ALARM);
    assert!(screen.alternate && session.bracketed_paste());
    for tab in ["Board", "Alarms", "Instances"] {
        assert!(screen.contains(tab), "no tab {tab}\n{screen}");
    }
}

#[test]
fn quitting_gives_the_terminal_back() {
    for key in ["q", "ctrl-c"] {
        let mut session = drill();
        session.keys(key);
        assert_eq!(session.wait_exit().exit_code(), 0, "{key}");
        session.assert_restored();
    }
}

#[test]
fn signals_end_it_with_the_terminal_given_back() {
    for signal in [Signal::TERM, Signal::HUP, Signal::QUIT] {
        let mut session = drill();
        session.signal(signal);
        let status = session.wait_exit();
        assert_eq!((status.exit_code(), status.signal()), (130, None), "{signal:?}");
        session.assert_restored();
    }
}

#[test]
fn a_broken_connection_ends_it() {
    let mut session = drill();
    session.hang_up();
    let status = session.wait_status();
    assert_eq!((status.exit_code(), status.signal()), (130, None));
}

#[test]
fn ctrl_z_and_fg() {
    let toban = env!("CARGO_BIN_EXE_toban");
    let mut session = Launch::program("sh", &["-i"]).env("PS1", "prompt> ").size(120, 36).start();
    session.wait_text("prompt>");
    session.text(&format!("'{toban}' {}\r", DRILL.join(" "))).wait_text(ALARM);
    session.keys("ctrl-z");
    let prompt = |screen: &Screen| !screen.alternate && screen.text().trim_end().ends_with("prompt>");
    session.wait("the shell's prompt", prompt);
    session.text("fg\r");
    session.wait("the console again", |screen| screen.alternate && screen.contains(ALARM));
    session.keys("3").wait_text(INSTANCES);
    session.keys("q");
    session.wait("the shell's prompt", prompt);
    session.text("exit\r");
    session.wait_exit();
    session.assert_restored();
}

#[test]
fn without_a_terminal_it_names_the_command_for_pipes() {
    let output = Launch::toban(&DRILL).piped();
    assert_ne!(output.status.code(), Some(0));
    assert!(output.stdout.is_empty());
    let sentence = String::from_utf8(output.stderr).unwrap();
    assert!(sentence.contains("toban list") && sentence.trim_end().lines().count() == 1, "{sentence}");
}

#[test]
fn a_dumb_terminal_is_refused() {
    let mut session = Launch::toban(&DRILL).env("TERM", "dumb").start();
    assert_ne!(session.wait_exit().exit_code(), 0);
    assert!(session.screen().contains("toban list"), "{}", session.screen());
    assert!(!session.raw().contains(&0x1b));
}

// ---- getting around ----

#[test]
fn panes_are_reached_by_digit_tab_and_name() {
    let mut session = drill();
    session.keys("3").wait_text(INSTANCES);
    session.keys("2").wait_gone(INSTANCES);
    session.keys("tab").wait_text(INSTANCES);
    session.keys("shift-tab").wait_gone(INSTANCES);
    session.keys(": text:instances enter").wait_text(INSTANCES);
    session.keys(": text:alarms enter").wait_gone(INSTANCES);
}

#[test]
fn from_an_alarm_to_its_instance_and_back() {
    let mut session = drill();
    session.keys("2 /").text(INSTANCE_ALARMS).keys("enter").wait_gone(ALARM);
    session.keys("enter").wait_text("StatusCheckFailed");
    session.keys("enter").wait_text("CPUUtilization");
    session.keys("esc").wait_gone("CPUUtilization");
    session.keys("esc");
    session.wait("the filtered alarms", |screen| !screen.contains(ALARM) && screen.contains(INSTANCE_ALARMS));
    session.keys("esc").wait_text(ALARM);
}

#[test]
fn a_filter_shows_how_many_are_left_and_esc_shows_all_again() {
    let mut session = drill();
    session.keys("/ text:no-such-thing enter").wait_gone(ALARM);
    session.wait("a count", |screen| screen.contains("0/"));
    session.keys("esc").wait_text(ALARM);
}

#[test]
fn help_comes_and_goes() {
    let mut session = drill();
    session.keys("?").wait_text(HELP);
    session.keys("esc").wait_gone(HELP);
}

#[test]
fn a_paste_outside_a_field_is_not_keys() {
    let mut session = drill();
    session.paste("q\r");
    session.keys("3").wait_text(INSTANCES);
}

// ---- sizes and looks ----

#[test]
fn it_follows_every_size() {
    let mut session = drill();
    session.resize(80, 24);
    session.wait("80 columns", |screen| screen.contains(ALARM) && screen.contains("Alarms"));
    session.resize(30, 8);
    let small = session.wait("one line", |screen| lines(screen) == 1);
    assert!(small.contains("30×8") || small.contains("30x8"), "{small}");
    session.resize(20, 5);
    session.wait("one line", |screen| lines(screen) == 1);
    session.resize(160, 50).wait_text(ALARM);
    session.keys("3").wait_text(INSTANCES);
}

#[test]
fn it_speaks_japanese() {
    let words = Catalogue::load(Lang::Ja);
    let mut session = drill_with(&["--lang", "ja"], |launch| launch.size(120, 36));
    session.wait_text(words.get("severity.critical"));
}

#[test]
fn without_colour_nothing_is_coloured_and_the_cursor_is_still_seen() {
    for (more, name, value) in [(&[][..], "NO_COLOR", "1"), (&["--color", "never"], "FRUIT", "mikan")] {
        let mut session = drill_with(more, |launch| launch.env(name, value).size(120, 36));
        let screen = session.wait_text(ALARM);
        let cells = || screen.rows.iter().flatten();
        assert!(cells().all(|cell| (cell.style.fg, cell.style.bg) == (Color::Default, Color::Default)));
        assert!(cells().any(|cell| cell.style.reverse), "the row under the cursor is marked\n{screen}");
    }
}

#[test]
fn ascii_means_ascii() {
    let mut session = drill_with(&["--ascii"], |launch| launch.size(120, 36));
    let screen = session.wait_text(ALARM);
    let drawn = |c: char| matches!(c, '\u{2190}'..='\u{2bff}' | '…' | '·');
    assert!(!screen.text().contains(drawn), "{screen}");
}

// ---- bad input ----

/// Whether it is said before the screen is taken or on it: the sentence names what is wrong, and nothing panics.
fn names(launch: Launch, what: &str) {
    let mut session = launch.size(120, 36).start();
    let screen = session.wait_text(what);
    if screen.alternate {
        session.keys("q");
        assert_eq!(session.wait_exit().exit_code(), 0);
        session.assert_restored();
    } else {
        let code = session.wait_exit().exit_code();
        assert!((1..=3).contains(&code), "{code}\n{screen}");
    }
}

#[test]
fn what_is_unknown_is_named() {
    names(Launch::toban(&["--region", "eu-nowhere-9"]), "eu-nowhere-9");
    names(Launch::toban(&["--profile", "nobody", "--region", "eu-west-1"]), "nobody");
    names(Launch::toban(&["drill", "no-such-drill"]), "no-such-drill");
}

#[test]
fn a_broken_configuration_is_named_with_its_line() {
    names(Launch::toban(&DRILL).file("config/toban/config.toml", "lang = [\n"), "config.toml");
    names(Launch::toban(&DRILL).file("config/toban/config.toml", "colour = \"red\"\n"), "colour");
    names(Launch::toban(&DRILL).file("config/toban/keymap.toml", "[table.fly]\nkeys = [\"f\"]\n"), "fly");
}

#[test]
fn without_credentials_it_opens_and_says_so() {
    let mut session = Launch::toban(&["--region", "eu-west-1"]).size(120, 36).start();
    session.wait_text("Alarms");
    session.wait("a word about credentials", |screen| screen.text().to_lowercase().contains("credentials"));
    session.keys("?").wait_text(HELP);
}

// ---- endpoints that do not help ----

/// The first frame is there, and keys do what they do.
fn answers_keys(session: &mut Session) {
    session.wait_text("Alarms");
    session.keys("?").wait_text(HELP);
    session.keys("esc").wait_gone(HELP);
    session.keys("2 1");
    session.keys("q");
    assert_eq!(session.wait_exit().exit_code(), 0);
    session.assert_restored();
}

#[test]
fn an_endpoint_that_refuses() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut session = on_endpoint(address).start();
    session.wait("the operation that failed", |screen| screen.contains("DescribeAlarms"));
    answers_keys(&mut session);
}

#[test]
fn an_endpoint_that_hangs() {
    // Connections are taken by the kernel, and nobody ever answers.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut session = on_endpoint(listener.local_addr().unwrap()).start();
    answers_keys(&mut session);
}

#[test]
fn an_endpoint_that_talks_nonsense() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for connection in listener.incoming() {
            let Ok(mut connection) = connection else { return };
            thread::spawn(move || {
                let mut request = [0; 4096];
                let answer =
                    b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 11\r\n\r\n<b>\x1b[2Jhi</";
                while matches!(connection.read(&mut request), Ok(1..)) {
                    if connection.write_all(answer).is_err() {
                        return;
                    }
                }
            });
        }
    });
    let mut session = on_endpoint(address).start();
    session.wait("the operation that failed", |screen| screen.contains("DescribeAlarms"));
    answers_keys(&mut session);
}
