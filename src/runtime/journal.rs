//! The desk that writes the incidents' journals, and tells what others write into them.
//!
//! One thread owns the file, since a write waits for the disk. Every wish is answered by one message, in the order of the
//! wishes: what was written, or why not. The file is made when the first incident is opened, and not before.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    time::Duration,
};

use tokio::sync::mpsc::Sender as Messages;

use super::Clock;
use crate::{
    app::{effect::Opening, msg::Msg},
    incident::{Event, Incident, chain::Hand},
    journal::{Appended, Created, FILE, Journal, Trouble},
    text::sentence::Sentence,
};

/// How often one looks whether another program has written.
const LOOK: Duration = Duration::from_millis(500);

/// A wish.
#[derive(Debug)]
pub(super) enum Wish {
    /// Open an incident.
    Open { generation: u64, hand: Hand, opening: Box<Opening> },
    /// Write into one.
    Write { generation: u64, uid: String, hand: Hand, events: Vec<Event> },
    /// Read one whole.
    Load(String),
}

/// The way to the desk. Dropping it ends the thread after what was wished.
#[derive(Debug, Clone)]
pub struct Desk(Sender<Wish>);

impl Desk {
    /// Starts a desk over the journals below a directory; none where there is no place to keep them.
    pub fn start(dir: Option<PathBuf>, clock: Clock, messages: Messages<Msg>) -> Self {
        let (sender, wishes) = mpsc::channel();
        let work = Work { dir, clock, messages, journal: None, seen: HashMap::new() };
        std::thread::spawn(move || work.run(&wishes));
        Self(sender)
    }

    /// Hands a wish in.
    pub(super) fn ask(&self, wish: Wish) {
        // The thread lives as long as this does.
        let _ = self.0.send(wish);
    }
}

struct Work {
    dir: Option<PathBuf>,
    clock: Clock,
    messages: Messages<Msg>,
    journal: Option<Journal>,
    /// The last entry of each incident that the console has been told of.
    seen: HashMap<String, u64>,
}

impl Work {
    fn run(mut self, wishes: &Receiver<Wish>) {
        self.list();
        loop {
            let told = match wishes.recv_timeout(LOOK) {
                Ok(wish) => self.wished(wish),
                Err(RecvTimeoutError::Timeout) => self.look(),
                Err(RecvTimeoutError::Disconnected) => return,
            };
            if !told {
                return;
            }
        }
    }

    /// Tells the console; false when nobody listens any more.
    fn tell(&self, msg: Msg) -> bool {
        self.messages.blocking_send(msg).is_ok()
    }

    fn journal(&mut self) -> Result<&mut Journal, Sentence> {
        if self.journal.is_none() {
            let dir = self.dir.as_deref().ok_or_else(|| Sentence::new("journal.nowhere"))?;
            self.journal = Some(Journal::open(dir).map_err(|trouble| trouble.sentence())?);
        }
        self.journal.as_mut().ok_or_else(|| Sentence::new("journal.nowhere"))
    }

    /// Whether there is a file, so that looking does not make one.
    fn is_there(&self) -> bool {
        self.journal.is_some() || self.dir.as_ref().is_some_and(|dir| dir.join(FILE).exists())
    }

    fn list(&mut self) -> bool {
        if !self.is_there() {
            return self.tell(Msg::Incidents(Ok(Vec::new())));
        }
        let listed = self.journal().and_then(|journal| journal.incidents().map_err(|t| t.sentence()));
        if let Ok(all) = &listed {
            let last = |incident: &Incident| incident.next_seq().saturating_sub(1);
            let new = all.iter().map(|incident| (incident.uid.clone(), last(incident)));
            for (uid, seq) in new {
                self.seen.entry(uid).or_insert(seq);
            }
        }
        self.tell(Msg::Incidents(listed))
    }

