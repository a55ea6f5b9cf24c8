use super::*;
use crate::{scope::ScopeId, triage::rule};

const REGION: &str = "eu-west-1";
const ACCOUNT: &str = "111122223333";

fn stat(namespace: &str, dimensions: &[(&str, &str)]) -> MetricStat {
    let dimensions = dimensions.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    MetricStat { namespace: namespace.into(), name: "M".into(), dimensions, ..MetricStat::default() }
}

fn metric(namespace: &str, dimensions: &[(&str, &str)]) -> Alarm {
    Alarm {
        scope: ScopeId(2),
        watch: Watch::Metric { stat: stat(namespace, dimensions), band: None },
        ..Alarm::default()
    }
}

fn math(queries: Vec<MathQuery>) -> Alarm {
    Alarm { watch: Watch::Math(queries), ..Alarm::default() }
}

fn query(stat: Option<MetricStat>, expression: Option<&str>, returns: bool) -> MathQuery {
    MathQuery {
        id: "m".into(),
        stat,
        expression: expression.map(Into::into),
        label: None,
        returns,
        period: None,
    }
}

/// `type id`, in order.
fn said(alarm: &Alarm) -> Vec<String> {
    of_alarm(alarm, REGION, ACCOUNT, "aws").iter().map(|r| format!("{} {}", r.kind, r.id)).collect()
}

