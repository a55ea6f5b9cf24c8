//! IAM's users: those who call AWS in the drill with keys or a password of their own.
//!
//! What a key was last used for is what CloudTrail has of it. This module must never name a user that calls nothing.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;

use super::{
    Cx,
    iam::{AGE, missing, page, roles},
};
use crate::drill::{
    error::ApiError,
    params::Params,
    rng,
    script::trail::{AgentKind, Principal, PrincipalKind},
    trail::{access_key, day_of},
    tree::{Fields, Tree, list},
    world::shift,
};

/// How many days back the last use of a key is looked for.
const LOOKED: i64 = 7;

/// The users by name. Who took a user's key is not another user.
fn all<'a>(cx: &Cx<'a>) -> Vec<&'a Principal> {
    let users = cx.world.story.principals.iter().filter(|one| one.kind == PrincipalKind::User);
    let mut users: Vec<&Principal> = users.collect();
    users.sort_by(|a, b| a.name.cmp(&b.name));
    users.dedup_by(|a, b| a.name == b.name);
    users
}

fn find<'a>(cx: &Cx<'a>, name: &str) -> Result<&'a Principal, ApiError> {
    let found = all(cx).into_iter().find(|one| one.name == name);
    found.ok_or_else(|| missing(format!("The user with name {name} cannot be found.")))
}

/// Whether there is such a user.
pub(super) fn exists(cx: &Cx<'_>, name: &str) -> Result<(), ApiError> {
    find(cx, name).map(|_| ())
}

/// The one that is asked about. Without a name it is the caller, who is a role and no user.
fn asked<'a>(cx: &Cx<'a>, params: Params<'_>) -> Result<&'a Principal, ApiError> {
    let name = params.text("UserName").ok_or_else(|| {
        ApiError::validation("Must specify userName when calling with non-User credentials")
    })?;
    find(cx, name)
}

/// A user's access key: those who only sign in to the console have none.
fn key(cx: &Cx<'_>, one: &Principal) -> Option<String> {
    (one.agent != AgentKind::Console).then(|| access_key(cx.world, &one.name))
}

fn created(cx: &Cx<'_>) -> Timestamp {
    shift(cx.world.origin, -AGE)
}

/// `iam:ListAccessKeys`.
pub(crate) fn keys(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let one = asked(cx, params)?;
    let described = key(cx, one).map(|key| {
        let fields = Fields::new().put("UserName", &one.name).put("AccessKeyId", key);
        Tree::from(fields.put("Status", "Active").put("CreateDate", created(cx)))
    });
    page(cx, "ListAccessKeys", params, "AccessKeyMetadata", described.into_iter().collect())
}

/// When, where and for which service a key was last used, as far as CloudTrail shows.
fn last_use(cx: &Cx<'_>, key: &str) -> Option<(Timestamp, String, String)> {
    let now = cx.now.as_second();
    let today = day_of(now);
    (0..LOOKED).find_map(|back| {
        let events = cx.world.story.day(cx.world, today - back);
        let seen = |at: i64, delay: i64| at + delay <= now;
        let used = events
            .iter()
            .rev()
            .find(|event| event.who.key.as_deref() == Some(key) && seen(event.at, event.delay))?;
        let at = Timestamp::from_second(used.at).ok()?;
        Some((at, used.call.service.clone().into_owned(), used.region.clone()))
    })
}

/// `iam:GetAccessKeyLastUsed`. For a key of nobody here AWS answers as if it were forbidden.
pub(crate) fn last_used(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let id = params.required("AccessKeyId")?;
    let owner = all(cx).into_iter().find(|one| key(cx, one).as_deref() == Some(id));
    let owner = owner.ok_or_else(|| {
        let message = format!(
            "User: {} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key {id}",
            cx.world.caller()
        );
        ApiError::new("AccessDenied", message).status(403)
    })?;
    let used = match last_use(cx, id) {
        Some((at, service, region)) => {
            Fields::new().put("LastUsedDate", at).put("ServiceName", service).put("Region", region)
        }
        None => Fields::new().put("ServiceName", "N/A").put("Region", "N/A"),
    };
    Ok(Fields::new().put("UserName", &owner.name).put("AccessKeyLastUsed", used).into())
}

/// `iam:ListMFADevices`.
pub(crate) fn devices(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let one = asked(cx, params)?;
    let device = has_device(one).then(|| {
        let arn = format!("arn:aws:iam::{}:mfa/{}", cx.world.account, one.name);
        let fields = Fields::new().put("UserName", &one.name).put("SerialNumber", arn);
        Tree::from(fields.put("EnableDate", created(cx)))
    });
    page(cx, "ListMFADevices", params, "MFADevices", device.into_iter().collect())
}

