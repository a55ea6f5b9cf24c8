//! What a runbook has to know and nothing says is asked of the operator.

use super::*;
use crate::config::source::Source;

const BOOK: &str = r#"
schema = 1
id = "slow-volume"
title = { en = "A volume is slow", ja = "ボリュームが遅い" }
version = "1.0"

[params.volume]
type = "AWS::EC2::Volume"
from = ["resource"]
title = { en = "The volume that is slow", ja = "遅いボリューム" }

[[check]]
id = "volume-well"
title = { en = "The volume is well", ja = "ボリュームが正常か" }
read = "ec2:DescribeVolumeStatus"
args = { VolumeIds = ["${volume}"] }
select = "VolumeStatuses[?VolumeId=='${volume}'] | [0].VolumeStatus.Status"
expect = { eq = "ok" }
know.side = "aws"
know.meaning = { en = "Whether AWS sees it as well.", ja = "AWS から見た状態です。" }
know.if_fail = { en = "AWS has to mend it.", ja = "AWS の対応が必要です。" }
know.next = { en = "Open a case.", ja = "サポートケースを開きます。" }

[[step]]
id = "look"
kind = "check"
title = { en = "Is the volume well?", ja = "ボリュームは正常か" }
owner = "l1"
side = "aws"
checks = ["volume-well"]
branch = [
  { when = "volume-well == pass", goto = "write" },
  { when = "volume-well == fail or volume-well == unknown", goto = "write" },
]

[[step]]
id = "write"
kind = "record"
title = { en = "Write it down", ja = "記録する" }
owner = "l1"
side = "customer"
close = true
"#;

/// The same alarm, with a runbook taken up whose first step cannot know which volume is meant.
fn taken_up() -> Desk {
    let mut desk = opened();
    let (shelf, wrong) = Shelf::with(&[Source { name: "slow-volume.toml", text: BOOK }], &Reads);
    assert!(wrong.is_empty(), "{wrong:?}");
    desk.model.settings.shelf = Arc::new(shelf);
    let book = Event::Runbook { id: "slow-volume".into(), version: "1.0".into(), reason: String::new() };
    by_another(&mut desk, book);
    desk.wait(Duration::from_secs(1));
    disk(&mut desk);
    desk
}

/// Somebody else writes it, here or from the command line.
fn by_another(desk: &mut Desk, event: Event) {
    let entries = vec![entry(desk, incident(desk).next_seq(), "jun", event)];
    desk.tell(Msg::Written { generation: None, uid: UID.into(), number: 0, entries });
}

fn asked(desk: &Desk) -> Vec<String> {
    let volumes = desk.effects.iter().filter_map(|effect| match effect {
        Effect::Ask { check, args, .. } if check == "volume-well" => Some(args["VolumeIds"][0].to_string()),
        _ => None,
    });
    volumes.collect()
}

#[test]
fn a_step_says_what_it_has_to_know_and_goes_on_by_itself_when_that_is_filled_in() {
    let mut desk = taken_up();
    desk.wait(Duration::from_mins(2));
    assert!(asked(&desk).is_empty(), "nothing to ask AWS with");
    assert!(incident(&desk).book.as_ref().unwrap().done.is_empty(), "and the step is not passed over");
    let said = page(&desk);
    assert!(said.contains("not known: The volume that is slow (${volume})"), "{said}");
    assert!(said.contains("space: fill in what is not known"), "{said}");

    desk.press("space");
    let mut desk = text(&mut desk, "vol-0a1'");
    desk.press("enter");
    assert!(form_error(&desk).unwrap().contains("cannot be the value of volume"), "{:?}", form_error(&desk));
    desk.press("backspace enter");
    disk(&mut desk);
    assert_eq!(form_error(&desk), None);
    let value = &incident(&desk).values["volume"];
    assert_eq!((value.what.as_str(), value.by.as_str()), ("vol-0a1", "ines"));
    desk.wait(Duration::from_secs(1));
    assert_eq!(asked(&desk), ["\"vol-0a1\""], "it is read without another key");
    let answer = serde_json::json!({"VolumeStatuses": [
        {"VolumeId": "vol-0a1", "VolumeStatus": {"Status": "ok"}}
    ]});
    desk.tell(Msg::Asked { uid: UID.into(), check: "volume-well".into(), result: Ok(answer.into()) });
    disk(&mut desk);
    desk.wait(Duration::from_secs(1));
    disk(&mut desk);
    let done = &incident(&desk).book.as_ref().unwrap().done;
    assert_eq!(done.iter().map(|done| done.step.as_str()).collect::<Vec<_>>(), ["look"]);
}

#[test]
fn what_is_said_on_the_command_line_serves_as_well_and_a_later_word_holds() {
    let mut desk = taken_up();
    by_another(&mut desk, Event::Value { name: "volume".into(), value: "vol-0b2".into() });
    desk.wait(Duration::from_secs(1));
    assert_eq!(asked(&desk), ["\"vol-0b2\""]);
    assert!(!page(&desk).contains("not known"), "{}", page(&desk));
    by_another(&mut desk, Event::Value { name: "volume".into(), value: "vol-0c3".into() });
    assert_eq!(incident(&desk).values["volume"].what, "vol-0c3");
}

#[test]
fn a_step_that_cannot_know_is_left_out_with_a_reason() {
    let mut desk = taken_up();
    desk.press("s enter");
    let mut desk = text(&mut desk, "nobody knows which volume it is");
    desk.press("enter");
    disk(&mut desk);
    let done = &incident(&desk).book.as_ref().unwrap().done;
    assert_eq!(
        done.iter().map(|done| done.step.as_str()).collect::<Vec<_>>(),
        ["look"],
        "{:?}",
        form_error(&desk)
    );
}

#[test]
fn what_nobody_knows_is_unknown_by_a_persons_word_and_the_step_goes_on() {
    let mut desk = taken_up();
    desk.press("space ? enter");
    disk(&mut desk);
    assert_eq!(form_error(&desk), None);
    desk.wait(Duration::from_secs(1));
    disk(&mut desk);
    let found = incident(&desk);
    assert!(found.values.is_empty() && asked(&desk).is_empty());
    let done = &found.book.as_ref().unwrap().done;
    let judged = &done[0].outcomes["volume-well"];
    assert_eq!((done.len(), judged.outcome), (1, check::Outcome::Unknown));
    assert!(matches!(&judged.by, crate::runbook::judge::By::Typed { who } if who == "ines"), "{judged:?}");
}
