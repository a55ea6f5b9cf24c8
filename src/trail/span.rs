//! Stretches of time in whole seconds, and what is left of one when others are taken away.
//!
//! Everything here is half-open: a stretch holds its first second and not its last. LookupEvents takes both ends as
//! inclusive and knows whole seconds only, so `[from, to)` is asked as `from` to `to − 1`. Pure arithmetic: no clock.

/// From a second to before another, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The first second.
    pub from: i64,
    /// The first second that is not in it any more.
    pub to: i64,
}

impl Span {
    /// From a second to before another.
    pub const fn new(from: i64, to: i64) -> Self {
        Self { from, to }
    }

    /// Whether it holds no second at all.
    pub const fn is_empty(self) -> bool {
        self.from >= self.to
    }

    /// How many seconds it holds.
    pub const fn seconds(self) -> i64 {
        if self.is_empty() { 0 } else { self.to.saturating_sub(self.from) }
    }

    /// Whether a second is in it.
    pub const fn holds(self, second: i64) -> bool {
        self.from <= second && second < self.to
    }

    /// What two have in common; empty when that is nothing.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { from: self.from.max(other.from), to: self.to.min(other.to) }
    }
}

/// A set of seconds: stretches in order, none empty, none touching the next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spans(Vec<Span>);

impl Spans {
    /// The stretches, oldest first.
    pub fn as_slice(&self) -> &[Span] {
        &self.0
    }

    /// Adds a stretch.
    pub fn add(&mut self, span: Span) {
        if span.is_empty() {
            return;
        }
        let first = self.0.partition_point(|s| s.to < span.from);
        let last = self.0.partition_point(|s| s.from <= span.to);
        let joined = self
            .0
            .get(first..last)
            .unwrap_or_default()
            .iter()
            .fold(span, |all, s| Span { from: all.from.min(s.from), to: all.to.max(s.to) });
        self.0.splice(first..last, [joined]);
    }

    /// Adds another set.
    pub fn add_all(&mut self, other: &Self) {
        for span in &other.0 {
            self.add(*span);
        }
    }

    /// What is in a stretch and not in this set, oldest first: what is asked = what is wanted − what is settled.
    pub fn missing(&self, wanted: Span) -> Vec<Span> {
        let mut gaps = Vec::new();
        let mut from = wanted.from;
        for known in self.0.iter().map(|s| s.and(wanted)).filter(|s| !s.is_empty()) {
            if from < known.from {
                gaps.push(Span::new(from, known.from));
            }
            from = known.to;
        }
        let rest = Span::new(from, wanted.to);
        if !rest.is_empty() {
            gaps.push(rest);
        }
        gaps
    }

    /// How far back a stretch is in this set without a gap, from its end: its own end when even its last second is
    /// missing, its own start when nothing is.
    pub fn unbroken_from(&self, wanted: Span) -> i64 {
        self.missing(wanted).last().map_or(wanted.from, |gap| gap.to)
    }
}

impl FromIterator<Span> for Spans {
    fn from_iter<I: IntoIterator<Item = Span>>(spans: I) -> Self {
        let mut all = Self::default();
        spans.into_iter().for_each(|s| all.add(s));
        all
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn spans(pairs: &[(i64, i64)]) -> Spans {
        pairs.iter().map(|(from, to)| Span::new(*from, *to)).collect()
    }

    #[test]
    fn stretches_that_touch_become_one() {
        assert_eq!(spans(&[(0, 5), (10, 15), (5, 10)]), spans(&[(0, 15)]));
        assert_eq!(spans(&[(3, 3), (9, 2)]), Spans::default());
        assert_eq!(spans(&[(0, 2), (4, 6), (1, 5)]).as_slice(), [Span::new(0, 6)]);
    }

    #[test]
    fn what_is_missing_of_a_stretch() {
        let known = spans(&[(10, 20), (30, 40)]);
        let missing = |from, to| known.missing(Span::new(from, to));
        assert_eq!(missing(0, 50), [Span::new(0, 10), Span::new(20, 30), Span::new(40, 50)]);
        assert_eq!(missing(12, 18), []);
        assert_eq!(missing(15, 35), [Span::new(20, 30)]);
        assert_eq!(missing(5, 5), []);
        assert_eq!(known.unbroken_from(Span::new(0, 40)), 30);
        assert_eq!(known.unbroken_from(Span::new(0, 50)), 50);
        assert_eq!(known.unbroken_from(Span::new(32, 39)), 32);
    }

    fn some() -> impl Strategy<Value = Vec<(i64, i64)>> {
        prop::collection::vec((0i64..60, 0i64..60), 0..12)
    }

    fn seconds(pairs: &[(i64, i64)]) -> BTreeSet<i64> {
        pairs.iter().flat_map(|(from, to)| *from..*to).collect()
    }

    proptest! {
        #[test]
        fn what_is_asked_is_what_is_wanted_less_what_is_settled(settled in some(), from in 0i64..60, to in 0i64..60) {
            let known = spans(&settled);
            let gaps = known.missing(Span::new(from, to));
            let asked: BTreeSet<i64> = gaps.iter().flat_map(|g| g.from..g.to).collect();
            let truth: BTreeSet<i64> = (from..to).filter(|s| !seconds(&settled).contains(s)).collect();
            prop_assert_eq!(&asked, &truth);
            // Nothing twice, nothing empty, oldest first, and as few questions as can be.
            prop_assert!(gaps.iter().all(|g| !g.is_empty()));
            prop_assert!(gaps.windows(2).all(|w| w[0].to < w[1].from));
            // Once the gaps have been read, nothing is left to ask.
            let mut after = known;
            for gap in gaps {
                after.add(gap);
            }
            prop_assert_eq!(after.missing(Span::new(from, to)), vec![]);
        }

        #[test]
        fn a_set_is_its_seconds_in_whatever_order_they_came(pairs in some(), more in some()) {
            let mut one = spans(&pairs);
            one.add_all(&spans(&more));
            let all: Vec<_> = more.iter().chain(&pairs).copied().collect();
            prop_assert_eq!(&one, &spans(&all));
            let held: BTreeSet<i64> = one.as_slice().iter().flat_map(|s| s.from..s.to).collect();
            prop_assert_eq!(held, seconds(&all));
            prop_assert!(one.as_slice().windows(2).all(|w| w[0].to < w[1].from));
        }

        #[test]
        fn unbroken_means_every_second_from_there_on(pairs in some(), from in 0i64..60, to in 0i64..60) {
            let known = spans(&pairs);
            let back = known.unbroken_from(Span::new(from, to));
            let held = seconds(&pairs);
            prop_assert!((back..to).all(|s| held.contains(&s)));
            prop_assert!(from >= to || back == from || !held.contains(&(back - 1)));
        }
    }
}
