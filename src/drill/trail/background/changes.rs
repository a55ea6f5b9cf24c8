//! Small changes by people, which leave the account as it is: tags set to what they are, sessions on hosts, logs, caches.

use std::sync::Arc;

use serde_json::json;

use super::super::{
    caller::Caller,
    event::Call,
    names::{FUNCTIONS, LOG_GROUPS},
    session,
};
use crate::drill::{
    script::trail::{Principal, PrincipalKind},
    trail::pen::Pen,
};

/// One kind of change, at a moment.
type Change = fn(&mut Pen<'_>, &Arc<Caller>, i64);

const CHANGES: &[Change] = &[tag, tag, shell, query, retention, invalidate, parameter, dashboard, snapshot];

pub(super) fn write(pen: &mut Pen<'_>) {
    let world = pen.world;
    let changes = |one: &&Principal| one.kind == PrincipalKind::Sso && one.role != "ReadOnly";
    for one in world.story.principals.iter().filter(changes) {
        let Some(office) = one.office else { continue };
        for at in pen.office(office, 1.4) {
            let who = session::open(pen, one, at);
            if let Some(change) = pen.dice.pick(CHANGES) {
                change(pen, &who, at);
            }
        }
    }
}

/// A tag that an instance has already.
fn tag(pen: &mut Pen<'_>, who: &Arc<Caller>, at: i64) {
    let here = pen.running(pen.world.regions.first().map_or("", String::as_str), at);
    let Some(instance) = pen.dice.pick(&here).copied() else { return };
    let ours: Vec<_> = instance.tags.iter().filter(|(key, _)| !key.starts_with("aws:")).collect();
    let Some((key, value)) = pen.dice.pick(&ours) else { return };
    let call = Call::new("ec2:CreateTags")
        .request(&json!({
            "resourcesSet": { "items": [{ "resourceId": instance.id }] },
            "tagSet": { "items": [{ "key": key, "value": value }] },
        }))
        .done()
        .on("AWS::EC2::Instance", instance.id.clone());
    pen.write(at, who, call);
}

/// A shell on a host, through Session Manager.
fn shell(pen: &mut Pen<'_>, who: &Arc<Caller>, at: i64) {
    // A shell on a host explains anything: none is open around the scenario unless its timeline says so.
    if (at - pen.world.origin.as_second()).abs() < 6 * 3600 {
        return;
    }
    let here = pen.running(pen.world.regions.first().map_or("", String::as_str), at);
    let managed: Vec<_> = here.into_iter().filter(|instance| instance.profile.is_some()).collect();
    let Some(instance) = pen.dice.pick(&managed).copied() else { return };
    let person = who.username.clone().unwrap_or_default();
    let session = format!("{person}-{}", pen.fresh("s").replace("s-0", ""));
    let call = Call::new("ssm:StartSession")
        .request(&json!({ "target": instance.id }))
        .response(&json!({ "sessionId": session, "tokenValue": "HIDDEN_DUE_TO_SECURITY_REASONS" }));
    pen.write(at, who, call);
    let call = Call::new("ssm:TerminateSession")
        .request(&json!({ "sessionId": session }))
        .response(&json!({ "sessionId": session }));
    let later = at + pen.dice.span(90, 1500);
    pen.write(later, who, call);
}

fn query(pen: &mut Pen<'_>, who: &Arc<Caller>, at: i64) {
    let group = pen.dice.pick(LOG_GROUPS).copied().unwrap_or_default();
    let id = pen.uuid();
    let call = Call::new("logs:StartQuery")
        .request(&json!({
            "logGroupName": group,
            "startTime": (at - 3600) * 1000,
            "endTime": at * 1000,
            "queryString": "HIDDEN_DUE_TO_SECURITY_REASONS",
        }))
        .response(&json!({ "queryId": id }));
    pen.write(at, who, call);
    pen.read(at + 4, who, "logs:GetQueryResults", &json!({ "queryId": id }).to_string());
}

fn retention(pen: &mut Pen<'_>, who: &Arc<Caller>, at: i64) {
    let group = pen.dice.pick(LOG_GROUPS).copied().unwrap_or_default();
    let call = Call::new("logs:PutRetentionPolicy")
        .request(&json!({ "logGroupName": group, "retentionInDays": 30 }))
        .on("AWS::Logs::LogGroup", group);
    pen.write(at, who, call);
}

fn invalidate(pen: &mut Pen<'_>, who: &Arc<Caller>, at: i64) {
    let id = pen.fresh("I").to_uppercase();
    let paths = json!({ "quantity": 1, "items": ["/static/*"] });
    let batch = json!({ "callerReference": format!("cli-{at}"), "paths": paths });
    let call = Call::new("cloudfront:CreateInvalidation")
        .request(&json!({ "distributionId": "E2QWRUHAPOMQZL", "invalidationBatch": batch }))
        .response(&json!({ "invalidation": { "id": id, "status": "InProgress" } }))
        .on("AWS::CloudFront::Distribution", "E2QWRUHAPOMQZL");
    pen.write(at, who, call);
}

fn parameter(pen: &mut Pen<'_>, who: &Arc<Caller>, at: i64) {
    let name = "/shop/prod/banner-text";
    let call = Call::new("ssm:PutParameter")
        .request(&json!({ "name": name, "type": "String", "overwrite": true, "value": "HIDDEN_DUE_TO_SECURITY_REASONS" }))
        .response(&json!({ "version": 40 + at / 86_400 % 60, "tier": "Standard" }));
    pen.write(at, who, call);
}

fn dashboard(pen: &mut Pen<'_>, who: &Arc<Caller>, at: i64) {
    let call = Call::new("monitoring:PutDashboard")
        .request(&json!({ "dashboardName": "shop-overview" }))
        .response(&json!({ "dashboardValidationMessages": [] }));
    pen.write(at, who, call);
    if let Some(name) = pen.dice.pick(FUNCTIONS) {
        let call = Call::new("lambda:TagResource20170331v2")
            .request(&json!({
                "resource": format!("arn:aws:lambda:{}:{}:function:{name}", pen.world.regions.first().map_or("", String::as_str), pen.world.account),
                "tags": { "Team": "web" },
            }))
            .on("AWS::Lambda::Function", *name);
        pen.write(at + 95, who, call);
    }
}

/// A snapshot by hand that is deleted the same day.
fn snapshot(pen: &mut Pen<'_>, who: &Arc<Caller>, at: i64) {
    // None is left over when the scenario starts, and none is made after: the account's own list of snapshots knows none.
    if at + 2 * 3600 > pen.world.origin.as_second() {
        return;
    }
    let volume = pen.fill("{vol}");
    let id = pen.fresh("snap");
    let call = Call::new("ec2:CreateSnapshot")
        .request(&json!({ "volumeId": volume, "description": "before I try something" }))
        .response(&json!({ "snapshotId": id, "volumeId": volume, "status": "pending", "ownerId": pen.world.account }))
        .on("AWS::EC2::Volume", volume)
        .on("AWS::EC2::Snapshot", id.clone());
    pen.write(at, who, call);
    let call = Call::new("ec2:DeleteSnapshot")
        .request(&json!({ "snapshotId": id }))
        .done()
        .on("AWS::EC2::Snapshot", id);
    pen.write(at + 1900, who, call);
}
