//! Made-up problems and pages for the screens.

use jiff::{SignedDuration, Timestamp};

use crate::{
    panes::detail::{Block, Breach, Detail, Graph, Line, Span, Target},
    problem::{Problem, ProblemKind, Remedy},
    resource::ResourceRef,
    rows::metric::{MetricStat, SeriesQuery},
    scope::ScopeId,
    severity::Severity,
    value::{Cell, Role, Value},
};

/// The moment of every screen.
pub(super) fn now() -> Timestamp {
    "2026-05-01T03:12:44Z".parse().unwrap()
}

/// So many minutes before it.
pub(super) fn ago(minutes: i64) -> Timestamp {
    now() - SignedDuration::from_mins(minutes)
}

/// A problem that says what a person would be told.
pub(super) fn problem(kind: ProblemKind) -> Problem {
    let (operation, message, remedy) = match kind {
        ProblemKind::Denied => (
            "cloudwatch:DescribeAlarms",
            "User arn:aws:iam::111122223333:user/oncall is not authorized to perform cloudwatch:DescribeAlarms",
            Remedy::Allow("cloudwatch:DescribeAlarms".into()),
        ),
        ProblemKind::Throttled => ("cloudwatch:DescribeAlarms", "Rate exceeded", Remedy::Wait),
        ProblemKind::Expired => (
            "sts:GetCallerIdentity",
            "The SSO session of profile prod has expired.",
            Remedy::Run("aws sso login --profile prod".into()),
        ),
        ProblemKind::Offline => (
            "cloudwatch:DescribeAlarms",
            "Nothing listens at http://127.0.0.1:9 (connection refused).",
            Remedy::CheckNetwork("http://127.0.0.1:9".into()),
        ),
        ProblemKind::NotEnabled => {
            ("backup:ListBackupJobs", "The Region is not enabled.", Remedy::Enable("AWS Backup".into()))
        }
        ProblemKind::Other => ("ec2:DescribeImages", "The answer was not XML.", Remedy::ReadLog),
    };
    Problem { operation: operation.into(), kind, message: message.into(), remedy }
}

/// What the page's graph reads.
pub(super) fn query() -> SeriesQuery {
    SeriesQuery::Stat(MetricStat {
        name: "HTTPCode_Target_5XX_Count".into(),
        period: 60,
        ..MetricStat::default()
    })
}

/// What any row's page says here.
pub(super) fn detail(subject: &ResourceRef) -> Detail {
    let line = |depth: u8, target: Option<&str>, spans: &[(&str, Role)]| Line {
        depth,
        spans: spans.iter().map(|(t, r)| Span::new(*t, *r)).collect(),
        target: target
            .map(|id| Target::Resource(ResourceRef::new(ScopeId(0), "AWS::EC2::Instance", id.to_owned()))),
    };
    let graph = |title: &str, threshold: Option<f64>| Graph {
        title: title.into(),
        scope: ScopeId(0),
        query: query(),
        threshold,
        breach: Some(Breach::Above),
        band: Vec::new(),
        unit: None,
        marks: vec![ago(4)],
    };
    Detail {
        title: subject.id.clone(),
        state: vec![Span::new("ALARM", Role::Bad), Span::new("since 04:08 (4m)", Role::Plain)],
        blocks: vec![
            Block::Note(Span::new(
                "Threshold Crossed: 3 out of the last 3 datapoints [212.0 (01/05/26 03:10:00)] were greater than the threshold (20.0).",
                Role::Plain,
            )),
            Block::Graphs(vec![graph("HTTPCode_Target_5XX_Count Sum", Some(20.0))]),
            Block::Fields(vec![
                ("field.one", Cell::new(Value::Word("HTTPCode_Target_5XX_Count"), Role::Plain)),
                ("field.two", Cell::new(Value::Text("> 20 for 3 of 3 periods of 60 s".into()), Role::Plain)),
                ("field.three", Cell::from(Value::Unknown)),
                ("field.four", Cell::from(Value::from(Severity::Critical))),
                (
                    "field.long",
                    Cell::from(Value::Text(
                        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/50dc6c495c0c9188 and a note that somebody wrote".into(),
                    )),
                ),
            ]),
            Block::Lines {
                title: "section.test_affected",
                lines: vec![
                    line(0, Some("app/web"), &[("app/web", Role::Name), ("  ALB", Role::Dim)]),
                    line(1, Some("tg"), &[("tg web-80", Role::Name), ("  0/6 healthy", Role::Bad)]),
                    line(2, Some("i-1"), &[("i-0a1c web-1", Role::Name), ("  running", Role::Good)]),
                    line(2, Some("i-2"), &[("i-0a1d web-2", Role::Name), ("  running", Role::Good)]),
                    line(1, None, &[("sg-0b2 alb-public", Role::Plain)]),
                ],
                empty: None,
            },
            Block::Lines {
                title: "section.test_history",
                lines: vec![
                    line(0, None, &[("04:08", Role::Dim), ("  OK → ALARM", Role::Bad)]),
                    line(0, None, &[("02:51", Role::Dim), ("  ALARM → OK", Role::Good)]),
                ],
                empty: None,
            },
            Block::Lines { title: "section.test_empty", lines: Vec::new(), empty: Some("No actions: nobody is told.") },
        ],
    }
}
