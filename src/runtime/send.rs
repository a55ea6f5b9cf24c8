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
    incident::{case, event::Level, ladder::Channel},
    problem::Problem,
    reads,
    scope::ScopeId,
    text::sentence::Sentence,
    triage::pick,
};

/// Sends it and tells the console.
pub(super) async fn send(shared: Shared, generation: u64, uid: String, scope: ScopeId, message: Message) {
    let told = match &message.channel {
        Channel::SupportCase | Channel::OpsItem => match at_aws(&shared, scope, &message).await {
            Ok(number) => Told::Sent(Sentence::new("told.number").with("number", number)),
            Err(problem) => Told::NotSent(Sentence::new("told.refused").with("why", problem.message)),
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

/// Opens a case or makes an item; answers its number.
async fn at_aws(shared: &Shared, scope: ScopeId, message: &Message) -> Result<String, Problem> {
    let session = shared.clients.session(scope).await?;
    let calls = Arc::default();
    if let Some(draft) = &message.case {
        let offered = offered(&session).await?;
        let case = NewCase {
            subject: draft.subject.clone(),
            body: draft.body.clone(),
            service: draft.service.to_owned(),
            category: draft.category.to_owned(),
            severity: case::severity(message.level, &offered).unwrap_or_default(),
            language: draft.language.to_owned(),
        };
        return writes::create_case(&session, &case, &calls).await;
    }
    let item = NewItem {
        title: message.subject.clone(),
        description: message.text.clone(),
        severity: ops_severity(message.level).to_owned(),
        resources: message.arns.clone(),
    };
    writes::create_ops_item(&session, &item, &calls).await
}

/// The severity codes that the account's plan offers; refused where the plan has no such API.
async fn offered(session: &Session) -> Result<Vec<String>, Problem> {
    let Some(spec) = reads::find("support:DescribeSeverityLevels") else { return Ok(Vec::new()) };
    let Ok(question) = reads::check_args(spec, &json!({})) else { return Ok(Vec::new()) };
    let answer: Json = ask::ask(session, &question, &Arc::default()).await?;
    let codes = pick::all(&answer, "severityLevels")
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
