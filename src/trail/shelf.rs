//! The events of one account in one Region, day by day: added, found again, evicted.
//!
//! All of it blocks on files and is called from threads that may (see [`super::Store`]). A file that cannot be written
//! costs the cache and never an event: what is not on disk stays in memory. Nothing here knows what an event means or
//! what time it is.

mod filled;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    day::{self, Day, Filling, Place},
    found::Found,
    frame,
    id::EventId,
    lookup::Lookup,
    segment::{self, Locked},
    span::{Span, Spans},
    spool,
};

/// Payloads in memory at most, in bytes per account and Region: of a store without a directory, or when the disk fails.
const MEMORY: u64 = 48 * 1024 * 1024;
const SUFFIX: &str = "trail";

/// One account in one Region.
#[derive(Debug)]
pub(crate) struct Shelf {
    dir: Option<PathBuf>,
    bound: u64,
    state: Mutex<State>,
    turns: Mutex<HashMap<Lookup, Arc<tokio::sync::Mutex<()>>>>,
}

#[derive(Debug, Default)]
struct State {
    days: BTreeMap<i64, Day>,
    sequence: u64,
    /// Questions that some event answered, however new.
    hits: HashSet<Lookup>,
    /// The last reading of each question up to now.
    tails: HashMap<Lookup, Tail>,
    /// Writing failed and that has been logged.
    failed: bool,
    /// Nobody is asked for more: what is to be had is there from this second on.
    whole_from: Option<i64>,
}

/// What adding events came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Added {
    /// Events that were not known.
    pub fresh: usize,
    /// Events that were.
    pub known: usize,
    /// Events without an id or a believable time, which cannot be kept.
    pub unsound: usize,
}

/// A stretch that has been read whole for a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReadWhole {
    /// The question.
    pub lookup: Lookup,
    /// The stretch, as far as it is settled; may be empty.
    pub span: Span,
    /// How many events came.
    pub rows: u32,
}

/// A stretch up to the moment of its reading that was read whole; its last minutes may still get late events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tail {
    /// From this second.
    pub from: i64,
    /// To the moment of the reading.
    pub at: i64,
}

/// An event that can be fetched.
#[derive(Debug, Clone)]
pub(crate) struct Ref {
    time: i64,
    sequence: u64,
    place: Place,
}

impl Shelf {
    /// A shelf in a directory of its own, or in memory only. Nothing is read yet.
    pub(super) fn new(dir: Option<PathBuf>, bound: u64) -> Self {
        Self { dir, bound, state: Mutex::default(), turns: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Held by whoever reads a question's pages, so that two who want the same do not both ask for it.
    pub(crate) fn turn(&self, lookup: &Lookup) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(lookup.clone()).or_default())
    }

    /// Adds events and what was thereby read whole.
    pub(crate) fn add(&self, found: Vec<Found>, read: &ReadWhole) -> Added {
        let mut added = Added::default();
        let mut days: BTreeMap<i64, Vec<Found>> = BTreeMap::new();
        if !read.span.is_empty() {
            days.extend((day::of(read.span.from)..=day::of(read.span.to - 1)).map(|d| (d, Vec::new())));
        }
        for one in found {
            if one.is_sound() {
                days.entry(day::of(one.time)).or_default().push(one);
            } else {
                added.unsound += 1;
            }
        }
        let mut state = self.state();
        if read.rows > 0 {
            state.hits.insert(read.lookup.clone());
        }
        let written: HashSet<i64> = days.keys().copied().collect();
        for (number, found) in days {
            let part = ReadWhole { span: read.span.and(day::span(number)), ..read.clone() };
            let total = found.len();
            let fresh = self.add_day(&mut state, number, found, &part);
            added.fresh += fresh;
            added.known += total - fresh;
        }
        self.evict(&mut state, &written);
        added
    }

    fn add_day(&self, state: &mut State, number: i64, found: Vec<Found>, read: &ReadWhole) -> usize {
        if let Some(path) = self.path(number) {
            match self.append(state, number, &path, &found, read) {
                Ok(fresh) => {
                    state.failed = false;
                    return fresh;
                }
                Err(error) if !state.failed => {
                    state.failed = true;
                    tracing::warn!(path = %path.display(), %error, "the event cache cannot be written");
                }
                Err(_) => {}
            }
        }
        let State { days, sequence, .. } = state;
        let day = days.entry(number).or_default();
        let fresh = found.into_iter().filter(|one| !day.knows(&one.id)).collect::<Vec<_>>();
        let fresh = fresh.into_iter().filter(|one| {
            let payload = frame::event(one).split_off(frame::PREFIX);
            day.insert(EventId::of(&one.id), one.time, Place::Memory(payload.into()), sequence)
        });
        let fresh = fresh.count();
        if !read.span.is_empty() {
            day.note(read.lookup.clone(), read.span, read.rows);
        }
        fresh
    }

