//! What must have happened for the account to be as it is: launches, stops, images, alarms, the last roll-out.

use std::sync::Arc;

use serde_json::json;

use super::{
    caller::{self, Caller},
    event::{Call, Kind},
    names::template,
    pen::Pen,
    session,
};
use crate::drill::{
    script::trail::PrincipalKind,
    world::{
        World,
        alarm::{Alarm, Watch},
        instance::{Image, Instance},
        mute::Mute,
    },
};

/// How long a target group lets a target finish what it has begun, in seconds.
const DRAINS: i64 = 30;

pub(super) fn write(pen: &mut Pen<'_>) {
    let world = pen.world;
    for (number, instance) in world.instances.iter().enumerate() {
        let at = instance.launched.as_second();
        // One RunInstances makes all of a reservation; the first of them tells it.
        let first = world.instances.iter().position(|other| other.reservation == instance.reservation);
        // What is launched in a drill's course by anybody else than Auto Scaling is the timeline's to tell.
        let told = instance.launched >= world.origin && group_of(instance).is_none();
        if pen.near(at) && first == Some(number) && !told {
            launched(pen, instance, at);
        }
        for (second, effect) in &instance.effects {
            let at = world.origin.as_second() + second;
            let ends = effect.state.as_deref() == Some("shutting-down") && group_of(instance).is_some();
            if ends && pen.near(at) {
                replaced(pen, instance, at);
            }
        }
        if let Some(left) = instance.left.filter(|left| pen.near(left.as_second())) {
            ended(pen, instance, left.as_second());
        }
    }
    for image in world.images.iter().filter(|image| image.owner == world.account) {
        let at = image.created.as_second();
        if pen.near(at) {
            built(pen, image, at);
        }
    }
    let mut session = None;
    for alarm in &world.alarms {
        let at = alarm.configured.as_second();
        if pen.near(at) {
            configured(pen, alarm, at, &mut session);
        }
    }
    for mute in &world.mutes {
        // Planned the afternoon before, or at least before the scenario.
        let at = mute.from.as_second().min(world.origin.as_second()) - 22 * 3600;
        if pen.near(at) {
            muted(pen, mute, at);
        }
    }
}

/// The pipeline at a moment.
fn pipeline(pen: &mut Pen<'_>, at: i64) -> Option<Arc<Caller>> {
    let world = pen.world;
    let one = world.story.principals.iter().find(|one| one.kind == PrincipalKind::Web)?;
    Some(session::open(pen, one, at))
}

/// Somebody with rights to change things.
fn administrator(pen: &mut Pen<'_>, at: i64) -> Option<Arc<Caller>> {
    let world = pen.world;
    let people = world.story.principals.iter();
    let one = people.into_iter().find(|one| one.kind == PrincipalKind::Sso && one.role == "Administrator")?;
    Some(session::open(pen, one, at))
}

fn scaler(pen: &mut Pen<'_>, at: i64) -> Arc<Caller> {
    session::linked(pen, "autoscaling", "AWSServiceRoleForAutoScaling", "AutoScaling", at)
}

/// The Auto Scaling group of an instance.
fn group_of(instance: &Instance) -> Option<&str> {
    instance.tag("aws:autoscaling:groupName")
}

fn launched(pen: &mut Pen<'_>, instance: &Instance, at: i64) {
    let world = pen.world;
    let same = world.instances.iter().filter(|other| other.reservation == instance.reservation);
    let ids: Vec<&str> = same.map(|other| other.id.as_str()).collect();
    let call = launch(world, instance, &ids);
    let who = if group_of(instance).is_some() {
        // The first of a group's instances follows a roll-out of a new launch template.
        if instance.key.ends_with("-1") && instance.spot.is_none() {
            roll_out(pen, instance, at - 200);
        }
        Some(scaler(pen, at - 1))
    } else if instance.tag("Team") == Some("web") {
        pipeline(pen, at - 40)
    } else {
        administrator(pen, at - 60)
    };
    if let Some(who) = who {
        pen.write(at, &who, call);
        let groups = world.network.balancers.iter().flat_map(|balancer| &balancer.target_groups);
        for group in groups.filter(|group| group.targets.contains(&instance.id)) {
            let call = Call::new("elasticloadbalancing:RegisterTargets")
                .request(&json!({ "targetGroupArn": group.arn, "targets": [{ "id": instance.id }] }))
                .on("AWS::ElasticLoadBalancingV2::TargetGroup", group.arn.clone());
            pen.write(at + 41, &who, call);
        }
    }
}

