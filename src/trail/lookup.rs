//! What LookupEvents can be asked for: one attribute, exactly, or none. The key under which the cache remembers what has
//! been read.

use std::fmt;

use crate::rows::event::EventBy;

/// Longest attribute value that LookupEvents takes, in characters (`aws-facts.md` §1.5).
pub const LONGEST_VALUE: usize = 2000;

/// One question, without its time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lookup {
    /// No attribute: every management event.
    All,
    /// `ReadOnly=false`: the write sweep.
    Writes,
    /// `ResourceName`, as the service recorded it.
    Resource(String),
    /// `Username`.
    Actor(String),
    /// `AccessKeyId`.
    AccessKey(String),
    /// `EventName`.
    Name(String),
    /// `EventSource`.
    Source(String),
}

impl Lookup {
    /// The lookup that answers a wish for an attribute.
    pub fn by(by: &EventBy) -> Self {
        match by {
            EventBy::Actor(v) => Self::Actor(v.clone()),
            EventBy::AccessKey(v) => Self::AccessKey(v.clone()),
            EventBy::Name(v) => Self::Name(v.clone()),
            EventBy::Source(v) => Self::Source(v.clone()),
        }
    }

    /// The attribute's name in the API and its value; none for [`Lookup::All`].
    pub fn attribute(&self) -> Option<(&'static str, &str)> {
        match self {
            Self::All => None,
            Self::Writes => Some(("ReadOnly", "false")),
            Self::Resource(v) => Some(("ResourceName", v)),
            Self::Actor(v) => Some(("Username", v)),
            Self::AccessKey(v) => Some(("AccessKeyId", v)),
            Self::Name(v) => Some(("EventName", v)),
            Self::Source(v) => Some(("EventSource", v)),
        }
    }

    /// Whether the API would take it: values are 1 to 2,000 characters.
    pub fn is_askable(&self) -> bool {
        self.attribute().is_none_or(|(_, v)| !v.is_empty() && v.chars().count() <= LONGEST_VALUE)
    }

    /// From [`Lookup`]'s own text form.
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::All);
        }
        let (attribute, value) = text.split_once('=')?;
        let value = value.to_owned();
        match attribute {
            "ReadOnly" => Some(Self::Writes),
            "ResourceName" => Some(Self::Resource(value)),
            "Username" => Some(Self::Actor(value)),
            "AccessKeyId" => Some(Self::AccessKey(value)),
            "EventName" => Some(Self::Name(value)),
            "EventSource" => Some(Self::Source(value)),
            _ => None,
        }
    }
}

impl fmt::Display for Lookup {
    /// `ResourceName=i-0abc`; empty for [`Lookup::All`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.attribute() {
            Some((name, value)) => write!(f, "{name}={value}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_goes_there_and_back() {
        let v = || "a=b/ü".to_owned();
        for lookup in [
            Lookup::All,
            Lookup::Writes,
            Lookup::Resource(v()),
            Lookup::Actor(v()),
            Lookup::AccessKey(v()),
            Lookup::Name(v()),
            Lookup::Source(v()),
        ] {
            assert_eq!(Lookup::parse(&lookup.to_string()), Some(lookup));
        }
        assert_eq!(Lookup::parse("EventId=x"), None);
        assert_eq!(Lookup::parse("nonsense"), None);
    }

    #[test]
    fn values_that_the_api_refuses_are_told() {
        assert!(Lookup::All.is_askable() && Lookup::Writes.is_askable());
        assert!(!Lookup::Resource(String::new()).is_askable());
        assert!(Lookup::Resource("é".repeat(2000)).is_askable());
        assert!(!Lookup::Resource("é".repeat(2001)).is_askable());
    }
}
