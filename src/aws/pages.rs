//! Pages of one listing, fetched ahead of the decoding and handed out in order.
//!
//! Each page is a task of its own. The next request goes out as soon as the token of the page before is known, be it
//! from the raw answer ([`super::probe`]) or from the decoded one, so that the network and two or more decoders work at
//! the same time. At most [`AHEAD`] pages are in memory undecoded. Dropping a [`Pager`] aborts its tasks.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, atomic::AtomicU32},
};

use futures::future::BoxFuture;
use tokio::{
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender},
    task::{AbortHandle, JoinSet},
};

use super::probe::{Announce, Probe};
use crate::problem::{Problem, ProblemKind, Remedy};

/// Pages under way at the same time: one on the network and a few with the decoders. A page of 1,000 instances is
/// 1.5 MB of XML and several times that while it is being turned into rows.
const AHEAD: usize = 4;

/// One decoded page.
#[derive(Debug)]
pub(super) struct Page<T> {
    /// Its rows.
    pub items: Vec<T>,
    /// The token of the next one.
    pub next: Option<String>,
}

/// Fetches the page that a token stands for; the first has none.
pub(super) type Fetch<T> =
    Box<dyn Fn(Option<String>, Probe) -> BoxFuture<'static, Result<Page<T>, Problem>> + Send + Sync>;

/// Walks the pages of one listing.
pub(super) struct Pager<T> {
    operation: &'static str,
    fetch: Fetch<T>,
    calls: Arc<AtomicU32>,
    tasks: JoinSet<(usize, String, Result<Page<T>, Problem>)>,
    running: HashMap<usize, AbortHandle>,
    /// The token with which each page was asked for.
    asked: HashMap<usize, String>,
    seen: HashSet<String>,
    /// The next page to ask for, kept back while [`AHEAD`] are under way.
    waiting: Option<(usize, String)>,
    announced: UnboundedReceiver<(usize, String)>,
    announce: UnboundedSender<(usize, String)>,
    done: BTreeMap<usize, Result<Vec<T>, Problem>>,
    given: usize,
}

