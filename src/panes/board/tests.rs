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
    let desk = Desk::new(Lang::En);
    let panes = vec![
        (PaneId::Alarms, alarms.iter().map(|a| a as &dyn Row).collect()),
        (PaneId::Instances, instances.iter().map(|i| i as &dyn Row).collect()),
    ];
    let change = |resource: &ResourceRef| {
        (resource.kind == EC2_INSTANCE)
            .then(|| Change { at: at("2026-05-01T03:00:00Z"), name: "StopInstances".into() })
    };
    rows(&Sources { panes, change: &change }, &desk.cx())
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
    assert_eq!(problems[2].change.as_ref().map(|c| c.name.as_str()), Some("StopInstances"));
    assert_eq!(problems[0].change, None, "nothing is known of the load balancer");
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
