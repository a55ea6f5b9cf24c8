//! Lambda: whether functions can run as they are set up, and whether what should call them does.

use serde_json::Value as Json;

use super::{Check, Finding, Given, Outcome, Side, Wanted, near, told, unanswered};
use crate::{
    resource::ResourceRef,
    text::sentence::Sentence,
    triage::{kinds, pick, read::Read},
};

pub(super) const FUNCTION: &str = "AWS::Lambda::Function";

/// The state, and how the last update went.
pub(super) struct State;
/// Event source mappings.
pub(super) struct Sources;

impl Check for State {
    fn id(&self) -> &'static str {
        "lambda.state"
    }

    /// The graph asks about functions.
    fn wants(&self, _: &Given<'_>) -> Vec<Wanted> {
        Vec::new()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        let of = |one: &ResourceRef| {
            let function = told(given, (Read::Function, "", "FunctionName"), one)?;
            let state = pick::text(function, "State");
            let update = pick::text(function, "LastUpdateStatus");
            let (outcome, status, why, code) = match (state, update) {
                // The next call of an idle function fails, and wakes it.
                ("Failed" | "Inactive", _) => (Outcome::Fail, state, "StateReason", "StateReasonCode"),
                (_, "Failed") => (Outcome::Fail, "LastUpdateStatus Failed", "LastUpdateStatusReason", ""),
                ("Pending", _) => (Outcome::Unknown, state, "StateReason", ""),
                (_, "InProgress") => {
                    (Outcome::Unknown, "LastUpdateStatus InProgress", "LastUpdateStatusReason", "")
                }
                ("Active", _) => (Outcome::Pass, state, "", ""),
                _ => return None,
            };
            let text = |path: &str| if path.is_empty() { "" } else { pick::text(function, path) };
            // All other codes name something of the account: a subnet, a role, a key, an image.
            let side = if text(code) == "InternalError" { Side::Aws } else { Side::Customer };
            Some(Finding::new(self.id(), outcome, side, one, said(&one.id, status, text(why))))
        };
        let unread =
            unanswered(given, Read::Function, self.id(), Side::Customer, near(given, FUNCTION, 1).next());
        near(given, FUNCTION, 1).filter_map(of).chain(unread).collect()
    }
}

impl Check for Sources {
    fn id(&self) -> &'static str {
        "lambda.source"
    }

    /// The graph asks about mappings.
    fn wants(&self, _: &Given<'_>) -> Vec<Wanted> {
        Vec::new()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        let read = Read::EventSources;
        let of = |one: &ResourceRef| {
            // Of an alias or a version, too.
            let is_ours = |mapping: &&Json| {
                let arn = pick::text(mapping, "FunctionArn");
                kinds::of_arn(arn, one.scope).is_some_and(|function| function.id == one.id)
            };
            let mappings = given.facts.items(read, "EventSourceMappings[]").filter(is_ours);
            mappings.filter_map(|mapping| source(mapping, one, self.id())).collect::<Vec<_>>()
        };
        let unread = unanswered(given, read, self.id(), Side::Customer, near(given, FUNCTION, 1).next());
        near(given, FUNCTION, 1).flat_map(of).chain(unread).collect()
    }
}

fn source(mapping: &Json, of: &ResourceRef, id: &'static str) -> Option<Finding> {
    let state = pick::text(mapping, "State");
    let result = pick::text(mapping, "LastProcessingResult");
    // `PROBLEM: …` is what Lambda could not do: mostly what it may not, or what the function answered.
    let problem = result.starts_with("PROBLEM");
    let (outcome, why) = match state {
        "" => return None,
        "Disabled" | "Disabling" | "Deleting" => {
            (Outcome::Fail, pick::text(mapping, "StateTransitionReason"))
        }
        _ if problem => (Outcome::Fail, result),
        "Enabled" => (Outcome::Pass, ""),
        _ => (Outcome::Unknown, pick::text(mapping, "StateTransitionReason")),
    };
    let arn = pick::text(mapping, "EventSourceArn");
    let source =
        kinds::of_arn(arn, of.scope).map_or_else(|| pick::text(mapping, "UUID").to_owned(), |one| one.id);
    let evidence = said(&format!("{source} → {}", of.id), state, why);
    Some(Finding::new(id, outcome, Side::Customer, of, evidence))
}

fn said(id: &str, status: &str, why: &str) -> Sentence {
    let key = if why.is_empty() { "check.status" } else { "check.status_why" };
    let evidence = Sentence::new(key).with("id", id).with("status", status);
    if why.is_empty() { evidence } else { evidence.with("why", why) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::triage::check::tests::Bench;

    #[test]
    fn a_function_that_cannot_run_says_why() {
        for (function, side, said) in [
            (
                json!({"State": "Active", "LastUpdateStatus": "Successful"}),
                Side::Customer,
                "pass pay: Active",
            ),
            (
                json!({"State": "Failed", "StateReasonCode": "InternalError", "StateReason": "try again"}),
                Side::Aws,
                "fail pay: Failed (try again)",
            ),
            (
                json!({"State": "Active", "LastUpdateStatus": "Failed", "LastUpdateStatusReason": "no such subnet"}),
                Side::Customer,
                "fail pay: LastUpdateStatus Failed (no such subnet)",
            ),
            (json!({"State": "Inactive"}), Side::Customer, "fail pay: Inactive"),
            (
                json!({"State": "Active", "LastUpdateStatus": "InProgress"}),
                Side::Customer,
                "unknown pay: LastUpdateStatus InProgress",
            ),
        ] {
            let mut bench = Bench::of(FUNCTION, "pay");
            let mut function = function;
            function["FunctionName"] = json!("pay");
            bench.tell(Read::Function, "pay", function);
            assert_eq!(bench.said(&State), [said]);
            assert_eq!(bench.found(&State).first().unwrap().side, side);
        }
    }

    #[test]
    fn what_should_call_it_is_on_and_works() {
        let mapping = |state: &str, result: &str| {
            json!({"UUID": "u", "EventSourceArn": "arn:aws:sqs:eu-west-1:111122223333:orders",
                "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:pay:live", "State": state,
                "StateTransitionReason": "USER_INITIATED", "LastProcessingResult": result})
        };
        let mut bench = Bench::of(FUNCTION, "pay");
        let mappings = [
            mapping("Enabled", "OK"),
            mapping("Disabled", "OK"),
            mapping("Enabled", "PROBLEM: Function call failed"),
            mapping("Updating", "OK"),
        ];
        bench.tell(Read::EventSources, "pay", json!({"EventSourceMappings": mappings}));
        assert_eq!(
            bench.said(&Sources),
            [
                "pass orders → pay: Enabled",
                "fail orders → pay: Disabled (USER_INITIATED)",
                "fail orders → pay: Enabled (PROBLEM: Function call failed)",
                "unknown orders → pay: Updating (USER_INITIATED)",
            ]
        );
    }
}
