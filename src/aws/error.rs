//! One taxonomy of failures: whatever the SDK says becomes a [`Problem`] of one of six classes, with one sentence and a
//! remedy. This is the only place that knows error codes. It must never ask AWS anything, and never lets a secret, an
//! encoded blob or a control character through to the screen.

pub mod codes;
mod credentials;
mod sentence;

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::{
    orchestrator::HttpResponse,
    result::{ConnectorError, DispatchFailure, SdkError},
};
use aws_smithy_types::error::{display::DisplayErrorContext, metadata::ProvideErrorMetadata};

pub(super) use self::credentials::quoted;
pub use self::{credentials::Login, sentence::sentence};
use super::settings::Timeouts;
use crate::problem::{Problem, ProblemKind, Remedy};

/// What is known about the caller when a call fails.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// The profile in use.
    pub profile: &'a str,
    /// How that profile gets its credentials.
    pub login: &'a Login,
    /// The Region asked.
    pub region: &'a str,
    /// Where the last request of this call went: scheme, host, port. None when none went out.
    pub endpoint: Option<&'a str>,
    /// The same credentials have worked in another Region.
    pub works_elsewhere: bool,
    /// They have worked in this one with other services, but never with the one that is asked.
    pub works_without: bool,
    /// How long was waited.
    pub timeouts: Timeouts,
}

/// The code of an answer that is an error.
pub fn code<E: ProvideErrorMetadata>(failure: &SdkError<E, HttpResponse>) -> Option<&str> {
    failure.as_service_error().and_then(ProvideErrorMetadata::code)
}

/// Whether an answer is an error of this kind, by its code and message.
pub fn says<E>(failure: &SdkError<E, HttpResponse>, kind: fn(&str, &str) -> bool) -> bool
where
    E: ProvideErrorMetadata,
{
    let told = failure.as_service_error().and_then(|error| Some((error.code()?, error.message())));
    told.is_some_and(|(code, message)| kind(code, message.unwrap_or_default()))
}

/// A failed SDK call as a problem. `operation` is the IAM action.
pub fn problem<E>(operation: &str, failure: &SdkError<E, HttpResponse>, caller: &Caller<'_>) -> Problem
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    tracing::warn!(operation, region = caller.region, error = %DisplayErrorContext(failure), "AWS call failed");
    match failure {
        SdkError::ServiceError(context) => {
            let error = context.err();
            let status = context.raw().status().as_u16();
            answered(operation, error.code(), error.message(), status, caller)
        }
        SdkError::TimeoutError(_) => timed_out(operation, caller),
        SdkError::DispatchFailure(context) => not_sent(operation, context, caller),
        SdkError::ResponseError(context) => {
            if is_network(failure) {
                offline(operation, "the connection to {} broke in the middle of an answer", caller)
            } else {
                garbage(operation, context.raw().status().as_u16(), caller)
            }
        }
        _ => find::<CredentialsError>(failure).map_or_else(
            || other(operation, &innermost(failure), Remedy::ReadLog),
            |error| credentials::problem(operation, error, caller),
        ),
    }
}

/// AWS, or something in its place, answered with an error.
pub(super) fn answered(
    operation: &str,
    code: Option<&str>,
    message: Option<&str>,
    status: u16,
    caller: &Caller<'_>,
) -> Problem {
    let Some(code) = code else {
        return match status {
            429 | 503 => throttled(operation, &format!("HTTP status {status}")),
            407 => offline(operation, "a proxy on the way to {} wants to be logged in to", caller),
            _ => garbage(operation, status, caller),
        };
    };
    let words = message.map(sentence).filter(|m| !m.is_empty()).unwrap_or_else(|| sentence(code));
    if caller.works_elsewhere && codes::may_be_region_off(code) {
        let region = caller.region;
        return Problem {
            operation: operation.to_owned(),
            kind: ProblemKind::NotEnabled,
            message: format!("the Region {region} is not switched on for this account ({})", sentence(code)),
            remedy: Remedy::Enable(region.to_owned()),
        };
    }
    match codes::class(code) {
        Some(ProblemKind::Denied) => denied(operation, words),
        Some(ProblemKind::Throttled) => throttled(operation, &words),
        Some(ProblemKind::Expired) => Problem {
            operation: operation.to_owned(),
            kind: ProblemKind::Expired,
            message: words,
            remedy: caller.login.remedy(caller.profile),
        },
        Some(ProblemKind::NotEnabled) => Problem {
            operation: operation.to_owned(),
            kind: ProblemKind::NotEnabled,
            message: words,
            remedy: match operation.split(':').next().unwrap_or(operation) {
                "health" | "support" if codes::wants_a_plan(code) => Remedy::SupportPlan,
                service => Remedy::Enable(service.to_owned()),
            },
        },
        _ if codes::passes(code) => other(operation, &words, Remedy::Wait),
        _ => other(operation, &format!("{}: {words}", sentence(code)), Remedy::ReadLog),
    }
}

/// IAM said no to `operation`.
pub(super) fn denied(operation: &str, message: String) -> Problem {
    let remedy = Remedy::Allow(operation.to_owned());
    Problem { operation: operation.to_owned(), kind: ProblemKind::Denied, message, remedy }
}

fn throttled(operation: &str, words: &str) -> Problem {
    Problem {
        operation: operation.to_owned(),
        kind: ProblemKind::Throttled,
        message: words.to_owned(),
        remedy: Remedy::Wait,
    }
}

