//! What stands on the Board, and in which order.

use super::*;
use crate::{
    panes::{
        Row,
        fixture::{Desk, at, system_check, web_1, web_5xx},
    },
    resource::EC2_INSTANCE,
    rows::{
        alarm::{Alarm, AlarmState},
        event::{ActorKind, Event, made_up::call},
        instance::{Check, Instance},
    },
    text::Lang,
};

fn impaired(id: &str) -> Instance {
    let mut instance = Instance { id: id.into(), name: format!("name-{id}"), ..web_1() };
    if let Some(status) = instance.status.as_mut().map(std::sync::Arc::make_mut) {
        let since = Some(at("2026-05-01T02:41:00Z"));
        status.instance = Check { state: "impaired".into(), impaired_since: since };
    }
    instance
}

fn derived(alarms: &[Alarm], instances: &[Instance]) -> Vec<Problem> {
    changed(alarms, instances, &[])
}

fn changed(alarms: &[Alarm], instances: &[Instance], events: &[Event]) -> Vec<Problem> {
    let desk = Desk::new(Lang::En);
    let panes = [
        (PaneId::Alarms, alarms.iter().map(|a| a as &dyn Row).collect()),
        (PaneId::Instances, instances.iter().map(|i| i as &dyn Row).collect()),
        (PaneId::Events, events.iter().map(|e| e as &dyn Row).collect()),
    ];
    rows(&panes, &desk.cx())
}

#[test]
fn how_bad_a_row_must_be_is_the_operators_to_say() {
    let (muted, mut desk) = (Alarm { actions_enabled: false, ..web_5xx() }, Desk::new(Lang::En));
    for (least, rows_there) in [(Severity::Medium, 1), (Severity::High, 0)] {
        desk.thresholds.board = least;
        let panes = [(PaneId::Alarms, vec![&muted as &dyn Row])];
        assert_eq!(rows(&panes, &desk.cx()).len(), rows_there, "{least:?}");
    }
}

fn keys(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|p| p.key.as_str()).collect()
}

#[test]
fn worst_first_and_what_ails_one_resource_together() {
    // A critical alarm on nothing else; a high check failure with a critical alarm on the same instance.
    let own =
        |id: &str, since: &str| Alarm { state_since: Some(at(since)), ..system_check(id, AlarmState::Alarm) };
    let alarms = [
        Alarm { state_since: Some(at("2026-05-01T03:11:00Z")), ..web_5xx() },
        own("i-b", "2026-05-01T03:00:00Z"),
    ];
    let problems = derived(&alarms, &[impaired("i-a"), impaired("i-b"), web_1()]);
    let name = format!("alarms/{}", alarms[1].name);
    assert_eq!(keys(&problems), ["alarms/web-5xx", name.as_str(), "instances/i-b", "instances/i-a"]);
    assert_eq!(problems.iter().map(|p| p.rank).collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert_eq!(problems[2].since, Some(at("2026-05-01T02:41:00Z")));
    assert_eq!(problems[2].why, "instance check impaired (our side)");
}

#[test]
fn what_is_fine_or_can_wait_is_not_there() {
    let calm = Alarm { state: AlarmState::Ok, ..web_5xx() };
    let untold = Alarm { state: AlarmState::InsufficientData, ..web_5xx() };
    assert_eq!(derived(&[calm, untold], &[web_1()]), []);
}

#[test]
fn a_row_leads_where_its_own_row_leads() {
    let problems = derived(&[web_5xx()], &[impaired("i-a")]);
    let cx = Desk::new(Lang::En);
    assert_eq!(PaneRow::subject(&problems[0]), PaneRow::subject(&web_5xx()));
    assert_eq!(PaneRow::refs(&problems[0]), PaneRow::refs(&web_5xx()));
    let fields = |key: &str| {
        let at = Problem::COLUMNS.iter().position(|c| c.column.key == key).unwrap();
        Row::cell(&problems[1], at, &cx.cx()).value.json()
    };
    assert_eq!(fields("pane"), "instances");
    assert_eq!(fields("id"), "i-a");
    assert_eq!(fields("title"), "name-i-a");
    assert_eq!(fields("since"), "2026-05-01T02:41:00Z");
    assert_eq!(fields("age_secs"), 31 * 60);
    assert_eq!(fields("resource")["type"], EC2_INSTANCE);
    assert_eq!(fields("resource")["id"], "i-a");
}

#[test]
fn the_newest_change_to_what_a_row_is_about_stands_beside_it() {
    let event = |name: &str, time: &str| Event {
        id: format!("id-{name}"),
        time: at(time),
        resources: vec![ResourceRef::new(ScopeId(0), EC2_INSTANCE, "i-a")].into(),
        ..call(name)
    };
    let events = [
        event("StopInstances", "2026-05-01T02:50:00Z"),
        event("ModifyInstanceAttribute", "2026-05-01T02:55:00Z"),
        Event { read_only: true, ..event("DescribeInstances", "2026-05-01T03:00:00Z") },
        Event { error: Some("Denied".into()), ..event("TerminateInstances", "2026-05-01T03:01:00Z") },
        Event {
            source: "ssm.amazonaws.com".into(),
            ..event("UpdateInstanceInformation", "2026-05-01T03:02:00Z")
        },
        Event {
            resources: vec![ResourceRef::new(ScopeId(1), EC2_INSTANCE, "i-a")].into(),
            ..event("RebootInstances", "2026-05-01T03:03:00Z")
        },
    ];
    let problems = changed(&[web_5xx()], &[impaired("i-a")], &events);
    let change = |key: &str| problems.iter().find(|p| p.key == key).unwrap().change.clone();
    let newest = Change { at: at("2026-05-01T02:55:00Z"), name: "ModifyInstanceAttribute".into() };
    assert_eq!(change("instances/i-a"), Some(newest), "not reads, refusals, routine, or another Region's");
    assert_eq!(change("alarms/web-5xx"), None, "nothing is known of the load balancer");
    let desk = Desk::new(Lang::En);
    let at = Problem::COLUMNS.iter().position(|c| c.column.key == "changed").unwrap();
    let shown = Row::cell(&problems[1], at, &desk.cx()).value;
    assert_eq!(shown, Value::Text("17m ago: ModifyInstanceAttribute".into()));
}

#[test]
fn every_resource_of_a_row_counts_and_an_event_is_not_its_own_change() {
    let balancer = PaneRow::refs(&web_5xx()).pop().unwrap();
    let touched = Event { resources: vec![balancer].into(), ..call("ModifyListener") };
    let root = Event { actor_kind: ActorKind::Root, id: "root".into(), ..call("CreateUser") };
    let problems = changed(&[web_5xx()], &[], &[touched, root]);
    let change = |key: &str| problems.iter().find(|p| p.key == key).unwrap().change.as_ref();
    assert_eq!(change("alarms/web-5xx").map(|c| c.name.as_str()), Some("ModifyListener"));
    assert_eq!(change("events/root"), None);
}
