//! Sections of the file that are read whole, because what stands in one place of them is about another: a ladder's
//! levels name its parties, and the duties name them, too. Each is one row of [`SECTIONS`], with the names of what can be set in it.

use toml::de::DeTable;

use super::{
    Config, duties, escalation,
    load::{unknown, wrong},
    source::{FileProblem, Item, Source},
};
use crate::text::sentence::Sentence;

/// A section.
#[derive(Debug)]
pub(super) struct Section {
    /// Its name in the file.
    pub name: &'static str,
    /// What stands in it.
    pub keys: &'static [&'static str],
    /// Reads it: what is right holds, what is wrong is told.
    pub read: fn(&mut Config, &DeTable<'_>, &mut Told<'_>),
    /// One of its values as TOML; `None` when it is not set.
    pub show: fn(&Config, &str) -> Option<String>,
}

/// All of them, in the order in which they are read.
pub(super) static SECTIONS: [Section; 2] = [
    Section {
        name: "escalation",
        keys: &escalation::KEYS,
        read: |config, table, told| escalation::read(&mut config.ladder, table, told),
        show: |config, key| escalation::show(&config.ladder, key),
    },
    // Owners of areas are parties of the ladder.
    Section {
        name: "duties",
        keys: &duties::KEYS,
        read: |config, table, told| duties::read(&mut config.duties, &config.ladder, table, told),
        show: |config, _| duties::show(&config.duties),
    },
];

/// The dotted names of everything in them.
pub(super) fn keys() -> impl Iterator<Item = String> {
    SECTIONS.iter().flat_map(|s| s.keys.iter().map(|key| format!("{}.{key}", s.name)))
}

/// The section and name of a dotted name.
pub(super) fn of(key: &str) -> Option<(&'static Section, &'static str)> {
    let (section, name) = key.split_once('.')?;
    let section = SECTIONS.iter().find(|s| s.name == section)?;
    Some((section, section.keys.iter().find(|key| **key == name)?))
}

/// A value as TOML by its dotted name; `None` when it is not set.
pub(super) fn show(config: &Config, key: &str) -> Option<String> {
    of(key).and_then(|(section, name)| (section.show)(config, name))
}

/// What is found out while a section is read.
#[derive(Debug)]
pub(super) struct Told<'a> {
    source: Source<'a>,
    section: &'static str,
    /// What is wrong.
    pub problems: Vec<FileProblem>,
    /// What was set, by its dotted name.
    pub set: Vec<String>,
}

impl<'a> Told<'a> {
    /// Nothing yet.
    pub(super) const fn new(source: Source<'a>, section: &'static str) -> Self {
        Self { source, section, problems: Vec::new(), set: Vec::new() }
    }

    /// Something was set.
    pub(super) fn set(&mut self, key: &str) {
        let key = format!("{}.{key}", self.section);
        if !self.set.contains(&key) {
            self.set.push(key);
        }
    }

    /// A value is not one of those that it may be; `name` is what it is called in the section.
    pub(super) fn wrong(&mut self, item: &Item<'_>, name: &str, wanted: &str) {
        let name = format!("{}.{name}", self.section);
        self.problems.push(wrong(self.source, item, &name, wanted));
    }

    /// There is nothing of that name.
    pub(super) fn unknown(&mut self, item: &Item<'_>, name: &str, known: &[String]) {
        let full = |name: &str| format!("{}.{name}", self.section);
        let known: Vec<String> = known.iter().map(|name| full(name)).collect();
        self.problems.push(self.source.problem(item.at, unknown(&full(name), &known)));
    }

    /// Anything else, at a byte of the text.
    pub(super) fn problem(&mut self, at: usize, what: Sentence) {
        self.problems.push(self.source.problem(at, what));
    }
}
