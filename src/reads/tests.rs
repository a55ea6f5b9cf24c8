//! The registry: every name once, and arguments checked before anything is asked.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::{ArgProblem, Ask, Kind, Spec, all, check_args, check_template, find};
use crate::text::{Catalogue, Lang};

fn spec(operation: &str) -> &'static Spec {
    find(operation).unwrap_or_else(|| panic!("{operation} is in the registry"))
}

#[expect(clippy::needless_pass_by_value, reason = "written in place")]
fn ask(operation: &str, args: Json) -> Ask {
    check_args(spec(operation), &args).unwrap_or_else(|problem| panic!("{operation} {args}: {problem:?}"))
}

#[expect(clippy::needless_pass_by_value, reason = "written in place")]
fn refused(operation: &str, args: Json) -> ArgProblem {
    check_args(spec(operation), &args).err().unwrap_or_else(|| panic!("{operation} {args} is refused"))
}

#[test]
fn every_operation_stands_once_and_is_named_like_its_action() {
    let mut seen = BTreeSet::new();
    for spec in all() {
        assert!(seen.insert(spec.operation), "{} stands twice", spec.operation);
        let (service, operation) = spec.operation.split_once(':').unwrap();
        let (prefix, action) = spec.action.split_once(':').unwrap();
        assert_eq!(operation, action);
        assert_eq!(prefix, if service == "elbv2" { "elasticloadbalancing" } else { service });
        let reads = ["Describe", "Get", "List", "Lookup"].iter().any(|verb| operation.starts_with(verb));
        let by_another_name = ["logs:StartQuery", "iam:SimulatePrincipalPolicy"].contains(&spec.operation);
        assert!(reads || by_another_name, "{} is no read", spec.operation);
        let mut names = BTreeSet::new();
        assert!(spec.args.iter().all(|arg| names.insert(arg.name)), "{}: an argument twice", spec.operation);
    }
    assert!(find("ec2:TerminateInstances").is_none() && find("").is_none());
}

#[test]
fn what_bills_is_asked_by_a_key_and_nothing_else_is() {
    let billed: Vec<_> = all().filter(|spec| spec.wants_a_key()).map(|spec| spec.operation).collect();
    assert_eq!(billed, ["cloudwatch:GetMetricData", "logs:StartQuery"]);
    let words = Catalogue::load(Lang::En);
    for spec in all() {
        assert!(spec.cost.is_none_or(|key| words.find(key).is_some()), "{}", spec.operation);
    }
}

#[test]
fn arguments_are_what_the_operation_takes() {
    let asked = ask(
        "ec2:DescribeInstanceStatus",
        json!({
            "InstanceIds": ["i-1", "i-2"],
            "IncludeAllInstances": true,
            "Filters": [{"Name": "availability-zone", "Values": ["eu-west-1a"]}],
            "MaxResults": 5,
        }),
    );
    assert_eq!(asked.texts("InstanceIds").unwrap(), ["i-1", "i-2"]);
    assert_eq!((asked.flag("IncludeAllInstances"), asked.page_size()), (Some(true), Some(5)));
    assert_eq!(asked.objects("Filters")[0]["Name"], "availability-zone");
    assert_eq!((asked.text("InstanceId"), asked.number("MaxItems")), (None, None));
    assert_eq!(ask("sts:GetCallerIdentity", Json::Null).args().len(), 0);
    assert_eq!(spec("ec2:DescribeVolumes").empty(), json!({"Volumes": []}));
    assert_eq!(spec("iam:GetRole").empty(), json!({}));
}

