//! Systems Manager: what its read operations of instances and patches have in common.
//!
//! Limits and error codes are those of the service model (botocore 1.44.5); Systems Manager checks a request against its
//! model before it looks at anything else, and says so with `ValidationException`.

pub(crate) mod baselines;
pub(crate) mod commands;
pub(crate) mod compliance;
pub(crate) mod groups;
pub(crate) mod instances;
pub(crate) mod patches;
pub(crate) mod states;

use super::{Cx, ec2::instances::present, page::Tokens};
use crate::drill::{
    error::ApiError,
    params::Params,
    world::{
        instance::{Instance, Look},
        patch::Node,
    },
};

/// A page when nothing is said.
const DEFAULT_PAGE: i64 = 50;

/// The page's start and size; `least` and `most` are what the model allows for `MaxResults`.
fn paging(params: Params<'_>, tokens: Tokens, least: i64, most: i64) -> Result<(usize, usize), ApiError> {
    let size = whole(params, "MaxResults")?.unwrap_or(DEFAULT_PAGE.min(most));
    if size < least {
        return Err(constraint(
            &size.to_string(),
            "maxResults",
            &format!("have value greater than or equal to {least}"),
        ));
    }
    if size > most {
        return Err(constraint(
            &size.to_string(),
            "maxResults",
            &format!("have value less than or equal to {most}"),
        ));
    }
    // An empty token asks for the first page, as the answer's empty token says that there is no other.
    let offset = match params.text("NextToken").filter(|token| !token.is_empty()) {
        None => 0,
        Some(token) => tokens
            .read(token)
            .ok_or_else(|| ApiError::new("InvalidNextToken", "The specified token isn't valid."))?,
    };
    Ok((offset, usize::try_from(size).unwrap_or(1)))
}

/// A whole number; anything else is no request of this model.
fn whole(params: Params<'_>, name: &str) -> Result<Option<i64>, ApiError> {
    params.int(name).map_err(|error| ApiError::new("SerializationException", error.message))
}

/// A value outside its constraint.
fn constraint(value: &str, name: &str, must: &str) -> ApiError {
    validation(format!(
        "1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: Member must {must}"
    ))
}

fn validation(message: impl Into<String>) -> ApiError {
    ApiError::new("ValidationException", message)
}

/// Text that must be there, and not be empty.
fn required<'a>(params: Params<'a>, name: &str) -> Result<&'a str, ApiError> {
    let member = super::ec2::lower_first(name);
    let text = params.text(name).ok_or_else(|| {
        validation(format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
        ))
    })?;
    if text.is_empty() {
        return Err(constraint(text, &member, "have length greater than or equal to 1"));
    }
    Ok(text)
}

/// The id of a node: of an EC2 instance, or of a machine elsewhere.
fn node_id(id: &str, name: &str) -> Result<(), ApiError> {
    let word = |text: &str, lengths: &[usize]| {
        lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    let fits = match (id.strip_prefix("i-"), id.strip_prefix("mi-")) {
        (Some(rest), _) => word(rest, &[8, 17]),
        (_, Some(rest)) => word(rest, &[17]),
        _ => false,
    };
    if fits {
        return Ok(());
    }
    let pattern = r"satisfy regular expression pattern: (^i-(\w{8}|\w{17})$)|(^mi-\w{17}$)";
    Err(constraint(id, name, pattern))
}

/// The managed nodes of the Region, with their instances. Those that are terminated are forgotten at once.
fn managed<'a>(cx: &'a Cx<'_>) -> Vec<(&'a Node, &'a Instance, Look)> {
    let mut there = present(cx);
    there.retain(|(_, look)| look.state != "terminated");
    let nodes = cx.world.patches.nodes().iter();
    nodes
        .filter_map(|node| {
            let instance = cx.world.instances.get(node.instance)?;
            let (_, look) = there.iter().find(|(other, _)| other.id == instance.id)?;
            Some((node, instance, look.clone()))
        })
        .collect()
}

/// `Filters` of the patch operations: keys with the values of which one must match. A key the operation does not know
/// is an error.
fn filters<'a>(params: Params<'a>, known: &[&str]) -> Result<Vec<(&'a str, Vec<&'a str>)>, ApiError> {
    let mut filters = Vec::new();
    for filter in params.structs("Filters") {
        let key = filter.text("Key").unwrap_or_default();
        if !known.contains(&key) {
            return Err(ApiError::new("InvalidFilter", format!("The filter key '{key}' isn't valid.")));
        }
        filters.push((key, filter.texts("Values")));
    }
    if filters.len() > 5 {
        return Err(constraint(
            &format!("{} filters", filters.len()),
            "filters",
            "have length less than or equal to 5",
        ));
    }
    Ok(filters)
}
