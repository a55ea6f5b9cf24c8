//! Pages and their tokens.
//!
//! A token is opaque, belongs to one operation with its parameters in one Region, and is refused when it was changed
//! or is used with other parameters.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::Cx;
use crate::drill::{error::ApiError, params::Params, rng, tree::Tree};

/// Parameters that may differ from page to page.
const FREE: &[&str] =
    &["NextToken", "MaxResults", "MaxRecords", "MaxDatapoints", "Marker", "MaxItems", "PageSize"];

/// Makes and reads the tokens of one request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tokens {
    seal: u64,
}

impl Tokens {
    /// Those of an operation with its parameters.
    pub(crate) fn new(cx: &Cx<'_>, operation: &str, params: Params<'_>) -> Self {
        let members = match params.tree() {
            Tree::Map(members) => members.iter().filter(|(name, _)| !FREE.contains(&name.as_ref())).collect(),
            _ => Vec::new(),
        };
        Self { seal: rng::text(cx.world.seed, &format!("{operation}/{}/{members:?}", cx.region)) }
    }

    /// A token that continues at an item.
    pub(crate) fn write(self, offset: usize) -> String {
        let offset = offset as u64;
        let mut raw = Vec::with_capacity(16);
        raw.extend((offset ^ self.seal).to_be_bytes());
        raw.extend(rng::mix(self.seal ^ rng::mix(offset)).to_be_bytes());
        URL_SAFE_NO_PAD.encode(raw)
    }

    /// Where a token continues; `None` when it is none of this request's.
    pub(crate) fn read(self, token: &str) -> Option<usize> {
        let raw = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (offset, check) = raw.split_at_checked(8)?;
        let offset = u64::from_be_bytes(offset.try_into().ok()?) ^ self.seal;
        let check = u64::from_be_bytes(check.try_into().ok()?);
        if check != rng::mix(self.seal ^ rng::mix(offset)) {
            return None;
        }
        usize::try_from(offset).ok()
    }

    /// Cuts a page out of all items, with the token of the next one.
    pub(crate) fn cut<T>(self, items: Vec<T>, offset: usize, size: usize) -> (Vec<T>, Option<String>) {
        let end = offset.saturating_add(size);
        let next = (end < items.len()).then(|| self.write(end));
        (items.into_iter().skip(offset).take(size).collect(), next)
    }
}

/// How an operation of the query and REST services spells its pages.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pages {
    /// The token's parameter.
    pub(crate) token: &'static str,
    /// The size's parameter.
    pub(crate) size: &'static str,
    /// The smallest size there is, the largest, and that of who asks for none.
    pub(crate) sizes: (i64, i64, i64),
    /// The error of a size out of range, in the service's words.
    pub(crate) bad_size: fn(i64) -> ApiError,
    /// The error of a token that is none.
    pub(crate) bad_token: fn(&str) -> ApiError,
}

impl Pages {
    /// Where the page begins, and its size.
    pub(crate) fn read(&self, tokens: Tokens, params: Params<'_>) -> Result<(usize, usize), ApiError> {
        let (least, most, default) = self.sizes;
        let size = params.int(self.size)?.unwrap_or(default);
        if size < least || size > most {
            return Err((self.bad_size)(size));
        }
        let offset = match params.text(self.token) {
            None => 0,
            Some(token) => tokens.read(token).ok_or_else(|| (self.bad_token)(token))?,
        };
        Ok((offset, usize::try_from(size).unwrap_or_default()))
    }
}
