//! Every drill is played on a real terminal, from its alarm to the closed incident, by keys alone, in both languages, along
//! the way that its own file expects; then the printed score says that everything was as expected.
//!
//! The player reads the journal to know what is due, and waits for the journal after every key: keys are all that it does.
//! The screen is looked at where an operator would look: which step is due, which key the page names, which form is open.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "tests, and the functions they share"
)]

#[path = "support/pty.rs"]
mod pty;
#[path = "support/screen.rs"]
mod screen;

use std::{
    path::{Path, PathBuf},
    thread,
};

use jiff::Timestamp;
use pty::{Launch, Session};
use screen::{Cell, Screen};
use tempfile::TempDir;
use toban::{
    drill,
    incident::{
        Event, Incident,
        chain::SELF,
        event::{Cause, Gate, Level, Party},
        ladder::Ladder,
        score::Expected,
    },
    journal::{FILE, Journal},
    runbook::{
        Runbook,
        params::NOBODY_KNOWS,
        progress::{Due, Progress, Standing},
        registry::Reads,
        shelf::Shelf,
        step::{Choice, Kind, Next, Step},
    },
    text::{Catalogue, Lang, measure},
};

/// The drills that are played below.
const PLAYED: [&str; 5] = ["web-down", "host-failure", "deploy-regression", "disk-full", "key-leak"];

/// Rounds at most: each answers a step, or sees what the console has done by itself.
const ROUNDS: usize = 80;

/// What is written where words are wanted.
const WORDS: &str = "as the page shows";

struct Player {
    session: Session,
    words: Catalogue,
    expected: Expected,
    shelf: Shelf,
    records: PathBuf,
    /// The journal, once there is one.
    open: Option<Journal>,
    _dir: TempDir,
}

impl Player {
    fn open(name: &str, lang: Lang, more: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().display().to_string();
        let mut args = vec!["drill", name, "--utc", "--data-dir", &place, "--score", "--lang"];
        args.push(match lang {
            Lang::En => "en",
            Lang::Ja => "ja",
        });
        args.extend(more);
        let session = Launch::toban(&args).env("USER", "ines").size(120, 44).start();
        Self {
            session,
            words: Catalogue::load(lang),
            expected: drill::expected(name).unwrap(),
            shelf: Shelf::built_in(&Reads),
            records: dir.path().join("drill"),
            open: None,
            _dir: dir,
        }
    }

    /// Waits until the journal has what is wanted; whatever is drawn meanwhile is a reason to look again.
    fn journal(&mut self, what: &str, wanted: impl Fn(&Incident) -> bool) -> Incident {
        let (records, mut open) = (self.records.clone(), self.open.take());
        let mut found = None;
        self.session.wait(&format!("{what}, in the journal"), |_| {
            found = incident(&records, &mut open).filter(|incident| wanted(incident));
            found.is_some()
        });
        self.open = open;
        found.unwrap()
    }

    /// Opens the incident of the drill's alarm, from the list of alarms.
    fn begin(&mut self) {
        let alarm = self.expected.about.first().unwrap().clone();
        let narrowed = format!("name:=\"{alarm}\"");
        self.session.wait_text("Alarms");
        self.session.keys("2");
        self.session.wait_text(&alarm);
        self.session.keys("/").text(&narrowed);
        self.session.wait_text(&narrowed);
        self.session.keys("enter");
        // Of all alarms it alone is left, and so it is the marked one.
        self.session.wait_text(&format!("{narrowed}  1/"));
        self.session.keys("i");
        self.journal("an incident with its runbook", |incident| incident.runbook.is_some());
    }

    /// Goes through the runbook until every step that is expected has been answered.
    fn go_through(&mut self) {
        let mut gone = Vec::new();
        for _ in 0..ROUNDS {
            let incident = self.journal("the incident", |_| true);
            if self.expected.step.iter().all(|step| self.is_answered(&incident, &step.id)) {
                return;
            }
            let record = incident.book.clone().unwrap();
            let book = self.shelf.find(&record.book).unwrap().clone();
            let due = Progress::of(&book, &record, Timestamp::now()).due;
            let Due::Step(at, standing) = due else {
                let seen = incident.entries.len();
                assert!(!matches!(due, Due::Closed | Due::Lost(_)), "the runbook is over: {gone:?}");
                self.journal("the runbook that it leads to", |incident| incident.entries.len() > seen);
                continue;
            };
            let step = &book.steps[at];
            gone.push(step.id.clone());
            self.answer(&incident, &book, step, standing);
        }
        panic!("never at the end: {gone:?}");
    }

