//! What can be wrong with the journals' file, each as one sentence with a next step.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::{
    incident::chain::Broken,
    text::{sanitise::clean, sentence::Sentence},
};

/// Why a journal cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The directory cannot be made or entered.
    Place {
        /// Which.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
    /// A newer program has written the file.
    Newer {
        /// Which.
        path: PathBuf,
    },
    /// The file is another program's.
    Stranger {
        /// Which.
        path: PathBuf,
    },
    /// The file is damaged, or is no journal.
    Damaged {
        /// Which.
        path: PathBuf,
        /// What SQLite says.
        why: String,
    },
    /// There is no room.
    Full {
        /// Of which file.
        path: PathBuf,
    },
    /// Others have been writing all the time.
    Busy {
        /// Which file.
        path: PathBuf,
    },
    /// It may not be written.
    ReadOnly {
        /// Which file.
        path: PathBuf,
    },
    /// The disk, or the file system, does not do what a journal needs.
    Device {
        /// Of which file.
        path: PathBuf,
        /// What SQLite says.
        why: String,
    },
    /// Anything else that SQLite says.
    Other {
        /// Of which file.
        path: PathBuf,
        /// It.
        why: String,
    },
    /// There is no such incident.
    NoSuch {
        /// What was asked for.
        said: String,
    },
    /// An export went on from another entry than the record here did.
    Diverged {
        /// Which incident.
        id: String,
        /// The last entry that both have.
        seq: u64,
        /// The hash of the last entry here.
        ours: String,
        /// The hash of the last entry there.
        theirs: String,
    },
    /// The chain of an incident is broken.
    Chain {
        /// Which incident.
        id: String,
        /// Where, and how.
        broken: Broken,
    },
    /// An entry that is no JSON.
    Unwritable {
        /// Why.
        why: String,
    },
}

impl Trouble {
    /// What SQLite's error means.
    pub(super) fn of(path: &Path, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        let why = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly { path },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged { path, why },
            Some(
                ErrorCode::SystemIoFailure
                | ErrorCode::FileLockingProtocolFailed
                | ErrorCode::NoLargeFileSupport,
            ) => Self::Device { path, why },
            Some(ErrorCode::CannotOpen) => Self::Place { path, why },
            _ => Self::Other { path, why },
        }
    }

    /// A directory that cannot be had.
    pub(super) fn place(path: &Path, error: &std::io::Error) -> Self {
        Self::Place { path: path.to_owned(), why: error.to_string() }
    }

    /// In words.
    pub fn sentence(&self) -> Sentence {
        let of = |key, path: &Path| Sentence::new(key).with("path", path.display());
        match self {
            Self::Place { path, why } => of("journal.no_place", path).with("why", why),
            Self::Newer { path } => of("journal.newer", path),
            Self::Stranger { path } => of("journal.stranger", path),
            Self::Damaged { path, why } => of("journal.damaged", path).with("why", why),
            Self::Full { path } => of("journal.full", path),
            Self::Busy { path } => of("journal.busy", path),
            Self::ReadOnly { path } => of("journal.read_only", path),
            Self::Device { path, why } => of("journal.device", path).with("why", why),
            Self::Other { path, why } => of("journal.other", path).with("why", why),
            Self::NoSuch { said } => Sentence::new("journal.no_such").with("said", clean(said)),
            Self::Diverged { id, seq, ours, theirs } => Sentence::new("journal.diverged")
                .with("id", id)
                .with("seq", seq)
                .with("ours", ours)
                .with("theirs", theirs),
            Self::Chain { id, broken } => {
                Sentence::new("journal.broken").with("id", id).with_part("why", broken.sentence())
            }
            Self::Unwritable { why } => Sentence::new("journal.unwritable").with("why", why),
        }
    }
}
