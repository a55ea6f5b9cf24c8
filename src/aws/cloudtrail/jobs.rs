//! The questions of one query while they are being asked: each a page at a time, the page nearest to now first.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use jiff::Timestamp;
use tokio::sync::OwnedMutexGuard;

use super::{
    page::{self, OPERATION, Page, Wanted},
    plan::{Step, Window},
};
use crate::{
    aws::{Session, error, probe::Probe},
    problem::{Problem, Remedy},
    trail::{
        LATE, Lookup, Span, Spans, blocking,
        shelf::{Added, ReadWhole, Shelf, Tail},
    },
};

/// While the last full reading of the newest minutes is not older than this, a page of known events ends the next one:
/// what comes late below it waits for the next full reading.
const FULL_READING_EVERY: i64 = 5 * 60;

/// A sweep that has no more than this left to read, in seconds, goes before the questions about its subjects: one page of
/// it answers them all.
pub(super) const SHORT_SWEEP: i64 = 30 * 60;

/// A Region that is asked.
pub(super) struct Source {
    /// Access to it.
    pub session: Arc<Session>,
    /// Its events.
    pub shelf: Arc<Shelf>,
}

/// What a query knows beside what is settled: what it has read itself, up to now.
#[derive(Debug, Default)]
pub(super) struct Done(HashMap<(usize, Lookup), Spans>);

impl Done {
    fn add(&mut self, source: usize, lookup: &Lookup, span: Span) {
        self.0.entry((source, lookup.clone())).or_default().add(span);
    }

    /// What of a window has been read for a question, by whatever question.
    pub(super) async fn covered(
        &self,
        at: usize,
        source: &Source,
        lookup: &Lookup,
        reads: bool,
        window: Span,
    ) -> Spans {
        let mut lookups = vec![lookup.clone(), Lookup::All];
        if !reads {
            // Only changes are wanted, and a write sweep has them all.
            lookups.push(Lookup::Writes);
        }
        lookups.dedup();
        let (cache, settled) = (Arc::clone(&source.shelf), lookups.clone());
        let mut covered = blocking(move || cache.settled(&settled, window)).await;
        for lookup in lookups {
            if let Some(read) = self.0.get(&(at, lookup)) {
                covered.add_all(read);
            }
        }
        covered
    }
}

/// One question with its other forms.
pub(super) struct Job {
    /// The question, its forms that have not been tried, its subject.
    pub step: Step,
    /// The form that was asked first.
    pub first: Lookup,
    /// The form that is being asked.
    pub lookup: Lookup,
    /// Pages asked so far: shallow questions go before deep ones.
    pub depth: u32,
    /// Some form has found something.
    hit: bool,
    /// Every form that has been tried was really asked, and not only swept for.
    asked: bool,
    tried: usize,
    gap: Option<Gap>,
    turn: Option<OwnedMutexGuard<()>>,
}

/// A stretch that is being read, backwards.
struct Gap {
    span: Span,
    /// Read from here on.
    down_to: i64,
    /// It reaches to now, and no end is asked for: our clock may be behind.
    open: bool,
    asked_at: i64,
    token: Option<String>,
    seen: HashSet<String>,
}

/// What one step came to.
pub(super) enum Outcome {
    /// A page was read, or the next form is up.
    More,
    /// Nothing is left to ask.
    Finished,
    /// Another query is reading the same.
    Busy,
    /// Something is left to ask, and no call is allowed any more.
    OutOfCalls,
    /// The call failed.
    Failed(Problem),
}

/// What a step needs to know of its query.
pub(super) struct Around<'a> {
    pub source: &'a Source,
    pub window: &'a Window,
    pub reads: bool,
    pub now: Timestamp,
    pub probe: &'a Probe,
    pub calls_left: u32,
}

impl Job {
    /// A question that has not been asked.
    pub(super) fn new(mut step: Step) -> Option<Self> {
        let lookup = step.forms.pop_front()?;
        Some(Self {
            step,
            first: lookup.clone(),
            lookup,
            depth: 0,
            hit: false,
            asked: true,
            tried: 1,
            gap: None,
            turn: None,
        })
    }

    /// Whether nobody else may read this now.
    pub(super) fn has_turn(&self) -> bool {
        self.turn.is_some()
    }

    /// Lets others read this while it waits to be asked on.
    pub(super) fn let_go(&mut self) {
        self.turn = None;
    }

    /// Whether none of the forms is in the index.
    pub(super) fn found_nothing(&self) -> bool {
        self.asked && !self.hit
    }

    /// Waits until nobody else is reading this.
    pub(super) async fn wait_for_turn(&mut self, source: &Source) {
        self.turn = Some(source.shelf.turn(&self.lookup).lock_owned().await);
    }

