//! Data Lifecycle Manager: its policies, and why one is in error. It keeps no history of its runs; what it made is told
//! by the snapshots' tags.

use std::sync::{Arc, atomic::AtomicU32};

use aws_sdk_dlm::types as sdk;
use futures::future::join_all;

use crate::{
    aws::{Session, ask, probe::Probe},
    problem::Problem,
    rows::backup::Policy,
    text::sanitise::clean,
};

/// Policies in error that are asked why.
const MOST_ASKED: usize = 10;

/// All policies; the list is not paginated.
pub(super) async fn policies(
    session: &Arc<Session>,
    calls: &Arc<AtomicU32>,
) -> Result<Vec<Arc<Policy>>, Problem> {
    let request = session.dlm().get_lifecycle_policies();
    let answer = ask!(session, "dlm:GetLifecyclePolicies", Probe::new(calls), request)?;
    let policies: Vec<Policy> = answer.policies.unwrap_or_default().iter().map(policy).collect();
    let broken = policies.iter().filter(|p| p.state == "ERROR").take(MOST_ASKED);
    let mut why = join_all(broken.map(|p| why(session, calls, &p.id))).await.into_iter();
    let policies = policies.into_iter().map(|mut policy| {
        if policy.state == "ERROR" {
            policy.message = why.next().flatten();
        }
        Arc::new(policy)
    });
    Ok(policies.collect())
}

/// Why a policy is in error. That it is one is known without this, so a failure here is only logged.
async fn why(session: &Arc<Session>, calls: &Arc<AtomicU32>, id: &str) -> Option<String> {
    let request = session.dlm().get_lifecycle_policy().policy_id(id);
    let answer = ask!(session, "dlm:GetLifecyclePolicy", Probe::new(calls), request);
    answer.ok()?.policy?.status_message.map(|m| clean(&m)).filter(|m| !m.is_empty())
}

fn policy(from: &sdk::LifecyclePolicySummary) -> Policy {
    Policy {
        id: clean(from.policy_id().unwrap_or_default()),
        description: clean(from.description().unwrap_or_default()),
        state: clean(from.state().map_or("", sdk::GettablePolicyStateValues::as_str)),
        message: None,
    }
}
