"""boto3 reads what a resource graph is made of: load balancers, groups, routes, databases, functions, roles.

`run` is given the module with the helpers (`client`, `check`, `equal`, `fails`, `pages`, `ago`, `NOW`, `ACCOUNT`).
"""


def arn(service, rest, account):
    return f"arn:aws:{service}:eu-west-1:{account}:{rest}"


def balancers(t):
    elb = t.client("elbv2")
    found = {b["LoadBalancerName"]: b for page in t.pages(elb, "describe_load_balancers", 1) for b in page["LoadBalancers"]}
    t.equal("load balancers", sorted(found), ["api", "web"])
    web = found["web"]
    t.equal("web is public", (web["Scheme"], found["api"]["Scheme"]), ("internet-facing", "internal"))
    t.equal("web's state", (web["State"]["Code"], web["Type"], len(web["AvailabilityZones"])), ("active", "application", 2))
    t.check("web's name", web["DNSName"].startswith("web-") and web["DNSName"].endswith(".eu-west-1.elb.amazonaws.com"), web["DNSName"])
    t.check("web is old", web["CreatedTime"] < t.ago(days=365))
    t.equal("by ARN", elb.describe_load_balancers(LoadBalancerArns=[web["LoadBalancerArn"]])["LoadBalancers"], [web])
    groups = elb.describe_target_groups(LoadBalancerArn=web["LoadBalancerArn"])["TargetGroups"]
    t.equal("web's targets", [(g["TargetGroupName"], g["Port"], g["VpcId"]) for g in groups], [("web-80", 80, web["VpcId"])])
    t.equal("by name", elb.describe_target_groups(Names=["web-80"])["TargetGroups"], groups)
    t.equal("pages of target groups", len(t.pages(elb, "describe_target_groups", 1)), 2)
    health = elb.describe_target_health(TargetGroupArn=groups[0]["TargetGroupArn"])["TargetHealthDescriptions"]
    timeout = {"State": "unhealthy", "Reason": "Target.Timeout", "Description": "Request timed out"}
    t.equal("all targets time out", [h["TargetHealth"] for h in health], [timeout] * 6)
    dimensions = [{"Name": "LoadBalancer", "Value": "app/web/50dc6c495c0c9188"}, {"Name": "TargetGroup", "Value": groups[0]["TargetGroupArn"].split(":")[5]}]
    points = t.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/ApplicationELB", MetricName="UnHealthyHostCount", Dimensions=dimensions, StartTime=t.ago(minutes=5), EndTime=t.NOW, Period=60, Statistics=["Maximum"]
    )["Datapoints"]
    t.equal("as the metric says", max(points, key=lambda p: p["Timestamp"])["Maximum"], float(len(health)))
    one = elb.describe_target_health(TargetGroupArn=groups[0]["TargetGroupArn"], Targets=[{"Id": "i-0123456789abcdef0"}])
    t.equal("not a target", one["TargetHealthDescriptions"][0]["TargetHealth"]["Reason"], "Target.NotRegistered")
    listeners = {x["Port"]: x for x in elb.describe_listeners(LoadBalancerArn=web["LoadBalancerArn"])["Listeners"]}
    t.equal("web's listeners", {port: x["Protocol"] for port, x in listeners.items()}, {80: "HTTP", 443: "HTTPS"})
    t.equal("forwards", listeners[443]["DefaultActions"][0]["ForwardConfig"]["TargetGroups"][0]["TargetGroupArn"], groups[0]["TargetGroupArn"])
    t.equal("redirects", listeners[80]["DefaultActions"][0]["RedirectConfig"]["StatusCode"], "HTTP_301")
    t.check("has a certificate", listeners[443]["Certificates"][0]["CertificateArn"].startswith("arn:aws:acm:"))
    rules = elb.describe_rules(ListenerArn=listeners[443]["ListenerArn"])["Rules"]
    t.equal("the default rule", [(r["Priority"], r["IsDefault"], r["Actions"]) for r in rules], [("default", True, listeners[443]["DefaultActions"])])
    t.equal("rule by ARN", elb.describe_rules(RuleArns=[rules[0]["RuleArn"]])["Rules"], rules)
    nowhere = arn("elasticloadbalancing", "targetgroup/x/0123456789abcdef", t.ACCOUNT)
    t.fails("targets: unknown", "TargetGroupNotFound", lambda: elb.describe_target_health(TargetGroupArn=nowhere), 400)
    t.fails("balancers: unknown", "LoadBalancerNotFound", lambda: elb.describe_load_balancers(Names=["x"]), 400)
    t.fails("listeners: unknown", "ListenerNotFound", lambda: elb.describe_listeners(ListenerArns=[arn("elasticloadbalancing", "listener/app/x/0/0", t.ACCOUNT)]))
    t.fails("listeners: of what", "ValidationError", lambda: elb.describe_listeners())
    t.fails("balancers: broken marker", "ValidationError", lambda: elb.describe_load_balancers(Marker="x"))
    t.fails("classic load balancers", "InvalidAction", lambda: t.client("elb").describe_load_balancers(), 400)
    t.equal("balancers: an empty region", t.client("elbv2", "ap-south-1").describe_load_balancers()["LoadBalancers"], [])


