//! What ids, names and ARNs tell by themselves, beyond what `kinds.rs` knows.

use std::{borrow::Cow, sync::LazyLock};

use super::table::{ARNS, PREFIXES, ROWS};
use crate::{
    resource::ResourceRef,
    scope::ScopeId,
    triage::{
        arn::Arn,
        kinds::{self, KINDS, Place},
    },
};

/// How ids begin that tell their type, without the dash.
static BY_PREFIX: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    let known = KINDS.iter().map(|k| (k.prefix, k.name)).chain(PREFIXES.iter().copied());
    known.filter_map(|(prefix, kind)| Some((prefix.strip_suffix('-')?, kind))).collect()
});

/// Whether it may be an id that tells its type, or an ARN: all such ids are short and end in a dash and hex digits.
pub(super) fn looks_like_one(text: &str) -> bool {
    if text.starts_with("arn:") {
        return true;
    }
    let Some(dash) = memchr::memrchr(b'-', text.as_bytes()) else { return false };
    let tail = text.as_bytes().get(dash + 1..).unwrap_or_default();
    dash <= 20 && (8..=32).contains(&tail.len()) && tail.iter().all(u8::is_ascii_hexdigit)
}

/// What an id or an ARN tells by itself.
pub(super) fn by_looks(text: &str, place: &Place<'_>) -> Option<ResourceRef> {
    if text.starts_with("arn:") {
        return of_arn(text, "", place.scope);
    }
    if !looks_like_one(text) {
        return None;
    }
    let head = text.rsplit_once('-')?.0;
    let (_, kind) = BY_PREFIX.iter().find(|(prefix, _)| *prefix == head)?;
    Some(kinds::refer(kind, text, place))
}

/// The resource of an ARN; `hint` is the type it is said to have, which counts where the ARN does not tell. Without
/// either there is none.
pub(super) fn of_arn(text: &str, hint: &str, scope: ScopeId) -> Option<ResourceRef> {
    let found = kinds::of_arn(text, scope)?;
    let known = kinds::kind(&found.kind).is_some();
    if known {
        return Some(found);
    }
    let arn = Arn::parse(text)?;
    let name = |id: &str| {
        let id = id.to_owned();
        Some(ResourceRef { scope, kind: known_name(hint).into_owned().into(), id, arn: found.arn.clone() })
    };
    match arn.service {
        // SecretId may be an ARN: secret:NAME-XXXXXX.
        "secretsmanager" => {
            let id = arn.resource.strip_prefix("secret:")?;
            let id = id.rsplit_once('-').filter(|(_, tail)| tail.len() == 6).map_or(id, |(name, _)| name);
            Some(ResourceRef {
                scope,
                kind: "AWS::SecretsManager::Secret".into(),
                id: id.into(),
                arn: found.arn,
            })
        }
        "ssm" if arn.resource.starts_with("parameter/") => {
            let id = arn.resource.strip_prefix("parameter/")?;
            let id = if id.contains('/') { format!("/{id}") } else { id.to_owned() };
            Some(ResourceRef { scope, kind: "AWS::SSM::Parameter".into(), id, arn: found.arn })
        }
        // A session is its role's.
        "sts" => {
            let role = arn.resource.strip_prefix("assumed-role/")?.split('/').next()?;
            Some(ResourceRef::new(scope, "AWS::IAM::Role", role))
        }
        "elasticloadbalancing" if arn.resource.starts_with("listener-rule/") => {
            let kind = "AWS::ElasticLoadBalancingV2::ListenerRule".into();
            Some(ResourceRef { scope, kind, id: arn.resource.to_owned(), arn: found.arn })
        }
        service => {
            let of = ARNS.iter().find(|(s, prefix, _)| *s == service && arn.resource.starts_with(prefix));
            match of {
                Some((_, _, kind)) => {
                    let id = match *kind {
                        "AWS::ECR::Repository" => arn.resource.split_once('/')?.1,
                        "AWS::WAFv2::IPSet" | "AWS::WAFv2::RuleGroup" => arn.resource.split('/').nth(2)?,
                        _ => arn.id(),
                    };
                    Some(ResourceRef { scope, kind: (*kind).into(), id: id.to_owned(), arn: found.arn })
                }
                None if hint.is_empty() => None,
                None => name(arn.id()),
            }
        }
    }
}

/// The name of a type without a copy, where this program knows it.
pub(super) fn known_name(kind: &str) -> Cow<'static, str> {
    let known = kinds::kind(kind).map(|k| k.name);
    let known = known.or_else(|| ROWS.iter().find(|r| r.kind == kind).map(|r| r.kind));
    known.map_or_else(|| Cow::Owned(kind.to_owned()), Cow::Borrowed)
}

/// `pay` of `pay:live`, `111122223333:function:pay`.
pub(super) fn function(text: &str) -> &str {
    let text = text.split_once("function:").map_or(text, |(_, rest)| rest);
    text.split(':').next().unwrap_or(text)
}
