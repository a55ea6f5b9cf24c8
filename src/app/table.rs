//! One pane's rows, and what is shown of them: filtered, sorted, with a cursor that follows its row.
//!
//! Pure. Work is done when something changed (`settle`), never per frame: a frame reads the finished order.

use std::{
    cmp::Ordering,
    collections::{HashMap, HashSet},
    hash::{BuildHasher, RandomState},
    sync::Arc,
};

use hashbrown::HashTable;

use crate::{
    filter::Filter,
    panes::{
        Column, PaneId, Row,
        detail::Span,
        order::{Order, SortKey},
    },
    scope::{ScopeId, Scopes},
    severity::Severity,
    value::Cx,
};

/// Identity of a row: where it is from and what its service calls it.
pub type RowKey = (ScopeId, String);

/// Where each row is among the slots, by its identity, which is in memory once that way: in the row.
#[derive(Debug, Default)]
struct Index {
    places: HashTable<u32>,
    hasher: RandomState,
}

impl Index {
    fn hash(&self, scope: ScopeId, id: &str) -> u64 {
        self.hasher.hash_one((scope, id))
    }

    fn get(&self, slots: &[Slot], scope: ScopeId, id: &str) -> Option<usize> {
        let is_it =
            |at: &u32| Self::slot(slots, *at).is_some_and(|s| s.row.scope() == scope && s.row.id() == id);
        self.places.find(self.hash(scope, id), is_it).map(|at| *at as usize)
    }

    fn slot(slots: &[Slot], at: u32) -> Option<&Slot> {
        slots.get(at as usize)
    }

    /// The last slot is new.
    fn add_last(&mut self, slots: &[Slot]) {
        let hash = |slot: &Slot| self.hasher.hash_one((slot.row.scope(), slot.row.id()));
        let Some((last, at)) = slots.last().zip(u32::try_from(slots.len() - 1).ok()) else { return };
        self.places.insert_unique(hash(last), at, |at| Self::slot(slots, *at).map_or(0, hash));
    }
}

#[derive(Debug)]
struct Slot {
    row: Arc<dyn Row>,
    generation: u64,
}

/// The cursor of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cursor {
    /// The row it stands on. None until the operator moved it: it then stays on the first row, which is the worst.
    pub key: Option<RowKey>,
    /// Position in the shown order.
    pub position: usize,
    /// First visible position.
    pub offset: usize,
}

/// Rows of one pane over all scopes.
#[derive(Debug)]
pub struct Table {
    /// Whose rows.
    pub pane: PaneId,
    /// The pane's columns.
    pub columns: Vec<&'static Column>,
    slots: Vec<Slot>,
    /// Search text, by slot, for as long as a filter wants it: of large panes it is as much as the rows themselves.
    /// Empty where a row was read anew since.
    texts: Vec<Box<str>>,
    index: Index,
    sorted: Vec<u32>,
    order: Vec<u32>,
    rows_changed: bool,
    filter_changed: bool,
    /// The filter changed so that only rows that are shown already can pass.
    narrowed: bool,
    routine_shown: bool,
    /// Routine rows that are not shown.
    hidden: usize,
    /// The filter in force.
    filter: Filter,
    /// What the operator typed for it.
    pub filter_text: String,
    /// Index of the column sorted by.
    pub sort_column: usize,
    /// Whether that column is turned upside down.
    pub descending: bool,
    /// The cursor.
    pub cursor: Cursor,
    /// How many columns are scrolled away to the left.
    pub column_offset: usize,
    /// Rows of the scope that has the most.
    pub largest_scope: usize,
    /// How many rows want attention (medium or worse).
    pub attention: usize,
    /// The rows that are worth waking somebody for (high or critical), each with how bad it is.
    pub loud: HashMap<RowKey, Severity>,
    /// What all rows come to; see [`crate::panes::Summarise`].
    pub summary: Vec<Vec<Span>>,
}

impl Table {
    /// An empty table in the pane's own order.
    pub fn new(pane: PaneId) -> Self {
        let columns = (pane.spec().columns)();
        let (key, descending) = pane.spec().sort;
        let sort_column = columns.iter().position(|c| c.key == key).unwrap_or(0);
        Self {
            pane,
            columns,
            slots: Vec::new(),
            texts: Vec::new(),
            index: Index::default(),
            sorted: Vec::new(),
            order: Vec::new(),
            rows_changed: false,
            filter_changed: false,
            narrowed: false,
            routine_shown: false,
            hidden: 0,
            filter: Filter::default(),
            filter_text: String::new(),
            sort_column,
            descending,
            cursor: Cursor::default(),
            column_offset: 0,
            largest_scope: 0,
            attention: 0,
            loud: HashMap::new(),
            summary: Vec::new(),
        }
    }

