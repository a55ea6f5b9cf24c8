//! Who, and by which way.

use super::*;

fn who(identity: Value) -> (String, ActorKind) {
    let event = read(&record("ec2", "StopInstances", json!({"userIdentity": identity})));
    (event.actor.to_string(), event.actor_kind)
}

fn assumed(role: &str, path: &str, session: &str) -> Value {
    json!({"type": "AssumedRole", "principalId": format!("AROAEXAMPLE:{session}"),
        "arn": format!("arn:aws:sts::111122223333:assumed-role/{role}/{session}"), "accessKeyId": "ASIAEXAMPLE",
        "sessionContext": {"sessionIssuer": {"type": "Role", "userName": role,
            "arn": format!("arn:aws:iam::111122223333:role/{path}{role}")}}})
}

#[test]
fn every_type_of_identity_has_a_name_and_a_kind() {
    let service_role = "aws-service-role/autoscaling.amazonaws.com/";
    for (identity, name, kind) in [
        (json!({"type": "Root", "arn": "arn:aws:iam::111122223333:root"}), "ROOT", ActorKind::Root),
        (json!({"type": "IAMUser", "userName": "alice"}), "alice", ActorKind::User),
        (
            json!({"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/team/bob"}),
            "bob",
            ActorKind::User,
        ),
        (assumed("deploy", "", "botocore-session-1"), "deploy ▸ botocore-session-1", ActorKind::Role),
        (
            assumed("web", "service-role/", "i-0123456789abcdef0"),
            "web ▸ i-0123456789abcdef0",
            ActorKind::Role,
        ),
        (
            assumed(
                "AWSReservedSSO_OnCall_0123456789abcdef",
                "aws-reserved/sso.amazonaws.com/",
                "alice@example.org",
            ),
            "OnCall ▸ alice@example.org",
            ActorKind::Sso,
        ),
        (assumed("AWSReservedSSO_On_Call_0123456789abcdef", "", "bob"), "On_Call ▸ bob", ActorKind::Sso),
        (
            assumed("AWSServiceRoleForAutoScaling", service_role, "AutoScaling"),
            "autoscaling.amazonaws.com",
            ActorKind::Service,
        ),
        (json!({"type": "AssumedRole", "principalId": "AROAEXAMPLE:someone"}), "someone", ActorKind::Role),
        (json!({"type": "Role", "userName": "batch"}), "batch", ActorKind::Role),
        (
            json!({"type": "FederatedUser", "arn": "arn:aws:sts::111122223333:federated-user/carol",
            "sessionContext": {"sessionIssuer": {"type": "IAMUser", "userName": "alice"}}}),
            "alice ▸ carol",
            ActorKind::User,
        ),
        (
            json!({"type": "FederatedUser", "principalId": "111122223333:carol",
            "sessionContext": {"sessionIssuer": {"type": "Root"}}}),
            "ROOT ▸ carol",
            ActorKind::Root,
        ),
        (
            json!({"type": "SAMLUser", "userName": "dave", "identityProvider": "arn:aws:iam::1:saml-provider/corp"}),
            "corp ▸ dave",
            ActorKind::Unknown,
        ),
        (
            json!({"type": "WebIdentityUser", "userName": "repo:shop/app:ref:refs/heads/main",
            "identityProvider": "arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com"}),
            "token.actions.githubusercontent.com ▸ repo:shop/app:ref:refs/heads/main",
            ActorKind::Unknown,
        ),
        (
            json!({"type": "IdentityCenterUser", "onBehalfOf": {"userId": "90677f0e"}}),
            "90677f0e",
            ActorKind::Sso,
        ),
        (
            json!({"type": "AWSAccount", "accountId": "444455556666", "principalId": "AROAEXAMPLE:x"}),
            "444455556666",
            ActorKind::Unknown,
        ),
        (
            json!({"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"}),
            "autoscaling.amazonaws.com",
            ActorKind::Service,
        ),
        (
            json!({"accountId": "111122223333", "invokedBy": "rds.amazonaws.com"}),
            "rds.amazonaws.com",
            ActorKind::Service,
        ),
        (json!({"type": "Directory", "userName": "erin"}), "erin", ActorKind::Unknown),
        (json!({"type": "Unknown", "principalId": "abc"}), "abc", ActorKind::Unknown),
        (json!({"arn": "arn:aws:iam::111122223333:user/frank"}), "frank", ActorKind::User),
        (json!({"arn": "arn:aws:iam::111122223333:root"}), "ROOT", ActorKind::Root),
        (json!({"type": "IAMUser", "userName": 7}), "7", ActorKind::User),
        (json!({}), "", ActorKind::Unknown),
        (json!(null), "", ActorKind::Unknown),
        (json!("somebody"), "somebody", ActorKind::Unknown),
        (json!([1, 2]), "", ActorKind::Unknown),
    ] {
        assert_eq!(who(identity.clone()), (name.to_owned(), kind), "{identity}");
    }
}

