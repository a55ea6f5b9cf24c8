//! Incidents on a real terminal: every drill is played from its alarm to the closed incident, by keys alone, in both
//! languages. What stands in the record afterwards is read from the journal itself.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests, and the functions they share")]

#[path = "support/pty.rs"]
mod pty;
#[path = "support/screen.rs"]
mod screen;

use std::{collections::HashMap, time::Duration};

use pty::{Launch, Session};
use screen::Screen;
use tempfile::TempDir;
use toban::{
    incident::{Incident, event::Gate},
    journal::Journal,
    text::{Catalogue, Lang},
};

/// The most that a drill takes; each round finishes a step.
const ROUNDS: usize = 60;

/// Whether something on the screen begins so: a line, or what stands in one after a gap.
fn begins(screen: &Screen, start: &str) -> bool {
    let text = screen.text();
    text.lines()
        .any(|line| line.split("  ").any(|part| part.trim_start_matches([' ', '│']).starts_with(start)))
}

/// The line of a form with the cursor.
fn at(screen: &Screen) -> String {
    screen.text().lines().find(|line| line.contains("│ ▸")).unwrap_or_default().to_owned()
}

/// The line of the step that is due.
fn due(screen: &Screen) -> String {
    screen.text().lines().find(|line| line.contains('●') && line.contains('▸')).unwrap_or_default().to_owned()
}

struct Player {
    session: Session,
    words: Catalogue,
    records: TempDir,
    /// How often a form of a title has been filled in: the next time another choice is made.
    chosen: HashMap<String, usize>,
}

impl Player {
    /// In a drill whose clock runs fast, so that what is read back in minutes is read back in seconds.
    fn open(drill: &str, lang: Lang, size: (u16, u16)) -> Self {
        let records = tempfile::tempdir().unwrap();
        let code = match lang {
            Lang::En => "en",
            Lang::Ja => "ja",
        };
        let place = records.path().display().to_string();
        let args = ["drill", drill, "--utc", "--lang", code, "--speed", "120", "--data-dir", &place];
        let session = Launch::toban(&args).env("USER", "ines").size(size.0, size.1).start();
        Self { session, words: Catalogue::load(lang), records, chosen: HashMap::new() }
    }

    /// Only the beginning: what does not fit is wrapped, and times stand in some.
    fn start(&self, key: &str) -> String {
        let wording = self.words.get(key);
        let start: String = wording.split('{').next().unwrap_or_default().chars().take(24).collect();
        start.trim_end().to_owned()
    }

    fn says(&self, screen: &Screen, key: &str) -> bool {
        begins(screen, &self.start(key))
    }

    /// The screen once nothing is being drawn, or somebody has to do something.
    fn rest(&mut self) -> Screen {
        let keys = [
            "incident.book_over",
            "incident.next.decide",
            "incident.next.typed",
            "incident.next.record",
            "incident.next.notify",
            "incident.next.act",
            "incident.next.press",
            "form.how_to_choose",
            "form.how_to_type",
        ];
        let starts: Vec<String> = keys.iter().map(|key| self.start(key)).collect();
        let wanted = |screen: &Screen| starts.iter().any(|start| begins(screen, start));
        self.session.settle_until(Duration::from_millis(150), wanted)
    }

    /// What was written is on the screen: the step that is due is another.
    fn moved_on(&mut self, before: &str) {
        let due = |screen: &Screen| due(screen) != before;
        self.session.settle_until(Duration::from_secs(2), due);
    }

    fn form(&self, screen: &Screen) -> bool {
        self.says(screen, "form.how_to_choose") || self.says(screen, "form.how_to_type")
    }

    /// Fills in the form that is open: the first choice, and the next one the next time; words where words are wanted.
    fn fill(&mut self, opened: &str, text: &str) {
        self.session.keys(opened);
        let starts = ["form.how_to_choose", "form.how_to_type"].map(|key| self.start(key));
        let form = |screen: &Screen| starts.iter().any(|start| begins(screen, start));
        let screen = self.session.wait(&format!("a form after {opened}"), form);
        let title =
            screen.text().lines().find(|l| l.contains("INC-0001:")).unwrap_or_default().trim().to_owned();
        let times = self.chosen.entry(title.clone()).or_default();
        *times += 1;
        let choice = (*times).min(4);
        for _ in 0..14 {
            let screen = self.session.screen();
            if !self.form(&screen) {
                return;
            }
            if self.says(&screen, "form.how_to_choose") {
                // A number that there is not changes nothing; the first one is always there.
                self.session.text("1");
                self.session.text(&choice.to_string());
            } else {
                self.session.paste(text);
            }
            self.session.keys("enter");
            let before = at(&screen);
            self.session.settle_until(Duration::from_secs(2), |screen| at(screen) != before);
        }
        panic!("the form {title:?} is never taken\n{}", self.session.screen());
    }

