//! Systems Manager: which machines its agents reach, and how these stand with their patches.
//!
//! SSM names only what it manages. Its answers are joined with the list of instances here, so that an instance that is
//! missing from them is a row, too.

mod convert;
mod items;
mod names;
mod nodes;
mod states;

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;

pub use self::{items::patch_items, nodes::nodes};
use super::{Session, kept};
use crate::rows::{
    instance::{Instance, Ssm},
    patch::{Agent, REGISTERS_WITHIN},
    shared::Shared,
};

/// Machines for which one listing of agents is good for [`kept::FOR`]: a larger fleet is asked less often
/// (`app::update::schedule::ROWS_PER_INTERVAL`).
const MACHINES_PER_INTERVAL: usize = 2_000;

/// Every agent that SSM named.
#[derive(Debug)]
pub(super) struct Agents {
    /// When the listing ended.
    pub at: Timestamp,
    /// By machine.
    pub by_id: HashMap<String, Arc<Agent>>,
}

/// Patch groups and baselines of a Region.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Names of baselines by `pb-…`.
    pub baselines: HashMap<Shared, Arc<str>>,
    /// The baselines that each patch group is registered with, one for each operating system.
    pub groups: HashMap<String, Vec<Shared>>,
}

/// The agents of the last whole listing, unless that is too long ago.
fn last_agents(session: &Session) -> Option<Arc<Agents>> {
    let known = session.last_agents.ever()?;
    let times = i32::try_from(known.by_id.len().div_ceil(MACHINES_PER_INTERVAL).max(1)).unwrap_or(i32::MAX);
    let age = session.now().duration_since(known.at).abs();
    (age <= kept::FOR.saturating_mul(times)).then_some(known)
}

/// What SSM said of the agents when it was last asked for all of them, if that is not long ago. Asks nothing.
pub(super) struct Reach(Option<Arc<Agents>>);

impl Reach {
    /// As the session knows it now.
    pub(super) fn of(session: &Session) -> Self {
        Self(last_agents(session))
    }

    /// Whether SSM reaches an instance.
    pub(super) fn get(&self, instance: &Instance) -> Option<Ssm> {
        let known = self.0.as_ref()?;
        match known.by_id.get(&instance.id) {
            Some(agent) => agent.reach(),
            // One that was started shortly before or since may have registered.
            None if instance.launch_time.is_some_and(|at| at > known.at - REGISTERS_WITHIN) => None,
            None => Some(Ssm::Unmanaged),
        }
    }
}
