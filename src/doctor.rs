//! What `toban doctor` says: a list of checks, each with how it went, what was found and, when that is not good, the
//! remedy.
//!
//! The checks are made here from facts: those of this machine ([`machine::Machine`]) and those of each account and Region
//! ([`account::Account`]). Finding the facts out is `cli/doctor.rs` and `aws/examine.rs`; text and JSON are two projections of
//! the same list. Nothing here may ask AWS, read a file, the environment or a clock, or know an error code.

pub mod account;
pub mod json;
pub mod machine;
mod page;
#[cfg(test)]
mod tests;

use serde::Serialize;
use serde_json::Value;

pub use self::page::Page;
use crate::{
    panes::PaneId,
    problem::{Problem, ProblemKind, Remedy},
    scope::Scope,
    text::{Catalogue, problem, sentence::Sentence},
};

/// How a check went; the greater is the worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// As it should be.
    Ok,
    /// Not checked, and why not is said.
    Skipped,
    /// It works, or cannot be told, and is to be looked at.
    Warn,
    /// Something will not work.
    Fail,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Ok, Self::Skipped, Self::Warn, Self::Fail];

    /// Wording key of the word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "doctor.status.ok",
            Self::Skipped => "doctor.status.skipped",
            Self::Warn => "doctor.status.warn",
            Self::Fail => "doctor.status.fail",
        }
    }
}

/// What is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// `config.toml`.
    Settings,
    /// The keymap.
    Keys,
    /// Where records are kept.
    Data,
    /// Where is kept what can be fetched again.
    Cache,
    /// Where the log is.
    State,
    /// The terminal: whether there is one, its size, its kind, colours.
    Terminal,
    /// The character encoding.
    Locale,
    /// Whether copied text reaches the operator's clipboard.
    Clipboard,
    /// Who we are in AWS.
    Credentials,
    /// Our clock against AWS's.
    Clock,
    /// Where AWS is asked.
    Endpoint,
    /// The permissions that belong to no pane.
    Beside,
    /// The permissions to explain incidents.
    Triage,
    /// The permissions to read what runbooks look at.
    Runbooks,
    /// A pane's permissions.
    Pane(PaneId),
}

impl Subject {
    /// Those that are no panes.
    pub const OTHERS: [Self; 14] = [
        Self::Settings,
        Self::Keys,
        Self::Data,
        Self::Cache,
        Self::State,
        Self::Terminal,
        Self::Locale,
        Self::Clipboard,
        Self::Credentials,
        Self::Clock,
        Self::Endpoint,
        Self::Beside,
        Self::Triage,
        Self::Runbooks,
    ];

    /// The name on the page.
    pub fn label(self, words: &Catalogue) -> &str {
        words.get(match self {
            Self::Settings => "doctor.subject.settings",
            Self::Keys => "doctor.subject.keys",
            Self::Data => "doctor.subject.data",
            Self::Cache => "doctor.subject.cache",
            Self::State => "doctor.subject.log",
            Self::Terminal => "doctor.subject.terminal",
            Self::Locale => "doctor.subject.locale",
            Self::Clipboard => "doctor.subject.clipboard",
            Self::Credentials => "doctor.subject.credentials",
            Self::Clock => "doctor.subject.clock",
            Self::Endpoint => "doctor.subject.endpoint",
            Self::Beside => "doctor.subject.beside",
            Self::Triage => "doctor.subject.triage",
            Self::Runbooks => "doctor.subject.runbooks",
            Self::Pane(pane) => return pane.spec().name,
        })
    }

    /// The name in JSON.
    pub fn id(self) -> String {
        match self {
            Self::Settings => "settings",
            Self::Keys => "keys",
            Self::Data => "data",
            Self::Cache => "cache",
            Self::State => "log",
            Self::Terminal => "terminal",
            Self::Locale => "locale",
            Self::Clipboard => "clipboard",
            Self::Credentials => "credentials",
            Self::Clock => "clock",
            Self::Endpoint => "endpoint",
            Self::Beside => "account",
            Self::Triage => "triage",
            Self::Runbooks => "runbooks",
            Self::Pane(pane) => pane.spec().name,
        }
        .to_ascii_lowercase()
    }
}

