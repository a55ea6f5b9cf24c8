//! Alarm mute rules that are active now.

use std::sync::PoisonError;

use aws_sdk_cloudwatch::types::{AlarmMuteRuleStatus, AlarmMuteRuleSummary, MuteTargets};

use super::MuteRule;
use crate::{
    aws::{Session, ask, error, probe::Probe},
    problem::{Problem, ProblemKind, Remedy},
    text::sanitise::clean,
};

/// Rules a page (`MaxRecords` 1–100).
const PAGE: i32 = 100;
/// Rules looked into per refresh. Their limits are not published, and each needs a call of its own.
const MOST: usize = 20;
const LIST: &str = "cloudwatch:ListAlarmMuteRules";
const GET: &str = "cloudwatch:GetAlarmMuteRule";

/// The active rules with the alarms they name, and what went wrong besides: more rules than one refresh looks into, or
/// rules that could not be read. Those stay as they were read last, if that is not long ago. A rule that has not changed
/// is not asked for again.
pub(super) async fn active(
    session: &Session,
    probe: Probe,
) -> Result<(Vec<MuteRule>, Vec<Problem>), Problem> {
    let request =
        session.cloudwatch().list_alarm_mute_rules().statuses(AlarmMuteRuleStatus::Active).max_records(PAGE);
    let answer = ask!(session, LIST, probe, request)?;
    let mut more = answer.next_token().is_some();
    let mut rules: Vec<MuteRule> = Vec::new();
    let mut problems: Vec<Problem> = Vec::new();
    let mut earlier = None;
    let mut asked = 0;
    for summary in answer.alarm_mute_rule_summaries() {
        let Some(arn) = summary.alarm_mute_rule_arn() else { continue };
        let key = (arn.to_owned(), changed(summary));
        let known = session.mutes.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(rule) = known {
            rules.push(rule);
            continue;
        }
        // What fails so for one rule fails for every other; a denial may be about this rule alone.
        let hopeless = |p: &Problem| matches!(p.kind, ProblemKind::Expired | ProblemKind::Offline);
        if asked == MOST {
            more = true;
        } else if !problems.iter().any(hopeless) {
            asked += 1;
            match read(session, name_of(arn), probe.clone()).await {
                Ok(rule) => {
                    session.mutes.lock().unwrap_or_else(PoisonError::into_inner).insert(key, rule.clone());
                    rules.push(rule);
                    continue;
                }
                // Twenty denials in nearly the same words help nobody.
                Err(problem) if problems.iter().any(|p| p.kind == problem.kind) => {}
                Err(problem) => problems.push(problem),
            }
        }
        let earlier =
            earlier.get_or_insert_with(|| session.last_mutes.get(session.now()).unwrap_or_default());
        let name = clean(name_of(arn));
        rules.extend(earlier.iter().find(|rule| rule.name == name).cloned());
    }
    let incomplete = !problems.is_empty();
    if more {
        let message = format!("there are more active mute rules than the {} that were read", rules.len());
        problems.push(error::other(LIST, &message, Remedy::Wait));
    }
    if !incomplete {
        session.last_mutes.set(session.now(), rules.clone());
    }
    Ok((rules, problems))
}

async fn read(session: &Session, name: &str, probe: Probe) -> Result<MuteRule, Problem> {
    let request = session.cloudwatch().get_alarm_mute_rule().alarm_mute_rule_name(name);
    let answer = ask!(session, GET, probe, request)?;
    let targets = answer.mute_targets().map(MuteTargets::alarm_names).unwrap_or_default();
    Ok(MuteRule {
        name: clean(answer.name().unwrap_or(name)),
        alarms: targets.iter().map(|a| clean(a)).collect(),
    })
}

fn changed(summary: &AlarmMuteRuleSummary) -> Option<i64> {
    summary.last_updated_timestamp().map(aws_smithy_types::DateTime::secs)
}

/// The name is the last part of `arn:aws:cloudwatch:REGION:ACCOUNT:alarm-mute-rule:NAME`.
fn name_of(arn: &str) -> &str {
    arn.splitn(7, ':').last().unwrap_or(arn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_s_name_is_the_rest_of_its_arn() {
        let arn = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm-mute-rule:night:deploys";
        assert_eq!(name_of(arn), "night:deploys");
        assert_eq!(name_of("bare"), "bare");
    }
}