def scaling(t, found):
    asg = t.client("autoscaling")
    groups = {g["AutoScalingGroupName"]: g for page in t.pages(asg, "describe_auto_scaling_groups", 2) for g in page["AutoScalingGroups"]}
    t.equal("groups", sorted(groups), ["api-asg", "batch-asg", "web-asg"])
    web = groups["web-asg"]
    t.equal("web's sizes", (web["MinSize"], web["DesiredCapacity"], web["MaxSize"]), (6, 6, 12))
    t.equal("web's template", web["LaunchTemplate"]["Version"], "184")
    tagged = {i["InstanceId"] for i in found if {"Key": "aws:autoscaling:groupName", "Value": "web-asg"} in i["Tags"]}
    t.equal("web's instances", {i["InstanceId"] for i in web["Instances"]}, tagged)
    t.equal("all in service", {(i["LifecycleState"], i["HealthStatus"]) for i in web["Instances"]}, {("InService", "Healthy")})
    t.equal("web's zones", web["AvailabilityZones"], ["eu-west-1a", "eu-west-1b", "eu-west-1c"])
    t.equal("web's load balancer", len(web["TargetGroupARNs"]), 1)
    t.equal("nothing is suspended", web["SuspendedProcesses"], [])
    t.equal("by name", len(asg.describe_auto_scaling_groups(AutoScalingGroupNames=["web-asg", "x"])["AutoScalingGroups"]), 1)
    team = asg.describe_auto_scaling_groups(Filters=[{"Name": "tag:Team", "Values": ["api"]}])["AutoScalingGroups"]
    t.equal("by tag", [g["AutoScalingGroupName"] for g in team], ["api-asg"])
    done = [a for page in t.pages(asg, "describe_scaling_activities", 10, AutoScalingGroupName="batch-asg") for a in page["Activities"]]
    t.check("activities of a busy group", len(done) > 20 and {a["StatusCode"] for a in done} == {"Successful"}, len(done))
    t.check("newest first", done == sorted(done, key=lambda a: a["StartTime"], reverse=True))
    t.equal("one activity", asg.describe_scaling_activities(ActivityIds=[done[0]["ActivityId"]])["Activities"], done[:1])
    ended = next(a for a in done if a["Description"].startswith("Terminating"))
    gone = ended["Description"].split(" ")[-1]
    trail = t.client("cloudtrail", retries={"total_max_attempts": 12, "mode": "standard"})
    events = trail.lookup_events(LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": gone}])["Events"]
    when = [e["EventTime"] for e in events if e["EventName"] == "TerminateInstances"]
    t.equal("the history has it", when, [ended["StartTime"]])
    t.equal("no refresh", asg.describe_instance_refreshes(AutoScalingGroupName="web-asg")["InstanceRefreshes"], [])
    t.fails("activities: unknown group", "ValidationError", lambda: asg.describe_scaling_activities(AutoScalingGroupName="x"), 400)
    t.fails("groups: broken token", "InvalidNextToken", lambda: asg.describe_auto_scaling_groups(NextToken="x"))
    return web


def templates(t, group):
    ec2 = t.client("ec2")
    id = group["LaunchTemplate"]["LaunchTemplateId"]
    all = {x["LaunchTemplateId"]: x for page in t.pages(ec2, "describe_launch_templates", 2) for x in page["LaunchTemplates"]}
    t.equal("templates", len(all), 3)
    t.equal("its latest version", (all[id]["LatestVersionNumber"], all[id]["DefaultVersionNumber"]), (184, 184))
    name = all[id]["LaunchTemplateName"]
    t.equal("template by name", [x["LaunchTemplateId"] for x in ec2.describe_launch_templates(LaunchTemplateNames=[name])["LaunchTemplates"]], [id])
    versions = ec2.describe_launch_template_versions(LaunchTemplateId=id)["LaunchTemplateVersions"]
    t.equal("its versions", [(v["VersionNumber"], v["DefaultVersion"]) for v in versions], [(184, True)])
    data = versions[0]["LaunchTemplateData"]
    t.equal("what it launches", (data["InstanceType"], data["Monitoring"]["Enabled"]), ("m6i.large", True))
    t.check("its profile", data["IamInstanceProfile"]["Arn"].endswith(":instance-profile/web"))
    t.equal("its image", len(ec2.describe_images(ImageIds=[data["ImageId"]])["Images"]), 1)
    t.equal("its groups", [g["GroupName"] for g in ec2.describe_security_groups(GroupIds=data["SecurityGroupIds"])["SecurityGroups"]], ["web"])
    everywhere = ec2.describe_launch_template_versions(Versions=["$Latest", "$Default"])["LaunchTemplateVersions"]
    t.equal("the latest of all", {v["LaunchTemplateId"] for v in everywhere}, set(all))
    t.fails("unknown version", "InvalidLaunchTemplateId.VersionNotFound", lambda: ec2.describe_launch_template_versions(LaunchTemplateId=id, Versions=["3"]))
    t.fails("unknown template", "InvalidLaunchTemplateName.NotFoundException", lambda: ec2.describe_launch_templates(LaunchTemplateNames=["nope"]))
    t.fails("versions of what", "MissingParameter", lambda: ec2.describe_launch_template_versions())


def routes(t):
    ec2 = t.client("ec2")
    subnets = ec2.describe_subnets()["Subnets"]
    tables = [x for page in t.pages(ec2, "describe_route_tables", 5) for x in page["RouteTables"]]
    explicit = [a["SubnetId"] for x in tables for a in x["Associations"] if not a["Main"]]
    t.equal("each subnet has one table at most", len(explicit), len(set(explicit)))
    t.equal("a main table for each VPC", sorted(x["VpcId"] for x in tables if any(a["Main"] for a in x["Associations"])), sorted({s["VpcId"] for s in subnets}))
    igws = {g["InternetGatewayId"]: g for page in t.pages(ec2, "describe_internet_gateways", 5) for g in page["InternetGateways"]}
    nats = {n["NatGatewayId"]: n for page in t.pages(ec2, "describe_nat_gateways", 5) for n in page["NatGateways"]}
    for subnet in subnets:
        found = ec2.describe_route_tables(Filters=[{"Name": "association.subnet-id", "Values": [subnet["SubnetId"]]}])["RouteTables"]
        out = [r for x in found for r in x["Routes"] if r.get("DestinationCidrBlock") == "0.0.0.0/0"]
        if subnet["MapPublicIpOnLaunch"]:
            t.check("a public subnet leads to the Internet", out[0]["GatewayId"] in igws, out)
        elif out:
            t.check("a private one leads to a NAT gateway", out[0]["NatGatewayId"] in nats, out)
    t.equal("the NAT gateway of the metrics", list(nats), ["nat-0b7d93c51e8f4a260"])
    nat = nats["nat-0b7d93c51e8f4a260"]
    address = nat["NatGatewayAddresses"][0]
    t.equal("its state", (nat["State"], nat["ConnectivityType"]), ("available", "public"))
    eips = ec2.describe_addresses(AllocationIds=[address["AllocationId"]])["Addresses"]
    t.equal("its address", (eips[0]["PublicIp"], eips[0]["NetworkInterfaceId"]), (address["PublicIp"], address["NetworkInterfaceId"]))
    interface = ec2.describe_network_interfaces(NetworkInterfaceIds=[address["NetworkInterfaceId"]])["NetworkInterfaces"][0]
    t.equal("its interface", (interface["InterfaceType"], interface["SubnetId"]), ("nat_gateway", nat["SubnetId"]))
    held = ec2.describe_addresses(Filters=[{"Name": "instance-id", "Values": ["*"]}])["Addresses"]
    t.equal("an instance's address", [a["Tags"] for a in held], [[{"Key": "Name", "Value": "bastion"}]])
    acls = [a for page in t.pages(ec2, "describe_network_acls", 5) for a in page["NetworkAcls"]]
    t.equal("ACLs", ({a["IsDefault"] for a in acls}, sorted(x["SubnetId"] for a in acls for x in a["Associations"])), ({True}, sorted(s["SubnetId"] for s in subnets)))
    t.equal("their entries", [(e["RuleNumber"], e["RuleAction"]) for e in acls[0]["Entries"] if not e["Egress"]], [(100, "allow"), (32767, "deny")])
    endpoints = [e for page in t.pages(ec2, "describe_vpc_endpoints", 5) for e in page["VpcEndpoints"]]
    t.equal("an endpoint", [(e["ServiceName"], e["VpcEndpointType"], e["State"]) for e in endpoints], [("com.amazonaws.eu-west-1.s3", "Gateway", "available")])
    lead = {x["RouteTableId"] for x in tables for r in x["Routes"] if r.get("GatewayId") == endpoints[0]["VpcEndpointId"]}
    t.equal("tables lead to it", lead, set(endpoints[0]["RouteTableIds"]))
    volumes = [v for page in t.pages(ec2, "describe_volume_status", 20) for v in page["VolumeStatuses"]]
    t.equal("volumes are well", {v["VolumeStatus"]["Status"] for v in volumes}, {"ok"})
    t.equal("all of them", len(volumes), len(ec2.describe_volumes()["Volumes"]))
    t.fails("tables: unknown", "InvalidRouteTableID.NotFound", lambda: ec2.describe_route_tables(RouteTableIds=["rtb-0123456789abcdef0"]))
    t.fails("NAT gateways: unknown", "NatGatewayNotFound", lambda: ec2.describe_nat_gateways(NatGatewayIds=["nat-0123456789abcdef0"]))
    t.fails("addresses: unknown", "InvalidAddress.NotFound", lambda: ec2.describe_addresses(PublicIps=["192.0.2.255"]))


def roles(t, found):
    iam = t.client("iam")
    for arn in sorted({i["IamInstanceProfile"]["Arn"] for i in found if "IamInstanceProfile" in i}):
        name = arn.split("/")[-1]
        profile = iam.get_instance_profile(InstanceProfileName=name)["InstanceProfile"]
        t.equal(f"profile {name}", profile["Arn"], arn)
        role = profile["Roles"][0]
        t.equal(f"profile {name}: who may have its role", role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"], {"Service": "ec2.amazonaws.com"})
        attached = iam.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"]
        t.check(f"role {name}: policies", "AmazonSSMManagedInstanceCore" in {p["PolicyName"] for p in attached}, attached)
        t.equal(f"role {name}: in pages", [p for page in t.pages(iam, "list_attached_role_policies", 1, RoleName=name) for p in page["AttachedPolicies"]], attached)
        t.equal(f"role {name}: its own", len(iam.list_role_policies(RoleName=name)["PolicyNames"]), 1)
    t.fails("unknown profile", "NoSuchEntity", lambda: iam.get_instance_profile(InstanceProfileName="x"), 404)
    t.fails("unknown role", "NoSuchEntity", lambda: iam.list_attached_role_policies(RoleName="x"), 404)
    t.fails("unknown role's own", "NoSuchEntity", lambda: iam.list_role_policies(RoleName="x"), 404)


def databases(t):
    rds, ec2 = t.client("rds"), t.client("ec2")
    found = {d["DBInstanceIdentifier"]: d for page in t.pages(rds, "describe_db_instances", 20) for d in page["DBInstances"]}
    t.equal("databases", sorted(found), ["catalogue-1", "catalogue-2", "shop-main", "shop-replica"])
    main = found["shop-main"]
    t.equal("main: what it is", (main["Engine"], main["DBInstanceStatus"], main["MultiAZ"], main["StorageType"]), ("postgres", "available", True, "gp3"))
    t.equal("main: storage", (main["AllocatedStorage"], main["MaxAllocatedStorage"]), (400, 1000))
    t.equal("main: replicas", main["ReadReplicaDBInstanceIdentifiers"], ["shop-replica"])
    t.equal("replica: of", found["shop-replica"]["ReadReplicaSourceDBInstanceIdentifier"], "shop-main")
    t.equal("main: parameters", [p["ParameterApplyStatus"] for p in main["DBParameterGroups"]], ["in-sync"])
    t.equal("main: nothing is pending", main["PendingModifiedValues"], {})
    t.equal("main: certificate", main["CertificateDetails"]["CAIdentifier"], main["CACertificateIdentifier"])
    group = main["VpcSecurityGroups"][0]["VpcSecurityGroupId"]
    t.equal("main: its group", [g["GroupName"] for g in ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]], ["db"])
    places = [s["SubnetIdentifier"] for s in main["DBSubnetGroup"]["Subnets"]]
    t.equal("main: its subnets", {s["VpcId"] for s in ec2.describe_subnets(SubnetIds=places)["Subnets"]}, {main["DBSubnetGroup"]["VpcId"]})
    held = ec2.describe_network_interfaces(Filters=[{"Name": "requester-id", "Values": ["amazon-rds"]}])["NetworkInterfaces"]
    t.equal("an interface each", [n["Groups"][0]["GroupId"] for n in held], [group] * 4)
    cluster = rds.describe_db_clusters(DBClusterIdentifier="catalogue")["DBClusters"][0]
    t.equal("cluster: members", [(m["DBInstanceIdentifier"], m["IsClusterWriter"]) for m in cluster["DBClusterMembers"]], [("catalogue-1", True), ("catalogue-2", False)])
    t.check("cluster: endpoint", cluster["Endpoint"].startswith("catalogue.cluster-c"), cluster["Endpoint"])
    filtered = rds.describe_db_instances(Filters=[{"Name": "db-cluster-id", "Values": ["catalogue"]}])["DBInstances"]
    t.equal("databases: by cluster", len(filtered), 2)
    t.equal("databases: elsewhere", t.client("rds", "us-east-1").describe_db_instances()["DBInstances"], [])
    day = rds.describe_events(SourceType="db-instance", SourceIdentifier="shop-main", Duration=1440)["Events"]
    t.equal("events of a day", [e["Message"] for e in day], ["Backing up DB instance", "Finished DB Instance backup"])
    t.equal("events of the last hour", rds.describe_events()["Events"], [])
    t.equal("events: by category", rds.describe_events(EventCategories=["failover"], Duration=1440)["Events"], [])
    t.fails("database: unknown", "DBInstanceNotFound", lambda: rds.describe_db_instances(DBInstanceIdentifier="x"), 404)
    t.fails("cluster: unknown", "DBClusterNotFoundFault", lambda: rds.describe_db_clusters(DBClusterIdentifier="x"), 404)
    t.fails("events: of what", "InvalidParameterCombination", lambda: rds.describe_events(SourceIdentifier="x"))


def functions(t):
    aws = t.client("lambda")
    found = {f["FunctionName"]: f for page in t.pages(aws, "list_functions", 2) for f in page["Functions"]}
    t.equal("functions", sorted(found), ["legacy-report", "payment-webhook", "thumbnailer"])
    hook = aws.get_function_configuration(FunctionName="payment-webhook")
    del hook["ResponseMetadata"]
    t.equal("function: one of the list", hook, found["payment-webhook"])
    t.equal("function: state", (hook["State"], hook["LastUpdateStatus"], hook["Runtime"]), ("Active", "Successful", "python3.13"))
    t.check("function: role", hook["Role"].endswith(":role/service-role/lambda-payment-webhook"))
    groups = t.client("ec2").describe_security_groups(GroupIds=hook["VpcConfig"]["SecurityGroupIds"])["SecurityGroups"]
    t.equal("function: in its VPC", {g["VpcId"] for g in groups}, {hook["VpcConfig"]["VpcId"]})
    t.check("function: dead letters", hook["DeadLetterConfig"]["TargetArn"].endswith(":orders-dlq"))
    live = aws.get_function_configuration(FunctionName=hook["FunctionArn"], Qualifier="live")
    t.check("function: live", live["FunctionArn"].endswith(":live") and live["Version"].isdigit(), live)
    maps = [m for page in t.pages(aws, "list_event_source_mappings", 5) for m in page["EventSourceMappings"]]
    t.equal("function: fed by", [(m["FunctionArn"], m["EventSourceArn"].split(":")[-1], m["State"]) for m in maps], [(hook["FunctionArn"], "orders", "Enabled")])
    t.equal("mappings: of another", aws.list_event_source_mappings(FunctionName="thumbnailer")["EventSourceMappings"], [])
    t.fails("function: unknown", "ResourceNotFoundException", lambda: aws.get_function_configuration(FunctionName="x"), 404)
    t.fails("function: unknown alias", "ResourceNotFoundException", lambda: aws.get_function_configuration(FunctionName="thumbnailer", Qualifier="x"), 404)
    t.fails("mappings: unknown function", "ResourceNotFoundException", lambda: aws.list_event_source_mappings(FunctionName="x"), 404)


def run(t, found):
    balancers(t)
    templates(t, scaling(t, found))
    routes(t)
    roles(t, found)
    databases(t)
    functions(t)
