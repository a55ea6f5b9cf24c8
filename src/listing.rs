//! `toban list`: a pane's rows on standard output, for scripts, pagers and people without a full-screen terminal.
//!
//! The same fetches, columns, filter and order as the console; the formats are `contract.md`'s. Only text is made here:
//! what goes to standard output stays parseable whatever went wrong, problems travel in it and beside it.

mod collect;
mod write;

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Serialize;

pub use self::{
    collect::{Wish, collect},
    write::write,
};
use crate::{
    app::table::Table,
    problem::{Problem, ProblemKind},
    scope::{ScopeId, Scopes},
    text::sentence::Sentence,
};

/// The formats of `--output`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// One document with rows and errors.
    Json,
    /// A row a line.
    Ndjson,
    /// With a header line.
    Csv,
}

/// Everything a listing found.
#[derive(Debug)]
pub struct Listing {
    /// The rows, filtered and sorted.
    pub table: Table,
    /// The scopes, with accounts where they could be told.
    pub scopes: Scopes,
    /// What went wrong, by scope.
    pub problems: Vec<(ScopeId, Problem)>,
    /// What could not be read of log files.
    pub unread: Vec<Sentence>,
    /// Scopes whose listing itself failed or was cut short.
    pub failed: Vec<ScopeId>,
    /// Whether an account's Regions could not be told (`--region all`), so that whole Regions may be missing.
    pub unexpanded: bool,
    /// Calls made.
    pub calls: u32,
    /// When it was all in.
    pub fetched_at: Timestamp,
    /// Milliseconds from start to end.
    pub elapsed_ms: u64,
}

impl Listing {
    /// Whether every scope was read whole.
    pub const fn is_complete(&self) -> bool {
        self.failed.is_empty() && self.problems.is_empty() && self.unread.is_empty()
    }

    /// The exit status: 0 when every scope that was asked for could be listed, 3 when none could for want of
    /// credentials, else 1.
    pub fn exit_code(&self) -> u8 {
        if self.failed.is_empty() {
            return u8::from(self.unexpanded);
        }
        let refused = |id: &ScopeId| {
            self.problems.iter().any(|(scope, p)| scope == id && p.kind == ProblemKind::Expired)
        };
        if self.failed.len() == self.scopes.len() && self.failed.iter().all(refused) { 3 } else { 1 }
    }
}

/// One entry of `errors`.
#[derive(Debug, Serialize)]
struct ErrorRow<'a> {
    /// None for log files, which are of no scope.
    scope: Option<&'a crate::scope::Scope>,
    operation: &'a str,
    kind: ProblemKind,
    message: Cow<'a, str>,
    remedy: String,
}
