//! Whether instances run at all, and if not, who or what stopped them.
//!
//! EC2 tells by `StateReason.Code`: `Server.…` is EC2's own doing, `Client.…` an order or a setting of the account.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde_json::Value as Json;

use super::{Check, Finding, Given, Outcome, Side, Wanted, near, told, unanswered};
use crate::{
    resource::{EC2_INSTANCE, ResourceRef},
    text::sentence::Sentence,
    triage::{pick, read::Read},
};

const ID: &str = "ec2.state";
/// Instances that are looked at.
const MOST: usize = 12;

/// Running, or not.
pub(super) struct State;

impl Check for State {
    fn id(&self) -> &'static str {
        ID
    }

    /// The graph asks about instances.
    fn wants(&self, _: &Given<'_>) -> Vec<Wanted> {
        Vec::new()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        let instances: Vec<&ResourceRef> = near(given, EC2_INSTANCE, 2).take(MOST).collect();
        let unread = unanswered(given, Read::Instances, ID, Side::Customer, instances.first().copied());
        let answer = (Read::Instances, "Reservations[].Instances[]", "InstanceId");
        let of = |one: &&ResourceRef| state(one, told(given, answer, one)?);
        instances.iter().filter_map(of).chain(unread).collect()
    }
}

fn state(of: &ResourceRef, instance: &Json) -> Option<Finding> {
    let name = pick::text(instance, "State.Name");
    let outcome = match name {
        "" => return None,
        "running" => Outcome::Pass,
        "pending" => Outcome::Unknown,
        _ => Outcome::Fail,
    };
    let code = pick::text(instance, "StateReason.Code");
    let transition = pick::text(instance, "StateTransitionReason");
    let reason = match (pick::text(instance, "StateReason.Message"), code) {
        ("", "") => transition,
        ("", code) => code,
        (message, _) => message,
    };
    let evidence = if outcome == Outcome::Pass || reason.is_empty() {
        Sentence::new("check.status").with("id", &of.id).with("status", name)
    } else {
        Sentence::new("check.status_why").with("id", &of.id).with("status", name).with("why", reason)
    };
    let at = if outcome == Outcome::Pass { None } else { when(transition) };
    Some(Finding::new(ID, outcome, side(code), of, evidence).since(at))
}

/// `Server.SpotInstanceTermination` is EC2 taking back what was bought on that condition.
fn side(code: &str) -> Side {
    match code {
        "Server.SpotInstanceTermination" | "Server.SpotInstanceShutdown" => Side::Grey,
        code if code.starts_with("Server.") => Side::Aws,
        _ => Side::Customer,
    }
}

/// When it was stopped: `User initiated (2026-05-01 03:04:05 GMT)` is how EC2 says it, where it does.
fn when(transition: &str) -> Option<Timestamp> {
    let (_, text) = transition.rsplit_once('(')?;
    let time: DateTime = text.strip_suffix(" GMT)")?.parse().ok()?;
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::triage::check::tests::Bench;

    fn one(instance: &Json) -> Bench {
        let mut bench = Bench::of(EC2_INSTANCE, "i-0000000a");
        bench.tell(Read::Instances, "i-0000000a", json!({"Reservations": [{"Instances": [instance]}]}));
        bench
    }

    #[test]
    fn who_stopped_an_instance_is_told_by_the_code() {
        for (code, message, outcome, side) in [
            ("Client.InstanceInitiatedShutdown", "shut down from within", Outcome::Fail, Side::Customer),
            ("Server.InternalError", "an internal error", Outcome::Fail, Side::Aws),
            ("Server.SpotInstanceTermination", "no capacity", Outcome::Fail, Side::Grey),
        ] {
            let bench = one(&json!({"InstanceId": "i-0000000a", "State": {"Name": "stopped"},
                "StateTransitionReason": "User initiated (2026-05-01 03:04:05 GMT)",
                "StateReason": {"Code": code, "Message": message}}));
            let found = bench.found(&State);
            let first = found.first().unwrap();
            assert_eq!((first.outcome, first.side), (outcome, side), "{code}");
            assert_eq!(first.at, "2026-05-01T03:04:05Z".parse().ok());
            assert_eq!(bench.said(&State), [format!("fail i-0000000a: stopped ({message})")]);
        }
    }

    #[test]
    fn what_runs_is_fine_and_what_is_refused_is_not_known() {
        let running = one(&json!({"InstanceId": "i-0000000a", "State": {"Name": "running"}}));
        assert_eq!(running.said(&State), ["pass i-0000000a: running"]);
        let mut denied = Bench::of(EC2_INSTANCE, "i-0000000a");
        denied.refuse(Read::Instances, "i-0000000a");
        assert_eq!(denied.said(&State), ["unknown not known: ec2:DescribeInstances failed (no)"]);
    }
}
