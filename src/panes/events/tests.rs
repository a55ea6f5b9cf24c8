//! How events stand in the list, on their page, and among a resource's facts.

use super::*;
use crate::{
    panes::{
        Row,
        detail::{Need, Target},
        fixture::{Desk, World, assert_worded, text as page_text},
        resource,
    },
    resource::EC2_INSTANCE,
    rows::event::{EventBy, made_up::call},
    text::Lang,
};

fn severity(event: &Event) -> Severity {
    let desk = Desk::new(Lang::En);
    PaneRow::severity(event, &desk.cx())
}

#[test]
fn what_is_worth_a_look_whoever_did_it() {
    assert_eq!(severity(&call("StopInstances")), Severity::Ok);
    let root = Event { actor_kind: ActorKind::Root, ..call("StopInstances") };
    assert_eq!(severity(&root), Severity::Medium);
    assert_eq!(severity(&Event { read_only: true, ..root }), Severity::Ok);
    assert_eq!(
        severity(&Event { error: Some("AccessDenied".into()), ..call("StopInstances") }),
        Severity::Low
    );
    let blind = Event { source: "cloudtrail.amazonaws.com".into(), ..call("StopLogging") };
    assert_eq!(severity(&blind), Severity::High);
    let tried = Event { error: Some("AccessDenied".into()), ..blind };
    assert_eq!(severity(&tried), Severity::Low, "it changed nothing");
}

#[test]
fn a_row_has_the_fields_of_the_contract() {
    let desk = Desk::new(Lang::En);
    let cx = desk.cx();
    let event = call("StopInstances");
    let field = |key: &str| {
        let at =
            Event::COLUMNS.iter().position(|c| c.column.key == key).unwrap_or_else(|| panic!("no {key}"));
        assert!(Event::COLUMNS[at].column.exported, "{key}");
        Row::cell(&event, at, &cx).value.json()
    };
    assert_eq!(field("time"), "2026-05-01T03:06:00Z");
    assert_eq!(field("actor_kind"), "user");
    assert_eq!(field("via"), "cli");
    assert_eq!(field("read_only"), false);
    assert_eq!(field("error"), serde_json::Value::Null);
    assert_eq!(field("resources")[0]["id"], "i-1");
    assert_eq!(field("summary"), "every StopInstances");
    for key in ["id", "name", "source", "actor", "source_ip"] {
        assert!(field(key).is_string(), "{key}");
    }
}

#[test]
fn its_page_leads_to_what_it_touched_and_to_what_else_was_done() {
    for lang in [Lang::En, Lang::Ja] {
        let desk = Desk::new(lang);
        let world = World { events: vec![call("StopInstances")], ..World::default() };
        let page = world.page(&desk);
        let subject = PaneRow::subject(&world.events[0]);
        let detail = resource::page_of(&subject, &page);
        assert_worded(&detail, &page);
        let targets = detail.targets();
        assert!(matches!(targets[0], Target::Resource(r) if r.id == "i-1"), "{targets:?}");
        let queries: Vec<_> = targets
            .iter()
            .filter_map(|t| if let Target::Events(_, query) = t { query.by.clone() } else { None })
            .collect();
        assert_eq!(
            queries,
            [
                EventBy::AccessKey("AKIAEXAMPLE".into()),
                EventBy::Actor("ops-cli-user".into()),
                EventBy::Name("StopInstances".into()),
                EventBy::Source("ec2.amazonaws.com".into())
            ]
        );
        assert_eq!(
            resource::needs_of(&subject, &page),
            [Need::Record(ScopeId(0), "id-StopInstances".into())]
        );
    }
}

#[test]
fn the_record_is_shown_as_it_was_written() {
    let desk = Desk::new(Lang::En);
    let long = (0..500).map(|n| format!("  \"field{n}\": {n},")).collect::<Vec<_>>().join("\n");
    let record = Some(("id-StopInstances".to_owned(), format!("{{\n{long}\n}}")));
    let world = World { events: vec![call("StopInstances")], record, ..World::default() };
    let page = world.page(&desk);
    let text = page_text(&detail(&world.events[0], &page), &page);
    assert!(text.contains("\"field0\": 0"), "{text}");
    assert!(text.contains("102 more"), "a record may be long: {}", text.lines().last().unwrap_or_default());
}

#[test]
fn a_resource_s_page_lists_the_newest_events_that_touched_it() {
    let desk = Desk::new(Lang::En);
    let events = (0..12).map(|n| call(&format!("Call{n}"))).collect();
    let world = World { events, ..World::default() };
    let page = world.page(&desk);
    let touched = resource::page_of(&ResourceRef::new(ScopeId(0), EC2_INSTANCE, "i-1"), &page);
    let text = page_text(&touched, &page);
    assert!(text.contains("Call7") && !text.contains("Call8") && text.contains("4 more"), "{text}");
    let other = resource::page_of(&ResourceRef::new(ScopeId(0), "AWS::EC2::Volume", "vol-1"), &page);
    assert!(!page_text(&other, &page).contains("Call"));
}
