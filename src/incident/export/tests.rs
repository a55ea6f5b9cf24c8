#![allow(clippy::unwrap_used, reason = "tests")]

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::{
    incident::{
        Event,
        chain::{self, BEFORE_ALL, Broken, Hand, Why},
        event::{Cause, Gate, Kind, Level, Mark, Party, Report, Step},
    },
    text::Lang,
};

const UID: &str = "0123456789abcdef0123456789abcdef";

fn events() -> Vec<Event> {
    vec![
        Event::Opened {
            title: "checkout times out".into(),
            kind: Kind::Fault,
            level: Some(Level::Sev2),
            subject: None,
            since: None,
            report: Some(Report { what: "times out".into(), who: "Jun".into(), ..Report::default() }),
            number: 42,
        },
        Event::Note { text: "当番 \u{1b}[31m\u{9b}2J\u{202e}\u{0}\u{e0041}".into(), about: None },
        Event::Step(Step {
            runbook: "R1".into(),
            id: "system".into(),
            mark: Mark::Skipped,
            reason: "no right".into(),
            choice: None,
            overrides: false,
            done: Json::Null,
        }),
        Event::Escalated(Escalated {
            to: "vendor".into(),
            channel: "text".into(),
            message: "please look".into(),
            sent: true,
            answer: String::new(),
            due: None,
        }),
        Event::Acknowledged { of: Some(4), who: "kei".into() },
        Event::Gate { answer: Gate::Yes, reason: "many".into(), facts: Vec::new(), again: None },
        Event::Verdict {
            side: Party::Aws,
            area: "host".into(),
            reasons: vec!["system check".into()],
            overrides: true,
        },
        Event::Closed { cause: Cause::Aws, summary: "host replaced".into() },
    ]
}

fn made(events: &[Event]) -> (Incident, Vec<Stored>) {
    let hand = Hand { by: "ines".into(), place: "bastion".into(), scope: None };
    let mut before = BEFORE_ALL.to_owned();
    let (mut incident, mut all) = (Incident::new(UID, 42), Vec::new());
    for (seq, event) in (1..).zip(events) {
        let at = Timestamp::from_second(1_777_604_400 + i64::try_from(seq).unwrap()).unwrap();
        let stored = chain::write(UID, seq, at, &hand, event, &before).unwrap();
        incident.apply(chain::read(&stored.body).unwrap().1, &stored.hash);
        before.clone_from(&stored.hash);
        all.push(stored);
    }
    (incident, all)
}

fn exported() -> Json {
    let (incident, chain) = made(&events());
    let words = Catalogue::load(Lang::En);
    whole(&incident, &chain, Wording { words: &words, step: &|_, _| None })
}

#[test]
fn an_export_has_every_field_of_the_contract() {
    let all = exported();
    for (field, value) in [
        ("id", json!("INC-0042")),
        ("title", json!("checkout times out")),
        ("kind", json!("fault")),
        ("severity", json!("SEV-2")),
        ("state", json!("closed")),
        ("opened_at", json!("2026-05-01T03:00:01Z")),
        ("closed_at", json!("2026-05-01T03:00:08Z")),
        ("cause_class", json!("aws")),
        ("subject", Json::Null),
    ] {
        assert_eq!(all[field], value, "{field}");
    }
    assert_eq!(all["reporter"]["who"], "Jun");
    assert_eq!(
        all["responsibility"],
        json!({"verdict": "aws", "area": "host", "reasons": ["system check"], "overridden_by": "ines"})
    );
    let step = &all["checklist"][0];
    assert_eq!(
        (&step["id"], &step["state"], &step["reason"]),
        (&json!("R1/system"), &json!("skipped"), &json!("no right"))
    );
    let told = &all["escalations"][0];
    assert_eq!(
        (&told["to"], &told["by"], &told["acknowledged_at"]),
        (&json!("vendor"), &json!("kei"), &json!("2026-05-01T03:00:05Z"))
    );
    let timeline = all["timeline"].as_array().unwrap();
    assert_eq!(timeline.len(), 8);
    assert_eq!((&timeline[4]["ref"], &timeline[4]["kind"]), (&json!(4), &json!("acknowledged")));
    assert_eq!(all["metrics"]["mttr_secs"], 7);
    assert_eq!(all["metrics"]["mttd_secs"], Json::Null);
    assert_eq!(all["journal_head"], all["journal"][7]["hash"]);
}

#[test]
fn the_text_of_an_export_cannot_act_on_a_terminal_and_reads_back_to_the_byte() {
    let all = exported();
    let text = text(&all);
    assert!(!text.chars().any(|c| c != '\n' && c != ' ' && clean(&c.to_string()).is_empty()), "{text:?}");
    assert_eq!(serde_json::from_str::<Json>(&text).unwrap(), all);
    let taken = read(&text).unwrap();
    assert_eq!((taken.uid.as_str(), taken.number, taken.from.as_str()), (UID, 42, "bastion"));
    assert_eq!(taken.entries[1].event.as_ref().unwrap(), &events()[1]);
}

#[test]
fn nothing_is_taken_in_of_an_export_that_was_changed() {
    let broken = |seq, why| Unusable::Broken(Broken { seq, why });
    let change = |change: &dyn Fn(&mut Json)| {
        let mut all = exported();
        change(&mut all);
        read(&all.to_string()).unwrap_err()
    };
    assert_eq!(change(&|all| all["title"] = json!("nothing happened")), Unusable::Field("title"));
    assert_eq!(change(&|all| all["cause_class"] = json!("attack")), Unusable::Field("cause_class"));
    assert_eq!(change(&|all| all["journal"][1]["body"] = json!("{}")), broken(2, Why::Changed));
    let cut = |all: &mut Json| {
        all["journal"].as_array_mut().unwrap().pop();
    };
    assert_eq!(change(&cut), broken(7, Why::Cut));
    assert_eq!(change(&|all| all["journal"] = json!([])), Unusable::NoJournal);
    assert_eq!(change(&|all| all["journal"] = json!([{"body": 1}])), Unusable::NoJournal);
    assert!(matches!(read("{\"journal\": ["), Err(Unusable::NoJson(_))));
    assert_eq!(read("[]"), Err(Unusable::NoJournal));
}

proptest! {
    #[test]
    fn a_character_that_was_changed_anywhere_in_the_journal_shows(at in any::<prop::sample::Index>(), entry in 0_usize..8) {
        let mut all = exported();
        let body = all["journal"][entry]["body"].as_str().unwrap().to_owned();
        let mut letters: Vec<char> = body.chars().collect();
        let place = at.index(letters.len());
        letters[place] = if letters[place] == 'x' { 'y' } else { 'x' };
        all["journal"][entry]["body"] = json!(letters.into_iter().collect::<String>());
        prop_assert!(read(&all.to_string()).is_err());
    }
}