#[test]
fn a_saml_user_who_takes_an_identity_center_role_is_a_person_of_it() {
    let over = json!({"userIdentity": {"type": "SAMLUser", "userName": "alice@example.org"},
        "requestParameters": {"roleArn": "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_OnCall_0123"}});
    let event = read(&record("sts", "AssumeRoleWithSAML", over));
    assert_eq!((event.actor.as_str(), event.actor_kind), ("alice@example.org", ActorKind::Sso));
}

#[test]
fn every_way_has_its_evidence() {
    let agent = |agent: &str| json!({"userAgent": agent});
    let session = |session: &str| json!({"userAgent": "x", "userIdentity": assumed("r", "", session)});
    for (over, via) in [
        // Services
        (json!({"userIdentity": {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}}), Via::AwsService),
        (
            json!({"userIdentity": {"type": "IAMUser", "userName": "a", "invokedBy": "rds.amazonaws.com"}}),
            Via::AwsService,
        ),
        (json!({"sourceIPAddress": "autoscaling.amazonaws.com"}), Via::AwsService),
        (json!({"sourceIPAddress": "AWS Internal", "userAgent": "AWS Internal"}), Via::AwsService),
        (json!({"eventType": "AwsServiceEvent", "userAgent": "x"}), Via::AwsService),
        (
            json!({"userIdentity": assumed("AWSServiceRoleForECS", "aws-service-role/ecs.amazonaws.com/", "ecs")}),
            Via::AwsService,
        ),
        // A service that carries out what somebody described
        (
            json!({"userIdentity": {"type": "IAMUser", "userName": "a", "invokedBy": "cloudformation.amazonaws.com"}}),
            Via::Iac,
        ),
        (json!({"sourceIPAddress": "cloudformation.amazonaws.com"}), Via::Iac),
        (json!({"userIdentity": {"type": "AssumedRole", "invokedBy": "codebuild.amazonaws.com"}}), Via::Iac),
        // The console
        (json!({"eventType": "AwsConsoleSignIn", "userAgent": "x"}), Via::Console),
        (json!({"eventType": "AwsConsoleAction"}), Via::Console),
        (agent("signin.amazonaws.com"), Via::Console),
        (agent("console.amazonaws.com"), Via::Console),
        (agent("console.aws.amazon.com"), Via::Console),
        (agent("[S3Console/0.4, aws-internal/3 aws-sdk-java/1.12]"), Via::Console),
        (agent("RDS Console, aws-internal/3 aws-sdk-java/1.11"), Via::Console),
        (agent("Mozilla/5.0 (X11; Linux x86_64) Firefox/102.0"), Via::Console),
        (agent("AWS Internal"), Via::Console),
        (json!({"sessionCredentialFromConsole": "true", "userAgent": "aws-cli/2.1"}), Via::Console),
        // Infrastructure as code and pipelines
        (agent("APN/1.0 HashiCorp/1.0 Terraform/1.9.0 aws-sdk-go/1.44"), Via::Iac),
        (agent("[APN/1.0 HashiCorp/1.0 Terraform/1.9.0]"), Via::Iac),
        (agent("APN/1.0 OpenTofu/1.8"), Via::Iac),
        (agent("APN/1.0 Pulumi/1.0 aws-sdk-go-v2/1.1"), Via::Iac),
        (agent("aws-cdk/2.100.0 aws-sdk-js/3"), Via::Iac),
        (agent("Ansible/2.16 Boto3/1.26"), Via::Iac),
        (agent("crossplane-provider-aws/v1 aws-sdk-go-v2/1.1"), Via::Iac),
        (session("terraform-run-1"), Via::Iac),
        (session("GitHubActions"), Via::Iac),
        (session("AWSCodeBuild-1"), Via::Iac),
        (session("jenkins-agent-7"), Via::Iac),
        (
            json!({"userAgent": "aws-cli/2.1", "userIdentity": {"type": "AssumedRole", "sessionContext": {"webIdFederationData":
            {"federatedProvider": "arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com"}}}}),
            Via::Iac,
        ),
        (
            json!({"userAgent": "x", "userIdentity": {"type": "WebIdentityUser", "identityProvider": "gitlab.com"}}),
            Via::Iac,
        ),
        // Command lines
        (agent("aws-cli/2.17.32 md/command#ec2.stop-instances"), Via::Cli),
        (agent("aws-cli/2.17.32 exec-env/CloudShell"), Via::Cli),
        (
            json!({"userAgent": "aws-cli/2.1 exec-env/CloudShell", "sessionCredentialFromConsole": "true"}),
            Via::Cli,
        ),
        // Programs
        (agent("Boto3/1.26 Python/3.10 Botocore/1.29"), Via::Sdk),
        (agent("aws-sdk-go-v2/1.17 os/linux"), Via::Sdk),
        (agent("exec-env/AWS_Lambda_python3.12"), Via::Sdk),
        (session("i-0123456789abcdef0"), Via::Sdk),
        (session("botocore-session-1"), Via::Sdk),
        (session("my-lambda"), Via::Sdk),
        (
            json!({"userAgent": "x", "userIdentity": {"type": "AssumedRole", "sessionContext": {"ec2RoleDelivery": "2.0"}}}),
            Via::Sdk,
        ),
        // Nothing known
        (agent("curl/8.0"), Via::Unknown),
        (json!({"userAgent": null, "sourceIPAddress": null}), Via::Unknown),
        (json!({"userAgent": 5, "sourceIPAddress": "2001:db8::1"}), Via::Unknown),
    ] {
        let event = read(&record("ec2", "StopInstances", over.clone()));
        assert_eq!(event.via, via, "{over}");
    }
}

