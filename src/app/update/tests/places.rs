//! Going to places and back.

use super::{desk::*, *};

#[test]
fn from_an_alarm_to_its_instance_and_back() {
    let mut desk = Desk::open();
    desk.press("enter");
    let Place::Page(page) = &desk.model.place else { panic!("not a page: {:?}", desk.model.place) };
    assert_eq!(page.subject.id, "web-5xx");
    desk.press("g");
    let Place::Page(page) = &desk.model.place else { panic!("not a page: {:?}", desk.model.place) };
    assert_eq!((page.subject.kind.as_ref(), page.subject.id.as_str()), (EC2_INSTANCE, "i-1"));
    desk.press("esc esc");
    assert_eq!(desk.model.place, Place::Pane(PaneId::Alarms));
    desk.press("]");
    assert!(matches!(&desk.model.place, Place::Page(p) if p.subject.id == "web-5xx"));
    // And from the instance to its alarm: the page lists it as a jump.
    desk.press("3 enter");
    assert!(matches!(&desk.model.place, Place::Page(p) if p.subject.id == "i-1"));
    desk.press("enter");
    assert!(
        matches!(&desk.model.place, Place::Page(p) if p.subject.id == "web-5xx"),
        "{:?}",
        desk.model.place
    );
}

#[test]
fn a_page_scrolls_with_its_cursor_and_no_further_than_it_goes() {
    let mut desk = Desk::open();
    let both = ["i-1", "i-2"].map(|id| ResourceRef::new(HOME, EC2_INSTANCE, id)).to_vec();
    let pair = Alarm { resources: both, ..alarm("pair", AlarmState::Alarm) };
    desk.answer(PaneId::Alarms, HOME, vec![pair]);
    desk.press("g g enter");
    let scroll = |desk: &Desk| match &desk.model.place {
        Place::Page(page) => page.scroll,
        other => panic!("not a page: {other:?}"),
    };
    // As a frame of ten lines would have said.
    desk.model.drawn = Drawn { lines: 40, height: 10, targets: vec![5, 30], ..Drawn::default() };
    desk.press("n");
    assert!((21..=30).contains(&scroll(&desk)), "line 30 is in sight: {}", scroll(&desk));
    desk.press("N");
    assert!(scroll(&desk) <= 5, "line 5 is in sight: {}", scroll(&desk));
    desk.press("pagedown pagedown pagedown");
    assert_eq!(scroll(&desk), 30, "the last ten of 40 lines");
}

#[test]
fn what_cannot_be_done_here_says_why() {
    let mut desk = Desk::open();
    desk.press("]");
    assert_eq!(
        desk.model.toast.as_ref().map(|t| t.text.as_str()),
        Some("There is nothing to go forward to.")
    );
}

#[test]
fn a_link_into_the_aws_console_is_copied_from_the_list_and_from_the_page() {
    let mut desk = Desk::open();
    for keys in ["3 o", "enter o"] {
        desk.effects.clear();
        desk.press(keys);
        let copied = desk.effects.iter().find_map(|e| match e {
            Effect::Copy(text) => Some(text.as_str()),
            _ => None,
        });
        let link = copied.unwrap_or_else(|| panic!("nothing copied by {keys:?}"));
        assert!(link.starts_with("https://") && link.contains("i-1"), "{link}");
    }
}

fn page(desk: &Desk) -> &crate::app::model::Page {
    match &desk.model.place {
        Place::Page(page) => page,
        other => panic!("not a page: {other:?}"),
    }
}

#[test]
fn arrows_go_on_below_the_last_link() {
    let mut desk = Desk::open();
    desk.press("enter");
    let links = page(&desk).targets;
    assert!(links > 0);
    desk.model.drawn = Drawn { lines: 60, height: 10, targets: vec![3; links], ..Drawn::default() };
    desk.press(&"down ".repeat(links + 4));
    assert_eq!(page(&desk).target, links - 1);
    assert!(page(&desk).scroll >= 4, "{}", page(&desk).scroll);
}

