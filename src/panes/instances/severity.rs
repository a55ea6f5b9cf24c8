//! How bad an instance is, and why it wants attention: one table.

use crate::{
    rows::instance::{Check, Instance, ScheduledEvent, Status},
    severity::Severity,
    text::age,
    value::{Cx, Role},
};

/// One reason for attention.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// How bad that alone is. An instance is as bad as the worst of its rules, and ok without any.
    pub severity: Severity,
    /// When it applies, for the README.
    pub doc: &'static str,
    /// What it says, if it applies.
    pub say: fn(&Instance, &Cx<'_>) -> Option<String>,
}

/// AWS ends the instance at these events; the others only disturb it.
const ENDINGS: [&str; 2] = ["instance-retirement", "instance-stop"];
/// From here on an ending is urgent: a week is what it takes to move something on a weekday.
const URGENT_SECS: i64 = 7 * 86_400;

/// The rules, in the order in which their reasons are read. Checks count while the instance runs.
pub static RULES: [Rule; 10] = [
    Rule {
        severity: Severity::High,
        doc: "the system check is impaired (AWS's side: host, power, network)",
        say: |i, cx| impaired(i, cx, |s| &s.system, "attention.system_impaired"),
    },
    Rule {
        severity: Severity::High,
        doc: "the instance check is impaired (our side: kernel, disk, configuration)",
        say: |i, cx| impaired(i, cx, |s| &s.instance, "attention.instance_impaired"),
    },
    Rule {
        severity: Severity::High,
        doc: "the EBS check is impaired (AWS's side: attached volumes)",
        say: |i, cx| impaired(i, cx, |s| &s.ebs, "attention.ebs_impaired"),
    },
    Rule {
        severity: Severity::High,
        doc: "a retirement or stop is scheduled within seven days",
        say: |i, cx| next_event(i, cx, true),
    },
    Rule {
        severity: Severity::Medium,
        doc: "any other scheduled event that is not over",
        say: |i, cx| next_event(i, cx, false),
    },
    Rule {
        severity: Severity::Medium,
        doc: "stopped, and not by us (state reason `Server.…`)",
        say: |i, cx| {
            let reason =
                i.state_reason.as_deref().filter(|r| r.starts_with("Server.") && i.state == "stopped")?;
            Some(cx.words.fill("attention.stopped_by_aws", &[("reason", &reason)]))
        },
    },
    Rule {
        severity: Severity::Low,
        doc: "checks are initializing",
        say: |i, cx| {
            let starting = each(i)?.iter().any(|c| c.state == "initializing");
            starting.then(|| cx.words.get("attention.initializing").to_owned())
        },
    },
    Rule {
        severity: Severity::Low,
        doc: "it runs on an image older than `thresholds.image_age_days`",
        say: |i, cx| {
            let days = image_age_days(i, cx).filter(|d| runs(i) && *d > cx.thresholds.image_age_days)?;
            Some(cx.words.fill("attention.image_old", &[("days", &days)]))
        },
    },
    Rule {
        severity: Severity::Low,
        doc: "it runs on a deprecated image",
        say: |i, cx| {
            let at = i.image.as_ref()?.deprecated.filter(|at| runs(i) && *at <= cx.now)?;
            Some(cx.words.fill("attention.image_deprecated", &[("age", &age::since(at, cx.now))]))
        },
    },
    Rule {
        severity: Severity::Unknown,
        doc: "checks say insufficient-data, or could not be read",
        say: |i, cx| {
            let Some(checks) = each(i) else {
                return runs(i).then(|| cx.words.get("attention.checks_unread").to_owned());
            };
            let open = checks.iter().find(|c| is_open(c))?;
            let state = if open.state.is_empty() { "–" } else { &open.state };
            Some(cx.words.fill("attention.checks_open", &[("state", &state)]))
        },
    },
];

/// As bad as the worst rule that applies.
pub(super) fn of(instance: &Instance, cx: &Cx<'_>) -> Severity {
    RULES.iter().filter(|r| (r.say)(instance, cx).is_some()).map(|r| r.severity).max().unwrap_or(Severity::Ok)
}

