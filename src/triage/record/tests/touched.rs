//! Which resources a record names.

use super::*;
use crate::triage::{
    kinds::{Place, refer},
    resources::same,
};

fn touched(source: &str, name: &str, over: Value) -> Vec<String> {
    refs(&read(&record(source, name, over)).resources)
}

fn request(source: &str, name: &str, parameters: Value) -> Vec<String> {
    touched(source, name, json!({"requestParameters": parameters}))
}

#[test]
#[rustfmt::skip]
fn parameters_name_resources() {
    for (source, name, parameters, wanted) in [
        ("ec2", "StopInstances", json!({"instancesSet": {"items": [{"instanceId": "i-1"}, {"instanceId": "i-2"}, {"instanceId": "i-1"}]}}), vec!["EC2::Instance i-1", "EC2::Instance i-2"]),
        ("ec2", "CreateTags", json!({"resourcesSet": {"items": [{"resourceId": "vol-0123456789abcdef0"}]}, "tagSet": {"items": [{"key": "x", "value": "i-0123456789abcdef0"}]}}), vec!["EC2::Volume vol-0123456789abcdef0"]),
        ("ec2", "RevokeSecurityGroupIngress", json!({"groupId": "sg-0123456789abcdef0", "ipPermissions": {"items": [{"groups": {"items": [{"groupId": "sg-0aaaaaaaaaaaaaaa0"}]}}]}}),
            vec!["EC2::SecurityGroup sg-0123456789abcdef0", "EC2::SecurityGroup sg-0aaaaaaaaaaaaaaa0"]),
        ("rds", "ModifyDBInstance", json!({"dBInstanceIdentifier": "orders", "vpcSecurityGroupIds": ["sg-0123456789abcdef0"]}), vec!["RDS::DBInstance orders", "EC2::SecurityGroup sg-0123456789abcdef0"]),
        ("lambda", "UpdateFunctionCode20150331v2", json!({"functionName": "arn:aws:lambda:eu-west-1:111122223333:function:pay:live"}), vec!["Lambda::Function pay"]),
        ("lambda", "UpdateFunctionCode20150331v2", json!({"functionName": "111122223333:function:pay"}), vec!["Lambda::Function pay"]),
        ("lambda", "PublishVersion", json!({"functionName": "pay:live"}), vec!["Lambda::Function pay"]),
        ("s3", "PutBucketPolicy", json!({"bucketName": "assets", "bucketPolicy": {"Statement": [{"Resource": "arn:aws:s3:::other"}]}}), vec!["S3::Bucket assets"]),
        ("iam", "AttachRolePolicy", json!({"roleName": "web", "policyArn": "arn:aws:iam::aws:policy/service-role/X"}), vec!["IAM::Role web", "IAM::ManagedPolicy X"]),
        ("autoscaling", "UpdateAutoScalingGroup", json!({"autoScalingGroupName": "web", "vPCZoneIdentifier": "subnet-1"}), vec!["AutoScaling::AutoScalingGroup web"]),
        ("elasticloadbalancing", "DeregisterTargets", json!({"targetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web/73e2", "targets": [{"id": "i-0123456789abcdef0", "port": 80}]}),
            vec!["ElasticLoadBalancingV2::TargetGroup targetgroup/web/73e2", "EC2::Instance i-0123456789abcdef0"]),
        ("elasticloadbalancing", "DeleteLoadBalancer", json!({"loadBalancerName": "old"}), vec!["ElasticLoadBalancing::LoadBalancer old"]),
        ("ecs", "UpdateService", json!({"cluster": "arn:aws:ecs:eu-west-1:1:cluster/main", "service": "pay", "taskDefinition": "pay:7"}), vec!["ECS::Service main/pay", "ECS::Cluster main", "ECS::TaskDefinition pay"]),
        ("ecs", "UpdateService", json!({"service": "pay"}), vec!["ECS::Service default/pay"]),
        ("kms", "DisableKey", json!({"keyId": "alias/app"}), vec!["KMS::Alias alias/app"]),
        ("kms", "DisableKey", json!({"keyId": "arn:aws:kms:eu-west-1:1:key/12-34"}), vec!["KMS::Key 12-34"]),
        ("secretsmanager", "PutSecretValue", json!({"secretId": "arn:aws:secretsmanager:eu-west-1:1:secret:prod/db-a1b2c3"}), vec!["SecretsManager::Secret prod/db"]),
        ("sqs", "DeleteQueue", json!({"queueUrl": "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs"}), vec!["SQS::Queue jobs"]),
        ("sns", "DeleteTopic", json!({"topicArn": "arn:aws:sns:eu-west-1:1:oncall"}), vec!["SNS::Topic oncall"]),
        ("cloudformation", "DeleteStack", json!({"stackName": "shop"}), vec!["CloudFormation::Stack shop"]),
        ("events", "DisableRule", json!({"name": "nightly"}), vec!["Events::Rule nightly"]),
        ("events", "DisableRule", json!({"name": "nightly", "eventBusName": "default"}), vec!["Events::Rule nightly"]),
        ("route53", "ChangeResourceRecordSets", json!({"hostedZoneId": "Z1"}), vec!["Route53::HostedZone Z1"]),
        ("ssm", "SendCommand", json!({"documentName": "AWS-RunShellScript", "instanceIds": ["i-0123456789abcdef0", "mi-0123456789abcdef0"]}),
            vec!["SSM::Document AWS-RunShellScript", "EC2::Instance i-0123456789abcdef0", "SSM::ManagedInstance mi-0123456789abcdef0"]),
        ("ssm", "PutParameter", json!({"name": "/prod/url"}), vec!["SSM::Parameter /prod/url"]),
        ("monitoring", "DeleteAlarms", json!({"alarmNames": ["a b", "c"]}), vec!["CloudWatch::Alarm a b", "CloudWatch::Alarm c"]),
        ("fsx", "DeleteFileSystem", json!({"fileSystemId": "fs-0123456789abcdef0"}), vec!["FSx::FileSystem fs-0123456789abcdef0"]),
        ("elasticfilesystem", "DeleteFileSystem", json!({"fileSystemId": "fs-0123456789abcdef0"}), vec!["EFS::FileSystem fs-0123456789abcdef0"]),
        ("xray", "Name", json!({"name": "nothing", "id": 4, "x": {"name": "y"}}), vec![]),
        ("ec2", "RunInstances", json!({"iamInstanceProfile": {"name": "web"}, "subnetId": "subnet-1"}), vec!["IAM::InstanceProfile web", "EC2::Subnet subnet-1"]),
        ("iam", "CreateLoginProfile", json!({"userName": "HIDDEN_DUE_TO_SECURITY_REASONS"}), vec![]),
    ] {
        let found = request(source, name, parameters.clone());
        let (mut a, mut b) = (found.clone(), wanted.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>());
        assert_eq!(found.first(), b.first(), "{source} {name} {parameters}: the main one first");
        a.sort();
        b.sort();
        assert_eq!(a, b, "{source} {name} {parameters}");
    }
}

