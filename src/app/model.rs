//! The state of the console: everything a frame is drawn from, and nothing else.
//!
//! Only `update` changes it. No IO, no clock, no terminal; "now" comes in with each message.

use std::{collections::HashMap, sync::Arc, time::Duration};

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    app::{
        facts::Facts,
        form::Form,
        incidents::Incidents,
        layout::Layout,
        msg::Msg,
        search::{Question, Search},
        table::{RowKey, Table},
    },
    config::{Notify, Thresholds},
    incident::{chain::Hand, duties::Duties, ladder::Ladder},
    input::{
        field::Field,
        keymap::{Keymap, Pending},
    },
    panes::{
        self, PANES, PaneId,
        detail::{Detail, Need, PageCx, Target},
        duties, resource,
    },
    problem::Problem,
    resource::ResourceRef,
    runbook::shelf::Shelf,
    scope::{ScopeId, Scopes},
    severity::Severity,
    text::{Catalogue, sentence::Sentence},
    value::{Cx, Role},
};

static UTC: TimeZone = TimeZone::UTC;

/// What was decided before the console opened.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The words.
    pub words: Arc<Catalogue>,
    /// The keys.
    pub keymap: Arc<Keymap>,
    /// What counts as old, long or too much.
    pub thresholds: Thresholds,
    /// How often each pane asks, in the order of [`PANES`].
    pub intervals: Vec<Duration>,
    /// The operator's zone.
    pub zone: TimeZone,
    /// Whether actions are allowed at all.
    pub allow_actions: bool,
    /// The scenario's name when this is a drill.
    pub drill: Option<String>,
    /// Seconds that the clock goes on in one second of the operator's: 1 outside drills, 0 when it stands still.
    pub pace: f64,
    /// How a rise in severity is told beyond the screen.
    pub notify: Notify,
    /// Whether every Region was asked for; more scopes then follow.
    pub all_regions: bool,
    /// Who is told of an incident, in which order.
    pub ladder: Ladder,
    /// The runbooks.
    pub shelf: Arc<Shelf>,
    /// Who writes into incidents' journals, and from which machine.
    pub hand: Hand,
    /// What was wrong in the settings or the keys: sentences with file, line and next step.
    pub notes: Vec<String>,
}

/// A place the operator can be in, and come back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A pane's table.
    Pane(PaneId),
    /// One thing's page.
    Page(Page),
    /// The events that answer a question.
    Events(Box<Question>),
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What it is about.
    pub subject: ResourceRef,
    /// Which jump target is selected: its place among them.
    pub target: usize,
    /// The target itself, once one was chosen: it stays selected wherever a refresh moves it.
    pub chosen: Option<Target>,
    /// How many there are.
    pub targets: usize,
    /// First visible line.
    pub scroll: usize,
}

/// Something that lies over the place and takes the keys first.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// All keys; typing narrows, enter runs.
    Help(Picker),
    /// Commands by name.
    Palette(Picker),
    /// The filter line of a pane.
    Filter {
        /// Being typed.
        field: Field,
        /// What was in force before, for escape.
        before: String,
        /// Why the text is not a filter (yet).
        error: Option<String>,
        /// How far back among the accepted filters it is.
        recalled: Recalled,
    },
    /// What is wrong in which scope.
    Problems {
        /// First visible line.
        scroll: usize,
    },
    /// Something about an incident is decided or written down.
    Form(Box<Form>),
    /// An MFA code is wanted.
    Mfa {
        /// Names the question.
        id: u64,
        /// The profile.
        profile: String,
        /// The device.
        serial: String,
        /// Why it is asked again: what was wrong with the code before.
        refused: Option<String>,
        /// Being typed.
        field: Field,
    },
}

/// How far back a line is among those that were accepted before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recalled {
    /// 0 is what was typed.
    pub steps: usize,
    /// What was typed, while an older line stands in its place.
    pub typed: String,
}

/// A list narrowed by typing.
#[derive(Debug, Clone, Default)]
pub struct Picker {
    /// Being typed.
    pub field: Field,
    /// How far back among the commands that were run before it is.
    pub recalled: Recalled,
    /// Which of the remaining entries is selected.
    pub selected: usize,
}

/// The state of asking for one pane in one scope.
#[derive(Debug, Clone, Default)]
pub struct Feed {
    /// The newest request's generation.
    pub generation: u64,
    /// Whether it runs, and since when.
    pub running: Option<Timestamp>,
    /// When data last came in whole.
    pub fetched_at: Option<Timestamp>,
    /// What went wrong last time, until it goes right.
    pub problems: Vec<Problem>,
    /// Whether the listing itself failed last time (as against a secondary call).
    pub failed: bool,
    /// Failures in a row, for the back-off.
    pub failures: u32,
    /// When to ask again.
    pub due: Option<Timestamp>,
    /// Asked for again while it runs.
    pub again: bool,
    /// The next request is a person's wish.
    pub by_hand: bool,
    /// What its last answer wants said: how far it was read, what may be missing.
    pub notes: Vec<Sentence>,
}

