//! The common currency of the console: a reference to one AWS resource.
//!
//! Alarms, events, backups and findings all name resources by [`ResourceRef`]; a jump is "open this reference".
//! Types are CloudFormation type names (`AWS::EC2::Instance`), as `contract.md` fixes them.

use std::borrow::Cow;

use serde::Serialize;

use crate::scope::ScopeId;

/// One resource in one scope.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct ResourceRef {
    /// Where it lives.
    #[serde(skip)]
    pub scope: ScopeId,
    /// The CloudFormation type name, e.g. `AWS::ElasticLoadBalancingV2::TargetGroup`.
    #[serde(rename = "type")]
    pub kind: Cow<'static, str>,
    /// The id or name by which its own service knows it (`i-0abc…`, `app/web/50dc…`, a queue's name).
    pub id: String,
    /// The ARN, when it can be told or built without asking AWS.
    pub arn: Option<String>,
}

/// The CloudFormation type name of an EC2 instance.
pub const EC2_INSTANCE: &str = "AWS::EC2::Instance";
/// The CloudFormation type name of a CloudWatch metric alarm, used for jumps to any alarm.
pub const ALARM: &str = "AWS::CloudWatch::Alarm";
/// The state of a machine's patches, by its id: AWS Config's resource type for it. Its page is not the instance's.
pub const PATCHES: &str = "AWS::SSM::PatchCompliance";

/// Not a type of CloudFormation's: the page about a resource's backups, whose `id` is that of its row.
pub const PROTECTED_RESOURCE: &str = "AWS::Backup::ProtectedResource";

impl ResourceRef {
    /// A reference without an ARN.
    pub fn new(scope: ScopeId, kind: impl Into<Cow<'static, str>>, id: impl Into<String>) -> Self {
        Self { scope, kind: kind.into(), id: id.into(), arn: None }
    }

    /// The same reference with its ARN.
    #[must_use]
    pub fn with_arn(mut self, arn: impl Into<String>) -> Self {
        self.arn = Some(arn.into());
        self
    }

    /// The type without its vendor: `EC2 Instance` of `AWS::EC2::Instance`.
    pub fn short_kind(&self) -> String {
        self.kind.strip_prefix("AWS::").unwrap_or(&self.kind).replace("::", " ")
    }
}