#[test]
fn answers_index_and_messages_name_resources_too() {
    let run = json!({"requestParameters": {"instancesSet": {"items": [{"imageId": "ami-0123456789abcdef0"}]}},
        "responseElements": {"instancesSet": {"items": [{"instanceId": "i-0123456789abcdef0", "vpcId": "vpc-0123456789abcdef0"}]}}});
    assert_eq!(
        touched("ec2", "RunInstances", run),
        [
            "EC2::Instance i-0123456789abcdef0",
            "EC2::Image ami-0123456789abcdef0",
            "EC2::VPC vpc-0123456789abcdef0"
        ]
    );
    let key = json!({"resources": [{"ARN": "arn:aws:kms:eu-west-1:1:key/12", "accountId": "1", "type": "AWS::KMS::Key"}, {"type": "AWS::S3::Object"}, 7]});
    assert_eq!(touched("kms", "DisableKey", key), ["KMS::Key 12"]);
    let refused = json!({"errorCode": "AccessDenied", "errorMessage":
        "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/deploy"});
    assert_eq!(touched("sts", "AssumeRole", refused), ["IAM::Role deploy"]);
    let session = json!({"responseElements": {"credentials": {"accessKeyId": "ASIAEXAMPLE9"}}, "requestParameters": {"roleArn": "arn:aws:iam::1:role/r"}});
    assert_eq!(touched("sts", "AssumeRole", session), ["IAM::Role r", "IAM::AccessKey ASIAEXAMPLE9"]);
    let spot = json!({"serviceEventDetails": {"instanceIdSet": ["i-0123456789abcdef0"]}});
    assert_eq!(touched("ec2", "BidEvictedEvent", spot), ["EC2::Instance i-0123456789abcdef0"]);
    let docdb = json!({"requestParameters": {"dBInstanceIdentifier": "doc-1"}, "responseElements": {"engine": "docdb", "dBClusterIdentifier": "doc"}});
    assert_eq!(
        touched("rds", "RebootDBInstance", docdb),
        ["DocDB::DBInstance doc-1", "DocDB::DBCluster doc"]
    );
    let index: Vec<(String, String)> = [
        ("AWS::EC2::Instance", "i-0123456789abcdef0"),
        ("", "vol-0123456789abcdef0"),
        ("AWS::EC2::Ami", "ami-1"),
        ("AWS::IAM::Policy", "arn:aws:iam::1:policy/x"),
        ("AWS::OpenSearch::Domain", "logs"),
        ("", "unknown name"),
        ("AWS::Made::Up", "thing"),
        ("AWS::SSM::ManagedInstance", "i-0123456789abcdef0"),
        ("AWS::SQS::Queue", "https://sqs.eu-west-1.amazonaws.com/1/jobs"),
    ]
    .into_iter()
    .map(|(k, n)| (k.to_owned(), n.to_owned()))
    .collect();
    let found = event(ScopeId(3), &record("x", "Y", json!({})), &index).unwrap();
    assert_eq!(
        refs(&found.resources),
        [
            "EC2::Instance i-0123456789abcdef0",
            "EC2::Volume vol-0123456789abcdef0",
            "EC2::Image ami-1",
            "IAM::ManagedPolicy x",
            "OpenSearchService::Domain logs",
            "Made::Up thing",
            "SQS::Queue jobs"
        ]
    );
}

