"""boto3 as a client of the drill account: every operation, its pages, and its errors.

Usage: check_drill.py ENDPOINT operations|host-failure|denied|expired|throttled|dropped|garbage|hanging
Prints each check; stops at the first that fails.
"""

import datetime
import json
import signal
import sys

import boto3
import botocore.config
import botocore.exceptions
import botocore.parsers
import graph
import reads

ENDPOINT = sys.argv[1]
NOW = datetime.datetime(2026, 5, 1, 3, 4, 5, tzinfo=datetime.timezone.utc)
ACCOUNT = "111122223333"
ALB = [{"Name": "LoadBalancer", "Value": "app/web/50dc6c495c0c9188"}]


def client(service, region="eu-west-1", **config):
    settings = {"retries": {"total_max_attempts": 1}, "read_timeout": 20, **config}
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=ENDPOINT,
        aws_access_key_id="AKIADRILL",
        aws_secret_access_key="any",
        config=botocore.config.Config(**settings),
    )


def check(what, holds, got=None):
    if not holds:
        sys.exit(f"FAILED: {what}: {got!r}")
    print(f"ok  {what}")


def equal(what, got, expected):
    check(what, got == expected, (got, expected))


def fails(what, code, call, status=None):
    try:
        call()
    except botocore.exceptions.ClientError as error:
        equal(f"{what}: {code}", error.response["Error"]["Code"], code)
        check(f"{what}: has a message", error.response["Error"]["Message"])
        if status:
            equal(f"{what}: status", error.response["ResponseMetadata"]["HTTPStatusCode"], status)
    else:
        sys.exit(f"FAILED: {what}: no error, {code} expected")


def pages(service, operation, size, **params):
    pager = service.get_paginator(operation)
    return list(pager.paginate(PaginationConfig={"PageSize": size}, **params))


def ago(**delta):
    return NOW - datetime.timedelta(**delta)


def identity():
    who = client("sts").get_caller_identity()
    equal("sts account", who["Account"], ACCOUNT)
    equal("sts arn", who["Arn"], f"arn:aws:sts::{ACCOUNT}:assumed-role/OnCall/drill")
    check("sts user id", who["UserId"].endswith(":drill"))
    aliases = [page["AccountAliases"] for page in client("iam").get_paginator("list_account_aliases").paginate()]
    equal("iam aliases", aliases, [["shop-prod"]])
    fails("iam page size", "ValidationError", lambda: client("iam", parameter_validation=False).list_account_aliases(MaxItems=0))


def instances():
    ec2 = client("ec2")
    small = pages(ec2, "describe_instances", 6)
    check("instances: several pages", len(small) > 5, len(small))
    found = [i for page in small for r in page["Reservations"] for i in r["Instances"]]
    whole = [i for r in ec2.describe_instances()["Reservations"] for i in r["Instances"]]
    equal("instances: pages and whole agree", found, whole)
    equal("instances: each once", len({i["InstanceId"] for i in found}), len(found))
    check("instances: at least 40", len(found) >= 40, len(found))
    by_name = {next((t["Value"] for t in i["Tags"] if t["Key"] == "Name"), ""): i for i in found}
    web = by_name["web-1"]
    equal("instance state", web["State"], {"Code": 16, "Name": "running"})
    equal("instance type and zone", (web["InstanceType"], web["Placement"]["AvailabilityZone"]), ("m6i.large", "eu-west-1a"))
    equal("instance launched nine days ago", (NOW - web["LaunchTime"]).days, 9)
    equal("instance groups", [g["GroupName"] for g in web["SecurityGroups"]], ["web"])
    equal("instance interface", web["NetworkInterfaces"][0]["PrivateIpAddress"], web["PrivateIpAddress"])
    check("instance volume", web["BlockDeviceMappings"][0]["Ebs"]["VolumeId"].startswith("vol-0"))
    check("instance names in Japanese", "夜間バッチ(受注集計)" in by_name)
    check("an instance without a name", "" in by_name)
    equal("a Windows instance", by_name["WIN-AD01"]["Platform"], "Windows")
    equal("a spot instance", by_name["batch-worker-1"]["InstanceLifecycle"], "spot")
    equal("a stopped instance says why", by_name["load-test-1"]["StateReason"]["Code"], "Client.UserInitiatedShutdown")
    hostile = next(t["Value"] for t in by_name["jenkins"]["Tags"] if t["Key"] == "Build")
    check("hostile text arrives whole", "\x9b2J" in hostile and "\u202e" in hostile and hostile.endswith("</item>&"), hostile)
    states = {i["State"]["Name"] for i in found}
    equal("instance states", states, {"running", "stopped", "terminated"})
    one = ec2.describe_instances(InstanceIds=[web["InstanceId"]])["Reservations"]
    equal("one instance by id", one[0]["Instances"][0], web)
    team = ec2.describe_instances(Filters=[{"Name": "tag:Name", "Values": ["web-?", "web-canary-*"]}])
    equal("filter with wildcards", sum(len(r["Instances"]) for r in team["Reservations"]), 8)
    both = [{"Name": "instance-state-name", "Values": ["running"]}, {"Name": "instance-lifecycle", "Values": ["spot"]}]
    equal("two filters", sum(len(r["Instances"]) for r in ec2.describe_instances(Filters=both)["Reservations"]), 8)
    equal("one reservation of many", len(ec2.describe_instances(Filters=both)["Reservations"]), 1)
    equal("another region", sum(len(r["Instances"]) for r in client("ec2", "us-east-1").describe_instances()["Reservations"]), 4)
    equal("an empty region", client("ec2", "ap-south-1").describe_instances()["Reservations"], [])
    missing = "i-0123456789abcdef0"
    fails("page of 4", "InvalidParameterValue", lambda: ec2.describe_instances(MaxResults=4), 400)
    fails("page size with ids", "InvalidParameterCombination", lambda: ec2.describe_instances(MaxResults=5, InstanceIds=[missing]))
    fails("unknown id", "InvalidInstanceID.NotFound", lambda: ec2.describe_instances(InstanceIds=[missing]))
    fails("malformed id", "InvalidInstanceID.Malformed", lambda: ec2.describe_instances(InstanceIds=["web-1"]))
    fails("unknown filter", "InvalidParameterValue", lambda: ec2.describe_instances(Filters=[{"Name": "colour", "Values": ["x"]}]))
    fails("broken token", "InvalidParameterValue", lambda: ec2.describe_instances(NextToken="garbage"))
    fails("dry run", "DryRunOperation", lambda: ec2.describe_instances(DryRun=True), 412)
    fails("an operation that is not there", "InvalidAction", lambda: ec2.describe_key_pairs())
    return found


def statuses(found):
    ec2 = client("ec2")
    running = [s for page in pages(ec2, "describe_instance_status", 9) for s in page["InstanceStatuses"]]
    equal("statuses of running instances only", len(running), sum(i["State"]["Name"] == "running" for i in found))
    everything = [s for page in pages(ec2, "describe_instance_status", 50, IncludeAllInstances=True) for s in page["InstanceStatuses"]]
    equal("statuses of all", len(everything), len(found))
    bad = [s for s in running if s["InstanceStatus"]["Status"] == "impaired"]
    equal("one instance is impaired, AWS's side is fine", [(s["SystemStatus"]["Status"], s["AttachedEbsStatus"]["Status"]) for s in bad], [("ok", "ok")])
    detail = bad[0]["InstanceStatus"]["Details"][0]
    equal("impaired detail", (detail["Name"], detail["Status"], NOW - detail["ImpairedSince"]), ("reachability", "failed", datetime.timedelta(minutes=31)))
    events = {e["Code"]: e for s in running for e in s.get("Events", [])}
    equal("scheduled events", set(events), {"system-reboot", "instance-stop"})
    check("the reboot is ahead", events["system-reboot"]["NotBefore"] > NOW)
    check("an old event is marked", events["instance-stop"]["Description"].startswith("[Completed]"))
    by_filter = ec2.describe_instance_status(Filters=[{"Name": "instance-status.status", "Values": ["impaired"]}])
    equal("status filter", len(by_filter["InstanceStatuses"]), 1)
    fails("status of an unknown id", "InvalidInstanceID.NotFound", lambda: ec2.describe_instance_status(InstanceIds=["i-0123456789abcdef0"]))
    fails("status page of 1", "InvalidParameterValue", lambda: ec2.describe_instance_status(MaxResults=1))


