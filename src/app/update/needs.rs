//! What the place on screen would like to know beyond its rows: graphs and histories, asked in batches, once each.

use std::{collections::HashSet, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};

use super::incidents;
use crate::{
    app::{
        effect::Effect,
        facts::Fact,
        layout::Shape,
        model::{Model, Place},
    },
    panes::{PaneId, detail::Need},
    resource::{ALARM, ResourceRef},
    rows::{
        alarm::{Alarm, AlarmState},
        metric::{GRAPH_WINDOW, SeriesQuery},
    },
    scope::ScopeId,
    triage::explanation::{Explanation, Request, Subject},
};

/// A fact is asked for again after this long.
pub const FRESH: SignedDuration = SignedDuration::from_secs(60);
/// A fact that nothing on screen needs is kept this long, for the way back.
pub const KEPT: SignedDuration = SignedDuration::from_mins(10);
/// After a failure it is left alone for this long.
pub const RETRY: SignedDuration = SignedDuration::from_secs(30);
/// The cursor must rest this long before the row under it is asked about, so that moving past rows asks nothing.
pub const REST: Duration = Duration::from_millis(250);
/// GetMetricData is billed per metric, so that only what is on the screen is asked for, and never more than this.
pub const MOST_SERIES: usize = 100;

/// Asks for what the place on screen needs and does not have.
pub fn ask(model: &mut Model, now: Timestamp, out: &mut Vec<Effect>) {
    if model.layout().shape == Shape::TooSmall {
        return;
    }
    if model.moving {
        return;
    }
    let needs = wanted(model, now);
    forget(model, &needs, now);
    let frozen = model.frozen.is_some();
    let mut series: Vec<(ScopeId, Vec<SeriesQuery>)> = Vec::new();
    for need in needs {
        match need {
            Need::Series(scope, query) => {
                let fact = model.facts.series.get(&(scope, query.clone()));
                if is_wanted(fact, frozen, now) {
                    match series.iter_mut().find(|(s, _)| *s == scope) {
                        Some((_, queries)) if !queries.contains(&query) => queries.push(query),
                        Some(_) => {}
                        None => series.push((scope, vec![query])),
                    }
                }
            }
            Need::Record(scope, id) => {
                // A record never changes: once is enough.
                let fact = model.facts.records.entry((scope, id.clone())).or_default();
                if fact.value.is_none() && fact.running.is_none() {
                    model.generation += 1;
                    fact.running = Some(model.generation);
                    out.push(Effect::Record { scope, generation: model.generation, id });
                }
            }
            Need::History(scope, alarm) => {
                if is_wanted(model.facts.history.get(&(scope, alarm.clone())), frozen, now) {
                    let generation = model.next_generation();
                    model.facts.history.entry((scope, alarm.clone())).or_default().running = Some(generation);
                    out.push(Effect::History { scope, generation, alarm });
                }
            }
            Need::Patches(scope, id) => {
                if is_wanted(model.facts.patches.get(&(scope, id.clone())), frozen, now) {
                    let generation = model.next_generation();
                    model.facts.patches.entry((scope, id.clone())).or_default().running = Some(generation);
                    out.push(Effect::Patches { scope, generation, id });
                }
            }
            Need::Explanation(..) => {}
            Need::Described(scope, what, id) => {
                let key = (scope, what, id);
                if is_wanted(model.facts.described.get(&key), frozen, now) {
                    let generation = model.next_generation();
                    let (scope, what, id) = key.clone();
                    model.facts.described.entry(key).or_default().running = Some(generation);
                    out.push(Effect::Describe { scope, generation, what, id });
                }
            }
        }
    }
    explain(model, now, out);
    for (scope, mut queries) in series {
        queries.truncate(MOST_SERIES);
        let generation = model.next_generation();
        for query in &queries {
            model.facts.series.entry((scope, query.clone())).or_default().running = Some(generation);
        }
        // One minute past now, so that the newest whole minute is inside.
        out.push(Effect::Series {
            scope,
            generation,
            queries,
            start: now - GRAPH_WINDOW,
            end: now + SignedDuration::from_mins(1),
        });
    }
}

