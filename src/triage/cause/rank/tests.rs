use super::*;
use crate::{
    resource::EC2_INSTANCE,
    rows::event::made_up,
    scope::ScopeId,
    text::{Catalogue, Lang},
    triage::cause::{About, Related, Symptom},
};

const GROUP: &str = "AWS::EC2::SecurityGroup";

fn thing(kind: &'static str, id: &str) -> ResourceRef {
    ResourceRef::new(ScopeId(0), kind, id)
}

/// `i-1`, which uses `sg-1`, is unwell at 03:10.
fn case(namespace: &str, metric: &str) -> Case {
    Case {
        symptom: Symptom::of(namespace, metric, "ALARM", ""),
        about: About {
            resources: vec![thing(EC2_INSTANCE, "i-1")],
            related: vec![Related {
                resource: thing(GROUP, "sg-1"),
                via: Some(Sentence::new("relation.said").with("text", "attached to i-1")),
                steps: 1,
            }],
        },
        at: "2026-05-01T03:10:00Z".parse().unwrap(),
        window: SignedDuration::from_hours(24),
        began: None,
    }
}

fn on(name: &str, kind: &'static str, id: &str) -> Candidate {
    let event = Event { resources: vec![thing(kind, id)].into(), ..made_up::call(name) };
    Candidate { event, record: "{}".into() }
}

fn at(time: &str, candidate: Candidate) -> Candidate {
    let event = &candidate.event;
    let id = format!("{}-{time}", event.id);
    let time = format!("2026-05-01T{time}Z").parse().unwrap();
    Candidate { event: Event { id, time, ..event.clone() }, ..candidate }
}

fn order(case: &Case, candidates: &[Candidate]) -> Ranking {
    rank(case, &candidates.iter().collect::<Vec<_>>(), &Seen::default(), Signals::built_in())
}

fn names(ranking: &Ranking) -> Vec<&str> {
    ranking.suspects.iter().map(|s| s.event.name.as_str()).collect()
}

fn said(ranking: &Ranking, at: usize) -> String {
    let words = Catalogue::load(Lang::En);
    ranking.suspects[at].reasons.iter().map(|r| r.text(&words)).collect::<Vec<_>>().join(" · ")
}

#[test]
fn what_cuts_the_way_goes_before_what_is_nearer_but_cannot_have_done_it() {
    let case = case("AWS/ApplicationELB", "UnHealthyHostCount");
    let ranking = order(
        &case,
        &[
            at("03:08:00", on("CreateTags", EC2_INSTANCE, "i-1")),
            at("03:07:00", on("MonitorInstances", EC2_INSTANCE, "i-1")),
            at("03:06:00", on("RevokeSecurityGroupIngress", GROUP, "sg-1")),
            at("03:09:00", on("RevokeSecurityGroupIngress", GROUP, "sg-2")),
        ],
    );
    assert!(ranking.found);
    assert_eq!(names(&ranking)[0], "RevokeSecurityGroupIngress");
    assert_eq!(ranking.suspects.len(), 2, "neither tags nor the same call on another group are suspects");
    let reasons = said(&ranking, 0);
    for part in ["sg-1 (attached to i-1)", "something cannot be reached", "4m before it was noticed"] {
        assert!(reasons.contains(part), "{reasons}");
    }
}

#[test]
fn what_changed_nothing_sinks_below_what_did() {
    let case = case("AWS/EC2", "StatusCheckFailed");
    let failed = |c: Candidate| {
        let event = Event { error: Some("Client.UnauthorizedOperation".into()), ..c.event };
        Candidate { event, ..c }
    };
    let read = |c: Candidate| Candidate { event: Event { read_only: true, ..c.event }, ..c };
    let ranking = order(
        &case,
        &[
            at("03:09:00", failed(on("StopInstances", EC2_INSTANCE, "i-1"))),
            at("03:09:10", read(on("DescribeInstanceStatus", EC2_INSTANCE, "i-1"))),
            at("03:09:20", on("CreateTags", EC2_INSTANCE, "i-1")),
            at("02:00:00", on("RebootInstances", EC2_INSTANCE, "i-1")),
        ],
    );
    assert_eq!(names(&ranking)[0], "RebootInstances");
    assert!(ranking.suspects[1..].iter().all(|s| s.score < 0.1));
    let nothing = order(&case, &[at("03:09:00", failed(on("StopInstances", EC2_INSTANCE, "i-1")))]);
    assert!(!nothing.found, "a refused call explains nothing");
    assert!(said(&nothing, 0).contains("UnauthorizedOperation"));
}

