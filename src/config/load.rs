//! Reads `config.toml` and the operator's keymap.
//!
//! A mistake costs the line it is in and nothing more: what is right in the file holds, and the console opens, with the
//! mistakes listed. A command that only prints may refuse instead.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use toml::de::{DeTable, DeValue};

use super::{
    Config, Origin, sections, settings,
    source::{FileProblem, Item, Source, items, kind},
};
use crate::{
    incident::ladder::Channel,
    input::keymap::{Keymap, Preset},
    text::{nearest::nearest, sentence::Sentence},
};

/// The settings, who set them, and what is wrong in the files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Loaded {
    /// What holds.
    pub config: Config,
    /// Who set each, by dotted name; what is missing is the default.
    pub origins: BTreeMap<String, Origin>,
    /// What could not be read or understood.
    pub problems: Vec<FileProblem>,
    /// The file that was read, or would be if it were there.
    pub file: Option<PathBuf>,
}

impl Loaded {
    /// Reads a text as `config.toml`.
    pub fn parse(source: Source<'_>) -> Self {
        let mut loaded = Self::default();
        loaded.config.keymap.own = true;
        match source.parse() {
            Ok(table) => {
                loaded.read_table(source, "", &table);
                loaded.read_sections(source, &table);
            }
            Err(problem) => loaded.problems.push(problem),
        }
        loaded
    }

    /// Reads the file that `--config` names, which must be there, or else the usual one, which may be missing.
    pub fn read(named: Option<&Path>, usual: Option<&Path>) -> Self {
        let file = named.or(usual);
        let Some(path) = file else { return Self::parse(Source { name: "config.toml", text: "" }) };
        let name = path.display().to_string();
        let mut loaded = match fs::read_to_string(path) {
            Ok(text) => Self::parse(Source { name: &name, text: &text }),
            Err(error) => {
                let mut loaded = Self::parse(Source { name: &name, text: "" });
                if named.is_some() || error.kind() != io::ErrorKind::NotFound {
                    loaded.problems.push(unreadable(path, &error));
                }
                loaded
            }
        };
        // A path in a file counts from that file.
        let dir = path.parent().unwrap_or(Path::new(""));
        for place in [&mut loaded.config.keymap.file, &mut loaded.config.data_dir].into_iter().flatten() {
            *place = dir.join(&*place);
        }
        for contact in loaded.config.ladder.contacts.values_mut() {
            if let Channel::File(place) = &mut contact.channel {
                *place = dir.join(&*place);
            }
        }
        loaded.file = Some(path.to_owned());
        loaded
    }

    /// Sets something from the environment or the command line.
    pub fn put(&mut self, key: &str, origin: Origin, set: impl FnOnce(&mut Config)) {
        set(&mut self.config);
        self.origins.insert(key.to_owned(), origin);
    }

    /// Who set a setting.
    pub fn origin(&self, key: &str) -> Origin {
        self.origins.get(key).copied().unwrap_or_default()
    }

    /// The keys: the preset, and the operator's file on top (`usual` unless another is configured). A file with
    /// mistakes is left out as a whole, since half of a keymap is a trap; its problems are added to the others.
    pub fn keymap(&mut self, usual: Option<&Path>) -> Keymap {
        let keys = &self.config.keymap;
        let (path, must) = match &keys.file {
            Some(file) => (Some(file.as_path()), true),
            None => (usual.filter(|_| keys.own), false),
        };
        match path.map(|path| (path, fs::read_to_string(path))) {
            None => Keymap::preset(keys.preset),
            Some((path, Ok(text))) => {
                let name = path.display().to_string();
                Keymap::load(keys.preset, Some(Source { name: &name, text: &text })).unwrap_or_else(
                    |problems| {
                        self.problems.extend(problems);
                        Keymap::preset(self.config.keymap.preset)
                    },
                )
            }
            Some((path, Err(error))) => {
                if must || error.kind() != io::ErrorKind::NotFound {
                    self.problems.push(unreadable(path, &error));
                }
                Keymap::preset(keys.preset)
            }
        }
    }

