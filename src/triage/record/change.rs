//! What a call changed, from what to what, as far as its record tells: a rule that was taken away, a size that was set.
//!
//! Most records say only what was asked for; then there is an after without a before, and nothing is guessed.

use serde_json::Value as Json;

use crate::{
    text::{measure::cut, sanitise::clean},
    triage::pick,
};

/// Lines that are told at most.
const MOST: usize = 14;
/// Cells of one value.
const VALUE: usize = 120;

/// One thing that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What: a parameter's name, or what kind of thing.
    pub what: String,
    /// As it was; none where the record does not say.
    pub before: Option<String>,
    /// As it is since; none where it is gone, or where the record does not say.
    pub after: Option<String>,
    /// Whether it is gone.
    pub gone: bool,
}

/// An event's name, what it changes, and where the record says the value before and after.
type Pair = (&'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const PAIRS: &[Pair] = &[
    ("StopInstances", "state", "responseElements.instancesSet.items[].previousState.name", "responseElements.instancesSet.items[].currentState.name"),
    ("StartInstances", "state", "responseElements.instancesSet.items[].previousState.name", "responseElements.instancesSet.items[].currentState.name"),
    ("TerminateInstances", "state", "responseElements.instancesSet.items[].previousState.name", "responseElements.instancesSet.items[].currentState.name"),
    ("ModifyVolume", "size", "responseElements.ModifyVolumeResponse.volumeModification.originalSize", "responseElements.ModifyVolumeResponse.volumeModification.targetSize"),
    ("ModifyVolume", "iops", "responseElements.ModifyVolumeResponse.volumeModification.originalIops", "responseElements.ModifyVolumeResponse.volumeModification.targetIops"),
    ("ModifyVolume", "volumeType", "responseElements.ModifyVolumeResponse.volumeModification.originalVolumeType", "responseElements.ModifyVolumeResponse.volumeModification.targetVolumeType"),
    ("ModifyDBInstance", "dBInstanceClass", "responseElements.dBInstanceClass", "responseElements.pendingModifiedValues.dBInstanceClass"),
    ("ModifyDBInstance", "allocatedStorage", "responseElements.allocatedStorage", "responseElements.pendingModifiedValues.allocatedStorage"),
    ("ModifyDBInstance", "engineVersion", "responseElements.engineVersion", "responseElements.pendingModifiedValues.engineVersion"),
    ("ModifyDBInstance", "multiAZ", "responseElements.multiAZ", "responseElements.pendingModifiedValues.multiAZ"),
    ("ModifyDBInstance", "backupRetentionPeriod", "responseElements.backupRetentionPeriod", "responseElements.pendingModifiedValues.backupRetentionPeriod"),
    ("ReplaceRouteTableAssociation", "routeTableId", "requestParameters.associationId", "requestParameters.routeTableId"),
    ("PutRetentionPolicy", "retentionInDays", "", "requestParameters.retentionInDays"),
];

/// Parameters that only say on what, or carry nothing to read.
const ON_WHAT: &[&str] = &[
    "instanceId",
    "instancesSet",
    "resourcesSet",
    "groupId",
    "groupName",
    "autoScalingGroupName",
    "functionName",
    "dBInstanceIdentifier",
    "volumeId",
    "bucketName",
    "roleName",
    "userName",
    "loadBalancerArn",
    "targetGroupArn",
    "listenerArn",
    "clientToken",
    "dryRun",
    "filterSet",
    "Host",
];

