//! Reading AlarmRule text. Quotes are tokenised first, because quoted names may hold anything.

use std::collections::HashSet;

use super::{MAX_DEPTH, Quota, Rule, RuleError};
use crate::{rows::alarm::AlarmState, triage::arn::alarm_name};

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token<'a> {
    Open,
    Close,
    Comma,
    Quoted(String),
    Word(&'a str),
}

/// A token with its bytes in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Spot<'a> {
    token: Token<'a>,
    start: usize,
    end: usize,
}

/// Cuts the text up; the second value is where a quote opens that never closes (its token runs to the end).
fn lex(text: &str) -> (Vec<Spot<'_>>, Option<usize>) {
    let (mut spots, mut unclosed) = (Vec::new(), None);
    let mut chars = text.char_indices().peekable();
    while let Some(&(start, c)) = chars.peek() {
        let token = match c {
            c if c.is_whitespace() => {
                chars.next();
                continue;
            }
            '(' | ')' | ',' => {
                chars.next();
                match c {
                    '(' => Token::Open,
                    ')' => Token::Close,
                    _ => Token::Comma,
                }
            }
            '"' => {
                chars.next();
                let (mut name, mut closed) = (String::new(), false);
                while let Some((_, c)) = chars.next() {
                    match c {
                        '"' => {
                            closed = true;
                            break;
                        }
                        '\\' if matches!(chars.peek(), Some((_, '"' | '\\'))) => {
                            name.extend(chars.next().map(|(_, c)| c));
                        }
                        c => name.push(c),
                    }
                }
                if !closed {
                    unclosed = Some(start);
                }
                Token::Quoted(name)
            }
            _ => {
                while chars.next_if(|(_, c)| !c.is_whitespace() && !"(),\"".contains(*c)).is_some() {}
                let end = chars.peek().map_or(text.len(), |(at, _)| *at);
                Token::Word(text.get(start..end).unwrap_or_default())
            }
        };
        let end = chars.peek().map_or(text.len(), |(at, _)| *at);
        spots.push(Spot { token, start, end });
    }
    (spots, unclosed)
}

fn state(word: &str) -> Option<AlarmState> {
    [AlarmState::Ok, AlarmState::Alarm, AlarmState::InsufficientData]
        .into_iter()
        .find(|s| s.word().eq_ignore_ascii_case(word))
}

/// Reads a rule.
pub fn parse(text: &str) -> Result<Rule, RuleError> {
    let (spots, unclosed) = lex(text);
    let mut parser = Parser { text, spots: &spots, at: 0, depth: 0 };
    if let Some(start) = unclosed {
        return Err(parser.error_at(start, "a closing quote"));
    }
    let rule = parser.or()?;
    if parser.at < parser.spots.len() { Err(parser.error("the end, AND or OR")) } else { Ok(rule) }
}

/// Names of the alarms in a rule, in order of appearance, ARNs reduced to names, without duplicates. A rule that
/// cannot be read gives the names that can be found in it.
pub fn children(text: &str) -> Vec<String> {
    match parse(text) {
        Ok(rule) => rule.alarms().into_iter().map(str::to_owned).collect(),
        Err(_) => scan(text),
    }
}

/// The names in a broken rule: whatever stands between the parentheses of a state.
fn scan(text: &str) -> Vec<String> {
    let (spots, _) = lex(text);
    let (mut names, mut seen) = (Vec::new(), HashSet::new());
    let mut parser = Parser { text, spots: &spots, at: 0, depth: 0 };
    while let Some(spot) = parser.spots.get(parser.at) {
        parser.at += 1;
        let Token::Word(word) = spot.token else { continue };
        let list = word.eq_ignore_ascii_case("AT_LEAST");
        if !list && state(word).is_none() {
            continue;
        }
        if list {
            // The list is the next parenthesis after the function's own.
            parser.take(&Token::Open);
            while parser.peek().is_some_and(|t| *t != Token::Open && *t != Token::Close) {
                parser.at += 1;
            }
        }
        if !parser.take(&Token::Open) {
            continue;
        }
        while let Ok(name) = parser.reference(list) {
            if seen.insert(name.clone()) {
                names.push(name);
            }
            if !(list && parser.take(&Token::Comma)) {
                break;
            }
        }
    }
    names
}

struct Parser<'t, 's> {
    text: &'t str,
    spots: &'s [Spot<'t>],
    at: usize,
    depth: usize,
}

