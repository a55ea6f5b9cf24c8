//! The relations between resources as a table (`aws-facts.md` §4.5): in which answer they stand, and how to say them.

use crate::triage::read::Read;

/// How a thing's name in a question is spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// Its id.
    Id,
    /// Its ARN.
    Arn,
}

/// What is asked about a node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    /// Of which type the node is.
    pub(super) kind: &'static str,
    /// What.
    pub(super) read: Read,
    /// By which name.
    pub(super) by: Name,
    /// Only of nodes that are no more steps away.
    pub(super) within: u8,
    /// Whether one call can ask about many.
    pub(super) together: bool,
}

/// What a text in an answer names.
#[derive(Debug, Clone, Copy)]
pub(super) enum Noun {
    /// Something of this type, by id or ARN.
    Of(&'static str),
    /// Something whose id tells its type; other texts name nothing.
    ByLooks,
}

/// One relation: where an element of an answer names a node, it names others that belong to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    /// The node's type.
    pub(super) from: &'static str,
    /// In whose answer.
    pub(super) read: Read,
    /// The elements.
    pub(super) items: &'static str,
    /// Where an element names the node.
    pub(super) key: &'static str,
    /// Where it names what belongs to the node.
    pub(super) to: &'static str,
    /// What that is.
    pub(super) noun: Noun,
    /// Wording key of the relation, with `{of}` for the node.
    pub(super) via: &'static str,
    /// Whether there can be thousands.
    pub(super) many: bool,
}

const INSTANCE: &str = "AWS::EC2::Instance";
const GROUP: &str = "AWS::EC2::SecurityGroup";
const SUBNET: &str = "AWS::EC2::Subnet";
const VPC: &str = "AWS::EC2::VPC";
const VOLUME: &str = "AWS::EC2::Volume";
const INTERFACE: &str = "AWS::EC2::NetworkInterface";
const IMAGE: &str = "AWS::EC2::Image";
const TEMPLATE: &str = "AWS::EC2::LaunchTemplate";
const ROUTES: &str = "AWS::EC2::RouteTable";
const PROFILE: &str = "AWS::IAM::InstanceProfile";
const ROLE: &str = "AWS::IAM::Role";
const ASG: &str = "AWS::AutoScaling::AutoScalingGroup";
const TARGETS: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";
const BALANCER: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
const LISTENER: &str = "AWS::ElasticLoadBalancingV2::Listener";
const RULE: &str = "AWS::ElasticLoadBalancingV2::ListenerRule";
const DATABASE: &str = "AWS::RDS::DBInstance";
const CLUSTER: &str = "AWS::RDS::DBCluster";
const FUNCTION: &str = "AWS::Lambda::Function";
const KEY: &str = "AWS::KMS::Key";

const fn ask(kind: &'static str, read: Read, by: Name, within: u8, together: bool) -> Asked {
    Asked { kind, read, by, within, together }
}

/// What is asked about which type, the most telling first.
pub(super) const ASKED: &[Asked] = &[
    ask(INSTANCE, Read::Instances, Name::Id, 2, true),
    ask(TARGETS, Read::TargetGroups, Name::Arn, 2, true),
    ask(TARGETS, Read::TargetHealth, Name::Arn, 2, false),
    ask(BALANCER, Read::LoadBalancers, Name::Arn, 2, true),
    ask(BALANCER, Read::TargetGroupsOf, Name::Arn, 1, false),
    ask(BALANCER, Read::Listeners, Name::Arn, 1, false),
    ask(ASG, Read::AutoScalingGroups, Name::Id, 3, true),
    ask(DATABASE, Read::DbInstances, Name::Id, 1, false),
    ask(CLUSTER, Read::DbClusters, Name::Id, 1, false),
    ask(FUNCTION, Read::Function, Name::Id, 1, false),
    ask(FUNCTION, Read::EventSources, Name::Id, 1, false),
    ask(GROUP, Read::SecurityGroups, Name::Id, 3, true),
    ask(SUBNET, Read::Subnets, Name::Id, 3, true),
    ask(VPC, Read::RouteTables, Name::Id, 3, false),
    ask(VPC, Read::NetworkAcls, Name::Id, 3, false),
    ask(TEMPLATE, Read::LaunchTemplateVersions, Name::Id, 3, false),
    ask(VOLUME, Read::Volumes, Name::Id, 2, true),
    ask(PROFILE, Read::InstanceProfile, Name::Id, 2, false),
    ask(ROLE, Read::RolePolicies, Name::Id, 3, false),
    ask(INSTANCE, Read::Addresses, Name::Id, 0, true),
    ask(VPC, Read::InternetGateways, Name::Id, 3, false),
    ask(VPC, Read::NatGateways, Name::Id, 3, false),
    ask(VPC, Read::VpcEndpoints, Name::Id, 3, false),
    ask(LISTENER, Read::ListenerRules, Name::Arn, 2, false),
];