/// Has the alarm on screen explained, once for each time that it fired: that costs CloudTrail's scarce calls.
fn explain(model: &mut Model, now: Timestamp, out: &mut Vec<Effect>) {
    let Some((subject, since)) = explained(model) else { return };
    let (scope, name) = (subject.scope, subject.id.clone());
    let alarm = (subject.kind == ALARM).then(|| model.table(PaneId::Alarms).get::<Alarm>(scope, &name));
    let alarm = match alarm {
        Some(None) => return,
        other => other.flatten(),
    };
    let key = (scope, name);
    let fact = model.facts.explanations.get(&key);
    let known = |fact: &&Fact<Arc<Explanation>>| {
        let failed = fact.problem.is_some();
        let waits = failed && fact.at.is_some_and(|at| now.duration_since(at) < RETRY);
        // A refresh by hand makes it old, and one that was given up for another is none.
        let fresh = fact.at.is_some() && !failed && fact.value.as_ref().is_none_or(|known| known.done);
        let state = |alarm: &Alarm| (alarm.state, alarm.state_since);
        let same =
            fact.value.as_ref().is_none_or(|known| known.alarm.as_deref().map(state) == alarm.map(state));
        fact.running.is_some() || waits || (fresh && same)
    };
    // What an incident is about is looked at also when it is well again: that is how it is known to be.
    let calm = alarm.is_some_and(|alarm| alarm.state == AlarmState::Ok) && since == Since::Alarm;
    if calm || fact.as_ref().is_some_and(known) {
        return;
    }
    if model.frozen.is_some() && fact.is_some_and(|fact| fact.value.is_some()) {
        return;
    }
    let of = match alarm {
        Some(alarm) => Subject::Alarm(Arc::new(alarm.clone()), below(model, alarm)),
        None => Subject::Resource(subject),
    };
    let at = match since {
        Since::Alarm => None,
        Since::Incident(at) => at,
    };
    let request = Box::new(Request { at, ..Request::of(of) });
    let generation = model.next_generation();
    // One at a time: what is being worked out for another alarm is given up.
    for fact in model.facts.explanations.values_mut().filter(|fact| fact.running.is_some()) {
        (fact.running, fact.at) = (None, Some(now));
    }
    model.facts.explanations.entry(key.clone()).or_default().running = Some(generation);
    let (scope, alarm) = key;
    out.push(Effect::Explain { scope, generation, alarm, request });
}

/// Since when what is to be explained is as it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Since {
    /// The alarm knows.
    Alarm,
    /// The incident about it says so, if it knows.
    Incident(Option<Timestamp>),
}

/// What is to be explained: the alarm on screen, or what the incident on screen is about, with when that began.
fn explained(model: &Model) -> Option<(ResourceRef, Since)> {
    let Place::Page(page) = &model.place else { return None };
    if page.subject.kind == ALARM {
        return Some((page.subject.clone(), Since::Alarm));
    }
    let incident = incidents::on_screen(model).filter(|incident| !incident.is_closed())?;
    let subject = crate::panes::incidents::reference(incident.subjects.first()?, &model.scopes)?;
    let began = incident.since.or(incident.opened.as_ref().map(|(at, _)| *at));
    (subject.kind.starts_with("AWS::")).then_some((subject, Since::Incident(began)))
}

/// The alarms below a composite, each once.
fn below(model: &Model, alarm: &Alarm) -> Vec<Arc<Alarm>> {
    let mut found: Vec<Arc<Alarm>> = Vec::new();
    let mut waiting: Vec<&str> = alarm.children.iter().map(String::as_str).collect();
    let mut seen: HashSet<&str> = HashSet::from([alarm.name.as_str()]);
    while let Some(name) = waiting.pop() {
        let known = model.table(PaneId::Alarms).get::<Alarm>(alarm.scope, name);
        if let Some(child) = known.filter(|child| seen.insert(child.name.as_str())) {
            waiting.extend(child.children.iter().map(String::as_str));
            found.push(Arc::new(child.clone()));
        }
    }
    found
}

