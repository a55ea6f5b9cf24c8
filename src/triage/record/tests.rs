//! Records made here, in the style of `aws-facts.md` §5: accounts, keys and names are invented.
#![allow(clippy::needless_pass_by_value, reason = "values are written where they are used")]

use serde_json::{Value, json};

use super::*;
use crate::{
    resource::ResourceRef,
    rows::event::{ActorKind, Via},
    text::{Catalogue, Lang},
};

mod lookup;
mod rest;
mod said;
mod said_more;
mod touched;
mod who;

/// A record of a successful write by an IAM user with the CLI, with these fields put over it.
fn record(source: &str, name: &str, over: Value) -> String {
    let mut record = json!({
        "eventVersion": "1.09", "eventID": "3f1c2f0e-6f55-4c8e-9a66-0c4d4f4a0001", "eventTime": "2026-05-01T03:04:05Z",
        "eventSource": format!("{source}.amazonaws.com"), "eventName": name, "awsRegion": "eu-west-1",
        "eventType": "AwsApiCall", "readOnly": false, "managementEvent": true, "recipientAccountId": "111122223333",
        "sourceIPAddress": "198.51.100.7", "userAgent": "aws-cli/2.17.32 md/command#x",
        "userIdentity": {"type": "IAMUser", "userName": "alice", "arn": "arn:aws:iam::111122223333:user/alice",
            "accountId": "111122223333", "principalId": "AIDAEXAMPLE", "accessKeyId": "AKIAEXAMPLE"},
        "requestParameters": null, "responseElements": null,
    });
    let Value::Object(over) = over else { panic!("fields") };
    record.as_object_mut().unwrap().extend(over);
    record.to_string()
}

fn read(record: &str) -> Event {
    event(ScopeId(3), record, &[]).unwrap()
}

fn english(event: &Event) -> String {
    event.summary.text(&Catalogue::load(Lang::En))
}

fn refs(resources: &[ResourceRef]) -> Vec<String> {
    resources.iter().map(|r| format!("{} {}", r.kind.trim_start_matches("AWS::"), r.id)).collect()
}
