//! Which runbook is proposed.

use toban::{
    runbook::{
        Runbook,
        propose::{Alarmed, Proposal, Signs, propose},
        registry::Reads,
        shelf::Shelf,
    },
    text::{Catalogue, Lang},
};

fn proposed(signs: &Signs) -> Vec<Proposal> {
    let shelf = Shelf::built_in(&Reads);
    let books: Vec<&Runbook> = shelf.books().iter().map(|shelved| &*shelved.book).collect();
    propose(books, signs)
}

fn alarm(namespace: &str, metric: &str) -> Signs {
    let alarm = Alarmed { namespace: namespace.into(), metric: metric.into(), dimensions: Vec::new() };
    Signs { alarms: vec![alarm], ..Signs::default() }
}

fn first(signs: &Signs) -> String {
    proposed(signs).first().map_or_else(String::new, |proposal| proposal.book.clone())
}

/// The alarms that fire in the drills, with what is found of them there.
#[test]
fn each_drill_has_its_runbook() {
    let web = || alarm("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count");
    for (drill, signs, book) in [
        ("web-down, before anything is known", web(), "web-unreachable"),
        (
            "web-down",
            Signs {
                failed: vec!["elb.targets".into()],
                event: Some("RevokeSecurityGroupIngress".into()),
                ..web()
            },
            "network-change",
        ),
        (
            "host-failure",
            Signs {
                failed: vec!["ec2.status.system".into(), "ec2.status.instance".into()],
                ..alarm("AWS/EC2", "StatusCheckFailed_Instance")
            },
            "ec2-system-check",
        ),
        (
            "disk-full",
            Signs { failed: vec!["agent.disk".into()], ..alarm("CWAgent", "disk_used_percent") },
            "exhaustion",
        ),
        (
            "disk-full, by the shop's alarm",
            Signs { failed: vec!["agent.disk".into()], ..alarm("Shop/Checkout", "Success") },
            "exhaustion",
        ),
        (
            "deploy-regression",
            Signs { event: Some("UpdateFunctionCode20150331v2".into()), ..alarm("AWS/Lambda", "Errors") },
            "web-unreachable",
        ),
        (
            "deploy-regression",
            Signs { event: Some("CreateLaunchTemplateVersion".into()), ..web() },
            "web-unreachable",
        ),
        (
            "key-leak",
            Signs {
                event: Some("CreateAccessKey".into()),
                ..alarm("CloudTrailMetrics", "CallsFromElsewhere")
            },
            "leaked-credentials",
        ),
        (
            "key-leak, before anything is known",
            alarm("CloudTrailMetrics", "CallsFromElsewhere"),
            "leaked-credentials",
        ),
    ] {
        assert_eq!(first(&signs), book, "{drill}: {:?}", proposed(&signs));
    }
}

/// Everything of AWS's own that the practice account watches.
#[test]
fn every_metric_of_aws_that_a_drill_watches_has_a_runbook() {
    let account: toml::Table = include_str!("../../drills/accounts/shop-prod.toml").parse().unwrap();
    let metrics = account["metric"].as_array().unwrap();
    let text =
        |metric: &toml::Value, key: &str| metric.get(key).and_then(toml::Value::as_str).unwrap().to_owned();
    let mut none = Vec::new();
    for metric in metrics {
        let (namespace, name) = (text(metric, "namespace"), text(metric, "name"));
        let signs = alarm(&namespace, &name);
        if namespace.starts_with("AWS/") && proposed(&signs).is_empty() {
            none.push(format!("{namespace} {name}"));
        }
    }
    assert!(metrics.len() > 40 && none.is_empty(), "{none:?}");
}

#[test]
fn each_runbook_is_proposed_by_something() {
    for (signs, book) in [
        (alarm("AWS/EC2", "StatusCheckFailed_System"), "ec2-system-check"),
        (alarm("AWS/EC2", "StatusCheckFailed_Instance"), "ec2-instance-check"),
        (alarm("AWS/EC2", "CPUUtilization"), "exhaustion"),
        (alarm("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count"), "web-unreachable"),
        (alarm("AWS/NATGateway", "PacketsDropCount"), "network-change"),
        (alarm("AWS/Backup", "NumberOfBackupJobsFailed"), "backup-failed"),
        (alarm("AWS/Billing", "EstimatedCharges"), "cost"),
        (alarm("AWS/States", "ExecutionsFailed"), "batch-failed"),
        (
            Signs { health: vec!["AWS_RISK_CREDENTIALS_EXPOSED".into()], ..Signs::default() },
            "leaked-credentials",
        ),
        (Signs { health: vec!["AWS_EC2_OPERATIONAL_ISSUE".into()], ..Signs::default() }, "aws-event"),
        (Signs { intake: "GuardDuty finding on web-1".into(), ..Signs::default() }, "compromised-host"),
        (Signs { intake: "クリティカルな脆弱性 CVE-2026-1234".into(), ..Signs::default() }, "patch"),
        (Signs { intake: "please restore the orders table".into(), ..Signs::default() }, "restore"),
        (Signs { intake: "ページが開けないと連絡あり".into(), ..Signs::default() }, "web-unreachable"),
    ] {
        assert_eq!(first(&signs), book, "{signs:?}: {:?}", proposed(&signs));
    }
    assert_eq!(proposed(&Signs::default()), [], "of nothing nothing is made");
    assert_eq!(proposed(&alarm("My/Own", "Things")), []);
}

#[test]
fn a_proposal_says_what_it_rests_on() {
    let signs = Signs {
        failed: vec!["elb.targets".into()],
        event: Some("RevokeSecurityGroupIngress".into()),
        ..alarm("AWS/ApplicationELB", "UnHealthyHostCount")
    };
    let words = Catalogue::load(Lang::En);
    let why: Vec<String> = proposed(&signs)[0].why.iter().map(|why| why.text(&words)).collect();
    assert_eq!(
        why,
        [
            "RevokeSecurityGroupIngress is the first suspect",
            "an alarm on AWS/ApplicationELB UnHealthyHostCount"
        ]
    );
}
