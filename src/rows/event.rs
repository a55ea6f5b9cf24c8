//! A CloudTrail event: what somebody or something did to the account, as far as a person on call wants to read it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::shared::{Pool, Shared};
use crate::{resource::ResourceRef, scope::ScopeId, text::sentence::Sentence};

/// How far back CloudTrail's event history, and so LookupEvents, goes (`aws-facts.md` §1.5).
pub const HISTORY: SignedDuration = SignedDuration::from_hours(90 * 24);

/// The services whose events are in one Region for all (`aws-facts.md` §0, 6).
const GLOBAL_SOURCES: &[&str] = &[
    "cloudfront.amazonaws.com",
    "iam.amazonaws.com",
    "organizations.amazonaws.com",
    "route53.amazonaws.com",
    "signin.amazonaws.com",
];

/// Whether the events of a source are in one Region for all.
pub fn is_global(source: &str) -> bool {
    GLOBAL_SOURCES.contains(&source)
}

/// One management event. Small: tens of thousands are in memory, and what they say alike is there once ([`Alike`]); the
/// record itself stays in the cache on disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The account and Region it was read in.
    pub scope: ScopeId,
    /// `eventID`, a UUID.
    pub id: String,
    /// When the request was completed.
    pub time: Timestamp,
    /// `eventName` as recorded, e.g. `RevokeSecurityGroupIngress`.
    pub name: Shared,
    /// `eventSource`, e.g. `ec2.amazonaws.com`.
    pub source: Shared,
    /// Who, as a person reads it: `alice`, `OnCall ▸ alice@example.org`, `autoscaling.amazonaws.com`, `ROOT`.
    pub actor: Shared,
    /// What kind of who.
    pub actor_kind: ActorKind,
    /// By which way.
    pub via: Via,
    /// The access key that signed it (`AKIA…` long-lived, `ASIA…` of a session), to follow a session.
    pub access_key: Option<Shared>,
    /// Public address, or the name of a service.
    pub source_ip: Option<Shared>,
    /// Whether it only read.
    pub read_only: bool,
    /// `errorCode` when it failed: it then changed nothing.
    pub error: Option<Shared>,
    /// What it touched: from the record's `resources`, the index's, and known request parameters.
    pub resources: Arc<[ResourceRef]>,
    /// One line in words, e.g. "revoked ingress 443 from 0.0.0.0/0 on sg-…".
    pub summary: Arc<Sentence>,
}

/// What events say alike: who, what, to what.
#[derive(Debug, Default)]
pub struct Alike {
    texts: Pool<str>,
    resources: Pool<[ResourceRef]>,
    sentences: Pool<Sentence>,
}

impl Alike {
    /// Puts what is known already in place of what an event brings.
    pub fn share(&mut self, event: &mut Event) {
        let Event { name, source, actor, access_key, source_ip, error, resources, summary, .. } = event;
        let optional = [access_key, source_ip, error].into_iter().flatten();
        for text in [name, source, actor].into_iter().chain(optional) {
            self.texts.text(text);
        }
        self.resources.share(resources);
        self.sentences.share(summary);
    }
}

/// What kind of principal acted (`userIdentity`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum ActorKind {
    /// The account's root user.
    Root,
    /// An IAM user.
    User,
    /// An assumed role.
    Role,
    /// An AWS service, on its own or for somebody.
    Service,
    /// A person through IAM Identity Center.
    Sso,
    /// None of those, or not recorded.
    #[default]
    Unknown,
}

impl ActorKind {
    /// The word of `contract.md`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::User => "user",
            Self::Role => "role",
            Self::Service => "service",
            Self::Sso => "sso",
            Self::Unknown => "unknown",
        }
    }
}

/// By which way the request was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Via {
    /// The AWS console in a browser.
    Console,
    /// The AWS CLI, CloudShell included.
    Cli,
    /// A program with an SDK.
    Sdk,
    /// CloudFormation, Terraform and their like, CI pipelines included.
    Iac,
    /// A service of AWS.
    AwsService,
    /// It does not say.
    #[default]
    Unknown,
}

impl Via {
    /// The word of `contract.md`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Cli => "cli",
            Self::Sdk => "sdk",
            Self::Iac => "iac",
            Self::AwsService => "aws-service",
            Self::Unknown => "unknown",
        }
    }
}

/// Which events are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EventQuery {
    /// Only those that touch one of these; empty for the whole account.
    pub subjects: Vec<ResourceRef>,
    /// Only those with this attribute.
    pub by: Option<EventBy>,
    /// From, inclusive.
    pub from: Timestamp,
    /// To, inclusive; none for "until now", which goes on.
    pub to: Option<Timestamp>,
    /// Whether events that only read are wanted too.
    pub reads: bool,
    /// Only failed ones.
    pub errors_only: bool,
}

/// The attributes that LookupEvents can look for besides a resource's name, one at a time, exactly.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EventBy {
    /// `Username`.
    Actor(String),
    /// `AccessKeyId`.
    AccessKey(String),
    /// `EventName`.
    Name(String),
    /// `EventSource`.
    Source(String),
}

/// Made-up events, for the tests of whoever reads some.
#[cfg(test)]
pub(crate) mod made_up {
    use super::{ActorKind, Event, Via};
    use crate::{
        resource::{EC2_INSTANCE, ResourceRef},
        scope::ScopeId,
        text::sentence::Sentence,
    };

    /// At 03:06 a user did something to `i-1`.
    pub(crate) fn call(name: &str) -> Event {
        Event {
            scope: ScopeId(0),
            id: format!("id-{name}"),
            time: "2026-05-01T03:06:00Z".parse().unwrap(),
            name: name.into(),
            source: "ec2.amazonaws.com".into(),
            actor: "ops-cli-user".into(),
            actor_kind: ActorKind::User,
            via: Via::Cli,
            access_key: Some("AKIAEXAMPLE".into()),
            source_ip: Some("203.0.113.9".into()),
            read_only: false,
            error: None,
            resources: vec![ResourceRef::new(ScopeId(0), EC2_INSTANCE, "i-1")].into(),
            summary: Sentence::new("events.by_name").with("what", name).into(),
        }
    }
}
