//! What a terminal shows, as plain values: text and style of every cell.
//!
//! Made from the emulator's screen; the pty tests look for words in it, and the screenshots are drawn from it. It knows
//! nothing of the program that drew.
#![allow(dead_code, reason = "every test target uses a part of it")]

use std::fmt;

pub(crate) use vt100::Color;

/// How a cell looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Style {
    pub(crate) fg: Color,
    pub(crate) bg: Color,
    pub(crate) bold: bool,
    pub(crate) dim: bool,
    pub(crate) italic: bool,
    pub(crate) underline: bool,
    pub(crate) reverse: bool,
}

/// One character and the columns it takes: 2 for wide ones, and 0 for the column that a wide one covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) width: u16,
    pub(crate) style: Style,
}

/// A whole screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Screen {
    pub(crate) rows: Vec<Vec<Cell>>,
    /// Row and column, when it is shown.
    pub(crate) cursor: Option<(u16, u16)>,
    pub(crate) alternate: bool,
}

impl Screen {
    pub(crate) fn of(screen: &vt100::Screen) -> Self {
        let (rows, columns) = screen.size();
        let cell = |row, column| screen.cell(row, column).map_or_else(blank, of_cell);
        Self {
            rows: (0..rows.get())
                .map(|row| (0..columns.get()).map(|column| cell(row, column)).collect())
                .collect(),
            cursor: (!screen.hide_cursor()).then(|| screen.cursor_position()),
            alternate: screen.alternate_screen(),
        }
    }

    /// Columns and rows.
    pub(crate) fn size(&self) -> (u16, u16) {
        let count = |n| u16::try_from(n).unwrap_or(u16::MAX);
        (count(self.rows.first().map_or(0, Vec::len)), count(self.rows.len()))
    }

    /// One line without the blanks at its end.
    pub(crate) fn line(&self, row: u16) -> String {
        let cells = self.rows.get(usize::from(row)).map_or(&[][..], Vec::as_slice);
        let line: String =
            cells.iter().filter(|cell| cell.width > 0).map(|cell| cell.text.as_str()).collect();
        line.trim_end().to_owned()
    }

    /// All lines.
    pub(crate) fn text(&self) -> String {
        let rows = self.size().1;
        (0..rows).map(|row| self.line(row)).collect::<Vec<_>>().join("\n")
    }

    pub(crate) fn contains(&self, text: &str) -> bool {
        self.find(text).is_some()
    }

    /// Row and column where a text begins, first from the top.
    pub(crate) fn find(&self, text: &str) -> Option<(u16, u16)> {
        (0..self.size().1).find_map(|row| self.find_in(row, text).map(|column| (row, column)))
    }

    fn find_in(&self, row: u16, text: &str) -> Option<u16> {
        let before = self.line(row).find(text)?;
        let mut seen = 0;
        let cells = self.rows.get(usize::from(row))?;
        let column = cells.iter().position(|cell| {
            let here = seen == before && cell.width > 0;
            seen += if cell.width > 0 { cell.text.len() } else { 0 };
            here
        })?;
        u16::try_from(column).ok()
    }

    /// The style of the first cell of a text.
    pub(crate) fn style_of(&self, text: &str) -> Option<Style> {
        let (row, column) = self.find(text)?;
        Some(self.rows[usize::from(row)][usize::from(column)].style)
    }
}

/// The screen in a frame, for failure messages.
impl fmt::Display for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (columns, rows) = self.size();
        writeln!(f, "┌── {columns}×{rows}, cursor {:?}, alternate {} ──", self.cursor, self.alternate)?;
        for row in 0..rows {
            writeln!(f, "│{}", self.line(row))?;
        }
        write!(f, "└──")
    }
}

fn blank() -> Cell {
    Cell { text: " ".to_owned(), width: 1, style: Style::default() }
}

fn of_cell(cell: &vt100::Cell) -> Cell {
    let style = Style {
        fg: cell.fgcolor(),
        bg: cell.bgcolor(),
        bold: cell.bold(),
        dim: cell.dim(),
        italic: cell.italic(),
        underline: cell.underline(),
        reverse: cell.inverse(),
    };
    let width = if cell.is_wide_continuation() { 0 } else { 1 + u16::from(cell.is_wide()) };
    let text = if cell.has_contents() { cell.contents() } else { " " };
    Cell { text: text.to_owned(), width, style }
}
