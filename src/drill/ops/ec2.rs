//! EC2: what its read operations have in common. Names are those of EC2's XML, its only protocol.

pub(crate) mod absent;
pub(crate) mod acls;
pub(crate) mod addresses;
pub(crate) mod consoles;
pub(crate) mod endpoints;
pub(crate) mod filter;
pub(crate) mod gateways;
pub(crate) mod groups;
pub(crate) mod images;
pub(crate) mod instances;
pub(crate) mod interfaces;
pub(crate) mod nats;
pub(crate) mod regions;
pub(crate) mod routes;
pub(crate) mod rules;
pub(crate) mod snapshots;
pub(crate) mod status;
pub(crate) mod subnets;
pub(crate) mod templates;
pub(crate) mod volume_status;
pub(crate) mod volumes;
pub(crate) mod vpcs;

use self::filter::Filters;
use super::{Cx, page::Tokens};
use crate::drill::{
    error::ApiError,
    params::Params,
    tree::{Fields, Tree, list},
};

/// The largest page, and the default one.
const MAX_PAGE: i64 = 1000;
/// The smallest page that EC2 gives.
const MIN_PAGE: i64 = 5;

/// Checks what every describe call has: dry run, page size, ids beside a page size, the token. Gives offset and size.
pub(crate) fn paging(params: Params<'_>, tokens: Tokens, ids: &str) -> Result<(usize, usize), ApiError> {
    paging_from(MIN_PAGE, params, tokens, ids)
}

/// The same where the smallest page is another one.
pub(crate) fn paging_from(
    least: i64,
    params: Params<'_>,
    tokens: Tokens,
    ids: &str,
) -> Result<(usize, usize), ApiError> {
    dry_run(params)?;
    let max = params.int("MaxResults")?;
    if let Some(max) = max {
        if max < least {
            return Err(ApiError::invalid_value(format!(
                "Value ( {max} ) for parameter maxResults is invalid. Expecting a value greater than or equal to {least}."
            )));
        }
        if params.has(ids) {
            return Err(ApiError::invalid_combination(format!(
                "The parameter {}s cannot be used with the parameter maxResults",
                lower_first(ids)
            )));
        }
    }
    let offset = match params.text("NextToken") {
        None => 0,
        Some(token) => tokens
            .read(token)
            .ok_or_else(|| ApiError::invalid_value(format!("Unable to parse pagination token: {token}")))?,
    };
    Ok((offset, usize::try_from(max.unwrap_or(MAX_PAGE).min(MAX_PAGE)).unwrap_or(1000)))
}

/// A dry run of what is allowed is an error, as EC2 has it.
pub(crate) fn dry_run(params: Params<'_>) -> Result<(), ApiError> {
    if params.flag("DryRun") {
        return Err(ApiError::new(
            "DryRunOperation",
            "Request would have succeeded, but DryRun flag is set.",
        )
        .status(412));
    }
    Ok(())
}

/// Whether every id is one, and is known; EC2 names all that are not.
pub(crate) fn known_ids(ids: &[&str], kind: &Kind, known: impl Fn(&str) -> bool) -> Result<(), ApiError> {
    for id in ids {
        let digits = id.strip_prefix(kind.prefix).and_then(|rest| rest.strip_prefix('-')).unwrap_or_default();
        if digits.len() < 8 || !digits.chars().all(|c| c.is_ascii_hexdigit()) {
            let code = format!("{}.Malformed", kind.code);
            return Err(ApiError::new(&code, format!("Invalid id: \"{id}\"")));
        }
    }
    // EC2 names some things differently when they are not there.
    let gone = match kind.code {
        "InvalidVolumeID" => "InvalidVolume",
        "InvalidSnapshotID" => "InvalidSnapshot",
        "InvalidGroupId" => "InvalidGroup",
        "InvalidRouteTableId" => "InvalidRouteTableID",
        "InvalidNetworkAclId" => "InvalidNetworkAclID",
        "InvalidInternetGatewayId" => "InvalidInternetGatewayID",
        "InvalidAllocationId" => "InvalidAllocationID",
        other => other,
    };
    let unknown: Vec<&str> = ids.iter().copied().filter(|id| !known(id)).collect();
    match unknown.as_slice() {
        [] => Ok(()),
        [one] => Err(ApiError::new(
            &format!("{gone}.NotFound"),
            format!("The {} '{one}' does not exist", kind.what),
        )),
        many => Err(ApiError::new(
            &format!("{gone}.NotFound"),
            format!("The {}s '{}' do not exist", kind.what, many.join(", ")),
        )),
    }
}

/// How a kind of id is spelt and called.
pub(crate) struct Kind {
    /// `i`, `ami`, `vol`, `sg`, …
    pub(crate) prefix: &'static str,
    /// The error codes' first part.
    pub(crate) code: &'static str,
    /// In the message.
    pub(crate) what: &'static str,
}

/// The tags of what has a name and no other.
pub(crate) fn named(name: &str) -> [(String, String); 1] {
    [("Name".to_owned(), name.to_owned())]
}

/// `tagSet`.
pub(crate) fn tag_set(tags: &[(String, String)]) -> Tree {
    list(tags.iter().map(|(key, value)| Tree::from(Fields::new().put("key", key).put("value", value))))
}

/// The id of an Availability Zone: `eu-west-1a` is `euw1-az1` here.
pub(crate) fn zone_id(az: &str) -> String {
    let zone = az.chars().last().map_or(1, |letter| u32::from(letter).saturating_sub(u32::from('a')) + 1);
    let mut parts = az.trim_end_matches(|c: char| c.is_ascii_lowercase()).split('-');
    let area = parts.next().unwrap_or_default();
    let direction: String = parts.next().unwrap_or_default().chars().take(1).collect();
    format!("{area}{direction}{}-az{zone}", parts.next().unwrap_or_default())
}

/// The ARN of the key that EBS encrypts with in the Region.
pub(crate) fn key_arn(cx: &Cx<'_>) -> String {
    format!("arn:aws:kms:{}:{}:key/{}", cx.region, cx.world.account, cx.world.ebs_key(cx.region))
}

/// `MaxResults` to `maxResults`.
pub(crate) fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + chars.as_str())
}

/// The Region's host for a private name: `ip-10-20-11-23.eu-west-1.compute.internal`.
pub(crate) fn private_name(ip: &str, region: &str) -> String {
    let ip = ip.replace('.', "-");
    if region == "us-east-1" {
        format!("ip-{ip}.ec2.internal")
    } else {
        format!("ip-{ip}.{region}.compute.internal")
    }
}

/// The public name of an address.
pub(crate) fn public_name(ip: &str, region: &str) -> String {
    let ip = ip.replace('.', "-");
    if region == "us-east-1" {
        format!("ec2-{ip}.compute-1.amazonaws.com")
    } else {
        format!("ec2-{ip}.{region}.compute.amazonaws.com")
    }
}

/// An answer with one list and the next page's token.
pub(crate) fn answer(
    name: &'static str,
    items: impl IntoIterator<Item = Tree>,
    next: Option<String>,
) -> Tree {
    Fields::new().put(name, list(items)).maybe("nextToken", next).into()
}

/// The resources of the Region that was asked.
pub(crate) fn here<'a, T>(
    cx: &'a Cx<'_>,
    all: &'a [T],
    region: impl Fn(&T) -> &str + 'a,
) -> impl Iterator<Item = &'a T> {
    all.iter().filter(move |one| region(one) == cx.region)
}
