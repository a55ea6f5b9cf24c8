//! EBS volumes: what EBS says of their health, and whether those that burst have anything left to burst with.

use serde_json::Value as Json;

use super::{
    Check, Finding, Given, Outcome, Side, Wanted,
    measure::{Gauge, metric, number, plausible},
    near, told, unanswered,
};
use crate::{
    resource::ResourceRef,
    text::sentence::Sentence,
    triage::{
        cause::Effect::{Capacity, Errors, Latency},
        pick,
        read::{Question, Read},
    },
};

const VOLUME: &str = "AWS::EC2::Volume";
/// Volumes that are asked about, in one call.
const MOST: usize = 20;
/// Volumes whose metric is asked for.
const MEASURED: usize = 2;
/// GiB from which on a gp2 volume's baseline is its most, so that it never bursts (EBS user guide: 3 IOPS per GiB, 3,000
/// when bursting).
const NO_BURST: f64 = 1000.0;
/// Percent of burst credits below which it fails: minutes are left.
const LOW: f64 = 10.0;

/// EBS's own checks.
pub(super) struct Status;
/// Burst credits.
pub(super) struct Burst;

impl Check for Status {
    fn id(&self) -> &'static str {
        "ebs.status"
    }

    fn wants(&self, given: &Given<'_>) -> Vec<Wanted> {
        let of: Vec<String> = near(given, VOLUME, 2).take(MOST).map(|volume| volume.id.clone()).collect();
        let question = Question { read: Read::VolumeStatus, of };
        if question.of.is_empty() { Vec::new() } else { vec![Wanted::Read(question)] }
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        let answer = (Read::VolumeStatus, "VolumeStatuses[]", "VolumeId");
        let of = |volume: &ResourceRef| status(volume, told(given, answer, volume)?, self.id());
        let unread =
            unanswered(given, Read::VolumeStatus, self.id(), Side::Aws, near(given, VOLUME, 2).next());
        near(given, VOLUME, 2).filter_map(of).chain(unread).collect()
    }
}

/// `impaired` is a volume that EBS has stopped, or may have lost something of; `warning` one that is slower than bought.
fn status(volume: &ResourceRef, told: &Json, id: &'static str) -> Option<Finding> {
    let status = pick::text(told, "VolumeStatus.Status");
    let outcome = match status {
        "" | "not-applicable" => return None,
        "ok" => Outcome::Pass,
        "impaired" | "warning" => Outcome::Fail,
        _ => Outcome::Unknown,
    };
    let bad = |detail: &&Json| {
        let name = pick::text(detail, "Name");
        let word = pick::text(detail, "Status");
        let fine = ["passed", "normal", "not-applicable", "completed", "insufficient-data"];
        !fine.contains(&word) && ["io-enabled", "io-performance"].contains(&name)
    };
    let details = pick::all(told, "VolumeStatus.Details[]").into_iter().filter(bad);
    let details = details.map(|one| format!("{} {}", pick::text(one, "Name"), pick::text(one, "Status")));
    let events = pick::texts(told, "Events[].Description").into_iter().map(str::to_owned);
    let why: Vec<String> = details.chain(events).collect();
    let outcome = if why.is_empty() { outcome } else { Outcome::Fail };
    let key = if why.is_empty() { "check.status" } else { "check.status_why" };
    let evidence = Sentence::new(key).with("id", &volume.id).with("status", status);
    let evidence = if why.is_empty() { evidence } else { evidence.with("why", why.join("; ")) };
    let at = super::time(told, "Events[].NotBefore");
    Some(Finding::new(id, outcome, Side::Aws, volume, evidence).since(at))
}

/// Volumes that burst.
fn bursting<'a>(given: &Given<'a>) -> Vec<(Gauge<'a>, &'a str)> {
    if !plausible(given, &[Latency, Capacity, Errors]) {
        return Vec::new();
    }
    let gauge = |about: &'a ResourceRef| {
        let volume = told(given, (Read::Volumes, "Volumes[]", "VolumeId"), about)?;
        let kind = pick::text(volume, "VolumeType");
        let bursts = match kind {
            "gp2" => pick::number(volume, "Size").is_none_or(|size| size < NO_BURST),
            "st1" | "sc1" => true,
            _ => false,
        };
        let query = metric(("AWS/EBS", "BurstBalance"), ("VolumeId", &about.id), ("Minimum", 300));
        bursts.then_some((Gauge { id: "ebs.burst", side: Side::Customer, about, query }, kind))
    };
    near(given, VOLUME, 1).filter_map(gauge).take(MEASURED).collect()
}

impl Check for Burst {
    fn id(&self) -> &'static str {
        "ebs.burst"
    }

    fn wants(&self, given: &Given<'_>) -> Vec<Wanted> {
        bursting(given).iter().map(|(gauge, _)| gauge.wanted()).collect()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        let of = |(gauge, kind): (Gauge<'_>, &str)| {
            gauge.last(given, |left| {
                let outcome = if left < LOW { Outcome::Fail } else { Outcome::Pass };
                let evidence = Sentence::new("check.burst").with("id", &gauge.about.id).with("kind", kind);
                (outcome, evidence.with("left", number(left)))
            })
        };
        bursting(given).into_iter().filter_map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::triage::check::tests::Bench;

    const ID: &str = "vol-0000000a";

    #[test]
    fn what_ebs_says_of_a_volume() {
        for (status, said) in [
            (
                json!({"VolumeStatus": {"Status": "ok", "Details": [{"Name": "io-enabled", "Status": "passed"}]}}),
                "pass vol-0000000a: ok",
            ),
            (
                json!({"VolumeStatus": {"Status": "impaired", "Details": [{"Name": "io-enabled", "Status": "failed"}]}}),
                "fail vol-0000000a: impaired (io-enabled failed)",
            ),
            (
                json!({"VolumeStatus": {"Status": "ok"}, "Events": [{"EventType": "potential-data-inconsistency",
                    "Description": "THIS IS AN EXAMPLE", "NotBefore": "2026-05-01T01:00:00Z"}]}),
                "fail vol-0000000a: ok (THIS IS AN EXAMPLE)",
            ),
            (
                json!({"VolumeStatus": {"Status": "insufficient-data"}}),
                "unknown vol-0000000a: insufficient-data",
            ),
        ] {
            let mut bench = Bench::of(VOLUME, ID);
            let mut status = status;
            status["VolumeId"] = json!(ID);
            bench.tell(Read::VolumeStatus, ID, json!({"VolumeStatuses": [status]}));
            assert_eq!(bench.said(&Status), [said]);
        }
    }

    #[test]
    fn only_what_bursts_can_have_burst() {
        for (kind, size, said) in [
            ("gp2", 100, Some("fail vol-0000000a (gp2): 4 % of burst credits left")),
            ("st1", 500, Some("fail vol-0000000a (st1): 4 % of burst credits left")),
            ("gp2", 2000, None),
            ("gp3", 100, None),
        ] {
            let mut bench = Bench::of(VOLUME, ID);
            let volume = json!({"VolumeId": ID, "VolumeType": kind, "Size": size});
            bench.tell(Read::Volumes, ID, json!({"Volumes": [volume]}));
            bench.measure(&Burst, |_| Some(4.0));
            assert_eq!(bench.said(&Burst), said.into_iter().collect::<Vec<_>>(), "{kind}");
        }
    }
}