/// What a record tells; nothing of a call that failed, since it changed nothing, and of a record that is cut off.
pub fn changes(record: &str) -> Vec<Change> {
    let Ok(record) = serde_json::from_str::<Json>(record) else { return Vec::new() };
    if !pick::text(&record, "errorCode").is_empty() {
        return Vec::new();
    }
    let name = pick::text(&record, "eventName");
    let mut found = rules(&record, name);
    for (_, what, before, after) in PAIRS.iter().filter(|(event, ..)| *event == name) {
        let (before, after) = (value_at(&record, before), value_at(&record, after));
        if after.is_some() && before != after {
            found.push(Change { what: (*what).to_owned(), before, after, gone: false });
        }
    }
    if found.is_empty() {
        let request = record.get("requestParameters").unwrap_or(&Json::Null);
        let gone =
            ["Delete", "Remove", "Detach", "Deregister", "Disassociate"].iter().any(|v| name.starts_with(v));
        leaves(request, "", &mut |what, text| {
            let (before, after) = if gone { (Some(text), None) } else { (None, Some(text)) };
            found.push(Change { what, before, after, gone });
            found.len() < MOST
        });
    }
    found.truncate(MOST);
    found
}

/// Rules of a security group: those the answer names, else those that were asked for.
fn rules(record: &Json, name: &str) -> Vec<Change> {
    let gone = name.starts_with("RevokeSecurityGroup");
    if !gone && !name.starts_with("AuthorizeSecurityGroup") {
        return Vec::new();
    }
    let way = if name.ends_with("Egress") { "egress" } else { "ingress" };
    let set = if gone { "revokedSecurityGroupRuleSet" } else { "securityGroupRuleSet" };
    let answered = pick::all(record, &format!("responseElements.{set}.items[]"));
    let mut texts: Vec<String> = answered.iter().map(|rule| of_answer(rule)).collect();
    if texts.is_empty() {
        let asked = pick::all(record, "requestParameters.ipPermissions.items[]");
        texts = asked.iter().flat_map(|permission| of_request(permission)).collect();
    }
    let change = |text: String| {
        let text = Some(short(&text));
        let (before, after) = if gone { (text, None) } else { (None, text) };
        Change { what: way.to_owned(), before, after, gone }
    };
    texts.into_iter().map(change).collect()
}

fn of_answer(rule: &Json) -> String {
    let peer = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedGroupInfo.groupId", "referencedGroupId"];
    let peer = peer.iter().map(|path| pick::text(rule, path)).find(|text| !text.is_empty()).unwrap_or("?");
    line(pick::text(rule, "ipProtocol"), pick::number(rule, "fromPort"), pick::number(rule, "toPort"), peer)
}

fn of_request(permission: &Json) -> Vec<String> {
    let peers = [
        "ipRanges.items[].cidrIp",
        "ipv6Ranges.items[].cidrIpv6",
        "groups.items[].groupId",
        "prefixListIds.items[].prefixListId",
    ];
    let (from, to) = (pick::number(permission, "fromPort"), pick::number(permission, "toPort"));
    let protocol = pick::text(permission, "ipProtocol");
    peers
        .iter()
        .flat_map(|path| pick::texts(permission, path))
        .map(|peer| line(protocol, from, to, peer))
        .collect()
}

fn line(protocol: &str, from: Option<f64>, to: Option<f64>, peer: &str) -> String {
    let ports = match (from, to) {
        (Some(from), Some(to)) if (from - to).abs() < 0.5 && from >= 0.0 => format!(" {from}"),
        (Some(from), Some(to)) if from >= 0.0 => format!(" {from}-{to}"),
        _ => String::new(),
    };
    let protocol = if protocol == "-1" { "all" } else { protocol };
    format!("{protocol}{ports} {peer}")
}

/// The texts, numbers and switches below a parameter, each with its path; those that say on what are left out. Goes on as
/// long as `tell` wants more, and says whether it does.
fn leaves(json: &Json, path: &str, tell: &mut impl FnMut(String, String) -> bool) -> bool {
    match json {
        Json::Object(fields) => {
            let mut rest = fields.iter().filter(|(name, _)| !ON_WHAT.contains(&name.as_str()));
            rest.all(|(name, value)| {
                let path = match (path, name.as_str()) {
                    ("", name) => short(name),
                    // Wrappers that say nothing.
                    (path, "items" | "value" | "member") => path.to_owned(),
                    (path, name) => short(&format!("{path}.{name}")),
                };
                leaves(value, &path, tell)
            })
        }
        Json::Array(list) => list.iter().all(|value| leaves(value, path, tell)),
        Json::Null => true,
        value => {
            let text = shown(value);
            text.is_empty() || tell(path.to_owned(), text)
        }
    }
}