type Case = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static [(&'static str, &'static str, &'static str)],
);

/// Namespace, dimensions → (type, id, ARN after the partition; empty when it cannot be told).
#[rustfmt::skip]
const CASES: &[Case] = &[
    ("AWS/EC2", &[("InstanceId", "i-1")], &[("AWS::EC2::Instance", "i-1", "ec2:R:A:instance/i-1")]),
    ("AWS/EC2", &[("AutoScalingGroupName", "web")], &[("AWS::AutoScaling::AutoScalingGroup", "web", "")]),
    ("AWS/EC2", &[("ImageId", "ami-1")], &[("AWS::EC2::Image", "ami-1", "ec2:R::image/ami-1")]),
    ("AWS/EC2", &[("InstanceType", "t3.micro")], &[]),
    ("CWAgent", &[("ImageId", "ami-1"), ("InstanceId", "i-1"), ("AutoScalingGroupName", "web"), ("path", "/")],
        &[("AWS::EC2::Instance", "i-1", "ec2:R:A:instance/i-1"), ("AWS::AutoScaling::AutoScalingGroup", "web", "")]),
    ("CWAgent", &[("host", "ip-10-0-0-1")], &[]),
    ("AWS/EBS", &[("VolumeId", "vol-1")], &[("AWS::EC2::Volume", "vol-1", "ec2:R:A:volume/vol-1")]),
    ("AWS/AutoScaling", &[("AutoScalingGroupName", "web")], &[("AWS::AutoScaling::AutoScalingGroup", "web", "")]),
    ("AWS/ApplicationELB", &[("LoadBalancer", "app/web/50dc"), ("TargetGroup", "targetgroup/web-80/73e2"), ("AvailabilityZone", "eu-west-1a")], &[
        ("AWS::ElasticLoadBalancingV2::TargetGroup", "targetgroup/web-80/73e2", "elasticloadbalancing:R:A:targetgroup/web-80/73e2"),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", "app/web/50dc", "elasticloadbalancing:R:A:loadbalancer/app/web/50dc")]),
    ("AWS/NetworkELB", &[("LoadBalancer", "net/in/1")], &[("AWS::ElasticLoadBalancingV2::LoadBalancer", "net/in/1", "elasticloadbalancing:R:A:loadbalancer/net/in/1")]),
    ("AWS/GatewayELB", &[("LoadBalancer", "gwy/fw/1")], &[("AWS::ElasticLoadBalancingV2::LoadBalancer", "gwy/fw/1", "elasticloadbalancing:R:A:loadbalancer/gwy/fw/1")]),
    ("AWS/ELB", &[("LoadBalancerName", "old")], &[("AWS::ElasticLoadBalancing::LoadBalancer", "old", "elasticloadbalancing:R:A:loadbalancer/old")]),
    ("AWS/RDS", &[("DBInstanceIdentifier", "orders")], &[("AWS::RDS::DBInstance", "orders", "rds:R:A:db:orders")]),
    ("AWS/RDS", &[("DBClusterIdentifier", "shop"), ("Role", "WRITER")], &[("AWS::RDS::DBCluster", "shop", "rds:R:A:cluster:shop")]),
    ("AWS/RDS", &[("DbClusterIdentifier", "shop"), ("EngineName", "aurora")], &[("AWS::RDS::DBCluster", "shop", "rds:R:A:cluster:shop")]),
    ("AWS/RDS", &[("ProxyName", "px")], &[("AWS::RDS::DBProxy", "px", "")]),
    ("AWS/DocDB", &[("DBClusterIdentifier", "doc"), ("DBInstanceIdentifier", "doc-1")], &[
        ("AWS::DocDB::DBInstance", "doc-1", "rds:R:A:db:doc-1"), ("AWS::DocDB::DBCluster", "doc", "rds:R:A:cluster:doc")]),
    ("AWS/Neptune", &[("DBClusterIdentifier", "graph")], &[("AWS::Neptune::DBCluster", "graph", "rds:R:A:cluster:graph")]),
    ("AWS/ElastiCache", &[("CacheClusterId", "c-001"), ("CacheNodeId", "0001")], &[("AWS::ElastiCache::CacheCluster", "c-001", "elasticache:R:A:cluster:c-001")]),
    ("AWS/ElastiCache", &[("ReplicationGroupId", "rg")], &[("AWS::ElastiCache::ReplicationGroup", "rg", "elasticache:R:A:replicationgroup:rg")]),
    ("AWS/ElastiCache", &[("clusterId", "sl")], &[("AWS::ElastiCache::ServerlessCache", "sl", "elasticache:R:A:serverlesscache:sl")]),
    ("AWS/DynamoDB", &[("TableName", "orders"), ("Operation", "PutItem")], &[("AWS::DynamoDB::Table", "orders", "dynamodb:R:A:table/orders")]),
    ("AWS/Lambda", &[("FunctionName", "pay"), ("Resource", "pay:live")], &[("AWS::Lambda::Function", "pay", "lambda:R:A:function:pay")]),
    ("AWS/Lambda", &[("Resource", "pay:live")], &[("AWS::Lambda::Function", "pay", "lambda:R:A:function:pay")]),
    ("AWS/ApiGateway", &[("ApiName", "shop"), ("Stage", "prod")], &[("AWS::ApiGateway::RestApi", "shop", "")]),
    ("AWS/ApiGateway", &[("ApiId", "a1b2c3")], &[("AWS::ApiGatewayV2::Api", "a1b2c3", "apigateway:R::/apis/a1b2c3")]),
    ("AWS/SQS", &[("QueueName", "jobs")], &[("AWS::SQS::Queue", "jobs", "sqs:R:A:jobs")]),
    ("AWS/SNS", &[("TopicName", "oncall")], &[("AWS::SNS::Topic", "oncall", "sns:R:A:oncall")]),
    ("AWS/S3", &[("BucketName", "assets"), ("StorageType", "AllStorageTypes")], &[("AWS::S3::Bucket", "assets", "s3:::assets")]),
    ("AWS/EFS", &[("FileSystemId", "fs-1")], &[("AWS::EFS::FileSystem", "fs-1", "elasticfilesystem:R:A:file-system/fs-1")]),
    ("AWS/FSx", &[("FileSystemId", "fs-1")], &[("AWS::FSx::FileSystem", "fs-1", "fsx:R:A:file-system/fs-1")]),
    ("AWS/ECS", &[("ServiceName", "pay"), ("ClusterName", "main")], &[
        ("AWS::ECS::Service", "main/pay", "ecs:R:A:service/main/pay"), ("AWS::ECS::Cluster", "main", "ecs:R:A:cluster/main")]),
    ("ECS/ContainerInsights", &[("ClusterName", "main")], &[("AWS::ECS::Cluster", "main", "ecs:R:A:cluster/main")]),
    ("AWS/EKS", &[("ClusterName", "main")], &[("AWS::EKS::Cluster", "main", "eks:R:A:cluster/main")]),
    ("ContainerInsights", &[("ClusterName", "main"), ("Namespace", "shop")], &[("AWS::EKS::Cluster", "main", "eks:R:A:cluster/main")]),
    ("AWS/NATGateway", &[("NatGatewayId", "nat-1")], &[("AWS::EC2::NatGateway", "nat-1", "ec2:R:A:natgateway/nat-1")]),
    ("AWS/TransitGateway", &[("TransitGateway", "tgw-1"), ("TransitGatewayAttachment", "tgw-attach-1")], &[
        ("AWS::EC2::TransitGatewayAttachment", "tgw-attach-1", "ec2:R:A:transit-gateway-attachment/tgw-attach-1"),
        ("AWS::EC2::TransitGateway", "tgw-1", "ec2:R:A:transit-gateway/tgw-1")]),
    ("AWS/VPN", &[("VpnId", "vpn-1"), ("TunnelIpAddress", "192.0.2.1")], &[("AWS::EC2::VPNConnection", "vpn-1", "ec2:R:A:vpn-connection/vpn-1")]),
    ("AWS/PrivateLinkEndpoints", &[("VPC Endpoint Id", "vpce-1"), ("VPC Id", "vpc-1"), ("Service Name", "s"), ("Subnet Id", "subnet-1")], &[("AWS::EC2::VPCEndpoint", "vpce-1", "ec2:R:A:vpc-endpoint/vpce-1")]),
    ("AWS/CloudFront", &[("DistributionId", "E1"), ("Region", "Global")], &[("AWS::CloudFront::Distribution", "E1", "cloudfront::A:distribution/E1")]),
    ("AWS/Route53", &[("HealthCheckId", "hc")], &[("AWS::Route53::HealthCheck", "hc", "route53:::healthcheck/hc")]),
    ("AWS/CertificateManager", &[("CertificateArn", "arn:aws:acm:eu-west-1:111122223333:certificate/c1")], &[("AWS::CertificateManager::Certificate", "c1", "acm:R:A:certificate/c1")]),
    ("AWS/WAFV2", &[("WebACL", "edge"), ("Rule", "ALL"), ("Region", "eu-west-1")], &[("AWS::WAFv2::WebACL", "edge", "")]),
    ("AWS/DDoSProtection", &[("ResourceArn", "arn:aws:cloudfront::111122223333:distribution/E1"), ("AttackVector", "UDPTraffic")], &[("AWS::CloudFront::Distribution", "E1", "cloudfront::A:distribution/E1")]),
    ("AWS/NetworkFirewall", &[("FirewallName", "fw"), ("Engine", "Stateful")], &[("AWS::NetworkFirewall::Firewall", "fw", "network-firewall:R:A:firewall/fw")]),
    ("AWS/Kinesis", &[("StreamName", "clicks")], &[("AWS::Kinesis::Stream", "clicks", "kinesis:R:A:stream/clicks")]),
    ("AWS/Firehose", &[("DeliveryStreamName", "to-s3")], &[("AWS::KinesisFirehose::DeliveryStream", "to-s3", "firehose:R:A:deliverystream/to-s3")]),
    ("AWS/States", &[("StateMachineArn", "arn:aws:states:eu-west-1:111122223333:stateMachine:pay")], &[("AWS::StepFunctions::StateMachine", "pay", "states:R:A:stateMachine:pay")]),
    ("AWS/Events", &[("RuleName", "nightly")], &[("AWS::Events::Rule", "nightly", "events:R:A:rule/nightly")]),
    ("AWS/Events", &[("RuleName", "nightly"), ("EventBusName", "shop")], &[("AWS::Events::Rule", "shop/nightly", "events:R:A:rule/shop/nightly")]),
    ("AWS/Events", &[("RuleName", "nightly"), ("EventBusName", "default")], &[("AWS::Events::Rule", "nightly", "events:R:A:rule/nightly")]),
    ("AWS/Scheduler", &[("ScheduleGroup", "grp")], &[("AWS::Scheduler::ScheduleGroup", "grp", "scheduler:R:A:schedule-group/grp")]),
    ("AWS/Backup", &[("BackupVaultName", "Default"), ("ResourceType", "EC2")], &[("AWS::Backup::BackupVault", "Default", "backup:R:A:backup-vault:Default")]),
    ("AWS/Batch", &[("JobQueue", "nightly")], &[("AWS::Batch::JobQueue", "nightly", "batch:R:A:job-queue/nightly")]),
    ("AWS/SSM-RunCommand", &[], &[]),
    ("AWS/Usage", &[("Service", "EC2"), ("Resource", "vCPU")], &[]),
    ("AWS/Billing", &[("Currency", "USD")], &[]),
    ("AWS/Logs", &[("LogGroupName", "/aws/lambda/pay"), ("FilterName", "errors")], &[
        ("AWS::Lambda::Function", "pay", "lambda:R:A:function:pay"), ("AWS::Logs::LogGroup", "/aws/lambda/pay", "logs:R:A:log-group:/aws/lambda/pay")]),
    ("AWS/KMS", &[("KeyId", "1234")], &[("AWS::KMS::Key", "1234", "kms:R:A:key/1234")]),
    ("AWS/ES", &[("DomainName", "search"), ("ClientId", "111122223333")], &[("AWS::OpenSearchService::Domain", "search", "es:R:A:domain/search")]),
    ("AWS/AOSS", &[("CollectionId", "col")], &[("AWS::OpenSearchServerless::Collection", "col", "aoss:R:A:collection/col")]),
    ("AWS/Redshift", &[("ClusterIdentifier", "dwh")], &[("AWS::Redshift::Cluster", "dwh", "redshift:R:A:cluster:dwh")]),
    ("AWS/DX", &[("ConnectionId", "dxcon-1"), ("VirtualInterfaceId", "dxvif-1")], &[
        ("AWS::DirectConnect::VirtualInterface", "dxvif-1", "directconnect:R:A:dxvif/dxvif-1"),
        ("AWS::DirectConnect::Connection", "dxcon-1", "directconnect:R:A:dxcon/dxcon-1")]),
    ("Synthetics", &[("CanaryName", "home")], &[("AWS::Synthetics::Canary", "home", "synthetics:R:A:canary:home")]),
    ("CloudWatchSynthetics", &[("CanaryName", "home")], &[("AWS::Synthetics::Canary", "home", "synthetics:R:A:canary:home")]),
    ("Shop/Orders", &[("Store", "42")], &[]),
];

#[test]
fn the_table_of_namespaces() {
    for (namespace, dimensions, expected) in CASES {
        let found = of_alarm(&metric(namespace, dimensions), REGION, ACCOUNT, "aws");
        let found: Vec<_> = found.iter().map(|r| (r.kind.as_ref(), r.id.as_str(), r.arn.clone())).collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(kind, id, arn)| {
                let arn = arn.replace(":R:", ":eu-west-1:").replace(":A:", ":111122223333:");
                (*kind, *id, (!arn.is_empty()).then(|| format!("arn:aws:{arn}")))
            })
            .collect();
        assert_eq!(found, expected, "{namespace} {dimensions:?}");
    }
    for source in SOURCES {
        let tested = |ns: &&str| CASES.iter().any(|(n, ..)| n == ns) || *ns == "AWS/PrivateLinkServices";
        assert!(source.namespaces.iter().all(tested), "{:?} has no test row", source.namespaces);
        assert!(
            source.by == By::Arn || kinds::kind(source.kind).is_some(),
            "{} is not in KINDS",
            source.kind
        );
    }
    for (_, kind) in LOG_OWNERS {
        assert!(kinds::kind(kind).is_some(), "{kind} is not in KINDS");
    }
}

#[test]
fn scope_partition_and_account() {
    let alarm = metric("AWS/SQS", &[("QueueName", "jobs")]);
    let queue = of_alarm(&alarm, "cn-north-1", ACCOUNT, "aws-cn").remove(0);
    assert_eq!(queue.scope, ScopeId(2));
    assert_eq!(queue.arn.as_deref(), Some("arn:aws-cn:sqs:cn-north-1:111122223333:jobs"));
    // The account is not known yet, but the alarm's own ARN holds it.
    let told = Alarm { arn: "arn:aws:cloudwatch:eu-west-1:444455556666:alarm:x".into(), ..alarm.clone() };
    let queue = of_alarm(&told, REGION, "", "aws").remove(0);
    assert_eq!(queue.arn.as_deref(), Some("arn:aws:sqs:eu-west-1:444455556666:jobs"));
    assert_eq!(of_alarm(&alarm, REGION, "", "aws").remove(0).arn, None);
    // A cross-account metric lives in the account it names.
    let elsewhere =
        MetricStat { account: Some("777788889999".into()), ..stat("AWS/SQS", &[("QueueName", "jobs")]) };
    let queue = of_alarm(&math(vec![query(Some(elsewhere), None, true)]), REGION, ACCOUNT, "aws").remove(0);
    assert_eq!(queue.arn.as_deref(), Some("arn:aws:sqs:eu-west-1:777788889999:jobs"));
}

#[test]
fn metric_math_and_expressions() {
    let lb = stat("AWS/ApplicationELB", &[("LoadBalancer", "app/web/50dc")]);
    let tg = stat(
        "AWS/ApplicationELB",
        &[("LoadBalancer", "app/web/50dc"), ("TargetGroup", "targetgroup/web-80/73e2")],
    );
    let alarm = math(vec![
        query(None, Some("m1/m2*100"), true),
        query(Some(lb), None, false),
        query(Some(tg), None, false),
    ]);
    assert_eq!(
        said(&alarm),
        [
            "AWS::ElasticLoadBalancingV2::TargetGroup targetgroup/web-80/73e2",
            "AWS::ElasticLoadBalancingV2::LoadBalancer app/web/50dc"
        ]
    );
    for (expression, expected) in [
        (
            "SELECT MAX(CPUUtilization) FROM SCHEMA(\"AWS/EC2\", InstanceId) WHERE InstanceId = 'i-1'",
            vec!["AWS::EC2::Instance i-1"],
        ),
        (
            "SEARCH('{AWS/RDS,DBInstanceIdentifier} DBInstanceIdentifier=(\"a\" OR \"b\")', 'Average', 60)",
            vec!["AWS::RDS::DBInstance a", "AWS::RDS::DBInstance b"],
        ),
        (
            "SEARCH('{AWS/EC2,InstanceId} i-0123456789abcdef0', 'Sum')",
            vec!["AWS::EC2::Instance i-0123456789abcdef0"],
        ),
        ("SELECT MAX(CPUUtilization) FROM SCHEMA(\"AWS/EC2\", InstanceId) GROUP BY InstanceId", vec![]),
    ] {
        assert_eq!(said(&math(vec![query(None, Some(expression), true)])), expected, "{expression}");
    }
    let promql = |q: &str| Alarm { watch: Watch::PromQl(q.into()), ..Alarm::default() };
    assert_eq!(
        said(&promql("max(cpu{InstanceId=\"i-0123456789abcdef0\"}) > 80")),
        ["AWS::EC2::Instance i-0123456789abcdef0"]
    );
}

#[test]
fn log_groups_name_their_owners() {
    for (group, expected) in [
        ("/aws/rds/instance/orders/postgresql", vec!["AWS::RDS::DBInstance orders"]),
        ("/ecs/checkout", vec!["AWS::ECS::TaskDefinition checkout"]),
        ("/aws/eks/main/cluster", vec!["AWS::EKS::Cluster main"]),
        ("/aws/ecs/containerinsights/main/performance", vec!["AWS::ECS::Cluster main"]),
        ("/aws/lambda/", vec![]),
        ("our-app", vec![]),
    ] {
        let alarm =
            Alarm { watch: Watch::Log { log_groups: vec![group.into()], query: None }, ..Alarm::default() };
        let mut expected: Vec<_> = expected.into_iter().map(str::to_owned).collect();
        expected.push(format!("AWS::Logs::LogGroup {group}"));
        assert_eq!(said(&alarm), expected);
    }
    let arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/pay:*";
    let alarm = Alarm { watch: Watch::Log { log_groups: vec![arn.into()], query: None }, ..Alarm::default() };
    assert_eq!(said(&alarm), ["AWS::Lambda::Function pay", "AWS::Logs::LogGroup /aws/lambda/pay"]);
}

#[test]
fn the_last_resort() {
    let custom = metric("Shop/Disks", &[("Host", "i-0123456789abcdef0"), ("Mount", "/data")]);
    assert_eq!(said(&custom), ["AWS::EC2::Instance i-0123456789abcdef0"]);
    let by_arn = metric("Shop/Queues", &[("Queue", "arn:aws:sqs:eu-west-1:111122223333:jobs")]);
    assert_eq!(said(&by_arn), ["AWS::SQS::Queue jobs"]);

    let policy = |resource: &str| Alarm {
        actions: vec![
            "arn:aws:sns:eu-west-1:111122223333:oncall".into(),
            "arn:aws:automate:eu-west-1:ec2:reboot".into(),
            format!("arn:aws:autoscaling:eu-west-1:111122223333:scalingPolicy:6f:{resource}:policyName/out"),
        ],
        ..metric("Shop/Load", &[])
    };
    for (resource, expected) in [
        ("autoScalingGroupName/web-asg", "AWS::AutoScaling::AutoScalingGroup web-asg"),
        ("resource/ecs/service/main/pay", "AWS::ECS::Service main/pay"),
        ("resource/dynamodb/table/orders", "AWS::DynamoDB::Table orders"),
    ] {
        assert_eq!(said(&policy(resource)), [expected]);
    }
    // The table's answer is better than the policy's.
    let known = Alarm {
        actions: policy("autoScalingGroupName/web").actions,
        ..metric("AWS/SQS", &[("QueueName", "jobs")])
    };
    assert_eq!(said(&known), ["AWS::SQS::Queue jobs"]);

    let offender = Alarm {
        reason: "Threshold Crossed: contributor {InstanceId=i-0123456789abcdef0} is above 90.".into(),
        ..math(vec![query(
            None,
            Some("SELECT MAX(CPUUtilization) FROM SCHEMA(\"AWS/EC2\", InstanceId) GROUP BY InstanceId"),
            true,
        )])
    };
    assert_eq!(said(&offender), ["AWS::EC2::Instance i-0123456789abcdef0"]);
}

#[test]
fn composites_gather_what_their_children_are_about() {
    let composite = |name: &str, text: &str| Alarm {
        name: name.into(),
        watch: Watch::Composite { rule: text.into(), suppressed: None, suppressor: None },
        children: rule::children(text),
        ..Alarm::default()
    };
    let leaf = |name: &str, state, queue: &str| {
        let mut alarm = Alarm { name: name.into(), state, ..metric("AWS/SQS", &[("QueueName", queue)]) };
        alarm.resources = of_alarm(&alarm, REGION, ACCOUNT, "aws");
        alarm
    };
    let all = [
        composite("top", "ALARM(calm) OR ALARM(mid) OR ALARM(gone)"),
        // A cycle, and a child that is reached twice.
        composite("mid", "ALARM(top) OR ALARM(fires) OR ALARM(calm) OR ALARM(same)"),
        leaf("calm", AlarmState::Ok, "a"),
        leaf("fires", AlarmState::Alarm, "b"),
        leaf("same", AlarmState::Ok, "b"),
    ];
    let lookup = |name: &str| all.iter().find(|a| a.name == name);
    let queues: Vec<_> = of_composite("top", &lookup).into_iter().map(|r| r.id).collect();
    assert_eq!(queues, ["b", "a"], "what fires first, each once");
    assert_eq!(of_composite("gone", &lookup), []);
    assert_eq!(said(&all[0]), Vec::<String>::new());
}