/// `RunInstances` of instances like this one.
pub(super) fn launch(world: &World, like: &Instance, ids: &[&str]) -> Call {
    let image = world.images.get(like.image).map_or("", |image| image.id.as_str());
    let items: Vec<_> = ids
        .iter()
        .zip(0..)
        .map(|(id, index)| {
            json!({
                "instanceId": id,
                "imageId": image,
                "instanceState": { "code": 0, "name": "pending" },
                "instanceType": like.kind,
                "amiLaunchIndex": index,
                "subnetId": like.subnet,
                "vpcId": like.vpc,
                "placement": { "availabilityZone": like.az },
            })
        })
        .collect();
    let groups: Vec<_> = like.groups.iter().map(|(id, _)| json!({ "groupId": id })).collect();
    let mut request = json!({
        "instancesSet": { "items": [{ "imageId": image, "minCount": ids.len(), "maxCount": ids.len() }] },
        "instanceType": like.kind,
        "subnetId": like.subnet,
        "groupSet": { "items": groups },
        "disableApiTermination": false,
    });
    if group_of(like).is_some()
        && let Some(request) = request.as_object_mut()
    {
        let version = like.tag("aws:ec2launchtemplate:version").unwrap_or("1");
        let used = json!({ "launchTemplateId": template(world, &like.fleet), "version": version });
        request.insert("launchTemplate".to_owned(), used);
    }
    let mut call = Call::new("ec2:RunInstances")
        .region(&like.region)
        .request(&request)
        .response(&json!({ "reservationId": like.reservation, "ownerId": world.account, "instancesSet": { "items": items } }))
        .on("AWS::EC2::VPC", like.vpc.clone())
        .on("AWS::EC2::Ami", image)
        .on("AWS::EC2::Subnet", like.subnet.clone());
    for (group, _) in &like.groups {
        call = call.on("AWS::EC2::SecurityGroup", group.clone());
    }
    for id in ids {
        call = call.on("AWS::EC2::Instance", *id);
    }
    call
}

/// A new launch template for a group, whose instances are then replaced one after the other.
fn roll_out(pen: &mut Pen<'_>, instance: &Instance, at: i64) {
    let Some(group) = group_of(instance) else { return };
    let Some(who) = pipeline(pen, at) else { return };
    let lt = template(pen.world, &instance.fleet);
    let image = pen.world.images.get(instance.image).map_or("", |image| image.id.as_str()).to_owned();
    let version: i64 =
        instance.tag("aws:ec2launchtemplate:version").and_then(|v| v.parse().ok()).unwrap_or(1);
    let new = json!({ "LaunchTemplateId": lt, "LaunchTemplateData": { "ImageId": image, "InstanceType": instance.kind } });
    let made = json!({ "launchTemplateId": lt, "versionNumber": version, "defaultVersion": false });
    let steps = [
        Call::new("ec2:CreateLaunchTemplateVersion")
            .request(&json!({ "CreateLaunchTemplateVersionRequest": new }))
            .response(&json!({ "CreateLaunchTemplateVersionResponse": { "launchTemplateVersion": made } }))
            .on("AWS::EC2::LaunchTemplate", lt.clone()),
        Call::new("autoscaling:UpdateAutoScalingGroup")
            .request(&json!({
                "autoScalingGroupName": group,
                "launchTemplate": { "launchTemplateId": lt, "version": version.to_string() },
            }))
            .on("AWS::AutoScaling::AutoScalingGroup", group),
        Call::new("autoscaling:StartInstanceRefresh")
            .request(&json!({ "autoScalingGroupName": group, "strategy": "Rolling", "preferences": { "minHealthyPercentage": 90 } }))
            .response(&json!({ "instanceRefreshId": pen.uuid() }))
            .on("AWS::AutoScaling::AutoScalingGroup", group),
    ];
    for (after, step) in (0..).zip(steps) {
        pen.write(at + after * 14, &who, step.region(&instance.region));
    }
}

/// Auto Scaling takes one of a group's instances away: first from the load balancer, then from EC2.
fn replaced(pen: &mut Pen<'_>, instance: &Instance, at: i64) {
    let world = pen.world;
    let who = scaler(pen, at - DRAINS - 1);
    let groups = world.network.balancers.iter().flat_map(|balancer| &balancer.target_groups);
    for group in groups.filter(|group| group.targets.contains(&instance.id)) {
        let call = Call::new("elasticloadbalancing:DeregisterTargets")
            .request(&json!({ "targetGroupArn": group.arn, "targets": [{ "id": instance.id }] }))
            .on("AWS::ElasticLoadBalancingV2::TargetGroup", group.arn.clone());
        pen.write(at - DRAINS, &who, call);
    }
    let call = terminate(&instance.id).region(&instance.region);
    pen.write(at, &who, call);
}

