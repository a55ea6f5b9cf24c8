//! The table of `aws-facts.md` §4.2: CloudWatch namespace and dimensions → resource.

/// How a row's id is to be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// The id of the type; its ARN can be built where the type allows it.
    Id,
    /// A name that the ARN does not hold (an API's name, a proxy's): no ARN without asking AWS.
    Name,
    /// The value is the ARN itself, and says the type.
    Arn,
    /// A log group, whose name often says who writes into it.
    LogGroup,
}

/// One row: in these namespaces, these dimensions name a resource of this type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source {
    pub(super) namespaces: &'static [&'static str],
    /// The id, with dimension names in braces; all of them must be there.
    pub(super) id: &'static str,
    /// CloudFormation type; a label only for [`By::Arn`].
    pub(super) kind: &'static str,
    pub(super) by: By,
    /// Counts only when no row before it fitted (an image is not what breaks when the instance is named too).
    pub(super) alone: bool,
}

const fn id(namespaces: &'static [&'static str], id: &'static str, kind: &'static str) -> Source {
    Source { namespaces, id, kind, by: By::Id, alone: false }
}

const fn name(namespaces: &'static [&'static str], id: &'static str, kind: &'static str) -> Source {
    Source { namespaces, id, kind, by: By::Name, alone: false }
}

const fn arn(namespaces: &'static [&'static str], id: &'static str) -> Source {
    Source { namespaces, id, kind: id, by: By::Arn, alone: false }
}

const fn alone(source: Source) -> Source {
    Source { alone: true, ..source }
}

const EC2: &[&str] = &["AWS/EC2", "CWAgent"];
const ELB2: &[&str] = &["AWS/ApplicationELB", "AWS/NetworkELB", "AWS/GatewayELB"];
const ECS: &[&str] = &["AWS/ECS", "ECS/ContainerInsights"];
const EKS: &[&str] = &["AWS/EKS", "ContainerInsights"];
const CACHE: &[&str] = &["AWS/ElastiCache"];
const EBS: &[&str] = &["AWS/EBS"];
const TGW: &[&str] = &["AWS/TransitGateway"];
const SYNTHETICS: &[&str] = &["Synthetics", "CloudWatchSynthetics"];

