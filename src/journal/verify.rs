//! Holding a record to everything that can be known of it: its hashes, the heads, what stands beside the entries, the
//! triggers that keep it, the file itself, and a head that was kept elsewhere.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Journal, TABLES, Trouble};
use crate::{
    incident::chain::{self, BEFORE_ALL, Broken, Why},
    text::{sanitise::clean, sentence::Sentence},
};

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The chain is broken.
    Chain(Broken),
    /// An entry is filed under another kind than it is of.
    Kind {
        /// Which entry.
        seq: u64,
    },
    /// The hash that was kept elsewhere is of no entry: the record was written anew, or its end is cut off.
    Head,
    /// What refuses changes of entries is missing or was changed.
    Trigger(&'static str),
    /// The file is damaged; what SQLite says.
    File(String),
    /// There are entries of an incident that is not there.
    Orphans,
}

impl Fault {
    /// In words.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Chain(broken) => broken.sentence(),
            Self::Kind { seq } => Sentence::new("journal.kind").with("seq", seq),
            Self::Head => Sentence::new("journal.other_head"),
            Self::Trigger(name) => Sentence::new("journal.trigger").with("name", name),
            Self::File(why) => Sentence::new("journal.file").with("why", clean(why)),
            Self::Orphans => Sentence::new("journal.orphans"),
        }
    }
}

/// The triggers, by the names they have in the tables.
const TRIGGERS: [&str; 2] = ["entry_stays", "entry_is_kept"];

impl Journal {
    /// What is wrong with the file as a whole.
    pub fn faults_of_file(&self) -> Result<Vec<Fault>, Trouble> {
        let trouble = |error: rusqlite::Error| Trouble::of(&self.path, &error);
        let mut faults = integrity(&self.db).map_err(trouble)?;
        for name in TRIGGERS {
            let sql = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?1";
            let found: Option<String> =
                self.db.query_row(sql, [name], |row| row.get(0)).optional().map_err(trouble)?;
            if found.is_none_or(|found| !TABLES.contains(found.as_str())) {
                faults.push(Fault::Trigger(name));
            }
        }
        let sql = "SELECT 1 FROM entry WHERE uid NOT IN (SELECT uid FROM incident) LIMIT 1";
        if self.db.query_row(sql, [], |_| Ok(())).optional().map_err(trouble)?.is_some() {
            faults.push(Fault::Orphans);
        }
        Ok(faults)
    }

    /// What is wrong with one incident; how many entries it has, and the hash of the last. `kept` is a hash that was
    /// noted elsewhere: of the last entry then, which may be any of them now.
    pub fn faults_of(&self, uid: &str, kept: Option<&str>) -> Result<(u64, String, Vec<Fault>), Trouble> {
        let trouble = |error: rusqlite::Error| Trouble::of(&self.path, &error);
        let sql = "SELECT seq, head FROM incident WHERE uid = ?1";
        let known =
            self.db.query_row(sql, [uid], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)));
        let (seq, head) =
            known.optional().map_err(trouble)?.ok_or_else(|| Trouble::NoSuch { said: uid.to_owned() })?;
        let chain = self.chain(uid, 0)?;
        let entries = u64::try_from(chain.len()).unwrap_or(u64::MAX);
        let mut faults = Vec::new();
        match chain::verify(uid, &chain, Some(&head)) {
            Err(broken) => faults.push(Fault::Chain(broken)),
            Ok(_) if u64::try_from(seq) != Ok(entries) => {
                faults.push(Fault::Chain(Broken { seq: entries, why: Why::Cut }));
            }
            Ok(_) => {}
        }
        faults.extend(self.misfiled(uid).map_err(trouble)?.map(|seq| Fault::Kind { seq }));
        let all = || chain.iter().map(|stored| stored.hash.as_str());
        if kept.is_some_and(|kept| kept != BEFORE_ALL && !all().any(|hash| hash == kept)) {
            faults.push(Fault::Head);
        }
        Ok((entries, all().next_back().unwrap_or(BEFORE_ALL).to_owned(), faults))
    }

    /// The first entry whose kind, by which lists leave entries out, is not what it says itself.
    fn misfiled(&self, uid: &str) -> rusqlite::Result<Option<u64>> {
        let mut query = self.db.prepare("SELECT seq, kind, body FROM entry WHERE uid = ?1 ORDER BY seq")?;
        let mut rows = query.query(params![uid])?;
        while let Some(row) = rows.next()? {
            let (seq, kind, body): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let read = chain::read(&body).ok();
            let own = read.as_ref().map(|(_, entry)| entry.word());
            if own.is_some_and(|own| own != kind) {
                return Ok(Some(u64::try_from(seq).unwrap_or_default()));
            }
        }
        Ok(None)
    }
}

/// What SQLite itself finds wrong.
fn integrity(db: &Connection) -> rusqlite::Result<Vec<Fault>> {
    let mut query = db.prepare("PRAGMA integrity_check(5)")?;
    let said = query.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    Ok(said.into_iter().filter(|line| line != "ok").map(Fault::File).collect())
}
