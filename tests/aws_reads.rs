//! What an explanation asks of AWS, from a server that answers in each service's own protocol: the answer as the AWS CLI
//! prints it, what is gone as nothing, and what is denied as denied.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod aws_stub;

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use aws_stub::{Answer, Asked, KEYS, Stub, session, settings};
use serde_json::{Value as Json, json};
use toban::{
    aws::reads::read,
    problem::{Problem, ProblemKind},
    triage::read::{Question, Read},
};

const LB: &str = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/0123456789abcdef";
const TG: &str = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef";
const GONE: &str = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/gone/0123456789abcdef";

/// EC2's shape of an answer.
fn ec2(operation: &str, body: &str) -> Answer {
    let ns = "http://ec2.amazonaws.com/doc/2016-11-15/";
    Answer::xml(
        200,
        format!("<{operation}Response xmlns=\"{ns}\"><requestId>r</requestId>{body}</{operation}Response>"),
    )
}

/// The query protocol's shape of an answer.
fn query(operation: &str, body: &str) -> Answer {
    Answer::xml(
        200,
        format!(
            "<{operation}Response xmlns=\"http://x.amazonaws.com/doc/\"><{operation}Result>{body}</{operation}Result>\
             <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{operation}Response>"
        ),
    )
}

/// Puts a question to a server; the answer, and what the server was asked.
async fn put(
    kind: Read,
    of: &[&str],
    answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
) -> (Result<Json, Problem>, Vec<Asked>) {
    let stub = Stub::start(answer).await;
    let session = session(settings(&stub.url, KEYS, "test")).await.unwrap();
    let question = Question { read: kind, of: of.iter().map(|name| (*name).to_owned()).collect() };
    let calls = Arc::new(AtomicU32::new(0));
    let told = read(&session, &question, &calls).await;
    assert_eq!(calls.load(Ordering::Relaxed) as usize, stub.asked().len(), "every request is counted");
    (told, stub.asked())
}

/// The answer to a question, from a server that always says the same.
async fn told(kind: Read, of: &str, answer: Answer) -> Json {
    put(kind, &[of], move |_| answer.clone()).await.0.unwrap()
}

