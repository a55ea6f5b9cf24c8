//! Metric series for graphs, many questions per call.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, atomic::AtomicU32},
};

use aws_sdk_cloudwatch::types::{MetricDataResult, ScanBy, StatusCode};
use futures::future::join_all;
use jiff::Timestamp;

use super::queries::{Asked, OPERATION, Plan, begin, plan};
use crate::{
    aws::{Session, ask, error, probe::Probe, time},
    problem::{Problem, ProblemKind, Remedy},
    rows::metric::{Series, SeriesQuery},
};

/// Pages of one call; each holds up to 100,800 points, and 500 graphs of 1,440 points are eight.
const PAGES: usize = 20;
/// How often the rejected parts of a call are halved: enough to find several bad questions among five hundred, and an
/// end when all are bad.
const HALVINGS: usize = 64;
/// Said of an answer that has no end.
const LOOP: &str = "a page leads back to an earlier one";

/// What a question came to.
type Answer = (SeriesQuery, Result<Series, Problem>);

/// Reads series from `start` (inclusive) to `end` (exclusive), points oldest first. Each different question has one
/// answer, in their order: its series, which is empty when there are no datapoints, or why it has none. Costs money per
/// metric: never call it in the background unasked.
pub async fn series(
    session: &Session,
    queries: &[SeriesQuery],
    start: Timestamp,
    end: Timestamp,
) -> Vec<Answer> {
    series_counted(session, queries, start, end, &Arc::default()).await
}

/// [`series`], with the requests that go out counted.
pub async fn series_counted(
    session: &Session,
    queries: &[SeriesQuery],
    start: Timestamp,
    end: Timestamp,
    counted: &Arc<AtomicU32>,
) -> Vec<Answer> {
    let now = session.now();
    let Plan { calls, unasked } = plan(queries, start, end, now);
    let read = calls.into_iter().map(|call| {
        let start = begin(&call, start, now);
        sift(session, call, start, end, counted)
    });
    let mut answers: HashMap<SeriesQuery, Result<Series, Problem>> =
        unasked.into_iter().map(|(query, why)| (query, Err(why))).collect();
    answers.extend(join_all(read).await.into_iter().flatten());
    // In the order of the questions; the second time a question stands there it has been answered.
    queries.iter().filter_map(|query| answers.remove_entry(query)).collect()
}

/// Reads what can be read of one call: CloudWatch rejects a whole call for one bad question, so a rejected one is asked
/// again in halves. Any other failure is that of all questions that are still open.
async fn sift(
    session: &Session,
    call: Vec<Asked>,
    start: Timestamp,
    end: Timestamp,
    counted: &Arc<AtomicU32>,
) -> Vec<Answer> {
    let mut answers = Vec::new();
    let mut open = vec![call];
    let mut halved = 0;
    while let Some(mut call) = open.pop() {
        let problem = match read(session, &call, start, end, counted).await {
            Ok(answered) => {
                answers.extend(answered);
                continue;
            }
            Err(problem) => problem,
        };
        let failed = |asked: Asked| (asked.query, Err(problem.clone()));
        if !is_rejection(&problem) {
            answers.extend(call.into_iter().chain(open.into_iter().flatten()).map(failed));
            break;
        }
        if call.len() > 1 && halved < HALVINGS {
            halved += 1;
            let second = call.split_off(call.len() / 2);
            open.extend([second, call]);
        } else {
            answers.extend(call.into_iter().map(failed));
        }
    }
    answers
}

/// Whether CloudWatch said that there is something wrong with what was asked: no other class of failure, nothing that
/// passes, and nothing that is wrong with the answer.
fn is_rejection(problem: &Problem) -> bool {
    problem.kind == ProblemKind::Other && problem.remedy == Remedy::ReadLog && problem.message != LOOP
}

async fn read(
    session: &Session,
    asked: &[Asked],
    start: Timestamp,
    end: Timestamp,
    counted: &Arc<AtomicU32>,
) -> Result<Vec<Answer>, Problem> {
    let probe = Probe::new(counted);
    let parts: Vec<_> = asked.iter().flat_map(|a| a.parts.iter().cloned()).collect();
    let mut results: HashMap<String, Gathered> = HashMap::new();
    let mut token: Option<String> = None;
    let mut seen = HashSet::new();
    let mut whole = false;
    for _ in 0..PAGES {
        let request = session
            .cloudwatch()
            .get_metric_data()
            .set_metric_data_queries(Some(parts.clone()))
            .start_time(time::to_sdk(start))
            .end_time(time::to_sdk(end))
            .scan_by(ScanBy::TimestampDescending)
            .set_next_token(token);
        let answer = ask!(session, OPERATION, probe, request)?;
        for result in answer.metric_data_results() {
            results.entry(result.id().unwrap_or_default().to_owned()).or_default().add(result);
        }
        token = answer.next_token.filter(|t| !t.is_empty());
        match &token {
            None => {
                whole = true;
                break;
            }
            Some(next) if !seen.insert(next.clone()) => {
                return Err(error::other(OPERATION, LOOP, Remedy::ReadLog));
            }
            Some(_) => {}
        }
    }
    Ok(asked
        .iter()
        .map(|a| {
            let gathered = results.remove(&a.id).unwrap_or_default();
            (a.query.clone(), gathered.series(a, whole))
        })
        .collect())
}

/// One id's points over all pages.
#[derive(Default)]
struct Gathered {
    /// A SEARCH can answer with several series under one id; the first one's label.
    label: Option<String>,
    points: Vec<(Timestamp, f64)>,
    status: Option<StatusCode>,
    /// What CloudWatch has to say about it.
    messages: Vec<String>,
}

impl Gathered {
    fn add(&mut self, result: &MetricDataResult) {
        let label = result.label().unwrap_or_default();
        if self.label.get_or_insert_with(|| label.to_owned()) != label {
            return;
        }
        let points = result.timestamps().iter().zip(result.values());
        self.points.extend(points.filter_map(|(at, value)| Some((time::from_sdk(at)?, *value))));
        // Of a series in pages only the last page's status counts.
        self.status = result.status_code().cloned();
        self.messages.extend(result.messages().iter().filter_map(|m| Some(m.value()?.to_owned())));
    }

    fn series(mut self, asked: &Asked, whole: bool) -> Result<Series, Problem> {
        match self.status {
            Some(StatusCode::Forbidden) => {
                let account =
                    account(&asked.query).map_or_else(String::new, |a| format!(" of the account {a}"));
                let what = format!("the metrics{account} may not be read");
                return Err(error::denied(OPERATION, self.told(&what)));
            }
            Some(StatusCode::InternalError) => {
                let what = "CloudWatch could not work it out";
                return Err(error::other(OPERATION, &self.told(what), Remedy::Wait));
            }
            _ => {}
        }
        self.points.sort_by_key(|(at, _)| *at);
        self.points.dedup_by_key(|(at, _)| *at);
        let complete = whole && self.status.is_none_or(|s| s == StatusCode::Complete);
        Ok(Series { points: self.points, period: asked.period, complete })
    }

    /// What happened, with CloudWatch's own words where it has any.
    fn told(&self, what: &str) -> String {
        let words = self.messages.join(" ");
        error::sentence(&if words.is_empty() { what.to_owned() } else { format!("{what}: {words}") })
    }
}

/// The other account that a question reads from, if it names one.
fn account(query: &SeriesQuery) -> Option<&str> {
    match query {
        SeriesQuery::Stat(stat) => stat.account.as_deref(),
        SeriesQuery::Math { inputs, .. } => inputs.iter().find_map(|(_, stat)| stat.account.as_deref()),
    }
}
