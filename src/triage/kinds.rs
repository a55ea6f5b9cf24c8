//! The resource types the console can name: CloudFormation type ↔ ARN ↔ id ↔ console page, as one table.
//!
//! ARN forms are those of `aws-facts.md` §4.2, page forms those of §6.1. A type that stands in several rows has
//! several ARN forms; the first row is the one that is built. Nothing here asks AWS: what cannot be told from the
//! text alone stays unknown.

mod table;

use std::borrow::Cow;

pub use table::KINDS;

use crate::{resource::ResourceRef, scope::ScopeId, triage::arn::Arn};

/// One row of [`KINDS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// CloudFormation type name.
    pub name: &'static str,
    /// How its ids begin; empty when they have no common beginning. One that ends in `-` is followed by hex digits,
    /// and an id can then be told by its looks.
    pub prefix: &'static str,
    /// Its ARN: `{P}` partition, `{R}` Region, `{A}` account, `{id}` the id without `/` or `:`, `{path}` an id that may
    /// hold them, `{*}` something the id does not tell (such an ARN can be read but not built). Empty when unknown.
    pub arn: &'static str,
    /// Its console page below the host; see `links.rs`. Empty when there is none that is known.
    pub page: &'static str,
}

/// Where a resource is taken to live when only its id is known.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The scope it was named in.
    pub scope: ScopeId,
    /// `aws`, `aws-cn`, …
    pub partition: &'a str,
    /// The Region.
    pub region: &'a str,
    /// Twelve digits, or empty while the account is not known (ARNs that need it are then not built).
    pub account: &'a str,
}

/// The row of a type.
pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|k| k.name == name)
}

/// Builds a resource's ARN, where type, id and place suffice for it.
pub fn arn_of(name: &str, id: &str, place: &Place<'_>) -> Option<String> {
    let kind = kind(name)?;
    if kind.arn.is_empty() || id.is_empty() || kind.arn.contains("{*}") || !id.starts_with(kind.prefix) {
        return None;
    }
    let mut arn = String::with_capacity(64 + id.len());
    let mut rest = kind.arn;
    while let Some((literal, after)) = rest.split_once('{') {
        let (mark, after) = after.split_once('}')?;
        let value = match mark {
            "P" => place.partition,
            "R" => place.region,
            "A" => place.account,
            _ => id,
        };
        if value.is_empty() {
            return None;
        }
        arn.push_str(literal);
        arn.push_str(value);
        rest = after;
    }
    arn.push_str(rest);
    Some(arn)
}

/// A reference with the ARN that can be built for it.
pub fn refer(name: &'static str, id: impl Into<String>, place: &Place<'_>) -> ResourceRef {
    let id = id.into();
    let arn = arn_of(name, &id, place);
    ResourceRef { scope: place.scope, kind: Cow::Borrowed(name), id, arn }
}

/// The resource an ARN names. A type outside the table carries its service alone (`AWS::kafka`), and the ARN's last
/// part as id.
pub fn of_arn(text: &str, scope: ScopeId) -> Option<ResourceRef> {
    let text = text.strip_suffix(":*").unwrap_or(text);
    let arn = Arn::parse(text)?;
    let of_service = |k: &&Kind| {
        let form = k.arn.strip_prefix("arn:{P}:").and_then(|form| form.strip_prefix(arn.service));
        form.is_some_and(|form| form.starts_with(':'))
    };
    let known = KINDS.iter().filter(of_service).find_map(|k| Some((k.name, id_in(k, text)?)));
    let (kind, id) = match known {
        Some((name, id)) => (Cow::Borrowed(name), id),
        None => (Cow::Owned(format!("AWS::{}", arn.service)), arn.id()),
    };
    Some(ResourceRef { scope, kind, id: id.to_owned(), arn: Some(text.to_owned()) })
}

