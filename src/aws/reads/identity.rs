//! IAM's answers: what an instance profile holds, and what a role may do by managed policies.

use aws_sdk_iam::{
    operation::{get_instance_profile::GetInstanceProfileOutput, get_role::GetRoleOutput},
    types as sdk,
};

use super::{
    call::{Answer, Call, one, pages},
    told::{documents, fields},
};

fields! {
    sdk::InstanceProfile { "InstanceProfileName": instance_profile_name, "Arn": arn, "Roles": roles }
    sdk::Role {
        "RoleName": role_name,
        "Arn": arn,
        "Description": description,
        "AssumeRolePolicyDocument": assume_role_policy_document,
        "MaxSessionDuration": max_session_duration,
        "PermissionsBoundary": permissions_boundary,
        "RoleLastUsed": role_last_used,
    }
    GetInstanceProfileOutput { "InstanceProfile": instance_profile }
    GetRoleOutput { "Role": role }
    sdk::AttachedPolicy { "PolicyName": policy_name, "PolicyArn": policy_arn }
}

pub(super) async fn get_instance_profile(call: &Call<'_>) -> Answer {
    let answer: Answer = one!(
        call,
        call.session.iam().get_instance_profile().set_instance_profile_name(call.text("InstanceProfileName"))
    );
    Ok(answer?.map(documents))
}

pub(super) async fn get_role(call: &Call<'_>) -> Answer {
    let answer: Answer = one!(call, call.session.iam().get_role().set_role_name(call.text("RoleName")));
    Ok(answer?.map(documents))
}

pub(super) async fn list_attached_role_policies(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("AttachedPolicies", attached_policies)],
        set_marker(marker),
        call.session
            .iam()
            .list_attached_role_policies()
            .set_role_name(call.text("RoleName"))
            .set_path_prefix(call.text("PathPrefix"))
            .max_items(call.page(1000))
    )
}
