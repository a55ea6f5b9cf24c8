//! EC2: instances with their status checks and images, single resources when somebody looks, and the list of Regions.

mod convert;
mod describe;
mod instances;
pub(super) mod known;

pub(super) use self::convert::tags;
pub use self::{
    describe::describe,
    instances::instances,
    known::{KnownInstances, known_instances},
};
use super::{Session, ask, probe::Probe};
use crate::{problem::Problem, text::sanitise::clean};

/// How large the first page of instances is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstPage {
    /// 100 instances: on a screen some 50 ms sooner.
    Small,
    /// 1,000 instances, the most EC2 gives: fewest requests.
    Full,
}

/// The Regions that are switched on for the account, sorted.
pub async fn regions(session: &Session) -> Result<Vec<String>, Problem> {
    let probe = Probe::new(session.asides());
    // Without AllRegions only those are listed that are enabled (`opt-in-not-required` or `opted-in`).
    let answer =
        ask!(session, "ec2:DescribeRegions", probe, session.ec2().describe_regions().all_regions(false))?;
    let mut names: Vec<String> = answer
        .regions
        .unwrap_or_default()
        .into_iter()
        .filter(|r| r.opt_in_status.as_deref() != Some("not-opted-in"))
        .filter_map(|r| r.region_name)
        .map(|name| clean(&name))
        .collect();
    names.sort();
    names.dedup();
    Ok(names)
}
