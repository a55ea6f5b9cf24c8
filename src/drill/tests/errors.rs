//! Errors as the Rust SDK sees them: codes, statuses, and what faults do.

use aws_sdk_cloudwatch::primitives::DateTime;
use aws_smithy_runtime_api::{client::result::SdkError, http::Response};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::*;

/// The code that the SDK made of an answer.
pub(super) fn code<E: ProvideErrorMetadata>(error: &SdkError<E, Response>) -> String {
    error.code().unwrap_or("(none)").to_owned()
}

#[tokio::test]
async fn ec2_refuses_as_documented() {
    let client = ec2(&drill(), "eu-west-1");
    let filter = |name: &str| aws_sdk_ec2::types::Filter::builder().name(name).values("x").build();
    let request = || client.describe_instances();
    for (request, expected) in [
        (request().max_results(4), "InvalidParameterValue"),
        (request().max_results(5).instance_ids("i-0123456789abcdef0"), "InvalidParameterCombination"),
        (request().instance_ids("i-0123456789abcdef0"), "InvalidInstanceID.NotFound"),
        (request().instance_ids("web-1"), "InvalidInstanceID.Malformed"),
        (request().filters(filter("colour")), "InvalidParameterValue"),
        (request().next_token("garbage"), "InvalidParameterValue"),
        (request().dry_run(true), "DryRunOperation"),
    ] {
        let error = request.send().await.unwrap_err();
        assert_eq!(code(&error), expected);
        assert!(error.message().is_some_and(|message| !message.is_empty()));
    }
    let token = request().max_results(5).send().await.unwrap().next_token;
    let error = request()
        .max_results(5)
        .set_next_token(token.clone())
        .filters(filter("image-id"))
        .send()
        .await
        .unwrap_err();
    assert_eq!(code(&error), "InvalidParameterValue", "a token belongs to its request");
    assert!(request().max_results(9).set_next_token(token).send().await.is_ok(), "the page size may change");
    let error =
        client.describe_instance_status().instance_ids("i-0123456789abcdef0").send().await.unwrap_err();
    assert_eq!(code(&error), "InvalidInstanceID.NotFound");
    let error = client.describe_volumes().volume_ids("vol-0123456789abcdef0").send().await.unwrap_err();
    assert_eq!(code(&error), "InvalidVolume.NotFound");
    let error = client.describe_key_pairs().send().await.unwrap_err();
    assert_eq!(code(&error), "InvalidAction");
    let raw = error.raw_response().unwrap().status().as_u16();
    assert_eq!(raw, 400);
}

#[tokio::test]
async fn cloudwatch_refuses_as_documented() {
    let drill = drill();
    let client = cloudwatch(&drill, "eu-west-1");
    let alarms = || client.describe_alarms();
    for (request, expected) in [
        (alarms().max_records(0), "ValidationError"),
        (alarms().max_records(101), "ValidationError"),
        (alarms().next_token("garbage"), "InvalidNextToken"),
        (alarms().children_of_alarm_name("web-composite").alarm_name_prefix("w"), "ValidationError"),
        (alarms().alarm_names("a").alarm_name_prefix("w"), "InvalidParameterCombination"),
        (alarms().state_value("BROKEN".into()), "ValidationError"),
    ] {
        assert_eq!(code(&request.send().await.unwrap_err()), expected);
    }
    let error = alarms().next_token("x").send().await.unwrap_err().into_service_error();
    assert!(error.is_invalid_next_token());
    let error = client
        .get_alarm_mute_rule()
        .alarm_mute_rule_name("nope")
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert!(error.is_resource_not_found_exception());
    let at = |secs: i64| DateTime::from_secs(drill.now().as_second() + secs);
    let error = client.get_metric_data().start_time(at(0)).end_time(at(-60)).send().await.unwrap_err();
    assert_eq!(code(&error), "ValidationError");
    let error = client
        .get_metric_statistics()
        .namespace("AWS/EC2")
        .start_time(at(-60))
        .end_time(at(0))
        .period(60)
        .send()
        .await;
    assert_eq!(code(&error.unwrap_err()), "MissingParameter");
    let error = client.list_dashboards().send().await.unwrap_err();
    assert_eq!(code(&error), "InvalidAction");
}

#[tokio::test]
async fn published_rates_are_kept() {
    let client = cloudwatch(&drill(), "eu-west-1");
    let mut codes = Vec::new();
    for _ in 0..30 {
        if let Err(error) = client.describe_alarm_history().max_records(1).send().await {
            codes.push(code(&error));
        }
    }
    assert!(!codes.is_empty() && codes.iter().all(|code| code == "Throttling"), "{codes:?}");
}

#[tokio::test]
async fn faults_look_like_those_of_aws() {
    let both = async |faults: &[&str]| {
        let drill = faulty(faults);
        let one =
            ec2(&drill, "eu-west-1").describe_instances().send().await.map(|_| ()).map_err(|e| code(&e));
        let two =
            cloudwatch(&drill, "eu-west-1").describe_alarms().send().await.map(|_| ()).map_err(|e| code(&e));
        (one.err().unwrap_or_default(), two.err().unwrap_or_default())
    };
    let pair = |one: &str, two: &str| (one.to_owned(), two.to_owned());
    assert_eq!(both(&["deny=cloudwatch"]).await, pair("", "AccessDenied"));
    assert_eq!(both(&["deny=ec2:DescribeInstances"]).await, pair("UnauthorizedOperation", ""));
    assert_eq!(both(&["expire=all"]).await, pair("RequestExpired", "ExpiredToken"));
    assert_eq!(both(&["throttle=1"]).await, pair("RequestLimitExceeded", "Throttling"));
    assert_eq!(both(&["latency=1ms"]).await, pair("", ""));
    let garbage = both(&["garbage=all"]).await;
    assert!(garbage.0 == "(none)" && garbage.1 == "(none)", "{garbage:?}");
}

#[tokio::test]
async fn a_dropped_connection_is_no_answer_and_a_hanging_one_runs_into_the_time_out() {
    let drill = faulty(&["drop=ec2", "hang=cloudwatch"]);
    let error = ec2(&drill, "eu-west-1").describe_instances().send().await.unwrap_err();
    assert!(matches!(error, SdkError::DispatchFailure(ref failure) if failure.is_io()), "{error:?}");
    let timeouts = aws_sdk_cloudwatch::config::timeout::TimeoutConfig::builder()
        .operation_attempt_timeout(Duration::from_millis(50))
        .build();
    let hanging = cloudwatch(&drill, "eu-west-1").describe_alarms().customize();
    let hanging =
        hanging.config_override(aws_sdk_cloudwatch::Config::builder().timeout_config(timeouts)).send().await;
    assert!(matches!(hanging.unwrap_err(), SdkError::TimeoutError(_)));
}
