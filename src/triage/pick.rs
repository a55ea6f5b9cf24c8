//! Looks things up in an answer by a path: `Reservations[].Instances[]`, `Placement.AvailabilityZone`.
//!
//! A step is a field's name; `[]` after it goes through a list, `[Key=team]` through those elements of a list whose field
//! `Key` is `team` (a tag's value is `Tags[Key=team].Value`). What is not there is nothing, never an error.

use serde_json::Value as Json;

/// Everything at a path.
pub fn all<'a>(json: &'a Json, path: &str) -> Vec<&'a Json> {
    let mut found = vec![json];
    for step in path.split('.').filter(|step| !step.is_empty()) {
        let (field, list) = match step.strip_suffix(']').and_then(|step| step.split_once('[')) {
            Some((field, which)) => (field, Some(which)),
            None => (step, None),
        };
        let next = found.into_iter().filter_map(|json| json.get(field));
        found = match list {
            None => next.collect(),
            Some(which) => next.filter_map(Json::as_array).flatten().filter(|one| is(one, which)).collect(),
        };
    }
    found
}

/// Whether an element of a list is one of those that are wanted: `Key=team`, or any.
fn is(one: &Json, which: &str) -> bool {
    which.split_once('=').is_none_or(|(field, value)| one.get(field).and_then(Json::as_str) == Some(value))
}

/// The texts at a path that are not empty.
pub fn texts<'a>(json: &'a Json, path: &str) -> Vec<&'a str> {
    all(json, path).into_iter().filter_map(Json::as_str).filter(|text| !text.is_empty()).collect()
}

/// The first text at a path; empty when there is none.
pub fn text<'a>(json: &'a Json, path: &str) -> &'a str {
    texts(json, path).first().copied().unwrap_or_default()
}

/// The first number at a path.
pub fn number(json: &Json, path: &str) -> Option<f64> {
    all(json, path).into_iter().find_map(Json::as_f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_through_fields_and_lists() {
        let json =
            serde_json::json!({"A": [{"B": {"C": "1"}, "L": ["x", ""]}, {"B": {"C": "2"}}, {}], "N": 3});
        assert_eq!(texts(&json, "A[].B.C"), ["1", "2"]);
        assert_eq!(texts(&json, "A[].L[]"), ["x"]);
        assert_eq!((text(&json, "A[].B.C"), text(&json, "Z.B")), ("1", ""));
        assert_eq!((number(&json, "N"), number(&json, "A")), (Some(3.0), None));
        assert_eq!(all(&json, "A[]").len(), 3);
        let tagged = serde_json::json!({"Tags": [{"Key": "a:b", "Value": "x"}, {"Key": "c", "Value": "y"}]});
        assert_eq!(texts(&tagged, "Tags[Key=a:b].Value"), ["x"]);
    }
}
