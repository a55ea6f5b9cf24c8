//! The deployment pipeline: Terraform plans, and now and then applies something small.

use std::sync::Arc;

use serde_json::json;

use super::{
    super::{caller::Caller, event::Call, names::FUNCTIONS, session},
    lists::PLAN,
};
use crate::drill::{
    script::trail::{Office, Principal, PrincipalKind},
    trail::pen::Pen,
};

/// Plans of a working day, by merge requests in Europe; Japan has half as many.
const PLANS_A_DAY: f64 = 2.6;

/// How many of the plans are applied.
const APPLIED: f64 = 0.6;

pub(super) fn write(pen: &mut Pen<'_>) {
    let world = pen.world;
    let Some(pipeline) = world.story.principals.iter().find(|one| one.kind == PrincipalKind::Web) else {
        return;
    };
    let mut runs = pen.office(Office::Dublin, PLANS_A_DAY);
    runs.extend(pen.office(Office::Tokyo, PLANS_A_DAY / 2.0));
    for at in runs {
        run(pen, pipeline, at);
    }
}

fn run(pen: &mut Pen<'_>, pipeline: &Principal, at: i64) {
    let who = session::open(pen, pipeline, at);
    let mut at = at;
    for (what, request) in PLAN {
        pen.read(at, &who, what, request);
        at += pen.dice.span(0, 3);
    }
    if pen.dice.chance(APPLIED) {
        at += 45;
        match pen.dice.span(0, 4) {
            0 => alarm(pen, &who, at),
            1 => policy(pen, &who, at),
            _ => function(pen, &who, at),
        }
    }
}

/// New code for a function, as a version behind its alias.
fn function(pen: &mut Pen<'_>, who: &Arc<Caller>, at: i64) {
    let Some(name) = pen.dice.pick(FUNCTIONS).copied() else { return };
    let region = pen.world.regions.first().map_or("", String::as_str);
    let arn = format!("arn:aws:lambda:{region}:{}:function:{name}", pen.world.account);
    let version = pen.dice.span(60, 400);
    let code = json!({ "functionName": name, "s3Bucket": "shop-artifacts", "s3Key": format!("{name}/{version}.zip"), "publish": false });
    let steps = [
        Call::new("lambda:UpdateFunctionCode20150331v2")
            .request(&code)
            .response(&json!({ "functionName": name, "functionArn": arn, "lastUpdateStatus": "InProgress" })),
        Call::new("lambda:PublishVersion20150331")
            .request(&json!({ "functionName": name }))
            .response(&json!({ "functionName": name, "version": version.to_string() })),
        Call::new("lambda:UpdateAlias20150331")
            .request(&json!({ "functionName": name, "name": "live", "functionVersion": version.to_string() }))
            .response(&json!({ "aliasArn": format!("{arn}:live"), "functionVersion": version.to_string() })),
    ];
    for (after, step) in (0..).zip(steps) {
        pen.write(at + after * 9, who, step.on("AWS::Lambda::Function", name));
    }
}

/// The tags of an alarm, which Terraform sets whether they changed or not.
fn alarm(pen: &mut Pen<'_>, who: &Arc<Caller>, at: i64) {
    let region = pen.world.regions.first().map_or("", String::as_str);
    let name = pen.fill("{alarm}");
    let arn = format!("arn:aws:cloudwatch:{region}:{}:alarm:{name}", pen.world.account);
    let call = Call::new("monitoring:TagResource")
        .request(&json!({ "resourceARN": arn, "tags": [{ "key": "ManagedBy", "value": "terraform" }] }))
        .on("AWS::CloudWatch::Alarm", name);
    pen.write(at, who, call);
}

/// A scaling policy, as it was.
fn policy(pen: &mut Pen<'_>, who: &Arc<Caller>, at: i64) {
    let region = pen.world.regions.first().map_or("", String::as_str);
    let uuid = pen.uuid();
    let arn = format!(
        "arn:aws:autoscaling:{region}:{}:scalingPolicy:{uuid}:autoScalingGroupName/api-asg:policyName/cpu-target",
        pen.world.account
    );
    let target = json!({ "targetValue": 55.0, "predefinedMetricSpecification": { "predefinedMetricType": "ASGAverageCPUUtilization" } });
    let call = Call::new("autoscaling:PutScalingPolicy")
        .request(&json!({
            "autoScalingGroupName": "api-asg",
            "policyName": "cpu-target",
            "policyType": "TargetTrackingScaling",
            "targetTrackingConfiguration": target,
        }))
        .response(&json!({ "policyARN": arn }))
        .on("AWS::AutoScaling::AutoScalingGroup", "api-asg")
        .on("AWS::AutoScaling::ScalingPolicy", arn);
    pen.write(at, who, call);
}
