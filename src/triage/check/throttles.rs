//! Requests that a limit turned away: what AWS counts when something is at the most that it may do.
//!
//! Such limits are quotas and settings of the account, and so ours to raise.

use super::{
    Check, Finding, Given, Side, Wanted,
    functions::FUNCTION,
    measure::{Gauge, metric, plausible},
    near,
};
use crate::triage::cause::Effect::{Capacity, Errors, Latency, Unreachable};

/// Throttles and rejections.
pub(super) struct Throttles;

/// A counter: the type it is of, how far away such a thing may be and how many are looked at, namespace, metric, dimension,
/// whose matter it is.
type Counter = (&'static str, u8, usize, &'static str, &'static str, &'static str, Side);

const COUNTERS: [Counter; 5] = [
    (FUNCTION, 1, 1, "AWS/Lambda", "Throttles", "FunctionName", Side::Customer),
    ("AWS::DynamoDB::Table", 1, 1, "AWS/DynamoDB", "ReadThrottleEvents", "TableName", Side::Customer),
    ("AWS::DynamoDB::Table", 1, 1, "AWS/DynamoDB", "WriteThrottleEvents", "TableName", Side::Customer),
    // A load balancer grows with its load; one that did not grow fast enough is a question to AWS.
    (
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        1,
        1,
        "AWS/ApplicationELB",
        "RejectedConnectionCount",
        "LoadBalancer",
        Side::Grey,
    ),
    // No ports left to one destination. An instance's gateway is three steps away, over its subnet's routes.
    ("AWS::EC2::NatGateway", 3, 1, "AWS/NATGateway", "ErrorPortAllocation", "NatGatewayId", Side::Customer),
];

const ID: &str = "limits.throttled";

fn gauges<'a>(given: &Given<'a>) -> Vec<Gauge<'a>> {
    if !plausible(given, &[Capacity, Errors, Latency, Unreachable]) {
        return Vec::new();
    }
    let of = |counter: &'static Counter| {
        let (kind, steps, most, namespace, name, dimension, side) = *counter;
        // Only Application Load Balancers count that way.
        let fits = move |id: &str| dimension != "LoadBalancer" || id.starts_with("app/");
        near(given, kind, steps).filter(move |one| fits(&one.id)).take(most).map(move |about| {
            let query = metric((namespace, name), (dimension, &about.id), ("Sum", 60));
            Gauge { id: ID, side, about, query }
        })
    };
    COUNTERS.iter().flat_map(of).collect()
}

impl Check for Throttles {
    fn id(&self) -> &'static str {
        ID
    }

    fn wants(&self, given: &Given<'_>) -> Vec<Wanted> {
        gauges(given).iter().map(Gauge::wanted).collect()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        gauges(given).iter().filter_map(|gauge| gauge.counted(given)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::check::tests::Bench;

    #[test]
    fn what_was_turned_away_is_counted() {
        let mut bench = Bench::of(FUNCTION, "pay");
        bench.measure(&Throttles, |_| Some(3.0));
        assert_eq!(bench.said(&Throttles), ["fail pay: AWS/Lambda Throttles 15 in the last 15 minutes"]);
        // DynamoDB sends these only when there are some.
        let mut table = Bench::of("AWS::DynamoDB::Table", "orders");
        table.measure(&Throttles, |name| (name == "WriteThrottleEvents").then_some(1.0));
        assert_eq!(
            table.said(&Throttles),
            [
                "pass orders: no AWS/DynamoDB ReadThrottleEvents in the last 15 minutes",
                "fail orders: AWS/DynamoDB WriteThrottleEvents 5 in the last 15 minutes",
            ]
        );
        let mut quiet = Bench::of("AWS::ElasticLoadBalancingV2::LoadBalancer", "app/web/50dc6c495c0c9188");
        quiet.measure(&Throttles, |_| Some(0.0));
        assert_eq!(
            quiet.said(&Throttles),
            ["pass web: no AWS/ApplicationELB RejectedConnectionCount in the last 15 minutes"]
        );
        let network = Bench::of("AWS::ElasticLoadBalancingV2::LoadBalancer", "net/web/50dc6c495c0c9188");
        assert_eq!(network.asked(&Throttles), []);
    }
}
