//! The filter language: which rows of a pane are wanted.
//!
//! Terms are separated by spaces, and a row has to satisfy all of them:
//!
//! | term | rows … |
//! |---|---|
//! | `web` | with this text in any column, whatever its case |
//! | `~wbcn` | with these letters in this order, close together, in one column |
//! | `re:^web-\d+$` | with a match in one column; case counts once the pattern has a capital letter |
//! | `state:run` | with the text in that column (a column's key or a JSON field) |
//! | `state:=running` `name:re:^web` `name:~wb` | the same with the whole text, a pattern, or letters |
//! | `!term` | that do not satisfy the term |
//! | `"my web"` | quotes keep spaces, and take away the meaning of `! ~ re: col:` before them |
//!
//! The order of rows is kept. Parsing says what is wrong and never panics; matching reads no clock and copies no text
//! for plain terms, since it runs over every row at every key press.

mod parse;
mod term;

#[cfg(test)]
mod tests;

use crate::{
    panes::{Column, Row},
    text::sentence::Sentence,
    value::Cx,
};

use self::term::Term;

/// A parsed filter. The default one lets every row pass.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    text: String,
    terms: Vec<Term>,
}

/// Two filters are the same when they were written the same.
impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Filter {}

/// Why a text is no filter, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterError(pub Sentence);

impl Filter {
    /// Reads a filter for a pane with these columns. An unfinished one (`state:`, `re:`, an open quote) lets every row
    /// pass that the finished terms let pass, so that the list does not flicker while it is being typed.
    pub fn parse(text: &str, columns: &[&Column]) -> Result<Self, FilterError> {
        let terms = parse::terms(text, columns)?;
        Ok(Self { text: text.to_owned(), terms })
    }

    /// Whether every row passes.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether every row that passes it passes the other one too: as it does when one more letter has been typed.
    pub fn narrows(&self, other: &Self) -> bool {
        let same_terms = self.terms.len() == other.terms.len() && !self.terms.is_empty();
        same_terms && self.terms.iter().zip(&other.terms).all(|(term, of)| term.narrows(of))
    }

    /// Whether it looks at search text ([`Row::search_text`]): whether some term names no column.
    pub fn needs_search_text(&self) -> bool {
        self.terms.iter().any(Term::needs_search_text)
    }

    /// Whether a row with this search text passes.
    pub fn matches(&self, row: &dyn Row, text: &str, cx: &Cx<'_>) -> bool {
        self.terms.iter().all(|term| term.matches(row, text, cx))
    }
}
