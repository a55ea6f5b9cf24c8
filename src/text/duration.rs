//! Spans of time as people write them in options and files: `200ms`, `30s`, `10m`, `1h30m`, `2d`.

use std::time::Duration;

/// Milliseconds of each unit, largest first.
const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// Reads whole numbers with units, largest unit first. A number without a unit means nothing, except `0`.
pub fn parse(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let mut rest = text;
    let mut millis: u64 = 0;
    let mut units = UNITS.iter();
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, after) = rest.split_at(digits);
        let end = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let (_, size) = units.find(|(name, _)| *name == unit)?;
        millis = millis.checked_add(number.parse::<u64>().ok()?.checked_mul(*size)?)?;
        rest = after;
    }
    (!text.is_empty()).then(|| Duration::from_millis(millis))
}

/// As [`parse`] reads it, in the fewest units; below a millisecond is cut off.
pub fn show(span: Duration) -> String {
    let mut left = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    let mut out = String::new();
    for (name, size) in UNITS {
        if left >= size {
            out.push_str(&(left / size).to_string());
            out.push_str(name);
            left %= size;
        }
    }
    if out.is_empty() { "0".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spans_as_people_write_them() {
        for (text, millis) in [
            ("0", Some(0)),
            ("200ms", Some(200)),
            ("30s", Some(30_000)),
            ("10m", Some(600_000)),
            ("1h30m", Some(5_400_000)),
            ("2d", Some(172_800_000)),
            ("1s500ms", Some(1_500)),
            ("", None),
            ("10", None),
            ("m", None),
            ("-5m", None),
            ("1.5s", None),
            ("30m1h", None),
            ("10 m", None),
            ("99999999999999999999d", None),
            ("99999999999999d", None),
        ] {
            assert_eq!(parse(text).map(|d| d.as_millis()), millis, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(millis in 0u64..10_000_000_000) {
            let span = Duration::from_millis(millis);
            prop_assert_eq!(parse(&show(span)), Some(span));
        }
    }
}
