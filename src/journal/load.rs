//! Reading journals back: whole and held to their hashes, or only what is new.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Journal, Trouble};
use crate::incident::{
    Entry, Incident, Stored,
    chain::{self},
    fold::{id_of, number_of},
};

impl Journal {
    /// The incident that somebody names: `INC-0042`, `42`, or its uid.
    pub fn find(&self, said: &str) -> Result<String, Trouble> {
        let sql = "SELECT uid FROM incident WHERE uid = ?1 OR number = ?2";
        let number = number_of(said).and_then(|number| i64::try_from(number).ok());
        let found = self.db.query_row(sql, params![said, number], |row| row.get(0)).optional();
        let found = found.map_err(|error| Trouble::of(&self.path, &error))?;
        found.ok_or_else(|| Trouble::NoSuch { said: said.to_owned() })
    }

    /// The number that an incident has here.
    pub fn number(&self, uid: &str) -> Result<u64, Trouble> {
        let sql = "SELECT number FROM incident WHERE uid = ?1";
        let found: Option<i64> = self
            .db
            .query_row(sql, [uid], |row| row.get(0))
            .optional()
            .map_err(|error| Trouble::of(&self.path, &error))?;
        let number = found.and_then(|number| u64::try_from(number).ok());
        number.ok_or_else(|| Trouble::NoSuch { said: uid.to_owned() })
    }

    /// Every incident as far as lists show it, the newest first. Bodies that lists do not need are not read.
    pub fn incidents(&self) -> Result<Vec<Incident>, Trouble> {
        incidents(&self.db).map_err(|error| Trouble::of(&self.path, &error))
    }

    /// An incident with every entry, each held to its hash.
    pub fn load(&self, uid: &str) -> Result<Incident, Trouble> {
        let trouble = |error: rusqlite::Error| Trouble::of(&self.path, &error);
        let sql = "SELECT number, head FROM incident WHERE uid = ?1";
        let known =
            self.db.query_row(sql, [uid], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)));
        let (number, head) =
            known.optional().map_err(trouble)?.ok_or_else(|| Trouble::NoSuch { said: uid.to_owned() })?;
        let number = u64::try_from(number).unwrap_or_default();
        let chain = self.chain(uid, 0)?;
        let entries = chain::verify(uid, &chain, Some(&head))
            .map_err(|broken| Trouble::Chain { id: id_of(number), broken })?;
        let mut incident = Incident::new(uid, number);
        for (entry, stored) in entries.into_iter().zip(&chain) {
            incident.apply(entry, &stored.hash);
        }
        Ok(incident)
    }

    /// The entries after one, as they are kept.
    pub fn chain(&self, uid: &str, after: u64) -> Result<Vec<Stored>, Trouble> {
        let trouble = |error: rusqlite::Error| Trouble::of(&self.path, &error);
        let sql = "SELECT body, hash FROM entry WHERE uid = ?1 AND seq > ?2 ORDER BY seq";
        let mut query = self.db.prepare(sql).map_err(trouble)?;
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let rows =
            query.query_map(params![uid, after], |row| Ok(Stored { body: row.get(0)?, hash: row.get(1)? }));
        rows.map_err(trouble)?.collect::<Result<_, _>>().map_err(trouble)
    }

    /// The entries after one, read; those that cannot be read end it.
    pub fn since(&self, uid: &str, after: u64) -> Result<Vec<(Entry, String)>, Trouble> {
        let chain = self.chain(uid, after)?;
        let read = |stored: Stored| Some((chain::read(&stored.body).ok()?.1, stored.hash));
        Ok(chain.into_iter().map_while(read).collect())
    }
}

/// Every incident as far as lists show it, the newest first.
pub(super) fn incidents(db: &Connection) -> rusqlite::Result<Vec<Incident>> {
    let sql = "SELECT i.uid, i.number, i.head, e.body FROM incident i JOIN entry e ON e.uid = i.uid \
               WHERE e.kind NOT IN ('evidence', 'check', 'note', 'handed_off') ORDER BY i.number DESC, e.seq";
    let mut query = db.prepare(sql)?;
    let mut rows = query.query([])?;
    let mut all: Vec<Incident> = Vec::new();
    while let Some(row) = rows.next()? {
        let (uid, number, head, body) = summary(row)?;
        if all.last().is_none_or(|last| last.uid != uid) {
            all.push(Incident::new(uid, number));
        }
        if let (Some(incident), Ok((_, entry))) = (all.last_mut(), chain::read(&body)) {
            // What is between is not read here.
            incident.apply_from(entry, &head);
        }
    }
    Ok(all)
}

fn summary(row: &Row<'_>) -> rusqlite::Result<(String, u64, String, String)> {
    let number: i64 = row.get(1)?;
    Ok((row.get(0)?, u64::try_from(number).unwrap_or_default(), row.get(2)?, row.get(3)?))
}