def images_volumes_regions(found):
    ec2 = client("ec2")
    ids = sorted({i["ImageId"] for i in found})
    listed = [i for page in pages(ec2, "describe_images", 5, IncludeDeprecated=True) for i in page["Images"]]
    equal("images: one is gone", set(ids) - {i["ImageId"] for i in listed}, set(ids) - {i["ImageId"] for i in ec2.describe_images(Filters=[{"Name": "image-id", "Values": ids}], IncludeDeprecated=True)["Images"]})
    equal("images: how many are gone", len(set(ids) - {i["ImageId"] for i in listed}), 1)
    fails("images by id, one gone", "InvalidAMIID.NotFound", lambda: ec2.describe_images(ImageIds=ids))
    old = next(i for i in listed if i["Name"].startswith("amzn2-ami"))
    check("an image of 2021", old["CreationDate"].startswith("2021-"), old)
    check("deprecated ones are hidden", old["ImageId"] not in {i["ImageId"] for i in ec2.describe_images()["Images"]})
    equal("own images", {i["OwnerId"] for i in ec2.describe_images(Owners=["self"])["Images"]}, {ACCOUNT})
    equal("amazon's images", {i["ImageOwnerAlias"] for i in ec2.describe_images(Owners=["amazon"])["Images"]}, {"amazon"})
    volumes = [v for page in pages(ec2, "describe_volumes", 10) for v in page["Volumes"]]
    attached = {a["VolumeId"] for v in volumes for a in v["Attachments"]}
    mapped = {m["Ebs"]["VolumeId"] for i in found for m in i["BlockDeviceMappings"]}
    equal("volumes and instances agree", attached, mapped)
    loose = ec2.describe_volumes(Filters=[{"Name": "status", "Values": ["available"]}])["Volumes"]
    equal("loose volumes", len(loose), 2)
    check("volume times", all(v["CreateTime"] < NOW and v["Size"] > 0 for v in volumes))
    fails("unknown volume", "InvalidVolume.NotFound", lambda: ec2.describe_volumes(VolumeIds=["vol-0123456789abcdef0"]))
    regions = {r["RegionName"]: r for r in ec2.describe_regions()["Regions"]}
    check("regions", {"eu-west-1", "us-east-1", "ap-northeast-1"} <= set(regions))
    equal("region endpoint", regions["eu-west-1"]["Endpoint"], "ec2.eu-west-1.amazonaws.com")
    every = {r["RegionName"]: r["OptInStatus"] for r in ec2.describe_regions(AllRegions=True)["Regions"]}
    check("regions not opted into", "not-opted-in" in every.values() and len(every) > len(regions))
    equal("one region", [r["RegionName"] for r in ec2.describe_regions(RegionNames=["eu-west-1"])["Regions"]], ["eu-west-1"])
    fails("unknown region", "InvalidParameterValue", lambda: ec2.describe_regions(RegionNames=["mars-1"]))


def network(found):
    ec2 = client("ec2")
    groups = {g["GroupId"]: g for page in pages(ec2, "describe_security_groups", 5) for g in page["SecurityGroups"]}
    used = {g["GroupId"] for i in found for g in i.get("SecurityGroups", [])}
    check("security groups of instances are described", used <= set(groups), used - set(groups))
    public = next(g for g in groups.values() if g["GroupName"] == "alb-public")
    equal("the rule that was taken away is gone", [p["FromPort"] for p in public["IpPermissions"]], [80])
    equal("who may come in", public["IpPermissions"][0]["IpRanges"][0]["CidrIp"], "0.0.0.0/0")
    equal("egress", [(p["IpProtocol"], p["IpRanges"][0]["CidrIp"]) for p in public["IpPermissionsEgress"]], [("-1", "0.0.0.0/0")])
    web = next(g for g in groups.values() if g["GroupName"] == "web")
    equal("a rule from a group", web["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"], public["GroupId"])
    by_rule = ec2.describe_security_groups(Filters=[{"Name": "ip-permission.group-id", "Values": [public["GroupId"]]}])["SecurityGroups"]
    equal("groups that refer to a group", [g["GroupName"] for g in by_rule], ["web"])
    fails("unknown group", "InvalidGroup.NotFound", lambda: ec2.describe_security_groups(GroupIds=["sg-0123456789abcdef0"]))
    fails("malformed group", "InvalidGroupId.Malformed", lambda: ec2.describe_security_groups(GroupIds=["web"]))
    fails("groups by name", "VPCIdNotSpecified", lambda: ec2.describe_security_groups(GroupNames=["web"]))
    fails("groups: unknown filter", "InvalidParameterValue", lambda: ec2.describe_security_groups(Filters=[{"Name": "colour", "Values": ["x"]}]))

    subnets = {s["SubnetId"]: s for page in pages(ec2, "describe_subnets", 5) for s in page["Subnets"]}
    equal("subnets of instances are described", {i["SubnetId"] for i in found if "SubnetId" in i} - set(subnets), set())
    check("subnets: zones and addresses", all(s["AvailabilityZone"].startswith("eu-west-1") and s["CidrBlock"].endswith("/24") for s in subnets.values()))
    private = ec2.describe_subnets(Filters=[{"Name": "tag:Name", "Values": ["private-*"]}, {"Name": "map-public-ip-on-launch", "Values": ["false"]}])["Subnets"]
    equal("subnets by tag", len(private), 3)
    fails("unknown subnet", "InvalidSubnetID.NotFound", lambda: ec2.describe_subnets(SubnetIds=["subnet-0123456789abcdef0"]))

    vpcs = {v["VpcId"]: v for page in pages(ec2, "describe_vpcs", 5) for v in page["Vpcs"]}
    equal("VPCs of subnets are described", {s["VpcId"] for s in subnets.values()}, set(vpcs))
    equal("no default VPC", {v["IsDefault"] for v in vpcs.values()}, {False})
    equal("another region's VPC", len(client("ec2", "us-east-1").describe_vpcs()["Vpcs"]), 1)
    fails("unknown VPC", "InvalidVpcID.NotFound", lambda: ec2.describe_vpcs(VpcIds=["vpc-0123456789abcdef0"]))

    interfaces = {n["NetworkInterfaceId"]: n for page in pages(ec2, "describe_network_interfaces", 20) for n in page["NetworkInterfaces"]}
    own = {n["NetworkInterfaceId"]: i["InstanceId"] for i in found for n in i.get("NetworkInterfaces", [])}
    attached = {n: i["Attachment"]["InstanceId"] for n, i in interfaces.items() if "InstanceId" in i["Attachment"]}
    equal("interfaces and instances agree", attached, own)
    elb = ec2.describe_network_interfaces(Filters=[{"Name": "description", "Values": ["ELB app/web/50dc6c495c0c9188"]}])["NetworkInterfaces"]
    equal("a load balancer's interfaces", [(n["RequesterManaged"], n["Groups"][0]["GroupId"]) for n in elb], [(True, public["GroupId"])] * 2)
    with_group = ec2.describe_network_interfaces(Filters=[{"Name": "group-id", "Values": [public["GroupId"]]}])["NetworkInterfaces"]
    equal("interfaces with a group", {n["NetworkInterfaceId"] for n in with_group}, {n["NetworkInterfaceId"] for n in elb})
    fails("unknown interface", "InvalidNetworkInterfaceID.NotFound", lambda: ec2.describe_network_interfaces(NetworkInterfaceIds=["eni-0123456789abcdef0"]))
    fails("interfaces: page size with ids", "InvalidParameterCombination", lambda: ec2.describe_network_interfaces(MaxResults=5, NetworkInterfaceIds=list(own)[:1]))


