//! The registry of reads, asked of the practice account: every operation is answered, by the actions that it says, in the
//! words of the AWS CLI; and what only a paid plan of AWS Support opens is said to be closed, and not called a failure of ours.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests, and the functions they share")]

use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::AtomicU32},
};

use serde_json::{Value as Json, json};
use toban::{
    aws::{
        Clients, Session, Settings,
        reads::ask,
        writes::{self, NewCase, NewItem},
    },
    drill::{Drill, Options},
    policy::FREE,
    problem::{Problem, ProblemKind, Remedy},
    reads::{self, Spec},
    scope::ScopeId,
};

struct Bench {
    drill: Drill,
    session: Arc<Session>,
    _clients: Clients,
}

/// A session on a practice account of its own, which has its own rates.
async fn open(scenario: &str) -> Bench {
    let now = Some("2026-05-01T03:04:05Z".parse().unwrap());
    let options = Options { scenario: scenario.to_owned(), now, ..Options::default() };
    let drill = Drill::open(&options).unwrap();
    let clock = drill.clone();
    let settings = Settings {
        http: Some(drill.http_client()),
        clock: Arc::new(move || clock.now()),
        ..Settings::default()
    };
    let scopes = Clients::plan(&settings);
    let clients = Clients::new(settings, &scopes);
    let session = clients.session(ScopeId(0)).await.unwrap();
    Bench { drill, session, _clients: clients }
}

impl Bench {
    async fn ask(&self, operation: &str, args: Json) -> Result<Json, Problem> {
        let spec = reads::find(operation).unwrap_or_else(|| panic!("{operation} is in the registry"));
        let question = reads::check_args(spec, &args)
            .unwrap_or_else(|problem| panic!("{operation} takes {args}: {problem:?}"));
        ask(&self.session, &question, &Arc::new(AtomicU32::new(0))).await
    }

    async fn told(&self, operation: &str, args: Json) -> Json {
        self.ask(operation, args).await.unwrap_or_else(|problem| panic!("{operation}: {problem}"))
    }

    /// The first of a list of an answer.
    async fn first(&self, operation: &str, list: &str) -> Json {
        let told = self.told(operation, Json::Null).await;
        told[list].get(0).unwrap_or_else(|| panic!("{operation} has some: {told}")).clone()
    }
}

const NO_ID: &str = "00000000-0000-4000-8000-000000000000";

