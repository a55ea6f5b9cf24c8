//! What is known of a case so far, and what follows from it: the graph, the checks, the order of the suspects, and what to
//! look for next.
//!
//! Nothing here asks anybody; what comes back is told to it.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use super::{
    look::{Looked, Next},
    reads::{Answered, FOR_CHECKS},
};
use crate::{
    aws::Session,
    rows::metric::SeriesQuery,
    trail::blocking,
    triage::{
        cause::{About, Case, Gathered, Needles, Ranking, Signals},
        check::{self, Given},
        explanation::{Explanation, Request, Subject},
        graph::{Graph, QUESTIONS},
        kinds::Place,
        onset,
        plan::{Plan, Reach},
        read::Facts,
    },
};

/// Suspects that are handed on.
const SUSPECTS: usize = 50;

/// All that is known.
pub(super) struct Work<'a> {
    pub(super) session: &'a Arc<Session>,
    place: Place<'a>,
    signals: &'static Signals,
    pub(super) facts: Facts,
    /// Questions that may still be put.
    pub(super) for_graph: usize,
    pub(super) for_checks: usize,
    /// Questions whose answers have not come.
    pub(super) asked: usize,
    /// They have been waited for long enough.
    pub(super) late: bool,
    pub(super) plan: Plan,
    pub(super) reach: Reach,
    gathered: Gathered,
    pub(super) needles: Arc<Needles>,
    /// What the needles were made of, as often as they changed.
    version: u32,
    /// The version that everything has been looked through with.
    looked_through: u32,
    pub(super) calls: Arc<AtomicU32>,
    /// The order of the suspects is to be worked out anew.
    stale: bool,
    pub(super) watched: Option<SeriesQuery>,
    pub(super) state: Explanation,
}

impl<'a> Work<'a> {
    pub(super) fn new(session: &'a Arc<Session>, request: &Request, case: Case, place: Place<'a>) -> Self {
        let alarm = match &request.subject {
            Subject::Alarm(alarm, _) => Some(Arc::clone(alarm)),
            Subject::Resource(_) => None,
        };
        let needles = Arc::new(case.about.needles());
        Self {
            session,
            place,
            signals: Signals::current(),
            facts: Facts::default(),
            for_graph: QUESTIONS,
            for_checks: FOR_CHECKS,
            asked: 0,
            late: false,
            plan: Plan::default(),
            reach: Reach::default(),
            gathered: Gathered::default(),
            needles,
            version: 0,
            looked_through: 0,
            calls: Arc::new(AtomicU32::new(request.spent)),
            stale: true,
            watched: alarm.as_deref().and_then(onset::watched),
            state: Explanation {
                case,
                alarm,
                graph: Graph::default(),
                findings: Vec::new(),
                health: Vec::new(),
                ranking: Ranking::default(),
                of: 0,
                read: 0,
                read_back_to: None,
                problems: Vec::new(),
                calls: 0,
                lookups: 0,
                whole: false,
                checked: false,
                done: false,
            },
        }
    }

    /// Works out everything anew from what is known.
    pub(super) async fn settle(&mut self) {
        let roots = self.state.case.about.resources.clone();
        self.state.graph = Graph::of(&roots, &self.facts, &self.place);
        let about = About { resources: roots, related: self.state.graph.related() };
        let state = &mut self.state;
        if about != state.case.about {
            state.case.about = about;
            self.needles = Arc::new(state.case.about.needles());
            self.version += 1;
            self.stale = true;
        }
        if let Some(Ok(series)) = self.watched.as_ref().and_then(|query| self.facts.series(query)) {
            let began = onset::began(&series.points, state.case.at, series.period);
            self.stale |= began != state.case.began;
            state.case.began = began;
        }
        if std::mem::take(&mut self.stale) {
            self.rank().await;
        }
        let given = self.given();
        let (findings, health) = (check::judge(&given), check::health(&given));
        let state = &mut self.state;
        (state.findings, state.health) = (findings, health);
        state.problems.clear();
        for problem in self.facts.problems() {
            if !state.problems.contains(problem) {
                state.problems.push(problem.clone());
            }
        }
        state.calls = self.calls.load(Ordering::Relaxed) + state.lookups;
    }

    /// Orders the suspects, which among tens of thousands of events takes its time, on a thread for that.
    async fn rank(&mut self) {
        let (mut gathered, case) = (std::mem::take(&mut self.gathered), self.state.case.clone());
        let signals = self.signals;
        let ranked = blocking(move || {
            let ranked = gathered.rank(&case, signals, SUSPECTS);
            (gathered, ranked)
        });
        (self.gathered, (self.state.ranking, self.state.of)) = ranked.await;
    }

    /// What checks are told.
    pub(super) fn given(&self) -> Given<'_> {
        Given {
            case: &self.state.case,
            alarm: self.state.alarm.as_deref(),
            graph: &self.state.graph,
            facts: &self.facts,
            region: self.place.region,
            now: self.session.now(),
        }
    }

    pub(super) fn take(&mut self, answered: Answered) {
        match answered {
            Answered::Read(question, answer) => {
                self.asked = self.asked.saturating_sub(1);
                self.facts.add(question, answer);
            }
            Answered::Series(answers) => {
                for (query, answer) in answers {
                    self.facts.add_series(query, answer);
                }
            }
        }
    }

    /// What to look for next. Everything is looked through again for what has become known to be around, once no more is
    /// on its way.
    pub(super) fn next_look(&mut self, rests: bool) -> Option<Next> {
        let anew = rests && self.looked_through != self.version;
        let state = &self.state;
        let wish = self.plan.next(&state.case, &state.graph, &state.ranking, self.reach);
        if anew {
            self.looked_through = self.version;
        }
        (wish.is_some() || anew).then_some(Next { wish, anew })
    }

    pub(super) fn looked(&mut self, looked: Looked) {
        self.stale |= looked.anew || !looked.batches.is_empty();
        if looked.anew {
            self.gathered = Gathered::default();
            self.state.read = 0;
        }
        for batch in looked.batches {
            self.gathered.count_all(&batch.seen);
            self.state.read += batch.seen.calls();
            for (event, record) in batch.near {
                self.gathered.keep(event, record, self.signals);
            }
        }
        if let Some((wish, went)) = looked.wish {
            tracing::debug!(?wish, ?went, reach = ?looked.reach, "asked CloudTrail");
            self.plan.went(wish, went);
        }
        self.reach = looked.reach;
        self.gathered.all_since(looked.reach.here);
        self.state.read_back_to = looked.reach.here;
    }
}
