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

pub(super) const PAGES: Pages = Pages {
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
pub(super) const AGE: i64 = 1_500 * 86_400;

/// What has a role.
enum Holder {
    Instances,
    Function,
    Other,
}

pub(super) fn missing(message: String) -> ApiError {
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
    let created = shift(cx.world.origin, -AGE);
    let whole = Fields::new()
        .put("Path", "/")
        .put("InstanceProfileName", name)
        .put("InstanceProfileId", id)
        .put("Arn", arn)
        .put("CreateDate", created)
        .put("Roles", list([Tree::from(described(cx, name, &Holder::Instances))]))
        .put("Tags", list::<Tree>([]));
    Ok(Fields::new().put("InstanceProfile", whole).into())
}

/// A role, as lists and profiles have it.
fn described(cx: &Cx<'_>, name: &str, holder: &Holder) -> Fields {
    let by = match holder {
        Holder::Instances => "{\"Service\":\"ec2.amazonaws.com\"}".to_owned(),
        Holder::Function => "{\"Service\":\"lambda.amazonaws.com\"}".to_owned(),
        Holder::Other => format!("{{\"AWS\":\"arn:aws:iam::{}:root\"}}", cx.world.account),
    };
    let trust = format!(
        "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Principal\":{by},\"Action\":\"sts:AssumeRole\"}}]}}"
    );
    let trust = percent_encoding::utf8_percent_encode(&trust, percent_encoding::NON_ALPHANUMERIC).to_string();
    Fields::new()
        .put("Path", "/")
        .put("RoleName", name)
        .put("RoleId", format!("AROA{}", rng::hex(rng::text(cx.world.seed, name), 16).to_uppercase()))
        .put("Arn", format!("arn:aws:iam::{}:role/{name}", cx.world.account))
        .put("CreateDate", shift(cx.world.origin, -AGE))
        .put("AssumeRolePolicyDocument", trust)
}

/// `iam:GetRole`.
pub(crate) fn role(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let name = params.required("RoleName")?;
    let role = described(cx, name, &holder(cx, name)?).put("MaxSessionDuration", 3600_i64);
    Ok(Fields::new().put("Role", role).into())
}

/// The roles that something has, by name, described.
pub(super) fn roles(cx: &Cx<'_>) -> Vec<Tree> {
    let mut names: Vec<&str> = Vec::new();
    let profiles = cx.world.instances.iter().filter_map(|one| one.profile.as_ref());
    names.extend(profiles.filter_map(|(arn, _)| arn.rsplit('/').next()));
    names.extend(cx.world.functions.all.iter().map(|function| function.role.as_str()));
    names.push(&cx.world.role);
    names.sort_unstable();
    names.dedup();
    let role = |name: &str| Some(Tree::from(described(cx, name, &holder(cx, name).ok()?)));
    names.into_iter().filter_map(role).collect()
}

/// `iam:SimulatePrincipalPolicy`: who reads may read; what the account's own policies allow is not known here, and so is
/// nothing that they would allow.
pub(crate) fn simulate(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let arn = params.required("PolicySourceArn")?;
    let (kind, name) = arn.rsplit(':').next().and_then(|tail| tail.split_once('/')).unwrap_or_default();
    let reads = match kind {
        "role" => matches!(holder(cx, name)?, Holder::Other),
        "user" => super::users::exists(cx, name).map(|()| false)?,
        _ => return Err(ApiError::validation(format!("Invalid Entity Arn: {arn}"))),
    };
    let resources = params.texts("ResourceArns");
    let resource = resources.first().copied().unwrap_or("*");
    let result = |action: &str| {
        let operation = action.split(':').nth(1).unwrap_or_default();
        let read = ["Describe", "Get", "List", "Lookup"].iter().any(|verb| operation.starts_with(verb));
        let fields = Fields::new().put("EvalActionName", action).put("EvalResourceName", resource);
        let decision = if reads && read { "allowed" } else { "implicitDeny" };
        let fields = fields.put("EvalDecision", decision).put("MatchedStatements", list::<Tree>([]));
        Tree::from(fields.put("MissingContextValues", list::<Tree>([])))
    };
    let found = params.texts("ActionNames").into_iter().map(result).collect();
    page(cx, "SimulatePrincipalPolicy", params, "EvaluationResults", found)
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

pub(super) fn page(
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
