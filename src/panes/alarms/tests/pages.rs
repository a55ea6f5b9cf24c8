use crate::{
    panes::{
        alarms::{detail, graph, needs},
        detail::{Need, Target},
        fixture::{Desk, World, assert_worded, at, composite, system_check, text, web_1, web_5xx},
    },
    rows::{
        alarm::{Alarm, AlarmState, HistoryItem, MathQuery, Watch},
        instance::Instance,
        metric::{Series, SeriesQuery},
    },
    text::Lang,
};

#[test]
fn the_page_says_it_all() {
    let desk = Desk::new(Lang::En);
    let mut world = World { alarms: vec![web_5xx()], instances: vec![web_1()], ..World::default() };
    std::sync::Arc::make_mut(&mut world.instances[0].tags).push(("targetGroup".into(), "web-80".into()));
    world.instances.push(Instance {
        id: "i-0a1c0a1c0a1c0a1c2".into(),
        name: "web-2".into(),
        tags: Vec::new().into(),
        ..web_1()
    });
    world.history = vec![HistoryItem {
        alarm: "web-5xx".into(),
        at: at("2026-05-01T03:08:00.250Z"),
        kind: "StateUpdate".into(),
        summary: "Alarm updated from OK to ALARM".into(),
        states: Some((AlarmState::Ok, AlarmState::Alarm)),
    }];
    let alarm = &world.alarms[0];
    let page = world.page(&desk);
    let query = graph(alarm, &page).unwrap().query;
    let points = vec![(at("2026-05-01T03:11:00Z"), 240.0)];
    let series = vec![(query, Series { points, period: 60, complete: true })];
    let world = World { series, ..world };
    let (page, alarm) = (world.page(&desk), &world.alarms[0]);
    let detail = detail(alarm, &page);
    assert_worded(&detail, &page);
    assert_eq!(
        text(&detail, &page),
        "web-5xx
ALARM since 03:08 (4m)
Threshold Crossed: 3 out of the last 3 datapoints were greater than the threshold (20.0).
[HTTPCode_Target_5XX_Count Sum Some(20.0) None marks=1]
# AFFECTED
>web-80  ElasticLoadBalancingV2 TargetGroup  2 of 2 running
>  web-1  i-0a1c0a1c0a1c0a1c1  running  3/3 ok
>  web-2  i-0a1c0a1c0a1c0a1c2  running  3/3 ok
>web  ElasticLoadBalancingV2 LoadBalancer
metric: AWS/ApplicationELB HTTPCode_Target_5XX_Count
dimensions: LoadBalancer=app/web/50dc6c495c0c9188  TargetGroup=targetgroup/web-80/73e2d6bc24d8a067
statistic / period: Sum / 1m
alarms when: > 20 for 3 of 3 datapoints within 3m
latest value: 240  03:11
missing data: notBreaching
description: Checkout answers errors
actions enabled: yes
configured: 04-01 00:00 (30d)
account: prod-main (111122223333)
region: eu-west-1
# ACTIONS
>sns oncall  on ALARM
# HISTORY
 03:08  OK → ALARM  Alarm updated from OK to ALARM
console: https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1&account=111122223333#alarmsV2:alarm/web-5xx
"
    );
    let needs = needs(alarm, &page);
    assert!(matches!(&needs[..], [Need::Series(_, SeriesQuery::Stat(s)), Need::History(_, name)]
        if s.name == "HTTPCode_Target_5XX_Count" && name == "web-5xx"));
    assert!(matches!(&detail.targets()[..], [Target::Resource(group), Target::Resource(first), ..]
        if group.id == "targetgroup/web-80/73e2d6bc24d8a067" && first.id == "i-0a1c0a1c0a1c0a1c1"));
}