    /// Whether an expected step is done, or its command was run.
    fn is_answered(&self, incident: &Incident, step: &str) -> bool {
        let is_it = |book: &String, id: &str| id == step && self.expected.runbook.contains(book);
        let done = incident.book.iter().flat_map(|record| &record.done);
        let ran =
            |event: &Event| matches!(event, Event::Action { step: Some((book, id)), .. } if is_it(book, id));
        done.into_iter().any(|done| is_it(&done.book, &done.step))
            || incident.entries.iter().any(|entry| entry.event.as_ref().is_ok_and(ran))
    }

    /// Does what a step waits for, and waits until that is in the journal. What the console writes by itself meanwhile is
    /// no answer to a key.
    fn answer(&mut self, incident: &Incident, book: &Runbook, step: &Step, standing: Standing) {
        let what = format!("{}/{} ({standing:?}) goes on", book.id, step.id);
        let (seen, said) = (incident.entries.len(), by_people(incident));
        let usual = match (standing, &step.kind) {
            (Standing::Reading | Standing::Ready | Standing::Carried, _) => Some(None),
            (Standing::Press, _) => Some(Some("incident.next.press")),
            (Standing::Person, Kind::Act(_)) => Some(Some("incident.next.act")),
            _ => None,
        };
        let unknown = match usual {
            None => 0,
            Some(usual) => match self.unknown(step, usual, seen) {
                Some(unknown) => unknown,
                None => return,
            },
        };
        if unknown > 0 {
            let title = self.words.fill("form.values", &[("id", &incident.id())]);
            let mut keys = vec![NOBODY_KNOWS];
            (1..unknown).for_each(|_| keys.extend(["tab", NOBODY_KNOWS]));
            self.form("space", &title, &keys);
            self.journal(&what, |incident| by_people(incident) > said);
            self.session.wait_gone(&title);
            return;
        }
        let title = match (standing, &step.kind) {
            // It goes on by itself.
            (Standing::Reading | Standing::Ready | Standing::Carried, _) => return,
            (Standing::Press, _) => {
                self.shown(step, "incident.next.press");
                self.session.keys("space");
                self.journal(&what, |incident| incident.entries.len() > seen);
                return;
            }
            (Standing::Typed, _) => {
                self.shown(step, "incident.next.typed");
                self.form("space", &self.title(step), &["3", "tab", WORDS])
            }
            (Standing::Confirming(_) | Standing::Waiting(_), _) => {
                let key = match standing {
                    Standing::Waiting(_) => "incident.next.waiting",
                    _ => "incident.next.confirming",
                };
                self.shown(step, key);
                let title = self.words.fill("form.skip", &[("id", &incident.id())]);
                self.form("s", &title, &["1", "tab", WORDS])
            }
            (Standing::Person, Kind::Ask(choices) | Kind::Decide(choices)) if !choices.is_empty() => {
                self.shown(step, "incident.next.decide");
                let choice = number(self.choice(book, step, choices));
                let (gate, level) = (self.gate(), self.level());
                // The first decision is the gate as well.
                let first = matches!(step.kind, Kind::Decide(_)) && incident.gate.is_none();
                let keys: &[&str] = if first {
                    &[&choice, "tab", &gate, "tab", &level, "tab", "tab", WORDS]
                } else {
                    &[&choice, "tab", WORDS]
                };
                self.form("d", &self.title(step), keys)
            }
            (Standing::Person, Kind::Act(act)) => {
                self.shown(step, "incident.next.act");
                if act.approve.is_empty() {
                    self.session.keys("space");
                    self.journal(&what, |incident| by_people(incident) > said);
                    return;
                }
                self.form("space", &self.title(step), &["jun"])
            }
            (Standing::Person, kind) => {
                let tells = matches!(kind, Kind::Notify(_));
                self.shown(step, if tells { "incident.next.notify" } else { "incident.next.record" });
                self.form("space", &self.title(step), &[WORDS])
            }
        };
        self.journal(&what, |incident| by_people(incident) > said);
        self.session.wait_gone(&title);
    }

