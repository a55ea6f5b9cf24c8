//! Lambda's answers: how a function is set up, and what calls it.

use aws_sdk_lambda::{
    operation::get_function_configuration::GetFunctionConfigurationOutput as Configuration, types as sdk,
};
use jiff::Timestamp;
use serde_json::Value as Json;

use super::{
    call::{Answer, Call, one, pages},
    told::{fields, words},
};

/// Alone and in a list a function is told alike.
macro_rules! configured {
    ($($same:ty),+) => { fields! {
        $($same {
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
        })+
    } };
}
configured!(Configuration, sdk::FunctionConfiguration);

fields! {
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

/// The largest page (1–10,000; Lambda itself gives no more).
const LARGEST: i32 = 100;

pub(super) async fn list_functions(call: &Call<'_>) -> Answer {
    let answer: Answer = pages!(
        call,
        [("Functions", functions)],
        set_marker(next_marker),
        call.session
            .lambda()
            .list_functions()
            .set_function_version(call.word("FunctionVersion"))
            .max_items(call.page(LARGEST))
    );
    let mut answer = answer?;
    let functions = answer.as_mut().and_then(|answer| answer.get_mut("Functions")?.as_array_mut());
    functions.into_iter().flatten().for_each(date);
    Ok(answer)
}

pub(super) async fn get_function_configuration(call: &Call<'_>) -> Answer {
    let request = call.session.lambda().get_function_configuration();
    let request = request.set_function_name(call.text("FunctionName"));
    let answer: Answer = one!(call, request.set_qualifier(call.text("Qualifier")));
    let mut answer = answer?;
    answer.iter_mut().for_each(date);
    Ok(answer)
}

/// Lambda writes the time of the last change in a form of its own (`…+0000`).
fn date(function: &mut Json) {
    let at = function.get("LastModified").and_then(Json::as_str).and_then(|at| at.parse::<Timestamp>().ok());
    if let (Some(at), Some(function)) = (at, function.as_object_mut()) {
        function.insert("LastModified".to_owned(), at.to_string().into());
    }
}

pub(super) async fn list_event_source_mappings(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("EventSourceMappings", event_source_mappings)],
        set_marker(next_marker),
        call.session
            .lambda()
            .list_event_source_mappings()
            .set_function_name(call.text("FunctionName"))
            .set_event_source_arn(call.text("EventSourceArn"))
            .max_items(call.page(LARGEST))
    )
}
