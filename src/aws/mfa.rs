//! Roles that want a second factor: the code is asked in the console, and the role assumed by us.
//!
//! The SDK's own profile provider knows neither `mfa_serial` nor `duration_seconds` (aws-config 1.13, `profile/credentials`),
//! so a profile whose chain of roles holds an `mfa_serial` gets this provider. The question is asked before a call, not
//! inside it, because a person needs longer than any time-out. One question is open at a time; everybody who needs the
//! same credentials waits for the same answer. A code is never logged or kept.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime},
};

use aws_config::SdkConfig;
use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, SharedCredentialsProvider, error::CredentialsError, future},
};
use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};

use super::{
    error::{self, Caller, Login},
    probe::Probe,
    settings::{MfaPrompt, MfaRequest, Timeouts},
};
use crate::{
    aws::error::sentence,
    problem::{Problem, ProblemKind, Remedy},
};

/// Credentials that are over sooner than this are renewed first; the SDK itself renews 10 s before the end.
const EARLY: Duration = Duration::from_mins(2);
/// How often a wrong code may be corrected before the question is given up. AWS locks nobody out, but a person who is
/// wrong three times wants to look at the device.
const TRIES: u32 = 3;
/// The operation in the problems of this file.
const ASSUME: &str = "sts:AssumeRole";

/// One `role_arn` of a chain of profiles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Role {
    /// The profile that names it.
    pub profile: String,
    /// The role.
    pub arn: String,
    /// The device to ask for, if any.
    pub serial: Option<String>,
    /// `role_session_name`.
    pub session_name: Option<String>,
    /// `external_id`.
    pub external_id: Option<String>,
    /// `duration_seconds`, 900 to 43,200.
    pub duration: Option<i32>,
}

/// Everything needed to walk a chain of roles.
pub(super) struct Chain {
    /// The profile that the operator named.
    pub profile: String,
    /// How the start of the chain logs in, for remedies.
    pub login: Login,
    /// Credentials at the start of the chain.
    pub base: SharedCredentialsProvider,
    /// The roles, in the order in which they are assumed.
    pub roles: Vec<Role>,
    /// Region, endpoint, transport and time-outs for STS.
    pub config: SdkConfig,
    /// Time-outs, for words.
    pub timeouts: Timeouts,
    /// Whom to ask.
    pub prompt: Option<MfaPrompt>,
    /// Held while a question is open, by all profiles of a run.
    pub one_question: Arc<tokio::sync::Mutex<()>>,
}

type Answer = Result<Credentials, Problem>;

#[derive(Default)]
struct State {
    credentials: Option<Credentials>,
    /// Why nobody is asked again until [`Mfa::ask_again`].
    declined: Option<Problem>,
    /// Credentials at the start of the chain that were refused after a person had given a code, and how. Nobody is asked
    /// for a code again while the profile, read anew, still has these.
    refused: Option<(Credentials, Problem)>,
    running: Option<Shared<BoxFuture<'static, Answer>>>,
}

/// Whether an answer means that nobody is asked again by itself: a person has been asked, and it was not the network's
/// fault that nothing came of it. A refused role would otherwise cost a code at every refresh.
fn settled(asked: bool, problem: &Problem) -> bool {
    asked && matches!(problem.kind, ProblemKind::Expired | ProblemKind::Denied)
}

/// A credentials provider for one profile with an MFA role.
#[derive(Clone)]
pub(super) struct Mfa {
    chain: Arc<Chain>,
    state: Arc<Mutex<State>>,
}

impl fmt::Debug for Mfa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mfa").field("profile", &self.chain.profile).finish_non_exhaustive()
    }
}

impl Mfa {
    pub(super) fn new(chain: Chain) -> Self {
        Self { chain: Arc::new(chain), state: Arc::default() }
    }