#[tokio::test]
async fn instances_are_asked_by_filter_and_told_as_the_cli_tells_them() {
    let instance = |id: &str| {
        format!(
            "<item><reservationId>r-1</reservationId><groupSet/><instancesSet><item><instanceId>{id}</instanceId>\
             <imageId>ami-1</imageId><instanceState><code>80</code><name>stopped</name></instanceState>\
             <reason>User initiated (2026-05-01 03:04:05 GMT)</reason><keyName>key</keyName>\
             <instanceType>t3.large</instanceType><launchTime>2026-05-01T03:04:05.000Z</launchTime>\
             <placement><availabilityZone>eu-west-1a</availabilityZone><tenancy>default</tenancy></placement>\
             <subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId><privateIpAddress>10.0.0.1</privateIpAddress>\
             <groupSet><item><groupId>sg-1</groupId><groupName>web</groupName></item></groupSet>\
             <stateReason><code>Client.UserInitiatedShutdown</code><message>Client.UserInitiatedShutdown: by \
             user</message></stateReason><blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs>\
             <volumeId>vol-1</volumeId><status>attached</status></ebs></item></blockDeviceMapping>\
             <iamInstanceProfile><arn>arn:aws:iam::111122223333:instance-profile/web</arn><id>AIPA</id>\
             </iamInstanceProfile><networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId>\
             <subnetId>subnet-1</subnetId><groupSet><item><groupId>sg-1</groupId></item></groupSet></item>\
             </networkInterfaceSet><cpuOptions><coreCount>1</coreCount><threadsPerCore>2</threadsPerCore></cpuOptions>\
             <tagSet><item><key>Name</key><value>web</value></item></tagSet><ebsOptimized>false</ebsOptimized>\
             </item></instancesSet></item>"
        )
    };
    let body = format!("<reservationSet>{}{}</reservationSet>", instance("i-1"), instance("i-12"));
    let answer = ec2("DescribeInstances", &body);
    let (found, asked) = put(Read::Instances, &["i-1", "i-9"], move |_| answer.clone()).await;
    let [asked] = asked.as_slice() else { panic!("one call: {asked:?}") };
    assert_eq!((asked.field("Filter.1.Name"), asked.field("Filter.1.Value.2")), ("instance-id", "i-9"));
    assert_eq!(
        found.unwrap(),
        json!({"Reservations": [{"Instances": [{
            "InstanceId": "i-1",
            "ImageId": "ami-1",
            "InstanceType": "t3.large",
            "KeyName": "key",
            "LaunchTime": "2026-05-01T03:04:05Z",
            "State": {"Name": "stopped"},
            "StateTransitionReason": "User initiated (2026-05-01 03:04:05 GMT)",
            "StateReason": {
                "Code": "Client.UserInitiatedShutdown",
                "Message": "Client.UserInitiatedShutdown: by user",
            },
            "SubnetId": "subnet-1",
            "VpcId": "vpc-1",
            "PrivateIpAddress": "10.0.0.1",
            "IamInstanceProfile": {"Arn": "arn:aws:iam::111122223333:instance-profile/web"},
            "EbsOptimized": false,
            "SecurityGroups": [{"GroupId": "sg-1", "GroupName": "web"}],
            "NetworkInterfaces": [
                {"NetworkInterfaceId": "eni-1", "Groups": [{"GroupId": "sg-1"}], "SubnetId": "subnet-1"}
            ],
            "BlockDeviceMappings": [
                {"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": "vol-1", "Status": "attached"}}
            ],
            "Placement": {"AvailabilityZone": "eu-west-1a", "Tenancy": "default"},
            "CpuOptions": {"CoreCount": 1, "ThreadsPerCore": 2},
            "Tags": [{"Key": "Name", "Value": "web"}],
        }]}]})
    );
}

#[tokio::test]
async fn networks_are_told_and_text_is_made_harmless() {
    let rule = "<item><ipProtocol>tcp</ipProtocol><fromPort>5432</fromPort><toPort>5432</toPort><groups><item>\
                <userId>111122223333</userId><groupId>sg-2</groupId></item></groups><ipRanges><item>\
                <cidrIp>10.0.0.0/8</cidrIp></item></ipRanges><ipv6Ranges/><prefixListIds/></item>";
    let body = format!(
        "<securityGroupInfo><item><ownerId>1</ownerId><groupId>sg-1</groupId><groupName>db\u{202e}</groupName>\
         <vpcId>vpc-1</vpcId><ipPermissions>{rule}</ipPermissions><ipPermissionsEgress/></item></securityGroupInfo>"
    );
    assert_eq!(
        told(Read::SecurityGroups, "sg-1", ec2("DescribeSecurityGroups", &body)).await,
        json!({"SecurityGroups": [{
            "GroupId": "sg-1",
            "GroupName": "db",
            "VpcId": "vpc-1",
            "IpPermissions": [{
                "IpProtocol": "tcp",
                "FromPort": 5432,
                "ToPort": 5432,
                "IpRanges": [{"CidrIp": "10.0.0.0/8"}],
                "Ipv6Ranges": [],
                "UserIdGroupPairs": [{"GroupId": "sg-2"}],
                "PrefixListIds": [],
            }],
            "IpPermissionsEgress": [],
        }]})
    );
    let body = "<internetGatewaySet><item><internetGatewayId>igw-1</internetGatewayId><attachmentSet><item>\
                <vpcId>vpc-1</vpcId><state>available</state></item></attachmentSet></item><item>\
                <internetGatewayId>igw-2</internetGatewayId><attachmentSet/></item></internetGatewaySet>";
    assert_eq!(
        told(Read::InternetGateways, "vpc-1", ec2("DescribeInternetGateways", body)).await,
        json!({"InternetGateways": [
            {"InternetGatewayId": "igw-1", "Attachments": [{"VpcId": "vpc-1", "State": "available"}]}
        ]})
    );
    let body = "<routeTableSet><item><routeTableId>rtb-1</routeTableId><vpcId>vpc-1</vpcId><routeSet><item>\
                <destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><natGatewayId>nat-1</natGatewayId>\
                <state>blackhole</state><origin>CreateRoute</origin></item></routeSet><associationSet><item>\
                <routeTableAssociationId>rtbassoc-1</routeTableAssociationId><main>true</main></item>\
                </associationSet></item></routeTableSet>";
    assert_eq!(
        told(Read::RouteTables, "vpc-1", ec2("DescribeRouteTables", body)).await,
        json!({"RouteTables": [{
            "RouteTableId": "rtb-1",
            "VpcId": "vpc-1",
            "Associations": [{"Main": true, "RouteTableAssociationId": "rtbassoc-1"}],
            "Routes": [
                {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "State": "blackhole"}
            ],
        }]})
    );
}

