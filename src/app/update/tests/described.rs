//! What the page of a resource asks of EC2, and what becomes of the answer.

use super::{desk::*, *};
use crate::rows::described::{Described, Peer, Rule, SecurityGroup, Volume, What};

const GROUP: &str = "AWS::EC2::SecurityGroup";
const VOLUME: &str = "AWS::EC2::Volume";

fn open(desk: &mut Desk, kind: &'static str, id: &str) {
    let mut out = Vec::new();
    crate::app::update::places::open(&mut desk.model, ResourceRef::new(HOME, kind, id), &mut out);
    desk.effects.extend(out);
    desk.tell(Msg::Tick);
}

/// What was asked of EC2: with which number, what, about which.
fn asked(desk: &Desk) -> Vec<(u64, What, String)> {
    let of = |e: &Effect| match e {
        Effect::Describe { generation, what, id, .. } => Some((*generation, *what, id.clone())),
        _ => None,
    };
    desk.effects.iter().filter_map(of).collect()
}

fn answer(desk: &mut Desk, generation: u64, result: Result<Described, Problem>) {
    let (what, id) = (What::Volume, "vol-1".to_owned());
    let result = result.map(Box::new);
    desk.tell(Msg::Described { scope: HOME, generation, what, id, result });
}

fn page(desk: &Desk) -> String {
    let subject = desk.model.subject().unwrap();
    format!("{:?}", desk.model.detail(&subject, desk.now))
}

fn volume(size: i32) -> Described {
    Described::Volume(Volume { size: Some(size), ..Volume::default() })
}

#[test]
fn a_page_asks_once_and_again_when_the_answer_is_a_minute_old() {
    let mut desk = Desk::open();
    open(&mut desk, VOLUME, "vol-1");
    desk.wait(Duration::from_secs(1));
    let [(generation, what, id)] = asked(&desk)[..].to_vec().try_into().unwrap();
    assert_eq!((what, id.as_str()), (What::Volume, "vol-1"));
    assert!(page(&desk).contains("Asking EC2"));
    answer(&mut desk, generation, Ok(volume(20)));
    assert!(page(&desk).contains("20 GiB"));
    desk.effects.clear();
    desk.wait(Duration::from_secs(59));
    assert_eq!(asked(&desk), []);
    desk.wait(Duration::from_secs(2));
    assert_eq!(asked(&desk).len(), 1);
    // A late answer of the one before says nothing.
    answer(&mut desk, generation, Ok(volume(7)));
    assert!(page(&desk).contains("20 GiB"));
    desk.effects.clear();
    // It is gone meanwhile: what was known of it is not shown as if it were true.
    let newest = desk.model.generation;
    answer(&mut desk, newest, Ok(Described::Gone));
    assert!(page(&desk).contains("EC2 knows no") && !page(&desk).contains("20 GiB"));
}

#[test]
fn a_group_s_page_asks_for_its_rules_and_for_who_has_it() {
    let mut desk = Desk::open();
    open(&mut desk, GROUP, "sg-1");
    let whats: Vec<What> = asked(&desk).into_iter().map(|(_, what, _)| what).collect();
    assert_eq!(whats, [What::SecurityGroup, What::GroupInterfaces]);
    desk.effects.clear();
    open(&mut desk, "AWS::SQS::Queue", "jobs");
    assert_eq!(asked(&desk), []);
    assert!(desk.effects.contains(&Effect::CancelFacts), "leaving gives the questions up");
}

#[test]
fn the_cursor_stays_on_top_when_the_first_answer_comes_above_what_was_there() {
    let on_top = |moved: bool| {
        let mut desk = Desk::open();
        let group =
            |id: &str| Instance { security_groups: vec![("sg-1".into(), "web".into())], ..instance(id) };
        desk.model.place = Place::Pane(PaneId::Instances);
        desk.press("r").answer(PaneId::Instances, HOME, vec![group("i-1"), group("i-2")]);
        desk.effects.clear();
        open(&mut desk, GROUP, "sg-1");
        if moved {
            desk.press("n");
        }
        let (generation, what, id) = asked(&desk).remove(0);
        let peer = Peer::Group { id: "sg-2".into(), account: None };
        let rules =
            SecurityGroup { ingress: vec![Rule { peer, ..Rule::default() }], ..SecurityGroup::default() };
        let result = Ok(Box::new(Described::SecurityGroup(rules)));
        desk.tell(Msg::Described { scope: HOME, generation, what, id, result });
        desk.press("enter");
        desk.model.subject().unwrap().id
    };
    assert_eq!(on_top(false), "sg-2", "the rule's group, which came first");
    assert_eq!(on_top(true), "i-2", "what was chosen stays chosen");
}

#[test]
fn a_refusal_is_on_the_page_and_asked_again_later_and_r_asks_at_once() {
    let mut desk = Desk::open();
    open(&mut desk, VOLUME, "vol-1");
    let (generation, ..) = asked(&desk).remove(0);
    answer(&mut desk, generation, Err(problem(ProblemKind::Denied)));
    assert!(page(&desk).contains("EC2 did not say more"));
    desk.effects.clear();
    desk.wait(Duration::from_secs(20));
    assert_eq!(asked(&desk), []);
    desk.press("r");
    assert_eq!(asked(&desk).len(), 1);
    assert_eq!(desk.fetches(), [(PaneId::Instances, HOME), (PaneId::Instances, AWAY)], "with its instances");
    let (generation, ..) = asked(&desk).remove(0);
    answer(&mut desk, generation, Err(problem(ProblemKind::Denied)));
    desk.effects.clear();
    desk.wait(Duration::from_secs(31));
    assert_eq!(asked(&desk).len(), 1);
}

#[test]
fn while_frozen_what_is_missing_is_read_and_what_is_there_stays() {
    let mut desk = Desk::open();
    open(&mut desk, VOLUME, "vol-1");
    let (generation, ..) = asked(&desk).remove(0);
    desk.press("space");
    answer(&mut desk, generation, Ok(volume(20)));
    assert!(page(&desk).contains("20 GiB"));
    desk.effects.clear();
    desk.wait(Duration::from_mins(5));
    assert_eq!(asked(&desk), []);
}
