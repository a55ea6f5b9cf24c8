//! Patch states, 50 machines a question.

use std::{
    mem,
    sync::{Arc, atomic::AtomicU32},
};

use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use tokio::task::JoinSet;

use super::convert;
use crate::{
    aws::{Session, probe::Probe},
    problem::{Problem, ProblemKind},
    rows::patch::Scan,
};

const OPERATION: &str = "ssm:DescribeInstancePatchStates";
/// Machines in one question (1–50).
const MACHINES: usize = 50;
/// States a page (`MaxResults` 10–100).
const PAGE: i32 = 100;

/// What came of one batch.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// The machines that were answered for; those without a state have never been scanned.
    pub answered: Vec<String>,
    /// Their states.
    pub found: Vec<(String, Arc<Scan>)>,
    /// Machines that SSM knows no more: they went between its two answers.
    pub gone: Vec<String>,
    /// Machines that could not be asked about.
    pub unread: Vec<String>,
    /// Why not.
    pub problem: Option<Problem>,
}

/// So many machines of one batch are looked for; when there are more, something else is the matter.
const MOST_GONE: usize = 5;

enum Refusal {
    /// One of the machines is not known.
    Gone(Problem),
    Failed(Problem),
}

/// The questions for patch states: the first goes alone, since what it is refused the others would be, too.
pub(super) struct Batches {
    session: Arc<Session>,
    calls: Arc<AtomicU32>,
    running: JoinSet<Batch>,
    waiting: Vec<Vec<String>>,
    tried: bool,
    works: bool,
    refused: bool,
}

impl Batches {
    /// Nothing is asked yet.
    pub(super) fn new(session: &Arc<Session>, calls: &Arc<AtomicU32>) -> Self {
        Self {
            session: Arc::clone(session),
            calls: Arc::clone(calls),
            running: JoinSet::new(),
            waiting: Vec::new(),
            tried: false,
            works: false,
            refused: false,
        }
    }

    /// Whether nothing is asked or waits to be.
    pub(super) fn is_empty(&self) -> bool {
        self.running.is_empty() && self.waiting.is_empty()
    }

    /// Asks about machines; those that there is no use asking about come back.
    pub(super) fn ask(&mut self, ids: Vec<String>) -> Vec<String> {
        if self.refused {
            return ids;
        }
        self.waiting.extend(ids.chunks(MACHINES).map(<[String]>::to_vec));
        self.start();
        Vec::new()
    }

    fn start(&mut self) {
        let most = if self.works { self.waiting.len() } else { usize::from(!self.tried) };
        for ids in self.waiting.drain(..most.min(self.waiting.len())) {
            self.tried = true;
            let probe = Probe::new(&self.calls);
            self.running.spawn(states(Arc::clone(&self.session), ids, probe));
        }
    }

    /// The next batch that is back; may be dropped and called again.
    pub(super) async fn next(&mut self) -> Option<Batch> {
        let Ok(mut batch) = self.running.join_next().await? else {
            self.works = true;
            self.start();
            return Some(Batch::default());
        };
        self.refused |= batch.problem.as_ref().is_some_and(is_hopeless);
        if self.refused {
            batch.unread.extend(mem::take(&mut self.waiting).into_iter().flatten());
        } else {
            self.works = true;
            self.start();
        }
        Some(batch)
    }
}

/// What is refused for these reasons is refused for every machine.
fn is_hopeless(problem: &Problem) -> bool {
    use ProblemKind::{Denied, Expired, NotEnabled, Offline};
    matches!(problem.kind, Denied | Expired | NotEnabled | Offline)
}

/// Asks for the states of up to [`MACHINES`]. SSM refuses a whole batch for one machine that it does not know any more,
/// without saying which; the batch is then halved until that one stands alone.
async fn states(session: Arc<Session>, ids: Vec<String>, probe: Probe) -> Batch {
    let mut batch = Batch::default();
    let mut parts = vec![ids];
    while let Some(mut part) = parts.pop() {
        match ask_states(&session, &part, &probe).await {
            Ok(found) => {
                batch.found.extend(found);
                batch.answered.append(&mut part);
            }
            Err(Refusal::Gone(_)) if part.len() > 1 && batch.gone.len() < MOST_GONE => {
                let half = part.split_off(part.len() / 2);
                parts.extend([half, part]);
            }
            Err(Refusal::Gone(_)) if part.len() == 1 => batch.gone.append(&mut part),
            Err(Refusal::Gone(problem) | Refusal::Failed(problem)) => {
                batch.problem = Some(problem);
                batch.unread.append(&mut part);
                batch.unread.extend(parts.drain(..).flatten());
            }
        }
    }
    batch
}

async fn ask_states(
    session: &Session,
    ids: &[String],
    probe: &Probe,
) -> Result<Vec<(String, Arc<Scan>)>, Refusal> {
    let mut found = Vec::new();
    let mut token: Option<String> = None;
    // A page may be short or empty and not the last; more pages than machines there cannot be.
    for _ in 0..=ids.len() {
        session.admit(OPERATION).await.map_err(Refusal::Failed)?;
        let request = session
            .ssm()
            .describe_instance_patch_states()
            .set_instance_ids(Some(ids.to_vec()))
            .max_results(PAGE)
            .set_next_token(token);
        let answer = match request.customize().interceptor(probe.clone()).send().await {
            Ok(answer) => answer,
            Err(failure) => {
                let gone = failure.code().is_some_and(|code| code.starts_with("InvalidInstanceI"));
                let problem = session.failed(OPERATION, &failure, probe).await;
                return Err(if gone { Refusal::Gone(problem) } else { Refusal::Failed(problem) });
            }
        };
        session.worked(OPERATION);
        found.extend(answer.instance_patch_states().iter().filter_map(convert::scan));
        token = answer.next_token.filter(|t| !t.is_empty());
        if token.is_none() {
            break;
        }
    }
    Ok(found)
}
