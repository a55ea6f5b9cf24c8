//! A cell's value, once: the table, the filter, the sort, the CSV and the JSON of `toban list` are projections of it.
//!
//! Values are language-free except [`Value::Text`]; turning one into words on a screen is [`Value::show`], which needs
//! a [`Cx`]. Nothing here may look at a clock: "now" is in the context.

use std::{borrow::Cow, cmp::Ordering, sync::Arc};

use jiff::{Timestamp, tz::TimeZone};
use serde_json::json;

use crate::{
    config::Thresholds,
    resource::ResourceRef,
    rows::shared::{Shared, Tags},
    scope::Scopes,
    severity::Severity,
    text::{Catalogue, age},
};

/// What showing needs to know beside the row: time, language, limits.
#[derive(Debug, Clone, Copy)]
pub struct Cx<'a> {
    /// The moment that ages count from.
    pub now: Timestamp,
    /// The operator's zone; UTC when they asked for it.
    pub zone: &'a TimeZone,
    /// The words.
    pub words: &'a Catalogue,
    /// What counts as old, long, or too much.
    pub thresholds: &'a Thresholds,
    /// Names of the scopes.
    pub scopes: &'a Scopes,
}

/// The part a piece of text plays; `theme.rs` alone turns roles into styles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Role {
    /// Ordinary text.
    #[default]
    Plain,
    /// Can wait: units, labels, things that are fine.
    Dim,
    /// The name of the thing.
    Name,
    /// Where am I: the one accent.
    Accent,
    /// A column or section title.
    Title,
    /// A key to press.
    Key,
    /// Wrong now.
    Bad,
    /// Will be wrong.
    Warn,
    /// Fine, where saying so matters.
    Good,
    /// Not known.
    Unknown,
}

impl From<Severity> for Role {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Critical | Severity::High => Self::Bad,
            Severity::Medium | Severity::Low => Self::Warn,
            Severity::Ok => Self::Good,
            Severity::Unknown => Self::Unknown,
        }
    }
}

/// One value of one row.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Not known: `null` in JSON, `–` on screen, last in every order.
    #[default]
    Unknown,
    /// Text as AWS or a person wrote it.
    Text(String),
    /// One of AWS's own words (a state, a type).
    Word(&'static str),
    /// A count or measure.
    Number(f64),
    /// Yes or no.
    Bool(bool),
    /// A moment, shown as how long ago: `4m`. RFC 3339 in JSON.
    Since(Timestamp),
    /// A moment, shown as a clock time or date.
    At(Timestamp),
    /// Seconds, shown as `3d`.
    Seconds(i64),
    /// How bad.
    Severity(Severity),
    /// Several texts, shown joined.
    List(Vec<String>),
    /// Tags: an object in JSON.
    Tags(Tags),
    /// What something is about: objects in JSON, shown by their ids.
    Resources(Arc<[ResourceRef]>),
    /// Things with an id and a name: a list of ids in JSON, both where people look and search.
    Named(Vec<(Shared, Shared)>),
    /// Other structured data for JSON, with the text by which it is shown, filtered and sorted.
    Data(serde_json::Value, String),
}

impl Value {
    /// Text, or unknown when there is none.
    pub fn text(text: Option<&str>) -> Self {
        text.map_or(Self::Unknown, |t| Self::Text(t.to_owned()))
    }

    /// A count.
    #[expect(clippy::cast_precision_loss, reason = "counts here are far below 2^52")]
    pub fn count(n: impl TryInto<i64>) -> Self {
        n.try_into().map_or(Self::Unknown, |n| Self::Number(n as f64))
    }

    /// A moment shown as an age, or unknown.
    pub fn since(at: Option<Timestamp>) -> Self {
        at.map_or(Self::Unknown, Self::Since)
    }

    /// Whether it is not known.
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// As `contract.md` wants it in JSON.
    pub fn json(&self) -> serde_json::Value {
        match self {
            Self::Unknown => serde_json::Value::Null,
            Self::Text(text) => json!(text),
            Self::Word(word) => json!(word),
            Self::Number(n) => number(*n),
            Self::Bool(yes) => json!(yes),
            Self::Since(at) | Self::At(at) => json!(rfc3339(*at)),
            Self::Seconds(secs) => json!(secs),
            Self::Severity(severity) => json!(severity),
            Self::List(items) => json!(items),
            Self::Tags(tags) => {
                let pairs = tags.iter().map(|(key, value)| (key.to_string(), json!(value)));
                serde_json::Value::Object(pairs.collect())
            }
            Self::Resources(resources) => json!(&**resources),
            Self::Named(things) => json!(things.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>()),
            Self::Data(data, _) => data.clone(),
        }
    }

