//! What can go wrong when AWS is asked, in six words.
//!
//! The classes are those of `contract.md`; how SDK errors are sorted into them is `aws/error.rs`, the only place that
//! may know error codes. A [`Problem`] always carries the operation, one sentence, and a remedy a person can act on.

use serde::Serialize;

/// The class of a failure. `aws-facts.md` §1.0 lists the error codes behind each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// IAM, an SCP or a permission boundary said no.
    Denied,
    /// AWS asked us to slow down; it will be tried again.
    Throttled,
    /// Credentials are missing, expired or wrong.
    Expired,
    /// Nothing answered in time, or nobody listens there.
    Offline,
    /// The service, feature, Region or support plan is not switched on.
    NotEnabled,
    /// Anything else, garbage answers included.
    Other,
}

impl ProblemKind {
    /// The word of `contract.md`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Throttled => "throttled",
            Self::Expired => "expired",
            Self::Offline => "offline",
            Self::NotEnabled => "not_enabled",
            Self::Other => "other",
        }
    }
}

/// One failed operation, ready to be shown. `message` and `remedy` are already sanitised.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{operation}: {message}")]
pub struct Problem {
    /// `service:Operation`, spelt as its IAM action, e.g. `ec2:DescribeInstances`.
    pub operation: String,
    /// The class.
    pub kind: ProblemKind,
    /// One sentence saying what happened, in AWS's words where AWS gave any.
    pub message: String,
    /// What to do next: wording key and arguments, so that it is said in the operator's language.
    pub remedy: Remedy,
}

/// The next step after a [`Problem`]; each variant is one wording key `remedy.*` of the catalogues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// Ask for the IAM action named here.
    Allow(String),
    /// Nothing: it is retried by itself.
    Wait,
    /// Run this exact command, e.g. `aws sso login --profile prod`.
    Run(String),
    /// Check the network path, the proxy, or `--endpoint-url`; holds the endpoint when known.
    CheckNetwork(String),
    /// Switch the service on, or accept that it is off; holds the service's name.
    Enable(String),
    /// Take out an AWS Support plan whose API is open, or look where everybody may.
    SupportPlan,
    /// Set a Region: `--region`, `AWS_REGION`, or the profile's `region`.
    SetRegion,
    /// Ask for a refresh: the question that was declined is then put again.
    AskAgain,
    /// Correct this file; holds its path.
    Edit(String),
    /// Look into the log file.
    ReadLog,
}
