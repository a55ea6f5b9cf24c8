//! From text to a condition.

use jiff::SignedDuration;
use serde_json::Value as Json;

use super::{Condition, Literal, Measure, Op};
use crate::{
    text::{duration, nearest::nearest, sentence::Sentence},
    triage::check::Outcome,
};

/// Double and single.
const QUOTES: [char; 2] = ['\u{22}', '\u{27}'];

/// How deep brackets and `not` may stand in each other.
const DEEPEST: usize = 32;

/// What is wrong with a condition, and at which byte of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub at: usize,
    /// What, with the next step.
    pub what: Sentence,
}

const RESULTS: [(&str, Outcome); 3] =
    [("pass", Outcome::Pass), ("fail", Outcome::Fail), ("unknown", Outcome::Unknown)];

const MEASURES: [(&str, Measure); 3] =
    [("value", Measure::Value), ("age", Measure::Age), ("count", Measure::Count)];

pub(super) fn condition(text: &str) -> Result<Condition, Fault> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let found = reader.any()?;
    match reader.peek() {
        "" => Ok(found),
        rest => Err(reader.expected("and, or", rest)),
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Reader<'t> {
    /// The next word, sign or quoted text, without taking it; empty at the end.
    fn peek(&mut self) -> &'t str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let trimmed = rest.trim_start();
        self.at += rest.len() - trimmed.len();
        let is_word = |c: char| c.is_alphanumeric() || "_-.".contains(c);
        let end = match trimmed.chars().next() {
            None => 0,
            Some(quote) if QUOTES.contains(&quote) => trimmed
                .char_indices()
                .skip(1)
                .find(|(_, c)| *c == quote)
                .map_or(trimmed.len(), |(at, _)| at + 1),
            Some(c) if is_word(c) => trimmed.find(|c| !is_word(c)).unwrap_or(trimmed.len()),
            Some(c) => Op::WORDS
                .iter()
                .find(|(sign, _)| trimmed.starts_with(sign))
                .map_or(c.len_utf8(), |(sign, _)| sign.len()),
        };
        trimmed.get(..end).unwrap_or_default()
    }

    fn take(&mut self) -> &'t str {
        let token = self.peek();
        self.at += token.len();
        token
    }

    fn eat(&mut self, token: &str) -> bool {
        let is_it = self.peek() == token;
        if is_it {
            self.at += token.len();
        }
        is_it
    }

    fn any(&mut self) -> Result<Condition, Fault> {
        let mut any = vec![self.all()?];
        while self.eat("or") {
            any.push(self.all()?);
        }
        Ok(one_or(any, Condition::Or))
    }

    fn all(&mut self) -> Result<Condition, Fault> {
        let mut all = vec![self.one()?];
        while self.eat("and") {
            all.push(self.one()?);
        }
        Ok(one_or(all, Condition::And))
    }

    fn one(&mut self) -> Result<Condition, Fault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Fault { at: self.at, what: Sentence::new("runbook.condition_deep") });
        }
        let found = if self.eat("not") {
            Condition::Not(Box::new(self.one()?))
        } else if self.eat("(") {
            let inner = self.any()?;
            let close = self.peek();
            if !self.eat(")") {
                return Err(self.expected(")", close));
            }
            inner
        } else {
            self.atom()?
        };
        self.depth -= 1;
        Ok(found)
    }

    fn atom(&mut self) -> Result<Condition, Fault> {
        let word = self.peek();
        let start = self.at;
        if !word.starts_with(|c: char| c.is_ascii_lowercase()) {
            return Err(self.expected("runbook.expected_check", word));
        }
        self.at += word.len();
        if self.eat("(") {
            let Some((_, measure)) = MEASURES.iter().find(|(name, _)| *name == word) else {
                let what = unknown_word("runbook.condition_function", word, MEASURES.map(|(name, _)| name));
                return Err(Fault { at: start, what });
            };
            let id = self.take().to_owned();
            let close = self.peek();
            if !self.eat(")") {
                return Err(self.expected(")", close));
            }
            return self.compare(*measure, id);
        }
        let sign = self.peek();
        if !self.eat("==") {
            return Err(self.expected("==", sign));
        }
        let result = self.peek();
        match RESULTS.iter().find(|(name, _)| *name == result) {
            Some((_, outcome)) => {
                self.at += result.len();
                Ok(Condition::Is(word.to_owned(), *outcome))
            }
            None => Err(self.expected("pass, fail, unknown", result)),
        }
    }

    fn compare(&mut self, measure: Measure, id: String) -> Result<Condition, Fault> {
        let sign = self.peek();
        let Some((_, op)) = Op::WORDS.iter().find(|(word, _)| *word == sign) else {
            return Err(self.expected("== != < <= > >=", sign));
        };
        self.at += sign.len();
        let literal = self.peek();
        let quoted = literal.strip_prefix(QUOTES).and_then(|l| l.strip_suffix(QUOTES));
        let found = match (measure, quoted) {
            (Measure::Age, Some(span)) => duration::parse(span)
                .and_then(|span| SignedDuration::try_from(span).ok())
                .map(Literal::Span)
                .ok_or("\"26h\""),
            (Measure::Age, None) => Err("\"26h\""),
            (Measure::Value, Some(text)) => Ok(Literal::Json(Json::from(text))),
            (Measure::Value, None) if literal == "true" || literal == "false" => {
                Ok(Literal::Json(Json::from(literal == "true")))
            }
            (Measure::Value | Measure::Count, _) => match literal.parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(Literal::Json(Json::from(number))),
                _ => Err(if measure == Measure::Count { "3" } else { "3, \"text\", true, false" }),
            },
        };
        match found {
            Ok(found) => {
                self.at += literal.len();
                Ok(Condition::Compare(measure, id, *op, found))
            }
            Err(wanted) => Err(self.expected(wanted, literal)),
        }
    }

    /// `wanted` stands here and `got` does. A wording key among them is turned into words.
    fn expected(&self, wanted: &'static str, got: &str) -> Fault {
        let what = match got {
            "" => Sentence::new("runbook.condition_ends"),
            got => Sentence::new("runbook.condition_wants").with("got", got),
        };
        let what = if wanted == "runbook.expected_check" {
            what.with_part("wanted", Sentence::new("runbook.expected_check"))
        } else {
            what.with("wanted", wanted)
        };
        Fault { at: self.at, what }
    }
}

fn one_or(mut list: Vec<Condition>, several: fn(Vec<Condition>) -> Condition) -> Condition {
    if list.len() == 1 { list.remove(0) } else { several(list) }
}

/// A word that is none of those that there are.
fn unknown_word<const N: usize>(key: &'static str, word: &str, names: [&str; N]) -> Sentence {
    let meant = nearest(word, names).map_or_else(|| names.join(", "), str::to_owned);
    Sentence::new(key).with("name", word).with("meant", meant)
}
