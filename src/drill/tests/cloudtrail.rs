//! CloudTrail through the Rust SDK: every attribute, pages, times, errors, the rate, and what is delivered when.

use std::collections::BTreeSet;

use aws_sdk_cloudtrail::{
    Client,
    error::SdkError,
    operation::lookup_events::LookupEventsOutput,
    primitives::DateTime,
    types::{Event, LookupAttribute, LookupAttributeKey},
};

use super::*;

fn attribute(key: &str, value: &str) -> LookupAttribute {
    LookupAttribute::builder().attribute_key(key.into()).attribute_value(value).build().unwrap()
}

fn ago(secs: i64) -> DateTime {
    let now: Timestamp = NOW.parse().unwrap();
    DateTime::from_secs(now.as_second() - secs)
}

/// One page of a fresh drill, so that the published rate is not in the way.
async fn page(key: &str, value: &str) -> LookupEventsOutput {
    let client = cloudtrail(&drill(), "eu-west-1");
    client.lookup_events().lookup_attributes(attribute(key, value)).send().await.unwrap()
}

/// All events of the last hour or so, over small pages, waiting for the rate as clients must.
async fn all(client: &Client, secs: i64, size: i32) -> Vec<Event> {
    let deadline = Instant::now() + Duration::from_mins(1);
    let mut events = Vec::new();
    let mut token = None;
    loop {
        assert!(Instant::now() < deadline, "the pages never end");
        let request = client
            .lookup_events()
            .start_time(ago(secs))
            .end_time(ago(0))
            .max_results(size)
            .set_next_token(token.clone());
        match request.send().await {
            Ok(answer) => {
                events.extend(answer.events.unwrap_or_default());
                token = answer.next_token;
                if token.is_none() {
                    return events;
                }
            }
            Err(error) if errors::code(&error) == "ThrottlingException" => tokio::task::yield_now().await,
            Err(error) => panic!("{error:?}"),
        }
    }
}

#[tokio::test]
async fn newest_first_fifty_a_page_and_each_once() {
    let drill = drill();
    let client = cloudtrail(&drill, "eu-west-1");
    let first = client.lookup_events().send().await.unwrap();
    assert_eq!(first.events().len(), 50);
    assert!(first.next_token().is_some());
    let events = all(&client, 3 * 3600, 37).await;
    assert!(events.len() > 60, "{}", events.len());
    let ids: BTreeSet<_> = events.iter().map(|e| e.event_id().unwrap()).collect();
    assert_eq!(ids.len(), events.len());
    let times: Vec<i64> = events.iter().map(|e| e.event_time().unwrap().secs()).collect();
    assert!(times.is_sorted_by(|a, b| a >= b));
    assert!(times.iter().all(|at| (ago(3 * 3600).secs()..=ago(0).secs()).contains(at)));
    let whole = all(&cloudtrail(&self::drill(), "eu-west-1"), 3 * 3600, 50).await;
    assert_eq!(events, whole, "the size of pages changes nothing");
}

#[tokio::test]
async fn every_attribute_is_matched_exactly() {
    let cause = page("EventName", "RevokeSecurityGroupIngress").await.events.unwrap().remove(0);
    assert_eq!(cause.username(), Some("ops-cli-user"));
    assert_eq!(cause.read_only(), Some("false"));
    assert_eq!(cause.event_source(), Some("ec2.amazonaws.com"));
    let group = cause.resources()[0].resource_name().unwrap().to_owned();
    assert_eq!(cause.resources()[0].resource_type(), Some("AWS::EC2::SecurityGroup"));
    for (key, value) in [
        ("EventId", cause.event_id().unwrap()),
        ("EventName", "RevokeSecurityGroupIngress"),
        ("ReadOnly", "false"),
        ("Username", "ops-cli-user"),
        ("ResourceType", "AWS::EC2::SecurityGroup"),
        ("ResourceName", group.as_str()),
        ("EventSource", "ec2.amazonaws.com"),
        ("AccessKeyId", cause.access_key_id().unwrap()),
    ] {
        let found = page(key, value).await;
        assert!(found.events().contains(&cause), "{key}={value}");
        if value.contains(char::is_lowercase) && key != "ReadOnly" {
            let upper = page(key, &value.to_uppercase()).await;
            assert_eq!(upper.events().len(), 0, "{key} is case-sensitive");
        }
        if key != "ReadOnly" {
            let part = value.get(..value.len() - 1).unwrap();
            assert_eq!(page(key, part).await.events().len(), 0, "{key} is no prefix");
        }
    }
    assert!(page("ReadOnly", "true").await.events().iter().all(|e| e.read_only() == Some("true")));
    let record: serde_json::Value = serde_json::from_str(cause.cloud_trail_event().unwrap()).unwrap();
    assert_eq!(record["eventID"].as_str(), cause.event_id());
    // A session's key leads to its beginning and to what it did.
    let run = page("Username", "repo:shop-example/infra:environment:prod").await;
    let begun = &run.events()[0];
    let key = begun.resources().iter().find(|r| r.resource_type() == Some("AWS::IAM::AccessKey")).unwrap();
    let did = page("AccessKeyId", key.resource_name().unwrap()).await;
    assert!(!did.events().is_empty());
    let parent = page("ResourceName", key.resource_name().unwrap()).await;
    assert_eq!(parent.events(), std::slice::from_ref(begun));
}

