use std::{collections::BTreeSet, sync::Arc};

use proptest::prelude::*;

use super::*;
use crate::{
    panes::{
        Row,
        fixture::{Desk, World, assert_worded, at, event, system_check, text, web_1},
        order::Order,
    },
    rows::alarm::AlarmState,
    text::Lang,
};

fn row(instance: &Instance, cx: &Cx<'_>) -> serde_json::Map<String, serde_json::Value> {
    let columns = (SPEC.columns)();
    let cells = columns.iter().enumerate().filter(|(_, c)| c.exported);
    cells.map(|(i, c)| (c.key.to_owned(), Row::cell(instance, i, cx).value.json())).collect()
}

#[test]
fn the_json_row_is_the_contract() {
    let desk = Desk::new(Lang::En);
    let mut instance = web_1();
    instance.ssm = Some(crate::rows::instance::Ssm::ConnectionLost);
    let planned = event("system-reboot", "The host restarts", "2026-05-09T00:00:00Z");
    Arc::make_mut(instance.status.as_mut().unwrap()).events.push(planned);
    let expected = json!({
        "id": "i-0a1c0a1c0a1c0a1c1",
        "name": "web-1",
        "state": "running",
        "type": "t3.large",
        "az": "eu-west-1a",
        "launch_time": "2026-04-21T03:12:00Z",
        "private_ip": "10.0.1.17",
        "public_ip": "203.0.113.9",
        "vpc_id": "vpc-0b5e",
        "subnet_id": "subnet-0c4d",
        "security_groups": ["sg-0b2f"],
        "image_id": "ami-0aa1",
        "image_age_days": 40,
        "asg": "web-asg",
        "platform": "Linux/UNIX",
        "tags": {"Name": "web-1", "team": "checkout"},
        "status_system": "ok",
        "status_instance": "ok",
        "status_ebs": "ok",
        "scheduled_events": [{
            "code": "system-reboot",
            "description": "The host restarts",
            "not_before": "2026-05-09T00:00:00Z",
            "not_after": null,
        }],
        "ssm": "connection-lost",
    });
    assert_eq!(serde_json::Value::Object(row(&instance, &desk.cx())), expected);
}

#[test]
fn what_is_not_known_is_null() {
    let desk = Desk::new(Lang::En);
    let bare = Instance { id: "i-1".into(), state: "running".into(), ..Instance::default() };
    let row = row(&bare, &desk.cx());
    for key in ["name", "launch_time", "image_age_days", "status_system", "scheduled_events", "asg", "ssm"] {
        assert!(row[key].is_null(), "{key}");
    }
    assert_eq!(row["security_groups"], json!([]));
    assert_eq!(Row::title(&bare), "i-1");
}

#[test]
fn columns_are_named_in_both_languages_and_fit_80() {
    let columns = (SPEC.columns)();
    for lang in [Lang::En, Lang::Ja] {
        let desk = Desk::new(lang);
        for column in &columns {
            let key = format!("column.{}", column.key);
            assert!(desk.cx().words.find(&key).is_some(), "{key} in {lang:?}");
        }
    }
    let keys: BTreeSet<_> = columns.iter().map(|c| c.key).collect();
    assert_eq!(keys.len(), columns.len(), "a key stands twice");
    let kept: u16 =
        columns.iter().filter_map(|c| c.width).filter(|w| w.priority == 0).map(|w| w.min + 2).sum();
    assert!(kept <= 80, "{kept}");
    assert_eq!(columns.iter().take(2).map(|c| c.key).collect::<Vec<_>>(), ["severity", "name"]);
}

#[test]
fn filters_find_tags_and_groups_by_name() {
    let desk = Desk::new(Lang::En);
    let text = Row::search_text(&web_1(), &desk.cx());
    for needle in ["team=checkout", "sg-0b2f web", "10.0.1.17", "web-asg", "prod-main", "eu-west-1a"] {
        assert!(text.contains(needle), "{needle} in {text}");
    }
}

type Change = fn(&mut Instance);

