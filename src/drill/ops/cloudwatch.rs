//! CloudWatch: what its operations have in common.

pub(crate) mod alarms;
pub(crate) mod data;
pub(crate) mod history;
pub(crate) mod metrics;
pub(crate) mod mutes;
pub(crate) mod shapes;
pub(crate) mod statistics;

use super::page::Tokens;
use crate::drill::{
    error::ApiError,
    params::Params,
    tree::{Fields, Tree, list},
};

/// The largest page of alarms, their history and mute rules.
const MAX_RECORDS: i64 = 100;
/// What a page holds when nothing is said.
const DEFAULT_RECORDS: i64 = 50;

/// The page's start and size.
fn paging(params: Params<'_>, tokens: Tokens) -> Result<(usize, usize), ApiError> {
    let max = params.int("MaxRecords")?.unwrap_or(DEFAULT_RECORDS);
    if !(1..=MAX_RECORDS).contains(&max) {
        return Err(constraint(&max.to_string(), "maxRecords", "have value between 1 and 100"));
    }
    Ok((offset(params, tokens)?, usize::try_from(max).unwrap_or(1)))
}

/// Where a page starts.
fn offset(params: Params<'_>, tokens: Tokens) -> Result<usize, ApiError> {
    match params.text("NextToken") {
        None => Ok(0),
        Some(token) => tokens
            .read(token)
            .ok_or_else(|| ApiError::new("InvalidNextToken", "The next token specified is invalid.")),
    }
}

/// The error for a value outside its constraint, in CloudWatch's words.
fn constraint(value: &str, name: &str, must: &str) -> ApiError {
    ApiError::validation(format!(
        "1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: Member must {must}"
    ))
}

/// Text that, when given, must be one of some words.
fn word<'a>(params: Params<'a>, name: &str, allowed: &[&str]) -> Result<Option<&'a str>, ApiError> {
    match params.text(name) {
        Some(text) if !allowed.contains(&text) => {
            let set = allowed.join(", ");
            Err(constraint(text, name, &format!("satisfy enum value set: [{set}]")))
        }
        other => Ok(other),
    }
}

/// `Dimensions` of a metric.
fn dimensions(all: &[(String, String)]) -> Tree {
    list(all.iter().map(|(name, value)| Tree::from(Fields::new().put("Name", name).put("Value", value))))
}

/// Reads `Dimensions`; those of a filter may have no value.
fn read_dimensions(params: Params<'_>) -> Vec<(String, Option<String>)> {
    let one = |dimension: Params<'_>| {
        Some((dimension.text("Name")?.to_owned(), dimension.text("Value").map(str::to_owned)))
    };
    params.structs("Dimensions").filter_map(one).collect()
}

/// Reads the `Dimensions` of one metric.
fn full_dimensions(params: Params<'_>) -> Vec<(String, String)> {
    read_dimensions(params).into_iter().map(|(name, value)| (name, value.unwrap_or_default())).collect()
}
