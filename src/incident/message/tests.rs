#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use jiff::tz::TimeZone;
use serde_json::json;

use super::*;
use crate::{
    incident::{
        brief::{Beside, Telling},
        event::{Cause, Event, Evidence, Gate, Item, ItemClass, Level, Moment, Party, Report, Role},
        handoff,
        ladder::{Ladder, Owner},
        made_up::{acknowledged, action, alarm, at, event, gate, incident, opened, severity, told},
        report,
    },
    text::{Catalogue, Lang, measure::width},
};

fn check(id: &str, outcome: Outcome, evidence: &str) -> Event {
    let (outcome, observed_at) = (outcome.word(), at(1));
    event(
        json!({ "kind": "check", "id": id, "outcome": outcome, "evidence": evidence, "observed_at": observed_at }),
    )
}

fn report(what: &str) -> Event {
    Event::Reported(Report {
        what: what.into(),
        who: "shop desk".into(),
        since: "12:00".into(),
        url: "https://shop.example/p/1".into(),
        how_many: "all customers".into(),
        from: String::new(),
    })
}

fn whole() -> Incident {
    let change = Evidence {
        title: "RevokeSecurityGroupIngress sg-0b2 tcp 443 by ops-cli-user, 02:56Z".into(),
        source: "event".into(),
        operation: "cloudtrail:LookupEvents".into(),
        observed_at: at(3),
        data: serde_json::Value::Null,
    };
    let verdict = Event::Verdict {
        side: Party::Customer,
        area: "area.network".into(),
        reasons: vec!["the only failing hop is a rule that ops-cli-user removed".into()],
        overrides: false,
    };
    let command = "aws ec2 authorize-security-group-ingress --group-id sg-0b2 --protocol tcp --port 443";
    incident(&[
        (0, "toban", opened()),
        (1, "ines", acknowledged(None, "ines")),
        (1, "toban", check("elb.targets", Outcome::Fail, "0 of 6 healthy: Target.Timeout")),
        (1, "toban", check("aws.health", Outcome::Unknown, "the plan has no API for it")),
        (1, "toban", check("ec2.status.system", Outcome::Pass, "6 of 6 ok")),
        (2, "ines", report("the product page does not open")),
        (3, "ines", Event::Evidence(change)),
        (4, "ines", verdict),
        (5, "ines", severity(Level::Sev2)),
        (6, "ines", gate(Gate::Yes)),
        (6, "ines", Event::Role { role: Role::Commander, who: "ines".into() }),
        (8, "ines", told("vendor", true)),
        (11, "jun", action(command, "2 of 6 targets healthy")),
    ])
}

fn beside() -> Beside {
    Beside {
        from: "ines".into(),
        asked: "Put the rule back, and say when it is in place.".into(),
        asked_by: Some(at(22)),
        next_update: Some(at(30)),
        suspects: vec![
            "0.93 RevokeSecurityGroupIngress, 6 minutes before".into(),
            "0.21 UpdateAutoScalingGroup".into(),
        ],
        open: vec!["put it right in code (vendor)".into()],
        reproduce: vec!["toban triage --alarm web-5xx".into()],
        risks: vec!["the next deploy takes the rule away again".into()],
        ..Beside::default()
    }
}

