//! A sentence that is still without a language: a wording key and its arguments.
//!
//! Pure parts (the filter, the configuration, the keymap) say what is wrong with one of these; whoever shows it turns it
//! into words. It must never hold finished wording of ours.

use std::fmt::Display;

use super::Catalogue;

/// A wording key and what goes into its braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Key of the catalogues.
    pub key: &'static str,
    /// Name in braces and value. Values are names, numbers and texts of others, never our words.
    pub args: Vec<(&'static str, String)>,
}

impl Sentence {
    /// A sentence without arguments.
    pub const fn new(key: &'static str) -> Self {
        Self { key, args: Vec::new() }
    }

    /// The same with one more argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// The words.
    pub fn text(&self, words: &Catalogue) -> String {
        let args: Vec<(&str, &dyn Display)> =
            self.args.iter().map(|(name, value)| (*name, value as &dyn Display)).collect();
        words.fill(self.key, &args)
    }
}
