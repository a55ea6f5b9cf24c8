//! Commands by name.

use ratatui::layout::{Position, Rect};

use super::{
    help::{description, picked},
    hints,
    lines::Strip,
    overlay,
    pen::Pen,
    prompt,
};
use crate::{
    app::model::{Model, Picker},
    panes::detail::Span,
    text::measure,
    value::Role,
};

/// Cells that names and keys take at most.
const NAME: usize = 20;

/// Draws it; says where the cursor of the line being typed belongs.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, model: &Model, picker: &Picker) -> Option<Position> {
    let words = &model.settings.words;
    let rows = hints::rows(model);
    let inner = overlay::panel(pen, area, words.get("palette.title"), &rows.len().to_string());
    let line = Rect { height: inner.height.min(1), ..inner };
    let cursor = prompt::field(pen, line, ":", &picker.field, words.get("palette.type"));
    let below = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };

    let name_cells = rows.iter().map(|r| measure::width(&r.name)).max().unwrap_or(0).min(NAME);
    let keys_cells = rows.iter().filter_map(|r| r.keys.first()).map(|k| measure::width(k)).max().unwrap_or(0);
    // Keys right after the names: the eye learns them on the way.
    let all: Vec<Strip> = rows
        .iter()
        .map(|row| {
            let key = row.keys.first().map_or("", String::as_str);
            let mut spans = vec![
                Span::new("  ", Role::Plain),
                Span::new(measure::pad(&row.name, name_cells), Role::Name),
                Span::new("  ", Role::Plain),
                Span::new(measure::pad(key, keys_cells), Role::Dim),
                Span::new("  ", Role::Plain),
            ];
            spans.extend(description(row, words));
            Strip::plain(spans)
        })
        .collect();
    let selected = rows.len().checked_sub(1).map(|last| picker.selected.min(last));
    picked(pen, below, &all, selected, words.get("palette.none"));
    cursor
}
