//! Finds out for `toban doctor` what one account in one Region lets us do: who we are, where AWS is asked and what time it
//! is there, and what becomes of each action. What that means is said by [`crate::doctor::account`].

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use futures::future::join_all;
use jiff::Timestamp;

use super::{
    Clients, Session, identity,
    probe::Probe,
    profile::variable,
    trial::{self, Trial},
};
use crate::{
    doctor::{
        Outcome, Tried,
        account::{Account, Endpoint},
    },
    panes::PaneId,
    policy::{self, BESIDE},
    problem::{Problem, ProblemKind, Remedy},
    scope::{Scope, ScopeId},
    text::{sanitise::clean, sentence::Sentence},
};

/// How long the question who we are may take.
const WHO: Duration = Duration::from_secs(15);
/// How long any other may take, waiting for its budget included.
const EACH: Duration = Duration::from_secs(30);

/// The ends of AWS's own names of hosts, by partition (`aws-facts.md` §6.2).
const AWS_HOSTS: [&str; 7] = [
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".api.aws",
    ".amazonaws.eu",
    ".c2s.ic.gov",
    ".sc2s.sgov.gov",
    ".csp.hci.ic.gov",
];

/// What one trial came to.
struct Done {
    tried: Tried,
    ahead_secs: Option<i64>,
    endpoint: Option<String>,
}

/// Examines one scope. `first` is to be true for the first scope of each profile: there is tried what is the same in all
/// Regions.
pub async fn examine(clients: &Clients, id: ScopeId, scope: &Scope, first: bool) -> Account {
    let session = match clients.session(id).await {
        Ok(session) => session,
        Err(problem) => return Account::closed(scope.clone(), first, problem),
    };
    let mut scope = Scope::new(session.profile(), session.region.clone());
    let who = tokio::time::timeout(WHO, identity(&session)).await;
    let who = who.unwrap_or_else(|_| Err(late("sts:GetCallerIdentity", WHO))).map(|who| {
        (scope.account, scope.alias, scope.partition) = (Some(who.account), who.alias, who.partition);
        who.arn
    });
    let refused = matches!(&who, Err(problem) if problem.kind == ProblemKind::Expired);
    // Refused credentials are refused everywhere. What is asked in any case tells the time at AWS, which may be why.
    let panes = PaneId::fetched().flat_map(|pane| pane.iam.iter().copied());
    let everywhere = panes.chain(policy::triage()).chain(policy::runbooks()).filter(|_| !refused);
    let beside = BESIDE.iter().map(|beside| beside.action).filter(|_| first);
    let actions: BTreeSet<&'static str> = everywhere.chain(beside).collect();
    let done =
        join_all(actions.into_iter().filter_map(trial::find).map(|trial| attempt(&session, trial))).await;
    let ahead_secs = done.iter().filter_map(|d| d.ahead_secs).min_by_key(|ahead| ahead.unsigned_abs());
    let origins: BTreeSet<&String> = done.iter().filter_map(|d| d.endpoint.as_ref()).collect();
    let (endpoint, proxy) = (endpoint(&session, &origins), proxy(&session, &origins));
    let tried = if refused { Vec::new() } else { done.into_iter().map(|d| d.tried).collect() };
    Account { scope, first, who, source: Some(session.source()), ahead_secs, endpoint, proxy, tried }
}

async fn attempt(session: &Arc<Session>, trial: &Trial) -> Done {
    let probe = Probe::new(session.asides());
    let asked = tokio::time::timeout(EACH, (trial.run)(Arc::clone(session), probe.clone())).await;
    // An answer that was slow makes us seem ahead, so the caller takes the smallest of many.
    let ahead_secs = probe.served_at().map(|there| Timestamp::now().as_second() - there);
    let outcome = asked.unwrap_or_else(|_| Outcome::Failed(late(trial.action, EACH)));
    Done { tried: Tried { action: trial.action, outcome }, ahead_secs, endpoint: probe.endpoint() }
}

fn endpoint(session: &Session, origins: &BTreeSet<&String>) -> Endpoint {
    if session.is_drill() {
        return Endpoint::Drill;
    }
    if let Some(url) = session.endpoint_override() {
        return Endpoint::Instead(without_password(url));
    }
    if origins.is_empty() {
        return Endpoint::Unknown;
    }
    let own = |origin: &str| {
        let host = origin.split("://").last().unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default();
        AWS_HOSTS.iter().any(|end| host.ends_with(end))
    };
    Endpoint::Each(origins.iter().filter(|origin| !own(origin)).map(|origin| (*origin).clone()).collect())
}

/// The first variable that the SDK takes a proxy from for where we ask.
fn proxy(session: &Session, origins: &BTreeSet<&String>) -> Option<(&'static str, String)> {
    const HTTPS: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    const HTTP: [&str; 4] = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
    let plain = !origins.is_empty() && origins.iter().all(|origin| origin.starts_with("http:"));
    let names = if plain { HTTP } else { HTTPS };
    let asked = names.into_iter().filter(|_| !session.is_drill());
    asked.into_iter().find_map(|name| Some((name, without_password(&variable(name)?))))
}

/// A URL without who logs in there, and with which password.
fn without_password(url: &str) -> String {
    let url = clean(url);
    let (scheme, rest) = url.split_once("://").unwrap_or(("", &url));
    let host = rest.rsplit('@').next().unwrap_or_default();
    if scheme.is_empty() { host.to_owned() } else { format!("{scheme}://{host}") }
}

fn late(operation: &str, limit: Duration) -> Problem {
    Problem {
        operation: operation.to_owned(),
        kind: ProblemKind::Offline,
        message: format!("no answer within {} s", limit.as_secs()),
        remedy: Remedy::CheckNetwork(String::new()),
    }
}

impl Session {
    /// Where the credentials come from, in words.
    fn source(&self) -> Sentence {
        if self.is_drill() { Sentence::new("doctor.source.drill") } else { self.login().sentence() }
    }
}