def alarms(cloudwatch, wire):
    equal(f"{wire}: metric alarms only by default", cloudwatch.describe_alarms()["CompositeAlarms"], [])
    kinds = ["MetricAlarm", "CompositeAlarm", "LogAlarm"]
    got = pages(cloudwatch, "describe_alarms", 20, AlarmTypes=kinds)
    metric = [a for page in got for a in page["MetricAlarms"]]
    composite = {a["AlarmName"]: a for page in got for a in page["CompositeAlarms"]}
    log = [a for page in got for a in page["LogAlarms"]]
    check(f"{wire}: pages of alarms", len(got) >= 4 and len(metric) + len(composite) + len(log) >= 60, len(metric))
    by_name = {a["AlarmName"]: a for a in metric}
    equal(f"{wire}: each alarm once", len(by_name), len(metric))
    web = by_name["web-5xx"]
    equal(f"{wire}: alarm state", web["StateValue"], "ALARM")
    equal(f"{wire}: alarm since", NOW - web["StateTransitionedTimestamp"], datetime.timedelta(minutes=4))
    equal(f"{wire}: alarm threshold", (web["Threshold"], web["Period"], web["Statistic"], web["EvaluationPeriods"]), (20.0, 60, "Sum", 3))
    equal(f"{wire}: alarm dimensions", web["Dimensions"], ALB)
    check(f"{wire}: alarm reason", web["StateReason"].startswith("Threshold Crossed: 3 out of the last 3 datapoints ["))
    equal(f"{wire}: alarm actions", web["AlarmActions"], [f"arn:aws:sns:eu-west-1:{ACCOUNT}:ops-critical"])
    equal(f"{wire}: maths", [m.get("Expression") for m in by_name["web-error-rate"]["Metrics"]], [None, None, "100*m1/m2"])
    equal(f"{wire}: anomaly band", by_name["web-requests-anomaly"]["ThresholdMetricId"], "ad1")
    check(f"{wire}: Japanese names", "夜間バッチの遅延" in by_name)
    equal(f"{wire}: switched off", by_name["legacy-erp disk (/)"]["ActionsEnabled"], False)
    equal(f"{wire}: composite rule", composite["web-composite"]["AlarmRule"], 'ALARM("web-5xx") AND ALARM("web-latency")')
    equal(f"{wire}: log alarm", log[0]["ScheduledQueryConfiguration"]["LogGroupIdentifiers"], ["/shop/prod/checkout", "/shop/prod/payment"])
    silent = cloudwatch.describe_alarms(StateValue="INSUFFICIENT_DATA")["MetricAlarms"]
    equal(f"{wire}: silent alarms", len(silent), 3)
    named = cloudwatch.describe_alarms(AlarmNames=["web-5xx", "nope"])["MetricAlarms"]
    equal(f"{wire}: by name", [a["AlarmName"] for a in named], ["web-5xx"])
    prefixed = cloudwatch.describe_alarms(AlarmNamePrefix="shop-main")["MetricAlarms"]
    equal(f"{wire}: by prefix", len(prefixed), 4)
    recover = cloudwatch.describe_alarms(ActionPrefix="arn:aws:automate:eu-west-1:ec2:recover")["MetricAlarms"]
    equal(f"{wire}: by action", len(recover), 2)
    children = cloudwatch.describe_alarms(ChildrenOfAlarmName="web-composite")["MetricAlarms"]
    equal(f"{wire}: children", [a["AlarmName"] for a in children], ["web-5xx", "web-latency"])
    check(f"{wire}: children are brief", "Threshold" not in children[0] and children[0]["StateValue"] == "ALARM")
    parents = cloudwatch.describe_alarms(ParentsOfAlarmName="web-composite")["CompositeAlarms"]
    equal(f"{wire}: parents", [a["AlarmName"] for a in parents], ["shop-degraded"])
    return web


def alarm_errors(cloudwatch, wire):
    fails(f"{wire}: page of 101", "ValidationError", lambda: cloudwatch.describe_alarms(MaxRecords=101), 400)
    fails(f"{wire}: broken token", "InvalidNextToken", lambda: cloudwatch.describe_alarms(NextToken="garbage"))
    fails(f"{wire}: children and more", "ValidationError", lambda: cloudwatch.describe_alarms(ChildrenOfAlarmName="x", AlarmTypes=["MetricAlarm"]))
    fails(f"{wire}: names and prefix", "InvalidParameterCombination", lambda: cloudwatch.describe_alarms(AlarmNames=["x"], AlarmNamePrefix="y"))
    fails(f"{wire}: unknown mute rule", "ResourceNotFoundException", lambda: cloudwatch.get_alarm_mute_rule(AlarmMuteRuleName="nope"), 404)
    fails(f"{wire}: an operation that is not there", "InvalidAction", lambda: cloudwatch.list_dashboards())


def history(cloudwatch, wire):
    got = pages(cloudwatch, "describe_alarm_history", 40, AlarmName="sessions cache evictions", HistoryItemType="StateUpdate")
    items = [i for page in got for i in page["AlarmHistoryItems"]]
    recent = [i for i in items if i["Timestamp"] > ago(hours=1)]
    check(f"{wire}: history proves flapping", len(recent) >= 7, len(recent))
    check(f"{wire}: newest first", items == sorted(items, key=lambda i: i["Timestamp"], reverse=True))
    equal(f"{wire}: history summary", {i["HistorySummary"] for i in recent}, {"Alarm updated from OK to ALARM", "Alarm updated from ALARM to OK"})
    action = cloudwatch.describe_alarm_history(AlarmName="web-5xx", HistoryItemType="Action", StartDate=ago(hours=1), EndDate=NOW)
    equal(f"{wire}: the action ran", len(action["AlarmHistoryItems"]), 1)
    composite = cloudwatch.describe_alarm_history(AlarmTypes=["CompositeAlarm"], ScanBy="TimestampAscending")
    equal(f"{wire}: composites' history", {i["AlarmType"] for i in composite["AlarmHistoryItems"]}, {"CompositeAlarm"})


def metric_data(cloudwatch, wire, web):
    def stat(id, name, stat, namespace="AWS/ApplicationELB", dimensions=ALB):
        metric = {"Namespace": namespace, "MetricName": name, "Dimensions": dimensions}
        return {"Id": id, "MetricStat": {"Metric": metric, "Period": 60, "Stat": stat}}

    targets = ALB + [{"Name": "TargetGroup", "Value": "targetgroup/web-80/73e2d6bc24d8a067"}]
    queries = [
        stat("hosts", "HealthyHostCount", "Minimum", dimensions=targets),
        stat("m1", "HTTPCode_Target_5XX_Count", "Sum"),
        {**stat("m2", "RequestCount", "Sum"), "ReturnData": False},
        {"Id": "rate", "Expression": "100*m1/m2", "Label": "error rate"},
        {"Id": "filled", "Expression": "FILL(m1, 0)"},
        {"Id": "total", "Expression": "SUM([m1, m2])"},
        {"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(m2, 2)"},
        {"Id": "sought", "Expression": "IF(m1 > 20, 1, 0)"},
    ]
    span = {"StartTime": ago(hours=1), "EndTime": NOW}
    results = cloudwatch.get_metric_data(MetricDataQueries=queries, ScanBy="TimestampAscending", **span)["MetricDataResults"]
    data = {r["Id"]: r for r in results}
    check(f"{wire}: hidden input stays hidden", "m2" not in data)
    equal(f"{wire}: healthy hosts before and now", (data["hosts"]["Values"][0], data["hosts"]["Values"][-1]), (6.0, 0.0))
    equal(f"{wire}: status", {r["StatusCode"] for r in results}, {"Complete"})
    check(f"{wire}: whole minutes", all(t.second == 0 for t in data["hosts"]["Timestamps"]))
    check(f"{wire}: errors climb", data["m1"]["Values"][-1] > 150)
    equal(f"{wire}: label", data["rate"]["Label"], "error rate")
    check(f"{wire}: rate in percent", 0 < data["rate"]["Values"][-1] < 100)
    check(f"{wire}: filled has no gaps", len(data["filled"]["Values"]) >= 58, len(data["filled"]["Values"]))
    equal(f"{wire}: a band is two series", sum(r["Id"] == "band" for r in results), 2)
    equal(f"{wire}: conditions", data["sought"]["Values"][-1], 1.0)
    # As many results as a search finds, all with its id, and none if it finds nothing.
    def search(terms, outer="{}"):
        return {"Id": "s1", "Expression": outer.format(f"SEARCH('{terms}', 'Maximum', 300)")}

    def sought(query):
        return cloudwatch.get_metric_data(MetricDataQueries=[query], ScanBy="TimestampAscending", **span)["MetricDataResults"]

    disks = "{CWAgent,InstanceId,device,fstype,path} NOT fstype=(squashfs OR tmpfs)"
    each = sought(search(disks))
    check(f"{wire}: a search is many series", len(each) > 2 and {r["Id"] for r in each} == {"s1"}, each)
    equal(f"{wire}: each with a label of its own", len({r["Label"] for r in each}), len(each))
    fullest = sought(search(disks, "MAX({})"))
    equal(f"{wire}: one series of a search", [r["Values"][-1] for r in fullest], [max(r["Values"][-1] for r in each)])
    equal(f"{wire}: a schema has all dimensions", sought(search("{CWAgent,InstanceId,path}")), [])
    nothing = sought(search('InstanceId="i-0123456789abcdef0"', "MAX({})"))
    equal(f"{wire}: a search that finds nothing", [v for r in nothing for v in r["Values"]], [])
    # The alarm's own reason names the values that the metric has.
    said = {f"{value} ({at:%d/%m/%y %H:%M:%S})" for at, value in zip(data["m1"]["Timestamps"], data["m1"]["Values"])}
    equal(f"{wire}: the reason's numbers are the metric's", sum(text in web["StateReason"] for text in said), 3)
    pager = cloudwatch.get_paginator("get_metric_data")
    day = {"StartTime": ago(days=1), "EndTime": NOW}
    points, count = 0, 0
    for page in pager.paginate(MetricDataQueries=[queries[2] | {"ReturnData": True}, queries[0]], PaginationConfig={"PageSize": 700}, **day):
        count += 1
        size = sum(len(r["Values"]) for r in page["MetricDataResults"])
        check(f"{wire}: page {count} of datapoints", size <= 700, size)
        points += size
    check(f"{wire}: a day of two metrics", count == 5 and 2870 <= points <= 2880, (count, points))
    bad = lambda **kw: lambda: cloudwatch.get_metric_data(**{"MetricDataQueries": queries, **span, **kw})
    fails(f"{wire}: time backwards", "ValidationError", bad(StartTime=NOW, EndTime=ago(hours=1)))
    fails(f"{wire}: unknown id in maths", "ValidationError", bad(MetricDataQueries=[{"Id": "e1", "Expression": "m9 * 2"}]))
    fails(f"{wire}: bad id", "ValidationError", bad(MetricDataQueries=[stat("Bad", "RequestCount", "Sum")]))
    fails(f"{wire}: bad expression", "ValidationError", bad(MetricDataQueries=[{"Id": "e1", "Expression": "1 +"}]))
    fails(f"{wire}: bad search", "ValidationError", bad(MetricDataQueries=[search("{AWS/EC2")]))
    fails(f"{wire}: broken token", "InvalidNextToken", bad(NextToken="x"))
    stats = cloudwatch.get_metric_statistics(
        Namespace="AWS/ApplicationELB", MetricName="RequestCount", Dimensions=ALB, Period=300,
        Statistics=["Sum", "SampleCount", "Average"], **span,
    )
    check(f"{wire}: statistics", 12 <= len(stats["Datapoints"]) <= 13 and all(p["Sum"] == p["SampleCount"] for p in stats["Datapoints"]), stats)
    tails = cloudwatch.get_metric_statistics(
        Namespace="AWS/ApplicationELB", MetricName="TargetResponseTime", Dimensions=ALB, Period=60,
        ExtendedStatistics=["p50", "p99"], **span,
    )["Datapoints"]
    check(f"{wire}: percentiles", all(p["ExtendedStatistics"]["p50"] < p["ExtendedStatistics"]["p99"] for p in tails), tails)
    fails(f"{wire}: neither statistics", "InvalidParameterCombination", lambda: cloudwatch.get_metric_statistics(Namespace="AWS/EC2", MetricName="X", Period=60, **span))
    listed = [m for page in cloudwatch.get_paginator("list_metrics").paginate() for m in page["Metrics"]]
    check(f"{wire}: hundreds of metrics, over pages", len(listed) > 500, len(listed))
    by_dimension = cloudwatch.list_metrics(Namespace="AWS/ApplicationELB", Dimensions=[{"Name": "TargetGroup"}])["Metrics"]
    equal(f"{wire}: metrics by dimension", len(by_dimension), 3)
    check(f"{wire}: recent metrics", cloudwatch.list_metrics(RecentlyActive="PT3H", Namespace="AWS/SQS")["Metrics"])


