//! What is known of one UTC day in one account and Region: where its events are, and which stretches of it have been
//! read whole for which question. Events and stretches live and die together, so that nothing is ever taken for read
//! whose events are gone.

use std::{
    collections::HashMap,
    fs::File,
    hash::{BuildHasher, RandomState},
    sync::{Arc, Mutex},
};

use hashbrown::HashTable;

use super::{
    frame::Frame,
    id::EventId,
    lookup::Lookup,
    segment::{Frames, Keeper, Known},
    span::{Span, Spans},
};

/// Seconds of a day.
pub(super) const SECONDS: i64 = 86_400;

/// The number of a day: days since 1970.
pub(super) const fn of(second: i64) -> i64 {
    second.div_euclid(SECONDS)
}

/// A day's seconds.
pub(super) const fn span(day: i64) -> Span {
    Span::new(day * SECONDS, (day + 1) * SECONDS)
}

/// Where an event's frame is.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// In the day's file.
    File(Frames),
    /// Nowhere else: the store has no directory, or writing failed. The payload.
    Memory(Arc<[u8]>),
    /// In a file that only this run has.
    Spooled(Arc<Mutex<File>>, Frames),
}

/// One event: 50,000 of these are in memory.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Which event.
    pub id: EventId,
    /// When this process came to know it: 1, 2, 3, … per shelf.
    pub sequence: u64,
    /// Its time, in seconds since 1970.
    pub time: i64,
    /// Where it is.
    pub place: Place,
}

/// Stretches that were read whole for one question, and how many events that gave.
#[derive(Debug, Clone, Default)]
pub(super) struct Read {
    /// The stretches.
    pub spans: Spans,
    /// The events.
    pub rows: u64,
}

/// One day.
#[derive(Debug, Default)]
pub(super) struct Day {
    /// How far its file has been read.
    pub known: Option<Known>,
    /// Its events, in the order in which they came.
    pub entries: Vec<Entry>,
    /// The number of each in `entries`, found by its id there.
    places: HashTable<u32>,
    hasher: RandomState,
    /// What was read whole.
    pub read: HashMap<Lookup, Read>,
    /// Bytes of payloads in memory.
    pub in_memory: u64,
}

impl Day {
    /// Takes an event in unless it is known; whether it was not.
    pub(super) fn insert(&mut self, id: EventId, time: i64, place: Place, sequence: &mut u64) -> bool {
        let Ok(number) = u32::try_from(self.entries.len()) else { return false };
        if self.entry(id).is_some() {
            return false;
        }
        *sequence += 1;
        if let Place::Memory(bytes) = &place {
            self.in_memory += u64::try_from(bytes.len()).unwrap_or(0);
        }
        self.entries.push(Entry { id, sequence: *sequence, time, place });
        let (entries, hasher) = (&self.entries, &self.hasher);
        self.places.insert_unique(hasher.hash_one(id), number, |at| {
            usize::try_from(*at).ok().and_then(|at| entries.get(at)).map_or(0, |e| hasher.hash_one(e.id))
        });
        true
    }

    fn entry(&self, id: EventId) -> Option<&Entry> {
        let at = |at: &u32| self.entries.get(usize::try_from(*at).ok()?);
        let is_it = |number: &u32| at(number).is_some_and(|e| e.id == id);
        at(self.places.find(self.hasher.hash_one(id), is_it)?)
    }

    /// Whether an event is known.
    pub(super) fn knows(&self, id: &str) -> bool {
        self.place(id).is_some()
    }

    /// Notes a stretch of this day as read whole.
    pub(super) fn note(&mut self, lookup: Lookup, span: Span, rows: u32) {
        let read = self.read.entry(lookup).or_default();
        read.spans.add(span);
        read.rows += u64::from(rows);
    }

    /// The event's place.
    pub(super) fn place(&self, id: &str) -> Option<&Place> {
        self.entry(EventId::of(id)).map(|e| &e.place)
    }
}

/// A day being filled from its file.
pub(super) struct Filling<'a> {
    /// Which day it is.
    pub number: i64,
    /// The day, less `known`, which the reader holds.
    pub day: &'a mut Day,
    /// The shelf's count of events.
    pub sequence: &'a mut u64,
}

impl Keeper for Filling<'_> {
    fn reset(&mut self) {
        *self.day = Day::default();
    }

    fn keep(&mut self, frame: Frame, place: Frames) {
        let within = span(self.number);
        match frame {
            Frame::Event { time, id } if within.holds(time) => {
                self.day.insert(id, time, Place::File(place), self.sequence);
            }
            Frame::Read { lookup, span, rows } => self.day.note(lookup, span.and(within), rows),
            // A file under the name of another day says nothing about that day.
            Frame::Event { .. } => {}
        }
    }
}