impl<T: Send + 'static> Pager<T> {
    /// Asks for the first page at once.
    pub(super) fn new(operation: &'static str, calls: &Arc<AtomicU32>, fetch: Fetch<T>) -> Self {
        let (announce, announced) = mpsc::unbounded_channel();
        let mut pager = Self {
            operation,
            fetch,
            calls: Arc::clone(calls),
            tasks: JoinSet::new(),
            running: HashMap::new(),
            asked: HashMap::new(),
            seen: HashSet::new(),
            waiting: None,
            announced,
            announce,
            done: BTreeMap::new(),
            given: 0,
        };
        pager.start(0, String::new());
        pager
    }

    /// The next page in order, or the problem in its place; `None` after the last. May be dropped and called again.
    pub(super) async fn next(&mut self) -> Option<Result<Vec<T>, Problem>> {
        loop {
            if let Some(page) = self.done.remove(&self.given) {
                self.given += 1;
                return Some(page);
            }
            if self.running.is_empty() && self.waiting.is_none() {
                return None;
            }
            tokio::select! {
                biased;
                Some((page, token)) = self.announced.recv() => self.follow(page, token),
                Some(finished) = self.tasks.join_next() => match finished {
                    Ok((page, token, result)) => self.finish(page, &token, result),
                    Err(broken) => self.broke(broken.id()),
                }
            }
        }
    }

    /// The raw answer of a page names the next one. Only a hint, so a token seen before is no cause for complaint here.
    fn follow(&mut self, page: usize, token: String) {
        let current = self.running.contains_key(&page);
        if current && !self.asked.contains_key(&(page + 1)) && !self.seen.contains(&token) {
            self.ask_for(page + 1, token);
        }
    }

    fn finish(&mut self, page: usize, token: &str, result: Result<Page<T>, Problem>) {
        // A task that was aborted too late, or for a token that turned out wrong.
        if self.asked.get(&page).map(String::as_str) != Some(token) {
            return;
        }
        self.running.remove(&page);
        match result {
            Ok(Page { items, next }) => {
                self.done.insert(page, Ok(items));
                self.settle(page + 1, next.filter(|t| !t.is_empty()));
            }
            Err(problem) => {
                self.done.insert(page, Err(problem));
            }
        }
        if let Some((page, token)) = self.waiting.take() {
            self.ask_for(page, token);
        }
    }

    /// A task that panicked would otherwise be waited for without end.
    fn broke(&mut self, task: tokio::task::Id) {
        let Some(page) = self.running.iter().find(|(_, t)| t.id() == task).map(|(page, _)| *page) else {
            return;
        };
        self.running.remove(&page);
        let message = "reading the answer failed in a way that should not be possible".to_owned();
        self.done.insert(page, Err(self.problem(message)));
    }

    fn problem(&self, message: String) -> Problem {
        Problem {
            operation: self.operation.to_owned(),
            kind: ProblemKind::Other,
            message,
            remedy: Remedy::ReadLog,
        }
    }

    /// The decoded answer has the last word on what comes next.
    fn settle(&mut self, next: usize, token: Option<String>) {
        if self.asked.get(&next) == token.as_ref() {
            return;
        }
        // The raw answer said otherwise: give up whatever was begun on its word.
        let begun: Vec<usize> = self.asked.keys().copied().filter(|p| *p >= next).collect();
        for page in begun {
            if let Some(task) = self.running.remove(&page) {
                task.abort();
            }
            if let Some(token) = self.asked.remove(&page) {
                self.seen.remove(&token);
            }
            self.done.remove(&page);
        }
        if self.waiting.as_ref().is_some_and(|(p, _)| *p >= next) {
            self.waiting = None;
        }
        let Some(token) = token else { return };
        if self.seen.contains(&token) {
            let message = format!("page {next} leads back to an earlier page, so the list stops there");
            self.done.insert(next, Err(self.problem(message)));
        } else {
            self.ask_for(next, token);
        }
    }

    fn ask_for(&mut self, page: usize, token: String) {
        self.asked.insert(page, token.clone());
        self.seen.insert(token.clone());
        if self.running.len() < AHEAD {
            self.start(page, token);
        } else {
            self.waiting = Some((page, token));
        }
    }

    fn start(&mut self, page: usize, token: String) {
        let probe = Probe::announcing(&self.calls, Announce { page, to: self.announce.clone() });
        self.asked.insert(page, token.clone());
        let answer = (self.fetch)((!token.is_empty()).then(|| token.clone()), probe);
        let task = self.tasks.spawn(async move { (page, token, answer.await) });
        self.running.insert(page, task);
    }
}

/// The [`Pager`] of an operation that takes a token and gives one: a request without its token, and what is taken from an
/// answer. What stands behind `with` is cloned for each page. The SDK's request builders share no trait, hence a macro.
macro_rules! listing {
    (
        $session:expr, $calls:expr, $operation:expr, $(with $kept:ident,)*
        |$asking:ident| $request:expr, |$answer:ident| $items:expr $(,)?
    ) => {{
        let session = ::std::sync::Arc::clone($session);
        $(let $kept = $kept.clone();)*
        let fetch = move |token, probe: $crate::aws::probe::Probe| {
            let $asking = ::std::sync::Arc::clone(&session);
            $(let $kept = $kept.clone();)*
            let page = async move {
                let _turn = $asking.turn().await;
                let request = $request.set_next_token(token);
                let mut $answer = $crate::aws::ask!($asking, $operation, probe, request)?;
                let next = $answer.next_token.take();
                Ok($crate::aws::pages::Page { items: $items, next })
            };
            ::futures::FutureExt::boxed(page)
        };
        $crate::aws::pages::Pager::new($operation, $calls, Box::new(fetch))
    }};
}
pub(super) use listing;

#[cfg(test)]
mod tests;