    /// Sections in which one place is about another are read whole, and after everything else.
    fn read_sections(&mut self, source: Source<'_>, table: &DeTable<'_>) {
        for section in &sections::SECTIONS {
            let Some(item) = items(table).into_iter().find(|item| item.key == section.name) else { continue };
            let Some(inner) = item.value.as_table() else {
                self.problems.push(wrong(source, &item, section.name, "table"));
                continue;
            };
            let mut told = sections::Told::new(source, section.name);
            (section.read)(&mut self.config, inner, &mut told);
            self.problems.extend(told.problems);
            self.origins.extend(told.set.into_iter().map(|key| (key, Origin::File)));
        }
    }

    fn read_table(&mut self, source: Source<'_>, prefix: &str, table: &DeTable<'_>) {
        let known = settings::keys();
        for item in items(table) {
            let key = format!("{prefix}{}", item.key);
            let section = format!("{key}.");
            if sections::SECTIONS.iter().any(|s| s.name == key) {
                continue;
            }
            if known.contains(&key) {
                match settings::set(&mut self.config, &key, item.value) {
                    Ok(()) => {
                        self.origins.insert(key, Origin::File);
                    }
                    Err(wanted) => self.problems.push(wrong(source, &item, &key, wanted)),
                }
            } else if known.iter().any(|k| k.starts_with(&section)) {
                match item.value.as_table() {
                    Some(inner) => self.read_table(source, &section, inner),
                    None => self.problems.push(wrong(source, &item, &key, "table")),
                }
            } else {
                self.problems.push(source.problem(item.at, unknown(&key, &known)));
            }
        }
    }
}

impl super::Keys {
    /// What `--keymap` asks for: a preset's name alone, or a file on top of the default preset.
    pub fn from_option(option: &str) -> Self {
        match Preset::parse(option) {
            Some(preset) => Self { preset, file: None, own: false },
            None => Self { preset: Preset::Default, file: Some(PathBuf::from(option)), own: false },
        }
    }
}

fn unreadable(path: &Path, error: &io::Error) -> FileProblem {
    let reason = match error.kind() {
        io::ErrorKind::NotFound => Sentence::new("config.no_file"),
        io::ErrorKind::InvalidData => Sentence::new("config.not_utf8"),
        _ => Sentence::new("config.unreadable").with("reason", error),
    };
    FileProblem::whole(path.display().to_string(), reason)
}

pub(super) fn wrong(source: Source<'_>, item: &Item<'_>, key: &str, wanted: &str) -> FileProblem {
    let got = match item.value {
        DeValue::String(text) => format!("\"{text}\""),
        DeValue::Integer(n) => n.as_str().to_owned(),
        DeValue::Boolean(yes) => yes.to_string(),
        // What stands in it: one of several entries is wrong.
        DeValue::Table(table) if !table.is_empty() => {
            let entry = |i: Item<'_>| {
                let value = i.value.as_str().map_or_else(|| kind(i.value).to_owned(), |v| format!("\"{v}\""));
                format!("{} = {value}", i.key)
            };
            format!("{{ {} }}", items(table).into_iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        other => kind(other).to_owned(),
    };
    let what = Sentence::new("config.wrong_kind").with("name", key).with("wanted", wanted).with("got", got);
    source.problem(item.value_at, what)
}

/// The name that was probably meant: by its dotted name, else by its last part, for what stands in the wrong table.
pub(super) fn unknown(key: &str, known: &[String]) -> Sentence {
    let last = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
    let meant = nearest(key, known.iter().map(String::as_str))
        .or_else(|| known.iter().map(String::as_str).find(|k| last(k) == last(key)));
    match meant {
        Some(meant) => Sentence::new("config.unknown_setting_meant").with("meant", meant),
        None => Sentence::new("config.unknown_setting"),
    }
    .with("name", key)
}
