//! What stands around a resource, its graphs, and its members' patches and backups.

use super::*;
use crate::{
    panes::fixture::at,
    rows::{
        alarm::{MathQuery, Watch},
        event::{Event, made_up::call},
        metric::{MetricStat, SeriesQuery},
        patch::{Asked, Machine, Node, Scan},
    },
    triage::resources,
};

const GROUP: &str = "AWS::EC2::SecurityGroup";
const ALB: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
const TARGETS: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";
const WEB_80: &str = "targetgroup/web-80/73e2d6bc24d8a067";

fn page_text(world: &World, resource: &ResourceRef) -> String {
    let desk = Desk::new(Lang::En);
    let page = world.page(&desk);
    text(&page_of(resource, &page), &page)
}

/// The lines of a section.
fn section<'a>(page: &'a str, title: &str) -> Vec<&'a str> {
    let lines = page.lines().skip_while(|line| *line != format!("# {title}")).skip(1);
    lines.take_while(|line| line.starts_with(['>', ' '])).collect()
}

fn event(id: &str, name: &str, time: &str, resources: Vec<ResourceRef>) -> Event {
    Event { id: id.into(), time: at(time), resources: resources.into(), ..call(name) }
}

#[test]
fn tags_tell_the_template_the_stack_and_the_target_group() {
    let mut world = world();
    let arn = "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/1a2b";
    for (key, value) in [
        ("aws:ec2launchtemplate:id", "lt-0aa1"),
        ("aws:ec2launchtemplate:version", "7"),
        ("aws:cloudformation:stack-id", arn),
    ] {
        std::sync::Arc::make_mut(&mut world.instances[0].tags).push((key.into(), value.into()));
    }
    // Its group's other member has the tag that names the target group.
    std::sync::Arc::make_mut(&mut world.instances[1].tags).push(("TargetGroup".into(), "web-80".into()));
    let page = page_text(&world, &of(EC2_INSTANCE, "i-0a1c0a1c0a1c0a1c1"));
    let around = section(&page, "AROUND IT");
    for line in [
        ">web-80  ElasticLoadBalancingV2 TargetGroup  sends it requests, by tag",
        ">lt-0aa1 v7  EC2 LaunchTemplate  its launch template, by tag",
        ">shop  CloudFormation Stack  made it, by tag",
    ] {
        assert!(around.contains(&line), "{line} in {around:#?}");
    }
    // And back.
    for (kind, id) in [("AWS::EC2::LaunchTemplate", "lt-0aa1"), ("AWS::CloudFormation::Stack", "shop/1a2b")] {
        let page = page_text(&world, &of(kind, id));
        assert!(section(&page, "INSTANCES")[0].contains("web-1"), "{kind}: {page}");
    }
    let group = page_text(&world, &of("AWS::AutoScaling::AutoScalingGroup", "web-asg"));
    let around = section(&group, "AROUND IT");
    assert!(around[0].contains("web-80") && around[1].contains("lt-0aa1"), "{around:#?}");
    let targets = page_text(&world, &of(TARGETS, WEB_80));
    assert!(section(&targets, "AROUND IT").iter().any(|l| l.contains("web-asg")), "{targets}");
}

#[test]
fn what_stands_in_one_metric_belongs_together() {
    let mut world = world();
    let lb = page_text(&world, &of(ALB, "app/web/50dc6c495c0c9188"));
    assert_eq!(
        section(&lb, "AROUND IT"),
        [">web-80  ElasticLoadBalancingV2 TargetGroup  in the metric of web-5xx"]
    );
    let targets = page_text(&world, &of(TARGETS, WEB_80));
    assert_eq!(
        section(&targets, "AROUND IT"),
        [">web  ElasticLoadBalancingV2 LoadBalancer  in the metric of web-5xx"]
    );
    // An alarm on the sum of two queues' depths does not make them one another's.
    let depth = |id: &str, queue: &str| MathQuery {
        id: id.into(),
        stat: Some(MetricStat {
            namespace: "AWS/SQS".into(),
            name: "Depth".into(),
            dimensions: vec![("QueueName".into(), queue.into())],
            ..MetricStat::default()
        }),
        expression: None,
        label: None,
        returns: false,
        period: None,
    };
    let mut both = web_5xx();
    both.watch = Watch::Math(vec![depth("a", "jobs"), depth("b", "mails")]);
    both.resources = resources::of_alarm(&both, "eu-west-1", "111122223333", "aws");
    assert_eq!(both.resources.len(), 2);
    world.alarms = vec![both];
    assert_eq!(section(&page_text(&world, &of("AWS::SQS::Queue", "jobs")), "AROUND IT"), [""; 0]);
}

