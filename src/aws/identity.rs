//! Who we are: account, caller, partition and the account's alias.

use std::{sync::Arc, time::Duration};

use super::{Session, ask, error, probe::Probe};
use crate::{
    problem::{Problem, ProblemKind, Remedy},
    text::sanitise::clean,
};

/// What `sts:GetCallerIdentity` and `iam:ListAccountAliases` say. One per profile: all its Regions share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Twelve digits.
    pub account: String,
    /// Of the caller.
    pub arn: String,
    /// `aws`, `aws-cn`, `aws-us-gov`, …
    pub partition: String,
    /// The account's alias; many accounts have none, and it may come later than the rest.
    pub alias: Option<String>,
    /// Why the alias could not be read.
    pub alias_problem: Option<Problem>,
}

/// How long an identity waits for its alias once STS has answered.
const PATIENCE: Duration = Duration::from_secs(2);

/// Who the session's credentials belong to; asked once per profile and then remembered. The alias is asked at the same
/// time; one that is slow does not hold back the rest, and is there the next time once it has come.
pub async fn identity(session: &Session) -> Result<Identity, Problem> {
    // A task of its own, so that it goes on when nobody waits for it any more.
    let twin = session.alias_cell().get().is_none().then(|| session.twin());
    let asking = twin.map(|twin| tokio::spawn(async move { settled_alias(&twin).await }));
    let mut who = session.profile_cell().get_or_try_init(|| caller(session)).await.cloned()?;
    let alias = match (session.alias_cell().get(), asking) {
        (Some(alias), _) => Some(alias.clone()),
        (None, Some(asking)) => tokio::time::timeout(PATIENCE, asking).await.ok().and_then(Result::ok),
        (None, None) => None,
    };
    match alias {
        Some(Ok(alias)) => who.alias = alias,
        Some(Err(problem)) => who.alias_problem = Some(problem),
        None => {}
    }
    Ok(who)
}

/// The account's alias, if it has one that may be read; waits as long as it takes. Asked once per profile and then
/// remembered.
pub async fn alias(session: &Session) -> Option<String> {
    settled_alias(session).await.ok().flatten()
}

/// Remembers an alias, that there is none, and that it may not be read; a failure that passes is forgotten.
async fn settled_alias(session: &Session) -> Result<Option<String>, Problem> {
    let answer = session.alias_cell().get_or_try_init(|| async {
        match ask_alias(session).await {
            Err(problem) if !matches!(problem.kind, ProblemKind::Denied | ProblemKind::NotEnabled) => {
                Err(problem)
            }
            answer => Ok(answer),
        }
    });
    answer.await?.clone()
}

async fn caller(session: &Session) -> Result<Identity, Problem> {
    const OPERATION: &str = "sts:GetCallerIdentity";
    let probe = Probe::new(&Arc::default());
    let answer = ask!(session, OPERATION, probe, session.sts().get_caller_identity())?;
    let (Some(account), Some(arn)) = (answer.account, answer.arn) else {
        return Err(error::other(OPERATION, "STS answered without an account", Remedy::ReadLog));
    };
    let (account, arn) = (clean(&account), clean(&arn));
    let partition = arn.split(':').nth(1).filter(|p| !p.is_empty()).unwrap_or("aws").to_owned();
    Ok(Identity { account, arn, partition, alias: None, alias_problem: None })
}

async fn ask_alias(session: &Session) -> Result<Option<String>, Problem> {
    let probe = Probe::new(&Arc::default());
    let answer = ask!(session, "iam:ListAccountAliases", probe, session.iam().list_account_aliases())?;
    // An account has at most one.
    Ok(answer.account_aliases.first().map(|a| clean(a)).filter(|a| !a.is_empty()))
}
