//! CloudWatch Logs: which groups there are. Their lines are not in the drill: a search is over at once and finds nothing.

use super::{Cx, page::Tokens};
use crate::drill::{
    error::ApiError,
    params::Params,
    rng,
    trail::LOG_GROUPS,
    tree::{Fields, Tree, list},
    world::shift,
};

/// Groups are older than anything that writes to them.
const AGE: i64 = 600 * 86_400;

/// The groups of the Region that was asked, by name.
fn here(cx: &Cx<'_>) -> Vec<&'static str> {
    let main = cx.world.regions.first().is_some_and(|region| region == cx.region);
    let mut all = if main { LOG_GROUPS.to_vec() } else { Vec::new() };
    all.sort_unstable();
    all
}

fn missing(what: &str) -> ApiError {
    ApiError::new("ResourceNotFoundException", format!("The specified {what} does not exist."))
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidParameterException", message)
}

/// `logs:DescribeLogGroups`.
pub(crate) fn groups(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let (prefix, pattern) = (params.text("logGroupNamePrefix"), params.text("logGroupNamePattern"));
    if prefix.is_some() && pattern.is_some() {
        return Err(invalid(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
        ));
    }
    let mut found = here(cx);
    found.retain(|name| {
        prefix.is_none_or(|prefix| name.starts_with(prefix))
            && pattern.is_none_or(|pattern| name.to_lowercase().contains(&pattern.to_lowercase()))
    });
    let tokens = Tokens::new(cx, "DescribeLogGroups", params);
    let size = params.int("limit")?.unwrap_or(50);
    if !(1..=50).contains(&size) {
        return Err(invalid(format!(
            "1 validation error detected: Value '{size}' at 'limit' must be 1 to 50"
        )));
    }
    let offset = match params.text("nextToken") {
        None => 0,
        Some(token) => tokens.read(token).ok_or_else(|| invalid("The specified nextToken is invalid."))?,
    };
    let (page, next) = tokens.cut(found, offset, usize::try_from(size).unwrap_or(50));
    let page = page.into_iter().map(|name| describe(cx, name));
    Ok(Fields::new().put("logGroups", list(page)).maybe("nextToken", next).into())
}

fn describe(cx: &Cx<'_>, name: &str) -> Tree {
    let arn = format!("arn:aws:logs:{}:{}:log-group:{name}", cx.region, cx.world.account);
    let bytes = 40_000_000 + i64::try_from(rng::text(cx.world.seed, name) % 2_000_000_000).unwrap_or(0);
    Fields::new()
        .put("logGroupName", name)
        .put("creationTime", shift(cx.world.origin, -AGE).as_millisecond())
        .put("retentionInDays", 30_i64)
        .put("metricFilterCount", 0_i64)
        .put("arn", format!("{arn}:*"))
        .put("storedBytes", bytes)
        .put("logGroupClass", "STANDARD")
        .put("logGroupArn", arn)
        .into()
}

/// `logs:GetLogEvents`: there is no stream.
pub(crate) fn events(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let group = params.required("logGroupName")?;
    params.required("logStreamName")?;
    Err(missing(if here(cx).contains(&group) { "log stream" } else { "log group" }))
}

/// `logs:StartQuery`.
pub(crate) fn start(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let mut groups = params.texts("logGroupNames");
    groups.extend(params.text("logGroupName"));
    if groups.is_empty() {
        return Err(invalid("Either logGroupName, logGroupNames or logGroupIdentifiers must be specified."));
    }
    let known = here(cx);
    if let Some(unknown) = groups.iter().find(|name| !known.contains(name)) {
        let account = &cx.world.account;
        let message = format!("Log group '{unknown}' does not exist for account ID '{account}'");
        return Err(ApiError::new("ResourceNotFoundException", message));
    }
    let (from, to) = (params.int("startTime")?, params.int("endTime")?);
    if from.is_none() || to.is_none() || from > to {
        return Err(invalid("Query's start time must be before its end time."));
    }
    if params.required("queryString")?.trim().is_empty() {
        return Err(ApiError::new("MalformedQueryException", "unexpected end of the query"));
    }
    let mark = rng::text(cx.world.seed, &format!("{:?}", params.tree()));
    Ok(Fields::new().put("queryId", sealed(cx, mark)).into())
}

/// An id that can be told from one that nobody was given.
fn sealed(cx: &Cx<'_>, mark: u64) -> String {
    let digits = format!("{mark:016x}{:016x}", rng::mix(mark ^ cx.world.seed));
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

/// `logs:GetQueryResults`.
pub(crate) fn results(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let id = params.required("queryId")?;
    let digits: String = id.chars().filter(|c| *c != '-').take(16).collect();
    let mark = u64::from_str_radix(&digits, 16).ok().filter(|mark| sealed(cx, *mark) == id);
    mark.ok_or_else(|| missing("query"))?;
    let none = Fields::new()
        .put("recordsMatched", 0.0)
        .put("recordsScanned", 0.0)
        .put("bytesScanned", 0.0)
        .put("logGroupsScanned", 1.0);
    Ok(Fields::new()
        .put("queryLanguage", "CWLI")
        .put("results", list::<Tree>([]))
        .put("statistics", none)
        .put("status", "Complete")
        .into())
}
