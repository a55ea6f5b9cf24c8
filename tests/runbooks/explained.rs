//! What an explanation tells a runbook: results of the console's own checks, signs, values.

use std::sync::Arc;

use jiff::SignedDuration;
use toban::{
    resource::{EC2_INSTANCE, ResourceRef},
    rows::event::{ActorKind, Event, Via},
    runbook::{console, explained, judge::By},
    scope::ScopeId,
    text::{Catalogue, Lang, sentence::Sentence},
    triage::{
        cause::{Ranking, Suspect},
        check::{
            Finding,
            Outcome::{self, Fail, Pass, Unknown},
            Side,
        },
        explanation::{Explanation, Request, Subject},
        graph::{Graph, Node},
    },
};

use super::at;

const NOW: &str = "2026-05-01T12:00:00Z";

fn host() -> ResourceRef {
    ResourceRef::new(ScopeId(0), EC2_INSTANCE, "i-1")
}

/// Of a host that is not well; nothing has been found yet.
fn explanation() -> Explanation {
    let case = Request::of(Subject::Resource(host())).case(at(NOW));
    let node = |resource, parent| Node { resource, name: String::new(), via: None, parent, steps: 0 };
    let group = ResourceRef::new(ScopeId(0), "AWS::EC2::SecurityGroup", "sg-1");
    Explanation {
        health: Vec::new(),
        checked: true,
        case,
        alarm: None,
        graph: Graph { nodes: vec![node(host(), None), node(group, Some(0))] },
        findings: Vec::new(),
        ranking: Ranking::default(),
        of: 0,
        read: 0,
        read_back_to: None,
        problems: Vec::new(),
        calls: 0,
        lookups: 0,
        whole: false,
        done: false,
    }
}

fn finding(id: &'static str, outcome: Outcome) -> Finding {
    let evidence = Sentence::new("check.status").with("id", "i-1").with("status", "impaired");
    Finding { id, outcome, about: Some(host()), evidence, at: None, side: Side::Aws }
}

fn suspect(name: &str) -> Suspect {
    let event = Event {
        scope: ScopeId(0),
        id: "e-1".into(),
        time: at(NOW) - SignedDuration::from_mins(5),
        name: name.into(),
        source: "ec2.amazonaws.com".into(),
        actor: "ops-cli-user".into(),
        actor_kind: ActorKind::User,
        via: Via::Cli,
        access_key: Some("AKIAEXAMPLE".into()),
        source_ip: None,
        read_only: false,
        error: None,
        resources: vec![host()].into(),
        summary: Arc::new(Sentence::new("events.by_name").with("what", name)),
    };
    Suspect {
        score: 0.9,
        reasons: vec![Sentence::new("runbook.why_said").with("text", "it stops i-1")],
        event,
    }
}

fn outcome(id: &str, explanation: &Explanation) -> Option<(Outcome, String)> {
    let words = Catalogue::load(Lang::En);
    let judged = console::judged(id, explanation, &words, at(NOW))?;
    assert_eq!((judged.at, &judged.by), (at(NOW), &By::Console));
    let toban::runbook::judge::Why::Said { text } = judged.why else { panic!("it says why") };
    Some((judged.outcome, text))
}

#[test]
fn a_console_s_check_is_what_the_explanation_says_of_it() {
    let mut known = explanation();
    assert_eq!(outcome("ec2.status.system", &known), None, "it may still come");
    known.done = true;
    let (is, text) = outcome("ec2.status.system", &known).unwrap();
    assert_eq!((is, text.as_str()), (Unknown, "it does not apply to what this is about"));
    known.findings = vec![finding("ec2.status.system", Fail), finding("ec2.status.system", Pass)];
    assert_eq!(outcome("ec2.status.system", &known).unwrap().0, Fail, "one that fails is enough");
    known.findings = vec![finding("ec2.status.system", Unknown), finding("ec2.status.system", Pass)];
    assert_eq!(outcome("ec2.status.system", &known).unwrap().0, Unknown, "and one unknown is not fine");
}

#[test]
fn the_search_for_a_cause_is_a_check_too() {
    let mut known = explanation();
    assert_eq!(outcome(console::CAUSE, &known), None);
    known.done = true;
    assert_eq!(outcome(console::CAUSE, &known).unwrap().0, Unknown, "not all was read");
    known.whole = true;
    assert_eq!(outcome(console::CAUSE, &known).unwrap().0, Pass);
    known.ranking = Ranking { found: true, suspects: vec![suspect("StopInstances")] };
    let (is, text) = outcome(console::CAUSE, &known).unwrap();
    assert_eq!((is, text.as_str()), (Fail, "StopInstances: it stops i-1"));
}

#[test]
fn signs_and_values_come_from_it() {
    let mut known = explanation();
    known.findings =
        vec![finding("ec2.state", Fail), finding("ec2.state", Fail), finding("elb.targets", Pass)];
    known.ranking = Ranking { found: false, suspects: vec![suspect("StopInstances")] };
    let signs = explained::signs(&known, "no answer");
    assert_eq!(
        (signs.failed, signs.event, signs.intake),
        (vec!["ec2.state".to_owned()], None, "no answer".to_owned())
    );
    known.ranking.found = true;
    assert_eq!(explained::signs(&known, "").event.as_deref(), Some("StopInstances"));

    let values = explained::known(&known);
    assert_eq!(values.resources, [(EC2_INSTANCE, "i-1", None)]);
    let around = [("AWS::EC2::SecurityGroup", "sg-1", None), ("AWS::IAM::AccessKey", "AKIAEXAMPLE", None)];
    assert_eq!(values.related, around);
}
