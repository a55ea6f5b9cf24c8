//! Times as people read them: short ages, clock times in the operator's zone.

use jiff::{Timestamp, tz::TimeZone};

const UNITS: [(i64, &str); 5] = [(365 * 86_400, "y"), (86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")];

/// `45s`, `4m`, `3h`, `2d`, `1y`: one unit, rounded down; a negative span reads `0s`.
pub fn short(secs: i64) -> String {
    UNITS
        .iter()
        .find(|(size, _)| secs >= *size)
        .map_or_else(|| "0s".to_owned(), |(size, unit)| format!("{}{unit}", secs / size))
}

/// How long ago `at` was.
pub fn since(at: Timestamp, now: Timestamp) -> String {
    short(now.as_second() - at.as_second())
}

/// `03:12` today, `11-21 03:12` this year, `2025-11-21` before, in `zone`.
pub fn clock(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (at, now) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let form = if at.date() == now.date() {
        "%H:%M"
    } else if at.year() == now.year() {
        "%m-%d %H:%M"
    } else {
        "%Y-%m-%d"
    };
    at.strftime(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_one_unit() {
        for (secs, text) in [(-5, "0s"), (0, "0s"), (59, "59s"), (60, "1m"), (3_599, "59m"), (3_600, "1h")] {
            assert_eq!(short(secs), text);
        }
        assert_eq!(short(86_400 * 3 + 5), "3d");
        assert_eq!(short(86_400 * 800), "2y");
    }

    #[test]
    fn clock_times_shorten_by_nearness() {
        let now: Timestamp = "2026-05-01T03:12:00Z".parse().unwrap();
        let at = |s: &str| clock(s.parse().unwrap(), now, &TimeZone::UTC);
        assert_eq!(at("2026-05-01T03:08:00Z"), "03:08");
        assert_eq!(at("2026-04-30T03:08:00Z"), "04-30 03:08");
        assert_eq!(at("2025-04-30T03:08:00Z"), "2025-04-30");
    }
}
