//! What alarms did: one alarm's history, and how often each has changed within the last hour.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::AtomicU32},
};

use aws_sdk_cloudwatch::types::{HistoryItemType, ScanBy};
use jiff::{SignedDuration, Timestamp};

use super::{alarms::every_kind, convert};
use crate::{
    aws::{Session, ask, error, probe::Probe, time},
    problem::{Problem, Remedy},
    rows::alarm::HistoryItem,
};

/// What counts as recent for flapping.
pub(super) const RECENT: SignedDuration = SignedDuration::from_hours(1);
/// Items a page (`MaxRecords` 1–100).
const PAGE: i32 = 100;
/// Pages of account-wide history per refresh: DescribeAlarmHistory is limited to 3 calls a second for the whole account.
const RECENT_PAGES: usize = 3;
const OPERATION: &str = "cloudwatch:DescribeAlarmHistory";

/// An alarm's history, newest first, at most `limit` items. CloudWatch keeps 30 days, also of alarms that are gone.
pub async fn history(session: &Session, alarm: &str, limit: usize) -> Result<Vec<HistoryItem>, Problem> {
    let probe = Probe::new(&Arc::new(AtomicU32::new(0)));
    let mut items = Vec::new();
    let mut token: Option<String> = None;
    let pages = limit.div_ceil(usize::try_from(PAGE).unwrap_or(1));
    for _ in 0..pages {
        let request = session
            .cloudwatch()
            .describe_alarm_history()
            .alarm_name(alarm)
            .set_alarm_types(Some(every_kind()))
            .scan_by(ScanBy::TimestampDescending)
            .max_records(i32::try_from(limit - items.len()).unwrap_or(PAGE).min(PAGE))
            .set_next_token(token);
        let answer = ask!(session, OPERATION, probe, request)?;
        items.extend(answer.alarm_history_items().iter().filter_map(convert::history_item));
        token = answer.next_token.filter(|t| !t.is_empty());
        if token.is_none() || items.len() >= limit {
            break;
        }
    }
    items.truncate(limit);
    items.sort_by_key(|item| std::cmp::Reverse(item.at));
    Ok(items)
}

/// State changes per alarm since a moment, from one listing of the whole account, and a problem when it was cut short.
pub(super) async fn transitions(
    session: &Session,
    since: Timestamp,
    probe: Probe,
) -> Result<(HashMap<String, u32>, Option<Problem>), Problem> {
    let mut counts: HashMap<String, u32> = HashMap::new();
    let mut token: Option<String> = None;
    let mut read = 0;
    for _ in 0..RECENT_PAGES {
        let request = session
            .cloudwatch()
            .describe_alarm_history()
            .set_alarm_types(Some(every_kind()))
            .history_item_type(HistoryItemType::StateUpdate)
            .start_date(time::to_sdk(since))
            .end_date(time::to_sdk(session.now()))
            .scan_by(ScanBy::TimestampDescending)
            .max_records(PAGE)
            .set_next_token(token);
        let answer = ask!(session, OPERATION, probe, request)?;
        for item in answer.alarm_history_items().iter().filter_map(convert::history_item) {
            read += 1;
            *counts.entry(item.alarm).or_default() += 1;
        }
        token = answer.next_token.filter(|t| !t.is_empty());
        if token.is_none() {
            return Ok((counts, None));
        }
    }
    let message = format!("only the newest {read} state changes of the last hour were counted");
    Ok((counts, Some(error::other(OPERATION, &message, Remedy::Wait))))
}
