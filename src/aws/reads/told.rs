//! From the SDK's types to JSON in the words of the AWS CLI: which fields of which type are kept, under which names.
//!
//! A type says so once, by `fields!` (or `words!` for an enumeration), and is then told wherever it stands in an answer. All
//! text is sanitised here; nothing else about a value may be changed.

use std::collections::HashMap;

use aws_smithy_types::DateTime;
use percent_encoding::percent_decode_str;
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

impl Told for HashMap<String, String> {
    fn told(&self) -> Option<Json> {
        Some(Json::Object(self.iter().map(|(name, value)| (clean(name), clean(value).into())).collect()))
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
plain!(bool, i32, i64, f64);

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

/// A text of several lines, each made harmless: what a machine or a command wrote.
pub(super) fn lines(text: &str) -> String {
    text.lines().map(clean).collect::<Vec<_>>().join("\n")
}

/// An answer with IAM's policy documents as JSON, as the AWS CLI prints them; IAM gives them as text within a URL.
pub(super) fn documents(mut answer: Json) -> Json {
    match &mut answer {
        Json::Object(object) => {
            for (name, value) in object.iter_mut() {
                let told = match value.take() {
                    Json::String(text) if name.ends_with("PolicyDocument") => document(&text),
                    other => documents(other),
                };
                *value = told;
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| *item = documents(item.take())),
        _ => {}
    }
    answer
}

fn document(text: &str) -> Json {
    let decoded = percent_decode_str(text).decode_utf8_lossy();
    serde_json::from_str(&decoded).map_or_else(|_| clean(&decoded).into(), harmless)
}

/// The same with every name and text in it made harmless.
fn harmless(json: Json) -> Json {
    match json {
        Json::String(text) => clean(&text).into(),
        Json::Array(items) => items.into_iter().map(harmless).collect(),
        Json::Object(object) => {
            Json::Object(object.into_iter().map(|(name, value)| (clean(&name), harmless(value))).collect())
        }
        other => other,
    }
}
