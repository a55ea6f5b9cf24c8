//! What pages and graphs have asked for beyond the rows, each with its age or why it is not known.
//!
//! `update/needs.rs` asks and forgets, `update/data.rs` fills in.

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;

use crate::{
    problem::Problem,
    rows::{
        alarm::HistoryItem,
        described::{Described, What},
        metric::{Series, SeriesQuery},
        patch::PatchItem,
    },
    scope::ScopeId,
    triage::explanation::Explanation,
};

/// One fact of a page.
#[derive(Debug, Clone)]
pub struct Fact<T> {
    /// What is known.
    pub value: Option<T>,
    /// Since when.
    pub at: Option<Timestamp>,
    /// The request that runs.
    pub running: Option<u64>,
    /// Why it is not known.
    pub problem: Option<Problem>,
}

impl<T> Default for Fact<T> {
    fn default() -> Self {
        Self { value: None, at: None, running: None, problem: None }
    }
}

/// Facts that pages and graphs asked for, kept as long as they are useful.
#[derive(Debug, Default)]
pub struct Facts {
    /// Metric series over the graph window.
    pub series: HashMap<(ScopeId, SeriesQuery), Fact<Series>>,
    /// Alarm histories.
    pub history: HashMap<(ScopeId, String), Fact<Vec<HistoryItem>>>,
    /// Patches of machines.
    pub patches: HashMap<(ScopeId, String), Fact<Vec<PatchItem>>>,
    /// What EC2 says of single resources.
    pub described: HashMap<(ScopeId, What, String), Fact<Described>>,
    /// What explains alarms, as far as it has been worked out.
    pub explanations: HashMap<(ScopeId, String), Fact<Arc<Explanation>>>,
    /// Records of events, in lines.
    pub records: HashMap<(ScopeId, String), Fact<String>>,
}
