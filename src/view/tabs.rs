//! The second line: the tabs with what wants attention in each, or the trail of a page with its state.

use jiff::Timestamp;
use ratatui::layout::Rect;

use super::{
    fit::{self, Form, Piece, Styled, form_of, forms},
    pen::Pen,
    status::Status,
};
use crate::{
    app::{
        model::{Model, Place},
        search::Question,
        table::Table,
    },
    incident::Incident,
    panes::{
        PANES, PaneId,
        detail::{Known, Span},
        events::EVENT,
    },
    text::{Catalogue, age, measure},
    value::Role,
};

/// Draws the tabs and, at the right, the filter with its count.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, model: &Model, now: Timestamp) {
    let here = model.pane();
    let mut pieces: Vec<Piece> = PANES
        .iter()
        .enumerate()
        .map(|(at, spec)| {
            let keep =
                if spec.id == here { 100 } else { 80u8.saturating_sub(u8::try_from(at).unwrap_or(20)) };
            Piece::left(keep, tab(pen, model, spec.id, at + 1, spec.id == here, now))
        })
        .collect();
    let table = model.table(here);
    let words = &model.settings.words;
    if table.is_filtered() {
        let count = format!("{}/{}", table.shown(), table.total());
        let filter = format!("/{}", table.filter_text);
        let style = pen.style(Role::Accent);
        let form = |cells: usize| {
            let text = measure::cut(&filter, cells).into_owned();
            vec![Styled::new(text, style), Styled::new(format!("  {count}"), pen.style(Role::Name))]
        };
        pieces.push(Piece::right(
            95,
            vec![form(40), form(20), form(10), vec![Styled::new(count.clone(), style)]],
        ));
    } else if table.total() > 0 {
        pieces.push(Piece::right(30, forms(pen.style(Role::Dim), counted(table, words))));
    }
    fit::draw(pen, area, &pieces, 3);
}

/// `1 Alarms 3`, shorter `1·3`; the count in red or yellow, a `!` when something could not be read.
fn tab(pen: &Pen<'_>, model: &Model, pane: PaneId, number: usize, here: bool, now: Timestamp) -> Vec<Form> {
    let table = model.table(pane);
    let status = Status::of(model, pane, model.shown_now(now));
    let key = Styled::new(format!("{number} "), pen.style(Role::Dim));
    let name = if here { pen.skin.theme.current() } else { pen.style(Role::Plain) };
    let bad = !table.loud.is_empty();
    let mut marks: Form = Vec::new();
    if table.attention > 0 {
        let style = pen.style(if bad { Role::Bad } else { Role::Warn });
        marks.push(Styled::new(format!(" {}", table.attention), style));
    }
    if status.failed > 0 || status.partial > 0 {
        marks.push(Styled::new(" !", pen.style(Role::Warn)));
    } else if status.loading > 0 && table.total() == 0 {
        marks.push(Styled::new(" …", pen.style(Role::Dim)));
    }
    let long: Form =
        [key.clone(), Styled::new(pane.spec().name, name)].into_iter().chain(marks.clone()).collect();
    if here {
        return vec![long];
    }
    let short = [Styled::new(number.to_string(), pen.style(Role::Plain))].into_iter().chain(marks).collect();
    vec![long, short]
}

/// `43 rows, 322 routine hidden`, shorter `43 rows`.
fn counted(table: &Table, words: &Catalogue) -> [String; 2] {
    let count = words.fill("tabs.rows", &[("count", &table.shown())]);
    if table.hidden() == 0 {
        return [count.clone(), count];
    }
    [words.fill("tabs.rows_hidden", &[("count", &table.shown()), ("hidden", &table.hidden())]), count]
}

/// Draws `Board › events behind web-5xx` and, at the right, how many there are and whether more may come.
pub(super) fn search(pen: &mut Pen<'_>, area: Rect, model: &Model, question: &Question, now: Timestamp) {
    let words = &model.settings.words;
    let title = words.fill("events.behind", &[("what", &question.title)]);
    let mut state = Vec::new();
    if let Some(search) = &model.search {
        let table = &search.table;
        let count = if table.is_filtered() {
            format!("/{}  {}/{}", table.filter_text, table.shown(), table.total())
        } else {
            let [long, _] = counted(table, words);
            long
        };
        state.push(Span::new(count, Role::Plain));
        let asked = [
            (question.has_reads(), "events.with_reads", Role::Dim),
            (question.is_errors_only(), "events.errors_only", Role::Accent),
        ];
        let asked = asked.into_iter().filter(|(is_asked, ..)| *is_asked);
        state.extend(asked.map(|(_, key, role)| Span::new(format!("  {}", words.get(key)), role)));
        if let Some(from) = question.from() {
            let cx = model.cx(now);
            let time = age::clock(from, cx.now, cx.zone);
            state.push(Span::new(format!("  {}", words.fill("events.since", &[("time", &time)])), Role::Dim));
        }
        if search.feed.running.is_some() {
            state.push(Span::new(format!("  {}", words.get("events.searching")), Role::Unknown));
        }
    }
    trail(pen, area, model, &title, &state);
}

/// Draws `Alarms › web-5xx` and, at the right, the state.
pub(super) fn trail(pen: &mut Pen<'_>, area: Rect, model: &Model, title: &str, state: &[Span]) {
    let mut names: Vec<String> = Vec::new();
    for place in &model.back {
        match place {
            Place::Pane(id) => names = vec![id.spec().name.to_owned()],
            Place::Events(before) => {
                names.push(model.settings.words.fill("events.behind", &[("what", &before.title)]));
            }
            // Of an event people know what was called, of an incident its number; not their ids.
            Place::Page(before) => {
                let id = &before.subject.id;
                let event = model.event(before.subject.scope, id).filter(|_| before.subject.kind == EVENT);
                let incident = model.incidents.get(id).map(Incident::id);
                names.push(event.map(|e| e.name.to_string()).or(incident).unwrap_or_else(|| id.clone()));
            }
        }
    }
    if names.is_empty() {
        names.push(model.pane().spec().name.to_owned());
    }
    let here = |cells: usize| Styled::new(measure::cut(title, cells).into_owned(), pen.skin.theme.current());
    let dim = pen.style(Role::Dim);
    let mut trail_forms: Vec<Form> = Vec::new();
    for dropped in 0..=names.len() {
        let mut form: Form = Vec::new();
        if dropped > 0 && dropped < names.len() {
            form.push(Styled::new("… › ", dim));
        }
        form.extend(
            names.iter().skip(dropped).map(|n| Styled::new(format!("{} › ", measure::cut(n, 30)), dim)),
        );
        form.push(here(usize::MAX));
        trail_forms.push(form);
    }
    trail_forms.push(vec![here(30)]);
    let mut pieces = vec![Piece::left(90, trail_forms)];
    if !state.is_empty() {
        let spaced: Vec<_> = super::lines::joined(state, " ");
        let first: Vec<_> = spaced.iter().take(1).cloned().collect();
        pieces.push(Piece::right(95, vec![form_of(pen, &spaced, None), form_of(pen, &first, None)]));
    }
    fit::draw(pen, area, &pieces, 2);
}
