//! What can be wrong without anybody having changed anything: a failed host, a full disk, an expired certificate.
//!
//! Each check is a file of its own below `check/` with one [`Check`]; adding one touches nothing but [`CHECKS`]. A check
//! looks at what was read and asks for what it lacks; what it cannot know is [`Outcome::Unknown`] with the reason, and
//! never fine. Nothing here asks AWS.

mod status;

use jiff::Timestamp;

use super::{
    cause::Case,
    graph::Graph,
    read::{Facts, Question},
};
use crate::{
    problem::Problem,
    resource::ResourceRef,
    rows::{alarm::Alarm, metric::SeriesQuery},
    text::sentence::Sentence,
};

/// All of them, those that speak most plainly first.
pub static CHECKS: &[&dyn Check] = &[&status::System, &status::Instance, &status::Ebs, &status::Scheduled];

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
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
    /// The time.
    pub now: Timestamp,
}

/// Something a check would like to know.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// An answer of AWS.
    Read(Question),
    /// A metric over the last three hours.
    Series(SeriesQuery),
}

/// One check.
pub trait Check: Sync {
    /// What it lacks; it may have been asked already.
    fn wants(&self, given: &Given<'_>) -> Vec<Wanted>;
    /// What can be said, a finding per thing; nothing where it does not apply or the answer is still to come.
    fn judge(&self, given: &Given<'_>) -> Vec<Finding>;
}

/// The evidence of a check whose answer could not be had.
fn unread(problem: &Problem) -> Sentence {
    Sentence::new("check.unread").with("operation", &problem.operation).with("why", &problem.message)
}

/// Everything that the checks lack.
pub fn wants(given: &Given<'_>) -> Vec<Wanted> {
    CHECKS.iter().flat_map(|check| check.wants(given)).collect()
}

/// Everything that can be said so far: failures first, then what is not known, each in the order of the list.
pub fn judge(given: &Given<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = CHECKS.iter().flat_map(|check| check.judge(given)).collect();
    found.sort_by_key(|finding| finding.outcome);
    found
}
