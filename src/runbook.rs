//! Runbooks as data: which checks are made in which order, who does what, and where each result leads.
//!
//! A runbook is a TOML file (`docs/runbooks.md` has the format for those who write one). [`load`] reads and proves it:
//! every result leads somewhere, nothing runs in circles, nothing stands where nobody comes by. [`judge`] turns an
//! answer of AWS into pass, fail or unknown; [`progress`] says from what was done and read so far where one stands, what
//! may be read by itself, and what waits for a person; [`propose`] says which runbook fits.
//!
//! Nothing here asks AWS, reads a file or a clock, or runs a command: commands are shown, and whether they worked is
//! read back.

pub mod built_in;
pub mod check;
pub mod command;
pub mod condition;
pub mod console;
pub mod explained;
pub mod judge;
pub mod load;
pub mod params;
pub mod procedure;
pub mod progress;
pub mod propose;
pub mod registry;
pub mod shelf;
pub mod step;
pub mod words;

use jiff::{SignedDuration, civil::Date};

use self::{
    check::Check,
    step::Step,
    words::{Owner, Text},
};

/// The version of the format that this program reads.
pub const SCHEMA: i64 = 1;

/// How long a review holds: after a year accounts, names and people are others (`incident-flow.md` §3.2, "old → shown as
/// stale").
pub const KEEPS: SignedDuration = SignedDuration::from_hours(365 * 24);

/// The built-in checklist of the first fifteen minutes. It is shown beside a runbook's own steps and never proposed.
pub const CHECKLIST: &str = "first-15-minutes";

/// One runbook that has been proved.
#[derive(Debug, Clone, PartialEq)]
pub struct Runbook {
    /// Its name in files and commands: lower-case words with hyphens.
    pub id: String,
    /// What it is for.
    pub title: Text,
    /// When to take it, and what it does not do.
    pub about: Option<Text>,
    /// The version of its contents, as its author counts.
    pub version: String,
    /// When somebody last went through it.
    pub reviewed: Option<Date>,
    /// What incidents of this kind usually are, e.g. `SEV-3`.
    pub severity: Option<String>,
    /// When another runbook is the right one.
    pub out_of_scope: Vec<OutOfScope>,
    /// What offers it by itself.
    pub applies: Applies,
    /// What it has to know to ask.
    pub params: Vec<Param>,
    /// What is checked.
    pub checks: Vec<Check>,
    /// What is done; the first one is where it begins.
    pub steps: Vec<Step>,
}

/// When another runbook is the right one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutOfScope {
    /// When.
    pub when: Text,
    /// Its id.
    pub book: String,
}

/// What offers a runbook by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applies {
    /// Alarms on these metrics.
    pub alarms: Vec<AlarmSign>,
    /// The console's own checks, when they fail.
    pub checks: Vec<String>,
    /// Names of changes, when one of them is the first suspect; `*` stands for anything.
    pub events: Vec<String>,
    /// Event type codes of AWS Health; `*` stands for anything.
    pub health: Vec<String>,
    /// Words in what somebody reported, in any language.
    pub intake: Vec<String>,
}

/// Alarms by their metric; `*` stands for anything in each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmSign {
    /// As in CloudWatch.
    pub namespace: String,
    /// As in CloudWatch; any when missing.
    pub metric: Option<String>,
    /// A dimension that the alarm must have.
    pub dimension: Option<String>,
}

/// Something that a runbook has to know to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// Its name, as in `${name}`.
    pub name: String,
    /// What to ask an operator for where nothing says it.
    pub title: Text,
    /// CloudFormation type of what it names, if it names a resource.
    pub kind: Option<String>,
    /// Where it may be found, the first that has it.
    pub from: Vec<Place>,
    /// What it is when nothing says it.
    pub default: Option<String>,
}

/// Where a parameter's value may be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// `alarm.dimensions.NAME`.
    Dimension(String),
    /// `alarm.name`, `alarm.namespace`, `alarm.metric`.
    Alarm(AlarmField),
    /// `resource`: what is unwell, when it is of the parameter's type.
    Resource,
    /// `related`: what is around that, when exactly one thing is of the type.
    Related,
}

/// A field of an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlarmField {
    /// Its name.
    Name,
    /// Its metric's namespace.
    Namespace,
    /// Its metric.
    Metric,
}

impl Runbook {
    /// The index of a step.
    pub fn step(&self, id: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.id == id)
    }

    /// A check by its id.
    pub fn check(&self, id: &str) -> Option<&Check> {
        self.checks.iter().find(|check| check.id == id)
    }

    /// Every check that a step looks at: its own, those of its guards, and the one that confirms it; each once.
    pub fn checks_of<'a>(&'a self, step: &'a Step) -> Vec<&'a Check> {
        let mut ids: Vec<&str> = step.checks.iter().map(String::as_str).collect();
        if let Some(act) = step.act() {
            ids.extend(act.guard.iter().flat_map(condition::Condition::checks));
            ids.push(&act.confirm.check);
        }
        let mut found: Vec<&Check> = Vec::new();
        for id in ids {
            if let Some(check) = self.check(id).filter(|c| !found.iter().any(|f| f.id == c.id)) {
                found.push(check);
            }
        }
        found
    }

    /// Whether its state comes from live data by itself, without anything typed: a step of checks that are all read, or
    /// an act whose success is. `pressed` also counts reads that cost money, which take a press of a key.
    pub fn is_live(&self, step: &Step, pressed: bool) -> bool {
        let live = |id: &String| {
            self.check(id).is_some_and(|c| c.optional || c.source.is_live() && (pressed || !c.source.costs()))
        };
        let any = |id: &String| self.check(id).is_some_and(|c| c.source.is_live());
        match &step.kind {
            step::Kind::Check => step.checks.iter().any(any) && step.checks.iter().all(live),
            step::Kind::Act(act) => live(&act.confirm.check),
            _ => false,
        }
    }

    /// Whether nobody has gone through it for longer than [`KEEPS`], as of a day. One that names no day is no older for
    /// that: nothing is known of it.
    pub fn is_stale(&self, today: Date) -> bool {
        let until = self.reviewed.map(|reviewed| reviewed.saturating_add(KEEPS));
        until.is_some_and(|until| until < today)
    }

    /// Everybody who has a step.
    pub fn owners(&self) -> Vec<Owner> {
        let mut owners: Vec<Owner> = self.steps.iter().map(|step| step.owner).collect();
        owners.sort_unstable();
        owners.dedup();
        owners
    }
}
