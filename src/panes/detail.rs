//! What a page or preview says about one row, before anything is drawn: blocks of facts, and what they still need.
//!
//! Panes build a [`Detail`]; `view/detail.rs` draws it; `app/update` fetches its [`Need`]s and moves among its jump
//! targets. Lines that lead somewhere carry a [`Target`].

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::duties::DutyRow;
use crate::{
    incident::{Incident, due::Due, similar::Similar},
    problem::Problem,
    resource::ResourceRef,
    rows::{
        alarm::{Alarm, HistoryItem},
        backup::Backup,
        described::{Described, What},
        event::{Event, EventQuery},
        instance::Instance,
        metric::{Series, SeriesQuery},
        patch::{Node, PatchItem},
    },
    runbook::{Runbook, progress::Record},
    scope::ScopeId,
    text::sentence::Sentence,
    triage::explanation::Explanation,
    value::{Cell, Cx, Role},
};

/// What the console knows while a page is built. The model implements it; nothing is fetched by asking.
pub trait Known {
    /// An alarm by name.
    fn alarm(&self, scope: ScopeId, name: &str) -> Option<&Alarm>;
    /// The alarms whose resources include this one (compare with `triage::resources::same`).
    fn alarms_of(&self, resource: &ResourceRef) -> Vec<&Alarm>;
    /// The alarms of a scope that answer a question.
    fn alarms_where(&self, scope: ScopeId, wanted: &dyn Fn(&Alarm) -> bool) -> Vec<&Alarm>;
    /// An instance by id.
    fn instance(&self, scope: ScopeId, id: &str) -> Option<&Instance>;
    /// The instances of a scope that answer a question (members of a group, users of a volume).
    fn instances_where(&self, scope: ScopeId, wanted: &dyn Fn(&Instance) -> bool) -> Vec<&Instance>;
    /// A row of backups by its id.
    fn backup(&self, scope: ScopeId, id: &str) -> Option<&Backup>;
    /// The row that says how a resource is backed up: its own, else that of the instance that a volume belongs to.
    fn backup_of(&self, resource: &ResourceRef) -> Option<&Backup>;
    /// A series that has been read.
    fn series(&self, scope: ScopeId, query: &SeriesQuery) -> Option<&Series>;
    /// An alarm's history, newest first, once it has been read.
    fn history(&self, scope: ScopeId, alarm: &str) -> Option<&[HistoryItem]>;
    /// An event by id.
    fn event(&self, scope: ScopeId, id: &str) -> Option<&Event>;
    /// The known events that touched a resource, newest first.
    fn events_of(&self, resource: &ResourceRef) -> Vec<&Event>;
    /// An event's record, laid out in lines, once it has been read; empty when it is not kept any more.
    fn record(&self, scope: ScopeId, id: &str) -> Option<&str>;
    /// An area of work by its id.
    fn duty(&self, id: &str) -> Option<&DutyRow>;
    /// Why an alarm's history could not be read the last time.
    fn history_problem(&self, scope: ScopeId, alarm: &str) -> Option<&Problem>;
    /// A machine with the state of its patches, by its id.
    fn node(&self, scope: ScopeId, id: &str) -> Option<&Node>;
    /// The patches of a machine that are not as its baseline wants them, once they have been read.
    fn patches(&self, scope: ScopeId, id: &str) -> Option<&[PatchItem]>;
    /// What EC2 says of a resource, once it has been asked.
    fn described(&self, scope: ScopeId, what: What, id: &str) -> Option<&Described>;
    /// Why EC2 did not say it the last time.
    fn described_problem(&self, scope: ScopeId, what: What, id: &str) -> Option<&Problem>;
    /// What an alarm's explanation has come to, as far as it has been worked out.
    fn explanation(&self, scope: ScopeId, alarm: &str) -> Option<&Explanation>;
    /// Why it could not be worked out the last time.
    fn explanation_problem(&self, scope: ScopeId, alarm: &str) -> Option<&Problem>;
    /// Whether it is being worked out.
    fn is_explaining(&self, scope: ScopeId, alarm: &str) -> bool;
    /// An incident by its uid.
    fn incident(&self, uid: &str) -> Option<&Incident>;
    /// What has come of the runbook that an incident follows, with what was read since the journal's last word.
    fn followed(&self, incident: &Incident) -> Option<Record>;
    /// A runbook by its id.
    fn runbook(&self, id: &str) -> Option<&Runbook>;
    /// The values of a runbook's parameters.
    fn runbook_values(&self, incident: &Incident, book: &Runbook, now: Timestamp)
    -> BTreeMap<String, String>;
    /// What is overdue in an incident, the longest first.
    fn overdue(&self, incident: &Incident, now: Timestamp) -> Vec<Due>;
    /// The draft of an incident's review, in Markdown.
    fn review(&self, incident: &Incident, now: Timestamp) -> String;
    /// Incidents of before that have something in common with one, the nearest first.
    fn similar<'a>(&'a self, incident: &Incident) -> Vec<Similar<'a>>;
    /// Why incidents cannot be read or written.
    fn incidents_trouble(&self) -> Option<&Sentence>;
    /// The known changes of an event's session, or of its actor where there is no key, so long before and after it, newest
    /// first.
    fn events_like(&self, event: &Event, within: SignedDuration) -> Vec<&Event>;
}

/// Everything a page is built from.
#[derive(Clone, Copy)]
pub struct PageCx<'a> {
    /// Time, words, limits, scopes.
    pub cx: Cx<'a>,
    /// The facts at hand.
    pub known: &'a dyn Known,
    /// The line that is marked on the page, once one is.
    pub chosen: Option<&'a Target>,
}

impl std::fmt::Debug for PageCx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PageCx").field("now", &self.cx.now).finish_non_exhaustive()
    }
}

