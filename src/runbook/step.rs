//! What is done: one step of a runbook, and where it leads.

use jiff::SignedDuration;

use super::{
    condition::Condition,
    words::{Owner, Side, Text},
};

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its name. The same name in two runbooks means the same step.
    pub id: String,
    /// What it is.
    pub title: Text,
    /// What kind of step, with what belongs to that.
    pub kind: Kind,
    /// Who does it.
    pub owner: Owner,
    /// Whose duty the thing is that it is about.
    pub side: Side,
    /// How long to stay with it.
    pub timebox: Option<SignedDuration>,
    /// Ids of the checks whose results it shows and branches on.
    pub checks: Vec<String>,
    /// How it is done, in a few sentences.
    pub note: Option<Text>,
    /// Which minutes it is for, in a checklist: `2-5`.
    pub minute: Option<String>,
    /// What the record keeps of it.
    pub proof: Option<Text>,
    /// Where results lead; the first condition that holds.
    pub branches: Vec<Branch>,
    /// Where it goes otherwise.
    pub then: Next,
}

/// What kind of step.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Checks that decide by themselves.
    Check,
    /// A question to the operator.
    Ask(Vec<Choice>),
    /// A decision: takes a person, a choice and a reason.
    Decide(Vec<Choice>),
    /// Something that changes AWS: a command that is shown and copied, never run.
    Act(Box<Act>),
    /// Somebody is told.
    Notify(Vec<Owner>),
    /// Time passes.
    Wait(SignedDuration),
    /// Something is written down.
    Record,
    /// Goes somewhere else.
    Goto,
}

impl Kind {
    /// As in a file.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Ask(_) => "ask",
            Self::Decide(_) => "decide",
            Self::Act(_) => "act",
            Self::Notify(_) => "notify",
            Self::Wait(_) => "wait",
            Self::Record => "record",
            Self::Goto => "goto",
        }
    }

    /// Wording key.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Check => "runbook.kind.check",
            Self::Ask(_) => "runbook.kind.ask",
            Self::Decide(_) => "runbook.kind.decide",
            Self::Act(_) => "runbook.kind.act",
            Self::Notify(_) => "runbook.kind.notify",
            Self::Wait(_) => "runbook.kind.wait",
            Self::Record => "runbook.kind.record",
            Self::Goto => "runbook.kind.goto",
        }
    }
}

/// One answer to a question, or one way to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its name in the record.
    pub id: String,
    /// What it says.
    pub title: Text,
    /// What may go wrong with it.
    pub risk: Option<Text>,
    /// Where it leads.
    pub to: Next,
}

/// Something that changes AWS.
#[derive(Debug, Clone, PartialEq)]
pub struct Act {
    /// Shown and copied, with `${…}` in it.
    pub command: String,
    /// Who must have agreed.
    pub approve: Vec<Owner>,
    /// Whether it can be taken back.
    pub reversible: bool,
    /// What it may cost.
    pub risk: Text,
    /// What must hold before; shown as a warning where it does not.
    pub guard: Vec<Condition>,
    /// How its success is read back.
    pub confirm: Confirm,
}

/// How an act's success is read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirm {
    /// The check that must pass.
    pub check: String,
    /// By when, from when the operator said that it was done.
    pub within: SignedDuration,
}

/// Where a result leads.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// When.
    pub when: Condition,
    /// Where to.
    pub to: Next,
}

/// Where a step leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// To a step, by its index.
    Step(usize),
    /// To another runbook, by its id.
    Book(String),
    /// The runbook is over.
    Close,
}

impl Step {
    /// What it changes, if it does.
    pub fn act(&self) -> Option<&Act> {
        match &self.kind {
            Kind::Act(act) => Some(act),
            _ => None,
        }
    }

    /// What can be chosen.
    pub fn choices(&self) -> &[Choice] {
        match &self.kind {
            Kind::Ask(choices) | Kind::Decide(choices) => choices,
            _ => &[],
        }
    }

    /// Everywhere it can lead.
    pub fn exits(&self) -> Vec<&Next> {
        let mut exits: Vec<&Next> = self.branches.iter().map(|branch| &branch.to).collect();
        exits.extend(self.choices().iter().map(|choice| &choice.to));
        if self.branches.is_empty() && self.choices().is_empty() {
            exits.push(&self.then);
        }
        exits
    }
}
