//! A shelf that is filled from log files: nothing is asked of AWS for it, one event comes at a time, and what it holds may
//! be moved or be too much.

use std::{collections::BTreeMap, io};

use super::{Shelf, State};
use crate::trail::{
    day::{self, Place},
    id::EventId,
    span::{Span, Spans},
};

impl Shelf {
    /// A shelf without a directory, to which nobody else adds.
    pub(in crate::trail) fn to_fill() -> Self {
        let shelf = Self::new(None, u64::MAX);
        shelf.state().whole_from = Some(i64::MIN);
        shelf
    }

    /// Puts an event in its place unless it is known, where `place` says when it is not; whether it is there now and was
    /// not before.
    pub(in crate::trail) fn put(
        &self,
        id: &str,
        time: i64,
        place: impl FnOnce() -> io::Result<Place>,
    ) -> io::Result<bool> {
        let mut state = self.state();
        let State { days, sequence, .. } = &mut *state;
        let day = days.entry(day::of(time)).or_default();
        if day.knows(id) {
            return Ok(false);
        }
        let place = place()?;
        Ok(day.insert(EventId::of(id), time, place, sequence))
    }

    /// Whether an event is known.
    pub(in crate::trail) fn knows(&self, id: &str, time: i64) -> bool {
        self.state().days.get(&day::of(time)).is_some_and(|day| day.knows(id))
    }

    /// Forgets the days before one; how many events that were.
    pub(in crate::trail) fn forget_before(&self, number: i64) -> u64 {
        let mut state = self.state();
        state.whole_from = Some(day::span(number).from);
        let kept = state.days.split_off(&number);
        let gone: BTreeMap<_, _> = std::mem::replace(&mut state.days, kept);
        gone.values().map(|day| u64::try_from(day.entries.len()).unwrap_or(u64::MAX)).sum()
    }

    /// Gives every event another place.
    pub(in crate::trail) fn move_all(
        &self,
        to: &mut dyn FnMut(&Place) -> io::Result<Place>,
    ) -> io::Result<()> {
        let mut state = self.state();
        for entry in state.days.values_mut().flat_map(|day| &mut day.entries) {
            entry.place = to(&entry.place)?;
        }
        Ok(())
    }

    /// What is there of a stretch without anybody being asked.
    pub(super) fn filled(&self, wanted: Span) -> Option<Spans> {
        let from = self.state().whole_from?;
        Some([wanted.and(Span::new(from, i64::MAX))].into_iter().collect())
    }
}
