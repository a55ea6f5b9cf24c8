//! How long it takes to find a cause among 50,000 events: `cargo bench --bench ranking`.
//!
//! A made-up account: a shop called `web`, whose name stands in most records as a part of longer ones, 160 things around its
//! load balancer, 30 callers. Printed are medians; nothing asserts, since a noisy neighbour must not fail a build.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a benchmark: a failure is its report"
)]

use std::{
    fmt::Write,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use toban::{
    resource::ResourceRef,
    scope::ScopeId,
    triage::{
        cause::{About, Call, Case, Gathered, Related, Signals, Symptom},
        record,
    },
};

const EVENTS: usize = 50_000;
/// What LookupEvents gives at a time.
const PAGE: usize = 50;
const ROUNDS: usize = 3;
/// What an explanation hands on.
const SUSPECTS: usize = 50;

fn main() {
    // `cargo test --benches` runs this too; there it only has to start.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let case = case();
    let records: Vec<(String, &str, &str)> = (0..EVENTS).map(record_of).collect();
    let bytes: usize = records.iter().map(|(text, ..)| text.len()).sum();
    println!("{EVENTS} events, {} MB, {} things around", bytes / 1_000_000, case.about.related.len());
    println!("| step | ms |\n|---|---|");
    let needles = case.about.needles();
    let mut near = Vec::new();
    let found = median(|| {
        let started = Instant::now();
        near = records.iter().filter(|(text, source, _)| needles.is_in(source, text)).collect();
        started.elapsed()
    });
    row(&format!("which can have to do with it: {}", near.len()), found);
    let events: Vec<_> =
        near.iter().map(|(text, ..)| (record::event(ScopeId(0), text, &[]).unwrap(), text)).collect();
    let calls: Vec<_> = records
        .iter()
        .zip(0..)
        .map(|((text, source, name), n)| Call::new(source, name, time_of(n), text))
        .collect();
    let gather = |upto: usize| {
        let mut gathered = Gathered::default();
        for call in &calls {
            gathered.count(call);
        }
        gathered.is_all();
        for (event, text) in &events[..upto] {
            gathered.keep(event.clone(), text.as_str().into(), Signals::built_in());
        }
        gathered
    };
    let mut whole = gather(events.len());
    let all = median(|| {
        // As after the graph has become known: nothing is kept of the last.
        whole = gather(events.len());
        let started = Instant::now();
        drop(whole.rank(&case, Signals::built_in(), SUSPECTS));
        started.elapsed()
    });
    row("one ranking of all", all);
    let again = median(|| {
        let upto = events.len().saturating_sub(PAGE);
        let mut most = gather(upto);
        most.rank(&case, Signals::built_in(), SUSPECTS);
        for (event, text) in &events[upto..] {
            most.keep(event.clone(), text.as_str().into(), Signals::built_in());
        }
        let started = Instant::now();
        most.rank(&case, Signals::built_in(), SUSPECTS);
        started.elapsed()
    });
    row("one more, after another page", again);
    let (ranking, _) = whole.rank(&case, Signals::built_in(), SUSPECTS);
    let first = &ranking.suspects[0];
    println!("first: {:.3} {} {}", first.score, first.event.name, first.event.id);
}

/// Of what each round says that it took.
fn median(mut work: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS).map(|_| work()).collect();
    times.sort_unstable();
    times[ROUNDS / 2]
}

fn row(step: &str, took: Duration) {
    println!("| {step} | {:.1} |", took.as_secs_f64() * 1000.0);
}

fn at() -> Timestamp {
    "2026-05-02T03:10:00Z".parse().unwrap()
}

fn thing(kind: &'static str, id: impl Into<String>) -> ResourceRef {
    ResourceRef::new(ScopeId(0), kind, id)
}

fn arn(kind: &'static str, id: &str, arn: String) -> ResourceRef {
    ResourceRef::new(ScopeId(0), kind, id).with_arn(arn)
}

fn around() -> Vec<ResourceRef> {
    let elb = |kind: &str| format!("arn:aws:elasticloadbalancing:eu-west-1:111122223333:{kind}");
    let role = "arn:aws:iam::111122223333:role/web".to_owned();
    let mut all = vec![
        arn(
            "AWS::ElasticLoadBalancingV2::TargetGroup",
            "targetgroup/web/73e2d6bc24d8a067",
            elb("targetgroup/web/73e2d6bc24d8a067"),
        ),
        arn("AWS::IAM::Role", "web", role),
        thing("AWS::IAM::InstanceProfile", "web"),
        thing("AWS::AutoScaling::AutoScalingGroup", "web-asg"),
        thing("AWS::EC2::KeyPair", "ops"),
    ];
    for (kind, prefix, count) in [
        ("AWS::EC2::Instance", "i", 12),
        ("AWS::EC2::NetworkInterface", "eni", 40),
        ("AWS::EC2::Volume", "vol", 40),
        ("AWS::EC2::SecurityGroup", "sg", 30),
        ("AWS::EC2::Subnet", "subnet", 18),
        ("AWS::EC2::RouteTable", "rtb", 15),
    ] {
        all.extend((0..count).map(|n| thing(kind, id(prefix, n))));
    }
    all
}