    fn wished(&mut self, wish: Wish) -> bool {
        let now = self.clock.now();
        match wish {
            Wish::Open { generation, hand, opening } => {
                let uid = match uid() {
                    Ok(uid) => uid,
                    Err(why) => return self.tell(Msg::NotWritten { generation, why }),
                };
                let subject = opening.subject.clone();
                // Another console may have opened one about the same a moment ago.
                let known = |all: Vec<Incident>| {
                    let subject = subject?;
                    let is_it = |one: &Incident| !one.is_closed() && one.is_about(&subject);
                    all.into_iter().find(is_it).map(|one| one.uid)
                };
                let created = self.journal().and_then(|journal| {
                    let events = |number| opening.events(number);
                    let created = journal.create_unless(&uid, now, &hand, known, events);
                    created.map_err(|trouble| trouble.sentence())
                });
                match created {
                    Ok(Created::New(number, all)) => self.answer(generation, Ok((number, all))),
                    Ok(Created::Known(uid)) => {
                        let (generation, entries) = (Some(generation), Vec::new());
                        self.list() && self.tell(Msg::Written { generation, uid, number: 0, entries })
                    }
                    Err(why) => self.answer(generation, Err(why)),
                }
            }
            Wish::Write { generation, uid, hand, events } => {
                let appended = self.journal().and_then(|journal| {
                    let appended = journal.append(&uid, now, &hand, &events);
                    appended.map(|all| (0, all)).map_err(|trouble| trouble.sentence())
                });
                self.answer(generation, appended)
            }
            Wish::Load(uid) => {
                let loaded = self.journal().and_then(|journal| journal.load(&uid).map_err(|t| t.sentence()));
                if let Ok(incident) = &loaded {
                    self.seen.insert(uid.clone(), incident.next_seq().saturating_sub(1));
                }
                self.tell(Msg::Incident { uid, result: loaded.map(Box::new) })
            }
        }
    }

    fn answer(&mut self, generation: u64, written: Result<(u64, Vec<Appended>), Sentence>) -> bool {
        match written {
            Ok((number, appended)) => {
                let Some(uid) = appended.first().map(|one| one.uid.clone()) else { return true };
                // Another console may have written between: what it wrote comes first.
                let first = appended.first().map_or(1, |one| one.entry.seq);
                if self.seen.get(&uid).copied().unwrap_or_default() + 1 < first && !self.news_of(&uid) {
                    return false;
                }
                let last = appended.last().map_or(0, |one| one.entry.seq);
                let seen = self.seen.insert(uid.clone(), last).unwrap_or_default();
                let new = appended.into_iter().filter(|one| one.entry.seq > seen);
                let entries = new.map(|one| (one.entry, one.stored.hash)).collect();
                self.tell(Msg::Written { generation: Some(generation), uid, number, entries })
            }
            Err(why) => self.tell(Msg::NotWritten { generation, why }),
        }
    }

    /// Tells what others have written.
    fn look(&mut self) -> bool {
        if !self.is_there() {
            return true;
        }
        let news = self.journal().and_then(|journal| journal.has_news().map_err(|t| t.sentence()));
        match news {
            Ok(true) => {
                let known: Vec<String> = self.seen.keys().cloned().collect();
                let told = self.list();
                told && known.iter().all(|uid| self.news_of(uid))
            }
            // It is said when something is to be written.
            Ok(false) | Err(_) => true,
        }
    }

    fn news_of(&mut self, uid: &str) -> bool {
        let seen = self.seen.get(uid).copied().unwrap_or_default();
        let since = |trouble: Trouble| trouble.sentence();
        let new = self.journal().and_then(|journal| journal.since(uid, seen).map_err(since));
        let Ok(entries) = new else { return true };
        let Some((last, _)) = entries.last() else { return true };
        self.seen.insert(uid.to_owned(), last.seq);
        self.tell(Msg::Written { generation: None, uid: uid.to_owned(), number: 0, entries })
    }
}

/// What binds the entries of an incident together, on every machine: 32 letters that no other has.
fn uid() -> Result<String, Sentence> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| Sentence::new("journal.unwritable").with("why", error))?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}
