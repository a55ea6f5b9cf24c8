//! Published rate limits: a token bucket for each operation in each Region, on the wall clock.
//!
//! The wall clock and not the drill's: a client must not be let off, or held up, because a scenario is played faster.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use super::ops::Rate;

/// All buckets.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    buckets: Mutex<HashMap<(&'static str, bool, String), Bucket>>,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Limits {
    /// Takes a token for a request, if there is one. `unpaged` requests of EC2 have a bucket of their own.
    pub(crate) fn admit(
        &self,
        operation: &'static str,
        unpaged: bool,
        region: &str,
        rate: Rate,
        now: Instant,
    ) -> bool {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (operation, unpaged, region.to_owned());
        let bucket = buckets.entry(key).or_insert(Bucket { tokens: rate.burst, at: now });
        let passed = now.saturating_duration_since(bucket.at).as_secs_f64();
        bucket.tokens = passed.mul_add(rate.refill, bucket.tokens).min(rate.burst);
        bucket.at = now;
        if bucket.tokens < 1.0 {
            return false;
        }
        bucket.tokens -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_empties_the_bucket_and_time_fills_it_for_its_region_alone() {
        let limits = Limits::default();
        let rate = Rate { burst: 3.0, refill: 3.0 };
        let start = Instant::now();
        let admit = |region: &str, at| limits.admit("DescribeAlarmHistory", false, region, rate, at);
        assert_eq!((0..5).filter(|_| admit("eu-west-1", start)).count(), 3);
        assert!(admit("us-east-1", start), "another Region has its own bucket");
        assert!(!admit("eu-west-1", start + Duration::from_millis(300)));
        assert!(admit("eu-west-1", start + Duration::from_millis(700)));
        assert_eq!((0..9).filter(|_| admit("eu-west-1", start + Duration::from_mins(1))).count(), 3);
    }
}
