//! Auto Scaling: what groups tried and could not, what they lack, what they were told not to do, what they are replacing.
//!
//! Auto Scaling's sentences are handed on as they are (`aws-facts.md` §1.17): they name the cause.

use serde_json::Value as Json;

use super::{Check, Finding, Given, Outcome, Side, Wanted, in_window, near, time, told, unanswered};
use crate::{
    resource::ResourceRef,
    text::sentence::Sentence,
    triage::{
        pick,
        read::{Question, Read},
    },
};

const GROUP: &str = "AWS::AutoScaling::AutoScalingGroup";
/// Groups whose activities and refreshes are asked about; a call each.
const MOST: usize = 2;
/// How far away a group may be: that of a target group's instances is two steps from it.
const STEPS: u8 = 2;

/// What was tried and failed.
pub(super) struct Activity;
/// How many instances are in service.
pub(super) struct Capacity;
/// What is switched off.
pub(super) struct Suspended;
/// What is being replaced.
pub(super) struct Refresh;

fn ask(given: &Given<'_>, read: Read) -> Vec<Wanted> {
    let groups = near(given, GROUP, STEPS).take(MOST);
    groups.map(|group| Wanted::Read(Question::one(read, &group.id))).collect()
}

/// The findings of all groups, and why there are not more.
fn of_groups(
    given: &Given<'_>,
    (id, read): (&'static str, Read),
    of: impl Fn(&ResourceRef) -> Option<Finding>,
) -> Vec<Finding> {
    let unread = unanswered(given, read, id, Side::Customer, near(given, GROUP, STEPS).next());
    near(given, GROUP, STEPS).filter_map(of).chain(unread).collect()
}

/// A group as it is.
fn group<'a>(given: &Given<'a>, of: &ResourceRef) -> Option<&'a Json> {
    told(given, (Read::AutoScalingGroups, "AutoScalingGroups[]", "AutoScalingGroupName"), of)
}

/// What of an answer's list is about a group, the newest first, if it was answered.
fn list<'a>(
    given: &Given<'a>,
    (read, items): (Read, &'a str),
    of: &'a ResourceRef,
) -> Option<impl Iterator<Item = &'a Json> + use<'a>> {
    let ours = given.facts.items(read, items);
    given
        .facts
        .knows(read, &of.id)
        .then(|| ours.filter(|item| pick::text(item, "AutoScalingGroupName") == of.id))
}

impl Check for Activity {
    fn id(&self) -> &'static str {
        "asg.activity"
    }

    fn wants(&self, given: &Given<'_>) -> Vec<Wanted> {
        ask(given, Read::ScalingActivities)
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        let read = Read::ScalingActivities;
        let of = |group: &ResourceRef| {
            let recent: Vec<&Json> = list(given, (read, "Activities[]"), group)?
                .filter(|activity| time(activity, "StartTime").is_some_and(|at| in_window(given, at)))
                .collect();
            let is_failed =
                |activity: &&&Json| ["Failed", "Cancelled"].contains(&pick::text(activity, "StatusCode"));
            let failed = recent.iter().filter(is_failed).count();
            let Some(newest) = recent.iter().find(is_failed) else {
                let evidence =
                    Sentence::new("check.activities").with("id", &group.id).with("n", recent.len());
                return Some(Finding::new(self.id(), Outcome::Pass, Side::Customer, group, evidence));
            };
            let message = pick::text(newest, "StatusMessage");
            let what = match (pick::text(newest, "Description"), message) {
                ("", message) => message.to_owned(),
                (what, "") => what.to_owned(),
                (what, message) if message.starts_with(what) => message.to_owned(),
                (what, message) => format!("{}. {message}", what.trim_end_matches('.')),
            };
            let evidence = Sentence::new("check.activity")
                .with("id", &group.id)
                .with("n", failed)
                .with("of", recent.len())
                .with("what", what);
            let finding = Finding::new(self.id(), Outcome::Fail, side(message), group, evidence);
            Some(finding.since(time(newest, "StartTime")))
        };
        of_groups(given, (self.id(), read), of)
    }
}

/// EC2 having no room is AWS's matter; quotas, images, keys and templates are ours.
fn side(message: &str) -> Side {
    const THEIRS: [&str; 3] = ["sufficient", "Server.InternalError", "InsufficientInstanceCapacity"];
    let no_room = message.contains("capacity") && THEIRS.iter().any(|words| message.contains(words));
    if no_room || message.contains("Server.InternalError") { Side::Aws } else { Side::Customer }
}

