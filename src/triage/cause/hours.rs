//! In which hours something was done: days since 1970, and of each day the hours, all UTC.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// So many hours before and after, what is done is the same night's work.
const NIGHT: i64 = 12;
/// From so many other days, and so many hours in them, a person's hours are known.
const DAYS: usize = 3;
const HOURS: u32 = 12;

/// Hours since 1970.
pub(super) fn hour_of(time: Timestamp) -> i64 {
    time.as_second().div_euclid(3600)
}

/// A set of hours. Small: of a day it keeps a bit for each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Hours(BTreeMap<i64, u32>);

impl Hours {
    pub(super) fn add(&mut self, hour: i64) {
        *self.0.entry(hour.div_euclid(24)).or_default() |= 1 << hour.rem_euclid(24);
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (day, bits) in &other.0 {
            *self.0.entry(*day).or_default() |= bits;
        }
    }

    /// The first of them.
    pub(super) fn first(&self) -> Option<i64> {
        let (day, bits) = self.0.first_key_value()?;
        Some(day * 24 + i64::from(bits.trailing_zeros()))
    }

    /// How many there are before one.
    pub(super) fn before(&self, hour: i64) -> u32 {
        self.0.iter().map(|(day, bits)| (bits & mask(day * 24, hour - 1, *day)).count_ones()).sum()
    }

    /// Whether about this time of the day something was done on other days too; none where too little is known of them.
    pub(super) fn is_usual(&self, hour: i64) -> Option<bool> {
        let of_day = hour.rem_euclid(24);
        let about = [of_day + 23, of_day, of_day + 1].iter().fold(0, |bits, h| bits | 1u32 << (h % 24));
        let others = self.0.iter().map(|(day, bits)| bits & !mask(hour - NIGHT + 1, hour + NIGHT - 1, *day));
        let (mut days, mut hours, mut usual) = (0, 0, false);
        for bits in others.filter(|bits| *bits != 0) {
            days += 1;
            hours += bits.count_ones();
            usual |= bits & about != 0;
        }
        (days >= DAYS && hours >= HOURS).then_some(usual)
    }
}

/// The hours of a day that lie between two, both included.
fn mask(from: i64, to: i64, day: i64) -> u32 {
    let begin = day * 24;
    let (from, to) = (from.max(begin) - begin, to.min(begin + 23) - begin);
    if from > to { 0 } else { (u32::MAX >> (31 - (to - from))) << from }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(all: impl IntoIterator<Item = (i64, i64)>) -> Hours {
        let mut hours = Hours::default();
        for (day, hour) in all {
            hours.add(day * 24 + hour);
        }
        hours
    }

    #[test]
    fn a_set_of_hours_is_the_same_in_any_order_and_in_parts() {
        let (all, mut part) = (hours([(3, 4), (1, 23), (3, 4), (2, 0)]), hours([(2, 0), (3, 4)]));
        part.merge(&hours([(1, 23)]));
        assert_eq!(part, all);
        assert_eq!((all.first(), Hours::default().first()), (Some(47), None));
        assert_eq!((all.before(47), all.before(48), all.before(49), all.before(1000)), (0, 1, 2, 3));
    }

    #[test]
    fn an_hour_is_odd_where_nothing_is_done_about_it_on_other_days() {
        let office = hours((0..5).flat_map(|day| (8..17).map(move |hour| (day, hour))));
        for (hour, usual) in [(3, false), (6, false), (7, true), (12, true), (17, true), (23, false)] {
            assert_eq!(office.is_usual(5 * 24 + hour), Some(usual), "{hour}");
        }
        // What is done in the same night says nothing about other nights.
        let mut night = office.clone();
        night.add(5 * 24 + 2);
        assert_eq!(night.is_usual(5 * 24 + 3), Some(false));
        night.add(4 * 24 + 2);
        assert_eq!(night.is_usual(5 * 24 + 3), Some(true));
        // At midnight a day goes on.
        let late = hours((0..5).flat_map(|day| [(day, 23), (day, 22), (day, 21)]));
        assert_eq!((late.is_usual(6 * 24), late.is_usual(6 * 24 + 1)), (Some(true), Some(false)));
    }

    #[test]
    fn two_days_are_no_habit() {
        let two = hours((0..2).flat_map(|day| (8..17).map(move |hour| (day, hour))));
        assert_eq!(two.is_usual(9 * 24 + 3), None);
        let seldom = hours((0..5).map(|day| (day, 9)));
        assert_eq!(seldom.is_usual(9 * 24 + 3), None, "five hours in all");
    }
}
