//! Cases, sent to the practice account by what the console sends them with.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::*;
use crate::{
    app::msg::Msg,
    aws::{Clients, Settings},
    drill::{Drill, Options},
    runtime::Clock,
    text::{Catalogue, Lang},
    trail::Store,
};

/// What came of a case about these kinds of things, and the cases that the account has then.
async fn sent(scenario: &str, about: &[&str]) -> (bool, String, Json) {
    let at: Timestamp = "2026-05-01T03:04:05Z".parse().unwrap();
    let options = Options { scenario: scenario.to_owned(), now: Some(at), ..Options::default() };
    let drill = Drill::open(&options).unwrap();
    let clock = drill.clone();
    let settings = Settings {
        http: Some(drill.http_client()),
        clock: Arc::new(move || clock.now()),
        ..Settings::default()
    };
    let scopes = Clients::plan(&settings);
    let (messages, mut answers) = mpsc::channel(8);
    let clients = Clients::new(settings, &scopes);
    let shared = Shared { clients, messages, clock: Clock::Drill(drill), store: Store::in_memory() };
    let case = case::Draft {
        subject: "INC-0042: web-5xx".into(),
        body: "Is the host failing?".into(),
        severity: None,
        language: "en",
        issue: "technical",
        service: "general-info",
        category: "using-aws",
        about: about.iter().map(|kind| (*kind).to_owned()).collect(),
    };
    let message = Message {
        id: "INC-0042".into(),
        to: "aws".into(),
        channel: Channel::SupportCase,
        subject: case.subject.clone(),
        text: case.text(),
        about: Json::Null,
        arns: Vec::new(),
        level: Some(Level::Sev1),
        case: Some(case),
        due: at,
    };
    send(shared.clone(), 7, "1".into(), ScopeId(0), message).await;
    let Some(Msg::Told { generation: 7, sent, answer, .. }) = answers.recv().await else {
        panic!("an answer")
    };
    let spec = reads::find("support:DescribeCases").unwrap();
    let question = reads::check_args(spec, &json!({})).unwrap();
    let session = shared.clients.session(ScopeId(0)).await.unwrap();
    let cases = ask::ask(&session, &question, &Arc::default()).await.unwrap_or_default();
    (sent, answer.text(&Catalogue::load(Lang::En)), cases["cases"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_opened_under_the_service_of_what_it_is_about() {
    for (about, service, category) in [
        (
            &["AWS::CloudWatch::Alarm", "AWS::EC2::Instance"][..],
            "amazon-elastic-compute-cloud-linux",
            "instance-issue",
        ),
        (&["AWS::ElasticLoadBalancingV2::LoadBalancer"], "elastic-load-balancing", "general-guidance"),
        (&["AWS::CloudWatch::Alarm"], "general-info", "using-aws"),
    ] {
        let (sent, answer, cases) = sent("host-failure", about).await;
        assert!(sent, "{answer}");
        let case = &cases[0];
        assert_eq!(
            (cases.as_array().unwrap().len(), &case["subject"]),
            (1, &json!("INC-0042: web-5xx")),
            "once"
        );
        assert_eq!((&case["serviceCode"], &case["categoryCode"]), (&json!(service), &json!(category)));
        // SEV-1 is critical, which this plan does not offer.
        assert_eq!(case["severityCode"], "urgent");
        for said in [case["caseId"].as_str().unwrap(), service, category, "urgent"] {
            assert!(answer.contains(said), "{said}: {answer}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_plan_the_text_is_prepared_and_said_not_to_be_sent() {
    let (sent, answer, cases) = sent("web-down", &["AWS::EC2::Instance"]).await;
    assert!(!sent && cases.is_null());
    assert!(
        answer.contains("The text is prepared") && answer.contains("https://console.aws.amazon.com/support"),
        "{answer}"
    );
}
