//! The checks as one JSON document, for scripts.

use serde_json::{Map, Value, json};

use super::{Check, Outcome, Section, Tried, exit_code};
use crate::{
    scope::Scope,
    text::{Catalogue, problem, sanitise::cleaned},
};

/// The whole list. `ok` says whether the exit status is 0; texts are in the language of `words`, everything else is fixed.
pub fn document(sections: &[Section], words: &Catalogue) -> Value {
    let checks: Vec<Value> = sections
        .iter()
        .flat_map(|section| section.checks.iter().map(move |c| check(section.scope.as_ref(), c, words)))
        .collect();
    let status = exit_code(sections);
    tidied(json!({ "ok": status == 0, "exit_status": status, "checks": checks }))
}

/// Without what would control a terminal when a script prints it.
fn tidied(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(cleaned(&text).into_owned()),
        Value::Array(items) => items.into_iter().map(tidied).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, tidied(value))).collect(),
        other => other,
    }
}

fn check(scope: Option<&Scope>, check: &Check, words: &Catalogue) -> Value {
    let facts: Map<String, Value> =
        check.facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let found: Vec<String> = check.found.iter().map(|sentence| sentence.text(words)).collect();
    let remedies: Vec<String> = check.advice.iter().map(|advice| advice.text(words)).collect();
    json!({
        "scope": scope,
        "check": check.subject.id(),
        "status": check.status,
        "found": found,
        "remedies": remedies,
        "facts": facts,
        "actions": check.tried.iter().map(|t| tried(t, words)).collect::<Vec<_>>(),
    })
}

fn tried(tried: &Tried, words: &Catalogue) -> Value {
    let (mut proof, mut kind, mut message, mut remedy) = (None, None, None, None);
    match &tried.outcome {
        Outcome::Allowed(how) => proof = Some(*how),
        Outcome::Untried(why) => message = Some(why.text(words)),
        Outcome::Failed(problem) => {
            kind = Some(problem.kind);
            message = Some(problem.message.clone());
            remedy = Some(problem::remedy(words, &problem.remedy));
        }
    }
    json!({
        "action": tried.action,
        "status": tried.outcome.status(),
        "proof": proof,
        "kind": kind,
        "message": message,
        "remedy": remedy,
    })
}
