//! When each pane is asked again: one request in flight per pane and scope, intervals with jitter, back-off after
//! failures, longer pauses for large fleets.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::{
    app::{
        effect::Effect,
        model::{Feed, Model},
    },
    panes::PaneId,
    problem::ProblemKind,
    scope::ScopeId,
};

/// The longest pause after failures.
pub const LONGEST_BACKOFF: Duration = Duration::from_mins(5);

/// Rows that one interval pays for. A fleet of more is asked less often, so that decoding it (45–50 ms of CPU per
/// 1,000 instances, twice) stays under a hundredth of a core: 10,000 instances every five minutes.
pub const ROWS_PER_INTERVAL: usize = 2_000;

/// Asks for everything in every scope.
pub fn start_all(model: &mut Model, now: Timestamp, out: &mut Vec<Effect>) {
    let scopes: Vec<ScopeId> = model.scopes.iter().map(|(id, _)| id).collect();
    for scope in scopes {
        start_scope(model, scope, now, out);
    }
    if model.settings.all_regions {
        discover(model, out);
    }
}

/// Asks for everything in one scope.
pub fn start_scope(model: &mut Model, scope: ScopeId, now: Timestamp, out: &mut Vec<Effect>) {
    out.push(Effect::Identify(scope));
    for pane in PaneId::Board.spec().sources() {
        start(model, pane, scope, now, out);
    }
}

/// Starts a request, or remembers that one is wanted after the one that runs.
pub fn start(model: &mut Model, pane: PaneId, scope: ScopeId, now: Timestamp, out: &mut Vec<Effect>) {
    let generation = model.next_generation();
    let feed = model.feeds.entry((pane, scope)).or_default();
    if feed.running.is_some() {
        feed.again = true;
        return;
    }
    feed.generation = generation;
    feed.running = Some(now);
    feed.due = None;
    feed.again = false;
    let (early, by_hand) = (feed.fetched_at.is_none(), std::mem::take(&mut feed.by_hand));
    out.push(Effect::Fetch { pane, scope, generation, early, by_hand });
}

/// Starts what is due.
pub fn due(model: &mut Model, now: Timestamp, out: &mut Vec<Effect>) {
    let due: Vec<(PaneId, ScopeId)> = model
        .feeds
        .iter()
        .filter(|(_, f)| f.running.is_none() && f.due.is_some_and(|d| d <= now))
        .map(|(key, _)| *key)
        .collect();
    for (pane, scope) in due {
        start(model, pane, scope, now, out);
    }
}

/// Asks a pane again at once in all scopes, or the panes that it is made from. Scopes whose credentials were refused are connected anew first.
pub fn refresh(model: &mut Model, pane: PaneId, now: Timestamp, out: &mut Vec<Effect>) {
    let scopes: Vec<ScopeId> = model.scopes.iter().map(|(id, _)| id).collect();
    for scope in scopes {
        let refused = |p: &crate::problem::Problem| p.kind == ProblemKind::Expired;
        let feeds = model.feeds.iter().filter(|((_, s), _)| *s == scope);
        let expired = feeds.into_iter().any(|(_, f)| f.problems.iter().any(refused));
        if expired || model.identity.contains_key(&scope) {
            if !out.contains(&Effect::Reconnect) {
                out.push(Effect::Reconnect);
            }
            out.push(Effect::Identify(scope));
        }
        // Credentials that work again work for every pane.
        let every = if expired { PaneId::Board } else { pane };
        for wanted in every.spec().sources() {
            model.feeds.entry((wanted, scope)).or_default().by_hand = true;
            start(model, wanted, scope, now, out);
        }
    }
    if model.discovery.take().is_some() {
        discover(model, out);
    }
}

/// Asks which Regions there are.
fn discover(model: &Model, out: &mut Vec<Effect>) {
    out.push(Effect::DiscoverRegions(u16::try_from(model.scopes.len()).unwrap_or(u16::MAX)));
}

/// Asks again for what is older than its interval, after time spent in the background.
pub fn refresh_stale(model: &mut Model, now: Timestamp, out: &mut Vec<Effect>) {
    let stale: Vec<(PaneId, ScopeId)> = model
        .feeds
        .iter()
        .filter(|((pane, _), f)| {
            let age = f.fetched_at.map_or(i64::MAX, |at| now.as_second() - at.as_second());
            u64::try_from(age).unwrap_or(0) >= interval(model, *pane).as_secs()
        })
        .map(|(key, _)| *key)
        .collect();
    for (pane, scope) in stale {
        start(model, pane, scope, now, out);
    }
}

/// Books the end of a request: when it is due again.
pub fn finished(model: &mut Model, pane: PaneId, scope: ScopeId, complete: bool, now: Timestamp) {
    let base = interval(model, pane);
    let Some(feed) = model.feeds.get_mut(&(pane, scope)) else { return };
    feed.running = None;
    feed.failed = !complete;
    if complete {
        feed.fetched_at = Some(now);
        feed.failures = 0;
    } else {
        feed.failures = feed.failures.saturating_add(1);
    }
    let pause = if feed.again { Duration::ZERO } else { pause(base, feed) };
    feed.due = Some(now + SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX));
}

/// How often a pane is asked, given how many rows its largest scope has: each scope is a request of its own. Where only
/// what is new is asked for, the rows that are there cost nothing.
pub fn interval(model: &Model, pane: PaneId) -> Duration {
    let base = model.settings.intervals.get(pane.index()).copied().unwrap_or(pane.spec().interval);
    if pane.spec().keeps.is_some() {
        return base;
    }
    let times = model.table(pane).largest_scope.div_ceil(ROWS_PER_INTERVAL).max(1);
    base * u32::try_from(times).unwrap_or(u32::MAX)
}

/// The interval with up to a tenth of jitter, doubled per failure in a row up to [`LONGEST_BACKOFF`]. The jitter comes
/// from the request's number: scattered, and the same in every run of a test.
fn pause(base: Duration, feed: &Feed) -> Duration {
    let tenth = u64::try_from(base.as_millis() / 10).unwrap_or(u64::MAX).max(1);
    let jitter = feed.generation.wrapping_mul(0x9E37_79B9_7F4A_7C15) % tenth;
    let doubled = base.saturating_mul(1 << feed.failures.min(8));
    let doubled = if feed.failures == 0 { base } else { doubled.min(LONGEST_BACKOFF.max(base)) };
    doubled + Duration::from_millis(jitter)
}

/// Whether every pane and scope has answered at least once, well or not.
pub fn all_answered(model: &Model) -> bool {
    !model.feeds.is_empty() && model.feeds.values().all(|f| f.fetched_at.is_some() || f.failures > 0)
}

/// How long nothing will happen by itself: until the next due request, the end of a message, or the next second (ages
/// and the clock are shown to the second).
pub fn next_wake(model: &Model, now: Timestamp) -> Duration {
    let second =
        Duration::from_millis(u64::try_from(1_000 - now.as_millisecond().rem_euclid(1_000)).unwrap_or(1_000));
    // Due by a clock that may run faster than the one we sleep by.
    let until = |at: Timestamp| {
        let time = Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO);
        time.div_f64(model.settings.pace.max(1.0))
    };
    let moved = model.moving.then_some(super::needs::REST);
    model
        .feeds
        .values()
        .filter(|f| f.running.is_none())
        .filter_map(|f| f.due)
        .map(until)
        .chain(moved)
        .fold(second, Duration::min)
        .max(Duration::from_millis(5))
}
