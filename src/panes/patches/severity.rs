//! How bad the state of a machine's patches is, and why it wants attention: one table.

use crate::{
    rows::{
        instance::Ssm,
        patch::{Asked, Node, Scan, Unmanaged},
    },
    severity::Severity,
    text::age,
    value::Cx,
};

/// One reason for attention.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// How bad that alone is. A machine is as bad as the worst of its rules, and ok without any.
    pub severity: Severity,
    /// When it applies, for the README.
    pub doc: &'static str,
    /// What it says, if it applies.
    pub say: fn(&Node, &Cx<'_>) -> Option<String>,
}

/// The rules, in the order in which their reasons are read.
pub static RULES: [Rule; 14] = [
    Rule {
        severity: Severity::High,
        doc: "it runs, and at least `thresholds.critical_patches` critical patches are missing",
        say: |n, cx| critical(n, cx, true),
    },
    Rule {
        severity: Severity::Medium,
        doc: "fewer critical patches are missing, or it is stopped",
        say: |n, cx| critical(n, cx, false),
    },
    Rule {
        severity: Severity::Medium,
        doc: "security patches are missing",
        say: |n, cx| counted(n, cx, |s| s.security, "attention.patches_security"),
    },
    Rule {
        severity: Severity::Medium,
        doc: "patches could not be installed",
        say: |n, cx| counted(n, cx, |s| Some(s.failed), "attention.patches_failed"),
    },
    Rule {
        severity: Severity::Medium,
        doc: "it runs and is not managed by SSM",
        say: |n, cx| unmanaged(n, cx, true),
    },
    Rule {
        severity: Severity::Medium,
        doc: "it runs, and its agent has not been heard of",
        say: |n, cx| {
            let agent = n.agent.found().filter(|_| n.runs())?;
            let key = match agent.reach()? {
                Ssm::ConnectionLost => "attention.ssm_lost",
                Ssm::Inactive => "attention.ssm_inactive",
                Ssm::Online | Ssm::Unmanaged => return None,
            };
            let age = agent.last_ping.map_or_else(|| "?".to_owned(), |at| age::since(at, cx.now));
            Some(cx.words.fill(key, &[("age", &age)]))
        },
    },
    Rule {
        severity: Severity::Medium,
        doc: "it runs, is managed, and was never scanned",
        say: |n, cx| never_scanned(n, cx, true),
    },
    Rule {
        severity: Severity::Low,
        doc: "other patches are missing or not compliant",
        say: |n, cx| {
            // What is critical or a security patch has been said.
            let scan = n.scan.found().filter(|s| s.critical.unwrap_or(0) + s.security.unwrap_or(0) == 0)?;
            let (count, key) = match (scan.missing, scan.other.unwrap_or(0)) {
                (0, 0) => return None,
                // Those that failed, were rejected or wait for a reboot are said by their own rules.
                (0, other) if has_failed(scan) || other == 0 => return None,
                (0, other) => (other, "attention.patches_other"),
                (missing, _) => (missing, "attention.patches_missing"),
            };
            Some(cx.words.fill(key, &[("count", &count)]))
        },
    },
    Rule {
        severity: Severity::Low,
        doc: "rejected patches are installed",
        say: |n, cx| counted(n, cx, |s| s.rejected, "attention.patches_rejected"),
    },
    Rule {
        severity: Severity::Low,
        doc: "patches wait for a reboot",
        say: |n, cx| counted(n, cx, |s| s.pending_reboot, "attention.patches_reboot"),
    },
    Rule {
        severity: Severity::Low,
        doc: "the last scan is longer ago than `thresholds.patch_scan_days`",
        say: |n, cx| {
            let at = n.scan.found()?.ended?;
            let old = cx.now.as_second() - at.as_second() > cx.thresholds.patch_scan_days * 86_400;
            old.then(|| cx.words.fill("attention.scan_old", &[("age", &age::since(at, cx.now))]))
        },
    },
    Rule {
        severity: Severity::Unknown,
        doc: "stopped, or started just now, and not managed",
        say: |n, cx| unmanaged(n, cx, false),
    },
    Rule {
        severity: Severity::Unknown,
        doc: "stopped, or started just now, and never scanned",
        say: |n, cx| never_scanned(n, cx, false),
    },
    Rule {
        severity: Severity::Unknown,
        doc: "SSM, or the patch state, could not be read",
        say: |n, cx| match (&n.agent, &n.scan) {
            (Asked::Unread, _) => Some(cx.words.get("attention.ssm_unread").to_owned()),
            (Asked::Found(_), Asked::Unread) => Some(cx.words.get("attention.patches_unread").to_owned()),
            _ => None,
        },
    },
];

/// As bad as the worst rule that applies.
pub(super) fn of(node: &Node, cx: &Cx<'_>) -> Severity {
    RULES.iter().filter(|r| (r.say)(node, cx).is_some()).map(|r| r.severity).max().unwrap_or(Severity::Ok)
}

/// What the applying rules say.
pub(super) fn attention(node: &Node, cx: &Cx<'_>) -> Vec<String> {
    RULES.iter().filter_map(|r| (r.say)(node, cx)).collect()
}

/// Why SSM does not manage it, in a few words.
pub(super) fn reason(why: Unmanaged, node: &Node, cx: &Cx<'_>) -> String {
    let machine = node.machine.as_ref();
    match why {
        Unmanaged::NotRunning => machine.map(|m| m.state.to_string()).unwrap_or_default(),
        Unmanaged::JustStarted => {
            let age = machine.and_then(|m| m.launched).map(|at| age::since(at, cx.now)).unwrap_or_default();
            cx.words.fill("patch.just_started", &[("age", &age)])
        }
        Unmanaged::NoProfile => cx.words.get("patch.no_profile").to_owned(),
        Unmanaged::NoAgent => cx.words.get("patch.no_agent").to_owned(),
    }
}

fn counted(node: &Node, cx: &Cx<'_>, which: fn(&Scan) -> Option<u32>, key: &str) -> Option<String> {
    let count = which(node.scan.found()?).filter(|count| *count > 0)?;
    Some(cx.words.fill(key, &[("count", &count)]))
}

fn critical(node: &Node, cx: &Cx<'_>, urgent: bool) -> Option<String> {
    let count = node.scan.found()?.critical.filter(|count| *count > 0)?;
    let is_urgent = count >= cx.thresholds.critical_patches && node.runs();
    (is_urgent == urgent).then(|| cx.words.fill("attention.patches_critical", &[("count", &count)]))
}

fn has_failed(scan: &Scan) -> bool {
    scan.failed + scan.rejected.unwrap_or(0) + scan.pending_reboot.unwrap_or(0) > 0
}

/// Not managed: something to mend, unless it is stopped or has had no time yet.
fn unmanaged(node: &Node, cx: &Cx<'_>, to_mend: bool) -> Option<String> {
    let why = node.unmanaged(cx.now)?;
    let mend = !matches!(why, Unmanaged::NotRunning | Unmanaged::JustStarted);
    let reason = reason(why, node, cx);
    (mend == to_mend).then(|| cx.words.fill("attention.unmanaged", &[("reason", &reason)]))
}

fn never_scanned(node: &Node, cx: &Cx<'_>, to_mend: bool) -> Option<String> {
    let managed = matches!((&node.agent, &node.scan), (Asked::Found(_), Asked::Absent));
    (managed && node.runs() == to_mend).then(|| cx.words.get("attention.never_scanned").to_owned())
}
