//! From an answer of AWS to pass, fail or unknown.
//!
//! Total: a refused call, a missing right, an answer that says nothing of the matter are unknown with the reason, and
//! never fine.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{
    check::{Check, Expect, Test},
    params,
};
use crate::{
    problem::Problem,
    text::{duration, sentence::Sentence},
    triage::check::Outcome,
};

/// The longest text of an answer that a sentence repeats, in characters.
const SAID: usize = 120;

/// How a check came out. Kept in the record as JSON, so that the way can be gone again later without AWS.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// How.
    pub outcome: Outcome,
    /// What was selected of the answer; null where there is none.
    pub value: Json,
    /// When the answer was given, or said.
    #[serde(with = "super::words::time")]
    pub at: Timestamp,
    /// Why.
    pub why: Why,
    /// Who says so.
    pub by: By,
}

/// Why a check came out as it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The value is as expected, or is not.
    Answer,
    /// The value is one of those of which nothing can be said.
    Unsure,
    /// The answer says nothing of it.
    Silent,
    /// The value cannot be compared with what is expected, such as a text with a number.
    Odd,
    /// It could not be read.
    Unread {
        /// Of AWS.
        operation: String,
        /// What AWS or the network said.
        message: String,
    },
    /// What has to be known to ask is not known.
    Missing {
        /// The parameter's name.
        param: String,
    },
    /// The console's own check says so, or a person does.
    Said {
        /// What was said.
        text: String,
    },
}

/// Who says how a check came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// An answer of AWS.
    Read,
    /// The console's own check.
    Console,
    /// A person, where toban cannot read it.
    Typed {
        /// Who.
        who: String,
    },
    /// A person, against what was read. Shown as such for ever.
    Override {
        /// Who.
        who: String,
        /// Why; never empty.
        reason: String,
        /// What had been read.
        was: Outcome,
    },
}

/// What an answer comes to. `at` is when it was given; ages are counted from then.
pub fn judge(
    check: &Check,
    answer: Result<&Json, &Problem>,
    values: &BTreeMap<String, String>,
    at: Timestamp,
) -> Judged {
    let of = |outcome, value, why| Judged { outcome, value, at, why, by: By::Read };
    let answer = match answer {
        Ok(answer) => answer,
        Err(problem) => {
            let (operation, message) = (problem.operation.clone(), problem.message.clone());
            return of(Outcome::Unknown, Json::Null, Why::Unread { operation, message });
        }
    };
    let value = match &check.select {
        None => answer.clone(),
        Some(path) => match params::in_path(path, values) {
            Ok(path) => select(&path, answer),
            Err(param) => return of(Outcome::Unknown, Json::Null, Why::Missing { param }),
        },
    };
    if check.unknown_if.iter().any(|test| test.holds(&value, at) == Some(true)) {
        return of(Outcome::Unknown, value, Why::Unsure);
    }
    if value.is_null() && !check.expect.minds_nothing() {
        return of(Outcome::Unknown, value, Why::Silent);
    }
    match check.expect.holds(&value, at) {
        Some(true) => of(Outcome::Pass, value, Why::Answer),
        Some(false) => of(Outcome::Fail, value, Why::Answer),
        None => of(Outcome::Unknown, value, Why::Odd),
    }
}

/// The slices of an answer that a check keeps as evidence: by their paths; what is not there is left out.
pub fn evidence(check: &Check, answer: &Json) -> Json {
    let found = check.evidence.iter().map(|path| (path.clone(), select(path, answer)));
    Json::Object(found.filter(|(_, slice)| !slice.is_null()).collect())
}

/// What a JMESPath expression selects; null where it selects nothing or cannot.
fn select(path: &str, answer: &Json) -> Json {
    let found = jmespath::compile(path).and_then(|expression| expression.search(answer));
    found.ok().and_then(|found| serde_json::to_value(&*found).ok()).unwrap_or(Json::Null)
}

impl Judged {
    /// Unknown, since a person says that nobody knows the parameter.
    pub fn unknowable(param: &str, who: &str, at: Timestamp) -> Self {
        let why = Why::Missing { param: param.to_owned() };
        Self { outcome: Outcome::Unknown, value: Json::Null, at, why, by: By::Typed { who: who.to_owned() } }
    }

    /// What a person says where toban cannot read it.
    pub fn typed(outcome: Outcome, text: &str, who: &str, at: Timestamp) -> Self {
        let why = Why::Said { text: text.to_owned() };
        Self { outcome, value: Json::from(text), at, why, by: By::Typed { who: who.to_owned() } }
    }

    /// What a person says against what was read; `None` without a reason.
    pub fn overridden(&self, outcome: Outcome, reason: &str, who: &str, at: Timestamp) -> Option<Self> {
        let reason = reason.trim();
        let by = By::Override { who: who.to_owned(), reason: reason.to_owned(), was: self.outcome };
        (!reason.is_empty()).then(|| Self { outcome, at, by, ..self.clone() })
    }

    /// Whether it is unknown for want of a parameter.
    pub fn lacks(&self, param: &str) -> bool {
        matches!(&self.why, Why::Missing { param: known } if known == param)
    }

    /// Why, as a sentence.
    pub fn sentence(&self, check: &Check) -> Sentence {
        let value = said(&self.value);
        match &self.why {
            Why::Answer if self.outcome == Outcome::Pass => {
                Sentence::new("runbook.why_pass").with("value", value)
            }
            Why::Answer => {
                let sentence = Sentence::new("runbook.why_fail").with("value", value);
                sentence.with("wanted", wanted(&check.expect))
            }
            Why::Unsure => Sentence::new("runbook.why_unsure").with("value", value),
            Why::Silent => Sentence::new("runbook.why_silent"),
            Why::Odd => {
                Sentence::new("runbook.why_odd").with("value", value).with("wanted", wanted(&check.expect))
            }
            Why::Unread { operation, message } => {
                Sentence::new("check.unread").with("operation", operation).with("why", message)
            }
            Why::Missing { param } => Sentence::new("runbook.why_missing").with("name", param),
            Why::Said { text } => Sentence::new("runbook.why_said").with("text", text),
        }
    }
}

/// A value in a sentence: its text, or its JSON, cut where it is long.
fn said(value: &Json) -> String {
    let whole = match value {
        Json::String(text) => text.clone(),
        Json::Array(list) if !list.is_empty() && list.iter().all(Json::is_string) => {
            list.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    };
    let mut cut: String = whole.chars().take(SAID).collect();
    if cut.len() < whole.len() {
        cut.push('…');
    }
    cut
}

/// What is expected, in the signs of a condition.
pub fn wanted(expect: &Expect) -> String {
    let one = |test: &Test| match test {
        Test::Eq(value) => said(value),
        Test::Ne(value) => format!("!= {}", said(value)),
        Test::Lt(limit) => format!("< {limit}"),
        Test::Le(limit) => format!("<= {limit}"),
        Test::Gt(limit) => format!("> {limit}"),
        Test::Ge(limit) => format!(">= {limit}"),
        Test::In(list) => list.iter().map(said).collect::<Vec<_>>().join(" | "),
        Test::Contains(part) => format!("∋ {}", said(part)),
        Test::Exists(yes) => (if *yes { "!= null" } else { "null" }).to_owned(),
        Test::Empty(yes) => (if *yes { "[]" } else { "!= []" }).to_owned(),
        Test::Newer(span) => format!("age <= {}", duration::show(span.unsigned_abs())),
        Test::Older(span) => format!("age > {}", duration::show(span.unsigned_abs())),
    };
    expect.0.iter().map(one).collect::<Vec<_>>().join(", ")
}
