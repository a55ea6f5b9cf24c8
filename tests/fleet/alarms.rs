//! CloudWatch alarms of every kind and state, with history and mute rules.

use ciborium::Value as Cbor;
use serde_json::{Value, json};

use super::{Fleet, arn, cbor, iso, map, page, row};
use crate::aws_stub::{Answer, Asked};

/// Alarms of the mute rule: every hundredth.
const MUTED: usize = 100;

/// What an alarm watches.
#[derive(Debug, Clone)]
pub enum Watched {
    Instance(String),
    Targets {
        group: String,
        balancer: String,
    },
    Math([String; 2]),
    Group(String),
    /// A metric of the owner's own, which names no resource.
    Own,
    Log {
        function: String,
    },
    /// Names, and whether the rule is one of another alarm that suppresses its actions.
    Composite {
        children: Vec<String>,
        suppressed: bool,
    },
}

/// Namespace, metric, dimensions.
type Metric<'a> = (&'a str, &'a str, Vec<(&'a str, &'a str)>);

/// One alarm.
#[derive(Debug, Clone)]
pub struct AlarmOf {
    pub n: usize,
    pub name: String,
    pub state: &'static str,
    pub since: i64,
    pub evaluation: Option<&'static str>,
    pub enabled: bool,
    pub actions: Vec<String>,
    pub watched: Watched,
}

fn name(n: usize) -> String {
    format!("alarm {n:04}")
}

impl AlarmOf {
    pub fn new(n: usize, now: i64) -> Self {
        let watched = match n % 12 {
            0 => {
                let mut children = vec![name(n + 2), name(n + 3)];
                // Composites of composites, three deep.
                children.extend((n / 12 % 3 != 2).then(|| name(n + 12)));
                children.push("alarm that is gone".to_owned());
                Watched::Composite { children, suppressed: n % 36 == 24 }
            }
            1 => Watched::Log { function: format!("function-{n}") },
            8 => Watched::Targets {
                group: format!("targetgroup/web-{n}/{n:016x}"),
                balancer: format!("app/web/{:016x}", n % 5),
            },
            9 => Watched::Math([format!("orders-{n}"), format!("orders-{n}-replica")]),
            10 => Watched::Group(format!("asg-{}", n % 7)),
            11 => Watched::Own,
            _ => Watched::Instance(format!("i-{n:017x}")),
        };
        let state = match n % 7 {
            3 | 5 => "ALARM",
            6 => "INSUFFICIENT_DATA",
            _ => "OK",
        };
        let evaluation = match n % 60 {
            8 => Some("EVALUATION_ERROR"),
            9 => Some("PARTIAL_DATA"),
            10 => Some("EVALUATION_FAILURE"),
            _ => None,
        };
        let topics = |count| (0..count).map(|t| arn("sns", &format!("ops-{t}"))).collect();
        Self {
            n,
            name: name(n),
            state,
            since: now - 30 - 60 * i64::try_from(n % 200).unwrap(),
            evaluation,
            enabled: n % 5 != 0,
            actions: topics(n % 3),
            watched,
        }
    }

    fn is_muted(&self) -> bool {
        self.n % MUTED == 20
    }

    /// State changes within the last hour.
    fn changes(&self) -> usize {
        match self.n % 97 {
            5 => 4,
            6 => 3,
            _ => 0,
        }
    }

    fn arn(&self) -> String {
        arn("cloudwatch", &format!("alarm:{}", self.name))
    }

    fn reason(&self) -> String {
        format!("Threshold Crossed: {} of the last 3 datapoints", self.n % 4)
    }

    fn rule(&self) -> Option<String> {
        let Watched::Composite { children, .. } = &self.watched else { return None };
        let quoted: Vec<String> = children.iter().map(|c| format!("\"{c}\"")).collect();
        let (first, rest) = quoted.split_first()?;
        let rest: Vec<String> = rest.iter().map(|c| format!("(NOT OK({c}) AND ALARM({c}))")).collect();
        Some(format!("ALARM({first}) OR {}", rest.join(" OR ")))
    }

