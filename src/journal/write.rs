//! What is written in one transaction: an incident, its entries, its head.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Statement, Transaction, params};

use super::{Appended, Failure, Trouble, import};
use crate::incident::{
    Entry, Event, Stored,
    chain::{self, BEFORE_ALL, Hand},
};

/// Starts a journal with the events that are made of its number.
pub(super) fn create(
    tx: &Transaction<'_>,
    uid: &str,
    now: Timestamp,
    hand: &Hand,
    opened: impl FnOnce(u64) -> Vec<Event>,
) -> Result<(u64, Vec<Appended>), Failure> {
    let number = free_number(tx)?;
    insert_incident(tx, uid, number)?;
    let number = u64::try_from(number).unwrap_or_default();
    let appended = append(tx, uid, now, hand, &opened(number))?;
    Ok((number, appended))
}

/// The next number that no incident has.
pub(super) fn free_number(tx: &Transaction<'_>) -> rusqlite::Result<i64> {
    tx.query_row("SELECT coalesce(max(number), 0) + 1 FROM incident", [], |row| row.get(0))
}

/// An incident without entries.
pub(super) fn insert_incident(tx: &Transaction<'_>, uid: &str, number: i64) -> rusqlite::Result<usize> {
    tx.execute(
        "INSERT INTO incident (uid, number, seq, head) VALUES (?1, ?2, 0, ?3)",
        params![uid, number, BEFORE_ALL],
    )
}

/// What [`insert_entry`] runs.
pub(super) const INSERT: &str = "INSERT INTO entry (uid, seq, kind, body, hash) VALUES (?1, ?2, ?3, ?4, ?5)";

/// One entry, as it is kept.
pub(super) fn insert_entry(
    insert: &mut Statement<'_>,
    uid: &str,
    seq: i64,
    kind: &str,
    stored: &Stored,
) -> rusqlite::Result<usize> {
    insert.execute(params![uid, seq, kind, stored.body, stored.hash])
}

/// Which entry is the last, and its hash.
pub(super) fn set_head(tx: &Transaction<'_>, uid: &str, seq: i64, head: &str) -> rusqlite::Result<usize> {
    tx.execute("UPDATE incident SET seq = ?2, head = ?3 WHERE uid = ?1", params![uid, seq, head])
}

/// The last entry's number and hash.
pub(super) fn last(tx: &Transaction<'_>, uid: &str) -> rusqlite::Result<Option<(i64, String)>> {
    let sql = "SELECT seq, head FROM incident WHERE uid = ?1";
    tx.query_row(sql, [uid], |row| Ok((row.get(0)?, row.get(1)?))).optional()
}

/// Appends; before the first entry of a journal from another machine, that it came from there.
pub(super) fn append(
    tx: &Transaction<'_>,
    uid: &str,
    now: Timestamp,
    hand: &Hand,
    events: &[Event],
) -> Result<Vec<Appended>, Failure> {
    let Some((mut at, mut head)) = last(tx, uid)? else {
        return Err(Trouble::NoSuch { said: uid.to_owned() }.into());
    };
    let arrived = import::arrival(tx, uid)?;
    let mut insert = tx.prepare(INSERT)?;
    let mut all = Vec::with_capacity(events.len() + 1);
    for event in arrived.iter().chain(events) {
        at += 1;
        let seq = u64::try_from(at).unwrap_or_default();
        let stored = chain::write(uid, seq, now, hand, event, &head)
            .map_err(|error| Trouble::Unwritable { why: error.to_string() })?;
        insert_entry(&mut insert, uid, at, event.word(), &stored)?;
        head.clone_from(&stored.hash);
        let entry = Entry { seq, at: now, hand: hand.clone(), event: Ok(event.clone()) };
        all.push(Appended { uid: uid.to_owned(), stored, entry });
    }
    set_head(tx, uid, at, &head)?;
    Ok(all)
}
