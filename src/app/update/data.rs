//! Answers of the runtime. Late ones are dropped by their generation; while the display is frozen, rows wait.

use std::sync::Arc;

use jiff::Timestamp;

use super::{incidents, say, schedule};
use crate::{
    app::{
        effect::Effect,
        facts::Fact,
        model::{Model, Place},
        msg::Msg,
        table::RowKey,
    },
    problem::{Problem, ProblemKind},
    resource::ALARM,
    scope::ScopeId,
    text::sentence::Sentence,
    triage::explanation::Explanation,
    value::Role,
};

/// Answers that wait while the display is held.
const MOST_HELD: usize = 512;

/// An answer has come.
pub fn arrive(model: &mut Model, msg: Msg, now: Timestamp, out: &mut Vec<Effect>) {
    if let Msg::Fetched { pane, scope, generation, complete, problems, notes, .. } = &msg {
        if !current(model, &msg) {
            return;
        }
        book(model, (*pane, *scope, *generation), *complete, problems, now);
        if let Some(feed) = model.feeds.get_mut(&(*pane, *scope)) {
            feed.notes.clone_from(notes);
        }
        // The scope answers again, so it will say who we are, too.
        if *complete && model.identity.contains_key(scope) {
            out.push(Effect::Identify(*scope));
        }
    }
    if model.frozen.is_some()
        && (matches!(msg, Msg::Rows { .. } | Msg::Fetched { .. }) || is_shown(model, &msg))
    {
        hold(model, msg);
        return;
    }
    apply(model, msg, now, out);
}

/// Whether a message would change an explanation that is there already.
fn is_shown(model: &Model, msg: &Msg) -> bool {
    let Msg::Explained { scope, alarm, .. } = msg else { return false };
    let fact = model.facts.explanations.get(&(*scope, alarm.clone()));
    fact.is_some_and(|fact| fact.value.is_some())
}

/// Lets the display go on: what waited is applied.
pub fn release(model: &mut Model, now: Timestamp, out: &mut Vec<Effect>) {
    if let Some(frozen) = model.frozen.take() {
        for msg in frozen.held {
            apply(model, msg, now, out);
        }
    }
}

fn apply(model: &mut Model, msg: Msg, now: Timestamp, out: &mut Vec<Effect>) {
    match msg {
        Msg::Rows { pane, scope, generation, rows } => {
            let newest = model.feeds.get(&(pane, scope)).map_or(0, |f| f.generation);
            if generation <= newest {
                model.table_mut(pane).upsert(generation, rows);
            }
        }
        Msg::Fetched { pane, scope, generation, complete, .. } => match pane.spec().keeps {
            Some(time) => {
                let oldest = now.checked_sub(time).unwrap_or(now);
                let cx = model.cx(now);
                let old: Vec<RowKey> = model
                    .table(pane)
                    .rows()
                    .filter(|r| r.since(&cx).is_some_and(|at| at < oldest))
                    .map(|r| (r.scope(), r.id().to_owned()))
                    .collect();
                model.table_mut(pane).remove(&old);
            }
            None if complete => model.table_mut(pane).retire(scope, generation),
            None => {}
        },
        Msg::Noted { pane, scope, generation, notes } => {
            let feed = model.feeds.get_mut(&(pane, scope));
            if let Some(feed) = feed.filter(|f| f.generation == generation && f.running.is_some()) {
                feed.notes = notes;
            }
        }
        Msg::Unread(unread) => self::unread(model, unread, now),
        Msg::Found { generation, rows } => {
            if let Some(search) = model.search.as_mut().filter(|s| s.feed.generation == generation) {
                search.table.upsert(generation, rows);
            }
        }
        Msg::Searched { generation, complete, problems, notes } => {
            if let Some(search) = model.search.as_mut().filter(|s| s.feed.generation == generation) {
                search.notes = notes;
                let feed = &mut search.feed;
                (feed.running, feed.failed, feed.problems) = (None, !complete, problems);
                feed.fetched_at = Some(now);
            }
        }
        Msg::Record { scope, generation, id, text } => {
            let fact = model.facts.records.entry((scope, id)).or_default();
            learn(fact, generation, Ok(text), now);
        }
        Msg::Identified { scope, result: Ok(known) } => {
            if known.account.is_some() {
                model.identity.remove(&scope);
            }
            if let Some(entry) = model.scopes.get_mut(scope) {
                entry.learn(known);
            }
            for table in &mut model.tables {
                table.scopes_changed();
            }
        }
        Msg::Identified { scope, result: Err(problem) } => {
            model.identity.insert(scope, problem);
        }
        Msg::MoreScopes(Ok(scopes)) => {
            // What has been firing there all along is no news.
            model.loud = None;
            for id in model.scopes.extend(scopes) {
                schedule::start_scope(model, id, now, out);
            }
        }
        Msg::MoreScopes(Err(problem)) => model.discovery = Some(problem),
        Msg::Series { scope, generation, answers } => {
            for (query, result) in answers {
                learn(model.facts.series.entry((scope, query)).or_default(), generation, result, now);
            }
        }
        Msg::History { scope, generation, alarm, result } => {
            let fact = model.facts.history.entry((scope, alarm)).or_default();
            learn(fact, generation, result, now);
        }
        Msg::Patches { scope, generation, id, result } => {
            let fact = model.facts.patches.entry((scope, id)).or_default();
            learn(fact, generation, result, now);
        }
        Msg::Described { scope, generation, what, id, result } => {
            let fact = model.facts.described.entry((scope, what, id.clone())).or_default();
            let first = fact.value.is_none();
            learn(fact, generation, result.map(|answer| *answer), now);
            // What a page was opened for comes before what was known: a cursor that was not moved stays on top.
            if let Place::Page(page) = &mut model.place
                && first
                && page.target == 0
                && page.subject.id == id
            {
                page.chosen = None;
            }
        }
        Msg::Explained { scope, generation, alarm, result } => {
            explained(model, &(scope, alarm.clone()), generation, result, now);
            incidents::explained(model, scope, &alarm, now, out);
        }
        _ => {}
    }
}