fn has_device(one: &Principal) -> bool {
    one.agent == AgentKind::Console && !one.no_mfa
}

fn policies(cx: &Cx<'_>, one: &Principal) -> Vec<Tree> {
    let arn = format!("arn:aws:iam::{}:policy/{}", cx.world.account, one.name);
    vec![Fields::new().put("PolicyName", &one.name).put("PolicyArn", arn).into()]
}

/// `iam:ListAttachedUserPolicies`: each has one of the account's own, named like the user.
pub(crate) fn attached(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let one = asked(cx, params)?;
    page(cx, "ListAttachedUserPolicies", params, "AttachedPolicies", policies(cx, one))
}

/// `iam:ListUserPolicies`: none has one written into it.
pub(crate) fn inline(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    asked(cx, params)?;
    page(cx, "ListUserPolicies", params, "PolicyNames", Vec::new())
}

/// `iam:ListGroupsForUser`: there are no groups.
pub(crate) fn groups(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    asked(cx, params)?;
    page(cx, "ListGroupsForUser", params, "Groups", Vec::new())
}

/// `iam:GetServiceLastAccessedDetails`: nobody has had such a report made.
pub(crate) fn last_accessed(_cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let id = params.required("JobId")?;
    Err(missing(format!("No service last accessed details job with id {id} was found.")))
}

/// `iam:GetAccountAuthorizationDetails`: users and roles; there are no groups, and policies are not written out.
#[expect(clippy::unnecessary_wraps, reason = "every operation has the same signature")]
pub(crate) fn details(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let kinds = params.texts("Filter");
    let wanted = |kind: &str| kinds.is_empty() || kinds.contains(&kind);
    let user = |one: &Principal| {
        let fields = Fields::new()
            .put("Path", "/")
            .put("UserName", &one.name)
            .put(
                "UserId",
                format!("AIDA{}", rng::hex(rng::text(cx.world.seed, &one.name), 16).to_uppercase()),
            )
            .put("Arn", arn(cx, &one.name))
            .put("CreateDate", created(cx))
            .put("GroupList", list::<Tree>([]));
        Tree::from(fields.put("AttachedManagedPolicies", Tree::List(policies(cx, one))))
    };
    let users = if wanted("User") { all(cx).into_iter().map(user).collect() } else { Vec::new() };
    let roles = if wanted("Role") { roles(cx) } else { Vec::new() };
    Ok(Fields::new()
        .put("UserDetailList", Tree::List(users))
        .put("GroupDetailList", list::<Tree>([]))
        .put("RoleDetailList", Tree::List(roles))
        .put("Policies", list::<Tree>([]))
        .put("IsTruncated", false)
        .into())
}

fn arn(cx: &Cx<'_>, name: &str) -> String {
    format!("arn:aws:iam::{}:user/{name}", cx.world.account)
}

/// The columns of the credential report.
const COLUMNS: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
                       password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,\
                       access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,\
                       access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
                       access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,\
                       cert_2_active,cert_2_last_rotated";

/// `iam:GetCredentialReport`: one made when the scenario began.
#[expect(clippy::unnecessary_wraps, reason = "every operation has the same signature")]
pub(crate) fn report(cx: &Cx<'_>, _params: Params<'_>) -> Result<Tree, ApiError> {
    let born = created(cx);
    let mut rows = vec![COLUMNS.to_owned()];
    let root = format!("arn:aws:iam::{}:root", cx.world.account);
    let rest = "false,N/A,N/A,N/A,N/A,false,N/A,false,N/A";
    rows.push(format!(
        "<root_account>,{root},{born},not_supported,no_information,not_supported,not_supported,true,\
         false,N/A,N/A,N/A,N/A,{rest}"
    ));
    for one in all(cx) {
        let signs_in = one.agent == AgentKind::Console;
        let changed = if signs_in { born.to_string() } else { "N/A".to_owned() };
        let key = match key(cx, one) {
            None => "false,N/A,N/A,N/A,N/A".to_owned(),
            Some(key) => match last_use(cx, &key) {
                Some((at, service, region)) => format!("true,{born},{at},{region},{service}"),
                None => format!("true,{born},N/A,N/A,N/A"),
            },
        };
        let (name, user) = (&one.name, arn(cx, &one.name));
        let signed_in = if signs_in { "no_information" } else { "N/A" };
        rows.push(format!(
            "{name},{user},{born},{signs_in},{signed_in},{changed},N/A,{},{key},{rest}",
            has_device(one)
        ));
    }
    Ok(Fields::new()
        .put("Content", STANDARD.encode(rows.join("\n")))
        .put("ReportFormat", "text/csv")
        .put("GeneratedTime", cx.world.origin)
        .into())
}
