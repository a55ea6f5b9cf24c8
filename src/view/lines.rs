//! Lines of text in roles, before they have a place on the screen: what pages, previews and lists are made of.

use ratatui::layout::Rect;

use super::pen::{Pen, cells};
use crate::{panes::detail::Span, text::measure, value::Role};

/// A run of text within a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    /// What and how.
    pub span: Span,
    /// The jump target it belongs to, by number.
    pub target: Option<usize>,
    /// What it is there for.
    pub kind: Kind,
}

/// What a run is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// To be read.
    Text,
    /// To be read, and the name of what the line leads to.
    Link,
    /// Two cells for the cursor among the jump targets.
    Gutter,
}

impl Run {
    /// So many spaces.
    pub(super) fn blank(cells: usize) -> Self {
        Self { span: Span::new(" ".repeat(cells), Role::Plain), target: None, kind: Kind::Text }
    }
}

/// One line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Strip(pub Vec<Run>);

impl Strip {
    /// A line of spans that leads nowhere.
    pub(super) fn plain(spans: Vec<Span>) -> Self {
        Self(spans.into_iter().map(|span| Run { span, target: None, kind: Kind::Text }).collect())
    }

    /// One text.
    pub(super) fn text(text: impl Into<String>, role: Role) -> Self {
        Self::plain(vec![Span::new(text, role)])
    }

    /// Cells it takes.
    pub(super) fn width(&self) -> usize {
        self.0.iter().map(|r| measure::width(&r.span.text)).sum()
    }

    /// Fills it with spaces.
    fn pad(&mut self, cells: usize) {
        let missing = cells.saturating_sub(self.width());
        if missing > 0 {
            self.0.push(Run::blank(missing));
        }
    }

    /// Draws it; the selected target's part in the style of the selection.
    pub(super) fn draw(&self, pen: &mut Pen<'_>, area: Rect, selected: Option<usize>) {
        let mut x = area.x;
        for run in &self.0 {
            let here = run.target.is_some() && run.target == selected;
            let theme = pen.skin.theme;
            let mut style = if here { theme.selected(run.span.role) } else { theme.style(run.span.role) };
            if run.kind == Kind::Link {
                style = style.patch(theme.link());
            }
            let text = if here && run.kind == Kind::Gutter { "▸ " } else { &run.span.text };
            x += pen.text(x, area.y, area.right().saturating_sub(x), text, style);
        }
    }
}

/// Two texts side by side, each in its own width; the shorter one is filled up.
pub(super) fn beside(left: Vec<Strip>, right: Vec<Strip>, left_cells: usize) -> Vec<Strip> {
    let height = left.len().max(right.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    (0..height)
        .map(|_| {
            let mut line = left.next().unwrap_or_default();
            line.pad(left_cells);
            line.0.extend(right.next().unwrap_or_default().0);
            line
        })
        .collect()
}

/// Spans with a gap between each two that do not bring their own.
pub(super) fn joined(spans: &[Span], gap: &str) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        let text = if out.is_empty() || span.text.starts_with(' ') {
            span.text.clone()
        } else {
            format!("{gap}{}", span.text)
        };
        out.push(Span::new(text, span.role));
    }
    out
}

/// A sentence in lines, all in one role.
pub(super) fn wrapped(text: &str, role: Role, room: usize) -> Vec<Strip> {
    measure::wrap(text, room).into_iter().map(|line| Strip::text(line, role)).collect()
}

/// Draws as many lines as there is room for, from `scroll` on.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, lines: &[Strip], scroll: usize, selected: Option<usize>) {
    for (row, line) in (0..area.height).zip(lines.iter().skip(scroll)) {
        line.draw(pen, Rect { y: area.y + row, height: 1, ..area }, selected);
    }
}

/// The first visible line that is possible.
pub(super) fn clamp(scroll: usize, lines: usize, height: u16) -> usize {
    scroll.min(lines.saturating_sub(usize::from(height)))
}

/// The first visible line that keeps `selected` in sight, with what came before it as its context.
pub(super) fn follow(selected: usize, lines: usize, height: u16) -> usize {
    let height = usize::from(height.max(1));
    clamp((selected + 2).saturating_sub(height), lines, cells(height))
}
