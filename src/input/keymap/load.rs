//! Reads keymap files and merges them: the embedded default, a preset, the operator's own.
//!
//! All that is wrong is collected, each with its file, line and column, so that one round of mending is enough. A map
//! that comes out of here has one meaning per key in every reachable stack of scopes.

use std::collections::HashMap;

use toml::de::DeValue;

use super::{Binding, Keymap, Preset, Scope, lookup::Node, stacks};
use crate::{
    app::action::Action,
    config::source::{FileProblem, Item, Source, items, kind},
    input::key::Sequence,
    text::{nearest::nearest, sentence::Sentence},
};

const DEFAULT: Source<'static> =
    Source { name: "keymaps/default.toml", text: include_str!("../../../keymaps/default.toml") };
const VIM: Source<'static> =
    Source { name: "keymaps/vim.toml", text: include_str!("../../../keymaps/vim.toml") };
const EMACS: Source<'static> =
    Source { name: "keymaps/emacs.toml", text: include_str!("../../../keymaps/emacs.toml") };

impl Preset {
    const fn source(self) -> Option<Source<'static>> {
        match self {
            Self::Default => None,
            Self::Vim => Some(VIM),
            Self::Emacs => Some(EMACS),
        }
    }
}

impl Keymap {
    /// A preset without anybody's own keys. The bundled files are held to be right by tests.
    pub fn preset(preset: Preset) -> Self {
        Self::load(preset, None).unwrap_or_else(|_| Self::of(Vec::new()))
    }

    /// A preset, then the operator's file on top. Fails with everything that is wrong in it.
    pub fn load(preset: Preset, own: Option<Source<'_>>) -> Result<Self, Vec<FileProblem>> {
        let mut loader = Loader::default();
        loader.read(DEFAULT, Kind::Default);
        for source in preset.source().into_iter().chain(own) {
            loader.read(source, Kind::Overlay);
        }
        loader.find_conflicts();
        if loader.problems.is_empty() {
            Ok(Self::of(loader.bindings.into_iter().map(|b| b.binding).collect()))
        } else {
            Err(loader.problems)
        }
    }

    fn of(bindings: Vec<Binding>) -> Self {
        let mut tries: HashMap<Scope, Node> = HashMap::new();
        for binding in &bindings {
            for keys in &binding.keys {
                tries.entry(binding.scope).or_default().insert(&keys.0, binding.action);
            }
        }
        Self { bindings, tries }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Brings actions, keys and words.
    Default,
    /// May only change keys and their place in the footer.
    Overlay,
}

/// A binding, and for each of its keys the problem it would be if it clashed.
struct Placed {
    binding: Binding,
    places: Vec<FileProblem>,
}

#[derive(Default)]
struct Loader {
    bindings: Vec<Placed>,
    problems: Vec<FileProblem>,
}

impl Loader {
    fn read(&mut self, source: Source<'_>, kind: Kind) {
        let table = match source.parse() {
            Ok(table) => table,
            Err(problem) => return self.problems.push(problem),
        };
        for scope in items(&table) {
            let Some(found) = Scope::parse(scope.key) else {
                let names = Scope::ALL.map(Scope::name);
                self.unknown(source, scope, "config.unknown_scope", names);
                continue;
            };
            let Some(actions) = scope.value.as_table() else {
                self.wrong_kind(source, scope, "table");
                continue;
            };
            for action in items(actions) {
                self.read_action(source, kind, found, action);
            }
        }
    }

    fn read_action(&mut self, source: Source<'_>, kind: Kind, scope: Scope, item: Item<'_>) {
        let Some(fields) = item.value.as_table() else { return self.wrong_kind(source, item, "table") };
        let known = self
            .bindings
            .iter()
            .position(|b| b.binding.scope == scope && b.binding.action.name() == item.key);
        let index = match (kind, known, Action::parse(item.key)) {
            (_, Some(index), _) => index,
            (Kind::Default, None, Some(action)) => {
                let binding = Binding {
                    scope,
                    action,
                    keys: Vec::new(),
                    desc: String::new(),
                    label: String::new(),
                    hint: None,
                    count: false,
                };
                self.bindings.push(Placed { binding, places: Vec::new() });
                self.bindings.len() - 1
            }
            _ => return self.unknown_action(source, scope, item),
        };
        for field in items(fields) {
            match (field.key, field.value, kind) {
                ("keys", value, _) => self.read_keys(source, index, field, value),
                ("hint", DeValue::Integer(n), _) if n.as_str().parse::<u8>().is_ok() => {
                    self.bindings[index].binding.hint = n.as_str().parse().ok();
                }
                ("desc", DeValue::String(text), Kind::Default) => {
                    self.bindings[index].binding.desc = text.clone().into_owned();
                }
                ("label", DeValue::String(text), Kind::Default) => {
                    self.bindings[index].binding.label = text.clone().into_owned();
                }
                ("count", DeValue::Boolean(yes), Kind::Default) => self.bindings[index].binding.count = *yes,
                ("hint", ..) => self.wrong_kind(source, field, "0-255"),
                _ => self.unknown(source, field, "config.unknown_field", ["keys", "hint"]),
            }
        }
    }

