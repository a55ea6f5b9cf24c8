//! CloudTrail of a busy account: a change every so many seconds, without end.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{iso, page};
use crate::aws_stub::{Answer, Asked};

/// What LookupEvents answers from.
#[derive(Debug, Clone, Copy)]
pub struct Trail {
    /// Seconds between two changes; 0 for none.
    pub every: i64,
}

impl Trail {
    /// The changes of the time that is asked for, newest first; none in the Region of global services.
    pub fn answer(self, asked: &Asked) -> Answer {
        let input: Value = serde_json::from_slice(&asked.body).unwrap();
        #[expect(clippy::cast_possible_truncation, reason = "whole seconds")]
        let second = |key: &str| input[key].as_f64().map(|s| s as i64);
        let now = Timestamp::now().as_second();
        let to = second("EndTime").unwrap_or(now).min(now);
        let from = second("StartTime").unwrap_or(now - 86_400);
        let here = super::region(asked) == super::REGION;
        let times: Vec<i64> = match self.every {
            every @ 1.. if here => {
                (from.div_euclid(every)..=to.div_euclid(every)).rev().map(|n| n * every).collect()
            }
            _ => Vec::new(),
        };
        let times: Vec<i64> = times.into_iter().filter(|at| (from..=to).contains(at)).collect();
        let size = usize::try_from(input["MaxResults"].as_u64().unwrap()).unwrap();
        let (page, next) = page(input["NextToken"].as_str().unwrap_or_default(), size, &times);
        let mut body = json!({ "Events": page.iter().map(|at| event(*at)).collect::<Vec<_>>() });
        if let Some(next) = next {
            body["NextToken"] = next.into();
        }
        let headers = vec![("content-type", "application/x-amz-json-1.1")];
        Answer { headers, ..Answer::json(200, &body) }
    }
}

/// A change at a moment: its id is its time.
fn event(at: i64) -> Value {
    let id = format!("6f1c0f7e-0000-4000-8000-{at:012}");
    let instance = format!("i-{:017x}", at % 300);
    let record = json!({
        "eventVersion": "1.09", "eventID": id, "eventTime": iso(at), "eventName": "UpdateInstanceInformation",
        "eventSource": "ssm.amazonaws.com", "awsRegion": super::REGION, "readOnly": false,
        "userIdentity": { "type": "AssumedRole", "arn": format!("arn:aws:sts::111122223333:assumed-role/web/{instance}"),
            "accessKeyId": "ASIAEXAMPLE" },
        "sourceIPAddress": "203.0.113.7", "requestParameters": { "instanceId": instance },
    });
    json!({
        "EventId": id, "EventName": "UpdateInstanceInformation", "EventSource": "ssm.amazonaws.com", "EventTime": at,
        "Username": instance, "AccessKeyId": "ASIAEXAMPLE", "ReadOnly": "false",
        "Resources": [{ "ResourceType": "AWS::EC2::Instance", "ResourceName": instance }],
        "CloudTrailEvent": record.to_string(),
    })
}
