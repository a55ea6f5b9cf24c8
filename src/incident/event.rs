//! What can happen in an incident: the kinds of a journal's entries, and the words that they are made of.
//!
//! The names here are written into records that outlive this program: a field may be added with a default, none may be
//! renamed or change its meaning. Texts are kept as they were typed or told, to the byte; who shows them sanitises them.
//! Times are RFC 3339 in UTC. Never a secret: no tokens, no keys beyond their last four letters.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

pub use super::words::{Cause, Gate, ItemClass, Kind, Level, Mark, Moment, Outcome, Party, Role};

/// A thing an incident is about: an alarm, a resource, an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// CloudFormation type name (`AWS::CloudWatch::Alarm`), or `Toban::…` for what only the console knows.
    #[serde(rename = "type")]
    pub kind: String,
    /// The id or name by which its own service knows it.
    pub id: String,
    /// What people call it, where that is something else.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The ARN, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Where>,
}

impl Subject {
    /// Whether both are the same thing at the same place; a place that is not known fits any.
    pub fn same(&self, other: &Self) -> bool {
        let place = match (&self.scope, &other.scope) {
            (Some(one), Some(other)) => one.same(other),
            _ => true,
        };
        place && (&self.kind, &self.id) == (&other.kind, &other.id)
    }

    /// What people call it.
    pub fn label(&self) -> &str {
        if self.name.is_empty() { &self.id } else { &self.name }
    }
}

/// An account and Region.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Where {
    /// The AWS profile it was read with.
    #[serde(default)]
    pub profile: String,
    /// Twelve digits, where they were known.
    #[serde(default)]
    pub account: Option<String>,
    /// The Region's code.
    #[serde(default)]
    pub region: String,
}

impl Where {
    /// Whether both can be the same account and Region; one whose account is not known goes by the profile. What one
    /// of them does not know fits any: a pager seldom knows the profile that the console reads with.
    pub fn same(&self, other: &Self) -> bool {
        let fits = |one: &str, other: &str| one.is_empty() || other.is_empty() || one == other;
        let account = match (&self.account, &other.account) {
            (Some(one), Some(other)) => one == other,
            _ => fits(&self.profile, &other.profile),
        };
        account && fits(&self.region, &other.region)
    }
}

/// What somebody reports; everything but the first may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Report {
    /// What exactly, in the reporter's words.
    pub what: String,
    /// Who reports it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub who: String,
    /// Since when, as it was said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub since: String,
    /// The page or address.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// How many are affected.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub how_many: String,
    /// From where it is seen.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from: String,
}

/// Something that was on the screen, as data, with the call it came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// What it is, in a line.
    pub title: String,
    /// Where it was seen: a pane's name, `graph`, `event`, `check`.
    pub source: String,
    /// The call that it came from, e.g. `ec2:DescribeInstanceStatus`; empty where it was typed.
    #[serde(default)]
    pub operation: String,
    /// When it was read.
    pub observed_at: Timestamp,
    /// It.
    pub data: Json,
}

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Which: a check of the console (`ec2.status.system`), or of a runbook (`R1/system`).
    pub id: String,
    /// How it came out.
    pub outcome: Outcome,
    /// What was seen, or what is missing.
    pub evidence: String,
    /// When it was read.
    pub observed_at: Timestamp,
    /// Of a runbook's check: how it was judged, with the slice of the answer (`runbook::judge::Judged`).
    #[serde(default, skip_serializing_if = "Json::is_null")]
    pub judged: Json,
}

/// One step is decided on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The runbook that it is of.
    pub runbook: String,
    /// Which.
    pub id: String,
    /// How it stands.
    pub mark: Mark,
    /// Why; what was chosen, where it is a decision.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// What was chosen, of a step that is a decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<String>,
    /// Whether it goes against what a check says.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub overrides: bool,
    /// Of a runbook's step: how it was done, on which results, and where that led (`runbook::progress::Done`).
    #[serde(default, skip_serializing_if = "Json::is_null")]
    pub done: Json,
}

/// A message to somebody, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalated {
    /// To which party of the ladder.
    pub to: String,
    /// By which channel: `copy`, `file`, `command`, `webhook`, `support-case`, `opsitem`, or as it was said.
    pub channel: String,
    /// The message, whole.
    pub message: String,
    /// Whether it went out; a message that did not is kept with the reason.
    pub sent: bool,
    /// What the channel answered: a case's number, why it did not go out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answer: String,
    /// Until when somebody must have acknowledged it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
}

/// What the review wants done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What for.
    pub class: ItemClass,
    /// What.
    pub text: String,
    /// By whom.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// Until when, as it was said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub due: String,
}

