//! The network around what is unwell: routes into nothing, gateways and endpoints that are down, subnets that are full.
//!
//! All of it is read for the graph.

use serde_json::Value as Json;

use super::{Check, Finding, Given, Outcome, Side, Wanted, near, told, unanswered};
use crate::{
    resource::ResourceRef,
    text::sentence::Sentence,
    triage::{pick, read::Read},
};

/// How far away such things may be: a target group's subnets are two steps from it, their routes three.
const STEPS: u8 = 3;
/// A load balancer needs this many free addresses in a subnet to grow (Elastic Load Balancing user guide).
const FREE: f64 = 8.0;

/// Where a route leads.
const LEADS_TO: [&str; 6] = [
    "GatewayId",
    "NatGatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "NetworkInterfaceId",
    "InstanceId",
];

/// Routes.
pub(super) struct Routes;
/// NAT gateways.
pub(super) struct Nat;
/// Free addresses.
pub(super) struct Addresses;
/// VPC endpoints.
pub(super) struct Endpoints;

/// One sort of things: the check, its type, where it stands in the answers.
type Sort = (&'static str, &'static str, (Read, &'static str, &'static str));

const ROUTES: Sort =
    ("vpc.routes", "AWS::EC2::RouteTable", (Read::RouteTables, "RouteTables[]", "RouteTableId"));
const NAT: Sort = ("vpc.nat", "AWS::EC2::NatGateway", (Read::NatGateways, "NatGateways[]", "NatGatewayId"));
const ADDRESSES: Sort = ("vpc.addresses", "AWS::EC2::Subnet", (Read::Subnets, "Subnets[]", "SubnetId"));
const ENDPOINTS: Sort =
    ("vpc.endpoint", "AWS::EC2::VPCEndpoint", (Read::VpcEndpoints, "VpcEndpoints[]", "VpcEndpointId"));

fn judge(
    given: &Given<'_>,
    (id, kind, answer): Sort,
    of: impl Fn(&ResourceRef, &Json) -> Option<(Outcome, Side, Sentence)>,
) -> Vec<Finding> {
    let one = |one: &ResourceRef| {
        let (outcome, side, evidence) = of(one, told(given, answer, one)?)?;
        Some(Finding::new(id, outcome, side, one, evidence))
    };
    // What could not be read may be the only thing that names such things: then it is about what is unwell.
    let about =
        near(given, kind, STEPS).next().or_else(|| given.graph.roots().next().map(|node| &node.resource));
    let unread = unanswered(given, answer.0, id, Side::Customer, about);
    near(given, kind, STEPS).filter_map(one).chain(unread).collect()
}

fn status(of: &ResourceRef, status: &str, why: &str) -> Sentence {
    let key = if why.is_empty() { "check.status" } else { "check.status_why" };
    let evidence = Sentence::new(key).with("id", &of.id).with("status", status);
    if why.is_empty() { evidence } else { evidence.with("why", why) }
}

/// The first of some fields that is there.
fn first<'a>(json: &'a Json, fields: &[&str]) -> &'a str {
    fields.iter().map(|field| pick::text(json, field)).find(|text| !text.is_empty()).unwrap_or("?")
}

impl Check for Routes {
    fn id(&self) -> &'static str {
        ROUTES.0
    }

    fn wants(&self, _: &Given<'_>) -> Vec<Wanted> {
        Vec::new()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        judge(given, ROUTES, |table, answer| {
            let dead = pick::all(answer, "Routes[State=blackhole]");
            let Some(route) = dead.first() else {
                let evidence = Sentence::new("check.routes").with("id", &table.id);
                return Some((Outcome::Pass, Side::Customer, evidence));
            };
            let to = ["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"];
            let evidence = Sentence::new("check.blackhole")
                .with("id", &table.id)
                .with("n", dead.len())
                .with("to", first(route, &to))
                .with("over", first(route, &LEADS_TO));
            Some((Outcome::Fail, Side::Customer, evidence))
        })
    }
}

impl Check for Nat {
    fn id(&self) -> &'static str {
        NAT.0
    }

    fn wants(&self, _: &Given<'_>) -> Vec<Wanted> {
        Vec::new()
    }

    /// EC2 shows a deleted gateway for about an hour: it was there not long ago.
    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        judge(given, NAT, |gateway, answer| {
            let state = pick::text(answer, "State");
            let code = pick::text(answer, "FailureCode");
            let outcome = match state {
                "" => return None,
                "available" => Outcome::Pass,
                "pending" => Outcome::Unknown,
                _ => Outcome::Fail,
            };
            // The other codes name a subnet, an address, a gateway of the account.
            let side = if code == "InternalError" { Side::Aws } else { Side::Customer };
            let why = [code, pick::text(answer, "FailureMessage")].join(" ");
            Some((outcome, side, status(gateway, state, why.trim())))
        })
    }
}