#[test]
fn a_wrong_argument_is_said_in_one_sentence() {
    let words = Catalogue::load(Lang::En);
    let text = |problem: ArgProblem| problem.sentence().text(&words);
    let told = text(refused("ec2:DescribeInstanceStatus", json!({"InstanceId": "i-1"})));
    assert!(told.contains("InstanceId") && told.contains("InstanceIds, Filters"), "{told}");
    let told = text(refused("sts:GetCallerIdentity", json!({"X": 1})));
    assert!(told.contains("takes no argument"), "{told}");
    let told = text(refused("ec2:DescribeVolumes", json!({"VolumeIds": "vol-1"})));
    assert!(told.contains("VolumeIds") && told.contains("list"), "{told}");
    let told = text(refused("ec2:DescribeVolumes", json!({"Filters": [{"Name": "x"}]})));
    assert!(told.contains("Filters.Values"), "{told}");
    assert_eq!(
        refused("iam:GetRole", json!({})),
        ArgProblem::Missing { operation: "iam:GetRole", name: "RoleName".into() }
    );
    assert_eq!(
        refused("health:DescribeEvents", json!({"filter": {"regions": "eu-west-1"}})),
        ArgProblem::Mistyped {
            operation: "health:DescribeEvents",
            name: "filter.regions".into(),
            kind: Kind::Texts
        }
    );
    assert!(matches!(refused("iam:GetRole", json!(["web"])), ArgProblem::NoTable { .. }));
    let told = text(refused("iam:GetRole", json!({"Na\u{1b}[31mme": "x"})));
    assert!(!told.contains('\u{1b}'), "{told}");
    for (operation, args) in [
        ("ec2:DescribeVolumes", json!({"MaxResults": -5})),
        ("ec2:DescribeVolumes", json!({"MaxResults": "5"})),
        ("ec2:DescribeVolumes", json!({"Filters": ["x"]})),
        ("cloudtrail:LookupEvents", json!({"StartTime": "yesterday"})),
        ("cloudtrail:LookupEvents", json!({"StartTime": "-3w"})),
        ("cloudtrail:LookupEvents", json!({"StartTime": "--3h"})),
        ("cloudtrail:LookupEvents", json!({"StartTime": "-"})),
    ] {
        assert!(matches!(refused(operation, args.clone()), ArgProblem::Mistyped { .. }), "{args}");
    }
}

#[test]
fn a_template_may_leave_any_value_open_but_no_name() {
    let open = json!({"InstanceIds": ["${instance}"], "MaxResults": "${n}", "Filters": ["${filter}"]});
    assert_eq!(check_template(spec("ec2:DescribeInstances"), &open), Ok(()));
    assert!(check_args(spec("ec2:DescribeInstances"), &open).is_err());
    let wrong = json!({"${name}": "x"});
    assert!(check_template(spec("ec2:DescribeInstances"), &wrong).is_err());
    assert!(check_template(spec("iam:GetRole"), &json!({})).is_err(), "what is missing is missing");
}

#[test]
fn a_time_may_be_said_from_now() {
    let now = "2026-05-01T03:00:00Z".parse().unwrap();
    for (said, meant) in [
        ("now", "2026-05-01T03:00:00Z"),
        ("-30s", "2026-05-01T02:59:30Z"),
        ("-15m", "2026-05-01T02:45:00Z"),
        ("-3h", "2026-05-01T00:00:00Z"),
        ("-7d", "2026-04-24T03:00:00Z"),
        ("2026-04-01T00:00:00+09:00", "2026-03-31T15:00:00Z"),
    ] {
        let asked = ask("cloudtrail:LookupEvents", json!({"StartTime": said}));
        assert_eq!(asked.time("StartTime", now), meant.parse().ok(), "{said}");
    }
    let far = ask("cloudtrail:LookupEvents", json!({"StartTime": "-9223372036854775807s"}));
    assert!(far.time("StartTime", now).is_some(), "a moment, however far back");
}

#[test]
fn a_question_about_several_is_halved_and_equal_questions_are_equal() {
    let asked = ask("ec2:DescribeVolumes", json!({"VolumeIds": ["a", "b", "c"], "MaxResults": 5}));
    let [left, right] = asked.halves().unwrap();
    assert_eq!((left.texts("VolumeIds").unwrap().len(), right.texts("VolumeIds").unwrap().len()), (1, 2));
    assert_eq!((left.page_size(), left.halves()), (Some(5), None));
    let same = ask("ec2:DescribeVolumes", json!({"MaxResults": 5, "VolumeIds": ["a", "b", "c"]}));
    assert_eq!(same.key(), asked.key());
    assert_ne!(left.key(), right.key());
    // Not the versions of one template, nor what one role may do.
    let versions = json!({"LaunchTemplateId": "lt-1", "Versions": ["$Default", "$Latest"]});
    assert_eq!(ask("ec2:DescribeLaunchTemplateVersions", versions).halves(), None);
}
