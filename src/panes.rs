//! The panes: what each one lists, in which columns, how often it asks, and which IAM actions that takes.
//!
//! A pane is one file plus one row in [`PANES`]. The tab bar, `toban list`, `toban policy`, help and the conformance
//! tests are projections of that table. Panes are pure: they know neither the SDK nor files nor clocks nor widgets.

pub mod alarms;
pub mod backups;
pub mod board;
pub mod detail;
pub mod duties;
pub mod events;
#[cfg(test)]
mod fixture;
pub mod incidents;
pub mod instances;
pub mod json;
pub mod order;
pub mod patches;
pub mod resource;

use std::{any::Any, fmt::Debug, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};

use crate::{
    resource::ResourceRef,
    scope::ScopeId,
    severity::Severity,
    value::{Cell, Cx, Value},
};

/// Index into [`PANES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PaneId {
    /// What needs attention over all the others.
    Board,
    /// CloudWatch alarms.
    Alarms,
    /// EC2 instances.
    Instances,
    /// The patches of instances and other managed nodes.
    Patches,
    /// Backups of instances, volumes, and whatever AWS Backup protects.
    Backups,
    /// CloudTrail events.
    Events,
    /// What has been recorded of incidents.
    Incidents,
    /// Who has which part of the work.
    Duties,
}

/// Every pane, in the order of the tabs (`contract.md`).
pub static PANES: [&PaneSpec; 8] = [
    &board::SPEC,
    &alarms::SPEC,
    &instances::SPEC,
    &patches::SPEC,
    &backups::SPEC,
    &events::SPEC,
    &incidents::SPEC,
    &duties::SPEC,
];

/// The type of a reference to a pane itself, for lines that lead to one; its id is the pane's name.
pub const PANE: &str = "Toban::Pane";

/// Where a pane's rows come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Asked of AWS, scope by scope.
    Fetched,
    /// Made from the rows of all fetched panes.
    Derived,
    /// Known from the start: built in, and from the configuration.
    Fixed,
    /// Read from our own records.
    Recorded,
}

/// What a pane is.
#[derive(Debug)]
pub struct PaneSpec {
    /// Which.
    pub id: PaneId,
    /// Its name in the tab bar (lower case there means the same), in `toban list`, `:NAME`, and keymap scopes. AWS's
    /// own word, so it is not translated.
    pub name: &'static str,
    /// Where its rows come from.
    pub source: Source,
    /// How often it is fetched again while the console is open, when nothing else is configured.
    pub interval: Duration,
    /// IAM actions its fetch, pages and graphs need, as `service:Operation`.
    pub iam: &'static [&'static str],
    /// Columns in table order. Their keys are the JSON fields of `toban list`.
    pub columns: fn() -> Vec<&'static Column>,
    /// Key of the column it is sorted by at first, and whether downwards.
    pub sort: (&'static str, bool),
    /// What decides between rows that are equal in the sorted column, in the same form.
    pub then: &'static [(&'static str, bool)],
    /// For a pane whose fetches bring only what is new: how long a row stays, counted from its own time. Others lose
    /// the rows that a whole fetch did not bring.
    pub keeps: Option<SignedDuration>,
    /// Whether many of its rows may have the same thing wrong with them, so that the Board shows them as one.
    pub many: bool,
    /// What all its rows come to, where that says more than their number.
    pub summary: Option<Summarise>,
    /// What makes a row how bad, in the order of its rules: a row is as bad as the worst that applies, else ok.
    pub rules: fn() -> Vec<(Severity, &'static str)>,
}

impl PaneSpec {
    /// The panes whose fetches its rows come from: itself, or all that are fetched.
    pub fn sources(&'static self) -> impl Iterator<Item = PaneId> {
        let derived = self.source == Source::Derived;
        PaneId::fetched().map(|p| p.id).filter(move |id| derived || *id == self.id)
    }
}

