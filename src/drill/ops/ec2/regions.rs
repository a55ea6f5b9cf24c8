//! `ec2:DescribeRegions`: the Regions an account has without asking, one it has opted into, and some it has not.

use super::{Filters, answer, dry_run};
use crate::drill::{
    error::ApiError,
    ops::Cx,
    params::Params,
    tree::{Fields, Tree},
};

/// Regions and their opt-in status in the drill account.
const REGIONS: &[(&str, &str)] = &[
    ("af-south-1", "not-opted-in"),
    ("ap-east-1", "not-opted-in"),
    ("ap-northeast-1", "opt-in-not-required"),
    ("ap-northeast-2", "opt-in-not-required"),
    ("ap-northeast-3", "opt-in-not-required"),
    ("ap-south-1", "opt-in-not-required"),
    ("ap-southeast-1", "opt-in-not-required"),
    ("ap-southeast-2", "opt-in-not-required"),
    ("ca-central-1", "opt-in-not-required"),
    ("eu-central-1", "opt-in-not-required"),
    ("eu-central-2", "not-opted-in"),
    ("eu-north-1", "opt-in-not-required"),
    ("eu-south-1", "opted-in"),
    ("eu-west-1", "opt-in-not-required"),
    ("eu-west-2", "opt-in-not-required"),
    ("eu-west-3", "opt-in-not-required"),
    ("il-central-1", "not-opted-in"),
    ("me-south-1", "not-opted-in"),
    ("sa-east-1", "opt-in-not-required"),
    ("us-east-1", "opt-in-not-required"),
    ("us-east-2", "opt-in-not-required"),
    ("us-west-1", "opt-in-not-required"),
    ("us-west-2", "opt-in-not-required"),
];

/// The operation.
pub(crate) fn run(_cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    dry_run(params)?;
    let names = params.texts("RegionName");
    if let Some(unknown) = names.iter().find(|name| REGIONS.iter().all(|(known, _)| known != *name)) {
        return Err(ApiError::invalid_value(format!("Invalid region provided: {unknown}")));
    }
    let all = params.flag("AllRegions");
    let found: Vec<&(&str, &str)> = REGIONS
        .iter()
        .filter(|(name, status)| {
            (all || *status != "not-opted-in") && (names.is_empty() || names.contains(name))
        })
        .collect();
    let host = |name: &str| format!("ec2.{name}.amazonaws.com");
    let found = Filters::read(params)?.keep_untagged(
        found,
        &["endpoint", "opt-in-status", "region-name"],
        |(name, status), filter| match filter {
            "endpoint" => vec![host(name)],
            "opt-in-status" => vec![(*status).to_owned()],
            _ => vec![(*name).to_owned()],
        },
    )?;
    let regions = found.into_iter().map(|(name, status)| {
        Tree::from(
            Fields::new()
                .put("regionName", *name)
                .put("regionEndpoint", host(name))
                .put("optInStatus", *status),
        )
    });
    Ok(answer("regionInfo", regions.collect::<Vec<_>>(), None))
}
