//! What runs, what it runs on, and the network between: EC2, Elastic Load Balancing, Auto Scaling, Lambda.

use super::{
    Spec,
    args::{FILTER, FILTERS, flag, number, text, texts},
    read, read_as,
};

/// Sorted within each service.
pub(super) static SPECS: &[Spec] = &[
    read("ec2:DescribeAddresses", &["Addresses"], &[texts("AllocationIds"), texts("PublicIps"), FILTERS]),
    read("ec2:DescribeFlowLogs", &["FlowLogs"], &[texts("FlowLogIds"), FILTER, number("MaxResults")]),
    read(
        "ec2:DescribeImages",
        &["Images"],
        &[texts("ImageIds"), texts("Owners"), FILTERS, flag("IncludeDeprecated"), number("MaxResults")],
    ),
    read(
        "ec2:DescribeInstanceStatus",
        &["InstanceStatuses"],
        &[texts("InstanceIds"), FILTERS, flag("IncludeAllInstances"), number("MaxResults")],
    ),
    read("ec2:DescribeInstances", &["Reservations"], &[texts("InstanceIds"), FILTERS, number("MaxResults")]),
    read(
        "ec2:DescribeInternetGateways",
        &["InternetGateways"],
        &[texts("InternetGatewayIds"), FILTERS, number("MaxResults")],
    ),
    read(
        "ec2:DescribeLaunchTemplateVersions",
        &["LaunchTemplateVersions"],
        &[text("LaunchTemplateId"), text("LaunchTemplateName"), texts("Versions")],
    ),
    read(
        "ec2:DescribeNatGateways",
        &["NatGateways"],
        &[texts("NatGatewayIds"), FILTER, number("MaxResults")],
    ),
    read(
        "ec2:DescribeNetworkAcls",
        &["NetworkAcls"],
        &[texts("NetworkAclIds"), FILTERS, number("MaxResults")],
    ),
    read(
        "ec2:DescribeNetworkInterfaces",
        &["NetworkInterfaces"],
        &[texts("NetworkInterfaceIds"), FILTERS, number("MaxResults")],
    ),
    read(
        "ec2:DescribeRouteTables",
        &["RouteTables"],
        &[texts("RouteTableIds"), FILTERS, number("MaxResults")],
    ),
    read(
        "ec2:DescribeSecurityGroupRules",
        &["SecurityGroupRules"],
        &[texts("SecurityGroupRuleIds"), FILTERS, number("MaxResults")],
    ),
    read(
        "ec2:DescribeSecurityGroups",
        &["SecurityGroups"],
        &[texts("GroupIds"), FILTERS, number("MaxResults")],
    ),
    read(
        "ec2:DescribeSnapshots",
        &["Snapshots"],
        &[texts("SnapshotIds"), texts("OwnerIds"), FILTERS, number("MaxResults")],
    ),
    read("ec2:DescribeSubnets", &["Subnets"], &[texts("SubnetIds"), FILTERS, number("MaxResults")]),
    read(
        "ec2:DescribeVolumeStatus",
        &["VolumeStatuses"],
        &[texts("VolumeIds"), FILTERS, number("MaxResults")],
    ),
    read("ec2:DescribeVolumes", &["Volumes"], &[texts("VolumeIds"), FILTERS, number("MaxResults")]),
    read(
        "ec2:DescribeVpcEndpoints",
        &["VpcEndpoints"],
        &[texts("VpcEndpointIds"), FILTERS, number("MaxResults")],
    ),
    read(
        "ec2:DescribeVpcPeeringConnections",
        &["VpcPeeringConnections"],
        &[texts("VpcPeeringConnectionIds"), FILTERS, number("MaxResults")],
    ),
    read("ec2:GetConsoleOutput", &[], &[text("InstanceId").needed(), flag("Latest")]),
    read("ec2:GetConsoleScreenshot", &[], &[text("InstanceId").needed(), flag("WakeUp")]),
    read_as(
        "elbv2:DescribeListeners",
        "elasticloadbalancing:DescribeListeners",
        &["Listeners"],
        &[texts("ListenerArns"), text("LoadBalancerArn"), number("PageSize")],
    ),
    read_as(
        "elbv2:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeLoadBalancers",
        &["LoadBalancers"],
        &[texts("LoadBalancerArns"), texts("Names"), number("PageSize")],
    ),
    read_as(
        "elbv2:DescribeRules",
        "elasticloadbalancing:DescribeRules",
        &["Rules"],
        &[text("ListenerArn"), texts("RuleArns"), number("PageSize")],
    ),
    read_as(
        "elbv2:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetGroups",
        &["TargetGroups"],
        &[texts("TargetGroupArns"), text("LoadBalancerArn"), texts("Names"), number("PageSize")],
    ),
    read_as(
        "elbv2:DescribeTargetHealth",
        "elasticloadbalancing:DescribeTargetHealth",
        &["TargetHealthDescriptions"],
        &[text("TargetGroupArn").needed()],
    ),
    read(
        "autoscaling:DescribeAutoScalingGroups",
        &["AutoScalingGroups"],
        &[texts("AutoScalingGroupNames"), FILTERS, number("MaxRecords")],
    ),
    read(
        "autoscaling:DescribeAutoScalingInstances",
        &["AutoScalingInstances"],
        &[texts("InstanceIds"), number("MaxRecords")],
    ),
    read(
        "autoscaling:DescribeInstanceRefreshes",
        &["InstanceRefreshes"],
        &[text("AutoScalingGroupName").needed(), texts("InstanceRefreshIds"), number("MaxRecords")],
    ),
    read(
        "autoscaling:DescribeScalingActivities",
        &["Activities"],
        &[text("AutoScalingGroupName"), texts("ActivityIds"), number("MaxRecords")],
    ),
    read("lambda:GetFunctionConfiguration", &[], &[text("FunctionName").needed(), text("Qualifier")]),
    read(
        "lambda:ListEventSourceMappings",
        &["EventSourceMappings"],
        &[text("FunctionName"), text("EventSourceArn"), number("MaxItems")],
    ),
    read("lambda:ListFunctions", &["Functions"], &[text("FunctionVersion"), number("MaxItems")]),
];
