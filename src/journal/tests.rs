#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::fs;

use tempfile::{TempDir, tempdir};

use super::*;
use crate::{
    incident::{
        Incident,
        chain::{Broken, Why},
        event::{Kind, Subject},
        export::{self, Taken, Wording},
    },
    text::{Catalogue, Lang},
};

const NOW: &str = "2026-05-01T03:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn hand(place: &str) -> Hand {
    Hand { by: "ines".into(), place: place.into(), scope: None }
}

fn alarm(id: &str) -> Subject {
    Subject {
        kind: "AWS::CloudWatch::Alarm".into(),
        id: id.into(),
        name: String::new(),
        arn: None,
        scope: None,
    }
}

fn opened(number: u64) -> Vec<Event> {
    vec![Event::Opened {
        title: "web-5xx".into(),
        kind: Kind::Fault,
        level: None,
        subject: Some(alarm("web-5xx")),
        since: None,
        report: None,
        number,
    }]
}

fn note(text: &str) -> Event {
    Event::Note { text: text.into(), about: None }
}

/// A machine with its journals.
struct Machine {
    name: &'static str,
    dir: TempDir,
    journal: Journal,
}

impl Machine {
    fn new(name: &'static str) -> Self {
        let dir = tempdir().unwrap();
        let journal = Journal::open(dir.path()).unwrap();
        Self { name, dir, journal }
    }

    fn open(&mut self) -> (String, u64) {
        let uid = self.journal.fresh_uid().unwrap();
        let (number, _) = self.journal.create(&uid, now(), &hand(self.name), opened).unwrap();
        (uid, number)
    }

    fn note(&mut self, uid: &str, text: &str) -> Vec<Appended> {
        self.journal.append(uid, now(), &hand(self.name), &[note(text)]).unwrap()
    }

    fn export(&self, uid: &str) -> Taken {
        let words = Catalogue::load(Lang::En);
        let incident = self.journal.load(uid).unwrap();
        let chain = self.journal.chain(uid, 0).unwrap();
        let wording = Wording { words: &words, step: &|_, _| None };
        export::read(&export::text(&export::whole(&incident, &chain, wording))).unwrap()
    }

    fn kinds(&self, uid: &str) -> Vec<String> {
        let incident = self.journal.load(uid).unwrap();
        incident.entries.iter().map(|entry| entry.word().to_owned()).collect()
    }

    /// Runs SQL as somebody would who has the file.
    fn tamper(&self, sql: &str) {
        Connection::open(self.dir.path().join(FILE)).unwrap().execute_batch(sql).unwrap();
    }

    fn faults(&self, uid: &str) -> Vec<Fault> {
        let (_, _, faults) = self.journal.faults_of(uid, None).unwrap();
        [self.journal.faults_of_file().unwrap(), faults].concat()
    }
}

const UNLOCKED: &str = "DROP TRIGGER entry_stays; DROP TRIGGER entry_is_kept;";

#[test]
fn what_was_appended_is_read_back_in_order() {
    let mut one = Machine::new("a");
    let (uid, number) = one.open();
    for text in ["first", "second"] {
        one.note(&uid, text);
    }
    assert_eq!(one.kinds(&uid), ["opened", "note", "note"]);
    assert_eq!(one.journal.find("INC-0001").unwrap(), uid);
    assert_eq!((number, one.journal.find(&uid).unwrap()), (1, uid));
    assert!(matches!(one.journal.find("INC-0002"), Err(Trouble::NoSuch { .. })));
}

#[test]
fn one_alarm_opens_one_incident_even_when_two_ask_at_once() {
    let dir = tempdir().unwrap();
    drop(Journal::open(dir.path()).unwrap());
    let open = || {
        let mut journal = Journal::open(dir.path()).unwrap();
        let uid = journal.fresh_uid().unwrap();
        let known = |all: Vec<Incident>| all.into_iter().find(|one| one.is_about(&alarm("web-5xx")));
        matches!(journal.create_unless(&uid, now(), &hand("a"), known, opened).unwrap(), Created::New(..))
    };
    let new = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).filter(|new| *new).count()
    });
    assert_eq!(new, 1);
    assert_eq!(Journal::open(dir.path()).unwrap().incidents().unwrap().len(), 1);
}

