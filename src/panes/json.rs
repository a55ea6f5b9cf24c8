//! A row as `toban list --output json` has it, as a tree: for what is kept of it, or stands inside another answer.

use serde_json::{Map, Value as Json, json};

use super::{PaneId, Row};
use crate::value::Cx;

/// The row with its scope, how bad it is and why, and the exported columns.
pub fn row(pane: PaneId, row: &dyn Row, cx: &Cx<'_>) -> Json {
    let mut all = Map::new();
    all.insert("scope".into(), json!(cx.scopes.get(row.scope())));
    all.insert("severity".into(), json!(row.severity(cx)));
    all.insert("attention".into(), json!(row.attention(cx)));
    let columns = (pane.spec().columns)();
    for (at, column) in columns.iter().enumerate().filter(|(_, c)| c.exported && c.key != "severity") {
        all.insert(column.key.to_owned(), row.cell(at, cx).value.json());
    }
    Json::Object(all)
}
