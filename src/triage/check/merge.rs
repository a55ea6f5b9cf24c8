//! Findings that say the same about many things, as few lines: a fleet of forty must not fill a page.
//!
//! What is fine is counted. What is not is never hidden behind a number alone: the first few stand for themselves, the
//! rest are named.

use super::{Finding, Outcome, Side};
use crate::{text::sentence::Sentence, triage::kinds};

/// Passes of a check that stand for themselves; more become one.
const PASSES: usize = 3;
/// Failures of a check, and things not known by it, that stand for themselves.
const OTHERS: usize = 5;
/// Of what is merged so many are named.
const NAMED: usize = 7;

/// The same findings in the same order, each check's many merged.
pub(super) fn merge(found: Vec<Finding>) -> Vec<Finding> {
    let mut groups: Vec<Vec<Finding>> = Vec::new();
    for finding in found {
        let same = |group: &&mut Vec<Finding>| {
            group.first().is_some_and(|one| (one.id, one.outcome) == (finding.id, finding.outcome))
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups.into_iter().flat_map(shorten).collect()
}

fn shorten(mut group: Vec<Finding>) -> Vec<Finding> {
    let passed = group.first().is_some_and(|one| one.outcome == Outcome::Pass);
    if passed && group.len() > PASSES {
        let n = group.len();
        let one = |first: Finding| {
            let evidence = Sentence::new("check.all_fine").with("n", n).with_part("first", first.evidence);
            Finding { about: None, at: None, evidence, ..first }
        };
        return group.into_iter().take(1).map(one).collect();
    }
    // A sixth alone takes no more room than a line that counts it.
    if passed || group.len() <= OTHERS + 1 {
        return group;
    }
    let rest = group.split_off(OTHERS);
    let ids: Vec<&str> =
        rest.iter().filter_map(|one| one.about.as_ref()).map(kinds::label).take(NAMED).collect();
    let ids = if ids.len() < rest.len() { format!("{}, …", ids.join(", ")) } else { ids.join(", ") };
    let evidence = Sentence::new("check.more").with("n", rest.len()).with("ids", ids);
    let side = rest.first().map(|one| one.side).filter(|side| rest.iter().all(|one| one.side == *side));
    let side = side.unwrap_or(Side::Grey);
    let one = |first: &Finding| Finding { about: None, at: None, evidence, side, ..first.clone() };
    group.extend(rest.first().map(one));
    group
}
