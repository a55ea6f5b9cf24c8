//! AWS Backup: what its read operations have in common.
//!
//! Limits and error codes are those of the service model (botocore 1.44.5). A Region without backups answers with empty
//! lists, as AWS does: there is no "not enabled".

pub(crate) mod jobs;
pub(crate) mod plans;
pub(crate) mod points;
pub(crate) mod resources;
pub(crate) mod restores;
pub(crate) mod vaults;

use jiff::Timestamp;

use super::{Cx, page::Tokens};
use crate::drill::{
    error::ApiError,
    params::Params,
    tree::{Fields, Tree, list},
    world::backup::{Plan, Vault},
};

/// The largest page.
const MAX_PAGE: i64 = 1000;
/// A page when nothing is said.
const DEFAULT_PAGE: i64 = 100;

/// Cuts the page out that a request asks for, and answers with it under a name.
fn paged<T>(
    cx: &Cx<'_>,
    operation: &str,
    params: Params<'_>,
    name: &'static str,
    found: Vec<T>,
    describe: impl Fn(&T) -> Tree,
) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, operation, params);
    let size = params.int("MaxResults")?.unwrap_or(DEFAULT_PAGE);
    if !(1..=MAX_PAGE).contains(&size) {
        return Err(ApiError::invalid_value(format!(
            "Invalid value {size} for maxResults: it must be between 1 and {MAX_PAGE}."
        )));
    }
    let offset = match params.text("NextToken") {
        None => 0,
        Some(token) => {
            tokens.read(token).ok_or_else(|| ApiError::invalid_value("The provided nextToken is invalid."))?
        }
    };
    let (page, next) = tokens.cut(found, offset, usize::try_from(size).unwrap_or(1));
    let page: Vec<Tree> = page.iter().map(describe).collect();
    Ok(Fields::new().put(name, list(page)).maybe("NextToken", next).into())
}

fn not_found(message: String) -> ApiError {
    ApiError::new("ResourceNotFoundException", message)
}

/// A vault of the Region by its name.
fn vault<'a>(cx: &Cx<'a>, name: &str) -> Result<&'a Vault, ApiError> {
    let found = cx.world.backups.vaults(cx.region).find(|vault| vault.file.name == name);
    found.ok_or_else(|| not_found(format!("Backup vault {name} does not exist.")))
}

/// A plan of the Region by its id, unless it was deleted.
fn plan<'a>(cx: &Cx<'a>, id: &str) -> Result<&'a Plan, ApiError> {
    let there = |plan: &&Plan| plan.region == cx.region && plan.id == id && plan.deleted.is_none();
    let found = cx.world.backups.plans.iter().find(there);
    found.ok_or_else(|| not_found(format!("Cannot find Backup plan with ID {id}")))
}

/// `CreatedBy`.
fn created_by(
    cx: &Cx<'_>,
    (plan, index, rule): (&Plan, usize, &crate::drill::script::backups::Rule),
) -> Tree {
    Fields::new()
        .put("BackupPlanId", &plan.id)
        .put("BackupPlanArn", &plan.arn)
        .put("BackupPlanName", &plan.file.name)
        .put("BackupPlanVersion", &plan.version)
        .maybe("BackupRuleId", plan.rules.get(index))
        .put("BackupRuleName", &rule.name)
        .put("BackupRuleCron", cx.world.backups.cron(rule))
        .put("BackupRuleTimezone", "Etc/UTC")
        .into()
}

/// GiB in bytes.
const fn bytes(gib: i64) -> i64 {
    gib * 1_073_741_824
}

/// Whether a moment is inside what `AFTER` and `BEFORE` leave.
fn inside(
    params: Params<'_>,
    (after, before): (&str, &str),
) -> Result<impl Fn(Timestamp) -> bool + use<>, ApiError> {
    let (after, before) = (params.time(after)?, params.time(before)?);
    Ok(move |at: Timestamp| after.is_none_or(|after| at > after) && before.is_none_or(|before| at < before))
}
