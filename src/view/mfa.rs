//! The question for an MFA code. The code is not shown: only its last digit, so that a slip is noticed.

use ratatui::layout::{Position, Rect};

use super::pen::{Pen, cells};
use crate::{
    input::field::Field,
    text::{Catalogue, measure},
    value::Role,
};

/// Draws the box in the middle; says where the cursor belongs.
pub(super) fn draw(
    pen: &mut Pen<'_>,
    area: Rect,
    words: &Catalogue,
    (profile, serial, refused): (&str, &str, Option<&str>),
    field: &Field,
) -> Option<Position> {
    let width = area.width.saturating_sub(2).min(64);
    let room = usize::from(width.saturating_sub(4));
    let mut lines: Vec<(String, Role)> =
        vec![(words.fill("mfa.title", &[("profile", &profile)]), Role::Accent)];
    lines.extend(
        measure::wrap(&words.fill("mfa.device", &[("serial", &serial)]), room)
            .into_iter()
            .map(|l| (l, Role::Dim)),
    );
    if let Some(why) = refused {
        let why = words.fill("mfa.refused", &[("why", &why)]);
        lines.extend(measure::wrap(&why, room).into_iter().map(|l| (l, Role::Warn)));
    }
    lines.push((String::new(), Role::Plain));
    let prompt = format!("{} ", words.get("mfa.code"));
    let height = cells(lines.len() + 3).min(area.height);
    let place =
        Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height };
    frame(pen, place);
    let inner = Rect {
        x: place.x + 2,
        y: place.y + 1,
        width: width.saturating_sub(4),
        height: height.saturating_sub(2),
    };
    for (row, (text, role)) in (0..inner.height).zip(&lines) {
        let style = pen.style(*role);
        pen.text(inner.x, inner.y + row, inner.width, text, style);
    }
    let y = inner.bottom().checked_sub(1).filter(|y| *y >= inner.y)?;
    let key = pen.style(Role::Key);
    let used = pen.text(inner.x, y, inner.width, &prompt, key);
    let hidden = hidden(field.text());
    let plain = pen.style(Role::Plain);
    let typed = pen.text(inner.x + used, y, inner.width.saturating_sub(used), &hidden, plain);
    let column = cells(measure::width(field.before())).min(typed);
    Some(Position::new(inner.x + used + column, y))
}

/// `•••••6`.
fn hidden(code: &str) -> String {
    let count = code.chars().count();
    code.chars().enumerate().map(|(at, c)| if at + 1 == count { c } else { '•' }).collect()
}

/// An empty box.
pub(super) fn frame(pen: &mut Pen<'_>, area: Rect) {
    pen.clear(area);
    if area.width < 2 || area.height < 2 {
        return;
    }
    let line = "─".repeat(usize::from(area.width - 2));
    let style = pen.style(Role::Accent);
    pen.text(area.x, area.y, area.width, &format!("┌{line}┐"), style);
    pen.text(area.x, area.bottom() - 1, area.width, &format!("└{line}┘"), style);
    for y in area.y + 1..area.bottom() - 1 {
        pen.text(area.x, y, 1, "│", style);
        pen.text(area.right() - 1, y, 1, "│", style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_digit_is_shown() {
        assert_eq!(hidden(""), "");
        assert_eq!(hidden("1"), "1");
        assert_eq!(hidden("123456"), "•••••6");
    }
}
