//! Which parameter names which type of resource (`aws-facts.md` §4.4, and the events of §5.5). Ids and ARNs that tell
//! their type by their looks (`i-…`, `arn:…`) need no row: they are found under any name.

/// How a parameter's value is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// An id, a name or an ARN.
    Plain,
    /// A function: name, ARN, `account:function:name`, each perhaps with `:alias`.
    Function,
    /// A queue's URL, which ends in its name.
    QueueUrl,
    /// A task definition: `family`, `family:revision` or its ARN.
    Family,
    /// Stands below what this other parameter names, with this name when it is missing: a service of a cluster.
    Below(&'static str, &'static str),
    /// A hosted zone or a change, which the API also writes as `/hostedzone/ID`.
    LastPart,
    /// A KMS key: its id, or an alias.
    Key,
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// The service's part of `eventSource`; empty for every service.
    pub(super) service: &'static str,
    /// The parameter, in any case of letters; `parent.child` when only below that parent.
    pub(super) key: &'static str,
    /// Only in events whose name holds this.
    pub(super) only: &'static str,
    /// Only as a parameter itself, not somewhere inside one or in an answer (`name` is everywhere).
    pub(super) top: bool,
    pub(super) kind: &'static str,
    pub(super) how: How,
}

const fn any(key: &'static str, kind: &'static str) -> Row {
    Row { service: "", key, only: "", top: false, kind, how: How::Plain }
}

const fn of(service: &'static str, key: &'static str, kind: &'static str) -> Row {
    Row { service, ..any(key, kind) }
}

const fn top(service: &'static str, key: &'static str, only: &'static str, kind: &'static str) -> Row {
    Row { only, top: true, ..of(service, key, kind) }
}

const fn read(row: Row, how: How) -> Row {
    Row { how, ..row }
}

const ASG: &str = "AWS::AutoScaling::AutoScalingGroup";
const ELB: &str = "elasticloadbalancing";
const EC2: &str = "ec2";

