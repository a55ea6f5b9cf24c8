//! Writers of one journal that are killed at random moments, and what became of what they were told is written.
//!
//! A writer is the test's (or the benchmark's) own program once more. It appends as fast as it can, and puts a line into a
//! file of its own for each entry after the journal has answered: what stands there must never be lost.

use std::{
    collections::{BTreeSet, VecDeque},
    fs,
    io::Write as _,
    os::unix::process::parent_id,
    path::{Path, PathBuf},
    process::Child,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use toban::{
    incident::{
        Event,
        chain::{Entry, Hand},
        event::Kind,
    },
    journal::Journal,
};

/// Longest time that a writer has for its first entry.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn hand(by: &str) -> Hand {
    Hand { by: by.into(), place: "here".into(), scope: None }
}

pub(crate) fn note(text: &str) -> Event {
    Event::Note { text: text.into(), about: None }
}

/// Starts a record; what binds its entries together.
pub(crate) fn start(journal: &mut Journal) -> String {
    let uid = journal.fresh_uid().unwrap();
    let opened = |number| {
        let (title, kind) = ("killed".to_owned(), Kind::Fault);
        vec![Event::Opened { title, kind, level: None, subject: None, since: None, report: None, number }]
    };
    journal.create(&uid, Timestamp::UNIX_EPOCH, &hand("a"), opened).unwrap();
    uid
}

/// What a writer does until it is killed.
pub(crate) fn write_on(dir: &Path, uid: &str, name: &str) {
    let mut journal = Journal::open(dir).unwrap();
    let mut told = fs::File::create(dir.join(name)).unwrap();
    let parent = parent_id();
    for n in 0_u64.. {
        // Who started it may be gone before it could kill it.
        if parent_id() != parent {
            return;
        }
        let text = format!("{name} {n}");
        journal.append(uid, Timestamp::UNIX_EPOCH, &hand(name), &[note(&text)]).unwrap();
        told.write_all(format!("{text}\n").as_bytes()).unwrap();
        // A person's hand is slower; without this the one that has the lock would take it again at once.
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Entries that a writer was told are written.
    pub(crate) told: usize,
    /// Those of them that are not there.
    pub(crate) lost: usize,
    /// Entries that are there.
    pub(crate) entries: usize,
}

/// Numbers that look random, the same ones each time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// A writer at work; nothing of it outlives this.
pub(crate) struct Writer {
    child: Child,
    told: PathBuf,
}

impl Writer {
    pub(crate) fn new(dir: &Path, name: &str, child: Child) -> Self {
        Self { child, told: dir.join(name) }
    }

    fn has_written(&mut self) -> bool {
        let died = self.child.try_wait().unwrap();
        assert!(died.is_none(), "a writer gave up: {died:?}");
        fs::metadata(&self.told).is_ok_and(|file| file.len() > 0)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // One that has died by itself cannot be killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Keeps two writers at work and kills one after the other, so many times.
pub(crate) fn kill(dir: &Path, kills: usize, start_writer: impl Fn(&str, &str) -> Child) -> Outcome {
    let uid = start(&mut Journal::open(dir).unwrap());
    let mut random = Random(7);
    let mut names = Vec::new();
    let mut at_work: VecDeque<Writer> = VecDeque::new();
    for _ in 0..kills {
        while at_work.len() < 2 {
            let name = format!("writer-{}", names.len());
            at_work.push_back(Writer::new(dir, &name, start_writer(&uid, &name)));
            names.push(name);
        }
        let Some(mut writer) = at_work.pop_front() else { continue };
        // One in four dies while it starts, the others while they write: the moment is the matter here.
        if random.below(4) > 0 {
            let deadline = Instant::now() + PATIENCE;
            while !writer.has_written() {
                assert!(Instant::now() < deadline, "a writer has written nothing");
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        std::thread::sleep(Duration::from_micros(random.below(20_000)));
        drop(writer);
    }
    drop(at_work);
    outcome(dir, &uid, &names)
}

fn outcome(dir: &Path, uid: &str, names: &[String]) -> Outcome {
    let journal = Journal::open(dir).unwrap();
    assert_eq!(journal.faults_of_file().unwrap(), []);
    let (_, _, faults) = journal.faults_of(uid, None).unwrap();
    assert_eq!(faults, []);
    let incident = journal.load(uid).unwrap();
    let text = |entry: &Entry| match &entry.event {
        Ok(Event::Note { text, .. }) => Some(text.clone()),
        _ => None,
    };
    let kept: BTreeSet<String> = incident.entries.iter().filter_map(|entry| text(entry)).collect();
    let mut outcome = Outcome { entries: incident.entries.len(), ..Outcome::default() };
    for name in names {
        let told = fs::read_to_string(dir.join(name)).unwrap_or_default();
        // A last line without its end was being written when the writer died.
        for line in told.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
            outcome.told += 1;
            outcome.lost += usize::from(!kept.contains(line));
        }
    }
    outcome
}
