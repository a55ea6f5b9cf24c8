//! Runs one query: what is in the store, then page after page, telling questions and sweeps in turn.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;

use super::{
    Ask, Coverage, Covered, CutOff, Mark, Reading,
    fit::Fit,
    give::{Flawed, Giver},
    jobs::{Around, Done, Job, Outcome, SHORT_SWEEP, Source},
    page::OPERATION,
    plan::{Plan, Window},
};
use crate::{
    aws::{Report, Session, error, identity, probe::Probe},
    problem::{ProblemKind, Remedy},
    resource::ResourceRef,
    rows::event::{Event, EventQuery},
    trail::{Files, LATE, Lookup, Store},
};

/// How often what has been read of log files meanwhile is handed on.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// One query under way.
pub(super) struct Run<'a> {
    query: &'a EventQuery,
    ask: &'a Ask,
    now: Timestamp,
    pub(super) window: Window,
    pub(super) sources: Vec<Source>,
    /// Events come from these and nothing is asked.
    pub(super) files: Option<Arc<Files>>,
    pub(super) givers: Vec<Giver>,
    /// Why a Region is asked no further.
    stopped: Vec<Option<CutOff>>,
    pub(super) done: Done,
    probe: Probe,
    pub(super) calls: Arc<AtomicU32>,
    report: Report,
    cut_off: Option<CutOff>,
    /// Questions that were begun, in the order of their first page.
    pub(super) begun: Vec<(usize, Lookup)>,
    not_indexed: Vec<ResourceRef>,
    pub(super) flawed: Flawed,
    pub(super) mark: Mark,
}

/// See [`super::events_with`].
pub(super) async fn run(
    session: &Arc<Session>,
    query: &EventQuery,
    store: &Store,
    ask: &Ask,
    sink: &mut (impl FnMut(Vec<Event>) + Send),
) -> Reading {
    let plan = Plan::of(query, &session.region, ask.global);
    let mut run = Run::new(session, query, store, ask, &plan).await;
    if let Some(files) = run.files.clone() {
        // Rows come while files are being read; what was not there yet comes last.
        while !files.read_for(LOOK_EVERY).await {
            run.give_all(sink).await;
        }
    }
    run.give_all(sink).await;
    if !run.window.span.is_empty() && run.files.is_none() {
        let telling = plan.telling.into_iter().filter_map(Job::new).collect();
        let sweeps = plan.sweeps.into_iter().filter_map(Job::new).collect();
        run.ask_all([telling, sweeps], sink).await;
    }
    run.finish().await
}

impl<'a> Run<'a> {
    pub(super) async fn new(
        session: &Arc<Session>,
        query: &'a EventQuery,
        store: &Store,
        ask: &'a Ask,
        plan: &Plan,
    ) -> Self {
        // Whose budget and whose events. Where STS does not answer, LookupEvents will say what is wrong.
        let account = identity::caller(session).await.ok().map(|who| who.account);
        let now = session.now();
        let window = Window::of(query, now);
        let calls = Arc::new(AtomicU32::new(0));
        let mut run = Self {
            query,
            ask,
            now,
            window,
            sources: Vec::new(),
            files: store.files().cloned(),
            givers: Vec::new(),
            stopped: vec![None; plan.places.len()],
            done: Done::default(),
            probe: Probe::new(&calls),
            calls,
            report: Report { complete: true, ..Report::default() },
            cut_off: None,
            begun: Vec::new(),
            not_indexed: Vec::new(),
            flawed: Flawed::default(),
            mark: ask.after.clone(),
        };
        if let Some(files) = run.files.as_ref().filter(|_| account.is_none()) {
            // Of any account then, and whose there are is not known before.
            files.read_whole().await;
        }
        let mut more = Vec::new();
        for place in &plan.places {
            let here = place.region == session.region;
            let session = if here { Arc::clone(session) } else { Arc::new(session.in_region(&place.region)) };
            let owner = crate::trail::Owner {
                account: account.as_deref(),
                profile: session.profile(),
                region: &place.region,
                endpoint: session.endpoint_override(),
            };
            let mut shelves = match &run.files {
                Some(files) => files.shelves(owner.account, owner.region, place.global_only),
                None => vec![store.shelf(owner)],
            };
            let Some((name, shelf)) = shelves.pop() else { continue };
            let alike = Arc::clone(&session.events_alike);
            let fit = Fit::new(session.scope, query, &place.subjects, place.global_only, alike);
            let fit = Arc::new(fit);
            let giver = |name, shelf| Giver { name, shelf, fit: Arc::clone(&fit), shown: window.shown };
            run.givers.push(giver(name, Arc::clone(&shelf)));
            more.extend(shelves.into_iter().map(|(name, shelf)| giver(name, shelf)));
            run.sources.push(Source { session, shelf });
        }
        run.givers.extend(more);
        run
    }

