//! What `update` wants done, as plain values. The runtime does it; answers come back as messages.

use jiff::Timestamp;

use crate::{
    app::{search::Question, update::incidents::Message},
    incident::{
        Event,
        chain::Hand,
        event::{Kind, Level, Report, Subject},
    },
    panes::PaneId,
    rows::{described::What, metric::SeriesQuery},
    scope::ScopeId,
    triage::explanation::Request,
};

/// What an incident is opened with.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// The title.
    pub title: String,
    /// What somebody came with.
    pub kind: Kind,
    /// How bad, as far as that is known.
    pub level: Option<Level>,
    /// What it is about.
    pub subject: Option<Subject>,
    /// When that first showed.
    pub since: Option<Timestamp>,
    /// What was reported.
    pub report: Option<Report>,
    /// What is written at once behind it: what was on the screen.
    pub then: Vec<Event>,
}

impl Opening {
    /// The first entries of its journal.
    pub fn events(self, number: u64) -> Vec<Event> {
        let Self { title, kind, level, subject, since, report, then } = self;
        let opened = Event::Opened { title, kind, level, subject, since, report, number };
        std::iter::once(opened).chain(then).collect()
    }
}

/// One wish.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Fetch a pane's rows in one scope.
    Fetch {
        /// Whose.
        pane: PaneId,
        /// Where.
        scope: ScopeId,
        /// To be repeated in the answers.
        generation: u64,
        /// Whether rows are wanted before they are complete (nothing is on screen yet).
        early: bool,
        /// Whether a person has asked for it, so that it may cost more than one that was merely due.
        by_hand: bool,
    },
    /// Ask who we are.
    Identify(ScopeId),
    /// Ask which Regions are enabled, for `--region all`, in the accounts of the first so many scopes.
    DiscoverRegions(u16),
    /// Read metrics, all in one call.
    Series {
        /// Where.
        scope: ScopeId,
        /// To be repeated in the answer.
        generation: u64,
        /// What.
        queries: Vec<SeriesQuery>,
        /// From, inclusive.
        start: Timestamp,
        /// To, exclusive.
        end: Timestamp,
    },
    /// Read an alarm's history.
    History {
        /// Where.
        scope: ScopeId,
        /// To be repeated in the answer.
        generation: u64,
        /// Whose.
        alarm: String,
    },
    /// Read the patches of a machine that are not as its baseline wants them.
    Patches {
        /// Where.
        scope: ScopeId,
        /// To be repeated in the answer.
        generation: u64,
        /// Which machine.
        id: String,
    },
    /// Ask EC2 about one resource.
    Describe {
        /// Where.
        scope: ScopeId,
        /// To be repeated in the answer.
        generation: u64,
        /// What is asked.
        what: What,
        /// About which resource.
        id: String,
    },
    /// Work out what explains something, in place of what is being worked out.
    Explain {
        /// Where.
        scope: ScopeId,
        /// To be repeated in the answers.
        generation: u64,
        /// Which alarm; to be repeated in the answers.
        alarm: String,
        /// What.
        request: Box<Request>,
    },
    /// Look for events.
    Search {
        /// To be repeated in the answers.
        generation: u64,
        /// What for.
        question: Box<Question>,
    },
    /// Read an event's record.
    Record {
        /// Where.
        scope: ScopeId,
        /// To be repeated in the answer.
        generation: u64,
        /// Whose.
        id: String,
    },
    /// Open an incident.
    Open {
        /// To be repeated in the answer.
        generation: u64,
        /// Who opens it.
        hand: Hand,
        /// With what.
        opening: Box<Opening>,
    },
    /// Write into an incident's journal, all or nothing.
    Write {
        /// To be repeated in the answer.
        generation: u64,
        /// Which incident.
        uid: String,
        /// Who writes.
        hand: Hand,
        /// What.
        events: Vec<Event>,
    },
    /// Read an incident whole.
    Load(String),
    /// Send a message to somebody.
    Tell {
        /// To be repeated in the answer.
        generation: u64,
        /// Of which incident; to be repeated in the answer.
        uid: String,
        /// Where AWS is asked, when it is told.
        scope: ScopeId,
        /// The message.
        message: Box<Message>,
    },
    /// Ask AWS what a runbook's check looks at.
    Ask {
        /// For which incident; to be repeated in the answer.
        uid: String,
        /// For which check; to be repeated in the answer.
        check: String,
        /// Where.
        scope: ScopeId,
        /// Which operation of the registry.
        operation: String,
        /// With which arguments.
        args: serde_json::Value,
    },
    /// Give up what was asked for a place that has been left.
    CancelFacts,
    /// Credentials were refused or declined: let the next fetch ask for them anew.
    Reconnect,
    /// Answer an MFA question; none means that the operator declined.
    MfaAnswer {
        /// Which question.
        id: u64,
        /// The six digits.
        code: Option<String>,
    },
    /// Put text on the clipboard of the operator's terminal.
    Copy(String),
    /// Set the window's title.
    Title(String),
    /// Ring.
    Bell,
    /// Have the desktop say a sentence.
    Notify(String),
    /// Go to the background.
    Suspend,
    /// Draw every cell anew.
    Redraw,
    /// Leave the program.
    Quit,
}
