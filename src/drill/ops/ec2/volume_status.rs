//! `ec2:DescribeVolumeStatus`: everything is well, unless a timeline says otherwise.

use super::{
    Filters, answer, known_ids, paging,
    volumes::{Attached, VOLUME, there},
    zone_id,
};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    rng,
    tree::{Fields, Tree, list},
    world::instance::Volume,
};

const FILTERS: &[&str] = &[
    "action.code",
    "availability-zone",
    "availability-zone-id",
    "event.event-type",
    "volume-status.details-name",
    "volume-status.details-status",
    "volume-status.status",
];

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribeVolumeStatus", params);
    let (offset, size) = paging(params, tokens, "VolumeId")?;
    let filters = Filters::read(params)?;
    let ids = params.texts("VolumeId");
    let mut found = there(cx);
    known_ids(&ids, &VOLUME, |id| found.iter().any(|(volume, _)| volume.id == id))?;
    found.retain(|(volume, _)| ids.is_empty() || ids.contains(&volume.id.as_str()));
    let found = filters.keep_untagged(found, FILTERS, |(volume, _), name| values(cx, volume, name))?;
    let (page, next) = tokens.cut(found, offset, size);
    let page = page.into_iter().map(|one| describe(cx, one));
    Ok(answer("volumeStatusSet", page.collect::<Vec<_>>(), next))
}

/// The check that reads and writes get through.
fn enabled(status: &str) -> &'static str {
    match status {
        "ok" => "passed",
        "impaired" => "failed",
        _ => "insufficient-data",
    }
}

fn values(cx: &Cx<'_>, volume: &Volume, name: &str) -> Vec<String> {
    let status = volume.status(cx.elapsed);
    let bad = |text: &str| if status == "impaired" { vec![text.to_owned()] } else { Vec::new() };
    match name {
        "action.code" => bad("enable-volume-io"),
        "availability-zone" => vec![volume.az.clone()],
        "availability-zone-id" => vec![zone_id(&volume.az)],
        "event.event-type" => bad("potential-data-inconsistency"),
        "volume-status.details-name" => vec!["io-enabled".to_owned(), "io-performance".to_owned()],
        "volume-status.details-status" => vec![enabled(status).to_owned(), "not-applicable".to_owned()],
        "volume-status.status" => vec![status.to_owned()],
        _ => Vec::new(),
    }
}

fn describe(cx: &Cx<'_>, (volume, attached): Attached<'_>) -> Tree {
    let instance = attached.map(|(instance, _)| &instance.id);
    let status = volume.status(cx.elapsed);
    let id = format!("evol-{}", rng::hex(rng::text(cx.world.seed, &volume.id), 8));
    let since =
        volume.effects.iter().rev().find(|(at, _)| *at <= cx.elapsed).map(|(at, _)| cx.world.moment(*at));
    let event = (status == "impaired").then(|| {
        Tree::from(
            Fields::new()
                .put("eventId", &id)
                .put("eventType", "potential-data-inconsistency")
                .put("description", "The volume is in an inconsistent state")
                .maybe("notBefore", since)
                .maybe("instanceId", instance),
        )
    });
    let action = event.is_some().then(|| {
        Tree::from(
            Fields::new()
                .put("code", "enable-volume-io")
                .put("description", "Enable volume I/O")
                .put("eventId", &id)
                .put("eventType", "potential-data-inconsistency"),
        )
    });
    let detail = |name: &str, status: &str| Tree::from(Fields::new().put("name", name).put("status", status));
    // Performance is checked for provisioned IOPS only, and all volumes here are gp3.
    let details = [detail("io-enabled", enabled(status)), detail("io-performance", "not-applicable")];
    let attached = instance
        .map(|id| Tree::from(Fields::new().put("ioPerformance", "not-applicable").put("instanceId", id)));
    Fields::new()
        .put("volumeId", &volume.id)
        .put("availabilityZone", &volume.az)
        .put("availabilityZoneId", zone_id(&volume.az))
        .put("volumeStatus", Fields::new().put("status", status).put("details", list(details)))
        .put("eventsSet", list(event))
        .put("actionsSet", list(action))
        .put("attachmentStatuses", list(attached))
        .into()
}
