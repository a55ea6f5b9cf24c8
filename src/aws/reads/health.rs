//! AWS Health's answers: what AWS says of itself.

use aws_sdk_health::types as sdk;
use serde_json::Value as Json;

use super::{
    call::{Answer, Call, pages, texts, whole},
    told::{fields, words},
};

fields! {
    sdk::Event {
        "arn": arn,
        "service": service,
        "eventTypeCode": event_type_code,
        "eventTypeCategory": event_type_category,
        "region": region,
        "availabilityZone": availability_zone,
        "startTime": start_time,
        "endTime": end_time,
        "lastUpdatedTime": last_updated_time,
        "statusCode": status_code,
        "eventScopeCode": event_scope_code,
        "actionability": actionability,
    }
    sdk::EventDetails {
        "event": event,
        "eventDescription": event_description,
    }
    sdk::EventDescription {
        "latestDescription": latest_description,
    }
    sdk::EventDetailsErrorItem {
        "eventArn": event_arn,
        "errorName": error_name,
        "errorMessage": error_message,
    }
    sdk::AffectedEntity {
        "entityArn": entity_arn,
        "eventArn": event_arn,
        "entityValue": entity_value,
        "awsAccountId": aws_account_id,
        "lastUpdatedTime": last_updated_time,
        "statusCode": status_code,
    }
}

words!(
    sdk::EntityStatusCode,
    sdk::EventActionability,
    sdk::EventScopeCode,
    sdk::EventStatusCode,
    sdk::EventTypeCategory
);

pub(super) async fn describe_events(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("events", events)],
        set_next_token(next_token),
        call.session
            .health()
            .describe_events()
            .set_filter(call.object("filter").map(|of| event_filter(call, of)))
            .max_results(call.page(100))
    )
}

pub(super) async fn describe_event_details(call: &Call<'_>) -> Answer {
    whole!(
        call,
        [("successfulSet", successful_set), ("failedSet", failed_set)],
        call.session.health().describe_event_details().set_event_arns(call.texts("eventArns"))
    )
}

pub(super) async fn describe_affected_entities(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("entities", entities)],
        set_next_token(next_token),
        call.session
            .health()
            .describe_affected_entities()
            .set_filter(call.object("filter").and_then(|of| entity_filter(call, of)))
            .max_results(call.page(100))
    )
}

fn event_filter(call: &Call<'_>, of: &Json) -> sdk::EventFilter {
    sdk::EventFilter::builder()
        .set_event_arns(texts(of, "eventArns"))
        .set_event_type_codes(texts(of, "eventTypeCodes"))
        .set_services(texts(of, "services"))
        .set_regions(texts(of, "regions"))
        .set_availability_zones(texts(of, "availabilityZones"))
        .set_start_times(spans(call, of, "startTimes"))
        .set_end_times(spans(call, of, "endTimes"))
        .set_last_updated_times(spans(call, of, "lastUpdatedTimes"))
        .set_entity_arns(texts(of, "entityArns"))
        .set_entity_values(texts(of, "entityValues"))
        .set_event_type_categories(words(of, "eventTypeCategories"))
        .set_event_status_codes(words(of, "eventStatusCodes"))
        .build()
}

fn entity_filter(call: &Call<'_>, of: &Json) -> Option<sdk::EntityFilter> {
    let filter = sdk::EntityFilter::builder()
        .set_event_arns(texts(of, "eventArns"))
        .set_entity_arns(texts(of, "entityArns"))
        .set_entity_values(texts(of, "entityValues"))
        .set_last_updated_times(spans(call, of, "lastUpdatedTimes"))
        .set_status_codes(words(of, "statusCodes"));
    filter.build().ok()
}

fn words<T: for<'w> From<&'w str>>(of: &Json, name: &str) -> Option<Vec<T>> {
    Some(texts(of, name)?.iter().map(|word| T::from(word.as_str())).collect())
}

fn spans(call: &Call<'_>, of: &Json, name: &str) -> Option<Vec<sdk::DateTimeRange>> {
    let span = |of: &Json| {
        let from = call.time_in(of, "from");
        sdk::DateTimeRange::builder().set_from(from).set_to(call.time_in(of, "to")).build()
    };
    Some(of.get(name)?.as_array()?.iter().map(span).collect())
}
