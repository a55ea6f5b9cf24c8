//! The journals of incidents on disk: one SQLite file, appended to and never changed.
//!
//! An append is answered only when it is on the disk (WAL, `synchronous = FULL`); several programs may write at once, each
//! append taking its place in the chain under SQLite's write lock. Triggers refuse any change of what is written. Blocks;
//! callers have a thread for it. Reads no clock, and decides nothing about incidents: that is `incident`.

mod load;
mod trouble;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::incident::{
    Entry, Event, Stored,
    chain::{self, BEFORE_ALL, Hand},
};

pub use self::trouble::Trouble;

/// The file below the data directory.
pub const FILE: &str = "incidents.sqlite";

/// The version of the tables; a file of a higher one is left alone.
const VERSION: i64 = 1;

/// How long a writer waits for another one.
const PATIENCE: Duration = Duration::from_secs(5);

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
        db.busy_timeout(PATIENCE).map_err(trouble)?;
        let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(trouble)?;
        if version > VERSION {
            return Err(Trouble::Newer { path });
        }
        db.pragma_update(None, "journal_mode", "WAL").map_err(trouble)?;
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

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Starts a journal with the event that is made of its number; answers the number and what was written.
    pub fn create(
        &mut self,
        uid: &str,
        now: Timestamp,
        hand: &Hand,
        opened: impl FnOnce(u64) -> Vec<Event>,
    ) -> Result<(u64, Vec<Appended>), Trouble> {
        self.write(|tx| {
            let number: i64 =
                tx.query_row("SELECT coalesce(max(number), 0) + 1 FROM incident", [], |row| row.get(0))?;
            tx.execute(
                "INSERT INTO incident (uid, number, seq, head) VALUES (?1, ?2, 0, ?3)",
                params![uid, number, BEFORE_ALL],
            )?;
            let number = u64::try_from(number).unwrap_or_default();
            let appended = append(tx, uid, now, hand, &opened(number))?;
            Ok((number, appended))
        })
    }

    /// Appends to a journal, all or nothing; what was written is on the disk when this answers.
    pub fn append(
        &mut self,
        uid: &str,
        now: Timestamp,
        hand: &Hand,
        events: &[Event],
    ) -> Result<Vec<Appended>, Trouble> {
        self.write(|tx| append(tx, uid, now, hand, events))
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

fn append(
    tx: &Transaction<'_>,
    uid: &str,
    now: Timestamp,
    hand: &Hand,
    events: &[Event],
) -> Result<Vec<Appended>, Failure> {
    let last: Option<(i64, String)> = tx
        .query_row("SELECT seq, head FROM incident WHERE uid = ?1", [uid], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((last, mut head)) = last else { return Err(Trouble::NoSuch { said: uid.to_owned() }.into()) };
    let mut insert =
        tx.prepare("INSERT INTO entry (uid, seq, kind, body, hash) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    let mut all = Vec::with_capacity(events.len());
    let mut at = last;
    for event in events {
        at += 1;
        let seq = u64::try_from(at).unwrap_or_default();
        let stored = chain::write(uid, seq, now, hand, event, &head)
            .map_err(|error| Trouble::Unwritable { why: error.to_string() })?;
        insert.execute(params![uid, at, event.word(), stored.body, stored.hash])?;
        head.clone_from(&stored.hash);
        let entry = Entry { seq, at: now, hand: hand.clone(), event: Ok(event.clone()) };
        all.push(Appended { uid: uid.to_owned(), stored, entry });
    }
    tx.execute("UPDATE incident SET seq = ?2, head = ?3 WHERE uid = ?1", params![uid, at, head])?;
    Ok(all)
}
