//! Every way from one thing to another, and `e` on the page of each.

use super::{desk::*, *};
use crate::{
    app::search::{BEFORE, Question, SWEEP},
    panes::{detail::Target, events::EVENT},
    resource::{ALARM, PATCHES, PROTECTED_RESOURCE},
    rows::patch::{Machine, Node},
};

const GROUP: &str = "AWS::EC2::SecurityGroup";
const VOLUME: &str = "AWS::EC2::Volume";
const ASG: &str = "AWS::AutoScaling::AutoScalingGroup";
const ALB: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";

fn here(desk: &Desk) -> (&str, &str) {
    match &desk.model.place {
        Place::Page(page) => (page.subject.kind.as_ref(), page.subject.id.as_str()),
        Place::Pane(pane) => ("", pane.spec().name),
        Place::Events(question) => ("", &question.title),
    }
}

/// The question that `e` puts on the way to its events.
fn asked(desk: &Desk) -> Option<Question> {
    match &desk.model.place {
        Place::Events(question) => Some((**question).clone()),
        _ => None,
    }
}

fn subjects(question: &Question) -> Vec<(&str, &str)> {
    let named = &question.queries.last().unwrap().subjects;
    named.iter().map(|r| (r.kind.as_ref(), r.id.as_str())).collect()
}

/// Presses `n` until the page's cursor is on a resource of a type, and opens it.
fn follow(desk: &mut Desk, kind: &str) {
    let Place::Page(page) = &desk.model.place else { panic!("not a page: {:?}", desk.model.place) };
    let detail = desk.model.detail(&page.subject, desk.now);
    let at = detail.targets().iter().position(|t| matches!(t, Target::Resource(r) if r.kind == kind));
    let at = at.unwrap_or_else(|| panic!("nothing leads to {kind}: {detail:#?}"));
    while matches!(&desk.model.place, Place::Page(page) if page.target < at) {
        desk.press("n");
    }
    desk.press("enter");
    assert_eq!(here(desk).0, kind);
}

fn event(id: &str, resources: Vec<ResourceRef>) -> Event {
    Event { id: id.into(), resources: resources.into(), ..call("RevokeSecurityGroupIngress") }
}

fn refer(kind: &'static str, id: &str) -> ResourceRef {
    ResourceRef::new(HOME, kind, id)
}

/// An alarm on a load balancer; one instance of a group with a volume, its patches and its backup; one event.
fn desk() -> Desk {
    let mut desk = Desk::open();
    desk.tell(Msg::Resize(80, 24));
    desk.press("r");
    let on_balancer =
        Alarm { resources: vec![refer(ALB, "app/web/50dc")], ..alarm("web-5xx", AlarmState::Alarm) };
    desk.answer(PaneId::Alarms, HOME, vec![on_balancer, alarm("cpu", AlarmState::Ok)]);
    let member = Instance {
        security_groups: vec![("sg-1".into(), "web".into())],
        volumes: vec!["vol-1".into()],
        interfaces: vec!["eni-1".into()],
        subnet_id: Some("subnet-1".into()),
        vpc_id: Some("vpc-1".into()),
        image_id: Some("ami-1".into()),
        key_pair: Some("ops".into()),
        asg: Some("web-asg".into()),
        instance_profile: Some("arn:aws:iam::111122223333:instance-profile/web".into()),
        tags: vec![
            ("aws:cloudformation:stack-name".into(), "shop".into()),
            ("aws:ec2launchtemplate:id".into(), "lt-1".into()),
        ]
        .into(),
        ..instance("i-1")
    };
    for pane in [PaneId::Instances, PaneId::Patches, PaneId::Backups, PaneId::Events] {
        desk.model.place = Place::Pane(pane);
        desk.press("r");
    }
    desk.answer(PaneId::Instances, HOME, vec![member]);
    let machine = Machine { state: "running".into(), ..Machine::default() };
    let node = Node { id: "i-1".into(), machine: Some(machine), ..Node::default() };
    desk.answer(PaneId::Patches, HOME, vec![node]);
    desk.answer(PaneId::Backups, HOME, vec![Backup::of("i-1", refer(EC2_INSTANCE, "i-1"), "EC2")]);
    desk.answer(
        PaneId::Events,
        HOME,
        vec![event("e1", vec![refer(GROUP, "sg-1"), refer(EC2_INSTANCE, "i-1")])],
    );
    desk.effects.clear();
    desk
}

fn open(desk: &mut Desk, kind: &'static str, id: &str) {
    let mut out = Vec::new();
    crate::app::update::places::open(&mut desk.model, refer(kind, id), &mut out);
    desk.tell(Msg::Tick);
    assert_eq!(here(desk), (kind, id));
}

#[test]
fn an_instance_leads_to_everything_around_it_and_each_leads_back() {
    for kind in [
        GROUP,
        VOLUME,
        ASG,
        "AWS::EC2::NetworkInterface",
        "AWS::EC2::Subnet",
        "AWS::EC2::VPC",
        "AWS::EC2::Image",
        "AWS::EC2::KeyPair",
        "AWS::EC2::LaunchTemplate",
        "AWS::IAM::InstanceProfile",
        PATCHES,
        PROTECTED_RESOURCE,
        ALARM,
        EVENT,
    ] {
        let mut desk = desk();
        open(&mut desk, EC2_INSTANCE, "i-1");
        follow(&mut desk, kind);
        follow(&mut desk, EC2_INSTANCE);
        assert_eq!(here(&desk), (EC2_INSTANCE, "i-1"));
        desk.press("esc esc");
        assert_eq!(here(&desk), (EC2_INSTANCE, "i-1"), "and the way back is remembered");
    }
    // A stack is known by name alone here, and CloudFormation's own id is not: it leads nowhere further.
    let mut desk = desk();
    open(&mut desk, EC2_INSTANCE, "i-1");
    follow(&mut desk, "AWS::CloudFormation::Stack");
}

