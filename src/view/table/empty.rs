//! What stands where rows would be: loading, nothing there, nothing matches, or why it is not known.

use jiff::Timestamp;
use ratatui::layout::Rect;

use crate::{
    app::{
        action::Action,
        model::{Model, Place},
        search::Search,
        table::Table,
    },
    panes::{PaneId, Source, detail::Span},
    scope::ScopeId,
    text::{age, problem},
    value::Role,
    view::{
        hints,
        lines::{self, Strip, wrapped},
        pen::Pen,
        problems,
        status::{Status, scopes_text, troubles},
    },
};

/// Draws it.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, model: &Model, table: &Table, now: Timestamp) {
    let inner = Rect {
        x: area.x + 2,
        width: area.width.saturating_sub(4),
        y: area.y + 1,
        height: area.height.saturating_sub(1),
    };
    let lines = said(model, table, now, usize::from(inner.width));
    lines::draw(pen, inner, &lines, 0, None);
}

fn said(model: &Model, table: &Table, now: Timestamp, room: usize) -> Vec<Strip> {
    let words = &model.settings.words;
    let pane = table.pane;
    let name = pane.spec().name;
    if table.hidden() > 0 {
        let mut lines =
            wrapped(&words.fill("empty.all_routine", &[("count", &table.hidden())]), Role::Plain, room);
        lines.extend(
            hints::key_of(model, Action::ToggleRoutine)
                .map(|key| key_line(&key, words.get("empty.show_routine"))),
        );
        return lines;
    }
    if table.total() > 0 {
        let text = words.fill("empty.no_match", &[("filter", &table.filter_text), ("total", &table.total())]);
        let mut lines = wrapped(&text, Role::Plain, room);
        let key = hints::key_of(model, Action::ClearFilter).or_else(|| hints::key_of(model, Action::Back));
        if let Some(key) = key {
            lines.push(key_line(&key, words.get("empty.clear_filter")));
        }
        return lines;
    }
    if let (Place::Events(_), Some(search)) = (&model.place, &model.search) {
        return searched(model, search, room);
    }
    let status = Status::of(model, pane, model.shown_now(now));
    let mut lines = Vec::new();
    let listings: Vec<_> =
        troubles(model, Some(pane)).into_iter().filter(|t| t.listing || t.panes.is_empty()).collect();
    for trouble in listings.iter().take(3) {
        lines.extend(problems::paragraph(model, trouble, false, now, room));
        lines.push(Strip::default());
    }
    if status.loading > 0 || status.scopes == 0 {
        lines.extend(loading(model, pane, &status, now, room));
    } else if status.failed == 0 {
        let all: Vec<ScopeId> = model.scopes.iter().map(|(id, _)| id).collect();
        let place = scopes_text(model, &all, words);
        let (key, role) = match pane.spec().source {
            Source::Fetched | Source::Fixed => ("empty.no_rows", Role::Plain),
            Source::Derived => ("empty.nothing_wrong", Role::Good),
            Source::Recorded => ("empty.no_incident", Role::Plain),
        };
        lines.extend(wrapped(&words.fill(key, &[("pane", &name), ("scopes", &place)]), role, room));
    } else {
        if status.live > 0 {
            let text = words.fill(
                "empty.others_empty",
                &[("live", &status.live), ("all", &status.scopes), ("pane", &name)],
            );
            lines.extend(wrapped(&text, Role::Plain, room));
        }
        if let Some(key) = hints::key_of(model, Action::Refresh) {
            lines.push(key_line(&key, words.get("empty.try_again")));
        }
    }
    // With rows they stand below them; a failure says more than they do.
    if listings.is_empty() {
        let mut notes: Vec<String> =
            model.feeds_of(pane).flat_map(|(_, feed)| &feed.notes).map(|note| note.text(words)).collect();
        notes.dedup();
        lines.extend(notes.iter().flat_map(|note| wrapped(note, Role::Dim, room)));
    }
    if listings.len() > 3
        && let Some(key) = hints::key_of(model, Action::ShowProblems)
    {
        lines.push(key_line(&key, words.get("empty.all_problems")));
    }
    lines
}

/// A search without rows: still looking, nothing found, or why not.
fn searched(model: &Model, search: &Search, room: usize) -> Vec<Strip> {
    let words = &model.settings.words;
    let what = &search.question.title;
    let mut lines = Vec::new();
    for problem in &search.feed.problems {
        let text =
            format!("{} → {}", problem::headline(words, problem), problem::remedy(words, &problem.remedy));
        lines.extend(wrapped(&text, Role::Bad, room));
    }
    let key = if search.feed.running.is_some() || search.feed.fetched_at.is_none() {
        "empty.searching"
    } else {
        "empty.no_events"
    };
    lines.extend(wrapped(&words.fill(key, &[("what", what)]), Role::Plain, room));
    lines.extend(search.notes.iter().flat_map(|note| wrapped(&note.text(words), Role::Dim, room)));
    lines
}

fn loading(model: &Model, pane: PaneId, status: &Status, now: Timestamp, room: usize) -> Vec<Strip> {
    let words = &model.settings.words;
    let name = pane.spec().name;
    let text =
        words.fill("empty.loading", &[("pane", &name), ("done", &status.answered), ("all", &status.scopes)]);
    let mut lines = wrapped(&text, Role::Plain, room);
    if let Some(since) = status.waiting_since.filter(|at| now.as_second() - at.as_second() >= 2) {
        let waiting: Vec<ScopeId> = pane
            .spec()
            .sources()
            .flat_map(|source| model.feeds_of(source))
            .filter(|(_, f)| f.running.is_some() && f.fetched_at.is_none())
            .map(|(scope, _)| scope)
            .collect();
        let text = words.fill(
            "empty.waiting",
            &[("age", &age::since(since, now)), ("scopes", &scopes_text(model, &waiting, words))],
        );
        lines.extend(wrapped(&text, Role::Dim, room));
    }
    lines
}

fn key_line(key: &str, text: &str) -> Strip {
    Strip::plain(vec![Span::new(key, Role::Key), Span::new(format!("  {text}"), Role::Dim)])
}
