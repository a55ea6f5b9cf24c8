//! Links into the AWS console (`aws-facts.md` §6), by partition.
//!
//! The console's addresses are no API and change; they all stand in the `page` column of `kinds.rs`. A type without a
//! page of its own goes through the console's "view this ARN", and without an ARN to its resource search.
//!
//! Marks in a page: `{r}` Region, `{id}` the id, `{arn}` the ARN, `{head}` and `{tail}` the id before and after its
//! last `/`, `{bus}` like head but `default` when there is none, `{log}` the id in CloudWatch Logs' own double
//! encoding, `{queue}` a queue's URL. Everything but the Region is percent-encoded.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    resource::ResourceRef,
    triage::kinds::{Place, arn_of, kind},
};

/// What JavaScript's `encodeURIComponent` leaves alone, which is what the console itself uses.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// Partition, the console's host, the suffix of its API hosts (`aws-facts.md` §6.2). The isolated partitions have no
/// public console.
const PARTITIONS: [(&str, &str, &str); 4] = [
    ("aws", "console.aws.amazon.com", "amazonaws.com"),
    ("aws-cn", "console.amazonaws.cn", "amazonaws.com.cn"),
    ("aws-us-gov", "console.amazonaws-us-gov.com", "amazonaws.com"),
    ("aws-eusc", "console.amazonaws-eusc.eu", "amazonaws.eu"),
];

/// Percent-encodes one component of an address.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).to_string()
}

/// The console page of a resource. Empty in a partition that has no public console. With an account of twelve digits
/// the link lands in the right one of several signed-in sessions.
pub fn console_link(resource: &ResourceRef, region: &str, account: &str, partition: &str) -> String {
    let Some((_, host, suffix)) = PARTITIONS.iter().find(|(name, ..)| *name == partition) else {
        return String::new();
    };
    let id = resource.id.as_str();
    let place = Place { scope: resource.scope, partition, region, account };
    let arn = resource.arn.clone().or_else(|| arn_of(&resource.kind, id, &place));
    let page = kind(&resource.kind).map_or("", |k| k.page);
    let page = match &arn {
        _ if page.is_empty() => None,
        None if page.contains("{arn}") => None,
        None if page.contains("{queue}") && account.is_empty() => None,
        _ => Some(page),
    };
    let path = match (page, &arn) {
        (Some(page), _) => {
            let (head, tail) = id.rsplit_once('/').unwrap_or(("", id));
            let bus = if head.is_empty() { "default" } else { head };
            let log = encode(&encode(id)).replace('%', "$");
            let queue = format!("https://sqs.{region}.{suffix}/{account}/{id}");
            page.replace("{r}", region)
                .replace("{arn}", &encode(arn.as_deref().unwrap_or_default()))
                .replace("{head}", &encode(if head.is_empty() { "default" } else { head }))
                .replace("{tail}", &encode(tail))
                .replace("{bus}", &encode(bus))
                .replace("{log}", &log)
                .replace("{queue}", &encode(&queue))
                .replace("{id}", &encode(id))
        }
        (None, Some(arn)) => format!("/go/view?arn={}", encode(arn)),
        (None, None) => format!("/resource-groups/home?region={region}#/resources?search={}", encode(id)),
    };
    let regional = page.is_some_and(|p| p.contains("{r}")) || path.starts_with("/resource-groups/");
    let sub = if regional && !region.is_empty() { format!("{region}.") } else { String::new() };
    format!("https://{sub}{host}{}", with_account(&path, account))
}

