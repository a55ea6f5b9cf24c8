//! One call under way: the arguments in the SDK's types, the pages of its answer, and how a failure is told from a thing
//! that is gone.

use std::{collections::BTreeSet, sync::Arc, sync::atomic::AtomicU32};

use aws_smithy_types::DateTime;
use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use super::told::Told;
use crate::{
    aws::{Session, probe::Probe, time},
    problem::Problem,
    reads::{Ask, strings},
    text::sanitise::clean,
};

/// An answer; `None` when AWS refuses the call because a thing that it names is gone.
pub(super) type Answer = Result<Option<Json>, Problem>;

/// Pages that are read of one answer at most; what there is beyond them stands behind the answer's `NextToken`. Ten pages of
/// 1,000 are as much as anybody looks through in an incident.
const PAGES: usize = 10;

/// One call.
pub(super) struct Call<'a> {
    /// Who asks.
    pub(super) session: &'a Session,
    /// What is seen of it on the way.
    pub(super) probe: Probe,
    ask: &'a Ask,
    /// What "now" is, the same for every page: a token is only good for the very question that it came with.
    now: Timestamp,
}

impl<'a> Call<'a> {
    /// Requests that go out are counted.
    pub(super) fn new(session: &'a Session, ask: &'a Ask, calls: &Arc<AtomicU32>) -> Self {
        Self { session, probe: Probe::new(calls), ask, now: session.now() }
    }

    /// The IAM action.
    pub(super) const fn action(&self) -> &'static str {
        self.ask.spec.action
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.ask.text(name)
    }

    pub(super) fn texts(&self, name: &str) -> Option<Vec<String>> {
        self.ask.texts(name)
    }

    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.ask.flag(name)
    }

    pub(super) fn number(&self, name: &str) -> Option<i32> {
        self.ask.number(name)
    }

    /// One of the SDK's words; one that it does not know goes out as it is.
    pub(super) fn word<T: for<'w> From<&'w str>>(&self, name: &str) -> Option<T> {
        self.text(name).map(|text| T::from(text.as_str()))
    }

    pub(super) fn words<T: for<'w> From<&'w str>>(&self, name: &str) -> Option<Vec<T>> {
        Some(self.texts(name)?.iter().map(|text| T::from(text.as_str())).collect())
    }

    pub(super) fn moment(&self, name: &str) -> Option<Timestamp> {
        self.ask.time(name, self.now)
    }

    pub(super) fn time(&self, name: &str) -> Option<DateTime> {
        self.moment(name).map(time::to_sdk)
    }

    /// A moment of a structure.
    pub(super) fn time_in(&self, of: &Json, name: &str) -> Option<DateTime> {
        Ask::moment(of.get(name)?.as_str()?, self.now).map(time::to_sdk)
    }

    /// A structure.
    pub(super) fn object(&self, name: &str) -> Option<&'a Json> {
        self.ask.object(name)
    }

    /// The structures of a list, each made one of the SDK's; none when the argument is not given.
    pub(super) fn each<T>(&self, name: &str, make: impl Fn(&Json) -> Option<T>) -> Option<Vec<T>> {
        let given = self.ask.objects(name);
        (!given.is_empty()).then(|| given.iter().filter_map(make).collect())
    }

    /// How many at most: as the question says, else the largest page.
    pub(super) fn page(&self, largest: i32) -> i32 {
        self.ask.page_size().unwrap_or(largest)
    }

    /// The same, but where things are named: EC2 refuses a size beside ids, and answers about them in one page.
    pub(super) fn page_unless(&self, ids: &str, largest: i32) -> Option<i32> {
        if self.ask.args().contains_key(ids) { self.ask.page_size() } else { Some(self.page(largest)) }
    }
}

/// A text of a structure.
pub(super) fn text(of: &Json, name: &str) -> Option<String> {
    of.get(name)?.as_str().map(str::to_owned)
}

/// A list of texts of a structure.
pub(super) fn texts(of: &Json, name: &str) -> Option<Vec<String>> {
    of.get(name).map(strings)
}

