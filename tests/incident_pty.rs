//! An incident on a real terminal: one key opens it, what was written is there after the worst end, and the console that
//! comes next offers it.
#![allow(clippy::unwrap_used, reason = "tests, and the functions they share")]

#[path = "support/pty.rs"]
mod pty;
#[path = "support/screen.rs"]
mod screen;

use std::path::Path;

use pty::{Launch, Session};
use rustix::process::Signal;
use toban::{
    incident::{Event, Incident, event::Gate},
    journal::Journal,
    text::{Catalogue, Lang},
};

fn console(records: &Path, lang: &str) -> Session {
    let place = records.display().to_string();
    let args = ["drill", "web-down", "--seed", "7", "--utc", "--lang", lang, "--data-dir", &place];
    Launch::toban(&args).env("USER", "ines").size(120, 36).start()
}

fn record(records: &Path) -> Incident {
    let journal = Journal::open(&records.join("drill")).unwrap();
    journal.load(&journal.find("INC-0001").unwrap()).unwrap()
}

/// From the Board to an open incident, whose steps are answered by what is live.
fn opened(records: &Path, lang: &str, words: &Catalogue) -> Session {
    let mut session = console(records, lang);
    session.wait_text("web-5xx");
    session.keys("i");
    session.wait_text("INC-0001");
    session.wait_text(words.get("section.this_step"));
    // The runbook was taken up, and what may be read by itself has been.
    session.wait_text("✗");
    session.wait("a runbook in the record", |_| record(records).runbook.is_some());
    session
}

#[test]
fn one_key_opens_it_and_what_was_written_survives_a_kill() {
    for (lang, code) in [(Lang::En, "en"), (Lang::Ja, "ja")] {
        let words = Catalogue::load(lang);
        let records = tempfile::tempdir().unwrap();
        let mut session = opened(records.path(), code, &words);
        session.keys("n");
        let title = words.fill("form.note", &[("id", &"INC-0001")]);
        session.wait_text(&title);
        session.text("pool is exhausted");
        session.wait_text("pool is exhausted");
        session.keys("enter");
        session.wait_gone(&title);
        session.signal(Signal::KILL);
        session.wait_status();
        let known = record(records.path());
        let note = |entry: &Event| matches!(entry, Event::Note { text, .. } if text == "pool is exhausted");
        assert!(known.entries.iter().any(|entry| entry.event.as_ref().is_ok_and(note)), "{code}");
        assert!(known.runbook.is_some() && !known.checks.is_empty(), "{code}: written by itself");
        let mut next = console(records.path(), code);
        next.wait_text("INC-0001");
        next.keys("I");
        next.wait_text(words.get("section.this_step"));
        next.keys("q");
        assert_eq!(next.wait_exit().exit_code(), 0);
    }
}

#[test]
fn the_gate_is_decided_by_keys_alone() {
    let words = Catalogue::load(Lang::En);
    let records = tempfile::tempdir().unwrap();
    let mut session = opened(records.path(), "en", &words);
    session.keys(":");
    session.text("decide");
    session.keys("enter");
    session.wait_text(words.get("form.full_response"));
    session.keys("1");
    session.wait_text(words.get(Gate::Yes.wording()));
    session.keys("enter");
    session.wait_text(words.get("form.how_to_type"));
    session.text("checkout is down");
    session.wait_text("checkout is down");
    session.keys("enter");
    session.wait_gone(words.get("form.how_to_type"));
    session.keys("q");
    session.wait_exit();
    let known = record(records.path());
    let gate = known.gate.as_ref().unwrap();
    assert_eq!((gate.what.answer, gate.what.reason.as_str()), (Gate::Yes, "checkout is down"));
    assert_eq!(gate.by, "ines");
}
