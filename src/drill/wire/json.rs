//! awsJson 1.x: requests and answers as JSON documents. Moments are epoch seconds.

use serde_json::{Map, Number, Value};

use crate::drill::{error::ApiError, tree::Tree};

/// Decodes a request body; an empty one has no parameters.
pub(crate) fn decode(body: &[u8]) -> Result<Tree, ApiError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Tree::Map(Vec::new()));
    }
    let value: Value = serde_json::from_slice(body).map_err(|error| {
        ApiError::new("SerializationException", format!("The request is not JSON: {error}"))
    })?;
    match value {
        Value::Object(_) => Ok(tree(value).unwrap_or(Tree::Map(Vec::new()))),
        _ => Err(ApiError::new("SerializationException", "The request is not a JSON object.")),
    }
}

fn tree(value: Value) -> Option<Tree> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(yes) => Tree::Bool(yes),
        Value::Number(n) => match n.as_i64() {
            Some(n) => Tree::Int(n),
            None => Tree::Double(n.as_f64()?),
        },
        Value::String(text) => Tree::Text(text),
        Value::Array(items) => Tree::List(items.into_iter().filter_map(tree).collect()),
        Value::Object(members) => Tree::Map(
            members.into_iter().filter_map(|(key, value)| Some((key.into(), tree(value)?))).collect(),
        ),
    })
}

/// A successful answer.
pub(crate) fn answer(tree: &Tree) -> String {
    encode(tree).to_string()
}

/// A failed answer.
pub(crate) fn error(error: &ApiError) -> String {
    serde_json::json!({ "__type": error.shape, "message": error.message }).to_string()
}

fn encode(tree: &Tree) -> Value {
    match tree {
        Tree::Bool(yes) => Value::Bool(*yes),
        Tree::Int(n) => Value::from(*n),
        Tree::Double(n) => Number::from_f64(*n).map_or(Value::Null, Value::Number),
        Tree::Text(text) => Value::from(text.as_str()),
        Tree::Time(at) => {
            let ms = at.as_millisecond();
            #[expect(
                clippy::cast_precision_loss,
                reason = "milliseconds of any sane moment are exact in an f64"
            )]
            if ms % 1000 == 0 { Value::from(ms / 1000) } else { Value::from(ms as f64 / 1000.0) }
        }
        Tree::List(items) | Tree::Named(_, items) => Value::Array(items.iter().map(encode).collect()),
        Tree::Map(members) => Value::Object(
            members.iter().map(|(key, value)| (key.to_string(), encode(value))).collect::<Map<_, _>>(),
        ),
        Tree::Dict(entries) => Value::Object(
            entries.iter().map(|(key, value)| (key.clone(), encode(value))).collect::<Map<_, _>>(),
        ),
    }
}
