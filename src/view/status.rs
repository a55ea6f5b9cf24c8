//! How much of a pane is live, loading, old or failing: read off the feeds, once per frame.

use jiff::Timestamp;

use crate::{
    app::model::{Feed, Model},
    panes::{PaneId, Source},
    problem::{Problem, ProblemKind},
    scope::ScopeId,
    text::Catalogue,
};

/// The state of one pane over all scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Status {
    /// Scopes there are.
    pub scopes: usize,
    /// Scopes whose rows are those of the last attempt.
    pub live: usize,
    /// Scopes that have brought rows at least once.
    pub answered: usize,
    /// Scopes whose listing failed last time.
    pub failed: usize,
    /// Scopes with a problem beside the listing.
    pub partial: usize,
    /// Scopes being asked for the first time.
    pub loading: usize,
    /// Since when the longest of those has been waiting.
    pub waiting_since: Option<Timestamp>,
    /// When the oldest rows were read.
    pub oldest: Option<Timestamp>,
    /// Whether those are older than two intervals.
    pub stale: bool,
}

impl Status {
    /// Reads it off the model.
    pub(super) fn of(model: &Model, pane: PaneId, now: Timestamp) -> Self {
        let mut status = Self { scopes: model.scopes.len(), ..Self::default() };
        // Our own records are as they are on the disk, and what is known from the start never fails.
        if matches!(pane.spec().source, Source::Recorded | Source::Fixed) {
            (status.live, status.answered) = (status.scopes, status.scopes);
            return status;
        }
        for (scope, _) in model.scopes.iter() {
            let feeds: Vec<Option<&Feed>> =
                pane.spec().sources().map(|source| model.feeds.get(&(source, scope))).collect();
            let unknown = model.identity.contains_key(&scope);
            let has = |f: &Feed| f.fetched_at.is_some();
            let lost = |f: Option<&Feed>| f.is_some_and(|f| f.failed) || (unknown && !f.is_some_and(has));
            let answered = feeds.iter().flatten().any(|f| has(f));
            // What is made from several has failed when all of them have; else it lacks a part.
            let failed = feeds.iter().all(|f| lost(*f));
            let waiting = feeds.iter().filter(|f| !f.is_some_and(has) && !lost(**f));
            let loading = !failed && waiting.clone().next().is_some();
            status.answered += usize::from(answered && !loading);
            status.failed += usize::from(failed);
            status.live += usize::from(answered && !failed && !loading);
            let marred = feeds.iter().flatten().any(|f| f.failed || !f.problems.is_empty());
            status.partial += usize::from(!failed && marred);
            status.loading += usize::from(loading);
            let since = waiting.filter_map(|f| f.and_then(|f| f.running)).min();
            status.waiting_since = [status.waiting_since, since].into_iter().flatten().min();
        }
        status.oldest = model.oldest_data(pane);
        status.stale = pane.spec().sources().any(|source| {
            let interval = crate::app::update::schedule::interval(model, source);
            let limit = i64::try_from(interval.as_secs().saturating_mul(2)).unwrap_or(i64::MAX);
            model.oldest_data(source).is_some_and(|at| now.as_second() - at.as_second() > limit)
        });
        status
    }
}

/// The same thing that went wrong in one or more scopes.
#[derive(Debug)]
pub(super) struct Trouble<'a> {
    /// What.
    pub problem: &'a Problem,
    /// Where; empty when it belongs to no scope.
    pub scopes: Vec<ScopeId>,
    /// In which panes; empty when it is about who we are.
    pub panes: Vec<PaneId>,
    /// Whether a listing failed, as against a secondary call.
    pub listing: bool,
    /// When it will be tried again.
    pub due: Option<Timestamp>,
}

