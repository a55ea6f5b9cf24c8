//! Systems Manager's answers about what it was told to do: commands, maintenance windows, parameters.

use aws_sdk_ssm::{operation::get_command_invocation::GetCommandInvocationOutput, types as sdk};
use serde_json::Value as Json;

use super::{
    call::{Answer, Call, pages, seek, text, texts},
    told::{Told, fields, lines, words},
};

fields! {
    sdk::MaintenanceWindowIdentity {
        "WindowId": window_id,
        "Name": name,
        "Description": description,
        "Enabled": enabled,
        "Duration": duration,
        "Cutoff": cutoff,
        "Schedule": schedule,
        "ScheduleTimezone": schedule_timezone,
        "ScheduleOffset": schedule_offset,
        "EndDate": end_date,
        "StartDate": start_date,
        "NextExecutionTime": next_execution_time,
    }
    sdk::MaintenanceWindowExecution {
        "WindowId": window_id,
        "WindowExecutionId": window_execution_id,
        "Status": status,
        "StatusDetails": status_details,
        "StartTime": start_time,
        "EndTime": end_time,
    }
    sdk::ParameterMetadata {
        "Name": name,
        "ARN": arn,
        "Type": r#type,
        "KeyId": key_id,
        "LastModifiedDate": last_modified_date,
        "LastModifiedUser": last_modified_user,
        "Description": description,
        "Version": version,
        "Tier": tier,
    }
    sdk::Command {
        "CommandId": command_id,
        "DocumentName": document_name,
        "DocumentVersion": document_version,
        "Comment": comment,
        "ExpiresAfter": expires_after,
        "InstanceIds": instance_ids,
        "Targets": targets,
        "RequestedDateTime": requested_date_time,
        "Status": status,
        "StatusDetails": status_details,
        "MaxConcurrency": max_concurrency,
        "MaxErrors": max_errors,
        "TargetCount": target_count,
        "CompletedCount": completed_count,
        "ErrorCount": error_count,
        "DeliveryTimedOutCount": delivery_timed_out_count,
    }
    sdk::Target {
        "Key": key,
        "Values": values,
    }
    sdk::CommandInvocation {
        "CommandId": command_id,
        "InstanceId": instance_id,
        "InstanceName": instance_name,
        "Comment": comment,
        "DocumentName": document_name,
        "DocumentVersion": document_version,
        "RequestedDateTime": requested_date_time,
        "Status": status,
        "StatusDetails": status_details,
        "CommandPlugins": command_plugins,
    }
    sdk::CommandPlugin {
        "Name": name,
        "Status": status,
        "StatusDetails": status_details,
        "ResponseCode": response_code,
        "ResponseStartDateTime": response_start_date_time,
        "ResponseFinishDateTime": response_finish_date_time,
        "Output": output,
    }
    GetCommandInvocationOutput {
        "CommandId": command_id,
        "InstanceId": instance_id,
        "Comment": comment,
        "DocumentName": document_name,
        "DocumentVersion": document_version,
        "PluginName": plugin_name,
        "ResponseCode": response_code,
        "ExecutionStartDateTime": execution_start_date_time,
        "ExecutionElapsedTime": execution_elapsed_time,
        "ExecutionEndDateTime": execution_end_date_time,
        "Status": status,
        "StatusDetails": status_details,
    }
}

words!(
    sdk::CommandInvocationStatus,
    sdk::CommandPluginStatus,
    sdk::CommandStatus,
    sdk::MaintenanceWindowExecutionStatus,
    sdk::ParameterTier,
    sdk::ParameterType
);

pub(super) async fn describe_maintenance_windows(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("WindowIdentities", window_identities)],
        set_next_token(next_token),
        call.session
            .ssm()
            .describe_maintenance_windows()
            .set_filters(filters(call))
            .max_results(call.page(100))
    )
}

pub(super) async fn describe_maintenance_window_executions(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("WindowExecutions", window_executions)],
        set_next_token(next_token),
        call.session
            .ssm()
            .describe_maintenance_window_executions()
            .set_window_id(call.text("WindowId"))
            .set_filters(filters(call))
            .max_results(call.page(100))
    )
}

pub(super) async fn describe_parameters(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("Parameters", parameters)],
        set_next_token(next_token),
        call.session
            .ssm()
            .describe_parameters()
            .set_parameter_filters(call.each("ParameterFilters", |of| {
                sdk::ParameterStringFilter::builder()
                    .set_key(text(of, "Key"))
                    .set_option(text(of, "Option"))
                    .set_values(texts(of, "Values"))
                    .build()
                    .ok()
            }))
            .max_results(call.page(50))
    )
}

pub(super) async fn list_commands(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("Commands", commands)],
        set_next_token(next_token),
        call.session
            .ssm()
            .list_commands()
            .set_command_id(call.text("CommandId"))
            .set_instance_id(call.text("InstanceId"))
            .set_filters(chosen(call))
            .max_results(call.page(50))
    )
}

pub(super) async fn list_command_invocations(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("CommandInvocations", command_invocations)],
        set_next_token(next_token),
        call.session
            .ssm()
            .list_command_invocations()
            .set_command_id(call.text("CommandId"))
            .set_instance_id(call.text("InstanceId"))
            .set_filters(chosen(call))
            .set_details(call.flag("Details"))
            .max_results(call.page(50))
    )
}

/// What the command wrote is told line by line.
pub(super) async fn get_command_invocation(call: &Call<'_>) -> Answer {
    let request = call.session.ssm().get_command_invocation();
    let request = request.set_command_id(call.text("CommandId")).set_instance_id(call.text("InstanceId"));
    let answer = seek!(call, request.set_plugin_name(call.text("PluginName")))?;
    Ok(answer.and_then(|answer| {
        let mut told = answer.told()?;
        let written = [
            ("StandardOutputContent", &answer.standard_output_content),
            ("StandardErrorContent", &answer.standard_error_content),
        ];
        if let Json::Object(told) = &mut told {
            for (name, text) in written {
                told.insert(name.to_owned(), lines(text.as_deref().unwrap_or_default()).into());
            }
        }
        Some(told)
    }))
}

fn filters(call: &Call<'_>) -> Option<Vec<sdk::MaintenanceWindowFilter>> {
    call.each("Filters", |of| {
        Some(
            sdk::MaintenanceWindowFilter::builder()
                .set_key(text(of, "Key"))
                .set_values(texts(of, "Values"))
                .build(),
        )
    })
}

fn chosen(call: &Call<'_>) -> Option<Vec<sdk::CommandFilter>> {
    call.each("Filters", |of| {
        let key = text(of, "key").map(|key| sdk::CommandFilterKey::from(key.as_str()));
        sdk::CommandFilter::builder().set_key(key).set_value(text(of, "value")).build().ok()
    })
}
