//! Writes text into the frame's buffer: measured, cut, in the terminal's glyphs, and never outside of it.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use crate::{panes::detail::Span, text::measure, theme::Skin, value::Role};

/// A number of cells that certainly fits a coordinate.
pub(super) fn cells(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

/// Of an identifier at least this much is worth showing.
const PART_OF_A_NAME: usize = 4;

/// The part of a text that fits, broken between words: what does not fit is dropped whole, with `…` in its place. Only an
/// identifier, of which a part says more than nothing, is cut where the room ends.
pub(super) fn cut_words(text: &str, room: usize) -> String {
    if measure::width(text) <= room {
        return measure::cut(text, room).into_owned();
    }
    let lines = measure::wrap(text, room.saturating_sub(2).max(1));
    let first = lines.first().map_or("", String::as_str);
    // A word longer than the line is broken by wrapping; then it is better cut where the room ends.
    let next = text.get(first.len()..).and_then(|rest| rest.chars().next());
    let broken = next.is_some_and(|c| c != ' ' && c.is_ascii()) && !first.is_empty();
    let left = room.saturating_sub(measure::width(first) + 2);
    let named = left >= PART_OF_A_NAME && is_identifier(text.get(first.len()..).unwrap_or_default());
    let whole = measure::width(first) + 2 <= room && !first.is_empty() && !broken && !named;
    if whole { format!("{first} …") } else { measure::cut(text, room).into_owned() }
}

/// Whether a text begins with a name of something rather than a word: `sg-0b2…`, `alice@example.org`, `203.0.113.9`.
fn is_identifier(text: &str) -> bool {
    let word = text.split_whitespace().next().unwrap_or_default();
    let inner = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    inner.contains(|c: char| c.is_ascii_digit() || "-_.@/:".contains(c))
}

/// Draws on a buffer with a skin.
pub(super) struct Pen<'a> {
    /// Where.
    pub buf: &'a mut Buffer,
    /// How.
    pub skin: &'a Skin,
}

impl Pen<'_> {
    /// The style of a role.
    pub(super) fn style(&self, role: Role) -> Style {
        self.skin.theme.style(role)
    }

    /// Writes text into at most `room` cells, cut with an ellipsis; says how many it took.
    pub(super) fn text(&mut self, x: u16, y: u16, room: u16, text: &str, style: Style) -> u16 {
        let area = self.buf.area;
        if y < area.y || y >= area.bottom() || x < area.x || x >= area.right() {
            return 0;
        }
        let room = room.min(area.right() - x);
        let text = measure::cut(text, usize::from(room));
        let text = self.skin.glyphs.show(&text);
        if !text.is_ascii() {
            let (end, _) = self.buf.set_stringn(x, y, text, usize::from(room), style);
            return end - x;
        }
        // Nearly all text: cut to its room, without control characters, a cell a letter. Looking for clusters in it would
        // be a third of what a frame costs.
        for (x, letter) in (x..).zip(text.chars()) {
            if let Some(cell) = self.buf.cell_mut((x, y)) {
                cell.set_char(letter).set_style(style);
            }
        }
        cells(text.len())
    }

    /// Writes spans one after the other.
    pub(super) fn spans(&mut self, x: u16, y: u16, room: u16, spans: &[Span]) -> u16 {
        let mut used = 0;
        for span in spans {
            let style = self.style(span.role);
            used += self.text(x.saturating_add(used), y, room.saturating_sub(used), &span.text, style);
        }
        used
    }

    /// Writes text that ends at the cell before `right`.
    pub(super) fn text_end(&mut self, right: u16, y: u16, room: u16, text: &str, style: Style) -> u16 {
        let wide = cells(measure::width(text)).min(room);
        self.text(right.saturating_sub(wide), y, room, text, style)
    }

    /// A line across.
    pub(super) fn rule(&mut self, area: Rect) {
        if area.height == 0 {
            return;
        }
        let style = self.skin.theme.rule();
        let line = self.skin.glyphs.show("─");
        let area = Rect { height: 1, ..area }.intersection(self.buf.area);
        for x in area.left()..area.right() {
            if let Some(cell) = self.buf.cell_mut((x, area.y)) {
                cell.set_symbol(&line).set_style(style);
            }
        }
    }

    /// Empties a region.
    pub(super) fn clear(&mut self, area: Rect) {
        let area = area.intersection(self.buf.area);
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                if let Some(cell) = self.buf.cell_mut((x, y)) {
                    cell.reset();
                }
            }
        }
    }

    /// Gives a whole region the background of the selection.
    pub(super) fn select(&mut self, area: Rect) {
        let style = Style { fg: None, ..self.skin.theme.selected(Role::Plain) };
        self.buf.set_style(area, style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_cut_between_words() {
        for (text, room, wanted) in [
            ("ask for the IAM action", 40, "ask for the IAM action"),
            ("ask for the IAM action", 20, "ask for the IAM …"),
            ("ask for the IAM action", 5, "ask …"),
            ("ec2:DescribeInstances", 8, "ec2:Des…"),
            ("", 3, ""),
            // A part of a name is worth more than its place.
            ("revoked ingress on sg-0b2c4e99", 28, "revoked ingress on sg-0b2c4…"),
            ("revoked ingress on sg-0b2c4e99", 23, "revoked ingress on …"),
            ("OnCall ▸ yuki.tanaka@shop.example", 16, "OnCall ▸ yuki.t…"),
            ("unmanaged: no instance profile", 27, "unmanaged: no instance …"),
        ] {
            assert_eq!(cut_words(text, room), wanted);
            assert!(measure::width(&cut_words(text, room)) <= room);
        }
    }
}
