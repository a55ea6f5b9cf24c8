//! A sentence that is still without a language: a wording key and its arguments.
//!
//! Pure parts (the filter, the configuration, the keymap, the records) say what is wrong or what happened with one of
//! these; whoever shows it turns it into words. It must never hold finished wording of ours: where a clause of ours
//! stands inside another ("failed: would have …"), it is a part, a sentence itself.

use std::{borrow::Cow, fmt::Display};

use super::{Catalogue, Lang};

/// A wording key and what goes into its braces.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sentence {
    /// Key of the catalogues.
    pub key: &'static str,
    /// Name in braces and value. Values are names, numbers and texts of others, never our words.
    pub args: Vec<(&'static str, String)>,
    /// Name in braces and what of our words goes there.
    pub parts: Vec<(&'static str, Sentence)>,
}

impl Sentence {
    /// A sentence without arguments.
    pub const fn new(key: &'static str) -> Self {
        Self { key, args: Vec::new(), parts: Vec::new() }
    }

    /// The same with one more argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// The same with one more part.
    #[must_use]
    pub fn with_part(mut self, name: &'static str, part: Self) -> Self {
        self.parts.push((name, part));
        self
    }

    /// The words. Japanese sets a space between Latin and Japanese letters and none between Japanese ones: where a part
    /// of ours brings its own letters, the wording's space beside it goes.
    pub fn text(&self, words: &Catalogue) -> String {
        let mut wording = Cow::Borrowed(words.get(self.key));
        let mut parts: Vec<(&str, String)> = Vec::with_capacity(self.parts.len());
        for (name, part) in &self.parts {
            let text = part.text(words);
            if words.lang() == Lang::Ja {
                wording = Cow::Owned(closed_up(&wording, name, &text));
            }
            parts.push((name, text));
        }
        let args = self.args.iter().map(|(name, value)| (*name, value as &dyn Display));
        let parts = parts.iter().map(|(name, value)| (*name, value as &dyn Display));
        let args: Vec<(&str, &dyn Display)> = args.chain(parts).collect();
        Catalogue::fill_in(&wording, &args)
    }
}

/// The wording without the space before or after `{name}` where Japanese letters then meet.
fn closed_up(wording: &str, name: &str, value: &str) -> String {
    let place = format!("{{{name}}}");
    let Some((before, after)) = wording.split_once(&place) else { return wording.to_owned() };
    let meets = |a: Option<char>, b: Option<char>| a.is_some_and(is_japanese) && b.is_some_and(is_japanese);
    let before = match before.strip_suffix(' ') {
        Some(shorter) if meets(shorter.chars().next_back(), value.chars().next()) => shorter,
        _ => before,
    };
    let after = match after.strip_prefix(' ') {
        Some(shorter) if meets(value.chars().next_back(), shorter.chars().next()) => shorter,
        _ => after,
    };
    format!("{before}{place}{after}")
}

/// Kana, ideographs, and the punctuation that goes with them.
const fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}