/// What the applying rules say.
pub(super) fn attention(instance: &Instance, cx: &Cx<'_>) -> Vec<String> {
    RULES.iter().filter_map(|r| (r.say)(instance, cx)).collect()
}

/// The three checks in a word or two: `3/3 ok`, `instance impaired, system ok`; the state's reason when it is stopped;
/// nothing where nothing is known.
pub fn checks(instance: &Instance, cx: &Cx<'_>) -> Option<(String, Role)> {
    if !runs(instance) {
        return instance.state_reason.as_ref().map(|reason| (reason.into(), Role::Dim));
    }
    let status = instance.status.as_ref()?;
    let named =
        [("check.system", &status.system), ("check.instance", &status.instance), ("check.ebs", &status.ebs)];
    let counted: Vec<_> = named.into_iter().filter(|(_, c)| c.state != "not-applicable").collect();
    let fine = counted.iter().filter(|(_, c)| c.state == "ok").count();
    if fine == counted.len() {
        return Some((format!("{fine}/{fine} ok"), Role::Good));
    }
    // What is wrong first, then what is not, so that the side is plain.
    let say = |(key, check): &(&str, &Check)| format!("{} {}", cx.words.get(key), check.state);
    let (fine, bad): (Vec<_>, Vec<_>) = counted.into_iter().partition(|(_, c)| c.state == "ok");
    let role = if bad.iter().any(|(_, c)| c.state == "impaired") { Role::Bad } else { Role::Warn };
    let text: Vec<_> = bad.iter().chain(&fine).map(say).collect();
    Some((text.join(", "), role))
}

/// Whole days since its image was made.
pub fn image_age_days(instance: &Instance, cx: &Cx<'_>) -> Option<i64> {
    let created = instance.image.as_ref()?.created?;
    Some((cx.now.as_second() - created.as_second()).max(0) / 86_400)
}

/// Scheduled events that are still to come or under way, the soonest first.
pub(super) fn open_events(instance: &Instance) -> Vec<&ScheduledEvent> {
    let events = instance.status.as_ref().map(|s| s.events.as_slice()).unwrap_or_default();
    let mut open: Vec<_> = events.iter().filter(|e| !e.is_over()).collect();
    open.sort_by_key(|e| (e.not_before.is_none(), e.not_before));
    open
}

fn runs(instance: &Instance) -> bool {
    instance.state == "running"
}

fn each(instance: &Instance) -> Option<[&Check; 3]> {
    let status = instance.status.as_ref().filter(|_| runs(instance))?;
    Some([&status.system, &status.instance, &status.ebs])
}

/// Neither fine nor bad: `insufficient-data`, or a word that AWS has added since.
fn is_open(check: &Check) -> bool {
    !matches!(check.state.as_str(), "ok" | "impaired" | "initializing" | "not-applicable")
}

fn impaired(
    instance: &Instance,
    cx: &Cx<'_>,
    which: fn(&Status) -> &Check,
    key: &'static str,
) -> Option<String> {
    let status = instance.status.as_ref().filter(|_| runs(instance))?;
    (which(status).state == "impaired").then(|| cx.words.get(key).to_owned())
}

fn is_urgent(event: &ScheduledEvent, cx: &Cx<'_>) -> bool {
    let soon = event.not_before.is_none_or(|at| at.as_second() - cx.now.as_second() <= URGENT_SECS);
    soon && ENDINGS.contains(&event.code.as_str())
}

/// The soonest event of the wanted urgency.
fn next_event(instance: &Instance, cx: &Cx<'_>, urgent: bool) -> Option<String> {
    let event = open_events(instance).into_iter().find(|e| is_urgent(e, cx) == urgent)?;
    Some(match event.not_before {
        Some(at) if at > cx.now => {
            let wait = age::short(at.as_second() - cx.now.as_second());
            cx.words.fill("attention.event_in", &[("wait", &wait), ("event", &event.code)])
        }
        _ => cx.words.fill("attention.event_now", &[("event", &event.code)]),
    })
}