impl Check for Capacity {
    fn id(&self) -> &'static str {
        "asg.capacity"
    }

    /// The graph asks about groups.
    fn wants(&self, _: &Given<'_>) -> Vec<Wanted> {
        Vec::new()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        let of = |one: &ResourceRef| {
            let group = group(given, one)?;
            let desired = pick::number(group, "DesiredCapacity")?;
            let instances = pick::all(group, "Instances[]");
            let serving = instances
                .iter()
                .filter(|one| pick::text(one, "LifecycleState") == "InService")
                .filter(|one| pick::text(one, "HealthStatus") != "Unhealthy")
                .count();
            let enough = f64::from(u32::try_from(serving).unwrap_or(u32::MAX)) >= desired;
            // A group that wants none has been switched off, whatever its rules say.
            let outcome = if enough && desired > 0.0 { Outcome::Pass } else { Outcome::Fail };
            let evidence = Sentence::new("check.capacity")
                .with("id", &one.id)
                .with("n", serving)
                .with("desired", format!("{desired:.0}"))
                .with(
                    "max",
                    pick::number(group, "MaxSize").map_or_else(String::new, |max| format!("{max:.0}")),
                );
            Some(Finding::new(self.id(), outcome, Side::Customer, one, evidence))
        };
        of_groups(given, (self.id(), Read::AutoScalingGroups), of)
    }
}

impl Check for Suspended {
    fn id(&self) -> &'static str {
        "asg.suspended"
    }

    /// The graph asks about groups.
    fn wants(&self, _: &Given<'_>) -> Vec<Wanted> {
        Vec::new()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        let of = |one: &ResourceRef| {
            let group = group(given, one)?;
            let suspended = pick::texts(group, "SuspendedProcesses[].ProcessName");
            if suspended.is_empty() {
                let evidence = Sentence::new("check.not_suspended").with("id", &one.id);
                return Some(Finding::new(self.id(), Outcome::Pass, Side::Customer, one, evidence));
            }
            let evidence = Sentence::new("check.suspended")
                .with("id", &one.id)
                .with("what", suspended.join(", "))
                .with("why", pick::text(group, "SuspendedProcesses[].SuspensionReason"));
            Some(Finding::new(self.id(), Outcome::Fail, Side::Customer, one, evidence))
        };
        of_groups(given, (self.id(), Read::AutoScalingGroups), of)
    }
}

impl Check for Refresh {
    fn id(&self) -> &'static str {
        "asg.refresh"
    }

    fn wants(&self, given: &Given<'_>) -> Vec<Wanted> {
        ask(given, Read::InstanceRefreshes)
    }

    /// The newest one tells. While it runs nothing has failed, but whether the new instances are any good is not known
    /// before it is over, and whoever is on call must know that half of a fleet may be new: hence not known, which stands
    /// right behind the failures. One that was cancelled has left the group half and half, which is no better known.
    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        let read = Read::InstanceRefreshes;
        let of = |group: &ResourceRef| {
            let newest = list(given, (read, "InstanceRefreshes[]"), group)?.next()?;
            let (status, began) = (pick::text(newest, "Status"), time(newest, "StartTime"));
            let over = time(newest, "EndTime");
            if over.or(began).is_some_and(|at| !in_window(given, at)) && over.is_some() {
                return None;
            }
            let outcome = match status {
                "Successful" => Outcome::Pass,
                // A rollback says that the new instances were not good.
                "Failed" | "RollbackFailed" | "RollbackInProgress" | "RollbackSuccessful" => Outcome::Fail,
                _ => Outcome::Unknown,
            };
            let done = pick::number(newest, "PercentageComplete").unwrap_or_default();
            let reason = pick::text(newest, "StatusReason");
            let key = if reason.is_empty() { "check.refresh" } else { "check.refresh_why" };
            let evidence = Sentence::new(key)
                .with("id", &group.id)
                .with("status", status)
                .with("percent", format!("{done:.0}"));
            let evidence = if reason.is_empty() { evidence } else { evidence.with("why", reason) };
            Some(Finding::new(self.id(), outcome, Side::Customer, group, evidence).since(began))
        };
        of_groups(given, (self.id(), read), of)
    }
}

#[cfg(test)]
mod tests;