    fn threshold(&self) -> f64 {
        f64::from(u16::try_from(self.n).unwrap()) + 0.5
    }

    fn metrics(&self) -> Vec<Metric<'_>> {
        match &self.watched {
            Watched::Instance(id) => vec![("AWS/EC2", "CPUUtilization", vec![("InstanceId", id)])],
            Watched::Targets { group, balancer } => vec![(
                "AWS/ApplicationELB",
                "HTTPCode_Target_5XX_Count",
                vec![("TargetGroup", group), ("LoadBalancer", balancer)],
            )],
            Watched::Math(databases) => databases
                .iter()
                .map(|d| {
                    let dimensions = vec![("DBInstanceIdentifier", d.as_str()), ("EngineName", "postgres")];
                    ("AWS/RDS", "CPUUtilization", dimensions)
                })
                .collect(),
            Watched::Group(group) => {
                vec![("AWS/AutoScaling", "GroupInServiceInstances", vec![("AutoScalingGroupName", group)])]
            }
            Watched::Own => vec![("Shop", "CheckoutErrors", vec![("Service", "checkout")])],
            Watched::Log { .. } | Watched::Composite { .. } => Vec::new(),
        }
    }

    fn cbor(&self) -> Cbor {
        let mut fields = vec![
            ("AlarmName", self.name.as_str().into()),
            ("AlarmArn", self.arn().into()),
            ("StateValue", self.state.into()),
            ("StateReason", self.reason().into()),
            ("StateTransitionedTimestamp", time(self.since)),
            ("StateUpdatedTimestamp", time(self.since + 10)),
            ("ActionsEnabled", self.enabled.into()),
            ("AlarmActions", list(self.actions.iter().map(|a| a.as_str().into()))),
        ];
        fields.extend(self.evaluation.map(|e| ("EvaluationState", e.into())));
        if !matches!(self.watched, Watched::Composite { .. }) {
            fields.push(("Threshold", self.threshold().into()));
            fields.push(("ComparisonOperator", "GreaterThanThreshold".into()));
        }
        let metrics = self.metrics();
        match &self.watched {
            Watched::Composite { suppressed, .. } => {
                fields.push(("AlarmRule", self.rule().unwrap_or_default().into()));
                if *suppressed {
                    fields.push(("ActionsSuppressedBy", "Alarm".into()));
                    fields.push(("ActionsSuppressor", arn("cloudwatch", "alarm:deploying").into()));
                }
            }
            Watched::Log { function } => fields.push((
                "ScheduledQueryConfiguration",
                map([
                    ("LogGroupIdentifiers", list([format!("/aws/lambda/{function}").into()])),
                    ("QueryString", "filter level = 'ERROR' | stats count()".into()),
                ]),
            )),
            Watched::Math(_) => {
                let stats = metrics.iter().enumerate().map(|(at, metric)| {
                    let stat =
                        [("Metric", metric_of(metric)), ("Period", 60.into()), ("Stat", "Average".into())];
                    let id = format!("m{at}");
                    map([("Id", id.into()), ("MetricStat", map(stat)), ("ReturnData", false.into())])
                });
                let sum = [("Id", "e".into()), ("Expression", "m0+m1".into()), ("ReturnData", true.into())];
                fields.push(("Metrics", list(stats.chain([map(sum)]))));
            }
            _ => {
                let Cbor::Map(metric) = metric_of(&metrics[0]) else { unreachable!("a metric is a map") };
                let mut own = map(fields);
                own.as_map_mut().unwrap().extend(metric);
                own.as_map_mut()
                    .unwrap()
                    .extend([("Statistic".into(), "Average".into()), ("Period".into(), 60.into())]);
                return own;
            }
        }
        map(fields)
    }

    /// Type, id, ARN of what it is about, by itself.
    fn own_resources(&self) -> Vec<Value> {
        let resource =
            |kind: &str, id: &str, arn: Option<String>| json!({ "type": kind, "id": id, "arn": arn });
        match &self.watched {
            Watched::Instance(id) => {
                vec![resource("AWS::EC2::Instance", id, Some(arn("ec2", &format!("instance/{id}"))))]
            }
            Watched::Targets { group, balancer } => {
                let elb = "AWS::ElasticLoadBalancingV2";
                let balancer_arn = arn("elasticloadbalancing", &format!("loadbalancer/{balancer}"));
                vec![
                    resource(&format!("{elb}::TargetGroup"), group, Some(arn("elasticloadbalancing", group))),
                    resource(&format!("{elb}::LoadBalancer"), balancer, Some(balancer_arn)),
                ]
            }
            Watched::Math(databases) => databases
                .iter()
                .map(|d| resource("AWS::RDS::DBInstance", d, Some(arn("rds", &format!("db:{d}")))))
                .collect(),
            // Its ARN holds a number that nobody tells.
            Watched::Group(group) => vec![resource("AWS::AutoScaling::AutoScalingGroup", group, None)],
            Watched::Log { function } => {
                let group = format!("/aws/lambda/{function}");
                vec![
                    resource(
                        "AWS::Lambda::Function",
                        function,
                        Some(arn("lambda", &format!("function:{function}"))),
                    ),
                    resource("AWS::Logs::LogGroup", &group, Some(arn("logs", &format!("log-group:{group}")))),
                ]
            }
            Watched::Own | Watched::Composite { .. } => Vec::new(),
        }
    }

    /// A composite is about whatever its children are about, however deep.
    fn resources(&self, all: &[Self]) -> Vec<Value> {
        let Watched::Composite { children, .. } = &self.watched else { return self.own_resources() };
        let mut found: Vec<Value> = Vec::new();
        for child in children {
            let Some(child) = all.iter().find(|a| a.name == *child) else { continue };
            found.extend(child.resources(all).into_iter().filter(|r| !found.contains(r)).collect::<Vec<_>>());
        }
        found
    }

    /// The row of `toban list alarms`; resources sorted by id.
    pub fn expected(&self, all: &[Self], now: i64) -> Value {
        let firing = self.state == "ALARM";
        let held = self.is_muted() || matches!(self.watched, Watched::Composite { suppressed: true, .. });
        let mut wrong = Vec::new();
        wrong.extend(firing.then_some(if self.enabled && !held { "critical" } else { "medium" }));
        wrong.extend(self.evaluation.map(|e| match e {
            "EVALUATION_ERROR" => "high",
            "EVALUATION_FAILURE" => "medium",
            _ => "low",
        }));
        wrong.extend((self.changes() >= 4).then_some("medium"));
        if self.state == "INSUFFICIENT_DATA" {
            wrong.push(if now - self.since > 30 * 60 { "low" } else { "unknown" });
        }
        wrong.extend((firing && !self.enabled).then_some("low"));
        wrong.extend((firing && held).then_some("low"));
        wrong.extend((firing && self.actions.is_empty()).then_some("low"));
        let kind = match self.watched {
            Watched::Composite { .. } => "composite",
            Watched::Log { .. } => "log",
            _ => "metric",
        };
        let metrics = self.metrics();
        let dimensions = metrics.first().map(|(_, _, first)| {
            let shared = first.iter().filter(|d| metrics.iter().all(|(_, _, other)| other.contains(d)));
            shared.map(|(k, v)| ((*k).to_owned(), (*v).into())).collect::<serde_json::Map<String, Value>>()
        });
        let watches = kind != "composite";
        let children = match &self.watched {
            Watched::Composite { children, .. } => children.clone(),
            _ => Vec::new(),
        };
        let mut resources = self.resources(all);
        resources.sort_by_key(|r| r["id"].as_str().unwrap().to_owned());
        row(
            &wrong,
            json!({
                "name": self.name, "arn": self.arn(), "kind": kind, "state": self.state,
                "state_since": iso(self.since), "reason": self.reason(),
                "namespace": metrics.first().map(|m| m.0), "metric": metrics.first().map(|m| m.1),
                "dimensions": dimensions, "threshold": watches.then_some(self.threshold()),
                "comparison": watches.then_some("GreaterThanThreshold"), "actions_enabled": self.enabled,
                "actions": self.actions, "rule": self.rule(), "children": children, "resources": resources,
            }),
        )
    }
}

