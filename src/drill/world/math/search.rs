//! `SEARCH('{Namespace,Dimension,…} terms', 'Statistic', Period)`: which metrics a search means, and what they are called.
//!
//! As CloudWatch documents it: the schema is a namespace and the exact set of dimension names; the terms are words that are
//! found in part or, in double quotes, exactly, each with a designator (`MetricName=`, `Namespace=`, a dimension's name) or
//! free; `NOT` binds closest, then `AND`, which may be left out, then `OR`. What a search means is asked of one metric at a
//! time, so that this module must never know which metrics there are.

use super::Expr;
use crate::drill::world::metric::{Metric, Stat};

/// The series that one search comes to at most.
pub(crate) const MOST: usize = 100;
/// The longest search that CloudWatch takes, in characters.
const MAX_CHARS: usize = 1024;
/// Parentheses and negations in each other: beyond it the parser gives up and not the stack.
const MAX_DEPTH: usize = 32;

/// A parsed search.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Search {
    schema: Option<Schema>,
    term: Option<Term>,
    /// Which statistic of what is found.
    pub(crate) stat: Stat,
    /// Seconds; 0 where the search does not say.
    pub(crate) period: i64,
}

/// `{Namespace,Dimension,…}`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Schema {
    namespace: String,
    /// Sorted.
    dimensions: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    /// What it is sought in (without it: in everything), the text, and whether all of it has to be so.
    Text(Option<String>, String, bool),
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
}

impl Search {
    /// That of a call's arguments.
    pub(super) fn of(args: &[Expr]) -> Result<Self, String> {
        let (query, stat, period) = match args {
            [Expr::Text(query), Expr::Text(stat)] => (query, stat, 0),
            [Expr::Text(query), Expr::Text(stat), Expr::Number(period)] => (query, stat, whole(*period)?),
            _ => return Err("SEARCH takes a search, a statistic and, if need be, a period".to_owned()),
        };
        if query.chars().count() > MAX_CHARS {
            return Err(format!("the search has more than {MAX_CHARS} characters"));
        }
        let stat = Stat::parse(stat).ok_or_else(|| format!("there is no statistic '{stat}'"))?;
        let (schema, rest) = schema(query.trim())?;
        let tokens = tokens(rest)?;
        let mut parser = Parser { tokens: &tokens, depth: 0 };
        let term = if tokens.is_empty() { None } else { Some(parser.any(None)?) };
        if !parser.tokens.is_empty() {
            return Err(format!("a parenthesis too many in the search '{query}'"));
        }
        if schema.is_none() && term.is_none() {
            return Err("a search needs a schema or a term".to_owned());
        }
        Ok(Self { schema, term, stat, period })
    }

    /// Whether it means a metric of an account.
    pub(crate) fn finds(&self, metric: &Metric, account: &str) -> bool {
        self.schema.as_ref().is_none_or(|schema| schema.fits(metric))
            && self.term.as_ref().is_none_or(|term| term.fits(metric, account))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "checked to be a whole number of 32 bits")]
fn whole(period: f64) -> Result<i64, String> {
    let fits = period.fract() == 0.0 && (1.0..=f64::from(i32::MAX)).contains(&period);
    if fits { Ok(period as i64) } else { Err(format!("a period of {period} seconds")) }
}

impl Schema {
    fn fits(&self, metric: &Metric) -> bool {
        // Both are sorted.
        metric.namespace == self.namespace
            && metric.dimensions.iter().map(|(name, _)| name).eq(&self.dimensions)
    }
}

impl Term {
    fn fits(&self, metric: &Metric, account: &str) -> bool {
        match self {
            Self::Not(inner) => !inner.fits(metric, account),
            Self::All(terms) => terms.iter().all(|term| term.fits(metric, account)),
            Self::Any(terms) => terms.iter().any(|term| term.fits(metric, account)),
            Self::Text(on, text, exact) => {
                let is = |value: &str| if *exact { value == text } else { within(text, value) };
                let mut dimensions = metric.dimensions.iter();
                match on.as_deref() {
                    None => {
                        is(&metric.namespace)
                            || is(&metric.name)
                            || dimensions.any(|(name, value)| is(name) || is(value))
                    }
                    Some("MetricName") => is(&metric.name),
                    Some("Namespace") => is(&metric.namespace),
                    Some(":aws.AccountId") => is(account) || text == "LOCAL",
                    Some(on) => dimensions.any(|(name, value)| name == on && is(value)),
                }
            }
        }
    }
}

/// Whether a text has another one as one of its words or as several that follow each other, in whatever case. Words end
/// where the case rises, at digits and at all that is neither letter nor digit: `count1` is within `CustomCount1`.
fn within(part: &str, whole: &str) -> bool {
    let part: Vec<char> = part.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    // Each letter or digit in lower case, with whether a word begins there.
    let mut letters: Vec<(char, bool)> = Vec::new();
    let mut before = ' ';
    let mut chars = whole.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_alphanumeric() {
            let last_capital = before.is_uppercase() && chars.peek().is_some_and(|next| next.is_lowercase());
            let begins = !before.is_alphanumeric()
                || before.is_numeric() != c.is_numeric()
                || (c.is_uppercase() && (before.is_lowercase() || last_capital));
            letters.extend(c.to_lowercase().enumerate().map(|(nth, c)| (c, begins && nth == 0)));
        }
        before = c;
    }
    let begins = |at: usize| letters.get(at).is_none_or(|(_, begins)| *begins);
    !part.is_empty()
        && letters.windows(part.len()).enumerate().any(|(at, window)| {
            begins(at) && begins(at + part.len()) && window.iter().map(|(c, _)| c).eq(&part)
        })
}

