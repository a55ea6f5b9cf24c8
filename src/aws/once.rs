//! A question with one answer for a whole profile: everybody who asks while it is open waits for the same answer, a
//! good one is remembered, and a failure is forgotten, so that the next who asks asks anew.
//!
//! Whoever waits may give up; the question goes on by itself. This must never ask twice at the same time: with a dead
//! network twenty Regions would otherwise wait for twenty time-outs, one after the other.

use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};

use super::error;
use crate::problem::{Problem, Remedy};

enum State<T> {
    Unknown,
    Asked(Shared<BoxFuture<'static, Result<T, Problem>>>),
    Known(T),
}

/// A question and its answer. Clones are the same question.
pub(super) struct Once<T>(Arc<Mutex<State<T>>>);

impl<T> Clone for Once<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(State::Unknown)))
    }
}

impl<T> Once<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone + Send + Sync + 'static> Once<T> {
    /// The answer, if there is one already.
    pub(super) fn known(&self) -> Option<T> {
        match &*self.lock() {
            State::Known(answer) => Some(answer.clone()),
            _ => None,
        }
    }

    /// The answer, asking for it if nobody has yet.
    pub(super) async fn get<F>(&self, ask: impl FnOnce() -> F) -> Result<T, Problem>
    where
        F: Future<Output = Result<T, Problem>> + Send + 'static,
    {
        let asked = {
            let mut state = self.lock();
            match &*state {
                State::Known(answer) => return Ok(answer.clone()),
                State::Asked(asked) => asked.clone(),
                State::Unknown => {
                    let asked = self.begin(ask());
                    *state = State::Asked(asked.clone());
                    asked
                }
            }
        };
        asked.await
    }

    fn begin(
        &self,
        question: impl Future<Output = Result<T, Problem>> + Send + 'static,
    ) -> Shared<BoxFuture<'static, Result<T, Problem>>> {
        let once = self.clone();
        let task = tokio::spawn(async move {
            let answer = question.await;
            *once.lock() = answer.clone().map_or(State::Unknown, State::Known);
            answer
        });
        let lost = || error::other("config:Profile", "the question was interrupted", Remedy::ReadLog);
        task.map(move |joined| joined.unwrap_or_else(|_| Err(lost()))).boxed().shared()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures::future::join_all;
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn all_who_wait_get_the_one_answer_and_only_a_good_one_is_kept() {
        let (once, asked) = (Once::<u32>::default(), AtomicU32::new(0));
        let (fail, failed) = oneshot::channel::<()>();
        let failed = Mutex::new(Some(failed));
        let first = join_all((0..5).map(|_| {
            once.get(|| {
                asked.fetch_add(1, Ordering::Relaxed);
                let failed = failed.lock().unwrap().take();
                async move {
                    if let Some(failed) = failed {
                        let _ = failed.await;
                    }
                    Err(error::other("sts:GetCallerIdentity", "no", Remedy::Wait))
                }
            })
        }));
        let (answers, ()) = tokio::join!(first, async { drop(fail) });
        assert!(answers.iter().all(Result::is_err));
        assert_eq!(asked.load(Ordering::Relaxed), 1, "asked once for all");
        assert_eq!(once.get(|| async { Ok(7) }).await, Ok(7), "and again after the failure");
        assert_eq!(once.get(|| async { Ok(8) }).await, Ok(7));
    }

    #[tokio::test]
    async fn a_question_goes_on_when_nobody_waits_for_it() {
        let once = Once::<u32>::default();
        let (tell, told) = oneshot::channel::<()>();
        let waiting = once.get(|| async move {
            let _ = told.await;
            Ok(7)
        });
        assert_eq!(waiting.now_or_never(), None);
        let _ = tell.send(());
        assert_eq!(once.get(|| async { Ok(8) }).await, Ok(7));
    }
}
