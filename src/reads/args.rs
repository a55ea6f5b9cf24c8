//! The arguments of an operation: their names, their kinds, and what is wrong with those that are given.

use serde_json::Value as Json;

use super::{Spec, ask};
use crate::text::{sanitise::clean, sentence::Sentence};

/// One argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arg {
    /// As the API spells it.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether AWS refuses the call without it.
    pub required: bool,
}

/// What an argument holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One text.
    Text,
    /// A list of texts.
    Texts,
    /// Yes or no.
    Flag,
    /// A whole number that is not negative.
    Number,
    /// A moment: RFC 3339 (`2026-05-01T03:04:05Z`), `now`, or so long before now: `-90s`, `-15m`, `-3h`, `-7d`. Also where the
    /// API itself takes a number of seconds or a text.
    Time,
    /// A structure.
    Object(&'static [Arg]),
    /// A list of structures.
    Objects(&'static [Arg]),
}

impl Arg {
    /// The same, without which the call is refused.
    pub(super) const fn needed(mut self) -> Self {
        self.required = true;
        self
    }
}

const fn arg(name: &'static str, kind: Kind) -> Arg {
    Arg { name, kind, required: false }
}

pub(super) const fn text(name: &'static str) -> Arg {
    arg(name, Kind::Text)
}

pub(super) const fn texts(name: &'static str) -> Arg {
    arg(name, Kind::Texts)
}

pub(super) const fn flag(name: &'static str) -> Arg {
    arg(name, Kind::Flag)
}

pub(super) const fn number(name: &'static str) -> Arg {
    arg(name, Kind::Number)
}

pub(super) const fn time(name: &'static str) -> Arg {
    arg(name, Kind::Time)
}

pub(super) const fn object(name: &'static str, members: &'static [Arg]) -> Arg {
    arg(name, Kind::Object(members))
}

pub(super) const fn objects(name: &'static str, members: &'static [Arg]) -> Arg {
    arg(name, Kind::Objects(members))
}

const FILTER_OF: &[Arg] = &[text("Name").needed(), texts("Values").needed()];

/// EC2's, RDS's and Auto Scaling's filters.
pub(super) const FILTERS: Arg = objects("Filters", FILTER_OF);

/// The same where EC2 has it in the singular.
pub(super) const FILTER: Arg = objects("Filter", FILTER_OF);

/// What is wrong with an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArgProblem {
    /// The arguments are no table of names and values.
    NoTable {
        /// The operation.
        operation: &'static str,
    },
    /// The operation takes no such argument.
    Unknown {
        /// The operation.
        operation: &'static str,
        /// Which, as a path: `Filters.Nmae`.
        name: String,
        /// Those that it takes in that place.
        known: Vec<&'static str>,
    },
    /// The argument holds another kind of thing than the operation takes.
    Mistyped {
        /// The operation.
        operation: &'static str,
        /// Which, as a path.
        name: String,
        /// What it takes.
        kind: Kind,
    },
    /// AWS would refuse the call without it.
    Missing {
        /// The operation.
        operation: &'static str,
        /// Which, as a path.
        name: String,
    },
}

impl ArgProblem {
    /// As one sentence with its next step.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::NoTable { operation } => Sentence::new("reads.no_table").with("operation", operation),
            Self::Unknown { operation, name, known } if known.is_empty() => {
                Sentence::new("reads.takes_nothing").with("operation", operation).with("name", name)
            }
            Self::Unknown { operation, name, known } => Sentence::new("reads.unknown")
                .with("operation", operation)
                .with("name", name)
                .with("known", known.join(", ")),
            Self::Mistyped { operation, name, kind } => Sentence::new("reads.mistyped")
                .with("operation", operation)
                .with("name", name)
                .with_part("kind", Sentence::new(kind.key())),
            Self::Missing { operation, name } => {
                Sentence::new("reads.missing").with("operation", operation).with("name", name)
            }
        }
    }
}

impl Kind {
    const fn key(self) -> &'static str {
        match self {
            Self::Text => "reads.kind_text",
            Self::Texts => "reads.kind_texts",
            Self::Flag => "reads.kind_flag",
            Self::Number => "reads.kind_number",
            Self::Time => "reads.kind_time",
            Self::Object(_) => "reads.kind_object",
            Self::Objects(_) => "reads.kind_objects",
        }
    }
}

/// Checks what is given to an operation. With `open`, a text that holds `${…}` passes for a value of any kind.
pub(super) fn check(spec: &'static Spec, given: &Json, open: bool) -> Result<(), ArgProblem> {
    let operation = spec.operation;
    match given {
        Json::Null => {}
        Json::Object(_) => return Checker { operation, open }.members(spec.args, given, ""),
        _ => return Err(ArgProblem::NoTable { operation }),
    }
    Checker { operation, open }.members(spec.args, &Json::Object(serde_json::Map::new()), "")
}

struct Checker {
    operation: &'static str,
    open: bool,
}

impl Checker {
    fn members(&self, known: &'static [Arg], given: &Json, path: &str) -> Result<(), ArgProblem> {
        let operation = self.operation;
        let at = |name: &str| if path.is_empty() { clean(name) } else { format!("{path}.{}", clean(name)) };
        for (name, value) in given.as_object().into_iter().flatten() {
            let Some(arg) = known.iter().find(|arg| arg.name == name) else {
                let known = known.iter().map(|arg| arg.name).collect();
                return Err(ArgProblem::Unknown { operation, name: at(name), known });
            };
            self.value(arg.kind, value, &at(name))?;
        }
        let missing = known.iter().find(|arg| arg.required && given.get(arg.name).is_none());
        missing.map_or(Ok(()), |arg| Err(ArgProblem::Missing { operation, name: at(arg.name) }))
    }

    fn value(&self, kind: Kind, value: &Json, path: &str) -> Result<(), ArgProblem> {
        let open = |value: &Json| self.open && value.as_str().is_some_and(|text| text.contains("${"));
        let fits = open(value)
            || match (kind, value) {
                (Kind::Text, value) => value.is_string(),
                (Kind::Texts, Json::Array(items)) => items.iter().all(Json::is_string),
                (Kind::Flag, value) => value.is_boolean(),
                (Kind::Number, value) => value.as_i64().is_some_and(|n| n >= 0),
                (Kind::Time, Json::String(text)) => ask::is_time(text),
                (Kind::Object(members), Json::Object(_)) => return self.members(members, value, path),
                (Kind::Objects(members), Json::Array(items)) => {
                    for item in items.iter().filter(|item| !open(item)) {
                        if !item.is_object() {
                            return Err(self.mistyped(kind, path));
                        }
                        self.members(members, item, path)?;
                    }
                    true
                }
                _ => false,
            };
        if fits { Ok(()) } else { Err(self.mistyped(kind, path)) }
    }

    fn mistyped(&self, kind: Kind, path: &str) -> ArgProblem {
        ArgProblem::Mistyped { operation: self.operation, name: path.to_owned(), kind }
    }
}