/// The resource an id names by its looks alone: `i-0abc…`, `vol-…`, an ARN.
pub fn of_id(text: &str, place: &Place<'_>) -> Option<ResourceRef> {
    if text.starts_with("arn:") {
        return of_arn(text, place.scope);
    }
    let kind =
        KINDS.iter().find(|k| k.prefix.ends_with('-') && text.strip_prefix(k.prefix).is_some_and(hex_id))?;
    Some(refer(kind.name, text, place))
}

/// All resources that are named in free text (an expression, a reason), in order of appearance.
pub fn in_text(text: &str, place: &Place<'_>) -> Vec<ResourceRef> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || "-:/_.".contains(c)))
        .map(|word| word.trim_end_matches(['.', ':', '/']))
        .filter_map(|word| of_id(word, place))
        .collect()
}

/// What a person would call it when its own name is not known: `web-80` of `targetgroup/web-80/73e2d6bc24d8a067`.
pub fn label(resource: &ResourceRef) -> &str {
    let id = resource.id.as_str();
    let parts: Vec<_> = id.split('/').collect();
    match (resource.kind.as_ref(), parts.as_slice()) {
        (
            "AWS::ElasticLoadBalancingV2::TargetGroup" | "AWS::ElasticLoadBalancingV2::LoadBalancer",
            [_, name, ..],
        )
        | ("AWS::ElasticLoadBalancingV2::Listener", [_, _, name, ..])
        | ("AWS::CloudFormation::Stack", [name, ..]) => name,
        _ => id,
    }
}