/// Arguments with which an operation can be asked in the practice account, about something that is there where it is known.
#[expect(clippy::too_many_lines, clippy::match_same_arms, reason = "one table: a line for each operation")]
async fn args_for(bench: &Bench, spec: &Spec) -> Json {
    let service = spec.operation.split(':').next().unwrap();
    let instance = || async {
        bench.first("ec2:DescribeInstances", "Reservations").await["Instances"][0]["InstanceId"].clone()
    };
    let plan =
        || async { bench.first("backup:ListBackupPlans", "BackupPlansList").await["BackupPlanId"].clone() };
    let point = || async {
        let job =
            bench.told("backup:ListBackupJobs", json!({ "ByState": "COMPLETED", "MaxResults": 1 })).await;
        job["BackupJobs"][0].clone()
    };
    match spec.operation {
        "ec2:GetConsoleOutput" | "ec2:GetConsoleScreenshot" => json!({ "InstanceId": instance().await }),
        "ec2:DescribeLaunchTemplateVersions" => {
            let groups = bench.first("autoscaling:DescribeAutoScalingGroups", "AutoScalingGroups").await;
            json!({ "LaunchTemplateId": groups["LaunchTemplate"]["LaunchTemplateId"], "Versions": ["$Default"] })
        }
        "ec2:DescribeSnapshots" => json!({ "OwnerIds": ["self"] }),
        "ec2:DescribeImages" => json!({ "Owners": ["self"] }),
        "elbv2:DescribeListeners" => {
            let one = bench.first("elbv2:DescribeLoadBalancers", "LoadBalancers").await;
            json!({ "LoadBalancerArn": one["LoadBalancerArn"] })
        }
        "elbv2:DescribeRules" => {
            let one = bench.first("elbv2:DescribeLoadBalancers", "LoadBalancers").await;
            let of = json!({ "LoadBalancerArn": one["LoadBalancerArn"] });
            let listener = bench.told("elbv2:DescribeListeners", of).await;
            json!({ "ListenerArn": listener["Listeners"][0]["ListenerArn"] })
        }
        "elbv2:DescribeTargetHealth" => {
            let one = bench.first("elbv2:DescribeTargetGroups", "TargetGroups").await;
            json!({ "TargetGroupArn": one["TargetGroupArn"] })
        }
        "autoscaling:DescribeInstanceRefreshes" => {
            let one = bench.first("autoscaling:DescribeAutoScalingGroups", "AutoScalingGroups").await;
            json!({ "AutoScalingGroupName": one["AutoScalingGroupName"] })
        }
        "lambda:GetFunctionConfiguration" => json!({ "FunctionName": "thumbnailer" }),
        "cloudwatch:DescribeAlarmsForMetric" => {
            let one = bench
                .told("cloudwatch:DescribeAlarms", json!({ "AlarmNames": ["status-web-canary-1"] }))
                .await;
            let alarm = &one["MetricAlarms"][0];
            json!({
                "Namespace": alarm["Namespace"],
                "MetricName": alarm["MetricName"],
                "Dimensions": alarm["Dimensions"],
            })
        }
        "cloudwatch:GetMetricData" => json!({
            "StartTime": "-1h", "EndTime": "now",
            "MetricDataQueries": [{ "Id": "cpu", "MetricStat": {
                "Metric": {
                    "Namespace": "AWS/EC2",
                    "MetricName": "CPUUtilization",
                    "Dimensions": [{ "Name": "InstanceId", "Value": instance().await }],
                },
                "Period": 300, "Stat": "Average",
            }}],
        }),
        "cloudtrail:LookupEvents" => json!({
            "StartTime": "-2h", "EndTime": "now", "MaxResults": 50,
            "LookupAttributes": [{ "AttributeKey": "ReadOnly", "AttributeValue": "false" }],
        }),
        "cloudtrail:GetEventSelectors" => json!({ "TrailName": "shop-trail" }),
        "ssm:DescribeInstancePatchStates" => json!({ "InstanceIds": [instance().await] }),
        "ssm:DescribeInstancePatches" => json!({ "InstanceId": instance().await }),
        "ssm:GetPatchBaseline" => {
            let one = bench.first("ssm:DescribePatchGroups", "Mappings").await;
            json!({ "BaselineId": one["BaselineIdentity"]["BaselineId"] })
        }
        "ssm:DescribeMaintenanceWindowExecutions" => json!({ "WindowId": "mw-00000000000000000" }),
        "ssm:GetCommandInvocation" => json!({ "CommandId": NO_ID, "InstanceId": instance().await }),
        "backup:DescribeBackupJob" => json!({ "BackupJobId": point().await["BackupJobId"] }),
        "backup:ListRecoveryPointsByResource" => json!({ "ResourceArn": point().await["ResourceArn"] }),
        "backup:DescribeRecoveryPoint" | "backup:GetRecoveryPointRestoreMetadata" => {
            let point = point().await;
            json!({
                "BackupVaultName": point["BackupVaultName"],
                "RecoveryPointArn": point["RecoveryPointArn"],
            })
        }
        "backup:DescribeBackupVault" | "backup:GetBackupVaultAccessPolicy" => {
            json!({ "BackupVaultName": point().await["BackupVaultName"] })
        }
        "backup:ListBackupSelections" => json!({ "BackupPlanId": plan().await }),
        "backup:GetBackupSelection" => {
            let plan = plan().await;
            let told = bench.told("backup:ListBackupSelections", json!({ "BackupPlanId": plan })).await;
            json!({ "BackupPlanId": plan, "SelectionId": told["BackupSelectionsList"][0]["SelectionId"] })
        }
        "backup:DescribeRestoreJob" => json!({ "RestoreJobId": NO_ID }),
        "iam:GetInstanceProfile" => json!({ "InstanceProfileName": "web" }),
        "iam:GetRole" | "iam:ListAttachedRolePolicies" => json!({ "RoleName": "OnCall" }),
        "iam:GetAccessKeyLastUsed" => {
            let told = bench.told("iam:ListAccessKeys", json!({ "UserName": "ops-cli-user" })).await;
            json!({ "AccessKeyId": told["AccessKeyMetadata"][0]["AccessKeyId"] })
        }
        "iam:SimulatePrincipalPolicy" => json!({
            "PolicySourceArn": "arn:aws:iam::111122223333:role/OnCall",
            "ActionNames": ["ec2:DescribeInstances", "ec2:TerminateInstances"],
        }),
        "iam:GetServiceLastAccessedDetails" => json!({ "JobId": NO_ID }),
        "logs:GetLogEvents" => {
            json!({ "logGroupName": "/shop/prod/web", "logStreamName": "web-1", "startTime": "-1h" })
        }
        "logs:StartQuery" => json!({
            "logGroupName": "/shop/prod/web", "startTime": "-1h", "endTime": "now",
            "queryString": "filter @message like /error/ | limit 20",
        }),
        "health:DescribeEventDetails" => json!({ "eventArns": [NO_ID] }),
        "health:DescribeAffectedEntities" => json!({ "filter": { "eventArns": [NO_ID] } }),
        "support:DescribeTrustedAdvisorCheckResult" => json!({ "checkId": "Qch7DwouX1" }),
        // A day, in minutes: without it an hour is told.
        "rds:DescribeEvents" => json!({ "Duration": 1440 }),
        _ if service == "iam" && spec.args.iter().any(|arg| arg.name == "UserName") => {
            json!({ "UserName": "ops-cli-user" })
        }
        _ => Json::Null,
    }
}

