//! Systems Manager: agents of most instances, and how these stand with their patches.

use serde_json::{Value, json};

use super::{Fleet, page};
use crate::aws_stub::{Answer, Asked};

/// Most agents on a page, and most machines in one question.
const MOST: usize = 50;

/// Every tenth live instance has no agent.
fn managed(fleet: &Fleet) -> Vec<&str> {
    fleet.machines.iter().filter(|m| m.is_live() && m.n % 10 != 9).map(|m| m.id.as_str()).collect()
}

pub fn answer(fleet: &Fleet, operation: &str, asked: &Asked) -> Answer {
    let input: Value = serde_json::from_slice(&asked.body).unwrap();
    let ids = managed(fleet);
    let body = match operation {
        "DescribeInstanceInformation" => {
            let size = usize::try_from(input["MaxResults"].as_u64().unwrap()).unwrap();
            assert!(size <= MOST);
            let (page, next) = page(input["NextToken"].as_str().unwrap_or_default(), size, &ids);
            let agent = |id: &&str| {
                json!({ "InstanceId": id, "PingStatus": "Online", "LastPingDateTime": fleet.now - 120,
                    "AgentVersion": "3.3.859.0", "PlatformType": "Linux", "PlatformName": "Amazon Linux" })
            };
            let mut body = json!({ "InstanceInformationList": page.iter().map(agent).collect::<Vec<_>>() });
            if let Some(next) = next {
                body["NextToken"] = next.into();
            }
            body
        }
        "DescribeInstancePatchStates" => {
            let wanted: Vec<&str> =
                input["InstanceIds"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            assert!(wanted.len() <= MOST && wanted.iter().all(|id| ids.contains(id)));
            let state = |id: &&str| {
                json!({ "InstanceId": id, "PatchGroup": "web", "BaselineId": "pb-own", "Operation": "Scan",
                    "OperationStartTime": fleet.now - 7_300, "OperationEndTime": fleet.now - 7_200,
                    "MissingCount": 0, "FailedCount": 0, "InstalledCount": 210 })
            };
            json!({ "InstancePatchStates": wanted.iter().map(state).collect::<Vec<_>>() })
        }
        "DescribePatchBaselines" => {
            json!({ "BaselineIdentities": [{ "BaselineId": "pb-own", "BaselineName": "own" }] })
        }
        _ => json!({ "Mappings": [] }),
    };
    let headers = vec![("content-type", "application/x-amz-json-1.1")];
    Answer { headers, ..Answer::json(200, &body) }
}
