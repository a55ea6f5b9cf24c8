//! The pty harness, the screen and the SVG writer, on programs that every machine has: what they say about the console
//! can be relied on.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests, and the functions they share")]

#[path = "support/pty.rs"]
mod pty;
#[path = "support/screen.rs"]
mod screen;
#[path = "support/svg.rs"]
mod svg;

use std::{num::NonZeroU16, panic::AssertUnwindSafe, time::Duration};

use pty::{Launch, Session};
use rustix::process::Signal;
use screen::{Color, Screen};

fn shell(script: &str) -> Session {
    Launch::program("sh", &["-c", script]).start()
}

/// The screen after some output.
fn shown(columns: u16, rows: u16, output: &str) -> Screen {
    let cells = |n| NonZeroU16::new(n).unwrap();
    let mut parser = vt100::Parser::new(cells(rows), cells(columns), 0);
    parser.process(output.as_bytes());
    Screen::of(parser.screen())
}

fn failure(wait: impl FnOnce()) -> String {
    let failure = std::panic::catch_unwind(AssertUnwindSafe(wait)).unwrap_err();
    failure.downcast_ref::<String>().cloned().unwrap()
}

#[test]
fn a_program_has_the_size_environment_and_keys_it_was_given() {
    let mut session = Launch::program(
        "sh",
        &["-c", r#"stty size; echo "$TERM|$FRUIT|${AWS_PROFILE-none}"; read line; echo "got $line""#],
    )
    .size(100, 30)
    .env("FRUIT", "mikan")
    .start();
    let screen = session.wait_text("xterm-256color|mikan|none");
    assert_eq!(screen.size(), (100, 30));
    assert_eq!(screen.line(0), "30 100");
    session.keys("a space text:bc enter").wait_text("got a bc");
    assert_eq!(session.wait_exit().exit_code(), 0);
    assert!(session.raw().starts_with(b"30 100\r\n"));
}

#[test]
fn every_key_name_is_what_a_terminal_sends() {
    let keys =
        "enter tab backtab space backspace up down left right home end pgup pgdn delete ctrl-z alt-x 当 esc";
    let sent = "\r\t\x1b[Z \x7f\x1b[A\x1b[B\x1b[D\x1b[C\x1b[H\x1b[F\x1b[5~\x1b[6~\x1b[3~\x1a\x1bx当\x1b";
    let count = sent.len();
    let mut session = shell(&format!("stty raw -echo; echo ready; head -c {count} | od -An -v -tx1"));
    session.wait_text("ready");
    session.keys(keys);
    session.wait_exit();
    let text = session.screen().text().replace("ready", "");
    let got: Vec<u8> = text.split_whitespace().map(|hex| u8::from_str_radix(hex, 16).unwrap()).collect();
    assert_eq!(String::from_utf8(got).unwrap(), sent);
}

#[test]
fn an_escape_in_the_middle_and_an_unknown_key_are_refused() {
    for keys in ["esc j", "j return"] {
        let mut session = shell("read line");
        assert!(failure(|| drop(session.keys(keys).screen())).contains("esc") || keys == "j return");
    }
}

#[test]
fn a_missing_text_fails_with_the_screen() {
    let mut session = shell("echo what is there");
    let message = failure(|| {
        session.wait_text("what is not");
    });
    assert!(message.contains("\"what is not\"") && message.contains("│what is there"), "{message}");
}

#[test]
fn exit_codes_and_signals_are_told_apart() {
    assert_eq!(shell("exit 130").wait_exit().exit_code(), 130);
    let mut session = shell("echo here; exec sleep 600");
    session.wait_text("here");
    session.signal(Signal::TERM);
    assert!(session.wait_exit().signal().is_some());
}

#[test]
fn a_resize_reaches_the_program() {
    let mut session = shell("trap 'stty size' WINCH; echo ready; while :; do read line; done");
    session.wait_text("ready");
    session.resize(60, 10);
    let screen = session.wait_text("10 60");
    assert_eq!(screen.size(), (60, 10));
}

#[test]
fn questions_to_the_terminal_are_answered() {
    let mut session = shell(
        r"stty raw -echo; printf 'abc\033[6n'; head -c 6 | od -An -c; printf '\r\n\033[c'; head -c 9 | od -An -c",
    );
    session.wait_text("033   [   1   ;   4   R");
    session.wait_text("033   [   ?   6   2   ;   2   2   c");
}

#[test]
fn a_frame_is_looked_at_only_when_it_is_whole() {
    let mut session = shell(
        r"stty -echo; printf ready; read line; printf '\033[?2026hhalf'; read line; printf ' whole\033[?2026l'; read line",
    );
    session.wait_text("ready");
    session.keys("enter enter");
    assert!(session.wait_text("half").contains("half whole"), "the first half alone was looked at");
    assert_eq!(session.terminal().frames, 1);
}

#[test]
fn bell_title_clipboard_and_notices_are_noted() {
    let mut session = shell(r"printf '\a\033]0;toban\a\033]52;c;aGk=\a\033]9;4;1\a\033[?1004h'; read line");
    session.wait_terminal("focus reports", |_, terminal| terminal.focus_reports);
    let told = session.terminal();
    assert_eq!(told.bells, 1);
    assert_eq!(told.titles, ["toban"]);
    assert_eq!(told.copied, ["aGk="]);
    assert_eq!(told.notices, ["4;1"]);
}

#[test]
fn a_terminal_left_in_disorder_is_noticed() {
    let mut session = shell(r"printf '\033[?1049h\033[?25l\033[?2004h\033]0;x\a'");
    session.wait_exit();
    let message = failure(|| session.assert_restored());
    for wrong in ["alternate screen", "cursor", "bracketed paste", "title"] {
        assert!(message.contains(wrong), "{wrong}: {message}");
    }
    let mut session = shell(r"printf '\033[?1049h\033[?25l\033[?2004h\033[?1049l\033[?25h\033[?2004l'");
    session.wait_exit();
    session.assert_restored();
}

#[test]
fn a_hang_up_reaches_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let note = folder.path().join("note");
    let script = format!(
        "trap 'echo hung up > {0}.new; mv {0}.new {0}; exit 5' HUP; trap 'echo size' WINCH; echo ready; while :; do read line; done",
        note.display()
    );
    let mut session = shell(&script);
    session.wait_text("ready");
    session.hang_up();
    assert_eq!(session.wait_status().exit_code(), 5);
    assert_eq!(std::fs::read_to_string(note).unwrap(), "hung up\n");
}