    fn read_keys(&mut self, source: Source<'_>, index: usize, field: Item<'_>, value: &DeValue<'_>) {
        let one = [(value, field.value_at)];
        let many: Vec<(&DeValue<'_>, usize)> = match value {
            DeValue::Array(array) => array.iter().map(|v| (v.get_ref(), v.span().start)).collect(),
            _ => one.to_vec(),
        };
        let placed = &mut self.bindings[index];
        placed.binding.keys.clear();
        placed.places.clear();
        for (value, at) in many {
            let Some(text) = value.as_str() else {
                let item = Item { value_at: at, value, ..field };
                return self.wrong_kind(source, item, "string");
            };
            match text.parse::<Sequence>() {
                Ok(keys) => {
                    placed.binding.keys.push(keys);
                    placed.places.push(source.problem(at, Sentence::new("config.key_twice")));
                }
                Err(error) => self.problems.push(source.problem(at, error.sentence())),
            }
        }
    }

    /// Two actions in one reachable stack on the same keys, or on keys of which one begins the other.
    fn find_conflicts(&mut self) {
        for stack in stacks::REACHABLE {
            let mut seen: Vec<(&Sequence, &Binding)> = Vec::new();
            // In the order of the files, so that the later one is blamed.
            for placed in self.bindings.iter().filter(|b| stack.contains(&b.binding.scope)) {
                for keys in &placed.binding.keys {
                    seen.push((keys, &placed.binding));
                }
            }
            for (i, (keys, binding)) in seen.iter().enumerate() {
                let clash = seen[..i]
                    .iter()
                    .find(|(other, _)| keys.0.starts_with(&other.0) || other.0.starts_with(&keys.0));
                let Some((other_keys, other)) = clash else { continue };
                let place = self.blame(binding, keys, other, other_keys);
                let what = Sentence::new("config.key_twice")
                    .with("key", keys)
                    .with("action", format_args!("{}.{}", binding.scope.name(), binding.action))
                    .with("other_key", other_keys)
                    .with("other", format_args!("{}.{}", other.scope.name(), other.action));
                let problem = FileProblem { what, ..place };
                if !self.problems.contains(&problem) {
                    self.problems.push(problem);
                }
            }
        }
    }

    /// Of two clashing keys the place to mend: the one that is not from the default file.
    fn blame(&self, a: &Binding, a_keys: &Sequence, b: &Binding, b_keys: &Sequence) -> FileProblem {
        let place = |binding: &Binding, keys: &Sequence| {
            self.bindings
                .iter()
                .find(|p| p.binding.scope == binding.scope && p.binding.action == binding.action)
                .and_then(|p| p.binding.keys.iter().position(|k| k == keys).and_then(|i| p.places.get(i)))
                .cloned()
                .unwrap_or_else(|| FileProblem::whole(DEFAULT.name, Sentence::new("config.key_twice")))
        };
        let (first, second) = (place(a, a_keys), place(b, b_keys));
        if first.file == DEFAULT.name { second } else { first }
    }

    fn unknown_action(&mut self, source: Source<'_>, scope: Scope, item: Item<'_>) {
        let here: Vec<&str> = self
            .bindings
            .iter()
            .filter(|b| b.binding.scope == scope)
            .map(|b| b.binding.action.name())
            .collect();
        let elsewhere = self.bindings.iter().find(|b| b.binding.action.name() == item.key);
        let what = if let Some(elsewhere) = elsewhere {
            Sentence::new("config.action_elsewhere").with("meant", elsewhere.binding.scope.name())
        } else if let Some(meant) = nearest(item.key, here) {
            Sentence::new("config.unknown_action_meant").with("meant", meant)
        } else {
            Sentence::new("config.unknown_action")
        };
        self.problems.push(source.problem(item.at, what.with("name", item.key).with("scope", scope.name())));
    }

    fn unknown<'n>(
        &mut self,
        source: Source<'_>,
        item: Item<'_>,
        key: &'static str,
        names: impl IntoIterator<Item = &'n str> + Clone,
    ) {
        let all: Vec<&str> = names.clone().into_iter().collect();
        let meant = nearest(item.key, names).unwrap_or_default();
        let what = if meant.is_empty() {
            Sentence::new(key).with("names", all.join(", "))
        } else {
            Sentence::new(match key {
                "config.unknown_scope" => "config.unknown_scope_meant",
                _ => "config.unknown_field_meant",
            })
            .with("meant", meant)
        };
        self.problems.push(source.problem(item.at, what.with("name", item.key)));
    }

    fn wrong_kind(&mut self, source: Source<'_>, item: Item<'_>, wanted: &str) {
        let what = Sentence::new("config.wrong_kind")
            .with("name", item.key)
            .with("wanted", wanted)
            .with("got", kind(item.value));
        self.problems.push(source.problem(item.value_at, what));
    }
}