#[test]
fn a_launch_without_capacity_is_what_a_capacity_alarm_shows() {
    let failed = |error: &str| {
        let candidate = at("03:09:00", on("RunInstances", EC2_INSTANCE, "i-1"));
        let event = Event { error: Some(error.into()), ..candidate.event };
        Candidate { event, ..candidate }
    };
    let case = case("AWS/AutoScaling", "GroupInServiceInstances");
    assert!(order(&case, &[failed("Client.VcpuLimitExceeded")]).suspects[0].score > 0.3);
    let refused = order(&case, &[failed("Client.UnauthorizedOperation")]);
    assert!(refused.suspects.iter().all(|s| s.score < 0.1));
}

#[test]
fn what_was_taken_back_counts_less() {
    let case = case("AWS/EC2", "StatusCheckFailed");
    let stop = at("03:00:00", on("StopInstances", EC2_INSTANCE, "i-1"));
    let start = at("03:05:00", on("StartInstances", EC2_INSTANCE, "i-1"));
    let alone = order(&case, std::slice::from_ref(&stop));
    let both = order(&case, &[stop, start]);
    let stop_of = |r: &Ranking| r.suspects.iter().find(|s| s.event.name == "StopInstances").unwrap().score;
    assert!(stop_of(&both) < stop_of(&alone) * 0.5);
    let at = both.suspects.iter().position(|s| s.event.name == "StopInstances").unwrap();
    assert!(said(&both, at).contains("taken back later by StartInstances"));
}

#[test]
fn of_a_thing_that_is_gone_the_deletion_explains_more_than_what_was_changed_before() {
    const ROLE: &str = "AWS::IAM::Role";
    let iam = |time: &str, name: &str| {
        let candidate = at(time, on(name, ROLE, "job"));
        Candidate { event: Event { source: "iam.amazonaws.com".into(), ..candidate.event }, ..candidate }
    };
    let about = |metric: &str| Case {
        symptom: Symptom::of("App", metric, "ALARM", ""),
        about: About { resources: vec![thing(ROLE, "job")], related: Vec::new() },
        ..case("", "")
    };
    let both = [iam("02:50:00", "DetachRolePolicy"), iam("03:05:00", "DeleteRole")];
    let ranking = order(&about("AccessDenied"), &both);
    assert_eq!(names(&ranking), ["DeleteRole", "DetachRolePolicy"]);
    assert!(
        said(&ranking, 1).contains("DeleteRole took it away altogether after that"),
        "{}",
        said(&ranking, 1)
    );
    // The steps of one teardown are one deed.
    let teardown =
        order(&about("AccessDenied"), &[iam("03:05:00", "DetachRolePolicy"), iam("03:05:01", "DeleteRole")]);
    assert!(!said(&teardown, 0).contains("took it away") && !said(&teardown, 1).contains("took it away"));
    // It says nothing where the deletion explains nothing, and where the thing was made anew.
    let shared = [iam("02:50:00", "UpdateAssumeRolePolicy"), iam("03:06:00", "DeleteRole")];
    let opened = order(&about("ExternalAccess"), &shared);
    assert_eq!(names(&opened)[0], "UpdateAssumeRolePolicy");
    assert!(!said(&opened, 0).contains("took it away"), "{}", said(&opened, 0));
    let anew =
        [iam("02:50:00", "DetachRolePolicy"), iam("03:05:00", "DeleteRole"), iam("03:06:00", "CreateRole")];
    let made = order(&about("AccessDenied"), &anew);
    let detached = names(&made).iter().position(|name| *name == "DetachRolePolicy").unwrap();
    assert!(!said(&made, detached).contains("took it away"), "{}", said(&made, detached));
}