/// A number of a structure.
pub(super) fn number(of: &Json, name: &str) -> Option<i32> {
    of.get(name)?.as_i64().and_then(|n| i32::try_from(n).ok())
}

/// The pages of an answer, put together.
pub(super) struct Pages {
    most: usize,
    read: usize,
    lists: Map<String, Json>,
    next: Option<String>,
    seen: BTreeSet<String>,
}

impl Pages {
    pub(super) fn new(call: &Call<'_>) -> Self {
        let most = if call.ask.page_size().is_some() { 1 } else { PAGES };
        Self { most, read: 0, lists: Map::new(), next: None, seen: BTreeSet::new() }
    }

    /// What to ask the next page with.
    pub(super) fn token(&self) -> Option<String> {
        self.next.clone()
    }

    /// Adds a list of a page.
    pub(super) fn add(&mut self, name: &str, items: &impl Told) {
        let list = self.lists.entry(name).or_insert_with(|| Json::Array(Vec::new()));
        if let (Json::Array(list), Some(Json::Array(more))) = (list, items.told()) {
            list.extend(more);
        }
    }

    /// A page is read; whether to read on. A token that was there before leads nowhere.
    pub(super) fn goes_on(&mut self, next: Option<String>) -> bool {
        self.read += 1;
        self.next = next.filter(|token| !token.is_empty());
        let new = self.next.as_ref().is_some_and(|token| self.seen.insert(token.clone()));
        new && self.read < self.most
    }

    /// All of it; with the next page's token if there is one that was not read.
    pub(super) fn told(mut self) -> Json {
        if let Some(token) = self.next {
            self.lists.insert("NextToken".to_owned(), clean(&token).into());
        }
        Json::Object(self.lists)
    }
}

/// Asks an operation as [`crate::aws::ask!`] does; `None` when AWS answers that there is no such thing.
macro_rules! seek {
    ($call:expr, $request:expr) => {{
        let (session, operation) = ($call.session, $call.action());
        match session.admit(operation).await {
            Err(problem) => Err(problem),
            Ok(()) => match $request.customize().interceptor($call.probe.clone()).send().await {
                Ok(answer) => {
                    session.worked(operation);
                    Ok(Some(answer))
                }
                Err(failure) if $crate::aws::error::says(&failure, $crate::aws::error::codes::is_gone) => {
                    session.worked(operation);
                    Ok(None)
                }
                Err(failure) => Err(session.failed(operation, &failure, &$call.probe).await),
            },
        }
    }};
}
pub(super) use seek;

/// Lists that come in pages: their names and fields, how the next page is asked for, and the request.
macro_rules! pages {
    ($call:expr, [$(($name:literal, $items:ident)),+], $set:ident($next:ident), $request:expr $(,)?) => {{
        let mut pages = $crate::aws::reads::call::Pages::new($call);
        loop {
            let request = $request.$set(pages.token());
            let Some(answer) = $crate::aws::reads::call::seek!($call, request)? else { break Ok(None) };
            $(pages.add($name, &answer.$items);)+
            if !pages.goes_on(answer.$next) {
                break Ok(Some(pages.told()));
            }
        }
    }};
}
pub(super) use pages;

/// Lists that come at once.
macro_rules! whole {
    ($call:expr, [$(($name:literal, $items:ident)),+], $request:expr $(,)?) => {{
        let mut pages = $crate::aws::reads::call::Pages::new($call);
        let answer = $crate::aws::reads::call::seek!($call, $request)?;
        Ok(answer.map(|answer| {
            $(pages.add($name, &answer.$items);)+
            pages.told()
        }))
    }};
}
pub(super) use whole;

/// One thing.
macro_rules! one {
    ($call:expr, $request:expr $(,)?) => {{
        let answer = $crate::aws::reads::call::seek!($call, $request)?;
        Ok(answer.as_ref().and_then($crate::aws::reads::told::Told::told))
    }};
}
pub(super) use one;