#[tokio::test]
async fn regions_have_their_own_events_and_global_services_one_home() {
    let drill = drill();
    let roots = cloudtrail(&drill, "us-east-1")
        .lookup_events()
        .lookup_attributes(attribute("Username", "root"))
        .send()
        .await
        .unwrap();
    assert!(roots.events().iter().any(|e| e.event_name() == Some("ConsoleLogin")));
    let iam = |region| {
        let client = cloudtrail(&drill, region);
        async move {
            let by = attribute("EventSource", "iam.amazonaws.com");
            client.lookup_events().lookup_attributes(by).send().await.unwrap().events().len()
        }
    };
    assert_eq!(iam("us-east-1").await, 50);
    assert_eq!(iam("eu-west-1").await, 0);
    let nowhere = cloudtrail(&drill, "ap-south-1").lookup_events().send().await.unwrap();
    assert!(nowhere.events().is_empty() && nowhere.next_token().is_none());
}

#[tokio::test]
async fn an_event_is_shown_only_when_it_has_been_delivered() {
    // The revocation is at 9m12s and takes 75 seconds.
    let revoked = async |at: u64| {
        let drill = Drill::open(&Options { at: Some(Duration::from_secs(at)), ..options() }).unwrap();
        let by = attribute("Username", "ops-cli-user");
        let answer = cloudtrail(&drill, "eu-west-1").lookup_events().lookup_attributes(by).send().await;
        let answer = answer.unwrap();
        answer.events().iter().filter(|e| e.event_name() == Some("RevokeSecurityGroupIngress")).count()
    };
    assert_eq!(revoked(552).await, 0);
    assert_eq!(revoked(626).await, 0);
    assert_eq!(revoked(627).await, 1);
    // Some of the last quarter of an hour are still on their way, none that are older.
    let (now, soon) = (drill(), later(15 * 60));
    let early = all(&cloudtrail(&now, "eu-west-1"), 3600, 50).await;
    let full = all(&cloudtrail(&soon, "eu-west-1"), 3600, 50).await;
    let missing: Vec<i64> = full
        .iter()
        .filter(|event| !early.contains(event))
        .map(|event| ago(0).secs() - event.event_time().unwrap().secs())
        .collect();
    assert!(!missing.is_empty() && missing.iter().all(|age| *age <= 900), "{missing:?}");
    assert!(early.iter().all(|event| full.contains(event)));
}

#[tokio::test]
async fn ninety_days_and_no_more() {
    let drill = drill();
    let client = cloudtrail(&drill, "eu-west-1");
    let by = || attribute("EventName", "RunInstances");
    let oldest = client
        .lookup_events()
        .lookup_attributes(by())
        .start_time(ago(400 * 86_400))
        .end_time(ago(60 * 86_400))
        .send()
        .await
        .unwrap();
    // The session caches were launched 88 days ago, the unnamed one 76, the search cluster 64.
    let ages: Vec<i64> =
        oldest.events().iter().map(|e| (ago(0).secs() - e.event_time().unwrap().secs()) / 86_400).collect();
    assert_eq!(ages.iter().collect::<BTreeSet<_>>(), [64, 76, 88].iter().collect(), "{ages:?}");
}

