//! EC2's filters: a name and values, of which one must match; all filters must hold. Values may hold `*` and `?`,
//! a backslash takes their meaning away. A name that the operation does not know is an error.

use crate::drill::{error::ApiError, params::Params};

/// The filters of a request.
#[derive(Debug, Clone)]
pub(crate) struct Filters(Vec<(String, Vec<String>)>);

impl Filters {
    /// Reads them.
    pub(crate) fn read(params: Params<'_>) -> Result<Self, ApiError> {
        let mut filters = Vec::new();
        for filter in params.structs("Filter") {
            let name = filter.text("Name").ok_or_else(|| ApiError::missing("Filter.Name"))?;
            let values: Vec<String> = filter.texts("Value").into_iter().map(str::to_owned).collect();
            if values.is_empty() {
                return Err(ApiError::invalid_value(format!("The filter '{name}' has no values")));
            }
            filters.push((name.to_owned(), values));
        }
        Ok(Self(filters))
    }

    /// Keeps the items that all filters hold for. `values` gives an item's values of a filter among the `known`;
    /// `tag:KEY` and `tag-key` are answered from `tags`.
    pub(crate) fn keep<T>(
        &self,
        items: Vec<T>,
        tags: impl Fn(&T) -> &[(String, String)],
        known: &[&str],
        values: impl Fn(&T, &str) -> Vec<String>,
    ) -> Result<Vec<T>, ApiError> {
        self.check(|name| name.starts_with("tag:") || name == "tag-key" || known.contains(&name))?;
        let holds = |item: &T, name: &str, wanted: &[String]| {
            let has: Vec<String> = if let Some(key) = name.strip_prefix("tag:") {
                tags(item).iter().filter(|(k, _)| k == key).map(|(_, v)| v.clone()).collect()
            } else if name == "tag-key" {
                tags(item).iter().map(|(k, _)| k.clone()).collect()
            } else {
                values(item, name)
            };
            has.iter().any(|value| wanted.iter().any(|pattern| matches(pattern, value)))
        };
        Ok(items
            .into_iter()
            .filter(|item| self.0.iter().all(|(name, wanted)| holds(item, name, wanted)))
            .collect())
    }
}

impl Filters {
    /// The same for what has no tags: filters by tag are as unknown as any other.
    pub(crate) fn keep_untagged<T>(
        &self,
        items: Vec<T>,
        known: &[&str],
        values: impl Fn(&T, &str) -> Vec<String>,
    ) -> Result<Vec<T>, ApiError> {
        self.check(|name| known.contains(&name))?;
        self.keep(items, |_| &[], known, values)
    }

    fn check(&self, known: impl Fn(&str) -> bool) -> Result<(), ApiError> {
        match self.0.iter().find(|(name, _)| !known(name)) {
            Some((name, _)) => Err(ApiError::invalid_value(format!("The filter '{name}' is invalid"))),
            None => Ok(()),
        }
    }
}

/// Whether a value matches a pattern with `*` and `?`.
pub(crate) fn matches(pattern: &str, value: &str) -> bool {
    #[derive(PartialEq)]
    enum Part {
        Any,
        One,
        Char(char),
    }
    let mut parts = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        parts.push(match c {
            '*' => Part::Any,
            '?' => Part::One,
            '\\' => Part::Char(chars.next().unwrap_or('\\')),
            other => Part::Char(other),
        });
    }
    let value: Vec<char> = value.chars().collect();
    // The usual two-pointer match: on a mismatch, let the last star take one character more.
    let (mut p, mut v, mut star) = (0, 0, None);
    while v < value.len() {
        match parts.get(p) {
            Some(Part::Any) => {
                star = Some((p, v));
                p += 1;
            }
            Some(part) if *part == Part::One || value.get(v).is_some_and(|c| *part == Part::Char(*c)) => {
                p += 1;
                v += 1;
            }
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    p = at + 1;
                    v = taken + 1;
                }
                None => return false,
            },
        }
    }
    parts.get(p..).unwrap_or_default().iter().all(|part| *part == Part::Any)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_and_question_marks_match_and_backslashes_escape() {
        for (pattern, value, expected) in [
            ("web-?", "web-1", true),
            ("web-?", "web-10", false),
            ("web*", "web-canary-2", true),
            ("*canary*", "web-canary-2", true),
            ("*", "", true),
            ("", "", true),
            ("", "x", false),
            (r"\*", "*", true),
            (r"\*", "x", false),
            ("当番*", "当番サーバ", true),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
        ] {
            assert_eq!(matches(pattern, value), expected, "{pattern} {value}");
        }
    }
}
