//! What is said on a terminal that is too small for anything else.

use ratatui::layout::Rect;

use super::pen::{Pen, cells};
use crate::{
    app::layout::SMALLEST,
    text::{Catalogue, measure},
    value::Role,
};

/// One sentence, in as many lines as it needs and there are.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, words: &Catalogue) {
    let text = words.fill(
        "view.too_small",
        &[("width", &SMALLEST.0), ("height", &SMALLEST.1), ("columns", &area.width), ("rows", &area.height)],
    );
    let style = pen.style(Role::Warn);
    for (at, line) in
        (0u16..).zip(measure::wrap(&text, usize::from(area.width))).take(usize::from(area.height))
    {
        pen.text(area.x, area.y + at, cells(measure::width(&line)), &line, style);
    }
}
