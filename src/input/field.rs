//! A text field with readline's keys. Pure: keys in, text and cursor out.
//!
//! The cursor stands between grapheme clusters, never inside one. What is typed or pasted is sanitised, so the text is
//! always one clean line, or clean lines where the field takes several. Enter, esc, tab, history and all that is not
//! editing belong to the keymap. How several lines stand on the screen is [`rows`].

pub mod rows;

use std::borrow::Cow;

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use crate::{
    input::key::{Code, Key, Mods},
    text::{
        measure::{cut_with, skip, width},
        sanitise::{clean, clean_lines},
    },
};

/// Bytes that fit in one line; more is not taken. A filter or a code is far shorter, and a paste by mistake may be a log
/// file.
pub const LIMIT: usize = 4_096;
/// Bytes that fit in a field of several lines: a traceback, a page of a log. What is longer is a file's part.
pub const LINES_LIMIT: usize = 65_536;

/// The state of a field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Field {
    text: String,
    /// In bytes, at the boundary of a grapheme cluster.
    cursor: usize,
    /// What was last deleted by word or line, for ctrl-y.
    killed: String,
    /// Whether it takes several lines.
    lines: bool,
}

/// What a key did to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edited {
    /// The text is another.
    Changed,
    /// Only the cursor moved, or there was nothing to do.
    Moved,
    /// It does not fit in, and nothing of it was taken.
    Full,
    /// The key means nothing to a field.
    Ignored,
}

#[derive(Clone, Copy)]
enum By {
    Grapheme,
    Word,
    Line,
}

impl Field {
    /// A field that holds a text, with the cursor at its end.
    pub fn with(text: &str) -> Self {
        let mut field = Self::default();
        field.insert(text);
        field
    }

    /// A field of several lines that holds a text, with the cursor at its end. `ctrl-j` and `alt-enter` begin a line.
    pub fn lines(text: &str) -> Self {
        let mut field = Self { lines: true, ..Self::default() };
        field.insert(text);
        field
    }

    /// Whether it takes several lines.
    pub const fn takes_lines(&self) -> bool {
        self.lines
    }

