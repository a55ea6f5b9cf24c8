//! CloudTrail's answers.

use aws_sdk_cloudtrail::{operation::get_event_selectors::GetEventSelectorsOutput, types as sdk};
use serde_json::Value as Json;

use super::{
    call::{Answer, Call, Pages, one, text},
    told::{fields, words},
};
use crate::aws::cloudtrail::lookup::{self, Sought};

fields! {
    sdk::Event {
        "EventId": event_id,
        "EventTime": event_time,
        "EventName": event_name,
        "EventSource": event_source,
        "ReadOnly": read_only,
        "AccessKeyId": access_key_id,
        "Username": username,
        "Resources": resources,
        "CloudTrailEvent": cloud_trail_event,
    }
    sdk::Resource { "ResourceType": resource_type, "ResourceName": resource_name }
    GetEventSelectorsOutput {
        "TrailARN": trail_arn,
        "EventSelectors": event_selectors,
        "AdvancedEventSelectors": advanced_event_selectors,
    }
    sdk::EventSelector {
        "ReadWriteType": read_write_type,
        "IncludeManagementEvents": include_management_events,
        "DataResources": data_resources,
        "ExcludeManagementEventSources": exclude_management_event_sources,
    }
    sdk::DataResource {
        "Type": r#type,
        "Values": values,
    }
    sdk::AdvancedEventSelector {
        "Name": name,
        "FieldSelectors": field_selectors,
    }
    sdk::AdvancedFieldSelector {
        "Field": field,
        "Equals": equals,
        "StartsWith": starts_with,
        "EndsWith": ends_with,
        "NotEquals": not_equals,
        "NotStartsWith": not_starts_with,
        "NotEndsWith": not_ends_with,
    }
}

words!(sdk::ReadWriteType);

/// Within the account's two calls a second, and tried again when another has used them up; 50 events a page.
pub(super) async fn lookup_events(call: &Call<'_>) -> Answer {
    let attribute = |of: &Json| Some((text(of, "AttributeKey")?, text(of, "AttributeValue")?));
    let by = call.each("LookupAttributes", attribute).and_then(|all| all.into_iter().next());
    let mut pages = Pages::new(call);
    loop {
        let sought = Sought {
            attribute: by.as_ref().map(|(key, value)| (key.as_str(), value.as_str())),
            from: call.time("StartTime"),
            until: call.time("EndTime"),
            most: Some(call.page(lookup::PAGE)),
            token: pages.token(),
        };
        let answer = lookup::page(call.session, &sought, &call.probe, lookup::ATTEMPTS).await?;
        pages.add("Events", &answer.events);
        if !pages.goes_on(answer.next_token) {
            return Ok(Some(pages.told()));
        }
    }
}

/// The trail's ARN stands beside its selectors.
pub(super) async fn get_event_selectors(call: &Call<'_>) -> Answer {
    one!(call, call.session.cloudtrail().get_event_selectors().set_trail_name(call.text("TrailName")))
}
