//! What all rows of a pane come to, in the rule above its table: it costs no row, and stands where the eye passes.

use ratatui::layout::Rect;

use super::pen::{Pen, cells};
use crate::{panes::detail::Span, text::measure, value::Role};

/// Cells of the rule before the first text.
const INDENT: u16 = 2;
/// Cells of the rule that stay between two texts, and behind the last.
const BETWEEN: u16 = 2;

/// Draws as many of the texts as fit whole; the first is cut if it must be.
pub(super) fn draw(pen: &mut Pen<'_>, rule: Rect, texts: &[Vec<Span>]) {
    if rule.height == 0 {
        return;
    }
    let mut x = rule.x.saturating_add(INDENT);
    for (n, text) in texts.iter().enumerate() {
        // With a space at both ends.
        let wide = text.iter().map(|s| measure::width(&s.text)).sum::<usize>() + 2;
        let room = usize::from(rule.right().saturating_sub(x).saturating_sub(BETWEEN));
        // Room for the sign that there is more, unless this is the last.
        let after = if n + 1 < texts.len() { 3 + usize::from(BETWEEN) } else { 0 };
        if n > 0 && wide + after > room {
            mark(pen, x, rule);
            return;
        }
        x += space(pen, x, rule);
        x += pen.spans(x, rule.y, cells(room.min(wide).saturating_sub(2)), text);
        x = x.saturating_add(space(pen, x, rule) + BETWEEN);
    }
}

fn space(pen: &mut Pen<'_>, x: u16, rule: Rect) -> u16 {
    let style = pen.style(Role::Plain);
    pen.text(x, rule.y, rule.right().saturating_sub(x), " ", style)
}

/// There is more than fits.
fn mark(pen: &mut Pen<'_>, x: u16, rule: Rect) {
    let style = pen.style(Role::Dim);
    pen.text(x, rule.y, rule.right().saturating_sub(x), " … ", style);
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;

    use super::*;
    use crate::theme::Skin;

    fn drawn(width: u16, texts: &[&str]) -> String {
        let area = Rect::new(0, 0, width, 1);
        let (mut buf, skin) = (Buffer::empty(area), Skin::default());
        let mut pen = Pen { buf: &mut buf, skin: &skin };
        pen.rule(area);
        let texts: Vec<Vec<Span>> = texts.iter().map(|t| vec![Span::new(*t, Role::Plain)]).collect();
        draw(&mut pen, area, &texts);
        buf.content().iter().map(ratatui::buffer::Cell::symbol).collect()
    }

    #[test]
    fn texts_stand_in_the_rule_whole_or_not_at_all() {
        let texts = ["8 compliant", "web 3/8", "db 1/2"];
        assert_eq!(drawn(40, &texts), "── 8 compliant ── web 3/8 ── db 1/2 ────");
        assert_eq!(drawn(34, &texts), "── 8 compliant ── web 3/8 ── … ───");
        assert_eq!(drawn(24, &texts), "── 8 compliant ── … ────");
        assert_eq!(drawn(14, &texts[..1]), "── 8 compl… ──");
        assert_eq!(drawn(10, &[]), "──────────");
    }
}
