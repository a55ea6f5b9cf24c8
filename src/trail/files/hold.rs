//! What has been read of log files, by account and Region: the newest days of it when it is too much.
//!
//! Which days stay does not depend on the order in which the files are read.

use std::{
    collections::BTreeMap,
    io,
    path::Path,
    sync::{Arc, Mutex},
};

use crate::trail::{
    day::{self, Place},
    found::Found,
    frame,
    shelf::Shelf,
    spool::{self, Spool},
};

/// Account and Region; either is empty where a record does not say.
pub(super) type Whose = (String, String);

/// The events, and the counts of what is not among them.
#[derive(Debug)]
pub(super) struct Hold {
    pub shelves: BTreeMap<Whose, Arc<Shelf>>,
    /// Without it everything is in memory.
    spool: Option<Spool>,
    bound: u64,
    /// Bytes by day.
    days: BTreeMap<i64, u64>,
    bytes: u64,
    /// The first day that is kept.
    first: i64,
    /// Events that were too much.
    pub left_out: u64,
    /// Before this second some are missing for that.
    pub left_out_before: i64,
    /// Why the disk takes no more.
    pub failed: Option<String>,
}

/// What came of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// It is there, and was not before.
    New,
    /// It was there.
    Known,
    /// There is no room for it.
    LeftOut,
}

impl Hold {
    /// Room for so many bytes on the disk of a directory, or for so many in memory without one.
    pub(super) fn new(dir: Option<&Path>, on_disk: u64, in_memory: u64) -> Self {
        let spool = dir.and_then(|dir| {
            let opened = Spool::new(dir);
            opened.inspect_err(|error| tracing::warn!(%error, "log files are held in memory")).ok()
        });
        Self {
            bound: if spool.is_some() { on_disk } else { in_memory },
            shelves: BTreeMap::new(),
            spool,
            days: BTreeMap::new(),
            bytes: 0,
            first: i64::MIN,
            left_out: 0,
            left_out_before: i64::MIN,
            failed: None,
        }
    }

    /// The shelf of an account in a Region; made when there is none.
    pub(super) fn shelf_of(&mut self, account: &str, region: &str) -> Arc<Shelf> {
        let whose = (account.to_owned(), region.to_owned());
        Arc::clone(self.shelves.entry(whose).or_insert_with(|| {
            let new = Shelf::to_fill();
            if self.first > i64::MIN {
                new.forget_before(self.first);
            }
            Arc::new(new)
        }))
    }

    /// Takes an event in.
    pub(super) fn keep(&mut self, account: &str, region: &str, found: &Found) -> Kept {
        let its = self.shelf_of(account, region);
        let number = day::of(found.time);
        if its.knows(&found.id, found.time) {
            return Kept::Known;
        }
        let frame = frame::event(found);
        let size = u64::try_from(frame.len()).unwrap_or(u64::MAX);
        let alone = self.days.get(&number).copied().unwrap_or(0).saturating_add(size);
        if self.failed.is_some() || number < self.first || alone > self.bound {
            self.left_out += 1;
            // Of a day that is too much by itself a part stays.
            let before = if alone > self.bound { day::span(number).to } else { day::span(self.first).from };
            self.left_out_before = self.left_out_before.max(before);
            return Kept::LeftOut;
        }
        let spool = &mut self.spool;
        let place = || match spool {
            Some(spool) => spool.append(&frame),
            None => Ok(Place::Memory(frame.get(frame::PREFIX..).unwrap_or_default().into())),
        };
        match its.put(&found.id, found.time, place) {
            Ok(true) => {}
            Ok(false) => return Kept::Known,
            Err(error) => {
                self.failed = Some(error.to_string());
                self.left_out += 1;
                return Kept::LeftOut;
            }
        }
        *self.days.entry(number).or_default() += size;
        self.bytes += size;
        self.make_room();
        Kept::New
    }

    fn make_room(&mut self) {
        while self.bytes > self.bound
            && self.days.len() > 1
            && let Some((oldest, size)) = self.days.pop_first()
        {
            self.bytes -= size;
            self.first = oldest + 1;
            self.left_out += self.shelves.values().map(|shelf| shelf.forget_before(self.first)).sum::<u64>();
            self.left_out_before = self.left_out_before.max(day::span(self.first).from);
        }
        // What was forgotten is still in the file; what stays moves into a new one.
        if self.spool.as_ref().is_some_and(|spool| spool.end / 2 > self.bound)
            && let Err(error) = self.move_all()
        {
            self.failed = Some(error.to_string());
        }
    }

    fn move_all(&mut self) -> io::Result<()> {
        let Some(old) = &self.spool else { return Ok(()) };
        let mut new = old.another()?;
        for shelf in self.shelves.values() {
            shelf.move_all(&mut |place| match place {
                Place::Spooled(file, at) => new.append(&spool::frame(file, *at)?),
                other => Ok(other.clone()),
            })?;
        }
        self.spool = Some(new);
        Ok(())
    }
}

/// The shelves that a Region's events of an account are on; of any account when that is not known.
pub(super) fn of(held: &Mutex<Hold>, account: Option<&str>, region: &str) -> Vec<(Whose, Arc<Shelf>)> {
    let mut held = held.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    // One that says no account or no Region may be of this one.
    let mut wanted: Vec<Whose> = Vec::new();
    if let Some(account) = account {
        wanted.push((account.to_owned(), region.to_owned()));
        wanted.push((account.to_owned(), String::new()));
    } else {
        let all = held
            .shelves
            .keys()
            .filter(|(account, at)| !account.is_empty() && (at == region || at.is_empty()));
        wanted.extend(all.cloned());
    }
    wanted.push((String::new(), region.to_owned()));
    wanted.push((String::new(), String::new()));
    wanted.into_iter().map(|whose| (whose.clone(), held.shelf_of(&whose.0, &whose.1))).collect()
}