    /// Opens the incident of an alarm and goes through the runbook to its end.
    fn play(&mut self, alarm: &str) -> Incident {
        self.session.wait_text("Alarms");
        self.session.keys("2");
        self.session.wait_text(alarm);
        self.session.keys("/");
        self.session.text(alarm);
        self.session.keys("enter");
        self.rest();
        self.session.keys("i");
        self.session.wait_text("INC-0001");
        for _ in 0..ROUNDS {
            let screen = self.rest();
            let before = due(&screen);
            if self.says(&screen, "incident.book_over") {
                break;
            } else if self.says(&screen, "incident.next.decide") {
                self.fill("d", "decided by what is on the screen");
            } else if self.says(&screen, "incident.next.typed")
                || self.says(&screen, "incident.next.record")
                || self.says(&screen, "incident.next.notify")
            {
                self.fill("space", "done as the runbook says");
            } else if self.says(&screen, "incident.next.act") {
                self.session.keys("space");
                let screen = self.rest();
                if self.form(&screen) {
                    self.session.paste("jun");
                    self.session.keys("enter");
                }
            } else if self.says(&screen, "incident.next.press") {
                self.session.keys("space");
            }
            self.moved_on(&before);
        }
        self.fill("x", "please look at it with us");
        self.fill("C", "as the runbook found");
        let closed = self.words.get("incident.state.closed").to_owned();
        self.session.wait_text(&closed);
        self.record()
    }

    fn record(&self) -> Incident {
        let journal = Journal::open(&self.records.path().join("drill")).unwrap();
        journal.load(&journal.find("INC-0001").unwrap()).unwrap()
    }
}

fn played(drill: &str, alarm: &str, book: &str, lang: Lang) {
    let mut player = Player::open(drill, lang, (120, 36));
    let incident = player.play(alarm);
    assert!(incident.is_closed(), "{drill}");
    let books: Vec<&str> = incident
        .entries
        .iter()
        .filter_map(|entry| match &entry.event {
            Ok(toban::incident::Event::Runbook { id, .. }) => Some(id.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(books.first(), Some(&book), "{drill}: the runbook that fits, of {books:?}");
    assert_eq!(incident.gate.as_ref().map(|gate| gate.what.answer), Some(Gate::Yes), "{drill}");
    assert!(incident.escalations.iter().all(|rung| rung.message.what.sent), "{drill}");
    assert!(!incident.escalations.is_empty() && !incident.evidence.is_empty(), "{drill}");
    let record = incident.book.as_ref().unwrap();
    assert!(record.done.len() >= 3, "{drill}: {:?}", record.done);
}

#[test]
fn web_down_is_played_to_its_end() {
    played("web-down", "web-5xx", "network-change", Lang::En);
    played("web-down", "web-5xx", "network-change", Lang::Ja);
}

#[test]
fn disk_full_is_played_to_its_end() {
    played("disk-full", "orders-db-1 disk (/)", "exhaustion", Lang::En);
    played("disk-full", "orders-db-1 disk (/)", "exhaustion", Lang::Ja);
}

#[test]
fn host_failure_is_played_to_its_end() {
    played("host-failure", "status-web-canary-1", "ec2-system-check", Lang::En);
    played("host-failure", "status-web-canary-1", "ec2-system-check", Lang::Ja);
}

#[test]
fn deploy_regression_is_played_to_its_end() {
    played("deploy-regression", "web-5xx", "web-unreachable", Lang::En);
    played("deploy-regression", "web-5xx", "web-unreachable", Lang::Ja);
}

#[test]
fn key_leak_is_played_to_its_end() {
    played("key-leak", "shared key elsewhere", "leaked-credentials", Lang::En);
    played("key-leak", "shared key elsewhere", "leaked-credentials", Lang::Ja);
}
