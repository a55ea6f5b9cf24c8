//! Groups as Auto Scaling describes them.

use serde_json::json;

use super::*;
use crate::triage::check::tests::Bench;

fn bench() -> Bench {
    Bench::of(GROUP, "web-asg")
}

#[test]
fn a_failed_launch_is_told_in_auto_scalings_words() {
    let activity = |at: &str, status: &str, message: &str| {
        json!({"AutoScalingGroupName": "web-asg", "StartTime": at, "StatusCode": status,
            "Description": "Launching a new EC2 instance", "StatusMessage": message})
    };
    for (activities, side, said) in [
        (
            json!([
                activity("2026-05-01T02:50:00Z", "Failed", "The image id '[ami-0000000a]' does not exist."),
                activity("2026-05-01T02:40:00Z", "Failed", "The image id '[ami-0000000a]' does not exist."),
                activity("2026-05-01T02:00:00Z", "Successful", ""),
            ]),
            Side::Customer,
            "fail web-asg: 2 of 3 scaling activities failed; Launching a new EC2 instance. The image id \
             '[ami-0000000a]' does not exist.",
        ),
        (
            json!([activity(
                "2026-05-01T02:50:00Z",
                "Failed",
                "We currently do not have sufficient m5.large capacity in eu-west-1a."
            )]),
            Side::Aws,
            "fail web-asg: 1 of 1 scaling activities failed; Launching a new EC2 instance. We currently do not \
             have sufficient m5.large capacity in eu-west-1a.",
        ),
        // Too long ago.
        (
            json!([activity("2026-04-20T02:50:00Z", "Failed", "no")]),
            Side::Customer,
            "pass web-asg: 0 scaling activities, none failed",
        ),
    ] {
        let mut bench = bench();
        assert_eq!(bench.said(&Activity), Vec::<String>::new());
        bench.tell(Read::ScalingActivities, "web-asg", json!({"Activities": activities}));
        assert_eq!(bench.said(&Activity), [said]);
        assert_eq!(bench.found(&Activity).first().unwrap().side, side);
    }
}

#[test]
fn a_group_lacks_instances_or_is_kept_from_launching_them() {
    let group = |desired: u32, states: &[&str], suspended: Json| {
        let mut bench = bench();
        let instances: Vec<Json> = states
            .iter()
            .map(|state| json!({"InstanceId": "i-0", "LifecycleState": state, "HealthStatus": "Healthy"}))
            .collect();
        let group = json!({"AutoScalingGroupName": "web-asg", "DesiredCapacity": desired, "MaxSize": 4,
            "Instances": instances, "SuspendedProcesses": suspended});
        bench.tell(Read::AutoScalingGroups, "web-asg", json!({"AutoScalingGroups": [group]}));
        bench
    };
    let short = group(
        2,
        &["InService", "Pending"],
        json!([{"ProcessName": "Launch", "SuspensionReason": "by hand"}]),
    );
    assert_eq!(short.said(&Capacity), ["fail web-asg: 1 in service, 2 desired, 4 at most"]);
    assert_eq!(short.said(&Suspended), ["fail web-asg: suspended: Launch (by hand)"]);
    let fine = group(2, &["InService", "InService"], json!([]));
    assert_eq!(fine.said(&Capacity), ["pass web-asg: 2 in service, 2 desired, 4 at most"]);
    assert_eq!(fine.said(&Suspended), ["pass web-asg: no process is suspended"]);
    assert_eq!(group(0, &[], json!([])).found(&Capacity).first().unwrap().outcome, Outcome::Fail);
}

#[test]
fn a_refresh_is_open_while_it_runs() {
    for (refresh, said) in [
        (
            json!({"Status": "InProgress", "StartTime": "2026-05-01T02:30:00Z", "PercentageComplete": 50}),
            Some("unknown web-asg: instance refresh InProgress, 50 % done"),
        ),
        (
            json!({"Status": "Failed", "StartTime": "2026-05-01T01:30:00Z", "EndTime": "2026-05-01T02:30:00Z",
                "PercentageComplete": 20, "StatusReason": "instances did not become healthy"}),
            Some("fail web-asg: instance refresh Failed, 20 % done (instances did not become healthy)"),
        ),
        (
            json!({"Status": "Failed", "StartTime": "2026-04-01T01:30:00Z", "EndTime": "2026-04-01T02:30:00Z"}),
            None,
        ),
    ] {
        let mut bench = bench();
        let mut refresh = refresh;
        refresh["AutoScalingGroupName"] = json!("web-asg");
        bench.tell(Read::InstanceRefreshes, "web-asg", json!({"InstanceRefreshes": [refresh]}));
        assert_eq!(bench.said(&Refresh), said.into_iter().collect::<Vec<_>>());
    }
}
