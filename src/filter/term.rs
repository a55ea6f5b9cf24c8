//! One term of a filter, and whether a row satisfies it.

use std::cell::RefCell;

use memchr::{memchr, memmem::Finder};
use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{Atom, AtomKind, CaseMatching, Normalization},
};
use regex::Regex;

use crate::{panes::Row, value::Cx};

/// A test of one column or of all.
#[derive(Debug, Clone)]
pub(super) struct Term {
    /// Rows that fail the test are wanted.
    pub(super) inverse: bool,
    /// Index into the pane's columns; `None` looks at all of them.
    pub(super) column: Option<usize>,
    /// The test.
    pub(super) test: Test,
}

/// What is looked for in a text.
#[derive(Debug, Clone)]
pub(super) enum Test {
    /// Lower-case text somewhere in it.
    Contains(Box<Finder<'static>>),
    /// Lower-case text that is all of it.
    Is(String),
    /// Letters in order.
    Fuzzy(Fuzzy),
    /// A pattern.
    Regex {
        /// Compiled, with its own idea of case.
        regex: Regex,
        /// Whether it must see the text's real case.
        cased: bool,
    },
}

impl Term {
    /// Only plain text is compared; of everything else it is not known.
    pub(super) fn narrows(&self, other: &Self) -> bool {
        let (Test::Contains(longer), Test::Contains(shorter)) = (&self.test, &other.test) else {
            return false;
        };
        !self.inverse
            && !other.inverse
            && self.column == other.column
            && shorter.find(longer.needle()).is_some()
    }

    pub(super) const fn needs_search_text(&self) -> bool {
        self.column.is_none() && !self.test.cased()
    }

    pub(super) fn matches(&self, row: &dyn Row, text: &str, cx: &Cx<'_>) -> bool {
        let found = match self.column {
            Some(column) => self.test.holds(&row.cell(column, cx).value.search(), false),
            None if self.test.cased() => {
                (0..row.columns()).any(|column| self.test.holds(&row.cell(column, cx).value.search(), false))
            }
            None => self.test.holds_somewhere(text) || self.holds_scope(row, cx),
        };
        found != self.inverse
    }

    /// The names of the row's scope are learnt after its search text was made, so they are looked at here. With one
    /// scope they tell no rows apart.
    fn holds_scope(&self, row: &dyn Row, cx: &Cx<'_>) -> bool {
        if cx.scopes.len() < 2 {
            return false;
        }
        let scope = cx.scopes.get(row.scope());
        scope.is_some_and(|s| self.test.holds(s.account_label(), false) || self.test.holds(&s.region, false))
    }
}

impl Test {
    const fn cased(&self) -> bool {
        matches!(self, Self::Regex { cased: true, .. })
    }

    /// Over a row's searchable text: lower case, one column a line.
    fn holds_somewhere(&self, text: &str) -> bool {
        match self {
            // Needles hold no line break, so this stays within one column.
            Self::Contains(finder) => finder.find(text.as_bytes()).is_some(),
            // The pattern's ^ $ . do not cross lines.
            Self::Regex { regex, .. } => regex.is_match(text),
            Self::Is(_) | Self::Fuzzy(_) => text.lines().any(|line| self.holds(line, true)),
        }
    }

    fn holds(&self, text: &str, is_lower: bool) -> bool {
        match self {
            Self::Regex { regex, .. } => regex.is_match(text),
            _ if !is_lower => self.holds(&lower(text), true),
            Self::Contains(finder) => finder.find(text.as_bytes()).is_some(),
            Self::Is(whole) => text == whole,
            Self::Fuzzy(fuzzy) => fuzzy.holds(text),
        }
    }
}

/// The same folding as [`crate::panes::Row::search_text`].
pub(super) fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

thread_local! {
    /// Its work space is 130 KB, so there is one and not one per filter. It holds no state between two calls.
    static MATCHER: RefCell<Matcher> = RefCell::new(Matcher::new(Config::DEFAULT));
}

/// Letters in order, near enough to each other.
#[derive(Debug, Clone)]
pub(super) struct Fuzzy {
    letters: Vec<char>,
    /// The same, where all of them are ASCII.
    bytes: Option<Vec<u8>>,
    atom: Atom,
}

impl Fuzzy {
    /// Of nucleo's 16 points per letter those that must remain after what gaps cost (3 for one, 1 for each further
    /// letter skipped). A row list is not ranked by score as a picker is, so far-fetched matches have to go.
    const POINTS_PER_LETTER: usize = 14;

    pub(super) fn new(needle: &str) -> Self {
        let needle = lower(needle);
        let atom = Atom::new(&needle, CaseMatching::Ignore, Normalization::Never, AtomKind::Fuzzy, false);
        Self {
            letters: needle.chars().collect(),
            bytes: needle.is_ascii().then(|| needle.into_bytes()),
            atom,
        }
    }

    fn holds(&self, text: &str) -> bool {
        if text.is_ascii() {
            let Some(letters) = &self.bytes else { return false };
            return windows(text.as_bytes(), letters, |text, letter| memchr(letter, text))
                .any(|window| self.is_good(Utf32Str::Ascii(window)));
        }
        let text: Vec<char> = text.chars().collect();
        windows(&text, &self.letters, |text, letter| text.iter().position(|c| *c == letter))
            .any(|window| self.is_good(Utf32Str::Unicode(window)))
    }

    fn is_good(&self, window: Utf32Str<'_>) -> bool {
        let enough = self.letters.len() * Self::POINTS_PER_LETTER;
        MATCHER
            .with_borrow_mut(|matcher| self.atom.score(window, matcher))
            .is_some_and(|score| usize::from(score) >= enough)
    }
}

/// The shortest stretches of a text that hold the letters in order, with the character before each (which tells whether
/// it begins a word); those too long to be meant are left out. Scoring only these and not the whole text is what keeps
/// a filter over long texts within a frame.
fn windows<'t, T: Copy + PartialEq>(
    text: &'t [T],
    letters: &'t [T],
    find: impl Fn(&[T], T) -> Option<usize> + 't,
) -> impl Iterator<Item = &'t [T]> {
    let longest = letters.len() * 8 + 8;
    let mut from = 0;
    std::iter::from_fn(move || {
        let mut end = from;
        for letter in letters {
            end += find(text.get(end..)?, *letter)? + 1;
        }
        let mut start = end;
        for letter in letters.iter().rev() {
            start = text.get(..start)?.iter().rposition(|c| c == letter)?;
        }
        from = start + 1;
        text.get(start.saturating_sub(1)..end)
    })
    .filter(move |window| window.len() <= longest)
}
