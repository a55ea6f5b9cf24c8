//! The value every operation answers with and every request is decoded into, whatever the wire format.
//!
//! Names are those of the AWS API; for EC2, which has one protocol only, those of its XML. This module must never know
//! how a protocol writes a value.

use std::borrow::Cow;

use jiff::Timestamp;

/// One value: a scalar, a list, a structure or a dictionary.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tree {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A floating point number; stays one in CBOR and JSON even when it is whole.
    Double(f64),
    /// Text.
    Text(String),
    /// A moment: ISO 8601 in XML, epoch seconds in JSON and CBOR.
    Time(Timestamp),
    /// A list.
    List(Vec<Tree>),
    /// A list whose items XML calls by a name of their own, as RDS has them; elsewhere a list like any other.
    Named(&'static str, Vec<Tree>),
    /// A structure, members in order.
    Map(Vec<(Cow<'static, str>, Tree)>),
    /// A dictionary with free keys, which XML writes as entries of key and value.
    Dict(Vec<(String, Tree)>),
}

impl Tree {
    /// The member of a structure, if it is one and has it.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Map(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            Self::Dict(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }
}

/// Builds a structure member by member, leaving out what is not there.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<(Cow<'static, str>, Tree)>);

impl Fields {
    /// No members yet.
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a member.
    #[must_use]
    pub(crate) fn put(mut self, name: &'static str, value: impl Into<Tree>) -> Self {
        self.0.push((Cow::Borrowed(name), value.into()));
        self
    }

    /// Adds a member if there is a value for it.
    #[must_use]
    pub(crate) fn maybe(self, name: &'static str, value: Option<impl Into<Tree>>) -> Self {
        match value {
            Some(value) => self.put(name, value),
            None => self,
        }
    }
}

impl From<Fields> for Tree {
    fn from(fields: Fields) -> Self {
        Self::Map(fields.0)
    }
}

impl From<&str> for Tree {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Tree {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Tree {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<bool> for Tree {
    fn from(yes: bool) -> Self {
        Self::Bool(yes)
    }
}

impl From<i64> for Tree {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}

impl From<f64> for Tree {
    fn from(n: f64) -> Self {
        Self::Double(n)
    }
}

impl From<Timestamp> for Tree {
    fn from(at: Timestamp) -> Self {
        Self::Time(at)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Tree {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

/// A list of whatever turns into a value, whose items have a name of their own in XML.
pub(crate) fn named<T: Into<Tree>>(item: &'static str, items: impl IntoIterator<Item = T>) -> Tree {
    Tree::Named(item, items.into_iter().map(Into::into).collect())
}

/// A list of whatever turns into a value.
pub(crate) fn list<T: Into<Tree>>(items: impl IntoIterator<Item = T>) -> Tree {
    Tree::List(items.into_iter().map(Into::into).collect())
}
