//! Elastic Load Balancing: what its read operations have in common.

pub(crate) mod balancers;
pub(crate) mod groups;
pub(crate) mod listeners;

use super::{
    Cx,
    page::{Pages, Tokens},
};
use crate::drill::{
    error::ApiError,
    params::Params,
    tree::{Fields, Tree, list},
    world::network::LoadBalancer,
};

/// Pages of at most 400.
const PAGES: Pages = Pages {
    token: "Marker",
    size: "PageSize",
    sizes: (1, 400, 400),
    bad_size: |size| {
        ApiError::validation(format!(
            "1 validation error detected: Value '{size}' at 'pageSize' failed to satisfy constraint: Member must have \
             value between 1 and 400"
        ))
    },
    bad_token: |token| ApiError::validation(format!("Invalid marker: {token}")),
};

/// The Region's load balancers.
fn here<'a>(cx: &Cx<'a>) -> impl Iterator<Item = &'a LoadBalancer> {
    let region = cx.region;
    cx.world.network.balancers.iter().filter(move |one| one.region == region)
}

/// Whether text is an ARN of this kind; what is none is refused before anything is looked for.
fn is_arn(text: &str, kind: &str, what: &str) -> Result<(), ApiError> {
    let mut parts = text.splitn(6, ':');
    let head = parts.next() == Some("arn") && parts.nth(1) == Some("elasticloadbalancing");
    let rest = parts.nth(2).unwrap_or_default();
    if head && rest.split('/').next() == Some(kind) {
        Ok(())
    } else {
        Err(ApiError::validation(format!("'{text}' is not a valid {what} ARN")))
    }
}

/// One page of an answer.
fn page(
    cx: &Cx<'_>,
    operation: &str,
    params: Params<'_>,
    name: &'static str,
    found: Vec<Tree>,
) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, operation, params);
    let (offset, size) = PAGES.read(tokens, params)?;
    let (found, next) = tokens.cut(found, offset, size);
    Ok(Fields::new().put(name, list(found)).maybe("NextMarker", next).into())
}
