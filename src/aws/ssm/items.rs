//! The patches of one machine that are not as its baseline wants them.

use std::sync::{Arc, atomic::AtomicU32};

use aws_sdk_ssm::types::PatchOrchestratorFilter;

use super::convert;
use crate::{
    aws::{Session, ask, probe::Probe},
    problem::Problem,
    rows::patch::PatchItem,
};

const OPERATION: &str = "ssm:DescribeInstancePatches";
/// Patches a page (`MaxResults` 10–100).
const PAGE: i32 = 100;
/// Pages per question: what is wrong with a machine fits one or two, and a long tail helps nobody.
const PAGES: usize = 5;
/// States that are not compliant; the hundreds that are installed or do not apply are left out.
const STATES: [&str; 4] = ["Missing", "Failed", "InstalledPendingReboot", "InstalledRejected"];

/// The patches of a machine that are missing, failed, rejected, or wait for a reboot, at most 500, in AWS's order.
pub async fn patch_items(session: &Session, id: &str) -> Result<Vec<PatchItem>, Problem> {
    let probe = Probe::new(&Arc::new(AtomicU32::new(0)));
    let states = STATES.iter().map(|s| (*s).to_owned()).collect();
    let filter = PatchOrchestratorFilter::builder().key("State").set_values(Some(states)).build();
    let mut items = Vec::new();
    let mut token: Option<String> = None;
    for _ in 0..PAGES {
        let request = session
            .ssm()
            .describe_instance_patches()
            .instance_id(id)
            .filters(filter.clone())
            .max_results(PAGE)
            .set_next_token(token);
        let answer = ask!(session, OPERATION, probe, request)?;
        // An endpoint that knows no filter sends all.
        let wrong = answer.patches().iter().map(convert::item);
        items.extend(wrong.filter(|item| STATES.contains(&item.state.as_str())));
        token = answer.next_token.filter(|t| !t.is_empty());
        if token.is_none() {
            break;
        }
    }
    Ok(items)
}
