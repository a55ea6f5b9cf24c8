//! What each message does to the state, and what it wants done: the whole behaviour of the console.
//!
//! Pure: no IO, no clock, no terminal. Tests drive it with the same messages and keys as the program.

pub mod actions;
pub mod data;
pub mod forms;
pub mod incidents;
pub mod needs;
pub mod overlays;
pub mod places;
pub mod schedule;

use std::{collections::HashMap, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};

use crate::{
    app::{
        effect::Effect,
        model::{Model, Overlay, Place, Toast},
        msg::Msg,
        table::RowKey,
    },
    input::field::Field,
    panes::{self, PaneId, Source, board, incidents::Record},
    severity::Severity,
    value::Role,
};

/// Applies one message. The order of effects matters only among those of the same kind.
pub fn update(model: &mut Model, msg: Msg, now: Timestamp) -> Vec<Effect> {
    update_all(model, [msg], now)
}

/// Applies messages that came together. What follows from them is worked out once: with ten thousand rows on screen that
/// is most of the work.
pub fn update_all(model: &mut Model, messages: impl IntoIterator<Item = Msg>, now: Timestamp) -> Vec<Effect> {
    let mut out = Vec::new();
    for msg in messages {
        apply(model, msg, now, &mut out);
    }
    settle(model, now, &mut out);
    out
}

fn apply(model: &mut Model, msg: Msg, now: Timestamp, out: &mut Vec<Effect>) {
    match msg {
        Msg::Key(key) => {
            // A sentence stays until it is read or out of date; a key says that it was read.
            model.toast = None;
            settle_tables(model, now);
            actions::key(model, key, now, out);
        }
        Msg::Paste(text) => overlays::paste(model, &text, now),
        Msg::Resize(width, height) => {
            model.size = (width, height);
            let rows = model.table_rows();
            let searched = model.search.as_mut().map(|s| &mut s.table);
            for table in model.tables.iter_mut().chain(searched) {
                table.scroll(rows);
            }
        }
        // A tick comes when nothing else has for a while: the cursor rests.
        Msg::Tick => model.moving = false,
        Msg::Resumed => {
            // What was shown before is as old as the time spent away.
            schedule::refresh_stale(model, now, out);
            out.push(Effect::Redraw);
        }
        Msg::MfaWanted { id, profile, serial, refused } => {
            let question = Overlay::Mfa { id, profile, serial, refused, field: Field::default() };
            // A line that is half typed is finished first: its keys must not go into the code.
            let typing = |o: &Overlay| !matches!(o, Overlay::Problems { .. });
            let at = if model.overlays.last().is_some_and(typing) { 0 } else { model.overlays.len() };
            model.overlays.insert(at, question);
        }
        Msg::Incidents(_)
        | Msg::Incident { .. }
        | Msg::Written { .. }
        | Msg::NotWritten { .. }
        | Msg::Told { .. }
        | Msg::Asked { .. } => incidents::arrive(model, msg, now, out),
        Msg::Copied(Ok(text)) => say(model, "toast.copied", &[("text", &text)], Role::Good, now),
        Msg::Copied(Err(why)) => say(model, "toast.not-copied", &[("why", &why)], Role::Warn, now),
        data => data::arrive(model, data, now, out),
    }
}

/// The first effects: asks everything there is to know.
pub fn start(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    let mut out = Vec::new();
    // What is wrong in the settings is said once, where it is seen; `!` says it again with everything else.
    if let Some(note) = model.settings.notes.first().cloned() {
        say(model, "toast.plain", &[("text", &note)], Role::Warn, now);
        if let Some(toast) = &mut model.toast {
            toast.until = after(model.settings.pace, Duration::from_secs(20), now);
        }
    }
    schedule::start_all(model, now, &mut out);
    settle(model, now, &mut out);
    out
}

/// Brings everything that follows from the state up to date: orders, due fetches, facts, the title, the bell.
fn settle(model: &mut Model, now: Timestamp, out: &mut Vec<Effect>) {
    settle_tables(model, now);
    if model.toast.as_ref().is_some_and(|t| t.until <= now) {
        model.toast = None;
    }
    schedule::due(model, now, out);
    places::search(model, now, out);
    places::follow(model, now);
    incidents::load(model, out);
    incidents::drive(model, now, out);
    needs::ask(model, now, out);
    notify(model, now, out);
    incidents::ring(model, now, out);
    title(model, out);
}

