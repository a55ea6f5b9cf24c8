//! `cloudwatch:ListMetrics`: what has had datapoints within two weeks, 500 a page.

use super::{offset, read_dimensions, shapes, word};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    tree::{Fields, Tree},
    world::{metric::Metric, series::LISTED_SECS, shift},
};

const PAGE: usize = 500;
const RECENT_SECS: i64 = 3 * 3600;

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "ListMetrics", params);
    let offset = offset(params, tokens)?;
    let recent = word(params, "RecentlyActive", &["PT3H"])?.is_some();
    let since = shift(cx.now, -if recent { RECENT_SECS } else { LISTED_SECS });
    let namespace = params.text("Namespace");
    let name = params.text("MetricName");
    let dimensions = read_dimensions(params);
    let has = |metric: &Metric| {
        dimensions.iter().all(|(name, value)| {
            metric.dimensions.iter().any(|(n, v)| n == name && value.as_ref().is_none_or(|value| value == v))
        })
    };
    let found: Vec<&Metric> = cx
        .world
        .metrics
        .iter()
        .filter(|metric| {
            metric.region == cx.region
                && metric.is_listed(since, cx.now)
                && namespace.is_none_or(|wanted| wanted == metric.namespace)
                && name.is_none_or(|wanted| wanted == metric.name)
                && has(metric)
        })
        .collect();
    let (page, next) = tokens.cut(found, offset, PAGE);
    let metrics: Vec<Tree> = page.into_iter().map(shapes::name).collect();
    Ok(Fields::new().put("Metrics", Tree::List(metrics)).maybe("NextToken", next).into())
}
