//! `rds:DescribeEvents`: the nightly backups of the last fourteen days, oldest first.

use jiff::Timestamp;

use super::{arn, home, page};
use crate::drill::{
    error::ApiError,
    ops::Cx,
    params::Params,
    rng,
    tree::{Fields, Tree, named},
    world::{databases::Database, shift},
};

/// When backups are made (UTC).
pub(super) const WINDOW: &str = "01:40-02:10";

/// The second of the day at which that begins.
pub(super) const BEGINS: i64 = 100 * 60;

pub(super) const DAY: i64 = 86_400;

/// Events are kept for this many days.
const KEPT_DAYS: i64 = 14;

const KINDS: &[&str] = &[
    "db-instance",
    "db-parameter-group",
    "db-security-group",
    "db-snapshot",
    "db-cluster",
    "db-cluster-snapshot",
    "custom-engine-version",
    "db-proxy",
    "blue-green-deployment",
    "db-shard-group",
    "zero-etl",
];

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let (kind, source) = (params.text("SourceType"), params.text("SourceIdentifier"));
    if let Some(kind) = kind.filter(|kind| !KINDS.contains(kind)) {
        return Err(ApiError::invalid_value(format!("The source type {kind} is not valid.")));
    }
    if source.is_some() && kind.is_none() {
        return Err(ApiError::invalid_combination("The parameter SourceIdentifier needs a SourceType."));
    }
    let now = cx.now;
    let until = params.time("EndTime")?.unwrap_or(now).min(now);
    let from = match (params.time("StartTime")?, params.int("Duration")?) {
        (Some(from), _) => from,
        (None, minutes) => shift(until, -minutes.unwrap_or(60).saturating_mul(60)),
    };
    let from = from.max(shift(now, -KEPT_DAYS * DAY));
    let categories =
        params.inner("EventCategories").map(|all| all.texts("EventCategory")).unwrap_or_default();
    let wanted = kind.is_none_or(|kind| kind == "db-instance")
        && (categories.is_empty() || categories.contains(&"backup"))
        && home(cx).is_some();
    let mut found = Vec::new();
    // A replica keeps no backups, and a cluster's are the cluster's.
    let backed =
        cx.world.databases.instances.iter().filter(|one| one.source.is_none() && one.cluster.is_none());
    for one in backed.filter(|one| wanted && source.is_none_or(|name| name == one.name)) {
        let today = now.as_second().div_euclid(DAY);
        for day in today - KEPT_DAYS..=today {
            let mark = rng::text(cx.world.seed, &format!("{}/backup/{day}", one.name));
            let begins = day * DAY + BEGINS + i64::try_from(mark % 600).unwrap_or_default();
            for (at, message) in
                [(begins, "Backing up DB instance"), (begins + 214, "Finished DB Instance backup")]
            {
                if let Ok(at) = Timestamp::from_second(at)
                    && from <= at
                    && at < until
                {
                    found.push((at, one, message));
                }
            }
        }
    }
    found.sort_by_key(|(at, one, _)| (*at, &one.name));
    let found = found.into_iter().map(|(at, one, message)| event(cx, one, at, message)).collect();
    page(cx, "DescribeEvents", params, ("Events", "Event"), found)
}

fn event(cx: &Cx<'_>, one: &Database, at: Timestamp, message: &str) -> Tree {
    Fields::new()
        .put("SourceIdentifier", &one.name)
        .put("SourceType", "db-instance")
        .put("Message", message)
        .put("EventCategories", named("EventCategory", ["backup"]))
        .put("Date", at)
        .put("SourceArn", arn(cx, &format!("db:{}", one.name)))
        .into()
}
