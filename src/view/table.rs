//! A pane's rows, or what stands in their place.
//!
//! Only the visible window is read and formatted, so that 10,000 rows cost what 20 do.

pub(super) mod columns;
mod empty;

use jiff::Timestamp;
use ratatui::layout::Rect;

use self::columns::Chosen;
use super::pen::{Pen, cells};
use crate::{
    app::{model::Model, table::Table},
    panes::{Align, Row},
    text::measure,
    theme::severity_glyph,
    value::{Cell, Cx, Role, Value},
};

/// Cells before the first column: the cursor.
const GUTTER: u16 = 1;
/// Cells kept free behind the last column, so that it does not touch what stands beside the table.
const MARGIN: u16 = 1;

/// Draws titles and rows; says whether there are columns further to the right.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, model: &Model, table: &Table, now: Timestamp) -> bool {
    if area.height == 0 {
        return false;
    }
    let cx = model.cx(now);
    let below = Rect { y: area.y + 1, height: area.height - 1, ..area };
    if table.shown() == 0 {
        let chosen =
            columns::choose(table, model, &[], usize::from(area.width.saturating_sub(GUTTER + MARGIN)), &cx);
        titles(pen, area, table, &chosen, &cx);
        empty::draw(pen, below, model, table, now);
        return chosen.hidden_right;
    }
    let first = table.cursor.offset.min(table.shown().saturating_sub(1));
    let window: Vec<&dyn Row> =
        (first..first + usize::from(below.height)).map_while(|at| table.at(at)).collect();
    let chosen =
        columns::choose(table, model, &window, usize::from(area.width.saturating_sub(GUTTER + MARGIN)), &cx);
    titles(pen, area, table, &chosen, &cx);
    for (line, (at, row)) in (0u16..).zip((first..).zip(window)) {
        let place = Rect { y: below.y + line, height: 1, ..below };
        draw_row(pen, place, table, row, &chosen, at == table.cursor.position, &cx);
    }
    chosen.hidden_right
}

fn titles(pen: &mut Pen<'_>, area: Rect, table: &Table, chosen: &Chosen, cx: &Cx<'_>) {
    let mut x = area.x + GUTTER;
    for (index, width) in &chosen.columns {
        let Some(column) = table.columns.get(*index) else { continue };
        let sorted = *index == table.sort_column;
        let title = columns::title(table, *index, cx.words);
        let title = if column.align == Align::Right {
            measure::pad_start(&title, *width)
        } else {
            measure::cut(&title, *width).into_owned()
        };
        let style = pen.skin.theme.column(sorted);
        pen.text(x, area.y, area.right().saturating_sub(x), &title, style);
        x += cells(*width + columns::GAP);
    }
    // What does not fit is reached sideways; say so where the eye looks for it.
    let marks = match (chosen.hidden_left, chosen.hidden_right) {
        (true, true) => "←→",
        (true, false) => "←",
        (false, true) => "→",
        (false, false) => return,
    };
    let style = pen.style(Role::Key);
    pen.text_end(area.right(), area.y, 2, marks, style);
}

fn draw_row(
    pen: &mut Pen<'_>,
    area: Rect,
    table: &Table,
    row: &dyn Row,
    chosen: &Chosen,
    here: bool,
    cx: &Cx<'_>,
) {
    let theme = pen.skin.theme;
    let style = |role: Role| if here { theme.selected(role) } else { theme.style(role) };
    if here {
        pen.text(area.x, area.y, GUTTER, "▌", style(Role::Accent));
    }
    let mut x = area.x + GUTTER;
    for (index, width) in &chosen.columns {
        let (text, role) = shown(&row.cell(*index, cx), *width, cx);
        let right = table.columns.get(*index).is_some_and(|c| c.align == Align::Right);
        let text = if right { measure::pad_start(&text, *width) } else { text };
        pen.text(x, area.y, cells(*width).min(area.right().saturating_sub(x)), &text, style(role));
        x = x.saturating_add(cells(*width + columns::GAP));
    }
    if here {
        pen.select(area);
    }
}

/// A cell as it stands in the table, with its role.
fn shown(cell: &Cell, width: usize, cx: &Cx<'_>) -> (String, Role) {
    let text = cell.value.show(cx);
    match &cell.value {
        Value::Severity(severity) => {
            let glyph = severity_glyph(*severity);
            let text = if glyph == text { text.into_owned() } else { format!("{glyph} {text}") };
            (text, (*severity).into())
        }
        value if value.is_unknown() => (text.into_owned(), Role::Dim),
        // Identifiers and lists are cut where the room ends; sentences between words.
        _ if text.contains(' ') => (super::pen::cut_words(&text, width), cell.role),
        _ => (measure::cut(&text, width).into_owned(), cell.role),
    }
}
