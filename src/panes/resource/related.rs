//! What stands around a resource, each with how that is known: from rows of instances, from the metrics that alarms
//! watch, from calls that touched several things at once. Nothing is made up: what only AWS could say is not here.

use std::borrow::Cow;

use super::{
    alarms_of, lines,
    members::{STACK_TAG, TEMPLATE_TAG, members, names, target_groups},
};
use crate::{
    panes::{
        PaneRow, alarms,
        detail::{Block, Line, PageCx},
    },
    resource::ResourceRef,
    rows::{
        alarm::Alarm,
        described::{Described, What},
        event::Event,
        instance::Instance,
        metric::MetricStat,
    },
    text::age,
    triage::{kinds, resources::same},
};

/// Things that calls touched together with it which a page names.
const TOUCHED: usize = 8;

/// Alarms whose actions call it that a page names.
const CALLERS: usize = 20;

const ASG: &str = "AWS::AutoScaling::AutoScalingGroup";
const TARGET_GROUP: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";

/// A resource, and how it is known to be related.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// It.
    pub resource: ResourceRef,
    /// What people call it, where its id does not say so.
    pub name: String,
    /// How it is related, in words.
    pub via: String,
}

/// Several, each once: what is known in more than one way is said the first way.
#[derive(Debug, Default)]
pub(super) struct Around(Vec<Related>);

impl Around {
    pub(super) fn add(&mut self, resource: ResourceRef, name: impl Into<String>, via: impl Into<String>) {
        if !resource.id.is_empty() && !self.has(&resource) {
            self.0.push(Related { resource, name: name.into(), via: via.into() });
        }
    }

    fn has(&self, resource: &ResourceRef) -> bool {
        self.0.iter().any(|known| same(&known.resource, resource))
    }

    /// As jumps.
    pub(super) fn lines(self) -> Vec<Line> {
        self.0.into_iter().map(lines::related).collect()
    }

    /// As a part of a page.
    pub(super) fn block(self) -> Block {
        Block::Lines { title: "section.around", lines: self.lines(), empty: None }
    }
}

/// What an instance's own row names (`aws-facts.md` §4.5).
pub(in crate::panes) fn of_instance(instance: &Instance, page: &PageCx<'_>) -> Block {
    let words = page.cx.words;
    let refer = |kind: &'static str, id: &str| ResourceRef::new(instance.scope, kind, id);
    let mut around = Around::default();
    if let Some(asg) = &instance.asg {
        around.add(refer(ASG, asg), "", words.get("related.asg"));
    }
    let mates = match &instance.asg {
        Some(asg) => page.known.instances_where(instance.scope, &|i| i.asg.as_ref() == Some(asg)),
        None => vec![instance],
    };
    for group in target_groups_of(&mates, page) {
        around.add(group, "", words.get("related.targets"));
    }
    for (id, name) in &instance.security_groups {
        around.add(refer("AWS::EC2::SecurityGroup", id), name, words.get("related.attached"));
    }
    for volume in &instance.volumes {
        around.add(refer("AWS::EC2::Volume", volume), "", words.get("related.attached"));
    }
    for interface in &instance.interfaces {
        around.add(refer("AWS::EC2::NetworkInterface", interface), "", words.get("related.attached"));
    }
    let image = instance.image.as_ref().map(|i| i.name.as_str());
    for (kind, id, name, via) in [
        ("AWS::EC2::Subnet", &instance.subnet_id, None, "related.runs_in"),
        ("AWS::EC2::VPC", &instance.vpc_id, None, "related.runs_in"),
        ("AWS::EC2::Image", &instance.image_id, image, "related.launched_from"),
        ("AWS::EC2::KeyPair", &instance.key_pair, None, "related.key_pair"),
    ] {
        if let Some(id) = id {
            around.add(refer(kind, id), name.unwrap_or_default(), words.get(via));
        }
    }
    let profile = instance.instance_profile.as_deref();
    if let Some(profile) = profile.and_then(|arn| kinds::of_arn(arn, instance.scope)) {
        around.add(profile, "", words.get("related.profile"));
    }
    by_tags(instance, &mut around, page);
    around.block()
}

/// The launch template and the stack that an instance's tags name.
fn by_tags(instance: &Instance, around: &mut Around, page: &PageCx<'_>) {
    let words = page.cx.words;
    if let Some(id) = instance.tag(TEMPLATE_TAG) {
        let version = instance.tag("aws:ec2launchtemplate:version").unwrap_or_default();
        let name = if version.is_empty() { String::new() } else { format!("v{version}") };
        let template = ResourceRef::new(instance.scope, "AWS::EC2::LaunchTemplate", id);
        around.add(template, name, words.get("related.template"));
    }
    let stack = instance.tag(STACK_TAG).and_then(|arn| kinds::of_arn(arn, instance.scope));
    let stack = stack.or_else(|| {
        let name = instance.tag("aws:cloudformation:stack-name")?;
        Some(ResourceRef::new(instance.scope, "AWS::CloudFormation::Stack", name))
    });
    if let Some(stack) = stack {
        around.add(stack, "", words.get("related.stack"));
    }
}

