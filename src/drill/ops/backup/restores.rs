//! `backup:ListRestoreJobs` and `backup:DescribeRestoreJob`: nothing was ever restored, nor tried.

use super::{not_found, paged};
use crate::drill::{
    error::ApiError,
    ops::Cx,
    params::Params,
    tree::{Fields, Tree},
};

/// The first.
pub(crate) fn list_all(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    paged(cx, "ListRestoreJobs", params, "RestoreJobs", Vec::<()>::new(), |()| Fields::new().into())
}

/// The second.
pub(crate) fn get(_cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let id = params.required("RestoreJobId")?;
    Err(not_found(format!("Restore job with ID {id} does not exist.")))
}
