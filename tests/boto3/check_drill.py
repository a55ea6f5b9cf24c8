"""boto3 as a client of the drill account: every operation, its pages, and its errors.

Usage: check_drill.py ENDPOINT operations|denied|expired|throttled|dropped|garbage|hanging
Prints each check; stops at the first that fails.
"""

import datetime
import signal
import sys

import boto3
import botocore.config
import botocore.exceptions
import botocore.parsers

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
    fails("an operation that is not there", "InvalidAction", lambda: ec2.describe_vpcs())
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
    fails("unknown volume", "InvalidVolumeID.NotFound", lambda: ec2.describe_volumes(VolumeIds=["vol-0123456789abcdef0"]))
    regions = {r["RegionName"]: r for r in ec2.describe_regions()["Regions"]}
    check("regions", {"eu-west-1", "us-east-1", "ap-northeast-1"} <= set(regions))
    equal("region endpoint", regions["eu-west-1"]["Endpoint"], "ec2.eu-west-1.amazonaws.com")
    every = {r["RegionName"]: r["OptInStatus"] for r in ec2.describe_regions(AllRegions=True)["Regions"]}
    check("regions not opted into", "not-opted-in" in every.values() and len(every) > len(regions))
    equal("one region", [r["RegionName"] for r in ec2.describe_regions(RegionNames=["eu-west-1"])["Regions"]], ["eu-west-1"])
    fails("unknown region", "InvalidParameterValue", lambda: ec2.describe_regions(RegionNames=["mars-1"]))


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


WIRE = ""


def operations():
    global WIRE
    identity()
    found = instances()
    statuses(found)
    images_volumes_regions(found)
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


def struck(ec2_code, ec2_status, cloudwatch_code, cloudwatch_status, other_code):
    fails("ec2", ec2_code, lambda: client("ec2").describe_instances(), ec2_status)
    fails("cloudwatch", cloudwatch_code, lambda: client("cloudwatch").describe_alarms(), cloudwatch_status)
    fails("iam", other_code, lambda: client("iam").list_account_aliases(), cloudwatch_status)


def main(what):
    errors = botocore.exceptions
    broken = {
        "dropped": errors.ConnectionClosedError,
        "garbage": (botocore.parsers.ResponseParserError, ValueError),
        "hanging": errors.ReadTimeoutError,
    }
    if what == "operations":
        operations()
    elif what == "denied":
        struck("UnauthorizedOperation", 403, "AccessDenied", 403, "AccessDenied")
        equal("who one is needs no permission", client("sts").get_caller_identity()["Account"], ACCOUNT)
    elif what == "expired":
        struck("RequestExpired", 400, "ExpiredToken", 403, "ExpiredToken")
    elif what == "throttled":
        struck("RequestLimitExceeded", 503, "Throttling", 400, "Throttling")
    else:
        for service, operation in [("ec2", "describe_instances"), ("cloudwatch", "describe_alarms"), ("sts", "get_caller_identity")]:
            try:
                getattr(client(service, read_timeout=1), operation)()
            except broken[what] as error:
                print(f"ok  {service}: {what}: {type(error).__name__}")
            else:
                sys.exit(f"FAILED: {service}: {what}: there was an answer")


signal.alarm(170)
main(sys.argv[2])
