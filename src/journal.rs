//! The journals of incidents on disk: one SQLite file, appended to and never changed.
//!
//! An append is answered only when it is on the disk (WAL, `synchronous = FULL`); several programs may write at once, each
//! append taking its place in the chain under SQLite's write lock. Triggers refuse any change of what is written. Blocks;
//! callers have a thread for it. Reads no clock, and decides nothing about incidents: that is `incident`.
//!
//! WAL keeps two files beside the record and memory that all its programs share: the directory must be writable, and on
//! a disk of this machine, not on a network file system.

mod import;
mod load;
mod trouble;
mod verify;
mod write;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use crate::incident::{Entry, Event, Incident, Stored, chain::Hand};

pub use self::{import::Came, trouble::Trouble, verify::Fault};

/// The file below the data directory.
pub const FILE: &str = "incidents.sqlite";

/// The version of the tables; a file of a higher one is left alone.
const VERSION: i64 = 1;

/// How long a writer waits for another one.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long it waits before it asks again. SQLite's own waiting grows to a tenth of a second, and who has written just
/// now would always be first again.
const PAUSE: Duration = Duration::from_millis(1);

const TABLES: &str = "
CREATE TABLE incident (
    uid    TEXT PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    seq    INTEGER NOT NULL,
    head   TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE entry (
    uid  TEXT NOT NULL REFERENCES incident (uid),
    seq  INTEGER NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (uid, seq)
);
CREATE TABLE arrival (
    uid    TEXT PRIMARY KEY REFERENCES incident (uid),
    seq    INTEGER NOT NULL,
    origin TEXT NOT NULL
) WITHOUT ROWID;
CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER entry_is_kept BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
";

/// An entry that was appended, as it is kept and as it reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Appended {
    /// Of which incident.
    pub uid: String,
    /// As it is kept.
    pub stored: Stored,
    /// As it reads.
    pub entry: Entry,
}

/// The journals.
#[derive(Debug)]
pub struct Journal {
    db: Connection,
    path: PathBuf,
    /// SQLite's count of what others have written, when that was last looked at.
    seen: i64,
}

impl Journal {
    /// Opens the journals below a directory, which is made when it is not there.
    pub fn open(dir: &Path) -> Result<Self, Trouble> {
        let path = dir.join(FILE);
        let trouble = |error: rusqlite::Error| Trouble::of(&path, &error);
        std::fs::create_dir_all(dir).map_err(|error| Trouble::place(dir, &error))?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut db = Connection::open_with_flags(&path, flags).map_err(trouble)?;
        db.busy_handler(Some(wait)).map_err(trouble)?;
        // In one look: another program may be making the tables.
        let look = "SELECT user_version, (SELECT count(*) FROM sqlite_master) FROM pragma_user_version";
        let (version, tables): (i64, i64) =
            db.query_row(look, [], |row| Ok((row.get(0)?, row.get(1)?))).map_err(trouble)?;
        if version > VERSION {
            return Err(Trouble::Newer { path });
        }
        if version == 0 && tables > 0 {
            return Err(Trouble::Stranger { path });
        }
        let mode = keep_log(&db).map_err(trouble)?;
        if !mode.eq_ignore_ascii_case("wal") {
            return Err(Trouble::Device { path, why: format!("journal_mode = {mode}") });
        }
        db.pragma_update(None, "synchronous", "FULL").map_err(trouble)?;
        db.pragma_update(None, "foreign_keys", true).map_err(trouble)?;
        if version == 0 {
            let tx = db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(trouble)?;
            // Another program may have made them meanwhile.
            let now: i64 = tx.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(trouble)?;
            if now == 0 {
                tx.execute_batch(TABLES).map_err(trouble)?;
                tx.pragma_update(None, "user_version", VERSION).map_err(trouble)?;
            }
            tx.commit().map_err(trouble)?;
        }
        let mut journal = Self { db, path, seen: 0 };
        journal.has_news()?;
        Ok(journal)
    }