    /// As it stands on the screen and in `--output table`.
    pub fn show<'a>(&'a self, cx: &Cx<'a>) -> Cow<'a, str> {
        match self {
            Self::Unknown => Cow::Borrowed("–"),
            Self::Text(text) | Self::Data(_, text) => Cow::Borrowed(text),
            Self::Word(word) => Cow::Borrowed(word),
            Self::Number(n) => Cow::Owned(plain_number(*n)),
            Self::Bool(yes) => Cow::Borrowed(cx.words.get(if *yes { "value.yes" } else { "value.no" })),
            Self::Since(at) => Cow::Owned(age::since(*at, cx.now)),
            Self::At(at) => Cow::Owned(age::clock(*at, cx.now, cx.zone)),
            Self::Seconds(secs) => Cow::Owned(age::short(*secs)),
            Self::Severity(severity) => Cow::Borrowed(cx.words.severity(*severity)),
            Self::List(_) | Self::Tags(_) | Self::Resources(_) | Self::Named(_) => self.search(),
        }
    }

    /// The text a filter looks at: language-free and the same on every screen. Ages are left out, since they change.
    pub fn search(&self) -> Cow<'_, str> {
        match self {
            Self::Unknown | Self::Since(_) | Self::At(_) | Self::Seconds(_) => Cow::Borrowed(""),
            Self::Text(text) | Self::Data(_, text) => Cow::Borrowed(text),
            Self::Word(word) => Cow::Borrowed(word),
            Self::Number(n) => Cow::Owned(plain_number(*n)),
            Self::Bool(yes) => Cow::Borrowed(if *yes { "true" } else { "false" }),
            Self::Severity(severity) => Cow::Borrowed(severity.word()),
            Self::List(items) => Cow::Owned(items.join(" ")),
            Self::Tags(_) | Self::Resources(_) | Self::Named(_) => {
                let mut text = String::new();
                self.add_search(&mut text);
                Cow::Owned(text)
            }
        }
    }

    /// Adds what [`Value::search`] gives.
    pub fn add_search(&self, to: &mut String) {
        match self {
            Self::Tags(tags) => add_joined(to, tags.iter().flat_map(|(key, value)| [" ", key, "=", value])),
            Self::Resources(resources) => {
                add_joined(to, resources.iter().flat_map(|r| [" ", r.id.as_str()]));
            }
            Self::Named(things) => {
                add_joined(to, things.iter().flat_map(|(id, name)| [" ", id.as_str(), " ", name.as_str()]));
            }
            _ => to.push_str(&self.search()),
        }
    }

    /// A total order within one column; unknown sorts last whichever way the column is turned, so the caller asks
    /// [`Value::is_unknown`] first. Text is compared without regard to case, then with.
    pub fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            // The longer ago, the larger the age: later moments sort first, as "age ascending" reads.
            (Self::Since(a), Self::Since(b)) => b.cmp(a),
            (Self::At(a), Self::At(b)) => a.cmp(b),
            (Self::Seconds(a), Self::Seconds(b)) => a.cmp(b),
            (Self::Severity(a), Self::Severity(b)) => b.cmp(a),
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (a, b) => {
                let (a, b) = (a.search(), b.search());
                let folded =
                    a.chars().flat_map(char::to_lowercase).cmp(b.chars().flat_map(char::to_lowercase));
                folded.then_with(|| a.cmp(&b))
            }
        }
    }
}

/// Parts that each begin with their gap.
fn add_joined<'a>(to: &mut String, parts: impl Iterator<Item = &'a str>) {
    parts.skip(1).for_each(|part| to.push_str(part));
}

impl From<Severity> for Value {
    fn from(severity: Severity) -> Self {
        Self::Severity(severity)
    }
}

/// A value with the part it plays.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cell {
    /// What.
    pub value: Value,
    /// How it is to be seen.
    pub role: Role,
}

impl Cell {
    /// A value in a role.
    pub const fn new(value: Value, role: Role) -> Self {
        Self { value, role }
    }
}

impl From<Value> for Cell {
    fn from(value: Value) -> Self {
        let role = if value.is_unknown() { Role::Unknown } else { Role::Plain };
        Self { value, role }
    }
}

/// RFC 3339 in UTC with whole seconds, as every export has it.
pub fn rfc3339(at: Timestamp) -> String {
    at.round(jiff::Unit::Second).unwrap_or(at).to_string()
}

fn number(n: f64) -> serde_json::Value {
    #[expect(clippy::cast_possible_truncation, reason = "only whole numbers within ±2^53 come here")]
    if n.fract() == 0.0 && n.abs() < 9e15 { json!(n as i64) } else { json!(n) }
}

/// `12`, `0.35`, `1.2`: no trailing zeros, at most two decimals.
pub fn plain_number(n: f64) -> String {
    if !n.is_finite() {
        return "–".into();
    }
    let text = format!("{n:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.to_owned() }
}