#[tokio::test]
async fn mistakes_are_refused_as_documented() {
    let fails = async |change: fn(
        aws_sdk_cloudtrail::operation::lookup_events::builders::LookupEventsFluentBuilder,
    ) -> _| {
        let client = cloudtrail(&drill(), "eu-west-1");
        let request: aws_sdk_cloudtrail::operation::lookup_events::builders::LookupEventsFluentBuilder =
            change(client.lookup_events());
        let error = request.send().await.unwrap_err();
        let SdkError::ServiceError(context) = &error else { panic!("{error:?}") };
        assert_eq!(context.raw().status().as_u16(), 400);
        assert!(context.raw().headers().get("x-amzn-query-error").is_none());
        errors::code(&error)
    };
    let one = "InvalidLookupAttributesException";
    let two = |r: aws_sdk_cloudtrail::operation::lookup_events::builders::LookupEventsFluentBuilder| {
        r.lookup_attributes(attribute("EventName", "A")).lookup_attributes(attribute("Username", "b"))
    };
    assert_eq!(fails(two).await, one);
    assert_eq!(fails(|r| r.lookup_attributes(attribute("Colour", "red"))).await, one);
    assert_eq!(fails(|r| r.lookup_attributes(attribute("EventName", ""))).await, one);
    assert_eq!(fails(|r| r.lookup_attributes(attribute("EventName", &"x".repeat(2001)))).await, one);
    assert_eq!(fails(|r| r.start_time(ago(0)).end_time(ago(60))).await, "InvalidTimeRangeException");
    assert_eq!(fails(|r| r.end_time(ago(91 * 86_400))).await, "InvalidTimeRangeException");
    assert_eq!(fails(|r| r.max_results(0)).await, "InvalidMaxResultsException");
    assert_eq!(fails(|r| r.max_results(51)).await, "InvalidMaxResultsException");
    assert_eq!(fails(|r| r.next_token("garbage")).await, "InvalidNextTokenException");
    assert_eq!(fails(|r| r.event_category("data".into())).await, "InvalidEventCategoryException");
    // A token belongs to its request.
    let drill = drill();
    let client = cloudtrail(&drill, "eu-west-1");
    let token = client.lookup_events().send().await.unwrap().next_token;
    let error = client
        .lookup_events()
        .set_next_token(token)
        .lookup_attributes(attribute(LookupAttributeKey::ReadOnly.as_str(), "true"))
        .send()
        .await
        .unwrap_err();
    assert!(error.into_service_error().is_invalid_next_token_exception());
}

#[tokio::test]
async fn two_requests_a_second_in_each_region() {
    let drill = drill();
    let ask = async |region| {
        let answer = cloudtrail(&drill, region).lookup_events().max_results(1).send().await;
        answer.map_err(|error| errors::code(&error)).map(|_| ())
    };
    let mut codes = Vec::new();
    for _ in 0..20 {
        codes.extend(ask("eu-west-1").await.err());
    }
    assert!(codes.len() >= 15 && codes.iter().all(|code| code == "ThrottlingException"), "{codes:?}");
    assert_eq!(ask("us-east-1").await, Ok(()), "another Region has its own two");
}

#[tokio::test]
async fn a_trail_of_all_regions_logs() {
    let drill = drill();
    let client = cloudtrail(&drill, "eu-west-1");
    let trails = client.describe_trails().send().await.unwrap();
    let trail = &trails.trail_list()[0];
    assert_eq!((trail.name(), trail.home_region()), (Some("shop-trail"), Some("eu-west-1")));
    assert_eq!(
        (trail.is_multi_region_trail(), trail.log_file_validation_enabled()),
        (Some(true), Some(true))
    );
    let arn = trail.trail_arn().unwrap();
    let status = client.get_trail_status().name("shop-trail").send().await.unwrap();
    assert_eq!((status.is_logging(), status.latest_delivery_error()), (Some(true), None));
    let age = drill.now().as_second() - status.latest_delivery_time().unwrap().secs();
    assert!((0..300).contains(&age), "{age}");
    let selectors = client.get_event_selectors().trail_name(arn).send().await.unwrap();
    assert_eq!(selectors.event_selectors()[0].include_management_events(), Some(true));
    // From elsewhere it is a shadow, which only its ARN names.
    let away = cloudtrail(&drill, "us-east-1");
    assert_eq!(away.describe_trails().send().await.unwrap().trail_list().len(), 1);
    let own = away.describe_trails().include_shadow_trails(false).send().await.unwrap();
    assert!(own.trail_list().is_empty());
    assert!(away.get_trail_status().name(arn).send().await.is_ok());
    let error = away.get_trail_status().name("shop-trail").send().await.unwrap_err().into_service_error();
    assert!(error.is_trail_not_found_exception());
    let error = client.get_trail_status().name("x").send().await.unwrap_err().into_service_error();
    assert!(error.is_invalid_trail_name_exception());
}
