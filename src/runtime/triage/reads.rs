//! Questions to AWS beside CloudTrail: what graph and checks lack, put in rounds as far as the budget goes.
//!
//! A round asks all that is known to be worth asking, the nearest first, and the next begins when it has been answered: which
//! questions a budget leaves out, and what goes into one call, does not depend on who answered first. Who takes too long is
//! not waited for ([`ROUND`]).

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use futures::{FutureExt, future::BoxFuture, stream::FuturesUnordered};
use jiff::SignedDuration;
use serde_json::Value as Json;

use super::{LOOKUPS, work::Work};
use crate::{
    aws::{cloudwatch, reads},
    problem::Problem,
    rows::metric::{GRAPH_WINDOW, Series, SeriesQuery},
    triage::{
        check::{self, Wanted},
        read::Question,
    },
};

/// Questions that the checks put beside those of the graph. With who we are, the alarm and its metrics that makes 60 calls
/// at most.
pub(super) const FOR_CHECKS: usize = 9;
/// All calls of one explanation, those that were made before it began included.
const ALL: u32 = 60;

/// So long a round waits for its last answer.
pub(super) const ROUND: Duration = Duration::from_secs(2);

/// What came back.
pub(super) enum Answered {
    /// A question's answer.
    Read(Question, Result<Json, Problem>),
    /// Series, each with its question.
    Series(Vec<(SeriesQuery, Result<Series, Problem>)>),
}

/// How far back a metric is read: the graph's window, or three of its own periods where those are longer.
fn window(query: &SeriesQuery) -> SignedDuration {
    let period = match query {
        SeriesQuery::Stat(stat) => stat.period,
        SeriesQuery::Math { period, .. } => *period,
    };
    SignedDuration::from_secs(3 * i64::from(period)).max(GRAPH_WINDOW)
}

impl<'a> Work<'a> {
    /// Asks what is worth asking and has not been asked, as far as the budget goes. Whether that began a round.
    pub(super) fn start_reads(&mut self, reads: &mut FuturesUnordered<BoxFuture<'a, Answered>>) -> bool {
        let state = &self.state;
        let wants = check::wants(&self.given());
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
        let holds = self.asked > 0 && !std::mem::take(&mut self.late);
        for (wanted, left) in [(graph, &mut self.for_graph), (checks, &mut self.for_checks)] {
            for question in &wanted {
                if !holds
                    && *left > 0
                    && room > 1
                    && let Some(question) = self.facts.ask(question)
                {
                    *left -= 1;
                    room -= 1;
                    questions.push(question);
                }
            }
        }
        let began = !questions.is_empty();
        let rests = !began && under_way == 0;
        self.asked += questions.len();
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
        began
    }
}
