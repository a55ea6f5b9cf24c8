//! One question: an operation with arguments that it takes, and how `aws::reads` looks at them.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value as Json};

use super::{Kind, Spec};

/// Arguments that say how many at most: where one is given, one page is read.
const PAGE_SIZES: [&str; 6] = ["MaxResults", "MaxRecords", "MaxItems", "PageSize", "maxResults", "limit"];

/// A question whose arguments have been checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// What is asked.
    pub spec: &'static Spec,
    args: Map<String, Json>,
}

impl Ask {
    pub(super) const fn new(spec: &'static Spec, args: Map<String, Json>) -> Self {
        Self { spec, args }
    }

    /// Tells equal questions: operation and arguments as one text.
    pub fn key(&self) -> String {
        format!("{} {}", self.spec.operation, Json::Object(self.args.clone()))
    }

    /// The arguments as they were given.
    pub const fn args(&self) -> &Map<String, Json> {
        &self.args
    }

    /// A text.
    pub fn text(&self, name: &str) -> Option<String> {
        self.args.get(name)?.as_str().map(str::to_owned)
    }

    /// A list of texts.
    pub fn texts(&self, name: &str) -> Option<Vec<String>> {
        Some(strings(self.args.get(name)?))
    }

    /// Yes or no.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.args.get(name)?.as_bool()
    }

    /// A number; one that AWS could not take is its largest.
    pub fn number(&self, name: &str) -> Option<i32> {
        Some(i32::try_from(self.args.get(name)?.as_i64()?).unwrap_or(i32::MAX))
    }

    /// A moment, as seen at another.
    pub fn time(&self, name: &str, now: Timestamp) -> Option<Timestamp> {
        moment(self.args.get(name)?.as_str()?, now)
    }

    /// The moment that a text of a structure means, as seen at another.
    pub fn moment(text: &str, now: Timestamp) -> Option<Timestamp> {
        moment(text, now)
    }

    /// A structure.
    pub fn object(&self, name: &str) -> Option<&Json> {
        self.args.get(name)
    }

    /// A list of structures; empty when it is not given.
    pub fn objects(&self, name: &str) -> &[Json] {
        self.args.get(name).and_then(Json::as_array).map_or(&[], Vec::as_slice)
    }

    /// How many at most, when the question says so: it is then about one page.
    pub fn page_size(&self) -> Option<i32> {
        PAGE_SIZES.iter().find_map(|name| self.number(name))
    }

    /// The same question about either half of the things that it names; none when it is about one.
    pub fn halves(&self) -> Option<[Self; 2]> {
        let name = self.spec.args.first().filter(|arg| arg.kind == Kind::Texts)?.name;
        let list = self.args.get(name)?.as_array().filter(|list| list.len() > 1)?;
        let (left, right) = list.split_at(list.len() / 2);
        Some([left, right].map(|part| {
            let mut half = self.clone();
            half.args.insert(name.to_owned(), Json::Array(part.to_vec()));
            half
        }))
    }
}

/// The texts of a list.
pub(crate) fn strings(list: &Json) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect()
}

/// Whether a text is a moment.
pub(super) fn is_time(text: &str) -> bool {
    moment(text, Timestamp::UNIX_EPOCH).is_some()
}

/// RFC 3339, `now`, or so long before now; see [`Kind::Time`].
fn moment(text: &str, now: Timestamp) -> Option<Timestamp> {
    if text == "now" {
        return Some(now);
    }
    let Some(ago) = text.strip_prefix('-') else { return text.parse().ok() };
    let unit = ago.chars().next_back()?;
    let secs = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    let number = ago.strip_suffix(unit).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    let ago = SignedDuration::from_secs(number.parse::<i64>().ok()?.checked_mul(secs)?);
    // Before 1970 nothing was ever asked of AWS; the epoch is a moment whatever "now" is.
    Some(now.checked_sub(ago).unwrap_or(Timestamp::UNIX_EPOCH))
}