/// Where the names that people use stand: a type, its answers, the elements, where an element names the thing, the name.
pub(super) const NAMES: &[(&str, Read, &str, &str, &str)] = &[
    (INSTANCE, Read::Instances, INSTANCES, "InstanceId", "Tags[Key=Name].Value"),
    (GROUP, Read::SecurityGroups, "SecurityGroups[]", "GroupId", "GroupName"),
    (GROUP, Read::Instances, "Reservations[].Instances[].SecurityGroups[]", "GroupId", "GroupName"),
    (
        TEMPLATE,
        Read::LaunchTemplateVersions,
        "LaunchTemplateVersions[]",
        "LaunchTemplateId",
        "LaunchTemplateName",
    ),
];

const INSTANCES: &str = "Reservations[].Instances[]";

const fn link(
    from: &'static str,
    (read, items, key): (Read, &'static str, &'static str),
    to: &'static str,
    kind: &'static str,
    via: &'static str,
) -> Link {
    Link { from, read, items, key, to, noun: Noun::Of(kind), via, many: false }
}

impl Link {
    const fn many(mut self) -> Self {
        self.many = true;
        self
    }

    const fn by_looks(mut self) -> Self {
        self.noun = Noun::ByLooks;
        self
    }
}

const OF_INSTANCE: (Read, &str, &str) = (Read::Instances, INSTANCES, "InstanceId");
const OF_TARGETS: (Read, &str, &str) = (Read::TargetGroups, "TargetGroups[]", "TargetGroupArn");
const OF_HEALTH: (Read, &str, &str) = (Read::TargetHealth, "", "TargetGroupArn");
const OF_BALANCER: (Read, &str, &str) = (Read::LoadBalancers, "LoadBalancers[]", "LoadBalancerArn");
const OF_ASG: (Read, &str, &str) = (Read::AutoScalingGroups, "AutoScalingGroups[]", "AutoScalingGroupName");
const OF_GROUP: (Read, &str, &str) = (Read::SecurityGroups, "SecurityGroups[]", "GroupId");
const OF_ROUTES: (Read, &str, &str) = (Read::RouteTables, "RouteTables[]", "RouteTableId");
const OF_DATABASE: (Read, &str, &str) = (Read::DbInstances, "DBInstances[]", "DBInstanceIdentifier");
const OF_CLUSTER: (Read, &str, &str) = (Read::DbClusters, "DBClusters[]", "DBClusterIdentifier");
const OF_FUNCTION: (Read, &str, &str) = (Read::Function, "", "FunctionName");
const OF_SOURCES: (Read, &str, &str) = (Read::EventSources, "EventSourceMappings[]", "FunctionArn");
const OF_TEMPLATE: (Read, &str, &str) =
    (Read::LaunchTemplateVersions, "LaunchTemplateVersions[]", "LaunchTemplateId");