#[tokio::test]
async fn one_that_is_gone_does_not_hide_the_others() {
    let status = |asked: &Asked| {
        assert_eq!(asked.field("IncludeAllInstances"), "true");
        let ids: Vec<&String> =
            asked.form.iter().filter(|(name, _)| name.starts_with("InstanceId.")).map(|(_, id)| id).collect();
        if ids.iter().any(|id| *id == "i-2") {
            return Answer::ec2_error(
                400,
                "InvalidInstanceID.NotFound",
                "The instance ID 'i-2' does not exist",
            );
        }
        ec2(
            "DescribeInstanceStatus",
            &format!(
                "<instanceStatusSet><item><instanceId>{}</instanceId><instanceState><name>running</name></instanceState>\
                 <systemStatus><status>impaired</status><details><item><name>reachability</name><status>failed</status>\
                 <impairedSince>2026-05-01T03:04:05.000Z</impairedSince></item></details></systemStatus><eventsSet><item>\
                 <instanceEventId>instance-event-1</instanceEventId><code>instance-retirement</code>\
                 <notBefore>2026-05-02T00:00:00.000Z</notBefore></item></eventsSet></item></instanceStatusSet>",
                ids[0]
            ),
        )
    };
    let (found, asked) = put(Read::InstanceStatus, &["i-1", "i-2", "i-3"], status).await;
    let one = |id: &str| {
        json!({
            "InstanceId": id,
            "InstanceState": {"Name": "running"},
            "SystemStatus": {"Status": "impaired", "Details": [
                {"Name": "reachability", "Status": "failed", "ImpairedSince": "2026-05-01T03:04:05Z"}
            ]},
            "Events": [{
                "Code": "instance-retirement",
                "NotBefore": "2026-05-02T00:00:00Z",
                "InstanceEventId": "instance-event-1",
            }],
        })
    };
    assert_eq!(found.unwrap(), json!({"InstanceStatuses": [one("i-1"), one("i-3")]}));
    assert_eq!(asked.len(), 5, "once together, then by halves");
    let groups = |asked: &Asked| {
        if asked.form.values().any(|value| value == GONE) {
            return Answer::query_error(400, "TargetGroupNotFound", "One or more target groups not found");
        }
        query(
            "DescribeTargetGroups",
            &format!(
                "<TargetGroups><member><TargetGroupArn>{TG}</TargetGroupArn><Port>80</Port><Protocol>HTTP</Protocol>\
                 <Matcher><HttpCode>200</HttpCode></Matcher><LoadBalancerArns><member>{LB}</member></LoadBalancerArns>\
                 <TargetType>instance</TargetType></member></TargetGroups>"
            ),
        )
    };
    let (found, _) = put(Read::TargetGroups, &[GONE, TG], groups).await;
    assert_eq!(
        found.unwrap(),
        json!({"TargetGroups": [{
            "TargetGroupArn": TG,
            "Protocol": "HTTP",
            "Port": 80,
            "TargetType": "instance",
            "LoadBalancerArns": [LB],
            "Matcher": {"HttpCode": "200"},
        }]})
    );
}

