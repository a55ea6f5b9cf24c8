//! The page of any resource: the own page of an alarm, an instance or its patches where a pane knows it, else what is known of it —
//! its names, the alarms that point at it, its members, its console link.

pub mod lines;

use super::{
    PaneRow, alarms, backups,
    detail::{Block, Detail, Line, Need, PageCx, Span},
    events, instances, patches,
};
use crate::{
    resource::{ALARM, EC2_INSTANCE, PATCHES, PROTECTED_RESOURCE, ResourceRef},
    rows::{alarm::Alarm, backup::Backup, event::Event, instance::Instance, patch::Node},
    triage::kinds,
    value::{Cell, Role, Value},
};

/// Events that a resource's page lists.
const EVENT_LINES: usize = 8;
/// Members that a page lists; the count says how many there are.
const MEMBER_LINES: usize = 200;

/// The page that a jump target opens.
pub fn page_of(resource: &ResourceRef, page: &PageCx<'_>) -> Detail {
    if let Some(node) = node(resource, page) {
        return patches::detail(node, page);
    }
    if let Some(event) = event(resource, page) {
        return events::detail(event, page);
    }
    if let Some(backup) = backup(resource, page) {
        return backups::detail(backup, page);
    }
    match (alarm(resource, page), instance(resource, page)) {
        (Some(alarm), _) => alarms::detail(alarm, page),
        (_, Some(instance)) => instances::detail(instance, page),
        _ => detail(resource, page),
    }
}

/// What [`page_of`] still has to be told.
pub fn needs_of(resource: &ResourceRef, page: &PageCx<'_>) -> Vec<Need> {
    if let Some(node) = node(resource, page) {
        return patches::needs(node, page);
    }
    if let Some(event) = event(resource, page) {
        return events::needs(event);
    }
    match (alarm(resource, page), instance(resource, page)) {
        (Some(alarm), _) => alarms::needs(alarm, page),
        (_, Some(instance)) => instances::needs(instance, page),
        _ => needs(resource, page),
    }
}

/// The page of a resource that has no pane of its own.
pub fn detail(resource: &ResourceRef, page: &PageCx<'_>) -> Detail {
    let cx = &page.cx;
    let text = |text: &str| Cell::from(Value::Text(text.to_owned()));
    let mut fields = vec![("field.type", text(&resource.kind)), ("field.id", text(&resource.id))];
    fields.extend(resource.arn.iter().map(|arn| ("field.arn", text(arn))));
    fields.extend(lines::scope_fields(resource.scope, cx));
    let mut blocks = Vec::new();
    // Its own page would be here, if the pane had it.
    if [ALARM, EC2_INSTANCE, PROTECTED_RESOURCE, events::EVENT].contains(&resource.kind.as_ref()) {
        blocks.push(Block::Note(Span::new(cx.words.get("absent.row"), Role::Warn)));
    }
    blocks.extend([Block::Fields(fields), alarms_block(resource, page)]);
    blocks.extend(backups::block(resource, page));
    blocks.push(events_block(resource, page));
    if is_group(&resource.kind) {
        let found = members(resource, page);
        let hidden = found.len().saturating_sub(MEMBER_LINES);
        let mut list: Vec<_> = found.iter().take(MEMBER_LINES).map(|i| lines::instance(i, page, 0)).collect();
        list.extend(lines::more(hidden, 0, cx));
        blocks.push(Block::Lines { title: "section.members", lines: list, empty: Some("absent.members") });
    }
    blocks.extend(lines::console(resource, cx));
    let title = kinds::label(resource).to_owned();
    Detail { title, state: vec![Span::new(resource.short_kind(), Role::Dim)], blocks }
}

/// A generic page shows only what is known already.
pub fn needs(_resource: &ResourceRef, _page: &PageCx<'_>) -> Vec<Need> {
    Vec::new()
}

/// The alarms that point at a resource, worst first.
pub(super) fn alarms_block(resource: &ResourceRef, page: &PageCx<'_>) -> Block {
    let lines: Vec<Line> = alarms_of(resource, page).into_iter().map(|a| lines::alarm(a, page, 0)).collect();
    Block::Lines { title: "section.alarms", lines, empty: Some("absent.alarms") }
}

/// The newest events that touched a resource, as far as they are known, and the way to all of them.
pub(super) fn events_block(resource: &ResourceRef, page: &PageCx<'_>) -> Block {
    let mut found = page.known.events_of(resource);
    // Agents report every few minutes; the list that `e` leads to has that too.
    found.retain(|event| !PaneRow::is_routine(*event));
    let hidden = found.len().saturating_sub(EVENT_LINES);
    let mut list: Vec<Line> = found.iter().take(EVENT_LINES).map(|e| lines::event(e, page)).collect();
    list.extend(lines::more(hidden, 0, &page.cx));
    Block::Lines { title: "section.changes", lines: list, empty: Some("absent.changes") }
}