/// Adds `account=` to the query, which ends where the fragment begins.
fn with_account(path: &str, account: &str) -> String {
    if account.len() != 12 || !account.bytes().all(|b| b.is_ascii_digit()) {
        return path.to_owned();
    }
    let (before, fragment) = path.split_once('#').map_or((path, None), |(b, f)| (b, Some(f)));
    let mark = if before.contains('?') { '&' } else { '?' };
    let fragment = fragment.map(|f| format!("#{f}")).unwrap_or_default();
    format!("{before}{mark}account={account}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope::ScopeId;

    const ELB: &str = "arn:aws:elasticloadbalancing:eu-west-1:111122223333";

    fn link(kind: &'static str, id: &str) -> String {
        console_link(&ResourceRef::new(ScopeId(0), kind, id), "eu-west-1", "", "aws")
    }

    #[test]
    #[rustfmt::skip]
    fn pages_by_type() {
        for (kind, id, path) in [
            ("AWS::EC2::Instance", "i-0abc", "/ec2/home?region=eu-west-1#InstanceDetails:instanceId=i-0abc"),
            ("AWS::EC2::Volume", "vol-1", "/ec2/home?region=eu-west-1#VolumeDetails:volumeId=vol-1"),
            ("AWS::EC2::Snapshot", "snap-1", "/ec2/home?region=eu-west-1#SnapshotDetails:snapshotId=snap-1"),
            ("AWS::EC2::Image", "ami-1", "/ec2/home?region=eu-west-1#ImageDetails:imageId=ami-1"),
            ("AWS::EC2::SecurityGroup", "sg-1", "/ec2/home?region=eu-west-1#SecurityGroup:groupId=sg-1"),
            ("AWS::EC2::EIP", "eipalloc-1", "/ec2/home?region=eu-west-1#ElasticIpDetails:AllocationId=eipalloc-1"),
            ("AWS::EC2::NetworkInterface", "eni-1", "/ec2/home?region=eu-west-1#NetworkInterface:networkInterfaceId=eni-1"),
            ("AWS::EC2::LaunchTemplate", "lt-1", "/ec2/home?region=eu-west-1#LaunchTemplateDetails:launchTemplateId=lt-1"),
            ("AWS::AutoScaling::AutoScalingGroup", "web asg", "/ec2/home?region=eu-west-1#AutoScalingGroupDetails:id=web%20asg;view=details"),
            ("AWS::EC2::VPC", "vpc-1", "/vpc/home?region=eu-west-1#VpcDetails:VpcId=vpc-1"),
            ("AWS::EC2::Subnet", "subnet-1", "/vpc/home?region=eu-west-1#SubnetDetails:subnetId=subnet-1"),
            ("AWS::EC2::RouteTable", "rtb-1", "/vpc/home?region=eu-west-1#RouteTableDetails:RouteTableId=rtb-1"),
            ("AWS::EC2::VPCEndpoint", "vpce-1", "/vpc/home?region=eu-west-1#EndpointDetails:vpcEndpointId=vpce-1"),
            ("AWS::EC2::NetworkAcl", "acl-1", "/vpc/home?region=eu-west-1#NetworkAclDetails:networkAclId=acl-1"),
            ("AWS::EC2::NatGateway", "nat-1", "/vpc/home?region=eu-west-1#NatGatewayDetails:natGatewayId=nat-1"),
            ("AWS::EC2::InternetGateway", "igw-1", "/vpc/home?region=eu-west-1#InternetGateway:internetGatewayId=igw-1"),
            ("AWS::CloudWatch::Alarm", "prod/web 5xx", "/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/prod%2Fweb%205xx"),
            ("AWS::Logs::LogGroup", "/aws/lambda/pay", "/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Faws$252Flambda$252Fpay"),
            ("AWS::RDS::DBInstance", "orders", "/rds/home?region=eu-west-1#database:id=orders;is-cluster=false"),
            ("AWS::RDS::DBCluster", "orders", "/rds/home?region=eu-west-1#database:id=orders;is-cluster=true"),
            ("AWS::RDS::DBSnapshot", "rds:orders-1", "/rds/home?region=eu-west-1#db-snapshot:id=rds%3Aorders-1"),
            ("AWS::S3::Bucket", "assets", "/s3/buckets/assets?region=eu-west-1"),
            ("AWS::Lambda::Function", "pay", "/lambda/home?region=eu-west-1#/functions/pay"),
            ("AWS::DynamoDB::Table", "orders", "/dynamodbv2/home?region=eu-west-1#table?name=orders"),
            ("AWS::ECS::Service", "main/pay", "/ecs/v2/clusters/main/services/pay/health?region=eu-west-1"),
            ("AWS::ECS::Task", "main/9f", "/ecs/v2/clusters/main/tasks/9f/configuration?region=eu-west-1"),
            ("AWS::EKS::Cluster", "main", "/eks/home?region=eu-west-1#/clusters/main"),
            ("AWS::EFS::FileSystem", "fs-1", "/efs/home?region=eu-west-1#/file-systems/fs-1"),
            ("AWS::Events::Rule", "nightly", "/events/home?region=eu-west-1#/eventbus/default/rules/nightly"),
            ("AWS::Events::Rule", "shop/nightly", "/events/home?region=eu-west-1#/eventbus/shop/rules/nightly"),
            ("AWS::Scheduler::Schedule", "grp/nightly", "/scheduler/home?region=eu-west-1#schedules/grp/nightly"),
            ("AWS::KMS::Key", "1234", "/kms/home?region=eu-west-1#/kms/keys/1234"),
            ("AWS::SecretsManager::Secret", "prod/db", "/secretsmanager/secret?name=prod%2Fdb&region=eu-west-1"),
            ("AWS::SSM::Parameter", "/prod/db", "/systems-manager/parameters/%2Fprod%2Fdb/description?region=eu-west-1&tab=Table"),
            ("AWS::SSM::MaintenanceWindow", "mw-1", "/systems-manager/maintenance-windows/mw-1/description?region=eu-west-1"),
            ("AWS::Backup::BackupVault", "Default", "/backup/home?region=eu-west-1#/backupvaults/details/Default"),
        ] {
            assert_eq!(link(kind, id), format!("https://eu-west-1.console.aws.amazon.com{path}"), "{kind}");
        }
        for (kind, id, path) in [
            ("AWS::IAM::User", "ops", "/iam/home#/users/ops"),
            ("AWS::IAM::Role", "web", "/iam/home#/roles/web"),
            ("AWS::CloudFront::Distribution", "E1", "/cloudfront/v4/home#/distributions/E1"),
        ] {
            assert_eq!(link(kind, id), format!("https://console.aws.amazon.com{path}"), "{kind}");
        }
    }

    #[test]
    fn pages_that_take_an_arn() {
        let open = |kind: &'static str, id: &str| {
            console_link(&ResourceRef::new(ScopeId(0), kind, id), "eu-west-1", "111122223333", "aws")
        };
        let base = "https://eu-west-1.console.aws.amazon.com";
        let elb = encode(ELB);
        for (kind, id, path) in [
            (
                "AWS::ElasticLoadBalancingV2::LoadBalancer",
                "app/web/50dc",
                format!("/ec2/home?region=eu-west-1&account=111122223333#LoadBalancer:loadBalancerArn={elb}%3Aloadbalancer%2Fapp%2Fweb%2F50dc"),
            ),
            (
                "AWS::ElasticLoadBalancingV2::TargetGroup",
                "targetgroup/web-80/73e2",
                format!("/ec2/home?region=eu-west-1&account=111122223333#TargetGroup:targetGroupArn={elb}%3Atargetgroup%2Fweb-80%2F73e2"),
            ),
            (
                "AWS::SQS::Queue",
                "jobs",
                "/sqs/v2/home?region=eu-west-1&account=111122223333#/queues/https%3A%2F%2Fsqs.eu-west-1.amazonaws.com%2F111122223333%2Fjobs".into(),
            ),
            (
                "AWS::SNS::Topic",
                "oncall",
                "/sns/v3/home?region=eu-west-1&account=111122223333#/topic/arn%3Aaws%3Asns%3Aeu-west-1%3A111122223333%3Aoncall".into(),
            ),
            (
                "AWS::StepFunctions::StateMachine",
                "pay",
                "/states/home?region=eu-west-1&account=111122223333#/statemachines/view/arn%3Aaws%3Astates%3Aeu-west-1%3A111122223333%3AstateMachine%3Apay".into(),
            ),
        ] {
            assert_eq!(open(kind, id), format!("{base}{path}"), "{kind}");
        }
        assert_eq!(
            open("AWS::IAM::ManagedPolicy", "p"),
            "https://console.aws.amazon.com/iam/home?account=111122223333#/policies/details/arn%3Aaws%3Aiam%3A%3A111122223333%3Apolicy%2Fp?section=permissions"
        );
    }

    #[test]
    fn without_a_page_by_arn_and_without_an_arn_by_search() {
        let open = |account: &str| {
            let cluster = ResourceRef::new(ScopeId(0), "AWS::Redshift::Cluster", "dwh");
            console_link(&cluster, "eu-west-1", account, "aws")
        };
        assert_eq!(
            open("111122223333"),
            "https://console.aws.amazon.com/go/view?arn=arn%3Aaws%3Aredshift%3Aeu-west-1%3A111122223333%3Acluster%3Adwh&account=111122223333"
        );
        let search = "https://eu-west-1.console.aws.amazon.com/resource-groups/home?region=eu-west-1#/resources?search=";
        assert_eq!(open(""), format!("{search}dwh"));
        assert_eq!(link("Unheard::Of::It", "a b&c"), format!("{search}a%20b%26c"));
        assert_eq!(link("AWS::SNS::Topic", "oncall"), format!("{search}oncall"));
        assert_eq!(link("AWS::SQS::Queue", "jobs"), format!("{search}jobs"));
    }

    #[test]
    fn hosts_by_partition() {
        let instance = ResourceRef::new(ScopeId(0), crate::resource::EC2_INSTANCE, "i-1");
        for (partition, region, host) in [
            ("aws", "eu-west-1", "eu-west-1.console.aws.amazon.com"),
            ("aws-cn", "cn-north-1", "cn-north-1.console.amazonaws.cn"),
            ("aws-us-gov", "us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
            ("aws-eusc", "eusc-de-east-1", "eusc-de-east-1.console.amazonaws-eusc.eu"),
        ] {
            let link = console_link(&instance, region, "", partition);
            assert_eq!(
                link,
                format!("https://{host}/ec2/home?region={region}#InstanceDetails:instanceId=i-1")
            );
        }
        assert_eq!(console_link(&instance, "us-iso-east-1", "", "aws-iso"), "");
        let queue = ResourceRef::new(ScopeId(0), "AWS::SQS::Queue", "jobs");
        let link = console_link(&queue, "cn-north-1", "111122223333", "aws-cn");
        assert!(link.contains("sqs.cn-north-1.amazonaws.com.cn"), "{link}");
    }
}
