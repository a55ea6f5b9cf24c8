mod around;
mod described;

use super::*;
use crate::{
    panes::fixture::{Desk, World, assert_worded, composite, system_check, text, web_1, web_5xx},
    rows::alarm::AlarmState,
    scope::ScopeId,
    text::Lang,
};

fn world() -> World {
    World {
        alarms: vec![web_5xx(), system_check("i-0a1c0a1c0a1c0a1c1", AlarmState::Ok)],
        instances: vec![
            web_1(),
            Instance { id: "i-2".into(), name: "web-2".into(), state: "stopped".into(), ..web_1() },
            Instance { id: "i-3".into(), name: "db".into(), asg: None, ..web_1() },
        ],
        ..World::default()
    }
}

fn of(kind: &'static str, id: &str) -> ResourceRef {
    ResourceRef::new(ScopeId(0), kind, id)
}

#[test]
fn a_resource_without_a_pane() {
    let desk = Desk::new(Lang::En);
    let world = world();
    let page = world.page(&desk);
    let group = of("AWS::ElasticLoadBalancingV2::TargetGroup", "targetgroup/web-80/73e2d6bc24d8a067");
    assert_eq!(
        text(&detail(&group, &page), &page),
        "web-80
ElasticLoadBalancingV2 TargetGroup
type: AWS::ElasticLoadBalancingV2::TargetGroup
id: targetgroup/web-80/73e2d6bc24d8a067
account: prod-main (111122223333)
region: eu-west-1
# ALARMS
>web-5xx  ALARM  4m  5xx 212/min > 20 for 3 of 3
# INSTANCES
No instance is known to belong to it.
# AROUND IT
>web  ElasticLoadBalancingV2 LoadBalancer  in the metric of web-5xx
# CHANGES
No known event of the last day touched it; e looks further.
[HTTPCode_Target_5XX_Count Sum Some(20.0) None marks=1]
Its settings are in the AWS console; here is what alarms, events and instances say of it.
console: https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1&account=111122223333#TargetGroup:targetGroupArn=arn%3Aaws%3Aelasticloadbalancing%3Aeu-west-1%3A111122223333%3Atargetgroup%2Fweb-80%2F73e2d6bc24d8a067
"
    );
    let queue = text(&detail(&of("AWS::SQS::Queue", "jobs"), &page), &page);
    assert!(queue.contains("No alarm points at it.") && !queue.contains("# INSTANCES"), "{queue}");
}

#[test]
fn members_by_kind_of_group() {
    let desk = Desk::new(Lang::En);
    let mut world = world();
    let names = |world: &World, kind, id: &str| {
        let page = world.page(&desk);
        members(&of(kind, id), &page).iter().map(|i| i.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&world, "AWS::AutoScaling::AutoScalingGroup", "web-asg"), ["web-1", "web-2"]);
    assert_eq!(names(&world, "AWS::EC2::SecurityGroup", "sg-0b2f"), ["db", "web-1", "web-2"]);
    assert_eq!(names(&world, "AWS::EC2::Volume", "vol-none"), Vec::<String>::new());
    // One tagged instance tells the group, the group tells the others.
    let target_group = ("AWS::ElasticLoadBalancingV2::TargetGroup", "targetgroup/web-80/73e2d6bc24d8a067");
    assert_eq!(names(&world, target_group.0, target_group.1), Vec::<String>::new());
    std::sync::Arc::make_mut(&mut world.instances[0].tags).push(("target-group".into(), "web-80".into()));
    assert_eq!(names(&world, target_group.0, target_group.1), ["web-1", "web-2"]);
}

#[test]
fn a_target_opens_the_page_it_means() {
    let desk = Desk::new(Lang::En);
    let world = world();
    let page = world.page(&desk);
    assert_eq!(page_of(&of(ALARM, "web-5xx"), &page), alarms::detail(&world.alarms[0], &page));
    assert_eq!(
        page_of(&of(EC2_INSTANCE, "i-0a1c0a1c0a1c0a1c1"), &page),
        instances::detail(&world.instances[0], &page)
    );
    // What is not known opens as far as it is known.
    assert_eq!(page_of(&of(EC2_INSTANCE, "i-9"), &page).title, "i-9");
    assert_eq!(needs_of(&of(ALARM, "web-5xx"), &page).len(), 2);
    assert_eq!(needs_of(&of(ALARM, "gone"), &page), []);
}

#[test]
fn pages_are_worded_in_both_languages() {
    for lang in [Lang::En, Lang::Ja] {
        let desk = Desk::new(lang);
        let mut world = world();
        world.alarms.push(composite("all", "ALARM(web-5xx) OR ALARM(gone)", AlarmState::Alarm));
        for n in 0..9 {
            world.instances.push(Instance { id: format!("i-1{n}"), ..web_1() });
        }
        let page = world.page(&desk);
        for resource in [
            of("AWS::AutoScaling::AutoScalingGroup", "web-asg"),
            of("AWS::SQS::Queue", "jobs"),
            of("Some::Other::Thing", "x"),
            of(ALARM, "all"),
        ] {
            assert_worded(&page_of(&resource, &page), &page);
            let lines = lines::resource(&resource, &page);
            assert!(lines.len() <= 7, "a long list of members is cut: {lines:?}");
        }
    }
}
