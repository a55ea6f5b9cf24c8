//! What Systems Manager is told to do, of which the account has nothing: no maintenance windows, no parameters, no commands of
//! the last thirty days. And `ssm:CreateOpsItem`, which takes an item and forgets it.

use super::{paging, required, validation};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    rng,
    tree::{Fields, Tree, list},
};

/// One page of nothing.
fn none(
    cx: &Cx<'_>,
    params: Params<'_>,
    operation: &str,
    name: &'static str,
    (least, most): (i64, i64),
) -> Result<Tree, ApiError> {
    paging(params, Tokens::new(cx, operation, params), least, most)?;
    Ok(Fields::new().put(name, list::<Tree>([])).into())
}

/// `ssm:DescribeMaintenanceWindows`.
pub(crate) fn windows(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    none(cx, params, "DescribeMaintenanceWindows", "WindowIdentities", (10, 100))
}

/// `ssm:DescribeMaintenanceWindowExecutions`.
pub(crate) fn executions(_cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let id = required(params, "WindowId")?;
    Err(ApiError::new("DoesNotExistException", format!("Maintenance window {id} does not exist")))
}

/// `ssm:DescribeParameters`.
pub(crate) fn parameters(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    none(cx, params, "DescribeParameters", "Parameters", (1, 50))
}

/// `ssm:ListCommands`.
pub(crate) fn list_all(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    none(cx, params, "ListCommands", "Commands", (1, 50))
}

/// `ssm:ListCommandInvocations`.
pub(crate) fn invocations(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    none(cx, params, "ListCommandInvocations", "CommandInvocations", (1, 50))
}

/// `ssm:GetCommandInvocation`.
pub(crate) fn invocation(_cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    required(params, "CommandId")?;
    required(params, "InstanceId")?;
    let message = "The command ID and instance ID you specified didn't match any invocations.";
    Err(ApiError::new("InvocationDoesNotExist", message))
}

/// `ssm:CreateOpsItem`.
pub(crate) fn create_item(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let title = required(params, "Title")?;
    required(params, "Description")?;
    required(params, "Source")?;
    if params.text("Severity").is_some_and(|severity| !["1", "2", "3", "4"].contains(&severity)) {
        return Err(validation("1 validation error detected: Severity must be 1, 2, 3 or 4"));
    }
    let id = format!("oi-{}", rng::hex(rng::text(cx.world.seed, &format!("{title}/{}", cx.now)), 12));
    let arn = format!("arn:aws:ssm:{}:{}:opsitem/{id}", cx.region, cx.world.account);
    Ok(Fields::new().put("OpsItemId", id).put("OpsItemArn", arn).into())
}
