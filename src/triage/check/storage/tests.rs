//! Databases as RDS describes them.

use serde_json::json;

use super::*;
use crate::triage::check::tests::Bench;

fn database(fields: Json) -> Bench {
    let mut bench = Bench::of(DATABASE, "orders");
    let mut database = fields;
    database["DBInstanceIdentifier"] = json!("orders");
    bench.tell(Read::DbInstances, "orders", json!({"DBInstances": [database]}));
    bench
}

#[test]
fn states_are_sorted_by_whose_matter_they_are() {
    for (status, outcome, side) in [
        ("available", Outcome::Pass, Side::Customer),
        ("backing-up", Outcome::Pass, Side::Customer),
        ("storage-full", Outcome::Fail, Side::Customer),
        ("incompatible-parameters", Outcome::Fail, Side::Customer),
        ("maintenance", Outcome::Fail, Side::Aws),
        ("failed", Outcome::Fail, Side::Grey),
        ("rebooting", Outcome::Fail, Side::Grey),
        ("modifying", Outcome::Unknown, Side::Customer),
        ("a-new-one", Outcome::Unknown, Side::Customer),
    ] {
        let found = database(json!({"DBInstanceStatus": status})).found(&Status);
        assert_eq!(found.first().map(|one| (one.outcome, one.side)), Some((outcome, side)), "{status}");
    }
}

#[test]
fn storage_runs_out_unless_it_grows() {
    for (size, most, free, said) in [
        (100, 0, 4.0, "fail orders: 4 GiB free of 100 GiB"),
        (100, 500, 6.0, "pass orders: 6 GiB free of 100 GiB, grows by itself up to 500 GiB"),
        (100, 500, 0.2, "fail orders: 0.2 GiB free of 100 GiB"),
        (100, 100, 9.5, "fail orders: 9.5 GiB free of 100 GiB"),
        (100, 0, 60.0, "pass orders: 60 GiB free of 100 GiB"),
    ] {
        let mut bench =
            database(json!({"AllocatedStorage": size, "MaxAllocatedStorage": most, "Engine": "mysql"}));
        bench.measure(&Storage, |_| Some(free * GIB));
        assert_eq!(bench.said(&Storage), [said]);
    }
    let aurora = database(json!({"AllocatedStorage": 1, "Engine": "aurora-mysql"}));
    assert_eq!(aurora.asked(&Storage), []);
}

#[test]
fn what_rds_says_has_happened() {
    let mut bench = database(json!({"DBParameterGroups":
        [{"DBParameterGroupName": "mysql8", "ParameterApplyStatus": "pending-reboot"}]}));
    assert_eq!(bench.said(&Parameters), ["unknown orders: parameters of mysql8 are pending-reboot"]);
    let event = |at: &str, category: &str, message: &str| json!({"SourceIdentifier": "orders", "Date": at, "EventCategories": [category], "Message": message});
    bench.tell(
        Read::DbEvents,
        "orders",
        json!({"Events": [
            event("2026-05-01T02:40:00Z", "failover", "Multi-AZ instance failover started."),
            event("2026-05-01T02:41:00Z", "failover", "Multi-AZ instance failover completed"),
            event("2026-05-01T01:00:00Z", "backup", "Backing up DB instance")]}),
    );
    assert_eq!(
        bench.said(&Events),
        ["fail orders: Multi-AZ instance failover completed (events of trouble: 2)"]
    );
    let found = bench.found(&Events);
    assert_eq!(found.first().unwrap().at, "2026-05-01T02:41:00Z".parse().ok());
}
