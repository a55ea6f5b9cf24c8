//! How often each operation may be asked: one token bucket per (account, Region, operation), at or under AWS's limits.
//!
//! The limits are shared with every other user and tool of the account, so ours stay below the published figure even in
//! the first second, when a full bucket and its refill come together. Sources, all from `aws-facts.md` §1.0: **M** the
//! service models bundled with botocore 1.44.5, **D** AWS documentation, **K** recalled and not verified. Nothing here
//! may fail a call: it only makes it wait.

use std::{
    collections::HashMap,
    hash::{BuildHasher, Hasher, RandomState},
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
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
/// SSM's and Patch Manager's reads, of which a large fleet needs many in a row: 50 instances each. Their limits are not
/// published either; ≤ 5 in the first second, then 4 in each.
const SSM_READ: Limit = Limit { burst: 1, refill_ms: 250 };
/// Operations whose limits are not published: ≤ 5 in the first second.
const UNKNOWN: Limit = Limit { burst: 3, refill_ms: 500 };
/// AWS Backup's lists, whose limits are not published either, but which can have many pages (a recovery point per
/// resource and day): 5 in the first second, then 3 a second.
const BACKUP_LIST: Limit = Limit { burst: 2, refill_ms: 300 };

/// What is read while an incident is explained, each a handful of times: at once, then 2 a second. Their services publish
/// no limit but Lambda, whose control plane takes 15 a second (**K**).
const TRIAGE_READ: Limit = Limit { burst: 10, refill_ms: 500 };

/// Which operation has which limit; anything else has [`UNKNOWN`]'s.
const TABLE: &[(&str, Limit)] = &[
    ("ec2:DescribeInstances", EC2_READ),
    ("ec2:DescribeInstanceStatus", EC2_READ),
    ("ec2:DescribeImages", EC2_READ),
    ("ec2:DescribeRegions", EC2_READ),
    ("ec2:DescribeSnapshots", EC2_READ),
    ("ec2:DescribeVolumes", EC2_READ),
    ("ec2:DescribeSecurityGroups", EC2_READ),
    ("ec2:DescribeSubnets", EC2_READ),
    ("ec2:DescribeVpcs", EC2_READ),
    ("ec2:DescribeNetworkInterfaces", EC2_READ),
    ("ec2:DescribeAddresses", EC2_READ),
    ("ec2:DescribeInternetGateways", EC2_READ),
    ("ec2:DescribeLaunchTemplateVersions", EC2_READ),
    ("ec2:DescribeNatGateways", EC2_READ),
    ("ec2:DescribeNetworkAcls", EC2_READ),
    ("ec2:DescribeRouteTables", EC2_READ),
    ("ec2:DescribeVolumeStatus", EC2_READ),
    ("ec2:DescribeVpcEndpoints", EC2_READ),
    ("ec2:DescribeFlowLogs", EC2_READ),
    ("ec2:DescribeSecurityGroupRules", EC2_READ),
    ("ec2:DescribeVpcPeeringConnections", EC2_READ),
    ("autoscaling:DescribeAutoScalingGroups", TRIAGE_READ),
    ("autoscaling:DescribeInstanceRefreshes", TRIAGE_READ),
    ("autoscaling:DescribeScalingActivities", TRIAGE_READ),
    ("elasticloadbalancing:DescribeListeners", TRIAGE_READ),
    ("elasticloadbalancing:DescribeRules", TRIAGE_READ),
    ("elasticloadbalancing:DescribeLoadBalancers", TRIAGE_READ),
    ("elasticloadbalancing:DescribeTargetGroups", TRIAGE_READ),
    ("elasticloadbalancing:DescribeTargetHealth", TRIAGE_READ),
    ("iam:GetInstanceProfile", TRIAGE_READ),
    ("iam:ListAttachedRolePolicies", TRIAGE_READ),
    ("lambda:GetFunctionConfiguration", TRIAGE_READ),
    ("lambda:ListEventSourceMappings", TRIAGE_READ),
    ("rds:DescribeDBClusters", TRIAGE_READ),
    ("rds:DescribeDBInstances", TRIAGE_READ),
    ("rds:DescribeEvents", TRIAGE_READ),
    ("backup:ListBackupJobs", BACKUP_LIST),
    ("backup:ListRecoveryPointsByResource", BACKUP_LIST),
    ("backup:ListBackupVaults", BACKUP_LIST),
    ("backup:ListProtectedResources", BACKUP_LIST),
    ("backup:ListRecoveryPointsByBackupVault", BACKUP_LIST),
    // 9 per second (**D** 2023): 5 at once, then 4 a second.
    ("cloudwatch:DescribeAlarms", Limit { burst: 5, refill_ms: 250 }),
    // 3 per second (**D** 2023).
    ("cloudwatch:DescribeAlarmHistory", Limit { burst: 2, refill_ms: 1000 }),
    // 50 per second, 10 with Metrics Insights, which an alarm's math may hold (**D** 2023).
    ("cloudwatch:GetMetricData", Limit { burst: 5, refill_ms: 200 }),
    ("ssm:DescribeInstanceInformation", SSM_READ),
    ("ssm:DescribeInstancePatchStates", SSM_READ),
    ("ssm:DescribeInstancePatches", SSM_READ),
    ("ssm:DescribePatchBaselines", SSM_READ),
    ("ssm:DescribePatchGroups", SSM_READ),
    // 2 per second per account and Region, not adjustable (**M**).
    ("cloudtrail:LookupEvents", Limit { burst: 1, refill_ms: 550 }),
];

/// The limit of an operation, spelt as its IAM action.
pub fn limit(operation: &str) -> Limit {
    TABLE.iter().find(|(name, _)| *name == operation).map_or(UNKNOWN, |(_, limit)| *limit)
}

/// First pause after AWS has said that an operation is asked too often; each further time doubles it.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// Longest such pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// Whose limit a call counts against.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Owner {
    /// The account.
    Account(String),
    /// A profile whose account is not known yet.
    Profile(String),
}

