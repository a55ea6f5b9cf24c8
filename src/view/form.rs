//! A form in the middle of the place: the facts it is decided on, its lines, what is missing.

use ratatui::layout::{Position, Rect};

use super::{
    mfa::frame,
    pen::{Pen, cells, cut_words},
    prompt,
};
use crate::{
    app::form::{Entry, Form, Input},
    input::field::Field,
    text::{Catalogue, measure},
    value::Role,
};

/// Cells across, with the frame.
const WIDTH: u16 = 84;
/// Facts that stand above the lines.
const FACTS: usize = 6;

/// Rows that a text of several lines has at least, and at most while there is room.
const LINES: std::ops::RangeInclusive<usize> = 3..=12;

/// One line of the box.
enum Row<'a> {
    /// Text at so many cells from the left.
    Text(u16, String, Role),
    /// A line to fill in; whether the cursor is in it.
    Entry(&'a Entry, bool),
    /// A row of a text of several lines, with its label where it is the first; the cell of the cursor, where it is in it.
    Part(Option<(&'a Entry, bool)>, String, Option<usize>),
}

/// Draws the box; says where the cursor belongs.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, words: &Catalogue, form: &Form) -> Option<Position> {
    let width = area.width.saturating_sub(2).min(WIDTH);
    let room = usize::from(width.saturating_sub(4));
    let mut head: Vec<Row<'_>> = vec![Row::Text(0, form.title.clone(), Role::Accent)];
    head.extend(form.facts.iter().take(FACTS).map(|fact| Row::Text(0, cut_words(fact, room), Role::Plain)));
    let label = form.entries.iter().map(|entry| measure::width(words.get(&entry.label))).max().unwrap_or(0);
    let label = cells(label.min(room / 3) + 5);
    let foot = foot(form, words, room);
    // The frame, the title, two empty lines, and every other line of the form.
    let others = foot.len() + form.entries.len() + 4;
    let lines = usize::from(area.height).saturating_sub(others).clamp(*LINES.start(), *LINES.end());
    let mut rows = vec![Row::Text(0, String::new(), Role::Plain)];
    for (at, entry) in form.entries.iter().enumerate() {
        let here = at == form.at;
        match &entry.input {
            Input::Text(typed) if typed.takes_lines() => {
                rows.extend(parts(entry, typed, here, room.saturating_sub(label.into()), lines));
            }
            _ => rows.push(Row::Entry(entry, here)),
        }
        if here {
            rows.extend(options(entry));
        }
    }
    rows.push(Row::Text(0, String::new(), Role::Plain));
    rows.extend(foot);
    let lines = head.len() + rows.len();
    let height = cells(lines + 2).min(area.height);
    let place =
        Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height };
    frame(pen, place);
    let inner = Rect {
        x: place.x + 2,
        y: place.y + 1,
        width: width.saturating_sub(4),
        height: height.saturating_sub(2),
    };
    // Where there is too little room the facts give way, the title last.
    let over = lines.saturating_sub(usize::from(inner.height));
    head.truncate(head.len().saturating_sub(over).max(1));
    let mut cursor = None;
    for (y, row) in (inner.y..inner.bottom()).zip(head.iter().chain(&rows)) {
        let line = Rect { y, height: 1, ..inner };
        match row {
            Row::Text(x, text, role) => {
                let style = pen.style(*role);
                pen.text(line.x + x, y, line.width.saturating_sub(*x), text, style);
            }
            Row::Entry(entry, here) => {
                let at = fill(pen, line, label, words, entry, *here);
                cursor = at.filter(|_| *here && form.saving.is_none()).or(cursor);
            }
            Row::Part(first, text, at) => {
                if let Some((entry, here)) = first {
                    name(pen, line, label, words, entry, *here);
                }
                let plain = pen.style(Role::Plain);
                pen.text(line.x + label, y, line.width.saturating_sub(label), text, plain);
                let at = at.map(|at| Position::new(line.x + label + cells(at), y));
                cursor = at.filter(|_| form.saving.is_none()).or(cursor);
            }
        }
    }
    cursor
}

