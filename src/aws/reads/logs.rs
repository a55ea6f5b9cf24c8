//! CloudWatch Logs' answers: groups, lines, and what a search found.

use std::time::Duration;

use aws_sdk_cloudwatchlogs::types as sdk;
use jiff::Timestamp;
use serde_json::Value as Json;
use tokio::time::{sleep, timeout};

use super::{
    call::{Answer, Call, Pages, pages, seek, whole},
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
    pages!(
        call,
        [("logGroups", log_groups)],
        set_next_token(next_token),
        call.session
            .logs()
            .describe_log_groups()
            .set_log_group_name_prefix(call.text("logGroupNamePrefix"))
            .set_log_group_name_pattern(call.text("logGroupNamePattern"))
            .limit(call.page(50))
    )
}

pub(super) async fn get_log_events(call: &Call<'_>) -> Answer {
    whole!(
        call,
        [("events", events)],
        call.session
            .logs()
            .get_log_events()
            .set_log_group_name(call.text("logGroupName"))
            .set_log_stream_name(call.text("logStreamName"))
            .set_start_time(call.moment("startTime").map(Timestamp::as_millisecond))
            .set_end_time(call.moment("endTime").map(Timestamp::as_millisecond))
            .set_start_from_head(call.flag("startFromHead"))
            .set_limit(call.number("limit"))
    )
}

/// A search and what it found, once it is over. The rows are lists of fields, as AWS has them; `status` says how it ended.
pub(super) async fn start_query(call: &Call<'_>) -> Answer {
    let request = call.session.logs().start_query();
    let request = request
        .set_log_group_name(call.text("logGroupName"))
        .set_log_group_names(call.texts("logGroupNames"))
        .set_start_time(call.moment("startTime").map(Timestamp::as_second))
        .set_end_time(call.moment("endTime").map(Timestamp::as_second))
        .set_query_string(call.text("queryString"))
        .set_limit(call.number("limit"));
    let Some(id) = seek!(call, request)?.and_then(|answer| answer.query_id) else { return Ok(None) };
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
