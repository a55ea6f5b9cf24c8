//! Whether a list of branches has a way for every way that its checks can come out.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value as Json;

use super::Condition;
use crate::{
    runbook::judge::{By, Judged, Why},
    triage::check::Outcome,
};

/// Checks that are looked at together; more are refused, since nobody reads a branch of that many.
pub const MOST: usize = 6;

/// A way for checks to come out that no branch speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap(pub Vec<(String, Outcome)>);

/// The first gap: unknowns before the rest, since those are forgotten most. Comparisons (`value(id) < 3`) count as not
/// holding: a list must not rest on one of them alone.
pub fn gap(conditions: &[&Condition]) -> Option<Gap> {
    let mut ids: Vec<&str> = conditions.iter().flat_map(|c| c.checks()).collect();
    ids.sort_unstable();
    ids.dedup();
    if conditions.is_empty() || ids.len() > MOST {
        return None;
    }
    let mut gaps: Vec<Gap> = Vec::new();
    let results = [Outcome::Unknown, Outcome::Fail, Outcome::Pass];
    for case in 0..3_usize.pow(u32::try_from(ids.len()).unwrap_or_default()) {
        let mut left = case;
        let case: BTreeMap<&str, Judged> = ids
            .iter()
            .map(|id| {
                let outcome = results[left % 3];
                left /= 3;
                (*id, stand_in(outcome))
            })
            .collect();
        let of = |id: &str| case.get(id);
        if !conditions.iter().any(|condition| plain(condition, &of) == Some(true)) {
            gaps.push(Gap(case.iter().map(|(id, judged)| ((*id).to_owned(), judged.outcome)).collect()));
        }
    }
    let unknowns = |gap: &Gap| gap.0.iter().filter(|(_, outcome)| *outcome == Outcome::Unknown).count();
    // The one that says most plainly what is missing: a single unknown.
    gaps.into_iter().min_by_key(|gap| (unknowns(gap) == 0, unknowns(gap)))
}

/// A result without an answer.
pub fn stand_in(outcome: Outcome) -> Judged {
    Judged { outcome, value: Json::Null, at: Timestamp::UNIX_EPOCH, why: Why::Answer, by: By::Read }
}

/// Whether it holds whatever is compared: a comparison may go either way, so that the list must have a way for both.
fn plain<'a>(condition: &Condition, of: &impl Fn(&str) -> Option<&'a Judged>) -> Option<bool> {
    match condition {
        Condition::Compare(..) => None,
        Condition::Is(..) => condition.holds(of),
        Condition::And(all) => {
            let all: Vec<Option<bool>> = all.iter().map(|one| plain(one, of)).collect();
            if all.contains(&Some(false)) {
                Some(false)
            } else {
                all.into_iter().collect::<Option<Vec<_>>>().map(|_| true)
            }
        }
        Condition::Or(any) => {
            let any: Vec<Option<bool>> = any.iter().map(|one| plain(one, of)).collect();
            if any.contains(&Some(true)) {
                Some(true)
            } else {
                any.into_iter().collect::<Option<Vec<_>>>().map(|_| false)
            }
        }
        Condition::Not(one) => plain(one, of).map(|held| !held),
    }
}
