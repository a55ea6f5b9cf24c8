//! The incidents that the console knows, folded from their journals, and which of them is being worked on.
//!
//! What is written is on the disk before it is here: `update` asks for it ([`Effect::Open`], [`Effect::Write`]), the answer
//! is folded in. Nothing here writes.
//!
//! [`Effect::Open`]: super::effect::Effect::Open
//! [`Effect::Write`]: super::effect::Effect::Write

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;

use crate::{
    incident::{Entry, Incident, due::Due, event::Subject},
    panes::detail::Target,
    runbook::judge::Judged,
    text::sentence::Sentence,
};

/// What the console knows of incidents.
#[derive(Debug, Default)]
pub struct Incidents {
    known: BTreeMap<String, Arc<Incident>>,
    /// Those of which every entry is here.
    whole: BTreeSet<String>,
    /// Those that are being read.
    loading: BTreeSet<String>,
    /// The one that is being worked on.
    current: Option<String>,
    /// What is said when a request is on the disk.
    waiting: BTreeMap<u64, Sentence>,
    /// What the console writes by itself, by incident and what it is about: not twice.
    by_itself: BTreeMap<(String, &'static str), u64>,
    /// What was said to be due.
    told: BTreeSet<(String, &'static str, Timestamp)>,
    /// Checks that AWS is being asked about, by incident.
    asked: BTreeSet<(String, String)>,
    /// How checks came out last where the journal has it already, by incident.
    fresh: BTreeMap<String, BTreeMap<String, Judged>>,
    /// The step of the incident on screen that is due: the cursor goes with it, until it is moved.
    pub due: Option<Target>,
    /// Why they cannot be read or written.
    pub trouble: Option<Sentence>,
    /// Whether the list has been read once.
    pub is_read: bool,
    /// Whether rows are to be made anew.
    pub changed: bool,
}

impl Incidents {
    /// One, by its uid.
    pub fn get(&self, uid: &str) -> Option<&Incident> {
        self.known.get(uid).map(AsRef::as_ref)
    }

    /// All, shared.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Incident>> {
        self.known.values()
    }

    /// The one that is being worked on, as long as it goes on.
    pub fn current(&self) -> Option<&Incident> {
        self.current.as_deref().and_then(|uid| self.get(uid)).filter(|incident| !incident.is_closed())
    }

    /// Those that go on, the newest first.
    pub fn open(&self) -> Vec<&Incident> {
        let mut open: Vec<&Incident> =
            self.known.values().map(AsRef::as_ref).filter(|incident| !incident.is_closed()).collect();
        open.sort_by_key(|incident| std::cmp::Reverse(incident.number));
        open
    }

    /// The newest that goes on and is about a thing.
    pub fn open_about(&self, subject: &Subject) -> Option<&Incident> {
        self.open().into_iter().find(|incident| incident.is_about(subject))
    }

    /// From now on this one is worked on.
    pub fn work_on(&mut self, uid: &str) {
        if self.known.contains_key(uid) {
            self.current = Some(uid.to_owned());
        }
    }

    /// Has a sentence said when a request is on the disk, and not before.
    pub fn say_when_written(&mut self, generation: u64, done: Sentence) {
        self.waiting.insert(generation, done);
    }

    /// A request has been answered: the sentence that waited for it.
    pub fn is_written(&mut self, generation: u64) -> Option<Sentence> {
        self.by_itself.retain(|_, known| *known != generation);
        self.waiting.remove(&generation)
    }

    /// The console writes something by itself, once.
    pub fn writing(&mut self, uid: &str, what: &'static str, generation: u64) {
        self.by_itself.insert((uid.to_owned(), what), generation);
    }

    /// Whether nobody has been told yet that something is due.
    pub fn is_news(&self, uid: &str, due: &Due) -> bool {
        !self.told.contains(&(uid.to_owned(), due.what.wording(), due.at))
    }

    /// The operator has been told.
    pub fn rung(&mut self, uid: &str, due: &Due) {
        self.told.insert((uid.to_owned(), due.what.wording(), due.at));
    }

    /// Whether it is being written.
    pub fn is_writing(&self, uid: &str, what: &'static str) -> bool {
        self.by_itself.contains_key(&(uid.to_owned(), what))
    }

    /// AWS is asked about a check.
    pub fn asking(&mut self, uid: &str, check: &str) {
        self.asked.insert((uid.to_owned(), check.to_owned()));
    }

    /// Whether it is.
    pub fn is_asking(&self, uid: &str, check: &str) -> bool {
        self.asked.contains(&(uid.to_owned(), check.to_owned()))
    }

    /// It has answered.
    pub fn answered(&mut self, uid: &str, check: &str) {
        self.asked.remove(&(uid.to_owned(), check.to_owned()));
    }

    /// How a check came out now.
    pub fn freshen(&mut self, uid: &str, check: &str, judged: Judged) {
        self.fresh.entry(uid.to_owned()).or_default().insert(check.to_owned(), judged);
    }

    /// How checks came out last.
    pub fn fresh(&self, uid: &str) -> impl Iterator<Item = (&String, &Judged)> {
        self.fresh.get(uid).into_iter().flatten()
    }

    /// Every check is to be read again.
    pub fn expire(&mut self, uid: &str) {
        self.fresh.remove(uid);
    }

    /// Whether every entry of one is here; if not, and nobody is reading it, it is to be read now.
    pub fn must_load(&mut self, uid: &str) -> bool {
        self.known.contains_key(uid) && !self.whole.contains(uid) && self.loading.insert(uid.to_owned())
    }

    /// The list was read: as far as lists show them. What is here whole stays.
    pub fn listed(&mut self, all: Vec<Incident>) {
        for incident in all {
            if !self.whole.contains(&incident.uid) {
                self.known.insert(incident.uid.clone(), Arc::new(incident));
            }
        }
        (self.is_read, self.changed) = (true, true);
    }

    /// One was read whole.
    pub fn loaded(&mut self, incident: Incident) {
        self.loading.remove(&incident.uid);
        self.whole.insert(incident.uid.clone());
        self.known.insert(incident.uid.clone(), Arc::new(incident));
        self.changed = true;
    }

    /// Entries were written, here or by another console.
    pub fn written(&mut self, uid: &str, number: u64, entries: Vec<(Entry, String)>) {
        let fresh = entries.first().is_some_and(|(first, _)| first.seq == 1);
        if fresh && !self.known.contains_key(uid) {
            self.known.insert(uid.to_owned(), Arc::new(Incident::new(uid, number)));
            self.whole.insert(uid.to_owned());
        }
        let Some(incident) = self.known.get_mut(uid) else { return };
        let incident = Arc::make_mut(incident);
        for (entry, head) in entries {
            if self.whole.contains(uid) {
                incident.apply(entry, &head);
            } else {
                incident.apply_from(entry, &head);
            }
        }
        // What somebody has said is known from now on: what was unknown for want of it is to be read.
        if let Some(fresh) = self.fresh.get_mut(uid) {
            fresh.retain(|_, judged| !incident.values.keys().any(|name| judged.lacks(name)));
        }
        self.changed = true;
    }
}
