//! IAM's answers about users and what they may: keys, devices, groups, policies, reports; and who is asking.

use aws_sdk_iam::{operation::get_access_key_last_used::GetAccessKeyLastUsedOutput, types as sdk};
use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityOutput;
use serde_json::{Map, Value as Json};

use super::{
    call::{Answer, Call, Pages, one, pages, seek},
    told::{documents, fields, put, words},
};
use crate::text::sanitise::clean;

fields! {
    sdk::AccessKeyMetadata {
        "UserName": user_name,
        "AccessKeyId": access_key_id,
        "Status": status,
        "CreateDate": create_date,
    }
    sdk::AccessKeyLastUsed {
        "LastUsedDate": last_used_date,
        "ServiceName": service_name,
        "Region": region,
    }
    sdk::MfaDevice {
        "UserName": user_name,
        "SerialNumber": serial_number,
        "EnableDate": enable_date,
    }
    sdk::Group {
        "Path": path,
        "GroupName": group_name,
        "GroupId": group_id,
        "Arn": arn,
        "CreateDate": create_date,
    }
    sdk::EvaluationResult {
        "EvalActionName": eval_action_name,
        "EvalResourceName": eval_resource_name,
        "EvalDecision": eval_decision,
        "MatchedStatements": matched_statements,
        "MissingContextValues": missing_context_values,
        "OrganizationsDecisionDetail": organizations_decision_detail,
        "PermissionsBoundaryDecisionDetail": permissions_boundary_decision_detail,
    }
    sdk::Statement {
        "SourcePolicyId": source_policy_id,
        "SourcePolicyType": source_policy_type,
    }
    sdk::OrganizationsDecisionDetail {
        "AllowedByOrganizations": allowed_by_organizations,
    }
    sdk::PermissionsBoundaryDecisionDetail {
        "AllowedByPermissionsBoundary": allowed_by_permissions_boundary,
    }
    sdk::ServiceLastAccessed {
        "ServiceName": service_name,
        "LastAuthenticated": last_authenticated,
        "ServiceNamespace": service_namespace,
        "LastAuthenticatedEntity": last_authenticated_entity,
        "LastAuthenticatedRegion": last_authenticated_region,
        "TotalAuthenticatedEntities": total_authenticated_entities,
    }
    sdk::UserDetail {
        "Path": path,
        "UserName": user_name,
        "UserId": user_id,
        "Arn": arn,
        "CreateDate": create_date,
        "GroupList": group_list,
        "AttachedManagedPolicies": attached_managed_policies,
        "PermissionsBoundary": permissions_boundary,
    }
    sdk::AttachedPermissionsBoundary {
        "PermissionsBoundaryType": permissions_boundary_type,
        "PermissionsBoundaryArn": permissions_boundary_arn,
    }
    sdk::GroupDetail {
        "Path": path,
        "GroupName": group_name,
        "GroupId": group_id,
        "Arn": arn,
        "CreateDate": create_date,
        "AttachedManagedPolicies": attached_managed_policies,
    }
    sdk::RoleDetail {
        "Path": path,
        "RoleName": role_name,
        "RoleId": role_id,
        "Arn": arn,
        "CreateDate": create_date,
        "AssumeRolePolicyDocument": assume_role_policy_document,
        "AttachedManagedPolicies": attached_managed_policies,
        "PermissionsBoundary": permissions_boundary,
        "RoleLastUsed": role_last_used,
    }
    sdk::RoleLastUsed {
        "LastUsedDate": last_used_date,
        "Region": region,
    }
    sdk::ManagedPolicyDetail {
        "PolicyName": policy_name,
        "PolicyId": policy_id,
        "Arn": arn,
        "Path": path,
        "DefaultVersionId": default_version_id,
        "AttachmentCount": attachment_count,
        "PermissionsBoundaryUsageCount": permissions_boundary_usage_count,
        "IsAttachable": is_attachable,
        "Description": description,
        "CreateDate": create_date,
        "UpdateDate": update_date,
    }
    GetAccessKeyLastUsedOutput { "UserName": user_name, "AccessKeyLastUsed": access_key_last_used }
    GetCallerIdentityOutput { "UserId": user_id, "Account": account, "Arn": arn }
    sdk::ErrorDetails { "Message": message, "Code": code }
}

words!(
    sdk::JobStatusType,
    sdk::PermissionsBoundaryAttachmentType,
    sdk::PolicyEvaluationDecisionType,
    sdk::PolicySourceType,
    sdk::StatusType
);

