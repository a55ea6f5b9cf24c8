//! The order of a pane's rows: one column, then the pane's own tie-breakers, then identity, so that it is total and
//! no row ever changes places with its equal. The console and `toban list` sort alike by using this.

use std::cmp::Ordering;

use super::{PaneSpec, Row};
use crate::value::{Cx, Value};

/// A sort wish, resolved to column indexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Column and whether downwards, most important first.
    columns: Vec<(usize, bool)>,
}

/// A row's values in the order's columns. Computed once per row, not once per comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct SortKey<'a> {
    values: Vec<Value>,
    identity: (u16, &'a str),
}

impl Order {
    /// The pane's own order.
    pub fn default_of(spec: &PaneSpec) -> Self {
        let columns = (spec.columns)();
        let wishes = std::iter::once(&spec.sort).chain(spec.then);
        Self { columns: wishes.filter_map(|(key, down)| Some((find(&columns, key)?, *down))).collect() }
    }

    /// By one column, with the pane's own order deciding between equals; `None` when there is no such column.
    pub fn by(spec: &PaneSpec, key: &str, descending: bool) -> Option<Self> {
        let first = find(&(spec.columns)(), key)?;
        let mut order = Self::default_of(spec);
        order.columns.retain(|(column, _)| *column != first);
        order.columns.insert(0, (first, descending));
        Some(order)
    }

    /// What a row is sorted by.
    pub fn key<'a>(&self, row: &'a dyn Row, cx: &Cx<'_>) -> SortKey<'a> {
        let values = self.columns.iter().map(|(column, _)| row.cell(*column, cx).value).collect();
        SortKey { values, identity: (row.scope().0, row.id()) }
    }

    /// Compares two rows by their keys. What is not known comes last whichever way a column is turned.
    pub fn compare(&self, a: &SortKey<'_>, b: &SortKey<'_>) -> Ordering {
        for ((_, down), (a, b)) in self.columns.iter().zip(a.values.iter().zip(&b.values)) {
            let order = match (a.is_unknown(), b.is_unknown()) {
                (false, false) if *down => b.order(a),
                (false, false) => a.order(b),
                (a, b) => a.cmp(&b),
            };
            if order.is_ne() {
                return order;
            }
        }
        a.identity.cmp(&b.identity)
    }
}

fn find(columns: &[&'static super::Column], key: &str) -> Option<usize> {
    columns.iter().position(|c| c.key == key)
}