#[test]
fn noise_is_told_from_changes() {
    let by_service = json!({"userIdentity": {"type": "AWSService", "invokedBy": "lambda.amazonaws.com"}});
    let by_scaling =
        json!({"userIdentity": {"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"}});
    for (source, name, over, noise) in [
        ("ssm", "UpdateInstanceInformation", json!({}), true),
        ("ssm", "UpdateInstanceAssociationStatus", json!({}), true),
        ("ssm", "PutInventory", json!({}), true),
        ("ssm", "PutComplianceItems", json!({}), true),
        ("ssmmessages", "OpenDataChannel", json!({}), true),
        ("logs", "CreateLogStream", json!({}), true),
        ("logs", "CreateLogGroup", json!({}), true),
        ("kms", "CreateGrant", json!({}), true),
        ("kms", "RetireGrant", json!({}), true),
        ("kms", "RevokeGrant", json!({}), false),
        ("ec2", "CreateNetworkInterface", by_service.clone(), true),
        ("ec2", "CreateNetworkInterface", json!({}), false),
        ("ec2", "DeleteNetworkInterface", by_service.clone(), true),
        ("ec2", "CreateTags", by_scaling, true),
        ("ec2", "CreateTags", by_service, false),
        ("config", "PutEvaluations", json!({}), true),
        ("ecs", "RegisterContainerInstance", json!({}), true),
        ("ecs", "SubmitTaskStateChange", json!({}), true),
        ("sts", "AssumeRole", json!({}), true),
        ("sts", "AssumeRoleWithWebIdentity", json!({}), true),
        ("sts", "AssumeRoot", json!({}), false),
        ("ec2", "StopInstances", json!({}), false),
        ("elsewhere", "PutInventory", json!({}), false),
    ] {
        assert_eq!(is_noise(&read(&record(source, name, over.clone()))), noise, "{source} {name} {over}");
    }
}

#[test]
fn an_actor_leads_back_to_what_can_be_looked_up() {
    let user = |identity: Value| {
        let event = read(&record("ec2", "StopInstances", json!({"userIdentity": identity})));
        lookup_user(&event).map(str::to_owned)
    };
    assert_eq!(user(json!({"type": "IAMUser", "userName": "alice"})).as_deref(), Some("alice"));
    assert_eq!(user(assumed("deploy", "", "run-1")).as_deref(), Some("run-1"));
    assert_eq!(user(json!({"type": "AWSService", "invokedBy": "ec2.amazonaws.com"})), None);
    assert_eq!(user(json!({})), None);
}

#[test]
fn who_somebody_is_over_all_sessions_is_told_without_decoding_the_record() {
    let session = |role: &str, session: &str| {
        json!({"type": "AssumedRole", "arn": format!("arn:aws:sts::111122223333:assumed-role/{role}/{session}"),
            "principalId": format!("AROAEXAMPLE:{session}"), "sessionContext": {"sessionIssuer": {"type": "Role",
            "arn": format!("arn:aws:iam::111122223333:role/{role}"), "userName": role}}})
    };
    let sso = "AWSReservedSSO_OnCall_0123456789abcdef";
    let cases = [
        (json!({"type": "IAMUser", "userName": "alice"}), Some(("alice", true))),
        (json!({"type": "Root", "arn": "arn:aws:iam::111122223333:root"}), Some(("ROOT", true))),
        (session("deploy", "GitHubActions"), Some(("deploy", false))),
        (session("deploy", "run-2"), Some(("deploy", false))),
        (session("admin", "bob@example.org"), Some(("admin ▸ bob@example.org", true))),
        (session(sso, "carol"), Some(("OnCall ▸ carol", true))),
        (session("AWSServiceRoleForAutoScaling", "AutoScaling"), None),
        (json!({"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"}), None),
        (json!({"type": "AWSAccount", "accountId": "444455556666"}), None),
        (json!({}), None),
        (json!(null), None),
        (json!("alice"), None),
    ];
    for (identity, expected) in cases {
        // What is passed to a call may name somebody too.
        let text = record(
            "ec2",
            "StopInstances",
            json!({"userIdentity": identity, "requestParameters": {"note": "\"userIdentity\":{\"type\":\"Root\"}"}}),
        );
        let event = read(&text);
        for who in [Who::of(&event), Who::of_record(&text)] {
            let told = who.as_ref().map(|who| (who.name.as_ref(), who.human));
            assert_eq!(told, expected, "{text}");
        }
    }
    assert_eq!(Who::of_record("{\"userIdentity\":{\"type\":\"IAMUser\",\"userName\":\"ali"), None, "cut off");
}