/// See [`alarms_block`].
pub(super) fn alarms_of<'a>(resource: &ResourceRef, page: &PageCx<'a>) -> Vec<&'a Alarm> {
    let mut found = page.known.alarms_of(resource);
    found.sort_by_cached_key(|a| {
        let severity = PaneRow::severity(*a, &page.cx);
        (std::cmp::Reverse(severity), std::cmp::Reverse(a.state_since), a.name.clone())
    });
    found
}

/// Whether instances can belong to a resource of this type in a way that can be told without asking AWS.
fn is_group(kind: &str) -> bool {
    matches!(
        kind,
        "AWS::AutoScaling::AutoScalingGroup"
            | "AWS::ElasticLoadBalancingV2::TargetGroup"
            | "AWS::EC2::SecurityGroup"
            | "AWS::EC2::Subnet"
            | "AWS::EC2::VPC"
            | "AWS::EC2::Volume"
            | "AWS::EC2::Image"
    )
}

/// The instances that belong to a group, run in a subnet, use a volume, …, by name.
///
/// A target group's are known only where a tag says so: instances with a tag about target groups whose value is the
/// group's name, id or ARN, and the other instances of their Auto Scaling groups.
pub fn members<'a>(group: &ResourceRef, page: &PageCx<'a>) -> Vec<&'a Instance> {
    let id = group.id.as_str();
    let known = page.known;
    let mut found = match group.kind.as_ref() {
        "AWS::AutoScaling::AutoScalingGroup" => {
            known.instances_where(group.scope, &|i| i.asg.as_deref() == Some(id))
        }
        "AWS::EC2::SecurityGroup" => {
            known.instances_where(group.scope, &|i| i.security_groups.iter().any(|(sg, _)| sg == id))
        }
        "AWS::EC2::Subnet" => known.instances_where(group.scope, &|i| i.subnet_id.as_deref() == Some(id)),
        "AWS::EC2::VPC" => known.instances_where(group.scope, &|i| i.vpc_id.as_deref() == Some(id)),
        "AWS::EC2::Volume" => known.instances_where(group.scope, &|i| i.volumes.iter().any(|v| v == id)),
        "AWS::EC2::Image" => known.instances_where(group.scope, &|i| i.image_id.as_deref() == Some(id)),
        "AWS::ElasticLoadBalancingV2::TargetGroup" => {
            let name = kinds::label(group);
            let says = |i: &Instance| {
                i.tags.iter().any(|(key, value)| {
                    let key = key.to_lowercase().replace(['-', '_', ' '], "");
                    let about = key.contains("targetgroup");
                    about && (value == name || value == id || Some(value) == group.arn.as_ref())
                })
            };
            let tagged = known.instances_where(group.scope, &says);
            let groups: Vec<_> = tagged.iter().filter_map(|i| i.asg.clone()).collect();
            known.instances_where(group.scope, &|i| {
                says(i) || i.asg.as_ref().is_some_and(|asg| groups.contains(asg))
            })
        }
        _ => Vec::new(),
    };
    found.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    found
}

fn alarm<'a>(resource: &ResourceRef, page: &PageCx<'a>) -> Option<&'a Alarm> {
    (resource.kind == ALARM).then(|| page.known.alarm(resource.scope, &resource.id)).flatten()
}

fn event<'a>(resource: &ResourceRef, page: &PageCx<'a>) -> Option<&'a Event> {
    (resource.kind == events::EVENT).then(|| page.known.event(resource.scope, &resource.id)).flatten()
}

fn backup<'a>(resource: &ResourceRef, page: &PageCx<'a>) -> Option<&'a Backup> {
    (resource.kind == PROTECTED_RESOURCE).then(|| page.known.backup(resource.scope, &resource.id)).flatten()
}

fn instance<'a>(resource: &ResourceRef, page: &PageCx<'a>) -> Option<&'a Instance> {
    (resource.kind == EC2_INSTANCE).then(|| page.known.instance(resource.scope, &resource.id)).flatten()
}

fn node<'a>(resource: &ResourceRef, page: &PageCx<'a>) -> Option<&'a Node> {
    (resource.kind == PATCHES).then(|| page.known.node(resource.scope, &resource.id)).flatten()
}

#[cfg(test)]
mod tests;
