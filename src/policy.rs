//! The IAM permissions that toban needs: a projection of the panes' own lists, of the questions that an explanation may put
//! to AWS, of the registry that runbooks read by, and of what is asked beside them.
//!
//! This is the only list of actions that belong to no pane. Everything is a read that takes no resource, or one whose
//! resource is known only after it has been listed, so the resource is `*`. It must never name an action that nothing
//! here calls: `tests/policy.rs` compares it with the calls of `src/aws` in both directions.

use serde::Serialize;

use crate::{panes::PANES, reads, triage::read::Read};

/// An action that no pane needs, but what stands around the panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beside {
    /// `service:Operation`.
    pub action: &'static str,
    /// Wording key of what it is for.
    pub why: &'static str,
}

/// What is asked beside the panes, sorted.
pub static BESIDE: [Beside; 2] = [
    Beside { action: "ec2:DescribeRegions", why: "policy.regions" },
    Beside { action: "iam:ListAccountAliases", why: "policy.alias" },
];

/// Wording key of what [`triage`] is for.
pub const TRIAGE_WHY: &str = "policy.triage";

/// What is asked while an incident is being explained, sorted; panes have some of it too.
pub fn triage() -> Vec<&'static str> {
    let mut actions: Vec<_> = Read::ALL.into_iter().map(Read::action).collect();
    actions.sort_unstable();
    actions.dedup();
    actions
}

/// Wording key of what [`runbooks`] is for.
pub const RUNBOOKS_WHY: &str = "policy.runbooks";

/// What a runbook may read, sorted: the registry's operations.
pub fn runbooks() -> Vec<&'static str> {
    let mut actions: Vec<_> =
        reads::all().flat_map(reads::Spec::actions).filter(|action| !FREE.contains(action)).collect();
    actions.sort_unstable();
    actions.dedup();
    actions
}

/// What is called and needs no permission: nobody can be denied to ask who they are (`aws-facts.md` §1.0).
pub static FREE: [&str; 1] = ["sts:GetCallerIdentity"];

/// What is called with the credentials of a source profile, for a role whose code we ask ourselves. The permission is that
/// user's on that role, not the role's own, which is what the policy is for.
pub static BY_SOURCE: [&str; 1] = ["sts:AssumeRole"];

/// What changes something at AWS, for an operator who has said so: not in the policy, which only reads. Whoever is to open
/// cases or items from here is given these besides.
pub static WRITES: [&str; 2] = ["ssm:CreateOpsItem", "support:CreateCase"];

/// The most that a managed policy may hold, in characters that are not white space (IAM quotas).
pub const MOST_CHARS: usize = 6144;

/// A policy document, as IAM takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Document {
    version: &'static str,
    /// One per pane that is asked of AWS, in the order of the tabs, so that a pane can be left out by leaving out its
    /// statement; then one for explanations, one for what runbooks read, and one for what stands beside them.
    pub statement: Vec<Statement>,
}

/// What may be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Statement {
    /// Letters and digits only (IAM's grammar), unique within the document.
    pub sid: String,
    effect: &'static str,
    /// Sorted.
    pub action: Vec<&'static str>,
    resource: &'static str,
}

impl Statement {
    fn new(name: &str, actions: impl Iterator<Item = &'static str>) -> Self {
        let name = name.chars().filter(char::is_ascii_alphanumeric);
        let mut action: Vec<_> = actions.collect();
        action.sort_unstable();
        Self { sid: "Toban".chars().chain(name).collect(), effect: "Allow", action, resource: "*" }
    }
}

/// The least that toban needs to show everything.
pub fn document() -> Document {
    let panes = PANES.iter().filter(|pane| !pane.iam.is_empty());
    let panes = panes.map(|pane| Statement::new(pane.name, pane.iam.iter().copied()));
    let triage = Statement::new("Triage", triage().into_iter());
    let runbooks = Statement::new("Runbooks", runbooks().into_iter());
    let beside = Statement::new("Account", BESIDE.iter().map(|beside| beside.action));
    Document { version: "2012-10-17", statement: panes.chain([triage, runbooks, beside]).collect() }
}

/// Every action of the policy once, sorted.
pub fn actions() -> Vec<&'static str> {
    let mut actions: Vec<_> = document().statement.into_iter().flat_map(|s| s.action).collect();
    actions.sort_unstable();
    actions.dedup();
    actions
}