def mutes(cloudwatch, wire):
    rules = [r for page in pages(cloudwatch, "list_alarm_mute_rules", 2) for r in page["AlarmMuteRuleSummaries"]]
    equal(f"{wire}: mute rules", sorted(r["Status"] for r in rules), ["ACTIVE", "EXPIRED", "SCHEDULED"])
    muted = cloudwatch.list_alarm_mute_rules(AlarmName="batch-queue-depth", Statuses=["ACTIVE"])["AlarmMuteRuleSummaries"]
    equal(f"{wire}: muted alarm", [r["AlarmMuteRuleArn"] for r in muted], [f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm-mute-rule:stock-take"])
    rule = cloudwatch.get_alarm_mute_rule(AlarmMuteRuleName="stock-take")
    equal(f"{wire}: mute targets", rule["MuteTargets"]["AlarmNames"], ["batch-queue-depth"])
    equal(f"{wire}: mute schedule", rule["Rule"]["Schedule"]["Duration"], "PT8H")
    check(f"{wire}: mute times", rule["StartDate"] < NOW < rule["ExpireDate"])


def patient(service, region="eu-west-1"):
    """Five requests a second are allowed of most operations of Systems Manager and Backup: boto3 waits and asks again."""
    return client(service, region, retries={"total_max_attempts": 12, "mode": "standard"})


def everything(service, operation, key, size, **params):
    return [item for page in pages(service, operation, size, **params) for item in page[key]]


def name_of(instance):
    return next((t["Value"] for t in instance.get("Tags", []) if t["Key"] == "Name"), "")


def managed_instances(found):
    ssm = patient("ssm")
    ids = {name_of(i): i["InstanceId"] for i in found if i["State"]["Name"] != "terminated"}
    nodes = {n["InstanceId"]: n for n in everything(ssm, "describe_instance_information", "InstanceInformationList", 9)}
    check("ssm: some are managed", 20 < len(nodes) < len(ids), len(nodes))
    check("ssm: all are instances", set(nodes) <= set(ids.values()))
    equal("ssm: states of the agents", {n["PingStatus"] for n in nodes.values()}, {"Online", "ConnectionLost"})
    for unmanaged in ["bastion", "legacy-erp", "sessions-cache-1", "batch-worker-8"]:
        check(f"ssm: {unmanaged} is not managed", ids[unmanaged] not in nodes)
    web = nodes[ids["web-1"]]
    equal("ssm: what runs there", (web["PlatformType"], web["PlatformName"], web["ResourceType"]), ("Linux", "Amazon Linux", "EC2Instance"))
    check("ssm: heard of lately", (NOW - web["LastPingDateTime"]).total_seconds() < 300, web["LastPingDateTime"])
    lost = ssm.describe_instance_information(Filters=[{"Key": "PingStatus", "Values": ["ConnectionLost"]}])["InstanceInformationList"]
    equal("ssm: filter by agent", {n["InstanceId"] for n in lost}, {i for i, n in nodes.items() if n["PingStatus"] == "ConnectionLost"})
    by_id = ssm.describe_instance_information(InstanceInformationFilterList=[{"key": "InstanceIds", "valueSet": [ids["web-1"]]}])
    equal("ssm: the older filter", by_id["InstanceInformationList"], [web])
    equal("ssm: another region", len(patient("ssm", "us-east-1").describe_instance_information()["InstanceInformationList"]), 3)
    equal("ssm: an empty region", patient("ssm", "ap-south-1").describe_instance_information()["InstanceInformationList"], [])
    loose = client("ssm", parameter_validation=False, retries={"total_max_attempts": 12, "mode": "standard"})
    fails("ssm: page of 4", "ValidationException", lambda: loose.describe_instance_information(MaxResults=4), 400)
    fails("ssm: unknown filter", "InvalidFilterKey", lambda: ssm.describe_instance_information(Filters=[{"Key": "Colour", "Values": ["x"]}]), 400)
    fails("ssm: broken token", "InvalidNextToken", lambda: ssm.describe_instance_information(NextToken="x"))
    fails("ssm: an operation that is not there", "UnknownOperationException", lambda: ssm.list_documents())
    return ids


def patch_states(ids):
    ssm = patient("ssm")
    all_ids = sorted(ids.values())
    check("patches: the account fits one request", len(all_ids) <= 50, len(all_ids))
    states = {s["InstanceId"]: s for s in ssm.describe_instance_patch_states(InstanceIds=all_ids)["InstancePatchStates"]}
    paged = everything(ssm, "describe_instance_patch_states", "InstancePatchStates", 10, InstanceIds=all_ids)
    equal("patches: pages and whole agree", {s["InstanceId"]: s for s in paged}, states)
    open_of = lambda name: [states[ids[name]][f"{key}Count"] for key in ["Missing", "Failed", "InstalledPendingReboot", "InstalledRejected"]]
    equal("patches: compliant", open_of("web-1"), [0, 0, 0, 0])
    equal("patches: critical missing", (open_of("web-5"), states[ids["web-5"]]["CriticalNonCompliantCount"]), ([2, 0, 0, 0], 2))
    equal("patches: reboot pending", open_of("web-6"), [0, 0, 2, 0])
    equal("patches: failed", open_of("api-3"), [1, 2, 0, 0])
    equal("patches: rejected", open_of("api-4"), [0, 0, 0, 1])
    check("patches: never scanned", ids["batch-worker-1"] not in states)
    equal("patches: scanned long ago", (NOW - states[ids["orders-db-2"]]["OperationEndTime"]).days, 41)
    equal("patches: what the last operation was", {s["Operation"] for s in states.values()}, {"Scan", "Install"})
    for name in ["web-6", "orders-db-1", "WIN-AD01"]:
        patches = everything(ssm, "describe_instance_patches", "Patches", 100, InstanceId=ids[name])
        count = lambda state: sum(p["State"] == state for p in patches)
        said = states[ids[name]]
        for state in ["Installed", "InstalledOther", "InstalledPendingReboot", "Missing", "Failed", "NotApplicable"]:
            equal(f"patches: {name}: {state}", count(state), said[f"{state}Count"])
        equal(f"patches: {name}: each once", len({p["KBId"] for p in patches}), len(patches))
    missing = ssm.describe_instance_patches(InstanceId=ids["orders-db-1"], Filters=[{"Key": "State", "Values": ["Missing"]}, {"Key": "Severity", "Values": ["Critical"]}])["Patches"]
    equal("patches: filtered", sorted(p["KBId"] for p in missing), ["glibc.x86_64", "kernel.x86_64", "openssl.x86_64"])
    check("patches: what they close", all(p["CVEIds"].startswith("CVE-") for p in missing), missing)
    by_id = ssm.describe_instance_patches(InstanceId=ids["orders-db-1"], Filters=[{"Key": "KBId", "Values": ["sudo.x86_64"]}])["Patches"]
    equal("patches: by id", [(p["State"], p["InstalledTime"].timestamp()) for p in by_id], [("Missing", 0)])
    loose = client("ssm", parameter_validation=False, retries={"total_max_attempts": 12, "mode": "standard"})
    fails("patches: none asked for", "ValidationException", lambda: loose.describe_instance_patch_states(InstanceIds=[]), 400)
    fails("patches: too many", "ValidationException", lambda: loose.describe_instance_patch_states(InstanceIds=[f"i-{n:017x}" for n in range(51)]))
    fails("patches: no id", "ValidationException", lambda: ssm.describe_instance_patch_states(InstanceIds=["web-1"]))
    equal("patches: an unknown id is left out", ssm.describe_instance_patch_states(InstanceIds=["i-0123456789abcdef0"])["InstancePatchStates"], [])
    fails("patches: of an unknown id", "InvalidInstanceId", lambda: ssm.describe_instance_patches(InstanceId="i-0123456789abcdef0"))
    fails("patches: unknown filter", "InvalidFilter", lambda: ssm.describe_instance_patches(InstanceId=ids["web-1"], Filters=[{"Key": "Colour", "Values": ["x"]}]))
    fails("patches: broken token", "InvalidNextToken", lambda: ssm.describe_instance_patches(InstanceId=ids["web-1"], NextToken="x"))
    return states


def patch_baselines(ids, states):
    ssm = patient("ssm")
    groups = {m["PatchGroup"]: m["BaselineIdentity"] for m in everything(ssm, "describe_patch_groups", "Mappings", 3)}
    equal("baselines: groups", set(groups), {"prod-web", "prod-api", "prod-data", "office"})
    equal("baselines: of a node", groups["prod-web"]["BaselineId"], states[ids["web-1"]]["BaselineId"])
    check("baselines: two of one system", groups["prod-data"]["BaselineId"] != groups["prod-web"]["BaselineId"] and groups["prod-data"]["OperatingSystem"] == groups["prod-web"]["OperatingSystem"])
    named = ssm.describe_patch_groups(Filters=[{"Key": "NAME_PREFIX", "Values": ["prod-"]}])["Mappings"]
    equal("baselines: groups by prefix", len(named), 3)
    state = ssm.describe_patch_group_state(PatchGroup="prod-web")
    mine = [s for s in states.values() if s["PatchGroup"] == "prod-web"]
    equal("baselines: nodes of a group", state["Instances"], len(mine))
    equal("baselines: nodes of a group with missing patches", state["InstancesWithMissingPatches"], sum(s["MissingCount"] > 0 for s in mine))
    equal("baselines: nodes of a group with critical ones", state["InstancesWithCriticalNonCompliantPatches"], sum(s["CriticalNonCompliantCount"] > 0 for s in mine))
    everyone = everything(ssm, "describe_patch_baselines", "BaselineIdentities", 2)
    own = everything(ssm, "describe_patch_baselines", "BaselineIdentities", 50, Filters=[{"Key": "OWNER", "Values": ["Self"]}])
    check("baselines: own and AWS's", 0 < len(own) < len(everyone), (own, everyone))
    default = ssm.get_default_patch_baseline(OperatingSystem="AMAZON_LINUX_2023")["BaselineId"]
    equal("baselines: without a group", states[ids["search-1"]]["BaselineId"], default)
    for baseline in everyone:
        whole = ssm.get_patch_baseline(BaselineId=baseline["BaselineId"])
        equal(f"baselines: {baseline['BaselineName']}", (whole["Name"], whole["OperatingSystem"]), (baseline["BaselineName"], baseline["OperatingSystem"]))
        check(f"baselines: {baseline['BaselineName']}: rules", whole["ApprovalRules"]["PatchRules"])
    fails("baselines: unknown", "DoesNotExistException", lambda: ssm.get_patch_baseline(BaselineId="pb-00000000000000000"), 400)
    fails("baselines: broken token", "InvalidNextToken", lambda: ssm.describe_patch_baselines(NextToken="x"))
    fails("baselines: unknown system", "ValidationException", lambda: ssm.get_default_patch_baseline(OperatingSystem="BEOS"))


def backup_jobs():
    backup = patient("backup")
    jobs = everything(backup, "list_backup_jobs", "BackupJobs", 150)
    check("backup: hundreds of jobs over pages", len(jobs) > 300, len(jobs))
    equal("backup: each once", len({j["BackupJobId"] for j in jobs}), len(jobs))
    check("backup: the last 30 days", all(ago(days=30) < j["CreationDate"] <= NOW for j in jobs))
    equal("backup: states", {j["State"] for j in jobs}, {"ABORTED", "COMPLETED", "EXPIRED", "FAILED", "PARTIAL", "RUNNING"})
    equal("backup: types", {j["ResourceType"] for j in jobs}, {"Aurora", "CloudFormation", "DynamoDB", "EBS", "EC2", "EFS", "RDS"})
    for state in ["FAILED", "EXPIRED", "ABORTED", "PARTIAL"]:
        some = backup.list_backup_jobs(ByState=state, MaxResults=1000)["BackupJobs"]
        equal(f"backup: {state}", some, [j for j in jobs if j["State"] == state])
        check(f"backup: {state} says why", all(j["StatusMessage"] for j in some))
    running = [j for j in jobs if j["State"] == "RUNNING"]
    check("backup: running", all(0 < float(j["PercentDone"]) < 100 and j["ExpectedCompletionDate"] > NOW for j in running), running)
    arn = running[0]["ResourceArn"]
    equal("backup: by resource", backup.list_backup_jobs(ByResourceArn=arn)["BackupJobs"], [j for j in jobs if j["ResourceArn"] == arn])
    for given, key, value in [("ByResourceType", "ResourceType", "EFS"), ("ByBackupVaultName", "BackupVaultName", "archive-vault"), ("ByAccountId", "AccountId", ACCOUNT)]:
        equal(f"backup: {given}", backup.list_backup_jobs(MaxResults=1000, **{given: value})["BackupJobs"], [j for j in jobs if j[key] == value])
    span = {"ByCreatedAfter": ago(days=3), "ByCreatedBefore": ago(days=1)}
    equal("backup: by time", backup.list_backup_jobs(MaxResults=1000, **span)["BackupJobs"], [j for j in jobs if ago(days=3) < j["CreationDate"] < ago(days=1)])
    composite = next(j for j in jobs if j.get("IsParent") and j["State"] == "PARTIAL")
    members = backup.list_backup_jobs(ByParentJobId=composite["BackupJobId"])["BackupJobs"]
    equal("backup: a member failed", [j["State"] for j in members], ["FAILED"])
    equal("backup: another region", {j["ResourceName"] for j in patient("backup", "us-east-1").list_backup_jobs()["BackupJobs"]}, {"cert-renewer", "edge-config"})
    equal("backup: an empty region", patient("backup", "ap-south-1").list_backup_jobs()["BackupJobs"], [])
    loose = client("backup", parameter_validation=False, retries={"total_max_attempts": 12, "mode": "standard"})
    fails("backup: page of none", "InvalidParameterValueException", lambda: loose.list_backup_jobs(MaxResults=0), 400)
    fails("backup: broken token", "InvalidParameterValueException", lambda: backup.list_backup_jobs(NextToken="x"))
    fails("backup: unknown state", "InvalidParameterValueException", lambda: backup.list_backup_jobs(ByState="BROKEN"))
    fails("backup: an operation that is not there", "UnknownOperationException", lambda: backup.list_copy_jobs(), 404)
    return jobs


def recovery_points(jobs):
    backup = patient("backup")
    vaults = {v["BackupVaultName"]: v for v in everything(backup, "list_backup_vaults", "BackupVaultList", 3)}
    equal("vaults", set(vaults), {"prod-vault", "archive-vault", "office-vault", "Default"})
    equal("vaults: locked", [n for n, v in vaults.items() if v["Locked"]], ["archive-vault"])
    equal("vaults: without a key", [n for n, v in vaults.items() if "EncryptionKeyArn" not in v], ["office-vault"])
    points = {}
    for vault, said in vaults.items():
        whole = backup.describe_backup_vault(BackupVaultName=vault)
        equal(f"vaults: {vault}: list and detail agree", {k: whole[k] for k in said}, said)
        inside = everything(backup, "list_recovery_points_by_backup_vault", "RecoveryPoints", 90, BackupVaultName=vault)
        equal(f"vaults: {vault}: count", said["NumberOfRecoveryPoints"], len(inside))
        check(f"vaults: {vault}: encryption", all(p["IsEncrypted"] == ("EncryptionKeyArn" in said) for p in inside))
        points.update({p["RecoveryPointArn"]: p for p in inside})
    statuses = {p["Status"] for p in points.values()}
    equal("points: statuses", statuses, {"AVAILABLE", "COMPLETED", "CREATING", "EXPIRED", "PARTIAL"})
    lost = [j for j in jobs if "RecoveryPointArn" in j and j["RecoveryPointArn"] not in points and j["CreationDate"] > ago(days=6)]
    equal("points: one was deleted, which only its absence tells", [(j["ResourceName"], j["State"]) for j in lost], [("shop-main", "COMPLETED")])
    check("points: one without a name", any("ResourceName" not in p and "ResourceArn" in p for p in points.values()))
    equal("points: one of nothing", sum("ResourceArn" not in p for p in points.values()), 1)
    resources = {r["ResourceArn"]: r for r in everything(backup, "list_protected_resources", "Results", 4)}
    equal("points: protected resources", set(resources), {p["ResourceArn"] for p in points.values() if "ResourceArn" in p})
    for arn, resource in resources.items():
        mine = everything(backup, "list_recovery_points_by_resource", "RecoveryPoints", 1000, ResourceArn=arn)
        equal(f"points: {arn.split(':')[-1]}", {p["RecoveryPointArn"] for p in mine}, {a for a, p in points.items() if p.get("ResourceArn") == arn})
        good = [p for p in mine if p["Status"] != "CREATING"]
        equal(f"points: {arn.split(':')[-1]}: last", resource["LastBackupTime"], max(p["CreationDate"] for p in good))
        check(f"points: {arn.split(':')[-1]}: the last is one of them", resource["LastRecoveryPointArn"] in {p["RecoveryPointArn"] for p in good})
    by_type = backup.list_recovery_points_by_backup_vault(BackupVaultName="prod-vault", ByResourceType="RDS", ByCreatedAfter=ago(days=2))["RecoveryPoints"]
    check("points: filtered", by_type and all(p["ResourceType"] == "RDS" and p["CreationDate"] > ago(days=2) for p in by_type), by_type)
    fails("points: unknown vault", "ResourceNotFoundException", lambda: backup.list_recovery_points_by_backup_vault(BackupVaultName="nowhere"), 400)
    fails("vaults: unknown", "ResourceNotFoundException", lambda: backup.describe_backup_vault(BackupVaultName="nowhere"))
    fails("points: no ARN", "InvalidParameterValueException", lambda: backup.list_recovery_points_by_resource(ResourceArn="orders-db"))
    return points


def backup_plans():
    backup = patient("backup")
    settings = backup.describe_region_settings()["ResourceTypeOptInPreference"]
    equal("backup: opt-in", (settings["EC2"], settings["S3"]), (True, False))
    plans = {p["BackupPlanName"]: p for p in everything(backup, "list_backup_plans", "BackupPlansList", 2)}
    equal("plans", set(plans), {"prod-daily", "prod-weekly", "office-daily"})
    gone = [p for p in backup.list_backup_plans(IncludeDeleted=True)["BackupPlansList"] if "DeletionDate" in p]
    equal("plans: deleted", [p["BackupPlanName"] for p in gone], ["migration-2025"])
    for name, plan in plans.items():
        whole = backup.get_backup_plan(BackupPlanId=plan["BackupPlanId"])
        equal(f"plans: {name}", (whole["BackupPlan"]["BackupPlanName"], whole["VersionId"]), (name, plan["VersionId"]))
        rules = whole["BackupPlan"]["Rules"]
        check(f"plans: {name}: rules", all(r["ScheduleExpression"].startswith("cron(") and r["Lifecycle"]["DeleteAfterDays"] > 0 for r in rules), rules)
        for selection in everything(backup, "list_backup_selections", "BackupSelectionsList", 1, BackupPlanId=plan["BackupPlanId"]):
            detail = backup.get_backup_selection(BackupPlanId=plan["BackupPlanId"], SelectionId=selection["SelectionId"])["BackupSelection"]
            equal(f"plans: {name}: {selection['SelectionName']}", detail["SelectionName"], selection["SelectionName"])
            check(f"plans: {name}: {selection['SelectionName']}: for something", detail["Resources"] or detail["ListOfTags"])
    check("plans: runs ahead", len(backup.get_backup_plan(BackupPlanId=plans["prod-daily"]["BackupPlanId"], MaxScheduledRunsPreview=5)["ScheduledRunsPreview"]) == 5)
    fails("plans: unknown", "ResourceNotFoundException", lambda: backup.get_backup_plan(BackupPlanId="nope"))
    fails("plans: deleted ones are unknown", "ResourceNotFoundException", lambda: backup.get_backup_plan(BackupPlanId=gone[0]["BackupPlanId"]))
    known = {"BackupPlanId": plans["prod-daily"]["BackupPlanId"]}
    fails("plans: unknown selection", "ResourceNotFoundException", lambda: backup.get_backup_selection(SelectionId="nope", **known))


def snapshots_and_policies(points):
    ec2, dlm = client("ec2"), patient("dlm")
    own = everything(ec2, "describe_snapshots", "Snapshots", 100, OwnerIds=["self"])
    equal("snapshots: each once", len({s["SnapshotId"] for s in own}), len(own))
    check("snapshots: hundreds, all ours", len(own) > 200 and {s["OwnerId"] for s in own} == {ACCOUNT}, len(own))
    tags = lambda s: {t["Key"]: t["Value"] for t in s.get("Tags", [])}
    policies = {p["PolicyId"]: p for p in dlm.get_lifecycle_policies()["Policies"]}
    equal("policies: states", sorted(p["State"] for p in policies.values()), ["DISABLED", "ENABLED", "ERROR"])
    made = [s for s in own if "aws:dlm:lifecycle-policy-id" in tags(s)]
    check("policies: their snapshots", made and all(tags(s)["aws:dlm:lifecycle-policy-id"] in policies for s in made))
    check("policies: described", all(s["Description"] == f"Created for policy: {tags(s)['aws:dlm:lifecycle-policy-id']} schedule: {tags(s)['aws:dlm:lifecycle-schedule-name']}" for s in made))
    for id, policy in policies.items():
        whole = dlm.get_lifecycle_policy(PolicyId=id)["Policy"]
        target = {t["Key"]: t["Value"] for t in whole["PolicyDetails"]["TargetTags"]}
        volumes = ec2.describe_volumes(Filters=[{"Name": f"tag:{k}", "Values": [v]} for k, v in target.items()])["Volumes"]
        check(f"policies: {policy['Description']}: aims at volumes", volumes)
        theirs = {s["VolumeId"] for s in made if tags(s)["aws:dlm:lifecycle-policy-id"] == id}
        check(f"policies: {policy['Description']}: snapshots of those", theirs <= {v["VolumeId"] for v in volumes}, theirs)
        check(f"policies: {policy['Description']}: times", whole["DateCreated"] <= whole["DateModified"] < NOW)
    error = next(i for i, p in policies.items() if p["State"] == "ERROR")
    check("policies: in error for six days", max(s["StartTime"] for s in made if tags(s)["aws:dlm:lifecycle-policy-id"] == error) < ago(days=6))
    equal("policies: by state", [p["PolicyId"] for p in dlm.get_lifecycle_policies(State="ERROR")["Policies"]], [error])
    equal("policies: by ids", len(dlm.get_lifecycle_policies(PolicyIds=sorted(policies)[:2])["Policies"]), 2)
    equal("policies: an empty region", patient("dlm", "ap-south-1").get_lifecycle_policies()["Policies"], [])
    fails("policies: unknown", "ResourceNotFoundException", lambda: dlm.get_lifecycle_policy(PolicyId="policy-0123"), 404)
    fails("policies: unknown among many", "ResourceNotFoundException", lambda: dlm.get_lifecycle_policies(PolicyIds=["policy-0123"]), 404)
    behind = {a.split("/")[1] for a, p in points.items() if p["ResourceType"] == "EBS"}
    check("snapshots: recovery points of volumes are there", behind <= {s["SnapshotId"] for s in own})
    backed = [s for s in own if "aws:backup:source-resource" in tags(s)]
    check("snapshots: of AWS Backup", len(backed) > 150, len(backed))
    by_hand = [s for s in own if not any(k.startswith("aws:") for k in tags(s))]
    check("snapshots: of people", any("Kenji" in s["Description"] for s in by_hand))
    equal("snapshots: one failed", [s["StateMessage"] for s in own if s["State"] == "error"], ["Given key ID is not accessible"])
    check("snapshots: without an owner there are more", len(ec2.describe_snapshots()["Snapshots"]) > len(own))
    some = ec2.describe_snapshots(OwnerIds=["self"], Filters=[{"Name": "volume-id", "Values": [made[0]["VolumeId"]]}])["Snapshots"]
    equal("snapshots: of a volume", some, [s for s in own if s["VolumeId"] == made[0]["VolumeId"]])
    check("volumes: some are not encrypted", {v["Encrypted"] for v in ec2.describe_volumes()["Volumes"]} == {True, False})
    fails("snapshots: unknown", "InvalidSnapshot.NotFound", lambda: ec2.describe_snapshots(SnapshotIds=["snap-0123456789abcdef0"]))
    fails("snapshots: page of 4", "InvalidParameterValue", lambda: ec2.describe_snapshots(MaxResults=4))
    fails("snapshots: broken token", "InvalidParameterValue", lambda: ec2.describe_snapshots(NextToken="x"))


def published_rates():
    for service, operation in [("ssm", "describe_patch_groups"), ("backup", "list_backup_vaults"), ("dlm", "get_lifecycle_policies")]:
        codes = set()
        plain = client(service)
        for _ in range(40):
            try:
                getattr(plain, operation)()
            except botocore.exceptions.ClientError as error:
                codes.add(error.response["Error"]["Code"])
        equal(f"{service}: the rate is kept", codes, {"ThrottlingException"})


def query_client():
    """CloudWatch over the old query protocol: XML, which boto3 no longer prefers but still knows."""
    session = boto3.Session()
    loader = session._session.get_component("data_loader")
    original = loader.load_service_model

    def load(service, kind, *args, **kwargs):
        model = original(service, kind, *args, **kwargs)
        if service == "cloudwatch" and kind == "service-2":
            model = {**model, "metadata": {**model["metadata"], "protocol": WIRE, "protocols": [WIRE]}}
        return model

    loader.load_service_model = load
    return session.client(
        "cloudwatch", region_name="eu-west-1", endpoint_url=ENDPOINT, aws_access_key_id="a", aws_secret_access_key="b",
        # Nine DescribeAlarms a second are allowed, and three DescribeAlarmHistory: boto3 waits and asks again.
        config=botocore.config.Config(retries={"total_max_attempts": 12, "mode": "standard"}),
    )


def lookup(trail, **params):
    """All pages. Two requests a second are allowed: boto3 waits and asks again."""
    return [e for page in trail.get_paginator("lookup_events").paginate(**params) for e in page["Events"]]


def by(key, value):
    return {"LookupAttributes": [{"AttributeKey": key, "AttributeValue": value}]}


def cloudtrail():
    trail = client("cloudtrail", retries={"total_max_attempts": 12, "mode": "standard"})
    hour = lookup(trail, StartTime=ago(hours=1), EndTime=NOW, PaginationConfig={"PageSize": 20})
    check("trail: several pages in an hour", len(hour) > 20, len(hour))
    equal("trail: each once", len({e["EventId"] for e in hour}), len(hour))
    check("trail: newest first", hour == sorted(hour, key=lambda e: e["EventTime"], reverse=True))
    check("trail: within the hour", all(ago(hours=1) <= e["EventTime"] <= NOW for e in hour))
    for event in hour:
        record = json.loads(event["CloudTrailEvent"])
        said = (record["eventID"], record["eventName"], record["eventSource"], str(record["readOnly"]).lower(), record["userIdentity"].get("accessKeyId"))
        if said != (event["EventId"], event["EventName"], event["EventSource"], event["ReadOnly"], event.get("AccessKeyId")):
            sys.exit(f"FAILED: trail: record and index disagree: {event}")
    cause = next(e for e in lookup(trail, **by("EventName", "RevokeSecurityGroupIngress")) if "errorCode" not in e["CloudTrailEvent"])
    record = json.loads(cause["CloudTrailEvent"])
    equal("trail: who", (cause["Username"], record["userIdentity"]["type"]), ("ops-cli-user", "IAMUser"))
    permission = record["requestParameters"]["ipPermissions"]["items"][0]
    equal("trail: what", (permission["fromPort"], permission["ipRanges"]["items"][0]["cidrIp"]), (443, "0.0.0.0/0"))
    fired = client("cloudwatch").describe_alarms(AlarmNames=["web-5xx"])["MetricAlarms"][0]["StateUpdatedTimestamp"]
    lead = (fired - cause["EventTime"]).total_seconds()
    check("trail: some minutes before the alarm", 60 < lead < 600, lead)
    group = cause["Resources"][0]["ResourceName"]
    for key, value in {
        "EventId": cause["EventId"],
        "ReadOnly": "false",
        "Username": "ops-cli-user",
        "ResourceType": "AWS::EC2::SecurityGroup",
        "ResourceName": group,
        "EventSource": "ec2.amazonaws.com",
        "AccessKeyId": cause["AccessKeyId"],
    }.items():
        found = lookup(trail, StartTime=ago(minutes=30), **by(key, value))
        check(f"trail: by {key}", cause in found, len(found))
    equal("trail: exact", lookup(trail, **by("ResourceName", group[:-1])), [])
    equal("trail: case-sensitive", lookup(trail, **by("EventName", "revokesecuritygroupingress")), [])
    session = next(e for e in lookup(trail, **by("EventName", "AssumeRoleWithWebIdentity")))
    key = json.loads(session["CloudTrailEvent"])["responseElements"]["credentials"]["accessKeyId"]
    check("trail: what a session did", lookup(trail, **by("AccessKeyId", key)))
    equal("trail: how it began", lookup(trail, **by("ResourceName", key)), [session])
    virginia = client("cloudtrail", "us-east-1", retries={"total_max_attempts": 12, "mode": "standard"})
    check("trail: global services in us-east-1", lookup(virginia, StartTime=ago(days=1), **by("EventSource", "iam.amazonaws.com")))
    equal("trail: and nowhere else", lookup(trail, **by("EventSource", "iam.amazonaws.com")), [])
    root = lookup(virginia, **by("Username", "root"))
    check("trail: root, long ago", root and all(e["EventTime"] < ago(days=60) for e in root), root)
    equal("trail: an empty region", client("cloudtrail", "ap-south-1").lookup_events()["Events"], [])
    trails = trail.describe_trails()["trailList"]
    equal("trails", [(t["Name"], t["HomeRegion"], t["IsMultiRegionTrail"]) for t in trails], [("shop-trail", "eu-west-1", True)])
    equal("trail: a shadow elsewhere", virginia.describe_trails()["trailList"], trails)
    equal("trail: no shadows wanted", virginia.describe_trails(includeShadowTrails=False)["trailList"], [])
    status = virginia.get_trail_status(Name=trails[0]["TrailARN"])
    check("trail: it logs", status["IsLogging"] and ago(minutes=5) < status["LatestDeliveryTime"] <= NOW, status)
    selectors = trail.get_event_selectors(TrailName="shop-trail")
    equal("trail: selectors", [s["IncludeManagementEvents"] for s in selectors["EventSelectors"]], [True])
    fails("trail: a shadow by name", "TrailNotFoundException", lambda: virginia.get_trail_status(Name="shop-trail"))
    fails("trail: bad name", "InvalidTrailNameException", lambda: trail.get_event_selectors(TrailName="?"))
    fails("trail: bad arn", "CloudTrailARNInvalidException", lambda: trail.get_trail_status(Name="arn:aws:s3:::x"))


def cloudtrail_errors():
    two = by("EventName", "A")["LookupAttributes"] + by("Username", "b")["LookupAttributes"]
    waits = {"total_max_attempts": 12, "mode": "standard"}
    token = client("cloudtrail", "us-east-1", retries=waits).lookup_events(MaxResults=1)["NextToken"]
    for what, code, params in [
        ("two attributes", "InvalidLookupAttributesException", {"LookupAttributes": two}),
        ("unknown attribute", "InvalidLookupAttributesException", by("Colour", "red")),
        ("too long a value", "InvalidLookupAttributesException", by("EventName", "x" * 2001)),
        ("time backwards", "InvalidTimeRangeException", {"StartTime": NOW, "EndTime": ago(hours=1)}),
        ("too long ago", "InvalidTimeRangeException", {"StartTime": ago(days=200), "EndTime": ago(days=91)}),
        ("pages of 51", "InvalidMaxResultsException", {"MaxResults": 51}),
        ("pages of 0", "InvalidMaxResultsException", {"MaxResults": 0}),
        ("broken token", "InvalidNextTokenException", {"NextToken": "garbage"}),
        ("another request's token", "InvalidNextTokenException", {"NextToken": token, **by("ReadOnly", "true")}),
        ("unknown category", "InvalidEventCategoryException", {"EventCategory": "data"}),
    ]:
        unchecked = boto3.client(
            "cloudtrail", region_name="us-east-1", endpoint_url=ENDPOINT, aws_access_key_id="a", aws_secret_access_key="b",
            config=botocore.config.Config(retries=waits, parameter_validation=False),
        )
        fails(f"trail: {what}", code, lambda: unchecked.lookup_events(**params), 400)
    codes = set()
    plain = client("cloudtrail", "eu-west-3")
    for _ in range(20):
        try:
            plain.lookup_events(MaxResults=1)
        except botocore.exceptions.ClientError as error:
            codes.add((error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]))
    equal("trail: two a second", codes, {("ThrottlingException", 400)})
    patient = client("cloudtrail", "eu-west-3", retries=waits)
    equal("trail: boto3's own retries get through", patient.lookup_events(MaxResults=1)["Events"], [])


def host_failure():
    ec2 = client("ec2")
    named = ec2.describe_instances(Filters=[{"Name": "tag:Name", "Values": ["web-canary-1"]}])
    host = named["Reservations"][0]["Instances"][0]["InstanceId"]
    status = ec2.describe_instance_status(InstanceIds=[host])["InstanceStatuses"][0]
    equal("AWS's side fails", status["SystemStatus"]["Status"], "impaired")
    equal("EC2 retires it", [e["Code"] for e in status["Events"]], ["instance-retirement"])
    check("in two weeks", status["Events"][0]["NotBefore"] > ago(days=-12))
    alarm = client("cloudwatch").describe_alarms(AlarmNames=["status-web-canary-1"])["MetricAlarms"][0]
    equal("its alarm", alarm["StateValue"], "ALARM")
    trail = client("cloudtrail", retries={"total_max_attempts": 12, "mode": "standard"})
    events = lookup(trail, StartTime=ago(hours=24), **by("ResourceName", host))
    done = {e["EventName"] for e in events if e["ReadOnly"] == "false" and "errorCode" not in e["CloudTrailEvent"]}
    equal("nothing explains it", done, {"CreateTags"})
    reads.with_a_plan(sys.modules[__name__], host)


WIRE = ""


def operations():
    global WIRE
    identity()
    found = instances()
    statuses(found)
    images_volumes_regions(found)
    network(found)
    graph.run(sys.modules[__name__], found)
    cloudtrail()
    cloudtrail_errors()
    ids = managed_instances(found)
    patch_baselines(ids, patch_states(ids))
    points = recovery_points(backup_jobs())
    backup_plans()
    snapshots_and_policies(points)
    reads.answered(sys.modules[__name__])
    reads.without_a_plan(sys.modules[__name__])
    published_rates()
    answers = []
    for wire in ["json", "query", "smithy-rpc-v2-cbor"]:
        WIRE = wire
        cloudwatch = query_client()
        equal(f"{wire}: is what is spoken", cloudwatch.meta.service_model.resolved_protocol, wire)
        web = alarms(cloudwatch, wire)
        answers.append({key: value for key, value in web.items() if key != "InsufficientDataActions"})
        alarm_errors(cloudwatch, wire)
        history(cloudwatch, wire)
        metric_data(cloudwatch, wire, web)
        mutes(cloudwatch, wire)
    check("all protocols say the same", answers[0] == answers[1] == answers[2], answers)
    equal("what boto3 speaks by itself", client("cloudwatch").meta.service_model.resolved_protocol, "json")
    codes = set()
    plain = client("cloudwatch")
    for _ in range(40):
        try:
            plain.describe_alarm_history(MaxRecords=1)
        except botocore.exceptions.ClientError as error:
            codes.add(error.response["Error"]["Code"])
    equal("the published rate is kept", codes, {"Throttling"})
    patient = client("cloudwatch", retries={"total_max_attempts": 12, "mode": "standard"})
    check("boto3's own retries get through", patient.describe_alarm_history(MaxRecords=1)["AlarmHistoryItems"])


def struck(ec2_code, ec2_status, cloudwatch_code, cloudwatch_status, other_code, json_code):
    fails("ec2", ec2_code, lambda: client("ec2").describe_instances(), ec2_status)
    fails("cloudwatch", cloudwatch_code, lambda: client("cloudwatch").describe_alarms(), cloudwatch_status)
    fails("cloudtrail", json_code, lambda: client("cloudtrail").lookup_events(), 400)
    for service, operation in [("logs", "describe_log_groups"), ("health", "describe_events"), ("support", "describe_cases")]:
        fails(service, f"{other_code}Exception", getattr(client(service), operation), 400)
    fails("iam", other_code, lambda: client("iam").list_account_aliases(), cloudwatch_status)
    for service, operation, status in [("ssm", "describe_patch_groups", 400), ("backup", "list_backup_jobs", cloudwatch_status), ("dlm", "get_lifecycle_policies", cloudwatch_status)]:
        fails(service, f"{other_code}Exception", getattr(client(service), operation), status)
    for service, operation in [("elbv2", "describe_load_balancers"), ("autoscaling", "describe_auto_scaling_groups"), ("rds", "describe_db_instances")]:
        fails(service, other_code, getattr(client(service), operation), cloudwatch_status)
    function_code, function_status = ("TooManyRequestsException", 429) if other_code == "Throttling" else (f"{other_code}Exception", cloudwatch_status)
    fails("lambda", function_code, client("lambda").list_functions, function_status)


def main(what):
    errors = botocore.exceptions
    broken = {
        "dropped": errors.ConnectionClosedError,
        "garbage": (botocore.parsers.ResponseParserError, ValueError),
        "hanging": errors.ReadTimeoutError,
    }
    if what == "operations":
        operations()
    elif what == "host-failure":
        host_failure()
    elif what == "denied":
        struck("UnauthorizedOperation", 403, "AccessDenied", 403, "AccessDenied", "AccessDeniedException")
        equal("who one is needs no permission", client("sts").get_caller_identity()["Account"], ACCOUNT)
    elif what == "expired":
        struck("RequestExpired", 400, "ExpiredToken", 403, "ExpiredToken", "ExpiredTokenException")
    elif what == "throttled":
        struck("RequestLimitExceeded", 503, "Throttling", 400, "Throttling", "ThrottlingException")
    else:
        for service, operation in [("ec2", "describe_instances"), ("cloudwatch", "describe_alarms"), ("sts", "get_caller_identity"), ("ssm", "describe_patch_groups"), ("backup", "list_backup_jobs"), ("elbv2", "describe_load_balancers"), ("lambda", "list_functions")]:
            try:
                getattr(client(service, read_timeout=1), operation)()
            except broken[what] as error:
                print(f"ok  {service}: {what}: {type(error).__name__}")
            else:
                sys.exit(f"FAILED: {service}: {what}: there was an answer")


signal.alarm(170)
main(sys.argv[2])