    /// Bytes that fit in.
    pub const fn limit(&self) -> usize {
        if self.lines { LINES_LIMIT } else { LIMIT }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The text before the cursor, which completion looks at.
    pub fn before(&self) -> &str {
        self.text.get(..self.cursor).unwrap_or_default()
    }

    /// The text behind the cursor.
    fn after(&self) -> &str {
        self.text.get(self.cursor..).unwrap_or_default()
    }

    /// Harmless, in as many lines as the field takes.
    fn clean(&self, text: &str) -> String {
        if self.lines { clean_lines(text) } else { clean(text) }
    }

    /// Puts another text in, with the cursor at its end.
    pub fn set(&mut self, text: &str) {
        self.text.clear();
        self.cursor = 0;
        self.insert(text);
    }

    /// Types or pastes at the cursor. In one line, line breaks around the text go and those within it become spaces; in
    /// several they stay. What does not fit in is not taken at all, since half of an identifier is worse than none.
    pub fn insert(&mut self, text: &str) -> Edited {
        let text = if self.lines { self.clean(text) } else { clean(text.trim_matches(['\r', '\n'])) };
        if text.is_empty() {
            return Edited::Moved;
        }
        if self.text.len() + text.len() > self.limit() {
            return Edited::Full;
        }
        self.text.insert_str(self.cursor, &text);
        self.cursor = self.boundary(self.cursor + text.len());
        // Text on both sides of the place may be harmless alone and too many marks together.
        let whole = self.clean(&self.text);
        if whole != self.text {
            self.set(&whole);
        }
        Edited::Changed
    }

    /// Takes one press.
    pub fn press(&mut self, key: Key) -> Edited {
        if let Some(c) = key.text() {
            return self.insert(c.encode_utf8(&mut [0; 4]));
        }
        let Mods { ctrl, alt, .. } = key.mods();
        let by = if ctrl || alt { By::Word } else { By::Grapheme };
        match (key.code(), ctrl, alt) {
            (Code::Enter, false, true) | (Code::Char('j'), true, false) if self.lines => self.insert("\n"),
            (Code::Left, ..) => self.go(self.left(by)),
            (Code::Right, ..) => self.go(self.right(by)),
            (Code::Home, ..) | (Code::Char('a'), true, false) => self.go(self.left(By::Line)),
            (Code::End, ..) | (Code::Char('e'), true, false) => self.go(self.right(By::Line)),
            (Code::Char('b'), true, false) => self.go(self.left(By::Grapheme)),
            (Code::Char('f'), true, false) => self.go(self.right(By::Grapheme)),
            (Code::Char('b'), false, true) => self.go(self.left(By::Word)),
            (Code::Char('f'), false, true) => self.go(self.right(By::Word)),
            (Code::Backspace, ..) => self.delete(self.left(by), self.cursor, ctrl || alt),
            (Code::Char('h'), true, false) => self.delete(self.left(By::Grapheme), self.cursor, false),
            (Code::Delete, ..) => self.delete(self.cursor, self.right(by), ctrl || alt),
            (Code::Char('d'), true, false) => self.delete(self.cursor, self.right(By::Grapheme), false),
            (Code::Char('w'), true, false) => self.delete(self.blank_left(), self.cursor, true),
            (Code::Char('d'), false, true) => self.delete(self.cursor, self.right(By::Word), true),
            (Code::Char('u'), true, false) => self.delete(self.left(By::Line), self.cursor, true),
            (Code::Char('k'), true, false) => self.delete(self.cursor, self.right(By::Line), true),
            (Code::Char('y'), true, false) => self.insert(&self.killed.clone()),
            _ => Edited::Ignored,
        }
    }

    /// What is seen of the field in so many cells, and the cell the cursor is in. The text moves sideways as little as
    /// is needed to keep the cursor in sight; the end of the text leaves one cell for it.
    pub fn view(&self, cells: usize) -> (Cow<'_, str>, usize) {
        let at = width(self.before());
        let Some(last) = cells.checked_sub(1) else { return (Cow::Borrowed(""), 0) };
        if width(&self.text) < cells {
            return (Cow::Borrowed(&self.text), at);
        }
        let hidden = at.saturating_sub(last);
        let shown = cut_with(&skip(&self.text, hidden), cells, "").into_owned();
        (Cow::Owned(shown), at - hidden)
    }

    fn go(&mut self, to: usize) -> Edited {
        self.cursor = to;
        Edited::Moved
    }

    fn delete(&mut self, from: usize, to: usize, keep: bool) -> Edited {
        if from >= to {
            return Edited::Moved;
        }
        let gone: String = self.text.drain(from..to).collect();
        if keep {
            self.killed = gone;
        }
        self.cursor = self.boundary(from);
        Edited::Changed
    }

    fn left(&self, by: By) -> usize {
        match by {
            By::Line => self.before().rfind('\n').map_or(0, |at| at + 1),
            By::Grapheme => {
                let mut cursor = GraphemeCursor::new(self.cursor, self.text.len(), true);
                cursor.prev_boundary(&self.text, 0).ok().flatten().unwrap_or(0)
            }
            By::Word => self
                .text
                .unicode_word_indices()
                .map(|(at, _)| at)
                .take_while(|at| *at < self.cursor)
                .filter(|at| self.boundary(*at) == *at)
                .last()
                .unwrap_or(0),
        }
    }

    fn right(&self, by: By) -> usize {
        let end = self.text.len();
        match by {
            By::Line => self.after().find('\n').map_or(end, |at| self.cursor + at),
            By::Grapheme => {
                let mut cursor = GraphemeCursor::new(self.cursor, end, true);
                cursor.next_boundary(&self.text, 0).ok().flatten().unwrap_or(end)
            }
            By::Word => self
                .text
                .unicode_word_indices()
                .map(|(at, word)| at + word.len())
                .find(|at| *at > self.cursor && self.boundary(*at) == *at)
                .unwrap_or(end),
        }
    }

    /// Where the run of non-blanks before the cursor begins, as ctrl-w has it.
    fn blank_left(&self) -> usize {
        let before = self.before().trim_end_matches([' ', '\n']);
        before.rfind([' ', '\n']).map_or(0, |at| self.boundary(at + 1))
    }

    /// The next boundary at or after a byte: typing a letter before a combining mark merges the two.
    fn boundary(&self, at: usize) -> usize {
        let mut cursor = GraphemeCursor::new(at, self.text.len(), true);
        match cursor.is_boundary(&self.text, 0) {
            Ok(true) => at,
            _ => cursor.next_boundary(&self.text, 0).ok().flatten().unwrap_or(self.text.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn after(text: &str, keys: &str) -> String {
        let mut field = Field::with(text);
        for key in keys.split(' ').filter(|k| !k.is_empty()) {
            field.press(key.parse().unwrap());
        }
        let (before, rest) = field.text().split_at(field.cursor);
        format!("{before}|{rest}")
    }

    #[test]
    fn readline_keys() {
        for (text, keys, wanted) in [
            ("", "a b space c", "ab c|"),
            ("web canary", "ctrl-a", "|web canary"),
            ("web canary", "home end", "web canary|"),
            ("web canary", "alt-b", "web |canary"),
            ("web canary", "home alt-f", "web| canary"),
            ("web canary", "ctrl-left ctrl-left", "|web canary"),
            ("web canary", "ctrl-w", "web |"),
            ("name:web-1 state:run", "ctrl-w", "name:web-1 |"),
            ("name:web-1", "alt-backspace", "name:web-|"),
            ("web canary", "home alt-d", "| canary"),
            ("web canary", "ctrl-u", "|"),
            ("web canary", "home right ctrl-k", "w|"),
            ("web canary", "ctrl-w ctrl-a ctrl-y", "canary|web "),
            ("web", "left backspace", "w|b"),
            ("web", "left delete", "we|"),
            ("web", "home ctrl-d ctrl-f", "e|b"),
            ("web", "ctrl-h ctrl-b", "w|e"),
            ("当番", "backspace", "当|"),
            ("e\u{301}e\u{301}", "left backspace", "|e\u{301}"),
            ("web", "home left backspace", "|web"),
        ] {
            assert_eq!(after(text, keys), wanted, "{text:?} {keys}");
        }
        for key in ["enter", "esc", "tab", "up", "ctrl-x", "f1"] {
            assert_eq!(Field::with("x").press(key.parse().unwrap()), Edited::Ignored, "{key}");
        }
    }

    #[test]
    fn a_paste_becomes_one_clean_line() {
        let mut field = Field::default();
        field.insert("\u{1b}[31mi-0a1\nb2\u{202e}\r\n");
        assert_eq!(field.text(), "i-0a1 b2");
        assert_eq!(field.insert(&"x".repeat(LIMIT)), Edited::Full);
        assert_eq!(field.text(), "i-0a1 b2", "too long is not taken in part");
    }

    #[test]
    fn the_cursor_stays_in_sight() {
        let field = Field::with("abcdef");
        assert_eq!(field.view(10), ("abcdef".into(), 6));
        assert_eq!(field.view(4), ("def".into(), 3));
        let mut field = Field::with("当番表");
        assert_eq!(field.view(4), (" 表".into(), 3));
        field.press("home".parse().unwrap());
        assert_eq!(field.view(4), ("当番".into(), 0));
        assert_eq!(field.view(0), ("".into(), 0));
    }

    proptest! {
        #[test]
        fn no_keys_break_it(
            steps in prop::collection::vec(prop_oneof![
                prop::sample::select(vec!["left", "right", "ctrl-left", "ctrl-right", "backspace", "delete", "ctrl-w",
                    "alt-d", "ctrl-u", "ctrl-k", "ctrl-y", "home", "end", "a", "space"]).prop_map(str::to_owned),
                "(\\PC|\u{301}|🇯|🇵|[あ-ん]|\n){0,6}".prop_map(|text| format!("paste {text}")),
            ], 0..40),
            cells in 0usize..20,
        ) {
            let mut field = Field::default();
            for step in steps {
                match step.strip_prefix("paste ") {
                    Some(text) => field.insert(text),
                    None => field.press(step.parse().unwrap()),
                };
                let boundaries: Vec<usize> = field.text().grapheme_indices(true).map(|(at, _)| at).chain([field.text().len()]).collect();
                prop_assert!(boundaries.contains(&field.cursor));
                prop_assert_eq!(&clean(field.text()), field.text());
                let (shown, at) = field.view(cells);
                prop_assert!(width(&shown) <= cells && at <= cells.saturating_sub(1));
            }
        }
    }
}
