//! What a type of resource is called. Ids that tell their type (`i-…`, `sg-…`) stand alone.

use super::take::{Taken, value};
use crate::{
    resource::ResourceRef,
    text::sentence::Sentence,
    triage::kinds::{kind, label},
};

/// Type and wording; types outside the table go by AWS's own name for them.
const THINGS: &[(&str, &str)] = &[
    ("AWS::AutoScaling::AutoScalingGroup", "thing.asg"),
    ("AWS::AutoScaling::LaunchConfiguration", "thing.launch-configuration"),
    ("AWS::ElasticLoadBalancing::LoadBalancer", "thing.load-balancer"),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "thing.load-balancer"),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "thing.target-group"),
    ("AWS::ElasticLoadBalancingV2::Listener", "thing.listener"),
    ("AWS::ElasticLoadBalancingV2::ListenerRule", "thing.listener-rule"),
    ("AWS::RDS::DBInstance", "thing.db-instance"),
    ("AWS::DocDB::DBInstance", "thing.db-instance"),
    ("AWS::Neptune::DBInstance", "thing.db-instance"),
    ("AWS::RDS::DBCluster", "thing.db-cluster"),
    ("AWS::DocDB::DBCluster", "thing.db-cluster"),
    ("AWS::Neptune::DBCluster", "thing.db-cluster"),
    ("AWS::RDS::GlobalCluster", "thing.global-cluster"),
    ("AWS::RDS::DBSnapshot", "thing.db-snapshot"),
    ("AWS::RDS::DBClusterSnapshot", "thing.db-snapshot"),
    ("AWS::RDS::DBParameterGroup", "thing.parameter-group"),
    ("AWS::RDS::DBClusterParameterGroup", "thing.parameter-group"),
    ("AWS::ElastiCache::CacheCluster", "thing.cache"),
    ("AWS::ElastiCache::ReplicationGroup", "thing.replication-group"),
    ("AWS::DynamoDB::Table", "thing.table"),
    ("AWS::Lambda::Function", "thing.function"),
    ("AWS::Lambda::EventSourceMapping", "thing.event-source-mapping"),
    ("AWS::ECS::Service", "thing.service"),
    ("AWS::ECS::Task", "thing.task"),
    ("AWS::ECS::TaskDefinition", "thing.task-definition"),
    ("AWS::ECS::Cluster", "thing.ecs-cluster"),
    ("AWS::EKS::Cluster", "thing.eks-cluster"),
    ("AWS::EKS::Nodegroup", "thing.node-group"),
    ("AWS::CloudFormation::Stack", "thing.stack"),
    ("AWS::CodeBuild::Project", "thing.build-project"),
    ("AWS::CodePipeline::Pipeline", "thing.pipeline"),
    ("AWS::CodeDeploy::Application", "thing.application"),
    ("AWS::S3::Bucket", "thing.bucket"),
    ("AWS::Backup::BackupVault", "thing.backup-vault"),
    ("AWS::Backup::BackupPlan", "thing.backup-plan"),
    ("AWS::Backup::RecoveryPoint", "thing.recovery-point"),
    ("AWS::SQS::Queue", "thing.queue"),
    ("AWS::SNS::Topic", "thing.topic"),
    ("AWS::Events::Rule", "thing.event-rule"),
    ("AWS::ApiGateway::RestApi", "thing.rest-api"),
    ("AWS::CloudFront::Distribution", "thing.distribution"),
    ("AWS::Route53::HostedZone", "thing.hosted-zone"),
    ("AWS::Route53Domains::Domain", "thing.domain"),
    ("AWS::CertificateManager::Certificate", "thing.certificate"),
    ("AWS::IAM::ServerCertificate", "thing.certificate"),
    ("AWS::WAFv2::WebACL", "thing.web-acl"),
    ("AWS::WAFv2::IPSet", "thing.ip-set"),
    ("AWS::WAFv2::RuleGroup", "thing.rule-group"),
    ("AWS::CloudWatch::Alarm", "thing.alarm"),
    ("AWS::Logs::LogGroup", "thing.log-group"),
    ("AWS::CloudTrail::Trail", "thing.trail"),
    ("AWS::Config::ConfigurationRecorder", "thing.config-recorder"),
    ("AWS::Config::DeliveryChannel", "thing.delivery-channel"),
    ("AWS::Config::ConfigRule", "thing.config-rule"),
    ("AWS::GuardDuty::Detector", "thing.detector"),
    ("AWS::AccessAnalyzer::Analyzer", "thing.analyzer"),
    ("AWS::SSM::Parameter", "thing.parameter"),
    ("AWS::SSM::Document", "thing.document"),
    ("AWS::KMS::Key", "thing.key"),
    ("AWS::KMS::Alias", "thing.key-alias"),
    ("AWS::SecretsManager::Secret", "thing.secret"),
    ("AWS::IAM::User", "thing.user"),
    ("AWS::IAM::Group", "thing.iam-group"),
    ("AWS::IAM::Role", "thing.role"),
    ("AWS::IAM::ManagedPolicy", "thing.policy"),
    ("AWS::IAM::InstanceProfile", "thing.instance-profile"),
    ("AWS::IAM::AccessKey", "thing.access-key"),
    ("AWS::IAM::SAMLProvider", "thing.identity-provider"),
    ("AWS::IAM::OIDCProvider", "thing.identity-provider"),
    ("AWS::EC2::KeyPair", "thing.key-pair"),
    ("AWS::Organizations::Account", "thing.account"),
    ("AWS::Organizations::Policy", "thing.org-policy"),
    ("AWS::SSO::PermissionSet", "thing.permission-set"),
    ("AWS::RolesAnywhere::TrustAnchor", "thing.trust-anchor"),
    ("AWS::RolesAnywhere::Profile", "thing.anywhere-profile"),
];

/// A resource in a sentence: its id where that tells what it is, else noun and name.
pub(super) fn thing(resource: &ResourceRef) -> Taken {
    let name = value(name_of(resource));
    if let Some((_, key)) = THINGS.iter().find(|(kind, _)| *kind == resource.kind) {
        return Taken::Part(Sentence::new(key).with("name", name));
    }
    let prefix = kind(&resource.kind).map_or("", |k| k.prefix);
    if resource.kind.starts_with("AWS::EC2::") || (!prefix.is_empty() && resource.id.starts_with(prefix)) {
        return Taken::Text(name);
    }
    Taken::Text(value(&format!("{} {name}", resource.short_kind())))
}

/// Its name without what only ARNs need.
pub(super) fn name_of(resource: &ResourceRef) -> &str {
    match resource.kind.as_ref() {
        "AWS::ElasticLoadBalancingV2::Listener" | "AWS::ElasticLoadBalancingV2::ListenerRule" => {
            resource.id.split('/').nth(2).unwrap_or(&resource.id)
        }
        "AWS::ECS::Service" | "AWS::ECS::Task" | "AWS::EKS::Nodegroup" => {
            resource.id.rsplit('/').next().unwrap_or(&resource.id)
        }
        _ => label(resource),
    }
}
