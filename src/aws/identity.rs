//! Who we are: account, caller, partition and the account's alias.

use std::time::Duration;

use super::{
    Session, ask,
    error::{self, codes},
    probe::Probe,
};
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
    /// The account's alias; many accounts have none, one that may not be read counts as none (the number stands in its
    /// place), and it may come later than the rest.
    pub alias: Option<String>,
}

/// How long an identity waits for its alias once STS has answered.
const PATIENCE: Duration = Duration::from_secs(2);

/// Who the session's credentials belong to; asked once per profile and then remembered. The alias is asked at the same
/// time; one that is slow does not hold back the rest, and is there the next time once it has come.
pub async fn identity(session: &Session) -> Result<Identity, Problem> {
    let alias = alias(session);
    let who = caller(session);
    tokio::pin!(alias, who);
    let mut early = None;
    let mut who = loop {
        tokio::select! {
            who = &mut who => break who?,
            alias = &mut alias, if early.is_none() => early = Some(alias),
        }
    };
    who.alias = match early {
        Some(alias) => alias,
        None => tokio::time::timeout(PATIENCE, alias).await.ok().flatten(),
    };
    Ok(who)
}

/// The same without the alias: one call, to STS, where the profile is at home.
pub async fn caller(session: &Session) -> Result<Identity, Problem> {
    let ask = || {
        let twin = session.twin();
        async move { ask_caller(&twin).await }
    };
    session.who().get(ask).await
}

/// The account's alias, if it has one that may be read; waits as long as it takes. Asked once per profile and then
/// remembered, also that there is none or that it may not be read; a failure that passes is forgotten.
pub async fn alias(session: &Session) -> Option<String> {
    let ask = || {
        let twin = session.twin();
        async move {
            match ask_alias(&twin).await {
                Err(p) if matches!(p.kind, ProblemKind::Denied | ProblemKind::NotEnabled) => Ok(None),
                answer => answer,
            }
        }
    };
    session.alias().get(ask).await.ok().flatten()
}

/// Asks STS in the profile's home Region. A Region that is off refuses the best of credentials, so that one which no
/// account has off is asked before they count as refused.
async fn ask_caller(session: &Session) -> Result<Identity, Problem> {
    const OPERATION: &str = "sts:GetCallerIdentity";
    let home = session.home();
    let always_on = always_on(home);
    let mut refused = None;
    for region in [home, always_on] {
        let there = session.in_region(region);
        there.admit(OPERATION).await?;
        let probe = Probe::new(there.asides());
        let request = there.sts().get_caller_identity().customize().interceptor(probe.clone());
        match request.send().await {
            Ok(answer) => {
                there.worked(OPERATION);
                let (Some(account), Some(arn)) = (answer.account, answer.arn) else {
                    return Err(error::other(OPERATION, "STS answered without an account", Remedy::ReadLog));
                };
                let (account, arn) = (clean(&account), clean(&arn));
                let partition = arn.split(':').nth(1).filter(|p| !p.is_empty()).unwrap_or("aws").to_owned();
                there.belongs_to(&account);
                return Ok(Identity { account, arn, partition, alias: None });
            }
            Err(failure) => {
                let off = error::code(&failure).is_some_and(codes::may_be_region_off);
                let problem = refused.get_or_insert(there.told(OPERATION, &failure, &probe));
                if !off || region == always_on {
                    there.refused(problem);
                    return Err(problem.clone());
                }
            }
        }
    }
    Err(error::other(OPERATION, "no Region is set", Remedy::SetRegion))
}

/// A Region of the same partition that cannot be switched off (`aws-facts.md` §6.2).
fn always_on(region: &str) -> &'static str {
    const PARTITIONS: [(&str, &str); 6] = [
        ("cn-", "cn-north-1"),
        ("us-gov-", "us-gov-west-1"),
        ("eusc-", "eusc-de-east-1"),
        ("us-isob-", "us-isob-east-1"),
        ("us-iso-", "us-iso-east-1"),
        ("", "us-east-1"),
    ];
    PARTITIONS.iter().find(|(prefix, _)| region.starts_with(prefix)).map_or("us-east-1", |(_, on)| on)
}

async fn ask_alias(session: &Session) -> Result<Option<String>, Problem> {
    let probe = Probe::new(session.asides());
    let answer = ask!(session, "iam:ListAccountAliases", probe, session.iam().list_account_aliases())?;
    // An account has at most one.
    Ok(answer.account_aliases.first().map(|a| clean(a)).filter(|a| !a.is_empty()))
}