/// What could not be read of log files: every scope's events come from the same files, so it is said once, and stays among
/// the problems.
fn unread(model: &mut Model, unread: Vec<Sentence>, now: Timestamp) {
    if let Some(first) = unread.first().filter(|_| model.unread.is_empty()) {
        let text = first.text(&model.settings.words);
        say(model, "toast.plain", &[("text", &text)], Role::Warn, now);
    }
    model.unread = unread;
}

/// An explanation has come further.
fn explained(
    model: &mut Model,
    key: &(ScopeId, String),
    generation: u64,
    result: Result<Arc<Explanation>, Problem>,
    now: Timestamp,
) {
    let Some(fact) = model.facts.explanations.get_mut(key) else { return };
    if fact.running != Some(generation) {
        return;
    }
    // The likeliest cause comes before what was known: a cursor that was not moved stays on top.
    if let Place::Page(page) = &mut model.place
        && page.target == 0
        && page.subject.kind == ALARM
        && (page.subject.scope, &page.subject.id) == (key.0, &key.1)
    {
        page.chosen = None;
    }
    match result {
        // A whole one stays until the next is whole, as long as it is about the same.
        Ok(explanation) if !explanation.done => {
            let same = |known: &Arc<Explanation>| known.done && known.case.at == explanation.case.at;
            if !fact.value.as_ref().is_some_and(same) {
                fact.value = Some(explanation);
            }
        }
        result => learn(fact, generation, result, now),
    }
}

fn learn<T>(fact: &mut Fact<T>, generation: u64, result: Result<T, Problem>, now: Timestamp) {
    if fact.running != Some(generation) {
        return;
    }
    fact.running = None;
    fact.at = Some(now);
    match result {
        Ok(value) => {
            fact.problem = None;
            fact.value = Some(value);
        }
        Err(problem) => fact.problem = Some(problem),
    }
}

fn current(model: &Model, msg: &Msg) -> bool {
    match msg {
        Msg::Fetched { pane, scope, generation, .. } => {
            model.feeds.get(&(*pane, *scope)).is_some_and(|f| f.generation == *generation)
        }
        _ => true,
    }
}

fn book(
    model: &mut Model,
    (pane, scope, _): (crate::panes::PaneId, crate::scope::ScopeId, u64),
    complete: bool,
    problems: &[Problem],
    now: Timestamp,
) {
    schedule::finished(model, pane, scope, complete, now);
    if let Some(feed) = model.feeds.get_mut(&(pane, scope)) {
        feed.problems = problems.to_vec();
        // The worst first, so that one line can speak for all.
        let rank = |kind: ProblemKind| match kind {
            ProblemKind::Expired => 0,
            ProblemKind::Denied => 1,
            ProblemKind::Offline => 2,
            ProblemKind::Other => 3,
            ProblemKind::NotEnabled => 4,
            ProblemKind::Throttled => 5,
        };
        // Parallel calls fail in any order; the screen has one.
        feed.problems.sort_by(|a, b| (rank(a.kind), &a.operation).cmp(&(rank(b.kind), &b.operation)));
    }
}

/// Keeps an answer for later. A whole newer answer replaces what waited of older ones, so that at most two wait per
/// pane and scope, however long the display is held.
fn hold(model: &mut Model, msg: Msg) {
    let Some(frozen) = model.frozen.as_mut() else { return };
    if let Msg::Fetched { pane, scope, generation, complete: true, .. } = &msg {
        frozen.held.retain(|held| match held {
            Msg::Rows { pane: p, scope: s, generation: g, .. }
            | Msg::Fetched { pane: p, scope: s, generation: g, .. } => {
                (p, s) != (pane, scope) || g >= generation
            }
            _ => true,
        });
    }
    // Of an explanation the newest state says all.
    if let Msg::Explained { scope, alarm, .. } = &msg {
        frozen.held.retain(
            |held| !matches!(held, Msg::Explained { scope: s, alarm: a, .. } if (s, a) == (scope, alarm)),
        );
    }
    frozen.held.push(msg);
    // Answers that keep failing half way; their rows come again with the next whole one.
    if frozen.held.len() > MOST_HELD {
        frozen.held.remove(0);
    }
}