    fn append(
        &self,
        state: &mut State,
        number: i64,
        path: &Path,
        found: &[Found],
        read: &ReadWhole,
    ) -> io::Result<usize> {
        make_dir(path.parent().unwrap_or(path))?;
        let State { days, sequence, .. } = state;
        let day = days.entry(number).or_default();
        let mut known = day.known.take();
        let result = (|| {
            let mut file = Locked::open(path)?;
            file.refresh(&mut known, &mut Filling { number, day, sequence })?;
            // The last word on one id within a page is the first.
            let mut seen = HashSet::new();
            let mut new: Vec<&Found> =
                found.iter().filter(|f| !day.knows(&f.id) && seen.insert(&f.id)).collect();
            let mut frames: Vec<Vec<u8>> = new.iter().map(|one| frame::event(one)).collect();
            let is_read =
                |day: &Day| day.read.get(&read.lookup).is_some_and(|r| r.spans.missing(read.span).is_empty());
            if !read.span.is_empty() && !is_read(day) {
                frames.push(frame::read(&read.lookup, read.span, read.rows));
            }
            let size: usize = frames.iter().map(Vec::len).sum();
            if known.is_some_and(|k| k.end + u64::try_from(size).unwrap_or(0) > self.bound) {
                // One day beyond the whole bound: it begins anew, without what it had.
                file.empty(&mut known, &mut Filling { number, day, sequence })?;
                new = found.iter().collect();
                frames = new.iter().map(|one| frame::event(one)).collect();
            }
            let Some(at) = known.as_mut() else { return Ok(0) };
            if frames.is_empty() {
                return Ok(0);
            }
            let places = file.append(at, &frames)?;
            for (one, place) in new.iter().zip(&places) {
                day.insert(EventId::of(&one.id), one.time, Place::File(*place), sequence);
            }
            if places.len() > new.len() {
                day.note(read.lookup.clone(), read.span, read.rows);
            }
            Ok(new.len())
        })();
        day.known = known;
        result
    }

    /// What is settled of a stretch by any of these questions.
    pub(crate) fn settled(&self, lookups: &[Lookup], wanted: Span) -> Spans {
        if let Some(filled) = self.filled(wanted) {
            return filled;
        }
        let mut all = Spans::default();
        for number in self.days(wanted) {
            let mut state = self.state();
            self.refresh(&mut state, number);
            for read in lookups.iter().filter_map(|l| state.days.get(&number)?.read.get(l)) {
                all.add_all(&read.spans);
            }
        }
        all
    }

    /// Whether a question has ever given an event within these days, or a new one.
    pub(crate) fn has_hits(&self, lookup: &Lookup, wanted: Span) -> bool {
        let state = self.state();
        let mut days = state.days.range(day::of(wanted.from)..=day::of(wanted.to));
        state.hits.contains(lookup) || days.any(|(_, d)| d.read.get(lookup).is_some_and(|r| r.rows > 0))
    }

    /// The last reading of a question up to now, by this process.
    pub(crate) fn tail(&self, lookup: &Lookup) -> Option<Tail> {
        self.state().tails.get(lookup).copied()
    }

    /// Notes a reading of a question up to now.
    pub(crate) fn set_tail(&self, lookup: &Lookup, tail: Tail) {
        self.state().tails.insert(lookup.clone(), tail);
    }

    /// The days of a stretch that anything is known of, newest first.
    pub(crate) fn days(&self, wanted: Span) -> Vec<i64> {
        let within = day::of(wanted.from)..=day::of(wanted.to);
        let mut days: HashSet<i64> = self.state().days.range(within.clone()).map(|(d, _)| *d).collect();
        days.extend(self.files().into_iter().map(|f| f.day).filter(|d| within.contains(d)));
        let mut days: Vec<i64> = days.into_iter().collect();
        days.sort_unstable_by(|a, b| b.cmp(a));
        days
    }

