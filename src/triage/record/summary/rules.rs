//! Packet rules, routes and DNS changes, as short as an engineer writes them: `tcp 443 from 0.0.0.0/0`.

use std::borrow::Cow;

use super::take::{Taken, and_more, value};
use crate::{
    text::sentence::Sentence,
    triage::{
        self,
        record::{Record, json::Json},
    },
};

/// The permissions a call adds to or takes from a security group. A call may name them by what they allow, by their own
/// ids, or (an old form) as a single one beside the group; the answer repeats them.
pub(super) fn rules(record: &Record<'_>, ingress: bool) -> Option<Taken> {
    let mut told: Option<Sentence> = None;
    let mut more = 0;
    let mut add = |rule: Json<'_>, peer: Option<Cow<'_, str>>| {
        if told.is_some() {
            more += 1;
        } else {
            told = Some(rule_of(rule, peer, ingress));
        }
    };
    for rule in record.request.at("ipPermissions").get("items").items() {
        let mut peers = 0;
        for (list, field) in PEERS {
            for peer in rule.get(list).get("items").items() {
                peers += 1;
                add(rule, peer.get(field).text());
            }
        }
        if peers == 0 {
            add(rule, None);
        }
    }
    if told.is_none() {
        let mut add = |rule: Json<'_>| {
            let peer = [
                "cidrIpv4",
                "cidrIpv6",
                "cidrIp",
                "referencedGroupId",
                "prefixListId",
                "sourceSecurityGroupId",
            ]
            .iter()
            .find_map(|key| rule.get(key).text());
            if told.is_some() {
                more += 1;
            } else {
                told = Some(rule_of(rule, peer, ingress));
            }
        };
        if record.request.get("ipProtocol").text().is_some() {
            add(record.request);
        }
        for list in ["revokedSecurityGroupRuleSet", "securityGroupRuleSet"] {
            record.response.at(list).get("items").items().for_each(&mut add);
        }
    }
    if let Some(told) = told {
        return Some(and_more(Taken::Part(told), more));
    }
    let mut ids = Vec::new();
    record.request.each("securityGroupRuleIds.items.securityGroupRuleId", &mut |id| {
        ids.extend(id.text());
        ids.len() < 1000
    });
    record.request.each("securityGroupRuleIds.items", &mut |id| {
        ids.extend(id.text());
        ids.len() < 1000
    });
    Some(and_more(Taken::Text(value(ids.first()?)), ids.len() - 1))
}

/// Where a permission lists its peers, and what each is called.
const PEERS: [(&str, &str); 4] = [
    ("ipRanges", "cidrIp"),
    ("ipv6Ranges", "cidrIpv6"),
    ("groups", "groupId"),
    ("prefixListIds", "prefixListId"),
];

fn rule_of(rule: Json<'_>, peer: Option<Cow<'_, str>>, ingress: bool) -> Sentence {
    let ports = ports(
        &rule.get("ipProtocol").text_or_empty(),
        rule.get("fromPort").text().as_deref(),
        rule.get("toPort").text().as_deref(),
    );
    let Some(peer) = peer else { return ports };
    let told = Sentence::new(if ingress { "thing.rule-from" } else { "thing.rule-to" });
    told.with("peer", value(&peer)).with_part("ports", ports)
}

/// `tcp 443`, or all traffic.
fn ports(protocol: &str, from: Option<&str>, to: Option<&str>) -> Sentence {
    match triage::ports::ports(protocol, from, to) {
        Some(ports) => Sentence::new("thing.ports").with("ports", value(&ports)),
        None => Sentence::new("thing.all-traffic"),
    }
}

/// What an entry of a network ACL matches: ports and the other side.
pub(super) fn entry(request: Json<'_>) -> Option<Sentence> {
    let protocol = request.get("aclProtocol").text().or(request.get("protocol").text())?;
    let range = request.get("portRange");
    let ports = ports(&protocol, range.get("from").text().as_deref(), range.get("to").text().as_deref());
    let block = request.get("cidrBlock").text().or(request.get("ipv6CidrBlock").text())?;
    let key = if request.get("egress").is_true() { "thing.rule-to" } else { "thing.rule-from" };
    Some(Sentence::new(key).with("peer", value(&block)).with_part("ports", ports))
}

/// Where a route leads: the one of the request's fields that names it.
pub(super) fn target(request: Json<'_>) -> Option<String> {
    const TARGETS: [&str; 12] = [
        "gatewayId",
        "natGatewayId",
        "instanceId",
        "networkInterfaceId",
        "transitGatewayId",
        "vpcPeeringConnectionId",
        "vpcEndpointId",
        "egressOnlyInternetGatewayId",
        "localGatewayId",
        "carrierGatewayId",
        "transitGatewayAttachmentId",
        "coreNetworkArn",
    ];
    TARGETS.iter().find_map(|key| request.get(key).text()).map(|to| value(&to))
}

/// `UPSERT www.example.com. A`, and how many more.
pub(super) fn records(request: Json<'_>) -> Option<Taken> {
    let mut changes = request.at("changeBatch").get("changes").items();
    let first = changes.next()?;
    let set = first.get("resourceRecordSet");
    let parts = [first.get("action"), set.get("name"), set.get("type")];
    let text: Vec<_> = parts.iter().filter_map(|part| part.text()).collect();
    let text = value(&text.join(" "));
    (!text.is_empty()).then(|| and_more(Taken::Text(text), changes.count()))
}