/// EC2's ids have 8 or 17 hex digits; tests and emulators use fewer or more.
fn hex_id(text: &str) -> bool {
    (8..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Matches an ARN against a row's form and gives the id in it.
fn id_in<'a>(kind: &Kind, arn: &'a str) -> Option<&'a str> {
    if kind.arn.is_empty() {
        return None;
    }
    let (mut rest, mut form, mut id) = (arn, kind.arn, None);
    while let Some((literal, after)) = form.split_once('{') {
        rest = rest.strip_prefix(literal)?;
        let (mark, after) = after.split_once('}')?;
        let until = after.split_once('{').map_or(after, |(literal, _)| literal);
        let value = if until.is_empty() { rest } else { rest.split_once(until)?.0 };
        let fits = match mark {
            "P" | "R" | "A" => !value.contains(':'),
            "id" => !value.contains([':', '/']),
            _ => true,
        };
        if value.is_empty() || !fits {
            return None;
        }
        if matches!(mark, "id" | "path") {
            id = Some(value);
        }
        rest = rest.strip_prefix(value)?;
        form = after;
    }
    (rest == form).then_some(())?;
    id.filter(|id| id.starts_with(kind.prefix))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PLACE: Place<'static> =
        Place { scope: ScopeId(0), partition: "aws", region: "eu-west-1", account: "111122223333" };

    #[test]
    fn arns_lead_to_types_and_ids() {
        for (arn, kind, id) in [
            (
                "arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc12345678",
                "AWS::EC2::Instance",
                "i-0abc12345678",
            ),
            (
                "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/50dc6c495c0c9188",
                "AWS::ElasticLoadBalancingV2::LoadBalancer",
                "app/web/50dc6c495c0c9188",
            ),
            (
                "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/old",
                "AWS::ElasticLoadBalancing::LoadBalancer",
                "old",
            ),
            (
                "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web-80/73e2d6bc24d8a067",
                "AWS::ElasticLoadBalancingV2::TargetGroup",
                "targetgroup/web-80/73e2d6bc24d8a067",
            ),
            (
                "arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:6f:autoScalingGroupName/web-asg",
                "AWS::AutoScaling::AutoScalingGroup",
                "web-asg",
            ),
            (
                "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/pay:*",
                "AWS::Logs::LogGroup",
                "/aws/lambda/pay",
            ),
            ("arn:aws:lambda:eu-west-1:111122223333:function:pay:live", "AWS::Lambda::Function", "pay"),
            (
                "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/index/by-day",
                "AWS::DynamoDB::Table",
                "orders",
            ),
            ("arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a: b/c", "AWS::CloudWatch::Alarm", "a: b/c"),
            ("arn:aws:ecs:eu-west-1:111122223333:service/main/pay", "AWS::ECS::Service", "main/pay"),
            ("arn:aws:kafka:eu-west-1:111122223333:cluster/bus/8f-2", "AWS::kafka", "8f-2"),
        ] {
            let found = of_arn(arn, ScopeId(3)).unwrap();
            assert_eq!(
                (found.kind.as_ref(), found.id.as_str(), found.scope),
                (kind, id, ScopeId(3)),
                "{arn}"
            );
        }
        assert_eq!(of_arn("web-1", ScopeId(0)), None);
    }

    #[test]
    fn ids_are_told_by_their_looks() {
        for (text, kind) in [
            ("i-0123456789abcdef0", Some("AWS::EC2::Instance")),
            ("i-01234567", Some("AWS::EC2::Instance")),
            ("vol-0123456789abcdef0", Some("AWS::EC2::Volume")),
            ("tgw-attach-0123456789abcdef0", Some("AWS::EC2::TransitGatewayAttachment")),
            ("arn:aws:sqs:eu-west-1:111122223333:jobs", Some("AWS::SQS::Queue")),
            ("i-am-a-name", None),
            ("web-0123456789abcdef0", None),
            ("", None),
        ] {
            assert_eq!(of_id(text, &PLACE).map(|r| r.kind.into_owned()).as_deref(), kind, "{text}");
        }
        let named: Vec<_> = in_text("max of i-0123456789abcdef0, (vol-0123456789abcdef0).", &PLACE)
            .into_iter()
            .map(|r| r.id)
            .collect();
        assert_eq!(named, ["i-0123456789abcdef0", "vol-0123456789abcdef0"]);
    }

    #[test]
    fn an_arn_needs_all_its_parts() {
        assert_eq!(
            arn_of("AWS::SQS::Queue", "jobs", &PLACE).as_deref(),
            Some("arn:aws:sqs:eu-west-1:111122223333:jobs")
        );
        assert_eq!(arn_of("AWS::SQS::Queue", "jobs", &Place { account: "", ..PLACE }), None);
        assert_eq!(
            arn_of("AWS::S3::Bucket", "b", &Place { account: "", ..PLACE }).as_deref(),
            Some("arn:aws:s3:::b")
        );
        // Its ARN holds a UUID that the name does not tell.
        assert_eq!(arn_of("AWS::AutoScaling::AutoScalingGroup", "web-asg", &PLACE), None);
        // A proxy's ARN holds prx-…, not its name.
        assert_eq!(arn_of("AWS::RDS::DBProxy", "orders", &PLACE), None);
    }

    proptest! {
        #[test]
        fn built_arns_lead_back(row in 0..KINDS.len(), tail in "[0-9a-f]{8,17}") {
            let kind = &KINDS[row];
            let deep = match kind.name {
                "AWS::ElasticLoadBalancingV2::LoadBalancer" => "app/x/",
                "AWS::ElasticLoadBalancingV2::Listener" => "app/x/1/",
                _ => "",
            };
            let id = format!("{}{deep}{tail}", kind.prefix);
            if let Some(arn) = arn_of(kind.name, &id, &PLACE) {
                let back = of_arn(&arn, PLACE.scope).unwrap();
                prop_assert_eq!(&back.id, &id);
                // DocumentDB and Neptune share RDS's ARNs.
                prop_assert!(back.kind == kind.name || back.kind.starts_with("AWS::RDS::"));
                prop_assert_eq!(arn_of(&back.kind, &back.id, &PLACE), Some(arn));
            }
        }

        #[test]
        fn hostile_text_is_no_trouble(text in "\\PC{0,60}") {
            let _ = (in_text(&text, &PLACE), of_arn(&text, ScopeId(0)));
        }
    }
}