/// Anything else.
pub(super) fn other(operation: &str, message: &str, remedy: Remedy) -> Problem {
    Problem { operation: operation.to_owned(), kind: ProblemKind::Other, message: sentence(message), remedy }
}

/// Nothing came back; `message` has `{}` where the endpoint stands.
fn offline(operation: &str, message: &str, caller: &Caller<'_>) -> Problem {
    let endpoint = sentence(caller.endpoint.unwrap_or("AWS"));
    Problem {
        operation: operation.to_owned(),
        kind: ProblemKind::Offline,
        message: message.replace("{}", &endpoint),
        remedy: Remedy::CheckNetwork(endpoint),
    }
}

/// What came back is no answer of the service.
fn garbage(operation: &str, status: u16, caller: &Caller<'_>) -> Problem {
    let endpoint = sentence(caller.endpoint.unwrap_or("the endpoint"));
    let service = operation.split(':').next().unwrap_or(operation);
    other(
        operation,
        &format!(
            "{endpoint} answered with HTTP status {status} and something that is no answer of {service}"
        ),
        Remedy::CheckNetwork(endpoint.clone()),
    )
}

/// Credentials that could not be had, asked for by us and not inside a call.
pub(super) fn credentials(operation: &str, error: &CredentialsError, caller: &Caller<'_>) -> Problem {
    credentials::problem(operation, error, caller)
}

/// Nothing came back in time.
pub(super) fn timed_out(operation: &str, caller: &Caller<'_>) -> Problem {
    if caller.endpoint.is_some() {
        let secs = caller.timeouts.operation.as_secs_f32();
        offline(operation, &format!("nothing came back from {{}} within {secs} s"), caller)
    } else {
        // Time that passes before any request goes out is spent on getting credentials.
        let profile = sentence(caller.profile);
        offline(operation, &format!("no credentials for the profile {profile} came in time"), caller)
    }
}

fn not_sent(operation: &str, context: &DispatchFailure, caller: &Caller<'_>) -> Problem {
    let Some(error) = context.as_connector_error() else {
        return other(operation, "the request could not be sent", Remedy::ReadLog);
    };
    if let Some(credentials) = find::<CredentialsError>(error) {
        return credentials::problem(operation, credentials, caller);
    }
    connector(operation, error, caller)
}

/// A connection that could not be made or was lost.
pub(super) fn connector(operation: &str, error: &ConnectorError, caller: &Caller<'_>) -> Problem {
    if find::<hyper::Error>(error).is_some_and(hyper::Error::is_parse) {
        return other(
            operation,
            &format!("{} does not speak HTTP", caller.endpoint.unwrap_or("the endpoint")),
            Remedy::CheckNetwork(sentence(caller.endpoint.unwrap_or_default())),
        );
    }
    let text = DisplayErrorContext(error).to_string();
    let connect = caller.timeouts.connect.as_secs_f32();
    let message = if let Some(io) = find::<std::io::Error>(error).filter(|io| refuses(io)) {
        let what = if io.kind() == std::io::ErrorKind::ConnectionRefused { "refuses" } else { "broke off" };
        format!("{{}} {what} the connection")
    } else if (text.contains("dns error") || text.contains("failed to lookup")) && caller.works_without {
        // Names of other services of this Region are found.
        let service = operation.split(':').next().unwrap_or(operation);
        return Problem {
            operation: operation.to_owned(),
            kind: ProblemKind::NotEnabled,
            message: format!("{service} has no endpoint in the Region {}", sentence(caller.region)),
            remedy: Remedy::Enable(service.to_owned()),
        };
    } else if text.contains("dns error") || text.contains("failed to lookup") {
        UNKNOWN_NAME.to_owned()
    } else if text.contains("certificate") {
        "the certificate of {} is not trusted (behind a proxy, AWS_CA_BUNDLE names its root)".to_owned()
    } else if error.is_timeout() {
        format!("no connection to {{}} within {connect} s")
    } else if error.is_io() || is_network(error) {
        "the connection to {} failed".to_owned()
    } else if text.contains("Missing Region") {
        return other(operation, "no Region is set", Remedy::SetRegion);
    } else {
        return other(operation, &innermost(error), Remedy::ReadLog);
    };
    offline(operation, &message, caller)
}

/// Said when an endpoint has no address: a service that a Region does not have, too.
const UNKNOWN_NAME: &str = "the name in {} cannot be found: no such Region, or no name resolution";

/// Whether the endpoint's name could not be found.
pub(super) fn is_unknown_name(problem: &Problem) -> bool {
    let (_, end) = UNKNOWN_NAME.split_once("{}").unwrap_or_default();
    problem.kind == ProblemKind::Offline && problem.message.ends_with(end)
}

fn refuses(io: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(io.kind(), ConnectionRefused | ConnectionReset | ConnectionAborted)
}

/// Whether a broken connection or a stalled stream stands somewhere in a chain of errors.
fn is_network(error: &(dyn Error + 'static)) -> bool {
    chain(error).any(|e| {
        e.is::<hyper::Error>()
            || e.downcast_ref::<std::io::Error>().is_some_and(refuses)
            || e.to_string().contains("minimum throughput")
    })
}

/// An error and what caused it, outermost first.
pub(super) fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error)
    })
    .take(32)
}

/// The first error of a type in a chain.
pub(super) fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    chain(error).find_map(|e| e.downcast_ref::<T>())
}

/// The words of the last cause.
pub(super) fn innermost(error: &(dyn Error + 'static)) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests;
