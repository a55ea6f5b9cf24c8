"""boto3 as a client of what runbooks read of the drill account: `tests/boto3/check_drill.py` calls this."""


def answered(kit):
    """Every operation that is not asked elsewhere, about something that is there."""
    client, equal, check, fails = kit.client, kit.equal, kit.check, kit.fails
    waits = {"total_max_attempts": 12, "mode": "standard"}
    ec2, iam, ssm, backup, logs = (client(name, retries=waits) for name in ("ec2", "iam", "ssm", "backup", "logs"))
    groups = ec2.describe_security_groups()["SecurityGroups"]
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [groups[0]["GroupId"]]}])["SecurityGroupRules"]
    check("rules: one lets everything out", [rule for rule in rules if rule["IsEgress"] and rule["IpProtocol"] == "-1"], rules)
    permissions = sum(len(one["IpRanges"]) + len(one["UserIdGroupPairs"]) for one in groups[0]["IpPermissions"])
    equal("rules: as many as permissions", len([rule for rule in rules if not rule["IsEgress"]]), permissions)
    equal("flow logs: none", ec2.describe_flow_logs()["FlowLogs"], [])
    equal("peerings: none", ec2.describe_vpc_peering_connections()["VpcPeeringConnections"], [])
    fails("peerings", "InvalidVpcPeeringConnectionID.NotFound", lambda: ec2.describe_vpc_peering_connections(VpcPeeringConnectionIds=["pcx-00000000000000000"]))
    one = ec2.describe_instances(Filters=[{"Name": "instance-state-name", "Values": ["running"]}])["Reservations"][0]["Instances"][0]["InstanceId"]
    check("console output", "Linux version" in ec2.get_console_output(InstanceId=one)["Output"])
    check("console screenshot", ec2.get_console_screenshot(InstanceId=one)["ImageData"].startswith("/9j/"))
    fails("console output", "InvalidInstanceID.NotFound", lambda: ec2.get_console_output(InstanceId="i-00000000000000000"))
    alarms = client("cloudwatch")
    single = [alarm for alarm in alarms.describe_alarms()["MetricAlarms"] if alarm.get("MetricName")][0]
    of_metric = alarms.describe_alarms_for_metric(Namespace=single["Namespace"], MetricName=single["MetricName"], Dimensions=single["Dimensions"])
    check("alarms for a metric", single["AlarmName"] in [alarm["AlarmName"] for alarm in of_metric["MetricAlarms"]], of_metric)
    members = client("autoscaling").describe_auto_scaling_instances()["AutoScalingInstances"]
    check("members of groups", members and all(one["AutoScalingGroupName"] and one["HealthStatus"].isupper() for one in members), members)
    users(kit, iam)
    for name, key, least in [
        ("describe_maintenance_windows", "WindowIdentities", {}),
        ("describe_parameters", "Parameters", {}),
        ("list_commands", "Commands", {}),
        ("list_command_invocations", "CommandInvocations", {}),
    ]:
        equal(f"ssm {name}: none", getattr(ssm, name)(**least)[key], [])
    fails("ssm window", "DoesNotExistException", lambda: ssm.describe_maintenance_window_executions(WindowId="mw-00000000000000000"))
    fails("ssm invocation", "InvocationDoesNotExist", lambda: ssm.get_command_invocation(CommandId="00000000-0000-4000-8000-000000000000", InstanceId=one))
    item = ssm.create_ops_item(Title="t", Description="d", Source="check", Severity="2")
    check("ssm item", item["OpsItemId"].startswith("oi-"), item)
    nodes = ssm.describe_instance_information()["InstanceInformationList"]
    node = [one["InstanceId"] for one in nodes if ssm.describe_instance_patches(InstanceId=one["InstanceId"])["Patches"]][:1]
    items = ssm.list_compliance_items(ResourceIds=node, ResourceTypes=["ManagedInstance"])["ComplianceItems"]
    check("compliance", items and items[0]["ComplianceType"] == "Patch", items)
    backups(kit, backup)
    databases(kit, client("rds"))
    found = logs.describe_log_groups(logGroupNamePrefix="/shop/")["logGroups"]
    equal("log groups", [group["logGroupName"] for group in found], ["/shop/prod/checkout", "/shop/prod/payment", "/shop/prod/web"])
    fails("log stream", "ResourceNotFoundException", lambda: logs.get_log_events(logGroupName="/shop/prod/web", logStreamName="none"))
    search = {"startTime": 1777600000, "endTime": 1777603600, "queryString": "limit 1"}
    query = logs.start_query(logGroupName="/shop/prod/web", **search)["queryId"]
    equal("a search is over", logs.get_query_results(queryId=query)["status"], "Complete")
    fails("search", "ResourceNotFoundException", lambda: logs.get_query_results(queryId="00000000-0000-4000-8000-000000000000"))
    fails("search", "ResourceNotFoundException", lambda: logs.start_query(logGroupName="/none", **search))


