//! What was done and read, as the record keeps it. The way can be gone again from it later, without AWS.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    runbook::{
        judge::{By, Judged},
        step::Act,
        words,
    },
    text::sentence::Sentence,
};

/// Everything that a runbook's progress rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The runbook that is followed now, by its id.
    pub book: String,
    /// Since when it is.
    #[serde(with = "words::time")]
    pub started: Timestamp,
    /// The last result of each check, by its id.
    pub outcomes: BTreeMap<String, Judged>,
    /// What was done, in order; also in runbooks before this one.
    pub done: Vec<Done>,
    /// From which of these on this runbook is followed.
    pub stint: usize,
    /// That the operator has run the due act's command.
    pub performed: Option<Performed>,
}

/// That a command was run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Performed {
    /// When.
    #[serde(with = "words::time")]
    pub at: Timestamp,
    /// Who had agreed to it; empty where nobody had to.
    pub approved_by: String,
}

/// A step that was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// In which runbook.
    pub book: String,
    /// Which step.
    pub step: String,
    /// How.
    pub how: How,
    /// The results that it rested on, by the checks' ids.
    pub outcomes: BTreeMap<String, Judged>,
    /// When.
    #[serde(with = "words::time")]
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// Where it led.
    pub to: To,
}

/// How a step was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Its checks decided.
    Read,
    /// The act was performed, and its success looked for.
    Performed {
        /// Who had agreed to it; empty where nobody had to.
        approved_by: String,
    },
    /// Its time has passed.
    Waited,
    /// Somebody answered or decided.
    Chosen {
        /// Which choice.
        choice: String,
        /// Why; never empty for a decision.
        reason: String,
    },
    /// Somebody was told, or something was written down.
    Told {
        /// What.
        text: String,
    },
    /// Somebody went past it.
    Skipped {
        /// Why; never empty.
        reason: String,
    },
    /// It was done in a runbook before this one.
    Carried {
        /// In which.
        from: String,
    },
}

/// Where a step led.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum To {
    /// To a step.
    Step(String),
    /// To another runbook.
    Book(String),
    /// To the end.
    Close,
}

impl Record {
    /// Nothing done yet.
    pub fn begin(book: &str, now: Timestamp) -> Self {
        Self {
            book: book.to_owned(),
            started: now,
            outcomes: BTreeMap::new(),
            done: Vec::new(),
            stint: 0,
            performed: None,
        }
    }

    /// Another runbook from here on. Nothing is lost: what was done stays, results hold by the ids of checks, and a step
    /// of the same id counts as done when it is come by.
    pub fn switch(&mut self, book: &str, now: Timestamp) {
        book.clone_into(&mut self.book);
        self.started = now;
        self.stint = self.done.len();
        self.performed = None;
    }

    /// A check has come out. What a person said against what was read stays until something was changed since.
    pub fn learn(&mut self, check: &str, judged: Judged) {
        let since = self.since();
        let stays = self.outcomes.get(check).is_some_and(|known| {
            matches!(known.by, By::Override { .. })
                && matches!(judged.by, By::Read | By::Console)
                && since.is_none_or(|since| known.at >= since)
        });
        if !stays {
            self.outcomes.insert(check.to_owned(), judged);
        }
    }

    /// Somebody has said what a parameter is: checks that could not be read for want of it are to be read now.
    pub fn known(&mut self, param: &str) {
        self.outcomes.retain(|_, judged| !judged.lacks(param));
    }

    /// The operator says that the due act's command was run. Refused without the name of somebody who agreed, where the
    /// act needs that.
    pub fn perform(&mut self, act: &Act, approved_by: &str, now: Timestamp) -> Result<(), Sentence> {
        let approved_by = approved_by.trim().to_owned();
        if approved_by.is_empty() && !act.approve.is_empty() {
            let who = act.approve.iter().map(|owner| owner.word()).collect::<Vec<_>>().join(", ");
            return Err(Sentence::new("runbook.wants_approval").with("who", who));
        }
        self.performed = Some(Performed { at: now, approved_by });
        Ok(())
    }

    /// A step is done.
    pub fn push(&mut self, done: Done) {
        self.performed = None;
        self.done.push(done);
    }

    /// Since when the due step is due.
    pub fn due_since(&self) -> Timestamp {
        self.done.iter().skip(self.stint).last().map_or(self.started, |done| done.at)
    }

    /// The last change by our hand, or end of a wait: what was read before it says nothing of how things are now.
    pub fn since(&self) -> Option<Timestamp> {
        let changed = self.done.iter().rev().find(|done| done.changed()).map(|done| done.at);
        self.performed.as_ref().map(|performed| performed.at).max(changed)
    }
}

impl Done {
    /// Whether what was read before it is out of date.
    fn changed(&self) -> bool {
        matches!(self.how, How::Performed { .. } | How::Waited)
    }
}
