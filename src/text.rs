//! Every word of ours on the screen, per language.
//!
//! The catalogues are `locales/*.toml`, embedded; keys are dotted (`footer.open`), arguments stand in braces
//! (`{count}`). English and Japanese are both complete, which a test holds them to. AWS's own names and states are not
//! translated. This module must never decide what is said, only how.

pub mod age;
pub mod duration;
pub mod markdown;
pub mod measure;
pub mod nearest;
pub mod problem;
pub mod sanitise;
pub mod sentence;

#[cfg(test)]
mod tests;

use std::{collections::HashMap, fmt::Display};

use crate::severity::Severity;

/// The languages there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, clap::ValueEnum)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Japanese.
    Ja,
}

impl Lang {
    /// From a locale's name such as `ja_JP.UTF-8`; English for anything unknown.
    pub fn from_locale(locale: &str) -> Self {
        if locale.starts_with("ja") { Self::Ja } else { Self::En }
    }

    const fn source(self) -> &'static str {
        match self {
            Self::En => include_str!("../locales/en.toml"),
            Self::Ja => include_str!("../locales/ja.toml"),
        }
    }
}

/// One language's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    lang: Lang,
    words: HashMap<String, String>,
}

impl Catalogue {
    /// The words of a language. A catalogue that does not parse is empty, which the tests catch.
    pub fn load(lang: Lang) -> Self {
        let mut words = HashMap::new();
        if let Ok(table) = lang.source().parse::<toml::Table>() {
            flatten("", &table, &mut words);
        }
        Self { lang, words }
    }

    /// Which language.
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// All keys, for the test that compares languages.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.words.keys().map(String::as_str)
    }

    /// The wording of a key, or the key itself when it is missing (so that a gap is seen and not hidden).
    pub fn get<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.get(key).map_or(key, String::as_str)
    }

    /// The wording of a key if there is one.
    pub fn find(&self, key: &str) -> Option<&str> {
        self.words.get(key).map(String::as_str)
    }

    /// The wording of a key with its `{name}`s filled in.
    pub fn fill(&self, key: &str, args: &[(&str, &dyn Display)]) -> String {
        Self::fill_in(self.get(key), args)
    }

    /// A wording with its `{name}`s filled in.
    fn fill_in(wording: &str, args: &[(&str, &dyn Display)]) -> String {
        let mut rest = wording;
        let mut out = String::with_capacity(rest.len());
        // In one pass, so that braces in a value are not taken for places.
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let place = after
                .split_once('}')
                .and_then(|(name, after)| Some((args.iter().find(|(known, _)| *known == name)?.1, after)));
            if let Some((value, after)) = place {
                out.push_str(&value.to_string());
                rest = after;
            } else {
                out.push('{');
                rest = after;
            }
        }
        out.push_str(rest);
        out
    }

    /// The word for a severity on the screen.
    pub fn severity(&self, severity: Severity) -> &str {
        self.get(match severity {
            Severity::Ok => "severity.ok",
            Severity::Unknown => "severity.unknown",
            Severity::Low => "severity.low",
            Severity::Medium => "severity.medium",
            Severity::High => "severity.high",
            Severity::Critical => "severity.critical",
        })
    }
}

fn flatten(prefix: &str, table: &toml::Table, into: &mut HashMap<String, String>) {
    for (key, value) in table {
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            toml::Value::Table(inner) => flatten(&path, inner, into),
            toml::Value::String(text) => {
                into.insert(path, text.clone());
            }
            _ => {}
        }
    }
}