/// The target groups that tags of instances name: those that alarms watch by any of their names, others by ARN.
fn target_groups_of(instances: &[&Instance], page: &PageCx<'_>) -> Vec<ResourceRef> {
    let mut values: Vec<&str> = instances.iter().flat_map(|i| target_groups(i)).collect();
    values.sort_unstable();
    values.dedup();
    let (Some(first), false) = (instances.first(), values.is_empty()) else { return Vec::new() };
    let of_groups = |a: &Alarm| a.resources.iter().any(|r| r.kind == TARGET_GROUP);
    let watching = page.known.alarms_where(first.scope, &of_groups);
    let groups = watching.iter().flat_map(|a| &a.resources).filter(|r| r.kind == TARGET_GROUP);
    let known = groups.filter(|group| values.iter().any(|v| names(v, group))).cloned();
    let by_arn = values.iter().filter_map(|v| kinds::of_arn(v, first.scope));
    let mut found: Vec<ResourceRef> = Vec::new();
    for group in known.chain(by_arn.filter(|r| r.kind == TARGET_GROUP)) {
        if !found.iter().any(|f| same(f, &group)) {
            found.push(group);
        }
    }
    found
}

/// What rows and alarms know of any resource's surroundings, and at last what was touched together with it.
pub(super) fn of(resource: &ResourceRef, around: &mut Around, page: &PageCx<'_>) {
    watched_together(resource, around, page);
    let words = page.cx.words;
    let members = members(resource, page);
    let refer = |kind: &'static str, id: &str| ResourceRef::new(resource.scope, kind, id);
    match resource.kind.as_ref() {
        ASG => {
            for group in target_groups_of(&members, page) {
                around.add(group, "", words.get("related.targets"));
            }
            for member in &members {
                by_tags(member, around, page);
            }
        }
        TARGET_GROUP => {
            for asg in members.iter().filter_map(|i| i.asg.as_deref()) {
                around.add(refer(ASG, asg), "", words.get("related.of_members"));
            }
        }
        "AWS::EC2::VPC" => {
            for subnet in members.iter().filter_map(|i| i.subnet_id.as_deref()) {
                around.add(refer("AWS::EC2::Subnet", subnet), "", words.get("related.of_members"));
            }
        }
        "AWS::EC2::LaunchTemplate" | "AWS::IAM::InstanceProfile" | "AWS::EC2::Image" => {
            for asg in members.iter().filter_map(|i| i.asg.as_deref()) {
                around.add(refer(ASG, asg), "", words.get("related.of_members"));
            }
        }
        _ => {}
    }
    told_by(resource, around, page);
    touched_together(resource, around, page);
}

/// The alarms whose actions call it: a topic, a function.
fn told_by(resource: &ResourceRef, around: &mut Around, page: &PageCx<'_>) {
    let Some(arn) = resource.arn.as_deref() else { return };
    let calls = |a: &Alarm| {
        let mut actions = a.actions.iter().chain(&a.ok_actions).chain(&a.insufficient_actions);
        actions.any(|action| action == arn)
    };
    for alarm in page.known.alarms_where(resource.scope, &calls).into_iter().take(CALLERS) {
        around.add(alarms::subject(alarm), "", page.cx.words.get("related.calls"));
    }
}

/// What stands in the same metric as it: a load balancer and its target group, a service and its cluster.
fn watched_together(resource: &ResourceRef, around: &mut Around, page: &PageCx<'_>) {
    for alarm in alarms_of(resource, page) {
        for stat in alarm.metrics().into_iter().filter(|stat| names_it(stat, resource)) {
            for other in alarm.resources.iter().filter(|r| !same(r, resource) && names_it(stat, r)) {
                let via = page.cx.words.fill("related.same_metric", &[("alarm", &alarm.name)]);
                around.add(other.clone(), "", via);
            }
        }
    }
}

/// Whether a metric's dimensions name a resource: by its id, its ARN, or the parts that its id was made of.
fn names_it(stat: &MetricStat, resource: &ResourceRef) -> bool {
    let has = |text: &str| stat.dimensions.iter().any(|(_, value)| value == text);
    has(&resource.id)
        || resource.arn.as_deref().is_some_and(has)
        || (resource.id.contains('/') && resource.id.split('/').all(has))
}

/// What successful calls touched together with it, the newest first.
fn touched_together(resource: &ResourceRef, around: &mut Around, page: &PageCx<'_>) {
    let cx = &page.cx;
    let mut count = 0;
    let wrote = |e: &&Event| e.error.is_none() && !e.read_only && !PaneRow::is_routine(*e);
    let changes = page.known.events_of(resource).into_iter().filter(wrote);
    for event in changes {
        for other in event.resources.iter().filter(|r| !same(r, resource)) {
            if count == TOUCHED {
                return;
            }
            if !around.has(other) {
                count += 1;
                let since = age::since(event.time, cx.now);
                let via = cx.words.fill("related.same_call", &[("event", &event.name), ("age", &since)]);
                around.add(other.clone(), own_name(other, page), via);
            }
        }
    }
}

/// An instance's or a group's name, where a row knows it or EC2 has told it.
pub(super) fn own_name<'a>(resource: &ResourceRef, page: &PageCx<'a>) -> Cow<'a, str> {
    match resource.kind.as_ref() {
        crate::resource::EC2_INSTANCE => {
            let instance = page.known.instance(resource.scope, &resource.id);
            instance.map_or(Cow::Borrowed(""), |i| Cow::Borrowed(i.name.as_str()))
        }
        "AWS::EC2::SecurityGroup" => {
            let told = page.known.described(resource.scope, What::SecurityGroup, &resource.id);
            if let Some(Described::SecurityGroup(group)) = told {
                return Cow::Borrowed(group.name.as_str());
            }
            let of = |i: &'a Instance| i.security_groups.iter().find(|(id, _)| *id == resource.id);
            let member = members(resource, page).into_iter().next();
            member.and_then(of).map_or(Cow::Borrowed(""), |(_, name)| Cow::Borrowed(name.as_str()))
        }
        _ => Cow::Borrowed(""),
    }
}
