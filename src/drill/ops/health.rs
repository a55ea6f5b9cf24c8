//! AWS Health: what AWS has scheduled for the account's hosts, as `DescribeInstanceStatus` has it too.
//!
//! It is open to those with a paid plan of AWS Support, and one endpoint answers for all Regions. This module must never
//! tell of an event that EC2 does not know of.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Cx, page::Tokens, support};
use crate::drill::{
    error::ApiError,
    params::Params,
    rng,
    tree::{Fields, Tree, list},
    world::instance::{Event, Instance},
};

/// An event and the instance that it is about.
struct Told<'a> {
    arn: String,
    kind: &'static str,
    one: &'a Instance,
    event: Event,
    /// When AWS said so.
    said: Timestamp,
}

/// What Health calls an event of EC2's.
fn kind(code: &str) -> &'static str {
    match code {
        "instance-retirement" => "AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED",
        "instance-stop" => "AWS_EC2_INSTANCE_STOP_SCHEDULED",
        "system-reboot" => "AWS_EC2_SYSTEM_REBOOT_MAINTENANCE_SCHEDULED",
        "instance-reboot" => "AWS_EC2_INSTANCE_REBOOT_MAINTENANCE_SCHEDULED",
        _ => "AWS_EC2_SYSTEM_MAINTENANCE_EVENT",
    }
}

/// All that there is, the newest first.
fn all<'a>(cx: &Cx<'a>) -> Vec<Told<'a>> {
    let mut told = Vec::new();
    for one in &cx.world.instances {
        for event in one.at(cx.elapsed, cx.world.origin).events {
            let kind = kind(&event.code);
            let second =
                one.effects.iter().find(|(_, effect)| effect.event.is_some()).map_or(0, |(at, _)| *at);
            let mark = rng::hex(rng::text(cx.world.seed, &event.id), 16);
            let arn = format!("arn:aws:health:{}::event/EC2/{kind}/{kind}_{mark}", one.region);
            told.push(Told { arn, kind, one, event, said: cx.world.moment(second) });
        }
    }
    told.sort_by(|a, b| b.said.cmp(&a.said).then_with(|| a.arn.cmp(&b.arn)));
    told
}

fn status(cx: &Cx<'_>, event: &Event) -> &'static str {
    if cx.now < event.not_before {
        "upcoming"
    } else if cx.now < event.not_after {
        "open"
    } else {
        "closed"
    }
}

fn describe(cx: &Cx<'_>, told: &Told<'_>) -> Tree {
    Fields::new()
        .put("arn", &told.arn)
        .put("service", "EC2")
        .put("eventTypeCode", told.kind)
        .put("eventTypeCategory", "scheduledChange")
        .put("region", &told.one.region)
        .put("startTime", told.event.not_before)
        .put("endTime", told.event.not_after)
        .put("lastUpdatedTime", told.said)
        .put("statusCode", status(cx, &told.event))
        .put("eventScopeCode", "ACCOUNT_SPECIFIC")
        .into()
}

/// Whether an event is one of those that a filter leaves.
fn fits(cx: &Cx<'_>, filter: Params<'_>, told: &Told<'_>) -> Result<bool, ApiError> {
    let is = |name: &str, has: &[&str]| {
        let wanted = filter.texts(name);
        wanted.is_empty() || has.iter().any(|has| wanted.contains(has))
    };
    let instance = instance_arn(cx, told.one);
    let mut fits = is("eventArns", &[&told.arn])
        && is("eventTypeCodes", &[told.kind])
        && is("services", &["EC2"])
        && is("regions", &[&told.one.region])
        && is("availabilityZones", &[&told.one.az])
        && is("eventTypeCategories", &["scheduledChange"])
        && is("eventStatusCodes", &[status(cx, &told.event)])
        && is("entityValues", &[&told.one.id])
        && is("entityArns", &[&instance]);
    for (name, at) in [
        ("startTimes", told.event.not_before),
        ("endTimes", told.event.not_after),
        ("lastUpdatedTimes", told.said),
    ] {
        let mut spans = filter.structs(name).peekable();
        let mut inside = spans.peek().is_none();
        for span in spans {
            let (from, to) = (span.time("from")?, span.time("to")?);
            inside |= from.is_none_or(|from| at >= from) && to.is_none_or(|to| at <= to);
        }
        fits &= inside;
    }
    Ok(fits)
}

fn instance_arn(cx: &Cx<'_>, one: &Instance) -> String {
    format!("arn:aws:ec2:{}:{}:instance/{}", one.region, cx.world.account, one.id)
}

fn page(
    cx: &Cx<'_>,
    operation: &str,
    params: Params<'_>,
    name: &'static str,
    found: Vec<Tree>,
) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, operation, params);
    let size = params.int("maxResults")?.unwrap_or(100);
    if !(1..=100).contains(&size) {
        return Err(ApiError::new("ValidationException", format!("maxResults must be 1 to 100, not {size}")));
    }
    let bad = || ApiError::new("InvalidPaginationToken", "The specified pagination token is not valid.");
    let offset = match params.text("nextToken") {
        None => 0,
        Some(token) => tokens.read(token).ok_or_else(bad)?,
    };
    let (found, next) = tokens.cut(found, offset, usize::try_from(size).unwrap_or(1));
    Ok(Fields::new().put(name, list(found)).maybe("nextToken", next).into())
}

/// `health:DescribeEvents`.
pub(crate) fn events(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    support::paid(cx)?;
    let mut found = Vec::new();
    for told in all(cx) {
        let filter = params.inner("filter");
        if filter.map_or(Ok(true), |filter| fits(cx, filter, &told))? {
            found.push(describe(cx, &told));
        }
    }
    page(cx, "DescribeEvents", params, "events", found)
}

/// `health:DescribeEventDetails`.
pub(crate) fn details(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    support::paid(cx)?;
    let arns = params.texts("eventArns");
    if !(1..=10).contains(&arns.len()) {
        return Err(ApiError::new("ValidationException", "eventArns must hold 1 to 10 ARNs"));
    }
    let all = all(cx);
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for arn in arns {
        if let Some(told) = all.iter().find(|told| told.arn == arn) {
            let about = Fields::new().put("latestDescription", &told.event.description);
            known.push(Fields::new().put("event", describe(cx, told)).put("eventDescription", about));
        } else {
            let error = Fields::new().put("eventArn", arn).put("errorName", "InvalidEventArn");
            unknown.push(error.put("errorMessage", "There is no event with this ARN."));
        }
    }
    Ok(Fields::new().put("successfulSet", list(known)).put("failedSet", list(unknown)).into())
}

/// `health:DescribeAffectedEntities`.
pub(crate) fn entities(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    support::paid(cx)?;
    let filter = params.inner("filter").ok_or_else(|| ApiError::missing("filter"))?;
    let arns: BTreeSet<&str> = filter.texts("eventArns").into_iter().collect();
    let mut found = Vec::new();
    for told in all(cx).iter().filter(|told| arns.contains(told.arn.as_str())) {
        if fits(cx, filter, told)? {
            let entity = Fields::new()
                .put("entityArn", instance_arn(cx, told.one))
                .put("eventArn", &told.arn)
                .put("entityValue", &told.one.id)
                .put("awsAccountId", &cx.world.account)
                .put("lastUpdatedTime", told.said)
                .put("statusCode", "PENDING");
            found.push(entity.into());
        }
    }
    page(cx, "DescribeAffectedEntities", params, "entities", found)
}
