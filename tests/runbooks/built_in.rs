//! The built-in runbooks as a whole: each is right, every branch of each is gone, and most of what they want to know comes
//! from live data by itself.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde_json::{Value as Json, json};
use toban::{
    runbook::{
        CHECKLIST, Runbook, built_in,
        check::Source as From,
        judge::{By, Judged, Why},
        load,
        progress::{Deed, Done, How, Record, To, finish},
        registry::Reads,
        shelf::Shelf,
        step::{Kind, Next, Step},
    },
    text::{Catalogue, Lang},
    triage::check::Outcome,
};

use super::at;

const START: &str = "2026-05-01T12:00:00Z";

/// The least share of steps whose state comes from live data by itself.
const LIVE: f64 = 0.6;

#[test]
fn every_file_is_right() {
    let words = Catalogue::load(Lang::En);
    let said = |problems: Vec<toban::config::source::FileProblem>| {
        problems.iter().map(|p| p.text(&words)).collect::<Vec<_>>().join("\n")
    };
    let common =
        load::common(built_in::COMMON, &Reads).unwrap_or_else(|problems| panic!("{}", said(problems)));
    let mut wrong = Vec::new();
    for source in built_in::BOOKS {
        match load::runbook(*source, &common, &Reads) {
            Ok(loaded) => {
                let name = format!("runbooks/{}.toml", loaded.book.id);
                assert_eq!(name, source.name, "a file is called as its runbook");
            }
            Err(problems) => wrong.push(said(problems)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let (shelf, problems) = Shelf::with(&[], &Reads);
    assert_eq!(said(problems), "");
    assert_eq!(shelf.books().len(), built_in::BOOKS.len());
    assert_eq!(shelf.books().len(), 14, "thirteen, and the checklist of the first fifteen minutes");
}

#[test]
fn every_file_of_the_folder_is_in_the_list() {
    let listed: BTreeSet<String> =
        built_in::BOOKS.iter().chain([&built_in::COMMON]).map(|source| source.name.to_owned()).collect();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("runbooks");
    let there: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| format!("runbooks/{}", entry.unwrap().file_name().into_string().unwrap()))
        .collect();
    assert_eq!(listed, there);
}

fn books() -> Vec<std::sync::Arc<Runbook>> {
    Shelf::built_in(&Reads).books().iter().map(|shelved| shelved.book.clone()).collect()
}

/// A record in which a step is due.
fn due_at(book: &Runbook, step: &Step) -> Record {
    let mut record = Record::begin(&book.id, at(START));
    record.push(Done {
        book: book.id.clone(),
        step: "before".to_owned(),
        how: How::Read,
        outcomes: std::collections::BTreeMap::new(),
        at: at(START),
        by: "test".to_owned(),
        to: To::Step(step.id.clone()),
    });
    record
}

/// Every way that the checks of a step can come out: each result with nothing, one and many.
fn cases(step: &Step) -> Vec<Vec<(String, Judged)>> {
    let mut ids: Vec<String> =
        step.branches.iter().flat_map(|branch| branch.when.checks()).map(str::to_owned).collect();
    ids.extend(step.checks.iter().cloned());
    ids.extend(step.act().map(|act| act.confirm.check.clone()));
    ids.sort();
    ids.dedup();
    let of = |outcome, value: Json| Judged {
        outcome,
        value,
        at: at(START) + SignedDuration::from_mins(1),
        why: Why::Answer,
        by: By::Read,
    };
    let mut cases: Vec<Vec<(String, Judged)>> = vec![Vec::new()];
    for id in ids {
        let mut next = Vec::new();
        for case in &cases {
            for outcome in [Outcome::Pass, Outcome::Fail, Outcome::Unknown] {
                for value in [json!([]), json!(["x", "x", "x", "x", "x"])] {
                    let mut case = case.clone();
                    case.push((id.clone(), of(outcome, value)));
                    next.push(case);
                }
            }
        }
        cases = next;
    }
    cases
}

/// Everywhere that a step leads, by doing it in every way that it can be done.
fn ways(book: &Runbook, step: &Step) -> Vec<To> {
    let now = at(START) + SignedDuration::from_mins(1);
    let done = |record: &Record, deed, now| {
        finish(book, record, deed, "test", now)
            .unwrap_or_else(|why| panic!("{} {}: {}", book.id, step.id, why.text(&Catalogue::load(Lang::En))))
            .to
    };
    let record = due_at(book, step);
    match &step.kind {
        Kind::Check => cases(step)
            .into_iter()
            .map(|case| {
                let mut record = record.clone();
                record.outcomes.extend(case);
                done(&record, Deed::Read, now)
            })
            .chain([done(&record, Deed::Skip { reason: "r" }, now)])
            .collect(),
        Kind::Act(act) => cases(step)
            .into_iter()
            .map(|case| {
                let mut record = record.clone();
                record.perform(act, "somebody", at(START)).unwrap();
                record.outcomes.extend(case);
                done(&record, Deed::Read, at(START) + act.confirm.within)
            })
            .chain([done(&record, Deed::Skip { reason: "r" }, now)])
            .collect(),
        Kind::Ask(choices) if choices.is_empty() => vec![done(&record, Deed::Tell { text: "t" }, now)],
        Kind::Ask(choices) | Kind::Decide(choices) => choices
            .iter()
            .map(|choice| done(&record, Deed::Choose { choice: &choice.id, reason: "r" }, now))
            .collect(),
        Kind::Notify(_) | Kind::Record => vec![done(&record, Deed::Tell { text: "t" }, now)],
        Kind::Wait(span) => vec![done(&record, Deed::Read, at(START) + *span)],
        Kind::Goto => vec![done(&record, Deed::Read, now)],
    }
}

#[test]
fn every_branch_of_every_runbook_is_gone_and_ends() {
    let books = books();
    let mut walked = 0;
    for book in &books {
        let led: Vec<Vec<To>> = book.steps.iter().map(|step| ways(book, step)).collect();
        walked += led.iter().map(Vec::len).sum::<usize>();
        for (step, led) in book.steps.iter().zip(&led) {
            let name = format!("{} {}", book.id, step.id);
            for to in led {
                match to {
                    To::Step(id) => assert!(book.step(id).is_some(), "{name} leads to {id}"),
                    To::Book(id) => {
                        assert!(books.iter().any(|other| other.id == *id), "{name} leads to {id}");
                        assert_ne!(*id, book.id, "{name} leads to its own runbook");
                    }
                    To::Close => assert!(matches!(step.kind, Kind::Record), "{name} ends without a record"),
                }
            }
            // Every branch that is written is taken by something.
            for exit in step.exits() {
                let to = match exit {
                    Next::Step(index) => To::Step(book.steps[*index].id.clone()),
                    Next::Book(id) => To::Book(id.clone()),
                    Next::Close => To::Close,
                };
                assert!(led.contains(&to), "{name} never leads to {to:?}");
            }
        }
        // From every step there is a way to an end, and every step is come by.
        let ends = |index: usize| led[index].iter().any(|to| !matches!(to, To::Step(_)));
        let mut good: BTreeSet<usize> = (0..book.steps.len()).filter(|index| ends(*index)).collect();
        let mut before = 0;
        while good.len() != before {
            before = good.len();
            for (index, led) in led.iter().enumerate() {
                let on = |to: &To| matches!(to, To::Step(id) if good.contains(&book.step(id).unwrap()));
                if led.iter().any(on) {
                    good.insert(index);
                }
            }
        }
        assert_eq!(good.len(), book.steps.len(), "{}: some step never ends", book.id);
        let mut reached = BTreeSet::from([0]);
        let mut open = vec![0];
        while let Some(index) = open.pop() {
            for to in &led[index] {
                if let To::Step(id) = to
                    && reached.insert(book.step(id).unwrap())
                {
                    open.push(book.step(id).unwrap());
                }
            }
        }
        assert_eq!(reached.len(), book.steps.len(), "{}: some step is never come by", book.id);
    }
    println!("{walked} ways through {} steps", books.iter().map(|book| book.steps.len()).sum::<usize>());
}

#[test]
fn most_steps_know_their_state_by_themselves() {
    let (mut all, mut live, mut by_itself) = (0, 0, 0);
    for book in books().iter().filter(|book| book.id != CHECKLIST) {
        let count = |pressed| book.steps.iter().filter(|step| book.is_live(step, pressed)).count();
        println!(
            "{:<20} {:>2} steps, {:>2} live, {:>2} without a key",
            book.id,
            book.steps.len(),
            count(true),
            count(false)
        );
        all += book.steps.len();
        live += count(true);
        by_itself += count(false);
    }
    let share = |n: usize| f64::from(u32::try_from(n).unwrap()) / f64::from(u32::try_from(all).unwrap());
    println!(
        "live {live} of {all} steps ({:.0} %), {by_itself} of them without a key ({:.0} %)",
        share(live) * 100.0,
        share(by_itself) * 100.0
    );
    assert!(share(by_itself) >= LIVE, "{by_itself} of {all}");
}

#[test]
fn what_changes_something_can_be_answered_for() {
    for book in books() {
        for step in &book.steps {
            let Some(act) = step.act() else { continue };
            let name = format!("{} {}", book.id, step.id);
            assert!(
                !act.approve.is_empty() || act.reversible,
                "{name}: who agrees to what cannot be taken back?"
            );
            assert!(act.confirm.within.is_positive(), "{name}");
            let confirms = book.check(&act.confirm.check).unwrap();
            assert!(confirms.source.is_live(), "{name}: its success is read back, not typed");
            assert!(
                act.command.starts_with("aws ") || act.command.starts_with("# "),
                "{name}: {}",
                act.command
            );
            // Somebody decided before: no way leads to an act but through a decision or another act.
            for before in &book.steps {
                let leads =
                    before.exits().into_iter().any(|exit| *exit == Next::Step(book.step(&step.id).unwrap()));
                let decides =
                    matches!(before.kind, Kind::Decide(_) | Kind::Ask(_) | Kind::Act(_) | Kind::Wait(_));
                assert!(!leads || decides, "{name} comes after {} without a decision", before.id);
            }
        }
        for step in &book.steps {
            assert!(
                step.timebox.is_some() || !matches!(step.kind, Kind::Decide(_)),
                "{} {}: how long?",
                book.id,
                step.id
            );
        }
        for check in &book.checks {
            if let From::Ask { command: Some(command) } = &check.source {
                assert!(
                    command.starts_with("aws ")
                        || command.starts_with("curl ")
                        || command.starts_with("dig "),
                    "{}: {command}",
                    check.id
                );
            }
        }
    }
}

#[test]
fn a_check_of_one_name_is_one_check() {
    let books = books();
    let mut known: Vec<(&str, &toban::runbook::check::Check)> = Vec::new();
    for book in &books {
        for check in &book.checks {
            match known.iter().find(|(_, other)| other.id == check.id) {
                Some((other, is)) => assert_eq!(**is, *check, "{} of {other} and {}", check.id, book.id),
                None => known.push((&book.id, check)),
            }
        }
    }
}

#[test]
fn the_checklist_has_its_minutes_and_proofs() {
    let books = books();
    let list = books.iter().find(|book| book.id == CHECKLIST).unwrap();
    assert_eq!(list.applies, toban::runbook::Applies::default(), "it is never proposed");
    for step in &list.steps {
        assert!(step.minute.is_some() && step.proof.is_some(), "{}", step.id);
    }
    assert!(list.steps.len() >= 13);
}

#[test]
fn both_languages_are_really_there() {
    let japanese = |text: &str| text.chars().any(|c| ('\u{3040}'..='\u{9fff}').contains(&c));
    let mut odd = Vec::new();
    for book in books() {
        let mut texts = vec![book.title.clone()];
        texts.extend(book.steps.iter().map(|step| step.title.clone()));
        texts.extend(book.steps.iter().filter_map(|step| step.note.clone()));
        for check in &book.checks {
            texts.extend([check.know.meaning.clone(), check.know.if_fail.clone(), check.know.next.clone()]);
            texts.push(check.title.clone());
        }
        for step in &book.steps {
            texts.extend(step.choices().iter().map(|choice| choice.title.clone()));
            texts.extend(step.act().map(|act| act.risk.clone()));
        }
        for text in texts {
            if !japanese(&text.ja) || japanese(&text.en) || text.en.is_empty() {
                odd.push(format!("{}: {text:?}", book.id));
            }
        }
    }
    assert!(odd.is_empty(), "{}", odd.join("\n"));
}