fn metric_of((namespace, name, dimensions): &Metric<'_>) -> Cbor {
    let dimensions =
        dimensions.iter().map(|(name, value)| map([("Name", (*name).into()), ("Value", (*value).into())]));
    map([
        ("Namespace", (*namespace).into()),
        ("MetricName", (*name).into()),
        ("Dimensions", list(dimensions)),
    ])
}

fn time(second: i64) -> Cbor {
    Cbor::Tag(1, Box::new(second.into()))
}

fn list(items: impl IntoIterator<Item = Cbor>) -> Cbor {
    Cbor::Array(items.into_iter().collect())
}

pub fn answer(fleet: &Fleet, operation: &str, asked: &Asked) -> Answer {
    let input: Cbor = ciborium::from_reader(asked.body.as_ref()).unwrap();
    let field = |name: &str| {
        input.as_map().and_then(|m| m.iter().find(|(k, _)| k.as_text() == Some(name))).map(|(_, v)| v)
    };
    let token = field("NextToken").and_then(Cbor::as_text).unwrap_or_default();
    let next = |next: Option<String>| next.map(|t| ("NextToken", t.into()));
    match operation {
        "DescribeAlarms" => {
            // Without the kinds CloudWatch lists metric alarms alone.
            let kinds = field("AlarmTypes").and_then(Cbor::as_array).map_or(1, Vec::len);
            assert_eq!(kinds, 3);
            let (alarms, more) = page(token, 100, &fleet.alarms);
            let of = |kind: fn(&Watched) -> bool| {
                list(alarms.iter().filter(|a| kind(&a.watched)).map(AlarmOf::cbor))
            };
            let composite = |w: &Watched| matches!(w, Watched::Composite { .. });
            let log = |w: &Watched| matches!(w, Watched::Log { .. });
            let metric = |w: &Watched| !matches!(w, Watched::Composite { .. } | Watched::Log { .. });
            let lists =
                [("MetricAlarms", of(metric)), ("CompositeAlarms", of(composite)), ("LogAlarms", of(log))];
            cbor(&map(lists.into_iter().chain(next(more))))
        }
        "DescribeAlarmHistory" => {
            let only = field("AlarmName").and_then(Cbor::as_text);
            let alarms = fleet.alarms.iter().filter(|a| only.is_none_or(|name| a.name == name));
            let all: Vec<Cbor> = alarms
                .flat_map(|a| (0..a.changes()).map(move |nth| (a, nth)))
                .map(|(alarm, nth)| {
                    map([
                        ("AlarmName", alarm.name.as_str().into()),
                        ("Timestamp", time(fleet.now - 300 * i64::try_from(nth + 1).unwrap())),
                        ("HistoryItemType", "StateUpdate".into()),
                        ("HistorySummary", "Alarm updated from OK to ALARM".into()),
                    ])
                })
                .collect();
            let (items, more) = page(token, 100, &all);
            cbor(&map([("AlarmHistoryItems", list(items.iter().cloned()))].into_iter().chain(next(more))))
        }
        "ListAlarmMuteRules" => {
            let rule = [
                ("AlarmMuteRuleArn", arn("cloudwatch", "alarm-mute-rule:night").into()),
                ("LastUpdatedTimestamp", time(5)),
            ];
            cbor(&map([("AlarmMuteRuleSummaries", list([map(rule)]))]))
        }
        "GetAlarmMuteRule" => {
            let muted = fleet.alarms.iter().filter(|a| a.is_muted()).map(|a| a.name.as_str().into());
            let targets = map([("AlarmNames", list(muted))]);
            cbor(&map([("Name", "night".into()), ("MuteTargets", targets)]))
        }
        // Metrics without points.
        _ => cbor(&map([])),
    }
}