impl Check for Addresses {
    fn id(&self) -> &'static str {
        ADDRESSES.0
    }

    fn wants(&self, _: &Given<'_>) -> Vec<Wanted> {
        Vec::new()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        judge(given, ADDRESSES, |subnet, answer| {
            let free = pick::number(answer, "AvailableIpAddressCount")?;
            let outcome = if free < FREE { Outcome::Fail } else { Outcome::Pass };
            let evidence = Sentence::new("check.addresses")
                .with("id", &subnet.id)
                .with("n", format!("{free:.0}"))
                .with("of", pick::text(answer, "CidrBlock"));
            Some((outcome, Side::Customer, evidence))
        })
    }
}

impl Check for Endpoints {
    fn id(&self) -> &'static str {
        ENDPOINTS.0
    }

    fn wants(&self, _: &Given<'_>) -> Vec<Wanted> {
        Vec::new()
    }

    /// EC2 answers in lower case and documents capitals.
    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        judge(given, ENDPOINTS, |endpoint, answer| {
            let state = pick::text(answer, "State");
            let (outcome, side) = match state.to_ascii_lowercase().as_str() {
                "" => return None,
                "available" => (Outcome::Pass, Side::Customer),
                "pending" | "pendingacceptance" | "partial" => (Outcome::Unknown, Side::Customer),
                "failed" => (Outcome::Fail, Side::Grey),
                _ => (Outcome::Fail, Side::Customer),
            };
            Some((outcome, side, status(endpoint, state, pick::text(answer, "ServiceName"))))
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::triage::check::tests::Bench;

    fn vpc(read: Read, answer: Json) -> Bench {
        let mut bench = Bench::of("AWS::EC2::VPC", "vpc-0000000a");
        bench.tell(read, "vpc-0000000a", answer);
        bench
    }

    #[test]
    fn a_route_into_nothing_names_both_ends() {
        let mut bench = Bench::of("AWS::EC2::RouteTable", "rtb-0000000a");
        let routes = json!([{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"},
            {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-0000000a", "State": "blackhole"}]);
        let table = json!({"RouteTableId": "rtb-0000000a", "Routes": routes});
        bench.tell(Read::RouteTables, "vpc-0000000a", json!({"RouteTables": [table]}));
        assert_eq!(
            bench.said(&Routes),
            ["fail rtb-0000000a: routes into nothing: 1; 0.0.0.0/0 leads to nat-0000000a, which is gone"]
        );
    }

    #[test]
    fn gateways_and_endpoints_are_up_or_say_why_not() {
        for (state, side, said) in [
            (json!({"State": "available"}), Side::Customer, "pass nat-0000000a: available"),
            (json!({"State": "deleted"}), Side::Customer, "fail nat-0000000a: deleted"),
            (
                json!({"State": "failed", "FailureCode": "InternalError", "FailureMessage": "try again"}),
                Side::Aws,
                "fail nat-0000000a: failed (InternalError try again)",
            ),
        ] {
            let mut gateway = state;
            gateway["NatGatewayId"] = json!("nat-0000000a");
            gateway["VpcId"] = json!("vpc-0000000a");
            let bench = vpc(Read::NatGateways, json!({"NatGateways": [gateway]}));
            assert_eq!(bench.said(&Nat), [said]);
            assert_eq!(bench.found(&Nat).first().unwrap().side, side);
        }
        let endpoint = json!({"VpcEndpointId": "vpce-0000000a", "VpcId": "vpc-0000000a", "State": "rejected",
            "ServiceName": "com.amazonaws.eu-west-1.s3"});
        let bench = vpc(Read::VpcEndpoints, json!({"VpcEndpoints": [endpoint]}));
        assert_eq!(bench.said(&Endpoints), ["fail vpce-0000000a: rejected (com.amazonaws.eu-west-1.s3)"]);
    }

    #[test]
    fn a_subnet_without_addresses_lets_nothing_grow() {
        for (free, said) in [
            (3, "fail subnet-0000000a: 3 free addresses in 10.0.0.0/28"),
            (200, "pass subnet-0000000a: 200 free addresses in 10.0.0.0/28"),
        ] {
            let mut bench = Bench::of("AWS::EC2::Subnet", "subnet-0000000a");
            let subnet = json!({"SubnetId": "subnet-0000000a", "AvailableIpAddressCount": free, "CidrBlock": "10.0.0.0/28"});
            bench.tell(Read::Subnets, "subnet-0000000a", json!({"Subnets": [subnet]}));
            assert_eq!(bench.said(&Addresses), [said]);
        }
    }
}
