//! AWS Support's answers: cases, and what Trusted Advisor has checked.

use aws_sdk_support::{
    operation::describe_trusted_advisor_check_result::DescribeTrustedAdvisorCheckResultOutput, types as sdk,
};

use super::{
    call::{Answer, Call, one, pages, whole},
    told::fields,
};

fields! {
    DescribeTrustedAdvisorCheckResultOutput { "result": result }
    sdk::Service {
        "code": code,
        "name": name,
        "categories": categories,
    }
    sdk::Category {
        "code": code,
        "name": name,
    }
    sdk::SeverityLevel {
        "code": code,
        "name": name,
    }
    sdk::CaseDetails {
        "caseId": case_id,
        "displayId": display_id,
        "subject": subject,
        "status": status,
        "serviceCode": service_code,
        "categoryCode": category_code,
        "severityCode": severity_code,
        "submittedBy": submitted_by,
        "timeCreated": time_created,
        "recentCommunications": recent_communications,
        "language": language,
    }
    sdk::RecentCaseCommunications {
        "communications": communications,
    }
    sdk::Communication {
        "caseId": case_id,
        "body": body,
        "submittedBy": submitted_by,
        "timeCreated": time_created,
        "attachments": attachments,
    }
    sdk::AttachmentDetails {
        "attachmentId": attachment_id,
        "fileName": file_name,
    }
    sdk::TrustedAdvisorCheckResult {
        "checkId": check_id,
        "timestamp": timestamp,
        "status": status,
        "resourcesSummary": resources_summary,
        "categorySpecificSummary": category_specific_summary,
        "flaggedResources": flagged_resources,
    }
    sdk::TrustedAdvisorResourcesSummary {
        "resourcesProcessed": resources_processed,
        "resourcesFlagged": resources_flagged,
        "resourcesIgnored": resources_ignored,
        "resourcesSuppressed": resources_suppressed,
    }
    sdk::TrustedAdvisorCategorySpecificSummary {
        "costOptimizing": cost_optimizing,
    }
    sdk::TrustedAdvisorResourceDetail {
        "status": status,
        "region": region,
        "resourceId": resource_id,
        "isSuppressed": is_suppressed,
        "metadata": metadata,
    }
    sdk::TrustedAdvisorCostOptimizingSummary {
        "estimatedMonthlySavings": estimated_monthly_savings,
        "estimatedPercentMonthlySavings": estimated_percent_monthly_savings,
    }
}

pub(super) async fn describe_services(call: &Call<'_>) -> Answer {
    whole!(
        call,
        [("services", services)],
        call.session
            .support()
            .describe_services()
            .set_service_code_list(call.texts("serviceCodeList"))
            .set_language(call.text("language"))
    )
}

pub(super) async fn describe_severity_levels(call: &Call<'_>) -> Answer {
    whole!(
        call,
        [("severityLevels", severity_levels)],
        call.session.support().describe_severity_levels().set_language(call.text("language"))
    )
}

pub(super) async fn describe_cases(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("cases", cases)],
        set_next_token(next_token),
        call.session
            .support()
            .describe_cases()
            .set_case_id_list(call.texts("caseIdList"))
            .set_display_id(call.text("displayId"))
            .set_after_time(call.moment("afterTime").map(|at| at.to_string()))
            .set_before_time(call.moment("beforeTime").map(|at| at.to_string()))
            .set_include_resolved_cases(call.flag("includeResolvedCases"))
            .set_include_communications(call.flag("includeCommunications"))
            .set_language(call.text("language"))
            .max_results(call.page(100))
    )
}

pub(super) async fn describe_trusted_advisor_check_result(call: &Call<'_>) -> Answer {
    one!(
        call,
        call.session
            .support()
            .describe_trusted_advisor_check_result()
            .set_check_id(call.text("checkId"))
            .set_language(call.text("language"))
    )
}
