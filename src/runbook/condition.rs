//! Conditions: what a branch or a guard looks at.
//!
//! ```text
//! system == fail and not (targets == pass or value(credits) < 10)
//! age(point) > "26h"      count(missing) >= 1      value(class) == "out-of-memory"
//! ```
//!
//! Three-valued: what rests on a check that is unknown is itself unknown, and only `id == unknown` is true of one. So an
//! unknown can never be taken for a pass, not even through `not`. No loops, no code: the same results give the same way.

pub mod cover;
mod parse;

use std::{cmp::Ordering, fmt};

use jiff::SignedDuration;
use serde_json::Value as Json;

pub use self::parse::Fault;
use super::{
    check::{age, number, same},
    judge::Judged,
};
use crate::{text::duration, triage::check::Outcome};

/// One condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// `id == pass`.
    Is(String, Outcome),
    /// `value(id) < 3`, `age(id) > "26h"`, `count(id) >= 1`.
    Compare(Measure, String, Op, Literal),
    /// All of them.
    And(Vec<Condition>),
    /// One of them.
    Or(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
}

/// What of a check is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// What was selected of the answer.
    Value,
    /// How long before the answer the time was that was selected.
    Age,
    /// How many things were selected.
    Count,
}

/// How it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

/// What it is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// A number, a text, true or false.
    Json(Json),
    /// A span of time.
    Span(SignedDuration),
}

impl Op {
    const WORDS: [(&'static str, Self); 6] = [
        ("==", Self::Eq),
        ("!=", Self::Ne),
        ("<=", Self::Le),
        (">=", Self::Ge),
        ("<", Self::Lt),
        (">", Self::Gt),
    ];

    const fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Eq => order.is_eq(),
            Self::Ne => order.is_ne(),
            Self::Lt => order.is_lt(),
            Self::Le => order.is_le(),
            Self::Gt => order.is_gt(),
            Self::Ge => order.is_ge(),
        }
    }
}

impl Condition {
    /// Reads one.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        parse::condition(text)
    }

    /// Whether it holds; `None` where that is not known. `of` says how a check came out, `None` before it has.
    pub fn holds<'a>(&self, of: &impl Fn(&str) -> Option<&'a Judged>) -> Option<bool> {
        match self {
            Self::Is(id, wanted) => {
                let outcome = of(id)?.outcome;
                match (outcome, *wanted) {
                    (Outcome::Unknown, Outcome::Unknown) => Some(true),
                    (Outcome::Unknown, _) => None,
                    (is, wanted) => Some(is == wanted),
                }
            }
            Self::Compare(measure, id, op, literal) => {
                let judged = of(id)?;
                if judged.outcome == Outcome::Unknown {
                    return None;
                }
                compare(*measure, judged, *op, literal)
            }
            Self::And(all) => {
                let mut whole = Some(true);
                for one in all {
                    match one.holds(of) {
                        Some(false) => return Some(false),
                        None => whole = None,
                        Some(true) => {}
                    }
                }
                whole
            }
            Self::Or(any) => {
                let mut whole = Some(false);
                for one in any {
                    match one.holds(of) {
                        Some(true) => return Some(true),
                        None => whole = None,
                        Some(false) => {}
                    }
                }
                whole
            }
            Self::Not(one) => one.holds(of).map(|held| !held),
        }
    }

    /// The checks that it looks at, in the order of the text; one may be named twice.
    pub fn checks(&self) -> Vec<&str> {
        match self {
            Self::Is(id, _) | Self::Compare(_, id, ..) => vec![id],
            Self::And(all) | Self::Or(all) => all.iter().flat_map(Self::checks).collect(),
            Self::Not(one) => one.checks(),
        }
    }
}

fn compare(measure: Measure, judged: &Judged, op: Op, literal: &Literal) -> Option<bool> {
    match (measure, literal) {
        (Measure::Age, Literal::Span(span)) => {
            age(&judged.value, judged.at).map(|age| op.holds(age.cmp(span)))
        }
        (Measure::Count, Literal::Json(wanted)) => {
            let count = match &judged.value {
                Json::Null => 0,
                Json::Array(list) => list.len(),
                Json::Object(map) => map.len(),
                _ => 1,
            };
            let count = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
            Some(op.holds(count.partial_cmp(&wanted.as_f64()?)?))
        }
        (Measure::Value, Literal::Json(wanted)) => match (op, &judged.value) {
            (_, Json::Null) => None,
            (Op::Eq, value) => Some(same(value, wanted)),
            (Op::Ne, value) => Some(!same(value, wanted)),
            (_, value) => match wanted {
                Json::String(text) => Some(op.holds(value.as_str()?.cmp(text))),
                _ => Some(op.holds(number(value)?.partial_cmp(&wanted.as_f64()?)?)),
            },
        },
        _ => None,
    }
}

impl fmt::Display for Condition {
    /// As in a file; brackets where they are needed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, list: &[Self], word: &str| {
            for (at, one) in list.iter().enumerate() {
                let joint = if at > 0 { word } else { "" };
                match one {
                    Self::Or(_) | Self::And(_) => write!(f, "{joint}({one})")?,
                    _ => write!(f, "{joint}{one}")?,
                }
            }
            Ok(())
        };
        match self {
            Self::Is(id, outcome) => write!(f, "{id} == {}", outcome.word()),
            Self::And(all) => list(f, all, " and "),
            Self::Or(any) => list(f, any, " or "),
            Self::Not(one) => match &**one {
                Self::And(_) | Self::Or(_) => write!(f, "not ({one})"),
                _ => write!(f, "not {one}"),
            },
            Self::Compare(measure, id, op, literal) => {
                let measure = match measure {
                    Measure::Value => "value",
                    Measure::Age => "age",
                    Measure::Count => "count",
                };
                let sign = Op::WORDS.iter().find(|(_, one)| one == op).map_or("", |(sign, _)| sign);
                write!(f, "{measure}({id}) {sign} ")?;
                match literal {
                    Literal::Json(value) => write!(f, "{value}"),
                    Literal::Span(span) => write!(f, "\"{}\"", duration::show(span.unsigned_abs())),
                }
            }
        }
    }
}
