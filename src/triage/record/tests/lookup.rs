//! Asking for a resource, and finding it in a text.

use super::*;
use crate::triage::{
    kinds::{Place, refer},
    record::{both, home_region, home_region_of, mentions, names},
};

const PLACE: Place<'static> =
    Place { scope: ScopeId(0), partition: "aws", region: "eu-west-1", account: "111122223333" };

#[test]
fn names_come_in_the_order_that_services_record_them() {
    let arn = |rest: &str| format!("arn:aws:{rest}");
    for (resource, wanted) in [
        (
            refer("AWS::EC2::Instance", "i-1", &PLACE),
            vec!["i-1".to_owned(), arn("ec2:eu-west-1:111122223333:instance/i-1"), "instance/i-1".into()],
        ),
        (refer("AWS::AutoScaling::AutoScalingGroup", "web", &PLACE), vec!["web".into()]),
        (
            refer("AWS::SNS::Topic", "oncall", &PLACE),
            vec![arn("sns:eu-west-1:111122223333:oncall"), "oncall".into()],
        ),
        (
            refer("AWS::KMS::Key", "1234", &PLACE),
            vec![arn("kms:eu-west-1:111122223333:key/1234"), "1234".into(), "key/1234".into()],
        ),
        (
            refer("AWS::Lambda::Function", "pay", &PLACE),
            vec!["pay".into(), arn("lambda:eu-west-1:111122223333:function:pay")],
        ),
        (
            refer("AWS::DynamoDB::Table", "orders", &PLACE),
            vec!["orders".into(), arn("dynamodb:eu-west-1:111122223333:table/orders"), "table/orders".into()],
        ),
        (
            refer("AWS::ECS::Service", "main/pay", &PLACE),
            vec![
                arn("ecs:eu-west-1:111122223333:service/main/pay"),
                "pay".into(),
                "service/main/pay".into(),
                "main/pay".into(),
            ],
        ),
        (
            refer("AWS::SQS::Queue", "jobs", &PLACE),
            vec![
                "jobs".into(),
                arn("sqs:eu-west-1:111122223333:jobs"),
                "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs".into(),
            ],
        ),
        (
            refer("AWS::ElasticLoadBalancingV2::TargetGroup", "targetgroup/web-80/73e2", &PLACE),
            vec![
                arn("elasticloadbalancing:eu-west-1:111122223333:targetgroup/web-80/73e2"),
                "web-80".into(),
                "targetgroup/web-80/73e2".into(),
                "73e2".into(),
            ],
        ),
        (
            refer("AWS::Logs::LogGroup", "/aws/lambda/pay", &PLACE),
            vec!["/aws/lambda/pay".into(), arn("logs:eu-west-1:111122223333:log-group:/aws/lambda/pay")],
        ),
        (ResourceRef::new(ScopeId(0), "AWS::SecretsManager::Secret", "prod/db"), vec!["prod/db".into()]),
    ] {
        let found = names(&resource);
        assert_eq!(found, wanted, "{resource:?}");
        let mut once = found.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), found.len());
    }
    for (kind, is) in [
        ("AWS::SQS::Queue", true),
        ("AWS::ECS::Service", true),
        ("AWS::Lambda::Function", true),
        ("AWS::DynamoDB::Table", true),
        ("AWS::EC2::Instance", false),
    ] {
        assert_eq!(both(&ResourceRef::new(ScopeId(0), kind, "x")), is, "{kind}");
    }
}

#[test]
fn global_services_have_a_home() {
    for (source, partition, home) in [
        ("iam.amazonaws.com", "aws", Some("us-east-1")),
        ("sts", "aws", Some("us-east-1")),
        ("route53.amazonaws.com", "aws", Some("us-east-1")),
        ("cloudfront", "aws", Some("us-east-1")),
        ("organizations", "aws", Some("us-east-1")),
        ("iam", "aws-us-gov", Some("us-gov-west-1")),
        ("iam", "aws-cn", Some("cn-north-1")),
        ("organizations", "aws-cn", Some("cn-northwest-1")),
        ("ec2.amazonaws.com", "aws", None),
        ("", "aws", None),
    ] {
        assert_eq!(home_region(source, partition), home, "{source} {partition}");
    }
    for (kind, arn, home) in [
        ("AWS::IAM::Role", None, Some("us-east-1")),
        ("AWS::CloudFront::Distribution", Some("arn:aws:cloudfront::1:distribution/E1"), Some("us-east-1")),
        ("AWS::IAM::Role", Some("arn:aws-us-gov:iam::1:role/x"), Some("us-gov-west-1")),
        ("AWS::WAFv2::WebACL", Some("arn:aws:wafv2:us-east-1:1:global/webacl/edge/9"), Some("us-east-1")),
        ("AWS::WAFv2::WebACL", Some("arn:aws:wafv2:eu-west-1:1:regional/webacl/edge/9"), None),
        ("AWS::Organizations::Account", None, Some("us-east-1")),
        ("AWS::EC2::Instance", None, None),
    ] {
        let mut resource = ResourceRef::new(ScopeId(0), kind, "x");
        resource.arn = arn.map(str::to_owned);
        assert_eq!(home_region_of(&resource, "aws"), home, "{kind} {arn:?}");
    }
}

#[test]
fn a_mention_is_a_word_of_its_own() {
    for (text, name, is) in [
        (r#"{"instanceId":"i-0abc"}"#, "i-0abc", true),
        (r#"{"instanceId":"i-0abcd"}"#, "i-0abc", false),
        (r#"{"a":"xi-0abc"}"#, "i-0abc", false),
        ("arn:aws:iam::1:role/web", "web", true),
        ("role/web-2", "web", false),
        ("my-web", "web", false),
        ("web_2", "web", false),
        ("my.web", "web", false),
        ("assets.example.com", "assets", false),
        ("assets.example.com", "assets.example.com", true),
        ("It was i-0abc.", "i-0abc", true),
        (r#""i-0abc.""#, "i-0abc", true),
        ("alice@example.org", "alice", false),
        ("alice@example.org", "alice@example.org", true),
        (r#""line\nweb""#, "web", true),
        (r#""\u0026web""#, "web", true),
        (r#""a\\nweb""#, "web", false),
        ("%2Fweb%22", "web", true),
        (r#"{\"Resource\":\"web\"}"#, "web", true),
        ("対象はi-0abcです", "i-0abc", true),
        ("当番表", "当番", false),
        (r#""a \"quoted\" name""#, "a \"quoted\" name", true),
        ("web web-2 my-web web", "web", true),
        ("Web", "web", false),
        ("anything", "", false),
        ("", "web", false),
        ("pay:live", "pay", true),
        ("targetgroup/web-80/73e2d6", "targetgroup/web-80/73e2d6", true),
        ("arn:aws:sns:eu-west-1:1:oncall-2", "arn:aws:sns:eu-west-1:1:oncall", false),
    ] {
        assert_eq!(mentions(text, name), is, "{name} in {text}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_is_trouble(text in "[\\PC\\\\%u\"]{0,40}", name in "\\PC{0,6}") {
        let _ = mentions(&text, &name);
        if mentions(&text, &name) && !name.contains(['"', '\\']) {
            proptest::prop_assert!(text.contains(&name));
        }
    }
}
