//! EC2's status checks of the instances, and the events that AWS has scheduled for them.
//!
//! The system check is the host's, power's and network's: AWS's side. The instance check is the operating system's: ours.

use serde_json::Value as Json;

use super::{Check, Finding, Given, Outcome, Side, Wanted};
use crate::{
    resource::{EC2_INSTANCE, ResourceRef},
    text::sentence::Sentence,
    triage::{
        pick,
        read::{Question, Read},
    },
};

/// Instances that are looked at: those that are unwell, and of members of a group so many.
const MOST: usize = 12;

/// The system status check.
pub(super) struct System;
/// The instance status check.
pub(super) struct Instance;
/// The check of attached EBS volumes.
pub(super) struct Ebs;
/// Maintenance, retirement, reboots.
pub(super) struct Scheduled;

impl Check for System {
    fn id(&self) -> &'static str {
        "ec2.status.system"
    }

    fn wants(&self, given: &Given<'_>) -> Vec<Wanted> {
        wants(given)
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        judge(given, self.id(), "SystemStatus", Side::Aws)
    }
}

impl Check for Instance {
    fn id(&self) -> &'static str {
        "ec2.status.instance"
    }

    fn wants(&self, given: &Given<'_>) -> Vec<Wanted> {
        wants(given)
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        judge(given, self.id(), "InstanceStatus", Side::Customer)
    }
}

impl Check for Ebs {
    fn id(&self) -> &'static str {
        "ec2.status.ebs"
    }

    fn wants(&self, given: &Given<'_>) -> Vec<Wanted> {
        wants(given)
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        judge(given, self.id(), "AttachedEbsStatus", Side::Aws)
    }
}

impl Check for Scheduled {
    fn id(&self) -> &'static str {
        "ec2.scheduled_event"
    }

    fn wants(&self, given: &Given<'_>) -> Vec<Wanted> {
        wants(given)
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        let of = |(resource, status): (ResourceRef, &Json)| {
            // What is over stays in the list with this at its beginning.
            let events: Vec<&Json> = pick::all(status, "Events[]")
                .into_iter()
                .filter(|event| !pick::text(event, "Description").starts_with('['))
                .collect();
            let (outcome, evidence) = match events.first() {
                None => (Outcome::Pass, Sentence::new("check.no_event").with("id", &resource.id)),
                Some(event) => {
                    let evidence = Sentence::new("check.event")
                        .with("id", &resource.id)
                        .with("code", pick::text(event, "Code"))
                        .with("at", pick::text(event, "NotBefore"));
                    (Outcome::Fail, evidence)
                }
            };
            Finding { id: self.id(), outcome, about: Some(resource), evidence, at: None, side: Side::Aws }
        };
        let first = instances(given).next();
        let unread = super::unanswered(given, Read::InstanceStatus, self.id(), Side::Aws, first);
        statuses(given).into_iter().map(of).chain(unread).collect()
    }
}

fn instances<'a>(given: &'a Given<'_>) -> impl Iterator<Item = &'a ResourceRef> {
    given.graph.of_kind(EC2_INSTANCE).filter(|node| node.steps <= 2).map(|node| &node.resource).take(MOST)
}

fn wants(given: &Given<'_>) -> Vec<Wanted> {
    let of: Vec<String> = instances(given).map(|instance| instance.id.clone()).collect();
    if of.is_empty() { Vec::new() } else { vec![Wanted::Read(Question { read: Read::InstanceStatus, of })] }
}

/// The instances with their statuses.
fn statuses<'a>(given: &'a Given<'_>) -> Vec<(ResourceRef, &'a Json)> {
    let all: Vec<&Json> = given.facts.items(Read::InstanceStatus, "InstanceStatuses[]").collect();
    let status = |id: &str| all.iter().find(|status| pick::text(status, "InstanceId") == id);
    instances(given).filter_map(|one| Some((one.clone(), *status(&one.id)?))).collect()
}

fn judge(given: &Given<'_>, id: &'static str, field: &str, side: Side) -> Vec<Finding> {
    let first = instances(given).next();
    let unread = super::unanswered(given, Read::InstanceStatus, id, side, first);
    let of = |(resource, status): (ResourceRef, &Json)| {
        let word = pick::text(status, &format!("{field}.Status")).to_owned();
        let since = pick::all(status, &format!("{field}.Details[]"))
            .into_iter()
            .find_map(|detail| pick::text(detail, "ImpairedSince").parse().ok());
        let check = match field {
            "SystemStatus" => "check.system",
            "InstanceStatus" => "check.instance",
            _ => "check.ebs",
        };
        let outcome = match word.as_str() {
            "ok" => Outcome::Pass,
            "impaired" => Outcome::Fail,
            // `not-applicable` of what is stopped, `initializing`, `insufficient-data`.
            "" | "not-applicable" => return None,
            _ => Outcome::Unknown,
        };
        let evidence = Sentence::new("check.status_of")
            .with("id", &resource.id)
            .with_part("check", Sentence::new(check))
            .with("status", word);
        Some(Finding { id, outcome, about: Some(resource), evidence, at: since, side })
    };
    statuses(given).into_iter().filter_map(of).chain(unread).collect()
}
