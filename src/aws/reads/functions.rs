//! Lambda's answers: how a function is set up, and what calls it.

use aws_sdk_lambda::{
    operation::get_function_configuration::GetFunctionConfigurationOutput as Configuration, types as sdk,
};
use jiff::Timestamp;

use super::{
    Answer, seek,
    told::{Told, fields, list, words},
};
use crate::aws::{Session, probe::Probe};

fields! {
    Configuration {
        "FunctionName": function_name,
        "FunctionArn": function_arn,
        "Role": role,
        "Runtime": runtime,
        "LastModified": last_modified,
        "State": state,
        "StateReason": state_reason,
        "StateReasonCode": state_reason_code,
        "LastUpdateStatus": last_update_status,
        "LastUpdateStatusReason": last_update_status_reason,
        "Timeout": timeout,
        "MemorySize": memory_size,
        "VpcConfig": vpc_config,
        "Layers": layers,
        "KMSKeyArn": kms_key_arn,
        "DeadLetterConfig": dead_letter_config,
        "Version": version,
    }
    sdk::VpcConfigResponse {
        "SubnetIds": subnet_ids,
        "SecurityGroupIds": security_group_ids,
        "VpcId": vpc_id,
    }
    sdk::Layer { "Arn": arn }
    sdk::DeadLetterConfig { "TargetArn": target_arn }
    sdk::EventSourceMappingConfiguration {
        "UUID": uuid,
        "EventSourceArn": event_source_arn,
        "FunctionArn": function_arn,
        "State": state,
        "StateTransitionReason": state_transition_reason,
        "LastProcessingResult": last_processing_result,
    }
}

words!(sdk::LastUpdateStatus, sdk::Runtime, sdk::State, sdk::StateReasonCode);

/// Most mappings in an answer (1–10,000; Lambda itself gives no more).
const SOURCES: i32 = 100;

/// Lambda writes the time of the last change in a form of its own (`…+0000`).
pub(super) async fn function(session: &Session, probe: &Probe, name: &str) -> Answer {
    let request = session.lambda().get_function_configuration().function_name(name);
    let mut answer = seek!(session, "lambda:GetFunctionConfiguration", probe, request)?;
    if let Some(text) = answer.as_mut().and_then(|answer| answer.last_modified.as_mut())
        && let Ok(at) = text.parse::<Timestamp>()
    {
        *text = at.to_string();
    }
    Ok(answer.told())
}

pub(super) async fn event_sources(session: &Session, probe: &Probe, name: &str) -> Answer {
    let request = session.lambda().list_event_source_mappings().function_name(name).max_items(SOURCES);
    let answer = seek!(session, "lambda:ListEventSourceMappings", probe, request)?;
    Ok(answer.map(|answer| list("EventSourceMappings", answer.event_source_mappings())))
}