fn id(prefix: &str, n: usize) -> String {
    format!("{prefix}-0{n:016x}")
}

fn case() -> Case {
    let balancer = "app/web/50dc6c495c0c9188";
    let own = format!("arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/{balancer}");
    let related = around().into_iter().map(|resource| Related { resource, via: None, steps: 1 }).collect();
    Case {
        symptom: Symptom::of("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", "ALARM", ""),
        about: About {
            resources: vec![arn("AWS::ElasticLoadBalancingV2::LoadBalancer", balancer, own)],
            related,
        },
        at: at(),
        window: SignedDuration::from_hours(24),
        began: None,
    }
}

fn time_of(n: usize) -> Timestamp {
    let back = i64::try_from(n).unwrap() * 86_000 / i64::try_from(EVENTS).unwrap();
    at() - SignedDuration::from_secs(back)
}

/// What is called, with what is passed to it: things of the shop in every twentieth, things like it in the others.
fn record_of(n: usize) -> (String, &'static str, &'static str) {
    const CALLS: [(&str, &str, &str, &str); 10] = [
        ("ec2", "RunInstances", "instanceId", "i"),
        ("ec2", "CreateTags", "resourceId", "i"),
        ("ec2", "AuthorizeSecurityGroupIngress", "groupId", "sg"),
        ("ec2", "RevokeSecurityGroupIngress", "groupId", "sg"),
        ("ec2", "ModifyInstanceAttribute", "instanceId", "i"),
        ("ec2", "AttachVolume", "volumeId", "vol"),
        ("ec2", "StopInstances", "instanceId", "i"),
        ("ec2", "StartInstances", "instanceId", "i"),
        ("autoscaling", "UpdateAutoScalingGroup", "autoScalingGroupName", "asg"),
        ("ssm", "UpdateInstanceInformation", "instanceId", "i"),
    ];
    // Some order that is none.
    let mixed = n.wrapping_mul(2_654_435_761) >> 7;
    let (service, name, key, prefix) = CALLS[mixed % CALLS.len()];
    let ours = mixed.is_multiple_of(20);
    let what = match (prefix, ours) {
        ("asg", true) => "web-asg".to_owned(),
        ("asg", false) => format!("web-worker-asg-{}", mixed % 50),
        (prefix, true) => id(prefix, mixed % 12),
        (prefix, false) => id(prefix, 5_000 + mixed % 4_000),
    };
    let time = time_of(n);
    let caller = mixed % 30;
    let mut tags = String::new();
    for t in 0..6 {
        write!(tags, r#"{{"key":"stack-{t}","value":"web-{}-frontend"}},"#, (mixed + t) % 90).unwrap();
    }
    let text = format!(
        r#"{{"eventVersion":"1.09","userIdentity":{{"type":"AssumedRole","principalId":"AROAEXAMPLE{caller}:web-deploy-{caller}","arn":"arn:aws:sts::111122223333:assumed-role/web-pipeline-{caller}/web-deploy-{caller}","accountId":"111122223333","accessKeyId":"ASIAEXAMPLE{caller}","sessionContext":{{"sessionIssuer":{{"type":"Role","principalId":"AROAEXAMPLE{caller}","arn":"arn:aws:iam::111122223333:role/web-pipeline-{caller}","accountId":"111122223333","userName":"web-pipeline-{caller}"}},"attributes":{{"creationDate":"{time}","mfaAuthenticated":"false"}}}}}},"eventTime":"{time}","eventSource":"{service}.amazonaws.com","eventName":"{name}","awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.9","userAgent":"aws-cli/2.17 web-tool","requestParameters":{{"{key}":"{what}","items":[{tags}{{"key":"Name","value":"web-{n}"}}]}},"responseElements":{{"requestId":"{n:08x}-59dc-4b32-9d0b-2ec1a1a4b21f","_return":true}},"requestID":"{n:08x}-59dc-4b32-9d0b-2ec1a1a4b21f","eventID":"{n:08x}-2f0b-4a57-8d84-1cf27bbd4a90","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management"}}"#
    );
    (text, service, name)
}