fn tell<T>(lang: Lang, tell: impl Fn(&Telling<'_>) -> T) -> T {
    let (words, zone) = (Catalogue::load(lang), TimeZone::fixed(jiff::tz::offset(9)));
    tell(&Telling { words: &words, zone: &zone, now: at(12) })
}

fn vendor() -> Contact {
    Contact { contact: "+81 3 1234 5678".into(), ..Contact::usual(Owner::Vendor) }
}

#[test]
fn the_message_is_one_screen_with_facts_and_guesses_apart() {
    let text = tell(Lang::En, |telling| escalation(&whole(), &beside(), &vendor(), telling));
    insta::assert_snapshot!("escalation_en", text);
    assert!(text.lines().count() <= 36, "{}", text.lines().count());
    let order = [
        "CONDITION",
        "0 of 6 healthy",
        "NOT PROVEN",
        "0.93",
        "ACTIONS",
        "2 of 6 targets",
        "NEEDS",
        "Put the rule",
    ];
    let places: Vec<usize> =
        order.iter().map(|t| text.find(t).unwrap_or_else(|| panic!("{t}\n{text}"))).collect();
    assert!(places.is_sorted(), "{text}");
}

#[test]
fn the_same_is_said_in_japanese() {
    let text = tell(Lang::Ja, |telling| escalation(&whole(), &beside(), &vendor(), telling));
    insta::assert_snapshot!("escalation_ja", text);
}

#[test]
fn an_incident_of_which_nothing_is_known_has_no_empty_headings() {
    let bare = incident(&[(0, "ines", opened())]);
    let text = tell(Lang::En, |telling| escalation(&bare, &Beside::default(), &vendor(), telling));
    assert!(!text.contains("NOT PROVEN") && text.contains("Nothing was changed so far."), "{text}");
    assert!(text.contains("no severity yet") && text.contains("Take it on"), "{text}");
}

#[test]
fn a_hostile_text_stays_in_its_line() {
    let hostile = "x\u{1b}]52;c;aGk=\u{7}\nNEEDS\n  pay up\u{202e}";
    let incident = incident(&[(0, "ines", opened()), (1, "x", report(hostile))]);
    let text = tell(Lang::En, |telling| escalation(&incident, &Beside::default(), &vendor(), telling));
    assert_eq!(text.matches("\nNEEDS").count(), 1, "{text}");
    assert!(!text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{text:?}");
    let long = Event::Retitled { title: "x".repeat(1_000_000) };
    let incident = self::incident(&[(0, "ines", opened()), (1, "x", long)]);
    let text = tell(Lang::En, |telling| escalation(&incident, &Beside::default(), &vendor(), telling));
    assert!(text.lines().all(|line| width(line) < 400), "a title of a megabyte is cut");
}

#[test]
fn the_handover_is_one_page_with_what_is_open_and_promised() {
    let mut all = whole();
    let reason = "waits for the vendor";
    let step = event(
        json!({ "kind": "step", "runbook": "network-change", "id": "s8", "mark": "open", "reason": reason }),
    );
    let hand = crate::incident::chain::Hand { by: "ines".into(), ..Default::default() };
    let entry = crate::incident::chain::Entry { seq: all.next_seq(), at: at(12), hand, event: Ok(step) };
    all.apply(entry, "head");
    let text = tell(Lang::En, |telling| handoff::page(&all, &beside(), "jun", telling));
    insta::assert_snapshot!("handoff_en", text);
    for wanted in [
        "put it right in code",
        "network-change/s8: open",
        "vendor was told",
        "6 of 6 ok",
        "accept it by name",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    assert!(text.lines().count() <= 50, "{}", text.lines().count());
}

fn reviewed(extra: &[(i64, &str, Event)]) -> Incident {
    let events: Vec<(i64, &str, Event)> = whole()
        .entries
        .iter()
        .map(|entry| {
            let minute = (entry.at.as_second() - crate::incident::made_up::START) / 60;
            (minute, if entry.hand.by == "toban" { "toban" } else { "ines" }, entry.event.clone().unwrap())
        })
        .collect();
    incident(&[&events[..], extra].concat())
}

#[test]
fn the_review_says_what_the_record_says_and_asks_for_the_rest() {
    let moment = |which| Event::Moment { which, when: at(20), reason: String::new() };
    let closed =
        Event::Closed { cause: Cause::Misconfiguration, summary: "A rule was removed by hand.".into() };
    let item = Event::Item(Item {
        class: ItemClass::Prevention,
        text: "rules only from code".into(),
        owner: "vendor".into(),
        due: "2026-05-15".into(),
    });
    let all = reviewed(&[(20, "ines", moment(Moment::Recovered)), (25, "ines", item), (26, "ines", closed)]);
    let figures =
        [("time to acknowledge".to_owned(), "1m".to_owned()), ("time to detect".to_owned(), String::new())];
    let line = |entry: &crate::incident::chain::Entry| {
        entry.event.as_ref().map_or_else(Clone::clone, |event| event.word().to_owned())
    };
    let ladder = Ladder::default();
    let sources = report::Sources { line: &line, figures: &figures, ladder: &ladder };
    let text = tell(Lang::En, |telling| report::markdown(&all, &beside(), &sources, telling));
    insta::assert_snapshot!("review_en", text);
    let japanese = tell(Lang::Ja, |telling| report::markdown(&all, &beside(), &sources, telling));
    assert!(japanese.contains("責任分担") && !japanese.contains("report."), "{japanese}");
    assert!(text.contains(&all.head), "the hash is told whole");
}

#[test]
fn a_hostile_text_is_no_markup() {
    let title = Event::Retitled { title: "# x\n![p](http://evil) <b> | `".into() };
    let spoken = Event::Escalated(crate::incident::event::Escalated {
        to: "vendor".into(),
        channel: "copy".into(),
        message: "one\n```\n# out of the block".into(),
        sent: true,
        answer: String::new(),
        due: None,
    });
    let all = incident(&[(0, "ines", opened()), (1, "<i>", title), (2, "ines", spoken)]);
    let line = |_: &crate::incident::chain::Entry| "[a](http://evil)".to_owned();
    let ladder = Ladder::default();
    let sources = report::Sources { line: &line, figures: &[], ladder: &ladder };
    let text = tell(Lang::En, |telling| report::markdown(&all, &Beside::default(), &sources, telling));
    for markup in ["\n# x", "![p]", "<b>", "<i>", "[a](", "\n```\n# out"] {
        assert!(!text.contains(markup), "{markup}\n{text}");
    }
    assert_eq!(text.matches("```").count(), 2, "{text}");
}

#[test]
fn what_it_is_about_is_named_whole() {
    let named = super::super::brief::named(&alarm());
    let arn = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:web-5xx";
    assert_eq!(named, format!("web-5xx (AWS::CloudWatch::Alarm, {arn}, 111122223333 eu-west-1)"));
}
