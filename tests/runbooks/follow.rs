//! Following a runbook: what is due, what is read by itself, what counts, and what happens when it is changed in flight.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use toban::{
    runbook::{
        Runbook,
        judge::{By, Judged, Why},
        progress::{Deed, Due, How, Mark, Progress, Record, Standing, To, finish},
    },
    text::{Catalogue, Lang},
    triage::check::Outcome::{self, Fail, Pass, Unknown},
};

use super::{at, read, with_steps};

const START: &str = "2026-05-01T12:00:00Z";

/// Look, decide, act, verify.
const STEPS: &str = r#"
[[step]]
id = "look"
kind = "check"
title = { en = "Look", ja = "見る" }
owner = "l1"
side = "aws"
checks = ["a"]
branch = [
  { when = "a == fail", goto = "gate" },
  { when = "a == pass", goto = "end" },
  { when = "a == unknown", goto = "gate" },
]

[[step]]
id = "gate"
kind = "decide"
title = { en = "Gate", ja = "判断" }
owner = "ic"
side = "shared"
checks = ["b"]
choice = [
  { id = "act", title = { en = "Act", ja = "実施" }, goto = "act" },
  { id = "wait", title = { en = "Wait", ja = "待つ" }, goto = "pause" },
]

[[step]]
id = "pause"
kind = "wait"
title = { en = "Pause", ja = "待機" }
owner = "l1"
side = "aws"
for = "10m"
goto = "look"

[[step]]
id = "act"
kind = "act"
title = { en = "Act", ja = "実施" }
owner = "vendor"
side = "customer"
approve = ["ic"]
reversible = true
risk = { en = "r", ja = "r" }
command = "aws ec2 reboot-instances --instance-ids ${instance}"
confirm = { check = "a", within = "10m" }
branch = [
  { when = "a == pass", goto = "end" },
  { when = "a == fail or a == unknown", goto = "gate-again" },
]

[[step]]
id = "gate-again"
kind = "decide"
title = { en = "It did not help", ja = "効果なし" }
owner = "ic"
side = "shared"
choice = [{ id = "leave", title = { en = "Leave it", ja = "そのまま" }, goto = "end" }]

[[step]]
id = "end"
kind = "record"
title = { en = "End", ja = "終了" }
owner = "l1"
side = "customer"
close = true
"#;

fn book() -> Runbook {
    read(&with_steps(STEPS)).unwrap_or_else(|said| panic!("{said:?}"))
}

fn result(outcome: Outcome, time: Timestamp) -> Judged {
    Judged { outcome, value: json!("x"), at: time, why: Why::Answer, by: By::Read }
}

fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

fn due(book: &Runbook, record: &Record, now: Timestamp) -> (String, Standing) {
    match Progress::of(book, record, now).due {
        Due::Step(index, standing) => (book.steps[index].id.clone(), standing),
        other => panic!("{other:?}"),
    }
}

fn wants(book: &Runbook, record: &Record, now: Timestamp) -> Vec<(String, bool)> {
    let progress = Progress::of(book, record, now);
    progress.wants.iter().map(|want| (want.check.id.clone(), want.ahead)).collect()
}

fn go(book: &Runbook, record: &mut Record, deed: Deed<'_>, now: Timestamp) {
    let done = finish(book, record, deed, "yuki", now)
        .unwrap_or_else(|why| panic!("{}", why.text(&Catalogue::load(Lang::En))));
    record.push(done);
}

#[test]
fn what_is_read_brings_one_on_and_a_person_decides() {
    let (book, now) = (book(), at(START));
    let mut record = Record::begin("mine", now);
    assert_eq!(due(&book, &record, now), ("look".to_owned(), Standing::Reading));
    assert_eq!(wants(&book, &record, now), [("a".to_owned(), false), ("b".to_owned(), true)]);
    assert!(finish(&book, &record, Deed::Read, "yuki", now).is_err(), "nothing has been read");

    record.learn("a", result(Fail, now));
    assert_eq!(due(&book, &record, now), ("look".to_owned(), Standing::Ready));
    go(&book, &mut record, Deed::Read, now);
    assert_eq!(due(&book, &record, now), ("gate".to_owned(), Standing::Person));
    assert_eq!(wants(&book, &record, now), [("b".to_owned(), false)], "shown beside the decision");

    let refused = |deed| finish(&book, &record, deed, "yuki", now).unwrap_err().key;
    assert_eq!(refused(Deed::Choose { choice: "act", reason: " " }), "runbook.wants_reason");
    assert_eq!(refused(Deed::Choose { choice: "fly", reason: "why" }), "runbook.no_choice");
    assert_eq!(refused(Deed::Skip { reason: "why" }), "runbook.no_skip");
    assert_eq!(refused(Deed::Read), "runbook.not_ready");

    go(&book, &mut record, Deed::Choose { choice: "act", reason: "checkout is down" }, now);
    let marks = Progress::of(&book, &record, now).marks;
    // look, gate, pause, act, gate-again, end
    assert_eq!(marks, [Mark::Done(0), Mark::Done(1), Mark::Aside, Mark::Now, Mark::Ahead, Mark::Ahead]);
}