    /// Adds rows, or replaces those of the same identity. A row that says what it said before stays where it is in memory.
    pub fn upsert(&mut self, generation: u64, rows: Vec<Arc<dyn Row>>) {
        for row in rows {
            let known = self.index.get(&self.slots, row.scope(), row.id());
            let Some((at, slot)) = known.and_then(|at| Some((at, self.slots.get_mut(at)?))) else {
                self.slots.push(Slot { row, generation });
                self.index.add_last(&self.slots);
                continue;
            };
            slot.generation = generation;
            // What a row says can change with time alone: overdue, deprecated.
            if let Some(text) = self.texts.get_mut(at) {
                *text = Box::default();
            }
            if !slot.row.says_same(row.as_ref()) {
                slot.row = row;
            }
        }
        self.rows_changed = true;
    }

    /// After a complete fetch: drops the scope's rows that it did not bring.
    pub fn retire(&mut self, scope: ScopeId, generation: u64) {
        let before = self.slots.len();
        self.slots.retain(|s| s.row.scope() != scope || s.generation >= generation);
        if self.slots.len() != before {
            self.reindex();
        }
    }

    /// Drops these rows.
    pub fn remove(&mut self, keys: &[RowKey]) {
        if keys.is_empty() {
            return;
        }
        let gone: HashSet<&RowKey> = keys.iter().collect();
        self.slots.retain(|s| !gone.contains(&(s.row.scope(), s.row.id().to_owned())));
        self.reindex();
    }

    fn reindex(&mut self) {
        self.index.places.clear();
        self.texts.clear();
        for at in 1..=self.slots.len() {
            self.index.add_last(self.slots.get(..at).unwrap_or_default());
        }
        self.rows_changed = true;
    }

    /// Puts these rows in place of all there are.
    pub fn replace(&mut self, rows: Vec<Arc<dyn Row>>) {
        let generation = self.slots.iter().map(|s| s.generation).max().unwrap_or(0) + 1;
        self.upsert(generation, rows);
        let scopes: Vec<ScopeId> = self.slots.iter().map(|s| s.row.scope()).collect();
        for scope in scopes.into_iter().collect::<HashSet<_>>() {
            self.retire(scope, generation);
        }
        self.rows_changed = true;
    }

    /// Sets the filter; an empty one shows all.
    pub fn set_filter(&mut self, text: &str, filter: Filter) {
        text.clone_into(&mut self.filter_text);
        self.narrowed = (self.narrowed || !self.filter_changed) && filter.narrows(&self.filter);
        self.filter = filter;
        self.filter_changed = true;
        self.cursor.offset = 0;
    }

    /// Shows the routine rows too, or hides them again ([`crate::panes::PaneRow::is_routine`]).
    pub const fn show_routine(&mut self, shown: bool) {
        self.routine_shown = shown;
        (self.filter_changed, self.narrowed) = (true, false);
    }

    /// Whether routine rows are shown.
    pub const fn is_routine_shown(&self) -> bool {
        self.routine_shown
    }

    /// How many rows are not shown because they are routine. None while a filter is in force: it looks at all of them.
    pub const fn hidden(&self) -> usize {
        self.hidden
    }

    /// The names of scopes changed; rows that show them may sort and filter differently.
    pub const fn scopes_changed(&mut self) {
        self.rows_changed = true;
    }

    /// Whether a filter is in force.
    pub fn is_filtered(&self) -> bool {
        !self.filter.is_empty()
    }

    /// Sorts by another column.
    pub fn set_sort(&mut self, column: usize, descending: bool) {
        self.sort_column = column;
        self.descending = descending;
        self.rows_changed = true;
    }

    /// Everything there is.
    pub fn total(&self) -> usize {
        self.slots.len()
    }

    /// What the filter lets through.
    pub fn shown(&self) -> usize {
        self.order.len()
    }

    /// All rows in no particular order.
    pub fn rows(&self) -> impl Iterator<Item = &dyn Row> {
        self.slots.iter().map(|s| s.row.as_ref())
    }

    /// The row at a position of the shown order.
    pub fn at(&self, position: usize) -> Option<&dyn Row> {
        let slot = *self.order.get(position)?;
        Some(self.slots.get(usize::try_from(slot).ok()?)?.row.as_ref())
    }

    /// The row under the cursor.
    pub fn selected(&self) -> Option<&dyn Row> {
        self.at(self.cursor.position)
    }

    fn place(&self, scope: ScopeId, id: &str) -> Option<usize> {
        self.index.get(&self.slots, scope, id)
    }

    /// A row by identity.
    pub fn find(&self, scope: ScopeId, id: &str) -> Option<&dyn Row> {
        Some(self.slots.get(self.place(scope, id)?)?.row.as_ref())
    }

