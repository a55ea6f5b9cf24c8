//! A case for AWS Support: asked for twice, kept with its number, and prepared where it cannot be sent.

use serde_json::Value as Json;
use tokio::sync::mpsc;

use super::*;
use crate::{
    app::update::incidents::Message,
    aws::{Clients, Settings, reads::ask},
    drill::{Drill, Options},
    incident::ladder::Channel,
    reads,
    runtime::{self, Clock, MfaDesk, Runtime, Shared},
    trail::Store,
};

/// An incident with all that a case needs, and AWS Support as the one to tell.
fn ready() -> Desk {
    let mut desk = Desk::open();
    let known = crate::scope::Scope {
        account: Some("111122223333".into()),
        ..desk.model.scopes.get(HOME).unwrap().clone()
    };
    desk.tell(Msg::Identified { scope: HOME, result: Ok(known) });
    desk.model.settings.shelf = Arc::new(Shelf::built_in(&Reads));
    desk.tell(Msg::Incidents(Ok(Vec::new())));
    desk.press("i");
    disk(&mut desk);
    desk.wait(Duration::from_secs(1));
    explain(&mut desk, check::Outcome::Fail);
    disk(&mut desk);
    desk.model.settings.ladder.contacts.get_mut("vendor").unwrap().channel = Channel::SupportCase;
    desk.model.settings.allow_actions = true;
    desk
}

fn sent(desk: &Desk) -> Option<(u64, Box<Message>)> {
    desk.effects.iter().find_map(|effect| match effect {
        Effect::Tell { generation, message, .. } => Some((*generation, message.clone())),
        _ => None,
    })
}

fn asked() -> Desk {
    let mut desk = ready();
    desk.press("x enter");
    let mut desk = text(&mut desk, "Is the host of i-1 failing?");
    desk.effects.clear();
    desk.press("enter");
    desk
}

#[test]
fn a_case_is_sent_by_a_second_press_and_kept_with_its_number() {
    let mut desk = asked();
    let said = form_error(&desk).unwrap();
    assert!(said.contains("changes something at AWS") && said.contains("support-case"), "{said}");
    assert!(sent(&desk).is_none(), "not by the first press");
    desk.press("enter");
    let (generation, message) = sent(&desk).unwrap();
    let case = message.case.as_ref().unwrap();
    assert!(case.body.contains("Is the host of i-1 failing?"), "{}", case.body);
    assert!(
        case.about.iter().any(|kind| kind == "AWS::EC2::Instance"),
        "what the alarm watches: {:?}",
        case.about
    );
    assert_eq!(message.text, case.text(), "the record keeps what is sent");
    assert!(form_error(&desk).is_some(), "the form waits");
    let answer =
        Sentence::new("told.case").with("number", "case-111122223333-muen-2026-1").with("service", "s");
    let answer = answer.with("category", "c").with("severity", "high");
    desk.tell(Msg::Told { generation, uid: UID.into(), message, sent: true, answer });
    disk(&mut desk);
    assert_eq!(form_error(&desk), None);
    let told = &incident(&desk).escalations.last().unwrap().message.what;
    assert!(told.sent && told.channel == "support-case");
    assert!(told.answer.contains("case-111122223333-muen-2026-1"), "{}", told.answer);
    let opened = crate::incident::case::opened(incident(&desk)).unwrap().1;
    assert!(opened.contains("case-111122223333-muen-2026-1"), "{opened}");
}

#[test]
fn a_case_that_the_plan_does_not_take_is_prepared_as_a_text() {
    let mut desk = asked();
    desk.press("enter");
    let (generation, message) = sent(&desk).unwrap();
    let text = message.text.clone();
    desk.effects.clear();
    let answer = Sentence::new("told.no_plan").with("page", "https://console.aws.amazon.com/support");
    desk.tell(Msg::Told { generation, uid: UID.into(), message, sent: false, answer });
    assert!(desk.effects.contains(&Effect::Copy(text.clone())), "it can be pasted at once");
    disk(&mut desk);
    let told = &incident(&desk).escalations.last().unwrap().message.what;
    assert!(!told.sent && told.message == text && told.due.is_none(), "never taken for sent");
    assert!(told.answer.contains("The text is prepared"), "{}", told.answer);
    assert!(crate::incident::case::opened(incident(&desk)).is_none());
}

#[test]
fn without_leave_nothing_is_sent_to_aws() {
    let mut desk = ready();
    desk.model.settings.allow_actions = false;
    desk.press("x enter");
    let mut desk = text(&mut desk, "look");
    desk.press("enter enter enter");
    assert!(form_error(&desk).unwrap().contains("--allow-actions"), "{:?}", form_error(&desk));
    assert!(sent(&desk).is_none());
}

/// The form, the runtime and the practice account together; only the disk is played.
#[tokio::test(flavor = "multi_thread")]
async fn the_case_is_in_the_account_and_its_number_in_the_record() {
    let mut desk = asked();
    desk.press("enter");
    let effect = desk.effects.iter().find(|effect| matches!(effect, Effect::Tell { .. })).unwrap().clone();
    let options = Options { scenario: "host-failure".into(), now: Some(desk.now), ..Options::default() };
    let drill = Drill::open(&options).unwrap();
    let clock = drill.clone();
    let settings = Settings {
        http: Some(drill.http_client()),
        clock: Arc::new(move || clock.now()),
        ..Settings::default()
    };
    let scopes = Clients::plan(&settings);
    let clients = Clients::new(settings, &scopes);
    let (messages, mut answers) = mpsc::channel(8);
    let clock = Clock::Drill(drill);
    let journal = runtime::Desk::start(None, clock.clone(), messages.clone());
    let shared = Shared { clients: clients.clone(), messages, clock, store: Store::in_memory() };
    let mut runtime = Runtime::new(shared, MfaDesk::default(), journal);
    assert!(runtime.run(effect).is_none());
    let told = loop {
        let msg = answers.recv().await.unwrap();
        if matches!(msg, Msg::Told { .. }) {
            break msg;
        }
    };
    desk.tell(told);
    disk(&mut desk);
    let session = clients.session(HOME).await.unwrap();
    let question = reads::check_args(reads::find("support:DescribeCases").unwrap(), &Json::Null).unwrap();
    let cases = ask(&session, &question, &Arc::default()).await.unwrap();
    let case = &cases["cases"][0];
    assert_eq!(case["severityCode"], "urgent", "SEV-2");
    let told = &incident(&desk).escalations.last().unwrap().message.what;
    assert!(told.sent && told.answer.contains(case["caseId"].as_str().unwrap()), "{told:?} {cases}");
    let body = case["recentCommunications"]["communications"][0]["body"].as_str().unwrap();
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert!(words(&told.message).ends_with(&words(body)), "{}\n{body}", told.message);
    assert!(body.contains("Is the host of i-1 failing?"), "{body}");
}