    /// No journals at all: for who only looks where nothing was recorded yet, so that looking writes nothing.
    pub fn none(dir: &Path) -> Result<Self, Trouble> {
        let path = dir.join(FILE);
        let db = Connection::open_in_memory().map_err(|error| Trouble::of(&path, &error))?;
        db.execute_batch(TABLES).map_err(|error| Trouble::of(&path, &error))?;
        Ok(Self { db, path, seen: 0 })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What binds the entries of a new incident together: 32 random hex digits.
    pub fn fresh_uid(&self) -> Result<String, Trouble> {
        let made = self.db.query_row("SELECT lower(hex(randomblob(16)))", [], |row| row.get(0));
        made.map_err(|error| Trouble::of(&self.path, &error))
    }

    /// Starts a journal, as [`create`](Self::create) does, unless `known` finds among all incidents, the newest first,
    /// one that is meant already. Nobody else writes meanwhile: two pagers cannot both open one.
    pub fn create_unless<T>(
        &mut self,
        uid: &str,
        now: Timestamp,
        hand: &Hand,
        known: impl FnOnce(Vec<Incident>) -> Option<T>,
        opened: impl FnOnce(u64) -> Vec<Event>,
    ) -> Result<Created<T>, Trouble> {
        self.write(|tx| match known(load::incidents(tx)?) {
            Some(known) => Ok(Created::Known(known)),
            None => write::create(tx, uid, now, hand, opened).map(|(number, all)| Created::New(number, all)),
        })
    }

    /// Starts a journal with the event that is made of its number; answers the number and what was written.
    pub fn create(
        &mut self,
        uid: &str,
        now: Timestamp,
        hand: &Hand,
        opened: impl FnOnce(u64) -> Vec<Event>,
    ) -> Result<(u64, Vec<Appended>), Trouble> {
        self.write(|tx| write::create(tx, uid, now, hand, opened))
    }

    /// Appends to a journal, all or nothing; what was written is on the disk when this answers. The first entry that is
    /// written here of a journal from another machine is that it came from there: it is among what is answered.
    pub fn append(
        &mut self,
        uid: &str,
        now: Timestamp,
        hand: &Hand,
        events: &[Event],
    ) -> Result<Vec<Appended>, Trouble> {
        self.write(|tx| write::append(tx, uid, now, hand, events))
    }

    /// Whether another program has written since this was last asked.
    pub fn has_news(&mut self) -> Result<bool, Trouble> {
        let version: i64 = self
            .db
            .query_row("PRAGMA data_version", [], |row| row.get(0))
            .map_err(|error| Trouble::of(&self.path, &error))?;
        Ok(std::mem::replace(&mut self.seen, version) != version)
    }

    fn write<T>(&mut self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>) -> Result<T, Trouble> {
        let path = &self.path;
        let trouble = |error: rusqlite::Error| Trouble::of(path, &error);
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(trouble)?;
        let done = work(&tx).map_err(|failure| match failure {
            Failure::Sql(error) => Trouble::of(path, &error),
            Failure::Other(trouble) => trouble,
        })?;
        tx.commit().map_err(trouble)?;
        Ok(done)
    }
}

/// Waits for another program, unless that took too long already.
fn wait(tries: i32) -> bool {
    let goes_on = u32::try_from(tries).is_ok_and(|tries| PAUSE * tries < PATIENCE);
    if goes_on {
        std::thread::sleep(PAUSE);
    }
    goes_on
}

/// Turns the write-ahead log on; what SQLite says is on then. While others do the same it says that they do, and does
/// not wait.
fn keep_log(db: &Connection) -> rusqlite::Result<String> {
    let mut tries = 0;
    loop {
        let mode = db.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0));
        let busy = matches!(&mode, Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy));
        if !(busy && wait(tries)) {
            return mode;
        }
        tries += 1;
    }
}

/// What came of starting a journal that may be there.
#[derive(Debug, Clone, PartialEq)]
pub enum Created<T> {
    /// It is new: its number, and what was written.
    New(u64, Vec<Appended>),
    /// It is there already.
    Known(T),
}

/// Why a transaction is given up.
enum Failure {
    Sql(rusqlite::Error),
    Other(Trouble),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Self::Other(trouble)
    }
}

#[cfg(test)]
mod tests;