/// What all rows of a pane come to, in short lines: the first of all of them, the others of parts of them (a patch
/// group, a type of resource), those first that want attention most. They stand one beside the other in the rule above
/// the table, as many as fit. Called when the rows have changed, not for every frame; it is given every row of the
/// pane, whatever the filter. Spans that want a gap begin with it.
pub type Summarise = fn(&mut dyn Iterator<Item = &dyn Row>, &Cx<'_>) -> Vec<Vec<detail::Span>>;

impl PaneId {
    /// Position in [`PANES`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The row of [`PANES`].
    pub fn spec(self) -> &'static PaneSpec {
        match self {
            Self::Board => &board::SPEC,
            Self::Alarms => &alarms::SPEC,
            Self::Instances => &instances::SPEC,
            Self::Patches => &patches::SPEC,
            Self::Events => &events::SPEC,
            Self::Backups => &backups::SPEC,
            Self::Duties => &duties::SPEC,
            Self::Incidents => &incidents::SPEC,
        }
    }

    /// The panes that are asked of AWS, in their order.
    pub fn fetched() -> impl Iterator<Item = &'static PaneSpec> {
        PANES.into_iter().filter(|p| p.source == Source::Fetched)
    }

    /// Finds a pane by its name, in any case.
    pub fn parse(name: &str) -> Option<Self> {
        PANES.iter().find(|p| p.name.eq_ignore_ascii_case(name)).map(|p| p.id)
    }
}

/// Where a column stands in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Width {
    /// Cells below which the column is dropped rather than squeezed.
    pub min: u16,
    /// Cells it takes when there is room.
    pub ideal: u16,
    /// Dropped first when the number is high. 0 is never dropped.
    pub priority: u8,
}

/// Which side a column's text leans on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// Text.
    #[default]
    Left,
    /// Numbers and ages.
    Right,
}

/// What can be said about a column without a row. Its title is the wording `column.KEY`.
#[derive(Debug)]
pub struct Column {
    /// JSON field, CSV header, and name in `col:value` filters and `--sort`.
    pub key: &'static str,
    /// Its place in the table; `None` for fields that only lists, filters and sorts know.
    pub width: Option<Width>,
    /// Left or right.
    pub align: Align,
    /// Whether it is a field of the JSON row (`false` for what only the screen shows, such as the state glyph).
    pub exported: bool,
}

impl Column {
    /// A column of the table.
    pub const fn shown(key: &'static str, min: u16, ideal: u16, priority: u8) -> Self {
        Self { key, width: Some(Width { min, ideal, priority }), align: Align::Left, exported: true }
    }

    /// A field that is not in the table.
    pub const fn field(key: &'static str) -> Self {
        Self { key, width: None, align: Align::Left, exported: true }
    }

    /// The same, leaning right.
    #[must_use]
    pub const fn right(mut self) -> Self {
        self.align = Align::Right;
        self
    }

    /// The same, for the screen only.
    #[must_use]
    pub const fn screen_only(mut self) -> Self {
        self.exported = false;
        self
    }
}

/// A column with the way to read it off a row.
#[derive(Debug)]
pub struct Col<T: 'static> {
    /// The column.
    pub column: Column,
    /// The cell of one row.
    pub cell: fn(&T, &Cx<'_>) -> Cell,
}

