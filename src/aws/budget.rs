//! How often each operation may be asked: one token bucket per (account, Region, operation), at or under AWS's limits.
//!
//! The limits are shared with every other user and tool of the account, so ours stay below the published figure even in
//! the first second, when a full bucket and its refill come together. Sources, all from `aws-facts.md` §1.0: **M** the
//! service models bundled with botocore 1.44.5, **D** AWS documentation, **K** recalled and not verified. Nothing here
//! may fail a call: it only makes it wait.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use governor::{
    DefaultDirectRateLimiter, Quota,
    clock::{Clock as _, DefaultClock},
};

/// A bucket's size and the pause after which one token comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Tokens in a full bucket.
    pub burst: u32,
    /// Milliseconds until one token comes back.
    pub refill_ms: u64,
}

/// EC2's paginated reads. Published example: bucket 100, refill 20/s (`DescribeHosts`, **D**); unfiltered reads 50 and
/// 10/s (**K**). Half of the smaller pair.
const EC2_READ: Limit = Limit { burst: 25, refill_ms: 200 };
/// Operations whose limits are not published: ≤ 5 in the first second.
const UNKNOWN: Limit = Limit { burst: 3, refill_ms: 500 };

/// Which operation has which limit; anything else has [`UNKNOWN`]'s.
const TABLE: &[(&str, Limit)] = &[
    ("ec2:DescribeInstances", EC2_READ),
    ("ec2:DescribeInstanceStatus", EC2_READ),
    ("ec2:DescribeImages", EC2_READ),
    ("ec2:DescribeRegions", EC2_READ),
    ("ec2:DescribeSnapshots", EC2_READ),
    ("ec2:DescribeVolumes", EC2_READ),
    // 9 per second (**D** 2023): 5 at once, then 4 a second.
    ("cloudwatch:DescribeAlarms", Limit { burst: 5, refill_ms: 250 }),
    // 3 per second (**D** 2023).
    ("cloudwatch:DescribeAlarmHistory", Limit { burst: 2, refill_ms: 1000 }),
    // 50 per second, 10 with Metrics Insights, which an alarm's math may hold (**D** 2023).
    ("cloudwatch:GetMetricData", Limit { burst: 5, refill_ms: 200 }),
    // 2 per second per account and Region, not adjustable (**M**).
    ("cloudtrail:LookupEvents", Limit { burst: 1, refill_ms: 550 }),
];

/// The limit of an operation, spelt as its IAM action.
pub fn limit(operation: &str) -> Limit {
    TABLE.iter().find(|(name, _)| *name == operation).map_or(UNKNOWN, |(_, limit)| *limit)
}

/// Account (or profile while the account is not known), Region, operation.
type Key = (String, String, String);

/// All buckets of a run.
#[derive(Debug, Default)]
pub struct Budgets(Mutex<HashMap<Key, Arc<DefaultDirectRateLimiter>>>);

impl Budgets {
    /// Waits until one more call is within the limit.
    pub async fn take(&self, owner: &str, region: &str, operation: &str) {
        let bucket = self.bucket(owner, region, operation);
        while let Some(wait) = try_take(&bucket) {
            tracing::debug!(operation, region, ?wait, "waiting for the operation's budget");
            tokio::time::sleep(wait).await;
        }
    }

    fn bucket(&self, owner: &str, region: &str, operation: &str) -> Arc<DefaultDirectRateLimiter> {
        let key = (owner.to_owned(), region.to_owned(), operation.to_owned());
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(buckets.entry(key).or_insert_with(|| Arc::new(new_bucket(limit(operation)))))
    }
}

fn new_bucket(limit: Limit) -> DefaultDirectRateLimiter {
    let quota = Quota::with_period(Duration::from_millis(limit.refill_ms))
        .unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN))
        .allow_burst(NonZeroU32::new(limit.burst).unwrap_or(NonZeroU32::MIN));
    DefaultDirectRateLimiter::direct(quota)
}

/// Takes a token, or says how long until there is one.
fn try_take(bucket: &DefaultDirectRateLimiter) -> Option<Duration> {
    bucket.check().err().map(|not_yet| not_yet.wait_time_from(DefaultClock::default().now()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls possible within the first second: the full bucket and what comes back meanwhile.
    fn first_second(limit: Limit) -> u64 {
        u64::from(limit.burst) + 1000 / limit.refill_ms
    }

    #[test]
    fn no_limit_is_above_what_aws_publishes() {
        for (operation, published) in [
            ("ec2:DescribeInstances", 50),
            ("cloudwatch:DescribeAlarms", 9),
            ("cloudwatch:DescribeAlarmHistory", 3),
            ("cloudwatch:GetMetricData", 10),
            ("cloudtrail:LookupEvents", 2),
            ("iam:ListAccountAliases", 5),
        ] {
            let ours = first_second(limit(operation));
            assert!(ours <= published, "{operation}: {ours} in the first second, {published} allowed");
        }
    }

    #[test]
    fn a_bucket_gives_its_burst_and_then_makes_wait() {
        let limit = limit("cloudwatch:DescribeAlarms");
        let bucket = new_bucket(limit);
        for _ in 0..limit.burst {
            assert_eq!(try_take(&bucket), None);
        }
        let wait = try_take(&bucket).unwrap_or_default();
        assert!(wait > Duration::ZERO && wait <= Duration::from_millis(limit.refill_ms), "{wait:?}");
    }

    #[test]
    fn buckets_are_per_account_region_and_operation() {
        let budgets = Budgets::default();
        let one = budgets.bucket("111122223333", "eu-west-1", "cloudtrail:LookupEvents");
        assert_eq!(try_take(&one), None);
        assert!(try_take(&budgets.bucket("111122223333", "eu-west-1", "cloudtrail:LookupEvents")).is_some());
        for (owner, region) in [("111122223333", "us-east-1"), ("444455556666", "eu-west-1")] {
            assert_eq!(try_take(&budgets.bucket(owner, region, "cloudtrail:LookupEvents")), None);
        }
    }
}