#[tokio::test]
async fn a_listener_s_rules_are_told_with_the_listener() {
    const LISTENER: &str = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/web/1/2";
    let body = format!(
        "<Rules><member><RuleArn>r</RuleArn><Priority>10</Priority><IsDefault>false</IsDefault><Actions><member>\
         <Type>forward</Type><TargetGroupArn>{TG}</TargetGroupArn></member></Actions></member></Rules>"
    );
    assert_eq!(
        told(Read::ListenerRules, LISTENER, query("DescribeRules", &body)).await,
        json!({
            "ListenerArn": LISTENER,
            "Rules": [{
                "RuleArn": "r",
                "Priority": "10",
                "IsDefault": false,
                "Actions": [{"Type": "forward", "TargetGroupArn": TG}],
            }],
        })
    );
}

#[tokio::test]
async fn load_balancers_groups_and_activities_are_told() {
    let body = "<TargetHealthDescriptions><member><Target><Id>i-1</Id><Port>80</Port></Target><HealthCheckPort>80\
                </HealthCheckPort><TargetHealth><State>unhealthy</State><Reason>Target.Timeout</Reason>\
                <Description>Request timed out</Description></TargetHealth></member></TargetHealthDescriptions>";
    assert_eq!(
        told(Read::TargetHealth, TG, query("DescribeTargetHealth", body)).await,
        json!({
            "TargetGroupArn": TG,
            "TargetHealthDescriptions": [{
                "Target": {"Id": "i-1", "Port": 80},
                "TargetHealth": {
                    "State": "unhealthy",
                    "Reason": "Target.Timeout",
                    "Description": "Request timed out",
                },
            }],
        })
    );
    let body = format!(
        "<Listeners><member><ListenerArn>l</ListenerArn><LoadBalancerArn>{LB}</LoadBalancerArn><Port>443</Port>\
         <Protocol>HTTPS</Protocol><Certificates><member><CertificateArn>c</CertificateArn></member></Certificates>\
         <DefaultActions><member><Type>forward</Type><TargetGroupArn>{TG}</TargetGroupArn><ForwardConfig><TargetGroups>\
         <member><TargetGroupArn>{TG}</TargetGroupArn><Weight>1</Weight></member></TargetGroups></ForwardConfig></member>\
         </DefaultActions></member></Listeners>"
    );
    assert_eq!(
        told(Read::Listeners, LB, query("DescribeListeners", &body)).await,
        json!({"Listeners": [{
            "ListenerArn": "l",
            "LoadBalancerArn": LB,
            "Port": 443,
            "Protocol": "HTTPS",
            "Certificates": [{"CertificateArn": "c"}],
            "DefaultActions": [{
                "Type": "forward",
                "TargetGroupArn": TG,
                "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": TG}]},
            }],
        }]})
    );
    let body = "<Activities><member><ActivityId>a</ActivityId><AutoScalingGroupName>web</AutoScalingGroupName>\
                <Description>Terminating EC2 instance: i-1</Description><Cause>unhealthy</Cause>\
                <StartTime>2026-05-01T03:04:05.678Z</StartTime><StatusCode>Failed</StatusCode>\
                <StatusMessage>no capacity</StatusMessage><Progress>100</Progress><Details>{}</Details></member></Activities>";
    let answer = query("DescribeScalingActivities", body);
    let (found, asked) = put(Read::ScalingActivities, &["web"], move |_| answer.clone()).await;
    assert_eq!(asked[0].field("MaxRecords"), "20");
    assert_eq!(
        found.unwrap(),
        json!({"Activities": [{
            "ActivityId": "a",
            "AutoScalingGroupName": "web",
            "Description": "Terminating EC2 instance: i-1",
            "Cause": "unhealthy",
            "StartTime": "2026-05-01T03:04:05.678Z",
            "StatusCode": "Failed",
            "StatusMessage": "no capacity",
            "Progress": 100,
        }]})
    );
    let body = "<AutoScalingGroups><member><AutoScalingGroupName>web</AutoScalingGroupName><AutoScalingGroupARN>arn:x\
                </AutoScalingGroupARN><MinSize>1</MinSize><MaxSize>4</MaxSize><DesiredCapacity>2</DesiredCapacity>\
                <HealthCheckType>ELB</HealthCheckType><MixedInstancesPolicy><LaunchTemplate>\
                <LaunchTemplateSpecification><LaunchTemplateId>lt-1</LaunchTemplateId><Version>$Latest</Version>\
                </LaunchTemplateSpecification></LaunchTemplate></MixedInstancesPolicy><VPCZoneIdentifier>subnet-1,subnet-2\
                </VPCZoneIdentifier><TargetGroupARNs><member>t</member></TargetGroupARNs><SuspendedProcesses><member>\
                <ProcessName>Launch</ProcessName><SuspensionReason>User suspended</SuspensionReason></member>\
                </SuspendedProcesses></member></AutoScalingGroups>";
    assert_eq!(
        told(Read::AutoScalingGroups, "web", query("DescribeAutoScalingGroups", body)).await,
        json!({"AutoScalingGroups": [{
            "AutoScalingGroupName": "web",
            "AutoScalingGroupARN": "arn:x",
            "MinSize": 1,
            "MaxSize": 4,
            "DesiredCapacity": 2,
            "HealthCheckType": "ELB",
            "MixedInstancesPolicy": {"LaunchTemplate": {
                "LaunchTemplateSpecification": {"LaunchTemplateId": "lt-1", "Version": "$Latest"}
            }},
            "VPCZoneIdentifier": "subnet-1,subnet-2",
            "TargetGroupARNs": ["t"],
            "SuspendedProcesses": [{"ProcessName": "Launch", "SuspensionReason": "User suspended"}],
        }]})
    );
}

