//! Patch groups and the names of patch baselines: they hardly ever change, so they are asked for once a session.

use std::sync::{Arc, PoisonError, atomic::AtomicU32};

use super::{Names, convert};
use crate::{
    aws::{Session, ask, probe::Probe},
    problem::Problem,
    rows::shared::Shared,
};

const BASELINES: &str = "ssm:DescribePatchBaselines";
const GROUPS: &str = "ssm:DescribePatchGroups";
/// Most that a page holds (`MaxResults` 1–100).
const PAGE: i32 = 100;
/// Pages of one listing; 1,000 baselines are more than an account may have.
const PAGES: usize = 10;

/// The names, and what could not be read of them; that is asked for again next time.
pub(super) async fn names(session: &Session, calls: &Arc<AtomicU32>) -> (Arc<Names>, Vec<Problem>) {
    let known = session.patch_names.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(known) = known {
        return (known, Vec::new());
    }
    let probe = Probe::new(calls);
    let (baselines, groups) = tokio::join!(baselines(session, probe.clone()), groups(session, probe.clone()));
    let mut names = Names::default();
    let mut problems = Vec::new();
    match baselines {
        Ok(found) => names.baselines.extend(found),
        Err(problem) => problems.push(problem),
    }
    match groups {
        Ok(found) => {
            for (group, baseline, name) in found {
                names.baselines.entry(baseline.clone()).or_insert(name);
                names.groups.entry(group).or_default().push(baseline);
            }
        }
        Err(problem) => problems.push(problem),
    }
    let names = Arc::new(names);
    if problems.is_empty() {
        *session.patch_names.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&names));
    }
    (names, problems)
}

async fn baselines(session: &Session, probe: Probe) -> Result<Vec<(Shared, Arc<str>)>, Problem> {
    let mut found = Vec::new();
    let mut token: Option<String> = None;
    for _ in 0..PAGES {
        let request = session.ssm().describe_patch_baselines().max_results(PAGE).set_next_token(token);
        let answer = ask!(session, BASELINES, probe, request)?;
        found.extend(answer.baseline_identities().iter().filter_map(|b| {
            let id = convert::baseline_id(b.baseline_id()?)?;
            Some((id, Arc::from(convert::text(b.baseline_name())?)))
        }));
        token = answer.next_token.filter(|t| !t.is_empty());
        if token.is_none() {
            break;
        }
    }
    Ok(found)
}

/// Patch group, baseline, the baseline's name.
async fn groups(session: &Session, probe: Probe) -> Result<Vec<(String, Shared, Arc<str>)>, Problem> {
    let mut found = Vec::new();
    let mut token: Option<String> = None;
    for _ in 0..PAGES {
        let request = session.ssm().describe_patch_groups().max_results(PAGE).set_next_token(token);
        let answer = ask!(session, GROUPS, probe, request)?;
        found.extend(answer.mappings().iter().filter_map(|mapping| {
            let baseline = mapping.baseline_identity()?;
            let id = convert::baseline_id(baseline.baseline_id()?)?;
            let name = convert::text(baseline.baseline_name()).unwrap_or_else(|| id.to_string());
            Some((convert::text(mapping.patch_group())?, id, Arc::from(name)))
        }));
        token = answer.next_token.filter(|t| !t.is_empty());
        if token.is_none() {
            break;
        }
    }
    Ok(found)
}
