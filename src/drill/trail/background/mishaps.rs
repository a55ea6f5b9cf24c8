//! What did not work: denied, throttled, tried out without being meant, and asked for what is not there. None of it
//! changed anything.

use std::sync::Arc;

use serde_json::json;

use super::super::{caller::Caller, event::Call, session};
use crate::drill::{
    script::trail::{AgentKind, Office, Principal, PrincipalKind},
    trail::pen::Pen,
};

pub(super) fn write(pen: &mut Pen<'_>) {
    let world = pen.world;
    let readers: Vec<&Principal> = world
        .story
        .principals
        .iter()
        .filter(|one| one.kind == PrincipalKind::Sso && one.role == "ReadOnly")
        .collect();
    for at in pen.office(Office::Tokyo, 1.0) {
        if let Some(one) = pen.dice.pick(&readers).copied() {
            let who = session::open(pen, one, at);
            denied(pen, &who, at);
        }
    }
    for at in pen.office(Office::Dublin, 1.6) {
        if let Some(one) = pen.dice.pick(&readers).copied() {
            let who = session::open(pen, one, at);
            denied(pen, &who, at);
        }
    }
    let script = |one: &&Principal| one.kind == PrincipalKind::User && one.agent == AgentKind::Boto3;
    if let Some(script) = world.story.principals.iter().find(script) {
        for at in pen.around_the_clock(1.5) {
            let who = session::open(pen, script, at);
            let call = Call::new("ec2:DescribeSnapshots")
                .request(&json!({ "snapshotSet": {}, "ownersSet": { "items": [{ "owner": "self" }] }, "filterSet": {} }))
                .failed("Client.RequestLimitExceeded", "Request limit exceeded.");
            pen.write(at, &who, call);
        }
        for at in pen.office(Office::Dublin, 0.8) {
            let who = session::open(pen, script, at);
            dry_run(pen, &who, at);
        }
        for at in pen.office(Office::Dublin, 0.5) {
            let who = session::open(pen, script, at);
            let call = Call::new("iam:GetRole")
                .request(&json!({ "roleName": "shop-blue" }))
                .failed("NoSuchEntityException", "The role with name shop-blue cannot be found.");
            pen.write(at, &who, call);
        }
    }
}

/// Somebody who may only read tries to change something.
fn denied(pen: &mut Pen<'_>, who: &Arc<Caller>, at: i64) {
    let instance = pen.fill("{i}");
    let encoded: String = (0..4).map(|_| pen.uuid().replace('-', "")).collect();
    let message = |action: &str| {
        format!(
            "You are not authorized to perform this operation. User: {} is not authorized to perform: {action} because \
             no identity-based policy allows the {action} action. Encoded authorization failure message: {encoded}",
            who.arn
        )
    };
    let instances = json!({ "instancesSet": { "items": [{ "instanceId": instance }] } });
    let call = match pen.dice.span(0, 4) {
        0 => Call::new("ec2:RebootInstances")
            .request(&instances)
            .failed("Client.UnauthorizedOperation", message("ec2:RebootInstances")),
        1 => Call::new("ec2:StopInstances")
            .request(&instances)
            .failed("Client.UnauthorizedOperation", message("ec2:StopInstances")),
        2 => Call::new("ssm:StartSession").request(&json!({ "target": instance })).failed(
            "AccessDenied",
            format!("User: {} is not authorized to perform: ssm:StartSession on resource: {instance}", who.arn),
        ),
        _ => Call::new("s3:GetBucketPolicy")
            .request(&json!({ "bucketName": "shop-artifacts", "policy": "", "Host": "shop-artifacts.s3.eu-west-1.amazonaws.com" }))
            .failed("AccessDenied", "Access Denied")
            .on_arn("AWS::S3::Bucket", "arn:aws:s3:::shop-artifacts")
            .on("AWS::S3::Bucket", "shop-artifacts"),
    };
    pen.write(at, who, call);
}

/// A script asks what would happen.
fn dry_run(pen: &mut Pen<'_>, who: &Arc<Caller>, at: i64) {
    let instance = pen.fill("{i}");
    let call = Call::new("ec2:TerminateInstances")
        .request(&json!({ "instancesSet": { "items": [{ "instanceId": instance }] }, "dryRun": true }))
        .failed("Client.DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
    pen.write(at, who, call);
}