#[test]
fn an_act_is_believed_when_it_is_read_back() {
    let (book, now) = (book(), at(START));
    let mut record = Record::begin("mine", now);
    record.learn("a", result(Fail, now));
    go(&book, &mut record, Deed::Read, now);
    go(&book, &mut record, Deed::Choose { choice: "act", reason: "r" }, now);
    assert_eq!(due(&book, &record, now).1, Standing::Person, "the command is not run by itself");

    let ran = now + minutes(1);
    let act = book.steps[3].act().unwrap();
    assert_eq!(record.perform(act, " ", ran).unwrap_err().key, "runbook.wants_approval");
    record.perform(act, "aoife", ran).unwrap();
    // What was read before says nothing of what the command did, even if it was good.
    record.outcomes.insert("a".to_owned(), result(Pass, now));
    assert_eq!(due(&book, &record, ran).1, Standing::Confirming(ran + minutes(10)));
    assert_eq!(wants(&book, &record, ran), [("a".to_owned(), false)]);

    // A failure is not the last word before the time is over, and is looked at again.
    let soon = ran + SignedDuration::from_secs(5);
    record.learn("a", result(Fail, soon));
    assert_eq!(due(&book, &record, soon).1, Standing::Confirming(ran + minutes(10)));
    assert_eq!(wants(&book, &record, soon), []);
    assert_eq!(wants(&book, &record, soon + SignedDuration::from_secs(20)), [("a".to_owned(), false)]);

    let mut worked = record.clone();
    worked.learn("a", result(Pass, ran + minutes(2)));
    go(&book, &mut worked, Deed::Read, ran + minutes(2));
    assert_eq!(due(&book, &worked, ran + minutes(2)).0, "end");
    assert_eq!(worked.done[2].how, How::Performed { approved_by: "aoife".to_owned() });

    let late = ran + minutes(11);
    assert_eq!(due(&book, &record, late).1, Standing::Ready);
    go(&book, &mut record, Deed::Read, late);
    assert_eq!(due(&book, &record, late).0, "gate-again");
}

#[test]
fn old_answers_are_read_again_and_those_before_a_wait_do_not_count() {
    let (book, now) = (book(), at(START));
    let mut record = Record::begin("mine", now);
    record.learn("a", result(Fail, now));
    assert_eq!(due(&book, &record, now + minutes(3)).1, Standing::Reading, "fresh is two minutes");
    go(&book, &mut record, Deed::Read, now);
    go(&book, &mut record, Deed::Choose { choice: "wait", reason: "AWS knows" }, now);
    assert_eq!(due(&book, &record, now).1, Standing::Waiting(now + minutes(10)));
    let later = now + minutes(10);
    assert_eq!(due(&book, &record, later), ("pause".to_owned(), Standing::Ready));
    go(&book, &mut record, Deed::Read, later);
    // Round again: what was read before the wait is not taken for what is.
    assert_eq!(due(&book, &record, later), ("look".to_owned(), Standing::Reading));
    record.learn("a", result(Pass, later));
    go(&book, &mut record, Deed::Read, later);
    assert_eq!(due(&book, &record, later).0, "end");
    assert_eq!(
        record.done.iter().filter(|done| done.step == "look").count(),
        2,
        "both looks stay in the record"
    );
    go(&book, &mut record, Deed::Tell { text: "a host; moved" }, later);
    assert_eq!(Progress::of(&book, &record, later).due, Due::Closed);
    assert!(finish(&book, &record, Deed::Read, "yuki", later).is_err());
}

#[test]
fn what_was_done_stays_whatever_is_read_later() {
    let (book, now) = (book(), at(START));
    let mut record = Record::begin("mine", now);
    record.learn("a", result(Fail, now));
    go(&book, &mut record, Deed::Read, now);
    record.learn("a", result(Pass, now));
    assert_eq!(due(&book, &record, now).0, "gate", "the way that was gone is not changed");
    assert_eq!(Progress::of(&book, &record, now).result(0, &record), Some(Fail));
}