/// Where a line leads when it is opened.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// The page of a resource (an alarm is one too: `AWS::CloudWatch::Alarm`).
    Resource(ResourceRef),
    /// The events that answer a query.
    Events(ScopeId, Box<EventQuery>),
    /// A step of an incident's checklist.
    Step(Box<StepRef>),
}

/// A step of an incident's checklist.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StepRef {
    /// The incident's uid.
    pub incident: String,
    /// The runbook.
    pub runbook: String,
    /// The step.
    pub step: String,
}

/// A run of text in one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The text.
    pub text: String,
    /// The part it plays.
    pub role: Role,
}

impl Span {
    /// Text in a role.
    pub fn new(text: impl Into<String>, role: Role) -> Self {
        Self { text: text.into(), role }
    }
}

/// One line of a list or tree.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    /// Depth in a tree; 0 for lists.
    pub depth: u8,
    /// The text, first span first; later spans give way when room is short. Spans are drawn without anything between
    /// them: a span that wants a gap begins with it.
    pub spans: Vec<Span>,
    /// Where it leads.
    pub target: Option<Target>,
}

/// A part of a detail.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// Labels (wording keys `field.*`) and values, two columns.
    Fields(Vec<(&'static str, Cell)>),
    /// A titled list or tree; the title is a wording key `section.*`.
    Lines {
        /// Wording key.
        title: &'static str,
        /// The lines; an empty list is not drawn unless `empty` says what its absence means.
        lines: Vec<Line>,
        /// Wording key of the sentence that stands for an empty list.
        empty: Option<&'static str>,
    },
    /// Lists side by side where there is room, each with its share of the width; else one below the other.
    Columns(Vec<(u8, Block)>),
    /// One below the other, as one column. Where there is no room for columns, the first counts as the column.
    Stack(Vec<Block>),
    /// Graphs side by side on the same time axis.
    Graphs(Vec<Graph>),
    /// A sentence, e.g. an alarm's reason, wrapped.
    Note(Span),
}

impl Block {
    /// The lines of its lists.
    pub fn lines(&self) -> Vec<&Line> {
        match self {
            Self::Lines { lines, .. } => lines.iter().collect(),
            Self::Columns(columns) => columns.iter().flat_map(|(_, block)| block.lines()).collect(),
            Self::Stack(blocks) => blocks.iter().flat_map(Self::lines).collect(),
            Self::Fields(_) | Self::Graphs(_) | Self::Note(_) => Vec::new(),
        }
    }
}

/// One graph.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    /// What it shows, e.g. `CPUUtilization Average %`.
    pub title: String,
    /// Where to read it.
    pub scope: ScopeId,
    /// What to read.
    pub query: SeriesQuery,
    /// A line across.
    pub threshold: Option<f64>,
    /// On which side of the line, or of the band, a value is what alarms; none when nothing does.
    pub breach: Option<Breach>,
    /// The two edges of an anomaly band, in no order; empty when there is none.
    pub band: Vec<SeriesQuery>,
    /// The unit CloudWatch names.
    pub unit: Option<String>,
    /// Moments to mark with `┊` (state changes).
    pub marks: Vec<Timestamp>,
}

impl Graph {
    /// The series it is drawn from.
    pub fn needs(&self) -> impl Iterator<Item = Need> {
        let queries = std::iter::once(&self.query).chain(&self.band);
        queries.map(|query| Need::Series(self.scope, query.clone()))
    }
}

/// Which values are what an alarm fires on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breach {
    /// Those above.
    Above,
    /// Those above, and the threshold itself.
    AtOrAbove,
    /// Those below.
    Below,
    /// Those below, and the threshold itself.
    AtOrBelow,
    /// Those on either side of a band.
    Outside,
}

impl Breach {
    /// By CloudWatch's `ComparisonOperator`.
    pub fn of(comparison: &str) -> Option<Self> {
        Some(match comparison {
            "GreaterThanThreshold" | "GreaterThanUpperThreshold" => Self::Above,
            "GreaterThanOrEqualToThreshold" => Self::AtOrAbove,
            "LessThanThreshold" | "LessThanLowerThreshold" => Self::Below,
            "LessThanOrEqualToThreshold" => Self::AtOrBelow,
            "LessThanLowerOrGreaterThanUpperThreshold" => Self::Outside,
            _ => return None,
        })
    }

    /// Whether a value breaches, given the lower and the upper edge (the same when there is one line).
    pub fn holds(self, value: f64, lower: f64, upper: f64) -> bool {
        match self {
            Self::Above => value > upper,
            Self::AtOrAbove => value >= upper,
            Self::Below => value < lower,
            Self::AtOrBelow => value <= lower,
            Self::Outside => value < lower || value > upper,
        }
    }
}

/// Everything a page says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Detail {
    /// The page's name in the breadcrumb.
    pub title: String,
    /// Right of the breadcrumb: the state in a word, with its role.
    pub state: Vec<Span>,
    /// The blocks, in reading order.
    pub blocks: Vec<Block>,
}

impl Detail {
    /// All jump targets in reading order; the page's cursor walks these.
    pub fn targets(&self) -> Vec<&Target> {
        self.blocks.iter().flat_map(Block::lines).filter_map(|l| l.target.as_ref()).collect()
    }
}

/// A fact that a detail would like to have.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Need {
    /// A metric's series over the graph window.
    Series(ScopeId, SeriesQuery),
    /// An alarm's history.
    History(ScopeId, String),
    /// A machine's patches that are not as its baseline wants them.
    Patches(ScopeId, String),
    /// What EC2 says of one resource.
    Described(ScopeId, What, String),
    /// The record of an event.
    Record(ScopeId, String),
    /// What explains an alarm.
    Explanation(ScopeId, String),
}
