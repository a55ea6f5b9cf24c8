//! The policy is what the code asks for, no less and no more: compared with the calls in the source, and with what the
//! practice account is asked.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests, and the functions they share")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, OnceLock},
};

use jiff::Timestamp;
use regex::Regex;
use toban::{
    aws::{self, Clients, Session, Settings},
    drill::{Drill, Options},
    panes::{PANES, PaneId, Row, Source},
    policy::{self, BESIDE, BY_SOURCE, FREE, WRITES},
    problem::ProblemKind,
    reads,
    rows::{
        alarm::Alarm,
        described::{Described, What},
        instance::Instance,
        metric::{GRAPH_WINDOW, MetricStat, SeriesQuery},
        patch::Node,
    },
    runtime::{self, Rows},
    scope::ScopeId,
    trail::Store,
    triage::read::{Question, Read},
};

type Actions = BTreeSet<String>;

fn set<'a>(names: impl IntoIterator<Item = &'a str>) -> Actions {
    names.into_iter().map(str::to_owned).collect()
}

/// What may be called: the policy, what needs no permission or another's, and what an operator does by a key.
fn known() -> Actions {
    let beside = set(FREE).into_iter().chain(set(BY_SOURCE)).chain(set(WRITES));
    set(policy::actions()).into_iter().chain(beside).collect()
}

/// The IAM prefix of an SDK crate's name, where it is another word. Those of panes to come are here too, so that they
/// cannot be forgotten.
const PREFIXES: [(&str, &str); 3] =
    [("cloudwatchlogs", "logs"), ("costexplorer", "ce"), ("elasticloadbalancingv2", "elasticloadbalancing")];

/// Operations whose IAM action has another name (`aws-facts.md`, "IAM if different"), or is spelt otherwise than the SDK's
/// word would make it. Of the former none is called today.
const RENAMED: [(&str, &str); 13] = [
    ("iam:ListMfaDevices", "iam:ListMFADevices"),
    ("rds:DescribeDbClusters", "rds:DescribeDBClusters"),
    ("rds:DescribeDbInstances", "rds:DescribeDBInstances"),
    ("rds:DescribeDbSnapshots", "rds:DescribeDBSnapshots"),
    ("budgets:DescribeBudgets", "budgets:ViewBudget"),
    ("s3:GetBucketEncryption", "s3:GetEncryptionConfiguration"),
    ("s3:GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration"),
    ("s3:GetBucketReplication", "s3:GetReplicationConfiguration"),
    ("s3:GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration"),
    ("s3:GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"),
    ("s3:ListBuckets", "s3:ListAllMyBuckets"),
    ("securityhub:GetFindingStatisticsV2", "securityhub:GetAdhocInsightResults"),
    ("securityhub:GetFindingsV2", "securityhub:GetFindings"),
];

/// `describe_instances` of `ec2` as `ec2:DescribeInstances`.
fn action(client: &str, method: &str) -> String {
    let prefix = PREFIXES.iter().find(|(name, _)| *name == client).map_or(client, |(_, prefix)| prefix);
    let operation: String = method
        .split('_')
        .map(|word| word.chars().next().into_iter().flat_map(char::to_uppercase).chain(word.chars().skip(1)))
        .flat_map(Iterator::collect::<Vec<_>>)
        .collect();
    let name = format!("{prefix}:{operation}");
    RENAMED.iter().find(|(from, _)| *from == name).map_or(name.clone(), |(_, to)| (*to).to_owned())
}

/// The program's part of every file of `src/aws`, by name.
fn sources() -> BTreeMap<String, String> {
    fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).unwrap().flatten() {
            if entry.path().is_dir() { walk(&entry.path(), found) } else { found.push(entry.path()) }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = vec![root.join("src/aws.rs")];
    walk(&root.join("src/aws"), &mut found);
    let named = found.into_iter().map(|path| {
        let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(path).unwrap();
        let program = text.split_once("#[cfg(test)]\nmod tests {").map_or(&*text, |(program, _)| program);
        (name, program.to_owned())
    });
    named.filter(|(name, _)| !name.contains("/tests")).collect()
}