    async fn give_all(&mut self, sink: &mut (impl FnMut(Vec<Event>) + Send)) {
        for giver in &self.givers {
            giver.give(&mut self.mark, &mut self.flawed, sink).await;
        }
    }

    /// Asks the questions of two lanes, a page of each in turn.
    async fn ask_all(&mut self, mut lanes: [Vec<Job>; 2], sink: &mut (impl FnMut(Vec<Event>) + Send)) {
        let sweeps_first = self.sweeps_are_short(&lanes[1]).await;
        let mut lane = usize::from(sweeps_first);
        let mut busy: Vec<(usize, Lookup)> = Vec::new();
        while lanes.iter().any(|l| !l.is_empty()) {
            let Some((at, number)) = pick(&lanes, lane, &busy) else {
                // Everything that is left is being read by others, and we hold nothing that they might wait for.
                busy.clear();
                if let Some(job) = lanes.iter_mut().flatten().next()
                    && let Some(source) = self.sources.get(job.step.region)
                {
                    job.wait_for_turn(source).await;
                }
                continue;
            };
            let Some(mut job) = lanes.get_mut(at).map(|l| l.remove(number)) else { break };
            let (region, lookup) = (job.step.region, job.lookup.clone());
            if !self.begun.contains(&(region, lookup.clone())) {
                self.begun.push((region, lookup.clone()));
            }
            let outcome = self.step(&mut job).await;
            if matches!(outcome, Outcome::Busy) {
                busy.push((region, lookup));
            } else {
                busy.clear();
                if let Some(giver) = self.givers.get(region) {
                    giver.give(&mut self.mark, &mut self.flawed, sink).await;
                }
            }
            if self.goes_on(outcome, &job)
                && let Some(lane) = lanes.get_mut(at)
            {
                lane.push(job);
            }
            let sweeps_left = lanes.get(1).is_some_and(|l| !l.is_empty());
            lane = if sweeps_first && sweeps_left { 1 } else { 1 - at };
            if let Some(progress) = self.ask.progress.clone() {
                progress(&self.coverage().await);
            }
        }
    }

    async fn sweeps_are_short(&self, sweeps: &[Job]) -> bool {
        // Reads are not in a sweep for changes, so that it would answer only half.
        if self.query.reads || sweeps.is_empty() {
            return false;
        }
        for job in sweeps {
            let Some(source) = self.sources.get(job.step.region) else { continue };
            let wanted = self.window.span;
            let covered = self.done.covered(job.step.region, source, &job.lookup, false, wanted).await;
            if covered.missing(wanted).iter().map(|g| g.seconds()).sum::<i64>() > SHORT_SWEEP {
                return false;
            }
        }
        true
    }

    pub(super) async fn step(&mut self, job: &mut Job) -> Outcome {
        let region = job.step.region;
        let (Some(source), Some(stopped)) = (self.sources.get(region), self.stopped.get(region)) else {
            return Outcome::Finished;
        };
        let used = self.calls.load(Ordering::Relaxed);
        let calls_left = if stopped.is_some() { 0 } else { self.ask.calls.saturating_sub(used) };
        let around = Around {
            source,
            window: &self.window,
            reads: self.query.reads,
            now: source.session.now(),
            probe: &self.probe,
            calls_left,
        };
        job.step(&around, &mut self.done).await
    }