/// The first row that fits a parameter counts.
#[rustfmt::skip]
pub(super) static ROWS: &[Row] = &[
    // EC2 and VPC: ids, mostly told by their looks; here for those of emulators too, and for names.
    any("instanceId", "AWS::EC2::Instance"), any("instanceIds", "AWS::EC2::Instance"), any("instanceIdSet", "AWS::EC2::Instance"),
    any("volumeId", "AWS::EC2::Volume"), any("imageId", "AWS::EC2::Image"), any("securityGroupIds", "AWS::EC2::SecurityGroup"),
    of(EC2, "snapshotId", "AWS::EC2::Snapshot"), of(EC2, "groupId", "AWS::EC2::SecurityGroup"), any("vpcSecurityGroupIds", "AWS::EC2::SecurityGroup"),
    any("networkInterfaceId", "AWS::EC2::NetworkInterface"), any("vpcId", "AWS::EC2::VPC"), any("vpc-Id", "AWS::EC2::VPC"),
    any("subnetId", "AWS::EC2::Subnet"), any("subnetIds", "AWS::EC2::Subnet"), any("routeTableId", "AWS::EC2::RouteTable"),
    any("networkAclId", "AWS::EC2::NetworkAcl"), any("internetGatewayId", "AWS::EC2::InternetGateway"), any("natGatewayId", "AWS::EC2::NatGateway"),
    any("vpcEndpointId", "AWS::EC2::VPCEndpoint"), any("allocationId", "AWS::EC2::EIP"), any("transitGatewayId", "AWS::EC2::TransitGateway"),
    any("transitGatewayAttachmentId", "AWS::EC2::TransitGatewayAttachment"), any("transitGatewayRouteTableId", "AWS::EC2::TransitGatewayRouteTable"),
    any("vpnConnectionId", "AWS::EC2::VPNConnection"), any("vpnGatewayId", "AWS::EC2::VPNGateway"), any("customerGatewayId", "AWS::EC2::CustomerGateway"),
    any("vpcPeeringConnectionId", "AWS::EC2::VPCPeeringConnection"), any("dhcpOptionsId", "AWS::EC2::DHCPOptions"), any("flowLogId", "AWS::EC2::FlowLog"),
    any("trafficMirrorSessionId", "AWS::EC2::TrafficMirrorSession"), any("launchTemplateId", "AWS::EC2::LaunchTemplate"),
    any("iamInstanceProfile.name", "AWS::IAM::InstanceProfile"), any("iamInstanceProfile.arn", "AWS::IAM::InstanceProfile"), of(EC2, "keyName", "AWS::EC2::KeyPair"),
    // Auto Scaling
    any("autoScalingGroupName", ASG), of("autoscaling", "autoScalingGroupNames", ASG), any("launchConfigurationName", "AWS::AutoScaling::LaunchConfiguration"),
    // Load balancing
    any("loadBalancerArn", "AWS::ElasticLoadBalancingV2::LoadBalancer"), any("targetGroupArn", "AWS::ElasticLoadBalancingV2::TargetGroup"),
    any("listenerArn", "AWS::ElasticLoadBalancingV2::Listener"), of(ELB, "ruleArn", "AWS::ElasticLoadBalancingV2::ListenerRule"),
    Row { top: true, ..of(ELB, "loadBalancerName", "AWS::ElasticLoadBalancing::LoadBalancer") }, of("autoscaling", "loadBalancerNames", "AWS::ElasticLoadBalancing::LoadBalancer"),
    // Databases and caches
    any("dBInstanceIdentifier", "AWS::RDS::DBInstance"), any("dBClusterIdentifier", "AWS::RDS::DBCluster"), any("dBSnapshotIdentifier", "AWS::RDS::DBSnapshot"),
    of("rds", "sourceDBInstanceIdentifier", "AWS::RDS::DBInstance"), of("rds", "targetDBInstanceIdentifier", "AWS::RDS::DBInstance"), any("dBClusterSnapshotIdentifier", "AWS::RDS::DBClusterSnapshot"),
    any("globalClusterIdentifier", "AWS::RDS::GlobalCluster"), any("dBParameterGroupName", "AWS::RDS::DBParameterGroup"),
    any("dBClusterParameterGroupName", "AWS::RDS::DBClusterParameterGroup"), any("dBSubnetGroupName", "AWS::RDS::DBSubnetGroup"), any("dBProxyName", "AWS::RDS::DBProxy"),
    any("cacheClusterId", "AWS::ElastiCache::CacheCluster"), any("replicationGroupId", "AWS::ElastiCache::ReplicationGroup"), any("serverlessCacheName", "AWS::ElastiCache::ServerlessCache"),
    any("tableName", "AWS::DynamoDB::Table"), of("redshift", "clusterIdentifier", "AWS::Redshift::Cluster"),
    of("es", "domainName", "AWS::OpenSearchService::Domain"), of("opensearch", "domainName", "AWS::OpenSearchService::Domain"),
    // Functions, containers, workflows
    read(any("functionName", "AWS::Lambda::Function"), How::Function), of("lambda", "uUID", "AWS::Lambda::EventSourceMapping"),
    read(top("ecs", "service", "", "AWS::ECS::Service"), How::Below("cluster", "default")), read(top("ecs", "serviceName", "", "AWS::ECS::Service"), How::Below("cluster", "default")),
    read(top("ecs", "task", "", "AWS::ECS::Task"), How::Below("cluster", "default")), read(of("ecs", "taskDefinition", "AWS::ECS::TaskDefinition"), How::Family),
    top("ecs", "family", "", "AWS::ECS::TaskDefinition"), top("ecs", "cluster", "", "AWS::ECS::Cluster"), top("ecs", "clusterName", "", "AWS::ECS::Cluster"),
    top("eks", "name", "Cluster", "AWS::EKS::Cluster"), of("eks", "clusterName", "AWS::EKS::Cluster"), read(top("eks", "nodegroupName", "", "AWS::EKS::Nodegroup"), How::Below("clusterName", "")),
    any("stateMachineArn", "AWS::StepFunctions::StateMachine"), top("batch", "jobQueue", "", "AWS::Batch::JobQueue"),
    // Delivery
    any("stackName", "AWS::CloudFormation::Stack"), of("cloudformation", "stackId", "AWS::CloudFormation::Stack"), top("codebuild", "projectName", "", "AWS::CodeBuild::Project"),
    top("codepipeline", "name", "Pipeline", "AWS::CodePipeline::Pipeline"), top("codepipeline", "pipelineName", "", "AWS::CodePipeline::Pipeline"),
    top("codedeploy", "applicationName", "", "AWS::CodeDeploy::Application"), any("repositoryName", "AWS::ECR::Repository"),
    // Storage and backup
    any("bucketName", "AWS::S3::Bucket"), of("fsx", "fileSystemId", "AWS::FSx::FileSystem"), any("fileSystemId", "AWS::EFS::FileSystem"), of("elasticfilesystem", "mountTargetId", "AWS::EFS::MountTarget"),
    any("backupVaultName", "AWS::Backup::BackupVault"), any("backupPlanId", "AWS::Backup::BackupPlan"), of("backup", "recoveryPointArn", "AWS::Backup::RecoveryPoint"),
    of("dlm", "policyId", "AWS::DLM::LifecyclePolicy"), of("rbin", "identifier", "AWS::Rbin::Rule"),
    // Messages and streams
    read(of("sqs", "queueUrl", "AWS::SQS::Queue"), How::QueueUrl), top("sqs", "queueName", "", "AWS::SQS::Queue"), any("topicArn", "AWS::SNS::Topic"),
    any("streamName", "AWS::Kinesis::Stream"), any("deliveryStreamName", "AWS::KinesisFirehose::DeliveryStream"),
    read(top("events", "name", "Rule", "AWS::Events::Rule"), How::Below("eventBusName", "default")), read(top("events", "rule", "", "AWS::Events::Rule"), How::Below("eventBusName", "default")),
    read(top("scheduler", "name", "Schedule", "AWS::Scheduler::Schedule"), How::Below("groupName", "default")),
    // Edges
    any("restApiId", "AWS::ApiGateway::RestApi"), of("apigateway", "apiId", "AWS::ApiGatewayV2::Api"), top("cloudfront", "id", "Distribution", "AWS::CloudFront::Distribution"),
    any("distributionId", "AWS::CloudFront::Distribution"), any("healthCheckId", "AWS::Route53::HealthCheck"),
    read(of("route53", "hostedZoneId", "AWS::Route53::HostedZone"), How::LastPart), read(top("route53", "id", "HostedZone", "AWS::Route53::HostedZone"), How::LastPart),
    of("route53domains", "domainName", "AWS::Route53Domains::Domain"), any("certificateArn", "AWS::CertificateManager::Certificate"),
    top("wafv2", "name", "WebACL", "AWS::WAFv2::WebACL"), top("wafv2", "name", "IPSet", "AWS::WAFv2::IPSet"), top("wafv2", "name", "RuleGroup", "AWS::WAFv2::RuleGroup"),
    any("webACLArn", "AWS::WAFv2::WebACL"), of("network-firewall", "firewallName", "AWS::NetworkFirewall::Firewall"),
    of("route53resolver", "resolverQueryLogConfigId", "AWS::Route53Resolver::ResolverQueryLoggingConfig"),
    // Watching
    any("alarmName", "AWS::CloudWatch::Alarm"), any("alarmNames", "AWS::CloudWatch::Alarm"), any("logGroupName", "AWS::Logs::LogGroup"),
    top("cloudtrail", "name", "", "AWS::CloudTrail::Trail"), top("cloudtrail", "trailName", "", "AWS::CloudTrail::Trail"),
    of("config", "configurationRecorderName", "AWS::Config::ConfigurationRecorder"), of("config", "configurationRecorder.name", "AWS::Config::ConfigurationRecorder"),
    of("config", "deliveryChannelName", "AWS::Config::DeliveryChannel"), of("config", "configRuleName", "AWS::Config::ConfigRule"),
    any("detectorId", "AWS::GuardDuty::Detector"), of("access-analyzer", "analyzerName", "AWS::AccessAnalyzer::Analyzer"), any("canaryName", "AWS::Synthetics::Canary"),
    // Running
    top("ssm", "name", "Parameter", "AWS::SSM::Parameter"), top("ssm", "name", "Document", "AWS::SSM::Document"), of("ssm", "documentName", "AWS::SSM::Document"),
    of("ssm", "windowId", "AWS::SSM::MaintenanceWindow"),
    // Keys, secrets and people
    read(any("keyId", "AWS::KMS::Key"), How::Key), read(any("kmsKeyId", "AWS::KMS::Key"), How::Key), read(any("targetKeyId", "AWS::KMS::Key"), How::Key), any("aliasName", "AWS::KMS::Alias"),
    any("secretId", "AWS::SecretsManager::Secret"), top("secretsmanager", "name", "Secret", "AWS::SecretsManager::Secret"),
    any("roleName", "AWS::IAM::Role"), any("roleArn", "AWS::IAM::Role"), of("iam", "userName", "AWS::IAM::User"), of("iam", "groupName", "AWS::IAM::Group"),
    any("instanceProfileName", "AWS::IAM::InstanceProfile"), of("iam", "policyArn", "AWS::IAM::ManagedPolicy"), any("accessKeyId", "AWS::IAM::AccessKey"),
    of("iam", "serverCertificateName", "AWS::IAM::ServerCertificate"), any("sAMLProviderArn", "AWS::IAM::SAMLProvider"), any("openIDConnectProviderArn", "AWS::IAM::OIDCProvider"),
    of("iam", "serialNumber", "AWS::IAM::VirtualMFADevice"), of("sso", "permissionSetArn", "AWS::SSO::PermissionSet"), of("sso", "instanceArn", "AWS::SSO::Instance"),
    of("organizations", "policyId", "AWS::Organizations::Policy"), of("organizations", "accountId", "AWS::Organizations::Account"),
    of("rolesanywhere", "trustAnchorId", "AWS::RolesAnywhere::TrustAnchor"), of("rolesanywhere", "profileId", "AWS::RolesAnywhere::Profile"),
];