    /// A day's events within a stretch that this process came to know after a point in its sequence, newest first, and
    /// the point up to which that is all of them.
    pub(crate) fn events(&self, number: i64, wanted: Span, after: u64) -> (Vec<Ref>, u64) {
        let mut state = self.state();
        self.refresh(&mut state, number);
        let upto = state.sequence;
        let mut refs: Vec<Ref> = Vec::new();
        if let Some(day) = state.days.get(&number) {
            let new = day.entries.iter().rev().take_while(|e| e.sequence > after);
            let fitting = new.filter(|e| wanted.holds(e.time));
            refs.extend(fitting.map(|e| Ref { time: e.time, sequence: e.sequence, place: e.place.clone() }));
        }
        drop(state);
        // Within a second in the order in which LookupEvents gave them.
        refs.sort_unstable_by_key(|r| (std::cmp::Reverse(r.time), r.sequence));
        (refs, upto)
    }

    /// Events of one day, read back; those that are gone are left out.
    pub(crate) fn fetch(&self, number: i64, refs: &[Ref]) -> Vec<Found> {
        let mut file = self.path(number).and_then(|path| File::open(path).ok());
        refs.iter().filter_map(|r| read(&r.place, file.as_mut())).collect()
    }

    /// The event with an id, if this process knows it and it has not been evicted.
    pub(crate) fn find(&self, id: &str) -> Option<Found> {
        let (number, place) = {
            let state = self.state();
            let mut places = state.days.iter().rev().filter_map(|(n, d)| Some((*n, d.place(id)?.clone())));
            places.next()?
        };
        let mut file = self.path(number).and_then(|path| File::open(path).ok());
        read(&place, file.as_mut()).filter(|found| *found.id == *id)
    }

    /// Reads what another process has appended to a day's file, and the whole of it the first time.
    fn refresh(&self, state: &mut State, number: i64) {
        let Some(path) = self.path(number) else { return };
        let State { days, sequence, .. } = state;
        let day = days.entry(number).or_default();
        let mut known = day.known.take();
        let read = segment::refresh(&path, &mut known, &mut Filling { number, day, sequence });
        day.known = known;
        if let Err(error) = read {
            tracing::warn!(path = %path.display(), %error, "a part of the event cache cannot be read");
        }
    }

    fn path(&self, number: i64) -> Option<PathBuf> {
        let at = Timestamp::from_second(number.checked_mul(day::SECONDS)?).ok()?;
        let date = at.to_zoned(TimeZone::UTC).date();
        Some(self.dir.as_ref()?.join(format!("{date}.{SUFFIX}")))
    }

    fn files(&self) -> Vec<DayFile> {
        let entries = self.dir.as_ref().and_then(|dir| fs::read_dir(dir).ok());
        entries.into_iter().flatten().filter_map(|e| DayFile::of(&e.ok()?)).collect()
    }

    /// Removes the days that were written to longest ago until the bound holds; never one that was just written.
    fn evict(&self, state: &mut State, written: &HashSet<i64>) {
        let mut files = self.files();
        let mut total: u64 = files.iter().map(|f| f.size).sum();
        files.sort_unstable_by_key(|f| (f.written, f.day));
        for file in files.iter().filter(|f| !written.contains(&f.day)) {
            if total <= self.bound {
                break;
            }
            if segment::remove(&file.path) {
                total = total.saturating_sub(file.size);
                state.days.remove(&file.day);
                tracing::debug!(path = %file.path.display(), "evicted from the event cache");
            }
        }
        let bound = MEMORY.min(self.bound);
        while state.days.values().map(|d| d.in_memory).sum::<u64>() > bound {
            let newest = |d: &Day| d.entries.last().map_or(0, |e| e.sequence);
            let oldest = state.days.iter().filter(|(n, d)| d.in_memory > 0 && !written.contains(n));
            let Some(number) = oldest.min_by_key(|(_, d)| newest(d)).map(|(n, _)| *n) else { break };
            state.days.remove(&number);
        }
    }
}

fn read(place: &Place, file: Option<&mut File>) -> Option<Found> {
    match place {
        Place::Memory(payload) => frame::found(payload),
        Place::File(at) => frame::found(&segment::read(file?, *at)?),
        Place::Spooled(file, at) => frame::found(&spool::read(file, *at)?),
    }
}

/// A day's file as the directory lists it.
struct DayFile {
    day: i64,
    path: PathBuf,
    size: u64,
    written: SystemTime,
}

impl DayFile {
    fn of(entry: &fs::DirEntry) -> Option<Self> {
        let path = entry.path();
        if path.extension()? != SUFFIX {
            return None;
        }
        let date: Date = path.file_stem()?.to_str()?.parse().ok()?;
        let start = date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second();
        let meta = entry.metadata().ok()?;
        let written = meta.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        Some(Self { day: day::of(start), path, size: meta.len(), written })
    }
}

/// Makes a directory for one user's eyes.
pub(super) fn make_dir(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}
