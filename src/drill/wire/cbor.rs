//! Smithy RPC v2 CBOR: requests and answers as CBOR maps. Moments are tag 1 with epoch seconds; the Rust decoder
//! refuses them untagged.

use ciborium::value::Value;
use jiff::Timestamp;

use crate::drill::{error::ApiError, tree::Tree};

const EPOCH_TAG: u64 = 1;

/// Decodes a request body; an empty one has no parameters.
pub(crate) fn decode(body: &[u8]) -> Result<Tree, ApiError> {
    if body.is_empty() {
        return Ok(Tree::Map(Vec::new()));
    }
    let value: Value = ciborium::from_reader(body).map_err(|error| {
        ApiError::new("SerializationException", format!("The request is not CBOR: {error}"))
    })?;
    match tree(value) {
        Some(map @ Tree::Map(_)) => Ok(map),
        _ => Err(ApiError::new("SerializationException", "The request is not a CBOR map.")),
    }
}

fn tree(value: Value) -> Option<Tree> {
    Some(match value {
        Value::Bool(yes) => Tree::Bool(yes),
        Value::Integer(n) => Tree::Int(i64::try_from(i128::from(n)).ok()?),
        Value::Float(n) => Tree::Double(n),
        Value::Text(text) => Tree::Text(text),
        Value::Tag(EPOCH_TAG, inner) => Tree::Time(moment(&inner)?),
        Value::Tag(_, inner) => tree(*inner)?,
        Value::Array(items) => Tree::List(items.into_iter().filter_map(tree).collect()),
        Value::Map(members) => Tree::Map(
            members
                .into_iter()
                .filter_map(|(key, value)| match key {
                    Value::Text(key) => Some((key.into(), tree(value)?)),
                    _ => None,
                })
                .collect(),
        ),
        _ => return None,
    })
}

fn moment(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Integer(secs) => Timestamp::from_second(i64::try_from(i128::from(*secs)).ok()?).ok(),
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a moment outside an i64 of milliseconds saturates"
        )]
        Value::Float(secs) => Timestamp::from_millisecond((secs * 1000.0).round() as i64).ok(),
        _ => None,
    }
}

/// A successful answer.
pub(crate) fn answer(tree: &Tree) -> Vec<u8> {
    write(&encode(tree))
}

/// A failed answer.
pub(crate) fn error(namespace: &str, error: &ApiError) -> Vec<u8> {
    write(&Value::Map(vec![
        (Value::from("__type"), Value::from(format!("{namespace}#{}", error.shape))),
        (Value::from("message"), Value::from(error.message.as_str())),
    ]))
}

fn write(value: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(4096);
    // Writing to memory cannot fail; a half-written answer would be refused by the client anyway.
    let _ = ciborium::into_writer(value, &mut out);
    out
}

fn encode(tree: &Tree) -> Value {
    match tree {
        Tree::Bool(yes) => Value::Bool(*yes),
        Tree::Int(n) => Value::from(*n),
        Tree::Double(n) => Value::Float(*n),
        Tree::Text(text) => Value::from(text.as_str()),
        Tree::Time(at) => {
            let ms = at.as_millisecond();
            #[expect(
                clippy::cast_precision_loss,
                reason = "milliseconds of any sane moment are exact in an f64"
            )]
            let secs = if ms % 1000 == 0 { Value::from(ms / 1000) } else { Value::Float(ms as f64 / 1000.0) };
            Value::Tag(EPOCH_TAG, Box::new(secs))
        }
        Tree::List(items) | Tree::Named(_, items) => Value::Array(items.iter().map(encode).collect()),
        Tree::Map(members) => Value::Map(
            members.iter().map(|(key, value)| (Value::from(key.as_ref()), encode(value))).collect(),
        ),
        Tree::Dict(entries) => Value::Map(
            entries.iter().map(|(key, value)| (Value::from(key.as_str()), encode(value))).collect(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drill::tree::{Fields, list};

    #[test]
    fn what_is_written_reads_back() {
        let at: Timestamp = "2026-05-01T03:04:05Z".parse().unwrap();
        let tree: Tree = Fields::new()
            .put("Name", "web-5xx")
            .put("At", at)
            .put("Threshold", 20.0)
            .put("Period", 60_i64)
            .put("On", true)
            .put("List", list(["a", "b"]))
            .into();
        assert_eq!(decode(&answer(&tree)).unwrap(), tree);
    }

    #[test]
    fn what_is_no_cbor_map_is_an_error_and_no_panic() {
        assert!(decode(b"\xff\xff").is_err());
        assert!(decode(&[0x01]).is_err());
        assert_eq!(decode(b"").unwrap(), Tree::Map(Vec::new()));
    }
}
