//! Everything else of a record, and records that are broken.

use proptest::prelude::*;

use super::*;
use crate::rows::shared::Shared;

#[test]
fn plain_fields_are_taken_over() {
    let event = read(&record("ec2", "StopInstances", json!({})));
    assert_eq!(event.scope, ScopeId(3));
    assert_eq!(event.id, "3f1c2f0e-6f55-4c8e-9a66-0c4d4f4a0001");
    assert_eq!(event.time.to_string(), "2026-05-01T03:04:05Z");
    assert_eq!((event.name.as_str(), event.source.as_str()), ("StopInstances", "ec2.amazonaws.com"));
    assert_eq!(event.access_key.as_deref(), Some("AKIAEXAMPLE"));
    assert_eq!(event.source_ip.as_deref(), Some("198.51.100.7"));
    assert!(!event.read_only && event.error.is_none());
}

#[test]
fn only_a_record_without_id_or_time_is_none() {
    assert_eq!(event(ScopeId(0), &record("ec2", "X", json!({"eventID": null})), &[]), Err(RecordError::NoId));
    assert_eq!(event(ScopeId(0), &record("ec2", "X", json!({"eventID": ""})), &[]), Err(RecordError::NoId));
    assert_eq!(
        event(ScopeId(0), &record("ec2", "X", json!({"eventID": "\u{1b}[2J"})), &[]),
        Err(RecordError::NoId)
    );
    for time in [json!(null), json!("yesterday"), json!({}), json!(1e300)] {
        assert_eq!(
            event(ScopeId(0), &record("ec2", "X", json!({"eventTime": time})), &[]),
            Err(RecordError::NoTime),
            "{time}"
        );
    }
    for text in ["", "null", "[]", "nonsense", "{"] {
        assert_eq!(event(ScopeId(0), text, &[]), Err(RecordError::NoId), "{text}");
    }
    let bare = event(ScopeId(0), r#"{"eventID":"e","eventTime":1777604645}"#, &[]).unwrap();
    assert_eq!(bare.time.to_string(), "2026-05-01T03:04:05Z");
    assert_eq!((bare.name.as_str(), bare.actor.as_str(), bare.via), ("", "", Via::Unknown));
}

#[test]
fn what_was_cut_off_comes_from_beside() {
    let whole = record(
        "ec2",
        "StopInstances",
        json!({"requestParameters": {"instancesSet": {"items": [{"instanceId": "i-0123456789abcdef0"}]}}}),
    );
    // Real records begin with who and what, and end with the id.
    let real = r#"{"userIdentity":{"type":"IAMUser","userName":"alice"},"eventTime":"2026-05-01T03:04:05Z","eventSource":"ec2.amazonaws.com","eventName":"StopInstances","requestParameters":{"instancesSet":{"items":[{"instanceId":"i-0123456789abcdef0"},{"insta"#;
    assert_eq!(event(ScopeId(0), real, &[]), Err(RecordError::NoId));
    let beside = Beside {
        id: "e-1",
        access_key: "AKIAEXAMPLE",
        read_only: "false",
        user: "ignored",
        ..Beside::default()
    };
    let event = event_beside(ScopeId(0), real, &[], &beside).unwrap();
    assert_eq!((event.id.as_str(), event.actor.as_str()), ("e-1", "alice"));
    assert_eq!(english(&event), "stopped i-0123456789abcdef0");
    assert_eq!(event.access_key.as_deref(), Some("AKIAEXAMPLE"));
    let nothing = Beside {
        id: "e-2",
        time: Some(event.time),
        name: "StopInstances",
        source: "ec2.amazonaws.com",
        user: "bob",
        ..Beside::default()
    };
    let told = event_beside(
        ScopeId(0),
        "",
        &[("AWS::EC2::Instance".into(), "i-0123456789abcdef0".into())],
        &nothing,
    )
    .unwrap();
    assert_eq!((english(&told), told.actor), ("stopped i-0123456789abcdef0".into(), "bob".into()));
    // The record counts where both speak.
    assert_eq!(event_beside(ScopeId(0), &whole, &[], &nothing).unwrap().actor, "alice");
}

#[test]
fn reads_are_told_from_writes() {
    let is_read = |name: &str, said: Value| read(&record("ec2", name, json!({"readOnly": said}))).read_only;
    assert!(is_read("StopInstances", json!(true)) && is_read("StopInstances", json!("true")));
    assert!(!is_read("DescribeInstances", json!("false")));
    for name in [
        "DescribeInstances",
        "GetObject",
        "ListBuckets",
        "HeadBucket",
        "LookupEvents",
        "BatchGetItem",
        "AssumeRole",
    ] {
        assert!(is_read(name, json!(null)), "{name}");
    }
    for name in ["StopInstances", "PutObject", "DeleteBucket", ""] {
        assert!(!is_read(name, json!(null)), "{name}");
    }
}

#[test]
fn versions_are_cut_off_names_and_nothing_else_is() {
    for (name, plain) in [
        ("UpdateFunctionCode20150331v2", "UpdateFunctionCode"),
        ("CreateFunction20150331", "CreateFunction"),
        ("UpdateDistribution2020_05_31", "UpdateDistribution"),
        ("GetTrailStatus", "GetTrailStatus"),
        ("Disable", "Disable"),
        ("PutInv", "PutInv"),
        ("Thing12345678", "Thing12345678"),
        ("20150331", ""),
        ("", ""),
    ] {
        assert_eq!(plain_name(name), plain, "{name}");
    }
}

/// Nothing in an event's texts controls a terminal, and none is longer than a name can be.
fn harmless(event: &Event) {
    let always: [&str; 4] = [&event.id, &event.name, &event.source, &event.actor];
    let mut texts = always.to_vec();
    texts.extend(event.access_key.iter().chain(&event.source_ip).chain(&event.error).map(Shared::as_str));
    texts.extend(event.resources.iter().flat_map(|r| [Some(r.id.as_str()), r.arn.as_deref()]).flatten());
    let said =
        [event.summary.text(&Catalogue::load(Lang::En)), event.summary.text(&Catalogue::load(Lang::Ja))];
    texts.extend(said.iter().map(String::as_str));
    for text in texts {
        assert!(!text.chars().any(char::is_control), "{text:?}");
        assert!(!text.contains(['\u{202e}', '\u{200b}', '\u{feff}']), "{text:?}");
        assert!(text.len() <= 2048, "{} bytes: {text:.80}", text.len());
    }
    assert!(event.resources.len() <= 64);
}

#[test]
fn hostile_and_huge_records_become_harmless_events() {
    let evil = "\u{1b}]0;owned\u{7}\u{1b}[2Jx\u{202e}y\n\u{200b}z";
    let over = json!({
        "eventName": evil, "eventSource": evil, "sourceIPAddress": evil, "userAgent": evil, "errorCode": evil, "awsRegion": evil,
        "userIdentity": {"type": "AssumedRole", "arn": format!("arn:aws:sts::1:assumed-role/{evil}/{evil}"), "accessKeyId": evil, "principalId": evil},
        "requestParameters": {"instanceId": evil, "bucketName": evil, "name": evil, "groupId": evil, "keyId": format!("arn:aws:kms:eu-west-1:1:key/{evil}")},
        "resources": [{"type": evil, "ARN": format!("arn:aws:x:{evil}:1:{evil}")}],
    });
    let event = event(ScopeId(0), &record("ec2", "X", over), &[(evil.to_owned(), evil.to_owned())]).unwrap();
    harmless(&event);
    for name in ["StopInstances", "ModifyDBInstance", "PutScalingPolicy"] {
        let long = "長".repeat(90_000);
        let over = json!({"userIdentity": {"type": "IAMUser", "userName": long}, "errorCode": long, "sourceIPAddress": long,
            "requestParameters": {"autoScalingGroupName": long, "dBInstanceIdentifier": "db", "policyName": long, "x": [long]}});
        harmless(&read(&record("autoscaling", name, over.clone())));
        harmless(&read(&record("rds", name, over)));
    }
    let deep = format!(
        r#"{{"eventID":"e","eventTime":"2026-05-01T03:04:05Z","requestParameters":{}"#,
        "{\"a\":[".repeat(60_000)
    );
    harmless(&super::super::event(ScopeId(0), &deep, &[]).unwrap());
}

#[test]
fn wrong_types_everywhere_are_no_trouble() {
    let fields = [
        "eventName",
        "eventSource",
        "userIdentity",
        "requestParameters",
        "responseElements",
        "resources",
        "readOnly",
        "errorCode",
        "eventType",
        "sourceIPAddress",
        "userAgent",
        "awsRegion",
        "recipientAccountId",
        "additionalEventData",
        "serviceEventDetails",
    ];
    for field in fields {
        for wrong in [
            json!(null),
            json!(7),
            json!(true),
            json!("text"),
            json!([1, [2]]),
            json!({"a": {"b": []}}),
            json!(""),
        ] {
            let mut over = serde_json::Map::new();
            over.insert(field.to_owned(), wrong);
            harmless(&read(&record("ec2", "RunInstances", Value::Object(over))));
        }
    }
}

fn sample() -> String {
    record(
        "ec2",
        "RevokeSecurityGroupIngress",
        json!({
            "userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_OnCall_01/alice@example.org",
                "sessionContext": {"sessionIssuer": {"type": "Role", "userName": "AWSReservedSSO_OnCall_01"}}},
            "requestParameters": {"groupId": "sg-0123456789abcdef0", "ipPermissions": {"items": [{"ipProtocol": "tcp", "fromPort": 443, "toPort": 443,
                "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0", "description": "\u{e9}t\u{e9} \u{1f525} \"x\""}]}}]}},
            "resources": [{"ARN": "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0123456789abcdef0", "type": "AWS::EC2::SecurityGroup"}],
        }),
    )
}

