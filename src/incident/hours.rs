//! When somebody is on: `24x7`, `Mon-Fri 09:00-18:00 Asia/Tokyo`, `Mon-Fri 18:00-09:00, Sat-Sun 00:00-24:00 +09:00`.
//!
//! Parts are parted by commas; the zone stands once, at the end. Days that are left out mean every day; a part that ends
//! before it begins goes on into the next day, which it needs not name. Times are those of the zone's clocks, also where
//! they are put forward or back. Never reads a clock, nor the list of zones: who parses says what a zone's name means.

use jiff::{Span as Step, Timestamp, civil::Weekday, tz::TimeZone};

/// What the form is, for whoever wrote another one.
pub const FORM: &str = "\"24x7\" | \"Mon-Fri 09:00-18:00 Asia/Tokyo\"";

const DAY: i16 = 24 * 60;
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The hours of a party.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hours {
    /// As it was written; empty means always.
    text: String,
    spans: Vec<Span>,
    zone: Option<TimeZone>,
}

/// Days of the week from Monday, and the minutes from midnight between which it is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    days: [bool; 7],
    from: i16,
    to: i16,
}

/// Why hours are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// They are not of the form.
    Form,
    /// There is no zone of that name.
    Zone(String),
}

impl Hours {
    /// Always.
    pub const fn always() -> Self {
        Self { text: String::new(), spans: Vec::new(), zone: None }
    }

    /// Reads hours; `zone_of` knows the zones by their names (`Asia/Tokyo`, `+09:00`).
    ///
    /// # Errors
    /// When they are not of the form, or the zone is not known.
    pub fn parse(text: &str, zone_of: impl Fn(&str) -> Option<TimeZone>) -> Result<Self, Wrong> {
        let text = text.trim();
        if ["24x7", "24/7"].contains(&text) {
            return Ok(Self { text: text.to_owned(), ..Self::always() });
        }
        let (parts, zone) = text.rsplit_once(char::is_whitespace).ok_or(Wrong::Form)?;
        let spans: Option<Vec<Span>> = parts.split(',').map(|part| span(part.trim())).collect();
        let spans = spans.ok_or(Wrong::Form)?;
        let zone = zone_of(zone).ok_or_else(|| Wrong::Zone(zone.to_owned()))?;
        Ok(Self { text: text.to_owned(), spans, zone: Some(zone) })
    }

    /// As they were written.
    pub fn text(&self) -> &str {
        if self.text.is_empty() { "24x7" } else { &self.text }
    }

    /// Whether they never end.
    pub const fn is_always(&self) -> bool {
        self.zone.is_none()
    }

    /// Whether somebody is on at a moment.
    pub fn is_on(&self, now: Timestamp) -> bool {
        let Some(zone) = &self.zone else { return true };
        let now = now.to_zoned(zone.clone());
        let minute = i16::from(now.hour()) * 60 + i16::from(now.minute());
        let (today, yesterday) = (now.weekday(), now.weekday().previous());
        self.spans.iter().any(|span| {
            if span.from < span.to {
                span.is_of(today) && (span.from..span.to).contains(&minute)
            } else {
                (span.is_of(today) && minute >= span.from) || (span.is_of(yesterday) && minute < span.to)
            }
        })
    }

    /// When somebody is on next, if nobody is now.
    pub fn next_on(&self, now: Timestamp) -> Option<Timestamp> {
        let zone = self.zone.as_ref().filter(|_| !self.is_on(now))?;
        let today = now.to_zoned(zone.clone()).date();
        let begins = (0..=7).flat_map(|days| {
            let date = today.checked_add(Step::new().days(days)).ok();
            self.spans.iter().filter_map(move |span| {
                let date = date.filter(|date| span.is_of(date.weekday()))?;
                let (hour, minute) = (i8::try_from(span.from / 60).ok()?, i8::try_from(span.from % 60).ok()?);
                Some(date.at(hour, minute, 0, 0).to_zoned(zone.clone()).ok()?.timestamp())
            })
        });
        begins.filter(|at| *at > now).min()
    }
}

impl Span {
    fn is_of(&self, day: Weekday) -> bool {
        let at = usize::try_from(day.to_monday_zero_offset()).unwrap_or_default();
        self.days.get(at).copied().unwrap_or_default()
    }
}

fn span(text: &str) -> Option<Span> {
    let (days, times) = match text.split_once(char::is_whitespace) {
        Some((days, times)) => (self::days(days)?, times.trim_start()),
        None => ([true; 7], text),
    };
    let (from, to) = times.split_once('-')?;
    let (from, to) = (minute(from)?, minute(to)?);
    (from < DAY && to > 0 && from != to).then_some(Span { days, from, to })
}

