//! What the wire can do wrong, and the one sentence that comes of it.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests")]

mod aws_stub;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use aws_stub::{Answer, KEYS, Stub, session, settings};
use toban::{
    aws::{
        Clients, Settings, Timeouts, alias,
        cloudwatch::alarms,
        ec2::{FirstPage, instances, regions},
        identity,
    },
    problem::{Problem, ProblemKind, Remedy},
    scope::ScopeId,
};

const QUICK: Timeouts = Timeouts {
    connect: Duration::from_millis(300),
    attempt: Duration::from_millis(400),
    operation: Duration::from_millis(900),
};

/// The problem of listing Regions, the plainest call there is.
async fn told(settings: Settings) -> Problem {
    let session = session(settings).await.unwrap();
    regions(&session).await.expect_err("this endpoint cannot answer")
}

async fn told_by(answer: Answer) -> Problem {
    let stub = Stub::start(move |_| answer.clone()).await;
    let problem = told(settings(&stub.url, KEYS, "test")).await;
    assert_eq!(problem.operation, "ec2:DescribeRegions");
    problem
}

#[tokio::test]
async fn a_refusing_endpoint_is_offline_and_named() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let url = format!("http://127.0.0.1:{port}");
    let problem = told(settings(&url, KEYS, "test")).await;
    assert_eq!(problem.kind, ProblemKind::Offline);
    assert_eq!(problem.message, format!("{url} refuses the connection"));
    assert_eq!(problem.remedy, Remedy::CheckNetwork(url));
}

#[tokio::test]
async fn a_hanging_endpoint_is_offline_within_the_time_out() {
    let stub = Stub::start(|_| Answer::xml(200, "").after(Duration::from_mins(10))).await;
    let started = Instant::now();
    let problem = told(Settings { timeouts: QUICK, ..settings(&stub.url, KEYS, "test") }).await;
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    assert_eq!(problem.kind, ProblemKind::Offline);
    assert!(problem.message.contains(&stub.url), "{problem}");
}

#[tokio::test]
async fn an_endpoint_that_accepts_and_says_nothing_at_all_is_offline() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let problem = told(Settings { timeouts: QUICK, ..settings(&url, KEYS, "test") }).await;
    assert_eq!(problem.kind, ProblemKind::Offline, "{problem}");
}

#[tokio::test]
async fn garbage_is_said_to_be_garbage() {
    for answer in [
        Answer::xml(200, "<html>login first"),
        Answer::xml(404, "<!DOCTYPE html><title>404 Not Found</title>"),
        Answer::xml(200, vec![0xff, 0xfe, 0x00]),
        Answer::xml(403, "no"),
    ] {
        let problem = told_by(answer).await;
        assert_eq!(problem.kind, ProblemKind::Other, "{problem}");
        assert!(problem.message.contains("no answer of ec2"), "{problem}");
        assert!(matches!(problem.remedy, Remedy::CheckNetwork(_)));
    }
}

#[tokio::test]
async fn something_that_does_not_speak_http_is_other() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(b"-ERR unknown command 'POST'\r\n").await;
            let _ = stream.read(&mut [0; 4096]).await;
        }
    });
    let problem = told(settings(&url, KEYS, "test")).await;
    assert_eq!(problem.kind, ProblemKind::Other, "{problem}");
    assert!(problem.message.contains("does not speak HTTP"), "{problem}");
}

#[tokio::test]
async fn a_connection_cut_in_the_middle_of_an_answer_is_offline() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n<Describe").await;
        }
    });
    let problem = told(settings(&url, KEYS, "test")).await;
    assert_eq!(problem.kind, ProblemKind::Offline, "{problem}");
    assert!(problem.message.contains(&url), "{problem}");
}