#[test]
fn two_consoles_see_each_other_s_entries() {
    let mut one = Machine::new("a");
    let (uid, _) = one.open();
    let mut other = Journal::open(one.dir.path()).unwrap();
    assert!(!one.journal.has_news().unwrap());
    other.append(&uid, now(), &hand("b"), &[note("from b")]).unwrap();
    assert!(one.journal.has_news().unwrap());
    assert!(!one.journal.has_news().unwrap(), "news are new once");
    one.note(&uid, "from a");
    let seen: Vec<String> =
        one.journal.since(&uid, 1).unwrap().into_iter().map(|(entry, _)| entry.hand.place).collect();
    assert_eq!(seen, ["b", "a"]);
    assert!(other.load(&uid).is_ok(), "both wrote one chain");
}

#[test]
fn a_full_disk_is_said_at_once_and_costs_nothing_that_was_recorded() {
    let mut one = Machine::new("a");
    let (uid, _) = one.open();
    let pages: i64 = one.journal.db.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    let limit = format!("PRAGMA max_page_count = {}", pages + 4);
    one.journal.db.query_row(&limit, [], |_| Ok(())).unwrap();
    let mut written = 1;
    let trouble = loop {
        match one.journal.append(&uid, now(), &hand("a"), &[note(&"x".repeat(1_000))]) {
            Ok(_) => written += 1,
            Err(trouble) => break trouble,
        }
        assert!(written < 1_000, "the disk was never full");
    };
    let said = trouble.sentence().text(&Catalogue::load(Lang::En));
    assert!(
        matches!(trouble, Trouble::Full { .. }) && said.contains("disk") && said.contains("is full"),
        "{said}"
    );
    assert_eq!(one.kinds(&uid).len(), written);
    assert_eq!(one.faults(&uid), []);
    one.journal.db.query_row("PRAGMA max_page_count = 1000000", [], |_| Ok(())).unwrap();
    one.note(&uid, "there is room again");
    assert_eq!(one.kinds(&uid).len(), written + 1);
}

#[test]
fn entries_cannot_be_changed_or_deleted_in_passing() {
    let mut one = Machine::new("a");
    let (uid, _) = one.open();
    for sql in ["UPDATE entry SET body = '{}'", "DELETE FROM entry"] {
        assert!(one.journal.db.execute_batch(sql).is_err(), "{sql}");
    }
    assert_eq!(one.faults(&uid), []);
}

#[test]
fn verify_finds_whatever_was_done_to_the_file() {
    let chain = |seq, why| Fault::Chain(Broken { seq, why });
    let triggers = [Fault::Trigger("entry_stays"), Fault::Trigger("entry_is_kept")];
    for (sql, fault) in [
        ("UPDATE entry SET body = replace(body, 'second', 'other') WHERE seq = 3", chain(3, Why::Changed)),
        ("UPDATE entry SET hash = '00' WHERE seq = 2", chain(2, Why::Changed)),
        ("DELETE FROM entry WHERE seq = 2", chain(2, Why::Changed)),
        ("DELETE FROM entry WHERE seq = 4", chain(3, Why::Cut)),
        (
            "UPDATE entry SET seq = 9 WHERE seq = 2; UPDATE entry SET seq = 2 WHERE seq = 3; UPDATE entry SET seq = 3 WHERE seq = 9",
            chain(2, Why::Changed),
        ),
        ("UPDATE incident SET head = '00'", chain(4, Why::Cut)),
        ("UPDATE incident SET seq = 9", chain(4, Why::Cut)),
        ("UPDATE entry SET kind = 'note' WHERE seq = 1", Fault::Kind { seq: 1 }),
        ("INSERT INTO entry VALUES ('x', 1, 'note', '{}', '00')", Fault::Orphans),
    ] {
        let mut one = Machine::new("a");
        let (uid, _) = one.open();
        for text in ["first", "second", "third"] {
            one.note(&uid, text);
        }
        one.tamper(&format!("PRAGMA foreign_keys = OFF; {UNLOCKED} {sql}"));
        let faults = one.faults(&uid);
        assert!(faults.contains(&fault), "{sql}: {faults:?}");
        assert!(triggers.iter().all(|trigger| faults.contains(trigger)), "{sql}: {faults:?}");
    }
}

