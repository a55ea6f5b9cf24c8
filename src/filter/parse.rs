//! From text to terms.

use memchr::memmem::Finder;
use regex::RegexBuilder;

use super::{
    FilterError,
    term::{Fuzzy, Term, Test, lower},
};
use crate::{
    panes::Column,
    text::{nearest::nearest, sentence::Sentence},
};

/// Bytes a compiled pattern may take; more is refused rather than felt at every key press.
const REGEX_SIZE: usize = 1 << 20;

pub(super) fn terms(text: &str, columns: &[&Column]) -> Result<Vec<Term>, FilterError> {
    let mut rest = text.trim_start();
    let mut terms = Vec::new();
    while !rest.is_empty() {
        let (one, after) = term(rest, columns)?;
        terms.extend(one);
        rest = after.trim_start();
    }
    Ok(terms)
}

/// One term off the front; none where it is unfinished.
fn term<'t>(text: &'t str, columns: &[&Column]) -> Result<(Option<Term>, &'t str), FilterError> {
    let bare = text.trim_start_matches('!');
    let inverse = (text.len() - bare.len()) % 2 == 1;
    let (column, value) = match column_prefix(bare) {
        Some((name, value)) => (Some(find_column(name, columns)?), value),
        None => (None, bare),
    };
    let (kind, value) = if let Some(value) = value.strip_prefix('~') {
        (Kind::Fuzzy, value)
    } else if let Some(value) = value.strip_prefix("re:") {
        (Kind::Regex, value)
    } else if let Some(value) = value.strip_prefix('=').filter(|_| column.is_some()) {
        (Kind::Is, value)
    } else {
        (Kind::Contains, value)
    };
    let (needle, quoted, after) = word(value);
    if needle.is_empty() && !(quoted && matches!(kind, Kind::Is)) {
        return Ok((None, after));
    }
    let found_by = match kind {
        Kind::Contains => Test::Contains(Box::new(Finder::new(lower(&needle).as_bytes()).into_owned())),
        Kind::Is => Test::Is(lower(&needle)),
        Kind::Fuzzy => Test::Fuzzy(Fuzzy::new(&needle)),
        Kind::Regex => regex(&needle)?,
    };
    Ok((Some(Term { inverse, column, test: found_by }), after))
}

enum Kind {
    Contains,
    Is,
    Fuzzy,
    Regex,
}

/// `name:` before a value, when it looks like a column's name. Much of what AWS writes has colons too
/// (`arn:aws:…`, `AWS::EC2::Instance`, `12:30`), and is text.
fn column_prefix(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once(':')?;
    let looks_like_one = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let is_text = name == "re" || (name == "arn" && value.starts_with("aws"));
    (looks_like_one && !is_text).then_some((name, value))
}

fn find_column(name: &str, columns: &[&Column]) -> Result<usize, FilterError> {
    if let Some(index) = columns.iter().position(|c| c.key == name) {
        return Ok(index);
    }
    let names = || columns.iter().map(|c| c.key);
    let sentence = match nearest(name, names()) {
        Some(meant) => Sentence::new("filter.unknown_column_meant").with("meant", meant),
        None => Sentence::new("filter.unknown_column").with("names", names().collect::<Vec<_>>().join(" ")),
    };
    Err(FilterError(sentence.with("name", name)))
}

/// Case counts as soon as the pattern has a capital letter that is not part of a class such as `\S`.
fn regex(pattern: &str) -> Result<Test, FilterError> {
    let mut cased = false;
    let mut escaped = false;
    for c in pattern.chars() {
        cased |= c.is_uppercase() && !escaped;
        escaped = c == '\\' && !escaped;
    }
    RegexBuilder::new(pattern)
        .case_insensitive(!cased)
        .multi_line(true)
        .size_limit(REGEX_SIZE)
        .build()
        .map(|regex| Test::Regex { regex, cased })
        .map_err(|error| {
            let reason = match error {
                // The last line is the reason; those before draw an arrow.
                regex::Error::Syntax(text) => {
                    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
                }
                other => other.to_string(),
            };
            FilterError(Sentence::new("filter.bad_regex").with("reason", reason))
        })
}

/// A word, or what stands in quotes (`\"` is a quote in it; an open quote ends with the line), and the rest.
fn word(text: &str) -> (String, bool, &str) {
    let Some(inner) = text.strip_prefix('"') else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        return (word.to_owned(), false, rest);
    };
    let mut out = String::new();
    let mut chars = inner.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (out, true, inner.get(at + 1..).unwrap_or_default()),
            '\\' if chars.next_if(|(_, next)| *next == '"').is_some() => out.push('"'),
            c => out.push(c),
        }
    }
    (out, true, "")
}
