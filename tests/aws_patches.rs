//! Patches from a server that answers as EC2 and SSM do: agents and patch states in pages and batches, joined with the
//! list of instances, and what remains when parts of it fail.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod aws_stub;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use aws_stub::{Answer, Asked, KEYS, Stub, session, settings};
use serde_json::{Value, json};
use toban::{
    aws::{
        Report, Session, Settings,
        ec2::{FirstPage, instances, known_instances},
        ssm::{nodes, patch_items},
    },
    problem::{ProblemKind, Remedy},
    rows::{
        instance::{Instance, Ssm},
        patch::{Asked as Fact, Compliance, Node},
    },
};

const NS: &str = "xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"";
/// 2026-05-01T03:04:05Z.
const NOW: i64 = 1_777_604_645;

/// One machine of the server's truth.
#[derive(Debug, Clone, Default)]
struct Machine {
    id: String,
    /// In EC2's list, in this state.
    state: Option<&'static str>,
    profile: bool,
    /// Its tag `Patch Group`.
    group: Option<&'static str>,
    /// In SSM's list, with this ping status.
    ping: Option<&'static str>,
    /// Missing patches; none: never scanned.
    missing: Option<u32>,
    /// SSM named it and knows it no more.
    vanished: bool,
}

fn machine(id: impl Into<String>) -> Machine {
    Machine {
        id: id.into(),
        state: Some("running"),
        profile: true,
        ping: Some("Online"),
        missing: Some(0),
        ..Machine::default()
    }
}

fn instance_id(n: usize) -> String {
    format!("i-{n:017x}")
}

#[derive(Debug, Clone, Default)]
struct Region {
    machines: Vec<Machine>,
    /// Operations that are answered with this error code.
    refused: BTreeMap<&'static str, &'static str>,
}

/// `DescribeInstanceInformation`, of EC2 and SSM alike.
fn operation(asked: &Asked) -> String {
    match asked.headers.get("x-amz-target") {
        Some(target) => target.trim_start_matches("AmazonSSM.").to_owned(),
        None => asked.action().to_owned(),
    }
}

fn body(asked: &Asked) -> Value {
    serde_json::from_slice(&asked.body).unwrap_or_default()
}

fn json_answer(status: u16, body: &Value) -> Answer {
    let headers = vec![("content-type", "application/x-amz-json-1.1")];
    Answer { status, headers, body: body.to_string().into(), after: Duration::ZERO }
}

fn error(code: &str) -> Answer {
    json_answer(400, &json!({"__type": code, "message": "as the test wants it"}))
}

impl Region {
    fn new(machines: impl IntoIterator<Item = Machine>) -> Self {
        Self { machines: machines.into_iter().collect(), ..Self::default() }
    }

    fn refusing(mut self, operation: &'static str, code: &'static str) -> Self {
        self.refused.insert(operation, code);
        self
    }

    fn answer(&self, asked: &Asked) -> Answer {
        let operation = operation(asked);
        if let Some(code) = self.refused.get(operation.as_str()) {
            let ec2 = !asked.headers.contains_key("x-amz-target");
            return if ec2 { Answer::ec2_error(403, code, "as the test wants it") } else { error(code) };
        }
        match operation.as_str() {
            "DescribeInstances" => self.instances(asked),
            "DescribeInstanceStatus" => Answer::xml(
                200,
                format!(
                    "<DescribeInstanceStatusResponse {NS}><instanceStatusSet/></DescribeInstanceStatusResponse>"
                ),
            ),
            "DescribeInstanceInformation" => self.agents(asked),
            "DescribeInstancePatchStates" => self.states(asked),
            "DescribePatchBaselines" => json_answer(
                200,
                &json!({"BaselineIdentities": [
                    {"BaselineId": "arn:aws:ssm:eu-west-1:075727635805:patchbaseline/pb-default", "BaselineName": "AWS-Default"},
                    {"BaselineId": "pb-own", "BaselineName": "own\u{1b}[31m"},
                ]}),
            ),
            "DescribePatchGroups" => json_answer(
                200,
                &json!({"Mappings": [
                    {"PatchGroup": "web", "BaselineIdentity": {"BaselineId": "pb-own", "BaselineName": "own"}},
                    {"PatchGroup": "mixed", "BaselineIdentity": {"BaselineId": "pb-own", "BaselineName": "own"}},
                    {"PatchGroup": "mixed", "BaselineIdentity": {"BaselineId": "pb-default", "BaselineName": "AWS-Default"}},
                ]}),
            ),
            other => error(other),
        }
    }