#[test]
fn the_page_s_cursor_stays_on_its_link_when_others_come_before_it() {
    let mut desk = Desk::open();
    desk.press("3 enter");
    let here = |desk: &Desk| {
        let subject = page(desk).subject.clone();
        let detail = desk.model.detail(&subject, desk.now);
        format!("{:?}", detail.targets()[page(desk).target])
    };
    let before = here(&desk);
    assert!(before.contains("web-5xx"), "{before}");
    let worse = Alarm { state_since: "2026-05-01T03:12:00Z".parse().ok(), ..alarm("aaa", AlarmState::Alarm) };
    desk.wait(Duration::from_mins(2)).answer(
        PaneId::Alarms,
        HOME,
        vec![worse, alarm("web-5xx", AlarmState::Ok)],
    );
    assert_eq!(here(&desk), before, "it has sunk below the other");
    assert_eq!(page(&desk).target, 1);
    // The link is gone: the cursor stands where it was, on something.
    desk.wait(Duration::from_mins(2)).answer(PaneId::Alarms, HOME, vec![alarm("zzz", AlarmState::Alarm)]);
    assert!(here(&desk).contains("zzz"));
}

#[test]
fn a_page_without_links_says_so() {
    let mut desk = Desk::open();
    let lonely = Alarm { resources: Vec::new(), actions: Vec::new(), ..alarm("lonely", AlarmState::Alarm) };
    desk.press("r").answer(PaneId::Alarms, HOME, vec![lonely]);
    desk.press("g g enter");
    assert_eq!(page(&desk).targets, 0);
    desk.press("enter");
    let toast = desk.model.toast.as_ref().map(|t| t.text.as_str());
    assert_eq!(toast, Some("Nothing on this page leads anywhere."));
}

fn event(id: &str, name: &str) -> Event {
    Event { id: id.into(), ..call(name) }
}

fn searches(desk: &Desk) -> Vec<(u64, crate::app::search::Question)> {
    let of = |e: &Effect| match e {
        Effect::Search { generation, question } => Some((*generation, (**question).clone())),
        _ => None,
    };
    desk.effects.iter().filter_map(of).collect()
}

#[test]
fn from_an_alarm_to_the_events_behind_it_and_on_to_one_and_back() {
    let mut desk = Desk::open();
    desk.press("e");
    let (generation, question) = searches(&desk).pop().expect("it is asked at once");
    assert_eq!(question.title, "web-5xx");
    let [sweep, named] = question.queries.as_slice() else { panic!("{question:?}") };
    assert_eq!(sweep.subjects, [], "every change shortly before");
    assert_eq!(named.subjects.iter().map(|r| r.id.as_str()).collect::<Vec<_>>(), ["i-1"]);
    let since: Timestamp = "2026-05-01T03:08:00Z".parse().unwrap();
    assert_eq!(sweep.from, since - crate::app::search::SWEEP);
    assert_eq!(named.from, since - crate::app::search::BEFORE);
    assert_eq!(named.to, None, "five minutes after it fired is still to come");

    let rows = [event("e1", "StopInstances"), event("e2", "CreateTags")].map(panes::boxed).to_vec();
    desk.tell(Msg::Found { generation, rows });
    let shown = |desk: &Desk| desk.model.list().map_or(0, crate::app::table::Table::shown);
    assert_eq!(shown(&desk), 2, "rows show before the search is over");
    desk.tell(Msg::Searched { generation, complete: true, problems: Vec::new(), notes: Vec::new() });
    // The list works as every list does.
    desk.press("/ S t o p enter");
    assert_eq!(shown(&desk), 1);
    desk.press("enter");
    assert_eq!(page(&desk).subject.id, "e1");
    assert!(desk.effects.iter().any(|e| matches!(e, Effect::Record { id, .. } if id == "e1")));
    // Its first link is what it touched.
    desk.press("enter");
    assert_eq!(page(&desk).subject.id, "i-1");
    desk.effects.clear();
    desk.press("esc esc");
    assert!(matches!(desk.model.place, Place::Events(_)));
    assert_eq!(shown(&desk), 1, "as it was left");
    assert_eq!(searches(&desk), [], "and not asked again");
    desk.press("esc esc");
    assert_eq!(desk.model.place, Place::Pane(PaneId::Alarms));
}

