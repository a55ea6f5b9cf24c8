//! Failures on the way to credentials, and the command by which each kind of profile logs in again.

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::error::display::DisplayErrorContext;

use super::{Caller, codes, connector, denied, find, innermost, offline, other, sentence, throttled};
use crate::{
    problem::{Problem, ProblemKind, Remedy},
    text::sentence::Sentence,
};

/// How a profile gets its credentials; with a role, how the profile at the start of its chain does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// IAM Identity Center (`sso_session`, `sso_start_url`); holds the profile that logs in.
    Sso(String),
    /// `aws login` (`login_session`); holds the profile.
    Console(String),
    /// Access keys in a file; holds the profile.
    Keys(String),
    /// `credential_process`; holds the profile.
    Process(String),
    /// Access keys in the environment.
    Environment,
    /// A container, an instance role, a web identity: nothing a person logs in to.
    Ambient,
    /// Nothing was found.
    Nothing,
}

impl Login {
    /// Where the credentials come from.
    pub fn sentence(&self) -> Sentence {
        let of = |key, name: &str| Sentence::new(key).with("profile", sentence(name));
        match self {
            Self::Sso(name) => of("doctor.source.sso", name),
            Self::Console(name) => of("doctor.source.console", name),
            Self::Keys(name) => of("doctor.source.keys", name),
            Self::Process(name) => of("doctor.source.process", name),
            Self::Environment => Sentence::new("doctor.source.environment"),
            Self::Ambient => Sentence::new("doctor.source.ambient"),
            Self::Nothing => Sentence::new("doctor.source.nothing"),
        }
    }

    /// The exact command after which it works again. `profile` is the one that the operator named.
    pub fn remedy(&self, profile: &str) -> Remedy {
        Remedy::Run(match self {
            Self::Sso(name) => format!("aws sso login --profile {}", quoted(name)),
            Self::Console(name) => format!("aws login --profile {}", quoted(name)),
            Self::Keys(name) => format!("aws configure --profile {}", quoted(name)),
            Self::Nothing => format!("aws configure --profile {}", quoted(profile)),
            // The process or the role is somebody else's; the CLI shows its full complaint.
            Self::Process(name) => format!("aws sts get-caller-identity --profile {}", quoted(name)),
            Self::Ambient => "aws sts get-caller-identity".to_owned(),
            Self::Environment => "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN".to_owned(),
        })
    }
}

/// A profile's name as a shell takes it.
pub(crate) fn quoted(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./@+:".contains(c);
    let name = sentence(name);
    if !name.is_empty() && name.chars().all(plain) {
        name
    } else {
        format!("'{}'", name.replace('\'', "'\\''"))
    }
}

/// A failed attempt to get credentials as a problem of the operation that needed them.
pub(super) fn problem(operation: &str, error: &CredentialsError, caller: &Caller<'_>) -> Problem {
    // Our own provider's problems come through the SDK unchanged.
    if let Some(ours) = find::<Problem>(error) {
        return ours.clone();
    }
    let text = DisplayErrorContext(error).to_string();
    let profile = sentence(caller.profile);
    let expired = |message: String| Problem {
        operation: operation.to_owned(),
        kind: ProblemKind::Expired,
        message,
        remedy: caller.login.remedy(caller.profile),
    };
    match error {
        CredentialsError::CredentialsNotLoaded(_) => expired(match caller.login {
            Login::Nothing | Login::Ambient => format!("no credentials were found for the profile {profile}"),
            _ => format!("the credentials of the profile {profile} could not be loaded: {}", last(error)),
        }),
        CredentialsError::ProviderTimedOut(_) => {
            offline(operation, &format!("no credentials for the profile {profile} came in time"), caller)
        }
        CredentialsError::InvalidConfiguration(_) => {
            expired(format!("the profile {profile} is not usable: {}", last(error)))
        }
        _ => {
            if let Some(broken) = find::<ConnectorError>(error) {
                return connector(operation, broken, caller);
            }
            if text.contains("timed out") || text.contains("TimedOut") {
                let message = format!("no credentials for the profile {profile} came in time");
                return offline(operation, &message, caller);
            }
            match codes::in_text(&text) {
                // GetRoleCredentials says `UnauthorizedException` when the SSO session is over.
                Some((code, ProblemKind::Denied)) if code != "UnauthorizedException" => {
                    let action = if matches!(caller.login, Login::Sso(_)) && code == "ForbiddenException" {
                        "sso:GetRoleCredentials"
                    } else {
                        "sts:AssumeRole"
                    };
                    denied(
                        action,
                        format!("the role of the profile {profile} may not be assumed: {}", last(error)),
                    )
                }
                Some((_, ProblemKind::Throttled)) => throttled(
                    operation,
                    &format!("no credentials for the profile {profile} yet: {}", last(error)),
                ),
                _ if codes::passes_in_text(&text) => other(
                    operation,
                    &format!("no credentials for the profile {profile} yet: {}", last(error)),
                    Remedy::Wait,
                ),
                _ => expired(match caller.login {
                    Login::Sso(_) => {
                        format!("the SSO session of the profile {profile} is over: {}", last(error))
                    }
                    Login::Console(_) => {
                        format!("the login session of the profile {profile} is over: {}", last(error))
                    }
                    _ => format!("no credentials for the profile {profile}: {}", last(error)),
                }),
            }
        }
    }
}

fn last(error: &CredentialsError) -> String {
    sentence(&innermost(error))
}
