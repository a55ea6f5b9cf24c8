//! One event, and the call that it records.

use std::{borrow::Cow, sync::Arc};

use serde_json::{Value, json};

use super::caller::Caller;

/// One event of the history.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// `eventID`, a UUID.
    pub(crate) id: String,
    /// `requestID`.
    pub(crate) request_id: String,
    /// When the request was completed, in seconds since 1970.
    pub(crate) at: i64,
    /// Seconds until CloudTrail shows it.
    pub(crate) delay: i64,
    /// The Region whose history has it.
    pub(crate) region: String,
    /// Who called.
    pub(crate) who: Arc<Caller>,
    /// What was called.
    pub(crate) call: Call,
}

impl Event {
    /// `ec2.amazonaws.com`.
    pub(crate) fn source(&self) -> String {
        format!("{}.amazonaws.com", self.call.service)
    }
}

/// What kind of record it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A call of an API.
    ApiCall,
    /// Something a service did by itself.
    ServiceEvent,
    /// Somebody signed in to the console.
    SignIn,
}

impl Kind {
    /// `eventType`.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::ApiCall => "AwsApiCall",
            Self::ServiceEvent => "AwsServiceEvent",
            Self::SignIn => "AwsConsoleSignIn",
        }
    }
}

/// What was called, and what came of it. JSON is kept as text, which is what it is asked for as.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// The event source without its domain, e.g. `ec2`.
    pub(crate) service: Cow<'static, str>,
    /// `eventName`.
    pub(crate) name: Cow<'static, str>,
    /// Whether it only read.
    pub(crate) read: bool,
    /// What kind of record.
    pub(crate) kind: Kind,
    /// Another Region than the account's first.
    pub(crate) region: Option<String>,
    /// `requestParameters`, JSON.
    pub(crate) request: Option<String>,
    /// `responseElements`, JSON.
    pub(crate) response: Option<String>,
    /// `errorCode` and `errorMessage`.
    pub(crate) error: Option<(String, String)>,
    /// What LookupEvents indexes it under: CloudFormation type and name.
    pub(crate) resources: Vec<(Cow<'static, str>, String)>,
    /// The record's own `resources`: type, ARN, and the account that owns it.
    pub(crate) arns: Vec<(&'static str, String)>,
    /// Members of the record that few have, JSON.
    pub(crate) more: Vec<(&'static str, String)>,
    /// How long CloudTrail takes, when that is no accident.
    pub(crate) delay: Option<i64>,
}

impl Call {
    /// A call named `ec2:DescribeInstances`; whether it reads is told by its name.
    pub(crate) fn new(what: &'static str) -> Self {
        let (service, name) = what.split_once(':').unwrap_or(("", what));
        Self::named(Cow::Borrowed(service), Cow::Borrowed(name))
    }

    /// The same of names that are not known beforehand.
    pub(crate) fn named(service: Cow<'static, str>, name: Cow<'static, str>) -> Self {
        Self {
            read: reads(&name),
            service,
            name,
            kind: Kind::ApiCall,
            region: None,
            request: None,
            response: None,
            error: None,
            resources: Vec::new(),
            arns: Vec::new(),
            more: Vec::new(),
            delay: None,
        }
    }

    /// With `requestParameters`.
    #[must_use]
    pub(crate) fn request(mut self, value: &Value) -> Self {
        self.request = Some(value.to_string());
        self
    }

    /// With `requestParameters` that are JSON text already.
    #[must_use]
    pub(crate) fn request_text(mut self, text: String) -> Self {
        self.request = Some(text);
        self
    }

    /// With `responseElements`.
    #[must_use]
    pub(crate) fn response(mut self, value: &Value) -> Self {
        self.response = Some(value.to_string());
        self
    }

    /// With the answer of an EC2 call that has nothing to say but that it was done.
    #[must_use]
    pub(crate) fn done(self) -> Self {
        self.response(&json!({ "_return": true }))
    }

    /// Failed: it changed nothing and answered nothing.
    #[must_use]
    pub(crate) fn failed(mut self, code: &str, message: impl Into<String>) -> Self {
        self.error = Some((code.to_owned(), message.into()));
        self.response = None;
        self
    }

    /// Indexed under a resource's name.
    #[must_use]
    pub(crate) fn on(mut self, kind: &'static str, name: impl Into<String>) -> Self {
        self.resources.push((Cow::Borrowed(kind), name.into()));
        self
    }

    /// Indexed under a resource's ARN, which the record's own `resources` name too.
    #[must_use]
    pub(crate) fn on_arn(mut self, kind: &'static str, arn: impl Into<String>) -> Self {
        let arn = arn.into();
        self.resources.push((Cow::Borrowed(kind), arn.clone()));
        self.arns.push((kind, arn));
        self
    }

    /// With a member that few records have.
    #[must_use]
    pub(crate) fn with(mut self, member: &'static str, value: &Value) -> Self {
        self.more.push((member, value.to_string()));
        self
    }

    /// Of another kind.
    #[must_use]
    pub(crate) const fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// In another Region.
    #[must_use]
    pub(crate) fn region(mut self, region: &str) -> Self {
        self.region = Some(region.to_owned());
        self
    }
}

/// Whether an operation only reads, by its name. `AssumeRole…` and `Decrypt` are recorded as reads too.
fn reads(name: &str) -> bool {
    const STARTS: &[&str] =
        &["Describe", "Get", "List", "Lookup", "Head", "Search", "Filter", "AssumeRole", "Decrypt", "Test"];
    STARTS.iter().any(|start| name.starts_with(start))
}
