//! AWS Support as the account has it: its plan, and the cases that were opened since the drill began.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::drill::script::SupportPlan;

/// The account's side of AWS Support.
#[derive(Debug)]
pub(crate) struct Desk {
    /// None where the plan opens no API.
    pub(crate) plan: Option<SupportPlan>,
    cases: Mutex<Vec<Case>>,
}

/// A case.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// `case-…`.
    pub(crate) id: String,
    /// The number that people say.
    pub(crate) number: String,
    /// One line.
    pub(crate) subject: String,
    /// What was asked.
    pub(crate) body: String,
    /// Service, category and severity as Support calls them.
    pub(crate) service: String,
    /// See above.
    pub(crate) category: String,
    /// See above.
    pub(crate) severity: String,
    /// `en`, `ja`, …
    pub(crate) language: String,
    /// When it was opened.
    pub(crate) at: Timestamp,
}

impl Desk {
    /// Nothing has been asked yet.
    pub(crate) const fn new(plan: Option<SupportPlan>) -> Self {
        Self { plan, cases: Mutex::new(Vec::new()) }
    }

    /// The cases, the oldest first.
    pub(crate) fn cases(&self) -> MutexGuard<'_, Vec<Case>> {
        self.cases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