    fn instances(&self, asked: &Asked) -> Answer {
        let size: usize = asked.field("MaxResults").parse().unwrap_or(1000);
        let from: usize = asked.field("NextToken").parse().unwrap_or(0);
        let all: Vec<&Machine> = self.machines.iter().filter(|m| m.state.is_some()).collect();
        let mut items = String::new();
        for m in all.iter().skip(from).take(size) {
            let profile = if m.profile {
                "<iamInstanceProfile><arn>arn:aws:iam::111122223333:instance-profile/web</arn></iamInstanceProfile>"
            } else {
                ""
            };
            let group = m
                .group
                .map_or(String::new(), |g| format!("<item><key>Patch Group</key><value>{g}</value></item>"));
            let _ = write!(
                items,
                "<item><ownerId>111122223333</ownerId><instancesSet><item><instanceId>{}</instanceId><instanceState><name>{}\
                 </name></instanceState><launchTime>2026-04-01T00:00:00.000Z</launchTime>{profile}<tagSet><item><key>Name\
                 </key><value>name of {}</value></item>{group}</tagSet></item></instancesSet></item>",
                m.id,
                m.state.unwrap(),
                m.id,
            );
        }
        let to = from + size;
        let token = if to < all.len() { format!("<nextToken>{to}</nextToken>") } else { String::new() };
        Answer::xml(
            200,
            format!(
                "<DescribeInstancesResponse {NS}><reservationSet>{items}</reservationSet>{token}</DescribeInstancesResponse>"
            ),
        )
    }

    fn agents(&self, asked: &Asked) -> Answer {
        let body = body(asked);
        let size = usize::try_from(body["MaxResults"].as_u64().unwrap()).unwrap();
        let from: usize = body["NextToken"].as_str().map_or(0, |t| t.parse().unwrap());
        let all: Vec<&Machine> = self.machines.iter().filter(|m| m.ping.is_some()).collect();
        let list: Vec<Value> = all
            .iter()
            .skip(from)
            .take(size)
            .map(|m| {
                json!({
                    "InstanceId": m.id, "PingStatus": m.ping.unwrap(), "LastPingDateTime": NOW - 120,
                    "AgentVersion": "3.3.859.0", "PlatformType": "Linux", "PlatformName": "Amazon Linux",
                    "PlatformVersion": "2023", "ComputerName": format!("host of {}", m.id),
                })
            })
            .collect();
        let to = from + size;
        let mut answer = json!({"InstanceInformationList": list});
        if to < all.len() {
            answer["NextToken"] = json!(to.to_string());
        }
        json_answer(200, &answer)
    }

    fn states(&self, asked: &Asked) -> Answer {
        let ids = ids_of(asked);
        let of = |id: &String| self.machines.iter().find(|m| m.id == *id);
        if ids.is_empty() || ids.len() > 50 {
            return error("ValidationException");
        }
        if ids.iter().any(|id| of(id).is_none_or(|m| m.vanished)) {
            return error("InvalidInstanceId");
        }
        let states: Vec<Value> = ids
            .iter()
            .filter_map(|id| {
                let missing = of(id)?.missing?;
                Some(json!({
                    "InstanceId": id, "PatchGroup": "", "BaselineId": "pb-default", "Operation": "Scan",
                    "OperationStartTime": NOW - 4000, "OperationEndTime": NOW - 3600, "MissingCount": missing,
                    "CriticalNonCompliantCount": missing / 2, "InstalledCount": 100,
                }))
            })
            .collect();
        json_answer(200, &json!({"InstancePatchStates": states}))
    }
}

fn ids_of(asked: &Asked) -> Vec<String> {
    let body = body(asked);
    body["InstanceIds"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

async fn serve(region: Region) -> Stub {
    Stub::start(move |asked| region.answer(asked)).await
}

/// A session whose clock stands at [`NOW`].
async fn at_now(stub: &Stub) -> Arc<Session> {
    let now = jiff::Timestamp::from_second(NOW).unwrap();
    let clock = Settings { clock: Arc::new(move || now), ..settings(&stub.url, KEYS, "test") };
    session(clock).await.unwrap()
}

/// What was asked of an operation.
fn of<'a>(asked: &'a [Asked], name: &str) -> Vec<&'a Asked> {
    asked.iter().filter(|a| operation(a) == name).collect()
}

