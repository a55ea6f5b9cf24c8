//! Identity: roles, policies, keys, sign-ins, the organization.

use super::{
    table::{Row, WHAT, row},
    take::Take::{Failed, Is, Main, Name, Noun, Of, Rec, Req, Set, Short},
};

const ROLE: &str = "AWS::IAM::Role";
const USER: &str = "AWS::IAM::User";
const GROUP: &str = "AWS::IAM::Group";
const PROFILE: &str = "AWS::IAM::InstanceProfile";
const ACCOUNT: &str = "thing.account";
const POLICY_NAME: &[&str] = &["policyName"];
const PRINCIPAL: &[&str] = &["principalId"];

#[rustfmt::skip]
pub(super) static ROWS: &[Row] = &[
    // Policies of principals
    row("iam", &["AttachRolePolicy"], "did.policy-attached", &[("policy", Short(&["policyArn"])), ("to", Of(ROLE))]),
    row("iam", &["AttachUserPolicy"], "did.policy-attached", &[("policy", Short(&["policyArn"])), ("to", Of(USER))]),
    row("iam", &["AttachGroupPolicy"], "did.policy-attached", &[("policy", Short(&["policyArn"])), ("to", Of(GROUP))]),
    row("iam", &["DetachRolePolicy"], "did.policy-detached", &[("policy", Short(&["policyArn"])), ("from", Of(ROLE))]),
    row("iam", &["DetachUserPolicy"], "did.policy-detached", &[("policy", Short(&["policyArn"])), ("from", Of(USER))]),
    row("iam", &["DetachGroupPolicy"], "did.policy-detached", &[("policy", Short(&["policyArn"])), ("from", Of(GROUP))]),
    row("iam", &["PutRolePolicy"], "did.inline-put", &[("policy", Req(POLICY_NAME)), ("to", Of(ROLE))]),
    row("iam", &["PutUserPolicy"], "did.inline-put", &[("policy", Req(POLICY_NAME)), ("to", Of(USER))]),
    row("iam", &["PutGroupPolicy"], "did.inline-put", &[("policy", Req(POLICY_NAME)), ("to", Of(GROUP))]),
    row("iam", &["DeleteRolePolicy"], "did.inline-deleted", &[("policy", Req(POLICY_NAME)), ("from", Of(ROLE))]),
    row("iam", &["DeleteUserPolicy"], "did.inline-deleted", &[("policy", Req(POLICY_NAME)), ("from", Of(USER))]),
    row("iam", &["DeleteGroupPolicy"], "did.inline-deleted", &[("policy", Req(POLICY_NAME)), ("from", Of(GROUP))]),
    row("iam", &["CreatePolicyVersion"], "did.new-version", &[("what", Of("AWS::IAM::ManagedPolicy"))]),
    row("iam", &["SetDefaultPolicyVersion"], "did.default-version", &[("version", Req(&["versionId"])), ("what", Of("AWS::IAM::ManagedPolicy"))]),
    row("iam", &["DeletePolicyVersion"], "did.version-deleted", &[("version", Req(&["versionId"])), ("what", Of("AWS::IAM::ManagedPolicy"))]),
    row("iam", &["CreatePolicy"], "did.created", &[("what", Noun("thing.policy", POLICY_NAME))]),
    row("iam", &["DeletePolicy"], "did.deleted", &[("what", Of("AWS::IAM::ManagedPolicy"))]),
    row("iam", &["UpdateAssumeRolePolicy"], "did.trust", &[("what", Of(ROLE))]),
    row("iam", &["PutRolePermissionsBoundary"], "did.boundary-put", &[("policy", Short(&["permissionsBoundary"])), ("what", Of(ROLE))]),
    row("iam", &["PutUserPermissionsBoundary"], "did.boundary-put", &[("policy", Short(&["permissionsBoundary"])), ("what", Of(USER))]),
    row("iam", &["DeleteRolePermissionsBoundary"], "did.boundary-deleted", &[("what", Of(ROLE))]),
    row("iam", &["DeleteUserPermissionsBoundary"], "did.boundary-deleted", &[("what", Of(USER))]),
    // Principals
    row("iam", &["CreateRole"], "did.created", &[("what", Of(ROLE))]),
    row("iam", &["DeleteRole"], "did.deleted", &[("what", Of(ROLE))]),
    row("iam", &["AddRoleToInstanceProfile"], "did.added-to", &[("what", Of(ROLE)), ("to", Of(PROFILE))]),
    row("iam", &["RemoveRoleFromInstanceProfile"], "did.removed-from", &[("what", Of(ROLE)), ("from", Of(PROFILE))]),
    row("iam", &["CreateInstanceProfile"], "did.created", &[("what", Of(PROFILE))]),
    row("iam", &["DeleteInstanceProfile"], "did.deleted", &[("what", Of(PROFILE))]),
    row("iam", &["CreateUser"], "did.created", &[("what", Of(USER))]),
    row("iam", &["DeleteUser"], "did.deleted", &[("what", Of(USER))]),
    row("iam", &["AddUserToGroup"], "did.added-to", &[("what", Of(USER)), ("to", Of(GROUP))]),
    row("iam", &["RemoveUserFromGroup"], "did.removed-from", &[("what", Of(USER)), ("from", Of(GROUP))]),
    // Credentials
    row("iam", &["CreateAccessKey"], "did.key-created-for", &[("what", Of("AWS::IAM::AccessKey")), ("for", Of(USER))]),
    row("iam", &["CreateAccessKey"], "did.key-created", &[("for", Of(USER))]),
    row("iam", &["UpdateAccessKey"], "did.key-set", &[("what", Of("AWS::IAM::AccessKey")), ("to", Req(&["status"]))]),
    row("iam", &["CreateAccessKey"], "did.created", &[("what", Of("AWS::IAM::AccessKey"))]),
    row("iam", &["DeleteAccessKey"], "did.deleted", &[("what", Of("AWS::IAM::AccessKey"))]),
    row("iam", &["CreateLoginProfile"], "did.password-created", &[("what", Of(USER))]),
    row("iam", &["UpdateLoginProfile"], "did.password-changed", &[("what", Of(USER))]),
    row("iam", &["DeleteLoginProfile"], "did.password-deleted", &[("what", Of(USER))]),
    row("iam", &["DeactivateMFADevice"], "did.mfa-off", &[("what", Of(USER))]),
    row("iam", &["DeactivateMFADevice", "DeleteVirtualMFADevice"], "did.mfa-deleted", &[("what", Short(&["serialNumber"]))]),
    row("iam", &["UpdateAccountPasswordPolicy"], "did.password-policy", &[]),
    row("iam", &["DeleteAccountPasswordPolicy"], "did.password-policy-deleted", &[]),
    row("iam", &["CreateSAMLProvider", "CreateOpenIDConnectProvider"], "did.created", &[("what", Noun("thing.identity-provider", &["name", "url"]))]),
    row("iam", &["UpdateSAMLProvider"], "did.changed", WHAT),
    row("iam", &["DeleteSAMLProvider", "DeleteOpenIDConnectProvider"], "did.deleted", WHAT),
    // IAM Identity Center
    row("sso|sso-directory", &["AssociateDirectory"], "did.directory-attached", &[]),
    row("sso|sso-directory", &["DisassociateDirectory"], "did.directory-detached", &[]),
    row("sso|sso-directory", &["EnableExternalIdPConfigurationForDirectory"], "did.idp-on", &[]),
    row("sso|sso-directory", &["DisableExternalIdPConfigurationForDirectory"], "did.idp-off", &[]),
    row("sso", &["CreateAccountAssignment"], "did.assigned", &[("what", Of("AWS::SSO::PermissionSet")), ("who", Req(PRINCIPAL)), ("on", Req(&["targetId"]))]),
    row("sso", &["DeleteAccountAssignment"], "did.unassigned", &[("what", Of("AWS::SSO::PermissionSet")), ("who", Req(PRINCIPAL)), ("on", Req(&["targetId"]))]),
    row("sso", &["PutInlinePolicyToPermissionSet"], "did.inline-on", &[("what", Of("AWS::SSO::PermissionSet"))]),
    // Sign-ins and temporary credentials
    row("signin", &["ConsoleLogin"], "did.sign-in-failed", &[("", Failed), ("why", Rec(&["errorMessage", "responseElements.ConsoleLogin"]))]),
    row("signin", &["ConsoleLogin"], "did.signed-in-no-mfa", &[("", Is("additionalEventData.MFAUsed", "No")), ("", Is("userIdentity.type", "IAMUser"))]),
    row("signin", &["ConsoleLogin"], "did.signed-in-no-mfa", &[("", Is("additionalEventData.MFAUsed", "No")), ("", Is("userIdentity.type", "Root"))]),
    row("signin", &["ConsoleLogin"], "did.signed-in", &[]),
    row("signin", &["CheckMfa"], "did.checked-mfa", &[]),
    row("signin", &["PasswordRecoveryRequested"], "did.recovery", &[]),
    row("signin", &["GetSigninToken"], "did.sign-in-token", &[]),
    row("sts", &["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"], "did.assumed-as", &[("what", Of(ROLE)), ("session", Req(&["roleSessionName"]))]),
    row("sts", &["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"], "did.assumed", &[("what", Of(ROLE))]),
    row("sts", &["AssumeRoot"], "did.assumed-root", &[("what", Req(&["targetPrincipal"]))]),
    row("sts", &["GetFederationToken"], "did.federation-token", &[("name", Req(&["name"]))]),
    row("sts", &["GetSessionToken"], "did.session-token", &[]),
    row("rolesanywhere", &["CreateTrustAnchor"], "did.created", &[("what", Noun("thing.trust-anchor", &["name"]))]),
    row("rolesanywhere", &["CreateProfile"], "did.created", &[("what", Noun("thing.anywhere-profile", &["name"]))]),
    row("rolesanywhere", &["DeleteTrustAnchor", "DeleteProfile"], "did.deleted", WHAT),
    // Organization and account
    row("organizations", &["AttachPolicy"], "did.policy-attached", &[("policy", Name("AWS::Organizations::Policy")), ("to", Req(&["targetId"]))]),
    row("organizations", &["DetachPolicy"], "did.policy-detached", &[("policy", Name("AWS::Organizations::Policy")), ("from", Req(&["targetId"]))]),
    row("organizations", &["UpdatePolicy"], "did.changed", WHAT),
    row("organizations", &["EnablePolicyType"], "did.policy-type-on", &[("what", Req(&["policyType"]))]),
    row("organizations", &["DisablePolicyType"], "did.policy-type-off", &[("what", Req(&["policyType"]))]),
    row("organizations", &["MoveAccount"], "did.account-moved", &[("what", Noun(ACCOUNT, &["accountId"])), ("to", Req(&["destinationParentId"]))]),
    row("organizations", &["LeaveOrganization"], "did.left-organization", &[]),
    row("organizations", &["RemoveAccountFromOrganization"], "did.account-removed", &[("what", Noun(ACCOUNT, &["accountId"]))]),
    row("organizations", &["CloseAccount"], "did.account-closed", &[("what", Noun(ACCOUNT, &["accountId"]))]),
    row("organizations", &["CreateAccount"], "did.created", &[("what", Noun(ACCOUNT, &["accountName"]))]),
    row("organizations", &["InviteAccountToOrganization"], "did.account-invited", &[("what", Noun(ACCOUNT, &["target.id"]))]),
    row("account", &["EnableRegion"], "did.region-on", &[("what", Req(&["RegionName", "regionName"]))]),
    row("account", &["DisableRegion"], "did.region-off", &[("what", Req(&["RegionName", "regionName"]))]),
    row("iam", &["UpdateUser", "UpdateRole", "UpdateGroup"], "did.set", &[("what", Main), ("settings", Set(&["userName", "roleName", "groupName"]))]),
];