#[test]
fn a_composites_tree() {
    let desk = Desk::new(Lang::En);
    let top = composite(
        "top",
        "(ALARM(web-5xx) OR ALARM(gone)) AND NOT ALARM(deploying) AND ALARM(mid)",
        AlarmState::Alarm,
    );
    // `mid` asks for `top` again.
    let mid = composite("mid", "OK(calm) OR ALARM(top)", AlarmState::Alarm);
    let calm = Alarm { name: "calm".into(), state: AlarmState::Ok, ..web_5xx() };
    let deploying = Alarm { name: "deploying".into(), state: AlarmState::Ok, ..web_5xx() };
    let broken = composite("broken", "ALARM(web-5xx) AND AND", AlarmState::Ok);
    let world = World { alarms: vec![top, mid, calm, deploying, web_5xx(), broken], ..World::default() };
    let page = world.page(&desk);
    let detail = detail(&world.alarms[0], &page);
    assert_worded(&detail, &page);
    let shown = text(&detail, &page);
    let tree = "# RULE
 AND  holds
   OR  holds
>    web-5xx  ALARM  4m  5xx 212/min > 20 for 3 of 3
>    gone  not known here
>  deploying  OK  (NOT ALARM)  4m  5xx 212/min, alarms > 20
>  mid  ALARM  4m  OK(calm) OR top
     OR  holds
>      calm  OK  (OK)  4m  5xx 212/min, alarms > 20
>      top  ALARM  4m  opened above
rule:";
    assert!(shown.contains(tree), "{shown}");
    assert!(shown.contains("# AFFECTED\n>web-80  "), "{shown}");
    assert!(shown.contains("[HTTPCode_Target_5XX_Count Sum Some(20.0) None marks=1]"), "{shown}");

    let shown = text(&super::detail(&world.alarms[5], &page), &page);
    assert!(shown.contains("cannot be read from character 20 on"), "{shown}");
    assert!(shown.contains(">web-5xx  ALARM  4m"), "{shown}");
}

#[test]
fn pages_are_worded_in_both_languages() {
    for lang in [Lang::En, Lang::Ja] {
        let desk = Desk::new(lang);
        let noisy = Alarm {
            name: "noisy".into(),
            muted_by: None,
            actions_enabled: false,
            actions: vec![],
            recent_transitions: Some(9),
            evaluation_state: Some("PARTIAL_DATA".into()),
            comparison: Some("LessThanLowerThreshold".into()),
            threshold: None,
            ..web_5xx()
        };
        let log = Alarm {
            name: "log".into(),
            watch: Watch::Log {
                log_groups: vec!["/aws/lambda/pay".into()],
                query: Some("fields @message".into()),
            },
            ..web_5xx()
        };
        let promql = Alarm { name: "promql".into(), watch: Watch::PromQl("up == 0".into()), ..web_5xx() };
        let suppressed = Alarm {
            watch: Watch::Composite {
                rule: "ALARM(noisy) AND".into(),
                suppressed: Some("Alarm".into()),
                suppressor: Some("quiet".into()),
            },
            ..composite("suppressed", "ALARM(noisy)", AlarmState::Alarm)
        };
        let stuck = Alarm {
            name: "stuck".into(),
            state: AlarmState::InsufficientData,
            resources: vec![],
            ..web_5xx()
        };
        let world = World {
            alarms: vec![
                noisy,
                log,
                promql,
                suppressed,
                stuck,
                system_check("i-0a1c0a1c0a1c0a1c1", AlarmState::Alarm),
            ],
            instances: vec![web_1()],
            ..World::default()
        };
        let page = world.page(&desk);
        for alarm in &world.alarms {
            assert_worded(&detail(alarm, &page), &page);
        }
    }
}

#[test]
fn a_metrics_insights_alarm_is_asked_and_told_with_the_period_of_its_query() {
    let desk = Desk::new(Lang::En);
    let sql = MathQuery {
        id: "q1".into(),
        stat: None,
        expression: Some("SELECT MAX(CPUUtilization) FROM \"AWS/EC2\"".into()),
        label: None,
        returns: true,
        period: Some(300),
    };
    let alarm = Alarm { watch: Watch::Math(vec![sql]), ..web_5xx() };
    let world = World { alarms: vec![alarm], ..World::default() };
    let (page, alarm) = (world.page(&desk), &world.alarms[0]);
    let SeriesQuery::Math { period, .. } = graph(alarm, &page).unwrap().query else { panic!("not math") };
    assert_eq!(period, 300);
    let told = text(&detail(alarm, &page), &page);
    assert!(told.contains("> 20 for 3 of 3 datapoints within 15m"), "{told}");
}
