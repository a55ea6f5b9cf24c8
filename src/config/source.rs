//! A TOML file that a person wrote, with the means to say where in it something is wrong.
//!
//! Shared by `config.toml` and the keymaps. It must never read a file: text comes in, values with their places go out.

use std::{fmt, ops::Range};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::text::{Catalogue, sentence::Sentence};

/// Something wrong in a file: where, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblem {
    /// The file's name as the operator gave or knows it.
    pub file: String,
    /// Counted from 1; 0 when the whole file is meant.
    pub line: usize,
    /// Counted in characters from 1; 0 when the whole file is meant.
    pub column: usize,
    /// What is wrong, and what was probably meant.
    pub what: Sentence,
}

impl FileProblem {
    /// About a whole file.
    pub fn whole(file: impl Into<String>, what: Sentence) -> Self {
        Self { file: file.into(), line: 0, column: 0, what }
    }

    /// `config.toml:3:1: there is no setting "utd". Did you mean "utc"?`
    pub fn text(&self, words: &Catalogue) -> String {
        format!("{self} {}", self.what.text(words))
    }
}

impl fmt::Display for FileProblem {
    /// The place alone, which needs no language.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}:", self.file),
            _ => write!(f, "{}:{}:{}:", self.file, self.line, self.column),
        }
    }
}

/// A file's name and text.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// What to call it.
    pub name: &'a str,
    /// What it says.
    pub text: &'a str,
}

/// One key of a table with its value, each with its place.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    /// The key.
    pub key: &'a str,
    /// Where the key stands, in bytes.
    pub at: usize,
    /// The value.
    pub value: &'a DeValue<'a>,
    /// Where the value stands, in bytes.
    pub value_at: usize,
}

impl<'a> Source<'a> {
    /// Reads the file's outermost table.
    pub fn parse(self) -> Result<DeTable<'a>, FileProblem> {
        DeTable::parse(self.text).map(Spanned::into_inner).map_err(|error| {
            let what = Sentence::new("config.not_toml").with("reason", error.message().replace('\n', ", "));
            self.problem(error.span().map_or(0, |span: Range<usize>| span.start), what)
        })
    }

    /// A problem at a byte of the text.
    pub fn problem(self, at: usize, what: Sentence) -> FileProblem {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        FileProblem { file: self.name.to_owned(), line, column, what }
    }
}

/// A table's entries in the order of the file.
pub fn items<'a>(table: &'a DeTable<'a>) -> Vec<Item<'a>> {
    let mut items: Vec<Item<'a>> = table
        .iter()
        .map(|(key, value)| Item {
            key: key.get_ref(),
            at: key.span().start,
            value: value.get_ref(),
            value_at: value.span().start,
        })
        .collect();
    items.sort_by_key(|item| item.at);
    items
}

/// What a value is called in a sentence; TOML's own words.
pub const fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "string",
        DeValue::Integer(_) => "integer",
        DeValue::Float(_) => "float",
        DeValue::Boolean(_) => "boolean",
        DeValue::Datetime(_) => "datetime",
        DeValue::Array(_) => "array",
        DeValue::Table(_) => "table",
    }
}
