use aws_sdk_ec2::operation::describe_instances::DescribeInstancesError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::{body::SdkBody, error::ErrorMetadata};

use super::*;

const LOGIN: Login = Login::Nothing;

fn caller<'a>(login: &'a Login, endpoint: Option<&'a str>) -> Caller<'a> {
    Caller {
        profile: "prod",
        login,
        region: "eu-west-1",
        endpoint,
        works_elsewhere: false,
        works_without: false,
        timeouts: Timeouts::default(),
    }
}

fn service(code: Option<&str>, message: &str, status: u16) -> SdkError<DescribeInstancesError, HttpResponse> {
    let mut meta = ErrorMetadata::builder().message(message);
    if let Some(code) = code {
        meta = meta.code(code);
    }
    let status = StatusCode::try_from(status).unwrap();
    let raw = HttpResponse::new(status, SdkBody::empty());
    SdkError::service_error(DescribeInstancesError::generic(meta.build()), raw)
}

fn told(failure: &SdkError<DescribeInstancesError, HttpResponse>, caller: &Caller<'_>) -> Problem {
    problem("ec2:DescribeInstances", failure, caller)
}

#[test]
fn answers_fall_into_their_class_with_a_remedy() {
    let sso = Login::Sso("prod".into());
    let here = caller(&sso, Some("https://ec2.eu-west-1.amazonaws.com"));
    let login = Remedy::Run("aws sso login --profile prod".into());
    for (code, status, kind, remedy) in [
        (
            Some("UnauthorizedOperation"),
            403,
            ProblemKind::Denied,
            Remedy::Allow("ec2:DescribeInstances".into()),
        ),
        (Some("RequestLimitExceeded"), 503, ProblemKind::Throttled, Remedy::Wait),
        (None, 429, ProblemKind::Throttled, Remedy::Wait),
        (Some("RequestExpired"), 400, ProblemKind::Expired, login.clone()),
        (Some("AuthFailure"), 401, ProblemKind::Expired, login),
        (Some("OptInRequired"), 403, ProblemKind::NotEnabled, Remedy::Enable("ec2".into())),
        (Some("InternalError"), 500, ProblemKind::Other, Remedy::Wait),
        (Some("InvalidParameterValue"), 400, ProblemKind::Other, Remedy::ReadLog),
    ] {
        let problem = told(&service(code, "AWS's own words", status), &here);
        assert_eq!((problem.kind, &problem.remedy), (kind, &remedy), "{code:?} {status}");
        assert_eq!(problem.operation, "ec2:DescribeInstances");
    }
    let garbage = told(&service(None, "", 404), &here);
    assert_eq!(garbage.kind, ProblemKind::Other);
    assert!(
        garbage.message.contains("https://ec2.eu-west-1.amazonaws.com") && garbage.message.contains("404")
    );
}

#[test]
fn the_same_refusal_is_a_region_that_is_off_when_the_credentials_work_elsewhere() {
    let elsewhere = Caller { works_elsewhere: true, region: "ap-east-1", ..caller(&LOGIN, None) };
    let problem = told(&service(Some("AuthFailure"), "not able to validate", 401), &elsewhere);
    assert_eq!((problem.kind, problem.remedy), (ProblemKind::NotEnabled, Remedy::Enable("ap-east-1".into())));
    let denied = told(&service(Some("UnauthorizedOperation"), "no", 403), &elsewhere);
    assert_eq!(denied.kind, ProblemKind::Denied);
}

#[test]
fn every_kind_of_profile_has_its_own_way_to_log_in() {
    for (login, command) in [
        (Login::Sso("base".into()), "aws sso login --profile base"),
        (Login::Console("con".into()), "aws login --profile con"),
        (Login::Keys("keys".into()), "aws configure --profile keys"),
        (Login::Nothing, "aws configure --profile prod"),
        (Login::Environment, "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN"),
        (Login::Keys("my team's".into()), "aws configure --profile 'my team'\\''s'"),
    ] {
        assert_eq!(login.remedy("prod"), Remedy::Run(command.into()));
    }
}

#[test]
fn no_credentials_and_broken_ones_are_expired() {
    for (error, login, words) in [
        (
            CredentialsError::not_loaded_no_source(),
            Login::Nothing,
            "no credentials were found for the profile prod",
        ),
        (CredentialsError::invalid_configuration("a ring"), Login::Keys("x".into()), "a ring"),
        (
            CredentialsError::provider_error("the SSO session has expired"),
            Login::Sso("prod".into()),
            "the SSO session of the profile prod is over: the SSO session has expired",
        ),
        (
            CredentialsError::provider_error("UnauthorizedException: Session token not found or invalid"),
            Login::Sso("prod".into()),
            "the SSO session of the profile prod is over",
        ),
    ] {
        let here = caller(&login, None);
        let failure = SdkError::dispatch_failure(ConnectorError::other(error.into(), None));
        let problem = told(&failure, &here);
        assert_eq!(problem.kind, ProblemKind::Expired, "{problem}");
        assert!(problem.message.contains(words), "{problem}");
        assert_eq!(problem.remedy, login.remedy("prod"));
    }
}

