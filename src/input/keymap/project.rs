//! What others show of the keymap: the footer's hints, help, the palette, the reverse map. Words come from the file in
//! English and from the catalogue (`action.SCOPE.NAME`, `action.label.SCOPE.NAME`) in other languages.

use std::borrow::Cow;

use super::{Binding, Keymap, Scope};
use crate::{app::action::Action, text::Catalogue};

/// One entry of the footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint<'a> {
    /// The key to press.
    pub key: String,
    /// What it does.
    pub action: Action,
    /// In a word, in the operator's language.
    pub label: Cow<'a, str>,
    /// The lowest are dropped first when the line is short.
    pub priority: u8,
}

impl Binding {
    /// One line of help in the operator's language.
    pub fn desc<'a>(&'a self, words: &'a Catalogue) -> &'a str {
        words.find(&format!("action.{}.{}", self.scope.name(), self.action)).unwrap_or(&self.desc)
    }

    /// The word in the footer in the operator's language.
    pub fn label<'a>(&'a self, words: &'a Catalogue) -> &'a str {
        words.find(&format!("action.label.{}.{}", self.scope.name(), self.action)).unwrap_or(&self.label)
    }

    /// All keys in one text: `j, down, ctrl-n`.
    pub fn keys_text(&self) -> String {
        self.keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }
}

impl Keymap {
    /// The footer of a stack of scopes, the most important first; within the same priority innermost first.
    pub fn hints<'a>(&'a self, scopes: &[Scope], words: &'a Catalogue) -> Vec<Hint<'a>> {
        let mut hints: Vec<Hint<'a>> = self
            .help(scopes)
            .into_iter()
            .flat_map(|(_, bindings)| bindings)
            .filter_map(|b| {
                Some(Hint {
                    key: b.keys.first()?.to_string(),
                    action: b.action,
                    label: Cow::Borrowed(b.label(words)),
                    priority: b.hint?,
                })
            })
            .collect();
        hints.sort_by_key(|h| std::cmp::Reverse(h.priority));
        hints
    }

    /// The bindings of each scope of a stack, innermost first, in the order of the file. Scopes without any are left out.
    pub fn help(&self, scopes: &[Scope]) -> Vec<(Scope, Vec<&Binding>)> {
        scopes
            .iter()
            .map(|scope| (*scope, self.bindings.iter().filter(|b| b.scope == *scope).collect::<Vec<_>>()))
            .filter(|(_, bindings)| !bindings.is_empty())
            .collect()
    }

    /// What can be run by name in a stack of scopes: each action once, with the keys that would have done it.
    pub fn palette(&self, scopes: &[Scope]) -> Vec<&Binding> {
        let mut entries: Vec<&Binding> = Vec::new();
        for binding in self.help(scopes).into_iter().flat_map(|(_, bindings)| bindings) {
            if binding.action != Action::Palette && !entries.iter().any(|b| b.action == binding.action) {
                entries.push(binding);
            }
        }
        entries
    }

    /// The keys of an action in a stack of scopes; empty when it has none.
    pub fn keys_of(&self, scopes: &[Scope], action: Action) -> Vec<String> {
        self.binding(scopes, action)
            .map(|b| b.keys.iter().map(ToString::to_string).collect())
            .unwrap_or_default()
    }
}
