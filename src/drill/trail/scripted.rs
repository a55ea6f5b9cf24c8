//! What the timelines tell: each event as its author wrote it.

use std::{borrow::Cow, sync::Arc};

use serde_json::json;

use super::{
    DAY,
    caller::Caller,
    event::Call,
    pen::Pen,
    session::{self, principal},
};
use crate::drill::{
    script::trail::TrailEvent,
    world::network::{Rule, Source},
};

/// Writes them. All events of one principal in one beat are one session.
pub(super) fn write(pen: &mut Pen<'_>) {
    let origin = pen.world.origin.as_second();
    let mut open: Vec<((usize, &str), Arc<Caller>)> = Vec::new();
    for (beat, second, event) in &pen.world.story.told {
        let begins = origin + second;
        // A day's width around, since a beat's later events may be of the next day.
        if begins + DAY < pen.from || begins - DAY > pen.to {
            continue;
        }
        let Some(one) = principal(pen, &event.by) else {
            pen.complain(format!("there is no principal {}", event.by));
            continue;
        };
        let session = (*beat, event.by.as_str());
        let who = match open.iter().find(|(of, _)| *of == session) {
            Some((_, who)) => who.clone(),
            None if event.call == "signin:ConsoleLogin" => {
                let failed = event.error.as_ref().map_or(Ok(()), |(_, message)| Err(message.as_str()));
                session::sign_in(pen, one, begins + event.after.0, failed);
                continue;
            }
            None => {
                let who = session::open(pen, one, begins + event.after.0);
                open.push((session, who.clone()));
                who
            }
        };
        let call = call(pen, event, &who);
        pen.write(begins + event.after.0, &who, call);
    }
}

fn call(pen: &mut Pen<'_>, event: &TrailEvent, who: &Caller) -> Call {
    let (service, name) = event.call.split_once(':').unwrap_or(("", &event.call));
    let mut call = Call::named(Cow::Owned(service.to_owned()), Cow::Owned(name.to_owned()));
    call.delay = event.delay.map(|span| span.0);
    call.region.clone_from(&event.region);
    if let Some(rule) = &event.rule {
        match pen.world.network.rules.iter().find(|one| one.key == *rule) {
            Some(rule) => call = about(&pen.world.account, rule, call),
            None => pen.complain(format!("there is no rule {rule}")),
        }
    }
    if let Some(value) = &event.request {
        call.request = Some(pen.fill_value(value));
    }
    if let Some(value) = &event.response {
        call.response = Some(pen.fill_value(value));
    }
    for (kind, name) in &event.resources {
        let name = pen.fill(name);
        call.resources.push((Cow::Owned(kind.clone()), name));
    }
    if let Some((code, message)) = &event.error {
        let message = pen.fill(message).replace("{caller}", &who.arn);
        call = call.failed(code, message);
    }
    call
}

/// A call that adds or takes away a rule of a security group.
fn about(account: &str, rule: &Rule, call: Call) -> Call {
    let (from, to) = rule.ports;
    let mut permission = json!({
        "ipProtocol": rule.protocol,
        "fromPort": from,
        "toPort": to,
        "groups": {},
        "ipRanges": {},
        "ipv6Ranges": {},
        "prefixListIds": {},
    });
    let mut done = json!({
        "securityGroupRuleId": rule.id,
        "groupId": rule.group,
        "isEgress": false,
        "ipProtocol": rule.protocol,
        "fromPort": from,
        "toPort": to,
        "description": rule.about,
    });
    let adds = call.name.starts_with("Authorize");
    match (&rule.source, permission.as_object_mut(), done.as_object_mut()) {
        (Source::Cidr(cidr), Some(permission), Some(done)) => {
            permission.insert("ipRanges".to_owned(), json!({ "items": [{ "cidrIp": cidr }] }));
            done.insert("cidrIpv4".to_owned(), json!(cidr));
        }
        (Source::Group(group), Some(permission), Some(done)) => {
            let pair = json!({ "items": [{ "groupId": group, "userId": account }] });
            permission.insert("groups".to_owned(), pair);
            done.insert("referencedGroupInfo".to_owned(), json!({ "groupId": group, "userId": account }));
        }
        _ => {}
    }
    let set = if adds { "securityGroupRuleSet" } else { "revokedSecurityGroupRuleSet" };
    if adds && let Some(done) = done.as_object_mut() {
        done.insert("groupOwnerId".to_owned(), json!(account));
    }
    call.request(&json!({ "groupId": rule.group, "ipPermissions": { "items": [permission] } }))
        .response(&json!({ "_return": true, set: { "items": [done] } }))
        .on("AWS::EC2::SecurityGroup", rule.group.clone())
}
