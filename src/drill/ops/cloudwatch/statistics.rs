//! `cloudwatch:GetMetricStatistics`: several statistics of one metric, in no particular order.

use jiff::Timestamp;

use super::{
    data::{check_period, span, stretch},
    full_dimensions,
};
use crate::drill::{
    error::ApiError,
    ops::Cx,
    params::Params,
    tree::{Fields, Tree},
    world::metric::{Sample, Stat},
};

/// Datapoints in an answer.
const MAX_POINTS: i64 = 1440;

const STATISTICS: &[&str] = &["SampleCount", "Average", "Sum", "Minimum", "Maximum"];

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let namespace = params.required("Namespace")?;
    let name = params.required("MetricName")?;
    let (from, to) = span(params)?;
    let period = check_period(params.int("Period")?.ok_or_else(|| ApiError::missing("Period"))?)?;
    let plain = params.texts("Statistics");
    let extended = params.texts("ExtendedStatistics");
    if plain.is_empty() == extended.is_empty() {
        return Err(ApiError::invalid_combination(
            "Must specify either Statistics or ExtendedStatistics, and not both",
        ));
    }
    if let Some(unknown) = plain.iter().find(|stat| !STATISTICS.contains(stat)) {
        return Err(super::constraint(
            unknown,
            "statistics",
            "satisfy enum value set: [SampleCount, Average, Sum, Minimum, Maximum]",
        ));
    }
    if let Some(unknown) =
        extended.iter().find(|stat| !matches!(Stat::parse(stat), Some(Stat::Percentile(_) | Stat::Trimmed)))
    {
        return Err(ApiError::invalid_value(format!(
            "The value {unknown} for parameter ExtendedStatistics is not supported."
        )));
    }
    let points = (to - from) / period;
    if points > MAX_POINTS {
        return Err(ApiError::invalid_combination(format!(
            "You have requested up to {points} datapoints, which exceeds the limit of {MAX_POINTS}. You may reduce the \
             datapoints requested by increasing Period, or decreasing the time range."
        )));
    }
    let found = cx.world.metric(cx.region, namespace, name, &full_dimensions(params));
    let unit = params.text("Unit");
    let metric = found
        .and_then(|index| cx.world.metrics.get(index))
        .filter(|metric| !metric.hidden && unit.is_none_or(|unit| unit == metric.unit));
    let mut datapoints = Vec::new();
    if let Some(metric) = metric {
        let clock = cx.world.clock(cx.elapsed);
        for start in stretch(cx, from, to, period).starts() {
            if let Some(sample) = metric.sample(start, period, &clock) {
                datapoints.push(datapoint(start, sample, &metric.unit, &plain, &extended));
            }
        }
    }
    Ok(Fields::new().put("Label", name).put("Datapoints", Tree::List(datapoints)).into())
}

fn datapoint(start: i64, sample: Sample, unit: &str, plain: &[&str], extended: &[&str]) -> Tree {
    let mut fields =
        Fields::new().put("Timestamp", Timestamp::from_second(start).unwrap_or(Timestamp::UNIX_EPOCH));
    for name in STATISTICS {
        if plain.contains(name)
            && let Some(stat) = Stat::parse(name)
        {
            fields = fields.put(name, stat.of(sample));
        }
    }
    fields = fields.put("Unit", unit);
    if !extended.is_empty() {
        let value = |name: &&str| Some(((*name).to_owned(), Tree::Double(Stat::parse(name)?.of(sample))));
        fields = fields.put("ExtendedStatistics", Tree::Dict(extended.iter().filter_map(value).collect()));
    }
    fields.into()
}
