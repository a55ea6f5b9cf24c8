//! The words that runbooks are written with: texts in both languages, owners, sides.

use crate::text::Lang;

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// English.
    pub en: String,
    /// Japanese.
    pub ja: String,
}

impl Text {
    /// In a language.
    pub fn of(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Ja => &self.ja,
        }
    }
}

/// Something that is written as one of a few words.
pub trait Word: Copy + 'static {
    /// Each with its word in a file.
    const WORDS: &'static [(&'static str, Self)];

    /// Finds it by its word.
    fn parse(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(name, _)| *name == word).map(|(_, one)| *one)
    }
}

/// Who does a step. An organisation maps these to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    /// The in-house first line.
    L1,
    /// The contracted operations vendor, or in-house operations.
    Vendor,
    /// The application's developers.
    App,
    /// The database's keepers.
    Db,
    /// Security.
    Security,
    /// The business: speaks to users.
    Business,
    /// The incident commander.
    Ic,
    /// AWS.
    Aws,
}

impl Word for Owner {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("l1", Self::L1),
        ("vendor", Self::Vendor),
        ("app", Self::App),
        ("db", Self::Db),
        ("security", Self::Security),
        ("business", Self::Business),
        ("ic", Self::Ic),
        ("aws", Self::Aws),
    ];
}

impl Owner {
    /// As in a file.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, one)| *one == self).map_or("", |(word, _)| word)
    }

    /// Wording key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::L1 => "runbook.owner.l1",
            Self::Vendor => "runbook.owner.vendor",
            Self::App => "runbook.owner.app",
            Self::Db => "runbook.owner.db",
            Self::Security => "runbook.owner.security",
            Self::Business => "runbook.owner.business",
            Self::Ic => "runbook.owner.ic",
            Self::Aws => "runbook.owner.aws",
        }
    }
}

/// Whose duty a thing is under the shared responsibility model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// AWS's.
    Aws,
    /// The customer's.
    Customer,
    /// Each has a part.
    Shared,
    /// It cannot be told from outside.
    Grey,
}

impl Word for Side {
    const WORDS: &'static [(&'static str, Self)] =
        &[("aws", Self::Aws), ("customer", Self::Customer), ("shared", Self::Shared), ("grey", Self::Grey)];
}

impl Side {
    /// As in a file.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, one)| *one == self).map_or("", |(word, _)| word)
    }

    /// Wording key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Aws => "runbook.side.aws",
            Self::Customer => "runbook.side.customer",
            Self::Shared => "runbook.side.shared",
            Self::Grey => "runbook.side.grey",
        }
    }
}

/// Times in records: RFC 3339 in UTC.
pub(super) mod time {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(in crate::runbook) fn serialize<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(at)
    }

    pub(in crate::runbook) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        String::deserialize(from)?.parse().map_err(Error::custom)
    }
}