def users(kit, iam):
    equal, check, fails = kit.equal, kit.check, kit.fails
    keys = iam.list_access_keys(UserName="ops-cli-user")["AccessKeyMetadata"]
    equal("keys", [key["Status"] for key in keys], ["Active"])
    fails("keys", "NoSuchEntity", lambda: iam.list_access_keys(UserName="nobody"), 404)
    fails("keys of a role", "ValidationError", iam.list_access_keys)
    used = iam.get_access_key_last_used(AccessKeyId=keys[0]["AccessKeyId"])
    equal("key: whose", used["UserName"], "ops-cli-user")
    fails("key of nobody", "AccessDenied", lambda: iam.get_access_key_last_used(AccessKeyId="AKIA2222222222222222"), 403)
    equal("devices", iam.list_mfa_devices(UserName="kenji")["MFADevices"], [])
    check("policies", iam.list_attached_user_policies(UserName="jenkins")["AttachedPolicies"])
    equal("inline policies", iam.list_user_policies(UserName="jenkins")["PolicyNames"], [])
    equal("groups", iam.list_groups_for_user(UserName="jenkins")["Groups"], [])
    role = iam.get_role(RoleName="OnCall")["Role"]
    equal("role: who may take it", role["AssumeRolePolicyDocument"]["Statement"][0]["Action"], "sts:AssumeRole")
    told = iam.simulate_principal_policy(PolicySourceArn=role["Arn"], ActionNames=["ec2:DescribeInstances", "ec2:RunInstances"])
    equal("what a role may", [one["EvalDecision"] for one in told["EvaluationResults"]], ["allowed", "implicitDeny"])
    rows = iam.get_credential_report()["Content"].decode().splitlines()
    check("credential report", rows[0].startswith("user,arn,") and all(row.count(",") == 21 for row in rows), rows)
    fails("access report", "NoSuchEntity", lambda: iam.get_service_last_accessed_details(JobId="00000000-0000-4000-8000-000000000000"), 404)
    all_of = iam.get_account_authorization_details()
    check("users", "ops-cli-user" in [user["UserName"] for user in all_of["UserDetailList"]])
    check("roles", "OnCall" in [role["RoleName"] for role in all_of["RoleDetailList"]])


def backups(kit, backup):
    equal, fails = kit.equal, kit.fails
    job = backup.list_backup_jobs(ByState="COMPLETED", MaxResults=1)["BackupJobs"][0]
    equal("job", backup.describe_backup_job(BackupJobId=job["BackupJobId"])["State"], "COMPLETED")
    point = {"BackupVaultName": job["BackupVaultName"], "RecoveryPointArn": job["RecoveryPointArn"]}
    equal("point", backup.describe_recovery_point(**point)["ResourceArn"], job["ResourceArn"])
    metadata = backup.get_recovery_point_restore_metadata(**point)
    equal("point: how to restore it", metadata["RestoreMetadata"], {"encrypted": "true" if job["IsEncrypted"] else "false"})
    fails("vault policy", "ResourceNotFoundException", lambda: backup.get_backup_vault_access_policy(BackupVaultName=job["BackupVaultName"]))
    equal("restores", backup.list_restore_jobs()["RestoreJobs"], [])
    fails("restore", "ResourceNotFoundException", lambda: backup.describe_restore_job(RestoreJobId="none"))


def databases(kit, rds):
    equal, check, fails = kit.equal, kit.check, kit.fails
    snapshots = rds.describe_db_snapshots()["DBSnapshots"]
    names = {one["DBInstanceIdentifier"] for one in snapshots}
    check("snapshots of databases", snapshots and all(one["Status"] == "available" for one in snapshots), snapshots)
    equal("one a night", len(snapshots) // len(names), 8)
    fails("snapshot", "DBSnapshotNotFound", lambda: rds.describe_db_snapshots(DBSnapshotIdentifier="none"), 404)
    equal("nothing is pending", rds.describe_pending_maintenance_actions()["PendingMaintenanceActions"], [])


def without_a_plan(kit):
    """Health and Support are closed."""
    health, support = kit.client("health", "us-east-1"), kit.client("support", "us-east-1")
    closed = "SubscriptionRequiredException"
    kit.fails("health", closed, health.describe_events, 400)
    kit.fails("support", closed, support.describe_severity_levels, 400)
    kit.fails("support", closed, support.describe_services, 400)
    kit.fails("support", closed, support.describe_cases, 400)
    case = {"subject": "s", "communicationBody": "b"}
    kit.fails("support", closed, lambda: support.create_case(**case), 400)


def with_a_plan(kit, retired):
    """Health tells of the host that is retired; a case is opened and seen."""
    client, equal, check, fails = kit.client, kit.equal, kit.check, kit.fails
    health, support = client("health", "us-east-1"), client("support", "us-east-1")
    events = health.describe_events(filter={"services": ["EC2"], "entityValues": [retired]})["events"]
    equal("health: one event", [event["eventTypeCode"] for event in events], ["AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED"])
    arns = [events[0]["arn"]]
    entities = health.describe_affected_entities(filter={"eventArns": arns})["entities"]
    equal("health: of the host", [entity["entityValue"] for entity in entities], [retired])
    details = health.describe_event_details(eventArns=[*arns, "arn:aws:health:x::event/none"])
    equal("health: one is known", (len(details["successfulSet"]), len(details["failedSet"])), (1, 1))
    equal("support: levels", [level["code"] for level in support.describe_severity_levels()["severityLevels"]], ["low", "normal", "high", "urgent"])
    services = support.describe_services()["services"]
    equal("support: services have categories", all(one["code"] and one["categories"] for one in services), True)
    equal("support: no case", support.describe_cases()["cases"], [])
    case = support.create_case(subject="s", communicationBody="b", severityCode="high")["caseId"]
    cases = support.describe_cases(caseIdList=[case])["cases"]
    equal("support: the case", [(one["severityCode"], one["recentCommunications"]["communications"][0]["body"]) for one in cases], [("high", "b")])
    fails("support: no case", "CaseIdNotFound", lambda: support.describe_cases(caseIdList=["case-none"]))
    check("trusted advisor", support.describe_trusted_advisor_check_result(checkId="Qch7DwouX1", language="en")["result"]["checkId"] == "Qch7DwouX1")
