//! Who may do what: IAM and STS.

use super::{
    Spec,
    args::{number, text, texts},
    read,
};

/// Sorted within each service.
pub(super) static SPECS: &[Spec] = &[
    read("iam:GetAccessKeyLastUsed", &[], &[text("AccessKeyId").needed()]),
    read(
        "iam:GetAccountAuthorizationDetails",
        &["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"],
        &[texts("Filter"), number("MaxItems")],
    ),
    read("iam:GetCredentialReport", &["Users"], &[]),
    read("iam:GetInstanceProfile", &[], &[text("InstanceProfileName").needed()]),
    read("iam:GetRole", &[], &[text("RoleName").needed()]),
    read(
        "iam:GetServiceLastAccessedDetails",
        &["ServicesLastAccessed"],
        &[text("JobId").needed(), number("MaxItems")],
    ),
    read("iam:ListAccessKeys", &["AccessKeyMetadata"], &[text("UserName"), number("MaxItems")]),
    read(
        "iam:ListAttachedRolePolicies",
        &["AttachedPolicies"],
        &[text("RoleName").needed(), text("PathPrefix"), number("MaxItems")],
    ),
    read(
        "iam:ListAttachedUserPolicies",
        &["AttachedPolicies"],
        &[text("UserName").needed(), text("PathPrefix"), number("MaxItems")],
    ),
    read("iam:ListGroupsForUser", &["Groups"], &[text("UserName").needed(), number("MaxItems")]),
    read("iam:ListMFADevices", &["MFADevices"], &[text("UserName"), number("MaxItems")]),
    read("iam:ListUserPolicies", &["PolicyNames"], &[text("UserName").needed(), number("MaxItems")]),
    read(
        "iam:SimulatePrincipalPolicy",
        &["EvaluationResults"],
        &[
            text("PolicySourceArn").needed(),
            texts("ActionNames").needed(),
            texts("ResourceArns"),
            number("MaxItems"),
        ],
    ),
    read("sts:GetCallerIdentity", &[], &[]),
];