/// Names that the index or the record gives a type and that CloudFormation, or this program, gives another.
pub(super) static ALIASES: &[(&str, &str)] = &[
    ("AWS::EC2::Ami", "AWS::EC2::Image"),
    ("AWS::EC2::EipAllocation", "AWS::EC2::EIP"),
    ("AWS::EC2::ElasticIp", "AWS::EC2::EIP"),
    ("AWS::EC2::DBInstance", "AWS::RDS::DBInstance"),
    ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"),
    ("AWS::OpenSearch::Domain", "AWS::OpenSearchService::Domain"),
    ("AWS::Elasticsearch::Domain", "AWS::OpenSearchService::Domain"),
    ("AWS::ACM::Certificate", "AWS::CertificateManager::Certificate"),
    ("AWS::SSM::ManagedInstance", "AWS::EC2::Instance"),
    ("AWS::SSM::ManagedInstanceInventory", "AWS::EC2::Instance"),
    ("AWS::StepFunctions::stateMachine", "AWS::StepFunctions::StateMachine"),
    ("AWS::Lambda::function", "AWS::Lambda::Function"),
];

/// Types whose ids tell them and that `KINDS` does not know.
pub(super) static PREFIXES: &[(&str, &str)] = &[
    ("pcx-", "AWS::EC2::VPCPeeringConnection"),
    ("dopt-", "AWS::EC2::DHCPOptions"),
    ("cgw-", "AWS::EC2::CustomerGateway"),
    ("vgw-", "AWS::EC2::VPNGateway"),
    ("fl-", "AWS::EC2::FlowLog"),
    ("tgw-rtb-", "AWS::EC2::TransitGatewayRouteTable"),
    ("eigw-", "AWS::EC2::EgressOnlyInternetGateway"),
    ("tms-", "AWS::EC2::TrafficMirrorSession"),
    ("mi-", "AWS::SSM::ManagedInstance"),
];

