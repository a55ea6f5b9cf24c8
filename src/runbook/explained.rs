//! What an explanation tells a runbook: signs to propose one by, and values for its parameters.

use super::{
    params::{Known, KnownAlarm},
    propose::{Alarmed, Signs},
};
use crate::{
    resource::ResourceRef,
    rows::metric::MetricStat,
    triage::{
        cause::Ranking,
        check::{Finding, Outcome},
        explanation::Explanation,
    },
};

/// The type of an access key, which CloudFormation knows and CloudTrail's events name by its id alone.
pub const ACCESS_KEY: &str = "AWS::IAM::AccessKey";

/// What is known of something that is wrong. `intake` is what was reported, or empty.
pub fn signs(explanation: &Explanation, intake: &str) -> Signs {
    let metrics = explanation.alarm.iter().flat_map(|alarm| alarm.metrics());
    Signs {
        alarms: metrics.map(alarmed).collect(),
        health: explanation.health.clone(),
        intake: intake.to_owned(),
        ..found(&explanation.findings, &explanation.ranking)
    }
}

/// What checks and the order of the suspects say, whatever was noticed.
pub fn found(findings: &[Finding], ranking: &Ranking) -> Signs {
    let failed = findings.iter().filter(|finding| finding.outcome == Outcome::Fail);
    let mut failed: Vec<String> = failed.map(|finding| finding.id.to_owned()).collect();
    failed.dedup();
    let first = ranking.suspects.first().filter(|_| ranking.found);
    Signs { failed, event: first.map(|suspect| suspect.event.name.to_string()), ..Signs::default() }
}

/// What an alarm watches, as runbooks name it.
pub fn alarmed(stat: &MetricStat) -> Alarmed {
    Alarmed {
        namespace: stat.namespace.clone(),
        metric: stat.name.clone(),
        dimensions: stat.dimensions.iter().map(|(name, _)| name.clone()).collect(),
    }
}

/// What values may be found in. The key with which the first suspect was done is around it as well.
pub fn known(explanation: &Explanation) -> Known<'_> {
    let alarm = explanation.alarm.as_ref().map(|alarm| {
        let stat = alarm.metrics().into_iter().next();
        let dimensions = stat.into_iter().flat_map(|stat| &stat.dimensions);
        KnownAlarm {
            name: &alarm.name,
            namespace: stat.map_or("", |stat| &stat.namespace),
            metric: stat.map_or("", |stat| &stat.name),
            dimensions: dimensions.map(|(name, value)| (name.as_str(), value.as_str())).collect(),
        }
    });
    let around = explanation.graph.nodes.iter().filter(|node| node.parent.is_some());
    let mut related: Vec<_> = around.map(|node| named(&node.resource)).collect();
    let first = explanation.ranking.suspects.first().filter(|_| explanation.ranking.found);
    let key = first.and_then(|suspect| suspect.event.access_key.as_deref());
    related.extend(key.map(|key| (ACCESS_KEY, key, None)));
    Known { alarm, resources: explanation.graph.roots().map(|node| named(&node.resource)).collect(), related }
}

fn named(resource: &ResourceRef) -> (&str, &str, Option<&str>) {
    (&resource.kind, &resource.id, resource.arn.as_deref())
}