    /// A row by identity, as what it is.
    pub fn get<T: 'static>(&self, scope: ScopeId, id: &str) -> Option<&T> {
        self.find(scope, id)?.as_any().downcast_ref()
    }

    /// All rows, as what they are.
    pub fn all<T: 'static>(&self) -> impl Iterator<Item = &T> {
        self.rows().filter_map(|r| r.as_any().downcast_ref())
    }

    /// Moves the cursor by rows; positive is down. It stops at the ends.
    pub fn move_by(&mut self, rows: isize, height: usize) {
        self.move_to(self.cursor.position.saturating_add_signed(rows), height);
    }

    /// Moves the cursor to a position, or as near as there is.
    pub fn move_to(&mut self, position: usize, height: usize) {
        self.cursor.position = position.min(self.order.len().saturating_sub(1));
        self.cursor.key = self.selected().map(|r| (r.scope(), r.id().to_owned()));
        self.scroll(height);
    }

    /// Holds on to the row under the cursor: it was opened, so coming back means coming back to it.
    pub fn pin(&mut self) {
        self.cursor.key = self.selected().map(|r| (r.scope(), r.id().to_owned()));
    }

    fn position_of(&self, (scope, id): &RowKey) -> Option<usize> {
        let slot = u32::try_from(self.place(*scope, id)?).ok()?;
        self.order.iter().position(|s| *s == slot)
    }

    /// Keeps the cursor within `height` visible rows.
    pub fn scroll(&mut self, height: usize) {
        let height = height.max(1);
        let Cursor { position, offset, .. } = &mut self.cursor;
        *offset = (*offset).clamp((*position + 1).saturating_sub(height), *position);
        *offset = (*offset).min(self.order.len().saturating_sub(height));
    }

    /// Brings order and cursor up to date after rows, filter or sort changed. Cheap when nothing did. Says whether rows
    /// may have changed.
    pub fn settle(&mut self, cx: &Cx<'_>, height: usize) -> bool {
        let changed = self.rows_changed;
        if self.rows_changed {
            self.sort(cx);
            self.attention = 0;
            self.loud.clear();
            for row in self.slots.iter().map(|s| &s.row) {
                let severity = row.severity(cx);
                self.attention += usize::from(severity >= Severity::Medium);
                if severity >= Severity::High {
                    self.loud.insert((row.scope(), row.id().to_owned()), severity);
                }
            }
            let mut by_scope: HashMap<ScopeId, usize> = HashMap::new();
            for slot in &self.slots {
                *by_scope.entry(slot.row.scope()).or_default() += 1;
            }
            let summarise = self.pane.spec().summary.filter(|_| !self.slots.is_empty());
            self.summary = summarise.map_or_else(Vec::new, |summarise| summarise(&mut self.rows(), cx));
            self.largest_scope = by_scope.into_values().max().unwrap_or_default();
        }
        if !self.rows_changed && !self.filter_changed {
            return false;
        }
        self.make_texts(cx);
        let among = if self.narrowed && !self.rows_changed {
            std::mem::take(&mut self.order)
        } else {
            self.order.clear();
            self.sorted.clone()
        };
        self.hidden = 0;
        let all = self.routine_shown || !self.filter.is_empty();
        // A plain loop: over 10,000 rows and more it runs at every key that is typed.
        for at in among {
            let place = usize::try_from(at).unwrap_or(usize::MAX);
            let Some(Slot { row, .. }) = self.slots.get(place) else { continue };
            if !all && row.is_routine() {
                self.hidden += 1;
            } else if self.filter.matches(row.as_ref(), self.texts.get(place).map_or("", |text| text), cx) {
                self.order.push(at);
            }
        }
        (self.rows_changed, self.filter_changed, self.narrowed) = (false, false, false);
        let followed = self.cursor.key.as_ref().and_then(|key| self.position_of(key));
        self.cursor.position = match (&self.cursor.key, followed) {
            (_, Some(position)) => position,
            (None, None) => 0,
            // Hidden by the filter: the first match is what was looked for. The row comes back with the cursor on it.
            (Some((scope, id)), None) if self.place(*scope, id).is_some() => 0,
            // Gone: what took its place, and that is followed from now on.
            (Some(_), None) => {
                self.cursor.position = self.cursor.position.min(self.order.len().saturating_sub(1));
                self.pin();
                self.cursor.position
            }
        };
        self.scroll(height);
        changed
    }

    /// Makes what search text the filter needs. It stays until rows change with nobody searching, so that not every
    /// search makes it anew.
    fn make_texts(&mut self, cx: &Cx<'_>) {
        if !self.filter.needs_search_text() {
            if self.rows_changed {
                self.texts = Vec::new();
            }
            return;
        }
        self.texts.resize(self.slots.len(), Box::default());
        // The names of scopes are learnt later; the filter looks at those itself.
        let none = Scopes::default();
        let cx = Cx { scopes: &none, ..*cx };
        for (text, slot) in self.texts.iter_mut().zip(&self.slots).filter(|(text, _)| text.is_empty()) {
            *text = slot.row.search_text(&cx);
        }
    }

    fn sort(&mut self, cx: &Cx<'_>) {
        let key = self.columns.get(self.sort_column).map_or("", |c| c.key);
        let spec = self.pane.spec();
        let order = Order::by(spec, key, self.descending).unwrap_or_else(|| Order::default_of(spec));
        let keys: Vec<SortKey<'_>> = self.slots.iter().map(|s| order.key(s.row.as_ref(), cx)).collect();
        self.sorted = (0..u32::try_from(keys.len()).unwrap_or(u32::MAX)).collect();
        self.sorted.sort_unstable_by(|a, b| match (keys.get(*a as usize), keys.get(*b as usize)) {
            (Some(a), Some(b)) => order.compare(a, b),
            _ => Ordering::Equal,
        });
    }
}