#[test]
fn a_search_that_was_left_is_given_up_and_asked_again_on_return() {
    let mut desk = Desk::open();
    desk.press("e").effects.clear();
    desk.press("esc");
    assert!(desk.effects.contains(&Effect::CancelFacts));
    desk.press("]");
    assert_eq!(searches(&desk).len(), 1);
    let (generation, _) = searches(&desk).pop().unwrap();
    // A late answer of the one before says nothing here.
    desk.tell(Msg::Searched {
        generation: generation - 1,
        complete: true,
        problems: Vec::new(),
        notes: Vec::new(),
    });
    assert!(desk.model.search.as_ref().unwrap().feed.running.is_some());
    desk.tell(Msg::Searched { generation, complete: true, problems: Vec::new(), notes: Vec::new() })
        .effects
        .clear();
    desk.press("r");
    assert_eq!(searches(&desk).len(), 1, "refresh asks again");
}

#[test]
fn events_of_the_pane_go_when_they_are_a_day_old() {
    let mut desk = Desk::open();
    let old = Event { time: desk.now - SignedDuration::from_hours(23), ..event("old", "RunInstances") };
    desk.press("r");
    desk.wait(Duration::from_mins(2)).answer(PaneId::Events, HOME, vec![old, event("new", "StopInstances")]);
    assert_eq!(desk.shown(PaneId::Events), ["new", "old"], "the newest first");
    desk.wait(Duration::from_hours(2)).answer(PaneId::Events, HOME, Vec::<Event>::new());
    assert_eq!(desk.shown(PaneId::Events), ["new"], "a fetch brings only what is new");
}

#[test]
fn routine_events_are_hidden_until_they_are_asked_for_or_looked_for() {
    let routine = |id: &str| Event { source: "ssm.amazonaws.com".into(), ..event(id, "PutInventory") };
    let failed = Event { error: Some("Denied".into()), ..routine("failed") };
    let mut desk = Desk::open();
    desk.press("r").wait(Duration::from_mins(2));
    let rows = vec![event("stop", "StopInstances"), routine("agent"), failed];
    desk.answer(PaneId::Events, HOME, rows).press("6");
    let hidden = |desk: &Desk| desk.model.table(PaneId::Events).hidden();
    assert_eq!((desk.shown(PaneId::Events), hidden(&desk)), (vec!["failed", "stop"], 1));
    desk.press("a");
    assert_eq!((desk.shown(PaneId::Events).len(), hidden(&desk)), (3, 0));
    desk.press("a /").tell(Msg::Paste("PutInventory".into())).press("enter");
    assert_eq!(desk.shown(PaneId::Events), ["agent", "failed"], "a filter looks at all rows");
    desk.press("esc");
    assert_eq!(desk.shown(PaneId::Events), ["failed", "stop"]);
    desk.press("3 a");
    let toast = desk.model.toast.as_ref().map(|t| t.text.as_str());
    assert_eq!(toast, Some("No routine rows are hidden here."));
}

#[test]
fn a_search_is_asked_anew_with_reads_for_errors_and_further_back() {
    let mut desk = Desk::open();
    desk.press("w");
    assert!(
        desk.model.toast.is_some() && searches(&desk).is_empty(),
        "nothing to widen in the list of alarms"
    );
    desk.press("e").effects.clear();
    desk.press("w");
    let newest = |desk: &Desk| searches(desk).pop().unwrap().1;
    assert!(newest(&desk).queries.iter().all(|q| q.reads && !q.errors_only));
    desk.press("x");
    assert!(newest(&desk).queries.iter().all(|q| q.reads && q.errors_only));
    desk.press("w");
    assert!(newest(&desk).queries.iter().all(|q| !q.reads && q.errors_only));
    let back = |desk: &Desk| desk.now.duration_since(newest(desk).from().unwrap());
    let before = back(&desk);
    desk.press("+");
    assert_eq!(back(&desk), before * 2);
    for _ in 0..10 {
        desk.press("+");
    }
    assert_eq!(back(&desk), HISTORY);
    let toast = desk.model.toast.as_ref().map(|t| t.text.as_str());
    assert_eq!(toast, Some("CloudTrail keeps events for 90 days; that is all of them."));
    desk.press("esc");
    assert_eq!(
        desk.model.place,
        Place::Pane(PaneId::Alarms),
        "one way back, however often it was asked anew"
    );
}
