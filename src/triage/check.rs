//! What can be wrong without anybody having changed anything: a failed host, a full disk, an expired certificate.
//!
//! Each check is a file of its own below `check/` with one [`Check`]; adding one touches nothing but [`CHECKS`]. A check
//! looks at what was read and asks for what it lacks; what it cannot know is [`Outcome::Unknown`] with the reason, and
//! never fine. Nothing here asks AWS.

mod agent;
mod alarm;
mod certificates;
mod credits;
mod functions;
mod gone;
mod health;
mod measure;
mod merge;
mod network;
mod scaling;
mod state;
mod status;
mod storage;
mod targets;
mod throttles;
mod volumes;
mod zones;

use jiff::Timestamp;
use serde_json::Value as Json;

use super::{
    cause::Case,
    graph::Graph,
    pick,
    read::{Facts, Question, Read},
};
use crate::{
    problem::Problem,
    resource::ResourceRef,
    rows::{alarm::Alarm, metric::SeriesQuery},
    text::sentence::Sentence,
};

/// All of them, those that speak most plainly first.
pub static CHECKS: &[&dyn Check] = &[
    &gone::Gone,
    &state::State,
    &status::System,
    &status::Instance,
    &status::Ebs,
    &status::Scheduled,
    &zones::Spread,
    &targets::Targets,
    &targets::Balancers,
    &scaling::Activity,
    &scaling::Capacity,
    &scaling::Suspended,
    &scaling::Refresh,
    &alarm::Setup,
    &agent::Disk,
    &agent::Memory,
    &storage::Status,
    &storage::Storage,
    &storage::Events,
    &storage::Parameters,
    &functions::State,
    &functions::Sources,
    &throttles::Throttles,
    &volumes::Status,
    &volumes::Burst,
    &credits::Instances,
    &credits::Databases,
    &credits::Disks,
    &certificates::Acm,
    &certificates::Rds,
    &network::Routes,
    &network::Nat,
    &network::Addresses,
    &network::Endpoints,
    &health::Health,
];

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Something is wrong.
    Fail,
    /// It cannot be known, and why stands in the evidence.
    Unknown,
    /// Nothing is wrong here.
    Pass,
}

impl Outcome {
    /// The word of `contract.md`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
        }
    }
}

/// Whose matter it is when a check fails (the shared responsibility model).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The host, the power, the network below: AWS's.
    Aws,
    /// What runs on it and how it is set up: ours.
    Customer,
    /// It cannot be told from outside; AWS Support must be asked.
    Grey,
}

impl Side {
    /// The word of `contract.md`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Customer => "customer",
            Self::Grey => "grey",
        }
    }
}

/// What a check found on one thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Which check, e.g. `ec2.status.system`.
    pub id: &'static str,
    /// How it came out.
    pub outcome: Outcome,
    /// What was looked at.
    pub about: Option<ResourceRef>,
    /// What was seen, resting on named things.
    pub evidence: Sentence,
    /// When that was so, if the answer says; else it is the time of asking.
    pub at: Option<Timestamp>,
    /// Whose matter a failure is.
    pub side: Side,
}

/// What a check may look at.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// What is to be explained.
    pub case: &'a Case,
    /// The alarm, when there is one.
    pub alarm: Option<&'a Alarm>,
    /// What is around it.
    pub graph: &'a Graph,
    /// What has been read.
    pub facts: &'a Facts,
    /// The Region in which it is.
    pub region: &'a str,
    /// The time.
    pub now: Timestamp,
}

/// Something a check would like to know.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// An answer of AWS.
    Read(Question),
    /// A metric over the last three hours, or over three of its periods where those are longer. Costs money: a triage
    /// asks for [`measure::MOST`] of them at most.
    Series(SeriesQuery),
}

/// One check.
pub trait Check: Sync {
    /// Its name, dotted and in lower case; no other has it.
    fn id(&self) -> &'static str;
    /// What it lacks; it may have been asked already.
    fn wants(&self, given: &Given<'_>) -> Vec<Wanted>;
    /// What can be said, a finding per thing; nothing where it does not apply or the answer is still to come.
    fn judge(&self, given: &Given<'_>) -> Vec<Finding>;
}

impl Finding {
    fn new(id: &'static str, outcome: Outcome, side: Side, about: &ResourceRef, evidence: Sentence) -> Self {
        Self { id, outcome, about: Some(about.clone()), evidence, at: None, side }
    }

    /// The same, with when it came to be so where that is known.
    fn since(mut self, at: Option<Timestamp>) -> Self {
        self.at = at;
        self
    }
}

/// The evidence of a check whose answer could not be had.
fn unread(problem: &Problem) -> Sentence {
    Sentence::new("check.unread").with("operation", &problem.operation).with("why", &problem.message)
}

/// What a check says when one of its answers could not be had; nothing where nothing is looked at.
fn unanswered(
    given: &Given<'_>,
    read: Read,
    id: &'static str,
    side: Side,
    about: Option<&ResourceRef>,
) -> Option<Finding> {
    let evidence = unread(given.facts.problem(read)?);
    Some(Finding::new(id, Outcome::Unknown, side, about?, evidence))
}

/// What of a type is so many steps away at most, the nearest first.
fn near<'a>(given: &Given<'a>, kind: &'a str, steps: u8) -> impl Iterator<Item = &'a ResourceRef> + use<'a> {
    given.graph.of_kind(kind).filter(move |node| node.steps <= steps).map(|node| &node.resource)
}

/// What an answer says about a thing: the element of a list whose `key` is the thing's id or ARN.
fn told<'a>(
    given: &Given<'a>,
    (read, items, key): (Read, &'a str, &str),
    of: &ResourceRef,
) -> Option<&'a Json> {
    given.facts.items(read, items).find(|item| is(pick::text(item, key), of))
}

/// Whether a name in an answer is that of a thing.
fn is(name: &str, of: &ResourceRef) -> bool {
    let of_arn = || name.strip_suffix(of.id.as_str()).is_some_and(|before| before.ends_with([':', '/']));
    name == of.id
        || Some(name) == of.arn.as_deref()
        || (of.arn.is_none() && name.starts_with("arn:") && of_arn())
}

/// A time in an answer.
fn time(json: &Json, path: &str) -> Option<Timestamp> {
    pick::text(json, path).parse().ok()
}

/// Whether something happened where a cause is looked for. What came after the case's time counts: it tells how it is now.
fn in_window(given: &Given<'_>, at: Timestamp) -> bool {
    given.case.at.duration_since(at) <= given.case.window
}

/// Everything that the checks lack; of metrics as many as may be asked for in one triage.
pub fn wants(given: &Given<'_>) -> Vec<Wanted> {
    let mut room = measure::room(given);
    let wanted = CHECKS.iter().flat_map(|check| check.wants(given));
    wanted
        .filter(|wanted| match wanted {
            Wanted::Series(query) if !given.facts.has_series(query) => {
                let fits = room > 0;
                room = room.saturating_sub(1);
                fits
            }
            _ => true,
        })
        .collect()
}

/// Codes of AWS Health's events that concern what is unwell.
pub fn health(given: &Given<'_>) -> Vec<String> {
    health::codes(given)
}

/// Everything that can be said so far: failures first, then what is not known, each in the order of the list. Many that
/// say the same are one.
pub fn judge(given: &Given<'_>) -> Vec<Finding> {
    let said = CHECKS.iter().flat_map(|check| check.judge(given)).collect();
    let mut found = merge::merge(said);
    found.sort_by_key(|finding| finding.outcome);
    found
}

#[cfg(test)]
mod tests;