#[test]
fn a_topic_knows_the_alarms_that_call_it() {
    let arn = "arn:aws:sns:eu-west-1:111122223333:oncall";
    let topic = of("AWS::SNS::Topic", "oncall").with_arn(arn);
    let page = page_text(&world(), &topic);
    assert_eq!(
        section(&page, "AROUND IT"),
        [">web-5xx  CloudWatch Alarm  its action calls it"],
        "the other alarm recovers its instance and tells nobody"
    );
}

#[test]
fn what_one_call_touched_is_said_with_the_call() {
    let (group, other) = (of(GROUP, "sg-0b2f"), of(GROUP, "sg-9"));
    let mut world = world();
    let table = of("AWS::EC2::RouteTable", "rtb-1");
    let both = |id: &str, name: &str, time: &str, with: &ResourceRef| {
        event(id, name, time, vec![group.clone(), with.clone()])
    };
    world.events = vec![
        both("e1", "AuthorizeSecurityGroupIngress", "2026-05-01T03:06:00Z", &other),
        both("e2", "RevokeSecurityGroupIngress", "2026-05-01T03:00:00Z", &other),
        Event { error: Some("AccessDenied".into()), ..both("e3", "X", "2026-05-01T02:00:00Z", &table) },
        Event { read_only: true, ..both("e4", "DescribeX", "2026-05-01T01:00:00Z", &table) },
    ];
    let around = page_text(&world, &group);
    assert_eq!(
        section(&around, "AROUND IT"),
        [">sg-9  EC2 SecurityGroup  touched by the same call: AuthorizeSecurityGroupIngress 6m ago"],
        "once, by the newest; what failed or only read touched nothing"
    );
    // An instance's name is known, and a busy call does not fill the page.
    let many = (0..40).map(|n| of("AWS::EC2::Volume", &format!("vol-{n}")));
    let all = [group.clone(), of(EC2_INSTANCE, "i-0a1c0a1c0a1c0a1c1")].into_iter().chain(many).collect();
    world.events = vec![event("e5", "RunInstances", "2026-05-01T03:06:00Z", all)];
    let page = page_text(&world, &group);
    let around = section(&page, "AROUND IT");
    assert!(around[0].starts_with(">i-0a1c0a1c0a1c0a1c1 web-1  EC2 Instance"), "{around:#?}");
    assert_eq!(around.len(), 8);
}

fn on_queue(name: &str, metric: &str, period: u32, state: AlarmState, threshold: f64) -> Alarm {
    let stat = MetricStat {
        namespace: "AWS/SQS".into(),
        name: metric.into(),
        dimensions: vec![("QueueName".into(), "jobs".into())],
        stat: "Maximum".into(),
        period,
        ..MetricStat::default()
    };
    let (watch, since) = (Watch::Metric { stat, band: None }, format!("2026-05-01T03:0{}:00Z", period / 60));
    let (threshold, state_since) = (Some(threshold), Some(at(&since)));
    let mut alarm = Alarm { name: name.into(), state, threshold, state_since, watch, ..web_5xx() };
    alarm.resources = resources::of_alarm(&alarm, "eu-west-1", "111122223333", "aws");
    alarm
}

