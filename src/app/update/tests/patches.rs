//! From a machine's patches to the instance and back, and what their page asks for.

use super::{desk::*, *};
use crate::{
    resource::PATCHES,
    rows::patch::{Agent, Asked, Machine, Node, PatchItem, Scan},
};

fn node(id: &str, missing: u32) -> Node {
    Node {
        id: id.into(),
        machine: Some(Machine { state: "running".into(), has_profile: true, ..Machine::default() }),
        agent: Asked::Found(Arc::new(Agent { ping: "Online".into(), ..Agent::default() })),
        scan: Asked::Found(Arc::new(Scan { missing, ..Scan::default() })),
        ..Node::default()
    }
}

/// On the Patches pane of a terminal without room for a preview, a machine that lacks patches on top.
fn desk() -> Desk {
    let mut desk = Desk::open();
    desk.tell(Msg::Resize(80, 24));
    desk.model.place = Place::Pane(PaneId::Patches);
    desk.press("r").answer(PaneId::Patches, HOME, vec![node("i-1", 3), node("i-2", 0)]);
    desk.fetched(PaneId::Patches, AWAY, Vec::new()).effects.clear();
    desk
}

fn here(desk: &Desk) -> (&str, &str) {
    match &desk.model.place {
        Place::Page(page) => (page.subject.kind.as_ref(), page.subject.id.as_str()),
        Place::Pane(pane) => ("", pane.spec().name),
        Place::Events(question) => ("", &question.title),
    }
}

/// What was asked about patches: of which machine, with which number.
fn asked(desk: &Desk) -> Vec<(u64, String)> {
    let of = |e: &Effect| match e {
        Effect::Patches { generation, id, .. } => Some((*generation, id.clone())),
        _ => None,
    };
    desk.effects.iter().filter_map(of).collect()
}

#[test]
fn enter_opens_the_patches_and_g_the_instance_and_the_instance_leads_back() {
    let mut desk = desk();
    assert_eq!(desk.selected(), "i-1");
    desk.press("enter");
    assert_eq!(here(&desk), (PATCHES, "i-1"));
    desk.press("g");
    assert_eq!(here(&desk), (EC2_INSTANCE, "i-1"));
    // Its page lists its alarms first, then its patches.
    let page = desk.model.detail(&ResourceRef::new(HOME, EC2_INSTANCE, "i-1"), desk.now);
    let patches = page
        .targets()
        .iter()
        .position(|t| matches!(t, crate::panes::detail::Target::Resource(r) if r.kind == PATCHES));
    for _ in 0..patches.unwrap() {
        desk.press("n");
    }
    desk.press("enter");
    assert_eq!(here(&desk), (PATCHES, "i-1"));
    desk.press("esc esc esc");
    assert_eq!(here(&desk), ("", "Patches"));
}

#[test]
fn the_page_of_what_lacks_patches_asks_which_once() {
    let mut desk = desk();
    desk.press("enter").wait(Duration::from_secs(1));
    let [(generation, id)] = asked(&desk)[..].to_vec().try_into().unwrap();
    assert_eq!(id, "i-1");
    let item = PatchItem { title: "kernel".into(), state: "Missing".into(), ..PatchItem::default() };
    desk.tell(Msg::Patches { scope: HOME, generation, id, result: Ok(vec![item]) });
    let subject = ResourceRef::new(HOME, PATCHES, "i-1");
    assert!(format!("{:?}", desk.model.detail(&subject, desk.now)).contains("kernel"));
    desk.effects.clear();
    desk.press("esc enter").wait(Duration::from_secs(1));
    assert_eq!(asked(&desk), [], "known for a while");
    // A machine that lacks none has no list.
    desk.press("esc j enter").wait(Duration::from_secs(1));
    assert_eq!((here(&desk), asked(&desk)), ((PATCHES, "i-2"), Vec::new()));
}

#[test]
fn leaving_the_page_gives_its_question_up() {
    let mut desk = desk();
    desk.press("enter");
    assert_eq!(asked(&desk).len(), 1);
    desk.press("esc");
    assert!(desk.effects.contains(&Effect::CancelFacts));
    desk.press("enter");
    assert_eq!(asked(&desk).len(), 2);
}

#[test]
fn a_refused_list_is_said_with_its_page_and_asked_again_later() {
    let mut desk = desk();
    desk.press("enter");
    let (generation, id) = asked(&desk).remove(0);
    let result = Err(problem(ProblemKind::Denied));
    desk.tell(Msg::Patches { scope: HOME, generation, id, result }).effects.clear();
    desk.wait(Duration::from_secs(20));
    assert_eq!(asked(&desk), []);
    desk.wait(Duration::from_secs(11));
    assert_eq!(asked(&desk).len(), 1);
}

#[test]
fn refresh_on_the_page_asks_for_the_patches_pane() {
    let mut desk = desk();
    desk.press("enter").effects.clear();
    desk.press("r");
    assert_eq!(desk.fetches(), [(PaneId::Patches, HOME), (PaneId::Patches, AWAY)]);
}

#[test]
fn the_summary_follows_the_rows_and_not_the_filter() {
    let mut desk = desk();
    let said = |desk: &Desk| -> String {
        let table = desk.model.table(PaneId::Patches);
        table.summary.iter().flatten().map(|s| s.text.as_str()).collect()
    };
    assert_eq!(said(&desk), "1 compliant · 1 non-compliant");
    desk.press("/ i - 2 enter");
    assert_eq!(
        (desk.shown(PaneId::Patches), said(&desk).as_str()),
        (vec!["i-2"], "1 compliant · 1 non-compliant")
    );
    desk.press("r").answer(PaneId::Patches, HOME, vec![node("i-2", 0)]);
    assert_eq!(said(&desk), "1 compliant");
    desk.press("r").answer(PaneId::Patches, HOME, Vec::<Node>::new());
    assert_eq!(said(&desk), "");
}
