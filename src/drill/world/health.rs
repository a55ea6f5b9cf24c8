//! How the targets of a load balancer are: what its metrics said last, target by target.
//!
//! The metrics are the only source, so that whoever counts unhealthy targets and whoever reads the metric agree. This
//! module must never know why a target is unhealthy.

use super::{World, groups::GROUP_TAG, metric::MINUTE, network::TargetGroup};

/// How one target is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Health {
    /// It answers.
    Healthy,
    /// Its health check times out.
    Unhealthy,
    /// Its instance is about to be terminated by its group, which has taken it out.
    Draining,
    /// It is in this state, in which nobody asks it.
    NotRunning(String),
}

impl World {
    /// All targets of a group at a second of the scenario, in their order.
    pub(crate) fn health(&self, group: &TargetGroup, elapsed: i64) -> Vec<(String, Health)> {
        let now = self.moment(elapsed);
        let targets =
            self.instances.iter().filter(|one| group.targets.contains(&one.id) && one.launched <= now);
        let states = targets.filter_map(|one| {
            let state = one.at(elapsed, self.origin).state;
            // Auto Scaling deregisters what it terminates; what others terminate stays until they do.
            let grouped = one.tag(GROUP_TAG).is_some();
            (state != "terminated" || !grouped).then(|| (one.id.clone(), state, grouped))
        });
        let states: Vec<_> = states.collect();
        let mut bad = self.unhealthy(group, elapsed);
        let health = |(id, state, grouped): (String, String, bool)| {
            if grouped && state == "shutting-down" {
                return (id, Health::Draining);
            }
            if state != "running" {
                return (id, Health::NotRunning(state));
            }
            let is_bad = bad > 0;
            bad = bad.saturating_sub(1);
            (id, if is_bad { Health::Unhealthy } else { Health::Healthy })
        };
        states.into_iter().map(health).collect()
    }

    /// How many targets the last datapoint calls unhealthy.
    fn unhealthy(&self, group: &TargetGroup, elapsed: i64) -> usize {
        if let Some(count) = self.hosts("UnHealthyHostCount", group, elapsed) {
            return count;
        }
        let healthy = self.hosts("HealthyHostCount", group, elapsed);
        healthy.map_or(0, |healthy| group.targets.len().saturating_sub(healthy))
    }

    /// The last datapoint of a metric that counts a group's targets.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful of targets")]
    fn hosts(&self, name: &str, group: &TargetGroup, elapsed: i64) -> Option<usize> {
        let about = |(name, value): &(String, String)| name == "TargetGroup" && *value == group.path;
        let metric =
            self.metrics.iter().find(|metric| metric.name == name && metric.dimensions.iter().any(about))?;
        let clock = self.clock(elapsed);
        let minute = clock.grid + (elapsed.div_euclid(MINUTE) - 1) * MINUTE;
        let sample = metric.sample(minute, MINUTE, &clock)?;
        Some(sample.max.round().max(0.0) as usize)
    }
}
