//! What kind of symptom an alarm or a report is: how much each kind of effect would explain it.
//!
//! The metric says most; what a person reported in words says the rest. Alarm names are not read: they are names.

use crate::rows::alarm::Alarm;

use super::signals::Effect::{
    self, Access, Blind, Capacity, Cost, Data, Dns, Errors, Exposure, Gone, Latency, Privilege, Signin,
    Unreachable,
};

type Weights = [(Effect, f64)];

/// How much each kind of effect would explain what is seen: 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Symptom(Vec<(Effect, f64)>);

/// A beginning of a namespace (or nothing), a part of a metric's name in lower case, and what explains it, the best
/// first. The first row that fits holds.
type Row = (&'static str, &'static str, &'static Weights);

const METRICS: &[Row] = &[
    // The host under an instance is AWS's; what the account does rarely reaches it.
    ("", "statuscheckfailed_system", &[(Gone, 0.3), (Errors, 0.2), (Unreachable, 0.2)]),
    (
        "",
        "statuscheckfailed_attachedebs",
        &[(Errors, 1.0), (Gone, 0.9), (Access, 0.9), (Latency, 0.8), (Data, 0.6)],
    ),
    ("", "statuscheckfailed", &[(Errors, 1.0), (Gone, 0.9), (Unreachable, 0.7), (Latency, 0.3)]),
    ("", "pingstatus", &[(Unreachable, 1.0), (Gone, 1.0), (Access, 0.8), (Errors, 0.5)]),
    // Time alone does that.
    ("", "expir", &[(Gone, 0.3), (Access, 0.3), (Blind, 0.2)]),
    ("", "externalaccess", &[(Exposure, 1.0), (Privilege, 0.9)]),
    ("", "compliant", &[(Exposure, 1.0), (Privilege, 0.7), (Blind, 0.6), (Data, 0.4)]),
    ("", "public", &[(Exposure, 1.0), (Privilege, 0.6)]),
    ("", "loginfail", &[(Access, 1.0), (Errors, 0.4)]),
    ("", "authfail", &[(Access, 1.0), (Errors, 0.4)]),
    ("", "denied", &[(Access, 1.0), (Gone, 0.6), (Privilege, 0.2)]),
    ("", "unauthorized", &[(Access, 1.0), (Signin, 0.6), (Privilege, 0.5), (Gone, 0.5)]),
    ("", "forbidden", &[(Access, 1.0), (Gone, 0.5)]),
    ("", "secret", &[(Access, 1.0), (Gone, 1.0)]),
    ("", "signin", &[(Signin, 1.0), (Privilege, 0.6)]),
    ("", "login", &[(Signin, 1.0), (Privilege, 0.6), (Access, 0.5)]),
    ("", "rootaccount", &[(Signin, 1.0), (Privilege, 0.8)]),
    ("", "unreachable", &[(Unreachable, 1.0), (Gone, 0.9), (Dns, 0.5)]),
    ("", "timeout", &[(Unreachable, 1.0), (Latency, 0.8), (Errors, 0.6), (Capacity, 0.5)]),
    ("", "connectionerror", &[(Unreachable, 1.0), (Access, 0.7), (Gone, 0.8), (Errors, 0.6)]),
    ("", "unhealthyhost", &[(Unreachable, 1.0), (Errors, 0.9), (Gone, 0.9)]),
    ("", "healthyhost", &[(Gone, 1.0), (Unreachable, 0.95), (Errors, 0.9), (Capacity, 0.7)]),
    ("", "wrongsite", &[(Dns, 1.0), (Errors, 0.7)]),
    ("", "dns", &[(Dns, 1.0), (Gone, 0.7), (Unreachable, 0.6)]),
    ("", "throttle", &[(Capacity, 1.0), (Errors, 0.4), (Latency, 0.4)]),
    ("", "limit", &[(Capacity, 1.0), (Cost, 0.3)]),
    ("", "inservice", &[(Capacity, 1.0), (Gone, 0.9), (Errors, 0.8), (Unreachable, 0.4)]),
    ("", "capacity", &[(Capacity, 1.0), (Gone, 0.7)]),
    ("", "desired", &[(Capacity, 1.0), (Gone, 0.7)]),
    ("", "restore", &[(Data, 1.0), (Gone, 0.9), (Access, 0.5)]),
    ("AWS/Backup", "", &[(Data, 1.0), (Access, 0.7), (Gone, 0.6), (Blind, 0.4)]),
    ("", "backup", &[(Data, 1.0), (Access, 0.7), (Gone, 0.6)]),
    ("", "snapshot", &[(Data, 1.0), (Gone, 0.8), (Access, 0.6)]),
    ("", "numberofobjects", &[(Data, 1.0), (Gone, 0.7)]),
    ("", "storage", &[(Capacity, 0.6), (Data, 0.4), (Latency, 0.4), (Errors, 0.3)]),
    ("", "disk", &[(Capacity, 0.6), (Latency, 0.5), (Errors, 0.3)]),
    ("", "mem", &[(Latency, 0.7), (Capacity, 0.6), (Errors, 0.5)]),
    ("", "replication", &[(Data, 1.0), (Latency, 0.7), (Access, 0.7), (Unreachable, 0.7)]),
    (
        "",
        "5xx",
        &[(Errors, 1.0), (Unreachable, 0.9), (Access, 0.85), (Gone, 0.9), (Capacity, 0.6), (Latency, 0.4)],
    ),
    ("", "4xx", &[(Errors, 1.0), (Access, 0.95), (Gone, 0.8), (Dns, 0.4)]),
    ("", "incominglog", &[(Blind, 1.0), (Gone, 0.9), (Access, 0.8), (Unreachable, 0.6)]),
    ("", "deliver", &[(Blind, 0.9), (Access, 1.0), (Gone, 0.9), (Errors, 0.6)]),
    ("", "ageof", &[(Latency, 1.0), (Capacity, 0.9), (Access, 0.8), (Gone, 0.8), (Errors, 0.8)]),
    ("", "iteratorage", &[(Latency, 1.0), (Capacity, 0.9), (Access, 0.8), (Gone, 0.8), (Errors, 0.8)]),
    ("", "messagesvisible", &[(Latency, 1.0), (Capacity, 0.9), (Access, 0.8), (Gone, 0.8), (Errors, 0.8)]),
    ("", "latency", &[(Latency, 1.0), (Capacity, 0.8), (Errors, 0.5), (Unreachable, 0.4)]),
    ("", "responsetime", &[(Latency, 1.0), (Capacity, 0.8), (Errors, 0.5), (Unreachable, 0.4)]),
    ("", "duration", &[(Latency, 1.0), (Errors, 0.8), (Unreachable, 0.6), (Capacity, 0.6)]),
    ("", "cpu", &[(Latency, 1.0), (Capacity, 0.8), (Errors, 0.3), (Cost, 0.3)]),
    ("", "connections", &[(Gone, 1.0), (Unreachable, 0.95), (Access, 0.8), (Errors, 0.6)]),
    ("", "requestcount", &[(Gone, 1.0), (Dns, 0.95), (Unreachable, 0.95), (Errors, 0.5)]),
    ("", "invocations", &[(Gone, 1.0), (Access, 0.8), (Blind, 0.5), (Capacity, 0.6), (Errors, 0.6)]),
    ("", "charges", &[(Cost, 1.0), (Capacity, 0.5)]),
    ("AWS/Billing", "", &[(Cost, 1.0), (Capacity, 0.5)]),
    ("AWS/Config", "", &[(Exposure, 1.0), (Privilege, 0.7), (Blind, 0.7)]),
    ("AWS/AccessAnalyzer", "", &[(Exposure, 1.0), (Privilege, 0.9)]),
    ("AWS/GuardDuty", "", &[(Signin, 1.0), (Privilege, 1.0), (Exposure, 0.8), (Blind, 0.8)]),
    (
        "CloudTrailMetrics",
        "",
        &[(Signin, 0.9), (Privilege, 0.9), (Blind, 0.9), (Exposure, 0.9), (Access, 0.5)],
    ),
    ("", "error", &[(Errors, 1.0), (Access, 0.9), (Unreachable, 0.85), (Gone, 0.9), (Capacity, 0.5)]),
    ("", "fail", &[(Errors, 1.0), (Access, 0.9), (Unreachable, 0.85), (Gone, 0.9), (Capacity, 0.5)]),
    ("", "fault", &[(Errors, 1.0), (Access, 0.8), (Unreachable, 0.8), (Gone, 0.8)]),
];

/// Parts of words that people use in reports, in lower case, and what explains them.
const WORDS: &[(&[&str], &Weights)] = &[
    (
        &[
            "denied",
            "permission",
            "not authorized",
            "authenticat",
            "password",
            "credential",
            "権限",
            "拒否",
            "認証",
        ],
        &[(Access, 0.9)],
    ),
    (&["resolve", "dns", "wrong site", "wrong server", "名前解決"], &[(Dns, 0.9)]),
    (
        &[
            "cannot reach",
            "unreachable",
            "timed out",
            "time out",
            "timeout",
            "cannot connect",
            "connectionlost",
            "cannot fetch",
            "つながら",
            "繋がら",
            "接続",
            "タイムアウト",
        ],
        &[(Unreachable, 0.9)],
    ),
    (
        &["disappear", "deleted", "missing", "not found", "gone", "消え", "見つから", "なくな"],
        &[(Gone, 0.8), (Data, 0.9)],
    ),
    (&["slow", "latency", "遅"], &[(Latency, 0.9)]),
    (&["shared with", "public", "another account", "open to", "exposed", "公開", "共有"], &[(Exposure, 0.9)]),
    (&["sign-in", "signed in", "signin", "mfa", "サインイン", "ログイン"], &[(Signin, 0.9)]),
    (&["throttl", "capacity", "quota", "limit", "スロットリング", "上限"], &[(Capacity, 0.9)]),
    (&["reboot", "restart", "再起動"], &[(Errors, 0.9)]),
    (&["bill", "cost", "spend", "請求", "料金"], &[(Cost, 0.9)]),
    (&["no logs", "no events", "no longer logged", "audit", "trail", "監査", "ログが"], &[(Blind, 0.9)]),
    (&["down", "stopped", "zero", "止ま", "落ち", "停止"], &[(Gone, 0.8), (Unreachable, 0.8)]),
];

/// What any symptom may come from, when nothing tells its kind.
const ANY: &Weights = &[
    (Gone, 0.7),
    (Unreachable, 0.7),
    (Access, 0.7),
    (Errors, 0.7),
    (Latency, 0.6),
    (Capacity, 0.6),
    (Data, 0.5),
    (Dns, 0.5),
    (Blind, 0.4),
    (Exposure, 0.3),
    (Privilege, 0.3),
    (Cost, 0.2),
    (Signin, 0.2),
];

/// An alarm without data may have lost what it watches, or only the watching.
const NO_DATA: &Weights = &[(Gone, 1.0), (Blind, 0.9), (Unreachable, 0.8), (Access, 0.5)];

impl Symptom {
    /// Of an alarm's metric and what was reported; all may be empty.
    pub fn of(namespace: &str, metric: &str, state: &str, report: &str) -> Self {
        let mut symptom = Self::default();
        let lower = metric.to_lowercase();
        let fits = |(space, part, _): &&Row| namespace.starts_with(space) && lower.contains(part);
        let named = !metric.is_empty() || !namespace.is_empty();
        if let Some((_, _, effects)) = METRICS.iter().find(fits).filter(|_| named) {
            symptom.add(effects);
        }
        let report = report.to_lowercase();
        for (_, effects) in WORDS.iter().filter(|(words, _)| words.iter().any(|word| report.contains(word))) {
            symptom.add(effects);
        }
        if state == "INSUFFICIENT_DATA" {
            symptom.add(NO_DATA);
        }
        if symptom.0.is_empty() {
            symptom.add(ANY);
        }
        symptom
    }

    /// Of alarms that fire together: what explains one of them may be behind all.
    pub fn of_alarms<'a>(alarms: impl Iterator<Item = &'a Alarm>) -> Self {
        let mut symptom = Self::default();
        for alarm in alarms {
            for stat in alarm.metrics() {
                symptom.add(&Self::of(&stat.namespace, &stat.name, alarm.state.word(), "").0);
            }
        }
        if symptom.0.is_empty() { Self::of("", "", "", "") } else { symptom }
    }

    fn add(&mut self, effects: &[(Effect, f64)]) {
        for (effect, weight) in effects {
            match self.0.iter_mut().find(|(known, _)| known == effect) {
                Some((_, known)) => *known = known.max(*weight),
                None => self.0.push((*effect, *weight)),
            }
        }
    }

    /// How much whatever explains it best would.
    pub(super) fn most(&self) -> f64 {
        self.0.iter().map(|(_, weight)| *weight).fold(0.0, f64::max)
    }

    /// How much an effect would explain it.
    pub fn weight(&self, effect: Effect) -> f64 {
        self.0.iter().find(|(known, _)| *known == effect).map_or(0.0, |(_, weight)| *weight)
    }
}
