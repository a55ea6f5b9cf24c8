//! The checks of one account in one Region: credentials, clock, endpoint, and what panes and explanations need.

use super::{Advice, Check, Outcome, Section, Status, Subject, Tried, operation};
use crate::{
    panes::PaneId,
    policy::{self, BESIDE},
    problem::{Problem, ProblemKind},
    scope::Scope,
    text::{duration, sentence::Sentence},
};

/// Seconds apart from AWS's clock from which that is worth a warning: a clock that drifts.
pub const DRIFT_SECS: i64 = 60;
/// Seconds apart from AWS's clock beyond which AWS refuses what we sign (Signature Version 4: five minutes).
pub const REFUSED_SECS: i64 = 300;

/// What was found out about one account in one Region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Profile and Region, with the account where it is known.
    pub scope: Scope,
    /// Whether this is the first Region of its profile, where what belongs to no Region is checked.
    pub first: bool,
    /// The caller's ARN.
    pub who: Result<String, Problem>,
    /// Where the credentials come from, if a session could be opened at all.
    pub source: Option<Sentence>,
    /// Seconds by which our clock is ahead of AWS's; none when nothing that has a clock answered.
    pub ahead_secs: Option<i64>,
    /// Where AWS is asked.
    pub endpoint: Endpoint,
    /// The variable that names a proxy on the way there, and the proxy without its password.
    pub proxy: Option<(&'static str, String)>,
    /// What was tried; empty without credentials.
    pub tried: Vec<Tried>,
}

/// Where AWS is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// Nowhere yet.
    Unknown,
    /// The practice account answers in this process.
    Drill,
    /// One endpoint stands for all of AWS.
    Instead(String),
    /// Each service's own; here those that are not AWS's, sorted.
    Each(Vec<String>),
}

impl Account {
    /// One whose profile or Region could not be settled.
    pub const fn closed(scope: Scope, first: bool, problem: Problem) -> Self {
        Self {
            scope,
            first,
            who: Err(problem),
            source: None,
            ahead_secs: None,
            endpoint: Endpoint::Unknown,
            proxy: None,
            tried: Vec::new(),
        }
    }

    fn outcome(&self, action: &'static str) -> Tried {
        let known = self.tried.iter().find(|tried| tried.action == action);
        known.cloned().unwrap_or_else(|| {
            let why = match &self.who {
                Err(problem) if problem.kind == ProblemKind::Expired => "doctor.no_credentials",
                Err(_) => "doctor.not_opened",
                Ok(_) => "doctor.no_trial",
            };
            Tried { action, outcome: Outcome::Untried(Sentence::new(why)) }
        })
    }
}

/// The checks, in order.
pub fn section(account: &Account) -> Section {
    let no_credentials = matches!(&account.who, Err(problem) if problem.kind == ProblemKind::Expired);
    let mut checks = vec![credentials(account), clock(account), endpoint(account)];
    if account.first {
        checks.push(permissions(account, Subject::Beside, BESIDE.iter().map(|beside| beside.action)));
    }
    for pane in PaneId::fetched() {
        checks.push(permissions(account, Subject::Pane(pane.id), pane.iam.iter().copied()));
    }
    checks.push(permissions(account, Subject::Triage, policy::triage().into_iter()));
    checks.push(permissions(account, Subject::Runbooks, policy::runbooks().into_iter()));
    Section { scope: Some(account.scope.clone()), checks, no_credentials }
}

fn credentials(account: &Account) -> Check {
    let source = account.source.clone();
    let check = match &account.who {
        Err(problem) => {
            let mut check = Check::failed(Subject::Credentials, problem);
            let skewed =
                account.ahead_secs.is_some_and(|ahead| ahead.unsigned_abs() >= REFUSED_SECS.unsigned_abs());
            if skewed && problem.kind == ProblemKind::Expired {
                // Whatever is wrong with the credentials, this alone has them refused.
                check.advice = vec![Advice::Say(Sentence::new("doctor.clock_first"))];
            }
            check
        }
        Ok(arn) => {
            let id = account.scope.account.as_deref().unwrap_or_default();
            let whose = match &account.scope.alias {
                Some(alias) => Sentence::new("doctor.account_named").with("account", id).with("alias", alias),
                None => Sentence::new("doctor.account").with("account", id),
            };
            let check = Check::new(Subject::Credentials, Status::Ok, whose);
            let check = check.and(Sentence::new("doctor.said").with("text", arn));
            check.fact("account", id).fact("alias", account.scope.alias.clone()).fact("arn", arn.clone())
        }
    };
    source.into_iter().fold(check, Check::and)
}