/// ARNs that `KINDS` does not know: service, how the resource part begins, type.
pub(super) static ARNS: &[(&str, &str, &str)] = &[
    ("iam", "role/", "AWS::IAM::Role"),
    ("iam", "user/", "AWS::IAM::User"),
    ("iam", "group/", "AWS::IAM::Group"),
    ("iam", "policy/", "AWS::IAM::ManagedPolicy"),
    ("iam", "instance-profile/", "AWS::IAM::InstanceProfile"),
    ("iam", "server-certificate/", "AWS::IAM::ServerCertificate"),
    ("iam", "saml-provider/", "AWS::IAM::SAMLProvider"),
    ("iam", "oidc-provider/", "AWS::IAM::OIDCProvider"),
    ("iam", "mfa/", "AWS::IAM::VirtualMFADevice"),
    ("cloudtrail", "trail/", "AWS::CloudTrail::Trail"),
    ("ecr", "repository/", "AWS::ECR::Repository"),
    ("guardduty", "detector/", "AWS::GuardDuty::Detector"),
    ("rds", "cluster-snapshot:", "AWS::RDS::DBClusterSnapshot"),
    ("rds", "pg:", "AWS::RDS::DBParameterGroup"),
    ("rds", "cluster-pg:", "AWS::RDS::DBClusterParameterGroup"),
    ("rds", "subgrp:", "AWS::RDS::DBSubnetGroup"),
    ("backup", "recovery-point:", "AWS::Backup::RecoveryPoint"),
    ("backup", "backup-plan:", "AWS::Backup::BackupPlan"),
    ("route53", "hostedzone/", "AWS::Route53::HostedZone"),
    ("lambda", "event-source-mapping:", "AWS::Lambda::EventSourceMapping"),
    ("wafv2", "regional/ipset/", "AWS::WAFv2::IPSet"),
    ("wafv2", "regional/rulegroup/", "AWS::WAFv2::RuleGroup"),
    ("ec2", "key-pair/", "AWS::EC2::KeyPair"),
    ("ec2", "vpc-peering-connection/", "AWS::EC2::VPCPeeringConnection"),
    ("ec2", "dhcp-options/", "AWS::EC2::DHCPOptions"),
];

/// Parameters that hold nothing touched, only words of people about it, or things that look alike.
pub(super) static SKIPPED: &[&str] = &[
    "tagSet",
    "tags",
    "tagList",
    "tagsList",
    "tagSpecificationSet",
    "TagSpecification",
    "Tagging",
    "userData",
    "policy",
    "policyDocument",
    "bucketPolicy",
    "assumeRolePolicyDocument",
    "templateBody",
    "changeBatch",
    "environment",
    "x-amz-id-2",
];
