//! `cloudwatch:DescribeAlarmHistory`: changes of state, the actions they ran, and changes of configuration, of the
//! last 30 days.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{paging, word};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    tree::{Fields, Tree},
    world::{alarm::Alarm, reason::stamp, shift, track::Transition},
};

const KEPT_SECS: i64 = 30 * 86_400;

const ITEM_TYPES: &[&str] = &[
    "ConfigurationUpdate",
    "StateUpdate",
    "Action",
    "AlarmContributorStateUpdate",
    "AlarmContributorAction",
];

struct Item<'a> {
    alarm: &'a Alarm,
    at: Timestamp,
    kind: &'static str,
    summary: String,
    data: Value,
}

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribeAlarmHistory", params);
    let (offset, size) = paging(params, tokens)?;
    let name = params.text("AlarmName");
    let mut kinds = params.texts("AlarmTypes");
    if kinds.is_empty() {
        kinds.push("MetricAlarm");
    }
    let item_type = word(params, "HistoryItemType", ITEM_TYPES)?;
    let scan = word(params, "ScanBy", &["TimestampDescending", "TimestampAscending"])?;
    let from = params.time("StartDate")?;
    let to = params.time("EndDate")?;
    if let (Some(from), Some(to)) = (from, to)
        && from >= to
    {
        return Err(ApiError::validation("The parameter StartDate must be less than the parameter EndDate."));
    }
    let oldest = shift(cx.now, -KEPT_SECS);
    let mut items = Vec::new();
    for (index, alarm) in cx.world.alarms.iter().enumerate() {
        if alarm.region == cx.region
            && kinds.contains(&alarm.kind())
            && name.is_none_or(|name| name == alarm.name)
        {
            items.extend(of(cx, index, alarm));
        }
    }
    items.retain(|item| {
        item.at >= oldest
            && item.at <= cx.now
            && from.is_none_or(|from| item.at >= from)
            && to.is_none_or(|to| item.at <= to)
            && item_type.is_none_or(|kind| kind == item.kind)
    });
    items.sort_by_key(|item| item.at);
    if scan != Some("TimestampAscending") {
        items.reverse();
    }
    let (page, next) = tokens.cut(items, offset, size);
    let trees: Vec<Tree> = page.into_iter().map(|item| write(&item)).collect();
    Ok(Fields::new().put("AlarmHistoryItems", Tree::List(trees)).maybe("NextToken", next).into())
}

fn write(item: &Item<'_>) -> Tree {
    Fields::new()
        .put("AlarmName", &item.alarm.name)
        .put("AlarmType", item.alarm.kind())
        .put("Timestamp", item.at)
        .put("HistoryItemType", item.kind)
        .put("HistorySummary", &item.summary)
        .put("HistoryData", item.data.to_string())
        .into()
}

fn of<'a>(cx: &Cx<'_>, index: usize, alarm: &'a Alarm) -> Vec<Item<'a>> {
    let mut items = vec![Item {
        alarm,
        at: alarm.configured,
        kind: "ConfigurationUpdate",
        summary: format!("Alarm \"{}\" updated", alarm.name),
        data: json!({
            "version": "1.0",
            "type": "Update",
            "updatedAlarm": {
                "alarmName": alarm.name,
                "alarmArn": alarm.arn,
                "threshold": alarm.threshold,
                "evaluationPeriods": alarm.periods,
                "comparisonOperator": alarm.comparison,
                "actionsEnabled": alarm.enabled,
                "alarmActions": alarm.actions,
                "okactions": alarm.ok_actions,
            },
        }),
    }];
    for change in cx.world.changes(index, cx.elapsed) {
        let at = cx.world.moment(change.second);
        items.push(Item {
            alarm,
            at,
            kind: "StateUpdate",
            summary: format!("Alarm updated from {} to {}", change.from, change.to),
            data: state_update(&change),
        });
        items.extend(actions(cx, alarm, &change, at));
    }
    items
}

fn state_update(change: &Transition) -> Value {
    let data = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    json!({
        "version": "1.0",
        "oldState": {
            "stateValue": change.from,
            "stateReason": change.from_reason,
            "stateReasonData": data(&change.from_data),
        },
        "newState": {
            "stateValue": change.to,
            "stateReason": change.reason,
            "stateReasonData": data(&change.data),
        },
    })
}

/// The actions that a change ran: none where they are off or muted.
fn actions<'a>(cx: &Cx<'_>, alarm: &'a Alarm, change: &Transition, at: Timestamp) -> Vec<Item<'a>> {
    let muted = cx.world.mutes.iter().any(|rule| rule.region == alarm.region && rule.mutes(&alarm.name, at));
    if !alarm.enabled || muted {
        return Vec::new();
    }
    let run = |arn: &String| Item {
        alarm,
        at: shift(at, 1),
        kind: "Action",
        summary: format!("Successfully executed action {arn}"),
        data: json!({
            "actionState": "Succeeded",
            "stateUpdateTimestamp": stamp(at),
            "notificationResource": arn,
        }),
    };
    alarm.actions_for(change.to).iter().map(run).collect()
}
