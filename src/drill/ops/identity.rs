//! Who is asking: STS and IAM.

use super::Cx;
use crate::drill::{
    error::ApiError,
    params::Params,
    rng,
    tree::{Fields, Tree, list},
};

/// `sts:GetCallerIdentity`, which needs no permission.
#[expect(clippy::unnecessary_wraps, reason = "every operation has the same signature")]
pub(crate) fn caller(cx: &Cx<'_>, _params: Params<'_>) -> Result<Tree, ApiError> {
    let role = rng::hex(rng::text(cx.world.seed, &cx.world.role), 16).to_uppercase();
    let user = format!("AROA{role}:drill");
    Ok(Fields::new()
        .put("UserId", user)
        .put("Account", &cx.world.account)
        .put("Arn", cx.world.caller())
        .into())
}

/// `iam:ListAccountAliases`: an account has one at most.
pub(crate) fn aliases(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    if let Some(items) = params.int("MaxItems")?
        && !(1..=1000).contains(&items)
    {
        return Err(ApiError::validation(format!(
            "1 validation error detected: Value '{items}' at 'maxItems' failed to satisfy constraint: Member must have \
             value between 1 and 1000"
        )));
    }
    if let Some(marker) = params.text("Marker") {
        return Err(ApiError::validation(format!("Invalid Marker: {marker}")));
    }
    Ok(Fields::new().put("AccountAliases", list([&cx.world.alias])).put("IsTruncated", false).into())
}