/// Within a namespace the more specific rows stand first; of one type only the first fitting row counts. Namespaces
/// that name no resource (`AWS/Billing`, `AWS/Usage`, `AWS/SSM-RunCommand`) have no row.
#[rustfmt::skip]
pub(super) static SOURCES: &[Source] = &[
    id(EC2, "{InstanceId}", "AWS::EC2::Instance"),
    id(EC2, "{AutoScalingGroupName}", "AWS::AutoScaling::AutoScalingGroup"),
    alone(id(EC2, "{ImageId}", "AWS::EC2::Image")),
    id(EBS, "{VolumeId}", "AWS::EC2::Volume"),
    id(EBS, "{InstanceId}", "AWS::EC2::Instance"),
    id(&["AWS/AutoScaling"], "{AutoScalingGroupName}", "AWS::AutoScaling::AutoScalingGroup"),
    id(ELB2, "{TargetGroup}", "AWS::ElasticLoadBalancingV2::TargetGroup"),
    id(ELB2, "{LoadBalancer}", "AWS::ElasticLoadBalancingV2::LoadBalancer"),
    id(&["AWS/ELB"], "{LoadBalancerName}", "AWS::ElasticLoadBalancing::LoadBalancer"),
    id(&["AWS/RDS"], "{DBInstanceIdentifier}", "AWS::RDS::DBInstance"),
    id(&["AWS/RDS"], "{DBClusterIdentifier}", "AWS::RDS::DBCluster"),
    id(&["AWS/RDS"], "{DbClusterIdentifier}", "AWS::RDS::DBCluster"),
    name(&["AWS/RDS"], "{ProxyName}", "AWS::RDS::DBProxy"),
    id(&["AWS/DocDB"], "{DBInstanceIdentifier}", "AWS::DocDB::DBInstance"),
    id(&["AWS/DocDB"], "{DBClusterIdentifier}", "AWS::DocDB::DBCluster"),
    id(&["AWS/Neptune"], "{DBInstanceIdentifier}", "AWS::Neptune::DBInstance"),
    id(&["AWS/Neptune"], "{DBClusterIdentifier}", "AWS::Neptune::DBCluster"),
    id(CACHE, "{CacheClusterId}", "AWS::ElastiCache::CacheCluster"),
    id(CACHE, "{ReplicationGroupId}", "AWS::ElastiCache::ReplicationGroup"),
    id(CACHE, "{clusterId}", "AWS::ElastiCache::ServerlessCache"),
    id(&["AWS/DynamoDB"], "{TableName}", "AWS::DynamoDB::Table"),
    id(&["AWS/Lambda"], "{FunctionName}", "AWS::Lambda::Function"),
    id(&["AWS/Lambda"], "{Resource}", "AWS::Lambda::Function"),
    name(&["AWS/ApiGateway"], "{ApiName}", "AWS::ApiGateway::RestApi"),
    id(&["AWS/ApiGateway"], "{ApiId}", "AWS::ApiGatewayV2::Api"),
    id(&["AWS/SQS"], "{QueueName}", "AWS::SQS::Queue"),
    id(&["AWS/SNS"], "{TopicName}", "AWS::SNS::Topic"),
    id(&["AWS/S3"], "{BucketName}", "AWS::S3::Bucket"),
    id(&["AWS/EFS"], "{FileSystemId}", "AWS::EFS::FileSystem"),
    id(&["AWS/FSx"], "{VolumeId}", "AWS::FSx::Volume"),
    id(&["AWS/FSx"], "{FileSystemId}", "AWS::FSx::FileSystem"),
    id(ECS, "{ClusterName}/{ServiceName}", "AWS::ECS::Service"),
    alone(id(ECS, "{TaskDefinitionFamily}", "AWS::ECS::TaskDefinition")),
    id(ECS, "{ClusterName}", "AWS::ECS::Cluster"),
    id(EKS, "{ClusterName}", "AWS::EKS::Cluster"),
    id(&["AWS/NATGateway"], "{NatGatewayId}", "AWS::EC2::NatGateway"),
    id(TGW, "{TransitGatewayAttachment}", "AWS::EC2::TransitGatewayAttachment"),
    id(TGW, "{TransitGateway}", "AWS::EC2::TransitGateway"),
    id(&["AWS/VPN"], "{VpnId}", "AWS::EC2::VPNConnection"),
    id(&["AWS/PrivateLinkEndpoints"], "{VPC Endpoint Id}", "AWS::EC2::VPCEndpoint"),
    alone(id(&["AWS/PrivateLinkEndpoints"], "{Subnet Id}", "AWS::EC2::Subnet")),
    alone(id(&["AWS/PrivateLinkEndpoints"], "{VPC Id}", "AWS::EC2::VPC")),
    id(&["AWS/PrivateLinkServices"], "{Service Id}", "AWS::EC2::VPCEndpointService"),
    id(&["AWS/CloudFront"], "{DistributionId}", "AWS::CloudFront::Distribution"),
    id(&["AWS/Route53"], "{HealthCheckId}", "AWS::Route53::HealthCheck"),
    arn(&["AWS/CertificateManager"], "{CertificateArn}"),
    name(&["AWS/WAFV2"], "{WebACL}", "AWS::WAFv2::WebACL"),
    arn(&["AWS/DDoSProtection"], "{ResourceArn}"),
    id(&["AWS/NetworkFirewall"], "{FirewallName}", "AWS::NetworkFirewall::Firewall"),
    id(&["AWS/Kinesis"], "{StreamName}", "AWS::Kinesis::Stream"),
    id(&["AWS/Firehose"], "{DeliveryStreamName}", "AWS::KinesisFirehose::DeliveryStream"),
    arn(&["AWS/States"], "{StateMachineArn}"),
    id(&["AWS/Events"], "{EventBusName}/{RuleName}", "AWS::Events::Rule"),
    id(&["AWS/Events"], "{RuleName}", "AWS::Events::Rule"),
    id(&["AWS/Scheduler"], "{ScheduleGroup}", "AWS::Scheduler::ScheduleGroup"),
    id(&["AWS/Backup"], "{BackupVaultName}", "AWS::Backup::BackupVault"),
    id(&["AWS/Batch"], "{JobQueue}", "AWS::Batch::JobQueue"),
    Source { namespaces: &["AWS/Logs"], id: "{LogGroupName}", kind: "AWS::Logs::LogGroup", by: By::LogGroup, alone: false },
    id(&["AWS/KMS"], "{KeyId}", "AWS::KMS::Key"),
    id(&["AWS/ES"], "{DomainName}", "AWS::OpenSearchService::Domain"),
    id(&["AWS/AOSS"], "{CollectionId}", "AWS::OpenSearchServerless::Collection"),
    id(&["AWS/Redshift"], "{ClusterIdentifier}", "AWS::Redshift::Cluster"),
    id(&["AWS/DX"], "{ConnectionId}", "AWS::DirectConnect::Connection"),
    id(&["AWS/DX"], "{VirtualInterfaceId}", "AWS::DirectConnect::VirtualInterface"),
    id(SYNTHETICS, "{CanaryName}", "AWS::Synthetics::Canary"),
];

/// How a log group's name begins, and what the next part of it then is.
pub(super) static LOG_OWNERS: &[(&str, &str)] = &[
    ("/aws/lambda/", "AWS::Lambda::Function"),
    ("/aws/rds/instance/", "AWS::RDS::DBInstance"),
    ("/aws/rds/cluster/", "AWS::RDS::DBCluster"),
    ("/aws/docdb/", "AWS::DocDB::DBCluster"),
    ("/aws/neptune/", "AWS::Neptune::DBCluster"),
    ("/aws/eks/", "AWS::EKS::Cluster"),
    ("/aws/containerinsights/", "AWS::EKS::Cluster"),
    ("/aws/ecs/containerinsights/", "AWS::ECS::Cluster"),
    ("/ecs/", "AWS::ECS::TaskDefinition"),
    ("/aws/codebuild/", "AWS::CodeBuild::Project"),
    ("API-Gateway-Execution-Logs_", "AWS::ApiGateway::RestApi"),
];

/// 0 for what itself breaks, 1 for what carries it, 2 for what only stands near it.
pub(super) fn rank(kind: &str) -> u8 {
    match kind {
        "AWS::AutoScaling::AutoScalingGroup"
        | "AWS::ElasticLoadBalancingV2::LoadBalancer"
        | "AWS::ElasticLoadBalancing::LoadBalancer"
        | "AWS::RDS::DBCluster"
        | "AWS::DocDB::DBCluster"
        | "AWS::Neptune::DBCluster"
        | "AWS::ElastiCache::ReplicationGroup"
        | "AWS::ECS::Cluster"
        | "AWS::EKS::Cluster"
        | "AWS::EC2::TransitGateway"
        | "AWS::DirectConnect::Connection" => 1,
        "AWS::EC2::Image"
        | "AWS::EC2::Subnet"
        | "AWS::EC2::VPC"
        | "AWS::ECS::TaskDefinition"
        | "AWS::Logs::LogGroup" => 2,
        _ => 0,
    }
}