fn clock(account: &Account) -> Check {
    let Some(ahead) = account.ahead_secs else {
        let found = match account.endpoint {
            Endpoint::Drill => "doctor.clock_drill",
            _ => "doctor.clock_unknown",
        };
        return Check::new(Subject::Clock, Status::Skipped, Sentence::new(found));
    };
    let apart = ahead.unsigned_abs();
    let span = duration::show(std::time::Duration::from_secs(apart));
    let status = match i64::try_from(apart).unwrap_or(i64::MAX) {
        ..DRIFT_SECS => Status::Ok,
        DRIFT_SECS..REFUSED_SECS => Status::Warn,
        _ => Status::Fail,
    };
    let found = match (status, ahead) {
        (Status::Ok, _) if apart < 2 => Sentence::new("doctor.clock_right"),
        (_, 0..) => Sentence::new("doctor.clock_ahead").with("span", span),
        _ => Sentence::new("doctor.clock_behind").with("span", span),
    };
    let check = Check::new(Subject::Clock, status, found).fact("ahead_secs", ahead);
    if status == Status::Ok { check } else { check.advise(Sentence::new("doctor.clock_set")) }
}

fn endpoint(account: &Account) -> Check {
    let check = |status, found| Check::new(Subject::Endpoint, status, found);
    let said = match &account.endpoint {
        Endpoint::Unknown => return check(Status::Skipped, Sentence::new("doctor.endpoint_unknown")),
        Endpoint::Drill => return check(Status::Ok, Sentence::new("doctor.endpoint_drill")),
        Endpoint::Instead(url) => {
            let found = Sentence::new("doctor.endpoint_instead").with("url", url);
            check(Status::Ok, found).fact("url", url.as_str())
        }
        Endpoint::Each(others) if others.is_empty() => {
            let found = Sentence::new("doctor.endpoint_aws").with("region", &account.scope.region);
            check(Status::Ok, found)
        }
        Endpoint::Each(others) => {
            let found = Sentence::new("doctor.endpoint_partly").with("urls", others.join(", "));
            check(Status::Ok, found).fact("urls", others.clone())
        }
    };
    let Some((variable, proxy)) = &account.proxy else { return said };
    let by_proxy = Sentence::new("doctor.proxy").with("variable", variable).with("proxy", proxy);
    said.and(by_proxy).fact("proxy", proxy.as_str())
}

/// What a pane, an explanation, or what stands beside them, needs.
fn permissions(account: &Account, subject: Subject, actions: impl Iterator<Item = &'static str>) -> Check {
    let tried: Vec<Tried> = actions.map(|action| account.outcome(action)).collect();
    let allowed = tried.iter().filter(|t| matches!(t.outcome, Outcome::Allowed(_))).count();
    let statuses = || tried.iter().map(|t| t.outcome.status());
    let untried = statuses().all(|s| s == Status::Skipped);
    // An action that could not be tried beside others that could is said, and is no reason to doubt the pane.
    let status = if untried {
        Status::Skipped
    } else {
        statuses().filter(|s| *s != Status::Skipped).max().unwrap_or(Status::Ok)
    };
    let mut found = Vec::new();
    if !untried {
        let told = |t: &Tried| match &t.outcome {
            Outcome::Allowed(_) => true,
            Outcome::Untried(_) => false,
            Outcome::Failed(problem) => problem.kind == ProblemKind::Denied,
        };
        let key = if tried.iter().all(told) { "doctor.allowed" } else { "doctor.known" };
        found.push(Sentence::new(key).with("allowed", allowed).with("all", tried.len()));
    }
    let mut reasons: Vec<(&Sentence, Vec<&str>)> = Vec::new();
    for one in &tried {
        if let Outcome::Untried(why) = &one.outcome {
            match reasons.iter_mut().find(|(known, _)| *known == why) {
                Some((_, actions)) => actions.push(operation(one.action)),
                None => reasons.push((why, vec![operation(one.action)])),
            }
        }
    }
    for (why, actions) in reasons {
        found.push(if untried {
            why.clone()
        } else {
            let said = Sentence::new("doctor.untried").with("actions", actions.join(", "));
            said.with_part("why", why.clone())
        });
    }
    Check { subject, status, found, advice: Vec::new(), tried, facts: Vec::new() }
}