#[test]
fn a_thing_is_the_same_by_id_by_arn_and_as_an_alarm_names_it() {
    let place = Place { scope: ScopeId(3), partition: "aws", region: "eu-west-1", account: "111122223333" };
    for (source, parameters, kind, id) in [
        ("ec2", json!({"instanceId": "i-0123456789abcdef0"}), "AWS::EC2::Instance", "i-0123456789abcdef0"),
        (
            "ec2",
            json!({"resource": "arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0"}),
            "AWS::EC2::Instance",
            "i-0123456789abcdef0",
        ),
        (
            "elasticloadbalancing",
            json!({"loadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/50dc"}),
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "app/web/50dc",
        ),
        (
            "ecs",
            json!({"cluster": "main", "service": "arn:aws:ecs:eu-west-1:111122223333:service/main/pay"}),
            "AWS::ECS::Service",
            "main/pay",
        ),
        ("logs", json!({"logGroupName": "/aws/lambda/pay"}), "AWS::Logs::LogGroup", "/aws/lambda/pay"),
        ("iam", json!({"roleArn": "arn:aws:iam::111122223333:role/a/b/web"}), "AWS::IAM::Role", "web"),
    ] {
        let wanted = refer(kind, id, &place);
        let event = read(&record(source, "Change", json!({"requestParameters": parameters})));
        let found: Vec<_> = event.resources.iter().filter(|r| same(r, &wanted)).collect();
        assert_eq!(found.len(), 1, "{:?}", event.resources);
        assert!(found[0].arn.is_some(), "{id}");
    }
}

#[test]
fn a_flood_of_resources_is_cut_and_keeps_what_the_call_was_about() {
    let many: Vec<_> = (0..5000).map(|n| json!(format!("subnet-{n:017x}"))).collect();
    let over = json!({"requestParameters": {"subnetIds": many, "autoScalingGroupName": "late"}});
    let event = read(&record("autoscaling", "UpdateAutoScalingGroup", over));
    assert_eq!(event.resources.len(), 64);
    assert_eq!(event.resources[0].id, "late");
    assert_eq!(english(&event), "changed Auto Scaling group late: subnetIds");
}
