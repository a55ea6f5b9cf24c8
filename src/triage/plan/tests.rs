use super::*;
use crate::{
    rows::event::made_up,
    scope::ScopeId,
    triage::cause::{About, Suspect, Symptom},
};

fn thing(kind: &'static str, id: &str) -> ResourceRef {
    ResourceRef::new(ScopeId(0), kind, id)
}

fn graph() -> Graph {
    let node = |kind, id, parent, steps| Node {
        resource: thing(kind, id),
        name: String::new(),
        via: None,
        parent,
        steps,
    };
    Graph {
        nodes: vec![
            node("AWS::ElasticLoadBalancingV2::LoadBalancer", "web", None, 0),
            node("AWS::EC2::Instance", "i-1", Some(0), 1),
            node("AWS::EC2::SecurityGroup", "sg-1", Some(0), 1),
            node("AWS::EC2::KeyPair", "k", Some(1), 2),
        ],
    }
}

fn case() -> Case {
    Case {
        symptom: Symptom::of("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", "ALARM", ""),
        about: About::default(),
        at: at("03:10:00"),
        window: SignedDuration::from_hours(24),
        began: None,
    }
}

fn at(time: &str) -> Timestamp {
    format!("2026-05-01T{time}Z").parse().unwrap()
}

fn order(ranking: &Ranking, page: SignedDuration, most: usize) -> Vec<String> {
    order_of(&case(), ranking, page, most)
}

/// The order of the questions when each has so many pages and a sweep's page reaches so far back.
fn order_of(case: &Case, ranking: &Ranking, page: SignedDuration, most: usize) -> Vec<String> {
    let mut plan = Plan::default();
    let mut reach = Reach::default();
    let mut order = Vec::new();
    while let Some(wish) = plan.next(case, &graph(), ranking, reach).filter(|_| order.len() < most) {
        let went = if matches!(wish, Wish::About(_)) { Went::Done } else { Went::More };
        if wish == Wish::Changes {
            reach.here = Some(reach.here.unwrap_or(case.at) - page);
        }
        order.push(match &wish {
            Wish::About(resource) => resource.id.clone(),
            other => format!("{other:?}"),
        });
        plan.went(wish, went);
    }
    order
}

#[test]
fn the_last_hour_and_the_most_telling_names_come_in_turn() {
    let quiet = Ranking::default();
    let minutes = SignedDuration::from_mins(25);
    assert_eq!(
        order(&quiet, minutes, 8),
        ["Changes", "web", "Changes", "sg-1", "Changes", "i-1", "k", "Changes"]
    );
}

#[test]
fn a_suspect_s_own_thing_is_asked_for_at_once_and_then_only_what_could_beat_it() {
    let event =
        Event { resources: vec![thing("AWS::EC2::SecurityGroup", "sg-9")].into(), ..made_up::call("Revoke") };
    let suspect = |score| Ranking {
        found: true,
        suspects: vec![Suspect { score, reasons: Vec::new(), event: event.clone() }],
    };
    let minutes = SignedDuration::from_mins(25);
    assert_eq!(order(&suspect(0.9), minutes, 20), ["sg-9", "Changes", "web"]);
    let doubtful = order(&suspect(0.6), minutes, 40);
    assert!(doubtful.len() > 8 && doubtful[0] == "sg-9", "{doubtful:?}");
}

#[test]
fn without_anything_to_ask_for_the_account_is_swept_everywhere() {
    let plan = Plan::default();
    let none = Graph::default();
    assert_eq!(plan.next(&case(), &none, &Ranking::default(), Reach::default()), Some(Wish::Changes));
    let mut plan = Plan::default();
    plan.went(Wish::Changes, Went::More);
    assert_eq!(plan.next(&case(), &none, &Ranking::default(), Reach::default()), Some(Wish::GlobalChanges));
    plan.went(Wish::GlobalChanges, Went::Done);
    plan.went(Wish::Changes, Went::Over);
    assert_eq!(plan.next(&case(), &none, &Ranking::default(), Reach::default()), None);
}

fn doubtful(metric: &str, page: SignedDuration) -> Vec<String> {
    let case = Case { symptom: Symptom::of("", metric, "ALARM", ""), ..case() };
    order_of(&case, &Ranking::default(), page, 40)
}

#[test]
fn what_has_been_swept_since_is_not_asked_for_again() {
    let event =
        Event { resources: vec![thing("AWS::EC2::SecurityGroup", "sg-9")].into(), ..made_up::call("Revoke") };
    let suspects = vec![Suspect { score: 0.97, reasons: Vec::new(), event }];
    let ranking = Ranking { found: true, suspects };
    let next = |back: &str| {
        let mut plan = Plan::default();
        plan.went(Wish::Changes, Went::More);
        let here = Some(format!("2026-05-01T{back}Z").parse().unwrap());
        plan.next(&case(), &graph(), &ranking, Reach { here, global: None })
    };
    assert_eq!(next("03:07:00"), Some(Wish::About(thing("AWS::EC2::SecurityGroup", "sg-9"))));
    assert_eq!(next("02:50:00"), None, "it was not taken back, and nothing older is likelier");
}

#[test]
fn it_ends_where_nothing_older_could_explain_the_symptom_with_confidence() {
    let minutes = SignedDuration::from_mins(25);
    // A full disk is rarely anybody's change: one of more than an hour and a half ago would be a doubtful suspect.
    let disk = doubtful("disk_used_percent", minutes);
    assert_eq!(disk, ["Changes", "web", "Changes", "Changes", "Changes"], "{disk:?}");
    // A host that failed is nobody's; the last quarter of an hour is read all the same.
    let host = doubtful("StatusCheckFailed_System", minutes);
    assert_eq!(host, ["Changes", "web"], "{host:?}");
    let errors = doubtful("HTTPCode_ELB_5XX_Count", minutes);
    assert!(errors.len() > 15, "{errors:?}");
}

#[test]
fn short_pages_do_not_keep_it_from_the_names() {
    let busy = doubtful("disk_used_percent", SignedDuration::from_mins(2));
    assert_eq!(busy[..7], ["Changes", "web", "Changes", "sg-1", "Changes", "i-1", "Changes"]);
}

#[test]
fn a_sweep_that_lacks_a_few_minutes_of_its_window_is_whole() {
    let whole = |back: &str| {
        let mut plan = Plan::default();
        plan.went(Wish::Changes, Went::More);
        plan.went(Wish::Changes, Went::Over);
        let here = Some(back.parse().unwrap());
        plan.is_whole(&case(), &graph(), Reach { here, global: None })
    };
    assert!(whole("2026-04-30T03:30:00Z") && !whole("2026-04-30T05:00:00Z"));
    let ended = Plan::default();
    assert!(ended.is_whole(&case(), &graph(), Reach::default()), "nothing kept it from asking");
}
