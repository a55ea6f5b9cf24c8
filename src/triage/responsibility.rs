//! Whose matter it is: AWS's, ours, or to be asked of AWS Support (the shared responsibility model, and its grey zone).
//!
//! From what was found: a change of ours that explains it is ours; else the side of the first check that failed; where
//! everything that can be seen from outside is as it should be, only AWS can say. Nothing is claimed beyond that.

use super::{
    cause::Ranking,
    check::{Finding, Outcome, Side},
};
use crate::{resource::ResourceRef, text::sentence::Sentence};

/// Whose, why, and what comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// `aws customer grey unknown`.
    pub word: &'static str,
    /// Wording key of the field of work.
    pub area: Option<&'static str>,
    /// Why, each resting on a named thing.
    pub reasons: Vec<Sentence>,
    /// Wording key of what comes next.
    pub next: &'static str,
}

impl Verdict {
    /// Of what was found; `whole` says that nothing that was wanted is missing.
    pub fn of(ranking: &Ranking, findings: &[Finding], whole: bool) -> Self {
        if let Some(first) = ranking.suspects.first().filter(|_| ranking.found) {
            let reason = Sentence::new("triage.changed_by")
                .with("name", &first.event.name)
                .with("actor", &first.event.actor);
            let area = first.event.resources.first().and_then(area);
            return Self { word: "customer", area, reasons: vec![reason], next: "triage.next_ask" };
        }
        let failed = findings.iter().find(|finding| finding.outcome == Outcome::Fail);
        if let Some(failed) = failed {
            let next = match failed.side {
                Side::Aws => "triage.next_aws",
                Side::Customer => "triage.next_fix",
                Side::Grey => "triage.next_support",
            };
            let area = failed.about.as_ref().and_then(area);
            return Self { word: failed.side.word(), area, reasons: vec![failed.evidence.clone()], next };
        }
        let seen = findings.iter().any(|finding| finding.outcome == Outcome::Pass);
        if whole && seen {
            let reasons = vec![Sentence::new("triage.all_well")];
            return Self { word: "grey", area: None, reasons, next: "triage.next_support" };
        }
        Self { word: "unknown", area: None, reasons: Vec::new(), next: "triage.next_look" }
    }

    /// Wording key of the verdict in words.
    pub fn side(&self) -> &'static str {
        match self.word {
            "aws" => "side.aws",
            "customer" => "side.customer",
            "grey" => "side.grey",
            _ => "side.unknown",
        }
    }
}

/// Beginnings of CloudFormation types, and the field of work they belong to; the first that fits.
const AREAS: &[(&str, &str)] = &[
    ("AWS::EC2::Instance", "area.compute"),
    ("AWS::EC2::LaunchTemplate", "area.deployment"),
    ("AWS::EC2::Volume", "area.storage"),
    ("AWS::EC2::Snapshot", "area.storage"),
    ("AWS::EC2::Image", "area.compute"),
    ("AWS::EC2::", "area.network"),
    ("AWS::ElasticLoadBalancing", "area.network"),
    ("AWS::Route53", "area.network"),
    ("AWS::NetworkFirewall", "area.network"),
    ("AWS::AutoScaling::", "area.deployment"),
    ("AWS::ECS::", "area.deployment"),
    ("AWS::Lambda::", "area.deployment"),
    ("AWS::CloudFormation::", "area.deployment"),
    ("AWS::IAM::", "area.access"),
    ("AWS::KMS::", "area.access"),
    ("AWS::SecretsManager::", "area.access"),
    ("AWS::RDS::", "area.database"),
    ("AWS::DynamoDB::", "area.database"),
    ("AWS::ElastiCache::", "area.database"),
    ("AWS::S3::", "area.storage"),
    ("AWS::EFS::", "area.storage"),
    ("AWS::Backup::", "area.storage"),
    ("AWS::CloudWatch::", "area.watching"),
    ("AWS::CloudTrail::", "area.watching"),
    ("AWS::Logs::", "area.watching"),
];

fn area(resource: &ResourceRef) -> Option<&'static str> {
    AREAS.iter().find(|(prefix, _)| resource.kind.starts_with(prefix)).map(|(_, area)| *area)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{rows::event::made_up, scope::ScopeId, triage::cause::Suspect};

    fn finding(outcome: Outcome, side: Side) -> Finding {
        let evidence = Sentence::new("check.status").with("id", "i-1").with("status", "impaired");
        Finding { id: "ec2.status.system", outcome, about: None, evidence, at: None, side }
    }

    fn word(found: bool, findings: &[Finding], whole: bool) -> &'static str {
        let group = ResourceRef::new(ScopeId(0), "AWS::EC2::SecurityGroup", "sg-1");
        let event = crate::rows::event::Event { resources: vec![group].into(), ..made_up::call("Revoke") };
        let suspects = vec![Suspect { score: 0.9, reasons: Vec::new(), event }];
        Verdict::of(&Ranking { found, suspects }, findings, whole).word
    }

    #[test]
    fn a_change_of_ours_is_ours_and_else_the_first_failure_says_whose_it_is() {
        let (fail, pass, unknown) = (Outcome::Fail, Outcome::Pass, Outcome::Unknown);
        let aws = finding(fail, Side::Aws);
        assert_eq!(word(true, std::slice::from_ref(&aws), true), "customer");
        assert_eq!(word(false, std::slice::from_ref(&aws), false), "aws");
        assert_eq!(word(false, &[finding(fail, Side::Customer), aws], true), "customer");
        assert_eq!(word(false, &[finding(pass, Side::Aws)], true), "grey");
        assert_eq!(word(false, &[finding(pass, Side::Aws)], false), "unknown");
        assert_eq!(word(false, &[finding(unknown, Side::Aws)], true), "unknown");
        assert_eq!(word(false, &[], true), "unknown");
    }
}