/// A short message above the footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// The sentence.
    pub text: String,
    /// How it is to be seen.
    pub role: Role,
    /// When it goes away.
    pub until: Timestamp,
}

/// What the last frame found out about the page on it, which only drawing can know.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Drawn {
    /// Lines the page has; 0 when none was drawn.
    pub lines: usize,
    /// Lines of it that were visible.
    pub height: usize,
    /// The line of each jump target, in the order of `Detail::targets`.
    pub targets: Vec<usize>,
    /// How far the text of the top layer can be scrolled, when it is one that scrolls.
    pub overlay_end: usize,
    /// Whether the table has columns to the right that are not in sight.
    pub more_columns: bool,
}

/// The display is held still; data goes on arriving.
#[derive(Debug)]
pub struct Frozen {
    /// Since when, and what "now" reads meanwhile.
    pub at: Timestamp,
    /// What came in, to be applied on release.
    pub held: Vec<Msg>,
    /// How old the rows of each pane are that are held on screen, in the order of [`PANES`].
    pub oldest: Vec<Option<Timestamp>>,
}

/// The state of the console.
#[derive(Debug)]
pub struct Model {
    /// What was decided before.
    pub settings: Settings,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// All scopes.
    pub scopes: Scopes,
    /// Why the Regions of `--region all` are not known.
    pub discovery: Option<Problem>,
    /// What could not be read of the log files that events come from.
    pub unread: Vec<Sentence>,
    /// Filters that were accepted, the newest last.
    pub filters: Vec<String>,
    /// Commands that were run from the palette, the newest last.
    pub commands: Vec<String>,
    /// Why a scope's identity is not known, by scope.
    pub identity: HashMap<ScopeId, Problem>,
    /// One table a pane, in the order of [`PANES`].
    pub tables: Vec<Table>,
    /// One feed a pane and scope.
    pub feeds: HashMap<(PaneId, ScopeId), Feed>,
    /// Where we are.
    pub place: Place,
    /// Where we were.
    pub back: Vec<Place>,
    /// Where going back came from.
    pub forward: Vec<Place>,
    /// The search that was last entered, with what it brought.
    pub search: Option<Search>,
    /// What lies over it, the top last.
    pub overlays: Vec<Overlay>,
    /// Facts of pages.
    pub facts: Facts,
    /// The incidents.
    pub incidents: Incidents,
    /// The message above the footer.
    pub toast: Option<Toast>,
    /// Whether the display is held.
    pub frozen: Option<Frozen>,
    /// Whether times are shown in UTC.
    pub utc: bool,
    /// Keys of a sequence that has not ended.
    pub pending: Pending,
    /// Whether the cursor moved since the last tick: passing rows are not asked about.
    pub moving: bool,
    /// The window's title as last set.
    pub title: String,
    /// The newest generation handed out.
    pub generation: u64,
    /// The loud rows of every pane when that was last looked at; none before everything has answered once. Only a row
    /// that joins them, or gets worse, rings.
    pub loud: Option<HashMap<(PaneId, RowKey), Severity>>,
    /// What the last frame said about the page.
    pub drawn: Drawn,
}

impl Model {
    /// The console before anything has been asked.
    pub fn new(settings: Settings, scopes: Scopes, size: (u16, u16), utc: bool) -> Self {
        let mut model = Self {
            settings,
            size,
            scopes,
            discovery: None,
            unread: Vec::new(),
            filters: Vec::new(),
            commands: Vec::new(),
            identity: HashMap::new(),
            tables: PANES.iter().map(|p| Table::new(p.id)).collect(),
            feeds: HashMap::new(),
            place: PANES.first().map_or(Place::Pane(PaneId::Alarms), |p| Place::Pane(p.id)),
            back: Vec::new(),
            forward: Vec::new(),
            search: None,
            overlays: Vec::new(),
            facts: Facts::default(),
            incidents: Incidents::default(),
            toast: None,
            frozen: None,
            utc,
            pending: Pending::default(),
            moving: false,
            title: String::new(),
            generation: 0,
            loud: None,
            drawn: Drawn::default(),
        };
        model.share(&Duties::default());
        model
    }

    /// Who has which part of the work here; until it is told, the built-in table holds.
    pub fn share(&mut self, duties: &Duties) {
        let rows = duties::rows(duties, &self.settings.ladder, &self.settings.words);
        self.table_mut(PaneId::Duties).replace(rows.into_iter().map(panes::boxed).collect());
    }