/// The rows of a text of several lines that are seen.
fn parts<'a>(entry: &'a Entry, typed: &Field, here: bool, room: usize, lines: usize) -> Vec<Row<'a>> {
    let shown = typed.shown(room, lines);
    let (row, column) = shown.cursor;
    let part = |(at, text): (usize, String)| {
        Row::Part((at == 0).then_some((entry, here)), text, (here && at == row).then_some(column))
    };
    // It keeps its least height, so that the box does not jump with every line.
    let empty = LINES.start().saturating_sub(shown.rows.len());
    shown.rows.into_iter().chain((0..empty).map(|_| String::new())).enumerate().map(part).collect()
}

/// All options of a choice that is being made.
fn options(entry: &Entry) -> Vec<Row<'_>> {
    let Input::Choice { options, chosen } = &entry.input else { return Vec::new() };
    let row = |(at, (_, text)): (usize, &(String, String))| {
        let (mark, role) = if *chosen == Some(at) { ("●", Role::Accent) } else { (" ", Role::Plain) };
        Row::Text(4, format!("{mark} {} {text}", at + 1), role)
    };
    options.iter().enumerate().map(row).collect()
}

/// What went wrong or is missing, else how the line is filled in.
fn foot<'a>(form: &Form, words: &Catalogue, room: usize) -> Vec<Row<'a>> {
    let (text, role) = match (&form.error, form.saving, form.entry().map(|entry| &entry.input)) {
        (Some(error), ..) => (error.clone(), Role::Bad),
        (None, Some(_), _) => (words.get("form.saving").to_owned(), Role::Dim),
        (None, None, Some(Input::Choice { .. })) => (words.get("form.how_to_choose").to_owned(), Role::Dim),
        (None, None, Some(Input::Text(typed))) if typed.takes_lines() => (writing(typed, words), Role::Dim),
        (None, None, _) => (words.get("form.how_to_type").to_owned(), Role::Dim),
    };
    measure::wrap(&text, room).into_iter().map(|line| Row::Text(0, line, role)).collect()
}

/// How a text of several lines is written, and in which of them the cursor is.
fn writing(typed: &Field, words: &Catalogue) -> String {
    let how = words.get("form.how_to_write");
    let count = |text: &str| text.matches('\n').count() + 1;
    match (count(typed.before()), count(typed.text())) {
        (_, 1) => how.to_owned(),
        (line, all) => format!("{how} · {}", words.fill("form.lines", &[("line", &line), ("all", &all)])),
    }
}

/// Draws the label of a line, so many cells wide.
fn name(pen: &mut Pen<'_>, line: Rect, label: u16, words: &Catalogue, entry: &Entry, here: bool) {
    let sign = if here { "▸" } else { " " };
    let missing = if entry.required { "*" } else { "" };
    let name = format!("{sign} {}{missing}", words.get(&entry.label));
    let style = pen.style(if here { Role::Key } else { Role::Dim });
    pen.text(line.x, line.y, label.saturating_sub(1), &name, style);
}

/// Draws a line that is filled in, its label so many cells wide.
fn fill(
    pen: &mut Pen<'_>,
    line: Rect,
    label: u16,
    words: &Catalogue,
    entry: &Entry,
    here: bool,
) -> Option<Position> {
    name(pen, line, label, words, entry, here);
    let field = Rect { x: line.x + label, width: line.width.saturating_sub(label), ..line };
    match &entry.input {
        Input::Text(typed) => prompt::field(pen, field, "", typed, ""),
        Input::Choice { options, chosen } => {
            let shown = chosen.and_then(|at| options.get(at)).map_or("–", |(_, text)| text);
            let style = pen.style(if here { Role::Accent } else { Role::Plain });
            pen.text(field.x, field.y, field.width, shown, style);
            None
        }
    }
}
