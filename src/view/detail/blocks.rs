//! Fields and lists of a detail as lines.

use super::Room;
use crate::{
    panes::detail::{Line, Span},
    text::{Catalogue, measure},
    theme::severity_glyph,
    value::{Cell, Cx, Role, Value},
    view::lines::{Kind, Run, Strip, beside, wrapped},
};

/// Cells before a list's text: where the cursor among the jump targets stands.
const GUTTER: usize = 2;
/// Cells up to which a column of a list is filled so that the next one lines up.
const COLUMN: usize = 46;

/// Lines of a long value in a preview.
const PREVIEWED: usize = 2;

/// The wording of a label or title, given as the key or as its last part.
fn label<'a>(words: &'a Catalogue, group: &str, key: &'a str) -> &'a str {
    words.find(key).or_else(|| words.find(&format!("{group}.{key}"))).unwrap_or(key)
}

/// A value as it stands in a detail.
fn shown(cell: &Cell, cx: &Cx<'_>) -> Span {
    match &cell.value {
        Value::Severity(severity) => {
            let (glyph, word) = (severity_glyph(*severity), cell.value.show(cx));
            let text = if glyph == word { word.into_owned() } else { format!("{glyph} {word}") };
            Span::new(text, (*severity).into())
        }
        value if value.is_unknown() => Span::new(value.show(cx), Role::Dim),
        value => Span::new(value.show(cx), cell.role),
    }
}

