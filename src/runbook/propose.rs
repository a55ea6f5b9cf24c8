//! Which runbook fits: from the alarm, the checks that failed, the first suspect, and what was reported.
//!
//! What was found weighs more than what was noticed: a change that explains it, then a check that failed, then what AWS
//! Health says, then the alarm's metric, then words of a report. Each reason names the thing that it rests on.

use super::{AlarmSign, Applies, Runbook};
use crate::text::sentence::Sentence;

/// What is known of something that is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signs {
    /// The alarms that fire.
    pub alarms: Vec<Alarmed>,
    /// Ids of the console's checks that failed, the plainest first.
    pub failed: Vec<String>,
    /// The change that explains it, if one was found: its name.
    pub event: Option<String>,
    /// Event type codes of open events of AWS Health.
    pub health: Vec<String>,
    /// What was reported.
    pub intake: String,
}

/// What is watched by an alarm that fires.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alarmed {
    /// As in CloudWatch.
    pub namespace: String,
    /// As in CloudWatch.
    pub metric: String,
    /// Names of its dimensions.
    pub dimensions: Vec<String>,
}

/// A runbook that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its id.
    pub book: String,
    /// How well; only for comparing.
    pub weight: u32,
    /// Why, the weightiest first.
    pub why: Vec<Sentence>,
}

/// More than a failed check and an alarm together.
const EVENT: u32 = 100;
/// The first check that failed; those after it weigh [`NEXT_CHECK`].
const FIRST_CHECK: u32 = 50;
const NEXT_CHECK: u32 = 10;
const HEALTH: u32 = 40;
const METRIC: u32 = 30;
/// An alarm of whose metric nothing is said, only the namespace.
const NAMESPACE: u32 = 15;
const WORDS: u32 = 20;

/// Those that fit, the best first; ties in the order of the list.
pub fn propose<'b>(books: impl IntoIterator<Item = &'b Runbook>, signs: &Signs) -> Vec<Proposal> {
    let mut found: Vec<Proposal> = books
        .into_iter()
        .map(|book| {
            let mut reasons = reasons(&book.applies, signs);
            reasons.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
            Proposal {
                book: book.id.clone(),
                weight: reasons.iter().map(|(weight, _)| weight).sum(),
                why: reasons.into_iter().map(|(_, why)| why).collect(),
            }
        })
        .filter(|proposal| proposal.weight > 0)
        .collect();
    found.sort_by_key(|proposal| std::cmp::Reverse(proposal.weight));
    found
}

fn reasons(applies: &Applies, signs: &Signs) -> Vec<(u32, Sentence)> {
    let mut found = Vec::new();
    if let Some(event) = signs.event.as_ref().filter(|event| any(&applies.events, event)) {
        found.push((EVENT, Sentence::new("runbook.fits_event").with("name", event)));
    }
    for (place, check) in signs.failed.iter().enumerate().filter(|(_, check)| applies.checks.contains(check))
    {
        let weight = if place == 0 { FIRST_CHECK } else { NEXT_CHECK };
        found.push((weight, Sentence::new("runbook.fits_check").with("name", check)));
    }
    if let Some(code) = signs.health.iter().find(|code| any(&applies.health, code)) {
        found.push((HEALTH, Sentence::new("runbook.fits_health").with("name", code)));
    }
    // Many alarms on one thing are one sign; the one that says most stands for them.
    let alarms = signs.alarms.iter().flat_map(|alarm| {
        applies.alarms.iter().filter(|sign| watches(sign, alarm)).map(move |sign| {
            let weight = if sign.metric.is_some() { METRIC } else { NAMESPACE };
            (weight, alarm)
        })
    });
    if let Some((weight, alarm)) = alarms.max_by_key(|(weight, _)| *weight) {
        let what = format!("{} {}", alarm.namespace, alarm.metric);
        found.push((weight, Sentence::new("runbook.fits_alarm").with("name", what.trim_end())));
    }
    let said = signs.intake.to_lowercase();
    if let Some(words) = applies.intake.iter().find(|words| said.contains(&words.to_lowercase())) {
        found.push((WORDS, Sentence::new("runbook.fits_words").with("name", words)));
    }
    found
}

fn any(patterns: &[String], text: &str) -> bool {
    patterns.iter().any(|pattern| fits(pattern, text))
}

fn watches(sign: &AlarmSign, alarm: &Alarmed) -> bool {
    fits(&sign.namespace, &alarm.namespace)
        && sign.metric.as_ref().is_none_or(|metric| fits(metric, &alarm.metric))
        && sign.dimension.as_ref().is_none_or(|name| alarm.dimensions.contains(name))
}

/// Whether a text is a pattern's, in which `*` stands for anything. Case counts.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(before) = last.replace(part) {
            let Some((_, after)) = rest.split_once(before) else { return false };
            rest = after;
        }
    }
    match last {
        None => rest.is_empty(),
        Some(last) => rest.ends_with(last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything_and_nothing() {
        for (pattern, text, is) in [
            ("StopInstances", "StopInstances", true),
            ("StopInstances", "StopInstance", false),
            ("Stop*", "StopInstances", true),
            ("*_5XX_Count", "HTTPCode_Target_5XX_Count", true),
            ("HTTPCode_*_5XX_Count", "HTTPCode_Target_5XX_Count", true),
            ("HTTPCode_*_5XX_*", "HTTPCode_ELB_5XX_Count", true),
            ("HTTPCode_*_5XX_*", "HTTPCode_ELB_4XX_Count", false),
            ("*", "", true),
            ("a*a", "a", false),
            ("", "x", false),
        ] {
            assert_eq!(fits(pattern, text), is, "{pattern} {text}");
        }
    }
}