/// Actions that belong to finding out what to ask about.
async fn asked_by(bench: &Bench, spec: &'static Spec) -> (Result<Json, Problem>, BTreeSet<String>) {
    let args = args_for(bench, spec).await;
    // On an account of its own, so that only this question is seen.
    let alone = open("host-failure").await;
    let told = alone.ask(spec.operation, args).await;
    let mut asked: BTreeSet<String> = alone.drill.asked().into_iter().collect();
    asked.retain(|action| !FREE.contains(&action.as_str()) || spec.action == action);
    (told, asked)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_is_answered_by_the_actions_that_it_says() {
    let mut silent = Vec::new();
    for spec in reads::all() {
        // Each asks what it needs of an account whose rates nobody else has used up.
        let bench = open("host-failure").await;
        let (told, asked) = asked_by(&bench, spec).await;
        let said: BTreeSet<String> = spec.actions().map(str::to_owned).collect();
        assert_eq!(asked, said, "{}", spec.operation);
        let told = match told {
            Ok(told) => told,
            // There is no stream, which is said: an empty list of lines would look like nothing to see.
            Err(problem) if spec.operation == "logs:GetLogEvents" => {
                assert!(problem.message.contains("log stream does not exist"), "{problem:?}");
                continue;
            }
            Err(problem) => panic!("{}: {problem:?}", spec.operation),
        };
        let object = told.as_object().unwrap_or_else(|| panic!("{}: {told}", spec.operation));
        for list in spec.lists {
            assert!(object.get(*list).is_some_and(Json::is_array), "{}: no {list}: {told}", spec.operation);
        }
        let empty = object.values().all(|value| value.as_array().is_some_and(Vec::is_empty));
        if empty {
            silent.push(spec.operation);
        }
    }
    // What the practice account has nothing of; anything else here would be a check that looks at nothing.
    let nothing = [
        "ec2:DescribeFlowLogs",
        "ec2:DescribeVpcPeeringConnections",
        "autoscaling:DescribeInstanceRefreshes",
        "health:DescribeAffectedEntities",
        "support:DescribeCases",
        "ssm:DescribeMaintenanceWindowExecutions",
        "ssm:DescribeMaintenanceWindows",
        "ssm:DescribeParameters",
        "ssm:GetCommandInvocation",
        "ssm:ListCommandInvocations",
        "ssm:ListCommands",
        "backup:DescribeRestoreJob",
        "backup:GetBackupVaultAccessPolicy",
        "backup:ListRestoreJobs",
        "rds:DescribePendingMaintenanceActions",
        "iam:GetServiceLastAccessedDetails",
        "iam:ListGroupsForUser",
        "iam:ListMFADevices",
        "iam:ListUserPolicies",
    ];
    let unexpected: Vec<_> = silent.iter().filter(|operation| !nothing.contains(*operation)).collect();
    assert!(unexpected.is_empty(), "nothing came back of {unexpected:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_in_the_words_of_the_cli_with_times_as_rfc_3339() {
    let bench = open("host-failure").await;
    let told = bench
        .told(
            "ec2:DescribeInstanceStatus",
            json!({ "Filters": [{ "Name": "event.code", "Values": ["instance-retirement"] }] }),
        )
        .await;
    let status = &told["InstanceStatuses"][0];
    assert_eq!(status["SystemStatus"]["Status"], "impaired", "{told}");
    let id = status["InstanceId"].clone();
    let told = bench.told("ec2:DescribeInstances", json!({ "InstanceIds": [id] })).await;
    let instance = &told["Reservations"][0]["Instances"][0];
    assert_eq!(instance["RootDeviceType"], "ebs", "{told}");
    let at: jiff::Timestamp = instance["LaunchTime"].as_str().unwrap().parse().unwrap();
    assert!(at < bench.drill.now());
    let told = bench.told("iam:GetRole", json!({ "RoleName": "OnCall" })).await;
    let trust = &told["Role"]["AssumeRolePolicyDocument"];
    assert_eq!(trust["Statement"][0]["Action"], "sts:AssumeRole", "a policy is told as JSON: {told}");
    let told = bench.told("ec2:GetConsoleOutput", json!({ "InstanceId": id })).await;
    let lines: Vec<&str> = told["Output"].as_str().unwrap().lines().collect();
    assert!(lines.len() > 3 && lines[0].contains("Linux version"), "{told}");
    let told = bench.told("logs:DescribeLogGroups", json!({ "logGroupNamePrefix": "/shop" })).await;
    let made = told["logGroups"][0]["creationTime"].as_str().unwrap();
    assert!(made.parse::<jiff::Timestamp>().is_ok(), "{told}");
    let told = bench.told("iam:GetCredentialReport", Json::Null).await;
    let users: Vec<&str> =
        told["Users"].as_array().unwrap().iter().map(|row| row["user"].as_str().unwrap()).collect();
    assert!(users.contains(&"<root_account>") && users.contains(&"ops-cli-user"), "{users:?}");
    let told = bench.told("cloudtrail:LookupEvents", json!({ "StartTime": "-1h", "MaxResults": 5 })).await;
    let event = &told["Events"][0];
    let record: Json = serde_json::from_str(event["CloudTrailEvent"].as_str().unwrap()).unwrap();
    assert_eq!(record["eventName"], event["EventName"], "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_pages_are_read_unless_the_question_says_how_many() {
    let bench = open("web-down").await;
    let whole = bench.told("ec2:DescribeVolumes", Json::Null).await;
    assert!(whole.get("NextToken").is_none());
    let count = whole["Volumes"].as_array().unwrap().len();
    let part = bench.told("ec2:DescribeVolumes", json!({ "MaxResults": 5 })).await;
    assert_eq!(part["Volumes"].as_array().unwrap().len(), 5);
    assert!(count > 5 && part["NextToken"].is_string(), "there is more, and that is said");
    // 50 events a page, and the service gives no more at once.
    let events = bench.told("cloudtrail:LookupEvents", json!({ "StartTime": "-3h" })).await;
    assert!(
        events["Events"].as_array().unwrap().len() > 50,
        "{}",
        events["Events"].as_array().unwrap().len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_is_left_out_and_the_others_are_told() {
    let bench = open("web-down").await;
    let one = bench.first("ec2:DescribeVolumes", "Volumes").await["VolumeId"].clone();
    let asked = json!({ "VolumeIds": ["vol-00000000000000000", one] });
    let told = bench.told("ec2:DescribeVolumes", asked).await;
    let ids: Vec<&Json> = told["Volumes"].as_array().unwrap().iter().map(|one| &one["VolumeId"]).collect();
    assert_eq!(ids, [&one]);
    let told = bench.told("iam:GetRole", json!({ "RoleName": "nobody" })).await;
    assert_eq!(told, json!({}));
    let search = json!({
        "logGroupName": "/gone", "startTime": "-1h", "endTime": "now", "queryString": "limit 1",
    });
    let problem = bench.ask("logs:StartQuery", search).await.unwrap_err();
    assert!(problem.message.contains("'/gone' does not exist"), "{problem:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_and_support_want_a_plan() {
    let bench = open("web-down").await;
    for (operation, args) in [
        ("health:DescribeEvents", Json::Null),
        ("health:DescribeEventDetails", json!({ "eventArns": [NO_ID] })),
        ("health:DescribeAffectedEntities", json!({ "filter": { "eventArns": [NO_ID] } })),
        ("support:DescribeServices", Json::Null),
        ("support:DescribeSeverityLevels", Json::Null),
        ("support:DescribeCases", Json::Null),
        ("support:DescribeTrustedAdvisorCheckResult", json!({ "checkId": "Qch7DwouX1" })),
    ] {
        let problem = bench.ask(operation, args).await.unwrap_err();
        assert_eq!((problem.kind, &problem.remedy), (ProblemKind::NotEnabled, &Remedy::SupportPlan));
        assert_eq!(problem.operation, operation);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn health_tells_of_the_host_and_a_case_is_opened_once() {
    let bench = open("host-failure").await;
    let filter = json!({ "filter": {
        "eventStatusCodes": ["open", "upcoming"], "regions": ["eu-west-1"],
        "lastUpdatedTimes": [{ "from": "-1h", "to": "now" }],
    }});
    let told = bench.told("health:DescribeEvents", filter).await;
    let event = &told["events"][0];
    assert_eq!(event["eventTypeCode"], "AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED", "{told}");
    assert!(event["startTime"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok(), "{told}");
    let arns = json!([event["arn"]]);
    let told =
        bench.told("health:DescribeAffectedEntities", json!({ "filter": { "eventArns": arns } })).await;
    assert!(told["entities"][0]["entityValue"].as_str().unwrap().starts_with("i-"), "{told}");
    let told = bench.told("health:DescribeEventDetails", json!({ "eventArns": arns })).await;
    let about = &told["successfulSet"][0]["eventDescription"]["latestDescription"];
    assert!(about.as_str().unwrap().contains("degraded hardware"), "{told}");
    let elsewhere = json!({ "filter": { "regions": ["ap-south-1"] } });
    assert_eq!(bench.told("health:DescribeEvents", elsewhere).await["events"], json!([]));

    let levels = bench.told("support:DescribeSeverityLevels", Json::Null).await;
    let codes: Vec<&Json> = levels["severityLevels"].as_array().unwrap().iter().map(|l| &l["code"]).collect();
    assert_eq!(codes, ["low", "normal", "high", "urgent"]);
    let case = NewCase {
        subject: "Host of i-0 is degraded".into(),
        body: "Since 02:56 UTC. Was stopped and started: no.".into(),
        service: "amazon-elastic-compute-cloud-linux".into(),
        category: "instance-issue".into(),
        severity: "urgent".into(),
        language: "en".into(),
    };
    let calls = Arc::new(AtomicU32::new(0));
    let id = writes::create_case(&bench.session, &case, &calls).await.unwrap();
    let told = bench.told("support:DescribeCases", json!({ "caseIdList": [id], "afterTime": "-1h" })).await;
    assert_eq!(
        (&told["cases"][0]["caseId"], &told["cases"][0]["subject"]),
        (&json!(id), &json!(case.subject))
    );
    let refused = NewCase { severity: "critical".into(), ..case };
    let problem = writes::create_case(&bench.session, &refused, &calls).await.unwrap_err();
    assert_eq!((problem.kind, problem.operation.as_str()), (ProblemKind::Other, "support:CreateCase"));
    assert_eq!(calls.load(std::sync::atomic::Ordering::Relaxed), 2, "one call each, and none again");

    let item = NewItem {
        title: "Host failure".into(),
        description: "See the incident.".into(),
        severity: "2".into(),
        resources: vec!["arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc".into()],
    };
    let id = writes::create_ops_item(&bench.session, &item, &calls).await.unwrap();
    assert!(id.starts_with("oi-"), "{id}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_refused_where_the_plan_does_not_open_them() {
    let bench = open("web-down").await;
    let case = NewCase {
        subject: "s".into(),
        body: "b".into(),
        service: "s".into(),
        category: "c".into(),
        severity: "low".into(),
        language: "ja".into(),
    };
    let problem = writes::create_case(&bench.session, &case, &Arc::default()).await.unwrap_err();
    assert_eq!((problem.kind, problem.remedy), (ProblemKind::NotEnabled, Remedy::SupportPlan));
}