#[tokio::test]
async fn databases_and_roles_are_told_and_no_password() {
    let body = "<DBInstances><DBInstance><DBInstanceIdentifier>orders</DBInstanceIdentifier>\
                <DBInstanceStatus>modifying</DBInstanceStatus><MultiAZ>false</MultiAZ><AllocatedStorage>100\
                </AllocatedStorage><VpcSecurityGroups><VpcSecurityGroupMembership><VpcSecurityGroupId>sg-1\
                </VpcSecurityGroupId><Status>active</Status></VpcSecurityGroupMembership></VpcSecurityGroups>\
                <DBSubnetGroup><VpcId>vpc-1</VpcId><Subnets><Subnet><SubnetIdentifier>subnet-1</SubnetIdentifier></Subnet>\
                </Subnets></DBSubnetGroup><DBParameterGroups><DBParameterGroup><DBParameterGroupName>p\
                </DBParameterGroupName><ParameterApplyStatus>pending-reboot</ParameterApplyStatus></DBParameterGroup>\
                </DBParameterGroups><CertificateDetails><ValidTill>2026-06-01T00:00:00Z</ValidTill></CertificateDetails>\
                <PendingModifiedValues><MasterUserPassword>****</MasterUserPassword><DBInstanceClass>db.t3.small\
                </DBInstanceClass></PendingModifiedValues></DBInstance></DBInstances>";
    assert_eq!(
        told(Read::DbInstances, "orders", query("DescribeDBInstances", body)).await,
        json!({"DBInstances": [{
            "DBInstanceIdentifier": "orders",
            "DBInstanceStatus": "modifying",
            "AllocatedStorage": 100,
            "MultiAZ": false,
            "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
            "DBSubnetGroup": {"VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]},
            "DBParameterGroups": [{"DBParameterGroupName": "p", "ParameterApplyStatus": "pending-reboot"}],
            "CertificateDetails": {"ValidTill": "2026-06-01T00:00:00Z"},
            "PendingModifiedValues": {"DBInstanceClass": "db.t3.small"},
        }]})
    );
    let body = "<Events><Event><SourceIdentifier>orders</SourceIdentifier><SourceType>db-instance</SourceType>\
                <Message>Multi-AZ failover started</Message><EventCategories><EventCategory>failover</EventCategory>\
                </EventCategories><Date>2026-05-01T03:04:05.678Z</Date></Event></Events>";
    let answer = query("DescribeEvents", body);
    let (found, asked) = put(Read::DbEvents, &["orders"], move |_| answer.clone()).await;
    assert_eq!((asked[0].field("Duration"), asked[0].field("SourceType")), ("1440", "db-instance"));
    assert_eq!(
        found.unwrap(),
        json!({"Events": [{
            "SourceIdentifier": "orders",
            "SourceType": "db-instance",
            "Message": "Multi-AZ failover started",
            "EventCategories": ["failover"],
            "Date": "2026-05-01T03:04:05.678Z",
        }]})
    );
    let body = "<IsTruncated>false</IsTruncated><AttachedPolicies><member><PolicyName>p</PolicyName>\
                <PolicyArn>arn:p</PolicyArn></member></AttachedPolicies>";
    assert_eq!(
        told(Read::RolePolicies, "web", query("ListAttachedRolePolicies", body)).await,
        json!({"RoleName": "web", "AttachedPolicies": [{"PolicyName": "p", "PolicyArn": "arn:p"}]})
    );
    let body = "<InstanceProfile><Path>/</Path><InstanceProfileName>web</InstanceProfileName><InstanceProfileId>AIPA\
                </InstanceProfileId><Arn>arn:i</Arn><CreateDate>2026-05-01T03:04:05Z</CreateDate><Roles><member><Path>/\
                </Path><RoleName>web</RoleName><RoleId>AROA</RoleId><Arn>arn:r</Arn><CreateDate>2026-05-01T03:04:05Z\
                </CreateDate></member></Roles></InstanceProfile>";
    assert_eq!(
        told(Read::InstanceProfile, "web", query("GetInstanceProfile", body)).await,
        json!({"InstanceProfile": {
            "InstanceProfileName": "web",
            "Arn": "arn:i",
            "Roles": [{"RoleName": "web", "Arn": "arn:r"}],
        }})
    );
}

#[tokio::test]
async fn a_function_is_told_without_its_variables() {
    let function = json!({
        "FunctionName": "pay",
        "Role": "arn:aws:iam::111122223333:role/pay",
        "LastModified": "2026-05-01T03:04:05.678+0000",
        "Timeout": 3,
        "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": [], "VpcId": "vpc-1"},
        "Environment": {"Variables": {"SECRET": "hunter2"}},
        "State": "Active",
        "CodeSize": 1,
        "Layers": [{"Arn": "arn:l", "CodeSize": 1}],
    });
    assert_eq!(
        told(Read::Function, "pay", Answer::json(200, &function)).await,
        json!({
            "FunctionName": "pay",
            "Role": "arn:aws:iam::111122223333:role/pay",
            "LastModified": "2026-05-01T03:04:05.678Z",
            "Timeout": 3,
            "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": [], "VpcId": "vpc-1"},
            "State": "Active",
            "Layers": [{"Arn": "arn:l"}],
        })
    );
    let sources = json!({"EventSourceMappings": [{
        "UUID": "u",
        "EventSourceArn": "arn:aws:sqs:eu-west-1:111122223333:orders",
        "State": "Disabled",
        "BatchSize": 10,
    }]});
    assert_eq!(
        told(Read::EventSources, "pay", Answer::json(200, &sources)).await,
        json!({"EventSourceMappings": [{
            "UUID": "u",
            "EventSourceArn": "arn:aws:sqs:eu-west-1:111122223333:orders",
            "State": "Disabled",
        }]})
    );
}

