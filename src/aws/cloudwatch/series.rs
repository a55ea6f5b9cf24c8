//! Metric series for graphs, many questions per call.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, atomic::AtomicU32},
};

use aws_sdk_cloudwatch::types::{MetricDataResult, ScanBy, StatusCode};
use futures::future::try_join_all;
use jiff::Timestamp;

use super::queries::{Asked, plan};
use crate::{
    aws::{Session, ask, error, probe::Probe, time},
    problem::{Problem, ProblemKind, Remedy},
    rows::metric::{Series, SeriesQuery},
};

/// Pages of one call; each holds up to 100,800 points, and 500 graphs of 1,440 points are eight.
const PAGES: usize = 20;
const OPERATION: &str = "cloudwatch:GetMetricData";
/// How often the rejected parts of a call are halved: enough to find several bad questions among five hundred, and an
/// end when all are bad.
const HALVINGS: usize = 64;
/// Said of an answer that has no end.
const LOOP: &str = "a page leads back to an earlier one";

/// Reads series from `start` (inclusive) to `end` (exclusive), points oldest first. Each different question is answered
/// once; one without datapoints has an empty series. A question that CloudWatch rejects is left out, and is a problem
/// only when none of them is answered. Costs money per metric: never call it in the background unasked.
pub async fn series(
    session: &Session,
    queries: &[SeriesQuery],
    start: Timestamp,
    end: Timestamp,
) -> Result<Vec<(SeriesQuery, Series)>, Problem> {
    let calls = plan(queries, start, end, session.now());
    let answers = try_join_all(calls.into_iter().map(|call| sift(session, call, start, end))).await?;
    let mut rejected = None;
    let mut all = Vec::new();
    for (answered, problem) in answers {
        all.extend(answered);
        rejected = rejected.or(problem);
    }
    match rejected {
        Some(problem) if all.is_empty() => Err(problem),
        _ => Ok(all),
    }
}

/// Reads what can be read of one call: CloudWatch rejects a whole call for one bad question, so a rejected one is asked
/// again in halves. Also says why something was rejected.
async fn sift(
    session: &Session,
    call: Vec<Asked>,
    start: Timestamp,
    end: Timestamp,
) -> Result<(Vec<(SeriesQuery, Series)>, Option<Problem>), Problem> {
    let mut answers = Vec::new();
    let mut rejected = None;
    let mut open = vec![call];
    let mut halved = 0;
    while let Some(mut call) = open.pop() {
        let problem = match read(session, &call, start, end).await {
            Ok(answered) => {
                answers.extend(answered);
                continue;
            }
            Err(problem) if is_rejection(&problem) => problem,
            Err(problem) => return Err(problem),
        };
        rejected = Some(problem);
        if call.len() > 1 && halved < HALVINGS {
            halved += 1;
            let second = call.split_off(call.len() / 2);
            open.extend([second, call]);
        }
    }
    Ok((answers, rejected))
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
) -> Result<Vec<(SeriesQuery, Series)>, Problem> {
    let probe = Probe::new(&Arc::new(AtomicU32::new(0)));
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
            (a.query.clone(), gathered.series(a.period, whole))
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
    }

    fn series(mut self, period: u32, whole: bool) -> Series {
        self.points.sort_by_key(|(at, _)| *at);
        self.points.dedup_by_key(|(at, _)| *at);
        let complete = whole && self.status.is_none_or(|s| s == StatusCode::Complete);
        Series { points: self.points, period, complete }
    }
}