    /// Takes the question one page further.
    pub(super) async fn step(&mut self, around: &Around<'_>, done: &mut Done) -> Outcome {
        if self.turn.is_none() {
            match around.source.shelf.turn(&self.lookup).try_lock_owned() {
                Ok(turn) => self.turn = Some(turn),
                Err(_) => return Outcome::Busy,
            }
        }
        let gap = match self.gap.take() {
            Some(gap) => gap,
            None => match self.next_gap(around, done).await {
                Some(gap) => gap,
                None => return self.next_form(around, done).await,
            },
        };
        if around.calls_left == 0 {
            return Outcome::OutOfCalls;
        }
        self.depth += 1;
        let wanted = Wanted {
            lookup: &self.lookup,
            from: gap.span.from,
            until: (!gap.open).then_some(gap.span.to - 1),
            token: gap.token.as_deref(),
        };
        match page::page(&around.source.session, &wanted, around.probe, around.calls_left).await {
            Ok(page) => self.take(page, gap, around, done).await,
            Err(problem) => Outcome::Failed(problem),
        }
    }

    async fn next_gap(&self, around: &Around<'_>, done: &Done) -> Option<Gap> {
        let wanted = around.window.span;
        let covered = done.covered(self.step.region, around.source, &self.lookup, around.reads, wanted).await;
        let span = covered.missing(wanted).pop()?;
        Some(Gap {
            span,
            down_to: span.to,
            open: around.window.open && span.to == wanted.to,
            asked_at: around.now.as_second(),
            token: None,
            seen: HashSet::new(),
        })
    }

    /// A form has been read whole.
    async fn next_form(&mut self, around: &Around<'_>, done: &Done) -> Outcome {
        self.turn = None;
        if self.step.subject.is_some() && !self.hit {
            let (cache, lookup, span) =
                (Arc::clone(&around.source.shelf), self.lookup.clone(), around.window.span);
            let (mut own, hit) = blocking(move || {
                (cache.settled(std::slice::from_ref(&lookup), span), cache.has_hits(&lookup, span))
            })
            .await;
            self.hit = hit;
            if let Some(read) = done.0.get(&(self.step.region, self.lookup.clone())) {
                own.add_all(read);
            }
            // The newest minutes may have been left to a sweep.
            let missing: i64 = own.missing(span).iter().map(|g| g.seconds()).sum();
            self.asked &= missing < span.seconds() && missing <= SHORT_SWEEP;
        }
        if self.hit && self.tried >= self.step.at_least {
            return Outcome::Finished;
        }
        match self.step.forms.pop_front() {
            Some(form) => {
                self.lookup = form;
                self.tried += 1;
                Outcome::More
            }
            None => Outcome::Finished,
        }
    }

    /// Puts a page away and notes what has been read by it.
    async fn take(&mut self, page: Page, mut gap: Gap, around: &Around<'_>, done: &mut Done) -> Outcome {
        let Page { found, next } = page;
        // With a clock that is ahead, what is yet to happen would be noted as read.
        gap.asked_at = around.probe.served_at().map_or(gap.asked_at, |there| there.min(gap.asked_at));
        let rows = u32::try_from(found.len()).unwrap_or(u32::MAX);
        self.hit |= rows > 0;
        let looped = next.as_ref().is_some_and(|token| !gap.seen.insert(token.clone()));
        // Another event of the oldest second may be on the next page, so that second is not read yet.
        let oldest = found.iter().map(|f| f.time).min();
        let from = match (&next, oldest) {
            (None, _) => gap.span.from,
            (Some(_), Some(oldest)) => oldest.saturating_add(1).clamp(gap.span.from, gap.down_to),
            (Some(_), None) => gap.down_to,
        };
        let read = Span::new(from, gap.down_to);
        let settled = read.and(Span::new(i64::MIN, gap.asked_at - LATE.as_secs()));
        let added = {
            let whole = ReadWhole { lookup: self.lookup.clone(), span: settled, rows };
            let cache = Arc::clone(&around.source.shelf);
            blocking(move || cache.add(found, &whole)).await
        };
        done.add(self.step.region, &self.lookup, read);
        gap.down_to = from;
        if next.is_none() {
            if gap.open {
                let tail = Tail { from: gap.span.from, at: gap.asked_at };
                around.source.shelf.set_tail(&self.lookup, tail);
            }
            return Outcome::More;
        }
        if looped {
            let message = "a page leads back to an earlier page, so the list stops there";
            return Outcome::Failed(error::other(OPERATION, message, Remedy::ReadLog));
        }
        if self.has_met_the_known(&gap, added, around) {
            done.add(self.step.region, &self.lookup, gap.span);
            return Outcome::More;
        }
        gap.token = next;
        self.gap = Some(gap);
        Outcome::More
    }

    /// Whether the rest of a gap has been read whole a short while ago, and this page brought nothing late.
    fn has_met_the_known(&self, gap: &Gap, added: Added, around: &Around<'_>) -> bool {
        gap.open
            && added.fresh == 0
            && added.known > 0
            && around.source.shelf.tail(&self.lookup).is_some_and(|tail| {
                gap.asked_at - tail.at < FULL_READING_EVERY
                    && tail.from <= gap.span.from
                    && gap.down_to <= tail.at
            })
    }
}
