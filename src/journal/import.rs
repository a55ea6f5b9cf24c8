//! Taking in the journal of another machine, all or nothing.
//!
//! What is taken in stays what it was there, entry by entry and hash by hash, so that a later export of the same incident
//! fits on. That it came from elsewhere is noted beside it, and becomes an entry of its own before the first one that is
//! written here.

use rusqlite::{OptionalExtension, Transaction, params};

use super::{
    Failure, Journal, Trouble,
    write::{INSERT, free_number, insert_entry, insert_incident, last, set_head},
};
use crate::incident::{Event, Stored, chain::BEFORE_ALL, export::Taken, fold::id_of};

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// It was not known here.
    New {
        /// The number that it has here.
        number: u64,
        /// The number that it has where it was opened, if another incident has that here.
        was: Option<u64>,
        /// How many entries it has.
        entries: u64,
    },
    /// It was known, and went on there.
    Longer {
        /// The number that it has here.
        number: u64,
        /// How many entries were added.
        entries: u64,
    },
    /// It was known, with all of its entries.
    Known {
        /// The number that it has here.
        number: u64,
    },
}

impl Journal {
    /// Takes in a journal that was held to its hashes ([`crate::incident::export::read`]).
    pub fn import(&mut self, taken: &Taken) -> Result<Came, Trouble> {
        self.write(|tx| {
            let Some((seq, head)) = last(tx, &taken.uid)? else { return new(tx, taken) };
            longer(tx, taken, seq, &head)
        })
    }
}

fn new(tx: &Transaction<'_>, taken: &Taken) -> Result<Came, Failure> {
    let wish = i64::try_from(taken.number).ok().filter(|number| *number > 0);
    let known = "SELECT 1 FROM incident WHERE number = ?1";
    let free = match wish {
        Some(wish) => tx.query_row(known, [wish], |_| Ok(())).optional()?.is_none(),
        None => false,
    };
    let number = if free { wish.unwrap_or(1) } else { free_number(tx)? };
    insert_incident(tx, &taken.uid, number)?;
    add(tx, taken, 0)?;
    let number = u64::try_from(number).unwrap_or_default();
    Ok(Came::New { number, was: (!free).then_some(taken.number), entries: count(&taken.chain) })
}

/// Adds what goes on from the last entry here.
fn longer(tx: &Transaction<'_>, taken: &Taken, seq: i64, head: &str) -> Result<Came, Failure> {
    let number: i64 =
        tx.query_row("SELECT number FROM incident WHERE uid = ?1", [&taken.uid], |row| row.get(0))?;
    let number = u64::try_from(number).unwrap_or_default();
    let here = usize::try_from(seq).unwrap_or_default();
    let hash_there = |at: usize| match at.checked_sub(1) {
        Some(before) => taken.chain.get(before).map(|stored| stored.hash.as_str()),
        None => Some(BEFORE_ALL),
    };
    let there = taken.chain.len();
    if there <= here {
        let sql = "SELECT hash FROM entry WHERE uid = ?1 AND seq = ?2";
        let at = i64::try_from(there).unwrap_or(i64::MAX);
        let ours: Option<String> = tx.query_row(sql, params![taken.uid, at], |row| row.get(0)).optional()?;
        if ours.as_deref() == hash_there(there) {
            return Ok(Came::Known { number });
        }
    } else if hash_there(here) == Some(head) {
        add(tx, taken, here)?;
        return Ok(Came::Longer { number, entries: count(&taken.chain) - u64::try_from(here).unwrap_or(0) });
    }
    Err(diverged(tx, taken, number, head)?.into())
}

/// Where both parted.
fn diverged(tx: &Transaction<'_>, taken: &Taken, number: u64, head: &str) -> rusqlite::Result<Trouble> {
    let mut query = tx.prepare("SELECT hash FROM entry WHERE uid = ?1 ORDER BY seq")?;
    let ours = query.query_map([&taken.uid], |row| row.get::<_, String>(0))?;
    let both =
        ours.zip(&taken.chain).take_while(|(ours, theirs)| ours.as_ref().is_ok_and(|o| *o == theirs.hash));
    let seq = u64::try_from(both.count()).unwrap_or_default();
    let theirs = taken.chain.last().map(|last| last.hash.clone()).unwrap_or_default();
    Ok(Trouble::Diverged { id: id_of(number), seq, ours: head.to_owned(), theirs })
}

/// Adds the entries after the first so many, and notes where they came from.
fn add(tx: &Transaction<'_>, taken: &Taken, after: usize) -> Result<(), Failure> {
    let mut insert = tx.prepare(INSERT)?;
    let mut at = i64::try_from(after).unwrap_or(i64::MAX);
    for (stored, entry) in taken.chain.iter().zip(&taken.entries).skip(after) {
        at += 1;
        insert_entry(&mut insert, &taken.uid, at, entry.word(), stored)?;
    }
    let head = taken.chain.last().map_or(BEFORE_ALL, |last| last.hash.as_str());
    set_head(tx, &taken.uid, at, head)?;
    tx.execute(
        "INSERT INTO arrival (uid, seq, origin) VALUES (?1, ?2, ?3) \
         ON CONFLICT (uid) DO UPDATE SET seq = excluded.seq, origin = excluded.origin",
        params![taken.uid, at, taken.from],
    )?;
    Ok(())
}

/// The entry that is still to be written about where a journal came from; the note about it goes.
pub(super) fn arrival(tx: &Transaction<'_>, uid: &str) -> rusqlite::Result<Option<Event>> {
    let sql = "DELETE FROM arrival WHERE uid = ?1 RETURNING seq, origin";
    tx.query_row(sql, [uid], |row| {
        let seq: i64 = row.get(0)?;
        Ok(Event::Imported { seq: u64::try_from(seq).unwrap_or_default(), from: row.get(1)? })
    })
    .optional()
}

fn count(chain: &[Stored]) -> u64 {
    u64::try_from(chain.len()).unwrap_or(u64::MAX)
}
