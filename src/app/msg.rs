//! Everything that can happen to the console, as data.
//!
//! Messages come from the terminal, from signals, from the clock, and from answers of the runtime. Answers carry the
//! generation number of the request they belong to, so that a late one can be told from a current one.

use std::sync::Arc;

use crate::{
    app::update::incidents::Message,
    incident::{Entry, Incident},
    input::key::Key,
    panes::{PaneId, Row},
    problem::Problem,
    rows::{
        alarm::HistoryItem,
        described::{Described, What},
        metric::{Series, SeriesQuery},
        patch::PatchItem,
    },
    scope::{Scope, ScopeId},
    text::sentence::Sentence,
    triage::explanation::Explanation,
};

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The terminal has a new size: columns, rows.
    Resize(u16, u16),
    /// Time has passed; something may be due or may have aged.
    Tick,
    /// The program is in the foreground again.
    Resumed,
    /// Rows of a running fetch.
    Rows {
        /// Whose.
        pane: PaneId,
        /// From where.
        scope: ScopeId,
        /// Of which request.
        generation: u64,
        /// New or changed rows; they replace rows of the same id.
        rows: Vec<Arc<dyn Row>>,
    },
    /// A fetch is over. Rows that it did not bring are gone if it was complete.
    Fetched {
        /// Whose.
        pane: PaneId,
        /// From where.
        scope: ScopeId,
        /// Of which request.
        generation: u64,
        /// Whether the main listing was read to its end.
        complete: bool,
        /// What went wrong, the worst first.
        problems: Vec<Problem>,
        /// Calls made.
        calls: u32,
        /// What is to be said about the answer.
        notes: Vec<Sentence>,
    },
    /// What is to be said about a fetch while it runs.
    Noted {
        /// Whose.
        pane: PaneId,
        /// From where.
        scope: ScopeId,
        /// Of which request.
        generation: u64,
        /// It, instead of what was said before.
        notes: Vec<Sentence>,
    },
    /// What could not be read of the log files that events come from; nothing when all could.
    Unread(Vec<Sentence>),
    /// Who we are in a scope, as far as it is known; more may follow.
    Identified {
        /// Where.
        scope: ScopeId,
        /// The scope with what was learnt, or why not.
        result: Result<Scope, Problem>,
    },
    /// Further scopes (`--region all`), to be added to the list.
    MoreScopes(Result<Vec<Scope>, Problem>),
    /// Metric series.
    Series {
        /// Where.
        scope: ScopeId,
        /// Of which request.
        generation: u64,
        /// Every question that was asked, and its series or why it has none.
        answers: Vec<(SeriesQuery, Result<Series, Problem>)>,
    },
    /// An alarm's history.
    History {
        /// Where.
        scope: ScopeId,
        /// Of which request.
        generation: u64,
        /// Whose.
        alarm: String,
        /// Newest first, or why not.
        result: Result<Vec<HistoryItem>, Problem>,
    },
    /// A machine's patches that are not as its baseline wants them.
    Patches {
        /// Where.
        scope: ScopeId,
        /// Of which request.
        generation: u64,
        /// Which machine.
        id: String,
        /// Them, or why not.
        result: Result<Vec<PatchItem>, Problem>,
    },
    /// What EC2 says of one resource.
    Described {
        /// Where.
        scope: ScopeId,
        /// Of which request.
        generation: u64,
        /// What was asked.
        what: What,
        /// About which resource.
        id: String,
        /// The answer, or why there is none.
        result: Result<Box<Described>, Problem>,
    },
    /// What an explanation has come to so far.
    Explained {
        /// Where.
        scope: ScopeId,
        /// Of which request.
        generation: u64,
        /// Of which alarm.
        alarm: String,
        /// It, or why there is none.
        result: Result<Arc<Explanation>, Problem>,
    },
    /// Events that a search has found.
    Found {
        /// Of which request.
        generation: u64,
        /// New or changed rows.
        rows: Vec<Arc<dyn Row>>,
    },
    /// A search is over.
    Searched {
        /// Which.
        generation: u64,
        /// Whether all that was wanted has been read.
        complete: bool,
        /// What went wrong.
        problems: Vec<Problem>,
        /// What is to be said about the answer.
        notes: Vec<Sentence>,
    },
    /// An event's record.
    Record {
        /// Where.
        scope: ScopeId,
        /// Of which request.
        generation: u64,
        /// Whose.
        id: String,
        /// In lines; empty when it is not kept any more.
        text: String,
    },
    /// All incidents, as far as lists show them, or why they cannot be read.
    Incidents(Result<Vec<Incident>, Sentence>),
    /// An incident with every entry.
    Incident {
        /// Which.
        uid: String,
        /// It, or why not.
        result: Result<Box<Incident>, Sentence>,
    },
    /// Entries are on the disk.
    Written {
        /// Of which request; none when another console wrote them.
        generation: Option<u64>,
        /// Of which incident.
        uid: String,
        /// Its number, where it is new.
        number: u64,
        /// They, each with its hash.
        entries: Vec<(Entry, String)>,
    },
    /// Nothing was written.
    NotWritten {
        /// Of which request.
        generation: u64,
        /// Why.
        why: Sentence,
    },
    /// A message went out, or did not.
    Told {
        /// Of which request.
        generation: u64,
        /// Of which incident.
        uid: String,
        /// The message.
        message: Box<Message>,
        /// Whether it surely went out.
        sent: bool,
        /// What the channel answered, or why it did not go out.
        answer: Sentence,
    },
    /// AWS has answered what a runbook's check looks at.
    Asked {
        /// For which incident.
        uid: String,
        /// For which check.
        check: String,
        /// The answer, or why there is none.
        result: Result<Box<serde_json::Value>, Problem>,
    },
    /// A profile wants an MFA code.
    MfaWanted {
        /// To be named in the answer.
        id: u64,
        /// The profile.
        profile: String,
        /// The device's serial number or ARN.
        serial: String,
        /// Why it is asked again.
        refused: Option<String>,
    },
    /// Something was handed to the terminal's clipboard.
    Copied(Result<String, String>),
}
