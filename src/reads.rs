//! What may be read of AWS: one registry of operations, each with its arguments, its IAM action, and what it costs.
//!
//! Whoever wants to know something of AWS that no pane lists names an operation of this registry: an explanation
//! ([`crate::triage::read`]) and the checks of a runbook. `aws::reads` asks it, `toban policy` and `toban doctor` are
//! projections of it. An answer is JSON as the AWS CLI prints it, with times in RFC 3339; where there is more than was read,
//! it holds a `NextToken`, whatever the service calls it.
//!
//! Nothing here may change anything at AWS: the registry holds reads only. Nothing here asks, or reads a clock.

mod args;
mod ask;
mod compute;
mod identity;
mod kept;
mod observed;

pub(crate) use self::ask::strings;
pub use self::{
    args::{Arg, ArgProblem, Kind},
    ask::Ask,
};

use serde_json::{Map, Value as Json};

/// An operation that may be asked.
#[derive(Debug, PartialEq, Eq)]
pub struct Spec {
    /// `service:Operation`; the service as the AWS CLI calls it (`elbv2:DescribeTargetHealth`).
    pub operation: &'static str,
    /// The IAM action that it takes, whose service may have another name.
    pub action: &'static str,
    /// Wording key of what asking costs. Such an operation is asked when somebody presses a key for it, never by a timer.
    pub cost: Option<&'static str>,
    /// IAM actions that it takes besides: what is asked to see it through.
    pub also: &'static [&'static str],
    /// What it takes, by the API's names; first what it is about, where that is named. Those of pages are not here, but for the size of a page: where that is given,
    /// one page is read.
    pub args: &'static [Arg],
    /// The lists at the top of its answer, which are there also when they are empty; none where it answers with one thing.
    pub lists: &'static [&'static str],
}

impl Spec {
    const fn at_a_cost(mut self, key: &'static str) -> Self {
        self.cost = Some(key);
        self
    }

    const fn taking(mut self, also: &'static [&'static str]) -> Self {
        self.also = also;
        self
    }

    /// The IAM actions that it takes.
    pub fn actions(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.action).chain(self.also.iter().copied())
    }

    /// The answer about nothing: what is asked about by name and is not there has this answer, which is no failure.
    pub fn empty(&self) -> Json {
        let list = |name: &&str| ((*name).to_owned(), Json::Array(Vec::new()));
        Json::Object(self.lists.iter().map(list).collect::<Map<_, _>>())
    }

    /// Whether it is asked when somebody presses a key for it, and never by itself: it bills.
    pub const fn wants_a_key(&self) -> bool {
        self.cost.is_some()
    }
}

/// An operation whose IAM action has the same name.
const fn read(operation: &'static str, lists: &'static [&'static str], args: &'static [Arg]) -> Spec {
    read_as(operation, operation, lists, args)
}

const fn read_as(
    operation: &'static str,
    action: &'static str,
    lists: &'static [&'static str],
    args: &'static [Arg],
) -> Spec {
    Spec { operation, action, cost: None, also: &[], args, lists }
}

/// All operations.
pub fn all() -> impl Iterator<Item = &'static Spec> {
    [compute::SPECS, observed::SPECS, kept::SPECS, identity::SPECS].into_iter().flatten()
}

/// The operation of a name.
pub fn find(operation: &str) -> Option<&'static Spec> {
    all().find(|spec| spec.operation == operation)
}

/// A question: an operation with its arguments, if they are such as it takes.
pub fn check_args(spec: &'static Spec, args: &Json) -> Result<Ask, ArgProblem> {
    args::check(spec, args, false)?;
    let given = args.as_object().cloned().unwrap_or_default();
    Ok(Ask::new(spec, given))
}

/// The same of arguments that are not filled in yet: a text that holds `${…}` passes for a value of any kind.
pub fn check_template(spec: &'static Spec, args: &Json) -> Result<(), ArgProblem> {
    args::check(spec, args, true)
}

#[cfg(test)]
mod tests;
