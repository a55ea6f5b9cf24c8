//! What the environment says about profile, Region, credentials, endpoint and certificates. Each case runs in a process
//! of its own, since a test may not change its environment.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod aws_stub;

use std::process::Command;

use aws_stub::{Answer, KEYS, Stub, config};
use toban::{
    aws::{Clients, Settings, ec2::regions},
    scope::ScopeId,
};

/// The child: one call with what the environment says. Prints what came of it.
#[tokio::test]
#[ignore = "run by the tests of this file"]
async fn child() {
    let named = std::env::var("CHILD_PROFILE").ok();
    let text = std::env::var("CHILD_CONFIG").unwrap_or_default();
    let settings =
        Settings { profiles: named.into_iter().collect(), files: Some(config(&text)), ..Settings::default() };
    let scopes = Clients::plan(&settings);
    let answer = async {
        let session = Clients::new(settings, &scopes).session(ScopeId(0)).await?;
        regions(&session).await
    };
    match answer.await {
        Ok(regions) => println!("answer: {regions:?}"),
        Err(problem) => println!("answer: {:?} {problem} {:?}", problem.kind, problem.remedy),
    }
}

/// Runs the child; what it printed.
fn run(variables: &[(&str, &str)]) -> String {
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["child", "--exact", "--ignored", "--nocapture"])
        .env_clear()
        .env("HOME", home.path())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines()
        .find_map(|line| line.split_once("answer: "))
        .map_or_else(|| format!("no answer: {text}"), |(_, answer)| answer.to_owned())
}

const ENVIRONMENT: [(&str, &str); 3] =
    [("AWS_ACCESS_KEY_ID", "AKIAENV"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_REGION", "us-east-1")];

async fn ec2() -> Stub {
    Stub::start(|asked| {
        let region = asked.headers.get("authorization").and_then(|a| a.split('/').nth(2)).unwrap_or_default();
        Answer::xml(
            200,
            format!(
                "<DescribeRegionsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><regionInfo><item><regionName>\
                 {}-{region}</regionName></item></regionInfo></DescribeRegionsResponse>",
                asked.key()
            ),
        )
    })
    .await
}

#[tokio::test]
async fn profile_region_and_credentials_are_chosen_as_the_aws_cli_does() {
    let stub = ec2().await;
    let here = [("AWS_ENDPOINT_URL", stub.url.as_str()), ("CHILD_CONFIG", KEYS)];
    for (what, variables, want) in [
        ("the environment alone", &ENVIRONMENT[..], "AKIAENV-us-east-1"),
        ("AWS_PROFILE alone", &[("AWS_PROFILE", "test")], "AKIATEST-eu-west-1"),
        (
            "AWS_REGION over the profile's",
            &[("AWS_PROFILE", "test"), ("AWS_REGION", "us-east-1")],
            "AKIATEST-us-east-1",
        ),
    ] {
        let answer = run(&[&here, variables].concat());
        assert_eq!(answer, format!("[\"{want}\"]"), "{what}");
    }
    // Keys in the environment win over AWS_PROFILE, and lose against --profile.
    let by_variable = [&here[..], &ENVIRONMENT, &[("AWS_PROFILE", "test")]].concat();
    assert_eq!(run(&by_variable), "[\"AKIAENV-us-east-1\"]");
    let by_option = [&here[..], &ENVIRONMENT, &[("CHILD_PROFILE", "test")]].concat();
    assert_eq!(run(&by_option), "[\"AKIATEST-us-east-1\"]");
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_one_sentence_with_a_next_step() {
    let stub = Stub::start(|_| Answer::ec2_error(400, "ExpiredToken", "The token has expired")).await;
    let here = [("AWS_ENDPOINT_URL", stub.url.as_str())];
    for (what, variables, words) in [
        (
            "no credentials",
            &[("AWS_REGION", "eu-west-1")][..],
            vec!["Expired", "aws configure --profile default"],
        ),
        ("a profile that is not there", &[("AWS_PROFILE", "nope")], vec!["Expired", "no profile named nope"]),
        ("no Region", &[], vec!["Other", "no Region is set", "SetRegion"]),
        ("keys in the environment that are over", &ENVIRONMENT, vec!["Expired", "unset AWS_ACCESS_KEY_ID"]),
        (
            "a CA bundle that is not there",
            &[("AWS_CA_BUNDLE", "/nowhere/bundle.pem"), ("AWS_REGION", "eu-west-1")],
            vec!["cannot be read", "Edit(\"/nowhere/bundle.pem\")"],
        ),
    ] {
        let answer = run(&[&here, variables].concat());
        for word in words {
            assert!(answer.contains(word), "{what}: {answer}");
        }
    }
}

#[tokio::test]
async fn a_proxy_named_in_the_environment_is_used() {
    let proxy = Stub::start(|_| Answer::ec2_error(403, "UnauthorizedOperation", "said the proxy")).await;
    let answer = run(&[
        &ENVIRONMENT[..],
        &[("HTTP_PROXY", proxy.url.as_str()), ("AWS_ENDPOINT_URL", "http://ec2.example.invalid")],
    ]
    .concat());
    assert!(answer.contains("said the proxy"), "{answer}");
    let direct = run(&[
        &ENVIRONMENT[..],
        &[
            ("HTTP_PROXY", proxy.url.as_str()),
            ("NO_PROXY", "127.0.0.1"),
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ],
    ]
    .concat());
    assert!(direct.contains("refuses the connection"), "{direct}");
}
