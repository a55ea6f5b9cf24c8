//! One question after the other, as whoever asks decides: for who wants to look at each page before asking on.
//!
//! What is read goes the way of every query: through the store, within the budget, nothing twice. Which question is the
//! next is not decided here.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use jiff::Timestamp;
use tokio::time::timeout;

use super::{
    Ask, Reading,
    fit::Row,
    give::Flawed,
    jobs::{Job, Outcome},
    plan::{Plan, Step, about, region_of},
    run::Run,
};
use crate::{
    aws::Session,
    resource::ResourceRef,
    rows::event::{Event, EventQuery},
    trail::{Lookup, Store, blocking},
    triage::{
        cause::{Call, Needles, Seen},
        plan::{Reach, Went, Wish},
    },
};

/// How long a question that another is asking is waited for before one looks at what has come of it: a page takes half a
/// second of the account's budget.
const A_PAGE: Duration = Duration::from_millis(250);
/// Events whose records are in memory at a time.
const BATCH: usize = 250;

/// A reading that is steered from outside.
pub struct Inquiry<'a> {
    run: Run<'a>,
    jobs: Vec<Job>,
}

/// What [`Inquiry::gather`] has read of the store.
#[derive(Debug, Default)]
pub struct Batch {
    /// Every call, counted.
    pub seen: Seen,
    /// Those that can have to do with the case, with their records.
    pub near: Vec<(Event, Box<str>)>,
}

impl<'a> Inquiry<'a> {
    /// Nothing has been asked yet. The query says the time; its subjects do not count.
    pub async fn new(session: &Arc<Session>, query: &'a EventQuery, store: &Store, ask: &'a Ask) -> Self {
        let plan = Plan::of(query, &session.region, true);
        Self { run: Run::new(session, query, store, ask, &plan).await, jobs: Vec::new() }
    }

    /// Requests so far.
    pub fn calls(&self) -> u32 {
        self.run.calls.load(Ordering::Relaxed)
    }

    /// Takes a question one page further.
    pub async fn ask(&mut self, wish: &Wish) -> Went {
        if self.run.files.is_some() {
            return Went::Done;
        }
        let Some(new) = self.step(wish).and_then(Job::new) else { return Went::Done };
        // The same question may have been wished for by another name for the same thing.
        let same = |job: &Job| job.first == new.first && job.step.region == new.step.region;
        let found = self.jobs.iter().position(same);
        let mut job = found.map_or(new, |at| self.jobs.swap_remove(at));
        let begun = (job.step.region, job.lookup.clone());
        if !self.run.begun.contains(&begun) {
            self.run.begun.push(begun);
        }
        loop {
            let before = self.calls();
            let outcome = self.run.step(&mut job).await;
            let busy = matches!(outcome, Outcome::Busy);
            if busy && let Some(source) = self.run.sources.get(job.step.region) {
                // Another query is reading the same: what it brings is there for us, page by page.
                if timeout(A_PAGE, job.wait_for_turn(source)).await.is_err() {
                    self.park(job);
                    return Went::Waits;
                }
                continue;
            }
            // Where another Region cannot be read, this one still can.
            let over = matches!(outcome, Outcome::OutOfCalls | Outcome::Failed(_))
                && (job.step.region == 0 || self.calls() >= self.run.calls_allowed());
            if !self.run.goes_on(outcome, &job) {
                return if over { Went::Over } else { Went::Done };
            }
            // What the store knows already costs no call, and no look at what is next.
            if self.calls() > before {
                self.park(job);
                return Went::More;
            }
        }
    }

    /// A question that is not being asked holds nobody else up.
    fn park(&mut self, mut job: Job) {
        job.let_go();
        self.jobs.push(job);
    }

    /// Back to which moment all changes have been read: in the session's Region, and where global services have theirs.
    pub async fn reach(&self) -> Reach {
        let here = self.read_back_to(0).await;
        // In the Region of global services both are one.
        let global = if self.run.sources.len() > 1 { self.read_back_to(1).await } else { here };
        Reach { here, global }
    }

    async fn read_back_to(&self, region: usize) -> Option<Timestamp> {
        let source = self.run.sources.get(region)?;
        let span = self.run.window.span;
        let covered = self.run.done.covered(region, source, &Lookup::Writes, false, span).await;
        let back = covered.unbroken_from(span);
        Timestamp::from_second(back).ok().filter(|_| back < span.to)
    }

    /// What the store has of the time and has not given yet; with `anew` all of it.
    pub async fn gather(
        &mut self,
        needles: &Arc<Needles>,
        anew: bool,
        sink: &mut (impl FnMut(Batch) + Send),
    ) {
        if let Some(files) = &self.run.files {
            files.read_whole().await;
        }
        if anew {
            (self.run.mark, self.run.flawed) = (super::Mark::default(), Flawed::default());
        }
        for giver in &self.run.givers {
            let mut below = i64::MAX;
            while let Some((day, refs, upto)) = giver.next_day(&self.run.mark, below).await {
                below = day;
                for part in refs.chunks(BATCH) {
                    let (cache, fit) = (Arc::clone(&giver.shelf), Arc::clone(&giver.fit));
                    let (needles, part) = (Arc::clone(needles), part.to_vec());
                    let batch = blocking(move || {
                        let (mut batch, mut flawed) = (Batch::default(), Flawed::default());
                        for found in cache.fetch(day, &part) {
                            // The index may name what the record does not.
                            let indexed = |(_, name): &(String, String)| needles.is_in("", name);
                            let near = needles.is_in(&found.index.source, &found.record)
                                || found.index.resources.iter().any(indexed);
                            if !near && fit.is_plain(&found) {
                                if let Ok(time) = Timestamp::from_second(found.time) {
                                    let index = &found.index;
                                    batch.seen.add(&Call::new(
                                        &index.source,
                                        &index.name,
                                        time,
                                        &found.record,
                                    ));
                                }
                                continue;
                            }
                            let event = match fit.row(&found) {
                                None => continue,
                                Some(Row::Read(event)) => event,
                                Some(Row::Damaged(event)) => {
                                    flawed.damaged += 1;
                                    event
                                }
                                Some(Row::Unreadable) => {
                                    flawed.unreadable += 1;
                                    continue;
                                }
                            };
                            batch.seen.add(&Call::of(&event));
                            let named = |one: &ResourceRef| needles.is_in("", &one.id);
                            if near || event.resources.iter().any(named) {
                                batch.near.push((event, found.record.into()));
                            }
                        }
                        (batch, flawed)
                    });
                    let (batch, flawed) = batch.await;
                    self.run.flawed.damaged += flawed.damaged;
                    self.run.flawed.unreadable += flawed.unreadable;
                    sink(batch);
                }
                self.run.mark.0.insert((giver.name.clone(), day), upto);
            }
        }
    }

    /// What it came to.
    pub async fn finish(self) -> Reading {
        self.run.finish().await
    }

    fn step(&self, wish: &Wish) -> Option<Step> {
        let at = |region: &str| self.run.sources.iter().position(|source| source.session.region == region);
        match wish {
            Wish::About(subject) => {
                let here = &self.run.sources.first()?.session.region;
                about(at(region_of(subject, here)).unwrap_or(0), subject)
            }
            Wish::Changes => Some(Step::one(0, Lookup::Writes)),
            // In the Region of global services both are one.
            Wish::GlobalChanges => (self.run.sources.len() > 1).then(|| Step::one(1, Lookup::Writes)),
        }
    }
}