/// The clients that a session has: the name there, and the SDK crate's.
fn clients() -> &'static BTreeMap<String, String> {
    static CLIENTS: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    CLIENTS.get_or_init(|| {
        let session = &sources()["src/aws/session.rs"];
        let client = Regex::new(r"fn ([a-z0-9_]+)\(&self\) -> &aws_sdk_([a-z0-9]+)::Client").unwrap();
        client.captures_iter(session).map(|found| (found[1].to_owned(), found[2].to_owned())).collect()
    })
}

/// The operations that a text calls on clients of the SDK.
fn called(text: &str) -> Actions {
    let by_session = Regex::new(r"\b([a-z0-9_]+)\(\)\s*\.([a-z0-9_]+)\(").unwrap();
    let by_client = Regex::new(r"\baws_sdk_([a-z0-9]+)::Client::new\([^()]*\)\s*\.([a-z0-9_]+)\(").unwrap();
    let by_session =
        by_session.captures_iter(text).filter_map(|found| Some(action(clients().get(&found[1])?, &found[2])));
    let by_client = by_client.captures_iter(text).map(|found| action(&found[1], &found[2]));
    by_session.chain(by_client).collect()
}

#[test]
fn the_policy_is_what_the_source_calls() {
    let sources = sources();
    let others = || sources.iter().filter(|(name, _)| !name.starts_with("src/aws/trial"));
    let calls: Actions = others().flat_map(|(_, text)| called(text)).collect();
    let known = known();
    let missing: Vec<_> = calls.difference(&known).collect();
    assert!(missing.is_empty(), "called, and in no pane's list nor beside them: {missing:?}");
    let idle: Vec<_> = known.difference(&calls).collect();
    assert!(idle.is_empty(), "in the policy, and never called: {idle:?}");
    // A client under another name would be overlooked above.
    for (name, text) in others().filter(|(_, text)| {
        text.contains("ask!(") || text.contains("seek!(") || text.contains(".customize()")
    }) {
        let macros = ["src/aws.rs", "src/aws/pages.rs", "src/aws/reads/call.rs"].contains(&name.as_str());
        assert!(macros || !called(text).is_empty(), "{name} calls AWS in a way that this test does not see");
    }
    assert!(calls.len() > 20, "{calls:?}");
}

