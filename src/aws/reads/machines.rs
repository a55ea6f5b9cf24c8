//! Systems Manager's answers about machines: agents, patches, compliance.

use aws_sdk_ssm::{operation::get_patch_baseline::GetPatchBaselineOutput, types as sdk};

use super::{
    call::{Answer, Call, one, pages, text, texts},
    told::{fields, words},
};

fields! {
    sdk::InstanceInformation {
        "InstanceId": instance_id,
        "PingStatus": ping_status,
        "LastPingDateTime": last_ping_date_time,
        "AgentVersion": agent_version,
        "IsLatestVersion": is_latest_version,
        "PlatformType": platform_type,
        "PlatformName": platform_name,
        "PlatformVersion": platform_version,
        "IamRole": iam_role,
        "RegistrationDate": registration_date,
        "ResourceType": resource_type,
        "Name": name,
        "IPAddress": ip_address,
        "ComputerName": computer_name,
        "AssociationStatus": association_status,
        "LastAssociationExecutionDate": last_association_execution_date,
        "LastSuccessfulAssociationExecutionDate": last_successful_association_execution_date,
    }
    sdk::InstancePatchState {
        "InstanceId": instance_id,
        "PatchGroup": patch_group,
        "BaselineId": baseline_id,
        "InstallOverrideList": install_override_list,
        "InstalledCount": installed_count,
        "InstalledOtherCount": installed_other_count,
        "InstalledPendingRebootCount": installed_pending_reboot_count,
        "InstalledRejectedCount": installed_rejected_count,
        "MissingCount": missing_count,
        "FailedCount": failed_count,
        "UnreportedNotApplicableCount": unreported_not_applicable_count,
        "NotApplicableCount": not_applicable_count,
        "AvailableSecurityUpdateCount": available_security_update_count,
        "OperationStartTime": operation_start_time,
        "OperationEndTime": operation_end_time,
        "Operation": operation,
        "LastNoRebootInstallOperationTime": last_no_reboot_install_operation_time,
        "RebootOption": reboot_option,
        "CriticalNonCompliantCount": critical_non_compliant_count,
        "SecurityNonCompliantCount": security_non_compliant_count,
        "OtherNonCompliantCount": other_non_compliant_count,
    }
    sdk::PatchComplianceData {
        "Title": title,
        "KBId": kb_id,
        "Classification": classification,
        "Severity": severity,
        "State": state,
        "InstalledTime": installed_time,
        "CVEIds": cve_ids,
    }
    sdk::PatchGroupPatchBaselineMapping {
        "PatchGroup": patch_group,
        "BaselineIdentity": baseline_identity,
    }
    sdk::PatchBaselineIdentity {
        "BaselineId": baseline_id,
        "BaselineName": baseline_name,
        "OperatingSystem": operating_system,
        "BaselineDescription": baseline_description,
        "DefaultBaseline": default_baseline,
    }
    sdk::ComplianceItem {
        "ComplianceType": compliance_type,
        "ResourceType": resource_type,
        "ResourceId": resource_id,
        "Id": id,
        "Title": title,
        "Status": status,
        "Severity": severity,
        "ExecutionSummary": execution_summary,
        "Details": details,
    }
    sdk::ComplianceExecutionSummary {
        "ExecutionTime": execution_time,
        "ExecutionId": execution_id,
        "ExecutionType": execution_type,
    }
    GetPatchBaselineOutput {
        "BaselineId": baseline_id,
        "Name": name,
        "OperatingSystem": operating_system,
        "ApprovalRules": approval_rules,
        "ApprovedPatches": approved_patches,
        "ApprovedPatchesComplianceLevel": approved_patches_compliance_level,
        "ApprovedPatchesEnableNonSecurity": approved_patches_enable_non_security,
        "RejectedPatches": rejected_patches,
        "PatchGroups": patch_groups,
        "CreatedDate": created_date,
        "ModifiedDate": modified_date,
        "Description": description,
    }
    sdk::PatchRuleGroup { "PatchRules": patch_rules }
    sdk::PatchRule {
        "PatchFilterGroup": patch_filter_group,
        "ComplianceLevel": compliance_level,
        "ApproveAfterDays": approve_after_days,
        "ApproveUntilDate": approve_until_date,
        "EnableNonSecurity": enable_non_security,
    }
    sdk::PatchFilterGroup { "PatchFilters": patch_filters }
    sdk::PatchFilter { "Key": key, "Values": values }
}

words!(
    sdk::PatchComplianceLevel,
    sdk::PatchFilterKey,
    sdk::ComplianceSeverity,
    sdk::ComplianceStatus,
    sdk::OperatingSystem,
    sdk::PatchComplianceDataState,
    sdk::PatchOperationType,
    sdk::PingStatus,
    sdk::PlatformType,
    sdk::RebootOption,
    sdk::ResourceType
);

pub(super) async fn describe_instance_information(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("InstanceInformationList", instance_information_list)],
        set_next_token(next_token),
        call.session
            .ssm()
            .describe_instance_information()
            .set_filters(call.each("Filters", |of| {
                sdk::InstanceInformationStringFilter::builder()
                    .set_key(text(of, "Key"))
                    .set_values(texts(of, "Values"))
                    .build()
                    .ok()
            }))
            .max_results(call.page(50))
    )
}

pub(super) async fn describe_instance_patch_states(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("InstancePatchStates", instance_patch_states)],
        set_next_token(next_token),
        call.session
            .ssm()
            .describe_instance_patch_states()
            .set_instance_ids(call.texts("InstanceIds"))
            .max_results(call.page(100))
    )
}

pub(super) async fn describe_instance_patches(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("Patches", patches)],
        set_next_token(next_token),
        call.session
            .ssm()
            .describe_instance_patches()
            .set_instance_id(call.text("InstanceId"))
            .set_filters(filters(call))
            .max_results(call.page(100))
    )
}

pub(super) async fn describe_patch_groups(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("Mappings", mappings)],
        set_next_token(next_token),
        call.session.ssm().describe_patch_groups().set_filters(filters(call)).max_results(call.page(100))
    )
}

pub(super) async fn get_patch_baseline(call: &Call<'_>) -> Answer {
    one!(call, call.session.ssm().get_patch_baseline().set_baseline_id(call.text("BaselineId")))
}

pub(super) async fn list_compliance_items(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("ComplianceItems", compliance_items)],
        set_next_token(next_token),
        call.session
            .ssm()
            .list_compliance_items()
            .set_resource_ids(call.texts("ResourceIds"))
            .set_resource_types(call.texts("ResourceTypes"))
            .set_filters(call.each("Filters", |of| {
                Some(
                    sdk::ComplianceStringFilter::builder()
                        .set_key(text(of, "Key"))
                        .set_values(texts(of, "Values"))
                        .set_type(
                            text(of, "Type")
                                .map(|kind| sdk::ComplianceQueryOperatorType::from(kind.as_str())),
                        )
                        .build(),
                )
            }))
            .max_results(call.page(50))
    )
}

fn filters(call: &Call<'_>) -> Option<Vec<sdk::PatchOrchestratorFilter>> {
    call.each("Filters", |of| {
        Some(
            sdk::PatchOrchestratorFilter::builder()
                .set_key(text(of, "Key"))
                .set_values(texts(of, "Values"))
                .build(),
        )
    })
}