async fn listed(session: &Arc<Session>) -> (BTreeMap<String, Node>, Report) {
    let mut rows = Vec::new();
    let report = nodes(session, false, &mut |batch| rows.extend(batch)).await;
    let count = rows.len();
    let by_id: BTreeMap<String, Node> = rows.into_iter().map(|n| (n.id.clone(), n)).collect();
    assert_eq!(by_id.len(), count, "a machine came twice");
    (by_id, report)
}

fn told(report: &Report) -> Vec<(&str, ProblemKind)> {
    report.problems.iter().map(|p| (p.operation.as_str(), p.kind)).collect()
}

fn status(node: &Node) -> Option<&'static str> {
    node.compliance().map(Compliance::word)
}

/// 2,345 instances, some not managed, some never scanned, some terminated, and five machines elsewhere.
fn fleet() -> Vec<Machine> {
    let mut machines: Vec<Machine> = (0..2345)
        .map(|n| Machine {
            ping: (n % 10 != 0).then_some(if n % 13 == 0 { "ConnectionLost" } else { "Online" }),
            missing: (n % 7 != 0).then(|| u32::try_from(n % 4).unwrap()),
            state: Some(if n % 101 == 100 { "terminated" } else { "running" }),
            ..machine(instance_id(n))
        })
        .collect();
    machines.extend((0..5).map(|n| Machine { state: None, ..machine(format!("mi-{n:017x}")) }));
    machines
}

