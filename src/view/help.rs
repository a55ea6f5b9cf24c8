//! All keys of the place, grouped by where they count, narrowed by typing.

use ratatui::layout::{Position, Rect};

use super::{
    hints,
    lines::{self, Strip},
    overlay,
    pen::Pen,
    prompt,
};
use crate::{
    app::{
        model::{Model, Picker},
        update::overlays::Entry,
    },
    panes::detail::Span,
    text::{Catalogue, measure},
    value::Role,
};

/// Cells that the keys take at most.
const KEYS: usize = 24;

/// Draws it; says where the cursor of the line being typed belongs.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, model: &Model, picker: &Picker) -> Option<Position> {
    let words = &model.settings.words;
    let rows = hints::rows(model);
    let inner = overlay::panel(pen, area, words.get("help.title"), &rows.len().to_string());
    let line = Rect { height: inner.height.min(1), ..inner };
    let cursor = prompt::field(pen, line, "› ", &picker.field, words.get("help.type"));
    let below = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };

    let keys_cells = rows.iter().map(|r| measure::width(&r.keys.join(" "))).max().unwrap_or(0).min(KEYS);
    let mut all: Vec<Strip> = Vec::new();
    let mut selected_line = None;
    let mut scope = None;
    for (at, row) in rows.iter().enumerate() {
        if scope != Some(row.scope) {
            scope = Some(row.scope);
            let key = format!("cli.scope.{}", row.scope.name());
            all.push(Strip::text(words.get(&key), Role::Title));
        }
        if at == picker.selected.min(rows.len() - 1) {
            selected_line = Some(all.len());
        }
        let keys = measure::pad(&row.keys.join(" "), keys_cells);
        let mut spans =
            vec![Span::new("  ", Role::Plain), Span::new(keys, Role::Key), Span::new("  ", Role::Plain)];
        spans.extend(description(row, words));
        all.push(Strip::plain(spans));
    }
    picked(pen, below, &all, selected_line, words.get("help.none"));
    cursor
}

/// What an entry does, dim and with the reason when it would do nothing now.
pub(super) fn description(entry: &Entry, words: &Catalogue) -> Vec<Span> {
    match entry.refusal {
        None => vec![Span::new(entry.desc.clone(), Role::Plain)],
        Some(why) => vec![Span::new(format!("{} – {}", entry.desc, words.get(why)), Role::Dim)],
    }
}

/// Draws a list with one selected line, which is kept in sight; a sentence when the list is empty.
pub(super) fn picked(pen: &mut Pen<'_>, area: Rect, all: &[Strip], selected: Option<usize>, none: &str) {
    let Some(selected) = selected else {
        lines::draw(pen, area, &lines::wrapped(none, Role::Dim, usize::from(area.width)), 0, None);
        return;
    };
    let scroll = lines::follow(selected, all.len(), area.height);
    lines::draw(pen, area, all, scroll, None);
    let Some(row) =
        selected.checked_sub(scroll).and_then(|r| u16::try_from(r).ok()).filter(|r| *r < area.height)
    else {
        return;
    };
    let place = Rect { y: area.y + row, height: 1, ..area };
    pen.clear(place);
    if let Some(strip) = all.get(selected) {
        let mut x = place.x;
        for run in &strip.0 {
            let style = pen.skin.theme.selected(run.span.role);
            x += pen.text(x, place.y, place.right().saturating_sub(x), &run.span.text, style);
        }
    }
    pen.select(place);
    let style = pen.skin.theme.selected(Role::Accent);
    pen.text(place.x, place.y, 1, "▌", style);
}
