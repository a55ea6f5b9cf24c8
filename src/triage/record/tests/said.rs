//! What records say happened: the sentences of compute, network and identity, and the rules that hold for all.

use std::collections::BTreeSet;

use super::*;
use crate::triage::record::summary::{is_specific, rows};

/// Source, event, request, answer, what is said.
pub(super) type Said = (&'static str, &'static str, Value, Value, &'static str);

pub(super) fn check(cases: Vec<Said>) {
    for (source, name, request, answer, wanted) in cases {
        let over = json!({"requestParameters": request, "responseElements": answer});
        let event = read(&record(source, name, over));
        assert_eq!(english(&event), wanted, "{source} {name}");
        assert!(is_specific(&event.summary), "{source} {name}");
        let japanese = event.summary.text(&Catalogue::load(Lang::Ja));
        assert!(!japanese.contains(['{', '}']) || wanted.contains('{'), "{japanese}");
        assert!(!japanese.contains("did.") && !japanese.contains("thing."), "{japanese}");
    }
}

fn permissions() -> Value {
    json!({"groupId": "sg-0123456789abcdef0", "ipPermissions": {"items": [
        {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "groups": {}, "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}, "ipv6Ranges": {}}]}})
}

#[test]
#[rustfmt::skip]
fn compute() {
    let ids = |ids: &[&str]| json!({"instancesSet": {"items": ids.iter().map(|i| json!({"instanceId": i})).collect::<Vec<_>>()}});
    let (one, two, three) = ("i-0123456789abcdef0", "i-0123456789abcdef1", "i-0123456789abcdef2");
    let none = Value::Null;
    let asg = json!({"autoScalingGroupName": "web-asg"});
    check(vec![
        ("ec2", "StopInstances", ids(&[one]), ids(&[one]), "stopped i-0123456789abcdef0"),
        ("ec2", "StopInstances", ids(&[one, two, three]), none.clone(), "stopped i-0123456789abcdef0 and 2 more"),
        ("ec2", "TerminateInstances", ids(&[one]), none.clone(), "terminated i-0123456789abcdef0"),
        ("ec2", "StartInstances", ids(&[one]), none.clone(), "started i-0123456789abcdef0"),
        ("ec2", "RebootInstances", ids(&[one]), none.clone(), "rebooted i-0123456789abcdef0"),
        ("ec2", "RunInstances", json!({"instanceType": "t3.micro", "instancesSet": {"items": [{"imageId": "ami-0123456789abcdef0", "maxCount": 2}]}}), ids(&[one, two]),
            "launched i-0123456789abcdef0 and 1 more (t3.micro from ami-0123456789abcdef0)"),
        ("ec2", "RunInstances", json!({"instanceType": "t3.micro", "instancesSet": {"items": [{"imageId": "ami-0123456789abcdef0", "maxCount": 2}]}}), none.clone(),
            "launched 2 × t3.micro from ami-0123456789abcdef0"),
        ("ec2", "ModifyInstanceAttribute", json!({"instanceId": one, "instanceType": {"value": "t3.large"}}), none.clone(), "changed i-0123456789abcdef0: instanceType=t3.large"),
        ("ec2", "ModifyInstanceAttribute", json!({"instanceId": one, "attribute": "sourceDestCheck", "value": "false"}), none.clone(), "changed i-0123456789abcdef0: sourceDestCheck=false"),
        ("ec2", "ModifyInstanceAttribute", json!({"instanceId": one, "userData": "<sensitiveDataRemoved>"}), none.clone(), "changed i-0123456789abcdef0: userData=<sensitiveDataRemoved>"),
        ("ec2", "ModifyInstanceMetadataOptions", json!({"ModifyInstanceMetadataOptionsRequest": {"InstanceId": one, "HttpTokens": "required"}}), none.clone(), "changed i-0123456789abcdef0: HttpTokens=required"),
        ("ec2", "AssociateIamInstanceProfile", json!({"AssociateIamInstanceProfileRequest": {"InstanceId": one, "IamInstanceProfile": {"Name": "web"}}}), none.clone(), "attached instance profile web to i-0123456789abcdef0"),
        ("ec2", "DetachVolume", json!({"volumeId": "vol-0123456789abcdef0"}), json!({"instanceId": one}), "detached vol-0123456789abcdef0 from i-0123456789abcdef0"),
        ("ec2", "ModifyVolume", json!({"ModifyVolumeRequest": {"VolumeId": "vol-0123456789abcdef0", "Iops": 100}}), none.clone(), "changed vol-0123456789abcdef0: Iops=100"),
        ("ec2", "BidEvictedEvent", none.clone(), none.clone(), "interrupted Spot Instance i-0123456789abcdef0"),
        ("autoscaling", "SetDesiredCapacity", json!({"autoScalingGroupName": "web-asg", "desiredCapacity": 6}), none.clone(), "set the desired capacity of Auto Scaling group web-asg to 6"),
        ("autoscaling", "UpdateAutoScalingGroup", json!({"autoScalingGroupName": "web-asg", "minSize": 0, "desiredCapacity": 0}), none.clone(), "changed Auto Scaling group web-asg: desiredCapacity=0, minSize=0"),
        ("autoscaling", "SuspendProcesses", json!({"autoScalingGroupName": "web-asg", "scalingProcesses": ["Launch", "Terminate"]}), none.clone(), "suspended Launch and 1 more of Auto Scaling group web-asg"),
        ("autoscaling", "SuspendProcesses", asg.clone(), none.clone(), "suspended all scaling processes of Auto Scaling group web-asg"),
        ("autoscaling", "StartInstanceRefresh", asg.clone(), json!({"instanceRefreshId": "08b91cf7"}), "started an instance refresh of Auto Scaling group web-asg"),
        ("autoscaling", "CancelInstanceRefresh", asg.clone(), none.clone(), "cancelled the instance refresh of Auto Scaling group web-asg"),
        ("autoscaling", "TerminateInstanceInAutoScalingGroup", json!({"instanceId": one, "shouldDecrementDesiredCapacity": true}), none.clone(), "terminated i-0123456789abcdef0, with one less wanted in its group"),
        ("autoscaling", "TerminateInstanceInAutoScalingGroup", json!({"instanceId": one, "shouldDecrementDesiredCapacity": false}), none.clone(), "terminated i-0123456789abcdef0, to be replaced by its group"),
        ("autoscaling", "DetachInstances", json!({"autoScalingGroupName": "web-asg", "instanceIds": [one]}), none.clone(), "detached i-0123456789abcdef0 from Auto Scaling group web-asg"),
        ("autoscaling", "PutScalingPolicy", json!({"autoScalingGroupName": "web-asg", "policyName": "cpu"}), none.clone(), "put scaling policy cpu on Auto Scaling group web-asg"),
        ("ec2", "DeregisterImage", json!({"imageId": "ami-0123456789abcdef0"}), none.clone(), "deregistered ami-0123456789abcdef0"),
        ("ec2", "CreateLaunchTemplateVersion", json!({"CreateLaunchTemplateVersionRequest": {"LaunchTemplateId": "lt-0123456789abcdef0"}}), json!({"CreateLaunchTemplateVersionResponse": {"launchTemplateVersion": {"versionNumber": 7}}}),
            "created version 7 of lt-0123456789abcdef0"),
        ("ecs", "UpdateService", json!({"cluster": "main", "service": "pay", "desiredCount": 0}), none.clone(), "changed service pay: desiredCount=0"),
        ("ecs", "StopTask", json!({"cluster": "main", "task": "0a1b", "reason": "test"}), none.clone(), "stopped task 0a1b: test"),
        ("ecs", "RunTask", json!({"cluster": "main", "taskDefinition": "pay:12"}), none.clone(), "started task definition pay in ECS cluster main"),
        ("eks", "UpdateClusterVersion", json!({"name": "main", "version": "1.31"}), none.clone(), "upgraded EKS cluster main to 1.31"),
        ("eks", "DeleteNodegroup", json!({"clusterName": "main", "nodegroupName": "spot"}), none.clone(), "deleted node group spot"),
        ("lambda", "UpdateFunctionCode20150331v2", json!({"functionName": "arn:aws:lambda:eu-west-1:111122223333:function:pay"}), none.clone(), "deployed new code to function pay"),
        ("lambda", "UpdateFunctionConfiguration20150331v2", json!({"functionName": "pay", "timeout": 3}), none.clone(), "changed function pay: timeout=3"),
        ("lambda", "PutFunctionConcurrency20171031", json!({"functionName": "pay", "reservedConcurrentExecutions": 0}), none.clone(), "set reserved concurrency of function pay to 0"),
        ("lambda", "UpdateAlias20150331", json!({"functionName": "pay", "name": "live", "functionVersion": "12"}), none.clone(), "pointed alias live of function pay to version 12"),
        ("lambda", "UpdateEventSourceMapping20150331", json!({"uUID": "91eb", "enabled": false}), none.clone(), "changed event source mapping 91eb: enabled=false"),
        ("ssm", "SendCommand", json!({"documentName": "AWS-RunShellScript", "instanceIds": [one]}), none.clone(), "sent document AWS-RunShellScript to i-0123456789abcdef0"),
        ("ssm", "StartSession", json!({"target": one}), none.clone(), "opened a session on i-0123456789abcdef0"),
        ("ssm", "StartAutomationExecution", json!({"documentName": "AWS-RestartEC2Instance"}), none.clone(), "started document AWS-RestartEC2Instance"),
        ("cloudformation", "UpdateStack", json!({"stackName": "shop"}), none.clone(), "changed stack shop"),
        ("cloudformation", "DeleteStack", json!({"stackName": "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/6f1"}), none.clone(), "deleted stack shop"),
        ("cloudformation", "ExecuteChangeSet", json!({"changeSetName": "c1", "stackName": "shop"}), none.clone(), "executed change set c1 on stack shop"),
        ("codedeploy", "CreateDeployment", json!({"applicationName": "shop", "deploymentGroupName": "prod"}), none.clone(), "deployed shop to prod"),
        ("codepipeline", "StartPipelineExecution", json!({"name": "shop"}), none.clone(), "started pipeline shop"),
        ("codebuild", "StartBuild", json!({"projectName": "shop"}), none.clone(), "started a build of shop"),
        ("ec2-instance-connect", "SendSSHPublicKey", json!({"instanceId": one, "instanceOSUser": "ec2-user"}), none.clone(), "sent an SSH key for ec2-user to i-0123456789abcdef0"),
    ].into_iter().filter(|c| c.1 != "BidEvictedEvent").collect());
    let spot = record("ec2", "BidEvictedEvent", json!({"eventType": "AwsServiceEvent", "serviceEventDetails": {"instanceIdSet": [one]}}));
    assert_eq!(english(&read(&spot)), "interrupted Spot Instance i-0123456789abcdef0");
}

#[test]
#[rustfmt::skip]
fn network() {
    let none = Value::Null;
    let mut many = permissions();
    many["ipPermissions"]["items"][0]["ipRanges"]["items"].as_array_mut().unwrap().push(json!({"cidrIp": "10.0.0.0/8"}));
    let all = json!({"groupId": "sg-0123456789abcdef0", "ipPermissions": {"items": [{"ipProtocol": "-1", "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}}]}});
    let group = json!({"groupId": "sg-0123456789abcdef0", "ipPermissions": {"items": [{"ipProtocol": "tcp", "fromPort": 8000, "toPort": 8080, "groups": {"items": [{"groupId": "sg-0aaaaaaaaaaaaaaa0"}]}}]}});
    let by_id = json!({"groupId": "sg-0123456789abcdef0", "securityGroupRuleIds": {"items": [{"securityGroupRuleId": "sgr-0123456789abcdef0"}]}});
    let answer = json!({"revokedSecurityGroupRuleSet": {"items": [{"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "cidrIpv4": "192.0.2.0/24"}]}});
    let route = json!({"routeTableId": "rtb-0123456789abcdef0", "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": "nat-0123456789abcdef0"});
    let tg = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web-80/73e2d6bc24d8a067";
    let lb = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/50dc6c495c0c9188";
    check(vec![
        ("ec2", "RevokeSecurityGroupIngress", permissions(), none.clone(), "revoked ingress tcp 443 from 0.0.0.0/0 on sg-0123456789abcdef0"),
        ("ec2", "RevokeSecurityGroupIngress", many, none.clone(), "revoked ingress tcp 443 from 0.0.0.0/0 and 1 more on sg-0123456789abcdef0"),
        ("ec2", "RevokeSecurityGroupIngress", by_id.clone(), answer, "revoked ingress tcp 22 from 192.0.2.0/24 on sg-0123456789abcdef0"),
        ("ec2", "RevokeSecurityGroupIngress", by_id, none.clone(), "revoked ingress sgr-0123456789abcdef0 on sg-0123456789abcdef0"),
        ("ec2", "RevokeSecurityGroupEgress", all, none.clone(), "revoked egress all traffic to 0.0.0.0/0 on sg-0123456789abcdef0"),
        ("ec2", "AuthorizeSecurityGroupIngress", group, none.clone(), "allowed ingress tcp 8000-8080 from sg-0aaaaaaaaaaaaaaa0 on sg-0123456789abcdef0"),
        ("ec2", "AuthorizeSecurityGroupIngress", json!({"groupId": "sg-0123456789abcdef0", "ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "cidrIp": "0.0.0.0/0"}), none.clone(), "allowed ingress tcp 22 from 0.0.0.0/0 on sg-0123456789abcdef0"),
        ("ec2", "ModifySecurityGroupRules", json!({"ModifySecurityGroupRulesRequest": {"GroupId": "sg-0123456789abcdef0"}}), none.clone(), "changed rules of sg-0123456789abcdef0"),
        ("ec2", "ReplaceNetworkAclEntry", json!({"networkAclId": "acl-0123456789abcdef0", "ruleNumber": 100, "egress": false, "ruleAction": "deny", "aclProtocol": "6", "portRange": {"from": 443, "to": 443}, "cidrBlock": "0.0.0.0/0"}), none.clone(),
            "put ingress entry 100 into acl-0123456789abcdef0: deny tcp 443 from 0.0.0.0/0"),
        ("ec2", "DeleteNetworkAclEntry", json!({"networkAclId": "acl-0123456789abcdef0", "ruleNumber": 100, "egress": true}), none.clone(), "deleted egress entry 100 of acl-0123456789abcdef0"),
        ("ec2", "CreateRoute", route.clone(), none.clone(), "added route 0.0.0.0/0 → nat-0123456789abcdef0 to rtb-0123456789abcdef0"),
        ("ec2", "ReplaceRoute", route.clone(), none.clone(), "changed route 0.0.0.0/0 of rtb-0123456789abcdef0 to nat-0123456789abcdef0"),
        ("ec2", "DeleteRoute", route, none.clone(), "deleted route 0.0.0.0/0 of rtb-0123456789abcdef0"),
        ("ec2", "DetachInternetGateway", json!({"internetGatewayId": "igw-0123456789abcdef0", "vpcId": "vpc-0123456789abcdef0"}), none.clone(), "detached igw-0123456789abcdef0 from vpc-0123456789abcdef0"),
        ("ec2", "DeleteNatGateway", json!({"DeleteNatGatewayRequest": {"NatGatewayId": "nat-0123456789abcdef0"}}), none.clone(), "deleted nat-0123456789abcdef0"),
        ("ec2", "DisassociateAddress", json!({"publicIp": "192.0.2.1"}), none.clone(), "detached Elastic IP 192.0.2.1"),
        ("ec2", "ModifyVpcAttribute", json!({"vpcId": "vpc-0123456789abcdef0", "enableDnsSupport": {"value": false}}), none.clone(), "changed vpc-0123456789abcdef0: enableDnsSupport=false"),
        ("ec2", "DeleteVpcPeeringConnection", json!({"vpcPeeringConnectionId": "pcx-0123456789abcdef0"}), none.clone(), "deleted pcx-0123456789abcdef0"),
        ("ec2", "DeleteVpcEndpoints", json!({"DeleteVpcEndpointsRequest": {"VpcEndpointId": {"tag": 1, "content": "vpce-0123456789abcdef0"}}}), none.clone(), "deleted vpce-0123456789abcdef0"),
        ("elasticloadbalancing", "DeregisterTargets", json!({"targetGroupArn": tg, "targets": [{"id": "i-0123456789abcdef0"}, {"id": "10.0.0.1"}]}), none.clone(), "deregistered i-0123456789abcdef0 and 1 more from target group web-80"),
        ("elasticloadbalancing", "ModifyTargetGroup", json!({"targetGroupArn": tg, "healthCheckPath": "/nope"}), none.clone(), "changed target group web-80: healthCheckPath=/nope"),
        ("elasticloadbalancing", "ModifyTargetGroupAttributes", json!({"targetGroupArn": tg, "attributes": [{"key": "stickiness.enabled", "value": "true"}]}), none.clone(), "changed target group web-80: stickiness.enabled=true"),
        ("elasticloadbalancing", "DeleteListener", json!({"listenerArn": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/web/50dc/f2f7"}), none.clone(), "deleted a listener of web"),
        ("elasticloadbalancing", "SetSecurityGroups", json!({"loadBalancerArn": lb, "securityGroups": ["sg-0123456789abcdef0"]}), none.clone(), "set security groups of load balancer web to sg-0123456789abcdef0"),
        ("elasticloadbalancing", "DeleteLoadBalancer", json!({"loadBalancerName": "old"}), none.clone(), "deleted load balancer old"),
        ("route53", "ChangeResourceRecordSets", json!({"hostedZoneId": "/hostedzone/Z1", "changeBatch": {"changes": [{"action": "DELETE", "resourceRecordSet": {"name": "www.example.com.", "type": "A"}}]}}), none.clone(), "changed records of hosted zone Z1: DELETE www.example.com. A"),
        ("route53domains", "DisableDomainTransferLock", json!({"domainName": "example.com"}), none.clone(), "disabled the transfer lock of domain example.com"),
        ("acm", "DeleteCertificate", json!({"certificateArn": "arn:aws:acm:eu-west-1:111122223333:certificate/c1"}), none.clone(), "deleted certificate c1"),
        ("cloudfront", "UpdateDistribution2020_05_31", json!({"id": "E1"}), none.clone(), "changed distribution E1"),
        ("cloudfront", "CreateInvalidation2020_05_31", json!({"distributionId": "E1", "invalidationBatch": {"paths": {"items": ["/*"]}}}), none.clone(), "invalidated /* on distribution E1"),
        ("wafv2", "UpdateWebACL", json!({"name": "edge", "scope": "REGIONAL", "id": "9"}), none.clone(), "changed web ACL edge"),
        ("wafv2", "DisassociateWebACL", json!({"resourceArn": lb}), none.clone(), "detached the web ACL from 50dc6c495c0c9188"),
        ("apigateway", "UpdateStage", json!({"restApiId": "a1b2", "stageName": "prod"}), none.clone(), "changed stage prod of REST API a1b2"),
    ]);
}

#[test]
fn failed_calls_say_so() {
    let denied = record(
        "ec2",
        "RevokeSecurityGroupIngress",
        json!({"errorCode": "AccessDenied", "requestParameters": permissions()}),
    );
    let event = read(&denied);
    assert_eq!(
        english(&event),
        "failed (AccessDenied): would have revoked ingress tcp 443 from 0.0.0.0/0 on sg-0123456789abcdef0"
    );
    assert_eq!(event.error.as_deref(), Some("AccessDenied"));
    let dry = record(
        "ec2",
        "StopInstances",
        json!({"errorCode": "Client.DryRunOperation", "requestParameters": {"instancesSet": {"items": [{"instanceId": "i-0123456789abcdef0"}]}}}),
    );
    assert_eq!(english(&read(&dry)), "dry run: would have stopped i-0123456789abcdef0");
    let other = record("xray", "PutThing", json!({"errorCode": "Denied"}));
    assert_eq!(english(&read(&other)), "failed (Denied): PutThing");
    let task = record(
        "ecs",
        "RunTask",
        json!({"requestParameters": {"cluster": "main", "taskDefinition": "pay"},
        "responseElements": {"tasks": [], "failures": [{"arn": "x", "reason": "RESOURCE:MEMORY"}]}}),
    );
    assert_eq!(
        english(&read(&task)),
        "failed (RESOURCE:MEMORY): would have started task definition pay in ECS cluster main"
    );
}

#[test]
fn what_the_table_does_not_know_goes_by_its_own_name() {
    for (source, name, request, wanted) in [
        (
            "logs",
            "CreateLogStream",
            json!({"logGroupName": "/app", "logStreamName": "s"}),
            "CreateLogStream on log group /app",
        ),
        (
            "kafka",
            "RebootBroker",
            json!({"clusterArn": "arn:aws:kafka:eu-west-1:111122223333:cluster/bus/8f-2"}),
            "RebootBroker on 8f-2",
        ),
        ("xray", "DoThing", json!({"clientToken": "t", "thingName": "n"}), "DoThing on n"),
        ("xray", "DoThing", json!(null), "DoThing"),
        ("xray", "DoThing20150331v2", json!(null), "DoThing"),
        ("elsewhere", "StopInstances", json!(null), "StopInstances"),
    ] {
        let event = read(&record(source, name, json!({"requestParameters": request})));
        assert_eq!(english(&event), wanted, "{name}");
        assert!(!is_specific(&event.summary));
    }
}

#[test]
fn every_row_fills_its_wording_and_nothing_else() {
    let places = |text: &str| -> BTreeSet<String> {
        text.split('{').skip(1).filter_map(|t| Some(t.split_once('}')?.0.to_owned())).collect()
    };
    let mut events = BTreeSet::new();
    for lang in [Lang::En, Lang::Ja] {
        let words = Catalogue::load(lang);
        for (service, names, key, filled) in rows() {
            let wording = words.find(key).unwrap_or_else(|| panic!("no wording for {key}"));
            let filled: BTreeSet<_> = filled.into_iter().map(str::to_owned).collect();
            assert_eq!(places(wording), filled, "{key} {names:?}");
            for name in names {
                assert_eq!(&plain_name(name), name);
                events.insert((service, *name));
            }
        }
    }
    assert!(events.len() >= 330, "only {} events have sentences of their own", events.len());
}

#[test]
fn japanese_letters_close_up_and_latin_ones_keep_their_space() {
    let ja = Catalogue::load(Lang::Ja);
    let say = |source: &str, name: &str, request: Value| {
        read(&record(source, name, json!({"requestParameters": request}))).summary.text(&ja)
    };
    assert_eq!(
        say("ec2", "RevokeSecurityGroupIngress", permissions()),
        "sg-0123456789abcdef0 のインバウンド許可を取り消し: 0.0.0.0/0 からの tcp 443"
    );
    assert_eq!(
        say("iam", "AddRoleToInstanceProfile", json!({"roleName": "web", "instanceProfileName": "host"})),
        "ロール web をインスタンスプロファイル host に追加"
    );
    let failed = record(
        "s3",
        "DeleteBucketPolicy",
        json!({"errorCode": "AccessDenied", "requestParameters": {"bucketName": "assets"}}),
    );
    assert_eq!(read(&failed).summary.text(&ja), "失敗（AccessDenied）: バケット assets のポリシーを削除");
}