/// `Mon-Fri`, `Sat`, `Fri-Mon`.
fn days(text: &str) -> Option<[bool; 7]> {
    let day = |name: &str| DAYS.iter().position(|day| name.eq_ignore_ascii_case(day));
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let (from, to) = (day(from)?, day(to)?);
    let mut days = [false; 7];
    for (at, is) in days.iter_mut().enumerate() {
        *is = if from <= to { (from..=to).contains(&at) } else { at >= from || at <= to };
    }
    Some(days)
}

/// `09:00`, and `24:00` for the end of a day; minutes from midnight.
fn minute(text: &str) -> Option<i16> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str, most: i16| {
        let fine = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<i16>().ok().filter(|n| fine && *n <= most)
    };
    Some(number(hour, 24)? * 60 + number(minute, 59)?).filter(|minute| *minute <= DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Option<TimeZone> {
        match name {
            "Asia/Tokyo" => Some(TimeZone::fixed(jiff::tz::offset(9))),
            "UTC" => Some(TimeZone::UTC),
            // Clocks go forward at 02:00 on the last Sunday of March, and back on the last of October.
            "Europe/Berlin" => TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").ok(),
            _ => None,
        }
    }

    fn hours(text: &str) -> Hours {
        Hours::parse(text, zone).unwrap()
    }

    fn on(hours: &str, at: &str) -> bool {
        self::hours(hours).is_on(at.parse().unwrap())
    }

    #[test]
    fn somebody_is_on_by_the_clock_of_their_zone() {
        let office = "Mon-Fri 09:00-18:00 Asia/Tokyo";
        // 2026-05-01 is a Friday.
        assert!(on(office, "2026-05-01T00:00:00Z"), "09:00 in Tokyo");
        assert!(!on(office, "2026-04-30T23:59:59Z"), "08:59:59");
        assert!(on(office, "2026-05-01T08:59:59Z"), "17:59:59");
        assert!(!on(office, "2026-05-01T09:00:00Z"), "18:00, the end is not part of it");
        assert!(!on(office, "2026-05-02T01:00:00Z"), "Saturday");
        assert!(on("24x7", "2026-05-02T01:00:00Z"));
    }

    #[test]
    fn a_night_belongs_to_the_day_it_begins_on() {
        let night = "Mon-Fri 18:00-09:00, Sat-Sun 00:00-24:00 UTC";
        assert!(on(night, "2026-05-01T23:00:00Z"));
        assert!(on(night, "2026-05-02T08:00:00Z"), "Friday's night, on Saturday");
        assert!(!on("Mon-Fri 18:00-09:00 UTC", "2026-05-04T08:00:00Z"), "Monday before the first night");
        assert!(!on(night, "2026-05-04T10:00:00Z"));
        assert!(on("Fri-Mon 10:00-11:00 UTC", "2026-05-04T10:30:00Z"), "over the end of the week");
    }

    #[test]
    fn when_somebody_is_on_next_is_known_also_over_a_change_of_clocks() {
        let next = |text: &str, at: &str| hours(text).next_on(at.parse().unwrap()).map(|at| at.to_string());
        let monday = Some("2026-05-04T00:00:00Z".to_owned());
        assert_eq!(next("Mon-Fri 09:00-18:00 Asia/Tokyo", "2026-05-01T09:00:00Z"), monday);
        assert_eq!(next("24x7", "2026-05-01T09:00:00Z"), None);
        assert_eq!(next("Mon-Fri 09:00-18:00 UTC", "2026-05-01T09:00:00Z"), None, "somebody is on now");
        // Friday 27 March 2026 is in winter time, Monday the 30th in summer time.
        let berlin = next("Mon-Fri 09:00-18:00 Europe/Berlin", "2026-03-27T18:00:00Z");
        assert_eq!(berlin, Some("2026-03-30T07:00:00Z".to_owned()));
    }

    #[test]
    fn what_is_no_hours_is_refused() {
        for text in ["", "always", "Mon-Fri", "09:00-18:00", "Mon-Fri 9-18 UTC", "Mon-Fri 09:00-25:00 UTC"] {
            assert_eq!(Hours::parse(text, zone), Err(Wrong::Form), "{text:?}");
        }
        for text in
            ["Mon-Fry 09:00-18:00 UTC", "09:00-09:00 UTC", "24:00-01:00 UTC", "Mon-Fri 09:00-18:60 UTC"]
        {
            assert_eq!(Hours::parse(text, zone), Err(Wrong::Form), "{text:?}");
        }
        let nowhere = Hours::parse("09:00-18:00 Asia/Tokio", zone);
        assert_eq!(nowhere, Err(Wrong::Zone("Asia/Tokio".to_owned())));
    }
}