/// Owner, Region, operation.
type Key = (Owner, String, String);

#[derive(Debug, Default)]
struct Known {
    /// The accounts of profiles, as STS has told them. A profile that is read anew keeps its account until STS says
    /// another.
    accounts: HashMap<String, String>,
    buckets: HashMap<Key, Arc<Bucket>>,
}

/// All buckets of a run.
#[derive(Debug, Default)]
pub struct Budgets(Mutex<Known>);

impl Budgets {
    /// Waits until one more call of a profile is within the limit.
    pub async fn take(&self, profile: &str, region: &str, operation: &str) {
        // Looked up each time: it may have become known meanwhile that the account has a bucket already.
        while let Some(wait) = self.bucket(profile, region, operation).wait(Instant::now()) {
            tracing::debug!(operation, region, ?wait, "waiting for the operation's budget");
            tokio::time::sleep(wait).await;
        }
    }

    /// A profile's account has become known. What the profile has used so far counts against the account: its buckets
    /// become the account's, but for those that the account has already from another profile.
    pub fn learn(&self, profile: &str, account: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.accounts.insert(profile.to_owned(), account.to_owned());
        let profile = Owner::Profile(profile.to_owned());
        let own: Vec<_> = known.buckets.extract_if(|(owner, ..), _| *owner == profile).collect();
        for ((_, region, operation), bucket) in own {
            let key = (Owner::Account(account.to_owned()), region, operation);
            known.buckets.entry(key).or_insert(bucket);
        }
    }

    /// AWS has refused a call as one too many, although we kept to our limit: others use the account too. Everybody here
    /// pauses.
    pub fn throttled(&self, profile: &str, region: &str, operation: &str) {
        self.bucket(profile, region, operation).strike(Instant::now());
    }

    /// AWS has answered.
    pub fn eased(&self, profile: &str, region: &str, operation: &str) {
        self.bucket(profile, region, operation).ease();
    }

    fn bucket(&self, profile: &str, region: &str, operation: &str) -> Arc<Bucket> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let owner = known.accounts.get(profile).cloned();
        let owner = owner.map_or_else(|| Owner::Profile(profile.to_owned()), Owner::Account);
        let key = (owner, region.to_owned(), operation.to_owned());
        Arc::clone(known.buckets.entry(key).or_insert_with(|| Arc::new(Bucket::new(limit(operation)))))
    }
}

/// One operation's tokens, and the pause that AWS has asked for.
#[derive(Debug)]
struct Bucket {
    tokens: DefaultDirectRateLimiter,
    /// How often in a row AWS has refused, and until when we pause.
    refused: Mutex<(u32, Option<Instant>)>,
}

impl Bucket {
    fn new(limit: Limit) -> Self {
        Self { tokens: new_bucket(limit), refused: Mutex::default() }
    }

    /// Takes a token, or says how long until it is worth trying again.
    fn wait(&self, now: Instant) -> Option<Duration> {
        self.pause(now).or_else(|| try_take(&self.tokens))
    }

    fn pause(&self, now: Instant) -> Option<Duration> {
        let until = self.refused.lock().unwrap_or_else(PoisonError::into_inner).1?;
        Some(until.saturating_duration_since(now)).filter(|wait| !wait.is_zero())
    }

