//! The region of what lies over a place: a title line and room below it, between the two rule lines.

use ratatui::layout::Rect;

use super::pen::Pen;
use crate::{app::layout::Layout, text::measure, value::Role};

/// Everything between tabs and footer.
pub(super) fn region(layout: &Layout) -> Rect {
    let top = layout.rule.y + layout.rule.height;
    Rect { y: top, height: layout.foot_rule.y.saturating_sub(top), ..layout.header }
}

/// Empties the region and titles it; the rest is inside.
pub(super) fn panel(pen: &mut Pen<'_>, area: Rect, title: &str, note: &str) -> Rect {
    pen.clear(area);
    let style = pen.style(Role::Accent);
    let used = pen.text(area.x + 1, area.y, area.width.saturating_sub(2), title, style);
    let dim = pen.style(Role::Dim);
    let room = area.width.saturating_sub(used + 4);
    if usize::from(room) >= measure::width(note) {
        pen.text_end(area.right().saturating_sub(1), area.y, room, note, dim);
    }
    Rect {
        x: area.x + 1,
        y: area.y + 1,
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(1),
    }
}
