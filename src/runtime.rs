//! Runs effects: talks to AWS in the background and turns every answer into a message.
//!
//! Nothing here touches the terminal or the model. Every request runs in its own task; the channel back is bounded, so
//! that a slow terminal slows the fetches and not the other way round. What was asked for a place is given up when the
//! place is left.

pub mod clock;
mod fetch;
mod journal;
mod mfa;
mod search;
mod send;
pub mod tell;
pub mod triage;

use std::{future::Future, pin::pin};

use futures::{
    FutureExt, StreamExt,
    future::{BoxFuture, Shared as SharedFuture},
};

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

pub use self::{
    clock::Clock,
    fetch::{Rows, fetch},
    journal::Desk,
    mfa::MfaDesk,
};
use crate::{
    app::{effect::Effect, msg::Msg},
    aws::{self, Clients, Session},
    problem::{Problem, ProblemKind, Remedy},
    reads,
    rows::{described::What, metric::SeriesQuery},
    scope::{Scope, ScopeId},
    trail::Store,
};

/// Messages waiting for the console; a fetch that fills it waits.
pub const QUEUE: usize = 256;

/// What every task needs.
#[derive(Debug, Clone)]
pub struct Shared {
    /// Sessions of all scopes.
    pub clients: Clients,
    /// Back to the console.
    pub messages: mpsc::Sender<Msg>,
    /// The console's clock.
    pub clock: Clock,
    /// CloudTrail's events that have been read.
    pub store: Store,
}

/// Runs effects until it is dropped, which gives everything up.
#[derive(Debug)]
pub struct Runtime {
    shared: Shared,
    all: CancellationToken,
    facts: CancellationToken,
    /// What is being worked out goes on while one looks at what it has brought, until another is wanted.
    explaining: CancellationToken,
    /// Done when declined questions may be put again; a fetch that was asked for together with it waits for it.
    reconnected: SharedFuture<BoxFuture<'static, ()>>,
    mfa: MfaDesk,
    desk: Desk,
}

impl Runtime {
    /// A runtime in which nothing runs yet.
    pub fn new(shared: Shared, mfa: MfaDesk, desk: Desk) -> Self {
        let all = CancellationToken::new();
        Self {
            shared,
            facts: all.child_token(),
            explaining: all.child_token(),
            all,
            reconnected: async {}.boxed().shared(),
            mfa,
            desk,
        }
    }

    /// Starts an effect. Those that are the terminal's to do come back.
    pub fn run(&mut self, effect: Effect) -> Option<Effect> {
        let shared = self.shared.clone();
        match effect {
            Effect::Fetch { pane, scope, generation, early, by_hand } => {
                let reconnected = self.reconnected.clone();
                Self::spawn(self.all.clone(), async move {
                    reconnected.await;
                    let wish = fetch::Wish { pane, scope, generation, early, by_hand };
                    fetch::to_console(shared, wish).await;
                });
            }
            Effect::Identify(scope) => Self::spawn(self.all.clone(), identify(shared, scope)),
            Effect::DiscoverRegions(scopes) => Self::spawn(self.all.clone(), discover(shared, scopes)),
            Effect::Series { scope, generation, queries, start, end } => {
                Self::spawn(self.facts.clone(), series(shared, scope, generation, queries, (start, end)));
            }
            Effect::History { scope, generation, alarm } => {
                Self::spawn(self.facts.clone(), history(shared, scope, generation, alarm));
            }
            Effect::Patches { scope, generation, id } => {
                Self::spawn(self.facts.clone(), patches(shared, scope, generation, id));
            }
            Effect::Describe { scope, generation, what, id } => {
                Self::spawn(self.facts.clone(), describe(shared, scope, generation, what, id));
            }
            Effect::Explain { scope, generation, alarm, request } => {
                self.explaining.cancel();
                self.explaining = self.all.child_token();
                let work = triage::to_console(shared, scope, generation, alarm, *request);
                Self::spawn(self.explaining.clone(), work);
            }
            Effect::Search { generation, question } => {
                Self::spawn(self.facts.clone(), search::run(shared, generation, *question));
            }
            Effect::Record { scope, generation, id } => {
                Self::spawn(self.facts.clone(), search::record(shared, scope, generation, id));
            }
            Effect::Open { generation, hand, opening } => {
                self.desk.ask(journal::Wish::Open { generation, hand, opening });
            }
            Effect::Write { generation, uid, hand, events } => {
                self.desk.ask(journal::Wish::Write { generation, uid, hand, events });
            }
            Effect::Tell { generation, uid, scope, message } => {
                Self::spawn(self.all.clone(), send::send(shared, generation, uid, scope, *message));
            }
            Effect::Ask { uid, check, scope, operation, args } => {
                Self::spawn(self.all.clone(), asked(shared, uid, check, scope, (operation, args)));
            }
            Effect::Load(uid) => self.desk.ask(journal::Wish::Load(uid)),
            Effect::CancelFacts => {
                self.facts.cancel();
                self.facts = self.all.child_token();
            }
            Effect::Reconnect => {
                self.reconnected = async move { shared.clients.ask_again().await }.boxed().shared();
                Self::spawn(self.all.clone(), self.reconnected.clone());
            }
            Effect::MfaAnswer { id, code } => self.mfa.answer(id, code),
            other => return Some(other),
        }
        None
    }