/// Drops what no place on screen needs and is old, and failures of places that were left.
fn forget(model: &mut Model, needs: &[Need], now: Timestamp) {
    let old = |at: Option<Timestamp>| at.is_some_and(|at| now.duration_since(at) > KEPT);
    let drop = |running: bool, failed: bool, at| !running && (failed || old(at));
    model.facts.series.retain(|(scope, query), f| {
        !drop(f.running.is_some(), f.problem.is_some(), f.at)
            || needs.iter().any(|n| matches!(n, Need::Series(s, q) if s == scope && q == query))
    });
    model.facts.history.retain(|(scope, alarm), f| {
        !drop(f.running.is_some(), f.problem.is_some(), f.at)
            || needs.iter().any(|n| matches!(n, Need::History(s, a) if s == scope && a == alarm))
    });
    model.facts.patches.retain(|(scope, id), f| {
        !drop(f.running.is_some(), f.problem.is_some(), f.at)
            || needs.iter().any(|n| matches!(n, Need::Patches(s, i) if s == scope && i == id))
    });
    model.facts.described.retain(|(scope, what, id), f| {
        !drop(f.running.is_some(), f.problem.is_some(), f.at)
            || needs
                .iter()
                .any(|n| matches!(n, Need::Described(s, w, i) if s == scope && w == what && i == id))
    });
    let on_screen = explained(model).map(|(subject, _)| subject);
    model.facts.explanations.retain(|(scope, alarm), f| {
        !drop(f.running.is_some(), f.problem.is_some() && f.value.is_none(), f.at)
            || on_screen.as_ref().is_some_and(|subject| (subject.scope, &subject.id) == (*scope, alarm))
    });
    model.facts.records.retain(|(scope, id), f| {
        !drop(f.running.is_some(), f.problem.is_some(), f.at)
            || needs.iter().any(|n| matches!(n, Need::Record(s, e) if s == scope && e == id))
    });
}

/// Forgets what is being asked, when the place is left.
pub fn cancel(model: &mut Model, out: &mut Vec<Effect>) {
    let series = model.facts.series.values_mut().filter_map(|f| f.running.take()).count();
    let history = model.facts.history.values_mut().filter_map(|f| f.running.take()).count();
    let patches = model.facts.patches.values_mut().filter_map(|f| f.running.take()).count();
    let described = model.facts.described.values_mut().filter_map(|f| f.running.take()).count();
    let records = model.facts.records.values_mut().filter_map(|f| f.running.take()).count();
    let searches = model.search.as_mut().and_then(|s| s.feed.running.take()).iter().count();
    if series + history + patches + described + records + searches > 0 {
        out.push(Effect::CancelFacts);
    }
}

/// Makes the facts of the place on screen old, so that they are asked for again.
pub fn expire(model: &mut Model) {
    for fact in model.facts.series.values_mut() {
        fact.at = None;
    }
    for fact in model.facts.history.values_mut() {
        fact.at = None;
    }
    for fact in model.facts.patches.values_mut() {
        fact.at = None;
    }
    for fact in model.facts.described.values_mut() {
        fact.at = None;
    }
    if let Some((subject, _)) = explained(model)
        && let Some(fact) = model.facts.explanations.get_mut(&(subject.scope, subject.id))
    {
        fact.at = None;
    }
    if let Some(uid) = incidents::on_screen(model).map(|incident| incident.uid.clone()) {
        model.incidents.expire(&uid);
    }
}

/// While the display is held, what it lacks is read, and what it shows is left as it is.
fn is_wanted<T>(fact: Option<&Fact<T>>, frozen: bool, now: Timestamp) -> bool {
    let Some(fact) = fact else { return true };
    if frozen && fact.value.is_some() {
        return false;
    }
    let wait = if fact.problem.is_some() { RETRY } else { FRESH };
    fact.running.is_none() && fact.at.is_none_or(|at| now.duration_since(at) >= wait)
}

/// Everything on screen that needs facts: the page, or the visible alarms and the previewed row.
fn wanted(model: &Model, now: Timestamp) -> Vec<Need> {
    match &model.place {
        Place::Page(p) => model.needs(&p.subject, now),
        Place::Pane(_) | Place::Events(_) => {
            let Some(table) = model.list() else { return Vec::new() };
            let mut needs = Vec::new();
            let preview = model.layout().preview.is_some();
            if let Some(row) = table.selected().filter(|_| preview) {
                needs.extend(model.needs(&row.subject(), now));
            }
            if table.pane == PaneId::Alarms && preview {
                let rows = model.table_rows();
                let visible = (table.cursor.offset..table.cursor.offset + rows).filter_map(|at| table.at(at));
                for row in visible {
                    let alarm: Option<&Alarm> = row.as_any().downcast_ref();
                    let subject: ResourceRef = row.subject();
                    if alarm.is_some_and(|a| a.kind() == "metric") {
                        let series = model.needs(&subject, now).into_iter();
                        needs.extend(series.filter(|n| matches!(n, Need::Series(..))));
                    }
                }
            }
            needs
        }
    }
}