/// What is wrong with one pane, or with all: equal problems of several scopes as one, listings first, then the classes
/// that a person can mend before those that mend themselves.
pub(super) fn troubles(model: &Model, pane: Option<PaneId>) -> Vec<Trouble<'_>> {
    let mut found: Vec<Trouble<'_>> = Vec::new();
    if let Some(problem) = &model.discovery {
        add(&mut found, problem, None, None, None);
    }
    for (scope, _) in model.scopes.iter() {
        if let Some(problem) = model.identity.get(&scope) {
            add(&mut found, problem, Some(scope), None, None);
        }
        for source in pane.unwrap_or(PaneId::Board).spec().sources() {
            let Some(feed) = model.feeds.get(&(source, scope)) else { continue };
            for problem in &feed.problems {
                add(&mut found, problem, Some(scope), Some(source), Some(feed));
            }
        }
    }
    if pane.is_none() || matches!(model.place, crate::app::model::Place::Page(_)) {
        let series =
            model.facts.series.iter().filter_map(|((scope, _), f)| Some((*scope, f.problem.as_ref()?)));
        let history =
            model.facts.history.iter().filter_map(|((scope, _), f)| Some((*scope, f.problem.as_ref()?)));
        let patches =
            model.facts.patches.iter().filter_map(|((scope, _), f)| Some((*scope, f.problem.as_ref()?)));
        let described =
            model.facts.described.iter().filter_map(|((scope, ..), f)| Some((*scope, f.problem.as_ref()?)));
        let mut facts: Vec<_> = series.chain(history).chain(patches).chain(described).collect();
        // Maps have no order; the screen must.
        facts.sort_by(|a, b| (a.0, &a.1.operation, &a.1.message).cmp(&(b.0, &b.1.operation, &b.1.message)));
        for (scope, problem) in facts {
            add(&mut found, problem, Some(scope), None, None);
        }
    }
    // Nothing else can be mended before the credentials are.
    found.sort_by_key(|t| (t.problem.kind != ProblemKind::Expired, !t.listing, rank(t.problem.kind)));
    found
}

fn add<'a>(
    found: &mut Vec<Trouble<'a>>,
    problem: &'a Problem,
    scope: Option<ScopeId>,
    pane: Option<PaneId>,
    feed: Option<&Feed>,
) {
    let listing = feed.is_some_and(|f| f.failed);
    let due = feed.and_then(|f| f.due);
    let known = found.iter_mut().find(|t| t.problem == problem);
    match known {
        Some(trouble) => {
            for scope in scope.into_iter().filter(|s| !trouble.scopes.contains(s)).collect::<Vec<_>>() {
                trouble.scopes.push(scope);
            }
            for pane in pane.into_iter().filter(|p| !trouble.panes.contains(p)).collect::<Vec<_>>() {
                trouble.panes.push(pane);
            }
            trouble.listing |= listing;
            trouble.due = [trouble.due, due].into_iter().flatten().min();
        }
        None => found.push(Trouble {
            problem,
            scopes: scope.into_iter().collect(),
            panes: pane.into_iter().collect(),
            listing,
            due,
        }),
    }
}

const fn rank(kind: ProblemKind) -> u8 {
    match kind {
        ProblemKind::Expired => 0,
        ProblemKind::Denied => 1,
        ProblemKind::NotEnabled => 2,
        ProblemKind::Other => 3,
        ProblemKind::Offline => 4,
        ProblemKind::Throttled => 5,
    }
}

/// `prod eu-west-1`, `prod eu-west-1 and 3 more`, or `all 6 scopes`.
pub(super) fn scopes_text(model: &Model, scopes: &[ScopeId], words: &Catalogue) -> String {
    if scopes.len() > 1 && scopes.len() == model.scopes.len() {
        return words.fill("view.all_scopes", &[("count", &scopes.len())]);
    }
    let name = |id: &ScopeId| {
        model.scopes.get(*id).map(|s| format!("{} {}", s.account_label(), s.region).trim_end().to_owned())
    };
    let mut names = scopes.iter().filter_map(name);
    let first = names.next().unwrap_or_default();
    match names.count() {
        0 => first,
        n => words.fill("view.and_more", &[("first", &first), ("count", &n)]),
    }
}