#[tokio::test]
async fn aws_s_own_errors_keep_aws_s_words() {
    let problem = told_by(Answer::ec2_error(
        403,
        "UnauthorizedOperation",
        "You are not authorized to perform this operation. User: arn:aws:iam::111122223333:user/x is not authorized \
         to perform: ec2:DescribeRegions. Encoded authorization failure message: AbC",
    ))
    .await;
    assert_eq!(problem.kind, ProblemKind::Denied);
    assert_eq!(problem.remedy, Remedy::Allow("ec2:DescribeRegions".into()));
    assert!(
        problem.message.starts_with("User: arn:aws:iam") && !problem.message.contains("AbC"),
        "{problem}"
    );

    let problem = told_by(Answer::ec2_error(400, "RequestExpired", "Request has expired.")).await;
    assert_eq!(problem.kind, ProblemKind::Expired);
    assert_eq!(problem.remedy, Remedy::Run("aws configure --profile test".into()));
}

#[tokio::test]
async fn throttling_is_retried_three_times_and_then_said() {
    let stub =
        Stub::start(|_| Answer::ec2_error(503, "RequestLimitExceeded", "Request limit exceeded.")).await;
    let problem = told(settings(&stub.url, KEYS, "test")).await;
    assert_eq!((problem.kind, problem.remedy), (ProblemKind::Throttled, Remedy::Wait));
    assert_eq!(stub.asked().len(), 3);
}

#[tokio::test]
async fn an_expired_sso_session_names_the_login_command() {
    let text = "[profile corp]
region = eu-west-1
sso_session = corp-session-that-never-logged-in
sso_account_id = 111122223333
sso_role_name = ReadOnly
[sso-session corp-session-that-never-logged-in]
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start
";
    let problem = told(settings("http://127.0.0.1:9", text, "corp")).await;
    assert_eq!(problem.kind, ProblemKind::Expired, "{problem}");
    assert_eq!(problem.remedy, Remedy::Run("aws sso login --profile corp".into()));
}

#[tokio::test]
async fn a_profile_without_credentials_is_expired_and_says_how_to_get_some() {
    // The end of the chain is the instance metadata service; a machine that has one must not answer here.
    if std::env::var_os("AWS_EC2_METADATA_DISABLED").is_none() {
        let test = "a_profile_without_credentials_is_expired_and_says_how_to_get_some";
        let mut again = std::process::Command::new(std::env::current_exe().unwrap());
        let again = again.args(["--exact", test]).env("AWS_EC2_METADATA_DISABLED", "true").output().unwrap();
        assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stdout));
        return;
    }
    let problem = told(settings("http://127.0.0.1:9", "[profile bare]\nregion = eu-west-1\n", "bare")).await;
    assert_eq!(problem.kind, ProblemKind::Expired, "{problem}");
    assert_eq!(problem.remedy, Remedy::Run("aws configure --profile bare".into()));
}

#[tokio::test]
async fn a_profile_that_is_not_there_a_broken_file_and_a_missing_region_are_told_at_once() {
    let problem = session(settings("http://127.0.0.1:9", KEYS, "tset")).await.expect_err("no such profile");
    assert_eq!(problem.kind, ProblemKind::Expired);
    assert!(problem.message.contains("tset") && problem.message.contains("there are test"), "{problem}");

    let problem =
        session(settings("http://127.0.0.1:9", "[profile test\nx=1", "test")).await.expect_err("broken");
    assert_eq!(problem.kind, ProblemKind::Other);
    assert!(matches!(&problem.remedy, Remedy::Edit(file) if file.contains("config")), "{problem}");

    let odd = Settings {
        regions: vec!["mars".into()],
        endpoint_url: None,
        ..settings("http://127.0.0.1:9", KEYS, "test")
    };
    let problem = session(odd).await.expect_err("no such Region");
    assert_eq!(problem.remedy, Remedy::SetRegion);
    assert!(problem.message.contains("mars"), "{problem}");
}