#[test]
fn an_operation_is_called_in_problems_and_budgets_by_its_iam_action() {
    let known = known();
    let named = Regex::new(r#""([a-z0-9-]+:[A-Z][A-Za-z]+)""#).unwrap();
    // Not AWS's: what goes wrong in files. And what the SDK itself asks on the way to credentials.
    let ours = |name: &str| name.starts_with("config:") || name == "sso:GetRoleCredentials";
    for (file, text) in sources() {
        for name in named.captures_iter(&text).map(|found| found[1].to_owned()).filter(|n| !ours(n)) {
            let known = known.contains(&name) || reads::find(&name).is_some();
            assert!(known, "{file} names {name}, which is no action of the policy");
        }
    }
}

#[test]
fn doctor_tries_every_action_of_the_policy_once() {
    let trials: Vec<&str> = aws::trial::TRIALS.iter().map(|trial| trial.action).collect();
    assert_eq!(trials, policy::actions(), "one trial for each action, in their order");
    // Each by its own operation.
    let sources = sources();
    let trials = sources.iter().filter(|(name, _)| name.starts_with("src/aws/trial"));
    let tried: Actions = trials.flat_map(|(_, text)| called(text)).collect();
    assert_eq!(tried, set(policy::actions()));
}

#[test]
fn it_fits_one_managed_policy_and_is_a_policy() {
    let document = serde_json::to_value(policy::document()).unwrap();
    let chars = document.to_string().chars().filter(|c| !c.is_whitespace()).count();
    assert!(chars <= policy::MOST_CHARS, "{chars} characters");
    assert_eq!(document["Version"], "2012-10-17");
    let mut sids = BTreeSet::new();
    for statement in document["Statement"].as_array().unwrap() {
        let sid = statement["Sid"].as_str().unwrap();
        assert!(sids.insert(sid), "{sid} twice");
        assert!(sid.chars().all(|c| c.is_ascii_alphanumeric()), "{sid}");
        assert_eq!((&statement["Effect"], &statement["Resource"]), (&"Allow".into(), &"*".into()));
        let actions: Vec<&str> =
            statement["Action"].as_array().unwrap().iter().map(|a| a.as_str().unwrap()).collect();
        assert!(!actions.is_empty() && actions.is_sorted(), "{sid}: {actions:?}");
    }
    for pane in PANES.iter().filter(|pane| pane.source == Source::Fetched) {
        assert!(sids.contains(format!("Toban{}", pane.name).as_str()), "no statement for {}", pane.name);
    }
    assert!(sids.contains("TobanTriage") && sids.contains("TobanRunbooks"));
    assert!(BESIDE.is_sorted_by_key(|beside| beside.action));
}

#[test]
fn it_only_reads() {
    for action in policy::actions() {
        let (_, operation) = action.split_once(':').unwrap();
        let reads = ["Describe", "Get", "List", "Lookup"].iter().any(|verb| operation.starts_with(verb));
        // These read, too: a search of logs, and what a principal could do.
        let by_another_name = ["logs:StartQuery", "iam:SimulatePrincipalPolicy"].contains(&action);
        assert!(reads || by_another_name, "{action}");
        assert!(!WRITES.contains(&action), "{action} changes something");
    }
}

#[test]
fn the_command_prints_it_without_any_credentials() {
    let run = |args: &[&str]| {
        let home = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_toban"));
        let output = command.args(args).env_clear().env("HOME", home.path()).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let printed: serde_json::Value = serde_json::from_str(&run(&["policy"])).unwrap();
    assert_eq!(printed, serde_json::to_value(policy::document()).unwrap());
    let names = run(&["policy", "--actions"]);
    assert_eq!(names.lines().collect::<Vec<_>>(), policy::actions());
}

/// A session on a practice account of its own, which has its own rates.
async fn open(scenario: &str) -> (Drill, Clients, Arc<Session>) {
    let options = Options { scenario: scenario.to_owned(), ..Options::default() };
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
    (drill, clients, session)
}

/// Everything that a pane asks: its rows, and what its pages and graphs ask besides.
async fn ask_all(pane: PaneId, scenario: &str) -> Actions {
    let (drill, clients, session) = open(scenario).await;
    let now: Timestamp = drill.now();
    let (store, mut rows) = (Store::in_memory(), Vec::new());
    let wish = Rows::whole(&clients, &session);
    let report = runtime::fetch(&session, pane, wish, now, &store, |more| rows.extend(more)).await;
    assert!(report.problems.is_empty(), "{pane:?}: {:?}", report.problems);
    let of_first = |read: &dyn Fn(&dyn std::any::Any) -> Option<String>| {
        rows.iter().find_map(|row: &Arc<dyn Row>| read(row.as_any()))
    };
    match pane {
        PaneId::Alarms => {
            let alarm = of_first(&|row| Some(row.downcast_ref::<Alarm>()?.name.clone()));
            aws::cloudwatch::history(&session, &alarm.unwrap(), 5).await.unwrap();
            graph(&session, now).await;
        }
        PaneId::Instances => {
            assert!(of_first(&|row| Some(row.downcast_ref::<Instance>()?.id.clone())).is_some());
            graph(&session, now).await;
            let pages =
                [What::Volume, What::SecurityGroup, What::Subnet, What::Vpc, What::Image, What::Interface];
            for what in pages {
                let told = aws::ec2::describe(&session, what, "none").await;
                assert_eq!(told, Ok(Described::Gone), "{what:?}");
            }
        }
        PaneId::Patches => {
            let node = of_first(&|row| Some(row.downcast_ref::<Node>()?.id.clone()));
            aws::ssm::patch_items(&session, &node.unwrap()).await.unwrap();
        }
        PaneId::Board | PaneId::Incidents | PaneId::Backups | PaneId::Events | PaneId::Duties => {}
    }
    set(drill.asked().iter().map(String::as_str))
}

async fn graph(session: &Session, now: Timestamp) {
    let cpu = MetricStat {
        namespace: "AWS/EC2".into(),
        name: "CPUUtilization".into(),
        stat: "Average".into(),
        period: 300,
        ..MetricStat::default()
    };
    aws::cloudwatch::series(session, &[SeriesQuery::Stat(cpu)], now - GRAPH_WINDOW, now).await;
}

/// What a question can be about, though there is none of it.
const fn nobody(read: Read) -> &'static str {
    const ELB: &str =
        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/none/0000000000000000";
    const GROUP: &str =
        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/none/0000000000000000";
    const LISTENER: &str = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/none/0000000000000000/0000000000000000";
    match read {
        Read::Instances | Read::InstanceStatus | Read::Addresses => "i-00000000000000000",
        Read::SecurityGroups => "sg-00000000000000000",
        Read::Subnets => "subnet-00000000000000000",
        Read::RouteTables
        | Read::NetworkAcls
        | Read::InternetGateways
        | Read::NatGateways
        | Read::VpcEndpoints => "vpc-00000000000000000",
        Read::Volumes | Read::VolumeStatus => "vol-00000000000000000",
        Read::LaunchTemplateVersions => "lt-00000000000000000",
        Read::TargetGroups | Read::TargetHealth => GROUP,
        Read::TargetGroupsOf | Read::LoadBalancers | Read::Listeners => ELB,
        Read::ListenerRules => LISTENER,
        Read::HealthEvents => "eu-west-1",
        Read::HealthEntities => "arn:aws:health:eu-west-1::event/EC2/AWS_EC2_NONE/AWS_EC2_NONE_0",
        Read::InstanceProfile
        | Read::RolePolicies
        | Read::AutoScalingGroups
        | Read::ScalingActivities
        | Read::InstanceRefreshes
        | Read::DbInstances
        | Read::DbClusters
        | Read::DbEvents
        | Read::Function
        | Read::EventSources => "none",
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_explanation_asks_what_it_says_and_nothing_else() {
    for read in Read::ALL {
        let (drill, _clients, session) = open("web-down").await;
        let calls = Arc::default();
        let told = aws::reads::read(&session, &Question::one(read, nobody(read)), &calls).await;
        let mut asked = set(drill.asked().iter().map(String::as_str));
        asked.retain(|action| !FREE.contains(&action.as_str()));
        // The practice account may not have the service, and then understands no request, or not this operation.
        if asked.is_empty() {
            assert!(told.is_err(), "{read:?} was not asked: {told:?}");
            continue;
        }
        assert_eq!(asked, set([read.action()]), "{read:?}");
        if let Err(problem) = told {
            assert_eq!((problem.kind, problem.operation.as_str()), (ProblemKind::NotEnabled, read.action()));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pane_asks_what_it_says_and_nothing_else() {
    for pane in PANES {
        let said = set(pane.iam.iter().copied());
        let mut asked = Actions::new();
        for scenario in ["web-down", "host-failure"] {
            asked.extend(ask_all(pane.id, scenario).await);
        }
        asked.retain(|action| !FREE.contains(&action.as_str()));
        assert_eq!(asked, said, "{}: asked of the practice account, and said in the table", pane.name);
    }
}
