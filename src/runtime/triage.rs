//! Works out an explanation: asks what is around, what checks lack and what CloudTrail has, all at once, and hands on what
//! is known each time that has changed.
//!
//! The console and `toban triage` share it. What to ask next and what it means is decided in `triage`; only the order of
//! things in time is here. Gives up nothing by itself: dropping the future does.

use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use futures::{
    FutureExt, StreamExt,
    future::{BoxFuture, OptionFuture},
    stream::FuturesUnordered,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;
use tokio::time::timeout;

use super::Shared;
use crate::{
    app::msg::Msg,
    aws::{
        self, Session,
        cloudtrail::{Ask, Batch, Inquiry},
        cloudwatch, reads,
    },
    problem::Problem,
    rows::{
        event::EventQuery,
        metric::{GRAPH_WINDOW, Series, SeriesQuery},
    },
    scope::ScopeId,
    trail::Store,
    triage::{
        cause::{About, Case, Gathered, Needles, Ranking, Signals},
        check::{self, Given, Wanted},
        explanation::{Explanation, Request, Subject},
        graph::{Graph, QUESTIONS},
        kinds::Place,
        onset,
        plan::{Plan, Reach, Went, Wish},
        read::{Facts, Question},
    },
};

/// LookupEvents calls for one explanation: ten seconds of the account's whole budget.
pub const LOOKUPS: u32 = 20;
/// Questions that the checks put beside those of the graph. With who we are, the alarm and its metrics that makes 60 calls
/// at most.
const FOR_CHECKS: usize = 9;
/// All calls of one explanation, those that were made before it began included.
const ALL: u32 = 60;
/// How long STS is waited for.
const WHO: Duration = Duration::from_millis(500);
/// Suspects that are handed on.
const SUSPECTS: usize = 50;
/// How long after a case's time events are still read: see [`crate::triage::cause::rank`].
const AFTER: SignedDuration = SignedDuration::from_secs(60);

/// What came back.
enum Answered {
    Read(Question, Result<Json, Problem>),
    Series(Vec<(SeriesQuery, Result<Series, Problem>)>),
}

/// What is under way at CloudTrail: it has the inquiry until it is done.
type Looking<'a> = BoxFuture<'a, (Inquiry<'a>, Looked)>;

struct Looked {
    wish: Option<(Wish, Went)>,
    anew: bool,
    batches: Vec<Batch>,
    reach: Reach,
}

/// Works it out. `sink` gets each state that differs from the last; the last one is what comes back.
pub async fn explain(
    session: &Arc<Session>,
    store: &Store,
    request: &Request,
    sink: &mut (impl FnMut(Explanation) + Send),
) -> Explanation {
    let now = session.now();
    let case = request.case(now);
    // ARNs of load balancers need the account's number; who cannot be told in time does without.
    let who = timeout(WHO, aws::caller(session)).await.ok().and_then(Result::ok);
    let place = Place {
        scope: session.scope,
        partition: who.as_ref().map_or("aws", |who| who.partition.as_str()),
        region: &session.region,
        account: who.as_ref().map_or("", |who| who.account.as_str()),
    };
    let query = EventQuery {
        subjects: Vec::new(),
        by: None,
        from: case.at.saturating_sub(case.window).unwrap_or(Timestamp::MIN),
        to: Some(case.at.saturating_add(AFTER).unwrap_or(Timestamp::MAX)),
        reads: false,
        errors_only: false,
    };
    let ask = Ask { calls: LOOKUPS, global: true, ..Ask::default() };
    let mut work = Work::new(session, request, case, place);
    let mut reads: FuturesUnordered<BoxFuture<'_, Answered>> = FuturesUnordered::new();
    let mut idle: Option<Inquiry<'_>> = None;
    // What the store has already comes first and costs nothing.
    let needles = Arc::clone(&work.needles);
    let first = async {
        let inquiry = Inquiry::new(session, &query, store, &ask).await;
        look(inquiry, Next { wish: None, anew: true }, needles).await
    };
    let mut looking: Option<Looking<'_>> = Some(first.boxed());
    loop {
        work.settle();
        work.start_reads(&mut reads);
        if let Some(inquiry) = idle.take() {
            match work.next_look(reads.is_empty()) {
                Some(next) => looking = Some(look(inquiry, next, Arc::clone(&work.needles)).boxed()),
                None => idle = Some(inquiry),
            }
        }
        if reads.is_empty() && looking.is_none() {
            break;
        }
        sink(work.state.clone());
        let looked: OptionFuture<_> = looking.as_mut().into();
        tokio::select! {
            Some(answered) = reads.next(), if !reads.is_empty() => {
                work.take(answered);
                // What has come together is worked out together.
                while let Some(Some(answered)) = reads.next().now_or_never() {
                    work.take(answered);
                }
            }
            Some((inquiry, looked)) = looked => {
                work.state.lookups = inquiry.calls();
                idle = Some(inquiry);
                looking = None;
                work.looked(looked);
            }
            else => pending().await,
        }
    }
    work.state.whole = work.plan.is_whole(&work.state.case, &work.state.graph, work.reach);
    if let Some(inquiry) = idle {
        let problems = inquiry.finish().await.report.problems;
        work.state.whole &= problems.is_empty();
        work.state.problems.extend(problems);
    }
    work.state.done = true;
    sink(work.state.clone());
    work.state
}

/// The console's explanation: each state goes out as a message, the latest at the console's pace.
pub(super) async fn to_console(
    shared: Shared,
    scope: ScopeId,
    generation: u64,
    alarm: String,
    request: Request,
) {
    let Shared { clients, messages, store, .. } = shared;
    let tell = async |result| {
        messages.send(Msg::Explained { scope, generation, alarm: alarm.clone(), result }).await.is_ok()
    };
    let session = match clients.session(scope).await {
        Ok(session) => session,
        Err(problem) => {
            tell(Err(problem)).await;
            return;
        }
    };
    let (latest, mut states) = tokio::sync::watch::channel(None);
    let work = async {
        let mut sink = |state| drop(latest.send(Some(Arc::new(state))));
        explain(&session, &store, &request, &mut sink).await;
        drop(latest);
    };
    let carry = async {
        while states.changed().await.is_ok() {
            let state = states.borrow_and_update().clone();
            if let Some(state) = state
                && !tell(Ok(state)).await
            {
                return;
            }
        }
    };
    tokio::join!(work, carry);
}

/// What is to be done at CloudTrail next.
struct Next {
    wish: Option<Wish>,
    /// What is around has become known: everything is looked through again.
    anew: bool,
}

async fn look(mut inquiry: Inquiry<'_>, next: Next, needles: Arc<Needles>) -> (Inquiry<'_>, Looked) {
    let wish = match next.wish {
        None => None,
        Some(wish) => {
            let went = inquiry.ask(&wish).await;
            Some((wish, went))
        }
    };
    let mut batches = Vec::new();
    inquiry.gather(&needles, next.anew, &mut |batch| batches.push(batch)).await;
    let reach = inquiry.reach().await;
    (inquiry, Looked { wish, anew: next.anew, batches, reach })
}

/// How far back a metric is read: the graph's window, or three of its own periods where those are longer.
fn window(query: &SeriesQuery) -> SignedDuration {
    let period = match query {
        SeriesQuery::Stat(stat) => stat.period,
        SeriesQuery::Math { period, .. } => *period,
    };
    SignedDuration::from_secs(3 * i64::from(period)).max(GRAPH_WINDOW)
}

struct Work<'a> {
    session: &'a Arc<Session>,
    place: Place<'a>,
    signals: &'static Signals,
    facts: Facts,
    /// Questions that may still be put.
    for_graph: usize,
    for_checks: usize,
    plan: Plan,
    reach: Reach,
    gathered: Gathered,
    needles: Arc<Needles>,
    /// What the needles were made of, as often as they changed.
    version: u32,
    /// The version that everything has been looked through with.
    looked_through: u32,
    calls: Arc<AtomicU32>,
    /// The order of the suspects is to be worked out anew.
    stale: bool,
    watched: Option<SeriesQuery>,
    state: Explanation,
}

impl<'a> Work<'a> {
    fn new(session: &'a Arc<Session>, request: &Request, case: Case, place: Place<'a>) -> Self {
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
                ranking: Ranking::default(),
                of: 0,
                read: 0,
                read_back_to: None,
                problems: Vec::new(),
                calls: 0,
                lookups: 0,
                whole: false,
                done: false,
            },
        }
    }

    /// Works out everything anew from what is known.
    fn settle(&mut self) {
        let state = &mut self.state;
        let roots = state.case.about.resources.clone();
        state.graph = Graph::of(&roots, &self.facts, &self.place);
        let about = About { resources: roots, related: state.graph.related() };
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
            let mut ranking = self.gathered.rank(&state.case, self.signals);
            state.of = ranking.suspects.len();
            ranking.suspects.truncate(SUSPECTS);
            state.ranking = ranking;
        }
        let given = Given {
            case: &state.case,
            alarm: state.alarm.as_deref(),
            graph: &state.graph,
            facts: &self.facts,
            now: self.session.now(),
        };
        state.findings = check::judge(&given);
        state.problems.clear();
        for problem in self.facts.problems() {
            if !state.problems.contains(problem) {
                state.problems.push(problem.clone());
            }
        }
        state.calls = self.calls.load(Ordering::Relaxed) + state.lookups;
    }

    /// Asks what is worth asking and has not been asked, as far as the budget goes.
    fn start_reads(&mut self, reads: &mut FuturesUnordered<BoxFuture<'a, Answered>>) {
        let state = &self.state;
        let given = Given {
            case: &state.case,
            alarm: state.alarm.as_deref(),
            graph: &state.graph,
            facts: &self.facts,
            now: self.session.now(),
        };
        let wants = check::wants(&given);
        let mut series: Vec<SeriesQuery> = Vec::new();
        let graph = state.graph.questions();
        let mut checks: Vec<Question> = Vec::new();
        for want in wants {
            match want {
                Wanted::Read(question) => checks.push(question),
                Wanted::Series(query) => series.push(query),
            }
        }
        // Retries and whatever else a question costs count, too.
        let under_way = u32::try_from(reads.len()).unwrap_or(u32::MAX);
        let spent = self.calls.load(Ordering::Relaxed).saturating_add(under_way).saturating_add(LOOKUPS);
        let mut room = ALL.saturating_sub(spent);
        let mut questions = Vec::new();
        for (wanted, left) in [(graph, &mut self.for_graph), (checks, &mut self.for_checks)] {
            for question in &wanted {
                if *left > 0
                    && room > 1
                    && let Some(question) = self.facts.ask(question)
                {
                    *left -= 1;
                    room -= 1;
                    questions.push(question);
                }
            }
        }
        let rests = questions.is_empty() && under_way == 0;
        for question in questions {
            let (session, calls) = (Arc::clone(self.session), Arc::clone(&self.calls));
            reads.push(
                async move {
                    let answer = reads::read(&session, &question, &calls).await;
                    Answered::Read(question, answer)
                }
                .boxed(),
            );
        }
        // Metrics go into one call once it is known of what.
        if !rests {
            series.clear();
        }
        series.extend(self.watched.clone());
        series.retain(|query| room > 0 && self.facts.ask_series(query));
        // A metric that comes once a day has a point in three of its periods, and rarely in three hours.
        let (days, hours): (Vec<_>, Vec<_>) =
            series.into_iter().partition(|query| window(query) > GRAPH_WINDOW);
        for series in [hours, days] {
            let Some(window) = series.iter().map(window).max() else { continue };
            let (session, calls) = (Arc::clone(self.session), Arc::clone(&self.calls));
            // Up to the case's time and a little after; the graph on the page has the same window.
            let end = state.case.at.saturating_add(SignedDuration::from_mins(2)).unwrap_or(state.case.at);
            let start = end.saturating_sub(window).unwrap_or(end);
            reads.push(
                async move {
                    let answers = cloudwatch::series_counted(&session, &series, start, end, &calls).await;
                    Answered::Series(answers)
                }
                .boxed(),
            );
        }
    }

    fn take(&mut self, answered: Answered) {
        match answered {
            Answered::Read(question, answer) => self.facts.add(question, answer),
            Answered::Series(answers) => {
                for (query, answer) in answers {
                    self.facts.add_series(query, answer);
                }
            }
        }
    }

    /// What to look for next. Everything is looked through again for what has become known to be around, once no more is
    /// on its way.
    fn next_look(&mut self, rests: bool) -> Option<Next> {
        let anew = rests && self.looked_through != self.version;
        let state = &self.state;
        let wish = self.plan.next(&state.case, &state.graph, &state.ranking, self.reach);
        if anew {
            self.looked_through = self.version;
        }
        (wish.is_some() || anew).then_some(Next { wish, anew })
    }

    fn looked(&mut self, looked: Looked) {
        self.stale |= looked.anew || !looked.batches.is_empty();
        if looked.anew {
            self.gathered = Gathered::default();
            self.state.read = 0;
        }
        for batch in looked.batches {
            for (source, name) in &batch.calls {
                self.gathered.count(source, name);
            }
            self.state.read += u64::try_from(batch.calls.len()).unwrap_or_default();
            for (event, record) in batch.near {
                self.gathered.keep(event, record, self.signals);
            }
        }
        if let Some((wish, went)) = looked.wish {
            tracing::debug!(?wish, ?went, reach = ?looked.reach, "asked CloudTrail");
            self.plan.went(wish, went);
        }
        self.reach = looked.reach;
        self.state.read_back_to = looked.reach.here;
    }
}
