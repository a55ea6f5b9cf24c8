//! What an alarm's page says of its cause.

use std::sync::Arc;

use crate::{
    panes::{
        alarms::detail,
        detail::Target,
        fixture::{Desk, World, assert_worded, at, text, web_5xx},
    },
    resource::ResourceRef,
    rows::event::{Event, made_up},
    scope::ScopeId,
    text::{Lang, sentence::Sentence},
    triage::{
        cause::{Ranking, Suspect},
        check::{Finding, Outcome, Side},
        explanation::{Explanation, Request, Subject},
        graph::{Graph, Node},
    },
};

fn thing(kind: &'static str, id: &str) -> ResourceRef {
    ResourceRef::new(ScopeId(0), kind, id)
}

fn suspect(score: f64, name: &str, time: &str) -> Suspect {
    let event = Event {
        id: format!("id-{name}"),
        time: at(time),
        actor: "ops-cli-user".into(),
        access_key: Some("AKIAEXAMPLE".into()),
        ..made_up::call(name)
    };
    let reason = Sentence::new("cause.acts_on").with("id", "sg-1");
    Suspect { score, reasons: vec![reason], event }
}

fn finding(id: &'static str, outcome: Outcome, said: &str) -> Finding {
    let evidence = Sentence::new("relation.said").with("text", said);
    let about = Some(thing("AWS::EC2::Instance", "i-1"));
    Finding { id, outcome, about, evidence, at: None, side: Side::Customer }
}

fn explanation(done: bool, suspects: Vec<Suspect>) -> Explanation {
    let alarm = Arc::new(web_5xx());
    let case = Request::of(Subject::Alarm(Arc::clone(&alarm), Vec::new())).case(at("2026-05-01T03:12:00Z"));
    let node = |resource, via: Option<&str>, parent| Node {
        resource,
        name: String::new(),
        via: via.map(|via| Sentence::new("relation.said").with("text", via)),
        parent,
        steps: u8::from(parent.is_some()),
    };
    let balancer = thing("AWS::ElasticLoadBalancingV2::LoadBalancer", "app/web/50dc6c495c0c9188");
    Explanation {
        case,
        alarm: Some(alarm),
        graph: Graph {
            nodes: vec![
                node(balancer, None, None),
                node(thing("AWS::EC2::SecurityGroup", "sg-1"), Some("attached to web"), Some(0)),
            ],
        },
        health: Vec::new(),
        findings: vec![
            finding("elb.targets", Outcome::Fail, "6 of 6 targets unhealthy"),
            finding("aws.health", Outcome::Unknown, "not asked"),
            finding("ec2.state", Outcome::Pass, "running"),
            finding("elb.state", Outcome::Pass, "active"),
        ],
        ranking: Ranking { found: suspects.first().is_some_and(|s| s.score >= 0.5), suspects },
        of: 3,
        read: 320,
        read_back_to: None,
        problems: Vec::new(),
        calls: 27,
        lookups: 5,
        whole: done,
        checked: true,
        done,
    }
}

/// The page from WHAT CHANGED to the end of what is around.
fn page(explanation: Explanation, lang: Lang) -> (String, Vec<String>) {
    let desk = Desk::new(lang);
    let mut world = World { alarms: vec![web_5xx()], ..World::default() };
    world.explanations.insert("web-5xx".into(), explanation);
    let page = world.page(&desk);
    let detail = detail(&world.alarms[0], &page);
    assert_worded(&detail, &page);
    let text = text(&detail, &page);
    let (_, from) = text.split_once("# ").unwrap();
    let (part, _) = from.split_once("metric:").or_else(|| from.split_once("メトリクス")).unwrap();
    let id = |target: &&Target| match target {
        Target::Resource(resource) => resource.id.clone(),
        Target::Events(..) | Target::Step(_) => String::new(),
    };
    (part.to_owned(), detail.targets().iter().map(id).collect())
}

#[test]
fn a_cause_stands_first_with_its_reasons_and_what_belongs_to_it() {
    let suspects = vec![
        suspect(0.93, "RevokeSecurityGroupIngress", "2026-05-01T03:04:00Z"),
        suspect(0.7, "AuthorizeSecurityGroupIngress", "2026-05-01T03:03:00Z"),
        suspect(0.05, "CreateTags", "2026-05-01T03:05:00Z"),
    ];
    let (text, targets) = page(explanation(true, suspects), Lang::En);
    assert_eq!(
        text,
        "WHAT CHANGED
 1d back: 320 events, 27 calls, complete
>1 0.93  4m before  RevokeSecurityGroupIngress
     every RevokeSecurityGroupIngress
     ops-cli-user · cli · 203.0.113.9
     acts on sg-1, which is unwell
>   + AuthorizeSecurityGroupIngress · every AuthorizeSecurityGroupIngress
>3 0.05  3m before  CreateTags
     every CreateTags
     ops-cli-user · cli
# AFFECTED
>web-80  ElasticLoadBalancingV2 TargetGroup
>web  ElasticLoadBalancingV2 LoadBalancer
# CHECKS
>✗ 6 of 6 targets unhealthy
 ? not asked
 ✓ ec2.state elb.state
our side · compute: Ask who did it, and take it back if they agree.
# TIMELINE
>03:03  AuthorizeSecurityGroupIngress  ops-cli-user  every AuthorizeSecurityGroupIngress
>03:04  RevokeSecurityGroupIngress  ops-cli-user  every RevokeSecurityGroupIngress
 03:08  ALARM  web-5xx
# AROUND IT
>web  ElasticLoadBalancingV2 LoadBalancer
>  sg-1  EC2 SecurityGroup  attached to web
"
    );
    assert_eq!(targets[0], "id-RevokeSecurityGroupIngress", "the cursor begins at the cause");
}

#[test]
fn where_no_change_explains_it_that_is_said() {
    let (text, targets) =
        page(explanation(true, vec![suspect(0.3, "StopInstances", "2026-05-01T03:04:00Z")]), Lang::En);
    assert!(text.contains("\n No change explains this with confidence."), "{text}");
    assert!(text.starts_with("CHECKS\n>✗ 6 of 6 targets unhealthy\n"), "what is wrong stands first: {text}");
    assert_eq!(targets[0], "i-1", "the cursor begins at what the check is about");
    assert!(
        text.contains("our side · compute: Put it right"),
        "the check that failed says whose it is: {text}"
    );
    let (text, _) = page(explanation(true, Vec::new()), Lang::Ja);
    assert!(text.contains("直前の変更") && text.contains("利用者側"), "{text}");
}

#[test]
fn where_neither_changes_nor_checks_say_anything_the_suspects_stand_first() {
    let suspects = vec![suspect(0.3, "StopInstances", "2026-05-01T03:04:00Z")];
    let mut well = explanation(true, suspects);
    well.findings.retain(|finding| finding.outcome != Outcome::Fail);
    let (text, _) = page(well, Lang::En);
    assert!(text.starts_with("WHAT CHANGED\n"), "{text}");
}

#[test]
fn while_it_is_looked_for_nothing_is_claimed() {
    let (text, _) =
        page(explanation(false, vec![suspect(0.3, "StopInstances", "2026-05-01T03:04:00Z")]), Lang::En);
    assert!(text.starts_with("WHAT CHANGED\n"), "no order that is turned over later: {text}");
    assert!(text.contains("looking …") && !text.contains("No change explains"), "{text}");
    assert!(!text.contains("our side"), "{text}");
}