#[test]
fn a_record_that_was_written_anew_shows_by_a_head_that_was_kept() {
    let mut one = Machine::new("a");
    let (uid, _) = one.open();
    one.note(&uid, "we did it");
    let kept = one.journal.load(&uid).unwrap().head;
    one.note(&uid, "more");
    let (entries, _, faults) = one.journal.faults_of(&uid, Some(&kept)).unwrap();
    assert_eq!((entries, faults), (3, vec![]), "it is of an entry before the last");
    // All hashes anew, as a program that knows how can.
    let texts = ["they did it", "more"];
    let mut all = one.journal.chain(&uid, 0).unwrap();
    all.truncate(1);
    for (seq, text) in (2..).zip(texts) {
        let before = all.last().unwrap().hash.clone();
        all.push(chain_write(&uid, seq, text, &before));
    }
    for (seq, stored) in (1..).zip(&all) {
        let body = stored.body.replace('\'', "''");
        let sql = format!("UPDATE entry SET body = '{body}', hash = '{}' WHERE seq = {seq}", stored.hash);
        one.tamper(&format!("DROP TRIGGER IF EXISTS entry_stays; {sql}"));
    }
    one.tamper(&format!("UPDATE incident SET head = '{}'", all.last().unwrap().hash));
    let (_, _, faults) = one.journal.faults_of(&uid, None).unwrap();
    assert_eq!(faults, [], "the chain alone cannot tell");
    let (_, _, faults) = one.journal.faults_of(&uid, Some(&kept)).unwrap();
    assert_eq!(faults, [Fault::Head]);
}

fn chain_write(uid: &str, seq: u64, text: &str, before: &str) -> crate::incident::Stored {
    crate::incident::chain::write(uid, seq, now(), &hand("a"), &note(text), before).unwrap()
}

#[test]
fn a_handoff_goes_there_and_back() {
    let (mut one, mut other) = (Machine::new("one"), Machine::new("other"));
    let (uid, _) = one.open();
    one.note(&uid, "first");
    let came = other.journal.import(&one.export(&uid)).unwrap();
    assert_eq!(came, Came::New { number: 1, was: None, entries: 2 });
    assert_eq!(other.journal.import(&one.export(&uid)).unwrap(), Came::Known { number: 1 });
    one.note(&uid, "second");
    let came = other.journal.import(&one.export(&uid)).unwrap();
    assert_eq!(came, Came::Longer { number: 1, entries: 1 }, "a later export goes on");
    let written = other.note(&uid, "taken over");
    assert_eq!(written.len(), 2);
    assert_eq!(other.kinds(&uid), ["opened", "note", "note", "imported", "note"]);
    let imported = &other.journal.load(&uid).unwrap().entries[3];
    assert_eq!(imported.event, Ok(Event::Imported { seq: 3, from: "one".into() }));
    assert_eq!(other.note(&uid, "on").len(), 1, "it is said once");
    assert_eq!(one.journal.import(&other.export(&uid)).unwrap(), Came::Longer { number: 1, entries: 3 });
    assert_eq!(other.journal.import(&one.export(&uid)).unwrap(), Came::Known { number: 1 });
    assert_eq!((one.faults(&uid), other.faults(&uid)), (vec![], vec![]));
}

#[test]
fn records_that_went_on_apart_are_not_joined() {
    let (mut one, mut other) = (Machine::new("one"), Machine::new("other"));
    let (uid, _) = one.open();
    other.journal.import(&one.export(&uid)).unwrap();
    one.note(&uid, "here");
    one.note(&uid, "and here");
    one.note(&uid, "and on");
    other.note(&uid, "there");
    let before = other.kinds(&uid);
    let (of_one, of_other) = (one.export(&uid), other.export(&uid));
    for (to, from) in [(&mut one, of_other), (&mut other, of_one)] {
        let ours = to.journal.load(&uid).unwrap().head;
        let Err(Trouble::Diverged { seq, ours: said, theirs, .. }) = to.journal.import(&from) else {
            panic!("{} took it in", to.name)
        };
        assert_eq!((seq, &said, &theirs), (1, &ours, &from.chain.last().unwrap().hash));
    }
    assert_eq!(other.kinds(&uid), before);
}

