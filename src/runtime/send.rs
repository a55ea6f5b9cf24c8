//! Sends a message by its channel, and says what came of it: to a file, a program, an address, or to AWS.
//!
//! AWS is told once, and only with a message that an operator has taken; what it refuses leaves the text as it is, to be sent
//! by hand. Never retries.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::{
    Shared,
    tell::{self, Parcel, Patience, Told},
};
use crate::{
    app::{msg::Msg, update::incidents::Message},
    aws::{
        Session, reads as ask,
        writes::{self, NewCase, NewItem},
    },
    incident::{
        case::{self, service},
        event::Level,
        ladder::Channel,
    },
    problem::{Problem, ProblemKind},
    reads,
    scope::ScopeId,
    text::sentence::Sentence,
    triage::pick,
};

/// Where AWS takes cases by hand.
const SUPPORT_CENTER: &str = "https://console.aws.amazon.com/support/home#/case/create";

/// Sends it and tells the console.
pub(super) async fn send(shared: Shared, generation: u64, uid: String, scope: ScopeId, message: Message) {
    let told = match &message.channel {
        Channel::SupportCase | Channel::OpsItem => match at_aws(&shared, scope, &message).await {
            Ok(sentence) => Told::Sent(sentence),
            Err(problem) => Told::NotSent(refused(&message, problem)),
        },
        other => {
            let Message { id, to, text, about, .. } = message.clone();
            let parcel = Parcel { id, to, at: shared.clock.now(), text, incident: about };
            let told = tell::tell(other, &parcel, Patience::default(), None).await;
            told.unwrap_or_else(|| Told::NotSent(Sentence::new("told.by_hand")))
        }
    };
    let (sent, answer) = (told.is_sent(), told.sentence().clone());
    let _ =
        shared.messages.send(Msg::Told { generation, uid, message: Box::new(message), sent, answer }).await;
}

/// What is said of a refusal. Without a plan the text is prepared all the same, and is sent by hand.
fn refused(message: &Message, problem: Problem) -> Sentence {
    if message.case.is_some() && problem.kind == ProblemKind::NotEnabled {
        return Sentence::new("told.no_plan").with("page", SUPPORT_CENTER);
    }
    Sentence::new("told.refused").with("why", problem.message)
}

/// Opens a case or makes an item; what came of it, with its number.
async fn at_aws(shared: &Shared, scope: ScopeId, message: &Message) -> Result<Sentence, Problem> {
    let session = shared.clients.session(scope).await?;
    let calls = Arc::default();
    if let Some(draft) = &message.case {
        let offered = offered(&session).await?;
        let chosen = service::choose(&draft.about, &services(&session, draft.language).await);
        let (service, category) =
            chosen.unwrap_or_else(|| (draft.service.to_owned(), draft.category.to_owned()));
        let case = NewCase {
            subject: draft.subject.clone(),
            body: draft.body.clone(),
            service,
            category,
            severity: case::severity(message.level, &offered).unwrap_or_default(),
            language: draft.language.to_owned(),
        };
        let number = writes::create_case(&session, &case, &calls).await?;
        let NewCase { service, category, severity, .. } = case;
        let sentence = Sentence::new("told.case").with("number", number).with("service", service);
        return Ok(sentence.with("category", category).with("severity", severity));
    }
    let item = NewItem {
        title: message.subject.clone(),
        description: message.text.clone(),
        severity: ops_severity(message.level).to_owned(),
        resources: message.arns.clone(),
    };
    let number = writes::create_ops_item(&session, &item, &calls).await?;
    Ok(Sentence::new("told.number").with("number", number))
}

/// What cases may be about, as AWS lists it; nothing where that may not be read, since a case is worth more than its place.
async fn services(session: &Session, language: &str) -> Vec<service::Offered> {
    let Some(spec) = reads::find("support:DescribeServices") else { return Vec::new() };
    let Ok(question) = reads::check_args(spec, &json!({ "language": language })) else { return Vec::new() };
    let answer = ask::ask(session, &question, &Arc::default()).await;
    answer.map(|answer| service::offered(&answer)).unwrap_or_default()
}

/// The severity codes that the account's plan offers; refused where the plan has no such API.
async fn offered(session: &Session) -> Result<Vec<String>, Problem> {
    let Some(spec) = reads::find("support:DescribeSeverityLevels") else { return Ok(Vec::new()) };
    let Ok(question) = reads::check_args(spec, &json!({})) else { return Ok(Vec::new()) };
    let answer: Json = ask::ask(session, &question, &Arc::default()).await?;
    let codes = pick::all(&answer, "severityLevels[]")
        .into_iter()
        .filter_map(|level| level.get("code")?.as_str().map(str::to_owned));
    Ok(codes.collect())
}

/// OpsCenter's severity, from `1`, critical, to `4`, low.
const fn ops_severity(level: Option<Level>) -> &'static str {
    match level {
        Some(Level::Sev1) => "1",
        Some(Level::Sev2) => "2",
        Some(Level::Sev3) | None => "3",
        Some(Level::Sev4) => "4",
    }
}

#[cfg(test)]
mod tests;
