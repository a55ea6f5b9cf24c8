//! The rows of [`KINDS`]: `aws-facts.md` §4.2 (ARNs) and §6.1 (pages).

use super::Kind;

const fn row(name: &'static str, prefix: &'static str, arn: &'static str, page: &'static str) -> Kind {
    Kind { name, prefix, arn, page }
}

/// Every resource type with a name of its own here. Order matters where ARN forms overlap: the narrower form first.
#[rustfmt::skip]
pub static KINDS: &[Kind] = &[
    // EC2
    row("AWS::EC2::Instance", "i-", "arn:{P}:ec2:{R}:{A}:instance/{id}", "/ec2/home?region={r}#InstanceDetails:instanceId={id}"),
    row("AWS::EC2::Volume", "vol-", "arn:{P}:ec2:{R}:{A}:volume/{id}", "/ec2/home?region={r}#VolumeDetails:volumeId={id}"),
    row("AWS::EC2::Snapshot", "snap-", "arn:{P}:ec2:{R}::snapshot/{id}", "/ec2/home?region={r}#SnapshotDetails:snapshotId={id}"),
    row("AWS::EC2::Image", "ami-", "arn:{P}:ec2:{R}::image/{id}", "/ec2/home?region={r}#ImageDetails:imageId={id}"),
    row("AWS::EC2::SecurityGroup", "sg-", "arn:{P}:ec2:{R}:{A}:security-group/{id}", "/ec2/home?region={r}#SecurityGroup:groupId={id}"),
    row("AWS::EC2::EIP", "eipalloc-", "arn:{P}:ec2:{R}:{A}:elastic-ip/{id}", "/ec2/home?region={r}#ElasticIpDetails:AllocationId={id}"),
    // Shield's metrics name Elastic IPs in this older form.
    row("AWS::EC2::EIP", "eipalloc-", "arn:{P}:ec2:{R}:{A}:eip-allocation/{id}", ""),
    row("AWS::EC2::NetworkInterface", "eni-", "arn:{P}:ec2:{R}:{A}:network-interface/{id}", "/ec2/home?region={r}#NetworkInterface:networkInterfaceId={id}"),
    row("AWS::EC2::LaunchTemplate", "lt-", "arn:{P}:ec2:{R}:{A}:launch-template/{id}", "/ec2/home?region={r}#LaunchTemplateDetails:launchTemplateId={id}"),
    row("AWS::AutoScaling::AutoScalingGroup", "", "arn:{P}:autoscaling:{R}:{A}:autoScalingGroup:{*}:autoScalingGroupName/{path}", "/ec2/home?region={r}#AutoScalingGroupDetails:id={id};view=details"),
    // VPC
    row("AWS::EC2::VPC", "vpc-", "arn:{P}:ec2:{R}:{A}:vpc/{id}", "/vpc/home?region={r}#VpcDetails:VpcId={id}"),
    row("AWS::EC2::Subnet", "subnet-", "arn:{P}:ec2:{R}:{A}:subnet/{id}", "/vpc/home?region={r}#SubnetDetails:subnetId={id}"),
    row("AWS::EC2::RouteTable", "rtb-", "arn:{P}:ec2:{R}:{A}:route-table/{id}", "/vpc/home?region={r}#RouteTableDetails:RouteTableId={id}"),
    row("AWS::EC2::NetworkAcl", "acl-", "arn:{P}:ec2:{R}:{A}:network-acl/{id}", "/vpc/home?region={r}#NetworkAclDetails:networkAclId={id}"),
    row("AWS::EC2::InternetGateway", "igw-", "arn:{P}:ec2:{R}:{A}:internet-gateway/{id}", "/vpc/home?region={r}#InternetGateway:internetGatewayId={id}"),
    row("AWS::EC2::NatGateway", "nat-", "arn:{P}:ec2:{R}:{A}:natgateway/{id}", "/vpc/home?region={r}#NatGatewayDetails:natGatewayId={id}"),
    row("AWS::EC2::VPCEndpoint", "vpce-", "arn:{P}:ec2:{R}:{A}:vpc-endpoint/{id}", "/vpc/home?region={r}#EndpointDetails:vpcEndpointId={id}"),
    row("AWS::EC2::VPCEndpointService", "vpce-svc-", "arn:{P}:ec2:{R}:{A}:vpc-endpoint-service/{id}", ""),
    row("AWS::EC2::TransitGateway", "tgw-", "arn:{P}:ec2:{R}:{A}:transit-gateway/{id}", ""),
    row("AWS::EC2::TransitGatewayAttachment", "tgw-attach-", "arn:{P}:ec2:{R}:{A}:transit-gateway-attachment/{id}", ""),
    row("AWS::EC2::VPNConnection", "vpn-", "arn:{P}:ec2:{R}:{A}:vpn-connection/{id}", ""),
    row("AWS::NetworkFirewall::Firewall", "", "arn:{P}:network-firewall:{R}:{A}:firewall/{id}", ""),
    row("AWS::DirectConnect::Connection", "dxcon-", "arn:{P}:directconnect:{R}:{A}:dxcon/{id}", ""),
    // CloudFormation knows private, public and transit ones; the metric does not say which.
    row("AWS::DirectConnect::VirtualInterface", "dxvif-", "arn:{P}:directconnect:{R}:{A}:dxvif/{id}", ""),
    // Load balancing: a classic load balancer's name has no slash, the newer ones' ids have two.
    row("AWS::ElasticLoadBalancing::LoadBalancer", "", "arn:{P}:elasticloadbalancing:{R}:{A}:loadbalancer/{id}", ""),
    row("AWS::ElasticLoadBalancingV2::LoadBalancer", "", "arn:{P}:elasticloadbalancing:{R}:{A}:loadbalancer/{path}", "/ec2/home?region={r}#LoadBalancer:loadBalancerArn={arn}"),
    row("AWS::ElasticLoadBalancingV2::Listener", "listener/", "arn:{P}:elasticloadbalancing:{R}:{A}:{path}", ""),
    row("AWS::ElasticLoadBalancingV2::TargetGroup", "targetgroup/", "arn:{P}:elasticloadbalancing:{R}:{A}:{path}", "/ec2/home?region={r}#TargetGroup:targetGroupArn={arn}"),
    // Databases and caches
    row("AWS::RDS::DBInstance", "", "arn:{P}:rds:{R}:{A}:db:{id}", "/rds/home?region={r}#database:id={id};is-cluster=false"),
    row("AWS::RDS::DBCluster", "", "arn:{P}:rds:{R}:{A}:cluster:{id}", "/rds/home?region={r}#database:id={id};is-cluster=true"),
    row("AWS::RDS::DBProxy", "prx-", "arn:{P}:rds:{R}:{A}:db-proxy:{id}", ""),
    row("AWS::RDS::DBSnapshot", "", "arn:{P}:rds:{R}:{A}:snapshot:{path}", "/rds/home?region={r}#db-snapshot:id={id}"),
    row("AWS::DocDB::DBInstance", "", "arn:{P}:rds:{R}:{A}:db:{id}", ""),
    row("AWS::DocDB::DBCluster", "", "arn:{P}:rds:{R}:{A}:cluster:{id}", ""),
    row("AWS::Neptune::DBInstance", "", "arn:{P}:rds:{R}:{A}:db:{id}", ""),
    row("AWS::Neptune::DBCluster", "", "arn:{P}:rds:{R}:{A}:cluster:{id}", ""),
    row("AWS::ElastiCache::CacheCluster", "", "arn:{P}:elasticache:{R}:{A}:cluster:{id}", ""),
    row("AWS::ElastiCache::ReplicationGroup", "", "arn:{P}:elasticache:{R}:{A}:replicationgroup:{id}", ""),
    row("AWS::ElastiCache::ServerlessCache", "", "arn:{P}:elasticache:{R}:{A}:serverlesscache:{id}", ""),
    row("AWS::DynamoDB::Table", "", "arn:{P}:dynamodb:{R}:{A}:table/{id}", "/dynamodbv2/home?region={r}#table?name={id}"),
    row("AWS::DynamoDB::Table", "", "arn:{P}:dynamodb:{R}:{A}:table/{id}/{*}", ""),
    row("AWS::Redshift::Cluster", "", "arn:{P}:redshift:{R}:{A}:cluster:{id}", ""),
    row("AWS::OpenSearchService::Domain", "", "arn:{P}:es:{R}:{A}:domain/{id}", ""),
    row("AWS::OpenSearchServerless::Collection", "", "arn:{P}:aoss:{R}:{A}:collection/{id}", ""),
    // Compute beyond EC2
    row("AWS::Lambda::Function", "", "arn:{P}:lambda:{R}:{A}:function:{id}", "/lambda/home?region={r}#/functions/{id}"),
    row("AWS::Lambda::Function", "", "arn:{P}:lambda:{R}:{A}:function:{id}:{*}", ""),
    row("AWS::ECS::Service", "", "arn:{P}:ecs:{R}:{A}:service/{path}", "/ecs/v2/clusters/{head}/services/{tail}/health?region={r}"),
    row("AWS::ECS::Task", "", "arn:{P}:ecs:{R}:{A}:task/{path}", "/ecs/v2/clusters/{head}/tasks/{tail}/configuration?region={r}"),
    row("AWS::ECS::TaskDefinition", "", "arn:{P}:ecs:{R}:{A}:task-definition/{id}:{*}", ""),
    row("AWS::ECS::Cluster", "", "arn:{P}:ecs:{R}:{A}:cluster/{id}", ""),
    row("AWS::EKS::Cluster", "", "arn:{P}:eks:{R}:{A}:cluster/{id}", "/eks/home?region={r}#/clusters/{id}"),
    row("AWS::Batch::JobQueue", "", "arn:{P}:batch:{R}:{A}:job-queue/{id}", ""),
    row("AWS::CodeBuild::Project", "", "arn:{P}:codebuild:{R}:{A}:project/{id}", ""),
    // Storage
    row("AWS::S3::Bucket", "", "arn:{P}:s3:::{id}", "/s3/buckets/{id}?region={r}"),
    row("AWS::EFS::FileSystem", "fs-", "arn:{P}:elasticfilesystem:{R}:{A}:file-system/{id}", "/efs/home?region={r}#/file-systems/{id}"),
    row("AWS::FSx::FileSystem", "fs-", "arn:{P}:fsx:{R}:{A}:file-system/{id}", ""),
    row("AWS::FSx::Volume", "fsvol-", "arn:{P}:fsx:{R}:{A}:volume/{*}/{id}", ""),
    row("AWS::Backup::BackupVault", "", "arn:{P}:backup:{R}:{A}:backup-vault:{id}", "/backup/home?region={r}#/backupvaults/details/{id}"),
    // Messages, streams, workflows
    row("AWS::SQS::Queue", "", "arn:{P}:sqs:{R}:{A}:{id}", "/sqs/v2/home?region={r}#/queues/{queue}"),
    row("AWS::SNS::Topic", "", "arn:{P}:sns:{R}:{A}:{id}", "/sns/v3/home?region={r}#/topic/{arn}"),
    row("AWS::Kinesis::Stream", "", "arn:{P}:kinesis:{R}:{A}:stream/{id}", ""),
    row("AWS::KinesisFirehose::DeliveryStream", "", "arn:{P}:firehose:{R}:{A}:deliverystream/{id}", ""),
    row("AWS::StepFunctions::StateMachine", "", "arn:{P}:states:{R}:{A}:stateMachine:{id}", "/states/home?region={r}#/statemachines/view/{arn}"),
    row("AWS::Events::Rule", "", "arn:{P}:events:{R}:{A}:rule/{path}", "/events/home?region={r}#/eventbus/{bus}/rules/{tail}"),
    row("AWS::Scheduler::Schedule", "", "arn:{P}:scheduler:{R}:{A}:schedule/{path}", "/scheduler/home?region={r}#schedules/{head}/{tail}"),
    row("AWS::Scheduler::ScheduleGroup", "", "arn:{P}:scheduler:{R}:{A}:schedule-group/{id}", ""),
    // Edges
    row("AWS::ApiGateway::RestApi", "", "arn:{P}:apigateway:{R}::/restapis/{id}", ""),
    row("AWS::ApiGatewayV2::Api", "", "arn:{P}:apigateway:{R}::/apis/{id}", ""),
    row("AWS::CloudFront::Distribution", "", "arn:{P}:cloudfront::{A}:distribution/{id}", "/cloudfront/v4/home#/distributions/{id}"),
    row("AWS::Route53::HealthCheck", "", "arn:{P}:route53:::healthcheck/{id}", ""),
    row("AWS::CertificateManager::Certificate", "", "arn:{P}:acm:{R}:{A}:certificate/{id}", ""),
    row("AWS::WAFv2::WebACL", "", "arn:{P}:wafv2:{R}:{A}:regional/webacl/{id}/{*}", ""),
    row("AWS::WAFv2::WebACL", "", "arn:{P}:wafv2:{R}:{A}:global/webacl/{id}/{*}", ""),
    // Watching and running
    row("AWS::CloudWatch::Alarm", "", "arn:{P}:cloudwatch:{R}:{A}:alarm:{path}", "/cloudwatch/home?region={r}#alarmsV2:alarm/{id}"),
    row("AWS::Logs::LogGroup", "", "arn:{P}:logs:{R}:{A}:log-group:{path}", "/cloudwatch/home?region={r}#logsV2:log-groups/log-group/{log}"),
    row("AWS::Synthetics::Canary", "", "arn:{P}:synthetics:{R}:{A}:canary:{id}", ""),
    row("AWS::CloudFormation::Stack", "", "arn:{P}:cloudformation:{R}:{A}:stack/{path}", "/cloudformation/home?region={r}#/stacks/stackinfo?stackId={arn}"),
    row("AWS::SSM::MaintenanceWindow", "mw-", "arn:{P}:ssm:{R}:{A}:maintenancewindow/{id}", "/systems-manager/maintenance-windows/{id}/description?region={r}"),
    row("AWS::SSM::Parameter", "", "", "/systems-manager/parameters/{id}/description?region={r}&tab=Table"),
    row("AWS::SSM::PatchCompliance", "", "", "/systems-manager/fleet-manager/managed-nodes/{id}/general?region={r}"),
    // Keys and people
    row("AWS::KMS::Key", "", "arn:{P}:kms:{R}:{A}:key/{id}", "/kms/home?region={r}#/kms/keys/{id}"),
    // A secret's ARN ends in six characters that its name does not tell.
    row("AWS::SecretsManager::Secret", "", "", "/secretsmanager/secret?name={id}&region={r}"),
    row("AWS::IAM::User", "", "arn:{P}:iam::{A}:user/{id}", "/iam/home#/users/{id}"),
    row("AWS::IAM::Role", "", "arn:{P}:iam::{A}:role/{id}", "/iam/home#/roles/{id}"),
    // Paths are not part of a role's name: role/service-role/NAME, role/aws-service-role/SERVICE/NAME.
    row("AWS::IAM::Role", "", "arn:{P}:iam::{A}:role/{*}/{id}", ""),
    row("AWS::IAM::Role", "", "arn:{P}:iam::{A}:role/{*}/{*}/{id}", ""),
    row("AWS::IAM::InstanceProfile", "", "arn:{P}:iam::{A}:instance-profile/{id}", ""),
    row("AWS::IAM::ManagedPolicy", "", "arn:{P}:iam::{A}:policy/{id}", "/iam/home#/policies/details/{arn}?section=permissions"),
];