    /// Makes sure that there are credentials, asking for a code if need be. Dropping this does not close the question:
    /// others wait for it too.
    pub(super) async fn ready(&self) -> Result<(), Problem> {
        let running = {
            let mut state = self.lock();
            if state.credentials.as_ref().is_some_and(lasts) {
                return Ok(());
            }
            if let Some(declined) = &state.declined {
                return Err(declined.clone());
            }
            state.running.get_or_insert_with(|| self.begin()).clone()
        };
        running.await.map(|_| ())
    }

    /// Forgets that the question was declined: the operator wants to be asked again.
    pub(super) fn ask_again(&self) {
        let mut state = self.lock();
        state.declined = None;
        state.refused = None;
    }

    /// Takes over what was learnt about the same profile before it was read anew.
    pub(super) fn inherit(&self, before: &Self) {
        let refused = before.lock().refused.clone();
        self.lock().refused = refused;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self) -> Shared<BoxFuture<'static, Answer>> {
        let mfa = self.clone();
        let task = tokio::spawn(async move {
            let asked = AtomicBool::new(false);
            let base = mfa.chain.base().await;
            let refused = mfa.lock().refused.clone();
            let answer = match &base {
                Ok(base) => match refused {
                    Some((same, problem)) if same_keys(&same, base) => Err(problem),
                    _ => mfa.chain.walk(base.clone(), &asked).await,
                },
                Err(problem) => Err(problem.clone()),
            };
            let mut state = mfa.lock();
            state.running = None;
            match (&answer, base) {
                (Ok(credentials), _) => {
                    state.credentials = Some(credentials.clone());
                    state.refused = None;
                }
                (Err(problem), Ok(base))
                    if asked.load(Ordering::Relaxed)
                        && problem.kind == ProblemKind::Expired
                        && problem.remedy != Remedy::AskAgain =>
                {
                    state.refused = Some((base, problem.clone()));
                }
                (Err(problem), _) if settled(asked.load(Ordering::Relaxed), problem) => {
                    state.declined = Some(problem.clone());
                }
                (Err(_), _) => {}
            }
            answer
        });
        let lost = Problem {
            operation: ASSUME.to_owned(),
            kind: ProblemKind::Other,
            message: "getting the credentials was interrupted".to_owned(),
            remedy: Remedy::ReadLog,
        };
        task.map(move |joined| joined.unwrap_or(Err(lost))).boxed().shared()
    }
}

fn same_keys(one: &Credentials, other: &Credentials) -> bool {
    (one.access_key_id(), one.secret_access_key(), one.session_token())
        == (other.access_key_id(), other.secret_access_key(), other.session_token())
}

fn lasts(credentials: &Credentials) -> bool {
    credentials.expiry().is_none_or(|end| SystemTime::now() + EARLY < end)
}

impl ProvideCredentials for Mfa {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        // Whoever calls has been through `ready`; asking here would run into the call's time-out.
        let state = self.lock();
        let valid =
            state.credentials.clone().filter(|c| c.expiry().is_none_or(|end| SystemTime::now() < end));
        future::ProvideCredentials::ready(match valid {
            Some(credentials) => Ok(credentials),
            None => Err(CredentialsError::provider_error(
                state.declined.clone().unwrap_or_else(|| self.chain.declined("its credentials are over")),
            )),
        })
    }
}

impl Chain {
    /// The credentials at the start.
    async fn base(&self) -> Answer {
        let base = tokio::time::timeout(self.timeouts.operation, self.base.provide_credentials());
        match base.await {
            Ok(Ok(credentials)) => Ok(credentials),
            Ok(Err(failure)) => Err(error::credentials(ASSUME, &failure, &self.caller(None))),
            Err(_) => Err(error::timed_out(ASSUME, &self.caller(None))),
        }
    }

    /// Those of the last role.
    async fn walk(&self, mut credentials: Credentials, asked: &AtomicBool) -> Answer {
        for role in &self.roles {
            credentials = match &role.serial {
                None => self.assume(role, credentials, None).await?,
                Some(serial) => self.assume_with_code(role, serial, credentials, asked).await?,
            };
        }
        Ok(credentials)
    }

