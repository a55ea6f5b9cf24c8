//! One line of things of which the less important give way: header, tabs, trail, footer.
//!
//! A piece has several forms, the longest first; when the line is short the piece whose length matters least takes its
//! next form, and after its last one it is left out. Nothing is cut in the middle of a word.

use ratatui::{layout::Rect, style::Style};

use super::pen::{Pen, cells};
use crate::{panes::detail::Span, text::measure, value::Role};

/// A run of text with its style.
#[derive(Debug, Clone)]
pub(super) struct Styled {
    /// The text.
    pub text: String,
    /// Its style.
    pub style: Style,
}

impl Styled {
    /// Text in a style.
    pub(super) fn new(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style }
    }
}

/// One form of a piece.
pub(super) type Form = Vec<Styled>;

/// A piece of the line.
#[derive(Debug)]
pub(super) struct Piece {
    /// Longest first.
    pub forms: Vec<Form>,
    /// The lowest is left out first.
    pub keep: u8,
    /// The lowest takes its next form first.
    pub ease: u8,
    /// Whether it stands at the right end.
    pub right: bool,
}

impl Piece {
    /// A piece at the left.
    pub(super) fn left(keep: u8, forms: Vec<Form>) -> Self {
        Self { forms, keep, ease: keep, right: false }
    }

    /// A piece at the right end.
    pub(super) fn right(keep: u8, forms: Vec<Form>) -> Self {
        Self { forms, keep, ease: keep, right: true }
    }

    /// The same, giving up its longer forms sooner than itself.
    pub(super) const fn easing(mut self, ease: u8) -> Self {
        self.ease = ease;
        self
    }

    /// What it takes to make it shorter than form `at`.
    const fn worth(&self, at: usize) -> u8 {
        if at + 1 < self.forms.len() { self.ease } else { self.keep }
    }
}

/// Forms that are each one text in one style.
pub(super) fn forms(style: Style, texts: impl IntoIterator<Item = impl Into<String>>) -> Vec<Form> {
    texts.into_iter().map(|t| vec![Styled::new(t, style)]).collect()
}

/// A form made of spans with roles.
pub(super) fn form_of(pen: &Pen<'_>, spans: &[Span], role: Option<Role>) -> Form {
    spans.iter().map(|s| Styled::new(s.text.clone(), pen.style(role.unwrap_or(s.role)))).collect()
}

fn width(form: &Form) -> usize {
    form.iter().map(|s| measure::width(&s.text)).sum()
}

/// Which form each piece takes in so many cells, with `gap` cells between pieces; none means left out.
pub(super) fn choose(pieces: &[Piece], room: usize, gap: usize) -> Vec<Option<usize>> {
    let mut chosen: Vec<usize> = vec![0; pieces.len()];
    while taken(pieces, &chosen, gap) > room {
        let weakest = pieces
            .iter()
            .zip(&mut chosen)
            .enumerate()
            .filter(|(_, (p, at))| **at < p.forms.len())
            .min_by_key(|(i, (p, at))| (p.worth(**at), std::cmp::Reverse(*i)));
        match weakest {
            Some((_, (_, at))) => *at += 1,
            None => break,
        }
    }
    // What gave way before something longer did may have room after all, the most important first.
    let mut order: Vec<usize> = (0..pieces.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(pieces.get(*i).map_or(0, |p| p.keep)));
    for i in order {
        while let Some(longer) = chosen.get(i).and_then(|at| at.checked_sub(1)) {
            let mut tried = chosen.clone();
            if let Some(at) = tried.get_mut(i) {
                *at = longer;
            }
            if taken(pieces, &tried, gap) > room {
                break;
            }
            chosen = tried;
        }
    }
    pieces.iter().zip(chosen).map(|(p, at)| (at < p.forms.len()).then_some(at)).collect()
}

fn taken(pieces: &[Piece], chosen: &[usize], gap: usize) -> usize {
    let shown = || pieces.iter().zip(chosen).filter_map(|(p, at)| p.forms.get(*at));
    shown().map(width).sum::<usize>() + gap * shown().count().saturating_sub(1)
}

/// Draws the pieces into a line with a margin of one cell at both ends. Says where each of them starts, if it is shown.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, pieces: &[Piece], gap: u16) {
    if area.height == 0 {
        return;
    }
    let margin = u16::from(area.width > 2);
    let (left, right) = (area.x + margin, area.right().saturating_sub(margin));
    let room = usize::from(right.saturating_sub(left));
    let chosen = choose(pieces, room, usize::from(gap));
    let shown = |at: &Option<usize>, piece: &'_ Piece| at.and_then(|at| piece.forms.get(at).cloned());
    let mut x = left;
    for (piece, at) in pieces.iter().zip(&chosen).filter(|(p, _)| !p.right) {
        let Some(form) = shown(at, piece) else { continue };
        for part in form {
            x += pen.text(x, area.y, right.saturating_sub(x), &part.text, part.style);
        }
        x = x.saturating_add(gap);
    }
    let mut end = right;
    for (piece, at) in pieces.iter().zip(&chosen).filter(|(p, _)| p.right).rev() {
        let Some(form) = shown(at, piece) else { continue };
        let mut at = end.saturating_sub(cells(width(&form)));
        end = at.saturating_sub(gap);
        for part in form {
            at += pen.text(at, area.y, right.saturating_sub(at), &part.text, part.style);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(keep: u8, texts: &[&str]) -> Piece {
        Piece::left(keep, forms(Style::new(), texts.iter().copied()))
    }

    #[test]
    fn the_least_important_gives_way_first_and_whole() {
        let pieces = [
            piece(9, &["● 6 of 6 live", "● 6/6"]),
            piece(5, &["read-only"]),
            piece(7, &["03:12:44", "03:12"]),
        ];
        for (room, wanted) in [
            (40, [Some(0), Some(0), Some(0)]),
            (30, [Some(0), None, Some(0)]),
            (21, [Some(0), None, Some(1)]),
            (14, [Some(0), None, None]),
            (6, [Some(1), None, None]),
            (4, [None, None, None]),
        ] {
            assert_eq!(choose(&pieces, room, 2), wanted, "{room}");
        }
    }

    #[test]
    fn what_gave_way_in_vain_comes_back() {
        let pieces = [piece(9, &["● 6 of 6 live", "● 6/6"]).easing(1), piece(2, &["a long sentence"])];
        assert_eq!(choose(&pieces, 23, 2), [Some(1), Some(0)]);
        assert_eq!(choose(&pieces, 18, 2), [Some(0), None]);
    }
}