#[test]
fn the_parameter_that_was_changed_decides_what_a_change_can_do() {
    let modify = |time, parameter: &str| {
        let candidate = at(time, on("ModifyInstanceAttribute", EC2_INSTANCE, "i-1"));
        let record =
            format!(r#"{{"requestParameters":{{"instanceId":"i-1","{parameter}":{{"value":"x"}}}}}}"#);
        Candidate { record: record.into(), ..candidate }
    };
    let case = case("AWS/EC2", "StatusCheckFailed_Instance");
    let ranking =
        order(&case, &[modify("03:00:00", "userData"), modify("03:05:00", "disableApiTermination")]);
    assert!(ranking.found && said(&ranking, 0).contains("it changes userData"));
    assert_eq!(ranking.suspects.len(), 1, "the other, though later, breaks nothing");
}

#[test]
fn the_later_of_two_that_are_alike_is_likelier_and_nothing_after_the_symptom_is() {
    let case = case("AWS/EC2", "StatusCheckFailed");
    let ranking = order(
        &case,
        &[
            at("01:00:00", on("RebootInstances", EC2_INSTANCE, "i-1")),
            at("03:00:00", on("RebootInstances", EC2_INSTANCE, "i-1")),
            at("03:10:30", on("RebootInstances", EC2_INSTANCE, "i-1")),
            at("03:12:00", on("RebootInstances", EC2_INSTANCE, "i-1")),
        ],
    );
    let times: Vec<String> = ranking.suspects.iter().map(|s| s.event.time.to_string()).collect();
    let at = |time: &str| format!("2026-05-01T{time}Z");
    assert_eq!(
        times,
        [at("03:00:00"), at("01:00:00"), at("03:10:30")],
        "within a minute after it clocks may differ"
    );
}

#[test]
fn an_order_does_not_depend_on_the_order_of_the_input() {
    let case = case("AWS/EC2", "StatusCheckFailed");
    let mut all: Vec<Candidate> = (0..20)
        .map(|n| at(&format!("03:0{}:00", n % 10), on("RebootInstances", EC2_INSTANCE, "i-1")))
        .enumerate()
        .map(|(n, c)| Candidate { event: Event { id: format!("id-{n}"), ..c.event }, ..c })
        .collect();
    let ids = |r: &Ranking| r.suspects.iter().map(|s| s.event.id.clone()).collect::<Vec<_>>();
    let first = ids(&order(&case, &all));
    all.reverse();
    assert_eq!(ids(&order(&case, &all)), first);
}

#[test]
fn who_did_it_counts_where_a_user_is_what_it_is_about() {
    let case = Case {
        symptom: Symptom::of("CloudTrailMetrics", "ConsoleSigninWithoutMfaCount", "ALARM", ""),
        about: About { resources: vec![thing("AWS::IAM::User", "ops-cli-user")], related: Vec::new() },
        ..case("", "")
    };
    let login = on("ConsoleLogin", "AWS::IAM::Group", "other");
    let login = Candidate { event: Event { source: "signin.amazonaws.com".into(), ..login.event }, ..login };
    assert!(order(&case, &[at("03:09:00", login)]).found);
}

#[test]
fn a_host_that_failed_is_not_explained_by_what_was_done_to_its_neighbours() {
    let case = case("AWS/EC2", "StatusCheckFailed_System");
    let ranking = order(
        &case,
        &[
            at("03:09:00", on("AuthorizeSecurityGroupIngress", GROUP, "sg-1")),
            at("03:08:00", on("ModifyInstanceMetadataOptions", EC2_INSTANCE, "i-1")),
        ],
    );
    assert!(!ranking.found, "{:?}", ranking.suspects.first().map(|s| s.score));
}

#[test]
fn no_change_scores_more_than_its_symptom_allows() {
    let calls = include_str!("../signals.toml");
    let table: toml::Table = calls.parse().unwrap();
    for metric in
        ["disk_used_percent", "StatusCheckFailed_System", "HTTPCode_ELB_5XX_Count", "CPUUtilization"]
    {
        let case = case("", metric);
        for row in table["signal"].as_array().unwrap() {
            let source = format!("{}.amazonaws.com", row["service"].as_str().unwrap());
            for name in row["events"].as_array().unwrap() {
                let candidate = at("03:00:00", on(name.as_str().unwrap(), GROUP, "sg-1"));
                let event = Event { source: source.as_str().into(), ..candidate.event };
                let ranking = order(&case, &[Candidate { event, ..candidate }]);
                let most = super::super::weight(1)
                    * ceiling(&case.symptom)
                    * timely(SignedDuration::from_mins(10)).unwrap();
                let score = ranking.suspects.first().map_or(0.0, |s| s.score);
                assert!(score <= most + 1e-9, "{metric} {name}: {score} > {most}");
            }
        }
    }
}

#[test]
fn time_there_and_back() {
    for minutes in [0, 1, 90, 24 * 60] {
        let span = SignedDuration::from_mins(minutes);
        assert!((until(timely(span).unwrap()) - span).abs() < SignedDuration::from_secs(1), "{minutes}");
    }
    assert_eq!(until(1.5), SignedDuration::ZERO);
}
