//! How bad an alarm is, and why it wants attention: one table.

use crate::{
    rows::alarm::{Alarm, AlarmState, Watch},
    severity::Severity,
    text::age,
    value::Cx,
};

/// One reason for attention.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// How bad that alone is. An alarm is as bad as the worst of its rules, and ok without any.
    pub severity: Severity,
    /// When it applies, for the README.
    pub doc: &'static str,
    /// Whether it says no more than the state does.
    pub is_state: bool,
    /// Whether it applies.
    pub when: fn(&Alarm, &Cx<'_>) -> bool,
    /// What it says.
    pub say: fn(&Alarm, &Cx<'_>) -> String,
}

/// The rules, in the order in which their reasons are read.
pub static RULES: [Rule; 11] = [
    Rule {
        severity: Severity::Critical,
        doc: "it is in ALARM, and its actions may run",
        is_state: true,
        when: |a, _| firing(a) && !silenced(a),
        say: in_alarm,
    },
    Rule {
        severity: Severity::Medium,
        doc: "it is in ALARM, but its actions are disabled, muted or suppressed: its owner has said that it can wait",
        is_state: true,
        when: |a, _| firing(a) && silenced(a),
        say: in_alarm,
    },
    Rule {
        severity: Severity::High,
        doc: "EVALUATION_ERROR: it is misconfigured and will never fire",
        is_state: false,
        when: |a, _| evaluation(a) == "EVALUATION_ERROR",
        say: |a, cx| cx.words.fill("attention.not_evaluated", &[("state", &evaluation(a))]),
    },
    Rule {
        severity: Severity::Medium,
        doc: "EVALUATION_FAILURE: CloudWatch could not evaluate it just now",
        is_state: false,
        when: |a, _| evaluation(a) == "EVALUATION_FAILURE",
        say: |a, cx| cx.words.fill("attention.not_evaluated", &[("state", &evaluation(a))]),
    },
    Rule {
        severity: Severity::Medium,
        doc: "at least `thresholds.flapping_changes` state changes within an hour",
        is_state: false,
        when: |a, cx| a.recent_transitions.is_some_and(|n| n >= cx.thresholds.flapping_changes.max(1)),
        say: |a, cx| {
            cx.words.fill("attention.flapping", &[("count", &a.recent_transitions.unwrap_or_default())])
        },
    },
    Rule {
        severity: Severity::Low,
        doc: "INSUFFICIENT_DATA for longer than `thresholds.insufficient_data`: nobody is watching",
        is_state: true,
        when: |a, cx| a.state == AlarmState::InsufficientData && long_without_data(a, cx),
        say: no_data,
    },
    Rule {
        severity: Severity::Unknown,
        doc: "INSUFFICIENT_DATA for no longer than that",
        is_state: true,
        when: |a, cx| a.state == AlarmState::InsufficientData && !long_without_data(a, cx),
        say: no_data,
    },
    Rule {
        severity: Severity::Low,
        doc: "PARTIAL_DATA: its state rests on part of the series",
        is_state: false,
        when: |a, _| evaluation(a) == "PARTIAL_DATA",
        say: |_, cx| cx.words.get("attention.partial_data").to_owned(),
    },
    Rule {
        severity: Severity::Low,
        doc: "it is in ALARM with its actions disabled",
        is_state: false,
        when: |a, _| firing(a) && !a.actions_enabled,
        say: |_, cx| cx.words.get("attention.actions_disabled").to_owned(),
    },
    Rule {
        severity: Severity::Low,
        doc: "it is in ALARM, muted or suppressed",
        is_state: false,
        when: |a, _| firing(a) && silencer(a).is_some(),
        say: |a, cx| {
            let (key, by) = silencer(a).unwrap_or_default();
            cx.words.fill(key, &[("by", &by)])
        },
    },
    Rule {
        severity: Severity::Low,
        doc: "it is in ALARM, and no action is configured: no one is told",
        is_state: false,
        when: |a, _| firing(a) && a.actions.is_empty(),
        say: |_, cx| cx.words.get("attention.no_one_told").to_owned(),
    },
];

/// As bad as the worst rule that applies.
pub(super) fn of(alarm: &Alarm, cx: &Cx<'_>) -> Severity {
    applying(alarm, cx).map(|r| r.severity).max().unwrap_or(Severity::Ok)
}

/// What the applying rules say.
pub(super) fn attention(alarm: &Alarm, cx: &Cx<'_>) -> Vec<String> {
    applying(alarm, cx).map(|r| (r.say)(alarm, cx)).collect()
}

/// What the applying rules say, without those that repeat the state itself.
pub(super) fn notes<'a>(alarm: &'a Alarm, cx: &'a Cx<'_>) -> impl Iterator<Item = (Severity, String)> + 'a {
    applying(alarm, cx).filter(|r| !r.is_state).map(|r| (r.severity, (r.say)(alarm, cx)))
}

fn applying<'a>(alarm: &'a Alarm, cx: &'a Cx<'_>) -> impl Iterator<Item = &'static Rule> + 'a {
    RULES.iter().filter(|r| (r.when)(alarm, cx))
}

fn firing(alarm: &Alarm) -> bool {
    alarm.state == AlarmState::Alarm
}

fn silenced(alarm: &Alarm) -> bool {
    !alarm.actions_enabled || silencer(alarm).is_some()
}

/// Who keeps its actions from running: wording key and name.
pub(super) fn silencer(alarm: &Alarm) -> Option<(&'static str, String)> {
    let muted = alarm.muted_by.as_ref().filter(|by| !by.is_empty());
    if let Some(by) = muted {
        return Some(("attention.muted", by.join(", ")));
    }
    match &alarm.watch {
        // WaitPeriod, ExtensionPeriod and Alarm are CloudWatch's words for why.
        Watch::Composite { suppressed: Some(why), suppressor, .. } => {
            Some(("attention.suppressed", suppressor.clone().unwrap_or_else(|| why.clone())))
        }
        _ => None,
    }
}

fn evaluation(alarm: &Alarm) -> &str {
    alarm.evaluation_state.as_deref().unwrap_or_default()
}

fn in_alarm(alarm: &Alarm, cx: &Cx<'_>) -> String {
    match alarm.state_since {
        Some(at) => cx.words.fill("attention.alarm_since", &[("age", &age::since(at, cx.now))]),
        None => AlarmState::Alarm.word().to_owned(),
    }
}

fn no_data(alarm: &Alarm, cx: &Cx<'_>) -> String {
    match alarm.state_since {
        Some(at) => cx.words.fill("attention.no_data_for", &[("age", &age::since(at, cx.now))]),
        None => AlarmState::InsufficientData.word().to_owned(),
    }
}

fn long_without_data(alarm: &Alarm, cx: &Cx<'_>) -> bool {
    let limit = i64::try_from(cx.thresholds.insufficient_data.as_secs()).unwrap_or(i64::MAX);
    alarm.state_since.is_some_and(|at| cx.now.as_second() - at.as_second() > limit)
}