pub(super) async fn list_access_keys(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("AccessKeyMetadata", access_key_metadata)],
        set_marker(marker),
        call.session.iam().list_access_keys().set_user_name(call.text("UserName")).max_items(call.page(1000))
    )
}

pub(super) async fn get_access_key_last_used(call: &Call<'_>) -> Answer {
    one!(call, call.session.iam().get_access_key_last_used().set_access_key_id(call.text("AccessKeyId")))
}

pub(super) async fn list_mfa_devices(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("MFADevices", mfa_devices)],
        set_marker(marker),
        call.session.iam().list_mfa_devices().set_user_name(call.text("UserName")).max_items(call.page(1000))
    )
}

pub(super) async fn list_attached_user_policies(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("AttachedPolicies", attached_policies)],
        set_marker(marker),
        call.session
            .iam()
            .list_attached_user_policies()
            .set_user_name(call.text("UserName"))
            .set_path_prefix(call.text("PathPrefix"))
            .max_items(call.page(1000))
    )
}

pub(super) async fn list_user_policies(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("PolicyNames", policy_names)],
        set_marker(marker),
        call.session
            .iam()
            .list_user_policies()
            .set_user_name(call.text("UserName"))
            .max_items(call.page(1000))
    )
}

pub(super) async fn list_groups_for_user(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("Groups", groups)],
        set_marker(marker),
        call.session
            .iam()
            .list_groups_for_user()
            .set_user_name(call.text("UserName"))
            .max_items(call.page(1000))
    )
}

pub(super) async fn simulate_principal_policy(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("EvaluationResults", evaluation_results)],
        set_marker(marker),
        call.session
            .iam()
            .simulate_principal_policy()
            .set_policy_source_arn(call.text("PolicySourceArn"))
            .set_action_names(call.texts("ActionNames"))
            .set_resource_arns(call.texts("ResourceArns"))
            .max_items(call.page(1000))
    )
}

/// The rows of the report, by its own columns, where the AWS CLI prints the encoded file. It is as old as
/// `GeneratedTime` says; an account that has none was never asked to make one.
pub(super) async fn get_credential_report(call: &Call<'_>) -> Answer {
    let answer = seek!(call, call.session.iam().get_credential_report())?;
    Ok(answer.map(|answer| {
        let content = answer.content.as_ref().map(AsRef::as_ref).unwrap_or_default();
        let mut object = Map::new();
        object.insert("Users".to_owned(), rows(content));
        put(&mut object, "GeneratedTime", &answer.generated_time);
        Json::Object(object)
    }))
}

/// What a file of comma-separated values holds; a row that cannot be read is left out.
fn rows(content: &[u8]) -> Json {
    let mut file = csv::ReaderBuilder::new().flexible(true).from_reader(content);
    let columns: Vec<String> = file.headers().map(|row| row.iter().map(clean).collect()).unwrap_or_default();
    let row = |row: csv::StringRecord| -> Json {
        let cells = columns.iter().zip(row.iter());
        Json::Object(cells.map(|(name, cell)| (name.clone(), clean(cell).into())).collect())
    };
    file.records().filter_map(Result::ok).map(row).collect()
}

/// How far the report is stands beside what it has found; it has to be started elsewhere.
pub(super) async fn get_service_last_accessed_details(call: &Call<'_>) -> Answer {
    let request = call.session.iam().get_service_last_accessed_details().set_job_id(call.text("JobId"));
    let answer = seek!(call, request.max_items(call.page(1000)))?;
    Ok(answer.map(|answer| {
        let mut pages = Pages::new(call);
        pages.add("ServicesLastAccessed", &answer.services_last_accessed);
        pages.goes_on(answer.marker);
        let mut told = pages.told();
        if let Json::Object(told) = &mut told {
            put(told, "JobStatus", &answer.job_status);
            put(told, "JobCreationDate", &answer.job_creation_date);
            put(told, "JobCompletionDate", &answer.job_completion_date);
            put(told, "Error", &answer.error);
        }
        told
    }))
}

/// Policies written out are not told, but who may take a role is.
pub(super) async fn get_account_authorization_details(call: &Call<'_>) -> Answer {
    let answer: Answer = pages!(
        call,
        [
            ("UserDetailList", user_detail_list),
            ("GroupDetailList", group_detail_list),
            ("RoleDetailList", role_detail_list),
            ("Policies", policies)
        ],
        set_marker(marker),
        call.session
            .iam()
            .get_account_authorization_details()
            .set_filter(call.words("Filter"))
            .max_items(call.page(1000))
    );
    Ok(answer?.map(documents))
}

pub(super) async fn get_caller_identity(call: &Call<'_>) -> Answer {
    one!(call, call.session.sts().get_caller_identity())
}
