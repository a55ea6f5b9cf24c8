//! The runbooks that come with the program. This is the only list of them; tests hold each to be right.

use crate::config::source::Source;

/// Checks and parameters that they share.
pub const COMMON: Source<'static> =
    Source { name: "runbooks/checks.toml", text: include_str!("../../runbooks/checks.toml") };

macro_rules! books {
    ($($name:literal),* $(,)?) => {
        &[$(Source {
            name: concat!("runbooks/", $name, ".toml"),
            text: include_str!(concat!("../../runbooks/", $name, ".toml")),
        }),*]
    };
}

/// All of them, in the order of `toban runbook list`.
pub const BOOKS: &[Source<'static>] = books![
    "first-15-minutes",
    "ec2-system-check",
    "ec2-instance-check",
    "exhaustion",
    "web-unreachable",
    "compromised-host",
    "leaked-credentials",
    "network-change",
    "backup-failed",
    "patch",
    "aws-event",
    "cost",
    "batch-failed",
    "restore",
];