#[test]
fn a_number_that_is_taken_gives_way() {
    let (mut one, mut other) = (Machine::new("one"), Machine::new("other"));
    let (uid, _) = one.open();
    other.open();
    let came = other.journal.import(&one.export(&uid)).unwrap();
    assert_eq!(came, Came::New { number: 2, was: Some(1), entries: 1 });
    assert_eq!(other.journal.find("2").unwrap(), uid);
}

#[test]
fn a_newer_program_s_entries_are_kept_and_counted() {
    let mut one = Machine::new("a");
    let (uid, _) = one.open();
    let head = one.journal.load(&uid).unwrap().head;
    let body = format!(
        r#"{{"v":2,"incident":"{uid}","seq":2,"at":"{NOW}","by":"x","event":{{"kind":"sung","song":"la"}}}}"#
    );
    let hash = crate::incident::chain::hash(&head, &body);
    one.tamper(&format!("INSERT INTO entry VALUES ('{uid}', 2, 'sung', '{body}', '{hash}'); UPDATE incident SET seq = 2, head = '{hash}'"));
    one.note(&uid, "after it");
    assert_eq!(one.kinds(&uid), ["opened", "sung", "note"]);
    assert_eq!(one.faults(&uid), []);
    let mut other = Machine::new("b");
    other.journal.import(&one.export(&uid)).unwrap();
    assert_eq!(other.kinds(&uid), ["opened", "sung", "note"]);
}

#[test]
fn a_clock_that_goes_back_changes_no_order() {
    let mut one = Machine::new("a");
    let (uid, _) = one.open();
    one.journal.append(&uid, Timestamp::UNIX_EPOCH, &hand("a"), &[note("earlier")]).unwrap();
    let incident = one.journal.load(&uid).unwrap();
    assert_eq!(incident.entries[1].at, Timestamp::UNIX_EPOCH);
    assert_eq!(one.kinds(&uid), ["opened", "note"]);
}

#[test]
fn what_is_no_journal_is_left_alone() {
    let words = Catalogue::load(Lang::En);
    let opened = |make: &dyn Fn(&Path)| {
        let dir = tempdir().unwrap();
        let file = dir.path().join(FILE);
        make(&file);
        let before = fs::read(&file).unwrap();
        let trouble = Journal::open(dir.path()).and_then(|journal| journal.incidents()).unwrap_err();
        assert_eq!(fs::read(&file).unwrap(), before, "nothing was changed");
        (trouble.sentence().key, trouble.sentence().text(&words))
    };
    let garbage = opened(&|file| fs::write(file, "not a journal at all ".repeat(100)).unwrap());
    assert_eq!(garbage.0, "journal.damaged");
    assert!(garbage.1.contains("toban incident import"), "{}", garbage.1);
    let newer = opened(&|file| {
        drop(Journal::open(file.parent().unwrap()).unwrap());
        Connection::open(file).unwrap().execute_batch("PRAGMA user_version = 2").unwrap();
    });
    assert_eq!(newer.0, "journal.newer");
    let stranger = opened(&|file| {
        Connection::open(file).unwrap().execute_batch("CREATE TABLE bookmark (url TEXT)").unwrap();
    });
    assert_eq!(stranger.0, "journal.stranger");
    let truncated = opened(&|file| {
        let mut journal = Journal::open(file.parent().unwrap()).unwrap();
        let uid = journal.fresh_uid().unwrap();
        journal.create(&uid, now(), &hand("a"), super::tests::opened).unwrap();
        drop(journal);
        let whole = fs::read(file).unwrap();
        fs::write(file, &whole[..whole.len() / 2]).unwrap();
    });
    assert_eq!(truncated.0, "journal.damaged", "{}", truncated.1);
}

#[test]
fn a_directory_that_cannot_be_made_is_said() {
    let dir = tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let trouble = Journal::open(&file.join("below")).unwrap_err();
    assert!(matches!(trouble, Trouble::Place { .. }), "{trouble:?}");
}