fn settle_tables(model: &mut Model, now: Timestamp) {
    let rows = model.table_rows();
    let mut tables = std::mem::take(&mut model.tables);
    let cx = model.cx(now);
    let mut changed = false;
    for table in tables.iter_mut().filter(|t| t.pane.spec().source == Source::Fetched) {
        changed |= table.settle(&cx, rows);
    }
    if changed {
        let fetched = tables.iter().filter(|t| t.pane.spec().source == Source::Fetched);
        let sources: Vec<_> = fetched.map(|t| (t.pane, t.rows().collect())).collect();
        let problems = board::rows(&sources, &cx);
        let problems = problems.into_iter().map(panes::boxed).collect();
        if let Some(table) = tables.get_mut(PaneId::Board.index()) {
            table.replace(problems);
        }
    }
    if model.incidents.changed
        && let Some(table) = tables.get_mut(PaneId::Incidents.index())
    {
        let record = |incident: &Arc<_>| panes::boxed(Record::new(Arc::clone(incident), &model.scopes));
        table.replace(model.incidents.all().map(record).collect());
    }
    for table in tables.iter_mut().filter(|t| t.pane.spec().source != Source::Fetched) {
        table.settle(&cx, rows);
    }
    model.incidents.changed = false;
    model.tables = tables;
    if let Some(mut search) = model.search.take() {
        search.table.settle(&model.cx(now), rows);
        model.search = Some(search);
    }
}

/// Shows a sentence for some seconds.
pub(crate) fn say(
    model: &mut Model,
    key: &str,
    args: &[(&str, &dyn std::fmt::Display)],
    role: Role,
    now: Timestamp,
) {
    let text = model.settings.words.fill(key, args);
    let until = after(model.settings.pace, Duration::from_secs(4), now);
    model.toast = Some(Toast { text, role, until });
}

/// What the clock will read after some time of the operator's: a drill's clock may run faster than people read. Where
/// it stands still, a sentence stays until a key is pressed.
fn after(pace: f64, time: Duration, now: Timestamp) -> Timestamp {
    let time = SignedDuration::try_from(time.mul_f64(pace.max(1.0))).unwrap_or(SignedDuration::MAX);
    now.saturating_add(time).unwrap_or(now)
}

/// Rings, or tells the desktop, when something becomes high or critical, or gets from one to the other; never for what
/// was there when the console opened.
fn notify(model: &mut Model, now: Timestamp, out: &mut Vec<Effect>) {
    if !schedule::all_answered(model) {
        return;
    }
    let fetched = model.tables.iter().filter(|t| t.pane.spec().source == Source::Fetched);
    let rows = fetched.flat_map(|t| t.loud.iter().map(|(key, s)| ((t.pane, key.clone()), *s)));
    let loud: HashMap<(PaneId, RowKey), Severity> = rows.collect();
    let before = model.loud.take();
    let rose = before.iter().flat_map(|before| {
        let worse = |row: &_, severity: &_| before.get(row).is_none_or(|before| before < severity);
        loud.iter().filter(move |(row, severity)| worse(*row, *severity))
    });
    // Of several the worst is named; among those the first by pane and name, so that it is the same in every run.
    let rank = |(row, severity): &(&(PaneId, RowKey), &Severity)| {
        (std::cmp::Reverse(**severity), row.0, row.1.0, row.1.1.clone())
    };
    let mut rose: Vec<_> = rose.collect();
    rose.sort_by_cached_key(rank);
    if let Some((worst, _)) = rose.first() {
        if model.settings.notify.rings() {
            out.push(Effect::Bell);
        }
        if model.settings.notify.tells() {
            out.extend(rise(model, worst, rose.len() - 1, now).map(Effect::Notify));
        }
    }
    model.loud = Some(loud);
}

/// `critical: web-5xx – 5xx 212/min > 20 (prod eu-west-1), and 2 more`.
fn rise(model: &Model, (pane, key): &(PaneId, RowKey), others: usize, now: Timestamp) -> Option<String> {
    let (cx, words) = (model.cx(now), &model.settings.words);
    let row = model.table(*pane).find(key.0, &key.1)?;
    let severity = words.severity(row.severity(&cx));
    let scope = model.scopes.get(key.0);
    let place = scope.map(|s| format!("{} {}", s.account_label(), s.region)).unwrap_or_default();
    let why = row.why(&cx);
    let why = if why.is_empty() { why } else { format!(" – {why}") };
    let args: [(&str, &dyn std::fmt::Display); 4] =
        [("severity", &severity), ("title", &row.title()), ("why", &why), ("place", &place)];
    let text = words.fill("notify.rise", &args);
    let more = (others > 0).then(|| words.fill("notify.more", &[("count", &others)]));
    Some(text + &more.unwrap_or_default())
}

fn title(model: &mut Model, out: &mut Vec<Effect>) {
    let alarms = model.table(PaneId::Board).attention;
    let scope = model.scopes.iter().next().map_or("", |(_, s)| s.account_label());
    let place = match &model.place {
        Place::Pane(pane) => pane.spec().name,
        Place::Events(question) => question.title.as_str(),
        Place::Page(page) => page.subject.id.as_str(),
    };
    let title = format!("toban – {alarms}! – {scope} – {place}");
    if title != model.title {
        out.push(Effect::Title(title.clone()));
        model.title = title;
    }
}

#[cfg(test)]
mod tests;
