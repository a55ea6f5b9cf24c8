//! CloudWatch Logs' answers: groups, lines, and what a search found.

use std::time::Duration;

use aws_sdk_cloudwatchlogs::types as sdk;
use jiff::Timestamp;
use serde_json::Value as Json;
use tokio::time::{sleep, timeout};

use super::{
    call::{Answer, Call, Pages, pages},
    told::{fields, put, words},
};
use crate::{
    aws::{ask, error},
    problem::Remedy,
};

/// What a search has found is asked for under this name.
const RESULTS: &str = "logs:GetQueryResults";
/// How long a search is waited for. AWS itself gives up after an hour.
const LONGEST: Duration = Duration::from_mins(1);
/// Between two looks at whether it is over.
const PAUSE: Duration = Duration::from_secs(1);

fields! {
    sdk::LogGroup {
        "logGroupName": log_group_name,
        "creationTime": creation_time,
        "retentionInDays": retention_in_days,
        "arn": arn,
        "storedBytes": stored_bytes,
        "kmsKeyId": kms_key_id,
        "logGroupClass": log_group_class,
    }
    sdk::OutputLogEvent {
        "timestamp": timestamp,
        "message": message,
        "ingestionTime": ingestion_time,
    }
    sdk::ResultField {
        "field": field,
        "value": value,
    }
    sdk::QueryStatistics {
        "recordsMatched": records_matched,
        "recordsScanned": records_scanned,
        "estimatedRecordsSkipped": estimated_records_skipped,
        "bytesScanned": bytes_scanned,
        "estimatedBytesSkipped": estimated_bytes_skipped,
        "logGroupsScanned": log_groups_scanned,
        "resultCount": result_count,
    }
}

words!(sdk::LogGroupClass, sdk::QueryStatus);

pub(super) async fn describe_log_groups(call: &Call<'_>) -> Answer {
    let answer: Answer = pages!(
        call,
        [("logGroups", log_groups)],
        set_next_token(next_token),
        call.session
            .logs()
            .describe_log_groups()
            .set_log_group_name_prefix(call.text("logGroupNamePrefix"))
            .set_log_group_name_pattern(call.text("logGroupNamePattern"))
            .limit(call.page(50))
    );
    Ok(answer?.map(|answer| dated(answer, "logGroups", &["creationTime"])))
}

/// The same with moments as RFC 3339, which the service gives in milliseconds since 1970.
fn dated(mut answer: Json, list: &str, names: &[&str]) -> Json {
    let items = answer.get_mut(list).and_then(Json::as_array_mut);
    for item in items.into_iter().flatten().filter_map(Json::as_object_mut) {
        for name in names {
            let at = item.get(*name).and_then(Json::as_i64);
            if let Some(at) = at.and_then(|at| Timestamp::from_millisecond(at).ok()) {
                item.insert((*name).to_owned(), at.to_string().into());
            }
        }
    }
    answer
}

/// A group or stream that is gone is a failure here: no line in it would look like nothing to see.
pub(super) async fn get_log_events(call: &Call<'_>) -> Answer {
    let request = call.session.logs().get_log_events();
    let request = request
        .set_log_group_name(call.text("logGroupName"))
        .set_log_stream_name(call.text("logStreamName"))
        .set_start_time(call.moment("startTime").map(Timestamp::as_millisecond))
        .set_end_time(call.moment("endTime").map(Timestamp::as_millisecond))
        .set_start_from_head(call.flag("startFromHead"))
        .set_limit(call.number("limit"));
    let answer = ask!(call.session, call.action(), call.probe, request)?;
    let mut pages = Pages::new(call);
    pages.add("events", &answer.events);
    Ok(Some(dated(pages.told(), "events", &["timestamp", "ingestionTime"])))
}

/// A search and what it found, once it is over; of a group that is gone it is a failure, too. The rows are lists of fields, as
/// AWS has them; `status` says how it ended.
pub(super) async fn start_query(call: &Call<'_>) -> Answer {
    let request = call.session.logs().start_query();
    let request = request
        .set_log_group_name(call.text("logGroupName"))
        .set_log_group_names(call.texts("logGroupNames"))
        .set_start_time(call.moment("startTime").map(Timestamp::as_second))
        .set_end_time(call.moment("endTime").map(Timestamp::as_second))
        .set_query_string(call.text("queryString"))
        .set_limit(call.number("limit"));
    let answer = ask!(call.session, call.action(), call.probe, request)?;
    let Some(id) = answer.query_id else {
        return Err(error::other(call.action(), "AWS began a search and named no id", Remedy::ReadLog));
    };
    let Ok(answer) = timeout(LONGEST, results(call, &id)).await else {
        let secs = LONGEST.as_secs();
        let message =
            format!("the search was not over within {secs} s; narrow its time, or search fewer groups");
        return Err(error::other(RESULTS, &message, Remedy::Wait));
    };
    answer
}

async fn results(call: &Call<'_>, id: &str) -> Answer {
    loop {
        let request = call.session.logs().get_query_results().query_id(id);
        let answer = ask!(call.session, RESULTS, call.probe, request)?;
        let status = answer.status.clone();
        if !matches!(status, Some(sdk::QueryStatus::Scheduled | sdk::QueryStatus::Running)) {
            let mut pages = Pages::new(call);
            pages.add("results", &answer.results);
            let mut found = pages.told();
            if let Json::Object(found) = &mut found {
                put(found, "statistics", &answer.statistics);
                put(found, "status", &status);
            }
            return Ok(Some(found));
        }
        sleep(PAUSE).await;
    }
}
