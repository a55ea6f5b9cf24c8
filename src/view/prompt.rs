//! A line being typed: its text with the terminal's own cursor in it, and why it is not right yet.

use ratatui::layout::{Position, Rect};

use super::{
    hints,
    pen::{Pen, cells},
};
use crate::{
    app::{layout::Layout, model::Model},
    input::field::Field,
    text::measure,
    value::Role,
};

/// Draws the field after its sign, or what could be typed while it is empty; says where the cursor belongs. Long text is
/// scrolled so that the cursor is in sight.
pub(super) fn field(
    pen: &mut Pen<'_>,
    area: Rect,
    sign: &str,
    field: &Field,
    placeholder: &str,
) -> Option<Position> {
    let accent = pen.style(Role::Accent);
    let used = pen.text(area.x, area.y, area.width, sign, accent);
    let room = usize::from(area.width.saturating_sub(used));
    if room == 0 || area.height == 0 {
        return None;
    }
    let (text, column) = field.view(room);
    let plain = pen.style(Role::Plain);
    if field.is_empty() {
        let dim = pen.style(Role::Dim);
        // One cell after the cursor, so that it is not taken for typed text.
        pen.text(area.x + used + 1, area.y, cells(room.saturating_sub(1)), placeholder, dim);
    }
    pen.text(area.x + used, area.y, cells(room), &text, plain);
    Some(Position::new(area.x + used + cells(column), area.y))
}

/// The filter line: what is typed at the left, how many rows it lets through at the right, and in the line above why it is
/// no filter, or what else could be typed.
pub(super) fn filter(
    pen: &mut Pen<'_>,
    layout: &Layout,
    model: &Model,
    typed: &Field,
    error: Option<&str>,
) -> Option<Position> {
    let area = layout.footer;
    pen.clear(area);
    let words = &model.settings.words;
    let above = layout.foot_rule;
    pen.rule(above);
    let (said, role) = match error {
        Some(error) => (format!(" ✗ {error} "), Role::Bad),
        None => (format!(" {} ", words.get("prompt.filter")), Role::Dim),
    };
    if above.height > 0 {
        let room = above.width.saturating_sub(2);
        let style = pen.style(role);
        pen.text(above.x + 1, above.y, room, &super::pen::cut_words(&said, usize::from(room)), style);
    }
    let table = model.table(model.pane());
    // Without a line above, the error takes the place of the count.
    let note = match error {
        Some(_) if above.height == 0 => super::pen::cut_words(said.trim(), usize::from(area.width / 2)),
        _ => format!("{}/{}", table.shown(), table.total()),
    };
    let note_cells = cells(measure::width(&note));
    let style = pen.style(if error.is_some() { Role::Bad } else { Role::Name });
    pen.text_end(area.right().saturating_sub(1), area.y, note_cells, &note, style);
    let mut end = area.right().saturating_sub(note_cells + 4);
    // The keys that end the typing, while there is room for them beside a word or two.
    let (key, dim) = (pen.style(Role::Key), pen.style(Role::Dim));
    for hint in hints::hints(model).iter().rev() {
        let cells_of = cells(measure::width(&hint.key) + 1 + measure::width(&hint.desc));
        let start = end.saturating_sub(cells_of);
        if start < area.x + area.width / 3 || usize::from(start) < measure::width(typed.text()) + 6 {
            break;
        }
        let used = pen.text(start, area.y, cells_of, &hint.key, key);
        pen.text(start + used + 1, area.y, cells_of, &hint.desc, dim);
        end = start.saturating_sub(3);
    }
    let left = Rect { x: area.x + 1, width: end.saturating_sub(area.x + 1), ..area };
    field(pen, left, "/", typed, "")
}