    /// A pane's table.
    #[expect(clippy::indexing_slicing, reason = "there is one table per PaneId, made in `new` from PANES")]
    pub fn table(&self, pane: PaneId) -> &Table {
        &self.tables[pane.index()]
    }

    /// A pane's table, to change it.
    #[expect(clippy::indexing_slicing, reason = "there is one table per PaneId, made in `new` from PANES")]
    pub fn table_mut(&mut self, pane: PaneId) -> &mut Table {
        &mut self.tables[pane.index()]
    }

    /// The table on screen, when the place is a list.
    pub fn list(&self) -> Option<&Table> {
        match &self.place {
            Place::Pane(pane) => Some(self.table(*pane)),
            Place::Events(_) => self.search.as_ref().map(|s| &s.table),
            Place::Page(_) => None,
        }
    }

    /// The table on screen, to change it.
    pub fn list_mut(&mut self) -> Option<&mut Table> {
        match self.place {
            Place::Pane(pane) => Some(self.table_mut(pane)),
            Place::Events(_) => self.search.as_mut().map(|s| &mut s.table),
            Place::Page(_) => None,
        }
    }

    /// The pane whose tab is lit: the one we are in, or the last one on the way here.
    pub fn pane(&self) -> PaneId {
        std::iter::once(&self.place)
            .chain(self.back.iter().rev())
            .find_map(|p| match p {
                Place::Pane(pane) => Some(*pane),
                Place::Events(_) => Some(PaneId::Events),
                Place::Page(_) => None,
            })
            .unwrap_or(PaneId::Board)
    }

    /// How the terminal is divided now.
    pub fn layout(&self) -> Layout {
        Layout::of(self.size, matches!(self.place, Place::Page(_)))
    }

    /// Rows of a table that fit: those of the list's layout, also while a page is on screen, so that the cursor of the
    /// list is in sight on the way back.
    pub fn table_rows(&self) -> usize {
        Layout::of(self.size, false).rows()
    }

    /// The moment that the screen shows ages against.
    pub fn shown_now(&self, now: Timestamp) -> Timestamp {
        self.frozen.as_ref().map_or(now, |f| f.at)
    }

    /// The context for values.
    pub fn cx(&self, now: Timestamp) -> Cx<'_> {
        Cx {
            now: self.shown_now(now),
            zone: if self.utc { &UTC } else { &self.settings.zone },
            words: &self.settings.words,
            thresholds: &self.settings.thresholds,
            scopes: &self.scopes,
        }
    }

    /// Whether a column says the same in every row because there is only one account or Region, which the header names.
    pub fn is_same_everywhere(&self, column: &str) -> bool {
        let mut scopes = self.scopes.iter().map(|(_, s)| s);
        let Some(first) = scopes.next() else { return false };
        match column {
            "account" => scopes.all(|s| s.account_label() == first.account_label()),
            "region" => scopes.all(|s| s.region == first.region),
            _ => false,
        }
    }

    /// A fresh generation number.
    pub fn next_generation(&mut self) -> u64 {
        self.generation += 1;
        self.generation
    }

    /// The feeds of a pane, with their scopes, in the scopes' order.
    pub fn feeds_of(&self, pane: PaneId) -> impl Iterator<Item = (ScopeId, &Feed)> {
        self.scopes.iter().filter_map(move |(scope, _)| Some((scope, self.feeds.get(&(pane, scope))?)))
    }

    /// When the oldest of a pane's scopes was last read whole.
    pub fn oldest_data(&self, pane: PaneId) -> Option<Timestamp> {
        if let Some(frozen) = &self.frozen {
            return frozen.oldest.get(pane.index()).copied().flatten();
        }
        let feeds = pane.spec().sources().flat_map(|source| self.feeds_of(source));
        feeds.filter_map(|(_, f)| f.fetched_at).min()
    }

    /// What the page of a thing says.
    pub fn detail(&self, subject: &ResourceRef, now: Timestamp) -> Detail {
        resource::page_of(subject, &self.page_cx(subject, now))
    }

    /// What the page of a thing needs beyond the rows.
    pub fn needs(&self, subject: &ResourceRef, now: Timestamp) -> Vec<Need> {
        resource::needs_of(subject, &self.page_cx(subject, now))
    }

    fn page_cx(&self, subject: &ResourceRef, now: Timestamp) -> PageCx<'_> {
        let chosen = match &self.place {
            Place::Page(page) if page.subject == *subject => page.chosen.as_ref(),
            _ => None,
        };
        PageCx { cx: self.cx(now), known: self, chosen }
    }

    /// The thing that a jump, a copy or a link is about now.
    pub fn subject(&self) -> Option<ResourceRef> {
        match &self.place {
            Place::Pane(_) | Place::Events(_) => self.list()?.selected().map(crate::panes::Row::subject),
            Place::Page(page) => Some(page.subject.clone()),
        }
    }
}