    /// How many values a step cannot know, as the page says; 0 where the page says what is usual, and none as soon as the
    /// console has gone on by itself.
    fn unknown(&mut self, step: &Step, usual: Option<&str>, seen: usize) -> Option<usize> {
        let (records, mut open) = (self.records.clone(), self.open.take());
        let heading = self.words.get("section.this_step").to_owned();
        let beginning_of = |key: &str| beginning(self.words.get(key).split('{').next().unwrap_or_default());
        let usual = usual.map(beginning_of);
        let (asks, lacks) = (beginning_of("incident.next.fill_in"), beginning_of("incident.not_known"));
        let title = beginning(step.title.of(self.words.lang()));
        let mut unknown = None;
        self.session.wait("what a step cannot know, or that it goes on", |screen| {
            if incident(&records, &mut open).is_some_and(|incident| incident.entries.len() > seen) {
                unknown = None;
                return true;
            }
            let now = now_column(screen, &heading);
            let of = |text: &str| now.iter().filter(|line| line.trim_start().starts_with(text)).count();
            unknown = Some(of(&lacks));
            let is_usual = usual.as_ref().is_some_and(|usual| of(usual) > 0);
            of(&title) > 0 && (of(&asks) > 0 || is_usual)
        });
        self.open = open;
        unknown
    }

    /// The place of the choice that is expected; in another runbook of the one that leads to the expected one; else the
    /// first.
    fn choice(&self, book: &Runbook, step: &Step, choices: &[Choice]) -> usize {
        let expected = &self.expected;
        let wanted = expected.step.iter().filter(|_| expected.runbook.contains(&book.id));
        let wanted = wanted.filter(|one| one.id == step.id).find_map(|one| one.choice.first());
        let leads = |one: &Choice| matches!(&one.to, Next::Book(id) if expected.runbook.contains(id));
        let found = match wanted {
            Some(id) => choices.iter().position(|one| one.id == *id),
            None => choices.iter().position(|one| leads(one) && !expected.runbook.contains(&book.id)),
        };
        found.unwrap_or(0)
    }

    fn gate(&self) -> String {
        let wanted = self.expected.gate.first().unwrap();
        number(Gate::ALL.iter().position(|one| one == wanted).unwrap())
    }

    fn level(&self) -> String {
        let wanted = self.expected.severity.first().unwrap();
        number(Level::ALL.iter().position(|one| one == wanted).unwrap())
    }

    /// The title of a step's form, as far as it surely fits.
    fn title(&self, step: &Step) -> String {
        format!("INC-0001: {}", beginning(step.title.of(self.words.lang())))
    }

    /// Waits until the page shows a step as the due one, and beside it what it waits for.
    fn shown(&mut self, step: &Step, key: &str) {
        let due = format!("● {}", beginning(step.title.of(self.words.lang())));
        let (words, lang) = (&self.words, self.words.lang());
        let wording = words.get(key).split('{').next().unwrap_or_default();
        let wording = beginning(wording);
        let heading = words.get("section.this_step").to_owned();
        let title = beginning(step.title.of(lang));
        self.session.wait(&format!("{due:?} with {wording:?}"), |screen| {
            let now = now_column(screen, &heading);
            screen.contains(&due)
                && now.iter().any(|line| line.trim_start().starts_with(&title))
                && now.iter().any(|line| line.trim_start().starts_with(&wording))
        });
    }

    /// Opens a form by a key, fills it in, and takes it; answers its title. What is no key's name is typed.
    fn form(&mut self, key: &str, title: &str, keys: &[&str]) -> String {
        self.session.keys(key);
        self.session.wait_text(title);
        for one in keys {
            if *one == "tab" {
                self.session.keys("tab");
            } else {
                self.session.text(one);
            }
        }
        self.session.keys("enter");
        title.to_owned()
    }

    /// Whose part it is, whom to tell, what it was.
    fn decide_and_close(&mut self) {
        let id = "INC-0001";
        let title = |words: &Catalogue, key| words.fill(key, &[("id", &id)]);
        let side = *self.expected.verdict.first().unwrap();
        let place = number(Party::ALL.iter().position(|one| *one == side).unwrap());
        let form = title(&self.words, "form.verdict");
        self.form("v", &form, &[&place, "tab", "tab", WORDS]);
        self.journal("whose part it is", |incident| {
            incident.verdict.as_ref().is_some_and(|verdict| verdict.by != SELF && verdict.what.side == side)
        });
        self.session.wait_gone(&form);
        let role = self.expected.escalate.first().unwrap().word();
        let place = number(Ladder::default().levels.concat().iter().position(|id| id == role).unwrap());
        let form = title(&self.words, "form.escalate");
        self.form("x", &form, &[&place, "tab", "please look at it with us"]);
        self.journal("who was told", |incident| {
            incident.escalations.iter().any(|rung| rung.message.what.to == role && rung.message.what.sent)
        });
        self.session.wait_gone(&form);
        let cause = *self.expected.cause.first().unwrap();
        let place = number(Cause::ALL.iter().position(|one| *one == cause).unwrap());
        let form = title(&self.words, "form.close");
        // Nothing that is done in practice mends the account, so that nothing is verified.
        self.form("C", &form, &[&place, "tab", "2", "tab", WORDS]);
        let closed = self.journal("the end", Incident::is_closed);
        assert_eq!(closed.cause.map(|(cause, _)| cause), Some(cause));
        self.session.wait_gone(&form);
        let word = self.words.get("incident.state.closed").to_owned();
        self.session.wait_text(&word);
    }