#[test]
fn the_screen_comes_to_rest() {
    let mut session = shell("for n in 1 2 3 4 5; do echo line $n; done; read line");
    assert!(session.settle(Duration::from_millis(300)).contains("line 5"));
}

#[test]
fn text_is_found_by_column_after_wide_characters() {
    let screen = shown(20, 3, "\r\n当番 \x1b[1;31mweb\x1b[0m-1");
    assert_eq!(screen.line(1), "当番 web-1");
    assert_eq!(screen.find("web"), Some((1, 5)));
    let style = screen.style_of("web").unwrap();
    assert_eq!((style.fg, style.bold), (Color::Idx(1), true));
    assert!(!screen.style_of("-1").unwrap().bold);
    assert_eq!(screen.find("nowhere"), None);
}

#[test]
fn an_svg_has_one_text_per_style_at_its_column() {
    let svg =
        svg::to_svg("A <scene>", &shown(20, 2, "ab \x1b[31mred\x1b[0m\r\n\x1b[7m rev \x1b[0m\x1b[?25l"));
    for part in [
        r#"width="176" height="48""#,
        "<title>A &lt;scene&gt;</title>",
        r#"<text x="0" y="12" textLength="16" lengthAdjust="spacingAndGlyphs">ab</text>"#,
        r##"<text x="24" y="12" textLength="24" lengthAdjust="spacingAndGlyphs" fill="#e5534b">red</text>"##,
        r##"<rect x="0" y="16" width="40" height="16" fill="#cfd3da"/>"##,
        r##"<text x="8" y="28" textLength="24" lengthAdjust="spacingAndGlyphs" fill="#15181e">rev</text>"##,
    ] {
        assert!(svg.contains(part), "{part}\n{svg}");
    }
    assert_eq!(svg.matches("<text").count(), 3, "{svg}");
    assert!(!svg.contains("stroke"), "a hidden cursor is not drawn");
}

#[test]
fn wide_braille_and_line_characters_keep_their_columns_in_an_svg() {
    let svg = svg::to_svg("", &shown(30, 1, "┤⣀⣠ 当番 a"));
    for (x, length, text) in [(0, 8, "┤"), (8, 16, "⣀⣠"), (32, 32, "当番"), (72, 8, "a")] {
        let start = format!(r#"<text x="{x}" y="12" textLength="{length}""#);
        assert!(svg.contains(&start) && svg.contains(&format!(">{text}</text>")), "{start} {text}\n{svg}");
    }
    assert!(svg.contains("stroke"), "the cursor is drawn");
}

#[test]
fn markup_on_the_screen_is_text_in_the_svg() {
    let svg = svg::to_svg("", &shown(40, 1, "<script>&\"x\""));
    assert!(svg.contains("&lt;script&gt;&amp;&quot;x&quot;"), "{svg}");
}

#[test]
fn colours_beyond_sixteen_are_drawn_as_they_are() {
    let svg = svg::to_svg("", &shown(9, 1, "\x1b[38;5;196ma\x1b[38;5;244mb\x1b[38;2;1;2;3mc\x1b[2md"));
    for part in ["#ff0000", "#808080", "#010203", "fill-opacity"] {
        assert!(svg.contains(part), "{part}\n{svg}");
    }
}