    /// Whether a question goes on after a step.
    pub(super) fn goes_on(&mut self, outcome: Outcome, job: &Job) -> bool {
        let region = job.step.region;
        match outcome {
            Outcome::More | Outcome::Busy => true,
            Outcome::Finished => {
                self.not_indexed.extend(job.step.subject.clone().filter(|_| job.found_nothing()));
                false
            }
            Outcome::OutOfCalls => {
                let why = self.stopped.get(region).copied().flatten().unwrap_or(CutOff::Calls);
                self.cut_off = self.cut_off.max(Some(why));
                false
            }
            Outcome::Failed(problem) => {
                let throttled = problem.kind == ProblemKind::Throttled;
                let why = if throttled { CutOff::Throttled } else { CutOff::Failed };
                self.cut_off = self.cut_off.max(Some(why));
                if let Some(stopped) = self.stopped.get_mut(region) {
                    *stopped = Some(why);
                }
                self.report.add_primary(problem);
                false
            }
        }
    }

    /// Requests that may go out in all.
    pub(super) const fn calls_allowed(&self) -> u32 {
        self.ask.calls
    }

    async fn coverage(&self) -> Coverage {
        let Window { span, beyond_history, .. } = self.window;
        let moment = |second: i64| Timestamp::from_second(second).unwrap_or(self.now);
        // The last second that was wanted, and not the one after it.
        let to = self.query.to.unwrap_or(self.now).min(self.now);
        let mut lookups = Vec::with_capacity(self.begun.len());
        for (region, lookup) in &self.begun {
            let Some(source) = self.sources.get(*region) else { continue };
            let covered = self.done.covered(*region, source, lookup, self.query.reads, span).await;
            let back = covered.unbroken_from(span);
            lookups.push(Covered {
                lookup: lookup.clone(),
                region: source.session.region.clone(),
                from: if back >= span.to { to } else { moment(back) },
                whole: back <= span.from,
            });
        }
        let from = if span.is_empty() { to } else { moment(span.from) };
        let late = self.now.saturating_sub(LATE).unwrap_or(self.now);
        Coverage {
            from,
            to,
            read_from: lookups.iter().map(|l| l.from).max().unwrap_or(from),
            lookups,
            calls: self.calls.load(Ordering::Relaxed),
            calls_allowed: self.ask.calls,
            cut_off: self.cut_off,
            delayed_since: (to > late && !span.is_empty() && self.files.is_none()).then_some(late),
            beyond_history,
            not_indexed: self.not_indexed.clone(),
            damaged: self.flawed.damaged,
            unreadable: self.flawed.unreadable,
        }
    }

    pub(super) async fn finish(mut self) -> Reading {
        let Flawed { damaged, unreadable } = self.flawed;
        if damaged + unreadable > 0 {
            let message = format!("the records of {} events could not be read", damaged + unreadable);
            self.report.add(error::other(OPERATION, &message, Remedy::ReadLog));
        }
        let coverage = self.coverage().await;
        let mut report = self.report;
        report.calls = coverage.calls;
        report.complete = coverage.cut_off.is_none() && damaged + unreadable == 0;
        Reading { report, coverage, mark: self.mark }
    }
}

/// The next question: of the lane whose turn it is, else of the other; shallow before deep, in their order.
fn pick(lanes: &[Vec<Job>; 2], lane: usize, busy: &[(usize, Lookup)]) -> Option<(usize, usize)> {
    [lane, 1 - lane].into_iter().find_map(|at| {
        let jobs = lanes
            .get(at)?
            .iter()
            .enumerate()
            .filter(|(_, job)| job.has_turn() || !busy.contains(&(job.step.region, job.lookup.clone())));
        jobs.min_by_key(|(_, job)| job.depth).map(|(number, _)| (at, number))
    })
}
