//! What a good response to a drill looks like, in terms of the incident's record and never of keys: the table `[expected]` of
//! `drills/NAME.toml`.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de::Error as _};

use crate::{
    incident::{
        event::{Cause, Gate, Level, Mark, Party},
        ladder::Owner,
    },
    runbook::{Runbook, shelf::Shelf},
    text::duration,
};

/// What is expected of whoever plays a drill. Of each list any one will do.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Names or ids of the alarms and resources that the incident may be about.
    pub about: Vec<String>,
    /// Runbooks, by their ids. The steps below are of these.
    pub runbook: Vec<String>,
    /// How bad it may be said to be.
    pub severity: Vec<Level>,
    /// The gate's answers.
    pub gate: Vec<Gate>,
    /// Whose part it is.
    pub verdict: Vec<Party>,
    /// Who has to be told; empty where nobody has to be.
    #[serde(default)]
    pub escalate: Vec<Owner>,
    /// What it was in the end.
    pub cause: Vec<Cause>,
    /// By when.
    #[serde(default)]
    pub par: Par,
    /// The steps that have to be answered, in their order.
    pub step: Vec<Step>,
}

/// A step that has to be answered.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its id.
    pub id: String,
    /// The choices that are right, by their ids; empty where it has none, or any will do.
    #[serde(default)]
    pub choice: Vec<String>,
    /// How it has to come out, where that matters.
    #[serde(default)]
    pub mark: Option<Mark>,
    /// Whether its answer shows the fault: the first right check. One step of a drill does.
    #[serde(default)]
    pub shows: bool,
}

/// Time limits, counted from when the drill is opened, or its alarm fires where that is later. What has none is never late.
/// Those of the house are the minutes of the checklist of the first fifteen (`incident-flow.md` §2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Par {
    /// To open the incident.
    #[serde(default, deserialize_with = "span")]
    pub opened: Option<Duration>,
    /// To come by the first right check.
    #[serde(default, deserialize_with = "span")]
    pub shown: Option<Duration>,
    /// To say whose part it is.
    #[serde(default, deserialize_with = "span")]
    pub verdict: Option<Duration>,
    /// To decide the gate.
    #[serde(default, deserialize_with = "span")]
    pub gate: Option<Duration>,
    /// To tell the right one.
    #[serde(default, deserialize_with = "span")]
    pub escalation: Option<Duration>,
}

impl Expected {
    /// The runbook that an expected step is of: the first of those expected that has it.
    pub fn book<'s>(&self, step: &Step, all: &'s Shelf) -> Option<&'s Runbook> {
        let books = self.runbook.iter().filter_map(|id| all.find(id));
        books.map(AsRef::as_ref).find(|book| book.step(&step.id).is_some())
    }
}

fn span<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
    let text = String::deserialize(from)?;
    let wrong = || D::Error::custom(format!("'{text}' is no span of time such as 90s or 10m"));
    duration::parse(&text).map(Some).ok_or_else(wrong)
}
