use aws_runtime::env_config::file::EnvConfigFileKind;

use super::*;

const CONFIG: &str = "
[default]
region = eu-west-1
[profile sso]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = ReadOnly
[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start
[profile old-sso]
sso_start_url = https://corp.awsapps.com/start
[profile console]
login_session = arn:aws:iam::111122223333:user/Admin
[profile keys]
aws_access_key_id = AKIA
aws_secret_access_key = secret
[profile process]
credential_process = /opt/creds
[profile web]
role_arn = arn:aws:iam::111122223333:role/Web
web_identity_token_file = /token
[profile over-sso]
role_arn = arn:aws:iam::444455556666:role/Ops
source_profile = sso
[profile mfa]
role_arn = arn:aws:iam::444455556666:role/Ops
source_profile = keys
mfa_serial = arn:aws:iam::111122223333:mfa/me
role_session_name = me
external_id = x-1
duration_seconds = 3600
[profile far]
role_arn = arn:aws:iam::777788889999:role/Far
source_profile = mfa
[profile env-role]
role_arn = arn:aws:iam::444455556666:role/Ops
credential_source = Environment
[profile instance-role]
role_arn = arn:aws:iam::444455556666:role/Ops
credential_source = Ec2InstanceMetadata
[profile ring-a]
role_arn = arn:aws:iam::444455556666:role/A
source_profile = ring-b
[profile ring-b]
role_arn = arn:aws:iam::444455556666:role/B
source_profile = ring-a
[profile keyed-role]
role_arn = arn:aws:iam::444455556666:role/K
source_profile = keyed-role
mfa_serial = arn:aws:iam::111122223333:mfa/me
aws_access_key_id = AKIA
aws_secret_access_key = secret
[profile by-keyed]
role_arn = arn:aws:iam::444455556666:role/B
source_profile = keyed-role
";

#[expect(clippy::default_trait_access, reason = "the types are hidden in aws-types")]
async fn sections() -> ProfileSet {
    let files = EnvConfigFiles::builder().with_contents(EnvConfigFileKind::Config, CONFIG).build();
    aws_config::profile::load(&Default::default(), &Default::default(), &files, None).await.unwrap()
}

#[tokio::test]
async fn each_kind_of_profile_is_recognised_through_its_sources() {
    let sections = sections().await;
    for (profile, want) in [
        ("default", Login::Nothing),
        ("sso", Login::Sso("sso".into())),
        ("old-sso", Login::Sso("old-sso".into())),
        ("console", Login::Console("console".into())),
        ("keys", Login::Keys("keys".into())),
        ("process", Login::Process("process".into())),
        ("web", Login::Ambient),
        ("over-sso", Login::Sso("sso".into())),
        ("mfa", Login::Keys("keys".into())),
        ("far", Login::Keys("keys".into())),
        ("env-role", Login::Environment),
        ("instance-role", Login::Ambient),
        ("ring-a", Login::Nothing),
        ("keyed-role", Login::Keys("keyed-role".into())),
        ("nowhere", Login::Nothing),
    ] {
        assert_eq!(login(&sections, profile), want, "{profile}");
    }
}

#[tokio::test]
async fn the_chain_of_roles_is_in_the_order_of_assuming() {
    let sections = sections().await;
    let far = roles(&sections, "far");
    let names: Vec<&str> = far.iter().map(|r| r.profile.as_str()).collect();
    assert_eq!(names, ["mfa", "far"]);
    assert!(wants_code(&far));
    assert_eq!(far[0].serial.as_deref(), Some("arn:aws:iam::111122223333:mfa/me"));
    assert_eq!((far[0].session_name.as_deref(), far[0].external_id.as_deref()), (Some("me"), Some("x-1")));
    assert_eq!(far[0].duration, Some(3600));
    assert_eq!(far[1].serial, None);
    assert!(!wants_code(&roles(&sections, "over-sso")));
    // From the second profile on, access keys win over a role.
    assert!(!wants_code(&roles(&sections, "by-keyed")));
    assert!(wants_code(&roles(&sections, "keyed-role")));
    assert!(roles(&sections, "web").is_empty());
}
