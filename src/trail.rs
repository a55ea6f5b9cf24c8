//! CloudTrail events that have been read: on disk, bounded, so that no page is asked twice and a cold start shows at once
//! what was known before.
//!
//! ```text
//! <cache>/trail/v1/<account>.<Region>/2026-05-01.trail     one file per UTC day of the events' time
//! ```
//!
//! A file holds the day's events with their records, and which stretches of the day have been read whole for which
//! question ([`Lookup`]). What AWS may still add to, the last [`LATE`] of a reading, is never noted as read. In memory are
//! only the places of events, about a hundred bytes each; records are read back when wanted. Files are private to the
//! user (0600 in 0700) and hold nothing but what CloudTrail's records hold. A damaged file loses what follows the damage,
//! with a line in the log; a disk that fails costs the cache and no event; two processes may use one directory.
//!
//! Nothing here asks AWS or reads a clock. Files are touched on the runtime's threads for blocking work only.

mod day;
pub mod files;
pub mod found;
mod frame;
mod id;
pub mod lookup;
mod segment;
pub(crate) mod shelf;
pub mod span;
mod spool;

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use jiff::SignedDuration;

use self::shelf::{ReadWhole, Shelf};
pub use self::{
    files::Files,
    found::{Found, Index},
    lookup::Lookup,
    span::{Span, Spans},
};

/// How late an event may turn up in LookupEvents: "an average of about 5 minutes, not guaranteed"; planned for 15
/// (`aws-facts.md` §1.5).
pub const LATE: SignedDuration = SignedDuration::from_mins(15);

/// Bytes on disk per account and Region, unless the settings say otherwise.
pub const BOUND: u64 = 200 * 1024 * 1024;

/// All events that are known. Cloning is cheap and shares everything; directories and files are opened when first used.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    root: Option<PathBuf>,
    bound: u64,
    /// Events come from these alone.
    files: Option<Arc<Files>>,
    shelves: Mutex<HashMap<String, Arc<Shelf>>>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("root", &self.0.root)
            .field("bound", &self.0.bound)
            .finish_non_exhaustive()
    }
}

/// Whose events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner<'a> {
    /// Twelve digits. Without it nothing goes to disk: a profile may belong to another account tomorrow.
    pub account: Option<&'a str>,
    /// The profile.
    pub profile: &'a str,
    /// The Region's code.
    pub region: &'a str,
    /// Where the events come from, when that is not AWS itself.
    pub endpoint: Option<&'a str>,
}

impl Store {
    /// Events in a directory (`Paths::trail_dir`), at most `bound` bytes of them per account and Region. The directory is
    /// made when there is something to put in it.
    pub fn on_disk(dir: &Path, bound: u64) -> Self {
        let root = dir.join(format!("v{}", frame::VERSION));
        Self(Arc::new(Inner { root: Some(root), bound, files: None, shelves: Mutex::default() }))
    }

    /// Events in memory only, for the drill and for runs with a pinned clock; at most 48 MB per account and Region.
    pub fn in_memory() -> Self {
        Self(Arc::new(Inner { root: None, bound: BOUND, files: None, shelves: Mutex::default() }))
    }

    /// Events from log files: AWS is asked for none.
    pub fn of_files(files: Files) -> Self {
        let files = Some(Arc::new(files));
        Self(Arc::new(Inner { root: None, bound: BOUND, files, shelves: Mutex::default() }))
    }

    /// The log files that events come from, if that is so.
    pub fn files(&self) -> Option<&Arc<Files>> {
        self.0.files.as_ref()
    }

    /// The record of an event that [`crate::aws::cloudtrail::events`] has given in this run, as CloudTrail wrote it: JSON
    /// that is still to be sanitised by whoever shows it. None when it has been evicted, or had no record.
    pub async fn raw(&self, id: &str) -> Option<String> {
        let mut shelves: Vec<Arc<Shelf>> = {
            let shelves = self.0.shelves.lock().unwrap_or_else(PoisonError::into_inner);
            shelves.values().cloned().collect()
        };
        if let Some(files) = &self.0.files {
            shelves.extend(files.all());
        }
        let id = id.to_owned();
        let found = blocking(move || shelves.iter().find_map(|s| s.find(&id))).await?;
        Some(found.record).filter(|r| !r.is_empty())
    }

    /// Takes in events of an account that somebody else has read, and with them that a stretch holds no other changes: the
    /// stretch is not asked for again. Blocks on files.
    pub fn keep(&self, owner: Owner<'_>, found: Vec<Found>, whole: Span) {
        let rows = u32::try_from(found.len()).unwrap_or(u32::MAX);
        self.shelf(owner).1.add(found, &ReadWhole { lookup: Lookup::Writes, span: whole, rows });
    }

    /// The shelf of an account in a Region.
    pub(crate) fn shelf(&self, owner: Owner<'_>) -> (String, Arc<Shelf>) {
        let account = owner.account.filter(|a| a.len() == 12 && a.bytes().all(|b| b.is_ascii_digit()));
        let endpoint = owner.endpoint.map(|e| format!(".{}", plain(e))).unwrap_or_default();
        let whose = account.map_or_else(|| format!("profile {}", owner.profile), str::to_owned);
        let name = format!("{whose}.{}{endpoint}", plain(owner.region));
        let dir = self.0.root.as_ref().filter(|_| account.is_some()).map(|root| root.join(&name));
        let mut shelves = self.0.shelves.lock().unwrap_or_else(PoisonError::into_inner);
        let one = shelves.entry(name.clone()).or_insert_with(|| Arc::new(Shelf::new(dir, self.0.bound)));
        let one = Arc::clone(one);
        (name, one)
    }
}

/// A part of a file's name that cannot lead anywhere.
fn plain(text: &str) -> String {
    let text = text.split_once("://").map_or(text, |(_, host)| host);
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let plain: String = text.chars().take(80).map(|c| if fits(c) { c } else { '_' }).collect();
    plain.trim_matches('.').to_owned()
}

/// Does what blocks on a thread for it; what a panic or the end of the run leaves is the default.
pub(crate) async fn blocking<T: Default + Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap_or_default()
}
