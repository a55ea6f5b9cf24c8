//! Tens of thousands of CloudTrail events on disk, as a console that was open all day leaves them.

use std::path::Path;

use serde_json::json;
use toban::trail::{BOUND, Found, Index, Owner, Span, Store};

use crate::fleet::{ACCOUNT, REGION, iso};

/// Call, service, what is touched, who calls.
const CALLS: [(&str, &str, &str, &str); 8] = [
    ("UpdateInstanceInformation", "ssm", "AWS::EC2::Instance", "web"),
    ("CreateLogStream", "logs", "AWS::Logs::LogGroup", "lambda-thumbnailer"),
    ("AssumeRole", "sts", "AWS::IAM::Role", "deployer"),
    ("CreateTags", "ec2", "AWS::EC2::Instance", "tagger"),
    ("RunInstances", "ec2", "AWS::EC2::Instance", "scaler"),
    ("TerminateInstances", "ec2", "AWS::EC2::Instance", "scaler"),
    ("CreateSnapshot", "ec2", "AWS::EC2::Volume", "backup"),
    ("PutEvaluations", "config", "AWS::Config::ConfigRule", "config"),
];

/// Writes so many changes, evenly over the last 23 hours, so that none is too old while we look, where the console will look for them.
pub(crate) fn write(cache: &Path, endpoint: &str, now: i64, count: usize) {
    const AT_A_TIME: usize = 5_000;
    let store = Store::on_disk(cache, BOUND);
    let all: Vec<usize> = (0..count).collect();
    let from = now - 23 * 3_600;
    for part in all.chunks(AT_A_TIME) {
        let found =
            part.iter().map(|n| event(*n, from + i64::try_from(n * 22 * 3_600 / count).unwrap())).collect();
        let owner =
            Owner { account: Some(ACCOUNT), profile: "default", region: REGION, endpoint: Some(endpoint) };
        let last = part.last().is_some_and(|n| n + 1 == count);
        let whole = if last { Span::new(now - 2 * 86_400, now) } else { Span::new(0, 0) };
        store.keep(owner, found, whole);
    }
}

fn event(n: usize, at: i64) -> Found {
    let (name, service, kind, role) = CALLS[n % CALLS.len()];
    let id = format!("{:08x}-0000-4000-8000-{n:012x}", n * 2_654_435_761 % (1 << 32));
    // A thousand things, each touched again and again.
    let thing = match kind {
        "AWS::EC2::Instance" => format!("i-{:017x}", n % 1_000),
        "AWS::EC2::Volume" => format!("vol-{:017x}", n % 1_000),
        "AWS::Logs::LogGroup" => format!("/aws/lambda/function-{}", n % 100),
        _ => format!("thing-{}", n % 50),
    };
    let parameter = match kind {
        "AWS::EC2::Instance" => "instanceId",
        "AWS::EC2::Volume" => "volumeId",
        "AWS::Logs::LogGroup" => "logGroupName",
        "AWS::IAM::Role" => "roleName",
        _ => "configRuleName",
    };
    let session = format!("i-{:017x}", n % 300);
    let key = format!("ASIA{:016X}", n % 500);
    let record = json!({
        "eventVersion": "1.11", "eventID": id, "eventTime": iso(at), "eventName": name,
        "eventSource": format!("{service}.amazonaws.com"), "awsRegion": REGION, "readOnly": false,
        "eventType": "AwsApiCall", "managementEvent": true, "recipientAccountId": ACCOUNT,
        "userIdentity": {
            "type": "AssumedRole", "principalId": format!("AROAEXAMPLE:{session}"), "accountId": ACCOUNT,
            "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}"), "accessKeyId": key,
            "sessionContext": { "sessionIssuer": { "type": "Role", "userName": role,
                "arn": format!("arn:aws:iam::{ACCOUNT}:role/{role}") } },
        },
        "sourceIPAddress": format!("10.0.{}.{}", n % 4, n % 250), "userAgent": "aws-sdk-go/1.44.0",
        "requestParameters": { parameter: thing, "about": "x".repeat(n % 700) },
        "responseElements": null,
    });
    Found {
        id: id.into(),
        time: at,
        index: Index {
            name: name.into(),
            source: format!("{service}.amazonaws.com"),
            user: Some(session),
            key: Some(key),
            read_only: Some(false),
            resources: vec![(kind.to_owned(), thing)],
        },
        record: record.to_string(),
    }
}
