//! What the record of an incident costs, and what it survives.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::Instant,
};

use jiff::Timestamp;
use toban::journal::Journal;

use crate::{
    median, ms, report,
    writer::{self, Writer},
};

/// The argument with which this program is a writer that is to be killed.
pub(crate) const WRITER: &str = "--journal-writer";
const KILLS: usize = 1_000;
const APPENDS: usize = 2_000;
const LONG: usize = 10_000;

/// A writer, when the arguments say so.
pub(crate) fn is_writer() -> bool {
    let args: Vec<String> = std::env::args().collect();
    let Some(at) = args.iter().position(|arg| arg == WRITER) else { return false };
    writer::write_on(Path::new(&args[at + 1]), &args[at + 2], &args[at + 3]);
    true
}

fn start_writer(dir: &Path, uid: &str, name: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .arg(WRITER)
        .arg(dir)
        .args([uid, name])
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

pub(crate) fn journal() {
    killed();
    appends();
    open();
}

fn killed() {
    let dir = tempfile::tempdir().unwrap();
    let outcome = writer::kill(dir.path(), KILLS, |uid, name| start_writer(dir.path(), uid, name));
    report(
        "entries of a record that were acknowledged and lost: 1,000 SIGKILLs at random moments, two writers",
        "0",
        &format!("{} of {} (entries: {})", outcome.lost, outcome.told, outcome.entries),
    );
}

/// Each append alone, while another program writes as fast as it can, too.
fn appends() {
    let shown: Vec<String> = [false, true]
        .into_iter()
        .map(|two| {
            let dir = tempfile::tempdir().unwrap();
            let mut journal = Journal::open(dir.path()).unwrap();
            let uid = writer::start(&mut journal);
            let other =
                two.then(|| Writer::new(dir.path(), "other", start_writer(dir.path(), &uid, "other")));
            let mut times: Vec<f64> = (0..APPENDS)
                .map(|n| {
                    let event = writer::note(&format!("target group web has {n} healthy hosts"));
                    let started = Instant::now();
                    journal.append(&uid, Timestamp::UNIX_EPOCH, &writer::hand("me"), &[event]).unwrap();
                    ms(started)
                })
                .collect();
            drop(other);
            times.sort_by(f64::total_cmp);
            format!("{:.1} ms", times[APPENDS * 99 / 100])
        })
        .collect();
    report(
        "an entry appended and on the disk, 99th percentile: alone · with another writer",
        "< 20 ms",
        &shown.join(" · "),
    );
}

fn open() {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(dir.path()).unwrap();
    let uid = writer::start(&mut journal);
    let events: Vec<_> =
        (0..100).map(|n| writer::note(&format!("target group web has {n} healthy hosts"))).collect();
    for _ in 0..LONG / events.len() {
        journal.append(&uid, Timestamp::UNIX_EPOCH, &writer::hand("me"), &events).unwrap();
    }
    drop(journal);
    let times = (0..15)
        .map(|_| {
            let started = Instant::now();
            let incident = Journal::open(dir.path()).unwrap().load(&uid).unwrap();
            assert_eq!(incident.entries.len(), LONG + 1);
            ms(started)
        })
        .collect();
    report(
        "a record of 10,000 entries opened, each entry held to its hash",
        "< 150 ms",
        &format!("{:.0} ms", median(times)),
    );
}