#[test]
fn the_graphs_are_those_that_its_alarms_watch_each_once_and_at_most_four() {
    let queue = of("AWS::SQS::Queue", "jobs");
    let desk = Desk::new(Lang::En);
    let mut world = World::default();
    assert!(
        !text(&detail(&queue, &world.page(&desk)), &world.page(&desk)).contains('['),
        "no alarm, no graph"
    );
    world.alarms = vec![
        on_queue("calm", "Age", 60, AlarmState::Ok, 10.0),
        on_queue("firing", "Age", 300, AlarmState::Alarm, 60.0),
    ];
    {
        let page = world.page(&desk);
        let said = text(&detail(&queue, &page), &page);
        // The threshold of the one that fires; the changes of both.
        assert!(said.contains("[Age Maximum Some(60.0) None marks=2]"), "{said}");
        let [Need::Series(_, SeriesQuery::Stat(stat))] = &needs(&queue, &page)[..] else { panic!("one") };
        assert_eq!(stat.period, 300);
    }
    world.alarms =
        (0..6).map(|n| on_queue(&format!("a{n}"), &format!("M{n}"), 60, AlarmState::Ok, 1.0)).collect();
    let page = world.page(&desk);
    assert_eq!(text(&detail(&queue, &page), &page).matches("marks=").count(), 4);
    assert_eq!(needs(&queue, &page).len(), 4);
}

#[test]
fn every_alarm_with_something_wrong_is_listed_and_of_the_calm_ones_the_first() {
    let alarms = |firing: usize, calm: usize| {
        let many = |count: usize, name: &str, state: AlarmState| -> Vec<Alarm> {
            (0..count).map(|n| on_queue(&format!("{name}{n:02}"), "Age", 60, state, 1.0)).collect()
        };
        let mut alarms = many(firing, "bad", AlarmState::Alarm);
        alarms.extend(many(calm, "calm", AlarmState::Ok));
        let page = page_text(&World { alarms, ..World::default() }, &of("AWS::SQS::Queue", "jobs"));
        section(&page, "ALARMS").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(alarms(20, 3).iter().filter(|line| line.starts_with(">bad")).count(), 20);
    let most = alarms(2, 9);
    assert_eq!(most.iter().filter(|line| line.starts_with(">calm")).count(), 6);
    assert_eq!(most.last().unwrap().trim(), "… 3 more");
    assert_eq!(alarms(0, 8).len(), 8, "all of them: no line says that there are none more");
}

#[test]
fn members_patches_and_backups_are_on_a_group_s_page_the_worst_first() {
    let mut world = world();
    let node = |id: &str, name: &str, missing: u32| Node {
        id: id.into(),
        name: name.into(),
        machine: Some(Machine { state: "running".into(), has_profile: true, ..Machine::default() }),
        agent: Asked::Found(std::sync::Arc::default()),
        scan: Asked::Found(Scan { missing, ..Scan::default() }.into()),
        ..Node::default()
    };
    world.nodes =
        vec![node("i-0a1c0a1c0a1c0a1c1", "web-1", 0), node("i-2", "web-2", 3), node("i-3", "db", 9)];
    world.backups = vec![Backup::of("i-2", of(EC2_INSTANCE, "i-2"), "EC2")];
    let page = page_text(&world, &of("AWS::AutoScaling::AutoScalingGroup", "web-asg"));
    let patches = section(&page, "PATCHES");
    assert!(patches[0].starts_with(">web-2  non_compliant") && patches[0].contains("3 missing"), "{page}");
    assert!(patches[1].starts_with(">web-1  compliant"), "{page}");
    assert_eq!(
        (patches.len(), section(&page, "BACKUPS").len()),
        (2, 1),
        "those of its members alone: {page}"
    );
    let empty = page_text(&World::default(), &of("AWS::AutoScaling::AutoScalingGroup", "web-asg"));
    assert!(!empty.contains("# PATCHES") && !empty.contains("# BACKUPS"), "{empty}");
}