#[tokio::test]
async fn what_is_gone_is_nothing_and_no_failure() {
    let template = "InvalidLaunchTemplateId.NotFoundException";
    for (kind, of, answer, empty) in [
        (Read::Volumes, "vol-1", ec2("DescribeVolumes", "<volumeSet/>"), json!({"Volumes": []})),
        (
            Read::VolumeStatus,
            "vol-1",
            Answer::ec2_error(400, "InvalidVolume.NotFound", "The volume 'vol-1' does not exist."),
            json!({"VolumeStatuses": []}),
        ),
        (
            Read::LaunchTemplateVersions,
            "lt-1",
            Answer::ec2_error(400, template, "it does not exist"),
            json!({"LaunchTemplateVersions": []}),
        ),
        (
            Read::LoadBalancers,
            LB,
            Answer::query_error(400, "LoadBalancerNotFound", "not found"),
            json!({"LoadBalancers": []}),
        ),
        (
            Read::TargetHealth,
            TG,
            Answer::query_error(400, "TargetGroupNotFound", "not found"),
            json!({"TargetHealthDescriptions": []}),
        ),
        (
            Read::DbInstances,
            "orders",
            Answer::query_error(404, "DBInstanceNotFound", "DBInstance orders not found."),
            json!({"DBInstances": []}),
        ),
        (
            Read::DbClusters,
            "orders",
            Answer::query_error(404, "DBClusterNotFoundFault", "DBCluster orders not found."),
            json!({"DBClusters": []}),
        ),
        (
            Read::RolePolicies,
            "web",
            Answer::query_error(404, "NoSuchEntity", "The role cannot be found."),
            json!({"AttachedPolicies": []}),
        ),
        (
            Read::InstanceProfile,
            "web",
            Answer::query_error(404, "NoSuchEntity", "It cannot be found."),
            json!({}),
        ),
        (
            Read::InstanceRefreshes,
            "web",
            Answer::query_error(400, "ValidationError", "AutoScalingGroup name not found - web"),
            json!({"InstanceRefreshes": []}),
        ),
        (
            Read::Function,
            "pay",
            Answer::json_error(404, "ResourceNotFoundException", "Function not found"),
            json!({}),
        ),
        (
            Read::EventSources,
            "pay",
            Answer::json_error(404, "ResourceNotFoundException", "Function not found"),
            json!({"EventSourceMappings": []}),
        ),
    ] {
        assert_eq!(told(kind, of, answer).await, empty, "{kind:?}");
    }
}

#[tokio::test]
async fn what_is_denied_names_its_action_and_nothing_is_asked_about_nothing() {
    for kind in Read::ALL {
        let denied = match kind.action().split(':').next() {
            Some("ec2") => Answer::ec2_error(403, "UnauthorizedOperation", "You are not authorized"),
            Some("lambda") => Answer::json_error(403, "AccessDeniedException", "not authorized"),
            Some("health") => Answer::cbor_error(403, "AccessDeniedException", "not authorized"),
            _ => Answer::query_error(403, "AccessDenied", "not authorized"),
        };
        let (told, asked) = put(kind, &["x-1"], move |_| denied.clone()).await;
        let problem = told.unwrap_err();
        assert_eq!((problem.kind, problem.operation.as_str()), (ProblemKind::Denied, kind.action()));
        assert_eq!(asked.len(), 1);
        let (told, asked) = put(kind, &[], |_| Answer::ec2_error(500, "InternalError", "")).await;
        assert!(asked.is_empty(), "{kind:?}");
        let empty = told.unwrap();
        assert!(empty.as_object().unwrap().values().all(|list| list == &json!([])), "{kind:?}: {empty}");
    }
}
