//! Which key does what, where: `keymaps/default.toml`, overlaid by a preset and by the operator's own file.
//!
//! Help, footer, palette and `toban keys` are projections of the loaded map ([`project`]); [`lookup`] turns presses into
//! actions; [`load`] merges the files and refuses what cannot work. There is no second list of keys anywhere.

pub mod load;
pub mod lookup;
pub mod project;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use crate::{app::action::Action, input::key::Sequence};

pub use self::{
    lookup::{Lookup, Pending, Step},
    project::Hint,
};

/// Where keys mean something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Everywhere but in overlays.
    Global,
    /// Everywhere.
    Always,
    /// The list of a pane.
    Table,
    /// The page of one thing.
    Page,
    /// The help overlay, whose text field narrows it.
    Help,
    /// The `:` palette.
    Palette,
    /// One line of text: the filter, a code.
    Prompt,
    /// An incident's page.
    Incident,
    /// A form about an incident.
    Form,
    /// A message or list of problems.
    Message,
}

impl Scope {
    /// Every scope, in the order of help.
    pub const ALL: [Self; 10] = [
        Self::Table,
        Self::Incident,
        Self::Page,
        Self::Global,
        Self::Always,
        Self::Help,
        Self::Palette,
        Self::Prompt,
        Self::Form,
        Self::Message,
    ];

    /// As in the keymap files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Always => "always",
            Self::Table => "table",
            Self::Page => "page",
            Self::Help => "help",
            Self::Palette => "palette",
            Self::Prompt => "prompt",
            Self::Incident => "incident",
            Self::Form => "form",
            Self::Message => "message",
        }
    }

    /// Finds a scope by its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }
}

/// The scopes that are active together, innermost first. Within one of these a key has one meaning.
pub mod stacks {
    use super::Scope::{self, Always, Form, Global, Help, Incident, Message, Page, Palette, Prompt, Table};

    /// A pane's list has the focus.
    pub const TABLE: &[Scope] = &[Table, Global, Always];
    /// A page has the focus.
    pub const PAGE: &[Scope] = &[Page, Global, Always];
    /// An incident's page has the focus.
    pub const INCIDENT: &[Scope] = &[Incident, Global, Always];
    /// A form is open.
    pub const FORM: &[Scope] = &[Form, Always];
    /// The help overlay is open.
    pub const HELP: &[Scope] = &[Help, Always];
    /// The palette is open.
    pub const PALETTE: &[Scope] = &[Palette, Always];
    /// A line is being typed.
    pub const PROMPT: &[Scope] = &[Prompt, Always];
    /// A message is open.
    pub const MESSAGE: &[Scope] = &[Message, Always];
    /// All that there are.
    pub const REACHABLE: [&[Scope]; 8] = [TABLE, PAGE, INCIDENT, HELP, PALETTE, PROMPT, FORM, MESSAGE];
}

/// An action in a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Where.
    pub scope: Scope,
    /// What.
    pub action: Action,
    /// On which keys, the one to show first; none when it is only in the palette.
    pub keys: Vec<Sequence>,
    /// What it does, in English.
    pub desc: String,
    /// The word in the footer, in English; empty when it is not shown there.
    pub label: String,
    /// The footer shows the highest first.
    pub hint: Option<u8>,
    /// Whether a number typed before it means something.
    pub count: bool,
}

/// The bundled presets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Preset {
    /// vim, arrows and Emacs movement together.
    #[default]
    Default,
    /// More of vim.
    Vim,
    /// More of Emacs.
    Emacs,
}

impl Preset {
    /// Every preset.
    pub const ALL: [Self; 3] = [Self::Default, Self::Vim, Self::Emacs];

    /// As in `--keymap` and the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Vim => "vim",
            Self::Emacs => "emacs",
        }
    }

    /// Finds a preset by its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.name() == name)
    }
}

/// The loaded keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    bindings: Vec<Binding>,
    tries: HashMap<Scope, lookup::Node>,
}

impl Keymap {
    /// All bindings in the order of the file.
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// What an action is in a stack of scopes; the innermost wins.
    pub fn binding(&self, scopes: &[Scope], action: Action) -> Option<&Binding> {
        scopes.iter().find_map(|s| self.bindings.iter().find(|b| b.scope == *s && b.action == action))
    }
}