    fn strike(&self, now: Instant) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        // Answers to calls that went out together are one refusal.
        if refused.1.is_some_and(|until| until > now) {
            return;
        }
        let pause = pause_after(refused.0);
        *refused = (refused.0.saturating_add(1), Some(now + pause + jitter(pause)));
    }

    fn ease(&self) {
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = (0, None);
    }
}

/// The pause after so many refusals before this one.
fn pause_after(refusals: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(1 << refusals.min(10)).min(LONGEST_PAUSE)
}

/// Up to a quarter of a pause, so that several consoles of one team do not come back together.
fn jitter(pause: Duration) -> Duration {
    let random = RandomState::new().build_hasher().finish() % 1000;
    pause * u32::try_from(random).unwrap_or(0) / 4000
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
    use crate::triage::read::Read;

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
            ("ssm:DescribeInstanceInformation", 5),
            ("ssm:DescribeInstancePatchStates", 5),
            ("backup:ListBackupJobs", 5),
            ("backup:DescribeRegionSettings", 5),
            ("dlm:GetLifecyclePolicies", 5),
            ("ec2:DescribeSnapshots", 50),
            ("ec2:DescribeVolumes", 50),
            ("ec2:DescribeSecurityGroups", 50),
            ("ec2:DescribeNetworkInterfaces", 50),
            ("ec2:DescribeRouteTables", 50),
            ("lambda:GetFunctionConfiguration", 15),
            ("lambda:ListEventSourceMappings", 15),
        ] {
            let ours = first_second(limit(operation));
            assert!(ours <= published, "{operation}: {ours} in the first second, {published} allowed");
        }
    }

    #[test]
    fn what_an_explanation_asks_can_go_out_at_once() {
        // Of AWS Health two things are asked, one after the other, and its rate is not published.
        for read in Read::ALL.into_iter().filter(|read| !read.action().starts_with("health:")) {
            assert!(limit(read.action()).burst >= 10, "{read:?}");
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

    const LOOKUP: &str = "cloudtrail:LookupEvents";

    fn has_room(budgets: &Budgets, profile: &str) -> bool {
        try_take(&budgets.bucket(profile, "eu-west-1", LOOKUP).tokens).is_none()
    }

    #[test]
    fn what_a_profile_used_before_its_account_was_known_counts_afterwards() {
        let budgets = Budgets::default();
        assert!(has_room(&budgets, "prod"));
        assert!(!has_room(&budgets, "prod"), "a bucket of one token");
        budgets.learn("prod", "111122223333");
        assert!(!has_room(&budgets, "prod"), "the same bucket under another name");
        // The same again, as when the profile has been read anew.
        budgets.learn("prod", "111122223333");
        assert!(!has_room(&budgets, "prod"));
    }

    #[test]
    fn two_profiles_of_one_account_share_its_bucket_once_that_is_known() {
        let budgets = Budgets::default();
        assert!(has_room(&budgets, "admin"));
        budgets.learn("admin", "111122223333");
        budgets.learn("reader", "111122223333");
        assert!(!has_room(&budgets, "reader"), "the other profile has taken the token");
        assert!(has_room(&budgets, "elsewhere"));
        budgets.learn("elsewhere", "444455556666");
        assert!(!has_room(&budgets, "elsewhere"));
        // A profile's name may look like an account's number.
        assert!(has_room(&budgets, "111122223333"));
    }

    #[test]
    fn refusals_make_everybody_pause_longer_and_longer_until_an_answer() {
        let bucket = Bucket::new(limit("cloudtrail:LookupEvents"));
        let mut now = Instant::now();
        assert_eq!(bucket.pause(now), None);
        for base in [500, 1000, 2000, 4000, 8000, 8000] {
            bucket.strike(now);
            bucket.strike(now);
            let pause = bucket.pause(now).unwrap_or_default();
            let base = Duration::from_millis(base);
            assert!((base..=base + base / 4).contains(&pause), "{pause:?} for {base:?}");
            now += pause;
            assert_eq!(bucket.pause(now), None);
        }
        bucket.ease();
        bucket.strike(now);
        assert!(bucket.pause(now).is_some_and(|p| p < Duration::from_secs(1)));
    }

    #[test]
    fn buckets_are_per_account_region_and_operation() {
        let budgets = Budgets::default();
        let one = budgets.bucket("111122223333", "eu-west-1", "cloudtrail:LookupEvents");
        assert_eq!(try_take(&one.tokens), None);
        let same = budgets.bucket("111122223333", "eu-west-1", "cloudtrail:LookupEvents");
        assert!(try_take(&same.tokens).is_some());
        for (owner, region) in [("111122223333", "us-east-1"), ("444455556666", "eu-west-1")] {
            let other = budgets.bucket(owner, region, "cloudtrail:LookupEvents");
            assert_eq!(try_take(&other.tokens), None);
        }
    }
}
