//! Reading the parameters of a request, however they were spelt on the wire.
//!
//! Form-encoded protocols know only text; JSON writes moments as numbers, CBOR as tagged ones. Accessors here take all
//! of them. They must never guess: what cannot be read is an error in AWS's words.

use jiff::Timestamp;

use super::{error::ApiError, tree::Tree};

/// The parameters of one request, or of a structure inside it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Params<'a>(&'a Tree);

impl<'a> Params<'a> {
    /// Wraps a decoded request.
    pub(crate) const fn new(tree: &'a Tree) -> Self {
        Self(tree)
    }

    /// The whole tree, for what must see every parameter.
    pub(crate) const fn tree(self) -> &'a Tree {
        self.0
    }

    /// Whether the parameter is there at all.
    pub(crate) fn has(self, name: &str) -> bool {
        self.0.get(name).is_some()
    }

    /// Text; numbers and booleans as their text.
    pub(crate) fn text(self, name: &str) -> Option<&'a str> {
        match self.0.get(name) {
            Some(Tree::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Text that must be there.
    pub(crate) fn required(self, name: &str) -> Result<&'a str, ApiError> {
        self.text(name).ok_or_else(|| ApiError::missing(name))
    }

    /// A whole number.
    pub(crate) fn int(self, name: &str) -> Result<Option<i64>, ApiError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Tree::Int(n)) => Ok(Some(*n)),
            Some(Tree::Text(text)) => text.parse().map(Some).map_err(|_| {
                ApiError::invalid_value(format!("Value ({text}) for parameter {name} is invalid."))
            }),
            Some(_) => Err(ApiError::invalid_value(format!("The parameter {name} must be a number."))),
        }
    }

    /// Yes or no; absent is no.
    pub(crate) fn flag(self, name: &str) -> bool {
        match self.0.get(name) {
            Some(Tree::Bool(yes)) => *yes,
            Some(Tree::Text(text)) => text.eq_ignore_ascii_case("true"),
            _ => false,
        }
    }

    /// A moment: tagged, epoch seconds, or ISO 8601.
    pub(crate) fn time(self, name: &str) -> Result<Option<Timestamp>, ApiError> {
        let bad = || ApiError::invalid_value(format!("The parameter {name} must be a timestamp."));
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds of any sane moment fit an i64")]
        let from_secs = |secs: f64| Timestamp::from_millisecond((secs * 1000.0).round() as i64);
        match self.0.get(name) {
            None => Ok(None),
            Some(Tree::Time(at)) => Ok(Some(*at)),
            Some(Tree::Int(secs)) => Timestamp::from_second(*secs).map(Some).map_err(|_| bad()),
            Some(Tree::Double(secs)) => from_secs(*secs).map(Some).map_err(|_| bad()),
            Some(Tree::Text(text)) => text.parse().map(Some).map_err(|_| bad()),
            Some(_) => Err(bad()),
        }
    }

    /// The items of a list; absent is empty.
    pub(crate) fn items(self, name: &str) -> &'a [Tree] {
        match self.0.get(name) {
            Some(Tree::List(items)) => items,
            _ => &[],
        }
    }

    /// A list of texts.
    pub(crate) fn texts(self, name: &str) -> Vec<&'a str> {
        let text = |item: &'a Tree| match item {
            Tree::Text(text) => Some(text.as_str()),
            _ => None,
        };
        self.items(name).iter().filter_map(text).collect()
    }

    /// A list of structures.
    pub(crate) fn structs(self, name: &str) -> impl Iterator<Item = Params<'a>> {
        self.items(name).iter().map(Params)
    }

    /// A structure.
    pub(crate) fn inner(self, name: &str) -> Option<Params<'a>> {
        self.0.get(name).map(Params)
    }
}
