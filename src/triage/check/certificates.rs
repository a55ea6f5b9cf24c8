//! Certificates that run out: time alone breaks them, and no event tells of it.

use jiff::Timestamp;

use super::{
    Check, Finding, Given, Outcome, Side, Wanted,
    measure::{Gauge, metric, number, plausible},
    near,
    storage::{DATABASE, databases},
    unanswered,
};
use crate::{
    resource::ResourceRef,
    text::sentence::Sentence,
    triage::{
        cause::Effect::{Access, Errors, Gone, Unreachable},
        pick,
        read::Read,
    },
};

const CERTIFICATE: &str = "AWS::CertificateManager::Certificate";
/// Certificates whose metric is asked for.
const MOST: usize = 2;
/// How far away: a target group's load balancer's listener's certificate.
const STEPS: u8 = 3;
/// Days below which it fails. ACM renews its own 60 days before; with 30 left that has gone wrong for a month.
const DAYS: f64 = 30.0;
/// Seconds: ACM sends the metric twice a day until a certificate has expired.
const DAY: u32 = 86_400;

/// Certificates of ACM.
pub(super) struct Acm;
/// Certificates of databases.
pub(super) struct Rds;

fn gauges<'a>(given: &Given<'a>) -> Vec<Gauge<'a>> {
    let near =
        near(given, CERTIFICATE, STEPS).filter(|_| plausible(given, &[Access, Errors, Gone, Unreachable]));
    let gauge = |about: &'a ResourceRef| {
        let arn = about.arn.as_deref()?;
        let name = ("AWS/CertificateManager", "DaysToExpiry");
        let query = metric(name, ("CertificateArn", arn), ("Minimum", DAY));
        Some(Gauge { id: "acm.expiry", side: Side::Customer, about, query })
    };
    near.filter_map(gauge).take(MOST).collect()
}

fn days(id: &str, days: f64) -> (Outcome, Sentence) {
    let key = if days <= 0.0 { "check.expired" } else { "check.expires" };
    let outcome = if days < DAYS { Outcome::Fail } else { Outcome::Pass };
    (outcome, Sentence::new(key).with("id", id).with("n", number(days.abs().floor())))
}

impl Check for Acm {
    fn id(&self) -> &'static str {
        "acm.expiry"
    }

    fn wants(&self, given: &Given<'_>) -> Vec<Wanted> {
        gauges(given).iter().map(Gauge::wanted).collect()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        let of = |gauge: Gauge<'_>| gauge.last(given, |left| days(&gauge.about.id, left));
        gauges(given).into_iter().filter_map(of).collect()
    }
}

impl Check for Rds {
    fn id(&self) -> &'static str {
        "rds.certificate"
    }

    /// The graph asks about databases.
    fn wants(&self, _: &Given<'_>) -> Vec<Wanted> {
        Vec::new()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        let of = |(one, database): (&ResourceRef, &serde_json::Value)| {
            let until: Timestamp = pick::text(database, "CertificateDetails.ValidTill").parse().ok()?;
            let seconds = until.duration_since(given.now).as_secs_f64();
            let (outcome, evidence) = days(&one.id, seconds / f64::from(DAY));
            Some(Finding::new(self.id(), outcome, Side::Customer, one, evidence))
        };
        let first = near(given, DATABASE, 1).next();
        let unread = unanswered(given, Read::DbInstances, self.id(), Side::Customer, first);
        databases(given).filter_map(of).chain(unread).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::triage::check::tests::Bench;

    #[test]
    fn certificates_are_counted_down() {
        for (left, said) in [
            (200.0, "pass 12345678-aaaa: the certificate expires in 200 days"),
            (12.0, "fail 12345678-aaaa: the certificate expires in 12 days"),
            (-2.0, "fail 12345678-aaaa: the certificate expired 2 days ago"),
        ] {
            let mut bench = Bench::of(CERTIFICATE, "12345678-aaaa");
            bench.measure(&Acm, |_| Some(left));
            assert_eq!(bench.said(&Acm), [said]);
        }
        let mut silent = Bench::of(CERTIFICATE, "12345678-aaaa");
        silent.measure(&Acm, |_| None);
        let said = "unknown not known: 12345678-aaaa has no points of AWS/CertificateManager DaysToExpiry";
        assert_eq!(silent.said(&Acm), [said]);
    }

    #[test]
    fn a_databases_certificate_says_until_when() {
        for (until, said) in [
            ("2026-05-11T12:00:00Z", "fail orders: the certificate expires in 10 days"),
            ("2030-01-01T00:00:00Z", "pass orders: the certificate expires in 1340 days"),
        ] {
            let mut bench = Bench::of(DATABASE, "orders");
            let database =
                json!({"DBInstanceIdentifier": "orders", "CertificateDetails": {"ValidTill": until}});
            bench.tell(Read::DbInstances, "orders", json!({"DBInstances": [database]}));
            assert_eq!(bench.said(&Rds), [said]);
        }
    }
}