impl Parser<'_, '_> {
    fn peek(&self) -> Option<&Token<'_>> {
        self.spots.get(self.at).map(|s| &s.token)
    }

    fn take(&mut self, token: &Token<'_>) -> bool {
        let hit = self.peek() == Some(token);
        self.at += usize::from(hit);
        hit
    }

    fn take_word(&mut self, word: &str) -> bool {
        let hit = matches!(self.peek(), Some(Token::Word(w)) if w.eq_ignore_ascii_case(word));
        self.at += usize::from(hit);
        hit
    }

    fn error_at(&self, byte: usize, expected: &'static str) -> RuleError {
        let at = self.text.get(..byte).unwrap_or(self.text).chars().count() + 1;
        RuleError { at, expected }
    }

    fn error(&self, expected: &'static str) -> RuleError {
        self.error_at(self.spots.get(self.at).map_or(self.text.len(), |s| s.start), expected)
    }

    fn need(&mut self, token: &Token<'_>, expected: &'static str) -> Result<(), RuleError> {
        if self.take(token) { Ok(()) } else { Err(self.error(expected)) }
    }

    fn or(&mut self) -> Result<Rule, RuleError> {
        let mut parts = vec![self.and()?];
        while self.take_word("OR") {
            parts.push(self.and()?);
        }
        Ok(one_or(parts, Rule::Or))
    }

    fn and(&mut self) -> Result<Rule, RuleError> {
        let mut parts = vec![self.not()?];
        while self.take_word("AND") {
            parts.push(self.not()?);
        }
        Ok(one_or(parts, Rule::And))
    }

    fn not(&mut self) -> Result<Rule, RuleError> {
        // A loop, so that a thousand NOTs cost no stack to read; the depth keeps the tree shallow.
        let mut nots = 0;
        while self.take_word("NOT") {
            nots += 1;
            self.deeper()?;
        }
        let mut rule = self.atom()?;
        for _ in 0..nots {
            rule = Rule::Not(Box::new(rule));
        }
        self.depth -= nots;
        Ok(rule)
    }

    fn deeper(&mut self) -> Result<(), RuleError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(self.error("less nesting")) } else { Ok(()) }
    }

    fn atom(&mut self) -> Result<Rule, RuleError> {
        if self.take(&Token::Open) {
            self.deeper()?;
            let rule = self.or()?;
            self.depth -= 1;
            self.need(&Token::Close, "a closing parenthesis")?;
            return Ok(rule);
        }
        for (word, value) in [("TRUE", true), ("FALSE", false)] {
            if self.take_word(word) {
                return Ok(Rule::Const(value));
            }
        }
        if self.take_word("AT_LEAST") {
            return self.at_least();
        }
        let state = self.state()?;
        self.need(&Token::Open, "an opening parenthesis")?;
        let alarm = self.reference(false)?;
        self.need(&Token::Close, "a closing parenthesis")?;
        Ok(Rule::Is { alarm, state })
    }

    fn state(&mut self) -> Result<AlarmState, RuleError> {
        let found = match self.peek() {
            Some(Token::Word(word)) => state(word),
            _ => None,
        };
        self.at += usize::from(found.is_some());
        found.ok_or_else(|| self.error("ALARM, OK or INSUFFICIENT_DATA"))
    }

    fn at_least(&mut self) -> Result<Rule, RuleError> {
        self.need(&Token::Open, "an opening parenthesis")?;
        let quota = match self.peek() {
            Some(Token::Word(word)) => match word.strip_suffix('%') {
                Some(share) => share.parse().ok().filter(|p| *p <= 100).map(Quota::Percent),
                None => word.parse().ok().map(Quota::Count),
            },
            _ => None,
        };
        let quota = quota.ok_or_else(|| self.error("a number or a percentage"))?;
        self.at += 1;
        self.need(&Token::Comma, "a comma")?;
        let negated = self.take_word("NOT");
        let state = self.state()?;
        self.need(&Token::Comma, "a comma")?;
        self.need(&Token::Open, "an opening parenthesis")?;
        let mut alarms = vec![self.reference(true)?];
        while self.take(&Token::Comma) {
            alarms.push(self.reference(true)?);
        }
        self.need(&Token::Close, "a closing parenthesis")?;
        self.need(&Token::Close, "a closing parenthesis")?;
        Ok(Rule::AtLeast { quota, negated, state, alarms })
    }

    /// A name or ARN. Bare ones run to the parenthesis (in a list also to the comma), spaces included.
    fn reference(&mut self, list: bool) -> Result<String, RuleError> {
        if let Some(Token::Quoted(name)) = self.peek() {
            let name = alarm_name(name).to_owned();
            if name.is_empty() {
                return Err(self.error("an alarm's name"));
            }
            self.at += 1;
            return Ok(name);
        }
        let from = self.at;
        while match self.peek() {
            Some(Token::Word(_)) => true,
            Some(Token::Comma) => !list,
            _ => false,
        } {
            self.at += 1;
        }
        let taken = self.spots.get(from..self.at).unwrap_or_default();
        let name = match (taken.first(), taken.last()) {
            (Some(from), Some(to)) => self.text.get(from.start..to.end).unwrap_or_default(),
            _ => return Err(self.error("an alarm's name")),
        };
        Ok(alarm_name(name).to_owned())
    }
}

fn one_or(mut parts: Vec<Rule>, many: fn(Vec<Rule>) -> Rule) -> Rule {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            many(parts)
        }
    }
}
