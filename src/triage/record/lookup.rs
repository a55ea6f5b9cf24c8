//! How to ask CloudTrail about a resource, and how to find it in a record's text (`aws-facts.md` §4.3, §0 point 6).
//!
//! `LookupEvents` matches a resource's name exactly, services differ in which name they record, and many record none:
//! hence several forms to try, and a search in the whole text of what a sweep has brought.

use std::borrow::Cow;

use memchr::memmem;

use super::actor::THEN;
use crate::{
    resource::ResourceRef,
    rows::event::{ActorKind, Event},
    triage::{
        arn::Arn,
        kinds::{kind, label},
    },
};

/// What a type's service records, where that is not simply the id: §4.2's last column.
enum Recorded {
    /// The ARN, and the name only sometimes.
    Arn,
    /// The name, which may hold slashes: its last part is another thing's name.
    Path,
}

const RECORDED: &[(&str, Recorded)] = &[
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", Recorded::Arn),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", Recorded::Arn),
    ("AWS::ElasticLoadBalancingV2::Listener", Recorded::Arn),
    ("AWS::ElasticLoadBalancingV2::ListenerRule", Recorded::Arn),
    ("AWS::SNS::Topic", Recorded::Arn),
    ("AWS::KMS::Key", Recorded::Arn),
    ("AWS::ECS::Service", Recorded::Arn),
    ("AWS::CertificateManager::Certificate", Recorded::Arn),
    ("AWS::WAFv2::WebACL", Recorded::Arn),
    ("AWS::NetworkFirewall::Firewall", Recorded::Arn),
    ("AWS::StepFunctions::StateMachine", Recorded::Arn),
    ("AWS::SecretsManager::Secret", Recorded::Path),
    ("AWS::SSM::Parameter", Recorded::Path),
    ("AWS::Logs::LogGroup", Recorded::Path),
];

/// The forms to try as `ResourceName`, likeliest first, none twice: id or short name, ARN (these two the other way round
/// where the service records ARNs), what follows the ARN's last `:`, what follows its last `/`; for a queue its URL too.
/// Stop at the first that finds something, but see [`both`].
pub fn names(resource: &ResourceRef) -> Vec<String> {
    let recorded = RECORDED.iter().find(|(name, _)| *name == resource.kind).map(|(_, how)| how);
    let short = match resource.kind.as_ref() {
        "AWS::ECS::Service" | "AWS::ECS::Task" => resource.id.rsplit('/').next().unwrap_or_default(),
        _ => label(resource),
    };
    let arn = resource.arn.as_deref();
    let after = |mark: char| arn.and_then(|a| a.rsplit(mark).next());
    let last = if matches!(recorded, Some(Recorded::Path)) { None } else { after('/') };
    let heads = if matches!(recorded, Some(Recorded::Arn)) { [arn, Some(short)] } else { [Some(short), arn] };
    let queue = (resource.kind == "AWS::SQS::Queue").then(|| queue_url(arn?)).flatten();
    let mut names: Vec<String> = Vec::with_capacity(4);
    // An id with a cluster's name or a UUID in it is tried whole as well.
    let forms = heads.into_iter().flatten().map(Cow::Borrowed).chain(queue.map(Cow::Owned));
    let tails = [after(':'), last, Some(resource.id.as_str())].into_iter().flatten().map(Cow::Borrowed);
    for form in forms.chain(tails) {
        if !form.is_empty() && !names.iter().any(|n| *n == form) {
            names.push(form.into_owned());
        }
    }
    names
}

/// Whether the first two of [`names`] must both be asked for, because the service records now the one, now the other.
pub fn both(resource: &ResourceRef) -> bool {
    matches!(
        resource.kind.as_ref(),
        "AWS::SQS::Queue"
            | "AWS::ECS::Service"
            | "AWS::ECS::Cluster"
            | "AWS::ECS::Task"
            | "AWS::ECS::TaskDefinition"
            | "AWS::Lambda::Function"
            | "AWS::DynamoDB::Table"
    )
}

fn queue_url(arn: &str) -> Option<String> {
    let arn = Arn::parse(arn)?;
    let suffix = match arn.partition {
        "aws-cn" => "amazonaws.com.cn",
        "aws-eusc" => "amazonaws.eu",
        _ => "amazonaws.com",
    };
    Some(format!("https://sqs.{}.{suffix}/{}/{}", arn.region, arn.account, arn.resource))
}

/// Services without Regions, whose events are in their home Region only, or (STS, sign-in) may be.
const GLOBAL: &[&str] = &[
    "iam",
    "sts",
    "signin",
    "cloudfront",
    "route53",
    "route53domains",
    "organizations",
    "account",
    "shield",
    "support",
    "health",
    "trustedadvisor",
    "waf",
    "ce",
    "billing",
    "budgets",
    "tax",
    "freetier",
    "cost-optimization-hub",
];

