//! `ec2:DescribeInstanceStatus`: running instances only, unless asked for all.

use super::{
    Filters, Kind, answer,
    instances::{INSTANCE, present},
    known_ids, paging, zone_id,
};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    tree::{Fields, Tree, list},
    wire::xml::iso,
    world::instance::{Check, Instance, Look, code},
};

const FILTERS: &[&str] = &[
    "attached-ebs-status.status",
    "availability-zone",
    "availability-zone-id",
    "event.code",
    "event.description",
    "event.instance-event-id",
    "event.not-after",
    "event.not-before",
    "instance-state-code",
    "instance-state-name",
    "instance-status.reachability",
    "instance-status.status",
    "system-status.reachability",
    "system-status.status",
];

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribeInstanceStatus", params);
    let (offset, size) = paging(params, tokens, "InstanceId")?;
    let filters = Filters::read(params)?;
    let ids = params.texts("InstanceId");
    let all = params.flag("IncludeAllInstances");
    let kind: &Kind = &INSTANCE;
    let mut found = present(cx);
    known_ids(&ids, kind, |id| found.iter().any(|(instance, _)| instance.id == id))?;
    found.retain(|(instance, look)| {
        (all || look.state == "running") && (ids.is_empty() || ids.contains(&instance.id.as_str()))
    });
    let found = filters.keep_untagged(found, FILTERS, values)?;
    let (page, next) = tokens.cut(found, offset, size);
    Ok(answer(
        "instanceStatusSet",
        page.iter().map(|(instance, look)| describe(instance, look)).collect::<Vec<_>>(),
        next,
    ))
}

fn values((instance, look): &(&Instance, Look), name: &str) -> Vec<String> {
    let events = |f: fn(&crate::drill::world::instance::Event) -> String| look.events.iter().map(f).collect();
    match name {
        "attached-ebs-status.status" => vec![look.ebs.status.clone()],
        "availability-zone" => vec![instance.az.clone()],
        "availability-zone-id" => vec![zone_id(&instance.az)],
        "event.code" => events(|event| event.code.clone()),
        "event.description" => events(|event| event.description.clone()),
        "event.instance-event-id" => events(|event| event.id.clone()),
        "event.not-after" => events(|event| iso(event.not_after)),
        "event.not-before" => events(|event| iso(event.not_before)),
        "instance-state-code" => vec![code(&look.state).to_string()],
        "instance-state-name" => vec![look.state.clone()],
        "instance-status.status" => vec![look.instance.status.clone()],
        "instance-status.reachability" => vec![reachability(&look.instance).to_owned()],
        "system-status.status" => vec![look.system.status.clone()],
        "system-status.reachability" => vec![reachability(&look.system).to_owned()],
        _ => Vec::new(),
    }
}

fn reachability(check: &Check) -> &str {
    match check.status.as_str() {
        "ok" => "passed",
        "impaired" => "failed",
        other => other,
    }
}

fn summary(check: &Check) -> Tree {
    let mut fields = Fields::new().put("status", &check.status);
    if check.status != "not-applicable" {
        let detail = Fields::new()
            .put("name", "reachability")
            .put("status", reachability(check))
            .maybe("impairedSince", check.since);
        fields = fields.put("details", list([Tree::from(detail)]));
    }
    fields.into()
}

fn describe(instance: &Instance, look: &Look) -> Tree {
    let events = look.events.iter().map(|event| {
        Tree::from(
            Fields::new()
                .put("instanceEventId", &event.id)
                .put("code", &event.code)
                .put("description", &event.description)
                .put("notBefore", event.not_before)
                .put("notAfter", event.not_after),
        )
    });
    let mut fields = Fields::new()
        .put("instanceId", &instance.id)
        .put("availabilityZone", &instance.az)
        .put("availabilityZoneId", zone_id(&instance.az));
    if !look.events.is_empty() {
        fields = fields.put("eventsSet", list(events));
    }
    fields
        .put("instanceState", Fields::new().put("code", code(&look.state)).put("name", &look.state))
        .put("systemStatus", summary(&look.system))
        .put("instanceStatus", summary(&look.instance))
        .put("attachedEbsStatus", summary(&look.ebs))
        .into()
}
