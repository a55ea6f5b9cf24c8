//! The last line: what to press next, or what has just happened.

use jiff::Timestamp;
use ratatui::layout::Rect;

use super::{
    fit::{self, Piece, Styled},
    hints,
    pen::Pen,
};
use crate::{app::model::Model, value::Role};

/// Draws hints, most important first and only whole ones; a message takes their place for its time. The beginning of a key
/// sequence stands at the right.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, model: &Model, now: Timestamp) {
    let mut pieces = Vec::new();
    if let Some(toast) = model.toast.as_ref().filter(|t| t.until > now) {
        let style = pen.style(toast.role);
        let room = usize::from(area.width.saturating_sub(2));
        let text = super::pen::cut_words(&toast.text, room);
        pieces.push(Piece::left(100, vec![vec![Styled::new(text, style)]]));
    } else {
        let (key, desc) = (pen.style(Role::Key), pen.style(Role::Dim));
        pieces.extend(hints::hints(model).into_iter().map(|hint| {
            let form = vec![Styled::new(hint.key, key), Styled::new(format!(" {}", hint.desc), desc)];
            Piece::left(hint.priority.min(99), vec![form])
        }));
    }
    let pending = hints::pending(model);
    if !pending.is_empty() {
        let style = pen.style(Role::Accent);
        pieces.push(Piece::right(101, vec![vec![Styled::new(format!("{pending} …"), style)]]));
    }
    fit::draw(pen, area, &pieces, 3);
}