/// All relations, the most telling first.
pub(super) const LINKS: &[Link] = &[
    // An instance.
    link(INSTANCE, OF_INSTANCE, "SecurityGroups[].GroupId", GROUP, "relation.attached"),
    link(INSTANCE, OF_INSTANCE, "SubnetId", SUBNET, "relation.contains"),
    link(INSTANCE, OF_INSTANCE, "Tags[Key=aws:autoscaling:groupName].Value", ASG, "relation.asg"),
    link(INSTANCE, OF_INSTANCE, "Tags[Key=aws:ec2launchtemplate:id].Value", TEMPLATE, "relation.template"),
    link(INSTANCE, OF_INSTANCE, "BlockDeviceMappings[].Ebs.VolumeId", VOLUME, "relation.attached"),
    link(INSTANCE, OF_INSTANCE, "IamInstanceProfile.Arn", PROFILE, "relation.profile"),
    link(INSTANCE, OF_INSTANCE, "NetworkInterfaces[].NetworkInterfaceId", INTERFACE, "relation.attached"),
    link(INSTANCE, OF_INSTANCE, "NetworkInterfaces[].Groups[].GroupId", GROUP, "relation.attached"),
    link(INSTANCE, OF_INSTANCE, "VpcId", VPC, "relation.contains"),
    link(INSTANCE, OF_INSTANCE, "ImageId", IMAGE, "relation.launched_from"),
    link(
        INSTANCE,
        OF_INSTANCE,
        "Tags[Key=aws:cloudformation:stack-id].Value",
        "AWS::CloudFormation::Stack",
        "relation.stack",
    ),
    link(INSTANCE, OF_INSTANCE, "KeyName", "AWS::EC2::KeyPair", "relation.key_pair"),
    link(
        INSTANCE,
        (Read::Addresses, "Addresses[]", "InstanceId"),
        "AllocationId",
        "AWS::EC2::EIP",
        "relation.address",
    ),
    // Whose targets it is, as far as its Auto Scaling group is known, follows from the group.
    link(ASG, OF_ASG, "TargetGroupARNs[]", TARGETS, "relation.targets"),
    link(ASG, OF_ASG, "LaunchTemplate.LaunchTemplateId", TEMPLATE, "relation.template"),
    link(
        ASG,
        OF_ASG,
        "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateId",
        TEMPLATE,
        "relation.template",
    ),
    link(ASG, OF_ASG, "Instances[].InstanceId", INSTANCE, "relation.member").many(),
    link(ASG, OF_ASG, "VPCZoneIdentifier", SUBNET, "relation.launches_into"),
    link(
        ASG,
        OF_ASG,
        "Tags[Key=aws:cloudformation:stack-id].Value",
        "AWS::CloudFormation::Stack",
        "relation.stack",
    ),
    link(TEMPLATE, OF_TEMPLATE, "LaunchTemplateData.ImageId", IMAGE, "relation.launches"),
    link(TEMPLATE, OF_TEMPLATE, "LaunchTemplateData.SecurityGroupIds[]", GROUP, "relation.gives"),
    link(TEMPLATE, OF_TEMPLATE, "LaunchTemplateData.IamInstanceProfile.Arn", PROFILE, "relation.gives"),
    // Load balancing.
    link(TARGETS, OF_TARGETS, "LoadBalancerArns[]", BALANCER, "relation.balances"),
    link(TARGETS, OF_HEALTH, "TargetHealthDescriptions[].Target.Id", INSTANCE, "relation.target")
        .many()
        .by_looks(),
    link(BALANCER, OF_BALANCER, "SecurityGroups[]", GROUP, "relation.attached"),
    link(
        BALANCER,
        (Read::TargetGroupsOf, "TargetGroups[]", "LoadBalancerArns[]"),
        "TargetGroupArn",
        TARGETS,
        "relation.targets",
    ),
    link(
        BALANCER,
        (Read::Listeners, "Listeners[]", "LoadBalancerArn"),
        "ListenerArn",
        LISTENER,
        "relation.listener",
    ),
    link(BALANCER, OF_BALANCER, "AvailabilityZones[].SubnetId", SUBNET, "relation.contains"),
    link(BALANCER, OF_BALANCER, "VpcId", VPC, "relation.contains"),
    link(
        LISTENER,
        (Read::Listeners, "Listeners[]", "ListenerArn"),
        "Certificates[].CertificateArn",
        "AWS::CertificateManager::Certificate",
        "relation.certificate",
    ),
    link(LISTENER, (Read::ListenerRules, "", "ListenerArn"), "Rules[].RuleArn", RULE, "relation.rule").many(),
    // The network.
    link(GROUP, OF_GROUP, "IpPermissions[].UserIdGroupPairs[].GroupId", GROUP, "relation.lets_in"),
    link(
        GROUP,
        OF_GROUP,
        "IpPermissions[].PrefixListIds[].PrefixListId",
        "AWS::EC2::PrefixList",
        "relation.lets_in",
    ),
    link(SUBNET, (Read::Subnets, "Subnets[]", "SubnetId"), "VpcId", VPC, "relation.contains"),
    link(
        SUBNET,
        (Read::NetworkAcls, "NetworkAcls[]", "Associations[].SubnetId"),
        "NetworkAclId",
        "AWS::EC2::NetworkAcl",
        "relation.filters",
    ),
    link(ROUTES, OF_ROUTES, "Routes[].GatewayId", "", "relation.route_to").by_looks(),
    link(ROUTES, OF_ROUTES, "Routes[].NatGatewayId", "AWS::EC2::NatGateway", "relation.route_to"),
    link(ROUTES, OF_ROUTES, "Routes[].TransitGatewayId", "AWS::EC2::TransitGateway", "relation.route_to"),
    link(
        ROUTES,
        OF_ROUTES,
        "Routes[].VpcPeeringConnectionId",
        "AWS::EC2::VPCPeeringConnection",
        "relation.route_to",
    ),
    link(ROUTES, OF_ROUTES, "Routes[].NetworkInterfaceId", INTERFACE, "relation.route_to"),
    link(
        VPC,
        (Read::InternetGateways, "InternetGateways[]", "Attachments[].VpcId"),
        "InternetGatewayId",
        "AWS::EC2::InternetGateway",
        "relation.gateway",
    ),
    link(
        VPC,
        (Read::NatGateways, "NatGateways[]", "VpcId"),
        "NatGatewayId",
        "AWS::EC2::NatGateway",
        "relation.gateway",
    ),
    link(
        VPC,
        (Read::VpcEndpoints, "VpcEndpoints[]", "VpcId"),
        "VpcEndpointId",
        "AWS::EC2::VPCEndpoint",
        "relation.endpoint",
    ),
    // Disks, keys, rights.
    link(VOLUME, (Read::Volumes, "Volumes[]", "VolumeId"), "KmsKeyId", KEY, "relation.encrypts"),
    link(
        PROFILE,
        (Read::InstanceProfile, "InstanceProfile", "InstanceProfileName"),
        "Roles[].Arn",
        ROLE,
        "relation.role",
    ),
    link(
        ROLE,
        (Read::RolePolicies, "", "RoleName"),
        "AttachedPolicies[].PolicyArn",
        "AWS::IAM::ManagedPolicy",
        "relation.policy",
    ),
    // Databases.
    link(DATABASE, OF_DATABASE, "VpcSecurityGroups[].VpcSecurityGroupId", GROUP, "relation.attached"),
    link(DATABASE, OF_DATABASE, "DBClusterIdentifier", CLUSTER, "relation.cluster"),
    link(
        DATABASE,
        OF_DATABASE,
        "DBParameterGroups[].DBParameterGroupName",
        "AWS::RDS::DBParameterGroup",
        "relation.parameters",
    ),
    link(
        DATABASE,
        OF_DATABASE,
        "OptionGroupMemberships[].OptionGroupName",
        "AWS::RDS::OptionGroup",
        "relation.parameters",
    ),
    link(
        DATABASE,
        OF_DATABASE,
        "DBSubnetGroup.DBSubnetGroupName",
        "AWS::RDS::DBSubnetGroup",
        "relation.contains",
    ),
    link(DATABASE, OF_DATABASE, "DBSubnetGroup.Subnets[].SubnetIdentifier", SUBNET, "relation.contains"),
    link(DATABASE, OF_DATABASE, "KmsKeyId", KEY, "relation.encrypts"),
    link(
        DATABASE,
        OF_DATABASE,
        "MasterUserSecret.SecretArn",
        "AWS::SecretsManager::Secret",
        "relation.password",
    ),
    link(DATABASE, OF_DATABASE, "ReadReplicaSourceDBInstanceIdentifier", DATABASE, "relation.source"),
    link(CLUSTER, OF_CLUSTER, "DBClusterMembers[].DBInstanceIdentifier", DATABASE, "relation.member"),
    link(CLUSTER, OF_CLUSTER, "VpcSecurityGroups[].VpcSecurityGroupId", GROUP, "relation.attached"),
    link(
        CLUSTER,
        OF_CLUSTER,
        "DBClusterParameterGroup",
        "AWS::RDS::DBClusterParameterGroup",
        "relation.parameters",
    ),
    link(CLUSTER, OF_CLUSTER, "KmsKeyId", KEY, "relation.encrypts"),
    // Functions.
    link(FUNCTION, OF_FUNCTION, "Role", ROLE, "relation.role"),
    link(FUNCTION, OF_FUNCTION, "VpcConfig.SecurityGroupIds[]", GROUP, "relation.attached"),
    link(FUNCTION, OF_FUNCTION, "VpcConfig.SubnetIds[]", SUBNET, "relation.contains"),
    link(FUNCTION, OF_FUNCTION, "VpcConfig.VpcId", VPC, "relation.contains"),
    link(FUNCTION, OF_FUNCTION, "Layers[].Arn", "AWS::Lambda::LayerVersion", "relation.layer"),
    link(FUNCTION, OF_FUNCTION, "KMSKeyArn", KEY, "relation.encrypts"),
    link(FUNCTION, OF_FUNCTION, "DeadLetterConfig.TargetArn", "AWS::SQS::Queue", "relation.dead_letters"),
    link(FUNCTION, OF_SOURCES, "EventSourceArn", "AWS::SQS::Queue", "relation.feeds"),
    link(FUNCTION, OF_SOURCES, "UUID", "AWS::Lambda::EventSourceMapping", "relation.mapping"),
];
