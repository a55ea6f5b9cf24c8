//! Data Lifecycle Manager: `dlm:GetLifecyclePolicies` (one answer, no pages) and `dlm:GetLifecyclePolicy`.
//!
//! It keeps no record of its runs: a policy in trouble is seen by its state and by the snapshots that are not there.

use super::Cx;
use crate::drill::{
    error::ApiError,
    params::Params,
    tree::{Fields, Tree, list},
    wire::xml::iso,
    world::backup::Policy,
};

/// The Region's policies.
fn here<'a>(cx: &Cx<'a>) -> impl Iterator<Item = &'a Policy> {
    let region = cx.region;
    cx.world.backups.policies.iter().filter(move |policy| policy.region == region)
}

fn not_found(ids: &[&str]) -> ApiError {
    ApiError::new(
        "ResourceNotFoundException",
        format!("The requested policies were not found: {}", ids.join(", ")),
    )
    .status(404)
}

fn invalid(message: String) -> ApiError {
    ApiError::new("InvalidRequestException", message)
}

/// Text that, when given, must be one of some words.
fn word<'a>(name: &str, given: Option<&'a str>, allowed: &[&str]) -> Result<Option<&'a str>, ApiError> {
    match given {
        Some(text) if !allowed.contains(&text) => Err(invalid(format!("Invalid value {text} for {name}."))),
        other => Ok(other),
    }
}

/// `dlm:GetLifecyclePolicies`.
pub(crate) fn list_all(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let ids = params.texts("PolicyIds");
    let unknown: Vec<&str> =
        ids.iter().copied().filter(|id| here(cx).all(|policy| policy.id != *id)).collect();
    if !unknown.is_empty() {
        return Err(not_found(&unknown));
    }
    let state = word("state", params.text("State"), &["ENABLED", "DISABLED", "ERROR"])?;
    let kinds = params.texts("ResourceTypes");
    for kind in &kinds {
        word("resourceTypes", Some(kind), &["VOLUME", "INSTANCE"])?;
    }
    word("defaultPolicyType", params.text("DefaultPolicyType"), &["VOLUME", "INSTANCE", "ALL"])?;
    let mut target = Vec::new();
    for tag in params.texts("TargetTags") {
        target.push(
            tag.split_once('=')
                .ok_or_else(|| invalid(format!("Invalid tag {tag}: it must be key=value.")))?,
        );
    }
    let found = here(cx).filter(|policy| {
        (ids.is_empty() || ids.contains(&policy.id.as_str()))
            && state.is_none_or(|state| state == policy.file.state)
            && (kinds.is_empty() || kinds.contains(&"VOLUME"))
            && target.iter().all(|(key, value)| policy.file.target.get(*key).is_some_and(|has| has == value))
            // None of them adds tags of its own, and none is a default policy.
            && params.texts("TagsToAdd").is_empty()
            && !params.has("DefaultPolicyType")
    });
    let found = found.map(|policy| {
        let summary = Fields::new().put("PolicyId", &policy.id).put("Description", &policy.file.about);
        let summary = summary.put("State", &policy.file.state).put("Tags", Tree::Dict(Vec::new()));
        Tree::from(summary.put("PolicyType", "EBS_SNAPSHOT_MANAGEMENT").put("DefaultPolicy", false))
    });
    Ok(Fields::new().put("Policies", list(found)).into())
}

/// `dlm:GetLifecyclePolicy`.
pub(crate) fn get(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let id = params.required("PolicyId")?;
    let policy = here(cx).find(|policy| policy.id == id).ok_or_else(|| not_found(&[id]))?;
    let file = &policy.file;
    let account = &cx.world.account;
    let time = cx.world.backups.first_of_day(file);
    let create = Fields::new()
        .put("Location", "CLOUD")
        .put("Interval", file.every.0 / 3600)
        .put("IntervalUnit", "HOURS")
        .put("Times", list([time]));
    let retain = match (file.keep, file.count) {
        (Some(days), _) => Fields::new().put("Interval", days).put("IntervalUnit", "DAYS"),
        (None, count) => Fields::new().put("Count", count.unwrap_or(1000)),
    };
    let schedule = Fields::new()
        .put("Name", &file.schedule)
        .put("CopyTags", true)
        .put("TagsToAdd", list::<Tree>([]))
        .put("CreateRule", create)
        .put("RetainRule", retain);
    let target =
        file.target.iter().map(|(key, value)| Tree::from(Fields::new().put("Key", key).put("Value", value)));
    let details = Fields::new()
        .put("PolicyType", "EBS_SNAPSHOT_MANAGEMENT")
        .put("ResourceTypes", list(["VOLUME"]))
        .put("ResourceLocations", list(["CLOUD"]))
        .put("TargetTags", list(target))
        .put("Schedules", list([Tree::from(schedule)]))
        .put("PolicyLanguage", "STANDARD");
    let whole = Fields::new()
        .put("PolicyId", &policy.id)
        .put("Description", &file.about)
        .put("State", &file.state)
        .put("StatusMessage", file.message.as_deref().unwrap_or(&file.state))
        .put(
            "ExecutionRoleArn",
            format!("arn:aws:iam::{account}:role/service-role/AWSDataLifecycleManagerDefaultRole"),
        )
        // Unlike everything else in JSON here, these moments are text.
        .put("DateCreated", iso(policy.created))
        .put("DateModified", iso(policy.changed))
        .put("PolicyDetails", details)
        .put("Tags", Tree::Dict(Vec::new()))
        .put("PolicyArn", format!("arn:aws:dlm:{}:{account}:policy/{}", policy.region, policy.id))
        .put("DefaultPolicy", false);
    Ok(Fields::new().put("Policy", whole).into())
}
