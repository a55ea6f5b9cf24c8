//! The console's own checks, as runbooks see them: what an explanation says under a check's id.

use jiff::Timestamp;
use serde_json::Value as Json;

use super::judge::{By, Judged, Why};
use crate::{
    text::Catalogue,
    triage::{
        check::{CHECKS, Finding, Outcome},
        explanation::Explanation,
    },
};

/// Not a check of its own but the search for suspects: fails when a change explains what is wrong, passes when all has
/// been read and none does.
pub const CAUSE: &str = "trail.cause";

/// Every id that `use` may name, the checks' own and [`CAUSE`].
pub fn ids() -> Vec<&'static str> {
    let mut ids: Vec<&'static str> = CHECKS.iter().map(|check| check.id()).collect();
    ids.push(CAUSE);
    ids
}

/// What an explanation says of one of them; `None` while it may still come. `at` is when the explanation was made, not
/// when it is looked at: what was found before a change says nothing of how things are after it. A check of which a
/// finished explanation says nothing does not apply to what it is about, which is unknown and not fine.
pub fn judged(id: &str, explanation: &Explanation, words: &Catalogue, at: Timestamp) -> Option<Judged> {
    let of = |outcome, value, text: String| {
        Some(Judged { outcome, value, at, why: Why::Said { text }, by: By::Console })
    };
    if id == CAUSE {
        return cause(explanation, words, at);
    }
    let found: Vec<&Finding> = explanation.findings.iter().filter(|finding| finding.id == id).collect();
    // Findings stand in the order fail, unknown, pass.
    let Some(first) = found.iter().min_by_key(|finding| finding.outcome) else {
        let silent = || of(Outcome::Unknown, Json::Null, words.get("runbook.not_applicable").to_owned());
        return explanation.done.then(silent).flatten();
    };
    let about = |finding: &&Finding| finding.about.as_ref().map(|about| Json::from(about.id.as_str()));
    let same = found.iter().filter(|finding| finding.outcome == first.outcome);
    of(first.outcome, same.filter_map(about).collect(), first.evidence.text(words))
}

fn cause(explanation: &Explanation, words: &Catalogue, at: Timestamp) -> Option<Judged> {
    let first = explanation.ranking.suspects.first().filter(|_| explanation.ranking.found);
    let (outcome, value, text) = match first {
        Some(suspect) => {
            let event = &suspect.event;
            let reason = suspect.reasons.first().map_or_else(String::new, |reason| reason.text(words));
            let text = words.fill("runbook.cause_found", &[("name", &event.name), ("reason", &reason)]);
            (Outcome::Fail, Json::from(event.name.to_string()), text)
        }
        None if !explanation.done => return None,
        None if explanation.whole => (Outcome::Pass, Json::Null, words.get("runbook.cause_none").to_owned()),
        None => (Outcome::Unknown, Json::Null, words.get("runbook.cause_unread").to_owned()),
    };
    Some(Judged { outcome, value, at, why: Why::Said { text }, by: By::Console })
}