#[tokio::test]
async fn each_scope_fails_alone_and_a_refused_one_is_opened_anew() {
    let stub = Stub::start(|asked| {
        if asked.headers.get("authorization").is_some_and(|a| a.contains("/eu-west-1/")) {
            Answer::xml(200, "<DescribeRegionsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><regionInfo><item><regionName>eu-west-1</regionName></item></regionInfo></DescribeRegionsResponse>")
        } else {
            Answer::ec2_error(401, "AuthFailure", "AWS was not able to validate the provided access credentials")
        }
    })
    .await;
    let settings = Settings {
        regions: vec!["eu-west-1".into(), "ap-east-1".into()],
        ..settings(&stub.url, KEYS, "test")
    };
    let scopes = Clients::plan(&settings);
    let clients = Clients::new(settings, &scopes);
    let good = clients.session(ScopeId(0)).await.unwrap();
    assert_eq!(regions(&good).await.unwrap(), ["eu-west-1"]);
    // The same credentials have just worked elsewhere, so it is the Region that is off.
    let off = clients.session(ScopeId(1)).await.unwrap();
    let problem = regions(&off).await.expect_err("a Region that is off");
    assert_eq!(problem.kind, ProblemKind::NotEnabled, "{problem}");
    assert!(Arc::ptr_eq(&good, &clients.session(ScopeId(0)).await.unwrap()));

    let stub =
        Stub::start(|_| Answer::ec2_error(400, "ExpiredToken", "The provided token has expired.")).await;
    let settings = aws_stub::settings(&stub.url, KEYS, "test");
    let scopes = Clients::plan(&settings);
    let clients = Clients::new(settings, &scopes);
    let first = clients.session(ScopeId(0)).await.unwrap();
    assert_eq!(regions(&first).await.expect_err("expired").kind, ProblemKind::Expired);
    let second = clients.session(ScopeId(0)).await.unwrap();
    assert!(!Arc::ptr_eq(&first, &second), "a login elsewhere must take effect");
}

/// An EC2 that is off in ap-east-1, where IAM answers as everywhere, and an STS that is on in some Regions.
async fn with_a_region_off(sts_in: &'static [&'static str]) -> Stub {
    Stub::start(move |asked| {
        let region = asked.headers.get("authorization").and_then(|a| a.split('/').nth(2)).unwrap_or_default();
        let refused = "The security token included in the request is invalid.";
        match asked.action() {
            "GetCallerIdentity" if sts_in.contains(&region) => caller(),
            "GetCallerIdentity" => Answer::query_error(403, "InvalidClientTokenId", refused),
            "ListAccountAliases" => Answer::query_error(403, "AccessDenied", "no"),
            _ => Answer::ec2_error(
                401,
                "AuthFailure",
                "AWS was not able to validate the provided access credentials",
            ),
        }
    })
    .await
}

#[tokio::test]
async fn a_region_that_is_off_is_told_as_that_even_when_it_answers_first() {
    for (home, sts_in, want) in [
        ("eu-west-1", &["eu-west-1", "us-east-1"][..], ProblemKind::NotEnabled),
        // The profile's own Region is the one that is off.
        ("ap-east-1", &["us-east-1"], ProblemKind::NotEnabled),
        // Nobody takes these credentials.
        ("eu-west-1", &[], ProblemKind::Expired),
        ("us-east-1", &[], ProblemKind::Expired),
    ] {
        let stub = with_a_region_off(sts_in).await;
        let text = KEYS.replace("eu-west-1", home);
        let settings = Settings { regions: vec!["ap-east-1".into()], ..settings(&stub.url, &text, "test") };
        let scopes = Clients::plan(&settings);
        let clients = Clients::new(settings, &scopes);
        let session = clients.session(ScopeId(0)).await.unwrap();
        let problem = regions(&session).await.expect_err("it is off");
        assert_eq!(problem.kind, want, "at home in {home}, STS in {sts_in:?}: {problem}");
        let same = Arc::ptr_eq(&session, &clients.session(ScopeId(0)).await.unwrap());
        assert_eq!(same, want == ProblemKind::NotEnabled, "only credentials that are over are read anew");
    }
}

