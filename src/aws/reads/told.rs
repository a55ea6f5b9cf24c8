//! From the SDK's types to JSON in the words of the AWS CLI: which fields of which type are kept, under which names.
//!
//! A type says so once, by `fields!` (or `words!` for an enumeration), and is then told wherever it stands in an answer. All
//! text is sanitised here; nothing else about a value may be changed.

use aws_smithy_types::DateTime;
use serde_json::{Map, Value as Json};

use crate::{aws::time, text::sanitise::clean};

/// A value of an answer.
pub(super) trait Told {
    /// As JSON; `None` when AWS did not say.
    fn told(&self) -> Option<Json>;
}

impl<T: Told> Told for Option<T> {
    fn told(&self) -> Option<Json> {
        self.as_ref()?.told()
    }
}

impl<T: Told> Told for Vec<T> {
    fn told(&self) -> Option<Json> {
        Some(self.iter().filter_map(Told::told).collect())
    }
}

impl Told for String {
    fn told(&self) -> Option<Json> {
        Some(clean(self).into())
    }
}

impl Told for DateTime {
    fn told(&self) -> Option<Json> {
        Some(time::from_sdk(self)?.to_string().into())
    }
}

macro_rules! plain {
    ($($type:ty),*) => {$(
        impl Told for $type {
            fn told(&self) -> Option<Json> {
                Some((*self).into())
            }
        }
    )*};
}
plain!(bool, i32, i64);

/// The fields of types of the SDK that are kept, each with the name that the AWS CLI gives it.
macro_rules! fields {
    ($($type:ty { $($name:literal: $field:ident),+ $(,)? })+) => {$(
        impl $crate::aws::reads::told::Told for $type {
            fn told(&self) -> Option<serde_json::Value> {
                let mut object = serde_json::Map::new();
                $($crate::aws::reads::told::put(&mut object, $name, &self.$field);)+
                Some(serde_json::Value::Object(object))
            }
        }
    )+};
}
pub(super) use fields;

/// Enumerations of the SDK, told by AWS's word.
macro_rules! words {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::aws::reads::told::Told for $type {
            fn told(&self) -> Option<serde_json::Value> {
                Some($crate::text::sanitise::clean(self.as_str()).into())
            }
        }
    )+};
}
pub(super) use words;

/// Puts a value into an object if there is one.
pub(super) fn put(object: &mut Map<String, Json>, name: &str, value: &impl Told) {
    if let Some(value) = value.told() {
        object.insert(name.to_owned(), value);
    }
}

/// An answer that is one list, which is there even when it is empty.
pub(super) fn list<'a, T: Told + 'a>(name: &str, items: impl IntoIterator<Item = &'a T>) -> Json {
    let items: Json = items.into_iter().filter_map(Told::told).collect();
    Json::Object([(name.to_owned(), items)].into_iter().collect())
}

/// An answer with the name that was asked about beside it.
pub(super) fn beside(mut answer: Json, name: &str, of: &str) -> Json {
    if let Json::Object(object) = &mut answer {
        object.insert(name.to_owned(), clean(of).into());
    }
    answer
}

/// Whether a name is one of those that were asked about: filters know wildcards.
pub(super) fn asked(of: &[String], name: Option<&str>) -> bool {
    name.is_some_and(|name| of.iter().any(|one| one == name))
}