#[test]
fn going_past_a_check_counts_as_unknown_and_needs_a_reason() {
    let (book, now) = (book(), at(START));
    let mut record = Record::begin("mine", now);
    let refused = finish(&book, &record, Deed::Skip { reason: "" }, "yuki", now).unwrap_err();
    assert_eq!(refused.key, "runbook.wants_reason");
    go(&book, &mut record, Deed::Skip { reason: "no permission" }, now);
    assert_eq!(due(&book, &record, now).0, "gate", "where the unknown leads");
}

#[test]
fn an_override_stays_until_something_was_changed() {
    let (book, now) = (book(), at(START));
    let mut record = Record::begin("mine", now);
    let read = result(Fail, now);
    record.learn("a", read.overridden(Pass, "the sensor lies", "yuki", now).unwrap());
    record.learn("a", result(Fail, now + minutes(1)));
    assert_eq!(record.outcomes["a"].outcome, Pass);
    record.perform(book.steps[3].act().unwrap(), "aoife", now + minutes(2)).unwrap();
    record.learn("a", result(Fail, now + minutes(3)));
    assert_eq!(record.outcomes["a"].outcome, Fail);
}

#[test]
fn a_check_that_nobody_can_read_waits_for_a_person() {
    let text = with_steps(STEPS)
        .replace("read = \"ec2:DescribeInstanceStatus\"", "read = \"guardduty:ListFindings\"");
    let (book, now) = (read(&text).unwrap(), at(START));
    let mut record = Record::begin("mine", now);
    assert_eq!(due(&book, &record, now).1, Standing::Typed);
    record.learn("a", Judged::typed(Unknown, "the detector is off", "yuki", now));
    go(&book, &mut record, Deed::Read, now + minutes(60));
    assert_eq!(due(&book, &record, now).0, "gate");

    let text =
        with_steps(STEPS).replace("read = \"ec2:DescribeInstanceStatus\"", "read = \"logs:StartQuery\"");
    let book = read(&text).unwrap();
    let record = Record::begin("mine", now);
    assert_eq!(due(&book, &record, now).1, Standing::Press, "what costs is not read by itself");
    let progress = Progress::of(&book, &record, now);
    assert_eq!(progress.wants.iter().filter(|want| want.by_itself()).count(), 1);
}

#[test]
fn a_runbook_is_changed_in_flight_without_losing_what_was_done() {
    let (first, now) = (book(), at(START));
    let mut record = Record::begin("mine", now);
    record.learn("a", result(Fail, now));
    go(&first, &mut record, Deed::Read, now);
    record.learn("b", result(Pass, now));

    // Another one that begins elsewhere, and has the same look and the same check b.
    let other = with_steps(
        &STEPS.replace("id = \"look\"", "id = \"first\"").replace("goto = \"look\"", "goto = \"first\""),
    )
    .replace("id = \"mine\"", "id = \"other\"");
    let other = read(&other.replacen("goto = \"gate\"", "goto = \"end\"", 1)).unwrap();
    record.switch("other", now + minutes(1));
    let later = now + minutes(1);
    assert_eq!(
        due(&other, &record, later),
        ("first".to_owned(), Standing::Ready),
        "the check's result holds"
    );
    assert_eq!(record.done.len(), 1, "nothing is lost");

    // Back again: the look counts as done, and is not made a second time.
    record.switch("mine", now + minutes(30));
    let later = now + minutes(30);
    assert_eq!(due(&first, &record, later), ("look".to_owned(), Standing::Carried));
    go(&first, &mut record, Deed::Read, later);
    let done = record.done.last().unwrap();
    assert_eq!(
        (&done.how, &done.to),
        (&How::Carried { from: "mine".to_owned() }, &To::Step("gate".to_owned()))
    );
    assert_eq!(done.outcomes["a"].outcome, Fail, "with the result it had");
}

#[test]
fn the_way_can_be_gone_again_from_the_record() {
    let (book, now) = (book(), at(START));
    let mut record = Record::begin("mine", now);
    record.learn("a", result(Fail, now));
    go(&book, &mut record, Deed::Read, now);
    go(&book, &mut record, Deed::Choose { choice: "act", reason: "r" }, now);
    record.perform(book.steps[3].act().unwrap(), "aoife", now + minutes(1)).unwrap();
    let kept = serde_json::to_string(&record).unwrap();
    let again: Record = serde_json::from_str(&kept).unwrap();
    assert_eq!(again, record);
    assert_eq!(Progress::of(&book, &again, now), Progress::of(&book, &record, now));

    // A step that the runbook has no more is said, not guessed.
    let mut lost = record.clone();
    lost.done[1].to = To::Step("gone".to_owned());
    assert_eq!(Progress::of(&book, &lost, now).due, Due::Lost("gone".to_owned()));
}
