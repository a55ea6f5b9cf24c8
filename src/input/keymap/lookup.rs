//! From presses to actions: sequences through a trie per scope, and numbers typed before an action.

use std::collections::BTreeMap;

use super::{Keymap, Scope};
use crate::{
    app::action::Action,
    input::key::{Code, Key},
};

/// Numbers are held below this; nobody means more rows.
const LARGEST_COUNT: u32 = 100_000_000;

/// A place in the trie of one scope.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Node {
    action: Option<Action>,
    next: BTreeMap<Key, Node>,
}

impl Node {
    pub(super) fn insert(&mut self, keys: &[Key], action: Action) {
        match keys {
            [] => self.action = Some(action),
            [key, rest @ ..] => self.next.entry(*key).or_default().insert(rest, action),
        }
    }

    fn find(&self, keys: &[Key]) -> Option<&Self> {
        keys.iter().try_fold(self, |node, key| node.next.get(key))
    }
}

/// What a run of keys means so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// An action.
    Matched(Scope, Action),
    /// The beginning of one.
    Pending,
    /// Nothing.
    NotFound,
}

/// Keys and number typed so far. Kept in the model; shown in the status line while it is not empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pending {
    /// The beginning of a sequence.
    pub keys: Vec<Key>,
    /// The number before it.
    pub count: Option<u32>,
}

impl Pending {
    /// Whether nothing is waiting.
    pub const fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.count.is_none()
    }

    /// As it stands in the status line: `12 g`.
    pub fn show(&self) -> String {
        let mut parts: Vec<String> = self.count.iter().map(u32::to_string).collect();
        parts.extend(self.keys.iter().map(Key::to_string));
        parts.join(" ")
    }
}

/// What one press led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Do this, so many times or at that number.
    Run(Action, Option<u32>),
    /// More is to come.
    Wait,
    /// A sequence or number was given up, by esc or by a key that does not continue it. The key did nothing else.
    Cancelled,
    /// The key is not bound here: in a text field it is text.
    Unbound(Key),
}

impl Keymap {
    /// What keys mean in a stack of scopes.
    pub fn lookup(&self, scopes: &[Scope], keys: &[Key]) -> Lookup {
        let nodes = || scopes.iter().filter_map(|s| Some((*s, self.tries.get(s)?.find(keys)?)));
        nodes()
            .find_map(|(scope, node)| Some(Lookup::Matched(scope, node.action?)))
            .or_else(|| nodes().any(|(_, node)| !node.next.is_empty()).then_some(Lookup::Pending))
            .unwrap_or(Lookup::NotFound)
    }

    /// Takes one press.
    pub fn press(&self, pending: &mut Pending, scopes: &[Scope], key: Key) -> Step {
        if pending.keys.is_empty() && self.counts(pending, scopes, key) {
            return Step::Wait;
        }
        let waiting = !pending.is_empty();
        if waiting && key == Key::plain(Code::Esc) {
            *pending = Pending::default();
            return Step::Cancelled;
        }
        let sequence = !pending.keys.is_empty();
        pending.keys.push(key);
        match self.lookup(scopes, &pending.keys) {
            Lookup::Pending => Step::Wait,
            Lookup::Matched(scope, action) => {
                let counted = self.binding(&[scope], action).is_some_and(|b| b.count);
                let count = std::mem::take(pending).count.filter(|_| counted);
                Step::Run(action, count)
            }
            Lookup::NotFound => {
                *pending = Pending::default();
                if sequence { Step::Cancelled } else { Step::Unbound(key) }
            }
        }
    }

    /// Takes a digit into the number, where digits are not bound and something here takes a number.
    fn counts(&self, pending: &mut Pending, scopes: &[Scope], key: Key) -> bool {
        let Some(digit) = key.text().and_then(|c| c.to_digit(10)) else { return false };
        let starts = pending.count.is_some() || digit != 0;
        if !starts
            || self.lookup(scopes, &[key]) != Lookup::NotFound
            || !self.bindings.iter().any(|b| b.count && scopes.contains(&b.scope))
        {
            return false;
        }
        let count = pending.count.unwrap_or(0).saturating_mul(10).saturating_add(digit);
        pending.count = Some(count.min(LARGEST_COUNT));
        true
    }
}