proptest! {
    #[test]
    fn no_truncation_is_trouble(at in 0..2000_usize) {
        let text = sample();
        let at = text.floor_char_boundary(at.min(text.len()));
        let beside = Beside { id: "e", time: Some(Timestamp::UNIX_EPOCH), ..Beside::default() };
        harmless(&event_beside(ScopeId(0), text.get(..at).unwrap(), &[], &beside).unwrap());
    }

    #[test]
    fn no_mutation_is_trouble(changes in prop::collection::vec((0..2000_usize, any::<char>()), 1..8)) {
        let mut chars: Vec<char> = sample().chars().collect();
        for (at, to) in changes {
            let at = at % chars.len();
            chars[at] = to;
        }
        let text: String = chars.into_iter().collect();
        let beside = Beside { id: "e", time: Some(Timestamp::UNIX_EPOCH), ..Beside::default() };
        harmless(&event_beside(ScopeId(0), &text, &[], &beside).unwrap());
    }

    #[test]
    fn no_text_at_all_is_trouble(text in any::<String>(), name in "\\PC{0,20}", kind in "\\PC{0,20}") {
        let beside = Beside { id: "e", time: Some(Timestamp::UNIX_EPOCH), name: &name, source: &kind, user: &text, ..Beside::default() };
        harmless(&event_beside(ScopeId(0), &text, &[(kind.clone(), name.clone())], &beside).unwrap());
    }
}
