//! Auto Scaling: what its read operations have in common.

pub(crate) mod activities;
pub(crate) mod groups;
pub(crate) mod refreshes;

use super::{
    Cx,
    page::{Pages, Tokens},
};
use crate::drill::{
    error::ApiError,
    params::Params,
    tree::{Fields, Tree, list},
    world::groups::Group,
};

/// Pages of at most 100, and 50 for who asks for none.
const PAGES: Pages = Pages {
    token: "NextToken",
    size: "MaxRecords",
    sizes: (1, 100, 50),
    bad_size: |size| {
        ApiError::validation(format!(
            "1 validation error detected: Value '{size}' at 'maxRecords' failed to satisfy constraint: Member must have \
             value between 1 and 100"
        ))
    },
    bad_token: |token| {
        ApiError::new("InvalidNextToken", format!("The token '{token}' is invalid."))
            .shaped("InvalidNextTokenException")
    },
};

/// The Region's groups.
fn here<'a>(cx: &Cx<'a>) -> impl Iterator<Item = &'a Group> {
    let region = cx.region;
    cx.world.scaling.groups.iter().filter(move |group| group.region == region)
}

/// The group of a name.
fn named<'a>(cx: &Cx<'a>, name: &str) -> Result<&'a Group, ApiError> {
    here(cx).find(|group| group.name == name).ok_or_else(|| {
        ApiError::validation(format!("AutoScalingGroup name not found - no such group: {name}"))
    })
}

/// `LaunchTemplate` of a group or an instance.
fn template(cx: &Cx<'_>, id: &str, version: &str) -> Fields {
    let found = cx.world.scaling.templates.iter().find(|template| template.id == id);
    Fields::new()
        .put("LaunchTemplateId", id)
        .maybe("LaunchTemplateName", found.map(|template| &template.name))
        .put("Version", version)
}

/// The version that a group launches at a second of the scenario.
fn version(cx: &Cx<'_>, group: &Group, second: i64) -> String {
    let found = cx.world.scaling.templates.iter().find(|template| template.id == group.template);
    let version = found.and_then(|template| template.latest(second));
    version.map_or_else(String::new, |version| version.number.to_string())
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
    Ok(Fields::new().put(name, list(found)).maybe("NextToken", next).into())
}
