//! Everything that talks to AWS: the only place that names `aws_sdk_*`.
//!
//! [`clients::Clients`] hands out one [`session::Session`] per scope; the functions of [`ec2`], [`cloudwatch`],
//! [`cloudtrail`], [`ssm`], [`backup`], [`reads`] and [`identity`] ask one thing each and turn SDK answers into our small
//! rows at once. All of them are cancelled by dropping their future. Nothing here may know a screen, a pane or a key, or decide
//! what is wrong with a row; nothing but [`writes`] may call an operation that changes anything.

pub mod backup;
pub mod budget;
pub mod clients;
pub mod cloudtrail;
pub mod cloudwatch;
pub mod ec2;
pub mod error;
mod examine;
pub(crate) mod http;
pub mod identity;
mod kept;
mod mfa;
mod once;
mod pages;
mod probe;
mod profile;
pub mod reads;
pub mod session;
pub mod settings;
pub mod ssm;
mod time;
pub mod trial;
pub mod writes;

pub use clients::Clients;
pub use examine::examine;
pub use identity::{Identity, alias, caller, identity};
pub use session::Session;
pub use settings::{MfaPrompt, MfaRequest, Settings, Timeouts};

use crate::{
    problem::{Problem, ProblemKind},
    text::sentence::Sentence,
};

/// What a fetch came to, beside the rows that its sink was given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Requests that went out, retries included.
    pub calls: u32,
    /// What failed. A secondary question's failure (status checks, images, mute rules, history) leaves the rows whole.
    pub problems: Vec<Problem>,
    /// Whether the list of rows itself is whole: every page of the primary operation was read.
    pub complete: bool,
    /// What is to be said about the answer, although nothing failed.
    pub notes: Vec<Sentence>,
}

impl Report {
    /// A fetch that could not even start.
    pub fn failed(problem: Problem) -> Self {
        Self { problems: vec![problem], ..Self::default() }
    }

    fn add_any(&mut self, problem: Option<Problem>) {
        if let Some(problem) = problem {
            self.add(problem);
        }
    }

    /// Adds a problem unless the same one is already there (parallel pages fail alike). Missing credentials and a dead
    /// network fail every question in the same words; that is said once, by the first.
    pub fn add(&mut self, problem: Problem) {
        let known = |p: &Problem| *p == problem || same_cause(p, &problem);
        if !self.problems.iter().any(known) {
            self.problems.push(problem);
        }
    }

    /// Adds a problem of the primary operation, which speaks for secondary ones with the same cause.
    fn add_primary(&mut self, problem: Problem) {
        self.problems.retain(|p| *p != problem && !same_cause(p, &problem));
        self.problems.insert(0, problem);
    }
}

fn same_cause(one: &Problem, other: &Problem) -> bool {
    matches!(one.kind, ProblemKind::Expired | ProblemKind::Offline | ProblemKind::NotEnabled)
        && (one.kind, &one.message) == (other.kind, &other.message)
}

/// Asks one operation of a session, within its budget and with its [`probe::Probe`]; failures come back as a
/// [`Problem`]. The SDK's request builders share no trait, hence a macro.
macro_rules! ask {
    ($session:expr, $operation:expr, $probe:expr, $request:expr) => {{
        match $session.admit($operation).await {
            Err(problem) => Err(problem),
            Ok(()) => match $request.customize().interceptor($probe.clone()).send().await {
                Ok(answer) => {
                    $session.worked($operation);
                    Ok(answer)
                }
                Err(failure) => Err($session.failed($operation, &failure, &$probe).await),
            },
        }
    }};
}
use ask;
