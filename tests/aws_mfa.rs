//! Profiles that need a second factor, against an STS of our own.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests")]

mod aws_stub;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_stub::{Answer, Asked, Stub, settings};
use futures::{FutureExt, future::join_all};
use toban::{
    aws::{Clients, MfaPrompt, MfaRequest, Settings, ec2::regions},
    problem::{ProblemKind, Remedy},
    scope::ScopeId,
};

const CONFIG: &str = "[profile base]
aws_access_key_id = AKIABASE
aws_secret_access_key = secret
[profile ops]
region = eu-west-1
role_arn = arn:aws:iam::111122223333:role/Ops
source_profile = base
mfa_serial = arn:aws:iam::111122223333:mfa/me
role_session_name = me
external_id = x-1
duration_seconds = 3600
[profile far]
region = eu-west-1
role_arn = arn:aws:iam::444455556666:role/Far
source_profile = ops
";

/// Answers prompts from a list and remembers the questions.
#[derive(Clone, Default)]
struct Person {
    answers: Arc<Mutex<VecDeque<Option<&'static str>>>>,
    questions: Arc<Mutex<Vec<MfaRequest>>>,
}

impl Person {
    fn who_says(answers: &[Option<&'static str>]) -> Self {
        let person = Self::default();
        person.answers.lock().unwrap().extend(answers);
        person
    }

    fn prompt(&self) -> MfaPrompt {
        let person = self.clone();
        Arc::new(move |question| {
            let person = person.clone();
            async move {
                person.questions.lock().unwrap().push(question);
                // Slow enough that everybody else has arrived.
                for _ in 0..100 {
                    tokio::task::yield_now().await;
                }
                let answer = person.answers.lock().unwrap().pop_front();
                answer.expect("a question too many").map(str::to_owned)
            }
            .boxed()
        })
    }

    fn questions(&self) -> Vec<MfaRequest> {
        self.questions.lock().unwrap().clone()
    }
}

fn assumed(key: &str, minutes: i64) -> Answer {
    let expiry = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(minutes);
    Answer::xml(
        200,
        format!(
            "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>\
             <AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
             <Expiration>{expiry:.0}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
        ),
    )
}

/// An STS that takes the code 123456, and an EC2 that takes only what it gave out.
async fn aws(minutes: i64) -> Stub {
    Stub::start(move |asked: &Asked| match asked.action() {
        "AssumeRole" if asked.field("RoleArn").ends_with("role/Far") => assumed("ASIAFAR", 60),
        "AssumeRole" if asked.field("TokenCode") == "123456" => assumed("ASIAOPS", minutes),
        "AssumeRole" => Answer::query_error(
            403,
            "AccessDenied",
            "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
        ),
        _ if asked.key().starts_with("ASIA") => Answer::xml(
            200,
            "<DescribeRegionsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><regionInfo><item><regionName>\
             eu-west-1</regionName></item></regionInfo></DescribeRegionsResponse>",
        ),
        _ => Answer::ec2_error(401, "AuthFailure", "no"),
    })
    .await
}

fn clients(stub: &Stub, profile: &str, regions: &[&str], person: Option<&Person>) -> Clients {
    let settings = Settings {
        prompt: person.map(Person::prompt),
        regions: regions.iter().map(|r| (*r).to_owned()).collect(),
        ..settings(&stub.url, CONFIG, profile)
    };
    let scopes = Clients::plan(&settings);
    Clients::new(settings, &scopes)
}

#[tokio::test]
async fn one_code_serves_all_regions_and_all_who_wait() {
    let stub = aws(60).await;
    let person = Person::who_says(&[Some(" 123456 ")]);
    let clients = clients(&stub, "ops", &["eu-west-1", "us-east-1"], Some(&person));
    let fetch = |scope| {
        let clients = clients.clone();
        async move { regions(&*clients.session(ScopeId(scope)).await?).await }
    };
    let answers = join_all((0..8).map(|n| fetch(n % 2))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    let questions = person.questions();
    let serial = "arn:aws:iam::111122223333:mfa/me";
    assert_eq!(questions, [MfaRequest { profile: "ops".into(), serial: serial.into(), refused: None }]);
    let asked = stub.actions("AssumeRole");
    let [role] = asked.as_slice() else { unreachable!("assumed {} times", asked.len()) };
    assert_eq!(role.key(), "AKIABASE");
    for (field, want) in [
        ("RoleArn", "arn:aws:iam::111122223333:role/Ops"),
        ("SerialNumber", serial),
        ("TokenCode", "123456"),
        ("RoleSessionName", "me"),
        ("ExternalId", "x-1"),
        ("DurationSeconds", "3600"),
    ] {
        assert_eq!(role.field(field), want, "{field}");
    }
    assert!(stub.actions("DescribeRegions").iter().all(|a| a.key() == "ASIAOPS"));
}

#[tokio::test]
async fn a_role_behind_a_role_with_a_code_is_reached_through_it() {
    let stub = aws(60).await;
    let person = Person::who_says(&[Some("123456")]);
    let clients = clients(&stub, "far", &["eu-west-1"], Some(&person));
    regions(&clients.session(ScopeId(0)).await.unwrap()).await.unwrap();
    let keys: Vec<String> = stub.asked().iter().map(|a| a.key().to_owned()).collect();
    assert_eq!(keys, ["AKIABASE", "ASIAOPS", "ASIAFAR"]);
    assert_eq!(person.questions()[0].profile, "ops");
}

#[tokio::test]
async fn a_wrong_code_is_asked_again_with_what_was_wrong() {
    let stub = aws(60).await;
    let person = Person::who_says(&[Some("000000"), Some("123456")]);
    let clients = clients(&stub, "ops", &["eu-west-1"], Some(&person));
    regions(&clients.session(ScopeId(0)).await.unwrap()).await.unwrap();
    let questions = person.questions();
    assert_eq!(questions.len(), 2);
    assert!(questions[1].refused.as_deref().is_some_and(|r| r.contains("invalid MFA")), "{questions:?}");
}

#[tokio::test]
async fn three_wrong_codes_are_enough() {
    let stub = aws(60).await;
    let person = Person::who_says(&[Some("1"), Some("2"), Some("3")]);
    let clients = clients(&stub, "ops", &["eu-west-1"], Some(&person));
    let session = clients.session(ScopeId(0)).await.unwrap();
    let problem = regions(&session).await.expect_err("no code was right");
    assert_eq!((problem.kind, problem.remedy), (ProblemKind::Expired, Remedy::AskAgain));
}

#[tokio::test]
async fn a_declined_question_is_put_again_only_when_the_operator_refreshes() {
    let stub = aws(60).await;
    let person = Person::who_says(&[None, Some("123456")]);
    let clients = clients(&stub, "ops", &["eu-west-1"], Some(&person));
    for _ in 0..3 {
        let session = clients.session(ScopeId(0)).await.unwrap();
        let problem = regions(&session).await.expect_err("it was declined");
        assert_eq!((problem.kind, problem.remedy), (ProblemKind::Expired, Remedy::AskAgain));
        assert_eq!(problem.operation, "sts:AssumeRole");
    }
    assert_eq!(person.questions().len(), 1);
    clients.ask_again().await;
    regions(&clients.session(ScopeId(0)).await.unwrap()).await.unwrap();
    assert_eq!(person.questions().len(), 2);
}

#[tokio::test]
async fn credentials_about_to_end_are_renewed_by_a_new_question() {
    let stub = aws(1).await;
    let person = Person::who_says(&[Some("123456"), Some("123456")]);
    let clients = clients(&stub, "ops", &["eu-west-1"], Some(&person));
    let session = clients.session(ScopeId(0)).await.unwrap();
    regions(&session).await.unwrap();
    regions(&session).await.unwrap();
    assert_eq!(person.questions().len(), 2);
}

#[tokio::test]
async fn without_anybody_to_ask_the_console_is_named() {
    let stub = aws(60).await;
    let clients = clients(&stub, "ops", &["eu-west-1"], None);
    let session = clients.session(ScopeId(0)).await.unwrap();
    let problem = regions(&session).await.expect_err("nobody to ask");
    assert_eq!(problem.kind, ProblemKind::Expired);
    assert_eq!(problem.remedy, Remedy::Run("toban --profile ops".into()));
}

#[tokio::test]
async fn a_role_that_may_not_be_assumed_is_denied_and_not_asked_again() {
    let stub = Stub::start(|_| {
        Answer::query_error(403, "AccessDenied", "User is not authorized to perform: sts:AssumeRole")
    })
    .await;
    let person = Person::who_says(&[Some("123456")]);
    let clients = clients(&stub, "ops", &["eu-west-1"], Some(&person));
    let session = clients.session(ScopeId(0)).await.unwrap();
    for _ in 0..2 {
        let problem = regions(&session).await.expect_err("denied");
        assert_eq!(
            (problem.kind, problem.remedy),
            (ProblemKind::Denied, Remedy::Allow("sts:AssumeRole".into()))
        );
    }
    assert_eq!(person.questions().len(), 1);
}

/// Clients of the profile `ops` from a file that can change, and the file.
fn clients_of_file(stub: &Stub, person: &Person) -> (Clients, tempfile::NamedTempFile) {
    let file = tempfile::NamedTempFile::new().unwrap();
    let files = EnvConfigFiles::builder().with_file(EnvConfigFileKind::Config, file.path()).build();
    let settings =
        Settings { prompt: Some(person.prompt()), files: Some(files), ..settings(&stub.url, "", "ops") };
    let scopes = Clients::plan(&settings);
    (Clients::new(settings, &scopes), file)
}

#[tokio::test]
async fn keys_that_were_corrected_elsewhere_take_effect_without_a_restart() {
    let stub = Stub::start(|asked| match (asked.action(), asked.key()) {
        ("AssumeRole", "AKIAOLD") => {
            Answer::query_error(403, "InvalidClientTokenId", "The security token included is invalid.")
        }
        ("AssumeRole", _) => assumed("ASIAOPS", 60),
        _ => Answer::xml(
            200,
            "<DescribeRegionsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><regionInfo/></DescribeRegionsResponse>",
        ),
    })
    .await;
    let person = Person::who_says(&[Some("123456"), Some("123456")]);
    let (clients, file) = clients_of_file(&stub, &person);
    std::fs::write(file.path(), CONFIG.replace("AKIABASE", "AKIAOLD")).unwrap();
    let fetch = || async { regions(&*clients.session(ScopeId(0)).await?).await };
    for _ in 0..3 {
        assert_eq!(fetch().await.expect_err("old keys").kind, ProblemKind::Expired);
    }
    assert_eq!(person.questions().len(), 1, "nobody is asked for a code again for the same keys");
    std::fs::write(file.path(), CONFIG).unwrap();
    fetch().await.unwrap();
    assert_eq!(person.questions().len(), 2);
}

#[tokio::test]
async fn keys_that_were_missing_take_effect_once_they_are_there() {
    let stub = aws(60).await;
    let person = Person::who_says(&[Some("123456")]);
    let (clients, file) = clients_of_file(&stub, &person);
    let command = "credential_process = false";
    let keys = "aws_access_key_id = AKIABASE\naws_secret_access_key = secret";
    std::fs::write(file.path(), CONFIG.replace(keys, command)).unwrap();
    let fetch = || async { regions(&*clients.session(ScopeId(0)).await?).await };
    assert_eq!(fetch().await.expect_err("no keys").kind, ProblemKind::Expired);
    std::fs::write(file.path(), CONFIG).unwrap();
    fetch().await.unwrap();
}

#[tokio::test]
async fn a_region_that_is_off_costs_no_second_code() {
    let stub = Stub::start(|asked| {
        let region = asked.headers.get("authorization").and_then(|a| a.split('/').nth(2)).unwrap_or_default();
        match asked.action() {
            "AssumeRole" => assumed("ASIAOPS", 60),
            "GetCallerIdentity" if region == "eu-west-1" => Answer::xml(
                200,
                "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
                 <Arn>arn:aws:sts::111122223333:assumed-role/Ops/me</Arn><UserId>AROA</UserId><Account>111122223333</Account>\
                 </GetCallerIdentityResult></GetCallerIdentityResponse>",
            ),
            _ => Answer::ec2_error(401, "AuthFailure", "not able to validate the provided access credentials"),
        }
    })
    .await;
    let person = Person::who_says(&[Some("123456"), Some("123456"), Some("123456")]);
    let clients = clients(&stub, "ops", &["ap-east-1", "af-south-1"], Some(&person));
    for scope in [0, 1, 0] {
        let session = clients.session(ScopeId(scope)).await.unwrap();
        assert_eq!(regions(&session).await.expect_err("it is off").kind, ProblemKind::NotEnabled);
    }
    assert_eq!(person.questions().len(), 1);
}

#[tokio::test]
async fn the_access_keys_of_a_source_profile_go_before_its_own_role() {
    const BOTH: &str = "[profile keyed]
aws_access_key_id = AKIAKEYED
aws_secret_access_key = secret
role_arn = arn:aws:iam::111122223333:role/Own
source_profile = elsewhere
[profile elsewhere]
aws_access_key_id = AKIAELSEWHERE
aws_secret_access_key = secret
[profile ops]
region = eu-west-1
role_arn = arn:aws:iam::111122223333:role/Ops
source_profile = keyed
mfa_serial = arn:aws:iam::111122223333:mfa/me
";
    let stub = aws(60).await;
    let person = Person::who_says(&[Some("123456")]);
    let settings = Settings { prompt: Some(person.prompt()), ..settings(&stub.url, BOTH, "ops") };
    let scopes = Clients::plan(&settings);
    regions(&Clients::new(settings, &scopes).session(ScopeId(0)).await.unwrap()).await.unwrap();
    let asked = stub.actions("AssumeRole");
    let roles: Vec<(&str, &str)> = asked.iter().map(|a| (a.key(), a.field("RoleArn"))).collect();
    assert_eq!(roles, [("AKIAKEYED", "arn:aws:iam::111122223333:role/Ops")]);
}