/// Where the events of a service without Regions are, if it is one: look there besides the Region of the incident.
/// `source` is an `eventSource` or its first part, `partition` that of the account (§6.2; outside of `aws` the Regions
/// are recalled, not verified).
pub fn home_region(source: &str, partition: &str) -> Option<&'static str> {
    let service = source.split('.').next().unwrap_or_default();
    match (service, partition) {
        // The guide: a few global services log in another Region.
        ("globalaccelerator" | "networkmanager", "aws") => Some("us-west-2"),
        ("globalaccelerator" | "networkmanager", _) => None,
        _ if !GLOBAL.contains(&service) => None,
        ("iam" | "sts" | "signin", "aws-cn") => Some("cn-north-1"),
        (_, "aws-cn") => Some("cn-northwest-1"),
        (_, "aws-us-gov") => Some("us-gov-west-1"),
        (_, "aws-eusc") => Some("eusc-de-east-1"),
        _ => Some("us-east-1"),
    }
}

/// [`home_region`] for a resource's service. A web ACL for CloudFront lives in us-east-1 too.
pub fn home_region_of(resource: &ResourceRef, partition: &str) -> Option<&'static str> {
    let arn = resource.arn.as_deref().and_then(Arn::parse);
    if let Some(arn) = arn
        && arn.service == "wafv2"
        && arn.resource.starts_with("global/")
    {
        return Some("us-east-1");
    }
    let partition = arn.map_or(partition, |a| a.partition);
    let of_kind = || {
        let form = kind(&resource.kind)?.arn;
        form.split(':').nth(2)
    };
    if let Some(service) = arn.map(|a| a.service).or_else(of_kind) {
        return home_region(service, partition);
    }
    let service = resource.kind.split("::").nth(1).unwrap_or_default().to_ascii_lowercase();
    home_region(&service, partition)
}

/// What `LookupEvents` calls the `Username` of an event's actor: an IAM user's name, a role's session. None for services
/// and for whoever is not told.
pub fn lookup_user(event: &Event) -> Option<&str> {
    let name = event.actor.rsplit(THEN).next().unwrap_or(&event.actor);
    match event.actor_kind {
        ActorKind::Service => None,
        ActorKind::Root => Some("root"),
        _ => Some(name).filter(|n| !n.is_empty()),
    }
}

/// Whether a record's text names exactly this id, name or ARN: as a word of its own, not as part of a longer name
/// (`web` is in `role/web` and `"web"`, not in `web-2`, `my.web` or `web@example.org`). Case counts.
pub fn mentions(record: &str, name: &str) -> bool {
    if name.is_empty() {
        return false;
    }
    let escaped: Cow<'_, str> = if name.contains(['"', '\\']) || name.chars().any(char::is_control) {
        let quoted = serde_json::Value::from(name).to_string();
        Cow::Owned(quoted.trim_matches('"').to_owned())
    } else {
        Cow::Borrowed(name)
    };
    let bytes = record.as_bytes();
    memmem::find_iter(bytes, escaped.as_bytes()).any(|at| {
        let end = at + escaped.len();
        let (before, after) = (bytes.get(..at).unwrap_or_default(), bytes.get(end..).unwrap_or_default());
        let (first, last) = (name.chars().next(), name.chars().next_back());
        !goes_on_before(before, first) && !goes_on_after(after, last)
    })
}

/// What names are made of besides letters and digits without ever being between two of them.
const fn in_names(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// What joins the parts of longer names, and also ends sentences and addresses.
const fn joins(byte: u8) -> bool {
    matches!(byte, b'.' | b'@' | b'+')
}

fn goes_on_before(before: &[u8], first: Option<char>) -> bool {
    let Some((&last, rest)) = before.split_last() else { return false };
    if !last.is_ascii() {
        // Other scripts write names without spaces around them; within one script it is one word.
        return first.is_some_and(|c| !c.is_ascii());
    }
    if joins(last) {
        return rest.last().is_some_and(|b| in_names(*b));
    }
    in_names(last) && !ends_in_escape(before)
}

/// Whether what stands before is an escape, whose last character only looks like a name's: `\n`, `\u0026`, `%2F`.
fn ends_in_escape(before: &[u8]) -> bool {
    let tail = |count: usize| before.len().checked_sub(count).and_then(|at| before.get(at..));
    let hex = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
    let odd_backslashes = |upto: usize| {
        let head = before.get(..upto).unwrap_or_default();
        head.iter().rev().take_while(|b| **b == b'\\').count() % 2 == 1
    };
    if let Some([b'%', digits @ ..]) = tail(3)
        && hex(digits)
    {
        return true;
    }
    if let Some([b'u', digits @ ..]) = tail(5)
        && hex(digits)
        && odd_backslashes(before.len().saturating_sub(5))
    {
        return true;
    }
    before.last().is_some_and(|b| b"bfnrt".contains(b)) && odd_backslashes(before.len().saturating_sub(1))
}

fn goes_on_after(after: &[u8], last: Option<char>) -> bool {
    let Some((&next, rest)) = after.split_first() else { return false };
    if !next.is_ascii() {
        return last.is_some_and(|c| !c.is_ascii());
    }
    if joins(next) {
        return rest.first().is_some_and(|b| in_names(*b));
    }
    in_names(next)
}
