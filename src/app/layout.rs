//! How the terminal is divided, as a pure function of its size and of what is shown.
//!
//! `update` asks it for the height of a page of rows, `view` for where to draw: one answer for both, so that paging
//! and drawing cannot disagree.

use ratatui::layout::Rect;

/// Below this the console says one line and nothing else.
pub const SMALLEST: (u16, u16) = (40, 10);

/// What fits beside or below the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Nothing fits at all.
    TooSmall,
    /// The table alone; details are pages of their own (80×24).
    Single,
    /// The table above, a preview of the selected row below (≥ 100 columns and ≥ 30 rows).
    Stacked,
    /// The table left, the preview right (≥ 140 columns).
    Beside,
}

/// Where everything stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Which of the shapes.
    pub shape: Shape,
    /// The first line: scope, age, clock.
    pub header: Rect,
    /// The tab bar, or the breadcrumb of a page.
    pub tabs: Rect,
    /// The line under the tabs; empty on small screens, where it costs a row.
    pub rule: Rect,
    /// Column titles and rows, or the page.
    pub body: Rect,
    /// The preview's region, with its own rule.
    pub preview: Option<Rect>,
    /// The line above the footer; empty on small screens.
    pub foot_rule: Rect,
    /// The last line: next keys, the filter being typed, a message.
    pub footer: Rect,
}

impl Layout {
    /// Divides a terminal of `size` columns and rows; a page has no preview.
    pub fn of(size: (u16, u16), page: bool) -> Self {
        let (width, height) = size;
        let line = |y: u16, h: u16| Rect { x: 0, y, width, height: h };
        let shape = if width < SMALLEST.0 || height < SMALLEST.1 {
            Shape::TooSmall
        } else if page {
            Shape::Single
        } else if width >= 140 && height >= 16 {
            Shape::Beside
        } else if width >= 100 && height >= 30 {
            Shape::Stacked
        } else {
            Shape::Single
        };
        // 24 rows: header, tabs, column titles, 18 rows of data, a rule, the footer — and one rule above.
        let rules = u16::from(height >= 20);
        let top = 2 + rules;
        let bottom = 1 + rules;
        let rest = height.saturating_sub(top + bottom);
        let (body, preview) = match shape {
            Shape::TooSmall => (line(0, height), None),
            Shape::Single => (line(top, rest), None),
            Shape::Stacked => {
                let below = (rest / 2).min(15);
                (line(top, rest - below), Some(line(top + rest - below, below)))
            }
            Shape::Beside => {
                let right = (width * 2 / 5).clamp(56, 90);
                let body = Rect { width: width - right, ..line(top, rest) };
                (body, Some(Rect { x: width - right, width: right, ..line(top, rest) }))
            }
        };
        Self {
            shape,
            header: line(0, 1),
            tabs: line(1, 1),
            rule: line(2, rules),
            body,
            preview,
            foot_rule: line(height.saturating_sub(bottom), rules),
            footer: line(height.saturating_sub(1), 1),
        }
    }

    /// Rows of data that fit under the column titles.
    pub fn rows(&self) -> usize {
        usize::from(self.body.height.saturating_sub(1)).max(1)
    }
}
