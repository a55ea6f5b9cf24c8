//! Who calls AWS in a drill's account, what its load balancers look like, and the CloudTrail events that a timeline
//! tells one by one. The everyday noise around them is made in [`crate::drill::trail`].

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Span;

/// Somebody, or something, that calls AWS.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Principal {
    /// By which timelines name it.
    pub(crate) key: String,
    /// What it is to IAM.
    pub(crate) kind: PrincipalKind,
    /// A user's name, or the session name of a role.
    pub(crate) name: String,
    /// The role, or the permission set of Identity Center.
    #[serde(default)]
    pub(crate) role: String,
    /// How it speaks to AWS.
    pub(crate) agent: AgentKind,
    /// Where from: an address, or a service's DNS name.
    pub(crate) address: String,
    /// Whose office hours it keeps; machines keep none.
    #[serde(default)]
    pub(crate) office: Option<Office>,
    /// The account it belongs to, when that is another one.
    #[serde(default)]
    pub(crate) account: Option<String>,
    /// Signs in without a second factor.
    #[serde(default)]
    pub(crate) no_mfa: bool,
}

/// What a principal is to IAM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PrincipalKind {
    /// A person of Identity Center, in a role named `AWSReservedSSO_…`.
    Sso,
    /// An IAM user.
    User,
    /// A pipeline with an OIDC token.
    Web,
    /// A principal of another account, which comes in through a role of ours.
    Account,
    /// A user federated by `GetFederationToken`; `role` is the IAM user who asked for it.
    Federated,
    /// The account's root user.
    Root,
}

/// How a principal speaks to AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AgentKind {
    /// The AWS console in a browser.
    Console,
    /// The AWS CLI, version 2.
    Cli,
    /// The AWS CLI, version 1, of a distribution for those who break in.
    Kali,
    /// Terraform.
    Terraform,
    /// Python's SDK.
    Boto3,
    /// Go's SDK, as vendors use it.
    Go,
}

/// Whose office hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Office {
    /// 09:00 to 19:00 in Tokyo.
    Tokyo,
    /// 08:00 to 18:00 in Dublin, summer time.
    Dublin,
}

/// A CloudTrail event that a timeline tells. Texts may hold placeholders: `{i:web-1}` is that instance's id, `{sg:prod/web}`
/// a security group's, and so on ([`crate::drill::trail`] knows them all).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrailEvent {
    /// The principal's key.
    pub(crate) by: String,
    /// `ec2:RevokeSecurityGroupIngress`: the event source without its domain, and the event's name.
    pub(crate) call: String,
    /// How long after its beat.
    #[serde(default)]
    pub(crate) after: Span,
    /// How long CloudTrail takes to show it; some minutes of its own choice without.
    #[serde(default)]
    pub(crate) delay: Option<Span>,
    /// Another Region than the account's first.
    #[serde(default)]
    pub(crate) region: Option<String>,
    /// `requestParameters`.
    #[serde(default)]
    pub(crate) request: Option<Value>,
    /// `responseElements`.
    #[serde(default)]
    pub(crate) response: Option<Value>,
    /// `errorCode` and `errorMessage`: it failed. `{caller}` is the caller's ARN.
    #[serde(default)]
    pub(crate) error: Option<(String, String)>,
    /// What LookupEvents indexes it under: CloudFormation type and name.
    #[serde(default)]
    pub(crate) resources: Vec<(String, String)>,
    /// The key of the security group rule that it is about: request, response and resources follow from that.
    #[serde(default)]
    pub(crate) rule: Option<String>,
}

/// A load balancer and its target groups.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoadBalancer {
    /// As metrics name it: `app/web/50dc6c495c0c9188`. Its middle part is the key.
    pub(crate) name: String,
    /// Subnets' keys.
    pub(crate) subnets: Vec<String>,
    /// Security groups' keys.
    pub(crate) groups: Vec<String>,
    /// Ports it listens on, and the listeners' ids.
    pub(crate) listeners: BTreeMap<String, String>,
    /// As metrics name them (`targetgroup/web-80/73e2d6bc24d8a067`), with the fleet whose instances are the targets.
    pub(crate) target_groups: BTreeMap<String, String>,
}

/// An ingress rule of a security group.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupRule {
    /// By which timelines name it.
    pub(crate) key: String,
    /// VPC and group, e.g. `prod/alb-public`.
    pub(crate) group: String,
    /// `tcp`, `udp`, `icmp`, `-1`.
    pub(crate) protocol: String,
    /// First and last port.
    pub(crate) ports: (u16, u16),
    /// IPv4 addresses, in CIDR notation; without it the source is `from`.
    #[serde(default)]
    pub(crate) cidr: Option<String>,
    /// Another group of the same VPC.
    #[serde(default)]
    pub(crate) from: Option<String>,
    /// What its owner wrote.
    pub(crate) about: String,
}

/// A trail, as CloudTrail calls a delivery of events to a bucket.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrailFile {
    /// Its name.
    pub(crate) name: String,
    /// The bucket it delivers to.
    pub(crate) bucket: String,
    /// The log group it delivers to.
    pub(crate) log_group: String,
    /// The key's id that encrypts it.
    pub(crate) key: String,
    /// How long ago it started logging.
    pub(crate) age: Span,
}