/// Labels and values: two columns when wide, values that are too long for theirs on lines of their own.
pub(super) fn fields(fields: &[(&'static str, Cell)], room: Room, cx: &Cx<'_>) -> Vec<Strip> {
    let entries: Vec<(&str, Span)> =
        fields.iter().map(|(key, cell)| (label(cx.words, "field", key), shown(cell, cx))).collect();
    let label_cells = entries.iter().map(|(l, _)| measure::width(l)).max().unwrap_or(0).min(24);
    let half = room.width.saturating_sub(4) / 2;
    let two = room.width >= 72;
    let narrow = |(_, value): &(&str, Span)| two && label_cells + 2 + measure::width(&value.text) <= half;
    let mut out: Vec<Strip> = Vec::new();
    let mut rest = entries.as_slice();
    while let Some(first) = rest.first() {
        let run = rest.iter().take_while(|e| narrow(e)).count();
        if run == 0 {
            out.extend(field(first.0, &first.1, label_cells, room));
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        let (now, later) = rest.split_at(run);
        let (left, right) = now.split_at(run.div_ceil(2));
        let column = |entries: &[(&str, Span)]| -> Vec<Strip> {
            entries.iter().flat_map(|(l, v)| field(l, v, label_cells, room)).collect()
        };
        out.extend(beside(column(left), column(right), half + 4));
        rest = later;
    }
    out
}

fn field(label: &str, value: &Span, label_cells: usize, room: Room) -> Vec<Strip> {
    let indent = label_cells + 2;
    let cells = room.width.saturating_sub(indent).max(8);
    let mut wrap = measure::wrap(&value.text, cells);
    if !room.whole && wrap.len() > PREVIEWED {
        wrap.truncate(PREVIEWED - 1);
        // What follows the lines that stay, from the text itself: wrapping has dropped spaces.
        let after =
            |rest, line: &String| str::split_once(rest, line.as_str()).map_or(rest, |(_, after)| after);
        let rest = wrap.iter().fold(value.text.as_str(), after);
        wrap.push(measure::cut(rest.trim_start(), cells).into_owned());
    }
    wrap.into_iter()
        .enumerate()
        .map(|(n, text)| {
            let label = if n == 0 { measure::pad(label, label_cells) } else { " ".repeat(label_cells) };
            Strip::plain(vec![
                Span::new(label, Role::Dim),
                Span::new("  ", Role::Plain),
                Span::new(text, value.role),
            ])
        })
        .collect()
}

/// A titled list or tree. Its columns (spans that begin with two spaces start one) line up; what is too long goes on in
/// the next line on a page, and is cut in a preview.
pub(super) fn list(
    title: &str,
    lines: &[Line],
    empty: Option<&str>,
    room: Room,
    cx: &Cx<'_>,
    number: &mut usize,
) -> Vec<Strip> {
    if lines.is_empty() && empty.is_none() {
        return Vec::new();
    }
    let mut out = vec![Strip::text(label(cx.words, "section", title), Role::Title)];
    if let (true, Some(key)) = (lines.is_empty(), empty) {
        let text = format!("{}{}", " ".repeat(GUTTER), label(cx.words, "section", key));
        out.extend(wrapped(&text, Role::Dim, room.width));
        return out;
    }
    let rows: Vec<Columns> = lines.iter().enumerate().map(|(at, l)| columns(lines, at, l)).collect();
    let widths = widths(&rows);
    for (line, row) in lines.iter().zip(rows) {
        let target = line.target.as_ref().map(|_| {
            *number += 1;
            *number - 1
        });
        out.extend(strips(row, &widths, target, room));
    }
    out
}

/// A line's columns, each of one or more spans; the first begins with the branches of the tree.
type Columns = Vec<Vec<Span>>;

fn columns(lines: &[Line], at: usize, line: &Line) -> Columns {
    let mut out: Columns = vec![Vec::new()];
    let branch = branches(lines, at);
    if let Some(first) = out.first_mut().filter(|_| !branch.is_empty()) {
        first.push(Span::new(branch, Role::Dim));
    }
    for (n, span) in line.spans.iter().enumerate() {
        if n > 0 && span.text.starts_with("  ") {
            out.push(Vec::new());
        }
        if let Some(last) = out.last_mut() {
            last.push(span.clone());
        }
    }
    out
}

/// `│ ├ ` before a line of a tree.
fn branches(lines: &[Line], at: usize) -> String {
    let depth = lines.get(at).map_or(0, |l| l.depth);
    let goes_on = |level: u8| {
        let later = lines.get(at + 1..).unwrap_or_default();
        later.iter().take_while(|l| l.depth >= level).any(|l| l.depth == level)
    };
    (1..=depth)
        .map(|level| match (level == depth, goes_on(level)) {
            (true, true) => "├ ",
            (true, false) => "└ ",
            (false, true) => "│ ",
            (false, false) => "  ",
        })
        .collect()
}

fn cells(column: &[Span]) -> usize {
    column.iter().map(|s| measure::width(&s.text)).sum()
}

/// The cells of each column that has another one behind it in some line.
fn widths(rows: &[Columns]) -> Vec<usize> {
    let most = rows.iter().map(Vec::len).max().unwrap_or(0);
    (0..most)
        .map(|n| {
            let followed = rows.iter().filter(|r| r.len() > n + 1);
            followed.filter_map(|r| r.get(n)).map(|c| cells(c)).filter(|w| *w <= COLUMN).max().unwrap_or(0)
        })
        .collect()
}

fn strips(columns: Columns, widths: &[usize], target: Option<usize>, room: Room) -> Vec<Strip> {
    let mut line = Strip(vec![Run { span: Span::new("  ", Role::Plain), target, kind: Kind::Gutter }]);
    let mut out = Vec::new();
    let last = columns.len().saturating_sub(1);
    let mut linked = target.is_none() || !room.whole;
    for (n, column) in columns.into_iter().enumerate() {
        let start = line.width();
        let left = room.width.saturating_sub(start);
        let wide = cells(&column);
        if wide > left && start > GUTTER && !room.whole && left < 8 {
            break;
        }
        if wide > left && (room.whole || n == 0) && (n == last || left < 8) {
            let role = column.last().map_or(Role::Plain, |s| s.role);
            let text: String = column.iter().map(|s| s.text.as_str()).collect();
            // Too little room beside what stands before: go on below it, a little further in.
            let indent = if left < 16 { GUTTER + 2 } else { start + leading(&text) };
            if left < 16 {
                out.push(std::mem::take(&mut line));
            }
            let parts = measure::wrap(text.trim_start(), room.width.saturating_sub(indent).max(8));
            for (m, part) in parts.into_iter().enumerate() {
                if m > 0 || left < 16 {
                    if !line.0.is_empty() {
                        out.push(std::mem::take(&mut line));
                    }
                    line.0.push(Run::blank(indent));
                } else {
                    line.0.push(Run {
                        span: Span::new(" ".repeat(leading(&text)), Role::Plain),
                        target,
                        kind: Kind::Text,
                    });
                }
                let kind = if linked { Kind::Text } else { Kind::Link };
                line.0.push(Run { span: Span::new(part, role), target, kind });
            }
            continue;
        }
        let mut left = left;
        for span in column {
            let text = super::super::pen::cut_words(&span.text, left);
            left -= measure::width(&text).min(left);
            let branch = span.role == Role::Dim && text.chars().all(|c| "│├└ ".contains(c));
            let named = !linked && !branch && !text.starts_with(' ');
            linked |= named;
            let kind = if named { Kind::Link } else { Kind::Text };
            line.0.push(Run { span: Span::new(text, span.role), target, kind });
        }
        let filled = widths.get(n).copied().filter(|w| n < last && wide < *w).unwrap_or(0);
        if filled > wide && filled - wide <= left {
            line.0.push(Run {
                span: Span::new(" ".repeat(filled - wide), Role::Plain),
                target,
                kind: Kind::Text,
            });
        }
    }
    if !line.0.is_empty() {
        out.push(line);
    }
    out
}

fn leading(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}