fn value_at(record: &Json, path: &str) -> Option<String> {
    let found: Vec<String> = pick::all(record, path)
        .into_iter()
        .filter(|v| !v.is_object())
        .map(shown)
        .filter(|t| !t.is_empty())
        .collect();
    (!path.is_empty() && !found.is_empty()).then(|| short(&found.join(", ")))
}

fn shown(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), short)
}

fn short(text: &str) -> String {
    cut(&clean(text), VALUE).into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(record: &Json) -> Vec<String> {
        let line = |c: Change| {
            format!(
                "{}: {} → {}",
                c.what,
                c.before.as_deref().unwrap_or("?"),
                c.after.as_deref().unwrap_or(if c.gone { "–" } else { "?" })
            )
        };
        changes(&record.to_string()).into_iter().map(line).collect()
    }

    #[test]
    fn a_rule_that_was_taken_away_was_there_before() {
        let answer = json!({"eventName": "RevokeSecurityGroupIngress", "requestParameters": {"groupId": "sg-1"},
            "responseElements": {"revokedSecurityGroupRuleSet": {"items": [
                {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": "0.0.0.0/0"}]}}});
        assert_eq!(told(&answer), ["ingress: tcp 443 0.0.0.0/0 → –"]);
        let asked = json!({"eventName": "AuthorizeSecurityGroupEgress", "requestParameters": {"ipPermissions": {"items": [
            {"ipProtocol": "-1", "groups": {"items": [{"groupId": "sg-2"}]}},
            {"ipProtocol": "tcp", "fromPort": 80, "toPort": 90, "ipRanges": {"items": [{"cidrIp": "10.0.0.0/8"}]}}]}}});
        assert_eq!(told(&asked), ["egress: ? → all sg-2", "egress: ? → tcp 80-90 10.0.0.0/8"]);
    }

    #[test]
    fn what_the_answer_tells_of_before_and_after_is_told() {
        let stopped = json!({"eventName": "StopInstances", "responseElements": {"instancesSet": {"items": [
            {"instanceId": "i-1", "previousState": {"name": "running"}, "currentState": {"name": "stopping"}}]}}});
        assert_eq!(told(&stopped), ["state: running → stopping"]);
        let resized = json!({"eventName": "ModifyDBInstance", "responseElements": {"dBInstanceClass": "db.r6g.large",
            "pendingModifiedValues": {"dBInstanceClass": "db.t4g.micro"}}});
        assert_eq!(told(&resized), ["dBInstanceClass: db.r6g.large → db.t4g.micro"]);
    }

    #[test]
    fn where_only_the_wish_is_recorded_there_is_no_before() {
        let set = json!({"eventName": "ModifyInstanceAttribute",
            "requestParameters": {"instanceId": "i-1", "instanceType": {"value": "t3.micro"}}});
        assert_eq!(told(&set), ["instanceType: ? → t3.micro"]);
        let gone =
            json!({"eventName": "DeleteRoute", "requestParameters": {"destinationCidrBlock": "0.0.0.0/0"}});
        assert_eq!(told(&gone), ["destinationCidrBlock: 0.0.0.0/0 → –"]);
    }

    #[test]
    fn a_failed_call_changed_nothing_and_broken_records_say_nothing() {
        let failed =
            json!({"eventName": "DeleteRoute", "errorCode": "AccessDenied", "requestParameters": {"a": "b"}});
        assert!(told(&failed).is_empty());
        for text in ["", "{", "[]", "null", r#"{"eventName": 7, "requestParameters": "x"}"#] {
            let _ = changes(text);
        }
        assert!(changes("{\"eventName\": \"DeleteRo").is_empty());
    }
}