/// `TerminateInstances` of a running one.
pub(super) fn terminate(id: &str) -> Call {
    let states = json!({
        "instanceId": id,
        "currentState": { "code": 32, "name": "shutting-down" },
        "previousState": { "code": 16, "name": "running" },
    });
    Call::new("ec2:TerminateInstances")
        .request(&json!({ "instancesSet": { "items": [{ "instanceId": id }] } }))
        .response(&json!({ "instancesSet": { "items": [states] } }))
        .on("AWS::EC2::Instance", id)
}

/// An instance was stopped by somebody, or taken away by the spot market.
fn ended(pen: &mut Pen<'_>, instance: &Instance, at: i64) {
    if instance.spot.is_some() {
        let call = Call::new("ec2:BidEvictedEvent")
            .kind(Kind::ServiceEvent)
            .region(&instance.region)
            .with("serviceEventDetails", &json!({ "instanceIdSet": [instance.id] }))
            .on("AWS::EC2::Instance", instance.id.clone());
        pen.write(at, &Arc::new(caller::service("ec2")), call);
        return;
    }
    let Some(who) = administrator(pen, at - 30) else { return };
    let states = json!({
        "instanceId": instance.id,
        "currentState": { "code": 64, "name": "stopping" },
        "previousState": { "code": 16, "name": "running" },
    });
    let call = Call::new("ec2:StopInstances")
        .region(&instance.region)
        .request(&json!({ "instancesSet": { "items": [{ "instanceId": instance.id }] }, "force": false }))
        .response(&json!({ "instancesSet": { "items": [states] } }))
        .on("AWS::EC2::Instance", instance.id.clone());
    pen.write(at, &who, call);
}

/// The pipeline built an image.
fn built(pen: &mut Pen<'_>, image: &Image, at: i64) {
    let Some(who) = pipeline(pen, at - 50) else { return };
    let builder = pen.fresh("i");
    let call = Call::new("ec2:CreateImage")
        .region(&image.region)
        .request(&json!({ "instanceId": builder, "name": image.name, "description": image.about, "noReboot": false }))
        .response(&json!({ "imageId": image.id }))
        .on("AWS::EC2::Instance", builder)
        .on("AWS::EC2::Ami", image.id.clone());
    pen.write(at, &who, call);
}

/// An alarm was configured last. Those of one moment are of one run of the pipeline.
fn configured(pen: &mut Pen<'_>, alarm: &Alarm, at: i64, last: &mut Option<(i64, Arc<Caller>)>) {
    if last.as_ref().is_none_or(|(then, _)| *then != at) {
        *last = pipeline(pen, at - 8).map(|who| (at, who));
    }
    let Some((_, who)) = last.clone() else { return };
    let call = match &alarm.watch {
        Watch::Composite { text, .. } => Call::new("monitoring:PutCompositeAlarm")
            .request(&json!({ "alarmName": alarm.name, "alarmRule": text, "alarmActions": alarm.actions })),
        Watch::Queries { period, .. } => Call::new("monitoring:PutMetricAlarm").request(&json!({
            "alarmName": alarm.name,
            "alarmDescription": alarm.about,
            "comparisonOperator": alarm.comparison,
            "threshold": alarm.threshold,
            "evaluationPeriods": alarm.periods,
            "period": period,
            "alarmActions": alarm.actions,
            "actionsEnabled": alarm.enabled,
        })),
    };
    pen.write(at, &who, call.region(&alarm.region).on("AWS::CloudWatch::Alarm", alarm.name.clone()));
}

/// Somebody planned to mute alarms.
fn muted(pen: &mut Pen<'_>, mute: &Mute, at: i64) {
    let Some(who) = administrator(pen, at - 60) else { return };
    let call = Call::new("monitoring:PutAlarmMuteRule")
        .region(&mute.region)
        .request(&json!({
            "name": mute.name,
            "description": mute.about,
            "rule": { "schedule": { "expression": mute.expression(), "duration": mute.duration(), "timezone": mute.timezone } },
            "muteTargets": { "alarmNames": mute.alarms },
        }))
        .on("AWS::CloudWatch::AlarmMuteRule", mute.name.clone());
    pen.write(at, &who, call);
}