    async fn assume_with_code(
        &self,
        role: &Role,
        serial: &str,
        credentials: Credentials,
        asked: &AtomicBool,
    ) -> Answer {
        let Some(prompt) = &self.prompt else {
            let profile = sentence(&self.profile);
            return Err(Problem {
                operation: ASSUME.to_owned(),
                kind: ProblemKind::Expired,
                message: format!(
                    "the profile {profile} needs an MFA code, for which only the console can ask"
                ),
                remedy: Remedy::Run(format!("toban --profile {}", error::quoted(&self.profile))),
            });
        };
        let _open = self.one_question.lock().await;
        asked.store(true, Ordering::Relaxed);
        let mut refused = None;
        for _ in 0..TRIES {
            let question = MfaRequest {
                profile: role.profile.clone(),
                serial: serial.to_owned(),
                refused: refused.take(),
            };
            let Some(code) = prompt(question).await else {
                return Err(self.declined("the MFA code was not given"));
            };
            let code = code.trim().to_owned();
            match self.assume(role, credentials.clone(), Some((serial, &code))).await {
                Err(problem) if is_wrong_code(&problem) => refused = Some(problem.message),
                answer => return answer,
            }
        }
        Err(self.declined("the MFA code was refused"))
    }

    async fn assume(&self, role: &Role, with: Credentials, mfa: Option<(&str, &str)>) -> Answer {
        let config =
            self.config.to_builder().credentials_provider(SharedCredentialsProvider::new(with)).build();
        let probe = Probe::default();
        let epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let answer = aws_sdk_sts::Client::new(&config)
            .assume_role()
            .role_arn(&role.arn)
            .role_session_name(
                role.session_name.clone().unwrap_or_else(|| format!("toban-{}", epoch.as_secs())),
            )
            .set_external_id(role.external_id.clone())
            .set_duration_seconds(role.duration)
            .set_serial_number(mfa.map(|(serial, _)| serial.to_owned()))
            .set_token_code(mfa.map(|(_, code)| code.to_owned()))
            .customize()
            .interceptor(probe.clone())
            .send()
            .await
            .map_err(|failure| error::problem(ASSUME, &failure, &self.caller(probe.endpoint().as_deref())))?;
        let role_credentials = answer
            .credentials
            .ok_or_else(|| error::other(ASSUME, "STS answered without credentials", Remedy::ReadLog))?;
        Ok(Credentials::new(
            role_credentials.access_key_id,
            role_credentials.secret_access_key,
            Some(role_credentials.session_token),
            SystemTime::try_from(role_credentials.expiration).ok(),
            "toban-mfa",
        ))
    }

    fn caller<'a>(&'a self, endpoint: Option<&'a str>) -> Caller<'a> {
        Caller {
            profile: &self.profile,
            login: &self.login,
            region: self.config.region().map_or("", |r| r.as_ref()),
            endpoint,
            works_elsewhere: false,
            works_without: false,
            timeouts: self.timeouts,
        }
    }

    fn declined(&self, why: &str) -> Problem {
        Problem {
            operation: ASSUME.to_owned(),
            kind: ProblemKind::Expired,
            message: format!("the profile {} has no session: {why}", sentence(&self.profile)),
            remedy: Remedy::AskAgain,
        }
    }
}

/// STS says `AccessDenied` both for a wrong code and for a role that may not be assumed; only its words tell
/// (`MultiFactorAuthentication failed with invalid MFA one time pass code.`). A code that is not six digits is a
/// `ValidationError` about `tokenCode`.
fn is_wrong_code(problem: &Problem) -> bool {
    let words = problem.message.to_ascii_lowercase();
    words.contains("multifactorauthentication failed") || words.contains("tokencode")
}