    fn spawn(cancel: CancellationToken, work: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(async move { cancel.run_until_cancelled_owned(work).await });
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.all.cancel();
    }
}

/// Who we are in a scope: the scope's entry with account, partition and Region filled in; the alias where it was asked.
pub fn known(session: &Session, who: aws::Identity) -> Scope {
    Scope {
        account: Some(who.account),
        alias: who.alias,
        partition: who.partition,
        ..Scope::new(session.profile(), session.region.clone())
    }
}

/// Tells what is known of a scope as it becomes known: its Region, its account, and a name for that which is slow to come.
async fn identify(shared: Shared, scope: ScopeId) {
    let tell = async |result| shared.messages.send(Msg::Identified { scope, result }).await.is_ok();
    let session = match shared.clients.session(scope).await {
        Ok(session) => session,
        Err(problem) => {
            tell(Err(problem)).await;
            return;
        }
    };
    tell(Ok(Scope::new(session.profile(), session.region.clone()))).await;
    let result = aws::identity(&session).await.map(|who| known(&session, who));
    let unnamed = result.as_ref().ok().filter(|s| s.alias.is_none()).cloned();
    tell(result).await;
    if let Some(scope) = unnamed
        && let Some(alias) = aws::alias(&session).await
    {
        tell(Ok(Scope { alias: Some(alias), ..scope })).await;
    }
}

async fn discover(shared: Shared, scopes: u16) {
    let ids: Vec<ScopeId> = (0..scopes).map(ScopeId).collect();
    let mut found = pin!(shared.clients.expand(&ids));
    while let Some((_, scopes)) = found.next().await {
        let _ = shared.messages.send(Msg::MoreScopes(scopes)).await;
    }
}

async fn series(
    shared: Shared,
    scope: ScopeId,
    generation: u64,
    asked: Vec<SeriesQuery>,
    (start, end): (Timestamp, Timestamp),
) {
    let answers = match shared.clients.session(scope).await {
        Ok(session) => aws::cloudwatch::series(&session, &asked, start, end).await,
        Err(problem) => asked.into_iter().map(|query| (query, Err(problem.clone()))).collect(),
    };
    let _ = shared.messages.send(Msg::Series { scope, generation, answers }).await;
}

async fn asked(
    shared: Shared,
    uid: String,
    check: String,
    scope: ScopeId,
    (operation, args): (String, serde_json::Value),
) {
    let answer = async {
        let session = shared.clients.session(scope).await?;
        let spec = reads::find(&operation).ok_or_else(|| unknown(&operation, String::new()))?;
        let ask = reads::check_args(spec, &args).map_err(|why| unknown(&operation, format!("{why:?}")))?;
        aws::reads::ask(&session, &ask, &std::sync::Arc::default()).await
    };
    let result = answer.await.map(Box::new);
    let _ = shared.messages.send(Msg::Asked { uid, check, result }).await;
}

/// Something that this program cannot ask.
fn unknown(operation: &str, message: String) -> Problem {
    Problem { operation: operation.to_owned(), kind: ProblemKind::Other, message, remedy: Remedy::ReadLog }
}

/// Newest lines of an alarm's history that a page shows.
const HISTORY_LINES: usize = 50;

async fn history(shared: Shared, scope: ScopeId, generation: u64, alarm: String) {
    let result = match shared.clients.session(scope).await {
        Ok(session) => aws::cloudwatch::history(&session, &alarm, HISTORY_LINES).await,
        Err(problem) => Err(problem),
    };
    let _ = shared.messages.send(Msg::History { scope, generation, alarm, result }).await;
}

async fn patches(shared: Shared, scope: ScopeId, generation: u64, id: String) {
    let result = match shared.clients.session(scope).await {
        Ok(session) => aws::ssm::patch_items(&session, &id).await,
        Err(problem) => Err(problem),
    };
    let _ = shared.messages.send(Msg::Patches { scope, generation, id, result }).await;
}

async fn describe(shared: Shared, scope: ScopeId, generation: u64, what: What, id: String) {
    let result = match shared.clients.session(scope).await {
        Ok(session) => aws::ec2::describe(&session, what, &id).await.map(Box::new),
        Err(problem) => Err(problem),
    };
    let _ = shared.messages.send(Msg::Described { scope, generation, what, id, result }).await;
}
