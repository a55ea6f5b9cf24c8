//! IAM: instance profiles, each with the role of the same name, and the policies of roles.
//!
//! The roles are those that something in the account has: instances, functions, and who comes in from outside. This
//! module must never name a role that nobody has.

use super::{
    Cx,
    page::{Pages, Tokens},
};
use crate::drill::{
    error::ApiError,
    params::Params,
    rng,
    script::trail::PrincipalKind,
    tree::{Fields, Tree, list},
    world::shift,
};

const PAGES: Pages = Pages {
    token: "Marker",
    size: "MaxItems",
    sizes: (1, 1000, 100),
    bad_size: |size| {
        ApiError::validation(format!(
            "1 validation error detected: Value '{size}' at 'maxItems' failed to satisfy constraint: Member must have \
             value between 1 and 1000"
        ))
    },
    bad_token: |token| ApiError::validation(format!("Invalid Marker: {token}")),
};

/// Roles are this old.
const AGE: i64 = 1_500 * 86_400;

/// What has a role.
enum Holder {
    Instances,
    Function,
    Other,
}

fn missing(message: String) -> ApiError {
    ApiError::new("NoSuchEntity", message).shaped("NoSuchEntityException").status(404)
}

/// Who has the role, if anybody has.
fn holder(cx: &Cx<'_>, role: &str) -> Result<Holder, ApiError> {
    let suffix = format!(":instance-profile/{role}");
    let on_instance = |arn: &str| arn.ends_with(&suffix);
    if cx.world.instances.iter().any(|one| one.profile.as_ref().is_some_and(|(arn, _)| on_instance(arn))) {
        return Ok(Holder::Instances);
    }
    if cx.world.functions.all.iter().any(|function| function.role == role) {
        return Ok(Holder::Function);
    }
    // A federated user's `role` is the user who asked for it, a person's the permission set.
    let comes_in = |kind| matches!(kind, PrincipalKind::Web | PrincipalKind::Account);
    let others = cx.world.story.principals.iter().filter(|one| comes_in(one.kind));
    if role == cx.world.role || others.into_iter().any(|one| one.role == role) {
        return Ok(Holder::Other);
    }
    Err(missing(format!("The role with name {role} cannot be found.")))
}

/// `iam:GetInstanceProfile`.
pub(crate) fn profile(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let name = params.required("InstanceProfileName")?;
    let mut profiles = cx.world.instances.iter().filter_map(|one| one.profile.as_ref());
    let found = profiles.find(|(arn, _)| arn.rsplit('/').next() == Some(name));
    let (arn, id) = found.ok_or_else(|| missing(format!("Instance Profile {name} cannot be found.")))?;
    let account = &cx.world.account;
    let created = shift(cx.world.origin, -AGE);
    let trust = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}";
    let trust = percent_encoding::utf8_percent_encode(trust, percent_encoding::NON_ALPHANUMERIC).to_string();
    let role = Fields::new()
        .put("Path", "/")
        .put("RoleName", name)
        .put("RoleId", format!("AROA{}", rng::hex(rng::text(cx.world.seed, name), 16).to_uppercase()))
        .put("Arn", format!("arn:aws:iam::{account}:role/{name}"))
        .put("CreateDate", created)
        .put("AssumeRolePolicyDocument", trust);
    let whole = Fields::new()
        .put("Path", "/")
        .put("InstanceProfileName", name)
        .put("InstanceProfileId", id)
        .put("Arn", arn)
        .put("CreateDate", created)
        .put("Roles", list([Tree::from(role)]))
        .put("Tags", list::<Tree>([]));
    Ok(Fields::new().put("InstanceProfile", whole).into())
}

/// `iam:ListAttachedRolePolicies`.
pub(crate) fn attached(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let role = params.required("RoleName")?;
    let of_aws: &[&str] = match holder(cx, role)? {
        Holder::Instances => &["AmazonSSMManagedInstanceCore", "CloudWatchAgentServerPolicy"],
        Holder::Function => &["service-role/AWSLambdaBasicExecutionRole"],
        Holder::Other => &["ReadOnlyAccess"],
    };
    let mut arns: Vec<String> = of_aws.iter().map(|name| format!("arn:aws:iam::aws:policy/{name}")).collect();
    arns.push(format!("arn:aws:iam::{}:policy/{role}", cx.world.account));
    // The path is what lies between `policy` and the name.
    let prefix = params.text("PathPrefix").unwrap_or("/");
    arns.retain(|arn| arn.split_once(":policy").is_some_and(|(_, path)| path.starts_with(prefix)));
    let policy = |arn: String| {
        let name = arn.rsplit('/').next().unwrap_or_default().to_owned();
        Tree::from(Fields::new().put("PolicyName", name).put("PolicyArn", arn))
    };
    page(cx, "ListAttachedRolePolicies", params, "AttachedPolicies", arns.into_iter().map(policy).collect())
}

/// `iam:ListRolePolicies`: what instances and functions read is written into their roles.
pub(crate) fn inline(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let role = params.required("RoleName")?;
    let names = match holder(cx, role)? {
        Holder::Instances | Holder::Function => vec![Tree::from(format!("{role}-secrets"))],
        Holder::Other => Vec::new(),
    };
    page(cx, "ListRolePolicies", params, "PolicyNames", names)
}

fn page(
    cx: &Cx<'_>,
    operation: &str,
    params: Params<'_>,
    name: &'static str,
    found: Vec<Tree>,
) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, operation, params);
    let (offset, size) = PAGES.read(tokens, params)?;
    let (found, next) = tokens.cut(found, offset, size);
    Ok(Fields::new().put(name, list(found)).put("IsTruncated", next.is_some()).maybe("Marker", next).into())
}
