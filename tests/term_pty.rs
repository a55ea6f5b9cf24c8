//! The terminal layer on a real terminal: a small program around `toban::term` runs in a pty and is stopped, resumed,
//! killed, hung up and made to panic; whatever happens, the shell gets its terminal back.
//!
//! The program is this binary itself: suspending belongs on the main thread, which the standard test runner does not
//! give.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests, and the program they run")]

#[path = "support/pty.rs"]
mod pty;
#[path = "support/screen.rs"]
mod screen;

use std::{env, process::ExitCode, thread, time::Instant};

use libtest_mimic::{Arguments, Trial};
use pty::{Launch, Session};
use ratatui::{
    crossterm::event::{KeyCode, KeyModifiers},
    style::{Color, Style},
    text::Line,
};
use toban::{
    term::{
        Terminal,
        events::{Events, TermEvent},
        frames::Frames,
        guard,
        signals::{GRACE, INTERRUPTED, Signal, Signals},
    },
    text::{Catalogue, Lang},
};

/// Set for the program, unset for the tests.
const PROGRAM: &str = "TOBAN_TEST_PROGRAM";

fn main() -> ExitCode {
    if env::var_os(PROGRAM).is_some() {
        return program();
    }
    let trials: Vec<Trial> = TESTS
        .iter()
        .map(|&(name, test)| {
            Trial::test(name, move || {
                test();
                Ok(())
            })
        })
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

// ---- the program ----

fn program() -> ExitCode {
    guard::install_panic_hook();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let code = runtime.block_on(run());
    runtime.shutdown_background();
    ExitCode::from(u8::try_from(code).unwrap())
}

#[expect(clippy::print_stderr, reason = "a refusal goes to standard error")]
async fn run() -> i32 {
    let mut terminal = match Terminal::enter() {
        Ok(terminal) => terminal,
        Err(error) => {
            eprintln!("{}", error.sentence(&Catalogue::load(Lang::En)));
            return 1;
        }
    };
    let mut signals = Signals::listen().unwrap();
    let mut events = Events::start().unwrap();
    let mut frames = Frames::new();
    let mut log = vec!["ready".to_owned()];
    loop {
        tokio::select! {
            biased;
            signal = signals.next() => match signal {
                Signal::Quit(_) => return INTERRUPTED,
                Signal::Resumed => {
                    if terminal.resume().is_err() {
                        return INTERRUPTED;
                    }
                    log.push("resumed".to_owned());
                    frames.ask();
                }
            },
            event = events.next() => {
                let Some(Ok(event)) = event else { return INTERRUPTED };
                if let TermEvent::Key(key) = &event {
                    match (key.code, key.modifiers) {
                        (KeyCode::Char('q'), _) => return 0,
                        (KeyCode::Char('p'), _) => drop(tokio::spawn(async { panic!("a worker's panic") })),
                        (KeyCode::Char('P'), _) => panic!("the loop's panic"),
                        (KeyCode::Char('c'), KeyModifiers::NONE) => terminal.copy("i-0a1c").unwrap(),
                        (KeyCode::Char('t'), _) => terminal.title("2 ALARM \x1b]52;c;eA==\x07").unwrap(),
                        (KeyCode::Char('b'), _) => terminal.bell().unwrap(),
                        (KeyCode::Char('n'), _) => terminal.notify("web-5xx").unwrap(),
                        (KeyCode::Char('z'), KeyModifiers::CONTROL) => terminal.suspend().unwrap(),
                        (KeyCode::Char('s'), _) => {
                            terminal.bell().unwrap();
                            thread::sleep(10 * GRACE);
                        },
                        (KeyCode::Char('x'), _) => {
                            events.stop().await;
                            terminal.leave();
                            let child = ["-c", "echo child ready; read a; echo child got $a"];
                            std::process::Command::new("sh").args(child).status().unwrap();
                            terminal.resume().unwrap();
                            events = Events::start().unwrap();
                        }
                        _ => {}
                    }
                }
                log.push(match event {
                    TermEvent::Key(key) => format!("key {}", key.code),
                    other => format!("{other:?}"),
                });
                frames.ask();
            }
            () = frames.wait() => {
                let Ok(size) = terminal.size() else { return INTERRUPTED };
                let drawn = terminal.draw(|frame| {
                    let lines = log.iter().rev().take(8).map(|entry| Line::raw(entry.as_str()));
                    let mut lines: Vec<Line<'_>> = lines.collect();
                    lines.push(Line::raw(format!("{size}")));
                    lines.push(Line::styled("red", Style::new().fg(Color::Red).bold()));
                    for (line, area) in lines.into_iter().zip(frame.area().rows()) {
                        frame.render_widget(line, area);
                    }
                });
                if drawn.is_err() {
                    return INTERRUPTED;
                }
                frames.drawn(Instant::now());
            }
        }
    }
}

// ---- the tests ----

const TESTS: &[(&str, fn())] = &[
    ("quitting_gives_the_terminal_back", quitting_gives_the_terminal_back),
    ("keys_pastes_resizes_and_focus_arrive", keys_pastes_resizes_and_focus_arrive),
    ("half_a_sequence_does_not_stop_the_loop", half_a_sequence_does_not_stop_the_loop),
    ("a_frame_is_one_synchronized_update", a_frame_is_one_synchronized_update),
    ("colours_stay_with_no_color_set", colours_stay_with_no_color_set),
    ("ctrl_z_and_fg", ctrl_z_and_fg),
    ("ctrl_z_without_a_shell_only_redraws", ctrl_z_without_a_shell_only_redraws),
    ("a_stop_by_somebody_else_is_survived", a_stop_by_somebody_else_is_survived),
    ("term_hup_and_quit_end_it_and_int_does_not", term_hup_and_quit_end_it_and_int_does_not),
    ("a_loop_that_hangs_is_ended", a_loop_that_hangs_is_ended),
    ("a_hang_up_ends_it", a_hang_up_ends_it),
    ("a_panic_anywhere_restores_and_reports", a_panic_anywhere_restores_and_reports),
    ("clipboard_title_bell_and_notice", clipboard_title_bell_and_notice),
    ("a_child_gets_its_own_keys", a_child_gets_its_own_keys),
    ("no_terminal_and_a_dumb_one_are_refused", no_terminal_and_a_dumb_one_are_refused),
];

fn launch() -> Launch {
    Launch::program(env::current_exe().unwrap(), &[]).env(PROGRAM, "1")
}

fn started() -> Session {
    let mut session = launch().start();
    let screen = session.wait_text("ready");
    assert!(screen.alternate && screen.cursor.is_none() && session.bracketed_paste());
    session
}

fn quitting_gives_the_terminal_back() {
    let mut session = started();
    session.keys("q");
    assert_eq!(session.wait_exit().exit_code(), 0);
    session.assert_restored();
    assert_eq!(session.screen().text().trim(), "", "the shell's screen is as it was");
}

fn keys_pastes_resizes_and_focus_arrive() {
    let mut session = started();
    session.keys("j").wait_text("key j");
    session.keys("esc").wait_text("key Esc");
    session.keys("text:当").wait_text("key 当");
    session.paste("two\nlines").wait_text(r#"Paste("two\nlines")"#);
    session.focus(false).wait_text("Focus(false)");
    session.resize(30, 8).wait_text("30x8");
    session.resize(132, 50).wait_text("132x50");
}

fn half_a_sequence_does_not_stop_the_loop() {
    let mut session = started();
    session.send(b"\x1b[");
    session.resize(60, 20).wait_text("60x20");
    session.send(b"A");
    session.wait_text("key Up");
}

fn a_frame_is_one_synchronized_update() {
    let mut session = started();
    let frames = session.terminal().frames;
    session.keys("j").wait_text("key j");
    assert_eq!(session.terminal().frames, frames + 1);
    let raw = String::from_utf8_lossy(session.raw()).into_owned();
    assert!(!raw.contains("\x1b[6n"), "the cursor's place is never asked for: its answer would be a key");
}

fn colours_stay_with_no_color_set() {
    let mut session = launch().env("NO_COLOR", "1").start();
    let style = session.wait_text("red").style_of("red").unwrap();
    assert_eq!((style.fg, style.bold), (screen::Color::Idx(1), true), "colour is the theme's decision");
}

fn ctrl_z_and_fg() {
    let exe = env::current_exe().unwrap();
    let mut session = Launch::program("sh", &["-i"]).env(PROGRAM, "1").env("PS1", "prompt> ").start();
    session.wait_text("prompt>");
    session.text(&format!("'{}'\r", exe.display())).wait_text("ready");
    for _ in 0..2 {
        session.keys("ctrl-z");
        session.wait("the shell's prompt", at_prompt);
        session.text("echo $((6 * 7)) is the answer\r").wait_text("42 is the answer");
        session.text("fg\r");
        session.wait("the program again", |screen| screen.alternate && screen.contains("resumed"));
        session.keys("k").wait_text("key k");
    }
    session.keys("q");
    session.wait("the shell's prompt", at_prompt);
    session.text("exit\r");
    session.wait_exit();
    session.assert_restored();
}

/// The shell waits for a command. Before that, what is typed may still go to the program.
fn at_prompt(screen: &screen::Screen) -> bool {
    !screen.alternate && screen.cursor.is_some() && screen.text().trim_end().ends_with("prompt>")
}

fn ctrl_z_without_a_shell_only_redraws() {
    let mut session = started();
    session.keys("ctrl-z").wait_text("key z");
    session.keys("j").wait_text("key j");
    assert!(session.screen().alternate);
}

fn a_stop_by_somebody_else_is_survived() {
    let mut session = started();
    session.signal(rustix::process::Signal::STOP).signal(rustix::process::Signal::CONT);
    session.wait("the program again", |screen| screen.alternate && screen.contains("resumed"));
    session.keys("j").wait_text("key j");
}

fn term_hup_and_quit_end_it_and_int_does_not() {
    use rustix::process::Signal;
    for signal in [Signal::TERM, Signal::HUP, Signal::QUIT] {
        let mut session = started();
        session.signal(Signal::INT).keys("j").wait_text("key j");
        session.signal(signal);
        let status = session.wait_exit();
        assert_eq!((status.exit_code(), status.signal()), (130, None), "{signal:?}");
        session.assert_restored();
    }
}

fn a_loop_that_hangs_is_ended() {
    let mut session = started();
    session.keys("s");
    session.wait_terminal("the bell before the hang", |_, terminal| terminal.bells == 1);
    session.signal(rustix::process::Signal::TERM);
    assert_eq!(session.wait_exit().exit_code(), 130);
    session.assert_restored();
}

fn a_hang_up_ends_it() {
    let mut session = started();
    session.hang_up();
    let status = session.wait_status();
    assert_eq!((status.exit_code(), status.signal()), (130, None));
}

fn a_panic_anywhere_restores_and_reports() {
    for (key, message) in [("p", "a worker's panic"), ("P", "the loop's panic")] {
        let mut session = started();
        session.keys(key);
        assert_eq!(session.wait_exit().exit_code(), 101);
        session.assert_restored();
        assert!(session.screen().contains(message), "{}", session.screen());
    }
}

fn clipboard_title_bell_and_notice() {
    let mut session = started();
    session.keys("c t b n").wait_text("key n");
    let told = session.terminal();
    assert_eq!(told.copied, ["aS0wYTFj"], "the text that was copied, and nothing that the title smuggled");
    assert_eq!(told.titles.last().map(String::as_str), Some("2 ALARM "));
    assert_eq!(told.bells, 1);
    assert_eq!(told.notices, ["toban: web-5xx"]);
    session.keys("q");
    session.wait_exit();
    session.assert_restored();
}

fn a_child_gets_its_own_keys() {
    let mut session = started();
    session.keys("x");
    session.wait_text("child ready");
    session.text("every key\r").wait_text("key x");
    let raw = String::from_utf8_lossy(session.raw()).into_owned();
    assert!(raw.contains("child got every key"), "{raw:?}");
    session.keys("j").wait_text("key j");
}

fn no_terminal_and_a_dumb_one_are_refused() {
    let output = launch().piped();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let sentence = String::from_utf8(output.stderr).unwrap();
    assert!(sentence.contains("toban list") && sentence.lines().count() == 1, "{sentence}");

    let mut session = launch().env("TERM", "dumb").start();
    assert_eq!(session.wait_exit().exit_code(), 1);
    assert!(session.screen().contains("toban list"), "{}", session.screen());
    assert!(!session.raw().contains(&0x1b), "no escape sequence reaches a dumb terminal");
}
