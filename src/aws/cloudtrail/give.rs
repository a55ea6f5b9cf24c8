//! Hands on events from the store: the ones a query wants, each once, newest first.

use std::sync::Arc;

use super::{
    Mark,
    fit::{Fit, Row},
};
use crate::{
    rows::event::Event,
    trail::{
        Span, blocking,
        shelf::{Ref, Shelf},
    },
};

/// Events whose records are in memory at a time, and those that are handed on together at first; later that is as many as
/// a half of what there is already, since whoever shows them puts all in order again each time.
const BATCH: usize = 250;
/// More are not handed on together.
const MOST: usize = 20 * BATCH;

/// One Region's part of a query.
pub(super) struct Giver {
    /// The shelf's name.
    pub name: String,
    /// Its events.
    pub shelf: Arc<Shelf>,
    /// Which of them are wanted.
    pub fit: Arc<Fit>,
    /// Within this time.
    pub shown: Span,
}

/// What was handed on beside the events.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flawed {
    /// Rows whose record is cut off or no record.
    pub damaged: u32,
    /// Events that could not be shown.
    pub unreadable: u32,
}

impl Giver {
    /// Hands on what is not yet marked, and marks it.
    pub(super) async fn give(
        &self,
        mark: &mut Mark,
        flawed: &mut Flawed,
        sink: &mut (impl FnMut(Vec<Event>) + Send),
    ) {
        // One day at a time, so that the newest are there while older files are still being read.
        let (mut below, mut given) = (i64::MAX, 0);
        while let Some((day, refs, upto)) = self.next_day(mark, below).await {
            below = day;
            let refs = Arc::new(refs);
            let mut at = 0;
            while at < refs.len() {
                let (cache, fit, refs) = (Arc::clone(&self.shelf), Arc::clone(&self.fit), Arc::clone(&refs));
                let size = (given / 2).clamp(BATCH, MOST);
                let rows = blocking(move || {
                    let all = refs.get(at..).unwrap_or_default();
                    let read = |refs: &[Ref]| -> Vec<Row> {
                        cache.fetch(day, refs).iter().filter_map(|found| fit.row(found)).collect()
                    };
                    all.get(..size).unwrap_or(all).chunks(BATCH).flat_map(read).collect::<Vec<Row>>()
                });
                let events = sorted(rows.await, flawed);
                if !events.is_empty() {
                    sink(events);
                }
                at += size;
                given += size;
            }
            mark.0.insert((self.name.clone(), day), upto);
        }
    }

    /// The newest day before `below` that has something to hand on.
    pub(super) async fn next_day(&self, mark: &Mark, below: i64) -> Option<(i64, Vec<Ref>, u64)> {
        let (cache, shown) = (Arc::clone(&self.shelf), self.shown);
        let name = self.name.clone();
        let marks: std::collections::HashMap<i64, u64> =
            mark.0.iter().filter(|((n, _), _)| *n == name).map(|((_, day), upto)| (*day, *upto)).collect();
        blocking(move || {
            let days = cache.days(shown).into_iter().filter(|day| *day < below);
            days.map(|day| {
                let (refs, upto) = cache.events(day, shown, marks.get(&day).copied().unwrap_or(0));
                (day, refs, upto)
            })
            .find(|(_, refs, _)| !refs.is_empty())
        })
        .await
    }
}

fn sorted(rows: Vec<Row>, flawed: &mut Flawed) -> Vec<Event> {
    let mut events = Vec::with_capacity(rows.len());
    for row in rows {
        match row {
            Row::Read(event) => events.push(event),
            Row::Damaged(event) => {
                flawed.damaged += 1;
                events.push(event);
            }
            Row::Unreadable => flawed.unreadable += 1,
        }
    }
    events
}