#[test]
fn a_role_that_may_not_be_assumed_is_denied_and_says_which_action() {
    let login = Login::Keys("base".into());
    let error = CredentialsError::provider_error("unhandled error (AccessDenied)");
    let failure = SdkError::dispatch_failure(ConnectorError::other(error.into(), None));
    let problem = told(&failure, &caller(&login, None));
    assert_eq!(problem.kind, ProblemKind::Denied);
    assert_eq!(problem.remedy, Remedy::Allow("sts:AssumeRole".into()));
}

#[test]
fn an_sts_or_sso_that_is_busy_or_broken_does_not_end_a_session() {
    for (code, status, kind) in [
        (Some("Throttling"), 400, ProblemKind::Throttled),
        (Some("TooManyRequestsException"), 429, ProblemKind::Throttled),
        (Some("InternalFailure"), 500, ProblemKind::Other),
        (Some("ServiceUnavailable"), 503, ProblemKind::Other),
        // A load balancer's page instead of an answer.
        (None, 502, ProblemKind::Other),
        (Some("UnauthorizedException"), 401, ProblemKind::Expired),
        (Some("ExpiredToken"), 403, ProblemKind::Expired),
        (None, 400, ProblemKind::Expired),
    ] {
        let login = Login::Sso("prod".into());
        let error = CredentialsError::provider_error(service(code, "said AWS", status));
        let failure = SdkError::dispatch_failure(ConnectorError::other(error.into(), None));
        let problem = told(&failure, &caller(&login, None));
        assert_eq!(problem.kind, kind, "{code:?} {status}: {problem}");
        assert_eq!(problem.remedy == Remedy::Wait, kind != ProblemKind::Expired, "{problem}");
        assert!(problem.message.contains("prod"), "{problem}");
    }
}

#[test]
fn silence_is_offline_and_names_the_endpoint() {
    let here = caller(&LOGIN, Some("http://127.0.0.1:9"));
    let late = told(&SdkError::timeout_error("late"), &here);
    assert_eq!(late.kind, ProblemKind::Offline);
    assert_eq!(late.message, "nothing came back from http://127.0.0.1:9 within 30 s");
    assert_eq!(late.remedy, Remedy::CheckNetwork("http://127.0.0.1:9".into()));
    for (error, words) in [
        (
            ConnectorError::io(std::io::Error::from(std::io::ErrorKind::ConnectionRefused).into()),
            "http://127.0.0.1:9 refuses the connection",
        ),
        (ConnectorError::timeout("slow".into()), "no connection to http://127.0.0.1:9 within 3 s"),
        (ConnectorError::io("dns error: failed to lookup".into()), "cannot be found"),
        (ConnectorError::io("invalid peer certificate: UnknownIssuer".into()), "AWS_CA_BUNDLE"),
    ] {
        let problem = told(&SdkError::dispatch_failure(error), &here);
        assert_eq!(problem.kind, ProblemKind::Offline, "{problem}");
        assert!(problem.message.contains(words), "{problem}");
    }
    // Other services of the Region are found.
    let without = Caller { works_without: true, ..here };
    let lookup = ConnectorError::io("dns error: failed to lookup".into());
    let absent = told(&SdkError::dispatch_failure(lookup), &without);
    assert_eq!((absent.kind, &absent.remedy), (ProblemKind::NotEnabled, &Remedy::Enable("ec2".into())));
    assert_eq!(absent.message, "ec2 has no endpoint in the Region eu-west-1");
    let before = told(&SdkError::timeout_error("late"), &caller(&LOGIN, None));
    assert!(before.message.contains("no credentials for the profile prod"), "{before}");
}

#[test]
fn encoded_blobs_and_control_characters_do_not_reach_the_screen() {
    let blob = "QWxh".repeat(100);
    let message = format!(
        "You are not authorized to perform this operation. User: x\u{1b}[2J is not authorized. Encoded authorization \
         failure message: {blob}"
    );
    let problem = told(&service(Some("UnauthorizedOperation"), &message, 403), &caller(&LOGIN, None));
    assert_eq!(problem.message, "User: x is not authorized.");
}