#[tokio::test]
async fn what_iam_answers_says_nothing_about_a_region() {
    let stub = Stub::start(|asked| match asked.action() {
        "ListAccountAliases" => Answer::xml(200, "<ListAccountAliasesResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><ListAccountAliasesResult><IsTruncated>false</IsTruncated><AccountAliases/></ListAccountAliasesResult></ListAccountAliasesResponse>"),
        _ => Answer::ec2_error(401, "AuthFailure", "not able to validate the provided access credentials"),
    })
    .await;
    let settings = Settings { regions: vec!["ap-east-1".into()], ..settings(&stub.url, KEYS, "test") };
    let session = aws_stub::session(settings).await.unwrap();
    assert_eq!(alias(&session).await, None);
    // The credentials have been taken, so it is the Region.
    assert_eq!(regions(&session).await.expect_err("it is off").kind, ProblemKind::NotEnabled);
}

fn caller() -> Answer {
    Answer::xml(
        200,
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult><Arn>arn:aws-us-gov:iam::111122223333:user/x</Arn><UserId>AIDA</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
    )
}

#[tokio::test]
async fn identity_is_asked_once_and_a_denied_alias_is_no_failure() {
    let stub = Stub::start(|asked| match asked.action() {
        "GetCallerIdentity" => caller(),
        _ => Answer::query_error(
            403,
            "AccessDenied",
            "User is not authorized to perform: iam:ListAccountAliases",
        ),
    })
    .await;
    let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
    let (one, two) = tokio::join!(identity(&session), identity(&session));
    let one = one.unwrap();
    assert_eq!((one.account.as_str(), one.partition.as_str()), ("111122223333", "aws-us-gov"));
    assert_eq!(one.alias, None);
    assert_eq!(two.unwrap(), one);
    assert_eq!(stub.actions("GetCallerIdentity").len(), 1);
}

#[tokio::test]
async fn a_slow_alias_holds_back_nothing_and_is_there_once_it_has_come() {
    let stub = Stub::start(|asked| match asked.action() {
        "GetCallerIdentity" => caller(),
        _ => Answer::xml(200, "<ListAccountAliasesResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><ListAccountAliasesResult><IsTruncated>false</IsTruncated><AccountAliases><member>shop</member></AccountAliases></ListAccountAliasesResult></ListAccountAliasesResponse>")
            .after(std::time::Duration::from_secs(4)),
    })
    .await;
    let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
    let started = std::time::Instant::now();
    let who = identity(&session).await.unwrap();
    assert!(started.elapsed() < std::time::Duration::from_secs(4));
    assert_eq!((who.account.as_str(), who.alias), ("111122223333", None));
    assert_eq!(alias(&session).await.as_deref(), Some("shop"));
    assert_eq!(identity(&session).await.unwrap().alias.as_deref(), Some("shop"));
    assert_eq!(stub.actions("ListAccountAliases").len(), 1);
}

#[tokio::test]
async fn lists_end_with_problems_and_never_hang() {
    let stub = Stub::start(|_| Answer::ec2_error(403, "UnauthorizedOperation", "no")).await;
    let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
    let mut called = false;
    let report = instances(&session, FirstPage::Full, false, &mut |_| called = true).await;
    assert!(!report.complete && !called);
    let operations: Vec<&str> = report.problems.iter().map(|p| p.operation.as_str()).collect();
    assert_eq!(operations, ["ec2:DescribeInstances", "ec2:DescribeInstanceStatus"]);
    let nowhere = aws_stub::session(settings("http://127.0.0.1:9", KEYS, "test")).await.unwrap();
    let report = instances(&nowhere, FirstPage::Full, false, &mut |_| ()).await;
    let operations: Vec<&str> = report.problems.iter().map(|p| p.operation.as_str()).collect();
    assert_eq!(operations, ["ec2:DescribeInstances"], "a dead network is said once");
    let report = alarms(&session, true, &mut |_| panic!("there is no row to show")).await;
    assert!(!report.complete && report.problems.len() == 3, "{report:?}");
}
