//! `cloudwatch:ListAlarmMuteRules` and `cloudwatch:GetAlarmMuteRule`.

use super::paging;
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    tree::{Fields, Tree, list as tree_list},
    world::{mute::Mute, shift},
};

const STATUSES: &[&str] = &["SCHEDULED", "ACTIVE", "EXPIRED"];

/// A rule is written some minutes before it first applies.
const WRITTEN_BEFORE_SECS: i64 = 600;

/// The list.
pub(crate) fn list(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "ListAlarmMuteRules", params);
    let (offset, size) = paging(params, tokens)?;
    let statuses = params.texts("Statuses");
    if let Some(unknown) = statuses.iter().find(|status| !STATUSES.contains(status)) {
        return Err(super::constraint(
            unknown,
            "statuses",
            "satisfy enum value set: [SCHEDULED, ACTIVE, EXPIRED]",
        ));
    }
    let alarm = params.text("AlarmName");
    let found: Vec<&Mute> = here(cx)
        .filter(|rule| {
            alarm.is_none_or(|alarm| rule.alarms.iter().any(|name| name == alarm))
                && (statuses.is_empty() || statuses.contains(&rule.status(cx.now)))
        })
        .collect();
    let (page, next) = tokens.cut(found, offset, size);
    let rules = page.into_iter().map(|rule| {
        Tree::from(
            Fields::new()
                .put("AlarmMuteRuleArn", &rule.arn)
                .put("ExpireDate", rule.to)
                .put("Status", rule.status(cx.now))
                .put("MuteType", "ONE_TIME")
                .put("LastUpdatedTimestamp", shift(rule.from, -WRITTEN_BEFORE_SECS)),
        )
    });
    Ok(Fields::new().put("AlarmMuteRuleSummaries", tree_list(rules)).maybe("NextToken", next).into())
}

/// One rule.
pub(crate) fn get(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let name = params.required("AlarmMuteRuleName")?;
    let rule = here(cx).find(|rule| rule.name == name).ok_or_else(|| {
        ApiError::new("ResourceNotFoundException", format!("Alarm mute rule {name} does not exist"))
            .status(404)
    })?;
    let schedule = Fields::new()
        .put("Expression", rule.expression())
        .put("Duration", rule.duration())
        .put("Timezone", &rule.timezone);
    Ok(Fields::new()
        .put("Name", &rule.name)
        .put("AlarmMuteRuleArn", &rule.arn)
        .put("Description", &rule.about)
        .put("Rule", Fields::new().put("Schedule", schedule))
        .put("MuteTargets", Fields::new().put("AlarmNames", tree_list(&rule.alarms)))
        .put("StartDate", rule.from)
        .put("ExpireDate", rule.to)
        .put("Status", rule.status(cx.now))
        .put("LastUpdatedTimestamp", shift(rule.from, -WRITTEN_BEFORE_SECS))
        .put("MuteType", "ONE_TIME")
        .into())
}

fn here<'a>(cx: &'a Cx<'_>) -> impl Iterator<Item = &'a Mute> {
    cx.world.mutes.iter().filter(|rule| rule.region == cx.region)
}
