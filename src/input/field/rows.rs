//! How a field of several lines stands in a box: which text in which row, where the cursor is, how it goes up and down.
//!
//! A line that is too long goes on in the next row, broken between clusters wherever it is full, so that what is typed does
//! not jump. Every row leaves its last cell to the cursor. Pure.

use unicode_segmentation::UnicodeSegmentation;

use super::{Edited, Field};
use crate::text::measure::width;

/// A row: which bytes of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Row {
    from: usize,
    to: usize,
}

/// What is seen of a field in a box.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// The rows that are seen, from the top.
    pub rows: Vec<String>,
    /// The row and the cell that the cursor is in, within those.
    pub cursor: (usize, usize),
    /// Rows above those.
    pub above: usize,
    /// Rows below them.
    pub below: usize,
}

impl Field {
    /// What is seen of it in so many rows of so many cells: where it is longer, what is around the cursor.
    pub fn shown(&self, cells: usize, rows: usize) -> Shown {
        let all = self.rows(cells);
        let (at, column) = self.place(&all);
        let first = (at + 1).saturating_sub(rows);
        let seen: Vec<String> =
            all.iter().skip(first).take(rows).map(|row| self.of(*row).to_owned()).collect();
        let below = all.len().saturating_sub(first + seen.len());
        Shown { cursor: (at - first, column), above: first, below, rows: seen }
    }

    /// The cursor goes some lines up or down, to the same cell where there is one; nothing where there is no such line.
    pub fn go_lines(&mut self, steps: isize) -> Edited {
        let lines: Vec<Row> = self.rows(usize::MAX);
        let (at, column) = self.place(&lines);
        let Some(to) = at.checked_add_signed(steps).and_then(|to| lines.get(to)) else {
            return Edited::Ignored;
        };
        let mut used = 0;
        let inside = self.of(*to).graphemes(true).take_while(|one| {
            used += width(one);
            used <= column
        });
        self.cursor = to.from + inside.map(str::len).sum::<usize>();
        Edited::Moved
    }

    fn of(&self, row: Row) -> &str {
        self.text.get(row.from..row.to).unwrap_or_default()
    }

    /// The row and the cell of the cursor.
    fn place(&self, rows: &[Row]) -> (usize, usize) {
        // At the end of a row that goes on, the cursor stands at the beginning of the next.
        let at = rows.iter().rposition(|row| row.from <= self.cursor).unwrap_or(0);
        let row = rows.get(at).copied().unwrap_or(Row { from: 0, to: 0 });
        (at, width(self.text.get(row.from..self.cursor).unwrap_or_default()))
    }

    /// Every row; never none.
    fn rows(&self, cells: usize) -> Vec<Row> {
        let room = cells.saturating_sub(1).max(1);
        let mut rows = Vec::new();
        let mut from = 0;
        for line in self.text.split('\n') {
            let (mut begin, mut used) = (from, 0);
            for (at, one) in line.grapheme_indices(true) {
                let wide = width(one);
                if used > 0 && used + wide > room {
                    rows.push(Row { from: begin, to: from + at });
                    (begin, used) = (from + at, 0);
                }
                used += wide;
            }
            rows.push(Row { from: begin, to: from + line.len() });
            from += line.len() + 1;
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, cells: usize, rows: usize) -> Shown {
        Field::lines(text).shown(cells, rows)
    }

    #[test]
    fn lines_are_kept_and_long_ones_go_on_in_the_next_row() {
        let all = shown("disk full\nsince 03:08", 20, 5);
        assert_eq!((all.rows, all.cursor), (vec!["disk full".to_owned(), "since 03:08".into()], (1, 11)));
        let long = shown("abcdef", 5, 5);
        assert_eq!((long.rows, long.cursor), (vec!["abcd".to_owned(), "ef".into()], (1, 2)));
        assert_eq!(shown("abcd", 5, 5).cursor, (0, 4), "the last cell is the cursor's");
        assert_eq!(shown("a\n", 5, 5).cursor, (1, 0));
    }

    #[test]
    fn a_wide_letter_is_never_halved() {
        let wide = shown("障害対応", 6, 5);
        assert_eq!((wide.rows, wide.cursor), (vec!["障害".to_owned(), "対応".into()], (1, 4)));
    }

    #[test]
    fn what_is_around_the_cursor_is_seen_and_how_much_is_not() {
        let mut field = Field::lines("1\n2\n3\n4\n5");
        let end = field.shown(9, 2);
        assert_eq!((end.rows, end.above, end.below), (vec!["4".to_owned(), "5".into()], 3, 0));
        while field.go_lines(-1) == Edited::Moved {}
        let top = field.shown(9, 2);
        assert_eq!((top.rows, top.cursor, top.below), (vec!["1".to_owned(), "2".into()], (0, 1), 3));
    }

    #[test]
    fn up_and_down_keep_the_cell_and_stop_at_the_ends() {
        let mut field = Field::lines("当番表\nab\nabcdef");
        assert_eq!(field.go_lines(1), Edited::Ignored);
        field.go_lines(-1);
        assert_eq!(field.shown(20, 9).cursor, (1, 2), "the line is shorter");
        field.go_lines(-1);
        assert_eq!(field.shown(20, 9).cursor, (0, 2), "between wide letters");
        field.press("end".parse().unwrap());
        assert_eq!(field.shown(20, 9).cursor, (0, 6), "the end of the line, not of the text");
        field.press("ctrl-u".parse().unwrap());
        assert_eq!(field.text(), "\nab\nabcdef");
    }

    #[test]
    fn a_line_begins_with_a_key_and_a_paste_keeps_its_own() {
        let mut field = Field::lines("");
        field.insert("ERROR\u{1b}[31m one\r\n\ttwo\rthree");
        field.press("alt-enter".parse().unwrap());
        field.press("ctrl-j".parse().unwrap());
        field.insert("四");
        assert_eq!(field.text(), "ERROR one\n two\nthree\n\n四");
        let mut one = Field::with("a");
        assert_eq!(one.press("ctrl-j".parse().unwrap()), Edited::Ignored, "not where one line is meant");
    }
}