/// Something that happened in an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// It was opened. Always the first entry, and only that.
    Opened {
        /// The title.
        title: String,
        /// What somebody came with.
        #[serde(rename = "what")]
        kind: Kind,
        /// How bad, as far as that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level: Option<Level>,
        /// What it is about: the alarm or resource.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subject: Option<Subject>,
        /// When that first showed: the alarm's change of state.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<Timestamp>,
        /// What was reported.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        report: Option<Report>,
        /// The number that it had where it was opened.
        number: u64,
    },
    /// A further report came in.
    Reported(Report),
    /// A further alarm or resource belongs to it.
    Attached {
        /// Which.
        subject: Subject,
    },
    /// An alarm or resource does not belong to it after all.
    Detached {
        /// Which.
        subject: Subject,
        /// Why.
        reason: String,
    },
    /// A report is about something else.
    Withdrawn {
        /// The number of its entry.
        of: u64,
        /// Why.
        #[serde(default)]
        reason: String,
    },
    /// It has another title.
    Retitled {
        /// Which.
        title: String,
    },
    /// Something was kept as it was on the screen.
    Evidence(Evidence),
    /// A check ran.
    Check(Check),
    /// A runbook was taken up, in place of the one before.
    Runbook {
        /// Which.
        id: String,
        /// Of which version.
        version: String,
        /// Why this one.
        #[serde(default)]
        reason: String,
    },
    /// A step was decided on.
    Step(Step),
    /// The gate was decided: full response, none, or watch.
    Gate {
        /// The answer.
        answer: Gate,
        /// Why.
        reason: String,
        /// What was on the screen then.
        #[serde(default)]
        facts: Vec<String>,
        /// When a watch comes back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        again: Option<Timestamp>,
    },
    /// How bad it is was decided.
    Severity {
        /// How bad.
        level: Level,
        /// Why; needed when it is lowered.
        #[serde(default)]
        reason: String,
    },
    /// Whose part it is was decided.
    Verdict {
        /// Whose.
        side: Party,
        /// The field of work.
        #[serde(default)]
        area: String,
        /// Why.
        reasons: Vec<String>,
        /// Whether a person decided against what the signals say.
        #[serde(default)]
        overrides: bool,
    },
    /// Somebody wrote something down.
    Note {
        /// It.
        text: String,
        /// The entry that it corrects or explains.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<u64>,
    },
    /// Somebody said what a runbook has to know and nothing else says: the value of one of its parameters.
    Value {
        /// The parameter, as in `${name}`.
        name: String,
        /// Its value, as it stands in questions and commands.
        value: String,
    },
    /// Something was changed, by this console or by hand.
    Action {
        /// The operation, e.g. `ec2:StopInstances`; empty where it is not known.
        #[serde(default)]
        operation: String,
        /// The same as a command.
        command: String,
        /// What came of it.
        #[serde(default)]
        result: String,
        /// The runbook's step that it is of: runbook and step.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<(String, String)>,
        /// Who had agreed to it; empty where nobody had to.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        approved_by: String,
    },
    /// Somebody was told.
    Escalated(Escalated),
    /// Somebody took it on.
    Acknowledged {
        /// Which escalation: the number of its entry; none for the incident itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<u64>,
        /// Who.
        who: String,
    },
    /// Somebody plays a part.
    Role {
        /// Which.
        role: Role,
        /// Who.
        who: String,
    },
    /// A field of the grey-zone record.
    Grey {
        /// Which (see `grey::FIELDS`).
        field: String,
        /// What it says now.
        value: String,
    },
    /// It was handed over, with the page that was handed over.
    HandedOff {
        /// To whom.
        to: String,
        /// The page.
        page: String,
    },
    /// The handover was accepted.
    Accepted {
        /// By whom.
        who: String,
    },
    /// A moment that figures are counted from.
    Moment {
        /// Which.
        which: Moment,
        /// When.
        when: Timestamp,
        /// How that is known.
        #[serde(default)]
        reason: String,
    },
    /// Something is to be done after it.
    Item(Item),
    /// It is over.
    Closed {
        /// What it was.
        cause: Cause,
        /// In a sentence.
        #[serde(default)]
        summary: String,
    },
    /// It is not over after all.
    Reopened {
        /// Why.
        reason: String,
    },
    /// It came from another machine.
    Imported {
        /// Up to which entry.
        seq: u64,
        /// Where it came from.
        from: String,
    },
}

impl Event {
    /// The word of its kind, as in records.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Reported(_) => "reported",
            Self::Attached { .. } => "attached",
            Self::Detached { .. } => "detached",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Retitled { .. } => "retitled",
            Self::Evidence(_) => "evidence",
            Self::Check(_) => "check",
            Self::Runbook { .. } => "runbook",
            Self::Step(_) => "step",
            Self::Gate { .. } => "gate",
            Self::Severity { .. } => "severity",
            Self::Verdict { .. } => "verdict",
            Self::Note { .. } => "note",
            Self::Value { .. } => "value",
            Self::Action { .. } => "action",
            Self::Escalated(_) => "escalated",
            Self::Acknowledged { .. } => "acknowledged",
            Self::Role { .. } => "role",
            Self::Grey { .. } => "grey",
            Self::HandedOff { .. } => "handed_off",
            Self::Accepted { .. } => "accepted",
            Self::Moment { .. } => "moment",
            Self::Item(_) => "item",
            Self::Closed { .. } => "closed",
            Self::Reopened { .. } => "reopened",
            Self::Imported { .. } => "imported",
        }
    }
}