#[tokio::test(flavor = "multi_thread")]
async fn every_machine_of_a_large_fleet_is_right_within_the_budget() {
    let machines = fleet();
    let stub = serve(Region::new(machines.clone())).await;
    let session = at_now(&stub).await;
    let started = Instant::now();
    let (rows, report) = listed(&session).await;
    let took = started.elapsed();
    assert_eq!(report.problems, []);
    assert!(report.complete);

    let expected: Vec<&Machine> = machines.iter().filter(|m| m.state != Some("terminated")).collect();
    assert_eq!(rows.len(), expected.len());
    for m in expected {
        let row = &rows[&m.id];
        let wanted = match (m.ping, m.missing) {
            (None, _) => "unmanaged",
            (_, None) => "not_scanned",
            (_, Some(0)) => "compliant",
            _ => "non_compliant",
        };
        assert_eq!(status(row), Some(wanted), "{m:?}");
        let missing = m.missing.filter(|_| m.ping.is_some());
        assert_eq!(row.scan.found().map(|s| s.missing), missing, "{m:?}");
        assert_eq!(row.agent.found().map(|a| a.ping.as_str()), m.ping);
        let from = if m.state.is_some() { "name" } else { "host" };
        assert_eq!(row.name, format!("{from} of {}", m.id));
        assert_eq!(row.baseline_name.as_deref(), missing.map(|_| "AWS-Default"));
    }

    let asked = stub.asked();
    let managed: Vec<&str> = machines.iter().filter(|m| m.ping.is_some()).map(|m| m.id.as_str()).collect();
    let batches = of(&asked, "DescribeInstancePatchStates");
    let ids: Vec<String> = batches.iter().flat_map(|a| ids_of(a)).collect();
    assert!(batches.iter().all(|a| ids_of(a).len() <= 50));
    assert_eq!(ids.iter().map(String::as_str).collect::<BTreeSet<_>>(), managed.iter().copied().collect());
    assert_eq!(ids.len(), managed.len(), "each machine is asked about once");
    let pages = managed.len().div_ceil(50);
    assert_eq!((batches.len(), of(&asked, "DescribeInstanceInformation").len()), (pages, pages));
    assert_eq!(of(&asked, "DescribeInstances").len(), 3);
    assert_eq!(usize::try_from(report.calls).unwrap(), asked.len());

    // Four a second of each operation and no more, and the two side by side rather than one after the other.
    for name in ["DescribeInstancePatchStates", "DescribeInstanceInformation"] {
        let times: Vec<Instant> = of(&asked, name).iter().map(|a| a.at).collect();
        let (first, last) = (times.iter().min().unwrap(), times.iter().max().unwrap());
        let within = last.duration_since(*first);
        // A call may be late on its way to the server and the others not.
        let shortest = Duration::from_millis(250) * u32::try_from(times.len() - 1).unwrap() * 9 / 10;
        assert!(within >= shortest, "{name}: {} calls within {within:?}", times.len());
    }
    let one_after_the_other = Duration::from_millis(250) * u32::try_from(2 * pages - 2).unwrap();
    assert!(took < one_after_the_other, "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_listing_of_instances_serves_all_who_ask() {
    let stub = serve(Region::new((0..1500).map(|n| Machine { ping: None, ..machine(instance_id(n)) }))).await;
    let session = at_now(&stub).await;
    let calls = Arc::new(AtomicU32::new(0));
    let mut listed_rows: Vec<Arc<Instance>> = Vec::new();
    let mut sink = |batch: Vec<Arc<Instance>>| listed_rows = batch;
    let (listing, (rows, report), known, again) = tokio::join!(
        biased;
        instances(&session, FirstPage::Full, false, &mut sink),
        listed(&session),
        known_instances(&session, &calls),
        known_instances(&session, &calls),
    );
    assert!(report.complete && listing.complete && known.problem.is_none() && again.problem.is_none());
    assert_eq!((rows.len(), known.rows.len(), listed_rows.len()), (1500, 1500, 1500));
    assert_eq!(of(&stub.asked(), "DescribeInstances").len(), 2, "two pages, once");
    assert_eq!(calls.load(Ordering::Relaxed), 0);

    // And the next who needs them has them.
    let before = stub.asked().len();
    let (rows, report) = listed(&session).await;
    assert_eq!((rows.len(), report.calls), (1500, 1), "agents alone");
    assert_eq!(of(&stub.asked()[before..], "DescribeInstances").len(), 0);
    let found = known_instances(&session, &calls).await;
    assert!(Arc::ptr_eq(found.get(&instance_id(7)).unwrap(), known.get(&instance_id(7)).unwrap()));
    assert!(found.get("i-none").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_vanishes_between_two_answers_loses_nobody_else() {
    let mut machines: Vec<Machine> = (0..60).map(|n| machine(instance_id(n))).collect();
    // One that EC2 has and SSM let go of, one that is nowhere any more, one outside EC2.
    machines[3].vanished = true;
    machines[40] = Machine { vanished: true, state: None, ..machine(instance_id(40)) };
    machines.push(Machine { vanished: true, state: None, ..machine("mi-0123") });
    let stub = serve(Region::new(machines)).await;
    let (rows, report) = listed(&at_now(&stub).await).await;
    assert!(report.complete && report.problems.is_empty(), "{report:?}");
    assert_eq!(rows.len(), 59);
    let fine = rows.values().filter(|n| status(n) == Some("compliant")).count();
    assert_eq!((fine, status(&rows[&instance_id(3)])), (58, Some("unmanaged")));
    assert!(!rows.contains_key(&instance_id(40)) && !rows.contains_key("mi-0123"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_denies_every_machine_is_not_asked_about_each() {
    let machines = (0..60).map(|n| Machine { vanished: true, ..machine(instance_id(n)) });
    let stub = serve(Region::new(machines)).await;
    let (rows, report) = listed(&at_now(&stub).await).await;
    assert_eq!(rows.len(), 60);
    assert_eq!(told(&report), [("ssm:DescribeInstancePatchStates", ProblemKind::Other)]);
    let asked = of(&stub.asked(), "DescribeInstancePatchStates").len();
    assert!(asked < 40, "{asked} questions about 60 machines");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_a_row_and_who_is_not() {
    let machines = [
        machine("i-00000001"),
        // EC2 still lists it, SSM too.
        Machine { state: Some("terminated"), ping: Some("ConnectionLost"), ..machine("i-00000002") },
        Machine { state: Some("shutting-down"), ..machine("i-00000003") },
        // Gone from EC2's list, remembered by SSM.
        Machine { state: None, ping: Some("ConnectionLost"), ..machine("i-00000004") },
        // Not in EC2's list yet.
        Machine { state: None, ..machine("i-00000005") },
        Machine { state: Some("stopped"), ping: None, ..machine("i-00000006") },
        Machine { profile: false, ping: None, ..machine("i-00000007") },
        Machine { state: None, ping: Some("Inactive"), missing: None, ..machine("mi-00000008") },
        Machine { group: Some("web"), missing: None, ..machine("i-00000009") },
        Machine { group: Some("mixed"), missing: None, ..machine("i-0000000a") },
    ];
    let stub = serve(Region::new(machines)).await;
    let session = at_now(&stub).await;
    let (rows, report) = listed(&session).await;
    assert!(report.complete && report.problems.is_empty(), "{report:?}");
    let found: Vec<(&str, Option<&str>)> = rows.values().map(|n| (n.id.as_str(), status(n))).collect();
    assert_eq!(
        found,
        [
            ("i-00000001", Some("compliant")),
            ("i-00000005", Some("compliant")),
            ("i-00000006", Some("unmanaged")),
            ("i-00000007", Some("unmanaged")),
            ("i-00000009", Some("not_scanned")),
            ("i-0000000a", Some("not_scanned")),
            ("mi-00000008", Some("not_scanned")),
        ]
    );
    let machine = rows["i-00000007"].machine.as_ref().unwrap();
    assert_eq!((machine.has_profile, machine.owner.as_deref()), (false, Some("111122223333")));
    // The baseline of a patch group is known where there is one.
    let baseline = |id: &str| (rows[id].baseline_id.as_deref(), rows[id].baseline_name.as_deref());
    assert_eq!(baseline("i-00000009"), (Some("pb-own"), Some("own")));
    assert_eq!(baseline("i-0000000a"), (None, None));
    assert_eq!(baseline("i-00000001"), (Some("pb-default"), Some("AWS-Default")));
    assert_eq!(rows["i-00000009"].patch_group.as_deref(), Some("web"));

    // Names are asked for once; what SSM said stands on the instances' rows from then on.
    let (_, again) = listed(&session).await;
    assert!(again.complete);
    for name in ["DescribePatchBaselines", "DescribePatchGroups"] {
        assert_eq!(of(&stub.asked(), name).len(), 1, "{name}");
    }
    let mut reached = BTreeMap::new();
    let mut sink = |batch: Vec<Arc<Instance>>| {
        reached.extend(batch.into_iter().map(|i| (i.id.clone(), i.ssm)));
    };
    instances(&session, FirstPage::Full, false, &mut sink).await;
    assert_eq!(reached["i-00000001"], Some(Ssm::Online));
    assert_eq!(reached["i-00000002"], Some(Ssm::ConnectionLost));
    assert_eq!(reached["i-00000007"], Some(Ssm::Unmanaged));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_ssm_s_answers_instances_carry_none() {
    let stub = serve(Region::new([machine("i-00000001")])).await;
    let session = at_now(&stub).await;
    let mut rows = Vec::new();
    instances(&session, FirstPage::Full, false, &mut |batch| rows = batch).await;
    assert_eq!(rows[0].ssm, None);
    assert_eq!(of(&stub.asked(), "DescribeInstanceInformation").len(), 0, "no call of its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_denied_is_said_and_the_rest_stays() {
    let machines: Vec<Machine> = (0..120).map(|n| machine(instance_id(n))).collect();
    let region = || Region::new(machines.clone());
    let denied = "AccessDeniedException";

    // Patch states: rows whole, one question asked.
    let stub = serve(region().refusing("DescribeInstancePatchStates", denied)).await;
    let (rows, report) = listed(&at_now(&stub).await).await;
    assert_eq!((rows.len(), report.complete), (120, true));
    assert!(
        rows.values().all(|n| n.scan == Fact::Unread && n.agent.found().is_some() && status(n).is_none())
    );
    assert_eq!(told(&report), [("ssm:DescribeInstancePatchStates", ProblemKind::Denied)]);
    assert_eq!(report.problems[0].remedy, Remedy::Allow("ssm:DescribeInstancePatchStates".into()));
    assert_eq!(of(&stub.asked(), "DescribeInstancePatchStates").len(), 1);

    // Agents: instances are rows, their patches are asked for all the same, and nobody is called unmanaged.
    let stub = serve(region().refusing("DescribeInstanceInformation", denied)).await;
    let (rows, report) = listed(&at_now(&stub).await).await;
    assert_eq!((rows.len(), report.complete), (120, false));
    assert!(rows.values().all(|n| n.agent == Fact::Unread && status(n) == Some("compliant")));
    assert_eq!(told(&report), [("ssm:DescribeInstanceInformation", ProblemKind::Denied)]);

    // Instances: what SSM names is there, and the list is not whole.
    let stub = serve(region().refusing("DescribeInstances", "UnauthorizedOperation")).await;
    let (rows, report) = listed(&at_now(&stub).await).await;
    assert_eq!((rows.len(), report.complete), (120, false));
    assert!(rows.values().all(|n| n.machine.is_none() && status(n) == Some("compliant")));
    assert_eq!(told(&report), [("ec2:DescribeInstances", ProblemKind::Denied)]);

    // Names of baselines.
    let stub =
        serve(region().refusing("DescribePatchBaselines", denied).refusing("DescribePatchGroups", denied))
            .await;
    let session = at_now(&stub).await;
    let (rows, report) = listed(&session).await;
    assert_eq!((rows.len(), report.complete), (120, true));
    assert!(rows.values().all(|n| n.baseline_id.is_some() && n.baseline_name.is_none()));
    assert_eq!(
        told(&report),
        [
            ("ssm:DescribePatchBaselines", ProblemKind::Denied),
            ("ssm:DescribePatchGroups", ProblemKind::Denied)
        ]
    );
    listed(&session).await;
    assert_eq!(of(&stub.asked(), "DescribePatchGroups").len(), 2, "what was not read is asked for again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_without_ssm_says_so() {
    let mut region = Region::new([machine("i-00000001")]);
    for name in ["DescribeInstanceInformation", "DescribePatchBaselines", "DescribePatchGroups"] {
        region = region.refusing(name, "UnknownOperationException");
    }
    let stub = serve(region).await;
    let (rows, report) = listed(&at_now(&stub).await).await;
    assert_eq!((rows.len(), report.complete), (1, false));
    assert_eq!(status(&rows["i-00000001"]), None);
    assert_eq!(told(&report), [("ssm:DescribeInstanceInformation", ProblemKind::NotEnabled)]);
    assert_eq!(report.problems[0].remedy, Remedy::Enable("ssm".into()));
    assert_eq!(of(&stub.asked(), "DescribeInstancePatchStates").len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_known_stands_in_for_ten_minutes_and_then_stays_on_screen_as_it_is() {
    let machines: Vec<Machine> =
        (0..3).map(|n| Machine { ping: (n != 1).then_some("Online"), ..machine(instance_id(n)) }).collect();
    let region = Arc::new(Mutex::new(Region::new(machines)));
    let serving = Arc::clone(&region);
    let stub = Stub::start(move |asked| serving.lock().unwrap().answer(asked)).await;
    let clock = Arc::new(AtomicI64::new(NOW));
    let seconds = Arc::clone(&clock);
    let now = move || jiff::Timestamp::from_second(seconds.load(Ordering::SeqCst)).unwrap();
    let with_clock = Settings { clock: Arc::new(now), ..settings(&stub.url, KEYS, "test") };
    let session = session(with_clock).await.unwrap();
    let (whole, report) = listed(&session).await;
    assert!(report.complete);

    let refuse = |name: &'static str| region.lock().unwrap().refused.insert(name, "AccessDeniedException");
    refuse("DescribeInstancePatchStates");
    clock.store(NOW + 9 * 60, Ordering::SeqCst);
    let (rows, report) = listed(&session).await;
    assert_eq!((&rows, report.complete), (&whole, true), "scans of nine minutes ago");
    clock.store(NOW + 11 * 60, Ordering::SeqCst);
    let (rows, report) = listed(&session).await;
    assert!(!report.complete, "rows that would say less are left as they are on screen");
    assert_eq!(rows.into_keys().collect::<Vec<_>>(), [instance_id(1)]);

    // The agents were read eleven minutes after the beginning.
    refuse("DescribeInstanceInformation");
    clock.store(NOW + 20 * 60, Ordering::SeqCst);
    let (rows, _) = listed(&session).await;
    assert_eq!(
        rows.into_values().map(|n| n.agent).collect::<Vec<_>>(),
        [Fact::Absent],
        "still known as unmanaged"
    );
    clock.store(NOW + 22 * 60, Ordering::SeqCst);
    let (rows, report) = listed(&session).await;
    assert_eq!((rows.len(), report.complete), (0, false));

    region.lock().unwrap().refused.clear();
    let (rows, report) = listed(&session).await;
    assert_eq!((rows, report.complete), (whole, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn early_rows_come_whole_and_none_is_called_unmanaged_too_soon() {
    let mut machines: Vec<Machine> = (0..120).map(|n| machine(instance_id(n))).collect();
    machines.extend((120..130).map(|n| Machine { ping: None, ..machine(instance_id(n)) }));
    let region = Region::new(machines);
    // The last page of agents is slow.
    let stub = Stub::start(move |asked| {
        let last = operation(asked) == "DescribeInstanceInformation" && body(asked)["NextToken"] == "100";
        region.answer(asked).after(Duration::from_millis(if last { 1500 } else { 0 }))
    })
    .await;
    let session = at_now(&stub).await;
    let mut batches: Vec<(Instant, Vec<Node>)> = Vec::new();
    let report = nodes(&session, true, &mut |rows| batches.push((Instant::now(), rows))).await;
    let ended = Instant::now();
    assert!(report.complete && report.problems.is_empty(), "{report:?}");
    assert!(batches.len() > 1);
    let (first_at, first) = &batches[0];
    assert!(
        ended.duration_since(*first_at) > Duration::from_millis(500),
        "the first rows waited for the last"
    );
    assert!(first.iter().all(|n| status(n) == Some("compliant")), "{first:?}");
    let all: BTreeMap<&str, &Node> =
        batches.iter().flat_map(|(_, rows)| rows).map(|n| (n.id.as_str(), n)).collect();
    assert_eq!(all.len(), 130);
    assert_eq!(all.values().filter(|n| status(n) == Some("unmanaged")).count(), 10);
    assert!(all.values().filter(|n| n.scan.found().is_some()).all(|n| n.baseline_name.is_some()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_s_patches_are_paged_and_only_those_that_are_wrong_come() {
    let stub = Stub::start(|asked| {
        let body = body(asked);
        let from: u64 = body["NextToken"].as_str().map_or(0, |t| t.parse().unwrap());
        let states = ["Missing", "FAILED", "INSTALLED_PENDING_REBOOT", "Installed", "InstalledRejected"];
        let patches: Vec<Value> = (from..from + 100)
            .map(|n| {
                json!({
                    "Title": format!("patch-{n}\u{7}"), "KBId": format!("KB{n}"), "Classification": "Security",
                    "Severity": "Critical", "State": states[usize::try_from(n % 5).unwrap()],
                    "InstalledTime": if n % 5 == 2 { NOW } else { 0 },
                })
            })
            .collect();
        let mut answer = json!({"Patches": patches});
        if from < 100 {
            answer["NextToken"] = json!((from + 100).to_string());
        }
        json_answer(200, &answer)
    })
    .await;
    let session = at_now(&stub).await;
    let items = patch_items(&session, "i-00000001").await.unwrap();
    assert_eq!(items.len(), 160);
    let words: BTreeSet<&str> = items.iter().map(|i| i.state.as_str()).collect();
    assert_eq!(
        words.into_iter().collect::<Vec<_>>(),
        ["Failed", "InstalledPendingReboot", "InstalledRejected", "Missing"]
    );
    assert_eq!(items[0].title, "patch-0");
    assert!(items.iter().all(|i| i.installed.is_some() == (i.state == "InstalledPendingReboot")));
    let asked = stub.asked();
    let first = body(&asked[0]);
    assert_eq!((&first["InstanceId"], &first["MaxResults"]), (&json!("i-00000001"), &json!(100)));
    assert_eq!(
        first["Filters"],
        json!([{"Key": "State", "Values": ["Missing", "Failed", "InstalledPendingReboot", "InstalledRejected"]}])
    );
    assert_eq!(asked.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn patches_that_may_not_be_read_name_the_action() {
    let stub = Stub::start(|_| error("AccessDeniedException")).await;
    let session = at_now(&stub).await;
    let refused = patch_items(&session, "i-00000001").await.expect_err("denied");
    assert_eq!(refused.remedy, Remedy::Allow("ssm:DescribeInstancePatches".into()));
}