/// What to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Advice {
    /// The remedy of a problem with AWS.
    Remedy(Remedy),
    /// Anything else.
    Say(Sentence),
}

impl Advice {
    /// In words.
    pub fn text(&self, words: &Catalogue) -> String {
        match self {
            Self::Remedy(remedy) => problem::remedy(words, remedy),
            Self::Say(sentence) => sentence.text(words),
        }
    }
}

/// How we know that an action is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// AWS answered the question.
    Answered,
    /// It takes the name of a thing; we named one that cannot exist, and AWS said that there is none, not that we may not
    /// ask. Permission for that name; a policy may still forbid others.
    NotFound,
}

/// What came of trying an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is allowed.
    Allowed(Proof),
    /// It could not be tried, for this reason.
    Untried(Sentence),
    /// It failed.
    Failed(Problem),
}

impl Outcome {
    /// How bad that is. A service that is off, and what passes by itself, may be as it should be.
    pub fn status(&self) -> Status {
        match self {
            Self::Allowed(_) => Status::Ok,
            Self::Untried(_) => Status::Skipped,
            // Most accounts have no such plan, and nothing is wrong with them.
            Self::Failed(problem) if problem.remedy == Remedy::SupportPlan => Status::Skipped,
            Self::Failed(problem) => match problem.kind {
                ProblemKind::Throttled | ProblemKind::NotEnabled => Status::Warn,
                ProblemKind::Other if problem.remedy == Remedy::Wait => Status::Warn,
                _ => Status::Fail,
            },
        }
    }
}

/// An IAM action and what came of trying it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// `service:Operation`.
    pub action: &'static str,
    /// What came of it.
    pub outcome: Outcome,
}

/// `DescribeInstances` of `ec2:DescribeInstances`.
fn operation(action: &str) -> &str {
    action.split_once(':').map_or(action, |(_, operation)| operation)
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Of what.
    pub subject: Subject,
    /// How it went.
    pub status: Status,
    /// What was found.
    pub found: Vec<Sentence>,
    /// What to do.
    pub advice: Vec<Advice>,
    /// The actions that were tried for it.
    pub tried: Vec<Tried>,
    /// What was found, for scripts.
    pub facts: Vec<(&'static str, Value)>,
}

impl Check {
    /// A check with one finding.
    pub fn new(subject: Subject, status: Status, found: Sentence) -> Self {
        Self { subject, status, found: vec![found], advice: Vec::new(), tried: Vec::new(), facts: Vec::new() }
    }

    /// The same with one more finding.
    #[must_use]
    pub fn and(mut self, found: Sentence) -> Self {
        self.found.push(found);
        self
    }

    /// The same with something to do.
    #[must_use]
    pub fn advise(mut self, advice: Sentence) -> Self {
        self.advice.push(Advice::Say(advice));
        self
    }

    /// The same with a fact for scripts.
    #[must_use]
    pub fn fact(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.facts.push((name, value.into()));
        self
    }

    /// A check that failed on a problem with AWS.
    pub fn failed(subject: Subject, problem: &Problem) -> Self {
        let outcome = Outcome::Failed(problem.clone());
        let said = Sentence::new("doctor.said").with("text", &problem.message);
        let mut check = Self::new(subject, outcome.status(), said);
        check.advice.push(Advice::Remedy(problem.remedy.clone()));
        check.fact("kind", problem.kind.word())
    }
}

/// The checks of this machine, or of one account and Region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Which account and Region; none for this machine.
    pub scope: Option<Scope>,
    /// The checks, in order.
    pub checks: Vec<Check>,
    /// Whether nothing can be asked there for want of valid credentials.
    pub no_credentials: bool,
}

/// The exit status of `contract.md`: 0 when nothing failed, 3 when no account had valid credentials, else 1.
pub fn exit_code(sections: &[Section]) -> u8 {
    let mut accounts = sections.iter().filter(|s| s.scope.is_some()).peekable();
    if accounts.peek().is_some() && accounts.all(|s| s.no_credentials) {
        return 3;
    }
    u8::from(sections.iter().flat_map(|s| &s.checks).any(|c| c.status == Status::Fail))
}
