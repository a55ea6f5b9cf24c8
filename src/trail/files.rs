//! CloudTrail events from log files instead of AWS: read once, in the background, when somebody first wants them.
//!
//! Nothing is asked of AWS for them and nothing of them stays on disk. Events of every account and Region are kept, since
//! whose they are wanted for becomes known later than the files; which of them nobody wanted is said at the end.

mod hold;
mod told;

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use tokio::sync::watch;

use self::hold::{Hold, Kept, Whose};
pub use self::told::trouble;
use super::{
    found::{Found, Index},
    shelf::Shelf,
};
use crate::{
    logfiles::{self, Head, Outcome},
    rows::event::is_global,
    scope::ScopeId,
    triage::record,
};

/// Bytes of events on disk at most, all accounts and Regions together; their places in memory take a twentieth of it.
const ON_DISK: u64 = 512 * 1024 * 1024;
/// The same in memory, when there is no disk to use.
const IN_MEMORY: u64 = 96 * 1024 * 1024;

/// Log files, and what has been read of them.
pub struct Files {
    paths: Vec<PathBuf>,
    /// Earlier events are not shown.
    oldest: Timestamp,
    held: Mutex<Hold>,
    counts: Mutex<Counts>,
    /// Records so far.
    seen: AtomicU64,
    started: AtomicBool,
    done: watch::Sender<bool>,
}

/// What was read, and who wanted it.
#[derive(Debug, Default)]
struct Counts {
    outcome: Outcome,
    /// Events, those of global services apart.
    events: BTreeMap<(Whose, bool), u64>,
    /// Accounts (none when not known) and Regions that were wanted; only what global services did when that is so.
    wanted: BTreeSet<(Option<String>, String, bool)>,
    /// Events before `oldest`.
    older: u64,
    /// Records without an id or a time.
    unsound: u64,
    /// The first and the last event's time.
    times: Option<(i64, i64)>,
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Files").field("paths", &self.paths).finish_non_exhaustive()
    }
}

/// Says that the reading is over, also when it ended in a panic.
struct Over(Arc<Files>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.done.send_replace(true);
    }
}

impl Files {
    /// Files and folders that nothing has been read of. What is too much for memory goes to the disk of `dir`, and is gone
    /// with the process.
    pub fn new(paths: Vec<PathBuf>, oldest: Timestamp, dir: Option<&Path>) -> Self {
        Self::bounded(paths, oldest, Hold::new(dir, ON_DISK, IN_MEMORY))
    }

    fn bounded(paths: Vec<PathBuf>, oldest: Timestamp, hold: Hold) -> Self {
        Self {
            paths,
            oldest,
            held: Mutex::new(hold),
            counts: Mutex::default(),
            seen: AtomicU64::new(0),
            started: AtomicBool::new(false),
            done: watch::Sender::new(false),
        }
    }

    /// Begins to read, unless that has been done.
    pub fn start(self: &Arc<Self>) {
        if !self.started.swap(true, Ordering::SeqCst) {
            let over = Over(Arc::clone(self));
            // Of its own, and not of the runtime's: it may take a minute, and is not waited for at the end.
            let spawned = std::thread::Builder::new().spawn(move || over.0.read());
            if let Err(error) = spawned {
                tracing::error!(%error, "log files cannot be read");
            }
        }
    }

    /// Waits until all has been read.
    pub async fn read_whole(self: &Arc<Self>) {
        self.start();
        let _ = self.done.subscribe().wait_for(|done| *done).await;
    }

    /// Waits until all has been read, or that long; whether all has been read.
    pub async fn read_for(self: &Arc<Self>, time: Duration) -> bool {
        tokio::time::timeout(time, self.read_whole()).await.is_ok()
    }

    /// Records that have been read so far.
    pub fn seen(&self) -> u64 {
        self.seen.load(Ordering::Relaxed)
    }

    /// Where the events of an account in a Region are, when it is known, else of any; with `global_only` those of global
    /// services are wanted from there.
    pub(crate) fn shelves(
        &self,
        account: Option<&str>,
        region: &str,
        global_only: bool,
    ) -> Vec<(String, Arc<Shelf>)> {
        self.counts().wanted.insert((account.map(str::to_owned), region.to_owned(), global_only));
        let shelves = hold::of(&self.held, account, region).into_iter();
        shelves.map(|((account, region), shelf)| (format!("{account}.{region}"), shelf)).collect()
    }

    /// All shelves.
    pub(super) fn all(&self) -> Vec<Arc<Shelf>> {
        self.held().shelves.values().cloned().collect()
    }

    fn held(&self) -> MutexGuard<'_, Hold> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) {
        let wanted = |head: &Head<'_>| {
            self.seen.fetch_add(1, Ordering::Relaxed);
            let time = head.time.parse::<Timestamp>();
            let older = time.is_ok_and(|time| time < self.oldest);
            if older {
                self.counts().older += 1;
            }
            !older
        };
        let each = |head: &Head<'_>, text: &str| self.take(head, text);
        let outcome = logfiles::read(&self.paths, &wanted, &each);
        self.counts().outcome = outcome;
    }

    fn take(&self, head: &Head<'_>, text: &str) {
        let found = found(text).filter(Found::is_sound);
        let Some(found) = found else {
            self.counts().unsound += 1;
            return;
        };
        let kept = self.held().keep(head.account, head.region, &found);
        if kept == Kept::New {
            let mut counts = self.counts();
            let whose = (head.account.to_owned(), head.region.to_owned());
            *counts.events.entry((whose, is_global(&found.index.source))).or_default() += 1;
            let (first, last) = counts.times.unwrap_or((found.time, found.time));
            counts.times = Some((first.min(found.time), last.max(found.time)));
        }
    }
}

/// A record with the index that LookupEvents would have given with it.
fn found(text: &str) -> Option<Found> {
    let event = record::event(ScopeId(0), text, &[]).ok()?;
    Some(Found {
        id: event.id.as_str().into(),
        time: event.time.as_second(),
        index: Index {
            name: event.name.to_string(),
            source: event.source.to_string(),
            user: record::lookup_user(&event).map(str::to_owned),
            key: event.access_key.as_deref().map(str::to_owned),
            read_only: Some(event.read_only),
            resources: Vec::new(),
        },
        record: text.to_owned(),
    })
}
