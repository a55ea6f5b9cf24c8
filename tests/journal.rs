//! The journal under what happens to programs: two at once, killed at any moment, on a disk without room.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests, and the functions they share")]

#[path = "support/writer.rs"]
mod writer;

use std::{
    env,
    path::Path,
    process::{Child, Command, Stdio},
};

use jiff::Timestamp;
use toban::journal::Journal;
use writer::Writer;

const DIR: &str = "TOBAN_TEST_JOURNAL";

/// Not a test: what [`start_writer`] runs.
#[test]
#[ignore = "no test by itself: the writer that the other tests start and kill"]
fn writer_until_killed() {
    let Some(dir) = env::var_os(DIR) else { return };
    let (uid, name) = (env::var("TOBAN_TEST_UID").unwrap(), env::var("TOBAN_TEST_NAME").unwrap());
    writer::write_on(Path::new(&dir), &uid, &name);
}

fn start_writer(dir: &Path, uid: &str, name: &str) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["writer_until_killed", "--exact", "--ignored"])
        .env(DIR, dir)
        .env("TOBAN_TEST_UID", uid)
        .env("TOBAN_TEST_NAME", name)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn nothing_that_was_acknowledged_is_lost_when_writers_are_killed() {
    let dir = tempfile::tempdir().unwrap();
    let outcome = writer::kill(dir.path(), 24, |uid, name| start_writer(dir.path(), uid, name));
    assert_eq!(outcome.lost, 0, "{outcome:?}");
    // Each of those that were killed while they wrote had written.
    assert!(outcome.told >= 12 && outcome.entries > outcome.told, "{outcome:?}");
}

#[test]
fn two_programs_write_one_chain() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    let uid = writer::start(&mut journal);
    let other = Writer::new(dir.path(), "other", start_writer(dir.path(), &uid, "other"));
    let deadline = std::time::Instant::now() + std::time::Duration::from_mins(1);
    let (mut ours, mut theirs) = (0_usize, 0_usize);
    while theirs < 20 {
        journal.append(&uid, Timestamp::UNIX_EPOCH, &writer::hand("me"), &[writer::note("mine")]).unwrap();
        ours += 1;
        let all = journal.since(&uid, 1).unwrap();
        theirs = all.iter().filter(|(entry, _)| entry.hand.by == "other").count();
        assert!(std::time::Instant::now() < deadline, "the other one wrote {theirs}");
    }
    drop(other);
    let incident = journal.load(&uid).unwrap();
    let mine = incident.entries.iter().filter(|entry| entry.hand.by == "me").count();
    assert_eq!(mine, ours, "none of ours gave way to theirs");
}
