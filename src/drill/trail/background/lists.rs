//! Reads as people and programs make them, one after the other: what a page of the console asks for, what a plan of
//! Terraform reads. Parameters are JSON with placeholders ([`super::super::names`]).

/// A call that only reads, and its `requestParameters`; empty for none.
pub(super) type Read = (&'static str, &'static str);

const ALL_INSTANCES: Read =
    ("ec2:DescribeInstances", r#"{"maxResults":1000,"instancesSet":{},"filterSet":{}}"#);
const ALARMS: Read = ("monitoring:DescribeAlarms", r#"{"maxRecords":100}"#);

/// What people look at in one go.
pub(super) const TOURS: &[&[Read]] = &[
    &[
        ALL_INSTANCES,
        ("ec2:DescribeInstanceStatus", r#"{"instancesSet":{},"filterSet":{},"includeAllInstances":true}"#),
        ("ec2:DescribeTags", r#"{"maxResults":1000,"filterSet":{}}"#),
        ("ec2:DescribeInstanceAttribute", r#"{"instanceId":"{i}","attribute":"disableApiTermination"}"#),
        ("ec2:DescribeVolumes", r#"{"volumeSet":{"items":[{"volumeId":"{vol}"}]},"filterSet":{}}"#),
        ALARMS,
    ],
    &[
        ALARMS,
        ("monitoring:DescribeAlarmHistory", r#"{"alarmName":"{alarm}","maxRecords":100}"#),
        ("monitoring:ListMetrics", r#"{"recentlyActive":"PT3H"}"#),
        ("monitoring:ListDashboards", ""),
        ("monitoring:GetDashboard", r#"{"dashboardName":"shop-overview"}"#),
    ],
    &[
        (
            "ec2:DescribeSecurityGroups",
            r#"{"securityGroupSet":{},"securityGroupIdSet":{"items":[{"groupId":"{sg}"}]},"filterSet":{}}"#,
        ),
        (
            "ec2:DescribeSecurityGroupRules",
            r#"{"filterSet":{"items":[{"name":"group-id","valueSet":{"items":[{"value":"{sg}"}]}}]}}"#,
        ),
        ("ec2:DescribeSubnets", r#"{"subnetSet":{},"filterSet":{}}"#),
        (
            "ec2:DescribeRouteTables",
            r#"{"routeTableIdSet":{},"filterSet":{"items":[{"name":"vpc-id","valueSet":{"items":[{"value":"{vpc}"}]}}]}}"#,
        ),
        ("ec2:DescribeNetworkAcls", r#"{"networkAclIdSet":{},"filterSet":{}}"#),
    ],
    &[
        ("elasticloadbalancing:DescribeLoadBalancers", r#"{"pageSize":400}"#),
        ("elasticloadbalancing:DescribeTargetGroups", r#"{"loadBalancerArn":"{lb}"}"#),
        ("elasticloadbalancing:DescribeTargetHealth", r#"{"targetGroupArn":"{tg}"}"#),
        ("elasticloadbalancing:DescribeListeners", r#"{"loadBalancerArn":"{lb}"}"#),
    ],
    &[
        ("autoscaling:DescribeAutoScalingGroups", r#"{"autoScalingGroupNames":["{asg}"],"maxRecords":100}"#),
        (
            "autoscaling:DescribeScalingActivities",
            r#"{"autoScalingGroupName":"{asg}","includeDeletedGroups":false}"#,
        ),
        ("autoscaling:DescribePolicies", r#"{"autoScalingGroupName":"{asg}"}"#),
    ],
    &[
        ("logs:DescribeLogGroups", r#"{"limit":50}"#),
        (
            "logs:DescribeLogStreams",
            r#"{"logGroupName":"{log}","orderBy":"LastEventTime","descending":true}"#,
        ),
        ("logs:FilterLogEvents", r#"{"logGroupIdentifier":"{log}","limit":100}"#),
        ("logs:DescribeQueryDefinitions", r#"{"maxResults":1000}"#),
    ],
    &[
        ("rds:DescribeDBInstances", r#"{"maxRecords":100}"#),
        ("rds:DescribeDBClusters", r#"{"maxRecords":100}"#),
        ("rds:DescribeEvents", r#"{"sourceType":"db-instance","sourceIdentifier":"shop-main"}"#),
        ("rds:DescribePendingMaintenanceActions", r#"{"maxRecords":100}"#),
    ],
    &[
        ("lambda:ListFunctions20150331", r#"{"maxItems":50}"#),
        ("lambda:GetFunction20150331v2", r#"{"functionName":"{fn}"}"#),
        ("lambda:ListEventSourceMappings20150331", r#"{"functionName":"{fn}"}"#),
        ("lambda:GetPolicy20150331v2", r#"{"functionName":"{fn}"}"#),
    ],
    &[
        ("ssm:DescribeInstanceInformation", r#"{"maxResults":50}"#),
        ("ssm:DescribeInstancePatchStates", r#"{"instanceIds":["{i}"]}"#),
        ("ssm:ListAssociations", r#"{"maxResults":50}"#),
        ("ssm:DescribeMaintenanceWindows", r#"{"maxResults":50}"#),
    ],
    &[
        ("backup:ListBackupJobs", r#"{"maxResults":100}"#),
        ("backup:ListProtectedResources", r#"{"maxResults":100}"#),
        ("backup:ListBackupVaults", ""),
    ],
    &[
        ("cloudtrail:DescribeTrails", ""),
        (
            "cloudtrail:LookupEvents",
            r#"{"lookupAttributes":[{"attributeKey":"ReadOnly","attributeValue":"false"}],"maxResults":50}"#,
        ),
        ("cloudtrail:GetTrailStatus", r#"{"name":"shop-trail"}"#),
    ],
    &[
        ("iam:ListRoles", r#"{"maxItems":200}"#),
        ("iam:GetRole", r#"{"roleName":"pipeline-deploy"}"#),
        ("iam:ListAttachedRolePolicies", r#"{"roleName":"pipeline-deploy"}"#),
        ("iam:GetAccountSummary", ""),
    ],
    &[
        ("ce:GetCostAndUsage", r#"{"granularity":"DAILY","metrics":["UnblendedCost"]}"#),
        ("ce:GetCostForecast", r#"{"granularity":"MONTHLY","metric":"UNBLENDED_COST"}"#),
    ],
    &[
        ("cloudfront:ListDistributions", ""),
        ("route53:ListHostedZones", ""),
        ("route53:ListResourceRecordSets", r#"{"hostedZoneId":"Z0374911Q2SHOPEXAMPL"}"#),
    ],
];

/// What Terraform reads before it plans.
pub(super) const PLAN: &[Read] = &[
    ("sts:GetCallerIdentity", ""),
    ("ec2:DescribeVpcs", r#"{"vpcSet":{"items":[{"vpcId":"{vpc}"}]},"filterSet":{}}"#),
    ("ec2:DescribeVpcAttribute", r#"{"vpcId":"{vpc}","attribute":"enableDnsSupport"}"#),
    ("ec2:DescribeSubnets", r#"{"subnetSet":{"items":[{"subnetId":"{subnet}"}]},"filterSet":{}}"#),
    (
        "ec2:DescribeSecurityGroups",
        r#"{"securityGroupSet":{},"securityGroupIdSet":{"items":[{"groupId":"{sg:prod/alb-public}"}]},"filterSet":{}}"#,
    ),
    (
        "ec2:DescribeSecurityGroups",
        r#"{"securityGroupSet":{},"securityGroupIdSet":{"items":[{"groupId":"{sg:prod/web}"}]},"filterSet":{}}"#,
    ),
    (
        "ec2:DescribeLaunchTemplates",
        r#"{"DescribeLaunchTemplatesRequest":{"LaunchTemplateId":{"tag":1,"content":"{lt:web}"}}}"#,
    ),
    (
        "ec2:DescribeLaunchTemplateVersions",
        r#"{"DescribeLaunchTemplateVersionsRequest":{"LaunchTemplateId":"{lt:web}","LaunchTemplateVersion":{"tag":1,"content":"$Latest"}}}"#,
    ),
    ("autoscaling:DescribeAutoScalingGroups", r#"{"autoScalingGroupNames":["web-asg"]}"#),
    ("autoscaling:DescribeAutoScalingGroups", r#"{"autoScalingGroupNames":["api-asg"]}"#),
    ("elasticloadbalancing:DescribeLoadBalancers", r#"{"loadBalancerArns":["{lb:web}"]}"#),
    ("elasticloadbalancing:DescribeLoadBalancerAttributes", r#"{"loadBalancerArn":"{lb:web}"}"#),
    ("elasticloadbalancing:DescribeTargetGroups", r#"{"targetGroupArns":["{tg:web-80}"]}"#),
    ("elasticloadbalancing:DescribeTargetGroupAttributes", r#"{"targetGroupArn":"{tg:web-80}"}"#),
    ("elasticloadbalancing:DescribeListeners", r#"{"listenerArns":["{listener:web:443}"]}"#),
    ("elasticloadbalancing:DescribeRules", r#"{"listenerArn":"{listener:web:443}"}"#),
    ("elasticloadbalancing:DescribeTags", r#"{"resourceArns":["{lb:web}"]}"#),
    (
        "monitoring:DescribeAlarms",
        r#"{"alarmNames":["web-5xx"],"alarmTypes":["MetricAlarm","CompositeAlarm"]}"#,
    ),
    (
        "monitoring:ListTagsForResource",
        r#"{"resourceARN":"arn:aws:cloudwatch:{region}:{account}:alarm:web-5xx"}"#,
    ),
    ("logs:DescribeLogGroups", r#"{"logGroupNamePrefix":"/shop/prod/"}"#),
    ("lambda:GetFunction20150331v2", r#"{"functionName":"{fn}"}"#),
    ("lambda:ListVersionsByFunction20150331", r#"{"functionName":"{fn}","maxItems":10000}"#),
    ("lambda:GetFunctionCodeSigningConfig", r#"{"functionName":"{fn}"}"#),
    ("rds:DescribeDBInstances", r#"{"dBInstanceIdentifier":"shop-main"}"#),
    ("rds:ListTagsForResource", r#"{"resourceName":"arn:aws:rds:{region}:{account}:db:shop-main"}"#),
    ("iam:GetRole", r#"{"roleName":"web"}"#),
    ("iam:ListAttachedRolePolicies", r#"{"roleName":"web"}"#),
    ("iam:GetInstanceProfile", r#"{"instanceProfileName":"web"}"#),
    ("route53:GetHostedZone", r#"{"id":"Z0374911Q2SHOPEXAMPL"}"#),
    ("cloudfront:GetDistribution", r#"{"id":"E2QWRUHAPOMQZL"}"#),
];

/// What a monitoring vendor polls.
pub(super) const POLL: &[Read] = &[
    ALL_INSTANCES,
    ("ec2:DescribeVolumes", r#"{"maxResults":500,"volumeSet":{},"filterSet":{}}"#),
    ALARMS,
    ("autoscaling:DescribeAutoScalingGroups", r#"{"maxRecords":100}"#),
    ("elasticloadbalancing:DescribeLoadBalancers", r#"{"pageSize":400}"#),
];

/// What AWS Config looks at when it records.
pub(super) const RECORDER: &[Read] = &[
    ("ec2:DescribeInstances", r#"{"instancesSet":{"items":[{"instanceId":"{i}"}]},"filterSet":{}}"#),
    ("ec2:DescribeVolumes", r#"{"volumeSet":{"items":[{"volumeId":"{vol}"}]},"filterSet":{}}"#),
    (
        "ec2:DescribeSecurityGroups",
        r#"{"securityGroupSet":{},"securityGroupIdSet":{"items":[{"groupId":"{sg}"}]},"filterSet":{}}"#,
    ),
    (
        "ec2:DescribeNetworkInterfaces",
        r#"{"networkInterfaceIdSet":{},"filterSet":{"items":[{"name":"vpc-id","valueSet":{"items":[{"value":"{vpc}"}]}}]}}"#,
    ),
    ("elasticloadbalancing:DescribeLoadBalancers", r#"{"loadBalancerArns":["{lb}"]}"#),
    ("elasticloadbalancing:DescribeTargetGroups", r#"{"targetGroupArns":["{tg}"]}"#),
    ("lambda:GetFunction20150331v2", r#"{"functionName":"{fn}"}"#),
    ("rds:DescribeDBInstances", r#"{"dBInstanceIdentifier":"shop-main"}"#),
    ("iam:ListUsers", r#"{"maxItems":1000}"#),
    ("iam:GetAccountPasswordPolicy", ""),
];