fn status(instance: &mut Instance) -> &mut Status {
    Arc::make_mut(instance.status.as_mut().unwrap())
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn how_bad_and_why() {
    let desk = Desk::new(Lang::En);
    let cx = desk.cx();
    let cases: &[(Change, Severity, &[&str], &str)] = &[
        (|_| {}, Severity::Ok, &[], "3/3 ok"),
        (
            |i| status(i).system.state = "impaired".into(),
            Severity::High,
            &["system check impaired (AWS side)"],
            "system impaired, instance ok, EBS ok",
        ),
        (
            |i| status(i).instance.state = "impaired".into(),
            Severity::High,
            &["instance check impaired (our side)"],
            "instance impaired, system ok, EBS ok",
        ),
        (
            |i| status(i).ebs.state = "impaired".into(),
            Severity::High,
            &["EBS check impaired (AWS side)"],
            "EBS impaired, system ok, instance ok",
        ),
        (|i| status(i).ebs.state = "not-applicable".into(), Severity::Ok, &[], "2/2 ok"),
        (
            |i| status(i).instance.state = "initializing".into(),
            Severity::Low,
            &["status checks initializing"],
            "instance initializing, system ok, EBS ok",
        ),
        (
            |i| status(i).system.state = "insufficient-data".into(),
            Severity::Unknown,
            &["status checks: insufficient-data"],
            "system insufficient-data, instance ok, EBS ok",
        ),
        (|i| i.status = None, Severity::Unknown, &["status checks not read"], ""),
        (
            |i| status(i).events = vec![event("instance-retirement", "d", "2026-05-04T03:12:00Z")],
            Severity::High,
            &["instance-retirement in 3d"],
            "3/3 ok",
        ),
        (
            |i| status(i).events = vec![event("instance-retirement", "d", "2026-05-20T03:12:00Z")],
            Severity::Medium,
            &["instance-retirement in 19d"],
            "3/3 ok",
        ),
        (
            |i| status(i).events = vec![event("system-reboot", "d", "2026-05-02T03:12:00Z")],
            Severity::Medium,
            &["system-reboot in 1d"],
            "3/3 ok",
        ),
        (
            |i| status(i).events = vec![event("instance-stop", "d", "2026-05-01T03:00:00Z")],
            Severity::High,
            &["instance-stop due now"],
            "3/3 ok",
        ),
        (
            |i| status(i).events = vec![event("system-reboot", "[Completed] d", "2026-05-02T03:12:00Z")],
            Severity::Ok,
            &[],
            "3/3 ok",
        ),
        (
            |i| {
                i.state = "stopped".into();
                i.state_reason = Some("Client.UserInitiatedShutdown: User initiated shutdown".into());
                status(i).system.state = "not-applicable".into();
            },
            Severity::Ok,
            &[],
            "Client.UserInitiatedShutdown: User initiated shutdown",
        ),
        (
            |i| {
                i.state = "stopped".into();
                i.state_reason = Some("Server.InternalError: Internal error on launch".into());
            },
            Severity::Medium,
            &["stopped by AWS: Server.InternalError: Internal error on launch"],
            "Server.InternalError: Internal error on launch",
        ),
        (
            |i| Arc::make_mut(i.image.as_mut().unwrap()).created = Some(at("2025-05-01T03:12:00Z")),
            Severity::Low,
            &["image 365 days old"],
            "3/3 ok",
        ),
        (
            |i| Arc::make_mut(i.image.as_mut().unwrap()).deprecated = Some(at("2026-04-30T03:12:00Z")),
            Severity::Low,
            &["image deprecated 1d ago"],
            "3/3 ok",
        ),
    ];
    for (i, (change, severity, attention, short)) in cases.iter().enumerate() {
        let mut instance = web_1();
        change(&mut instance);
        assert_eq!(PaneRow::severity(&instance, &cx), *severity, "case {i}");
        assert_eq!(PaneRow::attention(&instance, &cx), *attention, "case {i}");
        assert_eq!(checks(&instance, &cx).unwrap_or_default().0, *short, "case {i}");
    }
}

#[test]
fn the_page_says_it_all() {
    let desk = Desk::new(Lang::En);
    let mut instance = web_1();
    let bad = Check { state: "impaired".into(), impaired_since: Some(at("2026-05-01T02:41:00Z")) };
    status(&mut instance).system = bad;
    status(&mut instance).events =
        vec![event("instance-stop", "The host is failing", "2026-05-03T03:12:00Z")];
    let world = World {
        alarms: vec![
            system_check("i-0a1c0a1c0a1c0a1c1", AlarmState::Ok),
            crate::rows::alarm::Alarm {
                name: "worse".into(),
                ..system_check("i-0a1c0a1c0a1c0a1c1", AlarmState::Alarm)
            },
            system_check("i-0another1", AlarmState::Alarm),
        ],
        instances: vec![instance],
        ..World::default()
    };
    let page = world.page(&desk);
    let detail = detail(&world.instances[0], &page);
    assert_worded(&detail, &page);
    assert_eq!(
        text(&detail, &page),
        "web-1
running  system impaired, instance ok, EBS ok
# ATTENTION
 system check impaired (AWS side)
 instance-stop in 2d
# STATUS CHECKS
 system  impaired  since 02:41 (31m)  AWS side: host, power, network
 instance  ok  our side: kernel, disk, configuration
 EBS  ok  AWS side: attached volumes
# SCHEDULED EVENTS
 instance-stop  05-03 03:12  The host is failing
# ALARMS
>worse  ALARM  31m  2 datapoints
>system-i-0a1c0a1c0a1c0a1c1  OK  31m  2 datapoints
# PATCHES
Its patch state has not been read.
# CHANGES
No known event of the last day touched it; e looks further.
[CPUUtilization Average None Some(\"Percent\") marks=1]
[NetworkIn Average None Some(\"Bytes\") marks=1]
[NetworkOut Average None Some(\"Bytes\") marks=1]
[StatusCheckFailed Maximum Some(1.0) Some(\"Count\") marks=1]
id: i-0a1c0a1c0a1c0a1c1
state: running
type: t3.large
zone: eu-west-1a
launched: 04-21 03:12 (10d)
image: al2023-web  ami-0aa1  03-22 03:12 (40d)
platform: Linux/UNIX
purchase: spot
private IP: 10.0.1.17
public IP: 203.0.113.9
owner: 111122223333
detailed monitoring: no
account: prod-main (111122223333)
region: eu-west-1
# AROUND IT
>web-asg  AutoScaling AutoScalingGroup  its group, by tag
>sg-0b2f web  EC2 SecurityGroup  attached to it
>vol-07d1  EC2 Volume  attached to it
>eni-05aa  EC2 NetworkInterface  attached to it
>subnet-0c4d  EC2 Subnet  contains it
>vpc-0b5e  EC2 VPC  contains it
>ami-0aa1 al2023-web  EC2 Image  its image
>ops  EC2 KeyPair  its key pair at launch
>web  IAM InstanceProfile  its instance profile
# TAGS
 Name  web-1
 team  checkout
console: https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1&account=111122223333#InstanceDetails:instanceId=i-0a1c0a1c0a1c0a1c1
"
    );
    assert_eq!(needs(&world.instances[0], &page).len(), 4);
}

#[test]
fn pages_are_worded_in_both_languages() {
    for lang in [Lang::En, Lang::Ja] {
        let desk = Desk::new(lang);
        let mut odd = web_1();
        odd.status = None;
        odd.tags = crate::rows::shared::Tags::default();
        odd.name.clear();
        Arc::make_mut(odd.image.as_mut().unwrap()).created = Some(at("2020-01-01T00:00:00Z"));
        let mut bad = web_1();
        let check =
            |state: &str| Check { state: state.into(), impaired_since: Some(at("2026-05-01T02:41:00Z")) };
        bad.status = Some(
            Status {
                system: check("impaired"),
                instance: check("initializing"),
                ebs: check("insufficient-data"),
                events: vec![
                    event("instance-stop", "soon", "2026-05-01T03:00:00Z"),
                    event("system-reboot", "[Canceled] not", "2026-05-02T03:00:00Z"),
                ],
            }
            .into(),
        );
        let stopped = Instance {
            state: "stopped".into(),
            state_reason: Some("Server.InternalError".into()),
            ..Instance::default()
        };
        let world = World { instances: vec![odd, bad, stopped], ..World::default() };
        let page = world.page(&desk);
        for instance in &world.instances {
            assert_worded(&detail(instance, &page), &page);
        }
    }
}

fn instances() -> impl Strategy<Value = Instance> {
    let word = prop_oneof![
        Just("ok"),
        Just("impaired"),
        Just("initializing"),
        Just("insufficient-data"),
        Just("new")
    ];
    let state = prop_oneof![Just("running"), Just("stopped"), Just("terminated")];
    let launch = prop::option::of(1_700_000_000_i64..1_777_000_000);
    ("[a-c]{1,2}", "[a-b]{0,1}", state, prop::option::of(word), launch).prop_map(
        |(id, name, state, word, launch)| {
            let check = |state: &str| Check { state: state.into(), impaired_since: None };
            Instance {
                id,
                name,
                state: state.into(),
                launch_time: launch.map(|s| Timestamp::from_second(s).unwrap()),
                status: word.map(|w| {
                    Arc::new(Status {
                        system: check(w),
                        instance: check("ok"),
                        ebs: check("ok"),
                        events: vec![],
                    })
                }),
                ..Instance::default()
            }
        },
    )
}

proptest! {
    #[test]
    fn attention_is_empty_exactly_when_all_is_fine(instance in instances()) {
        let desk = Desk::new(Lang::En);
        let fine = PaneRow::severity(&instance, &desk.cx()) == Severity::Ok;
        prop_assert_eq!(PaneRow::attention(&instance, &desk.cx()).is_empty(), fine);
    }

    #[test]
    fn every_order_is_total(rows in prop::collection::vec(instances(), 3), column in 0..25usize, down in any::<bool>()) {
        let desk = Desk::new(Lang::En);
        let cx = desk.cx();
        let key = (SPEC.columns)()[column].key;
        for order in [Order::default_of(&SPEC), Order::by(&SPEC, key, down).unwrap()] {
            let keys: Vec<_> = rows.iter().map(|r| order.key(r, &cx)).collect();
            for a in &keys {
                for b in &keys {
                    prop_assert_eq!(order.compare(a, b), order.compare(b, a).reverse());
                    for c in &keys {
                        if order.compare(a, b).is_le() && order.compare(b, c).is_le() {
                            prop_assert!(order.compare(a, c).is_le());
                        }
                    }
                }
            }
        }
    }
}