    fn quit(&mut self) -> Screen {
        self.session.keys("q");
        assert_eq!(self.session.wait_exit().exit_code(), 0, "{}", self.session.screen());
        self.session.assert_restored();
        self.session.screen()
    }
}

/// The only incident, read; none before it is there.
fn incident(records: &Path, open: &mut Option<Journal>) -> Option<Incident> {
    if open.is_none() && records.join(FILE).exists() {
        *open = Journal::open(records).ok();
    }
    let journal = open.as_ref()?;
    journal.load(&journal.find("INC-0001").ok()?).ok()
}

/// Entries that people wrote.
fn by_people(incident: &Incident) -> usize {
    incident.entries.iter().filter(|entry| entry.hand.by != SELF).count()
}

/// The part of a text that stands on one line wherever it is wrapped.
fn beginning(text: &str) -> String {
    measure::cut_with(text, 18, "").trim_end().to_owned()
}

/// The lines of the column that says what is due, below its heading.
fn now_column(screen: &Screen, heading: &str) -> Vec<String> {
    let Some((top, left)) = screen.find(heading) else { return Vec::new() };
    let rows = screen.rows.iter().skip(usize::from(top) + 1);
    let text = |row: &Vec<Cell>| {
        let cells = row.iter().skip(usize::from(left)).filter(|cell| cell.width > 0);
        cells.map(|cell| cell.text.as_str()).collect()
    };
    rows.map(text).collect()
}

/// The key of a choice by its place.
fn number(place: usize) -> String {
    (place + 1).to_string()
}

fn play(name: &str, lang: Lang) {
    let mut player = Player::open(name, lang, &[]);
    player.begin();
    player.go_through();
    player.decide_and_close();
    let screen = player.quit();
    let words = &player.words;
    let text = screen.text();
    assert!(text.contains("100 %"), "{screen}");
    for standing in ["score.late", "score.corrected", "score.wrong", "score.missed"] {
        let lines = text.lines().filter(|line| line.starts_with(words.get(standing)));
        assert_eq!(lines.count(), 0, "{screen}");
    }
}

/// In both languages at once.
fn played(name: &str) {
    thread::scope(|scope| {
        for lang in [Lang::En, Lang::Ja] {
            scope.spawn(move || play(name, lang));
        }
    });
}

#[test]
fn web_down_is_played_to_its_end() {
    played("web-down");
}

#[test]
fn host_failure_is_played_to_its_end() {
    played("host-failure");
}

#[test]
fn deploy_regression_is_played_to_its_end() {
    played("deploy-regression");
}

#[test]
fn disk_full_is_played_to_its_end() {
    played("disk-full");
}

#[test]
fn key_leak_is_played_to_its_end() {
    played("key-leak");
}

#[test]
fn every_drill_is_played() {
    let names: Vec<&str> = drill::scenarios().iter().map(|one| one.name).collect();
    let unplayed: Vec<&&str> = names.iter().filter(|name| !PLAYED.contains(name)).collect();
    assert!(unplayed.is_empty(), "no test plays these to the end: {unplayed:?}");
    assert_eq!(names.len(), PLAYED.len());
}

#[test]
fn who_opens_nothing_is_told_so() {
    for (lang, form) in [(Lang::En, "text"), (Lang::Ja, "markdown"), (Lang::Ja, "json")] {
        let mut player = Player::open("web-down", lang, &["--output", form]);
        player.session.wait_text("Alarms");
        let text = player.quit().text();
        if form == "json" {
            let json: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!((&json["drill"], &json["incident"]), (&"web-down".into(), &serde_json::Value::Null));
        } else {
            let sentence = player.words.fill("score.nobody", &[("drill", &"web-down")]);
            // The terminal breaks it where it ends.
            let whole = |text: &str| text.replace('\n', "");
            assert_eq!(whole(&text).trim_end(), whole(&sentence));
        }
        assert!(!player.records.exists(), "looking for incidents records nothing");
    }
}