#[test]
fn an_alarm_leads_to_its_resource_and_that_to_what_is_around_it() {
    let mut desk = desk();
    open(&mut desk, ALARM, "web-5xx");
    desk.press("g");
    assert_eq!(here(&desk), (ALB, "app/web/50dc"));
    follow(&mut desk, ALARM);
    assert_eq!(here(&desk), (ALARM, "web-5xx"));
}

#[test]
fn an_event_leads_to_each_thing_that_it_touched() {
    for (kind, id) in [(GROUP, "sg-1"), (EC2_INSTANCE, "i-1")] {
        let mut desk = desk();
        open(&mut desk, EVENT, "e1");
        follow(&mut desk, kind);
        assert_eq!(here(&desk), (kind, id));
        follow(&mut desk, EVENT);
        assert_eq!(here(&desk), (EVENT, "e1"));
    }
}

#[test]
fn the_board_leads_to_each_kind_of_thing() {
    let mut desk = desk();
    desk.model.place = Place::Pane(PaneId::Board);
    desk.tell(Msg::Tick);
    let rows: Vec<String> = desk.shown(PaneId::Board).into_iter().map(str::to_owned).collect();
    assert!(!rows.is_empty());
    desk.press("g g");
    for _ in &rows {
        let subject = desk.model.subject().unwrap();
        desk.press("enter");
        let there = here(&desk);
        let is_pane = subject.kind == crate::panes::PANE;
        assert!(there == (subject.kind.as_ref(), subject.id.as_str()) || is_pane, "{there:?} of {subject:?}");
        desk.press("esc");
        assert_eq!(here(&desk), ("", "Board"));
        desk.press("j");
    }
}

#[test]
fn e_on_the_page_of_an_alarm_asks_about_what_it_points_at_since_it_fired() {
    let mut desk = desk();
    open(&mut desk, ALARM, "web-5xx");
    desk.press("e");
    let question = asked(&desk).unwrap();
    assert_eq!((question.title.as_str(), subjects(&question)), ("web-5xx", vec![(ALB, "app/web/50dc")]));
    let fired: Timestamp = "2026-05-01T03:08:00Z".parse().unwrap();
    assert_eq!(question.queries.iter().map(|q| q.from).collect::<Vec<_>>(), [fired - SWEEP, fired - BEFORE]);
}

#[test]
fn e_on_the_page_of_an_instance_asks_about_the_instance() {
    let mut desk = desk();
    // As an alarm refers to it: with its ARN, which its row does not know.
    let arn = "arn:aws:ec2:eu-west-1:111122223333:instance/i-1";
    crate::app::update::places::open(
        &mut desk.model,
        refer(EC2_INSTANCE, "i-1").with_arn(arn),
        &mut Vec::new(),
    );
    desk.press("e");
    let question = asked(&desk).unwrap();
    assert_eq!((question.title.as_str(), subjects(&question)), ("web-1", vec![(EC2_INSTANCE, "i-1")]));
}

#[test]
fn e_on_the_page_of_any_resource_asks_about_it_until_now() {
    let mut desk = desk();
    let id = "targetgroup/web-80/73e2d6bc24d8a067";
    open(&mut desk, "AWS::ElasticLoadBalancingV2::TargetGroup", id);
    desk.press("e");
    let question = asked(&desk).unwrap();
    assert_eq!(question.title, "web-80", "as people call it");
    assert_eq!(subjects(&question), [("AWS::ElasticLoadBalancingV2::TargetGroup", id)]);
    assert_eq!(question.queries[0].from, desk.now - SWEEP);
}

#[test]
fn e_on_the_page_of_an_event_asks_about_what_it_touched_wherever_it_was_found() {
    let mut desk = desk();
    open(&mut desk, EVENT, "e1");
    desk.press("e");
    let question = asked(&desk).unwrap();
    assert_eq!(subjects(&question), [(GROUP, "sg-1"), (EC2_INSTANCE, "i-1")]);
    // That search finds an older one, which is in no table of a pane.
    let generation = desk.model.search.as_ref().unwrap().feed.generation;
    let older = event("e0", vec![refer(VOLUME, "vol-1")]);
    let rows = vec![panes::boxed(older)];
    desk.tell(Msg::Found { generation, rows });
    desk.tell(Msg::Searched { generation, complete: true, problems: Vec::new(), notes: Vec::new() });
    desk.press("enter");
    assert_eq!(here(&desk), (EVENT, "e0"));
    desk.press("g");
    assert_eq!(here(&desk), (VOLUME, "vol-1"), "g knows what it touched");
    desk.press("esc e");
    let question = asked(&desk).unwrap();
    assert_eq!(subjects(&question), [(VOLUME, "vol-1")], "and not the event's own id");
    assert_eq!(question.title, "RevokeSecurityGroupIngress");
}

#[test]
fn e_where_nothing_is_named_says_so() {
    let mut desk = desk();
    desk.model.place = Place::Pane(PaneId::Events);
    desk.press("r").answer(PaneId::Events, HOME, vec![event("mute", Vec::new())]);
    open(&mut desk, EVENT, "mute");
    desk.press("e");
    assert_eq!(here(&desk), (EVENT, "mute"));
    let toast = desk.model.toast.as_ref().map(|t| t.text.as_str());
    assert_eq!(toast, Some("This points at no resource."));
}
