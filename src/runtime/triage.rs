//! Works out an explanation: asks what is around, what checks lack and what CloudTrail has, all at once, and hands on what
//! is known each time that has changed.
//!
//! The console and `toban triage` share it. What to ask next and what it means is decided in `triage`; only the order of
//! things in time is here. Gives up nothing by itself: dropping the future does.
//!
//! | file | what it holds |
//! |---|---|
//! | `work` | what is known, and what follows from it |
//! | `reads` | the questions to AWS beside CloudTrail, within the budget |
//! | `look` | one turn at CloudTrail |

mod look;
mod reads;
mod work;

use std::{future::pending, sync::Arc, time::Duration};

use futures::{
    FutureExt, StreamExt,
    future::{BoxFuture, OptionFuture},
    stream::FuturesUnordered,
};
use jiff::{SignedDuration, Timestamp};
use tokio::time::timeout;

use self::{
    look::{Looking, Next, look},
    reads::{Answered, ROUND},
    work::Work,
};
use super::Shared;
use crate::{
    app::msg::Msg,
    aws::{
        self, Session,
        cloudtrail::{Ask, Inquiry},
    },
    rows::event::EventQuery,
    scope::ScopeId,
    trail::Store,
    triage::{
        explanation::{Explanation, Request},
        kinds::Place,
    },
};

/// LookupEvents calls for one explanation: ten seconds of the account's whole budget.
pub const LOOKUPS: u32 = 20;
/// How long STS is waited for.
const WHO: Duration = Duration::from_millis(500);
/// How long after a case's time events are still read: see [`crate::triage::cause::rank`].
const AFTER: SignedDuration = SignedDuration::from_secs(60);

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
    let mut patience: Option<BoxFuture<'_, ()>> = None;
    loop {
        work.settle().await;
        if work.start_reads(&mut reads) {
            patience = Some(tokio::time::sleep(ROUND).boxed());
        }
        work.state.checked = reads.is_empty();
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
        let waited: OptionFuture<_> = patience.as_mut().into();
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
            Some(()) = waited => {
                patience = None;
                work.late = true;
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
