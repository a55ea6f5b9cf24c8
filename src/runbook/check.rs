//! What is checked, from where the answer comes, and when it is good.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;

use super::words::{Side, Text};

/// How old an answer may be where a check does not say.
pub const FRESH: SignedDuration = SignedDuration::from_mins(5);

/// One check. It is total: whatever happens, it comes out as pass, fail or unknown.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Its name. The same name in two runbooks means the same check.
    pub id: String,
    /// What is asked, in words.
    pub title: Text,
    /// Where the answer comes from.
    pub source: Source,
    /// What of the answer is looked at (JMESPath); all of it when missing.
    pub select: Option<String>,
    /// When it is good. Empty for the console's own checks and where a person says so.
    pub expect: Expect,
    /// Values of which nothing can be said.
    pub unknown_if: Vec<Expect>,
    /// Older answers are read again.
    pub fresh: SignedDuration,
    /// What of the answer is kept in the record (JMESPath).
    pub evidence: Vec<String>,
    /// What it means.
    pub know: Know,
    /// The step does not wait for it: unanswered it is unknown.
    pub optional: bool,
}

/// Where a check's answer comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// An operation of the registry of reads.
    Read {
        /// `ec2:DescribeInstanceStatus`.
        operation: String,
        /// Its arguments, with `${…}` in them.
        args: Json,
        /// It costs money or is slow: only when a key is pressed.
        costs: bool,
    },
    /// A person: toban cannot or must not read it.
    Ask {
        /// A command whose output tells.
        command: Option<String>,
    },
    /// One of the console's own checks by its id; the explanation tells.
    Console(String),
}

impl Source {
    /// Whether nobody has to type anything.
    pub const fn is_live(&self) -> bool {
        !matches!(self, Self::Ask { .. })
    }

    /// Whether it costs money or is slow.
    pub const fn costs(&self) -> bool {
        matches!(self, Self::Read { costs: true, .. })
    }
}

/// What stands beside a check for those who do not know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Know {
    /// What it means.
    pub meaning: Text,
    /// What a failure means.
    pub if_fail: Text,
    /// Whose matter a failure is.
    pub side: Side,
    /// What to do next then.
    pub next: Text,
}

/// What a value must be: all of these.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Expect(pub Vec<Test>);

/// One thing that a value must be.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// This.
    Eq(Json),
    /// Anything but this.
    Ne(Json),
    /// A number below.
    Lt(f64),
    /// A number not above.
    Le(f64),
    /// A number above.
    Gt(f64),
    /// A number not below.
    Ge(f64),
    /// One of these.
    In(Vec<Json>),
    /// A list with this in it, or a text with this text in it.
    Contains(Json),
    /// There (not null), or not there.
    Exists(bool),
    /// An empty list, text or object; or one that is not. Nothing at all is neither.
    Empty(bool),
    /// A time less than this ago.
    Newer(SignedDuration),
    /// A time more than this ago.
    Older(SignedDuration),
}

impl Expect {
    /// Whether a value is all of it; `None` where that cannot be said.
    pub fn holds(&self, value: &Json, at: Timestamp) -> Option<bool> {
        let mut all = true;
        for test in &self.0 {
            all &= test.holds(value, at)?;
        }
        Some(all)
    }

    /// Whether it can be met by nothing at all.
    pub fn minds_nothing(&self) -> bool {
        self.0.iter().any(|test| matches!(test, Test::Exists(_)))
    }
}

impl Test {
    fn holds(&self, value: &Json, at: Timestamp) -> Option<bool> {
        let than = |holds: fn(f64, f64) -> bool, limit: f64| number(value).map(|n| holds(n, limit));
        match self {
            Self::Eq(other) => Some(same(value, other)),
            Self::Ne(other) => Some(!same(value, other)),
            Self::Lt(limit) => than(|a, b| a < b, *limit),
            Self::Le(limit) => than(|a, b| a <= b, *limit),
            Self::Gt(limit) => than(|a, b| a > b, *limit),
            Self::Ge(limit) => than(|a, b| a >= b, *limit),
            Self::In(list) => Some(list.iter().any(|other| same(value, other))),
            Self::Contains(part) => match (value, part) {
                (Json::Array(list), _) => Some(list.iter().any(|one| same(one, part))),
                (Json::String(text), Json::String(part)) => Some(text.contains(part)),
                _ => None,
            },
            Self::Exists(yes) => Some(value.is_null() != *yes),
            Self::Empty(yes) => {
                let empty = match value {
                    Json::String(text) => text.is_empty(),
                    Json::Array(list) => list.is_empty(),
                    Json::Object(map) => map.is_empty(),
                    _ => return None,
                };
                Some(empty == *yes)
            }
            Self::Newer(span) => age(value, at).map(|age| age <= *span),
            Self::Older(span) => age(value, at).map(|age| age > *span),
        }
    }
}

/// Numbers by their worth, all else as it is.
pub fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(_), Json::Number(_)) => a.as_f64() == b.as_f64(),
        _ => a == b,
    }
}

/// A number, also where AWS writes it as a text.
pub fn number(value: &Json) -> Option<f64> {
    match value {
        Json::String(text) => text.parse().ok().filter(|n: &f64| n.is_finite()),
        other => other.as_f64(),
    }
}

/// How long ago a time in an answer was (RFC 3339).
pub fn age(value: &Json, at: Timestamp) -> Option<SignedDuration> {
    value.as_str()?.parse::<Timestamp>().ok().map(|time| at.duration_since(time))
}
