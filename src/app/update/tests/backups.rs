//! From a resource's backups to the resource and back, by keys.

use super::{desk::*, *};
use crate::resource::PROTECTED_RESOURCE;

fn subject(desk: &Desk) -> (&str, &str) {
    match &desk.model.place {
        Place::Page(page) => (page.subject.kind.as_ref(), page.subject.id.as_str()),
        Place::Pane(_) | Place::Events(_) => ("", ""),
    }
}

#[test]
fn enter_opens_the_backups_and_g_goes_to_the_resource() {
    let mut desk = Desk::open();
    let database = ResourceRef::new(HOME, "AWS::RDS::DBInstance", "orders").with_arn("arn:orders");
    let rows = vec![
        Backup::of("i-1", ResourceRef::new(HOME, EC2_INSTANCE, "i-1"), "EC2"),
        Backup::of("arn:orders", database, "RDS"),
    ];
    desk.model.place = Place::Pane(PaneId::Backups);
    desk.press("r").answer(PaneId::Backups, HOME, rows);
    desk.press("g g enter");
    let opened = subject(&desk).1.to_owned();
    assert_eq!(subject(&desk), (PROTECTED_RESOURCE, desk.selected()));
    desk.press("g");
    let expected = if opened == "i-1" { (EC2_INSTANCE, "i-1") } else { ("AWS::RDS::DBInstance", "orders") };
    assert_eq!(subject(&desk), expected);
    desk.press("[").effects.clear();
    assert_eq!(subject(&desk), (PROTECTED_RESOURCE, opened.as_str()));
    desk.press("r");
    assert!(desk.fetches().contains(&(PaneId::Backups, HOME)), "r asks for the backups again");
}