/// A row type of a pane. `Row` is what the rest of the program sees of it.
pub trait PaneRow: Debug + PartialEq + Send + Sync + Sized + 'static {
    /// The columns, in table order.
    const COLUMNS: &'static [Col<Self>];
    /// Identity within its scope; the cursor follows it across refreshes.
    fn id(&self) -> &str;
    /// What a person calls it.
    fn title(&self) -> &str;
    /// Where it is from.
    fn scope(&self) -> ScopeId;
    /// How bad it is.
    fn severity(&self, cx: &Cx<'_>) -> Severity;
    /// Short reasons why it wants attention; empty when fine.
    fn attention(&self, cx: &Cx<'_>) -> Vec<String>;
    /// The resource this row is, as a jump target.
    fn subject(&self) -> ResourceRef;
    /// The resources it is about (an alarm's affected resources).
    fn refs(&self) -> Vec<ResourceRef> {
        Vec::new()
    }
    /// Since when it is as bad as it is, where that is known.
    fn since(&self, cx: &Cx<'_>) -> Option<Timestamp> {
        let _ = cx;
        None
    }
    /// Why it wants attention, in one line.
    fn why(&self, cx: &Cx<'_>) -> String {
        self.attention(cx).join(" · ")
    }
    /// Whether it is one of many that say nothing to whoever looks for something: such rows are in the table only when
    /// they are asked for, or when a filter looks for something among them.
    fn is_routine(&self) -> bool {
        false
    }
}

/// A row of any pane.
pub trait Row: Debug + Send + Sync {
    /// See [`PaneRow::id`].
    fn id(&self) -> &str;
    /// See [`PaneRow::title`].
    fn title(&self) -> &str;
    /// See [`PaneRow::scope`].
    fn scope(&self) -> ScopeId;
    /// See [`PaneRow::severity`].
    fn severity(&self, cx: &Cx<'_>) -> Severity;
    /// See [`PaneRow::attention`].
    fn attention(&self, cx: &Cx<'_>) -> Vec<String>;
    /// See [`PaneRow::subject`].
    fn subject(&self) -> ResourceRef;
    /// See [`PaneRow::refs`].
    fn refs(&self) -> Vec<ResourceRef>;
    /// See [`PaneRow::since`].
    fn since(&self, cx: &Cx<'_>) -> Option<Timestamp>;
    /// See [`PaneRow::why`].
    fn why(&self, cx: &Cx<'_>) -> String;
    /// See [`PaneRow::is_routine`].
    fn is_routine(&self) -> bool;
    /// The cell in one column, by its index in the pane's columns.
    fn cell(&self, column: usize, cx: &Cx<'_>) -> Cell;
    /// How many columns there are.
    fn columns(&self) -> usize;
    /// All searchable text of the row, lower case, columns separated by line breaks.
    fn search_text(&self, cx: &Cx<'_>) -> Box<str>;
    /// For typed access within one pane.
    fn as_any(&self) -> &dyn Any;
    /// Whether another row says the same in every respect.
    fn says_same(&self, other: &dyn Row) -> bool;
}

impl<T: PaneRow> Row for T {
    fn id(&self) -> &str {
        PaneRow::id(self)
    }

    fn title(&self) -> &str {
        PaneRow::title(self)
    }

    fn scope(&self) -> ScopeId {
        PaneRow::scope(self)
    }

    fn severity(&self, cx: &Cx<'_>) -> Severity {
        PaneRow::severity(self, cx)
    }

    fn attention(&self, cx: &Cx<'_>) -> Vec<String> {
        PaneRow::attention(self, cx)
    }

    fn subject(&self) -> ResourceRef {
        PaneRow::subject(self)
    }

    fn refs(&self) -> Vec<ResourceRef> {
        PaneRow::refs(self)
    }

    fn since(&self, cx: &Cx<'_>) -> Option<Timestamp> {
        PaneRow::since(self, cx)
    }

    fn why(&self, cx: &Cx<'_>) -> String {
        PaneRow::why(self, cx)
    }

    fn is_routine(&self) -> bool {
        PaneRow::is_routine(self)
    }

    fn cell(&self, column: usize, cx: &Cx<'_>) -> Cell {
        T::COLUMNS.get(column).map_or_else(Cell::default, |c| (c.cell)(self, cx))
    }

    fn columns(&self) -> usize {
        T::COLUMNS.len()
    }

    fn search_text(&self, cx: &Cx<'_>) -> Box<str> {
        let mut text = String::with_capacity(1024);
        for column in T::COLUMNS {
            let from = text.len();
            (column.cell)(self, cx).value.add_search(&mut text);
            if text.len() > from {
                text.push('\n');
            }
        }
        if text.is_ascii() {
            text.make_ascii_lowercase();
        } else {
            text = text.chars().flat_map(char::to_lowercase).collect();
        }
        // Copied and not shrunk: tens of thousands of shrunk ones leave as many holes behind.
        Box::from(text.as_str())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn says_same(&self, other: &dyn Row) -> bool {
        other.as_any().downcast_ref::<T>().is_some_and(|other| other == self)
    }
}

/// A row as it travels from a fetch to the model.
pub fn boxed<T: PaneRow>(row: T) -> Arc<dyn Row> {
    Arc::new(row)
}

/// The scope columns that every pane ends with.
pub fn account_cell(scope: ScopeId, cx: &Cx<'_>) -> Cell {
    let label = cx.scopes.get(scope).map_or("", |s| s.account_label());
    Cell::new(Value::Text(label.to_owned()), Role::Dim)
}

/// See [`account_cell`].
pub fn region_cell(scope: ScopeId, cx: &Cx<'_>) -> Cell {
    let region = cx.scopes.get(scope).map_or("", |s| s.region.as_str());
    Cell::new(Value::Text(region.to_owned()), Role::Dim)
}

use crate::value::Role;