/// The schema that a search begins with, and the rest.
fn schema(query: &str) -> Result<(Option<Schema>, &str), String> {
    let Some(inner) = query.strip_prefix('{') else { return Ok((None, query)) };
    let (mut names, mut name, mut quoted) = (Vec::new(), String::new(), false);
    for (at, c) in inner.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ',' | '}' if !quoted => {
                names.push(std::mem::take(&mut name).trim().to_owned());
                if c == '}' {
                    if names.iter().any(String::is_empty) {
                        return Err(format!("an empty name in the schema of the search '{query}'"));
                    }
                    let mut dimensions = names.split_off(1);
                    dimensions.sort();
                    let namespace = names.pop().unwrap_or_default();
                    let rest = inner.get(at + 1..).unwrap_or_default();
                    return Ok((Some(Schema { namespace, dimensions }), rest));
                }
            }
            _ => name.push(c),
        }
    }
    Err(format!("the schema does not end in the search '{query}'"))
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Equals,
    /// A text, and whether it stands in quotes.
    Text(String, bool),
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut found = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        found.push(match c {
            c if c.is_whitespace() => continue,
            '(' => Token::Open,
            ')' => Token::Close,
            '=' => Token::Equals,
            '"' => {
                let mut quoted = String::new();
                loop {
                    match chars.next() {
                        None => return Err(format!("a text does not end in the search '{text}'")),
                        Some('"') => break,
                        Some('\\') => quoted.extend(chars.next()),
                        Some(other) => quoted.push(other),
                    }
                }
                Token::Text(quoted, true)
            }
            c => {
                let mut word = String::from(c);
                while let Some(next) = chars.next_if(|c| !c.is_whitespace() && !"()=\"".contains(*c)) {
                    word.push(next);
                }
                Token::Text(word, false)
            }
        });
    }
    Ok(found)
}

struct Parser<'a> {
    tokens: &'a [Token],
    depth: usize,
}

impl<'a> Parser<'a> {
    fn next(&mut self) -> Result<&'a Token, String> {
        let (first, rest) = self.tokens.split_first().ok_or("the search ends too early")?;
        self.tokens = rest;
        Ok(first)
    }

    /// Takes an operator, if that is what comes next.
    fn took(&mut self, operator: &str) -> bool {
        let is = matches!(self.tokens.first(), Some(Token::Text(word, false)) if word == operator);
        is && self.next().is_ok()
    }

    /// Terms with `OR` between them; in what they are sought if that has been said.
    fn any(&mut self, on: Option<&str>) -> Result<Term, String> {
        let mut terms = vec![self.all(on)?];
        while self.took("OR") {
            terms.push(self.all(on)?);
        }
        Ok(if terms.len() > 1 { Term::Any(terms) } else { terms.swap_remove(0) })
    }

    fn all(&mut self, on: Option<&str>) -> Result<Term, String> {
        let mut terms = vec![self.one(on)?];
        loop {
            let goes_on = match self.tokens.first() {
                None | Some(Token::Close) => false,
                Some(Token::Text(word, false)) => word != "OR",
                Some(_) => true,
            };
            if !goes_on {
                break;
            }
            self.took("AND");
            terms.push(self.one(on)?);
        }
        Ok(if terms.len() > 1 { Term::All(terms) } else { terms.swap_remove(0) })
    }

    fn one(&mut self, on: Option<&str>) -> Result<Term, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("the search is nested too deeply".to_owned());
        }
        let term = self.atom(on);
        self.depth -= 1;
        term
    }

    fn atom(&mut self, on: Option<&str>) -> Result<Term, String> {
        if self.took("NOT") {
            return Ok(Term::Not(Box::new(self.one(on)?)));
        }
        match self.next()? {
            Token::Open => {
                let inner = self.any(on)?;
                match self.next()? {
                    Token::Close => Ok(inner),
                    _ => Err("a parenthesis does not close in the search".to_owned()),
                }
            }
            Token::Text(word, false) if matches!(word.as_str(), "AND" | "OR") => {
                Err(format!("'{word}' stands alone in the search"))
            }
            Token::Text(text, quoted) => {
                if self.tokens.first() != Some(&Token::Equals) {
                    return Ok(Term::Text(on.map(str::to_owned), text.clone(), *quoted));
                }
                if let Some(on) = on {
                    return Err(format!("'{text}=' stands in what {on} is to be"));
                }
                self.next()?;
                self.one(Some(text))
            }
            Token::Close | Token::Equals => Err("a term is missing in the search".to_owned()),
        }
    }
}

/// What the series of a search are called: by what they do not have in common, and by their metric's name where that is
/// nothing.
pub(crate) fn labels(found: &[&Metric]) -> Vec<String> {
    let Some((first, rest)) = found.split_first() else { return Vec::new() };
    let value = |metric: &Metric, name: &str| {
        metric.dimensions.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
    };
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in found.iter().flat_map(|metric| &metric.dimensions) {
        if !names.contains(&name.as_str()) && rest.iter().any(|one| value(one, name) != value(first, name)) {
            names.push(name);
        }
    }
    let spaces = rest.iter().any(|one| one.namespace != first.namespace);
    let metrics = rest.iter().any(|one| one.name != first.name);
    let label = |metric: &&Metric| {
        let mut parts: Vec<String> = Vec::new();
        parts.extend(spaces.then(|| metric.namespace.clone()));
        parts.extend(names.iter().filter_map(|name| value(metric, name)));
        parts.extend((metrics || parts.is_empty()).then(|| metric.name.clone()));
        parts.join(" ")
    };
    found.iter().map(label).collect()
}
