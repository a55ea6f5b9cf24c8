//! All runbooks there are: the built-in ones, and an operator's own, which go before those of the same id.

use std::sync::Arc;

use super::{
    CHECKLIST, Runbook, built_in,
    load::{self, Common, Loaded},
    propose::{Proposal, Signs, propose},
    registry::Registry,
};
use crate::{
    config::source::{FileProblem, Source},
    text::{nearest::nearest, sentence::Sentence},
};

/// The name of the file in a folder of runbooks that holds what the others share.
pub const COMMON: &str = "checks.toml";

/// The runbooks.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shelf {
    books: Vec<Shelved>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Shelved {
    /// The runbook.
    pub book: Arc<Runbook>,
    /// The file that it is from.
    pub file: String,
    /// Whether it is an operator's own.
    pub own: bool,
}

/// A runbook that may still be refused, since it leads to others.
struct Candidate {
    loaded: Loaded,
    file: String,
    own: bool,
}

impl Shelf {
    /// The built-in ones alone.
    pub fn built_in(registry: &dyn Registry) -> Self {
        Self::with(&[], registry).0
    }

    /// The built-in ones and an operator's files over them. A file with mistakes is left out as a whole, and all its
    /// mistakes are told; the built-in runbook of its id holds then. Of the files, the one named [`COMMON`] holds shared
    /// checks, which also stand for the built-in ones of the same id.
    pub fn with(own: &[Source<'_>], registry: &dyn Registry) -> (Self, Vec<FileProblem>) {
        let mut problems = Vec::new();
        let mut common = load::common(built_in::COMMON, registry).unwrap_or_default();
        let built_in: Vec<Candidate> = read(built_in::BOOKS, &common, registry, false, &mut Vec::new());
        let is_common = |source: &&Source<'_>| source.name.rsplit(['/', '\\']).next() == Some(COMMON);
        for source in own.iter().filter(is_common) {
            match load::common(*source, registry) {
                Ok(more) => common = over(common, more),
                Err(wrong) => problems.extend(wrong),
            }
        }
        let books: Vec<Source<'_>> = own.iter().filter(|source| !is_common(source)).copied().collect();
        let mut candidates = built_in;
        candidates.extend(read(&books, &common, registry, true, &mut problems));
        // A file with mistakes is told of once, and not again by every runbook that leads to it.
        let mut ids: Vec<String> = candidates.iter().map(|c| c.loaded.book.id.clone()).collect();
        ids.extend(books.iter().filter_map(|source| load::id(*source)));
        candidates.retain(|candidate| {
            let nowhere = candidate.loaded.uses.iter().filter(|(id, _)| !ids.contains(id));
            let lost: Vec<FileProblem> =
                nowhere.map(|(id, at)| FileProblem { what: unknown(id, &ids), ..at.clone() }).collect();
            let leads_on = lost.is_empty();
            problems.extend(lost);
            leads_on
        });
        let mut books: Vec<Shelved> = Vec::new();
        for Candidate { loaded, file, own } in candidates {
            let shelved = Shelved { book: Arc::new(loaded.book), file, own };
            match books.iter_mut().find(|known| known.book.id == shelved.book.id) {
                Some(known) => *known = shelved,
                None => books.push(shelved),
            }
        }
        (Self { books }, problems)
    }

    /// All of them: the built-in ones in their order, then an operator's own.
    pub fn books(&self) -> &[Shelved] {
        &self.books
    }

    /// One by its id.
    pub fn find(&self, id: &str) -> Option<&Arc<Runbook>> {
        self.books.iter().find(|shelved| shelved.book.id == id).map(|shelved| &shelved.book)
    }

    /// The runbooks of incidents, of which one is taken up; the checklist is every incident's.
    pub fn of_incidents(&self) -> impl Iterator<Item = &Runbook> {
        self.books.iter().map(|shelved| shelved.book.as_ref()).filter(|book| book.id != CHECKLIST)
    }

    /// Those that fit, the best first.
    pub fn proposed(&self, signs: &Signs) -> Vec<Proposal> {
        propose(self.of_incidents(), signs)
    }

    /// What is said of a runbook that there is not.
    pub fn unknown(&self, id: &str) -> Sentence {
        let ids: Vec<String> = self.books.iter().map(|shelved| shelved.book.id.clone()).collect();
        unknown(id, &ids)
    }
}

fn read(
    sources: &[Source<'_>],
    common: &Common,
    registry: &dyn Registry,
    own: bool,
    problems: &mut Vec<FileProblem>,
) -> Vec<Candidate> {
    let mut found = Vec::new();
    for source in sources {
        match load::runbook(*source, common, registry) {
            Ok(loaded) => found.push(Candidate { loaded, file: source.name.to_owned(), own }),
            Err(wrong) => problems.extend(wrong),
        }
    }
    found
}

/// The second before the first.
fn over(mut common: Common, more: Common) -> Common {
    common.params.retain(|param| !more.params.iter().any(|own| own.name == param.name));
    common.checks.retain(|check| !more.checks.iter().any(|own| own.id == check.id));
    common.params.extend(more.params);
    common.checks.extend(more.checks);
    common
}

/// What is said of a runbook that there is not.
fn unknown(id: &str, ids: &[String]) -> Sentence {
    match nearest(id, ids.iter().map(String::as_str)) {
        Some(meant) => Sentence::new("runbook.no_book_meant").with("meant", meant),
        None => Sentence::new("runbook.no_book"),
    }
    .with("name", id)
}
