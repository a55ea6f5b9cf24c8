//! What a reading came to: the counts and the troubles. It never reads anything and never decides anything.

use std::{fmt, io, path::PathBuf};

/// How many troubles are kept; the rest are only counted.
pub(super) const MOST_TROUBLES: usize = 100;

/// The counts of one reading, and what went wrong in it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Files that were opened and read, whole or in part.
    pub files: u64,
    /// Bytes of JSON that were read, after unpacking.
    pub bytes: u64,
    /// Records that were seen.
    pub records: u64,
    /// Records that were wanted and given to the caller.
    pub given: u64,
    /// Objects that stand where a record may stand, but are none.
    pub foreign: u64,
    /// Objects that were skipped because they are longer than 4 MiB.
    pub too_long: u64,
    /// The first troubles, in the order of the files; at most 100.
    pub troubles: Vec<Trouble>,
    /// Troubles beyond those that are kept.
    pub more_troubles: u64,
}

/// One thing that went wrong, and where.
#[derive(Debug)]
pub struct Trouble {
    /// The file or folder.
    pub path: PathBuf,
    /// What went wrong with it.
    pub what: What,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.what)
    }
}

/// What went wrong with a file or folder. Records that were read before it are used all the same.
#[derive(Debug, thiserror::Error)]
pub enum What {
    /// The system or the gzip data refused.
    #[error("It cannot be read: {0}.")]
    CannotRead(#[source] io::Error),
    /// The file ends inside a value or inside its gzip data.
    #[error("It is cut off; the {records} whole records before the cut are used.")]
    CutOff {
        /// Whole records in the file.
        records: u64,
    },
    /// A byte stands where JSON does not allow it. The reading goes on with the next line.
    #[error("It is not JSON at byte {at}; the {records} whole records on sound lines are used.")]
    NotJson {
        /// The first wrong byte, counted from 0 after unpacking.
        at: u64,
        /// Whole records in the file.
        records: u64,
    },
    /// The file is JSON of some other kind, for example a digest file.
    #[error("It holds no CloudTrail record.")]
    NoRecord,
    /// An empty file, or a folder without files.
    #[error("There is nothing in it.")]
    Nothing,
}

/// What one thread found; the number is the file's place in the list, so that threads can be put in order.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) outcome: Outcome,
    pub(super) troubles: Vec<(usize, Trouble)>,
}

impl Part {
    pub(super) fn trouble(&mut self, index: usize, path: PathBuf, what: What) {
        if self.troubles.len() < MOST_TROUBLES {
            self.troubles.push((index, Trouble { path, what }));
        } else {
            self.outcome.more_troubles += 1;
        }
    }

    /// Adds another thread's part. Each part holds its own first troubles, so the first of all are among them.
    pub(super) fn add(&mut self, other: Self) {
        let (mine, its) = (&mut self.outcome, other.outcome);
        mine.files += its.files;
        mine.bytes += its.bytes;
        mine.records += its.records;
        mine.given += its.given;
        mine.foreign += its.foreign;
        mine.too_long += its.too_long;
        mine.more_troubles += its.more_troubles;
        self.troubles.extend(other.troubles);
        self.troubles.sort_by_key(|(index, _)| *index);
        mine.more_troubles += self.troubles.len().saturating_sub(MOST_TROUBLES) as u64;
        self.troubles.truncate(MOST_TROUBLES);
    }

    pub(super) fn whole(mut self) -> Outcome {
        self.outcome.troubles = self.troubles.into_iter().map(|(_, trouble)| trouble).collect();
        self.outcome
    }
}
